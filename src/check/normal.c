/* normal.c - the normal form: whether a node of the tape is identically zero.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A node becomes a polynomial in symbols. A symbol stands for a variable, a gate, a reciprocal, or f(a), the
 * argument a a polynomial in symbols made before it; the same function of equal polynomials is the same symbol.
 * Each rule below is an identity between the functions, so what reduces to the zero polynomial is zero wherever
 * all values are defined. (What does not may be zero all the same: then the checker does not follow.)
 *
 * First long factors are given names, so that products of sums are not expanded; a name is a symbol like
 * another, and its polynomial is put in its place where something is left that may cancel. The same is tried
 * without names when that was not enough: the arguments of functions are then expanded too.
 */
#include "check/check.h"

#include <limits.h>
#include <string.h>

enum {
    MAX_UNNAMED = 3,     /* terms of a factor without a name */
    MAX_SHORT = 3000,    /* terms up to which it is tried whether a factor is zero */
    MAX_NAMED = 200000   /* terms up to which names are tried */
};
/* Kinds after the V_ kinds; S_GATE + f: by the list of values that it depends on; S_FUNCTION + F_. */
enum { S_FREE_GATE = 16, S_GATE, S_INVERSE = 24, S_NAME, S_FUNCTION = 32 };
static table symbols; /* kind, order of the derivative, and index or argument */
static int first_tested; /* nodes from here on are tried for zero before they get a name: not those of the model */
static struct { int *p, *factor; long room; } values[4]; /* by node, plus 1: its polynomial; the same, with a name */

void normal_start(void)
{
    static const table empty;
    first_tested = (int) T.count;
    symbols = empty;
    memset(values, 0, sizeof(values));
}

static int symbol(int kind, int order, int argument)
{
    int key[] = { kind, order, argument };
    return p_variable(number_of(&symbols, key, 3));
}

static int first_sign(int p)
{
    long n;
    const term *t = terms_of(p, &n);
    return n == 0 ? 0 : mpq_sgn(rational_at(t->coefficient));
}

static int apply(int f, int order, int a)
{
    mpq_t q;
    mpq_init(q);
    int exact = a == 0 && value_at_zero(q, f, order), p = exact ? p_constant(q) : 0;
    mpq_clear(q);
    if (exact)
        return p;
    if (a == 0 && (f == F_SQRT || f == F_LOG))
        fail("a square root or a logarithm of zero");
    int negative = (is_odd(f, order) || is_even(f, order)) && first_sign(a) < 0;
    p = symbol(S_FUNCTION + f, order, negative ? p_scale(a, -1, 1) : a);
    return negative && is_odd(f, order) ? p_scale(p, -1, 1) : p;
}

/* A reciprocal, a name, and powers of square roots and cosines can be removed. */
static int is_removable(int var, int exp)
{
    long n;
    int kind = *item(&symbols, var, &n);
    return kind == S_INVERSE || kind == S_NAME ||
           (exp > 1 && (kind == S_FUNCTION + F_SQRT || kind == S_FUNCTION + F_COS));
}

/* The last symbol in a that can be removed, and its degree; -1: there is none. */
static int last_removable(long *degree, int a)
{
    long n, nf;
    int var = -1;
    *degree = 0;
    const term *t = terms_of(a, &n);
    for (long i = 0; i < n; i++) {
        const factor *f = factors_of(t[i].monomial, &nf);
        for (long k = 0; k < nf; k++) {
            if (f[k].var < var || !is_removable(f[k].var, f[k].exp))
                continue;
            *degree = f[k].var == var && *degree > f[k].exp ? *degree : f[k].exp;
            var = f[k].var;
        }
    }
    return var;
}

/* d^(k-e) for the power e of 1/d in a of degree k: a is multiplied by d^k, which is not zero. s^2 is the argument of
 * a square root s; cos^2 = 1 - sin^2; a name is replaced by what it stands for. */
static int removed(int a, int var, long degree)
{
    long n;
    const int *key = item(&symbols, var, &n);
    int kind = key[0], argument = key[2], *image = take((size_t) degree + 2, sizeof(int));
    mpq_t one;
    mpq_init(one);
    mpq_set_ui(one, 1, 1);
    image[0] = p_constant(one);
    mpq_clear(one);
    if (kind == S_INVERSE || kind == S_NAME) {
        for (long e = 1; e <= degree; e++)
            image[e] = p_multiply(image[e - 1], argument);
        for (long e = 0; kind == S_INVERSE && 2 * e < degree; e++) {
            int swapped = image[e];
            image[e] = image[degree - e];
            image[degree - e] = swapped;
        }
    } else {
        int sine = kind == S_FUNCTION + F_COS ? apply(F_SIN, 0, argument) : 0;
        int square = sine == 0 ? argument : p_add(image[0], p_multiply(sine, sine), -1);
        image[1] = p_variable(var);
        for (long e = 2; e <= degree; e++)
            image[e] = p_multiply(image[e - 2], square);
    }
    a = p_replace(a, var, image);
    give(image);
    return a;
}

/* From the last symbol to the first: an argument holds only symbols made before its own. -1: it gets longer than
 * that. */
static int reduce(int a, long most)
{
    long degree, n;
    int var;
    while ((var = last_removable(&degree, a)) >= 0) {
        a = removed(a, var, degree);
        terms_of(a, &n);
        if (n > most)
            return -1;
    }
    return a;
}

static int reciprocal(int d)
{
    long n, factors;
    const term *t = terms_of(d, &n);
    if (reduce(d, LONG_MAX) == 0)
        fail("a division by zero");
    if (n != 1 || (factors_of(t->monomial, &factors), factors) > 0)
        return symbol(S_INVERSE, 0, d);
    mpq_t q;
    mpq_init(q);
    mpq_inv(q, rational_at(t->coefficient));
    int p = p_constant(q);
    mpq_clear(q);
    return p;
}

/* A name for a multiple of a in which the first coefficient is 1, so that all multiples have it. */
static int named(int a, int may_be_zero)
{
    long n;
    const term *t = terms_of(a, &n);
    if (n <= MAX_UNNAMED)
        return a;
    if (may_be_zero && reduce(a, MAX_SHORT) == 0)
        return 0;
    mpq_t q;
    mpq_init(q);
    mpq_inv(q, rational_at(t->coefficient));
    int monic = p_multiply(p_constant(q), a), scale = p_constant(rational_at(t->coefficient));
    mpq_clear(q);
    return p_multiply(scale, symbol(S_NAME, 0, monic));
}

static int factor_of(int id, int way)
{
    int *name = values[way].factor + id;
    if (way % 2 == 1)
        return values[way].p[id] - 1;
    if (*name == 0)
        *name = named(values[way].p[id] - 1, id >= first_tested) + 1;
    return *name - 1;
}

/* Each node its own gate: a family that is possibly larger. Or equal gates where all that they depend on has equal
 * polynomials. */
static int gate_symbol(const node *x, int id, int way)
{
    long n;
    if (way < 2)
        return symbol(S_FREE_GATE, 0, id);
    const int *entry = x->f > 0 ? (n = 1, &x->a) : item(&gated_windows, x->a, &n);
    int *key = take((size_t) n + 2, sizeof(int));
    key[0] = S_GATE + x->f;
    key[1] = x->b;
    for (long i = 0; i < n; i++)
        key[i + 2] = values[way].p[entry[i]];
    int p = p_variable(number_of(&symbols, key, n + 2));
    give(key);
    return p;
}

static int value_of(const node *x, int id, int way)
{
    const int *p = values[way].p;
    switch (x->op) {
    case N_CONST:
        return p_constant(rational_at(x->a));
    case N_VAR:
        return symbol(x->f, 0, x->a);
    case N_ADD:
        return p_add(p[x->a] - 1, p[x->b] - 1, 1);
    case N_MUL:
        return p_multiply(factor_of(x->a, way), factor_of(x->b, way));
    case N_INV:
        return reciprocal(p[x->a] - 1);
    case N_FUNC:
        return x->b != 0 ? p[x->b] - 1 : apply(x->f, x->d, p[x->a] - 1);
    default:
        return gate_symbol(x, id, way);
    }
}

/* way: 1 without names; 2 more where gates are known by what they depend on. */
static int polynomial(int id, int way)
{
    int *list;
    long n = reachable(&list, &id, 1);
    if (values[way].room < T.count) {
        values[way].room = 2 * T.count;
        values[way].p = grow(values[way].p, (size_t) values[way].room, sizeof(int));
        values[way].factor = grow(values[way].factor, (size_t) values[way].room, sizeof(int));
    }
    for (long i = 0; i < n; i++) {
        if (values[way].p[list[i]] == 0)
            values[way].p[list[i]] = value_of(node_at(list[i]), list[i], way) + 1;
    }
    give(list);
    return values[way].p[id] - 1;
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
