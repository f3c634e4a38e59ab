/* tape.c - building straight-line programs.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/tape.h"

#include "base/memory.h"

void lo_tape_init(lo_tape_t tape, slong limit)
{
    *tape = (lo_tape_struct){ .limit = limit };
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    lo_tape_const(tape, one); /* node 0, constant 0: the number 1 */
    fmpq_zero(one);
    lo_tape_const(tape, one); /* node 1: the number 0 */
    fmpq_clear(one);
}

void lo_tape_clear(lo_tape_t tape)
{
    for (slong i = 0; i < tape->nconstants; i++)
        fmpq_clear(tape->constants + i);
    lo_free(tape->constants);
    lo_free(tape->terms);
    lo_free(tape->nodes);
    *tape = (lo_tape_struct){ 0 };
}

static slong append(lo_tape_t tape, lo_tape_op_t op, lo_fun_t fun, slong first, slong len)
{
    if (tape->status != LO_OK)
        return 0;
    if (tape->n >= tape->limit) {
        tape->status = LO_UNABLE;
        return 0;
    }
    if ((tape->status = LO_GROW(tape->nodes, tape->alloc, tape->n + 1)) != LO_OK)
        return 0;
    tape->nodes[tape->n] = (lo_tnode_struct){ op, fun, first, len };
    return tape->n++;
}

/* The index of a constant in the table; equal constants may stand more than once, except 1 (index 0) and the
 * last one added, which covers the long runs that layers produce. */
static slong constant_index(lo_tape_t tape, const fmpq_t value)
{
    if (tape->nconstants > 0 && fmpq_is_one(value))
        return 0;
    if (tape->nconstants > 0 && fmpq_equal(tape->constants + tape->nconstants - 1, value))
        return tape->nconstants - 1;
    if (tape->status != LO_OK)
        return 0;
    if ((tape->status = LO_GROW(tape->constants, tape->constants_alloc, tape->nconstants + 1)) != LO_OK)
        return 0;
    fmpq_init(tape->constants + tape->nconstants);
    fmpq_set(tape->constants + tape->nconstants, value);
    return tape->nconstants++;
}

slong lo_tape_const(lo_tape_t tape, const fmpq_t value)
{
    if (tape->n > 0 && fmpq_is_one(value))
        return LO_TAPE_ONE;
    if (tape->n > 1 && fmpq_is_zero(value))
        return LO_TAPE_ZERO;
    return append(tape, LO_T_CONST, LO_FUN_EXP, constant_index(tape, value), 0);
}

slong lo_tape_const_si(lo_tape_t tape, slong value)
{
    fmpq_t q;
    fmpq_init(q);
    fmpq_set_si(q, value, 1);
    slong node = lo_tape_const(tape, q);
    fmpq_clear(q);
    return node;
}

slong lo_tape_leaf(lo_tape_t tape, lo_tape_op_t op, slong index)
{
    return append(tape, op, LO_FUN_EXP, index, 0);
}

static const fmpq *constant_of(const lo_tape_t tape, slong node)
{
    if (node < 0 || node >= tape->n) /* after a failure node 0 may not be there */
        return NULL;
    const lo_tnode_struct *x = tape->nodes + node;
    return x->op == LO_T_CONST ? tape->constants + x->first : NULL;
}

int lo_tape_is_si(const lo_tape_t tape, slong node, slong value)
{
    const fmpq *c = constant_of(tape, node);
    return c != NULL && fmpz_is_one(fmpq_denref(c)) && fmpz_equal_si(fmpq_numref(c), value);
}

void lo_tape_begin(lo_tape_t tape)
{
    tape->pending = 0;
}

void lo_tape_term_scaled(lo_tape_t tape, const fmpq_t coef, slong a, slong b)
{
    const fmpq *ca = constant_of(tape, a), *cb = b < 0 ? NULL : constant_of(tape, b);
    if (tape->status != LO_OK || fmpq_is_zero(coef) || (ca != NULL && fmpq_is_zero(ca)) ||
        (cb != NULL && fmpq_is_zero(cb)))
        return;
    if ((tape->status = LO_GROW(tape->terms, tape->terms_alloc, tape->nterms + tape->pending + 1)) != LO_OK)
        return;
    fmpq_t c;
    fmpq_init(c);
    fmpq_set(c, coef);
    if (cb != NULL) {
        fmpq_mul(c, c, cb);
        b = -1;
    }
    if (ca != NULL && b >= 0) {
        fmpq_mul(c, c, ca);
        a = b;
        b = -1;
    }
    lo_term_struct *t = tape->terms + tape->nterms + tape->pending++;
    *t = (lo_term_struct){ constant_index(tape, c), a, b };
    fmpq_clear(c);
}

void lo_tape_term(lo_tape_t tape, slong a, slong b)
{
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    lo_tape_term_scaled(tape, one, a, b);
    fmpq_clear(one);
}

slong lo_tape_end(lo_tape_t tape)
{
    slong len = tape->pending;
    tape->pending = 0;
    if (tape->status != LO_OK)
        return 0;
    if (len == 0)
        return LO_TAPE_ZERO;
    const lo_term_struct *t = tape->terms + tape->nterms;
    if (len == 1 && t->b < 0 && t->coef == 0)
        return t->a;
    if (len == 1 && t->b < 0 && constant_of(tape, t->a) != NULL) {
        fmpq_t c;
        fmpq_init(c);
        fmpq_mul(c, tape->constants + t->coef, constant_of(tape, t->a));
        slong node = lo_tape_const(tape, c);
        fmpq_clear(c);
        return node;
    }
    slong node = append(tape, LO_T_DOT, LO_FUN_EXP, tape->nterms, len);
    if (tape->status == LO_OK)
        tape->nterms += len;
    return node;
}

slong lo_tape_mul(lo_tape_t tape, slong a, slong b)
{
    lo_tape_begin(tape);
    lo_tape_term(tape, a, b);
    return lo_tape_end(tape);
}

slong lo_tape_add(lo_tape_t tape, slong a, slong b, slong sign_of_b)
{
    fmpq_t sign;
    fmpq_init(sign);
    fmpq_set_si(sign, sign_of_b, 1);
    lo_tape_begin(tape);
    lo_tape_term(tape, a, -1);
    lo_tape_term_scaled(tape, sign, b, -1);
    fmpq_clear(sign);
    return lo_tape_end(tape);
}

slong lo_tape_div(lo_tape_t tape, slong a, slong b)
{
    const fmpq *cb = constant_of(tape, b);
    if (cb != NULL && !fmpq_is_zero(cb)) {
        fmpq_t inverse;
        fmpq_init(inverse);
        fmpq_inv(inverse, cb);
        lo_tape_begin(tape);
        lo_tape_term_scaled(tape, inverse, a, -1);
        fmpq_clear(inverse);
        return lo_tape_end(tape);
    }
    return append(tape, LO_T_DIV, LO_FUN_EXP, a, b);
}

slong lo_tape_pow(lo_tape_t tape, slong a, slong exponent)
{
    if (exponent == 0)
        return LO_TAPE_ONE;
    if (exponent == 1)
        return a;
    const fmpq *c = constant_of(tape, a);
    if (c != NULL && (exponent > 0 || !fmpq_is_zero(c))) {
        fmpq_t power;
        fmpq_init(power);
        fmpq_pow_si(power, c, exponent);
        slong node = lo_tape_const(tape, power);
        fmpq_clear(power);
        return node;
    }
    return append(tape, LO_T_POW, LO_FUN_EXP, a, exponent);
}

/* Whether a derivative of an arbitrary function vanishes at 0 by what is known of the function. */
static int vanishes_at_origin(slong order, lo_generic_t kind)
{
    return kind == LO_GENERIC_ODD ? order % 2 == 0 : kind == LO_GENERIC_EVEN ? order % 2 != 0 : kind == LO_GENERIC_ZERO && order == 0;
}

int lo_fun_at_origin(lo_fun_t fun, slong extra)
{
    switch (fun) {
    case LO_FUN_EXP:
    case LO_FUN_COS:
        return 1;
    case LO_FUN_SIN:
    case LO_FUN_TANH:
    case LO_FUN_ERF:
        return 0;
    case LO_FUN_GENERIC:
        return vanishes_at_origin(extra / 4, (lo_generic_t) (extra % 4)) ? 0 : -1;
    default:
        return -1;
    }
}

/* The rational value of a function at 0 (of log at 1), as a node; -1 when there is none. */
static slong value_at_origin(const lo_tape_t tape, lo_fun_t fun, slong a, slong extra)
{
    if (fun == LO_FUN_LOG)
        return a == LO_TAPE_ONE ? LO_TAPE_ZERO : -1;
    int value = lo_tape_is_si(tape, a, 0) ? lo_fun_at_origin(fun, extra) : -1;
    return value < 0 ? -1 : value == 1 ? LO_TAPE_ONE : LO_TAPE_ZERO;
}

slong lo_tape_fun(lo_tape_t tape, lo_fun_t fun, slong a)
{
    slong value = value_at_origin(tape, fun, a, 0);
    return value >= 0 ? value : append(tape, LO_T_FUN, fun, a, 0);
}

slong lo_tape_fun_with(lo_tape_t tape, lo_fun_t fun, slong a, slong extra)
{
    slong value = value_at_origin(tape, fun, a, extra);
    return value >= 0 ? value : append(tape, LO_T_FUN, fun, a, extra);
}

void lo_tape_arguments(const lo_tape_t tape, slong node, lo_tape_visit_fn visit, void *data)
{
    const lo_tnode_struct *x = tape->nodes + node;
    switch (x->op) {
    case LO_T_CONST:
    case LO_T_VAR:
    case LO_T_AUX:
        break;
    case LO_T_DOT:
        for (slong t = x->first; t < x->first + x->len; t++) {
            visit(data, tape->terms[t].a);
            if (tape->terms[t].b >= 0)
                visit(data, tape->terms[t].b);
        }
        break;
    case LO_T_DIV:
        visit(data, x->first);
        visit(data, x->len);
        break;
    case LO_T_POW:
        visit(data, x->first);
        break;
    case LO_T_FUN:
        visit(data, x->first);
        if (x->fun == LO_FUN_ERF || x->fun == LO_FUN_SOFTPLUS)
            visit(data, x->len);
        break;
    }
}

static void mark(void *data, slong argument)
{
    ((char *) data)[argument] = 1;
}

void lo_tape_reach(char *needed, const lo_tape_t tape, const slong *roots, slong nroots)
{
    slong top = -1;
    for (slong i = 0; i < nroots; i++) {
        needed[roots[i]] = 1;
        if (roots[i] > top)
            top = roots[i];
    }
    for (slong i = top; i >= 0; i--)
        if (needed[i])
            lo_tape_arguments(tape, i, mark, needed);
}

typedef struct {
    const char *marked;
    int found;
} spread_struct;

static void visit_spread(void *data, slong argument)
{
    spread_struct *s = data;
    s->found |= s->marked[argument];
}

void lo_tape_spread_one(char *marked, const lo_tape_t tape, slong node)
{
    spread_struct s = { marked, marked[node] };
    lo_tape_arguments(tape, node, visit_spread, &s);
    marked[node] = (char) (s.found != 0);
}

void lo_tape_spread(char *marked, const lo_tape_t tape, slong n)
{
    for (slong i = 0; i < n; i++)
        lo_tape_spread_one(marked, tape, i);
}

int lo_tape_parity(const lo_tnode_struct *x)
{
    slong order = x->len / 4, kind = x->len % 4;
    switch (x->fun) {
    case LO_FUN_SIN:
    case LO_FUN_TANH:
    case LO_FUN_ERF:
        return -1;
    case LO_FUN_COS:
        return 1;
    case LO_FUN_GENERIC: /* each derivative changes the parity */
        return kind == LO_GENERIC_ODD ? (order % 2 ? 1 : -1) : kind == LO_GENERIC_EVEN ? (order % 2 ? -1 : 1) : 0;
    default:
        return 0;
    }
}
