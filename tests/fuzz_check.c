/* fuzz_check.c - libFuzzer target: no problem and no certificate may crash, hang or exhaust lieorbit-check.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 *     ../configure --enable-fuzz --enable-asan CC=clang && make
 *     tests/fuzz_check -max_len=20000 corpus
 *
 * The input is a problem, a byte 0x01, and a certificate; a digest of 64 letters x in the certificate is
 * replaced by the digest of the problem, so that the fuzzer reaches what comes after it.
 * tests/test_check.sh --corpus DIRECTORY writes such files. With -DLO_FUZZ_REPLAY any compiler makes a
 * program that reads the files given to it, once each.
 */
#include "check/check.h"

#include "fuzz_replay.h"

#include <string.h>

static void put_digest(char *text, size_t size, const char *problem, size_t problem_size)
{
    char digest[65], mark[64];
    memset(mark, 'x', sizeof(mark));
    sha256(digest, (const unsigned char *) problem, problem_size);
    for (size_t i = 0; i + 64 <= size; i++) {
        if (memcmp(text + i, mark, 64) == 0) {
            memcpy(text + i, digest, 64);
            return;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *middle = size > 0 ? memchr(data, 1, size) : NULL;
    if (middle == NULL)
        return 0;
    size_t problem_size = (size_t) (middle - data), certificate_size = size - problem_size - 1;
    char *problem = malloc(problem_size + 1), *text = malloc(certificate_size + 1);
    if (problem != NULL && text != NULL) {
        memcpy(problem, data, problem_size);
        memcpy(text, middle + 1, certificate_size);
        put_digest(text, certificate_size, problem, problem_size);
        memory_limit = (size_t) 200 << 20;
        failure_reason[0] = '\0';
        const char *theorem = check(problem, problem_size, text, certificate_size);
        if (theorem == NULL && failure_reason[0] == '\0')
            abort();
        free_everything();
    }
    free(problem);
    free(text);
    return 0;
}

#ifdef LO_FUZZ_REPLAY
int main(int argc, char **argv)
{
    return replay_files("fuzz_check", argc, argv);
}
#endif
