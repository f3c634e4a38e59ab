/* block.h - rotations that act on the columns of matrices of parameters.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * In a linear layer the neurons may be rotated: so(r) acts on the rows of an n x r matrix M whose entries are
 * parameters up to sign, M -> M g', and moves nothing else. A Lie algebra of rotations that is a direct sum of such *blocks* is
 * recognised here from its basis alone.
 */
#ifndef LO_BLOCK_H
#define LO_BLOCK_H

#include "manifold/rotation.h"
#include "manifold/symmetry.h"

typedef struct {
    slong r, n;
    slong *entry; /* n x r: +-(coordinate + 1) */
    int reflects; /* the reflection of a column is a symmetry, too: all of O(r) acts */
} lo_block_struct;

typedef struct {
    slong p, n;
    lo_block_struct *blocks;
    slong *column; /* n x p: the column of a coordinate in each block; -1: the block does not move it */
} lo_blocks_struct;
typedef lo_blocks_struct lo_blocks_t[1];

/* Out: blocks->n = 0 where the algebra is zero, not proved, or not such a sum. In: symmetry, to see whether reflections are
 * symmetries. Returns LO_OK, LO_UNABLE on interrupt, LO_SYSTEM; clear it in any case. */
LO_MUST_CHECK lo_status_t lo_blocks_find(lo_blocks_t blocks, const lo_rotations_t rotations,
                                         lo_symmetry_struct *symmetry, lo_ctx_t ctx);
void lo_blocks_clear(lo_blocks_t blocks);

/* "[U; V]", "[W1'; W2]": the matrix of a block by the tensors it is made of, or by its rows where it does not consist of whole
 * ones. NULL when memory is short. */
char *lo_block_name(const lo_block_struct *block, const lo_model_struct *model);

#endif
