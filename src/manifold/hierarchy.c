/* hierarchy.c - images of patterns under the group, one after another.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/hierarchy.h"

#include "base/memory.h"
#include "manifold/rows.h"

#include <string.h>

#define MAX_IMAGES 200000

/* Called for each image; returns 1 to stop. */
typedef int (*image_fn)(void *data, const int *image);

/* Visits the images of a pattern. *cut: 1 when there were too many. */
static lo_status_t each_image(int *cut, const int *pattern, const lo_signed_group_t group, image_fn visit, void *data,
                              lo_ctx_t ctx)
{
    slong p = group->p, index;
    lo_rows_t images;
    int *work = lo_alloc(2 * (size_t) p, sizeof(int));
    lo_status_t status = lo_rows_init(images, p, MAX_IMAGES);
    if (work == NULL)
        status = LO_SYSTEM;
    *cut = 0;
    if (status == LO_OK)
        status = lo_rows_add(&index, images, pattern);
    for (slong k = 0; k < images->n && status == LO_OK; k++) {
        if (k % 4096 == 0)
            status = lo_ctx_poll(ctx);
        if (status == LO_OK && visit(data, images->rows + k * p))
            break;
        for (slong j = 0; j < group->n && status == LO_OK; j++) {
            lo_pattern_image(work, images->rows + k * p, group->g + j * p, p, work + p);
            status = lo_rows_add(&index, images, work);
            if (status == LO_UNABLE) {
                *cut = 1;
                status = LO_OK;
            }
        }
    }
    lo_rows_clear(images);
    lo_free(work);
    return status;
}

typedef struct {
    lo_rows_struct *rows;
    lo_status_t status;
} listing_struct;

static int note_image(void *data, const int *image)
{
    listing_struct *l = data;
    slong index;
    l->status = lo_rows_add(&index, l->rows, image);
    return l->status != LO_OK;
}

lo_status_t lo_class_images(lo_rows_t rows, const int *pattern, const lo_signed_group_t group, lo_ctx_t ctx)
{
    listing_struct l = { rows, LO_OK };
    int cut;
    LO_TRY(each_image(&cut, pattern, group, note_image, &l, ctx));
    return cut ? LO_UNABLE : l.status;
}

/* The classes that may still contain an image of class j. */
typedef struct {
    const lo_lattice_struct *lattice;
    slong j, n;
    slong *candidate;
    char *below;
} containment_struct;

static int note_containers(void *data, const int *image)
{
    containment_struct *c = data;
    slong p = c->lattice->p;
    for (slong k = c->n - 1; k >= 0; k--)
        if (lo_pattern_contains(c->lattice->pattern + c->candidate[k] * p, image, p)) {
            c->below[c->candidate[k] * c->lattice->n + c->j] = 1;
            c->candidate[k] = c->candidate[--c->n];
        }
    return c->n == 0;
}

/* A larger space has a larger dimension, and at most as many coordinates that vanish. */
static void set_candidates(containment_struct *c)
{
    slong p = c->lattice->p;
    const int *pattern = c->lattice->pattern, *inner = pattern + c->j * p;
    slong dimension = lo_pattern_dimension(inner, p), zeros = lo_pattern_zeros(inner, p);
    c->n = 0;
    for (slong i = 0; i < c->j; i++)
        if (lo_pattern_dimension(pattern + i * p, p) > dimension && lo_pattern_zeros(pattern + i * p, p) <= zeros)
            c->candidate[c->n++] = i;
}

/* A class of equal dimension is another one and contains no image, so that the relation is an order. */
lo_status_t lo_hierarchy_reduce(char *below, slong n)
{
    char *direct = lo_alloc((size_t) (n * n), 1);
    if (direct == NULL)
        return LO_SYSTEM;
    for (slong k = 0; k < n; k++)
        for (slong i = 0; i < n; i++)
            for (slong j = 0; j < n && below[i * n + k]; j++)
                below[i * n + j] |= below[k * n + j];
    for (slong i = 0; i < n; i++)
        for (slong j = 0; j < n; j++) {
            direct[i * n + j] = below[i * n + j];
            for (slong k = 0; k < n && direct[i * n + j]; k++)
                if (below[i * n + k] && below[k * n + j])
                    direct[i * n + j] = 0;
        }
    memcpy(below, direct, (size_t) (n * n));
    lo_free(direct);
    return LO_OK;
}

lo_status_t lo_hierarchy(char *below, int *exact, const lo_lattice_t lattice, const lo_signed_group_t group, lo_ctx_t ctx)
{
    slong n = lattice->n, p = lattice->p;
    memset(below, 0, (size_t) (n * n));
    *exact = 1;
    slong *candidate = lo_alloc((size_t) n, sizeof(slong));
    lo_status_t status = candidate == NULL ? LO_SYSTEM : LO_OK;
    for (slong j = 0; j < n && status == LO_OK; j++) {
        containment_struct c = { lattice, j, 0, candidate, below };
        int cut;
        set_candidates(&c);
        status = each_image(&cut, lattice->pattern + j * p, group, note_containers, &c, ctx);
        *exact &= !cut;
    }
    lo_free(candidate);
    return status == LO_OK ? lo_hierarchy_reduce(below, n) : status;
}

typedef struct {
    const int *point;
    int *image;
    slong p;
    int found;
} through_struct;

static int note_through(void *data, const int *image)
{
    through_struct *t = data;
    t->found = lo_pattern_contains(image, t->point, t->p);
    if (t->found)
        memcpy(t->image, image, (size_t) t->p * sizeof(int));
    return t->found;
}

lo_status_t lo_class_through(int *found, int *image, const int *pattern, const int *point, const lo_signed_group_t group,
                             lo_ctx_t ctx)
{
    through_struct t = { point, image, group->p, 0 };
    int cut;
    lo_status_t status = each_image(&cut, pattern, group, note_through, &t, ctx);
    *found = t.found;
    return status;
}
