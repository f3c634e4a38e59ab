/* modalg.c - multiplication, division and analytic functions in jet and series algebras modulo a prime.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/modular.h"

void lo_modalg_jets(lo_modalg_t algebra, nmod_t mod, slong k)
{
    *algebra = (lo_modalg_struct){ mod, 1, k, (slong) 1 << k };
}

void lo_modalg_series(lo_modalg_t algebra, nmod_t mod, slong n)
{
    *algebra = (lo_modalg_struct){ mod, 0, n, n };
}

static ulong jet_coefficient(const ulong *a, const ulong *b, slong s, nmod_t mod)
{
    unsigned __int128 sum = 0;
    slong count = 0;
    for (slong t = s;; t = (t - 1) & s) { /* all subsets t of s */
        sum += (unsigned __int128) a[t] * b[s ^ t];
        if (++count == LO_LAZY) {
            sum = lo_reduce(sum, mod);
            count = 0;
        }
        if (t == 0)
            break;
    }
    return lo_reduce(sum, mod);
}

static ulong series_coefficient(const ulong *a, const ulong *b, slong s, nmod_t mod)
{
    unsigned __int128 sum = 0;
    slong count = 0;
    for (slong t = 0; t <= s; t++) {
        sum += (unsigned __int128) a[t] * b[s - t];
        if (++count == LO_LAZY) {
            sum = lo_reduce(sum, mod);
            count = 0;
        }
    }
    return lo_reduce(sum, mod);
}

void lo_modalg_mul(ulong *c, const ulong *a, const ulong *b, const lo_modalg_t algebra)
{
    for (slong s = 0; s < algebra->w; s++)
        c[s] = algebra->jets ? jet_coefficient(a, b, s, algebra->mod)
                             : series_coefficient(a, b, s, algebra->mod);
}

/* c b = a determines c word by word: c[s] b[0] = a[s] - sum over the other splittings. The words of c that
 * are not yet known are set to zero, so the full product coefficient is that sum. */
int lo_modalg_div(ulong *c, const ulong *a, const ulong *b, const lo_modalg_t algebra)
{
    if (b[0] == 0)
        return 0;
    ulong inverse = n_invmod(b[0], algebra->mod.n);
    for (slong s = 0; s < algebra->w; s++) {
        c[s] = 0;
        ulong known = algebra->jets ? jet_coefficient(c, b, s, algebra->mod)
                                    : series_coefficient(c, b, s, algebra->mod);
        c[s] = nmod_mul(nmod_sub(a[s], known, algebra->mod), inverse, algebra->mod);
    }
    return 1;
}
