/* options.h - the command line: one table of commands, one of options.
 *
 * The tables drive parsing, `--help`, the suggestions after a typing error and, through `--help`, the man
 * page.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_OPTIONS_H
#define LO_TOOL_OPTIONS_H

#include <lieorbit/lieorbit.h>

/* Exit statuses, a contract of the manual. */
enum {
    EXIT_ANSWERED = 0,
    EXIT_REFUTED = 1,
    EXIT_USAGE = 2,
    EXIT_MODEL = 3,
    EXIT_LIMIT = 4,
    EXIT_BROKEN = 5 /* input/output failed, or lieorbit itself is wrong */
};

typedef enum {
    COMMAND_NONE,
    COMMAND_LAWS,
    COMMAND_RANK,
    COMMAND_VERIFY,
    COMMAND_SIMS,
    COMMAND_CHECK,
    COMMAND_EXPORT_COQ,
    COMMAND_SWEEP,
    COMMAND_ZOO,
    COMMAND_HELP
} command_t;

typedef enum { FORMAT_TEXT, FORMAT_CSV, FORMAT_JSON, FORMAT_LATEX, FORMAT_TEXINFO } format_t;

typedef enum { PICTURE_NONE, PICTURE_SVG, PICTURE_DOT } picture_t;

typedef enum { WHEN_AUTO, WHEN_NEVER, WHEN_ALWAYS } when_t;

typedef struct {
    char **operands; /* owned: the command and what stands after it */
    command_t command;
    const char *law;  /* of `verify` */
    const char *name; /* of `zoo`; NULL lists */
    const char *problem; /* of `check`; the certificate is the file */
    const char *file; /* "-" is standard input; NULL with -e */
    char *text;       /* the joined -e texts, owned; NULL without -e */
    const char *output;      /* of `export-coq`: the file; NULL: standard output */
    const char *certificate; /* where to write one; NULL: nowhere */
    int json;
    int quiet;
    int degree; /* -1: chosen by the library */
    long threads;
    uint64_t seed;
    int64_t limit_ns;      /* 0: none */
    uint64_t limit_memory; /* bytes of address space for the computation */
    when_t progress;
    when_t color;
    lo_relu_t relu;
    /* of `sweep` */
    char **words; /* what stands after the command */
    int nwords;
    format_t format;
    const char *out;          /* the journal, or NULL */
    long shard, shards;       /* points shard, shard + shards, ... counted from 1 */
    int merge;                /* the operands are journals */
    int no_time;              /* leave times out of the table */
    const char *sweep_option; /* an option that only `sweep` takes, when one was given */
    int structural; /* the structural route whatever the size is */
    picture_t picture; /* of `sims`: the hierarchy instead of the answer */
    int all_laws;   /* ... and every law instead of one line for each group */
} options_t;

/* Reads the command line. Returns -1 when there is work to do, else the exit status: usage errors have been
 * told on stderr, `--help` and `--version` printed on stdout. Out: options, to be cleared by the caller in
 * every case. */
int options_read(options_t *options, int argc, char **argv);

/* Frees what the options own. */
void options_clear(options_t *options);

/* Says "lieorbit: ..." on stderr and gives back EXIT_USAGE, with a pointer to the help. */
int usage_error(const char *format, ...) LO_PRINTF(1, 2);

#endif
