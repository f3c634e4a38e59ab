/* orbit.c - rational laws from the polynomials that vanish on orbits.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/orbit.h"

#include "algebra/curve.h"
#include "algebra/span.h"
#include "base/memory.h"

#include <string.h>

/* Points whose orbits are compared. A basis vector that takes fewer dimensions moves in a small family. */
#define POINTS 6
#define MAX_FAMILY 4

typedef struct {
    lo_search_struct *s;
    lo_ctx_struct *ctx;
    lo_monomials_t m;
    lo_span_t conditions;     /* of one orbit: a polynomial vanishes on it when its coefficients are orthogonal */
    ulong *bases;             /* per point and free column, a vector of V */
    char *pivot;              /* columns that are pivots, the same at all points */
    slong *free, nfree;
} orbit_struct;

/* Columns are the monomials by increasing degree: a basis vector of V has its largest monomial in its free column. */
static slong monomial_of(const orbit_struct *w, slong column)
{
    return w->m->n - 1 - column;
}

/* A random member that is defined at the point. */
static lo_status_t draw_member(ulong *member, lo_search_struct *s, ulong *field)
{
    lo_modalg_t scalars;
    lo_modalg_jets(scalars, s->engine->mod, 0);
    lo_status_t status = LO_DOMAIN;
    for (int tries = 0; status == LO_DOMAIN && tries < 4000; tries++) {
        status = lo_member_randomise(member, s->engine, s->point);
        if (status == LO_OK)
            status = lo_engine_field(field, s->engine, scalars, s->point->theta, s->point, member);
    }
    return status;
}

/* The coefficients of all monomials along a curve, as n conditions. Out: rows[n x columns]. */
static lo_status_t curve_conditions(ulong *rows, const orbit_struct *w, const lo_curve_t curve)
{
    slong n = curve->n;
    ulong *product = lo_alloc((size_t) (2 * n), sizeof(ulong)), *next = product + n;
    if (product == NULL)
        return LO_SYSTEM;
    for (slong column = 0; column < w->m->n; column++) {
        slong k = monomial_of(w, column);
        memset(product, 0, (size_t) n * sizeof(ulong));
        product[0] = 1;
        for (int i = 0; i < w->m->length[k]; i++) {
            lo_modalg_mul(next, product, curve->theta + w->m->vars[k * w->m->stride + i] * n, curve->algebra);
            memcpy(product, next, (size_t) n * sizeof(ulong));
        }
        for (slong t = 0; t < n; t++)
            rows[t * w->m->n + column] = product[t];
    }
    lo_free(product);
    return LO_OK;
}

/* One random curve of order n from the point of the search. Out: *raised, 1 when it brought a condition. */
static lo_status_t add_curve(int *raised, orbit_struct *w, slong n)
{
    lo_curve_t curve;
    slong size = lo_member_size(w->s->engine);
    ulong *rows = lo_alloc((size_t) (n * w->m->n), sizeof(ulong));
    lo_status_t status = lo_curve_init(curve, w->s->engine, w->s->point, n);
    if (rows == NULL)
        status = LO_SYSTEM;
    for (slong k = 0; k < curve->controls && status == LO_OK; k++)
        status = draw_member(curve->members + k * size, w->s, curve->field);
    if (status == LO_OK)
        status = lo_curve_integrate(curve, w->ctx);
    if (status == LO_OK)
        status = curve_conditions(rows, w, curve);
    if (status == LO_OK)
        *raised = lo_span_add(w->conditions, NULL, rows, n) > 0;
    lo_curve_clear(curve);
    lo_free(rows);
    return status;
}

#define FIRST_ORDER 12
#define LAST_ORDER 48

/* All conditions of the orbit of a new random point: curves until one brings nothing, then one of twice the order. */
static lo_status_t orbit_conditions(orbit_struct *w)
{
    lo_span_zero(w->conditions);
    LO_TRY(lo_modpoint_randomise(w->s->point, w->s->engine));
    for (slong n = FIRST_ORDER; n <= LAST_ORDER; n *= 2) {
        int raised = 1, any = 0;
        while (raised && w->conditions->rank < w->m->n) {
            LO_TRY(add_curve(&raised, w, n));
            any |= raised;
        }
        if (!any || w->conditions->rank == w->m->n)
            break;
    }
    return LO_OK;
}

/* Fixes the free columns at the first point; later points must agree. Returns 0 when they do not. */
static int same_pivots(orbit_struct *w, int first)
{
    char seen;
    slong differ = 0;
    if (first) {
        for (slong r = 0; r < w->conditions->rank; r++)
            w->pivot[w->conditions->pivot[r]] = 1;
        for (slong c = 0; c < w->m->n; c++)
            if (!w->pivot[c])
                w->free[w->nfree++] = c;
    }
    for (slong r = 0; r < w->conditions->rank; r++) {
        seen = w->pivot[w->conditions->pivot[r]];
        differ += !seen;
    }
    return differ == 0 && w->conditions->rank + w->nfree == w->m->n;
}

/* The reduced basis of V at one point: e_free - sum over the rows of their entry in that column. */
static void read_basis(orbit_struct *w, slong point)
{
    slong cols = w->m->n;
    for (slong k = 0; k < w->nfree; k++) {
        ulong *v = w->bases + (point * w->nfree + k) * cols;
        v[w->free[k]] = 1;
        for (slong r = 0; r < w->conditions->rank; r++)
            v[w->conditions->pivot[r]] =
                nmod_neg(nmod_mat_entry(w->conditions->rows, r, w->free[k]), w->conditions->mod);
    }
}

/* Out: *usable, 0 when V is zero or the points disagree. */
static lo_status_t compare_points(int *usable, orbit_struct *w)
{
    *usable = 1;
    for (slong point = 0; point < POINTS && *usable; point++) {
        LO_TRY(orbit_conditions(w));
        *usable = w->conditions->rank < w->m->n && same_pivots(w, point == 0);
        if (point == 0 && *usable) {
            w->bases = lo_alloc((size_t) (POINTS * w->nfree * w->m->n), sizeof(ulong));
            if (w->bases == NULL)
                return LO_SYSTEM;
        }
        if (*usable)
            read_basis(w, point);
        LO_TRY(lo_ctx_poll(w->ctx));
    }
    return LO_OK;
}

static lo_status_t read_polynomial(lo_poly_t f, const orbit_struct *w, const fmpz *coefficients)
{
    for (slong c = 0; c < w->m->n; c++) {
        slong k = monomial_of(w, c);
        if (!fmpz_is_zero(coefficients + c))
            LO_TRY(lo_poly_push(f, coefficients + c, w->m->vars + k * w->m->stride, w->m->length[k]));
    }
    lo_poly_normalise(f);
    return LO_OK;
}

/* All quotients of a basis of a small family, given by integer rows. */
static lo_status_t take_quotients(lo_polys_t pairs, const orbit_struct *w, const fmpz_mat_t rows)
{
    lo_status_t status = LO_OK;
    for (slong i = 0; i < rows->r; i++)
        for (slong j = i + 1; j < rows->r; j++)
            for (int side = 0; side < 2 && status == LO_OK; side++) {
                lo_poly_t f;
                lo_poly_init(f, w->m->stride);
                status = read_polynomial(f, w, fmpz_mat_entry(rows, side == 0 ? i : j, 0));
                if (status == LO_OK)
                    status = lo_polys_take(pairs, f);
                lo_poly_clear(f);
            }
    return status;
}

/* The space that the k-th basis vector runs through. */
static lo_status_t family_of(lo_polys_t pairs, const orbit_struct *w, slong k)
{
    slong cols = w->m->n, kept = 0;
    nmod_mat_t a;
    fmpz_mat_t rows, window;
    lo_status_t status = LO_OK;
    nmod_mat_init(a, POINTS, cols, w->s->engine->mod.n);
    for (slong point = 0; point < POINTS; point++)
        _nmod_vec_set(&nmod_mat_entry(a, point, 0), w->bases + (point * w->nfree + k) * cols, cols);
    slong rank = nmod_mat_rref(a);
    fmpz_mat_init(rows, rank, cols);
    for (slong r = 0; r < rank && rank <= MAX_FAMILY; r++)
        kept += lo_reconstruct(fmpz_mat_entry(rows, kept, 0), &nmod_mat_entry(a, r, 0), cols, a->mod);
    if (kept == rank && rank >= 2) {
        fmpz_mat_window_init(window, rows, 0, 0, kept, cols);
        lo_sparsify(window);
        status = take_quotients(pairs, w, window);
        fmpz_mat_window_clear(window);
    }
    fmpz_mat_clear(rows);
    nmod_mat_clear(a);
    return status;
}

lo_status_t lo_orbit_quotients(lo_polys_t pairs, lo_search_t s, int degree, lo_ctx_t ctx)
{
    orbit_struct w = { .s = s, .ctx = ctx };
    int usable = 0;
    LO_TRY(lo_monomials_all(w.m, s, s->family->p, 0, degree));
    w.pivot = lo_alloc((size_t) w.m->n, 1);
    w.free = lo_alloc((size_t) w.m->n, sizeof(slong));
    lo_status_t status = lo_span_init(w.conditions, w.m->n, s->engine->mod);
    if (w.pivot == NULL || w.free == NULL)
        status = LO_SYSTEM;
    if (status == LO_OK)
        status = compare_points(&usable, &w);
    for (slong k = 0; k < w.nfree && usable && status == LO_OK; k++)
        status = family_of(pairs, &w, k);
    lo_span_clear(w.conditions);
    lo_free(w.pivot);
    lo_free(w.free);
    lo_free(w.bases);
    lo_monomials_clear(w.m);
    return status;
}
