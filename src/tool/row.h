/* row.h - what a sweep knows of one point of its grid: a JSON object.
 *
 * Keys: `point` (from 1), `keys`, `model`, `status` ("finished", "stopped" by a limit, "error" in the
 * model, "broken"), `message`, `seconds`, and from the report of the main job `parameters`, `growth`,
 * `growth_partial`, `orbit_dimension`, `orbit_bounds`, `independent_laws`, `found`, `complete`, `family`,
 * `validity`; null (and "unknown") where the job did not get so far. A stopped row has `limits`:
 * [nanoseconds, bytes].
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_ROW_H
#define LO_TOOL_ROW_H

#include "tool/grid.h"
#include "tool/options.h"

#include <jansson.h>

/* A row without results: status "error", the message. In: model, which may be NULL. Returns NULL when memory
 * is short. */
json_t *row_blank(const grid_t *grid, long point, const char *model, const char *message);

/* Fills in what the main job of the point answered.
 * In: status, its exit status; report and errors, its two streams (NULL when empty). Returns 1, or 0 when
 * memory is short. */
int row_fill(json_t *row, int status, const char *report, const char *errors, double seconds,
             const options_t *options);

/* Whether the object has the shape of a row of the grid, and belongs to its point. */
int row_is_sound(const json_t *row, const grid_t *grid);

/* Whether a row is to be computed again: it met a limit, and the limits are larger now; or it is broken. */
int row_is_stale(const json_t *row, const options_t *options);

/* Whether two rows of one point can both be true. */
int row_agree(const json_t *a, const json_t *b);

/* Whether row a says more than row b of the same point. */
int row_is_better(const json_t *a, const json_t *b);

/* The point of a row, from 0; and its status. */
long row_point(const json_t *row);
const char *row_status(const json_t *row);

/* An integer of a row, or -1. */
long row_integer(const json_t *row, const char *key);

/* What some rows (NULL where there is none) amount to: the exit status of an answer, or of what kept one of
 * them from an answer. */
int rows_status(json_t *const *rows, long points);

#endif
