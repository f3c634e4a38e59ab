/* job.h - one computation on one model, in the child process.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_JOB_H
#define LO_TOOL_JOB_H

#include "tool/run.h"

#include <stddef.h>

typedef struct {
    const options_t *options;
    int64_t start_ns;
    char *text;
    size_t length;
    const char *name; /* for messages of the library */
    int color;
    /* in the child */
    worker_t *worker;
    const lo_family_struct *family;
    int64_t render_ns; /* time spent on snapshots */
    int64_t told_ns;   /* when progress was last sent */
    int broken;        /* the library says that it was misused */
} job_t;

/* Why the library stopped, in words. */
const char *job_reason(const job_t *job, const lo_ctx_struct *ctx);

/* Tells what went wrong; returns the exit status. */
int tell_failure(job_t *job, lo_status_t status, const lo_ctx_struct *ctx);

/* `export-coq`: the analysis, then its proofs as a Coq file. Returns the exit status. */
int compute_export(job_t *job, lo_ctx_t ctx);

#endif
