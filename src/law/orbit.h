/* orbit.h - rational laws from the polynomials that vanish on orbits.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Let V(theta) be the space of polynomials of degree <= d that vanish on the orbit of theta. It depends on the orbit
 * only, so the entries of its reduced echelon basis, as functions of theta, are conserved. A basis vector that moves
 * in a pencil, v(theta) = P + g(theta) Q with fixed P, Q, vanishes at theta itself: P(theta) + g(theta) Q(theta) = 0,
 * so g = -P/Q is a rational law. Conversely, if P/Q is a law with deg P, deg Q <= d then P - (P/Q)(theta) Q lies in
 * V(theta).
 *
 * Modulo a prime V(theta) is bounded from above by truncated power series of curves inside the orbit; the quotients are
 * candidates, to be proved.
 */
#ifndef LO_ORBIT_H
#define LO_ORBIT_H

#include "law/search.h"

/* Appends candidates P, Q, P, Q, ...: quotients P / Q of degree at most `degree` in the coordinates.
 * Returns LO_OK, LO_DOMAIN, LO_UNABLE when interrupted, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_orbit_quotients(lo_polys_t pairs, lo_search_t search, int degree, lo_ctx_t ctx);

#endif
