/* context.c - limits, messages, deadlines, progress.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include <lieorbit/base.h>

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#ifndef LO_VERSION
#define LO_VERSION "0.1.0"
#endif

void lo_limits_default(lo_limits_t limits)
{
    limits->source_bytes = (size_t) 16 << 20;
    limits->tokens = 400000;
    limits->depth = 200;
    limits->parameters = 100000000000;
    limits->entries = 10000000000;
    limits->point_entries = 4000000;
    limits->scalar_parameters = 200000;
    limits->exponent = 1000;
    limits->digits = 1000;
    limits->graph_nodes = 2000000;
    limits->tape_nodes = 20000000;
    limits->dense_parameters = 20000;
    limits->polynomial_terms = 2000000;
    limits->search_monomials = 3000;
    limits->bracket_levels = 400;
}

lo_status_t lo_ctx_init(lo_ctx_t ctx)
{
    memset(ctx, 0, sizeof(*ctx));
    ctx->seed = 1;
    ctx->threads = 1;
    ctx->degree = -1;
    lo_limits_default(ctx->limits);
    ctx->message = lo_alloc(1, 1);
    return ctx->message != NULL ? LO_OK : LO_SYSTEM;
}

void lo_ctx_clear(lo_ctx_t ctx)
{
    lo_free(ctx->message);
    ctx->message = NULL;
}

const char *lo_ctx_message(const lo_ctx_t ctx)
{
    return ctx->message;
}

void lo_ctx_set_message(lo_ctx_t ctx, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length < 0 ? NULL : lo_alloc((size_t) length + 1, 1);
    if (text != NULL) {
        vsnprintf(text, (size_t) length + 1, format, again);
        lo_free(ctx->message);
        ctx->message = text;
    }
    va_end(again);
}

lo_status_t lo_ctx_poll(lo_ctx_t ctx)
{
    if (ctx->interrupt != NULL && *ctx->interrupt) {
        lo_ctx_set_message(ctx, "interrupted");
        return LO_UNABLE;
    }
    if (ctx->deadline_ns != 0) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if ((int64_t) now.tv_sec * 1000000000 + now.tv_nsec >= ctx->deadline_ns) {
            lo_ctx_set_message(ctx, "the time limit was met");
            return LO_UNABLE;
        }
    }
    return LO_OK;
}

void lo_ctx_progress(lo_ctx_t ctx, const char *stage, long done, long total)
{
    if (ctx->progress != NULL)
        ctx->progress(ctx->progress_data, stage, done, total);
}

const char *lo_version(void)
{
    return LO_VERSION;
}

const char *lo_truth_name(lo_truth_t truth)
{
    static const char *const names[] = { "no", "yes", "unknown" };
    return names[truth];
}
