/* relations.c - laws from Darboux polynomials.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/relations.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void lo_formulas_init(lo_formulas_t list)
{
    memset(list, 0, sizeof(*list));
}

void lo_formulas_clear(lo_formulas_t list)
{
    for (slong i = 0; i < list->n; i++)
        lo_formula_clear(list->h + i);
    lo_free(list->h);
    memset(list, 0, sizeof(*list));
}

lo_status_t lo_formulas_take(lo_formulas_t list, lo_formula_t h)
{
    LO_TRY(LO_GROW(list->h, list->alloc, list->n + 1));
    list->h[list->n++] = *h;
    lo_formula_init(h);
    return LO_OK;
}

static int compare_formulas(const void *a, const void *b)
{
    return lo_formula_compare(a, b);
}

void lo_formulas_sort(lo_formulas_t list)
{
    if (list->n > 1)
        qsort(list->h, (size_t) list->n, sizeof(*list->h), compare_formulas);
}

/* ---- the linear system ---- */

static slong log_columns(const lo_ansatz_struct *a)
{
    return a->weights != NULL ? a->weights->n * a->invariants->list->n : 0;
}

/* Columns: the a_(i,s), the b_i, the coefficients of N. */
static slong inverse_columns(const lo_ansatz_struct *a)
{
    return a->inverses ? a->invariants->list->n : 0;
}

slong lo_ansatz_size(const lo_ansatz_struct *a)
{
    return log_columns(a) + inverse_columns(a) + (a->monomials != NULL ? a->monomials->n : 0);
}

/* The column of a_(i,s). The last polynomials come first: elimination solves for them, in terms of simple ones. */
static slong log_column(const lo_ansatz_struct *a, slong i, slong s)
{
    return (a->invariants->list->n - 1 - i) * a->weights->n + s;
}

/* Values of D and K_D at a sample. Returns 0 where D vanishes. */
static int denominator_at(ulong *value, ulong *cofactor, const lo_ansatz_struct *a, const ulong *values,
                          const ulong *speeds, nmod_t mod)
{
    *value = 1;
    *cofactor = 0;
    for (int k = 0; k < 2; k++) {
        ulong f;
        if (a->denominator[k] < 0)
            continue;
        ulong speed = lo_poly_along(&f, a->invariants->list->f + a->denominator[k], values, speeds, mod);
        if (f == 0)
            return 0;
        *value = nmod_mul(*value, f, mod);
        *cofactor = nmod_add(*cofactor, nmod_mul(speed, n_invmod(f, mod.n), mod), mod);
    }
    return 1;
}

/* The columns of one equation for the Darboux polynomials: w_s X f_i / f_i and X (1 / f_i). Returns 0 where some f_i
 * vanishes. */
static int invariant_entries(ulong *row, const lo_ansatz_struct *a, const ulong *values, const ulong *speeds,
                             nmod_t mod)
{
    slong nweights = a->weights != NULL ? a->weights->n : 0;
    for (slong i = 0; nweights + a->inverses > 0 && i < a->invariants->list->n; i++) {
        ulong f, w, speed = lo_poly_along(&f, a->invariants->list->f + i, values, speeds, mod);
        if (f == 0)
            return 0;
        ulong inverse = n_invmod(f, mod.n), cofactor = nmod_mul(speed, inverse, mod);
        if (a->inverses)
            row[log_columns(a) + i] = nmod_neg(nmod_mul(cofactor, inverse, mod), mod);
        for (slong s = 0; s < nweights; s++) {
            lo_poly_along(&w, a->weights->f + s, values, speeds, mod);
            row[log_column(a, i, s)] = nmod_mul(w, cofactor, mod);
        }
    }
    return 1;
}

/* One equation. A sample on the zeros of some f gives none: the row is zero. */
static void fill_row(ulong *row, const lo_ansatz_struct *a, slong sample)
{
    const lo_search_struct *s = a->invariants->search;
    const ulong *values = s->values + sample * s->nvars, *speeds = s->speeds + sample * s->nvars;
    nmod_t mod = s->engine->mod;
    const lo_monomials_struct *m = a->monomials;
    slong first = log_columns(a) + inverse_columns(a);
    ulong value, cofactor;
    if (!denominator_at(&value, &cofactor, a, values, speeds, mod) ||
        !invariant_entries(row, a, values, speeds, mod)) {
        _nmod_vec_zero(row, lo_ansatz_size(a));
        return;
    }
    value = n_invmod(value, mod.n);
    for (slong j = 0; m != NULL && j < m->n; j++) {
        ulong v, speed = lo_monomial_along(&v, m->vars + j * m->stride, m->length[j], values, speeds, mod);
        row[first + j] = nmod_mul(nmod_sub(speed, nmod_mul(v, cofactor, mod), mod), value, mod);
    }
}

/* ---- from a solution to a closed form ---- */

lo_status_t lo_formula_set_quotient(lo_formula_t h, const fmpz_mpoly_q_t f, const lo_symbols_t symbols,
                                    const lo_ring_t ring)
{
    lo_poly_t n, d;
    lo_poly_init(n, 1);
    lo_poly_init(d, 1);
    lo_status_t status = lo_poly_from_ring(n, fmpz_mpoly_q_numref(f), symbols, ring);
    if (status == LO_OK)
        status = lo_poly_from_ring(d, fmpz_mpoly_q_denref(f), symbols, ring);
    if (status == LO_OK)
        status = lo_formula_times(h, n, 1);
    if (status == LO_OK && (d->degree > 0 || !fmpz_is_one(d->coef)))
        status = lo_formula_times(h, d, -1);
    lo_poly_clear(n);
    lo_poly_clear(d);
    return status;
}

typedef struct {
    const lo_ansatz_struct *a;
    lo_ctx_struct *ctx;
    const fmpz *row;
} solution_struct;

static int all_zero(const fmpz *row, slong n)
{
    for (slong i = 0; i < n; i++)
        if (!fmpz_is_zero(row + i))
            return 0;
    return 1;
}

/* The exponents of a product stay below this, so that it can be read and checked by expansion. */
#define MAX_EXPONENT 12
#define MAX_PRODUCT_DEGREE 24

/* Constant coefficients, small, no N? Then the product is the law. */
static int is_product(const solution_struct *x)
{
    slong nweights = x->a->weights->n, degree = 0;
    for (slong i = 0; i < x->a->invariants->list->n; i++) {
        const fmpz *e = x->row + log_column(x->a, i, 0);
        if (!all_zero(e + 1, nweights - 1) || fmpz_cmp_si(e, MAX_EXPONENT) > 0 ||
            fmpz_cmp_si(e, -MAX_EXPONENT) < 0)
            return 0;
        degree += labs(fmpz_get_si(e)) * x->a->invariants->list->f[i].degree;
    }
    return degree <= MAX_PRODUCT_DEGREE;
}

static lo_status_t set_product(lo_formula_t h, const solution_struct *x)
{
    slong sign = 0;
    lo_status_t status = LO_OK;
    for (slong i = 0; i < x->a->invariants->list->n && status == LO_OK; i++) {
        slong e = fmpz_get_si(x->row + log_column(x->a, i, 0));
        sign = sign == 0 ? (e > 0) - (e < 0) : sign; /* the first one stands above */
        status = lo_formula_times(h, x->a->invariants->list->f + i, sign * e);
    }
    return status;
}

/* sum_s a_(i,s) w_s */
static lo_status_t set_coefficient(lo_poly_t coef, const solution_struct *x, slong i)
{
    const lo_ansatz_struct *a = x->a;
    const lo_symbols_struct *symbols = a->invariants->search->symbols;
    lo_ring_struct *ring = a->invariants->ring;
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_t sum, w;
    fmpz_mpoly_q_init(sum, ring->ctx);
    fmpz_mpoly_q_init(w, ring->ctx);
    for (slong s = 0; s < a->weights->n && status == LO_OK; s++) {
        status = lo_poly_to_ring(w, a->weights->f + s, symbols, ring, x->ctx);
        if (status == LO_OK) {
            fmpz_mpoly_q_mul_fmpz(w, w, x->row + log_column(a, i, s), ring->ctx);
            status = lo_ring_add(sum, sum, w, ring);
        }
    }
    if (status == LO_OK)
        status = lo_poly_from_ring(coef, fmpz_mpoly_q_numref(sum), symbols, ring);
    fmpz_mpoly_q_clear(sum, ring->ctx);
    fmpz_mpoly_q_clear(w, ring->ctx);
    return status;
}

static lo_status_t add_logs(lo_formula_t h, const solution_struct *x)
{
    lo_status_t status = LO_OK;
    for (slong i = 0; i < x->a->invariants->list->n && status == LO_OK; i++) {
        lo_poly_t coef;
        if (all_zero(x->row + log_column(x->a, i, 0), x->a->weights->n))
            continue;
        lo_poly_init(coef, 1);
        status = set_coefficient(coef, x, i);
        if (status == LO_OK)
            status = lo_formula_plus_log(h, coef, x->a->invariants->list->f + i);
        lo_poly_clear(coef);
    }
    return status;
}

/* N, with integer coefficients as they are: logarithms have theirs. */
static lo_status_t set_numerator(lo_poly_t f, const solution_struct *x)
{
    const lo_monomials_struct *m = x->a->monomials;
    lo_status_t status = LO_OK;
    for (slong j = 0; m != NULL && j < m->n && status == LO_OK; j++) {
        const fmpz *c = x->row + log_columns(x->a) + inverse_columns(x->a) + j;
        if (!fmpz_is_zero(c))
            status = lo_poly_push(f, c, m->vars + j * m->stride, m->length[j]);
    }
    return status;
}

/* f += sum_i b_i / f_i */
static lo_status_t add_inverses(fmpz_mpoly_q_t f, const solution_struct *x)
{
    lo_invariants_struct *inv = x->a->invariants;
    fmpz_mpoly_q_t t, b;
    fmpz_mpoly_q_init(t, inv->ring->ctx);
    fmpz_mpoly_q_init(b, inv->ring->ctx);
    lo_status_t status = LO_OK;
    for (slong i = 0; i < inverse_columns(x->a) && status == LO_OK; i++) {
        const fmpz *c = x->row + log_columns(x->a) + i;
        if (fmpz_is_zero(c))
            continue;
        status = lo_poly_to_ring(t, inv->list->f + i, inv->search->symbols, inv->ring, x->ctx);
        fmpz_mpoly_q_set_fmpz(b, c, inv->ring->ctx);
        if (status == LO_OK)
            status = lo_ring_div(t, b, t, inv->ring);
        if (status == LO_OK)
            status = lo_ring_add(f, f, t, inv->ring);
    }
    fmpz_mpoly_q_clear(t, inv->ring->ctx);
    fmpz_mpoly_q_clear(b, inv->ring->ctx);
    return status;
}

/* The rational part N / D + sum b_i / f_i. */
static lo_status_t set_rational(lo_formula_t h, const solution_struct *x)
{
    lo_invariants_struct *inv = x->a->invariants;
    const lo_symbols_struct *symbols = inv->search->symbols;
    fmpz_mpoly_q_t f, t;
    lo_poly_t n;
    lo_poly_init(n, x->a->monomials != NULL ? x->a->monomials->stride : 1);
    fmpz_mpoly_q_init(f, inv->ring->ctx);
    fmpz_mpoly_q_init(t, inv->ring->ctx);
    lo_status_t status = set_numerator(n, x);
    if (status == LO_OK)
        status = lo_poly_to_ring(f, n, symbols, inv->ring, x->ctx);
    for (int k = 0; k < 2 && status == LO_OK; k++) {
        if (x->a->denominator[k] < 0)
            continue;
        status = lo_poly_to_ring(t, inv->list->f + x->a->denominator[k], symbols, inv->ring, x->ctx);
        if (status == LO_OK)
            status = lo_ring_div(f, f, t, inv->ring);
    }
    if (status == LO_OK)
        status = add_inverses(f, x);
    if (status == LO_OK)
        status = lo_formula_set_quotient(h, f, symbols, inv->ring);
    fmpz_mpoly_q_clear(f, inv->ring->ctx);
    fmpz_mpoly_q_clear(t, inv->ring->ctx);
    lo_poly_clear(n);
    return status;
}

static lo_status_t set_formula(lo_formula_t h, const solution_struct *x)
{
    slong logs = log_columns(x->a), inverses = inverse_columns(x->a), rest = lo_ansatz_size(x->a) - logs;
    int with_logs = !all_zero(x->row, logs), with_n = !all_zero(x->row + logs, rest);
    if (with_logs && !with_n && is_product(x))
        return set_product(h, x);
    if (!with_logs && all_zero(x->row + logs, inverses) && x->a->denominator[0] < 0)
        return LO_OK; /* a polynomial law: other searches list those */
    lo_status_t status = with_n ? set_rational(h, x) : LO_OK;
    if (status == LO_OK && with_logs)
        status = add_logs(h, x);
    if (status == LO_OK)
        lo_formula_make_positive(h);
    return status;
}

lo_status_t lo_ansatz_solve(lo_formulas_t list, const lo_ansatz_struct *a, lo_ctx_t ctx)
{
    lo_search_struct *s = a->invariants->search;
    slong n = lo_ansatz_size(a), dimension;
    nmod_mat_t system;
    fmpz_mat_t rows;
    if (n == 0)
        return LO_OK;
    LO_TRY(lo_search_samples(s, n + LO_EXTRA));
    nmod_mat_init(system, n + LO_EXTRA, n, s->engine->mod.n);
    for (slong i = 0; i < n + LO_EXTRA; i++)
        fill_row(&nmod_mat_entry(system, i, 0), a, i);
    lo_kernel(rows, &dimension, system);
    lo_status_t status = LO_OK;
    for (slong r = 0; r < rows->r && status == LO_OK; r++) {
        lo_formula_t h;
        solution_struct x = { a, ctx, fmpz_mat_entry(rows, r, 0) };
        lo_formula_init(h);
        status = set_formula(h, &x);
        if (status == LO_OK && h->nfactors + h->nlogs > 0)
            status = lo_formulas_take(list, h);
        else if (status == LO_UNABLE || status == LO_DOMAIN)
            status = lo_ctx_poll(ctx); /* this one is too large to write down */
        lo_formula_clear(h);
    }
    fmpz_mat_clear(rows);
    nmod_mat_clear(system);
    return status;
}
