/* condense.c - substituting a pattern and merging equal operations.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/condense.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

typedef lo_condensed_term_struct term_struct;
typedef lo_condensed_node_struct node_struct;

#define MAX_NODES 20000

typedef struct {
    lo_condensed_struct *c;
    const lo_family_struct *f;
    const int *pattern;
    term_struct *value; /* per node of the tape: coef * node a; a = -1: the constant */
    lo_status_t status;
} condenser_struct;

static void clear_node(node_struct *x)
{
    for (slong t = 0; t < x->nterms; t++)
        fmpq_clear(&x->terms[t].coef);
    lo_free(x->terms);
}

void lo_condensed_clear(lo_condensed_t c)
{
    for (slong i = 0; i < c->n; i++)
        clear_node(c->nodes + i);
    for (slong j = 0; c->outputs != NULL && j < c->noutputs; j++)
        fmpq_clear(&c->outputs[j].coef);
    lo_free(c->nodes);
    lo_free(c->outputs);
    memset(c, 0, sizeof(*c));
}

static int equal_nodes(const node_struct *x, const node_struct *y)
{
    if (x->op != y->op || x->fun != y->fun || x->first != y->first || x->nterms != y->nterms)
        return 0;
    for (slong t = 0; t < x->nterms; t++)
        if (x->terms[t].a != y->terms[t].a || x->terms[t].b != y->terms[t].b ||
            !fmpq_equal(&x->terms[t].coef, &y->terms[t].coef))
            return 0;
    return 1;
}

/* The number of the node, which takes over the terms; an equal one is used where there is one. */
static slong intern(condenser_struct *w, node_struct *x)
{
    lo_condensed_struct *c = w->c;
    for (slong i = 0; i < c->n; i++)
        if (equal_nodes(c->nodes + i, x)) {
            clear_node(x);
            return i;
        }
    if (w->status == LO_OK)
        w->status = c->n >= MAX_NODES ? LO_UNABLE : LO_GROW(c->nodes, c->alloc, c->n + 1);
    if (w->status != LO_OK) {
        clear_node(x);
        return -1;
    }
    c->nodes[c->n] = *x;
    return c->n++;
}

/* A node with one term. */
static slong simple(condenser_struct *w, lo_condensed_op_t op, lo_fun_t fun, slong first, const fmpq_t coef, slong a, slong b)
{
    node_struct x = { .op = op, .fun = fun, .first = first, .nterms = 1 };
    x.terms = lo_alloc(1, sizeof(*x.terms));
    if (x.terms == NULL) {
        w->status |= LO_SYSTEM;
        return -1;
    }
    fmpq_init(&x.terms[0].coef);
    fmpq_set(&x.terms[0].coef, coef);
    x.terms[0].a = a;
    x.terms[0].b = b;
    return intern(w, &x);
}

static slong leaf(condenser_struct *w, lo_condensed_op_t op, slong first)
{
    node_struct x = { .op = op, .first = first };
    return intern(w, &x);
}

static void set(term_struct *value, slong coef, slong a)
{
    fmpq_set_si(&value->coef, coef, 1);
    value->a = a;
}

static int compare_terms(const void *x, const void *y)
{
    const term_struct *a = x, *b = y;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return a->b < b->b ? -1 : a->b > b->b;
}

/* Sorts the terms, adds equal ones, drops zeros. */
static slong collect(term_struct *terms, slong n)
{
    slong kept = 0;
    qsort(terms, (size_t) n, sizeof(*terms), compare_terms);
    for (slong t = 0; t < n; t++) {
        if (kept > 0 && compare_terms(terms + kept - 1, terms + t) == 0) {
            fmpq_add(&terms[kept - 1].coef, &terms[kept - 1].coef, &terms[t].coef);
            continue;
        }
        if (kept > 0 && fmpq_is_zero(&terms[kept - 1].coef))
            kept--;
        if (kept != t) {
            fmpq_swap(&terms[kept].coef, &terms[t].coef);
            terms[kept].a = terms[t].a;
            terms[kept].b = terms[t].b;
        }
        kept++;
    }
    return kept > 0 && fmpq_is_zero(&terms[kept - 1].coef) ? kept - 1 : kept;
}

/* relu or leaky_relu of a number */
static void gated_number(fmpq *out, const fmpq *z, int leaky)
{
    fmpz_t hundred;
    fmpz_init_set_ui(hundred, 100);
    fmpq_set(out, z);
    if (fmpq_sgn(z) < 0 && leaky)
        fmpq_div_fmpz(out, out, hundred);
    else if (fmpq_sgn(z) < 0)
        fmpq_zero(out);
    fmpz_clear(hundred);
}

/* A unit with a gate: relu(c n) = c relu(n) for c > 0; a pool window is the maximum of its entries. Returns 1 when the sum is
 * one. */
static int gated(condenser_struct *w, term_struct *value, const lo_tnode_struct *x)
{
    const lo_tape_struct *tape = w->f->tape;
    const lo_term_struct *first = tape->terms + x->first;
    if (x->len == 0)
        return 0;
    slong gate = tape->nodes[first->a].op == LO_T_AUX && w->f->aux[tape->nodes[first->a].first].kind == LO_AUX_GATE ? first->a
                 : first->b >= 0 && tape->nodes[first->b].op == LO_T_AUX &&
                         w->f->aux[tape->nodes[first->b].first].kind == LO_AUX_GATE
                     ? first->b
                     : -1;
    if (gate < 0)
        return 0;
    const lo_gate_struct *unit = w->f->gates + w->f->aux[tape->nodes[gate].first].index;
    if (unit->op == LO_OP_ACT) {
        const term_struct *z = w->value + unit->preactivation;
        fmpq_t size;
        fmpq_init(size);
        fmpq_set_si(size, fmpq_sgn(&z->coef), 1);
        if (x->len != 1) {
            w->status |= LO_UNABLE;
        } else if (z->a < 0) { /* of a number */
            set(value, 0, -1);
            gated_number(&value->coef, &z->coef, unit->act == LO_ACT_LEAKY_RELU);
        } else {
            value->a = simple(w, LO_C_GATED, LO_FUN_EXP, unit->act == LO_ACT_LEAKY_RELU, size, z->a, -1);
            fmpq_abs(&value->coef, &z->coef);
        }
        fmpq_clear(size);
        return 1;
    }
    node_struct m = { .op = LO_C_MAXIMUM, .nterms = x->len };
    m.terms = lo_alloc((size_t) x->len, sizeof(*m.terms));
    if (m.terms == NULL) {
        w->status |= LO_SYSTEM;
        m.nterms = 0;
    }
    for (slong t = 0; t < m.nterms; t++) {
        const lo_term_struct *term = first + t;
        const term_struct *z = w->value + (tape->nodes[term->a].op == LO_T_AUX ? term->b : term->a);
        fmpq_init(&m.terms[t].coef);
        fmpq_set(&m.terms[t].coef, &z->coef);
        m.terms[t].a = z->a;
        m.terms[t].b = -1;
    }
    set(value, 1, intern(w, &m));
    return 1;
}

static void sum(condenser_struct *w, term_struct *value, const lo_tnode_struct *x)
{
    const lo_tape_struct *tape = w->f->tape;
    if (gated(w, value, x))
        return;
    node_struct s = { .op = LO_C_SUM, .nterms = x->len };
    s.terms = lo_alloc((size_t) x->len, sizeof(*s.terms));
    if (s.terms == NULL) {
        w->status |= LO_SYSTEM;
        return;
    }
    for (slong t = 0; t < x->len; t++) {
        const lo_term_struct *term = tape->terms + x->first + t;
        const term_struct *a = w->value + term->a, *b = term->b < 0 ? NULL : w->value + term->b;
        term_struct *out = s.terms + t;
        fmpq_init(&out->coef);
        fmpq_mul(&out->coef, tape->constants + term->coef, &a->coef);
        if (b != NULL)
            fmpq_mul(&out->coef, &out->coef, &b->coef);
        slong m = a->a, n = b == NULL ? -1 : b->a;
        out->a = m > n ? m : n; /* a constant factor has node -1 and comes last */
        out->b = m > n ? n : m;
    }
    slong kept = collect(s.terms, x->len);
    for (slong t = kept; t < x->len; t++)
        fmpq_clear(&s.terms[t].coef);
    s.nterms = kept;
    if (kept == 0 || (kept == 1 && s.terms[0].b < 0)) {
        set(value, 0, -1);
        if (kept == 1) {
            fmpq_set(&value->coef, &s.terms[0].coef);
            value->a = s.terms[0].a;
        }
        clear_node(&s);
        return;
    }
    fmpq_set(&value->coef, &s.terms[0].coef); /* the first coefficient becomes 1 */
    for (slong t = 0; t < kept; t++)
        fmpq_div(&s.terms[t].coef, &s.terms[t].coef, &value->coef);
    value->a = intern(w, &s);
}

static void quotient(condenser_struct *w, term_struct *value, const term_struct *a, const term_struct *b)
{
    fmpq_t one;
    if (fmpq_is_zero(&b->coef)) {
        w->status |= LO_UNABLE;
        return;
    }
    fmpq_init(one);
    fmpq_one(one);
    fmpq_div(&value->coef, &a->coef, &b->coef);
    value->a = fmpq_is_zero(&a->coef) || a->a == b->a ? -1 : b->a < 0 ? a->a : simple(w, LO_C_QUOTIENT, LO_FUN_EXP, 0, one, a->a, b->a);
    fmpq_clear(one);
}

static void power(condenser_struct *w, term_struct *value, const term_struct *a, slong exponent)
{
    fmpq_t one;
    if (exponent < 0 && fmpq_is_zero(&a->coef)) {
        w->status |= LO_UNABLE;
        return;
    }
    fmpq_init(one);
    fmpq_one(one);
    fmpq_pow_si(&value->coef, &a->coef, exponent);
    value->a = a->a < 0 ? -1 : simple(w, LO_C_POWER, LO_FUN_EXP, exponent, one, a->a, -1);
    fmpq_clear(one);
}

/* f(-z) = +-f(z) where the function is odd or even; f(0) where that is rational. */
static void function(condenser_struct *w, term_struct *value, const lo_tnode_struct *x, const term_struct *a)
{
    lo_generic_t kind = x->fun == LO_FUN_GENERIC ? (lo_generic_t) (x->len % 4) : LO_GENERIC_ANY;
    int odd = x->fun == LO_FUN_SIN || x->fun == LO_FUN_TANH || x->fun == LO_FUN_ERF || kind == LO_GENERIC_ODD;
    int even = x->fun == LO_FUN_COS || kind == LO_GENERIC_EVEN, negative = (odd || even) && fmpq_sgn(&a->coef) < 0;
    slong extra = x->fun == LO_FUN_GENERIC ? x->len : 0;
    set(value, odd && negative ? -1 : 1, -1);
    if (fmpq_is_zero(&a->coef) && lo_fun_at_origin(x->fun, x->len) >= 0) {
        fmpq_set_si(&value->coef, lo_fun_at_origin(x->fun, x->len), 1);
        return;
    }
    fmpq_t coef;
    fmpq_init(coef);
    fmpq_set(coef, &a->coef);
    if (negative)
        fmpq_neg(coef, coef);
    value->a = simple(w, LO_C_FUNCTION, x->fun, extra, coef, fmpq_is_zero(coef) ? -1 : a->a, -1);
    fmpq_clear(coef);
}

static void condense_node(condenser_struct *w, slong i)
{
    const lo_tape_struct *tape = w->f->tape;
    const lo_tnode_struct *x = tape->nodes + i;
    term_struct *value = w->value + i;
    int class;
    switch (x->op) {
    case LO_T_CONST:
        fmpq_set(&value->coef, tape->constants + x->first);
        value->a = -1;
        break;
    case LO_T_VAR:
        class = w->pattern[x->first];
        set(value, (class > 0) - (class < 0), class == 0 ? -1 : leaf(w, LO_C_COORDINATE, abs(class) - 1));
        break;
    case LO_T_AUX:
        set(value, 1, w->f->aux[x->first].kind == LO_AUX_GATE ? -1 : leaf(w, LO_C_INPUT, x->first));
        break;
    case LO_T_DOT:
        sum(w, value, x);
        break;
    case LO_T_DIV:
        quotient(w, value, w->value + x->first, w->value + x->len);
        break;
    case LO_T_POW:
        power(w, value, w->value + x->first, x->len);
        break;
    case LO_T_FUN:
        function(w, value, x, w->value + x->first);
        break;
    }
}

static void use(lo_condensed_struct *c, slong a)
{
    if (a >= 0)
        c->nodes[a].uses++;
}

/* Marks the nodes that the outputs need by their number of uses. */
static void count_uses(lo_condensed_struct *c)
{
    for (slong j = 0; j < c->noutputs; j++)
        use(c, c->outputs[j].a);
    for (slong i = c->n - 1; i >= 0; i--)
        for (slong t = 0; c->nodes[i].uses > 0 && t < c->nodes[i].nterms; t++) {
            use(c, c->nodes[i].terms[t].a);
            use(c, c->nodes[i].terms[t].b);
        }
}

/* Evaluates what the outputs need on a pattern. */
static void run(condenser_struct *w, const int *pattern)
{
    const lo_family_struct *f = w->f;
    char *needed = lo_alloc((size_t) f->tape->n, 1);
    w->pattern = pattern;
    if (needed == NULL)
        w->status |= LO_SYSTEM;
    else
        lo_family_reach(needed, f);
    for (slong i = 0; i < f->primal && w->status == LO_OK; i++)
        if (needed[i])
            condense_node(w, i);
    lo_free(needed);
}

static void start(condenser_struct *w, lo_condensed_struct *c, const lo_family_struct *f)
{
    memset(c, 0, sizeof(*c));
    *w = (condenser_struct){ .c = c, .f = f };
    w->value = lo_alloc((size_t) f->primal, sizeof(*w->value));
    c->outputs = lo_alloc((size_t) f->noutputs, sizeof(*c->outputs));
    if (w->value == NULL || c->outputs == NULL)
        w->status = LO_SYSTEM;
    for (slong i = 0; w->value != NULL && i < f->primal; i++)
        fmpq_init(&w->value[i].coef);
}

static void finish(condenser_struct *w)
{
    for (slong i = 0; w->value != NULL && i < w->f->primal; i++)
        fmpq_clear(&w->value[i].coef);
    lo_free(w->value);
}

/* Copies the values of the outputs. */
static void take_outputs(condenser_struct *w)
{
    lo_condensed_struct *c = w->c;
    for (slong j = 0; j < w->f->noutputs && w->status == LO_OK; j++, c->noutputs++) {
        const term_struct *value = w->value + w->f->outputs[j];
        fmpq_init(&c->outputs[j].coef);
        fmpq_set(&c->outputs[j].coef, &value->coef);
        c->outputs[j].a = fmpq_is_zero(&value->coef) ? -1 : value->a;
    }
}

lo_status_t lo_condense(lo_condensed_t c, const lo_family_struct *f, const int *pattern)
{
    condenser_struct w;
    start(&w, c, f);
    run(&w, pattern);
    take_outputs(&w);
    if (w.status == LO_OK)
        count_uses(c);
    finish(&w);
    return w.status;
}

/* Both are evaluated in one table, so that equal numbers of nodes are equal functions. */
lo_status_t lo_condense_keeps(int *keeps, const lo_family_struct *f, const int *g)
{
    lo_condensed_t c;
    condenser_struct w;
    int *whole = lo_alloc((size_t) f->p, sizeof(int));
    *keeps = 0;
    if (whole == NULL)
        return LO_SYSTEM;
    lo_pattern_whole(whole, f->p);
    start(&w, c, f);
    run(&w, whole);
    take_outputs(&w);
    run(&w, g);
    *keeps = w.status == LO_OK;
    for (slong j = 0; j < f->noutputs && *keeps; j++) {
        const term_struct *a = c->outputs + j, *b = w.value + f->outputs[j];
        *keeps = fmpq_equal(&a->coef, &b->coef) && (fmpq_is_zero(&a->coef) || a->a == b->a);
    }
    finish(&w);
    lo_condensed_clear(c);
    lo_free(whole);
    return w.status & LO_SYSTEM;
}
