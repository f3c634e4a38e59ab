/* pattern.h - subspaces cut out by theta_i = 0 and theta_i = +-theta_j: signed partitions of the coordinates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A pattern is an array of p entries: class[i] = 0 says theta_i = 0; class[i] = +-(r + 1), r <= i, says theta_i =
 * +-theta_r, where r is the first coordinate of its class, class[r] = r + 1. Equal subspaces have equal arrays.
 */
#ifndef LO_PATTERN_H
#define LO_PATTERN_H

#include "family/family.h"

/* The whole space. */
void lo_pattern_whole(int *pattern, slong p);

/* The vectors fixed by a signed permutation (symmetry.h). work: p ints. */
void lo_pattern_fixed(int *pattern, const int *g, slong p);

/* pattern := pattern and other. Out: 1 when it has changed. */
int lo_pattern_intersect(int *pattern, const int *other, slong p);

/* pattern := pattern and theta_i = sign * theta_j (sign 0: theta_i = 0). Out: 1 when it has changed. */
int lo_pattern_equate(int *pattern, slong i, slong j, int sign, slong p);

/* image = g(pattern), the set of g(theta). image must not alias. work: p ints. */
void lo_pattern_image(int *image, const int *pattern, const int *g, slong p, int *work);

/* The same where the image is lexicographically larger than the pattern; image is not complete where it is not.
 * Out: 1 when it is larger. Cost: the coordinates up to the first one that differs, mostly. */
int lo_pattern_climb(int *image, const int *pattern, const int *g, slong p, int *work);

/* Number of nonzero classes. */
slong lo_pattern_dimension(const int *pattern, slong p);

/* Number of coordinates that are zero. */
slong lo_pattern_zeros(const int *pattern, slong p);

/* Whether the subspace of `inner` lies in that of `outer`. */
int lo_pattern_contains(const int *outer, const int *inner, slong p);

#endif
