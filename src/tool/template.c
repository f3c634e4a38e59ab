/* template.c - placeholders of model texts.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/template.h"

#include "tool/values.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 50           /* of placeholders and brackets in one another */
#define TEXT_BYTES 1000000 /* of a text made from a template */
#define ROUNDS 1000000     /* of all loops together */
#define READ_BYTES 50000000 /* read by all rounds together, to find where placeholders end */

typedef struct loop_struct {
    const char *name;
    size_t length;
    int64_t value;
    const struct loop_struct *outer;
} loop_t;

typedef struct {
    const char *start; /* of the whole template, for messages */
    const char *at;
    const char *end;
    const grid_t *grid;
    long point;
    const loop_t *loops;
    FILE *out;
    long rounds, read;
    int depth;
    int checking; /* every branch is taken once, and values do not matter */
    int *used;
    template_error_t *error;
} reader_t;

static void expand(reader_t *reader);
static int64_t read_sum(reader_t *reader);

LO_PRINTF(2, 3) static int64_t fail(reader_t *reader, const char *format, ...)
{
    template_error_t *error = reader->error;
    va_list arguments;
    if (error->message[0] != '\0') /* the first error is the one to tell */
        return 0;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof(error->message), format, arguments);
    va_end(arguments);
    error->line = error->column = 1;
    for (const char *c = reader->start; c < reader->at; c++) {
        error->column = *c == '\n' ? 1 : error->column + ((*c & 0xc0) != 0x80); /* characters of UTF-8 */
        error->line += *c == '\n';
    }
    return 0;
}

static int failed(const reader_t *reader)
{
    return reader->error->message[0] != '\0';
}

/* ---------------------------------------------------------------------------------------------------
 * Tokens
 * --------------------------------------------------------------------------------------------------- */

static char peek(reader_t *reader)
{
    while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) != NULL)
        reader->at++;
    return reader->at < reader->end ? *reader->at : '\0';
}

static int accept(reader_t *reader, const char *token)
{
    size_t length = strlen(token);
    peek(reader);
    if ((size_t) (reader->end - reader->at) < length || memcmp(reader->at, token, length) != 0)
        return 0;
    reader->at += length;
    return 1;
}

static void expect(reader_t *reader, const char *token)
{
    if (!failed(reader) && !accept(reader, token))
        fail(reader, "'%s' is expected here", token);
}

/* The length of the name here, 0 when there is none; with `digits_first`, of a word that may be a number. */
static size_t name_length(reader_t *reader, int digits_first)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    char first = peek(reader);
    size_t length = 0;
    if (first >= '0' && first <= '9' && !digits_first)
        return 0;
    while (reader->at + length < reader->end && strchr(letters, reader->at[length]) != NULL)
        length++;
    return length;
}

static int accept_word(reader_t *reader, const char *word)
{
    size_t length = name_length(reader, 0);
    if (length != strlen(word) || memcmp(reader->at, word, length) != 0)
        return 0;
    reader->at += length;
    return 1;
}

/* ---------------------------------------------------------------------------------------------------
 * Values
 * --------------------------------------------------------------------------------------------------- */

static const loop_t *find_loop(const reader_t *reader, size_t length)
{
    const loop_t *loop = reader->loops;
    while (loop != NULL && (loop->length != length || memcmp(loop->name, reader->at, length) != 0))
        loop = loop->outer;
    return loop;
}

/* The value of the key that is written here with that length; NULL after an error. */
static const char *key_value(reader_t *reader, size_t length)
{
    int axis = grid_find(reader->grid, reader->at, length);
    if (axis < 0) {
        fail(reader, "the template uses '%.*s', which the grid does not give",
             (int) (length < 60 ? length : 60), reader->at);
        reader->error->is_missing = 1;
        return NULL;
    }
    if (reader->used != NULL)
        reader->used[axis] = 1;
    return grid_value(reader->grid, reader->point, axis);
}

/* Whatever goes in stays below 10^9, so no operation on two of them overflows 64 bits. */
static int64_t bounded(reader_t *reader, int64_t value)
{
    if (value > GRID_INTEGER || value < -GRID_INTEGER)
        return fail(reader, "a number here is larger than %d", GRID_INTEGER);
    return value;
}

static int64_t read_name(reader_t *reader, size_t length)
{
    const loop_t *loop = find_loop(reader, length);
    int64_t value = 0;
    if (loop != NULL) {
        value = loop->value;
    } else {
        const char *text = key_value(reader, length);
        if (reader->checking)
            value = 1;
        else if (text != NULL && !grid_is_integer(text))
            fail(reader, "'%.*s' is '%.40s' here, not an integer", (int) (length < 60 ? length : 60),
                 reader->at, text);
        else if (text != NULL)
            value = atol(text);
    }
    reader->at += length;
    return value;
}

static int64_t read_factor(reader_t *reader)
{
    uint64_t number = 0;
    int64_t value = 0;
    size_t length;
    if (failed(reader))
        return 0;
    if (++reader->depth > DEPTH) {
        fail(reader, "more than %d placeholders and brackets within one another", DEPTH);
    } else if (accept(reader, "-")) {
        value = -read_factor(reader);
    } else if (accept(reader, "(")) {
        value = read_sum(reader);
        expect(reader, ")");
    } else if ((length = name_length(reader, 0)) > 0) {
        value = read_name(reader, length);
    } else if (value_digits(&number, &reader->at, GRID_INTEGER)) {
        value = (int64_t) number;
    } else {
        fail(reader, "an integer, a key or '(' is expected here");
    }
    reader->depth--;
    return value;
}

static int64_t divide(reader_t *reader, int64_t a, int64_t b)
{
    if (reader->checking)
        return a;
    if (b == 0)
        return fail(reader, "division by zero");
    if (a % b != 0)
        return fail(reader, "%ld/%ld is not an integer", (long) a, (long) b);
    return a / b;
}

static int64_t read_product(reader_t *reader)
{
    int64_t value = read_factor(reader);
    while (!failed(reader)) {
        if (accept(reader, "*"))
            value = reader->checking ? read_factor(reader) : bounded(reader, value * read_factor(reader));
        else if (accept(reader, "/"))
            value = divide(reader, value, read_factor(reader));
        else
            break;
    }
    return value;
}

static int64_t read_sum(reader_t *reader)
{
    int64_t value = read_product(reader);
    while (!failed(reader)) {
        if (accept(reader, "+"))
            value += read_product(reader);
        else if (accept(reader, "-"))
            value -= read_product(reader);
        else
            break;
        value = reader->checking ? 1 : bounded(reader, value);
    }
    return value;
}

/* ---------------------------------------------------------------------------------------------------
 * Placeholders
 * --------------------------------------------------------------------------------------------------- */

/* The closing brace of the one before `at`, or NULL after an error. */
static const char *find_close(reader_t *reader)
{
    int depth = 1;
    const char *c = reader->at;
    while (c < reader->end && (depth += (*c == '{') - (*c == '}')) > 0)
        c++;
    reader->read += c - reader->at;
    if (depth > 0)
        fail(reader, "this '{' is never closed");
    else if (reader->read > READ_BYTES)
        fail(reader, "the placeholders of all rounds together have more than %d bytes", READ_BYTES);
    return failed(reader) ? NULL : c;
}

static void put(reader_t *reader, const char *text, size_t length)
{
    if (ftell(reader->out) > TEXT_BYTES)
        fail(reader, "the text that the template makes is longer than %d bytes", TEXT_BYTES);
    else
        fwrite(text, 1, length, reader->out);
}

/* TEXT from here to the end, with one more loop variable when there is one. */
static void expand_again(reader_t *reader, const char *from, loop_t *loop)
{
    reader->at = from;
    if (++reader->rounds > ROUNDS) {
        fail(reader, "the loops of the template run more than %d times", ROUNDS);
        return;
    }
    const loop_t *outer = reader->loops;
    if (loop != NULL) {
        loop->outer = outer;
        reader->loops = loop;
    }
    expand(reader);
    reader->loops = outer;
}

static void expand_range(reader_t *reader, loop_t *loop)
{
    int64_t first = read_sum(reader), last;
    expect(reader, "..");
    last = read_sum(reader);
    expect(reader, ":");
    const char *from = reader->at;
    if (reader->checking)
        last = first = 1;
    for (int64_t i = first; i <= last && !failed(reader); i++) {
        loop->value = i;
        expand_again(reader, from, loop);
    }
}

static void expand_list(reader_t *reader, loop_t *loop)
{
    size_t length = name_length(reader, 0);
    const char *list = length == 0 ? NULL : key_value(reader, length);
    if (length == 0)
        fail(reader, "a key is expected here");
    if (list == NULL)
        return;
    if (!reader->checking && strspn(list, "0123456789-") != strlen(list)) {
        fail(reader, "'%.*s' is '%.40s' here, not a list", (int) (length < 60 ? length : 60), reader->at,
             list);
        return;
    }
    reader->at += length;
    expect(reader, ":");
    const char *from = reader->at;
    while (!failed(reader)) {
        loop->value = atol(list);
        expand_again(reader, from, loop);
        list += strcspn(list, "-");
        if (*list++ == '\0' || reader->checking)
            break;
    }
}

static void expand_for(reader_t *reader)
{
    loop_t loop = { NULL, name_length(reader, 0), 0, NULL };
    loop.name = reader->at;
    if (loop.length == 0) {
        fail(reader, "the name of a loop variable is expected here");
        return;
    }
    reader->at += loop.length;
    if (accept_word(reader, "in")) {
        expand_list(reader, &loop);
    } else {
        expect(reader, "=");
        if (!failed(reader))
            expand_range(reader, &loop);
    }
}

/* Whether the condition holds: KEY = WORD, KEY != WORD, or a number that is not zero. */
static int read_condition(reader_t *reader)
{
    const char *from = reader->at;
    size_t length = name_length(reader, 0);
    if (length > 0 && find_loop(reader, length) == NULL) {
        const char *name = reader->at;
        reader->at += length;
        int equal = accept(reader, "="), unequal = !equal && accept(reader, "!=");
        if (equal || unequal) {
            const char *after = reader->at;
            reader->at = name;
            const char *value = key_value(reader, length);
            reader->at = after;
            length = name_length(reader, 1);
            if (length == 0)
                fail(reader, "a word or a number is expected here");
            int same = value != NULL && strlen(value) == length && memcmp(value, reader->at, length) == 0;
            reader->at += length;
            return same == equal;
        }
        reader->at = from;
    }
    return read_sum(reader) != 0;
}

static void expand_if(reader_t *reader)
{
    int holds = read_condition(reader);
    expect(reader, ":");
    if (!failed(reader) && (holds || reader->checking))
        expand_again(reader, reader->at, NULL);
}

static void expand_value(reader_t *reader)
{
    size_t length = name_length(reader, 0);
    const char *name = reader->at;
    char digits[24];
    reader->at += length;
    int alone = length > 0 && peek(reader) == '\0';
    reader->at = name;
    if (alone && find_loop(reader, length) == NULL) {
        const char *value = key_value(reader, length);
        if (value != NULL && strchr(value, '-') != NULL && !reader->checking)
            fail(reader, "'%.*s' is the list '%.40s' here: write {for w in %.*s: ...}",
                 (int) (length < 40 ? length : 40), name, value, (int) (length < 40 ? length : 40), name);
        else if (value != NULL)
            put(reader, value, strlen(value));
        reader->at += length;
        return;
    }
    int64_t value = read_sum(reader);
    if (!failed(reader) && peek(reader) != '\0')
        fail(reader, "an operator or '}' is expected here");
    put(reader, digits, (size_t) snprintf(digits, sizeof(digits), "%ld", (long) value));
}

/* One placeholder; `at` stands after its opening brace. */
static void expand_placeholder(reader_t *reader)
{
    const char *close = find_close(reader), *end = reader->end;
    if (close == NULL)
        return;
    if (++reader->depth > DEPTH)
        fail(reader, "more than %d placeholders and brackets within one another", DEPTH);
    reader->end = close;
    if (failed(reader))
        ;
    else if (accept_word(reader, "for"))
        expand_for(reader);
    else if (accept_word(reader, "if"))
        expand_if(reader);
    else
        expand_value(reader);
    reader->depth--;
    reader->at = close + 1;
    reader->end = end;
}

/* The text from `at` to `end`. */
static void expand(reader_t *reader)
{
    while (reader->at < reader->end && !failed(reader)) {
        const char *from = reader->at;
        while (reader->at < reader->end && *reader->at != '{' && *reader->at != '}')
            reader->at++;
        put(reader, from, (size_t) (reader->at - from));
        if (reader->at < reader->end && *reader->at == '}') {
            fail(reader, "this '}' closes nothing");
        } else if (reader->at < reader->end) {
            reader->at++;
            expand_placeholder(reader);
        }
    }
}

static char *run(reader_t *reader, const char *text)
{
    char *made = NULL;
    size_t size = 0;
    memset(reader->error, 0, sizeof(*reader->error));
    reader->start = reader->at = text;
    reader->end = text + strlen(text);
    reader->out = open_memstream(&made, &size);
    if (reader->out == NULL) {
        fail(reader, "out of memory");
        reader->error->no_memory = 1;
        return NULL;
    }
    expand(reader);
    int broken = ferror(reader->out);
    if ((fclose(reader->out) != 0 || broken) && !failed(reader)) {
        fail(reader, "out of memory");
        reader->error->no_memory = 1;
    }
    if (failed(reader)) {
        free(made);
        return NULL;
    }
    return made;
}

char *template_expand(const char *text, const grid_t *grid, long point, template_error_t *error)
{
    reader_t reader;
    memset(&reader, 0, sizeof(reader));
    reader.grid = grid;
    reader.point = point;
    reader.error = error;
    return run(&reader, text);
}

int template_check(const char *text, const grid_t *grid, int *used, template_error_t *error)
{
    reader_t reader;
    memset(&reader, 0, sizeof(reader));
    reader.grid = grid;
    reader.checking = 1;
    reader.used = used;
    reader.error = error;
    memset(used, 0, sizeof(int) * GRID_AXES);
    char *made = run(&reader, text);
    free(made);
    return made != NULL;
}
