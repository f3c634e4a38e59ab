/* exception.h - branches in which nothing more vanishes: what they are, and what they prove.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_EXCEPTION_H
#define LO_EXCEPTION_H

#include "manifold/branch.h"

/* The equations of a branch in the names of the parameters. Out: *list, *n strings, to be freed with lo_free whatever is
 * returned. Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_branch_equations(char ***list, slong *n, const lo_branch_t b, const lo_family_struct *family);

/* Whether the branch is a proper invariant subset of the subspace, on which orbits are smaller than open: a linear
 * subspace that every field of the family is tangent to, or a hypersurface of one with real regular points. In: a branch that the
 * fields of the stage are tangent to. Out: *yes; 0 says nothing. Returns LO_OK, LO_UNABLE on interrupt, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_branch_is_exception(int *yes, const lo_branch_t b, const lo_family_struct *family,
                                                 lo_ctx_t ctx);

#endif
