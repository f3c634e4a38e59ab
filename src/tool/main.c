/* main.c - the command-line tool.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/commands.h"
#include "tool/options.h"
#include "tool/run.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* When the caller closed a standard stream, the next file opened would take its number, and an answer would
 * go into our own pipe. A stream that cannot be used that way takes the place: reading and writing then fail
 * as they should. */
static void hold_standard_streams(void)
{
    static const int unusable[] = { O_WRONLY, O_RDONLY, O_WRONLY }; /* stderr has nowhere to complain to */
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", unusable[fd]) == -1)
            exit(EXIT_BROKEN);
}

int main(int argc, char **argv)
{
    int64_t start_ns = clock_ns();
    options_t options;
    hold_standard_streams();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of write(), told like any other */

    int status = options_read(&options, argc, argv);
    if (status == EXIT_ANSWERED) /* --help and --version are answers too */
        status = print_answer("", 0) ? EXIT_ANSWERED : EXIT_BROKEN;
    else if (status == -1 && options.command == COMMAND_ZOO)
        status = command_zoo(&options);
    else if (status == -1 && options.command == COMMAND_SWEEP)
        status = command_sweep(&options);
    else if (status == -1)
        status = command_compute(&options, start_ns);
    options_clear(&options);
    return status;
}
