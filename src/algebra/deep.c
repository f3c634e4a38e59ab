/* deep.c - growth past the words that jets reach.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "algebra/deep.h"

#include "algebra/involutive.h"
#include "base/memory.h"

/* Exact fields first: they keep the levels apart. Pull-back along flows bounds the orbit when they grow too large; its
 * ranks enter the growth vector as one last level. */
lo_status_t lo_growth_deep(lo_growth_t growth, lo_words_t w, slong upper, lo_ctx_t ctx)
{
    lo_status_t status = lo_exact_growth(growth, w->engine->family, upper, ctx);
    if (status == LO_OK || status & LO_SYSTEM)
        return status;
    LO_TRY(lo_ctx_poll(ctx));
    for (slong n = 8; n <= 64 && w->span->rank < upper; n *= 2) {
        slong added;
        LO_TRY(lo_words_pullback(&added, w, n, upper, ctx));
        LO_TRY(lo_growth_push(growth, w->span->rank));
        if (added == 0)
            break;
    }
    return LO_OK;
}
