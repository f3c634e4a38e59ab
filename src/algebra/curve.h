/* curve.h - formal flows from a point: curves inside its orbit, as truncated power series modulo a prime.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_CURVE_H
#define LO_CURVE_H

#include "family/modular.h"

/* The flow of X_t = sum_k t^k X^(k), a few random members as coefficients. Series have n words per entry. */
typedef struct {
    lo_engine_struct *engine;
    const lo_modpoint_struct *point;
    slong p, n, controls;
    lo_modalg_t algebra;
    ulong *members; /* controls x size of a member: filled by the caller */
    ulong *theta;   /* p x n: the curve */
    ulong *speed;   /* p x n: X_t(theta) */
    ulong *field;   /* p x n: workspace */
} lo_curve_struct;
typedef lo_curve_struct lo_curve_t[1];

/* A flow from `point` to order n; the members are zero. Clear it whatever is returned. Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_curve_init(lo_curve_t curve, lo_engine_struct *engine, const lo_modpoint_struct *point,
                                       slong n);
void lo_curve_clear(lo_curve_t curve);

/* Solves theta' = X_t(theta) to order n. Returns LO_OK, LO_DOMAIN when a member is not defined at the point,
 * LO_UNABLE when interrupted, LO_SYSTEM. Cost: n - 1 sweeps over the tape in series of order n, per control. */
LO_MUST_CHECK lo_status_t lo_curve_integrate(lo_curve_t curve, lo_ctx_t ctx);

#endif
