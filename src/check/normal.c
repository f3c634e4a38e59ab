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
    MAX_UNNAMED = 3,     /* terms of a factor without a name */
    MAX_PRIME = 1 << 20, /* under the root of a number, but for one */
    MAX_NAMED = 200000   /* terms up to which names are tried */
};
/* Kinds after the V_ kinds; S_GATE + f: by the list of values that it depends on; S_FUNCTION + F_. */
enum { S_FREE_GATE = 16, S_GATE, S_INVERSE = 24, S_NAME, S_FUNCTION = 32 };
static table symbols; /* kind, order of the derivative, and index or argument */
/* Plus 1, of a node: its polynomial with names, and without; and the same where gates are known by what
 * they depend on. */
static int *values[4];
static long rooms[4];

void normal_start(void)
{
    memset(&symbols, 0, sizeof(symbols));
    memset(values, 0, sizeof(values));
    memset(rooms, 0, sizeof(rooms));
}

static int symbol(int kind, int order, int argument)
{
    int key[] = { kind, order, argument };
    return p_variable(number_of(&symbols, key, 3));
}

static int root_of_prime(mpz_srcptr p)
{
    mpq_t q;
    mpq_init(q);
    mpq_set_z(q, p);
    return symbol(S_FUNCTION + F_SQRT, 0, p_constant(rational_number(q)));
}

/* sqrt(n/d) = sqrt(n d)/d, and n d is a square times different primes, so that sqrt(6) = sqrt(2) sqrt(3). */
static int root_of_number(int number)
{
    mpq_t c; /* outside of the root */
    mpz_t n, r;
    mpq_init(c);
    mpz_inits(n, r, NULL);
    mpz_mul(n, mpq_numref(rational[number]), mpq_denref(rational[number]));
    mpz_set(mpq_denref(c), mpq_denref(rational[number]));
    mpz_set_ui(mpq_numref(c), 1);
    need(mpz_sgn(n) > 0, "a square root of a negative number");
    int roots = p_constant(ratio(1, 1));
    for (unsigned long p = 2; mpz_cmp_ui(n, 1) > 0;) {
        mpz_sqrt(r, n);
        if (mpz_perfect_square_p(n)) {
            mpz_mul(mpq_numref(c), mpq_numref(c), r);
            mpz_set_ui(n, 1);
        } else if (mpz_cmp_ui(r, p) < 0) { /* it is prime */
            roots = p_multiply(roots, root_of_prime(n));
            mpz_set_ui(n, 1);
        } else if (mpz_divisible_ui_p(n, p * p)) {
            mpz_divexact_ui(n, n, p * p);
            mpz_mul_ui(mpq_numref(c), mpq_numref(c), p);
        } else {
            need(p < MAX_PRIME, "a square root of a number with primes that are too large");
            if (mpz_divisible_ui_p(n, p)) {
                mpz_divexact_ui(n, n, p);
                mpz_set_ui(r, p);
                roots = p_multiply(roots, root_of_prime(r));
            }
            p++;
        }
    }
    mpz_clears(n, r, NULL);
    mpq_canonicalize(c);
    return p_scale(rational_number(c), roots);
}

static int apply(int f, int order, int a)
{
    int sign = parity(f, order), minus = ratio(-1, 1), exact = a == 0 ? value_at_zero(f, order) : -1;
    if (exact >= 0)
        return p_constant(exact);
    need(a != 0 || (f != F_SQRT && f != F_LOG), "a square root or a logarithm of zero");
    if (f == F_SQRT && poly(a)->main == CONSTANT)
        return root_of_number(p_leading(a));
    int negative = sign != 0 && mpq_sgn(rational[p_leading(a)]) < 0;
    int p = symbol(S_FUNCTION + f, order, negative ? p_scale(minus, a) : a);
    return negative && sign < 0 ? p_scale(minus, p) : p;
}

/* The last symbol in p that can be removed, or CONSTANT: a reciprocal, a name, a square of a square root or
 * of a cosine. */
static int last_removable(int p)
{
    const polynomial *x = poly(p);
    if (x->main == CONSTANT)
        return CONSTANT;
    int kind = *symbols.item[x->main], square = poly(x->high)->main == x->main;
    if (kind == S_INVERSE || kind == S_NAME ||
        (square && (kind == S_FUNCTION + F_SQRT || kind == S_FUNCTION + F_COS)))
        return x->main;
    int high = last_removable(x->high), low = last_removable(x->low);
    return high > low ? high : low;
}

/* The square of a square root is its argument; cos^2 = 1 - sin^2. */
static int square(int kind, int argument)
{
    if (kind == S_FUNCTION + F_SQRT)
        return argument;
    int sine = apply(F_SIN, 0, argument);
    return p_add(p_constant(ratio(1, 1)), p_scale(ratio(-1, 1), p_multiply(sine, sine)));
}

/* p with a power less of a symbol: of 1/d, where p is multiplied by d, which is not zero, so that d (1/d high
 * + low) = high + d low; of a name, which is replaced by what it stands for; or two of a root or a cosine. */
static int removed(int p, int var)
{
    const polynomial *x = poly(p), *high = poly(x->high);
    int kind = symbols.item[var][0], argument = symbols.item[var][2];
    if (x->main > var)
        return p_add(p_multiply(p_variable(x->main), removed(x->high, var)), removed(x->low, var));
    if (kind == S_INVERSE)
        return x->main < var ? p_multiply(p, argument) : p_add(x->high, p_multiply(x->low, argument));
    if (x->main < var || (kind != S_NAME && high->main < var))
        return p;
    if (kind == S_NAME)
        return p_add(p_multiply(x->high, argument), x->low);
    int rest = p_add(p_multiply(p_variable(var), high->low), x->low);
    return p_add(p_multiply(high->high, square(kind, argument)), rest);
}

/* From the last symbol to the first: an argument holds only symbols made before its own. -1: it gets
 * longer than that. */
static int reduce(int a, int most)
{
    for (int var; (var = last_removable(a)) != CONSTANT;) {
        a = removed(a, var);
        if (poly(a)->terms > most)
            return -1;
    }
    return a;
}

static int reciprocal(int d)
{
    need(reduce(d, INT_MAX) != 0, "a division by zero");
    return poly(d)->main == CONSTANT ? p_constant(rational_result(mpq_div, ratio(1, 1), p_leading(d)))
                                     : symbol(S_INVERSE, 0, d);
}

/* A name for the multiple of a in which the first coefficient is 1, so that all multiples have it. */
static int factor(int a, int way)
{
    if (way % 2 == 1 || poly(a)->terms <= MAX_UNNAMED)
        return a;
    int monic = p_scale(rational_result(mpq_div, ratio(1, 1), p_leading(a)), a);
    return p_scale(p_leading(a), symbol(S_NAME, 0, monic));
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
    const int *entry = parts_of(x, &n);
    int *key = take((size_t) n + 2, sizeof(int)), mine = values[way][entry[x->b]];
    key[0] = S_GATE + x->f;
    for (long i = 0; i < n; i++) {
        key[i + 2] = values[way][entry[i]];
        key[1] += key[i + 2] < mine || (key[i + 2] == mine && i < x->b);
    }
    qsort(key + 2, (size_t) n, sizeof(int), ascending);
    int p = p_variable(number_of(&symbols, key, n + 2));
    give(key);
    return p;
}

static int value_of(const node *x, int id, int way)
{
    const int *p = values[way];
    return x->op == N_CONST  ? p_constant(x->a)
           : x->op == N_VAR  ? symbol(x->f, 0, x->a)
           : x->op == N_ADD  ? p_add(p[x->a] - 1, p[x->b] - 1)
           : x->op == N_MUL  ? p_multiply(factor(p[x->a] - 1, way), factor(p[x->b] - 1, way))
           : x->op == N_INV  ? reciprocal(p[x->a] - 1)
           : x->op == N_GATE ? gate_symbol(x, id, way)
           : x->b != 0       ? p[x->b] - 1
                             : apply(x->f, x->d, p[x->a] - 1);
}

static int polynomial_of(int id, int way)
{
    const int *list;
    long n = reachable(&list, &id, 1);
    if (rooms[way] < T.count) {
        rooms[way] = 2 * T.count;
        values[way] = grow(values[way], (size_t) rooms[way], sizeof(int));
    }
    for (long i = 0; i < n; i++) {
        if (values[way][list[i]] == 0)
            values[way][list[i]] = value_of(node_at(list[i]), list[i], way) + 1;
    }
    return values[way][id] - 1;
}

void must_be_defined(int id)
{
    polynomial_of(id, 0);
}

int is_short_zero(int id, int most)
{
    int p = id == 0 ? 0 : polynomial_of(id, 0);
    p = poly(p)->terms > most ? -1 : reduce(p, most);
    return p < 0 ? -1 : p == 0;
}

int multiple_of(int id, int of)
{
    int p = polynomial_of(id, 0), one = polynomial_of(of, 0);
    int q = p == 0 ? ratio(0, 1) : rational_result(mpq_div, p_leading(p), p_leading(one));
    return p_scale(q, one) == p ? q : -1;
}

int is_zero(int id, int gates_by_value)
{
    int way = 2 * gates_by_value;
    return id == 0 || reduce(polynomial_of(id, way), MAX_NAMED) == 0 ||
           reduce(polynomial_of(id, way + 1), INT_MAX) == 0;
}
