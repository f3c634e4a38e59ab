/* structure_laws.c - from units of parameters to laws, one for each free unknown.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The weight of an entry of a parameter is a form in the free unknowns; the coefficients of one unknown
 * make one law, sum of weight * theta^2. Gradients of such laws are (weight * theta) and theta is generic,
 * so the laws are independent when the weight vectors are: the forms of all entries are eliminated once
 * more, with the free unknowns as the unknowns, and the pivots are a largest independent set of columns.
 * Entries that are laws by themselves do not count there: modulo them the laws must still be independent.
 */
#include "law/structure.h"

#include <stdlib.h>
#include <string.h>

/* One coefficient of one unknown, on the slab of a parameter where the axes of `mask` have the place `at`. */
typedef struct {
    slong var, symbol, at;
    unsigned int mask;
    fmpq coef;
} record_struct;

typedef struct {
    lo_structure_laws_struct *laws;
    lo_structure_work_struct *w;
    record_struct *record;
    long n, alloc;
} gather_struct;

static void push_record(gather_struct *g, slong var, slong symbol, unsigned int mask, slong at,
                        const fmpq *coef)
{
    if (g->w->status == LO_OK)
        g->w->status = LO_GROW(g->record, g->alloc, g->n + 1);
    if (g->w->status != LO_OK)
        return;
    record_struct *r = g->record + g->n++;
    *r = (record_struct){ .var = var, .symbol = symbol, .at = at, .mask = mask };
    fmpq_init(&r->coef);
    fmpq_set(&r->coef, coef);
}

/* The form that was put together, as records. */
static void take_form(gather_struct *g, slong symbol, unsigned int mask, slong at)
{
    lo_forms_struct *f = g->w->space->forms;
    lo_forms_expand(f);
    for (slong i = 0; i < f->nlist; i++)
        if (!fmpq_is_zero(f->sum + f->list[i]))
            push_record(g, f->list[i], symbol, mask, at, f->sum + f->list[i]);
    lo_forms_reset(f);
}

static void gather_parameter(gather_struct *g, slong s)
{
    lo_structure_work_struct *w = g->w;
    const lo_symbol_struct *symbol = w->model->symbols + s;
    const lo_tensor_unit_struct *u = w->unit + symbol->node;
    unsigned int part[LO_MAX_RANK + 1];
    int parts = lo_unit_parts(part, u);
    part[parts++] = 0;
    for (int k = 0; k < parts; k++) {
        slong index[LO_MAX_RANK] = { 0 }, at = 0;
        do {
            lo_unit_add_at(w->space, u, &symbol->shape, part[k], index, 1);
            take_form(g, s, part[k], at++);
        } while (lo_unit_next(index, &symbol->shape, part[k]) && w->status == LO_OK);
    }
}

int lo_structure_is_constant(lo_structure_work_struct *w, const lo_tensor_unit_struct *u,
                             const lo_shape_struct *shape, unsigned int mask)
{
    unsigned int part[LO_MAX_RANK];
    lo_forms_struct *f = w->space->forms;
    int parts = lo_unit_parts(part, u), constant = 1;
    for (int k = 0; k < parts; k++) {
        slong index[LO_MAX_RANK] = { 0 }, base[LO_MAX_RANK];
        while (constant && (part[k] & mask) && lo_unit_next(index, shape, part[k])) {
            for (int a = 0; a < LO_MAX_RANK; a++)
                base[a] = mask >> a & 1 ? 0 : index[a];
            lo_unit_add_at(w->space, u, shape, part[k], index, 1);
            lo_unit_add_at(w->space, u, shape, part[k], base, -1);
            lo_forms_expand(f);
            for (slong i = 0; i < f->nlist; i++)
                constant = constant && fmpq_is_zero(f->sum + f->list[i]);
            lo_forms_reset(f);
        }
    }
    return constant;
}

/* ---------------------------------------------------------------------------------------------------
 * Independence
 * --------------------------------------------------------------------------------------------------- */

static int compare_places(const void *x, const void *y)
{
    const record_struct *a = x, *b = y;
#define BY(member)              \
    if (a->member != b->member) \
    return a->member < b->member ? -1 : 1
    BY(symbol);
    BY(mask);
    BY(at);
    BY(var);
    return 0;
}

static int compare_laws(const void *x, const void *y)
{
    const record_struct *a = x, *b = y;
    BY(var);
    BY(symbol);
    BY(mask);
    BY(at);
#undef BY
    return 0;
}

static void add_records(lo_forms_t f, const record_struct *r, long count, slong sign)
{
    fmpq_t coef;
    fmpq_init(coef);
    for (long i = 0; i < count; i++) {
        fmpq_mul_si(coef, &r[i].coef, sign);
        lo_forms_add_fmpq(f, r[i].var, coef);
    }
    fmpq_clear(coef);
}

/* The differences of the weights of one part to its first place; places without a record have weight 0. */
static void eliminate_part(lo_forms_t f, const record_struct *r, long count, slong places)
{
    long first = 0;
    slong seen = 1;
    while (first < count && r[first].at == 0)
        first++;
    for (long k = first; k < count; seen++) {
        long begin = k;
        while (k < count && r[k].at == r[begin].at)
            k++;
        add_records(f, r + begin, k - begin, 1);
        add_records(f, r, first, -1);
        lo_forms_equation(f);
    }
    if (seen < places) {
        add_records(f, r, first, -1);
        lo_forms_equation(f);
    }
}

/* Weights of entries are sums over parts; their span is that of the differences to the first place within
 * each part, and of the sum of the first places. Records are sorted by place. Out: pivot[var], 1 for the
 * laws to keep. */
static void independent_columns(char *pivot, gather_struct *g)
{
    lo_forms_t f;
    lo_forms_init(f);
    lo_forms_new(f, g->w->space->forms->n);
    for (long i = 0; i < g->n && f->status == LO_OK;) {
        const record_struct *r = g->record + i;
        const lo_symbol_struct *symbol = g->w->model->symbols + r->symbol;
        const lo_shape_struct *shape = &symbol->shape;
        int is_free = lo_structure_is_free(g->w, symbol);
        long count = 0;
        for (; i + count < g->n && r[count].symbol == r->symbol; count++)
            if (r[count].at == 0 && !is_free)
                add_records(f, r + count, 1, 1);
        lo_forms_equation(f);
        for (long k = 0; k < count && !is_free;) {
            long begin = k;
            while (k < count && r[k].mask == r[begin].mask)
                k++;
            eliminate_part(f, r + begin, k - begin, lo_mask_size(shape, r[begin].mask));
        }
        i += count;
    }
    g->w->status |= f->status;
    for (slong v = 0; v < f->n; v++)
        pivot[v] = f->value[v].n >= 0;
    lo_forms_clear(f);
}

/* ---------------------------------------------------------------------------------------------------
 * One law
 * --------------------------------------------------------------------------------------------------- */

static void push_slab(gather_struct *g, slong symbol, unsigned int mask, slong first, slong last,
                      const fmpq *coef, const fmpz_t scale)
{
    lo_structure_laws_struct *l = g->laws;
    const lo_shape_struct *shape = &g->w->model->symbols[symbol].shape;
    if (g->w->status == LO_OK)
        g->w->status = LO_GROW(l->slabs, l->slabs_alloc, l->nslabs + 1);
    if (g->w->status != LO_OK)
        return;
    lo_slab_struct *slab = l->slabs + l->nslabs++;
    memset(slab, 0, sizeof(*slab));
    slab->symbol = symbol;
    for (int a = shape->rank - 1; a >= 0; a--) { /* a range only where the mask is one axis */
        slab->last[a] = shape->dim[a] - 1;
        if (mask >> a & 1) {
            slab->first[a] = first % shape->dim[a];
            slab->last[a] = last % shape->dim[a];
            first /= shape->dim[a];
            last /= shape->dim[a];
        }
    }
    fmpz_init(&slab->coef);
    fmpz_divexact(&slab->coef, scale, fmpq_denref(coef));
    fmpz_mul(&slab->coef, &slab->coef, fmpq_numref(coef));
}

/* The coefficient that more than half of the n places of one axis share, or NULL. */
static const fmpq *majority(const record_struct *r, long count, slong n)
{
    long votes = 0, candidate = 0, has = 0;
    for (long i = 0; i < count; i++) {
        if (votes == 0)
            candidate = i;
        votes += fmpq_equal(&r[i].coef, &r[candidate].coef) ? 1 : -1;
    }
    for (long i = 0; i < count; i++)
        has += fmpq_equal(&r[i].coef, &r[candidate].coef);
    return 2 * has > n ? &r[candidate].coef : NULL;
}

/* Runs of equal weights along one axis, `shift` taken off everywhere (also where there is no record). */
static void push_runs(gather_struct *g, const record_struct *r, long count, slong n, const fmpq_t shift,
                      const fmpz_t scale)
{
    int single = (r->mask & (r->mask - 1)) == 0;
    fmpq_t value, run;
    slong begin = 0, at = fmpq_is_zero(shift) ? r[0].at : 0;
    long k = 0;
    fmpq_init(value);
    fmpq_init(run);
    while (at < n) {
        if (k < count && r[k].at == at)
            fmpq_sub(value, &r[k++].coef, shift);
        else
            fmpq_neg(value, shift);
        if (!single || !fmpq_equal(value, run)) {
            if (!fmpq_is_zero(run))
                push_slab(g, r->symbol, r->mask, begin, at - 1, run, scale);
            fmpq_set(run, value);
            begin = at;
        }
        at++;
        if (fmpq_is_zero(shift) && k < count && r[k].at > at) { /* nothing until the next record */
            if (!fmpq_is_zero(run))
                push_slab(g, r->symbol, r->mask, begin, at - 1, run, scale);
            fmpq_zero(run);
            at = r[k].at;
        } else if (fmpq_is_zero(shift) && k == count) {
            break;
        }
    }
    if (!fmpq_is_zero(run))
        push_slab(g, r->symbol, r->mask, begin, at - 1, run, scale);
    fmpq_clear(value);
    fmpq_clear(run);
}

/* The weights of one parameter: the constant part, then the parts by axes. */
static void push_parameter(gather_struct *g, const record_struct *r, long count, const fmpz_t scale)
{
    const lo_shape_struct *shape = &g->w->model->symbols[r->symbol].shape;
    fmpq_t constant, zero;
    fmpq_init(constant);
    fmpq_init(zero);
    for (int pass = 0; pass < 2; pass++) {
        for (long i = 0; i < count;) {
            long end = i;
            while (end < count && r[end].mask == r[i].mask)
                end++;
            slong n = lo_mask_size(shape, r[i].mask);
            const fmpq *shift = r[i].mask == 0 ? &r[i].coef : majority(r + i, end - i, n);
            if (pass == 0 && shift != NULL)
                fmpq_add(constant, constant, shift);
            if (pass == 1 && r[i].mask != 0)
                push_runs(g, r + i, end - i, n, shift != NULL ? shift : zero, scale);
            i = end;
        }
        if (pass == 0 && !fmpq_is_zero(constant))
            push_slab(g, r->symbol, 0, 0, 0, constant, scale);
    }
    fmpq_clear(constant);
    fmpq_clear(zero);
}

/* Coefficients without common factor, the first positive. */
static void normalise(lo_slab_struct *slab, slong n)
{
    fmpz_t gcd;
    fmpz_init(gcd);
    for (slong i = 0; i < n; i++)
        fmpz_gcd(gcd, gcd, &slab[i].coef);
    if (n > 0 && fmpz_sgn(&slab[0].coef) < 0)
        fmpz_neg(gcd, gcd);
    for (slong i = 0; i < n; i++)
        fmpz_divexact(&slab[i].coef, &slab[i].coef, gcd);
    fmpz_clear(gcd);
}

static void push_law(gather_struct *g, const record_struct *r, long count)
{
    lo_structure_laws_struct *l = g->laws;
    slong start = l->nslabs;
    fmpz_t scale;
    fmpz_init_set_ui(scale, 1);
    for (long i = 0; i < count; i++)
        fmpz_lcm(scale, scale, fmpq_denref(&r[i].coef));
    for (long i = 0; i < count && g->w->status == LO_OK;) {
        long end = i;
        while (end < count && r[end].symbol == r[i].symbol)
            end++;
        push_parameter(g, r + i, end - i, scale);
        i = end;
    }
    fmpz_clear(scale);
    if (g->w->status == LO_OK)
        g->w->status = LO_GROW(l->laws, l->laws_alloc, l->nlaws + 1);
    if (g->w->status != LO_OK)
        return;
    normalise(l->slabs + start, l->nslabs - start);
    l->laws[l->nlaws++] = (lo_unit_law_struct){ start, l->nslabs - start };
}

void lo_structure_unit_laws(lo_structure_laws_struct *laws)
{
    lo_structure_work_struct *w = laws->work;
    gather_struct g = { .laws = laws, .w = w };
    char *pivot = lo_alloc((size_t) w->space->forms->n, 1);
    if (pivot == NULL)
        w->status |= LO_SYSTEM;
    for (slong i = 0; i < w->model->nparameter_symbols && w->status == LO_OK; i++) {
        const lo_symbol_struct *symbol = w->model->symbols + w->model->parameter_symbols[i];
        if (lo_structure_is_used(w, symbol))
            gather_parameter(&g, w->model->parameter_symbols[i]);
        w->status |= lo_ctx_poll(w->ctx);
    }
    if (g.n > 1)
        qsort(g.record, (size_t) g.n, sizeof(*g.record), compare_places);
    if (w->status == LO_OK)
        independent_columns(pivot, &g);
    if (g.n > 1)
        qsort(g.record, (size_t) g.n, sizeof(*g.record), compare_laws);
    for (long i = 0; i < g.n && w->status == LO_OK;) {
        long end = i;
        while (end < g.n && g.record[end].var == g.record[i].var)
            end++;
        if (pivot[g.record[i].var])
            push_law(&g, g.record + i, end - i);
        i = end;
    }
    for (long i = 0; i < g.n; i++)
        fmpq_clear(&g.record[i].coef);
    lo_free(g.record);
    lo_free(pivot);
}
