/* test_law.c - laws: found, proved in two ways, refuted with a witness, counted.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "test_support.h"

#include "law/prove.h"
#include "law/search.h"
#include <lieorbit/law.h>

/* ---- units, sparse bases, blocks ----------------------------------------------------------------------- */

/* A sum of random monomials has the units that solve (exponents) u = 0, and no others. */
static void test_units_of_random_polynomials(void **state)
{
    (void) state;
    char text[2000];
    start(1);
    for (int round = 0; round < 200; round++) {
        slong p = between(1, 6), terms = between(1, 4);
        lo_model_ptr m;
        lo_units_t u;
        nmod_mat_t exponents;
        nmod_t mod;
        nmod_init(&mod, lo_prime(0));
        nmod_mat_init(exponents, terms, p, mod.n);
        size_t n = (size_t) snprintf(text, sizeof(text), "param a[%ld]; map z = ", (long) p);
        for (slong t = 0; t < terms; t++) {
            n += (size_t) snprintf(text + n, sizeof(text) - n, "%s(%ld)", t > 0 ? " + " : "", (long) between(1, 9));
            for (slong k = between(1, 3); k > 0; k--) {
                slong i = between(0, p - 1), e = between(1, 3);
                n += (size_t) snprintf(text + n, sizeof(text) - n, "*a[%ld]^%ld", (long) i + 1, (long) e);
                nmod_mat_entry(exponents, t, i) += (ulong) e;
            }
        }
        lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
        assert_int_equal(lo_units_solve(u, f, LO_UNITS_LAWS, NULL, 0, mod), LO_OK);
        nmod_mat_t w, zero;
        nmod_mat_init(w, p, u->nfree, mod.n);
        nmod_mat_init(zero, terms, u->nfree, mod.n);
        for (slong i = 0; i < p; i++)
            for (slong k = u->start[i]; k < u->start[i + 1]; k++)
                nmod_mat_entry(w, i, u->free[k]) = u->coef[k];
        nmod_mat_mul(zero, exponents, w);
        assert_true(nmod_mat_is_zero(zero));
        assert_int_equal(nmod_mat_rank(w), p - nmod_mat_rank(exponents));
        nmod_mat_clear(w);
        nmod_mat_clear(zero);
        nmod_mat_clear(exponents);
        lo_units_clear(u);
        close_family(f, m);
    }
}

static void expect_proved(lo_family_ptr f, const char *law)
{
    lo_verdict_t v;
    lo_verdict_init(v);
    if (lo_verify(v, f, law, strlen(law), ctx) != LO_OK || v->conserved != LO_TRUE || v->proved_by == NULL)
        fail_msg("not proved: %s (%s)", law, lo_ctx_message(ctx));
    lo_verdict_clear(v);
}

/* One law per hidden neuron: the squares that come in, and of its bias, minus those that go out. */
static void test_laws_per_neuron(void **state)
{
    (void) state;
    char text[300], law[1000];
    for (slong d = 1; d <= 3; d++)
        for (slong h = 1; h <= 4; h++)
            for (slong o = 1; o <= 2; o++) {
                lo_model_ptr m;
                lo_analysis_t a;
                int bias = (d + h + o) % 2 == 0;
                snprintf(text, sizeof(text), "param U[%ld,%ld], b[%ld], V[%ld,%ld]; input x[%ld]; output V*relu(U*x%s)",
                         (long) h, (long) d, (long) h, (long) o, (long) h, (long) d, bias ? " + b" : "");
                lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
                lo_analysis_init(a);
                assert_int_equal(lo_analyse(a, f, NULL, NULL, ctx), LO_OK);
                assert_int_equal(a->nlaws, bias ? h : 2 * h); /* a bias that is not used is conserved */
                assert_int_equal(a->complete, LO_TRUE);
                for (slong k = 1; k <= h; k++) {
                    size_t n = 0;
                    for (slong i = 1; i <= d; i++)
                        n += (size_t) snprintf(law + n, sizeof(law) - n, " + U[%ld,%ld]^2", (long) k, (long) i);
                    if (bias)
                        n += (size_t) snprintf(law + n, sizeof(law) - n, " + b[%ld]^2", (long) k);
                    for (slong j = 1; j <= o; j++)
                        n += (size_t) snprintf(law + n, sizeof(law) - n, " - V[%ld,%ld]^2", (long) j, (long) k);
                    expect_proved(f, law + 3);
                }
                for (long i = 0; i < a->nlaws; i++)
                    if (a->laws[i].degree == 2)
                        assert_string_equal(a->laws[i].found_by, "units");
                lo_analysis_clear(a);
                close_family(f, m);
            }
}

static void test_sparsify_keeps_the_space(void **state)
{
    (void) state;
    start(2);
    for (int round = 0; round < 200; round++) {
        slong rows = between(1, 5), cols = between(1, 9), before = 0, after = 0;
        fmpz_mat_t m;
        fmpq_mat_t x, y;
        fmpz_t content;
        fmpz_mat_init(m, rows, cols);
        fmpq_mat_init(x, rows, cols);
        fmpq_mat_init(y, rows, cols);
        fmpz_init(content);
        do
            for (slong i = 0; i < rows * cols; i++)
                fmpz_set_si(fmpz_mat_entry(m, i / cols, i % cols), between(0, 2) ? between(-6, 6) : 0);
        while (fmpz_mat_rank(m) < (rows < cols ? rows : cols));
        fmpq_mat_set_fmpz_mat(x, m);
        for (slong i = 0; i < rows * cols; i++)
            before += !fmpz_is_zero(fmpz_mat_entry(m, i / cols, i % cols));
        lo_sparsify(m);
        fmpq_mat_set_fmpz_mat(y, m);
        for (slong i = 0; i < rows * cols; i++)
            after += !fmpz_is_zero(fmpz_mat_entry(m, i / cols, i % cols));
        assert_true(after <= before);
        for (slong i = 0; i < rows; i++) {
            _fmpz_vec_content(content, fmpz_mat_entry(m, i, 0), cols);
            assert_true(fmpz_cmp_si(content, 1) <= 0);
        }
        fmpq_mat_rref(x, x);
        fmpq_mat_rref(y, y);
        assert_true(fmpq_mat_equal(x, y));
        fmpz_clear(content);
        fmpz_mat_clear(m);
        fmpq_mat_clear(x);
        fmpq_mat_clear(y);
    }
}

static const char *const small[] = {
    "param U[2,2], V[2,2]; input x[2]; output U*V'*x",
    "input x[2]; net dense(2) -> dense(1) -> dense(2)",
    "input x[2]; net dense(2, bias) -> relu -> dense(1)",
    "param A[2,2], B[2,2]; map z = A*B",
    "param a, b, c; map z = a*b*c + a*b",
    "param a, b, c, d; input x; output a*b*x/(c^2 + d^2)",
    "input x[2]; net dense(2) -> leaky_relu -> dense(2)",
};
#define NSMALL (sizeof(small) / sizeof(small[0]))

/* The space of laws is the direct sum of its parts in the blocks: the same dimension with one block of everything. */
static void test_blocks_split_the_space(void **state)
{
    (void) state;
    for (size_t i = 0; i < NSMALL; i++)
        for (int degree = 1; degree <= 3; degree++) {
            lo_model_ptr m;
            lo_search_t s;
            lo_monomials_t mono;
            lo_polys_t found;
            slong dimension, sum = 0, members = 0;
            lo_family_ptr f = open_family(&m, small[i], LO_RELU_PATHS);
            assert_int_equal(lo_search_init(s, f, 0, ctx), LO_OK);
            assert_int_equal(lo_monomials_init(mono, s, degree, ctx), LO_OK);
            assert_int_equal(mono->n, lo_search_size(s, degree));
            lo_polys_init(found);
            for (slong b = 0; b < mono->nblocks; b++) {
                assert_int_equal(lo_search_block(found, &dimension, s, mono, b), LO_OK);
                sum += dimension;
                members += mono->blocks[b].n;
                assert_true(b == 0 || mono->blocks[b].n >= mono->blocks[b - 1].n);
            }
            assert_int_equal(members, mono->n);
            assert_int_equal(found->n, sum); /* every one was reconstructed */
            mono->blocks[0] = (lo_block_struct) { 0, mono->n };
            assert_int_equal(lo_search_block(found, &dimension, s, mono, 0), LO_OK);
            assert_int_equal(dimension, sum);
            lo_polys_clear(found);
            lo_monomials_clear(mono);
            lo_search_clear(s);
            close_family(f, m);
        }
}

/* ---- two proofs, and refutation ------------------------------------------------------------------------ */

/* res = sum of random multiples of the polynomials in the list, of the same degree. */
static void random_combination(lo_poly_t res, const lo_polys_t list)
{
    fmpz_t c;
    fmpz_init(c);
    for (slong i = 0; i < list->n; i++) {
        slong factor = between(-2, 2);
        for (slong t = 0; factor != 0 && t < list->f[i].nterms; t++) {
            fmpz_mul_si(c, list->f[i].coef + t, factor);
            assert_int_equal(lo_poly_push(res, c, list->f[i].vars + t * list->f[i].stride, list->f[i].length[t]), LO_OK);
        }
    }
    fmpz_clear(c);
}

static int expansion_proves(lo_prover_t prover, const lo_poly_t h)
{
    const char *by;
    lo_tangent_struct *tangent = prover->tangent;
    prover->tangent = NULL;
    assert_int_equal(lo_prove(&by, prover, h, ctx), LO_OK);
    prover->tangent = tangent;
    if (by != NULL)
        assert_string_equal(by, "expansion");
    return by != NULL;
}

static void read_values(fmpq *values, slong n, const char *text)
{
    char number[100];
    for (slong i = 0; i < n; i++) {
        text = strstr(text, " = ");
        assert_non_null(text);
        size_t length = strcspn(text += 3, ",");
        memcpy(number, text, length);
        number[length] = '\0';
        assert_int_equal(fmpq_set_str(values + i, number, 10), 0);
    }
    assert_null(strstr(text, " = "));
}

static void evaluate(fmpq_t res, const fmpz_mpoly_t f, const fmpq *values, const lo_ring_t ring)
{
    fmpq_t term, power;
    fmpz_t c;
    ulong exponents[64];
    assert_true(ring->nvars <= 64);
    fmpq_init(term);
    fmpq_init(power);
    fmpz_init(c);
    fmpq_zero(res);
    for (slong t = 0; t < fmpz_mpoly_length(f, ring->ctx); t++) {
        fmpz_mpoly_get_term_coeff_fmpz(c, f, t, ring->ctx);
        fmpz_mpoly_get_term_exp_ui(exponents, f, t, ring->ctx);
        fmpq_set_fmpz(term, c);
        for (slong v = 0; v < ring->nvars; v++) {
            fmpq_pow_si(power, values + v, (slong) exponents[v]);
            fmpq_mul(term, term, power);
        }
        fmpq_add(res, res, term);
    }
    fmpq_clear(term);
    fmpq_clear(power);
    fmpz_clear(c);
}

/* <grad h, grad F_j> at the witness, from the expanded output and the expanded law. */
static void check_witness(const lo_verdict_t v, lo_prover_t prover, const lo_poly_t h)
{
    const lo_family_struct *f = prover->family;
    lo_ring_struct *ring = prover->ring;
    fmpz_mpoly_q_t element, x, y;
    fmpq_t n, d, value;
    slong output = strtol(v->output + 7, NULL, 10) - 1, shown = 0;
    assert_int_equal(lo_prover_expand(prover, ctx), LO_OK);
    fmpq *values = _fmpq_vec_init(ring->nvars), *inputs = _fmpq_vec_init(f->naux);
    fmpz_mpoly_q_init(element, ring->ctx);
    fmpz_mpoly_q_init(x, ring->ctx);
    fmpz_mpoly_q_init(y, ring->ctx);
    fmpq_init(n);
    fmpq_init(d);
    fmpq_init(value);
    assert_int_equal(strncmp(v->output, "output ", 7), 0);
    read_values(values, f->p, v->point);
    for (slong a = 0; a < f->naux; a++)
        shown += f->aux[a].kind != LO_AUX_COVECTOR;
    read_values(inputs, shown, v->input);
    for (slong a = 0, k = 0; a < f->naux; a++)
        if (f->aux[a].kind != LO_AUX_COVECTOR)
            fmpq_set(values + lo_ring_aux(ring, a), inputs + k++);
    assert_int_equal(lo_poly_to_ring(element, h, prover->symbols, ring, ctx), LO_OK);
    for (slong i = 0; i < f->p; i++) {
        lo_ring_derivative(x, element, i, ring);
        lo_ring_derivative(y, prover->outputs + output, i, ring);
        fmpz_mpoly_q_mul(x, x, y, ring->ctx);
        evaluate(n, fmpz_mpoly_q_numref(x), values, ring);
        evaluate(d, fmpz_mpoly_q_denref(x), values, ring);
        fmpq_div(n, n, d);
        fmpq_add(value, value, n);
    }
    char *digits = fmpq_get_str(NULL, 10, value);
    assert_string_equal(digits, v->value);
    assert_false(fmpq_is_zero(value));
    flint_free(digits);
    fmpz_mpoly_q_clear(element, ring->ctx);
    fmpz_mpoly_q_clear(x, ring->ctx);
    fmpz_mpoly_q_clear(y, ring->ctx);
    fmpq_clear(n);
    fmpq_clear(d);
    fmpq_clear(value);
    _fmpq_vec_clear(values, ring->nvars);
    _fmpq_vec_clear(inputs, f->naux);
}

static void refute_mutant(lo_family_ptr f, lo_prover_t prover, lo_poly_t h)
{
    lo_verdict_t v;
    int proved;
    fmpz_add_si(h->coef, h->coef, between(0, 1) ? 1 : -1); /* no single monomial is a law of these models */
    assert_int_equal(lo_tangent_prove(&proved, prover->tangent, h), LO_OK);
    assert_int_equal(proved, 0);
    assert_int_equal(expansion_proves(prover, h), 0);
    char *text = lo_poly_print(h, prover->symbols, f, ctx);
    lo_verdict_init(v);
    assert_int_equal(lo_verify(v, f, text, strlen(text), ctx), LO_OK);
    assert_int_equal(v->conserved, LO_FALSE);
    check_witness(v, prover, h);
    lo_verdict_clear(v);
    lo_free(text);
}

static void test_proofs_agree_and_mutants_are_refuted(void **state)
{
    (void) state;
    slong by_tangent = 0, mutants = 0;
    start(3);
    for (size_t i = 0; i < NSMALL; i++) {
        lo_model_ptr m;
        lo_search_t s;
        lo_monomials_t mono;
        lo_polys_t laws;
        lo_prover_t prover;
        slong dimension;
        lo_family_ptr f = open_family(&m, small[i], LO_RELU_PATHS);
        assert_int_equal(lo_search_init(s, f, 0, ctx), LO_OK);
        assert_int_equal(lo_prover_init(prover, f, s->symbols), LO_OK);
        lo_polys_init(laws);
        assert_int_equal(lo_monomials_init(mono, s, 2, ctx), LO_OK);
        for (slong b = 0; b < mono->nblocks; b++)
            assert_int_equal(lo_search_block(laws, &dimension, s, mono, b), LO_OK);
        for (int round = 0; round < 12 && laws->n > 0; round++) {
            lo_poly_t h;
            int proved;
            lo_poly_init(h, 2);
            random_combination(h, laws);
            assert_int_equal(lo_tangent_prove(&proved, prover->tangent, h), LO_OK);
            by_tangent += proved;
            assert_int_equal(expansion_proves(prover, h), 1); /* whether the tangent proof reaches it or not */
            if (h->nterms > 0) {
                char *text = lo_poly_print(h, s->symbols, f, ctx);
                expect_proved(f, text);
                lo_free(text);
                refute_mutant(f, prover, h);
                mutants++;
            }
            lo_poly_clear(h);
        }
        lo_polys_clear(laws);
        lo_monomials_clear(mono);
        lo_prover_clear(prover);
        lo_search_clear(s);
        close_family(f, m);
    }
    assert_true(by_tangent > 40 && mutants > 40);
}

/* ---- dimensions of spaces of laws ---------------------------------------------------------------------- */

static void test_dimensions_of_homogeneous_laws(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        int degree;
        long dimension;
    } known[] = {
        { "param U[2,2], V[2,2]; input x[2]; output U*V'*x", 2, 3 },
        { "param U[2,2], V[2,2]; input x[2]; output U*V'*x", 4, 6 },
        { "input x[3]; net dense(2) -> dense(2)", 4, 6 },
        { "input x[1]; net dense(2) -> dense(2)", 6, 10 },
        { "input x[2]; net dense(1) -> dense(2) -> dense(2)", 4, 10 },
        { "input x[2]; net dense(3) -> relu -> dense(1)", 4, 6 },
        { "param a[3]; map z = a[1]*a[2]*a[3]", 2, 2 },
        { "param a[3]; map z = a[1]*a[2]*a[3]", 4, 3 },
        { "param a[3]; map z = a[1]*a[2]*a[3]", 3, 0 },
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        lo_model_ptr m;
        lo_analysis_t a;
        lo_family_ptr f = open_family(&m, known[i].text, LO_RELU_PATHS);
        lo_analysis_init(a);
        ctx->degree = known[i].degree;
        assert_int_equal(lo_analyse(a, f, NULL, NULL, ctx), LO_OK);
        ctx->degree = -1;
        assert_true(a->space_degrees > known[i].degree);
        assert_int_equal(a->searched_degree, known[i].degree);
        assert_int_equal(a->space_dimension[known[i].degree], known[i].dimension);
        lo_analysis_clear(a);
        close_family(f, m);
    }
}

/* ---- verify -------------------------------------------------------------------------------------------- */

static const char nmf[] = "coords u1, v1, u2, v2; field f = [u1*v1, u1*v1, u2*v2, u2*v2]";
static const char pendulum[] = "coords x, v; field f = [v, -sin(x)]";

static void test_verify_every_class_of_law(void **state)
{
    (void) state;
    static const struct {
        const char *text, *law;
        lo_truth_t conserved;
    } claims[] = {
        { nmf, "log(v1/u1)/(u1-v1) - log(v2/u2)/(u2-v2)", LO_TRUE },
        { nmf, "log(v1/u1)/(u1-v1) + log(v2/u2)/(u2-v2)", LO_FALSE },
        { nmf, "(u1 - v1)/(u2 - v2)", LO_TRUE },
        { nmf, "u1 - v2", LO_FALSE },
        { nmf, "exp(u1 - v1) + sin(u2 - v2)", LO_TRUE },
        { pendulum, "cos(x) - v^2/2", LO_TRUE },
        { pendulum, "cos(x) + v^2/2", LO_FALSE },
        { pendulum, "exp(cos(x) - v^2/2)", LO_TRUE },
        { pendulum, "3", LO_TRUE },
        { "coords x, y; field f = [x, y]", "x/y", LO_TRUE },
        { "coords x, y; field f = [x, y]", "x*y", LO_FALSE },
        { "coords x, y; field f = [x, 2*y]", "2*log(x) - log(y)", LO_TRUE },
        { "coords x, y; field f = [x, 2*y]", "x^2/y", LO_TRUE },
        { "coords x, y; field f = [1, exp(x)]", "y - exp(x)", LO_TRUE },
        { "coords x, y; field f = [1, 1 - tanh(x)^2]", "y - tanh(x)", LO_TRUE },
        { "coords x, y; field f = [1, tanh(x)]", "y - log(exp(x) + exp(-x))", LO_UNKNOWN }, /* needs tanh by exp */
        { "coords x, y; field f = [sin(x), cos(x)]", "y - log(sin(x))", LO_TRUE },
        { "param U[2,2], V[2,2]; input x[2]; output U*V'*x", "trace(U'*U - V'*V)", LO_TRUE },
        { "param U[2,2], V[2,2]; input x[2]; output U*V'*x", "trace(U'*U*U'*U)", LO_FALSE },
        { "param a, b; map z = a*b", "(a^2 - b^2)^3/(1 + (a^2 - b^2)^2)", LO_TRUE },
    };
    for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
        lo_model_ptr m;
        lo_verdict_t v;
        lo_family_ptr f = open_family(&m, claims[i].text, LO_RELU_PATHS);
        lo_verdict_init(v);
        lo_status_t status = lo_verify(v, f, claims[i].law, strlen(claims[i].law), ctx);
        if (status != LO_OK || (v->conserved != claims[i].conserved && claims[i].conserved != LO_UNKNOWN))
            fail_msg("%s: %u, %s", claims[i].law, status, lo_truth_name(v->conserved));
        assert_true(claims[i].conserved != LO_UNKNOWN || v->conserved != LO_FALSE); /* it is true */
        assert_true((v->conserved == LO_TRUE) == (v->proved_by != NULL));
        assert_true((v->conserved == LO_FALSE) == (v->point != NULL && v->value != NULL && v->output != NULL));
        lo_verdict_clear(v);
        close_family(f, m);
    }
}

static void test_verify_refuses_unknown_names_and_inputs(void **state)
{
    (void) state;
    static const char *const bad[] = { "", "U[1,1]^2 -", "W[1,1]", "U[3,1]", "x[1]", "U[1,1]*x[2]", "U", "a b", "U[1,1])" };
    lo_model_ptr m;
    lo_family_ptr f = open_family(&m, small[0], LO_RELU_PATHS);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        lo_verdict_t v;
        lo_verdict_init(v);
        lo_ctx_set_message(ctx, "nothing");
        assert_int_equal(lo_verify(v, f, bad[i], strlen(bad[i]), ctx), LO_INPUT);
        assert_non_null(strstr(lo_ctx_message(ctx), "error:"));
        assert_int_equal(v->conserved, LO_UNKNOWN);
        lo_verdict_clear(v);
    }
    expect_proved(f, "U[1,1]^2 + U[2,1]^2 - V[1,1]^2 - V[2,1]^2"); /* the family is as it was */
    close_family(f, m);
}

/* ---- analyses ------------------------------------------------------------------------------------------ */

static void check_consistent(const lo_analysis_struct *a)
{
    const lo_growth_struct *g = a->growth;
    assert_true(a->nlaws + g->lower <= a->dimension);
    assert_true(g->lower <= g->upper && g->upper <= a->dimension - a->nlaws);
    assert_int_equal(a->complete == LO_TRUE, a->nlaws + g->lower == a->dimension);
    if (a->complete == LO_FALSE)
        assert_true(a->dimension - g->upper > a->nlaws);
    for (long i = 1; i < g->levels; i++)
        assert_true(g->growth[i] > g->growth[i - 1]);
    for (long i = 0; i < a->nlaws; i++)
        assert_non_null(a->laws[i].proved_by);
}

typedef struct {
    lo_family_ptr f;
    long calls, nlaws;
} seen_struct;

static void observe(void *data, const lo_analysis_struct *a)
{
    seen_struct *seen = data;
    seen->calls++;
    assert_true(a->nlaws >= seen->nlaws);
    seen->nlaws = a->nlaws;
    for (long i = 0; i < a->nlaws; i++)
        assert_true(a->laws[i].proved_by != NULL && a->laws[i].expression != NULL);
}

/* Every listed law is proved again from its text; nothing depends on the seed. */
static void check_analysis(const char *text, int laws_too)
{
    lo_model_ptr m;
    lo_analysis_t a[2];
    lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
    for (uint64_t s = 0; s < 2; s++) {
        seen_struct seen = { f, 0, 0 };
        lo_analysis_init(a[s]);
        ctx->seed = seed + s;
        assert_int_equal(lo_analyse(a[s], f, observe, &seen, ctx), LO_OK);
        assert_true(seen.calls > 0);
        check_consistent(a[s]);
        for (long i = 0; i < a[s]->nlaws && laws_too; i++)
            expect_proved(f, a[s]->laws[i].expression);
    }
    ctx->seed = seed;
    assert_int_equal(a[0]->growth->lower, a[1]->growth->lower);
    assert_int_equal(a[0]->nlaws, a[1]->nlaws);
    assert_int_equal(a[0]->complete, a[1]->complete);
    lo_analysis_clear(a[0]);
    lo_analysis_clear(a[1]);
    close_family(f, m);
}

static void test_listed_laws_parse_back_and_are_proved(void **state)
{
    (void) state;
    static const char *const more[] = {
        pendulum, nmf, "coords x, y, z; field f = [0, -z, y], g = [z, 0, -x], h = [-y, x, 0]",
        "coords x, y; field f = [cos(x)*cos(y), sin(x)*sin(y)]", "coords x, y; field f = [1, 2*exp(x)*y]",
        "coords x, y; field f = [1, 1 - tanh(x)^2]", "param u[3], v[3]; map z = u.^2 - v.^2",
        "input x; net dense(2) -> dense(2) -> dense(1)", "param a, b; map z = exp(a)*b",
        "coords x, y; field f = [1, cos(x/2 + 1)]", /* the argument is printed in another form: (x + 2)/2 */
    };
    for (size_t i = 0; i < NSMALL; i++)
        check_analysis(small[i], 1);
    for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
        check_analysis(more[i], 1);
}

static void test_random_families_are_consistent(void **state)
{
    (void) state;
    char text[4000];
    start(4);
    for (int round = 0; round < 60; round++) {
        random_fields(text, sizeof(text), between(1, 3), between(1, 2), round % 3 == 1, round % 3 == 2);
        check_analysis(text, 1);
    }
}

/* What the relations of constants do not decide is refused, and nothing is left behind. */
static void test_undecided_constants_stop_the_analysis(void **state)
{
    (void) state;
    lo_model_ptr m;
    lo_analysis_t a;
    lo_family_ptr f = open_family(&m, "coords x; field f = [exp(exp(1))]", LO_RELU_PATHS);
    lo_analysis_init(a);
    assert_int_equal(lo_analyse(a, f, NULL, NULL, ctx), LO_UNABLE);
    assert_non_null(strstr(lo_ctx_message(ctx), "transcendental"));
    assert_int_equal(a->nlaws, 0);
    assert_int_equal(a->complete, LO_UNKNOWN);
    lo_analysis_clear(a);
    close_family(f, m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units_of_random_polynomials),
        cmocka_unit_test(test_laws_per_neuron),
        cmocka_unit_test(test_sparsify_keeps_the_space),
        cmocka_unit_test(test_blocks_split_the_space),
        cmocka_unit_test(test_proofs_agree_and_mutants_are_refuted),
        cmocka_unit_test(test_dimensions_of_homogeneous_laws),
        cmocka_unit_test(test_verify_every_class_of_law),
        cmocka_unit_test(test_verify_refuses_unknown_names_and_inputs),
        cmocka_unit_test(test_listed_laws_parse_back_and_are_proved),
        cmocka_unit_test(test_random_families_are_consistent),
        cmocka_unit_test(test_undecided_constants_stop_the_analysis),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
