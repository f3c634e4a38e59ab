/* values.h - the values of options: digits only, no sign, no blanks, no overflow.
 *
 * Each function returns 1, or 0 when the text is something else.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_VALUES_H
#define LO_TOOL_VALUES_H

#include "tool/options.h"

#define VALUE_SHARDS 1000000

/* Reads decimal digits at *text, a number up to `most`, and moves *text behind them. */
int value_digits(uint64_t *value, const char **text, uint64_t most);

/* The whole text is an integer from `least` to `most`. */
int value_integer(uint64_t *value, const char *text, uint64_t least, uint64_t most);

/* A positive decimal number of seconds, at most a thousand years' worth of digits; finer than 1 ns is cut. */
int value_seconds(int64_t *ns, const char *text);

/* Bytes with an optional suffix, 1024 to the power 1 to 4. */
int value_size(uint64_t *bytes, const char *text);

/* `auto`, `never` and, where it is allowed, `always`. */
int value_when(when_t *when, const char *text, int with_always);

/* `paths` or `pattern`. */
int value_relu(lo_relu_t *relu, const char *text);

/* `i/n` with 1 <= i <= n. */
int value_shard(long *index, long *count, const char *text);

/* `text`, `csv`, `json`, `latex` or `texinfo`. */
int value_format(format_t *format, const char *text);

#endif
