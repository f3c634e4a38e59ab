/* tensor_unit.h - the units of the entries of a tensor, as a sum of functions of few axes.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The unit of entry i = (i_0, i_1, ...) is a sum of terms +-u_t[i restricted to the axes of t], each u_t an
 * array of unknowns over the product of its axes (row-major; -1 is zero). A dense layer of 10^8 weights
 * needs two such arrays, one for its rows and one for its columns.
 */
#ifndef LO_TENSOR_UNIT_H
#define LO_TENSOR_UNIT_H

#include "base/memory.h"
#include "law/forms.h"
#include "model/graph.h"

typedef struct {
    int sign;          /* 1 or -1 */
    unsigned int mask; /* bit a: it depends on axis a; axes of length 1 never occur */
    const slong *id;
} lo_unit_term_struct;

#define LO_UNIT_TERMS 12

typedef struct {
    int n;
    lo_unit_term_struct term[LO_UNIT_TERMS];
} lo_tensor_unit_struct;

/* Where units live: the equations, the arrays, and a budget of explicit entries. */
typedef struct {
    lo_forms_t forms;
    lo_arena_struct *arena;
    int64_t left;       /* array entries and equations that may still be made */
    lo_status_t status; /* LO_UNABLE when the budget is spent */
    lo_ctx_struct *ctx;
} lo_unit_space_struct;

/* Number of entries over the axes of a mask. */
slong lo_mask_size(const lo_shape_struct *shape, unsigned int mask);
/* The mask without axes of length 1, and without axes the shape does not have. */
unsigned int lo_mask_clean(const lo_shape_struct *shape, unsigned int mask);

/* Room for `count` entries, or NULL after a failure (which sticks in the space). */
slong *lo_unit_room(lo_unit_space_struct *s, slong count);

/* A term of fresh unknowns over the axes of a mask; anchored: the first of them is zero. */
lo_unit_term_struct lo_unit_fresh(lo_unit_space_struct *s, const lo_shape_struct *shape, unsigned int mask,
                                  int anchored);

/* u += sign * (a term, a unit). */
void lo_unit_push(lo_unit_space_struct *s, lo_tensor_unit_struct *u, const lo_shape_struct *shape,
                  lo_unit_term_struct term, int sign);
void lo_unit_append(lo_unit_space_struct *s, lo_tensor_unit_struct *u, const lo_shape_struct *shape,
                    const lo_tensor_unit_struct *other, int sign);

/* The sum of the terms whose axes lie in the mask, as one array over the mask. */
const slong *lo_unit_array(lo_unit_space_struct *s, const lo_tensor_unit_struct *u,
                           const lo_shape_struct *shape, unsigned int mask);

/* The finest disjoint masks such that each term with axes lies in one. Out: part[], at most LO_MAX_RANK.
 * Returns their number. */
int lo_unit_parts(unsigned int part[LO_MAX_RANK], const lo_tensor_unit_struct *u);

/* Adds the value at one index of the terms inside a mask (mask 0: the constant terms) to the form. */
void lo_unit_add_at(lo_unit_space_struct *s, const lo_tensor_unit_struct *u, const lo_shape_struct *shape,
                    unsigned int mask, const slong *index, slong factor);

/* The next index over the axes of a mask, row-major; returns 0 after the last one (the index is then all
 * zero). */
int lo_unit_next(slong index[LO_MAX_RANK], const lo_shape_struct *shape, unsigned int mask);

/* Demands equal units of two tensors of this shape; b = NULL: unit zero. Returns the number of equations
 * that were not consequences of earlier ones. */
slong lo_unit_equate(lo_unit_space_struct *s, const lo_tensor_unit_struct *a, const lo_tensor_unit_struct *b,
                     const lo_shape_struct *shape);

/* Demands that the unit does not depend on the axes of a mask; with `base`: that index i of such an axis a
 * has the unit of index base[a][i]. Returns as above. */
slong lo_unit_demand_constant(lo_unit_space_struct *s, const lo_tensor_unit_struct *u,
                              const lo_shape_struct *shape, unsigned int mask, slong *const *base);

/* Makes every term depend on one axis at most, by demanding it. */
void lo_unit_separate(lo_unit_space_struct *s, lo_tensor_unit_struct *u, const lo_shape_struct *shape);

/* Index maps: the unit of the result from that of the argument. */
void lo_unit_transpose(lo_unit_space_struct *s, lo_tensor_unit_struct *out, const lo_tensor_unit_struct *u,
                       const lo_shape_struct *from);
void lo_unit_reshape(lo_unit_space_struct *s, lo_tensor_unit_struct *out, const lo_shape_struct *to,
                     const lo_tensor_unit_struct *u, const lo_shape_struct *from);
/* place: index i of axis a is index place[a][i] of the argument where place[a] is not NULL, else first[a] +
 * i. */
void lo_unit_slice(lo_unit_space_struct *s, lo_tensor_unit_struct *out, const lo_shape_struct *to,
                   const slong *first, slong *const *place, const lo_tensor_unit_struct *u,
                   const lo_shape_struct *from);

/* Blocks of axes of two shapes with the same entries in the same order: axes of block b of `from` together
 * run over what the axes of block b of `to` run over. Out: masks; axes of length 1 are in none. Returns the
 * number of blocks. */
int lo_reshape_blocks(unsigned int from_mask[LO_MAX_RANK], unsigned int to_mask[LO_MAX_RANK],
                      const lo_shape_struct *from, const lo_shape_struct *to);

#endif
