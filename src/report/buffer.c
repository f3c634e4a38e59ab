/* buffer.c - a growing string.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "report/buffer.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void lo_buffer_init(lo_buffer_t buffer)
{
    memset(buffer, 0, sizeof(*buffer));
}

void lo_buffer_clear(lo_buffer_t buffer)
{
    lo_free(buffer->data);
    lo_buffer_init(buffer);
}

/* Room for `more` bytes and the final NUL; doubling keeps the total cost linear. Returns 1, or 0 on failure.
 * */
static int reserve(lo_buffer_t buffer, size_t more)
{
    if (buffer->failed)
        return 0;
    if (more >= SIZE_MAX / 2 - buffer->length) {
        buffer->failed = 1;
        return 0;
    }
    size_t need = buffer->length + more + 1;
    if (need <= buffer->capacity)
        return 1;
    size_t wanted = 2 * buffer->capacity > need ? 2 * buffer->capacity : need + 63;
    char *larger = lo_realloc(buffer->data, wanted, 1);
    if (larger == NULL) {
        buffer->failed = 1;
        return 0;
    }
    buffer->data = larger;
    buffer->capacity = wanted;
    return 1;
}

void lo_buffer_add(lo_buffer_t buffer, const char *text, size_t length)
{
    if (!reserve(buffer, length))
        return;
    if (length > 0)
        memcpy(buffer->data + buffer->length, text, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void lo_buffer_put(lo_buffer_t buffer, const char *text)
{
    lo_buffer_add(buffer, text, strlen(text));
}

void lo_buffer_printf(lo_buffer_t buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        buffer->failed = 1;
    } else if (reserve(buffer, (size_t) length)) {
        vsnprintf(buffer->data + buffer->length, (size_t) length + 1, format, again);
        buffer->length += (size_t) length;
    }
    va_end(again);
}

void lo_buffer_put_clean(lo_buffer_t buffer, const char *text)
{
    size_t start = buffer->length;
    lo_buffer_put(buffer, text);
    if (buffer->failed)
        return;
    for (size_t i = start; i < buffer->length; i++) {
        unsigned char c = (unsigned char) buffer->data[i];
        if (c < 0x20 || c == 0x7f)
            buffer->data[i] = ' ';
    }
}

char *lo_buffer_take(lo_buffer_t buffer)
{
    char *text = NULL;
    lo_buffer_add(buffer, "", 0); /* an empty report is still a string */
    if (!buffer->failed) {
        text = buffer->data;
        buffer->data = NULL;
    }
    lo_buffer_clear(buffer);
    return text;
}
