/* closure.h - the coefficients of an involutivity identity.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Let B_1, ..., B_k be exact fields without inputs, and X_i the fields that span a family, with its inputs as variables. If
 * q [X_i, B_j] = sum_m c_ijm B_m and q X_i = sum_m c_ikm B_m identically, orbits have dimension at most k where q is not zero
 * (involutive.h).
 */
#ifndef LO_CLOSURE_H
#define LO_CLOSURE_H

#include "family/field.h"

typedef struct {
    lo_ring_t ring;
    lo_field_t member; /* the general member: inputs and covector are variables */
    slong nfields;     /* outputs, or fields of a list: the length of a covector */
    int ready;
} lo_closure_struct;
typedef lo_closure_struct lo_closure_t[1];

/* Expands the general member. Returns LO_OK; LO_UNABLE for families with gates, functions of inputs, or functions that
 * have no symbol, and past the limits; LO_DOMAIN; LO_SYSTEM. Clear it in any case. */
LO_MUST_CHECK lo_status_t lo_closure_init(lo_closure_t closure, const lo_family_struct *family, lo_ctx_t ctx);
void lo_closure_clear(lo_closure_t closure);

/* The member at small integers. In: inputs (NULL: they stay variables) and covector. Out: res, initialised. Returns LO_OK,
 * LO_DOMAIN, LO_UNABLE, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_closure_member(lo_field_t res, const lo_closure_struct *closure,
                                            const slong *inputs, const slong *covector);

/* The field X_i of the spanning list. */
LO_MUST_CHECK lo_status_t lo_closure_spanning(lo_field_t res, const lo_closure_struct *closure, slong i);

/* Solves for the coefficients. Out: q and c[nfields * (k + 1) * k], initialised by the caller: polynomials, q without
 * inputs. *closed: 0 when some bracket is not in the span. In: k fields B that are independent at a random point.
 * Returns LO_OK, LO_UNABLE, LO_DOMAIN, LO_SYSTEM. Cost: the inverse of a k x k matrix of rational functions. */
LO_MUST_CHECK lo_status_t lo_closure_solve(int *closed, fmpz_mpoly_q_t q, fmpz_mpoly_q_struct *c,
                                           const lo_closure_struct *closure, const lo_field_struct *B,
                                           slong k, lo_ctx_t ctx);

/* Is a polynomial of the ring zero where the symbols of roots of numbers are these roots? */
int lo_closure_vanishes(const fmpz_mpoly_t f, const lo_ring_t ring);

/* Whether q Z = sum_m c_m B_m. Returns as above. */
LO_MUST_CHECK lo_status_t lo_closure_holds(int *holds, const fmpz_mpoly_q_t q, const fmpz_mpoly_q_struct *c,
                                           const lo_field_t Z, const lo_field_struct *B, slong k,
                                           const lo_ring_t ring);

#endif
