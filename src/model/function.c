/* function.c - the functions of the language.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/elaborate.h"

#include <stdio.h>
#include <string.h>

static const char *const act_names[LO_ACT_COUNT] = {
    [LO_ACT_RELU] = "relu",         [LO_ACT_LEAKY_RELU] = "leaky_relu",
    [LO_ACT_TANH] = "tanh",         [LO_ACT_SIGMOID] = "sigmoid",
    [LO_ACT_EXP] = "exp",           [LO_ACT_LOG] = "log",
    [LO_ACT_SIN] = "sin",           [LO_ACT_COS] = "cos",
    [LO_ACT_SOFTPLUS] = "softplus", [LO_ACT_GELU] = "gelu",
    [LO_ACT_SILU] = "silu",         [LO_ACT_ERF] = "erf",
    [LO_ACT_SQRT] = "sqrt",         [LO_ACT_GENERIC] = "generic",
    [LO_ACT_ODD] = "odd",           [LO_ACT_EVEN] = "even",
    [LO_ACT_GENERIC0] = "generic0",
};

const char *lo_act_name(lo_act_t act)
{
    return act_names[act];
}

int lo_act_find(lo_act_t *act, const char *name)
{
    for (int i = 0; i < LO_ACT_COUNT; i++) {
        if (strcmp(act_names[i], name) == 0) {
            *act = (lo_act_t) i;
            return 1;
        }
    }
    return 0;
}

typedef enum {
    FN_SOFTMAX,
    FN_RMSNORM,
    FN_LAYERNORM,
    FN_MAXPOOL,
    FN_AVGPOOL,
    FN_SUM,
    FN_MEAN,
    FN_DOT,
    FN_TRACE,
    FN_CONCAT,
    FN_VSTACK,
    FN_HSTACK,
    FN_RESHAPE,
    FN_FLATTEN,
    FN_DIAG,
    FN_CONV1D,
    FN_CONV2D,
    FN_LAYERS,
    FN_COUNT
} function_t;

/* How each function is called; `many` takes any number of arguments. */
static const struct {
    const char *name, *usage;
    int least, most;
} functions[FN_COUNT] = {
    [FN_SOFTMAX] = { "softmax", "softmax(x)", 1, 1 },
    [FN_RMSNORM] = { "rmsnorm", "rmsnorm(x)", 1, 1 },
    [FN_LAYERNORM] = { "layernorm", "layernorm(x)", 1, 1 },
    [FN_MAXPOOL] = { "maxpool", "maxpool(x, window)", 2, 4 },
    [FN_AVGPOOL] = { "avgpool", "avgpool(x, window)", 2, 4 },
    [FN_SUM] = { "sum", "sum(x)", 1, 1 },
    [FN_MEAN] = { "mean", "mean(x)", 1, 1 },
    [FN_DOT] = { "dot", "dot(a, b)", 2, 2 },
    [FN_TRACE] = { "trace", "trace(A)", 1, 1 },
    [FN_CONCAT] = { "concat", "concat(a, b, ...)", 1, INT32_MAX },
    [FN_VSTACK] = { "vstack", "vstack(a, b, ...)", 1, INT32_MAX },
    [FN_HSTACK] = { "hstack", "hstack(a, b, ...)", 1, INT32_MAX },
    [FN_RESHAPE] = { "reshape", "reshape(a, m, n)", 2, 1 + LO_MAX_RANK },
    [FN_FLATTEN] = { "flatten", "flatten(a)", 1, 1 },
    [FN_DIAG] = { "diag", "diag(v)", 1, 1 },
    [FN_CONV1D] = { "conv1d", "conv1d(x, W, stride=1, pad=0)", 2, 4 },
    [FN_CONV2D] = { "conv2d", "conv2d(x, W, stride=1, pad=0)", 2, 4 },
    [FN_LAYERS] = { "layers", "layers(x, stage -> stage)", 2, 2 },
};

static function_t find(const char *name)
{
    int i = 0;
    while (i < FN_COUNT && strcmp(functions[i].name, name) != 0)
        i++;
    return (function_t) i;
}

int lo_function_is(const char *name)
{
    lo_act_t act;
    function_t f = find(name);
    return (f != FN_COUNT && f != FN_LAYERS) || lo_act_find(&act, name);
}

const char *lo_function_word(slong i)
{
    return i < FN_COUNT                  ? functions[i].name
           : i < FN_COUNT + LO_ACT_COUNT ? act_names[i - FN_COUNT]
                                         : NULL;
}

lo_status_t lo_call_arguments(lo_ast_struct **values, lo_reader_struct *r, lo_ast_struct *call,
                              const char *const *names, long nslots, long positional, long required)
{
    long given = 0;
    for (long i = 0; i < nslots; i++)
        values[i] = NULL;
    for (lo_ast_struct *item = call->list.first; item != NULL; item = item->next) {
        long slot = given;
        if (item->kind == LO_AST_NAMED) {
            for (slot = 0; slot < nslots && strcmp(names[slot], item->text) != 0; slot++)
                ;
            if (slot == nslots)
                return lo_wrong(r, item->at, "`%.60s` has no option `%.60s`", call->text,
                                item->text);
        } else if (given++ >= positional) {
            return lo_wrong(r, item->at, "too many arguments for `%.60s`%s", call->text,
                            nslots > positional ? ": options are written `name=value`" : "");
        }
        if (values[slot] != NULL)
            return lo_wrong(r, item->at, "`%s` of `%.60s` is given twice", names[slot], call->text);
        values[slot] = item->kind == LO_AST_NAMED ? item->a : item;
    }
    for (long i = 0; i < required; i++) {
        if (values[i] == NULL)
            return lo_wrong(r, call->at, "`%.60s` needs %s", call->text, names[i]);
    }
    return LO_OK;
}

static lo_status_t wrong_shape(lo_reader_struct *r, const lo_ast_struct *call, slong a,
                               const char *wanted)
{
    return lo_wrong(r, call->at, "`%s` needs %s, this is %s", call->text, wanted,
                    lo_shape_text(r, &LO_NODE(r, a)->shape));
}

static lo_status_t join(slong *out, lo_reader_struct *r, lo_ast_struct *call, int axis)
{
    slong *parts = lo_scratch(r, (size_t) call->list.count, sizeof(slong));
    if (parts == NULL)
        return LO_SYSTEM;
    long n = 0;
    for (lo_ast_struct *item = call->list.first; item != NULL; item = item->next, n++) {
        LO_TRY(lo_elaborate(parts + n, r, item));
        if (LO_NODE(r, parts[n])->shape.rank == 0)
            LO_TRY(lo_build_reshape(parts + n, r, item->at, parts[n], lo_shape_matrix(1, 1)));
        const lo_shape_struct *first = &LO_NODE(r, parts[0])->shape;
        lo_shape_struct shape = LO_NODE(r, parts[n])->shape;
        shape.dim[axis] = first->dim[axis];
        if (!lo_shape_equal(&shape, first))
            return lo_wrong(r, item->at, "`%s`: %s and %s do not fit %s", call->text,
                            lo_shape_text(r, first), lo_shape_text(r, &LO_NODE(r, parts[n])->shape),
                            axis == 0 ? "below one another" : "side by side");
    }
    return lo_build_cat(out, r, call->at, parts, n, axis);
}

static lo_status_t reshape(slong *out, lo_reader_struct *r, lo_ast_struct *call, slong a)
{
    lo_shape_struct shape = LO_SCALAR;
    slong size;
    for (lo_ast_struct *item = call->list.first->next; item != NULL; item = item->next) {
        slong length = 0;
        LO_TRY(lo_elaborate_integer(&length, r, item, "a size"));
        if (length < 1)
            return lo_wrong(r, item->at, "a size is at least 1, not %ld", (long) length);
        shape.dim[shape.rank++] = length;
    }
    if (shape.rank == 1) {
        shape.rank = 2;
        shape.dim[1] = 1;
    }
    if (!lo_shape_fits(&size, &shape, WORD_MAX) || size != LO_NODE(r, a)->size)
        return lo_wrong(r, call->at, "`reshape`: %s has %ld entries, %s has another number",
                        lo_shape_text(r, &LO_NODE(r, a)->shape), (long) LO_NODE(r, a)->size,
                        lo_shape_text(r, &shape));
    return lo_build_reshape(out, r, call->at, a, shape);
}

static lo_status_t convolution(slong *out, lo_reader_struct *r, lo_ast_struct *call, int directions)
{
    static const char *const names[] = { "an input x", "a kernel W", "stride", "pad" };
    lo_ast_struct *values[4];
    slong x = 0, kernel = 0, stride = 1, pad = 0;
    LO_TRY(lo_call_arguments(values, r, call, names, 4, 2, 2));
    LO_TRY(lo_elaborate(&x, r, values[0]));
    LO_TRY(lo_elaborate(&kernel, r, values[1]));
    if (values[2] != NULL)
        LO_TRY(lo_elaborate_integer(&stride, r, values[2], "a stride"));
    if (values[3] != NULL)
        LO_TRY(lo_elaborate_integer(&pad, r, values[3], "a padding"));
    if (LO_NODE(r, x)->shape.rank != 1 + directions)
        return wrong_shape(r, call, x,
                           directions == 1 ? "an input [channels, length]"
                                           : "an input [channels, h, w]");
    if (LO_NODE(r, kernel)->shape.rank != 2 + directions)
        return wrong_shape(r, call, kernel,
                           directions == 1 ? "a kernel [out, in, k]" : "a kernel [out, in, k, k]");
    return lo_build_conv(out, r, call->at, x, kernel, stride, pad);
}

static lo_status_t rows(slong *out, lo_reader_struct *r, lo_ast_struct *call, lo_op_t op, slong a)
{
    if (LO_NODE(r, a)->shape.rank > 2)
        return wrong_shape(r, call, a, "a vector or a matrix");
    if (LO_NODE(r, a)->shape.rank == 0)
        LO_TRY(lo_build_reshape(&a, r, call->at, a, lo_shape_matrix(1, 1)));
    return lo_build_simple(out, r, call->at, op, a, LO_NODE(r, a)->shape);
}

static lo_status_t diagonal(slong *out, lo_reader_struct *r, lo_ast_struct *call, slong a)
{
    lo_shape_struct shape = LO_NODE(r, a)->shape;
    if (LO_NODE(r, a)->size == 1) {
        *out = a;
        return LO_OK;
    }
    if (lo_shape_is_vector(&shape))
        return lo_build_simple(out, r, call->at, LO_OP_DIAG, a,
                               lo_shape_matrix(shape.dim[0], shape.dim[0]));
    if (shape.rank == 2 && shape.dim[0] == shape.dim[1])
        return lo_build_simple(out, r, call->at, LO_OP_DIAG, a, lo_shape_matrix(shape.dim[0], 1));
    return wrong_shape(r, call, a, "a column vector or a square matrix");
}

static lo_status_t inner(slong *out, lo_reader_struct *r, lo_ast_struct *call, slong a, slong b)
{
    lo_shape_struct sa = LO_NODE(r, a)->shape, sb = LO_NODE(r, b)->shape;
    if (LO_NODE(r, a)->size == 1 && LO_NODE(r, b)->size == 1) {
        LO_TRY(lo_build_scalar(&a, r, call->at, a));
        LO_TRY(lo_build_scalar(&b, r, call->at, b));
        return lo_build_scale(out, r, call->at, a, b);
    }
    if (!lo_shape_equal(&sa, &sb))
        return lo_wrong(r, call->at, "`dot`: %s and %s, the shapes differ", lo_shape_text(r, &sa),
                        lo_shape_text(r, &sb));
    LO_TRY(lo_build_hadamard(&a, r, call->at, a, b));
    return lo_build_sum(out, r, call->at, a);
}

static lo_status_t mean(slong *out, lo_reader_struct *r, lo_ast_struct *call, slong a)
{
    slong sum = 0, factor = 0;
    LO_TRY(lo_build_fraction(&factor, r, call->at, 1, LO_NODE(r, a)->size));
    LO_TRY(lo_build_sum(&sum, r, call->at, a));
    return lo_build_scale(out, r, call->at, factor, sum);
}

static lo_status_t pool(slong *out, lo_reader_struct *r, lo_ast_struct *call, lo_op_t op)
{
    static const char *const names[] = { "an input x", "a window", "stride", "pad" };
    lo_ast_struct *values[4];
    slong x = 0, window = 0, stride = 0, pad = 0;
    LO_TRY(lo_call_arguments(values, r, call, names, 4, 2, 2));
    LO_TRY(lo_elaborate(&x, r, values[0]));
    LO_TRY(lo_elaborate_integer(&window, r, values[1], "a window"));
    if (values[2] != NULL)
        LO_TRY(lo_elaborate_positive(&stride, r, values[2], "the stride"));
    if (values[3] != NULL)
        LO_TRY(lo_elaborate_integer(&pad, r, values[3], "a padding"));
    return lo_build_pool(out, r, call->at, op, x, window, stride, pad);
}

/* The number of arguments fits; `a` is the first one. */
static lo_status_t function(slong *out, lo_reader_struct *r, lo_ast_struct *call, function_t f,
                            slong a)
{
    lo_shape_struct shape = LO_NODE(r, a)->shape;
    slong b = 0;
    switch (f) {
    case FN_SOFTMAX:
        return rows(out, r, call, LO_OP_SOFTMAX, a);
    case FN_RMSNORM:
        return rows(out, r, call, LO_OP_RMSNORM, a);
    case FN_LAYERNORM:
        return rows(out, r, call, LO_OP_LAYERNORM, a);
    case FN_SUM:
        return lo_build_sum(out, r, call->at, a);
    case FN_MEAN:
        return mean(out, r, call, a);
    case FN_DOT:
        LO_TRY(lo_elaborate(&b, r, call->list.first->next));
        return inner(out, r, call, a, b);
    case FN_TRACE:
        if (LO_NODE(r, a)->size == 1)
            return lo_build_scalar(out, r, call->at, a);
        if (shape.rank != 2 || shape.dim[0] != shape.dim[1])
            return wrong_shape(r, call, a, "a square matrix");
        return lo_build_simple(out, r, call->at, LO_OP_TRACE, a, LO_SCALAR);
    case FN_RESHAPE:
        return reshape(out, r, call, a);
    case FN_FLATTEN:
        return lo_build_reshape(out, r, call->at, a, lo_shape_matrix(LO_NODE(r, a)->size, 1));
    default:
        return diagonal(out, r, call, a);
    }
}

static lo_status_t unknown_function(lo_reader_struct *r, const lo_ast_struct *call)
{
    if (lo_name_find(r->model, call->text) != NULL)
        return lo_wrong(r, call->at, "`%.60s` is not a function; did you mean `%.60s*(...)`?",
                        call->text, call->text);
    return lo_wrong(r, call->at, "unknown function `%.60s`%s", call->text,
                    lo_name_hint(r, call->text, 1));
}

static int has_options(function_t f)
{
    return f == FN_CONV1D || f == FN_CONV2D || f == FN_MAXPOOL || f == FN_AVGPOOL;
}

lo_status_t lo_elaborate_call(slong *out, lo_reader_struct *r, lo_ast_struct *call)
{
    lo_act_t act = LO_ACT_RELU;
    slong a = 0;
    int is_act = lo_act_find(&act, call->text);
    function_t f = find(call->text);
    if (!is_act && f == FN_COUNT)
        return unknown_function(r, call);
    for (lo_ast_struct *item = call->list.first; item != NULL; item = item->next) {
        if (item->kind == LO_AST_NAMED && (is_act || !has_options(f)))
            return lo_wrong(r, item->at, "`%s` has no option `%.60s`", call->text, item->text);
    }
    int least = is_act ? 1 : functions[f].least, most = is_act ? 1 : functions[f].most;
    if (call->list.count < least || call->list.count > most)
        return lo_wrong(r, call->at, "`%s` takes %s%d argument%s, here %s %ld; write %s%s",
                        call->text,
                        least < most ? call->list.count < least ? "at least " : "at most " : "",
                        call->list.count < least ? least : most,
                        (call->list.count < least ? least : most) == 1 ? "" : "s",
                        call->list.count == 1 ? "is" : "are", call->list.count,
                        is_act ? call->text : functions[f].usage, is_act ? "(x)" : "");
    switch (f) {
    case FN_CONCAT:
    case FN_VSTACK:
        return join(out, r, call, 0);
    case FN_HSTACK:
        return join(out, r, call, 1);
    case FN_CONV1D:
        return convolution(out, r, call, 1);
    case FN_CONV2D:
        return convolution(out, r, call, 2);
    case FN_MAXPOOL:
        return pool(out, r, call, LO_OP_MAXPOOL);
    case FN_AVGPOOL:
        return pool(out, r, call, LO_OP_AVGPOOL);
    case FN_LAYERS:
        return lo_elaborate_layers(out, r, call);
    default:
        LO_TRY(lo_elaborate(&a, r, call->list.first));
        return is_act ? lo_build_act(out, r, call->at, act, a) : function(out, r, call, f, a);
    }
}
