/* isotropy.h - which points have how much continuous symmetry; which classes the rotations carry to one another.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_ISOTROPY_H
#define LO_ISOTROPY_H

#include "manifold/block.h"
#include "manifold/lattice.h"

#include <lieorbit/manifold.h>

/* The isotropy types. Fills rotated, types and types_complete of `sims`, whose manifolds are those of the lattice, with their
 * orbits. More than 500 combinations of ranks are not looked at: then there are no types.
 * Returns LO_OK, LO_UNABLE on interrupt, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_isotropy_types(lo_sims_struct *sims, const lo_blocks_t blocks,
                                            const lo_family_struct *family, const lo_lattice_t lattice,
                                            lo_symmetry_struct *symmetry, lo_ctx_t ctx);
void lo_isotropy_clear(lo_sims_struct *sims);

/* Classes that the groups of the blocks, with the symmetries, carry to one another: root[i] is, of the
 * classes known to be conjugate to class i, the first one with the most zeros. Each merging is proved;
 * classes with different roots may be conjugate all the same.
 * Out: root[lattice->n]. Returns as above. Cost: at most 200,000 rotated patterns. */
LO_MUST_CHECK lo_status_t lo_rotations_merge(slong *root, const lo_blocks_t blocks,
                                             const lo_lattice_t lattice, lo_symmetry_struct *symmetry,
                                             lo_ctx_t ctx);

/* The dimension of { theta : row of every matrix l in the first rank[l] columns }. */
slong lo_blocks_subspace(const lo_blocks_t blocks, const slong *rank);

#endif
