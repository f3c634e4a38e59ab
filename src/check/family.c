/* family.c - the family, its members, and their brackets.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A field is a node of the tape for each coordinate. The family is one field, in which inputs, gates and the
 * covector y are variables: the gradient of P = sum_j y_j F_j (times the metric), or sum_j y_j X_j for raw
 * fields. An identity in these variables holds for every member, and numbers in their place give a member.
 * With momentum the coordinates are (theta, v, t), the family is (0, gradient, 0), and the drift is
 * (v, -tau v, 1) times one more entry y.
 *
 * The coefficient of T^k at the inputs x + T direction is the k-th derivative by the inputs along the
 * direction, over k!; these derivatives are made once, with a variable direction.
 */
#include "check/check.h"

#include <string.h>

int *family;
long covector_size;
static int potential, *rest; /* P, or 0; the drift, or the raw fields: what is no gradient */
static int *metric;
static long shift;                  /* from theta_i to the coordinate that a member moves with dP/d theta_i */
static int *derived[MAX_ORDER + 1]; /* the family, differentiated by the inputs */
static int *point, *frozen;
static long nentries;
static field_entry *entries;

int *unit_covector(long i)
{
    int *y = vector(covector_size);
    y[i] = constant_si(1);
    return y;
}

/* sum_j y_j x_j, where a step leads from x_j to the next. */
static int weighted(const int *x, long step)
{
    int total = 0;
    for (long j = 0; j < covector_size; j++)
        total = add(total, multiply(variable(V_COVECTOR, j), x[j * step]));
    return total;
}

void family_start(void)
{
    int *g = vector(M.coordinates), *ones = vector(M.p);
    int drift = M.momentum ? variable(V_COVECTOR, M.noutputs) : 0;
    memset(derived, 0, sizeof(derived));
    rest = vector(M.coordinates);
    family = derived[0] = M.kind == M_RAW ? rest : vector(M.coordinates);
    shift = M.momentum ? M.p : 0;
    metric = M.metric != NULL ? M.metric : ones;
    covector_size = M.kind == M_RAW ? M.nfields : M.noutputs;
    potential = M.kind == M_RAW ? 0 : weighted(M.outputs, 1);
    gradient(g, potential);
    for (long i = 0; i < M.p; i++) {
        ones[i] = constant_si(1);
        family[shift + i] = M.kind == M_RAW ? weighted(M.outputs + i, M.p) : multiply(g[i], metric[i]);
        if (M.momentum) {
            rest[i] = multiply(drift, variable(V_COORD, M.p + i));
            rest[M.p + i] = negate(multiply(M.tau, rest[i]));
            rest[2 * M.p] = drift;
        }
    }
    nentries = 0;
    frozen = constants(in(certificate, "frozen"), M.frozen + M.symbolic);
    point = constants(in(certificate, "point"), M.coordinates);
    if (point != NULL && M.momentum) { /* the time comes first there, and last here */
        point[M.coordinates] = point[0];
        point++;
    }
}

void place_at_point(assignment *at, const int *x)
{
    at->image[V_COORD] = x != NULL ? x : point;
    at->image[V_FROZEN] = frozen;
    at->image[V_SYMBOLIC] = frozen == NULL ? NULL : frozen + M.frozen;
}

int *direction_of(int h)
{
    int *dh = vector(M.coordinates), *back = vector(M.coordinates);
    gradient(dh, h);
    for (long i = 0; i < M.p; i++)
        back[i] = multiply(dh[shift + i], metric[i]);
    give(dh);
    return back;
}

/* Of h along the family: sum_i dh/d(moved i) H_i dP/d theta_i is found as the derivative of P along the
 * gradient of h (times the metric): there the factors that cancel meet early, node by node. */
int derivative_along(int h)
{
    int *back = direction_of(h), along_gradient, along_rest;
    tangents(&along_gradient, &potential, 1, V_COORD, back);
    tangents(&along_rest, &h, 1, V_COORD, rest);
    give(back);
    return add(along_gradient, along_rest);
}

/* [X, Y] = DY X - DX Y */
void bracket(int *out, const int *x, const int *y)
{
    int *back = vector(M.coordinates);
    tangents(out, y, M.coordinates, V_COORD, x);
    tangents(back, x, M.coordinates, V_COORD, y);
    for (long i = 0; i < M.coordinates; i++)
        out[i] = add(out[i], negate(back[i]));
    give(back);
}

int *constants(const json *j, long count)
{
    int *ids = j != NULL ? vector(count) : NULL, *to = ids;
    for (const json *e = j != NULL ? list(j, count) : NULL; e != NULL; e = e->next)
        *to++ = constant((int) e->number);
    return ids;
}

field_entry *entry_at(const json *j)
{
    return entries + number(j, nentries);
}

static void read_member(field_entry *m, const json *j)
{
    const json *drift = part(j, "drift", M.momentum && in(j, "drift") != NULL);
    int raw = M.kind == M_RAW, plain = !raw && drift == NULL, network = plain && M.kind == M_NETWORK;
    const json *index = part(j, "field", raw), *covector = part(j, "covector", plain),
               *gates = part(j, "gates", plain && M.gated), *inputs = part(j, "inputs", network),
               *direction = part(j, "direction", network && in(j, "direction") != NULL),
               *order = part(j, "order", direction != NULL);
    *m = (field_entry){ .leaves = 1, .member = drift == NULL, .at.gates = GATES_SEEDED };
    m->at.seed = gates != NULL ? (uint64_t) gates->number : 0;
    m->at.image[V_COVECTOR] = raw     ? unit_covector(number(index, M.nfields))
                              : plain ? constants(covector, M.noutputs)
                                      : unit_covector(M.noutputs + number(drift, 1));
    m->at.image[V_INPUT] = constants(inputs, M.inputs);
    m->at.image[V_DIRECTION] = constants(direction, M.inputs);
    m->order = order != NULL ? number(order, MAX_ORDER + 1) : 0;
}

void read_entries(const json *instances)
{
    const json *words = in(certificate, "words");
    unsigned f = functions_in(M.outputs, M.noutputs) & (1u << F_ERF | 1u << F_SOFTPLUS | 1u << F_GELU);
    need((f & (f - 1)) == 0, "two of erf, softplus and gelu in one model: their values at 0 may be related");
    fingerprints();
    entries =
        take((size_t) (instances->number + (words != NULL ? words->number : 0)) + 1, sizeof(field_entry));
    for (const json *j = instances->first; j != NULL; j = j->next)
        read_member(entries + nentries++, j);
    for (const json *w = words != NULL ? words->first : NULL; w != NULL; w = w->next, nentries++) {
        field_entry *e = entries + nentries, *a = e->left = entry_at(w->first),
                    *b = e->right = entry_at(w->first->next);
        e->leaves = a->leaves + b->leaves;
        e->order = a->order + b->order;
        e->depth = 1 + (a->depth > b->depth ? a->depth : b->depth);
        need(e->depth <= MAX_WORD_DEPTH && e->leaves <= 1 << 20, "a bracket word is too deep");
    }
}

/* The family, or its coefficient of T^order, or the drift. */
static const int *family_of(const field_entry *m)
{
    int *direction = vector(M.inputs);
    for (long i = 0; i < M.inputs; i++)
        direction[i] = variable(V_DIRECTION, i);
    for (int k = 1; k <= m->order; k++) {
        if (derived[k] == NULL) {
            tangents(derived[k] = vector(M.coordinates), derived[k - 1], M.coordinates, V_INPUT, direction);
            for (long i = 0; i < M.coordinates; i++)
                derived[k][i] = multiply(inverse(constant_si(k)), derived[k][i]);
        }
    }
    give(direction);
    return m->member ? derived[m->order] : rest;
}

/* At the point, modulo N. With a member the outputs of the model must have values too. */
void entry_value(uint64_t *out, field_entry *e)
{
    assignment at = e->at;
    place_at_point(&at, NULL);
    values_at(out, e->member ? family_of(e) : entry_nodes(e), e->member, &at);
}

/* With the coordinates as variables. Where there is a point, members must have a value there. */
const int *entry_nodes(field_entry *e)
{
    if (e->nodes != NULL)
        return e->nodes;
    uint64_t *values = take((size_t) M.coordinates, sizeof(uint64_t));
    if (e->member && point != NULL)
        entry_value(values, e);
    give(values);
    e->nodes = vector(M.coordinates);
    if (e->left != NULL)
        bracket(e->nodes, entry_nodes(e->left), entry_nodes(e->right));
    else
        substitute(e->nodes, family_of(e), M.coordinates, &e->at);
    return e->nodes;
}
