/* build.c - hash-consed nodes of the graph.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The table is chained, and a new node is put in front of its chain. So nodes leave in the reverse
 * order of their coming by taking them off the front, which is how the values of `at` are forgotten
 * again.
 */
#include "model/elaborate.h"

#include <string.h>

/* The payload of a node as plain words, so that unused members of the union never matter. */
static void payload(slong key[LO_MAX_RANK], const lo_node_struct *node)
{
    for (int i = 0; i < LO_MAX_RANK; i++)
        key[i] = 0;
    switch (node->op) {
    case LO_OP_CONST:
    case LO_OP_SYMBOL:
        key[0] = node->u.index;
        break;
    case LO_OP_POW:
        key[0] = node->u.exponent;
        break;
    case LO_OP_ACT:
        key[0] = (slong) node->u.act;
        break;
    case LO_OP_SLICE:
        for (int i = 0; i < node->shape.rank; i++)
            key[i] = node->u.first[i];
        break;
    case LO_OP_CAT:
        key[0] = node->u.axis;
        break;
    case LO_OP_CONV1D:
    case LO_OP_CONV2D:
        key[0] = node->u.conv.stride;
        key[1] = node->u.conv.pad;
        break;
    case LO_OP_MAXPOOL:
    case LO_OP_AVGPOOL:
        key[0] = node->u.pool.window;
        key[1] = node->u.pool.stride;
        key[2] = node->u.pool.pad;
        break;
    default:
        break;
    }
}

static ulong mix(ulong h, ulong word)
{
    h = (h ^ word) * UWORD(0x9E3779B97F4A7C15);
    return h ^ (h >> 32);
}

/* Constants are found by value, everything else by operation, shape, payload and arguments. */
static ulong hash_node(const lo_model_struct *model, const lo_node_struct *node, const slong *args)
{
    ulong h = mix(17, (ulong) node->op);
    if (node->op == LO_OP_CONST) {
        const fmpq *c = model->constants + node->u.index;
        h = mix(h, fmpz_fdiv_ui(&c->num, UWORD(0x1FFFFFFFFFFFFFFF)));
        return mix(h, fmpz_fdiv_ui(&c->den, UWORD(0x1FFFFFFFFFFFFFFF)));
    }
    slong key[LO_MAX_RANK];
    payload(key, node);
    for (int i = 0; i < LO_MAX_RANK; i++)
        h = mix(h, (ulong) key[i]);
    for (int i = 0; i < node->shape.rank; i++)
        h = mix(h, (ulong) node->shape.dim[i]);
    for (slong i = 0; i < node->nargs; i++)
        h = mix(h, (ulong) args[i]);
    return h;
}

static int same_node(const lo_model_struct *model, const lo_node_struct *a, const lo_node_struct *b,
                     const slong *bargs)
{
    if (a->op != b->op || a->nargs != b->nargs || !lo_shape_equal(&a->shape, &b->shape))
        return 0;
    if (a->op == LO_OP_CONST)
        return fmpq_equal(model->constants + a->u.index, model->constants + b->u.index);
    slong ka[LO_MAX_RANK], kb[LO_MAX_RANK];
    payload(ka, a);
    payload(kb, b);
    return memcmp(ka, kb, sizeof(ka)) == 0 &&
           (a->nargs == 0 || memcmp(a->args, bargs, (size_t) a->nargs * sizeof(slong)) == 0);
}

static void link_node(lo_model_struct *model, slong i)
{
    const lo_node_struct *node = model->nodes + i;
    slong *bucket =
        model->node_table + hash_node(model, node, node->args) % (ulong) model->node_buckets;
    model->node_next[i] = *bucket;
    *bucket = i;
}

static lo_status_t more_buckets(lo_reader_struct *r)
{
    lo_model_struct *model = r->model;
    slong wanted = model->node_buckets < 64 ? 128 : 2 * model->node_buckets;
    slong *table = lo_realloc(model->node_table, (size_t) wanted, sizeof(slong));
    if (table == NULL)
        return lo_short(r);
    model->node_table = table;
    model->node_buckets = wanted;
    for (slong i = 0; i < wanted; i++)
        table[i] = -1;
    for (slong i = 0; i < model->nnodes; i++)
        link_node(model, i);
    return LO_OK;
}

/* Index maps of what exists make nothing larger; all else is bounded by the limit on entries.
 * Symbols are bounded where they are declared. */
static int may_be_large(lo_op_t op)
{
    return op == LO_OP_SYMBOL || op == LO_OP_TRANSPOSE || op == LO_OP_RESHAPE || op == LO_OP_SLICE;
}

lo_status_t lo_build_node(slong *out, lo_reader_struct *r, lo_place_struct at,
                          const lo_node_struct *proto, const slong *args, slong nargs)
{
    lo_model_struct *model = r->model;
    const lo_limits_struct *limits = r->ctx->limits;
    lo_node_struct node = *proto;
    node.nargs = nargs;
    if (!lo_shape_fits(&node.size, &node.shape,
                       may_be_large(node.op) ? WORD_MAX : limits->entries)) {
        return lo_fail(r, LO_UNABLE, at,
                       "a tensor of %s has too many entries (limit `entries`: %ld)",
                       lo_shape_text(r, &node.shape), limits->entries);
    }
    if (model->node_buckets > 0) {
        slong i = model->node_table[hash_node(model, &node, args) % (ulong) model->node_buckets];
        while (i >= 0 && !same_node(model, model->nodes + i, &node, args))
            i = model->node_next[i];
        if (i >= 0) {
            *out = i;
            return LO_OK;
        }
    }
    /* arguments are counted like nodes: a node with a million arguments is not one unit of memory
     */
    if (model->nnodes >= limits->graph_nodes ||
        nargs / 4 > limits->graph_nodes - r->argument_total / 4)
        return lo_beyond(r, at, "graph_nodes", limits->graph_nodes,
                         "the expression graph is too large");
    if (model->nnodes >= model->node_buckets)
        LO_TRY(more_buckets(r));
    if (LO_GROW(model->nodes, model->nodes_capacity, model->nnodes + 1) != LO_OK ||
        LO_GROW(model->node_next, model->node_next_capacity, model->nnodes + 1) != LO_OK)
        return lo_short(r);
    slong *copy = lo_arena_alloc(model->arena, (size_t) nargs, sizeof(slong));
    if (copy == NULL)
        return lo_short(r);
    node.depends = node.op == LO_OP_SYMBOL ? 1u << model->symbols[node.u.index].kind : 0;
    for (slong i = 0; i < nargs; i++) {
        copy[i] = args[i];
        node.depends |= model->nodes[args[i]].depends;
    }
    r->argument_total += nargs;
    node.args = copy;
    node.loc.line = at.line;
    node.loc.column = at.column;
    model->nodes[model->nnodes] = node;
    link_node(model, model->nnodes);
    *out = model->nnodes++;
    return LO_OK;
}

void lo_build_rollback(lo_model_struct *model, slong mark, slong constants)
{
    while (model->nnodes > mark) {
        const lo_node_struct *node = model->nodes + --model->nnodes;
        slong *bucket =
            model->node_table + hash_node(model, node, node->args) % (ulong) model->node_buckets;
        *bucket = model->node_next[model->nnodes];
        if (node->op == LO_OP_SYMBOL)
            model->symbols[node->u.index].node = -1;
    }
    while (model->nconstants > constants)
        fmpq_clear(model->constants + --model->nconstants);
}

lo_status_t lo_build_constant(slong *out, lo_reader_struct *r, lo_place_struct at,
                              const fmpq_t value)
{
    lo_model_struct *model = r->model;
    LO_TRY(lo_number_check(r, at, value));
    if (LO_GROW(model->constants, model->constants_capacity, model->nconstants + 1) != LO_OK)
        return lo_short(r);
    slong index = model->nconstants++;
    fmpq_init(model->constants + index);
    fmpq_set(model->constants + index, value);
    lo_node_struct node = { .op = LO_OP_CONST, .shape = LO_SCALAR, .u.index = index };
    lo_status_t status = lo_build_node(out, r, at, &node, NULL, 0);
    /* known already: give the new copy back */
    if (status != LO_OK || LO_NODE(r, *out)->u.index != index)
        fmpq_clear(model->constants + --model->nconstants);
    return status;
}

lo_status_t lo_build_fraction(slong *out, lo_reader_struct *r, lo_place_struct at, slong num,
                              slong den)
{
    fmpq_t value;
    fmpq_init(value);
    fmpq_set_si(value, num, (ulong) den);
    lo_status_t status = lo_build_constant(out, r, at, value);
    fmpq_clear(value);
    return status;
}

lo_status_t lo_build_symbol(slong *out, lo_reader_struct *r, lo_place_struct at, slong symbol)
{
    lo_symbol_struct *s = r->model->symbols + symbol;
    if (s->node >= 0) {
        *out = s->node;
        return LO_OK;
    }
    lo_node_struct node = { .op = LO_OP_SYMBOL, .shape = s->shape, .u.index = symbol };
    LO_TRY(lo_build_node(out, r, at, &node, NULL, 0));
    s->node = *out;
    return LO_OK;
}

const fmpq *lo_node_constant(const lo_model_struct *model, slong node)
{
    return model->nodes[node].op == LO_OP_CONST ? model->constants + model->nodes[node].u.index
                                                : NULL;
}
