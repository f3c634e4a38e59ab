/* units.c - the claim `units`: the diagonal laws of a network, from the units of its tensors.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The structural analysis (law/structure.h) gives each parameter a unit that is a sum of functions of its axes, with values in
 * the combinations of free unknowns. The unknowns are numbered so that each has a pivot entry which involves it and earlier
 * ones only: their laws are independent then. Unknowns that get no number are set to zero: what is left is a solution, too.
 * Nothing is as large as a tensor, unless its unit depends on two axes together.
 */
#include "certificate/units.h"

#include "base/memory.h"
#include "law/structure.h"

#include <string.h>

/* A unit that depends on two axes together is looked at entry by entry up to this size. */
#define MAX_ENTRIES ((slong) 1 << 20)

/* a += factor b; returns 0 when there are too many terms. */
int lo_combination_add(lo_combination_struct *a, const lo_combination_struct *b, slong factor)
{
    lo_combination_struct r = { 0 };
    int i = 0, j = 0;
    while (i < a->n || j < b->n) {
        slong unit = i == a->n || (j < b->n && b->unit[j] < a->unit[i]) ? b->unit[j] : a->unit[i], coef = 0;
        if (i < a->n && a->unit[i] == unit)
            coef += a->coef[i++];
        if (j < b->n && b->unit[j] == unit)
            coef += factor * b->coef[j++];
        if (coef == 0)
            continue;
        if (r.n == LO_UNIT_MOST_TERMS)
            return 0;
        r.unit[r.n] = unit;
        r.coef[r.n++] = coef;
    }
    *a = r;
    return 1;
}

static int is_equal(const lo_combination_struct *a, const lo_combination_struct *b)
{
    lo_combination_struct d = *a;
    return lo_combination_add(&d, b, -1) && d.n == 0;
}

/* ---- tables ---- */

static void set_axes(lo_unit_axes_struct *a, const lo_symbol_struct *s)
{
    a->rank = s->declared_rank > 0 ? s->declared_rank : 1;
    a->total = 0;
    slong stride = 1;
    for (int axis = a->rank - 1; axis >= 0; axis--) {
        a->dim[axis] = s->declared_rank > 0 ? s->shape.dim[axis] : 1;
        a->stride[axis] = stride;
        stride *= a->dim[axis];
    }
    for (int axis = 0; axis < a->rank; axis++) {
        a->start[axis] = a->total;
        a->total += a->dim[axis];
    }
}

lo_status_t lo_unit_table_new(lo_unit_table_struct **table, const lo_model_struct *m)
{
    lo_unit_table_struct *t = *table = lo_alloc(1, sizeof(*t));
    if (t == NULL)
        return LO_SYSTEM;
    t->model = m;
    t->tensor = lo_alloc((size_t) m->nparameter_symbols, sizeof(*t->tensor));
    if (t->tensor == NULL)
        return LO_SYSTEM;
    for (slong k = 0; k < m->nparameter_symbols; k++) {
        set_axes(t->tensor + k, m->symbols + m->parameter_symbols[k]);
        t->tensor[k].f = lo_alloc((size_t) t->tensor[k].total, sizeof(lo_combination_struct));
        if (t->tensor[k].f == NULL)
            return LO_SYSTEM;
    }
    return LO_OK;
}

void lo_unit_table_free(lo_unit_table_struct *t)
{
    if (t == NULL)
        return;
    for (slong k = 0; t->tensor != NULL && k < t->model->nparameter_symbols; k++)
        lo_free(t->tensor[k].f);
    lo_free(t->tensor);
    lo_free(t->pivot);
    lo_free(t);
}

int lo_unit_at(lo_combination_struct *sum, const lo_unit_axes_struct *a, const slong *index)
{
    sum->n = 0;
    for (int axis = 0; axis < a->rank; axis++)
        if (!lo_combination_add(sum, a->f + a->start[axis] + index[axis], 1))
            return 0;
    return 1;
}

lo_status_t lo_unit_gradients(nmod_mat_t gradients, const lo_unit_table_struct *t, const fmpq *point)
{
    nmod_t mod = gradients->mod;
    for (slong k = 0; k < t->model->nparameter_symbols; k++) {
        const lo_unit_axes_struct *a = t->tensor + k;
        const lo_symbol_struct *s = t->model->symbols + t->model->parameter_symbols[k];
        for (slong e = 0; e < s->size; e++) {
            lo_combination_struct sum;
            slong index[LO_MAX_RANK];
            ulong value, coef;
            for (int axis = 0; axis < a->rank; axis++)
                index[axis] = e / a->stride[axis] % a->dim[axis];
            if (!lo_unit_at(&sum, a, index) || !lo_residue(&value, point + s->offset + e, mod))
                return LO_DOMAIN;
            for (int i = 0; i < sum.n; i++) {
                slong twice = 2 * sum.coef[i];
                coef = n_mod2_preinv((ulong) (twice < 0 ? -twice : twice), mod.n, mod.ninv);
                coef = nmod_mul(coef, value, mod);
                nmod_mat_entry(gradients, sum.unit[i], s->offset + e) =
                    twice < 0 ? nmod_neg(coef, mod) : coef;
            }
        }
    }
    return LO_OK;
}

/* ---- one tensor ---- */

static int terms_of(const lo_unit_axes_struct *a, int axis, const lo_combination_struct *shift, slong factor)
{
    int terms = 0;
    for (slong i = 0; i < a->dim[axis]; i++) {
        lo_combination_struct x = a->f[a->start[axis] + i];
        if (!lo_combination_add(&x, shift, factor))
            return 1 << 30;
        terms += x.n;
    }
    return terms;
}

/* Moves what all positions of an axis have in common to the axis where it costs least. */
static int balance(lo_unit_axes_struct *a, int axis)
{
    static const lo_combination_struct nothing;
    lo_combination_struct common = { 0 };
    const lo_combination_struct *first = a->f + a->start[axis];
    for (int t = 0; t < first->n; t++) {
        int everywhere = 1;
        for (slong i = 1; i < a->dim[axis] && everywhere; i++) {
            const lo_combination_struct *x = first + i;
            int k = 0;
            while (k < x->n && x->unit[k] != first->unit[t])
                k++;
            everywhere = k < x->n && x->coef[k] == first->coef[t];
        }
        if (everywhere) {
            common.unit[common.n] = first->unit[t];
            common.coef[common.n++] = first->coef[t];
        }
    }
    int target = -1, best = terms_of(a, axis, &common, 0) - terms_of(a, axis, &common, -1);
    for (int b = 0; b < a->rank; b++) {
        int cost = b == axis ? 1 << 30 : terms_of(a, b, &common, 1) - terms_of(a, b, &nothing, 0);
        if (cost < best) {
            best = cost;
            target = b;
        }
    }
    int ok = 1;
    for (slong i = 0; target >= 0 && i < a->dim[axis]; i++)
        ok = ok && lo_combination_add(a->f + a->start[axis] + i, &common, -1);
    for (slong i = 0; target >= 0 && i < a->dim[target]; i++)
        ok = ok && lo_combination_add(a->f + a->start[target] + i, &common, 1);
    return ok;
}

/* Splits the units of a tensor over its axes. Returns 0 when they are not a sum. */
static int separate(lo_unit_axes_struct *a, const lo_combination_struct *entries, slong size)
{
    for (int axis = 0; axis < a->rank; axis++)
        for (slong i = 0; i < a->dim[axis]; i++) {
            lo_combination_struct *x = a->f + a->start[axis] + i;
            *x = entries[i * a->stride[axis]];
            if (axis > 0 && !lo_combination_add(x, entries, -1))
                return 0;
        }
    for (int axis = 0; axis < a->rank; axis++)
        if (!balance(a, axis))
            return 0;
    for (slong e = 0; e < size; e++) {
        lo_combination_struct sum = { 0 };
        for (int axis = 0; axis < a->rank; axis++)
            if (!lo_combination_add(&sum, a->f + a->start[axis] + e / a->stride[axis] % a->dim[axis], 1))
                return 0;
        if (!is_equal(&sum, entries + e))
            return 0;
    }
    return 1;
}

/* ---- from the structural analysis ---- */

typedef struct {
    lo_unit_table_struct *table;
    lo_structure_work_struct *work;
    fmpz_t scale; /* makes all coefficients integers: a multiple of a solution is one */
    int ok;       /* the form of the format will do */
} reader_struct;

/* The form that was put together; unit numbers are those of the unknowns. x == NULL: only the denominators. */
static void take_form(reader_struct *r, lo_combination_struct *x)
{
    lo_forms_struct *f = r->work->space->forms;
    fmpz_t number;
    fmpz_init(number);
    lo_forms_expand(f);
    for (slong i = 0; i < f->nlist; i++) {
        const fmpq *coef = f->sum + f->list[i];
        if (fmpq_is_zero(coef))
            continue;
        if (x == NULL) {
            fmpz_lcm(r->scale, r->scale, fmpq_denref(coef));
            continue;
        }
        fmpz_divexact(number, r->scale, fmpq_denref(coef));
        fmpz_mul(number, number, fmpq_numref(coef));
        lo_combination_struct one = { 1, { f->list[i] }, { fmpz_get_si(number) } };
        r->ok = r->ok && fmpz_bits(number) <= 20 && lo_combination_add(x, &one, 1);
    }
    lo_forms_reset(f);
    fmpz_clear(number);
}

static lo_status_t read_entries(reader_struct *r, lo_unit_axes_struct *a, const lo_symbol_struct *s,
                                int scaling)
{
    slong index[LO_MAX_RANK] = { 0 }, e = 0;
    const lo_tensor_unit_struct *u = r->work->unit + s->node;
    unsigned int all = lo_mask_clean(&s->shape, (1u << LO_MAX_RANK) - 1);
    if (s->size > MAX_ENTRIES) {
        r->ok = 0;
        return LO_OK;
    }
    lo_combination_struct *entries = lo_alloc((size_t) s->size, sizeof(*entries));
    if (entries == NULL)
        return LO_SYSTEM;
    do {
        lo_unit_add_at(r->work->space, u, &s->shape, 0, index, 1);
        lo_unit_add_at(r->work->space, u, &s->shape, all, index, 1);
        take_form(r, scaling ? NULL : entries + e++);
    } while (lo_unit_next(index, &s->shape, all));
    r->ok = r->ok && (scaling || separate(a, entries, s->size));
    lo_free(entries);
    return LO_OK;
}

static void read_axes(reader_struct *r, lo_unit_axes_struct *a, const lo_symbol_struct *s, int scaling)
{
    const lo_tensor_unit_struct *u = r->work->unit + s->node;
    for (int axis = 0; axis < a->rank; axis++)
        for (slong i = 0; i < a->dim[axis]; i++) {
            slong index[LO_MAX_RANK] = { 0 };
            index[axis] = i;
            if (axis == 0)
                lo_unit_add_at(r->work->space, u, &s->shape, 0, index, 1);
            if (a->dim[axis] > 1)
                lo_unit_add_at(r->work->space, u, &s->shape, 1u << axis, index, 1);
            take_form(r, scaling ? NULL : a->f + a->start[axis] + i);
        }
    for (int axis = 0; axis < a->rank && !scaling; axis++)
        r->ok = r->ok && balance(a, axis);
}

/* Twice over all parameters: for the denominators first. */
static lo_status_t read_parameters(reader_struct *r, lo_ctx_t ctx)
{
    const lo_model_struct *m = r->work->model;
    for (int scaling = 1; scaling >= 0; scaling--)
        for (slong k = 0; k < m->nparameter_symbols && r->ok; k++) {
            const lo_symbol_struct *s = m->symbols + m->parameter_symbols[k];
            unsigned int part[LO_MAX_RANK];
            int joint = 0;
            if (!lo_structure_is_used(r->work, s))
                continue;
            for (int n = lo_unit_parts(part, r->work->unit + s->node); n > 0; n--)
                joint |= (part[n - 1] & (part[n - 1] - 1)) != 0;
            if (joint)
                LO_TRY(read_entries(r, r->table->tensor + k, s, scaling));
            else
                read_axes(r, r->table->tensor + k, s, scaling);
            LO_TRY(r->work->space->forms->status | lo_ctx_poll(ctx));
        }
    return LO_OK;
}

/* ---- numbers ---- */

/* The only unit without a number in a combination, -1 when there is none, -2 when there are more. */
static slong only_open(const lo_combination_struct *x, const slong *number)
{
    slong unit = -1;
    for (int t = 0; t < x->n; t++)
        if (number[x->unit[t]] < 0)
            unit = unit == -1 ? x->unit[t] : -2;
    return unit;
}

static int count_open(const lo_combination_struct *x, const slong *number)
{
    int open = 0;
    for (int t = 0; t < x->n; t++)
        open += number[x->unit[t]] < 0;
    return open;
}

/* The entries that meet the best place of every other axis. Returns the number of new pivots. */
static slong number_tensor(lo_unit_table_struct *t, slong k, slong *number)
{
    const lo_unit_axes_struct *a = t->tensor + k;
    slong best[LO_MAX_RANK] = { 0 }, index[LO_MAX_RANK], before = t->count;
    for (int axis = 0; axis < a->rank; axis++)
        for (slong i = 1; i < a->dim[axis]; i++)
            if (count_open(a->f + a->start[axis] + i, number) <
                count_open(a->f + a->start[axis] + best[axis], number))
                best[axis] = i;
    for (int axis = 0; axis < a->rank; axis++) {
        memcpy(index, best, sizeof(index));
        for (slong i = 0; i < a->dim[axis]; i++) {
            lo_combination_struct sum;
            index[axis] = i;
            slong unit = lo_unit_at(&sum, a, index) ? only_open(&sum, number) : -2;
            if (unit < 0)
                continue;
            t->pivot[t->count].tensor = k;
            memcpy(t->pivot[t->count].index, index, sizeof(index));
            number[unit] = t->count++;
        }
    }
    return t->count - before;
}

static int renumber(lo_combination_struct *x, const slong *number)
{
    lo_combination_struct old = *x;
    int ok = 1;
    x->n = 0;
    for (int t = 0; t < old.n; t++) {
        lo_combination_struct one = { 1, { number[old.unit[t]] }, { old.coef[t] } };
        ok = ok && (one.unit[0] < 0 || lo_combination_add(x, &one, 1));
    }
    return ok;
}

static lo_status_t number_units(reader_struct *r)
{
    lo_unit_table_struct *t = r->table;
    slong nvars = r->work->space->forms->n, found = 1;
    slong *number = lo_alloc((size_t) nvars, sizeof(slong));
    t->pivot = lo_alloc((size_t) nvars, sizeof(*t->pivot));
    if (number == NULL || t->pivot == NULL) {
        lo_free(number);
        return LO_SYSTEM;
    }
    memset(number, -1, (size_t) nvars * sizeof(slong));
    while (found > 0) {
        found = 0;
        for (slong k = 0; k < t->model->nparameter_symbols; k++)
            found += number_tensor(t, k, number);
    }
    for (slong k = 0; k < t->model->nparameter_symbols; k++)
        for (slong i = 0; i < t->tensor[k].total; i++)
            r->ok = r->ok && renumber(t->tensor[k].f + i, number);
    lo_free(number);
    return LO_OK;
}

lo_status_t lo_unit_table_read(lo_unit_table_struct **table, const lo_structure_t structure, lo_ctx_t ctx)
{
    const lo_structure_laws_struct *laws = structure->laws;
    reader_struct r = { .work = laws->work, .ok = 1 };
    fmpz_init_set_ui(r.scale, 1);
    lo_status_t status = lo_unit_table_new(&r.table, laws->work->model);
    if (status == LO_OK)
        status = read_parameters(&r, ctx);
    if (status == LO_OK && r.ok)
        status = number_units(&r);
    fmpz_clear(r.scale);
    if (status != LO_OK || !r.ok || r.table->count == 0) {
        lo_unit_table_free(r.table);
        r.table = NULL;
    }
    *table = r.table;
    return status;
}

/* About how many terms the outputs have when they are expanded; cleared: with the denominators multiplied away and the
 * squares of roots written out. */
double lo_units_expansion(const lo_family_struct *f, int cleared)
{
    double *terms = lo_alloc((size_t) f->primal, sizeof(double)), total = 0;
    for (slong i = 0; terms != NULL && i < f->primal; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        int root = cleared && x->op == LO_T_FUN && x->fun == LO_FUN_SQRT;
        terms[i] = root || x->op == LO_T_DIV || x->op == LO_T_POW ? terms[x->first]
                   : x->op == LO_T_DOT                            ? 0
                                                                  : 1;
        if (cleared && x->op == LO_T_DIV)
            terms[i] *= terms[x->len];
        for (slong t = x->first; x->op == LO_T_DOT && t < x->first + x->len; t++) {
            const lo_term_struct *term = f->tape->terms + t;
            terms[i] += terms[term->a] * (term->b >= 0 ? terms[term->b] : 1);
        }
    }
    for (slong j = 0; terms != NULL && !f->raw && j < f->noutputs; j++)
        total += terms[f->outputs[j]];
    lo_free(terms);
    return total;
}
