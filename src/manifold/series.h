/* series.h - the tape of a network evaluated in power series in the inputs, over polynomials in the parameters.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_SERIES_H
#define LO_SERIES_H

#include "manifold/coefficients.h"

#define LO_SERIES_NAMED 3 /* kappa = 2/sqrt(pi), kappa/sqrt(2), log 2 */

/* A value is its parts of total degree 0..order in the inputs. Variables of the ring: the p coordinates, p values of tanh at
 * them, gates and inputs, constants. */
typedef struct {
    const lo_family_struct *family;
    slong order, nvars, p;
    slong first_input;    /* gates and inputs, in the order of the auxiliary variables */
    slong first_constant; /* frozen values, in that order */
    slong first_named;
    slong first_generic;  /* order + 1 derivatives at 0 of each kind of arbitrary function */
    slong ninputs;
    slong *aux;           /* naux: the variable of an auxiliary variable, -1: none */
    lo_stands_t *stands;  /* p: which value of tanh was needed */
    fmpq_mpoly_ctx_t ctx;
    fmpq_mpoly_struct **part; /* per node of the tape: order + 1 parts, or NULL */
    slong *composite;         /* per node: 1 + its number among the composites, or 0 */
    int truncated;            /* 1: something of a higher degree was left out */
} lo_series_struct;
typedef lo_series_struct lo_series_t[1];

/* Returns LO_OK, LO_UNABLE when the family is too large, LO_SYSTEM. Clear it in any case. */
LO_MUST_CHECK lo_status_t lo_series_init(lo_series_t s, const lo_family_struct *family, slong order);
void lo_series_clear(lo_series_t s);

/* Evaluates the outputs: s->part of their nodes. Returns as lo_coefficients_find. */
LO_MUST_CHECK lo_status_t lo_series_outputs(lo_series_t s, lo_ctx_t ctx);

/* The parts of an activation at a series (series_function.c). In: fun, extra as in the tape, or act where composite is set.
 * Out: value[order + 1], zero on entry. */
LO_MUST_CHECK lo_status_t lo_series_function(fmpq_mpoly_struct *value, lo_series_t s, int composite, lo_act_t act,
                                             lo_fun_t fun, slong extra, const fmpq_mpoly_struct *argument);

/* value += a * b, truncated. value must not alias. */
LO_MUST_CHECK lo_status_t lo_series_addmul(fmpq_mpoly_struct *value, const fmpq_mpoly_struct *a,
                                           const fmpq_mpoly_struct *b, lo_series_t s);

fmpq_mpoly_struct *lo_series_new(const lo_series_t s); /* zero; NULL when memory is short */
void lo_series_free(fmpq_mpoly_struct *parts, const lo_series_t s);

#endif
