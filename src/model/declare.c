/* declare.c - declarations: parameters, inputs, frozen constants, coordinates, lets.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/elaborate.h"

#include <string.h>

static lo_status_t check_name(lo_reader_struct *r, lo_place_struct at, const char *name)
{
    const lo_name_struct *found = lo_name_find(r->model, name);
    if (lo_function_is(name))
        return lo_wrong(r, at, "`%s` is the name of a function and cannot be declared", name);
    if (found == NULL)
        return LO_OK;
    int line = found->kind == LO_NAME_SYMBOL ? r->model->symbols[found->index].loc.line : 0;
    if (line > 0)
        return lo_wrong(r, at, "the name `%.60s` is taken: it is declared on line %d", name, line);
    return lo_wrong(r, at, "the name `%.60s` is taken", name);
}

/* Parameters are bounded together, every other tensor by itself. */
static lo_status_t check_size(slong *size, lo_reader_struct *r, lo_place_struct at,
                              const char *name, lo_symbol_kind_t kind, const lo_shape_struct *shape)
{
    const lo_limits_struct *limits = r->ctx->limits;
    if (kind == LO_SYM_PARAM) {
        if (!lo_shape_fits(size, shape, limits->parameters - r->model->parameters))
            return lo_fail(r, LO_UNABLE, at,
                           "with `%.60s` (%s) the model has too many parameters (limit "
                           "`parameters`: %ld)",
                           name, lo_shape_text(r, shape), limits->parameters);
        return LO_OK;
    }
    if (!lo_shape_fits(size, shape, limits->entries))
        return lo_fail(r, LO_UNABLE, at, "`%.60s` (%s) has too many entries (limit `entries`: %ld)",
                       name, lo_shape_text(r, shape), limits->entries);
    return LO_OK;
}

static slong *scalars_of_kind(lo_model_struct *model, lo_symbol_kind_t kind)
{
    switch (kind) {
    case LO_SYM_PARAM:
        return &model->parameters;
    case LO_SYM_INPUT:
        return &model->inputs;
    case LO_SYM_FROZEN:
        return &model->frozen;
    default:
        return &model->constants_symbolic;
    }
}

lo_status_t lo_declare_symbol(slong *symbol, lo_reader_struct *r, lo_place_struct at,
                              const char *name, lo_symbol_kind_t kind, lo_shape_struct shape,
                              int declared_rank)
{
    lo_model_struct *model = r->model;
    slong size = 0;
    LO_TRY(check_name(r, at, name));
    LO_TRY(check_size(&size, r, at, name, kind, &shape));
    if (LO_GROW(model->symbols, model->symbols_capacity, model->nsymbols + 1) != LO_OK)
        return lo_short(r);
    char *copy = lo_arena_copy(model->arena, name, strlen(name));
    if (copy == NULL)
        return lo_short(r);
    LO_TRY(lo_name_add(r, copy, LO_NAME_SYMBOL, model->nsymbols));
    slong *total = scalars_of_kind(model, kind);
    lo_symbol_struct *s = model->symbols + model->nsymbols;
    memset(s, 0, sizeof(*s));
    s->name = copy;
    s->kind = kind;
    s->shape = shape;
    s->declared_rank = declared_rank;
    s->size = size;
    s->offset = *total;
    s->node = -1;
    s->loc.line = at.line;
    s->loc.column = at.column;
    *total += size;
    *symbol = model->nsymbols++;
    return LO_OK;
}

static lo_status_t declaration(lo_reader_struct *r, const lo_ast_struct *d, lo_symbol_kind_t kind)
{
    lo_shape_struct shape = LO_SCALAR;
    slong symbol;
    LO_TRY(check_name(r, d->at, d->text));
    if (d->list.count > LO_MAX_RANK)
        return lo_wrong(r, d->at, "`%.60s` has %ld sizes, at most %d are allowed", d->text,
                        d->list.count, LO_MAX_RANK);
    for (lo_ast_struct *size = d->list.first; size != NULL; size = size->next) {
        LO_TRY(lo_elaborate_integer(shape.dim + shape.rank, r, size, "a size"));
        if (shape.dim[shape.rank] < 1)
            return lo_wrong(r, size->at, "a size is at least 1, not %ld",
                            (long) shape.dim[shape.rank]);
        shape.rank++;
    }
    int declared_rank = shape.rank;
    if (shape.rank == 1) { /* a vector is a column */
        shape.rank = 2;
        shape.dim[1] = 1;
    }
    return lo_declare_symbol(&symbol, r, d->at, d->text, kind, shape, declared_rank);
}

static lo_status_t let(lo_reader_struct *r, const lo_ast_struct *binding)
{
    lo_model_struct *model = r->model;
    slong node = 0;
    LO_TRY(check_name(r, binding->at, binding->text));
    r->pending = binding->text;
    lo_status_t status = lo_elaborate(&node, r, binding->a);
    r->pending = NULL;
    LO_TRY(status);
    if (LO_GROW(model->lets, model->lets_capacity, model->nlets + 1) != LO_OK)
        return lo_short(r);
    char *copy = lo_arena_copy(model->arena, binding->text, strlen(binding->text));
    if (copy == NULL)
        return lo_short(r);
    LO_TRY(lo_name_add(r, copy, LO_NAME_LET, model->nlets));
    model->lets[model->nlets++] = node;
    return LO_OK;
}

static lo_status_t model_title(lo_reader_struct *r, const lo_ast_struct *statement)
{
    r->model->title = lo_arena_copy(r->model->arena, statement->text, strlen(statement->text));
    return r->model->title != NULL ? LO_OK : lo_short(r);
}

/* The statements that are read in their order; the others wait until all names are known. */
lo_status_t lo_declare_statement(lo_reader_struct *r, lo_ast_struct *statement)
{
    lo_symbol_kind_t kind = LO_SYM_PARAM;
    switch (statement->kind) {
    case LO_AST_MODEL:
        return model_title(r, statement);
    case LO_AST_LET:
        for (lo_ast_struct *item = statement->list.first; item != NULL; item = item->next)
            LO_TRY(let(r, item));
        return LO_OK;
    case LO_AST_PARAM:
    case LO_AST_COORDS:
        break;
    case LO_AST_INPUT:
        kind = LO_SYM_INPUT;
        break;
    case LO_AST_FROZEN:
        kind = LO_SYM_FROZEN;
        break;
    default:
        return LO_OK;
    }
    for (lo_ast_struct *item = statement->list.first; item != NULL; item = item->next)
        LO_TRY(declaration(r, item, kind));
    return LO_OK;
}
