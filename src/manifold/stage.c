/* stage.c - the fields of a family on a pattern.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * On a pattern with classes of sizes n_c the flow of a function f is s_c' = (1/n_c) df/ds_c, f written in the coordinates s
 * of the classes (manual, "Reduced networks"). For T = tanh(s/h), T' = (1 - T^2)/h s', and df/ds = (1 - T^2)/h df/dT.
 */
#include "manifold/stage.h"

#include "base/memory.h"
#include "base/random.h"
#include "family/echelon.h"

#include <stdlib.h>
#include <string.h>

#define MOST_TERMS 2000    /* of a component of a bracket */
#define MOST_BRACKETS 400  /* tried */

/* ---- lists ---- */

void lo_qpolys_clear(lo_qpolys_t list, const fmpq_mpoly_ctx_t ctx)
{
    for (slong i = 0; i < list->n; i++)
        fmpq_mpoly_clear(list->f + i, ctx);
    lo_free(list->f);
    memset(list, 0, sizeof(*list));
}

lo_status_t lo_qpolys_add(lo_qpolys_t list, const fmpq_mpoly_struct *f, const fmpq_mpoly_ctx_t ctx)
{
    LO_TRY(LO_GROW(list->f, list->alloc, list->n + 1));
    fmpq_mpoly_init(list->f + list->n, ctx);
    fmpq_mpoly_set(list->f + list->n++, f, ctx);
    return LO_OK;
}

void lo_qpolys_drop(lo_qpolys_t list, slong i, const fmpq_mpoly_ctx_t ctx)
{
    fmpq_mpoly_clear(list->f + i, ctx);
    list->f[i] = list->f[--list->n];
}

/* ---- rows ---- */

/* Room for one more row, zero; NULL when memory is short. The row counts once nrows is raised. */
static fmpq_mpoly_struct *next_row(lo_stage_t s)
{
    if (LO_GROW(s->x, s->alloc, (s->nrows + 1) * s->k) != LO_OK)
        return NULL;
    for (slong c = 0; c < s->k; c++)
        fmpq_mpoly_init(s->x + s->nrows * s->k + c, s->ctx);
    return s->x + s->nrows * s->k;
}

static void drop_row(fmpq_mpoly_struct *row, const lo_stage_t s)
{
    for (slong c = 0; c < s->k; c++)
        fmpq_mpoly_clear(row + c, s->ctx);
}

/* (1/size) df/ds_c, for what stands for s_c. */
static void component(fmpq_mpoly_struct *out, const fmpq_mpoly_t f, slong c, slong size, const lo_stage_t s)
{
    fmpq_mpoly_t factor;
    fmpq_t scale;
    fmpq_mpoly_derivative(out, f, c, s->ctx);
    fmpq_init(scale);
    fmpq_set_si(scale, 1, (ulong) (s->stands[c] == LO_STANDS_TANH_HALF ? 4 * size : size));
    fmpq_mpoly_scalar_mul_fmpq(out, out, scale, s->ctx);
    fmpq_clear(scale);
    if (s->stands[c] == LO_STANDS_ITSELF)
        return;
    fmpq_mpoly_init(factor, s->ctx); /* (1 - T^2)^2 */
    fmpq_mpoly_gen(factor, c, s->ctx);
    fmpq_mpoly_mul(factor, factor, factor, s->ctx);
    fmpq_mpoly_sub_si(factor, factor, 1, s->ctx);
    fmpq_mpoly_mul(factor, factor, factor, s->ctx);
    fmpq_mpoly_mul(out, out, factor, s->ctx);
    fmpq_mpoly_clear(factor, s->ctx);
}

/* The images of the variables of the coefficients: +-a class, zero, a constant. */
static lo_status_t images_of(fmpq_mpoly_struct **image, lo_stage_t s, const lo_coefficients_t c, const int *pattern,
                             const slong *class)
{
    for (slong v = c->first_constant, n = s->k; v < c->nvars; v++)
        if (c->used[v])
            fmpq_mpoly_gen(image[v], n++, s->ctx);
    for (slong i = 0; i < c->p; i++) {
        if (pattern[i] == 0)
            continue;
        slong r = labs(pattern[i]) - 1;
        if (c->stands[i] != c->stands[r])
            return LO_UNABLE;
        fmpq_mpoly_gen(image[c->variable[i]], class[r], s->ctx);
        if (pattern[i] < 0) /* tanh is odd */
            fmpq_mpoly_neg(image[c->variable[i]], image[c->variable[i]], s->ctx);
    }
    return LO_OK;
}

static lo_status_t add_field(lo_stage_t s, const lo_coefficients_t c, slong k, fmpq_mpoly_struct *const *image,
                             const slong *size)
{
    fmpq_mpoly_t f;
    fmpq_mpoly_struct *row = next_row(s);
    if (row == NULL)
        return LO_SYSTEM;
    fmpq_mpoly_init(f, s->ctx);
    int composed = fmpq_mpoly_compose_fmpq_mpoly(f, c->f + k, image, c->ctx, s->ctx), zero = 1;
    for (slong i = 0; composed && i < s->k; i++) {
        component(row + i, f, i, size[i], s);
        zero = zero && fmpq_mpoly_is_zero(row + i, s->ctx);
    }
    fmpq_mpoly_clear(f, s->ctx);
    if (zero) {
        drop_row(row, s);
        return composed ? LO_OK : LO_UNABLE;
    }
    memcpy(s->key + s->nrows * s->nkeys, c->key + k * c->nkeys, (size_t) s->nkeys * sizeof(slong));
    s->nfields = ++s->nrows;
    return LO_OK;
}

lo_status_t lo_stage_init(lo_stage_t s, const lo_coefficients_t c, const int *pattern, slong *effort)
{
    slong p = c->p;
    memset(s, 0, sizeof(*s));
    s->effort = effort;
    s->exact = c->exact;
    s->nkeys = c->nkeys;
    s->ninputs = c->ninputs;
    for (slong i = 0; i < p; i++)
        s->k += pattern[i] == (int) i + 1;
    s->nvars = s->k;
    for (slong v = c->first_constant; v < c->nvars; v++)
        s->nvars += c->used[v];
    fmpq_mpoly_ctx_init(s->ctx, s->nvars > 0 ? s->nvars : 1, ORD_LEX);
    s->p = p;
    s->pattern = lo_alloc((size_t) p, sizeof(int));
    s->first = lo_alloc((size_t) s->k, sizeof(slong));
    s->stands = lo_alloc((size_t) s->k, sizeof(*s->stands));
    s->key = lo_alloc((size_t) (c->n * c->nkeys), sizeof(slong));
    slong *class = lo_alloc((size_t) p, sizeof(slong)), *size = lo_alloc((size_t) s->k, sizeof(slong));
    fmpq_mpoly_struct *store = lo_alloc((size_t) c->nvars, sizeof(*store));
    fmpq_mpoly_struct **image = lo_alloc((size_t) c->nvars, sizeof(*image));
    lo_status_t status = s->pattern == NULL || s->first == NULL || s->stands == NULL || s->key == NULL || class == NULL || size == NULL ||
                                 store == NULL || image == NULL
                             ? LO_SYSTEM
                             : LO_OK;
    if (status == LO_OK) {
        memcpy(s->pattern, pattern, (size_t) p * sizeof(int));
        for (slong v = 0; v < c->nvars; v++) {
            fmpq_mpoly_init(store + v, s->ctx);
            image[v] = store + v;
        }
        for (slong i = 0, n = 0; i < p; i++) {
            if (pattern[i] == (int) i + 1) {
                s->first[n] = i;
                s->stands[n] = c->stands[i];
                class[i] = n++;
            }
            if (pattern[i] != 0)
                size[class[labs(pattern[i]) - 1]]++;
        }
        status = images_of(image, s, c, pattern, class);
        for (slong k = 0; k < c->n && status == LO_OK; k++)
            status = add_field(s, c, k, image, size);
        for (slong v = 0; v < c->nvars; v++)
            fmpq_mpoly_clear(store + v, s->ctx);
    }
    lo_free(class);
    lo_free(size);
    lo_free(store);
    lo_free(image);
    return status;
}

void lo_stage_clear(lo_stage_t s)
{
    for (slong i = 0; i < s->nrows * s->k; i++)
        fmpq_mpoly_clear(s->x + i, s->ctx);
    lo_free(s->x);
    lo_free(s->pattern);
    lo_free(s->first);
    lo_free(s->stands);
    lo_free(s->key);
    fmpq_mpoly_ctx_clear(s->ctx);
    memset(s, 0, sizeof(*s));
}

/* ---- values ---- */

lo_status_t lo_stage_spend(const lo_stage_t s, slong amount)
{
    *s->effort -= amount;
    return *s->effort < 0 ? LO_UNABLE : LO_OK;
}

ulong lo_stage_residue(const fmpq_mpoly_struct *f, const ulong *point, nmod_t mod, const lo_stage_t s)
{
    ulong sum = 0, exponents[LO_STAGE_VARIABLES];
    fmpq_t coef;
    fmpq_init(coef);
    *s->effort -= fmpq_mpoly_length(f, s->ctx);
    for (slong t = 0; t < fmpq_mpoly_length(f, s->ctx); t++) {
        fmpq_mpoly_get_term_coeff_fmpq(coef, f, t, s->ctx);
        fmpq_mpoly_get_term_exp_ui(exponents, f, t, s->ctx);
        ulong value = fmpz_fdiv_ui(fmpq_numref(coef), mod.n), den = fmpz_fdiv_ui(fmpq_denref(coef), mod.n);
        if (den == 0) {
            sum = 0;
            break;
        }
        value = nmod_mul(value, n_invmod(den, mod.n), mod);
        for (slong v = 0; v < s->nvars; v++)
            if (exponents[v] > 0)
                value = nmod_mul(value, nmod_pow_ui(point[v], exponents[v], mod), mod);
        sum = nmod_add(sum, value, mod);
    }
    fmpq_clear(coef);
    return sum;
}

/* ---- brackets ---- */

/* [X, Y]_c = sum of X_d dY_c/ds_d - Y_d dX_c/ds_d. */
static lo_status_t bracket(fmpq_mpoly_struct *out, const fmpq_mpoly_struct *x, const fmpq_mpoly_struct *y, const lo_stage_t s)
{
    fmpq_mpoly_t d;
    fmpq_mpoly_init(d, s->ctx);
    lo_status_t status = LO_OK;
    for (slong c = 0; c < s->k && status == LO_OK; c++)
        for (slong i = 0; i < s->k && status == LO_OK; i++) {
            slong terms = fmpq_mpoly_length(x + i, s->ctx) * fmpq_mpoly_length(y + c, s->ctx) +
                          fmpq_mpoly_length(y + i, s->ctx) * fmpq_mpoly_length(x + c, s->ctx);
            if ((status = lo_stage_spend(s, terms)) != LO_OK)
                break;
            fmpq_mpoly_derivative(d, y + c, i, s->ctx);
            fmpq_mpoly_mul(d, d, x + i, s->ctx);
            fmpq_mpoly_add(out + c, out + c, d, s->ctx);
            fmpq_mpoly_derivative(d, x + c, i, s->ctx);
            fmpq_mpoly_mul(d, d, y + i, s->ctx);
            fmpq_mpoly_sub(out + c, out + c, d, s->ctx);
            if (fmpq_mpoly_length(out + c, s->ctx) > MOST_TERMS)
                status = LO_UNABLE;
        }
    fmpq_mpoly_clear(d, s->ctx);
    return status;
}

/* Adds the value of a row at the point to the span. *raised: it was independent. */
static lo_status_t span_row(int *raised, lo_echelon_t span, const fmpq_mpoly_struct *row, const ulong *point,
                            const lo_stage_t s)
{
    ulong value[LO_STAGE_VARIABLES];
    for (slong c = 0; c < s->k; c++)
        value[c] = lo_stage_residue(row + c, point, span->mod, s);
    *raised = !lo_echelon_contains(NULL, span, value);
    return *raised ? lo_echelon_add(span, value) : LO_OK;
}

/* Brackets of the rows whose values at a random point are independent, with one another, as long as that raises the rank. */
static lo_status_t extend(lo_echelon_t span, lo_stage_t s, slong rank, const ulong *point, slong *basis, lo_ctx_t ctx)
{
    slong n = 0, tried = 0;
    int raised;
    for (slong k = 0; k < s->nrows; k++) {
        LO_TRY(span_row(&raised, span, s->x + k * s->k, point, s));
        if (raised)
            basis[n++] = k;
    }
    for (slong j = 0; j < n; j++)
        for (slong i = 0; i < j && n < rank; i++) {
            LO_TRY(lo_ctx_poll(ctx));
            if (++tried > MOST_BRACKETS)
                return LO_OK;
            fmpq_mpoly_struct *row = next_row(s);
            if (row == NULL)
                return LO_SYSTEM;
            lo_status_t status = bracket(row, s->x + basis[i] * s->k, s->x + basis[j] * s->k, s);
            if (status == LO_OK)
                status = span_row(&raised, span, row, point, s);
            if (status != LO_OK || !raised)
                drop_row(row, s);
            else
                basis[n++] = s->nrows++;
            if (status & LO_SYSTEM)
                return status;
        }
    return LO_OK;
}

lo_status_t lo_stage_extend(int *reached, lo_stage_t s, slong rank, lo_ctx_t ctx)
{
    lo_echelon_t span;
    lo_random_t random;
    nmod_t mod;
    ulong point[LO_STAGE_VARIABLES];
    slong basis[LO_STAGE_VARIABLES];
    *reached = 0;
    if (s->nvars > LO_STAGE_VARIABLES)
        return LO_UNABLE;
    nmod_init(&mod, LO_STAGE_PRIME);
    lo_random_init(random, 1, 6);
    for (slong v = 0; v < s->nvars; v++)
        point[v] = lo_random_below(random, mod.n);
    LO_TRY(lo_echelon_init(span, s->k, s->k, mod));
    lo_status_t status = extend(span, s, rank, point, basis, ctx);
    *reached = status == LO_OK && span->rank >= rank;
    lo_echelon_clear(span);
    return status;
}
