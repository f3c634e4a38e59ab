/* minor.c - which rows and columns.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Rows are taken in an order as long as they are independent at a random point. With the powers of one input
 * first, then those times a second input, and so on, two-layer networks give triangular blocks of Vandermonde's kind,
 * whose determinants have linear factors only; where the activation is even but for one term, these are of even degree.
 */
#include "manifold/minor.h"

#include "base/memory.h"
#include "manifold/determinant.h"

#include <stdlib.h>
#include <string.h>

#define COLUMN_ORDERS 6

/* ---- orders ---- */

/* An order of the fields. */
typedef struct {
    const lo_stage_struct *s;
    slong first;  /* the input whose powers come first; -1: total degrees come first */
    slong parity; /* 0, 1: total degrees of this parity come before the others; 2: all alike */
} order_struct;

static slong degree(const lo_stage_struct *s, slong row)
{
    slong sum = 0;
    for (slong i = 1; i < s->nkeys; i++)
        sum += s->key[row * s->nkeys + i];
    return sum;
}

/* Brackets come after the fields; else parity, total degree, outputs, exponents, that of the input `first` last. */
static int comes_before(slong a, slong b, const order_struct *o)
{
    const lo_stage_struct *s = o->s;
    slong n = s->nkeys - 1;
    if (a >= s->nfields || b >= s->nfields)
        return a < b;
    const slong *u = s->key + a * s->nkeys, *v = s->key + b * s->nkeys;
    slong m = degree(s, a), d = degree(s, b);
    if (o->parity < 2 && (m - d) % 2 != 0)
        return m % 2 == o->parity;
    if (o->first < 0 && m != d)
        return m < d;
    if (u[0] != v[0])
        return u[0] < v[0];
    for (slong i = n - 1; i >= 0; i--) {
        slong e = 1 + (i + (o->first > 0 ? o->first : 0)) % n;
        if (u[e] != v[e])
            return u[e] < v[e];
    }
    return a < b;
}

static void sort_rows(slong *row, const order_struct *o)
{
    slong n = o->s->nrows;
    for (slong i = 0; i < n; i++)
        row[i] = i;
    for (slong gap = n / 2; gap > 0; gap /= 2)
        for (slong i = gap; i < n; i++) {
            slong moved = row[i], j = i;
            for (; j >= gap && comes_before(moved, row[j - gap], o); j -= gap)
                row[j] = row[j - gap];
            row[j] = moved;
        }
}

/* Even degrees first where odd ones are rare. */
static slong parity_of(const lo_stage_struct *s, slong number)
{
    static const slong usual[] = { 2, 1, 0 }, rare[] = { 0, 2, 1 };
    slong odd = 0;
    for (slong i = 0; i < s->nfields; i++)
        odd += degree(s, i) % 2;
    return (4 * odd < s->nfields ? rare : usual)[number % 3];
}

/* A permutation of the columns: as they are, backwards, rotated. */
static void order_columns(slong *column, slong k, slong number)
{
    for (slong c = 0; c < k; c++)
        column[c] = number % 2 ? k - 1 - (c + number / 2) % k : (c + number / 2) % k;
}

/* ---- the choice ---- */

/* Rows and columns of a minor that is not zero at a random point of the branch. Returns its size: the rank, or less where
 * the rows have no such minor. */
static slong select_minor(slong *rows, slong *columns, const lo_branch_t b, slong rank, const slong *row, const slong *column)
{
    const lo_stage_struct *s = b->s;
    ulong point[LO_STAGE_VARIABLES], value[LO_STAGE_VARIABLES];
    slong n = 0;
    nmod_t mod;
    nmod_mat_t echelon; /* in the order of the columns */
    nmod_init(&mod, LO_STAGE_PRIME);
    nmod_mat_init(echelon, rank, s->k, mod.n);
    lo_branch_point(point, b, 1, mod);
    for (slong i = 0; i < s->nrows && n < rank; i++) {
        slong pivot = 0;
        for (slong c = 0; c < s->k; c++)
            value[c] = lo_stage_residue(s->x + row[i] * s->k + column[c], point, mod, s);
        for (slong r = 0; r < n; r++) {
            ulong factor = nmod_neg(value[columns[r]], mod);
            for (slong c = 0; c < s->k; c++)
                value[c] = nmod_add(value[c], nmod_mul(factor, nmod_mat_entry(echelon, r, c), mod), mod);
        }
        while (pivot < s->k && value[pivot] == 0)
            pivot++;
        if (pivot == s->k)
            continue;
        ulong inverse = n_invmod(value[pivot], mod.n);
        for (slong c = 0; c < s->k; c++)
            nmod_mat_entry(echelon, n, c) = nmod_mul(value[c], inverse, mod);
        columns[n] = pivot; /* a place in the order */
        rows[n++] = row[i];
    }
    for (slong r = 0; r < n; r++)
        columns[r] = column[columns[r]];
    nmod_mat_clear(echelon);
    return n;
}

static lo_status_t factors_of(lo_qpolys_t factors, const lo_branch_t b, const slong *rows, const slong *columns, slong n,
                              lo_ctx_t ctx)
{
    const lo_stage_struct *s = b->s;
    fmpq_mpoly_struct *a = lo_alloc((size_t) (n * n), sizeof(*a));
    lo_status_t status = a == NULL ? LO_SYSTEM : LO_OK;
    if (a == NULL)
        return status;
    for (slong i = 0; i < n * n; i++)
        fmpq_mpoly_init(a + i, s->ctx);
    for (slong i = 0; i < n; i++)
        for (slong j = 0; j < n && status == LO_OK; j++)
            status = lo_branch_restrict(a + i * n + j, s->x + rows[i] * s->k + columns[j], b);
    if (status == LO_OK)
        status = lo_determinant_factors(factors, a, n, s, ctx);
    for (slong i = 0; i < n * n; i++)
        fmpq_mpoly_clear(a + i, s->ctx);
    lo_free(a);
    return status;
}

lo_status_t lo_minor_factors(int *found, lo_qpolys_t factors, const lo_branch_t b, slong rank, slong number, lo_ctx_t ctx)
{
    const lo_stage_struct *s = b->s;
    slong rows[LO_DETERMINANT_MOST], columns[LO_DETERMINANT_MOST];
    slong inputs = s->nkeys > 2 ? s->nkeys : 1, row_orders = 3 * inputs, column_orders = rank < s->k ? COLUMN_ORDERS : 1;
    *found = 0;
    if (rank > LO_DETERMINANT_MOST || number >= row_orders * column_orders)
        return rank > LO_DETERMINANT_MOST ? LO_UNABLE : LO_OK;
    slong *row = lo_alloc((size_t) s->nrows, sizeof(slong)), *column = lo_alloc((size_t) s->k, sizeof(slong));
    lo_status_t status = row == NULL || column == NULL ? LO_SYSTEM : LO_OK;
    if (status == LO_OK) {
        slong first = number % inputs; /* the last one: total degrees */
        order_struct o = { s, inputs > 1 && first == inputs - 1 ? -1 : first, parity_of(s, number / inputs) };
        sort_rows(row, &o);
        order_columns(column, s->k, number / row_orders);
        *found = select_minor(rows, columns, b, rank, row, column) == rank;
        if (*found)
            status = factors_of(factors, b, rows, columns, rank, ctx);
    }
    lo_free(row);
    lo_free(column);
    return status;
}
