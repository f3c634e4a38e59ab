/* darboux.h - rational and logarithmic laws.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_DARBOUX_H
#define LO_DARBOUX_H

#include "law/collect.h"

/* Searches laws N / D + sum c_k log f_k with Darboux polynomials f_k (see darboux.c) until the collection has `enough`
 * of them. degree: the largest of N and of the polynomials of quotients. Families past a few hundred coordinates are
 * left alone. Everything that joins the collection is proved.
 * Returns LO_OK, LO_UNABLE when interrupted, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_darboux_search(lo_collection_t laws, slong enough, int degree, lo_ctx_t ctx);

#endif
