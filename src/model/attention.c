/* attention.c - the stage attention(heads=h, dim=d, kv_groups=g, causal, linear, bias).
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Sum over heads of softmax(X Q_h' K_h X') X V_h' O_h. The scores are built as (X Q')(X K')', the
 * same matrix with less work, so that heads of one group share X K' and X V'. With biases X Q' means
 * X Q' + 1 bQ', and likewise K and V; one bias bO is added to the sum.
 */
#include "model/layers.h"

#include <stdio.h>

enum { FLAG_CAUSAL, FLAG_LINEAR, FLAG_BIAS };

typedef struct {
    slong xk, xv; /* X K' and X V' of the group */
} group_struct;

/* A new matrix <letter><part>, and X * P', with its bias b<letter><part> on every row. */
static lo_status_t project(slong *out, lo_net_struct *net, const lo_ast_struct *stage,
                           const lo_stage_args_struct *args, const char *letter, long part,
                           lo_shape_struct shape)
{
    lo_reader_struct *r = net->r;
    char name[8];
    slong p = 0, b = 0;
    LO_TRY(lo_net_parameter(&p, net, stage, letter, part, shape, 2));
    LO_TRY(lo_build_transpose(&p, r, stage->at, p));
    LO_TRY(lo_build_matmul(out, r, stage->at, net->value, p));
    if (!args->flags[FLAG_BIAS])
        return LO_OK;
    snprintf(name, sizeof(name), "b%s", letter);
    LO_TRY(lo_net_parameter(&b, net, stage, name, part, lo_shape_matrix(shape.dim[0], 1), 1));
    LO_TRY(lo_net_per_row(&b, net, stage, b));
    return lo_build_add(out, r, stage->at, *out, b);
}

static lo_status_t weights(slong *out, lo_net_struct *net, const lo_ast_struct *stage,
                           const lo_stage_args_struct *args, slong xq, slong xk)
{
    lo_reader_struct *r = net->r;
    slong value = 0;
    LO_TRY(lo_build_transpose(&value, r, stage->at, xk));
    LO_TRY(lo_build_matmul(&value, r, stage->at, xq, value));
    if (args->flags[FLAG_CAUSAL])
        LO_TRY(lo_build_simple(&value, r, stage->at, LO_OP_MASK, value, LO_NODE(r, value)->shape));
    if (!args->flags[FLAG_LINEAR])
        LO_TRY(
            lo_build_simple(&value, r, stage->at, LO_OP_SOFTMAX, value, LO_NODE(r, value)->shape));
    *out = value;
    return LO_OK;
}

static lo_status_t head(slong *sum, lo_net_struct *net, const lo_ast_struct *stage,
                        const lo_stage_args_struct *args, group_struct *group, long h, long g,
                        int new_group, lo_shape_struct shape)
{
    lo_reader_struct *r = net->r;
    slong o = 0, value = 0;
    LO_TRY(project(&value, net, stage, args, "Q", h, shape));
    if (new_group) {
        LO_TRY(project(&group->xk, net, stage, args, "K", g, shape));
        LO_TRY(project(&group->xv, net, stage, args, "V", g, shape));
    }
    LO_TRY(lo_net_parameter(&o, net, stage, "O", h, shape, 2));
    LO_TRY(weights(&value, net, stage, args, value, group->xk));
    LO_TRY(lo_build_matmul(&value, r, stage->at, value, group->xv));
    LO_TRY(lo_build_matmul(&value, r, stage->at, value, o));
    if (*sum < 0)
        *sum = value;
    else
        LO_TRY(lo_build_add(sum, r, stage->at, *sum, value));
    return LO_OK;
}

lo_status_t lo_stage_attention(lo_net_struct *net, const lo_ast_struct *stage,
                               const lo_stage_args_struct *args)
{
    lo_reader_struct *r = net->r;
    slong heads = 1, dim = 0, groups = 1, sum = -1;
    if (net->layout != LO_LAYOUT_ROWS)
        return lo_wrong(
            r, stage->at,
            "`attention` needs a matrix with one token per row, such as `input X[tokens, "
            "dim]`");
    LO_TRY(lo_net_size(&heads, net, args->options[0], "the number of heads", 1));
    if (args->options[1] == NULL)
        return lo_wrong(r, stage->at, "`attention` needs dim=..., the rows of Q, K, V and O");
    LO_TRY(lo_net_size(&dim, net, args->options[1], "dim", 1));
    LO_TRY(lo_net_size(&groups, net, args->options[2], "kv_groups", heads));
    if (heads % groups != 0)
        return lo_wrong(r, args->options[2]->at, "kv_groups=%ld does not divide heads=%ld",
                        (long) groups, (long) heads);
    lo_shape_struct shape = lo_shape_matrix(dim, LO_NODE(r, net->value)->shape.dim[1]);
    group_struct group = { 0, 0 };
    r->layer_counter++;
    for (slong h = 0; h < heads; h++) {
        slong share = heads / groups;
        /* one head: Q1; several: Q1_1, Q1_2; likewise K and V by group */
        LO_TRY(head(&sum, net, stage, args, &group, heads > 1 ? (long) h + 1 : 0,
                    groups > 1 ? (long) (h / share) + 1 : 0, h % share == 0, shape));
    }
    net->value = sum;
    if (!args->flags[FLAG_BIAS])
        return LO_OK;
    LO_TRY(lo_net_parameter(&sum, net, stage, "bO", 0, lo_shape_matrix(shape.dim[1], 1), 1));
    LO_TRY(lo_net_per_row(&sum, net, stage, sum));
    return lo_build_add(&net->value, r, stage->at, net->value, sum);
}
