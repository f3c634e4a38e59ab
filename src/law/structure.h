/* structure.h - inside of the structural analysis: laws read off the tensor graph, weights never written out.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_STRUCTURE_H
#define LO_STRUCTURE_H

#include "law/tensor_unit.h"
#include <lieorbit/law.h>

/* Which entries of a node are zero whatever the values are. */
typedef enum {
    LO_SUPPORT_FULL,     /* none */
    LO_SUPPORT_LOWER,    /* a matrix: those above the diagonal */
    LO_SUPPORT_DIAGONAL, /* a matrix: those off the diagonal */
    LO_SUPPORT_PARTIAL   /* some */
} lo_support_t;

/* Subsets of axes of a node, bit m for the set with mask m: see structure_shift.c. */
typedef uint16_t lo_masks_t;

/* An axis of a parameter on which a class acts. */
typedef struct lo_axis_use_struct {
    slong symbol;
    int axis, sign;
    struct lo_axis_use_struct *next;
} lo_axis_use_struct;

/* What acts on an axis by a whole group GL(k): see structure_matrix.c. */
typedef struct {
    slong size;
    int resolved; /* no relation among laws moves it: its laws are independent of all others */
    int excluded; /* that could not be shown: its laws are left out */
    slong columns;
    lo_axis_use_struct *uses, *last_use; /* in the order of the parameters */
} lo_axis_class_struct;

typedef struct {
    const lo_model_struct *model;
    lo_ctx_struct *ctx;
    lo_unit_space_struct space[1];
    char *live; /* per node: an output needs it */
    /* units: the certificate of every unit law is this table, node by node */
    lo_tensor_unit_struct *unit;
    char *known; /* per node: `unit` is set */
    lo_support_t *support;
    int exact;           /* no equation was demanded that the network does not need */
    const char *inexact; /* ... else the first reason, a static string */
    /* invisible directions */
    lo_masks_t *invisible;
    char *read_raw;         /* per node: something other than a softmax reads it */
    unsigned char *centred; /* per node: axes along which the entries sum to zero */
    /* axis classes: LO_MAX_RANK per node */
    slong *axis_parent;
    signed char *axis_sign;
    slong nclasses;
    slong *class_of; /* per axis: its class, at the root; -1: none */
    lo_axis_class_struct *classes;
    lo_status_t status;
} lo_structure_work_struct;

/* A slab of a parameter, 0-based ranges; in law t of a run every range has moved by t * step. */
typedef struct {
    slong symbol;
    slong first[LO_MAX_RANK], last[LO_MAX_RANK], step[LO_MAX_RANK];
    fmpz coef;
} lo_slab_struct;

/* sum of coef * (sum of squares over the slab) */
typedef struct {
    slong start, n; /* in the list of slabs */
} lo_unit_law_struct;

/* Laws of one kind that differ in their indices only. */
typedef struct {
    enum { LO_GROUP_UNITS, LO_GROUP_MATRIX, LO_GROUP_SHIFT, LO_GROUP_ENTRIES } kind;
    uint64_t count;
    slong law;         /* LO_GROUP_UNITS: the first of them */
    slong axis_class;  /* LO_GROUP_MATRIX */
    slong symbol;      /* LO_GROUP_SHIFT, LO_GROUP_ENTRIES */
    unsigned int mask; /* LO_GROUP_SHIFT: the indices of the law; the sum is over the others */
    unsigned int drop; /* ... axes of the mask whose last indices together give no new law, 0: none dropped */
} lo_group_struct;

/* What the public structure hides. */
typedef struct {
    lo_structure_work_struct *work;
    slong nlaws, nslabs, ngroups;
    long laws_alloc, slabs_alloc, groups_alloc;
    lo_unit_law_struct *laws;
    lo_slab_struct *slabs;
    lo_group_struct *groups;
} lo_structure_laws_struct;

#define LO_NODE_OF(w, n) ((w)->model->nodes + (n))

/* Units that somebody else proposes: the unit of an entry of a parameter is the sum over its axes of combinations
 * of the free units 0..count-1. `at` gives the combination at one place of one axis, and returns its length. */
typedef struct {
    slong count;
    int (*at)(const slong **unit, const slong **coef, const void *data, slong parameter, int axis, slong place);
    const void *data;
} lo_unit_source_struct;

/* Propagates them through the network. Out: *holds, 1 when all rules hold for every value of the free units: an
 * equation eliminates its youngest unknown and the free units are the oldest, so they are all free in the end if and only
 * if no equation relates them. Domain: no axis has more places than the model declares. Returns as lo_structure_analyse. */
LO_MUST_CHECK lo_status_t lo_structure_check_units(int *holds, const lo_model_struct *model,
                                                   const lo_unit_source_struct *source, lo_ctx_t ctx);

/* The LO_SYM_PARAM symbol is used by an output. */
int lo_structure_is_used(const lo_structure_work_struct *w, const lo_symbol_struct *symbol);
/* ... and no entry of it can be seen from outside: every entry is a law. */
int lo_structure_is_free(const lo_structure_work_struct *w, const lo_symbol_struct *symbol);

/* Units of all live nodes. */
void lo_structure_units(lo_structure_work_struct *w);
/* Convolutions: units of the kernel and of the result. */
void lo_structure_conv(lo_structure_work_struct *w, slong n);
/* Pooling. */
void lo_structure_pool(lo_structure_work_struct *w, slong n);
/* Bit a is set when pooling acts along axis a; *overlaps: windows share entries, or contain padding. */
unsigned int lo_structure_pooled(int *overlaps, const lo_structure_work_struct *w, slong n);
/* Whether an operation reads all entries of an argument. */
int lo_structure_reads_all(const lo_structure_work_struct *w, slong n, slong argument);
/* Returns 1 when the unit does not depend on the axes of a mask, by the equations so far. */
int lo_structure_is_constant(lo_structure_work_struct *w, const lo_tensor_unit_struct *u,
                             const lo_shape_struct *shape, unsigned int mask);
/* The unit of a node, made up where nothing has fixed it yet. */
lo_tensor_unit_struct *lo_structure_unit(lo_structure_work_struct *w, slong n);
/* Demands that the unit of node n is u; fixes it where nothing has so far. */
void lo_structure_demand(lo_structure_work_struct *w, slong n, const lo_tensor_unit_struct *u);
void lo_structure_not_exact(lo_structure_work_struct *w, const char *why);

/* Invisible directions of all live nodes. */
void lo_structure_shifts(lo_structure_work_struct *w);
/* The maximal masks among those of a parameter. Out: mask[], at most 6. Returns their number. */
int lo_structure_maximal(unsigned int *mask, lo_masks_t masks);

/* Axis classes. */
void lo_structure_axes(lo_structure_work_struct *w);
/* The class of an axis of a node, -1: none. Out: sign. */
slong lo_structure_class(int *sign, const lo_structure_work_struct *w, slong node, int axis);
/* Decides which classes give laws that are independent of all others. */
void lo_structure_peel(lo_structure_work_struct *w);

/* Unit laws from the units; their groups. */
void lo_structure_unit_laws(lo_structure_laws_struct *laws);
/* All groups. */
void lo_structure_groups(lo_structure_laws_struct *laws);
/* What found the laws of a group, a static string. */
const char *lo_structure_found_by(const lo_group_struct *group);
/* The text of law t of a group: an expression of the model language; as_template: with letters for indices.
 * Out: *indices, the ranges of the letters, when as_template. NULL when memory is short. */
char *lo_structure_law_text(char **indices, const lo_structure_laws_struct *laws,
                            const lo_group_struct *group, uint64_t t, int as_template);

/* The pair number t among 1 <= i < j <= k. */
void lo_structure_pair(slong *i, slong *j, uint64_t t, slong k);
/* The multi-index number t over the axes of a mask, 0-based; those with all axes of `drop` at their end are passed
 * over. */
void lo_structure_place(slong place[LO_MAX_RANK], uint64_t t, const lo_shape_struct *shape, unsigned int mask,
                        unsigned int drop);

/* Whether gates separate paths: then the unit laws are all laws. Returns NULL, or why not (a static
 * string). */
const char *lo_structure_paths(lo_structure_work_struct *w);

#endif
