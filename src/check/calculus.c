/* calculus.c - derivatives and substitutions, from nodes of the tape to nodes of the tape.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Each rule is an identity between functions on their domain. Gates are constants.
 */
#include "check/check.h"

/* By its argument; the slope of erf at 0 is a number of its own. */
static int slope_of_function(const node *x, int id)
{
    int a = x->a, f = x->f;
    return f == F_EXP        ? id
           : f == F_LOG      ? inverse(a)
           : f == F_SIN      ? function(F_COS, a)
           : f == F_COS      ? negate(function(F_SIN, a))
           : f == F_TANH     ? add(constant_si(1), negate(multiply(id, id)))
           : f == F_SIGMOID  ? add(id, negate(multiply(id, id)))
           : f == F_SOFTPLUS ? function(F_SIGMOID, a)
           : f == F_ERF      ? multiply(variable(V_SLOPE, 0), function(F_EXP, negate(multiply(a, a))))
           : f == F_SQRT     ? inverse(add(id, id))
           : f == F_PHI      ? function(F_DENSITY, a)
           : f == F_DENSITY  ? negate(multiply(a, id))
                             : derived_function(f, x->d + 1, a);
}

/* The derivative of a node by its part k; a gate is a constant, and what has a b is the same as b. */
int slope(int id, long k)
{
    const node *x = node_at(id);
    return x->op == N_MUL                 ? (k == 0 ? x->b : x->a)
           : x->op == N_INV               ? negate(multiply(id, id))
           : x->op == N_FUNC && x->b == 0 ? slope_of_function(x, id)
                                          : constant_si(x->op == N_ADD || (x->op == N_FUNC && k == 1));
}

/* From the root down. */
void gradient(int *out, int root)
{
    const int *list;
    int *adjoint = take((size_t) T.count, sizeof(int));
    long n = reachable(&list, &root, 1), count;
    adjoint[root] = constant_si(1);
    while (n-- > 0) {
        const node *x = node_at(list[n]);
        const int *part = parts_of(x, &count), mine = adjoint[list[n]];
        for (long k = 0; mine != 0 && k < count; k++)
            adjoint[part[k]] = add(adjoint[part[k]], multiply(mine, slope(list[n], k)));
        if (x->op == N_VAR && x->f == V_COORD)
            out[x->a] = mine;
    }
    give(adjoint);
}

/* From the variables up. */
void tangents(int *out, const int *roots, long count, int kind, const int *direction)
{
    const int *list;
    int *t = take((size_t) T.count, sizeof(int));
    long n = reachable(&list, roots, count), parts;
    for (long i = 0; i < n; i++) {
        const node *x = node_at(list[i]);
        const int *part = parts_of(x, &parts);
        if (x->op == N_VAR && x->f == kind)
            t[list[i]] = direction[x->a];
        for (long k = 0; k < parts; k++) {
            if (t[part[k]] != 0)
                t[list[i]] = add(t[list[i]], multiply(slope(list[i], k), t[part[k]]));
        }
    }
    for (long i = 0; i < count; i++)
        out[i] = t[roots[i]];
    give(t);
}

/* At a point off the kinks: of a window 1 for the largest entry, and 0 for the others; so too of a relu, where
 * the other entry is 0; of a leaky_relu that is closed, 1/100. */
static int true_gate(const node *x, const int *now)
{
    long n;
    int tied = 0;
    const int *part = parts_of(x, &n);
    for (long i = 0; i < n; i++) {
        mpq_srcptr mine = known(now[part[x->b]]), other = known(x->f > 0 ? 0 : now[part[i]]);
        need(mine != NULL && other != NULL, "refuted: the argument of a gate is not rational");
        if (mpq_cmp(mine, other) < 0)
            return x->f == 2 ? inverse(constant_si(100)) : 0;
        tied |= mpq_equal(mine, other) && (x->f > 0 || i != x->b);
    }
    need(!tied, "refuted: a pre-activation is zero, or two largest entries of a window are equal");
    return constant_si(1);
}

/* What a node becomes; at a point, roots of what is known to be positive, and logarithms of what is not 0. */
static int image_of(const node *x, int id, const int *now, const assignment *at)
{
    int partial = x->op == N_FUNC && (x->f == F_LOG || x->f == F_SQRT);
    mpq_srcptr a = partial ? known(now[x->a]) : NULL;
    int sign = a != NULL ? mpq_sgn(a) : at->gates != GATES_TRUE; /* what is not known is refused at a point only */
    need(!partial || sign > 0 || (sign < 0 && x->f == F_LOG), "a root or a logarithm where it has no value");
    return x->op == N_VAR && at->image[x->f] != NULL       ? at->image[x->f][x->a]
           : x->op == N_GATE && at->gates == GATES_SEEDED ? constant_si(gate_value(at->seed, id))
           : x->op == N_GATE && at->gates == GATES_TRUE   ? true_gate(x, now)
                                                          : rebuilt(x, id, now);
}

/* The tape computes with constants; so where everything is known, the result is a constant. */
void substitute(int *out, const int *roots, long count, const assignment *at)
{
    const int *list;
    int *now = take((size_t) T.count, sizeof(int));
    long n = reachable(&list, roots, count);
    for (long i = 0; i < n; i++)
        now[list[i]] = image_of(node_at(list[i]), list[i], now, at);
    for (long i = 0; i < count; i++)
        out[i] = now[roots[i]];
    give(now);
}
