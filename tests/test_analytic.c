/* test_analytic.c - analytic functions in networks: values, derivatives, identities, refusals.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "family/modular.h"
#include <lieorbit/law.h>

typedef struct {
    lo_ctx_t ctx;
    lo_model_ptr model;
    lo_family_ptr family;
} subject_struct;

static lo_status_t subject_init(subject_struct *s, const char *text)
{
    assert_int_equal(lo_ctx_init(s->ctx), LO_OK);
    s->family = NULL;
    assert_int_equal(lo_model_read(&s->model, text, strlen(text), "test", s->ctx), LO_OK);
    return lo_family_build(&s->family, s->model, LO_RELU_PATHS, s->ctx);
}

static void subject_clear(subject_struct *s)
{
    lo_family_free(s->family);
    lo_model_free(s->model);
    lo_ctx_clear(s->ctx);
}

/* The rank of the fields of a model and the status of the analysis. */
static lo_status_t field_rank(long *rank, char *message, size_t size, const char *text)
{
    subject_struct s;
    lo_analysis_t a;
    *rank = -1;
    lo_status_t status = subject_init(&s, text);
    lo_analysis_init(a);
    if (status == LO_OK)
        status = lo_analyse(a, s.family, NULL, NULL, s.ctx);
    if (a->growth->levels > 0)
        *rank = a->growth->growth[0];
    strncpy(message, lo_ctx_message(s.ctx), size - 1);
    message[size - 1] = '\0';
    lo_analysis_clear(a);
    subject_clear(&s);
    return status;
}

/* Identities of the functions: each output is constant (often zero), so every field vanishes. They hold modulo the
 * prime because the values of the atoms satisfy every true relation. */
static void test_identities_give_zero_fields(void **state)
{
    (void) state;
    static const char *const outputs[] = {
        "odd(z) + odd(-z)",
        "even(z) - even(-z)",
        "erf(z) + erf(-z)",
        "softplus(z) - softplus(-z) - z",
        "silu(z) - silu(-z) - z",
        "gelu(z) - gelu(-z) - z",
        "sigmoid(z) + sigmoid(-z)",
        "sqrt(z)^2 - z",
        "tanh(z)*(exp(2*z) + 1) - exp(2*z) + 1",
        "sin(z)^2 + cos(z)^2",
        "sin(2*z) - 2*sin(z)*cos(z)",
        "exp(z + w)*exp(-z) - exp(w)",
        "tanh(z/2)*(1 + exp(z)) - exp(z) + 1",
        "sum(softmax([z, w*z, 1]))",
        "sum(layernorm([z, w, x[1]]))",
        "exp(z + w)*exp(b - z) - exp(w + b)",
        "exp(z/2 + w)*exp(z/2)/exp(z) - exp(w)",
        "odd(0*z)",
        "w*x[1]*(2 - sqrt(4))",
        "generic0(0*z)",
    };
    for (size_t i = 0; i < sizeof(outputs) / sizeof(*outputs); i++) {
        char text[256], message[512];
        long rank;
        snprintf(text, sizeof(text), "param w, b; input x[2]; let z = w*x[1] + b*x[2]; output %s", outputs[i]);
        lo_status_t status = field_rank(&rank, message, sizeof(message), text);
        if (status != LO_OK || rank != 0)
            print_error("%s: status %u rank %ld %s\n", text, status, rank, message);
        assert_int_equal(status, LO_OK);
        assert_int_equal(rank, 0);
    }
}

/* Without a relation there is none: functions of independent arguments stay independent. */
static void test_independent_values_stay_free(void **state)
{
    (void) state;
    static const struct {
        const char *output;
        long rank;
    } list[] = {
        { "generic(z) + generic(-z)", 2 }, { "odd(z) + odd(2*z)", 2 },     { "exp(z) - exp(2*z)", 2 },
        { "generic(0*z) * w", 1 },         { "softplus(z) + softplus(-z)", 2 }, { "even(0*z) * w*b", 1 },
    };
    for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
        char text[256], message[512];
        long rank;
        snprintf(text, sizeof(text), "param w, b; input x[2]; let z = w*x[1] + b*x[2]; output %s", list[i].output);
        assert_int_equal(field_rank(&rank, message, sizeof(message), text), LO_OK);
        assert_int_equal(rank, list[i].rank);
    }
}

/* The components of a member against the derivative of the output along each coordinate, over jets and over series. */
static void check_gradient(const char *text)
{
    subject_struct s;
    lo_engine_t e;
    lo_modpoint_t point;
    assert_int_equal(subject_init(&s, text), LO_OK);
    const lo_family_struct *f = s.family;
    assert_int_equal(lo_engine_init_any(e, f, 0, s.ctx), LO_OK);
    assert_int_equal(lo_modpoint_init(point, e), LO_OK);
    slong p = f->p, size = lo_member_size(e);
    ulong *member = lo_alloc((size_t) size, sizeof(ulong)), *field = lo_alloc((size_t) p, sizeof(ulong));
    ulong *theta = lo_alloc((size_t) (2 * p), sizeof(ulong));
    char *needed = lo_alloc((size_t) f->tape->n, 1);
    lo_modalg_t algebra;
    lo_status_t status = LO_DOMAIN;
    lo_tape_reach(needed, f->tape, f->outputs, f->noutputs);
    for (int tries = 0; status != LO_OK && tries < 200; tries++) { /* square roots want residues */
        assert_int_equal(lo_modpoint_randomise(point, e), LO_OK);
        assert_int_equal(lo_member_randomise(member, e, point), LO_OK);
        lo_modalg_jets(algebra, e->mod, 0);
        status = lo_engine_field(field, e, algebra, point->theta, point, member);
    }
    assert_int_equal(status, LO_OK);
    for (int jets = 0; jets < 2; jets++) {
        for (slong i = 0; i < p; i++) {
            if (jets)
                lo_modalg_jets(algebra, e->mod, 1);
            else
                lo_modalg_series(algebra, e->mod, 2);
            for (slong k = 0; k < p; k++) {
                theta[2 * k] = point->theta[k];
                theta[2 * k + 1] = k == i;
            }
            assert_int_equal(lo_engine_run(e, algebra, needed, 0, f->primal, theta,
                                           lo_member_atoms(e, member, point), member),
                             LO_OK);
            ulong sum = 0;
            for (slong a = 0; a < f->naux; a++)
                if (f->aux[a].kind == LO_AUX_COVECTOR)
                    sum = nmod_add(sum,
                                   nmod_mul(member[a], e->values[2 * f->outputs[f->aux[a].index] + 1], e->mod),
                                   e->mod);
            assert_int_equal(sum, field[i]);
        }
    }
    lo_free(member);
    lo_free(field);
    lo_free(theta);
    lo_free(needed);
    lo_modpoint_clear(point);
    lo_engine_clear(e);
    subject_clear(&s);
}

static void test_gradients_are_derivatives(void **state)
{
    (void) state;
    static const char *const functions[] = { "tanh", "sigmoid", "exp",  "sin",     "cos",  "softplus", "gelu",
                                             "silu", "erf",     "sqrt", "generic", "odd",  "even",     "generic0" };
    for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
        char text[256];
        snprintf(text, sizeof(text), "param W[2,2], b[2], a[2]; input x[2]; output dot(a, %s(W*x + b))",
                 functions[i]);
        check_gradient(text);
    }
    check_gradient("input X[2,2]; net attention(heads=2, dim=1)");
    check_gradient("input x[2]; net dense(3) -> layernorm(affine) -> dense(2) -> softmax");
    check_gradient("input x[2]; net dense(2, bias) -> gelu -> dense(3) -> rmsnorm -> dense(1)");
}

static void test_refusals(void **state)
{
    (void) state;
    static const struct {
        const char *text, *message;
    } list[] = {
        { "param w, a; input x; output a*log(exp(w)*x)", "`log` within or around another" },
        { "param w, a; input x; output a*sqrt(w^2*x^2)", "square" },
        { "param a; input x; output a*(sqrt(x^2+1)*sqrt(x^2+2) - sqrt((x^2+1)*(x^2+2)))", "square" },
        { "param a; input x; output a*sqrt((x^2+1)^2)", "square" },
        { "param a; input x; output a*x*sqrt(10000000000000000000000001)", "whose root is not rational" },
        { "param u, v; input x; output u*x*(sqrt(9*x/x)-3)+v", "square" },
        { "param u, v; input x; output u*x*sum(rmsnorm(vstack(1,2))-rmsnorm(vstack(3,6)))+v", "" },
        { "param u, v, w; input x; output w*(exp(softplus(u*x))-exp(u*x))+v", "softplus" },
        { "param u, v; input x; output v*exp(-softplus(x))*x-v*x*sigmoid(-x)+u", "softplus" },
        { "param u, v; input x; output v*x*(tanh(softplus(x)/2)-exp(x)/(exp(x)+2))+u", "softplus" },
        { "input x[2]; net dense(2) -> layernorm -> dense(2)", "square" },
        { "param w, a; input x; output a*exp(exp(1) + w*x)", "transcendental constant" },
    };
    for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
        char message[1024];
        long rank;
        assert_int_equal(field_rank(&rank, message, sizeof(message), list[i].text), LO_UNABLE);
        if (strstr(message, list[i].message) == NULL)
            print_error("%s: %s\n", list[i].text, message);
        assert_non_null(strstr(message, list[i].message));
    }
}

/* Laws of models whose functions have no symbols are proved all the same, and false ones refuted on balls. */
static void test_verify_with_opaque_functions(void **state)
{
    (void) state;
    static const struct {
        const char *text, *law;
        lo_truth_t conserved;
    } list[] = {
        { "input x[2]; net dense(3) -> layernorm -> dense(2)", "W1[1,1] + W1[2,1] + W1[3,1]", LO_TRUE },
        { "input x[2]; net dense(3) -> layernorm -> dense(2)", "W1[1,1] + W1[2,1] - W1[3,1]", LO_FALSE },
        { "param u, v; input x; output gelu(u*v*x)", "u^2 - v^2", LO_TRUE },
        { "param u, v; input x; output gelu(u*v*x)", "u^2 + v^2", LO_FALSE },
        { "param w; input x; output tanh(0)*w*x", "w", LO_TRUE },
        { "param w, v; input x; output erf(w)*x", "v^3", LO_TRUE },
        { "param a, b; input x; output a*exp(x + b)", "a^2 - 2*b", LO_TRUE },
        { "input x[2]; net dense(2) -> gelu -> dense(3) -> softmax", "W2[1,2] + W2[2,2] + W2[3,2]", LO_TRUE },
        { "input x[2]; net dense(2) -> gelu -> dense(3) -> softmax", "W2[1,2] + W2[2,2]", LO_FALSE },
        { "param u, v; input x; let a = (u+v)^2 - u^2 - 2*u*v - v^2; output a^3 + erf(u*x)", "u", LO_FALSE },
    };
    for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
        subject_struct s;
        lo_verdict_t v;
        lo_verdict_init(v);
        assert_int_equal(subject_init(&s, list[i].text), LO_OK);
        assert_int_equal(lo_verify(v, s.family, list[i].law, strlen(list[i].law), s.ctx), LO_OK);
        assert_int_equal(v->conserved, list[i].conserved);
        lo_verdict_clear(v);
        subject_clear(&s);
    }
}

/* Stops the analysis at the last of `left` stages of progress. */
typedef struct {
    long left;
    int stop;
} brake_struct;

static void brake(void *data, const char *stage, long done, long total)
{
    brake_struct *b = data;
    (void) stage;
    (void) done;
    (void) total;
    b->stop |= --b->left <= 0;
}

/* Wherever an interrupt comes, the laws that are listed have a text, also those with symbols. */
static void test_interrupted_laws_are_written(void **state)
{
    (void) state;
    int listed = 0, finished = 0;
    for (long stage = 1; !finished; stage++) {
        subject_struct s;
        lo_analysis_t a;
        brake_struct b = { stage, 0 };
        assert_int_equal(subject_init(&s, "coords x, y, z, w; field f = [1, exp(x), 1, exp(5*z + 1)]"), LO_OK);
        s.ctx->progress = brake;
        s.ctx->progress_data = &b;
        s.ctx->interrupt = &b.stop;
        lo_analysis_init(a);
        finished = lo_analyse(a, s.family, NULL, NULL, s.ctx) == LO_OK;
        for (long i = 0; i < a->nlaws; i++) {
            assert_non_null(a->laws[i].expression);
            assert_int_not_equal(a->laws[i].name[0], '\0');
        }
        listed += !finished && a->nlaws > 0;
        lo_analysis_clear(a);
        subject_clear(&s);
    }
    assert_true(listed > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identities_give_zero_fields),
        cmocka_unit_test(test_independent_values_stay_free),
        cmocka_unit_test(test_gradients_are_derivatives),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_interrupted_laws_are_written),
        cmocka_unit_test(test_verify_with_opaque_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
