/* normal.c - the normal form: whether a node of the tape is identically zero.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A node becomes a polynomial in symbols. A symbol stands for a variable, a gate, a reciprocal, or f(a),
 * the argument a a polynomial in symbols made before it; the same function of equal polynomials is the
 * same symbol. Each rule below is an identity between the functions, so what reduces to the zero
 * polynomial is zero wherever all values are defined. (What does not may be zero all the same: then the
 * checker does not follow.)
 *
 * First long factors are given names, so that products of sums are not expanded; a name is a symbol like
 * another, and its polynomial is put in its place where something is left that may cancel. The same is
 * tried without names when that was not enough: the arguments of functions are then expanded too.
 */
#include "check/check.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_UNNAMED = 3,   /* terms of a factor without a name */
    MAX_NAMED = 200000 /* terms up to which names are tried */
};
/* Kinds after the V_ kinds; S_GATE + f: by the list of values that it depends on; S_FUNCTION + F_. */
enum { S_FREE_GATE = 16, S_GATE, S_INVERSE = 24, S_NAME, S_FUNCTION = 32 };
static table symbols; /* kind, order of the derivative, and index or argument */
static int *values[4],
    *factors[4]; /* of a node, in each way, plus 1: its polynomial; the same, with a name */
static long rooms[4];

void normal_start(void)
{
    static const table empty;
    symbols = empty;
    memset(values, 0, sizeof(values));
    memset(rooms, 0, sizeof(rooms));
    memset(factors, 0, sizeof(factors));
}

static int symbol(int kind, int order, int argument)
{
    int key[] = { kind, order, argument };
    return p_power(number_of(&symbols, key, 3), 1);
}

static int apply(int f, int order, int a)
{
    int odd = is_odd(f, order), minus = ratio(-1, 1), exact = a == 0 ? value_at_zero(f, order) : -1;
    if (exact >= 0)
        return p_constant(exact);
    need(a != 0 || (f != F_SQRT && f != F_LOG), "a square root or a logarithm of zero");
    int negative = (odd || is_even(f, order)) && a != 0 && mpq_sgn(rational_at(p_leading(a))) < 0;
    int p = symbol(S_FUNCTION + f, order, negative ? p_scale(minus, a) : a);
    return negative && odd ? p_scale(minus, p) : p;
}

/* A reciprocal, a name, and powers of square roots and cosines can be removed. */
static int is_removable(int var, int exp)
{
    long n;
    int kind = *item(&symbols, var, &n);
    return (exp > 0 && (kind == S_INVERSE || kind == S_NAME)) ||
           (exp > 1 && (kind == S_FUNCTION + F_SQRT || kind == S_FUNCTION + F_COS));
}

/* The last symbol in p that can be removed, if it comes after `var`, and its degree; -1: there is none. */
static int last_removable(int p, int var, int *degree)
{
    int exp = INT_MAX, mine = p_main(p), c;
    for (; mine >= 0 && (c = p_coefficient(p, mine, &exp), exp >= 0); exp--) {
        if (mine >= var && is_removable(mine, exp)) {
            *degree = mine > var || exp > *degree ? exp : *degree;
            var = mine;
        }
        var = last_removable(c, var, degree);
    }
    return var;
}

/* image[e] in the place of the power e of a symbol. */
static int replace(int p, int var, const int *image)
{
    int exp = INT_MAX, mine = p_main(p), total = 0, c;
    if (mine < var)
        return p_multiply(p, image[0]);
    for (; c = p_coefficient(p, mine, &exp), exp >= 0; exp--)
        total = p_add(total, mine == var ? p_multiply(c, image[exp])
                                         : p_multiply(replace(c, var, image), p_power(mine, exp)));
    return total;
}

/* d^(k-e) for the power e of 1/d in a of degree k: a is multiplied by d^k, which is not zero. s^2 is the
 * argument of a square root s; cos^2 = 1 - sin^2; a name is replaced by what it stands for. */
static int removed(int a, int var, int degree)
{
    long n;
    const int *key = item(&symbols, var, &n);
    int one = p_constant(ratio(1, 1)), kind = key[0], argument = key[2],
        *image = take((size_t) degree + 2, sizeof(int)), square = argument;
    int reciprocal = kind == S_INVERSE, step = reciprocal ? -1 : 1;
    if (kind == S_FUNCTION + F_COS) {
        int sine = apply(F_SIN, 0, argument);
        square = p_add(one, p_scale(ratio(-1, 1), p_multiply(sine, sine)));
    }
    image[reciprocal ? degree : 0] = one;
    for (int i = 1, e = reciprocal ? degree - 1 : 1; i <= degree; i++, e += step)
        image[e] = reciprocal || kind == S_NAME ? p_multiply(image[e - step], argument)
                   : e == 1                     ? p_power(var, 1)
                                                : p_multiply(image[e - 2], square);
    a = replace(a, var, image);
    give(image);
    return a;
}

/* From the last symbol to the first: an argument holds only symbols made before its own. -1: it gets
 * longer than that. */
static int reduce(int a, long most)
{
    int degree = 0, var;
    while ((var = last_removable(a, -1, &degree)) >= 0) {
        a = removed(a, var, degree);
        if (p_size(a) > most)
            return -1;
    }
    return a;
}

static int reciprocal(int d)
{
    need(reduce(d, LONG_MAX) != 0, "a division by zero");
    return p_main(d) < 0 ? p_constant(rational_result(mpq_div, ratio(1, 1), p_leading(d)))
                         : symbol(S_INVERSE, 0, d);
}

/* A name for the multiple of a in which the first coefficient is 1, so that all multiples have it. */
static int named(int a)
{
    if (p_size(a) <= MAX_UNNAMED)
        return a;
    int monic = p_scale(rational_result(mpq_div, ratio(1, 1), p_leading(a)), a);
    return p_scale(p_leading(a), symbol(S_NAME, 0, monic));
}

static int factor_of(int id, int way)
{
    int *name = factors[way] + id, p = values[way][id] - 1;
    if (*name == 0)
        *name = (way % 2 == 0 ? named(p) : p) + 1;
    return *name - 1;
}

static int ascending(const void *x, const void *y)
{
    int a = *(const int *) x, b = *(const int *) y;
    return a < b ? -1 : a > b;
}

/* Each node its own gate: a family that is possibly larger. Or one gate where a unit has the same pre-
 * activation, and a window the same entries, in whatever order: the gates of a maximum depend on no order.
 * Equal entries of one window have a gate each, as they come there: whichever counts as the maximum. */
static int gate_symbol(const node *x, int id, int way)
{
    long n;
    if (way < 2)
        return symbol(S_FREE_GATE, 0, id);
    const int *entry = x->f > 0 ? (n = 1, &x->a) : item(&gated_windows, x->a, &n);
    int *key = take((size_t) n + 2, sizeof(int)), mine = values[way][entry[x->b]];
    key[0] = S_GATE + x->f;
    for (long i = 0; i < n; i++) {
        key[i + 2] = values[way][entry[i]];
        key[1] += key[i + 2] < mine || (key[i + 2] == mine && i < x->b);
    }
    qsort(key + 2, (size_t) n, sizeof(int), ascending);
    int p = p_power(number_of(&symbols, key, n + 2), 1);
    give(key);
    return p;
}

static int value_of(const node *x, int id, int way)
{
    const int *p = values[way];
    return x->op == N_CONST  ? p_constant(x->a)
           : x->op == N_VAR  ? symbol(x->f, 0, x->a)
           : x->op == N_ADD  ? p_add(p[x->a] - 1, p[x->b] - 1)
           : x->op == N_MUL  ? p_multiply(factor_of(x->a, way), factor_of(x->b, way))
           : x->op == N_INV  ? reciprocal(p[x->a] - 1)
           : x->op == N_GATE ? gate_symbol(x, id, way)
           : x->b != 0       ? p[x->b] - 1
                             : apply(x->f, x->d, p[x->a] - 1);
}

/* way: 1 without names; 2 more where gates are known by what they depend on. */
static int polynomial(int id, int way)
{
    int *list;
    long n = reachable(&list, &id, 1);
    if (rooms[way] < T.count) {
        rooms[way] = 2 * T.count;
        values[way] = grow(values[way], (size_t) rooms[way], sizeof(int));
        factors[way] = grow(factors[way], (size_t) rooms[way], sizeof(int));
    }
    for (long i = 0; i < n; i++) {
        if (values[way][list[i]] == 0)
            values[way][list[i]] = value_of(node_at(list[i]), list[i], way) + 1;
    }
    give(list);
    return values[way][id] - 1;
}

void must_be_defined(int id)
{
    polynomial(id, 0);
}

int is_zero(int id, int gates_by_value)
{
    int way = 2 * gates_by_value;
    return id == 0 || reduce(polynomial(id, way), MAX_NAMED) == 0 ||
           reduce(polynomial(id, way + 1), LONG_MAX) == 0;
}
