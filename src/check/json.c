/* json.c - problems and certificates: a strict subset of JSON, read as its format says.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Bytes 0x20 to 0x7e and newline; newlines between tokens, no other white space; strings without escapes.
 * A format is a text:
 *   s a string; n an integer of at most 9 digits; u one below 2^63, in a string; q a rational, in a string;
 *   [x] a list of any number of x; (xyz) a list of an x, a y and a z; (x?yz) one that may end after the x;
 *   {k:x,l?:y} an object with the keys k and l, in this order, where l may be missing.
 */
#include "check/check.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    char *at, *end; /* *end is the newline at the end */
    const char *what, *key;
} source;

#define check_that(good, s, why)                                                              \
    need(good, "%s, after \"%.40s\", %ld bytes before the end: %s", (s)->what, (s)->key,      \
         (long) ((s)->end - (s)->at), why)

static char peek(source *s)
{
    while (s->at < s->end && *s->at == '\n')
        s->at++;
    return *s->at;
}

static void pass(source *s, char mark)
{
    check_that(peek(s) == mark || strchr("[{", peek(s)) == NULL, s, "nested too deeply for this place");
    check_that(peek(s) == mark, s, "another token is expected");
    s->at++;
}

static const char *string_of(source *s)
{
    pass(s, '"');
    char *start = s->at;
    while (*s->at != '"' && *s->at != '\\' && *s->at != '\n')
        s->at++;
    check_that(*s->at == '"', s, "an escape or a newline in a string");
    *s->at++ = '\0'; /* in place of the closing quote */
    return start;
}

/* The integer at the beginning of a text; returns its length. */
static size_t integer_of(json *j, const char *text, size_t most, const source *s)
{
    size_t n = strspn(text, "0123456789");
    check_that(n >= 1 && n <= most && (n == 1 || *text != '0'), s, "an integer is expected");
    j->number = (long) strtoull(text, NULL, 10); /* at most 19 digits: below 2^64 */
    check_that(j->number >= 0, s, "an integer that is too large");
    return n;
}

/* In lowest terms as GMP writes it, and in no other way; by number. */
static int rational_of(const char *text, const source *s)
{
    mpq_t q;
    mpq_init(q);
    check_that(strlen(text) <= MAX_STRING && mpq_set_str(q, text, 10) == 0 && mpz_sgn(mpq_denref(q)) != 0, s,
               "not a number");
    mpq_canonicalize(q);
    char *again = mpq_get_str(NULL, 10, q);
    check_that(strcmp(again, text) == 0, s, "not a number in lowest terms");
    give(again);
    return rational_number(q);
}

/* The format after the first one in the text. */
static const char *after(const char *format)
{
    int depth = 0;
    do
        depth += (strchr("[({", *format) != NULL) - (strchr("])}", *format) != NULL);
    while (format++, depth > 0);
    return format + (*format == ',');
}

/* From one member of an object to the one of this name, or the end: what lies between may be missing. */
static const char *member(const char *format, source *s)
{
    while (*format != '}') {
        size_t n = strcspn(format, "?:"), optional = format[n] == '?';
        if (strlen(s->key) == n && memcmp(s->key, format, n) == 0)
            return format + n + optional + 1;
        check_that((int) optional, s, "another key is expected");
        format = after(format + n + optional + 1);
    }
    check_that(*s->key == '\0', s, "this key is not expected");
    return format;
}

static json *value_of(source *s, const char *format)
{
    json *j = take(1, sizeof(*j)), **tail = &j->first;
    const char kind = *format, *next = format + 1, close = kind == '{' ? '}' : ']';
    j->key = s->key;
    if (kind == 'n') {
        peek(s);
        s->at += integer_of(j, s->at, 9, s);
    } else if (strchr("[({", kind) == NULL) {
        check_that(strchr("squ", kind) != NULL, s, "too many elements");
        j->text = string_of(s);
        j->number = kind == 'q' ? rational_of(j->text, s) : 0;
        check_that(kind != 'u' || j->text[integer_of(j, j->text, 19, s)] == '\0', s,
                   "an integer is expected");
    } else {
        pass(s, kind == '{' ? '{' : '[');
        for (; peek(s) != close; tail = &(*tail)->next) {
            if (j->number++ > 0)
                pass(s, ',');
            if (kind == '{') {
                s->key = string_of(s);
                pass(s, ':');
                next = member(next, s);
            }
            *tail = value_of(s, next + (*next == '?'));
            next = kind == '[' ? next : after(next + (*next == '?'));
        }
        s->at++;
        s->key = kind == '{' ? "" : s->key;
        check_that(kind != '(' || *next == ')' || *next == '?', s, "too few elements");
        if (kind == '{')
            member(next, s);
    }
    return j;
}

json *json_parse(char *text, size_t size, const char *what, const char *format)
{
    for (size_t i = 0; i < size; i++)
        need(text[i] == '\n' || (text[i] >= 0x20 && text[i] <= 0x7e), "%s: byte %zu is not allowed", what, i);
    need(size != 0 && text[size - 1] == '\n' && text[0] != '\n',
         "%s: one JSON value and one newline are expected", what);
    source s = { text, text + size - 1, what, "" };
    json *j = value_of(&s, format);
    check_that(s.at == s.end, &s, "something follows");
    return j;
}

const json *in(const json *object, const char *key)
{
    const json *j = object->first;
    while (j != NULL && strcmp(j->key, key) != 0)
        j = j->next;
    return j;
}

const json *part(const json *object, const char *key, int needed)
{
    const json *j = in(object, key);
    need(!needed || j != NULL, "\"%s\" is missing", key);
    need(needed || j == NULL, "\"%s\" is not expected here: it serves no claim", key);
    return j;
}

const json *list(const json *j, long count)
{
    need(count == j->number, "%s: %ld elements, expected %ld", j->key, j->number, count);
    return j->first;
}

long number(const json *j, long limit)
{
    need(j->number < limit, "%s: an integer from 0 to %ld is expected", j->key, limit - 1);
    return j->number;
}
