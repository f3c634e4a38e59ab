/* collect.h - the laws accepted so far: proved, and functionally independent at a point.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_COLLECT_H
#define LO_COLLECT_H

#include "algebra/span.h"
#include "law/prove.h"
#include "law/search.h"

typedef struct {
    lo_formula_struct h;
    const char *found_by, *proved_by; /* static strings */
} lo_accepted_struct;

typedef struct {
    const lo_family_struct *family;
    lo_ctx_struct *ctx;
    lo_search_t search;
    lo_prover_t prover;
    nmod_t mod;
    lo_span_t gradients;    /* modulo it: of the accepted laws, at one random point */
    ulong *probes;          /* nprobes random vectors orthogonal to the gradients; see collect.c */
    slong nprobes;
    ulong *pending;         /* gradients of the last npending laws, not yet in the span */
    slong npending;
    lo_random_t random;
    ulong *values, *speeds; /* variables at the point, and their derivatives by the coordinates */
    slong n, alloc;
    lo_accepted_struct *laws;
    int unproved;           /* a candidate passed every sample but no proof was found */
    int ready;              /* how many parts of the struct are set up */
} lo_collection_struct;
typedef lo_collection_struct lo_collection_t[1];

LO_MUST_CHECK lo_status_t lo_collection_init(lo_collection_t c, const lo_family_struct *family, lo_ctx_t ctx);
void lo_collection_clear(lo_collection_t c);

/* Takes a candidate if it is functionally independent of the accepted laws and is proved. A dependent
 * candidate is recognised by a random probe, wrongly with probability 1/q (it is then passed over).
 * Returns LO_OK, LO_UNABLE when interrupted, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_collection_consider(lo_collection_t c, lo_poly_t f, const char *found_by);

/* The same for a closed form; h is empty afterwards when it is taken. The coefficients of its logarithms are
 * polynomials in accepted laws (or constants): then its one-form is its gradient modulo theirs, and ranks may
 * be taken with it. */
LO_MUST_CHECK lo_status_t lo_collection_consider_formula(lo_collection_t c, lo_formula_t h, const char *found_by);

/* The same for a closed form with a proof of its own. proved_by: a static string. */
LO_MUST_CHECK lo_status_t lo_collection_consider_proved(lo_collection_t c, lo_formula_t h, const char *found_by,
                                                        const char *proved_by);

/* Proves the independence of all accepted laws (their gradients have full rank at the point); until then
 * the last few are only probably independent. Call before c->n is used in a claim. */
LO_MUST_CHECK lo_status_t lo_collection_flush(lo_collection_t c);

/* Starts over with the frozen constants among the variables, so that coefficients of laws may contain
 * them. The accepted laws stay; the point of independence is a new one. */
LO_MUST_CHECK lo_status_t lo_collection_admit_frozen(lo_collection_t c);

#endif
