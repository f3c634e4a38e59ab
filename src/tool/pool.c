/* pool.c - processes for the points of a sweep, and the loop that feeds them.
 *
 * A point is the main job, unchanged: a process that calls command_compute(), which has a child of its own
 * for limits and crashes. Each is the leader of a process group, so that ending the group ends both.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/pool.h"

#include "tool/commands.h"
#include "tool/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

typedef struct {
    int fd; /* -1: closed */
    char *data;
    size_t length, capacity;
    int no_memory;
} stream_t;

typedef struct {
    pid_t process; /* 0: free */
    long piece;
    int64_t start_ns;
    stream_t streams[2]; /* its standard output and standard error */
} slot_t;

static volatile sig_atomic_t stopped; /* by so many signals */

/* One signal ends the work; a few more are forgiven while the table is written, since timeout(1) and
 * impatient people send several; then one ends a tool that nobody reads from. */
static void on_stop(int number)
{
    (void) number;
    if (++stopped > 3)
        _exit(EXIT_LIMIT);
}

/* ---------------------------------------------------------------------------------------------------
 * One process
 * --------------------------------------------------------------------------------------------------- */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* The process of one point: the tool as if it had been called with this model. */
static void be_point(const options_t *all, char *model, pid_t parent, const int *fds, const sigset_t *mask)
{
    options_t options = *all;
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_BROKEN);
#else
    (void) parent;
#endif
    setpgid(0, 0);
    sigprocmask(SIG_SETMASK, mask, NULL);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0 && nothing != STDIN_FILENO) {
        dup2(nothing, STDIN_FILENO);
        close(nothing);
    }
    dup2(fds[0], STDOUT_FILENO);
    dup2(fds[1], STDERR_FILENO);
    close(fds[0]);
    close(fds[1]);
    options.command = COMMAND_LAWS;
    options.text = model;
    options.json = 1;
    options.threads = 1;
    options.progress = WHEN_NEVER;
    exit(command_compute(&options, clock_ns()));
}

/* Starts a process on a model. Returns 1, or 0 after a message. */
static int start(slot_t *slots, long nslots, long free_slot, long piece, char *model,
                 const options_t *options, const sigset_t *mask)
{
    slot_t *slot = &slots[free_slot];
    int out[2] = { -1, -1 }, err[2] = { -1, -1 };
    pid_t parent = getpid();
    fflush(NULL);
    pid_t process = -1;
    if (pipe(out) == 0 && pipe(err) == 0 && err[0] < FD_SETSIZE && out[0] < FD_SETSIZE)
        process = fork();
    if (process == 0) {
        const int fds[2] = { out[1], err[1] };
        for (long i = 0; i < nslots; i++) /* a reader elsewhere would keep a pipe alive that nobody reads */
            for (int k = 0; k < 2; k++)
                close_fd(&slots[i].streams[k].fd);
        close(out[0]);
        close(err[0]);
        be_point(options, model, parent, fds, mask);
    }
    int error = errno;
    close_fd(&out[1]);
    close_fd(&err[1]);
    if (process < 0) {
        close_fd(&out[0]);
        close_fd(&err[0]);
        fprintf(stderr, "lieorbit: cannot start a process: %s\n", strerror(error));
        return 0;
    }
    setpgid(process, process); /* here as well: whoever comes first */
    memset(slot, 0, sizeof(*slot));
    slot->process = process;
    slot->piece = piece;
    slot->start_ns = clock_ns();
    slot->streams[0].fd = out[0];
    slot->streams[1].fd = err[0];
    return 1;
}

/* Takes what the pipe holds; closes the stream at its end. */
static void receive(stream_t *stream)
{
    char waste[4096];
    if (stream->length + 1 >= stream->capacity && !stream->no_memory) {
        size_t capacity = stream->capacity == 0 ? 4096 : 2 * stream->capacity;
        char *larger = realloc(stream->data, capacity);
        stream->no_memory = larger == NULL;
        if (larger != NULL) {
            stream->data = larger;
            stream->capacity = capacity;
        }
    }
    int drop = stream->no_memory;
    ssize_t n = read(stream->fd, drop ? waste : stream->data + stream->length,
                     drop ? sizeof(waste) : stream->capacity - stream->length - 1);
    if (n > 0 && !drop)
        stream->length += (size_t) n;
    if (n == 0 || (n < 0 && errno != EINTR))
        close_fd(&stream->fd);
    if (stream->data != NULL)
        stream->data[stream->length] = '\0';
}

static void clear_slot(slot_t *slot)
{
    for (int k = 0; k < 2; k++) {
        close_fd(&slot->streams[k].fd);
        free(slot->streams[k].data);
        slot->streams[k].data = NULL;
    }
    slot->process = 0;
}

/* Waits for a process whose streams have ended. Returns its exit status. */
static int reap(const slot_t *slot)
{
    int wait_status = 0;
    while (waitpid(slot->process, &wait_status, 0) < 0 && errno == EINTR)
        ;
    if (slot->streams[0].no_memory || slot->streams[1].no_memory)
        return EXIT_BROKEN;
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : EXIT_BROKEN;
}

static void kill_all(slot_t *slots, long nslots)
{
    for (long i = 0; i < nslots; i++)
        if (slots[i].process > 0) {
            kill(-slots[i].process, SIGKILL);
            kill(slots[i].process, SIGKILL); /* before it led a group */
            reap(&slots[i]);
            clear_slot(&slots[i]);
        }
}

/* ---------------------------------------------------------------------------------------------------
 * The loop
 * --------------------------------------------------------------------------------------------------- */

static const sigset_t *outside; /* the signal mask of the caller, while the pool holds signals back */

int pool_is_stopped(void)
{
    struct timespec now = { 0, 0 };
    pselect(0, NULL, NULL, NULL, &now, outside);
    return stopped > 0;
}

/* Fills the free slots. Returns how many work; -1 after an error. */
static long feed(slot_t *slots, long nslots, int *more, const pool_work_t *work, const options_t *options,
                 const sigset_t *mask)
{
    long busy = 0;
    for (long i = 0; i < nslots; i++) {
        if (slots[i].process == 0 && *more) {
            char *model = NULL;
            long piece = work->next(work->data, &model);
            *more = piece >= 0;
            int started = piece < 0 || start(slots, nslots, i, piece, model, options, mask);
            free(model);
            if (!started)
                return -1;
        }
        busy += slots[i].process != 0;
    }
    return busy;
}

/* Waits for news from any process, at most as long as the progress line may stand. */
static void wait_for_news(slot_t *slots, long nslots, int progress, const sigset_t *mask)
{
    fd_set set;
    int largest = -1;
    struct timespec timeout = { 0, PROGRESS_EVERY };
    FD_ZERO(&set);
    for (long i = 0; i < nslots; i++)
        for (int k = 0; k < 2; k++) {
            int fd = slots[i].process > 0 ? slots[i].streams[k].fd : -1;
            if (fd >= 0)
                FD_SET(fd, &set);
            largest = fd > largest ? fd : largest;
        }
    /* Stop signals are blocked except in here, so none is missed between the test and the wait. */
    if (pselect(largest + 1, &set, NULL, NULL, progress ? &timeout : NULL, mask) <= 0)
        return;
    for (long i = 0; i < nslots; i++)
        for (int k = 0; k < 2; k++)
            if (slots[i].process > 0 && slots[i].streams[k].fd >= 0 && FD_ISSET(slots[i].streams[k].fd, &set))
                receive(&slots[i].streams[k]);
}

/* Hands over what is finished. Returns -1, or the status with which to end. */
static int collect(slot_t *slots, long nslots, const pool_work_t *work)
{
    int status = -1;
    for (long i = 0; i < nslots && status == -1; i++) {
        slot_t *slot = &slots[i];
        if (slot->process == 0 || slot->streams[0].fd >= 0 || slot->streams[1].fd >= 0)
            continue;
        int answer = reap(slot);
        const char *text[2];
        for (int k = 0; k < 2; k++)
            text[k] = slot->streams[k].length > 0 ? slot->streams[k].data : NULL;
        slot->process = 0;
        status = work->done(work->data, slot->piece, answer, text[0], text[1],
                            (double) (clock_ns() - slot->start_ns) / 1e9);
        clear_slot(slot);
    }
    return status;
}

static int serve(slot_t *slots, long nslots, const pool_work_t *work, const options_t *options,
                 int64_t start_ns, const sigset_t *mask)
{
    int progress = wants_progress(options), shown = 0, more = 1, status = -1;
    char line[128];
    while (status == -1) {
        long busy = stopped ? 0 : feed(slots, nslots, &more, work, options, mask);
        if (busy <= 0) {
            status = stopped ? EXIT_LIMIT : busy < 0 ? EXIT_BROKEN : -1;
            break;
        }
        int64_t now = clock_ns();
        if (progress && now - start_ns >= PROGRESS_AFTER) {
            work->stage(work->data, line, sizeof(line));
            show_progress(line, now - start_ns, &shown);
        }
        wait_for_news(slots, nslots, progress, mask);
        status = collect(slots, nslots, work);
    }
    show_progress("", 0, &shown);
    return status;
}

int pool_run(const pool_work_t *work, const options_t *options, int64_t start_ns)
{
    long nslots = options->threads;
    slot_t *slots = calloc((size_t) nslots, sizeof(slot_t));
    sigset_t mask;
    if (slots == NULL)
        return out_of_memory();
    for (long i = 0; i < nslots; i++)
        slots[i].streams[0].fd = slots[i].streams[1].fd = -1;
    stopped = 0;
    block_stop_signals(&mask);
    outside = &mask;
    catch_stop_signals(on_stop);
    int status = serve(slots, nslots, work, options, start_ns, &mask);
    kill_all(slots, nslots);
    outside = NULL;
    sigprocmask(SIG_SETMASK, &mask, NULL); /* a late signal is only counted */
    free(slots);
    return status;
}
