/* point.c - the orbit of one point.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Lower bound: values of brackets at the point, and of members pulled back along formal flows (pullback.c),
 * which reaches a generic point of the orbit. Upper bound: let D be the smallest space of directions such
 * that every field at every point of the affine subspace theta0 + D lies in D. The subspace is invariant, so
 * it contains the orbit, and every law h of the restricted family gives one dimension less as long as the
 * gradients of the laws at theta0 are independent: the orbit lies in the level set, which is a submanifold
 * near theta0, and orbits have the same dimension at each of their points. D is found modulo a prime,
 * reconstructed, and its invariance is proved by expansion.
 */
#include "algebra/words.h"
#include "law/prove.h"
#include "law/search.h"

#include "base/memory.h"
#include <lieorbit/law.h>

#include <string.h>

#define MAX_BLOCK 800
#define MAX_SEARCH 20000

/* ---- the invariant affine hull ---- */

/* Directions modulo the prime: closes the span of the generic coordinates under the values of the fields. */
static lo_status_t close_directions(lo_span_t span, lo_engine_t e, lo_ctx_t ctx)
{
    const lo_family_struct *f = e->family;
    slong p = f->p;
    lo_modpoint_t base;
    lo_modalg_t scalars;
    lo_modalg_jets(scalars, e->mod, 0);
    ulong *value = lo_alloc((size_t) p, sizeof(ulong)),
          *member = lo_alloc((size_t) lo_member_size(e), sizeof(ulong));
    ulong *theta = lo_alloc((size_t) p, sizeof(ulong));
    lo_status_t status = lo_modpoint_init(base, e);
    if (status == LO_OK && (value == NULL || member == NULL || theta == NULL))
        status = LO_SYSTEM;
    for (slong i = 0; status == LO_OK && i < p; i++) {
        if (lo_family_point(f, i) != NULL)
            continue;
        memset(value, 0, (size_t) p * sizeof(ulong));
        value[i] = 1;
        lo_span_add(span, NULL, value, 1);
    }
    if (status == LO_OK)
        status = lo_modpoint_randomise(base, e);
    for (int misses = 0, poles = 0; status == LO_OK && misses < 4 && span->rank < p;) {
        memcpy(theta, base->theta, (size_t) p * sizeof(ulong));
        for (slong r = 0; r < span->rank; r++) {
            lo_span_row(value, span, r);
            _nmod_vec_scalar_addmul_nmod(theta, value, p, lo_random_below(e->random, e->mod.n), e->mod);
        }
        status = lo_member_randomise(member, e, base);
        if (status == LO_OK)
            status = lo_engine_field(value, e, scalars, theta, base, member);
        if (status == LO_DOMAIN && ++poles < 1000)
            status = LO_OK; /* a pole, or the root of a non-residue */
        else if (status == LO_OK)
            misses = lo_span_add(span, NULL, value, 1) > 0 ? 0 : misses + 1;
        if (status == LO_OK)
            status = lo_ctx_poll(ctx);
    }
    lo_modpoint_clear(base);
    lo_free(value);
    lo_free(member);
    lo_free(theta);
    return status;
}

/* Sorted pivots and reconstructed rows. Returns 0 when the reconstruction fails. */
static int read_directions(fmpq_mat_t d, slong *pivot, const lo_span_t span)
{
    fmpz_t residue, modulus;
    ulong *values = lo_alloc((size_t) span->cols, sizeof(ulong));
    fmpz_init(residue);
    fmpz_init_set_ui(modulus, span->mod.n);
    int ok = values != NULL;
    slong count = 0;
    for (slong i = 0; i < span->cols; i++) {
        slong row = 0;
        while (row < span->rank && span->pivot[row] != i)
            row++;
        if (row == span->rank)
            continue;
        pivot[count] = i;
        if (ok)
            lo_span_row(values, span, row);
        for (slong j = 0; j < span->cols && ok; j++) {
            fmpz_set_ui(residue, values[j]);
            ok = fmpq_reconstruct_fmpz(fmpq_mat_entry(d, count, j), residue, modulus);
        }
        count++;
    }
    lo_free(values);
    fmpz_clear(residue);
    fmpz_clear(modulus);
    return ok;
}

/* Proves that the residual functionals vanish identically. */
static lo_status_t prove_invariant(int *proved, const lo_family_struct *restricted, const slong *residual,
                                   slong n, lo_ctx_t ctx)
{
    lo_ring_t ring;
    *proved = 0;
    LO_TRY(lo_ring_init(ring, restricted, ctx));
    lo_status_t status = lo_ring_vanish(proved, residual, n, ring, ctx);
    lo_ring_clear(ring);
    return status;
}

/* The restricted family, or NULL when the hull is everything or was not proved. */
static lo_status_t find_hull(lo_family_ptr *restricted, const lo_family_struct *f, lo_ctx_t ctx)
{
    lo_engine_t e;
    lo_span_t span;
    *restricted = NULL;
    lo_status_t status = lo_engine_init_any(e, f, 1, ctx);
    if (status != LO_OK) {
        lo_engine_clear(e);
        return status;
    }
    status = lo_span_init(span, f->p, e->mod);
    if (status == LO_OK)
        status = close_directions(span, e, ctx);
    if (status == LO_OK && span->rank < f->p) {
        fmpq_mat_t d;
        slong *pivot = lo_alloc((size_t) f->p, sizeof(slong)),
              *residual = lo_alloc((size_t) f->p, sizeof(slong));
        fmpq *theta0 = _fmpq_vec_init(f->p);
        fmpq_mat_init(d, span->rank, f->p);
        for (slong i = 0; i < f->p; i++)
            if (lo_family_point(f, i) != NULL)
                fmpq_set(theta0 + i, lo_family_point(f, i));
        int proved = 0;
        if (pivot == NULL || residual == NULL)
            status = LO_SYSTEM;
        else if (read_directions(d, pivot, span))
            status = lo_family_restrict(restricted, residual, f, d, pivot, theta0, ctx);
        if (status == LO_OK && *restricted != NULL)
            status = prove_invariant(&proved, *restricted, residual, f->p - span->rank, ctx);
        if (!proved) {
            lo_family_free(*restricted);
            *restricted = NULL;
        }
        fmpq_mat_clear(d);
        _fmpq_vec_clear(theta0, f->p);
        lo_free(pivot);
        lo_free(residual);
    }
    lo_span_clear(span);
    lo_engine_clear(e);
    return status;
}

/* ---- laws whose gradients are independent at the point ---- */

typedef struct {
    const lo_family_struct *family;
    lo_search_t search;
    lo_prover_t prover;
    lo_engine_t engine; /* with the coordinates of the point held */
    lo_modpoint_t point;
    lo_span_t span;
    ulong *values, *speeds, *gradient;
    int ready;
} point_laws_struct;

static void point_laws_clear(point_laws_struct *w)
{
    lo_free(w->values);
    lo_free(w->speeds);
    lo_free(w->gradient);
    if (w->ready > 4)
        lo_span_clear(w->span);
    if (w->ready > 3)
        lo_modpoint_clear(w->point);
    if (w->ready > 2)
        lo_engine_clear(w->engine);
    if (w->ready > 1)
        lo_prover_clear(w->prover);
    if (w->ready > 0)
        lo_search_clear(w->search);
}

static lo_status_t point_laws_init(point_laws_struct *w, const lo_family_struct *f, lo_ctx_t ctx)
{
    slong p = f->p;
    memset(w, 0, sizeof(*w));
    w->family = f;
    w->ready = 1;
    LO_TRY(lo_search_init(w->search, f, 0, ctx));
    w->ready = 2;
    LO_TRY(lo_prover_init(w->prover, f, w->search->symbols));
    w->ready = 3;
    LO_TRY(lo_engine_init_any(w->engine, f, 1, ctx));
    LO_TRY(lo_modpoint_init(w->point, w->engine));
    w->ready = 4;
    LO_TRY(lo_modpoint_randomise(w->point, w->engine));
    LO_TRY(lo_span_init(w->span, p, w->engine->mod));
    w->ready = 5;
    w->gradient = lo_alloc((size_t) p, sizeof(ulong));
    if (w->gradient == NULL)
        return LO_SYSTEM;
    return lo_symbols_at(&w->values, &w->speeds, w->search->symbols, w->engine, w->point);
}

/* Counts a candidate when its gradient at the point is new and it is proved. */
static lo_status_t consider(point_laws_struct *w, const lo_poly_t h, lo_ctx_t ctx)
{
    const char *proved_by = NULL;
    LO_TRY(lo_poly_gradient_at(w->gradient, h, w->search->symbols, w->values, w->speeds, w->engine->mod));
    /* prove before adding: a law that is not proved must not enter the span */
    if (!lo_span_contains(w->span, w->gradient))
        LO_TRY(lo_prove(&proved_by, w->prover, h, ctx));
    if (proved_by != NULL)
        lo_span_add(w->span, NULL, w->gradient, 1);
    return LO_OK;
}

/* Lowers *upper by laws, stopping when it meets `lower`. */
static lo_status_t laws_at_point(long *upper, const lo_family_struct *f, long lower, lo_ctx_t ctx)
{
    point_laws_struct w;
    lo_status_t status = point_laws_init(&w, f, ctx);
    for (int degree = 1; status == LO_OK && degree <= 4 && *upper > lower; degree++) {
        lo_monomials_t m;
        if (lo_search_size(w.search, degree) > MAX_SEARCH)
            break;
        status = lo_monomials_init(m, w.search, degree, ctx);
        for (slong b = 0; status == LO_OK && b<m->nblocks && * upper> lower; b++) {
            lo_polys_t found;
            slong dimension;
            if (m->blocks[b].n > MAX_BLOCK)
                continue;
            lo_polys_init(found);
            status = lo_search_block(found, &dimension, w.search, m, b);
            for (slong i = 0; i < found->n && status == LO_OK; i++)
                status = consider(&w, found->f + i, ctx);
            if (f->p - w.span->rank < *upper)
                *upper = f->p - w.span->rank;
            lo_polys_clear(found);
        }
        lo_monomials_clear(m);
    }
    point_laws_clear(&w);
    return status;
}

/* ---- levels and flows at the point ---- */

/* The growth vector at the point: random words of each length, all of them, not only those that raise the
 * rank. */
static lo_status_t levels_at_point(lo_growth_t growth, lo_words_t w, long target, lo_ctx_t ctx)
{
    for (slong level = 1; level <= LO_JET_WORD && (level == 1 || w->span->rank < target); level++) {
        for (int misses = 0; misses < 2 && w->span->rank < w->engine->family->p;) {
            slong added;
            LO_TRY(lo_words_add_random(&added, w, level, 1));
            misses = added > 0 ? 0 : misses + 1;
            LO_TRY(lo_ctx_poll(ctx));
        }
        long *larger = lo_realloc(growth->growth, (size_t) level, sizeof(long));
        if (larger == NULL)
            return LO_SYSTEM;
        growth->growth = larger;
        growth->growth[growth->levels++] = w->span->rank;
    }
    while (growth->levels > 1 && growth->growth[growth->levels - 1] == growth->growth[growth->levels - 2])
        growth->levels--;
    if (w->span->rank > growth->lower)
        growth->lower = w->span->rank;
    return LO_OK;
}

static lo_status_t flows_at_point(lo_growth_t growth, const lo_family_struct *f, lo_ctx_t ctx)
{
    lo_words_t w;
    lo_status_t status = lo_words_init(w, f, -1, 1, ctx);
    for (slong n = 4; n <= 32 && status == LO_OK && w->span->rank < growth->upper; n *= 2) {
        slong added;
        status = lo_words_pullback(&added, w, n, growth->upper, ctx);
        if (w->span->rank > growth->lower)
            growth->lower = w->span->rank;
    }
    lo_words_clear(w);
    return status;
}

lo_status_t lo_growth_at_point(lo_growth_t growth, const lo_family_struct *f, lo_ctx_t ctx)
{
    lo_words_t w;
    lo_family_ptr restricted = NULL;
    lo_growth_clear(growth);
    growth->at_point = 1;
    growth->upper = f->p;
    lo_status_t status = lo_family_singular(f, 1, ctx);
    int is_defined = status != LO_DOMAIN; /* else the message is there */
    if (status == LO_OK)
        status = find_hull(&restricted, f, ctx);
    if (status == LO_UNABLE)
        status = lo_ctx_poll(ctx); /* too large to prove: no hull */
    if (restricted != NULL) {
        growth->upper = restricted->p;
        growth->upper_by = LO_UPPER_HULL;
    }
    if (status == LO_OK)
        status = flows_at_point(growth, f, ctx);
    if (status == LO_UNABLE)
        status = lo_ctx_poll(ctx);
    long upper = growth->upper;
    if (status == LO_OK && growth->lower < upper)
        status = laws_at_point(&upper, restricted != NULL ? restricted : f, growth->lower, ctx);
    if (status == LO_OK && upper < growth->upper) {
        growth->upper = upper;
        growth->upper_by = restricted != NULL ? LO_UPPER_HULL : LO_UPPER_LAWS;
    }
    lo_family_free(restricted);
    if (status == LO_OK)
        status = lo_words_init(w, f, -1, 1, ctx);
    else
        memset(w, 0, sizeof(w));
    if (status == LO_OK)
        status = levels_at_point(growth, w, growth->lower, ctx);
    lo_words_clear(w);
    if ((status & LO_DOMAIN) && is_defined)
        lo_ctx_set_message(
            ctx, "%s: error: the model is not defined at the point given by `at` (a division by zero)",
            f->model->file);
    growth->exhausted = growth->lower == growth->upper;
    if (growth->levels == 0)
        status |= lo_growth_push(growth, 0);
    return status;
}
