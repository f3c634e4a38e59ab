/* field.h - exact vector fields: components, apply to a function, bracket, print, evaluate.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_FIELD_H
#define LO_FIELD_H

#include "family/modular.h"
#include "family/ring.h"

/* A vector field X = sum_i c_i d/dtheta_i with components in a ring. */
typedef struct {
    slong p;
    fmpz_mpoly_q_struct *c;
} lo_field_struct;
typedef lo_field_struct lo_field_t[1];

LO_MUST_CHECK lo_status_t lo_field_init(lo_field_t field, const lo_ring_t ring); /* the zero field */
void lo_field_clear(lo_field_t field, const lo_ring_t ring);
void lo_field_swap(lo_field_t a, lo_field_t b);
void lo_field_set(lo_field_t res, const lo_field_t field, const lo_ring_t ring);

/* Returns 1 when all components are zero (equal). */
int lo_field_is_zero(const lo_field_t field, const lo_ring_t ring);
int lo_field_equal(const lo_field_t a, const lo_field_t b, const lo_ring_t ring);

/* res = X f, the derivative of the function f along X; atoms are differentiated by their arguments.
 * Returns LO_OK, LO_UNABLE past the term limit, LO_SYSTEM. res may alias f. */
LO_MUST_CHECK lo_status_t lo_field_apply(fmpz_mpoly_q_t res, const lo_field_t field, const fmpz_mpoly_q_t f,
                                         const lo_ring_t ring);

/* res = [X, Y] = DY.X - DX.Y. res may alias X or Y. Returns as above. */
LO_MUST_CHECK lo_status_t lo_field_bracket(lo_field_t res, const lo_field_t x, const lo_field_t y,
                                           const lo_ring_t ring);

/* Multiplies the field by the least common multiple of its denominators. Returns LO_OK, LO_UNABLE past the term limit. */
LO_MUST_CHECK lo_status_t lo_field_make_polynomial(lo_field_t field, const lo_ring_t ring);

/* Residues of the components at a point. Out: value[p]. In: aux[naux], values of the auxiliary variables.
 * Returns LO_OK, LO_DOMAIN when a denominator vanishes there. */
LO_MUST_CHECK lo_status_t lo_field_residues(ulong *value, const lo_field_t field, const lo_modpoint_t point,
                                            const ulong *aux, nmod_t mod, const lo_ring_t ring);

/* res = the field with integers for the auxiliary variables that are `given` (naux flags and values); res must not alias.
 * Returns LO_OK, LO_DOMAIN where a denominator vanishes, LO_UNABLE, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_field_specialise(lo_field_t res, const lo_field_t field, const slong *values,
                                              const char *given, const lo_ring_t ring);

/* The field as "[c1, c2, ...]" in the model language; free with lo_free; NULL when memory is short. */
char *lo_field_print(const lo_field_t field, lo_ring_t ring);

/* A list of exact fields that spans the family: the members of the family are the combinations (with constant
 * coefficients, over all values of the auxiliary variables other than frozen ones) of these fields. */
typedef struct {
    slong n, alloc;
    lo_field_struct *fields;
    int parametric; /* 1: inputs or gates occur in the components */
} lo_fields_struct;
typedef lo_fields_struct lo_fields_t[1];

/* The generating fields of a family. Networks polynomial in their inputs and gates are expanded into the
 * gradients of their coefficient polynomials (equal and proportional ones once, linearly dependent ones
 * dropped); otherwise the fields stay parametric.
 * Returns LO_OK, LO_UNABLE when the expansion is too large, LO_DOMAIN for an identical division by zero,
 * LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_fields_generate(lo_fields_t fields, lo_ring_t ring, lo_ctx_t ctx);
void lo_fields_init(lo_fields_t fields);
void lo_fields_clear(lo_fields_t fields, const lo_ring_t ring);

/* Appends a copy. Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_fields_append(lo_fields_t fields, const lo_field_t field, const lo_ring_t ring);

#endif
