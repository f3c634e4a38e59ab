/* sign.c - roots of numbers that are nowhere positive.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Each node of the tape gets a set of signs that contains the signs of all its real values: -1 - v^2 is negative. A root of
 * what cannot be positive has no real values but 0. The sets may be too large: a - a gets all signs, and nothing is said.
 */
#include "family/family.h"

#include "base/memory.h"

enum { NEGATIVE = 1, ZERO = 2, POSITIVE = 4, ANY = 7 };

static char opposite(int s)
{
    return (char) ((s & ZERO) | (s & NEGATIVE ? POSITIVE : 0) | (s & POSITIVE ? NEGATIVE : 0));
}

static char product(int a, int b)
{
    int s = (a | b) & ZERO;
    if (a & POSITIVE)
        s |= b;
    if (a & NEGATIVE)
        s |= opposite(b);
    return (char) (a == 0 || b == 0 ? 0 : s);
}

static char sum(int a, int b)
{
    int s = a & b; /* both of one sign, or zero */
    if (a & ZERO)
        s |= b;
    if (b & ZERO)
        s |= a;
    if (((a & NEGATIVE) && (b & POSITIVE)) || ((a & POSITIVE) && (b & NEGATIVE)))
        s |= ANY;
    return (char) (a == 0 || b == 0 ? 0 : s);
}

static char of_number(const fmpq_t a)
{
    int sign = fmpq_sgn(a);
    return sign < 0 ? NEGATIVE : sign == 0 ? ZERO : POSITIVE;
}

static char square(int a)
{
    return (char) ((a & ZERO) | (a & (NEGATIVE | POSITIVE) ? POSITIVE : 0));
}

static char of_leaf(const lo_family_struct *f, const lo_tnode_struct *x, int at_point)
{
    const fmpq *fixed = at_point && x->op == LO_T_VAR ? lo_family_point(f, x->first) : NULL;
    if (x->op == LO_T_CONST)
        fixed = f->tape->constants + x->first;
    if (fixed != NULL)
        return of_number(fixed);
    return x->op == LO_T_AUX && (f->aux[x->first].kind == LO_AUX_KAPPA || f->aux[x->first].kind == LO_AUX_ROOT) ? POSITIVE
                                                                                                               : ANY;
}

static char of_dot(const lo_tape_struct *tape, const lo_tnode_struct *x, const char *sign)
{
    char s = ZERO;
    for (const lo_term_struct *t = tape->terms + x->first; t < tape->terms + x->first + x->len; t++) {
        char term = t->b < 0 ? sign[t->a] : t->a == t->b ? square(sign[t->a]) : product(sign[t->a], sign[t->b]);
        s = sum(s, product(of_number(tape->constants + t->coef), term));
    }
    return s;
}

static char of_function(lo_fun_t fun, char a)
{
    if (a == 0)
        return 0;
    if (fun == LO_FUN_EXP || fun == LO_FUN_SOFTPLUS)
        return POSITIVE;
    if (fun == LO_FUN_SQRT)
        return (char) (a & (ZERO | POSITIVE));
    return fun == LO_FUN_TANH || fun == LO_FUN_ERF ? a : ANY;
}

static char of_node(const lo_family_struct *f, const lo_tnode_struct *x, const char *sign, int at_point)
{
    switch (x->op) {
    case LO_T_DOT:
        return of_dot(f->tape, x, sign);
    case LO_T_DIV:
        return product(sign[x->first], sign[x->len] & ~ZERO);
    case LO_T_POW: {
        char a = x->len < 0 ? sign[x->first] & ~ZERO : sign[x->first];
        return x->len % 2 == 0 ? square(a) : a;
    }
    case LO_T_FUN:
        return of_function(x->fun, sign[x->first]);
    default:
        return of_leaf(f, x, at_point);
    }
}

lo_status_t lo_family_negative_root(slong *node, const lo_family_struct *f, int at_point)
{
    char *sign = lo_alloc((size_t) f->primal, 1);
    *node = -1;
    if (sign == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < f->primal && *node < 0; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        sign[i] = of_node(f, x, sign, at_point);
        if (x->op == LO_T_FUN && x->fun == LO_FUN_SQRT && (sign[x->first] & NEGATIVE) && !(sign[x->first] & POSITIVE))
            *node = i;
    }
    lo_free(sign);
    return LO_OK;
}
