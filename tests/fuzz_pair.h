/* fuzz_pair.h - a problem and a certificate in one file, for the fuzzers of checkers: split, and the digest put in.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The input is a problem, a byte 0x01, and a certificate; a digest of 64 letters x in the certificate is replaced by the
 * digest of the problem, so that a fuzzer reaches what comes after it. tests/test_check.py --corpus DIRECTORY writes such
 * files, tests/test_mutants.py --write=DIRECTORY too.
 */
#ifndef LO_TESTS_FUZZ_PAIR_H
#define LO_TESTS_FUZZ_PAIR_H

#include "fuzz_replay.h"

#include <string.h>

typedef struct {
    char *problem, *certificate;
    size_t problem_size, certificate_size;
} fuzz_pair_t;

/* What writes the 64 digits of a SHA-256 and a null byte. */
typedef void (*fuzz_digest_fn)(char *digest, const unsigned char *data, size_t size);

static void fuzz_put_digest(fuzz_pair_t *pair, fuzz_digest_fn sha256_of)
{
    char digest[65], mark[64];
    memset(mark, 'x', sizeof(mark));
    sha256_of(digest, (const unsigned char *) pair->problem, pair->problem_size);
    for (size_t i = 0; i + 64 <= pair->certificate_size; i++) {
        if (memcmp(pair->certificate + i, mark, 64) == 0) {
            memcpy(pair->certificate + i, digest, 64);
            return;
        }
    }
}

static void fuzz_pair_clear(fuzz_pair_t *pair)
{
    free(pair->problem);
    free(pair->certificate);
}

/* Returns 0 when the input is none; then there is nothing to clear. */
static int fuzz_pair_read(fuzz_pair_t *pair, const uint8_t *data, size_t size, fuzz_digest_fn sha256_of)
{
    const uint8_t *middle = size > 0 ? memchr(data, 1, size) : NULL;
    if (middle == NULL)
        return 0;
    pair->problem_size = (size_t) (middle - data);
    pair->certificate_size = size - pair->problem_size - 1;
    pair->problem = malloc(pair->problem_size + 1);
    pair->certificate = malloc(pair->certificate_size + 1);
    if (pair->problem == NULL || pair->certificate == NULL) {
        fuzz_pair_clear(pair);
        return 0;
    }
    memcpy(pair->problem, data, pair->problem_size);
    memcpy(pair->certificate, middle + 1, pair->certificate_size);
    fuzz_put_digest(pair, sha256_of);
    return 1;
}

#endif
