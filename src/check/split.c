/* split.c - the claims `independent`, `rank`, `complete`, `growth`: products of matrices modulo N.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/language.h"

#include <string.h>

typedef unsigned __int128 wide;
typedef struct { long rows, columns; uint64_t *a; } matrix_mod;

static matrix_mod zeros(long rows, long columns)
{
    matrix_mod m = { rows, columns, take((size_t) rows * (size_t) columns + 1, sizeof(uint64_t)) };
    return m;
}

static matrix_mod read_matrix(const json *j, const char *what, long rows, long columns)
{
    matrix_mod m = zeros(rows, columns);
    const json *row = list(j, what, rows);
    for (long i = 0; i < rows; i++, row = row->next) {
        const json *e = list(row, what, columns);
        for (long k = 0; k < columns; k++, e = e->next)
            m.a[i * columns + k] = decimal(e, what, N);
    }
    return m;
}

static matrix_mod transposed(matrix_mod m)
{
    matrix_mod t = zeros(m.columns, m.rows);
    for (long i = 0; i < m.rows * m.columns; i++)
        t.a[i % m.columns * m.rows + i / m.columns] = m.a[i];
    return t;
}

/* sum of x_i y_i; products are below 2^122, so 32 of them and a remainder fit. */
static uint64_t dot_product(const uint64_t *x, const uint64_t *y, long n)
{
    wide total = 0;
    for (long i = 0; i < n; i++) {
        total += (wide) x[i] * y[i];
        if (i % 32 == 31)
            total %= N;
    }
    return (uint64_t) (total % N);
}

/* a b' + c d' = identity; every operand is given by rows; the second product may have no columns. */
static void check_identity(matrix_mod a, matrix_mod b, matrix_mod c, matrix_mod d, const char *what)
{
    for (long i = 0; i < a.rows; i++) {
        for (long k = 0; k < b.rows; k++) {
            uint64_t s = add_mod(dot_product(a.a + i * a.columns, b.a + k * b.columns, a.columns),
                                 dot_product(c.a + i * c.columns, d.a + k * d.columns, c.columns));
            if (s != (uint64_t) (i == k))
                fail("%s: entry (%ld, %ld) is wrong", what, i + 1, k + 1);
        }
    }
}

/* Rows: the gradients of the laws at the point. A law divides by nothing that is not rational there. */
static matrix_mod law_gradients(const int *laws, long k)
{
    long p = M.coordinates;
    matrix_mod J = zeros(k, p);
    assignment at = at_point();
    at.strict = 1;
    for (long i = 0; i < k; i++) {
        int *g = take((size_t) p, sizeof(int));
        gradient(g, laws[i]);
        substitute(g, g, p, &at);
        for (long c = 0; c < p; c++) {
            if (known(g[c]) == NULL)
                fail("law %ld: its gradient is not rational at the point", i + 1);
            J.a[i * p + c] = rational_mod(known(g[c]));
        }
        give(g);
    }
    return J;
}

/* Of the chosen entries: how many have at most l leaves, l = 1, 2, ..; the number of lengths. */
static long growth_of(long **out, const json *chosen)
{
    long longest = 0;
    for (const json *j = chosen->first; j != NULL; j = j->next)
        longest = entry_leaves(j->number) > longest ? entry_leaves(j->number) : longest;
    *out = take((size_t) longest + 1, sizeof(long));
    for (const json *j = chosen->first; j != NULL; j = j->next)
        (*out)[entry_leaves(j->number) - 1]++;
    for (long l = 1; l < longest; l++)
        (*out)[l] += (*out)[l - 1];
    return longest;
}

static void say_growth(const json *chosen, long r)
{
    long *growth, longest = growth_of(&growth, chosen);
    say("At the certified point, and so near it, the fields and their brackets span at least %ld dimension%s",
        r, r == 1 ? "" : "s");
    for (long l = 0; l < longest && l < 63; l++)
        say("%s%ld", l == 0 ? " (growth " : ", ", growth[l]);
    say("%s", longest > 0 ? ")" : "");
}

/* laws NULL: those of the units. */
void claim_split(const json *split, const int *laws, long k, int independent, int rank, int complete)
{
    const json *ja, *jc, *chosen, *modulus, *root;
    unpack(split, "split", "A? C? chosen? mod root?", &ja, &jc, &chosen,
           &modulus, &root);
    if ((ja != NULL) != rank || (chosen != NULL) != rank || (jc != NULL) != independent || (root != NULL && !rank))
        fail("split: a part is missing, or not expected here");
    long p = M.coordinates, r = rank ? (list(chosen, "chosen", -1), chosen->number) : 0;
    matrix_mod A, C, J, W, none = zeros(p > r ? p : r, 0);
    N = decimal(modulus, "mod", (uint64_t) 1 << 61);
    if (N <= 1)
        fail("the modulus is not greater than 1");
    read_root(root);
    if (independent) {
        if (k > p)
            fail("more laws than coordinates");
        J = laws != NULL ? law_gradients(laws, k) : zeros(k, p);
        if (laws == NULL)
            units_gradients(J.a, p);
        C = read_matrix(jc, "C", k, p);
        check_identity(C, J, none, none, "C J' = I");
        say(k == 1 ? "; it is not constant" : "; they are independent");
    }
    if (rank) {
        A = read_matrix(ja, "A", p, r);
        W = zeros(r, p);
        const json *j = chosen->first;
        for (long i = 0; i < r; i++, j = j->next)
            entry_value(W.a + i * p, number(j, "chosen", entries_count()));
        check_identity(W, transposed(A), none, none, "W A = I");
    }
    if (complete) {
        if (r + k != p)
            fail("complete: %ld laws and rank %ld are not %ld", k, r, p);
        check_identity(A, transposed(W), transposed(J), transposed(C), "A W + J' C = I");
        say("; every conservation law near the certified point is a function of them");
    }
    if (rank) {
        say("%s", k > 0 ? ".\n  " : "");
        say_growth(chosen, r);
    }
}

void claim_growth(const json *growth, const json *split)
{
    const json *chosen = split->first;
    while (strcmp(chosen->key, "chosen") != 0)
        chosen = chosen->next;
    long *counts, longest = growth_of(&counts, chosen);
    const json *j = list(growth, "growth", longest);
    for (long l = 0; l < longest; l++, j = j->next) {
        if (number(j, "growth", M.coordinates + 1) != counts[l])
            fail("growth: %ld of the chosen entries have at most %ld members", counts[l], l + 1);
    }
    say("; the brackets of at most 1, 2, ... members span at least so many dimensions");
}
