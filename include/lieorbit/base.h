/* lieorbit/base.h - status, truth, limits, context: what every room shares.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LIEORBIT_BASE_H
#define LIEORBIT_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define LO_API __attribute__((visibility("default")))
#define LO_MUST_CHECK __attribute__((warn_unused_result))
#define LO_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define LO_API
#define LO_MUST_CHECK
#define LO_PRINTF(f, a)
#endif

/* Outcome of a fallible function: LO_OK or a union of the flags below. */
typedef unsigned int lo_status_t;

#define LO_OK 0u     /* done */
#define LO_DOMAIN 1u /* no such object exists (a division by zero, a singular base point) */
#define LO_UNABLE 2u /* a limit was met, or the method does not reach this case */
#define LO_INPUT 4u  /* the text of the model or of a law is wrong; the context has the message */
#define LO_SYSTEM 8u /* memory or input/output failed */

/* A claim is proved true, proved false, or not decided. Never use it as a C truth value. */
typedef enum { LO_FALSE = 0, LO_TRUE = 1, LO_UNKNOWN = 2 } lo_truth_t;

/* Sizes past which a request is refused with LO_UNABLE (or LO_INPUT while reading a model). */
typedef struct {
    size_t source_bytes;  /* bytes of model text */
    long tokens;          /* tokens of model text */
    long depth;           /* nesting of brackets, and of the expression tree */
    long parameters;      /* scalar parameters (coordinates) of a model */
    long entries;         /* entries of one tensor that is not a parameter */
    long point_entries;   /* work spent on the values of `at`, and entries of one of them */
    long scalar_parameters; /* scalar parameters of a model that is lowered to scalar operations */
    long exponent;        /* absolute value of an integer exponent */
    long digits;          /* decimal digits of one number */
    long graph_nodes;     /* nodes of the typed expression graph */
    long tape_nodes;      /* scalar operations of one lowered family, and terms of its sums */
    long dense_parameters; /* scalar parameters above which `laws` reads the structure only */
    long polynomial_terms; /* terms of one exact polynomial before an expansion is refused */
    long search_monomials; /* monomials of one block of the polynomial law search */
    long bracket_levels;  /* levels of the growth vector */
} lo_limits_struct;
typedef lo_limits_struct lo_limits_t[1];

/* Called from time to time by long work: `stage` is a short English phrase, `done` of `total` units are
 * finished (`total` is 0 when it is not known). It must return quickly and must not call the library. */
typedef void (*lo_progress_fn)(void *data, const char *stage, long done, long total);

/* Called when the caller breaks a documented precondition; `text` says which. */
typedef void (*lo_illegal_fn)(void *data, const char *text);

/* Everything a computation needs besides its arguments. One context per thread. */
typedef struct {
    uint64_t seed;       /* of every random choice: same seed, same answer */
    long threads;        /* at most this many threads, at least 1 */
    int degree;          /* largest degree of the polynomial law search; -1 chooses */
    int64_t deadline_ns; /* CLOCK_MONOTONIC time after which work stops with LO_UNABLE; 0: none */
    const volatile int *interrupt; /* work stops with LO_UNABLE when *interrupt is nonzero; may be NULL */
    lo_limits_t limits;
    lo_progress_fn progress;
    void *progress_data;
    lo_illegal_fn illegal;
    void *illegal_data;
    char *message; /* last diagnostic, NUL-terminated, owned; empty string when there is none */
} lo_ctx_struct;
typedef lo_ctx_struct lo_ctx_t[1];

/* Sets up a context with seed 1, one thread, automatic degree, the default limits, no deadline.
 * Returns LO_OK, or LO_SYSTEM when memory is short. */
LO_API LO_MUST_CHECK lo_status_t lo_ctx_init(lo_ctx_t ctx);

/* Frees what the context owns. Domain: an initialised context. */
LO_API void lo_ctx_clear(lo_ctx_t ctx);

/* The default limits, as `lo_ctx_init` sets them. Out: limits. */
LO_API void lo_limits_default(lo_limits_t limits);

/* The last diagnostic of this context, in the words of the user's model; "" when there is none.
 * The pointer is valid until the next call that takes the context. */
LO_API const char *lo_ctx_message(const lo_ctx_t ctx);

/* Replaces the diagnostic. In: a printf format and its arguments. A failed allocation keeps the old text. */
LO_API void lo_ctx_set_message(lo_ctx_t ctx, const char *format, ...) LO_PRINTF(2, 3);

/* Returns LO_OK, or LO_UNABLE when the deadline has passed or the interrupt flag is set. Cost: one clock
 * read. */
LO_API LO_MUST_CHECK lo_status_t lo_ctx_poll(lo_ctx_t ctx);

/* Reports progress through the callback, when one is set. */
LO_API void lo_ctx_progress(lo_ctx_t ctx, const char *stage, long done, long total);

/* The version of the library, e.g. "0.1.0". */
LO_API const char *lo_version(void);

/* "yes", "no" or "unknown". */
LO_API const char *lo_truth_name(lo_truth_t truth);

#ifdef __cplusplus
}
#endif

#endif
