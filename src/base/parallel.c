/* parallel.c - a counter of tasks shared by threads that live as long as one call.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "base/parallel.h"

#include "base/compat_flint.h"
#include "base/memory.h"

#include <pthread.h>

/* Stacks of our own size: the default one is that of the main thread, 64 MiB of address space each. */
#define STACK ((size_t) 8 << 20)

typedef struct {
    pthread_mutex_t lock;
    long n, next; /* tasks next..n-1 have not been handed out; none is after a failure */
    long failed;  /* the lowest task that failed, n when none has */
    lo_status_t status;
    lo_task_fn run;
    void *data;
} pool_struct;

typedef struct {
    pool_struct *pool;
    long worker;
    pthread_t thread;
} worker_struct;

/* The next task, or -1. */
static long take(pool_struct *pool)
{
    pthread_mutex_lock(&pool->lock);
    long task = pool->next < pool->n ? pool->next++ : -1;
    pthread_mutex_unlock(&pool->lock);
    return task;
}

/* Tasks are handed out in order, so every task below a failed one runs to its end, and the lowest failure is the same
 * whatever the number of threads. */
static void fail(pool_struct *pool, long task, lo_status_t status)
{
    pthread_mutex_lock(&pool->lock);
    pool->next = pool->n;
    if (task < pool->failed) {
        pool->failed = task;
        pool->status = status;
    }
    pthread_mutex_unlock(&pool->lock);
}

static int work_once(pool_struct *pool, long worker)
{
    long task = take(pool);
    if (task < 0)
        return 0;
    lo_status_t status = pool->run(pool->data, task, worker);
    if (status != LO_OK)
        fail(pool, task, status);
    return 1;
}

static void *work(void *data)
{
    worker_struct *w = data;
    while (work_once(w->pool, w->worker))
        ;
    flint_cleanup(); /* what FLINT keeps per thread */
    return NULL;
}

long lo_workers(long n, const lo_ctx_struct *ctx)
{
    long threads = ctx != NULL ? ctx->threads : 1;
    return threads < 1 || n <= 1 ? 1 : threads < n ? threads : n;
}

/* Starts the other workers. Returns how many; fewer than wanted is no failure. */
static long start(worker_struct *workers, long n, pool_struct *pool)
{
    pthread_attr_t attributes;
    long started = 0;
    if (n == 0 || pthread_attr_init(&attributes) != 0)
        return 0;
    (void) pthread_attr_setstacksize(&attributes, STACK);
    for (; started < n; started++) {
        workers[started] = (worker_struct){ .pool = pool, .worker = started + 1 };
        if (pthread_create(&workers[started].thread, &attributes, work, workers + started) != 0)
            break;
    }
    pthread_attr_destroy(&attributes);
    return started;
}

lo_status_t lo_parallel(long n, lo_task_fn run, void *data, lo_ctx_struct *ctx)
{
    pool_struct pool = { .n = n, .failed = n, .run = run, .data = data };
    long others = lo_workers(n, ctx) - 1;
    worker_struct *workers =
        lo_alloc((size_t) others, sizeof(*workers)); /* none: fewer threads, no failure */
    if (pthread_mutex_init(&pool.lock, NULL) != 0) {
        lo_free(workers);
        return LO_SYSTEM;
    }
    long started = workers != NULL ? start(workers, others, &pool) : 0;
    while (work_once(&pool, 0))
        if (ctx != NULL && lo_ctx_poll(ctx) != LO_OK)
            fail(&pool, -1, LO_UNABLE);
    for (long i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    pthread_mutex_destroy(&pool.lock);
    lo_free(workers);
    return pool.status;
}
