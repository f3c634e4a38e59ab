/* subspaces.c - laws of vectors of parameters that move within their span.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 *
 * Let v_1, ..., v_m, m < k, be vectors of k parameters each (columns or rows of weight matrices), perhaps
 * with the constant vector (1, ..., 1) among them. If every field moves them within their span, X v_j =
 * sum_l c_jl v_l (the constant vector has X v_j = 0), then X maps each m x m minor D of the k x m matrix
 * (v_1, ..., v_m) to (sum_j c_jj) D. All minors are Darboux polynomials with the same cofactor, and their
 * quotients are laws: the position of the span in R^k. So it is, for instance, for outputs that depend on
 * the products <v_i, v_j> alone: a layer, its normalisation and the next layer.
 *
 * Proof of X v_j in the span. Where the minor D_0 of the first m rows is not zero, the vectors n_r, r > m,
 * with the entries (-1)^i (minor of the rows 1, ..., m, r without the i-th of these m + 1) are orthogonal
 * to the span (a determinant with two equal columns, expanded along one) and independent (only n_r has an
 * entry in row r, D_0 up to sign): a basis of its complement. If every output has derivative zero along
 * the direction in which v_j moves by n_r and nothing else moves, for all r, then <n_r, X v_j> = 0 for the
 * gradient X of every output, so X v_j lies in the span. These m (k - m) derivatives are polynomial
 * directions of degree m, far shorter than the gradients of the quotients, and tangent propagation decides
 * them one by one.
 *
 * The quotients by D_0 of the minors in which one of the first m rows is replaced by another are
 * coordinates of all spans where D_0 is not zero (the entries of the matrix times the inverse of its first
 * m rows), so these are enough.
 *
 * Any function h of the vectors whose derivatives by each v_j are orthogonal to the span (with the
 * constant vector) is a law too: X h = sum_j <dh/dv_j, X v_j> = 0. That is how a given expression is
 * proved.
 */
#include "law/subspaces.h"

#include "base/memory.h"
#include "law/invariants.h"

#include <stdlib.h>
#include <string.h>

#define FOUND_BY "subspace search"
#define PROVED_BY "tangent propagation"

/* Vectors in one matrix, entries of a vector, and frames of the same length that are combined. */
#define MAX_VECTORS 5
#define MAX_LENGTH 32
#define MAX_FRAMES 5

/* `count` vectors of `length` coordinates: entry i of vector j is first + i * step + j * jump. */
typedef struct {
    slong length, count, first, step, jump;
} frame_struct;

/* The matrix: variable of entry i of vector j, or -1 for the constant 1. */
typedef struct {
    slong length, count;
    slong entry[MAX_LENGTH][MAX_VECTORS];
} matrix_struct;

static int compare_variables(const void *a, const void *b)
{
    slong x = *(const slong *) a, y = *(const slong *) b;
    return (x > y) - (x < y);
}

/* Appends the terms of a minor that begin with sign * vars, where the columns before `column` have used
 * some rows. */
static lo_status_t expand_minor(lo_poly_t f, const matrix_struct *m, const slong *rows, char *used,
                                slong column, slong *vars, int nvars, int sign)
{
    if (column == m->count) {
        slong sorted[MAX_VECTORS];
        fmpz_t c;
        memcpy(sorted, vars, sizeof(sorted));
        qsort(sorted, (size_t) nvars, sizeof(slong), compare_variables);
        fmpz_init_set_si(c, sign);
        lo_status_t status = lo_poly_push(f, c, sorted, nvars);
        fmpz_clear(c);
        return status;
    }
    for (slong i = m->count - 1, larger = 0; i >= 0; i--) { /* an inversion with each larger row in use */
        if (used[i]) {
            larger++;
            continue;
        }
        slong variable = m->entry[rows[i]][column];
        used[i] = 1;
        if (variable >= 0)
            vars[nvars] = variable;
        lo_status_t status = expand_minor(f, m, rows, used, column + 1, vars, nvars + (variable >= 0),
                                          larger % 2 == 0 ? sign : -sign);
        used[i] = 0;
        LO_TRY(status);
    }
    return LO_OK;
}

/* The minor of the given rows, sign times. */
static lo_status_t minor(lo_poly_t f, const matrix_struct *m, const slong *rows, int sign)
{
    slong vars[MAX_VECTORS] = { 0 };
    char used[MAX_VECTORS] = { 0 };
    return expand_minor(f, m, rows, used, 0, vars, 0, sign);
}

/* The direction in which vector j moves by the normal of row `last`. Out: v[p], zero on entry. */
static lo_status_t set_direction(lo_poly_struct *v, const matrix_struct *m, slong j, slong last)
{
    for (slong i = 0; i <= m->count; i++) { /* without row i */
        slong rows[MAX_VECTORS], n = 0, row = i == m->count ? last : i;
        for (slong other = 0; other < m->count; other++)
            if (other != i)
                rows[n++] = other;
        if (i < m->count)
            rows[n] = last;
        LO_TRY(minor(v + m->entry[row][j], m, rows, i % 2 ? -1 : 1));
    }
    return LO_OK;
}

/* Does the gradient of every output move vector j orthogonally to the normal of row `last`? */
static lo_status_t is_orthogonal(int *proved, const lo_prover_t prover, const matrix_struct *m, slong j,
                                 slong last)
{
    slong p = prover->family->p;
    lo_poly_struct *v = lo_alloc((size_t) p, sizeof(*v));
    if (v == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < p; i++)
        lo_poly_init(v + i, MAX_VECTORS);
    lo_status_t status = set_direction(v, m, j, last);
    if (status == LO_OK)
        status = lo_tangent_prove_form(proved, prover->tangent, v);
    for (slong i = 0; i < p; i++)
        lo_poly_clear(v + i);
    lo_free(v);
    return status;
}

static lo_status_t prove_span(int *proved, const lo_prover_t prover, const matrix_struct *m, lo_ctx_t ctx)
{
    *proved = 1;
    for (slong j = 0; j < m->count && *proved; j++)
        for (slong row = m->count; m->entry[0][j] >= 0 && row < m->length && *proved; row++) {
            LO_TRY(is_orthogonal(proved, prover, m, j, row));
            LO_TRY(lo_ctx_poll(ctx));
        }
    return LO_OK;
}

/* Random zeros of the minor modulo the prime: a sieve before the proof. */
static lo_status_t test(int *passed, lo_collection_t laws, const matrix_struct *m, const slong *rows)
{
    lo_poly_t f;
    lo_poly_init(f, MAX_VECTORS);
    lo_status_t status = minor(f, m, rows, 1);
    if (status == LO_OK)
        status = lo_invariants_test(passed, laws->search, f);
    lo_poly_clear(f);
    return status;
}

/* Takes the quotient of the minor of the given rows by that of the first rows. */
static lo_status_t take_quotient(lo_collection_t laws, const matrix_struct *m, const slong *rows,
                                 const slong *first)
{
    lo_poly_t numerator, denominator;
    lo_formula_t h;
    lo_poly_init(numerator, MAX_VECTORS);
    lo_poly_init(denominator, MAX_VECTORS);
    lo_formula_init(h);
    lo_status_t status = minor(numerator, m, rows, 1);
    if (status == LO_OK)
        status = minor(denominator, m, first, 1);
    lo_poly_normalise(numerator);
    lo_poly_normalise(denominator);
    if (status == LO_OK)
        status = lo_formula_times(h, numerator, 1);
    if (status == LO_OK)
        status = lo_formula_times(h, denominator, -1);
    if (status == LO_OK)
        status = lo_collection_consider_proved(laws, h, FOUND_BY, PROVED_BY);
    lo_formula_clear(h);
    lo_poly_clear(numerator);
    lo_poly_clear(denominator);
    return status == LO_OK ? lo_collection_flush(laws) : status;
}

/* The matrix of the frames in `set`, and a column of ones when asked. Returns 0 when it has too many
 * columns. */
static int fill_matrix(matrix_struct *m, const frame_struct *frames, slong n, slong set, int ones)
{
    m->count = ones;
    for (slong i = 0; ones && i < frames->length; i++)
        m->entry[i][0] = -1;
    m->length = frames->length;
    for (slong k = 0; k < n; k++) {
        if (!(set >> k & 1))
            continue;
        const frame_struct *f = frames + k;
        if (m->count + f->count > MAX_VECTORS)
            return 0;
        for (slong j = 0; j < f->count; j++, m->count++)
            for (slong i = 0; i < f->length; i++)
                m->entry[i][m->count] = f->first + i * f->step + j * f->jump;
    }
    return m->count < m->length;
}

static int compare_frames(const void *a, const void *b)
{
    const frame_struct *x = a, *y = b;
    slong order = x->length != y->length ? x->length - y->length : x->first - y->first;
    return (order > 0) - (order < 0);
}

/* Columns and rows of the parameters, by length. A matrix with as many vectors as entries spans
 * everything. */
static slong find_frames(frame_struct *frames, const lo_model_struct *model)
{
    slong n = 0;
    for (slong s = 0; s < model->nparameter_symbols; s++) {
        const lo_symbol_struct *x = model->symbols + model->parameter_symbols[s];
        slong rows = x->shape.rank > 0 ? x->shape.dim[0] : 1, cols = x->size / rows;
        if (x->shape.rank > 2)
            continue;
        if (rows > cols && rows <= MAX_LENGTH)
            frames[n++] = (frame_struct){ rows, cols, x->offset, cols, 1 };
        if (cols > rows && cols <= MAX_LENGTH)
            frames[n++] = (frame_struct){ cols, rows, x->offset, 1, cols };
    }
    qsort(frames, (size_t) n, sizeof(*frames), compare_frames);
    return n;
}

/* Something to do with each matrix. Out: *stop, 1 when nothing is left to do. */
typedef lo_status_t (*visit_fn)(int *stop, void *data, const matrix_struct *m);

static lo_status_t visit_matrices(const lo_prover_t prover, visit_fn visit, void *data)
{
    const lo_family_struct *f = prover->family;
    lo_status_t status = LO_OK;
    int stop = 0;
    if (f->origin != NULL || prover->tangent == NULL)
        return LO_OK;
    frame_struct *frames = lo_alloc((size_t) f->model->nparameter_symbols, sizeof(*frames));
    if (frames == NULL)
        return LO_SYSTEM;
    slong n = find_frames(frames, f->model);
    for (slong from = 0, to; from < n; from = to) { /* frames of one length */
        for (to = from; to < n && frames[to].length == frames[from].length; to++)
            ;
        slong joined = to - from < MAX_FRAMES ? to - from : MAX_FRAMES;
        for (slong set = 1; set < (slong) 1 << joined; set++)
            for (int ones = 0; ones < 2 && status == LO_OK && !stop; ones++) {
                matrix_struct m;
                if (fill_matrix(&m, frames + from, joined, set, ones))
                    status = visit(&stop, data, &m);
            }
    }
    lo_free(frames);
    return status;
}

/* ---- the search ---- */

typedef struct {
    lo_collection_struct *laws;
    slong enough;
} search_struct;

static lo_status_t visit_search(int *stop, void *data, const matrix_struct *m)
{
    search_struct *s = data;
    lo_collection_struct *laws = s->laws;
    slong first[MAX_VECTORS], rows[MAX_VECTORS];
    int passed = 0;
    for (slong i = 0; i < m->count; i++)
        first[i] = rows[i] = i;
    LO_TRY(test(&passed, laws, m, first));
    if (passed)
        LO_TRY(prove_span(&passed, laws->prover, m, laws->ctx));
    for (slong i = 0; passed && i < m->count; i++) {
        for (slong other = m->count; other < m->length && laws->n < s->enough; other++) {
            rows[i] = other;
            LO_TRY(take_quotient(laws, m, rows, first));
        }
        rows[i] = i;
    }
    *stop = laws->n >= s->enough;
    return lo_ctx_poll(laws->ctx);
}

lo_status_t lo_subspace_search(lo_collection_t laws, slong enough)
{
    search_struct s = { laws, enough };
    return visit_matrices(laws->prover, visit_search, &s);
}

/* ---- the proof of one expression ---- */

typedef struct {
    const lo_prover_struct *prover;
    const lo_ring_struct *ring;
    const fmpz_mpoly_q_struct *gradient;
    lo_ctx_struct *ctx;
    int proved;
} proof_struct;

/* sum_i v_l[i] dh/dv_j[i] */
static lo_status_t component(fmpz_mpoly_q_t sum, const proof_struct *s, const matrix_struct *m, slong l,
                             slong j)
{
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_t t;
    fmpz_mpoly_q_init(t, s->ring->ctx);
    fmpz_mpoly_q_zero(sum, s->ring->ctx);
    for (slong i = 0; i < m->length && status == LO_OK; i++) {
        fmpz_mpoly_q_set(t, s->gradient + m->entry[i][j], s->ring->ctx);
        if (m->entry[i][l] >= 0) {
            fmpz_mpoly_q_t v;
            fmpz_mpoly_q_init(v, s->ring->ctx);
            fmpz_mpoly_q_gen(v, m->entry[i][l], s->ring->ctx);
            status = lo_ring_mul(t, t, v, s->ring);
            fmpz_mpoly_q_clear(v, s->ring->ctx);
        }
        if (status == LO_OK)
            status = lo_ring_add(sum, sum, t, s->ring);
    }
    fmpz_mpoly_q_clear(t, s->ring->ctx);
    return status;
}

/* Does h depend on the vectors alone, with all derivatives orthogonal to the span? */
static lo_status_t is_function_of_span(int *is, const proof_struct *s, const matrix_struct *m)
{
    slong nonzero = 0;
    fmpz_mpoly_q_t sum;
    *is = 1;
    for (slong i = 0; i < s->ring->p; i++)
        nonzero += !fmpz_mpoly_q_is_zero(s->gradient + i, s->ring->ctx);
    for (slong k = 0; k < m->length * m->count; k++) {
        slong entry = m->entry[k / m->count][k % m->count];
        nonzero -= entry >= 0 && !fmpz_mpoly_q_is_zero(s->gradient + entry, s->ring->ctx);
    }
    if (nonzero > 0)
        *is = 0;
    fmpz_mpoly_q_init(sum, s->ring->ctx);
    lo_status_t status = LO_OK;
    for (slong k = 0; k < m->count * m->count && *is && status == LO_OK; k++) {
        if (m->entry[0][k % m->count] < 0)
            continue;
        status = component(sum, s, m, k / m->count, k % m->count);
        *is = status == LO_OK && fmpz_mpoly_q_is_zero(sum, s->ring->ctx);
    }
    fmpz_mpoly_q_clear(sum, s->ring->ctx);
    return status;
}

static lo_status_t visit_proof(int *stop, void *data, const matrix_struct *m)
{
    proof_struct *s = data;
    int is;
    LO_TRY(is_function_of_span(&is, s, m));
    if (is)
        LO_TRY(prove_span(&s->proved, s->prover, m, s->ctx));
    *stop = s->proved;
    return lo_ctx_poll(s->ctx);
}

lo_status_t lo_subspace_prove(const char **proved_by, const lo_prover_t prover, const fmpz_mpoly_q_t h,
                              const lo_ring_t ring, lo_ctx_t ctx)
{
    lo_field_t gradient;
    *proved_by = NULL;
    LO_TRY(lo_field_init(gradient, ring));
    proof_struct s = { prover, ring, gradient->c, ctx, 0 };
    lo_status_t status = lo_prove_gradient(gradient, h, ring);
    if (status == LO_OK)
        status = visit_matrices(prover, visit_proof, &s);
    if (status == LO_OK && s.proved)
        *proved_by = PROVED_BY;
    lo_field_clear(gradient, ring);
    return status;
}
