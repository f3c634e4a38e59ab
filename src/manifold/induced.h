/* induced.h - whether any signed permutation at all induces a pattern.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The graph shows the symmetries of the operations (symmetry.h); a network may have others. A pattern P is the fixed space of
 * a group of symmetries exactly when the signed permutations that fix P pointwise and leave the outputs unchanged have no larger
 * common fixed space. Those that fix P permute each of its classes, and its zeros with any signs: few when P is small.
 */
#ifndef LO_INDUCED_H
#define LO_INDUCED_H

#include "manifold/pattern.h"

/* Tries to prove that a pattern is not the fixed space of signed permutations with F(g theta) = F(theta). Each candidate g
 * is refuted by disjoint enclosures of an output at theta and g theta; the others, and more when there are too many, stay.
 * Out: *proved. 0 says nothing. Returns LO_OK, LO_UNABLE on interrupt, LO_SYSTEM. Cost: at most 4000 evaluations. */
LO_MUST_CHECK lo_status_t lo_pattern_refute_induced(int *proved, const lo_family_struct *family, const int *pattern,
                                                    lo_ctx_t ctx);

#endif
