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

#include "base/memory.h"

/* Remembers what the node stands for. */
static slong composite(lower_struct *l, lo_act_t act, slong argument, slong node)
{
    lo_family_struct *f = l->family;
    if (l->law || l->status != LO_OK)
        return node;
    l->status = LO_GROW(f->composites, f->composites_alloc, f->ncomposites + 1);
    if (l->status == LO_OK)
        f->composites[f->ncomposites++] = (lo_composite_struct){ node, argument, act };
    return node;
}

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

/* The root of a prime: one variable, whatever expression needs it. */
static slong prime_root(lower_struct *l, ulong prime)
{
    lo_family_struct *f = l->family;
    for (slong a = 0; a < f->naux; a++)
        if (f->aux[a].kind == LO_AUX_ROOT && (ulong) f->aux[a].index == prime)
            return lo_tape_leaf(f->tape, LO_T_AUX, a);
    return lo_lower_aux(l, LO_AUX_ROOT, (slong) prime);
}

/* Numbers under a root that are factored. */
#define MOST_ROOT_BITS 60

/* sqrt(a/b) = sqrt(a b) / b = m sqrt(p_1) ... sqrt(p_k) / b with different primes: the roots of different primes are
 * independent over Q (the field that k of them generate has degree 2^k), so that every choice of signs modulo a prime is the
 * image of an embedding. -1: no positive number, or too large. */
static slong root_of_number(lower_struct *l, const fmpq_t value)
{
    lo_tape_struct *tape = l->family->tape;
    fmpz_t n;
    fmpq_t rational;
    slong node = -1;
    fmpz_init(n);
    fmpq_init(rational);
    fmpq_one(rational);
    fmpz_mul(n, fmpq_numref(value), fmpq_denref(value));
    fmpz_sqrt(fmpq_numref(rational), n);
    if (fmpz_sgn(n) >= 0 && fmpz_is_square(n)) {
        fmpq_div_fmpz(rational, rational, fmpq_denref(value));
        node = lo_tape_const(tape, rational);
    } else if (fmpz_sgn(n) > 0 && fmpz_bits(n) <= MOST_ROOT_BITS) {
        n_factor_t factors;
        ulong whole = 1;
        n_factor_init(&factors);
        n_factor(&factors, fmpz_get_ui(n), 1);
        node = LO_TAPE_ONE;
        for (int i = 0; i < factors.num; i++) {
            whole *= n_pow(factors.p[i], (ulong) factors.exp[i] / 2);
            if (factors.exp[i] % 2 == 1)
                node = lo_tape_mul(tape, node, prime_root(l, factors.p[i]));
        }
        fmpq_set_ui(rational, whole, 1);
        fmpq_div_fmpz(rational, rational, fmpq_denref(value));
        node = lo_tape_mul(tape, lo_tape_const(tape, rational), node);
    }
    fmpq_clear(rational);
    fmpz_clear(n);
    return node;
}

/* Is a node a rational number times roots of primes, made in a few steps? Out: its square. */
static int square_of(fmpq_t square, const lower_struct *l, slong node, int steps)
{
    const lo_tape_struct *tape = l->family->tape;
    const lo_tnode_struct *x = tape->nodes + node;
    if (x->op == LO_T_CONST) {
        fmpq_mul(square, tape->constants + x->first, tape->constants + x->first);
        return 1;
    }
    if (x->op == LO_T_AUX && l->family->aux[x->first].kind == LO_AUX_ROOT) {
        fmpq_set_si(square, l->family->aux[x->first].index, 1);
        return 1;
    }
    if (x->op != LO_T_DOT || x->len != 1 || steps == 0)
        return 0;
    const lo_term_struct *term = tape->terms + x->first;
    fmpq_t other;
    fmpq_init(other);
    int number = square_of(square, l, term->a, steps - 1);
    if (number && term->b >= 0 && (number = square_of(other, l, term->b, steps - 1)) != 0)
        fmpq_mul(square, square, other);
    fmpq_set(other, tape->constants + term->coef);
    fmpq_mul(square, square, other);
    fmpq_mul(square, square, other);
    fmpq_clear(other);
    return number;
}

slong lo_lower_quotient(lower_struct *l, slong a, slong b)
{
    lo_tape_struct *tape = l->family->tape;
    slong quotient = -1;
    fmpq_t square;
    fmpq_init(square);
    if (tape->nodes[b].op != LO_T_CONST && square_of(square, l, b, 16) && !fmpq_is_zero(square)) {
        quotient = lo_tape_mul(tape, a, b); /* a/b = a b / b^2 */
        fmpq_inv(square, square);
        quotient = lo_tape_mul(tape, quotient, lo_tape_const(tape, square));
    }
    fmpq_clear(square);
    if (quotient < 0)
        l->family->has_division = 1;
    return quotient >= 0 ? quotient : lo_tape_div(tape, a, b);
}

static slong square_root(lower_struct *l, slong a)
{
    lo_tape_struct *tape = l->family->tape;
    const lo_tnode_struct *x = tape->nodes + a;
    if (x->op != LO_T_CONST)
        return lo_tape_fun(tape, LO_FUN_SQRT, a);
    fmpq_t value; /* the table of constants may move */
    fmpq_init(value);
    fmpq_set(value, tape->constants + x->first);
    slong node = root_of_number(l, value);
    fmpq_clear(value);
    return node;
}

static slong generic(lower_struct *l, lo_generic_t kind, slong a)
{
    return lo_tape_fun_with(l->family->tape, LO_FUN_GENERIC, a, kind);
}

/* Refuses the root or logarithm of a number that has none; in a law the logarithm is that of the absolute value. */
static int is_outside(lower_struct *l, const lo_node_struct *node, slong a)
{
    const lo_tnode_struct *x = l->family->tape->nodes + a;
    const fmpq *value = x->op == LO_T_CONST ? l->family->tape->constants + x->first : NULL;
    int log = node->u.act == LO_ACT_LOG;
    if (value == NULL || fmpq_sgn(value) >= log || (log && l->law && fmpq_sgn(value) < 0))
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
        return composite(l, act, a, sigmoid(l, a));
    case LO_ACT_SILU:
        return network ? composite(l, act, a, lo_tape_mul(tape, a, sigmoid(l, a))) : -1;
    case LO_ACT_SOFTPLUS:
        l->family->primitives = 1;
        return network ? lo_tape_fun_with(tape, LO_FUN_SOFTPLUS, a, sigmoid(l, a)) : -1;
    case LO_ACT_ERF:
        return network ? error_function(l, a) : -1;
    case LO_ACT_GELU:
        return network ? composite(l, act, a, gelu(l, a)) : -1;
    case LO_ACT_SQRT:
        return network || tape->nodes[a].op == LO_T_CONST ? square_root(l, a) : -1;
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
