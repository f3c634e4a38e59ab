/* gradient.c - reverse-mode differentiation as a transformation of tapes.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The adjoint of node v is sum over the users w of v of adjoint(w) * dw/dv. Contributions are collected in
 * linked lists while the tape is walked backwards; when v is reached all its users have been visited, so its
 * adjoint is one sum of products.
 */
#include "family/tape.h"

#include "base/memory.h"

typedef struct {
    slong coef; /* constant index */
    slong a, b; /* nodes; b may be -1 */
    slong next;
} contribution_struct;

typedef struct {
    lo_tape_struct *tape;
    contribution_struct *pool;
    slong n, alloc;
    slong *head;  /* per original node, -1: none */
    char *active; /* depends on a coordinate and is needed */
    lo_status_t status;
} sweep_struct;

static void contribute(sweep_struct *s, slong node, slong coef, slong a, slong b)
{
    if (s->status != LO_OK || !s->active[node])
        return;
    if ((s->status = LO_GROW(s->pool, s->alloc, s->n + 1)) != LO_OK)
        return;
    s->pool[s->n] = (contribution_struct){ coef, a, b, s->head[node] };
    s->head[node] = s->n++;
}

static slong adjoint_of(sweep_struct *s, slong node)
{
    lo_tape_begin(s->tape);
    fmpq_t coef;
    fmpq_init(coef);
    for (slong c = s->head[node]; c >= 0; c = s->pool[c].next) {
        fmpq_set(coef, s->tape->constants + s->pool[c].coef);
        lo_tape_term_scaled(s->tape, coef, s->pool[c].a, s->pool[c].b);
    }
    fmpq_clear(coef);
    return lo_tape_end(s->tape);
}

/* A constant index for the small integer k. */
static slong integer_index(lo_tape_t tape, slong k)
{
    slong node = lo_tape_const_si(tape, k);
    return tape->status == LO_OK ? tape->nodes[node].first : 0;
}

static void propagate_dot(sweep_struct *s, slong node, slong adjoint)
{
    lo_tnode_struct x = s->tape->nodes[node];
    for (slong t = x.first; t < x.first + x.len; t++) {
        lo_term_struct term = s->tape->terms[t];
        contribute(s, term.a, term.coef, adjoint, term.b);
        if (term.b >= 0)
            contribute(s, term.b, term.coef, adjoint, term.a);
    }
}

/* a' f'(a): exp' = exp, sin' = cos, cos' = -sin, tanh' = 1 - tanh^2, log' = 1/a, sqrt' = 1/(2 sqrt) */
static void propagate_fun(sweep_struct *s, slong node, slong adjoint)
{
    lo_tape_struct *tape = s->tape;
    lo_tnode_struct x = tape->nodes[node];
    switch (x.fun) {
    case LO_FUN_EXP:
        contribute(s, x.first, 0, adjoint, node);
        break;
    case LO_FUN_SIN:
        contribute(s, x.first, 0, adjoint, lo_tape_fun(tape, LO_FUN_COS, x.first));
        break;
    case LO_FUN_COS:
        contribute(s, x.first, integer_index(tape, -1), adjoint, lo_tape_fun(tape, LO_FUN_SIN, x.first));
        break;
    case LO_FUN_TANH:
        contribute(s, x.first, 0, adjoint, -1);
        contribute(s, x.first, integer_index(tape, -1), adjoint, lo_tape_pow(tape, node, 2));
        break;
    case LO_FUN_LOG:
        contribute(s, x.first, 0, lo_tape_div(tape, adjoint, x.first), -1);
        break;
    case LO_FUN_SQRT:
        contribute(s, x.first, 0, lo_tape_div(tape, adjoint, lo_tape_add(tape, node, node, 1)), -1);
        break;
    case LO_FUN_ERF:
    case LO_FUN_SOFTPLUS:
        contribute(s, x.first, 0, adjoint, x.len);
        break;
    case LO_FUN_GENERIC:
        contribute(s, x.first, 0, adjoint, lo_tape_fun_with(tape, LO_FUN_GENERIC, x.first, x.len + 4));
        break;
    }
}

static void propagate(sweep_struct *s, slong node, slong adjoint)
{
    lo_tape_struct *tape = s->tape;
    lo_tnode_struct x = tape->nodes[node];
    switch (x.op) {
    case LO_T_CONST:
    case LO_T_VAR:
    case LO_T_AUX:
        break;
    case LO_T_DOT:
        propagate_dot(s, node, adjoint);
        break;
    case LO_T_DIV: { /* d(a/b) = da/b - (a/b) db/b */
        slong scaled = lo_tape_div(tape, adjoint, x.len);
        contribute(s, x.first, 0, scaled, -1);
        if (s->active[x.len])
            contribute(s, x.len, integer_index(tape, -1), scaled, node);
        break;
    }
    case LO_T_POW: { /* d(a^k) = k a^(k-1) da */
        slong lower = lo_tape_pow(tape, x.first, x.len - 1);
        contribute(s, x.first, integer_index(tape, x.len), adjoint, lower);
        break;
    }
    case LO_T_FUN:
        propagate_fun(s, node, adjoint);
        break;
    }
    if (s->status == LO_OK)
        s->status = tape->status;
}

/* active[i] = 1 when node i depends on a coordinate and an output needs it */
static void mark_active(char *active, const lo_tape_t tape, slong n, const char *needed)
{
    for (slong i = 0; i < n; i++)
        active[i] = tape->nodes[i].op == LO_T_VAR;
    lo_tape_spread(active, tape, n);
    for (slong i = 0; i < n; i++)
        active[i] = (char) (active[i] && needed[i]);
}

static lo_status_t sweep(slong *gradient, slong p, sweep_struct *s, slong n)
{
    lo_tape_struct *tape = s->tape;
    for (slong i = 0; i < p; i++)
        gradient[i] = LO_TAPE_ZERO;
    for (slong i = n - 1; i >= 0 && s->status == LO_OK; i--) {
        if (s->head[i] < 0)
            continue;
        slong adjoint = adjoint_of(s, i);
        s->status = tape->status;
        if (s->status != LO_OK)
            break;
        if (tape->nodes[i].op == LO_T_VAR)
            gradient[tape->nodes[i].first] = adjoint;
        else
            propagate(s, i, adjoint);
    }
    return s->status;
}

lo_status_t lo_tape_gradient(slong *gradient, slong p, lo_tape_t tape, const slong *output, const slong *seed,
                             slong n)
{
    slong size = tape->n;
    sweep_struct s = { .tape = tape, .status = tape->status };
    s.head = lo_alloc((size_t) size, sizeof(slong));
    s.active = lo_alloc((size_t) size, 1);
    char *needed = lo_alloc((size_t) size, 1);
    if (s.head == NULL || s.active == NULL || needed == NULL)
        s.status |= LO_SYSTEM;
    if (s.status == LO_OK) {
        lo_tape_reach(needed, tape, output, n);
        mark_active(s.active, tape, size, needed);
        for (slong i = 0; i < size; i++)
            s.head[i] = -1;
        for (slong j = 0; j < n; j++)
            contribute(&s, output[j], 0, seed[j], -1);
        sweep(gradient, p, &s, size);
    }
    lo_free(needed);
    lo_free(s.active);
    lo_free(s.head);
    lo_free(s.pool);
    return s.status;
}
