/* structure_matrix.c - axes on which a whole matrix group acts.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Axes that must transform together are put in one class, with a sign: the contracted axes of a product A B
 * are dual. Suppose that an axis class of length k is met by linear operations along that axis only, and
 * never by an input, an output, a frozen tensor or an operation on single entries. Then every g in GL(k),
 * acting on the axes of sign + by g and on those of sign - by the inverse transpose, changes no output:
 * products A B contract g^-1 g, sums and scalar factors commute with g. The generator of a symmetric matrix
 * S is a gradient, so
 *     h_S = 1/2 ( sum over axes of sign + of <W, S W>  -  sum over axes of sign - of <W, S W> )
 * is a law, the contraction being over all other axes of the parameter W. The diagonal S are unit laws; S =
 * E_ij + E_ji for i < j gives k(k-1)/2 further ones. A class that is its own dual (U U') admits S = -S
 * only.
 */
#include "law/structure.h"

#define AXIS(n, a) ((n) *LO_MAX_RANK + (a))

static slong find(int *sign, const lo_structure_work_struct *w, slong axis)
{
    *sign = 1;
    while (w->axis_parent[axis] != axis) {
        *sign *= w->axis_sign[axis];
        axis = w->axis_parent[axis];
    }
    return axis;
}

/* clean is kept at the root while classes grow, in class_of: 0 clean, 1 not */
static void soil(lo_structure_work_struct *w, slong n, int a)
{
    int sign;
    w->class_of[find(&sign, w, AXIS(n, a))] = 1;
}

static void soil_all(lo_structure_work_struct *w, slong n)
{
    for (int a = 0; a < LO_NODE_OF(w, n)->shape.rank; a++)
        soil(w, n, a);
}

/* sign: 1 together, -1 dual */
static void join_axes(lo_structure_work_struct *w, slong n, int a, slong m, int b, int sign)
{
    int s, t;
    slong x = find(&s, w, AXIS(n, a)), y = find(&t, w, AXIS(m, b));
    if (x == y) {
        if (s * t != sign) /* its own dual */
            w->class_of[x] = 1;
        return;
    }
    if (x < y) { /* classes are named after their first axis */
        slong swap = x;
        x = y;
        y = swap;
    }
    w->axis_parent[x] = y;
    w->axis_sign[x] = (signed char) (s * t * sign);
    w->class_of[y] |= w->class_of[x];
}

static void reshape_axes(lo_structure_work_struct *w, slong n, slong arg)
{
    unsigned int from_mask[LO_MAX_RANK], to_mask[LO_MAX_RANK];
    const lo_shape_struct *from = &LO_NODE_OF(w, arg)->shape, *to = &LO_NODE_OF(w, n)->shape;
    int blocks = lo_reshape_blocks(from_mask, to_mask, from, to);
    for (int k = 0; k < blocks; k++) {
        int i = 0, j = 0;
        while (!(from_mask[k] >> i & 1))
            i++;
        while (!(to_mask[k] >> j & 1))
            j++;
        if (from_mask[k] == 1u << i && to_mask[k] == 1u << j) {
            join_axes(w, arg, i, n, j, 1);
            continue;
        }
        for (int a = 0; a < LO_MAX_RANK; a++) {
            if (from_mask[k] >> a & 1)
                soil(w, arg, a);
            if (to_mask[k] >> a & 1)
                soil(w, n, a);
        }
    }
}

static void keep_uncut_axes(lo_structure_work_struct *w, slong n, slong arg, unsigned int cut)
{
    const lo_shape_struct *from = &LO_NODE_OF(w, arg)->shape, *to = &LO_NODE_OF(w, n)->shape;
    for (int a = 0; a < from->rank; a++) {
        if (a < to->rank && from->dim[a] == to->dim[a] && !(cut >> a & 1)) {
            join_axes(w, arg, a, n, a, 1);
        } else {
            soil(w, arg, a);
            if (a < to->rank)
                soil(w, n, a);
        }
    }
}

static void cat_axes(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    soil(w, n, node->u.axis);
    for (slong k = 0; k < node->nargs; k++) {
        if (k > 0 && node->args[k] == node->args[k - 1])
            continue;
        for (int a = 0; a < node->shape.rank; a++) {
            if (a == node->u.axis)
                soil(w, node->args[k], a);
            else
                join_axes(w, node->args[k], a, n, a, 1);
        }
    }
}

static void conv_axes(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    slong x = node->args[0], kernel = node->args[1];
    join_axes(w, kernel, 0, n, 0, 1);
    join_axes(w, kernel, 1, x, 0, -1);
    for (int a = 1; a < node->shape.rank; a++) {
        soil(w, n, a);
        soil(w, x, a);
        soil(w, kernel, a + 1);
    }
}

static void visit(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    int overlaps;
    switch (node->op) {
    case LO_OP_SYMBOL:
        if (w->model->symbols[node->u.index].kind != LO_SYM_PARAM)
            soil_all(w, n);
        return;
    case LO_OP_ADD:
    case LO_OP_SUB:
    case LO_OP_NEG:
    case LO_OP_SCALE:
        for (slong k = 0; k < node->nargs; k++)
            for (int a = 0; a < LO_NODE_OF(w, node->args[k])->shape.rank; a++)
                join_axes(w, node->args[k], a, n, a, 1);
        return;
    case LO_OP_TRANSPOSE:
        join_axes(w, node->args[0], 0, n, 1, 1);
        join_axes(w, node->args[0], 1, n, 0, 1);
        return;
    case LO_OP_MATMUL:
        join_axes(w, node->args[0], 1, node->args[1], 0, -1);
        join_axes(w, node->args[0], 0, n, 0, 1);
        join_axes(w, node->args[1], 1, n, 1, 1);
        return;
    case LO_OP_RESHAPE:
        reshape_axes(w, n, node->args[0]);
        return;
    case LO_OP_SLICE:
        keep_uncut_axes(w, n, node->args[0], 0);
        return;
    case LO_OP_AVGPOOL:
        keep_uncut_axes(w, n, node->args[0], lo_structure_pooled(&overlaps, w, n));
        return;
    case LO_OP_CAT:
        cat_axes(w, n);
        return;
    case LO_OP_CONV1D:
    case LO_OP_CONV2D:
        conv_axes(w, n);
        return;
    default:
        soil_all(w, n);
        for (slong k = 0; k < node->nargs; k++)
            if (k == 0 || node->args[k] != node->args[k - 1])
                soil_all(w, node->args[k]);
        return;
    }
}

/* Roots become numbered classes; classes of length 1 have no law besides their unit law. */
static void number_classes(lo_structure_work_struct *w)
{
    slong axes = w->model->nnodes * LO_MAX_RANK;
    w->classes = lo_arena_alloc(w->space->arena, (size_t) axes, sizeof(*w->classes));
    if (w->classes == NULL) {
        w->status |= LO_SYSTEM;
        return;
    }
    for (slong i = 0; i < axes; i++) {
        const lo_node_struct *node = LO_NODE_OF(w, i / LO_MAX_RANK);
        int a = (int) (i % LO_MAX_RANK), dirty = w->class_of[i] != 0;
        w->class_of[i] = -1;
        if (w->axis_parent[i] != i || !w->live[i / LO_MAX_RANK] || a >= node->shape.rank || dirty ||
            node->shape.dim[a] < 2)
            continue;
        w->classes[w->nclasses] = (lo_axis_class_struct){ .size = node->shape.dim[a] };
        w->class_of[i] = w->nclasses++;
    }
}

static void list_uses(lo_structure_work_struct *w)
{
    for (slong p = 0; p < w->model->nparameter_symbols && w->status == LO_OK; p++) {
        const lo_symbol_struct *symbol = w->model->symbols + w->model->parameter_symbols[p];
        for (int a = 0; lo_structure_is_used(w, symbol) && a < symbol->shape.rank; a++) {
            int sign;
            slong c = lo_structure_class(&sign, w, symbol->node, a);
            lo_axis_use_struct *use = c >= 0 ? lo_arena_alloc(w->space->arena, 1, sizeof(*use)) : NULL;
            if (c < 0)
                continue;
            if (use == NULL) {
                w->status |= LO_SYSTEM;
                return;
            }
            *use = (lo_axis_use_struct){ w->model->parameter_symbols[p], a, sign, NULL };
            if (w->classes[c].last_use != NULL)
                w->classes[c].last_use->next = use;
            else
                w->classes[c].uses = use;
            w->classes[c].last_use = use;
        }
    }
}

void lo_structure_axes(lo_structure_work_struct *w)
{
    slong axes = w->model->nnodes * LO_MAX_RANK;
    w->axis_parent = lo_arena_alloc(w->space->arena, (size_t) axes, sizeof(slong));
    w->axis_sign = lo_arena_alloc(w->space->arena, (size_t) axes, 1);
    w->class_of = lo_arena_alloc(w->space->arena, (size_t) axes, sizeof(slong));
    if (w->axis_parent == NULL || w->axis_sign == NULL || w->class_of == NULL) {
        w->status |= LO_SYSTEM;
        return;
    }
    for (slong i = 0; i < axes; i++) {
        w->axis_parent[i] = i;
        w->axis_sign[i] = 1;
    }
    for (slong n = 0; n < w->model->nnodes; n++)
        if (w->live[n])
            visit(w, n);
    for (slong k = 0; k < w->model->noutputs; k++)
        soil_all(w, w->model->outputs[k]);
    number_classes(w);
    list_uses(w);
}

slong lo_structure_class(int *sign, const lo_structure_work_struct *w, slong node, int axis)
{
    return w->class_of[find(sign, w, AXIS(node, axis))];
}

/* ---------------------------------------------------------------------------------------------------
 * Independence. A relation among gradients of laws at a generic point is a generator: diagonal units w,
 * symmetric matrices S_c without diagonal (it is in w), shifts, such that every parameter stands still. Let
 * W be a parameter on which one class acts that may still be moved, unfolded k x N. Where the unit of
 * column j is g_j, it stands still when M W_j = -g_j W_j for every column, M the symmetric matrix with the
 * diagonal of w and the rest of S_c: the columns are eigenvectors of M. Generic vectors of R^k, k >= 2, are
 * not orthogonal to one another, so all the eigenvalues agree, and N >= k columns span: M is a multiple of
 * the identity, S_c = 0. With shifts by a vector constant along the columns (whose units then agree) the
 * same holds for the differences of columns, N - 1 >= k. When every class is resolved, what is left moves
 * single entries: w_i theta_i plus shifts; see structure_laws.c.
 * --------------------------------------------------------------------------------------------------- */

/* The one class that acts on a parameter and may still be moved, -1: none, -2: several. */
static slong only_class(int *axis, const lo_structure_work_struct *w, const lo_symbol_struct *symbol)
{
    slong found = -1;
    for (int a = 0; a < symbol->shape.rank; a++) {
        int sign;
        slong c = lo_structure_class(&sign, w, symbol->node, a);
        if (c < 0 || w->classes[c].resolved || w->classes[c].excluded)
            continue;
        if (found >= 0)
            return -2;
        found = c;
        *axis = a;
    }
    return found;
}

/* How many generic columns a parameter gives to the argument above, for a class that acts along `axis`. */
static slong columns_of(lo_structure_work_struct *w, const lo_symbol_struct *symbol, int axis)
{
    unsigned int mask[6], part[LO_MAX_RANK];
    const lo_tensor_unit_struct *u = w->unit + symbol->node;
    slong columns = symbol->size / symbol->shape.dim[axis];
    int parts = lo_unit_parts(part, u), shifts = lo_structure_maximal(mask, w->invisible[symbol->node]);
    for (int k = 0; k < parts; k++)
        if (part[k] >> axis & 1 && part[k] != 1u << axis)
            return 0;
    if (shifts == 0)
        return columns;
    int agree =
        shifts == 1 && (mask[0] & ~(1u << axis)) == 0 &&
        lo_structure_is_constant(w, u, &symbol->shape, ((1u << symbol->shape.rank) - 1) & ~(1u << axis));
    return agree ? columns - 1 : 0;
}

static int peel_once(lo_structure_work_struct *w)
{
    int progress = 0;
    for (slong c = 0; c < w->nclasses; c++)
        w->classes[c].columns = 0;
    for (slong i = 0; i < w->model->nparameter_symbols; i++) {
        const lo_symbol_struct *symbol = w->model->symbols + w->model->parameter_symbols[i];
        int axis = 0;
        slong c = lo_structure_is_used(w, symbol) && !lo_structure_is_free(w, symbol)
                      ? only_class(&axis, w, symbol)
                      : -1;
        if (c >= 0)
            w->classes[c].columns += columns_of(w, symbol, axis);
        if (c >= 0 && w->classes[c].columns >= w->classes[c].size) {
            w->classes[c].resolved = 1;
            progress = 1;
        }
    }
    return progress;
}

/* The laws of a class that stays open are left out; then it moves nothing in a relation among the others. */
static int exclude_one(lo_structure_work_struct *w)
{
    slong best = -1;
    for (slong c = 0; c < w->nclasses; c++)
        if (!w->classes[c].resolved && !w->classes[c].excluded &&
            (best < 0 || w->classes[c].size > w->classes[best].size))
            best = c;
    if (best >= 0)
        w->classes[best].excluded = 1;
    return best >= 0;
}

void lo_structure_peel(lo_structure_work_struct *w)
{
    while (w->status == LO_OK && (peel_once(w) || exclude_one(w)))
        w->status |= lo_ctx_poll(w->ctx);
}
