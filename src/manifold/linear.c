/* linear.c - the kernel of the fields, as constant covectors.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * l(X) = sum of l_i X_i = 0 at random points modulo a prime proposes; tangent propagation or the expansion of
 * the same sum proves.
 */
#include "manifold/linear.h"

#include "base/memory.h"
#include "base/text.h"
#include "family/modular.h"
#include "family/ring.h"
#include "law/search.h"
#include "law/tangent.h"

#include <string.h>

#define EXTRA 8

/* A row of the matrix: the values of a member at a point. */
static lo_status_t put_values(void *data, slong k, lo_engine_t e, const lo_modpoint_t point, const ulong *member)
{
    nmod_mat_struct *a = data;
    lo_modalg_t scalars;
    lo_modalg_jets(scalars, e->mod, 0);
    return lo_engine_field(&nmod_mat_entry(a, k, 0), e, scalars, point->theta, point, member);
}

static lo_status_t propose(fmpz_mat_t rows, const lo_family_struct *f, lo_ctx_t ctx)
{
    lo_engine_t e;
    nmod_mat_t a;
    slong dimension;
    lo_status_t status = lo_engine_init_any(e, f, 0, ctx);
    if (status == LO_OK) {
        nmod_mat_init(a, f->p + EXTRA, f->p, e->mod.n);
        status = lo_engine_visit(e, a->r, put_values, a);
        if (status == LO_OK) {
            fmpz_mat_clear(rows);
            lo_kernel(rows, &dimension, a);
        }
        nmod_mat_clear(a);
    }
    lo_engine_clear(e);
    return status;
}

/* Whether sum of row_i values_i is the zero of the ring. */
static lo_status_t vanishes(int *zero, const fmpz *row, const fmpz_mpoly_q_struct *values, slong p, const lo_ring_t ring)
{
    fmpz_mpoly_q_t sum, coefficient;
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_init(sum, ring->ctx);
    fmpz_mpoly_q_init(coefficient, ring->ctx);
    for (slong i = 0; i < p && status == LO_OK; i++) {
        if (fmpz_is_zero(row + i))
            continue;
        fmpz_mpoly_q_set_fmpz(coefficient, row + i, ring->ctx);
        status = lo_ring_addmul(sum, coefficient, values + i, ring);
    }
    *zero = status == LO_OK && fmpz_mpoly_q_is_zero(sum, ring->ctx);
    fmpz_mpoly_q_clear(sum, ring->ctx);
    fmpz_mpoly_q_clear(coefficient, ring->ctx);
    return status;
}

/* sum of row_i theta_i */
static lo_status_t linear_form(lo_poly_t h, const fmpz *row, slong p)
{
    lo_status_t status = LO_OK;
    for (slong i = 0; i < p && status == LO_OK; i++)
        if (!fmpz_is_zero(row + i))
            status = lo_poly_push(h, row + i, &i, 1);
    return status;
}

/* Moves the rows from *n on that tangent propagation proves to the front, and counts them. */
static lo_status_t prove_by_tangents(slong *n, fmpz_mat_t rows, const lo_family_struct *f)
{
    lo_symbols_t symbols;
    lo_tangent_struct *tangent = NULL;
    if (!lo_family_is_gradient(f))
        return LO_OK;
    LO_TRY(lo_symbols_init(symbols, f));
    lo_status_t status = lo_tangent_new(&tangent, f, symbols);
    for (slong k = *n; k < rows->r && status == LO_OK; k++) {
        int proved = 0;
        lo_poly_t h;
        lo_poly_init(h, 1);
        status = linear_form(h, fmpz_mat_entry(rows, k, 0), f->p);
        if (status == LO_OK)
            status = lo_tangent_prove(&proved, tangent, h);
        if (proved)
            fmpz_mat_swap_rows(rows, NULL, (*n)++, k);
        lo_poly_clear(h);
    }
    lo_tangent_free(tangent);
    lo_symbols_clear(symbols);
    return status;
}

/* The same by expansion. */
static lo_status_t prove_by_expansion(slong *n, fmpz_mat_t rows, const lo_family_struct *f, lo_ctx_t ctx)
{
    lo_ring_t ring;
    LO_TRY(lo_ring_init_opaque(ring, f, ctx));
    fmpz_mpoly_q_struct *values = lo_alloc((size_t) f->p, sizeof(*values));
    lo_status_t status = values == NULL ? LO_SYSTEM : LO_OK;
    for (slong i = 0; i < f->p && values != NULL; i++)
        fmpz_mpoly_q_init(values + i, ring->ctx);
    if (status == LO_OK)
        status = lo_ring_nodes(values, f->components, f->p, ring, ctx);
    for (slong k = *n; k < rows->r && status == LO_OK; k++) {
        int zero;
        status = vanishes(&zero, fmpz_mat_entry(rows, k, 0), values, f->p, ring);
        if (zero)
            fmpz_mat_swap_rows(rows, NULL, (*n)++, k);
    }
    for (slong i = 0; i < f->p && values != NULL; i++)
        fmpz_mpoly_q_clear(values + i, ring->ctx);
    lo_free(values);
    lo_ring_clear(ring);
    return status;
}

/* Keeps the proved rows; also those proved before an expansion was too large. */
static lo_status_t prove(fmpz_mat_t rows, const lo_family_struct *f, lo_ctx_t ctx)
{
    fmpz_mat_t proved;
    slong n = 0;
    lo_status_t status = prove_by_tangents(&n, rows, f);
    if (status == LO_OK && n < rows->r)
        status = prove_by_expansion(&n, rows, f, ctx);
    if (status == LO_UNABLE || status == LO_DOMAIN)
        status = lo_ctx_poll(ctx);
    fmpz_mat_init(proved, status == LO_OK ? n : 0, f->p);
    for (slong k = 0; k < proved->r; k++)
        _fmpz_vec_set(fmpz_mat_entry(proved, k, 0), fmpz_mat_entry(rows, k, 0), f->p);
    fmpz_mat_swap(rows, proved);
    fmpz_mat_clear(proved);
    return status;
}

lo_status_t lo_linear_laws(fmpz_mat_t rows, const lo_family_struct *f, lo_ctx_t ctx)
{
    fmpz_mat_init(rows, 0, f->p);
    lo_status_t status = propose(rows, f, ctx);
    if (status == LO_OK && rows->r > 0)
        status = prove(rows, f, ctx);
    if (status != LO_OK) {
        fmpz_mat_clear(rows);
        fmpz_mat_init(rows, 0, f->p);
    }
    return status == LO_UNABLE || status == LO_DOMAIN ? lo_ctx_poll(ctx) : status;
}

char *lo_linear_text(const fmpz_mat_t rows, slong k, const lo_family_struct *f)
{
    lo_text_t out;
    char name[128];
    fmpz_t size;
    fmpz_init(size);
    lo_text_init(out);
    for (slong i = 0; i < f->p; i++) {
        const fmpz *c = fmpz_mat_entry(rows, k, i);
        if (fmpz_is_zero(c))
            continue;
        fmpz_abs(size, c);
        lo_text_add(out, "%s", out->length == 0 ? (fmpz_sgn(c) < 0 ? "-" : "") : fmpz_sgn(c) < 0 ? " - " : " + ");
        if (!fmpz_is_one(size)) {
            char *s = fmpz_get_str(NULL, 10, size);
            lo_text_add(out, "%s*", s);
            flint_free(s);
        }
        lo_family_coordinate_name(name, sizeof(name), f, i);
        lo_text_add(out, "%s", name);
    }
    fmpz_clear(size);
    return lo_text_take(out);
}
