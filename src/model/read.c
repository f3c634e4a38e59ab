/* read.c - the way from text to a model: check, parse, declare, elaborate.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/elaborate.h"

#include <string.h>

/* Recursion follows the nesting of brackets; this many levels fit in the stack whatever the user's
 * limit. */
#define DEPTH_MOST 500

/* The statements that may stand once, or decide what kind of model it is: the first one of each
 * kind. */
typedef struct {
    const lo_ast_struct *first[LO_AST_PROGRAM + 1];
} kinds_struct;

static const char *keyword(lo_ast_kind_t kind)
{
    switch (kind) {
    case LO_AST_MODEL:
        return "model";
    case LO_AST_PARAM:
        return "param";
    case LO_AST_INPUT:
        return "input";
    case LO_AST_COORDS:
        return "coords";
    case LO_AST_FIELD:
        return "field";
    case LO_AST_MAP:
        return "map";
    case LO_AST_OUTPUT:
        return "output";
    case LO_AST_NET:
        return "net";
    default:
        return "flow";
    }
}

/* Statements that exclude one another, also a statement and itself. */
static const struct {
    lo_ast_kind_t one, other;
    const char *why;
} excluded[] = {
    { LO_AST_MODEL, LO_AST_MODEL, "a model has one title" },
    { LO_AST_OUTPUT, LO_AST_OUTPUT, "a model has one `output`; vstack(a, b) joins several values" },
    { LO_AST_NET, LO_AST_NET, "a model has one `net`" },
    { LO_AST_OUTPUT, LO_AST_NET, "a model has one `output` or one `net`" },
    { LO_AST_FLOW, LO_AST_FLOW, "a model has one `flow`; terms are joined by `+`" },
    { LO_AST_COORDS, LO_AST_PARAM, "a raw family has `coords` instead of parameters" },
    { LO_AST_COORDS, LO_AST_INPUT, "a raw family has no inputs" },
    { LO_AST_COORDS, LO_AST_OUTPUT, "a raw family has fields, not an output" },
    { LO_AST_COORDS, LO_AST_NET, "a raw family has fields, not a net" },
    { LO_AST_COORDS, LO_AST_MAP, "a raw family has fields, not a map" },
    { LO_AST_COORDS, LO_AST_FLOW, "the fields of a raw family are the flow" },
    { LO_AST_FIELD, LO_AST_OUTPUT, "a model has an output or fields, not both" },
    { LO_AST_FIELD, LO_AST_NET, "a model has a net or fields, not both" },
    { LO_AST_FIELD, LO_AST_MAP, "a model has a map or fields, not both" },
    { LO_AST_FIELD, LO_AST_PARAM, "fields need `coords`, not `param`" },
    { LO_AST_MAP, LO_AST_OUTPUT, "a model has an output or a map, not both" },
    { LO_AST_MAP, LO_AST_NET, "a model has a net or a map, not both" },
    { LO_AST_MAP, LO_AST_INPUT, "a map depends on the parameters only, it has no inputs" },
};

static lo_status_t check_statement(kinds_struct *kinds, lo_reader_struct *r, const lo_ast_struct *s)
{
    for (size_t i = 0; i < sizeof(excluded) / sizeof(excluded[0]); i++) {
        const lo_ast_struct *before = s->kind == excluded[i].one ? kinds->first[excluded[i].other]
                                      : s->kind == excluded[i].other ? kinds->first[excluded[i].one]
                                                                     : NULL;
        if (before != NULL)
            return lo_wrong(r, s->place, "`%s` here and `%s` on line %d: %s", keyword(s->kind),
                            keyword(before->kind), before->at.line, excluded[i].why);
    }
    if (kinds->first[s->kind] == NULL)
        kinds->first[s->kind] = s;
    return LO_OK;
}

static lo_status_t check_statements(kinds_struct *kinds, lo_reader_struct *r)
{
    const lo_ast_struct *const *first = kinds->first;
    memset(kinds, 0, sizeof(*kinds));
    for (const lo_ast_struct *s = r->statements->list.first; s != NULL; s = s->next)
        LO_TRY(check_statement(kinds, r, s));
    if (r->statements->list.count == 0)
        return lo_wrong(r, r->last, "the model is empty");
    if (first[LO_AST_FIELD] != NULL && first[LO_AST_COORDS] == NULL)
        return lo_wrong(r, first[LO_AST_FIELD]->place, "a `field` needs `coords`");
    if (first[LO_AST_COORDS] != NULL && first[LO_AST_FIELD] == NULL)
        return lo_wrong(r, first[LO_AST_COORDS]->place,
                        "`coords` without a `field`: a raw family needs at least one");
    if (first[LO_AST_FIELD] == NULL && first[LO_AST_OUTPUT] == NULL && first[LO_AST_NET] == NULL &&
        first[LO_AST_MAP] == NULL)
        return lo_wrong(r, r->last,
                        "the model ends without an `output` (or `net`, `map`, `field`)");
    return LO_OK;
}

static lo_status_t add_output(lo_reader_struct *r, const char *name, slong node)
{
    lo_model_struct *model = r->model;
    char *copy = lo_arena_copy(model->arena, name, strlen(name));
    if (copy == NULL)
        return lo_short(r);
    model->outputs[model->noutputs] = node;
    model->output_names[model->noutputs++] = copy;
    return LO_OK;
}

static lo_status_t named_output(lo_reader_struct *r, lo_ast_struct *item, int is_field)
{
    slong node = 0, p = r->model->parameters;
    for (slong i = 0; i < r->model->noutputs; i++) {
        if (strcmp(r->model->output_names[i], item->text) == 0)
            return lo_wrong(r, item->at, "the name `%.60s` is there twice", item->text);
    }
    LO_TRY(lo_elaborate(&node, r, item->a));
    if (is_field && LO_NODE(r, node)->size != p)
        return lo_wrong(r, item->at, "the field `%.60s` has %ld entries, there are %ld coordinates",
                        item->text, (long) LO_NODE(r, node)->size, (long) p);
    if (is_field) /* p x 1, also when p is 1 or the field is written as a row */
        LO_TRY(lo_build_reshape(&node, r, item->at, node, lo_shape_matrix(p, 1)));
    return add_output(r, item->text, node);
}

static lo_status_t outputs(lo_reader_struct *r)
{
    lo_model_struct *model = r->model;
    long n = 1;
    for (lo_ast_struct *s = r->statements->list.first; s != NULL; s = s->next)
        n += s->kind == LO_AST_FIELD || s->kind == LO_AST_MAP ? s->list.count : 0;
    model->outputs = lo_arena_alloc(model->arena, (size_t) n, sizeof(slong));
    model->output_names = lo_arena_alloc(model->arena, (size_t) n, sizeof(char *));
    if (model->outputs == NULL || model->output_names == NULL)
        return lo_short(r);
    for (lo_ast_struct *s = r->statements->list.first; s != NULL; s = s->next) {
        slong node = 0;
        if (s->kind == LO_AST_OUTPUT || s->kind == LO_AST_NET) {
            LO_TRY(s->kind == LO_AST_NET ? lo_elaborate_net(&node, r, s)
                                         : lo_elaborate(&node, r, s->a));
            LO_TRY(add_output(r, "output", node));
        } else if (s->kind == LO_AST_FIELD || s->kind == LO_AST_MAP) {
            for (lo_ast_struct *item = s->list.first; item != NULL; item = item->next)
                LO_TRY(named_output(r, item, s->kind == LO_AST_FIELD));
        }
    }
    return LO_OK;
}

static lo_status_t index_parameters(lo_reader_struct *r)
{
    lo_model_struct *model = r->model;
    model->parameter_symbols =
        lo_arena_alloc(model->arena, (size_t) model->nsymbols + 1, sizeof(slong));
    if (model->parameter_symbols == NULL)
        return lo_short(r);
    for (slong i = 0; i < model->nsymbols; i++) {
        if (model->symbols[i].kind == LO_SYM_PARAM)
            model->parameter_symbols[model->nparameter_symbols++] = i;
    }
    return LO_OK;
}

static lo_status_t elaborate_model(lo_reader_struct *r)
{
    kinds_struct kinds;
    lo_ast_struct *flow = NULL;
    LO_TRY(check_statements(&kinds, r));
    r->model->kind = kinds.first[LO_AST_FIELD] != NULL ? LO_MODEL_RAW
                     : kinds.first[LO_AST_MAP] != NULL ? LO_MODEL_MAP
                                                       : LO_MODEL_NETWORK;
    if (r->model->kind == LO_MODEL_RAW)
        r->refuse_layers = "a raw family has coordinates instead of parameters";
    /* names first, in their order; then outputs, and what speaks about parameters that `net` makes
     */
    for (lo_ast_struct *s = r->statements->list.first; s != NULL; s = s->next) {
        LO_TRY(lo_declare_statement(r, s));
        flow = s->kind == LO_AST_FLOW ? s : flow;
    }
    LO_TRY(outputs(r));
    r->refuse_layers = "all parameters are known when it is read";
    if (r->model->parameters == 0)
        return lo_wrong(r, r->last, "the model has no parameters: nothing is trained");
    if (flow != NULL)
        LO_TRY(lo_elaborate_flow(r, flow));
    for (lo_ast_struct *s = r->statements->list.first; s != NULL; s = s->next) {
        if (s->kind == LO_AST_AT)
            LO_TRY(lo_elaborate_point(r, s));
    }
    return index_parameters(r);
}

static lo_status_t open_reader(lo_reader_struct *r, const char *text, size_t length,
                               const char *name, lo_ctx_struct *ctx)
{
    memset(r, 0, sizeof(*r));
    r->ctx = ctx;
    r->file = name;
    r->text = text;
    r->length = length;
    r->depth_limit = FLINT_MIN(ctx->limits->depth, DEPTH_MOST);
    r->last = (lo_place_struct){ 1, 1, 0, 0 };
    r->scratch = lo_arena_new();
    return r->scratch != NULL ? LO_OK : lo_short(r);
}

static void close_reader(lo_reader_struct *r)
{
    lo_free(r->spine);
    lo_free(r->positions);
    lo_arena_free(r->scratch);
}

static lo_status_t new_model(lo_reader_struct *r)
{
    r->model = lo_alloc(1, sizeof(lo_model_struct));
    if (r->model == NULL)
        return lo_short(r);
    r->model->arena = lo_arena_new();
    if (r->model->arena == NULL)
        return lo_short(r);
    r->model->file = lo_arena_copy(r->model->arena, r->file, strlen(r->file));
    return r->model->file != NULL ? LO_OK : lo_short(r);
}

lo_status_t lo_model_read(lo_model_ptr *model, const char *text, size_t length, const char *name,
                          lo_ctx_t ctx)
{
    lo_reader_struct r;
    *model = NULL;
    lo_status_t status = open_reader(&r, text, length, name, ctx);
    if (status == LO_OK)
        status = new_model(&r);
    if (status == LO_OK)
        status = lo_source_check(&r);
    if (status == LO_OK)
        status = lo_parse(&r, 0);
    if (status == LO_OK)
        status = elaborate_model(&r);
    close_reader(&r);
    if (status == LO_OK)
        *model = r.model;
    else
        lo_model_free(r.model);
    return status;
}

static lo_status_t elaborate_law(slong *node, lo_reader_struct *r, int inputs)
{
    r->refuse_inputs = inputs ? NULL : "a law depends on the parameters only";
    r->refuse_layers = "a law has no parameters of its own";
    LO_TRY(lo_elaborate(node, r, r->expression));
    if (LO_NODE(r, *node)->size != 1)
        return lo_wrong(r, r->expression->place, "a law is one number, this is %s",
                        lo_shape_text(r, &LO_NODE(r, *node)->shape));
    return lo_build_scalar(node, r, r->expression->at, *node);
}

static lo_status_t read_expression(slong *node, lo_model_struct *model, const char *text, size_t length,
                                   const char *name, int inputs, lo_ctx_t ctx)
{
    lo_reader_struct r;
    slong mark = model->nnodes, constants = model->nconstants;
    lo_status_t status = open_reader(&r, text, length, name, ctx);
    r.model = model;
    if (status == LO_OK)
        status = lo_source_check(&r);
    if (status == LO_OK)
        status = lo_parse(&r, 1);
    if (status == LO_OK)
        status = elaborate_law(node, &r, inputs);
    if (status != LO_OK)
        lo_build_rollback(model, mark, constants);
    else if (model->laws == 0)
        model->laws = mark;
    close_reader(&r);
    return status;
}

lo_status_t lo_model_expression(slong *node, lo_model_struct *model, const char *text, size_t length,
                                const char *name, lo_ctx_t ctx)
{
    return read_expression(node, model, text, length, name, 0, ctx);
}

lo_status_t lo_model_coefficient(slong *node, lo_model_struct *model, const char *text, size_t length,
                                 const char *name, lo_ctx_t ctx)
{
    return read_expression(node, model, text, length, name, 1, ctx);
}
