/* split.c - the matrices that prove independence, rank and completeness modulo a prime.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * W (r x p) are the values of words, J (k x p) the gradients of laws, W J^T = 0 because laws are conserved. Let P be
 * pivot columns of W and F the other columns. A is the inverse of W_P in the rows P and zero elsewhere: W A = I.
 * Where r + k = p, I - A W maps onto ker W, which is the image of J^T, so I - A W = J^T C for one C; the rows F of A
 * are zero, hence (J_F)^T C = (I)_F: C is the inverse of (J_F)^T in the columns F and zero elsewhere, and C J^T = I.
 * The products are checked all the same.
 */
#include "certificate/certificate.h"

#include "base/memory.h"

#include <string.h>

void lo_split_init(lo_split_struct *s)
{
    memset(s, 0, sizeof(*s));
    s->mod = lo_cert_modulus(0);
    lo_roots_init(&s->roots);
    nmod_mat_init(s->values, 0, 0, s->mod);
    nmod_mat_init(s->gradients, 0, 0, s->mod);
    nmod_mat_init(s->right, 0, 0, s->mod);
    nmod_mat_init(s->left, 0, 0, s->mod);
}

void lo_split_clear(lo_split_struct *s, slong p)
{
    for (slong i = 0; i < s->ninstances; i++)
        lo_free(s->instances[i].inputs);
    lo_free(s->instances);
    lo_free(s->words);
    lo_free(s->chosen);
    lo_free(s->frozen);
    lo_free(s->base);
    if (s->point != NULL)
        _fmpq_vec_clear(s->point, p);
    lo_roots_clear(&s->roots);
    nmod_mat_clear(s->values);
    nmod_mat_clear(s->gradients);
    nmod_mat_clear(s->right);
    nmod_mat_clear(s->left);
    memset(s, 0, sizeof(*s));
}

slong lo_split_growth(const lo_split_struct *s, slong d)
{
    slong count = 0;
    for (slong i = 0; i < s->nchosen; i++)
        count += lo_entry_length(s, s->chosen[i]) <= d;
    return count;
}

static void replace(nmod_mat_t m, slong rows, slong cols, ulong mod)
{
    nmod_mat_clear(m);
    nmod_mat_init(m, rows, cols, mod);
}

/* Pivot columns of m, marked. Returns the rank, or -1 when memory is short. */
static slong pivots(char *is_pivot, const nmod_mat_t m)
{
    nmod_mat_t echelon;
    nmod_mat_init_set(echelon, m);
    slong rank = nmod_mat_rref(echelon);
    for (slong r = 0, c = 0; r < rank; r++) {
        while (nmod_mat_entry(echelon, r, c) == 0)
            c++;
        is_pivot[c] = 1;
    }
    nmod_mat_clear(echelon);
    return rank;
}

/* inverse = (m restricted to the marked columns)^-1. Returns 0 when that is singular. */
static int inverse_of_columns(nmod_mat_t inverse, const nmod_mat_t m, const char *marked)
{
    slong r = nmod_mat_nrows(m), k = 0;
    nmod_mat_t square;
    nmod_mat_init(square, r, r, inverse->mod.n);
    for (slong c = 0; c < nmod_mat_ncols(m); c++)
        if (marked[c]) {
            for (slong i = 0; i < r; i++)
                nmod_mat_entry(square, i, k) = nmod_mat_entry(m, i, c);
            k++;
        }
    int ok = nmod_mat_inv(inverse, square);
    nmod_mat_clear(square);
    return ok;
}

/* product of a and b is the identity? */
static int is_inverse_pair(const nmod_mat_t a, const nmod_mat_t b)
{
    nmod_mat_t product;
    nmod_mat_init(product, nmod_mat_nrows(a), nmod_mat_ncols(b), a->mod.n);
    nmod_mat_mul(product, a, b);
    int one = nmod_mat_is_one(product);
    nmod_mat_clear(product);
    return one;
}

lo_status_t lo_split_right(lo_split_struct *s, slong p)
{
    char *pivot = lo_alloc((size_t) p, 1);
    if (pivot == NULL)
        return LO_SYSTEM;
    nmod_mat_t inverse;
    nmod_mat_init(inverse, s->rank, s->rank, s->mod);
    lo_status_t status = pivots(pivot, s->values) == s->rank && inverse_of_columns(inverse, s->values, pivot) ? LO_OK
                                                                                                              : LO_DOMAIN;
    replace(s->right, p, s->rank, s->mod);
    for (slong i = 0, k = 0; i < p && status == LO_OK; i++)
        if (pivot[i]) {
            for (slong j = 0; j < s->rank; j++)
                nmod_mat_entry(s->right, i, j) = nmod_mat_entry(inverse, k, j);
            k++;
        }
    if (status == LO_OK && !lo_split_is_right(s))
        status = LO_DOMAIN;
    nmod_mat_clear(inverse);
    lo_free(pivot);
    return status;
}

int lo_split_is_right(const lo_split_struct *s)
{
    return is_inverse_pair(s->values, s->right);
}

int lo_split_is_left(const lo_split_struct *s, slong p)
{
    nmod_mat_t transpose;
    nmod_mat_init(transpose, p, s->nlaws, s->mod);
    nmod_mat_transpose(transpose, s->gradients);
    int one = is_inverse_pair(s->left, transpose);
    nmod_mat_clear(transpose);
    return one;
}

int lo_split_is_complete(const lo_split_struct *s, slong p)
{
    if (s->rank + s->nlaws != p)
        return 0;
    nmod_mat_t sum, product, transpose;
    nmod_mat_init(sum, p, p, s->mod);
    nmod_mat_init(product, p, p, s->mod);
    nmod_mat_init(transpose, p, s->nlaws, s->mod);
    nmod_mat_transpose(transpose, s->gradients);
    nmod_mat_mul(sum, s->right, s->values);
    nmod_mat_mul(product, transpose, s->left);
    nmod_mat_add(sum, sum, product);
    int one = nmod_mat_is_one(sum);
    nmod_mat_clear(sum);
    nmod_mat_clear(product);
    nmod_mat_clear(transpose);
    return one;
}

/* The columns F for C: those that A does not use when the two sides may meet, else pivots of J. */
static slong choose_columns(char *marked, const lo_split_struct *s, slong p)
{
    if (s->rank + s->nlaws != p)
        return pivots(marked, s->gradients);
    for (slong i = 0; i < p; i++) {
        marked[i] = 1;
        for (slong j = 0; j < s->rank && marked[i]; j++)
            marked[i] = nmod_mat_entry(s->right, i, j) == 0;
    }
    return s->nlaws;
}

lo_status_t lo_split_left(int *complete, lo_split_struct *s, slong p)
{
    *complete = 0;
    char *marked = lo_alloc((size_t) p, 1);
    if (marked == NULL)
        return LO_SYSTEM;
    nmod_mat_t inverse;
    nmod_mat_init(inverse, s->nlaws, s->nlaws, s->mod);
    lo_status_t status = choose_columns(marked, s, p) == s->nlaws && inverse_of_columns(inverse, s->gradients, marked)
                             ? LO_OK
                             : LO_DOMAIN;
    nmod_mat_transpose(inverse, inverse);
    replace(s->left, s->nlaws, p, s->mod);
    for (slong c = 0, k = 0; c < p && status == LO_OK; c++)
        if (marked[c]) {
            for (slong i = 0; i < s->nlaws; i++)
                nmod_mat_entry(s->left, i, c) = nmod_mat_entry(inverse, i, k);
            k++;
        }
    if (status == LO_OK && !lo_split_is_left(s, p))
        status = LO_DOMAIN;
    if (status == LO_OK)
        *complete = lo_split_is_complete(s, p);
    nmod_mat_clear(inverse);
    lo_free(marked);
    return status;
}
