/* invariant.h - patterns that every field of the family is tangent to, whether a symmetry says so or not.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_INVARIANT_H
#define LO_INVARIANT_H

#include "manifold/lattice.h"

/* The family on the subspace of a pattern, in the coordinates theta_r of its classes. Out: *restricted
 * (lo_family_free, before f), residual[p - dimension]: nodes of its tape that vanish identically exactly when
 * the fields are tangent.
 * Returns LO_OK, LO_UNABLE, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_pattern_restrict(lo_family_ptr *restricted, slong *residual, const lo_family_struct *f,
                                              const int *pattern, lo_ctx_t ctx);

/* Whether the fields are tangent, by values modulo a prime at random points of the pattern: a proposal where
 * it says yes, a proof where it says no. Out: *tangent; support[p]: where it is not, coordinates r (first
 * ones of their classes), not all zero, such that a tangent pattern inside this one satisfies theta_r = 0 or
 * theta_r = +-theta_s for some r, s in it. */
LO_MUST_CHECK lo_status_t lo_pattern_propose(int *tangent, char *support, const lo_family_struct *f, const int *pattern,
                                             lo_ctx_t ctx);

/* Decides whether the fields are tangent by an exact expansion of the residuals. Out: *proved; 0 says
 * nothing. Returns LO_OK, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_pattern_prove(int *proved, const lo_family_struct *f, const int *pattern, lo_ctx_t ctx);

/* Whether it is proved that the fields exist at no point of the pattern: a divisor, or the argument of a root
 * or a logarithm, that the outputs need expands to zero on it. Out: *proved; 0 says nothing. Returns LO_OK,
 * LO_UNABLE on interrupt, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_pattern_undefined(int *proved, const lo_family_struct *f, const int *pattern, lo_ctx_t ctx);

/* What lo_pattern_prove does, for the affine subspace origin + span of the rows of `directions`, which are
 * unit vectors at the pivots (see lo_family_restrict). */
LO_MUST_CHECK lo_status_t lo_flat_prove_tangent(int *proved, const lo_family_struct *f, const fmpq_mat_t directions,
                                            const slong *pivot, const fmpq *origin, lo_ctx_t ctx);

/* All tangent patterns, one of each class under the symmetry group (by lo_pattern_propose). Found by closure:
 * from a tangent pattern, each further equation theta_i = 0, theta_i = +-theta_j is imposed; where the fields
 * are not tangent, each of the equations that could make the obstruction vanish is imposed in turn.
 * In: generators of the group; orbit[p]: only coordinates with equal numbers are equated, NULL: any two; at
 * most `most` patterns are visited, and `effort` entries of images looked at, with more for the values at
 * random points: the search ends there. lattice->complete: 1 when it did not.
 * Returns LO_OK, LO_UNABLE on interrupt (what was found is in the lattice), LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_invariant_patterns(lo_lattice_t lattice, const lo_family_struct *f,
                                                lo_symmetry_struct *symmetry, const lo_signed_group_t group,
                                                const slong *orbit, slong most, slong effort, lo_ctx_t ctx);

#endif
