/* deep.c - growth past the words that jets reach.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "algebra/deep.h"

#include "algebra/involutive.h"
#include "base/memory.h"

/* Exact fields for raw families: they keep the levels apart. Pull-back along flows for the others, and
 * when the fields grow too large. */
lo_status_t lo_growth_deep(lo_growth_t growth, lo_words_t w, slong upper, lo_ctx_t ctx)
{
    if (w->engine->family->raw) {
        lo_status_t status = lo_exact_growth(growth, w->engine->family, upper, ctx);
        if (status == LO_OK || status & LO_SYSTEM)
            return status;
    }
    LO_TRY(lo_ctx_poll(ctx));
    /* Ranks of flows are no levels of the growth vector: the orders of a flow mix the lengths of words. */
    for (slong n = 16; n <= 64 && w->span->rank < upper; n *= 2) {
        slong added;
        lo_status_t status = lo_words_pullback(&added, w, n, upper, ctx);
        if (status == LO_UNABLE) /* too large: the ranks so far stand */
            return lo_ctx_poll(ctx);
        LO_TRY(status);
        if (w->span->rank > growth->lower)
            growth->lower = w->span->rank;
        if (added == 0)
            break;
    }
    return LO_OK;
}
