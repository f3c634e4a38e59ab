/* rotation.h - orthogonal symmetries that come in continuous families.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A skew matrix A with <grad F_j, A theta> = 0 for all outputs and inputs generates rotations exp(tA) of the parameter space
 * that leave every output unchanged (theory, section 3: symmetric ones are quadratic laws instead).
 */
#ifndef LO_ROTATION_H
#define LO_ROTATION_H

#include "family/family.h"

typedef struct {
    slong p, n;
    int proved;   /* each basis element satisfies the identity exactly, so n is the dimension of the Lie algebra */
    fmpz_mat_t a; /* n rows of p (p - 1) / 2 entries A_ij, i < j, row by row */
} lo_rotations_struct;
typedef lo_rotations_struct lo_rotations_t[1];

/* The Lie algebra of skew symmetries, proposed by linear algebra modulo a prime and proved by tangent propagation.
 * Returns LO_OK; LO_UNABLE when the model is too large (more than 40 parameters); LO_SYSTEM. Clear it in any case. */
LO_MUST_CHECK lo_status_t lo_rotations_find(lo_rotations_t rotations, const lo_family_struct *family, lo_ctx_t ctx);
void lo_rotations_clear(lo_rotations_t rotations);

/* The dimension of the union of the images of a pattern P under the rotations, near a generic point of it: that of P + { A theta },
 * at random points modulo a prime, a lower bound; it is at most dim P + the codimension of { A : A P in P }.
 * Out: *dimension, the lower bound; *exact: 1 when the bounds meet. */
LO_MUST_CHECK lo_status_t lo_rotations_sweep(slong *dimension, int *exact, const lo_rotations_t rotations,
                                             const int *pattern);

#endif
