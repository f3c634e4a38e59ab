/* simplify.c - the operations of the graph, with constants folded exactly.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Only what is an identity of rational functions is simplified. Arguments of commutative operations
 * are ordered, so that relu(a + b) and relu(b + a) are one unit.
 */
#include "model/elaborate.h"

#define RANK(r, a) (LO_NODE(r, a)->shape.rank)

static lo_status_t one(slong *out, lo_reader_struct *r, lo_place_struct at, lo_op_t op, slong a,
                       lo_shape_struct shape)
{
    lo_node_struct node = { .op = op, .shape = shape };
    return lo_build_node(out, r, at, &node, &a, 1);
}

static lo_status_t two(slong *out, lo_reader_struct *r, lo_place_struct at, lo_op_t op, slong a,
                       slong b, lo_shape_struct shape)
{
    lo_node_struct node = { .op = op, .shape = shape };
    slong args[2] = { a, b };
    return lo_build_node(out, r, at, &node, args, 2);
}

/* a op b for two constants. The operands are within the limits, so the result has at most twice
 * their size. */
static lo_status_t fold(slong *out, lo_reader_struct *r, lo_place_struct at, lo_op_t op,
                        const fmpq *a, const fmpq *b)
{
    fmpq_t value;
    fmpq_init(value);
    if (op == LO_OP_ADD)
        fmpq_add(value, a, b);
    else if (op == LO_OP_SUB)
        fmpq_sub(value, a, b);
    else if (op == LO_OP_DIV)
        fmpq_div(value, a, b);
    else
        fmpq_mul(value, a, b);
    lo_status_t status = lo_build_constant(out, r, at, value);
    fmpq_clear(value);
    return status;
}

lo_status_t lo_build_reshape(slong *out, lo_reader_struct *r, lo_place_struct at, slong a,
                             lo_shape_struct shape)
{
    while (LO_NODE(r, a)->op == LO_OP_RESHAPE)
        a = LO_NODE(r, a)->args[0];
    if (lo_shape_equal(&LO_NODE(r, a)->shape, &shape)) {
        *out = a;
        return LO_OK;
    }
    return one(out, r, at, LO_OP_RESHAPE, a, shape);
}

lo_status_t lo_build_scalar(slong *out, lo_reader_struct *r, lo_place_struct at, slong a)
{
    return lo_build_reshape(out, r, at, a, LO_SCALAR);
}

lo_status_t lo_build_neg(slong *out, lo_reader_struct *r, lo_place_struct at, slong a)
{
    const fmpq *c = lo_node_constant(r->model, a);
    if (c != NULL) {
        fmpq_t value;
        fmpq_init(value);
        fmpq_neg(value, c);
        lo_status_t status = lo_build_constant(out, r, at, value);
        fmpq_clear(value);
        return status;
    }
    if (LO_NODE(r, a)->op == LO_OP_NEG) {
        *out = LO_NODE(r, a)->args[0];
        return LO_OK;
    }
    return one(out, r, at, LO_OP_NEG, a, LO_NODE(r, a)->shape);
}

lo_status_t lo_build_add(slong *out, lo_reader_struct *r, lo_place_struct at, slong a, slong b)
{
    const fmpq *ca = lo_node_constant(r->model, a), *cb = lo_node_constant(r->model, b);
    if (ca != NULL && cb != NULL)
        return fold(out, r, at, LO_OP_ADD, ca, cb);
    if ((ca != NULL && fmpq_is_zero(ca)) || (cb != NULL && fmpq_is_zero(cb))) {
        *out = ca != NULL ? b : a;
        return LO_OK;
    }
    return two(out, r, at, LO_OP_ADD, FLINT_MIN(a, b), FLINT_MAX(a, b), LO_NODE(r, a)->shape);
}

lo_status_t lo_build_sub(slong *out, lo_reader_struct *r, lo_place_struct at, slong a, slong b)
{
    const fmpq *ca = lo_node_constant(r->model, a), *cb = lo_node_constant(r->model, b);
    if (ca != NULL && cb != NULL)
        return fold(out, r, at, LO_OP_SUB, ca, cb);
    if (a == b && RANK(r, a) == 0)
        return lo_build_fraction(out, r, at, 0, 1);
    if (cb != NULL && fmpq_is_zero(cb)) {
        *out = a;
        return LO_OK;
    }
    if (ca != NULL && fmpq_is_zero(ca))
        return lo_build_neg(out, r, at, b);
    return two(out, r, at, LO_OP_SUB, a, b, LO_NODE(r, a)->shape);
}

lo_status_t lo_build_scale(slong *out, lo_reader_struct *r, lo_place_struct at, slong s, slong a)
{
    const fmpq *cs = lo_node_constant(r->model, s), *ca = lo_node_constant(r->model, a);
    if (cs != NULL && ca != NULL)
        return fold(out, r, at, LO_OP_SCALE, cs, ca);
    if (RANK(r, a) == 0 && ca == NULL &&
        (cs == NULL && s > a)) { /* both scalars, neither constant: order them */
        slong t = s;
        s = a;
        a = t;
    } else if (ca != NULL) { /* a constant factor comes first */
        slong t = s;
        s = a;
        a = t;
        cs = ca;
    }
    if (cs != NULL && fmpq_is_one(cs)) {
        *out = a;
        return LO_OK;
    }
    if (cs != NULL && fmpq_is_zero(cs) && RANK(r, a) == 0) {
        *out = s;
        return LO_OK;
    }
    if (cs != NULL && fmpz_equal_si(fmpq_numref(cs), -1) && fmpz_is_one(fmpq_denref(cs)))
        return lo_build_neg(out, r, at, a);
    return two(out, r, at, LO_OP_SCALE, s, a, LO_NODE(r, a)->shape);
}

lo_status_t lo_build_hadamard(slong *out, lo_reader_struct *r, lo_place_struct at, slong a, slong b)
{
    if (RANK(r, a) == 0)
        return lo_build_scale(out, r, at, a, b);
    return two(out, r, at, LO_OP_HADAMARD, FLINT_MIN(a, b), FLINT_MAX(a, b), LO_NODE(r, a)->shape);
}

lo_status_t lo_build_div(slong *out, lo_reader_struct *r, lo_place_struct at, slong a, slong b)
{
    const fmpq *ca = lo_node_constant(r->model, a), *cb = lo_node_constant(r->model, b);
    if (cb != NULL && fmpq_is_zero(cb))
        return lo_wrong(r, at, "division by zero");
    if (ca != NULL && cb != NULL)
        return fold(out, r, at, LO_OP_DIV, ca, cb);
    if (cb != NULL) { /* division by a number keeps polynomials polynomial */
        fmpq_t inverse;
        slong s = 0;
        fmpq_init(inverse);
        fmpq_inv(inverse, cb);
        lo_status_t status = lo_build_constant(&s, r, at, inverse);
        fmpq_clear(inverse);
        LO_TRY(status);
        return lo_build_scale(out, r, at, s, a);
    }
    return two(out, r, at, LO_OP_DIV, a, b,
               RANK(r, a) == 0 ? LO_NODE(r, b)->shape : LO_NODE(r, a)->shape);
}

lo_status_t lo_build_pow(slong *out, lo_reader_struct *r, lo_place_struct at, slong a,
                         slong exponent)
{
    const fmpq *c = lo_node_constant(r->model, a);
    if (c != NULL) {
        fmpq_t base, value;
        fmpq_init(base);
        fmpq_init(value);
        fmpq_set(base, c);
        lo_status_t status = lo_number_power(value, r, at, base, exponent);
        if (status == LO_OK)
            status = lo_build_constant(out, r, at, value);
        fmpq_clear(value);
        fmpq_clear(base);
        return status;
    }
    if (exponent == 1) {
        *out = a;
        return LO_OK;
    }
    if (exponent == 0 && RANK(r, a) == 0)
        return lo_build_fraction(out, r, at, 1, 1);
    lo_node_struct node = { .op = LO_OP_POW,
                            .shape = LO_NODE(r, a)->shape,
                            .u.exponent = exponent };
    return lo_build_node(out, r, at, &node, &a, 1);
}

lo_status_t lo_build_act(slong *out, lo_reader_struct *r, lo_place_struct at, lo_act_t act, slong a)
{
    lo_node_struct node = { .op = LO_OP_ACT, .shape = LO_NODE(r, a)->shape, .u.act = act };
    return lo_build_node(out, r, at, &node, &a, 1);
}

lo_status_t lo_build_matmul(slong *out, lo_reader_struct *r, lo_place_struct at, slong a, slong b)
{
    return two(out, r, at, LO_OP_MATMUL, a, b,
               lo_shape_matrix(LO_NODE(r, a)->shape.dim[0], LO_NODE(r, b)->shape.dim[1]));
}

lo_status_t lo_build_transpose(slong *out, lo_reader_struct *r, lo_place_struct at, slong a)
{
    const lo_node_struct *node = LO_NODE(r, a);
    if (node->size == 1) {
        *out = a;
        return LO_OK;
    }
    if (node->op == LO_OP_TRANSPOSE) {
        *out = node->args[0];
        return LO_OK;
    }
    return one(out, r, at, LO_OP_TRANSPOSE, a,
               lo_shape_matrix(node->shape.dim[1], node->shape.dim[0]));
}

lo_status_t lo_build_sum(slong *out, lo_reader_struct *r, lo_place_struct at, slong a)
{
    if (LO_NODE(r, a)->size == 1)
        return lo_build_scalar(out, r, at, a);
    return one(out, r, at, LO_OP_SUM, a, LO_SCALAR);
}

lo_status_t lo_build_simple(slong *out, lo_reader_struct *r, lo_place_struct at, lo_op_t op,
                            slong a, lo_shape_struct shape)
{
    return one(out, r, at, op, a, shape);
}

lo_status_t lo_build_slice(slong *out, lo_reader_struct *r, lo_place_struct at, slong a,
                           const slong first[LO_MAX_RANK], lo_shape_struct shape)
{
    if (lo_shape_equal(&LO_NODE(r, a)->shape, &shape)) {
        *out = a;
        return LO_OK;
    }
    if (LO_NODE(r, a)->op == LO_OP_ARRAY &&
        lo_shape_size(&shape) == 1) { /* an entry of a literal */
        slong place = first[0] * LO_NODE(r, a)->shape.dim[1] + first[1];
        return lo_build_reshape(out, r, at, LO_NODE(r, a)->args[place], shape);
    }
    lo_node_struct node = { .op = LO_OP_SLICE, .shape = shape };
    for (int i = 0; i < LO_MAX_RANK; i++)
        node.u.first[i] = i < shape.rank ? first[i] : 0;
    return lo_build_node(out, r, at, &node, &a, 1);
}

lo_status_t lo_build_array(slong *out, lo_reader_struct *r, lo_place_struct at,
                           const slong *entries, lo_shape_struct shape)
{
    slong size = lo_shape_size(&shape);
    if (size == 1) {
        *out = entries[0];
        return LO_OK;
    }
    lo_node_struct node = { .op = LO_OP_ARRAY, .shape = shape };
    return lo_build_node(out, r, at, &node, entries, size);
}

lo_status_t lo_build_cat(slong *out, lo_reader_struct *r, lo_place_struct at, const slong *parts,
                         slong nparts, int axis)
{
    lo_node_struct node = { .op = LO_OP_CAT, .shape = LO_NODE(r, parts[0])->shape, .u.axis = axis };
    if (nparts == 1) {
        *out = parts[0];
        return LO_OK;
    }
    node.shape.dim[axis] = 0;
    for (slong i = 0; i < nparts; i++) {
        slong length = LO_NODE(r, parts[i])->shape.dim[axis];
        /* a sum that would overflow is far beyond every limit; keep it there */
        node.shape.dim[axis] =
            length > WORD_MAX - node.shape.dim[axis] ? WORD_MAX : node.shape.dim[axis] + length;
    }
    return lo_build_node(out, r, at, &node, parts, nparts);
}

/* More copies than this are joined in blocks. */
#define REPEAT_MOST 65536

/* `times` copies of a, and `last` behind them unless it is negative. */
static lo_status_t copies(slong *out, lo_reader_struct *r, lo_place_struct at, slong a, slong times,
                          slong last, int axis)
{
    slong *parts = lo_alloc((size_t) times + 1, sizeof(slong)), n = times;
    if (parts == NULL)
        return lo_short(r);
    for (slong i = 0; i < times; i++)
        parts[i] = a;
    if (last >= 0)
        parts[n++] = last;
    lo_status_t status = lo_build_cat(out, r, at, parts, n, axis);
    lo_free(parts);
    return status;
}

lo_status_t lo_build_repeat(slong *out, lo_reader_struct *r, lo_place_struct at, slong a,
                            slong times, int axis)
{
    /* blocks of blocks, so that a long row of copies costs few arguments */
    slong block = a;
    *out = -1;
    for (; times > 0; times /= REPEAT_MOST) {
        slong rest = times >= REPEAT_MOST ? times % REPEAT_MOST : times;
        if (rest > 0)
            LO_TRY(copies(out, r, at, block, rest, *out, axis));
        if (times >= REPEAT_MOST)
            LO_TRY(copies(&block, r, at, block, REPEAT_MOST, -1, axis));
    }
    return LO_OK;
}
