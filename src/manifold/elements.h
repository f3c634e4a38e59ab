/* elements.h - small groups of signed permutations, element by element.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_ELEMENTS_H
#define LO_ELEMENTS_H

#include "manifold/rows.h"
#include "manifold/symmetry.h"

/* All elements of a group, the identity first. Returns LO_OK, LO_UNABLE past 60,000 elements, LO_SYSTEM; clear the set
 * in any case. */
LO_MUST_CHECK lo_status_t lo_elements_list(lo_rows_t elements, const lo_signed_group_t group, lo_ctx_t ctx);

#endif
