/* main.c - lieorbit-check: options, limits, files, the verdict.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/check.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { VERIFIED = 0, NOT_VERIFIED = 1, USAGE = 2 };
#define FILE_LIMIT ((size_t) 1 << 31)

static const char help[] =
    "Usage: lieorbit-check [OPTION]... PROBLEM CERTIFICATE\n"
    "Check a certificate that lieorbit, or any other program, has written: print the theorem\n"
    "that it proves and VERIFIED, or NOT VERIFIED with the reason.\n"
    "\n"
    "  --limit-seconds=N   give up after N seconds (default 600)\n"
    "  --limit-memory=N    give up above N MiB (default 4096)\n"
    "  --help              show this help and exit\n"
    "  --version           show the version and exit\n"
    "\n"
    "Exit status: 0 verified, 1 not verified, 2 wrong usage. A limit that is met, and whatever\n"
    "the checker does not know, is \"not verified\".\n";

/* Async-signal-safe: no word was printed yet, since the verdict comes at once at the end. */
static void too_late(int signal_number)
{
    static const char text[] = "NOT VERIFIED: the time limit is met\n";
    (void) signal_number;
    if (write(STDOUT_FILENO, text, sizeof(text) - 1) < 0)
        _exit(NOT_VERIFIED);
    _exit(NOT_VERIFIED);
}

static int verdict(const char *reason)
{
    printf("NOT VERIFIED: %s\n", reason);
    return NOT_VERIFIED;
}

/* The whole file, or NULL with the reason. */
static char *contents(const char *path, size_t *size, const char **why)
{
    FILE *file = fopen(path, "rb");
    size_t room = 1 << 16;
    char *text = malloc(room);
    *size = 0;
    *why = file == NULL ? strerror(errno) : "memory is short";
    while (file != NULL && text != NULL) {
        *size += fread(text + *size, 1, room - *size, file);
        if (*size < room) {
            if (ferror(file)) {
                *why = "reading fails";
                break;
            }
            fclose(file);
            return text;
        }
        if (room >= FILE_LIMIT) {
            *why = "the file is too large";
            break;
        }
        char *larger = realloc(text, 2 * room);
        if (larger == NULL)
            break;
        text = larger;
        room *= 2;
    }
    if (file != NULL)
        fclose(file);
    free(text);
    return NULL;
}

/* N in --limit-...=N, or 0. */
static unsigned long limit(const char *argument, const char *option)
{
    size_t n = strlen(option);
    if (strncmp(argument, option, n) != 0 || strspn(argument + n, "0123456789") != strlen(argument + n) ||
        strlen(argument + n) > 7)
        return 0;
    return strtoul(argument + n, NULL, 10);
}

static int usage(const char *what, const char *argument)
{
    fprintf(stderr, "lieorbit-check: %s%s\nTry 'lieorbit-check --help'.\n", what, argument);
    return USAGE;
}

/* The sanitizers reserve address space without end. */
static void set_limits(unsigned long seconds, unsigned long megabytes)
{
    limit_memory((size_t) megabytes << 20);
#if !defined(__SANITIZE_ADDRESS__)
    struct rlimit space = { (rlim_t) (megabytes + 64) << 20, (rlim_t) (megabytes + 64) << 20 };
    setrlimit(RLIMIT_AS, &space);
#endif
    struct rlimit core = { 0, 0 };
    setrlimit(RLIMIT_CORE, &core);
    signal(SIGALRM, too_late);
    alarm((unsigned) seconds);
}

int main(int argc, char **argv)
{
    const char *paths[2] = { NULL, NULL }, *why;
    unsigned long seconds = 600, megabytes = 4096;
    int count = 0, options = 1;
    char reason[500];
    for (int i = 1; i < argc; i++) {
        if (options && strcmp(argv[i], "--help") == 0)
            return fputs(help, stdout) < 0 || fflush(stdout) != 0 ? NOT_VERIFIED : VERIFIED;
        if (options && strcmp(argv[i], "--version") == 0)
            return puts("lieorbit-check " LO_VERSION) < 0 || fflush(stdout) != 0 ? NOT_VERIFIED : VERIFIED;
        if (options && strcmp(argv[i], "--") == 0)
            options = 0;
        else if (options && limit(argv[i], "--limit-seconds=") > 0)
            seconds = limit(argv[i], "--limit-seconds=");
        else if (options && limit(argv[i], "--limit-memory=") > 0)
            megabytes = limit(argv[i], "--limit-memory=");
        else if (options && argv[i][0] == '-')
            return usage("wrong option ", argv[i]);
        else if (count == 2)
            return usage("too many files: ", argv[i]);
        else
            paths[count++] = argv[i];
    }
    if (count < 2)
        return usage("a problem and a certificate are needed", "");
    set_limits(seconds, megabytes);
    size_t sizes[2];
    char *texts[2];
    for (int i = 0; i < 2; i++) {
        texts[i] = contents(paths[i], sizes + i, &why);
        if (texts[i] == NULL) {
            snprintf(reason, sizeof(reason), "%.300s: %s", paths[i], why);
            if (i == 1)
                free(texts[0]);
            return verdict(reason);
        }
    }
    const char *theorem = check(texts[0], sizes[0], texts[1], sizes[1], reason, sizeof(reason));
    int status = theorem == NULL ? verdict(reason) : printf("%sVERIFIED\n", theorem) < 0;
    if (fflush(stdout) != 0)
        status = NOT_VERIFIED;
    free_everything();
    free(texts[0]);
    free(texts[1]);
    return status;
}
