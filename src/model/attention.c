/* attention.c - the stage attention(heads=h, dim=d, kv_groups=g, causal, linear).
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Sum over heads of softmax(X Q_h' K_h X') X V_h' O_h. The scores are built as (X Q')(X K')', the
 * same matrix with less work, so that heads of one group share X K' and X V'.
 */
#include "model/layers.h"

typedef struct {
    slong xk, xv; /* X K' and X V' of the group */
} group_struct;

/* X * P' */
static lo_status_t project(slong *out, lo_net_struct *net, const lo_ast_struct *stage, slong p)
{
    slong transposed = 0;
    LO_TRY(lo_build_transpose(&transposed, net->r, stage->at, p));
    return lo_build_matmul(out, net->r, stage->at, net->value, transposed);
}

static lo_status_t weights(slong *out, lo_net_struct *net, const lo_ast_struct *stage,
                           const lo_stage_args_struct *args, slong xq, slong xk)
{
    lo_reader_struct *r = net->r;
    slong value = 0;
    LO_TRY(lo_build_transpose(&value, r, stage->at, xk));
    LO_TRY(lo_build_matmul(&value, r, stage->at, xq, value));
    if (args->flags[0])
        LO_TRY(lo_build_simple(&value, r, stage->at, LO_OP_MASK, value, LO_NODE(r, value)->shape));
    if (!args->flags[1])
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
    slong q = 0, o = 0, value = 0;
    LO_TRY(lo_net_parameter(&q, net, stage, "Q", h, shape, 2));
    if (new_group) {
        slong k = 0, v = 0;
        LO_TRY(lo_net_parameter(&k, net, stage, "K", g, shape, 2));
        LO_TRY(lo_net_parameter(&v, net, stage, "V", g, shape, 2));
        LO_TRY(project(&group->xk, net, stage, k));
        LO_TRY(project(&group->xv, net, stage, v));
    }
    LO_TRY(lo_net_parameter(&o, net, stage, "O", h, shape, 2));
    LO_TRY(project(&value, net, stage, q));
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
    net->counter++;
    for (slong h = 0; h < heads; h++) {
        slong share = heads / groups;
        /* one head: Q1; several: Q1_1, Q1_2; likewise K and V by group */
        LO_TRY(head(&sum, net, stage, args, &group, heads > 1 ? (long) h + 1 : 0,
                    groups > 1 ? (long) (h / share) + 1 : 0, h % share == 0, shape));
    }
    net->value = sum;
    return LO_OK;
}
