/* memory.c - blocks that are all known, and the way out.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * fail() jumps back to check(), which frees every block: no part of the checker cleans up after itself.
 * GMP is given these functions too, so that it cannot abort.
 */
#include "check/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct block {
    struct block *next, **link;
    size_t size, unused; /* keeps what follows aligned to 16 bytes */
} block;

static block *blocks;
static size_t used, most = (size_t) 4 << 30;
jmp_buf failure_jump;
char failure_reason[400];

void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(failure_reason, sizeof(failure_reason), format, arguments);
    va_end(arguments);
    longjmp(failure_jump, 1);
}

void limit_memory(size_t bytes)
{
    most = bytes;
}

void *take(size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX / 2) / size)
        fail("the memory limit is met");
    size_t bytes = count * size + sizeof(block);
    block *b = bytes > most - used ? NULL : calloc(1, bytes);
    if (b == NULL)
        fail("the memory limit is met");
    used += bytes;
    b->size = bytes;
    b->next = blocks;
    b->link = &blocks;
    if (blocks != NULL)
        blocks->link = &b->next;
    blocks = b;
    return b + 1;
}

void give(void *p)
{
    if (p == NULL)
        return;
    block *b = (block *) p - 1;
    *b->link = b->next;
    if (b->next != NULL)
        b->next->link = b->link;
    used -= b->size;
    free(b);
}

void *grow(void *p, size_t count, size_t size)
{
    void *bigger = take(count, size);
    if (p != NULL) {
        size_t old = ((block *) p - 1)->size - sizeof(block);
        memcpy(bigger, p, old < count * size ? old : count * size);
        give(p);
    }
    return bigger;
}

void free_everything(void)
{
    while (blocks != NULL)
        give(blocks + 1);
}

static void *gmp_take(size_t size)
{
    return take(size, 1);
}

static void *gmp_grow(void *p, size_t old, size_t size)
{
    (void) old;
    return grow(p, size, 1);
}

static void gmp_give(void *p, size_t size)
{
    (void) size;
    give(p);
}

void gmp_uses_our_memory(void)
{
    mp_set_memory_functions(gmp_take, gmp_grow, gmp_give);
}
