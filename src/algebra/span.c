/* span.c - blocked incremental elimination.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "algebra/span.h"

#include "base/memory.h"

lo_status_t lo_span_init(lo_span_t span, slong cols, nmod_t mod)
{
    span->mod = mod;
    span->cols = cols;
    span->rank = 0;
    nmod_mat_init(span->rows, 0, cols, mod.n);
    span->pivot = lo_alloc((size_t) cols, sizeof(slong));
    return span->pivot != NULL ? LO_OK : LO_SYSTEM;
}

void lo_span_clear(lo_span_t span)
{
    nmod_mat_clear(span->rows);
    lo_free(span->pivot);
}

void lo_span_zero(lo_span_t span)
{
    span->rank = 0;
}

/* Room for `rank` rows, doubling. */
static void make_room(lo_span_t span, slong rank)
{
    if (rank <= span->rows->r)
        return;
    slong rows = rank + span->rank < span->cols ? rank + span->rank : span->cols;
    nmod_mat_t larger;
    nmod_mat_init(larger, rows, span->cols, span->mod.n);
    for (slong i = 0; i < span->rank; i++)
        _nmod_vec_set(&nmod_mat_entry(larger, i, 0), &nmod_mat_entry(span->rows, i, 0), span->cols);
    nmod_mat_swap(span->rows, larger);
    nmod_mat_clear(larger);
}

/* target -= target[:, pivots of source] * source, so that target vanishes in those columns. */
static void eliminate(nmod_mat_t target, const nmod_mat_t source, const slong *pivot)
{
    if (target->r == 0 || source->r == 0)
        return;
    nmod_mat_t coefficients, product;
    nmod_mat_init(coefficients, target->r, source->r, target->mod.n);
    nmod_mat_init(product, target->r, target->c, target->mod.n);
    for (slong i = 0; i < target->r; i++)
        for (slong j = 0; j < source->r; j++)
            nmod_mat_entry(coefficients, i, j) = nmod_mat_entry(target, i, pivot[j]);
    nmod_mat_mul(product, coefficients, source);
    nmod_mat_sub(target, target, product);
    nmod_mat_clear(coefficients);
    nmod_mat_clear(product);
}

/* Which rows of the block are independent of those before: pivot columns of the transpose. */
static void find_raised(char *raised, const nmod_mat_t block)
{
    nmod_mat_t transpose;
    nmod_mat_init(transpose, block->c, block->r, block->mod.n);
    nmod_mat_transpose(transpose, block);
    slong rank = nmod_mat_rref(transpose);
    for (slong j = 0; j < block->r; j++)
        raised[j] = 0;
    for (slong i = 0, j = 0; i < rank; i++, j++) {
        while (nmod_mat_entry(transpose, i, j) == 0)
            j++;
        raised[j] = 1;
    }
    nmod_mat_clear(transpose);
}

slong lo_span_add(lo_span_t span, char *raised, const ulong *vectors, slong n)
{
    nmod_mat_t block, window;
    nmod_mat_init(block, n, span->cols, span->mod.n);
    for (slong i = 0; i < n; i++)
        _nmod_vec_set(&nmod_mat_entry(block, i, 0), vectors + i * span->cols, span->cols);
    nmod_mat_window_init(window, span->rows, 0, 0, span->rank, span->cols);
    eliminate(block, window, span->pivot);
    if (raised != NULL)
        find_raised(raised, block);
    slong added = nmod_mat_rref(block);
    if (added > 0) {
        nmod_mat_t fresh;
        nmod_mat_window_init(fresh, block, 0, 0, added, span->cols);
        slong *pivot = span->pivot + span->rank;
        for (slong i = 0, j = 0; i < added; i++, j++) {
            while (nmod_mat_entry(fresh, i, j) == 0)
                j++;
            pivot[i] = j;
        }
        eliminate(window, fresh, pivot);
        nmod_mat_window_clear(window);
        make_room(span, span->rank + added);
        for (slong i = 0; i < added; i++)
            _nmod_vec_set(&nmod_mat_entry(span->rows, span->rank + i, 0), &nmod_mat_entry(fresh, i, 0),
                          span->cols);
        span->rank += added;
        nmod_mat_window_clear(fresh);
    } else {
        nmod_mat_window_clear(window);
    }
    nmod_mat_clear(block);
    return added;
}

int lo_span_contains(const lo_span_t span, const ulong *vector)
{
    nmod_mat_t one, window;
    nmod_mat_init(one, 1, span->cols, span->mod.n);
    _nmod_vec_set(&nmod_mat_entry(one, 0, 0), vector, span->cols);
    nmod_mat_window_init(window, span->rows, 0, 0, span->rank, span->cols);
    eliminate(one, window, span->pivot);
    int contained = nmod_mat_is_zero(one);
    nmod_mat_window_clear(window);
    nmod_mat_clear(one);
    return contained;
}
