/* tape.h - scalar values: the same operation on the same operands is the same node.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef CHECK_LANGUAGE_TAPE_H
#define CHECK_LANGUAGE_TAPE_H

#include "check/language/ground.h"

enum { N_CONST, N_VAR, N_ADD, N_MUL, N_INV, N_FUNC, N_GATE };
/* V_COVECTOR: weight of an output; V_DIRECTION: of an input; V_SLOPE: erf'(0), a number. V_NAME, V_FREE_GATE:
 * see tangent.c. */
enum { V_COORD, V_INPUT, V_FROZEN, V_SYMBOLIC, V_COVECTOR, V_DIRECTION, V_SLOPE, V_NAME, V_FREE_GATE, V_KINDS };
/* The numbers are those of the format (fingerprints of function values). Phi is the normal distribution, its
 * derivative the density; no model names them. */
enum {
    F_NONE, F_EXP, F_LOG, F_SIN, F_COS, F_TANH, F_SIGMOID, F_SOFTPLUS, F_GELU, F_SILU, F_ERF, F_SQRT,
    F_GENERIC, F_ODD, F_EVEN, F_GENERIC0, F_RELU, F_LEAKY, F_COUNT, F_PHI = F_COUNT, F_DENSITY
};
extern const char *const function_names[];
/* CONST: rational number a; VAR: kind f, number a; FUNC: f of a, its derivative of order d (arbitrary
 * functions); b, if not 0, the same in other functions; GATE of a relu: f = 1, of a leaky_relu: f = 2,
 * pre-activation a; GATE of a max-pool: f = 0, entry b of window a. */
typedef struct { int op, f, a, b, d; } node;
extern table T, gated_windows;
void tape_start(void);
const node *node_at(int id);
mpq_srcptr known(int id); /* the value of a constant, or NULL */
int constant(int q);
int constant_si(long n);
int variable(int kind, long index);
int add(int a, int b);
int multiply(int a, int b);
int negate(int a);
int inverse(int a);
int power(int a, long exponent);
int function(int f, int a);
int derived_function(int f, int order, int a);
int parity(int f, int order);           /* 1 even, -1 odd, of a derivative */
int value_at_zero(int f, int order);    /* a rational by number, or -1 */
int rational_square_root(mpq_srcptr a); /* the positive one, likewise */
int gate(const int *entries, int count, int entry);
int unit_gate(int f, int a); /* f: F_RELU or F_LEAKY */
int sum(int *terms, long count); /* overwrites terms */
const int *parts_of(const node *x, long *count); /* what it is made of */
int rebuilt(const node *x, int id, const int *now); /* the same operation on what its parts are now */
/* Nodes that the roots need; arguments come first. */
long reachable(const int **list, const int *roots, long count); /* which the next call overwrites */
unsigned functions_in(const int *roots, long count);            /* bit F_...: it occurs */

#endif
