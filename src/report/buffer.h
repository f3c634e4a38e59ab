/* buffer.h - a growing string; the first failure sticks, so writers need not check every step.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_REPORT_BUFFER_H
#define LO_REPORT_BUFFER_H

#include <lieorbit/base.h>

typedef struct {
    char *data;
    size_t length;
    size_t capacity;
    int failed; /* memory was short once: later writes do nothing */
} lo_buffer_struct;
typedef lo_buffer_struct lo_buffer_t[1];

/* Empty string. */
void lo_buffer_init(lo_buffer_t buffer);

/* Frees what the buffer owns. */
void lo_buffer_clear(lo_buffer_t buffer);

/* Appends `length` bytes. */
void lo_buffer_add(lo_buffer_t buffer, const char *text, size_t length);

/* Appends a NUL-terminated string. */
void lo_buffer_put(lo_buffer_t buffer, const char *text);

/* Appends like printf. */
void lo_buffer_printf(lo_buffer_t buffer, const char *format, ...) LO_PRINTF(2, 3);

/* Appends text that a user wrote, on one line: control characters become blanks, so that a title can
 * neither break the layout nor send escape sequences to a terminal. */
void lo_buffer_put_clean(lo_buffer_t buffer, const char *text);

/* Gives up the string, to be freed with lo_free; NULL when memory was short. The buffer is empty afterwards.
 * */
char *lo_buffer_take(lo_buffer_t buffer) LO_MUST_CHECK;

#endif
