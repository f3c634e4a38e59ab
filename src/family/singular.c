/* singular.c - divisors, and arguments of roots and logarithms, that vanish whatever the inputs are.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The tape is run modulo two random primes at random coordinates and inputs, with a random number in place of
 * each value of an analytic function, the same for the same argument; functions have their value at zero. These
 * numbers satisfy no relation that the true values do not satisfy. So a divisor that vanishes identically
 * vanishes here at least where the cancellation is rational. One that is not the zero function in these free
 * values has a coefficient, as a polynomial in them, that is a rational number other than zero; a numerator of
 * B bits has fewer than B / 60 of the 2^54 primes; modulo another prime the divisor vanishes with a probability
 * below its degree / 2^60. What is refused here is refused for a division by zero; what passes is watched by the
 * engines, which meet it as a pole at every point they try.
 */
#include "family/exact.h"
#include "family/modular.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

#define DRAWS 2
#define MOST_PRIMES 1000 /* tried for the roots of numbers */
#define MOST_EXACT 64 /* roots of constants whose sign is looked at */

typedef struct {
    const lo_family_struct *f;
    int at_point;
    nmod_t mod[DRAWS];
    lo_random_t random;
    ulong *values; /* DRAWS for each node */
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
    if (node != NULL && node->loc.line > 0)
        lo_ctx_set_message(ctx, "%s:%d:%d: error: %s", f->model->file, node->loc.line, node->loc.column,
                           text);
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

/* A number that depends on the function and its argument only; the true value at zero. */
static ulong function_value(const lo_tnode_struct *x, ulong argument, nmod_t mod)
{
    lo_random_t random;
    lo_generic_t kind = (lo_generic_t) (x->len % 4);
    if (argument == 0) {
        if (x->fun == LO_FUN_EXP || x->fun == LO_FUN_COS)
            return 1;
        if (x->fun == LO_FUN_SIN || x->fun == LO_FUN_TANH || x->fun == LO_FUN_SQRT || x->fun == LO_FUN_ERF ||
            (x->fun == LO_FUN_GENERIC && (kind == LO_GENERIC_ODD || kind == LO_GENERIC_ZERO)))
            return 0;
    }
    if (x->fun == LO_FUN_LOG && argument == 1)
        return 0;
    lo_random_init(random, argument, 4 * (uint64_t) x->fun + (x->fun == LO_FUN_GENERIC ? kind : 0));
    return lo_random_below(random, mod.n);
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

static ulong leaf_value(scan_struct *s, const lo_tnode_struct *x, slong draw)
{
    ulong value = lo_random_below(s->random, s->mod[draw].n);
    const fmpq *fixed = s->at_point && x->op == LO_T_VAR ? lo_family_point(s->f, x->first) : NULL;
    if (x->op == LO_T_CONST)
        fixed = s->f->tape->constants + x->first;
    if (fixed != NULL && !lo_residue(&value, fixed, s->mod[draw]))
        value = 1; /* a denominator that the prime divides: any number not 0 */
    if (x->op == LO_T_AUX && s->f->aux[x->first].kind == LO_AUX_ROOT)
        value = root_value(s->f->aux + x->first, s->mod[draw]);
    return value;
}

static ulong dot_value(const scan_struct *s, const lo_tnode_struct *x, slong draw)
{
    const lo_tape_struct *tape = s->f->tape;
    nmod_t mod = s->mod[draw];
    ulong sum = 0, c;
    for (slong t = x->first; t < x->first + x->len; t++) {
        const lo_term_struct *term = tape->terms + t;
        ulong product = s->values[DRAWS * term->a + draw];
        if (term->b >= 0)
            product = nmod_mul(product, s->values[DRAWS * term->b + draw], mod);
        if (term->coef != 0)
            product = nmod_mul(product, lo_residue(&c, tape->constants + term->coef, mod) ? c : 1, mod);
        sum = nmod_add(sum, product, mod);
    }
    return sum;
}

static ulong node_value(scan_struct *s, const lo_tnode_struct *x, slong draw)
{
    const ulong *v = s->values + draw;
    nmod_t mod = s->mod[draw];
    ulong a = 0, b = 0;
    switch (x->op) {
    case LO_T_CONST:
    case LO_T_VAR:
    case LO_T_AUX:
        return leaf_value(s, x, draw);
    case LO_T_DOT:
        return dot_value(s, x, draw);
    case LO_T_DIV: /* a pole of this draw alone: any number will do */
        a = v[DRAWS * x->first];
        b = v[DRAWS * x->len];
        return b == 0 ? 1 : nmod_mul(a, n_invmod(b, mod.n), mod);
    case LO_T_POW:
        a = v[DRAWS * x->first];
        if (x->len < 0 && a == 0)
            return 1;
        return n_powmod2(x->len < 0 ? n_invmod(a, mod.n) : a, x->len < 0 ? -x->len : x->len, mod.n);
    case LO_T_FUN:
        return function_value(x, v[DRAWS * x->first], mod);
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

/* Out: *node, the first divisor that vanishes in all draws, or -1. */
static lo_status_t scan(slong *node, scan_struct *s, lo_ctx_t ctx)
{
    const lo_tape_struct *tape = s->f->tape;
    *node = -1;
    for (slong i = 0; i < s->f->primal && *node < 0; i++) {
        const lo_tnode_struct *x = tape->nodes + i;
        int zeros = 0;
        for (slong draw = 0; draw < DRAWS; draw++) {
            zeros += is_singular_op(x) && s->values[DRAWS * divisor(x) + draw] == 0;
            s->values[DRAWS * i + draw] = node_value(s, x, draw);
        }
        if (zeros == DRAWS)
            *node = i;
        if (i % 65536 == 0)
            LO_TRY(lo_ctx_poll(ctx));
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

/* Runs the tape with the primes of s. */
static lo_status_t find_zero(slong *node, scan_struct *s, lo_ctx_t ctx)
{
    s->values = lo_alloc((size_t) s->f->primal, DRAWS * sizeof(ulong));
    lo_status_t status = s->values != NULL ? scan(node, s, ctx) : LO_SYSTEM;
    lo_free(s->values);
    return status;
}

/* Out: *roots, whether there are roots or logarithms among them. */
static int has_divisors(int *roots, const lo_family_struct *f)
{
    int any = *roots = 0;
    for (slong i = 0; i < f->primal; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        any |= is_singular_op(x);
        *roots |= x->op == LO_T_FUN && is_singular_op(x);
    }
    return any;
}

lo_status_t lo_family_singular(const lo_family_struct *f, int at_point, lo_ctx_t ctx)
{
    scan_struct s = { .f = f, .at_point = at_point };
    slong node = -1;
    int roots;
    if (!has_divisors(&roots, f))
        return LO_OK;
    lo_random_init(s.random, ctx->seed, 0x73696e67);
    for (slong draw = 0; draw < DRAWS; draw++) {
        ulong q = (UWORD(1) << 60) + lo_random_below(s.random, UWORD(1) << 59);
        q = n_nextprime(q, 0);
        for (int tries = 0; tries < MOST_PRIMES && !lo_family_roots_exist(f, q); tries++)
            q = n_nextprime(q, 0);
        nmod_init(&s.mod[draw], q);
    }
    LO_TRY(find_zero(&node, &s, ctx));
    if (node >= 0)
        return vanishes(&s, node, ctx);
    return roots && at_point ? check_signs(&s, ctx) : LO_OK;
}

lo_status_t lo_family_vanishes_modulo(int *vanishes, const lo_family_struct *f, int at_point, nmod_t mod,
                                      lo_ctx_t ctx)
{
    scan_struct s = { .f = f, .at_point = at_point };
    slong node = -1;
    int roots;
    *vanishes = 0;
    if (!has_divisors(&roots, f))
        return LO_OK;
    lo_random_init(s.random, ctx->seed, mod.n);
    for (slong draw = 0; draw < DRAWS; draw++)
        s.mod[draw] = mod;
    LO_TRY(find_zero(&node, &s, ctx));
    *vanishes = node >= 0;
    return LO_OK;
}
