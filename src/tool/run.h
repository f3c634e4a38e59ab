/* run.h - work in a child process: limits, signals, and an answer whatever happens to the child.
 *
 * FLINT and GMP end the process when memory or a size fails them, and a stack overflow cannot be caught at
 * all. So the library runs in a child; the child sends finished reports through a pipe, and the parent prints
 * the last of them.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_RUN_H
#define LO_TOOL_RUN_H

#include "tool/options.h"

#include <signal.h>

#define SECOND INT64_C(1000000000)
#define PROGRESS_AFTER SECOND
#define PROGRESS_EVERY (SECOND / 5)

/* The child's end of the pipe. */
typedef struct {
    int fd;
    int wants_progress;            /* the parent shows it on a terminal */
    const volatile int *interrupt; /* becomes nonzero when the user stops the work */
} worker_t;

/* The work of the child; what it returns is the exit status of the tool. */
typedef int (*work_fn)(worker_t *worker, void *data);

/* Sends the report of what is known so far; the parent prints it when nothing better follows. */
void worker_snapshot(worker_t *worker, const char *report);

/* Sends the answer; the parent prints it on standard output. */
void worker_answer(worker_t *worker, const char *report);

/* Sends a piece of a long answer; the parent prints it at once. Afterwards no snapshot is shown any more. */
void worker_piece(worker_t *worker, const char *text, size_t length);

/* Sends a line for standard error (the final newline is added where it is missing). */
void worker_message(worker_t *worker, const char *format, ...) LO_PRINTF(2, 3);

/* Sends the stage of the work; total 0 is unknown. */
void worker_progress(worker_t *worker, const char *stage, long done, long total);

/* Nanoseconds of the monotonic clock. */
int64_t clock_ns(void);

/* Does the work under the limits of the options and prints what it sends.
 * In: start_ns, when the tool began (limits and progress count from there). Returns the exit status. */
int run_limited(const options_t *options, int64_t start_ns, work_fn work, void *data);

/* Whether progress is to be shown: the options allow it, and standard error is a terminal. */
int wants_progress(const options_t *options);

/* The one line of progress; an empty stage erases it. In and out: shown, whether there is one. */
void show_progress(const char *stage, int64_t elapsed, int *shown);

/* Blocks the signals that stop the tool, and catches them unless they are ignored. Out: before, the mask
 * until then. */
void block_stop_signals(sigset_t *before);
void catch_stop_signals(void (*handler)(int));

/* Writes `text` to standard output and flushes it. Returns 1; or 0 after saying why on standard error. */
int print_answer(const char *text, size_t length);

#endif
