/* prove.c - proofs of laws.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/prove.h"

#include "base/memory.h"

#include <string.h>

lo_status_t lo_prover_init(lo_prover_t prover, const lo_family_struct *family, lo_symbols_t symbols)
{
    memset(prover, 0, sizeof(*prover));
    prover->family = family;
    prover->symbols = symbols;
    return lo_family_is_gradient(family) ? lo_tangent_new(&prover->tangent, family, symbols) : LO_OK;
}

void lo_prover_clear(lo_prover_t prover)
{
    lo_tangent_free(prover->tangent);
    if (prover->ring_state != 0) {
        lo_ring_free(prover->outputs, prover->noutputs, prover->ring);
        lo_ring_clear(prover->ring);
    }
    memset(prover, 0, sizeof(*prover));
}

lo_status_t lo_prover_expand(lo_prover_t p, lo_ctx_t ctx)
{
    if (p->ring_state != 0)
        return p->ring_state > 0 ? LO_OK : LO_UNABLE;
    lo_status_t status = lo_ring_init(p->ring, p->family, ctx);
    if (status != LO_OK)
        return status;
    p->ring_state = -1;
    status = lo_ring_outputs(&p->outputs, &p->noutputs, p->ring, ctx);
    if (status == LO_OK)
        status = lo_ring_prepare_atoms(p->ring, ctx);
    if (status == LO_OK)
        p->ring_state = 1;
    return status;
}

lo_status_t lo_prove_gradient(lo_field_t v, const fmpz_mpoly_q_t h, const lo_ring_t ring)
{
    lo_field_t unit;
    lo_status_t status = lo_field_init(unit, ring);
    for (slong i = 0; i < ring->p && status == LO_OK; i++) {
        fmpz_mpoly_q_one(unit->c + i, ring->ctx);
        status = lo_field_apply(v->c + i, unit, h, ring);
        fmpz_mpoly_q_zero(unit->c + i, ring->ctx);
    }
    lo_field_clear(unit, ring);
    return status;
}

/* sum_i v_i X_i for the components of a raw field */
static lo_status_t pair(fmpz_mpoly_q_t sum, const lo_field_t v, const fmpz_mpoly_q_struct *x,
                        const lo_ring_t ring)
{
    fmpz_mpoly_q_zero(sum, ring->ctx);
    for (slong i = 0; i < ring->p; i++)
        LO_TRY(lo_ring_addmul(sum, v->c + i, x + i, ring));
    return LO_OK;
}

/* Does the one-form with coefficients v vanish on every field of the family? */
static lo_status_t vanishes(int *zero, lo_prover_t p, const lo_field_t v, lo_ctx_t ctx)
{
    const lo_ring_struct *ring = p->ring;
    lo_status_t status = LO_OK;
    slong n = p->family->raw ? p->family->noutputs : p->noutputs;
    fmpz_mpoly_q_t value;
    fmpz_mpoly_q_init(value, ring->ctx);
    *zero = 1;
    for (slong j = 0; j < n && *zero && status == LO_OK; j++) {
        status = p->family->raw ? pair(value, v, p->outputs + j * ring->p, ring)
                                : lo_field_apply(value, v, p->outputs + j, ring);
        *zero = fmpz_mpoly_q_is_zero(value, ring->ctx);
        if (status == LO_OK)
            status = lo_ctx_poll(ctx);
    }
    *zero = *zero && status == LO_OK;
    fmpz_mpoly_q_clear(value, ring->ctx);
    return status;
}

static void clear_polys(lo_poly_struct *f, slong n)
{
    for (slong i = 0; f != NULL && i < n; i++)
        lo_poly_clear(f + i);
    lo_free(f);
}

/* Tangent propagation along a polynomial multiple of v times the metric. Out: *proved; 0 says nothing. */
static lo_status_t propagate(int *proved, lo_prover_t p, const lo_field_t v, const lo_ring_t ring)
{
    lo_field_t w;
    *proved = 0;
    LO_TRY(lo_field_init(w, ring));
    lo_poly_struct *f = lo_alloc((size_t) ring->p, sizeof(*f));
    lo_field_set(w, v, ring);
    lo_status_t status = f != NULL ? lo_field_make_polynomial(w, ring) : LO_SYSTEM;
    for (slong i = 0; i < ring->p && status == LO_OK; i++) {
        lo_poly_init(f + i, 1);
        status = lo_poly_from_ring(f + i, fmpz_mpoly_q_numref(w->c + i), p->symbols, ring);
    }
    if (status == LO_OK)
        status = lo_tangent_prove_form(proved, p->tangent, f);
    clear_polys(f, ring->p);
    lo_field_clear(w, ring);
    return status == LO_UNABLE ? LO_OK : status; /* symbols, or a degree out of reach */
}

/* Does the one-form with coefficients v, elements of any ring of the family, vanish on every field? */
static lo_status_t prove_form(const char **proved_by, lo_prover_t p, const lo_field_t v, const lo_ring_t ring,
                              lo_ctx_t ctx)
{
    int proved = 0;
    *proved_by = NULL;
    if (p->tangent != NULL)
        LO_TRY(propagate(&proved, p, v, ring));
    if (proved)
        *proved_by = "tangent propagation";
    if (proved)
        return LO_OK;
    LO_TRY(lo_ctx_poll(ctx));
    LO_TRY(lo_prover_expand(p, ctx));
    LO_TRY(vanishes(&proved, p, v, ctx));
    if (proved)
        *proved_by = "expansion";
    return LO_OK;
}

lo_status_t lo_prove_element(const char **proved_by, lo_prover_t p, const fmpz_mpoly_q_t h,
                             const lo_ring_t ring, lo_ctx_t ctx)
{
    lo_field_t v;
    *proved_by = NULL;
    LO_TRY(lo_field_init(v, ring));
    lo_status_t status = lo_prove_gradient(v, h, ring);
    if (status == LO_OK)
        status = prove_form(proved_by, p, v, ring, ctx);
    lo_field_clear(v, ring);
    return status;
}

/* Expansion alone. */
static lo_status_t expand(int *proved, lo_prover_t p, const fmpz_mpoly_q_t h, lo_ctx_t ctx)
{
    lo_field_t v;
    LO_TRY(lo_field_init(v, p->ring));
    lo_status_t status = lo_prove_gradient(v, h, p->ring);
    if (status == LO_OK)
        status = vanishes(proved, p, v, ctx);
    lo_field_clear(v, p->ring);
    return status;
}

lo_status_t lo_prove(const char **proved_by, lo_prover_t p, const lo_poly_t h, lo_ctx_t ctx)
{
    int proved = 0;
    *proved_by = NULL;
    if (p->tangent != NULL) {
        LO_TRY(lo_tangent_prove(&proved, p->tangent, h));
        if (proved) {
            *proved_by = "tangent propagation";
            return LO_OK;
        }
    }
    LO_TRY(lo_ctx_poll(ctx));
    lo_status_t status = lo_prover_expand(p, ctx);
    if (status == LO_OK) {
        fmpz_mpoly_q_t element;
        fmpz_mpoly_q_init(element, p->ring->ctx);
        status = lo_poly_to_ring(element, h, p->symbols, p->ring, ctx);
        if (status == LO_OK)
            status = expand(&proved, p, element, ctx);
        fmpz_mpoly_q_clear(element, p->ring->ctx);
    }
    if (proved)
        *proved_by = "expansion";
    if (status == LO_UNABLE) /* too large to expand is no error; an interrupt is */
        return lo_ctx_poll(ctx);
    return status;
}

/* ---- closed forms ---- */

/* The polynomials f of the one-form sum_k c_k df_k / f_k, and the c_k, as elements of the ring. */
typedef struct {
    slong n, ready;
    fmpz_mpoly_q_struct *f, *c;
} form_struct;

static void form_clear(form_struct *w, const lo_ring_t ring)
{
    for (slong k = 0; k < w->ready; k++) {
        fmpz_mpoly_q_clear(w->f + k, ring->ctx);
        fmpz_mpoly_q_clear(w->c + k, ring->ctx);
    }
    lo_free(w->f);
    lo_free(w->c);
}

/* res = f^e, e of any sign */
static lo_status_t power(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t f, slong e, const lo_ring_t ring)
{
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_one(res, ring->ctx);
    for (slong k = 0; k < (e < 0 ? -e : e) && status == LO_OK; k++)
        status = e < 0 ? lo_ring_div(res, res, f, ring) : lo_ring_mul(res, res, f, ring);
    return status;
}

/* Without logarithms the common factor prod f^e, which is not zero, is left out of the c_k. */
static lo_status_t form_init(form_struct *w, const lo_formula_struct *h, const lo_prover_t p, lo_ring_t ring,
                             lo_ctx_t ctx)
{
    *w = (form_struct){ .n = h->nfactors + h->nlogs };
    w->f = lo_alloc((size_t) w->n, sizeof(*w->f));
    w->c = lo_alloc((size_t) w->n, sizeof(*w->c));
    if (w->f == NULL || w->c == NULL)
        return LO_SYSTEM;
    for (; w->ready < w->n; w->ready++) {
        fmpz_mpoly_q_init(w->f + w->ready, ring->ctx);
        fmpz_mpoly_q_init(w->c + w->ready, ring->ctx);
    }
    fmpz_mpoly_q_t product, t;
    fmpz_mpoly_q_init(product, ring->ctx);
    fmpz_mpoly_q_init(t, ring->ctx);
    fmpz_mpoly_q_one(product, ring->ctx);
    lo_status_t status = LO_OK;
    for (slong k = 0; k < w->n && status == LO_OK; k++) {
        const lo_log_struct *log = k < h->nfactors ? NULL : h->logs + (k - h->nfactors);
        status = lo_poly_to_ring(w->f + k, log == NULL ? &h->factors[k].f : &log->f, p->symbols, ring, ctx);
        if (status == LO_OK && k < h->nfactors && h->nlogs > 0)
            status = power(t, w->f + k, h->factors[k].exponent, ring);
        if (status == LO_OK && k < h->nfactors && h->nlogs > 0)
            status = lo_ring_mul(product, product, t, ring);
        if (status == LO_OK && log != NULL)
            status = lo_poly_to_ring(w->c + k, &log->coef, p->symbols, ring, ctx);
    }
    for (slong k = 0; k < h->nfactors && status == LO_OK; k++) {
        fmpz_mpoly_q_set_si(t, h->factors[k].exponent, ring->ctx);
        status = lo_ring_mul(w->c + k, t, product, ring);
    }
    fmpz_mpoly_q_clear(product, ring->ctx);
    fmpz_mpoly_q_clear(t, ring->ctx);
    return status;
}

/* v = common * sum_k c_k df_k / f_k with common = prod f_k times the denominators of the c_k: polynomials. */
static lo_status_t form_field(lo_field_t v, const form_struct *w, const lo_ring_t ring)
{
    lo_field_t df;
    fmpz_mpoly_q_t common, t;
    LO_TRY(lo_field_init(df, ring));
    fmpz_mpoly_q_init(common, ring->ctx);
    fmpz_mpoly_q_init(t, ring->ctx);
    fmpz_mpoly_q_one(common, ring->ctx);
    lo_status_t status = LO_OK;
    for (slong k = 0; k < w->n && status == LO_OK; k++) {
        status = lo_ring_mul(common, common, w->f + k, ring);
        fmpz_mpoly_q_set(t, w->c + k, ring->ctx);
        fmpz_mpoly_one(fmpz_mpoly_q_numref(t), ring->ctx);
        if (status == LO_OK && k == 0) /* the c_k of factors share their denominator, the others have none */
            status = lo_ring_div(common, common, t, ring);
    }
    for (slong k = 0; k < w->n && status == LO_OK; k++) {
        status = lo_prove_gradient(df, w->f + k, ring);
        if (status == LO_OK)
            status = lo_ring_mul(t, common, w->c + k, ring);
        if (status == LO_OK)
            status = lo_ring_div(t, t, w->f + k, ring);
        for (slong i = 0; i < ring->p && status == LO_OK; i++)
            status = lo_ring_addmul(v->c + i, df->c + i, t, ring);
    }
    fmpz_mpoly_q_clear(common, ring->ctx);
    fmpz_mpoly_q_clear(t, ring->ctx);
    lo_field_clear(df, ring);
    return status;
}

/* The one-form of h, times a common denominator, in a ring of its own: tangent propagation expands no output. */
static lo_status_t prove_closed_form(const char **proved_by, lo_prover_t p, const lo_formula_struct *h,
                                     lo_ctx_t ctx)
{
    form_struct w = { 0 };
    lo_ring_t ring;
    lo_field_t v;
    LO_TRY(lo_ring_init(ring, p->family, ctx));
    lo_status_t status = lo_field_init(v, ring);
    if (status == LO_OK)
        status = form_init(&w, h, p, ring, ctx);
    if (status == LO_OK)
        status = form_field(v, &w, ring);
    if (status == LO_OK)
        status = prove_form(proved_by, p, v, ring, ctx);
    form_clear(&w, ring);
    lo_field_clear(v, ring);
    lo_ring_clear(ring);
    return status;
}

lo_status_t lo_prove_formula(const char **proved_by, lo_prover_t p, const lo_formula_struct *h, lo_ctx_t ctx)
{
    const lo_poly_struct *f = lo_formula_polynomial(h);
    *proved_by = NULL;
    if (f != NULL)
        return lo_prove(proved_by, p, f, ctx);
    for (slong k = 0; k < h->nlogs; k++) {
        if (h->logs[k].coef.degree == 0)
            continue;
        LO_TRY(lo_prove(proved_by, p, &h->logs[k].coef, ctx));
        if (*proved_by == NULL)
            return LO_OK;
    }
    *proved_by = NULL;
    lo_status_t status = prove_closed_form(proved_by, p, h, ctx);
    if (status == LO_UNABLE || status == LO_DOMAIN) /* too large to expand, or a symbol without inverse */
        return lo_ctx_poll(ctx);
    return status;
}
