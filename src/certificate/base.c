/* base.c - a rational point and a base input where the values of all functions are rational.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * exp, sin, cos, tanh, erf, softplus and arbitrary functions want the argument 0, sqrt a nonzero square (or one times a common number, see exact_root), log 1.
 * Points are drawn with small integers and repaired, the offending nodes in the order of the tape: an argument that is affine
 * in some coordinate is brought to 0 by moving that coordinate; a parameter becomes 0 where a value that is not rational is in
 * the way; what stands under a root is drawn anew until it is a square.
 */
#include "certificate/certificate.h"

#include "base/memory.h"

#include <string.h>

/* ---- the rule ---- */

typedef struct {
    const lo_family_struct *f;
    lo_split_struct *s;
    const slong *inputs, *gates;
    fmpq *values;
    char *opaque; /* the value is not rational: f(0) of softplus or of an arbitrary function */
    int most;     /* roots that are not rational, up to which new ones are added */
} exact_struct;

static void exact_aux(fmpq_t value, const exact_struct *x, const lo_aux_struct *aux)
{
    slong v = aux->kind == LO_AUX_INPUT    ? (x->inputs != NULL ? x->inputs[aux->index] : 0)
              : aux->kind == LO_AUX_FROZEN ? x->s->frozen[aux->index]
              : aux->kind == LO_AUX_GATE   ? x->gates[aux->index]
                                           : 0;
    fmpq_set_si(value, v, 1);
}

/* A root at the base: q times roots of the numbers of the certificate, to which the argument may be added. */
static int exact_root(exact_struct *x, slong node, ulong *root, nmod_t mod)
{
    const fmpq *a = x->values + x->f->tape->nodes[node].first;
    fmpq *q = x->values + node;
    lo_roots_struct *roots = &x->s->roots;
    int set = lo_roots_find(q, roots, a);
    if (set < 0 && roots->n < x->most && lo_roots_add(roots, a))
        set = lo_roots_find(q, roots, a);
    int ok = set >= 0 && (root == NULL || lo_roots_value(root, roots, q, set, mod));
    if (set > 0) {
        fmpq_zero(q);
        x->opaque[node] = 1;
    }
    return ok;
}

/* Returns 0 where the rule is broken. */
static int exact_fun(exact_struct *x, slong node, ulong *roots, nmod_t mod)
{
    const lo_tnode_struct *t = x->f->tape->nodes + node;
    const fmpq *a = x->values + t->first;
    fmpq *value = x->values + node;
    lo_generic_t kind = (lo_generic_t) (t->len % 4);
    if (t->fun == LO_FUN_SQRT && x->f->tape->nodes[t->first].op == LO_T_CONST) { /* sqrt(2) of gelu: see format.c */
        x->opaque[node] = 1;
        ulong root = n_sqrtmod(fmpz_fdiv_ui(fmpq_numref(a), mod.n), mod.n);
        if (roots != NULL && x->f->atom_of_node[node] >= 0)
            roots[x->f->atom_of_node[node]] = root;
        return root != 0;
    }
    if (x->opaque[t->first])
        return 0;
    slong atom = x->f->atom_of_node[node];
    if (t->fun == LO_FUN_SQRT)
        return exact_root(x, node, roots != NULL && atom >= 0 ? roots + atom : NULL, mod);
    if (t->fun == LO_FUN_LOG ? !fmpq_is_one(a) : !fmpq_is_zero(a))
        return 0;
    fmpq_set_si(value, t->fun == LO_FUN_EXP || t->fun == LO_FUN_COS, 1);
    x->opaque[node] = t->fun == LO_FUN_SOFTPLUS ||
                      (t->fun == LO_FUN_GENERIC && (kind == LO_GENERIC_ANY || kind == LO_GENERIC_EVEN));
    return 1;
}

static int exact_dot(exact_struct *x, slong node)
{
    const lo_tape_struct *tape = x->f->tape;
    const lo_tnode_struct *t = tape->nodes + node;
    fmpq_t product;
    fmpq_init(product);
    for (slong i = t->first; i < t->first + t->len; i++) {
        const lo_term_struct *term = tape->terms + i;
        int zero = fmpq_is_zero(x->values + term->a) && !x->opaque[term->a];
        if (term->b >= 0)
            zero |= fmpq_is_zero(x->values + term->b) && !x->opaque[term->b];
        if (zero)
            continue;
        x->opaque[node] |= (char) (x->opaque[term->a] | (term->b >= 0 && x->opaque[term->b]));
        fmpq_mul(product, tape->constants + term->coef, x->values + term->a);
        if (term->b >= 0)
            fmpq_mul(product, product, x->values + term->b);
        fmpq_add(x->values + node, x->values + node, product);
    }
    fmpq_clear(product);
    return 1;
}

/* Returns 0 when the node breaks the rule or is not defined. Opaque values are kept away from zero tests. */
static int exact_node(exact_struct *x, slong node, ulong *roots, nmod_t mod)
{
    const lo_tape_struct *tape = x->f->tape;
    const lo_tnode_struct *t = tape->nodes + node;
    fmpq *value = x->values + node;
    switch (t->op) {
    case LO_T_CONST:
        fmpq_set(value, tape->constants + t->first);
        return 1;
    case LO_T_VAR:
        fmpq_set(value, x->s->point + t->first);
        return 1;
    case LO_T_AUX:
        exact_aux(value, x, x->f->aux + t->first);
        x->opaque[node] = x->f->aux[t->first].kind == LO_AUX_KAPPA || x->f->aux[t->first].kind == LO_AUX_ROOT;
        return 1;
    case LO_T_DOT:
        return exact_dot(x, node);
    case LO_T_DIV:
        x->opaque[node] = x->opaque[t->first] | x->opaque[t->len];
        if (x->opaque[t->len]) { /* by a root; a quotient of zero is zero */
            x->opaque[node] = !fmpq_is_zero(x->values + t->first) || x->opaque[t->first];
            return tape->nodes[t->len].op == LO_T_FUN;
        }
        if (fmpq_is_zero(x->values + t->len))
            return 0;
        fmpq_div(value, x->values + t->first, x->values + t->len);
        return fmpq_height_bits(value) < 4096;
    case LO_T_POW:
        x->opaque[node] = x->opaque[t->first];
        if (t->len < 0 && (fmpq_is_zero(x->values + t->first) || x->opaque[node]))
            return 0;
        if (fmpq_height_bits(x->values + t->first) > 4096 / (ulong) (t->len < 0 ? -t->len : t->len))
            return 0;
        fmpq_pow_si(value, x->values + t->first, t->len);
        return 1;
    case LO_T_FUN:
        return exact_fun(x, node, roots, mod);
    }
    return 0;
}

static slong find_offender(ulong *roots, const lo_family_struct *f, lo_split_struct *s, const slong *inputs,
                           const slong *gates, nmod_t mod, int most)
{
    exact_struct x = { f, s, inputs, gates, NULL, NULL, most };
    slong n = f->primal, bad = -1;
    x.values = lo_alloc((size_t) n, sizeof(fmpq));
    x.opaque = lo_alloc((size_t) n, 1);
    if (x.values == NULL || x.opaque == NULL)
        bad = -2;
    slong top = 0;
    for (; top < n && bad == -1; top++) {
        fmpq_init(x.values + top);
        if (!exact_node(&x, top, roots, mod))
            bad = top;
    }
    for (slong i = 0; i < top && x.values != NULL; i++)
        fmpq_clear(x.values + i);
    lo_free(x.values);
    lo_free(x.opaque);
    return bad;
}

slong lo_cert_offender(ulong *roots, const lo_family_struct *f, lo_split_struct *s, const slong *inputs,
                       const slong *gates, nmod_t mod)
{
    return find_offender(roots, f, s, inputs, gates, mod, 0);
}

int lo_cert_numbers_under_roots(lo_roots_struct *roots, const lo_family_struct *f)
{
    fmpq_t a;
    fmpq_init(a);
    int ok = 1;
    for (slong k = 0; k < f->naux && ok; k++) {
        fmpq_set_si(a, f->aux[k].index, 1);
        ok = f->aux[k].kind != LO_AUX_ROOT || lo_roots_add(roots, a);
    }
    fmpq_clear(a);
    return ok;
}

/* ---- drawing and repairing ---- */

#define MAX_WORK 50000000 /* node evaluations, a few seconds */

typedef struct {
    lo_split_struct *s;
    const lo_family_struct *f, *source;
    lo_random_struct *random;
    int at_point, numbers, most; /* roots of the model itself; all that there may be */
    slong *gates;
    char *alone; /* coordinates that are added to something, alone: biases */
    nmod_t mod;
    slong work; /* nodes evaluated so far */
} draw_struct;

static void mark_alone(char *alone, const lo_family_struct *f)
{
    for (slong i = 0; i < f->primal; i++) {
        const lo_tnode_struct *t = f->tape->nodes + i;
        for (slong k = t->first; t->op == LO_T_DOT && k < t->first + t->len; k++) {
            const lo_term_struct *term = f->tape->terms + k;
            if (term->b < 0 && f->tape->nodes[term->a].op == LO_T_VAR)
                alone[f->tape->nodes[term->a].first] = 1;
        }
    }
}

/* Numbers up to which coordinates are drawn in an attempt. Roots and logarithms want small ones, or no argument is a
 * square, or 1; else there are enough for all coordinates to be different (see fresh). */
static slong range_of(const lo_family_struct *f, slong attempt)
{
    slong range = 2 + attempt % 4;
    if (f->natoms == 0)
        return 9;
    for (slong i = 0; i < f->primal; i++)
        if (f->tape->nodes[i].op == LO_T_FUN &&
            (f->tape->nodes[i].fun == LO_FUN_SQRT || f->tape->nodes[i].fun == LO_FUN_LOG))
            return range;
    return range + 4 * f->p;
}

static slong small(lo_random_t random, slong range)
{
    slong v = (slong) lo_random_below(random, (uint64_t) (2 * range)) - range;
    return v >= 0 ? v + 1 : v;
}

#define MOST_DIFFERENT 200 /* coordinates that are compared with one another */

/* A number that no coordinate before i is equal or opposite to, if there is one in a few draws: where two neurons are, the
 * members span less, and the brackets that make up for it have high orders. */
static slong fresh(const lo_split_struct *s, slong i, lo_random_t random, slong range)
{
    slong v = small(random, range);
    for (int tries = 0; tries < 8 && i < MOST_DIFFERENT; tries++) {
        slong j = 0;
        while (j < i && !fmpq_equal_si(s->point + j, v) && !fmpq_equal_si(s->point + j, -v))
            j++;
        if (j == i)
            break;
        v = small(random, range);
    }
    return v;
}

slong lo_cert_power(lo_random_t random)
{
    return (slong) 1 << lo_random_below(random, 6);
}

static int is_given(const draw_struct *d, slong i)
{
    return d->at_point && lo_family_point(d->source, i) != NULL;
}

/* The base input is 0 in half of the attempts, and so are biases; roots are rational in half of them, and of one number in
 * another quarter. */
static void draw_all(draw_struct *d, slong attempt)
{
    const lo_model_struct *m = d->f->model;
    lo_random_struct *random = d->random;
    d->most = attempt % 8 >= 4 ? d->numbers : attempt % 16 < 8 ? d->numbers + 1 : LO_CERT_ROOTS;
    slong range = range_of(d->f, attempt);
    for (slong i = 0; i < d->f->p; i++) {
        slong v = d->s->powers          ? lo_cert_power(random)
                  : range > 4 * d->f->p ? fresh(d->s, i, random, range)
                                        : small(random, range);
        fmpq_set_si(d->s->point + i, v, 1);
        if (is_given(d, i))
            fmpq_set(d->s->point + i, lo_family_point(d->source, i));
        else if (d->f->natoms > 0 && d->alone[i] && attempt % 4 < 2)
            fmpq_zero(d->s->point + i);
    }
    for (slong i = 0; i < m->frozen + m->constants_symbolic; i++)
        d->s->frozen[i] = small(random, range);
    for (slong i = 0; d->s->base != NULL && i < m->inputs; i++)
        d->s->base[i] = attempt % 2 == 0 ? 0 : small(random, range);
}

static slong offender(draw_struct *d)
{
    d->work += d->f->primal;
    d->s->roots.n = d->numbers;
    return find_offender(NULL, d->f, d->s, d->s->base, d->gates, d->mod, d->most);
}

/* The coordinates that node `bad` depends on, marked. */
static lo_status_t mark_coordinates(char *mark, const lo_family_struct *f, slong bad)
{
    char *needed = lo_alloc((size_t) f->tape->n, 1);
    if (needed == NULL)
        return LO_SYSTEM;
    memset(mark, 0, (size_t) f->p);
    lo_tape_reach(needed, f->tape, &bad, 1);
    for (slong i = 0; i <= bad; i++)
        if (needed[i] && f->tape->nodes[i].op == LO_T_VAR)
            mark[f->tape->nodes[i].first] = 1;
    lo_free(needed);
    return LO_OK;
}

/* The value of one node under the rule up to it; 0 when an earlier node breaks it. */
static int value_of(fmpq_t value, draw_struct *d, slong node)
{
    d->work += node;
    d->s->roots.n = d->numbers;
    exact_struct x = { d->f, d->s, d->s->base, d->gates, NULL, NULL, d->most };
    x.values = lo_alloc((size_t) node + 1, sizeof(fmpq));
    x.opaque = lo_alloc((size_t) node + 1, 1);
    int ok = x.values != NULL && x.opaque != NULL;
    slong top = 0;
    for (; ok && top <= node; top++) {
        fmpq_init(x.values + top);
        ok = exact_node(&x, top, NULL, d->mod);
    }
    ok = ok && !x.opaque[node];
    if (ok)
        fmpq_set(value, x.values + node);
    for (slong i = 0; i < top; i++)
        fmpq_clear(x.values + i);
    lo_free(x.values);
    lo_free(x.opaque);
    return ok;
}

/* Moves coordinate i so that the node, affine in it, becomes 0. Returns 1 when it did. */
static int move(draw_struct *d, slong i, slong node)
{
    fmpq *theta = d->s->point + i;
    fmpq_t old, v0, v1;
    fmpq_init(old);
    fmpq_init(v0);
    fmpq_init(v1);
    fmpq_set(old, theta);
    int moved = value_of(v0, d, node);
    fmpq_add_si(theta, theta, 1);
    moved = moved && value_of(v1, d, node) && !fmpq_equal(v0, v1);
    if (moved) {
        fmpq_sub(v1, v1, v0);
        fmpq_div(v1, v0, v1);
        fmpq_sub(theta, old, v1);
        moved = fmpq_height_bits(theta) < 64 && value_of(v1, d, node) && fmpq_is_zero(v1);
    }
    if (!moved)
        fmpq_set(theta, old);
    fmpq_clear(old);
    fmpq_clear(v0);
    fmpq_clear(v1);
    return moved;
}

/* Moves one of the marked coordinates so that the argument vanishes, biases first. Returns the next offender. */
static slong move_one(draw_struct *d, const char *mark, slong bad)
{
    slong argument = d->f->tape->nodes[bad].first;
    for (int pass = 0; pass < 2; pass++)
        for (slong i = d->f->p - 1; i >= 0; i--)
            if (mark[i] && d->alone[i] == !pass && !is_given(d, i) && d->work < MAX_WORK && move(d, i, argument)) {
                slong next = offender(d);
                if (next < 0 || next > bad)
                    return next;
            }
    return bad;
}

static int is_mine(const draw_struct *d, const lo_symbol_struct *s, const char *mark)
{
    int mine = 0;
    if (s->kind != LO_SYM_PARAM)
        return 0;
    for (slong i = s->offset; i < s->offset + s->size; i++) {
        if (is_given(d, i))
            return 0;
        mine |= mark[i];
    }
    return mine;
}

/* Makes one of the parameters zero on which the argument depends, the last one that helps: 0 times a number that is not
 * rational is 0. Returns the next offender. */
static slong zero_one(draw_struct *d, const char *mark, slong bad)
{
    const lo_model_struct *m = d->f->model;
    fmpq *kept = _fmpq_vec_init(d->f->p);
    slong next = bad;
    for (slong k = m->nsymbols - 1; k >= 0 && next <= bad && next >= 0 && d->work < MAX_WORK; k--) {
        const lo_symbol_struct *s = m->symbols + k;
        if (!is_mine(d, s, mark))
            continue;
        for (slong i = s->offset; i < s->offset + s->size; i++) {
            fmpq_swap(kept + i, d->s->point + i);
            fmpq_zero(d->s->point + i);
        }
        next = offender(d);
        for (slong i = s->offset; next >= 0 && next <= bad && i < s->offset + s->size; i++)
            fmpq_swap(kept + i, d->s->point + i);
    }
    _fmpq_vec_clear(kept, d->f->p);
    return next >= 0 && next < bad ? bad : next;
}

#define SHUFFLES 400

/* Draws one of the marked coordinates anew, or an input where there is none, until the argument of a root is a square.
 * Returns the next offender. */
static slong shuffle(draw_struct *d, const char *mark, slong bad)
{
    slong p = d->f->p, inputs = d->s->base != NULL ? d->f->model->inputs : 0, any = 0, next = bad;
    fmpq_t kept;
    fmpq_init(kept);
    for (slong i = 0; i < p; i++)
        any |= mark[i] && !is_given(d, i);
    for (int tries = 0; tries < SHUFFLES && next >= 0 && next <= bad && d->work < MAX_WORK; tries++) {
        if (!any && inputs == 0)
            break;
        slong i = (slong) lo_random_below(d->random, (uint64_t) (any ? p : inputs));
        if (!any) {
            slong before = d->s->base[i];
            d->s->base[i] = small(d->random, 8);
            next = offender(d);
            if (next >= 0 && next < bad)
                d->s->base[i] = before;
        } else if (mark[i] && !is_given(d, i)) {
            fmpq_set(kept, d->s->point + i);
            fmpq_set_si(d->s->point + i, small(d->random, 8), 1);
            next = offender(d);
            if (next >= 0 && next < bad) /* the same offender with another value may as well stay */
                fmpq_set(d->s->point + i, kept);
        }
    }
    fmpq_clear(kept);
    return next >= 0 && next < bad ? bad : next;
}

/* Repairs arguments, one after the other. Returns the offender that is left. */
static slong repair(draw_struct *d, char *mark, lo_status_t *status)
{
    slong bad = offender(d);
    fmpq_t value;
    fmpq_init(value);
    while (bad >= 0) {
        const lo_tnode_struct *t = d->f->tape->nodes + bad;
        if (t->op != LO_T_FUN || t->fun == LO_FUN_LOG)
            break;
        if ((*status = mark_coordinates(mark, d->f, t->first)) != LO_OK) {
            bad = -2;
            break;
        }
        slong next = bad;
        if (t->fun == LO_FUN_SQRT && value_of(value, d, t->first))
            next = shuffle(d, mark, bad);
        else if (t->fun != LO_FUN_SQRT)
            next = move_one(d, mark, bad);
        if (next == bad)
            next = zero_one(d, mark, bad);
        if (next == bad)
            break;
        bad = next;
    }
    fmpq_clear(value);
    return bad;
}

#define ATTEMPTS 4000

lo_status_t lo_cert_base(lo_split_struct *s, const lo_family_struct *f, slong first, int at_point,
                         const lo_family_struct *source, lo_random_t random, lo_ctx_t ctx)
{
    draw_struct d = { .s = s, .f = f, .source = source, .at_point = at_point, .random = random };
    nmod_init(&d.mod, lo_cert_modulus(0));
    d.gates = lo_alloc((size_t) f->ngates, sizeof(slong));
    d.alone = lo_alloc((size_t) f->p, 1);
    char *mark = lo_alloc((size_t) f->p, 1);
    lo_status_t status = d.gates != NULL && d.alone != NULL && mark != NULL ? LO_DOMAIN : LO_SYSTEM;
    for (slong i = 0; i < f->ngates && status != LO_SYSTEM; i++)
        d.gates[i] = 1 + i % 3;
    if (status != LO_SYSTEM)
        mark_alone(d.alone, f);
    if (!lo_cert_numbers_under_roots(&s->roots, f))
        status = LO_DOMAIN;
    d.numbers = s->roots.n;
    for (slong attempt = first; status == LO_DOMAIN && attempt < ATTEMPTS && d.work < MAX_WORK; attempt++) {
        draw_all(&d, attempt);
        status = LO_OK;
        if (f->natoms > 0) {
            slong bad = repair(&d, mark, &status);
            if (bad != -1 && status == LO_OK)
                status = bad == -2 ? LO_SYSTEM : LO_DOMAIN;
        }
        if (status == LO_DOMAIN && lo_ctx_poll(ctx) != LO_OK)
            status = LO_UNABLE;
    }
    lo_free(mark);
    lo_free(d.alone);
    lo_free(d.gates);
    return status;
}
