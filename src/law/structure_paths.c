/* structure_paths.c - networks whose unit laws are all their laws: gates separate the paths.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Theorem. Let every coefficient of F_j(theta), as a polynomial in inputs and gates, be a constant times
 * one monomial of theta. Then the unit laws are all laws at generic theta, and orbits have dimension p -
 * (their number). Proof. The family is spanned by the gradients of those monomials theta^e. In the
 * coordinates s_i = theta_i^2 / 2 the field of theta^e is theta^e e: a function times a constant vector. So
 * the span of all of them is the row space of the matrix E of the exponents wherever no theta_i is zero; it
 * is closed under brackets; orbits are s + rowspace(E), and the laws are w.s with E w = 0. Such a w is a
 * unit assignment: give a node the sum of w along any path from a source to it; two paths to the node
 * continue by the same path to an output, where both sums are zero, so they agree. Conversely unit laws
 * have E w = 0. []
 *
 * Here the hypothesis is checked on tensors. A path runs from an input, or from a parameter that is added,
 * to an output, and collects weights and gates. For each node and each source (the input, the last gate, or
 * the number 1 that an added parameter multiplies) at most one path without a gate in between leads from an
 * entry of the source to an entry of the node. Then a coefficient, which names the input, the gates (they
 * are met in the order of the graph) and the output, belongs to one path. Linear maps keep this when their
 * entries have one argument each, or when each entry of the source still leads to one entry only
 * (`forward`); sums keep it when the sources of the terms differ.
 *
 * Gates must be different variables: units with equal pre-activations share a gate. So pre-activations must
 * be different polynomials. Within a tensor this follows from linear independence of its entries, which is
 * tracked (`independent`): setting an untied weight to zero kills what it multiplies (`kill`: the earliest
 * node where that happens) and nothing before. Between tensors: the later one contains a variable that
 * enters the graph (`entry`) after the earlier one.
 */
#include "law/structure.h"

#include <string.h>

#define ONE (-1) /* the source of added parameters */
#define NEVER WORD_MAX
#define MOST_SOURCES 4096 /* of one node: they are kept for every node */

typedef struct {
    slong node; /* of the input or gate, or ONE */
    int forward;
} source_struct;

typedef struct {
    int is_weight;   /* an untied parameter under index maps; not yet seen as a signal */
    int repeated;    /* ... with entries that occur several times */
    int independent; /* the entries are linearly independent polynomials */
    slong kill;      /* the entries vanish when weights that enter at this node or later are zero; -1: no */
    slong entry;     /* every entry contains a variable that enters at this node, -1: not known */
    slong n;
    source_struct *source;
} signal_struct;

typedef struct {
    lo_structure_work_struct *w;
    signal_struct *signal;
    slong *users;
    slong last_gate; /* the largest node that a gate has looked at */
    const char *why;
} paths_struct;

static void fail(paths_struct *p, const char *why)
{
    if (p->why == NULL)
        p->why = why;
}

static source_struct *add_source(paths_struct *p, signal_struct *s, slong node, int forward, slong room)
{
    if (s->source == NULL)
        s->source = lo_arena_alloc(p->w->space->arena, (size_t) room, sizeof(*s->source));
    if (s->source == NULL) {
        p->w->status |= LO_SYSTEM;
        return NULL;
    }
    s->source[s->n] = (source_struct){ node, forward };
    return s->source + s->n++;
}

/* The argument as a signal: a parameter that is not multiplied by one multiplies 1, and enters at node n. */
static signal_struct as_signal(paths_struct *p, slong n, slong argument)
{
    signal_struct s = p->signal[argument];
    if (!s.is_weight)
        return s;
    signal_struct one = { .independent = !s.repeated, .kill = NEVER, .entry = n };
    add_source(p, &one, ONE, LO_NODE_OF(p->w, argument)->size == 1 && !s.repeated, 1);
    return one;
}

static signal_struct copy_signal(paths_struct *p, const signal_struct *from)
{
    signal_struct s = *from;
    s.n = 0;
    s.source = NULL;
    for (slong i = 0; i < from->n && p->w->status == LO_OK; i++)
        add_source(p, &s, from->source[i].node, from->source[i].forward, from->n);
    return s;
}

/* A linear map of signal `a`. several: an entry may have several arguments; spreads: an argument several
 * entries. */
static signal_struct linear(paths_struct *p, const signal_struct *a, int several, int spreads)
{
    signal_struct s = copy_signal(p, a);
    for (slong i = 0; i < s.n; i++) {
        if (several && !s.source[i].forward)
            fail(p, "two linear maps follow one another without a gate between them");
        s.source[i].forward = s.source[i].forward && !spreads;
    }
    return s;
}

static const slong *dim(const paths_struct *p, slong n)
{
    return LO_NODE_OF(p->w, n)->shape.dim;
}

/* W x or x W */
static void matmul(paths_struct *p, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(p->w, n);
    int side = p->signal[node->args[0]].is_weight ? 0 : 1;
    slong weight = node->args[side], data = node->args[1 - side];
    if (!p->signal[weight].is_weight || p->signal[weight].repeated) {
        fail(p, "signals are multiplied by one another");
        return;
    }
    signal_struct a = as_signal(p, n, data);
    signal_struct s = linear(p, &a, dim(p, weight)[1 - side] > 1, dim(p, weight)[side] > 1);
    /* sum over W(i,k) c(i,j) x(k,j) = 0 gives sum over j of c(i,j) x(k,j) = 0 for all i, k */
    s.independent = a.independent;
    s.kill = s.entry = n;
    p->signal[n] = s;
}

/* Windows at different positions: sum over c(o,q) W(o,i,a) x(i, q + a) = 0 gives sum over q of c(o,q) x(i,
 * q + a) = 0 for every offset a, and each position has a valid one (structure_conv.c clears `exact`
 * otherwise). */
static void convolution(paths_struct *p, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(p->w, n);
    slong data = node->args[0], kernel = node->args[1];
    int overlap = 0;
    if (!p->signal[kernel].is_weight || p->signal[kernel].repeated) {
        fail(p, "signals are multiplied by one another");
        return;
    }
    for (int d = 2; d < LO_NODE_OF(p->w, kernel)->shape.rank; d++)
        overlap = overlap || dim(p, kernel)[d] > node->u.conv.stride;
    signal_struct a = as_signal(p, n, data);
    signal_struct s =
        linear(p, &a, LO_NODE_OF(p->w, kernel)->size > dim(p, kernel)[0], overlap || dim(p, kernel)[0] > 1);
    s.independent = a.independent;
    s.kill = s.entry = n;
    p->signal[n] = s;
}

/* g .* x, c * x for a parameter c, w * x for a scalar signal x, 2 * x */
static void scale(paths_struct *p, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(p->w, n);
    slong a = node->args[0], b = node->args[1];
    if (LO_NODE_OF(p->w, a)->op == LO_OP_CONST) {
        p->signal[n] = p->signal[b];
        return;
    }
    int side = p->signal[a].is_weight ? 0 : 1;
    slong weight = node->args[side], data = node->args[1 - side];
    if (!p->signal[weight].is_weight) {
        fail(p, "signals are multiplied by one another");
        return;
    }
    signal_struct x = as_signal(p, n, data);
    int spreads = LO_NODE_OF(p->w, data)->size < node->size;
    signal_struct s = linear(p, &x, 0, spreads);
    s.independent = spreads ? !p->signal[weight].repeated : x.independent;
    s.kill = s.entry = n;
    p->signal[n] = s;
}

static void merge_sources(paths_struct *p, signal_struct *s, const signal_struct *a, const signal_struct *b)
{
    s->n = 0;
    s->source = NULL;
    if (a->n + b->n > MOST_SOURCES) {
        fail(p, "a sum has too many terms with gates of their own");
        return;
    }
    for (slong i = 0; i < a->n && p->w->status == LO_OK; i++)
        add_source(p, s, a->source[i].node, a->source[i].forward, a->n + b->n);
    for (slong i = 0; i < b->n && p->w->status == LO_OK; i++) {
        slong k = 0;
        while (k < a->n && a->source[k].node != b->source[i].node)
            k++;
        if (k < a->n)
            s->source[k].forward = -1; /* in both */
        else
            add_source(p, s, b->source[i].node, b->source[i].forward, a->n + b->n);
    }
}

static void add(paths_struct *p, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(p->w, n);
    slong x = node->args[0], y = node->args[1];
    /* parameters enter where they are used, whatever the number of their node */
    slong at_x = p->signal[x].is_weight ? -1 : x, at_y = p->signal[y].is_weight ? -1 : y;
    signal_struct a = as_signal(p, n, x), b = as_signal(p, n, y), s = { 0 };
    merge_sources(p, &s, &a, &b);
    for (slong i = 0; i < s.n; i++)
        if (s.source[i].forward < 0)
            fail(p, s.source[i].node == ONE
                        ? "parameters are added twice without a gate between them"
                        : "a sum joins two paths from the same place without a gate on either");
    s.independent = (a.independent && b.kill > at_x) || (b.independent && a.kill > at_y);
    s.kill = a.kill >= 0 && b.kill >= 0 ? FLINT_MIN(a.kill, b.kill) : -1;
    s.entry = b.independent && b.entry > at_x ? b.entry : a.independent && a.entry > at_y ? a.entry : -1;
    p->signal[n] = s;
}

static void gate(paths_struct *p, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(p->w, n);
    signal_struct a = as_signal(p, n, node->args[0]), s = { .independent = 1, .kill = a.kill, .entry = n };
    if (node->op == LO_OP_ACT && (!a.independent || (p->last_gate >= 0 && a.entry <= p->last_gate)))
        fail(p, "it is not clear that all gates are different");
    if (node->op == LO_OP_ACT)
        p->last_gate = FLINT_MAX(p->last_gate, node->args[0]);
    s.independent = a.independent;
    add_source(p, &s, n, 1, 1);
    p->signal[n] = s;
}

/* Averages over disjoint windows, or the sum of all entries. */
static void average(paths_struct *p, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(p->w, n);
    signal_struct a = as_signal(p, n, node->args[0]);
    int overlaps = 0;
    if (node->op == LO_OP_AVGPOOL)
        (void) lo_structure_pooled(&overlaps, p->w, n);
    signal_struct s = linear(p, &a, 1, overlaps);
    s.independent = a.independent && !overlaps;
    if (s.n != 1 || s.source[0].node != s.entry) /* a gate of its own in every entry does not cancel */
        s.entry = -1;
    p->signal[n] = s;
}

/* Parts in the order of the graph: what enters with a part can be killed without touching those before. */
static void join(paths_struct *p, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(p->w, n);
    signal_struct s = p->signal[node->args[0]];
    slong top = node->args[0];
    int all_equal = 1;
    for (slong k = 1; k < node->nargs; k++)
        all_equal = all_equal && node->args[k] == node->args[0];
    if (s.is_weight && all_equal) {
        s.repeated = 1;
        p->signal[n] = s;
        return;
    }
    s = as_signal(p, n, node->args[0]);
    for (slong k = 1; k < node->nargs && p->why == NULL; k++) {
        signal_struct a = s, b = as_signal(p, n, node->args[k]);
        merge_sources(p, &s, &a, &b);
        for (slong i = 0; i < s.n; i++)
            s.source[i].forward = s.source[i].forward > 0;
        s.independent = a.independent && b.independent && node->args[k] > top && b.kill > top;
        s.kill = a.kill >= 0 && b.kill >= 0 ? FLINT_MIN(a.kill, b.kill) : -1;
        s.entry = FLINT_MIN(a.entry, b.entry);
        top = FLINT_MAX(top, node->args[k]);
    }
    p->signal[n] = s;
}

static void symbol(paths_struct *p, slong n)
{
    signal_struct s = { .independent = 1, .kill = -1, .entry = -1 };
    switch (p->w->model->symbols[LO_NODE_OF(p->w, n)->u.index].kind) {
    case LO_SYM_PARAM:
        s.is_weight = 1;
        break;
    case LO_SYM_INPUT:
        add_source(p, &s, n, 1, 1);
        break;
    default:
        fail(p, "there are constants that are not trained");
        break;
    }
    p->signal[n] = s;
}

static void visit(paths_struct *p, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(p->w, n);
    switch (node->op) {
    case LO_OP_CONST: /* only as a factor: see `scale` */
        break;
    case LO_OP_SYMBOL:
        symbol(p, n);
        break;
    case LO_OP_NEG:
    case LO_OP_TRANSPOSE:
    case LO_OP_RESHAPE:
    case LO_OP_SLICE:
        p->signal[n] = p->signal[node->args[0]];
        break;
    case LO_OP_ADD:
    case LO_OP_SUB:
        add(p, n);
        break;
    case LO_OP_SCALE:
    case LO_OP_HADAMARD:
        scale(p, n);
        break;
    case LO_OP_MATMUL:
        matmul(p, n);
        break;
    case LO_OP_CONV1D:
    case LO_OP_CONV2D:
        convolution(p, n);
        break;
    case LO_OP_ACT:
        if (node->u.act != LO_ACT_RELU && node->u.act != LO_ACT_LEAKY_RELU)
            fail(p, "an activation is not piecewise linear");
        else
            gate(p, n);
        break;
    case LO_OP_MAXPOOL:
        gate(p, n);
        break;
    case LO_OP_AVGPOOL:
    case LO_OP_SUM:
        average(p, n);
        break;
    case LO_OP_CAT:
        join(p, n);
        break;
    case LO_OP_SOFTMAX:
    case LO_OP_LAYERNORM:
    case LO_OP_RMSNORM:
        fail(p, "softmax and normalisation are not piecewise linear");
        break;
    default:
        fail(p, "an operation is not one of a network of weights and gates");
        break;
    }
}

/* A constant may only be a factor. */
static void check_constants(paths_struct *p, slong n)
{
    const lo_node_struct *node = LO_NODE_OF(p->w, n);
    for (slong k = 0; k < node->nargs; k++) {
        const lo_node_struct *x = LO_NODE_OF(p->w, node->args[k]);
        if (x->op == LO_OP_CONST &&
            (node->op != LO_OP_SCALE || k != 0 || fmpq_is_zero(p->w->model->constants + x->u.index)))
            fail(p, "there are constants that are not factors");
    }
}

const char *lo_structure_paths(lo_structure_work_struct *w)
{
    paths_struct p = { .w = w, .last_gate = -1 };
    slong nodes = w->model->nnodes;
    p.signal = lo_arena_alloc(w->space->arena, (size_t) nodes, sizeof(*p.signal));
    p.users = lo_arena_alloc(w->space->arena, (size_t) nodes, sizeof(*p.users));
    if (p.signal == NULL || p.users == NULL) {
        w->status |= LO_SYSTEM;
        return "memory was short";
    }
    for (slong n = 0; n < nodes; n++)
        for (slong k = 0; w->live[n] && k < LO_NODE_OF(w, n)->nargs;
             k++) /* repeated parts of one join count once */
            p.users[LO_NODE_OF(w, n)->args[k]] += LO_NODE_OF(w, n)->op != LO_OP_CAT || k == 0 ||
                                                  LO_NODE_OF(w, n)->args[k] != LO_NODE_OF(w, n)->args[k - 1];
    for (slong k = 0; k < w->model->noutputs; k++)
        p.users[w->model->outputs[k]]++;
    for (slong n = 0; n < nodes && p.why == NULL && w->status == LO_OK; n++) {
        if (!w->live[n])
            continue;
        check_constants(&p, n);
        if (p.why == NULL)
            visit(&p, n);
        if (p.signal[n].is_weight && p.users[n] > 1)
            fail(&p, "a parameter is used in several places");
    }
    return w->status != LO_OK ? "memory was short" : p.why;
}
