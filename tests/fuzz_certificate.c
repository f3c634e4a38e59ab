/* fuzz_certificate.c - libFuzzer target: no problem and no certificate may crash `lieorbit check`.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 *     ../configure --enable-fuzz --enable-asan CC=clang && make
 *     tests/fuzz_certificate -max_len=20000 corpus
 *
 * fuzz_pair.h has the form of the input. With -DLO_FUZZ_REPLAY any compiler makes a program that reads the files given to
 * it, once each. The tool does this work in a child, which may meet its limits of memory; here they are those of the fuzzer.
 */
#include "fuzz_pair.h"
#include "lieorbit/lieorbit.h"

#include <sha256.h>
#include <time.h>

#define SECONDS 5

static void digest_of(char *digest, const unsigned char *data, size_t size)
{
    SHA256Data(data, size, digest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_pair_t pair;
    lo_ctx_t ctx;
    char *theorem = NULL;
    struct timespec now;
    if (!fuzz_pair_read(&pair, data, size, digest_of))
        return 0;
    if (lo_ctx_init(ctx) == LO_OK) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        ctx->deadline_ns = ((int64_t) now.tv_sec + SECONDS) * 1000000000 + now.tv_nsec;
        lo_status_t status = lo_certificate_check(&theorem, pair.problem, pair.problem_size, pair.certificate,
                                                  pair.certificate_size, ctx);
        if ((status == LO_OK) != (theorem != NULL))
            abort();
        lo_report_free(theorem);
        lo_ctx_clear(ctx);
    }
    fuzz_pair_clear(&pair);
    return 0;
}

#ifdef LO_FUZZ_REPLAY
int main(int argc, char **argv)
{
    return replay_files("fuzz_certificate", argc, argv);
}
#endif
