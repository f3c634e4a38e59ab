/* invariants.c - candidates for Darboux polynomials.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/invariants.h"

#include "base/memory.h"

#include <stdlib.h>

lo_status_t lo_invariants_init(lo_invariants_t inv, lo_search_struct *search, lo_ctx_t ctx)
{
    inv->search = search;
    inv->ctx = ctx;
    inv->ready = 0;
    lo_polys_init(inv->list);
    lo_polys_init(inv->seen);
    LO_TRY(lo_ring_init(inv->ring, search->family, ctx));
    inv->ready = 1;
    return LO_OK;
}

void lo_invariants_clear(lo_invariants_t inv)
{
    lo_polys_clear(inv->list);
    lo_polys_clear(inv->seen);
    if (inv->ready)
        lo_ring_clear(inv->ring);
}

/* ---- the test ---- */

/* f(alpha + s beta) as a polynomial in s; alpha, beta have an entry per variable. */
static void on_line(nmod_poly_t g, const lo_poly_t f, const ulong *alpha, const ulong *beta, nmod_t mod)
{
    nmod_poly_t product, line;
    nmod_poly_init(product, mod.n);
    nmod_poly_init(line, mod.n);
    nmod_poly_zero(g);
    for (slong k = 0; k < f->nterms; k++) {
        nmod_poly_one(product);
        nmod_poly_scalar_mul_nmod(product, product, fmpz_fdiv_ui(f->coef + k, mod.n));
        for (int i = 0; i < f->length[k]; i++) {
            slong v = f->vars[k * f->stride + i];
            nmod_poly_set_coeff_ui(line, 0, alpha[v]);
            nmod_poly_set_coeff_ui(line, 1, beta[v]);
            nmod_poly_mul(product, product, line);
        }
        nmod_poly_add(g, g, product);
    }
    nmod_poly_clear(product);
    nmod_poly_clear(line);
}

/* A zero of g. Returns 0 when there is none in the field. */
static int find_zero(ulong *zero, const nmod_poly_t g)
{
    if (nmod_poly_degree(g) < 1)
        return 0;
    nmod_poly_factor_t roots;
    nmod_poly_factor_init(roots);
    nmod_poly_roots(roots, g, 0);
    int found = roots->num > 0;
    if (found)
        *zero = nmod_neg(nmod_poly_get_coeff_ui(roots->p + 0, 0), g->mod);
    nmod_poly_factor_clear(roots);
    return found;
}

static int has_symbols(const lo_poly_t f, const lo_symbols_t symbols)
{
    for (slong k = 0; k < f->nterms; k++)
        for (int i = 0; i < f->length[k]; i++) {
            slong v = f->vars[k * f->stride + i];
            if (v >= symbols->p && v < symbols->p + symbols->n)
                return 1;
        }
    return 0;
}

typedef struct {
    ulong *values, *speeds, *beta, *member, *field;
} test_struct;

/* Moves the point of the search to a zero of f. Out: *found. */
static lo_status_t move_to_zero(int *found, test_struct *t, lo_search_struct *s, const lo_poly_t f)
{
    nmod_poly_t g;
    ulong zero = 0;
    slong p = s->family->p;
    lo_engine_struct *e = s->engine;
    for (slong k = 0; k < s->symbols->nfrozen; k++)
        e->frozen[s->symbols->frozen[k]] = lo_random_below(e->random, e->mod.n);
    LO_TRY(lo_modpoint_randomise(s->point, e));
    for (slong i = 0; i < p; i++) {
        t->values[i] = s->point->theta[i];
        t->beta[i] = lo_random_below(e->random, e->mod.n);
    }
    for (slong k = 0; k < s->symbols->nfrozen; k++)
        t->values[p + s->symbols->n + k] = e->frozen[s->symbols->frozen[k]];
    nmod_poly_init(g, e->mod.n);
    on_line(g, f, t->values, t->beta, e->mod);
    *found = find_zero(&zero, g);
    nmod_poly_clear(g);
    for (slong i = 0; i < p && *found; i++)
        s->point->theta[i] = nmod_add(t->values[i], nmod_mul(zero, t->beta[i], e->mod), e->mod);
    return LO_OK;
}

/* Lines that are tried, and zeros that must pass. */
#define LINES 24
#define ZEROS 3

static lo_status_t run_test(int *passed, test_struct *t, lo_search_struct *s, const lo_poly_t f)
{
    lo_modalg_t scalars;
    lo_modalg_jets(scalars, s->engine->mod, 0);
    *passed = 0;
    for (int line = 0, zeros = 0; line < LINES && zeros < ZEROS; line++) {
        int found;
        ulong value;
        LO_TRY(move_to_zero(&found, t, s, f));
        if (!found)
            continue;
        LO_TRY(lo_member_randomise(t->member, s->engine, s->point));
        lo_status_t status =
            lo_engine_field(t->field, s->engine, scalars, s->point->theta, s->point, t->member);
        if (status == LO_OK)
            status = lo_symbols_values(t->values, t->speeds, s->symbols, s->engine, s->point, t->field, 1);
        if (status == LO_DOMAIN)
            continue; /* a pole of the family */
        LO_TRY(status);
        if (lo_poly_along(&value, f, t->values, t->speeds, s->engine->mod) != 0)
            return LO_OK;
        *passed = ++zeros == ZEROS;
    }
    return LO_OK;
}

lo_status_t lo_invariants_test(int *passed, lo_search_struct *s, const lo_poly_t f)
{
    *passed = 0;
    if (f->degree == 0 || has_symbols(f, s->symbols))
        return LO_OK;
    test_struct t;
    t.values = lo_alloc((size_t) s->nvars, sizeof(ulong));
    t.speeds = lo_alloc((size_t) s->nvars, sizeof(ulong));
    t.beta = lo_alloc((size_t) s->nvars, sizeof(ulong));
    t.member = lo_alloc((size_t) lo_member_size(s->engine), sizeof(ulong));
    t.field = lo_alloc((size_t) s->family->p, sizeof(ulong));
    int ready = t.values != NULL && t.speeds != NULL && t.beta != NULL && t.member != NULL && t.field != NULL;
    lo_status_t status = ready ? run_test(passed, &t, s, f) : LO_SYSTEM;
    lo_free(t.values);
    lo_free(t.speeds);
    lo_free(t.beta);
    lo_free(t.member);
    lo_free(t.field);
    return status;
}

/* ---- the list ---- */

static int contains(const lo_polys_t list, const lo_poly_t f)
{
    for (slong i = 0; i < list->n; i++)
        if (lo_poly_compare(list->f + i, f) == 0)
            return 1;
    return 0;
}

lo_status_t lo_invariants_offer(lo_invariants_t inv, lo_poly_t f)
{
    int passed;
    lo_poly_normalise(f);
    if (inv->list->n >= LO_MAX_INVARIANTS || contains(inv->list, f) || contains(inv->seen, f))
        return LO_OK;
    LO_TRY(lo_ctx_poll(inv->ctx));
    LO_TRY(lo_invariants_test(&passed, inv->search, f));
    return lo_polys_take(passed ? inv->list : inv->seen, f);
}

static int compare_polys(const void *a, const void *b)
{
    return lo_poly_compare(a, b);
}

void lo_invariants_sort(lo_invariants_t inv)
{
    if (inv->list->n > 1)
        qsort(inv->list->f, (size_t) inv->list->n, sizeof(*inv->list->f), compare_polys);
}

/* Larger polynomials are not factored. */
#define MAX_FACTOR_TERMS 400
#define MAX_FACTOR_DEGREE 30

lo_status_t lo_invariants_offer_factors(lo_invariants_t inv, const fmpz_mpoly_t f)
{
    const lo_ring_struct *ring = inv->ring;
    if (fmpz_mpoly_length(f, ring->ctx) > MAX_FACTOR_TERMS || fmpz_mpoly_is_fmpz(f, ring->ctx) ||
        !fmpz_mpoly_total_degree_fits_si(f, ring->ctx) ||
        fmpz_mpoly_total_degree_si(f, ring->ctx) > MAX_FACTOR_DEGREE)
        return LO_OK;
    fmpz_mpoly_factor_t factors;
    fmpz_mpoly_factor_init(factors, ring->ctx);
    int done = fmpz_mpoly_factor(factors, f, ring->ctx);
    lo_status_t status = LO_OK;
    for (slong i = 0; done && i < factors->num && status == LO_OK; i++) {
        lo_poly_t g;
        lo_poly_init(g, 1);
        status = lo_poly_from_ring(g, factors->poly + i, inv->search->symbols, ring);
        if (status == LO_OK)
            status = lo_invariants_offer(inv, g);
        else if (status == LO_UNABLE)
            status = LO_OK; /* other variables */
        lo_poly_clear(g);
    }
    fmpz_mpoly_factor_clear(factors, ring->ctx);
    return status;
}

/* Offers theta_i + sign theta_j, or theta_i for sign 0. */
static lo_status_t offer_linear(lo_invariants_t inv, slong i, slong j, slong sign)
{
    lo_poly_t f;
    fmpz_t c;
    lo_poly_init(f, 1);
    fmpz_init_set_si(c, 1);
    lo_status_t status = lo_poly_push(f, c, &i, 1);
    fmpz_set_si(c, sign);
    if (status == LO_OK && sign != 0)
        status = lo_poly_push(f, c, &j, 1);
    if (status == LO_OK)
        status = lo_invariants_offer(inv, f);
    fmpz_clear(c);
    lo_poly_clear(f);
    return status;
}

lo_status_t lo_invariants_coordinates(lo_invariants_t inv)
{
    for (slong i = 0; i < inv->search->family->p; i++)
        LO_TRY(offer_linear(inv, i, i, 0));
    return LO_OK;
}

/* Past this dimension pairs are not tried. */
#define MAX_PAIRED 16

lo_status_t lo_invariants_pairs(lo_invariants_t inv)
{
    slong p = inv->search->family->p;
    for (slong i = 0; i < p && p <= MAX_PAIRED; i++)
        for (slong j = i + 1; j < p; j++) {
            LO_TRY(offer_linear(inv, i, j, 1));
            LO_TRY(offer_linear(inv, i, j, -1));
        }
    return LO_OK;
}
