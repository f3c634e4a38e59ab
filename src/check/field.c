/* field.c - members of the family and their brackets, at the point, modulo N.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A field X is a function from points to vectors. At a point of the ring with k nilpotents, X(theta + e
 * v), with e a new one, is X(theta) + e DX(theta) v. So the bracket [X, Y] = DY X - DX Y needs values
 * only: a = X(theta), then Y(theta + e a), whose two halves are Y(theta) =: b and DY a, then X(theta + e
 * b), whose second half is DX b.
 */
#include "check/check.h"

#include <string.h>

typedef struct {
    long i, j, leaves, depth;
} entry;
static member *members;
static long nmembers, nwords;
static entry *words;
static const sparse **expanded; /* symbolic entries, by number */
static int *order_of_outputs;   /* nodes that the outputs need */
static long noutput_nodes;

long entries_count(void)
{
    return nmembers + nwords;
}

static entry entry_of(long e)
{
    entry leaf = { -1, -1, 1, 0 };
    return e < nmembers ? leaf : words[e - nmembers];
}

long entry_leaves(long e)
{
    return entry_of(e).leaves;
}

static mpq_t *rationals(const json *j, const char *what, long count)
{
    mpq_t *q = take((size_t) count + 1, sizeof(mpq_t));
    const json *e = list(j, what, count);
    for (long i = 0; i < count; i++, e = e->next) {
        mpq_init(q[i]);
        rational(q[i], e, what);
    }
    return q;
}

void read_point(const json *j)
{
    point = rationals(j, "point", M.coordinates);
}

const __mpq_struct *point_at(long i)
{
    return point[i];
}

void read_frozen(const json *j)
{
    frozen = rationals(j, "frozen", M.frozen + M.symbolic);
}

static void read_member(member *m, const json *j)
{
    cursor c = enter(j, "an instance");
    memset(m, 0, sizeof(*m));
    m->kind = 'n';
    if (M.kind == M_RAW) {
        m->kind = 'f';
        m->field = number(required(&c, "field"), "field", M.nfields);
    } else if (M.momentum && c.next != NULL && strcmp(c.next->key, "drift") == 0) {
        m->kind = 'd';
        number(required(&c, "drift"), "drift", 1);
    } else {
        m->covector = rationals(required(&c, "covector"), "covector", M.noutputs);
        json *direction = optional(&c, "direction");
        if (direction != NULL && M.kind != M_NETWORK)
            fail("a Taylor member of a map");
        if (direction != NULL)
            m->direction = rationals(direction, "direction", M.inputs);
        if (M.gated)
            m->seed = decimal(required(&c, "gates"), "gates", (uint64_t) 1 << 63);
        if (M.kind == M_NETWORK)
            m->inputs = rationals(required(&c, "inputs"), "inputs", M.inputs);
        if (direction != NULL)
            m->order = (int) number(required(&c, "order"), "order", MAX_ORDER + 1);
    }
    leave(&c);
}

/* The numbers erf'(0), softplus(0) and the density at 0 in gelu are not known to be independent of one
 * another. */
static void check_free_numbers(void)
{
    int seen[F_COUNT] = { 0 };
    for (long i = 0; i < noutput_nodes; i++)
        seen[T.nodes[order_of_outputs[i]].op == N_FUNC ? T.nodes[order_of_outputs[i]].f : F_NONE] = 1;
    if (seen[F_ERF] + seen[F_SOFTPLUS] + seen[F_GELU] > 1)
        fail("two of erf, softplus and gelu in one model: their values at 0 may be related");
}

void read_members(const json *instances, const json *list_of_words)
{
    long n = 0;
    noutput_nodes = reachable(&order_of_outputs, M.outputs, M.noutputs);
    check_free_numbers();
    fingerprints();
    const json *j = list(instances, "instances", -1);
    nmembers = instances->number;
    expanded = NULL;
    members = take((size_t) nmembers + 1, sizeof(member));
    for (long i = 0; i < nmembers; i++, j = j->next)
        read_member(members + i, j);
    nwords = 0;
    if (list_of_words == NULL)
        return;
    words = take((size_t) list_of_words->number + 1, sizeof(entry));
    for (j = list(list_of_words, "words", -1); j != NULL; j = j->next, n++) {
        const json *pair = list(j, "a word", 2);
        entry *w = words + n;
        w->i = number(pair, "a word", nmembers + n);
        w->j = number(pair->next, "a word", nmembers + n);
        nwords = n; /* the words before this one */
        entry a = entry_of(w->i), b = entry_of(w->j);
        w->leaves = a.leaves + b.leaves;
        w->depth = 1 + (a.depth > b.depth ? a.depth : b.depth);
        if (w->depth > MAX_WORD_DEPTH || w->leaves > 1 << 20)
            fail("a bracket word is too deep");
    }
    nwords = n;
}

/* Values of nodes in the ring R. theta has 2^k numbers for each coordinate. */
typedef struct {
    const int *list;
    long count;
    long *position;
    uint64_t *values;
    ring R;
} evaluation;

static uint64_t *at(const evaluation *e, int id)
{
    return e->values + e->position[id] * e->R.size;
}

static void node_value(uint64_t *v, const evaluation *e, int id, const member *m, const uint64_t *theta)
{
    const node *x = T.nodes + id;
    ring R = e->R;
    uint64_t c[MAX_EPSILONS + MAX_ORDER + 1];
    switch (x->op) {
    case N_CONST:
        v[0] = rational_mod(T.constants[x->a]);
        return;
    case N_VAR:
        if (x->f == V_INPUT) {
            v[0] = rational_mod(m->inputs[x->a]);
            if (m->direction != NULL && R.order > 0)
                v[(long) 1 << R.k] = rational_mod(m->direction[x->a]);
        } else if (x->f == V_FROZEN || x->f == V_SYMBOLIC) {
            v[0] = rational_mod(frozen[x->f == V_FROZEN ? x->a : M.frozen + x->a]);
        } else {
            memcpy(v, theta + (coordinate(x) << R.k), sizeof(uint64_t) << R.k);
        }
        return;
    case N_ADD:
        for (long i = 0; i < R.size; i++)
            v[i] = add_mod(at(e, x->a)[i], at(e, x->b)[i]);
        return;
    case N_MUL:
        r_addmul(v, at(e, x->a), at(e, x->b), R);
        return;
    case N_INV:
        r_inverse(v, at(e, x->a), R);
        return;
    case N_FUNC:
        series(c, R.k + R.order + 1, x->f, at(e, x->a)[0], m->roots[id]);
        r_compose(v, at(e, x->a), c, R);
        return;
    default: {
        long g = gate_value(m->seed, id);
        v[0] = g < 0 ? (N - (uint64_t) -g % N) % N : (uint64_t) g % N;
    }
    }
}

static void evaluate(evaluation *e, const int *nodes, long count, const member *m, const uint64_t *theta,
                     ring R)
{
    e->list = nodes;
    e->count = count;
    e->R = R;
    e->position = take((size_t) T.nnodes, sizeof(long));
    e->values = take((size_t) count * (size_t) R.size + 1, sizeof(uint64_t));
    for (long i = 0; i < count; i++) {
        e->position[nodes[i]] = i;
        node_value(e->values + i * R.size, e, nodes[i], m, theta);
    }
}

static void forget(evaluation *e)
{
    give(e->position);
    give(e->values);
}

/* out += f'(argument) times the adjoint */
static void through_function(uint64_t *out, const uint64_t *adjoint, const evaluation *e, int id,
                             const member *m)
{
    const node *x = T.nodes + id;
    uint64_t c[MAX_EPSILONS + MAX_ORDER + 2], *d = take((size_t) e->R.size, sizeof(uint64_t));
    int terms = e->R.k + e->R.order + 2;
    series(c, terms, x->f, at(e, x->a)[0], m->roots[id]);
    for (int i = 0; i + 1 < terms; i++)
        c[i] = mul_mod(c[i + 1], (uint64_t) (i + 1) % N);
    r_compose(d, at(e, x->a), c, e->R);
    r_addmul(out, adjoint, d, e->R);
    give(d);
}

/* Adjoints from the roots down; what arrives at coordinate i, of degree `order` in T, is added to out. */
static void backward(uint64_t *out, const evaluation *e, uint64_t *adjoints, const member *m)
{
    ring R = e->R;
    uint64_t *d = take((size_t) R.size, sizeof(uint64_t)), *square = take((size_t) R.size, sizeof(uint64_t));
    for (long i = e->count - 1; i >= 0; i--) {
        const node *x = T.nodes + e->list[i];
        uint64_t *mine = adjoints + i * R.size, any = 0;
        for (long k = 0; k < R.size; k++)
            any |= mine[k];
        if (any == 0)
            continue;
        uint64_t *a = adjoints + e->position[x->op > N_VAR && x->op != N_GATE ? x->a : 0] * R.size;
        uint64_t *b = adjoints + e->position[x->op == N_ADD || x->op == N_MUL ? x->b : 0] * R.size;
        if (x->op == N_VAR && coordinate(x) >= 0) {
            for (unsigned S = 0; S < 1u << R.k; S++) {
                uint64_t *to = out + (coordinate(x) << R.k | S);
                *to = add_mod(*to, mine[(long) R.order << R.k | S]);
            }
        } else if (x->op == N_ADD) {
            for (long k = 0; k < R.size; k++)
                a[k] = add_mod(a[k], mine[k]);
            for (long k = 0; k < R.size; k++)
                b[k] = add_mod(b[k], mine[k]);
        } else if (x->op == N_MUL) {
            r_addmul(a, mine, at(e, x->b), R);
            r_addmul(b, mine, at(e, x->a), R);
        } else if (x->op == N_INV) { /* (1/a)' = -1/a^2 */
            memset(square, 0, (size_t) R.size * sizeof(uint64_t));
            memset(d, 0, (size_t) R.size * sizeof(uint64_t));
            r_addmul(square, at(e, e->list[i]), at(e, e->list[i]), R);
            for (long k = 0; k < R.size; k++)
                d[k] = (N - mine[k]) % N;
            r_addmul(a, d, square, R);
        } else if (x->op == N_FUNC) {
            through_function(a, mine, e, e->list[i], m);
        }
    }
    give(square);
    give(d);
}

/* The gradient of sum_j y_j F_j, times the metric; with momentum it stands in the place of the velocities. */
static void network_value(uint64_t *out, const member *m, const uint64_t *theta, int k)
{
    evaluation e;
    ring R = ring_of(k, m->direction != NULL ? m->order : 0), S = ring_of(k, 0);
    evaluate(&e, order_of_outputs, noutput_nodes, m, theta, R);
    uint64_t *adjoints = take((size_t) noutput_nodes * (size_t) R.size, sizeof(uint64_t));
    for (long j = 0; j < M.noutputs; j++) {
        uint64_t *a = adjoints + e.position[M.outputs[j]] * R.size;
        a[0] = add_mod(a[0], rational_mod(m->covector[j]));
    }
    backward(out, &e, adjoints, m);
    give(adjoints);
    forget(&e);
    if (M.momentum) {
        memcpy(out + ((1 + M.p) << k), out + ((long) 1 << k), ((size_t) M.p * sizeof(uint64_t)) << k);
        memset(out, 0, ((size_t) (1 + M.p) * sizeof(uint64_t)) << k);
    }
    if (M.metric != NULL) {
        int *nodes;
        long count = reachable(&nodes, M.metric, M.p);
        member base = { .kind = 'n', .seed = 0 };
        base_check(&base, nodes, count);
        evaluate(&e, nodes, count, &base, theta, S);
        uint64_t *old = take((size_t) S.size, sizeof(uint64_t));
        for (long i = 0; i < M.p; i++) {
            uint64_t *to = out + (i << k);
            memcpy(old, to, (size_t) S.size * sizeof(uint64_t));
            memset(to, 0, (size_t) S.size * sizeof(uint64_t));
            r_addmul(to, old, at(&e, M.metric[i]), S);
        }
        give(old);
        forget(&e);
        give(base.roots);
        give(nodes);
    }
}

/* (1, v, -tau v) */
static void drift_value(uint64_t *out, const uint64_t *theta, int k)
{
    evaluation e;
    ring R = ring_of(k, 0);
    int *nodes;
    long count = reachable(&nodes, &M.tau, 1);
    member base = { .kind = 'd' };
    base_check(&base, nodes, count);
    evaluate(&e, nodes, count, &base, theta, R);
    const uint64_t *v = theta + ((1 + M.p) << k);
    out[0] = 1 % N;
    memcpy(out + R.size, v, (size_t) (M.p * R.size) * sizeof(uint64_t));
    for (long i = 0; i < M.p; i++) {
        uint64_t *to = out + ((1 + M.p + i) << k);
        r_addmul(to, v + i * R.size, at(&e, M.tau), R);
        for (long s = 0; s < R.size; s++)
            to[s] = (N - to[s]) % N;
    }
    forget(&e);
    give(base.roots);
    give(nodes);
}

static void member_value(uint64_t *out, member *m, const uint64_t *theta, int k)
{
    if (m->kind == 'd') {
        drift_value(out, theta, k);
        return;
    }
    if (m->roots == NULL)
        base_check(m, order_of_outputs, noutput_nodes);
    if (m->kind == 'n') {
        network_value(out, m, theta, k);
        return;
    }
    evaluation e;
    ring R = ring_of(k, 0);
    evaluate(&e, order_of_outputs, noutput_nodes, m, theta, R);
    for (long i = 0; i < M.p; i++)
        memcpy(out + i * R.size, at(&e, M.outputs[m->field * M.p + i]), (size_t) R.size * sizeof(uint64_t));
    forget(&e);
}

/* theta + e v, with e the new nilpotent number k. */
static uint64_t *moved(const uint64_t *theta, const uint64_t *v, int k)
{
    long half = (long) 1 << k;
    uint64_t *out = take((size_t) M.coordinates << (k + 1), sizeof(uint64_t));
    for (long i = 0; i < M.coordinates; i++) {
        memcpy(out + 2 * i * half, theta + i * half, (size_t) half * sizeof(uint64_t));
        memcpy(out + (2 * i + 1) * half, v + i * half, (size_t) half * sizeof(uint64_t));
    }
    return out;
}

static uint64_t *value_at(long e, const uint64_t *theta, int k)
{
    entry w = entry_of(e);
    long half = (long) 1 << k, size = M.coordinates << k;
    ring_of(k, 0); /* the limit on k */
    uint64_t *out = take((size_t) size, sizeof(uint64_t));
    if (e < nmembers) {
        member_value(out, members + e, theta, k);
        return out;
    }
    int swapped = entry_leaves(w.i) > entry_leaves(w.j); /* the shorter word is evaluated twice */
    long x = swapped ? w.j : w.i, y = swapped ? w.i : w.j;
    uint64_t *a = value_at(x, theta, k), *there = moved(theta, a, k);
    uint64_t *b = value_at(y, there, k + 1);
    give(there);
    for (long i = 0; i < size; i++) /* a := Y(theta) */
        a[i] = b[i / half * 2 * half + i % half];
    there = moved(theta, a, k);
    uint64_t *d = value_at(x, there, k + 1);
    for (long i = 0; i < size; i++) {
        long high = (i / half * 2 + 1) * half + i % half;
        uint64_t plus = swapped ? d[high] : b[high], minus = swapped ? b[high] : d[high];
        out[i] = add_mod(plus, (N - minus) % N);
    }
    give(a);
    give(b);
    give(d);
    give(there);
    return out;
}

const sparse *entry_symbolic(long e)
{
    entry w = entry_of(e);
    if (expanded == NULL)
        expanded = take((size_t) entries_count() + 1, sizeof(*expanded));
    if (expanded[e] != NULL)
        return expanded[e];
    if (M.inputs > 0 || M.gated || M.momentum)
        fail("brackets are expanded for raw families, maps, and networks without inputs and gates only");
    if (e >= nmembers)
        return expanded[e] = symbolic_bracket(entry_symbolic(w.i), entry_symbolic(w.j));
    const member *m = members + e;
    if (m->kind == 'f')
        return expanded[e] = symbolic_field(m->field);
    sparse *total = take(1, sizeof(sparse));
    total->entry = take((size_t) M.p + 1, sizeof(partial));
    for (long i = 0; i < M.p; i++) {
        const poly *s = p_si(0);
        for (long j = 0; j < M.noutputs; j++) {
            const sparse *g = symbolic_field(j);
            for (long k = 0; k < g->count; k++) {
                if (g->entry[k].var == (uint32_t) i)
                    s = p_add(s, p_multiply(p_constant(m->covector[j]), g->entry[k].p));
            }
        }
        partial here = { (uint32_t) i, s };
        if (s->count > 0)
            total->entry[total->count++] = here;
    }
    return expanded[e] = total;
}

void entry_value(uint64_t *out, long e)
{
    uint64_t *theta = take((size_t) M.coordinates, sizeof(uint64_t));
    for (long i = 0; i < M.coordinates; i++)
        theta[i] = rational_mod(point[i]);
    if (entry_of(e).depth >= DEEP_WORD && M.kind != M_NETWORK) {
        const sparse *x = entry_symbolic(e);
        for (long k = 0; k < x->count; k++)
            out[x->entry[k].var] = s_evaluate(x->entry[k].p, theta);
    } else {
        uint64_t *v = value_at(e, theta, 0);
        memcpy(out, v, (size_t) M.coordinates * sizeof(uint64_t));
        give(v);
    }
    give(theta);
}

/* A logarithm's derivative is known where the logarithm is not: unknown values are marked, and may not
 * be factors of anything that depends on a coordinate. Every other function has its argument where its
 * values are rational. */
void law_gradient(uint64_t *out, int law)
{
    int *nodes;
    long count = reachable(&nodes, &law, 1);
    ring R = ring_of(0, 0);
    member base = { .kind = 'n' };
    evaluation e = { nodes, count, take((size_t) T.nnodes, sizeof(long)),
                     take((size_t) count, sizeof(uint64_t)), R };
    uint64_t *adjoint = take((size_t) count, sizeof(uint64_t)), c[2];
    char *unknown = take((size_t) T.nnodes, 1), *moves = take((size_t) T.nnodes, 1); /* with a coordinate */
    exact ex;
    base_values(&ex, nodes, count, &base, 0);
    base.roots = take((size_t) T.nnodes, sizeof(uint64_t));
    for (long i = 0; i < count; i++) {
        const node *x = T.nodes + nodes[i];
        e.position[nodes[i]] = i;
        unknown[nodes[i]] = (char) (x->op == N_FUNC || (x->op >= N_ADD && x->op <= N_INV && unknown[x->a]) ||
                                    ((x->op == N_ADD || x->op == N_MUL) && unknown[x->b]));
        moves[nodes[i]] = (char) ((x->op == N_VAR && coordinate(x) >= 0) || (x->op > N_VAR && moves[x->a]) ||
                                  ((x->op == N_ADD || x->op == N_MUL) && moves[x->b]));
        if (x->op == N_FUNC && ex.known[nodes[i]])
            unknown[nodes[i]] = 0;
        if (ex.known[nodes[i]])
            e.values[i] = rational_mod(ex.q[nodes[i]]);
        else if (!unknown[nodes[i]])
            fail("a law has a value that is not known at the point");
        mpq_clear(ex.q[nodes[i]]);
    }
    adjoint[count - 1] = 1 % N; /* the law itself is the last node it needs */
    for (long i = count - 1; i >= 0; i--) {
        const node *x = T.nodes + nodes[i];
        uint64_t mine = adjoint[i], *a = adjoint + e.position[x->op > N_VAR ? x->a : 0];
        if (mine == 0)
            continue;
        if (x->op == N_VAR && coordinate(x) >= 0)
            out[coordinate(x)] = add_mod(out[coordinate(x)], mine);
        if (x->op == N_ADD) {
            *a = add_mod(*a, mine);
            adjoint[e.position[x->b]] = add_mod(adjoint[e.position[x->b]], mine);
        } else if (x->op == N_MUL) {
            if ((unknown[x->a] && moves[x->b]) || (unknown[x->b] && moves[x->a]))
                fail("a law has a factor whose value is not rational at the point");
            uint64_t *b = adjoint + e.position[x->b];
            if (moves[x->a])
                *a = add_mod(*a, mul_mod(mine, e.values[e.position[x->b]]));
            if (moves[x->b])
                *b = add_mod(*b, mul_mod(mine, e.values[e.position[x->a]]));
        } else if (x->op == N_INV) {
            if (unknown[x->a])
                fail("a law divides by a value that is not rational at the point");
            *a = add_mod(*a, mul_mod((N - mine) % N, mul_mod(e.values[i], e.values[i])));
        } else if (x->op == N_FUNC) {
            if (unknown[x->a] || (x->f != F_LOG && unknown[nodes[i]]))
                fail("a function in a law has an argument whose values are not known at the point");
            c[1] = inverse_mod(x->f == F_LOG ? e.values[e.position[x->a]] : 1);
            if (x->f != F_LOG)
                series(c, 2, x->f, e.values[e.position[x->a]], e.values[i]);
            *a = add_mod(*a, mul_mod(mine, c[1]));
        }
    }
    forget(&e);
    give(base.roots);
    give(nodes);
    give(adjoint);
    give(unknown);
    give(ex.q);
    give(ex.known);
}
