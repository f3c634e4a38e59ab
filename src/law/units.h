/* units.h - units, signs and gradings of a family, by one linear pass over the tape.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Give each node of the tape a unit u in a module over GF(m): products add units, sums need equal units. The
 * solutions are
 *   LO_UNITS_LAWS, families of gradients (lo_family_scalars) only: inputs, gates and outputs have unit 0.
 *     Over Q (m a large prime, then reconstructed) a solution w is a diagonal symmetry theta_i ->
 *     (1 + e w_i) theta_i of every output, so sum_i w_i theta_i^2 / H_i is a law, H the metric (theory,
 *     section 3);
 *   LO_UNITS_SIGNS: m = 2, inputs, gates and outputs free: sign changes of the coordinates that map the
 *   family to itself;
 *   LO_UNITS_GRADING: weights of the coordinates for which every member of a spanning set is homogeneous.
 * Signs and gradings split the search for polynomial laws into blocks: the space of laws is invariant under
 * both, hence the direct sum of its parts in each character and weight.
 */
#ifndef LO_UNITS_H
#define LO_UNITS_H

#include "family/modular.h"

typedef enum { LO_UNITS_LAWS, LO_UNITS_SIGNS, LO_UNITS_GRADING } lo_units_kind_t;

/* The solution space: the unit of row r is sum over its entries of coef * (free variable). Rows 0..p-1 are
 * the coordinates; row p + k is the argument of atom k; row p + natoms + f the auxiliary variable
 * frozen[f]. */
typedef struct {
    slong rows, nfree;
    slong *start; /* rows + 1 */
    slong *free;  /* numbers 0..nfree-1 */
    ulong *coef;
} lo_units_struct;
typedef lo_units_struct lo_units_t[1];

/* Solves for the units modulo mod.n, a prime. The listed frozen constants are free (the family is then the
 * union over all their values), the others have unit 0. Free variables are hidden values where possible,
 * so that each basis vector speaks of one neuron. Cost: linear in the tape for layered networks.
 * Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_units_solve(lo_units_t units, const lo_family_struct *family, lo_units_kind_t kind,
                                         const slong *frozen, slong nfrozen, nmod_t mod);
void lo_units_clear(lo_units_t units);

#endif
