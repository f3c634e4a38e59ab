/* signal.c - windows and convolutions.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/elaborate.h"

void lo_pool_axes(int axis[2], int *naxes, const lo_shape_struct *shape)
{
    *naxes = shape->rank == 3 ? 2 : 1;
    axis[0] = shape->rank == 3 || (shape->rank == 2 && shape->dim[1] != 1) ? 1 : 0;
    axis[1] = 2;
}

/* Without a stride windows stand side by side and fill the length exactly. With one, positions that
 * it leaves over are not read; the padding is shorter than the window, so no window is all padding. */
static lo_status_t pool_length(slong *length, lo_reader_struct *r, lo_place_struct at, slong window,
                               slong stride, slong pad)
{
    if (stride == 0 && (*length + 2 * pad) % window != 0)
        return lo_wrong(r, at, "the window %ld does not divide the length %ld; with `stride=` it need not",
                        (long) window, (long) (*length + 2 * pad));
    *length = lo_conv_length(r, at, "window", *length, window, stride == 0 ? window : stride, pad);
    return r->status;
}

lo_status_t lo_build_pool(slong *out, lo_reader_struct *r, lo_place_struct at, lo_op_t op, slong a,
                          slong window, slong stride, slong pad)
{
    lo_node_struct node = { .op = op, .shape = LO_NODE(r, a)->shape };
    int axis[2], naxes;
    if (window < 1)
        return lo_wrong(r, at, "a window has at least 1 entry, not %ld", (long) window);
    if (pad >= window)
        return lo_wrong(r, at, "the padding %ld is not less than the window %ld", (long) pad,
                        (long) window);
    if (pad < 0)
        return lo_wrong(r, at, "the padding is at least 0, not %ld", (long) pad);
    if (node.shape.rank == 4)
        return lo_wrong(r, at,
                        "a window needs a vector, [channels, length] or [channels, h, w], not %s",
                        lo_shape_text(r, &node.shape));
    if (node.shape.rank == 0)
        node.shape = lo_shape_matrix(1, 1);
    lo_pool_axes(axis, &naxes, &node.shape);
    for (int i = 0; i < naxes; i++)
        LO_TRY(pool_length(node.shape.dim + axis[i], r, at, window, stride, pad));
    node.u.pool.window = window;
    node.u.pool.stride = stride == 0 ? window : stride;
    node.u.pool.pad = pad;
    if (window == 1 && node.u.pool.stride == 1) {
        *out = a;
        return LO_OK;
    }
    return lo_build_node(out, r, at, &node, &a, 1);
}

/* The last window starts at (length + 2 pad - kernel) rounded down to the stride. Positions that
 * the stride leaves over are not read, as is usual. */
slong lo_conv_length(lo_reader_struct *r, lo_place_struct at, const char *what, slong length,
                     slong kernel, slong stride, slong pad)
{
    if (stride < 1) {
        lo_wrong(r, at, "the stride is at least 1, not %ld", (long) stride);
        return 0;
    }
    if (pad < 0) {
        lo_wrong(r, at, "the padding is at least 0, not %ld", (long) pad);
        return 0;
    }
    if (pad > r->ctx->limits->entries) {
        lo_beyond(r, at, "entries", r->ctx->limits->entries, "the padding is too large");
        return 0;
    }
    if (kernel > length + 2 * pad) {
        if (pad > 0)
            lo_wrong(r, at, "the %s has length %ld, more than the input (%ld, padded to %ld)", what,
                     (long) kernel, (long) length, (long) (length + 2 * pad));
        else
            lo_wrong(r, at, "the %s has length %ld, more than the input (%ld)", what, (long) kernel,
                     (long) length);
        return 0;
    }
    return (length + 2 * pad - kernel) / stride + 1;
}

lo_status_t lo_build_conv(slong *out, lo_reader_struct *r, lo_place_struct at, slong x,
                          slong kernel, slong stride, slong pad)
{
    lo_shape_struct sx = LO_NODE(r, x)->shape, sk = LO_NODE(r, kernel)->shape;
    int directions = sk.rank - 2;
    if (sx.dim[0] != sk.dim[1])
        return lo_wrong(r, at, "the input %s has %ld channels, the kernel %s expects %ld",
                        lo_shape_text(r, &sx), (long) sx.dim[0], lo_shape_text(r, &sk),
                        (long) sk.dim[1]);
    lo_node_struct node = { .op = directions == 1 ? LO_OP_CONV1D : LO_OP_CONV2D, .shape = sx };
    node.shape.dim[0] = sk.dim[0];
    for (int i = 1; i <= directions; i++) {
        node.shape.dim[i] = lo_conv_length(r, at, "kernel", sx.dim[i], sk.dim[i + 1], stride, pad);
        if (node.shape.dim[i] == 0)
            return r->status;
    }
    node.u.conv.stride = stride;
    node.u.conv.pad = pad;
    slong args[2] = { x, kernel };
    return lo_build_node(out, r, at, &node, args, 2);
}
