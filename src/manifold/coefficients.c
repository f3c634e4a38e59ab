/* coefficients.c - series in the inputs whose coefficients are polynomials in the parameters.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/coefficients.h"

#include "base/memory.h"
#include "manifold/series.h"

#include <string.h>

/* ---- the outputs, split into coefficients ---- */

#define MOST_COEFFICIENTS 4000

typedef struct {
    lo_coefficients_struct *c;
    const lo_series_struct *s;
    slong *exponents; /* of the ring of s */
    slong *key, *rest;
    slong start;      /* first coefficient of this output */
} split_struct;

/* The coefficient with the key of the term, appended when it is new. Returns -1 when that fails. */
static slong place_of(split_struct *w, lo_status_t *status)
{
    lo_coefficients_struct *c = w->c;
    size_t row = (size_t) c->nkeys * sizeof(slong);
    for (slong k = w->start; k < c->n; k++)
        if (memcmp(c->key + k * c->nkeys, w->key, row) == 0)
            return k;
    if (c->n >= MOST_COEFFICIENTS) {
        *status = LO_UNABLE;
        return -1;
    }
    *status = LO_GROW(c->f, c->alloc, c->n + 1);
    if (*status == LO_OK)
        *status = LO_GROW(c->key, c->alloc_keys, (c->n + 1) * c->nkeys);
    if (*status != LO_OK)
        return -1;
    memcpy(c->key + c->n * c->nkeys, w->key, row);
    fmpq_mpoly_init(c->f + c->n, c->ctx);
    return c->n++;
}

static lo_status_t split_terms(split_struct *w, const fmpq_mpoly_struct *part)
{
    const lo_series_struct *s = w->s;
    lo_coefficients_struct *c = w->c;
    slong inputs = s->first_constant - s->first_input;
    lo_status_t status = LO_OK;
    fmpq_t coef;
    fmpq_init(coef);
    for (slong t = 0; t < fmpq_mpoly_length(part, c->ctx) && status == LO_OK; t++) {
        fmpq_mpoly_get_term_coeff_fmpq(coef, part, t, c->ctx);
        fmpq_mpoly_get_term_exp_si(w->exponents, part, t, c->ctx);
        for (slong i = 0; i < inputs; i++) {
            w->key[1 + i] = w->exponents[s->first_input + i];
            w->exponents[s->first_input + i] = 0;
        }
        slong k = place_of(w, &status);
        if (status == LO_OK)
            fmpq_mpoly_push_term_fmpq_ui(c->f + k, coef, (const ulong *) w->exponents, c->ctx);
    }
    fmpq_clear(coef);
    return status;
}

static lo_status_t split_outputs(lo_coefficients_t c, const lo_series_t s)
{
    split_struct w = { .c = c, .s = s };
    c->nkeys = 1 + s->first_constant - s->first_input;
    w.exponents = lo_alloc((size_t) s->nvars, sizeof(slong));
    w.key = lo_alloc((size_t) c->nkeys, sizeof(slong));
    lo_status_t status = w.exponents == NULL || w.key == NULL ? LO_SYSTEM : LO_OK;
    for (slong j = 0; j < s->family->noutputs && status == LO_OK; j++) {
        w.start = c->n;
        w.key[0] = j;
        const fmpq_mpoly_struct *parts = s->part[s->family->outputs[j]];
        for (slong d = 0; d <= s->order && status == LO_OK; d++)
            status = split_terms(&w, parts + d);
    }
    for (slong k = 0; k < c->n; k++)
        fmpq_mpoly_sort_terms(c->f + k, c->ctx);
    lo_free(w.exponents);
    lo_free(w.key);
    return status;
}

/* ---- what stands for the coordinates; constants ---- */

/* Does f depend on a variable of first..stop-1? */
static int depends(const fmpq_mpoly_struct *f, slong first, slong stop, const fmpq_mpoly_ctx_t ctx)
{
    for (slong v = first; v < stop; v++)
        if (fmpq_mpoly_degree_si(f, v, ctx) > 0)
            return 1;
    return 0;
}

/* tanh(theta_i) and theta_i must not occur together: then the one is as good a coordinate as the other. */
static lo_status_t choose_variables(lo_coefficients_t c, const lo_series_t s)
{
    for (slong i = 0; i < c->p; i++) {
        int plain = 0, other = 0;
        for (slong k = 0; k < c->n; k++) {
            plain |= depends(c->f + k, i, i + 1, c->ctx);
            other |= depends(c->f + k, c->p + i, c->p + i + 1, c->ctx);
        }
        if (plain && other)
            return LO_UNABLE;
        c->stands[i] = other ? s->stands[i] : LO_STANDS_ITSELF;
        c->variable[i] = other ? c->p + i : i;
    }
    return LO_OK;
}

/* f divided by the largest power product of constants that divides it. */
static lo_status_t divide_constants(fmpq_mpoly_struct *f, const lo_coefficients_t c)
{
    slong *exponents = lo_alloc(2 * (size_t) c->nvars, sizeof(slong)), *least = exponents + c->nvars;
    fmpq_mpoly_t divisor, quotient;
    if (exponents == NULL)
        return LO_SYSTEM;
    for (slong t = 0; t < fmpq_mpoly_length(f, c->ctx); t++) {
        fmpq_mpoly_get_term_exp_si(exponents, f, t, c->ctx);
        for (slong v = c->first_constant; v < c->nvars; v++)
            if (t == 0 || exponents[v] < least[v])
                least[v] = exponents[v];
    }
    fmpq_mpoly_init(divisor, c->ctx);
    fmpq_mpoly_init(quotient, c->ctx);
    fmpq_mpoly_push_term_ui_ui(divisor, 1, (const ulong *) least, c->ctx);
    if (fmpq_mpoly_divides(quotient, f, divisor, c->ctx))
        fmpq_mpoly_swap(f, quotient, c->ctx);
    fmpq_mpoly_clear(divisor, c->ctx);
    fmpq_mpoly_clear(quotient, c->ctx);
    lo_free(exponents);
    return LO_OK;
}

/* Drops those that do not depend on the coordinates. Named numbers (kappa, kappa/sqrt(2), log 2) are transcendental each, but
 * may depend on one another: at most one of them may remain. */
static lo_status_t settle_constants(lo_coefficients_t c, const lo_series_t s)
{
    slong kept = 0, named = 0;
    for (slong k = 0; k < c->n; k++) {
        LO_TRY(divide_constants(c->f + k, c));
        if (!depends(c->f + k, 0, 2 * c->p, c->ctx))
            continue;
        fmpq_mpoly_swap(c->f + kept, c->f + k, c->ctx);
        memmove(c->key + kept * c->nkeys, c->key + k * c->nkeys, (size_t) c->nkeys * sizeof(slong));
        kept++;
    }
    for (slong k = kept; k < c->n; k++)
        fmpq_mpoly_clear(c->f + k, c->ctx);
    c->n = kept;
    for (slong v = 0; v < c->nvars; v++)
        for (slong k = 0; k < c->n && !c->used[v]; k++)
            c->used[v] = (char) depends(c->f + k, v, v + 1, c->ctx);
    for (slong v = s->first_named; v < s->first_named + LO_SERIES_NAMED; v++)
        named += c->used[v];
    return named > 1 ? LO_UNABLE : LO_OK;
}

/* ---- the job ---- */

lo_status_t lo_coefficients_find(lo_coefficients_t c, const lo_family_struct *family, slong order, lo_ctx_t ctx)
{
    lo_series_t s;
    memset(c, 0, sizeof(*c));
    lo_status_t status = lo_series_init(s, family, order);
    c->p = family->p;
    c->nvars = s->nvars;
    c->first_constant = s->first_constant;
    c->ninputs = s->ninputs;
    fmpq_mpoly_ctx_init(c->ctx, status == LO_OK ? s->nvars : 1, ORD_LEX);
    c->stands = lo_alloc((size_t) c->p, sizeof(*c->stands));
    c->variable = lo_alloc((size_t) c->p, sizeof(slong));
    c->used = lo_alloc((size_t) c->nvars, 1);
    if (c->stands == NULL || c->variable == NULL || c->used == NULL)
        status = LO_SYSTEM;
    if (status == LO_OK)
        status = lo_series_outputs(s, ctx);
    if (status == LO_OK)
        status = split_outputs(c, s);
    if (status == LO_OK)
        status = choose_variables(c, s);
    if (status == LO_OK)
        status = settle_constants(c, s);
    c->exact = status == LO_OK && !s->truncated;
    lo_series_clear(s);
    return status;
}

void lo_coefficients_clear(lo_coefficients_t c)
{
    for (slong k = 0; k < c->n; k++)
        fmpq_mpoly_clear(c->f + k, c->ctx);
    lo_free(c->f);
    lo_free(c->key);
    lo_free(c->stands);
    lo_free(c->variable);
    lo_free(c->used);
    fmpq_mpoly_ctx_clear(c->ctx);
    memset(c, 0, sizeof(*c));
}
