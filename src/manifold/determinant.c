/* determinant.c - blocks, contents, and constant combinations of columns that vanish on a hyperplane.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * 1. A matching of rows and columns makes the matrix block triangular: the determinant is the product of those of the
 *    strong components.
 * 2. A factor common to a row or column is one of the determinant.
 * 3. If sum_j v_j (column j) is zero where a linear form l is, for numbers v_j, v_c not 0, then column c may be replaced by
 *    that sum divided by l: the determinant is divided by l, up to a number. The same with rows. Determinants of Vandermonde's
 *    kind, also confluent, end as numbers, and are never expanded.
 * 4. An entry that is a number clears its column, which leaves a smaller determinant.
 * 5. What is left is expanded and factored.
 */
#include "manifold/determinant.h"

#include "base/memory.h"
#include "base/random.h"
#include "manifold/zeros.h"

#include <stdlib.h>
#include <string.h>

#define MOST_EXPANDED 7 /* rows of a block that is expanded */
#define MOST_TERMS 600 /* of a minor of it */
#define MOST_ENTRY_TERMS 1500 /* of all entries of the matrix */

typedef struct {
    lo_qpolys_struct *factors;
    const lo_stage_struct *s;
    lo_ctx_struct *ctx;
    nmod_t mod;
    lo_random_t random;
} work_struct;

/* A square block: n x n entries of the matrix, by pointers. */
typedef struct {
    slong n;
    fmpq_mpoly_struct **a;
} block_struct;

static fmpq_mpoly_struct *entry(const block_struct *b, slong i, slong j, int transposed)
{
    return b->a[transposed ? j * b->n + i : i * b->n + j];
}

static lo_status_t record(work_struct *w, const fmpq_mpoly_struct *f)
{
    lo_qpolys_t own = { { 0, 0, NULL } };
    const fmpq_mpoly_ctx_struct *ctx = w->s->ctx;
    lo_status_t status = lo_zeros_factors(own, f, w->s);
    for (slong i = 0; i < own->n && status == LO_OK; i++) {
        int known = 0;
        for (slong j = 0; j < w->factors->n; j++)
            known |= fmpq_mpoly_equal(own->f + i, w->factors->f + j, ctx);
        if (!known)
            status = lo_qpolys_add(w->factors, own->f + i, ctx);
    }
    lo_qpolys_clear(own, ctx);
    return status;
}

/* ---- contents ---- */

/* Makes the coefficients of each row integers without a common factor. */
static void take_numbers(const block_struct *b, const fmpq_mpoly_ctx_t ctx)
{
    fmpq_t g;
    fmpq_init(g);
    for (slong i = 0; i < b->n; i++) {
        fmpq_zero(g);
        for (slong j = 0; j < b->n; j++)
            if (!fmpq_mpoly_is_zero(entry(b, i, j, 0), ctx))
                fmpq_gcd(g, g, entry(b, i, j, 0)->content);
        for (slong j = 0; j < b->n && !fmpq_is_zero(g); j++)
            fmpq_mpoly_scalar_div_fmpq(entry(b, i, j, 0), entry(b, i, j, 0), g, ctx);
    }
    fmpq_clear(g);
}

static lo_status_t take_contents(work_struct *w, const block_struct *b, int transposed)
{
    const fmpq_mpoly_ctx_struct *ctx = w->s->ctx;
    fmpq_mpoly_t g, q;
    lo_status_t status = LO_OK;
    fmpq_mpoly_init(g, ctx);
    fmpq_mpoly_init(q, ctx);
    for (slong i = 0; i < b->n && status == LO_OK; i++) {
        fmpq_mpoly_zero(g, ctx);
        for (slong j = 0; j < b->n && !fmpq_mpoly_is_one(g, ctx) && status == LO_OK; j++)
            if (!fmpq_mpoly_gcd(g, g, entry(b, i, j, transposed), ctx))
                status = LO_UNABLE;
        if (status != LO_OK || fmpq_mpoly_is_fmpq(g, ctx))
            continue;
        status = record(w, g);
        for (slong j = 0; j < b->n; j++)
            if (fmpq_mpoly_divides(q, entry(b, i, j, transposed), g, ctx))
                fmpq_mpoly_swap(entry(b, i, j, transposed), q, ctx);
    }
    fmpq_mpoly_clear(g, ctx);
    fmpq_mpoly_clear(q, ctx);
    return status;
}

/* ---- linear forms ---- */

/* A vector v[n] of integers with sum_j v_j (column j) = 0 at random points where the form vanishes: one of them, or none. */
static int propose_kernel(fmpz *v, work_struct *w, const block_struct *b, int transposed, slong x, slong y, int sign)
{
    nmod_mat_t values, kernel;
    ulong point[LO_STAGE_VARIABLES];
    slong n = b->n;
    int found = 0;
    nmod_mat_init(values, 2 * n, n, w->mod.n);
    nmod_mat_init(kernel, n, n, w->mod.n);
    for (slong round = 0; round < 2; round++) {
        for (slong u = 0; u < w->s->nvars; u++)
            point[u] = lo_random_below(w->random, w->mod.n);
        point[x] = sign == 0 ? 0 : sign > 0 ? point[y] : nmod_neg(point[y], w->mod);
        for (slong i = 0; i < n; i++)
            for (slong j = 0; j < n; j++)
                nmod_mat_entry(values, round * n + i, j) =
                    lo_stage_residue(entry(b, i, j, transposed), point, w->mod, w->s);
    }
    if (nmod_mat_nullspace(kernel, values) > 0) {
        fmpq_t q;
        fmpz_t lcm, residue, modulus;
        fmpq_init(q);
        fmpz_init_set_ui(lcm, 1);
        fmpz_init(residue);
        fmpz_init_set_ui(modulus, w->mod.n);
        fmpq *vector = _fmpq_vec_init(n);
        found = 1;
        for (slong j = 0; j < n && found; j++) {
            fmpz_set_ui(residue, nmod_mat_entry(kernel, j, 0));
            found = fmpq_reconstruct_fmpz(vector + j, residue, modulus);
            fmpz_lcm(lcm, lcm, fmpq_denref(vector + j));
        }
        for (slong j = 0; j < n && found; j++) {
            fmpq_mul_fmpz(q, vector + j, lcm);
            fmpz_set(v + j, fmpq_numref(q));
        }
        _fmpq_vec_clear(vector, n);
        fmpq_clear(q);
        fmpz_clear(lcm);
        fmpz_clear(residue);
        fmpz_clear(modulus);
    }
    nmod_mat_clear(values);
    nmod_mat_clear(kernel);
    return found;
}

/* The bits of the coefficients of a column. */
static ulong height(const block_struct *b, slong column, int transposed, const fmpq_mpoly_ctx_t ctx)
{
    ulong sum = 0;
    for (slong i = 0; i < b->n; i++) {
        const fmpq_mpoly_struct *f = entry(b, i, column, transposed);
        if (!fmpq_mpoly_is_zero(f, ctx))
            sum += fmpz_bits(fmpq_numref(f->content)) + (ulong) labs(fmpz_mpoly_max_bits(f->zpoly));
    }
    return sum;
}

/* Which column is replaced: the one with the largest coefficients, which is more of a derivative than the others; of equal
 * ones the last. Then columns become Newton's divided differences. */
static slong replaced_column(const block_struct *b, int transposed, const fmpz *v, const fmpq_mpoly_ctx_t ctx)
{
    slong best = -1;
    ulong most = 0;
    for (slong j = 0; j < b->n; j++) {
        if (fmpz_is_zero(v + j))
            continue;
        ulong h = height(b, j, transposed, ctx);
        if (best < 0 || h >= most) {
            best = j;
            most = h;
        }
    }
    return best;
}

/* Replaces a column by (sum_j v_j column j)/l where l divides it. Returns 1 when it does. */
static int divide_column(const block_struct *b, int transposed, const fmpz *v, const fmpq_mpoly_t l, const fmpq_mpoly_ctx_t ctx)
{
    slong n = b->n, column = replaced_column(b, transposed, v, ctx);
    int divides = 1;
    fmpq_mpoly_t term;
    fmpq_mpoly_struct *sum = lo_alloc((size_t) n, sizeof(*sum));
    if (sum == NULL)
        return 0;
    fmpq_mpoly_init(term, ctx);
    for (slong i = 0; i < n; i++)
        fmpq_mpoly_init(sum + i, ctx);
    for (slong i = 0; i < n && divides; i++) {
        for (slong j = 0; j < n; j++) {
            fmpq_mpoly_scalar_mul_fmpz(term, entry(b, i, j, transposed), v + j, ctx);
            fmpq_mpoly_add(sum + i, sum + i, term, ctx);
        }
        divides = fmpq_mpoly_divides(term, sum + i, l, ctx);
        fmpq_mpoly_swap(sum + i, term, ctx);
    }
    for (slong i = 0; i < n; i++) {
        if (divides)
            fmpq_mpoly_swap(entry(b, i, column, transposed), sum + i, ctx);
        fmpq_mpoly_clear(sum + i, ctx);
    }
    lo_free(sum);
    fmpq_mpoly_clear(term, ctx);
    return divides;
}

/* Takes out the form s_x - sign s_y (sign 0: s_x) as often as columns (rows) allow. *any is set when that is once. */
static lo_status_t take_form(int *any, work_struct *w, const block_struct *b, int transposed, slong x, slong y, int sign)
{
    const fmpq_mpoly_ctx_struct *ctx = w->s->ctx;
    fmpq_mpoly_t l, z;
    fmpz *v = _fmpz_vec_init(b->n);
    lo_status_t status = lo_stage_spend(w->s, 0);
    fmpq_mpoly_init(l, ctx);
    fmpq_mpoly_init(z, ctx);
    fmpq_mpoly_gen(l, x, ctx);
    fmpq_mpoly_gen(z, y, ctx);
    if (sign > 0)
        fmpq_mpoly_sub(l, l, z, ctx);
    else if (sign < 0)
        fmpq_mpoly_add(l, l, z, ctx);
    int taken = 0;
    while (status == LO_OK && propose_kernel(v, w, b, transposed, x, y, sign) && divide_column(b, transposed, v, l, ctx)) {
        taken = 1;
        status = lo_ctx_poll(w->ctx);
    }
    if (taken && status == LO_OK)
        status = record(w, l);
    *any |= taken;
    _fmpz_vec_clear(v, b->n);
    fmpq_mpoly_clear(l, ctx);
    fmpq_mpoly_clear(z, ctx);
    return status;
}

/* One round over the forms in s_x and earlier coordinates. *any: something was taken, so that another round may take more. */
static lo_status_t take_forms_of(int *any, const char *used, work_struct *w, const block_struct *b, int transposed, slong x)
{
    *any = 0;
    lo_status_t status = take_form(any, w, b, transposed, x, x, 0);
    for (slong y = 0; y < x && status == LO_OK; y++)
        for (int sign = 1; used[y] && sign >= -1 && status == LO_OK; sign -= 2)
            status = take_form(any, w, b, transposed, x, y, sign);
    return status;
}

/* Coordinate after coordinate, so that columns become Newton's divided differences, with equal nodes next to one another:
 * there the combinations have constant coefficients. */
static lo_status_t take_forms(work_struct *w, const block_struct *b)
{
    char *used = lo_alloc((size_t) w->s->k, 1);
    if (used == NULL)
        return LO_SYSTEM;
    for (slong v = 0; v < w->s->k; v++)
        for (slong i = 0; i < b->n * b->n && !used[v]; i++)
            used[v] = fmpq_mpoly_degree_si(b->a[i], v, w->s->ctx) > 0;
    lo_status_t status = LO_OK;
    for (int transposed = 0; transposed < 2; transposed++)
        for (slong x = 0; x < w->s->k; x++)
            for (int any = used[x]; any && status == LO_OK;)
                status = take_forms_of(&any, used, w, b, transposed, x);
    lo_free(used);
    return status;
}

/* ---- expansion ---- */

/* minor[S]: the determinant of the first |S| rows and the columns S. */
static lo_status_t expand(fmpq_mpoly_t out, const block_struct *b, work_struct *w)
{
    const fmpq_mpoly_ctx_struct *ctx = w->s->ctx;
    slong n = b->n, size = WORD(1) << n;
    lo_status_t status = LO_OK;
    fmpq_mpoly_t term;
    fmpq_mpoly_struct *minor = lo_alloc((size_t) size, sizeof(*minor));
    if (minor == NULL)
        return LO_SYSTEM;
    fmpq_mpoly_init(term, ctx);
    for (slong s = 0; s < size; s++)
        fmpq_mpoly_init(minor + s, ctx);
    fmpq_mpoly_one(minor, ctx);
    for (slong s = 1; s < size && status == LO_OK; s++) {
        slong row = -1, sign = 1;
        for (slong j = 0; j < n; j++)
            row += s >> j & 1;
        for (slong j = n - 1; j >= 0 && status == LO_OK; j--) {
            if (!(s >> j & 1))
                continue;
            const fmpq_mpoly_struct *x = entry(b, row, j, 0), *y = minor + (s ^ (WORD(1) << j));
            if ((status = lo_stage_spend(w->s, fmpq_mpoly_length(x, ctx) * fmpq_mpoly_length(y, ctx))) != LO_OK)
                break;
            fmpq_mpoly_mul(term, x, y, ctx);
            if (sign > 0)
                fmpq_mpoly_add(minor + s, minor + s, term, ctx);
            else
                fmpq_mpoly_sub(minor + s, minor + s, term, ctx);
            sign = -sign;
        }
        if (fmpq_mpoly_length(minor + s, ctx) > MOST_TERMS)
            status = LO_UNABLE;
        if (status == LO_OK)
            status = lo_ctx_poll(w->ctx);
    }
    if (status == LO_OK)
        fmpq_mpoly_swap(out, minor + size - 1, ctx);
    for (slong s = 0; s < size; s++)
        fmpq_mpoly_clear(minor + s, ctx);
    lo_free(minor);
    fmpq_mpoly_clear(term, ctx);
    return status;
}

/* ---- constant entries ---- */

/* A nonzero number among the entries, of a row and column with few other entries. Returns 0 when there is none. */
static int find_number(slong *row, slong *column, const block_struct *b, const fmpq_mpoly_ctx_t ctx)
{
    slong best = WORD_MAX;
    for (slong i = 0; i < b->n; i++)
        for (slong j = 0; j < b->n; j++) {
            if (!fmpq_mpoly_is_fmpq(entry(b, i, j, 0), ctx) || fmpq_mpoly_is_zero(entry(b, i, j, 0), ctx))
                continue;
            slong across = 0, down = 0;
            for (slong t = 0; t < b->n; t++) {
                across += t == j ? 0 : fmpq_mpoly_length(entry(b, i, t, 0), ctx);
                down += t == i ? 0 : fmpq_mpoly_length(entry(b, t, j, 0), ctx);
            }
            if (across * down < best) {
                best = across * down;
                *row = i;
                *column = j;
            }
        }
    return best < WORD_MAX;
}

/* Clears the column by that entry, and takes its row and column out: b becomes smaller. */
static lo_status_t eliminate(block_struct *b, slong row, slong column, const lo_stage_struct *s)
{
    const fmpq_mpoly_ctx_struct *ctx = s->ctx;
    slong n = b->n, kept = 0;
    lo_status_t status = LO_OK;
    fmpq_t pivot;
    fmpq_mpoly_t factor, term;
    fmpq_init(pivot);
    fmpq_mpoly_init(factor, ctx);
    fmpq_mpoly_init(term, ctx);
    fmpq_mpoly_get_fmpq(pivot, entry(b, row, column, 0), ctx);
    for (slong i = 0; i < n && status == LO_OK; i++) {
        if (i == row || fmpq_mpoly_is_zero(entry(b, i, column, 0), ctx))
            continue;
        fmpq_mpoly_scalar_div_fmpq(factor, entry(b, i, column, 0), pivot, ctx);
        for (slong j = 0; j < n && status == LO_OK; j++) {
            status = lo_stage_spend(s, fmpq_mpoly_length(factor, ctx) * fmpq_mpoly_length(entry(b, row, j, 0), ctx));
            if (status != LO_OK)
                break;
            fmpq_mpoly_mul(term, factor, entry(b, row, j, 0), ctx);
            fmpq_mpoly_sub(entry(b, i, j, 0), entry(b, i, j, 0), term, ctx);
            if (fmpq_mpoly_length(entry(b, i, j, 0), ctx) > MOST_TERMS)
                status = LO_UNABLE;
        }
    }
    for (slong i = 0; i < n; i++)
        for (slong j = 0; j < n; j++)
            if (i != row && j != column)
                b->a[kept++] = b->a[i * n + j];
    b->n = n - 1;
    fmpq_clear(pivot);
    fmpq_mpoly_clear(factor, ctx);
    fmpq_mpoly_clear(term, ctx);
    return status;
}

/* ---- blocks ---- */

/* Finds a column for row i, by an augmenting path. */
static int match(slong i, slong *row_of, char *seen, const char *nonzero, slong n)
{
    for (slong j = 0; j < n; j++) {
        if (!nonzero[i * n + j] || seen[j])
            continue;
        seen[j] = 1;
        if (row_of[j] < 0 || match(row_of[j], row_of, seen, nonzero, n)) {
            row_of[j] = i;
            return 1;
        }
    }
    return 0;
}

/* component[i]: the same number for rows of one strong component of the graph row i -> row matched to column j, a_ij not 0;
 * column_of[i]: the column matched to row i. Returns 0 when there is no matching: the determinant is zero. */
static int find_components(slong *component, slong *column_of, const char *nonzero, slong n)
{
    slong row_of[LO_DETERMINANT_MOST];
    char seen[LO_DETERMINANT_MOST], reach[LO_DETERMINANT_MOST][LO_DETERMINANT_MOST];
    for (slong j = 0; j < n; j++)
        row_of[j] = -1;
    for (slong i = 0; i < n; i++) {
        memset(seen, 0, sizeof(seen));
        if (!match(i, row_of, seen, nonzero, n))
            return 0;
    }
    for (slong i = 0; i < n; i++)
        for (slong j = 0; j < n; j++)
            reach[i][row_of[j]] = nonzero[i * n + j];
    for (slong t = 0; t < n; t++)
        for (slong i = 0; i < n; i++)
            for (slong j = 0; j < n; j++)
                reach[i][j] |= (char) (reach[i][t] && reach[t][j]);
    for (slong i = 0; i < n; i++) {
        component[i] = i;
        for (slong j = i - 1; j >= 0; j--)
            if (reach[i][j] && reach[j][i])
                component[i] = component[j];
    }
    for (slong j = 0; j < n; j++)
        column_of[row_of[j]] = j;
    return 1;
}

static lo_status_t do_block(work_struct *w, block_struct *b, int reduced);

/* One strong component from which factors have been taken. */
static lo_status_t finish(work_struct *w, block_struct *b)
{
    fmpq_mpoly_t d;
    slong row = 0, column = 0;
    if (find_number(&row, &column, b, w->s->ctx)) {
        LO_TRY(eliminate(b, row, column, w->s));
        return do_block(w, b, 0);
    }
    if (b->n > MOST_EXPANDED)
        return LO_UNABLE;
    fmpq_mpoly_init(d, w->s->ctx);
    lo_status_t status = expand(d, b, w);
    if (status == LO_OK) /* not zero: the whole determinant is not */
        status = record(w, d);
    fmpq_mpoly_clear(d, w->s->ctx);
    return status;
}

/* One strong component. */
static lo_status_t do_component(work_struct *w, block_struct *b)
{
    if (b->n == 1)
        return record(w, b->a[0]);
    take_numbers(b, w->s->ctx);
    LO_TRY(take_contents(w, b, 0));
    LO_TRY(take_contents(w, b, 1));
    LO_TRY(take_forms(w, b));
    return do_block(w, b, 1);
}

/* reduced: factors have been taken out of the block as a whole. */
static lo_status_t do_block(work_struct *w, block_struct *b, int reduced)
{
    slong n = b->n, component[LO_DETERMINANT_MOST], column_of[LO_DETERMINANT_MOST], rows[LO_DETERMINANT_MOST];
    char nonzero[LO_DETERMINANT_MOST * LO_DETERMINANT_MOST];
    block_struct part = { .a = lo_alloc((size_t) (n * n), sizeof(*part.a)) };
    if (part.a == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < n * n; i++)
        nonzero[i] = !fmpq_mpoly_is_zero(b->a[i], w->s->ctx);
    lo_status_t status = find_components(component, column_of, nonzero, n) ? LO_OK : LO_UNABLE;
    for (slong c = 0; c < n && status == LO_OK; c++) {
        part.n = 0;
        for (slong i = 0; i < n; i++)
            if (component[i] == c)
                rows[part.n++] = i;
        for (slong i = 0; i < part.n; i++)
            for (slong j = 0; j < part.n; j++)
                part.a[i * part.n + j] = b->a[rows[i] * n + column_of[rows[j]]];
        if (part.n > 0)
            status = reduced && part.n == n ? finish(w, &part) : do_component(w, &part);
    }
    lo_free(part.a);
    return status;
}

lo_status_t lo_determinant_factors(lo_qpolys_t factors, fmpq_mpoly_struct *a, slong n, const lo_stage_t s, lo_ctx_t ctx)
{
    work_struct w = { .factors = factors, .s = s, .ctx = ctx };
    block_struct b = { .n = n, .a = lo_alloc((size_t) (n * n), sizeof(*b.a)) };
    if (b.a == NULL)
        return LO_SYSTEM;
    slong terms = 0;
    for (slong i = 0; i < n * n; i++) {
        b.a[i] = a + i;
        terms += fmpq_mpoly_length(a + i, s->ctx);
    }
    nmod_init(&w.mod, LO_STAGE_PRIME);
    lo_random_init(w.random, 1, 7);
    lo_status_t status = terms > MOST_ENTRY_TERMS ? LO_UNABLE : do_block(&w, &b, 0);
    lo_free(b.a);
    return status;
}
