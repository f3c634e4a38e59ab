/* stage.h - one invariant subspace and the fields on it, as polynomials.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_STAGE_H
#define LO_STAGE_H

#include "manifold/coefficients.h"

/* A list of polynomials. */
typedef struct {
    slong n;
    long alloc;
    fmpq_mpoly_struct *f;
} lo_qpolys_struct;
typedef lo_qpolys_struct lo_qpolys_t[1];

/* The coordinates of a pattern, one for each class, and fields X_1, .., X_nrows whose orbits on the pattern are those of the
 * family, or smaller where the list is not exact; products of them may follow. Variables: k coordinates, then
 * constants. A bounded coordinate, tanh of a parameter, has values in (-1, 1). */
typedef struct {
    slong k, nvars;
    fmpq_mpoly_ctx_t ctx;
    slong p;
    int *pattern;          /* p */
    slong *first;          /* k: the first parameter of each class */
    lo_stands_t *stands;   /* k */
    slong nrows, nfields;  /* rows: fields, then brackets of them */
    long alloc;
    fmpq_mpoly_struct *x;  /* nrows x k */
    slong nkeys, ninputs, *key; /* nfields x nkeys, see lo_coefficients_struct */
    int exact;
    slong *effort;         /* terms that may still be looked at, on all stages together */
} lo_stage_struct;
typedef lo_stage_struct lo_stage_t[1];

void lo_qpolys_clear(lo_qpolys_t list, const fmpq_mpoly_ctx_t ctx);
LO_MUST_CHECK lo_status_t lo_qpolys_add(lo_qpolys_t list, const fmpq_mpoly_struct *f, const fmpq_mpoly_ctx_t ctx);

void lo_qpolys_drop(lo_qpolys_t list, slong i, const fmpq_mpoly_ctx_t ctx); /* the last one takes its place */

/* In: *effort, which is counted down by the work done on the stage. Returns LO_OK, LO_UNABLE when equal parameters are described
 * by different functions, LO_SYSTEM. Clear it in any case. */
LO_MUST_CHECK lo_status_t lo_stage_init(lo_stage_t stage, const lo_coefficients_t c, const int *pattern, slong *effort);
void lo_stage_clear(lo_stage_t stage);

/* Appends brackets of the fields until the rows have rank `rank` at a random point. Out: *reached.
 * Returns LO_OK, LO_UNABLE (too large, interrupt), LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_stage_extend(int *reached, lo_stage_t stage, slong rank, lo_ctx_t ctx);

/* Counts down the effort. Returns LO_UNABLE when it is used up, else LO_OK. */
LO_MUST_CHECK lo_status_t lo_stage_spend(const lo_stage_t stage, slong amount);

/* The value of a polynomial at residues, mod->n prime; 0 where a denominator vanishes, too. */
ulong lo_stage_residue(const fmpq_mpoly_struct *f, const ulong *point, nmod_t mod, const lo_stage_t stage);

#define LO_STAGE_VARIABLES 128 /* at most */
#define LO_STAGE_PRIME UWORD(2305843009213693951) /* 2^61 - 1 */

#endif
