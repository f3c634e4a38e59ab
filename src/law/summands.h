/* summands.h - sums of products of tape nodes and their inverses: what tangent propagation computes with.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_SUMMANDS_H
#define LO_SUMMANDS_H

#include "law/tangent.h"

/* Most factors of a product. */
#define LO_FACTORS 12

/* A product of nodes and inverses of nodes: codes 2 n (the node) or 2 n + 1 (its inverse), sorted. */
typedef struct {
    int n;
    slong f[LO_FACTORS];
} lo_product_struct;

typedef struct {
    lo_product_struct m;
    fmpq c;
} lo_summand_struct;

/* A sum of products, sorted by product, distinct. */
typedef struct {
    slong n, alloc;
    lo_summand_struct *s;
} lo_sum_struct;

/* Index: product of the first term of a node's definition -> the node. */
typedef struct {
    lo_product_struct key;
    slong node;
} index_struct;

struct lo_tangent_struct {
    const lo_family_struct *family;
    const lo_symbols_struct *symbols;
    slong noutputs;
    const slong *outputs; /* lo_family_scalars */
    char *needed;
    char *divisor; /* nodes that the model divides by */
    slong nindex;
    index_struct *index;
    lo_sum_struct *derivative; /* per primal node */
    lo_status_t status;        /* sticky: the first failure */
    int gave_up;               /* a product did not fit, or a derivative is not known */
    int eager; /* try to unfold the derivative of every node to zero, not only those of the outputs */
};

int lo_product_compare(const lo_product_struct *a, const lo_product_struct *b);

/* m *= code; a node cancels its inverse; the constant 1 disappears. Returns 0 when there is no room. */
int lo_product_multiply(lo_product_struct *m, slong code);

void lo_sum_clear(lo_sum_struct *s);

/* Appends c * m, unsorted. Failures go to t->status, after which nothing is appended. */
void lo_sum_push(lo_tangent_struct *t, lo_sum_struct *s, const lo_product_struct *m, const fmpq_t c);

/* Sorts and adds up equal products. */
void lo_sum_collect(lo_sum_struct *s);

/* The place of a product in a collected sum, or -1. */
slong lo_sum_find(const lo_sum_struct *s, const lo_product_struct *m);

/* Term number i of the definition of a node; *coef is the constant. Returns 0 past the end or when it has
 * none. */
int lo_definition_term(lo_product_struct *m, const fmpq **coef, const lo_tape_t tape, slong node, slong i);
slong lo_definition_length(const lo_tape_t tape, slong node);

/* Fills t->divisor from t->needed. */
void lo_mark_divisors(lo_tangent_struct *t);

/* Tries to show that a sum is zero by replacing nodes by their definitions; gives up past `most` summands.
 * In/out: s, what is left of it. Returns 1 when it is zero; 0 says nothing. */
int lo_unfolds_to_zero(lo_tangent_struct *t, lo_sum_struct *s, slong most);

#endif
