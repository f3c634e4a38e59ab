/* signal.c - convolutions and windows.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/language/language.h"

/* Windows begin at 0, stride, 2 stride, ... of the padded signal; what the stride leaves over is not read. */
long convolution_length(long length, long kernel, long stride, long pad)
{
    if (stride < 1 || pad < 0 || pad > MAX_ENTRIES || kernel > length + 2 * pad)
        fail("a convolution with a kernel, stride or padding that does not fit");
    return (length + 2 * pad - kernel) / stride + 1;
}

/* x[channels, length] with W[out, channels, k], or x[channels, h, w] with W[out, channels, kh, kw]. */
value v_convolution(value x, value w, long stride, long pad)
{
    value v = x;
    if (x.dim[0] != w.dim[1])
        fail("a convolution whose kernel expects another number of channels");
    v.dim[0] = w.dim[0];
    for (int i = 1; i < x.rank; i++)
        v.dim[i] = convolution_length(x.dim[i], w.dim[i + 1], stride, pad);
    if (x.u != NULL || w.u != NULL)
        return u_convolution(u_lift(x), u_lift(w), v, stride, pad);
    v = tensor(v.rank, v.dim);
    long width = x.rank == 3 ? x.dim[2] : 1, kw = x.rank == 3 ? w.dim[3] : 1, vw = x.rank == 3 ? v.dim[2] : 1;
    long pad_w = x.rank == 3 ? pad : 0, kh = w.dim[2];
    int *terms = take((size_t) (w.size / w.dim[0]), sizeof(int));
    for (long i = 0; i < v.size; i++) {
        long o = i / (v.dim[1] * vw), top = i / vw % v.dim[1] * stride - pad, left = i % vw * stride - pad_w,
             n = 0;
        for (long c = 0; c < x.dim[0]; c++) {
            for (long s = 0; s < kh; s++) {
                for (long t = 0; t < kw; t++) {
                    long y = top + s, z = left + t;
                    if (y >= 0 && y < x.dim[1] && z >= 0 && z < width)
                        terms[n++] = multiply(w.id[((o * x.dim[0] + c) * kh + s) * kw + t],
                                              x.id[(c * x.dim[1] + y) * width + z]);
                }
            }
        }
        v.id[i] = sum(terms, n);
    }
    give(terms);
    return v;
}

/* A vector along its length, [channels, length] along the length, [channels, h, w] in both directions. */
void pool_axes(int axis[2], int *count, const value *a)
{
    *count = a->rank == 3 ? 2 : 1;
    axis[0] = a->rank == 3 || a->dim[1] != 1 ? 1 : 0;
    axis[1] = 2;
}

/* The entries of window `at`, row by row, without padding. */
static long window_entries(int *entries, const value *a, const value *v, long at, const windows *w)
{
    int axis[2], count;
    long first[4] = { 0, 0, 0, 0 }, n = 0, rest = at;
    pool_axes(axis, &count, a);
    for (int i = a->rank - 1; i >= 0; i--) {
        first[i] = rest % v->dim[i];
        rest /= v->dim[i];
    }
    for (int i = 0; i < count; i++)
        first[axis[i]] = first[axis[i]] * w->stride - w->pad;
    for (long s = 0; s < w->size; s++) {
        for (long t = 0; t < (count == 2 ? w->size : 1); t++) {
            long place = 0, inside = 1;
            for (int i = 0; i < a->rank; i++) {
                long at_i = first[i] + (i == axis[0] ? s : 0) + (count == 2 && i == axis[1] ? t : 0);
                inside = inside && at_i >= 0 && at_i < a->dim[i];
                place = place * a->dim[i] + at_i;
            }
            if (inside)
                entries[n++] = a->id[place];
        }
    }
    return n;
}

/* Maximum: sum of gate_e entry_e over the window; otherwise the mean, in which padding counts as zeros. */
value v_pool(value a, windows w, int maximum)
{
    int axis[2], count;
    value v = a;
    if (a.rank == 0) {
        long one[2] = { 1, 1 };
        a = v = v_reshape(a, 2, one);
    }
    if (a.rank == 4 || w.size < 1 || w.size > MAX_ENTRIES || w.stride < 0 || w.pad < 0 || w.pad >= w.size)
        fail("a window needs a vector, a matrix or an image, and at least one entry");
    pool_axes(axis, &count, &a);
    int side_by_side = w.stride == 0; /* they fill the length exactly */
    w.stride = side_by_side ? w.size : w.stride;
    for (int i = 0; i < count; i++) {
        if (side_by_side && (a.dim[axis[i]] + 2 * w.pad) % w.size != 0)
            fail("a window does not divide the length");
        v.dim[axis[i]] = convolution_length(a.dim[axis[i]], w.size, w.stride, w.pad);
    }
    if (w.size == 1 && w.stride == 1)
        return a;
    if (a.u != NULL)
        return u_pool(a, v, w);
    v = tensor(v.rank, v.dim);
    long most = count == 2 ? w.size * w.size : w.size;
    int *entries = take((size_t) most, sizeof(int)), *terms = take((size_t) most, sizeof(int));
    int share = inverse(constant_si(most));
    for (long i = 0; i < v.size; i++) {
        long n = window_entries(entries, &a, &v, i, &w);
        for (int e = 0; e < n; e++)
            terms[e] = multiply(maximum ? gate(entries, (int) n, e) : share, entries[e]);
        v.id[i] = sum(terms, n);
    }
    give(entries);
    give(terms);
    return v;
}
