/* involutive.h - upper bounds of the orbit dimension by an involutivity identity.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_INVOLUTIVE_H
#define LO_INVOLUTIVE_H

#include "family/field.h"
#include <lieorbit/algebra.h>

/* Tries to prove that the generic rank of the Lie algebra is at most `rank`. Finds fields B_1, ..., B_rank
 * (generators and brackets) that are independent at a random point, brings them into reduced echelon form
 * over the field of rational functions, and verifies that every generator X_i and every bracket [X_i, B_j]
 * lies in their span, that is q [X_i, B_j] = sum_k c_ijk B_k identically with q the pivot minor (not
 * zero). Then the span is closed under brackets, because [X_i, sum f_k B_k] = sum X_i(f_k) B_k + f_k [X_i,
 * B_k], and the Lie algebra is spanned by iterated brackets with generators.
 * Out: *upper, equal to rank when proved, else the dimension. Returns LO_OK, LO_UNABLE (too large),
 * LO_DOMAIN, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_involutive_bound(long *upper, const lo_family_struct *family, long rank, lo_ctx_t ctx);

/* Number of exact generating fields when the family is small enough to be expanded at once, else -1. */
long lo_involutive_generators(const lo_family_struct *family, lo_ctx_t ctx);

/* Growth vector by exact fields: every generator is bracketed exactly with every new basis field of each
 * level. For families that are explicit lists of fields. Out: growth (replaced when this gets further). */
LO_MUST_CHECK lo_status_t lo_exact_growth(lo_growth_t growth, const lo_family_struct *family, slong upper, lo_ctx_t ctx);

#endif
