/* propose.h - candidates for laws from the tensor graph, for the exact engine to prove.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_PROPOSE_H
#define LO_PROPOSE_H

#include "law/collect.h"

/* Whether the family is one that the structure may propose laws for: a network with the gradient flow. */
int lo_can_propose(const lo_family_struct *family);

/* Considers every law that the structure of a network gives: the list grows by those that are proved, and independent.
 * Other models propose nothing. Returns LO_OK; LO_UNABLE when interrupted, LO_SYSTEM.
 * Cost: that of the proofs, plus the number of terms of the laws. */
LO_MUST_CHECK lo_status_t lo_propose_structure(lo_collection_t laws, const lo_family_struct *family, lo_ctx_t ctx);

#endif
