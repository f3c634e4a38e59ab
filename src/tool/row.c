/* row.c - one row of a sweep.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/row.h"

#include <stdlib.h>
#include <string.h>

static const char *const facts[] = { "growth",       "growth_partial",   "orbit_dimension",
                                     "orbit_bounds", "independent_laws", "found" };
#define NFACTS ((int) (sizeof(facts) / sizeof(facts[0])))

static json_t *keys_of(const grid_t *grid, long point)
{
    json_t *keys = json_object();
    for (int i = 0; i < grid->naxes; i++) {
        const char *value = grid_value(grid, point, i);
        json_object_set_new(keys, grid->axes[i].key,
                            grid_is_integer(value) ? json_integer(atol(value)) : json_string(value));
    }
    return keys;
}

json_t *row_blank(const grid_t *grid, long point, const char *model, const char *message)
{
    json_t *row = json_pack("{s:I, s:o, s:s?, s:s, s:s?, s:s, s:f, s:n}", "point", (json_int_t) point + 1,
                            "keys", keys_of(grid, point), "model", model, "status", "error", "message",
                            message, "complete", "unknown", "seconds", 0.0, "parameters");
    json_object_set_new(row, "family", json_null());
    json_object_set_new(row, "validity", json_null());
    for (int i = 0; i < NFACTS; i++)
        json_object_set_new(row, facts[i], json_null());
    return row;
}

/* The first line of what went to standard error, without "lieorbit: " or the name of the program. */
static json_t *first_line(const char *errors)
{
    static const char *const heads[] = { "lieorbit: ", "a limit was met: ", "<command line>:" };
    if (errors == NULL)
        return json_null();
    for (int i = 0; i < 3; i++)
        if (strncmp(errors, heads[i], strlen(heads[i])) == 0)
            errors += strlen(heads[i]);
    json_t *line = json_stringn(errors, strcspn(errors, "\n"));
    return line != NULL ? line : json_string("(not UTF-8)");
}

static const char *status_name(int status)
{
    switch (status) {
    case EXIT_ANSWERED:
        return "finished";
    case EXIT_LIMIT:
        return "stopped";
    case EXIT_MODEL:
        return "error";
    default:
        return "broken";
    }
}

int row_fill(json_t *row, int status, const char *report, const char *errors, double seconds,
             const options_t *options)
{
    int failed = 0;
    json_t *top = report == NULL ? NULL : json_loads(report, 0, NULL);
    if (status == EXIT_ANSWERED && top == NULL)
        status = EXIT_BROKEN;
    failed |= json_object_set_new(row, "status", json_string(status_name(status)));
    failed |= json_object_set_new(row, "message", status == EXIT_ANSWERED ? json_null() : first_line(errors));
    failed |= json_object_set_new(row, "seconds", json_real(seconds));
    if (status == EXIT_LIMIT)
        failed |= json_object_set_new(
            row, "limits",
            json_pack("[I, I]", (json_int_t) options->limit_ns, (json_int_t) options->limit_memory));
    if (json_is_object(top)) {
        failed |= json_object_set(row, "parameters", json_object_get(top, "dimension"));
        failed |= json_object_set(row, "family", json_object_get(json_object_get(top, "model"), "family"));
        failed |= json_object_set(row, "validity", json_object_get(top, "validity"));
        failed |= json_object_set(row, "complete", json_object_get(top, "complete"));
        failed |= json_object_set(row, "seconds", json_object_get(top, "seconds"));
        for (int i = 0; i < NFACTS; i++)
            failed |= json_object_set(row, facts[i], json_object_get(top, facts[i]));
    }
    json_decref(top);
    return !failed;
}

/* ---------------------------------------------------------------------------------------------------
 * Rows from a journal
 * --------------------------------------------------------------------------------------------------- */

long row_integer(const json_t *row, const char *key)
{
    const json_t *value = json_object_get(row, key);
    return json_is_integer(value) ? (long) json_integer_value(value) : -1;
}

long row_point(const json_t *row)
{
    return row_integer(row, "point") - 1;
}

const char *row_status(const json_t *row)
{
    const char *status = json_string_value(json_object_get(row, "status"));
    return status == NULL ? "" : status;
}

static int is_pair(const json_t *value)
{
    return json_is_array(value) && json_array_size(value) == 2 && json_is_integer(json_array_get(value, 0)) &&
           json_is_integer(json_array_get(value, 1));
}

static int is_integers(const json_t *value)
{
    for (size_t i = 0; i < json_array_size(value); i++)
        if (!json_is_integer(json_array_get(value, i)))
            return 0;
    return json_is_array(value);
}

int row_is_sound(const json_t *row, const grid_t *grid)
{
    long point = row_point(row);
    const char *complete = json_string_value(json_object_get(row, "complete")), *status = row_status(row);
    if (!json_is_object(row) || point < 0 || point >= grid->points || complete == NULL ||
        !json_is_number(json_object_get(row, "seconds")))
        return 0;
    if (strcmp(complete, "yes") != 0 && strcmp(complete, "no") != 0 && strcmp(complete, "unknown") != 0)
        return 0;
    json_t *keys = keys_of(grid, point);
    int same = json_equal(keys, json_object_get(row, "keys"));
    json_decref(keys);
    if (!same)
        return 0;
    if (strcmp(status, "stopped") == 0 && !is_pair(json_object_get(row, "limits")))
        return 0;
    int has_results = is_pair(json_object_get(row, "orbit_bounds"));
    if (has_results && (!is_integers(json_object_get(row, "growth")) || row_integer(row, "parameters") < 0 ||
                        row_integer(row, "found") < 0))
        return 0;
    if (strcmp(status, "finished") == 0)
        return has_results;
    return strcmp(status, "stopped") == 0 || strcmp(status, "error") == 0 || strcmp(status, "broken") == 0;
}

int row_is_stale(const json_t *row, const options_t *options)
{
    const json_t *limits = json_object_get(row, "limits");
    json_int_t ns = json_integer_value(json_array_get(limits, 0)); /* 0: none */
    json_int_t bytes = json_integer_value(json_array_get(limits, 1));
    int more_time = ns != 0 && (options->limit_ns == 0 || options->limit_ns > ns);
    int more = more_time || (json_int_t) options->limit_memory > bytes;
    return strcmp(row_status(row), "broken") == 0 || (strcmp(row_status(row), "stopped") == 0 && more);
}

/* Whether the proved bounds of the orbit dimension of two rows exclude each other. */
static int bounds_exclude(const json_t *a, const json_t *b)
{
    const json_t *x = json_object_get(a, "orbit_bounds"), *y = json_object_get(b, "orbit_bounds");
    if (!is_pair(x) || !is_pair(y))
        return 0;
    return json_integer_value(json_array_get(x, 0)) > json_integer_value(json_array_get(y, 1)) ||
           json_integer_value(json_array_get(y, 0)) > json_integer_value(json_array_get(x, 1));
}

int row_agree(const json_t *a, const json_t *b)
{
    int finished = strcmp(row_status(a), "finished") == 0 && strcmp(row_status(b), "finished") == 0;
    int wrong = (strcmp(row_status(a), "error") == 0) + (strcmp(row_status(b), "error") == 0);
    if (!json_equal(json_object_get(a, "model"), json_object_get(b, "model")) || wrong == 1 ||
        bounds_exclude(a, b))
        return 0;
    for (int i = 0; finished && i < NFACTS; i++)
        if (!json_equal(json_object_get(a, facts[i]), json_object_get(b, facts[i])))
            return 0;
    return !finished || (json_equal(json_object_get(a, "complete"), json_object_get(b, "complete")) &&
                         json_equal(json_object_get(a, "parameters"), json_object_get(b, "parameters")));
}

int row_is_better(const json_t *a, const json_t *b)
{
    const json_t *x = json_object_get(a, "orbit_bounds"), *y = json_object_get(b, "orbit_bounds");
    int fa = strcmp(row_status(a), "finished") == 0, fb = strcmp(row_status(b), "finished") == 0;
    if (fa != fb || !is_pair(x) || !is_pair(y))
        return fa > fb || (fa == fb && is_pair(x) > is_pair(y));
    json_int_t wa = json_integer_value(json_array_get(x, 1)) - json_integer_value(json_array_get(x, 0));
    json_int_t wb = json_integer_value(json_array_get(y, 1)) - json_integer_value(json_array_get(y, 0));
    return wa < wb || (wa == wb && row_integer(a, "found") > row_integer(b, "found"));
}

int rows_status(json_t *const *rows, long points)
{
    int worst = EXIT_ANSWERED;
    for (long k = 0; k < points; k++) {
        const char *status = rows[k] == NULL ? "" : row_status(rows[k]);
        int here = strcmp(status, "broken") == 0    ? EXIT_BROKEN
                   : strcmp(status, "error") == 0   ? EXIT_MODEL
                   : strcmp(status, "stopped") == 0 ? EXIT_LIMIT
                                                    : EXIT_ANSWERED;
        if (here == EXIT_BROKEN || worst == EXIT_ANSWERED || (here == EXIT_MODEL && worst == EXIT_LIMIT))
            worst = here;
    }
    return worst;
}
