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

#include <stdlib.h>
#include <string.h>

#define MAX_ELEMENTS 60000
#define MAX_PATTERNS 400000

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

/* ---- a set of rows of p ints, in order of insertion ---- */

typedef struct {
    slong p, n, limit, buckets;
    long alloc, alloc_next;
    int *rows;
    slong *next, *head; /* 1 + index */
} rows_struct;

static uint64_t hash_row(const int *row, slong p)
{
    uint64_t h = UINT64_C(0x9e3779b97f4a7c15);
    for (slong i = 0; i < p; i++) {
        h ^= (uint64_t) (int64_t) row[i];
        h *= UINT64_C(0xff51afd7ed558ccd);
        h ^= h >> 29;
    }
    return h;
}

static lo_status_t rows_init(rows_struct *set, slong p, slong limit)
{
    *set = (rows_struct){ .p = p, .limit = limit, .buckets = 2 * limit + 1 };
    set->head = lo_alloc((size_t) set->buckets, sizeof(slong));
    return set->head == NULL ? LO_SYSTEM : LO_OK;
}

static void rows_clear(rows_struct *set)
{
    lo_free(set->rows);
    lo_free(set->next);
    lo_free(set->head);
}

/* Returns the index of the row, which is added when it is new; LO_UNABLE past the limit. */
static lo_status_t rows_add(slong *index, rows_struct *set, const int *row)
{
    slong bucket = (slong) (hash_row(row, set->p) % (uint64_t) set->buckets);
    for (slong k = set->head[bucket]; k != 0; k = set->next[k - 1])
        if (memcmp(set->rows + (k - 1) * set->p, row, (size_t) set->p * sizeof(int)) == 0) {
            *index = k - 1;
            return LO_OK;
        }
    if (set->n == set->limit)
        return LO_UNABLE;
    LO_TRY(LO_GROW(set->rows, set->alloc, (set->n + 1) * set->p));
    LO_TRY(LO_GROW(set->next, set->alloc_next, set->n + 1));
    memcpy(set->rows + set->n * set->p, row, (size_t) set->p * sizeof(int));
    set->next[set->n] = set->head[bucket];
    set->head[bucket] = ++set->n;
    *index = set->n - 1;
    return LO_OK;
}

/* ---- elements, intersections, classes ---- */

/* All elements, from the identity by the generators. */
static lo_status_t list_elements(rows_struct *elements, const lo_signed_group_t group, int *work, lo_ctx_t ctx)
{
    slong p = group->p, index;
    lo_pattern_whole(work, p); /* also the identity */
    LO_TRY(rows_add(&index, elements, work));
    for (slong k = 0; k < elements->n; k++) {
        if (k % 1024 == 0)
            LO_TRY(lo_ctx_poll(ctx));
        for (slong j = 0; j < group->n; j++) {
            const int *g = group->g + j * p, *e = elements->rows + k * p;
            for (slong i = 0; i < p; i++) {
                int x = g[i];
                work[i] = x > 0 ? e[x - 1] : -e[-x - 1];
            }
            LO_TRY(rows_add(&index, elements, work));
        }
    }
    return LO_OK;
}

/* All intersections of the fixed subspaces of the elements. */
static lo_status_t list_patterns(rows_struct *patterns, const rows_struct *elements, int *work, lo_ctx_t ctx)
{
    slong p = elements->p, index;
    for (slong k = 0; k < elements->n; k++) {
        lo_pattern_fixed(work, elements->rows + k * p, p);
        LO_TRY(rows_add(&index, patterns, work));
    }
    slong simple = patterns->n;
    for (slong k = 0; k < patterns->n; k++) {
        LO_TRY(lo_ctx_poll(ctx));
        for (slong j = 0; j < simple && j < k; j++) {
            memcpy(work, patterns->rows + k * p, (size_t) p * sizeof(int));
            if (lo_pattern_intersect(work, patterns->rows + j * p, p))
                LO_TRY(rows_add(&index, patterns, work));
        }
    }
    return LO_OK;
}

static slong find_root(slong *parent, slong k)
{
    while (parent[k] != k)
        k = parent[k] = parent[parent[k]];
    return k;
}

/* The first pattern of each orbit of the group, with the size of the orbit. */
static lo_status_t list_classes(lo_lattice_t lattice, rows_struct *patterns, const lo_signed_group_t group, int *work)
{
    slong p = group->p, index;
    slong *parent = lo_alloc((size_t) patterns->n, sizeof(slong)), *size = lo_alloc((size_t) patterns->n, sizeof(slong));
    lo_status_t status = parent == NULL || size == NULL ? LO_SYSTEM : LO_OK;
    for (slong k = 0; k < patterns->n && status == LO_OK; k++)
        parent[k] = k;
    for (slong k = 0; k < patterns->n && status == LO_OK; k++)
        for (slong j = 0; j < group->n && status == LO_OK; j++) {
            lo_pattern_image(work, patterns->rows + k * p, group->g + j * p, p);
            status = rows_add(&index, patterns, work);
            slong a = find_root(parent, k), b = status == LO_OK ? find_root(parent, index) : a;
            parent[a > b ? a : b] = a > b ? b : a;
        }
    for (slong k = 0; k < patterns->n && status == LO_OK; k++)
        size[find_root(parent, k)]++;
    fmpz_t copies;
    fmpz_init(copies);
    for (slong k = 0; k < patterns->n && status == LO_OK; k++)
        if (size[k] > 0) {
            fmpz_set_si(copies, size[k]);
            status = lo_lattice_push(lattice, patterns->rows + k * p, copies);
        }
    fmpz_clear(copies);
    lo_free(parent);
    lo_free(size);
    return status;
}

lo_status_t lo_lattice_enumerate(lo_lattice_t lattice, const lo_signed_group_t group, lo_ctx_t ctx)
{
    rows_struct elements, patterns;
    int *work = lo_alloc((size_t) group->p, sizeof(int));
    lo_status_t status = rows_init(&elements, group->p, MAX_ELEMENTS);
    status |= rows_init(&patterns, group->p, MAX_PATTERNS);
    if (work == NULL)
        status = LO_SYSTEM;
    if (status == LO_OK)
        status = list_elements(&elements, group, work, ctx);
    if (status == LO_OK)
        status = list_patterns(&patterns, &elements, work, ctx);
    if (status == LO_OK)
        status = list_classes(lattice, &patterns, group, work);
    if (status == LO_OK)
        lattice->complete = 1;
    rows_clear(&elements);
    rows_clear(&patterns);
    lo_free(work);
    return status;
}
