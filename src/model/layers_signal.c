/* layers_signal.c - the stages on signals [channels, length] and images [channels, h, w].
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/layers.h"

/* Brings the value to [channels, length] or [channels, h, w]: what has no channels has one. */
static lo_status_t as_signal(lo_net_struct *net, const lo_ast_struct *stage, int directions)
{
    lo_reader_struct *r = net->r;
    lo_shape_struct shape = LO_NODE(r, net->value)->shape;
    if (directions == 1 && net->layout == LO_LAYOUT_VECTOR) {
        LO_TRY(lo_build_reshape(&net->value, r, stage->at, net->value, lo_shape_matrix(1, shape.dim[0])));
    } else if (directions == 2 && net->layout == LO_LAYOUT_ROWS) {
        lo_shape_struct image = { 3, { 1, shape.dim[0], shape.dim[1], 0 } };
        LO_TRY(lo_build_reshape(&net->value, r, stage->at, net->value, image));
    }
    if (LO_NODE(r, net->value)->shape.rank != 1 + directions)
        return lo_wrong(r, stage->at, "`%s` needs %s, the value is %s here", stage->text,
                        directions == 1 ? "[channels, length]" : "[channels, h, w]",
                        lo_shape_text(net->r, &shape));
    net->layout = directions == 1 ? LO_LAYOUT_ROWS : LO_LAYOUT_IMAGE;
    return LO_OK;
}

/* A vector of one number per channel, repeated along the signal. */
static lo_status_t per_channel(slong *out, lo_net_struct *net, const lo_ast_struct *stage, slong v)
{
    lo_reader_struct *r = net->r;
    const lo_node_struct *value = LO_NODE(r, net->value);
    lo_shape_struct shape = value->shape;
    LO_TRY(lo_build_repeat(out, r, stage->at, v, value->size / shape.dim[0], 1));
    return lo_build_reshape(out, r, stage->at, *out, shape);
}

static lo_status_t convolution(lo_net_struct *net, const lo_ast_struct *stage,
                               const lo_stage_args_struct *args, int directions)
{
    lo_reader_struct *r = net->r;
    slong c = 0, k = 0, stride = 1, pad = 0, w = 0, b = 0;
    LO_TRY(as_signal(net, stage, directions));
    LO_TRY(lo_net_size(&c, net, args->positional[0], "the number of channels", 1));
    LO_TRY(lo_net_size(&k, net, args->positional[1], "the length of the kernel", 1));
    LO_TRY(lo_net_size(&stride, net, args->options[0], "the stride", 1));
    if (args->options[1] != NULL)
        LO_TRY(lo_elaborate_integer(&pad, r, args->options[1], "a padding"));
    lo_shape_struct shape = LO_NODE(r, net->value)->shape;
    for (int i = 1; i <= directions; i++) { /* before a huge kernel is declared */
        if (lo_conv_length(r, stage->at, "kernel", shape.dim[i], k, stride, pad) == 0)
            return r->status;
    }
    lo_shape_struct kernel = { 2 + directions, { c, shape.dim[0], k, directions == 2 ? k : 0 } };
    net->r->layer_counter++;
    LO_TRY(lo_net_parameter(&w, net, stage, "W", 0, kernel, kernel.rank));
    LO_TRY(lo_build_conv(&net->value, r, stage->at, net->value, w, stride, pad));
    if (!args->flags[0])
        return LO_OK;
    LO_TRY(lo_net_parameter(&b, net, stage, "b", 0, lo_shape_matrix(c, 1), 1));
    LO_TRY(per_channel(&b, net, stage, b));
    return lo_build_add(&net->value, r, stage->at, net->value, b);
}

lo_status_t lo_stage_conv1d(lo_net_struct *net, const lo_ast_struct *stage, const lo_stage_args_struct *args)
{
    return convolution(net, stage, args, 1);
}

lo_status_t lo_stage_conv2d(lo_net_struct *net, const lo_ast_struct *stage, const lo_stage_args_struct *args)
{
    return convolution(net, stage, args, 2);
}

static lo_status_t pool(lo_net_struct *net, const lo_ast_struct *stage, const lo_stage_args_struct *args,
                        lo_op_t op)
{
    lo_reader_struct *r = net->r;
    slong window = 0, stride = 0, pad = 0;
    LO_TRY(lo_net_size(&window, net, args->positional[0], "a window", 1));
    LO_TRY(lo_net_size(&stride, net, args->options[0], "the stride", 0));
    if (args->options[1] != NULL)
        LO_TRY(lo_elaborate_integer(&pad, r, args->options[1], "a padding"));
    /* [channels, 1] would be taken for a vector, whose entries the window joins */
    const lo_shape_struct *shape = &LO_NODE(r, net->value)->shape;
    if (net->layout == LO_LAYOUT_ROWS && shape->dim[1] == 1 && (window > 1 || stride > 1))
        return lo_wrong(r, stage->at, "`%s` acts along the signal, which has length 1 here", stage->text);
    return lo_build_pool(&net->value, r, stage->at, op, net->value, window, stride, pad);
}

lo_status_t lo_stage_maxpool(lo_net_struct *net, const lo_ast_struct *stage, const lo_stage_args_struct *args)
{
    return pool(net, stage, args, LO_OP_MAXPOOL);
}

lo_status_t lo_stage_avgpool(lo_net_struct *net, const lo_ast_struct *stage, const lo_stage_args_struct *args)
{
    return pool(net, stage, args, LO_OP_AVGPOOL);
}

/* Normalises every channel over its positions: layer norm of the rows of [channels, positions]. */
lo_status_t lo_stage_batchnorm(lo_net_struct *net, const lo_ast_struct *stage,
                               const lo_stage_args_struct *args)
{
    lo_reader_struct *r = net->r;
    lo_shape_struct shape = LO_NODE(r, net->value)->shape;
    slong g = 0, b = 0, positions = LO_NODE(r, net->value)->size / shape.dim[0];
    if (net->layout == LO_LAYOUT_VECTOR)
        return lo_wrong(r, stage->at,
                        "`%s` needs [channels, length] or [channels, h, w], the value is %s here",
                        stage->text, lo_shape_text(r, &shape));
    if (positions == 1)
        return lo_wrong(r, stage->at, "`%s` acts on channels, which have one entry each here", stage->text);
    LO_TRY(lo_build_reshape(&net->value, r, stage->at, net->value, lo_shape_matrix(shape.dim[0], positions)));
    LO_TRY(lo_build_simple(&net->value, r, stage->at, LO_OP_LAYERNORM, net->value,
                           LO_NODE(r, net->value)->shape));
    LO_TRY(lo_build_reshape(&net->value, r, stage->at, net->value, shape));
    if (!args->flags[0])
        return LO_OK;
    r->layer_counter++;
    LO_TRY(lo_net_parameter(&g, net, stage, "g", 0, lo_shape_matrix(shape.dim[0], 1), 1));
    LO_TRY(lo_net_parameter(&b, net, stage, "b", 0, lo_shape_matrix(shape.dim[0], 1), 1));
    LO_TRY(per_channel(&g, net, stage, g));
    LO_TRY(per_channel(&b, net, stage, b));
    LO_TRY(lo_build_hadamard(&net->value, r, stage->at, g, net->value));
    return lo_build_add(&net->value, r, stage->at, net->value, b);
}
