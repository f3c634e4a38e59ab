/* test_support.h - what the tests of mathematical laws share: one context, one seeded stream, models from text.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TEST_SUPPORT_H
#define LO_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "family/family.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static lo_ctx_t ctx;
static lo_random_t rnd;
static uint64_t seed = 20260101; /* or LIEORBIT_SEED of the environment */

static inline int setup(void **state)
{
    (void) state;
    if (getenv("LIEORBIT_SEED") != NULL)
        seed = strtoull(getenv("LIEORBIT_SEED"), NULL, 10);
    print_message("LIEORBIT_SEED=%" PRIu64 "\n", seed);
    if (lo_ctx_init(ctx) != LO_OK)
        return 1;
    ctx->seed = seed;
    return 0;
}

static inline int teardown(void **state)
{
    (void) state;
    lo_ctx_clear(ctx);
    flint_cleanup();
    return 0;
}

/* Every test has a stream of its own, so that one test can be repeated alone. */
static inline void start(uint64_t purpose)
{
    lo_random_init(rnd, seed, purpose);
}

static inline slong between(slong low, slong high)
{
    return low + (slong) lo_random_below(rnd, (uint64_t) (high - low + 1));
}

static inline void randomise(ulong *a, slong n, nmod_t mod)
{
    for (slong i = 0; i < n; i++)
        a[i] = lo_random_below(rnd, mod.n);
}

static inline lo_family_ptr open_family(lo_model_ptr *m, const char *text, lo_relu_t relu)
{
    lo_family_ptr f = NULL;
    if (lo_model_read(m, text, strlen(text), "test", ctx) != LO_OK || lo_family_build(&f, *m, relu, ctx) != LO_OK)
        fail_msg("%s\n%s", text, lo_ctx_message(ctx));
    return f;
}

static inline void close_family(lo_family_ptr f, lo_model_ptr m)
{
    lo_family_free(f);
    lo_model_free(m);
}

/* A raw family of `fields` random fields f0, f1, ... on R^p; `analytic` mixes in sin, cos, exp, tanh, `rational` quotients. */
static inline void random_fields(char *text, size_t size, slong p, slong fields, int analytic, int rational)
{
    static const char *const functions[] = { "sin", "cos", "exp", "tanh" };
    size_t n = (size_t) snprintf(text, size, "coords q[%ld]\n", (long) p);
    for (slong k = 0; k < fields; k++) {
        n += (size_t) snprintf(text + n, size - n, "field f%ld = [", (long) k);
        for (slong i = 0; i < p; i++) {
            n += (size_t) snprintf(text + n, size - n, "%s%ld", i > 0 ? ", " : "", (long) between(-2, 2));
            for (slong t = between(0, 2); t > 0; t--)
                n += (size_t) snprintf(text + n, size - n, " + (%ld)*q[%ld]^%ld*q[%ld]", (long) between(-3, 3),
                                       (long) between(1, p), (long) between(0, 2), (long) between(1, p));
            if (analytic && between(0, 1))
                n += (size_t) snprintf(text + n, size - n, " + %s(q[%ld]%s)*q[%ld]", functions[between(0, 3)],
                                       (long) between(1, p), between(0, 1) ? "/2 + 1" : "", (long) between(1, p));
            if (rational && between(0, 2) == 0)
                n += (size_t) snprintf(text + n, size - n, " + q[%ld]/(q[%ld] + %ld)", (long) between(1, p),
                                       (long) between(1, p), (long) between(1, 3));
        }
        n += (size_t) snprintf(text + n, size - n, "]\n");
    }
}

#endif
