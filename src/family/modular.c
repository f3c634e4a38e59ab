/* modular.c - evaluating tapes, members and brackets modulo a prime.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/modular.h"

#include "base/memory.h"

#include <string.h>

ulong lo_prime(slong i)
{
    int small = i >= LO_SMALL_PRIMES;
    ulong q = (UWORD(1) << (small ? 28 : 61)) + (small ? 3 : -1), step = small ? 4 : 2;
    for (i -= small ? LO_SMALL_PRIMES - 1 : 0; i > 0; i--)
        do
            q -= step;
        while (!n_is_prime(q));
    return q;
}

int lo_residue(ulong *r, const fmpq_t value, nmod_t mod)
{
    ulong numerator = fmpz_fdiv_ui(fmpq_numref(value), mod.n),
          denominator = fmpz_fdiv_ui(fmpq_denref(value), mod.n);
    if (denominator == 0)
        return 0;
    *r = denominator == 1 ? numerator : nmod_mul(numerator, n_invmod(denominator, mod.n), mod);
    return 1;
}

ulong lo_residue_si(slong value, nmod_t mod)
{
    ulong r = (value < 0 ? -(ulong) value : (ulong) value) % mod.n;
    return value < 0 ? nmod_neg(r, mod) : r;
}

static lo_status_t set_constants(lo_engine_t e, lo_ctx_t ctx)
{
    const lo_tape_struct *tape = e->family->tape;
    e->nconstants = tape->nconstants;
    e->constants = lo_alloc((size_t) tape->nconstants, sizeof(ulong));
    if (e->constants == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < tape->nconstants; i++) {
        if (!lo_residue(e->constants + i, tape->constants + i, e->mod) ||
            (e->constants[i] == 0 && !fmpq_is_zero(tape->constants + i))) {
            lo_ctx_set_message(ctx, "a constant of the model is not a unit modulo the prime %lu",
                               (unsigned long) e->mod.n);
            return LO_DOMAIN; /* the caller takes another prime */
        }
    }
    return LO_OK;
}

/* A divisor may vanish modulo this prime alone: that of x / (2^61 a - a) does modulo 2^61 - 1. */
static lo_status_t check_divisors(lo_engine_t e, int at_point, lo_ctx_t ctx)
{
    int vanishes;
    LO_TRY(lo_family_vanishes_modulo(&vanishes, e->family, at_point, e->mod, ctx));
    if (!vanishes)
        return LO_OK;
    lo_ctx_set_message(ctx, "the model divides by zero modulo the prime %lu", (unsigned long) e->mod.n);
    return LO_DOMAIN; /* the caller takes another prime */
}

static lo_status_t set_fixed(lo_engine_t e)
{
    const lo_family_struct *f = e->family;
    char *fixed = lo_alloc((size_t) f->p, 1);
    if (fixed == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < f->p; i++)
        fixed[i] = lo_family_point(f, i) != NULL;
    e->fixed = fixed;
    return LO_OK;
}

/* series: inputs may depend on t. */
static void mark_scalars(lo_engine_t e, int series)
{
    const lo_tape_struct *tape = e->family->tape;
    for (slong i = 0; i < tape->n; i++)
        e->scalar[i] = tape->nodes[i].op == LO_T_VAR || (series && tape->nodes[i].op == LO_T_AUX);
    lo_tape_spread(e->scalar, tape, tape->n);
    for (slong i = 0; i < tape->n; i++)
        e->scalar[i] = !e->scalar[i];
}

ulong lo_aux_root(const lo_aux_struct *aux, ulong q)
{
    return n_sqrtmod((ulong) aux->index % q, q);
}

/* Primes tried for the roots of numbers. */
#define MOST_PRIMES 400

/* The values of roots of numbers. A number field embeds in the integers modulo q (a prime of degree one above q), and what
 * does not vanish there does not vanish in the field, nor at any of its real places. */
static lo_status_t set_roots(lo_engine_t e, lo_ctx_t ctx)
{
    const lo_family_struct *f = e->family;
    for (slong a = 0; a < f->naux; a++) {
        if (f->aux[a].kind != LO_AUX_ROOT)
            continue;
        e->frozen[a] = lo_aux_root(f->aux + a, e->mod.n);
        if (e->frozen[a] == 0) {
            lo_ctx_set_message(ctx, "no prime was found modulo which all square roots of numbers in the model exist");
            return LO_UNABLE;
        }
    }
    return LO_OK;
}

/* Relations are coefficients over Q reconstructed from residues, so they want a large prime; what they say does not
 * depend on it. */
static lo_status_t set_relations(lo_engine_t e, slong prime, int at_point, lo_ctx_t ctx)
{
    lo_engine_t large;
    if (e->family->natoms == 0)
        return LO_OK;
    if (prime < LO_SMALL_PRIMES)
        return lo_relations_find(e, ctx);
    lo_status_t status = lo_engine_init_any(large, e->family, at_point, ctx);
    e->relations = large->relations;
    large->relations = NULL;
    lo_engine_clear(large);
    return status;
}

/* What every evaluator has. */
static lo_status_t set_up(lo_engine_t e, const lo_family_struct *family, ulong n, int series, lo_ctx_t ctx)
{
    memset(e, 0, sizeof(*e));
    e->family = family;
    nmod_init(&e->mod, n);
    e->frozen = lo_alloc((size_t) family->naux, sizeof(ulong));
    e->needed = lo_alloc((size_t) family->tape->n, 1);
    e->scalar = lo_alloc((size_t) family->tape->n, 1);
    if (e->frozen == NULL || e->needed == NULL || e->scalar == NULL)
        return LO_SYSTEM;
    lo_tape_reach(e->needed, family->tape, family->components, family->p);
    mark_scalars(e, series);
    return set_constants(e, ctx);
}

lo_status_t lo_engine_init_prescribed(lo_engine_t e, const lo_family_struct *family, ulong n, lo_taylor_fn taylor,
                                      int series, lo_ctx_t ctx)
{
    LO_TRY(set_up(e, family, n, series, ctx));
    memset(e->needed, 1, (size_t) family->primal); /* what a member does not need must be defined there, too */
    e->taylor = taylor;
    return LO_OK;
}

int lo_family_roots_exist(const lo_family_struct *family, ulong q)
{
    for (slong a = 0; a < family->naux; a++)
        if (family->aux[a].kind == LO_AUX_ROOT && lo_aux_root(family->aux + a, q) == 0)
            return 0;
    return 1;
}

/* The i-th of the primes modulo which the roots of numbers in the family exist. */
static ulong prime_with_roots(const lo_family_struct *family, slong i)
{
    slong first = i < LO_SMALL_PRIMES ? 0 : LO_SMALL_PRIMES, suitable = -1;
    for (slong j = first;; j++) {
        ulong q = lo_prime(j);
        suitable += lo_family_roots_exist(family, q);
        if (suitable == i - first || j - first > MOST_PRIMES)
            return q;
    }
}

lo_status_t lo_engine_init(lo_engine_t e, const lo_family_struct *family, slong prime, int at_point,
                           lo_ctx_t ctx)
{
    ulong q = lo_family_has_aux(family, LO_AUX_ROOT) ? prime_with_roots(family, prime) : lo_prime(prime);
    LO_TRY(set_up(e, family, q, 0, ctx));
    lo_random_init(e->random, ctx->seed, 0x6d6f64 + (uint64_t) prime);
    e->zero_seed = lo_random_next(e->random);
    for (slong i = 0; i < family->naux; i++)
        e->frozen[i] = lo_random_below(e->random, e->mod.n);
    LO_TRY(set_roots(e, ctx));
    LO_TRY(lo_engine_draw_frozen(e->frozen, NULL, e, e->random));
    LO_TRY(lo_engine_find_owners(e));
    LO_TRY(check_divisors(e, at_point, ctx));
    if (at_point)
        LO_TRY(set_fixed(e));
    return set_relations(e, prime, at_point, ctx);
}

lo_status_t lo_engine_init_any(lo_engine_t e, const lo_family_struct *family, int at_point, lo_ctx_t ctx)
{
    lo_status_t status = lo_engine_init(e, family, 0, at_point, ctx);
    for (slong prime = 1; prime < 8 && status == LO_DOMAIN; prime++) {
        lo_engine_clear(e);
        status = lo_engine_init(e, family, prime, at_point, ctx);
    }
    return status;
}

void lo_engine_clear(lo_engine_t e)
{
    lo_relations_free(e->relations);
    lo_free((void *) e->fixed);
    lo_free(e->scratch);
    lo_free(e->values);
    lo_free(e->needed);
    lo_free(e->scalar);
    lo_free(e->owner);
    lo_free(e->coordinate_owner);
    lo_free(e->constant);
    lo_free(e->frozen);
    lo_free(e->constants);
    memset(e, 0, sizeof(*e));
}

void lo_engine_share(lo_engine_t worker, const lo_engine_t e)
{
    *worker = *e;
    worker->values = worker->scratch = NULL;
    worker->values_alloc = worker->scratch_alloc = 0;
}

void lo_engine_unshare(lo_engine_t worker)
{
    lo_free(worker->values);
    lo_free(worker->scratch);
    worker->values = worker->scratch = NULL;
}

lo_status_t lo_modpoint_init(lo_modpoint_t point, const lo_engine_t e)
{
    point->theta = lo_alloc((size_t) e->family->p, sizeof(ulong));
    point->atoms = lo_alloc((size_t) e->family->natoms * LO_ATOM_WORDS, sizeof(ulong));
    point->global = 0;
    if (point->theta != NULL && point->atoms != NULL)
        return LO_OK;
    lo_modpoint_clear(point);
    return LO_SYSTEM;
}

void lo_modpoint_clear(lo_modpoint_t point)
{
    lo_free(point->theta);
    lo_free(point->atoms);
    point->theta = point->atoms = NULL;
}

/* Sum of products over GF(q) with lazy reduction. */
static void run_dot_scalar(ulong *out, lo_engine_t e, const lo_tnode_struct *x)
{
    unsigned __int128 sum = 0;
    const lo_term_struct *term = e->family->tape->terms + x->first;
    for (slong t = 0, count = 0; t < x->len; t++) {
        ulong a = e->values[term[t].a];
        if (term[t].coef != 0)
            a = nmod_mul(a, e->constants[term[t].coef], e->mod);
        sum += (unsigned __int128) a * (term[t].b < 0 ? 1 : e->values[term[t].b]);
        if (++count == LO_LAZY) {
            sum = lo_reduce(sum, e->mod);
            count = 0;
        }
    }
    *out = lo_reduce(sum, e->mod);
}

static void run_dot(ulong *out, lo_engine_t e, const lo_modalg_t algebra, const lo_tnode_struct *x,
                    ulong *scratch)
{
    slong w = algebra->w;
    memset(out, 0, (size_t) w * sizeof(ulong));
    for (slong t = x->first; t < x->first + x->len; t++) {
        const lo_term_struct *term = e->family->tape->terms + t;
        const ulong *a = e->values + term->a * w, *b = term->b < 0 ? NULL : e->values + term->b * w;
        ulong factor = e->constants[term->coef];
        if (b != NULL && e->scalar[term->a]) { /* a is a scalar: put it second */
            const ulong *swap = a;
            a = b;
            b = swap;
        }
        if (b != NULL && (e->scalar[term->a] || e->scalar[term->b])) {
            factor = nmod_mul(factor, b[0], e->mod);
        } else if (b != NULL) {
            lo_modalg_mul(scratch, a, b, algebra);
            a = scratch;
        }
        if (factor == 1)
            _nmod_vec_add(out, out, a, w, e->mod);
        else
            _nmod_vec_scalar_addmul_nmod(out, a, w, factor, e->mod);
    }
}

static int run_pow(ulong *out, const lo_modalg_t algebra, const ulong *base, slong exponent, ulong *scratch)
{
    slong w = algebra->w;
    ulong *power = scratch, *temp = scratch + w;
    memset(out, 0, (size_t) w * sizeof(ulong));
    out[0] = 1;
    memcpy(power, base, (size_t) w * sizeof(ulong));
    if (exponent < 0) {
        if (!lo_modalg_div(power, out, base, algebra))
            return 0;
        exponent = -exponent;
    }
    for (; exponent > 0; exponent >>= 1) {
        if (exponent & 1) {
            lo_modalg_mul(temp, out, power, algebra);
            memcpy(out, temp, (size_t) w * sizeof(ulong));
        }
        if (exponent > 1) {
            lo_modalg_mul(temp, power, power, algebra);
            memcpy(power, temp, (size_t) w * sizeof(ulong));
        }
    }
    return 1;
}

static lo_status_t run_node(ulong *out, lo_engine_t e, const lo_modalg_t algebra, slong node,
                            const ulong *theta, const ulong *atoms, const ulong *member)
{
    const lo_tnode_struct *x = e->family->tape->nodes + node;
    slong w = algebra->w;
    switch (x->op) {
    case LO_T_CONST:
    case LO_T_AUX:
        memset(out, 0, (size_t) w * sizeof(ulong));
        out[0] = x->op == LO_T_CONST ? e->constants[x->first] : member[x->first];
        if (x->op == LO_T_AUX && e->taylor != NULL && algebra->n > 1)
            out[1] = member[e->family->naux + x->first];
        return LO_OK;
    case LO_T_VAR:
        memcpy(out, theta + x->first * w, (size_t) w * sizeof(ulong));
        return LO_OK;
    case LO_T_DOT:
        if (w == 1)
            run_dot_scalar(out, e, x);
        else
            run_dot(out, e, algebra, x, e->scratch);
        return LO_OK;
    case LO_T_DIV:
        return lo_modalg_div(out, e->values + x->first * w, e->values + x->len * w, algebra) ? LO_OK
                                                                                             : LO_DOMAIN;
    case LO_T_POW:
        return run_pow(out, algebra, e->values + x->first * w, x->len, e->scratch) ? LO_OK : LO_DOMAIN;
    case LO_T_FUN:
        return lo_run_function(out, e, algebra, node, atoms);
    }
    return LO_OK;
}

lo_status_t lo_engine_run(lo_engine_t e, const lo_modalg_t algebra, const char *needed, slong first,
                          slong stop, const ulong *theta, const ulong *atoms, const ulong *member)
{
    slong w = algebra->w;
    LO_TRY(LO_GROW(e->values, e->values_alloc, e->family->tape->n * w));
    LO_TRY(LO_GROW(e->scratch, e->scratch_alloc, 4 * w + 8));
    for (slong i = first; i < stop; i++)
        if (needed[i])
            LO_TRY(run_node(e->values + i * w, e, algebra, i, theta, atoms, member));
    return LO_OK;
}

/* The coefficient of t^m of a prescribed member; theta does not depend on t. */
static lo_status_t taylor_field(ulong *field, lo_engine_t e, const lo_modalg_t jets, slong m, const ulong *theta,
                                const ulong *atoms, const ulong *member)
{
    const lo_family_struct *f = e->family;
    slong w = jets->w, n = m + 1;
    lo_modalg_t algebra;
    lo_modalg_mixed(algebra, e->mod, jets->k, n);
    ulong *lifted = lo_alloc((size_t) (f->p * w * n), sizeof(ulong));
    if (lifted == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < f->p * w; i++)
        lifted[i * n] = theta[i];
    lo_status_t status = lo_engine_run(e, algebra, e->needed, 0, f->tape->n, lifted, atoms, member);
    for (slong i = 0; i < f->p && status == LO_OK; i++)
        for (slong s = 0; s < w; s++)
            field[i * w + s] = e->values[(f->components[i] * w + s) * n + m];
    lo_free(lifted);
    return status;
}

lo_status_t lo_engine_field(ulong *field, lo_engine_t e, const lo_modalg_t algebra, const ulong *theta,
                            const lo_modpoint_t point, const ulong *member)
{
    const lo_family_struct *f = e->family;
    slong w = algebra->w;
    const ulong *atoms = lo_member_atoms(e, member, point);
    if (e->taylor != NULL && member[2 * f->naux] > 0)
        return taylor_field(field, e, algebra, (slong) member[2 * f->naux], theta, atoms, member);
    LO_TRY(lo_engine_run(e, algebra, e->needed, 0, f->tape->n, theta, atoms, member));
    for (slong i = 0; i < f->p; i++)
        memcpy(field + i * w, e->values + f->components[i] * w, (size_t) w * sizeof(ulong));
    for (slong copy = 1; copy < f->npatterns; copy++) {
        LO_TRY(lo_engine_run(e, algebra, e->needed, 0, f->tape->n, theta, atoms, member + copy * f->naux));
        for (slong i = 0; i < f->p; i++)
            _nmod_vec_add(field + i * w, field + i * w, e->values + f->components[i] * w, w, e->mod);
    }
    return LO_OK;
}

lo_status_t lo_engine_nodes_over(ulong *out, lo_engine_t e, const lo_modalg_t algebra, const slong *nodes,
                                 slong n, const ulong *theta, const lo_modpoint_t point, const ulong *member)
{
    slong w = algebra->w;
    const ulong *atoms = e->taylor != NULL ? lo_member_atoms(e, member, point) : point->atoms;
    char *needed = lo_alloc((size_t) e->family->tape->n, 1);
    if (needed == NULL)
        return LO_SYSTEM;
    lo_tape_reach(needed, e->family->tape, nodes, n);
    lo_status_t status =
        lo_engine_run(e, algebra, needed, 0, e->family->tape->n, theta, atoms, member);
    lo_free(needed);
    for (slong i = 0; status == LO_OK && i < n; i++)
        memcpy(out + i * w, e->values + nodes[i] * w, (size_t) w * sizeof(ulong));
    return status;
}

lo_status_t lo_engine_nodes(ulong *out, lo_engine_t e, const slong *nodes, slong n, const lo_modpoint_t point,
                            const ulong *member)
{
    lo_modalg_t scalars;
    lo_modalg_jets(scalars, e->mod, 0);
    return lo_engine_nodes_over(out, e, scalars, nodes, n, point->theta, point, member);
}

/* The bracket word at theta in jets of order k: see design, section 2a. low: 2^k words per coordinate.
 *   x = X(theta);  theta' = theta + e x: rest(theta') = B + e (DB.x);  X(theta + e B) = x + e (DX.B). */
static lo_status_t bracket_over(ulong *out, lo_engine_t e, const ulong *const *members, slong n, slong k,
                                const ulong *theta, const lo_modpoint_t point)
{
    slong p = e->family->p, w = (slong) 1 << k;
    lo_modalg_t algebra;
    lo_modalg_jets(algebra, e->mod, k);
    if (n == 1)
        return lo_engine_field(out, e, algebra, theta, point, members[0]);
    ulong *wide = lo_alloc((size_t) (4 * p * w), sizeof(ulong)); /* theta + e v, then a field there */
    if (wide == NULL)
        return LO_SYSTEM;
    ulong *result = wide + 2 * p * w;
    lo_status_t status = lo_engine_field(out, e, algebra, theta, point, members[0]);
    for (int half = 0; half < 2 && status == LO_OK; half++) {
        /* half 0: along X, evaluate the rest; half 1: along the rest, evaluate X */
        for (slong i = 0; i < p; i++) {
            memcpy(wide + 2 * i * w, theta + i * w, (size_t) w * sizeof(ulong));
            memcpy(wide + (2 * i + 1) * w, half == 0 ? out + i * w : result + 2 * i * w,
                   (size_t) w * sizeof(ulong));
        }
        if (half == 0) {
            status = bracket_over(result, e, members + 1, n - 1, k + 1, wide, point);
            for (slong i = 0; status == LO_OK && i < p; i++)
                memcpy(out + i * w, result + (2 * i + 1) * w, (size_t) w * sizeof(ulong));
        } else {
            status = bracket_over(result, e, members, 1, k + 1, wide, point);
            for (slong i = 0; status == LO_OK && i < p; i++)
                _nmod_vec_sub(out + i * w, out + i * w, result + (2 * i + 1) * w, w, e->mod);
        }
    }
    lo_free(wide);
    return status;
}

lo_status_t lo_engine_bracket(ulong *value, lo_engine_t e, const ulong *const *members, slong n,
                              const lo_modpoint_t point)
{
    return bracket_over(value, e, members, n, 0, point->theta, point);
}
