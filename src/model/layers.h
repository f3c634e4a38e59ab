/* layers.h - what the stages of `net` and `layers` share.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_LAYERS_H
#define LO_LAYERS_H

#include "model/elaborate.h"

/* How the value between two stages is laid out. It follows from how the input is declared and from
 * the stages, not from sizes: x[4,1] are four tokens of dimension one, x[4] is a vector. */
typedef enum { LO_LAYOUT_VECTOR, LO_LAYOUT_ROWS, LO_LAYOUT_IMAGE } lo_layout_t;

typedef struct {
    lo_reader_struct *r;
    slong value;
    lo_layout_t layout;
} lo_net_struct;

#define LO_STAGE_ARGS 4

/* The arguments of one stage, sorted. */
typedef struct {
    lo_ast_struct *positional[LO_STAGE_ARGS], *options[LO_STAGE_ARGS];
    int flags[LO_STAGE_ARGS];
} lo_stage_args_struct;

/* A new parameter of the stage with number k = layer_counter: prefix<k>, or prefix<k>_<part> when
 * part > 0. Out: its node. */
lo_status_t lo_net_parameter(slong *node, lo_net_struct *net, const lo_ast_struct *stage,
                             const char *prefix, long part, lo_shape_struct shape,
                             int declared_rank);

/* A positive size; `fallback` when it is not given. */
lo_status_t lo_net_size(slong *out, lo_net_struct *net, lo_ast_struct *value, const char *what,
                        slong fallback);

/* A vector of one number per feature, repeated for every row. */
lo_status_t lo_net_per_row(slong *out, lo_net_struct *net, const lo_ast_struct *stage, slong v);

/* Refuses an image. */
lo_status_t lo_net_needs_flatten(lo_net_struct *net, const lo_ast_struct *stage);

/* The stages that live in files of their own; what the arguments are is said in the table of layers.c. */
typedef lo_status_t lo_stage_fn(lo_net_struct *net, const lo_ast_struct *stage,
                                const lo_stage_args_struct *args);
lo_stage_fn lo_stage_attention, lo_stage_conv1d, lo_stage_conv2d, lo_stage_batchnorm, lo_stage_maxpool,
    lo_stage_avgpool;

#endif
