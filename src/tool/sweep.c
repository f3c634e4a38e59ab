/* sweep.c - the command `sweep`: a grid of models, their answers, one table.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/commands.h"
#include "tool/families.h"
#include "tool/merge.h"
#include "tool/pool.h"
#include "tool/question.h"
#include "tool/row.h"
#include "tool/run.h"
#include "tool/table.h"
#include "tool/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const options_t *options;
    question_t question;
    journal_t journal; /* its rows are all that is known, with or without a file */
    int fd;            /* of the journal, or -1 */
    long at;           /* the next point to look at */
    long wanted, done; /* points of this shard */
    int failed;        /* an exit status, or -1 */
} sweep_t;

static int list_families(const options_t *options)
{
    json_t *list = json_array();
    for (const family_row *row = family_rows; row->name != NULL; row++) {
        if (options->format == FORMAT_JSON)
            json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", row->name, "title",
                                                  row->title, "keys", row->keys, "defaults", row->defaults,
                                                  "template", row->body));
        else
            printf("%-16s %s\n%-16s   %s%s%s\n", row->name, row->title, "", row->keys,
                   row->defaults[0] != '\0' ? "; " : "", row->defaults);
    }
    json_t *top = json_pack("{s:s, s:s, s:o}", "schema", "lieorbit.families/1", "version", lo_version(),
                            "families", list);
    if (options->format == FORMAT_JSON && json_dumpf(top, stdout, JSON_SORT_KEYS | JSON_INDENT(2)) == 0)
        putchar('\n');
    json_decref(top);
    return print_answer("", 0) ? EXIT_ANSWERED : EXIT_BROKEN;
}

/* ---------------------------------------------------------------------------------------------------
 * The points
 * --------------------------------------------------------------------------------------------------- */

/* Keeps a row, in the journal as well. Returns -1, or an exit status after a message. The row is taken. */
static int keep(sweep_t *sweep, json_t *row)
{
    if (row == NULL)
        return out_of_memory();
    json_t **place = &sweep->journal.rows[row_point(row)];
    json_decref(*place);
    *place = row;
    sweep->done++;
    return sweep->fd < 0 || journal_append(sweep->fd, sweep->options->out, row) ? -1 : EXIT_BROKEN;
}

static int is_missing(const sweep_t *sweep, long point)
{
    const json_t *row = sweep->journal.rows[point];
    return row == NULL || row_is_stale(row, sweep->options);
}

/* Makes the model of a point; where the template fails there, the row says so. */
static int make_model(sweep_t *sweep, long point, char **model)
{
    template_error_t error;
    char message[300];
    *model = template_expand(sweep->question.body, &sweep->question.grid, point, &error);
    if (*model != NULL)
        return -1;
    if (error.no_memory)
        return out_of_memory();
    snprintf(message, sizeof(message), "<template>:%d:%d: error: %s", error.line, error.column,
             error.message);
    return keep(sweep, row_blank(&sweep->question.grid, point, NULL, message));
}

static long next_point(void *data, char **model)
{
    sweep_t *sweep = data;
    const long step = sweep->options->shards, points = sweep->question.grid.points;
    while (sweep->at < points && sweep->failed == -1 && !pool_is_stopped()) {
        long point = sweep->at;
        sweep->at += step;
        if (!is_missing(sweep, point))
            continue;
        sweep->failed = make_model(sweep, point, model);
        if (sweep->failed == -1 && *model != NULL)
            return point;
    }
    return -1;
}

static int done_point(void *data, long point, int status, const char *report, const char *errors,
                      double seconds)
{
    sweep_t *sweep = data;
    char *model = NULL;
    int made = make_model(sweep, point, &model);
    json_t *row = made == -1 ? row_blank(&sweep->question.grid, point, model, NULL) : NULL;
    free(model);
    if (row != NULL && !row_fill(row, status, report, errors, seconds, sweep->options)) {
        json_decref(row);
        row = NULL;
    }
    return made == -1 ? keep(sweep, row) : made;
}

static void show_stage(void *data, char *line, size_t size)
{
    const sweep_t *sweep = data;
    snprintf(line, size, "sweep  %ld/%ld", sweep->done, sweep->wanted);
}

/* Computes the missing points. Returns -1 or an exit status. */
static int compute_points(sweep_t *sweep)
{
    const pool_work_t work = { next_point, done_point, show_stage, sweep };
    const options_t *options = sweep->options;
    for (long k = options->shard - 1; k < sweep->question.grid.points; k += options->shards) {
        sweep->wanted++;
        sweep->done += !is_missing(sweep, k);
    }
    sweep->at = options->shard - 1;
    sweep->failed = -1;
    if (sweep->done > 0 && !options->quiet)
        fprintf(stderr, "lieorbit: %ld of %ld points are in %s\n", sweep->done, sweep->wanted, options->out);
    int status = pool_run(&work, options, clock_ns());
    return status == -1 ? sweep->failed : status;
}

/* The rows that there are so far. */
static int open_rows(sweep_t *sweep)
{
    const options_t *options = sweep->options;
    int status = -1;
    if (options->out != NULL) {
        json_t *header = journal_header(&sweep->question, options->shard, options->shards);
        status = header == NULL ? out_of_memory()
                                : journal_open(&sweep->fd, &sweep->journal, options->out, header);
        json_decref(header);
    }
    if (status == -1 && sweep->journal.rows == NULL) { /* a new file, or none */
        sweep->journal.points = sweep->question.grid.points;
        sweep->journal.rows = calloc((size_t) sweep->journal.points, sizeof(json_t *));
        if (sweep->journal.rows == NULL) {
            sweep->journal.points = 0;
            status = out_of_memory();
        }
    }
    return status;
}

static int sweep_grid(const options_t *options)
{
    sweep_t sweep;
    memset(&sweep, 0, sizeof(sweep));
    sweep.options = options;
    sweep.fd = -1;
    int status = question_ask(&sweep.question, options);
    if (status == -1)
        status = open_rows(&sweep);
    if (status == -1) {
        status = compute_points(&sweep);
        /* What is known is printed, whatever ended the work. */
        int printed = table_print(&sweep.question, sweep.journal.rows, options);
        if (status == EXIT_LIMIT)
            fprintf(stderr, "lieorbit: interrupted after %ld of %ld points\n", sweep.done, sweep.wanted);
        if (printed != -1)
            status = printed;
        else if (status == -1)
            status = rows_status(sweep.journal.rows, sweep.journal.points);
    }
    if (sweep.fd >= 0)
        close(sweep.fd);
    journal_clear(&sweep.journal);
    question_clear(&sweep.question);
    return status;
}

int command_sweep(const options_t *given)
{
    options_t options = *given;
    if (options.json && options.format != FORMAT_TEXT && options.format != FORMAT_JSON)
        return usage_error("--json and another --format");
    if (options.json)
        options.format = FORMAT_JSON;
    if (options.merge)
        return sweep_merge(&options);
    if (options.nwords == 0 && options.text == NULL)
        return list_families(&options);
    return sweep_grid(&options);
}
