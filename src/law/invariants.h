/* invariants.h - Darboux polynomials: candidates, and a test modulo the prime.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * f is a Darboux polynomial of the family when every field X maps it to a multiple: X f = K_X f, that is when the set
 * f = 0 is invariant. Here candidates are gathered and tested; nothing is claimed of them. What is built from them
 * (darboux.h) is proved as a law.
 */
#ifndef LO_INVARIANTS_H
#define LO_INVARIANTS_H

#include "family/field.h"
#include "law/search.h"

typedef struct {
    lo_search_struct *search;
    lo_ring_t ring;
    lo_ctx_struct *ctx;
    lo_polys_t list; /* irreducible, primitive, distinct; passed the test */
    lo_polys_t seen; /* failed */
    int ready;
} lo_invariants_struct;
typedef lo_invariants_struct lo_invariants_t[1];

/* Past this many no more are taken. */
#define LO_MAX_INVARIANTS 64

/* An empty list for the family of a search. Clear it whatever is returned. Returns LO_OK, LO_UNABLE, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_invariants_init(lo_invariants_t inv, lo_search_struct *search, lo_ctx_t ctx);
void lo_invariants_clear(lo_invariants_t inv);

/* Simple polynomials first. */
void lo_invariants_sort(lo_invariants_t inv);

/* Is the set f = 0 invariant? On a random line a zero of f modulo the prime is sought, and X f is evaluated there for
 * random members X. Out: *passed: 0 is certain whenever a zero was found with X f != 0 there. */
LO_MUST_CHECK lo_status_t lo_invariants_test(int *passed, lo_search_struct *search, const lo_poly_t f);

/* Takes f, or the irreducible factors of f, into the list when they are new and pass. f may have variables that
 * no law may have: such factors are passed over. Returns LO_OK, LO_UNABLE when interrupted, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_invariants_offer(lo_invariants_t inv, lo_poly_t f);
LO_MUST_CHECK lo_status_t lo_invariants_offer_factors(lo_invariants_t inv, const fmpz_mpoly_t f);

/* Candidates from the coordinates: theta_i; theta_i +- theta_j. */
LO_MUST_CHECK lo_status_t lo_invariants_coordinates(lo_invariants_t inv);
LO_MUST_CHECK lo_status_t lo_invariants_pairs(lo_invariants_t inv);

/* Candidates from the exact fields, where the family can be expanded: factors of the components, of small minors of
 * the matrix of fields and brackets (where the rank drops the orbit is smaller), and of extactic determinants in
 * dimensions 2 to 4 (see minors.c). */
LO_MUST_CHECK lo_status_t lo_invariants_fields(lo_invariants_t inv);

#endif
