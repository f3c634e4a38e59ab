/* minor.h - minors of the fields on a branch.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_MINOR_H
#define LO_MINOR_H

#include "manifold/branch.h"

/* The factors of one minor that is not zero on the branch; number = 0, 1, ... chooses which. Out: *found, 0 when there are no
 * more, or when the rank on the linear equations of the branch is smaller. Returns LO_OK, LO_UNABLE when it is too large,
 * LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_minor_factors(int *found, lo_qpolys_t factors, const lo_branch_t b, slong rank, slong number,
                                           lo_ctx_t ctx);

#endif
