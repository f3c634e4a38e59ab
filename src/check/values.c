/* values.c - values at the point, modulo N.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * N < 2^61 need not be prime; what has no inverse is not divided by. A function has a value where it is
 * rational, or stands for a number that may take any value: manual, "Members and brackets".
 */
#include "check/language.h"

uint64_t N = 2;
static const uint64_t mersenne = ((uint64_t) 1 << 61) - 1;
static uint64_t *prints;        /* fingerprints, by node */
static int quadratic;           /* a_0 of split.root, which is no square, by number; 0: none */
static uint64_t quadratic_root; /* and its root modulo N */

uint64_t mul_mod(uint64_t a, uint64_t b)
{
    return (uint64_t) ((unsigned __int128) a * b % N);
}

uint64_t add_mod(uint64_t a, uint64_t b)
{
    return a + b >= N ? a + b - N : a + b;
}

static uint64_t inverse_mod(uint64_t a)
{
    int64_t r0 = (int64_t) N, r1 = (int64_t) (a % N), s0 = 0, s1 = 1;
    while (r1 != 0) {
        int64_t q = r0 / r1, r = r0 - q * r1, s = s0 - q * s1;
        r0 = r1;
        r1 = r;
        s0 = s1;
        s1 = s;
    }
    need(r0 == 1, "a division modulo %llu by a number that is not invertible", (unsigned long long) N);
    return (uint64_t) (s0 < 0 ? s0 + (int64_t) N : s0);
}

uint64_t rational_mod(mpq_srcptr q)
{
    uint64_t a = mpz_fdiv_ui(mpq_numref(q), N);
    return mpz_cmp_ui(mpq_denref(q), 1) == 0 ? a : mul_mod(a, inverse_mod(mpz_fdiv_ui(mpq_denref(q), N)));
}

/* --- gates --- */

static uint64_t window_print(int window)
{
    long length;
    uint64_t w = 0;
    const int *entry = item(&gated_windows, window, &length);
    for (long i = 0; i < length; i++)
        w = mix(w + prints[entry[i]]);
    return mix(w + 7);
}

/* From -4 to 5 without 0. */
long gate_value(uint64_t seed, int id)
{
    const node *x = node_at(id);
    uint64_t z = x->f > 0 ? prints[x->a] + (uint64_t) x->f - 1 : window_print(x->a) + (uint64_t) x->b;
    long v = (long) (mix(z + mix(seed)) % 9) - 4;
    return v == 0 ? 5 : v;
}

/* --- functions --- */

/* ["a_0","r"]: square roots may lie in Q(sqrt(a_0)), whose elements go to Z/N by sqrt(a_0) -> r. */
void read_root(const json *j)
{
    quadratic = 0;
    if (j == NULL)
        return;
    const json *a = list(j, "root", 2);
    quadratic = rational(a, "root");
    quadratic_root = decimal(a->next, "root", N);
    mpq_srcptr q = rational_at(quadratic);
    need(mpq_sgn(q) > 0 && rational_square_root(q) < 0 && quadratic_root != 0 &&
             mul_mod(quadratic_root, quadratic_root) == rational_mod(q),
         "root: a positive number that is no square, and a root of it modulo N, are expected");
}

static uint64_t free_number(uint64_t i)
{
    return (mix(i) % 1000003 + 1) % N;
}

/* The derivative of an arbitrary function at 0: its Taylor coefficient times d!. */
static uint64_t arbitrary(int d)
{
    uint64_t c = free_number(mix(77) + (uint64_t) d);
    for (int k = 2; k <= d; k++)
        c = mul_mod(c, (uint64_t) k % N);
    return c;
}

/* x: what a function became at the base. Its argument must be where its Taylor coefficients are known: the
 * square of a rational, or that times a_0, for sqrt; 1 for log; 0 for all others. */
static uint64_t function_value(int id)
{
    const node *x = node_at(id);
    mpq_srcptr a = x->op == N_FUNC ? known(x->a) : NULL;
    if (x->op == N_CONST)
        return rational_mod(rational_at(x->a));
    if (a != NULL && x->f == F_SQRT && quadratic != 0) {
        int q = rational_square_root(rational_at(rational_result(mpq_div, node_at(x->a)->a, quadratic)));
        if (q >= 0)
            return mul_mod(rational_mod(rational_at(q)), quadratic_root);
    }
    need(a != NULL && mpq_sgn(a) == 0 && x->f != F_SQRT,
         "the argument of %s at the base point is not where its Taylor coefficients are known",
         function_names[x->f]);
    return x->f == F_SOFTPLUS  ? free_number(1001) /* log 2 */
           : x->f == F_DENSITY ? free_number(1002)
                               : arbitrary(x->d);
}

/* --- values of nodes --- */

/* The fingerprint of what is no sum, product, reciprocal or constant; f(0) has that of its value, if rational. */
static uint64_t print_of(const node *x)
{
    int exact = x->op != N_FUNC || x->f == F_LOG || prints[x->a] != 0 ? -1 : value_at_zero(x->f, x->d);
    uint64_t z = x->op == N_VAR ? mix((uint64_t) x->f + 1) + (uint64_t) x->a /* coordinate 1, input 2, .. */
                 : x->op == N_FUNC ? prints[x->a] + 100 + (uint64_t) x->f
                 : x->f > 0        ? prints[x->a] + 4 + (uint64_t) x->f
                                   : window_print(x->a) + (uint64_t) x->b;
    return exact >= 0 ? rational_mod(rational_at(exact)) : mix(z) % mersenne;
}

static uint64_t leaf_value(const node *x, int id, const assignment *at)
{
    long g = x->op == N_GATE ? gate_value(at->seed, id) : 0;
    if (x->op == N_GATE)
        return g < 0 ? (N - (uint64_t) -g % N) % N : (uint64_t) g % N;
    return x->f == V_SLOPE ? free_number(1000) : rational_mod(known(at->image[x->f][x->a]));
}

/* at NULL: fingerprints. bases: what the functions in the list become at the base, in its order. */
static void evaluate(uint64_t *v, const int *list, long n, const assignment *at, const int *bases)
{
    for (long i = 0; i < n; i++) {
        const node *x = node_at(list[i]);
        int base = at != NULL && x->op == N_FUNC ? *bases++ : 0;
        v[list[i]] = x->op == N_ADD                  ? add_mod(v[x->a], v[x->b])
                     : x->op == N_MUL                ? mul_mod(v[x->a], v[x->b])
                     : x->op == N_CONST              ? rational_mod(rational_at(x->a))
                     : x->op == N_INV && v[x->a] > 0 ? inverse_mod(v[x->a])
                     : x->op == N_INV && at == NULL  ? 0
                     : x->op == N_INV                ? inverse_mod(0)
                     : at == NULL                    ? print_of(x)
                     : x->op != N_FUNC               ? leaf_value(x, list[i], at)
                     : x->b != 0                     ? v[x->b]
                                                     : function_value(base);
    }
}

void fingerprints(void)
{
    int *list;
    uint64_t modulus = N;
    long n = reachable(&list, M.outputs, M.noutputs);
    N = mersenne;
    prints = take((size_t) T.count, sizeof(uint64_t));
    evaluate(prints, list, n, NULL, NULL);
    N = modulus;
}

/* Of the roots; every function that they or the others need must have a value. */
void values_at(uint64_t *out, const int *roots, long count, const int *others, long nothers,
               const assignment *at)
{
    int *list, *all = take((size_t) (count + nothers) + 1, sizeof(int));
    for (long i = 0; i < count + nothers; i++)
        all[i] = i < count ? roots[i] : others[i - count];
    long n = reachable(&list, all, count + nothers), functions = 0;
    int *bases = take((size_t) n + 1, sizeof(int));
    uint64_t *v = take((size_t) T.count, sizeof(uint64_t));
    for (long i = 0; i < n; i++) {
        if (node_at(list[i])->op == N_FUNC)
            bases[functions++] = list[i];
    }
    if (functions > 0)
        substitute(bases, bases, functions, at);
    evaluate(v, list, n, at, bases);
    for (long i = 0; i < count; i++)
        out[i] = v[roots[i]];
    give(list);
    give(all);
    give(bases);
    give(v);
}
