/* orbit.c - rational laws from the polynomials that vanish on orbits.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/orbit.h"

#include "algebra/curve.h"
#include "algebra/span.h"
#include "base/memory.h"
#include "law/polymat.h"

#include <string.h>

/* Points whose orbits are compared; basis vectors that run through more than MAX_UNKNOWNS + 1 dimensions are passed
 * over. */
#define POINTS 8
#define MAX_UNKNOWNS 5

/* b_0 + sum_i g_i b_i = 0. */
typedef struct {
    slong n;                       /* unknowns; 0: not used */
    ulong g[MAX_UNKNOWNS][POINTS]; /* their values at the points, which tell them apart */
    lo_poly_struct b[MAX_UNKNOWNS + 1];
} equation_struct;

typedef struct {
    lo_search_struct *s;
    lo_ctx_struct *ctx;
    lo_monomials_t m;
    lo_span_t conditions; /* of one orbit: a polynomial vanishes on it when its coefficients are orthogonal */
    ulong *bases;         /* per point and free column, a vector of V */
    char *pivot;          /* columns that are pivots, the same at all points */
    slong *free, nfree;
    equation_struct *equations; /* nfree */
    lo_ring_struct *ring;
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
    slong rank = w->conditions->rank;
    for (slong r = 0; r < rank && first; r++)
        w->pivot[w->conditions->pivot[r]] = 1;
    for (slong c = 0; c < w->m->n && first; c++)
        if (!w->pivot[c])
            w->free[w->nfree++] = c;
    for (slong r = 0; r < rank; r++)
        if (!w->pivot[w->conditions->pivot[r]])
            return 0;
    return rank + w->nfree == w->m->n;
}

/* The reduced basis of V at one point: e_free - sum over the rows of their entry in that column. */
static lo_status_t read_basis(orbit_struct *w, slong point)
{
    slong cols = w->m->n;
    ulong *row = lo_alloc((size_t) cols, sizeof(ulong));
    if (row == NULL)
        return LO_SYSTEM;
    for (slong k = 0; k < w->nfree; k++) {
        ulong *v = w->bases + (point * w->nfree + k) * cols;
        v[w->free[k]] = 1;
    }
    for (slong r = 0; r < w->conditions->rank; r++) {
        lo_span_row(row, w->conditions, r);
        for (slong k = 0; k < w->nfree; k++)
            w->bases[(point * w->nfree + k) * cols + w->conditions->pivot[r]] =
                nmod_neg(row[w->free[k]], w->conditions->mod);
    }
    lo_free(row);
    return LO_OK;
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
            LO_TRY(read_basis(w, point));
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
    return LO_OK;
}

/* The span that the k-th basis vector runs through, with its free column (where it is 1) moved to the front: then the
 * first row of the reduced form is b_0, and the entries of the vector at the other pivots are the g_i.
 * Out: rank. */
static slong span_of(nmod_mat_t a, slong *pivot, const orbit_struct *w, slong k)
{
    slong cols = w->m->n;
    for (slong point = 0; point < POINTS; point++) {
        const ulong *v = w->bases + (point * w->nfree + k) * cols;
        nmod_mat_entry(a, point, 0) = 1;
        for (slong c = 0; c < cols; c++)
            nmod_mat_entry(a, point, c + 1) = c == w->free[k] ? 0 : v[c];
    }
    slong rank = nmod_mat_rref(a);
    for (slong r = 0, c = 0; r < rank; r++, c++) {
        while (nmod_mat_entry(a, r, c) == 0)
            c++;
        pivot[r] = c - 1;
    }
    return rank;
}

/* Row r of the span as an integer polynomial. Out: scale, what it was multiplied with. Returns LO_UNABLE when it has no
 * small rational form. */
static lo_status_t read_row(lo_poly_t b, fmpz_t scale, const orbit_struct *w, const nmod_mat_t a, slong r,
                            slong pivot, slong k)
{
    slong cols = w->m->n;
    fmpz *row = _fmpz_vec_init(cols);
    ulong *residues = lo_alloc((size_t) cols, sizeof(ulong));
    lo_status_t status = residues != NULL ? LO_OK : LO_SYSTEM;
    if (status == LO_OK) {
        memcpy(residues, &nmod_mat_entry(a, r, 1), (size_t) cols * sizeof(ulong));
        residues[w->free[k]] = nmod_mat_entry(a, r, 0); /* back to its place */
        if (!lo_reconstruct(row, residues, cols, a->mod))
            status = LO_UNABLE;
    }
    if (status == LO_OK)
        status = read_polynomial(b, w, row);
    fmpz_set(scale, row + (pivot < 0 ? w->free[k] : pivot)); /* where a has its leading one */
    lo_free(residues);
    _fmpz_vec_clear(row, cols);
    return status;
}

/* Multiplies every b_r by what makes their scales equal, so that the g_i stay as they are. */
static void equalise(equation_struct *e, const fmpz *scale, slong rank)
{
    fmpz_t common, factor;
    fmpz_init_set_ui(common, 1);
    fmpz_init(factor);
    for (slong r = 0; r < rank; r++)
        fmpz_lcm(common, common, scale + r);
    for (slong r = 0; r < rank; r++) {
        fmpz_divexact(factor, common, scale + r);
        _fmpz_vec_scalar_mul_fmpz(e->b[r].coef, e->b[r].coef, e->b[r].nterms, factor);
    }
    fmpz_clear(common);
    fmpz_clear(factor);
}

/* The equation of the k-th basis vector. */
static lo_status_t read_equation(orbit_struct *w, slong k)
{
    equation_struct *e = w->equations + k;
    slong cols = w->m->n, pivot[POINTS];
    nmod_mat_t a;
    fmpz *scale = _fmpz_vec_init(POINTS);
    nmod_mat_init(a, POINTS, cols + 1, w->s->engine->mod.n);
    slong rank = span_of(a, pivot, w, k);
    lo_status_t status = LO_OK;
    int usable = rank >= 2 && rank <= MAX_UNKNOWNS + 1;
    for (slong r = 0; r < rank && usable && status == LO_OK; r++) {
        status = read_row(&e->b[r], scale + r, w, a, r, pivot[r], k);
        for (slong point = 0; r > 0 && point < POINTS; point++)
            e->g[r - 1][point] = w->bases[(point * w->nfree + k) * cols + pivot[r]];
    }
    if (usable && status == LO_OK) {
        equalise(e, scale, rank);
        e->n = rank - 1;
    }
    nmod_mat_clear(a);
    _fmpz_vec_clear(scale, POINTS);
    return status == LO_UNABLE ? LO_OK : status;
}

/* The number of unknown i of e among the unknowns of f, -1: not there. */
static slong find_unknown(const equation_struct *f, const equation_struct *e, slong i)
{
    for (slong j = 0; j < f->n; j++)
        if (memcmp(f->g[j], e->g[i], sizeof(e->g[i])) == 0)
            return j;
    return -1;
}

/* Row `row` of the system of f from the equation e: columns 0 .. n-1 the unknowns, n the polynomial b_0.
 * Out: *fits, 0 when e has unknowns that f has not. */
static lo_status_t set_equation(int *fits, lo_polymat_struct *m, slong row, const orbit_struct *w,
                                const equation_struct *f, const equation_struct *e)
{
    fmpz_mpoly_q_t b;
    lo_status_t status = LO_OK;
    *fits = 1;
    for (slong i = 0; i < e->n; i++)
        *fits = *fits && find_unknown(f, e, i) >= 0;
    if (!*fits)
        return LO_OK;
    fmpz_mpoly_q_init(b, w->ring->ctx);
    for (slong j = 0; j < m->cols; j++)
        fmpz_mpoly_zero(m->e + row * m->cols + j, w->ring->ctx);
    for (slong i = 0; i <= e->n && status == LO_OK; i++) {
        slong column = i == 0 ? f->n : find_unknown(f, e, i - 1);
        status = lo_poly_to_ring(b, &e->b[i], w->s->symbols, w->ring, w->ctx);
        fmpz_mpoly_add(m->e + row * m->cols + column, m->e + row * m->cols + column, fmpz_mpoly_q_numref(b),
                       w->ring->ctx);
    }
    fmpz_mpoly_q_clear(b, w->ring->ctx);
    return status;
}

/* Equations in the unknowns of f, as many as there are, with a determinant that is not zero. Out: m; det.
 * *found, 1 on success. */
static lo_status_t gather(int *found, lo_polymat_struct *m, fmpz_mpoly_t det, const orbit_struct *w,
                          const equation_struct *f)
{
    slong rows = 0, all[LO_POLYMAT_MINOR];
    *found = 0;
    for (slong i = 0; i < LO_POLYMAT_MINOR; i++)
        all[i] = i;
    for (const equation_struct *e = w->equations; e < w->equations + w->nfree && rows < f->n; e++) {
        int fits, independent = 0;
        if (e->n == 0)
            continue;
        LO_TRY(set_equation(&fits, m, rows, w, f, e));
        /* some minor of the first rows, on some columns: the leading ones are tried in turn */
        for (slong shift = 0; fits && shift < f->n && !independent; shift++) {
            slong cols[LO_POLYMAT_MINOR];
            for (slong j = 0; j <= rows; j++)
                cols[j] = (j + shift) % f->n;
            independent =
                lo_polymat_det(det, m, all, cols, rows + 1) && !fmpz_mpoly_is_zero(det, w->ring->ctx);
        }
        rows += independent;
    }
    *found = rows == f->n && lo_polymat_det(det, m, all, all, rows) && !fmpz_mpoly_is_zero(det, w->ring->ctx);
    return LO_OK;
}

/* Cramer's rule: g_i = -det(column i replaced by b_0) / det. */
static lo_status_t cramer(lo_formulas_t list, const lo_polymat_struct *m, const fmpz_mpoly_t det,
                          const orbit_struct *w)
{
    slong n = m->rows, rows[LO_POLYMAT_MINOR], cols[LO_POLYMAT_MINOR];
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_t g, d;
    fmpz_mpoly_q_init(g, w->ring->ctx);
    fmpz_mpoly_q_init(d, w->ring->ctx);
    fmpz_mpoly_set(fmpz_mpoly_q_numref(d), det, w->ring->ctx);
    for (slong i = 0; i < n && status == LO_OK; i++) {
        lo_formula_t h;
        lo_formula_init(h);
        for (slong j = 0; j < n; j++) {
            rows[j] = j;
            cols[j] = j == i ? n : j;
        }
        fmpz_mpoly_one(fmpz_mpoly_q_denref(g), w->ring->ctx);
        if (lo_polymat_det(fmpz_mpoly_q_numref(g), m, rows, cols, n))
            status = lo_ring_div(g, g, d, w->ring);
        if (status == LO_OK)
            status = lo_formula_set_quotient(h, g, w->s->symbols, w->ring);
        if (status == LO_OK && h->nfactors > 0) {
            lo_formula_make_positive(h);
            status = lo_formulas_take(list, h);
        }
        lo_formula_clear(h);
    }
    fmpz_mpoly_q_clear(g, w->ring->ctx);
    fmpz_mpoly_q_clear(d, w->ring->ctx);
    return status;
}

/* The unknowns of one equation. */
static lo_status_t solve_for(lo_formulas_t list, const orbit_struct *w, const equation_struct *f)
{
    lo_polymat_struct m;
    fmpz_mpoly_t det;
    int found;
    LO_TRY(lo_polymat_init(&m, f->n, f->n + 1, w->ring));
    fmpz_mpoly_init(det, w->ring->ctx);
    lo_status_t status = gather(&found, &m, det, w, f);
    if (status == LO_OK && found)
        status = cramer(list, &m, det, w);
    fmpz_mpoly_clear(det, w->ring->ctx);
    lo_polymat_clear(&m);
    return status == LO_OK || status == LO_SYSTEM ? status : lo_ctx_poll(w->ctx); /* too large: passed over */
}

/* Were the unknowns of equation k solved for with an earlier one? */
static int is_repeated(const orbit_struct *w, slong k)
{
    for (slong j = 0; j < k; j++) {
        slong known = 0;
        for (slong i = 0; i < w->equations[k].n; i++)
            known += find_unknown(w->equations + j, w->equations + k, i) >= 0;
        if (known == w->equations[k].n)
            return 1;
    }
    return 0;
}

static lo_status_t solve_equations(lo_formulas_t list, orbit_struct *w)
{
    lo_status_t status = LO_OK;
    w->equations = lo_alloc((size_t) w->nfree, sizeof(*w->equations));
    if (w->equations == NULL)
        return LO_SYSTEM;
    for (slong k = 0; k < w->nfree; k++)
        for (slong i = 0; i <= MAX_UNKNOWNS; i++)
            lo_poly_init(&w->equations[k].b[i], w->m->stride);
    for (slong k = 0; k < w->nfree && status == LO_OK; k++)
        status = read_equation(w, k);
    for (slong k = 0; k < w->nfree && status == LO_OK; k++)
        if (w->equations[k].n > 0 && !is_repeated(w, k))
            status = solve_for(list, w, w->equations + k);
    for (slong k = 0; k < w->nfree; k++)
        for (slong i = 0; i <= MAX_UNKNOWNS; i++)
            lo_poly_clear(&w->equations[k].b[i]);
    lo_free(w->equations);
    return status;
}

lo_status_t lo_orbit_quotients(lo_formulas_t list, lo_search_t s, lo_ring_t ring, int degree, lo_ctx_t ctx)
{
    orbit_struct w = { .s = s, .ctx = ctx, .ring = ring };
    int usable = 0;
    LO_TRY(lo_monomials_all(w.m, s, s->family->p, 0, degree));
    w.pivot = lo_alloc((size_t) w.m->n, 1);
    w.free = lo_alloc((size_t) w.m->n, sizeof(slong));
    lo_status_t status = lo_span_init(w.conditions, w.m->n, s->engine->mod);
    if (w.pivot == NULL || w.free == NULL)
        status = LO_SYSTEM;
    if (status == LO_OK)
        status = compare_points(&usable, &w);
    if (status == LO_OK && usable)
        status = solve_equations(list, &w);
    lo_span_clear(w.conditions);
    lo_free(w.pivot);
    lo_free(w.free);
    lo_free(w.bases);
    lo_monomials_clear(w.m);
    return status;
}
