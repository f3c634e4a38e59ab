/* check.c - the command `check`.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/commands.h"
#include "tool/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CERTIFICATE ((size_t) 1 << 30)

typedef struct {
    const options_t *options;
    int64_t start_ns;
    char *problem, *certificate;
    size_t problem_length, length;
} check_t;

static int answer(worker_t *worker, const char *theorem, const char *verdict, const char *reason)
{
    size_t size = strlen(theorem) + strlen(verdict) + strlen(reason) + 8;
    char *text = malloc(size);
    if (text == NULL)
        return EXIT_LIMIT;
    snprintf(text, size, "%s%s%s\n", theorem, verdict, reason);
    worker_answer(worker, text);
    free(text);
    return verdict[0] == 'V' ? EXIT_ANSWERED : EXIT_REFUTED;
}

/* The work of the child. What is cut short is not verified. */
static int work(worker_t *worker, void *data)
{
    check_t *job = data;
    lo_ctx_t ctx;
    char *theorem = NULL;
    worker_snapshot(worker, "NOT VERIFIED: the work was cut short\n"); /* printed when this process dies */
    if (lo_ctx_init(ctx) != LO_OK)
        return answer(worker, "", "NOT VERIFIED: ", "out of memory");
    ctx->deadline_ns = job->options->limit_ns > 0 ? job->start_ns + job->options->limit_ns : 0;
    ctx->interrupt = worker->interrupt;
    lo_status_t status =
        lo_certificate_check(&theorem, job->problem, job->problem_length, job->certificate, job->length, ctx);
    int exit_status;
    if (status == LO_OK)
        exit_status = answer(worker, theorem, "VERIFIED", "");
    else
        exit_status = answer(worker, "", "NOT VERIFIED: ",
                             status & LO_SYSTEM   ? "out of memory"
                             : status & LO_DOMAIN ? lo_ctx_message(ctx)
                                                  : "the work was stopped");
    lo_report_free(theorem);
    lo_ctx_clear(ctx);
    return exit_status;
}

int command_check(const options_t *options, int64_t start_ns)
{
    lo_limits_t limits;
    check_t job = { .options = options, .start_ns = start_ns };
    lo_limits_default(limits);
    int status = read_whole(&job.problem, &job.problem_length, options->problem, limits->source_bytes, "problem");
    if (status == -1)
        status = read_whole(&job.certificate, &job.length, options->file, MAX_CERTIFICATE, "certificate");
    if (status == -1)
        status = run_limited(options, start_ns, work, &job);
    free(job.problem);
    free(job.certificate);
    return status;
}
