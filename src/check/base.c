/* base.c - fingerprints, and what is known exactly at base points.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Values of analytic functions modulo N are derived from Taylor coefficients at arguments where these are
 * rational (0; 1 for log; a nonzero square for sqrt), or stand for numbers that may take any value:
 * manual, "Instances".
 */
#include "check/check.h"

#include <string.h>

mpq_t *point, *frozen;
static uint64_t *prints; /* by node */
enum { MAX_TERMS = MAX_EPSILONS + MAX_ORDER + 3 };

/* One fingerprint for all models: the key of scalar number i of a kind. */
static uint64_t key(int kind, long i)
{
    static const uint64_t kinds[] = { [V_COORD] = 1, [V_INPUT] = 2, [V_FROZEN] = 3, [V_SYMBOLIC] = 4 };
    if (kind > V_SYMBOLIC)
        fail("time or velocity in a network");
    return mix(mix(kinds[kind]) + (uint64_t) i) % mersenne;
}

static uint64_t window_print(int window)
{
    uint64_t w = 0;
    for (int i = 0; i < T.units[window].count; i++)
        w = mix(w + prints[T.units[window].entries[i]]);
    return w;
}

static uint64_t print_of(const node *x)
{
    switch (x->op) {
    case N_CONST:
        return rational_mod(T.constants[x->a]);
    case N_VAR:
        return key(x->f, x->a);
    case N_ADD:
        return add_mod(prints[x->a], prints[x->b]);
    case N_MUL:
        return mul_mod(prints[x->a], prints[x->b]);
    case N_INV:
        return prints[x->a] == 0 ? 0 : inverse_mod(prints[x->a]);
    case N_FUNC:
        return mix(prints[x->a] + 100 + x->f) % mersenne;
    default:
        if (x->f > 0)
            return mix(prints[x->a] + 4 + x->f) % mersenne;
        return mix(mix(window_print(x->a) + 7) + (uint64_t) x->b) % mersenne;
    }
}

void fingerprints(void)
{
    int *list;
    uint64_t modulus = N;
    N = mersenne;
    long count = reachable(&list, M.outputs, M.noutputs);
    prints = take((size_t) T.nnodes, sizeof(uint64_t));
    for (long i = 0; i < count; i++)
        prints[list[i]] = print_of(T.nodes + list[i]);
    give(list);
    N = modulus;
}

/* From -4 to 5 without 0. */
long gate_value(uint64_t seed, int g)
{
    const node *x = T.nodes + g;
    uint64_t z = x->f > 0 ? prints[x->a] + x->f - 1 : mix(window_print(x->a) + 7) + (uint64_t) x->b;
    long v = (long) (mix(z + mix(seed)) % 9) - 4;
    return v == 0 ? 5 : v;
}

/* The value of a gate at a point off the kinks: relu 1 or 0, leaky_relu 1 or 1/100, the largest entry
 * of a window. */
static void true_gate(mpq_t out, const node *x, const exact *e)
{
    if (x->f > 0) {
        if (!e->known[x->a] || mpq_sgn(e->q[x->a]) == 0)
            fail("refuted: a pre-activation is zero or not rational");
        mpq_set_si(out, x->f == 1 ? 0 : 1, x->f == 1 ? 1 : 100); /* where it is closed */
        if (mpq_sgn(e->q[x->a]) > 0)
            mpq_set_si(out, 1, 1);
        return;
    }
    const gated *w = T.units + x->a;
    mpq_set_si(out, 1, 1);
    for (int i = 0; i < w->count; i++) {
        if (!e->known[w->entries[i]])
            fail("refuted: an entry of a window is not rational");
        int c = mpq_cmp(e->q[w->entries[x->b]], e->q[w->entries[i]]);
        if (i != x->b && c == 0 && w->entries[i] != w->entries[x->b])
            fail("refuted: two entries of a window are equal");
        if (c < 0)
            mpq_set_si(out, 0, 1);
    }
}

/* The value of f where its argument is known; 0: not a rational. */
static int function_value(mpq_t out, int f, const exact *e, int argument)
{
    mpq_srcptr a = e->q[argument];
    if (!e->known[argument])
        return 0;
    mpq_set_si(out, 0, 1);
    if (f == F_SQRT) {
        if (mpq_sgn(a) <= 0 || !mpz_perfect_square_p(mpq_numref(a)) || !mpz_perfect_square_p(mpq_denref(a)))
            return 0;
        mpz_sqrt(mpq_numref(out), mpq_numref(a));
        mpz_sqrt(mpq_denref(out), mpq_denref(a));
        return 1;
    }
    if (f == F_LOG)
        return mpq_cmp_ui(a, 1, 1) == 0;
    if (mpq_sgn(a) != 0)
        return 0;
    if (f == F_EXP || f == F_COS)
        mpq_set_si(out, 1, 1);
    if (f == F_SIGMOID)
        mpq_set_si(out, 1, 2);
    return f != F_SOFTPLUS && f != F_GENERIC && f != F_EVEN;
}

static mpq_t quadratic; /* a_0 of split.root, which is no square, and its root modulo N; 0: none */
static uint64_t quadratic_root;

static int is_square(mpq_srcptr a)
{
    return mpz_perfect_square_p(mpq_numref(a)) && mpz_perfect_square_p(mpq_denref(a));
}

/* ["a_0","r"]: square roots may lie in Q(sqrt(a_0)), whose elements go to Z/N by sqrt(a_0) -> r. */
void read_root(const json *j)
{
    mpq_init(quadratic);
    quadratic_root = 0;
    if (j == NULL)
        return;
    const json *a = list(j, "root", 2);
    rational(quadratic, a, "root");
    quadratic_root = decimal(a->next, "root", N);
    if (mpq_sgn(quadratic) <= 0 || is_square(quadratic) || quadratic_root == 0 ||
        mul_mod(quadratic_root, quadratic_root) != rational_mod(quadratic))
        fail("root: a positive number that is no square, and a root of it modulo N, are expected");
}

/* The positive root of a, rational or a rational multiple of sqrt(a_0), modulo N. */
static int base_root(uint64_t *root, const exact *e, int argument)
{
    mpq_t q;
    mpq_init(q);
    int found = function_value(q, F_SQRT, e, argument);
    if (found) {
        *root = rational_mod(q);
    } else if (e->known[argument] && quadratic_root != 0 && mpq_sgn(e->q[argument]) > 0) {
        mpq_div(q, e->q[argument], quadratic);
        found = is_square(q);
        mpz_sqrt(mpq_numref(q), mpq_numref(q));
        mpz_sqrt(mpq_denref(q), mpq_denref(q));
        *root = found ? mul_mod(rational_mod(q), quadratic_root) : 0;
    }
    mpq_clear(q);
    return found;
}

/* Whether Taylor coefficients at this argument are known: the rule of instances. */
static int admissible(uint64_t *root, int f, const exact *e, int argument)
{
    mpq_t q;
    mpq_init(q);
    int yes = f == F_SQRT  ? base_root(root, e, argument)
              : f == F_LOG ? function_value(q, f, e, argument)
                           : e->known[argument] && mpq_sgn(e->q[argument]) == 0;
    mpq_clear(q);
    return yes;
}

static int exact_node(mpq_t q, const node *x, const exact *e, const member *m, int true_gates, int self)
{
    switch (x->op) {
    case N_CONST:
        mpq_set(q, T.constants[x->a]);
        return 1;
    case N_VAR:
        mpq_set(q, x->f == V_INPUT      ? m->inputs[x->a]
                   : x->f == V_FROZEN   ? frozen[x->a]
                   : x->f == V_SYMBOLIC ? frozen[M.frozen + x->a]
                                        : point[coordinate(x)]);
        return 1;
    case N_ADD:
        mpq_add(q, e->q[x->a], e->q[x->b]);
        return e->known[x->a] && e->known[x->b];
    case N_MUL:
        mpq_mul(q, e->q[x->a], e->q[x->b]);
        return (e->known[x->a] && e->known[x->b]) || (e->known[x->a] && mpq_sgn(e->q[x->a]) == 0) ||
               (e->known[x->b] && mpq_sgn(e->q[x->b]) == 0);
    case N_INV:
        if (!e->known[x->a])
            return 0;
        if (mpq_sgn(e->q[x->a]) == 0)
            fail("a division by zero at the point");
        mpq_inv(q, e->q[x->a]);
        return 1;
    case N_FUNC:
        return function_value(q, x->f, e, x->a);
    default:
        if (true_gates)
            true_gate(q, x, e);
        else
            mpq_set_si(q, gate_value(m->seed, self), 1);
        return 1;
    }
}

/* Unknown values are left at 0, and never looked at but as a factor beside an exact 0. */
void base_values(exact *out, const int *list, long count, const member *m, int true_gates)
{
    out->q = take((size_t) T.nnodes, sizeof(mpq_t));
    out->known = take((size_t) T.nnodes, 1);
    for (long i = 0; i < count; i++) {
        int id = list[i];
        mpq_init(out->q[id]);
        out->known[id] = (char) exact_node(out->q[id], T.nodes + id, out, m, true_gates, id);
        if (!out->known[id])
            mpq_set_si(out->q[id], 0, 1);
    }
}

void base_check(member *m, const int *list, long count)
{
    int *arguments = take((size_t) count + 1, sizeof(int)), *below;
    long n = 0;
    exact e;
    m->roots = take((size_t) T.nnodes, sizeof(uint64_t));
    for (long i = 0; i < count; i++) {
        if (T.nodes[list[i]].op == N_FUNC)
            arguments[n++] = T.nodes[list[i]].a;
    }
    if (n > 0) {
        long nbelow = reachable(&below, arguments, n);
        base_values(&e, below, nbelow, m, 0);
        for (long i = 0; i < count; i++) {
            const node *x = T.nodes + list[i];
            if (x->op != N_FUNC)
                continue;
            if (!admissible(m->roots + list[i], x->f, &e, x->a))
                fail("the argument of %s at the base point is not where its Taylor coefficients are known",
                     function_names[x->f]);
        }
        for (long i = 0; i < nbelow; i++)
            mpq_clear(e.q[below[i]]);
        give(e.q);
        give(e.known);
        give(below);
    }
    give(arguments);
}

/* f' where it is rational. */
int derivative_at_base(mpq_t out, int f, const exact *e, int argument, int self)
{
    mpq_srcptr a = e->q[argument];
    mpq_set_si(out, 1, 1);
    if (!e->known[argument])
        return 0;
    if (f == F_LOG) {
        if (mpq_sgn(a) <= 0)
            fail("the logarithm of a number that is not positive");
        mpq_inv(out, a);
        return 1;
    }
    if (f == F_SQRT) {
        if (!e->known[self])
            return 0;
        mpq_add(out, e->q[self], e->q[self]);
        mpq_inv(out, out);
        return 1;
    }
    if (mpq_sgn(a) != 0)
        return 0;
    if (f == F_COS || f == F_EVEN)
        mpq_set_si(out, 0, 1);
    if (f == F_SOFTPLUS || f == F_GELU || f == F_SILU)
        mpq_set_si(out, 1, 2);
    if (f == F_SIGMOID)
        mpq_set_si(out, 1, 4);
    return f == F_EXP || f == F_SIN || f == F_COS || f == F_TANH || f == F_SIGMOID || f == F_SOFTPLUS ||
           f == F_GELU || f == F_SILU || f == F_EVEN;
}

/* Antiderivative with the given constant: c_0, d_0, d_1/2, d_2/3, ... */
static void integrate(uint64_t *c, const uint64_t *d, int terms, uint64_t start)
{
    for (int i = terms - 1; i > 0; i--)
        c[i] = mul_mod(d[i - 1], inverse_mod((uint64_t) i % N));
    c[0] = start;
}

/* y' = u + v y + w y^2, y(0) = start. */
static void riccati(uint64_t *y, int terms, uint64_t start, int u, int v, int w)
{
    y[0] = start;
    for (int i = 0; i + 1 < terms; i++) {
        uint64_t s = i == 0 && u ? 1 % N : 0, square = 0;
        for (int j = 0; j <= i; j++)
            square = add_mod(square, mul_mod(y[j], y[i - j]));
        if (v)
            s = add_mod(s, y[i]);
        if (w)
            s = add_mod(s, (N - square) % N);
        y[i + 1] = mul_mod(s, inverse_mod((uint64_t) (i + 1) % N));
    }
}

static uint64_t free_number(uint64_t k)
{
    return (mix(k) % 1000003 + 1) % N;
}

/* exp(-z^2/2), or exp(-z^2) where `full`, times a number. */
static void gaussian(uint64_t *c, int terms, int full, uint64_t start)
{
    for (int i = 0; i < terms; i++)
        c[i] = 0;
    c[0] = start;
    for (int i = 2; i < terms; i += 2) {
        uint64_t d = full ? (uint64_t) (i / 2) : (uint64_t) i;
        c[i] = mul_mod((N - c[i - 2]) % N, inverse_mod(d % N));
    }
}

/* Taylor coefficients of f at the base argument, modulo N. */
void series(uint64_t *c, int terms, int f, uint64_t argument, uint64_t root)
{
    uint64_t d[MAX_TERMS], one = 1 % N, half = 0;
    if (f == F_SIGMOID || f == F_SOFTPLUS || f == F_GELU || f == F_SILU)
        half = inverse_mod(2 % N);
    switch (f) {
    case F_EXP:
        riccati(c, terms, one, 0, 1, 0);
        return;
    case F_LOG: /* at 1: the antiderivative of 1/(1 + z) */
        for (int i = 0; i < terms; i++)
            d[i] = i % 2 == 0 ? one : (N - one) % N;
        integrate(c, d, terms, 0);
        return;
    case F_SIN:
    case F_COS:
        for (int i = 0; i < terms; i++) /* i!: exp with signs 0 + 0 - or + 0 - 0 */
            c[i] = 0;
        riccati(d, terms, one, 0, 1, 0);
        for (int i = f == F_SIN ? 1 : 0; i < terms; i += 2)
            c[i] = i / 2 % 2 == 0 ? d[i] : (N - d[i]) % N;
        return;
    case F_TANH:
        riccati(c, terms, 0, 1, 0, 1);
        return;
    case F_SIGMOID:
        riccati(c, terms, half, 0, 1, 1);
        return;
    case F_SOFTPLUS: /* softplus' = sigmoid, softplus(0) = log 2 */
        riccati(d, terms, half, 0, 1, 1);
        integrate(c, d, terms, free_number(1001));
        return;
    case F_ERF:
        gaussian(d, terms, 1, free_number(1000));
        integrate(c, d, terms, 0);
        return;
    case F_GELU: /* z Phi(z) */
        gaussian(c, terms, 0, free_number(1002));
        integrate(d, c, terms, half);
        memmove(c + 1, d, (size_t) (terms - 1) * sizeof(uint64_t));
        c[0] = 0;
        return;
    case F_SILU:
        riccati(d, terms, half, 0, 1, 1);
        memmove(c + 1, d, (size_t) (terms - 1) * sizeof(uint64_t));
        c[0] = 0;
        return;
    case F_SQRT: /* y = sqrt(a + z): 2 (a + z) y' = y */
        c[0] = root;
        for (int i = 0; i + 1 < terms; i++) {
            uint64_t left = mul_mod(inverse_mod(mul_mod(2 % N, argument)), c[i]);
            uint64_t right = mul_mod(mul_mod((uint64_t) i % N, inverse_mod(argument)), c[i]);
            c[i + 1] = mul_mod(add_mod(left, (N - right) % N), inverse_mod((uint64_t) (i + 1) % N));
        }
        return;
    default: /* arbitrary functions */
        for (int i = 0; i < terms; i++) {
            int zero =
                (f == F_ODD && i % 2 == 0) || (f == F_EVEN && i % 2 == 1) || (f == F_GENERIC0 && i == 0);
            c[i] = zero ? 0 : (mix(mix(77) + (uint64_t) i) % 1000003 + 1) % N;
        }
    }
}
