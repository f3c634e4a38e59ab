/* fuzz_model.c - libFuzzer target: no text may crash, hang or exhaust the reader of models.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 *     ../configure --enable-fuzz --enable-asan CC=clang && make
 *     tests/fuzz_model corpus ../tests/corpus ../examples
 *
 * With -DLO_FUZZ_REPLAY any compiler makes a program that reads the files given to it, once each.
 * The first line of a text that starts with `#!law ` is tried as a law of the model.
 */
#include "model/graph.h"

#include "fuzz_replay.h"

#include <string.h>

/* Names of parameters parse back, and the law in the first line may be anything. */
static void try_law(lo_model_ptr model, const char *text, size_t size, lo_ctx_t ctx)
{
    static const char mark[] = "#!law ";
    const size_t n = sizeof(mark) - 1;
    char name[1024];
    slong node;
    for (long i = 0; i < lo_model_parameters(model); i += 1 + lo_model_parameters(model) / 3) {
        lo_model_parameter_name(name, sizeof(name), model, i);
        if (strlen(name) < sizeof(name) - 1 &&
            lo_model_expression(&node, model, name, strlen(name), "law", ctx) == LO_INPUT)
            abort();
    }
    if (size > n && memcmp(text, mark, n) == 0) {
        const char *end = memchr(text, '\n', size);
        size_t length = (end != NULL ? (size_t) (end - text) : size) - n;
        if (lo_model_expression(&node, model, text + n, length, "law", ctx) != LO_OK &&
            lo_ctx_message(ctx)[0] == '\0')
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lo_ctx_t ctx;
    if (lo_ctx_init(ctx) != LO_OK)
        return 0;
    ctx->limits->parameters = 10000;
    ctx->limits->entries = 100000;
    ctx->limits->graph_nodes = 100000;
    lo_model_ptr model;
    lo_status_t status = lo_model_read(&model, (const char *) data, size, "fuzz", ctx);
    if ((status == LO_OK) != (model != NULL))
        abort();
    if (status != LO_OK && lo_ctx_message(ctx)[0] == '\0')
        abort();
    if (model != NULL)
        try_law(model, (const char *) data, size, ctx);
    lo_model_free(model);
    lo_ctx_clear(ctx);
    return 0;
}

#ifdef LO_FUZZ_REPLAY
int main(int argc, char **argv)
{
    int status = replay_files("fuzz_model", argc, argv);
    flint_cleanup();
    return status;
}
#endif
