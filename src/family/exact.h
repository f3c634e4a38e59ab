/* exact.h - evaluating a tape at one rational point, exactly or in rigorous balls.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_EXACT_H
#define LO_EXACT_H

#include "family/family.h"

/* The value of a node over Q. In: theta[p], aux[naux]. Out: value.
 * Returns LO_OK; LO_DOMAIN when something is divided by zero; LO_UNABLE when an analytic function of a
 * nonzero argument occurs (its value is not rational) or numbers grow past 2^20 bits; LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_exact_node(fmpq_t value, const lo_family_struct *family, slong node, const fmpq *theta,
                                        const fmpq *aux);

/* Sets the gates in aux to those that the network has at theta and the inputs in aux: 1 or 0 (1/100 for
 * leaky_relu below zero; in a pooling window 1 for the largest entry). Pre-activations that are not rational are
 * enclosed in balls. Returns as lo_exact_node, with LO_DOMAIN on a kink or where balls do not tell the gate. */
LO_MUST_CHECK lo_status_t lo_exact_gates(fmpq *aux, const lo_family_struct *family, const fmpq *theta);

/* The value of a node as a ball that contains it, to about 128 bits. Out: *nonzero, 1 when zero is not in
 * the ball; text, the ball in decimal (free with lo_free). Returns LO_OK, LO_DOMAIN (no finite enclosure),
 * LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_exact_ball(int *nonzero, char **text, const lo_family_struct *family, slong node,
                                        const fmpq *theta, const fmpq *aux);

/* The value of a node as a ball that contains it, to about 128 bits; an arbitrary function (`generic`, `odd`, ...) stands for
 * one of its kind: an identity that fails for that one does not hold for all. Out: value, initialised by the caller. Returns
 * as lo_exact_ball. */
LO_MUST_CHECK lo_status_t lo_exact_enclose(arb_t value, const lo_family_struct *family, slong node, const fmpq *theta,
                                           const fmpq *aux);

/* Are the nodes defined over the reals at a rational point: are roots those of positive numbers, logarithms those of numbers
 * other than 0, and no divisors zero, wherever the nodes depend on them? Zero times what is defined is zero. model: everything
 * that the outputs or fields of the model are made of, besides. In: the gates in aux are set. Returns LO_OK; LO_UNABLE when
 * all is defined but some of these arguments are not known to be rational; LO_DOMAIN when something is not defined, or not
 * known to be; LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_exact_defined(const lo_family_struct *family, int model, const slong *nodes, slong n,
                                           const fmpq *theta, const fmpq *aux);

#endif
