/* lattice.h - the lattice of fixed subspaces of a group of signed permutations, up to conjugacy.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_LATTICE_H
#define LO_LATTICE_H

#include "manifold/pattern.h"
#include "manifold/rows.h"

/* Classes of patterns: one representative and the number of its images under the group. */
typedef struct {
    slong p, n;
    long alloc, alloc_copies;
    int *pattern;  /* n x p */
    fmpz *copies;
    int complete;  /* 1: every fixed subspace of every subgroup is an image of one of these */
} lo_lattice_struct;
typedef lo_lattice_struct lo_lattice_t[1];
void lo_lattice_init(lo_lattice_t lattice, slong p);
void lo_lattice_clear(lo_lattice_t lattice);

/* Appends a class. */
LO_MUST_CHECK lo_status_t lo_lattice_push(lo_lattice_t lattice, const int *pattern, const fmpz_t copies);

/* All fixed subspaces of all subgroups of a group given by its elements (elements.h): the fixed subspaces of the elements
 * and their intersections, one of each class.
 * Returns LO_OK; LO_UNABLE when there are more than 20,000 classes (nothing is appended); LO_SYSTEM.
 * Cost: classes x elements^2 x p at worst. */
LO_MUST_CHECK lo_status_t lo_lattice_enumerate(lo_lattice_t lattice, const lo_rows_t elements, lo_ctx_t ctx);

#endif
