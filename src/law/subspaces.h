/* subspaces.h - laws of vectors of parameters that move within their span.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_SUBSPACES_H
#define LO_SUBSPACES_H

#include "law/collect.h"

/* Searches quotients of minors of the matrices of parameters (see subspaces.c) until the collection has
 * `enough` laws. Everything that joins it is proved. Raw families are left alone. Returns LO_OK, LO_UNABLE
 * when interrupted, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_subspace_search(lo_collection_t laws, slong enough);

/* Is h, an element of a ring of the family, a function of the span of such vectors? Out: *proved_by, a
 * static string, or NULL when no proof was found. Returns LO_OK, LO_UNABLE when it is too large or
 * interrupted, LO_DOMAIN, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_subspace_prove(const char **proved_by, const lo_prover_t prover,
                                            const fmpz_mpoly_q_t h, const lo_ring_t ring, lo_ctx_t ctx);

#endif
