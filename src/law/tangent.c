/* tangent.c - tangent propagation.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * h is a law iff <H grad F_j, grad h> = 0 (H the metric, or 1), that is, iff every output has derivative
 * zero along the vector v = H grad h. The derivative D(n) of each node n along v is written as a rational
 * combination of products of *nodes*:
 *     D(sum c a b) = sum c (D(a) b + a D(b)),   D(a/b) = D(a)/b - (a/b) D(b)/b,   D(a^k) = k a^(k-1) D(a).
 * After each step, a set of products that together form c times the definition of another node m is folded
 * into c m. That is an identity (m equals its definition), so D(output) = 0 after folding is a proof. For
 * linear symmetries, D of a node is again a short combination of nodes, which is why this scales. When the
 * result is not zero nothing is claimed.
 */
#include "law/summands.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static int compare_index(const void *a, const void *b)
{
    const index_struct *x = a, *y = b;
    int order = lo_product_compare(&x->key, &y->key);
    return order != 0 ? order : (x->node > y->node) - (x->node < y->node);
}

/* Are the products of the definition distinct? That of x + x is not folded: it would not shorten a sum. */
static int has_distinct_terms(lo_tangent_struct *t, slong node)
{
    const lo_tape_struct *tape = t->family->tape;
    slong n = lo_definition_length(tape, node);
    lo_sum_struct sum = { 0 };
    lo_product_struct m;
    const fmpq *coef;
    for (slong i = 0; i < n && lo_definition_term(&m, &coef, tape, node, i); i++)
        lo_sum_push(t, &sum, &m, coef);
    lo_sum_collect(&sum);
    int distinct = sum.n == n;
    lo_sum_clear(&sum);
    return distinct;
}

lo_status_t lo_tangent_new(lo_tangent_struct **tangent, const lo_family_struct *family,
                           const lo_symbols_struct *symbols)
{
    const lo_tape_struct *tape = family->tape;
    slong n = family->primal;
    lo_tangent_struct *t = *tangent = lo_alloc(1, sizeof(*t));
    if (t == NULL)
        return LO_SYSTEM;
    t->family = family;
    t->symbols = symbols;
    t->outputs = lo_family_scalars(&t->noutputs, family);
    t->needed = lo_alloc((size_t) tape->n, 1);
    t->divisor = lo_alloc((size_t) tape->n, 1);
    t->index = lo_alloc((size_t) n, sizeof(*t->index));
    t->derivative = lo_alloc((size_t) n, sizeof(*t->derivative));
    if (t->needed == NULL || t->divisor == NULL || t->index == NULL || t->derivative == NULL) {
        lo_tangent_free(t);
        *tangent = NULL;
        return LO_SYSTEM;
    }
    lo_tape_reach(t->needed, tape, t->outputs, t->noutputs);
    lo_mark_divisors(t);
    for (slong i = 0; i < n; i++) {
        const fmpq *coef;
        if (t->needed[i] && lo_definition_term(&t->index[t->nindex].key, &coef, tape, i, 0) && has_distinct_terms(t, i))
            t->index[t->nindex++].node = i;
    }
    qsort(t->index, (size_t) t->nindex, sizeof(*t->index), compare_index);
    if (t->status != LO_OK) {
        lo_tangent_free(t);
        *tangent = NULL;
        return LO_SYSTEM;
    }
    return LO_OK;
}

void lo_tangent_free(lo_tangent_struct *t)
{
    if (t == NULL)
        return;
    lo_free(t->needed);
    lo_free(t->divisor);
    lo_free(t->index);
    lo_free(t->derivative);
    lo_free(t);
}

/* Does s contain ratio times the whole definition of the node, where summand `at` is its first term? Then
 * folds it. */
static int try_fold(lo_tangent_struct *t, lo_sum_struct *s, slong at, slong node)
{
    const lo_tape_struct *tape = t->family->tape;
    slong n = lo_definition_length(tape, node);
    lo_product_struct m;
    const fmpq *coef;
    fmpq_t ratio, product;
    fmpq_init(ratio);
    fmpq_init(product);
    int matches = lo_definition_term(&m, &coef, tape, node, 0);
    fmpq_div(ratio, &s->s[at].c, coef);
    for (slong i = 1; i < n && matches; i++) {
        matches = lo_definition_term(&m, &coef, tape, node, i);
        slong k = matches ? lo_sum_find(s, &m) : -1;
        fmpq_mul(product, ratio, coef);
        matches = k >= 0 && fmpq_equal(&s->s[k].c, product);
    }
    if (matches) {
        for (slong i = 0; i < n; i++) {
            lo_definition_term(&m, &coef, tape, node, i);
            fmpq_mul(product, ratio, coef);
            fmpq_neg(product, product);
            lo_sum_push(t, s, &m, product);
        }
        m.n = 1;
        m.f[0] = 2 * node;
        lo_sum_push(t, s, &m, ratio);
        lo_sum_collect(s);
    }
    fmpq_clear(ratio);
    fmpq_clear(product);
    return matches;
}

/* Folds until nothing matches. Each fold of a definition of n >= 2 distinct terms shortens the sum; one of a single
 * term lowers the number of factors: it ends. */
static void fold(lo_tangent_struct *t, lo_sum_struct *s)
{
    for (slong i = 0; i < s->n && t->status == LO_OK;) {
        slong low = 0, high = t->nindex;
        while (low < high) { /* first index entry with this key */
            slong middle = (low + high) / 2;
            if (lo_product_compare(&t->index[middle].key, &s->s[i].m) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        int folded = 0;
        for (; low < t->nindex && !folded && lo_product_compare(&t->index[low].key, &s->s[i].m) == 0; low++)
            if (s->s[i].m.n > 1 || lo_definition_length(t->family->tape, t->index[low].node) > 1)
                folded = try_fold(t, s, i, t->index[low].node);
        i = folded ? 0 : i + 1;
    }
}

/* Summands past which unfolding stops: of an output, and of an inner node. */
#define MAX_UNFOLDED 20000
#define MAX_UNFOLDED_INSIDE 1000

/* Drops a derivative that unfolds to zero; otherwise leaves it as it is. A sum of normalised values, say,
 * is zero only by the definitions of its terms. */
static void drop_zero(lo_tangent_struct *t, lo_sum_struct *s)
{
    lo_sum_struct copy = { 0 };
    int gave_up = t->gave_up;
    for (slong i = 0; i < s->n; i++)
        lo_sum_push(t, &copy, &s->s[i].m, &s->s[i].c);
    if (lo_unfolds_to_zero(t, &copy, MAX_UNFOLDED_INSIDE))
        lo_sum_clear(s);
    t->gave_up = gave_up;
    lo_sum_clear(&copy);
}

/* out += coef * D(node) * (product of up to two codes) */
static void add_scaled(lo_tangent_struct *t, lo_sum_struct *out, slong node, const fmpq_t coef,
                       const slong *codes, int ncodes)
{
    const lo_sum_struct *d = t->derivative + node;
    fmpq_t c;
    fmpq_init(c);
    for (slong i = 0; i < d->n; i++) {
        lo_product_struct m = d->s[i].m;
        for (int k = 0; k < ncodes; k++)
            if (!lo_product_multiply(&m, codes[k]))
                t->gave_up = 1;
        fmpq_mul(c, coef, &d->s[i].c);
        lo_sum_push(t, out, &m, c);
    }
    fmpq_clear(c);
}

static void differentiate_dot(lo_tangent_struct *t, lo_sum_struct *out, const lo_tnode_struct *x)
{
    const lo_tape_struct *tape = t->family->tape;
    for (slong i = x->first; i < x->first + x->len; i++) {
        lo_term_struct term = tape->terms[i];
        slong a = 2 * term.a, b = 2 * term.b;
        add_scaled(t, out, term.a, tape->constants + term.coef, &b, term.b >= 0);
        if (term.b >= 0)
            add_scaled(t, out, term.b, tape->constants + term.coef, &a, 1);
    }
}

/* exp' = exp; tanh' = 1 - tanh^2; log' = 1/argument; sqrt' = 1/(2 sqrt); a primitive has its density. Others need symbols
 * that are not on the tape: the proof gives up. */
static void differentiate_fun(lo_tangent_struct *t, lo_sum_struct *out, slong node)
{
    const lo_tnode_struct *x = t->family->tape->nodes + node;
    slong codes[2] = { 2 * node, 2 * node };
    fmpq_t c;
    fmpq_init(c);
    fmpq_one(c);
    switch (x->fun) {
    case LO_FUN_EXP:
        add_scaled(t, out, x->first, c, codes, 1);
        break;
    case LO_FUN_TANH:
        add_scaled(t, out, x->first, c, codes, 0);
        fmpq_neg(c, c);
        add_scaled(t, out, x->first, c, codes, 2);
        break;
    case LO_FUN_LOG:
        codes[0] = 2 * x->first + 1;
        add_scaled(t, out, x->first, c, codes, 1);
        break;
    case LO_FUN_SQRT:
        codes[0] = 2 * node + 1;
        fmpq_set_si(c, 1, 2);
        add_scaled(t, out, x->first, c, codes, 1);
        break;
    case LO_FUN_ERF:
    case LO_FUN_SOFTPLUS:
        codes[0] = 2 * x->len;
        add_scaled(t, out, x->first, c, codes, 1);
        break;
    default:
        t->gave_up = 1;
        break;
    }
    fmpq_clear(c);
}

static void differentiate(lo_tangent_struct *t, slong node)
{
    const lo_tnode_struct *x = t->family->tape->nodes + node;
    lo_sum_struct *out = t->derivative + node;
    fmpq_t c;
    fmpq_init(c);
    fmpq_one(c);
    if (x->op == LO_T_DOT) {
        differentiate_dot(t, out, x);
    } else if (x->op == LO_T_DIV) {
        slong codes[2] = { 2 * x->len + 1, 2 * node };
        add_scaled(t, out, x->first, c, codes, 1);
        fmpq_neg(c, c);
        add_scaled(t, out, x->len, c, codes, 2);
    } else if (x->op == LO_T_POW && t->derivative[x->first].n > 0) {
        slong codes[2] = { 2 * node, 2 * x->first + 1 }; /* k a^k / a D(a) */
        fmpq_set_si(c, x->len, 1);
        add_scaled(t, out, x->first, c, codes, 2);
    } else if (x->op == LO_T_FUN && t->derivative[x->first].n > 0) {
        differentiate_fun(t, out, node);
    }
    fmpq_clear(c);
    lo_sum_collect(out);
    fold(t, out);
    if (t->eager && out->n > 1 && out->n <= 64)
        drop_zero(t, out);
}

/* The tape node of a variable of a law: a coordinate or a frozen constant; -1 for other symbols. */
static slong variable_node(const lo_tangent_struct *t, slong v)
{
    slong frozen = v - t->symbols->p - t->symbols->n;
    if (v < t->family->p)
        return t->family->var[v];
    return frozen >= 0 ? t->family->frozen[t->family->aux[t->symbols->frozen[frozen]].index] : -1;
}

/* The product of the variables of a term but for the one at place `skip` (-1: all). Returns 0 when it is no product of
 * nodes. */
static int term_product(lo_product_struct *m, const lo_tangent_struct *t, const lo_poly_t h, slong term,
                        int skip)
{
    const slong *vars = h->vars + term * h->stride;
    *m = (lo_product_struct){ 0 };
    for (int j = 0; j < h->length[term]; j++) {
        slong node = variable_node(t, vars[j]);
        if (node < 0 || h->length[term] > LO_FACTORS || (j != skip && !lo_product_multiply(m, 2 * node)))
            return 0;
    }
    return 1;
}

/* D(theta_i) += the product of the variables of a term of h without the one at place `skip`; times the
 * metric, for a form. */
static void seed_term(lo_tangent_struct *t, slong i, const lo_poly_t h, slong term, int skip, int form)
{
    lo_product_struct m;
    fmpq_t c;
    fmpq_init(c);
    if (!term_product(&m, t, h, term, skip))
        t->gave_up = 1;
    fmpq_set_fmpz(c, h->coef + term);
    if (form && i < t->family->p && t->family->metric != NULL)
        fmpq_mul(c, c, t->family->metric + i);
    if (!t->gave_up && i < t->family->p)
        lo_sum_push(t, t->derivative + t->family->var[i], &m, c);
    fmpq_clear(c);
}

/* D(theta_i) = H_i dh/dtheta_i for every coordinate. */
static void seed_gradient(lo_tangent_struct *t, const lo_poly_t h)
{
    for (slong k = 0; k < h->nterms; k++)
        for (int i = 0; i < h->length[k]; i++) /* the product rule, one factor at a time */
            seed_term(t, h->vars[k * h->stride + i], h, k, i, 1);
    for (slong k = 0; k < h->nterms; k++)
        for (int i = 0; i < h->length[k]; i++)
            if (h->vars[k * h->stride + i] < t->family->p)
                lo_sum_collect(t->derivative + t->family->var[h->vars[k * h->stride + i]]);
}

/* D(theta_i) = v_i, or H_i v_i for a form. */
static void seed_direction(lo_tangent_struct *t, const lo_poly_struct *v, int form)
{
    for (slong i = 0; i < t->family->p; i++) {
        for (slong k = 0; k < v[i].nterms; k++)
            seed_term(t, i, v + i, k, -1, form);
        lo_sum_collect(t->derivative + t->family->var[i]);
    }
}

/* Along H grad h, or along v when h is NULL, times H where it is a form. */
static lo_status_t propagate(int *proved, lo_tangent_struct *t, const lo_poly_struct *h,
                             const lo_poly_struct *v, int form, int eager)
{
    const lo_family_struct *f = t->family;
    t->status = LO_OK;
    t->gave_up = 0;
    t->eager = eager;
    *proved = 0;
    if (h != NULL)
        seed_gradient(t, h);
    else
        seed_direction(t, v, form);
    for (slong i = 0; i < f->primal && t->status == LO_OK && !t->gave_up; i++)
        if (t->needed[i])
            differentiate(t, i);
    int zero = t->status == LO_OK && !t->gave_up;
    for (slong j = 0; j < t->noutputs && zero; j++)
        zero = t->derivative[t->outputs[j]].n == 0 ||
               lo_unfolds_to_zero(t, t->derivative + t->outputs[j], MAX_UNFOLDED);
    *proved = zero;
    for (slong i = 0; i < f->primal; i++)
        if (t->derivative[i].s != NULL)
            lo_sum_clear(t->derivative + i);
    return t->status;
}

/* Most laws need no unfolding inside the network. */
static lo_status_t prove(int *proved, lo_tangent_struct *t, const lo_poly_struct *h, const lo_poly_struct *v, int form)
{
    LO_TRY(propagate(proved, t, h, v, form, 0));
    return *proved ? LO_OK : propagate(proved, t, h, v, form, 1);
}

lo_status_t lo_tangent_prove(int *proved, lo_tangent_struct *t, const lo_poly_t h)
{
    return prove(proved, t, h, NULL, 1);
}

lo_status_t lo_tangent_prove_direction(int *proved, lo_tangent_struct *t, const lo_poly_struct *v)
{
    return prove(proved, t, NULL, v, 0);
}

lo_status_t lo_tangent_prove_form(int *proved, lo_tangent_struct *t, const lo_poly_struct *v)
{
    return prove(proved, t, NULL, v, 1);
}
