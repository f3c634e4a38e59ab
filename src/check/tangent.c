/* tangent.c - the proof `tangent`: the derivative of the outputs along a direction, value by value.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * V is the derivation of the direction. Where V z = w z with a rational w is an identity, w is the weight of
 * z, and a sum z has a name: a new variable n with V n = w n. The proof is in the manual, "Laws in
 * certificates".
 */
#include "check/check.h"

#include <string.h>

enum { MAX_TERMS = 2000 };

/* Of each node: what it has become, with names; V of that; a sum that is a term of sums only is no whole. */
typedef struct { int now, speed, whole; } motion;
static motion *at;
static int *names; /* what they stand for */
static long names_count, names_room;

/* Names are replaced round by round, as long as it does not grow. */
static int resolves_to_zero(int id, int most)
{
    assignment meaning = { .image = { [V_NAME] = names } };
    int before, size;
    do {
        before = id;
        size = is_short_zero(id, most);
        substitute(&id, &id, 1, &meaning);
    } while (size == 0 && id != before);
    return size > 0;
}

/* From the motions of its parts. */
static void start(motion *m, const node *x, int id, const int *direction)
{
    long n;
    const int *part = parts_of(x, &n);
    const motion *a = at + (n > 0 ? part[0] : 0), *b = at + (n > 1 ? part[1] : 0);
    int same = x->op == N_FUNC && x->b != 0; /* in other functions */
    m->now = x->op == N_ADD    ? add(a->now, b->now)
             : x->op == N_MUL  ? multiply(a->now, b->now)
             : x->op == N_INV  ? inverse(a->now)
             : same            ? b->now
             : x->op == N_FUNC ? derived_function(x->f, x->d, a->now)
             : x->op == N_GATE ? variable(V_FREE_GATE, id)
                               : id;
    m->speed = x->op == N_ADD    ? add(a->speed, b->speed)
               : x->op == N_MUL  ? add(multiply(a->speed, b->now), multiply(a->now, b->speed))
               : x->op == N_INV  ? negate(multiply(a->speed, multiply(m->now, m->now)))
               : same            ? b->speed
               : x->op == N_FUNC ? multiply(slope(m->now, 0), a->speed)
               : x->op == N_VAR && x->f == V_COORD ? direction[x->a]
                                                   : 0;
}

static void move(int id, const int *direction)
{
    const node *x = node_at(id);
    motion *m = at + id;
    start(m, x, id, direction);
    int weight = !m->whole ? -1 : m->speed == 0 ? ratio(0, 1) : multiple_of(m->speed, m->now, MAX_TERMS);
    if (m->whole && weight < 0 && resolves_to_zero(m->speed, MAX_TERMS))
        weight = ratio(0, 1);
    if (weight >= 0 && x->op == N_ADD) {
        ROOM(names, names_count, names_room);
        names[names_count] = m->now;
        m->now = variable(V_NAME, names_count++);
    }
    if (weight >= 0)
        m->speed = multiply(constant(weight), m->now);
}

int moves_no_output(int h)
{
    const int *found, *part, *direction = direction_of(h);
    long n = reachable(&found, M.outputs, M.noutputs), parts;
    int *list = memcpy(vector(n), found, (size_t) n * sizeof(int)), still = 1;
    at = take((size_t) T.count, sizeof(motion));
    names = NULL;
    names_count = names_room = 0;
    for (long i = 0; i < M.noutputs; i++)
        at[M.outputs[i]].whole = 1;
    for (long i = 0; i < n; i++) {
        part = parts_of(node_at(list[i]), &parts);
        for (long k = 0; k < parts; k++)
            at[part[k]].whole |= node_at(list[i])->op != N_ADD || node_at(part[k])->op != N_ADD;
    }
    for (long i = 0; i < n; i++)
        move(list[i], direction);
    for (long i = 0; i < M.noutputs && still; i++)
        still = resolves_to_zero(at[M.outputs[i]].speed, 10 * MAX_TERMS);
    give(at);
    give(list);
    give(names);
    return still;
}
