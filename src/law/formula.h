/* formula.h - the closed form of a law: a rational function, plus logarithms with coefficients.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 *     h = prod_i f_i^(e_i) + sum_k c_k log(g_k),
 *
 * f_i, g_k, c_k polynomials in the variables of polynomial.h, e_i integers; either part may be absent. Each c_k is a
 * constant or a polynomial in laws, so that h is a law exactly when the one-form
 *
 *     sum_i e_i (prod_j f_j^(e_j)) df_i / f_i + sum_k c_k dg_k / g_k
 *
 * vanishes on every field of the family: the terms log(g_k) X(c_k) are zero. That form is rational; no value of a
 * logarithm is ever needed. On each component of the set where all f_i, g_k are nonzero, log means log|.|.
 */
#ifndef LO_FORMULA_H
#define LO_FORMULA_H

#include "law/polynomial.h"
#include <lieorbit/law.h>

typedef struct {
    lo_poly_struct f;
    slong exponent;
} lo_factor_struct;

typedef struct {
    lo_poly_struct coef, f;
} lo_log_struct;

typedef struct {
    slong nfactors, nlogs, factors_alloc, logs_alloc;
    lo_factor_struct *factors; /* none: the rational part is absent */
    lo_log_struct *logs;
} lo_formula_struct;
typedef lo_formula_struct lo_formula_t[1];

void lo_formula_init(lo_formula_t h);
void lo_formula_clear(lo_formula_t h);

/* Multiplies the rational part by f^exponent; adds coef * log(f). The polynomials are copied; a zero exponent
 * changes nothing. */
LO_MUST_CHECK lo_status_t lo_formula_times(lo_formula_t h, const lo_poly_t f, slong exponent);
LO_MUST_CHECK lo_status_t lo_formula_plus_log(lo_formula_t h, const lo_poly_t coef, const lo_poly_t f);

/* Changes the sign of h when its first printed coefficient is negative. Domain: the first factor of the rational part, if
 * any, has exponent 1 or a positive first coefficient. */
void lo_formula_make_positive(lo_formula_t h);

/* The polynomial when h is one polynomial, else NULL. */
const lo_poly_struct *lo_formula_polynomial(const lo_formula_struct *h);

lo_law_class_t lo_formula_class(const lo_formula_struct *h, const lo_symbols_t symbols);

/* The largest of the degrees of numerator, denominator, coefficients and arguments. */
int lo_formula_degree(const lo_formula_struct *h);

/* Total order for lists: by class, degree, and the polynomials in order. */
int lo_formula_compare(const lo_formula_struct *g, const lo_formula_struct *h);

/* The one-form above at a point. Modulo the gradients of the laws in the c_k it is the gradient of h.
 * Out: gradient[p]. In: values, speeds of lo_symbols_at. Returns LO_OK, LO_DOMAIN where a factor or an argument
 * vanishes, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_formula_gradient_at(ulong *gradient, const lo_formula_struct *h, const lo_symbols_t symbols,
                                                 const ulong *values, const ulong *speeds, nmod_t mod);

/* Text in the model language; free with lo_free; NULL when memory is short or a symbol cannot be printed. */
char *lo_formula_print(const lo_formula_struct *h, const lo_symbols_t symbols, const lo_family_struct *family,
                       lo_ctx_t ctx);

#endif
