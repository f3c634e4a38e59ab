/* involutive.c - closing a family under brackets over the field of rational functions.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "algebra/involutive.h"

#include "algebra/words.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Expansions are refused past these sizes: the bound is then left to the laws. */
#define MAX_DIMENSION 64
#define MAX_RANK 24
#define MAX_TERMS 100000
#define MAX_GROWTH_TERMS 4000 /* of exact brackets followed for their values only */

/* The state of a closure: exact generators, the basis found so far, and where it is evaluated. */
typedef struct {
    lo_ring_t ring;
    lo_fields_t generators, basis; /* the basis as found: generators and brackets */
    slong level_one;               /* the first fields of the basis are generators: */
    slong *generator;              /* their numbers, -1 for specialised parametric ones */
    lo_fields_t echelon;           /* the same span, reduced */
    lo_engine_t engine;
    lo_modpoint_t point;
    lo_span_t span;
    int ready;
    int exhausted;            /* the basis was grown to its end, not to the limit of levels */
    lo_growth_struct *growth; /* levels are recorded here when not NULL */
} closure_struct;

static void closure_clear(closure_struct *c)
{
    if (c->ready > 3)
        lo_span_clear(c->span);
    if (c->ready > 2)
        lo_modpoint_clear(c->point);
    if (c->ready > 1)
        lo_engine_clear(c->engine);
    lo_free(c->generator);
    if (c->ready > 0) {
        lo_fields_clear(c->generators, c->ring);
        lo_fields_clear(c->basis, c->ring);
        lo_fields_clear(c->echelon, c->ring);
        lo_ring_clear(c->ring);
    }
}

static lo_status_t closure_init(closure_struct *c, const lo_family_struct *family, lo_ctx_t ctx)
{
    memset(c, 0, sizeof(*c));
    LO_TRY(lo_ring_init(c->ring, family, ctx));
    c->ready = 1;
    lo_fields_init(c->generators);
    lo_fields_init(c->basis);
    lo_fields_init(c->echelon);
    LO_TRY(lo_fields_generate(c->generators, c->ring, ctx));
    c->ring->max_terms = MAX_TERMS;
    c->ready = 2;
    LO_TRY(lo_engine_init_any(c->engine, family, 0, ctx));
    LO_TRY(lo_modpoint_init(c->point, c->engine));
    c->ready = 3;
    LO_TRY(lo_modpoint_randomise(c->point, c->engine));
    LO_TRY(lo_span_init(c->span, family->p, c->engine->mod));
    c->ready = 4;
    return LO_OK;
}

/* Adds a field to the basis when its value at the point is independent. Out: *raised. */
static lo_status_t offer(int *raised, closure_struct *c, const lo_field_t field, const ulong *aux)
{
    ulong *value = lo_alloc((size_t) c->ring->p, sizeof(ulong));
    if (value == NULL)
        return LO_SYSTEM;
    lo_status_t status = lo_field_residues(value, field, c->point, aux, c->engine->mod, c->ring);
    *raised = status == LO_OK && lo_span_add(c->span, NULL, value, 1) > 0;
    lo_free(value);
    return *raised ? lo_fields_append(c->basis, field, c->ring) : status;
}

/* Level 1: generators; parametric ones are specialised at random small inputs until three in a row bring
 * nothing. */
static lo_status_t first_level(closure_struct *c)
{
    const lo_family_struct *f = c->ring->family;
    int raised;
    c->generator = lo_alloc((size_t) c->ring->p, sizeof(slong));
    if (c->generator == NULL)
        return LO_SYSTEM;
    for (slong g = 0; g < c->generators->n && !c->generators->parametric; g++) {
        LO_TRY(offer(&raised, c, c->generators->fields + g, c->engine->frozen));
        if (raised)
            c->generator[c->basis->n - 1] = g;
    }
    if (!c->generators->parametric)
        return LO_OK;
    for (slong k = 0; k < c->ring->p; k++)
        c->generator[k] = -1;
    slong *values = lo_alloc((size_t) f->naux, sizeof(slong));
    char *given = lo_alloc((size_t) f->naux, 1);
    lo_field_t special;
    lo_status_t status = values != NULL && given != NULL ? lo_field_init(special, c->ring) : LO_SYSTEM;
    int ready = status == LO_OK;
    for (slong a = 0; ready && a < f->naux; a++)
        given[a] = !lo_aux_is_shared(f->aux + a);
    for (int misses = 0; status == LO_OK && misses < 3;) {
        int any = 0;
        for (slong a = 0; a < f->naux; a++)
            values[a] = (slong) lo_random_below(c->engine->random, 21) - 10;
        for (slong g = 0; g < c->generators->n && status == LO_OK; g++) {
            status = lo_field_specialise(special, c->generators->fields + g, values, given, c->ring);
            if (status == LO_OK)
                status = offer(&raised, c, special, c->engine->frozen);
            any |= status == LO_OK && raised;
            if (status == LO_DOMAIN)
                status = LO_OK;
        }
        misses = any ? 0 : misses + 1;
    }
    if (ready)
        lo_field_clear(special, c->ring);
    lo_free(values);
    lo_free(given);
    return status;
}

/* Levels 2, 3, ...: every basis field of level 1 with every basis field of the level before. Valid at a
 * generic point. */
static lo_status_t grow_basis(closure_struct *c, slong target, lo_ctx_t ctx)
{
    lo_field_t z;
    slong first = 0, level_one;
    LO_TRY(first_level(c));
    level_one = c->level_one = c->basis->n;
    if (c->growth != NULL)
        LO_TRY(lo_growth_push(c->growth, level_one));
    LO_TRY(lo_field_init(z, c->ring));
    lo_status_t status = LO_OK;
    for (slong level = 2; level <= ctx->limits->bracket_levels && status == LO_OK; level++) {
        slong end = c->basis->n;
        for (slong j = first; j < end && status == LO_OK && c->basis->n < target; j++) {
            for (slong i = 0; i < level_one && status == LO_OK && c->basis->n < target; i++) {
                int raised;
                status = lo_field_bracket(z, c->basis->fields + i, c->basis->fields + j, c->ring);
                if (status == LO_OK)
                    status = offer(&raised, c, z, c->engine->frozen);
                if (status == LO_OK)
                    status = lo_ctx_poll(ctx);
            }
        }
        lo_ctx_progress(ctx, "exact brackets", c->basis->n, target);
        if (status == LO_OK && c->growth != NULL)
            status = lo_growth_push(c->growth, c->basis->n);
        if (status == LO_OK && (c->basis->n == end || c->basis->n >= target)) {
            c->exhausted = 1;
            break;
        }
        first = end;
    }
    lo_field_clear(z, c->ring);
    return status;
}

static slong size_of(const fmpz_mpoly_q_t x, const lo_ring_t ring)
{
    return fmpz_mpoly_length(fmpz_mpoly_q_numref(x), ring->ctx) +
           fmpz_mpoly_length(fmpz_mpoly_q_denref(x), ring->ctx);
}

/* The row from r on with the simplest nonzero entry in a column, moved to place r. Returns 0 when there is
 * none. */
static int choose_row(lo_fields_t b, slong r, slong column, const lo_ring_t ring)
{
    slong best = -1;
    for (slong k = r; k < b->n; k++) {
        const fmpz_mpoly_q_struct *x = b->fields[k].c + column;
        if (!fmpz_mpoly_q_is_zero(x, ring->ctx) &&
            (best < 0 || size_of(x, ring) < size_of(b->fields[best].c + column, ring)))
            best = k;
    }
    if (best >= 0)
        lo_field_swap(b->fields + r, b->fields + best);
    return best >= 0;
}

/* Clears a column outside row r, whose entry there is 1. */
static lo_status_t clear_column(lo_fields_t b, slong r, slong column, const lo_ring_t ring)
{
    fmpz_mpoly_q_t factor, t;
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_init(factor, ring->ctx);
    fmpz_mpoly_q_init(t, ring->ctx);
    for (slong k = 0; k < b->n && status == LO_OK; k++) {
        if (k == r || fmpz_mpoly_q_is_zero(b->fields[k].c + column, ring->ctx))
            continue;
        fmpz_mpoly_q_set(factor, b->fields[k].c + column, ring->ctx);
        for (slong i = 0; i < ring->p && status == LO_OK; i++) {
            if (fmpz_mpoly_q_is_zero(b->fields[r].c + i, ring->ctx))
                continue;
            status = lo_ring_mul(t, factor, b->fields[r].c + i, ring);
            if (status == LO_OK)
                status = lo_ring_sub(b->fields[k].c + i, b->fields[k].c + i, t, ring);
        }
    }
    fmpz_mpoly_q_clear(factor, ring->ctx);
    fmpz_mpoly_q_clear(t, ring->ctx);
    return status;
}

static int compare_slong(const void *a, const void *b)
{
    slong x = *(const slong *) a, y = *(const slong *) b;
    return (x > y) - (x < y);
}

/* Reduced echelon form of the basis over the rational functions. The pivot columns are those of the
 * echelon form at the point, the first independent ones in order: matrices are stored by rows, so they
 * line up with the structure of the model and the entries stay quotients of small minors. The pivot minor
 * is nonzero at the point, hence not zero. */
static lo_status_t echelon(closure_struct *c, slong *pivot, lo_ctx_t ctx)
{
    const lo_ring_struct *ring = c->ring;
    lo_fields_struct *b = c->echelon;
    fmpz_mpoly_q_t factor;
    lo_status_t status = LO_OK;
    for (slong r = 0; r < c->basis->n; r++)
        LO_TRY(lo_fields_append(b, c->basis->fields + r, ring));
    memcpy(pivot, c->span->pivot, (size_t) b->n * sizeof(slong));
    qsort(pivot, (size_t) b->n, sizeof(slong), compare_slong);
    fmpz_mpoly_q_init(factor, ring->ctx);
    for (slong r = 0; r < b->n && status == LO_OK; r++) {
        if (!choose_row(b, r, pivot[r], ring)) {
            status = LO_DOMAIN; /* cannot happen: the minor of these columns is not zero */
            break;
        }
        fmpz_mpoly_q_set(factor, b->fields[r].c + pivot[r], ring->ctx);
        for (slong i = 0; i < ring->p && status == LO_OK; i++)
            status = lo_ring_div(b->fields[r].c + i, b->fields[r].c + i, factor, ring);
        if (status == LO_OK)
            status = clear_column(b, r, pivot[r], ring);
        if (status == LO_OK)
            status = lo_ctx_poll(ctx);
    }
    fmpz_mpoly_q_clear(factor, ring->ctx);
    return status;
}

/* Is the field in the row space of the echelon form? */
static lo_status_t reduces_to_zero(int *zero, const lo_field_t field, closure_struct *c, const slong *pivot)
{
    const lo_ring_struct *ring = c->ring;
    fmpz_mpoly_q_t rest, t;
    lo_status_t status = LO_OK;
    *zero = 1;
    fmpz_mpoly_q_init(rest, ring->ctx);
    fmpz_mpoly_q_init(t, ring->ctx);
    for (slong i = 0; i < ring->p && *zero && status == LO_OK; i++) {
        fmpz_mpoly_q_set(rest, field->c + i, ring->ctx);
        for (slong r = 0; r < c->echelon->n && status == LO_OK; r++) {
            if (fmpz_mpoly_q_is_zero(field->c + pivot[r], ring->ctx) ||
                fmpz_mpoly_q_is_zero(c->echelon->fields[r].c + i, ring->ctx))
                continue;
            status = lo_ring_mul(t, field->c + pivot[r], c->echelon->fields[r].c + i, ring);
            if (status == LO_OK)
                status = lo_ring_sub(rest, rest, t, ring);
        }
        *zero = status == LO_OK && fmpz_mpoly_q_is_zero(rest, ring->ctx);
    }
    fmpz_mpoly_q_clear(rest, ring->ctx);
    fmpz_mpoly_q_clear(t, ring->ctx);
    return status;
}

/* The place of generator g in the basis, or level_one. */
static slong place_of(const closure_struct *c, slong g)
{
    slong r = 0;
    while (r < c->level_one && c->generator[r] != g)
        r++;
    return r;
}

/* The verification: generators, and brackets of generators with the basis, all reduce to zero. The basis
 * is used as it was found: its components are polynomials, those of the echelon form are fractions. A
 * generator in the basis needs no check, and of [X_i, X_j] and [X_j, X_i] one is enough. */
static lo_status_t verify_closed(int *closed, closure_struct *c, const slong *pivot, lo_ctx_t ctx)
{
    lo_field_t z;
    lo_status_t status = LO_OK;
    *closed = 1;
    LO_TRY(lo_field_init(z, c->ring));
    for (slong g = 0; g < c->generators->n && *closed && status == LO_OK; g++)
        if (place_of(c, g) == c->level_one)
            status = reduces_to_zero(closed, c->generators->fields + g, c, pivot);
    for (slong g = 0; g < c->generators->n && *closed && status == LO_OK; g++) {
        slong place = place_of(c, g);
        for (slong r = 0; r < c->basis->n && *closed && status == LO_OK; r++) {
            if (place < c->level_one && r <= place)
                continue;
            status = lo_field_bracket(z, c->generators->fields + g, c->basis->fields + r, c->ring);
            if (status == LO_OK)
                status = reduces_to_zero(closed, z, c, pivot);
            if (status == LO_OK)
                status = lo_ctx_poll(ctx);
        }
        lo_ctx_progress(ctx, "involutivity identities", g + 1, c->generators->n);
    }
    lo_field_clear(z, c->ring);
    return status;
}

lo_status_t lo_involutive_bound(long *upper, const lo_family_struct *family, long rank, lo_ctx_t ctx)
{
    closure_struct c;
    int closed = 0;
    *upper = family->p;
    if (family->p > MAX_DIMENSION || rank > MAX_RANK || rank >= family->p)
        return LO_UNABLE;
    if (lo_family_has_aux(family, LO_AUX_ROOT)) /* a minor in the ring, where the root is free, may vanish at the root */
        return LO_UNABLE;
    lo_status_t status = closure_init(&c, family, ctx);
    slong *pivot = lo_alloc((size_t) family->p, sizeof(slong));
    if (pivot == NULL)
        status = LO_SYSTEM;
    if (status == LO_OK)
        status = grow_basis(&c, rank, ctx);
    if (status == LO_OK && c.basis->n == rank && c.generators->n <= 1 && !c.generators->parametric) {
        closed = 1; /* one field: [X, X] = 0 */
    } else if (status == LO_OK && c.basis->n == rank) {
        status = echelon(&c, pivot, ctx);
        if (status == LO_OK)
            status = verify_closed(&closed, &c, pivot, ctx);
    }
    if (closed && status == LO_OK)
        *upper = rank;
    lo_free(pivot);
    closure_clear(&c);
    return status;
}

long lo_involutive_generators(const lo_family_struct *family, lo_ctx_t ctx)
{
    lo_ring_t ring;
    lo_fields_t fields;
    if (family->p > MAX_DIMENSION || family->p + family->naux > 400 ||
        lo_ring_init(ring, family, ctx) != LO_OK)
        return -1;
    lo_fields_init(fields);
    lo_status_t status = lo_fields_generate(fields, ring, ctx);
    long n = status == LO_OK && !fields->parametric ? fields->n : -1;
    lo_fields_clear(fields, ring);
    lo_ring_clear(ring);
    return n;
}

lo_status_t lo_exact_growth(lo_growth_t growth, const lo_family_struct *family, slong upper, lo_ctx_t ctx)
{
    closure_struct c;
    lo_growth_t exact;
    lo_growth_init(exact);
    lo_status_t status = closure_init(&c, family, ctx);
    c.ring->max_terms = MAX_GROWTH_TERMS;
    c.growth = exact;
    if (status == LO_OK)
        status = grow_basis(&c, upper, ctx);
    if (status == LO_OK && exact->lower >= growth->lower) {
        long *old = growth->growth;
        growth->growth = exact->growth;
        growth->levels = exact->levels;
        growth->lower = exact->lower;
        growth->exhausted = c.exhausted;
        exact->growth = old;
    }
    if (status == LO_OK && !c.exhausted)
        status = LO_UNABLE; /* the limit of levels: what was found so far is kept */
    lo_growth_clear(exact);
    closure_clear(&c);
    return status;
}
