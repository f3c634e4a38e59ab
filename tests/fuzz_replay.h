/* fuzz_replay.h - a fuzz target as an ordinary program: it reads the files given to it, once each.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_FUZZ_REPLAY_H
#define LO_FUZZ_REPLAY_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REPLAY_SIZE ((size_t) 1 << 24) /* of a file, at most */

/* Returns the exit status. */
static inline int replay_files(const char *program, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        uint8_t *data = malloc(REPLAY_SIZE);
        if (file == NULL || data == NULL) {
            fprintf(stderr, "%s: cannot read %s\n", program, argv[i]);
            return 1;
        }
        size_t size = fread(data, 1, REPLAY_SIZE, file);
        fclose(file);
        LLVMFuzzerTestOneInput(data, size);
        free(data);
    }
    return 0;
}

#endif
