/* collect.c - accepting laws.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/collect.h"

#include "base/memory.h"

#include <string.h>

void lo_collection_clear(lo_collection_t c)
{
    for (slong i = 0; i < c->n; i++)
        lo_formula_clear(&c->laws[i].h);
    lo_free(c->laws);
    lo_free(c->probes);
    lo_free(c->pending);
    lo_free(c->values);
    lo_free(c->speeds);
    if (c->ready > 2)
        lo_span_clear(c->gradients);
    if (c->ready > 1)
        lo_prover_clear(c->prover);
    if (c->ready > 0)
        lo_search_clear(c->search);
}

static lo_status_t gradient_at_point(ulong *gradient, const lo_collection_struct *c,
                                     const lo_formula_struct *h)
{
    return lo_formula_gradient_at(gradient, h, c->search->symbols, c->values, c->speeds, c->mod);
}

/* ---- probes: random vectors v with <v, g> = 0 for the gradients g of all accepted laws. A candidate with
 * <v, g> != 0 is independent of them; with <v, g> = 0 it is dependent, except with probability 1/q, and is
 * passed over. That costs one pass over the terms of the candidate instead of an elimination. ---- */

#define PROBES 64

/* Draws the probes anew from the echelon form of the gradients: open columns at random, pivots follow. */
static lo_status_t draw_probes(lo_collection_struct *c)
{
    c->nprobes = PROBES;
    for (slong i = 0; i < PROBES * c->family->p; i++)
        c->probes[i] = lo_random_below(c->random, c->gradients->mod.n);
    return lo_span_orthogonal(c->probes, PROBES, c->gradients, c->ctx);
}

/* After a gradient g joins: the last probe v with <v, g> != 0 is used up to make the others orthogonal to
 * g. Returns 0 when the probes must be drawn anew. */
static int update_probes(lo_collection_struct *c, const ulong *g)
{
    slong p = c->family->p;
    nmod_t mod = c->gradients->mod;
    const ulong *last = c->probes + (c->nprobes - 1) * p;
    ulong a = lo_dot(last, g, p, mod);
    if (c->nprobes < 2 || a == 0)
        return 0;
    for (slong k = 0; k + 1 < c->nprobes; k++) {
        ulong *v = c->probes + k * p, b = lo_dot(v, g, p, mod);
        _nmod_vec_scalar_addmul_nmod(v, last, p, nmod_neg(nmod_mul(b, n_invmod(a, mod.n), mod), mod), mod);
    }
    c->nprobes--;
    return 1;
}

/* From this many coordinates on, ranks of gradients are taken modulo a small prime, as in growth.c. */
#define LARGE_SPACE 1000

/* Draws the point of independence and evaluates the variables there; an empty span of gradients. Polynomials have
 * gradients modulo any prime, function values only modulo that of the engine. */
static lo_status_t values_at_point(lo_collection_struct *c)
{
    slong p = c->family->p;
    lo_free(c->values);
    lo_free(c->speeds);
    c->values = c->speeds = NULL;
    c->mod = c->search->engine->mod;
    if (c->ready > 2)
        lo_span_clear(c->gradients);
    c->ready = 2;
    if (c->search->nvars == p && p >= LARGE_SPACE)
        nmod_init(&c->mod, lo_prime(LO_SMALL_PRIMES));
    LO_TRY(lo_span_init(c->gradients, p, c->mod));
    c->ready = 3;
    if (c->search->nvars == p) {
        c->values = lo_alloc((size_t) p, sizeof(ulong));
        for (slong i = 0; c->values != NULL && i < p; i++)
            c->values[i] = lo_random_below(c->random, c->mod.n);
        return c->values != NULL ? LO_OK : LO_SYSTEM;
    }
    LO_TRY(lo_modpoint_randomise(c->search->point, c->search->engine));
    return lo_symbols_at(&c->values, &c->speeds, c->search->symbols, c->search->engine, c->search->point);
}

lo_status_t lo_collection_init(lo_collection_t c, const lo_family_struct *family, lo_ctx_t ctx)
{
    slong p = family->p;
    memset(c, 0, sizeof(*c));
    c->family = family;
    c->ctx = ctx;
    lo_random_init(c->random, ctx->seed, 0x70726f6265);
    c->probes = lo_alloc((size_t) (PROBES * p), sizeof(ulong));
    c->pending = lo_alloc((size_t) (PROBES * p), sizeof(ulong));
    if (c->probes == NULL || c->pending == NULL)
        return LO_SYSTEM;
    c->ready = 1; /* a failed start is cleared like a finished one */
    LO_TRY(lo_search_init(c->search, c->family, 0, c->ctx));
    LO_TRY(lo_prover_init(c->prover, c->family, c->search->symbols));
    c->ready = 2;
    LO_TRY(values_at_point(c));
    return draw_probes(c);
}

/* Puts the pending gradients into the span: that proves their independence. A law that a probe took for
 * independent by chance is dropped here. */
lo_status_t lo_collection_flush(lo_collection_t c)
{
    char raised[PROBES];
    slong first = c->n - c->npending, kept = first;
    if (c->npending == 0)
        return LO_OK;
    lo_ctx_struct helpers = { .threads = c->ctx->threads }; /* after an interrupt, too: what is proved is shown */
    slong added;
    LO_TRY(lo_span_add_block(&added, c->gradients, raised, c->pending, c->npending, &helpers));
    for (slong k = first; k < c->n; k++) {
        if (raised[k - first])
            c->laws[kept++] = c->laws[k];
        else
            lo_formula_clear(&c->laws[k].h);
    }
    c->n = kept;
    c->npending = 0;
    return LO_OK;
}

/* A proved law with its gradient joins the list; h is empty afterwards. */
static lo_status_t accept_law(lo_collection_struct *c, lo_formula_t h, const ulong *gradient,
                              const char *found_by, const char *proved_by)
{
    slong p = c->family->p;
    LO_TRY(LO_GROW(c->laws, c->alloc, c->n + 1));
    c->laws[c->n++] = (lo_accepted_struct){ .h = *h, .found_by = found_by, .proved_by = proved_by };
    lo_formula_init(h);
    memcpy(c->pending + c->npending++ * p, gradient, (size_t) p * sizeof(ulong));
    if (update_probes(c, gradient) && c->npending < PROBES)
        return LO_OK;
    LO_TRY(lo_collection_flush(c));
    return draw_probes(c);
}

/* proved_by: NULL when it is still to be proved. */
static lo_status_t consider(lo_collection_t c, lo_formula_t h, const char *found_by, const char *proved_by)
{
    slong p = c->family->p;
    ulong *gradient = lo_alloc((size_t) p, sizeof(ulong));
    if (gradient == NULL)
        return LO_SYSTEM;
    lo_status_t status = gradient_at_point(gradient, c, h);
    int independent = status == LO_OK && lo_dot(c->probes, gradient, p, c->gradients->mod) != 0;
    if (status == LO_DOMAIN)
        status = LO_OK; /* a factor vanishes at the random point: the candidate is passed over */
    if (independent && proved_by == NULL)
        status = lo_prove_formula(&proved_by, c->prover, h, c->ctx);
    if (status == LO_OK && independent && proved_by != NULL)
        status = accept_law(c, h, gradient, found_by, proved_by);
    else if (status == LO_OK && independent)
        c->unproved = 1;
    lo_free(gradient);
    return status;
}

lo_status_t lo_collection_consider_formula(lo_collection_t c, lo_formula_t h, const char *found_by)
{
    return consider(c, h, found_by, NULL);
}

lo_status_t lo_collection_consider_proved(lo_collection_t c, lo_formula_t h, const char *found_by,
                                          const char *proved_by)
{
    return consider(c, h, found_by, proved_by);
}

lo_status_t lo_collection_consider(lo_collection_t c, lo_poly_t f, const char *found_by)
{
    lo_formula_t h;
    ulong value;
    if (c->search->nvars == c->family->p &&
        lo_poly_along(&value, f, c->values, c->probes, c->gradients->mod) == 0)
        return LO_OK; /* <probe, grad f> from the terms of f */
    lo_formula_init(h);
    lo_status_t status = lo_formula_times(h, f, 1);
    if (status == LO_OK)
        status = lo_collection_consider_formula(c, h, found_by);
    lo_formula_clear(h);
    return status;
}

lo_status_t lo_collection_admit_frozen(lo_collection_t c)
{
    slong p = c->family->p;
    lo_search_clear(c->search);
    LO_TRY(lo_search_init(c->search, c->family, 1, c->ctx));
    LO_TRY(values_at_point(c));
    ulong *gradient = lo_alloc((size_t) p, sizeof(ulong));
    lo_status_t status = gradient != NULL ? LO_OK : LO_SYSTEM;
    for (slong i = 0; i < c->n && status == LO_OK; i++) {
        status = gradient_at_point(gradient, c, &c->laws[i].h);
        if (status == LO_OK)
            lo_span_add(c->gradients, NULL, gradient, 1);
    }
    lo_free(gradient);
    return status == LO_OK ? draw_probes(c) : status;
}
