/* poly.c - polynomials with rational coefficients in any number of variables.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A monomial is a list of factors by variable, a polynomial a list of terms by monomial, none of them zero: so
 * equal polynomials are equal lists, and have one number. Sums are collected in cells, one for each monomial.
 */
#include "check/check.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DEGREE = 1 << 20 };
static table monomials, polynomials;
static mpq_t *cells; /* by monomial */
static char *touched;
static int *stack; /* the monomials touched */
static long ncells, nstack, stack_room;

const term *terms_of(int p, long *count)
{
    const term *t = (const term *) item(&polynomials, p, count);
    *count /= 2;
    return t;
}

const factor *factors_of(int monomial, long *count)
{
    const factor *f = (const factor *) item(&monomials, monomial, count);
    *count /= 2;
    return f;
}

static int multiply_monomials(int a, int b)
{
    long na, nb, i = 0, j = 0, n = 0;
    const factor *f = factors_of(a, &na), *g = factors_of(b, &nb);
    if (na == 0 || nb == 0)
        return na == 0 ? b : a;
    factor *product = take((size_t) (na + nb), sizeof(factor));
    for (; i < na || j < nb; n++) {
        int take_f = j == nb || (i < na && f[i].var <= g[j].var);
        int take_g = i == na || (j < nb && g[j].var <= f[i].var);
        product[n].var = take_f ? f[i].var : g[j].var;
        product[n].exp = (take_f ? f[i++].exp : 0) + (take_g ? g[j++].exp : 0);
        if (product[n].exp > MAX_DEGREE)
            fail("a degree is too large");
    }
    int m = number_of(&monomials, (const int *) product, 2 * n);
    give(product);
    return m;
}

/* Monomial 0 is 1, polynomial 0 is 0. */
void poly_start(void)
{
    static const table empty;
    monomials = polynomials = empty;
    cells = NULL;
    touched = NULL;
    stack = NULL;
    ncells = nstack = stack_room = 0;
    number_of(&monomials, NULL, 0);
    number_of(&polynomials, NULL, 0);
}

static void more_cells(long count)
{
    cells = grow(cells, (size_t) count, sizeof(mpq_t));
    touched = grow(touched, (size_t) count, 1);
    for (; ncells < count; ncells++)
        mpq_init(cells[ncells]);
}

/* The cell of m += a b */
static void accumulate(int m, mpq_srcptr a, mpq_srcptr b)
{
    if (m >= ncells)
        more_cells(2 * monomials.count + 1024);
    mpq_ptr cell = cells[m];
    if (!touched[m]) {
        touched[m] = 1;
        ROOM(stack, nstack, stack_room);
        stack[nstack++] = m;
    }
#define WHOLE(q) (mpz_cmp_ui(mpq_denref(q), 1) == 0)
    if (WHOLE(a) && WHOLE(b) && WHOLE(cell)) {
        mpz_addmul(mpq_numref(cell), mpq_numref(a), mpq_numref(b));
        return;
    }
    mpq_t product;
    mpq_init(product);
    mpq_mul(product, a, b);
    mpq_add(cell, cell, product);
    mpq_clear(product);
}

static void sum_product(int a, int b)
{
    long na, nb;
    const term *x = terms_of(a, &na), *y = terms_of(b, &nb);
    for (long i = 0; i < na; i++) {
        for (long j = 0; j < nb; j++)
            accumulate(multiply_monomials(x[i].monomial, y[j].monomial), rational_at(x[i].coefficient),
                       rational_at(y[j].coefficient));
    }
}

static int ascending(const void *x, const void *y)
{
    int a = *(const int *) x, b = *(const int *) y;
    return a < b ? -1 : a > b;
}

/* What was collected; the cells are empty again. */
static int sum_end(void)
{
    long n = 0;
    term *t = take((size_t) nstack + 1, sizeof(term));
    if (nstack > 1)
        qsort(stack, (size_t) nstack, sizeof(int), ascending);
    for (long i = 0; i < nstack; i++) {
        mpq_ptr cell = cells[stack[i]];
        if (mpq_sgn(cell) != 0) {
            t[n].monomial = stack[i];
            t[n++].coefficient = rational_number(cell);
        }
        mpq_set_ui(cell, 0, 1);
        touched[stack[i]] = 0;
    }
    nstack = 0;
    int p = number_of(&polynomials, (const int *) t, 2 * n);
    give(t);
    return p;
}

static int one_term(int monomial, mpq_srcptr q)
{
    term t = { monomial, rational_number(q) };
    return number_of(&polynomials, (const int *) &t, mpq_sgn(q) == 0 ? 0 : 2);
}

int p_constant(mpq_srcptr q)
{
    return one_term(0, q);
}

static int p_ratio(long numerator, unsigned long denominator)
{
    mpq_t q;
    mpq_init(q);
    mpq_set_si(q, numerator, denominator);
    mpq_canonicalize(q);
    int p = p_constant(q);
    mpq_clear(q);
    return p;
}

int p_variable(int var)
{
    factor f = { var, 1 };
    long one;
    return one_term(number_of(&monomials, (const int *) &f, 2),
                    rational_at(terms_of(p_ratio(1, 1), &one)->coefficient));
}

int p_add(int a, int b, long sign)
{
    sum_product(p_ratio(1, 1), a);
    sum_product(p_ratio(sign, 1), b);
    return sum_end();
}

int p_multiply(int a, int b)
{
    sum_product(a, b);
    return sum_end();
}

int p_scale(int a, long numerator, unsigned long denominator)
{
    return p_multiply(p_ratio(numerator, denominator), a);
}

int p_replace(int a, int var, const int *image)
{
    long n, nf, ni;
    const term *t = terms_of(a, &n);
    for (long i = 0; i < n; i++) {
        const factor *f = factors_of(t[i].monomial, &nf);
        long at = 0;
        while (at < nf && f[at].var != var)
            at++;
        factor *rest = take((size_t) nf + 1, sizeof(factor));
        memcpy(rest, f, (size_t) at * sizeof(factor));
        if (at < nf)
            memcpy(rest + at, f + at + 1, (size_t) (nf - at - 1) * sizeof(factor));
        int m = number_of(&monomials, (const int *) rest, 2 * (at < nf ? nf - 1 : nf));
        const term *y = terms_of(image[at < nf ? f[at].exp : 0], &ni);
        for (long j = 0; j < ni; j++)
            accumulate(multiply_monomials(m, y[j].monomial), rational_at(t[i].coefficient),
                       rational_at(y[j].coefficient));
        give(rest);
    }
    return sum_end();
}
