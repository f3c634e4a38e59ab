/* main.c - lieorbit-check: options, limits, files, the verdict.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { VERIFIED, NOT_VERIFIED, USAGE };

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
    ssize_t written = write(STDOUT_FILENO, text, sizeof(text) - 1);
    (void) signal_number, (void) written;
    _exit(NOT_VERIFIED);
}

/* The whole file, or all up to a byte 0, which json.c refuses; NULL: it cannot be read. */
static char *contents(const char *path, size_t *size)
{
    char *text = NULL;
    FILE *file = fopen(path, "rb");
    ssize_t length = file == NULL ? -1 : getdelim(&text, size, '\0', file);
    *size = length < 0 ? 0 : (size_t) length;
    return file == NULL || ferror(file) ? NULL : text;
}

/* Reads --limit-...=N, N above 0. */
static int limit(unsigned long *n, const char *argument, const char *format)
{
    char digits[8], more;
    if (sscanf(argument, format, digits, &more) != 1)
        return 0;
    *n = strtoul(digits, NULL, 10);
    return *n > 0;
}

/* The sanitizers reserve address space without end. */
static void set_limits(unsigned long seconds, unsigned long megabytes)
{
    struct rlimit space = { (rlim_t) (megabytes + 64) << 20, (rlim_t) (megabytes + 64) << 20 },
                  none = { 0, 0 };
#if defined(__SANITIZE_ADDRESS__)
    space.rlim_cur = space.rlim_max = RLIM_INFINITY;
#endif
    memory_limit = (size_t) megabytes << 20;
    setrlimit(RLIMIT_AS, &space);
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGALRM, too_late);
    alarm((unsigned) seconds);
}

int main(int argc, char **argv)
{
    unsigned long seconds = 600, megabytes = 4096;
    static char *texts[2];
    size_t sizes[2] = { 0, 0 };
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "--version") == 0)
            return fputs(argv[at][2] == 'h' ? help : "lieorbit-check " LO_VERSION "\n", stdout) < 0 ||
                   fflush(stdout);
        if (!limit(&seconds, argv[at], "--limit-seconds=%7[0-9]%c") &&
            !limit(&megabytes, argv[at], "--limit-memory=%7[0-9]%c"))
            break;
    }
    if (argc != at + 2 || argv[at][0] == '-') {
        fputs("lieorbit-check: a problem and a certificate are needed\nTry 'lieorbit-check --help'.\n",
              stderr);
        return USAGE;
    }
    set_limits(seconds, megabytes);
    for (int i = 0; i < 2; i++) {
        texts[i] = contents(argv[at + i], sizes + i);
        if (texts[i] == NULL)
            return printf("NOT VERIFIED: %.300s cannot be read\n", argv[at + i]), NOT_VERIFIED;
    }
    const char *theorem = check(texts[0], sizes[0], texts[1], sizes[1]);
    if (theorem == NULL)
        return printf("NOT VERIFIED: %s\n", failure_reason), NOT_VERIFIED;
    return printf("%sVERIFIED\n", theorem) > 0 && fflush(stdout) == 0 ? VERIFIED : NOT_VERIFIED;
}
