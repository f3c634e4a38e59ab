/* family.h - the family of vector fields as the engines see it.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A *member* of the family is one vector field: the gradient of sum_j y_j F_j(.)(x) for one choice of the
 * input x, of the gates and of the covector y (networks and maps), or sum_f y_f X_f (raw families). All these
 * choices are values of auxiliary variables of the tape; the p components of the member are nodes of the
 * tape.
 */
#ifndef LO_FAMILY_H
#define LO_FAMILY_H

#include "family/tape.h"
#include "model/graph.h"
#include <lieorbit/family.h>

typedef enum {
    LO_AUX_INPUT,
    LO_AUX_GATE,
    LO_AUX_FROZEN,  /* frozen entries and symbolic constants: the same value in every member */
    LO_AUX_KAPPA,   /* the number 2/sqrt(pi) of erf, transcendental: the same in every member */
    LO_AUX_ROOT,    /* the square root of the prime number `index`: the same in every member */
    LO_AUX_COVECTOR /* y_j: enters linearly */
} lo_aux_kind_t;

typedef struct {
    lo_aux_kind_t kind;
    slong index; /* input: scalar input; gate: unit; frozen: scalar frozen entry; covector: output or field */
} lo_aux_struct;

/* Does it have the same value in every member? */
static inline int lo_aux_is_shared(const lo_aux_struct *aux)
{
    return aux->kind == LO_AUX_FROZEN || aux->kind == LO_AUX_KAPPA || aux->kind == LO_AUX_ROOT;
}

/* A unit with a gate: relu and leaky_relu multiply the pre-activation by the gate; a max-pool window of k
 * entries has k gates. */
typedef struct {
    lo_op_t op; /* LO_OP_ACT or LO_OP_MAXPOOL */
    lo_act_t act;
    slong preactivation; /* tape node */
    slong group;         /* max-pool: number of the window; -1 otherwise */
} lo_gate_struct;

/* Analytic function values exp(a), sin(a), cos(a), tanh(a), log(a): one atom per argument node. See
 * atom.c; logarithms: logarithm.c. */
typedef struct {
    slong argument; /* tape node */
    int classes;    /* which values of it occur, a union of the bits below */
    int local;      /* depends on inputs or gates: each member has its own value */
} lo_atom_struct;

/* An activation that the tape builds from others: sigmoid, silu, gelu. */
typedef struct {
    slong node, argument;
    lo_act_t act;
} lo_composite_struct;

#define LO_ATOM_CIRCULAR 1   /* sin or cos */
#define LO_ATOM_HYPERBOLIC 2 /* exp or tanh */
#define LO_ATOM_LOG 4
#define LO_ATOM_OPAQUE 8     /* sqrt, erf, softplus, an arbitrary function: no symbol in rings */

/* The tape nodes from `first` on, up to the next place, compute one node of the graph. */
typedef struct {
    slong first, node;
} lo_place_of_tape_struct;

struct lo_family_struct {
    const lo_model_struct *model;
    lo_relu_t relu;
    const char *kind;
    lo_tape_t tape;
    slong p;
    slong *origin;   /* restricted families: the coordinate of the model behind each coordinate; else NULL */
    const lo_model_struct *namesake; /* NULL, or: its parameter name[i] gives coordinate i its name */
    slong *name;     /* p */
    slong *var;      /* p nodes: the coordinates */
    slong *frozen;   /* node of each frozen entry and symbolic constant, -1 where not used */
    slong noutputs;
    slong *outputs;  /* networks and maps: noutputs scalar nodes; raw: noutputs fields of p nodes each */
    slong *covector; /* noutputs nodes y_j */
    slong nplaces, places_alloc;
    lo_place_of_tape_struct *places; /* by first tape node: which node of the graph it came from */
    slong primal;    /* the nodes below this compute the outputs; the rest is the gradient */
    slong *components; /* p nodes: the member */
    slong naux, aux_alloc;
    lo_aux_struct *aux;
    slong ngates, gates_alloc;
    lo_gate_struct *gates;
    slong ncomposites, composites_alloc;
    lo_composite_struct *composites; /* in the order of their nodes */
    slong natoms, atoms_alloc;
    lo_atom_struct *atoms;
    slong *atom_of_node; /* tape->n entries: the atom of a LO_T_FUN node, else -1 */
    int raw, has_division;
    slong nscalars;  /* raw: the fields are metric_i d/dtheta_i of sums of y_j scalar_j; 0: not known */
    slong *scalars;  /* nodes */
    fmpq *metric;    /* p; NULL: no metric */
    int local_atoms; /* some atom is local */
    int opaque;      /* some atom is opaque: exact expansion does not apply */
    int primitives;  /* erf or softplus (or gelu) occurs */
    slong npatterns;  /* LO_RELU_PATTERN: gate vectors reached at the point */
    fmpq *patterns;   /* npatterns x ngates values of the gates */
};

/* Has the family a variable of a kind? */
static inline int lo_family_has_aux(const lo_family_struct *family, lo_aux_kind_t kind)
{
    for (slong a = 0; a < family->naux; a++)
        if (family->aux[a].kind == kind)
            return 1;
    return 0;
}

/* Lowers the outputs of the model onto family->tape (fills var, outputs, aux, gates). */
LO_MUST_CHECK lo_status_t lo_family_lower(lo_family_struct *family, lo_ctx_t ctx);

/* Lowers one more node of the graph, an expression in the coordinates, onto the tape (for `verify` and `flow metric`).
 * Out: node[], as many as it has entries. */
LO_MUST_CHECK lo_status_t lo_family_lower_law(slong *node, lo_family_struct *family, slong graph_node, lo_ctx_t ctx);

/* Multiplies the components of the members by the diagonal H(theta) of `flow metric` or `flow mirror`: theta' = -H grad L.
 * The family becomes one raw field whose auxiliary variables are those of the network, as for lo_family_restrict. See
 * metric.c. */
LO_MUST_CHECK lo_status_t lo_family_apply_metric(lo_family_struct *family, lo_ctx_t ctx);

/* Marks the nodes that the outputs need, with the pre-activations of their gates: that of relu(2) is no argument
 * of a node. In/out: needed[tape->n]. */
void lo_family_reach(char *needed, const lo_family_struct *family);

/* The first gate of the pooling window that gate g belongs to, or g itself. Out: *end, one past the last. */
slong lo_family_window(slong *end, const lo_family_struct *family, slong g);

/* The functions whose gradients, times family->metric, are the fields: the outputs of a network or map,
 * also where its flow has a constant metric or it is restricted to an invariant subspace. Out: *n: 0 where
 * there are none. */
const slong *lo_family_scalars(slong *n, const lo_family_struct *family);

/* Are the members gradients, up to family->metric: are there such functions? */
static inline int lo_family_is_gradient(const lo_family_struct *family)
{
    slong n;
    (void) lo_family_scalars(&n, family);
    return n > 0;
}

/* Collects the atoms of the tape (again, after the tape has grown). */
LO_MUST_CHECK lo_status_t lo_family_collect_atoms(lo_family_struct *family, lo_ctx_t ctx);

/* Fills family->patterns: every activation region that some input reaches at the point of the model, for
 * inputs off the kinks. Exact: each region is decided by rational linear programming. See pattern.c. */
LO_MUST_CHECK lo_status_t lo_family_patterns(lo_family_struct *family, lo_ctx_t ctx);

/* The number of outputs, or of fields: the length of a covector. It is more than noutputs where a metric has made one field
 * of the family. */
slong lo_family_covectors(const lo_family_struct *family);

/* The value of coordinate i at the point of the model; NULL when the point leaves it generic. */
const fmpq *lo_family_point(const lo_family_struct *family, slong i);

/* Calls the coordinates after parameters of another model, which must outlive the family: coordinate i
 * after number name[i]. Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_family_call_after(lo_family_struct *family, const lo_model_struct *model,
                                               const slong *name);

/* Writes the name of coordinate i, as lo_model_parameter_name; on a restricted family that of the coordinate behind it. */
void lo_family_coordinate_name(char *buffer, size_t size, const lo_family_struct *family, slong i);

/* Writes the name of an auxiliary variable: "x[1]", "W[1,2]", "gate 3", "covector 1". */
void lo_family_aux_name(char *buffer, size_t size, const lo_family_struct *family, slong aux);

/* The node of the graph behind a node of the tape; NULL when there is none (in the gradient, say). */
const lo_node_struct *lo_family_place(const lo_family_struct *family, slong tape_node);

/* Sets the message "file:line:column: error: text", with the place of a node of the graph, in the model or in
 * "law"; NULL: no place. */
void lo_family_wrong(lo_ctx_t ctx, const lo_family_struct *family, const lo_node_struct *node,
                     const char *text);

/* Refuses a model that divides by zero, or takes the root or logarithm of zero or only roots of numbers that are
 * not positive, whatever its inputs are.
 * at_point: at the point given by `at`; there also roots and logarithms of negative numbers. Returns LO_OK
 * (nothing of the kind was seen), LO_DOMAIN with a message, LO_UNABLE, LO_SYSTEM. See singular.c. */
LO_MUST_CHECK lo_status_t lo_family_singular(const lo_family_struct *family, int at_point, lo_ctx_t ctx);

/* Out: *node, a root of what is negative or zero whatever the real parameters (at the point: the other ones) and inputs are,
 * as far as signs tell, or -1. Returns LO_OK or LO_SYSTEM. See sign.c. */
LO_MUST_CHECK lo_status_t lo_family_negative_root(slong *node, const lo_family_struct *family, int at_point);

/* What must not vanish at a node: the divisor, the argument of a root or logarithm; -1 where the node is nothing of the kind. */
slong lo_family_divisor(const lo_family_struct *family, slong node);

/* Whether such a divisor vanishes modulo this prime, as far as random points show; then it may well be another number.
 * Returns LO_OK, LO_UNABLE, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_family_vanishes_modulo(int *vanishes, const lo_family_struct *family, int at_point,
                                                    nmod_t mod, lo_ctx_t ctx);

/* The same at an input, modulo random primes. In: inputs[], integers. */
LO_MUST_CHECK lo_status_t lo_family_vanishes_at_inputs(int *vanishes, const lo_family_struct *family, const slong *inputs,
                                                       lo_ctx_t ctx);

/* The family on an invariant affine subspace { theta0 + sum_k s_k d_k }, in the coordinates
 * theta[pivot[k]]; d_k are the rows of `directions` (rank x p), in reduced echelon form with the given
 * pivots. The result is a raw family with one field whose auxiliary variables are those of f; it shares
 * the model of f and must be freed first.
 * In: theta0[p]. Returns LO_OK, LO_UNABLE, LO_SYSTEM. The caller proves that the subspace is invariant:
 * the nodes residual[p - rank], in the restricted tape, are the functionals that must vanish identically. */
LO_MUST_CHECK lo_status_t lo_family_restrict(lo_family_ptr *restricted, slong *residual, const lo_family_struct *f,
                                             const fmpq_mat_t directions, const slong *pivot, const fmpq *theta0,
                                             lo_ctx_t ctx);

/* Appends to the tape of f copies of its first n nodes in which coordinate i is the node coordinate[i] and gate g is gate
 * number gate[g]. Out: image[n], the copies (or the nodes themselves where nothing changes). Atoms are to be collected
 * again. Returns LO_OK, LO_UNABLE, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_family_substitute(slong *image, lo_family_struct *f, const slong *coordinate,
                                               const slong *gate, slong n);

#endif
