/* calculus.c - derivatives and substitutions, from nodes of the tape to nodes of the tape.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Each rule is an identity between functions on their domain. Gates are constants.
 */
#include "check/language.h"

int is_odd(int f, int order)
{
    return f == F_SIN || f == F_TANH || f == F_ERF || (f == F_ODD && order % 2 == 0) ||
           (f == F_EVEN && order % 2 == 1);
}

int is_even(int f, int order)
{
    return f == F_COS || f == F_DENSITY || (f == F_ODD && order % 2 == 1) || (f == F_EVEN && order % 2 == 0);
}

int value_at_zero(int f, int order)
{
    if (f == F_EXP || f == F_COS)
        return ratio(1, 1);
    if (f == F_SIGMOID || f == F_PHI)
        return ratio(1, 2);
    int zero = is_odd(f, order) || f == F_SILU || f == F_GELU || (f == F_GENERIC0 && order == 0);
    return zero ? ratio(0, 1) : -1;
}

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
static int slope(int id, long k)
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

/* From the root down. */
void gradient(int *out, int root)
{
    int *list, *adjoint = take((size_t) T.count, sizeof(int));
    long n = reachable(&list, &root, 1), count;
    adjoint[root] = constant_si(1);
    while (n-- > 0) {
        const node *x = node_at(list[n]);
        const int *part = parts_of(x, &count), mine = adjoint[list[n]];
        for (long k = 0; mine != 0 && k < count; k++)
            adjoint[part[k]] = add(adjoint[part[k]], multiply(mine, slope(list[n], k)));
        if (x->op == N_VAR && coordinate(x) >= 0)
            out[coordinate(x)] = mine;
    }
    give(adjoint);
    give(list);
}

/* From the variables up. */
void tangents(int *out, const int *roots, long count, const assignment *direction)
{
    int *list, *t = take((size_t) T.count, sizeof(int));
    long n = reachable(&list, roots, count), parts;
    for (long i = 0; i < n; i++) {
        const node *x = node_at(list[i]);
        const int *part = parts_of(x, &parts);
        if (x->op == N_VAR && direction->image[x->f] != NULL)
            t[list[i]] = direction->image[x->f][x->a];
        for (long k = 0; k < parts; k++) {
            if (t[part[k]] != 0)
                t[list[i]] = add(t[list[i]], multiply(slope(list[i], k), t[part[k]]));
        }
    }
    for (long i = 0; i < count; i++)
        out[i] = t[roots[i]];
    give(t);
    give(list);
}

int rational_square_root(mpq_srcptr a)
{
    if (mpq_sgn(a) <= 0 || !mpz_perfect_square_p(mpq_numref(a)) || !mpz_perfect_square_p(mpq_denref(a)))
        return -1;
    mpq_t root;
    mpq_init(root);
    mpz_sqrt(mpq_numref(root), mpq_numref(a));
    mpz_sqrt(mpq_denref(root), mpq_denref(a));
    int number = rational_number(root);
    mpq_clear(root);
    return number;
}

static int function_of(const node *x, int a)
{
    need(known(a) == NULL || x->f != F_LOG || mpq_sgn(known(a)) > 0,
         "the logarithm of a number that is not positive");
    return derived_function(x->f, x->d, a);
}

/* At a point off the kinks: relu 1 or 0, leaky_relu 1 or 1/100; of a window 1 for the largest entry. */
static int true_gate(const node *x, const int *now)
{
    long length;
    if (x->f > 0) {
        mpq_srcptr z = known(now[x->a]);
        need(z != NULL && mpq_sgn(z) != 0, "refuted: a pre-activation is zero or not rational");
        return mpq_sgn(z) > 0 ? constant_si(1) : x->f == 1 ? 0 : inverse(constant_si(100));
    }
    const int *entry = item(&gated_windows, x->a, &length);
    for (long i = 0; i < length; i++) {
        mpq_srcptr mine = known(now[entry[x->b]]), other = known(now[entry[i]]);
        need(mine != NULL && other != NULL, "refuted: an entry of a window is not rational");
        need(!mpq_equal(mine, other) || entry[i] == entry[x->b],
             "refuted: two entries of a window are equal");
        if (mpq_cmp(mine, other) < 0)
            return 0;
    }
    return constant_si(1);
}

static int gate_there(const node *x, int id, const int *now, const assignment *at)
{
    long length;
    if (at->gates == GATES_KEPT)
        return id;
    if (at->gates == GATES_SEEDED)
        return constant_si(gate_value(at->seed, id));
    if (at->gates == GATES_TRUE)
        return true_gate(x, now);
    if (x->f > 0)
        return unit_gate(x->f == 1 ? F_RELU : F_LEAKY, now[x->a]);
    const int *entry = item(&gated_windows, x->a, &length);
    int *entries = take((size_t) length, sizeof(int));
    for (long i = 0; i < length; i++)
        entries[i] = now[entry[i]];
    id = gate(entries, (int) length, x->b);
    give(entries);
    return id;
}

/* The tape computes with constants; so where everything is known, the result is a constant. */
void substitute(int *out, const int *roots, long count, const assignment *at)
{
    int *list, *now = take((size_t) T.count, sizeof(int));
    long n = reachable(&list, roots, count);
    for (long i = 0; i < n; i++) {
        const node *x = node_at(list[i]);
        int *to = now + list[i], kept = x->op == N_CONST || (x->op == N_VAR && at->image[x->f] == NULL);
        if (kept)
            *to = list[i];
        else if (x->op == N_VAR)
            *to = at->image[x->f][x->a];
        else if (x->op == N_GATE)
            *to = gate_there(x, list[i], now, at);
        else if (x->op == N_FUNC)
            *to = function_of(x, now[x->a]);
        else if (x->op != N_INV)
            *to = x->op == N_ADD ? add(now[x->a], now[x->b]) : multiply(now[x->a], now[x->b]);
        else
            *to = inverse(now[x->a]);
    }
    for (long i = 0; i < count; i++)
        out[i] = now[roots[i]];
    give(now);
    give(list);
}
