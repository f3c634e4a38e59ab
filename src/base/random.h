/* random.h - one reproducible stream of random words (splitmix64).
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Used only to propose points and members; no claim rests on its quality.
 */
#ifndef LO_RANDOM_H
#define LO_RANDOM_H

#include <stdint.h>

typedef struct {
    uint64_t state;
} lo_random_struct;
typedef lo_random_struct lo_random_t[1];

/* A stream that depends on the seed and on the purpose, so that stages do not disturb one another. */
static inline void lo_random_init(lo_random_t r, uint64_t seed, uint64_t purpose)
{
    r->state = seed * UINT64_C(0x9e3779b97f4a7c15) ^ (purpose * UINT64_C(0xd1342543de82ef95) + 1);
}

static inline uint64_t lo_random_next(lo_random_t r)
{
    uint64_t z = (r->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Uniform in 0..bound-1 up to a bias below bound/2^64. Domain: bound > 0. */
static inline uint64_t lo_random_below(lo_random_t r, uint64_t bound)
{
    return (uint64_t) (((unsigned __int128) lo_random_next(r) * bound) >> 64);
}

#endif
