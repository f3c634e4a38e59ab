/* suggest.h - the nearest of some words, for "did you mean".
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_SUGGEST_H
#define LO_TOOL_SUGGEST_H

/* Words longer than this are far from everything. */
#define WORD_MAX 63

/* The first of the names nearest to a word, or NULL when none is near enough to help someone who wrote `word`. In:
 * name(0), name(1), ..., NULL: the names. */
const char *word_nearest(const char *word, const char *(*name)(int i));

#endif
