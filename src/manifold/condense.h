/* condense.h - the outputs of a network on a pattern, with equal values computed once.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * On a pattern neurons coincide up to sign, or are dead. Substituting theta_i = +-theta_r in the tape and giving equal
 * operations on equal values one node removes them: what is left is the narrower network. A value is a rational multiple
 * of a node, so that v and -v share a node.
 */
#ifndef LO_CONDENSE_H
#define LO_CONDENSE_H

#include "manifold/pattern.h"

typedef enum {
    LO_C_COORDINATE, /* first: r, the first coordinate of a class */
    LO_C_INPUT,      /* first: auxiliary variable, an input or a frozen constant */
    LO_C_SUM,        /* sum of coef * a * b, b = -1: coef * a, a = -1 too: the constant coef */
    LO_C_QUOTIENT,   /* one term: a / b */
    LO_C_POWER,      /* one term: a ^ first */
    LO_C_FUNCTION,   /* one term: fun(coef * a), first: see lo_tnode_struct.len */
    LO_C_GATED,      /* one term: relu (first 0) or leaky_relu (first 1) of coef * a */
    LO_C_MAXIMUM     /* of the terms coef * a */
} lo_condensed_op_t;

typedef struct {
    fmpq coef;
    slong a, b;
} lo_condensed_term_struct;

typedef struct {
    lo_condensed_op_t op;
    lo_fun_t fun;
    slong first, nterms, uses;
    lo_condensed_term_struct *terms;
} lo_condensed_node_struct;

typedef struct {
    slong n;
    long alloc;
    lo_condensed_node_struct *nodes;
    slong noutputs;
    lo_condensed_term_struct *outputs; /* coef * node, b unused; a = -1: the constant */
} lo_condensed_struct;
typedef lo_condensed_struct lo_condensed_t[1];

/* Returns LO_OK; LO_UNABLE for a constant value outside the rationals' reach or too many nodes; LO_SYSTEM. Clear it in any
 * case. Domain: a network or map. */
LO_MUST_CHECK lo_status_t lo_condense(lo_condensed_t c, const lo_family_struct *family, const int *pattern);
void lo_condensed_clear(lo_condensed_t c);

/* Whether a signed permutation (symmetry.h) leaves the outputs unchanged, proved by equal operations on equal values.
 * Out: *keeps; 0 says nothing. Returns LO_OK or LO_SYSTEM. Domain: a network or map. */
LO_MUST_CHECK lo_status_t lo_condense_keeps(int *keeps, const lo_family_struct *family, const int *g);

/* The restricted network as a model in the parameters s[1..k], one for each class of the pattern, with `flow metric` where
 * the classes have different sizes: theta = D s, D^T D = diag(sizes), and the gradient flow of L on the pattern is
 * ds/dt = -(D^T D)^-1 grad_s L(D s), because grad L is tangent to it. The text is read back before it is returned.
 * Out: *text, to be freed with lo_free; NULL when it cannot be written. Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_reduced_model(char **text, const lo_family_struct *family, const int *pattern, lo_ctx_t ctx);

#endif
