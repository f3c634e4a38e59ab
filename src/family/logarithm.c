/* logarithm.c - when values of logarithms in a network are free.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The engines give the value log(u) a free number in each member (one for all members when u has no
 * inputs), and its derivative 1/u. For lower bounds these numbers must be algebraically independent of one
 * another, of the values of the other atoms and of the coordinates, as functions. Let x be all
 * coordinates, frozen constants, inputs and gates of all members together, u_j the different arguments of
 * logarithms at them, rational functions of x, and f_i the arguments of exponentials (i times that of a
 * sine), rational or algebraic in x.
 *
 * Theorem (Ax 1971). If y_1..y_n are functions, linearly independent over Q modulo constants, then the field
 * C(y, exp y) has transcendence degree at least n + rank of the Jacobian of y.
 *
 * Take for y the x_k, a basis of the span of the f_i modulo that of the x_k and constants, and the log
 * u_j. The x_k alone give the Jacobian the rank N, their number; C(x, exp x, exp f, log u) contains all y
 * and exp y up to algebraic elements, so its degree is at least N + (N + m + n), which is the number of
 * its generators: the exp f of the basis and the log u are independent over C(x). What is needed is that
 * the log u_j are linearly independent over Q modulo functions algebraic in x, for if sum n_j log u_j = f
 * + c, then exp(f) is an algebraic function, so f is constant. So: no product of powers of the u_j is
 * constant, that is, the d u_j / u_j are linearly independent over Q.
 *
 * In members with inputs x_s: apply the part of d that belongs to x_s to a relation. So it is enough that
 * the logarithmic derivatives along inputs and gates of the arguments with inputs are independent at one
 * generic point of the coordinates, and those along the coordinates of the arguments without inputs. Ranks
 * modulo q of values at random points along random directions show this: a full rank is a proof; else the
 * model is refused.
 *
 * Logarithms of functions that contain analytic values, analytic functions of logarithms, and logarithms
 * beside erf or softplus (primitives, to which Ax's theorem does not speak) are refused.
 */
#include "family/relations.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

/* Values and derivatives at one point along one direction, of the nodes that the arguments need; these are
 * rational. */
typedef struct {
    lo_engine_struct *e;
    char *needed;
    ulong *value, *slope;
    int local; /* the direction: inputs and gates, or all that members share */
} dual_struct;

static void leaf(dual_struct *d, slong i)
{
    const lo_family_struct *f = d->e->family;
    const lo_tnode_struct *x = f->tape->nodes + i;
    nmod_t mod = d->e->mod;
    int fixed = x->op == LO_T_VAR && d->e->fixed != NULL && d->e->fixed[x->first];
    int shared = x->op == LO_T_VAR || lo_aux_is_shared(f->aux + x->first);
    if (x->op == LO_T_AUX && f->aux[x->first].kind == LO_AUX_ROOT) {
        d->value[i] = d->e->frozen[x->first];
        d->slope[i] = 0;
        return;
    }
    d->value[i] = 1 + lo_random_below(d->e->random, mod.n - 1);
    d->slope[i] = fixed || shared == d->local ? 0 : lo_random_below(d->e->random, mod.n);
    if (fixed && !lo_residue(d->value + i, lo_family_point(f, x->first), mod))
        d->value[i] = 1;
}

static void dot(dual_struct *d, slong i)
{
    const lo_tape_struct *tape = d->e->family->tape;
    const lo_tnode_struct *x = tape->nodes + i;
    nmod_t mod = d->e->mod;
    for (const lo_term_struct *t = tape->terms + x->first; t < tape->terms + x->first + x->len; t++) {
        ulong c = d->e->constants[t->coef], b = t->b < 0 ? 1 : d->value[t->b];
        ulong slope = nmod_mul(d->slope[t->a], b, mod);
        if (t->b >= 0)
            slope = nmod_add(slope, nmod_mul(d->value[t->a], d->slope[t->b], mod), mod);
        d->value[i] = nmod_add(d->value[i], nmod_mul(c, nmod_mul(d->value[t->a], b, mod), mod), mod);
        d->slope[i] = nmod_add(d->slope[i], nmod_mul(c, slope, mod), mod);
    }
}

/* a^n and n a^(n-1) a', for any integer n but 0 (the tape has no such power). Returns 0 at a pole. */
static int power(dual_struct *d, slong i, slong a, slong n)
{
    nmod_t mod = d->e->mod;
    ulong base = d->value[a];
    if (base == 0)
        return 0;
    ulong low = n_powmod2(n < 0 ? n_invmod(base, mod.n) : base, n < 0 ? 1 - n : n - 1, mod.n);
    ulong factor = n < 0 ? nmod_neg((ulong) -n, mod) : (ulong) n;
    d->value[i] = nmod_mul(low, base, mod);
    d->slope[i] = nmod_mul(nmod_mul(factor, low, mod), d->slope[a], mod);
    return 1;
}

/* Returns 0 at a pole. */
static int run_node(dual_struct *d, slong i)
{
    const lo_tnode_struct *x = d->e->family->tape->nodes + i;
    nmod_t mod = d->e->mod;
    d->value[i] = d->slope[i] = 0;
    switch (x->op) {
    case LO_T_CONST:
        d->value[i] = d->e->constants[x->first];
        return 1;
    case LO_T_VAR:
    case LO_T_AUX:
        leaf(d, i);
        return 1;
    case LO_T_DOT:
        dot(d, i);
        return 1;
    case LO_T_POW:
        return power(d, i, x->first, x->len);
    default: /* a / b: a' / b - a b' / b^2; functions do not occur */
        if (!power(d, i, x->len, -1))
            return 0;
        d->slope[i] = nmod_add(nmod_mul(d->slope[x->first], d->value[i], mod),
                               nmod_mul(d->value[x->first], d->slope[i], mod), mod);
        d->value[i] = nmod_mul(d->value[i], d->value[x->first], mod);
        return 1;
    }
}

/* One row: u'/u of the listed atoms. Returns 0 at a pole or a zero of u. */
static int row(nmod_mat_t m, slong r, dual_struct *d, const slong *atoms, slong n)
{
    const lo_family_struct *f = d->e->family;
    for (slong i = 0; i < f->primal; i++)
        if (d->needed[i] && !run_node(d, i))
            return 0;
    for (slong k = 0; k < n; k++) {
        slong u = f->atoms[atoms[k]].argument;
        if (d->value[u] == 0)
            return 0;
        nmod_mat_entry(m, r, k) = nmod_mul(d->slope[u], n_invmod(d->value[u], d->e->mod.n), d->e->mod);
    }
    return 1;
}

static int are_independent(dual_struct *d, const slong *atoms, slong n)
{
    nmod_mat_t m;
    nmod_mat_init(m, n + 4, n, d->e->mod.n);
    slong rows = 0;
    for (slong tries = 0; rows < n + 4 && tries < 2 * n + 40; tries++)
        rows += row(m, rows, d, atoms, n);
    int full = rows == n + 4 && nmod_mat_rank(m) == n;
    nmod_mat_clear(m);
    return full;
}

/* The different arguments of logarithms in the network (laws have their own), with inputs or without. */
static slong collect(slong *atoms, const lo_engine_t e, const char *in_network, int local)
{
    const lo_family_struct *f = e->family;
    slong n = 0;
    for (slong k = 0; k < f->natoms; k++) {
        int known = 0;
        for (slong j = 0; j < n; j++)
            known |= e->relations->twin[atoms[j]] == e->relations->twin[k] &&
                     e->relations->sign[atoms[j]] == e->relations->sign[k];
        if (in_network[k] && f->atoms[k].local == local && !known)
            atoms[n++] = k;
    }
    return n;
}

/* Marks what each argument needs; refuses functions within functions, and primitives. */
static const char *unfit(char *needed, const lo_family_struct *f, const char *in_network)
{
    const lo_tape_struct *tape = f->tape;
    if (f->primitives)
        return "`log` beside erf, gelu or softplus";
    for (slong k = 0; k < f->natoms; k++)
        if (f->atoms[k].argument < f->primal)
            lo_tape_reach(needed, tape, &f->atoms[k].argument, 1);
    for (slong i = 0; i < f->primal; i++)
        if (needed[i] && tape->nodes[i].op == LO_T_FUN)
            return "`log` within or around another analytic function";
    memset(needed, 0, (size_t) tape->n);
    for (slong k = 0; k < f->natoms; k++)
        if (in_network[k])
            lo_tape_reach(needed, tape, &f->atoms[k].argument, 1);
    return NULL;
}

static const char *examine(dual_struct *d, slong *atoms, const char *in_network)
{
    const char *text = unfit(d->needed, d->e->family, in_network);
    for (d->local = 0; d->local < 2 && text == NULL; d->local++)
        if (!are_independent(d, atoms, collect(atoms, d->e, in_network, d->local)))
            text = "logarithms whose arguments have a product of powers that is constant, or free of the "
                   "inputs, such as "
                   "log(2), or log(a) beside log(2*a)";
    return text;
}

lo_status_t lo_logarithms_check(lo_engine_t e, lo_ctx_t ctx)
{
    const lo_family_struct *f = e->family;
    slong first = -1;
    char *in_network = lo_alloc((size_t) f->natoms, 1);
    slong *atoms = lo_alloc((size_t) f->natoms, sizeof(slong));
    dual_struct d = { .e = e, .needed = lo_alloc((size_t) f->tape->n, 1) };
    d.value = lo_alloc((size_t) f->tape->n, sizeof(ulong));
    d.slope = lo_alloc((size_t) f->tape->n, sizeof(ulong));
    lo_status_t status =
        in_network != NULL && atoms != NULL && d.needed != NULL && d.value != NULL && d.slope != NULL
            ? LO_OK
            : LO_SYSTEM;
    for (slong i = f->primal - 1; status == LO_OK && i >= 0; i--) {
        if (f->tape->nodes[i].op == LO_T_FUN && f->tape->nodes[i].fun == LO_FUN_LOG) {
            in_network[f->atom_of_node[i]] = 1;
            first = i;
        }
    }
    const char *text = status == LO_OK && first >= 0 ? examine(&d, atoms, in_network) : NULL;
    if (text != NULL) {
        char message[300];
        snprintf(message, sizeof(message), "%s: this version does not analyse that", text);
        lo_family_wrong(ctx, f, lo_family_place(f, first), message);
        status = LO_UNABLE;
    }
    lo_free(in_network);
    lo_free(atoms);
    lo_free(d.needed);
    lo_free(d.value);
    lo_free(d.slope);
    return status;
}
