/* parse.c - the strict JSON of problems and certificates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "certificate/parse.h"

#include <string.h>

/* Bytes, escapes and blanks: what the parser of Jansson would be generous about. */
static int has_clean_bytes(const char *text, size_t length)
{
    int inside = 0;
    if (length < 2 || text[0] == '\n' || text[length - 1] != '\n' || text[length - 2] == '\n')
        return 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == '\\' || c < 0x0a || c > 0x7e || (c > 0x0a && c < 0x20) || (c == '\n' && inside))
            return 0;
        if (c == '"')
            inside = !inside;
        if (!inside && (c == ' ' || c == '-' || c == '.' || c == '+'))
            return 0;
    }
    return !inside;
}

static int is_clean(json_t *value, int depth)
{
    const char *key, *last = NULL;
    json_t *item;
    size_t i;
    if (depth > 16)
        return 0;
    json_object_foreach(value, key, item) /* in the order of the file */
    {
        if ((last != NULL && strcmp(last, key) >= 0) || !is_clean(item, depth + 1))
            return 0;
        last = key;
    }
    json_array_foreach(value, i, item)
    {
        if (!is_clean(item, depth + 1))
            return 0;
    }
    if (json_is_integer(value))
        return json_integer_value(value) >= 0 && json_integer_value(value) <= 999999999;
    return json_is_object(value) || json_is_array(value) || json_is_string(value);
}

json_t *lo_parse_strict(const char *text, size_t length)
{
    json_error_t error;
    if (!has_clean_bytes(text, length))
        return NULL;
    json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (value != NULL && !is_clean(value, 0)) {
        json_decref(value);
        value = NULL;
    }
    return value;
}

int lo_parse_keys(json_t *object, const char *const *keys)
{
    size_t found = 0;
    if (!json_is_object(object))
        return 0;
    for (; *keys != NULL; keys++) {
        int optional = **keys == '?', there = json_object_get(object, *keys + optional) != NULL;
        if (!there && !optional)
            return 0;
        found += (size_t) there;
    }
    return found == json_object_size(object);
}

json_t *lo_parse_list(json_t *object, const char *key, slong n)
{
    json_t *list = json_object_get(object, key);
    return json_is_array(list) && (n < 0 || (slong) json_array_size(list) == n) ? list : NULL;
}

const char *lo_parse_statement(json_t *item)
{
    const char *text = json_string_value(item);
    return text != NULL && strchr(text, '#') == NULL ? text : NULL;
}

int lo_parse_index(slong *value, json_t *item, slong below)
{
    *value = json_is_integer(item) ? (slong) json_integer_value(item) : -1;
    return *value >= 0 && *value < below;
}

/* [0-9]+ without leading zeros, at most `most` digits. Returns the number of digits, 0: not one. */
static size_t digits(const char *s, size_t most)
{
    size_t n = strspn(s, "0123456789");
    return n > most || (n > 1 && s[0] == '0') ? 0 : n;
}

int lo_parse_rational(fmpq_t value, json_t *item)
{
    const char *s = json_string_value(item);
    if (s == NULL)
        return 0;
    const char *start = s + (*s == '-');
    size_t n = digits(start, 1000), d = start[n] == '/' ? digits(start + n + 1, 1000) : 0;
    if (n == 0 || (start[n] == '/' ? d == 0 || start[n + 1 + d] != '\0' : start[n] != '\0') ||
        (*s == '-' && *start == '0'))
        return 0;
    if (d > 0 && (start[n + 1] == '0' || strcmp(start + n + 1, "1") == 0))
        return 0;
    fmpq_t reduced;
    fmpq_init(reduced);
    int ok = fmpq_set_str(value, s, 10) == 0;
    if (ok) {
        fmpq_set(reduced, value);
        fmpq_canonicalise(reduced);
        ok = fmpz_equal(fmpq_numref(reduced), fmpq_numref(value)) && fmpz_equal(fmpq_denref(reduced), fmpq_denref(value));
    }
    if (ok && d > 0) { /* fmpq_set_str may have reduced it: compare with the text */
        char *text = fmpq_get_str(NULL, 10, value);
        ok = strcmp(text, s) == 0;
        flint_free(text);
    }
    fmpq_clear(reduced);
    return ok;
}

int lo_parse_integer(slong *value, json_t *item)
{
    const char *s = json_string_value(item);
    const char *start = s != NULL ? s + (*s == '-') : "";
    *value = 0;
    size_t n = digits(start, 19);
    if (n == 0 || start[n] != '\0' || (*s == '-' && *start == '0'))
        return 0;
    for (size_t i = 0; i < n; i++) {
        int digit = start[i] - '0';
        if (*value > (WORD_MAX - digit) / 10)
            return 0;
        *value = 10 * *value + digit;
    }
    if (*s == '-')
        *value = -*value;
    return 1;
}

int lo_parse_matrix(nmod_mat_t m, json_t *rows)
{
    slong value;
    if (!json_is_array(rows) || (slong) json_array_size(rows) != nmod_mat_nrows(m))
        return 0;
    for (slong i = 0; i < nmod_mat_nrows(m); i++) {
        json_t *row = json_array_get(rows, (size_t) i);
        if (!json_is_array(row) || (slong) json_array_size(row) != nmod_mat_ncols(m))
            return 0;
        for (slong j = 0; j < nmod_mat_ncols(m); j++) {
            if (!lo_parse_integer(&value, json_array_get(row, (size_t) j)) || value < 0 || (ulong) value >= m->mod.n)
                return 0;
            nmod_mat_entry(m, i, j) = (ulong) value;
        }
    }
    return 1;
}
