/* family.c - the members of the family as nodes of the tape, one for each coordinate.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The family of a network is one field, the gradient of sum_j y_j F_j (times the metric), in which inputs, gates
 * and the covector y are variables: an identity in them holds for every member, and numbers in their place give
 * a member. With momentum the coordinates are (t, theta, v), the member is (0, 0, gradient), and there is one
 * more field, the drift (1, v, -tau v).
 */
#include "check/language.h"

static field *fields;
static int potential; /* sum y_j F_j */

field field_of(int *x, const int *others, long count)
{
    field f = { x, NULL, take((size_t) T.count, sizeof(int)), 0 };
    int *roots = take((size_t) (M.coordinates + count), sizeof(int));
    for (long i = 0; i < M.coordinates + count; i++)
        roots[i] = i < M.coordinates ? x[i] : others[i - M.coordinates];
    f.count = reachable(&f.nodes, roots, M.coordinates + count);
    for (long i = 0; i < f.count; i++)
        f.position[f.nodes[i]] = (int) i;
    give(roots);
    return f;
}

long fields_count(void)
{
    return M.kind == M_RAW ? M.nfields : 1 + M.momentum;
}

const field *field_at(long i)
{
    return fields + i;
}

static int *no_vector(void)
{
    return take((size_t) M.coordinates, sizeof(int));
}

/* The place of d/d theta_i in a member. */
static long moved(long i)
{
    return M.momentum ? 1 + M.p + i : i;
}

void family_start(void)
{
    fields = take((size_t) fields_count() + 1, sizeof(field));
    for (long f = 0; M.kind == M_RAW && f < M.nfields; f++)
        fields[f] = field_of(M.outputs + f * M.p, M.outputs, M.noutputs);
    if (M.kind == M_RAW)
        return;
    int *terms = take((size_t) M.noutputs, sizeof(int)), *g = no_vector(), *x = no_vector(), *drift = no_vector();
    for (long j = 0; j < M.noutputs; j++)
        terms[j] = multiply(variable(V_COVECTOR, j), M.outputs[j]);
    potential = sum(terms, M.noutputs);
    gradient(g, potential);
    for (long i = 0; i < M.p; i++)
        x[moved(i)] = multiply(g[M.momentum + i], M.metric != NULL ? M.metric[i] : constant_si(1));
    fields[0] = field_of(x, M.outputs, M.noutputs);
    if (!M.momentum)
        return;
    drift[0] = constant_si(1);
    for (long i = 0; i < M.p; i++) {
        drift[1 + i] = variable(V_VELOCITY, i);
        drift[1 + M.p + i] = negate(multiply(M.tau, drift[1 + i]));
    }
    fields[1] = field_of(drift, NULL, 0);
}

/* Along a member, sum_i dh/d(moved i) H_i dP/d theta_i is found as the derivative of P along the gradient of h
 * (times the metric): there the factors that cancel meet early, node by node. */
int derivative_along(int h, long i)
{
    int result, *dh = no_vector(), *direction = no_vector();
    if (M.kind == M_RAW || i > 0) {
        tangents(&result, &h, 1, fields[i].x);
        return result;
    }
    gradient(dh, h);
    for (long k = 0; k < M.p; k++)
        direction[M.momentum + k] = multiply(dh[moved(k)], M.metric != NULL ? M.metric[k] : constant_si(1));
    tangents(&result, &potential, 1, direction);
    give(dh);
    give(direction);
    return result;
}

/* [X, Y] = DY X - DX Y */
void bracket(int *out, const int *x, const int *y)
{
    int *back = no_vector();
    tangents(out, y, M.coordinates, x);
    tangents(back, x, M.coordinates, y);
    for (long i = 0; i < M.coordinates; i++)
        out[i] = add(out[i], negate(back[i]));
    give(back);
}
