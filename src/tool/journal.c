/* journal.c - the file of a sweep.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/journal.h"

#include "tool/commands.h"
#include "tool/row.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCHEMA "lieorbit.sweep-journal/1"
#define LINE_FORMAT (JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION(9))

/* The keys that make two sweeps the same. */
static const char *const identity[] = { "family", "template", "grid", "seed", "degree", "relu", "version" };
#define NIDENTITY ((int) (sizeof(identity) / sizeof(identity[0])))

static int broken(const char *name, const char *what)
{
    fprintf(stderr, "lieorbit: cannot %s %s: %s\n", what, name, strerror(errno));
    return EXIT_BROKEN;
}

/* ---------------------------------------------------------------------------------------------------
 * The question
 * --------------------------------------------------------------------------------------------------- */

void question_clear(question_t *question)
{
    free(question->family);
    free(question->body);
    grid_clear(&question->grid);
    memset(question, 0, sizeof(*question));
}

/* FNV-1a of 64 bits: it tells journals apart, and guards against nothing else. */
static char *fingerprint(const json_t *header, char digits[17])
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (int i = 0; i < NIDENTITY; i++) {
        char *text = json_dumps(json_object_get(header, identity[i]), JSON_ENCODE_ANY | JSON_COMPACT);
        for (const char *c = text; text != NULL; c++) {
            hash = (hash ^ (unsigned char) *c) * UINT64_C(0x100000001b3);
            if (*c == '\0')
                break;
        }
        free(text);
    }
    snprintf(digits, 17, "%016llx", (unsigned long long) hash);
    return digits;
}

json_t *journal_header(const question_t *question, long shard, long shards)
{
    char digits[24];
    char *grid = grid_text(&question->grid);
    snprintf(digits, sizeof(digits), "%llu", (unsigned long long) question->seed);
    json_t *header = json_pack(
        "{s:s, s:s, s:s?, s:s, s:s, s:s, s:i, s:s, s:[I, I]}", "schema", SCHEMA, "version", lo_version(),
        "family", question->family, "template", question->body, "grid", grid != NULL ? grid : "", "seed",
        digits, "degree", question->degree, "relu", question->relu == LO_RELU_PATTERN ? "pattern" : "paths",
        "shard", (json_int_t) shard, (json_int_t) shards);
    if (header != NULL && grid != NULL)
        json_object_set_new(header, "fingerprint", json_string(fingerprint(header, digits)));
    else if (header != NULL) {
        json_decref(header);
        header = NULL;
    }
    free(grid);
    return header;
}

static const char *text_of(const json_t *header, const char *key)
{
    const char *text = json_string_value(json_object_get(header, key));
    return text != NULL ? text : "";
}

static int is_header(const json_t *header)
{
    char digits[17];
    const json_t *shard = json_object_get(header, "shard");
    json_int_t i = json_integer_value(json_array_get(shard, 0)),
               n = json_integer_value(json_array_get(shard, 1));
    return json_is_object(header) && strcmp(text_of(header, "schema"), SCHEMA) == 0 && i >= 1 && i <= n &&
           json_is_integer(json_object_get(header, "degree")) &&
           strcmp(text_of(header, "fingerprint"), fingerprint(header, digits)) == 0;
}

int question_read(question_t *question, const json_t *header, const char *name)
{
    memset(question, 0, sizeof(*question));
    grid_init(&question->grid);
    const char *family = json_string_value(json_object_get(header, "family"));
    question->family = family == NULL ? NULL : strdup(family);
    question->body = strdup(text_of(header, "template"));
    if (question->body == NULL || (family != NULL && question->family == NULL))
        return out_of_memory();
    question->seed = strtoull(text_of(header, "seed"), NULL, 10);
    question->degree = (int) json_integer_value(json_object_get(header, "degree"));
    question->relu = strcmp(text_of(header, "relu"), "pattern") == 0 ? LO_RELU_PATTERN : LO_RELU_PATHS;
    if (text_of(header, "grid")[0] != '\0' && grid_read(&question->grid, text_of(header, "grid")) != -1) {
        fprintf(stderr, "lieorbit: %s: the grid of its header is wrong\n", name);
        return EXIT_MODEL;
    }
    return -1;
}

/* ---------------------------------------------------------------------------------------------------
 * Reading
 * --------------------------------------------------------------------------------------------------- */

void journal_clear(journal_t *journal)
{
    for (long k = 0; k < journal->points; k++)
        json_decref(journal->rows[k]);
    free(journal->rows);
    json_decref(journal->header);
    memset(journal, 0, sizeof(*journal));
}

/* All of the file. Returns -1 or an exit status; out: text, owned by the caller, and its length. */
static int read_all(char **text, size_t *length, int fd, const char *name)
{
    struct stat status;
    *text = NULL;
    *length = 0;
    if (fstat(fd, &status) != 0)
        return broken(name, "read");
    if (!S_ISREG(status.st_mode)) {
        fprintf(stderr, "lieorbit: %s is not a regular file, which a journal must be\n", name);
        return EXIT_BROKEN;
    }
    *text = malloc((size_t) status.st_size + 1);
    if (*text == NULL)
        return out_of_memory();
    while (*length < (size_t) status.st_size) {
        ssize_t n = read(fd, *text + *length, (size_t) status.st_size - *length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return broken(name, "read");
        if (n == 0)
            break;
        *length += (size_t) n;
    }
    return -1;
}

static int wrong_line(const char *name, long line, const char *why)
{
    fprintf(stderr, "lieorbit: %s:%ld: %s\n", name, line, why);
    return EXIT_MODEL;
}

static int take_row(journal_t *journal, json_t *row, const grid_t *grid, const char *name, long line)
{
    if (!row_is_sound(row, grid)) {
        json_decref(row);
        return wrong_line(name, line, "this is no row of the sweep of the first line");
    }
    json_t **place = &journal->rows[row_point(row)];
    journal->repeated += *place != NULL;
    json_decref(*place);
    *place = row;
    return -1;
}

/* The header and the grid that it gives. */
static int take_header(journal_t *journal, question_t *question, json_t *header, const char *name)
{
    if (!is_header(header)) {
        json_decref(header);
        return wrong_line(name, 1, "this is not the journal of a sweep");
    }
    journal->header = header;
    int status = question_read(question, header, name);
    if (status != -1)
        return status;
    journal->rows = calloc((size_t) question->grid.points, sizeof(json_t *));
    if (journal->rows == NULL)
        return out_of_memory();
    journal->points = question->grid.points;
    return -1;
}

int journal_read(journal_t *journal, int fd, const char *name)
{
    char *text;
    size_t length, at = 0;
    long line = 0;
    question_t question;
    memset(journal, 0, sizeof(*journal));
    memset(&question, 0, sizeof(question));
    int status = read_all(&text, &length, fd, name);
    while (status == -1 && at < length) {
        const char *newline = memchr(text + at, '\n', length - at);
        if (newline == NULL) /* torn */
            break;
        size_t end = (size_t) (newline - text);
        json_t *value = json_loadb(text + at, end - at, JSON_REJECT_DUPLICATES, NULL);
        line++;
        if (value == NULL)
            status = wrong_line(name, line, "this is not a line of a journal");
        else if (line == 1)
            status = take_header(journal, &question, value, name);
        else
            status = take_row(journal, value, &question.grid, name, line);
        at = end + 1;
        journal->length = at;
    }
    free(text);
    question_clear(&question);
    return status;
}

/* ---------------------------------------------------------------------------------------------------
 * Writing
 * --------------------------------------------------------------------------------------------------- */

int journal_write(int fd, const char *name, const json_t *line)
{
    char *text = json_dumps(line, LINE_FORMAT);
    if (text == NULL) {
        out_of_memory();
        return 0;
    }
    size_t length = strlen(text), done = 0;
    text[length++] = '\n'; /* in place of the NUL */
    while (done < length) {
        ssize_t n = write(fd, text + done, length - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t) n;
    }
    free(text);
    if (done == length)
        return 1;
    broken(name, "write");
    return 0;
}

int journal_append(int fd, const char *name, const json_t *line)
{
    if (!journal_write(fd, name, line))
        return 0;
    if (fsync(fd) == 0)
        return 1;
    broken(name, "write");
    return 0;
}

/* Why the journal there does not belong to this sweep; NULL when it does. */
static const char *difference(const json_t *there, const json_t *here)
{
    for (int i = 0; i < NIDENTITY; i++)
        if (!json_equal(json_object_get(there, identity[i]), json_object_get(here, identity[i])))
            return identity[i];
    return json_equal(json_object_get(there, "shard"), json_object_get(here, "shard")) ? NULL : "shard";
}

/* Whether the file, without a complete line, is the beginning of our first line: only then may it be cut. */
static int is_torn_header(int fd, const char *name, const json_t *header)
{
    size_t length = 0;
    char *there, *ours = json_dumps(header, LINE_FORMAT);
    int read = lseek(fd, 0, SEEK_SET) == 0 && read_all(&there, &length, fd, name) == -1;
    int torn = read && ours != NULL && length <= strlen(ours) && memcmp(there, ours, length) == 0;
    if (read)
        free(there);
    free(ours);
    return torn;
}

/* Takes the file as it is: the header must be ours, and a torn line goes. */
static int go_on(int fd, journal_t *journal, const char *name, const json_t *header)
{
    int status = journal_read(journal, fd, name);
    const char *other = status == -1 && journal->header != NULL ? difference(journal->header, header) : NULL;
    if (status != -1)
        return status;
    if (journal->header == NULL && !is_torn_header(fd, name, header))
        return wrong_line(name, 1, "this is not the journal of a sweep");
    if (other != NULL) {
        char *theirs = json_dumps(json_object_get(journal->header, other), JSON_ENCODE_ANY | JSON_COMPACT);
        char *ours = json_dumps(json_object_get(header, other), JSON_ENCODE_ANY | JSON_COMPACT);
        usage_error("%s is the journal of another sweep: its %s is %s, not %s", name, other,
                    theirs != NULL ? theirs : "?", ours != NULL ? ours : "?");
        free(theirs);
        free(ours);
        return EXIT_USAGE;
    }
    if (ftruncate(fd, (off_t) journal->length) != 0)
        return broken(name, "write");
    return journal->header != NULL || journal_append(fd, name, header) ? -1 : EXIT_BROKEN;
}

int journal_open(int *fd, journal_t *journal, const char *name, const json_t *header)
{
    struct flock lock;
    memset(journal, 0, sizeof(*journal));
    *fd = open(name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (*fd < 0)
        return broken(name, "write");
    memset(&lock, 0, sizeof(lock));
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    /* A file system without locks is no reason to stop. */
    if (fcntl(*fd, F_SETLK, &lock) != 0 && (errno == EACCES || errno == EAGAIN)) {
        fprintf(stderr, "lieorbit: another sweep is writing to %s\n", name);
        return EXIT_BROKEN;
    }
    return go_on(*fd, journal, name, header);
}
