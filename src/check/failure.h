/* failure.h - the way out, for memory.c, which takes it, and check.c, where it leads.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef CHECK_FAILURE_H
#define CHECK_FAILURE_H

#include "check/check.h"

#include <setjmp.h>

extern jmp_buf failure_jump;
extern char failure_reason[400];
void gmp_uses_our_memory(void);

#endif
