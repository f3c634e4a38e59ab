/* ring.h - the field of rational functions in which exact fields live.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Variables: the p coordinates; the auxiliary variables of the tape; symbols per atom a: exp(a), sin(a),
 * cos(a), tanh(a), log(a), used when the atom occurs in that class. Elements are fmpz_mpoly_q. sin^2 + cos^2
 * = 1 is applied to numerators and denominators (sin to degree at most 1), so an element is zero in the ring
 * exactly when its numerator is the zero polynomial. Symbols of different atoms are kept independent: an
 * identity proved here is true, but one that needs an addition theorem is not found.
 */
#ifndef LO_RING_H
#define LO_RING_H

#include "family/family.h"

typedef struct {
    const lo_family_struct *family;
    fmpz_mpoly_ctx_t ctx;
    slong p, nvars, natoms;
    slong nopaque, first_opaque; /* symbols of opaque function values, see lo_ring_init_opaque */
    slong *opaque;               /* per symbol, its tape node */
    slong first_aux, first_atom;
    fmpz_mpoly_q_struct *argument; /* per atom, its argument; set once it has been evaluated */
    char *argument_ready;
    slong *same;               /* per atom, the atom with an equal argument whose symbols stand for both */
    char *opposite;            /* per atom: its argument is that of same[] negated (rings with opaque symbols only) */
    int parity_only;           /* of opposite arguments only odd and even functions have one symbol: not exp, softplus */
    int prepared;              /* same[] is final; being prepared: -1 */
    fmpz_mpoly_struct *circle; /* per atom with sin or cos: sin^2 + cos^2 - 1 */
    char **names;              /* per variable, for printing */
    slong max_terms;           /* an operation that may pass this many terms is refused */
} lo_ring_struct;
typedef lo_ring_struct lo_ring_t[1];

/* The ring of a family. Returns LO_OK, LO_UNABLE when there are too many variables, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_ring_init(lo_ring_t ring, const lo_family_struct *family, lo_ctx_t ctx);
void lo_ring_clear(lo_ring_t ring);

/* The same with a further symbol for each value of an opaque function (square roots, erf, softplus, derivatives of arbitrary
 * functions); equal functions of equal arguments share one, and f(-a) is expressed by f(a) where f is odd or even, an
 * exponential or softplus. For identities between values only (lo_ring_nodes): such symbols
 * cannot be differentiated. Returns as lo_ring_init. */
LO_MUST_CHECK lo_status_t lo_ring_init_opaque(lo_ring_t ring, const lo_family_struct *family, lo_ctx_t ctx);

/* Variable numbers. fun: which symbol of atom k. */
slong lo_ring_aux(const lo_ring_t ring, slong aux);
slong lo_ring_atom(const lo_ring_t ring, slong k, lo_fun_t fun);

/* res = a + b, a - b, a * b, a / b; LO_UNABLE past the term limit, LO_DOMAIN on division by zero. Aliasing
 * allowed. */
LO_MUST_CHECK lo_status_t lo_ring_add(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t a, const fmpz_mpoly_q_t b,
                                      const lo_ring_t ring);
LO_MUST_CHECK lo_status_t lo_ring_sub(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t a, const fmpz_mpoly_q_t b,
                                      const lo_ring_t ring);
LO_MUST_CHECK lo_status_t lo_ring_mul(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t a, const fmpz_mpoly_q_t b,
                                      const lo_ring_t ring);
LO_MUST_CHECK lo_status_t lo_ring_div(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t a, const fmpz_mpoly_q_t b,
                                      const lo_ring_t ring);

/* res += a * b, with the same limits. res may be a or b. */
LO_MUST_CHECK lo_status_t lo_ring_addmul(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t a, const fmpz_mpoly_q_t b,
                                         const lo_ring_t ring);

/* Partial derivative with respect to a variable, symbols held fixed. */
void lo_ring_derivative(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t f, slong variable, const lo_ring_t ring);

/* Values of tape nodes. Out: values[n], initialised by the caller. In: nodes[n]. Returns LO_OK, LO_UNABLE,
 * LO_DOMAIN, LO_SYSTEM. Cost: that of the expansion. */
LO_MUST_CHECK lo_status_t lo_ring_nodes(fmpz_mpoly_q_struct *values, const slong *nodes, slong n, lo_ring_t ring,
                                        lo_ctx_t ctx);

/* Whether all of these nodes are zero in the ring. Out: *zero, 0 unless LO_OK is returned. Returns as lo_ring_nodes. */
LO_MUST_CHECK lo_status_t lo_ring_vanish(int *zero, const slong *nodes, slong n, lo_ring_t ring, lo_ctx_t ctx);

/* The expanded outputs of the family: its scalar outputs, one copy per activation pattern with the gates
 * put in; of a raw family the components of its fields. Out: *outputs, *count, to be freed with
 * lo_ring_free whatever is returned.
 * Returns as lo_ring_nodes. */
LO_MUST_CHECK lo_status_t lo_ring_outputs(fmpz_mpoly_q_struct **outputs, slong *count, lo_ring_t ring, lo_ctx_t ctx);
void lo_ring_free(fmpz_mpoly_q_struct *values, slong n, const lo_ring_t ring);

/* Records the argument of atom k. */
void lo_ring_set_argument(lo_ring_t ring, slong k, const fmpz_mpoly_q_t argument);

/* Evaluates the arguments of all atoms, so that their symbols can be differentiated and printed. */
LO_MUST_CHECK lo_status_t lo_ring_prepare_atoms(lo_ring_t ring, lo_ctx_t ctx);

/* The name of a variable in the model language ("U[1,2]", "x[1]", "sin(t)"); NULL when memory is short.
 * The ring owns it. */
const char *lo_ring_name(lo_ring_t ring, slong variable);

/* The element as text in the model language; free with lo_free; NULL when memory is short. */
char *lo_ring_print(const fmpz_mpoly_q_t f, lo_ring_t ring);

#endif
