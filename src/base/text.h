/* text.h - a growing string.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TEXT_H
#define LO_TEXT_H

#include <lieorbit/base.h>

/* A failed allocation sets `failed` and drops what follows; test it once, at the end. */
typedef struct {
    char *s;
    long length, alloc;
    int failed;
} lo_text_struct;
typedef lo_text_struct lo_text_t[1];

void lo_text_init(lo_text_t text);
void lo_text_clear(lo_text_t text);
void lo_text_add(lo_text_t text, const char *format, ...) LO_PRINTF(2, 3);

/* Hands over the string (to be freed with lo_free), "" when nothing was added, NULL after a failure. */
char *lo_text_take(lo_text_t text);

#endif
