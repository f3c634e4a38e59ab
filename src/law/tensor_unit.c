/* tensor_unit.c - sums of functions of few axes.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/tensor_unit.h"

#include <string.h>

slong lo_mask_size(const lo_shape_struct *shape, unsigned int mask)
{
    slong size = 1;
    for (int a = 0; a < shape->rank; a++)
        if (mask >> a & 1)
            size *= shape->dim[a];
    return size;
}

unsigned int lo_mask_clean(const lo_shape_struct *shape, unsigned int mask)
{
    unsigned int clean = 0;
    for (int a = 0; a < shape->rank; a++)
        if (mask >> a & 1 && shape->dim[a] > 1)
            clean |= 1u << a;
    return clean;
}

static void spend(lo_unit_space_struct *s, int64_t count)
{
    if (s->status != LO_OK)
        return;
    s->left -= count;
    if (s->left < 0) {
        lo_ctx_set_message(
            s->ctx, "units that are no sums of functions of single axes need too many explicit entries");
        s->status = LO_UNABLE;
    } else if (count > 100000 || (s->left & 0xffff) < count) {
        s->status = lo_ctx_poll(s->ctx);
    }
}

slong *lo_unit_room(lo_unit_space_struct *s, slong count)
{
    spend(s, count);
    slong *room = s->status == LO_OK ? lo_arena_alloc(s->arena, (size_t) count, sizeof(slong)) : NULL;
    if (room == NULL && s->status == LO_OK)
        s->status = LO_SYSTEM;
    return room;
}

lo_unit_term_struct lo_unit_fresh(lo_unit_space_struct *s, const lo_shape_struct *shape, unsigned int mask,
                                  int anchored)
{
    static const slong zero[1] = { -1 };
    mask = lo_mask_clean(shape, mask);
    slong size = lo_mask_size(shape, mask);
    slong *id = lo_unit_room(s, size);
    if (id == NULL)
        return (lo_unit_term_struct){ 1, 0, zero };
    slong next = lo_forms_new(s->forms, size - (anchored != 0));
    if (next < 0)
        s->status |= s->forms->status;
    for (slong i = 0; i < size; i++)
        id[i] = anchored && i == 0 ? -1 : next++;
    return (lo_unit_term_struct){ 1, mask, id };
}

/* A full list of terms is written as one. */
static void compact(lo_unit_space_struct *s, lo_tensor_unit_struct *u, const lo_shape_struct *shape)
{
    unsigned int part[LO_MAX_RANK];
    lo_tensor_unit_struct out = { 0 };
    int n = lo_unit_parts(part, u);
    for (int k = 0; k < n; k++)
        out.term[out.n++] = (lo_unit_term_struct){ 1, part[k], lo_unit_array(s, u, shape, part[k]) };
    out.term[out.n++] = (lo_unit_term_struct){ 1, 0, lo_unit_array(s, u, shape, 0) };
    /* the array over a part includes the constants: take them back from all but one */
    for (int k = 0; k < n && out.n < LO_UNIT_TERMS; k++)
        out.term[out.n++] = (lo_unit_term_struct){ -1, 0, out.term[n].id };
    if (s->status == LO_OK)
        *u = out;
}

void lo_unit_push(lo_unit_space_struct *s, lo_tensor_unit_struct *u, const lo_shape_struct *shape,
                  lo_unit_term_struct term, int sign)
{
    if (term.id == NULL || (term.mask == 0 && term.id[0] < 0))
        return;
    term.sign *= sign;
    for (int i = 0; i < u->n; i++)
        if (u->term[i].id == term.id && u->term[i].mask == term.mask && u->term[i].sign == -term.sign) {
            u->term[i] = u->term[--u->n];
            return;
        }
    if (u->n == LO_UNIT_TERMS)
        compact(s, u, shape);
    if (s->status == LO_OK)
        u->term[u->n++] = term;
}

void lo_unit_append(lo_unit_space_struct *s, lo_tensor_unit_struct *u, const lo_shape_struct *shape,
                    const lo_tensor_unit_struct *other, int sign)
{
    lo_tensor_unit_struct copy = *other; /* u may be other */
    for (int i = 0; i < copy.n; i++)
        lo_unit_push(s, u, shape, copy.term[i], sign);
}

static slong place(const lo_shape_struct *shape, unsigned int mask, const slong *index)
{
    slong at = 0;
    for (int a = 0; a < shape->rank; a++)
        if (mask >> a & 1)
            at = at * shape->dim[a] + index[a];
    return at;
}

void lo_unit_add_at(lo_unit_space_struct *s, const lo_tensor_unit_struct *u, const lo_shape_struct *shape,
                    unsigned int mask, const slong *index, slong factor)
{
    for (int t = 0; t < u->n; t++)
        if (mask == 0 ? u->term[t].mask == 0 : u->term[t].mask != 0 && (u->term[t].mask & ~mask) == 0)
            lo_forms_add(s->forms, u->term[t].id[place(shape, u->term[t].mask, index)],
                         factor * u->term[t].sign);
}

int lo_unit_next(slong index[LO_MAX_RANK], const lo_shape_struct *shape, unsigned int mask)
{
    for (int a = shape->rank - 1; a >= 0; a--) {
        if (!(mask >> a & 1))
            continue;
        if (++index[a] < shape->dim[a])
            return 1;
        index[a] = 0;
    }
    return 0;
}

/* The unknown that the form is, after making one that equals it where it is none. */
static slong as_unknown(lo_unit_space_struct *s)
{
    lo_forms_struct *f = s->forms;
    slong only = -1, n = 0;
    for (slong i = 0; i < f->nlist; i++)
        if (!fmpq_is_zero(f->sum + f->list[i])) {
            only = f->list[i];
            n++;
        }
    if (n == 0 || (n == 1 && fmpq_is_one(f->sum + only))) {
        lo_forms_reset(f);
        return only;
    }
    slong fresh = lo_forms_new(f, 1);
    lo_forms_add(f, fresh, -1);
    lo_forms_equation(f);
    s->status |= f->status;
    return fresh;
}

const slong *lo_unit_array(lo_unit_space_struct *s, const lo_tensor_unit_struct *u,
                           const lo_shape_struct *shape, unsigned int mask)
{
    slong index[LO_MAX_RANK] = { 0 }, at = 0;
    int inside = 0, only = -1;
    mask = lo_mask_clean(shape, mask);
    for (int t = 0; t < u->n; t++)
        if ((u->term[t].mask & ~mask) == 0) {
            inside++;
            only = t;
        }
    if (inside == 1 && u->term[only].mask == mask && u->term[only].sign > 0)
        return u->term[only].id;
    slong *out = lo_unit_room(s, lo_mask_size(shape, mask));
    if (out == NULL)
        return NULL;
    do {
        lo_unit_add_at(s, u, shape, 0, index, 1);
        if (mask != 0)
            lo_unit_add_at(s, u, shape, mask, index, 1);
        out[at++] = as_unknown(s);
    } while (lo_unit_next(index, shape, mask) && s->status == LO_OK);
    return s->status == LO_OK ? out : NULL;
}

int lo_unit_parts(unsigned int part[LO_MAX_RANK], const lo_tensor_unit_struct *u)
{
    int n = 0;
    for (int t = 0; t < u->n; t++) {
        unsigned int mask = u->term[t].mask;
        int kept = 0;
        if (mask == 0)
            continue;
        for (int k = 0; k < n; k++) {
            if (part[k] & mask)
                mask |= part[k];
            else
                part[kept++] = part[k];
        }
        part[kept] = mask;
        n = kept + 1;
    }
    return n;
}

/* One equation "the form is zero"; returns 1 when it was new. */
static slong demand(lo_unit_space_struct *s)
{
    int fresh = lo_forms_equation(s->forms);
    s->status |= s->forms->status;
    return fresh;
}

/* A sum of functions of disjoint groups of axes vanishes if and only if each is constant and the constants
 * cancel. */
slong lo_unit_equate(lo_unit_space_struct *s, const lo_tensor_unit_struct *a, const lo_tensor_unit_struct *b,
                     const lo_shape_struct *shape)
{
    static const slong origin[LO_MAX_RANK] = { 0 };
    lo_tensor_unit_struct d = *a;
    unsigned int part[LO_MAX_RANK];
    slong fresh = 0;
    if (b != NULL)
        lo_unit_append(s, &d, shape, b, -1);
    int n = lo_unit_parts(part, &d);
    for (int k = 0; k < n; k++) {
        slong index[LO_MAX_RANK] = { 0 };
        spend(s, lo_mask_size(shape, part[k]));
        while (s->status == LO_OK && lo_unit_next(index, shape, part[k])) {
            lo_unit_add_at(s, &d, shape, part[k], index, 1);
            lo_unit_add_at(s, &d, shape, part[k], origin, -1);
            fresh += demand(s);
        }
    }
    if (s->status == LO_OK) {
        lo_unit_add_at(s, &d, shape, 0, origin, 1);
        for (int k = 0; k < n; k++)
            lo_unit_add_at(s, &d, shape, part[k], origin, 1);
        fresh += demand(s);
    }
    return fresh;
}

/* Each group of axes by itself: a sum over disjoint groups is constant on a box if and only if each
 * function is. */
slong lo_unit_demand_constant(lo_unit_space_struct *s, const lo_tensor_unit_struct *u,
                              const lo_shape_struct *shape, unsigned int mask, slong *const *base)
{
    unsigned int part[LO_MAX_RANK];
    slong fresh = 0;
    int n = lo_unit_parts(part, u);
    for (int k = 0; k < n; k++) {
        slong index[LO_MAX_RANK] = { 0 }, other[LO_MAX_RANK];
        if (!(part[k] & mask))
            continue;
        spend(s, lo_mask_size(shape, part[k]));
        while (s->status == LO_OK && lo_unit_next(index, shape, part[k])) {
            for (int a = 0; a < LO_MAX_RANK; a++)
                other[a] = !(mask >> a & 1) ? index[a] : base != NULL ? base[a][index[a]] : 0;
            lo_unit_add_at(s, u, shape, part[k], index, 1);
            lo_unit_add_at(s, u, shape, part[k], other, -1);
            fresh += demand(s);
        }
    }
    return fresh;
}

void lo_unit_separate(lo_unit_space_struct *s, lo_tensor_unit_struct *u, const lo_shape_struct *shape)
{
    unsigned int part[LO_MAX_RANK];
    int n = lo_unit_parts(part, u);
    for (int k = 0; k < n; k++) {
        lo_tensor_unit_struct old = { 0 }, rest = { 0 }, fresh = { 0 };
        if ((part[k] & (part[k] - 1)) == 0)
            continue;
        for (int t = 0; t < u->n; t++)
            if (u->term[t].mask != 0 && (u->term[t].mask & ~part[k]) == 0)
                old.term[old.n++] = u->term[t];
            else
                rest.term[rest.n++] = u->term[t];
        int anchored = 0;
        for (int a = 0; a < shape->rank; a++)
            if (part[k] >> a & 1)
                lo_unit_push(s, &fresh, shape, lo_unit_fresh(s, shape, 1u << a, anchored++), 1);
        lo_unit_equate(s, &fresh, &old, shape);
        lo_unit_append(s, &rest, shape, &fresh, 1);
        *u = rest;
    }
}
