/* pool.h - the main job on many models at a time, each in a process of its own.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_POOL_H
#define LO_TOOL_POOL_H

#include "tool/options.h"

#include <stddef.h>

/* Where models come from and answers go. The functions run one at a time. */
typedef struct {
    /* The next piece of work and its model, or -1 when there is none left. Out: *model, owned by the pool. */
    long (*next)(void *data, char **model);
    /* One piece is done: its exit status, its standard output and standard error (NULL when empty).
     * Returns -1 to go on, or the exit status with which the pool is to end. */
    int (*done)(void *data, long piece, int status, const char *report, const char *errors, double seconds);
    /* The line of progress. */
    void (*stage)(void *data, char *line, size_t size);
    void *data;
} pool_work_t;

/* Runs `laws --json` on all models, options->threads at a time, each under the limits of the options.
 * Returns -1 when all are done, EXIT_LIMIT when the user stopped it (no process is left then), or what
 * `done` returned, or EXIT_BROKEN after a message. */
int pool_run(const pool_work_t *work, const options_t *options, int64_t start_ns);

/* Whether the user has stopped the pool. `next` asks it when it takes long: signals are held back meanwhile. */
int pool_is_stopped(void);

#endif
