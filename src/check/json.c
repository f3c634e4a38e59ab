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
} source;

static void malformed(const source *s, const char *why) __attribute__((noreturn));

static void malformed(const source *s, const char *why)
{
    fail("%s, %ld bytes before the end: %s", s->what, (long) (s->end - s->at), why);
}

static char peek(source *s)
{
    while (s->at < s->end && *s->at == '\n')
        s->at++;
    return s->at < s->end ? *s->at : '\0';
}

static const char *text_of(source *s)
{
    char *start = ++s->at;
    while (s->at < s->end && *s->at != '"') {
        if (*s->at == '\\' || *s->at == '\n')
            malformed(s, "an escape or a newline in a string");
        s->at++;
    }
    if (s->at == s->end)
        malformed(s, "a string that does not end");
    *s->at++ = '\0'; /* in place of the closing quote */
    return start;
}

static long integer_of(source *s)
{
    long n = 0;
    char *start = s->at;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9') {
        if (s->at - start >= 9 || (s->at > start && *start == '0'))
            malformed(s, "an integer with a leading zero or more than 9 digits");
        n = 10 * n + (*s->at++ - '0');
    }
    return n;
}

static json *parse(source *s)
{
    json *j = take(1, sizeof(*j)), **tail = &j->first;
    char c = peek(s);
    j->kind = c;
    if (c == '"') {
        j->text = text_of(s);
    } else if (c >= '0' && c <= '9') {
        j->kind = '0';
        j->number = integer_of(s);
    } else if (c == '[' || c == '{') {
        char close = c == '[' ? ']' : '}';
        if (++s->depth > MAX_JSON_DEPTH)
            malformed(s, "nested too deeply");
        s->at++;
        while (j->number > 0 || peek(s) != close) {
            const char *key = NULL;
            if (c == '{') {
                if (peek(s) != '"')
                    malformed(s, "a key is expected");
                key = text_of(s);
                if (peek(s) != ':')
                    malformed(s, "a colon is expected");
                s->at++;
            }
            *tail = parse(s);
            (*tail)->key = key;
            tail = &(*tail)->next;
            j->number++;
            if (peek(s) == close)
                break;
            if (peek(s) != ',')
                malformed(s, "a comma or the closing bracket is expected");
            s->at++;
        }
        s->at++;
        s->depth--;
    } else {
        malformed(s, "a string, an integer, a list or an object is expected");
    }
    return j;
}

json *json_parse(char *text, size_t size, const char *what)
{
    source s = { text, text + size, what, 0 };
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '\n' && (text[i] < 0x20 || text[i] > 0x7e))
            fail("%s: byte %ld is not allowed", what, (long) i);
    }
    if (size == 0 || text[size - 1] != '\n' || text[0] == '\n')
        fail("%s: one JSON value and one newline are expected", what);
    s.end--; /* the newline at the end */
    json *j = parse(&s);
    if (s.at != s.end)
        malformed(&s, "something follows");
    return j;
}

void unpack(const json *object, const char *what, const char *keys, ...)
{
    va_list places;
    const json *next = object->first;
    if (object->kind != '{')
        fail("%s: an object is expected", what);
    va_start(places, keys);
    while (*keys != '\0') {
        const json **to = va_arg(places, const json **);
        size_t n = strcspn(keys, " ?");
        int here = next != NULL && strlen(next->key) == n && memcmp(next->key, keys, n) == 0;
        if (!here && keys[n] != '?')
            fail("%s: \"%.*s\" is expected here, not \"%.40s\"", what, (int) n, keys, next == NULL ? "" : next->key);
        *to = here ? next : NULL;
        next = here ? next->next : next;
        keys += n + strspn(keys + n, " ?");
    }
    va_end(places);
    if (next != NULL)
        fail("%s: \"%.40s\" is not expected here", what, next->key);
}

const json *list(const json *j, const char *what, long count)
{
    if (j->kind != '[')
        fail("%s: a list is expected", what);
    if (count >= 0 && j->number != count)
        fail("%s: %ld elements, expected %ld", what, j->number, count);
    return j->first;
}

long number(const json *j, const char *what, long limit)
{
    if (j->kind != '0' || j->number >= limit)
        fail("%s: an integer from 0 to %ld is expected", what, limit - 1);
    return j->number;
}

const char *string(const json *j, const char *what)
{
    if (j->kind != '"')
        fail("%s: a string is expected", what);
    return j->text;
}

/* [sign] digits without a leading zero; -0 is none. Returns what follows, or NULL. */
static const char *digits(const char *s)
{
    if (*s == '-' && s[1] == '0')
        return NULL;
    s += *s == '-';
    if (*s < '0' || *s > '9')
        return NULL;
    if (*s == '0')
        return s + 1;
    while (*s >= '0' && *s <= '9')
        s++;
    return s;
}

void rational(mpq_t out, const json *j, const char *what)
{
    const char *text = string(j, what), *end = digits(text);
    mpq_t copy;
    if (strlen(text) > MAX_STRING)
        fail("%s: a number is too long", what);
    if (end != NULL && *end == '/')
        end = end[1] == '-' ? NULL : digits(end + 1);
    if (end == NULL || *end != '\0' || mpq_set_str(out, text, 10) != 0)
        fail("%s: \"%.40s\" is not a number", what, text);
    if (mpz_sgn(mpq_denref(out)) == 0)
        fail("%s: \"%.40s\" divides by zero", what, text);
    mpq_init(copy);
    mpq_set(copy, out);
    mpq_canonicalize(copy);
    if (mpz_cmp(mpq_denref(copy), mpq_denref(out)) != 0 ||
        (strchr(text, '/') != NULL && mpz_cmp_ui(mpq_denref(out), 1) == 0))
        fail("%s: \"%.40s\" is not in lowest terms", what, text);
    mpq_clear(copy);
}

uint64_t decimal(const json *j, const char *what, uint64_t limit)
{
    const char *text = string(j, what), *end = digits(text);
    uint64_t n = 0;
    if (*text == '-' || end == NULL || *end != '\0' || end - text > 19)
        fail("%s: \"%.40s\" is not a number from 0 to %llu", what, text, (unsigned long long) limit - 1);
    for (; *text != '\0'; text++)
        n = 10 * n + (uint64_t) (*text - '0');
    if (n >= limit)
        fail("%s: %llu is not below %llu", what, (unsigned long long) n, (unsigned long long) limit);
    return n;
}
