/* poly.c - polynomials with rational coefficients in any number of variables.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Every monomial that occurs has a number, given once: equal polynomials are equal arrays. Sums are
 * collected in an array over the numbers of monomials (sum_begin, sum_add, sum_end). Coefficients are
 * machine integers as long as they fit, and rationals of GMP otherwise.
 */
#include "check/check.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static factor *pool; /* the factors of all monomials */
static long npool, pool_room;
static long *start; /* of monomial m in the pool; start[nmonomials] is the end */
static long nmonomials, start_room;
static uint32_t *table; /* open addressing, number + 1 */
static long table_size;
static term *cells; /* the sum: a coefficient for each monomial */
static char *touched;
static uint32_t *stack; /* the monomials touched */
static long ncells, nstack, stack_room;
static int collecting;

long monomial(const factor **out, uint32_t m)
{
    *out = pool + start[m];
    return start[m + 1] - start[m];
}

static uint64_t hash_factors(const factor *f, long n)
{
    uint64_t h = 0;
    for (long i = 0; i < n; i++)
        h = mix(h + ((uint64_t) f[i].var << 32 | f[i].exp));
    return h;
}

/* The number of the monomial whose n factors stand at the end of the pool. */
static uint32_t enter_monomial(long n)
{
    const factor *f = pool + npool, *g;
    long i = (long) (hash_factors(f, n) % (uint64_t) table_size);
    for (; table[i] != 0; i = i + 1 < table_size ? i + 1 : 0) {
        if (monomial(&g, table[i] - 1) == n && memcmp(f, g, (size_t) n * sizeof(*f)) == 0)
            return table[i] - 1;
    }
    if (nmonomials >= (long) UINT32_MAX / 2)
        fail("too many monomials");
    table[i] = (uint32_t) ++nmonomials;
    npool += n;
    ROOM(start, nmonomials, start_room);
    start[nmonomials] = npool;
    if (2 * nmonomials > table_size) {
        give(table);
        table_size *= 2;
        table = take((size_t) table_size, sizeof(*table));
        for (long m = 0; m < nmonomials; m++) {
            long count = monomial(&g, (uint32_t) m);
            for (i = (long) (hash_factors(g, count) % (uint64_t) table_size); table[i] != 0;
                 i = i + 1 < table_size ? i + 1 : 0)
                ;
            table[i] = (uint32_t) m + 1;
        }
    }
    return (uint32_t) nmonomials - 1;
}

static void pool_needs(long n)
{
    while (npool + n >= pool_room) {
        long full = pool_room;
        ROOM(pool, full, pool_room);
    }
}

static void append(long *n, uint32_t var, uint64_t exp)
{
    factor f = { var, (uint32_t) exp };
    if (exp > 1u << 20)
        fail("a degree is too large");
    if (exp > 0)
        pool[npool + (*n)++] = f;
}

static uint32_t multiply_monomials(uint32_t a, uint32_t b)
{
    long na = start[a + 1] - start[a], nb = start[b + 1] - start[b], i = 0, j = 0, n = 0;
    if (na == 0 || nb == 0)
        return na == 0 ? b : a;
    pool_needs(na + nb);
    const factor *f = pool + start[a], *g = pool + start[b];
    while (i < na || j < nb) {
        if (j == nb || (i < na && f[i].var < g[j].var)) {
            append(&n, f[i].var, f[i].exp);
            i++;
        } else if (i == na || g[j].var < f[i].var) {
            append(&n, g[j].var, g[j].exp);
            j++;
        } else {
            append(&n, f[i].var, (uint64_t) f[i].exp + g[j].exp);
            i++;
            j++;
        }
    }
    return enter_monomial(n);
}

/* m / var^exp */
static uint32_t lower(uint32_t m, uint32_t var, uint32_t exp)
{
    long n = 0, count = start[m + 1] - start[m];
    pool_needs(count);
    const factor *f = pool + start[m];
    for (long i = 0; i < count; i++)
        append(&n, f[i].var, f[i].exp - (f[i].var == var ? exp : 0));
    return enter_monomial(n);
}

void poly_start(void)
{
    pool = NULL;
    start = NULL;
    cells = NULL;
    touched = NULL;
    stack = NULL;
    npool = pool_room = nmonomials = start_room = ncells = nstack = stack_room = 0;
    collecting = 0;
    table_size = 1 << 12;
    table = take((size_t) table_size, sizeof(*table));
    ROOM(start, 0, start_room);
    pool_needs(1);
    enter_monomial(0); /* monomial 0 is 1 */
}

/* --- coefficients --- */

static void coefficient(mpq_t out, const term *t)
{
    t->q != NULL ? mpq_set(out, t->q) : mpq_set_si(out, t->n, 1);
}

/* Puts q where it is small. */
static void set_coefficient(term *t, mpq_t q)
{
    if (mpz_cmp_ui(mpq_denref(q), 1) == 0 && mpz_fits_slong_p(mpq_numref(q))) {
        if (t->q != NULL) {
            mpq_clear(t->q);
            give(t->q);
            t->q = NULL;
        }
        t->n = mpz_get_si(mpq_numref(q));
        return;
    }
    if (t->q == NULL) {
        t->q = take(1, sizeof(mpq_t));
        mpq_init(t->q);
    }
    mpq_set(t->q, q);
    t->n = 1; /* not zero */
}

/* cell += a b */
static void accumulate(term *cell, const term *a, const term *b)
{
    long product, total;
    if (cell->q == NULL && a->q == NULL && b->q == NULL && !__builtin_mul_overflow(a->n, b->n, &product) &&
        !__builtin_add_overflow(cell->n, product, &total)) {
        cell->n = total;
        return;
    }
    mpq_t x, y;
    mpq_init(x);
    mpq_init(y);
    coefficient(x, a);
    coefficient(y, b);
    mpq_mul(x, x, y);
    coefficient(y, cell);
    mpq_add(x, x, y);
    set_coefficient(cell, x);
    mpq_clear(x);
    mpq_clear(y);
}

/* --- sums --- */

void sum_begin(void)
{
    if (collecting)
        fail("internal: a sum within a sum");
    collecting = 1;
}

static term *cell_of(uint32_t m)
{
    if ((long) m >= ncells) {
        long wider = 2 * nmonomials + 1024;
        cells = grow(cells, (size_t) wider, sizeof(*cells));
        touched = grow(touched, (size_t) wider, 1);
        ncells = wider;
    }
    if (!touched[m]) {
        touched[m] = 1;
        ROOM(stack, nstack, stack_room);
        stack[nstack++] = m;
    }
    return cells + m;
}

void sum_add(const poly *a, const poly *b)
{
    for (long i = 0; i < a->count; i++) {
        for (long j = 0; j < b->count; j++)
            accumulate(cell_of(multiply_monomials(a->t[i].m, b->t[j].m)), a->t + i, b->t + j);
    }
}

static int ascending(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *) x, b = *(const uint32_t *) y;
    return a < b ? -1 : a > b;
}

const poly *sum_end(void)
{
    static const term zero;
    long n = 0;
    if (nstack > 1)
        qsort(stack, (size_t) nstack, sizeof(*stack), ascending);
    for (long i = 0; i < nstack; i++)
        n += cells[stack[i]].n != 0;
    poly *p = take(1, sizeof(poly) + (size_t) n * sizeof(term));
    for (long i = 0; i < nstack; i++) {
        term *cell = cells + stack[i];
        if (cell->n != 0) {
            p->t[p->count] = *cell;
            p->t[p->count++].m = stack[i];
        }
        *cell = zero;
        touched[stack[i]] = 0;
    }
    nstack = 0;
    collecting = 0;
    return p;
}

/* --- polynomials --- */

static poly *one_term(uint32_t m)
{
    poly *p = take(1, sizeof(poly) + sizeof(term));
    p->count = 1;
    p->t[0].m = m;
    p->t[0].n = 1;
    return p;
}

const poly *p_constant(const mpq_t q)
{
    poly *p = one_term(0);
    mpq_t copy;
    mpq_init(copy);
    mpq_set(copy, q);
    set_coefficient(p->t, copy);
    mpq_clear(copy);
    p->count = mpq_sgn(q) != 0;
    return p;
}

const poly *p_si(long n)
{
    poly *p = one_term(0);
    p->t[0].n = n;
    p->count = n != 0;
    return p;
}

const poly *p_variable(uint32_t var)
{
    long n = 0;
    pool_needs(1);
    append(&n, var, 1);
    return one_term(enter_monomial(n));
}

const poly *p_add(const poly *a, const poly *b)
{
    const poly *one = p_si(1);
    sum_begin();
    sum_add(one, a);
    sum_add(one, b);
    give((void *) one);
    return sum_end();
}

const poly *p_multiply(const poly *a, const poly *b)
{
    sum_begin();
    sum_add(a, b);
    return sum_end();
}

const poly *p_scale(const poly *a, long numerator, unsigned long denominator)
{
    mpq_t q;
    mpq_init(q);
    mpq_set_si(q, numerator, denominator);
    mpq_canonicalize(q);
    const poly *p = p_multiply(p_constant(q), a);
    mpq_clear(q);
    return p;
}

int p_equal(const poly *a, const poly *b)
{
    if (a->count != b->count)
        return 0;
    for (long i = 0; i < a->count; i++) {
        const term *x = a->t + i, *y = b->t + i;
        if (x->m != y->m || (x->q == NULL) != (y->q == NULL) ||
            (x->q == NULL ? x->n != y->n : !mpq_equal(x->q, y->q)))
            return 0;
    }
    return 1;
}

uint64_t p_hash(const poly *a)
{
    uint64_t h = 1;
    for (long i = 0; i < a->count; i++)
        h = mix(h + a->t[i].m + (a->t[i].q == NULL ? mix((uint64_t) a->t[i].n) : 3));
    return h;
}

int p_is_constant(const poly *a, mpq_t out)
{
    if (a->count > 1 || (a->count == 1 && a->t[0].m != 0))
        return 0;
    mpq_set_si(out, 0, 1);
    if (a->count == 1)
        coefficient(out, a->t);
    return 1;
}

int p_sign(const poly *a)
{
    return a->count == 0 ? 0 : a->t[0].q != NULL ? mpq_sgn(a->t[0].q) : a->t[0].n < 0 ? -1 : 1;
}

static uint32_t exponent(uint32_t m, uint32_t var)
{
    const factor *f;
    long n = monomial(&f, m), low = 0;
    while (low < n && f[low].var < var)
        low++;
    return low < n && f[low].var == var ? f[low].exp : 0;
}

long p_degree(const poly *a, uint32_t var)
{
    long d = 0;
    for (long i = 0; i < a->count; i++) {
        long e = exponent(a->t[i].m, var);
        d = e > d ? e : d;
    }
    return d;
}

const poly *p_coefficient(const poly *a, uint32_t var, uint32_t exp)
{
    const term one = { 0, 1, NULL };
    sum_begin();
    for (long i = 0; i < a->count; i++) {
        if (exponent(a->t[i].m, var) == exp)
            accumulate(cell_of(lower(a->t[i].m, var, exp)), &one, a->t + i);
    }
    return sum_end();
}

typedef struct {
    uint32_t var;
    long at;
    uint32_t exp;
} occurrence;

static int by_variable(const void *x, const void *y)
{
    const occurrence *a = x, *b = y;
    return a->var != b->var ? (a->var < b->var ? -1 : 1) : a->at < b->at ? -1 : a->at > b->at;
}

long p_partials(partial **out, const poly *a)
{
    occurrence *all = NULL;
    long count = 0, room = 0, n = 0, partial_room = 0;
    partial *list = NULL;
    for (long i = 0; i < a->count; i++) {
        const factor *f;
        long factors = monomial(&f, a->t[i].m);
        for (long k = 0; k < factors; k++) {
            occurrence o = { f[k].var, i, f[k].exp };
            ROOM(all, count, room);
            all[count++] = o;
        }
    }
    if (count > 1)
        qsort(all, (size_t) count, sizeof(*all), by_variable);
    for (long i = 0; i < count;) {
        uint32_t var = all[i].var;
        sum_begin();
        for (; i < count && all[i].var == var; i++) {
            term e = { 0, (long) all[i].exp, NULL };
            accumulate(cell_of(lower(a->t[all[i].at].m, var, 1)), &e, a->t + all[i].at);
        }
        ROOM(list, n, partial_room);
        list[n].var = var;
        list[n++].p = sum_end();
    }
    give(all);
    *out = list;
    return n;
}
