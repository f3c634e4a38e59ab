/* structure_conv.c - units of convolutions, and which entries an operation reads.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * y[o,q] = sum over i and offsets a of W[o,i,a] x[i, s q + a - p], where the position lies in the image; q
 * and a are positions along one or two axes. If the unit of x is f(i), then W[o,i,a] = Y[o,q] - f(i)
 * wherever offset a is valid at q. If along each axis one offset is valid at every position, the product of
 * those offsets, a*, is valid at every q, so Y[o,q] = W[o,i,a*] + f(i) does not depend on q: Y = y(o) with
 * y free, and W[o,i,a] = y(o) - f(i) for every offset that is valid somewhere. If no offset is valid
 * everywhere, or an offset is valid nowhere, this is still one solution, but there may be others.
 */
#include "law/structure.h"

typedef struct {
    slong length, out, kernel, stride, pad;
} line_struct;

static line_struct line_of(const lo_structure_work_struct *w, slong n, int direction)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    return (line_struct){ LO_NODE_OF(w, node->args[0])->shape.dim[direction], node->shape.dim[direction],
                          LO_NODE_OF(w, node->args[1])->shape.dim[direction + 1], node->u.conv.stride,
                          node->u.conv.pad };
}

/* The same for pooling, along one of its axes. */
static line_struct pool_line(const lo_structure_work_struct *w, slong n, int axis)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    const lo_shape_struct *from = &LO_NODE_OF(w, node->args[0])->shape;
    return (line_struct){ from->rank > axis ? from->dim[axis] : 1, node->shape.dim[axis], node->u.pool.window,
                          node->u.pool.stride, node->u.pool.pad };
}

/* Some offset is valid at every position. */
static int has_universal_offset(const line_struct *l)
{
    slong low = l->pad, high = l->length - 1 + l->pad - (l->out - 1) * l->stride;
    high = high < l->kernel - 1 ? high : l->kernel - 1;
    return low <= high;
}

/* Every offset is valid at some position: the first position q with s q + a - p >= 0 has s q + a - p <
 * length. */
static int uses_every_offset(const line_struct *l)
{
    for (slong a = 0; a < l->kernel; a++) {
        slong q = a >= l->pad ? 0 : (l->pad - a + l->stride - 1) / l->stride;
        if (q >= l->out || l->stride * q + a - l->pad >= l->length)
            return 0;
    }
    return 1;
}

/* Every entry of the image lies in some window. */
static int reads_every_entry(const line_struct *l)
{
    return (l->stride <= l->kernel || l->out == 1) &&
           (l->out - 1) * l->stride + l->kernel - l->pad >= l->length;
}

/* A kernel of size 1 with stride 1 is a matrix product over channels: positions keep their units. */
static int is_pointwise(const line_struct *l)
{
    return l->kernel == 1 && l->stride == 1 && l->pad == 0;
}

/* Splits the unit of the image into a function of the channel and one of the position. */
static void split_channels(lo_structure_work_struct *w, lo_tensor_unit_struct *u,
                           const lo_shape_struct *shape)
{
    unsigned int part[LO_MAX_RANK];
    int parts = lo_unit_parts(part, u);
    for (int k = 0; k < parts; k++) {
        lo_tensor_unit_struct fresh = { 0 }, rest = { 0 }, old = { 0 };
        if (!(part[k] & 1) || part[k] == 1)
            continue;
        lo_unit_push(w->space, &fresh, shape, lo_unit_fresh(w->space, shape, 1, 0), 1);
        lo_unit_push(w->space, &fresh, shape, lo_unit_fresh(w->space, shape, part[k] & ~1u, 1), 1);
        for (int t = 0; t < u->n; t++) {
            lo_tensor_unit_struct *side =
                u->term[t].mask != 0 && (u->term[t].mask & ~part[k]) == 0 ? &old : &rest;
            side->term[side->n++] = u->term[t];
        }
        lo_unit_equate(w->space, &fresh, &old, shape);
        lo_unit_append(w->space, &rest, shape, &fresh, 1);
        *u = rest;
    }
}

void lo_structure_conv(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    const lo_shape_struct *xs = &LO_NODE_OF(w, node->args[0])->shape,
                          *ks = &LO_NODE_OF(w, node->args[1])->shape;
    lo_tensor_unit_struct x = *lo_structure_unit(w, node->args[0]), wanted = { 0 }, y = { 0 };
    int directions = xs->rank - 1, pointwise = 1;
    unsigned int positions = ((1u << xs->rank) - 1) & ~1u;
    for (int d = 1; d <= directions; d++) {
        line_struct l = line_of(w, n, d);
        pointwise = pointwise && is_pointwise(&l);
        if (!has_universal_offset(&l))
            lo_structure_not_exact(w, "a convolution has no offset inside the image at every position");
        else if (!uses_every_offset(&l))
            lo_structure_not_exact(w, "some weights of a kernel only meet the padding");
    }
    if (pointwise)
        split_channels(w, &x, xs);
    else if (lo_unit_demand_constant(w->space, &x, xs, positions, NULL) > 0)
        lo_structure_not_exact(w, "units that vary over the positions of a convolution are not followed");
    lo_unit_term_struct fresh = lo_unit_fresh(w->space, ks, 1, 0);
    lo_unit_push(w->space, &wanted, ks, fresh, 1);
    lo_unit_push(w->space, &y, &node->shape, fresh, 1);
    if (!pointwise) {
        lo_shape_struct channel = *xs;
        slong first[LO_MAX_RANK] = { 0 };
        for (int d = 1; d <= directions; d++)
            channel.dim[d] = 1;
        lo_unit_slice(w->space, &x, &channel, first, NULL, &x, xs);
    }
    for (int t = 0; t < x.n; t++) {
        lo_unit_term_struct term = x.term[t];
        if (term.mask == 1) {
            term.mask = 2;
            lo_unit_push(w->space, &wanted, ks, term, -1);
        } else { /* a constant, or a function of the position */
            lo_unit_push(w->space, &y, &node->shape, term, 1);
        }
    }
    lo_structure_demand(w, node->args[1], &wanted);
    w->unit[n] = y;
    w->known[n] = 1;
}

/* ---------------------------------------------------------------------------------------------------
 * Pooling: all entries of a window have one unit. Windows that overlap hand it on, so along an axis indices
 * fall into blocks of consecutive ones; boxes of windows are products of them.
 * --------------------------------------------------------------------------------------------------- */

unsigned int lo_structure_pooled(int *overlaps, const lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    int axis[2], naxes;
    unsigned int mask = 0;
    lo_pool_axes(axis, &naxes, &LO_NODE_OF(w, node->args[0])->shape);
    for (int i = 0; i < naxes; i++)
        mask |= 1u << axis[i];
    *overlaps = node->u.pool.stride < node->u.pool.window || node->u.pool.pad > 0;
    return mask;
}

/* Out: base[i], the first index of the block of i; place[q], an index in window q. */
static void pool_blocks(slong *base, slong *place, const line_struct *l)
{
    slong done = 0; /* indices below have their block */
    for (slong q = 0; q < l->out; q++) {
        slong first = q * l->stride - l->pad, end = first + l->kernel;
        first = first < 0 ? 0 : first;
        end = end > l->length ? l->length : end;
        place[q] = first;
        for (; done < first; done++) /* between windows */
            base[done] = done;
        slong block = first < done ? base[first] : first;
        for (; done < end; done++)
            base[done] = block;
    }
    for (; done < l->length; done++)
        base[done] = done;
}

void lo_structure_pool(lo_structure_work_struct *w, slong n)
{
    static const slong origin[LO_MAX_RANK] = { 0 };
    const lo_node_struct *node = LO_NODE_OF(w, n);
    const lo_shape_struct *from = &LO_NODE_OF(w, node->args[0])->shape;
    slong *base[LO_MAX_RANK] = { NULL }, *place[LO_MAX_RANK] = { NULL };
    lo_tensor_unit_struct u = *lo_structure_unit(w, node->args[0]);
    int overlaps;
    unsigned int mask = lo_structure_pooled(&overlaps, w, n);
    for (int a = 0; a < LO_MAX_RANK; a++) {
        line_struct l;
        if (!(mask >> a & 1))
            continue;
        l = pool_line(w, n, a);
        base[a] = lo_unit_room(w->space, l.length);
        place[a] = lo_unit_room(w->space, l.out);
        if (base[a] == NULL || place[a] == NULL)
            return;
        pool_blocks(base[a], place[a], &l);
    }
    lo_unit_demand_constant(w->space, &u, from, mask, base);
    lo_unit_slice(w->space, &u, &node->shape, origin, place, &u, from);
    w->unit[n] = u;
    w->known[n] = 1;
}

int lo_structure_reads_all(const lo_structure_work_struct *w, slong n, slong argument)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    switch (node->op) {
    case LO_OP_SLICE:
    case LO_OP_TRACE:
        return 0;
    case LO_OP_DIAG:
        return node->size > LO_NODE_OF(w, argument)->size;
    case LO_OP_CONV1D:
    case LO_OP_CONV2D:
        for (int d = 1; argument == node->args[0] && d < LO_NODE_OF(w, argument)->shape.rank; d++) {
            line_struct l = line_of(w, n, d);
            if (!reads_every_entry(&l))
                return 0;
        }
        return 1;
    case LO_OP_MAXPOOL:
    case LO_OP_AVGPOOL:
        for (int a = 0; a < node->shape.rank; a++) {
            int overlaps;
            line_struct l = pool_line(w, n, a);
            if (lo_structure_pooled(&overlaps, w, n) >> a & 1 && !reads_every_entry(&l))
                return 0;
        }
        return 1;
    default:
        return 1;
    }
}
