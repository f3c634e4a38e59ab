/* table.c - equal things get equal numbers: nodes, monomials, polynomials, symbols, rationals.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A thing is a sequence of integers; sequences are compared, never their hashes alone.
 */
#include "check/check.h"

#include <string.h>

static table rationals;
static mpq_t *values; /* of the rationals, by number */
static long values_room, key_room;
static int *key; /* of the rational at hand */

uint64_t mix(uint64_t z)
{
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void tables_start(void)
{
    static const table empty;
    rationals = empty;
    values = NULL;
    key = NULL;
    values_room = key_room = 0;
}

const int *item(const table *t, int number, long *length)
{
    *length = t->item[number][0];
    return t->item[number] + 1;
}

/* The slot of a sequence, or the free one where it belongs; a slot holds a number + 1, or 0. */
static int *slot_of(const table *t, const int *sequence, long length)
{
    uint64_t h = (uint64_t) length;
    for (long i = 0; i < length; i++)
        h = mix(h + (uint32_t) sequence[i]);
    long i = (long) (h % (uint64_t) t->slots);
    for (; t->slot[i] != 0; i = i + 1 < t->slots ? i + 1 : 0) {
        const int *other = t->item[t->slot[i] - 1];
        if (other[0] == length && memcmp(other + 1, sequence, (size_t) length * sizeof(int)) == 0)
            break;
    }
    return t->slot + i;
}

static void more_slots(table *t)
{
    t->slots = t->slots == 0 ? 1 << 10 : 2 * t->slots;
    give(t->slot);
    t->slot = take((size_t) t->slots, sizeof(int));
    for (long i = 0; i < t->count; i++)
        *slot_of(t, t->item[i] + 1, t->item[i][0]) = (int) i + 1;
}

int number_of(table *t, const int *sequence, long length)
{
    enum { CHUNK = 1 << 14 };
    if (2 * t->count >= t->slots)
        more_slots(t);
    int *slot = slot_of(t, sequence, length);
    if (*slot != 0)
        return *slot - 1;
    if (t->count >= INT32_MAX / 4 || length >= INT32_MAX / 4)
        fail("a table is too large");
    if (t->left < length + 1) {
        t->left = length < CHUNK ? CHUNK : length + 1;
        t->chunk = take((size_t) t->left, sizeof(int));
    }
    ROOM(t->item, t->count, t->room);
    t->item[t->count] = t->chunk;
    t->chunk[0] = (int) length;
    memcpy(t->chunk + 1, sequence, (size_t) length * sizeof(int));
    t->chunk += length + 1;
    t->left -= length + 1;
    return *slot = (int) ++t->count, *slot - 1;
}

/* Known by its sign, the length of its numerator, and the limbs of both parts. */
int rational_number(mpq_srcptr q)
{
    size_t n = mpz_size(mpq_numref(q)), d = mpz_size(mpq_denref(q)), words = sizeof(mp_limb_t) / sizeof(int);
    while ((size_t) key_room < 1 + (n + d) * words)
        ROOM(key, key_room, key_room);
    key[0] = mpq_sgn(q) * (int) n;
    memcpy(key + 1, mpz_limbs_read(mpq_numref(q)), n * sizeof(mp_limb_t));
    memcpy(key + 1 + n * words, mpz_limbs_read(mpq_denref(q)), d * sizeof(mp_limb_t));
    int number = number_of(&rationals, key, 1 + (long) ((n + d) * words));
    ROOM(values, number, values_room);
    if (values[number]->_mp_den._mp_d == NULL) {
        mpq_init(values[number]);
        mpq_set(values[number], q);
    }
    return number;
}

mpq_srcptr rational_at(int number)
{
    return values[number];
}
