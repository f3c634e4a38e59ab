/* test_logarithm.c - logarithms in networks: dimensions, equal models written apart, and what is refused.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model_sketch.h"

#include "family/family.h"
#include <lieorbit/law.h>

/* The dimension of the orbits, or the status (negative) when there is no answer. */
static long dimension(const char *text, uint64_t seed, const char *says)
{
    lo_ctx_t ctx;
    lo_model_ptr model;
    lo_family_ptr family = NULL;
    lo_growth_t growth;
    init(ctx);
    ctx->seed = seed;
    model = read_or_fail(text, ctx);
    lo_growth_init(growth);
    lo_status_t status = lo_family_build(&family, model, LO_RELU_PATHS, ctx);
    if (status == LO_OK && lo_model_has_point(model))
        status = lo_growth_at_point(growth, family, ctx);
    else if (status == LO_OK)
        status = lo_growth_generic(growth, family, lo_model_parameters(model), ctx);
    long lower = growth->lower;
    if (says != NULL && strstr(lo_ctx_message(ctx), says) == NULL)
        fail_msg("%s\nstatus %u\n%s\nwanted %s", text, status, lo_ctx_message(ctx), says);
    lo_growth_clear(growth);
    lo_family_free(family);
    lo_model_free(model);
    lo_ctx_clear(ctx);
    return status == LO_OK ? lower : -(long) status;
}

static void test_equal_models(void **state)
{
    (void) state;
    static const char *const pairs[][2] = {
        { "param a, b, c; output c*(log(a) + log(b))", "param a, b, c; output c*log(a*b)" },
        { "param a, b, c; input x; output c*(log(a*x) + log(b))",
          "param a, b, c; input x; output c*log(a*b*x)" },
        { "param a, b, c; input x; output c*log((a + b*x)^3)",
          "param a, b, c; input x; output 3*c*log(a + b*x)" },
        { "param a, b, c; input x; output c*log((a + x)/(b + x))",
          "param a, b, c; input x; output c*(log(a + x) - log(b + x))" },
        { "param a, b, c; output c*log(1/a) + b", "param a, b, c; output b - c*log(a)" },
        { "param u[2], v[2]; input x[2]; output dot(v, log(diag(u)*x))",
          "param u[2], v[2]; input x[2]; output v[1]*log(u[1]*x[1]) + v[2]*log(x[2]*u[2])" },
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        for (uint64_t seed = 1; seed < 4; seed++)
            assert_int_equal(dimension(pairs[i][0], seed, NULL), dimension(pairs[i][1], seed, NULL));
}

/* Counted by hand. */
static void test_dimensions(void **state)
{
    (void) state;
    /* d/dt (a, b) = (1/a, 1): b - a^2/2 is conserved */
    assert_int_equal(dimension("param a, b; output b + log(a)", 1, NULL), 1);
    /* the fields (1/a_i, 1) of all inputs differ in direction: only |w_i|^2 - 2b remain */
    assert_int_equal(dimension("param W[2,2], b; input x[2]; output sum(log(W*x)) + b", 1, NULL), 3);
    /* u.grad = 1 and v.grad = -1 */
    assert_int_equal(dimension("param u[2], v[2]; input x[2]; output log(dot(u,x)) - log(dot(v,x))", 1, NULL),
                     3);
    /* b log a + b log x: both directions occur */
    assert_int_equal(dimension("param a, b; input x; output b*log(a*x)", 1, NULL), 2);
    assert_int_equal(dimension("param a, b; input x; output b*log(a + x); at a = 2, b = 1", 1, NULL), 2);
    assert_int_equal(dimension("param a, b; output b*log(1)", 1, NULL), 0);
}

static void test_refusals(void **state)
{
    (void) state;
    static const char product[] = "a product of powers that is constant, or free of the inputs";
    static const struct {
        const char *text, *says;
    } rows[] = {
        { "param a, b; output log(a) + b*log(2*a)", product },
        { "param a, b; output log(a) + b*log(-a)", product },
        { "param a, b; output log(a)*b + log(1/a)", product },
        { "param a, b; output b*log(a) + a*log(b) + log(a*b)", product },
        { "param a, b; output b*log(a^2) + log(a)", product },
        { "param a, b; output b*log(2)", product },
        { "param a, b; output b*log(a); at a = 2, b = 1", product },
        { "param a, b; input x; output log(a*x) + b*log(b*x)", product },
        { "param a, b; input x; output a*b*log(x) + log(a*x)", product },
        { "param a; frozen c; output a*log(c) + a*log(2*c)", product },
        { "param a, b; output b*exp(log(a))", "within or around another" },
        { "param a, b; output b*log(1 + exp(a))", "within or around another" },
        { "param a, b; output b*log(log(a))", "within or around another" },
        { "param a, b; output b*log(a)*exp(a*tanh(b))", "within or around another" },
        { "param a, b; output b*log(a) + erf(b)", "beside erf, gelu or softplus" },
        { "param a, b; output b*log(a) + softplus(b)", "beside erf, gelu or softplus" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(dimension(rows[i].text, 1, rows[i].says), -(long) LO_UNABLE);
    assert_int_equal(
        dimension("param a, b; output b*log(a); at a = -1, b = 1", 1, "`log` is negative at the given"),
        -(long) LO_DOMAIN);
    assert_int_equal(
        dimension("param a, b; output b*log(a); at a = 0, b = 1", 1, "`log` is zero at the given"),
        -(long) LO_DOMAIN);
    assert_int_equal(
        dimension("param a; output a*log(-1)", 1, "t:1:19: error: the argument of `log` is negative"),
        -(long) LO_DOMAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_models),
        cmocka_unit_test(test_dimensions),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
