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

enum { ROUNDS = 8, MAX_TERMS = 2000, NONE = -1 };

/* Of each node: what it has become, with names; V of that; its weight, a rational by number, or NONE. */
typedef struct {
    int now, speed, weight, whole;
} motion;
static motion *at;
static int *names; /* what they stand for */
static long names_count, names_room;

/* Names are replaced round by round, as long as it does not grow. */
static int resolves_to_zero(int id, int most)
{
    assignment meaning = { .image = { NULL }, .gates = GATES_REBUILT };
    meaning.image[V_NAME] = names;
    for (int round = 0; round < ROUNDS; round++) {
        int before = id, size = is_short_zero(id, most);
        if (size != 0)
            return size > 0;
        substitute(&id, &id, 1, &meaning);
        if (id == before)
            return 0;
    }
    return 0;
}

static int combined(int a, int b, int sign)
{
    return a == NONE || b == NONE ? NONE : rational_result(sign > 0 ? mpq_add : mpq_sub, a, b);
}

/* The motion of a part, or of the node 0 where there is none. */
static const motion *motion_of(const node *x, long k)
{
    long n;
    const int *parts = parts_of(x, &n);
    return at + (x->op != N_GATE && k < n ? parts[k] : 0);
}

/* From those of its parts; NONE: not known by these rules. */
static int weight_of(const node *x, int id, const int *direction)
{
    int zero = ratio(0, 1), a = motion_of(x, 0)->weight, b = motion_of(x, 1)->weight;
    if (x->op == N_VAR && x->f == V_COORD)
        return direction[x->a] == 0 ? zero : multiple_of(direction[x->a], id);
    if (x->op == N_CONST || x->op == N_VAR || x->op == N_GATE)
        return zero;
    if (x->op == N_ADD)
        return a == b ? a : NONE;
    if (x->op == N_MUL)
        return combined(a, b, 1);
    if (x->op == N_INV)
        return combined(zero, a, -1);
    return a != NONE && x->f == F_SQRT ? rational_result(mpq_mul, a, ratio(1, 2)) : a == zero ? zero : NONE;
}

static int image(const node *x, int id)
{
    int a = motion_of(x, 0)->now, b = motion_of(x, 1)->now;
    return x->op == N_ADD    ? add(a, b)
           : x->op == N_MUL  ? multiply(a, b)
           : x->op == N_INV  ? inverse(a)
           : x->op == N_GATE ? variable(V_FREE_GATE, id)
           : x->op == N_FUNC ? derived_function(x->f, x->d, a)
                             : id;
}

/* V of what the node has become. */
static int speed_of(const node *x, int now, const int *direction)
{
    int a = motion_of(x, 0)->speed, b = motion_of(x, 1)->speed;
    return x->op == N_ADD    ? add(a, b)
           : x->op == N_MUL  ? add(multiply(a, motion_of(x, 1)->now), multiply(motion_of(x, 0)->now, b))
           : x->op == N_INV  ? negate(multiply(a, multiply(now, now)))
           : x->op == N_FUNC ? multiply(slope(now, 0), a)
           : x->op == N_VAR  ? direction[x->a]
                             : 0;
}

static void give_name(motion *m)
{
    ROOM(names, names_count, names_room);
    names[names_count] = m->now;
    m->now = variable(V_NAME, names_count++);
}

static void move(int id, const int *direction)
{
    const node *x = node_at(id);
    motion *m = at + id;
    if (x->op == N_FUNC && x->b != 0) { /* the same in other functions */
        *m = (motion){ at[x->b].now, at[x->b].speed, at[x->b].weight, m->whole };
        return;
    }
    m->now = image(x, id);
    m->weight = weight_of(x, id, direction);
    if (m->weight == NONE) {
        m->speed = speed_of(x, m->now, direction);
        if (m->whole && resolves_to_zero(m->speed, MAX_TERMS))
            m->weight = ratio(0, 1);
    }
    if (m->weight != NONE && m->whole && x->op == N_ADD)
        give_name(m);
    if (m->weight != NONE)
        m->speed = multiply(constant(m->weight), m->now);
}

/* A sum that is a term of sums only is a part of them. */
static void mark_whole(const int *list, long n)
{
    long parts;
    for (long i = 0; i < n; i++) {
        const node *x = node_at(list[i]);
        const int *part = parts_of(x, &parts);
        for (long k = 0; k < parts; k++)
            at[part[k]].whole |= x->op != N_ADD || node_at(part[k])->op != N_ADD;
    }
    for (long i = 0; i < M.noutputs; i++)
        at[M.outputs[i]].whole = 1;
}

int moves_no_output(const int *direction)
{
    const int *found;
    long n = reachable(&found, M.outputs, M.noutputs);
    int *list = vector(n), still = 1;
    memcpy(list, found, (size_t) n * sizeof(int));
    at = take((size_t) T.count, sizeof(motion));
    names = NULL;
    names_count = names_room = 0;
    mark_whole(list, n);
    for (long i = 0; i < n; i++)
        move(list[i], direction);
    for (long i = 0; i < M.noutputs && still; i++)
        still = resolves_to_zero(at[M.outputs[i]].speed, 10 * MAX_TERMS);
    give(at);
    give(list);
    give(names);
    return still;
}
