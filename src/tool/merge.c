/* merge.c - journals of the shards of one sweep, joined.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/merge.h"

#include "tool/row.h"
#include "tool/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Joins the rows of one more journal to those that are there. Returns -1, or EXIT_REFUTED after a message. */
static int join_rows(journal_t *whole, journal_t *part, const char *name, long *repeated)
{
    int status = -1;
    *repeated += part->repeated;
    for (long k = 0; k < whole->points; k++) {
        json_t **ours = &whole->rows[k], *theirs = part->rows[k];
        if (theirs == NULL)
            continue;
        *repeated += *ours != NULL;
        if (*ours != NULL && !row_agree(*ours, theirs)) {
            fprintf(stderr, "lieorbit: %s: its row of point %ld contradicts that of an earlier journal\n",
                    name, k + 1);
            status = EXIT_REFUTED;
        } else if (*ours == NULL || row_is_better(theirs, *ours)) {
            json_decref(*ours);
            *ours = json_incref(theirs);
        }
    }
    return status;
}

/* Reads one journal and joins it. Out: whole begins as the first of them. */
static int merge_one(journal_t *whole, const char *name, long *repeated)
{
    journal_t part;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fprintf(stderr, "lieorbit: cannot read %s: %s\n", name, strerror(errno));
        return EXIT_BROKEN;
    }
    int status = journal_read(&part, fd, name);
    close(fd);
    if (status == -1 && part.header == NULL) {
        fprintf(stderr, "lieorbit: %s is empty, not the journal of a sweep\n", name);
        status = EXIT_MODEL;
    }
    if (status == -1 && whole->header == NULL) {
        *whole = part;
        *repeated = part.repeated;
        return -1;
    }
    if (status == -1 && !json_equal(json_object_get(whole->header, "fingerprint"),
                                    json_object_get(part.header, "fingerprint")))
        status = usage_error("%s belongs to another sweep than the journals before it", name);
    if (status == -1)
        status = join_rows(whole, &part, name, repeated);
    journal_clear(&part);
    return status;
}

/* Tells which points no journal has. Returns how many. */
static long tell_missing(const journal_t *whole)
{
    long missing = 0;
    for (long k = 0; k < whole->points; k++)
        missing += whole->rows[k] == NULL;
    if (missing == 0)
        return 0;
    fprintf(stderr, "lieorbit: %ld of %ld points are missing:", missing, whole->points);
    long told = 0;
    for (long k = 0; k < whole->points && told < 10; k++)
        if (whole->rows[k] == NULL)
            fprintf(stderr, "%s %ld", told++ > 0 ? "," : "", k + 1);
    fputs(told < missing ? ", ...\n" : "\n", stderr);
    return missing;
}

/* Writes the joined journal to a new file. Returns -1, or an exit status after a message. */
static int write_whole(const journal_t *whole, const question_t *question, const char *name)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0) {
        fprintf(stderr, "lieorbit: cannot write %s: %s\n", name, strerror(errno));
        return EXIT_BROKEN;
    }
    json_t *header = journal_header(question, 1, 1);
    int written = header != NULL && journal_write(fd, name, header);
    for (long k = 0; k < whole->points && written; k++)
        if (whole->rows[k] != NULL)
            written = journal_write(fd, name, whole->rows[k]);
    json_decref(header);
    written = written && fsync(fd) == 0;
    if (close(fd) == 0 && written)
        return -1;
    fprintf(stderr, "lieorbit: %s is not complete\n", name);
    return EXIT_BROKEN;
}

/* The answer of a merge: the joined journal, the table, and what is wrong with it. */
static int finish_merge(const journal_t *whole, const options_t *options, long repeated)
{
    question_t question;
    int status = question_read(&question, whole->header, options->words[0]);
    if (status == -1 && options->out != NULL)
        status = write_whole(whole, &question, options->out);
    if (status == -1)
        status = table_print(&question, whole->rows, options);
    if (status == -1 && repeated > 0 && !options->quiet)
        fprintf(stderr, "lieorbit: %ld row%s given more than once\n", repeated,
                repeated == 1 ? " is" : "s are");
    if (status == -1)
        status = tell_missing(whole) > 0 ? EXIT_LIMIT : rows_status(whole->rows, whole->points);
    question_clear(&question);
    return status;
}

int sweep_merge(const options_t *options)
{
    journal_t whole;
    long repeated = 0;
    int status = -1;
    memset(&whole, 0, sizeof(whole));
    if (options->nwords == 0)
        return usage_error("sweep --merge takes journals that --out wrote");
    if (options->text != NULL || options->shards != 1)
        return usage_error("sweep --merge takes journals, no %s", options->text != NULL ? "-e" : "--shard");
    for (int i = 0; i < options->nwords; i++) { /* all contradictions are told */
        int here = merge_one(&whole, options->words[i], &repeated);
        status = here != -1 ? here : status;
        if (here != -1 && here != EXIT_REFUTED)
            break;
    }
    if (status == -1)
        status = finish_merge(&whole, options, repeated);
    journal_clear(&whole);
    return status;
}
