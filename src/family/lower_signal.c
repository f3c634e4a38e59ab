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

#define MOST_IN_WINDOW 4096

/* The maximum or the mean of the n listed entries; `weight` is that of each entry of a mean. The maximum of
 * one entry is that entry: no gate. */
static slong pool_entries(lower_struct *l, int is_max, const slong *x, slong n, const fmpq_t weight)
{
    lo_tape_struct *tape = l->family->tape;
    slong group = l->family->ngates; /* any number that differs between windows */
    slong gates[MOST_IN_WINDOW];
    fmpq_t one;
    if (is_max && n == 1)
        return x[0];
    for (slong i = 0; i < n; i++)
        gates[i] = is_max ? lo_lower_gate(l, LO_OP_MAXPOOL, LO_ACT_RELU, x[i], group) : -1;
    fmpq_init(one);
    fmpq_one(one);
    lo_tape_begin(tape);
    for (slong i = 0; i < n; i++)
        lo_tape_term_scaled(tape, is_max ? one : weight, x[i], gates[i]);
    fmpq_clear(one);
    return lo_tape_end(tape);
}

/* An image of rows x cols, and where its windows lie; a signal is an image of one row. */
typedef struct {
    slong rows, cols, height, width, row_stride, row_pad, col_stride, col_pad;
} pool_struct;

/* Out: the entries of the window at (row, col) that are not padding. Returns their number. */
static slong pool_window(slong *x, const pool_struct *p, const slong *image, slong row, slong col)
{
    slong n = 0;
    for (slong s = 0; s < p->height; s++) {
        for (slong t = 0; t < p->width; t++) {
            slong i = row * p->row_stride + s - p->row_pad, j = col * p->col_stride + t - p->col_pad;
            if (i >= 0 && i < p->rows && j >= 0 && j < p->cols)
                x[n++] = image[i * p->cols + j];
        }
    }
    return n;
}

void lo_lower_pool(lower_struct *l, slong *out, const lo_node_struct *node)
{
    const lo_shape_struct *x = &l->family->model->nodes[node->args[0]].shape;
    slong k = node->u.pool.window, window[MOST_IN_WINDOW];
    int axis[2], naxes;
    lo_pool_axes(axis, &naxes, x);
    pool_struct p = { .rows = naxes == 2 ? x->dim[axis[0]] : 1,
                      .cols = x->dim[axis[naxes - 1]],
                      .height = naxes == 2 ? k : 1,
                      .width = k,
                      .row_stride = naxes == 2 ? node->u.pool.stride : 1,
                      .row_pad = naxes == 2 ? node->u.pool.pad : 0,
                      .col_stride = node->u.pool.stride,
                      .col_pad = node->u.pool.pad };
    if (k > MOST_IN_WINDOW || p.height * p.width > MOST_IN_WINDOW) {
        lo_ctx_set_message(l->ctx, "%s: error: a pooling window of length %ld has more than %d entries",
                           l->family->model->file, (long) k, MOST_IN_WINDOW);
        l->status = LO_UNABLE;
        return;
    }
    slong rows = naxes == 2 ? node->shape.dim[axis[0]] : 1, cols = node->shape.dim[axis[naxes - 1]];
    slong images = node->size / (rows * cols);
    fmpq_t weight;
    fmpq_init(weight);
    fmpq_set_si(weight, 1, (ulong) (p.height * p.width));
    for (slong c = 0; c < images && l->status == LO_OK; c++) {
        const slong *image = l->entries[node->args[0]] + c * p.rows * p.cols;
        for (slong i = 0; i < rows * cols; i++) {
            slong n = pool_window(window, &p, image, i / cols, i % cols);
            out[c * rows * cols + i] = pool_entries(l, node->op == LO_OP_MAXPOOL, window, n, weight);
        }
    }
    fmpq_clear(weight);
}
