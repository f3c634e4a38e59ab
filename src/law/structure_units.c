/* structure_units.c - unit inference on tensors.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The scalar rules are those of units.h: products add units, sums need equal ones, inputs and outputs have
 * unit 0. Here each node has the unit of all its entries at once. An assignment that satisfies the rules at
 * every node gives a law, whatever else was demanded on the way: demanding too much loses laws, and then
 * `exact` is cleared.
 *
 * Matrix products. Y = A B with no structural zeros demands A(i,k) + B(k,j) = Y(i,j) for all i, j, k. With
 * j and k fixed in turn, A(i,k) = Y(i,1) - B(k,1), B(k,j) = Y(1,j) - A(1,k), hence Y(i,j) = Y(i,1) - B(k,1)
 * + B(k,j): all three are sums of functions of single indices. So, b(k) being the part of B that depends on
 * k, the solutions are A(i,k) = y(i) - b(k) with y free, and Y(i,j) = y(i) + (the rest of B): a weight
 * matrix gets its unit without any equation. The same holds when A is lower triangular (a causal mask): the
 * last row of A is full, so B is separable, and the first column of A is full, so Y is.
 */
#include "law/structure.h"

void lo_structure_not_exact(lo_structure_work_struct *w, const char *why)
{
    if (w->exact)
        w->inexact = why;
    w->exact = 0;
}

static lo_tensor_unit_struct *unit_of(lo_structure_work_struct *w, slong n)
{
    return w->unit + n;
}

static void set_unit(lo_structure_work_struct *w, slong n, const lo_tensor_unit_struct *u)
{
    w->unit[n] = *u;
    w->known[n] = 1;
}

static int is_view(const lo_node_struct *node)
{
    return node->op == LO_OP_TRANSPOSE || node->op == LO_OP_RESHAPE || node->op == LO_OP_NEG;
}

/* The unit of a view from that of its argument, or back. */
static void move(lo_structure_work_struct *w, lo_tensor_unit_struct *out, const lo_node_struct *view,
                 slong to, slong from, const lo_tensor_unit_struct *u)
{
    if (view->op == LO_OP_TRANSPOSE)
        lo_unit_transpose(w->space, out, u, &LO_NODE_OF(w, from)->shape);
    else if (view->op == LO_OP_RESHAPE)
        lo_unit_reshape(w->space, out, &LO_NODE_OF(w, to)->shape, u, &LO_NODE_OF(w, from)->shape);
    else
        *out = *u;
}

/* A view of a parameter may have been passed before the parameter got its unit. */
static void refresh(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    lo_tensor_unit_struct u;
    if (w->known[n] || !is_view(node))
        return;
    refresh(w, node->args[0]);
    if (!w->known[node->args[0]])
        return;
    move(w, &u, node, n, node->args[0], unit_of(w, node->args[0]));
    set_unit(w, n, &u);
}

static void assign(lo_structure_work_struct *w, slong n, const lo_tensor_unit_struct *u)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    lo_tensor_unit_struct moved;
    set_unit(w, n, u);
    if (node->op == LO_OP_SYMBOL)
        return;
    move(w, &moved, node, node->args[0], n, u);
    assign(w, node->args[0], &moved);
}

/* Fresh unknowns for all entries (separable: for each axis) of what nothing has fixed yet. */
static void make_up(lo_structure_work_struct *w, slong n, int separable)
{
    const lo_shape_struct *shape = &LO_NODE_OF(w, n)->shape;
    lo_tensor_unit_struct u = { 0 };
    int anchored = 0;
    for (int a = 0; separable && a < shape->rank; a++)
        if (shape->dim[a] > 1)
            lo_unit_push(w->space, &u, shape, lo_unit_fresh(w->space, shape, 1u << a, anchored++), 1);
    if (u.n == 0)
        lo_unit_push(w->space, &u, shape, lo_unit_fresh(w->space, shape, (1u << shape->rank) - 1, 0), 1);
    assign(w, n, &u);
}

lo_tensor_unit_struct *lo_structure_unit(lo_structure_work_struct *w, slong n)
{
    refresh(w, n);
    if (!w->known[n])
        make_up(w, n, 0);
    return unit_of(w, n);
}

void lo_structure_demand(lo_structure_work_struct *w, slong n, const lo_tensor_unit_struct *u)
{
    refresh(w, n);
    if (!w->known[n])
        assign(w, n, u);
    else
        lo_unit_equate(w->space, unit_of(w, n), u, &LO_NODE_OF(w, n)->shape);
}

static void demand_zero(lo_structure_work_struct *w, slong n)
{
    lo_tensor_unit_struct zero = { 0 };
    lo_structure_demand(w, n, &zero);
}

/* ---------------------------------------------------------------------------------------------------
 * Products
 * --------------------------------------------------------------------------------------------------- */

/* diag(v) * B or A * diag(v): every entry is one product. */
static void scale_rows(lo_structure_work_struct *w, slong n, slong diagonal, slong other, int axis)
{
    const lo_shape_struct *shape = &LO_NODE_OF(w, n)->shape;
    slong vector = LO_NODE_OF(w, diagonal)->args[0];
    lo_tensor_unit_struct u = *lo_structure_unit(w, other), v = *lo_structure_unit(w, vector);
    for (int t = 0; t < v.n; t++)
        if (v.term[t].mask != 0)
            v.term[t].mask = 1u << axis;
    lo_unit_append(w->space, &u, shape, &v, 1);
    set_unit(w, n, &u);
    w->support[n] = w->support[other];
}

/* The weight is argument `side` (0: A, 1: B) of Y = A B, the other one has a unit. */
static void product(lo_structure_work_struct *w, slong n, int side)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    slong weight = node->args[side], data = node->args[1 - side];
    const lo_shape_struct *ws = &LO_NODE_OF(w, weight)->shape, *ds = &LO_NODE_OF(w, data)->shape;
    unsigned int kept = 1u << side, contracted = 1u << (1 - side); /* axes of the weight */
    lo_unit_separate(w->space, unit_of(w, data), ds);
    lo_unit_term_struct fresh = lo_unit_fresh(w->space, ws, kept, 0);
    lo_tensor_unit_struct d = *unit_of(w, data), wanted = { 0 }, y = { 0 };
    lo_unit_push(w->space, &wanted, ws, fresh, 1);
    lo_unit_push(w->space, &y, &node->shape, fresh, 1);
    for (int t = 0; t < d.n; t++) {
        lo_unit_term_struct term = d.term[t];
        if (term.mask ==
            kept) { /* the contracted axis of the data has the number that the kept one has here */
            term.mask = contracted;
            lo_unit_push(w->space, &wanted, ws, term, -1);
        } else {
            lo_unit_push(w->space, &y, &node->shape, term, 1);
        }
    }
    lo_structure_demand(w, weight, &wanted);
    set_unit(w, n, &y);
}

static void matmul(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    slong a = node->args[0], b = node->args[1];
    if (w->support[a] == LO_SUPPORT_DIAGONAL || w->support[b] == LO_SUPPORT_DIAGONAL) {
        int left = w->support[a] == LO_SUPPORT_DIAGONAL;
        if (LO_NODE_OF(w, left ? a : b)->op == LO_OP_DIAG) {
            scale_rows(w, n, left ? a : b, left ? b : a, left ? 0 : 1);
            return;
        }
    }
    refresh(w, a);
    refresh(w, b);
    if (!w->known[a] && !w->known[b])
        make_up(w, b, 1);
    product(w, n, w->known[a] ? 1 : 0);
    if (w->support[a] == LO_SUPPORT_LOWER && w->support[b] == LO_SUPPORT_LOWER)
        w->support[n] = LO_SUPPORT_LOWER;
}

/* ---------------------------------------------------------------------------------------------------
 * Entrywise operations
 * --------------------------------------------------------------------------------------------------- */

static void add(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    slong a = node->args[0], b = node->args[1];
    refresh(w, a);
    refresh(w, b);
    if (!w->known[a] && w->known[b]) {
        slong t = a;
        a = b;
        b = t;
    }
    lo_tensor_unit_struct u = *lo_structure_unit(w, a);
    lo_structure_demand(w, b, &u);
    set_unit(w, n, &u);
    if (node->op == LO_OP_SUB && a == b)
        w->support[n] = LO_SUPPORT_PARTIAL;
}

/* a .* b, s * A, a ./ b: the units add or subtract; a scalar has only constant terms */
static void combine(lo_structure_work_struct *w, slong n, int sign)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    lo_tensor_unit_struct u = *lo_structure_unit(w, node->args[0]);
    lo_unit_append(w->space, &u, &node->shape, lo_structure_unit(w, node->args[1]), sign);
    set_unit(w, n, &u);
}

/* numerator / denominator times the unit of the argument, entry by entry of each part */
static void multiply(lo_structure_work_struct *w, slong n, slong numerator, slong denominator)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    const lo_shape_struct *shape = &node->shape;
    lo_tensor_unit_struct u = *lo_structure_unit(w, node->args[0]), out = { 0 };
    unsigned int part[LO_MAX_RANK + 1];
    int parts = lo_unit_parts(part, &u);
    part[parts++] = 0;
    for (int k = 0; k < parts && w->space->status == LO_OK; k++) {
        lo_unit_term_struct fresh = lo_unit_fresh(w->space, shape, part[k], 0);
        slong index[LO_MAX_RANK] = { 0 }, at = 0;
        do {
            lo_unit_add_at(w->space, &u, shape, part[k], index, numerator);
            lo_forms_add(w->space->forms, fresh.id[at++], -denominator);
            lo_forms_equation(w->space->forms);
        } while (lo_unit_next(index, shape, part[k]) && w->space->status == LO_OK);
        lo_unit_push(w->space, &out, shape, fresh, 1);
    }
    set_unit(w, n, &out);
}

static void activation(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    lo_tensor_unit_struct zero = { 0 };
    switch (node->u.act) {
    case LO_ACT_RELU: /* a gate of unit 0 times the argument */
    case LO_ACT_LEAKY_RELU:
        set_unit(w, n, lo_structure_unit(w, node->args[0]));
        break;
    case LO_ACT_SQRT:
        multiply(w, n, 1, 2);
        break;
    default:
        demand_zero(w, node->args[0]);
        set_unit(w, n, &zero);
        break;
    }
}

/* ---------------------------------------------------------------------------------------------------
 * Sums, rows, windows
 * --------------------------------------------------------------------------------------------------- */

static const slong origin[LO_MAX_RANK] = { 0 };

static void sum(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    const lo_shape_struct *shape = &LO_NODE_OF(w, node->args[0])->shape;
    lo_tensor_unit_struct u = *lo_structure_unit(w, node->args[0]);
    lo_unit_demand_constant(w->space, &u, shape, (1u << shape->rank) - 1, NULL);
    lo_unit_slice(w->space, &u, &node->shape, origin, NULL, &u, shape);
    set_unit(w, n, &u);
}

/* The entries (i, i) of a square matrix, as a vector of units. */
static void diagonal_of(lo_structure_work_struct *w, lo_tensor_unit_struct *out, slong n)
{
    const lo_shape_struct *from = &LO_NODE_OF(w, n)->shape;
    lo_shape_struct vector = { 2, { from->dim[0], 1, 0, 0 } };
    const slong *id = lo_unit_array(w->space, lo_structure_unit(w, n), from, 3);
    slong *entry = lo_unit_room(w->space, from->dim[0]);
    out->n = 0;
    for (slong i = 0; id != NULL && entry != NULL && i < from->dim[0]; i++)
        entry[i] = id[i * (from->dim[1] + 1)];
    if (entry != NULL && id != NULL)
        lo_unit_push(w->space, out, &vector, (lo_unit_term_struct){ 1, lo_mask_clean(&vector, 1), entry }, 1);
}

static void trace(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    lo_shape_struct vector = { 2, { LO_NODE_OF(w, node->args[0])->shape.dim[0], 1, 0, 0 } };
    lo_tensor_unit_struct u;
    diagonal_of(w, &u, node->args[0]);
    lo_unit_demand_constant(w->space, &u, &vector, 1, NULL);
    lo_unit_slice(w->space, &u, &node->shape, origin, NULL, &u, &vector);
    set_unit(w, n, &u);
}

static void diag(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    lo_tensor_unit_struct u;
    if (node->shape.dim[1] == 1) {
        diagonal_of(w, &u, node->args[0]);
    } else { /* units of zeros are free; this is one choice */
        u = *lo_structure_unit(w, node->args[0]);
        w->support[n] = LO_SUPPORT_DIAGONAL;
    }
    set_unit(w, n, &u);
}

/* Entries above the diagonal are not read; see `softmax` for why nothing is lost where scores are
 * separable. */
static void mask(lo_structure_work_struct *w, slong n)
{
    lo_tensor_unit_struct u = *lo_structure_unit(w, LO_NODE_OF(w, n)->args[0]);
    for (int t = 0; t < u.n; t++)
        if (u.term[t].mask == 3)
            lo_structure_not_exact(w, "a mask hides entries with units of their own");
    set_unit(w, n, &u);
    w->support[n] = LO_SUPPORT_LOWER;
}

/* The axis along which a row runs: a whole vector is one row. */
static int row_axis(const lo_shape_struct *shape)
{
    return shape->rank < 2 || shape->dim[1] == 1 ? 0 : 1;
}

/* Entries of one row share their unit, which cancels in the quotient. */
static void norm(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    lo_tensor_unit_struct zero = { 0 };
    if (node->shape.rank == 0 || node->shape.dim[row_axis(&node->shape)] == 1) {
        lo_ctx_set_message(w->ctx, "%s: error: the norm of a single entry is not analysed", w->model->file);
        w->status |= LO_UNABLE;
        return;
    }
    lo_unit_demand_constant(w->space, lo_structure_unit(w, node->args[0]), &node->shape,
                            1u << row_axis(&node->shape), NULL);
    set_unit(w, n, &zero);
}

/* exp wants unit 0. With a mask, entries above the diagonal are not read: row i > 1 has the entry (i, 1),
 * the last row has all of them, so for separable scores alpha_i + beta_j only the first row is in question,
 * whose softmax is constant. */
static void softmax(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    lo_tensor_unit_struct zero = { 0 };
    demand_zero(w, node->args[0]);
    set_unit(w, n, &zero);
    if (w->support[node->args[0]] == LO_SUPPORT_LOWER)
        w->support[n] = LO_SUPPORT_LOWER;
    if (node->shape.rank > 0 && node->shape.dim[row_axis(&node->shape)] == 1)
        lo_structure_not_exact(w, "a softmax of one entry is constant");
}

/* ---------------------------------------------------------------------------------------------------
 * Index maps
 * --------------------------------------------------------------------------------------------------- */

static void slice(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    lo_tensor_unit_struct u;
    lo_unit_slice(w->space, &u, &node->shape, node->u.first, NULL, lo_structure_unit(w, node->args[0]),
                  &LO_NODE_OF(w, node->args[0])->shape);
    set_unit(w, n, &u);
}

/* Entry i of the literal is the scalar args[i]. */
static void array(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    slong *id = lo_unit_room(w->space, node->size);
    lo_tensor_unit_struct u = { 0 };
    for (slong i = 0; id != NULL && i < node->nargs && w->space->status == LO_OK; i++) {
        const slong *one = lo_unit_array(w->space, lo_structure_unit(w, node->args[i]),
                                         &LO_NODE_OF(w, node->args[i])->shape, 0);
        if (one != NULL)
            id[i] = one[0];
    }
    if (id != NULL)
        lo_unit_push(
            w->space, &u, &node->shape,
            (lo_unit_term_struct){ 1, lo_mask_clean(&node->shape, (1u << node->shape.rank) - 1), id }, 1);
    set_unit(w, n, &u);
}

static int all_parts_equal(const lo_node_struct *node)
{
    for (slong i = 1; i < node->nargs; i++)
        if (node->args[i] != node->args[0])
            return 0;
    return 1;
}

/* Different parts: one array over the joined axis and all axes on which a part depends. */
static void join(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    unsigned int mask = 1u << node->u.axis;
    lo_tensor_unit_struct u = { 0 };
    for (slong i = 0; i < node->nargs; i++) {
        const lo_tensor_unit_struct *part = lo_structure_unit(w, node->args[i]);
        for (int t = 0; t < part->n; t++)
            mask |= part->term[t].mask;
    }
    mask = lo_mask_clean(&node->shape, mask);
    slong *id = lo_unit_room(w->space, lo_mask_size(&node->shape, mask)), offset = 0;
    for (slong i = 0; id != NULL && i < node->nargs && w->space->status == LO_OK; i++) {
        const lo_shape_struct *shape = &LO_NODE_OF(w, node->args[i])->shape;
        unsigned int inner = lo_mask_clean(shape, mask);
        const slong *part = lo_unit_array(w->space, lo_structure_unit(w, node->args[i]), shape, inner);
        slong index[LO_MAX_RANK] = { 0 }, at = 0;
        if (part == NULL)
            return;
        do {
            slong to = 0;
            for (int a = 0; a < node->shape.rank; a++)
                if (mask >> a & 1)
                    to = to * node->shape.dim[a] + index[a] + (a == node->u.axis ? offset : 0);
            id[to] = part[at++];
        } while (lo_unit_next(index, shape, inner));
        offset += shape->dim[node->u.axis];
    }
    if (id != NULL)
        lo_unit_push(w->space, &u, &node->shape, (lo_unit_term_struct){ 1, mask, id }, 1);
    set_unit(w, n, &u);
}

static void cat(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n), *part = LO_NODE_OF(w, node->args[0]);
    if (all_parts_equal(node) && part->shape.dim[node->u.axis] == 1)
        set_unit(w, n, lo_structure_unit(w, node->args[0]));
    else
        join(w, n);
}

static void map(lo_structure_work_struct *w, slong n)
{
    refresh(w, n); /* stays open while the argument is */
    if (LO_NODE_OF(w, n)->op != LO_OP_RESHAPE && w->support[LO_NODE_OF(w, n)->args[0]] == LO_SUPPORT_DIAGONAL)
        w->support[n] = LO_SUPPORT_PARTIAL;
}

/* ---------------------------------------------------------------------------------------------------
 * All nodes
 * --------------------------------------------------------------------------------------------------- */

static void symbol(lo_structure_work_struct *w, slong n)
{
    lo_tensor_unit_struct zero = { 0 };
    if (w->model->symbols[LO_NODE_OF(w, n)->u.index].kind != LO_SYM_PARAM)
        set_unit(w, n, &zero);
}

static void constant(lo_structure_work_struct *w, slong n)
{
    lo_tensor_unit_struct zero = { 0 };
    set_unit(w, n, &zero);
    if (fmpq_is_zero(w->model->constants + LO_NODE_OF(w, n)->u.index))
        w->support[n] = LO_SUPPORT_PARTIAL;
}

/* Zeros need no unit; where one was demanded all the same, laws may be lost. */
static void check_support(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    for (slong k = 0; k < node->nargs; k++) {
        lo_support_t support = w->support[node->args[k]];
        int handled =
            support == LO_SUPPORT_FULL || node->op == LO_OP_MASK ||
            (support == LO_SUPPORT_LOWER && (node->op == LO_OP_SOFTMAX || node->op == LO_OP_MATMUL)) ||
            (support == LO_SUPPORT_DIAGONAL && node->op == LO_OP_MATMUL &&
             LO_NODE_OF(w, node->args[k])->op == LO_OP_DIAG);
        if (!handled) {
            lo_structure_not_exact(w, "some entries of a tensor are zero by construction");
            if (w->support[n] == LO_SUPPORT_FULL)
                w->support[n] = LO_SUPPORT_PARTIAL;
        }
    }
}

static void visit(lo_structure_work_struct *w, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(w, n);
    check_support(w, n);
    switch (node->op) {
    case LO_OP_CONST:
        constant(w, n);
        break;
    case LO_OP_SYMBOL:
        symbol(w, n);
        break;
    case LO_OP_ADD:
    case LO_OP_SUB:
        add(w, n);
        break;
    case LO_OP_SCALE:
    case LO_OP_HADAMARD:
        combine(w, n, 1);
        break;
    case LO_OP_DIV:
        combine(w, n, -1);
        break;
    case LO_OP_POW:
        multiply(w, n, node->u.exponent, 1);
        break;
    case LO_OP_ACT:
        activation(w, n);
        break;
    case LO_OP_MATMUL:
        matmul(w, n);
        break;
    case LO_OP_SUM:
        sum(w, n);
        break;
    case LO_OP_TRACE:
        trace(w, n);
        break;
    case LO_OP_NEG:
    case LO_OP_TRANSPOSE:
    case LO_OP_RESHAPE:
        map(w, n);
        break;
    case LO_OP_SLICE:
        slice(w, n);
        break;
    case LO_OP_ARRAY:
        array(w, n);
        break;
    case LO_OP_CAT:
        cat(w, n);
        break;
    case LO_OP_DIAG:
        diag(w, n);
        break;
    case LO_OP_MASK:
        mask(w, n);
        break;
    case LO_OP_CONV1D:
    case LO_OP_CONV2D:
        lo_structure_conv(w, n);
        break;
    case LO_OP_MAXPOOL:
    case LO_OP_AVGPOOL:
        lo_structure_pool(w, n);
        break;
    case LO_OP_SOFTMAX:
        softmax(w, n);
        break;
    case LO_OP_LAYERNORM:
    case LO_OP_RMSNORM:
        norm(w, n);
        break;
    }
}

void lo_structure_units(lo_structure_work_struct *w)
{
    for (slong n = 0; n < w->model->nnodes && w->status == LO_OK; n++) {
        if (!w->live[n])
            continue;
        visit(w, n);
        w->status |= w->space->status | w->space->forms->status;
        if (w->status == LO_OK)
            w->status = lo_ctx_poll(w->ctx);
        lo_ctx_progress(w->ctx, "units", n, w->model->nnodes);
    }
    for (slong k = 0; k < w->model->noutputs && w->status == LO_OK; k++) {
        demand_zero(w, w->model->outputs[k]);
        w->status |= w->space->status | w->space->forms->status;
    }
}
