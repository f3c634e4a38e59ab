/* improve.c - generators of the upper bound, tried on the expanded outputs.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/improve.h"

#include "base/memory.h"
#include "family/ring.h"
#include "manifold/germ.h"

#include <stdlib.h>

/* f(g theta): variable i becomes +-theta_j, the others stay. */
static lo_status_t substitute(fmpz_mpoly_t out, const fmpz_mpoly_t f, const int *g, const lo_ring_t ring)
{
    slong n = ring->nvars;
    fmpz_mpoly_struct *image = lo_alloc((size_t) n, sizeof(*image)),
                      **pointer = lo_alloc((size_t) n, sizeof(*pointer));
    if (image == NULL || pointer == NULL) {
        lo_free(image);
        lo_free(pointer);
        return LO_SYSTEM;
    }
    for (slong i = 0; i < n; i++) {
        slong j = i < ring->p ? labs(g[i]) - 1 : i;
        fmpz_mpoly_init(image + i, ring->ctx);
        fmpz_mpoly_gen(image + i, j, ring->ctx);
        if (i < ring->p && g[i] < 0)
            fmpz_mpoly_neg(image + i, image + i, ring->ctx);
        pointer[i] = image + i;
    }
    int done = fmpz_mpoly_compose_fmpz_mpoly(out, f, pointer, ring->ctx, ring->ctx);
    for (slong i = 0; i < n; i++)
        fmpz_mpoly_clear(image + i, ring->ctx);
    lo_free(image);
    lo_free(pointer);
    return done ? LO_OK : LO_UNABLE;
}

/* Whether numerator and denominator at g theta are in the proportion of those at theta. */
static lo_status_t keeps(int *same, const fmpz_mpoly_q_struct *f, const int *g, const lo_ring_t ring)
{
    fmpz_mpoly_t numerator, denominator;
    fmpz_mpoly_init(numerator, ring->ctx);
    fmpz_mpoly_init(denominator, ring->ctx);
    lo_status_t status = substitute(numerator, fmpz_mpoly_q_numref(f), g, ring);
    if (status == LO_OK)
        status = substitute(denominator, fmpz_mpoly_q_denref(f), g, ring);
    if (status == LO_OK) {
        fmpz_mpoly_mul(numerator, numerator, fmpz_mpoly_q_denref(f), ring->ctx);
        fmpz_mpoly_mul(denominator, denominator, fmpz_mpoly_q_numref(f), ring->ctx);
        *same = fmpz_mpoly_equal(numerator, denominator, ring->ctx);
    }
    fmpz_mpoly_clear(numerator, ring->ctx);
    fmpz_mpoly_clear(denominator, ring->ctx);
    return status;
}

/* Whether all generators keep all outputs. */
static lo_status_t all_keep(int *all, const lo_signed_group_t group, const lo_family_struct *f, lo_ctx_t ctx)
{
    lo_ring_t ring;
    slong n = 0;
    fmpz_mpoly_q_struct *outputs = NULL;
    *all = 0;
    LO_TRY(lo_ring_init(ring, f, ctx));
    lo_status_t status = lo_ring_outputs(&outputs, &n, ring, ctx);
    *all = status == LO_OK;
    for (slong k = 0; k < group->n && status == LO_OK && *all; k++)
        for (slong j = 0; j < n && status == LO_OK && *all; j++) {
            status = lo_ctx_poll(ctx);
            if (status == LO_OK)
                status = keeps(all, outputs + j, group->g + k * f->p, ring);
        }
    *all &= status == LO_OK;
    lo_ring_free(outputs, n, ring);
    lo_ring_clear(ring);
    return status;
}

/* Whether the upper bound is in the lower one, or keeps the outputs all the same. */
static lo_status_t compare(int *complete, lo_symmetry_struct **symmetry, lo_symmetry_struct **germ,
                           const lo_family_struct *f, lo_ctx_t ctx)
{
    lo_signed_group_t group;
    lo_signed_group_init(group, f->p);
    lo_status_t status = lo_symmetry_group(group, *germ);
    *complete = status == LO_OK;
    for (slong k = 0; k < group->n && status == LO_OK && *complete; k++) {
        status = lo_ctx_poll(ctx);
        if (status == LO_OK)
            status = lo_symmetry_contains(complete, *symmetry, group->g + k * f->p);
    }
    if (status == LO_OK && !*complete && f->natoms == 0) {
        status = all_keep(complete, group, f, ctx);
        if (status == LO_UNABLE || status == LO_DOMAIN)
            status = lo_ctx_poll(ctx); /* too large to expand: a higher degree may do */
        if (*complete) {
            lo_symmetry_struct *old = *symmetry;
            *symmetry = *germ;
            *germ = old;
        }
    }
    lo_signed_group_clear(group);
    return status;
}

lo_status_t lo_symmetry_improve(int *complete, lo_symmetry_struct **symmetry, lo_symmetry_struct **germ,
                                const lo_family_struct *f, lo_ctx_t ctx)
{
    lo_status_t status = LO_OK;
    *complete = 0;
    for (slong degree = 1; degree <= LO_GERM_DEGREE && status == LO_OK && !*complete; degree++) {
        lo_symmetry_struct *next = NULL;
        int more;
        status = lo_symmetry_new_of_germ(&next, &more, f, degree, ctx);
        if (status == LO_OK && (more || *germ == NULL)) {
            lo_symmetry_free(*germ);
            *germ = next;
            next = NULL;
            status = compare(complete, symmetry, germ, f, ctx);
        }
        lo_symmetry_free(next);
    }
    if (*complete) {
        lo_symmetry_free(*germ);
        *germ = NULL;
    }
    return status == LO_UNABLE || status == LO_DOMAIN ? lo_ctx_poll(ctx) : status;
}
