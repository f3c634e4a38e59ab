/* series.c - sums, products and powers of series on the tape.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/series.h"

#include "base/memory.h"

#include <string.h>

#define MOST_NODES 4000
#define MOST_VARIABLES 150
#define MOST_TERMS 3000   /* of one part */
#define MOST_PRODUCTS 300000 /* of terms, in one product */
#define MOST_EXPONENT 64

lo_status_t lo_series_init(lo_series_t s, const lo_family_struct *f, slong order)
{
    memset(s, 0, sizeof(*s));
    s->family = f;
    s->order = order;
    s->p = f->p;
    s->aux = lo_alloc((size_t) f->naux, sizeof(slong));
    s->stands = lo_alloc((size_t) f->p, sizeof(*s->stands));
    s->part = lo_alloc((size_t) f->tape->n, sizeof(*s->part));
    s->composite = lo_alloc((size_t) f->tape->n, sizeof(slong));
    s->first_input = s->nvars = 2 * f->p;
    if (s->aux != NULL) {
        for (slong a = 0; a < f->naux; a++) {
            lo_aux_kind_t kind = f->aux[a].kind;
            s->aux[a] = kind == LO_AUX_INPUT || kind == LO_AUX_GATE ? s->nvars++ : -1;
            s->ninputs += kind == LO_AUX_INPUT;
        }
        s->first_constant = s->nvars;
        for (slong a = 0; a < f->naux; a++)
            if (f->aux[a].kind == LO_AUX_FROZEN)
                s->aux[a] = s->nvars++;
    }
    s->first_named = s->nvars;
    s->first_generic = s->first_named + LO_SERIES_NAMED;
    int generic = 0;
    for (slong i = 0; i < f->primal; i++)
        generic |= f->tape->nodes[i].op == LO_T_FUN && f->tape->nodes[i].fun == LO_FUN_GENERIC;
    s->nvars = s->first_generic + (generic ? 4 * (order + 1) : 0);
    int large = s->nvars > MOST_VARIABLES || f->primal > MOST_NODES;
    fmpq_mpoly_ctx_init(s->ctx, large ? 1 : s->nvars, ORD_LEX);
    if (s->aux == NULL || s->stands == NULL || s->part == NULL || s->composite == NULL)
        return LO_SYSTEM;
    for (slong k = 0; k < f->ncomposites; k++)
        s->composite[f->composites[k].node] = 1 + k;
    return large ? LO_UNABLE : LO_OK;
}

void lo_series_clear(lo_series_t s)
{
    for (slong i = 0; s->part != NULL && i < s->family->tape->n; i++)
        lo_series_free(s->part[i], s);
    lo_free(s->part);
    lo_free(s->aux);
    lo_free(s->stands);
    lo_free(s->composite);
    fmpq_mpoly_ctx_clear(s->ctx);
}

fmpq_mpoly_struct *lo_series_new(const lo_series_t s)
{
    fmpq_mpoly_struct *parts = lo_alloc((size_t) s->order + 1, sizeof(*parts));
    for (slong d = 0; parts != NULL && d <= s->order; d++)
        fmpq_mpoly_init(parts + d, s->ctx);
    return parts;
}

void lo_series_free(fmpq_mpoly_struct *parts, const lo_series_t s)
{
    for (slong d = 0; parts != NULL && d <= s->order; d++)
        fmpq_mpoly_clear(parts + d, s->ctx);
    lo_free(parts);
}

lo_status_t lo_series_addmul(fmpq_mpoly_struct *value, const fmpq_mpoly_struct *a, const fmpq_mpoly_struct *b, lo_series_t s)
{
    fmpq_mpoly_t product;
    lo_status_t status = LO_OK;
    fmpq_mpoly_init(product, s->ctx);
    for (slong i = 0; i <= s->order && status == LO_OK; i++) {
        slong n = fmpq_mpoly_length(a + i, s->ctx);
        for (slong j = 0; n > 0 && j <= s->order && status == LO_OK; j++) {
            slong m = fmpq_mpoly_length(b + j, s->ctx);
            if (m == 0)
                continue;
            if (i + j > s->order) {
                s->truncated = 1;
                break;
            }
            if (n * m > MOST_PRODUCTS) {
                status = LO_UNABLE;
                break;
            }
            fmpq_mpoly_mul(product, a + i, b + j, s->ctx);
            fmpq_mpoly_add(value + i + j, value + i + j, product, s->ctx);
            if (fmpq_mpoly_length(value + i + j, s->ctx) > MOST_TERMS)
                status = LO_UNABLE;
        }
    }
    fmpq_mpoly_clear(product, s->ctx);
    return status;
}

/* ---- the operations ---- */

static lo_status_t add_term(fmpq_mpoly_struct *value, lo_series_t s, const lo_term_struct *term)
{
    const fmpq *coef = s->family->tape->constants + term->coef;
    fmpq_mpoly_struct *scaled = lo_series_new(s);
    if (scaled == NULL)
        return LO_SYSTEM;
    for (slong d = 0; d <= s->order; d++)
        fmpq_mpoly_scalar_mul_fmpq(scaled + d, s->part[term->a] + d, coef, s->ctx);
    lo_status_t status = LO_OK;
    if (term->b >= 0) {
        status = lo_series_addmul(value, scaled, s->part[term->b], s);
    } else {
        for (slong d = 0; d <= s->order; d++)
            fmpq_mpoly_add(value + d, value + d, scaled + d, s->ctx);
    }
    lo_series_free(scaled, s);
    return status;
}

static lo_status_t power(fmpq_mpoly_struct *value, lo_series_t s, const fmpq_mpoly_struct *a, slong n)
{
    if (n < 0 || n > MOST_EXPONENT)
        return LO_UNABLE;
    fmpq_mpoly_one(value, s->ctx);
    for (slong k = 0; k < n; k++) {
        fmpq_mpoly_struct *next = lo_series_new(s);
        lo_status_t status = next == NULL ? LO_SYSTEM : lo_series_addmul(next, value, a, s);
        for (slong d = 0; status == LO_OK && d <= s->order; d++)
            fmpq_mpoly_swap(value + d, next + d, s->ctx);
        lo_series_free(next, s);
        LO_TRY(status);
    }
    return LO_OK;
}

/* By a number only. */
static lo_status_t divide(fmpq_mpoly_struct *value, lo_series_t s, const fmpq_mpoly_struct *a, const fmpq_mpoly_struct *b)
{
    fmpq_t c;
    int number = fmpq_mpoly_is_fmpq(b, s->ctx) && !fmpq_mpoly_is_zero(b, s->ctx);
    for (slong d = 1; d <= s->order; d++)
        number = number && fmpq_mpoly_is_zero(b + d, s->ctx);
    if (!number)
        return LO_UNABLE;
    fmpq_init(c);
    fmpq_mpoly_get_fmpq(c, b, s->ctx);
    for (slong d = 0; d <= s->order; d++)
        fmpq_mpoly_scalar_div_fmpq(value + d, a + d, c, s->ctx);
    fmpq_clear(c);
    return LO_OK;
}

static lo_status_t leaf(fmpq_mpoly_struct *value, lo_series_t s, slong aux)
{
    if (s->aux[aux] < 0)
        return LO_UNABLE;
    fmpq_mpoly_gen(value + (s->family->aux[aux].kind == LO_AUX_INPUT), s->aux[aux], s->ctx);
    return LO_OK;
}

static lo_status_t operate(fmpq_mpoly_struct *value, lo_series_t s, slong node)
{
    const lo_tape_struct *tape = s->family->tape;
    const lo_tnode_struct *x = tape->nodes + node;
    lo_status_t status = LO_OK;
    if (s->composite[node] > 0) {
        const lo_composite_struct *c = s->family->composites + s->composite[node] - 1;
        return lo_series_function(value, s, 1, c->act, LO_FUN_COUNT, 0, s->part[c->argument]);
    }
    switch (x->op) {
    case LO_T_CONST:
        fmpq_mpoly_set_fmpq(value, tape->constants + x->first, s->ctx);
        return LO_OK;
    case LO_T_VAR:
        fmpq_mpoly_gen(value, x->first, s->ctx);
        return LO_OK;
    case LO_T_AUX:
        return s->order == 0 && s->family->aux[x->first].kind == LO_AUX_INPUT ? LO_UNABLE : leaf(value, s, x->first);
    case LO_T_DOT:
        for (slong t = 0; t < x->len && status == LO_OK; t++)
            status = add_term(value, s, tape->terms + x->first + t);
        return status;
    case LO_T_DIV:
        return divide(value, s, s->part[x->first], s->part[x->len]);
    case LO_T_POW:
        return power(value, s, s->part[x->first], x->len);
    case LO_T_FUN:
        return lo_series_function(value, s, 0, LO_ACT_COUNT, x->fun, x->len, s->part[x->first]);
    }
    return LO_UNABLE;
}

/* ---- the outputs ---- */

static void mark(void *needed, slong argument)
{
    ((char *) needed)[argument] = 1;
}

/* The nodes that the outputs need; of an activation only its argument. */
static void mark_needed(char *needed, const lo_series_t s)
{
    const lo_family_struct *f = s->family;
    for (slong j = 0; j < f->noutputs; j++)
        needed[f->outputs[j]] = 1;
    for (slong i = f->tape->n - 1; i >= 0; i--) {
        if (!needed[i])
            continue;
        if (s->composite[i] > 0)
            needed[f->composites[s->composite[i] - 1].argument] = 1;
        else if (f->tape->nodes[i].op == LO_T_FUN)
            needed[f->tape->nodes[i].first] = 1;
        else
            lo_tape_arguments(f->tape, i, mark, needed);
    }
}

lo_status_t lo_series_outputs(lo_series_t s, lo_ctx_t ctx)
{
    slong n = s->family->tape->n;
    char *needed = lo_alloc((size_t) n, 1);
    if (needed == NULL)
        return LO_SYSTEM;
    mark_needed(needed, s);
    lo_status_t status = LO_OK;
    for (slong i = 0; i < n && status == LO_OK; i++) {
        if (!needed[i])
            continue;
        s->part[i] = lo_series_new(s);
        status = s->part[i] == NULL ? LO_SYSTEM : operate(s->part[i], s, i);
        if (status == LO_OK)
            status = lo_ctx_poll(ctx);
    }
    lo_free(needed);
    return status;
}
