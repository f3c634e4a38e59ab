/* test_singular.c - models that divide by zero, or leave the domain of a root or a logarithm, everywhere.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model_sketch.h"

#include "family/family.h"
#include <lieorbit/law.h>

typedef struct {
    const char *text;
    lo_status_t status;
    const char *says; /* with the place; NULL: nothing */
} row_struct;

/* Builds the family, and at a given point asks for the rank. */
static lo_status_t outcome(const char *text, int at_point, lo_ctx_t ctx)
{
    lo_model_ptr model;
    lo_family_ptr family = NULL;
    assert_int_equal(lo_model_read(&model, text, strlen(text), "t", ctx), LO_OK);
    lo_status_t status = lo_family_build(&family, model, LO_RELU_PATHS, ctx);
    if (status == LO_OK && at_point) {
        lo_growth_t growth;
        lo_growth_init(growth);
        status = lo_growth_at_point(growth, family, ctx);
        lo_growth_clear(growth);
    }
    lo_family_free(family);
    lo_model_free(model);
    return status;
}

static void check(const row_struct *rows, size_t n, int at_point)
{
    for (size_t i = 0; i < n; i++) {
        for (uint64_t seed = 1; seed < 4; seed++) {
            lo_ctx_t ctx;
            assert_int_equal(lo_ctx_init(ctx), LO_OK);
            ctx->seed = seed;
            lo_status_t status = outcome(rows[i].text, at_point, ctx);
            if (status != rows[i].status ||
                (rows[i].says != NULL && strstr(lo_ctx_message(ctx), rows[i].says) == NULL))
                fail_msg("%s\nstatus %u, wanted %u\n%s\nwanted %s", rows[i].text, status, rows[i].status,
                         lo_ctx_message(ctx), rows[i].says);
            lo_ctx_clear(ctx);
        }
    }
}

#define CHECK(rows, at_point) check(rows, sizeof(rows) / sizeof(rows[0]), at_point)

static void test_whatever_the_parameters(void **state)
{
    (void) state;
    static const row_struct rows[] = {
        { "param a, b; input x; output a*b*x/(a*(x+1) - a*x - a)", LO_DOMAIN,
          "t:1:34: error: division by zero: the divisor vanishes" },
        { "param a, b; input x; output a*(b*x - x*(b+1) + x)^-2", LO_DOMAIN,
          "division by zero: the divisor vanishes" },
        { "param a, b; output a*sqrt((a+b)^2 - a^2 - 2*a*b - b^2)", LO_DOMAIN,
          "t:1:22: error: the argument of `sqrt` is zero" },
        { "param a; output a*sqrt(-1)", LO_DOMAIN, "t:1:19: error: the argument of `sqrt` is negative" },
        { "param a; output a*sqrt(-1 - a^2)", LO_DOMAIN, "t:1:19: error: the argument of `sqrt` is negative or zero for all" },
        { "param a; input x; output a*sqrt(-(a*x)^2)", LO_DOMAIN, "negative or zero for all real values" },
        { "param a; input x; output a*sqrt(-exp(x)/(1 + x^2))", LO_DOMAIN, "negative or zero for all real values" },
        { "param a; input x; output a*sqrt((a*x)^-2*(-1))", LO_DOMAIN, "negative or zero for all real values" },
        { "param a; output a*sqrt(-1 - a^3)", LO_OK, NULL },
        { "param a; output a*sqrt(1 - a^2)", LO_OK, NULL },
        { "param a; input x; output a*sqrt(-tanh(x))", LO_OK, NULL },
        { "param a; input x; output a/(sqrt(x)^2 - x)", LO_DOMAIN, "the divisor vanishes" },
        { "param a; input x, y; output a/(sqrt(x)*sqrt(y)*sqrt(x)*sqrt(y) - x*y)", LO_DOMAIN, "the divisor vanishes" },
        { "param a; input x; output a/(sqrt(sqrt(x^2 + 1))^4 - x^2 - 1)", LO_DOMAIN, "the divisor vanishes" },
        { "param a; input x; output a*log(sqrt(x)^2 - x)", LO_DOMAIN, "the argument of `log` is zero" },
        { "param a; input x; output a/(odd(x) + odd(-x))", LO_DOMAIN, "the divisor vanishes" },
        { "param a; input x; output a/(even(x) - even(-x))", LO_DOMAIN, "the divisor vanishes" },
        { "param a; input x; output a/(sin(x) + sin(-x))", LO_DOMAIN, "the divisor vanishes" },
        { "param a; input x; output a/(sin(x)^2 + cos(x)^2 - 1)", LO_DOMAIN, "the divisor vanishes" },
        { "param a; input x; output a/(exp(x)*exp(-x) - 1)", LO_DOMAIN, "the divisor vanishes" },
        { "param a; output a*sqrt(2)", LO_OK, NULL },
        { "param a; output a/(sqrt(2)*sqrt(3) - 2)", LO_OK, NULL },
        { "param a; output a/(sqrt(2)*sqrt(8) - 4)", LO_DOMAIN, "division by zero: the divisor vanishes" },
        { "param a; output a*sqrt(10000000000000000000000001)", LO_UNABLE, "a number of more than 60 bits whose root" },
        { "param a; output a*sqrt(9/4)", LO_OK, NULL },
        { "param a; input x[3]; output a*layernorm([2,2,2])", LO_DOMAIN,
          "t:1:31: error: division by zero: the entries that `layernorm` or `batchnorm` normalises are "
          "equal" },
        { "param a; input x; output a*layernorm([x, x, x])", LO_DOMAIN, "normalises are equal" },
        { "param a; input x; output a*layernorm(x)", LO_DOMAIN, "normalises are equal" },
        { "param a; input x[3]; output a*rmsnorm(x - x)", LO_DOMAIN, "`rmsnorm` normalises are zero" },
        { "param a; input x[3]; output a*rmsnorm(0*x)", LO_DOMAIN, "t:1:31: error: division by zero" },
        { "param W[1,2]; input x[2]; output layernorm(vstack(W*x, W*x, W*x))", LO_DOMAIN,
          "normalises are equal" },
        { "param a; output a*tanh(a)/(sqrt(4) - 2)", LO_DOMAIN, "division by zero: the divisor vanishes" },
        { "param a; output a/sin(a - a)", LO_DOMAIN, "the divisor vanishes" },
        { "param a; output a/gelu(0*a)", LO_DOMAIN, "the divisor vanishes" },
        { "param a; output a/odd(0*a)", LO_DOMAIN, "the divisor vanishes" },
        { "param a; output a/(exp(a - a) - 1)", LO_DOMAIN, "the divisor vanishes" },
        { "coords x, y; field f = [1/(x*(y+1) - x*y - x), 1]", LO_DOMAIN, "the divisor vanishes" },
        { "param a, b; map phi = 1/(a*(b+1) - a*b - a)", LO_DOMAIN, "the divisor vanishes" },
        /* what does not vanish */
        { "param a, b; input x; output a*b*x/(a*x - b)", LO_OK, NULL },
        { "param a; output a/(even(0*a) + 1)", LO_OK, NULL },
        { "param a; input x; output a/(sqrt(x^2) + x)", LO_OK, NULL }, /* for positive x */
        { "param a; input x; output a/(sqrt(x^2) - x)", LO_OK, NULL },
        { "param a; input x; output a/(sqrt(x)^2 + x)", LO_OK, NULL },
        { "param a; input x; output a/(odd(x) - odd(-x))", LO_OK, NULL },
        { "param a; input x; output a/(generic(x) - generic(-x))", LO_OK, NULL },
        { "param a; input x; output a/(even(x) + even(-x))", LO_OK, NULL },
        { "param a; input x; output a/(exp(x) - exp(-x))", LO_OK, NULL },
        { "param a; input x; output a/(cos(x) - 1)", LO_OK, NULL },
        { "param a; output a/cos(a - a)", LO_OK, NULL },
        { "param a; input x; output a*softmax(a*x)", LO_OK, NULL },
        { "param W[3,2]; input x[2]; output layernorm(W*x)", LO_OK, NULL },
        { "param a; input x; output a*relu(x - x)", LO_OK, NULL },
        { "param a; input x; output a*sqrt(x - x)", LO_OK, NULL },
        { "param a; output 0", LO_OK, NULL },
        { "param a[2]; input x; output a*x - a*x", LO_OK, NULL },
    };
    CHECK(rows, 0);
}

static void test_at_a_point(void **state)
{
    (void) state;
    static const row_struct rows[] = {
        { "param a, b; input x; output x/(a - b); at a = 1, b = 1", LO_DOMAIN,
          "t:1:30: error: division by zero: the divisor vanishes at the given point, for every input" },
        { "param a, b; output sqrt(a)*b; at a = -1", LO_DOMAIN,
          "t:1:20: error: the argument of `sqrt` is negative at the given point" },
        { "param a, b; input x; output sqrt(a*x)*b; at a = 0", LO_DOMAIN,
          "the argument of `sqrt` is zero at the given" },
        { "param W[3,2]; input x[2]; output layernorm(W*x); at W = [0,0; 0,0; 0,0]", LO_DOMAIN,
          "normalises are equal" },
        { "param W[3,2]; input x[2]; output layernorm(W*x); at W = [1,2; 1,2; 1,2]", LO_DOMAIN,
          "normalises are equal" },
        { "param W[3,2]; input x[2]; output rmsnorm(W*x); at W = [0,0; 0,0; 0,0]", LO_DOMAIN,
          "normalises are zero" },
        { "input x[2]\nnet dense(3) ->\n  layernorm\nat W1 = [0,0; 0,0; 0,0]", LO_DOMAIN,
          "t:3:3: error: division by zero" },
        { "input x[1,2,2]; net conv2d(2, 1) -> batchnorm(affine); at W1 = reshape([0,0], 2,1,1,1)", LO_DOMAIN,
          "normalises are equal" },
        { "param a, b; output b/erf(a); at a = 0", LO_DOMAIN, "the divisor vanishes at the given point" },
        { "param a, b; output b/(exp(a) - 1); at a = 0", LO_DOMAIN,
          "the divisor vanishes at the given point" },
        /* beside the singular points */
        { "param a, b; input x; output x/(a - b); at a = 1, b = 2", LO_OK, NULL },
        { "param a, b; input x; output x/(a - b); at a = 1", LO_OK, NULL },
        { "param a, b; input x; output sqrt(a + x)*b; at a = 0, b = 1", LO_OK, NULL },
        { "param W[3,2]; input x[2]; output layernorm(W*x); at W = [1,0; 0,1; 0,0]", LO_OK, NULL },
        { "param W[2,2]; input x[2]; output W*gelu(W*x); at W = [1,0; 0,1]", LO_OK, NULL },
        { "param W[2,2]; input x[2]; output gelu(W*gelu(W*x)); at W = [1,0; 0,1]", LO_UNABLE,
          "analytic functions within one another, at a given point" },
    };
    CHECK(rows, 1);
}

/* The limits of the lowering are met before any memory is used. */
static void test_sizes(void **state)
{
    (void) state;
    static const row_struct rows[] = {
        { "input x[1000]; net repeat(3, dense(1000))", LO_UNABLE, "limit `scalar_parameters`" },
        { "param A[1,1000000000], B[1000000000,1]; output A*B", LO_UNABLE, "limit `scalar_parameters`" },
        { "param A[300,300]; output A*A*A*A", LO_UNABLE, "limit `tape_nodes`" },
        { "param a; frozen F[100000,100000]; output a", LO_UNABLE, "limit `tape_nodes`" },
        { "param a; input x[10000000000]; output a*sum(x)", LO_UNABLE, "limit `tape_nodes`" },
        { "param W[2,2,1]; input x[2,100000000]; output conv1d(x, W)", LO_UNABLE, "limit `tape_nodes`" },
        { "param a; input x[3000,3000]; output a*maxpool(x, 3, stride=1)", LO_UNABLE, "limit `tape_nodes`" },
        { "param a; input x[5000]; output a*sum(maxpool(x, 5000))", LO_UNABLE, "more than 4096 entries" },
        { "param a; input x[4096]; output a*sum(maxpool(x, 4096))", LO_OK, NULL },
    };
    CHECK(rows, 0);
}

/* 2^61 - 1 is the first prime of the engines: a divisor that vanishes modulo it does not vanish. */
static void test_a_prime_in_the_model(void **state)
{
    (void) state;
    static const row_struct rows[] = {
        { "param a; input x; output x/(2305843009213693952*a - a)", LO_OK, NULL },
        { "param a; input x; output x/(2305843009213693951*a)", LO_OK, NULL },
        { "param a; input x; output x*log(2305843009213693952*a - a)", LO_OK, NULL },
        { "coords x, y; field f = [1/(2305843009213693952*x - x), y]", LO_OK, NULL },
        { "param a; input x; output x/(2305843009213693952*a - a - 2305843009213693951*a)", LO_DOMAIN,
          "division by zero" },
    };
    static const row_struct at_point[] = {
        { "param a; input x; output x/a; at a = 2305843009213693951", LO_OK, NULL },
        { "param a, b; input x; output x/(a - 2305843009213693951*b); at a = 2305843009213693951, b = 2", LO_OK,
          NULL },
        { "param a, b; input x; output x/(a - 2305843009213693951*b); at a = 2305843009213693951, b = 1",
          LO_DOMAIN, "division by zero" },
    };
    CHECK(rows, 1);
    CHECK(at_point, 1);
}

/* Primes modulo which all of many numbers have roots are rare: what stands for a root that is missing is not 0. */
static void test_many_roots(void **state)
{
    (void) state;
#define ROOTS                                                                                                  \
    "(sqrt(2) + sqrt(3) + sqrt(5) + sqrt(7) + sqrt(11) + sqrt(13) + sqrt(17) + sqrt(19) + sqrt(23) + sqrt(29)" \
    " + sqrt(31) + sqrt(37))"
    static const row_struct rows[] = {
        { "param u, w; input x; output u*x*" ROOTS "/(w*sqrt(37))", LO_OK, NULL },
        { "param u, w; input x; output u*x*" ROOTS "/(w + sqrt(31)*sqrt(37))", LO_OK, NULL },
        { "param u, w; input x; output u*x*" ROOTS "/((w + 1)*sqrt(37) - w*sqrt(37) - sqrt(37))", LO_DOMAIN,
          "division by zero" },
        { "param u, w; input x; output u*x*" ROOTS "/(sqrt(1147)*w - sqrt(37)*w*sqrt(31))", LO_DOMAIN,
          "division by zero" },
    };
    CHECK(rows, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whatever_the_parameters),
        cmocka_unit_test(test_at_a_point),
        cmocka_unit_test(test_a_prime_in_the_model),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_many_roots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
