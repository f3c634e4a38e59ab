/* memory.c - checked allocation and arenas.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static long fail_countdown; /* 0: never fail */

void lo_alloc_fail_at(long n)
{
    fail_countdown = n;
}

static int must_fail(void)
{
    return fail_countdown > 0 && --fail_countdown == 0;
}

void *lo_alloc(size_t count, size_t size)
{
    if (must_fail())
        return NULL;
    if (count == 0 || size == 0)
        return calloc(1, 1);
    return calloc(count, size);
}

void *lo_realloc(void *block, size_t count, size_t size)
{
    if (must_fail())
        return NULL;
    if (size != 0 && count > PTRDIFF_MAX / size)
        return NULL;
    return realloc(block, count * size != 0 ? count * size : 1);
}

void lo_free(void *block)
{
    free(block);
}

lo_status_t lo_grow(void **block, long *capacity, long need, size_t size)
{
    if (need <= *capacity)
        return LO_OK;
    long wanted = *capacity < 8 ? 8 : *capacity + *capacity / 2;
    if (wanted < need)
        wanted = need;
    void *larger = lo_realloc(*block, (size_t) wanted, size);
    if (larger == NULL)
        return LO_SYSTEM;
    *block = larger;
    *capacity = wanted;
    return LO_OK;
}

/* An arena is a list of blocks; the first block of the list is the one being filled. */
typedef struct block_struct {
    struct block_struct *next;
    size_t used, size;
} block_struct;

struct lo_arena_struct {
    block_struct *blocks;
};

#define ARENA_ALIGN (_Alignof(max_align_t))
#define ARENA_HEADER ((sizeof(block_struct) + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN)
#define ARENA_BLOCK ((size_t) 16384)

lo_arena_struct *lo_arena_new(void)
{
    return lo_alloc(1, sizeof(lo_arena_struct));
}

void lo_arena_free(lo_arena_struct *arena)
{
    if (arena == NULL)
        return;
    for (block_struct *b = arena->blocks, *next; b != NULL; b = next) {
        next = b->next;
        lo_free(b);
    }
    lo_free(arena);
}

void *lo_arena_alloc(lo_arena_struct *arena, size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX / 2 - ARENA_HEADER) / size)
        return NULL;
    size_t bytes = (count * size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    block_struct *b = arena->blocks;
    if (b == NULL || b->size - b->used < bytes) {
        size_t room = bytes > ARENA_BLOCK ? bytes : ARENA_BLOCK;
        b = lo_alloc(1, ARENA_HEADER + room);
        if (b == NULL)
            return NULL;
        b->size = room;
        b->next = arena->blocks;
        arena->blocks = b;
    }
    void *result = (char *) b + ARENA_HEADER + b->used;
    b->used += bytes;
    return result;
}

char *lo_arena_copy(lo_arena_struct *arena, const char *text, size_t length)
{
    char *copy = lo_arena_alloc(arena, length + 1, 1);
    if (copy != NULL)
        memcpy(copy, text, length);
    return copy;
}
