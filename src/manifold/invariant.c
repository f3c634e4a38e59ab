/* invariant.c - tangent patterns by closure.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Completeness of the search. Let Q be a tangent pattern inside a pattern P that is not tangent, r a residual of P that is not
 * identically zero on P, and S the coordinates of P (first ones of classes) on which r depends. On Q the residual vanishes.
 * If Q satisfied none of theta_v = 0, theta_v = +-theta_w (v, w in S), the coordinates of S would be independent on Q, and r,
 * a function of them (and of inputs) that is not zero, would not vanish on Q. So Q lies in one of the patterns that impose one
 * such equation on P. By induction on the dimension every tangent pattern is visited.
 */
#include "manifold/invariant.h"

#include "base/memory.h"
#include "family/modular.h"
#include "family/ring.h"
#include "manifold/rows.h"

#include <stdlib.h>
#include <string.h>

lo_status_t lo_pattern_restrict(lo_family_ptr *restricted, slong *residual, const lo_family_struct *f, const int *pattern,
                                lo_ctx_t ctx)
{
    slong p = f->p, dimension = lo_pattern_dimension(pattern, p), count = 0;
    slong *pivot = lo_alloc((size_t) dimension, sizeof(slong)), *row = lo_alloc((size_t) p, sizeof(slong));
    *restricted = NULL;
    if (pivot == NULL || row == NULL) {
        lo_free(pivot);
        lo_free(row);
        return LO_SYSTEM;
    }
    fmpq *origin = _fmpq_vec_init(p);
    fmpq_mat_t directions;
    fmpq_mat_init(directions, dimension, p);
    for (slong i = 0; i < p; i++) {
        if (pattern[i] == (int) i + 1) {
            row[i] = count;
            pivot[count++] = i;
        }
        if (pattern[i] != 0)
            fmpq_set_si(fmpq_mat_entry(directions, row[abs(pattern[i]) - 1], i), pattern[i] > 0 ? 1 : -1, 1);
    }
    lo_status_t status = lo_family_restrict(restricted, residual, f, directions, pivot, origin, ctx);
    fmpq_mat_clear(directions);
    _fmpq_vec_clear(origin, p);
    lo_free(pivot);
    lo_free(row);
    return status;
}

/* ---- proposals ---- */

#define SAMPLES 3

typedef struct {
    const slong *residual;
    slong n;
    ulong *value; /* workspace */
    char *nonzero;
} residuals_struct;

static lo_status_t mark_nonzero(void *data, slong k, lo_engine_t e, const lo_modpoint_t point, const ulong *member)
{
    const residuals_struct *q = data;
    (void) k;
    LO_TRY(lo_engine_nodes(q->value, e, q->residual, q->n, point, member));
    for (slong i = 0; i < q->n; i++)
        q->nonzero[i] |= q->value[i] != 0;
    return LO_OK;
}

/* Marks the residuals that do not vanish at some random point and member. Out: nonzero[n]. */
static lo_status_t sample_residuals(char *nonzero, const lo_family_struct *r, const slong *residual, slong n, lo_ctx_t ctx)
{
    lo_engine_t e;
    residuals_struct q = { .residual = residual, .n = n, .nonzero = nonzero };
    lo_status_t status = lo_engine_init_any(e, r, 0, ctx);
    if (status == LO_OK) {
        q.value = lo_alloc((size_t) n, sizeof(ulong));
        status = q.value != NULL ? lo_engine_visit(e, SAMPLES, mark_nonzero, &q) : LO_SYSTEM;
    }
    lo_free(q.value);
    lo_engine_clear(e);
    return status;
}

/* The coordinates on which a node of the restricted family depends, in support[]; their number. */
static lo_status_t node_support(slong *size, char *support, const lo_family_struct *r, slong node)
{
    char *needed = lo_alloc((size_t) r->tape->n, 1);
    if (needed == NULL)
        return LO_SYSTEM;
    lo_tape_reach(needed, r->tape, &node, 1);
    *size = 0;
    for (slong k = 0; k < r->p; k++)
        if (needed[r->var[k]]) {
            support[r->origin[k]] = 1;
            (*size)++;
        }
    lo_free(needed);
    return LO_OK;
}

/* The smallest support of a nonzero residual. */
static lo_status_t smallest_support(char *support, const lo_family_struct *r, const slong *residual, const char *nonzero,
                                    slong n, slong p)
{
    char *trial = lo_alloc((size_t) p, 1);
    slong best = WORD_MAX, size = 0;
    lo_status_t status = trial == NULL ? LO_SYSTEM : LO_OK;
    for (slong i = 0; i < n && status == LO_OK; i++) {
        if (!nonzero[i])
            continue;
        memset(trial, 0, (size_t) p);
        status = node_support(&size, trial, r, residual[i]);
        if (status == LO_OK && size < best) {
            best = size;
            memcpy(support, trial, (size_t) p);
        }
    }
    lo_free(trial);
    return status;
}

lo_status_t lo_pattern_propose(int *tangent, char *support, const lo_family_struct *f, const int *pattern, lo_ctx_t ctx)
{
    slong p = f->p, n = p - lo_pattern_dimension(pattern, p);
    *tangent = n == 0;
    memset(support, 0, (size_t) p);
    if (n == 0)
        return LO_OK;
    lo_family_ptr r = NULL;
    slong *residual = lo_alloc((size_t) p, sizeof(slong));
    char *nonzero = lo_alloc((size_t) n, 1);
    lo_status_t status = residual == NULL || nonzero == NULL ? LO_SYSTEM : LO_OK;
    if (status == LO_OK)
        status = lo_pattern_restrict(&r, residual, f, pattern, ctx);
    if (status == LO_OK)
        status = sample_residuals(nonzero, r, residual, n, ctx);
    if (status == LO_OK) {
        *tangent = memchr(nonzero, 1, (size_t) n) == NULL;
        status = *tangent ? LO_OK : smallest_support(support, r, residual, nonzero, n, p);
    }
    lo_family_free(r);
    lo_free(residual);
    lo_free(nonzero);
    return status;
}

/* ---- proofs ---- */

static lo_status_t all_zero(int *zero, const lo_family_struct *r, const slong *residual, slong n, lo_ctx_t ctx)
{
    lo_ring_t ring;
    LO_TRY(lo_ring_init_opaque(ring, r, ctx));
    lo_status_t status = lo_ring_vanish(zero, residual, n, ring, ctx);
    lo_ring_clear(ring);
    return status;
}

lo_status_t lo_pattern_prove(int *proved, const lo_family_struct *f, const int *pattern, lo_ctx_t ctx)
{
    slong p = f->p, n = p - lo_pattern_dimension(pattern, p);
    *proved = n == 0;
    if (n == 0)
        return LO_OK;
    lo_family_ptr r = NULL;
    slong *residual = lo_alloc((size_t) p, sizeof(slong));
    lo_status_t status = residual == NULL ? LO_SYSTEM : lo_pattern_restrict(&r, residual, f, pattern, ctx);
    if (status == LO_OK)
        status = all_zero(proved, r, residual, n, ctx);
    lo_family_free(r);
    lo_free(residual);
    return status == LO_UNABLE || status == LO_DOMAIN ? LO_OK : status;
}

/* Whether there are divisors, and the outputs need all of them. Those of the gradient are divisors of the outputs, or
 * powers and roots of them. */
static lo_status_t needs_divisors(int *yes, const lo_family_struct *f)
{
    char *needed = lo_alloc((size_t) f->tape->n, 1);
    int some = 0, all = 1;
    if (needed == NULL)
        return LO_SYSTEM;
    lo_tape_reach(needed, f->tape, f->outputs, f->noutputs);
    for (slong i = 0; i < f->primal; i++)
        if (lo_family_divisor(f, i) >= 0) {
            some = 1;
            all &= needed[i];
        }
    lo_free(needed);
    *yes = some && all;
    return LO_OK;
}

lo_status_t lo_pattern_undefined(int *proved, const lo_family_struct *f, const int *pattern, lo_ctx_t ctx)
{
    lo_family_ptr r = NULL;
    int needed;
    *proved = 0;
    LO_TRY(needs_divisors(&needed, f));
    if (!needed)
        return LO_OK;
    slong *residual = lo_alloc((size_t) f->p, sizeof(slong));
    lo_status_t status = residual == NULL ? LO_SYSTEM : lo_pattern_restrict(&r, residual, f, pattern, ctx);
    int vanishes = 0; /* modulo a prime; seldom, and expansions are dear */
    nmod_t mod;
    nmod_init(&mod, lo_prime(0));
    if (status == LO_OK)
        status = lo_family_vanishes_modulo(&vanishes, r, 0, mod, ctx);
    for (slong i = 0; status == LO_OK && vanishes && i < r->tape->n && !*proved; i++) {
        slong divisor = lo_family_divisor(r, i);
        if (divisor >= 0)
            status = all_zero(proved, r, &divisor, 1, ctx);
        if (status == LO_UNABLE || status == LO_DOMAIN)
            status = lo_ctx_poll(ctx); /* another one may decide */
    }
    lo_family_free(r);
    lo_free(residual);
    return status == LO_UNABLE || status == LO_DOMAIN ? lo_ctx_poll(ctx) : status;
}

lo_status_t lo_flat_prove_tangent(int *proved, const lo_family_struct *f, const fmpq_mat_t directions, const slong *pivot,
                              const fmpq *origin, lo_ctx_t ctx)
{
    lo_family_ptr r = NULL;
    slong *residual = lo_alloc((size_t) f->p, sizeof(slong));
    *proved = 0;
    lo_status_t status = residual == NULL ? LO_SYSTEM : LO_OK;
    if (status == LO_OK)
        status = lo_family_restrict(&r, residual, f, directions, pivot, origin, ctx);
    if (status == LO_OK)
        status = all_zero(proved, r, residual, f->p - fmpq_mat_nrows(directions), ctx);
    lo_family_free(r);
    lo_free(residual);
    return status == LO_UNABLE || status == LO_DOMAIN ? lo_ctx_poll(ctx) : status;
}

/* ---- closure ---- */

typedef struct {
    const lo_family_struct *f;
    const lo_signed_group_struct *group;
    lo_symmetry_struct *symmetry;
    lo_lattice_struct *lattice;
    lo_rows_struct visited;
    int *work; /* 3p */
    const slong *orbit; /* equations only within an orbit; NULL: between any two coordinates */
    slong effort;       /* what is left of it */
    int cut;
} closure_struct;

#define VALUE_EFFORT 200 /* values modulo a prime take as long as this many entries of an image */

/* Visits P and theta_v = sign * theta_w, or an image of it. */
static lo_status_t impose(closure_struct *c, const int *pattern, slong v, slong w, int sign)
{
    slong p = c->f->p, index;
    memcpy(c->work, pattern, (size_t) p * sizeof(int));
    lo_pattern_equate(c->work, v, w, sign, p);
    c->effort -= p * (1 + lo_signed_group_climb(c->work, c->group, c->work + p));
    lo_status_t status = lo_rows_add(&index, &c->visited, c->work);
    c->cut |= status == LO_UNABLE || c->effort < 0;
    return status == LO_UNABLE ? LO_OK : status;
}

/* Imposes each equation among the marked coordinates. */
static lo_status_t impose_all(closure_struct *c, const int *pattern, const char *support)
{
    slong p = c->f->p;
    for (slong v = 0; v < p && !c->cut; v++) {
        if (!support[v])
            continue;
        LO_TRY(impose(c, pattern, v, v, 0));
        for (slong w = 0; w < v && !c->cut; w++)
            if (support[w] && (c->orbit == NULL || c->orbit[v] == c->orbit[w])) {
                LO_TRY(impose(c, pattern, v, w, 1));
                LO_TRY(impose(c, pattern, v, w, -1));
            }
    }
    return LO_OK;
}

/* Only the further equations of the first of the tangent patterns of a class are imposed: those of its images are images. */
static lo_status_t visit(closure_struct *c, slong k, int *pattern, char *support, lo_ctx_t ctx)
{
    slong p = c->f->p;
    int tangent;
    c->effort -= VALUE_EFFORT * c->f->tape->n * (1 + c->f->natoms);
    memcpy(pattern, c->visited.rows + k * p, (size_t) p * sizeof(int));
    lo_status_t status = lo_pattern_propose(&tangent, support, c->f, pattern, ctx);
    if (status == LO_DOMAIN) {
        int undefined;
        status = lo_pattern_undefined(&undefined, c->f, pattern, ctx); /* so are the patterns inside */
        c->cut |= !undefined;
        return status;
    }
    if (status == LO_UNABLE && lo_ctx_poll(ctx) == LO_OK) {
        c->cut = 1; /* the values of its functions cannot be decided */
        return LO_OK;
    }
    if (status == LO_OK && tangent) {
        slong before = c->lattice->n;
        status = lo_lattice_add(c->lattice, c->symmetry, pattern);
        for (slong i = 0; i < p; i++)
            support[i] = c->lattice->n > before && pattern[i] == (int) i + 1;
    }
    return status == LO_OK ? impose_all(c, pattern, support) : status;
}

lo_status_t lo_invariant_patterns(lo_lattice_t lattice, const lo_family_struct *f, lo_symmetry_struct *symmetry,
                                  const lo_signed_group_t group, const slong *orbit, slong most, slong effort, lo_ctx_t ctx)
{
    slong p = f->p, index;
    closure_struct c = { f, group, symmetry, lattice, .orbit = orbit, .effort = effort };
    c.work = lo_alloc(3 * (size_t) p, sizeof(int));
    int *pattern = lo_alloc((size_t) p, sizeof(int));
    char *support = lo_alloc((size_t) p, 1);
    lo_status_t status = lo_rows_init(&c.visited, p, most);
    if (c.work == NULL || pattern == NULL || support == NULL)
        status = LO_SYSTEM;
    if (status == LO_OK) {
        lo_pattern_whole(pattern, p);
        status = lo_rows_add(&index, &c.visited, pattern);
    }
    for (slong k = 0; k < c.visited.n && status == LO_OK && !c.cut; k++) {
        status = lo_ctx_poll(ctx);
        if (status == LO_OK)
            status = visit(&c, k, pattern, support, ctx);
        lo_ctx_progress(ctx, "invariant subspaces", k, c.visited.n);
    }
    lattice->complete = status == LO_OK && !c.cut;
    lo_rows_clear(&c.visited);
    lo_free(c.work);
    lo_free(pattern);
    lo_free(support);
    return status;
}
