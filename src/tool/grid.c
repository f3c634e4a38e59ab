/* grid.c - reading the grid of a sweep.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/grid.h"

#include "tool/commands.h"
#include "tool/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_BYTES 100 /* of one word or list */

void grid_init(grid_t *grid)
{
    memset(grid, 0, sizeof(*grid));
    grid->points = 1;
}

void grid_clear(grid_t *grid)
{
    for (int i = 0; i < grid->naxes; i++) {
        for (long k = 0; k < grid->axes[i].count; k++)
            free(grid->axes[i].values[k]);
        free(grid->axes[i].values);
        free(grid->axes[i].key);
    }
    grid_init(grid);
}

int grid_find(const grid_t *grid, const char *key, size_t length)
{
    for (int i = 0; i < grid->naxes; i++)
        if (strlen(grid->axes[i].key) == length && memcmp(grid->axes[i].key, key, length) == 0)
            return i;
    return -1;
}

const char *grid_value(const grid_t *grid, long point, int axis)
{
    for (int i = grid->naxes - 1; i > axis; i--)
        point /= grid->axes[i].count;
    return grid->axes[axis].values[point % grid->axes[axis].count];
}

int grid_is_integer(const char *value)
{
    return value[0] != '\0' && value[strspn(value, "0123456789")] == '\0';
}

/* ---------------------------------------------------------------------------------------------------
 * Reading
 * --------------------------------------------------------------------------------------------------- */

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t word_length(const char *text)
{
    size_t n = 0;
    if (is_letter(text[0]))
        while (is_letter(text[n]) || is_digit(text[n]))
            n++;
    return n;
}

static const char *skip_blanks(const char *c)
{
    return c + strspn(c, " \t\n\r");
}

/* Appends a value. Returns -1, or an exit status after a message. */
static int add_value(axis_t *axis, const char *value, size_t length)
{
    if (axis->count == GRID_POINTS)
        return usage_error("%s has more than %d values in the grid", axis->key, GRID_POINTS);
    if ((axis->count & (axis->count + 1)) == 0) { /* full: 0, 1, 3, 7, ... */
        char **larger = realloc(axis->values, (size_t) (2 * axis->count + 1) * sizeof(char *));
        if (larger == NULL)
            return out_of_memory();
        axis->values = larger;
    }
    axis->values[axis->count] = strndup(value, length);
    if (axis->values[axis->count] == NULL)
        return out_of_memory();
    axis->count++;
    return -1;
}

static int read_number(uint64_t *value, const char **text, const axis_t *axis)
{
    if (value_digits(value, text, GRID_INTEGER) && !is_digit(**text))
        return -1;
    return usage_error("the grid needs an integer up to %d for %s, not '%.20s'", GRID_INTEGER, axis->key,
                       *text);
}

/* `first`, read already, then perhaps `..last` and a step. */
static int read_integers(axis_t *axis, const char **text, uint64_t first)
{
    uint64_t last = first, step = 1;
    int status = -1;
    const char *c = *text;
    if (c[0] == '.' && c[1] == '.') {
        c = skip_blanks(c + 2);
        status = read_number(&last, &c, axis);
        const char *after = skip_blanks(c);
        int colon = after[0] == ':', named = strncmp(after, "step", 4) == 0 && word_length(after) == 4;
        if (status == -1 && (colon || named)) {
            c = skip_blanks(after + (colon ? 1 : 4));
            status = read_number(&step, &c, axis);
        }
        if (status == -1 && step == 0)
            status = usage_error("the step of %s in the grid is 0", axis->key);
        if (status == -1 && last < first)
            status = usage_error("the range %s %lu..%lu of the grid is empty: it runs backwards", axis->key,
                                 (unsigned long) first, (unsigned long) last);
        if (status == -1 && (last - first) / step >= GRID_POINTS)
            status =
                usage_error("the range of %s in the grid has more than %d values", axis->key, GRID_POINTS);
    }
    for (uint64_t n = first; status == -1 && n <= last; n += step) {
        char digits[24];
        int length = snprintf(digits, sizeof(digits), "%lu", (unsigned long) n);
        status = add_value(axis, digits, (size_t) length);
    }
    *text = c;
    return status;
}

/* One item of a range. */
static int read_item(axis_t *axis, const char **text)
{
    const char *c = *text;
    size_t length = word_length(c);
    uint64_t first;
    int status = -1;
    if (length == 0 && !is_digit(*c))
        return usage_error(*c == '\0' || *c == ',' || *c == '|'
                               ? "the grid gives no value for %s"
                               : "the grid gives no value for %s before '%.20s'",
                           axis->key, c);
    if (length == 0 && (status = read_number(&first, text, axis)) != -1)
        return status;
    if (length == 0 && **text != '-')
        return read_integers(axis, text, first);
    *text = c + length;
    if (length == 0) /* a list */
        for (const char *part = c - 1; part == c - 1 || *part == '-'; *text = part) {
            part++;
            if ((status = read_number(&first, &part, axis)) != -1)
                return status;
        }
    length = (size_t) (*text - c);
    if (length > VALUE_BYTES)
        return usage_error("a value of %s in the grid is longer than %d characters", axis->key, VALUE_BYTES);
    return add_value(axis, c, length);
}

static int compare_values(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Every value once. */
static int check_values(const axis_t *axis)
{
    int status = -1;
    char **sorted = malloc((size_t) axis->count * sizeof(char *));
    if (sorted == NULL)
        return out_of_memory();
    memcpy(sorted, axis->values, (size_t) axis->count * sizeof(char *));
    qsort(sorted, (size_t) axis->count, sizeof(char *), compare_values);
    for (long k = 1; k < axis->count && status == -1; k++)
        if (strcmp(sorted[k - 1], sorted[k]) == 0)
            status = usage_error("the grid gives %s the value %s twice", axis->key, sorted[k]);
    free(sorted);
    return status;
}

/* The values of one key. */
static int read_range(axis_t *axis, const char **text)
{
    int status = read_item(axis, text);
    while (status == -1 && *skip_blanks(*text) == '|') {
        *text = skip_blanks(skip_blanks(*text) + 1);
        status = read_item(axis, text);
    }
    return status == -1 ? check_values(axis) : status;
}

static int read_axis(grid_t *grid, const char **text)
{
    const char *c = skip_blanks(*text);
    size_t length = word_length(c);
    if (length == 0)
        return usage_error(*c == '\0' ? "the grid ends where a key is expected"
                                      : "the grid has '%.20s' where a key is expected",
                           c);
    if (length > VALUE_BYTES)
        return usage_error("a key of the grid is longer than %d characters", VALUE_BYTES);
    if (grid_find(grid, c, length) >= 0)
        return usage_error("the grid has the key '%.*s' twice", (int) length, c);
    if (grid->naxes == GRID_AXES)
        return usage_error("the grid has more than %d keys", GRID_AXES);
    axis_t *axis = &grid->axes[grid->naxes];
    *axis = (axis_t){ strndup(c, length), NULL, 0 };
    if (axis->key == NULL)
        return out_of_memory();
    grid->naxes++;
    c = skip_blanks(c + length);
    c = *c == '=' ? skip_blanks(c + 1) : c;
    int status = read_range(axis, &c);
    if (status == -1 && axis->count > GRID_POINTS / grid->points)
        status = usage_error("the grid has more than %d points", GRID_POINTS);
    if (status == -1)
        grid->points *= axis->count;
    *text = skip_blanks(c);
    return status;
}

int grid_read(grid_t *grid, const char *text)
{
    int status = read_axis(grid, &text);
    while (status == -1 && *text == ',') {
        text++;
        status = read_axis(grid, &text);
    }
    if (status == -1 && *text != '\0')
        return usage_error("the grid has '%.20s' after the values of %s, where ',' or '|' is expected", text,
                           grid->axes[grid->naxes - 1].key);
    return status;
}

/* ---------------------------------------------------------------------------------------------------
 * Writing
 * --------------------------------------------------------------------------------------------------- */

/* How many values from number k on are integers in equal positive steps. */
static long run_length(const axis_t *axis, long k)
{
    long end = k, step = 0;
    while (end < axis->count && grid_is_integer(axis->values[end])) {
        long here = end > k ? atol(axis->values[end]) - atol(axis->values[end - 1]) : 0;
        if (end == k + 1)
            step = here;
        if (end > k && (here <= 0 || here != step))
            break;
        end++;
    }
    return end - k;
}

static void write_axis(FILE *out, const axis_t *axis)
{
    fprintf(out, "%s ", axis->key);
    for (long k = 0; k < axis->count;) {
        long run = run_length(axis, k);
        fprintf(out, "%s%s", k > 0 ? "|" : "", axis->values[k]);
        if (run < 3) { /* two numbers are shorter as a list */
            k++;
            continue;
        }
        long step = atol(axis->values[k + 1]) - atol(axis->values[k]);
        fprintf(out, "..%s", axis->values[k + run - 1]);
        if (step > 1)
            fprintf(out, ":%ld", step);
        k += run;
    }
}

char *grid_text(const grid_t *grid)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    for (int i = 0; i < grid->naxes; i++) {
        fputs(i > 0 ? ", " : "", out);
        write_axis(out, &grid->axes[i]);
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
