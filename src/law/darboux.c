/* darboux.c - rational and logarithmic laws.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * If X f_i = K_(X,i) f_i for every field X, then X (N / D + sum a_i log f_i) = (X N - N K_(X,D)) / D + sum
 * a_i K_(X,i) for constants (or laws) a_i and D a product of the f_i: one linear system for N and the a_i
 * (relations.h). Constants a_i that are integers give the law prod f_i^(a_i). The f_i are proposed in
 * invariants.c and minors.c, quotients of larger degree in orbit.c, those of minors of the parameters in
 * subspaces.c; the steps below go from cheap to dear, and end when the list is closed.
 */
#include "law/darboux.h"

#include "base/memory.h"
#include "law/orbit.h"
#include "law/relations.h"
#include "law/subspaces.h"

#define FOUND_BY "Darboux search"

typedef struct {
    lo_collection_struct *laws;
    lo_invariants_t inv;
    lo_polys_t weights;
    slong enough;
    int degree;
    lo_ctx_struct *ctx;
} darboux_struct;

/* More coordinates than this are not looked at. */
#define MAX_COORDINATES 200

/* Unknowns of one linear system, and of all of them together (cubes added up). */
#define MAX_UNKNOWNS 500
#define MAX_WORK ((int64_t) 6000000000)

static int is_closed(const darboux_struct *w)
{
    return w->laws->n >= w->enough;
}

/* Offers candidates to the collection, simple ones first. */
static lo_status_t take_laws(darboux_struct *w, lo_formulas_t list)
{
    lo_status_t status = LO_OK;
    lo_formulas_sort(list);
    for (slong i = 0; i < list->n && status == LO_OK && !is_closed(w); i++) {
        status = lo_collection_consider_formula(w->laws, list->h + i, FOUND_BY);
        if (status == LO_OK)
            status = lo_collection_flush(w->laws);
        if (status == LO_OK)
            status = lo_ctx_poll(w->ctx);
    }
    return status;
}

static lo_status_t solve(darboux_struct *w, const lo_ansatz_struct *ansatz)
{
    lo_formulas_t list;
    if (is_closed(w) || lo_ansatz_size(ansatz) > MAX_UNKNOWNS)
        return LO_OK;
    LO_TRY(lo_ctx_poll(w->ctx));
    lo_formulas_init(list);
    lo_status_t status = lo_ansatz_solve(list, ansatz, w->ctx);
    if (status == LO_OK)
        status = take_laws(w, list);
    lo_formulas_clear(list);
    return status;
}

/* ---- weights of the logarithms ---- */

static int is_constant(const lo_poly_t f)
{
    return f->degree == 0;
}

/* The weight 1, and with `laws` the frozen constants and the shortest polynomial laws. */
#define MAX_WEIGHTS 12

static lo_status_t set_weights(darboux_struct *w, int laws)
{
    const lo_symbols_struct *symbols = w->laws->search->symbols;
    lo_poly_t f;
    fmpz_t one;
    fmpz_init_set_ui(one, 1);
    lo_polys_clear(w->weights);
    lo_poly_init(f, 1);
    lo_status_t status = lo_poly_set_fmpz(f, one);
    if (status == LO_OK)
        status = lo_polys_take(w->weights, f);
    for (slong k = 0; k < symbols->nfrozen && laws && status == LO_OK; k++) {
        slong v = symbols->p + symbols->n + k;
        status = lo_poly_push(f, one, &v, 1);
        if (status == LO_OK)
            status = lo_polys_take(w->weights, f);
    }
    for (slong i = 0; i < w->laws->n && laws && status == LO_OK && w->weights->n < MAX_WEIGHTS; i++) {
        const lo_poly_struct *h = lo_formula_polynomial(&w->laws->laws[i].h);
        if (h == NULL || is_constant(h))
            continue;
        status = lo_poly_set(f, h);
        if (status == LO_OK)
            status = lo_polys_take(w->weights, f);
    }
    lo_poly_clear(f);
    fmpz_clear(one);
    return status;
}

/* Joins the products of two weights other than 1. */
static lo_status_t square_weights(darboux_struct *w)
{
    lo_ring_struct *ring = w->inv->ring;
    const lo_symbols_struct *symbols = w->laws->search->symbols;
    slong n = w->weights->n;
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_t a, b;
    fmpz_mpoly_q_init(a, ring->ctx);
    fmpz_mpoly_q_init(b, ring->ctx);
    for (slong i = 1; i < n && status == LO_OK; i++)
        for (slong j = i; j < n && status == LO_OK; j++) {
            lo_poly_t f;
            lo_poly_init(f, 1);
            status = lo_poly_to_ring(a, w->weights->f + i, symbols, ring, w->ctx);
            if (status == LO_OK)
                status = lo_poly_to_ring(b, w->weights->f + j, symbols, ring, w->ctx);
            if (status == LO_OK)
                status = lo_ring_mul(a, a, b, ring);
            if (status == LO_OK)
                status = lo_poly_from_ring(f, fmpz_mpoly_q_numref(a), symbols, ring);
            if (status == LO_OK)
                status = lo_polys_take(w->weights, f);
            lo_poly_clear(f);
        }
    fmpz_mpoly_q_clear(a, ring->ctx);
    fmpz_mpoly_q_clear(b, ring->ctx);
    return status;
}

/* ---- steps ---- */

/* Number of monomials of degree <= d in n variables, cut at 2 MAX_UNKNOWNS. */
static slong count_monomials(slong n, int d)
{
    slong count = 1;
    for (int k = 1; k <= d && count <= MAX_UNKNOWNS; k++)
        count = count * (n + k) / k;
    return count;
}

static int largest_degree(slong n, int wanted)
{
    while (wanted > 0 && count_monomials(n, wanted) > MAX_UNKNOWNS)
        wanted--;
    return wanted;
}

/* N / D + sum a_i log f_i for D = 1, then for each Darboux polynomial, then (few of them) for products of two. */
static lo_status_t quotients_of_invariants(darboux_struct *w)
{
    lo_search_struct *s = w->laws->search;
    slong n = w->inv->list->n;
    int64_t work = 0;
    for (slong i = -1; i < n && !is_closed(w); i++)
        for (slong j = -1; j < (n <= 6 ? n : 0) && j <= i && !is_closed(w) && work < MAX_WORK; j++) {
            lo_monomials_t m;
            int wanted = i < 0 ? w->degree : 1;
            wanted += i < 0 ? 0 : w->inv->list->f[i].degree;
            wanted += j < 0 ? 0 : w->inv->list->f[j].degree;
            wanted = largest_degree(s->nvars, wanted < w->degree ? wanted : w->degree);
            if (wanted == 0)
                continue;
            LO_TRY(lo_monomials_all(m, s, s->nvars, i < 0 ? 1 : 0, wanted));
            lo_ansatz_struct ansatz = { w->inv, w->weights, 0, { i, j }, m };
            int64_t size = lo_ansatz_size(&ansatz);
            work += size * size * size;
            lo_status_t status = solve(w, &ansatz);
            lo_monomials_clear(m);
            LO_TRY(status);
        }
    return LO_OK;
}

/* sum a_i log f_i with coefficients in the weights; then with sum b_i / f_i besides. */
static lo_status_t logarithms(darboux_struct *w)
{
    lo_ansatz_struct ansatz = { w->inv, w->weights, 0, { -1, -1 }, NULL };
    LO_TRY(solve(w, &ansatz));
    ansatz.inverses = 1;
    return solve(w, &ansatz);
}

/* Curves cost about 300 times this, monomials times terms of the tape. */
#define MAX_ORBIT_WORK ((slong) 4000000)

/* Quotients of the polynomials of one degree that vanish on orbits. */
static lo_status_t quotients_of_orbits(darboux_struct *w, int degree)
{
    lo_search_struct *s = w->laws->search;
    lo_formulas_t list;
    if (count_monomials(s->family->p, degree) > MAX_ORBIT_WORK / (1 + s->family->tape->nterms))
        return LO_OK;
    lo_formulas_init(list);
    lo_status_t status = lo_orbit_quotients(list, s, w->inv->ring, degree, w->ctx);
    if (status == LO_OK)
        status = take_laws(w, list);
    lo_formulas_clear(list);
    return status;
}

/* The factors of polynomial laws are Darboux polynomials with opposite cofactors. */
static lo_status_t offer_laws(darboux_struct *w)
{
    lo_ring_struct *ring = w->inv->ring;
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_t f;
    fmpz_mpoly_q_init(f, ring->ctx);
    for (slong i = 0; i < w->laws->n && status == LO_OK; i++) {
        const lo_poly_struct *h = lo_formula_polynomial(&w->laws->laws[i].h);
        if (h == NULL)
            continue;
        status = lo_poly_to_ring(f, h, w->laws->search->symbols, ring, w->ctx);
        if (status == LO_OK)
            status = lo_invariants_offer_factors(w->inv, fmpz_mpoly_q_numref(f));
    }
    fmpz_mpoly_q_clear(f, ring->ctx);
    return status;
}

/* A step that met a size limit leaves the others to be tried; an interrupt comes back from the poll. */
static lo_status_t go_on(const darboux_struct *w, lo_status_t status)
{
    return status == LO_UNABLE || status == LO_DOMAIN ? lo_ctx_poll(w->ctx) : status;
}

static lo_status_t run(darboux_struct *w)
{
    lo_ctx_progress(w->ctx, FOUND_BY, 0, 0);
    LO_TRY(go_on(w, lo_subspace_search(w->laws, w->enough)));
    if (is_closed(w))
        return LO_OK;
    LO_TRY(go_on(w, set_weights(w, 0)));
    LO_TRY(go_on(w, lo_invariants_coordinates(w->inv)));
    LO_TRY(go_on(w, logarithms(w)));
    if (is_closed(w))
        return LO_OK;
    LO_TRY(go_on(w, quotients_of_orbits(w, 1)));
    if (is_closed(w))
        return LO_OK;
    LO_TRY(go_on(w, lo_invariants_pairs(w->inv)));
    LO_TRY(go_on(w, offer_laws(w)));
    LO_TRY(go_on(w, lo_invariants_fields(w->inv)));
    lo_invariants_sort(w->inv);
    LO_TRY(go_on(w, logarithms(w)));
    LO_TRY(go_on(w, quotients_of_invariants(w)));
    int last = largest_degree(w->laws->search->family->p, w->degree);
    for (int degree = 2; degree <= last && !is_closed(w); degree++)
        LO_TRY(go_on(w, quotients_of_orbits(w, degree)));
    if (is_closed(w))
        return LO_OK;
    LO_TRY(go_on(w, set_weights(w, 1)));
    LO_TRY(go_on(w, logarithms(w)));
    LO_TRY(go_on(w, square_weights(w)));
    return go_on(w, logarithms(w));
}

lo_status_t lo_darboux_search(lo_collection_t laws, slong enough, int degree, lo_ctx_t ctx)
{
    darboux_struct w = { .laws = laws, .enough = enough, .degree = degree, .ctx = ctx };
    if (laws->family->p > MAX_COORDINATES || degree < 1)
        return LO_OK;
    lo_polys_init(w.weights);
    lo_status_t status = lo_invariants_init(w.inv, laws->search, ctx);
    if (status == LO_OK)
        status = run(&w);
    lo_invariants_clear(w.inv);
    lo_polys_clear(w.weights);
    return status == LO_UNABLE ? lo_ctx_poll(ctx) : status; /* too many variables for a ring */
}
