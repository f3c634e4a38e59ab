/* language.h - the reader of models: from text to scalars on the tape, or to units.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * It stands alone: GMP, libc, and this directory.
 *
 *   ground.h tape.h                                   memory and numbers; the graph of scalars
 *   lexer.c expression.c function.c stage.c model.c   the grammar
 *   tensor.c signal.c                                 tensors of scalars
 *   form.c                                            tensors of units (claim `units`)
 */
#ifndef CHECK_LANGUAGE_LANGUAGE_H
#define CHECK_LANGUAGE_LANGUAGE_H

#include "check/language/tape.h"

/* --- tensor.c, signal.c: tensors of scalars, or of units --- */
typedef struct { int base, *axis[4]; } unit; /* form.c: the unit of entry i is base + sum axis[a][i_a] */
typedef struct {
    int rank; /* 0, 2, 3, 4; a vector is n x 1 */
    long dim[4], size;
    int *id; /* nodes, row by row */
    unit *u; /* in place of nodes, when the claim is `units` */
} value;
typedef struct { long size, stride, pad; } windows; /* of a pool; stride 0: side by side, nothing left over */
extern int units_only; /* values that depend on parameters or inputs have units, not nodes */
value tensor(int rank, const long *dim);
value matrix(long rows, long columns);
value column(int *ids, long count); /* of these nodes */
value scalar(int id);
value as_scalar(value a);
int same_shape(const value *a, const value *b);
int is_constant(const value *a, mpq_t out); /* a number known exactly */
value v_add(value a, value b, int sign);
value v_negate(value a);
value v_scale(value s, value a);
value v_hadamard(value a, value b);
value v_divide(value a, value b);
value v_power(value a, long exponent);
value v_function(int f, value a);
value v_matmul(value a, value b);
value v_transpose(value a);
value v_sum(value a);
value v_trace(value a);
value v_reshape(value a, int rank, const long *dim);
value v_slice(value a, const long *first, const long *dim);
value v_join(const value *parts, long count, int axis);
value v_diagonal(value a);
value v_convolution(value x, value w, long stride, long pad);
value v_pool(value a, windows w, int maximum);
value v_softmax(value a, int causal);
value v_mask(value a);
value v_normalise(value a, int centred);
value v_broadcast(value b, value like, int axis); /* entry (i_1, ..) is b[i_axis] */
long convolution_length(long length, long kernel, long stride, long pad);
void pool_axes(int axis[2], int *count, const value *a);

/* --- lexer.c --- */
enum {
    T_END, T_STOP, T_NAME, T_NUMBER, T_ARROW, T_ROW, T_OPEN, T_CLOSE, T_SQUARE, T_ENDSQUARE, T_PLUS, T_MINUS,
    T_TIMES, T_OVER, T_TIMES_EACH, T_OVER_EACH, T_POWER, T_POWER_EACH, T_PRIME, T_COMMA, T_COLON,
    T_EQUALS
};
typedef struct { int type; const char *text; long line; } token; /* T_STOP ends a statement, T_END the text */
typedef struct { token *at; int depth; } reader;
token *tokens_of(const char *text);
int accept(reader *r, int type);
void expect(reader *r, int type, const char *what);
void wrong(const reader *r, const char *what) __attribute__((noreturn));
void number_value(mpq_t out, const reader *r, const char *text);

/* --- expression.c, function.c, stage.c --- */
value expression(reader *r);
long integer_expression(reader *r);
value call(reader *r, const char *name);
int find_function(const char *name); /* entrywise: F_..., or F_NONE */
int is_function(const char *name);
value network(reader *r, value input, int declared_rank);

/* --- model.c --- */
enum { M_NETWORK, M_MAP, M_RAW };
/* kind: parameter p, input i, frozen f, symbolic constant s, let l, velocity v, time t */
typedef struct { const char *text; char kind; value v; long offset; int declared_rank; } name;
typedef struct {
    const char *title;
    int kind, gated, momentum, closed; /* closed: all of it is read */
    long stages; /* that have parameters */
    long p, inputs, frozen, symbolic; /* scalars of each kind */
    long coordinates;                 /* p; with momentum 2p + 1: parameters, velocities, the time */
    int *outputs;                     /* nodes: entries of the output, the maps, the fields in turn */
    long noutputs;
    const char **field_names; /* of fields and maps */
    long nfields, field_names_room;
    int tau, *metric;                 /* nodes; metric NULL: Euclidean */
    name *names;
    long nnames, names_room;
} model;
extern model M;
void language_start(void);
/* relu: "none", or "path-lifting" for models with gated units. */
void read_model(const char *const *lines, long count, const char *title, const char *relu);
value declare(reader *r, const char *text, char kind, int rank, const long *dim, int declared_rank);
const name *find_name(const char *text);
/* A law or a coefficient: a node. inputs: it may name them. */
int read_scalar(const char *text, const char *what, int inputs);
/* Set by whoever sets units_only: the units of a parameter of this shape, declared with so many sizes. */
extern value (*units_of_parameter)(value shape, const char *text, int axes);

/* --- form.c --- */
value u_lift(value a);
int form_add(int a, int b, long sign);
int u_form(const value *a, long i); /* the unit of entry number i */
value u_new(value shape);
void u_normal(value *a);
int u_equal(const value *a, const value *b);
int u_is_zero(const value *a);
value u_sum_of(value a, value b, long sign, const char *what); /* units add */
value u_scaled(value a, long numerator, unsigned long denominator);
value u_function(int f, value a);
value u_matmul(value a, value b);
value u_transpose(value a);
value u_constant_along(value a, const char *what);
value u_trace(value a);
value u_reshape(value a, int rank, const long *dim);
value u_slice(value a, const long *first, const long *dim);
value u_join(const value *parts, long count, int axis);
value u_diagonal(value a);
value u_convolution(value x, value w, value shape, long stride, long pad);
value u_pool(value a, value shape, windows w);
value u_rows(value a, int softmax);
void u_output(value a); /* fails, if it has a unit */

#endif
