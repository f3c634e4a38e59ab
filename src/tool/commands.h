/* commands.h - what each command does.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_COMMANDS_H
#define LO_TOOL_COMMANDS_H

#include "tool/options.h"

/* `zoo`: lists the built-in models or prints one. Returns the exit status. */
int command_zoo(const options_t *options);

/* `laws`, `rank`, `verify`: reads the model, computes in a child process, prints. In: start_ns, when the tool
 * began. Returns the exit status. */
int command_compute(const options_t *options, int64_t start_ns);

/* `sweep`: the main job on every point of a grid, in a table. Returns the exit status. */
int command_sweep(const options_t *options);

/* Reads a whole file (or "-", standard input) that may be a model. Out: text, to be freed by the caller in
 * every case, not ended by NUL, and its length. Returns -1, or an exit status after a message. */
int read_source(char **text, size_t *length, const char *file);

/* Says so on standard error; returns EXIT_BROKEN. */
int out_of_memory(void);

#endif
