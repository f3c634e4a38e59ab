/* taylor.c - analytic functions over jets and series, from their Taylor coefficients at the base value.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/modular.h"

#include <string.h>

/* A residue that depends on nothing but the seed and a number. */
static ulong seeded(ulong seed, uint64_t number, nmod_t mod)
{
    lo_random_t random;
    lo_random_init(random, seed, number);
    return lo_random_below(random, mod.n);
}

/* log(a + v) = log a + sum_j (-1)^(j-1) v^j / (j a^j). Returns 0 at a = 0. */
static int taylor_log(ulong *c, slong n, ulong value, ulong a, nmod_t mod)
{
    if (a == 0)
        return 0;
    ulong inverse = n_invmod(a, mod.n), power = mod.n - 1;
    c[0] = value;
    for (slong j = 1; j < n; j++) { /* (-1)^(j-1) / (j a^j) */
        power = nmod_neg(nmod_mul(power, inverse, mod), mod);
        c[j] = nmod_mul(power, n_invmod((ulong) j, mod.n), mod);
    }
    return 1;
}

/* sqrt(a + v) = sum_j binomial(1/2, j) sqrt(a) v^j / a^j. Returns 0 where a has no nonzero square root. */
static int taylor_sqrt(ulong *c, slong n, ulong a, nmod_t mod)
{
    c[0] = n_sqrtmod(a, mod.n);
    if (c[0] == 0)
        return 0; /* zero, or not a residue */
    ulong inverse = n_invmod(a, mod.n), half = n_invmod(2, mod.n);
    for (slong j = 0; j + 1 < n; j++) { /* binomial(1/2, j+1) / a^(j+1): times (1/2 - j) / ((j + 1) a) */
        ulong factor = nmod_mul(nmod_sub(half, (ulong) j, mod), n_invmod((ulong) j + 1, mod.n), mod);
        c[j + 1] = nmod_mul(c[j], nmod_mul(factor, inverse, mod), mod);
    }
    return 1;
}

/* An arbitrary function: its derivatives at the argument of the twin are free; parity carries them to the
 * opposite argument; at zero those that parity (or f(0) = 0) forbids vanish. */
static void taylor_generic(ulong *c, slong n, slong extra, ulong seed, int sign, nmod_t mod)
{
    slong order = extra / 4;
    lo_generic_t kind = (lo_generic_t) (extra % 4);
    int parity = kind == LO_GENERIC_ODD ? 1 : kind == LO_GENERIC_EVEN ? 0 : -1;
    ulong inverse_factorial = 1;
    for (slong j = 0; j < n; j++) {
        slong m = order + j;
        uint64_t number = (uint64_t) (4 * m + kind) + (sign < 0 && parity < 0 ? 1000000 : 0);
        ulong value = seeded(seed, number, mod);
        if (sign < 0 && parity >= 0 && (m & 1) != parity)
            value = nmod_neg(value, mod);
        if (sign == 0 && ((parity >= 0 && (m & 1) != parity) || (kind == LO_GENERIC_ZERO && m == 0)))
            value = 0;
        c[j] = nmod_mul(value, inverse_factorial, mod);
        inverse_factorial = nmod_mul(inverse_factorial, n_invmod((ulong) j + 1, mod.n), mod);
    }
}

/* Taylor coefficient number j of the function at the base value: exp: E/j!; sin, cos: the cyclic
 * derivatives; tanh from y' = 1 - y^2, that is (j+1) c_(j+1) = [j=0] - sum c_i c_(j-i). */
static void taylor(ulong *c, slong n, lo_fun_t fun, const ulong *atom, nmod_t mod)
{
    ulong e = atom[0], s = atom[1], k = atom[2];
    if (fun == LO_FUN_TANH) { /* (E^2 - 1)/(E^2 + 1) */
        ulong square = nmod_mul(e, e, mod);
        c[0] = nmod_mul(nmod_sub(square, 1, mod), n_invmod(nmod_add(square, 1, mod), mod.n), mod);
        for (slong j = 0; j + 1 < n; j++) {
            ulong sum = j == 0;
            for (slong i = 0; i <= j; i++)
                sum = nmod_sub(sum, nmod_mul(c[i], c[j - i], mod), mod);
            c[j + 1] = nmod_mul(sum, n_invmod((ulong) j + 1, mod.n), mod);
        }
        return;
    }
    ulong cycle[4] = { e, e, e, e };
    if (fun != LO_FUN_EXP) {
        ulong values[5] = { s, k, nmod_neg(s, mod), nmod_neg(k, mod), s };
        memcpy(cycle, values + (fun == LO_FUN_COS), sizeof(cycle));
    }
    ulong inverse_factorial = 1;
    for (slong j = 0; j < n; j++) {
        c[j] = nmod_mul(cycle[j % 4], inverse_factorial, mod);
        inverse_factorial = nmod_mul(inverse_factorial, n_invmod((ulong) j + 1, mod.n), mod);
    }
}

/* The coefficient of e_S in density * dz/de_i, i the last index of S, for all powers of t. */
static void primitive_jet(ulong *out, const lo_modalg_t algebra, slong s, const ulong *density, const ulong *z)
{
    nmod_t mod = algebra->mod;
    slong n = algebra->n, last = 1;
    while (2 * last <= s)
        last *= 2;
    slong rest = s ^ last;
    for (slong j = 0; j < n; j++) {
        ulong sum = 0;
        for (slong t = rest;; t = (t - 1) & rest) {
            for (slong i = 0; i <= j; i++)
                sum = nmod_add(sum, nmod_mul(density[t * n + i], z[((rest ^ t) | last) * n + j - i], mod), mod);
            if (t == 0)
                break;
        }
        out[s * n + j] = sum;
    }
}

/* A primitive y with dy = density dz: the coefficients of e_S from dy/de_i; those without e from
 * j y_j = sum (j - i) density_i z_(j-i). */
static void run_primitive(ulong *out, const lo_modalg_t algebra, ulong value, const ulong *density,
                          const ulong *z)
{
    nmod_t mod = algebra->mod;
    out[0] = value;
    for (slong j = 1; j < algebra->n; j++) {
        ulong sum = 0;
        for (slong i = 0; i < j; i++)
            sum = nmod_add(sum, nmod_mul(density[i], nmod_mul((ulong) (j - i), z[j - i], mod), mod), mod);
        out[j] = nmod_mul(sum, n_invmod((ulong) j, mod.n), mod);
    }
    for (slong s = 1; s < (slong) 1 << algebra->k; s++)
        primitive_jet(out, algebra, s, density, z);
}

/* The value of erf or softplus at the base point: free, odd, softplus(-z) = softplus(z) - z. */
static ulong primitive_value(lo_fun_t fun, ulong seed, int sign, ulong z, nmod_t mod)
{
    ulong value = seeded(seed, (uint64_t) fun + 2000000, mod);
    if (fun == LO_FUN_ERF)
        return sign == 0 ? 0 : sign > 0 ? value : nmod_neg(value, mod);
    return sign < 0 ? nmod_add(value, z, mod) : value;
}

/* f(a) = sum_j c_j (a - a_0)^j; the powers vanish past the nilpotency order. */
static void run_fun(ulong *out, const lo_modalg_t algebra, const ulong *a, const ulong *coefficients, slong n,
                    ulong *scratch)
{
    slong w = algebra->w;
    ulong *nilpotent = scratch, *temp = scratch + w;
    memcpy(nilpotent, a, (size_t) w * sizeof(ulong));
    nilpotent[0] = 0;
    memset(out, 0, (size_t) w * sizeof(ulong));
    for (slong j = n - 1; j >= 0; j--) {
        lo_modalg_mul(temp, out, nilpotent, algebra);
        memcpy(out, temp, (size_t) w * sizeof(ulong));
        out[0] = nmod_add(out[0], coefficients[j], algebra->mod);
    }
}

lo_status_t lo_run_function(ulong *out, lo_engine_t e, const lo_modalg_t algebra, slong node,
                            const ulong *atoms)
{
    const lo_tnode_struct *x = e->family->tape->nodes + node;
    slong w = algebra->w, n = algebra->k + algebra->n;
    slong k = e->family->atom_of_node[node];
    const ulong *atom = atoms + LO_ATOM_WORDS * k, *z = e->values + x->first * w;
    ulong *c = e->scratch + 2 * w;
    int sign = e->taylor != NULL ? 0 : lo_relations_sign(e, k), defined = 1;
    if (e->taylor != NULL) {
        e->taylor(c, n, x->fun, x->len, atom[3], e->mod);
        if (x->fun == LO_FUN_ERF || x->fun == LO_FUN_SOFTPLUS)
            run_primitive(out, algebra, c[0], e->values + x->len * w, z);
        else
            run_fun(out, algebra, z, c, n, e->scratch);
        return LO_OK;
    }
    switch (x->fun) {
    case LO_FUN_ERF:
    case LO_FUN_SOFTPLUS:
        run_primitive(out, algebra, primitive_value(x->fun, atom[3], sign, z[0], e->mod),
                      e->values + x->len * w, z);
        return LO_OK;
    case LO_FUN_LOG:
        defined = taylor_log(c, n, lo_log_value(atom, e->mod), z[0], e->mod);
        break;
    case LO_FUN_SQRT:
        defined = taylor_sqrt(c, n, z[0], e->mod);
        if (!defined && z[0] != 0)
            e->nonresidue = k;
        break;
    case LO_FUN_GENERIC:
        taylor_generic(c, n, x->len, atom[3], sign, e->mod);
        break;
    default:
        taylor(c, n, x->fun, atom, e->mod);
        break;
    }
    if (!defined)
        return LO_DOMAIN;
    run_fun(out, algebra, z, c, n, e->scratch);
    return LO_OK;
}
