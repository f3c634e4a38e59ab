/* split.c - the claims `independent`, `rank`, `complete`, `growth`: products of matrices modulo N.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/language.h"

#include <string.h>

/* Row by row. */
static uint64_t *matrix_mod(long rows, long columns)
{
    return take((size_t) rows * (size_t) columns + 1, sizeof(uint64_t));
}

static uint64_t *read_matrix(const json *j, const char *what, long rows, long columns)
{
    uint64_t *m = matrix_mod(rows, columns), *to = m;
    for (const json *row = list(j, what, rows); row != NULL; row = row->next) {
        for (const json *e = list(row, what, columns); e != NULL; e = e->next)
            *to++ = decimal(e, what, N);
    }
    return m;
}

static uint64_t *transposed(const uint64_t *m, long rows, long columns)
{
    uint64_t *t = matrix_mod(columns, rows);
    for (long i = 0; i < rows * columns; i++)
        t[i % columns * rows + i / columns] = m[i];
    return t;
}

/* sum of x_i y_i; products are below 2^122, so 32 of them and a remainder fit. */
static uint64_t dot_product(const uint64_t *x, const uint64_t *y, long n)
{
    unsigned __int128 total = 0;
    for (long i = 0; i < n; i++) {
        total += (unsigned __int128) x[i] * y[i];
        if (i % 32 == 31)
            total %= N;
    }
    return (uint64_t) (total % N);
}

/* a b' + c d' = identity, where a and b have n rows of m entries, c and d n rows of l. */
static void check_identity(long n, const uint64_t *a, const uint64_t *b, long m, const uint64_t *c,
                           const uint64_t *d, long l, const char *what)
{
    for (long i = 0; i < n * n; i++) {
        uint64_t s = dot_product(a + i / n * m, b + i % n * m, m);
        if (l > 0)
            s = add_mod(s, dot_product(c + i / n * l, d + i % n * l, l));
        need(s == (uint64_t) (i / n == i % n), "%s: entry (%ld, %ld) is wrong", what, i / n + 1, i % n + 1);
    }
}

/* Rows: the gradients of the laws at the point; laws NULL: of those of the units. */
static uint64_t *law_gradients(const int *laws, long k)
{
    long p = M.coordinates;
    uint64_t *J = matrix_mod(k, p);
    assignment at = at_point(NULL);
    if (laws == NULL)
        units_gradients(J, p);
    for (long i = 0; laws != NULL && i < k; i++) {
        int *g = take((size_t) p, sizeof(int));
        gradient(g, laws[i]);
        values_at(J + i * p, g, p, NULL, 0, &at);
        give(g);
    }
    return J;
}

void claim_split(const json *split, const int *laws, long k, const int *has)
{
    const json *ja, *jc, *chosen, *modulus, *root;
    unpack(split, "split", "A? C? chosen? mod root?", &ja, &jc, &chosen, &modulus, &root);
    need((ja != NULL) == has[RANK] && (chosen != NULL) == has[RANK] && (jc != NULL) == has[INDEPENDENT] &&
             (root == NULL || has[RANK]),
         "split: a part is missing, or not expected here");
    const json *j = has[RANK] ? list(chosen, "chosen", -1) : NULL;
    long p = M.coordinates, r = has[RANK] ? chosen->number : 0;
    uint64_t *A = NULL, *C = NULL, *J = NULL, *W = NULL;
    N = decimal(modulus, "mod", (uint64_t) 1 << 61);
    need(N > 1, "the modulus is not greater than 1");
    if (has[INDEPENDENT]) {
        need(k <= p, "more laws than coordinates");
        read_root(NULL);
        J = law_gradients(laws, k);
        C = read_matrix(jc, "C", k, p);
        check_identity(k, C, J, p, NULL, NULL, 0, "C J' = I");
        say("  %s.\n", k == 1 ? "It is not constant" : "They are independent");
    }
    if (has[RANK]) {
        read_root(root);
        A = read_matrix(ja, "A", p, r);
        W = matrix_mod(r, p);
        for (long i = 0; i < r; i++, j = j->next)
            entry_value(W + i * p, number(j, "chosen", entries_count()));
        check_identity(r, W, transposed(A, p, r), p, NULL, NULL, 0, "W A = I");
        say("  At the certified point, and so near it, fields and brackets span at least %ld dimension%s.\n",
            r, r == 1 ? "" : "s");
    }
    if (has[COMPLETE]) {
        need(r + k == p, "complete: %ld laws and rank %ld are not %ld", k, r, p);
        check_identity(p, A, transposed(W, r, p), r, transposed(J, k, p), transposed(C, k, p), k,
                       "A W + J' C = I");
        say("  Every conservation law near the certified point is a function of them.\n");
    }
}

/* For each length up to the greatest: how many of the chosen entries have at most so many members. */
void claim_growth(const json *growth, const json *split)
{
    const json *chosen = split->first, *j = list(growth, "growth", -1);
    long longest = 0;
    while (strcmp(chosen->key, "chosen") != 0)
        chosen = chosen->next;
    for (const json *e = chosen->first; e != NULL; e = e->next)
        longest = entry_at(e->number)->leaves > longest ? entry_at(e->number)->leaves : longest;
    list(growth, "growth", longest);
    for (long l = 1, count = 0; l <= longest; l++, j = j->next, count = 0) {
        for (const json *e = chosen->first; e != NULL; e = e->next)
            count += entry_at(e->number)->leaves <= l;
        need(number(j, "growth", M.coordinates + 1) == count,
             "growth: %ld of the chosen entries have at most %ld members", count, l);
        say("  With brackets of at most %ld members: at least %ld.\n", l, count);
    }
}
