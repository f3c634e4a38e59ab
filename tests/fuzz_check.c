/* fuzz_check.c - libFuzzer target: no problem and no certificate may crash, hang or exhaust lieorbit-check.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 *     ../configure --enable-fuzz --enable-asan CC=clang && make
 *     tests/fuzz_check -max_len=20000 corpus
 *
 * fuzz_pair.h has the form of the input. With -DLO_FUZZ_REPLAY any compiler makes a program that reads the files given to
 * it, once each.
 */
#include "check/check.h"
#include "fuzz_pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_pair_t pair;
    if (!fuzz_pair_read(&pair, data, size, sha256))
        return 0;
    memory_limit = (size_t) 200 << 20;
    failure_reason[0] = '\0';
    const char *theorem = check(pair.problem, pair.problem_size, pair.certificate, pair.certificate_size);
    if (theorem == NULL && failure_reason[0] == '\0')
        abort();
    free_everything();
    fuzz_pair_clear(&pair);
    return 0;
}

#ifdef LO_FUZZ_REPLAY
int main(int argc, char **argv)
{
    return replay_files("fuzz_check", argc, argv);
}
#endif
