/* symbolic.c - the values of the model and the fields of the family as polynomials in symbols.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/check.h"

#include <string.h>

typedef struct {
    const poly **p;
    long count;
} table; /* by node; NULL where not needed yet */
static table plain, named;
static const sparse **fields;
static int started;

void symbolic_forget(void)
{
    plain.p = named.p = NULL;
    plain.count = named.count = 0;
    fields = NULL;
    started = 0;
}

static const poly *value_of(const node *x, const poly *const *values)
{
    switch (x->op) {
    case N_CONST:
        return p_constant(T.constants[x->a]);
    case N_VAR:
        return s_variable(x->f, x->a);
    case N_ADD:
        return p_add(values[x->a], values[x->b]);
    case N_MUL:
        return p_multiply(values[x->a], values[x->b]);
    case N_INV:
        return s_inverse(values[x->a]);
    case N_FUNC:
        return s_function(x->f, 0, values[x->a]);
    default:
        return s_gate((int) (x - T.nodes));
    }
}

/* Values of the nodes that the roots need; the array is by node. */
static const poly *const *fill_table(table *t, const int *roots, long count)
{
    int *list;
    long n = reachable(&list, roots, count);
    if (!started)
        symbols_start();
    started = 1;
    if (t->count < T.nnodes) {
        t->p = grow(t->p, (size_t) T.nnodes, sizeof(*t->p));
        t->count = T.nnodes;
    }
    for (long i = 0; i < n; i++) {
        const poly **p = t->p + list[i];
        if (*p == NULL) {
            *p = value_of(T.nodes + list[i], t->p);
            *p = t == &named ? s_name(*p) : *p;
        }
    }
    give(list);
    return t->p;
}

const poly *const *symbolic_values(const int *roots, long count)
{
    return fill_table(&plain, roots, count);
}

const poly *const *named_values(const int *roots, long count)
{
    return fill_table(&named, roots, count);
}

/* Fields that span the family: one for each output, or each field; and the drift, with momentum. */
long field_count(void)
{
    return (M.kind == M_RAW ? M.nfields : M.noutputs) + M.momentum;
}

static void push(sparse *s, long i, const poly *p)
{
    partial here = { (uint32_t) i, p };
    if (p->count > 0)
        s->entry[s->count++] = here;
}

static void fill(sparse *out, long f)
{
    if (M.kind == M_RAW) {
        const int *roots = M.outputs + f * M.p;
        const poly *const *v = symbolic_values(roots, M.p);
        for (long i = 0; i < M.p; i++)
            push(out, i, v[roots[i]]);
    } else if (f == M.noutputs) { /* the drift (1, v, -tau v) */
        const poly *tau = symbolic_values(&M.tau, 1)[M.tau];
        push(out, 0, p_si(1));
        for (long i = 0; i < M.p; i++)
            push(out, 1 + i, s_variable(V_VELOCITY, i));
        for (long i = 0; i < M.p; i++)
            push(out, 1 + M.p + i, p_scale(p_multiply(tau, s_variable(V_VELOCITY, i)), -1, 1));
    } else {
        const sparse *g = s_gradient(symbolic_values(M.outputs + f, 1)[M.outputs[f]]);
        for (long k = 0; k < g->count; k++) {
            long i = g->entry[k].var;
            const poly *p = g->entry[k].p;
            if (M.metric != NULL)
                p = p_multiply(p, symbolic_values(M.metric + i, 1)[M.metric[i]]);
            push(out, i + (M.momentum ? M.p : 0),
                 p); /* theta_i is coordinate 1 + i, its velocity 1 + p + i */
        }
    }
}

const sparse *symbolic_field(long f)
{
    if (fields == NULL)
        fields = take((size_t) field_count() + 1, sizeof(*fields));
    if (fields[f] == NULL) {
        sparse *out = take(1, sizeof(sparse));
        out->entry = take((size_t) M.coordinates + 1, sizeof(partial));
        fill(out, f);
        out->entry = grow(out->entry, (size_t) out->count + 1, sizeof(partial));
        fields[f] = out;
    }
    return fields[f];
}

const poly *inner_product(const sparse *a, const sparse *b)
{
    long i = 0, j = 0;
    sum_begin();
    while (i < a->count && j < b->count) {
        if (a->entry[i].var == b->entry[j].var)
            sum_add(a->entry[i].p, b->entry[j].p);
        uint32_t x = a->entry[i].var, y = b->entry[j].var;
        i += x <= y;
        j += y <= x;
    }
    return sum_end();
}

/* component by component: grad Y_c . X - grad X_c . Y */
const sparse *symbolic_bracket(const sparse *x, const sparse *y)
{
    sparse *out = take(1, sizeof(sparse));
    out->entry = take((size_t) (x->count + y->count) + 1, sizeof(partial));
    long i = 0, j = 0;
    while (i < x->count || j < y->count) {
        uint32_t a = i < x->count ? x->entry[i].var : UINT32_MAX,
                 b = j < y->count ? y->entry[j].var : UINT32_MAX;
        const poly *p = b <= a ? inner_product(s_gradient(y->entry[j].p), x) : p_si(0);
        if (a <= b)
            p = p_add(p, p_scale(inner_product(s_gradient(x->entry[i].p), y), -1, 1));
        push(out, a < b ? a : b, p);
        i += a <= b;
        j += b <= a;
    }
    return out;
}
