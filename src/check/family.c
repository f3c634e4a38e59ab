/* family.c - the fields of the family, its members, and their brackets.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A field is a node of the tape for each coordinate. The family of a network is one field, the gradient of
 * sum_j y_j F_j (times the metric), in which inputs, gates and the covector y are variables; that of raw
 * fields is sum_j y_j X_j. An identity in these variables holds for every member, and numbers in their place
 * give a member. With momentum the coordinates are (t, theta, v), the member is (0, 0, gradient), and there
 * is one more field, the drift (1, v, -tau v).
 *
 * The coefficient of T^k at the inputs x + T direction is the k-th derivative by the inputs along the
 * direction, over k!; these derivatives are made once, with a variable direction.
 */
#include "check/language.h"

#include <string.h>

static int potential, *drift;       /* sum y_j F_j; the other field */
static int *derived[MAX_ORDER + 1]; /* the family, differentiated by the inputs */
static int *point, *frozen;
static long nmembers, nentries;
static field_entry *entries;

int *vector(long size)
{
    return take((size_t) size + 1, sizeof(int));
}

long covector_size(void)
{
    return M.kind == M_RAW ? M.nfields : M.noutputs;
}

int *unit_covector(long i)
{
    int *y = vector(covector_size());
    y[i] = constant_si(1);
    return y;
}

/* A coordinate of the family, by what follows the y_j. */
static int weighted(const int *x, long step)
{
    long n = covector_size();
    int *terms = vector(n);
    for (long j = 0; j < n; j++)
        terms[j] = multiply(variable(V_COVECTOR, j), x[j * step]);
    int total = sum(terms, n);
    give(terms);
    return total;
}

static int metric(long i)
{
    return M.metric != NULL ? M.metric[i] : constant_si(1);
}

/* The coordinate that a member moves with d/d theta_i. */
static long moved(long i)
{
    return M.momentum ? 1 + M.p + i : i;
}

void family_start(void)
{
    int *g = vector(M.coordinates), *x = vector(M.coordinates);
    memset(derived, 0, sizeof(derived));
    derived[0] = x;
    drift = vector(M.coordinates);
    drift[0] = constant_si(1);
    potential = M.kind == M_RAW ? 0 : weighted(M.outputs, 1);
    gradient(g, potential);
    for (long i = 0; i < M.p; i++) {
        x[moved(i)] = M.kind == M_RAW ? weighted(M.outputs + i, M.p) : multiply(g[M.momentum + i], metric(i));
        if (M.momentum) {
            drift[1 + i] = variable(V_VELOCITY, i);
            drift[1 + M.p + i] = negate(multiply(M.tau, drift[1 + i]));
        }
    }
}

const int *family(void)
{
    return derived[0];
}

/* x in the place of the coordinates. */
void place(assignment *at, const int *x)
{
    at->image[V_TIME] = x;
    at->image[V_COORD] = x + M.momentum;
    at->image[V_VELOCITY] = x + M.momentum + M.p;
}

void place_at_point(assignment *at, const int *x)
{
    place(at, x != NULL ? x : point);
    at->image[V_FROZEN] = frozen;
    at->image[V_SYMBOLIC] = frozen == NULL ? NULL : frozen + M.frozen;
}

/* Along a member of a network, sum_i dh/d(moved i) H_i dP/d theta_i is found as the derivative of P along
 * the gradient of h (times the metric): there the factors that cancel meet early, node by node. */
int derivative_along(int h, int along_drift)
{
    int result, direct = along_drift || M.kind == M_RAW, *dh = vector(M.coordinates),
                *back = vector(M.coordinates);
    assignment along = { .image = { NULL } };
    place(&along, !direct ? back : along_drift ? drift : derived[0]);
    if (!direct)
        gradient(dh, h);
    for (long i = 0; i < M.p; i++)
        back[M.momentum + i] = multiply(dh[moved(i)], metric(i));
    tangents(&result, direct ? &h : &potential, 1, &along);
    give(dh);
    give(back);
    return result;
}

/* [X, Y] = DY X - DX Y */
void bracket(int *out, const int *x, const int *y)
{
    int *back = vector(M.coordinates);
    assignment along_x = { .image = { NULL } }, along_y = along_x;
    place(&along_x, x);
    place(&along_y, y);
    tangents(out, y, M.coordinates, &along_x);
    tangents(back, x, M.coordinates, &along_y);
    for (long i = 0; i < M.coordinates; i++)
        out[i] = add(out[i], negate(back[i]));
    give(back);
}

int *constants(const json *j, const char *what, long count)
{
    int *ids = vector(count), *to = ids;
    for (const json *e = list(j, what, count); e != NULL; e = e->next)
        *to++ = constant((int) e->number);
    return ids;
}

void read_point(const json *jpoint, const json *jfrozen)
{
    point = jpoint == NULL ? NULL : constants(jpoint, "point", M.coordinates);
    frozen = jfrozen == NULL ? NULL : constants(jfrozen, "frozen", M.frozen + M.symbolic);
    nentries = 0;
}

static void read_member(field_entry *m, const json *j)
{
    const json *covector = in(j, "covector"), *direction = in(j, "direction"), *drifts = in(j, "drift"),
               *index = in(j, "field"), *gates = in(j, "gates"), *inputs = in(j, "inputs"),
               *order = in(j, "order");
    int raw = M.kind == M_RAW, plain = !raw && drifts == NULL, network = plain && M.kind == M_NETWORK;
    need((index != NULL) == raw && (drifts == NULL || M.momentum) && (covector != NULL) == plain &&
             (gates != NULL) == (plain && M.gated) && (inputs != NULL) == network,
         "an instance: there are a field, a drift or a covector; inputs and gates where the model has them");
    need((direction == NULL) == (order == NULL) && (direction == NULL || network),
         "an instance: direction and order are not expected here, or one alone");
    m->leaves = 1;
    m->drift = drifts != NULL;
    m->at.gates = GATES_SEEDED;
    m->at.seed = gates != NULL ? (uint64_t) gates->number : 0;
    m->at.image[V_COVECTOR] = raw     ? unit_covector(number(index, "field", M.nfields))
                              : plain ? constants(covector, "covector", M.noutputs)
                                      : NULL;
    m->at.image[V_INPUT] = inputs != NULL ? constants(inputs, "inputs", M.inputs) : NULL;
    m->at.image[V_DIRECTION] = direction != NULL ? constants(direction, "direction", M.inputs) : NULL;
    m->order = order != NULL ? number(order, "order", MAX_ORDER + 1) : 0;
    need(drifts == NULL || drifts->number == 0, "an instance: there is one drift, 0");
}

void read_entries(const json *instances, const json *words)
{
    unsigned f = functions_in(M.outputs, M.noutputs) & (1u << F_ERF | 1u << F_SOFTPLUS | 1u << F_GELU);
    need((f & (f - 1)) == 0, "two of erf, softplus and gelu in one model: their values at 0 may be related");
    fingerprints();
    nmembers = instances->number;
    entries = take((size_t) (nmembers + (words != NULL ? words->number : 0)) + 1, sizeof(field_entry));
    for (const json *j = instances->first; j != NULL; j = j->next)
        read_member(entries + nentries++, j);
    for (const json *w = words != NULL ? words->first : NULL; w != NULL; w = w->next, nentries++) {
        field_entry *e = entries + nentries, *a = entries + number(w->first, "a word", nentries),
              *b = entries + number(w->first->next, "a word", nentries);
        e->left = a;
        e->right = b;
        e->leaves = a->leaves + b->leaves;
        e->order = a->order + b->order;
        e->depth = 1 + (a->depth > b->depth ? a->depth : b->depth);
        need(e->depth <= MAX_WORD_DEPTH && e->leaves <= 1 << 20, "a bracket word is too deep");
    }
}

field_entry *entry_at(const json *j, const char *what)
{
    return entries + number(j, what, nentries);
}

/* The family, or its coefficient of T^order, or the drift. */
static const int *field_of(const field_entry *m)
{
    int *direction = vector(M.inputs);
    assignment along = { .image = { [V_INPUT] = direction } };
    for (long i = 0; m->order > 0 && i < M.inputs; i++)
        direction[i] = variable(V_DIRECTION, i);
    for (int k = 1; k <= m->order; k++) {
        if (derived[k] != NULL)
            continue;
        derived[k] = vector(M.coordinates);
        tangents(derived[k], derived[k - 1], M.coordinates, &along);
        for (long i = 0; i < M.coordinates; i++)
            derived[k][i] = multiply(inverse(constant_si(k)), derived[k][i]);
    }
    return m->drift ? drift : derived[m->order];
}

/* At the point, modulo N. The outputs of the model must have values too, as the drift's factor. */
void entry_value(uint64_t *out, field_entry *e)
{
    assignment at = e->at;
    int member = e->left == NULL;
    place_at_point(&at, NULL);
    values_at(out, member ? field_of(e) : entry_nodes(e), member && !e->drift, &at);
}

/* With the coordinates as variables. Where there is a point, members must have a value there. */
const int *entry_nodes(field_entry *e)
{
    if (e->nodes != NULL)
        return e->nodes;
    uint64_t *values = take((size_t) M.coordinates, sizeof(uint64_t));
    if (e->left == NULL && point != NULL)
        entry_value(values, e);
    give(values);
    e->nodes = vector(M.coordinates);
    if (e->left != NULL)
        bracket(e->nodes, entry_nodes(e->left), entry_nodes(e->right));
    else
        substitute(e->nodes, field_of(e), M.coordinates, &e->at);
    return e->nodes;
}
