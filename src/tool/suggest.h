/* suggest.h - the distance between words, for "did you mean".
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_SUGGEST_H
#define LO_TOOL_SUGGEST_H

/* Words longer than this are far from everything. */
#define WORD_MAX 63

/* The distance between two words: insertions, deletions, replacements and swaps of neighbours. */
int word_distance(const char *a, const char *b);

/* Whether a suggestion at that distance helps someone who wrote `word`. */
int word_is_near(const char *word, int distance);

#endif
