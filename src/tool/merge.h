/* merge.h - journals of the shards of one sweep, joined.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_MERGE_H
#define LO_TOOL_MERGE_H

#include "tool/options.h"

/* `sweep --merge`: the operands are journals; prints their table, and writes the joined journal to --out.
 * Returns the exit status: EXIT_REFUTED when they contradict each other, EXIT_LIMIT when points are missing.
 * */
int sweep_merge(const options_t *options);

#endif
