/* loci.c - the search of locus.c on each manifold of the list.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Suppose that on each manifold M of the list, with generic orbits of dimension r_M, the points with smaller orbits lie in smaller
 * manifolds of the list. Then the orbit of a point has the dimension r_M of the smallest manifold M that contains it, and
 * the points of M with smaller orbits are those of the N in M with r_N < r_M.
 */
#include "manifold/loci.h"

#include "base/memory.h"
#include "manifold/describe.h"
#include "manifold/hierarchy.h"
#include "manifold/locus.h"
#include "manifold/rows.h"

#include <stdlib.h>
#include <string.h>

#define MOST_PARAMETERS 12
#define MOST_IMAGES 5000
#define MOST_BRANCHES 2000 /* on one manifold */
#define MOST_EFFORT 8000000 /* terms of polynomials that are looked at: a second or two */
#define LEAST_ORDER 8      /* of the Taylor series first tried */

typedef struct {
    lo_sims_struct *sims;
    const lo_family_struct *family;
    const lo_lattice_struct *lattice;
    lo_rows_t images; /* of all classes */
    slong *class;     /* of each image */
    slong effort;
    lo_ctx_struct *ctx;
} work_struct;

static lo_status_t list_images(work_struct *w, const lo_signed_group_t group)
{
    slong p = w->family->p;
    w->class = lo_alloc(MOST_IMAGES, sizeof(slong));
    if (w->class == NULL)
        return LO_SYSTEM;
    for (slong k = 0; k < w->lattice->n; k++) {
        slong first = w->images->n;
        LO_TRY(lo_class_images(w->images, w->lattice->pattern + k * p, group, w->ctx));
        for (slong i = first; i < w->images->n; i++)
            w->class[i] = k;
    }
    return LO_OK;
}

static int is_inside(const work_struct *w, slong image, slong k)
{
    slong p = w->family->p;
    const int *m = w->lattice->pattern + k * p, *n = w->images->rows + image * p;
    return lo_pattern_contains(m, n, p) && memcmp(m, n, (size_t) p * sizeof(int)) != 0;
}

/* The images inside class k, as patterns in the coordinates of its classes. Out: *n; list, to be freed. */
static lo_status_t list_smaller(int **list, slong *n, const work_struct *w, slong k, const lo_stage_t s)
{
    slong p = w->family->p;
    int *number = lo_alloc((size_t) p, sizeof(int));
    *n = 0;
    *list = lo_alloc((size_t) (w->images->n * s->k), sizeof(int));
    if (number == NULL || *list == NULL) {
        lo_free(number);
        return LO_SYSTEM;
    }
    for (slong c = 0; c < s->k; c++)
        number[s->first[c]] = (int) c + 1;
    for (slong i = 0; i < w->images->n; i++) {
        if (!is_inside(w, i, k))
            continue;
        for (slong c = 0; c < s->k; c++) {
            int value = w->images->rows[i * p + s->first[c]];
            (*list)[*n * s->k + c] = value == 0 ? 0 : value > 0 ? number[value - 1] : -number[-value - 1];
        }
        ++*n;
    }
    lo_free(number);
    return LO_OK;
}

/* ---- one manifold ---- */

static void take_branch(lo_manifold_struct *m, lo_locus_struct *locus)
{
    m->nbranch = locus->nequations;
    m->branch = locus->equations;
    locus->nequations = 0;
    locus->equations = NULL;
}

static lo_status_t search(work_struct *w, slong k, const lo_coefficients_t c)
{
    lo_manifold_struct *m = w->sims->manifolds + k;
    lo_stage_t stage;
    lo_locus_t locus;
    int *smaller = NULL;
    slong n;
    if (m->orbit_lower < m->orbit_upper)
        return LO_OK;
    if (m->orbit_upper == 0) {
        m->listed = LO_TRUE; /* every point is an orbit */
        return LO_OK;
    }
    memset(locus, 0, sizeof(*locus));
    locus->listed = LO_UNKNOWN;
    lo_status_t status = lo_stage_init(stage, c, w->lattice->pattern + k * w->family->p, &w->effort);
    if (status == LO_OK)
        status = list_smaller(&smaller, &n, w, k, stage);
    if (status == LO_OK)
        status = lo_locus_find(locus, stage, m->orbit_upper, smaller, n, w->family, MOST_BRANCHES, w->ctx);
    m->listed = locus->listed;
    if (locus->listed == LO_FALSE && locus->pattern && w->sims->complete != LO_TRUE)
        m->listed = LO_UNKNOWN; /* the list may be longer than what is known of it */
    take_branch(m, locus);
    lo_locus_clear(locus);
    lo_free(smaller);
    lo_stage_clear(stage);
    return status == LO_UNABLE ? lo_ctx_poll(w->ctx) : status;
}

/* The Taylor coefficients, of as high an order as is affordable. m neurons with d inputs, 1 + d parameters each, need 2m powers of
 * one input, and 4m where every second one is missing. */
static lo_status_t find_coefficients(int *found, lo_coefficients_t c, const work_struct *w)
{
    slong inputs = 0, order;
    for (slong a = 0; a < w->family->naux; a++)
        inputs += w->family->aux[a].kind == LO_AUX_INPUT;
    order = 4 * w->family->p / (1 + inputs);
    order = order > LEAST_ORDER ? order : LEAST_ORDER;
    lo_status_t status = LO_UNABLE;
    for (*found = 0; order >= 1 && !*found; order /= 2) {
        status = lo_coefficients_find(c, w->family, order, w->ctx);
        *found = status == LO_OK;
        if (!*found)
            lo_coefficients_clear(c);
        if (status & LO_SYSTEM)
            return status;
        LO_TRY(lo_ctx_poll(w->ctx));
    }
    return LO_OK;
}

/* ---- the components ---- */

/* Whether the orbits of generic points of an image are smaller than those of class k. */
static int drops(const work_struct *w, slong image, slong k)
{
    return w->sims->manifolds[w->class[image]].orbit_upper < w->sims->manifolds[k].orbit_lower;
}

/* An image in class k with smaller orbits that lies in no other one. */
static int is_component(const work_struct *w, slong image, slong k)
{
    slong p = w->family->p;
    if (!is_inside(w, image, k) || !drops(w, image, k))
        return 0;
    for (slong i = 0; i < w->images->n; i++)
        if (i != image && is_inside(w, i, k) && drops(w, i, k) &&
            lo_pattern_contains(w->images->rows + i * p, w->images->rows + image * p, p))
            return 0;
    return 1;
}

static lo_status_t add_component(lo_manifold_struct *m, const work_struct *w, slong image)
{
    slong p = w->family->p, n = 0;
    lo_component_struct *c = m->locus + m->nlocus;
    c->id = w->class[image] + 1;
    c->copies = 1;
    c->rank = w->sims->manifolds[w->class[image]].orbit_lower;
    c->equations = lo_alloc((size_t) p, sizeof(char *));
    if (c->equations == NULL)
        return LO_SYSTEM;
    m->nlocus++;
    lo_status_t status = lo_describe_equations(c->equations, &n, w->family->model, w->images->rows + image * p, p);
    c->nequations = n;
    return status;
}

/* One component of each class, with the number of them. */
static lo_status_t list_components(work_struct *w, slong k)
{
    lo_manifold_struct *m = w->sims->manifolds + k;
    lo_status_t status = LO_OK;
    m->locus = lo_alloc((size_t) w->lattice->n, sizeof(*m->locus));
    if (m->locus == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < w->images->n && status == LO_OK; i++) {
        if (!is_component(w, i, k))
            continue;
        if (m->nlocus > 0 && m->locus[m->nlocus - 1].id == w->class[i] + 1)
            m->locus[m->nlocus - 1].copies++;
        else
            status = add_component(m, w, i);
    }
    return status;
}

/* ---- all manifolds ---- */

static lo_status_t conclude(work_struct *w)
{
    lo_sims_struct *s = w->sims;
    s->all_listed = s->nmanifolds > 0 ? LO_TRUE : LO_UNKNOWN;
    for (long k = 0; k < s->nmanifolds; k++) {
        lo_truth_t here = s->manifolds[k].listed;
        if (here == LO_FALSE || (here == LO_UNKNOWN && s->all_listed == LO_TRUE))
            s->all_listed = here;
    }
    for (long k = 0; k < s->nmanifolds && s->all_listed == LO_TRUE; k++)
        LO_TRY(list_components(w, k));
    return LO_OK;
}

lo_status_t lo_sims_loci(lo_sims_struct *sims, const lo_family_struct *family, const lo_lattice_t lattice,
                         const lo_signed_group_t group, lo_ctx_t ctx)
{
    work_struct w = { .sims = sims, .family = family, .lattice = lattice, .effort = MOST_EFFORT, .ctx = ctx };
    lo_coefficients_t c;
    int found = 0;
    if (family->p > MOST_PARAMETERS || sims->nmanifolds < lattice->n)
        return LO_OK;
    lo_status_t status = lo_rows_init(w.images, family->p, MOST_IMAGES);
    if (status == LO_OK)
        status = list_images(&w, group);
    if (status == LO_OK)
        status = find_coefficients(&found, c, &w);
    for (slong k = 0; k < lattice->n && found && status == LO_OK; k++) {
        lo_ctx_progress(ctx, "rank loci", k, lattice->n);
        status = search(&w, k, c);
    }
    if (status == LO_OK && found)
        status = conclude(&w);
    if (found)
        lo_coefficients_clear(c);
    lo_rows_clear(w.images);
    lo_free(w.class);
    return status == LO_UNABLE ? lo_ctx_poll(ctx) : status;
}
