/* minors.c - Darboux candidates from the exact fields: components, minors, extactic determinants.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Where every m x m minor of the fields vanishes the rank is below m; a hypersurface on which the rank of the Lie
 * algebra drops is a union of smaller orbits, hence invariant. Its equation divides every such minor.
 *
 * Extactic determinants. Let m_1, ..., m_M be the monomials of degree <= d and D_1, ..., D_M products of fields
 * (D_1 = 1). If f = sum_j c_j m_j is a Darboux polynomial, every D_i f is a multiple of f (by induction: X(g f) =
 * (X g + g K_X) f), so on f = 0 the matrix (D_i m_j) has the vector c in its kernel, and f divides its determinant.
 * When that is not the zero polynomial, its irreducible factors contain every irreducible Darboux polynomial of degree
 * <= d.
 */
#include "law/invariants.h"
#include "law/polymat.h"

#include "base/memory.h"

/* Row `row` of the matrix: the components of a field over their common denominator. */
static lo_status_t set_row(lo_polymat_struct *m, slong row, const lo_field_t x)
{
    lo_field_t cleared;
    LO_TRY(lo_field_init(cleared, m->ring));
    lo_field_set(cleared, x, m->ring);
    lo_status_t status = lo_field_make_polynomial(cleared, m->ring);
    for (slong i = 0; i < x->p && status == LO_OK; i++)
        fmpz_mpoly_set(m->e + row * m->cols + i, fmpz_mpoly_q_numref(cleared->c + i), m->ring->ctx);
    lo_field_clear(cleared, m->ring);
    return status;
}

/* The next subset of k of n numbers, in lexicographic order; 0 after the last. */
static int next_subset(slong *subset, slong k, slong n)
{
    slong i = k - 1;
    while (i >= 0 && subset[i] == n - k + i)
        i--;
    if (i < 0)
        return 0;
    subset[i]++;
    for (slong j = i + 1; j < k; j++)
        subset[j] = subset[j - 1] + 1;
    return 1;
}

static void first_subset(slong *subset, slong k)
{
    for (slong i = 0; i < k; i++)
        subset[i] = i;
}

#define MAX_MINOR 4
#define MINORS_PER_SIZE 80

static lo_status_t offer_minors(lo_invariants_t inv, const lo_polymat_struct *m)
{
    lo_status_t status = LO_OK;
    fmpz_mpoly_t det;
    fmpz_mpoly_init(det, m->ring->ctx);
    for (slong k = 2; k <= MAX_MINOR && k <= m->rows && k <= m->cols; k++) {
        slong rows[MAX_MINOR], cols[MAX_MINOR], count = 0;
        first_subset(rows, k);
        do {
            first_subset(cols, k);
            do {
                if (lo_polymat_det(det, m, rows, cols, k))
                    status = lo_invariants_offer_factors(inv, det);
                if (status == LO_OK)
                    status = lo_ctx_poll(inv->ctx);
            } while (status == LO_OK && ++count < MINORS_PER_SIZE && next_subset(cols, k, m->cols));
        } while (status == LO_OK && count < MINORS_PER_SIZE && next_subset(rows, k, m->rows));
    }
    fmpz_mpoly_clear(det, m->ring->ctx);
    return status;
}

/* ---- extactic determinants ---- */

/* res = X g for polynomials; row: the components of X. Returns 0 when it is too large. */
static int derive(fmpz_mpoly_t res, const lo_polymat_struct *fields, slong row, const fmpz_mpoly_t g)
{
    const lo_ring_struct *ring = fields->ring;
    fmpz_mpoly_t t;
    int ok = 1;
    fmpz_mpoly_init(t, ring->ctx);
    fmpz_mpoly_zero(res, ring->ctx);
    for (slong i = 0; i < fields->cols && ok; i++) {
        fmpz_mpoly_derivative(t, g, i, ring->ctx);
        ok = lo_polymat_add_product(res, t, fields->e + row * fields->cols + i, 1, ring);
    }
    fmpz_mpoly_clear(t, ring->ctx);
    return ok;
}

/* The rank of the first `rows` rows at one point with small integer coordinates: a lower bound. */
static slong rank_at(const lo_polymat_struct *m, slong rows, const ulong *point)
{
    fmpz_mat_t values;
    fmpz *x = _fmpz_vec_init(m->ring->nvars);
    fmpz **pointers = flint_malloc((size_t) m->ring->nvars * sizeof(fmpz *));
    fmpz_mat_init(values, rows, m->cols);
    for (slong v = 0; v < m->ring->nvars; v++) {
        fmpz_set_ui(x + v, point[v]);
        pointers[v] = x + v;
    }
    for (slong i = 0; i < rows * m->cols; i++)
        fmpz_mpoly_evaluate_all_fmpz(fmpz_mat_entry(values, i / m->cols, i % m->cols), m->e + i, pointers,
                                     m->ring->ctx);
    slong rank = fmpz_mat_rank(values);
    fmpz_mat_clear(values);
    flint_free(pointers);
    _fmpz_vec_clear(x, m->ring->nvars);
    return rank;
}

#define MAX_EXTACTIC 6

/* Fills rows 1, ... by fields applied to earlier rows, keeping those that are independent. Returns the number of
 * rows. */
static slong fill_words(lo_polymat_struct *words, const lo_polymat_struct *fields, const ulong *point)
{
    slong n = 1;
    for (slong from = 0; from < n; from++)
        for (slong x = 0; x < fields->rows && n < words->cols; x++) {
            for (slong j = 0; j < words->cols; j++)
                if (!derive(words->e + n * words->cols + j, fields, x, words->e + from * words->cols + j))
                    return n;
            if (rank_at(words, n + 1, point) == n + 1)
                n++;
        }
    return n;
}

/* Dimension p and degree d with M = binomial(p + d, d) <= MAX_EXTACTIC monomials. */
static lo_status_t extactic(lo_invariants_t inv, const lo_polymat_struct *fields, int degree)
{
    const lo_ring_struct *ring = inv->ring;
    slong all[MAX_EXTACTIC];
    lo_monomials_t m;
    lo_polymat_struct words = { 0 };
    LO_TRY(lo_monomials_all(m, inv->search, ring->p, 0, degree));
    ulong *point = lo_alloc((size_t) ring->nvars, sizeof(ulong));
    lo_status_t status = point != NULL ? lo_polymat_init(&words, m->n, m->n, ring) : LO_SYSTEM;
    for (slong v = 0; status == LO_OK && v < ring->nvars; v++)
        point[v] = 2 + lo_random_below(inv->search->engine->random, 1000);
    fmpz_mpoly_t det;
    fmpz_mpoly_init(det, ring->ctx);
    for (slong j = 0; status == LO_OK && j < m->n; j++) {
        fmpz_mpoly_one(words.e + j, ring->ctx);
        for (int i = 0; i < m->length[j]; i++) {
            fmpz_mpoly_gen(det, m->vars[j * m->stride + i], ring->ctx);
            fmpz_mpoly_mul(words.e + j, words.e + j, det, ring->ctx);
        }
    }
    first_subset(all, m->n);
    if (status == LO_OK && fill_words(&words, fields, point) == m->n &&
        lo_polymat_det(det, &words, all, all, m->n))
        status = lo_invariants_offer_factors(inv, det);
    fmpz_mpoly_clear(det, ring->ctx);
    lo_polymat_clear(&words);
    lo_free(point);
    lo_monomials_clear(m);
    return status;
}

/* ---- all of it ---- */

#define MAX_ROWS 6
#define MAX_COMPONENTS 256

static lo_status_t offer_components(lo_invariants_t inv, const lo_fields_t fields)
{
    slong count = 0;
    for (slong k = 0; k < fields->n; k++)
        for (slong i = 0; i < inv->ring->p && count < MAX_COMPONENTS; i++, count++) {
            LO_TRY(lo_invariants_offer_factors(inv, fmpz_mpoly_q_numref(fields->fields[k].c + i)));
            LO_TRY(lo_invariants_offer_factors(inv, fmpz_mpoly_q_denref(fields->fields[k].c + i)));
        }
    return LO_OK;
}

/* A few brackets of a small family join its fields. */
static lo_status_t add_brackets(lo_fields_t fields, const lo_ring_struct *ring)
{
    slong n = fields->n;
    lo_field_t bracket;
    LO_TRY(lo_field_init(bracket, ring));
    lo_status_t status = LO_OK;
    for (slong i = 0; i < n && status == LO_OK; i++)
        for (slong j = i + 1; j < n && fields->n < MAX_ROWS && status == LO_OK; j++) {
            status = lo_field_bracket(bracket, fields->fields + i, fields->fields + j, ring);
            if (status == LO_OK && !lo_field_is_zero(bracket, ring))
                status = lo_fields_append(fields, bracket, ring);
        }
    lo_field_clear(bracket, ring);
    return status;
}

lo_status_t lo_invariants_fields(lo_invariants_t inv)
{
    lo_ring_struct *ring = inv->ring;
    lo_fields_t fields;
    lo_polymat_struct m = { 0 };
    lo_fields_init(fields);
    lo_status_t status = lo_fields_generate(fields, ring, inv->ctx);
    slong given = fields->n;
    if (status == LO_OK)
        status = offer_components(inv, fields);
    if (status == LO_OK && given <= MAX_ROWS)
        status = add_brackets(fields, ring);
    slong rows = fields->n < MAX_ROWS ? fields->n : MAX_ROWS;
    if (status == LO_OK)
        status = lo_polymat_init(&m, rows, ring->p, ring);
    for (slong k = 0; status == LO_OK && k < rows; k++)
        status = set_row(&m, k, fields->fields + k);
    if (status == LO_OK)
        status = offer_minors(inv, &m);
    m.rows = given < m.rows ? given : m.rows; /* words in the given fields are enough */
    for (int degree = 1; status == LO_OK && ring->p <= 4 && degree <= (ring->p == 2 ? 2 : 1); degree++)
        status = extactic(inv, &m, degree);
    m.rows = rows;
    if (m.e != NULL)
        lo_polymat_clear(&m);
    lo_fields_clear(fields, ring);
    if (status == LO_UNABLE || status == LO_DOMAIN) /* too large to expand; an interrupt comes back */
        return lo_ctx_poll(inv->ctx);
    return status;
}
