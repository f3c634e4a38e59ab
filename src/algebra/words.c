/* words.c - random and exhaustive bracket words at one point modulo one prime.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "algebra/words.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <string.h>

lo_status_t lo_words_init(lo_words_t w, const lo_family_struct *family, slong prime, int at_point,
                          lo_ctx_t ctx)
{
    memset(w, 0, sizeof(*w));
    w->ctx = ctx;
    w->next_member = ctx->seed * UINT64_C(1000003) + 1;
    lo_status_t status = prime >= 0 ? lo_engine_init(w->engine, family, prime, at_point, ctx)
                                    : lo_engine_init_any(w->engine, family, at_point, ctx);
    if (status == LO_OK) {
        w->nworkers = lo_workers(ctx->threads, ctx);
        w->workers = lo_alloc((size_t) w->nworkers, sizeof(*w->workers));
        status = w->workers != NULL ? LO_OK : LO_SYSTEM;
    }
    for (slong i = 0; status == LO_OK && i < w->nworkers; i++)
        lo_engine_share(w->workers + i, w->engine);
    if (status == LO_OK)
        status = lo_modpoint_init(w->point, w->engine);
    if (status == LO_OK)
        status = lo_modpoint_randomise(w->point, w->engine);
    if (status == LO_OK) {
        w->ready = 1;
        status = lo_span_init(w->span, family->p, w->engine->mod);
    }
    return status;
}

void lo_words_clear(lo_words_t w)
{
    if (w->ready)
        lo_span_clear(w->span);
    lo_modpoint_clear(w->point);
    for (slong i = 0; w->workers != NULL && i < w->nworkers; i++)
        lo_engine_unshare(w->workers + i);
    lo_free(w->workers);
    lo_engine_clear(w->engine);
    lo_free(w->basis);
    memset(w, 0, sizeof(*w));
}

/* The value of one word. */
static lo_status_t word_value(ulong *value, const lo_words_struct *w, lo_engine_struct *e,
                              const lo_word_struct *word)
{
    slong size = lo_member_size(e);
    ulong *members = lo_alloc((size_t) (word->length * size), sizeof(ulong));
    const ulong *pointers[LO_JET_WORD];
    if (members == NULL)
        return LO_SYSTEM;
    lo_status_t status = LO_OK;
    for (slong i = 0; i < word->length && status == LO_OK; i++) {
        pointers[i] = members + i * size;
        status = lo_member_from_seed(members + i * size, e, word->member[i], w->point);
    }
    if (status == LO_OK)
        status = lo_engine_bracket(value, e, pointers, word->length, w->point);
    lo_free(members);
    return status;
}

typedef struct {
    ulong *values;
    const lo_words_struct *w;
    const lo_word_struct *words;
    char *undefined; /* per word */
} evaluation_struct;

static lo_status_t evaluate_word(void *data, long task, long worker)
{
    const evaluation_struct *v = data;
    ulong *value = v->values + task * v->w->engine->family->p;
    lo_status_t status = word_value(value, v->w, v->w->workers + worker, v->words + task);
    v->undefined[task] = status == LO_DOMAIN;
    return status == LO_DOMAIN ? LO_OK : status;
}

/* Words are given to several threads when they are worth the start of one. */
#define PARALLEL_TERMS 100000

/* A division by zero modulo the prime loses one word: its value is zero then. LO_DOMAIN when no word has a value. */
static lo_status_t evaluate_words(ulong *values, const lo_words_struct *w, const lo_word_struct *words, slong n)
{
    evaluation_struct v = { values, w, words, lo_alloc((size_t) n, 1) };
    slong p = w->engine->family->p, lost = 0;
    slong terms = w->engine->family->tape->nterms << (words->length - 1);
    if (v.undefined == NULL)
        return LO_SYSTEM;
    lo_status_t status = lo_parallel(n, evaluate_word, &v, n > PARALLEL_TERMS / (terms + 1) ? w->ctx : NULL);
    for (slong i = 0; i < n; i++) {
        lost += v.undefined[i];
        if (v.undefined[i])
            memset(values + i * p, 0, (size_t) p * sizeof(ulong));
    }
    lo_free(v.undefined);
    return status == LO_OK && lost == n ? LO_DOMAIN : status;
}

/* Adds a block of words; those that raise the rank join the basis. */
static lo_status_t add_words(slong *added, lo_words_t w, const lo_word_struct *words, slong n)
{
    slong p = w->engine->family->p;
    ulong *values = lo_alloc((size_t) (n * p), sizeof(ulong));
    char *raised = lo_alloc((size_t) n, 1);
    lo_status_t status = values != NULL && raised != NULL ? evaluate_words(values, w, words, n) : LO_SYSTEM;
    slong rank = w->span->rank;
    if (status == LO_OK)
        status = LO_GROW(w->basis, w->basis_alloc, w->span->rank + n);
    *added = 0;
    if (status == LO_OK)
        status = lo_span_add_block(added, w->span, raised, values, n, w->ctx);
    if (status == LO_OK) {
        for (slong i = 0; i < n; i++)
            if (raised[i])
                w->basis[rank++] = words[i];
    }
    lo_free(values);
    lo_free(raised);
    return status;
}

lo_status_t lo_words_add_random(slong *added, lo_words_t w, slong length, slong n)
{
    lo_word_struct *words = lo_alloc((size_t) n, sizeof(*words));
    if (words == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < n; i++) {
        words[i].length = length;
        for (slong k = 0; k < length; k++)
            words[i].member[k] = w->next_member++;
    }
    lo_status_t status = add_words(added, w, words, n);
    lo_free(words);
    return status;
}

lo_status_t lo_words_exhaust(slong *added, lo_words_t w, lo_ctx_t ctx)
{
    slong rank = w->span->rank, total = 0;
    *added = 0;
    for (slong i = 0; i < rank; i++) {
        if (w->basis[i].length != 1)
            continue;
        for (slong j = 0; j < rank; j++) {
            lo_word_struct word = w->basis[j];
            if (word.length >= LO_JET_WORD)
                continue;
            memmove(word.member + 1, word.member, (size_t) word.length * sizeof(word.member[0]));
            word.member[0] = w->basis[i].member[0];
            word.length++;
            slong one;
            LO_TRY(add_words(&one, w, &word, 1));
            total += one;
        }
        lo_ctx_progress(ctx, "exhausting a level", i + 1, rank);
        LO_TRY(lo_ctx_poll(ctx));
    }
    *added = total;
    return LO_OK;
}
