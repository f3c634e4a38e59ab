/* branch.h - a set that contains an orbit: linear equations, and further polynomials that vanish on it.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_BRANCH_H
#define LO_BRANCH_H

#include "manifold/stage.h"

typedef struct {
    const lo_stage_struct *s;
    fmpq_mat_t equations;     /* reduced echelon form, m x (k + 1): sum of e_c s_c + e_k = 0 */
    slong *pivot;             /* m */
    fmpq_mpoly_struct *store; /* nvars: what the equations make of each variable */
    fmpq_mpoly_struct **image;
    lo_qpolys_struct polys;    /* vanish too, written in the free coordinates */
    int empty;                /* no point satisfies all */
} lo_branch_struct;
typedef lo_branch_struct lo_branch_t[1];

/* Everything: no equations. Returns LO_OK or LO_SYSTEM; clear it in any case. */
LO_MUST_CHECK lo_status_t lo_branch_init(lo_branch_t b, const lo_stage_struct *s);
LO_MUST_CHECK lo_status_t lo_branch_copy(lo_branch_t b, const lo_branch_t other);
void lo_branch_clear(lo_branch_t b);

/* f with the linear equations put in. Returns LO_OK or LO_UNABLE. */
LO_MUST_CHECK lo_status_t lo_branch_restrict(fmpq_mpoly_t out, const fmpq_mpoly_struct *f, const lo_branch_t b);

/* Adds a polynomial that vanishes, and draws the obvious conclusions from all of them: one that is linear becomes an equation,
 * one that is definite the common zeros of others. What is left in polys has several factors, or one that is not
 * understood. Sets b->empty when there is a contradiction. Returns LO_OK, LO_UNABLE, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_branch_add(lo_branch_t b, const fmpq_mpoly_struct *f);

/* Equation i as a polynomial. Domain: 0 <= i < rows of b->equations. */
void lo_branch_equation(fmpq_mpoly_t out, const lo_branch_t b, slong i);

/* Whether a restricted polynomial is zero, or a multiple of one that is known to vanish. */
int lo_branch_implies(const lo_branch_t b, const fmpq_mpoly_struct *f);

/* The smallest pattern that contains the points of the linear equations: k entries. */
void lo_branch_pattern(int *pattern, const lo_branch_t b);

/* A random point of the linear equations modulo a prime: nvars residues. */
void lo_branch_point(ulong *point, const lo_branch_t b, uint64_t number, nmod_t mod);

#endif
