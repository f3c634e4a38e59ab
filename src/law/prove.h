/* prove.h - deciding whether a candidate is a law.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A proof is an identity: tangent propagation (tangent.h), or the expansion of <grad h, X> for every field of
 * the family as a rational function in the coordinates, inputs, gates and symbols, whose numerator is the
 * zero polynomial.
 */
#ifndef LO_PROVE_H
#define LO_PROVE_H

#include "family/field.h"
#include "law/formula.h"
#include "law/tangent.h"

typedef struct {
    const lo_family_struct *family;
    lo_symbols_struct *symbols;
    lo_tangent_struct *tangent; /* networks and maps */
    lo_ring_t ring;
    int ring_state;             /* 0: not tried, 1: ready, -1: too large */
    slong noutputs;
    fmpz_mpoly_q_struct *outputs; /* expanded outputs (one copy per activation pattern), or raw components */
} lo_prover_struct;
typedef lo_prover_struct lo_prover_t[1];

LO_MUST_CHECK lo_status_t lo_prover_init(lo_prover_t prover, const lo_family_struct *family, lo_symbols_t symbols);
void lo_prover_clear(lo_prover_t prover);

/* Out: *proved_by, a static string, or NULL when no proof was found (which refutes nothing).
 * Returns LO_OK, LO_UNABLE when interrupted, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_prove(const char **proved_by, lo_prover_t prover, const lo_poly_t h, lo_ctx_t ctx);

/* The same for a closed form: its one-form (formula.h) is zero on every field, by tangent propagation along it or by
 * expansion; coefficients of logarithms that are not constant are proved to be laws themselves. */
LO_MUST_CHECK lo_status_t lo_prove_formula(const char **proved_by, lo_prover_t prover, const lo_formula_struct *h,
                                           lo_ctx_t ctx);

/* The same for an element of any ring of the family. Returns LO_OK, LO_UNABLE when it is too large or interrupted,
 * LO_DOMAIN, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_prove_element(const char **proved_by, lo_prover_t prover, const fmpz_mpoly_q_t h,
                                           const lo_ring_t ring, lo_ctx_t ctx);

/* The field with components dh/dtheta_i, atoms of h included. Returns as lo_field_apply. */
LO_MUST_CHECK lo_status_t lo_prove_gradient(lo_field_t v, const fmpz_mpoly_q_t h, const lo_ring_t ring);

/* Expands the outputs. Returns LO_OK, LO_UNABLE when that is too large, LO_DOMAIN, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_prover_expand(lo_prover_t prover, lo_ctx_t ctx);

#endif
