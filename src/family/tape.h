/* tape.h - a straight-line program of scalar operations: the one form every engine evaluates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Node i may use nodes 0..i-1 only. The tape is built once and then evaluated in many rings: residues modulo
 * a prime, jets, power series (modular.h), exact rationals (exact.h), rational functions (field.h).
 * Differentiation appends the adjoint nodes to the same tape, so a gradient is a forward evaluation like any
 * other.
 */
#ifndef LO_TAPE_H
#define LO_TAPE_H

#include "base/compat_flint.h"
#include <lieorbit/base.h>

typedef enum {
    LO_T_CONST, /* first: index of a rational constant */
    LO_T_VAR,   /* first: coordinate theta_i */
    LO_T_AUX,   /* first: auxiliary variable (input, gate, frozen constant, output covector, ...) */
    LO_T_DOT,   /* sum over t of coef[t] * a[t] * b[t]; b = -1 stands for 1 */
    LO_T_DIV,   /* a / b */
    LO_T_POW,   /* a ^ len, len any integer */
    LO_T_FUN    /* fun(a), an analytic function */
} lo_tape_op_t;

typedef enum {
    LO_FUN_EXP,
    LO_FUN_SIN,
    LO_FUN_COS,
    LO_FUN_TANH,
    LO_FUN_LOG,
    LO_FUN_SQRT,
    LO_FUN_ERF,      /* primitives: f(a)' = density * a', the density is a node of the tape */
    LO_FUN_SOFTPLUS,
    LO_FUN_GENERIC   /* a derivative of an arbitrary analytic function */
} lo_fun_t;
#define LO_FUN_COUNT 5 /* those with a symbol in rings (ring.h) */

/* What is known of the arbitrary function behind LO_FUN_GENERIC. */
typedef enum { LO_GENERIC_ANY, LO_GENERIC_ODD, LO_GENERIC_EVEN, LO_GENERIC_ZERO } lo_generic_t;

/* One term of LO_T_DOT. coef is an index into the constants; index 0 is the constant 1. */
typedef struct {
    slong coef, a, b;
} lo_term_struct;

typedef struct {
    lo_tape_op_t op;
    lo_fun_t fun; /* LO_T_FUN */
    slong first;  /* index (CONST, VAR, AUX), first term (DOT), argument (DIV, POW, FUN) */
    slong len;    /* number of terms (DOT), divisor (DIV), exponent (POW), density (ERF, SOFTPLUS), 4 * order of the
                     derivative + lo_generic_t (GENERIC) */
} lo_tnode_struct;

typedef struct {
    slong n, alloc;
    lo_tnode_struct *nodes;
    slong nterms, terms_alloc;
    lo_term_struct *terms;
    slong nconstants, constants_alloc;
    fmpq *constants;
    slong limit; /* largest n */
    lo_status_t status; /* sticky: the first failure of a builder; the node returned then is 0 */
    /* the sum being built by lo_tape_begin .. lo_tape_end starts at terms[nterms] */
    slong pending;
} lo_tape_struct;
typedef lo_tape_struct lo_tape_t[1];

/* Every tape begins with these two constants. */
#define LO_TAPE_ONE 0
#define LO_TAPE_ZERO 1

/* An empty tape that refuses to grow past `limit` nodes (status LO_UNABLE). */
void lo_tape_init(lo_tape_t tape, slong limit);
void lo_tape_clear(lo_tape_t tape);

/* Builders: each returns the new node. Failures are recorded in tape->status. */
slong lo_tape_const(lo_tape_t tape, const fmpq_t value);
slong lo_tape_const_si(lo_tape_t tape, slong value);
slong lo_tape_leaf(lo_tape_t tape, lo_tape_op_t op, slong index); /* op: LO_T_VAR or LO_T_AUX */
slong lo_tape_mul(lo_tape_t tape, slong a, slong b);
slong lo_tape_add(lo_tape_t tape, slong a, slong b, slong sign_of_b); /* a + sign_of_b * b, sign 1 or -1 */
slong lo_tape_div(lo_tape_t tape, slong a, slong b);
slong lo_tape_pow(lo_tape_t tape, slong a, slong exponent);
slong lo_tape_fun(lo_tape_t tape, lo_fun_t fun, slong a);
slong lo_tape_fun_with(lo_tape_t tape, lo_fun_t fun, slong a, slong extra); /* extra: see lo_tnode_struct */

/* The value of a function at 0: 0 or 1; -1: another one, or none. extra: see lo_tnode_struct. */
int lo_fun_at_origin(lo_fun_t fun, slong extra);

/* f(-a) = sign * f(a) for the function of a LO_T_FUN node: 1 or -1; 0: no such rule. */
int lo_tape_parity(const lo_tnode_struct *x);

/* Sums: begin, then any number of terms, then end. Zero terms are dropped, constant factors folded into the
 * coefficient. Sums do not nest. */
void lo_tape_begin(lo_tape_t tape);
void lo_tape_term(lo_tape_t tape, slong a, slong b); /* + a*b, b may be -1 */
void lo_tape_term_scaled(lo_tape_t tape, const fmpq_t coef, slong a, slong b);
slong lo_tape_end(lo_tape_t tape);

/* Returns 1 if the node is the constant with this value. */
int lo_tape_is_si(const lo_tape_t tape, slong node, slong value);

/* Appends the gradient of sum_j seed[j] * output[j] with respect to the coordinates 0..p-1.
 * Out: gradient[p], nodes (the zero constant where the sum does not depend on the coordinate).
 * In: output[n] and seed[n], nodes. Cost: linear in the part of the tape before the call (reverse mode). */
LO_MUST_CHECK lo_status_t lo_tape_gradient(slong *gradient, slong p, lo_tape_t tape, const slong *output,
                                           const slong *seed, slong n);

/* Marks with 1 the nodes below `n` that the listed nodes need. Out: needed[n], must be zero on entry. */
void lo_tape_reach(char *needed, const lo_tape_t tape, const slong *roots, slong nroots);

/* Spreads marks from arguments to the nodes that use them: marked[i] is set when a node it needs is marked. In/out:
 * marked[n], the marks to start from, for the nodes 0..n-1. */
void lo_tape_spread(char *marked, const lo_tape_t tape, slong n);
void lo_tape_spread_one(char *marked, const lo_tape_t tape, slong node); /* to this node only */

/* Calls visit for each argument of a node. */
typedef void (*lo_tape_visit_fn)(void *data, slong argument);
void lo_tape_arguments(const lo_tape_t tape, slong node, lo_tape_visit_fn visit, void *data);

#endif
