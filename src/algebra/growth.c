/* growth.c - the growth vector and proved bounds of the orbit dimension at a generic point.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Level m is sampled by random words of m random members. The bracket is multilinear in its members and each member is a
 * polynomial (or rational) function of its random inputs, gates and covector, so if any word of length m leaves the span, a
 * random one does, except with probability at most (degree of that function) / 2^60. Every rank that is
 * reported is a proved lower bound. A search that ends below the proved upper bound is then repeated exhaustively: every
 * generator of the basis with every word of the basis (theory, trap 2).
 */
#include "algebra/deep.h"
#include "algebra/words.h"

#include "base/memory.h"

#include <string.h>

void lo_growth_init(lo_growth_t growth)
{
    memset(growth, 0, sizeof(*growth));
}

void lo_growth_clear(lo_growth_t growth)
{
    lo_free(growth->growth);
    memset(growth, 0, sizeof(*growth));
}

lo_status_t lo_growth_push(lo_growth_t growth, long rank)
{
    if (growth->levels > 0 && rank <= growth->growth[growth->levels - 1])
        return LO_OK;
    long *larger = lo_realloc(growth->growth, (size_t) growth->levels + 1, sizeof(long));
    if (larger == NULL)
        return LO_SYSTEM;
    growth->growth = larger;
    growth->growth[growth->levels++] = rank;
    if (rank > growth->lower)
        growth->lower = rank;
    return LO_OK;
}

/* How many vectors to sample at once: one while the space is small, more where elimination profits from blocks. */
static slong block_size(slong p, slong missing)
{
    slong n = p < 64 ? 1 : p / 16;
    if (n > 128)
        n = 128;
    return n < missing ? n : missing;
}

/* Samples one level until two blocks in a row bring less than they could, or the upper bound is met. */
static lo_status_t sample_level(lo_words_t w, slong level, slong upper, lo_ctx_t ctx)
{
    for (int failures = 0; failures < 2 && w->span->rank < upper;) {
        slong n = block_size(w->engine->family->p, upper - w->span->rank), added;
        LO_TRY(lo_ctx_poll(ctx));
        LO_TRY(lo_words_add_random(&added, w, level, n));
        failures = added < n ? failures + 1 : 0;
        char stage[48];
        snprintf(stage, sizeof(stage), "brackets of %ld field%s", (long) level, level == 1 ? "" : "s");
        lo_ctx_progress(ctx, stage, w->span->rank, upper);
    }
    return LO_OK;
}

/* At most this many brackets are spent on an exhaustive pass. */
#define EXHAUSTIVE_BRACKETS 20000

static int can_exhaust(const lo_words_t w, const lo_growth_t growth)
{
    slong levels = growth->levels;
    return growth->growth[0] * w->span->rank <= EXHAUSTIVE_BRACKETS && levels < LO_JET_WORD &&
           w->engine->family->p <= 300;
}

/* Levels 1, 2, ... by jets. *stalled = 1 when a level brought nothing new (else the levels of jets are used up). */
static lo_status_t jet_levels(lo_growth_t growth, lo_words_t w, slong upper, int exhaust, int *stalled,
                              lo_ctx_t ctx)
{
    slong level = 1;
    *stalled = 0;
    while (level <= LO_JET_WORD && w->span->rank < upper) {
        slong before = w->span->rank;
        lo_status_t status = sample_level(w, level, upper, ctx);
        if (w->span->rank > before || level == 1)
            LO_TRY(lo_growth_push(growth, w->span->rank));
        LO_TRY(status);
        if (w->span->rank == before && level > 1) {
            slong added = 0;
            if (exhaust && can_exhaust(w, growth)) {
                LO_TRY(lo_words_exhaust(&added, w, ctx));
                growth->exhausted = added == 0;
            }
            if (added == 0) {
                *stalled = 1;
                return LO_OK;
            }
            LO_TRY(lo_growth_push(growth, w->span->rank));
        }
        level++;
    }
    return LO_OK;
}

static lo_status_t generic_once(lo_growth_t growth, const lo_family_struct *family, slong upper, slong prime,
                                int exhaust, lo_ctx_t ctx)
{
    lo_words_t w;
    int stalled = 0;
    lo_status_t status = lo_words_init(w, family, prime, 0, ctx);
    if (status == LO_OK)
        status = jet_levels(growth, w, upper, exhaust, &stalled, ctx);
    if (status == LO_OK && !stalled && growth->lower < upper)
        status = lo_growth_deep(growth, w, upper, ctx);
    lo_words_clear(w);
    return status;
}

/* Primes are changed after an unlucky division, or when the prime divides a denominator of the model. */
lo_status_t lo_growth_search(lo_growth_t growth, const lo_family_struct *family, slong upper, int exhaust,
                             lo_ctx_t ctx)
{
    lo_status_t status = LO_DOMAIN;
    lo_growth_t fresh;
    lo_growth_init(fresh);
    for (slong prime = 0; prime < 8 && status == LO_DOMAIN; prime++) {
        lo_growth_clear(fresh);
        status = generic_once(fresh, family, upper, prime, exhaust, ctx);
    }
    if (status == LO_DOMAIN)
        lo_ctx_set_message(ctx, "%s: error: a division by zero at every point that was tried", family->model->file);
    fresh->upper = upper;
    fresh->upper_by = upper < family->p ? LO_UPPER_LAWS : LO_UPPER_TRIVIAL;
    if (growth->levels > 0) /* a second search keeps what the caller knows about the bound */
        fresh->upper_by = growth->upper_by;
    if (fresh->lower == fresh->upper)
        fresh->exhausted = 1;
    if (growth->levels == 0 || fresh->lower > growth->lower || fresh->exhausted > growth->exhausted) {
        lo_growth_struct old = *growth;
        *growth = *fresh;
        *fresh = old;
    }
    lo_growth_clear(fresh);
    if (growth->levels == 0)
        status |= lo_growth_push(growth, 0);
    return status;
}

lo_status_t lo_growth_generic(lo_growth_t growth, const lo_family_struct *family, long upper, lo_ctx_t ctx)
{
    lo_growth_clear(growth);
    return lo_growth_search(growth, family, upper, 1, ctx);
}
