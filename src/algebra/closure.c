/* closure.c - the coefficients of an involutivity identity.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * In columns P where the minor of the B_m is not zero, Z = sum_m c_m B_m means Z_P = c B_P, so c = Z_P (B_P)^-1: the
 * inverse is found over the rational functions, and the other columns are checked. q is the least common multiple of the
 * denominators of all c.
 */
#include "algebra/closure.h"

#include "algebra/span.h"
#include "base/memory.h"

#include <string.h>

#define MAX_TERMS 100000

void lo_closure_clear(lo_closure_t c)
{
    if (c->ready > 1)
        lo_field_clear(c->member, c->ring);
    if (c->ready > 0)
        lo_ring_clear(c->ring);
    c->ready = 0;
}

lo_status_t lo_closure_init(lo_closure_t c, const lo_family_struct *f, lo_ctx_t ctx)
{
    memset(c, 0, sizeof(*c));
    if (f->ngates > 0 || f->local_atoms || f->opaque)
        return LO_UNABLE;
    LO_TRY(lo_ring_init(c->ring, f, ctx));
    c->ready = 1;
    c->ring->max_terms = c->ring->max_terms < MAX_TERMS ? c->ring->max_terms : MAX_TERMS;
    LO_TRY(lo_field_init(c->member, c->ring));
    c->ready = 2;
    c->nfields = lo_family_covectors(f);
    LO_TRY(lo_ring_nodes(c->member->c, f->components, f->p, c->ring, ctx));
    return lo_ring_prepare_atoms(c->ring, ctx);
}

lo_status_t lo_closure_member(lo_field_t res, const lo_closure_struct *c, const slong *inputs,
                              const slong *covector)
{
    const lo_family_struct *f = c->ring->family;
    slong *values = lo_alloc((size_t) f->naux, sizeof(slong));
    char *given = lo_alloc((size_t) f->naux, 1);
    lo_status_t status = values != NULL && given != NULL ? LO_OK : LO_SYSTEM;
    for (slong a = 0; a < f->naux && status == LO_OK; a++) {
        lo_aux_kind_t kind = f->aux[a].kind;
        given[a] = kind == LO_AUX_COVECTOR || (kind == LO_AUX_INPUT && inputs != NULL);
        if (given[a])
            values[a] = (kind == LO_AUX_INPUT ? inputs : covector)[f->aux[a].index];
    }
    if (status == LO_OK)
        status = lo_field_specialise(res, c->member, values, given, c->ring);
    lo_free(values);
    lo_free(given);
    return status;
}

lo_status_t lo_closure_spanning(lo_field_t res, const lo_closure_struct *c, slong i)
{
    slong *covector = lo_alloc((size_t) c->nfields, sizeof(slong));
    if (covector == NULL)
        return LO_SYSTEM;
    covector[i] = 1;
    lo_status_t status = lo_closure_member(res, c, NULL, covector);
    lo_free(covector);
    return status;
}

/* ---- columns ---- */

/* k columns in which the B are independent, from their values at a random point. */
static lo_status_t choose_columns(slong *pivot, const lo_closure_struct *c, const lo_field_struct *B, slong k,
                                  lo_ctx_t ctx)
{
    lo_engine_t engine;
    lo_modpoint_t point;
    lo_span_t span;
    slong p = c->ring->p;
    ulong *value = lo_alloc((size_t) p, sizeof(ulong));
    lo_status_t status = value != NULL ? lo_engine_init_any(engine, c->ring->family, 0, ctx) : LO_SYSTEM;
    if (status != LO_OK) {
        lo_free(value);
        return status;
    }
    status = lo_modpoint_init(point, engine);
    status |= lo_span_init(span, p, engine->mod);
    if (status == LO_OK)
        status = lo_modpoint_randomise(point, engine);
    for (slong j = 0; j < k && status == LO_OK; j++) {
        status = lo_field_residues(value, B + j, point, engine->frozen, engine->mod, c->ring);
        if (status == LO_OK && lo_span_add(span, NULL, value, 1) != 1)
            status = LO_DOMAIN;
    }
    for (slong j = 0; j < k && status == LO_OK; j++)
        pivot[j] = span->pivot[j];
    lo_span_clear(span);
    lo_modpoint_clear(point);
    lo_engine_clear(engine);
    lo_free(value);
    return status;
}

/* ---- the inverse ---- */

/* row t -= factor row r, in k columns */
static lo_status_t eliminate(fmpz_mpoly_q_struct *t, const fmpz_mpoly_q_struct *r,
                             const fmpz_mpoly_q_t factor, slong k, const lo_ring_t ring)
{
    fmpz_mpoly_q_t product;
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_init(product, ring->ctx);
    for (slong j = 0; j < k && status == LO_OK; j++) {
        if (fmpz_mpoly_q_is_zero(r + j, ring->ctx))
            continue;
        status = lo_ring_mul(product, factor, r + j, ring);
        if (status == LO_OK)
            status = lo_ring_sub(t + j, t + j, product, ring);
    }
    fmpz_mpoly_q_clear(product, ring->ctx);
    return status;
}

/* One step of Gauss and Jordan on m beside its partner: column r of m becomes a unit column. */
static lo_status_t pivot_step(fmpz_mpoly_q_struct *m, fmpz_mpoly_q_struct *partner, slong r, slong k,
                              const lo_ring_t ring)
{
    fmpz_mpoly_q_t factor;
    slong row = r;
    while (row < k && fmpz_mpoly_q_is_zero(m + row * k + r, ring->ctx))
        row++;
    if (row == k)
        return LO_DOMAIN;
    for (slong j = 0; j < k; j++) {
        fmpz_mpoly_q_swap(m + row * k + j, m + r * k + j, ring->ctx);
        fmpz_mpoly_q_swap(partner + row * k + j, partner + r * k + j, ring->ctx);
    }
    fmpz_mpoly_q_init(factor, ring->ctx);
    fmpz_mpoly_q_set(factor, m + r * k + r, ring->ctx);
    lo_status_t status = LO_OK;
    for (slong j = 0; j < k && status == LO_OK; j++) {
        status = lo_ring_div(m + r * k + j, m + r * k + j, factor, ring);
        if (status == LO_OK)
            status = lo_ring_div(partner + r * k + j, partner + r * k + j, factor, ring);
    }
    for (slong i = 0; i < k && status == LO_OK; i++) {
        if (i == r || fmpz_mpoly_q_is_zero(m + i * k + r, ring->ctx))
            continue;
        fmpz_mpoly_q_set(factor, m + i * k + r, ring->ctx);
        status = eliminate(m + i * k, m + r * k, factor, k, ring);
        if (status == LO_OK)
            status = eliminate(partner + i * k, partner + r * k, factor, k, ring);
    }
    fmpz_mpoly_q_clear(factor, ring->ctx);
    return status;
}

static fmpz_mpoly_q_struct *new_elements(slong n, const lo_ring_t ring)
{
    fmpz_mpoly_q_struct *m = lo_alloc((size_t) n, sizeof(*m));
    for (slong i = 0; m != NULL && i < n; i++)
        fmpz_mpoly_q_init(m + i, ring->ctx);
    return m;
}

/* inverse[k x k] of the B in the pivot columns */
static lo_status_t invert(fmpz_mpoly_q_struct *inverse, const lo_field_struct *B, const slong *pivot, slong k,
                          const lo_ring_t ring, lo_ctx_t ctx)
{
    fmpz_mpoly_q_struct *m = new_elements(k * k, ring);
    lo_status_t status = m != NULL ? LO_OK : LO_SYSTEM;
    for (slong i = 0; i < k && status == LO_OK; i++)
        for (slong j = 0; j < k; j++) {
            fmpz_mpoly_q_set(m + i * k + j, B[i].c + pivot[j], ring->ctx);
            fmpz_mpoly_q_set_si(inverse + i * k + j, i == j, ring->ctx);
        }
    for (slong r = 0; r < k && status == LO_OK; r++) {
        status = pivot_step(m, inverse, r, k, ring);
        if (status == LO_OK)
            status = lo_ctx_poll(ctx);
    }
    if (m != NULL)
        lo_ring_free(m, k * k, ring);
    return status;
}

/* ---- the identities ---- */

/* Every r^2 becomes p where r is the root of the prime p; the products of different roots are independent over the rational
 * functions. */
int lo_closure_vanishes(const fmpz_mpoly_t f, const lo_ring_t ring)
{
    const lo_family_struct *family = ring->family;
    if (fmpz_mpoly_is_zero(f, ring->ctx) || !lo_family_has_aux(family, LO_AUX_ROOT))
        return fmpz_mpoly_is_zero(f, ring->ctx);
    ulong *exponents = lo_alloc((size_t) ring->nvars, sizeof(ulong));
    fmpz_mpoly_t reduced;
    fmpz_t c, power;
    fmpz_init(c);
    fmpz_init(power);
    fmpz_mpoly_init(reduced, ring->ctx);
    for (slong i = 0; exponents != NULL && i < fmpz_mpoly_length(f, ring->ctx); i++) {
        fmpz_mpoly_get_term_coeff_fmpz(c, f, i, ring->ctx);
        fmpz_mpoly_get_term_exp_ui(exponents, f, i, ring->ctx);
        for (slong a = 0; a < family->naux; a++) {
            ulong *e = exponents + lo_ring_aux(ring, a);
            if (family->aux[a].kind != LO_AUX_ROOT)
                continue;
            fmpz_ui_pow_ui(power, (ulong) family->aux[a].index, *e / 2);
            fmpz_mul(c, c, power);
            *e %= 2;
        }
        fmpz_mpoly_push_term_fmpz_ui(reduced, c, exponents, ring->ctx);
    }
    fmpz_mpoly_sort_terms(reduced, ring->ctx);
    fmpz_mpoly_combine_like_terms(reduced, ring->ctx);
    int zero = exponents != NULL && fmpz_mpoly_is_zero(reduced, ring->ctx);
    fmpz_mpoly_clear(reduced, ring->ctx);
    fmpz_clear(power);
    fmpz_clear(c);
    lo_free(exponents);
    return zero;
}

lo_status_t lo_closure_holds(int *holds, const fmpz_mpoly_q_t q, const fmpz_mpoly_q_struct *c,
                             const lo_field_t Z, const lo_field_struct *B, slong k, const lo_ring_t ring)
{
    fmpz_mpoly_q_t rest, product;
    lo_status_t status = LO_OK;
    *holds = 1;
    fmpz_mpoly_q_init(rest, ring->ctx);
    fmpz_mpoly_q_init(product, ring->ctx);
    for (slong i = 0; i < ring->p && *holds && status == LO_OK; i++) {
        status = lo_ring_mul(rest, q, Z->c + i, ring);
        for (slong m = 0; m < k && status == LO_OK; m++) {
            if (fmpz_mpoly_q_is_zero(c + m, ring->ctx) || fmpz_mpoly_q_is_zero(B[m].c + i, ring->ctx))
                continue;
            status = lo_ring_mul(product, c + m, B[m].c + i, ring);
            if (status == LO_OK)
                status = lo_ring_sub(rest, rest, product, ring);
        }
        *holds = status == LO_OK && lo_closure_vanishes(fmpz_mpoly_q_numref(rest), ring);
    }
    fmpz_mpoly_q_clear(rest, ring->ctx);
    fmpz_mpoly_q_clear(product, ring->ctx);
    return status;
}

/* c = Z_P inverse, and whether that is Z. */
static lo_status_t express(int *closed, fmpz_mpoly_q_struct *c, const lo_field_t Z,
                           const fmpz_mpoly_q_struct *inverse, const lo_field_struct *B, const slong *pivot,
                           slong k, const lo_ring_t ring)
{
    fmpz_mpoly_q_t t;
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_init(t, ring->ctx);
    for (slong m = 0; m < k; m++)
        fmpz_mpoly_q_zero(c + m, ring->ctx);
    for (slong r = 0; r < k && status == LO_OK; r++) {
        fmpz_mpoly_q_neg(t, Z->c + pivot[r], ring->ctx);
        if (!fmpz_mpoly_q_is_zero(t, ring->ctx))
            status = eliminate(c, inverse + r * k, t, k, ring);
    }
    fmpz_mpoly_q_one(t, ring->ctx);
    if (status == LO_OK)
        status = lo_closure_holds(closed, t, c, Z, B, k, ring);
    fmpz_mpoly_q_clear(t, ring->ctx);
    return status;
}

/* q = the least common multiple of the denominators, c *= q. */
static lo_status_t clear_denominators(fmpz_mpoly_q_t q, fmpz_mpoly_q_struct *c, slong n, const lo_ring_t ring)
{
    fmpz_mpoly_t gcd, cofactor;
    fmpz_mpoly_struct *lcm = fmpz_mpoly_q_numref(q);
    lo_status_t status = LO_OK;
    fmpz_mpoly_init(gcd, ring->ctx);
    fmpz_mpoly_init(cofactor, ring->ctx);
    fmpz_mpoly_q_one(q, ring->ctx);
    for (slong i = 0; i < n && status == LO_OK; i++) {
        const fmpz_mpoly_struct *d = fmpz_mpoly_q_denref(c + i);
        if (fmpz_mpoly_is_one(d, ring->ctx))
            continue;
        if (!fmpz_mpoly_gcd(gcd, lcm, d, ring->ctx) || !fmpz_mpoly_divides(cofactor, d, gcd, ring->ctx))
            status = LO_UNABLE;
        else
            fmpz_mpoly_mul(lcm, lcm, cofactor, ring->ctx);
        if (fmpz_mpoly_length(lcm, ring->ctx) > MAX_TERMS)
            status = LO_UNABLE;
    }
    for (slong i = 0; i < n && status == LO_OK; i++)
        status = lo_ring_mul(c + i, c + i, q, ring);
    for (slong a = 0; a < ring->family->naux; a++) /* a rational network may have its inputs there */
        if (ring->family->aux[a].kind == LO_AUX_INPUT &&
            fmpz_mpoly_degree_si(lcm, ring->first_aux + a, ring->ctx) > 0)
            status |= LO_UNABLE;
    fmpz_mpoly_clear(gcd, ring->ctx);
    fmpz_mpoly_clear(cofactor, ring->ctx);
    return status;
}

static lo_status_t solve(int *closed, fmpz_mpoly_q_struct *c, const fmpz_mpoly_q_struct *inverse,
                         const lo_closure_struct *x, const lo_field_struct *B, const slong *pivot, slong k,
                         lo_ctx_t ctx)
{
    lo_field_t X, Z;
    LO_TRY(lo_field_init(X, x->ring));
    lo_status_t status = lo_field_init(Z, x->ring);
    for (slong i = 0; i < x->nfields && *closed && status == LO_OK; i++) {
        status = lo_closure_spanning(X, x, i);
        for (slong j = 0; j <= k && *closed && status == LO_OK; j++) {
            if (j < k)
                status = lo_field_bracket(Z, X, B + j, x->ring);
            else
                lo_field_set(Z, X, x->ring);
            if (status == LO_OK)
                status = express(closed, c + (i * (k + 1) + j) * k, Z, inverse, B, pivot, k, x->ring);
            if (status == LO_OK)
                status = lo_ctx_poll(ctx);
        }
        lo_ctx_progress(ctx, "involutivity identities", i + 1, x->nfields);
    }
    lo_field_clear(X, x->ring);
    lo_field_clear(Z, x->ring);
    return status;
}

lo_status_t lo_closure_solve(int *closed, fmpz_mpoly_q_t q, fmpz_mpoly_q_struct *c,
                             const lo_closure_struct *x, const lo_field_struct *B, slong k, lo_ctx_t ctx)
{
    *closed = 1;
    slong *pivot = lo_alloc((size_t) k, sizeof(slong));
    fmpz_mpoly_q_struct *inverse = new_elements(k * k, x->ring);
    lo_status_t status = pivot != NULL && inverse != NULL ? LO_OK : LO_SYSTEM;
    if (status == LO_OK)
        status = choose_columns(pivot, x, B, k, ctx);
    if (status == LO_OK)
        status = invert(inverse, B, pivot, k, x->ring, ctx);
    if (status == LO_OK)
        status = solve(closed, c, inverse, x, B, pivot, k, ctx);
    if (status == LO_OK && *closed)
        status = clear_denominators(q, c, x->nfields * (k + 1) * k, x->ring);
    if (inverse != NULL)
        lo_ring_free(inverse, k * k, x->ring);
    lo_free(pivot);
    return status;
}
