/* test_family.c - tapes, gradients, algebras, brackets by jets, atoms, patterns: laws on random input.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "test_support.h"

#include "family/modular.h"

#include <flint/nmod_poly.h>

/* ---- tapes --------------------------------------------------------------------------------------------- */

static void test_builders_fold(void **state)
{
    (void) state;
    lo_tape_t t;
    fmpq_t q;
    fmpq_init(q);
    lo_tape_init(t, 1000);
    slong x = lo_tape_leaf(t, LO_T_VAR, 0), y = lo_tape_leaf(t, LO_T_AUX, 0);
    slong three = lo_tape_const_si(t, 3), half;
    fmpq_set_si(q, 1, 2);
    half = lo_tape_const(t, q);
    assert_int_equal(lo_tape_const_si(t, 1), LO_TAPE_ONE);
    assert_int_equal(lo_tape_const_si(t, 0), LO_TAPE_ZERO);
    slong n = t->n; /* none of these needs a node */
    assert_int_equal(lo_tape_mul(t, x, LO_TAPE_ZERO), LO_TAPE_ZERO);
    assert_int_equal(lo_tape_mul(t, LO_TAPE_ZERO, x), LO_TAPE_ZERO);
    assert_int_equal(lo_tape_mul(t, x, LO_TAPE_ONE), x);
    assert_int_equal(lo_tape_mul(t, LO_TAPE_ONE, x), x);
    assert_int_equal(lo_tape_add(t, x, LO_TAPE_ZERO, -1), x);
    assert_int_equal(lo_tape_add(t, LO_TAPE_ZERO, y, 1), y);
    assert_int_equal(lo_tape_div(t, x, LO_TAPE_ONE), x);
    assert_int_equal(lo_tape_pow(t, x, 1), x);
    assert_int_equal(lo_tape_pow(t, x, 0), LO_TAPE_ONE);
    lo_tape_begin(t);
    assert_int_equal(lo_tape_end(t), LO_TAPE_ZERO);
    assert_int_equal(t->n, n);
    assert_true(lo_tape_is_si(t, lo_tape_mul(t, three, three), 9));
    assert_true(lo_tape_is_si(t, lo_tape_div(t, three, half), 6));
    assert_true(lo_tape_is_si(t, lo_tape_pow(t, half, -3), 8));
    assert_true(lo_tape_is_si(t, lo_tape_mul(t, lo_tape_pow(t, three, 2), half), 4) == 0);
    slong nodes[3] = { lo_tape_mul(t, x, half), lo_tape_mul(t, half, x), lo_tape_div(t, x, lo_tape_const_si(t, 2)) };
    for (int i = 0; i < 3; i++) { /* each is one term 1/2 x */
        const lo_tnode_struct *node = t->nodes + nodes[i];
        assert_int_equal(node->op, LO_T_DOT);
        assert_int_equal(node->len, 1);
        assert_int_equal(t->terms[node->first].a, x);
        assert_int_equal(t->terms[node->first].b, -1);
        assert_true(fmpq_equal(t->constants + t->terms[node->first].coef, q));
    }
    slong constants = t->nconstants; /* a run of equal coefficients is stored once */
    fmpq_set_si(q, 7, 5);
    lo_tape_begin(t);
    for (int i = 0; i < 50; i++) {
        lo_tape_term_scaled(t, q, i % 2 ? x : y, x);
        lo_tape_term(t, x, LO_TAPE_ZERO);
    }
    slong sum = lo_tape_end(t);
    assert_int_equal(t->nodes[sum].len, 50);
    assert_int_equal(t->nconstants, constants + 1);
    assert_int_equal(t->status, LO_OK);
    lo_tape_clear(t);
    fmpq_clear(q);
}

static void test_tape_limit(void **state)
{
    (void) state;
    for (slong limit = 2; limit < 20; limit++) {
        lo_tape_t t;
        lo_tape_init(t, limit);
        for (slong i = 2; i < limit; i++)
            assert_int_equal(lo_tape_leaf(t, LO_T_VAR, i), i);
        assert_int_equal(t->status, LO_OK);
        assert_int_equal(lo_tape_leaf(t, LO_T_VAR, 0), 0);
        assert_int_equal(t->status, LO_UNABLE);
        assert_int_equal(lo_tape_mul(t, 0, 0), 0); /* the failure stays */
        assert_int_equal(t->n, limit);
        lo_tape_clear(t);
    }
}

/* A family made by hand: p coordinates, one input, one output. */
static void hand_family(lo_family_struct *f, slong p)
{
    memset(f, 0, sizeof(*f));
    f->p = p;
    f->naux = 1;
    lo_tape_init(f->tape, 10000);
    f->var = lo_alloc((size_t) p, sizeof(slong));
    f->components = lo_alloc((size_t) p, sizeof(slong));
    f->aux = lo_alloc(1, sizeof(*f->aux));
    f->aux[0].kind = LO_AUX_COVECTOR;
    f->outputs = lo_alloc(1, sizeof(slong));
    for (slong i = 0; i < p; i++)
        f->var[i] = f->components[i] = lo_tape_leaf(f->tape, LO_T_VAR, i);
}

static void hand_clear(lo_family_struct *f)
{
    lo_tape_clear(f->tape);
    lo_free(f->var);
    lo_free(f->components);
    lo_free(f->aux);
    lo_free(f->outputs);
    lo_free(f->atoms);
    lo_free(f->atom_of_node);
}

static slong random_node(const lo_tape_t t)
{
    return between(2, t->n - 1);
}

static void grow_random_tape(lo_family_struct *f, slong steps)
{
    lo_tape_struct *t = f->tape;
    fmpq_t c;
    fmpq_init(c);
    lo_tape_leaf(t, LO_T_AUX, 0);
    for (slong i = 0; i < steps; i++) {
        switch (between(0, 7)) {
        case 0:
            lo_tape_div(t, random_node(t), random_node(t));
            break;
        case 1:
            lo_tape_pow(t, random_node(t), between(-3, 4));
            break;
        case 2: /* the argument depends on a coordinate of its own */
            lo_tape_fun(t, (lo_fun_t) between(LO_FUN_EXP, LO_FUN_TANH),
                        lo_tape_add(t, random_node(t), f->var[between(0, f->p - 1)], 1));
            break;
        default:
            lo_tape_begin(t);
            for (slong k = between(1, 4); k > 0; k--) {
                fmpq_set_si(c, between(-4, 4), (ulong) between(1, 3));
                lo_tape_term_scaled(t, c, random_node(t), between(0, 3) == 0 ? -1 : random_node(t));
            }
            lo_tape_end(t);
        }
    }
    f->outputs[0] = t->n - 1;
    fmpq_clear(c);
}

/* Compares the gradient nodes with jets of the output. Returns 1 when the tape could be evaluated. */
static int gradient_agrees(slong p, slong steps)
{
    lo_family_struct f;
    lo_engine_t e;
    lo_modpoint_t point = { { NULL, NULL, 0 } };
    slong one = LO_TAPE_ONE;
    hand_family(&f, p);
    grow_random_tape(&f, steps);
    assert_int_equal(lo_tape_gradient(f.components, p, f.tape, f.outputs, &one, 1), LO_OK);
    assert_int_equal(lo_family_collect_atoms(&f, ctx), LO_OK);
    lo_status_t status = lo_engine_init(e, &f, 0, 0, ctx);
    ulong *theta = lo_alloc((size_t) (4 * p), sizeof(ulong)), *u = lo_alloc((size_t) (2 * p), sizeof(ulong));
    ulong *wide = lo_alloc((size_t) (4 * p), sizeof(ulong)), *v = u + p, member, jet[4], first = 0;
    if (status == LO_OK)
        status = lo_modpoint_init(point, e);
    if (status == LO_OK)
        status = lo_modpoint_randomise(point, e);
    randomise(u, 2 * p, e->mod);
    randomise(&member, 1, e->mod);
    if (status == LO_OK) { /* the gradient along u, and its derivative along v */
        lo_modalg_t dual, second, series;
        lo_modalg_jets(dual, e->mod, 1);
        lo_modalg_jets(second, e->mod, 2);
        lo_modalg_series(series, e->mod, 2);
        for (slong i = 0; i < p; i++) {
            theta[2 * i] = point->theta[i];
            theta[2 * i + 1] = v[i];
        }
        status = lo_engine_field(wide, e, dual, theta, point, &member);
        ulong mixed = 0;
        for (slong i = 0; i < p; i++) {
            first = nmod_add(first, nmod_mul(u[i], wide[2 * i], e->mod), e->mod);
            mixed = nmod_add(mixed, nmod_mul(u[i], wide[2 * i + 1], e->mod), e->mod);
        }
        for (slong i = 0; i < p; i++) {
            theta[4 * i] = point->theta[i];
            theta[4 * i + 1] = u[i];
            theta[4 * i + 2] = v[i];
            theta[4 * i + 3] = 0;
        }
        if (status == LO_OK)
            status = lo_engine_nodes_over(jet, e, second, f.outputs, 1, theta, point, &member);
        if (status == LO_OK) {
            assert_int_equal(jet[1], first);
            assert_int_equal(jet[3], mixed);
        }
        for (slong i = 0; i < p; i++) {
            theta[2 * i] = point->theta[i];
            theta[2 * i + 1] = u[i];
        }
        if (status == LO_OK && lo_engine_nodes_over(jet, e, series, f.outputs, 1, theta, point, &member) == LO_OK)
            assert_int_equal(jet[1], first);
    }
    lo_modpoint_clear(point);
    lo_engine_clear(e);
    hand_clear(&f);
    lo_free(theta);
    lo_free(u);
    lo_free(wide);
    return status == LO_OK && first != 0;
}

static void test_gradient_is_the_derivative_of_jets(void **state)
{
    (void) state;
    slong good = 0;
    start(1);
    for (int i = 0; i < 600; i++)
        good += gradient_agrees(between(1, 4), between(1, 25));
    assert_true(good > 100); /* the others divide by zero, or need relations with large coefficients */
}

/* ---- algebras ------------------------------------------------------------------------------------------ */

static void check_ring(const lo_modalg_t alg)
{
    ulong x[9][32];
    slong w = alg->w;
    nmod_t mod = alg->mod;
    for (int round = 0; round < 40; round++) {
        ulong *a = x[0], *b = x[1], *c = x[2], *s = x[3], *t = x[4], *u = x[5], *v = x[6];
        for (int i = 0; i < 3; i++)
            randomise(x[i], w, mod);
        lo_modalg_mul(s, a, b, alg);
        lo_modalg_mul(t, b, a, alg);
        assert_memory_equal(s, t, (size_t) w * sizeof(ulong));
        lo_modalg_mul(u, s, c, alg); /* (ab)c = a(bc) */
        lo_modalg_mul(t, b, c, alg);
        lo_modalg_mul(v, a, t, alg);
        assert_memory_equal(u, v, (size_t) w * sizeof(ulong));
        _nmod_vec_add(u, b, c, w, mod); /* a(b+c) = ab + ac */
        lo_modalg_mul(v, a, u, alg);
        lo_modalg_mul(t, a, c, alg);
        _nmod_vec_add(u, s, t, w, mod);
        assert_memory_equal(u, v, (size_t) w * sizeof(ulong));
        if (round % 4 == 0)
            b[0] = 0;
        assert_int_equal(lo_modalg_div(u, a, b, alg), b[0] != 0);
        if (b[0] != 0) { /* (a/b) b = a */
            lo_modalg_mul(v, u, b, alg);
            assert_memory_equal(a, v, (size_t) w * sizeof(ulong));
        }
    }
}

static void test_jets_are_a_ring(void **state)
{
    (void) state;
    start(2);
    for (slong k = 0; k <= 5; k++) {
        lo_modalg_t alg;
        nmod_t mod;
        nmod_init(&mod, lo_prime(k));
        lo_modalg_jets(alg, mod, k);
        assert_int_equal(alg->w, 1 << k);
        check_ring(alg);
        for (slong s = 0; s < alg->w; s++) /* e_S e_T = e_(S u T), or 0 when they meet */
            for (slong t = 0; t < alg->w; t++) {
                ulong a[32] = { 0 }, b[32] = { 0 }, c[32];
                a[s] = b[t] = 1;
                lo_modalg_mul(c, a, b, alg);
                for (slong i = 0; i < alg->w; i++)
                    assert_int_equal(c[i], (s & t) == 0 && i == (s | t));
            }
    }
}

static void test_series_are_a_ring(void **state)
{
    (void) state;
    start(3);
    for (slong n = 1; n <= 9; n++) {
        lo_modalg_t alg;
        nmod_t mod;
        nmod_init(&mod, lo_prime(n % 3));
        lo_modalg_series(alg, mod, n);
        check_ring(alg);
        nmod_poly_t a, b; /* against FLINT's truncated product */
        ulong x[9], y[9], z[9];
        nmod_poly_init(a, mod.n);
        nmod_poly_init(b, mod.n);
        randomise(x, n, mod);
        randomise(y, n, mod);
        for (slong i = 0; i < n; i++) {
            nmod_poly_set_coeff_ui(a, i, x[i]);
            nmod_poly_set_coeff_ui(b, i, y[i]);
        }
        nmod_poly_mullow(a, a, b, n);
        lo_modalg_mul(z, x, y, alg);
        for (slong i = 0; i < n; i++)
            assert_int_equal(z[i], nmod_poly_get_coeff_ui(a, i));
        nmod_poly_clear(a);
        nmod_poly_clear(b);
    }
}

static void test_jets_of_series_are_a_ring(void **state)
{
    (void) state;
    start(4);
    for (slong k = 0; k <= 3; k++) {
        for (slong n = 1; n << k <= 32; n++) {
            lo_modalg_t alg, series;
            nmod_t mod;
            ulong a[32], b[32], c[32], d[32];
            nmod_init(&mod, n % 2 ? 65521 : lo_prime(0));
            lo_modalg_mixed(alg, mod, k, n);
            lo_modalg_series(series, mod, n);
            check_ring(alg);
            randomise(a, alg->w, mod); /* the part without e is a product of series */
            randomise(b, alg->w, mod);
            lo_modalg_mul(c, a, b, alg);
            lo_modalg_mul(d, a, b, series);
            assert_memory_equal(c, d, (size_t) n * sizeof(ulong));
        }
    }
}

static void test_lazy_sums_do_not_overflow(void **state)
{
    (void) state;
    lo_modalg_t alg;
    nmod_t mod;
    ulong a[200], c[200];
    nmod_init(&mod, lo_prime(0));
    lo_modalg_series(alg, mod, 200);
    for (slong i = 0; i < 200; i++)
        a[i] = mod.n - 1; /* the largest products: coefficient s of the square is s + 1 */
    lo_modalg_mul(c, a, a, alg);
    for (slong i = 0; i < 200; i++)
        assert_int_equal(c[i], i + 1);
    unsigned __int128 most = (unsigned __int128) (mod.n - 1) * (mod.n - 1) * LO_LAZY + (mod.n - 1);
    assert_int_equal(lo_reduce(most, mod), (LO_LAZY - 1) % mod.n);
    for (slong i = 0; i < 12; i++) {
        assert_true(n_is_prime(lo_prime(i)) && lo_prime(i) < (UWORD(1) << 61) && lo_prime(i) > (UWORD(1) << 60));
        assert_true(i == 0 || lo_prime(i) < lo_prime(i - 1));
    }
}

/* ---- brackets ------------------------------------------------------------------------------------------ */

static void bracket(ulong *value, lo_engine_t e, const lo_modpoint_t point, slong n, const ulong *a, const ulong *b,
                    const ulong *c)
{
    const ulong *word[3] = { a, b, c };
    assert_int_equal(lo_engine_bracket(value, e, word, n, point), LO_OK);
}

static void check_bracket_laws(lo_engine_t e, const lo_modpoint_t point)
{
    slong p = e->family->p, naux = e->family->naux;
    ulong x[8], y[8], z[8], s[8], u[16], v[16], w[16], t[16];
    assert_true(naux <= 8 && p <= 16);
    randomise(x, naux, e->mod);
    randomise(y, naux, e->mod);
    randomise(z, naux, e->mod);
    ulong c = lo_random_below(rnd, e->mod.n);
    for (slong i = 0; i < naux; i++) /* members are linear in the covector, all that a raw family has */
        s[i] = nmod_add(x[i], nmod_mul(c, y[i], e->mod), e->mod);
    bracket(u, e, point, 2, s, z, NULL); /* [x + c y, z] = [x, z] + c [y, z] */
    bracket(v, e, point, 2, x, z, NULL);
    bracket(w, e, point, 2, y, z, NULL);
    _nmod_vec_scalar_addmul_nmod(v, w, p, c, e->mod);
    assert_memory_equal(u, v, (size_t) p * sizeof(ulong));
    bracket(u, e, point, 2, x, y, NULL); /* [x, y] = -[y, x], [x, x] = 0 */
    bracket(v, e, point, 2, y, x, NULL);
    _nmod_vec_add(u, u, v, p, e->mod);
    assert_true(_nmod_vec_is_zero(u, p));
    bracket(u, e, point, 2, x, x, NULL);
    assert_true(_nmod_vec_is_zero(u, p));
    bracket(u, e, point, 3, x, y, z); /* Jacobi */
    bracket(v, e, point, 3, y, z, x);
    bracket(w, e, point, 3, z, x, y);
    _nmod_vec_add(t, u, v, p, e->mod);
    _nmod_vec_add(t, t, w, p, e->mod);
    assert_true(_nmod_vec_is_zero(t, p));
    bracket(v, e, point, 3, x, z, y); /* [x, [y, z]] = -[x, [z, y]] */
    _nmod_vec_add(u, u, v, p, e->mod);
    assert_true(_nmod_vec_is_zero(u, p));
}

static void test_jet_brackets_are_a_lie_bracket(void **state)
{
    (void) state;
    char text[4000];
    start(4);
    for (int i = 0; i < 150; i++) {
        lo_model_ptr m;
        lo_engine_t e;
        lo_modpoint_t point;
        random_fields(text, sizeof(text), between(1, 4), 3, i % 2, 0);
        lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
        assert_int_equal(lo_engine_init(e, f, i % 3, 0, ctx), LO_OK);
        assert_int_equal(lo_modpoint_init(point, e), LO_OK);
        assert_int_equal(lo_modpoint_randomise(point, e), LO_OK);
        for (int k = 0; k < 3; k++)
            check_bracket_laws(e, point);
        lo_modpoint_clear(point);
        lo_engine_clear(e);
        close_family(f, m);
    }
}

/* ---- atoms --------------------------------------------------------------------------------------------- */

enum { ST, CT, S2T, C2T, SHT, CHT, SS, CS, STS, CTS, ST1, S1, C1, EX, E2X1, E1, TX, EXS, EXTS, ES, THIRD, ATOM_NODES };

/* Appends fun(a t + b s + c). */
static slong atom(lo_family_struct *f, lo_fun_t fun, const char *a, const char *b, const char *c)
{
    const char *texts[3] = { a, b, c };
    slong nodes[3] = { f->var[0], f->var[1], LO_TAPE_ONE };
    fmpq_t q;
    fmpq_init(q);
    lo_tape_begin(f->tape);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fmpq_set_str(q, texts[i], 10), 0);
        lo_tape_term_scaled(f->tape, q, nodes[i], -1);
    }
    fmpq_clear(q);
    return lo_tape_fun(f->tape, fun, lo_tape_end(f->tape));
}

static void test_atoms_obey_the_addition_theorems(void **state)
{
    (void) state;
    lo_family_struct f;
    lo_engine_t e;
    lo_modpoint_t point;
    slong n[ATOM_NODES];
    ulong v[ATOM_NODES], member = 0;
    hand_family(&f, 2);
    const struct {
        int which;
        lo_fun_t fun;
        const char *a, *b, *c;
    } list[ATOM_NODES] = {
        { S2T, LO_FUN_SIN, "2", "0", "0" }, { C2T, LO_FUN_COS, "2", "0", "0" }, { ST, LO_FUN_SIN, "1", "0", "0" },
        { CT, LO_FUN_COS, "1", "0", "0" }, { SHT, LO_FUN_SIN, "1/2", "0", "0" }, { CHT, LO_FUN_COS, "1/2", "0", "0" },
        { STS, LO_FUN_SIN, "1", "-1", "0" }, { CTS, LO_FUN_COS, "1", "-1", "0" }, { SS, LO_FUN_SIN, "0", "1", "0" },
        { CS, LO_FUN_COS, "0", "1", "0" }, { ST1, LO_FUN_SIN, "1", "0", "1" }, { S1, LO_FUN_SIN, "0", "0", "1" },
        { C1, LO_FUN_COS, "0", "0", "1" }, { TX, LO_FUN_TANH, "1", "0", "0" }, { EX, LO_FUN_EXP, "1", "0", "0" },
        { E2X1, LO_FUN_EXP, "2", "0", "1" }, { E1, LO_FUN_EXP, "0", "0", "1" }, { EXS, LO_FUN_EXP, "1", "-2/5", "0" },
        { ES, LO_FUN_EXP, "0", "1", "0" }, { THIRD, LO_FUN_EXP, "1/3", "0", "0" }, { EXTS, LO_FUN_EXP, "1", "1", "0" },
    };
    for (int i = 0; i < ATOM_NODES; i++)
        n[list[i].which] = atom(&f, list[i].fun, list[i].a, list[i].b, list[i].c);
    slong product = lo_tape_fun(f.tape, LO_FUN_EXP, lo_tape_mul(f.tape, f.var[0], f.var[1])); /* independent */
    assert_int_equal(lo_family_collect_atoms(&f, ctx), LO_OK);
    for (slong prime = 0; prime < 4; prime++) {
        assert_int_equal(lo_engine_init(e, &f, prime, 0, ctx), LO_OK);
        assert_int_equal(lo_modpoint_init(point, e), LO_OK);
        nmod_t q = e->mod;
        for (int round = 0; round < 10; round++) {
            ulong other;
            assert_int_equal(lo_modpoint_randomise(point, e), LO_OK);
            assert_int_equal(lo_engine_nodes(v, e, n, ATOM_NODES, point, &member), LO_OK);
            assert_int_equal(lo_engine_nodes(&other, e, &product, 1, point, &member), LO_OK);
#define MUL(a, b) nmod_mul(a, b, q)
#define ADD(a, b) nmod_add(a, b, q)
#define SUB(a, b) nmod_sub(a, b, q)
            assert_int_equal(ADD(MUL(v[ST], v[ST]), MUL(v[CT], v[CT])), 1);
            assert_int_equal(v[S2T], MUL(2, MUL(v[ST], v[CT])));
            assert_int_equal(v[C2T], SUB(MUL(v[CT], v[CT]), MUL(v[ST], v[ST])));
            assert_int_equal(v[ST], MUL(2, MUL(v[SHT], v[CHT])));
            assert_int_equal(v[CT], SUB(MUL(v[CHT], v[CHT]), MUL(v[SHT], v[SHT])));
            assert_int_equal(v[STS], SUB(MUL(v[ST], v[CS]), MUL(v[CT], v[SS])));
            assert_int_equal(v[CTS], ADD(MUL(v[CT], v[CS]), MUL(v[ST], v[SS])));
            assert_int_equal(v[ST1], ADD(MUL(v[ST], v[C1]), MUL(v[CT], v[S1])));
            assert_int_equal(v[E2X1], MUL(MUL(v[EX], v[EX]), v[E1]));
            assert_int_equal(v[EXTS], MUL(v[EX], v[ES]));
            assert_int_equal(v[EX], MUL(v[THIRD], MUL(v[THIRD], v[THIRD])));
            ulong fifth = n_powmod2(v[EXS], 5, q.n); /* exp(t - 2s/5)^5 exp(s)^2 = exp(t)^5 */
            assert_int_equal(MUL(fifth, MUL(v[ES], v[ES])), n_powmod2(v[EX], 5, q.n));
            ulong square = MUL(v[EX], v[EX]); /* tanh (E^2 + 1) = E^2 - 1 */
            assert_int_equal(MUL(v[TX], ADD(square, 1)), SUB(square, 1));
            assert_int_not_equal(other, v[EXTS]); /* and no relation is invented */
            assert_int_not_equal(other, MUL(v[EX], v[ES]));
            assert_int_not_equal(v[ST], v[S1]);
        }
        lo_modpoint_clear(point);
        lo_engine_clear(e);
    }
    hand_clear(&f);
}

static void test_nested_constants_are_refused(void **state)
{
    (void) state;
    static const char *const bad[] = { "exp(exp(1))", "sin(exp(1/2) + x)", "tanh(cos(2)*x)", "exp(x*exp(3))" };
    static const char *const good[] = { "exp(exp(x))", "sin(x + 1)", "tanh(exp(x) + 1/2)", "exp(1) + x", "cos(sin(x))" };
    char text[100];
    for (size_t i = 0; i < 9; i++) {
        lo_model_ptr m;
        lo_engine_t e;
        snprintf(text, sizeof(text), "coords x; field f = [%s]", i < 4 ? bad[i] : good[i - 4]);
        lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
        lo_ctx_set_message(ctx, "nothing");
        assert_int_equal(lo_engine_init(e, f, 0, 0, ctx), i < 4 ? LO_UNABLE : LO_OK);
        assert_true((strstr(lo_ctx_message(ctx), "transcendental") != NULL) == (i < 4));
        lo_engine_clear(e);
        close_family(f, m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_builders_fold),
        cmocka_unit_test(test_tape_limit),
        cmocka_unit_test(test_gradient_is_the_derivative_of_jets),
        cmocka_unit_test(test_jets_are_a_ring),
        cmocka_unit_test(test_series_are_a_ring),
        cmocka_unit_test(test_jets_of_series_are_a_ring),
        cmocka_unit_test(test_lazy_sums_do_not_overflow),
        cmocka_unit_test(test_jet_brackets_are_a_lie_bracket),
        cmocka_unit_test(test_atoms_obey_the_addition_theorems),
        cmocka_unit_test(test_nested_constants_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
