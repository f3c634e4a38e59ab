/* germ.h - the outputs near the origin of the parameter space: polynomials of low degree modulo a prime.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Let F be analytic at theta = 0, and F(s theta) = F_0 + s F_1(theta) + s^2 F_2(theta) + ... A signed permutation g is linear,
 * so F(g theta) = F(theta) says F_k(g theta) = F_k(theta) for each k. The coefficients of F_k lie in the ring that rational
 * numbers, inputs, frozen constants and the constants of the activations generate; a homomorphism from it to GF(q) and any
 * combination of inputs and outputs keep the identity. So the symmetries of F are among those of the polynomials
 * U_k = sum of y_j F_k,j(x) modulo q, which a graph of monomials shows completely: an upper bound of the group, as the graph of
 * the operations (signed_graph.h) is a lower bound.
 */
#ifndef LO_GERM_H
#define LO_GERM_H

#include "manifold/signed_graph.h"

#define LO_GERM_DEGREE 7 /* the largest */

/* The graph of the monomials of U_1, .., U_degree: its automorphisms are, on the coordinates, exactly the signed permutations
 * that keep these polynomials. Out: graph, clear it when LO_OK; *more: 0 when U_degree is zero, so that it adds nothing.
 * Returns LO_OK; LO_UNABLE when there are gates, roots or logarithms, or functions whose argument does not vanish at the
 * origin, or the parts are too large; LO_SYSTEM. Cost: at most 4000 terms for each value. */
LO_MUST_CHECK lo_status_t lo_germ_graph(lo_signed_graph_t graph, int *more, const lo_family_struct *family,
                                        slong degree, lo_ctx_t ctx);

#endif
