/* lower_signal.c - convolutions and pooling as sums of products.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/lower.h"

/* One scalar of a convolution: sum over channels and kernel positions; positions in the padding are zero.
 * A 1-d convolution is a 2-d one of height 1. */
typedef struct {
    slong channels, height, width; /* of the input */
    slong kernel_height, kernel_width, stride, pad_height, pad_width;
} window_struct;

static slong convolve(lower_struct *l, const window_struct *w, const slong *x, const slong *kernel, slong row,
                      slong col)
{
    lo_tape_struct *tape = l->family->tape;
    lo_tape_begin(tape);
    for (slong c = 0; c < w->channels; c++) {
        for (slong s = 0; s < w->kernel_height; s++) {
            for (slong t = 0; t < w->kernel_width; t++) {
                slong i = row * w->stride + s - w->pad_height, j = col * w->stride + t - w->pad_width;
                if (i >= 0 && i < w->height && j >= 0 && j < w->width)
                    lo_tape_term(tape, kernel[(c * w->kernel_height + s) * w->kernel_width + t],
                                 x[(c * w->height + i) * w->width + j]);
            }
        }
    }
    return lo_tape_end(tape);
}

void lo_lower_conv(lower_struct *l, slong *out, const lo_node_struct *node)
{
    const lo_model_struct *m = l->family->model;
    const lo_shape_struct *x = &m->nodes[node->args[0]].shape, *k = &m->nodes[node->args[1]].shape;
    const slong *entries = l->entries[node->args[0]], *kernel = l->entries[node->args[1]];
    int two = node->op == LO_OP_CONV2D;
    window_struct w = { .channels = x->dim[0],
                        .height = two ? x->dim[1] : 1,
                        .width = two ? x->dim[2] : x->dim[1],
                        .kernel_height = two ? k->dim[2] : 1,
                        .kernel_width = two ? k->dim[3] : k->dim[2],
                        .stride = node->u.conv.stride,
                        .pad_height = two ? node->u.conv.pad : 0,
                        .pad_width = node->u.conv.pad };
    slong rows = two ? node->shape.dim[1] : 1, cols = two ? node->shape.dim[2] : node->shape.dim[1];
    slong kernel_size = w.channels * w.kernel_height * w.kernel_width;
    for (slong o = 0; o < k->dim[0]; o++)
        for (slong i = 0; i < rows; i++)
            for (slong j = 0; j < cols; j++)
                out[(o * rows + i) * cols + j] = convolve(l, &w, entries, kernel + o * kernel_size, i, j);
}

/* The entries of one pooling window, as (outer, rows, cols) of the input seen as images. */
static void pool_window(lower_struct *l, slong *out, const lo_node_struct *node, const slong *first,
                        slong row_step, slong rows, slong cols)
{
    lo_tape_struct *tape = l->family->tape;
    slong group = l->family->ngates; /* any number that differs between windows */
    slong n = rows * cols, gates[rows * cols > 0 && rows * cols <= 4096 ? rows * cols : 1];
    if (n > 4096) {
        lo_ctx_set_message(l->ctx, "a pooling window of %ld entries is larger than the limit 4096", (long) n);
        l->status = LO_UNABLE;
        return;
    }
    for (slong i = 0; i < n; i++) {
        slong x = first[(i / cols) * row_step + i % cols];
        gates[i] = node->op == LO_OP_MAXPOOL ? lo_lower_gate(l, LO_OP_MAXPOOL, LO_ACT_RELU, x, group) : -1;
    }
    fmpq_t weight;
    fmpq_init(weight);
    fmpq_set_si(weight, 1, node->op == LO_OP_MAXPOOL ? 1 : (ulong) n);
    lo_tape_begin(tape);
    for (slong i = 0; i < n; i++)
        lo_tape_term_scaled(tape, weight, first[(i / cols) * row_step + i % cols], gates[i]);
    *out = lo_tape_end(tape);
    fmpq_clear(weight);
}

void lo_lower_pool(lower_struct *l, slong *out, const lo_node_struct *node)
{
    const lo_shape_struct *x = &l->family->model->nodes[node->args[0]].shape;
    const slong *entries = l->entries[node->args[0]];
    slong k = node->u.window;
    int axis[2], naxes;
    lo_pool_axes(axis, &naxes, x);
    /* images of rows x cols: one axis: rows = 1 */
    slong cols = naxes == 0 ? 1 : x->dim[axis[naxes - 1]], rows = naxes == 2 ? x->dim[axis[0]] : 1;
    slong images = l->family->model->nodes[node->args[0]].size / (rows * cols);
    slong window_rows = naxes == 2 ? k : 1, out_rows = rows / window_rows, out_cols = cols / k;
    for (slong c = 0; c < images && l->status == LO_OK; c++)
        for (slong i = 0; i < out_rows; i++)
            for (slong j = 0; j < out_cols; j++)
                pool_window(l, out + (c * out_rows + i) * out_cols + j, node,
                            entries + (c * rows + i * window_rows) * cols + j * k, cols, window_rows, k);
}
