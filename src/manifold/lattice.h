/* lattice.h - the lattice of fixed subspaces of a group of signed permutations, up to conjugacy.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_LATTICE_H
#define LO_LATTICE_H

#include "manifold/pattern.h"
#include "manifold/symmetry.h"

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

/* All fixed subspaces of all subgroups, by listing the elements: the fixed subspaces of the elements and their
 * intersections. Representatives by decreasing dimension, then lexicographically.
 * Returns LO_OK; LO_UNABLE when the group or the lattice is too large for that (nothing is appended); LO_SYSTEM.
 * Cost: elements x generators x p, and classes x elements x p for the intersections. */
LO_MUST_CHECK lo_status_t lo_lattice_enumerate(lo_lattice_t lattice, const lo_signed_group_t group, lo_ctx_t ctx);

#endif
