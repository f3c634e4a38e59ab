/* members.c - members of the family and their brackets.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A member is a field of family.c with numbers in the place of its variables: inputs, covector, gates. The
 * coefficient of T^k at the inputs x + T direction is the k-th derivative by the inputs along the
 * direction, over k!; these derivatives are made once, with a variable direction. A bracket is made of
 * nodes in the coordinates.
 */
#include "check/language.h"

#include <string.h>

static int *point, *frozen;
static long nmembers, nentries;
static field_entry *entries;
static int *derived[MAX_ORDER + 1]; /* the field of a network, differentiated by the inputs */

int *constants(const json *j, const char *what, long count)
{
    int *ids = take((size_t) count + 1, sizeof(int)), *to = ids;
    for (const json *e = list(j, what, count); e != NULL; e = e->next)
        *to++ = constant(rational(e, what));
    return ids;
}

void read_values(const json *jpoint, const json *jfrozen)
{
    point = jpoint == NULL ? NULL : constants(jpoint, "point", M.coordinates);
    frozen = jfrozen == NULL ? NULL : constants(jfrozen, "frozen", M.frozen + M.symbolic);
    memset(derived, 0, sizeof(derived));
    nentries = 0;
}

assignment at_point(const json *other)
{
    assignment at = by_coordinate(other == NULL ? point : constants(other, "point", M.coordinates));
    at.image[V_FROZEN] = frozen;
    at.image[V_SYMBOLIC] = frozen == NULL ? NULL : frozen + M.frozen;
    return at;
}

static void read_member(field_entry *m, const json *j)
{
    const json *covector = NULL, *direction = NULL, *gates = NULL, *inputs = NULL, *order = NULL,
               *index = NULL;
    int network = M.kind == M_NETWORK;
    m->leaves = 1;
    m->at = at_point(NULL);
    m->at.gates = GATES_SEEDED;
    if (M.kind == M_RAW) {
        unpack(j, "an instance", "field", &index);
        m->field = number(index, "field", M.nfields);
        return;
    }
    if (M.momentum && j->kind == '{' && j->number == 1 && strcmp(j->first->key, "drift") == 0) {
        m->field = 1 + number(j->first, "drift", 1);
        return;
    }
    unpack(j, "an instance", "covector direction? gates? inputs? order?", &covector, &direction, &gates,
           &inputs, &order);
    need((gates != NULL) == M.gated && (inputs != NULL) == network,
         "an instance: gates are there where the model has gated units, inputs in networks");
    need((direction == NULL) == (order == NULL) && (direction == NULL || network),
         "an instance: direction and order are not expected here, or one alone");
    m->at.image[V_COVECTOR] = constants(covector, "covector", M.noutputs);
    m->at.image[V_INPUT] = network ? constants(inputs, "inputs", M.inputs) : NULL;
    m->at.image[V_DIRECTION] = direction != NULL ? constants(direction, "direction", M.inputs) : NULL;
    m->at.seed = gates != NULL ? decimal(gates, "gates", (uint64_t) 1 << 63) : 0;
    m->order = order != NULL ? number(order, "order", MAX_ORDER + 1) : 0;
}

/* The numbers erf'(0), softplus(0) and the density at 0 in gelu are not known to be independent of one
 * another. */
static void check_free_numbers(void)
{
    int seen[F_DENSITY + 1] = { 0 }, *list;
    for (long n = reachable(&list, M.outputs, M.noutputs); n-- > 0;)
        seen[node_at(list[n])->op == N_FUNC ? node_at(list[n])->f : F_NONE] = 1;
    need(seen[F_ERF] + seen[F_SOFTPLUS] + seen[F_GELU] <= 1,
         "two of erf, softplus and gelu in one model: their values at 0 may be related");
}

void read_members(const json *instances, const json *words)
{
    const json *j = list(instances, "instances", -1), *w = words != NULL ? list(words, "words", -1) : NULL;
    check_free_numbers();
    fingerprints();
    nmembers = instances->number;
    entries = take((size_t) (nmembers + (words != NULL ? words->number : 0)) + 1, sizeof(field_entry));
    for (; nentries < nmembers; j = j->next)
        read_member(entries + nentries++, j);
    for (; w != NULL; w = w->next, nentries++) {
        const json *pair = list(w, "a word", 2);
        field_entry *e = entries + nentries, *a = entries + number(pair, "a word", nentries),
              *b = entries + number(pair->next, "a word", nentries);
        e->i = a - entries;
        e->j = b - entries;
        e->leaves = a->leaves + b->leaves;
        e->order = a->order + b->order;
        e->depth = 1 + (a->depth > b->depth ? a->depth : b->depth);
        need(e->depth <= MAX_WORD_DEPTH && e->leaves <= 1 << 20, "a bracket word is too deep");
    }
}

long entries_count(void)
{
    return nentries;
}

const field_entry *entry_at(long e)
{
    return entries + e;
}

static const int *member_field(const field_entry *m)
{
    if (m->order == 0)
        return field_at(m->field);
    int *direction = take((size_t) M.inputs + 1, sizeof(int));
    assignment along = { .image = { [V_INPUT] = direction } };
    for (long i = 0; i < M.inputs; i++)
        direction[i] = variable(V_DIRECTION, i);
    for (int k = 1; k <= m->order; k++) {
        if (derived[k] != NULL)
            continue;
        derived[k] = take((size_t) M.coordinates, sizeof(int));
        tangents(derived[k], k == 1 ? field_at(m->field) : derived[k - 1], M.coordinates, &along);
        for (long i = 0; i < M.coordinates; i++)
            derived[k][i] = multiply(inverse(constant_si(k)), derived[k][i]);
    }
    return derived[m->order];
}

/* With the coordinates as variables. */
const int *entry_nodes(long e)
{
    field_entry *w = entries + e;
    if (w->nodes != NULL)
        return w->nodes;
    w->nodes = take((size_t) M.coordinates, sizeof(int));
    if (e >= nmembers) {
        bracket(w->nodes, entry_nodes(w->i), entry_nodes(w->j));
        return w->nodes;
    }
    uint64_t *values = take((size_t) M.coordinates, sizeof(uint64_t));
    if (point != NULL) /* which members must have */
        entry_value(values, e);
    give(values);
    assignment at = { .image = { NULL }, .gates = GATES_SEEDED, .seed = w->at.seed };
    at.image[V_INPUT] = w->at.image[V_INPUT];
    at.image[V_COVECTOR] = w->at.image[V_COVECTOR];
    at.image[V_DIRECTION] = w->at.image[V_DIRECTION];
    substitute(w->nodes, member_field(w), M.coordinates, &at);
    return w->nodes;
}

/* At the point, modulo N. The outputs of the model must have values too, as the drift's factor. */
void entry_value(uint64_t *out, long e)
{
    assignment at = at_point(NULL);
    field_entry *w = entries + e;
    if (e < nmembers) {
        values_at(out, member_field(w), M.coordinates, M.outputs, w->field > 0 && M.momentum ? 0 : M.noutputs,
                  &w->at);
        return;
    }
    values_at(out, entry_nodes(e), M.coordinates, NULL, 0, &at);
}
