/* coefficients.h - the Taylor coefficients of the outputs in the inputs, as polynomials in the parameters.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * F_j(theta)(x) = sum over alpha of f_(j,alpha)(theta) x^alpha near x = 0. At every theta the gradients of all the f_(j,alpha)
 * span what the gradients of the F_j(.)(x) span: a covector that kills the former kills the latter for small x, and an analytic
 * function of x that is zero for small x is zero; and the f are derivatives at 0, limits of combinations of outputs, with
 * all their derivatives in theta, locally uniformly. So the fields grad f have the orbits of the family.
 */
#ifndef LO_COEFFICIENTS_H
#define LO_COEFFICIENTS_H

#include "family/family.h"

/* What stands for a coordinate in the polynomials. */
typedef enum {
    LO_STANDS_ITSELF,
    LO_STANDS_TANH,     /* tanh(theta_i), of (-1, 1) */
    LO_STANDS_TANH_HALF /* tanh(theta_i / 2), of (-1, 1): 2 sigmoid(theta_i) - 1 */
} lo_stands_t;

typedef struct {
    slong p, nvars;       /* variables: see first_* */
    slong first_constant; /* from here on: frozen values, kappa and the like, the derivatives at 0 of arbitrary functions */
    fmpq_mpoly_ctx_t ctx;
    lo_stands_t *stands;  /* p */
    slong *variable;      /* p: the variable that stands for the coordinate */
    char *used;           /* nvars: the variable occurs */
    slong n, nkeys;
    long alloc, alloc_keys;
    fmpq_mpoly_struct *f; /* n, none of them constant */
    slong *key;           /* n x nkeys: output, exponents of the gates, exponents of the inputs */
    slong ninputs;
    int exact;            /* 1: these are all of them; 0: those of total degree at most `order` */
} lo_coefficients_struct;
typedef lo_coefficients_struct lo_coefficients_t[1];

/* The coefficients of total degree at most `order` in the inputs. Frozen values and the free derivatives of arbitrary functions
 * stand for independent numbers; a power product of constants, which is not zero, is divided out of a coefficient.
 * Domain: a network or map. Returns LO_OK; LO_UNABLE where the outputs are not of this kind (a division by what is not a
 * number, a function at a number other than 0, tanh and sigmoid excepted at +-one coordinate that occurs nowhere else) or where
 * they are too large; LO_SYSTEM. Clear it in any case. */
LO_MUST_CHECK lo_status_t lo_coefficients_find(lo_coefficients_t c, const lo_family_struct *family, slong order,
                                               lo_ctx_t ctx);
void lo_coefficients_clear(lo_coefficients_t c);

#endif
