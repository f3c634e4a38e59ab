/* poly.c - polynomials with rational coefficients in any number of variables.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A polynomial is a constant, or a list of powers of its greatest variable, descending, with coefficients,
 * not zero, that are polynomials in smaller variables. So equal polynomials are equal lists, and have one
 * number.
 */
#include "check/check.h"

enum { MAX_NESTING = 20000, MAX_DEGREE = 1 << 20, CONSTANT = -1 };
typedef struct {
    int exp, p;
} piece;
/* Zero, number 0: an empty list. A constant: CONSTANT and a rational. Others: the variable, how many
 * variables are nested in it, and the pieces. */
static table polynomials;

static const int *key_of(int p, long *pieces)
{
    const int *key = item(&polynomials, p, pieces);
    *pieces = *pieces == 0 ? 0 : *pieces / 2 - 1;
    return key;
}

/* As a polynomial in var, which is its greatest variable or greater: what it is then goes into own. */
static const piece *pieces_in(int p, int var, piece *own, long *count)
{
    const int *key = key_of(p, count);
    if (*count > 0 && key[0] == var)
        return (const piece *) (key + 2);
    own->exp = 0;
    own->p = p;
    *count = p != 0;
    return own;
}

/* The key's variable with n pieces, which are not zero. */
static int build(int *key, long n)
{
    long pieces;
    key[1] = 1;
    for (long i = 0; i < n; i++) {
        const int *inner = key_of(key[3 + 2 * i], &pieces);
        key[1] = pieces > 0 && inner[1] >= key[1] ? inner[1] + 1 : key[1];
        need(key[2 + 2 * i] <= MAX_DEGREE && key[1] <= MAX_NESTING,
             "a polynomial has too many variables, or a degree too large");
    }
    return n == 0 ? 0 : n == 1 && key[2] == 0 ? key[3] : number_of(&polynomials, key, 2 + 2 * n);
}

void poly_start(void)
{
    static const table empty;
    static const int zero;
    polynomials = empty;
    number_of(&polynomials, &zero, 0);
}

int p_constant(int rational)
{
    int key[] = { CONSTANT, rational };
    return mpq_sgn(rational_at(rational)) == 0 ? 0 : number_of(&polynomials, key, 2);
}

int p_power(int var, int exp)
{
    int key[] = { var, 1, exp, p_constant(ratio(1, 1)) };
    return build(key, 1);
}

long p_size(int p)
{
    long n, size = 0;
    const int *key = key_of(p, &n);
    for (long i = 0; i < n; i++)
        size += p_size(key[3 + 2 * i]);
    return n > 0 ? size : p != 0;
}

int p_main(int p)
{
    long n;
    const int *key = key_of(p, &n);
    return n > 0 ? key[0] : CONSTANT;
}

int p_coefficient(int p, int var, int *exp)
{
    long n;
    piece own;
    const piece *t = pieces_in(p, var, &own, &n);
    for (; n > 0 && t->exp > *exp; n--)
        t++;
    *exp = n > 0 ? t->exp : -1;
    return n > 0 ? t->p : 0;
}

int p_leading(int p)
{
    long n;
    const int *key = key_of(p, &n);
    return n > 0 ? p_leading(key[3]) : key[1];
}

int p_add(int a, int b)
{
    piece own_a, own_b;
    int var = p_main(a) > p_main(b) ? p_main(a) : p_main(b);
    long na, nb, n = 0;
    if (a == 0 || b == 0)
        return a == 0 ? b : a;
    if (var == CONSTANT)
        return p_constant(rational_result(mpq_add, p_leading(a), p_leading(b)));
    const piece *x = pieces_in(a, var, &own_a, &na), *y = pieces_in(b, var, &own_b, &nb);
    int *key = take((size_t) (2 + 2 * (na + nb)), sizeof(int));
    key[0] = var;
    while (na > 0 || nb > 0) {
        int from_x = na > 0 && (nb == 0 || x->exp >= y->exp),
            from_y = nb > 0 && (na == 0 || y->exp >= x->exp);
        key[2 + 2 * n] = from_x ? x->exp : y->exp;
        key[3 + 2 * n] = p_add(from_x ? x->p : 0, from_y ? y->p : 0);
        n += key[3 + 2 * n] != 0;
        x += from_x;
        na -= from_x;
        y += from_y;
        nb -= from_y;
    }
    int p = build(key, n);
    give(key);
    return p;
}

int p_multiply(int a, int b)
{
    piece own_a, own_b;
    int var = p_main(a) > p_main(b) ? p_main(a) : p_main(b), total = 0;
    long na, nb;
    if (a == 0 || b == 0)
        return 0;
    if (var == CONSTANT)
        return p_constant(rational_result(mpq_mul, p_leading(a), p_leading(b)));
    const piece *x = pieces_in(a, var, &own_a, &na), *y = pieces_in(b, var, &own_b, &nb);
    int *key = take((size_t) (2 + 2 * nb), sizeof(int));
    key[0] = var;
    for (long i = 0; i < na; i++) {
        for (long j = 0; j < nb; j++) {
            key[2 + 2 * j] = x[i].exp + y[j].exp;
            key[3 + 2 * j] = p_multiply(x[i].p, y[j].p);
        }
        total = p_add(total, build(key, nb));
    }
    give(key);
    return total;
}

int p_scale(int rational, int p)
{
    return p_multiply(p_constant(rational), p);
}
