/* product.h - products of matrices of residues, on threads.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_PRODUCT_H
#define LO_PRODUCT_H

#include "base/compat_flint.h"
#include <lieorbit/base.h>

/* target -= left * right, matrices or windows modulo the same prime, in tiles that go to the threads of ctx (may be
 * NULL: one thread, no polls). Exact; modulo primes below 2^28 several times as fast as nmod_mat_mul.
 * Returns LO_OK; LO_UNABLE when interrupted, LO_SYSTEM: the target is undefined then. */
LO_MUST_CHECK lo_status_t lo_subtract_product(nmod_mat_t target, const nmod_mat_t left, const nmod_mat_t right,
                                              lo_ctx_struct *ctx);

#endif
