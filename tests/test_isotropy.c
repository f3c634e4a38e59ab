/* test_isotropy.c - blocks of rotations, isotropy types, classes that rotations merge.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold_support.h"

#include "family/modular.h"
#include "manifold/invariant.h"
#include "manifold/isotropy.h"
#include "manifold/rotation.h"

#include <stdlib.h>

static void analyse_sims(lo_sims_t sims, lo_model_ptr *m, lo_family_ptr *f, const char *text)
{
    *f = open_family(m, text, LO_RELU_PATHS);
    lo_sims_init(sims);
    if (lo_sims(sims, *f, NULL, NULL, ctx) != LO_OK)
        fail_msg("%s\n%s", text, lo_ctx_message(ctx));
}

/* ---- two-layer linear networks: theory, sections 3 and 4 ---- */

static int representatives(const lo_sims_struct *s)
{
    int n = 0;
    for (long i = 0; i < s->nmanifolds; i++)
        n += s->manifolds[i].rotates_to == s->manifolds[i].id;
    return n;
}

/* U n x r, V m x r, N = n + m: one type for each rank 0 .. min(r, N), O(r - rank) fixes, the union has dimension
 * rank (N + r - rank), its points have orbits of dimension N rank - rank (rank + 1) / 2. */
static void test_two_layer_linear(void **state)
{
    (void) state;
    start(1);
    for (long n = 1; n <= 3; n++)
        for (long r = 2; r <= 4; r++)
            for (long m = 1; m <= 2; m++) {
                char text[128];
                lo_model_ptr model = NULL;
                lo_family_ptr f;
                lo_sims_t s;
                long rows = n + m, most = r < rows ? r : rows;
                if (rows * r > 16)
                    continue;
                snprintf(text, sizeof(text), "param U[%ld,%ld], V[%ld,%ld]; input x[%ld]; output U*V'*x", n,
                         r, m, r, m);
                analyse_sims(s, &model, &f, text);
                assert_int_equal(s->nrotated,
                                 rows > 2); /* |u + v|^2 - |u - v|^2: two groups, in other coordinates */
                if (s->nrotated == 0) {
                    lo_sims_clear(s);
                    close_family(f, model);
                    continue;
                }
                assert_string_equal(s->rotated[0].matrix, "[U; V]");
                assert_int_equal(s->rotated[0].rows, rows);
                assert_int_equal(s->rotated[0].columns, r);
                assert_true(s->rotated[0].reflects);
                assert_int_equal(s->types_complete, LO_TRUE);
                assert_int_equal(s->ntypes, most + 1);
                for (long k = 0; k < s->ntypes; k++) {
                    const lo_isotropy_struct *t = s->types + k;
                    long rank = most - k;
                    char group[32];
                    snprintf(group, sizeof(group), rank < r ? "O(%ld)" : "1", r - rank);
                    assert_int_equal(t->ranks[0], rank);
                    assert_string_equal(t->group, group);
                    assert_int_equal(t->subspace, rows * rank);
                    assert_int_equal(t->dimension, rank * (rows + r - rank));
                    assert_int_equal(t->orbit_lower, rows * rank - rank * (rank + 1) / 2);
                    assert_int_equal(t->orbit_upper, rows * rank - rank * (rank + 1) / 2);
                    assert_int_equal(t->nequations, rows * (r - rank));
                    assert_in_range(t->manifold, 1, s->nmanifolds);
                    const lo_manifold_struct *on = s->manifolds + t->manifold - 1;
                    assert_int_equal(on->dimension, t->subspace);
                    assert_int_equal(on->rotates_to, on->id);
                    assert_int_equal(on->union_dimension, t->dimension);
                    assert_true(on->union_exact);
                }
                /* a pattern is R^N x L, and rotations know the dimension of L only: more of them than types when r > N */
                if (s->complete == LO_TRUE)
                    assert_int_equal(representatives(s), r + 1);
                lo_sims_clear(s);
                close_family(f, model);
            }
}

/* ---- minors ---- */

static void value_of(fmpq_t value, const lo_family_struct *f, const char *text, const fmpq *theta)
{
    slong graph_node, node = 0;
    lo_family_ptr own = NULL;
    assert_int_equal(
        lo_model_expression(&graph_node, (lo_model_struct *) f->model, text, strlen(text), "minor", ctx),
        LO_OK);
    assert_int_equal(lo_family_build(&own, f->model, f->relu, ctx), LO_OK);
    assert_int_equal(lo_family_lower_law(&node, own, graph_node, ctx), LO_OK);
    fmpq *aux = _fmpq_vec_init(own->naux);
    assert_int_equal(lo_exact_node(value, own, node, theta, aux), LO_OK);
    _fmpq_vec_clear(aux, own->naux);
    lo_family_free(own);
}

/* theta := a rational point of the rotated fixed subspace: M_l := M_l (R^k in a random k-dimensional subspace). */
static void point_of_rank(fmpq *theta, const lo_block_struct *b, long rank)
{
    fmpq *span = _fmpq_vec_init(rank * b->r);
    fmpq_t c;
    fmpq_init(c);
    for (slong t = 0; t < rank * b->r; t++)
        random_rational(span + t);
    for (slong row = 0; row < b->n; row++) {
        for (slong t = 0; t < b->r; t++)
            fmpq_zero(theta + labs(b->entry[row * b->r + t]) - 1);
        for (long k = 0; k < rank; k++) {
            random_rational(c);
            for (slong t = 0; t < b->r; t++) {
                slong e = b->entry[row * b->r + t];
                fmpq *x = theta + labs(e) - 1;
                if (e > 0)
                    fmpq_addmul(x, c, span + k * b->r + t);
                else
                    fmpq_submul(x, c, span + k * b->r + t);
            }
        }
    }
    fmpq_clear(c);
    _fmpq_vec_clear(span, rank * b->r);
}

/* They vanish at points of the rank, not all of them at points of one more. */
static void test_minors(void **state)
{
    (void) state;
    static const char *const models[] = {
        "param U[2,2], V[2,2]; input x[2]; output U*V'*x",
        "param U[1,3], V[2,3]; input x[2]; output U*V'*x",
        "param Q[2,1], K[2,2]; input x[2]; output Q'*K*x",
        "param a, b, c, d; input x[2]; output (a*c - b*d)*x[1] + (a*d + b*c)*x[2]",
        "param a[3]; input x; output dot(a, a)*x",
        "param u[2], v[2]; input x; output (u[1]*v[2] - u[2]*v[1])^2*x + dot(u, u)*x^2 + dot(v, v)*x^3 + "
        "dot(u, v)*x^4",
    };
    start(2);
    for (size_t k = 0; k < sizeof(models) / sizeof(models[0]); k++) {
        lo_model_ptr model = NULL;
        lo_family_ptr f;
        lo_sims_t s;
        subject_struct subject;
        lo_rotations_t r;
        lo_blocks_t blocks;
        fmpq_t value;
        open_subject(&subject, models[k]);
        analyse_sims(s, &model, &f, models[k]);
        assert_int_equal(lo_rotations_find(r, f, ctx), LO_OK);
        assert_int_equal(lo_blocks_find(blocks, r, subject.symmetry, ctx), LO_OK);
        assert_int_equal(blocks->n, 1);
        fmpq *theta = _fmpq_vec_init(f->p);
        fmpq_init(value);
        for (long t = 0; t < s->ntypes; t++) {
            const lo_isotropy_struct *type = s->types + t;
            assert_int_equal(strtol(type->minors, NULL, 10), type->nminors);
            for (int above = 0; above < 2 && type->nminors > 0; above++) {
                int nonzero = 0;
                point_of_rank(theta, blocks->blocks, type->ranks[0] + above);
                for (long i = 0; i < type->nminors; i++) {
                    value_of(value, f, type->minor[i], theta);
                    nonzero |= !fmpq_is_zero(value);
                }
                assert_int_equal(nonzero, above);
            }
        }
        fmpq_clear(value);
        _fmpq_vec_clear(theta, f->p);
        lo_blocks_clear(blocks);
        lo_rotations_clear(r);
        lo_sims_clear(s);
        close_family(f, model);
        close_subject(&subject);
    }
}

/* Gradient descent in rational arithmetic stays on the strata of low rank, curved as they are; beside them it does not come back. */
static void test_descent_keeps_the_rank(void **state)
{
    (void) state;
    static const char *const models[] = {
        "param U[2,2], V[2,2]; input x[2]; output U*V'*x",
        "param U[1,3], V[2,3]; input x[2]; output U*V'*x",
        "param U[2,2]; input x[2]; output U*U'*x",
    };
    start(5);
    for (size_t k = 0; k < sizeof(models) / sizeof(models[0]); k++) {
        subject_struct s;
        lo_rotations_t r;
        lo_blocks_t blocks;
        open_subject(&s, models[k]);
        assert_int_equal(lo_rotations_find(r, s.f, ctx), LO_OK);
        assert_int_equal(lo_blocks_find(blocks, r, s.symmetry, ctx), LO_OK);
        assert_int_equal(blocks->n, 1);
        const lo_block_struct *b = blocks->blocks;
        fmpq *theta = _fmpq_vec_init(s.p), *x = _fmpq_vec_init(s.p), *aux = _fmpq_vec_init(s.f->naux);
        fmpq_mat_t matrix;
        fmpq_t step;
        fmpq_mat_init(matrix, b->n, b->r);
        fmpq_init(step);
        fmpq_set_si(step, -1, 7);
        for (long rank = 0; rank <= (b->n < b->r ? b->n : b->r); rank++) {
            point_of_rank(theta, b, rank);
            for (int round = 0; round < 4; round++) {
                for (slong t = 0; t < b->n * b->r; t++) {
                    fmpq *entry = fmpq_mat_entry(matrix, t / b->r, t % b->r);
                    fmpq_set(entry, theta + labs(b->entry[t]) - 1);
                    if (b->entry[t] < 0)
                        fmpq_neg(entry, entry);
                }
                assert_int_equal(fmpq_mat_rref(matrix, matrix), rank);
                random_member(aux, s.f, theta);
                field_at(x, s.f, theta, aux);
                for (slong i = 0; i < s.p; i++)
                    fmpq_addmul(theta + i, step, x + i);
            }
        }
        fmpq_mat_clear(matrix);
        fmpq_clear(step);
        _fmpq_vec_clear(theta, s.p);
        _fmpq_vec_clear(x, s.p);
        _fmpq_vec_clear(aux, s.f->naux);
        lo_blocks_clear(blocks);
        lo_rotations_clear(r);
        close_subject(&s);
    }
}

/* ---- recognition ---- */

static void test_blocks(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        long blocks; /* -1: rotations that are not of this kind */
        const char *matrix[2];
        long columns[2], reflects, types;
        lo_truth_t complete;
    } models[] = {
        { "param u[2], v[2]; input x; output dot(u, v)*x", -1, { 0 }, { 0 }, 0, 0, LO_UNKNOWN },
        { "param u[2,2], v[2]; input x[2]; output dot(u*x, v)", 1, { "[u'; v']" }, { 2 }, 1, 3, LO_TRUE },
        /* where [W1'; W2] = 0, [W2'; W3] has one row left: not rank 2 */
        { "input x[2]; net dense(2) -> dense(2) -> dense(1)",
          2,
          { "[W1'; W2]", "[W2'; W3]" },
          { 2, 2 },
          1,
          8,
          LO_UNKNOWN },
        { "param U[2,2]; input x; output (U[1,1]*U[2,2] - U[1,2]*U[2,1])*x",
          2,
          { "[U]", "[U']" },
          { 2, 2 },
          0,
          2,
          LO_UNKNOWN },
        { "param u[2,2], v[2], s[2,2], t[2]; input x[2]; output dot(u*x, v) + dot(s*x, t)*x[1]^2",
          2,
          { "[u'; v']", "[s'; t']" },
          { 2, 2 },
          1,
          9,
          LO_TRUE },
        { "param a, b, c, d, e, f; input x[2]; output (a*b + c*d)*x[1] + (a*e + c*f)*x[2]",
          1,
          { "[a, c; b, d; e, f]" },
          { 2 },
          1,
          3,
          LO_TRUE },
        /* weights 1 and 2: |a|, |b| and the real part of a^2 conj(b) */
        { "param a[2], b[2]; input x; output dot(a, a)*x + dot(b, b)*x^2 + ((a[1]^2 - a[2]^2)*b[1] + "
          "2*a[1]*a[2]*b[2])*x^3",
          -1,
          { 0 },
          { 0 },
          0,
          0,
          LO_UNKNOWN },
        { "param a[2], w[2]; input x; output dot(a, tanh(w*x))", 0, { 0 }, { 0 }, 0, 0, LO_UNKNOWN },
    };
    start(3);
    for (size_t k = 0; k < sizeof(models) / sizeof(models[0]); k++) {
        lo_model_ptr model = NULL;
        lo_family_ptr f;
        lo_sims_t s;
        analyse_sims(s, &model, &f, models[k].text);
        assert_int_equal(s->continuous_dimension > 0, models[k].blocks != 0);
        assert_int_equal(s->nrotated, models[k].blocks < 0 ? 0 : models[k].blocks);
        for (long l = 0; l < s->nrotated; l++) {
            assert_string_equal(s->rotated[l].matrix, models[k].matrix[l]);
            assert_int_equal(s->rotated[l].columns, models[k].columns[l]);
            assert_int_equal(s->rotated[l].reflects, models[k].reflects);
        }
        if (s->ntypes != models[k].types)
            fail_msg("%s: %ld types", models[k].text, s->ntypes);
        assert_int_equal(s->types_complete, models[k].complete);
        lo_sims_clear(s);
        close_family(f, model);
    }
}

/* ---- merging ---- */

/* Ranks modulo a prime at a random point of a pattern, which rotations do not change: of each matrix of a block, of each row
 * set of another block's column, of the sums of squares; and the norms of rows would be too many. */
static slong rank_at_random(const lo_block_struct *b, const int *pattern, slong p)
{
    nmod_mat_t a;
    ulong q = lo_prime(0), theta[MOST_COORDINATES];
    slong rank;
    nmod_mat_init(a, b->n, b->r, q);
    for (slong i = 0; i < p; i++) {
        int c = pattern[i];
        if (c == (int) i + 1)
            theta[i] = (ulong) between(1, 1000000);
        else
            theta[i] = c == 0 ? 0 : c > 0 ? theta[c - 1] : q - theta[-c - 1];
    }
    for (slong t = 0; t < b->n * b->r; t++) {
        ulong x = theta[labs(b->entry[t]) - 1];
        nmod_mat_entry(a, t / b->r, t % b->r) = b->entry[t] > 0 || x == 0 ? x : q - x;
    }
    rank = nmod_mat_rank(a);
    nmod_mat_clear(a);
    return rank;
}

/* What is merged agrees in everything that rotations keep; and here, what agrees in all of it is merged. */
static void test_merging(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        int representatives;
    } models[] = {
        { "param u[2,2], v[2,2]; input x[2]; output u*(v*x)", 3 },
        { "param u[2,3], v[3,1]; input x; output u*(v*x)", 4 },
        { "param a[4]; input x; output dot(a, a)*x", 5 },
        { "input x[2]; net dense(2) -> dense(2) -> dense(2)", 52 },
    };
    start(4);
    for (size_t k = 0; k < sizeof(models) / sizeof(models[0]); k++) {
        lo_model_ptr model = NULL;
        lo_family_ptr f;
        lo_sims_t s;
        subject_struct subject;
        lo_rotations_t r;
        lo_blocks_t blocks;
        lo_lattice_t lattice;
        slong orbit[MOST_COORDINATES];
        open_subject(&subject, models[k].text);
        analyse_sims(s, &model, &f, models[k].text);
        assert_int_equal(representatives(s), models[k].representatives);
        assert_int_equal(lo_rotations_find(r, f, ctx), LO_OK);
        assert_int_equal(lo_blocks_find(blocks, r, subject.symmetry, ctx), LO_OK);
        lo_lattice_init(lattice, f->p);
        lo_signed_group_orbits(orbit, subject.group);
        assert_int_equal(lo_invariant_patterns(lattice, f, subject.symmetry, subject.group,
                                               s->sought == LO_SOUGHT_ALL ? NULL : orbit, 100000, WORD_MAX, ctx),
                         LO_OK);
        lo_lattice_sort(lattice);
        assert_int_equal(lattice->n, s->nmanifolds);
        for (long i = 0; i < s->nmanifolds; i++) {
            const lo_manifold_struct *a = s->manifolds + i, *b = s->manifolds + a->rotates_to - 1;
            assert_int_equal(b->rotates_to, b->id);
            assert_int_equal(a->dimension, b->dimension);
            assert_int_equal(a->orbit_lower, b->orbit_lower);
            assert_int_equal(a->laws, b->laws);
            assert_int_equal(a->families, b->families);
            assert_int_equal(a->union_dimension, b->union_dimension);
            for (slong l = 0; l < blocks->n; l++)
                assert_int_equal(
                    rank_at_random(blocks->blocks + l, lattice->pattern + i * f->p, f->p),
                    rank_at_random(blocks->blocks + l, lattice->pattern + (b->id - 1) * f->p, f->p));
        }
        lo_lattice_clear(lattice);
        lo_blocks_clear(blocks);
        lo_rotations_clear(r);
        lo_sims_clear(s);
        close_family(f, model);
        close_subject(&subject);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_layer_linear),
        cmocka_unit_test(test_minors),
        cmocka_unit_test(test_descent_keeps_the_rank),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_merging),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
