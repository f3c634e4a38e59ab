/* members.c - members of the family and their brackets, at the point, modulo N.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A field X is a function from points to vectors. At a point of the ring with k nilpotents, X(theta + e v), with
 * e a new one, is X(theta) + e DX(theta) v. So the bracket [X, Y] = DY X - DX Y needs values only: a = X(theta),
 * then Y(theta + e a), whose two halves are Y(theta) =: b and DY a, then X(theta + e b), whose second half is
 * DX b.
 *
 * Values of analytic functions are derived from Taylor coefficients at arguments where these are rational, or
 * stand for numbers that may take any value: manual, "Members and brackets".
 */
#include "check/language.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    long field;
    assignment at;
    const int *direction; /* NULL: none */
    int order;
} member;
typedef struct {
    long i, j, leaves, depth;
    const int *nodes; /* expanded, where that was asked for */
} entry;
static int *point, *frozen;
static member *members;
static long nmembers, nentries;
static entry *entries;
static uint64_t *prints;           /* fingerprints, by node */
static int quadratic;              /* a_0 of split.root, which is no square; 0: none */
static uint64_t quadratic_root;    /* and its root modulo N */

/* Nothing is known yet. */
void members_start(void)
{
    point = frozen = NULL;
    nentries = 0;
    quadratic = 0;
}

/* --- gates --- */

static uint64_t window_print(int window)
{
    long length;
    uint64_t w = 0;
    const int *entry_node = item(&gated_windows, window, &length);
    for (long i = 0; i < length; i++)
        w = mix(w + prints[entry_node[i]]);
    return mix(w + 7);
}

static uint64_t print_of(const node *x)
{
    switch (x->op) {
    case N_CONST:
        return rational_mod(rational_at(x->a));
    case N_VAR: /* kinds are coordinate, input, frozen, symbolic, from 1 */
        return mix(mix((uint64_t) x->f + 1) + (uint64_t) x->a) % mersenne;
    case N_ADD:
        return add_mod(prints[x->a], prints[x->b]);
    case N_MUL:
        return mul_mod(prints[x->a], prints[x->b]);
    case N_INV:
        return prints[x->a] == 0 ? 0 : inverse_mod(prints[x->a]);
    case N_FUNC:
        return mix(prints[x->a] + 100 + (uint64_t) x->f) % mersenne;
    default:
        return mix(x->f > 0 ? prints[x->a] + 4 + (uint64_t) x->f : window_print(x->a) + (uint64_t) x->b) % mersenne;
    }
}

static void fingerprints(void)
{
    int *list;
    uint64_t modulus = N;
    long count = reachable(&list, M.outputs, M.noutputs);
    N = mersenne;
    prints = take((size_t) T.count, sizeof(uint64_t));
    for (long i = 0; i < count; i++)
        prints[list[i]] = print_of(node_at(list[i]));
    N = modulus;
}

/* From -4 to 5 without 0. */
long gate_value(uint64_t seed, int id)
{
    const node *x = node_at(id);
    uint64_t z = x->f > 0 ? prints[x->a] + (uint64_t) x->f - 1 : window_print(x->a) + (uint64_t) x->b;
    long v = (long) (mix(z + mix(seed)) % 9) - 4;
    return v == 0 ? 5 : v;
}

/* --- reading --- */

int *constants(const json *j, const char *what, long count)
{
    int *ids = take((size_t) count + 1, sizeof(int));
    const json *e = list(j, what, count);
    mpq_t q;
    mpq_init(q);
    for (long i = 0; i < count; i++, e = e->next) {
        rational(q, e, what);
        ids[i] = constant(q);
    }
    mpq_clear(q);
    return ids;
}

void read_point(const json *j)
{
    point = constants(j, "point", M.coordinates);
}

void read_frozen(const json *j)
{
    frozen = constants(j, "frozen", M.frozen + M.symbolic);
}

assignment at_point(void)
{
    assignment at = { .image = { NULL }, .gates = GATES_KEPT };
    at.image[V_TIME] = point;
    at.image[V_COORD] = point == NULL ? NULL : point + M.momentum;
    at.image[V_VELOCITY] = point == NULL ? NULL : point + M.momentum + M.p;
    at.image[V_FROZEN] = frozen;
    at.image[V_SYMBOLIC] = frozen == NULL ? NULL : frozen + M.frozen;
    return at;
}

static mpq_srcptr square_root_of(mpq_t out, mpq_srcptr a)
{
    if (mpq_sgn(a) <= 0 || !mpz_perfect_square_p(mpq_numref(a)) || !mpz_perfect_square_p(mpq_denref(a)))
        return NULL;
    mpz_sqrt(mpq_numref(out), mpq_numref(a));
    mpz_sqrt(mpq_denref(out), mpq_denref(a));
    return out;
}

/* ["a_0","r"]: square roots may lie in Q(sqrt(a_0)), whose elements go to Z/N by sqrt(a_0) -> r. */
void read_root(const json *j)
{
    mpq_t q;
    mpq_init(q);
    quadratic = 0;
    if (j != NULL) {
        const json *a = list(j, "root", 2);
        rational(q, a, "root");
        quadratic = constant(q);
        quadratic_root = decimal(a->next, "root", N);
        if (mpq_sgn(q) <= 0 || square_root_of(q, known(quadratic)) != NULL || quadratic_root == 0 ||
            mul_mod(quadratic_root, quadratic_root) != rational_mod(known(quadratic)))
            fail("root: a positive number that is no square, and a root of it modulo N, are expected");
    }
    mpq_clear(q);
}

static void read_member(member *m, const json *j)
{
    const json *covector = NULL, *direction = NULL, *gates = NULL, *inputs = NULL, *order = NULL, *index = NULL;
    int network = M.kind == M_NETWORK;
    m->at = at_point();
    m->at.gates = GATES_SEEDED;
    if (M.kind == M_RAW) {
        unpack(j, "an instance", "field", &index);
        m->field = number(index, "field", M.nfields);
    } else if (M.momentum && j->kind == '{' && j->number == 1 && strcmp(j->first->key, "drift") == 0) {
        m->field = 1 + number(j->first, "drift", 1);
    } else if (network && M.gated) {
        unpack(j, "an instance", "covector direction? gates inputs order?", &covector, &direction, &gates, &inputs,
               &order);
    } else if (network) {
        unpack(j, "an instance", "covector direction? inputs order?", &covector, &direction, &inputs, &order);
    } else if (M.gated) {
        unpack(j, "an instance", "covector gates", &covector, &gates);
    } else {
        unpack(j, "an instance", "covector", &covector);
    }
    if ((direction == NULL) != (order == NULL))
        fail("an instance: \"%s\" is not expected here alone", direction == NULL ? "order" : "direction");
    if (covector != NULL)
        m->at.image[V_COVECTOR] = constants(covector, "covector", M.noutputs);
    if (inputs != NULL)
        m->at.image[V_INPUT] = constants(inputs, "inputs", M.inputs);
    m->at.seed = gates != NULL ? decimal(gates, "gates", (uint64_t) 1 << 63) : 0;
    m->direction = direction != NULL ? constants(direction, "direction", M.inputs) : NULL;
    m->order = order != NULL ? (int) number(order, "order", MAX_ORDER + 1) : 0;
}

/* The numbers erf'(0), softplus(0) and the density at 0 in gelu are not known to be independent of one another. */
static void check_free_numbers(void)
{
    int seen[F_DENSITY + 1] = { 0 }, *list;
    for (long n = reachable(&list, M.outputs, M.noutputs); n-- > 0;)
        seen[node_at(list[n])->op == N_FUNC ? node_at(list[n])->f : F_NONE] = 1;
    if (seen[F_ERF] + seen[F_SOFTPLUS] + seen[F_GELU] > 1)
        fail("two of erf, softplus and gelu in one model: their values at 0 may be related");
}

void read_members(const json *instances, const json *words)
{
    const json *j = list(instances, "instances", -1);
    long nwords = words != NULL ? (list(words, "words", -1), words->number) : 0;
    check_free_numbers();
    fingerprints();
    nmembers = instances->number;
    members = take((size_t) nmembers + 1, sizeof(member));
    entries = take((size_t) (nmembers + nwords) + 1, sizeof(entry));
    for (nentries = 0; nentries < nmembers; j = j->next) {
        read_member(members + nentries, j);
        entries[nentries++].leaves = 1;
    }
    for (j = nwords > 0 ? words->first : NULL; j != NULL; j = j->next) {
        const json *pair = list(j, "a word", 2);
        entry *w = entries + nentries, *a = entries + number(pair, "a word", nentries),
              *b = entries + number(pair->next, "a word", nentries);
        w->i = a - entries;
        w->j = b - entries;
        w->leaves = a->leaves + b->leaves;
        w->depth = 1 + (a->depth > b->depth ? a->depth : b->depth);
        if (w->depth > MAX_WORD_DEPTH || w->leaves > 1 << 20)
            fail("a bracket word is too deep");
        nentries++;
    }
}

long entries_count(void)
{
    return nentries;
}

long entry_leaves(long e)
{
    return entries[e].leaves;
}

/* --- values --- */

/* The positive root of a, rational or a rational multiple of sqrt(a_0), modulo N; 0: none. */
static uint64_t base_root(mpq_srcptr a)
{
    uint64_t root = 0;
    mpq_t q;
    mpq_init(q);
    if (square_root_of(q, a) != NULL) {
        root = rational_mod(q);
    } else if (quadratic != 0) {
        mpq_div(q, a, known(quadratic));
        if (square_root_of(q, q) != NULL)
            root = mul_mod(rational_mod(q), quadratic_root);
    }
    mpq_clear(q);
    return root;
}

/* Every function has an argument at the base point where its Taylor coefficients are known: the rule of instances.
 * Returns the square roots, by position. */
static uint64_t *base_check(const member *m, const field *F)
{
    long n = 0;
    int *arguments = take((size_t) F->count + 1, sizeof(int));
    uint64_t *roots = take((size_t) F->count + 1, sizeof(uint64_t));
    for (long i = 0; i < F->count; i++) {
        if (node_at(F->nodes[i])->op == N_FUNC)
            arguments[n++] = node_at(F->nodes[i])->a;
    }
    if (n > 0)
        substitute(arguments, arguments, n, &m->at);
    for (long i = 0, k = 0; k < n; i++) {
        const node *x = node_at(F->nodes[i]);
        if (x->op != N_FUNC)
            continue;
        mpq_srcptr a = known(arguments[k++]);
        roots[i] = x->f == F_SQRT && a != NULL ? base_root(a) : 0;
        if (a == NULL || (x->f == F_SQRT ? roots[i] == 0 : mpq_cmp_si(a, x->f == F_LOG, 1) != 0))
            fail("the argument of %s at the base point is not where its Taylor coefficients are known",
                 function_names[x->f]);
    }
    give(arguments);
    return roots;
}

/* theta has 2^k numbers for each coordinate. */
static void node_value(uint64_t *v, const node *x, int id, const member *m, const uint64_t *theta, ring R)
{
    if (x->op == N_CONST) {
        v[0] = rational_mod(rational_at(x->a));
    } else if (x->op == N_GATE) {
        long g = gate_value(m->at.seed, id);
        v[0] = g < 0 ? negate_mod((uint64_t) -g % N) : (uint64_t) g % N;
    } else if (coordinate(x) >= 0) {
        memcpy(v, theta + (coordinate(x) << R.k), sizeof(uint64_t) << R.k);
    } else if (x->f == V_SLOPE) {
        v[0] = free_number(1000);
    } else {
        v[0] = rational_mod(known(m->at.image[x->f][x->a]));
        if (x->f == V_INPUT && m->direction != NULL && R.order > 0)
            v[(long) 1 << R.k] = rational_mod(known(m->direction[x->a]));
    }
}

/* Coordinate by coordinate, the coefficient of T^order. */
static void field_value(uint64_t *out, const member *m, const field *F, const uint64_t *theta, int k)
{
    ring R = ring_of(k, m->order);
    uint64_t *values = take((size_t) F->count * (size_t) R.size + 1, sizeof(uint64_t)), *roots = base_check(m, F);
    for (long i = 0; i < F->count; i++) {
        const node *x = node_at(F->nodes[i]);
        uint64_t *v = values + i * R.size, *a = values + F->position[x->op > N_VAR ? x->a : 0] * R.size,
                 *b = values + F->position[x->op > N_VAR ? x->b : 0] * R.size;
        if (x->op == N_ADD) {
            for (long s = 0; s < R.size; s++)
                v[s] = add_mod(a[s], b[s]);
        } else if (x->op == N_MUL) {
            r_addmul(v, a, b, R);
        } else if (x->op == N_INV) {
            r_inverse(v, a, R);
        } else if (x->op != N_FUNC) {
            node_value(v, x, F->nodes[i], m, theta, R);
        } else if (x->b != 0) {
            memcpy(v, b, (size_t) R.size * sizeof(uint64_t));
        } else {
            r_function(v, x, a, roots[i], R);
        }
    }
    for (long i = 0; i < M.coordinates; i++)
        memcpy(out + (i << k), values + F->position[F->x[i]] * R.size + ((long) R.order << k), sizeof(uint64_t) << k);
    give(values);
    give(roots);
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
    const entry *w = entries + e;
    long half = (long) 1 << k, size = M.coordinates << k;
    ring_of(k, 0); /* the limit on k */
    uint64_t *out = take((size_t) size, sizeof(uint64_t));
    if (e < nmembers) {
        field_value(out, members + e, field_at(members[e].field), theta, k);
        return out;
    }
    int swapped = entry_leaves(w->i) > entry_leaves(w->j); /* the shorter word is evaluated twice */
    long x = swapped ? w->j : w->i, y = swapped ? w->i : w->j;
    uint64_t *a = value_at(x, theta, k), *there = moved(theta, a, k), *b = value_at(y, there, k + 1);
    give(there);
    for (long i = 0; i < size; i++) /* a := Y(theta) */
        a[i] = b[i / half * 2 * half + i % half];
    there = moved(theta, a, k);
    uint64_t *d = value_at(x, there, k + 1);
    for (long i = 0; i < size; i++) {
        long high = (i / half * 2 + 1) * half + i % half;
        out[i] = add_mod(swapped ? d[high] : b[high], negate_mod(swapped ? b[high] : d[high]));
    }
    give(a);
    give(b);
    give(d);
    give(there);
    return out;
}

/* With the coordinates as variables. */
const int *entry_nodes(long e)
{
    entry *w = entries + e;
    if (w->nodes != NULL)
        return w->nodes;
    int *nodes = take((size_t) M.coordinates, sizeof(int));
    if (e < nmembers) {
        assignment at = members[e].at;
        if (members[e].order > 0)
            fail("a Taylor member in a word that is expanded");
        at.image[V_COORD] = at.image[V_TIME] = at.image[V_VELOCITY] = at.image[V_FROZEN] = at.image[V_SYMBOLIC] = NULL;
        substitute(nodes, field_at(members[e].field)->x, M.coordinates, &at);
    } else {
        bracket(nodes, entry_nodes(w->i), entry_nodes(w->j));
    }
    return w->nodes = nodes;
}

void entry_value(uint64_t *out, long e)
{
    uint64_t *theta = take((size_t) M.coordinates, sizeof(uint64_t)), *v;
    for (long i = 0; i < M.coordinates; i++)
        theta[i] = rational_mod(known(point[i]));
    if (entries[e].depth >= DEEP_WORD && M.kind != M_NETWORK) {
        member base = { .at = at_point() };
        int *nodes = take((size_t) M.coordinates, sizeof(int));
        memcpy(nodes, entry_nodes(e), (size_t) M.coordinates * sizeof(int));
        field F = field_of(nodes, NULL, 0);
        field_value(out, &base, &F, theta, 0);
        give(theta);
        return;
    }
    v = value_at(e, theta, 0);
    memcpy(out, v, (size_t) M.coordinates * sizeof(uint64_t));
    give(v);
    give(theta);
}
