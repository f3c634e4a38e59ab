/* grid.h - the grid of a sweep: keys with lists of values.
 *
 *     grid   = key range { "," key range }
 *     range  = item { "|" item }
 *     item   = integer | integer ".." integer [ ( ":" | "step" ) integer ] | list | word
 *     list   = integer "-" integer { "-" integer }
 *
 * The points of the grid are all choices of one value per key; the last key changes fastest.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_GRID_H
#define LO_TOOL_GRID_H

#include <stddef.h>

#define GRID_POINTS 100000      /* at most */
#define GRID_AXES 32            /* at most */
#define GRID_INTEGER 1000000000 /* the largest */

typedef struct {
    char *key;
    char **values; /* integers in their shortest form, lists, words */
    long count;
} axis_t;

typedef struct {
    axis_t axes[GRID_AXES];
    int naxes;
    long points;
} grid_t;

/* The grid without keys, which has one point. */
void grid_init(grid_t *grid);

void grid_clear(grid_t *grid);

/* Adds the keys of a text to the grid. Returns -1, or EXIT_USAGE (EXIT_BROKEN when memory is short) after a
 * message. */
int grid_read(grid_t *grid, const char *text);

/* The number of the axis of a key, or -1. */
int grid_find(const grid_t *grid, const char *key, size_t length);

/* The value of an axis at a point, 0 <= point < grid->points. */
const char *grid_value(const grid_t *grid, long point, int axis);

/* Whether a value is an integer. */
int grid_is_integer(const char *value);

/* The grid as a text that gives it back; equal grids have equal texts. To be freed; NULL when memory is
 * short. */
char *grid_text(const grid_t *grid);

#endif
