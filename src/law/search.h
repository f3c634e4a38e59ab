/* search.h - candidates for laws: diagonal quadratic laws from units, polynomial laws by linear algebra.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Everything here proposes; prove.h decides.
 */
#ifndef LO_SEARCH_H
#define LO_SEARCH_H

#include "law/polynomial.h"
#include "law/units.h"

/* A list of candidates. */
typedef struct {
    slong n, alloc;
    lo_poly_struct *f;
} lo_polys_struct;
typedef lo_polys_struct lo_polys_t[1];
void lo_polys_init(lo_polys_t list);
void lo_polys_clear(lo_polys_t list);
/* Moves f to the end of the list; f is zero afterwards. */
LO_MUST_CHECK lo_status_t lo_polys_take(lo_polys_t list, lo_poly_t f);

/* Diagonal quadratic laws sum w_i theta_i^2 / H_i of a family of gradients with the metric H (1 for a
 * network or map), one per free unit. Cost: linear in the tape. */
LO_MUST_CHECK lo_status_t lo_search_units(lo_polys_t list, const lo_family_struct *family);

/* A search for the polynomial laws, degree by degree. */
typedef struct {
    const lo_family_struct *family;
    lo_engine_t engine;
    lo_modpoint_t point;
    lo_symbols_t symbols;
    slong nvars;
    uint64_t *sign;    /* per variable: a random hash of its character */
    ulong *weight;     /* per variable: a random residue of its weight */
    int homogeneous;   /* laws may be sought one degree at a time */
    int lost;          /* a solution modulo the prime had no small rational form and was dropped */
    slong nsamples, samples_alloc, samples_alloc2;
    ulong *values, *speeds; /* nsamples x nvars */
    int ready;
} lo_search_struct;
typedef lo_search_struct lo_search_t[1];
/* with_frozen: 1 also seeks laws whose coefficients are polynomials in the frozen constants. */
LO_MUST_CHECK lo_status_t lo_search_init(lo_search_t search, const lo_family_struct *family, int with_frozen,
                                         lo_ctx_t ctx);
void lo_search_clear(lo_search_t search);

/* Draws samples, a random point and the value there of a random member, until there are n: values and speeds of the
 * variables. Returns LO_OK, LO_DOMAIN after too many poles, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_search_samples(lo_search_t search, slong n);

/* More equations than unknowns, so that a chance solution has probability about q^-LO_EXTRA. */
#define LO_EXTRA 4

/* The derivative of a monomial along the member of sample i. */
ulong lo_monomial_speed(const lo_search_t search, slong i, const slong *vars, int length);

/* Number of monomials that a search of this degree looks at, cut at 2^40. */
int64_t lo_search_size(const lo_search_t search, int degree);

/* One block: monomials that may occur together in a law. */
typedef struct {
    slong first, n; /* in the list of monomials */
} lo_block_struct;

/* The monomials of one degree (or of all degrees up to it where the family is not homogeneous), sorted
 * into blocks, small blocks first. */
typedef struct {
    int degree, stride;
    slong n, nblocks;
    slong *vars;  /* n x stride */
    int *length;
    lo_block_struct *blocks;
    int skipped; /* blocks of more than limits->search_monomials monomials were left out */
} lo_monomials_struct;
typedef lo_monomials_struct lo_monomials_t[1];

/* All monomials in the first nvars variables of degree low to high, high degrees first, as one block. */
LO_MUST_CHECK lo_status_t lo_monomials_all(lo_monomials_t monomials, const lo_search_t search, slong nvars, int low,
                                           int high);

/* Returns LO_OK; LO_UNABLE for more than LO_MAX_MONOMIALS monomials, or when interrupted; LO_SYSTEM. */
#define LO_MAX_MONOMIALS 220000000
LO_MUST_CHECK lo_status_t lo_monomials_init(lo_monomials_t monomials, lo_search_t search, int degree, lo_ctx_t ctx);

/* The same in passes of about `most` monomials each. With more than one pass only the blocks in which a law may be are
 * listed, and blocks past the limit are left out. */
LO_MUST_CHECK lo_status_t lo_monomials_stream(lo_monomials_t monomials, lo_search_t search, int degree, slong most,
                                              lo_ctx_t ctx);
void lo_monomials_clear(lo_monomials_t monomials);

/* A readable basis of the laws (modulo the prime, reconstructed) in one block. Candidates are appended to
 * the list; *dimension is the dimension of the space modulo the prime. Returns LO_OK, LO_DOMAIN,
 * LO_SYSTEM. Cost: cubic in the block. */
LO_MUST_CHECK lo_status_t lo_search_block(lo_polys_t list, slong *dimension, lo_search_t search,
                                          const lo_monomials_t monomials, slong block);

/* Rational reconstruction of a vector of residues, cleared of denominators. Out: out[n]. Returns 0 when it fails. */
int lo_reconstruct(fmpz *out, const ulong *residues, slong n, nmod_t mod);

/* A sparse integer basis of the kernel of a matrix modulo the prime. Out: rows, initialised here; *dimension, the
 * dimension modulo the prime, more than rows->r when some vectors had no small rational form. */
void lo_kernel(fmpz_mat_t rows, slong *dimension, const nmod_mat_t a);

/* Makes a basis of integer vectors sparse and small: repeatedly replaces a vector by a combination with
 * another one when that has fewer nonzero entries (or the same number and a smaller height). Rows of m. */
void lo_sparsify(fmpz_mat_t m);

#endif
