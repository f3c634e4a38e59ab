/* flow.c - the statement `flow`: a sum of gradient, momentum, mirror, metric and decay.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/elaborate.h"

#include <string.h>

/* momentum(tau) and decay(lambda): a number that may depend on time and on constants. A name that
 * is not declared is a new symbolic constant. */
static lo_status_t coefficient(lo_flow_struct *term, lo_reader_struct *r, lo_ast_struct *call,
                               const char *name)
{
    lo_ast_struct *value;
    LO_TRY(lo_call_arguments(&value, r, call, &name, 1, 1, 1));
    r->open_constants = 1;
    lo_status_t status = lo_elaborate(&term->node, r, value);
    r->open_constants = 0;
    LO_TRY(status);
    const lo_node_struct *node = LO_NODE(r, term->node);
    if (node->size != 1)
        return lo_wrong(r, value->at, "%s is a number, `%s` is %s", name, lo_ast_excerpt(r, value),
                        lo_shape_text(r, &node->shape));
    if ((node->depends & ((1u << LO_SYM_PARAM) | (1u << LO_SYM_INPUT))) != 0)
        return lo_wrong(
            r, value->at,
            "%s may depend on the time t and on constants only, `%s` depends on the model", name,
            lo_ast_excerpt(r, value));
    return lo_build_scalar(&term->node, r, value->at, term->node);
}

static lo_status_t mirror(lo_flow_struct *term, lo_reader_struct *r, const lo_ast_struct *call)
{
    if (call->list.count == 0)
        return lo_wrong(r, call->at, "`mirror` needs the names of parameters, as in mirror(U, V)");
    slong *symbols = lo_arena_alloc(r->model->arena, (size_t) call->list.count, sizeof(slong));
    char *seen = lo_scratch(r, (size_t) r->model->nsymbols + 1, 1);
    if (symbols == NULL || seen == NULL)
        return lo_short(r);
    term->symbols = symbols;
    for (const lo_ast_struct *item = call->list.first; item != NULL; item = item->next) {
        if (item->kind != LO_AST_NAME)
            return lo_wrong(r, item->at,
                            "`mirror` needs the names of parameters, `%s` is not a name",
                            lo_ast_excerpt(r, item));
        const lo_name_struct *found = lo_name_find(r->model, item->text);
        if (found == NULL)
            return lo_wrong(r, item->at, "unknown name `%.60s`%s", item->text,
                            lo_name_hint(r, item->text, 0));
        if (found->kind != LO_NAME_SYMBOL || r->model->symbols[found->index].kind != LO_SYM_PARAM)
            return lo_wrong(r, item->at, "`%.60s` is not a parameter", item->text);
        if (seen[found->index]++)
            return lo_wrong(r, item->at, "`%.60s` is named twice", item->text);
        symbols[term->nsymbols++] = found->index;
    }
    return LO_OK;
}

static lo_status_t metric(lo_flow_struct *term, lo_reader_struct *r, const lo_ast_struct *call)
{
    slong p = r->model->parameters;
    if (call->list.count != 1 || call->list.first->kind == LO_AST_NAMED)
        return lo_wrong(r, call->at,
                        "`metric` needs one list with an entry for each scalar parameter, as in "
                        "metric([a, b, 1])");
    lo_ast_struct *value = call->list.first;
    r->refuse_inputs = "a metric depends on the parameters only";
    lo_status_t status = lo_elaborate(&term->node, r, value);
    r->refuse_inputs = NULL;
    LO_TRY(status);
    if (LO_NODE(r, term->node)->size != p)
        return lo_wrong(r, value->at,
                        "the metric has %ld entries, the model has %ld scalar parameters",
                        (long) LO_NODE(r, term->node)->size, (long) p);
    return lo_build_reshape(&term->node, r, value->at, term->node, lo_shape_matrix(p, 1));
}

static const struct {
    const char *name;
    lo_flow_t kind;
} kinds[] = {
    { "momentum", LO_FLOW_MOMENTUM },
    { "mirror", LO_FLOW_MIRROR },
    { "metric", LO_FLOW_METRIC },
    { "decay", LO_FLOW_DECAY },
};
#define NKINDS 4

static lo_status_t unknown_flow(lo_reader_struct *r, const lo_ast_struct *e)
{
    if (e->text != NULL && e->kind != LO_AST_NUMBER) {
        for (int i = 0; i < NKINDS; i++) {
            int d = lo_edit_distance(e->text, kinds[i].name, 2);
            if (d == 0)
                return lo_wrong(r, e->at, "`%s` needs arguments, as in `%s(...)`", kinds[i].name,
                                kinds[i].name);
            if (d <= 2)
                return lo_wrong(r, e->at, "`%.60s` is not a flow; did you mean `%s`?", e->text,
                                kinds[i].name);
        }
    }
    return lo_wrong(r, e->at,
                    "`%s` is not a flow: there are gradient, momentum, mirror, metric, decay",
                    lo_ast_excerpt(r, e));
}

static lo_status_t check_together(lo_reader_struct *r, const lo_ast_struct *e,
                                  const lo_flow_struct *term)
{
    for (slong i = 0; i < r->model->nflow; i++) {
        lo_flow_t other = r->model->flow[i].kind;
        if (other == term->kind)
            return lo_wrong(r, e->at, "`%s` is there twice", e->text);
        if ((other == LO_FLOW_MIRROR && term->kind == LO_FLOW_METRIC) ||
            (other == LO_FLOW_METRIC && term->kind == LO_FLOW_MIRROR))
            return lo_wrong(r, e->at,
                            "`mirror` and `metric` both give the metric; write one of them");
    }
    return LO_OK;
}

static lo_status_t term(lo_reader_struct *r, lo_ast_struct *e)
{
    lo_flow_struct flow = { .node = -1, .loc = { e->at.line, e->at.column } };
    int i = 0;
    if ((e->kind == LO_AST_NAME || (e->kind == LO_AST_CALL && e->list.count == 0)) &&
        strcmp(e->text, "gradient") == 0)
        return LO_OK;
    while (i < NKINDS && (e->kind != LO_AST_CALL || strcmp(kinds[i].name, e->text) != 0))
        i++;
    if (i == NKINDS)
        return unknown_flow(r, e);
    flow.kind = kinds[i].kind;
    LO_TRY(check_together(r, e, &flow));
    switch (flow.kind) {
    case LO_FLOW_MOMENTUM:
        LO_TRY(coefficient(&flow, r, e, "tau"));
        break;
    case LO_FLOW_DECAY:
        LO_TRY(coefficient(&flow, r, e, "lambda"));
        break;
    case LO_FLOW_MIRROR:
        LO_TRY(mirror(&flow, r, e));
        break;
    default:
        LO_TRY(metric(&flow, r, e));
        break;
    }
    r->model->flow[r->model->nflow++] = flow; /* there is room: no kind comes twice */
    return LO_OK;
}

lo_status_t lo_elaborate_flow(lo_reader_struct *r, lo_ast_struct *statement)
{
    long n = 1;
    for (lo_ast_struct *e = statement->a; e->kind == LO_AST_ADD; e = e->a)
        n++;
    lo_ast_struct **terms = lo_scratch(r, (size_t) n, sizeof(*terms));
    r->model->flow = lo_arena_alloc(r->model->arena, NKINDS, sizeof(lo_flow_struct));
    if (terms == NULL || r->model->flow == NULL)
        return lo_short(r);
    lo_ast_struct *e = statement->a;
    for (long i = n - 1; i > 0; i--, e = e->a)
        terms[i] = e->b;
    terms[0] = e;
    for (long i = 0; i < n; i++)
        LO_TRY(term(r, terms[i]));
    return LO_OK;
}
