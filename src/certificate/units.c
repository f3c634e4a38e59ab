/* units.c - the section `units`: the diagonal laws of a network too large to expand.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The solution of the unit equations (law/units.h) gives each coordinate a combination of free units. Within a tensor it
 * is written as a sum of one function per axis, in runs; free units are numbered so that each has a pivot entry which
 * involves it and earlier ones only: the laws are independent then.
 */
#include "certificate/certificate.h"

#include "base/memory.h"
#include "law/units.h"

#include <string.h>

/* A combination of free units, sorted; at most MAX_TERMS of them in one entry of a separable tensor. */
#define MAX_TERMS 8
typedef struct {
    int n;
    slong unit[MAX_TERMS], coef[MAX_TERMS];
} combination_struct;

typedef struct {
    const lo_certificate_struct *c;
    combination_struct *entries; /* p */
    slong count;
    slong *pivot;                /* count coordinates */
    lo_text_t text;
} units_struct;

/* a += factor b; returns 0 when there are too many terms. */
static int combine(combination_struct *a, const combination_struct *b, slong factor)
{
    combination_struct r = { 0 };
    int i = 0, j = 0;
    while (i < a->n || j < b->n) {
        slong unit = i == a->n || (j < b->n && b->unit[j] < a->unit[i]) ? b->unit[j] : a->unit[i], coef = 0;
        if (i < a->n && a->unit[i] == unit)
            coef += a->coef[i++];
        if (j < b->n && b->unit[j] == unit)
            coef += factor * b->coef[j++];
        if (coef == 0)
            continue;
        if (r.n == MAX_TERMS)
            return 0;
        r.unit[r.n] = unit;
        r.coef[r.n++] = coef;
    }
    *a = r;
    return 1;
}

static int is_equal(const combination_struct *a, const combination_struct *b)
{
    combination_struct d = *a;
    return combine(&d, b, -1) && d.n == 0;
}

/* ---- from the solver: small integers ---- */

/* The residue as a small integer; units whose coefficients are not are left to others. */
static int small_integer(slong *value, ulong residue, nmod_t mod)
{
    *value = residue > mod.n / 2 ? -(slong) (mod.n - residue) : (slong) residue;
    return *value > -1000 && *value < 1000;
}

static int fill_entries(units_struct *u, const lo_units_t solution, nmod_t mod)
{
    for (slong i = 0; i < u->c->family->p; i++) {
        for (slong k = solution->start[i]; k < solution->start[i + 1]; k++) {
            combination_struct one = { .n = 1, .unit = { solution->free[k] } };
            if (!small_integer(one.coef, solution->coef[k], mod) || !combine(u->entries + i, &one, 1))
                return 0;
        }
    }
    return 1;
}

/* Numbers the units by pivots: an entry with exactly one unit that has no number yet gives it the next one. */
static lo_status_t number_units(int *ok, units_struct *u, slong nfree)
{
    slong p = u->c->family->p, *number = lo_alloc((size_t) nfree, sizeof(slong));
    u->pivot = lo_alloc((size_t) nfree, sizeof(slong));
    if (number == NULL || u->pivot == NULL) {
        lo_free(number);
        return LO_SYSTEM;
    }
    memset(number, -1, (size_t) nfree * sizeof(slong));
    for (int changed = 1; changed;) {
        changed = 0;
        for (slong i = 0; i < p; i++) {
            const combination_struct *x = u->entries + i;
            int open = 0;
            slong unit = -1;
            for (int t = 0; t < x->n; t++)
                if (number[x->unit[t]] < 0) {
                    open++;
                    unit = x->unit[t];
                }
            if (open == 1) {
                u->pivot[u->count] = i;
                number[unit] = u->count++;
                changed = 1;
            }
        }
    }
    *ok = u->count == nfree;
    for (slong i = 0; i < p && *ok; i++) { /* renumber and sort again */
        combination_struct old = u->entries[i];
        u->entries[i].n = 0;
        for (int t = 0; t < old.n; t++) {
            combination_struct one = { 1, { number[old.unit[t]] }, { old.coef[t] } };
            *ok = *ok && combine(u->entries + i, &one, 1);
        }
    }
    lo_free(number);
    return LO_OK;
}

/* ---- one tensor ---- */

typedef struct {
    int rank;
    slong dim[LO_MAX_RANK], stride[LO_MAX_RANK], start[LO_MAX_RANK], total;
    combination_struct *f; /* the functions of the axes, one after the other */
} axes_struct;

static int terms_of(const axes_struct *a, int axis, const combination_struct *shift, slong factor)
{
    int terms = 0;
    for (slong i = 0; i < a->dim[axis]; i++) {
        combination_struct x = a->f[a->start[axis] + i];
        if (!combine(&x, shift, factor))
            return 1 << 30;
        terms += x.n;
    }
    return terms;
}

/* Moves what all positions of an axis have in common to the axis where it costs least. */
static int balance(axes_struct *a, int axis)
{
    static const combination_struct nothing;
    combination_struct common = { 0 };
    const combination_struct *first = a->f + a->start[axis];
    for (int t = 0; t < first->n; t++) {
        int everywhere = 1;
        for (slong i = 1; i < a->dim[axis] && everywhere; i++) {
            const combination_struct *x = first + i;
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
        ok = ok && combine(a->f + a->start[axis] + i, &common, -1);
    for (slong i = 0; target >= 0 && i < a->dim[target]; i++)
        ok = ok && combine(a->f + a->start[target] + i, &common, 1);
    return ok;
}

/* Splits the units of a tensor over its axes. Returns 0 when they are not a sum. */
static int separate(axes_struct *a, const combination_struct *entries, slong size)
{
    for (int axis = 0; axis < a->rank; axis++)
        for (slong i = 0; i < a->dim[axis]; i++) {
            combination_struct *x = a->f + a->start[axis] + i;
            *x = entries[i * a->stride[axis]];
            if (axis > 0 && !combine(x, entries, -1))
                return 0;
        }
    for (int axis = 0; axis < a->rank; axis++)
        if (!balance(a, axis))
            return 0;
    for (slong e = 0; e < size; e++) {
        combination_struct sum = { 0 };
        for (int axis = 0; axis < a->rank; axis++)
            if (!combine(&sum, a->f + a->start[axis] + e / a->stride[axis] % a->dim[axis], 1))
                return 0;
        if (!is_equal(&sum, entries + e))
            return 0;
    }
    return 1;
}

/* Term number `layer` along an axis, as runs. */
static void put_axis(lo_text_t text, const axes_struct *a, int axis, int layer)
{
    const combination_struct *f = a->f + a->start[axis];
    lo_text_add(text, "[");
    for (slong i = 0, length; i < a->dim[axis]; i += length) {
        int there = f[i].n > layer;
        slong unit = there ? f[i].unit[layer] : 0, coef = there ? f[i].coef[layer] : 0, step = 0;
        for (length = 1; i + length < a->dim[axis]; length++) {
            const combination_struct *x = f + i + length;
            if ((x->n > layer) != there)
                break;
            if (there && length == 1)
                step = x->unit[layer] == unit + 1;
            if (there && (x->coef[layer] != coef || x->unit[layer] != unit + step * length))
                break;
        }
        lo_text_add(text, "%s[%ld", i > 0 ? "," : "", (long) length);
        if (there)
            lo_text_add(text, ",%ld,%ld,\"%ld\"", (long) unit, (long) (length > 1 ? step : 0), (long) coef);
        lo_text_add(text, "]");
    }
    lo_text_add(text, "]");
}

static void put_tensor(lo_text_t text, const axes_struct *a, const char *name)
{
    int layers = 1;
    for (slong i = 0; i < a->total; i++)
        if (a->f[i].n > layers)
            layers = a->f[i].n;
    lo_text_add(text, layers > 1 ? "{\"layers\":[" : "{\"axes\":");
    for (int layer = 0; layer < layers; layer++) {
        lo_text_add(text, layer > 0 ? ",[" : "[");
        for (int axis = 0; axis < a->rank; axis++) {
            if (axis > 0)
                lo_text_add(text, ",");
            put_axis(text, a, axis, layer);
        }
        lo_text_add(text, "]");
    }
    lo_text_add(text, "%s,\"name\":\"%s\"}", layers > 1 ? "]" : "", name);
}

static void set_axes(axes_struct *a, const lo_symbol_struct *s)
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

static lo_status_t put_tensors(int *ok, units_struct *u)
{
    const lo_model_struct *m = u->c->model;
    lo_text_add(u->text, "],\n\"tensors\":[");
    for (slong k = 0; k < m->nparameter_symbols && *ok; k++) {
        const lo_symbol_struct *s = m->symbols + m->parameter_symbols[k];
        axes_struct a;
        set_axes(&a, s);
        a.f = lo_alloc((size_t) a.total, sizeof(*a.f));
        if (a.f == NULL)
            return LO_SYSTEM;
        *ok = separate(&a, u->entries + s->offset, s->size);
        lo_text_add(u->text, "%s", k > 0 ? ",\n" : "");
        put_tensor(u->text, &a, s->name);
        lo_free(a.f);
    }
    lo_text_add(u->text, "]}");
    return LO_OK;
}

static void put_pivots(units_struct *u)
{
    const lo_model_struct *m = u->c->model;
    lo_text_add(u->text, "{\"count\":%ld,\n\"pivots\":[", (long) u->count);
    for (slong e = 0; e < u->count; e++) {
        slong k = 0;
        while (u->pivot[e] >= m->symbols[m->parameter_symbols[k]].offset + m->symbols[m->parameter_symbols[k]].size)
            k++;
        const lo_symbol_struct *s = m->symbols + m->parameter_symbols[k];
        axes_struct a;
        set_axes(&a, s);
        lo_text_add(u->text, "%s[%ld,[", e > 0 ? ",\n" : "", (long) k);
        for (int axis = 0; axis < a.rank; axis++)
            lo_text_add(u->text, "%s%ld", axis > 0 ? "," : "",
                        (long) ((u->pivot[e] - s->offset) / a.stride[axis] % a.dim[axis]));
        lo_text_add(u->text, "]]");
    }
}

lo_status_t lo_units_section(char **section, slong *count, const lo_certificate_struct *c)
{
    units_struct u = { .c = c };
    lo_units_t solution;
    nmod_t mod;
    int ok = 0;
    *section = NULL;
    *count = 0;
    nmod_init(&mod, lo_prime(0));
    LO_TRY(lo_units_solve(solution, c->family, LO_UNITS_LAWS, NULL, 0, mod));
    lo_text_init(u.text);
    u.entries = lo_alloc((size_t) c->family->p, sizeof(*u.entries));
    lo_status_t status = u.entries != NULL ? LO_OK : LO_SYSTEM;
    if (status == LO_OK && solution->nfree > 0 && fill_entries(&u, solution, mod))
        status = number_units(&ok, &u, solution->nfree);
    if (status == LO_OK && ok) {
        put_pivots(&u);
        status = put_tensors(&ok, &u);
    }
    if (status == LO_OK && ok) {
        *section = lo_text_take(u.text);
        *count = u.count;
        status = *section != NULL ? LO_OK : LO_SYSTEM;
    }
    lo_text_clear(u.text);
    lo_units_clear(solution);
    lo_free(u.entries);
    lo_free(u.pivot);
    return status;
}

/* About how many terms the outputs have when they are expanded. */
double lo_units_expansion(const lo_family_struct *f)
{
    double *terms = lo_alloc((size_t) f->primal, sizeof(double)), total = 0;
    for (slong i = 0; terms != NULL && i < f->primal; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        terms[i] = x->op == LO_T_DIV || x->op == LO_T_POW ? terms[x->first] : x->op == LO_T_DOT ? 0 : 1;
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
