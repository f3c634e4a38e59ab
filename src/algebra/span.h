/* span.h - an incremental echelon basis modulo a prime.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Vectors are added in blocks; elimination is multiplication of matrices (product.h), on the threads of the
 * context. The rank modulo a prime of integer (or q-integral) vectors never exceeds their rank over Q, so it proves
 * lower bounds.
 */
#ifndef LO_SPAN_H
#define LO_SPAN_H

#include "base/compat_flint.h"
#include <lieorbit/base.h>

/* The reduced row echelon form without its unit columns: row i has 1 in column pivot[i], 0 in the other pivot columns,
 * and body[i, j] in column open[j]. At most cols^2/4 words. */
typedef struct {
    nmod_t mod;
    slong cols, rank;
    nmod_mat_t body; /* the first rank rows and cols - rank columns count */
    slong *pivot;    /* rank */
    slong *open;     /* cols - rank, increasing */
    int broken;      /* an update was interrupted: rank holds, the rows do not */
} lo_span_struct;
typedef lo_span_struct lo_span_t[1];

/* The zero subspace of GF(q)^cols. */
LO_MUST_CHECK lo_status_t lo_span_init(lo_span_t span, slong cols, nmod_t mod);
void lo_span_clear(lo_span_t span);

/* Forgets all vectors. */
void lo_span_zero(lo_span_t span);

/* Adds n vectors (n x cols, row-major). Out: *added, the number of independent ones; the span; raised[n] (may be
 * NULL): 1 where the vector was independent of the span and of the vectors before it in the block. ctx (may be NULL)
 * gives threads and interrupts.
 * Returns LO_OK; LO_UNABLE when interrupted, LO_SYSTEM: the rank is as it was, and the span only good to be asked for
 * it, to be zeroed or cleared; further vectors may be refused with LO_UNABLE.
 * Cost: O(n rank (cols - rank)) at the speed of matrix multiplication. */
LO_MUST_CHECK lo_status_t lo_span_add_block(slong *added, lo_span_t span, char *raised, const ulong *vectors, slong n,
                                            lo_ctx_struct *ctx);

/* The same for few vectors, on the calling thread. Returns the number of independent ones, -1 when memory is short. */
slong lo_span_add(lo_span_t span, char *raised, const ulong *vectors, slong n);

/* Row i of the reduced echelon form. Out: row[cols]. Domain: 0 <= i < rank. */
void lo_span_row(ulong *row, const lo_span_t span, slong i);

/* n vectors orthogonal to the span, random in the orthogonal space when the given entries in the open columns are.
 * In/out: vectors[n x cols]. Out: the entries in the pivot columns. ctx as above. */
LO_MUST_CHECK lo_status_t lo_span_orthogonal(ulong *vectors, slong n, const lo_span_t span, lo_ctx_struct *ctx);

/* Returns 1 when the vector (cols residues) lies in the span. Cost: O(rank (cols - rank)). */
int lo_span_contains(const lo_span_t span, const ulong *vector);

#endif
