/* table.h - the rows of a sweep as text, CSV, JSON, LaTeX and Texinfo.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_TABLE_H
#define LO_TOOL_TABLE_H

#include "tool/journal.h"

/* Prints the table of the rows that are there, in the order of the points.
 * In: rows[k] of point k, or NULL; options, for the format and whether times are shown. Returns -1, or an
 * exit status after a message. */
int table_print(const question_t *question, json_t *const *rows, const options_t *options);

#endif
