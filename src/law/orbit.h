/* orbit.h - rational laws from the polynomials that vanish on orbits.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Let V(theta) be the space of polynomials of degree <= d that vanish on the orbit of theta. It depends on the orbit
 * only, so the entries of its reduced echelon basis, as functions of theta, are conserved. Let a basis vector run
 * through the span of fixed polynomials b_0, ..., b_r: v(theta) = b_0 + sum_i g_i(theta) b_i. It vanishes at theta
 * itself, b_0(theta) + sum_i g_i(theta) b_i(theta) = 0: one linear equation for the conserved functions g_i. Basis
 * vectors that share their g_i give as many equations as there are g_i, and Cramer's rule gives each g_i as a quotient
 * of two polynomials: a rational law. Conversely, if P / Q is a law with deg P, deg Q <= d then P - (P/Q)(theta) Q lies
 * in V(theta) (Rosenlicht: rational laws separate generic orbits).
 *
 * Modulo a prime V(theta) is bounded from above by truncated power series of curves inside the orbit; the quotients
 * are candidates, to be proved.
 */
#ifndef LO_ORBIT_H
#define LO_ORBIT_H

#include "law/relations.h"

/* Appends candidates: the g_i of the spaces V(theta) of polynomials in the coordinates of degree at most `degree`.
 * Returns LO_OK, LO_DOMAIN, LO_UNABLE when interrupted, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_orbit_quotients(lo_formulas_t list, lo_search_t search, lo_ring_t ring, int degree,
                                             lo_ctx_t ctx);

#endif
