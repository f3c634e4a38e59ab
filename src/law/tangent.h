/* tangent.h - proving linear and polynomial laws by tangent propagation, without expanding the network.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TANGENT_H
#define LO_TANGENT_H

#include "law/polynomial.h"

/* Everything about the tape that proofs share. */
typedef struct lo_tangent_struct lo_tangent_struct;

/* Prepares proofs for a family whose members are gradients, up to a metric (lo_family_scalars). symbols:
 * the meaning of the variables past the coordinates; frozen constants may occur in laws, other symbols
 * make the proof give up. Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_tangent_new(lo_tangent_struct **tangent, const lo_family_struct *family,
                                         const lo_symbols_struct *symbols);
void lo_tangent_free(lo_tangent_struct *tangent);

/* The same for any direction: tries to prove that the derivative of every output along the field with polynomial
 * components v[p] is zero. */
LO_MUST_CHECK lo_status_t lo_tangent_prove_direction(int *proved, lo_tangent_struct *tangent, const lo_poly_struct *v);

/* The same along H v, H the metric of the family: whether a one-form with coefficients v vanishes on every
 * field. */
LO_MUST_CHECK lo_status_t lo_tangent_prove_form(int *proved, lo_tangent_struct *tangent,
                                                const lo_poly_struct *v);

/* Tries to prove that the polynomial h (in the coordinates only) is a law.
 * Out: *proved, 1 when the derivative of every output along the field with components H_i dh/dtheta_i was
 * reduced to zero. 0 says nothing. Returns LO_OK, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_tangent_prove(int *proved, lo_tangent_struct *tangent, const lo_poly_t h);

#endif
