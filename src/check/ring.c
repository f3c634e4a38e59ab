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

/* splitmix64 */
uint64_t mix(uint64_t z)
{
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
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
    for (int t = 0; t <= R.order; t++) {
        for (unsigned S = 0; S < 1u << R.k; S++) {
            wide total = out[(long) t << R.k | S];
            int terms = 0;
            for (int s = 0; s <= t; s++) {
                const uint64_t *x = a + ((long) s << R.k), *y = b + ((long) (t - s) << R.k);
                unsigned U = S;
                for (;;) { /* all subsets U of S */
                    total += (wide) x[U] * y[S ^ U];
                    if (++terms % 32 == 0)
                        total %= N;
                    if (U == 0)
                        break;
                    U = (U - 1) & S;
                }
            }
            out[(long) t << R.k | S] = (uint64_t) (total % N);
        }
    }
}

/* Horner; n^(k + order + 1) = 0, since n has no constant term. */
void r_compose(uint64_t *out, const uint64_t *a, const uint64_t *c, ring R)
{
    uint64_t *n = take((size_t) R.size, sizeof(uint64_t)), *old = take((size_t) R.size, sizeof(uint64_t));
    memcpy(n, a, (size_t) R.size * sizeof(uint64_t));
    n[0] = 0;
    memset(out, 0, (size_t) R.size * sizeof(uint64_t));
    out[0] = c[R.k + R.order];
    for (int i = R.k + R.order - 1; i >= 0; i--) {
        memcpy(old, out, (size_t) R.size * sizeof(uint64_t));
        memset(out, 0, (size_t) R.size * sizeof(uint64_t));
        r_addmul(out, old, n, R);
        out[0] = add_mod(out[0], c[i]);
    }
    give(n);
    give(old);
}

/* 1/(a + n) = sum (-n)^i / a^(i+1) */
void r_inverse(uint64_t *out, const uint64_t *a, ring R)
{
    uint64_t c[MAX_EPSILONS + MAX_ORDER + 1], v = inverse_mod(a[0]), minus = (N - v) % N;
    c[0] = v;
    for (int i = 1; i <= R.k + R.order; i++)
        c[i] = mul_mod(c[i - 1], minus);
    r_compose(out, a, c, R);
}
