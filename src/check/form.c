/* form.c - units: linear forms in the free units, and tensors whose units are sums over their axes.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A form is a finite combination of free units with rational coefficients; equal forms have one number,
 * and form 0 is zero. A tensor's unit at (i_1, ..) is base + axis_1[i_1] + ..; normal form: axis_a[0] = 0,
 * so that equality is equality of the numbers.
 */
#include "check/check.h"

#include <string.h>

typedef struct {
    long unit;
    mpq_t c;
} part;
typedef struct {
    long count;
    part *parts;
} form;
static form *forms;
static long nforms, forms_room, table_size;
static int *table;

void forms_start(void)
{
    forms = NULL;
    forms_room = 0;
    nforms = 1;
    ROOM(forms, 1, forms_room);
    table_size = 1 << 10;
    table = take((size_t) table_size, sizeof(int));
}

static uint64_t hash(const form *f)
{
    uint64_t h = 0;
    for (long i = 0; i < f->count; i++)
        h = mix(h + (uint64_t) f->parts[i].unit +
                mix(mpz_get_ui(mpq_numref(f->parts[i].c)) + (uint64_t) mpq_sgn(f->parts[i].c)));
    return h;
}

static int same(const form *f, const form *g)
{
    if (f->count != g->count)
        return 0;
    for (long i = 0; i < f->count; i++) {
        if (f->parts[i].unit != g->parts[i].unit || !mpq_equal(f->parts[i].c, g->parts[i].c))
            return 0;
    }
    return 1;
}

static int enter_form(form f)
{
    if (f.count == 0)
        return 0;
    long i = (long) (hash(&f) % (uint64_t) table_size);
    for (; table[i] != 0; i = i + 1 < table_size ? i + 1 : 0) {
        if (same(forms + table[i], &f)) {
            for (long k = 0; k < f.count; k++)
                mpq_clear(f.parts[k].c);
            give(f.parts);
            return table[i];
        }
    }
    if (nforms >= INT32_MAX / 2)
        fail("units: too many different units");
    ROOM(forms, nforms, forms_room);
    forms[nforms] = f;
    table[i] = (int) nforms++;
    if (2 * nforms > table_size) {
        give(table);
        table_size *= 2;
        table = take((size_t) table_size, sizeof(int));
        for (long k = 1; k < nforms; k++) {
            for (i = (long) (hash(forms + k) % (uint64_t) table_size); table[i] != 0;
                 i = i + 1 < table_size ? i + 1 : 0)
                ;
            table[i] = (int) k;
        }
    }
    return (int) nforms - 1;
}

int form_add(int a, int b, long sign)
{
    if (b == 0 || (a == 0 && sign == 1))
        return b == 0 ? a : b;
    form f = forms[a], g = forms[b], s = { 0, take((size_t) (f.count + g.count), sizeof(part)) };
    for (long i = 0, j = 0; i < f.count || j < g.count;) {
        part *p = s.parts + s.count;
        long x = i < f.count ? f.parts[i].unit : INT64_MAX, y = j < g.count ? g.parts[j].unit : INT64_MAX;
        mpq_init(p->c);
        p->unit = x < y ? x : y;
        if (x <= y)
            mpq_set(p->c, f.parts[i++].c);
        if (y <= x) {
            sign < 0 ? mpq_sub(p->c, p->c, g.parts[j].c) : mpq_add(p->c, p->c, g.parts[j].c);
            j++;
        }
        if (mpq_sgn(p->c) != 0)
            s.count++;
        else
            mpq_clear(p->c);
    }
    return enter_form(s);
}

int form_scale(int a, const mpq_t scale)
{
    form f = forms[a], s = { 0, take((size_t) f.count + 1, sizeof(part)) };
    for (long i = 0; i < f.count && mpq_sgn(scale) != 0; i++, s.count++) {
        s.parts[i].unit = f.parts[i].unit;
        mpq_init(s.parts[i].c);
        mpq_mul(s.parts[i].c, f.parts[i].c, scale);
    }
    return enter_form(s);
}

int form_unit(long unit_number, const mpq_t c)
{
    form f = { 1, take(1, sizeof(part)) };
    f.parts[0].unit = unit_number;
    mpq_init(f.parts[0].c);
    mpq_set(f.parts[0].c, c);
    return enter_form(f);
}

long form_part(const __mpq_struct **c, int f, long k)
{
    if (k >= forms[f].count)
        return -1;
    *c = forms[f].parts[k].c;
    return forms[f].parts[k].unit;
}

long form_last(int f)
{
    return f == 0 ? -1 : forms[f].parts[forms[f].count - 1].unit;
}

/* --- tensors of units --- */

/* The same shape with room for units, all zero. */
value u_new(value shape)
{
    shape.id = NULL;
    shape.u = take(1, sizeof(unit));
    for (int a = 0; a < shape.rank; a++) {
        if (shape.dim[a] > MAX_ENTRIES)
            fail("units: an axis is too long");
        shape.u->axis[a] = take((size_t) shape.dim[a], sizeof(int));
    }
    return shape;
}

value u_lift(value a)
{
    return a.u != NULL ? a : u_new(a);
}

void u_normal(value *a)
{
    for (int k = 0; k < a->rank; k++) {
        int first = a->u->axis[k][0];
        a->u->base = form_add(a->u->base, first, 1);
        for (long i = 0; first != 0 && i < a->dim[k]; i++)
            a->u->axis[k][i] = form_add(a->u->axis[k][i], first, -1);
    }
}

static int axis_is_zero(const value *a, int k)
{
    for (long i = 0; i < a->dim[k]; i++) {
        if (a->u->axis[k][i] != 0)
            return 0;
    }
    return 1;
}

int u_equal(const value *a, const value *b)
{
    if (!same_shape(a, b) || a->u->base != b->u->base)
        return 0;
    for (int k = 0; k < a->rank; k++) {
        if (memcmp(a->u->axis[k], b->u->axis[k], (size_t) a->dim[k] * sizeof(int)) != 0)
            return 0;
    }
    return 1;
}

static int is_uniform(const value *a)
{
    for (int k = 0; k < a->rank; k++) {
        if (!axis_is_zero(a, k))
            return 0;
    }
    return 1;
}

int u_is_zero(const value *a)
{
    return a->u->base == 0 && is_uniform(a);
}

/* Units of a product (sign 1) or a quotient (-1); a scalar goes with every shape. */
value u_sum_of(value a, value b, long sign, const char *what)
{
    value v = u_new(a.rank == 0 ? b : a);
    if (a.rank != 0 && b.rank != 0 && !same_shape(&a, &b))
        fail("units: shapes differ in %s", what);
    v.u->base = form_add(a.u->base, b.u->base, sign);
    for (int k = 0; k < v.rank; k++) {
        for (long i = 0; i < v.dim[k]; i++)
            v.u->axis[k][i] =
                form_add(a.rank == 0 ? 0 : a.u->axis[k][i], b.rank == 0 ? 0 : b.u->axis[k][i], sign);
    }
    return v;
}

value u_scaled(value a, long numerator, unsigned long denominator)
{
    mpq_t q;
    value v = u_new(a);
    mpq_init(q);
    mpq_set_si(q, numerator, denominator);
    mpq_canonicalize(q);
    v.u->base = form_scale(a.u->base, q);
    for (int k = 0; k < v.rank; k++) {
        for (long i = 0; i < v.dim[k]; i++)
            v.u->axis[k][i] = form_scale(a.u->axis[k][i], q);
    }
    mpq_clear(q);
    return v;
}

value u_constant_along(value a, const char *what)
{
    value v = { 0, { 0, 0, 0, 0 }, 1, NULL, NULL };
    if (!is_uniform(&a))
        fail("units: different units in %s", what);
    v = u_new(v);
    v.u->base = a.u->base;
    return v;
}

/* By the table of all units: what was a sum over the old axes must be one over the new. */
value u_reshape(value a, int rank, const long *dim)
{
    value v = { rank, { 0, 0, 0, 0 }, 1, NULL, NULL };
    for (int k = 0; k < rank; k++) {
        v.dim[k] = dim[k];
        if (dim[k] < 1 || dim[k] > a.size / v.size)
            fail("a reshape changes the number of entries");
        v.size *= dim[k];
    }
    if (v.size != a.size)
        fail("a reshape changes the number of entries");
    v = u_new(v);
    v.u->base = a.u->base;
    if (is_uniform(&a))
        return v;
    if (a.size > MAX_ENTRIES)
        fail("units: a reshape of a large tensor");
    int *full = take((size_t) a.size, sizeof(int));
    for (long i = 0; i < a.size; i++) {
        long rest = i;
        for (int k = a.rank - 1; k >= 0; k--) {
            full[i] = form_add(full[i], a.u->axis[k][rest % a.dim[k]], 1);
            rest /= a.dim[k];
        }
    }
    long step = 1;
    for (int k = rank - 1; k >= 0; k--) {
        for (long i = 0; i < dim[k]; i++)
            v.u->axis[k][i] = full[i * step];
        step *= dim[k];
    }
    for (long i = 0; i < a.size; i++) {
        long rest = i;
        int total = 0;
        for (int k = rank - 1; k >= 0; k--) {
            total = form_add(total, v.u->axis[k][rest % dim[k]], 1);
            rest /= dim[k];
        }
        if (total != full[i])
            fail("units: a reshape does not keep units that are sums over axes");
    }
    give(full);
    return v;
}

value u_slice(value a, const long *first, const long *dim)
{
    value v = a;
    v.size = 1;
    for (int k = 0; k < a.rank; k++) {
        v.dim[k] = dim[k];
        v.size *= dim[k];
    }
    v = u_new(v);
    v.u->base = a.u->base;
    for (int k = 0; k < v.rank; k++)
        memcpy(v.u->axis[k], a.u->axis[k] + first[k], (size_t) dim[k] * sizeof(int));
    u_normal(&v);
    return v;
}

value u_join(const value *parts, long count, int axis)
{
    value first = u_lift(parts[0]), v = first;
    long at = 0;
    v.dim[axis] = 0;
    for (long p = 0; p < count; p++)
        v.dim[axis] += parts[p].dim[axis];
    v.size = first.size / first.dim[axis] * v.dim[axis];
    v = u_new(v);
    for (int k = 0; k < v.rank; k++) {
        if (k != axis)
            memcpy(v.u->axis[k], first.u->axis[k], (size_t) v.dim[k] * sizeof(int));
    }
    for (long p = 0; p < count; p++) {
        value a = u_lift(parts[p]);
        for (int k = 0; k < v.rank; k++) {
            if (k != axis && memcmp(a.u->axis[k], first.u->axis[k], (size_t) v.dim[k] * sizeof(int)) != 0)
                fail("units: joined parts differ along another axis");
        }
        for (long i = 0; i < a.dim[axis]; i++)
            v.u->axis[axis][at++] = form_add(a.u->base, a.u->axis[axis][i], 1);
    }
    u_normal(&v);
    return v;
}
