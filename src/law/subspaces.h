/* subspaces.h - laws of vectors of parameters that move within their span.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_SUBSPACES_H
#define LO_SUBSPACES_H

#include "law/collect.h"

/* Searches quotients of minors of the matrices of parameters (see subspaces.c) until the collection has `enough` laws.
 * Everything that joins it is proved. Raw families are left alone. Returns LO_OK, LO_UNABLE when interrupted, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_subspace_search(lo_collection_t laws, slong enough);

#endif
