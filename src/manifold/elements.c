/* elements.c - listing a small group.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/elements.h"

#include "base/memory.h"

#define MAX_ELEMENTS 60000

lo_status_t lo_elements_list(lo_rows_t elements, const lo_signed_group_t group, lo_ctx_t ctx)
{
    slong p = group->p, index;
    int *work = lo_alloc((size_t) p, sizeof(int));
    lo_status_t status = lo_rows_init(elements, p, MAX_ELEMENTS);
    if (work == NULL)
        status = LO_SYSTEM;
    if (status == LO_OK) {
        lo_pattern_whole(work, p); /* the array of the identity as well */
        status = lo_rows_add(&index, elements, work);
    }
    for (slong k = 0; status == LO_OK && k < elements->n; k++) {
        if (k % 1024 == 0)
            status = lo_ctx_poll(ctx);
        for (slong j = 0; j < group->n && status == LO_OK; j++) {
            const int *g = group->g + j * p, *e = elements->rows + k * p;
            for (slong i = 0; i < p; i++)
                work[i] = g[i] > 0 ? e[g[i] - 1] : -e[-g[i] - 1];
            status = lo_rows_add(&index, elements, work);
        }
    }
    lo_free(work);
    return status;
}
