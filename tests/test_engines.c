/* test_engines.c - jets and exact fields are two engines for one algebra: they agree; restriction to affine subspaces.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "test_support.h"

#include "family/exact.h"
#include "family/field.h"

/* ---- the two engines agree ----------------------------------------------------------------------------- */

/* res = f with every auxiliary variable replaced by a small integer. Returns 0 when the denominator vanishes. */
static int specialise(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t f, const slong *aux, const lo_ring_t ring)
{
    fmpz_mpoly_struct *polys = lo_alloc((size_t) ring->nvars, sizeof(*polys));
    fmpz_mpoly_struct **images = lo_alloc((size_t) ring->nvars, sizeof(*images));
    for (slong v = 0; v < ring->nvars; v++) {
        images[v] = polys + v;
        fmpz_mpoly_init(polys + v, ring->ctx);
        if (v >= ring->first_aux && v < ring->first_atom)
            fmpz_mpoly_set_si(polys + v, aux[v - ring->first_aux], ring->ctx);
        else
            fmpz_mpoly_gen(polys + v, v, ring->ctx);
    }
    assert_true(fmpz_mpoly_compose_fmpz_mpoly(fmpz_mpoly_q_numref(res), fmpz_mpoly_q_numref(f), images, ring->ctx,
                                              ring->ctx));
    assert_true(fmpz_mpoly_compose_fmpz_mpoly(fmpz_mpoly_q_denref(res), fmpz_mpoly_q_denref(f), images, ring->ctx,
                                              ring->ctx));
    int ok = !fmpz_mpoly_is_zero(fmpz_mpoly_q_denref(res), ring->ctx);
    if (ok)
        fmpz_mpoly_q_canonicalise(res, ring->ctx);
    else
        fmpz_mpoly_q_zero(res, ring->ctx);
    for (slong v = 0; v < ring->nvars; v++)
        fmpz_mpoly_clear(polys + v, ring->ctx);
    lo_free(polys);
    lo_free(images);
    return ok;
}

#define LONGEST 4

typedef struct {
    lo_ring_t ring;
    lo_engine_t e;
    lo_modpoint_t point;
    fmpz_mpoly_q_struct *components; /* of the member, a function of the auxiliary variables */
} both_struct;

static void both_init(both_struct *b, lo_family_ptr f)
{
    assert_int_equal(lo_ring_init(b->ring, f, ctx), LO_OK);
    b->components = lo_alloc((size_t) f->p, sizeof(*b->components));
    for (slong i = 0; i < f->p; i++)
        fmpz_mpoly_q_init(b->components + i, b->ring->ctx);
    assert_int_equal(lo_ring_nodes(b->components, f->components, f->p, b->ring, ctx), LO_OK);
    assert_int_equal(lo_ring_prepare_atoms(b->ring, ctx), LO_OK);
    assert_int_equal(lo_engine_init(b->e, f, 0, 0, ctx), LO_OK);
    assert_int_equal(lo_modpoint_init(b->point, b->e), LO_OK);
    assert_int_equal(lo_modpoint_randomise(b->point, b->e), LO_OK);
}

static void both_clear(both_struct *b)
{
    for (slong i = 0; i < b->ring->p; i++)
        fmpz_mpoly_q_clear(b->components + i, b->ring->ctx);
    lo_free(b->components);
    lo_ring_clear(b->ring);
    lo_modpoint_clear(b->point);
    lo_engine_clear(b->e);
}

/* One random word of each length up to LONGEST: its value by jets, and by exact brackets evaluated at the same point. Returns
 * how many lengths were compared. */
static slong compare_words(both_struct *b)
{
    const lo_family_struct *f = b->e->family;
    slong small[LONGEST][64], done = 0;
    ulong members[LONGEST][64], value[64], expected[64];
    const ulong *word[LONGEST];
    lo_field_t x, z;
    assert_true(f->naux <= 64 && f->p <= 64);
    assert_int_equal(lo_field_init(x, b->ring), LO_OK);
    assert_int_equal(lo_field_init(z, b->ring), LO_OK);
    lo_status_t status = LO_OK;
    for (slong k = LONGEST - 1; k >= 0 && status == LO_OK; k--) { /* z = [X_k, [X_(k+1), ...]] */
        word[k] = members[k];
        for (slong a = 0; a < f->naux; a++) {
            small[k][a] = between(-5, 5);
            members[k][a] = small[k][a] < 0 ? b->e->mod.n - (ulong) -small[k][a] : (ulong) small[k][a];
        }
        for (slong i = 0; i < f->p; i++)
            if (!specialise(x->c + i, b->components + i, small[k], b->ring))
                status = LO_DOMAIN;
        if (status == LO_OK && k == LONGEST - 1)
            lo_field_set(z, x, b->ring);
        else if (status == LO_OK)
            status = lo_field_bracket(z, x, z, b->ring);
        if (status == LO_OK)
            status = lo_field_residues(expected, z, b->point, b->e->frozen, b->e->mod, b->ring);
        if (status != LO_OK)
            break;
        assert_int_equal(lo_engine_bracket(value, b->e, word + k, LONGEST - k, b->point), LO_OK);
        assert_memory_equal(value, expected, (size_t) f->p * sizeof(ulong));
        done++;
    }
    lo_field_clear(x, b->ring);
    lo_field_clear(z, b->ring);
    return done;
}

static const char *const models[] = {
    "param U[2,2], V[2,2]; input x[2]; output U*V'*x",
    "param U[3,1], V[2,1]; input x[2]; output U*V'*x",
    "input x[2]; net dense(2) -> dense(1) -> dense(2)",
    "input x[1]; net dense(2, bias) -> dense(2, bias)",
    "input x[2]; net dense(2) -> relu -> dense(1)",
    "input x[1]; net dense(2, bias) -> relu -> dense(2, bias)",
    "input x[2]; net dense(2) -> leaky_relu -> dense(2) -> relu -> dense(1)",
    "param U[4,1], V[1,2]; input x[1]; output V*maxpool(U*x, 2)",
    "input x[1,4]; net conv1d(2, 2) -> relu -> conv1d(1, 2)",
    "param U[2,2], V[1,2]; input x[2]; output V*(U*x).^3",
    "param A[2,2], B[2,2]; input x[2], y[2]; output sum((A*x).*(B*y))",
    "param A[2,2]; map z = A*A'",
    "param a, b, c; map z = [a*b*c; a^2 - b^2]",
    "param a, b, c, d; input x; output a*b*x/(c^2 + d^2)",
    "param a, b; input x; output a*x/(1 + b*x)",
    "param a, b, c; map z = a/(b + c) + b^(-2)",
    "param a, b, c; map z = sin(a*b) + exp(c)*tanh(a)",
    "param a, b; map z = [sin(a)*cos(b); exp(a - b); tanh(a + b)]",
    "coords x, y, t; field f = [cos(t), sin(t), 0], g = [0, 0, 1]",
    "coords x, y, t, s; field f = [cos(t)*cos(s), sin(t)*cos(s), sin(s), 0], g = [0, 0, 0, 1]",
    "coords x, v; field f = [v, -sin(x)], g = [0, exp(x/2)], h = [1, 0]",
    "coords x, y; field f = [exp(x), y*exp(-x)], g = [tanh(x)*y, tanh(y)], h = [sin(2*x), cos(x)]",
    "coords x, y; field f = [exp(exp(x)), y], g = [sin(exp(y)), 1], h = [x, tanh(sin(x + 1))]",
    "coords x, y; field f = [1/(x + y), y], g = [x/(1 + y^2), 1]",
    "coords x, y, z; field f = [1, 0, -y/2], g = [0, 1, x/2]; at x = 1",
};

static void test_the_two_engines_agree(void **state)
{
    (void) state;
    start(1);
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        lo_model_ptr m;
        both_struct b;
        slong longest = 0;
        lo_family_ptr f = open_family(&m, models[i], LO_RELU_PATHS);
        both_init(&b, f);
        for (int round = 0; round < 4; round++) {
            slong done = compare_words(&b);
            longest = done > longest ? done : longest;
        }
        if (longest < LONGEST)
            fail_msg("%s: words of length %ld only", models[i], (long) longest);
        both_clear(&b);
        close_family(f, m);
    }
}

static void test_the_two_engines_agree_on_random_families(void **state)
{
    (void) state;
    char text[4000];
    slong done = 0;
    start(2);
    for (int round = 0; round < 90; round++) {
        lo_model_ptr m;
        both_struct b;
        random_fields(text, sizeof(text), between(1, 3), 2, round % 3 == 1, round % 3 == 2);
        lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
        both_init(&b, f);
        b.ring->max_terms = 20000;
        done += compare_words(&b);
        both_clear(&b);
        close_family(f, m);
    }
    assert_true(done > 90 * 3);
}

/* ---- exact values and values modulo a prime -------------------------------------------------------------- */

/* Nodes at a rational point: residues of the exact values are the values modulo the prime. */
static void test_exact_values_reduce_to_residues(void **state)
{
    (void) state;
    start(3);
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        lo_model_ptr m;
        lo_engine_t e;
        lo_modpoint_t point;
        lo_family_ptr f = open_family(&m, models[i], LO_RELU_PATHS);
        if (f->natoms > 0) {
            close_family(f, m);
            continue;
        }
        assert_int_equal(lo_engine_init(e, f, 1, 0, ctx), LO_OK);
        assert_int_equal(lo_modpoint_init(point, e), LO_OK);
        fmpq *theta = _fmpq_vec_init(f->p), *aux = _fmpq_vec_init(f->naux);
        ulong member[64], residue, *values = lo_alloc((size_t) f->p, sizeof(ulong));
        fmpq_t value;
        fmpq_init(value);
        for (int round = 0; round < 5; round++) {
            for (slong k = 0; k < f->p; k++) {
                fmpq_set_si(theta + k, between(-9, 9), (ulong) between(1, 7));
                assert_true(lo_residue(point->theta + k, theta + k, e->mod));
            }
            for (slong a = 0; a < f->naux; a++) {
                fmpq_set_si(aux + a, between(-9, 9), (ulong) between(1, 7));
                assert_true(lo_residue(member + a, aux + a, e->mod));
            }
            lo_status_t status = lo_engine_nodes(values, e, f->components, f->p, point, member);
            for (slong k = 0; k < f->p; k++) {
                lo_status_t exact = lo_exact_node(value, f, f->components[k], theta, aux);
                assert_true(exact == LO_OK || exact == LO_DOMAIN);
                if (exact != LO_OK || status != LO_OK)
                    continue;
                assert_true(lo_residue(&residue, value, e->mod));
                assert_int_equal(residue, values[k]);
            }
        }
        fmpq_clear(value);
        _fmpq_vec_clear(theta, f->p);
        _fmpq_vec_clear(aux, f->naux);
        lo_free(values);
        lo_modpoint_clear(point);
        lo_engine_clear(e);
        close_family(f, m);
    }
}

/* ---- restriction --------------------------------------------------------------------------------------- */

/* A random subspace in reduced echelon form. Out: d (initialised here), pivot. */
static void random_directions(fmpq_mat_t d, slong *pivot, slong rank, slong p)
{
    fmpq_mat_t m;
    fmpq_mat_init(m, rank, p);
    for (slong i = 0; i < rank * p; i++)
        fmpq_set_si(fmpq_mat_entry(m, i / p, i % p), between(-2, 2), (ulong) between(1, 2));
    rank = fmpq_mat_rref(m, m);
    fmpq_mat_init(d, rank, p);
    for (slong r = 0, j = 0; r < rank; r++, j++) {
        for (slong k = 0; k < p; k++)
            fmpq_set(fmpq_mat_entry(d, r, k), fmpq_mat_entry(m, r, k));
        while (fmpq_is_zero(fmpq_mat_entry(m, r, j)))
            j++;
        pivot[r] = j;
    }
    fmpq_mat_clear(m);
}

/* The restricted field is the pivot part of the field there, and the residuals are what sticks out. Returns whether all
 * residuals vanished. */
static int check_restriction(const lo_family_struct *f, const fmpq_mat_t d, const slong *pivot, const fmpq *theta0)
{
    lo_family_ptr r;
    slong p = f->p, rank = d->r, residual[16];
    lo_engine_t e, small;
    lo_modpoint_t point, there;
    ulong member[64], field[16], inner[16], outer[16], t, u;
    int invariant = 1;
    assert_int_equal(lo_family_restrict(&r, residual, f, d, pivot, theta0, ctx), LO_OK);
    assert_int_equal(r->p, rank);
    assert_int_equal(lo_engine_init(e, f, 0, 0, ctx), LO_OK);
    assert_int_equal(lo_engine_init(small, r, 0, 0, ctx), LO_OK);
    assert_int_equal(lo_modpoint_init(point, e), LO_OK);
    assert_int_equal(lo_modpoint_init(there, small), LO_OK);
    nmod_t q = e->mod;
    for (int round = 0; round < 3; round++) {
        randomise(member, f->naux, q);
        assert_int_equal(lo_modpoint_randomise(there, small), LO_OK);
        for (slong i = 0; i < p; i++) { /* theta0 + sum_k (s_k - theta0_pivot(k)) d_k */
            assert_true(lo_residue(point->theta + i, theta0 + i, q));
            for (slong k = 0; k < rank; k++) {
                assert_true(lo_residue(&t, theta0 + pivot[k], q) && lo_residue(&u, fmpq_mat_entry(d, k, i), q));
                t = nmod_mul(u, nmod_sub(there->theta[k], t, q), q);
                point->theta[i] = nmod_add(point->theta[i], t, q);
            }
        }
        assert_int_equal(lo_engine_nodes(field, e, f->components, p, point, member), LO_OK);
        assert_int_equal(lo_engine_nodes(inner, small, r->components, rank, there, member), LO_OK);
        assert_int_equal(lo_engine_nodes(outer, small, residual, p - rank, there, member), LO_OK);
        for (slong k = 0; k < rank; k++)
            assert_int_equal(inner[k], field[pivot[k]]);
        for (slong i = 0, k = 0, n = 0; i < p; i++) {
            if (k < rank && pivot[k] == i) {
                assert_int_equal(point->theta[i], there->theta[k]);
                k++;
                continue;
            }
            ulong expected = field[i];
            for (slong j = 0; j < rank; j++) {
                assert_true(lo_residue(&u, fmpq_mat_entry(d, j, i), q));
                expected = nmod_sub(expected, nmod_mul(u, field[pivot[j]], q), q);
            }
            invariant = invariant && outer[n] == 0;
            assert_int_equal(outer[n++], expected);
        }
    }
    lo_modpoint_clear(point);
    lo_modpoint_clear(there);
    lo_engine_clear(e);
    lo_engine_clear(small);
    lo_family_free(r);
    return invariant;
}

static void test_restriction_to_random_subspaces(void **state)
{
    (void) state;
    start(4);
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        lo_model_ptr m;
        lo_family_ptr f = open_family(&m, models[i], LO_RELU_PATHS);
        for (int round = 0; round < 6 && f->natoms == 0 && f->p <= 16; round++) {
            fmpq_mat_t d;
            slong pivot[16];
            fmpq *theta0 = _fmpq_vec_init(f->p);
            for (slong k = 0; k < f->p; k++)
                fmpq_set_si(theta0 + k, between(1, 9), (ulong) between(1, 4));
            random_directions(d, pivot, between(1, f->p), f->p);
            check_restriction(f, d, pivot, theta0);
            fmpq_mat_clear(d);
            _fmpq_vec_clear(theta0, f->p);
        }
        close_family(f, m);
    }
}

/* Fixed sets of orthogonal symmetries are invariant: a dead column of U V', and two equal columns. */
static void test_restriction_to_invariant_subspaces(void **state)
{
    (void) state;
    static const struct {
        slong rank, pivot[4], equal; /* equal: column 2 repeats column 1 */
        int invariant;
    } spaces[] = { { 4, { 0, 2, 4, 6 }, 0, 1 }, { 4, { 0, 2, 4, 6 }, 1, 1 }, { 4, { 0, 1, 4, 6 }, 0, 0 },
                   { 2, { 0, 4 }, 0, 0 } };
    for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
        lo_model_ptr m;
        lo_family_ptr f = open_family(&m, models[0], LO_RELU_PATHS);
        fmpq_mat_t d;
        fmpq *theta0 = _fmpq_vec_init(8);
        fmpq_mat_init(d, spaces[i].rank, 8);
        for (slong k = 0; k < spaces[i].rank; k++) {
            fmpq_one(fmpq_mat_entry(d, k, spaces[i].pivot[k]));
            if (spaces[i].equal)
                fmpq_one(fmpq_mat_entry(d, k, spaces[i].pivot[k] + 1));
        }
        assert_int_equal(check_restriction(f, d, spaces[i].pivot, theta0), spaces[i].invariant);
        fmpq_mat_clear(d);
        _fmpq_vec_clear(theta0, 8);
        close_family(f, m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_two_engines_agree),
        cmocka_unit_test(test_the_two_engines_agree_on_random_families),
        cmocka_unit_test(test_exact_values_reduce_to_residues),
        cmocka_unit_test(test_restriction_to_random_subspaces),
        cmocka_unit_test(test_restriction_to_invariant_subspaces),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
