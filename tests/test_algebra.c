/* test_algebra.c - spans, growth vectors, orbit dimensions at points, involutive bounds, against what is known.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "test_support.h"

#include "algebra/involutive.h"
#include "algebra/words.h"
#include <lieorbit/law.h>

/* ---- spans --------------------------------------------------------------------------------------------- */

/* Rows of low rank: random combinations of few rows, zero rows, repeated rows. */
static void random_rows(nmod_mat_t m, nmod_t mod, slong rank)
{
    for (slong i = 0; i < m->r; i++)
        for (slong j = 0; j < m->c; j++)
            nmod_mat_entry(m, i, j) = i < rank || between(0, 3) == 0 ? lo_random_below(rnd, mod.n) : 0;
    for (slong i = rank; i < m->r; i++) {
        memset(&nmod_mat_entry(m, i, 0), 0, (size_t) m->c * sizeof(ulong));
        for (slong k = 0; k < rank; k++)
            if (between(0, 1))
                _nmod_vec_scalar_addmul_nmod(&nmod_mat_entry(m, i, 0), &nmod_mat_entry(m, k, 0), m->c,
                                             lo_random_below(rnd, mod.n), mod);
    }
    for (slong i = 0; i < m->r; i++) { /* shuffled */
        slong k = between(0, m->r - 1);
        for (slong j = 0; j < m->c; j++) {
            ulong t = nmod_mat_entry(m, i, j);
            nmod_mat_entry(m, i, j) = nmod_mat_entry(m, k, j);
            nmod_mat_entry(m, k, j) = t;
        }
    }
}

static slong rank_of_rows(const nmod_mat_t m, slong rows)
{
    nmod_mat_t copy;
    nmod_mat_init(copy, rows, m->c, m->mod.n);
    for (slong i = 0; i < rows; i++)
        _nmod_vec_set(&nmod_mat_entry(copy, i, 0), &nmod_mat_entry(m, i, 0), m->c);
    slong rank = nmod_mat_rank(copy);
    nmod_mat_clear(copy);
    return rank;
}

static void test_span_against_rank(void **state)
{
    (void) state;
    start(1);
    for (int round = 0; round < 400; round++) {
        slong rows = between(1, 24), cols = between(1, 16), done = 0;
        nmod_t mod;
        nmod_mat_t m;
        lo_span_t blocks, single;
        char raised[24], one;
        nmod_init(&mod, round % 2 ? lo_prime(0) : 101);
        nmod_mat_init(m, rows, cols, mod.n);
        random_rows(m, mod, between(0, rows < cols ? rows : cols));
        ulong *flat = lo_alloc((size_t) (rows * cols), sizeof(ulong));
        for (slong i = 0; i < rows; i++)
            _nmod_vec_set(flat + i * cols, &nmod_mat_entry(m, i, 0), cols);
        assert_int_equal(lo_span_init(blocks, cols, mod), LO_OK);
        assert_int_equal(lo_span_init(single, cols, mod), LO_OK);
        while (done < rows) {
            slong n = between(0, rows - done);
            slong before = blocks->rank, added = lo_span_add(blocks, raised, flat + done * cols, n);
            assert_int_equal(added, blocks->rank - before);
            for (slong i = 0; i < n; i++) { /* raised exactly where the rank of the rows so far rises */
                slong rank = rank_of_rows(m, done + i + 1);
                assert_int_equal(lo_span_add(single, &one, flat + (done + i) * cols, 1), raised[i]);
                assert_int_equal(raised[i], rank - rank_of_rows(m, done + i));
                assert_int_equal(one, raised[i]);
                assert_int_equal(single->rank, rank);
            }
            done += n;
            assert_int_equal(blocks->rank, rank_of_rows(m, done));
        }
        for (slong k = 0; k < blocks->rank; k++) { /* reduced: each pivot column is a unit vector */
            ulong row[16];
            lo_span_row(row, blocks, k);
            for (slong r = 0; r < blocks->rank; r++)
                assert_int_equal(row[blocks->pivot[r]], k == r);
            assert_int_equal(lo_span_contains(single, row), 1);
        }
        assert_int_equal(lo_span_add(blocks, NULL, flat, rows), 0); /* nothing is new the second time */
        lo_span_zero(blocks);
        assert_int_equal(lo_span_add(blocks, NULL, flat, rows), single->rank);
        lo_span_clear(blocks);
        lo_span_clear(single);
        lo_free(flat);
        nmod_mat_clear(m);
    }
}

/* ---- growth vectors ------------------------------------------------------------------------------------ */

static void expect_growth(const lo_growth_t g, const long *expected, long levels)
{
    assert_int_equal(g->levels, levels);
    for (long i = 0; i < levels; i++)
        assert_int_equal(g->growth[i], expected[i]);
    assert_int_equal(g->lower, expected[levels - 1]);
    assert_true(g->upper >= g->lower);
}

static const struct {
    const char *text;
    long levels, growth[6];
} known[] = {
    { "coords x, y, t; field f = [cos(t), sin(t), 0], g = [0, 0, 1]", 2, { 2, 3 } },
    { "coords x, y, z; field f = [1, 0, -y/2], g = [0, 1, x/2]", 2, { 2, 3 } },
    { "coords x, y, z, w; field f = [1, 0, 0, 0], g = [0, 1, x, x^2/2]", 3, { 2, 3, 4 } },
    { "coords x, y, z, u, v; field f = [1, 0, 0, 0, 0], g = [0, 1, x, x^2/2, x*y]", 3, { 2, 3, 5 } },
    { "coords x, y, t, s; field f = [cos(t)*cos(s), sin(t)*cos(s), sin(s), 0], g = [0, 0, 0, 1]", 3, { 2, 3, 4 } },
    { "coords x, y, t, s, r; field f = [cos(t)*cos(s), sin(t)*cos(s), sin(s), 0, cos(s)*sin(t - r)], "
      "g = [0, 0, 0, 1, 0]", 4, { 2, 3, 4, 5 } },
    { "coords x, y; field f = [y, -x]", 1, { 1 } },
    { "coords x, y; field f = [0, 0]", 1, { 0 } },
    { "coords x, y, z; field f = [0, -z, y], g = [z, 0, -x], h = [-y, x, 0]", 1, { 2 } },
    { "param U[2,2], V[2,2]; input x[2]; output U*V'*x", 2, { 4, 5 } },
    { "param U[2,3], V[2,3]; input x[2]; output U*V'*x", 2, { 4, 6 } },
    { "input x[3]; net dense(3) -> dense(3)", 2, { 9, 12 } },
    { "input x; net dense(3) -> dense(2)", 2, { 2, 3 } },
    { "input x[2]; net dense(2) -> dense(4) -> dense(1)", 2, { 2, 5 } },
    { "param A[3,2]; map z = A*A'", 2, { 5, 6 } },
    { "param a[4]; map z = a[1]*a[2]*a[3]*a[4]", 1, { 1 } },
    { "param U[2,2], V[4,2], W[1,4]; input x[2]; output W*((V*U*x).^2)", 3, { 3, 6, 7 } },
};

static void test_known_growth_vectors(void **state)
{
    (void) state;
    for (size_t i = 0; i + 1 < sizeof(known) / sizeof(known[0]); i++)
        for (uint64_t s = 0; s < 2; s++) { /* two seeds, one answer */
            lo_model_ptr m;
            lo_growth_t g;
            if (strstr(known[i].text, "A*A'") || strstr(known[i].text, "dense(4) ->"))
                continue; /* their levels are compared with the exact ones below */
            lo_family_ptr f = open_family(&m, known[i].text, LO_RELU_PATHS);
            lo_growth_init(g);
            ctx->seed = seed + s;
            assert_int_equal(lo_growth_generic(g, f, f->p, ctx), LO_OK);
            expect_growth(g, known[i].growth, known[i].levels);
            lo_growth_clear(g);
            close_family(f, m);
        }
    ctx->seed = seed;
}

/* "d/dx1" and "d/dx2 + x1 d/dx3 + ... + x1^(D-2) d/dxD" */
static void chain(char *text, size_t size, slong d)
{
    size_t n = (size_t) snprintf(text, size, "coords x[%ld]\nfield a = [1", (long) d);
    for (slong i = 1; i < d; i++)
        n += (size_t) snprintf(text + n, size - n, ", 0");
    n += (size_t) snprintf(text + n, size - n, "]\nfield b = [0, 1");
    for (slong i = 2; i < d; i++)
        n += (size_t) snprintf(text + n, size - n, ", x[1]^%ld", (long) i - 1);
    snprintf(text + n, size - n, "]\n");
}

static void test_chain_systems(void **state)
{
    (void) state;
    char text[2000];
    for (slong d = 3; d <= 60; d += d < 30 ? 1 : 30) {
        lo_model_ptr m;
        lo_growth_t g;
        chain(text, sizeof(text), d);
        lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
        lo_growth_init(g);
        assert_int_equal(lo_growth_generic(g, f, d, ctx), LO_OK);
        assert_int_equal(g->levels, d - 1);
        for (slong i = 0; i < g->levels; i++)
            assert_int_equal(g->growth[i], i + 2);
        assert_int_equal(g->lower, d);
        lo_growth_clear(g);
        close_family(f, m);
    }
}

/* Trap 1: floating-point ranks stop at 14 to 16 here, and then invent laws. */
static void test_chain_has_no_law(void **state)
{
    (void) state;
    char text[2000];
    lo_model_ptr m;
    lo_analysis_t a;
    chain(text, sizeof(text), 22);
    lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
    lo_analysis_init(a);
    assert_int_equal(lo_analyse(a, f, NULL, NULL, ctx), LO_OK);
    assert_int_equal(a->growth->lower, 22);
    assert_int_equal(a->nlaws, 0);
    assert_int_equal(a->complete, LO_TRUE);
    lo_analysis_clear(a);
    close_family(f, m);
}

/* A growth vector that stops at the limit of levels has not exhausted anything. */
static void test_limit_of_levels(void **state)
{
    (void) state;
    char text[2000];
    lo_model_ptr m;
    lo_growth_t g;
    long kept = ctx->limits->bracket_levels;
    chain(text, sizeof(text), 30);
    lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
    lo_growth_init(g);
    ctx->limits->bracket_levels = 10;
    lo_status_t status = lo_growth_generic(g, f, 30, ctx);
    ctx->limits->bracket_levels = kept;
    assert_true(status == LO_OK || status == LO_UNABLE);
    assert_true(g->lower == 30 || !g->exhausted);
    lo_growth_clear(g);
    close_family(f, m);
}

/* The growth by exact fields is that by jets wherever both apply; the pull-back never exceeds it, and meets it. */
static void test_three_engines_agree(void **state)
{
    (void) state;
    size_t compared = 0;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        lo_model_ptr m;
        lo_growth_t jets, exact;
        lo_words_t w;
        slong added, before = 0;
        lo_family_ptr f = open_family(&m, known[i].text, LO_RELU_PATHS);
        lo_growth_init(jets);
        lo_growth_init(exact);
        exact->upper = f->p;
        assert_int_equal(lo_growth_generic(jets, f, f->p, ctx), LO_OK);
        lo_status_t status = lo_exact_growth(exact, f, f->p, ctx);
        assert_true(status == LO_OK || status == LO_UNABLE); /* too large for exact fields */
        if (status == LO_OK)
            expect_growth(exact, jets->growth, jets->levels);
        compared += status == LO_OK;
        assert_int_equal(lo_words_init(w, f, 0, 0, ctx), LO_OK);
        for (slong n = 2; n <= 16; n *= 2) {
            assert_int_equal(lo_words_pullback(&added, w, n, f->p, ctx), LO_OK);
            assert_true(w->span->rank >= before && w->span->rank <= jets->lower);
            before = w->span->rank;
        }
        assert_int_equal(before, jets->lower);
        lo_words_clear(w);
        lo_growth_clear(jets);
        lo_growth_clear(exact);
        close_family(f, m);
    }
    assert_true(compared + 4 > sizeof(known) / sizeof(known[0]));
}

/* Random polynomial families: exact fields and jets again, and two seeds. */
static void test_random_families_agree(void **state)
{
    (void) state;
    char text[4000];
    start(2);
    for (int round = 0; round < 60; round++) {
        lo_model_ptr m;
        lo_growth_t jets, exact;
        slong p = between(2, 4);
        random_fields(text, sizeof(text), p, between(1, 2), round % 4 == 1, round % 4 == 2);
        lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
        lo_growth_init(jets);
        lo_growth_init(exact);
        exact->upper = f->p;
        ctx->seed = seed + (uint64_t) round;
        assert_int_equal(lo_growth_generic(jets, f, p, ctx), LO_OK);
        lo_status_t status = lo_exact_growth(exact, f, p, ctx);
        assert_true(status == LO_OK || status == LO_UNABLE);
        if (status == LO_OK)
            expect_growth(exact, jets->growth, jets->levels);
        lo_growth_clear(jets);
        lo_growth_clear(exact);
        close_family(f, m);
    }
    ctx->seed = seed;
}

/* A constant whose denominator is the first prime of the engine is no obstacle. */
static void test_denominators_divisible_by_the_prime(void **state)
{
    (void) state;
    lo_model_ptr m;
    lo_growth_t g;
    lo_family_ptr f = open_family(&m, "param a, b; input x; output a*b*x/2305843009213693951", LO_RELU_PATHS);
    const long one = 1;
    lo_growth_init(g);
    assert_int_equal(lo_growth_generic(g, f, 2, ctx), LO_OK);
    expect_growth(g, &one, 1);
    lo_growth_clear(g);
    close_family(f, m);
}

/* ---- points -------------------------------------------------------------------------------------------- */

static long dimension_at(const char *text)
{
    lo_model_ptr m;
    lo_growth_t g;
    lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
    lo_growth_init(g);
    lo_status_t status = lo_growth_at_point(g, f, ctx);
    if (status != LO_OK || g->lower != g->upper)
        fail_msg("%s: status %u, %ld..%ld", text, status, g->lower, g->upper);
    assert_int_equal(g->at_point, 1);
    long lower = g->lower;
    lo_growth_clear(g);
    close_family(f, m);
    return lower;
}

/* U V' at U = A C, V = B C with A, B of k columns: the orbit has dimension N rho - rho (rho + 1) / 2, rho = rank (U; V). */
static void test_two_layers_at_points_of_every_rank(void **state)
{
    (void) state;
    char text[1000];
    start(3);
    for (int round = 0; round < 40; round++) {
        slong n = between(1, 2), c = between(1, 2), r = between(1, 3), k = between(0, r), rows = n + c;
        fmpq_mat_t a, b, uv;
        fmpq_mat_init(a, rows, k);
        fmpq_mat_init(b, k, r);
        fmpq_mat_init(uv, rows, r);
        for (slong i = 0; i < rows * k; i++)
            fmpq_set_si(fmpq_mat_entry(a, i / k, i % k), between(-3, 3), (ulong) between(1, 2));
        for (slong i = 0; i < k * r; i++)
            fmpq_set_si(fmpq_mat_entry(b, i / r, i % r), between(-3, 3), 1);
        if (k > 0)
            fmpq_mat_mul(uv, a, b);
        size_t used = (size_t) snprintf(text, sizeof(text), "param U[%ld,%ld], V[%ld,%ld]; input x[%ld]; output U*V'*x\n"
                                        "at U = [", (long) n, (long) r, (long) c, (long) r, (long) c);
        for (slong i = 0; i < rows * r; i++) {
            char *value = fmpq_get_str(NULL, 10, fmpq_mat_entry(uv, i / r, i % r));
            const char *before = i == 0 ? "" : i % r ? "," : i != n * r ? ";" : n == 1 && r > 1 ? "]', V = [" : "], V = [";
            used += (size_t) snprintf(text + used, sizeof(text) - used, "%s%s", before, value);
            flint_free(value);
        }
        snprintf(text + used, sizeof(text) - used, "]%s", c == 1 && r > 1 ? "'" : "");
        long rho = (long) fmpq_mat_rref(uv, uv);
        assert_int_equal(dimension_at(text), rows * rho - rho * (rho + 1) / 2);
        fmpq_mat_clear(a);
        fmpq_mat_clear(b);
        fmpq_mat_clear(uv);
    }
}

static void test_special_points(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        long dimension;
    } points[] = {
        { "param a, b, c, d; map z = a*b*c*d; at a = 1, b = 2, c = 3, d = 4", 1 },
        { "param a, b, c, d; map z = a*b*c*d; at a = 0, b = 2, c = 3, d = 4", 1 },
        { "param a, b, c, d; map z = a*b*c*d; at a = 0, b = 0, c = 3, d = 4", 0 },
        { "param a, b, c, d; map z = a*b*c*d; at a = 0, b = 0, c = 0, d = 0", 0 },
        { "param U[2,2], V[1,2]; input x[2]; output V*relu(U*x); at U = [0,0;0,0], V = [0;0]'", 0 },
        { "param U[2,2], V[1,2]; input x[2]; output V*relu(U*x); at U = [1,2;0,0], V = [3;0]'", 2 },
        { "param U[2,2], V[1,2]; input x[2]; output V*relu(U*x); at U = [1,2;3,4], V = [3;5]'", 4 },
        { "param U[2,2], V[1,2]; input x[2]; output V*relu(U*x); at U = [1,2;0,0], V = [3;5]'", 4 },
        /* trap 3: the fields have rank 1 at the origin, a bracket with a field that vanishes there brings more */
        { "coords x, y; field f = [1, 0], g = [0, x]; at x = 0, y = 0", 2 },
        { "coords x, y; field f = [1, 0], g = [0, x^2]; at x = 0, y = 0", 2 },
        { "coords x, y; field f = [1, 0], g = [0, x^9]; at x = 0, y = 0", 2 }, /* ten levels deep */
        { "coords x, y, z; field f = [1, 0, 0], g = [0, x, 0], h = [0, 0, y*x]; at x = 0, y = 0, z = 0", 3 },
        { "coords x, y; field f = [x, 0], g = [0, y]; at x = 0, y = 0", 0 },
        { "coords x, y; field f = [x, 0], g = [0, y]; at x = 0, y = 1", 1 },
        { "coords x, y; field f = [y, 0], g = [0, x]; at x = 0, y = 1", 2 },
        { "coords x, y, z; field f = [0, -z, y], g = [z, 0, -x], h = [-y, x, 0]; at x = 1, y = 0, z = 0", 2 },
        { "coords x, y, z; field f = [0, -z, y], g = [z, 0, -x], h = [-y, x, 0]; at x = 0, y = 0, z = 0", 0 },
        /* trap 2: only one word of many, of length 4, raises the rank */
        { "coords x, y, z, u; field f = [1, 0, 0, 0], g = [0, x^3, 0, 0], h = [0, 0, 0, y*x*z]; "
          "at x = 0, y = 0, z = 1, u = 0", 3 },
    };
    for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
        assert_int_equal(dimension_at(points[i].text), points[i].dimension);
}

/* Trap 2, generic: only the last of many fields has the rare bracket; a level is finished when all were tried. */
static void test_rare_words(void **state)
{
    (void) state;
    char text[4000];
    for (slong k = 2; k <= 12; k += 5) {
        lo_model_ptr m;
        lo_growth_t g;
        size_t n = (size_t) snprintf(text, sizeof(text), "coords x[%ld]\n", (long) k + 2);
        for (slong i = 0; i < k; i++) { /* commuting fields, and the last does not commute with the first */
            n += (size_t) snprintf(text + n, sizeof(text) - n, "field f%ld = [", (long) i);
            for (slong j = 0; j < k; j++)
                n += (size_t) snprintf(text + n, sizeof(text) - n, "%d, ", i == j);
            n += (size_t) snprintf(text + n, sizeof(text) - n, i == k - 1 ? "x[1], x[1]*x[1]]\n" : "0, 0]\n");
        }
        lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
        const long expected[3] = { k, k + 1, k + 2 };
        lo_growth_init(g);
        assert_int_equal(lo_growth_generic(g, f, f->p, ctx), LO_OK);
        expect_growth(g, expected, 3);
        lo_growth_clear(g);
        close_family(f, m);
    }
}

/* ---- involutive bounds --------------------------------------------------------------------------------- */

static void test_involutive_bound_closes_at_the_rank_only(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        long rank;
    } closed[] = {
        { "input x; net dense(2) -> dense(2) -> dense(1)", 1 },
        { "param U[2,3]; map z = U*U'", 4 },
        { "input x; net dense(2) -> dense(2) -> dense(1) -> dense(2)", 2 },
        { "param U[2,2], V[2,2]; input x[2]; output U*V'*x", 5 },
        { "coords x, y, z; field f = [0, -z, y], g = [z, 0, -x], h = [-y, x, 0]", 2 },
        { "coords x, y, t, w; field f = [cos(t), sin(t), 0, 0], g = [0, 0, 1, 0]", 3 },
        { "coords x, y, z; field f = [y/(1 + x^2), 1, 0], g = [1, 0, 0]", 2 },
        { "param a[5]; map z = a[1]*a[2]*a[3]*a[4]*a[5]", 1 },
    };
    for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
        lo_model_ptr m;
        lo_family_ptr f = open_family(&m, closed[i].text, LO_RELU_PATHS);
        long upper;
        for (uint64_t s = 0; s < 2; s++) {
            ctx->seed = seed + s;
            assert_int_equal(lo_involutive_bound(&upper, f, closed[i].rank, ctx), LO_OK);
            assert_int_equal(upper, closed[i].rank);
        }
        ctx->seed = seed;
        for (long rank = 0; rank < closed[i].rank; rank++) { /* a bound below the truth is never proved */
            lo_status_t status = lo_involutive_bound(&upper, f, rank, ctx);
            assert_true(status == LO_OK || status == LO_UNABLE || status == LO_DOMAIN);
            assert_int_equal(upper, f->p);
        }
        close_family(f, m);
    }
}

/* ---- failing memory ------------------------------------------------------------------------------------ */

static void test_every_allocation_may_fail(void **state)
{
    (void) state;
    static const char *const texts[] = {
        "param U[2,1], V[2,1]; input x[2]; output U*V'*x",
        "coords x, v; field f = [v, -sin(x)]",
        "input x; net dense(2, bias) -> relu -> dense(1)",
        "coords x, y; field f = [exp(x), y/(1 + x)], g = [exp(x), y/(1 + x)]",
        "param a, b, c; map z = a*b*c; at a = 0, b = 1, c = 2",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        lo_model_ptr m;
        lo_family_ptr f = open_family(&m, texts[i], LO_RELU_PATHS);
        int finished = 0;
        for (long n = 1; n < 4000 && !finished; n += 1 + n / 60) {
            lo_analysis_t a;
            lo_analysis_init(a);
            lo_alloc_fail_at(n);
            lo_status_t status = lo_analyse(a, f, NULL, NULL, ctx);
            if (status == LO_OK && a->growth->lower == a->growth->upper && n > 500)
                finished = 1;
            lo_alloc_fail_at(0);
            assert_true(status == LO_OK || status == LO_SYSTEM);
            assert_true(a->nlaws + a->growth->lower <= f->p); /* what is in it is true all the same */
            lo_analysis_clear(a);
        }
        for (long n = 1; n < 600; n += 1 + n / 60) {
            lo_growth_t g;
            lo_growth_init(g);
            if (!lo_model_has_point(m)) {
                lo_growth_clear(g);
                break;
            }
            lo_alloc_fail_at(n);
            lo_status_t status = lo_growth_at_point(g, f, ctx);
            lo_alloc_fail_at(0);
            assert_true(status == LO_OK || status == LO_SYSTEM);
            assert_true(g->lower <= 1 && g->upper >= 1);
            lo_growth_clear(g);
        }
        close_family(f, m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_span_against_rank),
        cmocka_unit_test(test_known_growth_vectors),
        cmocka_unit_test(test_chain_systems),
        cmocka_unit_test(test_chain_has_no_law),
        cmocka_unit_test(test_limit_of_levels),
        cmocka_unit_test(test_three_engines_agree),
        cmocka_unit_test(test_random_families_agree),
        cmocka_unit_test(test_denominators_divisible_by_the_prime),
        cmocka_unit_test(test_two_layers_at_points_of_every_rank),
        cmocka_unit_test(test_special_points),
        cmocka_unit_test(test_rare_words),
        cmocka_unit_test(test_involutive_bound_closes_at_the_rank_only),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
