/* rows.c - a hashed set of rows.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/rows.h"

#include "base/memory.h"

#include <string.h>

static uint64_t hash_row(const int *row, slong p)
{
    uint64_t h = UINT64_C(0x9e3779b97f4a7c15);
    for (slong i = 0; i < p; i++) {
        h ^= (uint64_t) (int64_t) row[i];
        h *= UINT64_C(0xff51afd7ed558ccd);
        h ^= h >> 29;
    }
    return h;
}

lo_status_t lo_rows_init(lo_rows_t set, slong p, slong limit)
{
    *set = (lo_rows_struct){ .p = p, .limit = limit, .buckets = 2 * limit + 1 };
    set->head = lo_alloc((size_t) set->buckets, sizeof(slong));
    return set->head == NULL ? LO_SYSTEM : LO_OK;
}

void lo_rows_clear(lo_rows_t set)
{
    lo_free(set->rows);
    lo_free(set->next);
    lo_free(set->head);
}

lo_status_t lo_rows_add(slong *index, lo_rows_t set, const int *row)
{
    slong bucket = (slong) (hash_row(row, set->p) % (uint64_t) set->buckets);
    for (slong k = set->head[bucket]; k != 0; k = set->next[k - 1])
        if (memcmp(set->rows + (k - 1) * set->p, row, (size_t) set->p * sizeof(int)) == 0) {
            *index = k - 1;
            return LO_OK;
        }
    if (set->n == set->limit)
        return LO_UNABLE;
    LO_TRY(LO_GROW(set->rows, set->alloc, (set->n + 1) * set->p));
    LO_TRY(LO_GROW(set->next, set->alloc_next, set->n + 1));
    memcpy(set->rows + set->n * set->p, row, (size_t) set->p * sizeof(int));
    set->next[set->n] = set->head[bucket];
    set->head[bucket] = ++set->n;
    *index = set->n - 1;
    return LO_OK;
}
