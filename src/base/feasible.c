/* feasible.c - phase one of the simplex method over Q.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The strict system a x + b > 0 has a solution iff the system a x + b >= 1 - s, s >= 0 has one with s < 1
 * (then every a x + b >= 1 - s > 0; conversely scale: if a x + b >= e > 0 take s = 1 - min(e, 1)). So
 * minimise s. x = u - v with u, v >= 0. Dictionary: each basic variable is a row over the nonbasic ones and a
 * constant column.
 */
#include "base/feasible.h"

#include <stdlib.h>

typedef struct {
    fmpq_mat_t d; /* (m + 1) x (k + 1); the last row is the objective, the last column the constants */
    slong m, k;
    slong *basic, *nonbasic; /* variable numbers */
} dictionary_struct;

/* Exchanges basic row r with nonbasic column c. */
static void pivot(dictionary_struct *s, slong r, slong c)
{
    fmpq_t factor, t;
    fmpq_init(factor);
    fmpq_init(t);
    fmpq_inv(factor, fmpq_mat_entry(s->d, r, c)); /* y_r = ... + d_rc z_c ...: solve for z_c */
    for (slong j = 0; j <= s->k; j++) {
        if (j == c)
            continue;
        fmpq_mul(fmpq_mat_entry(s->d, r, j), fmpq_mat_entry(s->d, r, j), factor);
        fmpq_neg(fmpq_mat_entry(s->d, r, j), fmpq_mat_entry(s->d, r, j));
    }
    fmpq_set(fmpq_mat_entry(s->d, r, c), factor);
    for (slong i = 0; i <= s->m; i++) {
        if (i == r || fmpq_is_zero(fmpq_mat_entry(s->d, i, c)))
            continue;
        fmpq_set(factor, fmpq_mat_entry(s->d, i, c));
        fmpq_zero(fmpq_mat_entry(s->d, i, c));
        for (slong j = 0; j <= s->k; j++) {
            fmpq_mul(t, factor, fmpq_mat_entry(s->d, r, j));
            fmpq_add(fmpq_mat_entry(s->d, i, j), fmpq_mat_entry(s->d, i, j), t);
        }
    }
    slong v = s->basic[r];
    s->basic[r] = s->nonbasic[c];
    s->nonbasic[c] = v;
    fmpq_clear(factor);
    fmpq_clear(t);
}

/* Bland: the entering variable is the first (by number) that lowers the objective. Returns its column or
 * -1. */
static slong entering(const dictionary_struct *s)
{
    slong best = -1;
    for (slong j = 0; j < s->k; j++)
        if (fmpq_sgn(fmpq_mat_entry(s->d, s->m, j)) < 0 && (best < 0 || s->nonbasic[j] < s->nonbasic[best]))
            best = j;
    return best;
}

/* The row that blocks first; ties by number. -1: none (the objective is bounded below by 0, so this does
 * not happen). */
static slong leaving(const dictionary_struct *s, slong c)
{
    slong best = -1;
    fmpq_t ratio, least;
    fmpq_init(ratio);
    fmpq_init(least);
    for (slong i = 0; i < s->m; i++) {
        if (fmpq_sgn(fmpq_mat_entry(s->d, i, c)) >= 0)
            continue;
        fmpq_div(ratio, fmpq_mat_entry(s->d, i, s->k), fmpq_mat_entry(s->d, i, c));
        fmpq_neg(ratio, ratio);
        int order = best < 0 ? -1 : fmpq_cmp(ratio, least);
        if (order < 0 || (order == 0 && s->basic[i] < s->basic[best])) {
            best = i;
            fmpq_set(least, ratio);
        }
    }
    fmpq_clear(ratio);
    fmpq_clear(least);
    return best;
}

/* Rows w_i = a_i (u - v) + b_i - 1 + s; objective s. Columns: u, v, s. */
static void fill(dictionary_struct *s, const fmpq_mat_t a, slong n)
{
    for (slong i = 0; i < s->m; i++) {
        for (slong j = 0; j < n; j++) {
            fmpq_set(fmpq_mat_entry(s->d, i, j), fmpq_mat_entry(a, i, j));
            fmpq_neg(fmpq_mat_entry(s->d, i, n + j), fmpq_mat_entry(a, i, j));
        }
        fmpq_one(fmpq_mat_entry(s->d, i, 2 * n));
        fmpq_sub_si(fmpq_mat_entry(s->d, i, s->k), fmpq_mat_entry(a, i, n), 1);
        s->basic[i] = s->k + i;
    }
    fmpq_one(fmpq_mat_entry(s->d, s->m, 2 * n));
    for (slong j = 0; j < s->k; j++)
        s->nonbasic[j] = j;
}

int lo_feasible_strict(const fmpq_mat_t a, slong rows)
{
    slong n = a->c - 1, worst = -1;
    dictionary_struct s = { .m = rows, .k = 2 * n + 1 };
    if (rows == 0)
        return 1;
    s.basic = flint_malloc((size_t) s.m * sizeof(slong));
    s.nonbasic = flint_malloc((size_t) s.k * sizeof(slong));
    fmpq_mat_init(s.d, s.m + 1, s.k + 1);
    fill(&s, a, n);
    for (slong i = 0; i < s.m; i++) /* one exchange with s makes the dictionary feasible */
        if (fmpq_sgn(fmpq_mat_entry(s.d, i, s.k)) < 0 &&
            (worst < 0 || fmpq_cmp(fmpq_mat_entry(s.d, i, s.k), fmpq_mat_entry(s.d, worst, s.k)) < 0))
            worst = i;
    if (worst >= 0)
        pivot(&s, worst, 2 * n);
    fmpq_t one;
    fmpq_init(one);
    fmpq_one(one);
    int feasible = fmpq_cmp(fmpq_mat_entry(s.d, s.m, s.k), one) < 0;
    for (slong c; !feasible && (c = entering(&s)) >= 0;) {
        slong r = leaving(&s, c);
        if (r < 0)
            break;
        pivot(&s, r, c);
        feasible = fmpq_cmp(fmpq_mat_entry(s.d, s.m, s.k), one) < 0;
    }
    fmpq_clear(one);
    fmpq_mat_clear(s.d);
    flint_free(s.basic);
    flint_free(s.nonbasic);
    return feasible;
}
