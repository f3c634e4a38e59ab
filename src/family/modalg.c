/* modalg.c - multiplication, division and analytic functions in algebras of jets and series modulo a prime.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/modular.h"

void lo_modalg_mixed(lo_modalg_t algebra, nmod_t mod, slong k, slong n)
{
    *algebra = (lo_modalg_struct){ mod, k, n, n << k };
}

void lo_modalg_jets(lo_modalg_t algebra, nmod_t mod, slong k)
{
    lo_modalg_mixed(algebra, mod, k, 1);
}

void lo_modalg_series(lo_modalg_t algebra, nmod_t mod, slong n)
{
    lo_modalg_mixed(algebra, mod, 0, n);
}

/* Word s n + j of the product: all subsets of s, all splittings of j. */
static ulong coefficient(const ulong *a, const ulong *b, slong s, slong j, const lo_modalg_t algebra)
{
    unsigned __int128 sum = 0;
    slong count = 0, n = algebra->n;
    for (slong t = s;; t = (t - 1) & s) {
        const ulong *left = a + t * n, *right = b + (s ^ t) * n;
        for (slong i = 0; i <= j; i++) {
            sum += (unsigned __int128) left[i] * right[j - i];
            if (++count == LO_LAZY) {
                sum = lo_reduce(sum, algebra->mod);
                count = 0;
            }
        }
        if (t == 0)
            break;
    }
    return lo_reduce(sum, algebra->mod);
}

void lo_modalg_mul(ulong *c, const ulong *a, const ulong *b, const lo_modalg_t algebra)
{
    slong word = 0;
    for (slong s = 0; s < (slong) 1 << algebra->k; s++)
        for (slong j = 0; j < algebra->n; j++)
            c[word++] = coefficient(a, b, s, j, algebra);
}

/* c b = a determines c word by word: c[word] b[0] = a[word] - sum over the other splittings. The words of c that
 * are not yet known are set to zero, so the full product coefficient is that sum. */
int lo_modalg_div(ulong *c, const ulong *a, const ulong *b, const lo_modalg_t algebra)
{
    if (b[0] == 0)
        return 0;
    ulong inverse = n_invmod(b[0], algebra->mod.n);
    slong word = 0;
    for (slong s = 0; s < (slong) 1 << algebra->k; s++) {
        for (slong j = 0; j < algebra->n; j++, word++) {
            c[word] = 0;
            ulong known = coefficient(c, b, s, j, algebra);
            c[word] = nmod_mul(nmod_sub(a[word], known, algebra->mod), inverse, algebra->mod);
        }
    }
    return 1;
}
