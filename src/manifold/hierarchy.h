/* hierarchy.h - which classes of manifolds contain which, and which ones meet a point.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_HIERARCHY_H
#define LO_HIERARCHY_H

#include "manifold/lattice.h"
#include "manifold/rows.h"

/* below[i * n + j] = 1 when some image of class j lies in the pattern of class i, j != i, and no class lies between.
 * Classes are sorted by decreasing dimension. Returns LO_OK; LO_UNABLE on interrupt; LO_SYSTEM. *exact: 0 when a class has
 * more than 200,000 images and only its representative was looked at.
 * Cost: copies x generators x p for each class. */
LO_MUST_CHECK lo_status_t lo_hierarchy(char *below, int *exact, const lo_lattice_t lattice,
                                       const lo_signed_group_t group, lo_ctx_t ctx);

/* From some containments, closed under transitivity here, to the direct ones. In/out: below[n * n]. */
LO_MUST_CHECK lo_status_t lo_hierarchy_reduce(char *below, slong n);

/* Adds the images of a class to the rows. Returns LO_OK; LO_UNABLE when they are too many, or on interrupt; LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_class_images(lo_rows_t rows, const int *pattern, const lo_signed_group_t group,
                                          lo_ctx_t ctx);

/* The image of a class that contains the subspace `point` (the smallest pattern through a point), if there is one.
 * Out: *found; image[p]. Returns as above. */
LO_MUST_CHECK lo_status_t lo_class_through(int *found, int *image, const int *pattern, const int *point,
                                           const lo_signed_group_t group, lo_ctx_t ctx);

#endif
