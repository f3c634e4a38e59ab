/* forkserver.c - preloaded into a program: runs its main() anew, in a child, for each byte on standard input.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 *     cc -shared -fPIC -o forkserver.so forkserver.c
 *     LD_PRELOAD=./forkserver.so LIEORBIT_SERVE=lieorbit-check LIEORBIT_SERVE_OUTPUT=out lieorbit-check a b
 *
 * The tests check tens of thousands of certificates with the programs as they are installed; what takes the time is to
 * start and to link them. Here both happen once: the server stops before main(), and each byte that it reads makes a
 * child, which goes on into main() with the arguments of the server. What the child prints goes to the file
 * LIEORBIT_SERVE_OUTPUT, emptied before; then its wait status is a line on standard output. tests/checkers.py speaks to it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void serve_one(int output)
{
    char line[32];
    int status;
    pid_t child = fork();
    if (child == 0) {
        int nothing = open("/dev/null", O_RDONLY);
        if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
            _exit(125);
        close(nothing);
        close(output);
        return;
    }
    while (child > 0 && waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            _exit(125);
    int length = snprintf(line, sizeof(line), "%d\n", child > 0 ? status : -1);
    if (write(1, line, (size_t) length) != length)
        _exit(125);
}

/* Before main(); other programs that are started on the way, a shell that wraps ours, say, are left alone. */
__attribute__((constructor)) static void serve(void)
{
    const char *name = getenv("LIEORBIT_SERVE"), *path = getenv("LIEORBIT_SERVE_OUTPUT");
    pid_t server = getpid();
    char byte;
    if (name == NULL || path == NULL || strcmp(program_invocation_short_name, name) != 0)
        return;
    int output = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    while (output >= 0 && read(0, &byte, 1) == 1) {
        if (ftruncate(output, 0) != 0)
            break;
        serve_one(output);
        if (getpid() != server)
            return;
    }
    _exit(output < 0);
}
