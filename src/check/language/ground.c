/* ground.c - memory, the way out, and numbers for equal things.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * fail() jumps back to check(), which frees every block: no part of the checker cleans up after itself.
 * GMP is given these functions too, so that it cannot abort.
 */
#include "check/language/ground.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct block { struct block *next, *previous; size_t size, unused; } block; /* a multiple of 16 bytes */

static block blocks = { &blocks, &blocks, 0, 0 };
static size_t used;
size_t memory_limit = (size_t) 4 << 30;
static table rationals;
static long rationals_room;
mpq_t *rational;
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

void *take(size_t count, size_t size)
{
    block *b = NULL;
    if (used < memory_limit && count <= (memory_limit - used) / size)
        b = calloc(1, count * size + sizeof(block));
    need(b != NULL, "the memory limit is met");
    *b = (block){ blocks.next, &blocks, count * size, 0 };
    b->next->previous = blocks.next = b;
    used += b->size + sizeof(block);
    return b + 1;
}

int *vector(long size)
{
    return take((size_t) size + 1, sizeof(int));
}

void give(void *p)
{
    if (p == NULL)
        return;
    block *b = (block *) p - 1;
    b->previous->next = b->next;
    b->next->previous = b->previous;
    used -= b->size + sizeof(block);
    free(b);
}

void *grow(void *p, size_t count, size_t size)
{
    void *bigger = take(count, size);
    size_t old = p == NULL ? 0 : ((block *) p - 1)->size;
    memcpy(bigger, p == NULL ? bigger : p, old < count * size ? old : count * size);
    give(p);
    return bigger;
}

void free_everything(void)
{
    while (blocks.next != &blocks)
        give(blocks.next + 1);
}

static void *gmp_take(size_t size)
{
    return take(size, 1);
}

static void *gmp_grow(void *p, size_t old, size_t size)
{
    return size == old ? p : grow(p, size, 1);
}

static void gmp_give(void *p, size_t size)
{
    (void) size;
    give(p);
}

void ground_start(void)
{
    mp_set_memory_functions(gmp_take, gmp_grow, gmp_give);
    memset(&rationals, 0, sizeof(rationals));
    rational = NULL;
    rationals_room = 0;
}

uint64_t mix(uint64_t z)
{
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The slot of a sequence, or the free one where it belongs; a slot holds a number + 1, or 0. */
static int *slot_of(const table *t, const int *sequence, long length)
{
    uint64_t h = (uint64_t) length;
    for (long i = 0; i < length; i++)
        h = mix(h + (uint32_t) sequence[i]);
    for (;; h++) { /* their number is a power of 2 */
        int *slot = t->slot + (h & (uint64_t) (t->slots - 1));
        const int *other = *slot == 0 ? NULL : t->item[*slot - 1];
        if (other == NULL ||
            (other[-1] == length && memcmp(other, sequence, (size_t) length * sizeof(int)) == 0))
            return slot;
    }
}

int number_of(table *t, const int *sequence, long length)
{
    enum { CHUNK = 1 << 14, MOST = 1 << 29 };
    if (2 * t->count >= t->slots) {
        t->slots = t->slots == 0 ? 1 << 10 : 2 * t->slots;
        give(t->slot);
        t->slot = take((size_t) t->slots, sizeof(int));
        for (long i = 0; i < t->count; i++)
            *slot_of(t, t->item[i], t->item[i][-1]) = (int) i + 1;
    }
    int *slot = slot_of(t, sequence, length);
    if (*slot != 0)
        return *slot - 1;
    need(t->count < MOST && length < MOST, "a table is too large");
    if (t->left <= length) {
        t->left = length < CHUNK ? CHUNK : length + 1;
        t->chunk = take((size_t) t->left, sizeof(int));
    }
    ROOM(t->item, t->count, t->room);
    *t->chunk = (int) length;
    t->item[t->count] = memcpy(t->chunk + 1, sequence, (size_t) length * sizeof(int));
    t->chunk += length + 1;
    t->left -= length + 1;
    *slot = (int) ++t->count;
    return *slot - 1;
}

/* Known by its sign, the length of its numerator, and the limbs of both parts. */
int rational_number(mpq_t q)
{
    size_t n = mpz_size(mpq_numref(q)), d = mpz_size(mpq_denref(q)), words = sizeof(mp_limb_t) / sizeof(int);
    int few[64], *key = n + d < 32 ? few : take(1 + (n + d) * words, sizeof(int));
    key[0] = mpq_sgn(q) * (int) n;
    memcpy(key + 1, mpz_limbs_read(mpq_numref(q)), n * sizeof(mp_limb_t));
    memcpy(key + 1 + n * words, mpz_limbs_read(mpq_denref(q)), d * sizeof(mp_limb_t));
    int number = number_of(&rationals, key, 1 + (long) ((n + d) * words));
    ROOM(rational, number, rationals_room);
    if (rational[number]->_mp_den._mp_d == NULL)
        *rational[number] = *q;
    else
        mpq_clear(q);
    give(key == few ? NULL : key);
    return number;
}

int ratio(long numerator, unsigned long denominator)
{
    mpq_t q;
    mpq_init(q);
    mpq_set_si(q, numerator, denominator);
    mpq_canonicalize(q);
    return rational_number(q);
}

int rational_result(void (*operation)(mpq_ptr, mpq_srcptr, mpq_srcptr), int a, int b)
{
    mpq_t q;
    mpq_init(q);
    operation(q, rational[a], rational[b]);
    return rational_number(q);
}
