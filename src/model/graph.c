/* graph.c - what can be asked of a model.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/reader.h"

#include <stdio.h>

lo_model_kind_t lo_model_kind(const lo_model_struct *model)
{
    return model->kind;
}

const char *lo_model_title(const lo_model_struct *model)
{
    return model->title;
}

long lo_model_parameters(const lo_model_struct *model)
{
    return (long) model->parameters;
}

long lo_model_inputs(const lo_model_struct *model)
{
    return (long) model->inputs;
}

long lo_model_outputs(const lo_model_struct *model)
{
    slong total = 0;
    if (model->kind == LO_MODEL_RAW)
        return (long) model->noutputs;
    for (slong i = 0; i < model->noutputs; i++)
        total += model->nodes[model->outputs[i]].size;
    return (long) total;
}

int lo_model_has_point(const lo_model_struct *model)
{
    return model->has_point;
}

/* The parameter symbol that holds scalar i: offsets increase, so halving finds it. */
static const lo_symbol_struct *holder(const lo_model_struct *model, slong i)
{
    slong low = 0, high = model->nparameter_symbols;
    while (high - low > 1) {
        slong middle = low + (high - low) / 2;
        if (model->symbols[model->parameter_symbols[middle]].offset <= i)
            low = middle;
        else
            high = middle;
    }
    return model->symbols + model->parameter_symbols[low];
}

void lo_model_parameter_name(char *buffer, size_t size, const lo_model_struct *model, long i)
{
    char indices[LO_MAX_RANK * 24 + 4] = "";
    const lo_symbol_struct *s = holder(model, i);
    slong place[LO_MAX_RANK] = { 0, 0, 0, 0 }, rest = i - s->offset;
    for (int axis = s->shape.rank - 1; axis >= 0; axis--) {
        place[axis] = rest % s->shape.dim[axis] + 1;
        rest /= s->shape.dim[axis];
    }
    size_t used = 0;
    for (int axis = 0; axis < s->declared_rank; axis++)
        used += (size_t) snprintf(indices + used, sizeof(indices) - used, "%c%ld",
                                  axis == 0 ? '[' : ',', (long) place[axis]);
    snprintf(buffer, size, "%s%s%s", s->name, indices, used > 0 ? "]" : "");
}

void lo_model_free(lo_model_ptr model)
{
    if (model == NULL)
        return;
    for (slong i = 0; i < model->nconstants; i++)
        fmpq_clear(model->constants + i);
    for (slong i = 0; i < model->nsymbols; i++) {
        for (slong j = 0; model->symbols[i].at != NULL && j < model->symbols[i].size; j++)
            fmpq_clear((fmpq *) model->symbols[i].at + j);
    }
    lo_free(model->nodes);
    lo_free(model->node_next);
    lo_free(model->node_table);
    lo_free(model->constants);
    lo_free(model->symbols);
    lo_free(model->lets);
    lo_free(model->names);
    lo_free(model->name_table);
    lo_arena_free(model->arena);
    lo_free(model);
}
