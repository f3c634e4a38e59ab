/* polymat.c - small matrices of polynomials and their minors.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/polymat.h"

#include "base/memory.h"

lo_status_t lo_polymat_init(lo_polymat_struct *m, slong rows, slong cols, const lo_ring_struct *ring)
{
    *m = (lo_polymat_struct){ 0, cols, lo_alloc((size_t) (rows * cols), sizeof(*m->e)), ring };
    if (m->e == NULL)
        return LO_SYSTEM;
    m->rows = rows;
    for (slong i = 0; i < rows * cols; i++)
        fmpz_mpoly_init(m->e + i, ring->ctx);
    return LO_OK;
}

void lo_polymat_clear(lo_polymat_struct *m)
{
    for (slong i = 0; i < m->rows * m->cols; i++)
        fmpz_mpoly_clear(m->e + i, m->ring->ctx);
    lo_free(m->e);
}

int lo_polymat_add_product(fmpz_mpoly_t res, const fmpz_mpoly_t a, const fmpz_mpoly_t b, int sign,
                           const lo_ring_struct *ring)
{
    fmpz_mpoly_t t;
    slong x = fmpz_mpoly_length(a, ring->ctx), y = fmpz_mpoly_length(b, ring->ctx);
    if (x > 0 && y > LO_POLYMAT_TERMS / x)
        return 0;
    fmpz_mpoly_init(t, ring->ctx);
    fmpz_mpoly_mul(t, a, b, ring->ctx);
    if (sign < 0)
        fmpz_mpoly_sub(res, res, t, ring->ctx);
    else
        fmpz_mpoly_add(res, res, t, ring->ctx);
    fmpz_mpoly_clear(t, ring->ctx);
    return 1;
}

/* Laplace expansion along the first row. */
int lo_polymat_det(fmpz_mpoly_t res, const lo_polymat_struct *m, const slong *rows, const slong *cols,
                   slong k)
{
    const lo_ring_struct *ring = m->ring;
    slong rest[LO_POLYMAT_MINOR];
    int ok = 1;
    fmpz_mpoly_zero(res, ring->ctx);
    if (k == 0) {
        fmpz_mpoly_one(res, ring->ctx);
        return 1;
    }
    fmpz_mpoly_t minor;
    fmpz_mpoly_init(minor, ring->ctx);
    for (slong j = 0; j < k && ok; j++) {
        const fmpz_mpoly_struct *entry = m->e + rows[0] * m->cols + cols[j];
        if (fmpz_mpoly_is_zero(entry, ring->ctx))
            continue;
        for (slong i = 0, n = 0; i < k; i++)
            if (i != j)
                rest[n++] = cols[i];
        ok = lo_polymat_det(minor, m, rows + 1, rest, k - 1) &&
             lo_polymat_add_product(res, entry, minor, j % 2 == 0 ? 1 : -1, ring);
    }
    fmpz_mpoly_clear(minor, ring->ctx);
    return ok;
}
