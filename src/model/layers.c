/* layers.c - the stages of `net` and `layers`.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/layers.h"

#include <stdio.h>
#include <string.h>

static lo_status_t chain(lo_net_struct *net, lo_ast_struct *stages);

lo_status_t lo_net_parameter(slong *node, lo_net_struct *net, const lo_ast_struct *stage,
                             const char *prefix, long part, lo_shape_struct shape,
                             int declared_rank)
{
    char name[64];
    slong symbol = 0;
    if (part > 0)
        snprintf(name, sizeof(name), "%s%ld_%ld", prefix, net->r->layer_counter, part);
    else
        snprintf(name, sizeof(name), "%s%ld", prefix, net->r->layer_counter);
    if (lo_name_find(net->r->model, name) != NULL)
        return lo_wrong(net->r, stage->at,
                        "the name `%s` is taken: this stage names its parameters itself", name);
    LO_TRY(lo_declare_symbol(&symbol, net->r, stage->at, name, LO_SYM_PARAM, shape, declared_rank));
    return lo_build_symbol(node, net->r, stage->at, symbol);
}

lo_status_t lo_net_size(slong *out, lo_net_struct *net, lo_ast_struct *value, const char *what,
                        slong fallback)
{
    *out = fallback;
    if (value == NULL)
        return LO_OK;
    return lo_elaborate_positive(out, net->r, value, what);
}

lo_status_t lo_net_needs_flatten(lo_net_struct *net, const lo_ast_struct *stage)
{
    return lo_wrong(net->r, stage->at,
                    "`%s` needs a vector or a matrix, the value is %s here; put `flatten` before "
                    "it",
                    stage->text, lo_shape_text(net->r, &LO_NODE(net->r, net->value)->shape));
}

static slong features(const lo_net_struct *net)
{
    return LO_NODE(net->r, net->value)->shape.dim[net->layout == LO_LAYOUT_VECTOR ? 0 : 1];
}

lo_status_t lo_net_per_row(slong *out, lo_net_struct *net, const lo_ast_struct *stage, slong v)
{
    lo_reader_struct *r = net->r;
    slong rows = LO_NODE(r, net->value)->shape.dim[0], columns = LO_NODE(r, v)->shape.dim[0];
    *out = v;
    if (net->layout == LO_LAYOUT_VECTOR)
        return LO_OK;
    LO_TRY(lo_build_reshape(out, r, stage->at, v, lo_shape_matrix(1, columns)));
    return lo_build_repeat(out, r, stage->at, *out, rows, 0);
}

/* W*x on a vector, X*W' on rows. */
static lo_status_t linear(slong *out, lo_net_struct *net, const lo_ast_struct *stage, slong w)
{
    if (net->layout == LO_LAYOUT_VECTOR)
        return lo_build_matmul(out, net->r, stage->at, w, net->value);
    LO_TRY(lo_build_transpose(out, net->r, stage->at, w));
    return lo_build_matmul(out, net->r, stage->at, net->value, *out);
}

static lo_status_t stage_dense(lo_net_struct *net, const lo_ast_struct *stage,
                               const lo_stage_args_struct *args)
{
    slong n = 0, w = 0, b = 0, value = 0;
    if (net->layout == LO_LAYOUT_IMAGE)
        return lo_net_needs_flatten(net, stage);
    LO_TRY(lo_net_size(&n, net, args->positional[0], "the number of units", 1));
    net->r->layer_counter++;
    LO_TRY(lo_net_parameter(&w, net, stage, "W", 0, lo_shape_matrix(n, features(net)), 2));
    LO_TRY(linear(&value, net, stage, w));
    net->value = value;
    if (!args->flags[0])
        return LO_OK;
    LO_TRY(lo_net_parameter(&b, net, stage, "b", 0, lo_shape_matrix(n, 1), 1));
    LO_TRY(lo_net_per_row(&b, net, stage, b));
    return lo_build_add(&net->value, net->r, stage->at, value, b);
}

static lo_status_t stage_glu(lo_net_struct *net, const lo_ast_struct *stage,
                             const lo_stage_args_struct *args)
{
    lo_reader_struct *r = net->r;
    slong n = 0, w = 0, v = 0;
    lo_act_t act = LO_ACT_SILU;
    const lo_ast_struct *name = args->positional[1];
    if (net->layout == LO_LAYOUT_IMAGE)
        return lo_net_needs_flatten(net, stage);
    LO_TRY(lo_net_size(&n, net, args->positional[0], "the number of units", 1));
    if (name->kind != LO_AST_NAME || !lo_act_find(&act, name->text))
        return lo_wrong(r, name->at,
                        "`glu` needs the name of an activation, such as glu(%ld, silu)", (long) n);
    net->r->layer_counter++;
    LO_TRY(lo_net_parameter(&w, net, stage, "W", 0, lo_shape_matrix(n, features(net)), 2));
    LO_TRY(lo_net_parameter(&v, net, stage, "V", 0, lo_shape_matrix(n, features(net)), 2));
    LO_TRY(linear(&w, net, stage, w));
    LO_TRY(linear(&v, net, stage, v));
    LO_TRY(lo_build_act(&w, r, stage->at, act, w));
    return lo_build_hadamard(&net->value, r, stage->at, w, v);
}

/* Softmax and norms act on the whole vector or on each row. Rows of one entry are refused: there
 * the function is constant (softmax), undefined (layernorm) or a sign (rmsnorm), and an n x 1
 * matrix would be taken for a vector. */
static lo_status_t rows(lo_net_struct *net, const lo_ast_struct *stage, lo_op_t op)
{
    lo_reader_struct *r = net->r;
    lo_shape_struct shape = LO_NODE(r, net->value)->shape;
    if (net->layout == LO_LAYOUT_IMAGE)
        return lo_net_needs_flatten(net, stage);
    if (net->layout == LO_LAYOUT_ROWS && shape.dim[1] == 1 && shape.dim[0] > 1)
        return lo_wrong(r, stage->at, "`%s` acts on rows, which have one entry each here",
                        stage->text);
    return lo_build_simple(&net->value, r, stage->at, op, net->value, shape);
}

static lo_status_t stage_softmax(lo_net_struct *net, const lo_ast_struct *stage,
                                 const lo_stage_args_struct *args)
{
    (void) args;
    return rows(net, stage, LO_OP_SOFTMAX);
}

static lo_status_t stage_norm(lo_net_struct *net, const lo_ast_struct *stage,
                              const lo_stage_args_struct *args, lo_op_t op)
{
    lo_reader_struct *r = net->r;
    slong g = 0, b = 0;
    LO_TRY(rows(net, stage, op));
    if (!args->flags[0])
        return LO_OK;
    net->r->layer_counter++;
    LO_TRY(lo_net_parameter(&g, net, stage, "g", 0, lo_shape_matrix(features(net), 1), 1));
    if (op == LO_OP_LAYERNORM)
        LO_TRY(lo_net_parameter(&b, net, stage, "b", 0, lo_shape_matrix(features(net), 1), 1));
    LO_TRY(lo_net_per_row(&g, net, stage, g));
    if (op == LO_OP_LAYERNORM)
        LO_TRY(lo_net_per_row(&b, net, stage, b));
    LO_TRY(lo_build_hadamard(&net->value, r, stage->at, g, net->value));
    return op == LO_OP_LAYERNORM ? lo_build_add(&net->value, r, stage->at, net->value, b) : LO_OK;
}

static lo_status_t stage_layernorm(lo_net_struct *net, const lo_ast_struct *stage,
                                   const lo_stage_args_struct *args)
{
    return stage_norm(net, stage, args, LO_OP_LAYERNORM);
}

static lo_status_t stage_rmsnorm(lo_net_struct *net, const lo_ast_struct *stage,
                                 const lo_stage_args_struct *args)
{
    return stage_norm(net, stage, args, LO_OP_RMSNORM);
}

static lo_status_t stage_flatten(lo_net_struct *net, const lo_ast_struct *stage,
                                 const lo_stage_args_struct *args)
{
    (void) args;
    net->layout = LO_LAYOUT_VECTOR;
    return lo_build_reshape(&net->value, net->r, stage->at, net->value,
                            lo_shape_matrix(LO_NODE(net->r, net->value)->size, 1));
}

/* The value after the stages, plus the value before them, or what the stages of the shortcut make of it. */
static lo_status_t stage_residual(lo_net_struct *net, const lo_ast_struct *stage,
                                  const lo_stage_args_struct *args)
{
    lo_reader_struct *r = net->r;
    lo_net_struct shortcut = *net;
    LO_TRY(chain(net, args->positional[0]));
    if (args->positional[1] != NULL)
        LO_TRY(chain(&shortcut, args->positional[1]));
    lo_shape_struct from = LO_NODE(r, shortcut.value)->shape, to = LO_NODE(r, net->value)->shape;
    if (!lo_shape_equal(&from, &to) || shortcut.layout != net->layout)
        return lo_wrong(r, stage->at, "`residual` adds %s, %s, to its result, %s: the shapes differ",
                        args->positional[1] != NULL ? "its shortcut" : "its input",
                        lo_shape_text(r, &from), lo_shape_text(r, &to));
    return lo_build_add(&net->value, r, stage->at, shortcut.value, net->value);
}

static lo_status_t stage_repeat(lo_net_struct *net, const lo_ast_struct *stage,
                                const lo_stage_args_struct *args)
{
    slong copies = 0;
    (void) stage;
    LO_TRY(lo_net_size(&copies, net, args->positional[0], "the number of copies", 1));
    for (slong i = 0; i < copies; i++)
        LO_TRY(chain(net, args->positional[1]));
    return LO_OK;
}

static const struct {
    const char *name, *usage;
    int least, most; /* positional arguments */
    const char *options[LO_STAGE_ARGS], *flags[LO_STAGE_ARGS];
    lo_stage_fn *build;
} stages[] = {
    { "dense", "dense(n) or dense(n, bias)", 1, 1, { NULL }, { "bias" }, stage_dense },
    { "glu", "glu(n, silu)", 2, 2, { NULL }, { NULL }, stage_glu },
    { "conv1d", "conv1d(channels, k)", 2, 2, { "stride", "pad" }, { "bias" }, lo_stage_conv1d },
    { "conv2d", "conv2d(channels, k)", 2, 2, { "stride", "pad" }, { "bias" }, lo_stage_conv2d },
    { "softmax", "softmax", 0, 0, { NULL }, { NULL }, stage_softmax },
    { "layernorm",
      "layernorm or layernorm(affine)",
      0,
      0,
      { NULL },
      { "affine" },
      stage_layernorm },
    { "rmsnorm", "rmsnorm or rmsnorm(affine)", 0, 0, { NULL }, { "affine" }, stage_rmsnorm },
    { "batchnorm",
      "batchnorm or batchnorm(affine)",
      0,
      0,
      { NULL },
      { "affine" },
      lo_stage_batchnorm },
    { "maxpool", "maxpool(k)", 1, 1, { "stride", "pad" }, { NULL }, lo_stage_maxpool },
    { "avgpool", "avgpool(k)", 1, 1, { "stride", "pad" }, { NULL }, lo_stage_avgpool },
    { "flatten", "flatten", 0, 0, { NULL }, { NULL }, stage_flatten },
    { "attention",
      "attention(heads=h, dim=d)",
      0,
      0,
      { "heads", "dim", "kv_groups" },
      { "causal", "linear", "bias" },
      lo_stage_attention },
    { "residual", "residual(stage -> stage)", 1, 2, { NULL }, { NULL }, stage_residual },
    { "repeat", "repeat(n, stage -> stage)", 2, 2, { NULL }, { NULL }, stage_repeat },
};
#define NSTAGES ((int) (sizeof(stages) / sizeof(stages[0])))

static int find_word(const char *const *words, const char *word)
{
    int i = 0;
    while (i < LO_STAGE_ARGS && words[i] != NULL && strcmp(words[i], word) != 0)
        i++;
    return i < LO_STAGE_ARGS && words[i] != NULL ? i : -1;
}

static lo_status_t no_such_option(lo_reader_struct *r, const lo_ast_struct *item, int s)
{
    const char *best = NULL;
    for (int i = 0; i < 2 * LO_STAGE_ARGS; i++) {
        const char *word =
            i < LO_STAGE_ARGS ? stages[s].options[i] : stages[s].flags[i - LO_STAGE_ARGS];
        if (word != NULL && lo_edit_distance(word, item->text, 2) <= 2)
            best = word;
    }
    return lo_wrong(r, item->at, "`%s` has no option `%.60s`%s%s%s", stages[s].name, item->text,
                    best != NULL ? "; did you mean `" : "", best != NULL ? best : "",
                    best != NULL ? "`?" : "");
}

static lo_status_t sort_arguments(lo_stage_args_struct *args, lo_reader_struct *r,
                                  const lo_ast_struct *stage, int s)
{
    int given = 0;
    memset(args, 0, sizeof(*args));
    for (lo_ast_struct *item = stage->list.first; item != NULL; item = item->next) {
        int option = item->kind == LO_AST_NAMED ? find_word(stages[s].options, item->text) : -1;
        int flag = item->kind == LO_AST_NAME ? find_word(stages[s].flags, item->text) : -1;
        if (item->kind == LO_AST_NAMED && option < 0)
            return no_such_option(r, item, s);
        if ((option >= 0 && args->options[option] != NULL) || (flag >= 0 && args->flags[flag]))
            return lo_wrong(r, item->at, "`%s` is given twice", item->text);
        if (option >= 0)
            args->options[option] = item->a;
        else if (flag >= 0)
            args->flags[flag] = 1;
        else if (given < stages[s].most)
            args->positional[given++] = item;
        else if (item->kind == LO_AST_NAME)
            return no_such_option(r, item, s);
        else
            return lo_wrong(r, item->at, "too many arguments for `%s`; write %s", stages[s].name,
                            stages[s].usage);
    }
    if (given < stages[s].least)
        return lo_wrong(r, stage->at, "too few arguments for `%s`; write %s", stages[s].name,
                        stages[s].usage);
    return LO_OK;
}

static lo_status_t unknown_stage(lo_reader_struct *r, const lo_ast_struct *stage)
{
    const char *best = NULL;
    int distance = 3;
    if (stage->kind != LO_AST_NAME && stage->kind != LO_AST_CALL)
        return lo_wrong(r, stage->at, "`%s` is not a stage", lo_ast_excerpt(r, stage));
    for (int i = 0; i < NSTAGES + LO_ACT_COUNT; i++) {
        const char *word = i < NSTAGES ? stages[i].name : lo_act_name((lo_act_t) (i - NSTAGES));
        int d = lo_edit_distance(word, stage->text, 2);
        if (d < distance) {
            distance = d;
            best = word;
        }
    }
    return lo_wrong(r, stage->at, "`%.60s` is not a stage%s%s%s", stage->text,
                    best != NULL ? "; did you mean `" : "", best != NULL ? best : "",
                    best != NULL ? "`?" : "");
}

static lo_status_t one_stage(lo_net_struct *net, lo_ast_struct *stage)
{
    lo_stage_args_struct args;
    lo_act_t act = LO_ACT_RELU;
    int s = 0;
    if (++net->r->stages > net->r->ctx->limits->tokens) /* a copy is as good as written */
        return lo_beyond(net->r, stage->at, "tokens", net->r->ctx->limits->tokens,
                         "there are too many stages");
    if (stage->kind != LO_AST_NAME && stage->kind != LO_AST_CALL)
        return unknown_stage(net->r, stage);
    if (lo_act_find(&act, stage->text)) {
        if (stage->list.count > 0)
            return lo_wrong(net->r, stage->at, "the stage `%s` takes no argument", stage->text);
        return lo_build_act(&net->value, net->r, stage->at, act, net->value);
    }
    while (s < NSTAGES && strcmp(stages[s].name, stage->text) != 0)
        s++;
    if (s == NSTAGES)
        return unknown_stage(net->r, stage);
    LO_TRY(sort_arguments(&args, net->r, stage, s));
    return stages[s].build(net, stage, &args);
}

/* A chain, or a single stage (an argument of `residual`, `repeat`, `layers`). */
static lo_status_t chain(lo_net_struct *net, lo_ast_struct *list)
{
    if (list->kind != LO_AST_CHAIN)
        return one_stage(net, list);
    for (lo_ast_struct *stage = list->list.first; stage != NULL; stage = stage->next)
        LO_TRY(one_stage(net, stage));
    return LO_OK;
}

static lo_status_t run(slong *out, lo_net_struct *net, lo_place_struct at, lo_ast_struct *list)
{
    lo_reader_struct *r = net->r;
    if (LO_NODE(r, net->value)->shape.rank == 0)
        LO_TRY(lo_build_reshape(&net->value, r, at, net->value, lo_shape_matrix(1, 1)));
    LO_TRY(chain(net, list));
    *out = net->value;
    return LO_OK;
}

lo_status_t lo_elaborate_net(slong *out, lo_reader_struct *r, lo_ast_struct *statement)
{
    lo_model_struct *model = r->model;
    lo_net_struct net = { r, 0, LO_LAYOUT_VECTOR };
    slong input = -1, inputs = 0;
    for (slong i = 0; i < model->nsymbols; i++) {
        if (model->symbols[i].kind == LO_SYM_INPUT) {
            input = i;
            inputs++;
        }
    }
    if (inputs != 1)
        return lo_wrong(r, statement->at, "`net` acts on the one input of the model, here are %ld%s",
                        (long) inputs,
                        inputs == 0 ? "; declare it, as in `input x[2]`"
                                    : "; use `output` with `layers` for several");
    int rank = model->symbols[input].declared_rank;
    if (rank > 3)
        return lo_wrong(r, statement->at, "`net` needs an input with at most 3 sizes");
    net.layout = rank <= 1 ? LO_LAYOUT_VECTOR : rank == 2 ? LO_LAYOUT_ROWS : LO_LAYOUT_IMAGE;
    LO_TRY(lo_build_symbol(&net.value, r, statement->at, input));
    return run(out, &net, statement->at, statement->a);
}

/* The same for any value. A matrix with one column is a vector, as everywhere in expressions. */
lo_status_t lo_elaborate_layers(slong *out, lo_reader_struct *r, lo_ast_struct *call)
{
    lo_net_struct net = { r, 0, LO_LAYOUT_IMAGE };
    if (r->refuse_layers != NULL)
        return lo_wrong(r, call->at, "`layers` makes parameters and cannot stand here: %s", r->refuse_layers);
    LO_TRY(lo_elaborate(&net.value, r, call->list.first));
    lo_shape_struct shape = LO_NODE(r, net.value)->shape;
    if (shape.rank > 3)
        return lo_wrong(r, call->at, "`layers` needs a value with at most 3 sizes, this is %s",
                        lo_shape_text(r, &shape));
    if (shape.rank < 3)
        net.layout = shape.rank == 0 || shape.dim[1] == 1 ? LO_LAYOUT_VECTOR : LO_LAYOUT_ROWS;
    return run(out, &net, call->at, call->list.first->next);
}
