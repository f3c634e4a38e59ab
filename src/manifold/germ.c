/* germ.c - homogeneous parts of every value of the tape, and the graph of their monomials.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Every value a of the tape is a series a_0 + a_1 + a_2 + ... of homogeneous parts in theta. Part k of every operation needs
 * parts up to k of its arguments: products by convolution, quotients and powers by their recurrences, functions of a value
 * without a_0 by their Taylor coefficients at 0. Euler's identity, k f_k = sum of j a_j d_(k-j) for df = d da, gives
 * erf and softplus from their densities d.
 * That a value vanishes at the origin is known from its operation alone (at_zero), not from residues; so the coefficients of
 * functions are their true ones. The roots of primes, that of 2 in gelu among them, are either root modulo q: each choice is a
 * homomorphism of the field that they generate (lower_analytic.c), as long as it is the same wherever the root occurs.
 */
#include "manifold/germ.h"

#include "base/memory.h"
#include "base/random.h"
#include "family/modular.h"

#include <flint/nmod_mpoly.h>
#include <string.h>

#define MOST_DEGREE LO_GERM_DEGREE
#define MOST_TERMS 4000
#define MOST_PRODUCT 400000
#define MOST_NODES 40000
#define MOST_VERTICES 3000
#define SAMPLES 2
#define MOST_PRIMES 400 /* tried */

typedef nmod_mpoly_struct part_struct;

typedef struct {
    const lo_family_struct *f;
    nmod_mpoly_ctx_t ring;
    nmod_t mod;
    char *needed, *at_zero; /* per node below primal */
    part_struct *part;      /* primal x (MOST_DEGREE + 1) */
    ulong *aux;             /* naux */
    int kappa;
    lo_status_t status;
} germ_struct;

static part_struct *part_of(germ_struct *g, slong node, slong k)
{
    return g->part + node * (MOST_DEGREE + 1) + k;
}

/* sum += c a b, b = NULL: c a. */
static void add_product(part_struct *sum, germ_struct *g, ulong c, const part_struct *a, const part_struct *b)
{
    nmod_mpoly_t t;
    if (nmod_mpoly_is_zero(a, g->ring) || (b != NULL && nmod_mpoly_is_zero(b, g->ring)) || g->status != LO_OK)
        return;
    if (b != NULL && nmod_mpoly_length(a, g->ring) * nmod_mpoly_length(b, g->ring) > MOST_PRODUCT) {
        g->status = LO_UNABLE;
        return;
    }
    nmod_mpoly_init(t, g->ring);
    if (b != NULL)
        nmod_mpoly_mul(t, a, b, g->ring);
    else
        nmod_mpoly_set(t, a, g->ring);
    nmod_mpoly_scalar_mul_ui(t, t, c, g->ring);
    nmod_mpoly_add(sum, sum, t, g->ring);
    nmod_mpoly_clear(t, g->ring);
    if (nmod_mpoly_length(sum, g->ring) > MOST_TERMS)
        g->status = LO_UNABLE;
}

static ulong signed_residue(slong c, nmod_t mod)
{
    return c >= 0 ? (ulong) c % mod.n : nmod_neg((ulong) -c % mod.n, mod);
}

/* The constant part, a residue. */
static ulong constant_of(germ_struct *g, slong node)
{
    return nmod_mpoly_is_zero(part_of(g, node, 0), g->ring) ? 0
                                                            : nmod_mpoly_get_ui(part_of(g, node, 0), g->ring);
}

/* Part k of c a^n for a value that vanishes at the origin: sum over a_j and part k - j of a^(n-1). */
static void add_power(part_struct *sum, germ_struct *g, ulong c, slong node, slong n, slong k)
{
    nmod_mpoly_t rest;
    if (n > k || c == 0 || g->status != LO_OK)
        return;
    if (n <= 1) {
        if (n == 1)
            add_product(sum, g, c, part_of(g, node, k), NULL);
        else if (k == 0)
            nmod_mpoly_add_ui(sum, sum, c, g->ring);
        return;
    }
    for (slong j = 1; j <= k - n + 1; j++) {
        if (nmod_mpoly_is_zero(part_of(g, node, j), g->ring))
            continue;
        nmod_mpoly_init(rest, g->ring);
        add_power(rest, g, 1, node, n - 1, k - j);
        add_product(sum, g, c, part_of(g, node, j), rest);
        nmod_mpoly_clear(rest, g->ring);
    }
}

/* ---- operations ---- */

static void run_sum(part_struct *out, germ_struct *g, const lo_tnode_struct *x, slong k)
{
    const lo_tape_struct *tape = g->f->tape;
    for (slong t = 0; t < x->len; t++) {
        const lo_term_struct *term = tape->terms + x->first + t;
        ulong c;
        if (!lo_residue(&c, tape->constants + term->coef, g->mod)) {
            g->status = LO_UNABLE;
            return;
        }
        if (term->b < 0)
            add_product(out, g, c, part_of(g, term->a, k), NULL);
        for (slong j = 0; term->b >= 0 && j <= k; j++)
            add_product(out, g, c, part_of(g, term->a, j), part_of(g, term->b, k - j));
    }
}

/* q_k = (a_k - sum over j > 0 of b_j q_(k-j)) / b_0. */
static void run_quotient(part_struct *out, germ_struct *g, slong i, slong a, slong b, slong k)
{
    ulong b0 = constant_of(g, b);
    if (b0 == 0) {
        g->status = LO_UNABLE;
        return;
    }
    ulong inverse = n_invmod(b0, g->mod.n);
    add_product(out, g, inverse, part_of(g, a, k), NULL);
    for (slong j = 1; j <= k; j++)
        add_product(out, g, nmod_neg(inverse, g->mod), part_of(g, b, j), part_of(g, i, k - j));
}

/* a_0 k f_k = sum over j > 0 of (n j - (k - j)) a_j f_(k-j), for f = a^n with a_0 a unit. */
static void run_power(part_struct *out, germ_struct *g, slong i, const lo_tnode_struct *x, slong k)
{
    slong a = x->first, n = x->len;
    nmod_t mod = g->mod;
    if (g->at_zero[a] && n >= 0) {
        add_power(out, g, 1, a, n, k);
        return;
    }
    ulong a0 = constant_of(g, a), inverse;
    if (a0 == 0) {
        g->status = LO_UNABLE;
        return;
    }
    if (k == 0) {
        ulong value = nmod_pow_ui(a0, (ulong) (n < 0 ? -n : n), mod);
        nmod_mpoly_set_ui(out, n < 0 ? n_invmod(value, mod.n) : value, g->ring);
        return;
    }
    inverse = n_invmod(nmod_mul(a0, (ulong) k, mod), mod.n);
    for (slong j = 1; j <= k; j++)
        add_product(out, g, nmod_mul(signed_residue(n * j - (k - j), mod), inverse, mod), part_of(g, a, j),
                    part_of(g, i, k - j));
}

/* k f_k = sum over j > 0 of j a_j d_(k-j). */
static void run_primitive(part_struct *out, germ_struct *g, const lo_tnode_struct *x, slong k)
{
    lo_random_t random;
    if (k == 0 &&
        x->fun == LO_FUN_SOFTPLUS) { /* log 2, transcendental; beside 2/sqrt(pi) it might not be free */
        lo_random_init(random, 1, 4000001);
        nmod_mpoly_set_ui(out, lo_random_below(random, g->mod.n), g->ring);
        g->status |= g->kappa ? LO_UNABLE : LO_OK;
    }
    for (slong j = 1; j <= k; j++)
        add_product(out, g, nmod_mul((ulong) j, n_invmod((ulong) k, g->mod.n), g->mod),
                    part_of(g, x->first, j), part_of(g, x->len, k - j));
}

/* Derivative number n at 0. */
static ulong derivative(const lo_tnode_struct *x, slong n, nmod_t mod)
{
    static const slong tangent[MOST_DEGREE + 1] = { 0, 1, 0, -2, 0, 16, 0, -272 }, wave[4] = { 0, 1, 0, -1 };
    lo_generic_t kind = (lo_generic_t) (x->len % 4);
    lo_random_t random;
    slong m = x->len / 4 + n;
    switch (x->fun) {
    case LO_FUN_EXP:
        return 1;
    case LO_FUN_SIN:
        return signed_residue(wave[n % 4], mod);
    case LO_FUN_COS:
        return signed_residue(wave[(n + 1) % 4], mod);
    case LO_FUN_TANH:
        return signed_residue(tangent[n], mod);
    default: /* free, but for those that parity or f(0) = 0 forbids */
        if ((kind == LO_GENERIC_ODD && m % 2 == 0) || (kind == LO_GENERIC_EVEN && m % 2 == 1) ||
            (kind == LO_GENERIC_ZERO && m == 0))
            return 0;
        lo_random_init(random, 4000002, (uint64_t) (4 * m + (slong) kind));
        return lo_random_below(random, mod.n);
    }
}

static void run_function(part_struct *out, germ_struct *g, const lo_tnode_struct *x, slong k)
{
    const lo_tape_struct *tape = g->f->tape;
    const lo_tnode_struct *a = tape->nodes + x->first;
    if (x->fun == LO_FUN_SQRT && a->op == LO_T_CONST && fmpq_equal_si(tape->constants + a->first, 2)) {
        if (k == 0)
            nmod_mpoly_set_ui(out, n_sqrtmod(2, g->mod.n), g->ring);
        return;
    }
    if (!g->at_zero[x->first] || x->fun == LO_FUN_SQRT || x->fun == LO_FUN_LOG) {
        g->status = LO_UNABLE;
        return;
    }
    if (x->fun == LO_FUN_ERF || x->fun == LO_FUN_SOFTPLUS) {
        run_primitive(out, g, x, k);
        return;
    }
    ulong factorial = 1;
    for (slong n = 0; n <= k; n++) {
        factorial = n > 0 ? factorial * (ulong) n : 1;
        add_power(out, g, nmod_mul(derivative(x, n, g->mod), n_invmod(factorial, g->mod.n), g->mod), x->first,
                  n, k);
    }
}

static void run_node(germ_struct *g, slong i, slong k)
{
    const lo_tnode_struct *x = g->f->tape->nodes + i;
    part_struct *out = part_of(g, i, k);
    ulong c;
    switch (x->op) {
    case LO_T_CONST:
        if (!lo_residue(&c, g->f->tape->constants + x->first, g->mod))
            g->status = LO_UNABLE;
        else if (k == 0)
            nmod_mpoly_set_ui(out, c, g->ring);
        break;
    case LO_T_VAR:
        if (k == 1)
            nmod_mpoly_gen(out, x->first, g->ring);
        break;
    case LO_T_AUX:
        if (k == 0)
            nmod_mpoly_set_ui(out, g->aux[x->first], g->ring);
        break;
    case LO_T_DOT:
        run_sum(out, g, x, k);
        break;
    case LO_T_DIV:
        run_quotient(out, g, i, x->first, x->len, k);
        break;
    case LO_T_POW:
        run_power(out, g, i, x, k);
        break;
    case LO_T_FUN:
        run_function(out, g, x, k);
        break;
    }
}

/* Values that vanish at the origin because of their operation. */
static int vanishes(const germ_struct *g, slong i)
{
    const lo_tape_struct *tape = g->f->tape;
    const lo_tnode_struct *x = tape->nodes + i;
    switch (x->op) {
    case LO_T_VAR:
        return 1;
    case LO_T_CONST:
        return fmpq_is_zero(tape->constants + x->first);
    case LO_T_DOT:
        for (slong t = 0; t < x->len; t++) {
            const lo_term_struct *term = tape->terms + x->first + t;
            if (!g->at_zero[term->a] && (term->b < 0 || !g->at_zero[term->b]))
                return 0;
        }
        return 1;
    case LO_T_DIV:
        return g->at_zero[x->first];
    case LO_T_POW:
        return x->len > 0 && g->at_zero[x->first];
    case LO_T_FUN:
        return g->at_zero[x->first] && lo_fun_at_origin(x->fun, x->len) == 0;
    default:
        return 0;
    }
}

/* ---- the polynomials ---- */

/* Do the roots of the primes under roots in the model, and of 2, exist modulo q? */
static int has_roots(const lo_family_struct *f, ulong q)
{
    return n_sqrtmod(2, q) != 0 && lo_family_roots_exist(f, q);
}

static lo_status_t germ_init(germ_struct *g, const lo_family_struct *f)
{
    slong prime = 0;
    memset(g, 0, sizeof(*g));
    g->f = f;
    if (f->raw || f->ngates > 0 || f->primal > MOST_NODES)
        return LO_UNABLE;
    while (prime < MOST_PRIMES && !has_roots(f, lo_prime(prime)))
        prime++;
    if (prime == MOST_PRIMES)
        return LO_UNABLE;
    nmod_init(&g->mod, lo_prime(prime));
    g->needed = lo_alloc((size_t) f->tape->n, 1);
    g->at_zero = lo_alloc((size_t) f->primal, 1);
    g->aux = lo_alloc((size_t) f->naux, sizeof(ulong));
    g->part = lo_alloc((size_t) (f->primal * (MOST_DEGREE + 1)), sizeof(part_struct));
    if (g->needed == NULL || g->at_zero == NULL || g->aux == NULL || g->part == NULL) {
        lo_free(g->part);
        g->part = NULL;
        return LO_SYSTEM;
    }
    nmod_mpoly_ctx_init(g->ring, f->p, ORD_DEGREVLEX, g->mod.n);
    lo_tape_reach(g->needed, f->tape, f->outputs, f->noutputs);
    for (slong i = 0; i < f->primal * (MOST_DEGREE + 1); i++)
        nmod_mpoly_init(g->part + i, g->ring);
    for (slong i = 0; i < f->primal; i++)
        g->at_zero[i] = (char) (g->needed[i] && vanishes(g, i));
    for (slong a = 0; a < f->naux; a++)
        g->kappa |= f->aux[a].kind == LO_AUX_KAPPA;
    return LO_OK;
}

static void germ_clear(germ_struct *g)
{
    for (slong i = 0; g->part != NULL && i < g->f->primal * (MOST_DEGREE + 1); i++)
        nmod_mpoly_clear(g->part + i, g->ring);
    if (g->part != NULL)
        nmod_mpoly_ctx_clear(g->ring);
    lo_free(g->part);
    lo_free(g->needed);
    lo_free(g->at_zero);
    lo_free(g->aux);
}

static void draw(germ_struct *g, int sample)
{
    lo_random_t shared, own;
    lo_random_init(shared, 1, 4000003);
    lo_random_init(own, (uint64_t) sample + 2, 4000003);
    for (slong a = 0; a < g->f->naux; a++) {
        const lo_aux_struct *aux = g->f->aux + a;
        g->aux[a] = aux->kind == LO_AUX_ROOT ? lo_aux_root(aux, g->mod.n)
                                             : lo_random_below(lo_aux_is_shared(aux) ? shared : own, g->mod.n);
    }
}

/* Adds the parts of one sample to u. */
static lo_status_t add_sample(part_struct *u, slong degree, germ_struct *g, int sample, lo_ctx_t ctx)
{
    const lo_family_struct *f = g->f;
    lo_random_t random;
    lo_random_init(random, (uint64_t) sample, 4000004);
    draw(g, sample);
    for (slong i = 0; i < f->primal * (MOST_DEGREE + 1); i++)
        nmod_mpoly_zero(g->part + i, g->ring);
    g->status = LO_OK;
    for (slong k = 0; k <= degree; k++) {
        LO_TRY(lo_ctx_poll(ctx));
        for (slong i = 0; i < f->primal && g->status == LO_OK; i++)
            if (g->needed[i])
                run_node(g, i, k);
        for (slong j = 0; j < f->noutputs && k > 0; j++)
            add_product(u + k, g, 1 + lo_random_below(random, g->mod.n - 1), part_of(g, f->outputs[j], k),
                        NULL);
        LO_TRY(g->status);
    }
    return LO_OK;
}

/* ---- the graph ---- */

enum { GERM_COORDINATE = LO_KEY_COORDINATE, GERM_TERM, GERM_PRODUCT, GERM_POWER };

typedef struct {
    lo_signed_graph_struct *graph;
    const lo_family_struct *f;
    int *
        power; /* p x (MOST_DEGREE + 1): the vertex of theta_i^e, followed by that of -theta_i^e when e is odd; 0: none */
} monomials_struct;

static int power_vertex(monomials_struct *m, slong i, slong e)
{
    int *v = m->power + i * (MOST_DEGREE + 1) + e, plus = m->graph->plus[m->f->var[i]];
    if (e == 1)
        return plus;
    if (*v == 0) {
        *v = lo_signed_graph_vertex(m->graph, GERM_POWER, e, 0);
        lo_signed_graph_join(m->graph, *v, plus);
        int minus = e % 2 == 1 ? lo_signed_graph_vertex(m->graph, GERM_POWER, e, 0) : *v;
        lo_signed_graph_join(m->graph, minus, plus + 1);
        if (e % 2 == 1)
            lo_signed_graph_join(m->graph, *v, minus);
    }
    return *v;
}

/* A term c m: a vertex of the colour |c| over the products of signed factors whose value is c m / |c|. */
static void add_term(monomials_struct *m, ulong c, const ulong *exponent, slong p, nmod_t mod)
{
    ulong size = c <= mod.n - c ? c : mod.n - c;
    int negative = c != size, odd[MOST_DEGREE], even[MOST_DEGREE], nodd = 0, neven = 0;
    for (slong i = 0; i < p; i++) {
        if (exponent[i] == 0)
            continue;
        int v = power_vertex(m, i, (slong) exponent[i]);
        if (exponent[i] % 2 == 1)
            odd[nodd++] = v;
        else
            even[neven++] = v;
    }
    int term = lo_signed_graph_vertex(m->graph, GERM_TERM, (slong) size, nodd == 0 && negative);
    for (int signs = 0; signs < 1 << nodd; signs++) {
        int parity = __builtin_parity((unsigned) signs);
        if (nodd > 0 && parity != negative)
            continue;
        int h = lo_signed_graph_vertex(m->graph, GERM_PRODUCT, 0, 0);
        lo_signed_graph_join(m->graph, term, h);
        for (int k = 0; k < nodd; k++)
            lo_signed_graph_join(m->graph, h, odd[k] + (signs >> k & 1));
        for (int k = 0; k < neven; k++)
            lo_signed_graph_join(m->graph, h, even[k]);
    }
}

static void add_coordinates(lo_signed_graph_struct *graph, const lo_family_struct *f)
{
    for (slong i = 0; i < f->p; i++) {
        int plus = lo_signed_graph_vertex(graph, GERM_COORDINATE, 0, 0),
            minus = lo_signed_graph_vertex(graph, GERM_COORDINATE, 0, 0);
        lo_signed_graph_join(graph, plus, minus);
        if (graph->status == LO_OK)
            graph->plus[f->var[i]] = plus;
    }
}

static lo_status_t add_degree(monomials_struct *m, const part_struct *u, germ_struct *g)
{
    slong p = g->f->p, length = nmod_mpoly_length(u, g->ring);
    if (length > MOST_VERTICES)
        return LO_UNABLE;
    ulong *exponent = lo_alloc((size_t) p, sizeof(ulong));
    if (exponent == NULL)
        return LO_SYSTEM;
    for (slong t = 0; t < length; t++) {
        nmod_mpoly_get_term_exp_ui(exponent, u, t, g->ring);
        add_term(m, nmod_mpoly_get_term_coeff_ui(u, t, g->ring), exponent, p, g->mod);
    }
    lo_free(exponent);
    return m->graph->status != LO_OK ? m->graph->status : m->graph->n > MOST_VERTICES ? LO_UNABLE : LO_OK;
}

static lo_status_t build(lo_signed_graph_struct *graph, const part_struct *u, slong degree, germ_struct *g)
{
    const lo_family_struct *f = g->f;
    monomials_struct m = { .graph = graph, .f = f };
    memset(graph, 0, sizeof(*graph));
    graph->family = f;
    graph->plus = lo_alloc((size_t) f->primal, sizeof(int));
    m.power = lo_alloc((size_t) (f->p * (MOST_DEGREE + 1)), sizeof(int));
    lo_status_t status = graph->plus == NULL || m.power == NULL ? LO_SYSTEM : LO_OK;
    if (status == LO_OK)
        add_coordinates(graph, f);
    for (slong k = 1; k <= degree && status == LO_OK; k++)
        status = add_degree(&m, u + k, g);
    lo_free(m.power);
    if (status != LO_OK)
        lo_signed_graph_clear(graph);
    return status;
}

lo_status_t lo_germ_graph(lo_signed_graph_t graph, int *more, const lo_family_struct *family, slong degree,
                          lo_ctx_t ctx)
{
    germ_struct g;
    nmod_mpoly_struct u[MOST_DEGREE + 1];
    lo_status_t status = germ_init(&g, family);
    *more = 0;
    if (status != LO_OK) {
        germ_clear(&g);
        return status;
    }
    for (slong k = 0; k <= MOST_DEGREE; k++)
        nmod_mpoly_init(u + k, g.ring);
    for (int sample = 0; sample < SAMPLES && status == LO_OK; sample++)
        status = add_sample(u, degree, &g, sample, ctx);
    if (status == LO_OK)
        status = build(graph, u, degree, &g);
    *more = !nmod_mpoly_is_zero(u + degree, g.ring);
    for (slong k = 0; k <= MOST_DEGREE; k++)
        nmod_mpoly_clear(u + k, g.ring);
    germ_clear(&g);
    return status;
}
