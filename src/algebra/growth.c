/* growth.c - the growth vector and proved bounds of the orbit dimension at a generic point.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Level m is sampled by random words of m random members. The bracket is multilinear in its members and each
 * member is a polynomial (or rational) function of its random inputs, gates and covector, so if any word of
 * length m leaves the span, a random one does, except with probability at most (degree of that function) /
 * q, where q is about 2^61, or 2^28 in large spaces. Every rank that is reported is a proved lower bound. A
 * search that ends below the proved upper bound is then repeated exhaustively: every generator of the basis
 * with every word of the basis (theory, trap 2).
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

/* The largest block: one word at a time while the space is small, more where elimination profits from blocks. */
static slong largest_block(slong p)
{
    slong n = p < 64 ? 1 : p / 16;
    return n < 384 ? n : 384;
}

/* Samples one level until the upper bound is met, or a block brings less than it could and one more word
 * brings nothing. Blocks start small and double: long words are dear, and most levels are short. */
static lo_status_t sample_level(lo_words_t w, slong level, slong upper, lo_ctx_t ctx)
{
    slong most = largest_block(w->engine->family->p), n = level == 1 ? most : 1, added;
    int exhausted = 0;
    while (!exhausted && w->span->rank < upper) {
        LO_TRY(lo_ctx_poll(ctx));
        n = n < upper - w->span->rank ? n : upper - w->span->rank;
        LO_TRY(lo_words_add_random(&added, w, level, n));
        if (added < n) { /* probably the end: one more word decides */
            LO_TRY(lo_words_add_random(&added, w, level, 1));
            exhausted = added == 0;
            n = 1;
        } else {
            n = 2 * n < most ? 2 * n : most;
        }
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

/* Jets of words of n members cost about 2n 3^(n-1) operations per term of the tape; words past this cost
 * are left to deep.c. */
#define MAX_WORD_COST ((slong) 30000000)

static slong longest_word(const lo_words_struct *w)
{
    slong n = 4, cost = 27 * (w->engine->family->tape->nterms + 1);
    while (n < LO_JET_WORD && cost <= MAX_WORD_COST / 3) {
        cost *= 3;
        n++;
    }
    return n;
}

/* Levels state->level, ... by jets, up to max_level. state->stalled = 1 when a level brought nothing new. */
static lo_status_t jet_levels(lo_growth_t growth, lo_growth_state_struct *state, slong upper, slong max_level,
                              lo_ctx_t ctx)
{
    lo_words_struct *w = state->words;
    slong last = max_level < longest_word(w) ? max_level : longest_word(w);
    for (; state->level <= last && w->span->rank < upper && !state->stalled; state->level++) {
        slong before = w->span->rank, level = state->level;
        lo_status_t status = sample_level(w, level, upper, ctx);
        if (w->span->rank > before || level == 1)
            LO_TRY(lo_growth_push(growth, w->span->rank));
        LO_TRY(status);
        state->stalled = level > 1 && w->span->rank == before;
    }
    return LO_OK;
}

/* From this dimension on elimination is most of the work. */
#define LARGE_SPACE 1000

void lo_growth_state_init(lo_growth_state_struct *state, const lo_family_struct *family, slong number)
{
    memset(state, 0, sizeof(*state));
    state->prime = number + (family->p >= LARGE_SPACE ? LO_SMALL_PRIMES : 0);
}

void lo_growth_state_clear(lo_growth_state_struct *state)
{
    if (state->level > 0)
        lo_words_clear(state->words);
    state->level = 0;
    state->stalled = 0;
}

/* One attempt at the current prime: sets the search up when that was not done. */
static lo_status_t attempt(lo_growth_t growth, lo_growth_state_struct *state, const lo_family_struct *family,
                           slong upper, slong max_level, int exhaust, lo_ctx_t ctx)
{
    if (state->level == 0) {
        state->level = 1;
        LO_TRY(lo_words_init(state->words, family, state->prime, 0, ctx));
    }
    slong added;
    do {
        added = 0;
        LO_TRY(jet_levels(growth, state, upper, max_level, ctx));
        if (exhaust && state->stalled && state->words->span->rank < upper &&
            can_exhaust(state->words, growth)) {
            LO_TRY(lo_words_exhaust(&added, state->words, ctx));
            LO_TRY(lo_growth_push(growth, state->words->span->rank));
            growth->exhausted = added == 0;
            state->stalled = added == 0;
        }
    } while (added > 0);
    if (!state->stalled && state->words->span->rank < upper && max_level > LO_JET_WORD)
        LO_TRY(lo_growth_deep(growth, state->words, upper, ctx));
    return LO_OK;
}

lo_status_t lo_growth_run(lo_growth_t growth, lo_growth_state_struct *state, const lo_family_struct *family,
                          slong upper, slong max_level, int exhaust, lo_ctx_t ctx)
{
    lo_status_t status = attempt(growth, state, family, upper, max_level, exhaust, ctx);
    for (int tries = 0; status == LO_DOMAIN && tries < 8; tries++) { /* unlucky: the next prime */
        lo_growth_state_clear(state);
        state->prime++;
        growth->levels = growth->lower = 0;
        status = attempt(growth, state, family, upper, max_level, exhaust, ctx);
    }
    if (status == LO_DOMAIN)
        lo_ctx_set_message(ctx, "%s: error: a division by zero at every point that was tried",
                           family->model->file);
    if (growth->levels == 0)
        status |= lo_growth_push(growth, 0);
    if (growth->lower == upper)
        growth->exhausted = 1;
    return status;
}

lo_status_t lo_growth_generic(lo_growth_t growth, const lo_family_struct *family, long upper, lo_ctx_t ctx)
{
    lo_growth_state_struct state;
    lo_growth_clear(growth);
    growth->upper = upper;
    growth->upper_by = upper < family->p ? LO_UPPER_LAWS : LO_UPPER_TRIVIAL;
    lo_growth_state_init(&state, family, 0);
    lo_status_t status = lo_growth_run(growth, &state, family, upper, LO_ALL_LEVELS, 1, ctx);
    lo_growth_state_clear(&state);
    return status;
}
