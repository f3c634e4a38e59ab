/* hypersurface.c - divisibility of the fields by an equation, with the values of functions as symbols.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A value n/d of the ring with q | n, in lowest terms, vanishes where q does and d does not; d is no multiple of q, and what
 * is analytic and vanishes on a dense set of the regular points vanishes on all of them.
 */
#include "manifold/hypersurface.h"

#include "base/memory.h"
#include "family/ring.h"

/* q in the variables of the ring, whose first ones are the coordinates of the subspace. */
static void to_ring(fmpz_mpoly_t out, const fmpq_mpoly_t q, const fmpq_mpoly_ctx_t qctx, const slong *variable,
                    slong dimension, const lo_ring_t ring, ulong *exponents)
{
    fmpz_t c;
    fmpz_init(c);
    for (slong t = 0; t < fmpq_mpoly_length(q, qctx); t++) {
        for (slong v = 0; v < ring->nvars; v++)
            exponents[v] = 0;
        for (slong v = 0; v < dimension; v++)
            exponents[v] = fmpz_mpoly_get_term_var_exp_ui(q->zpoly, t, variable[v], qctx->zctx);
        fmpz_mpoly_get_term_coeff_fmpz(c, q->zpoly, t, qctx->zctx);
        fmpz_mpoly_push_term_fmpz_ui(out, c, exponents, ring->ctx);
    }
    fmpz_mpoly_sort_terms(out, ring->ctx);
    fmpz_clear(c);
}

static int divides(const fmpz_mpoly_t q, const fmpz_mpoly_q_t value, const lo_ring_t ring)
{
    fmpz_mpoly_t quotient;
    fmpz_mpoly_init(quotient, ring->ctx);
    int yes = fmpz_mpoly_divides(quotient, fmpz_mpoly_q_numref(value), q, ring->ctx);
    fmpz_mpoly_clear(quotient, ring->ctx);
    return yes;
}

/* Xq = sum of X_i dq/ds_i. */
static lo_status_t along(fmpz_mpoly_q_t out, const fmpz_mpoly_t q, const fmpz_mpoly_q_struct *x, slong dimension,
                         const lo_ring_t ring)
{
    fmpz_mpoly_q_t d;
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_init(d, ring->ctx);
    for (slong i = 0; i < dimension && status == LO_OK; i++) {
        fmpz_mpoly_derivative(fmpz_mpoly_q_numref(d), q, i, ring->ctx);
        fmpz_mpoly_one(fmpz_mpoly_q_denref(d), ring->ctx);
        status = lo_ring_addmul(out, x + i, d, ring);
    }
    fmpz_mpoly_q_clear(d, ring->ctx);
    return status;
}

/* nodes: those across the subspace, then those along it. */
static lo_status_t check(int *proved, const fmpq_mpoly_t q, const fmpq_mpoly_ctx_t qctx, const slong *variable,
                         const lo_family_struct *r, const slong *nodes, slong across, lo_ctx_t ctx)
{
    lo_ring_t ring;
    fmpz_mpoly_t qr;
    fmpz_mpoly_q_t sum;
    slong n = across + r->p;
    LO_TRY(lo_ring_init_opaque(ring, r, ctx));
    fmpz_mpoly_q_struct *values = lo_alloc((size_t) n, sizeof(*values));
    ulong *exponents = lo_alloc((size_t) ring->nvars, sizeof(ulong));
    lo_status_t status = values == NULL || exponents == NULL ? LO_SYSTEM : LO_OK;
    fmpz_mpoly_init(qr, ring->ctx);
    fmpz_mpoly_q_init(sum, ring->ctx);
    for (slong i = 0; values != NULL && i < n; i++)
        fmpz_mpoly_q_init(values + i, ring->ctx);
    if (status == LO_OK)
        status = lo_ring_nodes(values, nodes, n, ring, ctx);
    if (status == LO_OK) {
        to_ring(qr, q, qctx, variable, r->p, ring, exponents);
        status = along(sum, qr, values + across, r->p, ring);
    }
    *proved = status == LO_OK && divides(qr, sum, ring);
    for (slong i = 0; *proved && i < across; i++)
        *proved = divides(qr, values + i, ring);
    for (slong i = 0; values != NULL && i < n; i++)
        fmpz_mpoly_q_clear(values + i, ring->ctx);
    fmpz_mpoly_clear(qr, ring->ctx);
    fmpz_mpoly_q_clear(sum, ring->ctx);
    lo_free(values);
    lo_free(exponents);
    lo_ring_clear(ring);
    return status;
}

lo_status_t lo_hypersurface_prove(int *proved, const fmpq_mpoly_t q, const fmpq_mpoly_ctx_t qctx,
                                  const slong *variable, const lo_family_struct *f, const fmpq_mat_t directions, const slong *pivot,
                                  const fmpq *origin, lo_ctx_t ctx)
{
    lo_family_ptr r = NULL;
    slong across = f->p - fmpq_mat_nrows(directions), *nodes = lo_alloc((size_t) f->p, sizeof(slong));
    *proved = 0;
    lo_status_t status = nodes == NULL ? LO_SYSTEM : LO_OK;
    if (status == LO_OK)
        status = lo_family_restrict(&r, nodes, f, directions, pivot, origin, ctx);
    if (status == LO_OK) {
        for (slong i = 0; i < r->p; i++)
            nodes[across + i] = r->components[i];
        status = check(proved, q, qctx, variable, r, nodes, across, ctx);
    }
    lo_family_free(r);
    lo_free(nodes);
    return status == LO_UNABLE || status == LO_DOMAIN ? lo_ctx_poll(ctx) : status;
}
