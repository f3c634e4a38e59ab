/* echelon.h - vectors one at a time: is the next one a combination of those before it, and of which?
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_ECHELON_H
#define LO_ECHELON_H

#include "base/compat_flint.h"
#include <lieorbit/base.h>

/* Independent vectors b_0, ..., b_(rank-1) of GF(q)^width, as an echelon form. Each row ends with its coefficients
 * over the b_i. */
typedef struct {
    nmod_t mod;
    slong width, most, rank;
    ulong **row;   /* most pointers; row i has width + i + 1 words */
    slong *pivot;  /* most */
    ulong *vector; /* workspace, width + most words */
} lo_echelon_struct;
typedef lo_echelon_struct lo_echelon_t[1];

/* Room for `most` vectors. Returns LO_OK or LO_SYSTEM (nothing to clear). */
LO_MUST_CHECK lo_status_t lo_echelon_init(lo_echelon_t echelon, slong width, slong most, nmod_t mod);
void lo_echelon_clear(lo_echelon_t echelon);

/* Is v[width] a combination of the vectors? Then, where c is not NULL, v = sum_i c[i] b_i, c[rank].
 * Cost: O(rank (width + rank)). */
int lo_echelon_contains(ulong *c, lo_echelon_t echelon, const ulong *v);

/* Appends v as b_rank, when it is independent. Returns LO_OK or LO_SYSTEM. Domain: rank < most. */
LO_MUST_CHECK lo_status_t lo_echelon_add(lo_echelon_t echelon, const ulong *v);

#endif
