/* values.c - values at the point, modulo N.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * N < 2^61 need not be prime; what has no inverse is not divided by. A function has a value where it is
 * rational, or stands for a number that may take any value: manual, "Members and brackets".
 */
#include "check/check.h"

#include <string.h>

enum { MAX_PRODUCTS = 64 };
static const uint64_t mersenne = ((uint64_t) 1 << 61) - 1;
uint64_t N;
static uint64_t *prints; /* fingerprints, by node */
/* Products of numbers under roots, by number, the first 1, and their roots modulo N; 0 of them: of laws. */
static int products[2 * MAX_PRODUCTS], products_count;
static uint64_t product_roots[2 * MAX_PRODUCTS];

static uint64_t mul_mod(uint64_t a, uint64_t b)
{
    return (uint64_t) ((unsigned __int128) a * b % N);
}

static uint64_t inverse_mod(uint64_t a)
{
    mpz_t x, modulus;
    mpz_init_set_ui(x, a);
    mpz_init_set_ui(modulus, N);
    need(mpz_invert(x, x, modulus), "a division modulo %lu by what has no inverse", (unsigned long) N);
    a = mpz_get_ui(x);
    mpz_clears(x, modulus, NULL);
    return a;
}

static uint64_t rational_mod(int number)
{
    mpq_srcptr q = rational[number];
    uint64_t a = mpz_fdiv_ui(mpq_numref(q), N), b = mpz_fdiv_ui(mpq_denref(q), N);
    return b == 1 ? a : mul_mod(a, inverse_mod(b));
}

/* What the gates of a node are known by. */
static uint64_t gate_print(const node *x)
{
    long length;
    uint64_t w = 0;
    if (x->f > 0)
        return prints[x->a] + (uint64_t) x->f - 1;
    const int *entry = parts_of(x, &length);
    for (long i = 0; i < length; i++)
        w = mix(w + prints[entry[i]]);
    return mix(w + 7) + (uint64_t) x->b;
}

/* From -4 to 5 without 0. */
long gate_value(uint64_t seed, int id)
{
    long v = (long) (mix(gate_print(node_at(id)) + mix(seed)) % 9) - 4;
    return v == 0 ? 5 : v;
}

/* q sqrt(a), a the product, q a rational by number; -1: none. */
static int multiple_of_product(int number, int product)
{
    int square = rational_result(mpq_div, number, product);
    return rational_square_root(rational[square]);
}

/* ["a","r"]: sqrt(a) -> r is a homomorphism, if no product of the numbers is a square. */
void read_roots(const json *split)
{
    const json *one = split ? in(split, "root") : NULL, *all = split ? in(split, "roots") : NULL;
    need(all == NULL || (one == NULL && all->number > 1), "roots: two at least, and no root beside them");
    products_count = split != NULL;
    products[0] = ratio(1, 1);
    product_roots[0] = 1;
    for (const json *j = all != NULL ? all->first : one; j != NULL; j = all != NULL ? j->next : NULL) {
        int a = (int) j->first->number, count = products_count, good = count < MAX_PRODUCTS;
        uint64_t r = (uint64_t) number(j->first->next, (long) N);
        for (int i = 0; good && i < count; i++) {
            products[count + i] = rational_result(mpq_mul, a, products[i]);
            product_roots[count + i] = mul_mod(r, product_roots[i]);
            good = mpq_sgn(rational[a]) > 0 && multiple_of_product(a, products[i]) < 0;
        }
        need(good && r != 0 && mul_mod(r, r) == rational_mod(a),
             "root: a positive number, no square nor one times some before it, and its root modulo N");
        products_count = 2 * count;
    }
}

static uint64_t free_number(uint64_t i)
{
    return (mix(i) % 1000003 + 1) % N;
}

/* The derivative of an arbitrary function at 0: its Taylor coefficient times d!. */
static uint64_t arbitrary(int d)
{
    uint64_t c = free_number(mix(77) + (uint64_t) d);
    for (int k = 2; k <= d; k++)
        c = mul_mod(c, (uint64_t) k % N);
    return c;
}

/* k with a = 2^k or a = -2^k. */
static long exponent_of_two(mpq_srcptr a)
{
    size_t up = mpz_scan1(mpq_numref(a), 0), down = mpz_scan1(mpq_denref(a), 0);
    need(mpz_sizeinbase(mpq_numref(a), 2) == up + 1 && mpz_sizeinbase(mpq_denref(a), 2) == down + 1,
         "the gradient of a law needs the logarithm of a number that is no power of 2");
    return (long) up - (long) down;
}

/* x: what a function became at the base. Its argument must be where its Taylor coefficients are known: the
 * square of a rational, or that times a product, for sqrt; 1 for log (of laws: a power of 2); 0 for others. */
static uint64_t function_value(const node *x)
{
    if (x->op == N_CONST)
        return rational_mod(x->a);
    int a = x->op == N_FUNC && known(x->a) != NULL ? node_at(x->a)->a : -1;
    for (int i = 1; i < products_count && a >= 0 && x->f == F_SQRT; i++) {
        int q = multiple_of_product(a, products[i]);
        if (q >= 0)
            return mul_mod(rational_mod(q), product_roots[i]);
    }
    if (a >= 0 && x->f == F_LOG && products_count == 0)
        return mul_mod(free_number(1001), rational_mod(ratio(exponent_of_two(rational[a]), 1)));
    need(a >= 0 && mpq_sgn(rational[a]) == 0 && x->f != F_SQRT,
         "the argument of %s at the base point is not where its Taylor coefficients are known",
         function_names[x->f]);
    return x->f == F_SOFTPLUS  ? free_number(1001) /* log 2 */
           : x->f == F_DENSITY ? free_number(1002)
                               : arbitrary(x->d);
}

/* The fingerprint of a variable, function or gate; f(0) has the fingerprint of its value, if rational. */
static uint64_t print_of(const node *x)
{
    int exact = x->op != N_FUNC || x->f == F_LOG || prints[x->a] != 0 ? -1 : value_at_zero(x->f, x->d);
    uint64_t z = x->op == N_VAR ? mix((uint64_t) x->f + 1) + (uint64_t) x->a /* coordinate 1, input 2, .. */
                 : x->op == N_FUNC ? prints[x->a] + 100 + (uint64_t) x->f
                 : x->f > 0        ? gate_print(x) + 5
                                   : gate_print(x);
    return exact >= 0 ? rational_mod(exact) : mix(z) % mersenne;
}

/* at NULL: fingerprints, with 1/0 = 0. bases: what the functions in the list became at the point, in order. */
static void evaluate(uint64_t *v, const int *list, long n, const assignment *at, const int *bases)
{
    for (long i = 0; i < n; i++) {
        const node *x = node_at(list[i]), *base = at != NULL && x->op == N_FUNC ? node_at(*bases++) : NULL;
        v[list[i]] = x->op == N_ADD     ? (v[x->a] + v[x->b]) % N
                     : x->op == N_MUL   ? mul_mod(v[x->a], v[x->b])
                     : x->op == N_CONST ? rational_mod(x->a)
                     : x->op == N_INV   ? (at == NULL && v[x->a] == 0 ? 0 : inverse_mod(v[x->a]))
                     : at == NULL       ? print_of(x)
                     : x->op == N_FUNC  ? (x->b != 0 ? v[x->b] : function_value(base))
                     : x->op == N_GATE  ? rational_mod(ratio(gate_value(at->seed, list[i]), 1))
                     : x->f == V_SLOPE  ? free_number(1000)
                                        : rational_mod(node_at(at->image[x->f][x->a])->a);
    }
}

void fingerprints(void)
{
    const int *list;
    long n = reachable(&list, M.outputs, M.noutputs);
    N = mersenne;
    prints = take((size_t) T.count, sizeof(uint64_t));
    evaluate(prints, list, n, NULL, NULL);
}

/* Of a field; every function that it needs must have a value, and those of the outputs if they are wanted. */
void values_at(uint64_t *out, const int *field, int outputs, const assignment *at)
{
    const int *list;
    long p = M.coordinates, count = p + (outputs ? M.noutputs : 0), functions = 0;
    int *roots = vector(count);
    memcpy(roots, field, (size_t) p * sizeof(int));
    memcpy(roots + p, M.outputs, (size_t) (count - p) * sizeof(int));
    long n = reachable(&list, roots, count);
    int *bases = vector(n);
    uint64_t *v = take((size_t) T.count, sizeof(uint64_t));
    for (long i = 0; i < n; i++) {
        bases[functions] = list[i];
        functions += node_at(list[i])->op == N_FUNC;
    }
    substitute(bases, bases, functions, at);
    n = reachable(&list, roots, count);
    evaluate(v, list, n, at, bases);
    for (long i = 0; i < p; i++)
        out[i] = v[field[i]];
    give(roots);
    give(bases);
    give(v);
}
