/* poly.c - polynomials with rational coefficients in any number of variables.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A polynomial is a rational number, or x high + low, where x is its greatest variable, high is not zero,
 * and x does not occur in low. There is one way to write it so: equal polynomials have one number.
 */
#include "check/language/ground.h"

#include <limits.h>
#include <string.h>

enum { MAX_NESTING = 21000 };
static table polynomials;

const polynomial *poly(int p)
{
    return (const polynomial *) polynomials.item[p];
}

/* x high + low; x does not occur in low, and is greater than all other variables. */
static int combination(int x, int high, int low)
{
    const polynomial *h = poly(high), *l = poly(low);
    int terms = h->terms > INT_MAX - l->terms ? INT_MAX : h->terms + l->terms;
    int key[] = { x, high, low, 1 + (h->depth > l->depth ? h->depth : l->depth), terms };
    need(key[3] <= MAX_NESTING, "a polynomial has too many variables, or a degree too large");
    return high == 0 ? low : number_of(&polynomials, key, 5);
}

void poly_start(void)
{
    memset(&polynomials, 0, sizeof(polynomials));
    p_constant(ratio(0, 1));
}

int p_constant(int q)
{
    int key[] = { CONSTANT, q, 0, 0, mpq_sgn(rational[q]) != 0 };
    return number_of(&polynomials, key, 5);
}

int p_variable(int x)
{
    return combination(x, p_constant(ratio(1, 1)), 0);
}

int p_leading(int p)
{
    return poly(p)->main == CONSTANT ? poly(p)->high : p_leading(poly(p)->high);
}

int p_add(int a, int b)
{
    const polynomial *x = poly(a), *y = poly(b);
    if (a == 0 || b == 0)
        return a + b;
    if (x->main < y->main)
        return p_add(b, a);
    if (x->main == CONSTANT)
        return p_constant(rational_result(mpq_add, x->high, y->high));
    if (x->main == y->main)
        return combination(x->main, p_add(x->high, y->high), p_add(x->low, y->low));
    return combination(x->main, x->high, p_add(x->low, b));
}

int p_multiply(int a, int b)
{
    const polynomial *x = poly(a), *y = poly(b);
    if (a == 0 || b == 0)
        return 0;
    if (x->main < y->main)
        return p_multiply(b, a);
    if (x->main == CONSTANT)
        return p_constant(rational_result(mpq_mul, x->high, y->high));
    if (y->main == CONSTANT && mpq_cmp_ui(rational[y->high], 1, 1) == 0)
        return a;
    return p_add(combination(x->main, p_multiply(x->high, b), 0), p_multiply(x->low, b));
}

int p_scale(int q, int p)
{
    return p_multiply(p_constant(q), p);
}
