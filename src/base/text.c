/* text.c - a growing string.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "base/text.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void lo_text_init(lo_text_t text)
{
    memset(text, 0, sizeof(*text));
}

void lo_text_clear(lo_text_t text)
{
    lo_free(text->s);
    lo_text_init(text);
}

void lo_text_add(lo_text_t text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0 || text->failed || LO_GROW(text->s, text->alloc, text->length + length + 1) != LO_OK) {
        text->failed = 1;
    } else {
        vsnprintf(text->s + text->length, (size_t) length + 1, format, again);
        text->length += length;
    }
    va_end(again);
}

char *lo_text_take(lo_text_t text)
{
    char *s = text->s;
    if (s == NULL && !text->failed)
        s = lo_alloc(1, 1);
    if (text->failed) {
        lo_free(s);
        s = NULL;
    }
    lo_text_init(text);
    return s;
}
