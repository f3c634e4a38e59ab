/* tape.c - scalar values: a graph of sums, products, reciprocals, functions and gates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Arguments come before what uses them. The same operation on the same operands is the same node, and only
 * identities of the ring of values are applied: 0 + a, 1 a, 0 a, and the value of an operation on constants.
 */
#include "check/check.h"

#include <string.h>

enum { MAX_BITS = 40000 }; /* of a constant */

const char *const function_names[F_COUNT] = {
    "",     "exp", "log",  "sin",     "cos", "tanh", "sigmoid",  "softplus", "gelu",
    "silu", "erf", "sqrt", "generic", "odd", "even", "generic0", "relu",     "leaky_relu"
};

tape T;
static int *table; /* open addressing, -1 free */
static long table_size;

void tape_start(void)
{
    memset(&T, 0, sizeof(T));
    table_size = 1 << 12;
    table = take((size_t) table_size, sizeof(int));
    memset(table, 0xff, (size_t) table_size * sizeof(int));
}

static uint64_t hash(const node *n)
{
    uint64_t h = mix((uint64_t) n->op << 8 | n->f);
    if (n->op != N_CONST)
        return mix(mix(h + (uint32_t) n->a) + (uint32_t) n->b);
    mpq_srcptr q = T.constants[n->a];
    for (size_t i = 0; i < mpz_size(mpq_numref(q)); i++)
        h = mix(h + mpz_getlimbn(mpq_numref(q), (mp_size_t) i));
    return mix(h + mpz_getlimbn(mpq_denref(q), 0) + (mpq_sgn(q) < 0));
}

static int same(const node *x, const node *y)
{
    if (x->op != y->op || x->f != y->f)
        return 0;
    return x->op == N_CONST ? mpq_equal(T.constants[x->a], T.constants[y->a]) : x->a == y->a && x->b == y->b;
}

static long slot(const node *n)
{
    long i = (long) (hash(n) % (uint64_t) table_size);
    while (table[i] >= 0 && !same(T.nodes + table[i], n))
        i = i + 1 < table_size ? i + 1 : 0;
    return i;
}

static int enter_node(node n)
{
    long i = slot(&n);
    if (table[i] >= 0)
        return table[i];
    if (T.nnodes >= MAX_NODES)
        fail("the model has more than %d scalar operations", MAX_NODES);
    ROOM(T.nodes, T.nnodes, T.nnodes_room);
    T.nodes[T.nnodes] = n;
    table[i] = (int) T.nnodes++;
    if (2 * T.nnodes > table_size) {
        give(table);
        table_size *= 2;
        table = take((size_t) table_size, sizeof(int));
        memset(table, 0xff, (size_t) table_size * sizeof(int));
        for (long k = 0; k < T.nnodes; k++)
            table[slot(T.nodes + k)] = (int) k;
    }
    return (int) T.nnodes - 1;
}

int constant(const mpq_t exact_value)
{
    if (mpz_sizeinbase(mpq_numref(exact_value), 2) > MAX_BITS ||
        mpz_sizeinbase(mpq_denref(exact_value), 2) > MAX_BITS)
        fail("a constant of the model is too long");
    ROOM(T.constants, T.nconstants, T.nconstants_room);
    mpq_init(T.constants[T.nconstants]);
    mpq_set(T.constants[T.nconstants], exact_value);
    node n = { N_CONST, 0, (int) T.nconstants++, 0 };
    int id = enter_node(n);
    if (T.nodes[id].a != n.a)
        mpq_clear(T.constants[--T.nconstants]);
    return id;
}

int constant_si(long integer_value)
{
    mpq_t q;
    mpq_init(q);
    mpq_set_si(q, integer_value, 1);
    int id = constant(q);
    mpq_clear(q);
    return id;
}

int variable(int kind, long index)
{
    node n = { N_VAR, (uint8_t) kind, (int) index, 0 };
    return enter_node(n);
}

static mpq_srcptr known(int a)
{
    return T.nodes[a].op == N_CONST ? T.constants[T.nodes[a].a] : NULL;
}

static int binary(uint8_t op, int a, int b)
{
    mpq_srcptr x = known(a), y = known(b);
    if (x != NULL && y != NULL) {
        mpq_t q;
        mpq_init(q);
        op == N_ADD ? mpq_add(q, x, y) : mpq_mul(q, x, y);
        int id = constant(q);
        mpq_clear(q);
        return id;
    }
    if (y != NULL) {
        int t = a;
        a = b;
        b = t;
        x = y;
    }
    if (x != NULL && mpq_sgn(x) == 0)
        return op == N_ADD ? b : a;
    if (op == N_MUL && x != NULL && mpq_cmp_ui(x, 1, 1) == 0)
        return b;
    node n = { op, 0, a < b ? a : b, a < b ? b : a };
    return enter_node(n);
}

int add(int a, int b)
{
    return binary(N_ADD, a, b);
}

int multiply(int a, int b)
{
    return binary(N_MUL, a, b);
}

int negate(int a)
{
    return multiply(constant_si(-1), a);
}

int inverse(int a)
{
    mpq_srcptr x = known(a);
    if (x != NULL) {
        mpq_t q;
        if (mpq_sgn(x) == 0)
            fail("the model divides by zero");
        mpq_init(q);
        mpq_inv(q, x);
        int id = constant(q);
        mpq_clear(q);
        return id;
    }
    node n = { N_INV, 0, a, 0 };
    return enter_node(n);
}

int power(int a, long exponent)
{
    int result = constant_si(1), square = a;
    for (long e = exponent < 0 ? -exponent : exponent; e > 0; e >>= 1) {
        if (e & 1)
            result = multiply(result, square);
        if (e > 1)
            square = multiply(square, square);
    }
    return exponent < 0 ? inverse(result) : result;
}

int function(int f, int a)
{
    if (f == F_RELU || f == F_LEAKY)
        return multiply(unit_gate(f, a), a);
    node n = { N_FUNC, (uint8_t) f, a, 0 };
    return enter_node(n);
}

/* The gate of a unit is known by its kind and its pre-activation: relu and leaky_relu differ where it is closed. */
int unit_gate(int f, int a)
{
    node n = { N_GATE, f == F_RELU ? 1 : 2, a, 0 };
    return enter_node(n);
}

/* The gates of a window are known by the list of its entries. */
int gate(const int *entries, int count, int entry)
{
    long u = T.nunits; /* the last window made is most often the one that is asked for again */
    while (u > 0 && (T.units[u - 1].count != count ||
                     memcmp(T.units[u - 1].entries, entries, (size_t) count * sizeof(int)) != 0))
        u--;
    if (u == 0) {
        ROOM(T.units, T.nunits, T.nunits_room);
        T.units[T.nunits].count = count;
        T.units[T.nunits].entries = take((size_t) count, sizeof(int));
        memcpy(T.units[T.nunits].entries, entries, (size_t) count * sizeof(int));
        u = ++T.nunits;
    }
    node window = { N_GATE, 0, (int) u - 1, entry };
    return enter_node(window);
}

/* Added as a balanced tree: partial sums of n terms are short. */
int sum(int *terms, long count)
{
    if (count == 0)
        return constant_si(0);
    while (count > 1) {
        for (long i = 0; i < count / 2; i++)
            terms[i] = add(terms[2 * i], terms[2 * i + 1]);
        if (count % 2 == 1)
            terms[count / 2] = terms[count - 1];
        count = (count + 1) / 2;
    }
    return terms[0];
}

long reachable(int **out, const int *roots, long count)
{
    long n = 0, done = 0;
    char *mark = take((size_t) T.nnodes, 1);
    int *found = take((size_t) T.nnodes, sizeof(int));
#define NEED(i) (mark[i] ? 0 : (mark[i] = 1, found[n++] = (i)))
    for (long i = 0; i < count; i++)
        NEED(roots[i]);
    for (; done < n; done++) {
        const node *x = T.nodes + found[done];
        if (x->op == N_ADD || x->op == N_MUL || x->op == N_INV || x->op == N_FUNC ||
            (x->op == N_GATE && x->f > 0))
            NEED(x->a);
        if (x->op == N_ADD || x->op == N_MUL)
            NEED(x->b);
        for (int i = 0; x->op == N_GATE && x->f == 0 && i < T.units[x->a].count; i++)
            NEED(T.units[x->a].entries[i]);
    }
#undef NEED
    n = 0;
    for (long i = 0; i < T.nnodes; i++) {
        if (mark[i])
            found[n++] = (int) i;
    }
    give(mark);
    *out = found;
    return n;
}
