/* span.c - blocked incremental elimination.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A block D of new vectors loses its entries in the pivot columns, D := D[open] - D[pivot] body; its own reduced
 * echelon form E then clears its new pivot columns P from the rows before it, body := body - body[P] E. Both products
 * are cut into tiles. Over a space of dimension n filled to rank r that is r n^2/2 - r^3/6 products of residues, n^3/3
 * for all of it.
 */
#include "algebra/span.h"

#include "algebra/product.h"
#include "base/memory.h"

#include <string.h>

lo_status_t lo_span_init(lo_span_t span, slong cols, nmod_t mod)
{
    span->mod = mod;
    span->cols = cols;
    nmod_mat_init(span->body, 0, 0, mod.n);
    span->pivot = lo_alloc((size_t) cols, sizeof(slong));
    span->open = lo_alloc((size_t) cols, sizeof(slong));
    if (span->pivot == NULL || span->open == NULL) {
        lo_span_clear(span);
        return LO_SYSTEM;
    }
    lo_span_zero(span);
    return LO_OK;
}

void lo_span_clear(lo_span_t span)
{
    nmod_mat_clear(span->body);
    lo_free(span->pivot);
    lo_free(span->open);
    span->pivot = span->open = NULL;
}

void lo_span_zero(lo_span_t span)
{
    nmod_mat_clear(span->body);
    nmod_mat_init(span->body, 0, 0, span->mod.n);
    span->rank = 0;
    span->broken = 0;
    for (slong j = 0; j < span->cols; j++)
        span->open[j] = j;
}

static slong open_columns(const lo_span_struct *span)
{
    return span->cols - span->rank;
}

/* ---- one block ---- */

/* Entries of the vectors in the listed columns. */
static void take_columns(nmod_mat_t out, const ulong *vectors, slong cols, const slong *column)
{
    for (slong i = 0; i < out->r; i++)
        for (slong j = 0; j < out->c; j++)
            nmod_mat_entry(out, i, j) = vectors[i * cols + column[j]];
}

/* The vectors less their part in the span: D[open] - D[pivot] body. */
static lo_status_t reduce(nmod_mat_t block, const ulong *vectors, const lo_span_struct *span,
                          lo_ctx_struct *ctx)
{
    nmod_mat_t coefficients, body;
    take_columns(block, vectors, span->cols, span->open);
    if (span->rank == 0)
        return LO_OK;
    nmod_mat_init(coefficients, block->r, span->rank, span->mod.n);
    take_columns(coefficients, vectors, span->cols, span->pivot);
    nmod_mat_window_init(body, span->body, 0, 0, span->rank, open_columns(span));
    lo_status_t status = lo_subtract_product(block, coefficients, body, ctx);
    nmod_mat_window_clear(body);
    nmod_mat_clear(coefficients);
    return status;
}

/* Which rows of the block are independent of those before: pivot columns of the transpose. */
static void find_raised(char *raised, const nmod_mat_t block)
{
    nmod_mat_t transpose;
    nmod_mat_init(transpose, block->c, block->r, block->mod.n);
    nmod_mat_transpose(transpose, block);
    slong rank = nmod_mat_rref(transpose);
    memset(raised, 0, (size_t) block->r);
    for (slong i = 0, j = 0; i < rank; i++, j++) {
        while (nmod_mat_entry(transpose, i, j) == 0)
            j++;
        raised[j] = 1;
    }
    nmod_mat_clear(transpose);
}

/* Reduced echelon form of the block, raised[] included. Returns its rank. */
static slong reduce_block(nmod_mat_t block, char *raised)
{
    nmod_mat_t copy;
    if (raised == NULL)
        return nmod_mat_rref(block);
    nmod_mat_init_set(copy, block);
    slong rank = nmod_mat_rref(block);
    memset(raised, rank > 0, (size_t) block->r);
    if (rank > 0 && rank < block->r)
        find_raised(raised, copy);
    nmod_mat_clear(copy);
    return rank;
}

/* Splits the open columns: Out: pivot[echelon->r], positions of the leading ones among them; rest[...], the others. */
static void split_columns(slong *pivot, slong *rest, const nmod_mat_t echelon)
{
    for (slong j = 0, i = 0; j < echelon->c; j++) {
        if (i < echelon->r && nmod_mat_entry(echelon, i, j) != 0)
            pivot[i++] = j;
        else
            *rest++ = j;
    }
}

static void keep_columns(ulong *out, const ulong *row, const slong *column, slong n)
{
    for (slong j = 0; j < n; j++)
        out[j] = row[column[j]]; /* column[j] >= j: in place is fine */
}

/* Room for `rows` rows of `cols` columns; more rows than asked for, since more will come. */
static void make_room(lo_span_struct *span, slong rows, slong cols)
{
    nmod_mat_t larger;
    if (rows <= span->body->r)
        return;
    nmod_mat_init(larger, rows + rows / 4 + 4 < span->cols ? rows + rows / 4 + 4 : span->cols, cols,
                  span->mod.n);
    for (slong i = 0; i < span->rank && cols > 0; i++)
        _nmod_vec_set(&nmod_mat_entry(larger, i, 0), &nmod_mat_entry(span->body, i, 0), cols);
    nmod_mat_swap(span->body, larger);
    nmod_mat_clear(larger);
}

/* Takes in the rows of a reduced echelon form in the open columns. An interrupt leaves the span broken. */
static lo_status_t update(lo_span_struct *span, const nmod_mat_t echelon, lo_ctx_struct *ctx)
{
    slong fresh = echelon->r, rank = span->rank, rest = echelon->c - fresh;
    slong *pivot = lo_alloc((size_t) fresh, sizeof(slong)), *column = lo_alloc((size_t) rest, sizeof(slong));
    if (pivot == NULL || column == NULL) {
        lo_free(pivot);
        lo_free(column);
        return LO_SYSTEM;
    }
    split_columns(pivot, column, echelon);
    nmod_mat_t coefficients, body;
    nmod_mat_init(coefficients, rank, fresh, span->mod.n);
    for (slong i = 0; i < rank; i++) {
        for (slong j = 0; j < fresh; j++)
            nmod_mat_entry(coefficients, i, j) = nmod_mat_entry(span->body, i, pivot[j]);
        if (rest > 0)
            keep_columns(&nmod_mat_entry(span->body, i, 0), &nmod_mat_entry(span->body, i, 0), column, rest);
    }
    for (slong i = 0; i < fresh && rest > 0; i++)
        keep_columns(&nmod_mat_entry(echelon, i, 0), &nmod_mat_entry(echelon, i, 0), column, rest);
    make_room(span, rank + fresh, rest);
    nmod_mat_t right;
    nmod_mat_window_init(right, echelon, 0, 0, fresh, rest);
    nmod_mat_window_init(body, span->body, 0, 0, rank, rest);
    lo_status_t status = lo_subtract_product(body, coefficients, right, ctx);
    nmod_mat_window_clear(body);
    nmod_mat_window_clear(right);
    if (status != LO_OK) {
        span->broken = 1;
        fresh = rest = 0; /* nothing joins */
    }
    for (slong i = 0; i < fresh && rest > 0; i++)
        _nmod_vec_set(&nmod_mat_entry(span->body, rank + i, 0), &nmod_mat_entry(echelon, i, 0), rest);
    for (slong i = 0; i < fresh; i++)
        span->pivot[rank + i] = span->open[pivot[i]];
    for (slong j = 0; j < rest; j++)
        span->open[j] = span->open[column[j]];
    span->rank += fresh;
    nmod_mat_clear(coefficients);
    lo_free(pivot);
    lo_free(column);
    return status;
}

lo_status_t lo_span_add_block(slong *added, lo_span_t span, char *raised, const ulong *vectors, slong n,
                              lo_ctx_struct *ctx)
{
    nmod_mat_t block;
    *added = 0;
    if (span->broken)
        return LO_UNABLE;
    nmod_mat_init(block, n, open_columns(span), span->mod.n);
    lo_status_t status = reduce(block, vectors, span, ctx);
    if (status == LO_OK) {
        nmod_mat_t fresh;
        slong rank = reduce_block(block, raised);
        nmod_mat_window_init(fresh, block, 0, 0, rank, block->c);
        if (rank > 0)
            status = update(span, fresh, ctx);
        *added = status == LO_OK ? rank : 0;
        nmod_mat_window_clear(fresh);
    }
    nmod_mat_clear(block);
    return status;
}

slong lo_span_add(lo_span_t span, char *raised, const ulong *vectors, slong n)
{
    slong added;
    return lo_span_add_block(&added, span, raised, vectors, n, NULL) == LO_OK ? added : -1;
}

void lo_span_row(ulong *row, const lo_span_t span, slong i)
{
    for (slong k = 0; k < span->rank; k++)
        row[span->pivot[k]] = k == i;
    for (slong j = 0; j < open_columns(span); j++)
        row[span->open[j]] = nmod_mat_entry(span->body, i, j);
}

/* v[pivot] = -body v[open], for all vectors at once: the transposes of both sides, as one product. */
lo_status_t lo_span_orthogonal(ulong *vectors, slong n, const lo_span_t span, lo_ctx_struct *ctx)
{
    nmod_mat_t pivots, opens, body;
    nmod_mat_init(pivots, span->rank, n, span->mod.n);
    nmod_mat_init(opens, open_columns(span), n, span->mod.n);
    for (slong j = 0; j < open_columns(span); j++)
        for (slong i = 0; i < n; i++)
            nmod_mat_entry(opens, j, i) = vectors[i * span->cols + span->open[j]];
    nmod_mat_window_init(body, span->body, 0, 0, span->rank, span->rank > 0 ? open_columns(span) : 0);
    lo_status_t status = span->rank > 0 ? lo_subtract_product(pivots, body, opens, ctx) : LO_OK;
    for (slong k = 0; k < span->rank; k++)
        for (slong i = 0; i < n; i++)
            vectors[i * span->cols + span->pivot[k]] = nmod_mat_entry(pivots, k, i);
    nmod_mat_window_clear(body);
    nmod_mat_clear(pivots);
    nmod_mat_clear(opens);
    return status;
}

int lo_span_contains(const lo_span_t span, const ulong *vector)
{
    nmod_mat_t one;
    nmod_mat_init(one, 1, open_columns(span), span->mod.n);
    int contained = reduce(one, vector, span, NULL) == LO_OK && nmod_mat_is_zero(one);
    nmod_mat_clear(one);
    return contained;
}
