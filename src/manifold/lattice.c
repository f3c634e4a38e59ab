/* lattice.c - small groups: every element, every intersection.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Fix(H) is the intersection of Fix(h) over h in H, and an intersection of spaces Fix(g) is Fix of the group that these g
 * generate. So the fixed subspaces of subgroups are exactly the intersections of those of elements.
 */
#include "manifold/lattice.h"

#include "base/memory.h"
#include "manifold/elements.h"

#include <string.h>

#define MAX_CLASSES 20000
#define MAX_SEEN 1000000

void lo_lattice_init(lo_lattice_t lattice, slong p)
{
    *lattice = (lo_lattice_struct){ .p = p };
}

void lo_lattice_clear(lo_lattice_t lattice)
{
    for (slong i = 0; i < lattice->n; i++)
        fmpz_clear(lattice->copies + i);
    lo_free(lattice->pattern);
    lo_free(lattice->copies);
    memset(lattice, 0, sizeof(*lattice));
}

lo_status_t lo_lattice_push(lo_lattice_t lattice, const int *pattern, const fmpz_t copies)
{
    slong p = lattice->p;
    LO_TRY(LO_GROW(lattice->pattern, lattice->alloc, (lattice->n + 1) * p));
    LO_TRY(LO_GROW(lattice->copies, lattice->alloc_copies, lattice->n + 1));
    memcpy(lattice->pattern + lattice->n * p, pattern, (size_t) p * sizeof(int));
    fmpz_init_set(lattice->copies + lattice->n++, copies);
    return LO_OK;
}

/* All intersections of the fixed subspaces of the elements, one of each class. An intersection with a new Fix(g) is sought
 * from representatives only: the images of P and Fix(g) intersect in the image of P and Fix(g'), g' conjugate to g. */
static lo_status_t close_intersections(lo_lattice_t lattice, lo_rows_t classes, const lo_rows_t elements, int *work,
                                       lo_ctx_t ctx)
{
    slong p = elements->p, index;
    lo_rows_t fixed, seen;
    fmpz_t copies;
    lo_status_t status = lo_rows_init(fixed, p, elements->n);
    status |= lo_rows_init(seen, p, MAX_SEEN);
    fmpz_init(copies);
    for (slong k = 0; k < elements->n && status == LO_OK; k++) {
        lo_pattern_fixed(work, elements->rows + k * p, p);
        status = lo_rows_add(&index, fixed, work);
    }
    lo_pattern_whole(work, p);
    if (status == LO_OK)
        status = lo_rows_add(&index, classes, work);
    for (slong k = 0; k < classes->n && status == LO_OK; k++) {
        status = lo_ctx_poll(ctx);
        memcpy(work, classes->rows + k * p, (size_t) p * sizeof(int));
        fmpz_set_si(copies, lo_elements_canonical(work, elements, work + p));
        if (status == LO_OK)
            status = lo_lattice_push(lattice, work, copies);
        for (slong j = 0; j < fixed->n && status == LO_OK; j++) {
            memcpy(work, classes->rows + k * p, (size_t) p * sizeof(int));
            slong known = seen->n;
            if (!lo_pattern_intersect(work, fixed->rows + j * p, p))
                continue;
            status = lo_rows_add(&index, seen, work);
            if (seen->n == known)
                continue;
            lo_elements_canonical(work, elements, work + p);
            status |= lo_rows_add(&index, classes, work);
        }
    }
    fmpz_clear(copies);
    lo_rows_clear(fixed);
    lo_rows_clear(seen);
    return status;
}

lo_status_t lo_lattice_enumerate(lo_lattice_t lattice, const lo_rows_t elements, lo_ctx_t ctx)
{
    lo_rows_t classes;
    slong before = lattice->n;
    int *work = lo_alloc(4 * (size_t) elements->p, sizeof(int));
    lo_status_t status = lo_rows_init(classes, elements->p, MAX_CLASSES);
    if (work == NULL)
        status = LO_SYSTEM;
    if (status == LO_OK)
        status = close_intersections(lattice, classes, elements, work, ctx);
    if (status == LO_OK)
        lattice->complete = 1;
    while (status != LO_OK && lattice->n > before)
        fmpz_clear(lattice->copies + --lattice->n);
    lo_rows_clear(classes);
    lo_free(work);
    return status;
}
