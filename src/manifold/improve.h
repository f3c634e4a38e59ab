/* improve.h - whether the symmetries that the operations show are all of them.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_IMPROVE_H
#define LO_IMPROVE_H

#include "manifold/symmetry.h"

/* Compares the group of the operations, a lower bound, with that of the germ, an upper bound (germ.h). Where they differ and the
 * outputs are rational functions, each generator of the larger group is tried: when all of them keep the outputs, by expansion,
 * *symmetry becomes that of the germ.
 * Out: *complete: 1 when all signed permutations with F(g theta) = F(theta) are proved to be in the group; *germ: the upper bound
 * where it is not, NULL when there is none. In/out: *symmetry. Returns LO_OK, LO_UNABLE on interrupt, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_symmetry_improve(int *complete, lo_symmetry_struct **symmetry,
                                              lo_symmetry_struct **germ, const lo_family_struct *family,
                                              lo_ctx_t ctx);

#endif
