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
    long alloc, alloc_copies, alloc_names, alloc_sizes;
    int *pattern;  /* n x p */
    fmpz *copies;
    int **name;    /* of the classes: lo_symmetry_class */
    slong *size;
    int complete;  /* 1: nothing that was sought is missing */
} lo_lattice_struct;
typedef lo_lattice_struct lo_lattice_t[1];
void lo_lattice_init(lo_lattice_t lattice, slong p);
void lo_lattice_clear(lo_lattice_t lattice);

/* Adds the class of a pattern unless it is there. Cost: as many calls of nauty as the group has base points. */
LO_MUST_CHECK lo_status_t lo_lattice_add(lo_lattice_t lattice, lo_symmetry_struct *symmetry, const int *pattern);

/* Appends a class that is known to be new, with its copies. */
LO_MUST_CHECK lo_status_t lo_lattice_push(lo_lattice_t lattice, const int *pattern, const fmpz_t copies);

/* Sorts the classes by decreasing dimension, then lexicographically, larger arrays first. */
void lo_lattice_sort(lo_lattice_t lattice);

/* Exchanges two classes; keeps the first n. */
void lo_lattice_swap(lo_lattice_t lattice, slong i, slong j);
void lo_lattice_truncate(lo_lattice_t lattice, slong n);

/* All fixed subspaces of all subgroups of a group given by its elements (elements.h): the fixed subspaces of the elements
 * and their intersections, one of each class.
 * Returns LO_OK; LO_UNABLE when there are too many (what was found stays); LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_lattice_enumerate(lo_lattice_t lattice, lo_symmetry_struct *symmetry,
                                               const lo_signed_group_t group, lo_ctx_t ctx);

#endif
