/* values.c - the values of options.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/values.h"

#include <string.h>

int value_digits(uint64_t *value, const char **text, uint64_t most)
{
    const char *c = *text;
    uint64_t n = 0;
    if (*c < '0' || *c > '9')
        return 0;
    for (; *c >= '0' && *c <= '9'; c++) {
        uint64_t digit = (uint64_t) (*c - '0');
        if (n > (most - digit) / 10)
            return 0;
        n = 10 * n + digit;
    }
    *value = n;
    *text = c;
    return 1;
}

int value_integer(uint64_t *value, const char *text, uint64_t least, uint64_t most)
{
    return value_digits(value, &text, most) && *text == '\0' && *value >= least;
}

int value_seconds(int64_t *ns, const char *text)
{
    uint64_t whole = 0, unit = 1000000000, fraction = 0;
    if (*text != '.' && !value_digits(&whole, &text, 4000000000u))
        return 0;
    if (*text == '.') {
        text++;
        if (*text < '0' || *text > '9')
            return 0;
        for (; *text >= '0' && *text <= '9'; text++) {
            unit /= 10;
            fraction += unit * (uint64_t) (*text - '0');
        }
    }
    *ns = (int64_t) (whole * 1000000000u + fraction);
    return *text == '\0' && *ns > 0;
}

int value_size(uint64_t *bytes, const char *text)
{
    static const char suffixes[] = "KMGT";
    uint64_t n;
    int shift = 0;
    if (!value_digits(&n, &text, UINT64_MAX) || n == 0)
        return 0;
    if (*text != '\0') {
        char upper = *text >= 'a' && *text <= 'z' ? (char) (*text - 'a' + 'A') : *text;
        const char *suffix = strchr(suffixes, upper);
        if (suffix == NULL || text[1] != '\0')
            return 0;
        shift = 10 * (int) (suffix - suffixes + 1);
    }
    if (n > (UINT64_MAX >> 1) >> shift)
        return 0;
    *bytes = n << shift;
    return 1;
}

int value_when(when_t *when, const char *text, int with_always)
{
    if (strcmp(text, "auto") == 0)
        *when = WHEN_AUTO;
    else if (strcmp(text, "never") == 0)
        *when = WHEN_NEVER;
    else if (with_always && strcmp(text, "always") == 0)
        *when = WHEN_ALWAYS;
    else
        return 0;
    return 1;
}

int value_relu(lo_relu_t *relu, const char *text)
{
    if (strcmp(text, "paths") == 0)
        *relu = LO_RELU_PATHS;
    else if (strcmp(text, "pattern") == 0)
        *relu = LO_RELU_PATTERN;
    else
        return 0;
    return 1;
}

int value_shard(long *index, long *count, const char *text)
{
    uint64_t i, n;
    if (!value_digits(&i, &text, VALUE_SHARDS) || *text++ != '/' || !value_integer(&n, text, 1, VALUE_SHARDS))
        return 0;
    *index = (long) i;
    *count = (long) n;
    return i >= 1 && i <= n;
}

int value_format(format_t *format, const char *text)
{
    static const char *const names[] = { "text", "csv", "json", "latex",
                                         "texinfo" }; /* in the order of format_t */
    for (int i = 0; i <= FORMAT_TEXINFO; i++)
        if (strcmp(text, names[i]) == 0) {
            *format = (format_t) i;
            return 1;
        }
    return 0;
}
