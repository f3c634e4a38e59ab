/* test_base.c - memory, arenas, the random stream, messages, deadlines, names.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int is_zero(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != 0)
            return 0;
    }
    return 1;
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- allocation ---------------------------------------------------------------------------------------- */

static void test_alloc_is_zeroed(void **state)
{
    (void) state;
    for (size_t count = 1; count < 5000; count = count * 3 + 1) {
        unsigned char *block = lo_alloc(count, 7);
        assert_non_null(block);
        assert_true(is_zero(block, count * 7));
        memset(block, 0xff, count * 7); /* the next round may get the same block back */
        lo_free(block);
    }
}

static void test_alloc_of_nothing_is_valid(void **state)
{
    (void) state;
    static const size_t sizes[][2] = { { 0, 0 }, { 0, 8 }, { 8, 0 }, { 0, SIZE_MAX }, { SIZE_MAX, 0 } };
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        void *block = lo_alloc(sizes[i][0], sizes[i][1]);
        assert_non_null(block);
        lo_free(block);
    }
    lo_free(NULL);
}

static void test_alloc_overflow(void **state)
{
    (void) state;
    /* Each product wraps around; 2^32 * 2^32 even wraps to zero. */
    static const size_t sizes[][2] = { { SIZE_MAX, 2 }, { 2, SIZE_MAX }, { SIZE_MAX / 2 + 1, 2 },
                                       { (size_t) 1 << 32, (size_t) 1 << 32 }, { SIZE_MAX, SIZE_MAX } };
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        volatile size_t count = sizes[i][0], size = sizes[i][1];
        assert_null(lo_alloc(count, size));
        void *block = lo_alloc(1, 1);
        assert_null(lo_realloc(block, count, size));
        lo_free(block); /* the old block was kept */
    }
}

static void test_realloc_keeps_contents(void **state)
{
    (void) state;
    unsigned char *block = NULL;
    for (size_t length = 1; length < 100000; length *= 3) {
        unsigned char *larger = lo_realloc(block, length, 1);
        assert_non_null(larger);
        block = larger;
        for (size_t i = 0; i < length / 3; i++)
            assert_int_equal(block[i], i % 251);
        for (size_t i = 0; i < length; i++)
            block[i] = (unsigned char) (i % 251);
    }
    unsigned char *smaller = lo_realloc(block, 2, 1);
    assert_non_null(smaller);
    assert_int_equal(smaller[1], 1);
    void *nothing = lo_realloc(smaller, 0, 1);
    assert_non_null(nothing);
    lo_free(nothing);
}

static void test_nth_allocation_fails(void **state)
{
    (void) state;
    for (long n = 1; n <= 10; n++) {
        lo_alloc_fail_at(n);
        for (long call = 1; call <= 12; call++) {
            /* the two kinds of calls are counted together */
            void *block = call % 2 ? lo_alloc(1, 16) : lo_realloc(NULL, 1, 16);
            if (call == n)
                assert_null(block);
            else
                assert_non_null(block);
            lo_free(block);
        }
    }
    lo_alloc_fail_at(1);
    lo_alloc_fail_at(0); /* switched off again */
    void *block = lo_alloc(1, 1);
    assert_non_null(block);
    lo_free(block);
}

/* ---- growth -------------------------------------------------------------------------------------------- */

static void test_grow_keeps_contents(void **state)
{
    (void) state;
    long *numbers = NULL, capacity = 0, moves = 0;
    for (long i = 0; i < 20000; i++) {
        long before = capacity;
        assert_int_equal(LO_GROW(numbers, capacity, i + 1), LO_OK);
        assert_true(capacity >= i + 1);
        moves += capacity != before;
        numbers[i] = i * i;
    }
    assert_true(moves < 40); /* the capacity grows by a factor */
    for (long i = 0; i < 20000; i++)
        assert_int_equal(numbers[i], i * i);
    lo_free(numbers);
}

static void test_grow_does_nothing_within_capacity(void **state)
{
    (void) state;
    int *numbers = NULL;
    long capacity = 0;
    assert_int_equal(LO_GROW(numbers, capacity, 0), LO_OK);
    assert_null(numbers);
    assert_int_equal(LO_GROW(numbers, capacity, 100), LO_OK);
    int *same = numbers;
    long was = capacity;
    lo_alloc_fail_at(1); /* would be noticed */
    for (long need = 0; need <= was; need++)
        assert_int_equal(LO_GROW(numbers, capacity, need), LO_OK);
    lo_alloc_fail_at(0);
    assert_ptr_equal(numbers, same);
    assert_int_equal(capacity, was);
    lo_free(numbers);
}

static void test_grow_failure_changes_nothing(void **state)
{
    (void) state;
    int *numbers = NULL;
    long capacity = 0;
    assert_int_equal(LO_GROW(numbers, capacity, 3), LO_OK);
    numbers[2] = 42;
    int *same = numbers;
    long was = capacity;
    lo_alloc_fail_at(1);
    assert_int_equal(LO_GROW(numbers, capacity, was + 1), LO_SYSTEM);
    lo_alloc_fail_at(0);
    assert_int_equal(LO_GROW(numbers, capacity, INT64_MAX / 2), LO_SYSTEM); /* the product overflows */
    assert_ptr_equal(numbers, same);
    assert_int_equal(capacity, was);
    assert_int_equal(numbers[2], 42);
    lo_free(numbers);
}

/* ---- arenas -------------------------------------------------------------------------------------------- */

static void test_arena_blocks_are_zeroed_aligned_apart(void **state)
{
    (void) state;
    enum { COUNT = 500 };
    unsigned char *blocks[COUNT];
    size_t sizes[COUNT];
    lo_random_t r;
    lo_random_init(r, 1, 1);
    lo_arena_struct *arena = lo_arena_new();
    assert_non_null(arena);
    for (int i = 0; i < COUNT; i++) {
        /* mostly small, sometimes larger than any block the arena has */
        sizes[i] = (size_t) lo_random_below(r, i % 50 == 49 ? 100000 : 200);
        blocks[i] = lo_arena_alloc(arena, sizes[i], 1);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t) blocks[i] % _Alignof(max_align_t), 0);
        assert_true(is_zero(blocks[i], sizes[i]));
        memset(blocks[i], i % 255 + 1, sizes[i]);
    }
    for (int i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < sizes[i]; k++)
            assert_int_equal(blocks[i][k], i % 255 + 1);
    }
    lo_arena_free(arena);
    lo_arena_free(NULL);
}

static void test_arena_overflow(void **state)
{
    (void) state;
    lo_arena_struct *arena = lo_arena_new();
    assert_non_null(arena);
    assert_null(lo_arena_alloc(arena, SIZE_MAX, 2));
    assert_null(lo_arena_alloc(arena, SIZE_MAX, 1));
    assert_null(lo_arena_alloc(arena, SIZE_MAX / 2, 1));
    assert_null(lo_arena_alloc(arena, (size_t) 1 << 32, (size_t) 1 << 32));
    char *text = lo_arena_copy(arena, "still alive", 11);
    assert_non_null(text);
    assert_string_equal(text, "still alive");
    lo_arena_free(arena);
}

static void test_arena_copy(void **state)
{
    (void) state;
    lo_arena_struct *arena = lo_arena_new();
    assert_non_null(arena);
    char *part = lo_arena_copy(arena, "orbits and laws", 6);
    char *empty = lo_arena_copy(arena, "", 0);
    char *with_nul = lo_arena_copy(arena, "a\0b", 3);
    assert_non_null(part);
    assert_non_null(empty);
    assert_non_null(with_nul);
    assert_string_equal(part, "orbits");
    assert_string_equal(empty, "");
    assert_memory_equal(with_nul, "a\0b", 4);
    lo_arena_free(arena);
}

/* Fills an arena; returns the number of blocks obtained, or -1 when the arena itself was refused. */
static int fill_arena(int count)
{
    lo_arena_struct *arena = lo_arena_new();
    if (arena == NULL)
        return -1;
    int done = 0;
    for (int i = 0; i < count; i++) {
        unsigned char *block = lo_arena_alloc(arena, 9000, 1);
        if (block == NULL)
            continue; /* a refusal leaves the arena usable */
        assert_true(is_zero(block, 9000));
        memset(block, 1, 9000);
        done++;
    }
    lo_arena_free(arena);
    return done;
}

static void test_arena_survives_every_failure(void **state)
{
    (void) state;
    lo_alloc_fail_at(1);
    assert_int_equal(fill_arena(20), -1);
    for (long n = 2; n < 20; n++) {
        lo_alloc_fail_at(n);
        assert_int_equal(fill_arena(20), 19);
        lo_alloc_fail_at(0);
    }
    assert_int_equal(fill_arena(20), 20);
}

/* ---- the random stream --------------------------------------------------------------------------------- */

static void test_random_is_splitmix64(void **state)
{
    (void) state;
    /* Steele, Lea, Flood, "Fast splittable pseudorandom number generators": the first values from state 0, as in
     * the reference implementation by Vigna. */
    lo_random_t r = { { 0 } };
    assert_true(lo_random_next(r) == UINT64_C(0xe220a8397b1dcdaf));
    assert_true(lo_random_next(r) == UINT64_C(0x6e789e6aa1b965f4));
    assert_true(lo_random_next(r) == UINT64_C(0x06c45d188009454f));
}

static void test_random_same_seed_same_stream(void **state)
{
    (void) state;
    lo_random_t a, b;
    lo_random_init(a, 17, 3);
    lo_random_init(b, 17, 3);
    for (int i = 0; i < 1000; i++)
        assert_true(lo_random_next(a) == lo_random_next(b));
}

static void test_random_streams_differ(void **state)
{
    (void) state;
    enum { SIDE = 24 };
    uint64_t first[SIDE * SIDE];
    int count = 0;
    for (uint64_t seed = 0; seed < SIDE; seed++) {
        for (uint64_t purpose = 0; purpose < SIDE; purpose++) {
            lo_random_t r;
            lo_random_init(r, seed, purpose);
            first[count] = lo_random_next(r);
            for (int i = 0; i < count; i++)
                assert_true(first[i] != first[count]);
            count++;
        }
    }
}

static void test_random_below(void **state)
{
    (void) state;
    static const uint64_t bounds[] = { 1, 2, 3, 10, UINT64_C(1) << 61, UINT64_MAX };
    lo_random_t r;
    lo_random_init(r, 5, 0);
    for (size_t b = 0; b < sizeof(bounds) / sizeof(bounds[0]); b++) {
        for (int i = 0; i < 2000; i++)
            assert_true(lo_random_below(r, bounds[b]) < bounds[b]);
    }
    long seen[10] = { 0 };
    for (int i = 0; i < 10000; i++)
        seen[lo_random_below(r, 10)]++;
    for (int i = 0; i < 10; i++)
        assert_in_range(seen[i], 800, 1200); /* six standard deviations; the seed is fixed */
}

/* ---- the context --------------------------------------------------------------------------------------- */

static void test_context_defaults(void **state)
{
    (void) state;
    lo_ctx_t ctx;
    assert_int_equal(lo_ctx_init(ctx), LO_OK);
    assert_int_equal(ctx->seed, 1);
    assert_int_equal(ctx->threads, 1);
    assert_int_equal(ctx->degree, -1);
    assert_int_equal(ctx->deadline_ns, 0);
    assert_null(ctx->interrupt);
    assert_string_equal(lo_ctx_message(ctx), "");
    lo_limits_t limits;
    lo_limits_default(limits);
    assert_memory_equal(limits, ctx->limits, sizeof(lo_limits_struct));
    assert_int_equal(lo_ctx_poll(ctx), LO_OK);
    lo_ctx_clear(ctx);
}

static void test_limits_are_positive(void **state)
{
    (void) state;
    lo_limits_t l;
    memset(l, 0, sizeof(l));
    lo_limits_default(l);
    assert_true(l->source_bytes > 0);
    const long values[] = { l->tokens, l->depth, l->parameters, l->entries, l->point_entries,
                            l->scalar_parameters, l->exponent, l->digits, l->graph_nodes,
                            l->tape_nodes, l->polynomial_terms, l->search_monomials, l->bracket_levels };
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        assert_true(values[i] > 0);
}

static void test_context_without_memory(void **state)
{
    (void) state;
    lo_ctx_t ctx;
    lo_alloc_fail_at(1);
    assert_int_equal(lo_ctx_init(ctx), LO_SYSTEM);
    lo_alloc_fail_at(0);
    lo_ctx_clear(ctx);
    lo_ctx_clear(ctx); /* clearing twice is harmless */
}

static void test_message_is_formatted_and_replaced(void **state)
{
    (void) state;
    lo_ctx_t ctx;
    assert_int_equal(lo_ctx_init(ctx), LO_OK);
    lo_ctx_set_message(ctx, "%s:%d:%d: error: %s", "net.lo", 3, 14, "the inner sizes differ");
    assert_string_equal(lo_ctx_message(ctx), "net.lo:3:14: error: the inner sizes differ");
    lo_ctx_set_message(ctx, "again: %s", lo_ctx_message(ctx)); /* the old text as an argument */
    assert_string_equal(lo_ctx_message(ctx), "again: net.lo:3:14: error: the inner sizes differ");
    lo_ctx_set_message(ctx, "%s", "");
    assert_string_equal(lo_ctx_message(ctx), "");
    lo_ctx_clear(ctx);
}

static void test_message_has_no_length_limit(void **state)
{
    (void) state;
    lo_ctx_t ctx;
    assert_int_equal(lo_ctx_init(ctx), LO_OK);
    for (size_t length = 0; length < 200000; length = length * 2 + 1) {
        char *text = malloc(length + 1);
        assert_non_null(text);
        memset(text, 'x', length);
        text[length] = '\0';
        lo_ctx_set_message(ctx, "<%s>", text);
        free(text);
        const char *message = lo_ctx_message(ctx);
        assert_int_equal(strlen(message), length + 2);
        assert_int_equal(message[0], '<');
        assert_int_equal(message[length + 1], '>');
    }
    lo_ctx_clear(ctx);
}

static void test_message_survives_failed_allocation(void **state)
{
    (void) state;
    lo_ctx_t ctx;
    assert_int_equal(lo_ctx_init(ctx), LO_OK);
    lo_ctx_set_message(ctx, "first");
    lo_alloc_fail_at(1);
    lo_ctx_set_message(ctx, "second");
    lo_alloc_fail_at(0);
    assert_string_equal(lo_ctx_message(ctx), "first");
    lo_ctx_clear(ctx);
}

static void test_deadline(void **state)
{
    (void) state;
    lo_ctx_t ctx;
    assert_int_equal(lo_ctx_init(ctx), LO_OK);
    ctx->deadline_ns = now_ns() + INT64_C(3600) * 1000000000;
    assert_int_equal(lo_ctx_poll(ctx), LO_OK);
    assert_string_equal(lo_ctx_message(ctx), "");
    ctx->deadline_ns = 1; /* long past */
    assert_int_equal(lo_ctx_poll(ctx), LO_UNABLE);
    assert_non_null(strstr(lo_ctx_message(ctx), "time"));
    ctx->deadline_ns = now_ns() + 2000000;
    long polls = 0;
    while (lo_ctx_poll(ctx) == LO_OK)
        assert_true(++polls < 100000000); /* two milliseconds do pass */
    assert_true(now_ns() >= ctx->deadline_ns);
    ctx->deadline_ns = 0;
    assert_int_equal(lo_ctx_poll(ctx), LO_OK);
    lo_ctx_clear(ctx);
}

static void test_interrupt(void **state)
{
    (void) state;
    volatile int interrupt = 0;
    lo_ctx_t ctx;
    assert_int_equal(lo_ctx_init(ctx), LO_OK);
    ctx->interrupt = &interrupt;
    assert_int_equal(lo_ctx_poll(ctx), LO_OK);
    interrupt = 1;
    assert_int_equal(lo_ctx_poll(ctx), LO_UNABLE);
    assert_non_null(strstr(lo_ctx_message(ctx), "interrupt"));
    interrupt = 0;
    assert_int_equal(lo_ctx_poll(ctx), LO_OK);
    lo_ctx_clear(ctx);
}

typedef struct {
    int calls;
    char stage[40];
    long done, total;
} seen_struct;

static void see(void *data, const char *stage, long done, long total)
{
    seen_struct *seen = data;
    seen->calls++;
    snprintf(seen->stage, sizeof(seen->stage), "%s", stage);
    seen->done = done;
    seen->total = total;
}

static void test_progress(void **state)
{
    (void) state;
    seen_struct seen = { 0 };
    lo_ctx_t ctx;
    assert_int_equal(lo_ctx_init(ctx), LO_OK);
    lo_ctx_progress(ctx, "nobody listens", 1, 2);
    ctx->progress = see;
    ctx->progress_data = &seen;
    lo_ctx_progress(ctx, "brackets", 3, 5);
    assert_int_equal(seen.calls, 1);
    assert_string_equal(seen.stage, "brackets");
    assert_int_equal(seen.done, 3);
    assert_int_equal(seen.total, 5);
    lo_ctx_clear(ctx);
}

/* ---- names --------------------------------------------------------------------------------------------- */

static void test_truth_names(void **state)
{
    (void) state;
    assert_string_equal(lo_truth_name(LO_TRUE), "yes");
    assert_string_equal(lo_truth_name(LO_FALSE), "no");
    assert_string_equal(lo_truth_name(LO_UNKNOWN), "unknown");
}

static void test_version_is_the_packages(void **state)
{
    (void) state;
    assert_string_equal(lo_version(), LO_VERSION);
}

static void test_status_flags_are_separate_bits(void **state)
{
    (void) state;
    static const lo_status_t flags[] = { LO_DOMAIN, LO_UNABLE, LO_INPUT, LO_SYSTEM };
    lo_status_t all = LO_OK;
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        assert_true(flags[i] != 0 && (flags[i] & (flags[i] - 1)) == 0);
        assert_int_equal(all & flags[i], 0);
        all |= flags[i];
    }
}

static lo_status_t through(lo_status_t status, int *reached)
{
    LO_TRY(status);
    *reached = 1;
    return LO_OK;
}

static void test_try_returns_on_failure(void **state)
{
    (void) state;
    int reached = 0;
    assert_int_equal(through(LO_UNABLE | LO_INPUT, &reached), LO_UNABLE | LO_INPUT);
    assert_int_equal(reached, 0);
    assert_int_equal(through(LO_OK, &reached), LO_OK);
    assert_int_equal(reached, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alloc_is_zeroed),
        cmocka_unit_test(test_alloc_of_nothing_is_valid),
        cmocka_unit_test(test_alloc_overflow),
        cmocka_unit_test(test_realloc_keeps_contents),
        cmocka_unit_test(test_nth_allocation_fails),
        cmocka_unit_test(test_grow_keeps_contents),
        cmocka_unit_test(test_grow_does_nothing_within_capacity),
        cmocka_unit_test(test_grow_failure_changes_nothing),
        cmocka_unit_test(test_arena_blocks_are_zeroed_aligned_apart),
        cmocka_unit_test(test_arena_overflow),
        cmocka_unit_test(test_arena_copy),
        cmocka_unit_test(test_arena_survives_every_failure),
        cmocka_unit_test(test_random_is_splitmix64),
        cmocka_unit_test(test_random_same_seed_same_stream),
        cmocka_unit_test(test_random_streams_differ),
        cmocka_unit_test(test_random_below),
        cmocka_unit_test(test_context_defaults),
        cmocka_unit_test(test_limits_are_positive),
        cmocka_unit_test(test_context_without_memory),
        cmocka_unit_test(test_message_is_formatted_and_replaced),
        cmocka_unit_test(test_message_has_no_length_limit),
        cmocka_unit_test(test_message_survives_failed_allocation),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_interrupt),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_truth_names),
        cmocka_unit_test(test_version_is_the_packages),
        cmocka_unit_test(test_status_flags_are_separate_bits),
        cmocka_unit_test(test_try_returns_on_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
