/* feasible.h - exact feasibility of strict linear inequalities.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_FEASIBLE_H
#define LO_FEASIBLE_H

#include "base/compat_flint.h"

/* Is there a real x with sum_j a[i][j] x_j + a[i][n] > 0 for every row i of a, rows x (n + 1)?
 * Returns 1 or 0. Exact: the simplex method over Q with Bland's rule, which ends. */
int lo_feasible_strict(const fmpq_mat_t a, slong rows);

#endif
