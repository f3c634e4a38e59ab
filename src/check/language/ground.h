/* ground.h - memory, the way out, and numbers for equal things: sequences, rationals, polynomials.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef CHECK_LANGUAGE_GROUND_H
#define CHECK_LANGUAGE_GROUND_H

#include <gmp.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

/* Limits; one that is met is a rejection. */
enum {
    MAX_DEPTH = 200,          /* brackets of the model language */
    MAX_TOKENS = 4000000,
    MAX_DIGITS = 1000,        /* of a number in a model or a law */
    MAX_STRING = 100000,      /* of a number in a certificate */
    MAX_EXPONENT = 1000,
    MAX_ENTRIES = 1 << 26,    /* of one tensor */
    MAX_COORDINATES = 200000, /* except for the claim `units` */
    MAX_NODES = 1 << 26
};

/* --- ground.c: every block is known, so that one call frees all --- */
extern jmp_buf failure_jump;
extern char failure_reason[400];
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
#define need(good, ...) ((good) ? (void) 0 : fail(__VA_ARGS__))
void *take(size_t count, size_t size); /* zeroed */
int *vector(long size);                /* of integers, zero, and one element more */
void *grow(void *block, size_t count, size_t size);
void give(void *block);
void free_everything(void);
extern size_t memory_limit;
void ground_start(void);
/* Room for one more element in an array that doubles. */
#define ROOM(array, count, capacity)                                             \
    do {                                                                         \
        if ((count) >= (capacity)) {                                             \
            (capacity) = (capacity) < 16 ? 16 : 2 * (capacity);                  \
            (array) = grow((array), (size_t) (capacity), sizeof(*(array)));      \
        }                                                                        \
    } while (0)

/* Equal sequences of integers get one number n = 0, 1, 2, ...; item[n] is the sequence, item[n][-1] its length. */
typedef struct { long count, room, slots, left; int **item, *slot, *chunk; } table;
int number_of(table *t, const int *key, long length);
int rational_number(mpq_t q); /* likewise; q is cleared */
extern mpq_t *rational; /* by number */
int ratio(long numerator, unsigned long denominator);
int rational_result(void (*operation)(mpq_ptr, mpq_srcptr, mpq_srcptr), int a, int b);
uint64_t mix(uint64_t z); /* splitmix64 */

/* --- poly.c: polynomials with rational coefficients, by number; 0 is the number of zero --- */
enum { CONSTANT = -1 };
typedef struct { int main, high, low, depth, terms; } polynomial; /* a constant: main CONSTANT, high a rational */
void poly_start(void);
const polynomial *poly(int p);
int p_constant(int q); /* a rational by number */
int p_variable(int x);
int p_add(int a, int b);
int p_multiply(int a, int b);
int p_scale(int q, int p);
int p_leading(int p); /* the coefficient of the first term, a rational by number */

#endif
