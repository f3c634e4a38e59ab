/* suggest.c - the nearest of some words, for "did you mean".
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/suggest.h"

#include <string.h>

static int min3(int a, int b, int c)
{
    int least = a < b ? a : b;
    return least < c ? least : c;
}

/* The distance between two words: insertions, deletions, replacements and swaps of neighbours. */
static int distance_between(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    int row[3][WORD_MAX + 1]; /* rows i-2, i-1, i of the usual table, used in turn */
    if (n > WORD_MAX || m > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= m; j++)
        row[0][j] = (int) j;
    for (size_t i = 1; i <= n; i++) {
        int *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = (int) i;
        for (size_t j = 1; j <= m; j++) {
            now[j] = min3(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < now[j])
                now[j] = before[j - 2] + 1;
        }
    }
    return row[n % 3][m];
}

const char *word_nearest(const char *word, const char *(*name)(int i))
{
    const char *best = NULL;
    int least = WORD_MAX;
    for (int i = 0; name(i) != NULL; i++) {
        int distance = distance_between(word, name(i));
        if (distance < least) {
            best = name(i);
            least = distance;
        }
    }
    return least <= 1 + (int) (strlen(word) / 3) ? best : NULL;
}
