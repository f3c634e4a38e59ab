/* polymat.h - small matrices of polynomials and their minors.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_POLYMAT_H
#define LO_POLYMAT_H

#include "family/ring.h"

typedef struct {
    slong rows, cols;
    fmpz_mpoly_struct *e; /* row-major */
    const lo_ring_struct *ring;
} lo_polymat_struct;

LO_MUST_CHECK lo_status_t lo_polymat_init(lo_polymat_struct *m, slong rows, slong cols, const lo_ring_struct *ring);
void lo_polymat_clear(lo_polymat_struct *m);

/* A product that may have more terms than this is not formed. */
#define LO_POLYMAT_TERMS 40000

/* res += a b, or -= for sign < 0; returns 0 when that is too large. */
int lo_polymat_add_product(fmpz_mpoly_t res, const fmpz_mpoly_t a, const fmpz_mpoly_t b, int sign,
                           const lo_ring_struct *ring);

/* The minor of k <= LO_POLYMAT_MINOR rows and columns, given by their numbers. Returns 0 when it is too large. */
#define LO_POLYMAT_MINOR 8
int lo_polymat_det(fmpz_mpoly_t res, const lo_polymat_struct *m, const slong *rows, const slong *cols, slong k);

#endif
