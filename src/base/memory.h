/* memory.h - checked allocation: NULL on failure, never an abort; tests can make the N-th call fail.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_MEMORY_H
#define LO_MEMORY_H

#include <lieorbit/base.h>

/* count * size bytes, zeroed. Returns NULL when memory is short or the product overflows; a request of
 * zero bytes gives a valid pointer. */
void *lo_alloc(size_t count, size_t size) LO_MUST_CHECK;

/* Resizes to count * size bytes; NULL (old block kept) on failure. */
void *lo_realloc(void *block, size_t count, size_t size) LO_MUST_CHECK;

void lo_free(void *block);

/* Makes room for `need` elements of `size` bytes in *block, doubling *capacity.
 * Returns LO_OK or LO_SYSTEM (nothing changed). */
lo_status_t lo_grow(void **block, long *capacity, long need, size_t size) LO_MUST_CHECK;
#define LO_GROW(block, capacity, need) lo_grow((void **) &(block), &(capacity), (need), sizeof(*(block)))

/* The n-th allocation from now fails (n >= 1), and only that one; 0 switches the test off. */
void lo_alloc_fail_at(long n);

/* A region that is freed as a whole. */
typedef struct lo_arena_struct lo_arena_struct;
lo_arena_struct *lo_arena_new(void) LO_MUST_CHECK;
void lo_arena_free(lo_arena_struct *arena);
/* count * size bytes, zeroed, aligned for any type; NULL when memory is short. */
void *lo_arena_alloc(lo_arena_struct *arena, size_t count, size_t size) LO_MUST_CHECK;
/* A NUL-terminated copy of `length` bytes; NULL when memory is short. */
char *lo_arena_copy(lo_arena_struct *arena, const char *text, size_t length) LO_MUST_CHECK;

/* return-on-failure for functions that return lo_status_t and own nothing yet */
#define LO_TRY(call)                     \
    do {                                 \
        lo_status_t lo_try_ = (call);    \
        if (lo_try_ != LO_OK)            \
            return lo_try_;              \
    } while (0)

#endif
