/* zeros.c - factors, and tests for polynomials that are definite.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/zeros.h"

#include "base/memory.h"

#define MOST_TERMS 600 /* of what is factored */
#define FACTOR_EFFORT 20 /* for each term */
#define MOST_DEGREE 80

/* ---- factors ---- */

static int has_coordinate(const fmpq_mpoly_struct *f, const lo_stage_t s)
{
    for (slong v = 0; v < s->k; v++)
        if (fmpq_mpoly_degree_si(f, v, s->ctx) > 0)
            return 1;
    return 0;
}

static lo_status_t add_once(lo_qpolys_t list, const fmpq_mpoly_struct *f, const lo_stage_t s)
{
    for (slong i = 0; i < list->n; i++)
        if (fmpq_mpoly_equal(list->f + i, f, s->ctx))
            return LO_OK;
    return lo_qpolys_add(list, f, s->ctx);
}

lo_status_t lo_zeros_factors(lo_qpolys_t factors, const fmpq_mpoly_struct *f, const lo_stage_t s)
{
    fmpq_mpoly_factor_t product;
    fmpq_mpoly_t base;
    lo_qpolys_t parts = { { 0, 0, NULL } };
    if (fmpq_mpoly_length(f, s->ctx) > MOST_TERMS || fmpq_mpoly_total_degree_si(f, s->ctx) > MOST_DEGREE)
        return LO_UNABLE;
    LO_TRY(lo_stage_spend(s, FACTOR_EFFORT * fmpq_mpoly_length(f, s->ctx)));
    fmpq_mpoly_factor_init(product, s->ctx);
    fmpq_mpoly_init(base, s->ctx);
    lo_status_t status = fmpq_mpoly_factor(product, f, s->ctx) ? LO_OK : LO_UNABLE;
    for (slong i = 0; status == LO_OK && i < fmpq_mpoly_factor_length(product, s->ctx); i++) {
        lo_zeros_t kind;
        fmpq_mpoly_factor_get_base(base, product, i, s->ctx);
        if (!has_coordinate(base, s))
            continue;
        fmpq_mpoly_make_monic(base, base, s->ctx);
        status = lo_zeros_of(&kind, parts, base, s);
        if (status == LO_OK && kind != LO_ZEROS_NONE)
            status = add_once(factors, base, s);
    }
    fmpq_mpoly_clear(base, s->ctx);
    fmpq_mpoly_factor_clear(product, s->ctx);
    lo_qpolys_clear(parts, s->ctx);
    return status;
}

/* ---- linear ---- */

/* c v + d with v bounded and |d| >= |c| has no zero. Domain: f is of degree 1. */
static int is_outside(const fmpq_mpoly_struct *f, const lo_stage_t s)
{
    slong used = 0, variable = 0;
    for (slong v = 0; v < s->k; v++)
        if (fmpq_mpoly_degree_si(f, v, s->ctx) > 0) {
            variable = v;
            used++;
        }
    if (used != 1 || fmpq_mpoly_length(f, s->ctx) != 2 || s->stands[variable] == LO_STANDS_ITSELF)
        return 0;
    fmpq_t c, d;
    fmpq_init(c);
    fmpq_init(d);
    fmpq_mpoly_get_term_coeff_fmpq(c, f, 0, s->ctx);
    fmpq_mpoly_get_term_coeff_fmpq(d, f, 1, s->ctx);
    fmpq_abs(c, c);
    fmpq_abs(d, d);
    int outside = fmpq_cmp(d, c) >= 0;
    fmpq_clear(c);
    fmpq_clear(d);
    return outside;
}

/* ---- one variable, or a form in two ---- */

/* The number of real roots of an irreducible polynomial of degree at least 2; of those in (-1, 1). */
static slong count_roots(const fmpz_poly_t f, int bounded)
{
    slong negative, positive;
    if (!bounded)
        return fmpz_poly_num_real_roots(f);
    fmpz_poly_t g, plus, minus, term; /* (u + 1)^n f((u - 1)/(u + 1)): positive u */
    slong n = fmpz_poly_degree(f);
    fmpz_poly_init(g);
    fmpz_poly_init(plus);
    fmpz_poly_init(minus);
    fmpz_poly_init(term);
    fmpz_poly_set_str(plus, "2  1 1");
    fmpz_poly_set_str(minus, "2  -1 1");
    for (slong i = n; i >= 0; i--) { /* Horner's rule with powers of u + 1 */
        fmpz_poly_pow(term, plus, (ulong) (n - i));
        fmpz_poly_scalar_mul_fmpz(term, term, f->coeffs + i);
        fmpz_poly_mul(g, g, minus);
        fmpz_poly_add(g, g, term);
    }
    _fmpz_poly_num_real_roots_sturm(&negative, &positive, g->coeffs, g->length);
    fmpz_poly_clear(g);
    fmpz_poly_clear(plus);
    fmpz_poly_clear(minus);
    fmpz_poly_clear(term);
    return positive;
}

/* f as a polynomial in v alone, every other variable 1, times a number. */
static void univariate(fmpz_poly_t out, const fmpq_mpoly_struct *f, slong v, const lo_stage_t s)
{
    ulong exponents[LO_STAGE_VARIABLES];
    fmpz_t c;
    fmpz_init(c);
    for (slong t = 0; t < fmpq_mpoly_length(f, s->ctx); t++) {
        fmpz_mpoly_get_term_exp_ui(exponents, f->zpoly, t, s->ctx->zctx);
        fmpz_mpoly_get_term_coeff_fmpz(c, f->zpoly, t, s->ctx->zctx);
        fmpz_poly_set_coeff_fmpz(out, (slong) exponents[v], c);
    }
    fmpz_clear(c);
}

/* Whether every term has the same degree. */
static int is_form(const fmpq_mpoly_struct *f, const lo_stage_t s)
{
    ulong exponents[LO_STAGE_VARIABLES], degree = 0;
    for (slong t = 0; t < fmpq_mpoly_length(f, s->ctx); t++) {
        ulong sum = 0;
        fmpq_mpoly_get_term_exp_ui(exponents, f, t, s->ctx);
        for (slong v = 0; v < s->nvars; v++)
            sum += exponents[v];
        if (t > 0 && sum != degree)
            return 0;
        degree = sum;
    }
    return 1;
}

/* f in one variable, or a form in two, without real roots (a form: other than zero). */
static lo_status_t rootless(lo_zeros_t *kind, lo_qpolys_t parts, const fmpq_mpoly_struct *f, const lo_stage_t s)
{
    slong used[2] = { 0, 0 }, n = 0;
    for (slong v = 0; v < s->nvars; v++)
        if (fmpq_mpoly_degree_si(f, v, s->ctx) > 0) {
            if (n == 2 || v >= s->k)
                return LO_OK;
            used[n++] = v;
        }
    if (n == 2 && !is_form(f, s))
        return LO_OK;
    fmpz_poly_t u;
    fmpz_poly_init(u);
    univariate(u, f, used[0], s);
    slong roots = fmpz_poly_degree(u) < 2 ? 1 : count_roots(u, n == 1 && s->stands[used[0]] != LO_STANDS_ITSELF);
    fmpz_poly_clear(u);
    if (roots > 0)
        return LO_OK;
    *kind = n == 1 ? LO_ZEROS_NONE : LO_ZEROS_COMMON;
    lo_status_t status = LO_OK;
    fmpq_mpoly_t z;
    fmpq_mpoly_init(z, s->ctx);
    for (slong i = 0; n == 2 && i < 2 && status == LO_OK; i++) {
        fmpq_mpoly_gen(z, used[i], s->ctx);
        status = lo_qpolys_add(parts, z, s->ctx);
    }
    fmpq_mpoly_clear(z, s->ctx);
    return status;
}

/* ---- sums of squares ---- */

/* All terms are squares with coefficients of one sign: zero where each of them is. */
static lo_status_t even_terms(lo_zeros_t *kind, lo_qpolys_t parts, const fmpq_mpoly_struct *f, const lo_stage_t s)
{
    ulong exponents[LO_STAGE_VARIABLES];
    int sign = 0, number = 0;
    fmpq_t c;
    fmpq_mpoly_t z;
    fmpq_init(c);
    for (slong t = 0; t < fmpq_mpoly_length(f, s->ctx); t++) {
        int odd = 0, empty = 1;
        fmpq_mpoly_get_term_coeff_fmpq(c, f, t, s->ctx);
        fmpq_mpoly_get_term_exp_ui(exponents, f, t, s->ctx);
        for (slong v = 0; v < s->nvars; v++) {
            odd |= exponents[v] & 1;
            empty = empty && exponents[v] == 0;
        }
        if (odd || (sign != 0 && sign != fmpq_sgn(c))) {
            fmpq_clear(c);
            return LO_OK;
        }
        sign = fmpq_sgn(c);
        number |= empty;
    }
    fmpq_clear(c);
    *kind = number ? LO_ZEROS_NONE : LO_ZEROS_COMMON;
    lo_status_t status = LO_OK;
    fmpq_mpoly_init(z, s->ctx);
    for (slong t = 0; !number && t < fmpq_mpoly_length(f, s->ctx) && status == LO_OK; t++) {
        fmpq_mpoly_get_term_exp_ui(exponents, f, t, s->ctx);
        for (slong v = 0; v < s->nvars; v++)
            exponents[v] = exponents[v] > 0;
        fmpq_mpoly_zero(z, s->ctx);
        fmpq_mpoly_push_term_ui_ui(z, 1, exponents, s->ctx);
        status = lo_qpolys_add(parts, z, s->ctx);
    }
    fmpq_mpoly_clear(z, s->ctx);
    return status;
}

/* The symmetric matrix of a polynomial of degree 2 in 1, s_1, .., s_k. Domain: no constants occur. */
static void gram(fmpq_mat_t a, const fmpq_mpoly_struct *f, const lo_stage_t s)
{
    ulong exponents[LO_STAGE_VARIABLES];
    fmpq_t c;
    fmpq_init(c);
    for (slong t = 0; t < fmpq_mpoly_length(f, s->ctx); t++) {
        slong at[2] = { 0, 0 }, n = 0;
        fmpq_mpoly_get_term_coeff_fmpq(c, f, t, s->ctx);
        fmpq_mpoly_get_term_exp_ui(exponents, f, t, s->ctx);
        for (slong v = 0; v < s->k; v++)
            for (ulong e = 0; e < exponents[v]; e++)
                at[n++] = v + 1;
        if (at[0] != at[1])
            fmpq_div_2exp(c, c, 1);
        fmpq_set(fmpq_mat_entry(a, at[0], at[1]), c);
        fmpq_set(fmpq_mat_entry(a, at[1], at[0]), c);
    }
    fmpq_clear(c);
}

/* a_00 + sum of a_0v s_v, row i of the matrix as a polynomial. */
static void row_polynomial(fmpq_mpoly_t out, const fmpq_mat_t a, slong i, const lo_stage_t s)
{
    fmpq_mpoly_t z;
    fmpq_mpoly_init(z, s->ctx);
    fmpq_mpoly_set_fmpq(out, fmpq_mat_entry(a, i, 0), s->ctx);
    for (slong v = 0; v < s->k; v++) {
        fmpq_mpoly_gen(z, v, s->ctx);
        fmpq_mpoly_scalar_mul_fmpq(z, z, fmpq_mat_entry(a, i, v + 1), s->ctx);
        fmpq_mpoly_add(out, out, z, s->ctx);
    }
    fmpq_mpoly_clear(z, s->ctx);
}

/* a -= (row i)' (row i) / a_ii. */
static void eliminate(fmpq_mat_t a, slong i)
{
    slong n = fmpq_mat_nrows(a);
    fmpq_t factor;
    fmpq *row = _fmpq_vec_init(n);
    fmpq_init(factor);
    for (slong v = 0; v < n; v++)
        fmpq_set(row + v, fmpq_mat_entry(a, i, v));
    for (slong u = 0; u < n; u++) {
        fmpq_div(factor, row + u, row + i);
        for (slong v = 0; v < n; v++)
            fmpq_submul(fmpq_mat_entry(a, u, v), factor, row + v);
    }
    fmpq_clear(factor);
    _fmpq_vec_clear(row, n);
}

/* A quadratic polynomial +-sum of l_i^2/d_i, l_i linear, d_i > 0, is zero where all l_i are. Symmetric elimination: a
 * semidefinite matrix has a zero row wherever it has a zero on its diagonal. */
static lo_status_t quadratic(lo_zeros_t *kind, lo_qpolys_t parts, const fmpq_mpoly_struct *f, const lo_stage_t s)
{
    fmpq_mat_t a;
    fmpq_mpoly_t l;
    lo_qpolys_t squares = { { 0, 0, NULL } };
    lo_status_t status = LO_OK;
    int sign = 0, definite = 1;
    fmpq_mat_init(a, s->k + 1, s->k + 1);
    fmpq_mpoly_init(l, s->ctx);
    gram(a, f, s);
    for (slong i = s->k; i >= 0 && definite && status == LO_OK; i--) {
        int here = fmpq_sgn(fmpq_mat_entry(a, i, i));
        if (here == 0) {
            for (slong v = 0; v <= s->k; v++)
                definite = definite && fmpq_is_zero(fmpq_mat_entry(a, i, v));
            continue;
        }
        definite = sign == 0 || sign == here;
        sign = here;
        row_polynomial(l, a, i, s);
        status = lo_qpolys_add(squares, l, s->ctx);
        eliminate(a, i);
    }
    if (definite && status == LO_OK) {
        *kind = LO_ZEROS_COMMON;
        for (slong i = 0; i < squares->n && status == LO_OK; i++) {
            if (fmpq_mpoly_is_fmpq(squares->f + i, s->ctx))
                *kind = LO_ZEROS_NONE; /* 1 = 0 */
            else
                status = lo_qpolys_add(parts, squares->f + i, s->ctx);
        }
    }
    lo_qpolys_clear(squares, s->ctx);
    fmpq_mpoly_clear(l, s->ctx);
    fmpq_mat_clear(a);
    return status;
}

/* ---- the choice ---- */

lo_status_t lo_zeros_of(lo_zeros_t *kind, lo_qpolys_t parts, const fmpq_mpoly_struct *f, const lo_stage_t s)
{
    int constants = 0;
    for (slong v = s->k; v < s->nvars; v++)
        constants |= fmpq_mpoly_degree_si(f, v, s->ctx) > 0;
    *kind = LO_ZEROS_CURVED;
    if (!has_coordinate(f, s))
        *kind = LO_ZEROS_NONE;
    else if (!constants && fmpq_mpoly_total_degree_si(f, s->ctx) == 1)
        *kind = is_outside(f, s) ? LO_ZEROS_NONE : LO_ZEROS_LINEAR;
    if (*kind != LO_ZEROS_CURVED || constants)
        return LO_OK;
    LO_TRY(rootless(kind, parts, f, s));
    if (*kind == LO_ZEROS_CURVED)
        LO_TRY(even_terms(kind, parts, f, s));
    if (*kind == LO_ZEROS_CURVED && fmpq_mpoly_total_degree_si(f, s->ctx) == 2)
        LO_TRY(quadratic(kind, parts, f, s));
    return LO_OK;
}
