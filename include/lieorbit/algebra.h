/* lieorbit/algebra.h - growth vector and orbit dimension, with proved bounds.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LIEORBIT_ALGEBRA_H
#define LIEORBIT_ALGEBRA_H

#include <lieorbit/family.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How an upper bound of the orbit dimension was proved. */
typedef enum {
    LO_UPPER_TRIVIAL,      /* the dimension of the space */
    LO_UPPER_LAWS,         /* independent conservation laws */
    LO_UPPER_INVOLUTIVITY, /* q [X_i, B_j] = sum_k c_ijk B_k, verified identically */
    LO_UPPER_HULL          /* an invariant affine subspace through the point, and laws on it */
} lo_upper_t;

/* The ranks of the brackets of at most 1, 2, 3, ... fields, and what is proved about the orbit. */
typedef struct {
    long levels;
    long *growth;     /* `levels` entries, at least one; increasing, but a rank may repeat at a given point */
    long lower;       /* proved: that many bracket values are independent */
    long upper;       /* proved: the orbit has at most this dimension */
    lo_upper_t upper_by;
    int at_point;     /* 1: at the point given by `at`; 0: at a generic point */
    int exhausted;    /* 1: the last level was searched to its end (every generator with every basis field) */
} lo_growth_struct;
typedef lo_growth_struct lo_growth_t[1];

/* Empty result: levels 0, lower 0, upper = dimension. */
LO_API void lo_growth_init(lo_growth_t growth);

/* Frees what the result owns. */
LO_API void lo_growth_clear(lo_growth_t growth);

/* Growth vector and orbit dimension of the family at a generic point.
 * Out: growth. In: upper = a proved upper bound (pass the dimension when none is known); the search of
 * brackets stops as soon as it is met, or when a level is exhausted.
 * Returns LO_OK, LO_UNABLE (time, interrupt, size: the bounds so far are valid), LO_SYSTEM.
 * Cost: about 2k gradients in algebras of 2^k words for a bracket of k+1 fields, and one elimination modulo a
 * 61-bit prime. Lower bounds are proved: a minor that is nonzero modulo a prime at one point is nonzero.
 * Source: Hermann-Nagano; theory of the manual, section "Two-sided proof". */
LO_API LO_MUST_CHECK lo_status_t lo_growth_generic(lo_growth_t growth, const lo_family_struct *family, long upper,
                                                   lo_ctx_t ctx);

#ifdef __cplusplus
}
#endif

#endif
