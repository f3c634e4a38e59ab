/* graph.h - the typed expression graph: what the model room hands to the family room.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A node is a tensor-valued operation on earlier nodes, so the node array is in topological order. Nodes are
 * hash-consed: the same operation on the same arguments is the same node (two `relu(W*x)` written apart are
 * one unit and share one gate). Entries of a tensor are numbered row-major (last index fastest).
 */
#ifndef LO_GRAPH_H
#define LO_GRAPH_H

#include "base/compat_flint.h"
#include <lieorbit/model.h>

#define LO_MAX_RANK 4

/* Scalars have rank 0. A vector of n entries is the matrix n x 1 (rank 2): rank 1 does not occur.
 * Conv kernels and images have rank 3 or 4. */
typedef struct {
    int rank;
    slong dim[LO_MAX_RANK];
} lo_shape_struct;

typedef enum {
    /* leaves */
    LO_OP_CONST,  /* rational scalar: graph->constants[u.index] */
    LO_OP_SYMBOL, /* parameter, coordinate, input, frozen constant: graph->symbols[u.index] */
    /* entrywise; shapes equal except where a scalar is allowed */
    LO_OP_ADD,   /* a + b, equal shapes */
    LO_OP_SUB,   /* a - b, equal shapes */
    LO_OP_NEG,   /* -a */
    LO_OP_SCALE, /* s * A: args[0] scalar, args[1] any shape */
    LO_OP_HADAMARD, /* a .* b, equal shapes */
    LO_OP_DIV,   /* a / b entrywise: equal shapes, or args[1] scalar, or args[0] scalar */
    LO_OP_POW,   /* entrywise integer power u.exponent (may be negative) */
    LO_OP_ACT,   /* entrywise activation u.act */
    /* linear algebra */
    LO_OP_MATMUL,    /* m x k times k x n */
    LO_OP_TRANSPOSE, /* m x n -> n x m */
    LO_OP_SUM,       /* sum of all entries -> scalar */
    LO_OP_TRACE,     /* square matrix -> scalar */
    /* index maps: every output entry is one input entry (or zero for LO_OP_DIAG) */
    LO_OP_SLICE,   /* u.slice: ranges first[i] .. first[i]+shape.dim-1 in each axis of args[0], 0-based; drop keeps rank rules */
    LO_OP_RESHAPE, /* same entries, row-major, other shape */
    LO_OP_ARRAY,   /* literal [a,b;c,d]: args are the entries, scalars, row-major */
    LO_OP_CAT,     /* u.axis 0: vstack, 1: hstack, of >= 1 args */
    LO_OP_DIAG,    /* n x 1 -> n x n diagonal matrix; or n x n (n>1) -> n x 1 diagonal */
    LO_OP_MASK,    /* causal mask of a square score matrix n x n: entry (i,j) with j > i removed */
    /* signal */
    LO_OP_CONV1D,  /* args x[c,len], W[o,c,k]; y[o,l] = sum_{i,t} W[o,i,t] x[i, l*stride + t - pad] */
    LO_OP_CONV2D,  /* args x[c,h,w], W[o,c,kh,kw]; likewise in both directions */
    LO_OP_MAXPOOL, /* u.pool, along lo_pool_axes; the maximum leaves padding out, no window is all padding */
    LO_OP_AVGPOOL, /* likewise; padding counts as zeros */
    /* rows of a matrix, or a whole vector (n x 1) */
    LO_OP_SOFTMAX, /* with the mask folded in when args[0] is LO_OP_MASK */
    LO_OP_LAYERNORM,
    LO_OP_RMSNORM
} lo_op_t;

typedef enum {
    LO_ACT_RELU, LO_ACT_LEAKY_RELU, LO_ACT_TANH, LO_ACT_SIGMOID, LO_ACT_EXP, LO_ACT_LOG, LO_ACT_SIN, LO_ACT_COS,
    LO_ACT_SOFTPLUS, LO_ACT_GELU, LO_ACT_SILU, LO_ACT_ERF, LO_ACT_SQRT,
    LO_ACT_GENERIC, LO_ACT_ODD, LO_ACT_EVEN, LO_ACT_GENERIC0,
    LO_ACT_COUNT
} lo_act_t;

/* The name of an activation in the model language. */
const char *lo_act_name(lo_act_t act);

typedef struct {
    int line, column; /* 1-based; of the stage, for what a stage makes */
} lo_loc_struct;

typedef struct {
    lo_op_t op;
    lo_shape_struct shape;
    slong size; /* number of entries: product of dims */
    slong nargs;
    const slong *args;
    union {
        slong index;
        slong exponent;
        lo_act_t act;
        slong first[LO_MAX_RANK];
        int axis;
        struct { slong stride, pad; } conv;
        struct { slong window, stride, pad; } pool; /* window i reads i*stride - pad .. + window - 1 */
    } u;
    unsigned int depends; /* bit 1 << kind is set when the value depends on a symbol of that kind; 0: a constant */
    lo_loc_struct loc;
} lo_node_struct;

typedef enum { LO_SYM_PARAM, LO_SYM_INPUT, LO_SYM_FROZEN, LO_SYM_CONSTANT } lo_symbol_kind_t;
/* LO_SYM_CONSTANT: a symbolic constant of the flow, such as tau in momentum(tau=tau). Coordinates of raw
 * families are LO_SYM_PARAM. The time t of momentum(tau=3/t) is LO_SYM_CONSTANT named "t". */

typedef struct {
    const char *name;
    lo_symbol_kind_t kind;
    lo_shape_struct shape;
    int declared_rank; /* 0 for `c`, 1 for `b[n]`, 2.. : how the user indexes it in laws: c, b[i], U[i,j], W[o,i,k] */
    slong size;
    slong offset; /* of its first entry among the scalars of its kind, in order of declaration */
    slong node;   /* the LO_OP_SYMBOL node, or -1 when never used */
    const fmpq *at; /* `size` values of `at`, row-major, or NULL */
    lo_loc_struct loc;
} lo_symbol_struct;

typedef enum { LO_FLOW_MOMENTUM, LO_FLOW_MIRROR, LO_FLOW_METRIC, LO_FLOW_DECAY } lo_flow_t;

/* One term of `flow a + b`; plain gradient flow has no terms. */
typedef struct {
    lo_flow_t kind;
    slong node;           /* momentum: tau (scalar); decay: lambda (scalar); metric: a p x 1 vector; mirror: -1 */
    slong nsymbols;       /* mirror: the named parameters */
    const slong *symbols;
    lo_loc_struct loc;
} lo_flow_struct;

struct lo_model_struct {
    void *arena; /* owns all that follows */
    const char *file, *title;
    lo_model_kind_t kind;
    slong nnodes;
    slong laws; /* nodes from here on are of expressions that were read after the model; 0: there are none */
    lo_node_struct *nodes;
    slong nconstants;
    fmpq *constants;
    slong nsymbols;
    lo_symbol_struct *symbols;
    slong parameters, inputs, frozen, constants_symbolic; /* scalar counts per kind */
    slong noutputs; /* NETWORK: 1; MAP: >= 1 (several `map` statements); RAW: number of fields */
    slong *outputs; /* their nodes; RAW: each has `parameters` entries */
    const char **output_names; /* "output", the name of the map, the names of the fields */
    slong nflow;
    lo_flow_struct *flow;
    int has_point;
    slong *parameter_symbols; /* the LO_SYM_PARAM symbols, by offset */
    slong nparameter_symbols;
    /* `let` names, usable in laws when they do not depend on inputs: lets[i] is a node */
    slong nlets, *lets;
    /* private to the model room: capacities, the table of names, the table of nodes for hash-consing */
    slong nodes_capacity, constants_capacity, symbols_capacity, lets_capacity, names_capacity;
    slong nnames, name_buckets, *name_table;
    struct lo_name_struct *names;
    slong node_buckets, *node_table, *node_next, node_next_capacity;
};

/* Parses one expression in the names of the model (for `verify`): appends nodes to the graph.
 * Out: *node, a scalar. Names of inputs are refused with LO_INPUT: a law depends on the parameters only.
 * Returns as lo_model_read; messages use `name` as file name. */
LO_MUST_CHECK lo_status_t lo_model_expression(slong *node, lo_model_struct *model, const char *text, size_t length,
                                              const char *name, lo_ctx_t ctx);

/* The same with inputs allowed. */
LO_MUST_CHECK lo_status_t lo_model_coefficient(slong *node, lo_model_struct *model, const char *text, size_t length,
                                               const char *name, lo_ctx_t ctx);

/* Along which axes a pooling window acts: vectors n x 1 along axis 0; matrices [c,len] along axis 1;
 * [c,h,w] along axes 1 and 2. Out: axis[], *naxes. */
void lo_pool_axes(int axis[2], int *naxes, const lo_shape_struct *shape);

#endif
