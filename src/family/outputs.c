/* outputs.c - the outputs of a family, expanded.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/ring.h"

#include "base/memory.h"

/* Puts the gate values of one activation pattern into an expanded output (a polynomial in the gates). */
static lo_status_t set_gates(fmpz_mpoly_q_t f, const lo_family_struct *family, slong pattern,
                             const lo_ring_t ring)
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
            fmpq_pow_si(power, family->patterns + pattern * family->ngates + family->aux[a].index,
                        (slong) exponents[v]);
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
    fmpz_mpoly_q_swap(f, sum,
                      ring->ctx); /* the constant denominator does not matter for an identity to zero */
    fmpz_mpoly_q_clear(sum, ring->ctx);
    fmpz_mpoly_q_clear(term, ring->ctx);
    fmpz_clear(c);
    fmpq_clear(value);
    fmpq_clear(power);
    lo_free(exponents);
    return LO_OK;
}

void lo_ring_free(fmpz_mpoly_q_struct *values, slong n, const lo_ring_t ring)
{
    for (slong i = 0; values != NULL && i < n; i++)
        fmpz_mpoly_q_clear(values + i, ring->ctx);
    lo_free(values);
}

lo_status_t lo_ring_outputs(fmpz_mpoly_q_struct **outputs, slong *count, lo_ring_t ring, lo_ctx_t ctx)
{
    const lo_family_struct *f = ring->family;
    slong n = f->raw ? f->noutputs * f->p : f->noutputs, copies = f->npatterns > 0 ? f->npatterns : 1;
    fmpz_mpoly_q_struct *values = *outputs = lo_alloc((size_t) (n * copies), sizeof(*values));
    *count = n * copies;
    if (values == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < *count; i++)
        fmpz_mpoly_q_init(values + i, ring->ctx);
    lo_status_t status = lo_ring_nodes(values, f->outputs, n, ring, ctx);
    for (slong c = copies - 1; c >= 0 && f->npatterns > 0;
         c--) { /* copy 0 is the source of the others: last */
        for (slong i = 0; i < n && status == LO_OK; i++) {
            if (c > 0)
                fmpz_mpoly_q_set(values + c * n + i, values + i, ring->ctx);
            status = set_gates(values + c * n + i, f, c, ring);
        }
    }
    return status;
}
