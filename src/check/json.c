/* json.c - the strict subset of JSON in which problems and certificates are written.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Bytes 0x20 to 0x7e and newline; newlines between tokens, no other white space; strings without escapes;
 * integers of at most 9 digits without sign; no true, false, null. One value and one newline, and then the
 * end.
 */
#include "check/check.h"

#include <stdarg.h>
#include <string.h>

typedef struct {
    char *at, *end;
    const char *what;
    int depth;
} source; /* *end is the newline at the end */

static char peek(source *s)
{
    while (s->at < s->end && *s->at == '\n')
        s->at++;
    return *s->at;
}

static void check_that(int good, const source *s, const char *why)
{
    need(good, "%s, %ld bytes before the end: %s", s->what, (long) (s->end - s->at), why);
}

static const char *text_of(source *s)
{
    char *start = ++s->at;
    while (*s->at != '"' && *s->at != '\\' && *s->at != '\n')
        s->at++;
    check_that(*s->at == '"', s, "an escape or a newline in a string");
    *s->at++ = '\0'; /* in place of the closing quote */
    return start;
}

static long integer_of(source *s)
{
    long n = 0;
    for (char *start = s->at; *s->at >= '0' && *s->at <= '9'; s->at++) {
        check_that(s->at - start < 9 && (s->at == start || *start != '0'), s,
                   "an integer with a leading zero or more than 9 digits");
        n = 10 * n + (*s->at - '0');
    }
    return n;
}

static json *value_of(source *s);

static void members_of(json *j, source *s, char close)
{
    json **tail = &j->first;
    s->at++;
    check_that(++s->depth <= MAX_JSON_DEPTH, s, "nested too deeply");
    for (; j->number > 0 || peek(s) != close; j->number++, tail = &(*tail)->next) {
        const char *key = NULL;
        if (j->kind == '{') {
            check_that(peek(s) == '"', s, "a key is expected");
            key = text_of(s);
            check_that(peek(s) == ':', s, "a colon is expected");
            s->at++;
        }
        *tail = value_of(s);
        (*tail)->key = key;
        if (peek(s) != ',') {
            j->number++;
            break;
        }
        s->at++;
    }
    check_that(peek(s) == close, s, "a comma or the closing bracket is expected");
    s->at++;
    s->depth--;
}

static json *value_of(source *s)
{
    json *j = take(1, sizeof(*j));
    j->kind = peek(s);
    if (j->kind == '"') {
        j->text = text_of(s);
    } else if (j->kind >= '0' && j->kind <= '9') {
        j->kind = '0';
        j->number = integer_of(s);
    } else {
        check_that(j->kind == '[' || j->kind == '{', s,
                   "a string, an integer, a list or an object is expected");
        members_of(j, s, j->kind == '[' ? ']' : '}');
    }
    return j;
}

json *json_parse(char *text, size_t size, const char *what)
{
    for (size_t i = 0; i < size; i++) {
        need(text[i] == '\n' || (text[i] >= 0x20 && text[i] <= 0x7e), "%s: byte %ld is not allowed", what,
             (long) i);
    }
    need(size != 0 && text[size - 1] == '\n' && text[0] != '\n',
         "%s: one JSON value and one newline are expected", what);
    source s = { text, text + size - 1, what, 0 };
    json *j = value_of(&s);
    check_that(s.at == s.end, &s, "something follows");
    return j;
}

void unpack(const json *object, const char *what, const char *keys, ...)
{
    va_list places;
    const json *next = object->first;
    need(object->kind == '{', "%s: an object is expected", what);
    va_start(places, keys);
    while (*keys != '\0') {
        const json **to = va_arg(places, const json **);
        size_t n = strcspn(keys, " ?");
        int here = next != NULL && strlen(next->key) == n && memcmp(next->key, keys, n) == 0;
        need(here || keys[n] == '?', "%s: \"%.*s\" is expected here, not \"%.40s\"", what, (int) n, keys,
             next == NULL ? "" : next->key);
        *to = here ? next : NULL;
        next = here ? next->next : next;
        keys += n + strspn(keys + n, " ?");
    }
    va_end(places);
    need(next == NULL, "%s: \"%.40s\" is not expected here", what, next == NULL ? "" : next->key);
}

const json *list(const json *j, const char *what, long count)
{
    need(j->kind == '[', "%s: a list is expected", what);
    need(count < 0 || j->number == count, "%s: %ld elements, expected %ld", what, j->number, count);
    return j->first;
}

long number(const json *j, const char *what, long limit)
{
    need(j->kind == '0' && j->number < limit, "%s: an integer from 0 to %ld is expected", what, limit - 1);
    return j->number;
}

const char *string(const json *j, const char *what)
{
    need(j->kind == '"', "%s: a string is expected", what);
    return j->text;
}

/* In lowest terms as GMP writes it, and in no other way. */
int rational(const json *j, const char *what)
{
    const char *text = string(j, what);
    mpq_t q;
    mpq_init(q);
    need(strlen(text) <= MAX_STRING && mpq_set_str(q, text, 10) == 0 && mpz_sgn(mpq_denref(q)) != 0,
         "%s: \"%.40s\" is not a number", what, text);
    mpq_canonicalize(q);
    char *again = mpq_get_str(NULL, 10, q);
    need(strcmp(again, text) == 0, "%s: \"%.40s\" is not a number in lowest terms", what, text);
    int number = rational_number(q);
    give(again);
    mpq_clear(q);
    return number;
}

uint64_t decimal(const json *j, const char *what, uint64_t limit)
{
    const char *text = string(j, what);
    size_t n = strspn(text, "0123456789");
    uint64_t value = 0;
    need(n != 0 && n <= 19 && text[n] == '\0' && (*text != '0' || n <= 1),
         "%s: \"%.40s\" is not a number from 0 to %llu", what, text, (unsigned long long) limit - 1);
    for (; *text != '\0'; text++)
        value = 10 * value + (uint64_t) (*text - '0');
    need(value < limit, "%s: %llu is not below %llu", what, (unsigned long long) value,
         (unsigned long long) limit);
    return value;
}
