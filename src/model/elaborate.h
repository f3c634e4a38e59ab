/* elaborate.h - from the syntax tree to the graph: shapes, building of nodes, expressions,
 * statements.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Everything that can fail returns lo_status_t after the error is recorded in the reader.
 */
#ifndef LO_ELABORATE_H
#define LO_ELABORATE_H

#include "model/ast.h"

/* shape.c */
static const lo_shape_struct LO_SCALAR = { 0, { 0, 0, 0, 0 } };
lo_shape_struct lo_shape_matrix(slong rows, slong columns);
int lo_shape_equal(const lo_shape_struct *a, const lo_shape_struct *b);
slong lo_shape_size(const lo_shape_struct *shape);
int lo_shape_is_vector(const lo_shape_struct *shape); /* n x 1 */
const char *lo_shape_text(lo_reader_struct *r,
                          const lo_shape_struct *shape); /* "3x2", in scratch memory */
/* Out: *size, when it is at most `limit`; returns 1, or 0 when it is more (never overflows). */
int lo_shape_fits(slong *size, const lo_shape_struct *shape, slong limit);

/* number.c: exact constants */
lo_status_t lo_number_parse(fmpq_t value, lo_reader_struct *r, const lo_ast_struct *number);
lo_status_t lo_number_check(lo_reader_struct *r, lo_place_struct at, const fmpq_t value);
/* value = base^exponent, refused before it is computed when it would pass the limits */
lo_status_t lo_number_power(fmpq_t value, lo_reader_struct *r, lo_place_struct at,
                            const fmpq_t base, slong exponent);

/* build.c: hash-consed nodes. The arguments' shapes are right already (the kernel checks sizes
 * only). */
lo_status_t lo_build_node(slong *out, lo_reader_struct *r, lo_place_struct at,
                          const lo_node_struct *proto, const slong *args, slong nargs);
lo_status_t lo_build_constant(slong *out, lo_reader_struct *r, lo_place_struct at,
                              const fmpq_t value);
lo_status_t lo_build_fraction(slong *out, lo_reader_struct *r, lo_place_struct at, slong num,
                              slong den);
lo_status_t lo_build_symbol(slong *out, lo_reader_struct *r, lo_place_struct at, slong symbol);
/* Removes the nodes with number >= mark (and constants >= constants): nothing else may refer to
 * them. */
void lo_build_rollback(lo_model_struct *model, slong mark, slong constants);
const fmpq *lo_node_constant(const lo_model_struct *model,
                             slong node); /* NULL when it is not LO_OP_CONST */
#define LO_NODE(r, i) ((r)->model->nodes + (i))

/* simplify.c: operations with exact folding of constants */
lo_status_t lo_build_scalar(slong *out, lo_reader_struct *r, lo_place_struct at,
                            slong a); /* one entry -> rank 0 */
lo_status_t lo_build_reshape(slong *out, lo_reader_struct *r, lo_place_struct at, slong a,
                             lo_shape_struct shape);
lo_status_t lo_build_add(slong *out, lo_reader_struct *r, lo_place_struct at, slong a, slong b);
lo_status_t lo_build_sub(slong *out, lo_reader_struct *r, lo_place_struct at, slong a, slong b);
lo_status_t lo_build_neg(slong *out, lo_reader_struct *r, lo_place_struct at, slong a);
lo_status_t lo_build_scale(slong *out, lo_reader_struct *r, lo_place_struct at, slong s, slong a);
lo_status_t lo_build_hadamard(slong *out, lo_reader_struct *r, lo_place_struct at, slong a,
                              slong b);
lo_status_t lo_build_div(slong *out, lo_reader_struct *r, lo_place_struct at, slong a, slong b);
lo_status_t lo_build_pow(slong *out, lo_reader_struct *r, lo_place_struct at, slong a,
                         slong exponent);
lo_status_t lo_build_act(slong *out, lo_reader_struct *r, lo_place_struct at, lo_act_t act,
                         slong a);
lo_status_t lo_build_matmul(slong *out, lo_reader_struct *r, lo_place_struct at, slong a, slong b);
lo_status_t lo_build_transpose(slong *out, lo_reader_struct *r, lo_place_struct at, slong a);
lo_status_t lo_build_sum(slong *out, lo_reader_struct *r, lo_place_struct at, slong a);
/* ops with one argument whose result has the given shape: TRACE, DIAG, MASK, SOFTMAX, LAYERNORM,
 * RMSNORM */
lo_status_t lo_build_simple(slong *out, lo_reader_struct *r, lo_place_struct at, lo_op_t op,
                            slong a, lo_shape_struct shape);
lo_status_t lo_build_slice(slong *out, lo_reader_struct *r, lo_place_struct at, slong a,
                           const slong first[LO_MAX_RANK], lo_shape_struct shape);
lo_status_t lo_build_array(slong *out, lo_reader_struct *r, lo_place_struct at,
                           const slong *entries, lo_shape_struct shape);
lo_status_t lo_build_cat(slong *out, lo_reader_struct *r, lo_place_struct at, const slong *parts,
                         slong nparts, int axis);
lo_status_t lo_build_repeat(slong *out, lo_reader_struct *r, lo_place_struct at, slong a,
                            slong times, int axis);

/* signal.c: windows and convolutions, with their checks */
/* stride 0: the windows stand side by side, and fill the length */
lo_status_t lo_build_pool(slong *out, lo_reader_struct *r, lo_place_struct at, lo_op_t op, slong a,
                          slong window, slong stride, slong pad);
lo_status_t lo_build_conv(slong *out, lo_reader_struct *r, lo_place_struct at, slong x,
                          slong kernel, slong stride, slong pad);
/* Output length of one direction, or 0 after an error; `what` is "kernel" or "window". */
slong lo_conv_length(lo_reader_struct *r, lo_place_struct at, const char *what, slong length,
                     slong kernel, slong stride, slong pad);

/* elaborate.c */
lo_status_t lo_elaborate(slong *out, lo_reader_struct *r, lo_ast_struct *e);
/* A constant integer, such as an index or a size; `what` says what it is in messages ("an index").
 */
lo_status_t lo_elaborate_integer(slong *out, lo_reader_struct *r, lo_ast_struct *e,
                                 const char *what);
/* The same, at least 1. */
lo_status_t lo_elaborate_positive(slong *out, lo_reader_struct *r, lo_ast_struct *e,
                                  const char *what);
const char *lo_ast_excerpt(lo_reader_struct *r, const lo_ast_struct *e);

/* slice.c */
lo_status_t lo_elaborate_index(slong *out, lo_reader_struct *r, lo_ast_struct *e, slong a);
/* function.c */
lo_status_t lo_elaborate_call(slong *out, lo_reader_struct *r, lo_ast_struct *e);
int lo_act_find(lo_act_t *act, const char *name);
int lo_function_is(const char *name);
const char *lo_function_word(slong i); /* the i-th function or activation, NULL behind the last */
/* Gives each call argument to its slot: the first `positional` ones in order, the others by name.
 * values[i] is NULL when not given. names: nslots names. */
lo_status_t lo_call_arguments(lo_ast_struct **values, lo_reader_struct *r, lo_ast_struct *call,
                              const char *const *names, long nslots, long positional,
                              long required);

/* declare.c */
lo_status_t lo_declare_symbol(slong *symbol, lo_reader_struct *r, lo_place_struct at,
                              const char *name, lo_symbol_kind_t kind, lo_shape_struct shape,
                              int declared_rank);
lo_status_t lo_declare_statement(lo_reader_struct *r, lo_ast_struct *statement);
/* layers.c: the statement `net`, the function `layers` */
lo_status_t lo_elaborate_net(slong *out, lo_reader_struct *r, lo_ast_struct *net);
lo_status_t lo_elaborate_layers(slong *out, lo_reader_struct *r, lo_ast_struct *call);
/* flow.c */
lo_status_t lo_elaborate_flow(lo_reader_struct *r, lo_ast_struct *flow);
/* point.c */
lo_status_t lo_elaborate_point(lo_reader_struct *r, lo_ast_struct *at);
/* constant.c: the value of a node made of numbers. values: room for its entries, initialised. */
lo_status_t lo_evaluate_constant(fmpq *values, lo_reader_struct *r, lo_place_struct at, slong node);

#endif
