/* singular.c - divisors, and arguments of roots and logarithms, that vanish whatever the inputs are.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The tape is run modulo random primes at random coordinates and inputs, with a random number in place of each value of an
 * analytic function, the same for the same argument; functions have their value at zero, odd and even ones their symmetry,
 * exp, tanh, sin and cos of one argument what is rational between them. These numbers satisfy no relation that the true values
 * do not satisfy. So a divisor that vanishes identically vanishes here at least where the cancellation is rational. One that is
 * not the zero function in these free values has a coefficient, as a polynomial in them, that is a rational number other than
 * zero; a numerator of B bits has fewer than B / 60 of the 2^54 primes; modulo another prime the divisor vanishes with a
 * probability below its degree / 2^60.
 *
 * Square roots are those of residues: points are drawn until all roots exist, with a random sign for each; after too many
 * attempts, roots are free numbers like other values. A divisor that vanishes for some signs only, as sqrt(x^2) + x, does so in
 * half of the draws, and has 48 of them. What is refused here is refused for a division by zero; what passes is watched by the
 * engines, which meet it as a pole at every point they try.
 */
#include "family/exact.h"
#include "family/modular.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

#define DRAWS 2
#define DRAWS_OF_ROOTS 48
#define MOST_ATTEMPTS 256 /* at values of which all roots exist, */
#define MOST_WORK ((slong) 1 << 21) /* with so many nodes */
#define MOST_PRIMES 1000 /* tried for the roots of numbers */
#define MOST_EXACT 64 /* roots of constants whose sign is looked at */

typedef struct {
    const lo_family_struct *f;
    int at_point, roots; /* whether there are roots that are to exist */
    const slong *inputs; /* NULL: random */
    nmod_t mod;
    lo_random_t random;
    uint64_t key; /* of the values of functions in this draw */
    ulong *values;
    char *suspect; /* singular nodes whose divisors have vanished in all draws */
    slong suspects, work;
} scan_struct;

const lo_node_struct *lo_family_place(const lo_family_struct *f, slong tape_node)
{
    slong low = 0, high = f->nplaces;
    if (f->nplaces == 0 || tape_node < 0 || tape_node >= f->primal || tape_node < f->places[0].first)
        return NULL;
    while (high - low > 1) {
        slong middle = low + (high - low) / 2;
        if (f->places[middle].first <= tape_node)
            low = middle;
        else
            high = middle;
    }
    return f->model->nodes + f->places[low].node;
}

void lo_family_wrong(lo_ctx_t ctx, const lo_family_struct *f, const lo_node_struct *node, const char *text)
{
    const lo_model_struct *m = f->model;
    if (node != NULL && node->loc.line > 0)
        lo_ctx_set_message(ctx, "%s:%d:%d: error: %s", m->laws > 0 && node - m->nodes >= m->laws ? "law" : m->file,
                           node->loc.line, node->loc.column, text);
    else
        lo_ctx_set_message(ctx, "%s: error: %s", f->model->file, text);
}

static int is_singular_op(const lo_tnode_struct *x)
{
    return x->op == LO_T_DIV || (x->op == LO_T_POW && x->len < 0) ||
           (x->op == LO_T_FUN && (x->fun == LO_FUN_SQRT || x->fun == LO_FUN_LOG));
}

/* The node that must not vanish. */
static slong divisor(const lo_tnode_struct *x)
{
    return x->op == LO_T_DIV ? x->len : x->first;
}

slong lo_family_divisor(const lo_family_struct *f, slong node)
{
    const lo_tnode_struct *x = f->tape->nodes + node;
    return is_singular_op(x) ? divisor(x) : -1;
}

/* A number other than 0 that depends on the draw, the kind of function and the argument only. */
static ulong free_value(const scan_struct *s, ulong argument, uint64_t kind)
{
    lo_random_t random;
    lo_random_init(random, argument ^ s->key, kind);
    return 1 + lo_random_below(random, s->mod.n - 1);
}

/* Functions of a are rational in e = exp(a) or t = tan(a/2): a number for +-a, and its inverse or opposite. */
static ulong rational_value(lo_fun_t fun, ulong e, int opposite, nmod_t mod)
{
    ulong square = nmod_mul(e, e, mod), plus = nmod_add(1, square, mod), minus = nmod_sub(1, square, mod), top;
    if (fun == LO_FUN_EXP)
        return opposite ? n_invmod(e, mod.n) : e;
    if (plus == 0)
        return 1;
    top = fun == LO_FUN_SIN ? nmod_add(e, e, mod) : fun == LO_FUN_COS ? minus : nmod_neg(minus, mod);
    top = nmod_mul(top, n_invmod(plus, mod.n), mod);
    return opposite && fun != LO_FUN_COS ? nmod_neg(top, mod) : top;
}

/* A root where there is one, and else a free number. */
static ulong root_of(const scan_struct *s, ulong a)
{
    ulong root = n_sqrtmod(a, s->mod.n), choice = free_value(s, a, LO_FUN_SQRT);
    return root == 0 ? choice : choice % 2 == 0 ? root : nmod_neg(root, s->mod);
}

/* A number that depends on the function and its argument only; the true value at zero. */
static ulong function_value(const scan_struct *s, const lo_tnode_struct *x, ulong argument)
{
    nmod_t mod = s->mod;
    lo_generic_t kind = (lo_generic_t) (x->len % 4);
    int generic = x->fun == LO_FUN_GENERIC, opposite = argument > mod.n / 2;
    ulong a = opposite ? nmod_neg(argument, mod) : argument;
    if (argument == 0) {
        if (x->fun == LO_FUN_EXP || x->fun == LO_FUN_COS)
            return 1;
        if (x->fun == LO_FUN_SIN || x->fun == LO_FUN_TANH || x->fun == LO_FUN_SQRT || x->fun == LO_FUN_ERF ||
            (generic && (kind == LO_GENERIC_ODD || kind == LO_GENERIC_ZERO)))
            return 0;
    }
    if (x->fun == LO_FUN_LOG) /* of the absolute value */
        return a == 1 ? 0 : free_value(s, a, LO_FUN_LOG);
    if (x->fun == LO_FUN_EXP || x->fun == LO_FUN_TANH)
        return rational_value(x->fun, free_value(s, a, LO_FUN_EXP), opposite, mod);
    if (x->fun == LO_FUN_SIN || x->fun == LO_FUN_COS)
        return rational_value(x->fun, free_value(s, a, LO_FUN_SIN), opposite, mod);
    if (x->fun == LO_FUN_SQRT)
        return root_of(s, argument);
    int odd = x->fun == LO_FUN_ERF || (generic && kind == LO_GENERIC_ODD), even = generic && kind == LO_GENERIC_EVEN;
    ulong value = free_value(s, odd || even ? a : argument, (uint64_t) (16 + 4 * (int) x->fun + (generic ? (int) kind : 0)));
    return odd && opposite ? nmod_neg(value, mod) : value;
}

/* Primes modulo which all of many numbers have roots are rare: a root that is missing is a number like the value of a
 * function, the same wherever it occurs. */
static ulong root_value(const lo_aux_struct *aux, nmod_t mod)
{
    lo_random_t random;
    ulong root = lo_aux_root(aux, mod.n);
    if (root != 0)
        return root;
    lo_random_init(random, (uint64_t) aux->index, 0x726f6f74);
    return lo_random_below(random, mod.n);
}

static ulong leaf_value(scan_struct *s, const lo_tnode_struct *x)
{
    const lo_aux_struct *aux = x->op == LO_T_AUX ? s->f->aux + x->first : NULL;
    ulong value = lo_random_below(s->random, s->mod.n);
    const fmpq *fixed = s->at_point && x->op == LO_T_VAR ? lo_family_point(s->f, x->first) : NULL;
    if (x->op == LO_T_CONST)
        fixed = s->f->tape->constants + x->first;
    if (fixed != NULL && !lo_residue(&value, fixed, s->mod))
        value = 1; /* a denominator that the prime divides: any number not 0 */
    if (aux != NULL && aux->kind == LO_AUX_ROOT)
        value = root_value(aux, s->mod);
    if (aux != NULL && aux->kind == LO_AUX_INPUT && s->inputs != NULL)
        value = lo_residue_si(s->inputs[aux->index], s->mod);
    return value;
}

static ulong dot_value(const scan_struct *s, const lo_tnode_struct *x)
{
    const lo_tape_struct *tape = s->f->tape;
    nmod_t mod = s->mod;
    ulong sum = 0, c;
    for (slong t = x->first; t < x->first + x->len; t++) {
        const lo_term_struct *term = tape->terms + t;
        ulong product = s->values[term->a];
        if (term->b >= 0)
            product = nmod_mul(product, s->values[term->b], mod);
        if (term->coef != 0)
            product = nmod_mul(product, lo_residue(&c, tape->constants + term->coef, mod) ? c : 1, mod);
        sum = nmod_add(sum, product, mod);
    }
    return sum;
}

static ulong node_value(scan_struct *s, const lo_tnode_struct *x)
{
    const ulong *v = s->values;
    nmod_t mod = s->mod;
    ulong a = 0, b = 0;
    switch (x->op) {
    case LO_T_CONST:
    case LO_T_VAR:
    case LO_T_AUX:
        return leaf_value(s, x);
    case LO_T_DOT:
        return dot_value(s, x);
    case LO_T_DIV: /* a pole of this draw alone: any number will do */
        a = v[x->first];
        b = v[x->len];
        return b == 0 ? 1 : nmod_mul(a, n_invmod(b, mod.n), mod);
    case LO_T_POW:
        a = v[x->first];
        if (x->len < 0 && a == 0)
            return 1;
        return n_powmod2(x->len < 0 ? n_invmod(a, mod.n) : a, x->len < 0 ? -x->len : x->len, mod.n);
    case LO_T_FUN:
        return function_value(s, x, v[x->first]);
    }
    return 0;
}

static lo_status_t refuse(const scan_struct *s, slong node, const char *what, lo_ctx_t ctx)
{
    char text[200];
    snprintf(text, sizeof(text), "%s%s", what, s->at_point ? " at the given point, for every input" : "");
    lo_family_wrong(ctx, s->f, lo_family_place(s->f, node), text);
    return LO_DOMAIN;
}

/* Says in the words of the model what vanishes. */
static lo_status_t vanishes(const scan_struct *s, slong node, lo_ctx_t ctx)
{
    const lo_tnode_struct *x = s->f->tape->nodes + node;
    const lo_node_struct *place = lo_family_place(s->f, node);
    if (place != NULL && place->op == LO_OP_LAYERNORM)
        return refuse(s, node,
                      "division by zero: the entries that `layernorm` or `batchnorm` normalises are equal",
                      ctx);
    if (place != NULL && place->op == LO_OP_RMSNORM)
        return refuse(s, node, "division by zero: the entries that `rmsnorm` normalises are zero", ctx);
    if (x->op == LO_T_FUN)
        return refuse(
            s, node,
            x->fun == LO_FUN_LOG ? "the argument of `log` is zero" : "the argument of `sqrt` is zero", ctx);
    return refuse(s, node, "division by zero: the divisor vanishes", ctx);
}

/* The root of something else than a number: gelu has one of a number. */
static int is_root(const lo_tape_struct *tape, const lo_tnode_struct *x)
{
    return x->op == LO_T_FUN && x->fun == LO_FUN_SQRT && tape->nodes[x->first].op != LO_T_CONST;
}

/* Values of all nodes. Out: *complete, 0 where a root that is to exist does not; the values end there. */
static lo_status_t run(int *complete, scan_struct *s, lo_ctx_t ctx)
{
    const lo_tape_struct *tape = s->f->tape;
    *complete = 1;
    s->key = lo_random_next(s->random);
    for (slong i = 0; i < s->f->primal && *complete; i++) {
        const lo_tnode_struct *x = tape->nodes + i;
        s->values[i] = node_value(s, x);
        if (s->roots && is_root(tape, x))
            *complete = n_jacobi_unsigned(s->values[x->first], s->mod.n) >= 0;
        if (i % 65536 == 0)
            LO_TRY(lo_ctx_poll(ctx));
        s->work++;
    }
    return LO_OK;
}

/* One draw, and what it leaves of the suspects. */
static lo_status_t scan(scan_struct *s, lo_ctx_t ctx)
{
    const lo_tape_struct *tape = s->f->tape;
    int complete = 0;
    for (int attempt = 0; !complete; attempt++) {
        if (attempt >= MOST_ATTEMPTS || s->work > MOST_WORK)
            s->roots = 0;
        LO_TRY(run(&complete, s, ctx));
    }
    for (slong i = 0; i < s->f->primal; i++) {
        if (s->suspect[i] && s->values[divisor(tape->nodes + i)] != 0) {
            s->suspect[i] = 0;
            s->suspects--;
        }
    }
    return LO_OK;
}

/* A root or logarithm of a negative number: the argument is known where all that it depends on is given. */
static lo_status_t check_signs(const scan_struct *s, lo_ctx_t ctx)
{
    const lo_family_struct *f = s->f;
    fmpq *theta = _fmpq_vec_init(f->p), *aux = _fmpq_vec_init(f->naux);
    char *varies = lo_alloc((size_t) f->tape->n, 1);
    fmpq_t value;
    fmpq_init(value);
    lo_status_t status = varies != NULL ? LO_OK : LO_SYSTEM;
    for (slong i = 0; i < f->p; i++)
        if (lo_family_point(f, i) != NULL)
            fmpq_set(theta + i, lo_family_point(f, i));
    for (slong i = 0; status == LO_OK && i < f->primal; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        varies[i] = x->op == LO_T_AUX || (x->op == LO_T_VAR && lo_family_point(f, x->first) == NULL);
    }
    if (status == LO_OK)
        lo_tape_spread(varies, f->tape, f->primal);
    for (slong i = 0, seen = 0; status == LO_OK && i < f->primal && seen < MOST_EXACT; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (x->op != LO_T_FUN || varies[i] || (x->fun != LO_FUN_SQRT && x->fun != LO_FUN_LOG))
            continue;
        seen++;
        if (lo_exact_node(value, f, x->first, theta, aux) == LO_OK && fmpq_sgn(value) < 0)
            status = refuse(s, i,
                            x->fun == LO_FUN_LOG ? "the argument of `log` is negative"
                                                 : "the argument of `sqrt` is negative",
                            ctx);
    }
    fmpq_clear(value);
    lo_free(varies);
    _fmpq_vec_clear(theta, f->p);
    _fmpq_vec_clear(aux, f->naux);
    return status;
}

/* A prime of 60 bits modulo which the roots of numbers exist, if one is found. */
static void draw_prime(scan_struct *s)
{
    ulong q = (UWORD(1) << 60) + lo_random_below(s->random, UWORD(1) << 59);
    q = n_nextprime(q, 0);
    for (int tries = 0; tries < MOST_PRIMES && !lo_family_roots_exist(s->f, q); tries++)
        q = n_nextprime(q, 0);
    nmod_init(&s->mod, q);
}

/* Out: *node, the first whose divisor vanishes in all draws, or -1. prime: draw one each time. */
static lo_status_t find_zero(slong *node, scan_struct *s, int prime, lo_ctx_t ctx)
{
    const lo_tape_struct *tape = s->f->tape;
    slong n = s->f->primal;
    lo_status_t status = LO_OK;
    *node = -1;
    s->suspect = lo_alloc((size_t) n, 1);
    s->values = lo_alloc((size_t) n, sizeof(ulong));
    if (s->suspect == NULL || s->values == NULL)
        status = LO_SYSTEM;
    for (slong i = 0; i < n && status == LO_OK; i++) {
        s->suspect[i] = (char) is_singular_op(tape->nodes + i);
        s->suspects += s->suspect[i];
        s->roots |= is_root(tape, tape->nodes + i);
    }
    int draws = s->roots ? DRAWS_OF_ROOTS : DRAWS;
    for (int draw = 0; draw < draws && s->suspects > 0 && status == LO_OK; draw++) {
        if (prime)
            draw_prime(s);
        status = scan(s, ctx);
    }
    for (slong i = 0; i < n && s->suspects > 0 && *node < 0 && status == LO_OK; i++)
        if (s->suspect[i])
            *node = i;
    lo_free(s->suspect);
    lo_free(s->values);
    return status;
}

/* Whether there are roots or logarithms. */
static int has_roots(const lo_family_struct *f)
{
    for (slong i = 0; i < f->primal; i++)
        if (f->tape->nodes[i].op == LO_T_FUN && is_singular_op(f->tape->nodes + i))
            return 1;
    return 0;
}

lo_status_t lo_family_singular(const lo_family_struct *f, int at_point, lo_ctx_t ctx)
{
    scan_struct s = { .f = f, .at_point = at_point };
    slong node;
    lo_random_init(s.random, ctx->seed, 0x73696e67);
    LO_TRY(find_zero(&node, &s, 1, ctx));
    if (node >= 0)
        return vanishes(&s, node, ctx);
    if (!has_roots(f))
        return LO_OK;
    if (at_point)
        LO_TRY(check_signs(&s, ctx));
    LO_TRY(lo_family_negative_root(&node, f, at_point));
    return node >= 0 ? refuse(&s, node, "the argument of `sqrt` is negative or zero for all real values", ctx) : LO_OK;
}

lo_status_t lo_family_vanishes_modulo(int *vanishes, const lo_family_struct *f, int at_point, nmod_t mod,
                                      lo_ctx_t ctx)
{
    scan_struct s = { .f = f, .at_point = at_point, .mod = mod };
    slong node;
    lo_random_init(s.random, ctx->seed, mod.n);
    LO_TRY(find_zero(&node, &s, 0, ctx));
    *vanishes = node >= 0;
    return LO_OK;
}

lo_status_t lo_family_vanishes_at_inputs(int *vanishes, const lo_family_struct *f, const slong *inputs, lo_ctx_t ctx)
{
    scan_struct s = { .f = f, .inputs = inputs };
    slong node;
    lo_random_init(s.random, ctx->seed, 0x696e);
    LO_TRY(find_zero(&node, &s, 1, ctx));
    *vanishes = node >= 0;
    return LO_OK;
}
