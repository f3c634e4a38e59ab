/* stratum.h - what happens on one invariant subspace, and which one a point lies on.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_STRATUM_H
#define LO_STRATUM_H

#include "manifold/condense.h"
#include "manifold/lattice.h"

#include <lieorbit/manifold.h>

/* Frees what a manifold owns; n strings and their list. */
void lo_manifold_clear(lo_manifold_struct *manifold);
void lo_strings_clear(char **list, long n);

/* Generic orbit dimension and laws on a tangent pattern: the analysis of the restricted family (the fields
 * are tangent, so orbits of generic points of the subspace are orbits of the restricted family). In:
 * manifold->reduced, which is the quicker way. Fills orbit_lower, orbit_upper, laws, law. Returns LO_OK,
 * LO_UNABLE on interrupt, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_stratum_orbits(lo_manifold_struct *manifold, const lo_family_struct *family,
                                            const int *pattern, lo_ctx_t ctx);

/* The same for large subspaces, with less: the rank of the fields themselves at a random point is a lower bound, and where it is
 * the dimension the generic orbit is open in the subspace and there is no law. Fills orbit_lower. */
LO_MUST_CHECK lo_status_t lo_stratum_field_rank(lo_manifold_struct *manifold, const lo_family_struct *family,
                                                const int *pattern, lo_ctx_t ctx);

/* With a complete point in the model: the smallest listed manifold with an image through it, the orbit of the point, and the
 * values there of the laws of the model. Nothing otherwise. Returns as above. */
LO_MUST_CHECK lo_status_t lo_sims_member(lo_sims_struct *sims, const lo_family_struct *family, const lo_lattice_t lattice,
                                         const lo_signed_group_t group, lo_ctx_t ctx);

#endif
