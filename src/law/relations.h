/* relations.h - laws from Darboux polynomials, by linear algebra modulo a prime.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Given Darboux polynomials f_i, a product D of some of them, weights w_s (1, and products of laws and frozen
 * constants) and monomials m, the laws of the form
 *
 *     N / D + sum_i b_i / f_i + sum_(i,s) a_(i,s) w_s log f_i,     N a combination of the m,
 *
 * are the solutions of one linear system: at every point, for every member X, with K_f = X f / f,
 *
 *     (X N - N K_D) / D - sum b_i K_(f_i) / f_i + sum a_(i,s) w_s K_(f_i) = 0.
 */
#ifndef LO_RELATIONS_H
#define LO_RELATIONS_H

#include "law/formula.h"
#include "law/invariants.h"

/* A list of closed forms. */
typedef struct {
    slong n, alloc;
    lo_formula_struct *h;
} lo_formulas_struct;
typedef lo_formulas_struct lo_formulas_t[1];
void lo_formulas_init(lo_formulas_t list);
void lo_formulas_clear(lo_formulas_t list);
/* Moves h to the end of the list; h is empty afterwards. */
LO_MUST_CHECK lo_status_t lo_formulas_take(lo_formulas_t list, lo_formula_t h);
/* In the order of lo_formula_compare. */
void lo_formulas_sort(lo_formulas_t list);

/* Sides of an ansatz. */
typedef struct {
    lo_invariants_struct *invariants;
    const lo_polys_struct *weights;      /* of the logarithms; the first is 1. NULL: no logarithms */
    int inverses;                        /* 1: with the b_i */
    slong denominator[2];                /* numbers of Darboux polynomials whose product is D; -1: none */
    const lo_monomials_struct *monomials; /* of N; NULL: none */
} lo_ansatz_struct;

/* Number of unknowns. */
slong lo_ansatz_size(const lo_ansatz_struct *ansatz);

/* Appends the solutions, sparse and reduced: a relation with constant small integers a_i and no N comes as the
 * product of the f_i^(a_i); polynomials N with D = 1 and no logarithm are left out. Cost: cubic in the size.
 * Returns LO_OK, LO_DOMAIN, LO_UNABLE, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_ansatz_solve(lo_formulas_t list, const lo_ansatz_struct *ansatz, lo_ctx_t ctx);

/* h = f, numerator and denominator as they are. Returns LO_OK, LO_UNABLE, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_formula_set_quotient(lo_formula_t h, const fmpz_mpoly_q_t f, const lo_symbols_t symbols,
                                                  const lo_ring_t ring);

#endif
