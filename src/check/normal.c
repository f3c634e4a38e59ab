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
#include <string.h>

enum {
    MAX_UNNAMED = 3,     /* terms of a factor without a name */
    MAX_PRIME = 1 << 20, /* under the root of a number, but for one */
    MAX_SHORT = 2000,    /* terms up to which arguments of roots and logarithms are followed */
    MAX_NAMED = 200000   /* terms up to which names are tried */
};
/* Kinds after the V_ kinds; S_GATE + f: by the list of values that it depends on; S_FUNCTION + F_. */
enum { S_FREE_GATE = 16, S_GATE, S_INVERSE = 24, S_NAME, S_UNKNOWN, S_FUNCTION = 32 };
static table symbols; /* kind, order of the derivative, and index or argument */
/* Plus 1, of a node: its polynomial with names, and without; and the same where gates are known by what
 * they depend on. */
static struct { int *value; long room; } ways[4];

void normal_start(void)
{
    memset(&symbols, 0, sizeof(symbols));
    memset(ways, 0, sizeof(ways));
}

static int symbol(int kind, int order, int argument)
{
    int key[] = { kind, order, argument };
    return p_variable(number_of(&symbols, key, 3));
}

/* sqrt(n/d) = sqrt(n d)/d, and n d is a square times different primes, so that sqrt(6) = sqrt(2) sqrt(3). */
static int root_of_number(int number)
{
    mpz_t n, p, root;
    mpq_t c, prime; /* c is outside of the root */
    mpq_init(c);
    mpz_init_set_ui(p, 2);
    mpz_inits(n, root, NULL);
    mpz_mul(n, mpq_numref(rational[number]), mpq_denref(rational[number]));
    mpz_set(mpq_denref(c), mpq_denref(rational[number]));
    mpz_set_ui(mpq_numref(c), 1);
    need(mpz_sgn(n) > 0, "a square root of a negative number");
    int roots = p_constant(ratio(1, 1));
    while (mpz_cmp_ui(n, 1) > 0) {
        mpz_sqrt(root, n);
        if (mpz_perfect_square_p(n) || mpz_cmp(root, p) < 0) /* a square, or a prime */
            mpz_set(p, mpz_perfect_square_p(n) ? root : n);
        if (!mpz_divisible_p(n, p)) {
            need(mpz_cmp_ui(p, MAX_PRIME) < 0, "a square root of a number with primes that are too large");
            mpz_add_ui(p, p, 1);
            continue;
        }
        mpz_divexact(n, n, p);
        if (mpz_divisible_p(n, p)) {
            mpz_divexact(n, n, p);
            mpz_mul(mpq_numref(c), mpq_numref(c), p);
        } else {
            mpq_init(prime);
            mpq_set_z(prime, p);
            roots = p_multiply(roots, symbol(S_FUNCTION + F_SQRT, 0, p_constant(rational_number(prime))));
        }
    }
    mpz_clears(n, p, root, NULL);
    mpq_canonicalize(c);
    return p_scale(rational_number(c), roots);
}

static int reduce(int a, int most);

static int apply(int f, int order, int a)
{
    int sign = parity(f, order), minus = ratio(-1, 1), exact = a == 0 ? value_at_zero(f, order) : -1;
    if (exact >= 0)
        return p_constant(exact);
    need((f != F_SQRT && f != F_LOG) || reduce(a, MAX_SHORT) != 0, "a square root or a logarithm of zero");
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

/* Each node its own gate: a family that is possibly larger. Or one gate where a unit has the same pre-
 * activation, and a window the same entries, in whatever order: the gates of a maximum depend on no order.
 * Equal entries of one window have a gate each, as they come there: whichever counts as the maximum. */
static int gate_symbol(const node *x, int id, int way)
{
    long n;
    if (way < 2)
        return symbol(S_FREE_GATE, 0, id);
    const int *entry = parts_of(x, &n), *p = ways[way].value;
    int *key = vector(n + 2), mine = p[entry[x->b]];
    key[0] = S_GATE + x->f;
    for (long i = 0, k; i < n; i++) { /* in ascending order */
        int other = p[entry[i]];
        key[1] += other < mine || (other == mine && i < x->b);
        for (k = i + 2; k > 2 && key[k - 1] > other; k--)
            key[k] = key[k - 1];
        key[k] = other;
    }
    mine = p_variable(number_of(&symbols, key, n + 2));
    give(key);
    return mine;
}

static int polynomial_of(int id, int way)
{
    const int *list;
    long n = reachable(&list, &id, 1);
    while (ways[way].room < T.count)
        ROOM(ways[way].value, ways[way].room, ways[way].room);
    int *p = ways[way].value;
    for (long i = 0; i < n; i++) {
        const node *x = node_at(list[i]);
        if (p[list[i]] == 0)
            p[list[i]] = 1 + (x->op == N_CONST  ? p_constant(x->a)
                              : x->op == N_VAR  ? symbol(x->f, 0, x->a)
                              : x->op == N_ADD  ? p_add(p[x->a] - 1, p[x->b] - 1)
                              : x->op == N_MUL  ? p_multiply(factor(p[x->a] - 1, way), factor(p[x->b] - 1, way))
                              : x->op == N_INV  ? reciprocal(p[x->a] - 1)
                              : x->op == N_GATE ? gate_symbol(x, list[i], way)
                              : x->b != 0       ? p[x->b] - 1
                                                : apply(x->f, x->d, p[x->a] - 1));
    }
    return p[id] - 1;
}

int is_short_zero(int id, int most)
{
    int p = id == 0 ? 0 : polynomial_of(id, 0);
    p = poly(p)->terms > most ? -1 : reduce(p, most);
    return p < 0 ? -1 : p == 0;
}

/* id - t of, for a new symbol t, is reduced to t high + low: then id = q of if low = -q high. */
int multiple_of(int id, int of, int most)
{
    int p = polynomial_of(id, 0), one = polynomial_of(of, 0), t = symbol(S_UNKNOWN, 0, (int) symbols.count);
    p = poly(p)->terms > most ? -1 : reduce(p_add(p, p_scale(ratio(-1, 1), p_multiply(t, one))), most);
    if (p < 0 || poly(p)->main != poly(t)->main)
        return -1;
    int high = p_scale(ratio(-1, 1), poly(p)->high), low = poly(p)->low;
    int q = rational_result(mpq_div, p_leading(low), p_leading(high));
    return p_scale(q, high) == low ? q : -1;
}

int is_zero(int id, int gates_by_value)
{
    int way = 2 * gates_by_value;
    return id == 0 || reduce(polynomial_of(id, way), MAX_NAMED) == 0 ||
           reduce(polynomial_of(id, way + 1), INT_MAX) == 0;
}
