/* exact.c - values at rational points.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/exact.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BITS ((slong) 1 << 20)
#define BALL_BITS 256

/* ---- rationals ---- */

static lo_status_t rational_fun(fmpq_t res, lo_fun_t fun, const fmpq_t a)
{
    int at_origin = fun == LO_FUN_LOG ? fmpq_is_one(a) : fmpq_is_zero(a);
    if (!at_origin || fun == LO_FUN_SOFTPLUS || fun == LO_FUN_GENERIC)
        return LO_UNABLE;
    fmpq_zero(res);
    if (fun == LO_FUN_EXP || fun == LO_FUN_COS)
        fmpq_one(res);
    return LO_OK;
}

static lo_status_t rational_node(fmpq *values, const lo_family_struct *f, slong node, const fmpq *theta,
                                 const fmpq *aux)
{
    const lo_tnode_struct *x = f->tape->nodes + node;
    fmpq *res = values + node;
    switch (x->op) {
    case LO_T_CONST:
        fmpq_set(res, f->tape->constants + x->first);
        return LO_OK;
    case LO_T_VAR:
        fmpq_set(res, theta + x->first);
        return LO_OK;
    case LO_T_AUX:
        fmpq_set(res, aux + x->first);
        return f->aux[x->first].kind == LO_AUX_KAPPA || f->aux[x->first].kind == LO_AUX_ROOT ? LO_UNABLE : LO_OK;
    case LO_T_DOT: {
        fmpq_t t;
        fmpq_init(t);
        for (slong i = x->first; i < x->first + x->len; i++) {
            const lo_term_struct *term = f->tape->terms + i;
            fmpq_mul(t, f->tape->constants + term->coef, values + term->a);
            if (term->b >= 0)
                fmpq_mul(t, t, values + term->b);
            fmpq_add(res, res, t);
        }
        fmpq_clear(t);
        return LO_OK;
    }
    case LO_T_DIV:
        if (fmpq_is_zero(values + x->len))
            return LO_DOMAIN;
        fmpq_div(res, values + x->first, values + x->len);
        return LO_OK;
    case LO_T_POW:
        if (x->len < 0 && fmpq_is_zero(values + x->first))
            return LO_DOMAIN;
        if (fmpq_height_bits(values + x->first) > (ulong) (MAX_BITS / labs(x->len)))
            return LO_UNABLE;
        fmpq_pow_si(res, values + x->first, x->len);
        return LO_OK;
    case LO_T_FUN:
        return rational_fun(res, x->fun, values + x->first);
    }
    return LO_OK;
}

lo_status_t lo_exact_node(fmpq_t value, const lo_family_struct *f, slong node, const fmpq *theta,
                          const fmpq *aux)
{
    char *needed = lo_alloc((size_t) f->tape->n, 1);
    fmpq *values = lo_alloc((size_t) node + 1, sizeof(fmpq));
    lo_status_t status = needed != NULL && values != NULL ? LO_OK : LO_SYSTEM;
    slong top = 0;
    if (status == LO_OK)
        lo_tape_reach(needed, f->tape, &node, 1);
    for (; status == LO_OK && top <= node; top++) {
        fmpq_init(values + top);
        if (needed[top])
            status = rational_node(values, f, top, theta, aux);
        if (status == LO_OK && fmpq_height_bits(values + top) > MAX_BITS)
            status = LO_UNABLE;
    }
    if (status == LO_OK)
        fmpq_set(value, values + node);
    for (slong i = 0; i < top; i++)
        fmpq_clear(values + i);
    lo_free(needed);
    lo_free(values);
    return status;
}

/* ---- balls ---- */

static void ball_fun(arb_t res, lo_fun_t fun, const arb_t a)
{
    switch (fun) {
    case LO_FUN_EXP:
        arb_exp(res, a, BALL_BITS);
        break;
    case LO_FUN_SIN:
        arb_sin(res, a, BALL_BITS);
        break;
    case LO_FUN_COS:
        arb_cos(res, a, BALL_BITS);
        break;
    case LO_FUN_TANH:
        arb_tanh(res, a, BALL_BITS);
        break;
    case LO_FUN_LOG:
        arb_log(res, a, BALL_BITS);
        break;
    case LO_FUN_SQRT:
        arb_sqrt(res, a, BALL_BITS);
        break;
    case LO_FUN_ERF:
        arb_hypgeom_erf(res, a, BALL_BITS);
        break;
    case LO_FUN_SOFTPLUS:
        arb_exp(res, a, BALL_BITS);
        arb_log1p(res, res, BALL_BITS);
        break;
    case LO_FUN_GENERIC: /* no particular function */
        arb_indeterminate(res);
        break;
    }
}

static void ball_node(arb_ptr values, const lo_family_struct *f, slong node, const fmpq *theta,
                      const fmpq *aux)
{
    const lo_tnode_struct *x = f->tape->nodes + node;
    arb_ptr res = values + node;
    switch (x->op) {
    case LO_T_CONST:
        arb_set_fmpq(res, f->tape->constants + x->first, BALL_BITS);
        break;
    case LO_T_VAR:
        arb_set_fmpq(res, theta + x->first, BALL_BITS);
        break;
    case LO_T_AUX:
        arb_set_fmpq(res, aux + x->first, BALL_BITS);
        if (f->aux[x->first].kind == LO_AUX_KAPPA) { /* 2 / sqrt(pi) */
            arb_const_pi(res, BALL_BITS);
            arb_rsqrt(res, res, BALL_BITS);
            arb_mul_2exp_si(res, res, 1);
        } else if (f->aux[x->first].kind == LO_AUX_ROOT) {
            arb_sqrt_ui(res, (ulong) f->aux[x->first].index, BALL_BITS);
        }
        break;
    case LO_T_DOT: {
        arb_t t;
        arb_init(t);
        for (slong i = x->first; i < x->first + x->len; i++) {
            const lo_term_struct *term = f->tape->terms + i;
            arb_set_fmpq(t, f->tape->constants + term->coef, BALL_BITS);
            arb_mul(t, t, values + term->a, BALL_BITS);
            if (term->b >= 0)
                arb_mul(t, t, values + term->b, BALL_BITS);
            arb_add(res, res, t, BALL_BITS);
        }
        arb_clear(t);
        break;
    }
    case LO_T_DIV:
        arb_div(res, values + x->first, values + x->len, BALL_BITS);
        break;
    case LO_T_POW: {
        fmpz_t exponent;
        fmpz_init_set_si(exponent, x->len);
        arb_pow_fmpz(res, values + x->first, exponent, BALL_BITS);
        fmpz_clear(exponent);
        break;
    }
    case LO_T_FUN:
        ball_fun(res, x->fun, values + x->first);
        break;
    }
}

/* exp(z), sinh(z), cosh(z), exp(z) - 1: not special to anything that is asked of them but their kind. */
static void instance_of(arb_t res, const lo_tnode_struct *x, const arb_t a)
{
    lo_generic_t kind = (lo_generic_t) (x->len % 4);
    if (x->len / 4 != 0)
        arb_indeterminate(res); /* a derivative */
    else if (kind == LO_GENERIC_ODD)
        arb_sinh(res, a, BALL_BITS);
    else if (kind == LO_GENERIC_EVEN)
        arb_cosh(res, a, BALL_BITS);
    else if (kind == LO_GENERIC_ZERO)
        arb_expm1(res, a, BALL_BITS);
    else
        arb_exp(res, a, BALL_BITS);
}

lo_status_t lo_exact_enclose(arb_t value, const lo_family_struct *f, slong node, const fmpq *theta, const fmpq *aux)
{
    char *needed = lo_alloc((size_t) f->tape->n, 1);
    if (needed == NULL)
        return LO_SYSTEM;
    lo_tape_reach(needed, f->tape, &node, 1);
    arb_ptr values = _arb_vec_init(node + 1);
    for (slong i = 0; i <= node; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (needed[i] && x->op == LO_T_FUN && x->fun == LO_FUN_GENERIC)
            instance_of(values + i, x, values + x->first);
        else if (needed[i])
            ball_node(values, f, i, theta, aux);
    }
    arb_set(value, values + node);
    _arb_vec_clear(values, node + 1);
    lo_free(needed);
    return arb_is_finite(value) ? LO_OK : LO_DOMAIN;
}

lo_status_t lo_exact_ball(int *nonzero, char **text, const lo_family_struct *f, slong node, const fmpq *theta,
                          const fmpq *aux)
{
    char *needed = lo_alloc((size_t) f->tape->n, 1);
    *nonzero = 0;
    *text = NULL;
    if (needed == NULL)
        return LO_SYSTEM;
    lo_tape_reach(needed, f->tape, &node, 1);
    arb_ptr values = _arb_vec_init(node + 1);
    for (slong i = 0; i <= node; i++)
        if (needed[i])
            ball_node(values, f, i, theta, aux);
    lo_status_t status = arb_is_finite(values + node) ? LO_OK : LO_DOMAIN;
    if (status == LO_OK) {
        char *digits = arb_get_str(values + node, 20, 0);
        *nonzero = !arb_contains_zero(values + node);
        *text = lo_alloc(strlen(digits) + 1, 1);
        if (*text != NULL)
            strcpy(*text, digits);
        else
            status = LO_SYSTEM;
        flint_free(digits);
    }
    _arb_vec_clear(values, node + 1);
    lo_free(needed);
    return status;
}

/* ---- where something is defined ---- */

typedef struct {
    fmpq *rational;
    char *known; /* which of them are values; the others are 0 */
    arb_ptr ball;
} domain_struct;

static int has_rational_arguments(const domain_struct *d, const lo_tape_struct *tape, const lo_tnode_struct *x)
{
    int ok = 1;
    for (slong i = x->first; x->op == LO_T_DOT && i < x->first + x->len; i++) {
        const lo_term_struct *t = tape->terms + i;
        int zero = (d->known[t->a] && fmpq_is_zero(d->rational + t->a)) ||
                   (t->b >= 0 && d->known[t->b] && fmpq_is_zero(d->rational + t->b));
        ok = ok && (zero || (d->known[t->a] && (t->b < 0 || d->known[t->b])));
    }
    if (x->op == LO_T_DIV || x->op == LO_T_POW || x->op == LO_T_FUN)
        ok = d->known[x->first] && (x->op != LO_T_DIV || d->known[x->len]);
    return ok;
}

/* What must not vanish at a node, nor be negative under a root, from the values before it. */
static lo_status_t is_defined(const domain_struct *d, const lo_family_struct *f, slong node)
{
    const lo_tnode_struct *x = f->tape->nodes + node;
    slong a = lo_family_divisor(f, node);
    int root = x->op == LO_T_FUN && x->fun == LO_FUN_SQRT, exact = a < 0 || d->known[a], ok = 1;
    if (a >= 0 && exact)
        ok = root ? fmpq_sgn(d->rational + a) > 0 : !fmpq_is_zero(d->rational + a);
    else if (a >= 0)
        ok = root ? arb_is_positive(d->ball + a) : !arb_contains_zero(d->ball + a);
    return !ok ? LO_DOMAIN : exact || x->op != LO_T_FUN ? LO_OK : LO_UNABLE;
}

static lo_status_t define(domain_struct *d, const lo_family_struct *f, slong node, const fmpq *theta, const fmpq *aux)
{
    const lo_tnode_struct *x = f->tape->nodes + node;
    lo_status_t defined = is_defined(d, f, node), status = LO_UNABLE;
    if (defined == LO_DOMAIN)
        return defined;
    if (has_rational_arguments(d, f->tape, x))
        status = rational_node(d->rational, f, node, theta, aux);
    d->known[node] = status == LO_OK && fmpq_height_bits(d->rational + node) <= MAX_BITS;
    if (d->known[node])
        arb_set_fmpq(d->ball + node, d->rational + node, BALL_BITS);
    else if (x->op == LO_T_FUN && x->fun == LO_FUN_GENERIC)
        instance_of(d->ball + node, x, d->ball + x->first);
    else
        ball_node(d->ball, f, node, theta, aux);
    if (!d->known[node])
        fmpq_zero(d->rational + node);
    return defined;
}

lo_status_t lo_exact_defined(const lo_family_struct *f, int model, const slong *nodes, slong n, const fmpq *theta,
                             const fmpq *aux)
{
    domain_struct d = { .known = lo_alloc((size_t) f->tape->n, 1) };
    char *needed = lo_alloc((size_t) f->tape->n, 1);
    lo_status_t status = d.known != NULL && needed != NULL ? LO_OK : LO_SYSTEM, rational = LO_OK;
    if (status == LO_OK) {
        d.rational = _fmpq_vec_init(f->tape->n);
        d.ball = _arb_vec_init(f->tape->n);
        lo_tape_reach(needed, f->tape, nodes, n);
        for (slong i = 0; i < f->tape->n && status != LO_DOMAIN; i++) {
            if (needed[i] || (model && i < f->primal))
                status = define(&d, f, i, theta, aux);
            if (status == LO_UNABLE)
                rational = LO_UNABLE;
        }
        _fmpq_vec_clear(d.rational, f->tape->n);
        _arb_vec_clear(d.ball, f->tape->n);
    }
    lo_free(d.known);
    lo_free(needed);
    return status == LO_DOMAIN || status == LO_SYSTEM ? status : rational;
}

/* ---- gates ---- */

/* Values of nodes: rational ones, or balls where `ball` is not NULL. */
typedef struct {
    fmpq *rational;
    arb_ptr ball;
} values_struct;

/* The sign of a - b, or of a when b is negative; 0 also where balls do not tell it. */
static int sign_of(const values_struct *v, slong a, slong b)
{
    if (v->ball == NULL)
        return b < 0 ? fmpq_sgn(v->rational + a) : fmpq_cmp(v->rational + a, v->rational + b);
    if (b < 0)
        return arb_is_positive(v->ball + a) - arb_is_negative(v->ball + a);
    return arb_gt(v->ball + a, v->ball + b) - arb_lt(v->ball + a, v->ball + b);
}

/* The gate of entry g of a pooling window, from the values of all its entries, which come before the
 * window's sum. */
static lo_status_t pool_gate(fmpq_t gate, const lo_family_struct *f, slong g, const values_struct *v)
{
    const lo_gate_struct *gates = f->gates;
    fmpq_one(gate);
    for (slong k = 0; k < f->ngates; k++) {
        if (k == g || gates[k].op != LO_OP_MAXPOOL || gates[k].group != gates[g].group)
            continue;
        int order = sign_of(v, gates[g].preactivation, gates[k].preactivation);
        if (order == 0)
            return LO_DOMAIN;
        if (order < 0)
            fmpq_zero(gate);
    }
    return LO_OK;
}

static lo_status_t set_gate(fmpq *aux, const lo_family_struct *f, slong a, const values_struct *v)
{
    const lo_gate_struct *gate = f->gates + f->aux[a].index;
    if (gate->op == LO_OP_MAXPOOL)
        return pool_gate(aux + a, f, f->aux[a].index, v);
    int sign = sign_of(v, gate->preactivation, -1);
    if (sign == 0)
        return LO_DOMAIN;
    fmpq_set_si(aux + a, sign > 0 || gate->act == LO_ACT_LEAKY_RELU,
                sign > 0 || gate->act != LO_ACT_LEAKY_RELU ? 1 : 100);
    return LO_OK;
}

static int is_gate(const lo_family_struct *f, slong node)
{
    const lo_tnode_struct *x = f->tape->nodes + node;
    return x->op == LO_T_AUX && f->aux[x->first].kind == LO_AUX_GATE;
}

/* Entries of a pooling window are computed before its gates are needed, but a gate may stand between them
 * on the tape: the window is settled when its first product is met, so gates are set in the order of the
 * tape after all entries. Pooling windows lower their entries first (lower_signal.c), so every
 * pre-activation precedes every gate of its window. */
static lo_status_t run_gates(fmpq *aux, const values_struct *v, const char *needed, const lo_family_struct *f,
                             const fmpq *theta)
{
    for (slong i = 0; i < f->primal; i++) {
        if (is_gate(f, i))
            LO_TRY(set_gate(aux, f, f->tape->nodes[i].first, v));
        if (needed[i] && v->ball != NULL)
            ball_node(v->ball, f, i, theta, aux);
        else if (needed[i])
            LO_TRY(rational_node(v->rational, f, i, theta, aux));
        if (v->ball == NULL && fmpq_height_bits(v->rational + i) > MAX_BITS)
            return LO_UNABLE;
    }
    return LO_OK;
}

/* Only what pre-activations depend on is computed; where that is not rational, in balls. */
lo_status_t lo_exact_gates(fmpq *aux, const lo_family_struct *f, const fmpq *theta)
{
    values_struct v = { .ball = NULL };
    char *needed = lo_alloc((size_t) f->tape->n, 1);
    slong *roots = lo_alloc((size_t) f->ngates, sizeof(slong));
    lo_status_t status = needed != NULL && roots != NULL ? LO_OK : LO_SYSTEM;
    if (status == LO_OK) {
        for (slong g = 0; g < f->ngates; g++)
            roots[g] = f->gates[g].preactivation;
        lo_tape_reach(needed, f->tape, roots, f->ngates);
        v.rational = _fmpq_vec_init(f->primal);
        status = run_gates(aux, &v, needed, f, theta);
        _fmpq_vec_clear(v.rational, f->primal);
    }
    if (status == LO_UNABLE) {
        v.ball = _arb_vec_init(f->primal);
        status = run_gates(aux, &v, needed, f, theta);
        _arb_vec_clear(v.ball, f->primal);
    }
    lo_free(needed);
    lo_free(roots);
    return status;
}
