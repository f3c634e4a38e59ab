/* template.h - model texts with placeholders, and what they become at a point of a grid.
 *
 *     {EXPR}                     an integer: numbers, keys, loop variables, + - * / and brackets
 *     {KEY}                      also a word of the grid, as it is
 *     {if EXPR: TEXT}            TEXT where EXPR is not zero
 *     {if KEY = WORD: TEXT}      TEXT where the key has that value; != for any other
 *     {for i = EXPR..EXPR: TEXT} TEXT for each integer; none where the range is empty
 *     {for w in KEY: TEXT}       TEXT for each entry of a list such as 2-3-2; an integer is a list of one
 *
 * Divisions must leave no remainder. TEXT begins right after the colon and may contain placeholders. Braces
 * have no other meaning in a template, and none in the model language.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_TEMPLATE_H
#define LO_TOOL_TEMPLATE_H

#include "tool/grid.h"

typedef struct {
    char message[200]; /* empty: no error */
    int line, column;  /* where, from 1 */
    int is_missing;    /* a name that the grid does not give */
    int no_memory;
} template_error_t;

/* The text at a point of the grid. To be freed; NULL after an error. Out: error. */
char *template_expand(const char *text, const grid_t *grid, long point, template_error_t *error);

/* Reads all of the template, whatever the loops and conditions leave out. Out: error, and used[i], whether
 * axis i of the grid occurs. Returns 1, or 0 after an error. */
int template_check(const char *text, const grid_t *grid, int *used, template_error_t *error);

#endif
