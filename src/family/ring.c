/* ring.c - arithmetic in the field of rational functions of a family.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/ring.h"

#include "base/memory.h"

#include <string.h>

#define SYMBOLS LO_FUN_COUNT /* per atom, in the order of lo_fun_t: sin before cos */
#define MAX_VARIABLES 20000

slong lo_ring_aux(const lo_ring_t ring, slong aux)
{
    return ring->first_aux + aux;
}

slong lo_ring_atom(const lo_ring_t ring, slong k, lo_fun_t fun)
{
    return ring->first_atom + SYMBOLS * ring->same[k] + (slong) fun;
}

/* sin(a)^2 + cos(a)^2 - 1 for every atom */
static void set_circles(lo_ring_t ring)
{
    fmpz_mpoly_t x;
    fmpz_mpoly_init(x, ring->ctx);
    for (slong k = 0; k < ring->natoms; k++) {
        fmpz_mpoly_struct *circle = ring->circle + k;
        fmpz_mpoly_gen(circle, lo_ring_atom(ring, k, LO_FUN_SIN), ring->ctx);
        fmpz_mpoly_mul(circle, circle, circle, ring->ctx);
        fmpz_mpoly_gen(x, lo_ring_atom(ring, k, LO_FUN_COS), ring->ctx);
        fmpz_mpoly_mul(x, x, x, ring->ctx);
        fmpz_mpoly_add(circle, circle, x, ring->ctx);
        fmpz_mpoly_sub_si(circle, circle, 1, ring->ctx);
    }
    fmpz_mpoly_clear(x, ring->ctx);
}

static lo_status_t init(lo_ring_t ring, const lo_family_struct *family, lo_ctx_t ctx)
{
    ring->family = family;
    ring->p = family->p;
    ring->natoms = family->natoms;
    ring->first_aux = family->p;
    ring->first_atom = family->p + family->naux;
    ring->first_opaque = ring->first_atom + SYMBOLS * family->natoms;
    ring->nvars = ring->first_opaque + ring->nopaque;
    ring->max_terms = ctx->limits->polynomial_terms;
    if (ring->nvars > MAX_VARIABLES)
        return LO_UNABLE;
    ring->argument = lo_alloc((size_t) ring->natoms, sizeof(*ring->argument));
    ring->argument_ready = lo_alloc((size_t) ring->natoms, 1);
    ring->same = lo_alloc((size_t) ring->natoms, sizeof(slong));
    ring->opposite = lo_alloc((size_t) ring->natoms, 1);
    ring->circle = lo_alloc((size_t) ring->natoms, sizeof(*ring->circle));
    ring->names = lo_alloc((size_t) ring->nvars, sizeof(char *));
    if (ring->argument == NULL || ring->argument_ready == NULL || ring->same == NULL || ring->opposite == NULL ||
        ring->circle == NULL || ring->names == NULL) {
        lo_free(ring->argument);
        lo_free(ring->argument_ready);
        lo_free(ring->same);
        lo_free(ring->opposite);
        lo_free(ring->circle);
        lo_free(ring->names);
        return LO_SYSTEM;
    }
    fmpz_mpoly_ctx_init(ring->ctx, ring->nvars, ORD_DEGLEX);
    for (slong k = 0; k < ring->natoms; k++) {
        ring->same[k] = k;
        fmpz_mpoly_q_init(ring->argument + k, ring->ctx);
        fmpz_mpoly_init(ring->circle + k, ring->ctx);
    }
    set_circles(ring);
    return LO_OK;
}

lo_status_t lo_ring_init(lo_ring_t ring, const lo_family_struct *family, lo_ctx_t ctx)
{
    memset(ring, 0, sizeof(*ring));
    return init(ring, family, ctx);
}

static int is_opaque(const lo_family_struct *family, slong node)
{
    return family->tape->nodes[node].op == LO_T_FUN && family->tape->nodes[node].fun >= LO_FUN_COUNT;
}

lo_status_t lo_ring_init_opaque(lo_ring_t ring, const lo_family_struct *family, lo_ctx_t ctx)
{
    memset(ring, 0, sizeof(*ring));
    for (slong i = 0; i < family->tape->n; i++)
        ring->nopaque += is_opaque(family, i);
    ring->opaque = lo_alloc((size_t) ring->nopaque, sizeof(slong));
    if (ring->opaque == NULL)
        return LO_SYSTEM;
    for (slong i = 0, k = 0; i < family->tape->n; i++)
        if (is_opaque(family, i))
            ring->opaque[k++] = i;
    lo_status_t status = init(ring, family, ctx);
    if (status != LO_OK) {
        lo_free(ring->opaque);
        ring->opaque = NULL;
    }
    return status;
}

void lo_ring_clear(lo_ring_t ring)
{
    if (ring->names == NULL)
        return;
    for (slong k = 0; k < ring->natoms; k++) {
        fmpz_mpoly_q_clear(ring->argument + k, ring->ctx);
        fmpz_mpoly_clear(ring->circle + k, ring->ctx);
    }
    for (slong i = 0; i < ring->nvars; i++)
        lo_free(ring->names[i]);
    fmpz_mpoly_ctx_clear(ring->ctx);
    lo_free(ring->argument);
    lo_free(ring->argument_ready);
    lo_free(ring->same);
    lo_free(ring->opposite);
    lo_free(ring->circle);
    lo_free(ring->names);
    lo_free(ring->opaque);
    memset(ring, 0, sizeof(*ring));
}

/* Reduces one polynomial modulo the circles. */
static void reduce_circles(fmpz_mpoly_t f, const lo_ring_t ring)
{
    fmpz_mpoly_t quotient, remainder;
    fmpz_mpoly_init(quotient, ring->ctx);
    fmpz_mpoly_init(remainder, ring->ctx);
    for (slong k = 0; k < ring->natoms; k++) {
        if (ring->same[k] != k || fmpz_mpoly_degree_si(f, lo_ring_atom(ring, k, LO_FUN_SIN), ring->ctx) < 2)
            continue;
        fmpz_mpoly_divrem(quotient, remainder, f, ring->circle + k, ring->ctx);
        fmpz_mpoly_swap(f, remainder, ring->ctx);
    }
    fmpz_mpoly_clear(quotient, ring->ctx);
    fmpz_mpoly_clear(remainder, ring->ctx);
}

static lo_status_t normalise(fmpz_mpoly_q_t f, const lo_ring_t ring)
{
    if (ring->natoms > 0) {
        reduce_circles(fmpz_mpoly_q_numref(f), ring);
        reduce_circles(fmpz_mpoly_q_denref(f), ring);
        if (fmpz_mpoly_is_zero(fmpz_mpoly_q_denref(f), ring->ctx)) {
            fmpz_mpoly_one(fmpz_mpoly_q_denref(f), ring->ctx); /* keep the element well-formed */
            return LO_DOMAIN;
        }
        fmpz_mpoly_q_canonicalise(f, ring->ctx);
    }
    return LO_OK;
}

/* An upper bound of the terms of the cross products of two fractions, without overflow. */
static int too_large(const fmpz_mpoly_q_t a, const fmpz_mpoly_q_t b, const lo_ring_t ring)
{
    slong x = fmpz_mpoly_length(fmpz_mpoly_q_numref(a), ring->ctx) +
              fmpz_mpoly_length(fmpz_mpoly_q_denref(a), ring->ctx);
    slong y = fmpz_mpoly_length(fmpz_mpoly_q_numref(b), ring->ctx) +
              fmpz_mpoly_length(fmpz_mpoly_q_denref(b), ring->ctx);
    return x > 4 && y > 4 && x > ring->max_terms / y;
}

static int additive_too_large(const fmpz_mpoly_q_t a, const fmpz_mpoly_q_t b, const lo_ring_t ring)
{
    if (fmpz_mpoly_is_one(fmpz_mpoly_q_denref(a), ring->ctx) &&
        fmpz_mpoly_is_one(fmpz_mpoly_q_denref(b), ring->ctx))
        return fmpz_mpoly_length(fmpz_mpoly_q_numref(a), ring->ctx) +
                   fmpz_mpoly_length(fmpz_mpoly_q_numref(b), ring->ctx) >
               ring->max_terms;
    return too_large(a, b, ring);
}

lo_status_t lo_ring_add(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t a, const fmpz_mpoly_q_t b,
                        const lo_ring_t ring)
{
    if (additive_too_large(a, b, ring))
        return LO_UNABLE;
    fmpz_mpoly_q_add(res, a, b, ring->ctx);
    return normalise(res, ring);
}

lo_status_t lo_ring_sub(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t a, const fmpz_mpoly_q_t b,
                        const lo_ring_t ring)
{
    if (additive_too_large(a, b, ring))
        return LO_UNABLE;
    fmpz_mpoly_q_sub(res, a, b, ring->ctx);
    return normalise(res, ring);
}

lo_status_t lo_ring_mul(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t a, const fmpz_mpoly_q_t b,
                        const lo_ring_t ring)
{
    if (too_large(a, b, ring))
        return LO_UNABLE;
    fmpz_mpoly_q_mul(res, a, b, ring->ctx);
    return normalise(res, ring);
}

lo_status_t lo_ring_addmul(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t a, const fmpz_mpoly_q_t b,
                           const lo_ring_t ring)
{
    fmpz_mpoly_q_t product;
    fmpz_mpoly_q_init(product, ring->ctx);
    lo_status_t status = lo_ring_mul(product, a, b, ring);
    if (status == LO_OK)
        status = lo_ring_add(res, res, product, ring);
    fmpz_mpoly_q_clear(product, ring->ctx);
    return status;
}

lo_status_t lo_ring_div(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t a, const fmpz_mpoly_q_t b,
                        const lo_ring_t ring)
{
    if (fmpz_mpoly_q_is_zero(b, ring->ctx))
        return LO_DOMAIN;
    if (too_large(a, b, ring))
        return LO_UNABLE;
    fmpz_mpoly_q_div(res, a, b, ring->ctx);
    return normalise(res, ring);
}

void lo_ring_derivative(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t f, slong variable, const lo_ring_t ring)
{
    if (fmpz_mpoly_is_fmpz(fmpz_mpoly_q_denref(f), ring->ctx)) {
        fmpz_mpoly_derivative(fmpz_mpoly_q_numref(res), fmpz_mpoly_q_numref(f), variable, ring->ctx);
        fmpz_mpoly_set(fmpz_mpoly_q_denref(res), fmpz_mpoly_q_denref(f), ring->ctx);
        fmpz_mpoly_q_canonicalise(res, ring->ctx);
        return;
    }
    /* (n' d - n d') / d^2 */
    fmpz_mpoly_t a, b;
    fmpz_mpoly_init(a, ring->ctx);
    fmpz_mpoly_init(b, ring->ctx);
    fmpz_mpoly_derivative(a, fmpz_mpoly_q_numref(f), variable, ring->ctx);
    fmpz_mpoly_mul(a, a, fmpz_mpoly_q_denref(f), ring->ctx);
    fmpz_mpoly_derivative(b, fmpz_mpoly_q_denref(f), variable, ring->ctx);
    fmpz_mpoly_mul(b, b, fmpz_mpoly_q_numref(f), ring->ctx);
    fmpz_mpoly_sub(a, a, b, ring->ctx);
    fmpz_mpoly_mul(b, fmpz_mpoly_q_denref(f), fmpz_mpoly_q_denref(f), ring->ctx);
    fmpz_mpoly_swap(fmpz_mpoly_q_numref(res), a, ring->ctx);
    fmpz_mpoly_swap(fmpz_mpoly_q_denref(res), b, ring->ctx);
    fmpz_mpoly_q_canonicalise(res, ring->ctx);
    fmpz_mpoly_clear(a, ring->ctx);
    fmpz_mpoly_clear(b, ring->ctx);
}

/* ---- values of tape nodes ---- */

static lo_status_t ring_dot(fmpz_mpoly_q_t res, const fmpz_mpoly_q_struct *values, const lo_tnode_struct *x,
                            const lo_ring_t ring)
{
    const lo_tape_struct *tape = ring->family->tape;
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_t t;
    fmpz_mpoly_q_init(t, ring->ctx);
    fmpz_mpoly_q_zero(res, ring->ctx);
    for (slong i = x->first; status == LO_OK && i < x->first + x->len; i++) {
        const lo_term_struct *term = tape->terms + i;
        fmpz_mpoly_q_set(t, values + term->a, ring->ctx);
        if (term->b >= 0)
            status = lo_ring_mul(t, t, values + term->b, ring);
        if (status == LO_OK && term->coef != 0)
            fmpz_mpoly_q_mul_fmpq(t, t, tape->constants + term->coef, ring->ctx);
        if (status == LO_OK)
            status = lo_ring_add(res, res, t, ring);
    }
    fmpz_mpoly_q_clear(t, ring->ctx);
    return status;
}

static lo_status_t ring_pow(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t base, slong exponent,
                            const lo_ring_t ring)
{
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_t power;
    fmpz_mpoly_q_init(power, ring->ctx);
    fmpz_mpoly_q_set(power, base, ring->ctx);
    fmpz_mpoly_q_one(res, ring->ctx);
    for (slong n = exponent < 0 ? -exponent : exponent; n > 0 && status == LO_OK; n >>= 1) {
        if (n & 1)
            status = lo_ring_mul(res, res, power, ring);
        if (n > 1 && status == LO_OK)
            status = lo_ring_mul(power, power, power, ring);
    }
    if (status == LO_OK && exponent < 0) {
        fmpz_mpoly_q_one(power, ring->ctx);
        status = lo_ring_div(res, power, res, ring);
    }
    fmpz_mpoly_q_clear(power, ring->ctx);
    return status;
}

/* Notes an atom whose argument is minus that of atom k. */
static void find_opposite(lo_ring_t ring, slong k)
{
    fmpz_mpoly_q_t minus;
    fmpz_mpoly_q_init(minus, ring->ctx);
    fmpz_mpoly_q_neg(minus, ring->argument + k, ring->ctx);
    for (slong i = 0; i < ring->natoms && ring->same[k] == k; i++)
        if (i != k && ring->argument_ready[i] && ring->same[i] == i &&
            fmpz_mpoly_q_equal(ring->argument + i, minus, ring->ctx)) {
            ring->same[k] = i;
            ring->opposite[k] = 1;
        }
    fmpz_mpoly_q_clear(minus, ring->ctx);
}

/* Atoms with equal arguments share their symbols. All rings of a family see the atoms in the same order
 * (prepare_atoms), so an element means the same in each. */
void lo_ring_set_argument(lo_ring_t ring, slong k, const fmpz_mpoly_q_t argument)
{
    fmpz_mpoly_q_set(ring->argument + k, argument, ring->ctx);
    for (slong i = 0; i < ring->natoms && ring->same[k] == k; i++)
        if (i != k && ring->argument_ready[i] && ring->same[i] == i &&
            fmpz_mpoly_q_equal(ring->argument + i, ring->argument + k, ring->ctx))
            ring->same[k] = i;
    if (ring->opaque != NULL && ring->same[k] == k)
        find_opposite(ring, k);
    ring->argument_ready[k] = 1;
}

/* Whether the value of f at -a is expressed by that at a. */
static int has_reflection(const lo_ring_t ring, const lo_tnode_struct *x)
{
    return lo_tape_parity(x) != 0 ||
           (!ring->parity_only && (x->fun == LO_FUN_EXP || x->fun == LO_FUN_SOFTPLUS));
}

/* The symbol of a value: that of the first one with the same function and an equal argument, or an opposite one where the
 * function has a rule for it. */
static slong symbol_of(const lo_ring_t ring, slong node)
{
    const lo_family_struct *f = ring->family;
    const lo_tnode_struct *x = f->tape->nodes + node;
    slong k = f->atom_of_node[node], free_sign = has_reflection(ring, x), n = ring->nopaque;
    if (x->fun < LO_FUN_COUNT) { /* without a rule: the first atom with the same argument */
        slong i = 0;
        while (!free_sign && (ring->same[i] != ring->same[k] || ring->opposite[i] != ring->opposite[k]))
            i++;
        return free_sign ? lo_ring_atom(ring, k, x->fun) : ring->first_atom + SYMBOLS * i + (slong) x->fun;
    }
    for (slong s = 0; s < n; s++) {
        const lo_tnode_struct *y = f->tape->nodes + ring->opaque[s];
        slong i = f->atom_of_node[ring->opaque[s]];
        if (y->fun == x->fun && (x->fun != LO_FUN_GENERIC || y->len == x->len) && ring->same[i] == ring->same[k] &&
            (free_sign || ring->opposite[i] == ring->opposite[k]))
            return ring->first_opaque + s;
    }
    return -1; /* not reached: the node itself is in the list */
}

/* The value of a function at an argument that is opposite to that of its symbol. */
static lo_status_t reflect(fmpz_mpoly_q_t res, const lo_tnode_struct *x, const fmpz_mpoly_q_t argument, lo_ring_t ring)
{
    fmpz_mpoly_q_t one;
    if (x->fun == LO_FUN_SOFTPLUS) /* softplus(-a) = softplus(a) - a */
        return lo_ring_add(res, res, argument, ring);
    if (x->fun != LO_FUN_EXP) {
        if (lo_tape_parity(x) < 0)
            fmpz_mpoly_q_neg(res, res, ring->ctx);
        return LO_OK;
    }
    fmpz_mpoly_q_init(one, ring->ctx);
    fmpz_mpoly_q_one(one, ring->ctx);
    lo_status_t status = lo_ring_div(res, one, res, ring);
    fmpz_mpoly_q_clear(one, ring->ctx);
    return status;
}

static lo_status_t ring_node(fmpz_mpoly_q_struct *values, slong node, lo_ring_t ring)
{
    const lo_tape_struct *tape = ring->family->tape;
    const lo_tnode_struct *x = tape->nodes + node;
    fmpz_mpoly_q_struct *res = values + node;
    switch (x->op) {
    case LO_T_CONST:
        fmpz_mpoly_q_set_fmpq(res, tape->constants + x->first, ring->ctx);
        return LO_OK;
    case LO_T_VAR:
        fmpz_mpoly_q_gen(res, x->first, ring->ctx);
        return LO_OK;
    case LO_T_AUX:
        fmpz_mpoly_q_gen(res, lo_ring_aux(ring, x->first), ring->ctx);
        return LO_OK;
    case LO_T_DOT:
        return ring_dot(res, values, x, ring);
    case LO_T_DIV:
        return lo_ring_div(res, values + x->first, values + x->len, ring);
    case LO_T_POW:
        return ring_pow(res, values + x->first, x->len, ring);
    case LO_T_FUN: {
        slong k = ring->family->atom_of_node[node];
        if (ring->family->opaque && ring->opaque == NULL)
            return LO_UNABLE; /* square roots, primitives and arbitrary functions have no symbols */
        if (fmpz_mpoly_q_is_zero(values + x->first, ring->ctx) && lo_fun_at_origin(x->fun, x->len) >= 0) {
            fmpz_mpoly_q_set_si(res, lo_fun_at_origin(x->fun, x->len), ring->ctx);
            return LO_OK;
        }
        if (!ring->argument_ready[k])
            lo_ring_set_argument(ring, k, values + x->first);
        fmpz_mpoly_q_gen(res, symbol_of(ring, node), ring->ctx);
        return ring->opposite[k] && has_reflection(ring, x) ? reflect(res, x, values + x->first, ring) : LO_OK;
    }
    }
    return LO_OK;
}

static int needs_function(const lo_tape_t tape, const char *needed)
{
    for (slong i = 0; i < tape->n; i++)
        if (needed[i] && tape->nodes[i].op == LO_T_FUN)
            return 1;
    return 0;
}

lo_status_t lo_ring_nodes(fmpz_mpoly_q_struct *values, const slong *nodes, slong n, lo_ring_t ring,
                          lo_ctx_t ctx)
{
    slong size = ring->family->tape->n, top = 0;
    char *needed = lo_alloc((size_t) size, 1);
    fmpz_mpoly_q_struct *all = lo_alloc((size_t) size, sizeof(*all));
    lo_status_t status = needed != NULL && all != NULL ? LO_OK : LO_SYSTEM;
    if (status == LO_OK) {
        lo_tape_reach(needed, ring->family->tape, nodes, n);
        if (ring->prepared == 0 && needs_function(ring->family->tape, needed))
            status = lo_ring_prepare_atoms(ring, ctx);
        for (top = 0; top < size && status == LO_OK; top++) {
            if (!needed[top])
                continue;
            fmpz_mpoly_q_init(all + top, ring->ctx);
            status = ring_node(all, top, ring);
            if (status == LO_OK && top % 64 == 0)
                status = lo_ctx_poll(ctx);
        }
    }
    for (slong i = 0; i < n && status == LO_OK; i++)
        fmpz_mpoly_q_set(values + i, all + nodes[i], ring->ctx);
    for (slong i = 0; i < top; i++)
        if (needed[i])
            fmpz_mpoly_q_clear(all + i, ring->ctx);
    lo_free(needed);
    lo_free(all);
    return status;
}

lo_status_t lo_ring_vanish(int *zero, const slong *nodes, slong n, lo_ring_t ring, lo_ctx_t ctx)
{
    *zero = 0;
    fmpz_mpoly_q_struct *values = lo_alloc((size_t) n, sizeof(*values));
    if (values == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < n; i++)
        fmpz_mpoly_q_init(values + i, ring->ctx);
    lo_status_t status = lo_ring_nodes(values, nodes, n, ring, ctx);
    *zero = status == LO_OK;
    for (slong i = 0; i < n; i++) {
        *zero = *zero && fmpz_mpoly_q_is_zero(values + i, ring->ctx);
        fmpz_mpoly_q_clear(values + i, ring->ctx);
    }
    lo_free(values);
    return status;
}
