/* family.c - the members of the family as nodes of the tape, one for each coordinate.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The family of a network is one field, the gradient of sum_j y_j F_j (times the metric), in which inputs,
 * gates and the covector y are variables: an identity in them holds for every member, and numbers in their
 * place give a member. With momentum the coordinates are (t, theta, v), the member is (0, 0, gradient),
 * and there is one more field, the drift (1, v, -tau v).
 */
#include "check/language.h"

static int potential, *member, *drift; /* sum y_j F_j, and the fields */

static int *no_vector(void)
{
    return take((size_t) M.coordinates, sizeof(int));
}

assignment by_coordinate(const int *x)
{
    assignment at = { .image = { NULL }, .gates = GATES_KEPT };
    at.image[V_TIME] = x;
    at.image[V_COORD] = x == NULL ? NULL : x + M.momentum;
    at.image[V_VELOCITY] = x == NULL ? NULL : x + M.momentum + M.p;
    return at;
}

long fields_count(void)
{
    return M.kind == M_RAW ? M.nfields : 1 + M.momentum;
}

const int *field_at(long i)
{
    return M.kind == M_RAW ? M.outputs + i * M.p : i == 0 ? member : drift;
}

/* The place of d/d theta_i in a member. */
static long moved(long i)
{
    return M.momentum ? 1 + M.p + i : i;
}

void family_start(void)
{
    if (M.kind == M_RAW)
        return;
    int *terms = take((size_t) M.noutputs, sizeof(int)), *g = no_vector();
    for (long j = 0; j < M.noutputs; j++)
        terms[j] = multiply(variable(V_COVECTOR, j), M.outputs[j]);
    potential = sum(terms, M.noutputs);
    gradient(g, potential);
    member = no_vector();
    drift = no_vector();
    drift[0] = constant_si(1);
    for (long i = 0; i < M.p; i++) {
        member[moved(i)] = multiply(g[M.momentum + i], M.metric != NULL ? M.metric[i] : constant_si(1));
        if (M.momentum) {
            drift[1 + i] = variable(V_VELOCITY, i);
            drift[1 + M.p + i] = negate(multiply(M.tau, drift[1 + i]));
        }
    }
}

/* Along a member, sum_i dh/d(moved i) H_i dP/d theta_i is found as the derivative of P along the gradient
 * of h (times the metric): there the factors that cancel meet early, node by node. */
int derivative_along(int h, long i)
{
    int result, *dh = no_vector(), *direction = no_vector();
    assignment along = by_coordinate(M.kind == M_RAW || i > 0 ? field_at(i) : direction);
    gradient(dh, h);
    for (long k = 0; k < M.p; k++)
        direction[M.momentum + k] =
            M.kind == M_RAW ? 0 : multiply(dh[moved(k)], M.metric != NULL ? M.metric[k] : constant_si(1));
    tangents(&result, M.kind == M_RAW || i > 0 ? &h : &potential, 1, &along);
    give(dh);
    give(direction);
    return result;
}

/* [X, Y] = DY X - DX Y */
void bracket(int *out, const int *x, const int *y)
{
    int *back = no_vector();
    assignment along_x = by_coordinate(x), along_y = by_coordinate(y);
    tangents(out, y, M.coordinates, &along_x);
    tangents(back, x, M.coordinates, &along_y);
    for (long i = 0; i < M.coordinates; i++)
        out[i] = add(out[i], negate(back[i]));
    give(back);
}
