/* test_darboux.c - rational and logarithmic laws: invariant polynomials, orbits, relations, closed forms.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "test_support.h"

#include "law/collect.h"
#include "law/orbit.h"
#include "law/polymat.h"
#include <lieorbit/law.h>

/* ---- analysing a text ------------------------------------------------------------------------------------ */

typedef struct {
    lo_model_ptr m;
    lo_family_ptr f;
    lo_analysis_t a;
} session_struct;

static void open_session(session_struct *s, const char *text)
{
    s->f = open_family(&s->m, text, LO_RELU_PATHS);
    lo_analysis_init(s->a);
    if (lo_analyse(s->a, s->f, NULL, NULL, ctx) != LO_OK)
        fail_msg("%s\n%s", text, lo_ctx_message(ctx));
}

static void close_session(session_struct *s)
{
    lo_analysis_clear(s->a);
    close_family(s->f, s->m);
}

/* Every law that is listed is proved again from its text. */
static void verify_all(const session_struct *s)
{
    for (long i = 0; i < s->a->nlaws; i++) {
        lo_verdict_t v;
        const char *law = s->a->laws[i].expression;
        lo_verdict_init(v);
        if (lo_verify(v, s->f, law, strlen(law), ctx) != LO_OK || v->conserved != LO_TRUE)
            fail_msg("not proved: %s (%s)", law, lo_ctx_message(ctx));
        lo_verdict_clear(v);
    }
}

static void expect(const char *text, long laws, lo_truth_t complete, lo_law_class_t last)
{
    session_struct s;
    open_session(&s, text);
    if (s.a->nlaws != laws || s.a->complete != complete)
        fail_msg("%s: %ld laws, complete %d", text, s.a->nlaws, (int) s.a->complete);
    if (laws > 0)
        assert_int_equal(s.a->laws[laws - 1].law_class, last);
    verify_all(&s);
    close_session(&s);
}

/* ---- laws known by hand ---------------------------------------------------------------------------------- */

/* x_i' = c_i x_i has n - 1 laws; the exponents are small, or logarithms are printed. */
static void test_diagonal_fields(void **state)
{
    (void) state;
    char text[300];
    start(1);
    for (int round = 0; round < 30; round++) {
        slong n = between(2, 4);
        size_t k = (size_t) snprintf(text, sizeof(text), "coords x[%ld]; field f = [", (long) n);
        for (slong i = 1; i <= n; i++)
            k += (size_t) snprintf(text + k, sizeof(text) - k, "%s%ld/%ld*x[%ld]", i > 1 ? ", " : "",
                                   (long) between(1, 30), (long) between(1, 4), (long) i);
        snprintf(text + k, sizeof(text) - k, "]");
        session_struct s;
        open_session(&s, text);
        assert_int_equal(s.a->nlaws, n - 1);
        assert_int_equal(s.a->complete, LO_TRUE);
        verify_all(&s);
        close_session(&s);
    }
}

/* x' = x (a + b y), y' = y (c + d x) keeps d x - b y + c log x - a log y. */
static void test_lotka_volterra(void **state)
{
    (void) state;
    char text[300], law[300];
    start(2);
    for (int round = 0; round < 10; round++) {
        slong a = between(1, 9), b = -between(1, 9), c = -between(1, 9), d = between(1, 9);
        snprintf(text, sizeof(text), "coords x, y; field f = [x*(%ld + (%ld)*y), y*((%ld) + %ld*x)]", (long) a, (long) b,
                 (long) c, (long) d);
        snprintf(law, sizeof(law), "%ld*x - (%ld)*y + (%ld)*log(x) - %ld*log(y)", (long) d, (long) b, (long) c, (long) a);
        session_struct s;
        open_session(&s, text);
        assert_int_equal(s.a->nlaws, 1);
        assert_int_equal(s.a->laws[0].law_class, LO_LAW_LOGARITHMIC);
        assert_string_equal(s.a->laws[0].found_by, "Darboux search");
        assert_string_equal(s.a->laws[0].proved_by, "expansion");
        verify_all(&s);
        lo_verdict_t v;
        lo_verdict_init(v);
        assert_int_equal(lo_verify(v, s.f, law, strlen(law), ctx), LO_OK);
        assert_int_equal(v->conserved, LO_TRUE);
        lo_verdict_clear(v);
        close_session(&s);
    }
}

static size_t random_quadratic(char *text, size_t size)
{
    return (size_t) snprintf(text, size, "(%ld*x^2 + (%ld)*x*y + (%ld)*y^2 + (%ld)*x + (%ld)*y + %ld)", (long) between(1, 4),
                             (long) between(-3, 3), (long) between(-3, 3), (long) between(-3, 3), (long) between(-3, 3),
                             (long) between(1, 5));
}

/* The field with the first integral P / Q, for random quadratic P and Q: a pencil of conics. */
static void test_pencils_of_conics(void **state)
{
    (void) state;
    char p[200], q[200], text[6000];
    start(3);
    for (int round = 0; round < 8; round++) {
        long c[12];
        random_quadratic(p, sizeof(p));
        random_quadratic(q, sizeof(q));
        for (int i = 0; i < 2; i++) { /* derivatives from the coefficients as printed */
            const char *f = i == 0 ? p : q;
            assert_int_equal(sscanf(f, "(%ld*x^2 + (%ld)*x*y + (%ld)*y^2 + (%ld)*x + (%ld)*y + %ld)", c + 6 * i, c + 6 * i + 1,
                                    c + 6 * i + 2, c + 6 * i + 3, c + 6 * i + 4, c + 6 * i + 5), 6);
        }
        snprintf(text, sizeof(text),
                 "coords x, y; field f = [%s*((%ld)*x + (%ld)*y + (%ld)) - %s*((%ld)*x + (%ld)*y + (%ld)), "
                 "%s*((%ld)*x + (%ld)*y + (%ld)) - %s*((%ld)*x + (%ld)*y + (%ld))]",
                 q, c[1], 2 * c[2], c[4], p, c[7], 2 * c[8], c[10], p, 2 * c[6], c[7], c[9], q, 2 * c[0], c[1], c[3]);
        session_struct s;
        open_session(&s, text);
        if (s.a->growth->lower == 1) { /* P and Q are independent */
            assert_int_equal(s.a->nlaws, 1);
            assert_int_equal(s.a->complete, LO_TRUE);
        }
        verify_all(&s);
        close_session(&s);
    }
}

static void test_mixed_forms(void **state)
{
    (void) state;
    start(4);
    expect("coords x, y; field f = [x^2, y]", 1, LO_TRUE, LO_LAW_LOGARITHMIC);        /* 1/x + log(y) */
    expect("coords x, y; field f = [x + y, y]", 1, LO_TRUE, LO_LAW_LOGARITHMIC);      /* x/y - log(y) */
    expect("coords x, y; field f = [x^2, 1]", 1, LO_TRUE, LO_LAW_RATIONAL);           /* y + 1/x */
    expect("coords x, y; field f = [x/(y + 1), y/(x + 2)]", 1, LO_TRUE, LO_LAW_RATIONAL);
    expect("coords x, y, t; field f = [x*cos(t), y*sin(t), 1]", 2, LO_TRUE, LO_LAW_LOGARITHMIC);
    expect("coords x, y; frozen c; field f = [x, c*y]", 1, LO_TRUE, LO_LAW_LOGARITHMIC);
    expect("coords a, b, c, d; field f = [a, b, c, d]; field g = [c, d, 0, 0]", 2, LO_TRUE, LO_LAW_RATIONAL);
    /* logarithms whose coefficients are laws */
    expect("coords u, v, s, t; field f = [u*s, v*t, u*s, v*t]", 3, LO_TRUE, LO_LAW_LOGARITHMIC);
    /* products with more than one factor below and above */
    expect("coords x, y, z; field f = [x, y, z]; field g = [x, -y, 0]", 1, LO_TRUE, LO_LAW_RATIONAL);
    /* sums of inverses, more than there are in one quotient */
    expect("param a[9]; input x; output sum(a.^3)*x", 8, LO_TRUE, LO_LAW_RATIONAL);
    expect("coords x, y, z; field f = [x^2, y^2, 1]", 2, LO_TRUE, LO_LAW_RATIONAL);
    expect("coords x, y, z; field f = [x^2, y^3, z]", 2, LO_TRUE, LO_LAW_LOGARITHMIC);
    /* no symbol in rings: proved by tangent propagation along the one-form */
    expect("param u, v; input x; output gelu(u^2*x + v^2*x)", 1, LO_TRUE, LO_LAW_RATIONAL);
    /* the residual blocks of the tutorial */
    expect("param u, v, s, t; map z = [u*v + s*t + u*v*s*t]", 3, LO_TRUE, LO_LAW_LOGARITHMIC);
}

/* Ratios of n x n minors, for shapes on both sides of n = r. */
static void test_tied_networks(void **state)
{
    (void) state;
    char text[100];
    start(5);
    for (slong n = 1; n <= 4; n++)
        for (slong r = n; r <= 5; r++) {
            snprintf(text, sizeof(text), "param U[%ld,%ld]; input x[%ld]; output U*U'*x", (long) n, (long) r, (long) n);
            if (n * (r - n) <= 4 || n == 2)
                expect(text, n * (r - n), LO_TRUE, LO_LAW_RATIONAL);
        }
}

/* Families without a law of these classes: nothing may be listed. Jouanolou's field has no invariant curve at all. */
static void test_nothing_false(void **state)
{
    (void) state;
    char text[4000];
    start(6);
    expect("coords x, y, z; field f = [z^2, x^2, y^2]", 0, LO_FALSE, LO_LAW_POLYNOMIAL);
    expect("coords x, y; field f = [x - y, x + y]", 0, LO_FALSE, LO_LAW_POLYNOMIAL);
    expect("coords x, y; field f = [x^2 - 2, y]", 0, LO_FALSE, LO_LAW_POLYNOMIAL);
    expect("coords x, y, z; field f = [10*(y - x), x*(28 - z) - y, x*y - 8/3*z]", 0, LO_FALSE, LO_LAW_POLYNOMIAL);
    for (int round = 0; round < 25; round++) {
        session_struct s;
        random_fields(text, sizeof(text), between(2, 4), between(1, 2), round % 3 == 1, round % 3 == 2);
        open_session(&s, text);
        assert_true(s.a->nlaws + s.a->growth->lower <= s.a->dimension);
        verify_all(&s);
        close_session(&s);
    }
}

static void test_same_counts_for_two_seeds(void **state)
{
    (void) state;
    char text[4000];
    start(7);
    for (int round = 0; round < 12; round++) {
        session_struct s;
        long laws[2];
        random_fields(text, sizeof(text), between(2, 3), 1, 0, round % 2);
        for (int k = 0; k < 2; k++) {
            ctx->seed = (uint64_t) (k + 1);
            open_session(&s, text);
            laws[k] = s.a->nlaws;
            close_session(&s);
        }
        assert_int_equal(laws[0], laws[1]);
    }
}

/* ---- parts ----------------------------------------------------------------------------------------------- */

static void read_poly(lo_poly_t f, const char *signs, slong i, slong j)
{
    fmpz_t c;
    fmpz_init(c);
    lo_poly_init(f, 1);
    fmpz_set_si(c, 1);
    assert_int_equal(lo_poly_push(f, c, &i, 1), LO_OK);
    fmpz_set_si(c, signs[0] == '-' ? -1 : 1);
    if (signs[0] != '0')
        assert_int_equal(lo_poly_push(f, c, &j, 1), LO_OK);
    fmpz_clear(c);
}

static void test_invariant_lines(void **state)
{
    (void) state;
    static const struct {
        const char *text, *signs;
        int passes;
    } cases[] = {
        { "coords x, y; field f = [x*y, y + 1]", "0", 1 },    { "coords x, y; field f = [x*y + 1, y]", "0", 0 },
        { "coords x, y; field f = [y, x]", "+", 1 },          { "coords x, y; field f = [y, x]", "-", 1 },
        { "coords x, y; field f = [y, -x]", "+", 0 },         { "coords x, y; field f = [x^2, y^2]", "-", 1 },
        { "coords x, y; field f = [x^2, y^2]", "+", 0 },      { "coords x, y; field f = [x, y]; field g = [1, 1]", "-", 1 },
        { "coords x, y; field f = [x, y]; field g = [1, 1]", "+", 0 },
    };
    start(8);
    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        lo_model_ptr m;
        lo_family_ptr f = open_family(&m, cases[k].text, LO_RELU_PATHS);
        lo_search_t s;
        lo_poly_t line;
        int passed;
        assert_int_equal(lo_search_init(s, f, 0, ctx), LO_OK);
        read_poly(line, cases[k].signs, 0, 1);
        assert_int_equal(lo_invariants_test(&passed, s, line), LO_OK);
        if (passed != cases[k].passes)
            fail_msg("%s: x %s y", cases[k].text, cases[k].signs);
        lo_poly_clear(line);
        lo_search_clear(s);
        close_family(f, m);
    }
}

/* Minors are multilinear and alternating, and agree with numbers. */
static void test_minors_agree_with_numbers(void **state)
{
    (void) state;
    lo_model_ptr m;
    lo_family_ptr f = open_family(&m, "coords x, y, z; field f = [1, 0, 0]", LO_RELU_PATHS);
    lo_ring_t ring;
    start(9);
    assert_int_equal(lo_ring_init(ring, f, ctx), LO_OK);
    for (int round = 0; round < 40; round++) {
        slong n = between(1, 4), all[LO_POLYMAT_MINOR], swapped[LO_POLYMAT_MINOR];
        lo_polymat_struct a;
        fmpz_mat_t numbers;
        fmpz_mpoly_t det, other;
        fmpz point[16], *pointers[16];
        fmpz_t value, expected;
        assert_int_equal(lo_polymat_init(&a, n, n, ring), LO_OK);
        fmpz_mat_init(numbers, n, n);
        fmpz_mpoly_init(det, ring->ctx);
        fmpz_mpoly_init(other, ring->ctx);
        fmpz_init(value);
        fmpz_init(expected);
        assert_true(ring->nvars <= 16);
        for (slong v = 0; v < ring->nvars; v++) {
            fmpz_init_set_si(point + v, between(-9, 9));
            pointers[v] = point + v;
        }
        for (slong i = 0; i < n * n; i++) {
            fmpz_mpoly_gen(a.e + i, between(0, 2), ring->ctx);
            fmpz_mpoly_pow_ui(a.e + i, a.e + i, (ulong) between(0, 2), ring->ctx);
            fmpz_mpoly_scalar_mul_si(a.e + i, a.e + i, between(-3, 3), ring->ctx);
            fmpz_mpoly_evaluate_all_fmpz(fmpz_mat_entry(numbers, i / n, i % n), a.e + i, pointers, ring->ctx);
        }
        for (slong i = 0; i < n; i++)
            all[i] = swapped[i] = i;
        assert_true(lo_polymat_det(det, &a, all, all, n));
        fmpz_mpoly_evaluate_all_fmpz(value, det, pointers, ring->ctx);
        fmpz_mat_det(expected, numbers);
        assert_true(fmpz_equal(value, expected));
        if (n > 1) {
            swapped[0] = 1;
            swapped[1] = 0;
            assert_true(lo_polymat_det(other, &a, swapped, all, n));
            fmpz_mpoly_add(other, other, det, ring->ctx);
            assert_true(fmpz_mpoly_is_zero(other, ring->ctx));
        }
        for (slong v = 0; v < ring->nvars; v++)
            fmpz_clear(point + v);
        fmpz_clear(value);
        fmpz_clear(expected);
        fmpz_mpoly_clear(det, ring->ctx);
        fmpz_mpoly_clear(other, ring->ctx);
        fmpz_mat_clear(numbers);
        lo_polymat_clear(&a);
    }
    lo_ring_clear(ring);
    close_family(f, m);
}

/* Text of closed forms, and their order, class, degree. */
static void test_closed_forms_print(void **state)
{
    (void) state;
    lo_model_ptr m;
    lo_family_ptr f = open_family(&m, "coords x, y; field f = [1, 0]", LO_RELU_PATHS);
    lo_symbols_t symbols;
    lo_poly_t x, y, sum, difference, minus;
    lo_formula_t g, h;
    fmpz_t c;
    start(10);
    assert_int_equal(lo_symbols_init(symbols, f), LO_OK);
    read_poly(x, "0", 0, 0);
    read_poly(y, "0", 1, 0);
    read_poly(sum, "+", 0, 1);
    read_poly(difference, "-", 0, 1);
    lo_poly_init(minus, 1);
    fmpz_init_set_si(c, -1);
    assert_int_equal(lo_poly_set_fmpz(minus, c), LO_OK);
    lo_formula_init(g);
    lo_formula_init(h);
    assert_int_equal(lo_formula_times(g, x, 2) | lo_formula_times(g, sum, -1) | lo_formula_times(g, y, -3), LO_OK);
    char *text = lo_formula_print(g, symbols, f, ctx);
    assert_string_equal(text, "x^2/((x + y)*y^3)");
    lo_free(text);
    assert_int_equal(lo_formula_degree(g), 4);
    assert_int_equal(lo_formula_class(g, symbols), LO_LAW_RATIONAL);
    assert_int_equal(lo_formula_times(h, sum, 1) | lo_formula_plus_log(h, minus, x), LO_OK);
    assert_int_equal(lo_formula_plus_log(h, difference, sum), LO_OK);
    text = lo_formula_print(h, symbols, f, ctx);
    assert_string_equal(text, "x + y - log(x) + (x - y)*log(x + y)");
    lo_free(text);
    assert_int_equal(lo_formula_class(h, symbols), LO_LAW_LOGARITHMIC);
    assert_null(lo_formula_polynomial(h));
    assert_true(lo_formula_compare(g, h) < 0 && lo_formula_compare(h, g) > 0);
    assert_int_equal(lo_formula_compare(g, g), 0);
    lo_formula_clear(g);
    lo_formula_clear(h);
    fmpz_clear(c);
    lo_poly_clear(x);
    lo_poly_clear(y);
    lo_poly_clear(sum);
    lo_poly_clear(difference);
    lo_poly_clear(minus);
    lo_symbols_clear(symbols);
    close_family(f, m);
}

/* Vectors that move within their span, with and without the constant vector: quotients of minors close the list, and
 * each is verified again as an expression. Fewer or other vectors give none. */
static void test_spans_of_parameters(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        long laws;
    } list[] = {
        { "input x[2]; net dense(4) -> rmsnorm -> dense(1)", 4 },
        { "input x[1]; net dense(5, bias) -> layernorm -> dense(1)", 7 },
        { "param U[5,2], V[5,1], W[2,1]; input x[2]; let z = U*x; output W*(V'*z)*(z'*z)", 8 },
    };
    for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
        session_struct s;
        open_session(&s, list[i].text);
        if (s.a->nlaws != list[i].laws || s.a->complete != LO_TRUE)
            fail_msg("%s: %ld laws, complete %d", list[i].text, s.a->nlaws, (int) s.a->complete);
        verify_all(&s);
        close_session(&s);
    }
    session_struct s;
    lo_verdict_t v;
    static const char wrong[] = "(W1[1,1]*W1[2,2] - W1[1,2]*W1[2,1])/(W1[1,1]*W1[3,2] - W1[1,2]*W1[3,1])";
    open_session(&s, list[0].text);
    lo_verdict_init(v);
    assert_int_equal(lo_verify(v, s.f, wrong, strlen(wrong), ctx), LO_OK);
    assert_int_equal(v->conserved, LO_FALSE);
    lo_verdict_clear(v);
    close_session(&s);
}

/* A form that is no law is not proved, and not taken. */
static void test_false_forms_are_refused(void **state)
{
    (void) state;
    lo_model_ptr m;
    lo_family_ptr f = open_family(&m, "coords x, y; field f = [x, 2*y]", LO_RELU_PATHS);
    lo_collection_t c;
    lo_poly_t x, y, one;
    fmpz_t unit;
    start(11);
    assert_int_equal(lo_collection_init(c, f, ctx), LO_OK);
    read_poly(x, "0", 0, 0);
    read_poly(y, "0", 1, 0);
    lo_poly_init(one, 1);
    fmpz_init_set_si(unit, 1);
    assert_int_equal(lo_poly_set_fmpz(one, unit), LO_OK);
    for (slong e = -3; e <= 3; e++)
        for (slong d = -3; d <= 3; d++) {
            lo_formula_t h;
            const char *by;
            lo_formula_init(h);
            assert_int_equal(lo_formula_times(h, x, e) | lo_formula_times(h, y, d), LO_OK);
            if (h->nfactors > 0) {
                assert_int_equal(lo_prove_formula(&by, c->prover, h, ctx), LO_OK);
                assert_int_equal(by != NULL, e + 2 * d == 0);
            }
            lo_formula_clear(h);
        }
    /* log(x), x log(x) (the coefficient is no law), log(x) + 1/x */
    for (int k = 0; k < 3; k++) {
        lo_formula_t h;
        lo_formula_init(h);
        assert_int_equal(lo_formula_plus_log(h, k == 1 ? x : one, x), LO_OK);
        assert_int_equal(lo_formula_times(h, x, k == 2 ? -1 : 0), LO_OK);
        assert_int_equal(lo_collection_consider_formula(c, h, "test"), LO_OK);
        assert_int_equal(c->n, 0);
        lo_formula_clear(h);
    }
    fmpz_clear(unit);
    lo_poly_clear(x);
    lo_poly_clear(y);
    lo_poly_clear(one);
    lo_collection_clear(c);
    close_family(f, m);
}

/* ---- limits ---------------------------------------------------------------------------------------------- */

static void test_degree_is_obeyed(void **state)
{
    (void) state;
    session_struct s;
    start(12);
    ctx->degree = 0;
    open_session(&s, "coords x, y; field f = [x, y]");
    assert_int_equal(s.a->nlaws, 0);
    close_session(&s);
    ctx->degree = 1;
    open_session(&s, "coords x, y; field f = [x, y]");
    assert_int_equal(s.a->nlaws, 1);
    close_session(&s);
    ctx->degree = -1;
}

static int stop;

static void stop_in_search(void *data, const char *stage, long done, long total)
{
    (void) data;
    (void) done;
    (void) total;
    stop |= strcmp(stage, "Darboux search") == 0;
}

/* An interrupt leaves what was proved before. */
static void test_interrupt(void **state)
{
    (void) state;
    lo_model_ptr m;
    lo_analysis_t a;
    start(13);
    lo_family_ptr f = open_family(&m, "coords u, v, s, t; field f = [u*s, v*t, u*s, v*t]", LO_RELU_PATHS);
    lo_analysis_init(a);
    stop = 0;
    ctx->progress = stop_in_search;
    ctx->interrupt = &stop;
    assert_int_equal(lo_analyse(a, f, NULL, NULL, ctx), LO_UNABLE);
    ctx->progress = NULL;
    ctx->interrupt = NULL;
    assert_int_equal(a->nlaws, 2);
    lo_analysis_clear(a);
    close_family(f, m);
}

/* Every allocation is made to fail once (a sample of them): no crash, no leak. */
static void test_short_memory(void **state)
{
    (void) state;
    lo_model_ptr m;
    start(14);
    lo_family_ptr f = open_family(&m, "coords x, y, z; field f = [x, 2*y, x + z]", LO_RELU_PATHS);
    lo_status_t status = LO_SYSTEM;
    for (long n = 1; status != LO_OK; n += 1 + n / 40) {
        lo_analysis_t a;
        lo_analysis_init(a);
        lo_alloc_fail_at(n);
        status = lo_analyse(a, f, NULL, NULL, ctx);
        lo_alloc_fail_at(0);
        assert_true(status == LO_OK || status == LO_SYSTEM);
        lo_analysis_clear(a);
    }
    close_family(f, m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diagonal_fields),         cmocka_unit_test(test_lotka_volterra),
        cmocka_unit_test(test_pencils_of_conics),       cmocka_unit_test(test_mixed_forms),
        cmocka_unit_test(test_tied_networks),           cmocka_unit_test(test_nothing_false),
        cmocka_unit_test(test_same_counts_for_two_seeds), cmocka_unit_test(test_invariant_lines),
        cmocka_unit_test(test_minors_agree_with_numbers), cmocka_unit_test(test_closed_forms_print),
        cmocka_unit_test(test_spans_of_parameters),
        cmocka_unit_test(test_false_forms_are_refused), cmocka_unit_test(test_degree_is_obeyed),
        cmocka_unit_test(test_interrupt),               cmocka_unit_test(test_short_memory),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
