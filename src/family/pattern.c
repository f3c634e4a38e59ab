/* pattern.c - the activation regions that the inputs reach at one point.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * At a fixed theta0 the network is piecewise affine in its inputs. For an input off the kinks, F(.)(x) is
 * near theta0 the polynomial given by the gates of (theta0, x); so the exact family at theta0 is the union
 * over the reachable gate vectors. They are enumerated by walking the tape with affine forms in the inputs;
 * each gate branches, and a branch is kept when its strict inequalities have a solution (exact linear
 * programming).
 */
#include "base/feasible.h"
#include "base/memory.h"
#include "family/family.h"

#include <string.h>

#define MAX_PATTERNS 4096

typedef struct {
    lo_family_struct *f;
    lo_ctx_struct *ctx;
    slong width;     /* inputs + 1: an affine form has this many rationals, the constant last */
    fmpq *form;      /* primal x width */
    char *zero;      /* primal: on this branch the node is zero for every theta, not only at the point */
    fmpq *gate;      /* ngates: values on the current branch */
    fmpq_mat_t rows; /* inequalities of the current branch */
    slong nrows;
    slong alloc; /* patterns */
    char *needed;
    lo_status_t status;
} walk_struct;

static void visit(walk_struct *w, slong node);

static fmpq *form_of(walk_struct *w, slong node)
{
    return w->form + node * w->width;
}

static int is_constant(walk_struct *w, slong node)
{
    for (slong i = 0; i + 1 < w->width; i++)
        if (!fmpq_is_zero(form_of(w, node) + i))
            return 0;
    return 1;
}

static void fail(walk_struct *w, lo_status_t status, const char *text)
{
    if (w->status == LO_OK)
        lo_ctx_set_message(w->ctx, "%s: error: --relu=pattern: %s", w->f->model->file, text);
    w->status |= status;
}

/* out += c * a * b for affine forms, one of which must be constant. */
static void add_product(walk_struct *w, fmpq *out, const fmpq_t c, slong a, slong b)
{
    if (b >= 0 && is_constant(w, a)) {
        slong t = a;
        a = b;
        b = t;
    }
    if (b >= 0 && !is_constant(w, b)) {
        fail(w, LO_UNABLE, "a pre-activation is not affine in the inputs");
        return;
    }
    fmpq_t factor;
    fmpq_init(factor);
    fmpq_set(factor, c);
    if (b >= 0)
        fmpq_mul(factor, factor, form_of(w, b) + w->width - 1);
    for (slong i = 0; i < w->width; i++)
        fmpq_addmul(out + i, factor, form_of(w, a) + i);
    fmpq_clear(factor);
}

static void constant_form(walk_struct *w, slong node, const fmpq_t value)
{
    fmpq_set(form_of(w, node) + w->width - 1, value);
}

static void evaluate_divpow(walk_struct *w, slong node, const lo_tnode_struct *x)
{
    fmpq_t value;
    slong divisor = x->op == LO_T_DIV ? x->len : x->first;
    if (!is_constant(w, divisor)) {
        fail(w, LO_UNABLE, "a pre-activation is not affine in the inputs");
        return;
    }
    const fmpq *base = form_of(w, divisor) + w->width - 1;
    if (fmpq_is_zero(base) && (x->op == LO_T_DIV || x->len < 0)) {
        fail(w, LO_DOMAIN, "a division by zero at the point");
        return;
    }
    fmpq_init(value);
    if (x->op == LO_T_DIV) {
        fmpq_inv(value, base);
        for (slong i = 0; i < w->width; i++)
            fmpq_mul(form_of(w, node) + i, form_of(w, x->first) + i, value);
    } else {
        fmpq_pow_si(value, base, x->len);
        constant_form(w, node, value);
    }
    fmpq_clear(value);
}

/* A node is structurally zero when its definition is, given the gates of this branch: a sum of products
 * that all contain a structural zero. A unit with such a pre-activation is off near the point, whatever
 * its gate. */
static int is_structural_zero(const walk_struct *w, const lo_tnode_struct *x)
{
    const lo_tape_struct *tape = w->f->tape;
    switch (x->op) {
    case LO_T_CONST:
        return fmpq_is_zero(tape->constants + x->first);
    case LO_T_DOT:
        for (slong t = x->first; t < x->first + x->len; t++)
            if (!w->zero[tape->terms[t].a] && (tape->terms[t].b < 0 || !w->zero[tape->terms[t].b]))
                return 0;
        return 1;
    case LO_T_DIV:
        return w->zero[x->first];
    case LO_T_POW:
        return x->len > 0 && w->zero[x->first];
    default:
        return 0;
    }
}

/* The affine form of a node that is not a gate. */
static void evaluate(walk_struct *w, slong node)
{
    const lo_tnode_struct *x = w->f->tape->nodes + node;
    fmpq *out = form_of(w, node);
    for (slong i = 0; i < w->width; i++)
        fmpq_zero(out + i);
    w->zero[node] = (char) is_structural_zero(w, x);
    switch (x->op) {
    case LO_T_CONST:
        constant_form(w, node, w->f->tape->constants + x->first);
        break;
    case LO_T_VAR:
        constant_form(w, node, lo_family_point(w->f, x->first));
        break;
    case LO_T_AUX:
        if (w->f->aux[x->first].kind == LO_AUX_INPUT)
            fmpq_one(out + w->f->aux[x->first].index);
        else if (w->f->aux[x->first].kind == LO_AUX_FROZEN)
            fail(w, LO_UNABLE, "the signs of frozen constants are not known");
        else if (w->f->aux[x->first].kind == LO_AUX_ROOT)
            fail(w, LO_UNABLE, "activation patterns are found over the rational numbers, and a root is not one");
        break;
    case LO_T_DOT:
        for (slong t = x->first; t < x->first + x->len && w->status == LO_OK; t++) {
            const lo_term_struct *term = w->f->tape->terms + t;
            add_product(w, out, w->f->tape->constants + term->coef, term->a, term->b);
        }
        break;
    case LO_T_DIV:
    case LO_T_POW:
        evaluate_divpow(w, node, x);
        break;
    case LO_T_FUN:
        fail(w, LO_UNABLE, "analytic functions are not piecewise affine");
        break;
    }
}

static void keep_pattern(walk_struct *w)
{
    lo_family_struct *f = w->f;
    if (f->npatterns >= MAX_PATTERNS) {
        fail(w, LO_UNABLE, "more than 4096 activation regions");
        return;
    }
    w->status = LO_GROW(f->patterns, w->alloc, (f->npatterns + 1) * f->ngates);
    for (slong g = 0; g < f->ngates && w->status == LO_OK; g++) {
        fmpq_init(f->patterns + f->npatterns * f->ngates + g);
        fmpq_set(f->patterns + f->npatterns * f->ngates + g, w->gate + g);
    }
    if (w->status == LO_OK)
        f->npatterns++;
}

/* Adds the inequality sign * (form a - form b) > 0 (b = -1: zero). Returns 0 when it is constant and
 * false; -1 when it is identically an equality. */
static int add_inequality(walk_struct *w, slong a, slong b, int sign)
{
    fmpq *row = fmpq_mat_entry(w->rows, w->nrows, 0);
    int constant = 1;
    for (slong i = 0; i < w->width; i++) {
        fmpq_set(row + i, form_of(w, a) + i);
        if (b >= 0)
            fmpq_sub(row + i, row + i, form_of(w, b) + i);
        if (sign < 0)
            fmpq_neg(row + i, row + i);
        constant = constant && (i == w->width - 1 || fmpq_is_zero(row + i));
    }
    if (constant)
        return fmpq_is_zero(row + w->width - 1) ? -1 : fmpq_sgn(row + w->width - 1) > 0;
    w->nrows++;
    return 1;
}

static void set_gate(walk_struct *w, slong node, slong g, slong numerator, ulong denominator)
{
    fmpq_set_si(w->gate + g, numerator, denominator);
    for (slong i = 0; i < w->width; i++)
        fmpq_zero(form_of(w, node) + i);
    constant_form(w, node, w->gate + g);
    w->zero[node] = numerator == 0;
}

/* relu: 1 above, 0 below; leaky_relu: 1 above, 1/100 below */
static void branch_relu(walk_struct *w, slong node, slong g)
{
    const lo_gate_struct *gate = w->f->gates + g;
    if (w->zero[gate->preactivation]) {
        set_gate(w, node, g, 0, 1);
        visit(w, node + 1);
        return;
    }
    for (int sign = 1; sign >= -1 && w->status == LO_OK; sign -= 2) {
        slong kept = w->nrows;
        int possible = add_inequality(w, gate->preactivation, -1, sign);
        if (possible < 0)
            fail(w, LO_DOMAIN, "at this point a unit is at its kink for every input");
        else if (possible && (w->nrows == kept || lo_feasible_strict(w->rows, w->nrows))) {
            set_gate(w, node, g, sign > 0 || gate->act == LO_ACT_LEAKY_RELU,
                     sign > 0 || gate->act == LO_ACT_RELU ? 1 : 100);
            visit(w, node + 1);
        }
        w->nrows = kept;
    }
}

/* Gate number g of a pooling window: 1 when its entry is the largest. The first gate that is met chooses
 * the winner, which is remembered by the values of the gates before it. */
static void branch_pool(walk_struct *w, slong node, slong g)
{
    const lo_gate_struct *gates = w->f->gates;
    slong end, first = lo_family_window(&end, w->f, g), kept = w->nrows;
    int chosen = 0, possible = 1;
    for (slong k = first; k < g; k++)
        chosen = chosen || !fmpq_is_zero(w->gate + k);
    if (!chosen) { /* this entry wins */
        for (slong k = first; k < end && possible > 0; k++)
            if (k != g)
                possible = w->zero[gates[g].preactivation] && w->zero[gates[k].preactivation]
                               ? g < k /* both are zero near the point: the first may stand for the maximum */
                               : add_inequality(w, gates[g].preactivation, gates[k].preactivation, 1);
        if (possible < 0)
            fail(w, LO_DOMAIN, "at this point two entries of a pooling window are equal for every input");
        else if (possible && (w->nrows == kept || lo_feasible_strict(w->rows, w->nrows))) {
            set_gate(w, node, g, 1, 1);
            visit(w, node + 1);
        }
        w->nrows = kept;
    }
    if (chosen || g + 1 < end) { /* another one does */
        set_gate(w, node, g, 0, 1);
        visit(w, node + 1);
    }
}

/* Continues the walk at a node; recursion only at gates. */
static void visit(walk_struct *w, slong node)
{
    const lo_tape_struct *tape = w->f->tape;
    for (; node < w->f->primal && w->status == LO_OK; node++) {
        if (!w->needed[node])
            continue;
        const lo_tnode_struct *x = tape->nodes + node;
        if (x->op == LO_T_AUX && w->f->aux[x->first].kind == LO_AUX_GATE) {
            slong g = w->f->aux[x->first].index;
            w->status |= lo_ctx_poll(w->ctx);
            if (w->status == LO_OK && w->f->gates[g].op == LO_OP_MAXPOOL)
                branch_pool(w, node, g);
            else if (w->status == LO_OK)
                branch_relu(w, node, g);
            return;
        }
        evaluate(w, node);
    }
    if (w->status == LO_OK)
        keep_pattern(w);
}

/* The nodes that the pre-activations need. */
static void mark_needed(walk_struct *w)
{
    const lo_family_struct *f = w->f;
    for (slong i = 0; i < f->primal; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (x->op == LO_T_AUX && f->aux[x->first].kind == LO_AUX_GATE) {
            slong roots[2] = { i, f->gates[f->aux[x->first].index].preactivation };
            lo_tape_reach(w->needed, f->tape, roots, 2);
        }
    }
}

static lo_status_t check_point(walk_struct *w)
{
    for (slong i = 0; i < w->f->p; i++)
        if (lo_family_point(w->f, i) == NULL) {
            char name[256], text[400];
            lo_model_parameter_name(name, sizeof(name), w->f->model, i);
            snprintf(text, sizeof(text), "the point must give every parameter with `at`; %s has no value",
                     name);
            fail(w, LO_INPUT, text);
            return w->status;
        }
    if (w->f->natoms > 0)
        fail(w, LO_UNABLE, "analytic functions are not piecewise affine");
    if (w->f->ngates > 500)
        fail(w, LO_UNABLE, "more than 500 gates");
    return w->status;
}

lo_status_t lo_family_patterns(lo_family_struct *f, lo_ctx_t ctx)
{
    walk_struct w = { .f = f, .ctx = ctx, .width = f->model->inputs + 1 };
    LO_TRY(check_point(&w));
    w.form = _fmpq_vec_init(f->primal * w.width);
    w.gate = _fmpq_vec_init(f->ngates);
    w.zero = lo_alloc((size_t) f->primal, 1);
    w.needed = lo_alloc((size_t) f->tape->n, 1);
    slong most = f->ngates;
    for (slong g = 0; g < f->ngates; g++) /* a window of k entries adds k - 1 inequalities at one gate */
        most += f->gates[g].op == LO_OP_MAXPOOL ? 64 : 0;
    fmpq_mat_init(w.rows, most + 4096, w.width);
    if (w.needed == NULL || w.zero == NULL) {
        w.status = LO_SYSTEM;
    } else {
        mark_needed(&w);
        visit(&w, 0);
    }
    if (w.status == LO_OK && f->npatterns == 0)
        fail(&w, LO_DOMAIN, "no input is off the kinks at this point");
    fmpq_mat_clear(w.rows);
    _fmpq_vec_clear(w.form, f->primal * w.width);
    _fmpq_vec_clear(w.gate, f->ngates);
    lo_free(w.needed);
    lo_free(w.zero);
    return w.status;
}
