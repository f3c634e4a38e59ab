/* zeros.h - what the real zeros of a polynomial look like.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_ZEROS_H
#define LO_ZEROS_H

#include "manifold/stage.h"

typedef enum {
    LO_ZEROS_NONE,   /* none where the bounded coordinates are in (-1, 1), constants being independent numbers */
    LO_ZEROS_LINEAR, /* those of an equation of degree 1 over Q */
    LO_ZEROS_COMMON, /* the common zeros of simpler polynomials */
    LO_ZEROS_CURVED  /* anything else */
} lo_zeros_t;

/* Out: *kind; parts, where it is LO_ZEROS_COMMON, appended. In: f, irreducible over Q. Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_zeros_of(lo_zeros_t *kind, lo_qpolys_t parts, const fmpq_mpoly_struct *f, const lo_stage_t stage);

/* The irreducible factors of f that have zeros, each once, monic; no factors where f has no zeros. Domain: f is not zero.
 * Returns LO_OK, LO_UNABLE when f is too large to be factored, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_zeros_factors(lo_qpolys_t factors, const fmpq_mpoly_struct *f, const lo_stage_t stage);

#endif
