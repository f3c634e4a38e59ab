/* reduce.c - the network on a pattern, written as a model.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "base/memory.h"
#include "base/text.h"
#include "manifold/condense.h"

#include <stdlib.h>

typedef struct {
    const lo_family_struct *f;
    const lo_condensed_struct *c;
    slong *number; /* per coordinate r: the number of its class, from 1 */
    slong *let;    /* per node: the number of its `let`, 0: written in place */
    lo_text_struct *out;
} writer_struct;

static void put_rational(lo_text_t out, const fmpq_t q)
{
    char *s = fmpq_get_str(NULL, 10, q);
    lo_text_add(out, "%s", s);
    flint_free(s);
}

static const char *function_name(lo_fun_t fun, slong extra)
{
    static const char *const names[] = { "exp", "sin", "cos", "tanh", "log", "sqrt", "erf", "softplus" };
    static const char *const generic[] = { "generic", "odd", "even", "generic0" };
    return fun == LO_FUN_GENERIC ? generic[extra % 4] : names[fun];
}

/* Where a value stands: alone, as a factor, or where only a name or a call may stand. */
typedef enum { ALONE, FACTOR, TIGHT } place_t;

static void put_node(writer_struct *w, slong node, place_t place);

/* coef * a * b as a summand; first: nothing stands before it. */
static void put_term(writer_struct *w, const lo_condensed_term_struct *t, int first)
{
    if (first && t->b < 0 && t->a >= 0 && fmpq_is_one(&t->coef)) {
        put_node(w, t->a, ALONE);
        return;
    }
    fmpq_t size;
    fmpq_init(size);
    fmpq_abs(size, &t->coef);
    int negative = fmpq_sgn(&t->coef) < 0, bare = fmpq_is_one(size) && t->a >= 0;
    lo_text_add(w->out, "%s", first ? (negative ? "-" : "") : negative ? " - " : " + ");
    if (!bare)
        put_rational(w->out, size);
    if (t->a >= 0) {
        int swap = t->b >= 0 && w->c->nodes[t->b].op == LO_C_COORDINATE; /* weights first */
        lo_text_add(w->out, "%s", bare ? "" : "*");
        put_node(w, swap ? t->b : t->a, FACTOR);
        if (t->b >= 0) {
            lo_text_add(w->out, "*");
            put_node(w, swap ? t->a : t->b, FACTOR);
        }
    }
    fmpq_clear(size);
}

static void put_terms(writer_struct *w, const lo_condensed_node_struct *x, const char *between)
{
    for (slong t = 0; t < x->nterms; t++) {
        lo_text_add(w->out, "%s", t > 0 && between != NULL ? between : "");
        put_term(w, x->terms + t, t == 0 || between != NULL);
    }
}

static void put_operation(writer_struct *w, slong node)
{
    const lo_condensed_node_struct *x = w->c->nodes + node;
    char name[128];
    switch (x->op) {
    case LO_C_COORDINATE:
        lo_text_add(w->out, "s[%ld]", (long) w->number[x->first]);
        break;
    case LO_C_INPUT:
        lo_family_aux_name(name, sizeof(name), w->f, x->first);
        lo_text_add(w->out, "%s", name);
        break;
    case LO_C_SUM:
        put_terms(w, x, NULL);
        break;
    case LO_C_QUOTIENT:
        put_node(w, x->terms[0].a, FACTOR);
        lo_text_add(w->out, "/");
        put_node(w, x->terms[0].b, TIGHT);
        break;
    case LO_C_POWER:
        put_node(w, x->terms[0].a, TIGHT);
        lo_text_add(w->out, x->first < 0 ? "^(%ld)" : "^%ld", (long) x->first);
        break;
    case LO_C_FUNCTION:
        lo_text_add(w->out, "%s(", function_name(x->fun, x->first));
        put_terms(w, x, NULL);
        lo_text_add(w->out, ")");
        break;
    case LO_C_GATED:
        lo_text_add(w->out, x->first ? "leaky_relu(" : "relu(");
        put_terms(w, x, NULL);
        lo_text_add(w->out, ")");
        break;
    case LO_C_MAXIMUM:
        lo_text_add(w->out, "maxpool([");
        put_terms(w, x, ", ");
        lo_text_add(w->out, "], %ld)[1]", (long) x->nterms);
        break;
    }
}

static int needs_brackets(const lo_condensed_node_struct *x, place_t place)
{
    int is_product = x->op == LO_C_SUM && x->nterms == 1;
    if (place == ALONE || (place == FACTOR && is_product))
        return 0;
    return x->op == LO_C_SUM || x->op == LO_C_QUOTIENT || x->op == LO_C_POWER;
}

static void put_node(writer_struct *w, slong node, place_t place)
{
    if (node < 0) {
        lo_text_add(w->out, "1");
        return;
    }
    if (w->let[node] > 0) {
        lo_text_add(w->out, "v%ld", (long) w->let[node]);
        return;
    }
    int brackets = needs_brackets(w->c->nodes + node, place);
    lo_text_add(w->out, "%s", brackets ? "(" : "");
    put_operation(w, node);
    lo_text_add(w->out, "%s", brackets ? ")" : "");
}

/* "param s[2]" with the meaning of each entry as comments. */
static void put_parameters(writer_struct *w, const int *pattern)
{
    char name[128];
    slong k = 0;
    for (slong i = 0; i < w->f->p; i++)
        if (pattern[i] == (int) i + 1)
            w->number[i] = ++k;
    lo_text_add(w->out, "param s[%ld]\n", (long) k);
    for (slong i = 0; i < w->f->p; i++) {
        if (pattern[i] != (int) i + 1)
            continue;
        lo_text_add(w->out, "# s[%ld]", (long) w->number[i]);
        for (slong j = i; j < w->f->p; j++)
            if (abs(pattern[j]) == (int) i + 1) {
                lo_model_parameter_name(name, sizeof(name), w->f->model, j);
                lo_text_add(w->out, " = %s%s", pattern[j] < 0 ? "-" : "", name);
            }
        lo_text_add(w->out, "\n");
    }
}

/* The declarations of inputs and frozen constants, as in the model. */
static void put_declarations(writer_struct *w)
{
    const lo_model_struct *m = w->f->model;
    for (slong k = 0; k < m->nsymbols; k++) {
        const lo_symbol_struct *s = m->symbols + k;
        if (s->kind != LO_SYM_INPUT && s->kind != LO_SYM_FROZEN)
            continue;
        lo_text_add(w->out, "%s %s", s->kind == LO_SYM_INPUT ? "input" : "frozen", s->name);
        for (int axis = 0; axis < s->declared_rank; axis++)
            lo_text_add(w->out, "%s%ld%s", axis == 0 ? "[" : ",", (long) s->shape.dim[axis],
                        axis == s->declared_rank - 1 ? "]" : "");
        lo_text_add(w->out, "\n");
    }
}

static void put_values(writer_struct *w)
{
    const lo_condensed_struct *c = w->c;
    slong lets = 0;
    for (slong i = 0; i < c->n; i++) {
        lo_condensed_op_t op = c->nodes[i].op;
        if (c->nodes[i].uses < 2 || op == LO_C_COORDINATE || op == LO_C_INPUT)
            continue;
        lo_text_add(w->out, "let v%ld = ", (long) lets + 1);
        put_operation(w, i);
        lo_text_add(w->out, "\n");
        w->let[i] = ++lets;
    }
    lo_text_add(w->out, w->f->model->kind == LO_MODEL_MAP ? "map z = " : "output ");
    lo_text_add(w->out, "%s", c->noutputs > 1 ? "[" : "");
    for (slong j = 0; j < c->noutputs; j++) {
        lo_condensed_term_struct t = { .a = c->outputs[j].a, .b = -1 };
        lo_text_add(w->out, "%s", j > 0 ? ", " : "");
        fmpq_init(&t.coef);
        fmpq_set(&t.coef, &c->outputs[j].coef);
        put_term(w, &t, 1);
        fmpq_clear(&t.coef);
    }
    lo_text_add(w->out, "%s\n", c->noutputs > 1 ? "]" : "");
}

/* "flow metric([1, 1/2])", unless all classes have one size: then it is gradient flow in another unit of time. */
static void put_metric(writer_struct *w, const int *pattern)
{
    slong p = w->f->p, least = p, most = 0;
    slong *size = w->number; /* no longer needed */
    for (slong i = 0; i < p; i++)
        size[i] = 0;
    for (slong i = 0; i < p; i++)
        if (pattern[i] != 0)
            size[abs(pattern[i]) - 1]++;
    for (slong i = 0; i < p; i++)
        if (size[i] > 0) {
            least = size[i] < least ? size[i] : least;
            most = size[i] > most ? size[i] : most;
        }
    if (most <= least)
        return;
    lo_text_add(w->out, "flow metric([");
    for (slong i = 0, first = 1; i < p; i++)
        if (size[i] > 0) {
            lo_text_add(w->out, size[i] == 1 ? "%s1" : "%s1/%ld", first ? "" : ", ", (long) size[i]);
            first = 0;
        }
    lo_text_add(w->out, "])\n");
}

/* Whether the text is a model with so many parameters. */
static int reads_back(const char *text, long length, slong dimension, lo_ctx_t ctx)
{
    lo_model_ptr model = NULL;
    lo_status_t status = lo_model_read(&model, text, (size_t) length, "reduced model", ctx);
    int same = status == LO_OK && lo_model_parameters(model) == dimension;
    lo_model_free(model);
    if (!same)
        lo_ctx_set_message(ctx, "%s", "");
    return same;
}

lo_status_t lo_reduced_model(char **text, const lo_family_struct *f, const int *pattern, lo_ctx_t ctx)
{
    lo_condensed_t c;
    lo_text_t out;
    slong dimension = lo_pattern_dimension(pattern, f->p);
    *text = NULL;
    if (dimension == 0)
        return LO_OK;
    lo_status_t status = lo_condense(c, f, pattern);
    writer_struct w = { .f = f, .c = c, .out = out };
    lo_text_init(out);
    w.number = lo_alloc((size_t) f->p, sizeof(slong));
    w.let = lo_alloc((size_t) c->n, sizeof(slong));
    if (w.number == NULL || w.let == NULL)
        status |= LO_SYSTEM;
    if (status == LO_OK) {
        put_parameters(&w, pattern);
        put_declarations(&w);
        put_values(&w);
        put_metric(&w, pattern);
        long length = out->length;
        *text = lo_text_take(out);
        if (*text == NULL) {
            status = LO_SYSTEM;
        } else if (!reads_back(*text, length, dimension, ctx)) {
            lo_free(*text);
            *text = NULL;
        }
    } else {
        lo_text_clear(out);
    }
    lo_free(w.number);
    lo_free(w.let);
    lo_condensed_clear(c);
    return status & LO_SYSTEM ? LO_SYSTEM : LO_OK;
}
