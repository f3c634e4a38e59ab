/* unfold.c - showing that a sum of products of nodes is zero, by the definitions of the nodes.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 *
 * A sum is multiplied by divisors of the model until no inverse of a node with a definition is left, and
 * such nodes are replaced by their definitions. What remains is a polynomial in single square roots and a
 * Laurent polynomial in coordinates, auxiliary variables and functions. When all of it cancels, the sum
 * times a product of divisors is zero. At a point where the model is defined and differentiable no divisor
 * is zero, so there the sum is zero. Inverses of nodes that the model does not divide by stop the
 * unfolding unless they cancel.
 */
#include "law/summands.h"

#include <string.h>

static int is_root(const lo_tnode_struct *x)
{
    return x->op == LO_T_FUN && x->fun == LO_FUN_SQRT;
}

/* A root is a divisor in its own derivative. */
void lo_mark_divisors(lo_tangent_struct *t)
{
    const lo_tape_struct *tape = t->family->tape;
    for (slong i = 0; i < t->family->primal; i++) {
        const lo_tnode_struct *x = tape->nodes + i;
        if (!t->needed[i])
            continue;
        if (x->op == LO_T_DIV)
            t->divisor[x->len] = 1;
        if ((x->op == LO_T_POW && x->len < 0) || (x->op == LO_T_FUN && x->fun == LO_FUN_LOG))
            t->divisor[x->first] = 1;
        if (is_root(x))
            t->divisor[i] = 1;
    }
}

static int has_definition(const lo_tnode_struct *x)
{
    return x->op == LO_T_DOT || x->op == LO_T_DIV ||
           (x->op == LO_T_POW && x->len > -LO_FACTORS && x->len < LO_FACTORS);
}

/* The power of a node in a product. */
static slong power_of(const lo_product_struct *m, slong node)
{
    slong power = 0;
    for (int i = 0; i < m->n; i++)
        if (m->f[i] / 2 == node)
            power += m->f[i] % 2 == 0 ? 1 : -1;
    return power;
}

/* The largest node of a product that can be replaced: one with a definition, a root that is no single
 * factor; -1: none. */
static slong unfoldable(const lo_tape_t tape, const lo_product_struct *m)
{
    for (int i = m->n - 1; i >= 0; i--) {
        slong node = m->f[i] / 2;
        const lo_tnode_struct *x = tape->nodes + node;
        if (has_definition(x) || (is_root(x) && power_of(m, node) != 1))
            return node;
    }
    return -1;
}

static int multiply_power(lo_product_struct *m, slong node, slong power)
{
    for (slong k = 0; k < power; k++)
        if (!lo_product_multiply(m, 2 * node))
            return 0;
    return 1;
}

/* out += c * m with one factor `node` replaced by its definition (two, for a square root). */
static void replace_node(lo_tangent_struct *t, lo_sum_struct *out, const lo_summand_struct *s, slong node)
{
    const lo_tape_struct *tape = t->family->tape;
    const lo_tnode_struct *x = tape->nodes + node;
    lo_product_struct rest = s->m, term, product;
    fmpq_t c;
    fmpq_init(c);
    lo_product_multiply(&rest, 2 * node + 1);
    if (x->op == LO_T_FUN) {
        lo_product_multiply(&rest, 2 * node + 1);
        if (!lo_product_multiply(&rest, 2 * x->first))
            t->gave_up = 1;
        lo_sum_push(t, out, &rest, &s->c);
    }
    for (slong i = 0; x->op != LO_T_FUN && i < lo_definition_length(tape, node); i++) {
        const fmpq *coef;
        if (!lo_definition_term(&term, &coef, tape, node, i))
            t->gave_up = 1;
        product = rest;
        for (int k = 0; k < term.n; k++)
            if (!lo_product_multiply(&product, term.f[k]))
                t->gave_up = 1;
        fmpq_mul(c, &s->c, coef);
        lo_sum_push(t, out, &product, c);
    }
    fmpq_clear(c);
}

/* Multiplies s by the power of a divisor that clears its inverses. Returns 0 when the model does not
 * divide by it. */
static int clear_inverses(lo_tangent_struct *t, lo_sum_struct *s, slong node)
{
    slong least = 0;
    for (slong i = 0; i < s->n; i++) {
        slong power = power_of(&s->s[i].m, node);
        least = power < least ? power : least;
    }
    if (least < 0 && !t->divisor[node])
        return 0;
    for (slong i = 0; i < s->n && least < 0; i++)
        if (!multiply_power(&s->s[i].m, node, -least))
            t->gave_up = 1;
    return 1;
}

/* Replaces one factor `node` of each summand. */
static void replace_everywhere(lo_tangent_struct *t, lo_sum_struct *s, slong node)
{
    slong enough = is_root(t->family->tape->nodes + node) ? 2 : 1;
    lo_sum_struct out = { 0 };
    for (slong i = 0; i < s->n; i++) {
        if (power_of(&s->s[i].m, node) >= enough)
            replace_node(t, &out, s->s + i, node);
        else
            lo_sum_push(t, &out, &s->s[i].m, &s->s[i].c);
    }
    lo_sum_collect(&out);
    lo_sum_clear(s);
    *s = out;
}

/* Replaces the largest nodes by their definitions until the sum is zero, nothing can be replaced, or it
 * grows too large. Definitions use smaller nodes, so each node is done with after finitely many rounds: it
 * ends. */
int lo_unfolds_to_zero(lo_tangent_struct *t, lo_sum_struct *s, slong most)
{
    while (s->n > 0 && s->n < most && t->status == LO_OK && !t->gave_up) {
        slong largest = -1;
        for (slong i = 0; i < s->n; i++) {
            slong node = unfoldable(t->family->tape, &s->s[i].m);
            largest = node > largest ? node : largest;
        }
        if (largest < 0 || !clear_inverses(t, s, largest))
            return 0;
        replace_everywhere(t, s, largest);
    }
    return s->n == 0 && !t->gave_up;
}
