/* tape.c - scalar values: a graph of sums, products, reciprocals, functions and gates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Arguments come before what uses them. The same operation on the same operands is the same node, and only
 * identities of the ring of values are applied: 0 + a, 1 a, 0 a, and the value of an operation on constants.
 */
#include "check/language/tape.h"

#include <string.h>

enum { MAX_BITS = 40000 }; /* of a constant */

const char *const function_names[] = { "",         "exp",     "log",        "sin",  "cos",
                                       "tanh",     "sigmoid", "softplus",   "gelu", "silu",
                                       "erf",      "sqrt",    "generic",    "odd",  "even",
                                       "generic0", "relu",    "leaky_relu", "Phi",  "Phi'" };

table T, gated_windows; /* of a window: the list of its entries */
static int *seen;       /* by node: the round of the last search, and one more when it was found */
static int *stack, *found;
static long seen_room, stack_room, found_room;
static int round_of_search;

/* Node 0 is 0. */
void tape_start(void)
{
    static const table empty;
    T = gated_windows = empty;
    seen = stack = found = NULL;
    seen_room = stack_room = found_room = round_of_search = 0;
    constant_si(0);
}

const node *node_at(int id)
{
    return (const node *) T.item[id];
}

static int enter_node(int op, int f, int a, int b, int d)
{
    int key[] = { op, f, a, b, d };
    if (T.count >= MAX_NODES)
        fail("the model has more than %d scalar operations", MAX_NODES);
    return number_of(&T, key, 5);
}

mpq_srcptr known(int id)
{
    return node_at(id)->op == N_CONST ? rational[node_at(id)->a] : NULL;
}

int constant(int number)
{
    mpq_srcptr q = rational[number];
    if (mpz_sizeinbase(mpq_numref(q), 2) > MAX_BITS || mpz_sizeinbase(mpq_denref(q), 2) > MAX_BITS)
        fail("a constant of the model is too long");
    return enter_node(N_CONST, 0, number, 0, 0);
}

int constant_si(long n)
{
    return constant(ratio(n, 1));
}

int variable(int kind, long index)
{
    return enter_node(N_VAR, kind, (int) index, 0, 0);
}

static int binary(int op, int a, int b)
{
    if (a == 0 || b == 0)
        return op == N_ADD ? a + b : 0;
    mpq_srcptr x = known(a), y = known(b);
    if (x != NULL && y != NULL)
        return constant(rational_result(op == N_ADD ? mpq_add : mpq_mul, node_at(a)->a, node_at(b)->a));
    if (y != NULL) {
        int t = a;
        a = b;
        b = t;
        x = y;
    }
    if (op == N_MUL && x != NULL && mpq_cmp_ui(x, 1, 1) == 0)
        return b;
    return enter_node(op, 0, a < b ? a : b, a < b ? b : a, 0);
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
    if (x != NULL && mpq_sgn(x) == 0)
        fail("the model divides by zero");
    if (x != NULL)
        return constant(rational_result(mpq_div, ratio(1, 1), node_at(a)->a));
    return enter_node(N_INV, 0, a, 0, 0);
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

/* f(-x) = parity f(x), if that is not 0; and 2 f(0) + 1, if that is not 0. */
static const struct {
    int parity, at_zero;
} properties[] = { [F_EXP] = { 0, 3 },  [F_SIN] = { -1, 0 }, [F_COS] = { 1, 3 },  [F_TANH] = { -1, 0 },
                   [F_GELU] = { 0, 1 }, [F_SILU] = { 0, 1 }, [F_ERF] = { -1, 0 }, [F_SIGMOID] = { 0, 2 },
                   [F_ODD] = { -1, 0 }, [F_EVEN] = { 1, 0 }, [F_PHI] = { 0, 2 },  [F_DENSITY] = { 1, 0 } };

int parity(int f, int order)
{
    return order % 2 == 0 ? properties[f].parity : -properties[f].parity;
}

int value_at_zero(int f, int order)
{
    if (parity(f, order) < 0 || (f == F_GENERIC0 && order == 0))
        return ratio(0, 1);
    return properties[f].at_zero > 0 ? ratio(properties[f].at_zero - 1, 2) : -1;
}

/* The positive one, or -1. */
int rational_square_root(mpq_srcptr a)
{
    if (mpq_sgn(a) <= 0 || !mpz_perfect_square_p(mpq_numref(a)) || !mpz_perfect_square_p(mpq_denref(a)))
        return -1;
    mpq_t root;
    mpq_init(root);
    mpz_sqrt(mpq_numref(root), mpq_numref(a));
    mpz_sqrt(mpq_denref(root), mpq_denref(a));
    return rational_number(root);
}

/* The value of a function of a number where it is rational, by number, or -1. */
static int value_of_number(int f, int order, mpq_srcptr q)
{
    if (q == NULL)
        return -1;
    if (f == F_SQRT)
        return rational_square_root(q);
    if (f == F_LOG)
        return mpq_cmp_ui(q, 1, 1) == 0 ? ratio(0, 1) : -1;
    return mpq_sgn(q) == 0 ? value_at_zero(f, order) : -1;
}

int derived_function(int f, int order, int a)
{
    int value = value_of_number(f, order, known(a));
    if (value >= 0)
        return constant(value);
    int other = f == F_SILU ? F_SIGMOID : f == F_GELU ? F_PHI : F_NONE; /* a sigma(a), a Phi(a) */
    return enter_node(N_FUNC, f, a, other == F_NONE ? 0 : multiply(a, derived_function(other, 0, a)), order);
}

int function(int f, int a)
{
    if (f == F_RELU || f == F_LEAKY)
        return multiply(unit_gate(f, a), a);
    return derived_function(f, 0, a);
}

/* The gate of a unit is known by its kind and its pre-activation: relu and leaky_relu differ where it is
 * closed. */
int unit_gate(int f, int a)
{
    return enter_node(N_GATE, f == F_RELU ? 1 : 2, a, 0, 0);
}

/* The gates of a window are known by the list of its entries. */
int gate(const int *entries, int count, int entry)
{
    return enter_node(N_GATE, 0, number_of(&gated_windows, entries, count), entry, 0);
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

int rebuilt(const node *x, int id, const int *now)
{
    if (x->op == N_ADD || x->op == N_MUL)
        return binary(x->op, now[x->a], now[x->b]);
    if (x->op == N_INV)
        return inverse(now[x->a]);
    if (x->op == N_FUNC)
        return derived_function(x->f, x->d, now[x->a]);
    if (x->op != N_GATE)
        return id;
    if (x->f != 0)
        return enter_node(N_GATE, x->f, now[x->a], 0, 0);
    long n;
    const int *part = parts_of(x, &n);
    int *entries = vector(n);
    for (long i = 0; i < n; i++)
        entries[i] = now[part[i]];
    id = gate(entries, (int) n, x->b);
    give(entries);
    return id;
}

unsigned functions_in(const int *roots, long count)
{
    const int *list;
    unsigned functions = 0;
    for (long n = reachable(&list, roots, count); n-- > 0;) {
        if (node_at(list[n])->op == N_FUNC)
            functions |= 1u << node_at(list[n])->f;
    }
    return functions;
}

const int *parts_of(const node *x, long *count)
{
    if (x->op == N_GATE && x->f == 0) {
        *count = gated_windows.item[x->a][-1];
        return gated_windows.item[x->a];
    }
    *count = x->op == N_CONST || x->op == N_VAR ? 0 : x->op == N_ADD || x->op == N_MUL || x->b != 0 ? 2 : 1;
    return &x->a;
}

/* Depth first: a node is met twice, first above its parts on the stack, and then with its parts found. */
long reachable(const int **out, const int *roots, long count)
{
    long n = 0, depth = 0, parts;
    round_of_search += 2;
    while (seen_room < T.count)
        ROOM(seen, seen_room, seen_room);
    for (long i = 0; i < count; i++) {
        ROOM(stack, depth, stack_room);
        stack[depth++] = roots[i];
    }
    while (depth > 0) {
        int id = stack[depth - 1];
        if (seen[id] < round_of_search) {
            seen[id] = round_of_search;
            const int *part = parts_of(node_at(id), &parts);
            for (long i = 0; i < parts; i++) {
                ROOM(stack, depth, stack_room);
                if (seen[part[i]] < round_of_search)
                    stack[depth++] = part[i];
            }
            continue;
        }
        depth--;
        if (seen[id]++ == round_of_search) {
            ROOM(found, n, found_room);
            found[n++] = id;
        }
        seen[id] = round_of_search + 1;
    }
    *out = found;
    return n;
}
