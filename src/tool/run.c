/* run.c - the child process, its limits, its messages, and the parent that survives it.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/run.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

/* AddressSanitizer reserves terabytes of address space, so no limit on it can be set there. */
#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_LIMIT 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_LIMIT 0
#endif
#endif
#ifndef ADDRESS_LIMIT
#define ADDRESS_LIMIT 1
#endif

#define STACK_BYTES ((rlim_t) 64 << 20) /* Linux leaves the main stack room to grow by at least 128 MiB */
#define PATIENCE (5 * SECOND)           /* from the first Ctrl-C to the end */
#define SAME_SIGNAL (SECOND / 5)        /* timeout(1) and process groups deliver one stop twice at once */

enum {
    FRAME_SNAPSHOT = 'S',
    FRAME_ANSWER = 'A',
    FRAME_PIECE = 'O',
    FRAME_MESSAGE = 'M',
    FRAME_PROGRESS = 'P',
    FRAME_DONE = 'D'
};
enum { HEADER_BYTES = 1 + sizeof(uint64_t) };

static volatile sig_atomic_t signals_caught; /* in the parent */
static volatile sig_atomic_t printing;       /* ... 1 while it prints, 2 after a signal then */
static volatile int interrupted;             /* in the child, read by the library */

int64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * SECOND + now.tv_nsec;
}

/* While the answer is written, one more signal is forgiven (the user may well press Ctrl-C twice to get it);
 * the next one ends a tool that nobody reads from. */
static void on_signal_in_parent(int number)
{
    (void) number;
    signals_caught++;
    if (printing > 1)
        _exit(EXIT_LIMIT);
    if (printing == 1)
        printing = 2;
}

static void on_signal_in_child(int number)
{
    (void) number;
    interrupted = 1;
}

static const int stop_signals[] = { SIGINT, SIGTERM, SIGHUP };
#define NSTOP ((int) (sizeof(stop_signals) / sizeof(stop_signals[0])))

/* What the parent sends on: a signal that the caller of the tool cannot have switched off in the child. */
#define FORWARDED SIGUSR1

void catch_stop_signals(void (*handler)(int))
{
    struct sigaction action, old;
    memset(&action, 0, sizeof(action));
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < NSTOP; i++) {
        sigaction(stop_signals[i], NULL, &old);
        if (old.sa_handler != SIG_IGN) /* nohup, and background jobs of a shell, ignore them: leave it so */
            sigaction(stop_signals[i], &action, NULL);
    }
}

void block_stop_signals(sigset_t *before)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    for (int i = 0; i < NSTOP; i++)
        sigaddset(&blocked, stop_signals[i]);
    sigaddset(&blocked, FORWARDED); /* until the child is ready for it */
    sigprocmask(SIG_BLOCK, &blocked, before);
}

/* ---------------------------------------------------------------------------------------------------
 * The child
 * --------------------------------------------------------------------------------------------------- */

static void write_all(int fd, const void *data, size_t length)
{
    const char *bytes = data;
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(EXIT_BROKEN); /* the parent is gone: there is no one left to work for */
        bytes += n;
        length -= (size_t) n;
    }
}

static void send_frame(worker_t *worker, char type, const void *data, size_t length)
{
    char header[HEADER_BYTES];
    uint64_t size = length;
    header[0] = type;
    memcpy(header + 1, &size, sizeof(size));
    write_all(worker->fd, header, sizeof(header));
    write_all(worker->fd, data, length);
}

void worker_snapshot(worker_t *worker, const char *report)
{
    send_frame(worker, FRAME_SNAPSHOT, report, strlen(report));
}

void worker_answer(worker_t *worker, const char *report)
{
    send_frame(worker, FRAME_ANSWER, report, strlen(report));
}

void worker_piece(worker_t *worker, const char *text, size_t length)
{
    send_frame(worker, FRAME_PIECE, text, length);
}

void worker_message(worker_t *worker, const char *format, ...)
{
    char small[512], *text = small; /* a message must get through even when memory is short: then it is cut */
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(small, sizeof(small), format, arguments);
    va_end(arguments);
    if (length >= (int) sizeof(small)) {
        text = malloc((size_t) length + 1);
        if (text != NULL)
            vsnprintf(text, (size_t) length + 1, format, again);
        else
            text = small;
    }
    va_end(again);
    send_frame(worker, FRAME_MESSAGE, text, strlen(text));
    if (text != small)
        free(text);
}

void worker_progress(worker_t *worker, const char *stage, long done, long total)
{
    char line[128];
    if (total > 0)
        snprintf(line, sizeof(line), "%.60s  %ld/%ld", stage, done, total);
    else if (done > 0)
        snprintf(line, sizeof(line), "%.60s  %ld", stage, done);
    else
        snprintf(line, sizeof(line), "%.60s", stage);
    send_frame(worker, FRAME_PROGRESS, line, strlen(line));
}

/* Lowers (or, for the stack, raises) a soft limit as far as the hard one allows. */
static void set_limit(int resource, rlim_t wanted, int may_raise_only)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        return;
    if (may_raise_only && (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= wanted))
        return;
    if (limit.rlim_max != RLIM_INFINITY && wanted > limit.rlim_max)
        wanted = limit.rlim_max;
    limit.rlim_cur = wanted;
    (void) setrlimit(resource, &limit); /* an unlimited run is still a run */
}

static void be_child(const options_t *options, pid_t parent, int fd, int wants_progress, work_fn work,
                     void *data, const sigset_t *mask)
{
    worker_t worker = { fd, wants_progress, &interrupted };
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a parent that is killed must not leave hours of work behind */
    if (getppid() != parent)
        _exit(EXIT_BROKEN);
#else
    (void) parent;
#endif
    catch_stop_signals(on_signal_in_child);
    struct sigaction action;
    sigset_t open_mask = *mask;
    memset(&action, 0, sizeof(action));
    action.sa_handler = on_signal_in_child;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(FORWARDED, &action, NULL);
    sigdelset(&open_mask, FORWARDED);
    sigprocmask(SIG_SETMASK, &open_mask, NULL);
    set_limit(RLIMIT_CORE, 0, 0);
    set_limit(RLIMIT_STACK, STACK_BYTES, 1);
    if (ADDRESS_LIMIT)
        set_limit(RLIMIT_AS, (rlim_t) options->limit_memory, 0);
    unsigned char status = (unsigned char) work(&worker, data);
    send_frame(&worker, FRAME_DONE, &status, 1);
    exit(status); /* not _exit: sanitizers and coverage report at exit; stdio was flushed before the fork */
}

/* ---------------------------------------------------------------------------------------------------
 * The parent
 * --------------------------------------------------------------------------------------------------- */

typedef struct {
    char *data;
    size_t length;
} text_t;

typedef struct {
    text_t report;   /* the last complete one */
    int is_answer;   /* the report is the answer, not a snapshot */
    int streamed;    /* pieces of an answer have been printed */
    int unprinted;   /* ... and one could not be */
    text_t messages; /* for stderr, all of them */
    char stage[128];
    int done;      /* the child reached its end */
    int status;    /* ... with this exit status */
    int no_memory; /* a report was lost for want of memory in the parent */
    /* the frame that is being received */
    char header[HEADER_BYTES];
    size_t header_length;
    uint64_t size, got;
    char *payload; /* NULL while the size is not known, or when it does not fit: then the bytes are dropped */
} inbox_t;

/* The one line of progress; an empty stage erases it. */
void show_progress(const char *stage, int64_t elapsed, int *shown)
{
    if (stage[0] == '\0') {
        if (*shown)
            fputs("\r\033[K", stderr);
        *shown = 0;
    } else {
        int64_t seconds = elapsed / SECOND;
        fprintf(stderr, "\r%.60s  %d:%02d\033[K", stage, (int) (seconds / 60), (int) (seconds % 60));
        *shown = 1;
    }
    fflush(stderr);
}

static void append_text(text_t *text, const char *data, size_t length)
{
    char *larger = realloc(text->data, text->length + length + 2);
    if (larger == NULL)
        return;
    memcpy(larger + text->length, data, length);
    text->length += length;
    if (length > 0 && larger[text->length - 1] != '\n')
        larger[text->length++] = '\n';
    larger[text->length] = '\0';
    text->data = larger;
}

/* A complete frame has arrived: payload has `size` bytes and a NUL. */
static void accept_frame(inbox_t *box)
{
    char type = box->header[0];
    size_t size = (size_t) box->size;
    if (box->payload == NULL) {
        box->no_memory = 1;
    } else if ((type == FRAME_SNAPSHOT && !box->is_answer) || type == FRAME_ANSWER) {
        free(box->report.data);
        box->report = (text_t){ box->payload, size };
        box->is_answer = type == FRAME_ANSWER;
        box->payload = NULL;
    } else if (type == FRAME_PIECE) {
        box->streamed = 1;
        box->unprinted = box->unprinted || !print_answer(box->payload, size);
    } else if (type == FRAME_MESSAGE) {
        append_text(&box->messages, box->payload, size);
    } else if (type == FRAME_PROGRESS) {
        snprintf(box->stage, sizeof(box->stage), "%s", box->payload);
    } else if (type == FRAME_DONE && size == 1) {
        box->done = 1;
        box->status = (unsigned char) box->payload[0];
    }
    free(box->payload);
    box->payload = NULL;
    box->header_length = 0;
}

/* Takes what the pipe holds; erases the line of progress before a piece is printed. Returns 0 at its end. */
static int receive(inbox_t *box, int fd, int *shown)
{
    char waste[4096];
    char *to;
    size_t room;
    int in_header = box->header_length < HEADER_BYTES;
    if (in_header) {
        to = box->header + box->header_length;
        room = HEADER_BYTES - box->header_length;
    } else {
        room = (size_t) (box->size - box->got);
        to = box->payload != NULL ? box->payload + box->got : waste;
        room = box->payload == NULL && room > sizeof(waste) ? sizeof(waste) : room;
    }
    ssize_t n = read(fd, to, room);
    if (n < 0)
        return errno == EINTR || errno == EAGAIN;
    if (n == 0)
        return 0;
    if (in_header) {
        box->header_length += (size_t) n;
        if (box->header_length == HEADER_BYTES) {
            memcpy(&box->size, box->header + 1, sizeof(box->size));
            box->got = 0;
            box->payload = box->size < SIZE_MAX ? malloc((size_t) box->size + 1) : NULL;
            if (box->payload != NULL)
                box->payload[box->size] = '\0';
        }
    } else {
        box->got += (uint64_t) n;
    }
    if (box->header_length == HEADER_BYTES && box->got == box->size) {
        if (box->header[0] == FRAME_PIECE && *shown)
            show_progress("", 0, shown);
        accept_frame(box);
    }
    return 1;
}

int wants_progress(const options_t *options)
{
    const char *terminal = getenv("TERM");
    return !options->quiet && options->progress == WHEN_AUTO && isatty(STDERR_FILENO) &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

typedef struct {
    pid_t child;
    int64_t kill_at; /* INT64_MAX: never */
    const char *killed_for;
    int caught;       /* stop signals seen so far */
    int64_t first_at; /* when the first one was passed on */
} watch_t;

/* Passes a stop signal on; the second one, or patience running out, ends the child. */
static void watch_signals(watch_t *watch, int64_t now)
{
    int caught = (int) signals_caught;
    if (caught == watch->caught)
        return;
    if (watch->caught == 0) {
        kill(watch->child, FORWARDED);
        watch->first_at = now;
        if (now + PATIENCE < watch->kill_at)
            watch->kill_at = now + PATIENCE;
        watch->killed_for = "interrupted";
    } else if (now - watch->first_at >= SAME_SIGNAL) {
        watch->kill_at = now;
    }
    watch->caught = caught;
}

static void follow(inbox_t *box, int fd, watch_t *watch, const options_t *options, int64_t start_ns,
                   const sigset_t *mask)
{
    int progress = wants_progress(options), shown = 0, killed = 0, open = 1;
    while (open) {
        int64_t now = clock_ns(), wait = INT64_MAX;
        watch_signals(watch, now);
        if ((now >= watch->kill_at || box->unprinted) && !killed) {
            kill(watch->child, SIGKILL);
            killed = 1;
        }
        if (progress && box->stage[0] != '\0' && now - start_ns >= PROGRESS_AFTER)
            show_progress(box->stage, now - start_ns, &shown);
        if (progress)
            wait = PROGRESS_EVERY;
        if (!killed && watch->kill_at != INT64_MAX && watch->kill_at - now < wait)
            wait = watch->kill_at - now;
        struct timespec timeout = { (time_t) (wait / SECOND), (long) (wait % SECOND) };
        fd_set set;
        FD_ZERO(&set);
        FD_SET(fd, &set);
        /* Stop signals are blocked except in here, so none is missed between the test and the wait. */
        int ready = pselect(fd + 1, &set, NULL, NULL, wait == INT64_MAX ? NULL : &timeout, mask);
        if (ready > 0)
            open = receive(box, fd, &shown);
        progress = progress && !box->streamed;
    }
    if (shown)
        show_progress("", 0, &shown);
    if (!killed && watch->caught == 0)
        watch->killed_for = NULL;
}

/* Why there is no proper end, for stderr; returns the exit status. */
static int explain_death(int wait_status, const watch_t *watch, const options_t *options)
{
    if (watch->killed_for != NULL && WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL) {
        fprintf(stderr, "lieorbit: %s\n", watch->killed_for);
        return EXIT_LIMIT;
    }
    if (WIFEXITED(wait_status)) {
        fprintf(stderr, "lieorbit: internal error: the computation ended without an answer (status %d)\n",
                WEXITSTATUS(wait_status));
        return EXIT_BROKEN;
    }
    double gigabytes = (double) options->limit_memory / (double) ((uint64_t) 1 << 30);
    switch (WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0) {
    case SIGABRT:
        fprintf(stderr,
                "lieorbit: a limit was met: memory, or a size that exact arithmetic refuses "
                "(--limit-memory is %.3g GiB)\n",
                gigabytes);
        break;
    case SIGSEGV:
    case SIGBUS:
        fprintf(stderr,
                "lieorbit: internal error: the computation crashed; please report the model (it may also "
                "have run out "
                "of stack, --limit-memory is %.3g GiB)\n",
                gigabytes);
        return EXIT_BROKEN;
    case SIGKILL:
        fputs("lieorbit: a limit was met: the system ended the computation, probably for want of memory\n",
              stderr);
        break;
    default:
        fprintf(stderr, "lieorbit: a limit was met: the computation was ended by signal %d\n",
                WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0);
        break;
    }
    return EXIT_LIMIT;
}

int print_answer(const char *text, size_t length)
{
    if (fwrite(text, 1, length, stdout) == length && fflush(stdout) == 0 && !ferror(stdout))
        return 1;
    fprintf(stderr, "lieorbit: cannot write to standard output: %s\n", strerror(errno));
    return 0;
}

static int finish(inbox_t *box, int wait_status, const watch_t *watch, const options_t *options)
{
    int printed = 1, status;
    /* A snapshot stands in for an answer only when a limit was met: after an error it would mislead. */
    int show = box->report.data != NULL && !box->streamed && (box->is_answer || !box->done || box->status == EXIT_LIMIT);
    if (show)
        printed = print_answer(box->report.data, box->report.length);
    if (box->messages.data != NULL)
        fputs(box->messages.data, stderr);
    status = box->unprinted ? EXIT_BROKEN
             : box->done    ? box->status
                            : explain_death(wait_status, watch, options);
    if (box->no_memory) {
        fputs("lieorbit: out of memory\n", stderr);
        status = EXIT_BROKEN;
    }
    return printed && !box->unprinted ? status : EXIT_BROKEN;
}

int run_limited(const options_t *options, int64_t start_ns, work_fn work, void *data)
{
    int ends[2];
    sigset_t mask;
    inbox_t box;
    memset(&box, 0, sizeof(box));

    fflush(NULL);
    if (pipe(ends) != 0 || ends[0] >= FD_SETSIZE) {
        fprintf(stderr, "lieorbit: cannot make a pipe: %s\n", strerror(errno));
        return EXIT_BROKEN;
    }
    block_stop_signals(&mask);
    catch_stop_signals(on_signal_in_parent);

    pid_t parent = getpid(), child = fork();
    if (child < 0) {
        fprintf(stderr, "lieorbit: cannot start a process: %s\n", strerror(errno));
        return EXIT_BROKEN;
    }
    if (child == 0) {
        close(ends[0]);
        be_child(options, parent, ends[1], wants_progress(options), work, data, &mask);
    }
    close(ends[1]);

    watch_t watch = { child, INT64_MAX, NULL, 0, 0 };
    if (options->limit_ns > 0) {
        /* The child stops by itself at the limit; a stage that does not ask for the time gets a little
         * longer. */
        int64_t grace = options->limit_ns / 5 > 3 * SECOND ? options->limit_ns / 5 : 3 * SECOND;
        watch.kill_at = start_ns + options->limit_ns + grace;
        watch.killed_for = "a limit was met: time (--limit-seconds)";
    }
    follow(&box, ends[0], &watch, options, start_ns, &mask);
    close(ends[0]);
    sigprocmask(SIG_SETMASK, &mask, NULL); /* a late stop signal is counted here and forgotten */
    printing = 1;

    int wait_status = 0;
    while (waitpid(child, &wait_status, 0) < 0 && errno == EINTR)
        ;
    int status = finish(&box, wait_status, &watch, options);
    free(box.report.data);
    free(box.messages.data);
    free(box.payload);
    return status;
}
