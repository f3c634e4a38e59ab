/* words.h - sampling bracket words at a point and collecting the span of their values.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_WORDS_H
#define LO_WORDS_H

#include "algebra/span.h"
#include "family/modular.h"
#include <lieorbit/algebra.h>

/* A word [X_1, [X_2, ... X_n]] of members, each given by the number of its stream. */
typedef struct {
    slong length;
    uint64_t member[LO_JET_WORD];
} lo_word_struct;

/* The state of a search: one point modulo one prime, the span so far, the words that raised it. */
typedef struct {
    lo_engine_t engine;
    lo_engine_struct *workers; /* nworkers engines, one per thread, that share the tables of `engine` */
    slong nworkers;
    lo_ctx_struct *ctx;
    lo_modpoint_t point;
    lo_span_t span;
    lo_word_struct *basis; /* span->rank words whose values are independent */
    slong basis_alloc;
    uint64_t next_member;
    int ready;
} lo_words_struct;
typedef lo_words_struct lo_words_t[1];

/* Sets up a search at a random point (at_point: with the coordinates of `at` held). prime < 0: the first
 * that will do. */
LO_MUST_CHECK lo_status_t lo_words_init(lo_words_t words, const lo_family_struct *family, slong prime, int at_point,
                                        lo_ctx_t ctx);
void lo_words_clear(lo_words_t words);

/* Adds n random words of the given length. Out: *added, how many raised the rank. */
LO_MUST_CHECK lo_status_t lo_words_add_random(slong *added, lo_words_t words, slong length, slong n);

/* Brackets every generator of the basis with every word of the basis of less than the maximal length.
 * Out: *added. Valid as a test that a generic level is exhausted: with f, g functions,
 * [fX, gY] = fg [X,Y] + f X(g) Y - g Y(f) X, so fields that do not raise the rank bring nothing new. */
LO_MUST_CHECK lo_status_t lo_words_exhaust(slong *added, lo_words_t words, lo_ctx_t ctx);

/* Adds the coefficients of pulled-back members along `flows` random flows, up to order n; see pullback.c. */
LO_MUST_CHECK lo_status_t lo_words_pullback(slong *added, lo_words_t words, slong n, slong upper, lo_ctx_t ctx);

/* Appends a level to a growth vector (only when the rank has grown, or when it is the first). */
LO_MUST_CHECK lo_status_t lo_growth_push(lo_growth_t growth, long rank);

/* A growth search that can be continued with a better upper bound. */
typedef struct {
    lo_words_t words;
    slong prime, level; /* level 0: not started; else the next level to sample */
    int stalled;        /* a level brought nothing: the search is over */
} lo_growth_state_struct;
/* number: of the prime among those fit for the family, 0, 1, ... */
void lo_growth_state_init(lo_growth_state_struct *state, const lo_family_struct *family, slong number);
void lo_growth_state_clear(lo_growth_state_struct *state);

/* Runs or continues levels up to max_level (LO_ALL_LEVELS: to the end, words longer than the jets
 * included), until the upper bound is met or a level brings nothing; exhaust = 1 then repeats it
 * exhaustively where that is affordable. Starts over with the next prime after an unlucky division.
 * Returns as lo_growth_generic. */
#define LO_ALL_LEVELS 1000000
LO_MUST_CHECK lo_status_t lo_growth_run(lo_growth_t growth, lo_growth_state_struct *state,
                                        const lo_family_struct *family, slong upper, slong max_level, int exhaust,
                                        lo_ctx_t ctx);

#endif
