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
    if (x->op == N_MUL)
        return k == 0 ? x->b : x->a;
    if (x->op == N_INV)
        return negate(multiply(id, id));
    if (x->op == N_FUNC && x->b == 0)
        return slope_of_function(x, id);
    return constant_si(x->op == N_ADD || (x->op == N_FUNC && k == 1));
}

unsigned functions_in(const int *roots, long count)
{
    const int *list;
    unsigned functions = 0;
    for (long n = reachable(&list, roots, count); n-- > 0;) {
        if (node_at(list[n])->op == N_FUNC)
            functions |= 1u << node_at(list[n])->f;
    }
    return functions;
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

/* At a point off the kinks: of a window 1 for the largest entry, which a relu has with 0, and 0 for the others;
 * of a leaky_relu that is closed, 1/100. */
static int true_gate(const node *x, const int *now)
{
    long n;
    int closed_at_zero = x->f > 0, tied = 0;
    const int *part = parts_of(x, &n);
    mpq_srcptr mine = known(now[part[x->b]]);
    for (long i = 0; i < n; i++) {
        mpq_srcptr other = closed_at_zero ? known(0) : known(now[part[i]]);
        need(mine != NULL && other != NULL, "refuted: the argument of a gate is not rational");
        if (mpq_cmp(mine, other) < 0)
            return x->f == 2 ? inverse(constant_si(100)) : 0;
        tied |= mpq_equal(mine, other) && (closed_at_zero || i != x->b);
    }
    need(!tied, "refuted: a pre-activation is zero, or two largest entries of a window are equal");
    return constant_si(1);
}

/* Known by what its parts have become. */
static int rebuilt_gate(const node *x, const int *now)
{
    long n;
    const int *part = parts_of(x, &n);
    int *parts = take((size_t) n, sizeof(int));
    for (long i = 0; i < n; i++)
        parts[i] = now[part[i]];
    int id = x->f == 0 ? gate(parts, (int) n, x->b) : unit_gate(x->f == 1 ? F_RELU : F_LEAKY, parts[0]);
    give(parts);
    return id;
}

static int image_of(const node *x, int id, const int *now, const assignment *at)
{
    switch (x->op) {
    case N_ADD:
        return add(now[x->a], now[x->b]);
    case N_MUL:
        return multiply(now[x->a], now[x->b]);
    case N_INV:
        return inverse(now[x->a]);
    case N_FUNC:
        need(x->f != F_LOG || now[x->a] != 0, "the logarithm of zero");
        return derived_function(x->f, x->d, now[x->a]);
    case N_GATE:
        return at->gates == GATES_SEEDED ? constant_si(gate_value(at->seed, id))
               : at->gates == GATES_TRUE ? true_gate(x, now)
                                         : rebuilt_gate(x, now);
    default:
        return x->op == N_VAR && at->image[x->f] != NULL ? at->image[x->f][x->a] : id;
    }
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
