/* span.h - an incremental echelon basis modulo a prime.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Vectors are added in blocks; elimination is FLINT's blocked nmod_mat. The rank modulo a prime of integer
 * (or q-integral) vectors never exceeds their rank over Q, so it proves lower bounds.
 */
#ifndef LO_SPAN_H
#define LO_SPAN_H

#include "base/compat_flint.h"
#include <lieorbit/base.h>

typedef struct {
    nmod_t mod;
    slong cols, rank;
    nmod_mat_t rows; /* reduced row echelon form; the first `rank` rows count */
    slong *pivot;    /* column of the leading one of each row */
} lo_span_struct;
typedef lo_span_struct lo_span_t[1];

/* The zero subspace of GF(q)^cols. */
LO_MUST_CHECK lo_status_t lo_span_init(lo_span_t span, slong cols, nmod_t mod);
void lo_span_clear(lo_span_t span);

/* Forgets all vectors. */
void lo_span_zero(lo_span_t span);

/* Adds n vectors (n x cols, row-major). Out: the span, and raised[n] (may be NULL): 1 where the vector was
 * independent of the span and of the vectors before it in the block. Returns the number of independent
 * ones, or -1 when memory is short.
 * Cost: O(n rank cols) for large blocks at the speed of matrix multiplication. */
slong lo_span_add(lo_span_t span, char *raised, const ulong *vectors, slong n);

/* Returns 1 when the vector (cols residues) lies in the span. Cost: O(rank cols). */
int lo_span_contains(const lo_span_t span, const ulong *vector);

#endif
