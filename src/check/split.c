/* split.c - the claims `independent`, `rank` and `complete`: products of matrices modulo N.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/check.h"

typedef unsigned __int128 wide;
typedef struct {
    long rows, columns;
    uint64_t *a;
} table;

static table zero_table(long rows, long columns)
{
    table m = { rows, columns, take((size_t) rows * (size_t) columns + 1, sizeof(uint64_t)) };
    return m;
}

static table read_table(const json *j, const char *what, long rows, long columns)
{
    table m = zero_table(rows, columns);
    const json *row = list(j, what, rows);
    for (long i = 0; i < rows; i++, row = row->next) {
        const json *e = list(row, what, columns);
        for (long k = 0; k < columns; k++, e = e->next)
            m.a[i * columns + k] = decimal(e, what, N);
    }
    return m;
}

static table transposed(table m)
{
    table t = zero_table(m.columns, m.rows);
    for (long i = 0; i < m.rows; i++) {
        for (long k = 0; k < m.columns; k++)
            t.a[k * m.rows + i] = m.a[i * m.columns + k];
    }
    return t;
}

/* sum of x_i y_i; products are below 2^122, so 32 of them and a remainder fit. */
static wide dot_product(const uint64_t *x, const uint64_t *y, long n)
{
    wide total = 0;
    for (long i = 0; i < n; i++) {
        total += (wide) x[i] * y[i];
        if (i % 32 == 31)
            total %= N;
    }
    return total % N;
}

/* a b' + c d' = identity; every operand is given by rows. */
static void check_identity(table a, table b, const table *c, const table *d, const char *what)
{
    for (long i = 0; i < a.rows; i++) {
        for (long k = 0; k < b.rows; k++) {
            wide s = dot_product(a.a + i * a.columns, b.a + k * b.columns, a.columns);
            if (c != NULL)
                s += dot_product(c->a + i * c->columns, d->a + k * d->columns, c->columns);
            if (s % N != (uint64_t) (i == k) % N)
                fail("%s: entry (%ld, %ld) is wrong", what, i + 1, k + 1);
        }
    }
}

/* Values of the chosen entries at the point, one a row. */
static table chosen_values(const json *chosen, long r)
{
    table w = zero_table(r, M.coordinates);
    const json *j = list(chosen, "chosen", -1);
    for (long i = 0; i < r; i++, j = j->next)
        entry_value(w.a + i * w.columns, number(j, "chosen", entries_count()));
    return w;
}

/* How many of the chosen entries have at most l leaves: a lower bound of the growth vector. */
static void say_growth(const json *chosen, long r)
{
    long most = 0, counts[64] = { 0 };
    for (const json *j = chosen->first; j != NULL; j = j->next) {
        long leaves = entry_leaves(j->number);
        leaves = leaves > 63 ? 63 : leaves;
        most = leaves > most ? leaves : most;
        counts[leaves]++;
    }
    say("At the certified point, and so near it, the fields and their brackets span at least %ld dimension%s",
        r, r == 1 ? "" : "s");
    for (long l = 1, total = 0; l <= most; l++) {
        total += counts[l];
        say("%s%ld", l == 1 ? " (growth " : ", ", total);
    }
    say("%s", most > 0 ? ")" : "");
}

void claim_split(const json *split, const int *laws, long k, int independent, int rank, int complete)
{
    cursor c = enter(split, "split");
    const json *ja = rank ? required(&c, "A") : NULL, *jc = independent ? required(&c, "C") : NULL;
    const json *chosen = rank ? required(&c, "chosen") : NULL;
    const json *modulus = required(&c, "mod");
    const json *root = rank ? optional(&c, "root") : NULL;
    long p = M.coordinates, r = rank ? (list(chosen, "chosen", -1), chosen->number) : 0;
    table a, b, j, w;
    leave(&c);
    N = decimal(modulus, "mod", (uint64_t) 1 << 61);
    if (N <= 1)
        fail("the modulus is not greater than 1");
    read_root(root);
    if (independent) {
        if (k > p)
            fail("more laws than coordinates");
        j = zero_table(k, p);
        for (long i = 0; i < k; i++)
            if (laws != NULL)
                law_gradient(j.a + i * p, laws[i]);
        if (laws == NULL)
            units_gradients(j.a, p);
        b = read_table(jc, "C", k, p);
        check_identity(b, j, NULL, NULL, "C J' = I");
        say(k == 1 ? "; it is not constant" : "; they are independent");
    }
    if (rank) {
        a = read_table(ja, "A", p, r);
        w = chosen_values(chosen, r);
        check_identity(w, transposed(a), NULL, NULL, "W A = I");
    }
    if (complete) {
        if (r + k != p)
            fail("complete: %ld laws and rank %ld are not %ld", k, r, p);
        table jt = transposed(j), ct = transposed(b);
        check_identity(a, transposed(w), &jt, &ct, "A W + J' C = I");
        say("; every conservation law near the certified point is a function of them");
    }
    if (rank) {
        say("%s", k > 0 ? ".\n  " : "");
        say_growth(chosen, r);
    }
}
