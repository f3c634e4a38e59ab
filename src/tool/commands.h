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

#endif
