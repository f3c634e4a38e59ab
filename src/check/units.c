/* units.c - the claim `units`: laws sum coef entry^2, one for each free unit, checked node by node.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The field that scales every entry w with its unit u(w) acts on a value of the network as its unit, if
 * the units add in products, agree in sums, and are 0 under functions; so outputs of unit 0 do not change.
 */
#include "check/check.h"

#include <string.h>

long units_count;
static const json *next_tensor, *pivots;
static value *tensors;
static int *declared; /* how many axes each has in the certificate */
static long ntensors, tensors_room, declared_room;

value u_function(int f, value a)
{
    if (f == F_RELU || f == F_LEAKY)
        return a;
    if (f == F_SQRT)
        return u_scaled(a, 1, 2);
    if (!u_is_zero(&a))
        fail("units: %s of a value whose unit is not zero", function_names[f]);
    return a;
}

value u_transpose(value a)
{
    value v = a;
    v.dim[0] = a.dim[1];
    v.dim[1] = a.dim[0];
    v = u_new(v);
    v.u->base = a.u->base;
    for (int k = 0; k < 2; k++)
        memcpy(v.u->axis[k], a.u->axis[1 - k], (size_t) v.dim[k] * sizeof(int));
    return v;
}

/* The units of all terms a(i,k) b(k,j) agree: those of a along k and of b along k cancel. */
value u_matmul(value a, value b)
{
    value v = a;
    for (long k = 0; k < a.dim[1]; k++) {
        if (form_add(a.u->axis[1][k], b.u->axis[0][k], 1) != 0)
            fail("units: different units in a product of matrices");
    }
    v.dim[1] = b.dim[1];
    v.size = a.dim[0] * b.dim[1];
    v = u_new(v);
    v.u->base = form_add(a.u->base, b.u->base, 1);
    memcpy(v.u->axis[0], a.u->axis[0], (size_t) v.dim[0] * sizeof(int));
    memcpy(v.u->axis[1], b.u->axis[1], (size_t) v.dim[1] * sizeof(int));
    return v;
}

value u_diagonal(value a)
{
    value v = a;
    if (a.dim[1] == 1) {
        v.dim[1] = a.dim[0];
        v.size = a.dim[0] * a.dim[0];
        if (!u_is_zero(&a))
            fail("units: the diagonal matrix of a vector whose unit is not zero");
        return u_new(v);
    }
    v.dim[1] = 1;
    v.size = a.dim[0];
    v = u_new(v);
    v.u->base = a.u->base;
    for (long i = 0; i < a.dim[0]; i++)
        v.u->axis[0][i] = form_add(a.u->axis[0][i], a.u->axis[1][i], 1);
    return v;
}

value u_trace(value a)
{
    return u_constant_along(u_diagonal(a), "a trace");
}

/* Along one direction: x at l stride + t - pad times w at t, for each t inside, has the unit of output l. */
static void convolve_axis(int *out, long length, const int *x, long nx, const int *w, long nw, long stride,
                          long pad)
{
    for (long l = 0; l < length; l++) {
        int seen = 0;
        for (long t = 0; t < nw; t++) {
            long i = l * stride + t - pad;
            if (i < 0 || i >= nx)
                continue;
            int f = form_add(x[i], w[t], 1);
            if (seen && f != out[l])
                fail("units: different units in a convolution");
            out[l] = f;
            seen = 1;
        }
        if (!seen)
            fail("units: a window of a convolution that lies in the padding");
    }
}

value u_convolution(value x, value w, value shape, long stride, long pad)
{
    shape.size = 1;
    for (int k = 0; k < shape.rank; k++) {
        if (shape.dim[k] > MAX_ENTRIES)
            fail("units: an axis is too long");
        shape.size *= shape.dim[k];
    }
    value v = u_new(shape);
    for (long c = 0; c < x.dim[0]; c++) {
        if (form_add(x.u->axis[0][c], w.u->axis[1][c], 1) != 0)
            fail("units: different units in a convolution");
    }
    v.u->base = form_add(x.u->base, w.u->base, 1);
    memcpy(v.u->axis[0], w.u->axis[0], (size_t) v.dim[0] * sizeof(int));
    for (int k = 1; k < v.rank; k++)
        convolve_axis(v.u->axis[k], v.dim[k], x.u->axis[k], x.dim[k], w.u->axis[k + 1], w.dim[k + 1], stride,
                      pad);
    u_normal(&v);
    return v;
}

/* Entries of one window have one unit. */
value u_pool(value a, value shape, windows w)
{
    int axis[2], count;
    shape.size = 1;
    for (int k = 0; k < shape.rank; k++)
        shape.size *= shape.dim[k];
    value v = u_new(shape);
    pool_axes(axis, &count, &a);
    v.u->base = a.u->base;
    for (int k = 0; k < v.rank; k++) {
        int pooled = k == axis[0] || (count == 2 && k == axis[1]);
        for (long i = 0; i < v.dim[k]; i++) {
            long from = pooled ? i * w.stride - w.pad : i, to = pooled ? from + w.size : i + 1;
            from = from < 0 ? 0 : from; /* w.pad < w.size: no window is all padding */
            to = to > a.dim[k] ? a.dim[k] : to;
            for (long x = from; x < to; x++)
                if (a.u->axis[k][x] != a.u->axis[k][from])
                    fail("units: different units in a window");
            v.u->axis[k][i] = a.u->axis[k][from];
        }
    }
    u_normal(&v);
    return v;
}

/* A softmax needs unit 0; a norm divides by what has the unit of the row, and gives unit 0. */
value u_rows(value a, int softmax)
{
    int row = a.dim[1] == 1 ? 0 : 1;
    for (long i = 0; i < a.dim[row]; i++) {
        if (a.u->axis[row][i] != 0)
            fail("units: different units in a row");
    }
    if (softmax && !u_is_zero(&a))
        fail("units: softmax of a value whose unit is not zero");
    return u_new(a);
}

/* --- the section of the certificate --- */

/* [length] or [length, start, step, "coefficient"]: adds to the forms of an axis. */
static void read_axis(int *axis, long length, const json *j)
{
    long at = 0;
    mpq_t c;
    mpq_init(c);
    for (const json *run = list(j, "an axis", -1); run != NULL; run = run->next) {
        const json *e = list(run, "a run", -1);
        if (run->number != 1 && run->number != 4)
            fail("units: a run has one or four elements");
        long n = number(e, "the length of a run", MAX_ENTRIES);
        if (n < 1 || n > length - at)
            fail("units: the runs do not cover the axis");
        if (run->number == 4) {
            long start = number(e->next, "a free unit", units_count);
            long step = number(e->next->next, "a step", 2);
            rational(c, e->next->next->next, "a coefficient");
            if (mpq_sgn(c) == 0 || start + step * (n - 1) >= units_count)
                fail("units: a run with coefficient 0 or beyond the free units");
            for (long i = 0; i < n; i++)
                axis[at + i] = form_add(axis[at + i], form_unit(start + step * i, c), 1);
        }
        at += n;
    }
    if (at != length)
        fail("units: the runs do not cover the axis");
    mpq_clear(c);
}

void units_open(const json *j)
{
    cursor c = enter(j, "units");
    units_count = number(required(&c, "count"), "count", MAX_ENTRIES);
    pivots = required(&c, "pivots");
    next_tensor = list(required(&c, "tensors"), "tensors", -1);
    leave(&c);
    if (units_count == 0)
        fail("units: no free unit");
    tensors = NULL;
    declared = NULL;
    ntensors = tensors_room = declared_room = 0;
}

/* The units of the next parameter. */
value units_tensor(value shape, const char *text, int axes)
{
    if (next_tensor == NULL)
        fail("units: no units for `%.40s`", text);
    cursor c = enter(next_tensor, "a tensor");
    const json *one = optional(&c, "axes");
    const json *all = one == NULL ? list(required(&c, "layers"), "layers", -1) : one;
    value v = u_new(shape);
    for (; all != NULL; all = one == NULL ? all->next : NULL) {
        const json *axis = list(all, "axes", axes == 0 ? 1 : axes);
        for (int k = 0; k < (axes == 0 ? 1 : axes); k++, axis = axis->next) {
            if (axes == 0)
                read_axis(&v.u->base, 1, axis);
            else
                read_axis(v.u->axis[k], v.dim[k], axis);
        }
    }
    if (strcmp(string(required(&c, "name"), "name"), text) != 0)
        fail("units: the tensor `%.40s` is expected", text);
    leave(&c);
    u_normal(&v);
    next_tensor = next_tensor->next;
    ROOM(tensors, ntensors, tensors_room);
    ROOM(declared, ntensors, declared_room);
    tensors[ntensors] = v;
    declared[ntensors++] = axes == 0 ? 1 : axes;
    return v;
}

void problem_units(value *output)
{
    value v = u_lift(*output);
    if (!u_is_zero(&v))
        fail("units: an output whose unit is not zero");
}

/* The unit at pivot e ends with free unit e: so the gradients 2 coef entry are independent. */
void units_close(void)
{
    const json *j = list(pivots, "pivots", units_count);
    if (next_tensor != NULL)
        fail("units: more tensors than parameters");
    if (M.kind == M_RAW)
        fail("units: only networks and maps");
    for (long e = 0; e < units_count; e++, j = j->next) {
        const json *t = list(j, "a pivot", 2);
        long n = number(t, "a tensor", ntensors);
        const json *i = list(t->next, "an index", declared[n]);
        int form = tensors[n].u->base;
        for (int k = 0; k < declared[n]; k++, i = i->next) {
            long at = number(i, "an index", tensors[n].rank == 0 ? 1 : tensors[n].dim[k]);
            if (tensors[n].rank > 0)
                form = form_add(form, tensors[n].u->axis[k][at], 1);
        }
        if (form_last(form) != e)
            fail("units: the unit at pivot %ld does not end with this free unit", e);
    }
    say("%ld law%s of the form sum of c w^2 hold%s identically, with the given coefficients c for every "
        "parameter w; "
        "they are independent where no parameter is zero",
        units_count, units_count == 1 ? "" : "s", units_count == 1 ? "s" : "");
}

/* d(sum coef w^2)/dw = 2 coef w; parameters in the order of their declaration. */
void units_gradients(uint64_t *out, long p)
{
    long at = 0;
    mpq_t c;
    mpq_init(c);
    for (long t = 0; t < ntensors; t++) {
        const value *v = tensors + t;
        for (long i = 0; i < v->size && at < p; i++, at++) {
            const __mpq_struct *coef;
            int f = v->u->base;
            long rest = i, e;
            for (int k = v->rank - 1; k >= 0; k--) {
                f = form_add(f, v->u->axis[k][rest % v->dim[k]], 1);
                rest /= v->dim[k];
            }
            for (long k = 0; (e = form_part(&coef, f, k)) >= 0; k++) {
                mpq_mul(c, coef, point_at(at));
                mpq_add(c, c, c);
                out[e * p + at] = rational_mod(c);
            }
        }
    }
    mpq_clear(c);
}
