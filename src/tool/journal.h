/* journal.h - the file of a sweep: what is asked, then one finished point per line.
 *
 * JSON lines. The first is the header, schema "lieorbit.sweep-journal/1": `family` or `template`, `grid`,
 * `seed`, `degree`, `relu`, `version`, `fingerprint` of all these, and `shard` [i, n]. A line is written by
 * one write() at the end of the file and synchronised; a last line without its newline was torn by a crash
 * and is dropped. A later line of a point replaces an earlier one.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_JOURNAL_H
#define LO_TOOL_JOURNAL_H

#include "tool/grid.h"
#include "tool/options.h"

#include <jansson.h>

/* What is asked: it makes two sweeps the same. */
typedef struct {
    char *family; /* NULL: a template */
    char *body;   /* the template */
    grid_t grid;
    uint64_t seed;
    int degree;
    lo_relu_t relu;
} question_t;

void question_clear(question_t *question);

/* The header of a journal of a question. NULL when memory is short. */
json_t *journal_header(const question_t *question, long shard, long shards);

/* Reads the question back. Returns -1, or an exit status after a message.
 * Out: question, to be cleared in every case. In: name, for messages. */
int question_read(question_t *question, const json_t *header, const char *name);

/* The lines of a journal: its header, and rows[k] of point k, or NULL. */
typedef struct {
    json_t *header;
    json_t **rows;
    long points;
    long repeated; /* lines of points that had one already */
    size_t length; /* of the file up to the end of the last complete line */
} journal_t;

/* Reads a journal. Returns -1, or an exit status after a message.
 * Out: journal, to be cleared in every case; header is NULL where the file is empty or holds only a torn
 * line.
 * In: fd, open at its beginning. */
int journal_read(journal_t *journal, int fd, const char *name);

void journal_clear(journal_t *journal);

/* Opens the file of a sweep, locks it, and reads what is there or begins it with the header. A torn line is
 * cut off. Returns -1, or an exit status after a message. Out: fd; journal as above. */
int journal_open(int *fd, journal_t *journal, const char *name, const json_t *header);

/* Appends a line; journal_append brings it to the disk as well. Returns 1, or 0 after a message. */
int journal_write(int fd, const char *name, const json_t *line);
int journal_append(int fd, const char *name, const json_t *line);

#endif
