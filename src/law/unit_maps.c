/* unit_maps.c - units under maps of indices: transpose, reshape, slice.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/tensor_unit.h"

void lo_unit_transpose(lo_unit_space_struct *s, lo_tensor_unit_struct *out, const lo_tensor_unit_struct *u,
                       const lo_shape_struct *from)
{
    lo_tensor_unit_struct result = *u;
    slong rows = from->dim[0], cols = from->dim[1];
    for (int t = 0; t < result.n; t++) {
        lo_unit_term_struct *term = result.term + t;
        slong *id = term->mask == 3 ? lo_unit_room(s, rows * cols) : NULL;
        for (slong i = 0; id != NULL && i < rows; i++)
            for (slong j = 0; j < cols; j++)
                id[j * rows + i] = term->id[i * cols + j];
        if (id != NULL)
            term->id = id;
        term->mask = (term->mask & 1) << 1 | (term->mask >> 1 & 1);
    }
    *out = result;
}

int lo_reshape_blocks(unsigned int from_mask[LO_MAX_RANK], unsigned int to_mask[LO_MAX_RANK],
                      const lo_shape_struct *from, const lo_shape_struct *to)
{
    int i = 0, j = 0, n = 0;
    for (;;) {
        while (i < from->rank && from->dim[i] == 1)
            i++;
        while (j < to->rank && to->dim[j] == 1)
            j++;
        if (i >= from->rank || j >= to->rank)
            return n;
        slong a = from->dim[i], b = to->dim[j];
        from_mask[n] = 1u << i++;
        to_mask[n] = 1u << j++;
        while (a != b) { /* both run over the same entries in the end */
            if (a < b) {
                a *= from->dim[i];
                from_mask[n] |= lo_mask_clean(from, 1u << i);
                i++;
            } else {
                b *= to->dim[j];
                to_mask[n] |= lo_mask_clean(to, 1u << j);
                j++;
            }
        }
        n++;
    }
}

/* The ids of a term, written out over a larger mask. */
static const slong *spread(lo_unit_space_struct *s, const lo_unit_term_struct *term,
                           const lo_shape_struct *shape, unsigned int mask)
{
    slong index[LO_MAX_RANK] = { 0 }, n = 0;
    slong *out = lo_unit_room(s, lo_mask_size(shape, mask));
    if (out == NULL)
        return NULL;
    do {
        slong at = 0;
        for (int a = 0; a < shape->rank; a++)
            if (term->mask >> a & 1)
                at = at * shape->dim[a] + index[a];
        out[n++] = term->id[at];
    } while (lo_unit_next(index, shape, mask));
    return out;
}

/* A term that touches a block whose axes are cut in another way becomes a function of the whole block. The
 * order of entries within a block, and of the blocks, is row-major on both sides: the array itself does not
 * change. */
void lo_unit_reshape(lo_unit_space_struct *s, lo_tensor_unit_struct *out, const lo_shape_struct *to,
                     const lo_tensor_unit_struct *u, const lo_shape_struct *from)
{
    unsigned int from_mask[LO_MAX_RANK], to_mask[LO_MAX_RANK];
    int n = lo_reshape_blocks(from_mask, to_mask, from, to);
    lo_tensor_unit_struct result = { 0 };
    for (int t = 0; t < u->n; t++) {
        unsigned int whole = 0, image = 0;
        lo_unit_term_struct term = u->term[t];
        for (int k = 0; k < n; k++)
            if (term.mask & from_mask[k]) {
                whole |= from_mask[k];
                image |= to_mask[k];
            }
        const slong *id = whole == term.mask ? term.id : spread(s, &term, from, whole);
        if (id != NULL)
            result.term[result.n++] = (lo_unit_term_struct){ term.sign, image, id };
    }
    *out = result;
}

void lo_unit_slice(lo_unit_space_struct *s, lo_tensor_unit_struct *out, const lo_shape_struct *to,
                   const slong *first, slong *const *place, const lo_tensor_unit_struct *u,
                   const lo_shape_struct *from)
{
    lo_tensor_unit_struct result = { 0 };
    lo_shape_struct shape = *to; /* a single entry may have lost its axes */
    for (int a = to->rank; a < from->rank; a++)
        shape.dim[a] = 1;
    shape.rank = from->rank;
    for (int t = 0; t < u->n; t++) {
        lo_unit_term_struct term = u->term[t];
        unsigned int mask = lo_mask_clean(&shape, term.mask);
        slong index[LO_MAX_RANK] = { 0 }, n = 0;
        slong *id = lo_unit_room(s, lo_mask_size(&shape, mask));
        if (id == NULL)
            return;
        do {
            slong at = 0;
            for (int a = 0; a < from->rank; a++)
                if (term.mask >> a & 1)
                    at = at * from->dim[a] +
                         (place != NULL && place[a] != NULL ? place[a][index[a]] : first[a] + index[a]);
            id[n++] = term.id[at];
        } while (lo_unit_next(index, &shape, mask));
        lo_unit_push(s, &result, &shape, (lo_unit_term_struct){ term.sign, mask, id }, 1);
    }
    *out = result;
}
