/* hypersurface.h - hypersurfaces of affine subspaces that every field of a family is tangent to.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_HYPERSURFACE_H
#define LO_HYPERSURFACE_H

#include "family/family.h"

/* Tries to prove that every field is tangent to the regular points of q = 0 in an affine subspace: across the
 * subspace, and along it, Xq, the fields are multiples of q. In: q, irreducible, in the variables variable[i]
 * of qctx: coordinate pivot[i] of the subspace origin + span of the rows of `directions` (see
 * lo_family_restrict). Out: *proved; 0 says nothing. Returns LO_OK, LO_UNABLE on interrupt, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_hypersurface_prove(int *proved, const fmpq_mpoly_t q, const fmpq_mpoly_ctx_t qctx,
                                                const slong *variable, const lo_family_struct *family, const fmpq_mat_t directions,
                                                const slong *pivot, const fmpq *origin, lo_ctx_t ctx);

#endif
