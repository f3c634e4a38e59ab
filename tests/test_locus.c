/* test_locus.c - rank loci: the answers, and the orbits of points on and off the locus.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold_support.h"

#include <lieorbit/law.h>

/* ---- orbits at points, by an independent route ---- */

static void analyse_sims(lo_sims_t sims, lo_model_ptr *m, lo_family_ptr *f, const char *text)
{
    *f = open_family(m, text, LO_RELU_PATHS);
    lo_sims_init(sims);
    if (lo_sims(sims, *f, NULL, NULL, ctx) != LO_OK)
        fail_msg("%s\n%s", text, lo_ctx_message(ctx));
}

/* `at` statements for all parameters. */
static void put_point(char *out, size_t size, const lo_model_struct *m, const slong *value)
{
    size_t n = 0;
    for (slong t = 0, i = 0; t < m->nparameter_symbols; t++) {
        const lo_symbol_struct *symbol = m->symbols + m->parameter_symbols[t];
        n += (size_t) snprintf(out + n, size - n, "; at %s = %s", symbol->name, symbol->declared_rank > 0 ? "[" : "");
        for (slong e = 0; e < symbol->size; e++, i++)
            n += (size_t) snprintf(out + n, size - n, "%s%ld",
                                   e == 0                                                            ? ""
                                   : symbol->shape.rank == 2 && e % symbol->shape.dim[1] == 0 && symbol->declared_rank > 1 ? "; "
                                                                                                     : ", ",
                                   (long) value[i]);
        n += (size_t) snprintf(out + n, size - n, "%s", symbol->declared_rank > 0 ? "]" : "");
    }
}

/* Points with many zeros and equalities: the Lie rank that `at` computes, by brackets and flows at the point, is that of the
 * smallest listed manifold. */
static void check_points(const char *text, int rounds)
{
    lo_model_ptr m = NULL;
    lo_family_ptr f;
    lo_sims_t whole;
    analyse_sims(whole, &m, &f, text);
    assert_int_equal(whole->all_listed, LO_TRUE);
    for (int round = 0; round < rounds; round++) {
        char at[512];
        slong value[MOST_COORDINATES];
        lo_model_ptr own = NULL;
        lo_family_ptr g;
        lo_sims_t here;
        size_t length = strlen(text);
        assert_true(length < sizeof(at));
        memcpy(at, text, length + 1);
        slong spread = between(1, 3);
        for (slong i = 0; i < f->p; i++)
            value[i] = between(0, 2) == 0 ? 0 : between(-spread, spread);
        put_point(at + length, sizeof(at) - length, m, value);
        analyse_sims(here, &own, &g, at);
        assert_in_range(here->member, 1, here->nmanifolds);
        long expected = here->manifolds[here->member - 1].orbit_lower;
        if (here->member_growth->lower != expected || here->member_growth->upper != expected)
            fail_msg("%s: rank %ld to %ld, on #%ld with orbits %ld", at, here->member_growth->lower,
                     here->member_growth->upper, here->member, expected);
        lo_sims_clear(here);
        close_family(g, own);
    }
    lo_sims_clear(whole);
    close_family(f, m);
}

static void test_orbits_at_points(void **state)
{
    (void) state;
    static const char *const models[] = {
        "param a[2], w[2]; input x; output dot(a, tanh(w*x))",
        "param a[3], w[3]; input x; output dot(a, odd(w*x))",
        "param a[2], w[2]; input x; output dot(a, generic(w*x))",
        "param a[2], w[2]; input x; output dot(a, generic0(w*x))",
        "param a[2], w[2]; input x; output dot(a, cos(w*x))",
        "param a[2], w[2]; input x; output dot(a, silu(w*x))",
        "param a[2], W[2,2]; input x[2]; output dot(a, tanh(W*x))",
        "param a, b, c; input x; output c*(b*(a*x + (a*x)^3) + (b*(a*x + (a*x)^3))^3)",
        "param u[2], v[2]; input x[2]; output dot(u.*u - v.*v, x)",
        "param a, b, c, d; input x; output a*b*x + c*d*x^2",
        "param a[2], w[2]; input x; output dot(a, relu(w*x))",
        "param a[3]; input x[3]; output dot(a, x)",
        "param a, w; input x; output (a*x)^3 + a*w*x + w*x^2",
    };
    start(5);
    for (size_t k = 0; k < sizeof(models) / sizeof(models[0]); k++)
        check_points(models[k], getenv("LIEORBIT_LONG") != NULL ? 200 : 10);
}

/* ---- answers ---- */

static void test_answers(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        lo_truth_t listed, sims;
        const char *branch;
    } rows[] = {
        { "param a[3], w[3]; input x; output dot(a, tanh(w*x))", LO_TRUE, LO_TRUE, NULL },
        { "param a[3], W[3,2]; input x[2]; output dot(a, tanh(W*x))", LO_TRUE, LO_TRUE, NULL },
        { "param a, w, b; input x; output a*tanh(w*x + b)", LO_TRUE, LO_TRUE, NULL },
        { "param a, w, b; input x; output a*sigmoid(w*x + b)", LO_TRUE, LO_TRUE, NULL },
        { "param a[2], w[2]; input x; output dot(a, gelu(w*x))", LO_TRUE, LO_FALSE, NULL },
        { "param a[2], w[2]; input x; output dot(a, cos(w*x))", LO_TRUE, LO_FALSE, NULL },
        { "param a[2]; input x[2]; output dot(a, x)", LO_TRUE, LO_TRUE, NULL },
        { "param a, b; input x; output (3*a + 4*b)^2*x + (4*a - 3*b)^2*x + (3*a + 4*b)^4*x^2 + (4*a - 3*b)^4*x^2", LO_FALSE,
          LO_FALSE, "4*a - 3*b" },
        { "param a, b; input x; output tanh((3*a + 4*b)*x/5) + tanh((4*a - 3*b)*x/5)", LO_FALSE, LO_FALSE, "a - 7*b" },
        { "param a[2], b; input x; output (a[1]^2 + a[2]^2 - 1)^2*(x + b*x^2 + a[1]*x^3 + a[2]*x^4)", LO_FALSE, LO_FALSE,
          "a[1]^2 + a[2]^2 - 1" },
        /* a curved set inside a subspace: all its points are at rest, for polynomials and for tanh */
        { "param a, b[2], c[2]; input x; output dot(c, b*(a*x + 2*(a*x)^2) + (b*(a*x)).^3 + (b*(a*x)).^2)", LO_FALSE, LO_FALSE,
          "a" },
        { "param a, b[2], c[2]; input x; output dot(c, tanh(b*tanh(a*x)))", LO_FALSE, LO_FALSE, "a" },
        /* the same with a sum of squares that has no real zeros is not an exception */
        { "param a[2], b; input x; output (a[1]^2 + a[2]^2 + 1)^2*(x + b*x^2 + a[1]*x^3 + a[2]*x^4)", LO_TRUE, LO_TRUE, NULL },
        { "param U[2,2], V[2,2]; input x[2]; output U*V'*x", LO_UNKNOWN, LO_FALSE, "V[1,1]*V[2,2] - V[1,2]*V[2,1]" },
        { "param a, b; input x; output a*gelu(x + b)", LO_UNKNOWN, LO_UNKNOWN, NULL },
        { "param q[2,2]; input x[2]; output softmax(q*x)", LO_UNKNOWN, LO_FALSE, NULL },
        { "param a[7], w[7]; input x; output dot(a, tanh(w*x))", LO_UNKNOWN, LO_UNKNOWN, NULL }, /* past the limit */
    };
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        lo_model_ptr m = NULL;
        lo_family_ptr f;
        lo_sims_t s;
        analyse_sims(s, &m, &f, rows[k].text);
        if (s->all_listed != rows[k].listed || s->all_sims != rows[k].sims)
            fail_msg("%s: listed %s, all %s", rows[k].text, lo_truth_name(s->all_listed), lo_truth_name(s->all_sims));
        assert_int_equal(s->all_sims == LO_FALSE, s->exception != NULL);
        if (rows[k].branch != NULL)
            assert_string_equal(s->manifolds->branch[0], rows[k].branch);
        for (long i = 0; i < s->nmanifolds; i++) {
            const lo_manifold_struct *o = s->manifolds + i;
            assert_true(s->all_listed != LO_TRUE || o->listed == LO_TRUE);
            for (long j = 0; j < o->nlocus; j++) {
                const lo_component_struct *c = o->locus + j;
                assert_in_range(c->id, 1, s->nmanifolds);
                assert_true(c->rank < o->orbit_lower);
                assert_int_equal(c->rank, s->manifolds[c->id - 1].orbit_lower);
                assert_int_equal(c->nequations, f->p - s->manifolds[c->id - 1].dimension);
                assert_true(c->copies >= 1);
            }
            if (s->all_sims == LO_TRUE) /* then smaller manifolds are where orbits are smaller */
                assert_int_equal(o->nlocus, o->ncontains);
        }
        lo_sims_clear(s);
        close_family(f, m);
    }
}

/* On the exceptions the orbits are smaller indeed. */
static void test_exceptions_at_points(void **state)
{
    (void) state;
    static const char *const points[] = {
        "param a, b; input x; output tanh((3*a + 4*b)*x/5) + tanh((4*a - 3*b)*x/5); at a = 7, b = 1",
        "param a, b; input x; output (3*a + 4*b)^2*x + (4*a - 3*b)^2*x + (3*a + 4*b)^4*x^2 + (4*a - 3*b)^4*x^2; at a = 3, b = 4",
        "param a[2], b; input x; output (a[1]^2 + a[2]^2 - 1)^2*(x + b*x^2 + a[1]*x^3 + a[2]*x^4); at a = [3/5, 4/5], b = 2",
        "param a, b[2], c[2]; input x; output dot(c, b*(a*x + 2*(a*x)^2) + (b*(a*x)).^3 + (b*(a*x)).^2); at a = 0, b = [1, 2], "
        "c = [2, -1]",
    };
    for (size_t k = 0; k < sizeof(points) / sizeof(points[0]); k++) {
        lo_model_ptr m = NULL;
        lo_family_ptr f = open_family(&m, points[k], LO_RELU_PATHS);
        lo_growth_t growth;
        lo_growth_init(growth);
        assert_int_equal(lo_growth_at_point(growth, f, ctx), LO_OK);
        assert_true(growth->upper < f->p);
        lo_growth_clear(growth);
        close_family(f, m);
    }
}

/* Laws and ranks meet on every stratum of a gated unit behind a normalisation, also where neurons are
 * equal. */
static void test_strata_are_closed(void **state)
{
    (void) state;
    lo_model_ptr m = NULL;
    lo_family_ptr f =
        open_family(&m, "input x[2]; net rmsnorm(affine) -> glu(2, silu) -> dense(1)", LO_RELU_PATHS);
    lo_sims_t s;
    lo_sims_init(s);
    assert_int_equal(lo_sims(s, f, NULL, NULL, ctx), LO_OK);
    assert_true(s->nmanifolds > 20);
    int merged = 0;
    for (long i = 0; i < s->nmanifolds; i++) {
        const lo_manifold_struct *x = s->manifolds + i;
        assert_int_equal(x->orbit_lower, x->orbit_upper);
        assert_int_equal(x->orbit_lower + x->laws, x->dimension);
        for (long e = 0; e < x->nequations; e++)
            merged |= strchr(x->equations[e], '-') != NULL;
    }
    assert_true(merged);
    lo_sims_clear(s);
    close_family(f, m);
}

static void test_every_allocation_may_fail(void **state)
{
    (void) state;
    static const char *const models[] = {
        "param a, w, b; input x; output a*tanh(w*x + b)",
        "param a[2], b; input x; output (a[1]^2 + a[2]^2 - 1)^2*(x + b*x^2 + a[1]*x^3)",
        "param a, b; input x; output tanh((3*a + 4*b)*x/5) + tanh((4*a - 3*b)*x/5)",
        "param a, b[2], c[2]; input x; output dot(c, tanh(b*tanh(a*x)))",
    };
    for (size_t k = 0; k < sizeof(models) / sizeof(models[0]); k++)
        sims_with_failing_allocations(models[k], 40000, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orbits_at_points),          cmocka_unit_test(test_answers),
        cmocka_unit_test(test_exceptions_at_points),      cmocka_unit_test(test_strata_are_closed),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
