/* rotation.c - the Lie algebra of skew linear symmetries.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * <X, A theta> = sum over i < j of A_ij (X_i theta_j - X_j theta_i) for each member X: one linear equation at each point.
 * Modulo a prime there are at least as many solutions as over Q; when as many rational ones are proved, that is all.
 */
#include "manifold/rotation.h"

#include "algebra/span.h"
#include "base/memory.h"
#include "law/search.h"
#include "law/tangent.h"
#include "manifold/pattern.h"

#include <stdlib.h>
#include <string.h>

#define MAX_PARAMETERS 40
#define EXTRA 10

static slong entry(slong i, slong j, slong p)
{
    return i * p - i * (i + 1) / 2 + j - i - 1;
}

typedef struct {
    nmod_mat_struct *a;
    ulong *x; /* workspace: the values of a member */
} equations_struct;

/* The equation at a point. */
static lo_status_t put_equation(void *data, slong k, lo_engine_t e, const lo_modpoint_t point, const ulong *member)
{
    const equations_struct *q = data;
    const ulong *x = q->x, *theta = point->theta;
    slong p = e->family->p;
    lo_modalg_t scalars;
    lo_modalg_jets(scalars, e->mod, 0);
    LO_TRY(lo_engine_field(q->x, e, scalars, theta, point, member));
    for (slong i = 0; i < p; i++)
        for (slong j = i + 1; j < p; j++)
            nmod_mat_entry(q->a, k, entry(i, j, p)) =
                nmod_sub(nmod_mul(x[i], theta[j], e->mod), nmod_mul(x[j], theta[i], e->mod), e->mod);
    return LO_OK;
}

/* The equations at random points. */
static lo_status_t sample(nmod_mat_t a, lo_engine_t e)
{
    equations_struct q = { .a = a, .x = lo_alloc((size_t) e->family->p, sizeof(ulong)) };
    lo_status_t status = q.x != NULL ? lo_engine_visit(e, a->r, put_equation, &q) : LO_SYSTEM;
    lo_free(q.x);
    return status;
}

/* The components of A theta: v[p], initialised. */
static lo_status_t direction(lo_poly_struct *v, const lo_rotations_struct *r, slong row)
{
    fmpz_t c;
    lo_status_t status = LO_OK;
    fmpz_init(c);
    for (slong i = 0; i < r->p; i++)
        for (slong j = 0; j < r->p && status == LO_OK; j++) {
            if (i == j)
                continue;
            fmpz_set(c, fmpz_mat_entry(r->a, row, i < j ? entry(i, j, r->p) : entry(j, i, r->p)));
            if (i > j)
                fmpz_neg(c, c);
            if (!fmpz_is_zero(c))
                status = lo_poly_push(v + i, c, &j, 1);
        }
    fmpz_clear(c);
    return status;
}

static lo_status_t prove(lo_rotations_struct *r, const lo_family_struct *f)
{
    lo_symbols_t symbols;
    lo_tangent_struct *tangent = NULL;
    LO_TRY(lo_symbols_init(symbols, f));
    lo_status_t status = lo_tangent_new(&tangent, f, symbols);
    lo_poly_struct *v = lo_alloc((size_t) r->p, sizeof(*v));
    if (v == NULL)
        status = LO_SYSTEM;
    for (slong k = 0; k < r->n && status == LO_OK && r->proved; k++) {
        for (slong i = 0; i < r->p; i++)
            lo_poly_init(v + i, 1);
        status = direction(v, r, k);
        if (status == LO_OK)
            status = lo_tangent_prove_direction(&r->proved, tangent, v);
        for (slong i = 0; i < r->p; i++)
            lo_poly_clear(v + i);
    }
    lo_free(v);
    lo_tangent_free(tangent);
    lo_symbols_clear(symbols);
    return status;
}

lo_status_t lo_rotations_find(lo_rotations_t r, const lo_family_struct *f, lo_ctx_t ctx)
{
    slong p = f->p, unknowns = p * (p - 1) / 2, dimension;
    lo_engine_t e;
    nmod_mat_t a;
    memset(r, 0, sizeof(*r));
    r->p = p;
    fmpz_mat_init(r->a, 0, unknowns);
    if (p > MAX_PARAMETERS || f->raw)
        return LO_UNABLE;
    lo_status_t status = lo_engine_init_any(e, f, 0, ctx);
    if (status == LO_OK) {
        nmod_mat_init(a, unknowns + EXTRA, unknowns, e->mod.n);
        status = sample(a, e);
        if (status == LO_OK) {
            fmpz_mat_clear(r->a);
            lo_kernel(r->a, &dimension, a);
            r->n = r->a->r;
            r->proved = r->n == dimension;
        }
        nmod_mat_clear(a);
    }
    lo_engine_clear(e);
    return status == LO_OK ? prove(r, f) : status == LO_DOMAIN ? LO_UNABLE : status;
}

void lo_rotations_clear(lo_rotations_t r)
{
    fmpz_mat_clear(r->a);
}

/* (A theta)_i for theta = the vector of a class: the sum of A_ij over its coordinates j with their signs. */
static void velocity(fmpz_t v, const lo_rotations_struct *r, slong row, const int *pattern, slong class, slong i)
{
    fmpz_zero(v);
    for (slong j = 0; j < r->p; j++) {
        if (abs(pattern[j]) != (int) class + 1 || j == i)
            continue;
        const fmpz *c = fmpz_mat_entry(r->a, row, i < j ? entry(i, j, r->p) : entry(j, i, r->p));
        if ((pattern[j] > 0) == (i < j))
            fmpz_add(v, v, c);
        else
            fmpz_sub(v, v, c);
    }
}

/* The codimension of { A : A P in P }: the rank of the components of A v across P, v in a basis of P. */
static slong turning_rank(const lo_rotations_struct *r, const int *pattern)
{
    slong p = r->p, n = 0, rank;
    fmpz_mat_t across;
    fmpz_t v, first;
    fmpz_mat_init(across, lo_pattern_dimension(pattern, p) * p, r->n);
    fmpz_init(v);
    fmpz_init(first);
    for (slong class = 0; class < p; class++) {
        if (pattern[class] != (int) class + 1)
            continue;
        for (slong i = 0; i < p; i++, n++)
            for (slong a = 0; a < r->n && pattern[i] != (int) i + 1; a++) {
                velocity(v, r, a, pattern, class, i);
                if (pattern[i] != 0)
                    velocity(first, r, a, pattern, class, abs(pattern[i]) - 1);
                if (pattern[i] > 0)
                    fmpz_sub(v, v, first);
                else if (pattern[i] < 0)
                    fmpz_add(v, v, first);
                fmpz_set(fmpz_mat_entry(across, n, a), v);
            }
    }
    rank = fmpz_mat_rank(across);
    fmpz_mat_clear(across);
    fmpz_clear(v);
    fmpz_clear(first);
    return rank;
}

lo_status_t lo_rotations_sweep(slong *dimension, int *exact, const lo_rotations_t r, const int *pattern)
{
    slong p = r->p, n = 0, rows = lo_pattern_dimension(pattern, p) + r->n;
    nmod_t mod;
    lo_span_t span;
    lo_random_t random;
    nmod_init(&mod, lo_prime(0));
    lo_random_init(random, 1, 77);
    ulong *vectors = lo_alloc((size_t) (rows * p), sizeof(ulong)), *theta = lo_alloc((size_t) p, sizeof(ulong));
    lo_status_t status = lo_span_init(span, p, mod);
    if (vectors == NULL || theta == NULL)
        status = LO_SYSTEM;
    for (slong i = 0; i < p && status == LO_OK; i++) {
        int c = pattern[i];
        if (c == (int) i + 1) {
            theta[i] = lo_random_below(random, mod.n);
            for (slong j = i; j < p; j++)
                if (abs(pattern[j]) == c)
                    vectors[n * p + j] = pattern[j] > 0 ? 1 : mod.n - 1;
            n++;
        } else {
            theta[i] = c == 0 ? 0 : c > 0 ? theta[c - 1] : nmod_neg(theta[-c - 1], mod);
        }
    }
    for (slong k = 0; k < r->n && status == LO_OK; k++, n++)
        for (slong i = 0; i < p; i++)
            for (slong j = i + 1; j < p; j++) {
                ulong c = fmpz_fdiv_ui(fmpz_mat_entry(r->a, k, entry(i, j, p)), mod.n);
                vectors[n * p + i] = nmod_add(vectors[n * p + i], nmod_mul(c, theta[j], mod), mod);
                vectors[n * p + j] = nmod_sub(vectors[n * p + j], nmod_mul(c, theta[i], mod), mod);
            }
    if (status == LO_OK && lo_span_add(span, NULL, vectors, n) < 0)
        status = LO_SYSTEM;
    *dimension = span->rank;
    *exact = span->rank == lo_pattern_dimension(pattern, p) + turning_rank(r, pattern);
    lo_span_clear(span);
    lo_free(vectors);
    lo_free(theta);
    return status;
}
