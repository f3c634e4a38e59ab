/* test_zeros.c - what rank loci are made of: Taylor coefficients, real zeros, determinants.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold_support.h"

#include "manifold/coefficients.h"
#include "manifold/determinant.h"
#include "manifold/zeros.h"

/* ---- Taylor coefficients ---- */

/* Models without gates whose outputs are analytic at x = 0. */
static const char *const analytic[] = {
    "param a[2], w[2]; input x; output dot(a, tanh(w*x))",
    "param a[2], w[2]; input x; output dot(a, gelu(w*x))",
    "param a, w; input x; output a*erf(w*x) + w*softplus(x)",
    "param a[2], W[2,2]; input x[2]; output dot(a, silu(W*x))",
    "param a, b, c; input x; output c*sin(b*tanh(a*x)) + exp(a*x)",
    "param a, w, b; input x; output a*tanh(w*x - b)",
    "param a, w, b; input x; output a*sigmoid(w*x + b)^2",
    "param a[2], w[2], b; input x; output dot(a, cos(w*x)) + b*x/3",
};

/* The value of a constant of the ring, 0: none that these models have. */
static void constant_value(arb_t value, slong v, const lo_coefficients_t c)
{
    arb_t t;
    arb_init(t);
    arb_const_pi(value, 128); /* kappa = 2/sqrt(pi) */
    arb_sqrt(value, value, 128);
    arb_ui_div(value, 2, value, 128);
    arb_sqrt_ui(t, 2, 128);
    if (v == c->first_constant + 1)
        arb_div(value, value, t, 128);
    else if (v == c->first_constant + 2)
        arb_const_log2(value, 128);
    arb_clear(t);
}

/* What stands for coordinate i at theta. */
static void coordinate_value(arb_t value, const fmpq_t theta, lo_stands_t stands)
{
    arb_set_fmpq(value, theta, 128);
    if (stands == LO_STANDS_TANH_HALF)
        arb_mul_2exp_si(value, value, -1);
    if (stands != LO_STANDS_ITSELF)
        arb_tanh(value, value, 128);
}

static void evaluate(arb_t sum, const fmpq_mpoly_struct *f, arb_srcptr values, const lo_coefficients_t c)
{
    ulong *exponents = lo_alloc((size_t) c->nvars, sizeof(ulong));
    fmpq_t coef;
    arb_t term, power;
    fmpq_init(coef);
    arb_init(term);
    arb_init(power);
    arb_zero(sum);
    for (slong t = 0; t < fmpq_mpoly_length(f, c->ctx); t++) {
        fmpq_mpoly_get_term_coeff_fmpq(coef, f, t, c->ctx);
        fmpq_mpoly_get_term_exp_ui(exponents, f, t, c->ctx);
        arb_set_fmpq(term, coef, 128);
        for (slong v = 0; v < c->nvars; v++) {
            arb_pow_ui(power, values + v, exponents[v], 128);
            arb_mul(term, term, power, 128);
        }
        arb_add(sum, sum, term, 128);
    }
    fmpq_clear(coef);
    arb_clear(term);
    arb_clear(power);
    lo_free(exponents);
}

/* The coefficients of a lower order are among those of a higher one: by key and by value at a random point. */
static void test_orders_agree(void **state)
{
    (void) state;
    start(1);
    for (size_t k = 0; k < sizeof(analytic) / sizeof(analytic[0]); k++) {
        lo_model_ptr m = NULL;
        lo_family_ptr f = open_family(&m, analytic[k], LO_RELU_PATHS);
        lo_coefficients_t c;
        if (lo_coefficients_find(c, f, 9, ctx) != LO_OK)
            fail_msg("%s", analytic[k]);
        assert_false(c->exact);
        assert_true(c->n > 0);
        lo_coefficients_t low;
        assert_int_equal(lo_coefficients_find(low, f, 4, ctx), LO_OK);
        for (slong i = 0; i < low->n; i++) {
            int found = 0;
            arb_t u, v;
            arb_ptr a = _arb_vec_init(c->nvars), b = _arb_vec_init(low->nvars);
            fmpq *theta = _fmpq_vec_init(f->p);
            arb_init(u);
            arb_init(v);
            for (slong j = 0; j < f->p; j++) {
                random_rational(theta + j);
                coordinate_value(a + c->variable[j], theta + j, c->stands[j]);
                coordinate_value(b + low->variable[j], theta + j, low->stands[j]);
                assert_int_equal(c->stands[j], low->stands[j]);
            }
            for (slong v0 = 0; v0 < 3; v0++) {
                constant_value(a + c->first_constant + v0, c->first_constant + v0, c);
                constant_value(b + low->first_constant + v0, low->first_constant + v0, low);
            }
            evaluate(u, low->f + i, b, low);
            for (slong j = 0; j < c->n && !found; j++) {
                if (memcmp(c->key + j * c->nkeys, low->key + i * low->nkeys, (size_t) c->nkeys * sizeof(slong)) != 0)
                    continue;
                evaluate(v, c->f + j, a, c);
                found = arb_overlaps(u, v);
            }
            assert_true(found);
            arb_clear(u);
            arb_clear(v);
            _arb_vec_clear(a, c->nvars);
            _arb_vec_clear(b, low->nvars);
            _fmpq_vec_clear(theta, f->p);
        }
        lo_coefficients_clear(low);
        lo_coefficients_clear(c);
        close_family(f, m);
    }
}

/* Without constants: the sum of f_alpha x^alpha is the output up to terms of higher order, in rigorous balls. */
static void test_sums_of_coefficients_are_outputs(void **state)
{
    (void) state;
    static const size_t plain[] = { 0, 3, 4, 5, 6 };
    start(2);
    for (size_t k = 0; k < sizeof(plain) / sizeof(plain[0]); k++) {
        lo_model_ptr m = NULL;
        lo_family_ptr f = open_family(&m, analytic[plain[k]], LO_RELU_PATHS);
        lo_coefficients_t c;
        arb_t sum, term, value, power;
        fmpq *theta = _fmpq_vec_init(f->p), *aux = _fmpq_vec_init(f->naux);
        assert_int_equal(lo_coefficients_find(c, f, 8, ctx), LO_OK);
        arb_ptr values = _arb_vec_init(c->nvars);
        arb_init(sum);
        arb_init(term);
        arb_init(value);
        arb_init(power);
        for (slong j = 0; j < f->p; j++) {
            fmpq_set_si(theta + j, between(-9, 9), 10);
            coordinate_value(values + c->variable[j], theta + j, c->stands[j]);
        }
        for (slong a = 0; a < f->naux; a++)
            fmpq_set_si(aux + a, between(1, 9), 10000);
        for (slong i = 0; i < c->n; i++) {
            evaluate(term, c->f + i, values, c);
            for (slong a = 0, e = 1; a < f->naux; a++) {
                if (f->aux[a].kind != LO_AUX_INPUT)
                    continue;
                arb_set_fmpq(power, aux + a, 128);
                arb_pow_ui(power, power, (ulong) c->key[i * c->nkeys + e++], 128);
                arb_mul(term, term, power, 128);
            }
            arb_add(sum, sum, term, 128);
        }
        assert_int_equal(lo_exact_enclose(value, f, f->outputs[0], theta, aux), LO_OK);
        arb_sub(value, value, sum, 128);
        /* "+ exp(a x)" has the coefficient 1, dropped, which depends on no parameter */
        if (plain[k] == 4)
            arb_sub_ui(value, value, 1, 128);
        arb_set_str(power, "1e-20", 128);
        arb_abs(value, value);
        if (!arb_lt(value, power))
            fail_msg("%s: %s", analytic[plain[k]], arb_get_str(value, 20, 0));
        arb_clear(sum);
        arb_clear(term);
        arb_clear(value);
        arb_clear(power);
        _arb_vec_clear(values, c->nvars);
        _fmpq_vec_clear(theta, f->p);
        _fmpq_vec_clear(aux, f->naux);
        lo_coefficients_clear(c);
        close_family(f, m);
    }
}

static void test_what_has_no_coefficients(void **state)
{
    (void) state;
    static const char *const others[] = {
        "param a, b; input x; output a*gelu(x + b)",        /* a bias that is not handled */
        "param a, b; input x; output a*tanh(x + b) + b*x",  /* b and tanh(b) */
        "param a, b; input x; output x/(a^2 + b^2 + 1)",
        "param a[2,2]; input x[2]; output softmax(a*x)",
        "param a, b; input x; output erf(a*x) + gelu(b*x) + erf(gelu(a*x))*b", /* two numbers that depend on one another */
    };
    for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++) {
        lo_model_ptr m = NULL;
        lo_coefficients_t c;
        lo_family_ptr f = open_family(&m, others[k], LO_RELU_PATHS);
        assert_int_equal(lo_coefficients_find(c, f, 6, ctx), LO_UNABLE);
        lo_coefficients_clear(c);
        close_family(f, m);
    }
}

/* ---- a stage of plain coordinates ---- */

static slong effort;

/* The whole space of k parameters; no fields are looked at. */
static void open_stage(lo_stage_t s, lo_model_ptr *m, lo_family_ptr *f, slong k)
{
    char text[128];
    int pattern[MOST_COORDINATES];
    lo_coefficients_t c;
    snprintf(text, sizeof(text), "param s[%ld]; input x; output dot(s, s)*x", (long) k);
    *f = open_family(m, text, LO_RELU_PATHS);
    assert_int_equal(lo_coefficients_find(c, *f, 2, ctx), LO_OK);
    lo_pattern_whole(pattern, k);
    effort = WORD_MAX / 2;
    assert_int_equal(lo_stage_init(s, c, pattern, &effort), LO_OK);
    lo_coefficients_clear(c);
}

static void close_stage(lo_stage_t s, lo_model_ptr m, lo_family_ptr f)
{
    lo_stage_clear(s);
    close_family(f, m);
}

/* A random linear form, with a constant term where affine. */
static void random_form(fmpq_mpoly_t out, const lo_stage_t s, int affine)
{
    fmpq_mpoly_t z;
    fmpq_mpoly_init(z, s->ctx);
    do {
        fmpq_mpoly_set_si(out, affine ? between(-2, 2) : 0, s->ctx);
        for (slong v = 0; v < s->k; v++) {
            fmpq_mpoly_gen(z, v, s->ctx);
            fmpq_mpoly_scalar_mul_si(z, z, between(-1, 1) * between(0, 2), s->ctx);
            fmpq_mpoly_add(out, out, z, s->ctx);
        }
    } while (fmpq_mpoly_is_fmpq(out, s->ctx));
    fmpq_mpoly_clear(z, s->ctx);
}

/* ---- real zeros ---- */

static void test_sums_of_squares_are_recognised(void **state)
{
    (void) state;
    lo_stage_t s;
    lo_model_ptr m = NULL;
    lo_family_ptr f;
    start(3);
    open_stage(s, &m, &f, 4);
    for (int round = 0; round < 300; round++) {
        slong n = between(2, 3);
        int affine = (int) between(0, 1);
        fmpq_mpoly_t sum, l[3], t;
        fmpq_mpoly_init(sum, s->ctx);
        fmpq_mpoly_init(t, s->ctx);
        for (slong i = 0; i < n; i++) {
            fmpq_mpoly_init(l[i], s->ctx);
            random_form(l[i], s, affine);
            fmpq_mpoly_mul(t, l[i], l[i], s->ctx);
            fmpq_mpoly_scalar_mul_si(t, t, between(1, 5), s->ctx);
            fmpq_mpoly_add(sum, sum, t, s->ctx);
        }
        lo_qpolys_t factors = { { 0, 0, NULL } }, parts = { { 0, 0, NULL } };
        assert_int_equal(lo_zeros_factors(factors, sum, s), LO_OK);
        assert_true(factors->n <= 1); /* none, a square of a form, or the sum itself */
        for (slong i = 0; i < factors->n; i++) {
            lo_zeros_t kind;
            assert_int_equal(lo_zeros_of(&kind, parts, factors->f, s), LO_OK);
            assert_true(kind == LO_ZEROS_LINEAR || kind == LO_ZEROS_COMMON);
        }
        /* the parts vanish wherever the forms do: here at a random common zero, when there is one */
        fmpq_mat_t a, b, x;
        fmpq_mat_init(a, n, 4);
        fmpq_mat_init(b, n, 1);
        fmpq_mat_init(x, 4, 1);
        fmpq *zero = _fmpq_vec_init(4), *point = _fmpq_vec_init(4);
        fmpq *values[4];
        for (slong v = 0; v < 4; v++)
            values[v] = zero + v;
        for (slong i = 0; i < n; i++) {
            assert_true(fmpq_mpoly_evaluate_all_fmpq(fmpq_mat_entry(b, i, 0), l[i], values, s->ctx));
            for (slong v = 0; v < 4; v++) {
                fmpq_one(zero + v);
                assert_true(fmpq_mpoly_evaluate_all_fmpq(fmpq_mat_entry(a, i, v), l[i], values, s->ctx));
                fmpq_sub(fmpq_mat_entry(a, i, v), fmpq_mat_entry(a, i, v), fmpq_mat_entry(b, i, 0));
                fmpq_zero(zero + v);
            }
            fmpq_neg(fmpq_mat_entry(b, i, 0), fmpq_mat_entry(b, i, 0));
        }
        if (fmpq_mat_can_solve(x, a, b)) {
            assert_true(factors->n == 1);
            for (slong v = 0; v < 4; v++) {
                fmpq_set(point + v, fmpq_mat_entry(x, v, 0));
                values[v] = point + v;
            }
            fmpq_t value;
            fmpq_init(value);
            for (slong i = 0; i < parts->n; i++) {
                assert_true(fmpq_mpoly_evaluate_all_fmpq(value, parts->f + i, values, s->ctx));
                assert_true(fmpq_is_zero(value));
            }
            fmpq_clear(value);
        } else {
            assert_int_equal(factors->n, 0); /* no real zeros */
        }
        fmpq_mat_clear(a);
        fmpq_mat_clear(b);
        fmpq_mat_clear(x);
        _fmpq_vec_clear(zero, 4);
        _fmpq_vec_clear(point, 4);
        lo_qpolys_clear(factors, s->ctx);
        lo_qpolys_clear(parts, s->ctx);
        for (slong i = 0; i < n; i++)
            fmpq_mpoly_clear(l[i], s->ctx);
        fmpq_mpoly_clear(sum, s->ctx);
        fmpq_mpoly_clear(t, s->ctx);
    }
    close_stage(s, m, f);
}

static void test_kinds_of_zeros(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        lo_zeros_t kind;
        slong parts;
    } rows[] = {
        { "x1", LO_ZEROS_LINEAR, 0 },
        { "2*x1-x2+3", LO_ZEROS_LINEAR, 0 },
        { "x1^2+1", LO_ZEROS_NONE, 0 },
        { "x1^4+x1^3+x1^2+x1+1", LO_ZEROS_NONE, 0 },
        { "x1^3-2", LO_ZEROS_CURVED, 0 },
        { "x1^2-2", LO_ZEROS_CURVED, 0 },
        { "x1^2+x1*x2+x2^2", LO_ZEROS_COMMON, 2 },
        { "x1^2+3*x1*x2+x2^2", LO_ZEROS_CURVED, 0 },
        { "x1^4+x1*x2^3+5*x2^4", LO_ZEROS_COMMON, 2 },
        { "x1^2*x3^2+x2^4", LO_ZEROS_COMMON, 2 },
        { "x1^2*x3^2+x2^4+7", LO_ZEROS_NONE, 0 },
        { "x1^2+x2^2+x3^2-1", LO_ZEROS_CURVED, 0 },
        { "x1^2+x2^2+x3^2-2*x1-2*x2+2", LO_ZEROS_COMMON, 3 },
        { "x1*x2-x3", LO_ZEROS_CURVED, 0 },
    };
    static const char *names[] = { "x1", "x2", "x3" };
    lo_stage_t s;
    lo_model_ptr m = NULL;
    lo_family_ptr f;
    open_stage(s, &m, &f, 3);
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        fmpq_mpoly_t p;
        lo_zeros_t kind;
        lo_qpolys_t parts = { { 0, 0, NULL } };
        fmpq_mpoly_init(p, s->ctx);
        assert_int_equal(fmpq_mpoly_set_str_pretty(p, rows[k].text, names, s->ctx), 0);
        assert_int_equal(lo_zeros_of(&kind, parts, p, s), LO_OK);
        if (kind != rows[k].kind || parts->n != rows[k].parts)
            fail_msg("%s: kind %d, %ld parts", rows[k].text, (int) kind, (long) parts->n);
        lo_qpolys_clear(parts, s->ctx);
        fmpq_mpoly_clear(p, s->ctx);
    }
    /* a bounded coordinate: roots outside of (-1, 1) do not count */
    static const struct {
        const char *text;
        lo_zeros_t kind;
    } bounded[] = { { "x1-1", LO_ZEROS_NONE },     { "x1+3", LO_ZEROS_NONE },  { "2*x1-1", LO_ZEROS_LINEAR },
                    { "x1^2-2", LO_ZEROS_NONE },   { "3*x1^2-1", LO_ZEROS_CURVED }, { "x1+x2", LO_ZEROS_LINEAR },
                    { "x1-x2+2", LO_ZEROS_LINEAR } };
    s->stands[0] = LO_STANDS_TANH;
    for (size_t k = 0; k < sizeof(bounded) / sizeof(bounded[0]); k++) {
        fmpq_mpoly_t p;
        lo_zeros_t kind;
        lo_qpolys_t parts = { { 0, 0, NULL } };
        fmpq_mpoly_init(p, s->ctx);
        assert_int_equal(fmpq_mpoly_set_str_pretty(p, bounded[k].text, names, s->ctx), 0);
        assert_int_equal(lo_zeros_of(&kind, parts, p, s), LO_OK);
        if (kind != bounded[k].kind)
            fail_msg("%s: kind %d", bounded[k].text, (int) kind);
        lo_qpolys_clear(parts, s->ctx);
        fmpq_mpoly_clear(p, s->ctx);
    }
    close_stage(s, m, f);
}

/* ---- determinants ---- */

/* By Leibniz's formula. */
static void leibniz(fmpq_mpoly_t out, const fmpq_mpoly_struct *a, slong n, const fmpq_mpoly_ctx_t c)
{
    slong p[5];
    fmpq_mpoly_t term;
    fmpq_mpoly_init(term, c);
    fmpq_mpoly_zero(out, c);
    slong all = 1;
    for (slong i = 2; i <= n; i++)
        all *= i;
    for (slong k = 0; k < all; k++) {
        slong left[5], index = k, sign = 1;
        for (slong i = 0; i < n; i++)
            left[i] = i;
        for (slong i = 0; i < n; i++) {
            slong j = index % (n - i);
            index /= n - i;
            p[i] = left[j];
            for (slong t = j; t + 1 < n - i; t++)
                left[t] = left[t + 1];
            sign = j % 2 ? -sign : sign;
        }
        fmpq_mpoly_set_si(term, sign, c);
        for (slong i = 0; i < n; i++)
            fmpq_mpoly_mul(term, term, a + i * n + p[i], c);
        fmpq_mpoly_add(out, out, term, c);
    }
    fmpq_mpoly_clear(term, c);
}

static int has_factor(const lo_qpolys_t list, const fmpq_mpoly_struct *f, const fmpq_mpoly_ctx_t c)
{
    for (slong i = 0; i < list->n; i++)
        if (fmpq_mpoly_equal(list->f + i, f, c))
            return 1;
    return 0;
}

/* Entry (i, j) of a random matrix: of Vandermonde's kind, confluent, triangular, or of forms. */
static void random_entry(fmpq_mpoly_t out, const lo_stage_t s, int kind, slong i, slong j)
{
    fmpq_mpoly_t z;
    fmpq_mpoly_init(z, s->ctx);
    fmpq_mpoly_gen(z, kind == 1 ? j / 2 : j % s->k, s->ctx);
    fmpq_mpoly_pow_ui(out, z, (ulong) i, s->ctx);
    if (kind == 1 && j % 2)
        fmpq_mpoly_derivative(out, out, j / 2, s->ctx);
    if (kind == 2)
        random_form(out, s, 1);
    if (kind == 2 && between(0, 1))
        fmpq_mpoly_zero(out, s->ctx);
    if (kind == 3) {
        random_form(out, s, 0);
        fmpq_mpoly_scalar_mul_si(out, out, i <= j || i == 1, s->ctx);
    }
    fmpq_mpoly_clear(z, s->ctx);
}

static void test_factors_are_those_of_the_determinant(void **state)
{
    (void) state;
    lo_stage_t s;
    lo_model_ptr m = NULL;
    lo_family_ptr f;
    start(4);
    open_stage(s, &m, &f, 4);
    for (int round = 0; round < 120; round++) {
        slong n = between(1, 4);
        int kind = round % 4;
        fmpq_mpoly_struct a[25];
        fmpq_mpoly_t d;
        lo_qpolys_t expected = { { 0, 0, NULL } }, found = { { 0, 0, NULL } };
        fmpq_mpoly_init(d, s->ctx);
        for (slong i = 0; i < n; i++)
            for (slong j = 0; j < n; j++) {
                fmpq_mpoly_init(a + i * n + j, s->ctx);
                random_entry(a + i * n + j, s, kind, i, j);
            }
        leibniz(d, a, n, s->ctx);
        if (!fmpq_mpoly_is_zero(d, s->ctx)) {
            assert_int_equal(lo_zeros_factors(expected, d, s), LO_OK);
            assert_int_equal(lo_determinant_factors(found, a, n, s, ctx), LO_OK);
            assert_int_equal(found->n, expected->n);
            for (slong i = 0; i < found->n; i++)
                assert_true(has_factor(expected, found->f + i, s->ctx));
        }
        for (slong i = 0; i < n * n; i++)
            fmpq_mpoly_clear(a + i, s->ctx);
        fmpq_mpoly_clear(d, s->ctx);
        lo_qpolys_clear(expected, s->ctx);
        lo_qpolys_clear(found, s->ctx);
    }
    close_stage(s, m, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders_agree),
        cmocka_unit_test(test_sums_of_coefficients_are_outputs),
        cmocka_unit_test(test_what_has_no_coefficients),
        cmocka_unit_test(test_sums_of_squares_are_recognised),
        cmocka_unit_test(test_kinds_of_zeros),
        cmocka_unit_test(test_factors_are_those_of_the_determinant),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
