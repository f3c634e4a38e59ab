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
    return family->raw ? LO_OK : lo_tangent_new(&prover->tangent, family, symbols);
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
