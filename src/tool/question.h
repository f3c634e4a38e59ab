/* question.h - what a sweep is asked on the command line.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_QUESTION_H
#define LO_TOOL_QUESTION_H

#include "tool/journal.h"

/* Reads the family or the template, and the grid. Returns -1, or an exit status after a message.
 * Out: question, to be cleared in every case. */
int question_ask(question_t *question, const options_t *options);

#endif
