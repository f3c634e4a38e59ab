/* lower.h - inside of the lowering: shared by lower.c, lower_signal.c, lower_analytic.c, estimate.c.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_LOWER_H
#define LO_LOWER_H

#include "family/family.h"

typedef struct {
    lo_family_struct *family;
    lo_ctx_struct *ctx;
    char *needed;    /* per graph node: do the roots need it? */
    slong **entries; /* per graph node: its scalar tape nodes, row-major; NULL when not needed */
    lo_status_t status;
    slong *gate_of; /* 2 z + kind: the gate of the relu (0) or leaky_relu (1) with pre-activation z, 0: none */
    long gate_of_alloc;
    slong kappa; /* the node of 2/sqrt(pi), 0: not used */
    int law; /* an expression of a law: analytic functions are allowed whatever the model is */
} lower_struct;

/* Whether the needed nodes can be lowered within the limits: decided from the shapes, before any memory is
 * used. Returns LO_OK, or LO_UNABLE with a message. */
LO_MUST_CHECK lo_status_t lo_lower_affordable(const lo_model_struct *m, const char *needed, lo_ctx_t ctx);

/* A fresh auxiliary variable. Returns its tape node. */
slong lo_lower_aux(lower_struct *l, lo_aux_kind_t kind, slong index);

/* The gate of a unit, a tape node. Units with the same pre-activation (the same tape node) are one unit
 * and share it, relu and leaky_relu apart: theirs differ where the unit is closed; each entry of a pooling window has its own. */
slong lo_lower_gate(lower_struct *l, lo_op_t op, lo_act_t act, slong preactivation, slong group);

/* Convolutions and pooling: fill out[node->size]. */
void lo_lower_conv(lower_struct *l, slong *out, const lo_node_struct *node);
void lo_lower_pool(lower_struct *l, slong *out, const lo_node_struct *node);

/* An analytic activation of a value: node->u.act of a; -1 when it is not analysed here, or wrong (then the
 * status says so). */
slong lo_lower_analytic(lower_struct *l, const lo_node_struct *node, slong a);

/* a / b; by roots of numbers without a division, so that the network stays polynomial. */
slong lo_lower_quotient(lower_struct *l, slong a, slong b);

/* Softmax, layer and root-mean-square normalisation of rows, or of a whole column vector: fill
 * out[node->size]. */
void lo_lower_softmax(lower_struct *l, slong *out, const lo_node_struct *node);
void lo_lower_norm(lower_struct *l, slong *out, const lo_node_struct *node);

#endif
