/* linear.h - linear functions that no gradient flow changes: families of invariant affine subspaces.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * On an invariant subspace M let l be a linear function with l(X) = 0 for every field X. Then M and l = c is an affine
 * subspace that every field is tangent to, for every number c: a family of invariant manifolds, each of which gradient
 * descent with any step stays in, too. Each direction that the fields on M never leave zero in is of that kind, so these are all
 * families M and l_1 = c_1, .., l_n = c_n of affine subspaces of M.
 */
#ifndef LO_LINEAR_H
#define LO_LINEAR_H

#include "family/family.h"

/* The linear laws of a family, restricted or not. Out: rows, initialised here: n x p integers,
 * independent, each proved by tangent propagation or exact expansion. Where the family is too large for
 * that, none. Returns LO_OK; LO_UNABLE on interrupt; LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_linear_laws(fmpz_mat_t rows, const lo_family_struct *family, lo_ctx_t ctx);

/* "a[1] - a[2]": a row in the names of the coordinates. NULL when memory is short. */
char *lo_linear_text(const fmpz_mat_t rows, slong k, const lo_family_struct *family);

#endif
