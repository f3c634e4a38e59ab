/* manifold.c - the claims `invariant` and `involutive`.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/check.h"

typedef struct {
    long rows, columns;
    mpz_t *a;
} integers;

static integers read_integers(const json *j, const char *what, long rows, long columns)
{
    const json *row = list(j, what, rows);
    rows = j->number;
    integers m = { rows, columns, take((size_t) (rows * columns) + 1, sizeof(mpz_t)) };
    for (long i = 0; i < rows; i++, row = row->next) {
        const json *e = list(row, what, columns);
        for (long k = 0; k < columns; k++, e = e->next) {
            mpz_init(m.a[i * columns + k]);
            integer(m.a[i * columns + k], e, what);
        }
    }
    return m;
}

/* out += sum_k a(i, k) b(k, j), where a is given transposed or b is */
static void entry_of_product(mpz_t out, const integers *a, int ta, long i, const integers *b, int tb, long j)
{
    long inner = ta ? a->rows : a->columns;
    for (long k = 0; k < inner; k++)
        mpz_addmul(out, a->a[ta ? k * a->columns + i : i * a->columns + k],
                   b->a[tb ? j * b->columns + k : k * b->columns + j]);
}

/* E B' = 0 and d I = B' G + H E: the rows of B span the kernel of E. */
static void check_subspace(const json *d, const integers *B, const integers *E, const integers *G,
                           const integers *H)
{
    mpz_t scale, s;
    mpz_init(scale);
    mpz_init(s);
    integer(scale, d, "d");
    if (mpz_sgn(scale) == 0)
        fail("invariant: d is zero");
    for (long i = 0; i < E->rows; i++) {
        for (long j = 0; j < B->rows; j++) {
            mpz_set_ui(s, 0);
            entry_of_product(s, E, 0, i, B, 1, j);
            if (mpz_sgn(s) != 0)
                fail("invariant: E B' is not zero");
        }
    }
    for (long i = 0; i < M.coordinates; i++) {
        for (long j = 0; j < M.coordinates; j++) {
            mpz_set_ui(s, 0);
            entry_of_product(s, B, 1, i, G, 0, j);
            entry_of_product(s, H, 0, i, E, 0, j);
            if (mpz_cmp(s, i == j ? scale : s) != 0 || (i != j && mpz_sgn(s) != 0))
                fail("invariant: B' G + H E is not d I");
        }
    }
    mpz_clear(scale);
    mpz_clear(s);
}

static const poly *integer_poly(mpz_srcptr z)
{
    mpq_t q;
    mpq_init(q);
    mpq_set_z(q, z);
    const poly *p = p_constant(q);
    mpq_clear(q);
    return p;
}

/* E X(B' s) = 0 for every field X, as polynomials in new variables s (those of the first coordinates). */
static void check_fields(const integers *B, const integers *E)
{
    const poly **image = take((size_t) M.coordinates, sizeof(*image));
    for (long i = 0; i < M.coordinates; i++) {
        image[i] = p_si(0);
        for (long b = 0; b < B->rows; b++)
            image[i] =
                p_add(image[i], p_multiply(integer_poly(B->a[b * B->columns + i]), s_variable(V_COORD, b)));
    }
    for (long f = 0; f < field_count(); f++) {
        const sparse *x = symbolic_field(f);
        const poly **there = take((size_t) x->count + 1, sizeof(*there));
        for (long k = 0; k < x->count; k++)
            there[k] = s_substitute(x->entry[k].p, image);
        for (long i = 0; i < E->rows; i++) {
            const poly **coefficients = take((size_t) x->count + 1, sizeof(*coefficients));
            for (long k = 0; k < x->count; k++)
                coefficients[k] = integer_poly(E->a[i * E->columns + x->entry[k].var]);
            sum_begin();
            for (long k = 0; k < x->count; k++)
                sum_add(coefficients[k], there[k]);
            if (s_reduce(sum_end())->count != 0)
                fail("invariant: field %ld leaves the subspace", f + 1);
        }
    }
}

void claim_invariant(const json *invariant)
{
    long p = M.coordinates;
    const json *j = list(invariant, "invariant", -1);
    if (M.momentum || invariant->number == 0)
        fail("invariant: at least one subspace, and no momentum");
    symbolic_values(M.outputs, 0);
    for (; j != NULL; j = j->next) {
        cursor c = enter(j, "invariant");
        const json *g = required(&c, "G"), *h = required(&c, "H");
        integers B = read_integers(required(&c, "basis"), "basis", -1, p);
        const json *d = required(&c, "d");
        if (B.rows >= p)
            fail("invariant: the subspace is not proper");
        integers E = read_integers(required(&c, "equations"), "equations", p - B.rows, p);
        integers G = read_integers(g, "G", B.rows, p), H = read_integers(h, "H", p, p - B.rows);
        leave(&c);
        check_subspace(d, &B, &E, &G, &H);
        check_fields(&B, &E);
        say("%she subspace of dimension %ld with the given equations is invariant",
            j == invariant->first ? "T" : "; t", B.rows);
    }
}

static const poly *coefficient_of(const json *j)
{
    int id = read_scalar(string(j, "a coefficient"), "a coefficient");
    return symbolic_values(&id, 1)[id];
}

/* q Z = sum_m c_m B_m, in every component. */
static void check_combination(const poly *q, const sparse *z, const poly *const *c, const sparse *const *B,
                              long k)
{
    for (long i = 0; i < M.coordinates; i++) {
        sum_begin();
        for (long e = 0; e < z->count; e++) {
            if (z->entry[e].var == (uint32_t) i)
                sum_add(q, z->entry[e].p);
        }
        const poly *left = sum_end();
        sum_begin();
        for (long m = 0; m < k; m++) {
            for (long e = 0; e < B[m]->count; e++) {
                if (B[m]->entry[e].var == (uint32_t) i)
                    sum_add(c[m], B[m]->entry[e].p);
            }
        }
        if (s_reduce(p_add(left, p_scale(sum_end(), -1, 1)))->count != 0)
            fail("involutive: an identity does not hold in component %ld", i + 1);
    }
}

/* For every field i and j < k: q [X_i, B_j]; for j = k: q X_i. In the order of i, then j. */
void claim_involutive(const json *involutive)
{
    cursor c = enter(involutive, "involutive");
    const json *basis = required(&c, "basis"), *rows = required(&c, "coefficients"), *jq = required(&c, "q");
    leave(&c);
    const json *e = list(basis, "basis", -1);
    long k = basis->number, n = field_count();
    if (M.inputs > 0 || M.gated || M.momentum)
        fail("involutive: only raw families, maps, and networks without inputs and gates");
    symbolic_values(M.outputs, M.noutputs);
    const sparse **B = take((size_t) k + 1, sizeof(*B));
    for (long j = 0; j < k; j++, e = e->next)
        B[j] = entry_symbolic(number(e, "basis", entries_count()));
    const poly *q = coefficient_of(jq);
    if (s_reduce(q)->count == 0)
        fail("involutive: q is zero");
    const json *row = list(rows, "coefficients", n * (k + 1));
    const poly **coefficients = take((size_t) k + 1, sizeof(*coefficients));
    for (long i = 0; i < n; i++) {
        for (long j = 0; j <= k; j++, row = row->next) {
            const json *x = list(row, "coefficients", 3);
            if (number(x, "a field", n) != i || number(x->next, "a basis element", k + 1) != j)
                fail("involutive: the identities are not in their order");
            const json *y = list(x->next->next, "coefficients", k);
            for (long m = 0; m < k; m++, y = y->next)
                coefficients[m] = coefficient_of(y);
            const sparse *field = symbolic_field(i);
            check_combination(q, j < k ? symbolic_bracket(field, B[j]) : field, coefficients, B, k);
        }
    }
    say("The orbits have dimension at most %ld wherever q, the coefficients and the fields are defined and q "
        "is not "
        "zero",
        k);
}
