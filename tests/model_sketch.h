/* model_sketch.h - what the tests of the model room share: a graph as text, what is accepted and
 * refused.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Graphs are compared as text: (op args), with the sizes where an operation has some.
 */
#ifndef LO_MODEL_SKETCH_H
#define LO_MODEL_SKETCH_H

#include "base/memory.h"
#include "model/graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* a graph as text */

typedef struct {
    char text[8192];
    size_t used;
} sketch_struct;

static inline void add(sketch_struct *s, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(s->text + s->used, sizeof(s->text) - s->used, format, arguments);
    va_end(arguments);
    s->used += (size_t) n;
    assert_true(s->used < sizeof(s->text));
}

static inline void add_shape(sketch_struct *s, const lo_shape_struct *shape)
{
    add(s, ":");
    for (int i = 0; i < shape->rank; i++)
        add(s, "%s%ld", i > 0 ? "x" : "", (long) shape->dim[i]);
}

/* The window, and stride and padding where they are not those of windows side by side. */
static inline void add_window(sketch_struct *s, const lo_node_struct *n)
{
    add(s, "%ld", (long) n->u.pool.window);
    if (n->u.pool.stride != n->u.pool.window || n->u.pool.pad != 0)
        add(s, ":s%ldp%ld", (long) n->u.pool.stride, (long) n->u.pool.pad);
}

static inline const char *op_name(lo_op_t op)
{
    static const char *const names[] = { "const",     "symbol", "+",       "-",       "neg",
                                         "scale",     ".*",     "/",       "^",       "act",
                                         "*",         "'",      "sum",     "trace",   "slice",
                                         "reshape",   "array",  "cat",     "diag",    "mask",
                                         "conv1d",    "conv2d", "maxpool", "avgpool", "softmax",
                                         "layernorm", "rmsnorm" };
    return names[op];
}

static inline void sketch(sketch_struct *s, const lo_model_struct *m, slong i)
{
    const lo_node_struct *n = m->nodes + i;
    if (n->op == LO_OP_CONST) {
        char *value = fmpq_get_str(NULL, 10, m->constants + n->u.index);
        add(s, "%s", value);
        flint_free(value);
        return;
    }
    if (n->op == LO_OP_SYMBOL) {
        add(s, "%s", m->symbols[n->u.index].name);
        return;
    }
    add(s, "(%s", n->op == LO_OP_ACT ? lo_act_name(n->u.act) : op_name(n->op));
    if (n->op == LO_OP_POW)
        add(s, "%ld", (long) n->u.exponent);
    if (n->op == LO_OP_CAT)
        add(s, "%d", n->u.axis);
    if (n->op == LO_OP_CONV1D || n->op == LO_OP_CONV2D)
        add(s, ":s%ldp%ld", (long) n->u.conv.stride, (long) n->u.conv.pad);
    if (n->op == LO_OP_MAXPOOL || n->op == LO_OP_AVGPOOL)
        add_window(s, n);
    if (n->op == LO_OP_SLICE) {
        for (int axis = 0; axis < n->shape.rank; axis++)
            add(s, "%s%ld+%ld", axis > 0 ? "," : "", (long) n->u.first[axis],
                (long) n->shape.dim[axis]);
    }
    if (n->op == LO_OP_RESHAPE || n->op == LO_OP_ARRAY)
        add_shape(s, &n->shape);
    for (slong k = 0; k < n->nargs; k++) {
        add(s, " ");
        sketch(s, m, n->args[k]);
    }
    add(s, ")");
}

static inline lo_model_ptr read_or_fail(const char *text, lo_ctx_t ctx)
{
    lo_model_ptr model;
    lo_status_t status = lo_model_read(&model, text, strlen(text), "t", ctx);
    if (status != LO_OK)
        fail_msg("status %u for\n%s\n%s", status, text, lo_ctx_message(ctx));
    return model;
}

static inline void init(lo_ctx_t ctx)
{
    assert_int_equal(lo_ctx_init(ctx), LO_OK);
}

/* Every invariant that the next rooms rely on. */
static inline void check_graph(const lo_model_struct *m)
{
    slong offsets[4] = { 0, 0, 0, 0 };
    for (slong i = 0; i < m->nnodes; i++) {
        const lo_node_struct *n = m->nodes + i;
        slong size = 1;
        for (int axis = 0; axis < n->shape.rank; axis++)
            size *= n->shape.dim[axis];
        assert_int_equal(n->size, size);
        assert_true(size >= 1);
        assert_int_not_equal(n->shape.rank, 1);
        for (slong k = 0; k < n->nargs; k++)
            assert_true(n->args[k] >= 0 && n->args[k] < i);
    }
    for (slong i = 0; i < m->nsymbols; i++) {
        assert_int_equal(m->symbols[i].offset, offsets[m->symbols[i].kind]);
        offsets[m->symbols[i].kind] += m->symbols[i].size;
        if (m->symbols[i].node >= 0)
            assert_int_equal(m->nodes[m->symbols[i].node].u.index, i);
    }
    assert_int_equal(offsets[LO_SYM_PARAM], m->parameters);
    assert_int_equal(offsets[LO_SYM_INPUT], m->inputs);
    assert_int_equal(offsets[LO_SYM_FROZEN], m->frozen);
    assert_int_equal(offsets[LO_SYM_CONSTANT], m->constants_symbolic);
}

/* The first output of the model `text` is `wanted`. */
static inline void gives(const char *text, const char *wanted)
{
    lo_ctx_t ctx;
    init(ctx);
    lo_model_ptr model = read_or_fail(text, ctx);
    static sketch_struct s;
    s.used = 0;
    check_graph(model);
    sketch(&s, model, model->outputs[0]);
    if (strcmp(s.text, wanted) != 0)
        fail_msg("%s\ngives  %s\nwanted %s", text, s.text, wanted);
    lo_model_free(model);
    lo_ctx_clear(ctx);
}

/* Two models have the same graph of the first output. */
static inline void same(const char *one, const char *other)
{
    lo_ctx_t ctx;
    init(ctx);
    lo_model_ptr model = read_or_fail(other, ctx);
    static sketch_struct s;
    s.used = 0;
    sketch(&s, model, model->outputs[0]);
    lo_model_free(model);
    lo_ctx_clear(ctx);
    gives(one, s.text);
}

static inline void accepted(const char *text)
{
    lo_ctx_t ctx;
    init(ctx);
    lo_model_free(read_or_fail(text, ctx));
    lo_ctx_clear(ctx);
}

static inline void refused_by(lo_ctx_t ctx, const char *text, lo_status_t wanted, const char *part)
{
    lo_model_ptr model;
    lo_status_t status = lo_model_read(&model, text, strlen(text), "t", ctx);
    if (status != wanted || strstr(lo_ctx_message(ctx), part) == NULL)
        fail_msg("status %u for\n%.2000s\n%s\nwanted %u: %s", status, text, lo_ctx_message(ctx),
                 wanted, part);
    assert_null(model);
}

static inline void refused(const char *text, lo_status_t wanted, const char *part)
{
    lo_ctx_t ctx;
    init(ctx);
    refused_by(ctx, text, wanted, part);
    lo_ctx_clear(ctx);
}

static inline void check_message_form(const char *message, const char *name)
{
    char start[200];
    snprintf(start, sizeof(start), "%s:", name);
    assert_memory_equal(message, start, strlen(start));
    assert_non_null(strstr(message, ": error: "));
    const char *line = strchr(message, '\n');
    assert_non_null(line);
    const char *caret = strchr(line + 1, '\n');
    assert_non_null(caret);
    caret += 1 + strspn(caret + 1, " \t");
    assert_string_equal(caret, "^");
    for (const char *c = message; *c != '\0'; c++)
        assert_true((unsigned char) *c >= 32 || *c == '\n' || *c == '\t');
}

static inline void output_shape(const char *text, int rank, slong d0, slong d1, slong d2)
{
    lo_ctx_t ctx;
    slong wanted[3] = { d0, d1, d2 };
    init(ctx);
    lo_model_ptr m = read_or_fail(text, ctx);
    const lo_shape_struct *shape = &m->nodes[m->outputs[0]].shape;
    check_graph(m);
    assert_int_equal(shape->rank, rank);
    for (int i = 0; i < rank; i++)
        assert_int_equal(shape->dim[i], wanted[i]);
    lo_model_free(m);
    lo_ctx_clear(ctx);
}

#endif
