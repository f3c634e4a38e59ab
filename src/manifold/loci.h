/* loci.h - the rank loci of all listed manifolds, and what follows for every invariant manifold.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_LOCI_H
#define LO_LOCI_H

#include "manifold/lattice.h"

#include <lieorbit/manifold.h>

/* Fills the rank loci of the manifolds, whose orbits, laws and hierarchy are known, and sims->all_listed. Silent where the
 * model is too large. Returns LO_OK, LO_UNABLE on interrupt, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_sims_loci(lo_sims_struct *sims, const lo_family_struct *family, const lo_lattice_t lattice,
                                       const lo_signed_group_t group, lo_ctx_t ctx);

#endif
