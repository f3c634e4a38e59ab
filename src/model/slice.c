/* slice.c - indices and ranges.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/elaborate.h"

/* One index of an axis with `length` entries: first (0-based) and count. */
static lo_status_t one_index(slong *first, slong *count, lo_reader_struct *r, lo_ast_struct *index,
                             slong length)
{
    slong from = 1, to = length;
    if (index->kind == LO_AST_RANGE) {
        LO_TRY(lo_elaborate_integer(&from, r, index->a, "an index"));
        LO_TRY(lo_elaborate_integer(&to, r, index->b, "an index"));
        if (from > to)
            return lo_wrong(r, index->at, "the range %s is reversed", lo_ast_excerpt(r, index));
    } else if (index->kind != LO_AST_ALL) {
        LO_TRY(lo_elaborate_integer(&from, r, index, "an index"));
        to = from;
    }
    if (from < 1 || to > length)
        return lo_wrong(r, index->at, "index %s is out of range: the indices are 1 to %ld",
                        lo_ast_excerpt(r, index), (long) length);
    *first = from - 1;
    *count = to - from + 1;
    return LO_OK;
}

/* A vector takes one index (or two, the second for its single column), other shapes one for each
 * axis. A number takes the index 1, as the only entry of x[1]. */
lo_status_t lo_elaborate_index(slong *out, lo_reader_struct *r, lo_ast_struct *e, slong a)
{
    lo_shape_struct shape = LO_NODE(r, a)->shape;
    if (shape.rank == 0) {
        shape = lo_shape_matrix(1, 1);
        LO_TRY(lo_build_reshape(&a, r, e->at, a, shape));
    }
    if (e->list.count != shape.rank && !(e->list.count == 1 && lo_shape_is_vector(&shape)))
        return lo_wrong(r, e->at, "`%s` is %s and takes %d indices, here are %ld",
                        lo_ast_excerpt(r, e->a), lo_shape_text(r, &shape), shape.rank,
                        e->list.count);
    slong first[LO_MAX_RANK] = { 0, 0, 0, 0 };
    int axis = 0, plain = 0;
    for (lo_ast_struct *index = e->list.first; index != NULL; index = index->next, axis++) {
        plain += index->kind != LO_AST_RANGE && index->kind != LO_AST_ALL;
        LO_TRY(one_index(first + axis, shape.dim + axis, r, index, shape.dim[axis]));
    }
    LO_TRY(lo_build_slice(out, r, e->at, a, first, shape));
    /* all indices plain: one entry, a number */
    return plain == axis ? lo_build_scalar(out, r, e->at, *out) : LO_OK;
}
