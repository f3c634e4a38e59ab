/* form.c - tensors of units: what the operations of tensor.c do to them.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A unit is a linear form in the free units, a polynomial of degree 1 in variables numbered as they are. A
 * tensor's unit at (i_1, ..) is base + axis_1[i_1] + ..; normal form: axis_a[0] = 0, so that equality is
 * equality of the numbers.
 */
#include "check/language/language.h"

#include <string.h>

int form_add(int a, int b, long sign)
{
    return b == 0 ? a : p_add(a, sign < 0 ? p_scale(ratio(-1, 1), b) : b);
}

/* The unit of entry number i, without the base. */
static int along_axes(const value *a, long i)
{
    int form = 0;
    for (int k = a->rank - 1; k >= 0; k--) {
        form = form_add(form, a->u->axis[k][i % a->dim[k]], 1);
        i /= a->dim[k];
    }
    return form;
}

int u_form(const value *a, long i)
{
    return p_add(a->u->base, along_axes(a, i));
}

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

void u_output(value a)
{
    a = u_lift(a);
    need(u_is_zero(&a), "units: an output whose unit is not zero");
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
    value v = u_new(a);
    v.u->base = p_scale(ratio(numerator, denominator), a.u->base);
    for (int k = 0; k < v.rank; k++) {
        for (long i = 0; i < v.dim[k]; i++)
            v.u->axis[k][i] = p_scale(ratio(numerator, denominator), a.u->axis[k][i]);
    }
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

/* What was a sum over the old axes must be one over the new. */
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
    long step = 1;
    for (int k = rank - 1; k >= 0; k--) {
        for (long i = 0; i < dim[k]; i++)
            v.u->axis[k][i] = along_axes(&a, i * step);
        step *= dim[k];
    }
    for (long i = 0; i < a.size; i++) {
        if (along_axes(&v, i) != along_axes(&a, i))
            fail("units: a reshape does not keep units that are sums over axes");
    }
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
