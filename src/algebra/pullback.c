/* pullback.c - members pulled back along a formal flow: brackets of any depth, and moves along the orbit.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Let X_t = sum_k t^k X^(k) be a time-dependent member (a polynomial in t with random members as
 * coefficients) and phi_t its flow from theta. For a member Y, every Taylor coefficient at t = 0 of (D
 * phi_t)^(-1) Y(phi_t(theta)) is a combination of brackets of members at theta, so it lies in Lie(F)(theta);
 * and these vectors, over all flows and members, span the tangent space of the orbit of theta (orbit theorem,
 * Sussmann 1973; Nagano for analytic fields). theta may be any point, also one where the rank drops.
 * Truncated at order n:
 *     theta' = X_t(theta),   theta(0) = theta;        M' = -M DX_t(theta),   M(0) = I;        M = (D
 *     phi_t)^(-1).
 * The flow itself is found in curve.c.
 */
#include "algebra/curve.h"
#include "algebra/words.h"

#include "base/memory.h"

#include <string.h>

/* A flow with its derivative. */
typedef struct {
    lo_curve_t curve;
    slong p, n;
    ulong *jacobian; /* p x p x n: dX_i/dtheta_j along the flow */
    ulong *inverse;  /* p x p x n: M */
} pullback_struct;

static void pullback_clear(pullback_struct *f)
{
    lo_curve_clear(f->curve);
    lo_free(f->jacobian);
    lo_free(f->inverse);
}

static lo_status_t pullback_init(pullback_struct *f, lo_words_t w, slong n)
{
    slong p = w->engine->family->p;
    *f = (pullback_struct){ .p = p, .n = n };
    f->jacobian = lo_alloc((size_t) (p * p * n), sizeof(ulong));
    f->inverse = lo_alloc((size_t) (p * p * n), sizeof(ulong));
    LO_TRY(lo_curve_init(f->curve, w->engine, w->point, n));
    for (slong k = 0; k < f->curve->controls; k++)
        LO_TRY(lo_member_from_seed(f->curve->members + k * lo_member_size(w->engine), w->engine, w->next_member++,
                                   w->point));
    return f->jacobian != NULL && f->inverse != NULL ? LO_OK : LO_SYSTEM;
}

/* Column j of the Jacobian along the flow: the derivative of X_t in direction e_j, by one more nilpotent.
 * The algebra series x dual numbers is simulated: a finite difference is not exact, so the derivative is
 * taken on series in which the direction enters at order t^n, beyond the truncation: X(theta + t^n e_j) =
 * X(theta) + t^n dX/dtheta_j mod t^(2n). */
static lo_status_t jacobian_column(pullback_struct *f, slong j, ulong *wide_theta, ulong *wide_field)
{
    lo_engine_struct *e = f->curve->engine;
    slong n = f->n, p = f->p;
    lo_modalg_t wide;
    lo_modalg_series(wide, e->mod, 2 * n);
    for (slong i = 0; i < p; i++) {
        memcpy(wide_theta + 2 * i * n, f->curve->theta + i * n, (size_t) n * sizeof(ulong));
        memset(wide_theta + (2 * i + 1) * n, 0, (size_t) n * sizeof(ulong));
    }
    for (slong i = 0; i < p; i++)
        memset(f->jacobian + (i * p + j) * n, 0, (size_t) n * sizeof(ulong));
    for (slong k = 0; k < f->curve->controls; k++) {
        const ulong *member = f->curve->members + k * lo_member_size(e);
        for (int shifted = 0; shifted < 2; shifted++) {
            wide_theta[(2 * j + 1) * n] = (ulong) shifted;
            LO_TRY(lo_engine_field(wide_field, e, wide, wide_theta, f->curve->point, member));
            for (slong i = 0; i < p; i++) {
                ulong *out = f->jacobian + (i * p + j) * n + k;
                const ulong *high = wide_field + (2 * i + 1) * n;
                if (shifted)
                    _nmod_vec_add(out, out, high, n - k, e->mod);
                else
                    _nmod_vec_sub(out, out, high, n - k, e->mod);
            }
        }
    }
    return LO_OK;
}

static lo_status_t jacobian(pullback_struct *f, lo_ctx_t ctx)
{
    ulong *wide_theta = lo_alloc((size_t) (2 * f->p * f->n), sizeof(ulong));
    ulong *wide_field = lo_alloc((size_t) (2 * f->p * f->n), sizeof(ulong));
    lo_status_t status = wide_theta != NULL && wide_field != NULL ? LO_OK : LO_SYSTEM;
    for (slong j = 0; j < f->p && status == LO_OK; j++) {
        status = jacobian_column(f, j, wide_theta, wide_field);
        if (status == LO_OK)
            status = lo_ctx_poll(ctx);
    }
    lo_free(wide_theta);
    lo_free(wide_field);
    return status;
}

/* M_(m+1) = -1/(m+1) sum_k M_k J_(m-k), as matrix products of the coefficient matrices. */
static void invert_flow(pullback_struct *f)
{
    slong p = f->p, n = f->n;
    nmod_t mod = f->curve->engine->mod;
    nmod_mat_t *coefficient = flint_malloc((size_t) (2 * n) * sizeof(nmod_mat_t));
    nmod_mat_t product;
    for (slong m = 0; m < 2 * n; m++)
        nmod_mat_init(coefficient[m], p, p, mod.n);
    nmod_mat_t *inverse = coefficient + n;
    for (slong m = 0; m < n; m++)
        for (slong i = 0; i < p; i++)
            for (slong j = 0; j < p; j++)
                nmod_mat_entry(coefficient[m], i, j) = f->jacobian[(i * p + j) * n + m];
    nmod_mat_init(product, p, p, mod.n);
    nmod_mat_one(inverse[0]);
    for (slong m = 0; m + 1 < n; m++) {
        for (slong k = 0; k <= m; k++) {
            nmod_mat_mul(product, inverse[k], coefficient[m - k]);
            nmod_mat_add(inverse[m + 1], inverse[m + 1], product);
        }
        nmod_mat_scalar_mul(inverse[m + 1], inverse[m + 1], nmod_neg(n_invmod((ulong) m + 1, mod.n), mod));
    }
    for (slong m = 0; m < n; m++)
        for (slong i = 0; i < p; i++)
            for (slong j = 0; j < p; j++)
                f->inverse[(i * p + j) * n + m] = nmod_mat_entry(inverse[m], i, j);
    nmod_mat_clear(product);
    for (slong m = 0; m < 2 * n; m++)
        nmod_mat_clear(coefficient[m]);
    flint_free(coefficient);
}

/* The coefficients of M Y(theta(t)) as n vectors. Out: vectors[n x p]. */
static lo_status_t pulled_back(ulong *vectors, pullback_struct *f, const ulong *member)
{
    slong p = f->p, n = f->n;
    nmod_t mod = f->curve->engine->mod;
    LO_TRY(lo_engine_field(f->curve->field, f->curve->engine, f->curve->algebra, f->curve->theta,
                           f->curve->point, member));
    ulong *product = lo_alloc((size_t) n, sizeof(ulong));
    if (product == NULL)
        return LO_SYSTEM;
    memset(vectors, 0, (size_t) (n * p) * sizeof(ulong));
    for (slong i = 0; i < p; i++) {
        for (slong j = 0; j < p; j++) {
            lo_modalg_mul(product, f->inverse + (i * p + j) * n, f->curve->field + j * n, f->curve->algebra);
            for (slong m = 0; m < n; m++)
                vectors[m * p + i] = nmod_add(vectors[m * p + i], product[m], mod);
        }
    }
    lo_free(product);
    return LO_OK;
}

/* Memory of a flow, in words, and multiplications of its matrix products past which it is refused. */
#define MAX_FLOW_WORDS ((slong) 1 << 27)
#define MAX_FLOW_WORK ((slong) 1 << 35)

lo_status_t lo_words_pullback(slong *added, lo_words_t w, slong n, slong upper, lo_ctx_t ctx)
{
    const lo_family_struct *family = w->engine->family;
    slong p = family->p, start = w->span->rank;
    *added = 0;
    if (p > 4096 || p * p > MAX_FLOW_WORDS / (4 * n) || p * p * p > MAX_FLOW_WORK / (n * n))
        return LO_UNABLE;
    ulong *vectors = lo_alloc((size_t) (n * p), sizeof(ulong)),
          *member = lo_alloc((size_t) lo_member_size(w->engine), sizeof(ulong));
    lo_status_t status = vectors != NULL && member != NULL ? LO_OK : LO_SYSTEM;
    for (int misses = 0; status == LO_OK && misses < 2 && w->span->rank < upper;) {
        slong before = w->span->rank;
        pullback_struct f;
        status = pullback_init(&f, w, n);
        if (status == LO_OK)
            status = lo_curve_integrate(f.curve, ctx);
        if (status == LO_OK)
            status = jacobian(&f, ctx);
        if (status == LO_OK)
            invert_flow(&f);
        for (int dry = 0; status == LO_OK && dry < 2 && w->span->rank < upper;) {
            slong rank = w->span->rank;
            status = lo_member_from_seed(member, w->engine, w->next_member++, w->point);
            if (status == LO_OK)
                status = pulled_back(vectors, &f, member);
            if (status == LO_OK)
                lo_span_add(w->span, NULL, vectors, n);
            dry = w->span->rank == rank ? dry + 1 : 0;
        }
        pullback_clear(&f);
        lo_ctx_progress(ctx, "flows along the orbit", w->span->rank, upper);
        misses = w->span->rank == before ? misses + 1 : 0;
    }
    lo_free(vectors);
    lo_free(member);
    *added = w->span->rank - start;
    return status;
}
