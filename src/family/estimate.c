/* estimate.c - what the lowering of a model to scalar operations will cost, before it is begun.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/lower.h"

/* Far beyond every limit; sums and products stop here instead of overflowing. */
#define PLENTY (WORD_MAX / 4)

static slong plus(slong a, slong b)
{
    return a > PLENTY - b ? PLENTY : a + b;
}

static slong times(slong a, slong b)
{
    return a != 0 && b > PLENTY / a ? PLENTY : a * b;
}

/* Terms of the sums that make the entries of a node, and the entries themselves. */
static slong cost(const lo_model_struct *m, const lo_node_struct *node)
{
    const lo_node_struct *a = node->nargs > 0 ? m->nodes + node->args[0] : NULL;
    const lo_shape_struct *b = node->nargs > 1 ? &m->nodes[node->args[1]].shape : NULL;
    switch (node->op) {
    case LO_OP_MATMUL:
        return times(node->size, a->shape.dim[1]);
    case LO_OP_SUM:
        return a->size;
    case LO_OP_CONV1D:
        return times(node->size, b->dim[1] * b->dim[2]);
    case LO_OP_CONV2D:
        return times(node->size, times(b->dim[1] * b->dim[2], b->dim[3]));
    case LO_OP_MAXPOOL:
    case LO_OP_AVGPOOL:
        return times(node->size, times(node->u.pool.window, a->shape.rank == 3 ? node->u.pool.window : 1));
    case LO_OP_SOFTMAX:
    case LO_OP_LAYERNORM:
    case LO_OP_RMSNORM:
        return times(node->size, 4);
    default:
        return node->size;
    }
}

lo_status_t lo_lower_affordable(const lo_model_struct *m, const char *needed, lo_ctx_t ctx)
{
    slong total = plus(plus(m->frozen, m->constants_symbolic), m->inputs);
    if (m->parameters > ctx->limits->scalar_parameters) {
        lo_ctx_set_message(
            ctx,
            "%s: error: the model has %ld parameters; one that is written out in scalar operations "
            "may have %ld (limit `scalar_parameters`); analyse a smaller model of the same structure",
            m->file, (long) m->parameters, ctx->limits->scalar_parameters);
        return LO_UNABLE;
    }
    for (slong i = 0; i < m->nnodes; i++)
        if (needed[i])
            total = plus(total, cost(m, m->nodes + i));
    if (total > ctx->limits->tape_nodes) {
        lo_ctx_set_message(
            ctx,
            "%s: error: written out, the model has more than %ld scalar operations (limit `tape_nodes`); "
            "analyse a smaller model of the same structure",
            m->file, ctx->limits->tape_nodes);
        return LO_UNABLE;
    }
    return LO_OK;
}
