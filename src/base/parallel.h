/* parallel.h - independent tasks on several threads.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What a task computes depends on its number only, so the result does not depend on the number of threads.
 */
#ifndef LO_PARALLEL_H
#define LO_PARALLEL_H

#include <lieorbit/base.h>

/* One task. Tasks of one worker (0 <= worker < lo_workers) run one after the other: workspace goes by worker.
 * Must not use the context: progress, polls and messages belong to the calling thread. */
typedef lo_status_t (*lo_task_fn)(void *data, long task, long worker);

/* How many workers lo_parallel uses for n tasks: 1 <= workers <= ctx->threads. ctx may be NULL: one. */
long lo_workers(long n, const lo_ctx_struct *ctx);

/* Runs the tasks 0..n-1, the calling thread being one of the workers; it polls the context between its
 * tasks. ctx may be NULL: one thread, no polls.
 * Returns LO_OK; the status of the failed task of lowest number (tasks of higher number may not have run);
 * LO_UNABLE when interrupted. */
LO_MUST_CHECK lo_status_t lo_parallel(long n, lo_task_fn run, void *data, lo_ctx_struct *ctx);

#endif
