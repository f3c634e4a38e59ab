/* point.c - the statement `at`: values of parameters.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/elaborate.h"

#include <string.h>

static lo_status_t target(lo_symbol_struct **symbol, lo_reader_struct *r,
                          const lo_ast_struct *binding)
{
    const lo_name_struct *found = lo_name_find(r->model, binding->text);
    if (found == NULL)
        return lo_wrong(r, binding->at, "unknown name `%.60s`%s", binding->text,
                        lo_name_hint(r, binding->text, 0));
    if (found->kind != LO_NAME_SYMBOL || r->model->symbols[found->index].kind != LO_SYM_PARAM)
        return lo_wrong(r, binding->at, "`at` gives values to parameters; `%.60s` is %s",
                        binding->text,
                        found->kind == LO_NAME_LET                             ? "a `let`"
                        : r->model->symbols[found->index].kind == LO_SYM_INPUT ? "an input"
                                                                               : "a constant");
    *symbol = r->model->symbols + found->index;
    if ((*symbol)->at != NULL)
        return lo_wrong(r, binding->at, "`%.60s` has a value already", binding->text);
    return LO_OK;
}

static lo_status_t check_shape(lo_reader_struct *r, const lo_ast_struct *binding,
                               const lo_symbol_struct *symbol, slong node)
{
    const lo_shape_struct *shape = &LO_NODE(r, node)->shape;
    if (lo_shape_equal(shape, &symbol->shape) || (LO_NODE(r, node)->size == 1 && symbol->size == 1))
        return LO_OK;
    return lo_wrong(r, binding->a->at, "the value of `%.60s` is %s, it must be %s%s", binding->text,
                    lo_shape_text(r, shape), lo_shape_text(r, &symbol->shape),
                    symbol->shape.rank > 2 ? "; use reshape([...], ...)"
                    : lo_shape_is_vector(shape) && symbol->shape.dim[0] == 1 &&
                            shape->dim[0] == symbol->shape.dim[1]
                        ? "; a row is the transpose of a list, [...]'"
                        : "");
}

static lo_status_t bind(lo_reader_struct *r, const lo_ast_struct *binding)
{
    lo_model_struct *model = r->model;
    lo_symbol_struct *symbol = NULL;
    slong node = 0, mark = model->nnodes, constants = model->nconstants;
    LO_TRY(target(&symbol, r, binding));
    LO_TRY(lo_elaborate(&node, r, binding->a));
    LO_TRY(check_shape(r, binding, symbol, node));
    if (symbol->size > r->ctx->limits->point_entries)
        return lo_beyond(r, binding->at, "point_entries", r->ctx->limits->point_entries,
                         "the value has too many entries");
    /* `model->constants` is not the place for these: they are read in order of the entries */
    fmpq *values = lo_arena_alloc(model->arena, (size_t) symbol->size, sizeof(fmpq));
    if (values == NULL)
        return lo_short(r);
    for (slong i = 0; i < symbol->size; i++)
        fmpq_init(values + i);
    symbol->at = values; /* from here on lo_model_free clears them */
    model->has_point = 1;
    LO_TRY(lo_evaluate_constant(values, r, binding->a->at, node));
    lo_build_rollback(model, mark, constants);
    return LO_OK;
}

lo_status_t lo_elaborate_point(lo_reader_struct *r, lo_ast_struct *statement)
{
    for (lo_ast_struct *item = statement->list.first; item != NULL; item = item->next)
        LO_TRY(bind(r, item));
    return LO_OK;
}
