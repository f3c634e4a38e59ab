/* commands.c - laws, rank, verify, sims, zoo.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/commands.h"

#include "tool/job.h"
#include "tool/zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---------------------------------------------------------------------------------------------------
 * zoo
 * --------------------------------------------------------------------------------------------------- */

int out_of_memory(void)
{
    fputs("lieorbit: out of memory\n", stderr);
    return EXIT_BROKEN;
}

/* The number of parameters of a built-in model; -1 when memory is short. */
static long zoo_parameters(const char *text)
{
    lo_ctx_t ctx;
    lo_model_ptr model = NULL;
    lo_status_t status = lo_ctx_init(ctx);
    if (status == LO_OK)
        status = lo_model_read(&model, text, strlen(text), "zoo", ctx);
    long parameters = status == LO_OK ? lo_model_parameters(model) : -1;
    lo_model_free(model);
    lo_ctx_clear(ctx);
    return parameters;
}

/* All models, or the one of a row, as lieorbit.zoo/1. NULL when memory is short. */
static char *zoo_json(const zoo_row *only)
{
    json_t *models = json_array();
    int failed = 0;
    for (const zoo_row *row = zoo_rows; row->name != NULL; row++) {
        if (only != NULL && row != only)
            continue;
        char *text = zoo_text(row);
        long parameters = text == NULL ? -1 : zoo_parameters(text);
        json_t *model = parameters < 0 ? NULL
                                       : json_pack("{s:s, s:s, s:s, s:s, s:I}", "name", row->name, "title",
                                                   row->title, "description", row->line, "text", text,
                                                   "parameters", (json_int_t) parameters);
        failed |= json_array_append_new(models, model) != 0;
        free(text);
    }
    json_t *top =
        json_pack("{s:s, s:s, s:o}", "schema", "lieorbit.zoo/1", "version", lo_version(), "models", models);
    char *dump = failed ? NULL : json_dumps(top, JSON_SORT_KEYS | JSON_INDENT(2));
    json_decref(top);
    return dump;
}

static int zoo_list(void)
{
    for (const zoo_row *row = zoo_rows; row->name != NULL; row++)
        printf("%-21s %s; %s\n", row->name, row->title, row->line);
    return print_answer("", 0) ? EXIT_ANSWERED : EXIT_BROKEN;
}

int command_zoo(const options_t *options)
{
    const zoo_row *row = NULL;
    if (options->name != NULL) {
        row = zoo_find(options->name);
        const char *nearest = row == NULL ? zoo_nearest(options->name) : NULL;
        if (nearest != NULL)
            return usage_error("there is no built-in model '%s'; did you mean '%s'?", options->name, nearest);
        if (row == NULL)
            return usage_error("there is no built-in model '%s'; 'lieorbit zoo' lists them", options->name);
    }
    if (row == NULL && !options->json)
        return zoo_list();
    char *text = options->json ? zoo_json(row) : zoo_text(row);
    if (text == NULL)
        return out_of_memory();
    int printed = print_answer(text, strlen(text)) && (!options->json || print_answer("\n", 1));
    free(text);
    return printed ? EXIT_ANSWERED : EXIT_BROKEN;
}

/* ---------------------------------------------------------------------------------------------------
 * Reading the model
 * --------------------------------------------------------------------------------------------------- */

int read_source(char **text, size_t *length, const char *file)
{
    lo_limits_t limits;
    lo_limits_default(limits);
    return read_whole(text, length, file, limits->source_bytes, "model");
}

int read_whole(char **text, size_t *length, const char *file, size_t limit, const char *what)
{
    int is_stdin = strcmp(file, "-") == 0, fd = is_stdin ? STDIN_FILENO : open(file, O_RDONLY);
    const char *shown = is_stdin ? "standard input" : file;
    size_t capacity = 0;
    ssize_t n = fd < 0 ? -1 : 1;
    *text = NULL;
    *length = 0;
    while (n > 0 && *length <= limit) {
        if (*length == capacity) {
            capacity = capacity == 0 ? 4096 : 2 * capacity;
            char *larger = realloc(*text, capacity);
            if (larger == NULL) {
                if (!is_stdin)
                    close(fd);
                return out_of_memory();
            }
            *text = larger;
        }
        n = read(fd, *text + *length, capacity - *length);
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n > 0)
            *length += (size_t) n;
    }
    int error = errno;
    if (fd >= 0 && !is_stdin)
        close(fd);
    if (n < 0) {
        fprintf(stderr, "lieorbit: cannot read %s: %s\n", shown, strerror(error));
        return EXIT_BROKEN;
    }
    if (*length > limit) {
        fprintf(stderr, "lieorbit: %s is longer than %zu bytes, the limit of a %s\n", shown, limit, what);
        return EXIT_LIMIT;
    }
    return -1;
}

static int wants_color(const options_t *options)
{
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (options->json || options->color == WHEN_NEVER)
        return 0;
    if (options->color == WHEN_ALWAYS)
        return 1;
    return isatty(STDOUT_FILENO) && (no_color == NULL || no_color[0] == '\0') &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

/* ---------------------------------------------------------------------------------------------------
 * In the child: the computation
 * --------------------------------------------------------------------------------------------------- */

static void on_progress(void *data, const char *stage, long done, long total)
{
    job_t *job = data;
    int64_t now = clock_ns();
    if (now - job->told_ns < 100000000)
        return;
    job->told_ns = now;
    worker_progress(job->worker, stage, done, total);
}

static void on_illegal(void *data, const char *text)
{
    job_t *job = data;
    job->broken = 1;
    worker_message(job->worker, "lieorbit: internal error: %s", text);
}

static void set_report(lo_report_struct *report, const job_t *job, int finished, const char *stopped_by)
{
    report->seed = job->options->seed;
    report->nanoseconds = clock_ns() - job->start_ns;
    report->finished = finished;
    report->stopped_by = stopped_by;
    report->color = job->color;
}

/* The report of an analysis, as the command wants it. */
static char *render(const job_t *job, const lo_analysis_struct *analysis, int finished,
                    const char *stopped_by)
{
    lo_report_struct report;
    set_report(&report, job, finished, stopped_by);
    if (job->options->command == COMMAND_LAWS)
        return job->options->json ? lo_report_laws_json(job->family, analysis, &report)
                                  : lo_report_laws_text(job->family, analysis, &report);
    return job->options->json ? lo_report_rank_json(job->family, analysis->growth, &report)
                              : lo_report_rank_text(job->family, analysis->growth, &report);
}

static void send_snapshot(job_t *job, const lo_analysis_struct *analysis)
{
    char *report = render(job, analysis, 0, "the work was cut short");
    if (report != NULL)
        worker_snapshot(job->worker, report);
    lo_report_free(report);
}

/* Snapshots may take a tenth of the time. A bound on their number per second instead could drop the last one
 * before a long stage, and that is the one that matters. */
static int has_time_for_snapshot(const job_t *job, int64_t now)
{
    return job->render_ns <= (now - job->start_ns) / 10 + 100000000;
}

static void on_more(void *data, const lo_analysis_struct *analysis)
{
    job_t *job = data;
    int64_t now = clock_ns();
    if (!has_time_for_snapshot(job, now))
        return;
    send_snapshot(job, analysis);
    job->render_ns += clock_ns() - now;
}

/* What is known before any work: the dimension of the space. */
static void send_blank_snapshot(job_t *job, int at_point)
{
    lo_analysis_t blank;
    lo_analysis_init(blank);
    blank->dimension = lo_family_dimension(job->family);
    blank->growth->lower = 0;
    blank->growth->upper = blank->dimension;
    blank->growth->at_point = at_point;
    blank->complete = LO_UNKNOWN;
    blank->generators = -1;
    send_snapshot(job, blank);
    lo_analysis_clear(blank);
}

const char *job_reason(const job_t *job, const lo_ctx_struct *ctx)
{
    if (*job->worker->interrupt)
        return "interrupted";
    if (ctx->deadline_ns != 0 && clock_ns() >= ctx->deadline_ns)
        return "time (--limit-seconds)";
    return ctx->message[0] != '\0' ? ctx->message : "a size";
}

int tell_failure(job_t *job, lo_status_t status, const lo_ctx_struct *ctx)
{
    if (status & LO_SYSTEM) {
        worker_message(job->worker, "lieorbit: a limit was met: memory (--limit-memory is %.3g GiB)",
                       (double) job->options->limit_memory / (double) ((uint64_t) 1 << 30));
        return EXIT_LIMIT;
    }
    int exit_status = status & (LO_INPUT | LO_DOMAIN) ? EXIT_MODEL : EXIT_LIMIT;
    const char *text = exit_status == EXIT_LIMIT ? job_reason(job, ctx) : ctx->message;
    /* Before there is a family, LO_UNABLE may also say that the model uses what this version does not
     * analyse. */
    int is_limit = exit_status == EXIT_LIMIT && !*job->worker->interrupt &&
                   (job->family != NULL || text != ctx->message);
    if (strstr(text, ": error: ") != NULL) /* name:line:column: error: ... stands by itself */
        worker_message(job->worker, "%s", text);
    else if (is_limit)
        worker_message(job->worker, "lieorbit: a limit was met: %s", text);
    else
        worker_message(job->worker, "lieorbit: %s", text[0] != '\0' ? text : "the model is wrong");
    return exit_status;
}

/* Sends the answer, finished or stopped, and tells why it was stopped. Returns the exit status. */
static int send_answer(job_t *job, char *report, lo_status_t status, const lo_ctx_struct *ctx)
{
    if (report == NULL)
        return tell_failure(job, LO_SYSTEM, ctx);
    worker_answer(job->worker, report);
    lo_report_free(report);
    return status == LO_OK ? EXIT_ANSWERED : tell_failure(job, status, ctx);
}

/* A run that was stopped before its first result has proved nothing but the dimension of the space. */
static void forget_empty(const job_t *job, lo_analysis_struct *analysis)
{
    analysis->dimension = lo_family_dimension(job->family);
    if (analysis->growth->levels == 0)
        analysis->growth->upper = analysis->dimension;
}

/* ---------------------------------------------------------------------------------------------------
 * In the child: certificates
 * --------------------------------------------------------------------------------------------------- */

/* What there is to certify: one of these. */
typedef struct {
    const lo_sims_struct *sims;
    const lo_analysis_struct *analysis;
    const lo_growth_struct *growth;
    const lo_verdict_struct *verdict;
    const lo_structure_struct *structure; /* of this model */
    const lo_model_struct *model;
} proofs_t;

static lo_status_t make_claims(lo_certificate_ptr certificate, const job_t *job, const proofs_t *proofs, lo_ctx_t ctx)
{
    const char *law = job->options->law;
    if (proofs->analysis != NULL)
        return lo_certificate_laws(certificate, proofs->analysis, ctx);
    if (proofs->sims != NULL)
        return lo_certificate_sims(certificate, proofs->sims, ctx);
    if (proofs->growth != NULL)
        return lo_certificate_rank(certificate, proofs->growth, ctx);
    if (proofs->structure != NULL)
        return lo_certificate_structure(certificate, proofs->structure, ctx);
    return lo_certificate_verdict(certificate, law, strlen(law), proofs->verdict, ctx);
}

/* Names what is not claimed, line by line. */
static void tell_missing(job_t *job, const char *missing)
{
    while (*missing != '\0' && !job->options->quiet) {
        size_t n = strcspn(missing, "\n");
        worker_message(job->worker, "lieorbit: not in the certificate: %.*s", (int) n, missing);
        missing += n + (missing[n] == '\n');
    }
}

/* Writes the certificate when one is wanted. Returns the exit status that the work had, or a worse one. */
static int certify(job_t *job, int exit_status, const proofs_t *proofs, lo_ctx_t ctx)
{
    const char *file = job->options->certificate;
    lo_certificate_ptr certificate = NULL;
    if (file == NULL)
        return exit_status;
    if (exit_status != EXIT_ANSWERED && exit_status != EXIT_REFUTED) {
        worker_message(job->worker, "lieorbit: no certificate was written");
        return exit_status;
    }
    lo_status_t status =
        proofs->structure != NULL
            ? lo_certificate_new_structure(&certificate, proofs->model, job->text, job->length, ctx)
            : lo_certificate_new(&certificate, job->family, job->text, job->length, ctx);
    if (status == LO_OK)
        status = make_claims(certificate, job, proofs, ctx);
    if (status != LO_OK) {
        int failure = tell_failure(job, status, ctx);
        worker_message(job->worker, "lieorbit: no certificate was written");
        lo_certificate_free(certificate);
        return failure;
    }
    tell_missing(job, lo_certificate_missing(certificate));
    status = lo_certificate_write(certificate, file, ctx);
    if (status != LO_OK)
        worker_message(job->worker, "lieorbit: no certificate was written: %s",
                       status & LO_SYSTEM ? "out of memory" : ctx->message);
    int empty = lo_certificate_claims(certificate)[0] == '\0';
    if (status != LO_OK && !(empty && exit_status == EXIT_REFUTED)) /* a refutation stays one */
        exit_status = empty ? EXIT_LIMIT : EXIT_BROKEN;
    lo_certificate_free(certificate);
    return exit_status;
}

/* Sends what an analysis has, finished or stopped; of a failure the parent shows the last snapshot where that is fair. */
static int send_analysis(job_t *job, lo_analysis_struct *analysis, lo_status_t status, const lo_ctx_struct *ctx)
{
    if (status == LO_OK)
        return send_answer(job, render(job, analysis, 1, NULL), status, ctx);
    forget_empty(job, analysis);
    if (status == LO_UNABLE)
        return send_answer(job, render(job, analysis, 0, job_reason(job, ctx)), status, ctx);
    return tell_failure(job, status, ctx);
}

static int compute_laws(job_t *job, lo_ctx_t ctx)
{
    lo_analysis_t analysis;
    lo_analysis_init(analysis);
    lo_status_t status = lo_analyse(analysis, job->family, on_more, job, ctx);
    int exit_status = send_analysis(job, analysis, status, ctx);
    exit_status = certify(job, exit_status, &(proofs_t){ .analysis = analysis }, ctx);
    lo_analysis_clear(analysis);
    return exit_status;
}

static int compute_rank_at_point(job_t *job, lo_ctx_t ctx)
{
    lo_analysis_t analysis; /* only its growth is used */
    lo_analysis_init(analysis);
    analysis->growth->at_point = 1;
    lo_status_t status = lo_growth_at_point(analysis->growth, job->family, ctx);
    int exit_status = send_analysis(job, analysis, status, ctx);
    exit_status = certify(job, exit_status, &(proofs_t){ .growth = analysis->growth }, ctx);
    lo_analysis_clear(analysis);
    return exit_status;
}

static int compute_verdict(job_t *job, lo_ctx_t ctx)
{
    const char *law = job->options->law;
    lo_verdict_t verdict;
    lo_report_struct report;
    lo_verdict_init(verdict);
    lo_status_t status = lo_verify(verdict, job->family, law, strlen(law), ctx);
    int exit_status;
    if (status == LO_OK || status == LO_UNABLE) {
        set_report(&report, job, status == LO_OK, status == LO_OK ? NULL : job_reason(job, ctx));
        char *text = job->options->json ? lo_report_verdict_json(job->family, law, verdict, &report)
                                        : lo_report_verdict_text(job->family, law, verdict, &report);
        exit_status = send_answer(job, text, status, ctx);
        if (exit_status == EXIT_ANSWERED && verdict->conserved == LO_FALSE)
            exit_status = EXIT_REFUTED;
        if (exit_status == EXIT_ANSWERED && verdict->conserved == LO_UNKNOWN) {
            worker_message(job->worker, "lieorbit: neither proved nor refuted");
            exit_status = EXIT_LIMIT;
        }
        exit_status = certify(job, exit_status, &(proofs_t){ .verdict = verdict }, ctx);
    } else {
        exit_status = tell_failure(job, status, ctx);
    }
    lo_verdict_clear(verdict);
    return exit_status;
}

/* A piece of the structural report, unless the user has stopped the work. */
static int on_piece(void *data, const char *text, size_t length)
{
    job_t *job = data;
    if (*job->worker->interrupt)
        return 1;
    worker_piece(job->worker, text, length);
    return 0;
}

/* Laws from the tensor graph, for networks that are too large to be lowered. */
static int compute_structure(job_t *job, const lo_model_struct *model, lo_ctx_t ctx)
{
    lo_structure_t structure;
    lo_report_struct report;
    lo_structure_init(structure);
    lo_status_t status = lo_structure_analyse(structure, model, ctx);
    int exit_status = status == LO_OK ? EXIT_ANSWERED : tell_failure(job, status, ctx);
    if (status == LO_OK || (status == LO_UNABLE && structure->laws != NULL)) { /* it has begun */
        set_report(&report, job, status == LO_OK, status == LO_OK ? NULL : job_reason(job, ctx));
        lo_status_t written = (job->options->json ? lo_report_structure_json : lo_report_structure_text)(
            on_piece, job, model, structure, &report, job->options->all_laws);
        if (status == LO_OK && written != LO_OK)
            exit_status = tell_failure(job, *job->worker->interrupt ? LO_UNABLE : written, ctx);
    }
    exit_status = certify(job, exit_status, &(proofs_t){ .structure = structure, .model = model }, ctx);
    lo_structure_clear(structure);
    return exit_status;
}

static int takes_structural_route(const job_t *job, const lo_model_struct *model, lo_ctx_struct *ctx)
{
    return job->options->command == COMMAND_LAWS &&
           (job->options->structural || lo_structure_is_needed(model, ctx));
}

/* The report of the manifolds, as the command wants it. */
static char *render_sims(const job_t *job, const lo_sims_struct *sims, int finished, const char *stopped_by)
{
    lo_report_struct report;
    set_report(&report, job, finished, stopped_by);
    if (job->options->picture == PICTURE_SVG)
        return lo_report_sims_svg(job->family, sims);
    if (job->options->picture == PICTURE_DOT)
        return lo_report_sims_dot(sims);
    return job->options->json ? lo_report_sims_json(job->family, sims, &report)
                              : lo_report_sims_text(job->family, sims, &report);
}

/* What is known so far. */
static void on_more_sims(void *data, const lo_sims_struct *sims)
{
    job_t *job = data;
    int64_t now = clock_ns();
    if (!has_time_for_snapshot(job, now))
        return;
    char *report = render_sims(job, sims, 0, "the work was cut short");
    if (report != NULL)
        worker_snapshot(job->worker, report);
    lo_report_free(report);
    job->render_ns += clock_ns() - now;
}

static int compute_sims(job_t *job, lo_ctx_t ctx)
{
    lo_sims_t sims;
    lo_sims_init(sims);
    lo_status_t status = lo_sims(sims, job->family, on_more_sims, job, ctx);
    int exit_status;
    if (status == LO_OK)
        exit_status = send_answer(job, render_sims(job, sims, 1, NULL), status, ctx);
    else if (status == LO_UNABLE && sims->order != NULL)
        exit_status = send_answer(job, render_sims(job, sims, 0, job_reason(job, ctx)), status, ctx);
    else
        exit_status = tell_failure(job, status, ctx);
    exit_status = certify(job, exit_status, &(proofs_t){ .sims = sims }, ctx);
    lo_sims_clear(sims);
    return exit_status;
}

static int compute(job_t *job, const lo_model_struct *model, lo_ctx_t ctx)
{
    if (job->options->command == COMMAND_SIMS)
        return compute_sims(job, ctx);
    if (job->options->command == COMMAND_EXPORT_COQ)
        return compute_export(job, ctx);
    if (job->options->command == COMMAND_VERIFY)
        return compute_verdict(job, ctx);
    int at_point = job->options->command == COMMAND_RANK && lo_model_has_point(model);
    send_blank_snapshot(job, at_point);
    if (at_point)
        return compute_rank_at_point(job, ctx);
    return compute_laws(job, ctx);
}

/* The work of the child. */
static int work(worker_t *worker, void *data)
{
    job_t *job = data;
    const options_t *options = job->options;
    lo_model_ptr model = NULL;
    lo_family_ptr family = NULL;
    lo_ctx_t ctx;
    int exit_status;

    job->worker = worker;
    if (lo_ctx_init(ctx) != LO_OK) {
        worker_message(worker, "lieorbit: a limit was met: memory (--limit-memory)");
        return EXIT_LIMIT;
    }
    ctx->seed = options->seed;
    ctx->threads = options->threads;
    ctx->degree = options->degree;
    ctx->deadline_ns = options->limit_ns > 0 ? job->start_ns + options->limit_ns : 0;
    ctx->interrupt = worker->interrupt;
    ctx->illegal = on_illegal;
    ctx->illegal_data = job;
    if (worker->wants_progress) {
        ctx->progress = on_progress;
        ctx->progress_data = job;
    }
    lo_status_t status = lo_model_read(&model, job->text, job->length, job->name, ctx);
    if (status == LO_OK && options->command == COMMAND_EXPORT_COQ)
        status = lo_coq_covers(model, options->relu, ctx);
    int structural = status == LO_OK && takes_structural_route(job, model, ctx);
    if (status == LO_OK && !structural)
        status = lo_family_build(&family, model, options->relu, ctx);
    job->family = family;
    exit_status = status != LO_OK ? tell_failure(job, status, ctx)
                  : structural    ? compute_structure(job, model, ctx)
                                  : compute(job, model, ctx);
    lo_family_free(family);
    lo_model_free(model);
    lo_ctx_clear(ctx);
    return job->broken ? EXIT_BROKEN : exit_status;
}

int command_compute(const options_t *options, int64_t start_ns)
{
    job_t job;
    memset(&job, 0, sizeof(job));
    job.options = options;
    job.start_ns = start_ns;
    job.color = wants_color(options);
    int exit_status = -1;
    if (options->text == NULL) {
        exit_status = read_source(&job.text, &job.length, options->file);
        job.name = options->file;
    } else {
        job.text = options->text;
        job.length = strlen(options->text);
        job.name = "<command line>";
    }
    if (exit_status == -1)
        exit_status = run_limited(options, start_ns, work, &job);
    if (options->text == NULL)
        free(job.text);
    return exit_status;
}
