/* split.c - the claims `independent`, `rank`, `complete`, `growth`: products of matrices modulo N.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * W holds the chosen entries at the point, J the gradients of the laws, as rows. Let X be W over C, and Y be
 * A' over J. Then W A = I and C J' = I say that two blocks on the diagonal of X Y' are the identity. If X and
 * Y are square, A W + J' C = I is Y' X = I, which holds if and only if X Y' = I.
 */
#include "check/check.h"

/* Rows, or columns, with an element for each coordinate; with momentum the time comes first there, last here. */
static void read_matrix(uint64_t *out, const json *j, long rows, long columns, int by_columns)
{
    long at = 0, n = M.coordinates;
    for (const json *row = list(j, rows); row != NULL; row = row->next) {
        for (const json *e = list(row, columns); e != NULL; e = e->next, at++) {
            long r = at / columns, c = at % columns, to = by_columns ? c : r, i = by_columns ? r : c;
            out[to * n + (i + n - M.momentum) % n] = (uint64_t) number(e, (long) N);
        }
    }
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

/* The products of the first n rows of X and Y. */
static void check_identity(const uint64_t *X, const uint64_t *Y, long n, const char *what)
{
    for (long i = 0; i < n * n; i++)
        need(dot_product(X + i / n * M.coordinates, Y + i % n * M.coordinates, M.coordinates) ==
                 (i / n == i % n),
             "%s: entry (%ld, %ld) is wrong", what, i / n + 1, i % n + 1);
}

void claim_split(const json *split)
{
    int ranked = (claims & RANK) != 0, independent = (claims & INDEPENDENT) != 0;
    const json *ja = part(split, "A", ranked), *jc = part(split, "C", independent),
               *chosen = part(split, "chosen", ranked);
    need(ranked || (in(split, "root") == NULL && in(split, "roots") == NULL),
         "split: \"root\" is not expected here");
    long p = M.coordinates, r = ranked ? chosen->number : 0, k = independent ? nlaws : 0;
    need(k <= p && r <= p, "more laws, or entries, than coordinates: a product of matrices is wrong");
    size_t size = (size_t) ((r + k) * p) + 1;
    uint64_t *X = take(size, sizeof(*X)), *Y = take(size, sizeof(*Y)), *C = X + r * p, *J = Y + r * p;
    N = (uint64_t) number(in(split, "mod"), 1L << 61);
    need(N > 1, "the modulus is not greater than 1");
    if (independent) {
        assignment at = { .gates = GATES_TRUE };
        place_at_point(&at, NULL);
        read_roots(NULL);
        for (long i = 0; i < k; i++) {
            int *g = vector(p), at_point;
            substitute(&at_point, laws + i, 1, &at); /* where it must be defined */
            gradient(g, laws[i]);
            values_at(J + i * p, g, 0, &at);
            give(g);
        }
        read_matrix(C, jc, k, p, 0);
        check_identity(C, J, k, "C J' = I");
        say("  %s.\n", k == 1 ? "Its gradient is not zero there" : "They are independent");
    }
    if (ranked) {
        read_roots(split);
        read_matrix(Y, ja, p, r, 1);
        uint64_t *row = X;
        for (const json *j = chosen->first; j != NULL; j = j->next, row += p)
            entry_value(row, entry_at(j));
        check_identity(X, Y, r, "W A = I");
        say("  At the certified point, and so near it, fields and brackets span at least %ld dimension%s.\n",
            r, r == 1 ? "" : "s");
    }
    if (claims & COMPLETE) {
        need(r + k == p, "complete: %ld laws and rank %ld are not %ld", k, r, p);
        check_identity(X, Y, p, "A W + J' C = I");
        say("  Every conservation law near the certified point is a function of them.\n");
    }
}

/* For each length up to the greatest: how many of the chosen entries have at most so many members. */
void claim_growth(const json *growth)
{
    const json *chosen = in(in(certificate, "split"), "chosen");
    long longest = 0, length = 1;
    for (const json *e = chosen->first; e != NULL; e = e->next)
        longest = entry_at(e)->leaves > longest ? entry_at(e)->leaves : longest;
    for (const json *j = list(growth, longest); j != NULL; j = j->next, length++) {
        long n = 0;
        for (const json *e = chosen->first; e != NULL; e = e->next)
            n += entry_at(e)->leaves <= length;
        need(j->number == n, "growth: %ld of the chosen entries have at most %ld members", n, length);
        say("  With brackets of at most %ld member%s: at least %ld.\n", length, length == 1 ? "" : "s", n);
    }
}
