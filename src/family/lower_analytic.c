/* lower_analytic.c - analytic activations, softmax and normalisation as scalar operations.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Everything is built from exp, sin, cos, tanh, log, sqrt, and the primitives erf and softplus, whose
 * densities are nodes: sigmoid(z) = 1/(1 + exp(-z)),  silu(z) = z sigmoid(z),  softplus' = sigmoid, erf' =
 * kappa exp(-z^2), kappa = 2/sqrt(pi),  gelu(z) = z/2 (1 + erf(z/sqrt(2))).
 */
#include "family/lower.h"

static slong sigmoid(lower_struct *l, slong a)
{
    lo_tape_struct *tape = l->family->tape;
    slong minus = lo_tape_add(tape, LO_TAPE_ZERO, a, -1);
    l->family->has_division = 1;
    return lo_tape_div(tape, LO_TAPE_ONE,
                       lo_tape_add(tape, LO_TAPE_ONE, lo_tape_fun(tape, LO_FUN_EXP, minus), 1));
}

static slong error_function(lower_struct *l, slong a)
{
    lo_tape_struct *tape = l->family->tape;
    if (l->kappa == 0)
        l->kappa = lo_lower_aux(l, LO_AUX_KAPPA, 0);
    slong minus_square = lo_tape_add(tape, LO_TAPE_ZERO, lo_tape_mul(tape, a, a), -1);
    slong density = lo_tape_mul(tape, l->kappa, lo_tape_fun(tape, LO_FUN_EXP, minus_square));
    l->family->primitives = 1;
    return lo_tape_fun_with(tape, LO_FUN_ERF, a, density);
}

static slong gelu(lower_struct *l, slong a)
{
    lo_tape_struct *tape = l->family->tape;
    slong root = lo_tape_fun(tape, LO_FUN_SQRT, lo_tape_const_si(tape, 2));
    slong scaled = lo_tape_div(tape, a, root);
    l->family->has_division = 1;
    slong phi = lo_tape_add(tape, LO_TAPE_ONE, error_function(l, scaled), 1);
    return lo_tape_div(tape, lo_tape_mul(tape, a, phi), lo_tape_const_si(tape, 2));
}

/* A root of a number is a number only when that is a square; the sign of others is not free, so they are
 * refused. */
static slong square_root(lower_struct *l, slong a)
{
    lo_tape_struct *tape = l->family->tape;
    const lo_tnode_struct *x = tape->nodes + a;
    if (x->op != LO_T_CONST)
        return lo_tape_fun(tape, LO_FUN_SQRT, a);
    const fmpq *value = tape->constants + x->first;
    if (fmpq_sgn(value) < 0 || !fmpz_is_square(fmpq_numref(value)) || !fmpz_is_square(fmpq_denref(value)))
        return -1;
    fmpq_t root;
    fmpq_init(root);
    fmpz_sqrt(fmpq_numref(root), fmpq_numref(value));
    fmpz_sqrt(fmpq_denref(root), fmpq_denref(value));
    slong node = lo_tape_const(tape, root);
    fmpq_clear(root);
    return node;
}

static slong generic(lower_struct *l, lo_generic_t kind, slong a)
{
    return lo_tape_fun_with(l->family->tape, LO_FUN_GENERIC, a, kind);
}

/* Refuses the root or logarithm of a number that has none. */
static int is_outside(lower_struct *l, const lo_node_struct *node, slong a)
{
    const lo_tnode_struct *x = l->family->tape->nodes + a;
    const fmpq *value = x->op == LO_T_CONST ? l->family->tape->constants + x->first : NULL;
    int log = node->u.act == LO_ACT_LOG;
    if (value == NULL || fmpq_sgn(value) >= log || l->law)
        return 0;
    lo_family_wrong(l->ctx, l->family, node,
                    !log                  ? "the argument of `sqrt` is negative"
                    : fmpq_is_zero(value) ? "the argument of `log` is zero"
                                          : "the argument of `log` is negative");
    l->status = LO_DOMAIN;
    return 1;
}

slong lo_lower_analytic(lower_struct *l, const lo_node_struct *node, slong a)
{
    lo_act_t act = node->u.act;
    lo_tape_struct *tape = l->family->tape;
    if ((act == LO_ACT_SQRT || act == LO_ACT_LOG) && is_outside(l, node, a))
        return -1;
    int network = l->family->model->kind == LO_MODEL_NETWORK && !l->law;
    switch (act) {
    case LO_ACT_EXP:
        return lo_tape_fun(tape, LO_FUN_EXP, a);
    case LO_ACT_SIN:
        return lo_tape_fun(tape, LO_FUN_SIN, a);
    case LO_ACT_COS:
        return lo_tape_fun(tape, LO_FUN_COS, a);
    case LO_ACT_TANH:
        return lo_tape_fun(tape, LO_FUN_TANH, a);
    case LO_ACT_SIGMOID:
        return sigmoid(l, a);
    case LO_ACT_SILU:
        return network ? lo_tape_mul(tape, a, sigmoid(l, a)) : -1;
    case LO_ACT_SOFTPLUS:
        l->family->primitives = 1;
        return network ? lo_tape_fun_with(tape, LO_FUN_SOFTPLUS, a, sigmoid(l, a)) : -1;
    case LO_ACT_ERF:
        return network ? error_function(l, a) : -1;
    case LO_ACT_GELU:
        return network ? gelu(l, a) : -1;
    case LO_ACT_SQRT:
        return network ? square_root(l, a) : -1;
    case LO_ACT_GENERIC:
        return network ? generic(l, LO_GENERIC_ANY, a) : -1;
    case LO_ACT_ODD:
        return network ? generic(l, LO_GENERIC_ODD, a) : -1;
    case LO_ACT_EVEN:
        return network ? generic(l, LO_GENERIC_EVEN, a) : -1;
    case LO_ACT_GENERIC0:
        return network ? generic(l, LO_GENERIC_ZERO, a) : -1;
    case LO_ACT_LOG:
        return network || l->law ? lo_tape_fun(tape, LO_FUN_LOG, a) : -1;
    default:
        return -1;
    }
}

/* Rows of a matrix; a column vector is one row. */
static void rows_of(slong *rows, slong *cols, const lo_node_struct *node)
{
    int vector = node->shape.rank < 2 || node->shape.dim[1] == 1;
    *rows = vector ? 1 : node->shape.dim[0];
    *cols = node->size / *rows;
}

void lo_lower_softmax(lower_struct *l, slong *out, const lo_node_struct *node)
{
    lo_tape_struct *tape = l->family->tape;
    const lo_node_struct *arg = l->family->model->nodes + node->args[0];
    const slong *a = l->entries[node->args[0]];
    int causal = arg->op == LO_OP_MASK;
    slong rows, cols;
    rows_of(&rows, &cols, node);
    l->family->has_division = 1;
    for (slong i = 0; i < rows; i++) {
        slong kept = causal && i + 1 < cols ? i + 1 : cols, *e = out + i * cols;
        for (slong j = 0; j < cols; j++)
            e[j] = j < kept ? lo_tape_fun(tape, LO_FUN_EXP, a[i * cols + j]) : LO_TAPE_ZERO;
        lo_tape_begin(tape);
        for (slong j = 0; j < kept; j++)
            lo_tape_term(tape, e[j], -1);
        slong sum = lo_tape_end(tape);
        for (slong j = 0; j < kept; j++)
            e[j] = lo_tape_div(tape, e[j], sum);
    }
}

/* sum of entries times 1/n; with squares: of the squares */
static slong mean(lower_struct *l, const slong *a, slong n, int squares)
{
    fmpq_t weight;
    fmpq_init(weight);
    fmpq_set_si(weight, 1, (ulong) n);
    lo_tape_begin(l->family->tape);
    for (slong i = 0; i < n; i++)
        lo_tape_term_scaled(l->family->tape, weight, a[i], squares ? a[i] : -1);
    fmpq_clear(weight);
    return lo_tape_end(l->family->tape);
}

void lo_lower_norm(lower_struct *l, slong *out, const lo_node_struct *node)
{
    lo_tape_struct *tape = l->family->tape;
    const slong *a = l->entries[node->args[0]];
    slong rows, cols;
    rows_of(&rows, &cols, node);
    l->family->has_division = 1;
    for (slong i = 0; i < rows; i++) {
        slong *z = out + i * cols, shift = mean(l, a + i * cols, cols, 0);
        for (slong j = 0; j < cols; j++)
            z[j] =
                node->op == LO_OP_LAYERNORM ? lo_tape_add(tape, a[i * cols + j], shift, -1) : a[i * cols + j];
        slong root = square_root(l, mean(l, z, cols, 1));
        if (root < 0 || lo_tape_is_si(tape, root, 0)) {
            lo_family_wrong(l->ctx, l->family, node,
                            root < 0
                                ? "a norm of constants that is not rational is not analysed by this version"
                                : "division by zero: the entries that are normalised vanish");
            l->status = root < 0 ? LO_UNABLE : LO_DOMAIN;
            return;
        }
        for (slong j = 0; j < cols; j++)
            z[j] = lo_tape_div(tape, z[j], root);
    }
}
