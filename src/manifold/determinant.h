/* determinant.h - the factors of a determinant of polynomials, taken out before anything is expanded.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_DETERMINANT_H
#define LO_DETERMINANT_H

#include "manifold/stage.h"

/* The irreducible factors of the determinant that have real zeros (zeros.h), each once. In/out: a[n x n], which is
 * destroyed (its entries stay initialised). Domain: the determinant is not the zero polynomial, 1 <= n <= LO_DETERMINANT_MOST.
 * Returns LO_OK; LO_UNABLE when what is left to expand is too large; LO_SYSTEM. */
#define LO_DETERMINANT_MOST 24
LO_MUST_CHECK lo_status_t lo_determinant_factors(lo_qpolys_t factors, fmpq_mpoly_struct *a, slong n, const lo_stage_t stage,
                                                 lo_ctx_t ctx);

#endif
