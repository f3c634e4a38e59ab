/* symmetry.h - the signed permutations of the coordinates that leave the outputs unchanged.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A signed permutation is an array g of p entries: g[i] = j + 1 says that coordinate i of g(theta) is theta_j, g[i] =
 * -(j + 1) that it is -theta_j. The symmetry group is that of the tape: a coloured graph has two vertices n+ and n-
 * (the value and its negative) for each node, and its automorphisms, found by nauty, map each operation to an equal
 * operation. Such a map satisfies F(g theta)(x) = F(theta)(x) for every input: the proof is the graph itself, node by
 * node (symmetry.c). Symmetries that the operations do not show are not found.
 */
#ifndef LO_SYMMETRY_H
#define LO_SYMMETRY_H

#include "family/family.h"

typedef struct lo_symmetry_struct lo_symmetry_struct;

/* The graph of a network or map. Returns LO_OK, LO_UNABLE when it is too large for nauty, LO_SYSTEM.
 * Cost: linear in the tape. */
LO_MUST_CHECK lo_status_t lo_symmetry_new(lo_symmetry_struct **symmetry, const lo_family_struct *family, lo_ctx_t ctx);
void lo_symmetry_free(lo_symmetry_struct *symmetry);

/* Generators of a group of signed permutations. */
typedef struct {
    slong p, n;
    long alloc;
    int *g; /* n x p */
} lo_signed_group_struct;
typedef lo_signed_group_struct lo_signed_group_t[1];
void lo_signed_group_init(lo_signed_group_t group, slong p);
void lo_signed_group_clear(lo_signed_group_t group);

/* The symmetries that respect a colouring: colour[i] is that of +theta_i and -colour[i] that of -theta_i; 0 means
 * theta_i = 0, so both signs have one colour. colour NULL: no restriction. This is the pointwise stabiliser of the
 * vectors whose coordinates of equal colour are equal. Out: group, without the identity, each generator verified.
 * Returns LO_OK, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_symmetry_group(lo_signed_group_t group, lo_symmetry_struct *symmetry, const int *colour);

/* The order of the whole group, by a chain of stabilisers. */
LO_MUST_CHECK lo_status_t lo_symmetry_order(fmpz_t order, lo_symmetry_struct *symmetry);


#endif
