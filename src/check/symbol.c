/* symbol.c - variables that stand for the values of functions, with their derivatives and relations.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A symbol stands for f(a), the argument a a polynomial in variables made before it; the same function of
 * equal arguments is the same symbol. Each rule below is an identity between the functions, so what
 * reduces to the zero polynomial is zero wherever all values are defined. (What does not may be zero all
 * the same: then the checker does not follow, and says so.)
 */
#include "check/check.h"

#include <limits.h>
#include <string.h>

enum {
    MAX_UNNAMED = 3, /* terms of a value without a name of its own */
    MAX_SHORT = 3000 /* terms up to which a tangent is tried to be zero */
};

/* Kinds after the VAR kinds of the tape; functions have F_... added to S_FUNCTION. */
enum { S_GATE = 16, S_INVERSE, S_NUMBER, S_NAME, S_FUNCTION = 32, S_PHI = S_FUNCTION + F_COUNT, S_DENSITY };
typedef struct {
    int kind, derivative; /* derivative: of an arbitrary function */
    long index;           /* of a variable; the node of a gate */
    const poly *argument;
    int depth; /* of functions within one another */
    const poly *self;
    const sparse *gradient;
} symbol;
static symbol *symbols;
static long count, room;
static const poly *const *direction; /* of tangents: by coordinate */
static const poly **tangents;        /* by symbol, NULL where not known yet */
static long ntangents;
static int *table;
static long table_size;

void symbols_start(void)
{
    poly_start();
    symbols = NULL;
    tangents = NULL;
    count = room = ntangents = 0;
    table_size = 1 << 10;
    table = take((size_t) table_size, sizeof(int));
}

static uint64_t hash(const symbol *s)
{
    uint64_t h = mix((uint64_t) s->kind << 8 | (uint64_t) s->derivative) + mix((uint64_t) s->index + 7);
    if (s->argument != NULL)
        h = mix(h + p_hash(s->argument));
    return h;
}

static int same(const symbol *a, const symbol *b)
{
    return a->kind == b->kind && a->derivative == b->derivative && a->index == b->index &&
           (a->argument == NULL) == (b->argument == NULL) &&
           (a->argument == NULL || p_equal(a->argument, b->argument));
}

static long slot(const symbol *s)
{
    long i = (long) (hash(s) % (uint64_t) table_size);
    while (table[i] != 0 && !same(symbols + table[i] - 1, s))
        i = i + 1 < table_size ? i + 1 : 0;
    return i;
}

static int depth_of(const poly *a)
{
    int depth = 0;
    for (long i = 0; i < a->count; i++) {
        const factor *f;
        long n = monomial(&f, a->t[i].m);
        for (long k = 0; k < n; k++)
            depth = symbols[f[k].var].depth > depth ? symbols[f[k].var].depth : depth;
    }
    return depth;
}

static const poly *enter_symbol(symbol s)
{
    long i = slot(&s);
    if (table[i] != 0)
        return symbols[table[i] - 1].self;
    s.self = p_variable((uint32_t) count);
    s.depth = s.argument != NULL ? depth_of(s.argument) + 1 : 0;
    if (s.depth > MAX_FUNCTION_DEPTH)
        fail("functions are nested deeper than %d", MAX_FUNCTION_DEPTH);
    ROOM(symbols, count, room);
    symbols[count++] = s;
    table[i] = (int) count;
    if (2 * count > table_size) {
        give(table);
        table_size *= 2;
        table = take((size_t) table_size, sizeof(int));
        for (long k = 0; k < count; k++)
            table[slot(symbols + k)] = (int) k + 1;
    }
    return s.self;
}

const poly *s_variable(int kind, long index)
{
    symbol s = { .kind = kind, .index = index };
    return enter_symbol(s);
}

/* Units with different gates are the larger family: gates are one only where they are one node of the
 * tape. */
const poly *s_gate(int gate_node)
{
    return s_variable(S_GATE, gate_node);
}

/* A name for a polynomial, so that what contains it stays short; reducing puts the polynomial in its
 * place. */
const poly *s_name(const poly *a)
{
    symbol s = { .kind = S_NAME, .argument = a };
    return a->count > MAX_UNNAMED ? enter_symbol(s) : a;
}

static int is_odd(int kind, int derivative)
{
    int f = kind - S_FUNCTION;
    return f == F_SIN || f == F_TANH || f == F_ERF || (f == F_ODD && derivative % 2 == 0) ||
           (f == F_EVEN && derivative % 2 == 1);
}

static int is_even(int kind, int derivative)
{
    int f = kind - S_FUNCTION;
    return f == F_COS || kind == S_DENSITY || (f == F_ODD && derivative % 2 == 1) ||
           (f == F_EVEN && derivative % 2 == 0);
}

static const poly *apply(int kind, int derivative, const poly *a)
{
    int odd = is_odd(kind, derivative), even = is_even(kind, derivative), f = kind - S_FUNCTION;
    if (a->count == 0) {
        if (odd || (f == F_GENERIC0 && derivative == 0))
            return p_si(0);
        if (f == F_EXP || f == F_COS)
            return p_si(1);
        if (f == F_SIGMOID || kind == S_PHI)
            return p_scale(p_si(1), 1, 2);
        if (f == F_SQRT || f == F_LOG)
            fail("a square root or a logarithm of zero");
    }
    int negative = (odd || even) && p_sign(a) < 0;
    symbol s = { .kind = kind, .derivative = derivative, .argument = negative ? p_scale(a, -1, 1) : a };
    const poly *p = enter_symbol(s);
    return negative && odd ? p_scale(p, -1, 1) : p;
}

const poly *s_function(int f, int derivative, const poly *a)
{
    if (f == F_GELU)
        return p_multiply(a, apply(S_PHI, 0, a));
    if (f == F_SILU)
        return p_multiply(a, apply(S_FUNCTION + F_SIGMOID, 0, a));
    return apply(S_FUNCTION + f, derivative, a);
}

const poly *s_inverse(const poly *d)
{
    mpq_t q;
    mpq_init(q);
    int known = p_is_constant(d, q);
    if (s_reduce(d)->count == 0)
        fail("a division by zero");
    if (known)
        mpq_inv(q, q);
    const poly *p = known ? p_constant(q) : NULL;
    mpq_clear(q);
    symbol s = { .kind = S_INVERSE, .argument = d };
    return known ? p : enter_symbol(s);
}

/* The derivative of symbol s by its argument. */
static const poly *derivative(const symbol *s)
{
    const poly *v = s->self, *a = s->argument;
    switch (s->kind) {
    case S_NAME:
        return p_si(1);
    case S_INVERSE:
        return p_scale(p_multiply(v, v), -1, 1);
    case S_PHI:
        return apply(S_DENSITY, 0, a);
    case S_DENSITY:
        return p_scale(p_multiply(a, v), -1, 1);
    case S_FUNCTION + F_EXP:
        return v;
    case S_FUNCTION + F_LOG:
        return s_inverse(a);
    case S_FUNCTION + F_SIN:
        return apply(S_FUNCTION + F_COS, 0, a);
    case S_FUNCTION + F_COS:
        return p_scale(apply(S_FUNCTION + F_SIN, 0, a), -1, 1);
    case S_FUNCTION + F_TANH:
        return p_add(p_si(1), p_scale(p_multiply(v, v), -1, 1));
    case S_FUNCTION + F_SIGMOID:
        return p_add(v, p_scale(p_multiply(v, v), -1, 1));
    case S_FUNCTION + F_SOFTPLUS:
        return apply(S_FUNCTION + F_SIGMOID, 0, a);
    case S_FUNCTION + F_ERF: /* the constant 2/sqrt(pi) is a number of its own */
        return p_multiply(s_variable(S_NUMBER, 0),
                          apply(S_FUNCTION + F_EXP, 0, p_scale(p_multiply(a, a), -1, 1)));
    case S_FUNCTION + F_SQRT:
        return p_scale(s_inverse(v), 1, 2);
    case S_FUNCTION + F_GENERIC:
    case S_FUNCTION + F_GENERIC0:
    case S_FUNCTION + F_ODD:
    case S_FUNCTION + F_EVEN:
        return apply(s->kind, s->derivative + 1, a);
    default:
        return NULL; /* inputs, constants, gates */
    }
}

static const sparse *symbol_gradient(uint32_t var)
{
    static const sparse none;
    if (symbols[var].gradient != NULL)
        return symbols[var].gradient;
    node x = { N_VAR, (uint8_t) symbols[var].kind, (int) symbols[var].index, 0 };
    sparse *g = take(1, sizeof(sparse));
    if (symbols[var].kind <= V_VELOCITY) {
        long i = coordinate(&x);
        if (i >= 0) {
            g->entry = take(1, sizeof(partial));
            g->entry[0].var = (uint32_t) i;
            g->entry[0].p = p_si(1);
            g->count = 1;
        }
    } else {
        symbol s = symbols[var];
        const poly *d = derivative(&s);
        const sparse *inner = d != NULL ? s_gradient(s.argument) : &none;
        g->entry = take((size_t) inner->count + 1, sizeof(partial));
        for (long i = 0; i < inner->count; i++) {
            g->entry[i].var = inner->entry[i].var;
            g->entry[i].p = p_multiply(d, inner->entry[i].p);
        }
        g->count = inner->count;
    }
    symbols[var].gradient = g;
    return g;
}

/* By the chain rule, variable by variable: sum over the variables of their partials times their gradients. */
const sparse *s_gradient(const poly *a)
{
    partial *parts;
    long n = p_partials(&parts, a), total = 0;
    sparse *g = take(1, sizeof(sparse));
    const sparse **inner = take((size_t) n + 1, sizeof(*inner));
    long *at = take((size_t) n + 1, sizeof(long));
    for (long k = 0; k < n; k++) {
        inner[k] = symbol_gradient(parts[k].var);
        total += inner[k]->count;
    }
    g->entry = take((size_t) total + 1, sizeof(partial));
    for (;;) {
        uint32_t next = UINT32_MAX;
        for (long k = 0; k < n; k++) {
            if (at[k] < inner[k]->count && inner[k]->entry[at[k]].var < next)
                next = inner[k]->entry[at[k]].var;
        }
        if (next == UINT32_MAX)
            break;
        sum_begin();
        for (long k = 0; k < n; k++) {
            if (at[k] < inner[k]->count && inner[k]->entry[at[k]].var == next)
                sum_add(parts[k].p, inner[k]->entry[at[k]++].p);
        }
        g->entry[g->count].p = sum_end();
        g->entry[g->count].var = next;
        g->count += g->entry[g->count].p->count > 0;
    }
    for (long k = 0; k < n; k++)
        give((void *) parts[k].p);
    give(parts);
    give(inner);
    give(at);
    return g;
}

/* sum over e of (coefficient of var^e) times image[e] */
static const poly *replace(const poly *a, uint32_t var, const poly *const *image, long degree)
{
    const poly **parts = take((size_t) degree + 1, sizeof(*parts));
    for (long e = 0; e <= degree; e++)
        parts[e] = p_coefficient(a, var, (uint32_t) e);
    sum_begin();
    for (long e = 0; e <= degree; e++)
        sum_add(parts[e], image[e]);
    const poly *p = sum_end();
    for (long e = 0; e <= degree; e++)
        give((void *) parts[e]);
    give(parts);
    return p;
}

/* d^(k-e) for a reciprocal 1/d of degree k: a is multiplied by d^k, which is not zero. s^2 = a for a
 * square root; cos^2 = 1 - sin^2; a name is replaced by its polynomial. */
static const poly *reduce_symbol(const poly *a, uint32_t var)
{
    const symbol *s = symbols + var;
    long degree = p_degree(a, var);
    int reciprocal = s->kind == S_INVERSE, root = s->kind == S_FUNCTION + F_SQRT, named = s->kind == S_NAME;
    if (degree == 0 || (!reciprocal && !named && degree < 2))
        return a;
    const poly *argument = s->argument, *self = s->self;
    const poly **image = take((size_t) degree + 1, sizeof(*image));
    if (reciprocal) {
        image[degree] = p_si(1);
        for (long e = degree - 1; e >= 0; e--)
            image[e] = p_multiply(image[e + 1], argument);
    } else if (named) {
        image[0] = p_si(1);
        for (long e = 1; e <= degree; e++)
            image[e] = p_multiply(image[e - 1], argument);
    } else {
        const poly *sine = root ? NULL : apply(S_FUNCTION + F_SIN, 0, argument);
        const poly *square = root ? argument : p_add(p_si(1), p_scale(p_multiply(sine, sine), -1, 1));
        image[0] = p_si(1);
        image[1] = self;
        for (long e = 2; e <= degree; e++)
            image[e] = p_multiply(image[e - 2], square);
    }
    const poly *p = replace(a, var, image, degree);
    give(image);
    return p;
}

/* From the last symbol to the first: an argument holds only symbols made before its own. NULL: more
 * terms than that. */
const poly *s_reduce_within(const poly *a, long terms)
{
    for (long var = count - 1; var >= 0 && a->count > 0; var--) {
        int kind = symbols[var].kind;
        if (kind == S_INVERSE || kind == S_NAME || kind == S_FUNCTION + F_SQRT || kind == S_FUNCTION + F_COS)
            a = reduce_symbol(a, (uint32_t) var);
        if (a->count > terms)
            return NULL;
    }
    return a;
}

const poly *s_reduce(const poly *a)
{
    return s_reduce_within(a, LONG_MAX);
}

/* --- derivatives along one direction, symbol by symbol --- */

void s_set_direction(const poly *const *by_coordinate)
{
    direction = by_coordinate;
    give(tangents);
    tangents = NULL;
    ntangents = 0;
}

static const poly *symbol_tangent(uint32_t var)
{
    symbol s = symbols[var];
    node x = { N_VAR, (uint8_t) s.kind, (int) s.index, 0 };
    if ((long) var < ntangents && tangents[var] != NULL)
        return tangents[var];
    const poly *t = p_si(0);
    if (s.kind <= V_VELOCITY) {
        t = coordinate(&x) >= 0 ? direction[coordinate(&x)] : t;
    } else if (s.argument != NULL) {
        const poly *inner = s_tangent(s.argument);
        t = inner->count > 0 ? p_multiply(derivative(&s), inner) : inner;
        const poly *short_form = s_reduce_within(t, MAX_SHORT); /* what is zero is known to be early */
        if (short_form != NULL && short_form->count == 0)
            t = short_form;
    }
    if ((long) var >= ntangents) {
        ntangents = 2 * count + 16;
        tangents = grow(tangents, (size_t) ntangents, sizeof(*tangents));
    }
    return tangents[var] = t;
}

const poly *s_tangent(const poly *a)
{
    partial *parts;
    long n = p_partials(&parts, a);
    const poly **inner = take((size_t) n + 1, sizeof(*inner));
    for (long k = 0; k < n; k++)
        inner[k] = symbol_tangent(parts[k].var);
    sum_begin();
    for (long k = 0; k < n; k++)
        sum_add(parts[k].p, inner[k]);
    const poly *t = sum_end();
    for (long k = 0; k < n; k++)
        give((void *) parts[k].p);
    give(parts);
    give(inner);
    return t;
}

static const poly *substituted_symbol(uint32_t var, const poly *const *coordinates);

const poly *s_substitute(const poly *a, const poly *const *coordinates)
{
    const poly *total = p_si(0);
    for (long i = 0; i < a->count; i++) {
        const factor *f;
        poly *c = take(1, sizeof(poly) + sizeof(term));
        c->count = 1;
        c->t[0] = a->t[i];
        c->t[0].m = 0;
        const poly *product = c;
        long n = monomial(&f, a->t[i].m);
        for (long k = 0; k < n; k++) {
            factor now = f[k];
            const poly *image = substituted_symbol(now.var, coordinates);
            for (uint32_t e = 0; e < now.exp; e++)
                product = p_multiply(product, image);
            monomial(&f, a->t[i].m); /* the pool may have moved */
        }
        total = p_add(total, product);
    }
    return total;
}

static const poly *substituted_symbol(uint32_t var, const poly *const *coordinates)
{
    symbol s = symbols[var];
    if (s.kind == V_COORD)
        return coordinates[s.index];
    if (s.kind == S_INVERSE)
        return s_inverse(s_substitute(s.argument, coordinates));
    if (s.kind >= S_FUNCTION)
        return apply(s.kind, s.derivative, s_substitute(s.argument, coordinates));
    return s.self;
}

/* The value of a polynomial in coordinates alone, modulo N. */
uint64_t s_evaluate(const poly *a, const uint64_t *theta)
{
    uint64_t total = 0;
    mpq_t q;
    mpq_init(q);
    for (long i = 0; i < a->count; i++) {
        const factor *f;
        long n = monomial(&f, a->t[i].m);
        mpq_set_si(q, a->t[i].n, 1);
        uint64_t v = rational_mod(a->t[i].q != NULL ? a->t[i].q : q);
        for (long k = 0; k < n; k++) {
            if (symbols[f[k].var].kind != V_COORD)
                fail("a deep bracket word of fields that are not polynomial");
            for (uint32_t e = 0; e < f[k].exp; e++)
                v = mul_mod(v, theta[symbols[f[k].var].index]);
        }
        total = add_mod(total, v);
    }
    mpq_clear(q);
    return total;
}
