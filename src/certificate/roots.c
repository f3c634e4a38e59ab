/* roots.c - square roots that are not rational.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Let a_1, .., a_n be positive rationals, no product of some of them the square of a rational. Then the degree of
 * Q(sqrt a_1, .., sqrt a_n) is 2^n, so sqrt a_i -> r_i with r_i^2 = a_i modulo the prime is a homomorphism from the elements
 * whose denominators allow it. The root of q^2 a_i a_j .. with q > 0 is q sqrt a_i sqrt a_j .., hence goes to q r_i r_j ..
 */
#include "certificate/certificate.h"

void lo_roots_init(lo_roots_struct *x)
{
    x->n = 0;
    for (int i = 0; i < LO_CERT_ROOTS; i++)
        fmpq_init(x->of + i);
}

void lo_roots_clear(lo_roots_struct *x)
{
    for (int i = 0; i < LO_CERT_ROOTS; i++)
        fmpq_clear(x->of + i);
}

int lo_rational_root(fmpq_t root, const fmpq_t a)
{
    if (fmpq_sgn(a) <= 0 || !fmpz_is_square(fmpq_numref(a)) || !fmpz_is_square(fmpq_denref(a)))
        return 0;
    fmpz_sqrt(fmpq_numref(root), fmpq_numref(a));
    fmpz_sqrt(fmpq_denref(root), fmpq_denref(a));
    return 1;
}

int lo_roots_find(fmpq_t q, const lo_roots_struct *x, const fmpq_t a)
{
    fmpq_t rest;
    fmpq_init(rest);
    int found = -1;
    for (int set = 0; set < 1 << x->n && found < 0; set++) {
        fmpq_set(rest, a);
        for (int i = 0; i < x->n; i++)
            if (set >> i & 1)
                fmpq_div(rest, rest, x->of + i);
        if (lo_rational_root(q, rest))
            found = set;
    }
    fmpq_clear(rest);
    return found;
}

int lo_roots_add(lo_roots_struct *x, const fmpq_t a)
{
    fmpq_t q;
    fmpq_init(q);
    int ok = x->n < LO_CERT_ROOTS && fmpq_sgn(a) > 0 && lo_roots_find(q, x, a) < 0;
    if (ok)
        fmpq_set(x->of + x->n++, a);
    fmpq_clear(q);
    return ok;
}

int lo_roots_value(ulong *value, const lo_roots_struct *x, const fmpq_t q, int set, nmod_t mod)
{
    int ok = lo_residue(value, q, mod) && *value != 0;
    for (int i = 0; i < x->n; i++)
        if (set >> i & 1)
            *value = nmod_mul(*value, x->root[i], mod);
    return ok;
}

int lo_roots_take(lo_roots_struct *x, nmod_t mod)
{
    ulong square;
    for (int i = 0; i < x->n; i++) {
        x->root[i] = lo_residue(&square, x->of + i, mod) ? n_sqrtmod(square, mod.n) : 0;
        if (x->root[i] == 0)
            return 0;
    }
    return 1;
}
