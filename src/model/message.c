/* message.c - errors in the words of the user's model: file:line:column, the source line, a caret.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_SHOWN 160 /* characters of the source line that are shown */
#define TEXT_ROOM 1024

static int is_continuation(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* Bytes of the UTF-8 character at s, or 0 when it is not well formed (Unicode, table 3-7). */
static size_t utf8_character(const unsigned char *s, size_t room)
{
    if (s[0] < 0x80)
        return 1;
    size_t n = s[0] >= 0xC2 && s[0] <= 0xDF   ? 2
               : s[0] >= 0xE0 && s[0] <= 0xEF ? 3
               : s[0] >= 0xF0 && s[0] <= 0xF4 ? 4
                                              : 0;
    if (n == 0 || n > room)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if (!is_continuation(s[i]))
            return 0;
    }
    if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
        (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
        return 0;
    return n;
}

/* Copies characters [first, first + LINE_SHOWN) of the line to `line`, and to `caret` the white
 * space that stands before the caret: a tab stays a tab, so that both lines agree on every
 * terminal. Bytes that are not text are shown as `?`; an error message never carries a control
 * character to the terminal. */
static void show_line(char *line, char *caret, const lo_reader_struct *r, size_t begin, int column)
{
    size_t end = begin;
    while (end < r->length && r->text[end] != '\n')
        end++;
    int first = column > LINE_SHOWN - 40 ? column - LINE_SHOWN / 2 : 1;
    int at = 1;
    for (size_t i = begin, n; i < end && at < first + LINE_SHOWN; at++, i += n) {
        unsigned char c = (unsigned char) r->text[i];
        n = utf8_character((const unsigned char *) r->text + i, end - i);
        int strange = n == 0 || (c < 32 && c != '\t') || c == 127;
        n = n == 0 ? 1 : n;
        if (at < first)
            continue;
        if (at < column)
            *caret++ = c == '\t' ? '\t' : ' ';
        if (c == '\r')
            continue;
        if (strange)
            *line++ = '?';
        else
            memcpy(line, r->text + i, n);
        line += strange ? 0 : n;
    }
    for (; at < column && at < first + LINE_SHOWN; at++)
        *caret++ = ' ';
    *line = '\0';
    *caret = '\0';
}

static size_t line_begin(const lo_reader_struct *r, size_t offset)
{
    if (offset > r->length)
        offset = r->length;
    while (offset > 0 && r->text[offset - 1] != '\n')
        offset--;
    return offset;
}

lo_status_t lo_fail(lo_reader_struct *r, lo_status_t status, lo_place_struct place,
                    const char *format, ...)
{
    if (r->status != LO_OK)
        return r->status;
    r->status = status;
    char text[TEXT_ROOM], line[4 * LINE_SHOWN + 1], caret[LINE_SHOWN + 1];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (place.line <= 0)
        place = (lo_place_struct){ 1, 1, 0, 0 };
    show_line(line, caret, r, line_begin(r, place.begin), place.column);
    lo_ctx_set_message(r->ctx, "%s:%d:%d: error: %s\n%s\n%s^", r->file, place.line, place.column,
                       text, line, caret);
    return status;
}

lo_status_t lo_beyond(lo_reader_struct *r, lo_place_struct place, const char *name, long value,
                      const char *text)
{
    return lo_fail(r, LO_UNABLE, place, "%s (limit `%s`: %ld)", text, name, value);
}

lo_status_t lo_short(lo_reader_struct *r)
{
    if (r->status == LO_OK) {
        r->status = LO_SYSTEM;
        lo_ctx_set_message(r->ctx, "%s: not enough memory to read the model", r->file);
    }
    return r->status;
}

void *lo_scratch(lo_reader_struct *r, size_t count, size_t size)
{
    void *block = lo_arena_alloc(r->scratch, count, size);
    if (block == NULL)
        lo_short(r);
    return block;
}

const char *lo_excerpt(lo_reader_struct *r, lo_place_struct place)
{
    char *buffer = lo_scratch(r, LO_EXCERPT, 1);
    if (buffer == NULL)
        return "";
    static const char ellipsis[] = "\xE2\x80\xA6";
    size_t used = 0, room = LO_EXCERPT - sizeof(ellipsis);
    int space = 0;
    size_t i = place.begin;
    while (i < place.end && i < r->length) {
        unsigned char c = (unsigned char) r->text[i];
        size_t n = utf8_character((const unsigned char *) r->text + i, place.end - i);
        n = n == 0 ? 1 : n;
        if (c == '#') { /* a comment inside brackets is not part of what is meant */
            while (i < place.end && r->text[i] != '\n')
                i++;
            continue;
        }
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            space = used > 0;
            i++;
            continue;
        }
        if (used + (size_t) space + n > room) {
            memcpy(buffer + used, ellipsis, sizeof(ellipsis));
            return buffer;
        }
        if (space)
            buffer[used++] = ' ';
        space = 0;
        memcpy(buffer + used, r->text + i, n);
        used += n;
        i += n;
    }
    buffer[used] = '\0';
    return buffer;
}

lo_status_t lo_source_check(lo_reader_struct *r)
{
    lo_place_struct place = { 1, 1, 0, 0 };
    if (r->length > r->ctx->limits->source_bytes || r->length > INT32_MAX / 2) {
        size_t length = r->length;
        r->length = 0; /* no excerpt of what may be gigabytes */
        lo_status_t status =
            lo_fail(r, LO_UNABLE, place, "the text has %zu bytes (limit `source_bytes`: %zu)",
                    length, r->ctx->limits->source_bytes);
        r->length = length;
        return status;
    }
    while (place.begin < r->length) {
        unsigned char c = (unsigned char) r->text[place.begin];
        size_t n =
            utf8_character((const unsigned char *) r->text + place.begin, r->length - place.begin);
        if (n == 0)
            return lo_wrong(r, place, "this is not text: byte 0x%02X is not UTF-8", c);
        if (c == 0)
            return lo_wrong(r, place, "this is not text: there is a NUL byte");
        if ((c < 32 && c != '\t' && c != '\n' && c != '\r') || c == 127)
            return lo_wrong(r, place,
                            "this is not text: there is a control character (byte 0x%02X)", c);
        place.begin += n;
        place.column++;
        if (c == '\n') {
            place.line++;
            place.column = 1;
        }
    }
    return LO_OK;
}
