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
    return family->raw ? LO_OK : lo_tangent_new(&prover->tangent, family);
}

void lo_prover_clear(lo_prover_t prover)
{
    lo_tangent_free(prover->tangent);
    if (prover->ring_state != 0) {
        for (slong i = 0; prover->outputs != NULL && i < prover->noutputs; i++)
            fmpz_mpoly_q_clear(prover->outputs + i, prover->ring->ctx);
        lo_free(prover->outputs);
        lo_ring_clear(prover->ring);
    }
    memset(prover, 0, sizeof(*prover));
}

/* Puts the gate values of one activation pattern into an expanded output (a polynomial in the gates). */
static lo_status_t set_gates(fmpz_mpoly_q_t f, const lo_family_struct *family, slong pattern, const lo_ring_t ring)
{
    if (!fmpz_mpoly_is_fmpz(fmpz_mpoly_q_denref(f), ring->ctx))
        return LO_UNABLE;
    ulong *exponents = lo_alloc((size_t) ring->nvars, sizeof(ulong));
    if (exponents == NULL)
        return LO_SYSTEM;
    fmpz_mpoly_q_t sum, term;
    fmpz_t c;
    fmpq_t value, power;
    fmpz_mpoly_q_init(sum, ring->ctx);
    fmpz_mpoly_q_init(term, ring->ctx);
    fmpz_init(c);
    fmpq_init(value);
    fmpq_init(power);
    for (slong t = 0; t < fmpz_mpoly_length(fmpz_mpoly_q_numref(f), ring->ctx); t++) {
        fmpz_mpoly_get_term_coeff_fmpz(c, fmpz_mpoly_q_numref(f), t, ring->ctx);
        fmpz_mpoly_get_term_exp_ui(exponents, fmpz_mpoly_q_numref(f), t, ring->ctx);
        fmpq_set_fmpz(value, c);
        for (slong a = 0; a < family->naux; a++) {
            slong v = lo_ring_aux(ring, a);
            if (family->aux[a].kind != LO_AUX_GATE || exponents[v] == 0)
                continue;
            fmpq_pow_si(power, family->patterns + pattern * family->ngates + family->aux[a].index, (slong) exponents[v]);
            fmpq_mul(value, value, power);
            exponents[v] = 0;
        }
        if (fmpq_is_zero(value))
            continue;
        fmpz_mpoly_q_zero(term, ring->ctx);
        fmpz_one(c);
        fmpz_mpoly_push_term_fmpz_ui(fmpz_mpoly_q_numref(term), c, exponents, ring->ctx);
        fmpz_mpoly_q_mul_fmpq(term, term, value, ring->ctx);
        fmpz_mpoly_q_add(sum, sum, term, ring->ctx);
    }
    fmpz_mpoly_q_swap(f, sum, ring->ctx); /* the constant denominator does not matter for an identity to zero */
    fmpz_mpoly_q_clear(sum, ring->ctx);
    fmpz_mpoly_q_clear(term, ring->ctx);
    fmpz_clear(c);
    fmpq_clear(value);
    fmpq_clear(power);
    lo_free(exponents);
    return LO_OK;
}

lo_status_t lo_prover_expand(lo_prover_t p, lo_ctx_t ctx)
{
    const lo_family_struct *f = p->family;
    if (p->ring_state != 0)
        return p->ring_state > 0 ? LO_OK : LO_UNABLE;
    lo_status_t status = lo_ring_init(p->ring, f, ctx);
    if (status != LO_OK)
        return status;
    p->ring_state = -1;
    slong n = f->raw ? f->noutputs * f->p : f->noutputs, copies = f->npatterns > 0 ? f->npatterns : 1;
    fmpz_mpoly_q_struct *values = lo_alloc((size_t) (n * copies), sizeof(*values));
    if (values == NULL)
        return LO_SYSTEM;
    p->outputs = values;
    p->noutputs = n * copies;
    for (slong i = 0; i < p->noutputs; i++)
        fmpz_mpoly_q_init(values + i, p->ring->ctx);
    status = lo_ring_nodes(values, f->outputs, n, p->ring, ctx);
    for (slong c = copies - 1; c >= 0 && f->npatterns > 0 && status == LO_OK; c--) {
        for (slong i = 0; i < n && status == LO_OK; i++) {
            if (c > 0)
                fmpz_mpoly_q_set(values + c * n + i, values + i, p->ring->ctx);
            status = set_gates(values + c * n + i, f, c, p->ring);
        }
    }
    if (status == LO_OK)
        status = lo_ring_prepare_atoms(p->ring, ctx);
    if (status == LO_OK)
        p->ring_state = 1;
    return status;
}

/* The field with components dh/dtheta_i, atoms of h included. */
static lo_status_t gradient_field(lo_field_t v, const fmpz_mpoly_q_t h, const lo_ring_t ring)
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

lo_status_t lo_prove_element(int *conserved, lo_prover_t p, const fmpz_mpoly_q_t h, lo_ctx_t ctx)
{
    const lo_ring_struct *ring = p->ring;
    lo_field_t v;
    fmpz_mpoly_q_t derivative;
    *conserved = 0;
    LO_TRY(lo_field_init(v, ring));
    fmpz_mpoly_q_init(derivative, ring->ctx);
    lo_status_t status = p->family->raw ? LO_OK : gradient_field(v, h, ring);
    slong n = p->family->raw ? p->family->noutputs : p->noutputs;
    int zero = 1;
    for (slong j = 0; j < n && zero && status == LO_OK; j++) {
        if (p->family->raw) {
            lo_field_t x = { { ring->p, p->outputs + j * ring->p } };
            status = lo_field_apply(derivative, x, h, ring);
        } else {
            status = lo_field_apply(derivative, v, p->outputs + j, ring);
        }
        zero = fmpz_mpoly_q_is_zero(derivative, ring->ctx);
        if (status == LO_OK)
            status = lo_ctx_poll(ctx);
    }
    *conserved = zero && status == LO_OK;
    fmpz_mpoly_q_clear(derivative, ring->ctx);
    lo_field_clear(v, ring);
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
            status = lo_prove_element(&proved, p, element, ctx);
        fmpz_mpoly_q_clear(element, p->ring->ctx);
    }
    if (proved)
        *proved_by = "expansion";
    if (status == LO_UNABLE) /* too large to expand is no error; an interrupt is */
        return lo_ctx_poll(ctx);
    return status;
}
