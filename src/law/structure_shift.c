/* structure_shift.c - invisible directions: tensors that may be added to a node without any output
 * changing.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * For a set m of axes let V_m be the tensors that depend on the axes in m only. For each node n the graph
 * is walked backwards for the sets m such that a change of n by elements of V_m changes no output. Layer
 * normalisation removes the mean of a row and softmax is invariant under adding a number to a row, so a
 * function of the row index is invisible to them; linear operations hand directions back to their
 * arguments; and a product A B does not see B change by a function of its column when the rows of A sum to
 * zero, as those of a layer normalisation do (`centred`). Sums of V_m over several m are written as bit
 * sets; V_k lies in V_m for k in m, so the sets are closed downwards, and then the intersection of two such
 * sums is the sum over the intersection (the decomposition of a function of several variables into its pure
 * interactions is a direct sum).
 *
 * Proof that the walk is right: change a parameter by an element of its V_m and follow the change forwards.
 * At each node the change stays in the sum of the V_m of that node, by the rules for one argument at a
 * time: the change of A B is dA (B + dB) + A dB, where A and B + dB are values that the graph takes, so
 * centred where it says so. What hides its argument takes no change at all, and outputs have no V_m. []
 *
 * A parameter that may be shifted by v in V_m obeys <v, dF> = 0: the sum of its entries over the axes
 * outside m is conserved.
 */
#include "law/structure.h"

#include <string.h>

#define ALL_MASKS ((lo_masks_t) 0xffff)

static int row_axis(const lo_shape_struct *shape)
{
    return shape->rank < 2 || shape->dim[1] == 1 ? 0 : 1;
}

static unsigned int full_mask(const lo_shape_struct *shape)
{
    return lo_mask_clean(shape, (1u << LO_MAX_RANK) - 1);
}

/* On which axes of the result of n the change depends, when argument k changes by a function of the axes in
 * m. */
static unsigned int image(const lo_structure_work_struct *w, slong n, slong k, unsigned int m)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    const lo_shape_struct *from = &LO_NODE_OF(w, node->args[k])->shape;
    unsigned int all = full_mask(&node->shape), from_mask[LO_MAX_RANK], to_mask[LO_MAX_RANK], out = 0;
    int blocks;
    switch (node->op) {
    case LO_OP_ADD:
    case LO_OP_SUB:
    case LO_OP_NEG:
        return m;
    case LO_OP_SCALE:
        return k == 1 ? m | full_mask(&LO_NODE_OF(w, node->args[0])->shape) : all;
    case LO_OP_TRANSPOSE:
        return (m & 1) << 1 | (m >> 1 & 1);
    case LO_OP_RESHAPE:
        blocks = lo_reshape_blocks(from_mask, to_mask, from, &node->shape);
        for (int b = 0; b < blocks; b++) /* a part of a block spreads over all of it */
            out |= m & from_mask[b] ? to_mask[b] : 0;
        return out;
    case LO_OP_MATMUL: /* d(AB)(i,j) = sum over l of dA(i,l) B(l,j) */
        return k == 0 ? (m & 1) | 2 : 1 | (m & 2);
    case LO_OP_SLICE:
        return m;
    case LO_OP_CAT: /* a part of length 1 that is repeated does not depend on where it stands */
        for (slong i = 1; i < node->nargs; i++)
            if (node->args[i] != node->args[0])
                return m | 1u << node->u.axis;
        return from->dim[node->u.axis] == 1 ? m : m | 1u << node->u.axis;
    case LO_OP_CONV1D: /* a kernel changes all positions; an image all channels */
    case LO_OP_CONV2D:
        return k == 1 ? (m & 1) | (all & ~1u) : all;
    case LO_OP_AVGPOOL: /* padding is averaged as zeros: what was constant is not at the border */
        return node->u.pool.pad > 0 ? m | lo_structure_pooled(&blocks, w, n) : m;
    default:
        return all;
    }
}

/* Sets of axes of argument k of n that n itself hides, whatever becomes of its result. */
static int hides(const lo_structure_work_struct *w, slong n, slong k, unsigned int m)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    if (node->op == LO_OP_MATMUL) /* the contracted axis of the other factor is centred, and not in m */
        return (w->centred[node->args[1 - k]] >> k & 1) == 0 ? 0 : !(m >> (1 - k) & 1);
    if (node->op != LO_OP_LAYERNORM && node->op != LO_OP_SOFTMAX)
        return 0;
    return (m & (1u << row_axis(&node->shape))) == 0 &&
           lo_mask_clean(&node->shape, 1u << row_axis(&node->shape)) != 0;
}

static lo_masks_t passed_back(const lo_structure_work_struct *w, slong n, slong k)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    const lo_shape_struct *from = &LO_NODE_OF(w, node->args[k])->shape;
    lo_masks_t result = 0;
    /* a softmax does not read what its mask removed */
    int mask = node->op == LO_OP_MASK && !w->read_raw[n];
    for (unsigned int m = 0; m < 16; m++) {
        if (m & ~full_mask(from))
            continue;
        unsigned int to = mask ? m : image(w, n, k, m) & full_mask(&node->shape);
        if (hides(w, n, k, m) || w->invisible[n] >> to & 1)
            result |= (lo_masks_t) (1u << m);
    }
    return result;
}

/* Both arguments of a product, a sum or a node used twice move at once where they are the same node; the
 * change is then not linear, or not the sum of the two: nothing is claimed. */
static int is_repeated(const lo_node_struct *node)
{
    for (slong k = 1; k < node->nargs; k++)
        if (node->args[k] == node->args[0] && node->op != LO_OP_CAT)
            return 1;
    return 0;
}

/* Axes along which the entries sum to zero, for all values of parameters and inputs. */
static unsigned char centred_axes(const lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    unsigned int from_mask[LO_MAX_RANK], to_mask[LO_MAX_RANK],
        of = node->nargs > 0 ? w->centred[node->args[0]] : 0, out = 0;
    int blocks;
    switch (node->op) {
    case LO_OP_LAYERNORM:
        return (unsigned char) (1u << row_axis(&node->shape));
    case LO_OP_NEG:
        return (unsigned char) of;
    case LO_OP_ADD:
    case LO_OP_SUB:
        return (unsigned char) (of & w->centred[node->args[1]]);
    case LO_OP_SCALE:
        return w->centred[node->args[1]];
    case LO_OP_TRANSPOSE:
        return (unsigned char) ((of & 1) << 1 | (of >> 1 & 1));
    case LO_OP_MATMUL:
        return (unsigned char) ((of & 1) | (w->centred[node->args[1]] & 2));
    case LO_OP_RESHAPE:
        blocks = lo_reshape_blocks(from_mask, to_mask, &LO_NODE_OF(w, node->args[0])->shape, &node->shape);
        for (int b = 0; b < blocks; b++) /* an axis that stays by itself; to_mask is then one axis, too */
            out |= (of & from_mask[b]) && (from_mask[b] & (from_mask[b] - 1)) == 0 &&
                           (to_mask[b] & (to_mask[b] - 1)) == 0
                       ? to_mask[b]
                       : 0;
        return (unsigned char) out;
    default:
        return 0;
    }
}

void lo_structure_shifts(lo_structure_work_struct *w)
{
    for (slong n = 0; n < w->model->nnodes; n++)
        w->centred[n] = w->live[n] ? centred_axes(w, n) : 0;
    for (slong n = 0; n < w->model->nnodes; n++)
        w->invisible[n] = ALL_MASKS;
    for (slong k = 0; k < w->model->noutputs; k++) {
        w->invisible[w->model->outputs[k]] = 0;
        w->read_raw[w->model->outputs[k]] = 1;
    }
    for (slong n = w->model->nnodes - 1; n >= 0; n--) {
        const lo_node_struct *node = LO_NODE_OF(w, n);
        if (!w->live[n])
            continue;
        slong last = -1;
        for (slong k = 0; k < node->nargs; k++) {
            if (node->args[k] == last) /* repeated parts, thousands of them */
                continue;
            last = node->args[k];
            w->read_raw[last] |= node->op != LO_OP_SOFTMAX;
            w->invisible[last] &= is_repeated(node) ? 0 : passed_back(w, n, k);
        }
    }
}

int lo_structure_maximal(unsigned int *mask, lo_masks_t masks)
{
    int n = 0;
    for (unsigned int m = 0; m < 16; m++) {
        int maximal = masks >> m & 1;
        for (unsigned int k = 0; k < 16 && maximal; k++)
            maximal = !(masks >> k & 1) || k == m || (m & ~k) != 0;
        if (maximal)
            mask[n++] = m;
    }
    return n;
}
