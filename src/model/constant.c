/* constant.c - the value of an expression made of numbers.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Only what keeps rational numbers rational is evaluated. The work of one reading is bounded by a
 * multiple of the limit on such entries, and every number by the limit on digits.
 */
#include "model/elaborate.h"

#include <stdlib.h>

typedef struct {
    lo_reader_struct *r;
    lo_place_struct at;
    slong *nodes, nnodes, nodes_capacity; /* reachable nodes */
    fmpq **values;                        /* of nodes[i] */
} evaluation_struct;

static lo_status_t visit(evaluation_struct *e, slong node)
{
    if (e->r->positions[node] >= 0)
        return LO_OK;
    if (LO_GROW(e->nodes, e->nodes_capacity, e->nnodes + 1) != LO_OK)
        return lo_short(e->r);
    e->r->positions[node] = e->nnodes;
    e->nodes[e->nnodes++] = node;
    return LO_OK;
}

static int by_number(const void *a, const void *b)
{
    slong x = *(const slong *) a, y = *(const slong *) b;
    return x < y ? -1 : x > y;
}

/* All nodes that `node` needs, in order: arguments come before what uses them. */
static lo_status_t collect(evaluation_struct *e, slong node)
{
    lo_reader_struct *r = e->r;
    slong known = r->positions_capacity;
    if (LO_GROW(r->positions, r->positions_capacity, node + 1) != LO_OK)
        return lo_short(r);
    for (; known < r->positions_capacity; known++)
        r->positions[known] = -1;
    LO_TRY(visit(e, node));
    for (slong i = 0; i < e->nnodes; i++) {
        const lo_node_struct *n = LO_NODE(r, e->nodes[i]);
        for (slong j = 0; j < n->nargs; j++)
            LO_TRY(visit(e, n->args[j]));
    }
    qsort(e->nodes, (size_t) e->nnodes, sizeof(slong), by_number);
    for (slong i = 0; i < e->nnodes; i++)
        r->positions[e->nodes[i]] = i;
    return LO_OK;
}

/* Values of argument k of a node. */
static const fmpq *argument(const evaluation_struct *e, const lo_node_struct *n, slong k)
{
    return e->values[e->r->positions[n->args[k]]];
}

static void matmul(fmpq *v, const evaluation_struct *e, const lo_node_struct *n)
{
    const fmpq *a = argument(e, n, 0), *b = argument(e, n, 1);
    slong inner = LO_NODE(e->r, n->args[0])->shape.dim[1], columns = n->shape.dim[1];
    for (slong i = 0; i < n->size; i++) {
        for (slong k = 0; k < inner; k++)
            fmpq_addmul(v + i, a + i / columns * inner + k, b + k * columns + i % columns);
    }
}

/* Entry i of a slice or a concatenation, as an entry of its argument. */
static void slice(fmpq *v, const evaluation_struct *e, const lo_node_struct *n)
{
    const lo_shape_struct *from = &LO_NODE(e->r, n->args[0])->shape;
    const fmpq *a = argument(e, n, 0);
    for (slong i = 0; i < n->size; i++) {
        slong rest = i, place = 0, step = 1;
        for (int axis = n->shape.rank - 1; axis >= 0; axis--) {
            place += (rest % n->shape.dim[axis] + n->u.first[axis]) * step;
            rest /= n->shape.dim[axis];
            step *= from->dim[axis];
        }
        fmpq_set(v + i, a + place);
    }
}

static void concatenate(fmpq *v, const evaluation_struct *e, const lo_node_struct *n)
{
    /* `outer` blocks, each made of a stretch of every part */
    slong outer = 1, to = 0;
    for (int axis = 0; axis < n->u.axis; axis++)
        outer *= n->shape.dim[axis];
    for (slong block = 0; block < outer; block++) {
        for (slong k = 0; k < n->nargs; k++) {
            slong stretch = LO_NODE(e->r, n->args[k])->size / outer;
            for (slong i = 0; i < stretch; i++)
                fmpq_set(v + to++, argument(e, n, k) + block * stretch + i);
        }
    }
}

static lo_status_t divide(fmpq *v, const evaluation_struct *e, const lo_node_struct *n)
{
    const fmpq *a = argument(e, n, 0), *b = argument(e, n, 1);
    slong step_a = LO_NODE(e->r, n->args[0])->size == n->size,
          step_b = LO_NODE(e->r, n->args[1])->size == n->size;
    for (slong i = 0; i < n->size; i++) {
        if (fmpq_is_zero(b + i * step_b))
            return lo_wrong(e->r, e->at, "division by zero");
        fmpq_div(v + i, a + i * step_a, b + i * step_b);
    }
    return LO_OK;
}

static lo_status_t evaluate(fmpq *v, const evaluation_struct *e, const lo_node_struct *n)
{
    const fmpq *a = n->nargs > 0 ? argument(e, n, 0) : NULL;
    slong rows = n->nargs > 0 ? LO_NODE(e->r, n->args[0])->shape.dim[0] : 0;
    slong na = n->nargs > 0 ? LO_NODE(e->r, n->args[0])->size : 0;
    switch (n->op) {
    case LO_OP_CONST:
        fmpq_set(v, e->r->model->constants + n->u.index);
        return LO_OK;
    case LO_OP_MATMUL:
        matmul(v, e, n);
        return LO_OK;
    case LO_OP_SLICE:
        slice(v, e, n);
        return LO_OK;
    case LO_OP_CAT:
        concatenate(v, e, n);
        return LO_OK;
    case LO_OP_DIV:
        return divide(v, e, n);
    case LO_OP_SUM:
        for (slong i = 0; i < na; i++)
            fmpq_add(v, v, a + i);
        return LO_OK;
    case LO_OP_TRACE:
        for (slong i = 0; i < rows; i++)
            fmpq_add(v, v, a + i * rows + i);
        return LO_OK;
    case LO_OP_DIAG:
        for (slong i = 0; i < rows; i++)
            fmpq_set(v + (n->shape.dim[1] == 1 ? i : i * rows + i),
                     a + (n->shape.dim[1] == 1 ? i * rows + i : i));
        return LO_OK;
    default:
        break;
    }
    for (slong i = 0; i < n->size; i++) {
        switch (n->op) {
        case LO_OP_ADD:
            fmpq_add(v + i, a + i, argument(e, n, 1) + i);
            break;
        case LO_OP_SUB:
            fmpq_sub(v + i, a + i, argument(e, n, 1) + i);
            break;
        case LO_OP_NEG:
            fmpq_neg(v + i, a + i);
            break;
        case LO_OP_SCALE:
            fmpq_mul(v + i, a, argument(e, n, 1) + i);
            break;
        case LO_OP_HADAMARD:
            fmpq_mul(v + i, a + i, argument(e, n, 1) + i);
            break;
        case LO_OP_POW:
            LO_TRY(lo_number_power(v + i, e->r, e->at, a + i, n->u.exponent));
            break;
        case LO_OP_TRANSPOSE:
            fmpq_set(v + i, a + i % rows * n->shape.dim[0] + i / rows);
            break;
        case LO_OP_RESHAPE:
            fmpq_set(v + i, a + i);
            break;
        case LO_OP_ARRAY:
            fmpq_set(v + i, argument(e, n, i));
            break;
        default:
            return lo_wrong(
                e->r, e->at,
                "a value in `at` is made of numbers and + - * / ^; functions such as exp do "
                "not give rational numbers");
        }
    }
    return LO_OK;
}

/* The work of a node: its entries, and for products the terms of their sums. */
static lo_status_t afford(evaluation_struct *e, const lo_node_struct *n)
{
    slong limit = e->r->ctx->limits->point_entries, work = n->size;
    if (n->op == LO_OP_MATMUL) {
        slong inner = LO_NODE(e->r, n->args[0])->shape.dim[1];
        work = inner > limit / n->size ? limit + 1 : inner * n->size;
    }
    for (slong i = 0; i < n->nargs && n->op == LO_OP_SUM; i++)
        work += LO_NODE(e->r, n->args[i])->size;
    if (work > limit - e->r->evaluated)
        return lo_beyond(e->r, e->at, "point_entries", limit, "the values of `at` take too much work");
    e->r->evaluated += work;
    return LO_OK;
}

static lo_status_t evaluate_all(evaluation_struct *e)
{
    e->values = lo_alloc((size_t) e->nnodes, sizeof(fmpq *));
    if (e->values == NULL)
        return lo_short(e->r);
    for (slong i = 0; i < e->nnodes; i++) {
        const lo_node_struct *n = LO_NODE(e->r, e->nodes[i]);
        if (n->op == LO_OP_SYMBOL)
            return lo_wrong(e->r, e->at,
                            "a value in `at` is made of numbers, this depends on `%.60s`",
                            e->r->model->symbols[n->u.index].name);
        LO_TRY(afford(e, n));
        e->values[i] = lo_alloc((size_t) n->size, sizeof(fmpq));
        if (e->values[i] == NULL)
            return lo_short(e->r);
        for (slong j = 0; j < n->size; j++)
            fmpq_init(e->values[i] + j);
        LO_TRY(evaluate(e->values[i], e, n));
        for (slong j = 0; j < n->size; j++)
            LO_TRY(lo_number_check(e->r, e->at, e->values[i] + j));
    }
    return LO_OK;
}

lo_status_t lo_evaluate_constant(fmpq *values, lo_reader_struct *r, lo_place_struct at, slong node)
{
    evaluation_struct e = { r, at, NULL, 0, 0, NULL };
    lo_status_t status = collect(&e, node);
    if (status == LO_OK)
        status = evaluate_all(&e);
    for (slong j = 0; status == LO_OK && j < LO_NODE(r, node)->size; j++)
        fmpq_set(values + j, e.values[e.nnodes - 1] + j);
    for (slong i = 0; i < e.nnodes; i++) {
        r->positions[e.nodes[i]] = -1;
        if (e.values == NULL || e.values[i] == NULL)
            continue;
        for (slong j = 0; j < LO_NODE(r, e.nodes[i])->size; j++)
            fmpq_clear(e.values[i] + j);
        lo_free(e.values[i]);
    }
    lo_free(e.values);
    lo_free(e.nodes);
    return status;
}
