/* shape.c - shapes of tensors.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/elaborate.h"

#include <stdio.h>

lo_shape_struct lo_shape_matrix(slong rows, slong columns)
{
    lo_shape_struct shape = { 2, { rows, columns, 0, 0 } };
    return shape;
}

int lo_shape_equal(const lo_shape_struct *a, const lo_shape_struct *b)
{
    if (a->rank != b->rank)
        return 0;
    for (int i = 0; i < a->rank; i++) {
        if (a->dim[i] != b->dim[i])
            return 0;
    }
    return 1;
}

slong lo_shape_size(const lo_shape_struct *shape)
{
    slong size = 1;
    for (int i = 0; i < shape->rank; i++)
        size *= shape->dim[i];
    return size;
}

int lo_shape_is_vector(const lo_shape_struct *shape)
{
    return shape->rank == 2 && shape->dim[1] == 1;
}

const char *lo_shape_text(lo_reader_struct *r, const lo_shape_struct *shape)
{
    enum { ROOM = LO_MAX_RANK * 24 };
    char *buffer = lo_scratch(r, ROOM, 1);
    if (buffer == NULL)
        return "";
    if (shape->rank == 0)
        return "a number";
    size_t used = 0;
    for (int i = 0; i < shape->rank; i++)
        used += (size_t) snprintf(buffer + used, ROOM - used, "%s%ld", i > 0 ? "\xC3\x97" : "",
                                  (long) shape->dim[i]);
    return buffer;
}

int lo_shape_fits(slong *size, const lo_shape_struct *shape, slong limit)
{
    *size = 1;
    for (int i = 0; i < shape->rank; i++) {
        if (shape->dim[i] > limit / *size)
            return 0;
        *size *= shape->dim[i];
    }
    return *size <= limit;
}
