/* ring.c - arithmetic modulo N, and in nested dual numbers with a truncated variable.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * An element of (Z/N)[e_1..e_k][T] with e_i^2 = 0 and T^(order+1) = 0 is an array: the coefficient of T^t
 * times the product of e_i over the bits i of S stands at t << k | S. N < 2^61 need not be prime.
 */
#include "check/check.h"

#include <string.h>

typedef unsigned __int128 wide;
enum { MAX_TERMS = MAX_EPSILONS + MAX_ORDER + 2 };
uint64_t N = 2;
const uint64_t mersenne = ((uint64_t) 1 << 61) - 1;

uint64_t mul_mod(uint64_t a, uint64_t b)
{
    return (uint64_t) ((wide) a * b % N);
}

uint64_t add_mod(uint64_t a, uint64_t b)
{
    return a + b >= N ? a + b - N : a + b;
}

uint64_t negate_mod(uint64_t a)
{
    return a == 0 ? 0 : N - a;
}

uint64_t inverse_mod(uint64_t a)
{
    int64_t r0 = (int64_t) N, r1 = (int64_t) (a % N), s0 = 0, s1 = 1;
    while (r1 != 0) {
        int64_t q = r0 / r1, r = r0 - q * r1, s = s0 - q * s1;
        r0 = r1;
        r1 = r;
        s0 = s1;
        s1 = s;
    }
    if (r0 != 1)
        fail("a division modulo %llu by a number that is not invertible", (unsigned long long) N);
    return (uint64_t) (s0 < 0 ? s0 + (int64_t) N : s0);
}

uint64_t rational_mod(mpq_srcptr q)
{
    uint64_t a = mpz_fdiv_ui(mpq_numref(q), N);
    return mpz_cmp_ui(mpq_denref(q), 1) == 0 ? a : mul_mod(a, inverse_mod(mpz_fdiv_ui(mpq_denref(q), N)));
}

uint64_t free_number(uint64_t i)
{
    return (mix(i) % 1000003 + 1) % N;
}

ring ring_of(int k, int order)
{
    ring R = { k, order, (long) (order + 1) << k };
    if (k > MAX_EPSILONS)
        fail("a bracket word is nested deeper than %d", MAX_EPSILONS);
    return R;
}

/* Products are below 2^122, so 32 of them and a remainder fit into 128 bits. */
void r_addmul(uint64_t *out, const uint64_t *a, const uint64_t *b, ring R)
{
    for (long i = 0; i < R.size; i++) {
        long t = i >> R.k, S = i & ((1L << R.k) - 1), terms = 0;
        wide total = out[i];
        for (long s = 0; s <= t; s++) {
            const uint64_t *x = a + (s << R.k), *y = b + ((t - s) << R.k);
            for (long U = S;; U = (U - 1) & S) { /* all subsets U of S */
                total += (wide) x[U] * y[S ^ U];
                if (++terms % 32 == 0)
                    total %= N;
                if (U == 0)
                    break;
            }
        }
        out[i] = (uint64_t) (total % N);
    }
}

/* sum c_i n^i, n the nilpotent part of a, by Horner; n^(k + order + 1) = 0. */
static void compose(uint64_t *out, const uint64_t *a, const uint64_t *c, ring R)
{
    size_t bytes = (size_t) R.size * sizeof(uint64_t);
    uint64_t *n = take(1, bytes), *old = take(1, bytes);
    memcpy(n, a, bytes);
    n[0] = 0;
    memset(out, 0, bytes);
    out[0] = c[R.k + R.order];
    for (int i = R.k + R.order - 1; i >= 0; i--) {
        memcpy(old, out, bytes);
        memset(out, 0, bytes);
        r_addmul(out, old, n, R);
        out[0] = add_mod(out[0], c[i]);
    }
    give(n);
    give(old);
}

/* 1/(a + n) = sum (-n)^i / a^(i+1) */
void r_inverse(uint64_t *out, const uint64_t *a, ring R)
{
    uint64_t c[MAX_TERMS], v = inverse_mod(a[0]);
    c[0] = v;
    for (int i = 1; i <= R.k + R.order; i++)
        c[i] = mul_mod(c[i - 1], negate_mod(v));
    compose(out, a, c, R);
}

/* y' = u + v y + w y^2, y(0) = start. */
static void riccati(uint64_t *y, int terms, uint64_t start, int u, int v, int w)
{
    y[0] = start;
    for (int i = 0; i + 1 < terms; i++) {
        uint64_t s = i == 0 && u ? 1 % N : 0, square = 0;
        for (int j = 0; j <= i; j++)
            square = add_mod(square, mul_mod(y[j], y[i - j]));
        s = add_mod(s, add_mod(v ? y[i] : 0, w ? negate_mod(square) : 0));
        y[i + 1] = mul_mod(s, inverse_mod((uint64_t) (i + 1) % N));
    }
}

/* start times exp(-z^2/d) */
static void gaussian(uint64_t *c, int terms, int d, uint64_t start)
{
    c[0] = start;
    for (int i = 1; i < terms; i++)
        c[i] = i % 2 == 1 ? 0 : mul_mod(negate_mod(c[i - 2]), inverse_mod((uint64_t) (d * i / 2) % N));
}

/* The antiderivative, of which the constant is known. */
static void integrate(uint64_t *c, int terms, uint64_t constant)
{
    for (int i = terms - 1; i > 0; i--)
        c[i] = mul_mod(c[i - 1], inverse_mod((uint64_t) i % N));
    c[0] = constant;
}

/* (a + z)^(1/2): 2 (a + z) y' = y. */
static void square_root(uint64_t *c, int terms, uint64_t a, uint64_t root)
{
    c[0] = root;
    for (int i = 0; i + 1 < terms; i++) {
        uint64_t twice = mul_mod(add_mod(negate_mod(mul_mod(2 * (uint64_t) i % N, c[i])), c[i]), inverse_mod(a));
        c[i + 1] = mul_mod(twice, inverse_mod((uint64_t) (2 * i + 2) % N));
    }
}

/* Coefficient i of an arbitrary function, differentiated d times. */
static uint64_t arbitrary(int f, int i, int d)
{
    uint64_t c = (mix(mix(77) + (uint64_t) (i + d)) % 1000003 + 1) % N;
    int even = (i + d) % 2 == 0;
    if ((f == F_ODD && even) || (f == F_EVEN && !even) || (f == F_GENERIC0 && i + d == 0))
        return 0;
    for (int k = i + 1; k <= i + d; k++)
        c = mul_mod(c, (uint64_t) k % N);
    return c;
}

/* Taylor coefficients of the function at the base argument, which is a for sqrt, 1 for log, and 0 for all others. */
static void series(uint64_t *c, int terms, const node *x, uint64_t a, uint64_t root)
{
    uint64_t one = 1 % N, half = x->f == F_SIGMOID || x->f == F_SOFTPLUS || x->f == F_PHI ? inverse_mod(2 % N) : 0;
    switch (x->f) {
    case F_EXP:
    case F_SIN:
    case F_COS:
        riccati(c, terms, one, 0, 1, 0);
        for (int i = 0; x->f != F_EXP && i < terms; i++) /* + 0 - 0, or 0 + 0 - */
            c[i] = i % 2 == (x->f == F_COS) ? 0 : i / 2 % 2 == 0 ? c[i] : negate_mod(c[i]);
        break;
    case F_TANH:
        riccati(c, terms, 0, 1, 0, 1);
        break;
    case F_SIGMOID:
    case F_SOFTPLUS: /* softplus' = sigmoid, softplus(0) = log 2 */
        riccati(c, terms, half, 0, 1, 1);
        if (x->f == F_SOFTPLUS)
            integrate(c, terms, free_number(1001));
        break;
    case F_ERF:
        gaussian(c, terms, 1, free_number(1000));
        integrate(c, terms, 0);
        break;
    case F_PHI:
    case F_DENSITY:
        gaussian(c, terms, 2, free_number(1002));
        if (x->f == F_PHI)
            integrate(c, terms, half);
        break;
    case F_LOG: /* the antiderivative of 1/(1 + z) */
        for (int i = 0; i < terms; i++)
            c[i] = i % 2 == 0 ? one : negate_mod(one);
        integrate(c, terms, 0);
        break;
    case F_SQRT:
        square_root(c, terms, a, root);
        break;
    default:
        for (int i = 0; i < terms; i++)
            c[i] = arbitrary(x->f, i, x->d);
    }
}

void r_function(uint64_t *out, const node *x, const uint64_t *a, uint64_t root, ring R)
{
    uint64_t c[MAX_TERMS];
    series(c, R.k + R.order + 1, x, a[0], root);
    compose(out, a, c, R);
}
