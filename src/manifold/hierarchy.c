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

typedef struct {
    const lo_lattice_struct *lattice;
    slong j;
    char *below;
} containment_struct;

static int note_containers(void *data, const int *image)
{
    containment_struct *c = data;
    slong p = c->lattice->p, n = c->lattice->n;
    for (slong i = 0; i < c->j; i++)
        if (!c->below[i * n + c->j] && lo_pattern_contains(c->lattice->pattern + i * p, image, p))
            c->below[i * n + c->j] = 1;
    return 0;
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
    lo_status_t status = LO_OK;
    for (slong j = 0; j < n && status == LO_OK; j++) {
        containment_struct c = { lattice, j, below };
        int cut;
        status = each_image(&cut, lattice->pattern + j * p, group, note_containers, &c, ctx);
        *exact &= !cut;
    }
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
