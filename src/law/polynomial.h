/* polynomial.h - sparse polynomials in the coordinates: candidates for laws.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Variables: 0..p-1 are the coordinates; from p on, the symbols of the family (values of sin, cos, exp,
 * tanh). A monomial is a list of variables in non-decreasing order, with repetition.
 */
#ifndef LO_POLYNOMIAL_H
#define LO_POLYNOMIAL_H

#include "family/modular.h"
#include "family/ring.h"

typedef struct {
    slong nterms, alloc;
    int degree;        /* length of the longest monomial */
    int stride;        /* room for one monomial in `vars` */
    int *length;       /* per term */
    slong *vars;       /* nterms x stride */
    fmpz *coef;
} lo_poly_struct;
typedef lo_poly_struct lo_poly_t[1];

/* Zero, with room for monomials of at most `stride` factors. */
void lo_poly_init(lo_poly_t f, int stride);
void lo_poly_clear(lo_poly_t f);
void lo_poly_swap(lo_poly_t f, lo_poly_t g);

/* Appends coef * monomial; the caller keeps monomials distinct. */
LO_MUST_CHECK lo_status_t lo_poly_push(lo_poly_t f, const fmpz_t coef, const slong *vars, int length);

/* Divides by the content, sorts the terms (degree-lexicographic, first variable largest) and makes the first
 * coefficient positive. */
void lo_poly_normalise(lo_poly_t f);

/* The derivative of a monomial along a tangent, from values and speeds of the variables. Out: *value may be NULL. */
ulong lo_monomial_along(ulong *value, const slong *vars, int length, const ulong *values, const ulong *speeds, nmod_t mod);

/* The derivative of f along a tangent, from values and speeds of its variables. Out: *value, the value of f. */
ulong lo_poly_along(ulong *value, const lo_poly_t f, const ulong *values, const ulong *speeds, nmod_t mod);

/* The constant c as a polynomial. */
LO_MUST_CHECK lo_status_t lo_poly_set_fmpz(lo_poly_t f, const fmpz_t c);
LO_MUST_CHECK lo_status_t lo_poly_set(lo_poly_t f, const lo_poly_t g);

/* Total order: by degree, then by the monomials and the coefficients in order, so that lists of laws read naturally. */
int lo_poly_compare(const lo_poly_t f, const lo_poly_t g);

/* Variables p, p+1, ...: function values of the atoms that depend on coordinates only. sin and cos come
 * together. */
typedef struct {
    slong p, n;
    slong *atom;   /* n */
    lo_fun_t *fun; /* n */
    slong nfrozen; /* variables p + n, ...: frozen constants as coefficients of laws */
    slong *frozen; /* nfrozen auxiliary variables */
} lo_symbols_struct;
typedef lo_symbols_struct lo_symbols_t[1];
LO_MUST_CHECK lo_status_t lo_symbols_init(lo_symbols_t symbols, const lo_family_struct *family);

/* Adds the frozen constants that the family uses. */
LO_MUST_CHECK lo_status_t lo_symbols_add_frozen(lo_symbols_t symbols, const lo_family_struct *family);

/* p + n + nfrozen */
slong lo_symbols_variables(const lo_symbols_t symbols);
void lo_symbols_clear(lo_symbols_t symbols);

/* Values of the variables at a point, and of their derivatives along tangent vectors. Out: values[v];
 * speeds[k * v], v the number of variables.
 * In: k tangent vectors of p residues each. */
LO_MUST_CHECK lo_status_t lo_symbols_values(ulong *values, ulong *speeds, const lo_symbols_t symbols,
                                            lo_engine_t engine, const lo_modpoint_t point, const ulong *tangents,
                                            slong k);

/* Gradient of f in its variables at values (residues). Out: gradient[p + nsymbols]. */
void lo_poly_gradient(ulong *gradient, slong nvars, const lo_poly_t f, const ulong *values, nmod_t mod);

/* Values of the variables at a point and, where there are variables past the coordinates, their derivatives by the
 * coordinates. Out: *values, *speeds (p x variables, or empty), freed by the caller with lo_free whatever is returned. */
LO_MUST_CHECK lo_status_t lo_symbols_at(ulong **values, ulong **speeds, const lo_symbols_t symbols,
                                        lo_engine_t engine, const lo_modpoint_t point);

/* The gradient of f in the coordinates, symbols differentiated by the chain rule. Out: gradient[p]. In: values and
 * speeds of lo_symbols_at. Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_poly_gradient_at(ulong *gradient, const lo_poly_t f, const lo_symbols_t symbols,
                                              const ulong *values, const ulong *speeds, nmod_t mod);

/* The polynomial as an element of the ring. Returns LO_OK or LO_UNABLE. */
LO_MUST_CHECK lo_status_t lo_poly_to_ring(fmpz_mpoly_q_t res, const lo_poly_t f, const lo_symbols_t symbols,
                                          lo_ring_t ring, lo_ctx_t ctx);

/* Back: a polynomial of the ring in the variables of `symbols`. Returns LO_OK; LO_UNABLE when it has other variables
 * or a degree past LO_POLY_DEGREE; LO_SYSTEM. */
#define LO_POLY_DEGREE 60
LO_MUST_CHECK lo_status_t lo_poly_from_ring(lo_poly_t f, const fmpz_mpoly_t g, const lo_symbols_t symbols,
                                            const lo_ring_t ring);

/* Text in the model language; free with lo_free; NULL when memory is short or a symbol cannot be printed. */
char *lo_poly_print(const lo_poly_t f, const lo_symbols_t symbols, const lo_family_struct *family, lo_ctx_t ctx);

#endif
