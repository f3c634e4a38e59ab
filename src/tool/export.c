/* export.c - the command `export-coq`.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/job.h"

#include <stdio.h>
#include <string.h>

/* What is in the file, in one line. */
static void answer(job_t *job, const char *file, const char *text, const lo_analysis_struct *analysis)
{
    char line[4096];
    int complete = strstr(text, "\nTheorem complete ") != NULL;
    snprintf(line, sizeof(line), "%s: %ld law%s%s; check with: coqc %s\n", file, analysis->nlaws,
             analysis->nlaws == 1 ? "" : "s", complete ? ", complete" : "", file);
    worker_answer(job->worker, line);
    if (analysis->complete == LO_TRUE && !complete && !job->options->quiet)
        worker_message(job->worker, "lieorbit: not in the file: that the list is complete");
}

static int write_file(job_t *job, const char *text, const lo_analysis_struct *analysis, lo_ctx_t ctx)
{
    const char *file = job->options->output;
    if (file == NULL) {
        worker_answer(job->worker, text);
        return EXIT_ANSWERED;
    }
    lo_status_t status = lo_certificate_write_text(text, file, ctx);
    if (status == LO_OK) {
        answer(job, file, text, analysis);
        return EXIT_ANSWERED;
    }
    if (status & LO_SYSTEM)
        return tell_failure(job, status, ctx);
    worker_message(job->worker, "lieorbit: %s", ctx->message);
    return EXIT_BROKEN;
}

static int refused(job_t *job, const lo_ctx_struct *ctx)
{
    worker_message(job->worker, "lieorbit: %s", ctx->message);
    return EXIT_LIMIT;
}

int compute_export(job_t *job, lo_ctx_t ctx)
{
    lo_analysis_t analysis;
    lo_certificate_ptr certificate = NULL;
    char *text = NULL;
    int exit_status;
    lo_analysis_init(analysis);
    lo_status_t status = lo_analyse(analysis, job->family, NULL, NULL, ctx);
    if (status == LO_OK)
        status = lo_certificate_new(&certificate, job->family, job->text, job->length, ctx);
    if (status == LO_OK)
        status = lo_certificate_laws(certificate, analysis, ctx);
    if (status != LO_OK)
        exit_status = tell_failure(job, status, ctx);
    else if ((status = lo_certificate_coq(&text, certificate, ctx)) == LO_OK)
        exit_status = write_file(job, text, analysis, ctx);
    else
        exit_status = status == LO_UNABLE ? refused(job, ctx) : tell_failure(job, status, ctx);
    lo_report_free(text);
    lo_certificate_free(certificate);
    lo_analysis_clear(analysis);
    return exit_status;
}
