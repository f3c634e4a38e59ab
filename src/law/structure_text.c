/* structure_text.c - groups of laws, and laws as text.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/structure.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* ---------------------------------------------------------------------------------------------------
 * Groups
 * --------------------------------------------------------------------------------------------------- */

static void push_group(lo_structure_laws_struct *l, const lo_group_struct *group)
{
    if (l->work->status == LO_OK)
        l->work->status = LO_GROW(l->groups, l->groups_alloc, l->ngroups + 1);
    if (l->work->status == LO_OK && group->count > 0)
        l->groups[l->ngroups++] = *group;
}

/* Slab b is slab a moved. Out: step. Returns 0 when it is another slab. */
static int is_moved(slong step[LO_MAX_RANK], const lo_slab_struct *a, const lo_slab_struct *b)
{
    if (a->symbol != b->symbol || !fmpz_equal(&a->coef, &b->coef))
        return 0;
    for (int i = 0; i < LO_MAX_RANK; i++) {
        step[i] = b->first[i] - a->first[i];
        if (b->last[i] - a->last[i] != step[i])
            return 0;
    }
    return 1;
}

/* How many laws from number `at` on are the same up to one constant step; sets the steps of the first. */
static slong run_length(lo_structure_laws_struct *l, slong at)
{
    const lo_unit_law_struct *law = l->laws + at;
    slong n = 1, step[LO_MAX_RANK];
    for (; at + n < l->nlaws && law[n].n == law->n; n++) {
        int same = 1;
        for (slong k = 0; k < law->n && same; k++) {
            same = is_moved(step, l->slabs + law[n - 1].start + k, l->slabs + law[n].start + k);
            if (same && n == 1)
                memcpy(l->slabs[law->start + k].step, step, sizeof(step));
            same = same && memcmp(l->slabs[law->start + k].step, step, sizeof(step)) == 0;
        }
        if (!same)
            break;
    }
    for (slong k = 0; n == 1 && k < law->n; k++)
        memset(l->slabs[law->start + k].step, 0, sizeof(step));
    return n;
}

static void entry_groups(lo_structure_laws_struct *l)
{
    const lo_structure_work_struct *w = l->work;
    for (slong i = 0; i < w->model->nparameter_symbols; i++) {
        slong s = w->model->parameter_symbols[i];
        const lo_symbol_struct *symbol = w->model->symbols + s;
        if (!lo_structure_is_used(w, symbol) || lo_structure_is_free(w, symbol))
            push_group(l, &(lo_group_struct){ .kind = LO_GROUP_ENTRIES,
                                              .count = (uint64_t) symbol->size,
                                              .symbol = s,
                                              .mask = lo_mask_clean(&symbol->shape, 15) });
    }
}

/* A parameter whose entries may be shifted by functions of the axes in `mask`. That these laws are
 * independent of the unit laws needs the unit to be constant along the other axes, which have at least two
 * places together: if w(i) W(i, c) + v(i) vanishes for all c and generic W then w = v = 0, and so with a
 * second mask and second differences. */
static void shift_groups(lo_structure_laws_struct *l)
{
    lo_structure_work_struct *w = l->work;
    for (slong i = 0; i < w->model->nparameter_symbols; i++) {
        slong s = w->model->parameter_symbols[i];
        const lo_symbol_struct *symbol = w->model->symbols + s;
        unsigned int mask[6], all = lo_mask_clean(&symbol->shape, 15);
        if (!lo_structure_is_used(w, symbol) || lo_structure_is_free(w, symbol))
            continue;
        int n = lo_structure_maximal(mask, w->invisible[symbol->node]);
        unsigned int moved = n == 0 ? 0 : n == 1 ? all & ~mask[0] : all & ~(mask[0] & mask[1]);
        if (n == 0 || !lo_structure_is_constant(w, w->unit + symbol->node, &symbol->shape, moved))
            continue;
        for (int k = 0; k < n && k < 2; k++) {
            lo_group_struct group = { .kind = LO_GROUP_SHIFT, .symbol = s, .mask = mask[k] };
            group.count = (uint64_t) lo_mask_size(&symbol->shape, mask[k]);
            if (k == 1) {
                group.drop = mask[1] & ~mask[0];
                group.count -= (uint64_t) lo_mask_size(&symbol->shape, mask[1] & mask[0]);
            }
            push_group(l, &group);
        }
    }
}

void lo_structure_groups(lo_structure_laws_struct *l)
{
    lo_structure_work_struct *w = l->work;
    for (slong at = 0; at < l->nlaws && w->status == LO_OK;) {
        slong n = run_length(l, at);
        push_group(l, &(lo_group_struct){ .kind = LO_GROUP_UNITS, .count = (uint64_t) n, .law = at });
        at += n;
    }
    for (slong c = 0; c < w->nclasses; c++)
        if (w->classes[c].resolved)
            push_group(l, &(lo_group_struct){ .kind = LO_GROUP_MATRIX,
                                              .count = (uint64_t) w->classes[c].size *
                                                       (uint64_t) (w->classes[c].size - 1) / 2,
                                              .axis_class = c });
    shift_groups(l);
    entry_groups(l);
}

/* ---------------------------------------------------------------------------------------------------
 * Text
 * --------------------------------------------------------------------------------------------------- */

/* How one axis is written: a letter with factor and offset, or a number (factor 0), 1-based; last < first:
 * one index. */
typedef struct {
    int whole;
    const char *letter;
    slong factor, first, last;
} index_struct;

static void put_place(lo_text_t out, const char *letter, slong factor, slong value)
{
    if (factor == 0 || letter == NULL) {
        lo_text_add(out, "%ld", (long) value);
        return;
    }
    if (factor == -1)
        lo_text_add(out, "-%s", letter);
    else if (factor == 1)
        lo_text_add(out, "%s", letter);
    else
        lo_text_add(out, "%ld*%s", (long) factor, letter);
    if (value != 0)
        lo_text_add(out, "%s%ld", value > 0 ? "+" : "", (long) value);
}

/* Returns 1 when the slab is one entry. */
static int put_slab(lo_text_t out, const lo_symbol_struct *symbol, const index_struct *index)
{
    int axes = symbol->declared_rank, single = 1, whole = 1;
    for (int a = 0; a < symbol->shape.rank; a++) {
        single =
            single && (symbol->shape.dim[a] == 1 || (!index[a].whole && index[a].last == index[a].first));
        whole = whole && (index[a].whole || symbol->shape.dim[a] == 1);
    }
    lo_text_add(out, "%s", symbol->name);
    if (axes == 0 || (whole && !single))
        return single;
    for (int a = 0; a < axes; a++) {
        lo_text_add(out, "%s", a == 0 ? "[" : ",");
        if (single && symbol->shape.dim[a] == 1)
            lo_text_add(out, "1");
        else if (index[a].whole)
            lo_text_add(out, ":");
        else {
            put_place(out, index[a].letter, index[a].factor, index[a].first);
            if (index[a].last != index[a].first) {
                lo_text_add(out, ":");
                put_place(out, index[a].letter, index[a].factor, index[a].last);
            }
        }
    }
    lo_text_add(out, "]");
    return single;
}

/* " + 3*", " - ", or at the beginning "", "-", "3*" */
static void put_factor(lo_text_t out, int begin, const fmpz_t coef)
{
    fmpz_t size;
    fmpz_init(size);
    fmpz_abs(size, coef);
    if (!begin)
        lo_text_add(out, fmpz_sgn(coef) < 0 ? " - " : " + ");
    else if (fmpz_sgn(coef) < 0)
        lo_text_add(out, "-");
    if (!fmpz_is_one(size)) {
        char *digits = fmpz_get_str(NULL, 10, size);
        lo_text_add(out, "%s*", digits);
        flint_free(digits);
    }
    fmpz_clear(size);
}

/* The sum over a slab, of squares or of the entries. */
static void put_sum(lo_text_t out, const lo_symbol_struct *symbol, const index_struct *index, int squares)
{
    lo_text_t name;
    lo_text_init(name);
    int single = put_slab(name, symbol, index);
    char *text = lo_text_take(name);
    const char *power = !squares ? "" : single ? "^2" : ".^2";
    if (text == NULL)
        out->failed = 1;
    else
        lo_text_add(out, single ? "%s%s" : "sum(%s%s)", text, power);
    lo_free(text);
    lo_text_clear(name);
}

/* Where the letter starts: at the first index that moves by one. */
static slong letter_start(const lo_structure_laws_struct *l, const lo_unit_law_struct *law)
{
    for (slong k = 0; k < law->n; k++)
        for (int a = 0; a < LO_MAX_RANK; a++)
            if (l->slabs[law->start + k].step[a] == 1)
                return l->slabs[law->start + k].first[a] + 1;
    return 1;
}

static void put_units(lo_text_t out, lo_text_t indices, const lo_structure_laws_struct *l,
                      const lo_group_struct *group, uint64_t t, int as_template)
{
    const lo_unit_law_struct *first = l->laws + group->law, *law = as_template ? first : first + t;
    slong start = letter_start(l, first);
    for (slong k = 0; k < law->n; k++) {
        const lo_slab_struct *slab = l->slabs + law->start + k;
        const lo_symbol_struct *symbol = l->work->model->symbols + slab->symbol;
        index_struct index[LO_MAX_RANK];
        for (int a = 0; a < LO_MAX_RANK; a++) {
            slong step = as_template ? slab->step[a] : 0;
            index[a].whole = slab->first[a] == 0 && step == 0 && slab->last[a] == symbol->shape.dim[a] - 1;
            index[a].letter = "j";
            index[a].factor = step;
            index[a].first = slab->first[a] + 1 - step * start;
            index[a].last = slab->last[a] + 1 - step * start;
        }
        put_factor(out, k == 0, &slab->coef);
        put_sum(out, symbol, index, 1);
    }
    if (group->count > 1)
        lo_text_add(indices, "j = %ld..%ld", (long) start, (long) (start + (slong) group->count - 1));
}

void lo_structure_pair(slong *i, slong *j, uint64_t t, slong k)
{
    *i = 1;
    while (t >= (uint64_t) (k - *i)) {
        t -= (uint64_t) (k - *i);
        (*i)++;
    }
    *j = *i + 1 + (slong) t;
}

/* The slices of one parameter at the two places, multiplied. */
static void put_pair(lo_text_t out, const lo_symbol_struct *symbol, int axis, const slong place[2],
                     int as_template)
{
    lo_text_t side[2];
    char *text[2];
    int single = 0;
    for (int s = 0; s < 2; s++) {
        index_struct index[LO_MAX_RANK];
        slong at = as_template ? 0 : place[s];
        for (int b = 0; b < LO_MAX_RANK; b++)
            index[b] = (index_struct){ .whole = 1 };
        index[axis] = (index_struct){ 0, s == 0 ? "i" : "j", as_template, at, at };
        lo_text_init(side[s]);
        single = put_slab(side[s], symbol, index);
        text[s] = lo_text_take(side[s]);
        lo_text_clear(side[s]);
    }
    if (text[0] == NULL || text[1] == NULL)
        out->failed = 1;
    else
        lo_text_add(out, single ? "%s*%s" : "sum(%s.*%s)", text[0], text[1]);
    lo_free(text[0]);
    lo_free(text[1]);
}

static void put_matrix(lo_text_t out, lo_text_t indices, const lo_structure_laws_struct *l,
                       const lo_group_struct *group, uint64_t t, int as_template)
{
    const lo_structure_work_struct *w = l->work;
    const lo_axis_class_struct *c = w->classes + group->axis_class;
    slong place[2];
    lo_structure_pair(place, place + 1, t, c->size);
    for (const lo_axis_use_struct *use = c->uses; use != NULL; use = use->next) {
        if (use != c->uses)
            lo_text_add(out, use->sign == c->uses->sign ? " + " : " - ");
        put_pair(out, w->model->symbols + use->symbol, use->axis, place, as_template);
    }
    lo_text_add(indices, "1 <= i < j <= %ld", (long) c->size);
}

void lo_structure_place(slong place[LO_MAX_RANK], uint64_t t, const lo_shape_struct *shape, unsigned int mask,
                     unsigned int drop)
{
    /* entries of the mask without the axes that are dropped together come as one block of places */
    uint64_t kept = (uint64_t) lo_mask_size(shape, drop);
    kept = drop != 0 ? kept - 1 : kept;
    slong rest = drop != 0 ? (slong) (t / kept) : (slong) t;
    slong inner = drop != 0 ? (slong) (t % kept) : 0;
    for (int a = shape->rank - 1; a >= 0; a--) {
        slong *from = drop >> a & 1 ? &inner : &rest;
        place[a] = 0;
        if (mask >> a & 1) {
            place[a] = *from % shape->dim[a];
            *from /= shape->dim[a];
        }
    }
}

static void put_linear(lo_text_t out, lo_text_t indices, const lo_structure_laws_struct *l,
                       const lo_group_struct *group, uint64_t t, int as_template)
{
    static const char *const letters[LO_MAX_RANK] = { "i", "j", "k", "l" };
    const lo_symbol_struct *symbol = l->work->model->symbols + group->symbol;
    index_struct index[LO_MAX_RANK];
    slong place[LO_MAX_RANK];
    lo_structure_place(place, t, &symbol->shape, group->mask, group->drop);
    for (int a = 0; a < symbol->shape.rank; a++) {
        index[a] =
            (index_struct){ .whole = !(group->mask >> a & 1), .letter = letters[a], .factor = as_template };
        index[a].first = index[a].last = as_template ? 0 : place[a] + 1;
        if (!index[a].whole)
            lo_text_add(indices, "%s%s = 1..%ld", indices->length > 0 ? ", " : "", letters[a],
                        (long) symbol->shape.dim[a] - (group->drop == 1u << a));
    }
    put_sum(out, symbol, index, 0);
}

char *lo_structure_law_text(char **indices, const lo_structure_laws_struct *l, const lo_group_struct *group,
                            uint64_t t, int as_template)
{
    lo_text_t out, letters;
    lo_text_init(out);
    lo_text_init(letters);
    if (group->kind == LO_GROUP_UNITS)
        put_units(out, letters, l, group, t, as_template);
    else if (group->kind == LO_GROUP_MATRIX)
        put_matrix(out, letters, l, group, t, as_template);
    else
        put_linear(out, letters, l, group, t, as_template);
    if (group->count == 1)
        lo_text_clear(letters);
    if (indices != NULL)
        *indices = lo_text_take(letters);
    lo_text_clear(letters);
    char *text = lo_text_take(out);
    lo_text_clear(out);
    return text;
}
