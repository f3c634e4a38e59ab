/* symmetry.h - the signed permutations of the coordinates that leave the outputs unchanged.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A signed permutation is an array g of p entries: g[i] = j + 1 says that coordinate i of g(theta) is theta_j, g[i] =
 * -(j + 1) that it is -theta_j. The symmetry group is that of the tape: a coloured graph has two vertices n+ and n-
 * (the value and its negative) for each node, and its automorphisms, found by nauty, map each operation to an equal
 * operation. Such a map satisfies F(g theta)(x) = F(theta)(x) for every input: the proof is the graph itself, node by
 * node (signed_graph.c). Symmetries that the operations do not show are not found. A signed permutation is orthogonal, so
 * every field of the family is equivariant under it, and the vectors that a group of them fixes form an invariant
 * manifold (theory, section 4).
 */
#ifndef LO_SYMMETRY_H
#define LO_SYMMETRY_H

#include "manifold/pattern.h"

typedef struct lo_symmetry_struct lo_symmetry_struct;

/* The graph of a network or map. Returns LO_OK, LO_UNABLE when it is too large for nauty, LO_SYSTEM.
 * Cost: linear in the tape. */
LO_MUST_CHECK lo_status_t lo_symmetry_new(lo_symmetry_struct **symmetry, const lo_family_struct *family, lo_ctx_t ctx);
void lo_symmetry_free(lo_symmetry_struct *symmetry);

/* The graph of the monomials of the outputs near the origin up to a degree (germ.h). Every signed permutation g with
 * F(g theta) = F(theta) is one of its automorphisms, whether the operations show it or not; they may be more. So a pattern that
 * lo_pattern_is_fixed refuses here is no fixed space of such signed permutations. Out: *more: 0 when the degree adds nothing.
 * Returns as above; LO_UNABLE where germ.h says so. */
LO_MUST_CHECK lo_status_t lo_symmetry_new_of_germ(lo_symmetry_struct **symmetry, int *more, const lo_family_struct *family,
                                                  slong degree, lo_ctx_t ctx);

/* How many vertices and edges the graphs had, in all, that nauty was given so far: a measure of the time it took. */
slong lo_symmetry_effort(const lo_symmetry_struct *symmetry);

/* Generators of a group of signed permutations. */
typedef struct {
    slong p, n;
    long alloc;
    int *g; /* n x p */
} lo_signed_group_struct;
typedef lo_signed_group_struct lo_signed_group_t[1];
void lo_signed_group_init(lo_signed_group_t group, slong p);
void lo_signed_group_clear(lo_signed_group_t group);

/* All symmetries. Out: group, generators other than the identity, each verified. Returns LO_OK, LO_UNABLE, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_symmetry_group(lo_signed_group_t group, lo_symmetry_struct *symmetry);

/* Whether a signed permutation is one of the symmetries. Cost: two calls of nauty that need no search. */
LO_MUST_CHECK lo_status_t lo_symmetry_contains(int *yes, lo_symmetry_struct *symmetry, const int *g);

/* The symmetries that fix every vector of a pattern. */
LO_MUST_CHECK lo_status_t lo_symmetry_fixing(lo_signed_group_t group, lo_symmetry_struct *symmetry, const int *pattern);

/* Whether a pattern is the set of all vectors that some symmetries fix: those that fix its own vectors will do. */
LO_MUST_CHECK lo_status_t lo_pattern_is_fixed(int *fixed, lo_symmetry_struct *symmetry, const int *pattern, slong p);

/* The order of the symmetries that map a pattern onto itself; of the whole group where pattern is NULL. */
LO_MUST_CHECK lo_status_t lo_symmetry_order(fmpz_t order, lo_symmetry_struct *symmetry, const int *pattern);

/* A name of the class of a pattern under the group: two patterns have equal names exactly when a symmetry maps one to the
 * other. Out: *name, *size: an array of ints, freed by the caller with lo_free. */
LO_MUST_CHECK lo_status_t lo_symmetry_class(int **name, slong *size, lo_symmetry_struct *symmetry, const int *pattern);

/* orbit[p]: equal numbers for the coordinates that the group maps to one another, up to sign. */
void lo_signed_group_orbits(slong *orbit, const lo_signed_group_t group);

/* Replaces a pattern by an image that is lexicographically larger as long as a generator gives one: equalities first,
 * zeros last. Images of one another mostly meet in one array, but need not. work: 2p ints. Returns how many images were
 * tried. */
slong lo_signed_group_climb(int *pattern, const lo_signed_group_t group, int *work);

#endif
