/* inside.c - both checkers written in C as functions of one shared library, for tests/checkers.py: no processes, many mutants.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/check.h"
#include "lieorbit/lieorbit.h"

#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT int inside_check(const char *problem, size_t problem_size, const char *cert, size_t size, char *reason,
                        size_t room, long seconds);
EXPORT int inside_lieorbit(const char *problem, size_t problem_size, const char *cert, size_t size, char *reason,
                           size_t room, long seconds);

/* The checker reads texts in their own memory, and ends them itself. */
static char *own(const char *text, size_t size)
{
    char *copy = malloc(size + 1);
    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

/* Each returns 1 when the certificate is verified, else 0. Out: reason. lieorbit-check has no clock of its own. */
int inside_check(const char *problem, size_t problem_size, const char *cert, size_t size, char *reason,
                 size_t room, long seconds)
{
    char *p = own(problem, problem_size), *c = own(cert, size);
    void *(*get)(size_t);
    void *(*resize)(void *, size_t, size_t);
    void (*give_back)(void *, size_t);
    (void) seconds;
    mp_get_memory_functions(&get, &resize, &give_back); /* the checker has its own, FLINT must not see them */
    memory_limit = (size_t) 1000 << 20;
    int verified = p != NULL && c != NULL && check(p, problem_size, c, size) != NULL;
    snprintf(reason, room, "%s", verified ? "" : failure_reason);
    free_everything();
    mp_set_memory_functions(get, resize, give_back);
    free(p);
    free(c);
    return verified;
}

int inside_lieorbit(const char *problem, size_t problem_size, const char *cert, size_t size, char *reason,
                    size_t room, long seconds)
{
    lo_ctx_t ctx;
    char *theorem = NULL;
    struct timespec now;
    if (lo_ctx_init(ctx) != LO_OK)
        return 0;
    clock_gettime(CLOCK_MONOTONIC, &now);
    ctx->deadline_ns = ((int64_t) now.tv_sec + seconds) * 1000000000 + now.tv_nsec;
    int verified = lo_certificate_check(&theorem, problem, problem_size, cert, size, ctx) == LO_OK;
    snprintf(reason, room, "%s", verified ? "" : lo_ctx_message(ctx));
    lo_report_free(theorem);
    lo_ctx_clear(ctx);
    return verified;
}
