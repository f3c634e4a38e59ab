/* signed_graph.c - the graph of the operations of a tape; why its automorphisms are symmetries.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Proof that an automorphism A of the coloured graph is a symmetry. Each node n of the tape has two value vertices n+ and
 * n-, standing for its value v(n) and for -v(n); an edge ties them together, so A moves them as a pair. Let g be the map of
 * the parameter space with "value of the vertex A(theta_i +) at theta" as its i-th coordinate. Claim: the value of A(w) at
 * theta is the value of w at g(theta), for every value vertex w and the same input. Constants, inputs and frozen
 * constants have colours of their own (equal constants share one), so A fixes their values; for coordinates the claim is
 * the definition of g. For an operation, the vertices below n+ say which operation on which values gives v(n):
 *   sums:      (a sum used once, as a term of another sum, is merged into that) n+ is joined to t+ and n- to t- for each
 *              term t = c f_1 .. f_k; the colour of t has |c|; t+ is joined to a product vertex for each choice of an even
 *              number of signs of the factors, which lies over the f_i+ and f_i- chosen, and t- to those with an odd number
 *              (exchanged when c < 0); a factor with an even power has no choice and lies below with both signs;
 *   quotients: like products, numerator and denominator told apart by the colour of a vertex between;
 *   powers and functions: n+ is joined to a vertex with the colour of the function over a+; n- to one over a- where the
 *              function is odd; where it is even, the vertex lies over both a+ and a-.
 * A maps the vertices below n+ to vertices of the same colours below A(n+), so A(n+) is the same operation on the images of
 * the values: the claim follows by induction. A gate is joined to the pre-activation z+ of its unit (the gates of a pool
 * window to a window vertex as well): A moves units with a relu to such units, with equal sign, and relu(z) is a function of z.
 * Outputs carry a vertex with the number of the output, so A fixes their values: F(g theta)(x) = F(theta)(x).
 */
#include "manifold/signed_graph.h"

#include "base/memory.h"

#include <string.h>

typedef enum {
    C_COORDINATE = LO_KEY_COORDINATE,
    C_INPUT,
    C_FIXED, /* frozen constant */
    C_GATE,
    C_WINDOW,
    C_CONST,
    C_SUM,
    C_QUOTIENT,
    C_APPLY,
    C_TERM,
    C_PRODUCT,
    C_POWER,
    C_RATIO,
    C_NUMERATOR,
    C_DENOMINATOR,
    C_FUNCTION,
    C_OUTPUT
} colour_t;

#define MAX_VERTICES 4000000

int lo_signed_graph_vertex(lo_signed_graph_t s, slong kind, slong a, slong b)
{
    if (s->status == LO_OK)
        s->status = s->n >= MAX_VERTICES ? LO_UNABLE : LO_GROW(s->key, s->key_alloc, s->n + 1);
    if (s->status != LO_OK)
        return 0;
    s->key[s->n] = (lo_key_struct){ kind, a, b };
    return (int) s->n++;
}

void lo_signed_graph_join(lo_signed_graph_t s, int v, int w)
{
    if (s->status == LO_OK)
        s->status = LO_GROW(s->edge, s->edge_alloc, 2 * s->nedges + 2);
    if (s->status != LO_OK)
        return;
    s->edge[2 * s->nedges] = v;
    s->edge[2 * s->nedges + 1] = w;
    s->nedges++;
}

/* The pair n+, n-. */
static int pair(lo_signed_graph_struct *s, colour_t kind, slong a, slong plus, slong minus)
{
    int v = lo_signed_graph_vertex(s, kind, a, plus), w = lo_signed_graph_vertex(s, kind, a, minus);
    lo_signed_graph_join(s, v, w);
    return v;
}

/* A vertex of one colour over two values, below v. */
static void over(lo_signed_graph_struct *s, int v, colour_t kind, slong a, slong b, int first, int second)
{
    int h = lo_signed_graph_vertex(s, kind, a, b);
    lo_signed_graph_join(s, v, h);
    lo_signed_graph_join(s, h, first);
    if (second >= 0 && second != first)
        lo_signed_graph_join(s, h, second);
}

/* v is the product of the values x and y up to the sign: four combinations; kinds tell the factors apart. */
static void ratio(lo_signed_graph_struct *s, int v, int x, int y)
{
    int h = lo_signed_graph_vertex(s, C_RATIO, 0, 0), top = lo_signed_graph_vertex(s, C_NUMERATOR, 0, 0), bottom = lo_signed_graph_vertex(s, C_DENOMINATOR, 0, 0);
    lo_signed_graph_join(s, v, h);
    lo_signed_graph_join(s, h, top);
    lo_signed_graph_join(s, h, bottom);
    lo_signed_graph_join(s, top, x);
    lo_signed_graph_join(s, bottom, y);
}

/* A sum inside a sum: a term +-n where n is a sum that occurs nowhere else. Its terms stand for it, so that the order of
 * additions in the text does not hide symmetries. */
static int is_inner_sum(const lo_signed_graph_struct *s, const lo_term_struct *t)
{
    return t->b < 0 && s->constant[t->coef] == s->constant[0] && s->family->tape->nodes[t->a].op == LO_T_DOT &&
           s->uses[t->a] == 1;
}

/* A product inside a product, in the same way: a node c a b with c = +-1 that occurs nowhere else. */
static int is_inner_product(const lo_signed_graph_struct *s, slong node)
{
    const lo_tnode_struct *x = s->family->tape->nodes + node;
    const lo_term_struct *t = s->family->tape->terms + x->first;
    return x->op == LO_T_DOT && x->len == 1 && t->b >= 0 && s->uses[node] == 1 &&
           s->constant[t->coef] == s->constant[0];
}

#define MAX_FACTORS 6 /* a product of k factors takes 2^k vertices */

typedef struct {
    slong node[MAX_FACTORS];
    int power[MAX_FACTORS], n;
    int negative; /* the sign of the constants that were met */
} factors_struct;

/* Splits a node into at most `room` more factors; with too many of them, inner products stay whole. merged: NULL, or marks
 * to set to 2 for the products that are split. */
static void split_product(factors_struct *f, const lo_signed_graph_struct *s, slong node, slong room, char *merged)
{
    if (room >= 2 && is_inner_product(s, node)) {
        const lo_term_struct *t = s->family->tape->terms + s->family->tape->nodes[node].first;
        slong before = f->n;
        f->negative ^= fmpq_sgn(s->family->tape->constants + t->coef) < 0;
        if (merged != NULL)
            merged[node] = 2;
        split_product(f, s, t->a, room - 1, merged);
        split_product(f, s, t->b, room - (f->n - before), merged);
        return;
    }
    for (int i = 0; i < f->n; i++)
        if (f->node[i] == node) {
            f->power[i]++;
            return;
        }
    f->node[f->n] = node;
    f->power[f->n++] = 1;
}

static void split_term(factors_struct *f, const lo_signed_graph_struct *s, const lo_term_struct *t, char *merged)
{
    split_product(f, s, t->a, t->b < 0 ? MAX_FACTORS : MAX_FACTORS - 1, merged);
    if (t->b >= 0)
        split_product(f, s, t->b, MAX_FACTORS - f->n, merged);
}

/* A vertex below v for one choice of signs (bit i: factor i is negated). A factor with an even power lies below with both
 * signs; one with a power above 1 is joined through a vertex of that colour. */
static void choose_signs(lo_signed_graph_struct *s, int v, const factors_struct *f, int signs)
{
    int h = lo_signed_graph_vertex(s, C_PRODUCT, 0, 0);
    lo_signed_graph_join(s, v, h);
    for (int i = 0; i < f->n; i++) {
        int value = s->plus[f->node[i]], below = h;
        if (f->power[i] > 1) {
            below = lo_signed_graph_vertex(s, C_POWER, f->power[i], 0);
            lo_signed_graph_join(s, h, below);
        }
        if (f->power[i] % 2 == 0 || !(signs >> i & 1))
            lo_signed_graph_join(s, below, value);
        if (f->power[i] % 2 == 0 || signs >> i & 1)
            lo_signed_graph_join(s, below, value + 1);
    }
}

/* All choices of signs of the factors with odd powers. */
static void add_product(lo_signed_graph_struct *s, int plus, int minus, const factors_struct *f)
{
    for (int signs = 0; signs < 1 << f->n && s->status == LO_OK; signs++) {
        int parity = 0, idle = 0;
        for (int i = 0; i < f->n; i++) {
            parity ^= signs >> i & 1;
            idle |= f->power[i] % 2 == 0 && signs >> i & 1;
        }
        if (!idle)
            choose_signs(s, parity ? minus : plus, f, signs);
    }
}

static void add_terms(lo_signed_graph_struct *s, int sum, slong node, int sign);

static void add_term(lo_signed_graph_struct *s, int sum, const lo_term_struct *t, int sign)
{
    slong size = s->constant[t->coef];
    int negative = fmpq_sgn(s->family->tape->constants + t->coef) * sign < 0;
    if (is_inner_sum(s, t)) {
        add_terms(s, sum, t->a, negative ? -1 : 1);
        return;
    }
    factors_struct f = { .n = 0 };
    split_term(&f, s, t, NULL);
    negative ^= f.negative;
    int v = lo_signed_graph_vertex(s, C_TERM, size, 0), w = lo_signed_graph_vertex(s, C_TERM, size, 0);
    lo_signed_graph_join(s, v, w);
    lo_signed_graph_join(s, sum, v);
    lo_signed_graph_join(s, sum + 1, w);
    add_product(s, negative ? w : v, negative ? v : w, &f);
}

static void add_terms(lo_signed_graph_struct *s, int sum, slong node, int sign)
{
    const lo_tape_struct *tape = s->family->tape;
    const lo_tnode_struct *x = tape->nodes + node;
    for (slong t = 0; t < x->len && s->status == LO_OK; t++)
        add_term(s, sum, tape->terms + x->first + t, sign);
}

/* 1: odd, 0: even, -1: neither. */
static int parity(const lo_tnode_struct *x)
{
    if (x->op == LO_T_POW)
        return x->len % 2 != 0;
    if (x->fun == LO_FUN_SIN || x->fun == LO_FUN_TANH || x->fun == LO_FUN_ERF ||
        (x->fun == LO_FUN_GENERIC && x->len == LO_GENERIC_ODD))
        return 1;
    if (x->fun == LO_FUN_COS || (x->fun == LO_FUN_GENERIC && x->len == LO_GENERIC_EVEN))
        return 0;
    return -1;
}

static void add_function(lo_signed_graph_struct *s, int v, const lo_tnode_struct *x)
{
    int a = s->plus[x->first], sign = parity(x);
    slong which = x->op == LO_T_POW ? -1 : (slong) x->fun;
    slong extra = x->op == LO_T_POW || x->fun == LO_FUN_GENERIC ? x->len : 0;
    over(s, v, C_FUNCTION, which, extra, a, sign == 0 ? a + 1 : -1);
    if (sign == 1)
        over(s, v + 1, C_FUNCTION, which, extra, a + 1, -1);
}

static int add_aux(lo_signed_graph_struct *s, slong aux)
{
    const lo_family_struct *f = s->family;
    if (f->aux[aux].kind != LO_AUX_GATE)
        return pair(s, f->aux[aux].kind == LO_AUX_INPUT ? C_INPUT : C_FIXED, aux, 1, 2);
    const lo_gate_struct *gate = f->gates + f->aux[aux].index;
    return pair(s, C_GATE, (slong) gate->op * LO_ACT_COUNT + (gate->op == LO_OP_ACT ? (slong) gate->act : 0), 1, 2);
}

static int add_node(lo_signed_graph_struct *s, slong node)
{
    const lo_tape_struct *tape = s->family->tape;
    const lo_tnode_struct *x = tape->nodes + node;
    int v = -1, sign;
    switch (x->op) {
    case LO_T_VAR:
        v = pair(s, C_COORDINATE, 0, 0, 0);
        break;
    case LO_T_AUX:
        v = add_aux(s, x->first);
        break;
    case LO_T_CONST:
        sign = fmpq_sgn(tape->constants + x->first);
        v = pair(s, C_CONST, s->constant[x->first], sign, -sign);
        break;
    case LO_T_DOT:
        v = pair(s, C_SUM, 0, 0, 0);
        add_terms(s, v, node, 1);
        break;
    case LO_T_DIV:
        v = pair(s, C_QUOTIENT, 0, 0, 0);
        ratio(s, v, s->plus[x->first], s->plus[x->len]);
        ratio(s, v, s->plus[x->first] + 1, s->plus[x->len] + 1);
        ratio(s, v + 1, s->plus[x->first], s->plus[x->len] + 1);
        ratio(s, v + 1, s->plus[x->first] + 1, s->plus[x->len]);
        break;
    case LO_T_POW:
    case LO_T_FUN:
        v = pair(s, C_APPLY, 0, 0, 0);
        add_function(s, v, x);
        break;
    }
    return v;
}

/* Ties gates to their units, and those of one pool window together. */
static void add_gates(lo_signed_graph_struct *s)
{
    const lo_family_struct *f = s->family;
    slong groups = 0;
    for (slong k = 0; k < f->ngates; k++)
        groups = f->gates[k].group >= groups ? f->gates[k].group + 1 : groups;
    int *window = lo_alloc((size_t) groups, sizeof(int)); /* 1 + its vertex */
    if (window == NULL) {
        s->status |= LO_SYSTEM;
        return;
    }
    for (slong i = 0; i < f->primal && s->status == LO_OK; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (s->plus[i] < 0 || x->op != LO_T_AUX || f->aux[x->first].kind != LO_AUX_GATE)
            continue;
        const lo_gate_struct *gate = f->gates + f->aux[x->first].index;
        lo_signed_graph_join(s, s->plus[i], s->plus[gate->preactivation]);
        if (gate->group < 0)
            continue;
        if (window[gate->group] == 0)
            window[gate->group] = 1 + lo_signed_graph_vertex(s, C_WINDOW, 0, 0);
        lo_signed_graph_join(s, s->plus[i], window[gate->group] - 1);
    }
    lo_free(window);
}

/* constant[c]: the first constant with the same absolute value. */
static lo_status_t number_constants(lo_signed_graph_struct *s)
{
    const lo_tape_struct *tape = s->family->tape;
    fmpq_t a, b;
    s->constant = lo_alloc((size_t) tape->nconstants, sizeof(slong));
    if (s->constant == NULL)
        return LO_SYSTEM;
    fmpq_init(a);
    fmpq_init(b);
    for (slong i = 0; i < tape->nconstants; i++) {
        fmpq_abs(a, tape->constants + i);
        slong k = 0;
        for (; k < i; k++) {
            if (s->constant[k] != k)
                continue;
            fmpq_abs(b, tape->constants + k);
            if (fmpq_equal(a, b))
                break;
        }
        s->constant[i] = k;
    }
    fmpq_clear(a);
    fmpq_clear(b);
    return LO_OK;
}

/* Marks with 2 the sums and products that are merged into a sum. */
static void mark_merged(const lo_signed_graph_struct *s, char *needed, slong node)
{
    const lo_tape_struct *tape = s->family->tape;
    const lo_tnode_struct *x = tape->nodes + node;
    for (slong t = 0; x->op == LO_T_DOT && t < x->len; t++) {
        const lo_term_struct *term = tape->terms + x->first + t;
        factors_struct f = { .n = 0 };
        if (is_inner_sum(s, term)) {
            needed[term->a] = 2;
            mark_merged(s, needed, term->a);
        } else {
            split_term(&f, s, term, needed);
        }
    }
}

static void count_use(void *data, slong argument)
{
    ((slong *) data)[argument]++;
}

/* uses[i]: how often node i is an argument of nodes that the outputs need, or an output, or a pre-activation; then the
 * marks of the nodes that get vertices: all of them but inner sums. */
static lo_status_t mark(lo_signed_graph_struct *s, char *needed)
{
    const lo_family_struct *f = s->family;
    s->uses = lo_alloc((size_t) f->tape->n, sizeof(slong));
    if (s->uses == NULL)
        return LO_SYSTEM;
    lo_family_reach(needed, f);
    for (slong i = 0; i < f->primal; i++)
        if (needed[i])
            lo_tape_arguments(f->tape, i, count_use, s->uses);
    for (slong j = 0; j < f->noutputs; j++)
        s->uses[f->outputs[j]] += 2;
    for (slong k = 0; k < f->ngates; k++)
        s->uses[f->gates[k].preactivation] += 2;
    for (slong i = f->primal - 1; i >= 0; i--)
        if (needed[i] == 1)
            mark_merged(s, needed, i);
    for (slong i = 0; i < f->p; i++)
        needed[f->var[i]] = 1;
    return LO_OK;
}

static lo_status_t build(lo_signed_graph_struct *s)
{
    const lo_family_struct *f = s->family;
    char *needed = lo_alloc((size_t) f->tape->n, 1);
    s->plus = lo_alloc((size_t) f->primal, sizeof(int));
    lo_status_t status = needed == NULL || s->plus == NULL ? LO_SYSTEM : mark(s, needed);
    for (slong i = 0; i < f->primal && status == LO_OK; i++) {
        s->plus[i] = needed[i] == 1 ? add_node(s, i) : -1;
        status = s->status;
    }
    lo_free(needed);
    if (status != LO_OK)
        return status;
    add_gates(s);
    for (slong j = 0; j < f->noutputs && s->status == LO_OK; j++)
        lo_signed_graph_join(s, lo_signed_graph_vertex(s, C_OUTPUT, j, 0), s->plus[f->outputs[j]]);
    return s->status;
}

lo_status_t lo_signed_graph_init(lo_signed_graph_t graph, const lo_family_struct *family)
{
    memset(graph, 0, sizeof(*graph));
    graph->family = family;
    graph->status = number_constants(graph);
    if (graph->status == LO_OK)
        graph->status = build(graph);
    if (graph->status != LO_OK)
        lo_signed_graph_clear(graph);
    return graph->status;
}

void lo_signed_graph_clear(lo_signed_graph_t graph)
{
    lo_free(graph->key);
    lo_free(graph->edge);
    lo_free(graph->plus);
    lo_free(graph->constant);
    lo_free(graph->uses);
    graph->key = NULL;
    graph->edge = NULL;
    graph->plus = NULL;
    graph->constant = NULL;
    graph->uses = NULL;
}
