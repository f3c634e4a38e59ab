/* lattice.c - classes of patterns; the fixed subspaces of small groups.
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

#define MAX_SEEN 400000
#define MAX_EFFORT 30000000 /* of nauty: a second or two */
#define IMAGE_ENTRIES 16    /* of images are looked at as fast as one vertex is by nauty */

void lo_lattice_init(lo_lattice_t lattice, slong p)
{
    *lattice = (lo_lattice_struct){ .p = p };
}

void lo_lattice_clear(lo_lattice_t lattice)
{
    for (slong i = 0; i < lattice->n; i++) {
        fmpz_clear(lattice->copies + i);
        lo_free(lattice->name[i]);
    }
    lo_free(lattice->pattern);
    lo_free(lattice->copies);
    lo_free(lattice->name);
    lo_free(lattice->size);
    memset(lattice, 0, sizeof(*lattice));
}

static int is_known(const lo_lattice_struct *lattice, const int *name, slong size)
{
    for (slong i = 0; i < lattice->n; i++)
        if (lattice->size[i] == size && memcmp(lattice->name[i], name, (size_t) size * sizeof(int)) == 0)
            return 1;
    return 0;
}

static lo_status_t push_named(lo_lattice_struct *lattice, const int *pattern, const fmpz_t copies, int *name, slong size)
{
    slong p = lattice->p, n = lattice->n;
    LO_TRY(LO_GROW(lattice->pattern, lattice->alloc, (n + 1) * p));
    LO_TRY(LO_GROW(lattice->copies, lattice->alloc_copies, n + 1));
    LO_TRY(LO_GROW(lattice->name, lattice->alloc_names, n + 1));
    LO_TRY(LO_GROW(lattice->size, lattice->alloc_sizes, n + 1));
    memcpy(lattice->pattern + n * p, pattern, (size_t) p * sizeof(int));
    fmpz_init_set(lattice->copies + n, copies);
    lattice->name[n] = name;
    lattice->size[n] = size;
    lattice->n++;
    return LO_OK;
}

lo_status_t lo_lattice_push(lo_lattice_t lattice, const int *pattern, const fmpz_t copies)
{
    return push_named(lattice, pattern, copies, NULL, 0);
}

/* The class has |G| / |stabiliser| members. */
static lo_status_t push(lo_lattice_struct *lattice, lo_symmetry_struct *symmetry, const int *pattern, int *name, slong size)
{
    fmpz_t order, copies;
    fmpz_init(order);
    fmpz_init(copies);
    lo_status_t status = lo_symmetry_order(copies, symmetry, NULL);
    if (status == LO_OK)
        status = lo_symmetry_order(order, symmetry, pattern);
    if (status == LO_OK) {
        fmpz_divexact(copies, copies, order);
        status = push_named(lattice, pattern, copies, name, size);
    }
    fmpz_clear(order);
    fmpz_clear(copies);
    return status;
}

lo_status_t lo_lattice_add(lo_lattice_t lattice, lo_symmetry_struct *symmetry, const int *pattern)
{
    int *name;
    slong size;
    LO_TRY(lo_symmetry_class(&name, &size, symmetry, pattern));
    lo_status_t status = LO_OK;
    slong before = lattice->n;
    if (!is_known(lattice, name, size))
        status = push(lattice, symmetry, pattern, name, size);
    if (lattice->n == before)
        lo_free(name);
    return status;
}

void lo_lattice_swap(lo_lattice_t lattice, slong i, slong j)
{
    slong p = lattice->p;
    int *name = lattice->name[i];
    slong size = lattice->size[i];
    for (slong k = 0; k < p; k++) {
        int t = lattice->pattern[i * p + k];
        lattice->pattern[i * p + k] = lattice->pattern[j * p + k];
        lattice->pattern[j * p + k] = t;
    }
    fmpz_swap(lattice->copies + i, lattice->copies + j);
    lattice->name[i] = lattice->name[j];
    lattice->name[j] = name;
    lattice->size[i] = lattice->size[j];
    lattice->size[j] = size;
}

void lo_lattice_truncate(lo_lattice_t lattice, slong n)
{
    while (lattice->n > n) {
        lattice->n--;
        fmpz_clear(lattice->copies + lattice->n);
        lo_free(lattice->name[lattice->n]);
    }
}

static int comes_before(const lo_lattice_struct *lattice, slong i, slong j)
{
    slong p = lattice->p, a = lo_pattern_dimension(lattice->pattern + i * p, p),
          b = lo_pattern_dimension(lattice->pattern + j * p, p);
    if (a != b)
        return a > b;
    for (slong k = 0; k < p; k++)
        if (lattice->pattern[i * p + k] != lattice->pattern[j * p + k])
            return lattice->pattern[i * p + k] > lattice->pattern[j * p + k];
    return 0;
}

void lo_lattice_sort(lo_lattice_t lattice)
{
    for (slong i = 1; i < lattice->n; i++)
        for (slong j = i; j > 0 && comes_before(lattice, j, j - 1); j--)
            lo_lattice_swap(lattice, j, j - 1);
}

/* Intersections with all Fix(g) are sought from one pattern of each class only: the images of P and Fix(g) intersect in an
 * image of P and Fix(g'), g' conjugate to g. */
static lo_status_t close_intersections(lo_lattice_t lattice, lo_symmetry_struct *symmetry, const lo_rows_t fixed,
                                       lo_rows_t seen, const lo_signed_group_t group, int *work, lo_ctx_t ctx)
{
    slong p = lattice->p, index, most = lo_symmetry_effort(symmetry) + MAX_EFFORT;
    lo_pattern_whole(work, p);
    LO_TRY(lo_lattice_add(lattice, symmetry, work));
    for (slong k = 0; k < lattice->n; k++) {
        LO_TRY(lo_ctx_poll(ctx));
        for (slong j = 0; j < fixed->n; j++) {
            slong known = seen->n;
            if (lo_symmetry_effort(symmetry) > most)
                return LO_UNABLE;
            memcpy(work, lattice->pattern + k * p, (size_t) p * sizeof(int));
            most -= p / IMAGE_ENTRIES;
            if (!lo_pattern_intersect(work, fixed->rows + j * p, p))
                continue;
            most -= p * (p / 4 + lo_signed_group_climb(work, group, work + p)) / IMAGE_ENTRIES;
            LO_TRY(lo_rows_add(&index, seen, work));
            if (seen->n > known)
                LO_TRY(lo_lattice_add(lattice, symmetry, work));
        }
    }
    return LO_OK;
}

lo_status_t lo_lattice_enumerate(lo_lattice_t lattice, lo_symmetry_struct *symmetry, const lo_signed_group_t group,
                                 lo_ctx_t ctx)
{
    slong p = lattice->p, index;
    lo_rows_t elements, fixed, seen;
    int *work = lo_alloc(3 * (size_t) p, sizeof(int));
    lo_status_t status = lo_elements_list(elements, group, ctx);
    status |= lo_rows_init(fixed, p, elements->n);
    status |= lo_rows_init(seen, p, MAX_SEEN);
    if (work == NULL)
        status |= LO_SYSTEM;
    for (slong k = 0; k < elements->n && status == LO_OK; k++) {
        lo_pattern_fixed(work, elements->rows + k * p, p);
        status = lo_rows_add(&index, fixed, work);
    }
    if (status == LO_OK)
        status = close_intersections(lattice, symmetry, fixed, seen, group, work, ctx);
    lattice->complete = status == LO_OK;
    lo_rows_clear(elements);
    lo_rows_clear(fixed);
    lo_rows_clear(seen);
    lo_free(work);
    return status;
}
