/* echelon.c - elimination that remembers where its rows come from.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/echelon.h"

#include "base/memory.h"

#include <string.h>

lo_status_t lo_echelon_init(lo_echelon_t e, slong width, slong most, nmod_t mod)
{
    *e = (lo_echelon_struct){ .mod = mod, .width = width, .most = most };
    e->row = lo_alloc((size_t) most, sizeof(*e->row));
    e->pivot = lo_alloc((size_t) most, sizeof(*e->pivot));
    e->vector = lo_alloc((size_t) (width + most), sizeof(ulong));
    if (e->row != NULL && e->pivot != NULL && e->vector != NULL)
        return LO_OK;
    lo_echelon_clear(e);
    return LO_SYSTEM;
}

void lo_echelon_clear(lo_echelon_t e)
{
    for (slong i = 0; e->row != NULL && i < e->rank; i++)
        lo_free(e->row[i]);
    lo_free(e->row);
    lo_free(e->pivot);
    lo_free(e->vector);
    memset(e, 0, sizeof(*e));
}

/* vector := v - sum of rows, with zeros at all pivots; its last words are the coefficients of that, negated. Row i
 * vanishes at the pivots before its own, so one pass in order will do. Returns the first nonzero position, or -1. */
static slong reduce(lo_echelon_struct *e, const ulong *v)
{
    memcpy(e->vector, v, (size_t) e->width * sizeof(ulong));
    memset(e->vector + e->width, 0, (size_t) e->most * sizeof(ulong));
    for (slong i = 0; i < e->rank; i++) {
        ulong c = e->vector[e->pivot[i]];
        if (c != 0)
            _nmod_vec_scalar_addmul_nmod(e->vector, e->row[i], e->width + i + 1, nmod_neg(c, e->mod), e->mod);
    }
    for (slong k = 0; k < e->width; k++)
        if (e->vector[k] != 0)
            return k;
    return -1;
}

int lo_echelon_contains(ulong *c, lo_echelon_t e, const ulong *v)
{
    if (reduce(e, v) >= 0)
        return 0;
    for (slong i = 0; c != NULL && i < e->rank; i++)
        c[i] = nmod_neg(e->vector[e->width + i], e->mod);
    return 1;
}

lo_status_t lo_echelon_add(lo_echelon_t e, const ulong *v)
{
    slong pivot = reduce(e, v), length = e->width + e->rank + 1;
    if (pivot < 0)
        return LO_OK;
    ulong *row = lo_alloc((size_t) length, sizeof(ulong));
    if (row == NULL)
        return LO_SYSTEM;
    e->vector[length - 1] = 1;
    _nmod_vec_scalar_mul_nmod(row, e->vector, length, n_invmod(e->vector[pivot], e->mod.n), e->mod);
    e->pivot[e->rank] = pivot;
    e->row[e->rank++] = row;
    return LO_OK;
}
