/* lower.c - from the tensor graph to scalar operations.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/lower.h"

#include "base/memory.h"

#include <string.h>

slong lo_lower_aux(lower_struct *l, lo_aux_kind_t kind, slong index)
{
    lo_family_struct *f = l->family;
    if (l->status == LO_OK)
        l->status = LO_GROW(f->aux, f->aux_alloc, f->naux + 1);
    if (l->status != LO_OK)
        return 0;
    f->aux[f->naux] = (lo_aux_struct){ kind, index };
    return lo_tape_leaf(f->tape, LO_T_AUX, f->naux++);
}

slong lo_lower_gate(lower_struct *l, lo_op_t op, lo_act_t act, slong preactivation, slong group)
{
    lo_family_struct *f = l->family;
    long known = l->gate_of_alloc;
    slong key = 2 * preactivation + (op == LO_OP_ACT && act == LO_ACT_LEAKY_RELU);
    if (l->status == LO_OK)
        l->status = LO_GROW(f->gates, f->gates_alloc, f->ngates + 1);
    if (l->status == LO_OK)
        l->status = LO_GROW(l->gate_of, l->gate_of_alloc, key + 1);
    if (l->status != LO_OK)
        return 0;
    for (long i = known; i < l->gate_of_alloc; i++)
        l->gate_of[i] = 0;
    if (op == LO_OP_ACT && l->gate_of[key] != 0)
        return l->gate_of[key];
    f->gates[f->ngates] = (lo_gate_struct){ op, act, preactivation, group };
    slong gate = lo_lower_aux(l, LO_AUX_GATE, f->ngates++);
    if (op == LO_OP_ACT)
        l->gate_of[key] = gate;
    return gate;
}

/* Frozen constants keep their node, so that an expression lowered later speaks of the same ones. */
static slong lower_frozen(lower_struct *l, slong index)
{
    slong *node = l->family->frozen + index;
    if (*node < 0)
        *node = lo_lower_aux(l, LO_AUX_FROZEN, index);
    return *node;
}

/* In an expression lowered later, too, an input is the variable that it was before. */
static slong lower_input(lower_struct *l, slong index)
{
    const lo_family_struct *f = l->family;
    for (slong a = 0; l->law && a < f->naux; a++)
        if (f->aux[a].kind == LO_AUX_INPUT && f->aux[a].index == index)
            return lo_tape_leaf(l->family->tape, LO_T_AUX, a);
    return lo_lower_aux(l, LO_AUX_INPUT, index);
}

static void lower_symbol(lower_struct *l, slong *out, const lo_node_struct *node)
{
    const lo_symbol_struct *s = l->family->model->symbols + node->u.index;
    const lo_model_struct *m = l->family->model;
    for (slong i = 0; i < node->size; i++) {
        switch (s->kind) {
        case LO_SYM_PARAM:
            out[i] = l->family->var[s->offset + i];
            break;
        case LO_SYM_INPUT:
            out[i] = lower_input(l, s->offset + i);
            break;
        case LO_SYM_FROZEN:
            out[i] = lower_frozen(l, s->offset + i);
            break;
        case LO_SYM_CONSTANT:
            out[i] = lower_frozen(l, m->frozen + s->offset + i);
            break;
        }
    }
}

/* Refuses by name what this version does not analyse. */
static void refuse(lower_struct *l, const lo_node_struct *node, const char *what)
{
    char text[120];
    snprintf(text, sizeof(text), "%s is not analysed by this version", what);
    lo_family_wrong(l->ctx, l->family, node, text);
    l->status = LO_UNABLE;
}

static slong lower_activation(lower_struct *l, const lo_node_struct *node_of_graph, slong a)
{
    lo_tape_struct *tape = l->family->tape;
    lo_act_t act = node_of_graph->u.act;
    if (act == LO_ACT_RELU || act == LO_ACT_LEAKY_RELU) {
        if (l->law || l->family->model->kind == LO_MODEL_RAW) {
            refuse(l, node_of_graph, l->law ? "`relu` in a law" : "`relu` in a raw family");
            return 0;
        }
        return lo_tape_is_si(tape, a, 0) ? a : lo_tape_mul(tape, lo_lower_gate(l, LO_OP_ACT, act, a, -1), a);
    }
    slong node = lo_lower_analytic(l, node_of_graph, a);
    if (node >= 0 || l->status != LO_OK)
        return node;
    char what[96];
    if (act == LO_ACT_SQRT && tape->nodes[a].op == LO_T_CONST) {
        refuse(l, node_of_graph, "`sqrt` of a number of more than 60 bits whose root is not rational");
        return 0;
    }
    snprintf(what, sizeof(what), "`%s` in a %s", lo_act_name(act),
             l->law                                       ? "law"
             : l->family->model->kind == LO_MODEL_NETWORK ? "network"
             : l->family->model->kind == LO_MODEL_MAP     ? "map"
                                                          : "raw family");
    refuse(l, node_of_graph, what);
    return 0;
}

static void lower_matmul(lower_struct *l, slong *out, const lo_node_struct *node, const slong *a,
                         const slong *b, slong inner)
{
    lo_tape_struct *tape = l->family->tape;
    slong rows = node->shape.dim[0], cols = node->shape.dim[1];
    for (slong i = 0; i < rows; i++) {
        for (slong j = 0; j < cols; j++) {
            lo_tape_begin(tape);
            for (slong k = 0; k < inner; k++)
                lo_tape_term(tape, a[i * inner + k], b[k * cols + j]);
            out[i * cols + j] = lo_tape_end(tape);
        }
    }
}

static slong sum_of(lower_struct *l, const slong *a, slong n, slong stride)
{
    lo_tape_begin(l->family->tape);
    for (slong i = 0; i < n; i++)
        lo_tape_term(l->family->tape, a[i * stride], -1);
    return lo_tape_end(l->family->tape);
}

/* Entry i (row-major in the slice) of a slice is entry `result` (row-major) of the argument. */
static slong slice_source(const lo_node_struct *node, const lo_shape_struct *from, slong i)
{
    /* The shape of the slice may have fewer axes than the argument only when it is a single entry. */
    slong index[LO_MAX_RANK] = { 0 }, result = 0;
    for (int axis = node->shape.rank - 1; axis >= 0; axis--) {
        index[axis] = i % node->shape.dim[axis];
        i /= node->shape.dim[axis];
    }
    for (int axis = 0; axis < from->rank; axis++)
        result = result * from->dim[axis] + node->u.first[axis] + index[axis];
    return result;
}

static void lower_cat(slong *out, const lower_struct *l, const lo_node_struct *node)
{
    const lo_node_struct *nodes = l->family->model->nodes;
    slong cols = node->shape.dim[1], row = 0, col = 0;
    for (slong k = 0; k < node->nargs; k++) {
        const lo_node_struct *x = nodes + node->args[k];
        slong r = x->shape.rank < 2 ? 1 : x->shape.dim[0], c = x->shape.rank < 2 ? 1 : x->shape.dim[1];
        for (slong i = 0; i < r; i++)
            for (slong j = 0; j < c; j++)
                out[(row + i) * cols + col + j] = l->entries[node->args[k]][i * c + j];
        if (node->u.axis == 0)
            row += r;
        else
            col += c;
    }
}

static void lower_entrywise(lower_struct *l, slong *out, const lo_node_struct *node, const slong *a,
                            const slong *b, slong size_a, slong size_b)
{
    lo_tape_struct *tape = l->family->tape;
    for (slong i = 0; i < node->size; i++) {
        slong x = a[size_a == 1 ? 0 : i], y = b == NULL ? 0 : b[size_b == 1 ? 0 : i];
        switch (node->op) {
        case LO_OP_ADD:
            out[i] = lo_tape_add(tape, x, y, 1);
            break;
        case LO_OP_SUB:
            out[i] = lo_tape_add(tape, x, y, -1);
            break;
        case LO_OP_NEG:
            out[i] = lo_tape_add(tape, LO_TAPE_ZERO, x, -1);
            break;
        case LO_OP_SCALE:
        case LO_OP_HADAMARD:
            out[i] = lo_tape_mul(tape, x, y);
            break;
        case LO_OP_DIV:
            out[i] = lo_lower_quotient(l, x, y);
            break;
        case LO_OP_POW:
            if (node->u.exponent < 0)
                l->family->has_division = 1;
            out[i] = lo_tape_pow(tape, x, node->u.exponent);
            break;
        default:
            out[i] = lower_activation(l, node, x);
            break;
        }
    }
}

static void lower_shape(slong *out, const lo_node_struct *node, const slong *a, const lo_node_struct *arg)
{
    slong rows, cols;
    switch (node->op) {
    case LO_OP_TRANSPOSE:
        rows = node->shape.dim[0], cols = node->shape.dim[1];
        for (slong i = 0; i < rows; i++)
            for (slong j = 0; j < cols; j++)
                out[i * cols + j] = a[j * rows + i];
        break;
    case LO_OP_SLICE:
        for (slong i = 0; i < node->size; i++)
            out[i] = a[slice_source(node, &arg->shape, i)];
        break;
    case LO_OP_RESHAPE:
        memcpy(out, a, (size_t) node->size * sizeof(slong));
        break;
    case LO_OP_DIAG:
        if (arg->shape.rank == 2 && arg->shape.dim[1] > 1) {
            for (slong i = 0; i < node->size; i++)
                out[i] = a[i * (arg->shape.dim[1] + 1)];
        } else {
            for (slong i = 0; i < node->size; i++)
                out[i] = i % (arg->size + 1) == 0 ? a[i / (arg->size + 1)] : LO_TAPE_ZERO;
        }
        break;
    default: /* LO_OP_MASK outside a softmax: later tokens removed */
        cols = node->shape.dim[1];
        for (slong i = 0; i < node->size; i++)
            out[i] = i % cols > i / cols ? LO_TAPE_ZERO : a[i];
        break;
    }
}

static void lower_node(lower_struct *l, slong *out, const lo_node_struct *node)
{
    const lo_model_struct *m = l->family->model;
    const lo_node_struct *arg = node->nargs > 0 ? m->nodes + node->args[0] : NULL;
    const lo_node_struct *arg2 = node->nargs > 1 ? m->nodes + node->args[1] : NULL;
    const slong *a = arg != NULL ? l->entries[node->args[0]] : NULL;
    const slong *b = arg2 != NULL ? l->entries[node->args[1]] : NULL;
    switch (node->op) {
    case LO_OP_CONST:
        out[0] = lo_tape_const(l->family->tape, m->constants + node->u.index);
        break;
    case LO_OP_SYMBOL:
        lower_symbol(l, out, node);
        break;
    case LO_OP_ADD:
    case LO_OP_SUB:
    case LO_OP_NEG:
    case LO_OP_SCALE:
    case LO_OP_HADAMARD:
    case LO_OP_DIV:
    case LO_OP_POW:
    case LO_OP_ACT:
        lower_entrywise(l, out, node, a, b, arg->size, arg2 != NULL ? arg2->size : 0);
        break;
    case LO_OP_MATMUL:
        lower_matmul(l, out, node, a, b, arg->shape.dim[1]);
        break;
    case LO_OP_SUM:
        out[0] = sum_of(l, a, arg->size, 1);
        break;
    case LO_OP_TRACE:
        out[0] = sum_of(l, a, arg->shape.dim[0], arg->shape.dim[1] + 1);
        break;
    case LO_OP_TRANSPOSE:
    case LO_OP_SLICE:
    case LO_OP_RESHAPE:
    case LO_OP_DIAG:
    case LO_OP_MASK:
        lower_shape(out, node, a, arg);
        break;
    case LO_OP_ARRAY:
        for (slong i = 0; i < node->nargs; i++)
            out[i] = l->entries[node->args[i]][0];
        break;
    case LO_OP_CAT:
        lower_cat(out, l, node);
        break;
    case LO_OP_CONV1D:
    case LO_OP_CONV2D:
        lo_lower_conv(l, out, node);
        break;
    case LO_OP_MAXPOOL:
    case LO_OP_AVGPOOL:
        if (node->op == LO_OP_MAXPOOL && m->kind == LO_MODEL_RAW)
            refuse(l, node, "`maxpool` in a raw family");
        else
            lo_lower_pool(l, out, node);
        break;
    case LO_OP_SOFTMAX:
        lo_lower_softmax(l, out, node);
        break;
    case LO_OP_LAYERNORM:
    case LO_OP_RMSNORM:
        lo_lower_norm(l, out, node);
        break;
    }
    if (l->status == LO_OK && l->family->tape->status != LO_OK) {
        l->status = l->family->tape->status;
        if (l->status & LO_UNABLE)
            lo_ctx_set_message(
                l->ctx, "%s: error: the model has more than %ld scalar operations (limit `tape_nodes`)",
                m->file, l->ctx->limits->tape_nodes);
    }
}

/* Marks the listed graph nodes and all they need, and refuses what would be too much work. */
static lo_status_t plan(lower_struct *l, const slong *roots, slong nroots)
{
    const lo_model_struct *m = l->family->model;
    l->needed = lo_alloc((size_t) m->nnodes, 1);
    l->entries = lo_alloc((size_t) m->nnodes, sizeof(slong *));
    if (l->needed == NULL || l->entries == NULL)
        return l->status = LO_SYSTEM;
    for (slong i = 0; i < nroots; i++)
        l->needed[roots[i]] = 1;
    for (slong i = m->nnodes - 1; i >= 0; i--)
        for (slong k = 0; l->needed[i] && k < m->nodes[i].nargs; k++)
            l->needed[m->nodes[i].args[k]] = 1;
    return l->status = lo_lower_affordable(m, l->needed, l->ctx);
}

static lo_status_t note_place(lo_family_struct *f, slong node)
{
    LO_TRY(LO_GROW(f->places, f->places_alloc, f->nplaces + 1));
    f->places[f->nplaces++] = (lo_place_of_tape_struct){ f->tape->n, node };
    return LO_OK;
}

static lo_status_t lower_needed(lower_struct *l)
{
    const lo_model_struct *m = l->family->model;
    for (slong i = 0; l->status == LO_OK && i < m->nnodes; i++) {
        if (!l->needed[i])
            continue;
        l->entries[i] = lo_alloc((size_t) m->nodes[i].size, sizeof(slong));
        if (l->entries[i] == NULL)
            l->status = LO_SYSTEM;
        else if (!l->law)
            l->status = note_place(l->family, i);
        if (l->status == LO_OK)
            lower_node(l, l->entries[i], m->nodes + i);
        if (l->status == LO_OK && i % 1024 == 0)
            l->status = lo_ctx_poll(l->ctx);
    }
    return l->status;
}

static void close_lowering(lower_struct *l)
{
    for (slong i = 0; l->entries != NULL && i < l->family->model->nnodes; i++)
        lo_free(l->entries[i]);
    lo_free(l->entries);
    lo_free(l->gate_of);
    lo_free(l->needed);
}

/* Makes room for what the whole family shares; the plan has found it affordable. */
static lo_status_t open_family(lo_family_struct *f)
{
    const lo_model_struct *m = f->model;
    slong total = 0;
    for (slong k = 0; k < m->noutputs; k++)
        total += m->nodes[m->outputs[k]].size;
    f->noutputs = f->raw ? m->noutputs : total;
    f->var = lo_alloc((size_t) f->p, sizeof(slong));
    f->outputs = lo_alloc((size_t) total, sizeof(slong));
    f->covector = lo_alloc((size_t) f->noutputs, sizeof(slong));
    f->frozen = lo_alloc((size_t) (m->frozen + m->constants_symbolic), sizeof(slong));
    if (f->var == NULL || f->outputs == NULL || f->covector == NULL || f->frozen == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < m->frozen + m->constants_symbolic; i++)
        f->frozen[i] = -1;
    for (slong i = 0; i < f->p; i++)
        f->var[i] = lo_tape_leaf(f->tape, LO_T_VAR, i);
    return LO_OK;
}

lo_status_t lo_family_lower(lo_family_struct *f, lo_ctx_t ctx)
{
    const lo_model_struct *m = f->model;
    lower_struct l = { .family = f, .ctx = ctx };
    if (plan(&l, m->outputs, m->noutputs) == LO_OK && (l.status = open_family(f)) == LO_OK)
        lower_needed(&l);
    for (slong k = 0, at = 0; l.status == LO_OK && k < m->noutputs; k++) {
        slong size = m->nodes[m->outputs[k]].size;
        memcpy(f->outputs + at, l.entries[m->outputs[k]], (size_t) size * sizeof(slong));
        at += size;
    }
    for (slong j = 0; l.status == LO_OK && j < f->noutputs; j++)
        f->covector[j] = lo_lower_aux(&l, LO_AUX_COVECTOR, j);
    close_lowering(&l);
    return l.status | f->tape->status;
}

lo_status_t lo_family_lower_law(slong *node, lo_family_struct *f, slong graph_node, lo_ctx_t ctx)
{
    lower_struct l = { .family = f, .ctx = ctx, .law = 1 };
    if (plan(&l, &graph_node, 1) == LO_OK)
        lower_needed(&l);
    if (l.status == LO_OK)
        memcpy(node, l.entries[graph_node], (size_t) f->model->nodes[graph_node].size * sizeof(slong));
    close_lowering(&l);
    return l.status | f->tape->status;
}
