/* curve.c - formal flows from a point.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Coefficient m of theta needs X_t(theta) to order m-1, so the series are found by n sweeps over the tape.
 * Division by 1..n is allowed: the prime is larger.
 */
#include "algebra/curve.h"

#include "base/memory.h"

#include <string.h>

#define CONTROLS 4

lo_status_t lo_curve_init(lo_curve_t f, lo_engine_struct *e, const lo_modpoint_struct *point, slong n)
{
    slong p = e->family->p;
    *f = (lo_curve_struct){
        .engine = e, .point = point, .p = p, .n = n, .controls = n < CONTROLS ? n : CONTROLS
    };
    lo_modalg_series(f->algebra, e->mod, n);
    f->members = lo_alloc((size_t) (f->controls * lo_member_size(e)), sizeof(ulong));
    f->theta = lo_alloc((size_t) (p * n), sizeof(ulong));
    f->speed = lo_alloc((size_t) (p * n), sizeof(ulong));
    f->field = lo_alloc((size_t) (p * n), sizeof(ulong));
    if (f->members == NULL || f->theta == NULL || f->speed == NULL || f->field == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < p; i++)
        f->theta[i * n] = point->theta[i];
    return LO_OK;
}

void lo_curve_clear(lo_curve_t f)
{
    lo_free(f->members);
    lo_free(f->theta);
    lo_free(f->speed);
    lo_free(f->field);
}

/* speed = sum_k t^k X^(k)(theta(t)) */
static lo_status_t control_speed(lo_curve_t f)
{
    lo_engine_struct *e = f->engine;
    memset(f->speed, 0, (size_t) (f->p * f->n) * sizeof(ulong));
    for (slong k = 0; k < f->controls; k++) {
        LO_TRY(
            lo_engine_field(f->field, e, f->algebra, f->theta, f->point, f->members + k * lo_member_size(e)));
        for (slong i = 0; i < f->p; i++)
            _nmod_vec_add(f->speed + i * f->n + k, f->speed + i * f->n + k, f->field + i * f->n, f->n - k,
                          e->mod);
    }
    return LO_OK;
}

lo_status_t lo_curve_integrate(lo_curve_t f, lo_ctx_t ctx)
{
    nmod_t mod = f->engine->mod;
    for (slong m = 1; m < f->n; m++) {
        LO_TRY(control_speed(f));
        LO_TRY(lo_ctx_poll(ctx));
        ulong inverse = n_invmod((ulong) m, mod.n);
        for (slong i = 0; i < f->p; i++)
            f->theta[i * f->n + m] = nmod_mul(f->speed[i * f->n + m - 1], inverse, mod);
    }
    return LO_OK;
}
