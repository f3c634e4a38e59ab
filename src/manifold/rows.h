/* rows.h - a set of rows of integers, in order of insertion.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_ROWS_H
#define LO_ROWS_H

#include "family/family.h"

typedef struct {
    slong p, n, limit, buckets;
    long alloc, alloc_next;
    int *rows;          /* n x p */
    slong *next, *head; /* 1 + index */
} lo_rows_struct;
typedef lo_rows_struct lo_rows_t[1];

/* An empty set of rows of p entries, at most `limit` of them. Returns LO_OK or LO_SYSTEM; clear it in any case. */
LO_MUST_CHECK lo_status_t lo_rows_init(lo_rows_t set, slong p, slong limit);
void lo_rows_clear(lo_rows_t set);

/* Out: the index of the row, which is added when it is new. Returns LO_OK, LO_UNABLE past the limit, LO_SYSTEM. row must
 * not lie in the set. */
LO_MUST_CHECK lo_status_t lo_rows_add(slong *index, lo_rows_t set, const int *row);

#endif
