/* table.c - the rows of a sweep in the formats that people and programs read.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/table.h"

#include "tool/commands.h"
#include "tool/row.h"
#include "tool/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELL 400  /* bytes; longer messages are cut */
#define REMARKS 8 /* different remarks of one table; more share the last mark */

/* The columns after those of the keys. */
enum { PARAMETERS, GROWTH, ORBIT, LAWS, FOUND, COMPLETE, SECONDS, NOTE, NCOLUMNS };

static const char *const headings[][NCOLUMNS] = {
    { "parameters", "growth", "orbit_dimension", "laws", "found", "complete", "seconds",
      "note" },                                                                           /* for programs */
    { "parameters", "growth", "orbits", "laws", "found", "complete", "seconds", "note" }, /* for people */
};

typedef struct {
    const question_t *question;
    json_t *const *rows;
    const options_t *options;
    FILE *out;
    const char *remarks[REMARKS]; /* on the validity of rows, in the order of their first rows */
    int nremarks;
} table_t;

static const char *validity(const json_t *row)
{
    return json_string_value(json_object_get(row, "validity"));
}

static void collect_remarks(table_t *table)
{
    for (long k = 0; k < table->question->grid.points; k++) {
        const char *remark = table->rows[k] == NULL ? NULL : validity(table->rows[k]);
        int i = 0;
        while (remark != NULL && i < table->nremarks && strcmp(table->remarks[i], remark) != 0)
            i++;
        if (remark != NULL && i == table->nremarks && i < REMARKS)
            table->remarks[table->nremarks++] = remark;
    }
}

/* As many stars as the number of the remark; none where there is nothing to remark. */
static const char *mark(const table_t *table, const json_t *row)
{
    static const char stars[REMARKS + 1] = "********";
    const char *remark = validity(row);
    int i = 0;
    if (remark == NULL)
        return "";
    while (i < table->nremarks - 1 && strcmp(table->remarks[i], remark) != 0)
        i++;
    return stars + REMARKS - 1 - i;
}

static int is_shown(const table_t *table, int column)
{
    return column == SECONDS ? !table->options->no_time
                             : column != NOTE || table->options->format == FORMAT_CSV;
}

/* ---------------------------------------------------------------------------------------------------
 * Cells
 * --------------------------------------------------------------------------------------------------- */

static void growth_cell(char *cell, const json_t *row)
{
    const json_t *growth = json_object_get(row, "growth");
    int length = 0;
    for (size_t i = 0; i < json_array_size(growth) && length < CELL - 30; i++)
        length += snprintf(cell + length, CELL - (size_t) length, "%s%lld", i > 0 ? "," : "",
                           (long long) json_integer_value(json_array_get(growth, i)));
    if (json_is_true(json_object_get(row, "growth_partial")))
        snprintf(cell + length, CELL - (size_t) length, "+");
}

/* A number between bounds: "5" where they meet, else "4..6". */
static void bounds_cell(char *cell, json_int_t lower, json_int_t upper)
{
    if (lower == upper)
        snprintf(cell, CELL, "%lld", (long long) lower);
    else
        snprintf(cell, CELL, "%lld..%lld", (long long) lower, (long long) upper);
}

/* A cell of at most CELL bytes; empty where the row does not know. */
static void fill_cell(char *cell, const json_t *row, int column)
{
    const json_t *bounds = json_object_get(row, "orbit_bounds");
    const char *text = NULL;
    cell[0] = '\0';
    if (column == NOTE)
        text = json_is_string(json_object_get(row, "message"))
                   ? json_string_value(json_object_get(row, "message"))
                   : validity(row);
    if (column == COMPLETE)
        text = strcmp(row_status(row), "finished") == 0 || strcmp(row_status(row), "stopped") == 0
                   ? json_string_value(json_object_get(row, "complete"))
                   : row_status(row);
    if (text != NULL)
        snprintf(cell, CELL, "%s", text);
    if (column == SECONDS)
        snprintf(cell, CELL, "%.3f", json_number_value(json_object_get(row, "seconds")));
    if (bounds == NULL || json_is_null(bounds))
        return;
    json_int_t lower = json_integer_value(json_array_get(bounds, 0)),
               upper = json_integer_value(json_array_get(bounds, 1)),
               dimension = row_integer(row, "parameters");
    if (column == PARAMETERS)
        snprintf(cell, CELL, "%lld", (long long) dimension);
    if (column == FOUND)
        snprintf(cell, CELL, "%ld", row_integer(row, "found"));
    if (column == GROWTH)
        growth_cell(cell, row);
    if (column == ORBIT)
        bounds_cell(cell, lower, upper);
    if (column == LAWS)
        bounds_cell(cell, dimension - upper, dimension - lower);
}

/* ---------------------------------------------------------------------------------------------------
 * Formats
 * --------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *before_row, *between, *after_row, *empty;
    void (*put)(FILE *out, const char *cell);
} style_t;

/* RFC 4180: quotes around what contains a comma, a quote or the end of a line; quotes are doubled. */
static void put_csv(FILE *out, const char *cell)
{
    if (strpbrk(cell, ",\"\r\n") == NULL) {
        fputs(cell, out);
        return;
    }
    fputc('"', out);
    for (; *cell != '\0'; cell++)
        fputs(*cell == '"' ? "\"\"" : (char[]){ *cell, '\0' }, out);
    fputc('"', out);
}

static void put_latex(FILE *out, const char *cell)
{
    for (; *cell != '\0'; cell++)
        if (*cell == '\\')
            fputs("\\textbackslash{}", out);
        else if (*cell == '~' || *cell == '^')
            fprintf(out, "\\%c{}", *cell);
        else
            fprintf(out, strchr("&%$#_{}", *cell) != NULL ? "\\%c" : "%c", *cell);
}

static void put_texinfo(FILE *out, const char *cell)
{
    for (; *cell != '\0'; cell++)
        fprintf(out, strchr("@{}", *cell) != NULL ? "@%c" : "%c", *cell);
}

/* What column i of a row shows (of the heading, where row is NULL): the text, perhaps in cell; NULL where
 * the table has no such column. Columns are those of the keys, then the others. */
static const char *cell_text(char *cell, const table_t *table, const json_t *row, long point, int i)
{
    const grid_t *grid = &table->question->grid;
    int column = i - grid->naxes, programs = table->options->format == FORMAT_CSV;
    if (column < 0)
        return row == NULL ? grid->axes[i].key : grid_value(grid, point, i);
    if (!is_shown(table, column))
        return NULL;
    if (row == NULL)
        return headings[!programs][column];
    fill_cell(cell, row, column);
    if (column == COMPLETE && !programs)
        snprintf(cell + strlen(cell), CELL - strlen(cell), "%s", mark(table, row));
    return cell;
}

static void put_row(const table_t *table, const style_t *style, const json_t *row, long point)
{
    char cell[CELL];
    fputs(style->before_row, table->out);
    for (int i = 0; i < table->question->grid.naxes + NCOLUMNS; i++) {
        const char *text = cell_text(cell, table, row, point, i);
        if (text == NULL)
            continue;
        fputs(i > 0 ? style->between : "", table->out); /* the first column is always there */
        if (text[0] == '\0')
            fputs(style->empty, table->out);
        else
            style->put(table->out, text);
    }
    fputs(style->after_row, table->out);
}

static void put_rows(const table_t *table, const style_t *style)
{
    for (long k = 0; k < table->question->grid.points; k++)
        if (table->rows[k] != NULL)
            put_row(table, style, table->rows[k], k);
}

/* What the stars mean. */
static void put_remarks(const table_t *table, const char *before, void (*put)(FILE *out, const char *cell))
{
    for (int i = 0; i < table->nremarks; i++) {
        fprintf(table->out, "%s%.*s ", before, i + 1, "********");
        put(table->out, table->remarks[i]);
        fputc('\n', table->out);
    }
}

static void write_csv(const table_t *table)
{
    static const style_t style = { "", ",", "\n", "", put_csv };
    put_row(table, &style, NULL, 0);
    put_rows(table, &style);
}

static int columns(const table_t *table)
{
    int n = table->question->grid.naxes;
    for (int column = 0; column < NCOLUMNS; column++)
        n += is_shown(table, column);
    return n;
}

static void write_latex(const table_t *table)
{
    static const style_t style = { "", " & ", " \\\\\n", "--", put_latex };
    fputs("\\begin{tabular}{", table->out);
    for (int i = 0; i < columns(table); i++)
        fputc('r', table->out);
    fputs("}\n\\hline\n", table->out);
    put_row(table, &style, NULL, 0);
    fputs("\\hline\n", table->out);
    put_rows(table, &style);
    fputs("\\hline\n\\end{tabular}\n", table->out);
    put_remarks(table, "\\par ", put_latex);
}

/* Columns in proportion to their widest cells. */
static void put_fractions(const table_t *table)
{
    const grid_t *grid = &table->question->grid;
    size_t width[GRID_AXES + NCOLUMNS] = { 0 }, sum = 0;
    char cell[CELL];
    for (long k = -1; k < grid->points; k++)
        for (int i = 0; i < grid->naxes + NCOLUMNS && (k < 0 || table->rows[k] != NULL); i++) {
            const char *text = cell_text(cell, table, k < 0 ? NULL : table->rows[k], k, i);
            size_t length = text == NULL ? 0 : strlen(text) + 2;
            width[i] = length > width[i] ? length : width[i];
        }
    for (int i = 0; i < grid->naxes + NCOLUMNS; i++)
        sum += width[i];
    fputs("@multitable @columnfractions", table->out);
    for (int i = 0; i < grid->naxes + NCOLUMNS; i++)
        if (width[i] > 0)
            fprintf(table->out, " %.3f", 0.99 * (double) width[i] / (double) sum);
    fputc('\n', table->out);
}

static void write_texinfo(const table_t *table)
{
    static const style_t head = { "@headitem ", " @tab ", "\n", "--", put_texinfo };
    static const style_t style = { "@item ", " @tab ", "\n", "--", put_texinfo };
    put_fractions(table);
    put_row(table, &head, NULL, 0);
    put_rows(table, &style);
    fputs("@end multitable\n", table->out);
    put_remarks(table, "\n@noindent\n", put_texinfo);
}

/* ---------------------------------------------------------------------------------------------------
 * Text
 * --------------------------------------------------------------------------------------------------- */

static void put_text(FILE *out, const char *cell)
{
    fputs(cell, out);
}

/* Tab-separated first; then every column is made as wide as its widest cell. Messages follow the table. */
static void align(FILE *out, char *text)
{
    size_t width[GRID_AXES + NCOLUMNS] = { 0 }, column = 0;
    for (char *c = text; *c != '\0'; column++) {
        size_t length = strcspn(c, "\t\n");
        width[column] = length > width[column] ? length : width[column];
        if (c[length] == '\n')
            column = (size_t) -1;
        c += length + 1;
    }
    for (char *c = text; *c != '\0'; column++) {
        size_t length = strcspn(c, "\t\n");
        char end = c[length];
        c[length] = '\0';
        fprintf(out, "%s%*s", column > 0 ? "  " : "", (int) width[column], c);
        if (end == '\n') {
            fputc('\n', out);
            column = (size_t) -1;
        }
        c += length + 1;
    }
}

static void put_messages(const table_t *table)
{
    const grid_t *grid = &table->question->grid;
    for (long k = 0; k < grid->points; k++) {
        const json_t *row = table->rows[k];
        const char *message = row == NULL ? NULL : json_string_value(json_object_get(row, "message"));
        if (message == NULL)
            continue;
        for (int i = 0; i < grid->naxes; i++)
            fprintf(table->out, "%s%s %s", i > 0 ? ", " : "", grid->axes[i].key, grid_value(grid, k, i));
        fprintf(table->out, "%s%s\n", grid->naxes > 0 ? ": " : "", message);
    }
}

/* How many rows are decided. */
static void put_summary(const table_t *table)
{
    static const char *const words[] = { "yes", "no", "unknown", "error", "broken" };
    static const char *const texts[] = { "proved complete", "proved incomplete", "unknown", "wrong models",
                                         "broken" };
    long counts[5] = { 0 }, there = 0, points = table->question->grid.points;
    char cell[CELL];
    for (long k = 0; k < points; k++) {
        if (table->rows[k] == NULL)
            continue;
        there++;
        fill_cell(cell, table->rows[k], COMPLETE);
        for (int i = 0; i < 5; i++)
            counts[i] += strcmp(cell, words[i]) == 0;
    }
    if (there < points)
        fprintf(table->out, "%ld of ", there);
    fprintf(table->out, "%ld point%s", points, points == 1 ? "" : "s");
    for (int i = 0, first = 1; i < 5; i++)
        if (counts[i] > 0) {
            fprintf(table->out, "%s%ld %s", first ? ": " : ", ", counts[i], texts[i]);
            first = 0;
        }
    fputc('\n', table->out);
}

static void write_text(table_t *table)
{
    static const style_t style = { "", "\t", "\n", "-", put_text };
    char *cells = NULL;
    size_t size = 0;
    FILE *out = table->out;
    table->out = open_memstream(&cells, &size);
    if (table->out != NULL) {
        put_row(table, &style, NULL, 0);
        put_rows(table, &style);
        if (fclose(table->out) == 0)
            align(out, cells);
        free(cells);
    }
    table->out = out;
    put_remarks(table, "", put_text);
    put_messages(table);
    put_summary(table);
}

/* ---------------------------------------------------------------------------------------------------
 * JSON
 * --------------------------------------------------------------------------------------------------- */

static void write_json(const table_t *table)
{
    const question_t *question = table->question;
    json_t *top = journal_header(question, 1, 1), *rows = json_array();
    long points = question->grid.points, missing = 0;
    for (long k = 0; k < points; k++) {
        missing += table->rows[k] == NULL;
        if (table->rows[k] == NULL)
            continue;
        json_t *row = json_copy(table->rows[k]);
        if (table->options->no_time)
            json_object_del(row, "seconds");
        json_array_append_new(rows, row);
    }
    json_object_del(top, "fingerprint");
    json_object_del(top, "shard");
    if (question->degree < 0)
        json_object_set_new(top, "degree", json_null());
    if (question->seed < (uint64_t) 1 << 53)
        json_object_set_new(top, "seed", json_integer((json_int_t) question->seed));
    json_object_set_new(top, "schema", json_string("lieorbit.sweep/1"));
    json_object_set_new(top, "points", json_integer(points));
    json_object_set_new(top, "missing", json_integer(missing));
    json_object_set_new(top, "rows", rows);
    json_dumpf(top, table->out, JSON_SORT_KEYS | JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    fputc('\n', table->out);
    json_decref(top);
}

/* The table; NULL when memory is short. */
static char *table_text(const question_t *question, json_t *const *rows, const options_t *options)
{
    char *text = NULL;
    size_t size = 0;
    table_t table = { question, rows, options, open_memstream(&text, &size), { NULL }, 0 };
    if (table.out == NULL)
        return NULL;
    collect_remarks(&table);
    switch (options->format) {
    case FORMAT_TEXT:
        write_text(&table);
        break;
    case FORMAT_CSV:
        write_csv(&table);
        break;
    case FORMAT_JSON:
        write_json(&table);
        break;
    case FORMAT_LATEX:
        write_latex(&table);
        break;
    case FORMAT_TEXINFO:
        write_texinfo(&table);
        break;
    }
    int broken = ferror(table.out);
    if (fclose(table.out) == 0 && !broken)
        return text;
    free(text);
    return NULL;
}

int table_print(const question_t *question, json_t *const *rows, const options_t *options)
{
    char *text = table_text(question, rows, options);
    if (text == NULL)
        return out_of_memory();
    int printed = print_answer(text, strlen(text));
    free(text);
    return printed ? -1 : EXIT_BROKEN;
}
