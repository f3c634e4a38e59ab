/* test_invariant.c - invariant subspaces: the closure search, their counts, orbits, reduced models, descent on them.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold_support.h"

#include "manifold/invariant.h"
#include "manifold/stratum.h"

#include <stdlib.h>

/* ---- the closure search ---- */

/* The next signed partition of p coordinates in canonical form, by increasing entry; returns 0 after the last one. */
static int next_pattern(int *pattern, slong p)
{
    for (slong i = p - 1; i >= 0; i--) {
        /* the order of entry i: 0, then +r, -r for each class r that stands before, then i + 1 */
        int v = pattern[i], r = v < 0 ? -v : v + 1;
        if (v == (int) i + 1)
            continue;
        if (v > 0) {
            pattern[i] = -v;
        } else {
            if (v < 0)
                r = -v + 1;
            while (r <= (int) i && pattern[r - 1] != r)
                r++;
            pattern[i] = r <= (int) i ? r : (int) i + 1;
        }
        for (slong j = i + 1; j < p; j++)
            pattern[j] = 0;
        return 1;
    }
    return 0;
}

/* The fields at random points of the pattern lie in it: no use is made of the restricted family. */
static int is_tangent(const lo_family_struct *f, const int *pattern)
{
    int yes = 1;
    fmpq *theta = _fmpq_vec_init(f->p), *x = _fmpq_vec_init(f->p), *aux = _fmpq_vec_init(f->naux);
    for (int round = 0; round < 3 && yes; round++) {
        point_of(theta, pattern, f->p);
        for (slong a = 0; a < f->naux; a++)
            random_rational(aux + a); /* gates too: the path-lifting family */
        field_at(x, f, theta, aux);
        yes = lies_on(x, pattern, f->p);
    }
    _fmpq_vec_clear(theta, f->p);
    _fmpq_vec_clear(x, f->p);
    _fmpq_vec_clear(aux, f->naux);
    return yes;
}

/* exact: by the fields at rational points; otherwise by proposal and proof of each pattern. */
static void check_closure(const char *text, int exact)
{
    subject_struct s;
    lo_lattice_t lattice;
    int pattern[MOST_COORDINATES] = { 0 }, tangent, proved;
    char support[MOST_COORDINATES];
    slong count = 0, patterns = 0;
    open_subject(&s, text);
    lo_lattice_init(lattice, s.p);
    assert_int_equal(lo_invariant_patterns(lattice, s.f, s.symmetry, s.group, NULL, 20000, WORD_MAX, ctx), LO_OK);
    assert_true(lattice->complete);
    do {
        patterns++;
        if (exact) {
            tangent = is_tangent(s.f, pattern);
        } else {
            assert_int_equal(lo_pattern_propose(&tangent, support, s.f, pattern, ctx), LO_OK);
            if (tangent || patterns % 16 == 0) {
                assert_int_equal(lo_pattern_prove(&proved, s.f, pattern, ctx), LO_OK);
                if (proved != tangent)
                    fail_msg("%s: pattern %d %d %d %d is %stangent", text, pattern[0], pattern[1], pattern[2], pattern[3],
                             tangent ? "" : "not ");
            }
        }
        count += tangent;
    } while (next_pattern(pattern, s.p));
    static const slong dowling[] = { 1, 2, 6, 24, 116, 648, 4088 };
    assert_int_equal(patterns, dowling[s.p]);
    if (count != total_copies(lattice))
        fail_msg("%s: %ld tangent patterns, %ld found", text, (long) count, (long) total_copies(lattice));
    lo_lattice_clear(lattice);
    close_subject(&s);
}

static void test_closure_finds_every_tangent_pattern(void **state)
{
    (void) state;
    start(4);
    for (size_t k = 0; k < NSHOWN; k++)
        check_closure(shown[k], 1);
    check_closure("param a[3], w[3]; input x; output dot(a, (w*x).^3)", 1);
    check_closure("param a[3], w[3]; input x; output dot(a, (w*x).^3 + (w*x).^2)", 1);
    check_closure("param u[1,3], v[3,1]; input x; output u*(v*x)", 1);
    check_closure("param a[2], w[2,2]; input x[2]; output dot(a, relu(w*x))", 1);
    check_closure("param a[2], w[2]; input x; output dot(a, tanh(w*x))", 0);
    check_closure("param a[2], w[2]; input x; output dot(a, gelu(w*x))", 0);
    check_closure("param a[2], w[2], b; input x; output dot(a, cos(w*x)) + b", 0);
    check_closure("param a[2], w[2], b[2]; input x; output dot(a, generic(w*x + b))", 0);
    check_closure("param a[2], w[2], b[2]; input x; output dot(a, odd(w*x + b))", 0);
    check_closure("param a[3], w[3]; input x; output dot(a, generic0(w*x))", 0);
    check_closure("param a[3], w[3]; input x; output dot(a, exp(w*x))", 0);
}

/* ---- finite steps ---- */

/* theta := theta - step * field, for random members, three times. */
static void descend(fmpq *theta, const lo_family_struct *f)
{
    fmpq *x = _fmpq_vec_init(f->p), *aux = _fmpq_vec_init(f->naux);
    fmpq_t step;
    fmpq_init(step);
    fmpq_set_si(step, -1, 7);
    for (int round = 0; round < 3; round++) {
        random_member(aux, f, theta);
        field_at(x, f, theta, aux);
        for (slong i = 0; i < f->p; i++)
            fmpq_addmul(theta + i, step, x + i);
    }
    fmpq_clear(step);
    _fmpq_vec_clear(x, f->p);
    _fmpq_vec_clear(aux, f->naux);
}

/* Gradient descent stays on each manifold exactly; from a point beside it it does not come to it; from a generic point of a
 * pattern that is not invariant it leaves. */
static void test_descent_stays_exactly(void **state)
{
    (void) state;
    static const char *const deep[] = {
        "input x; net dense(2) -> dense(2) -> dense(1)",
        "param u[2], v[2,2], w[2]; input x; output dot(w, (v*((u*x).^3)).^3)",
        "param u[2], v[2,2], w[2]; input x; output dot(w, (v*((u*x).^2 + u*x)).^2)",
        "param Q[1,2], K[1,2], V[2,2]; input x[2]; output (x'*Q'*K*x)*(V*x)",
        "input x[3]; net conv1d(2,2) -> relu -> dense(1)",
        "param u[2,2], v[2,2]; input x[2]; output (u*x).*(v*x)",
        "param a[3], w[3]; input x; output dot(a, (w*x).^3)",
    };
    start(8);
    for (size_t k = 0; k < NSHOWN + sizeof(deep) / sizeof(deep[0]); k++) {
        subject_struct s;
        lo_lattice_t lattice;
        slong orbit[MOST_COORDINATES];
        open_subject(&s, k < NSHOWN ? shown[k] : deep[k - NSHOWN]);
        lo_lattice_init(lattice, s.p);
        lo_signed_group_orbits(orbit, s.group);
        assert_int_equal(lo_invariant_patterns(lattice, s.f, s.symmetry, s.group, k < NSHOWN ? NULL : orbit, 40000,
                                               WORD_MAX, ctx),
                         LO_OK);
        assert_true(lattice->complete);
        fmpq *theta = _fmpq_vec_init(s.p);
        fmpq_t nudge;
        fmpq_init(nudge);
        fmpq_set_si(nudge, 1, 1000);
        for (slong n = 0; n < lattice->n; n++) {
            const int *pattern = lattice->pattern + n * s.p;
            point_of(theta, pattern, s.p);
            descend(theta, s.f);
            assert_true(lies_on(theta, pattern, s.p));
            for (slong i = 0; i < s.p; i++) {
                if (pattern[i] == (int) i + 1)
                    continue;
                point_of(theta, pattern, s.p);
                fmpq_add(theta + i, theta + i, nudge);
                descend(theta, s.f);
                assert_false(lies_on(theta, pattern, s.p));
            }
        }
        int pattern[MOST_COORDINATES] = { 0 };
        slong number = 0;
        do {
            if (number++ % (s.p > 5 ? 997 : 1) != 0) /* of many a sample */
                continue;
            if (is_tangent(s.f, pattern) || s.f->ngates > 0) /* with every gate closed nothing moves */
                continue;
            point_of(theta, pattern, s.p);
            descend(theta, s.f);
            assert_false(lies_on(theta, pattern, s.p));
        } while (next_pattern(pattern, s.p));
        fmpq_clear(nudge);
        _fmpq_vec_clear(theta, s.p);
        lo_lattice_clear(lattice);
        close_subject(&s);
    }
}

/* ---- the whole analysis ---- */

static void analyse_sims(lo_sims_t sims, lo_model_ptr *m, lo_family_ptr *f, const char *text)
{
    *f = open_family(m, text, LO_RELU_PATHS);
    lo_sims_init(sims);
    if (lo_sims(sims, *f, NULL, NULL, ctx) != LO_OK)
        fail_msg("%s\n%s", text, lo_ctx_message(ctx));
}

/* The table of theory, section 4: Bell numbers, Dowling numbers, one optional block of frozen neurons. */
static void test_counts_of_two_layer_networks(void **state)
{
    (void) state;
    static const struct {
        const char *activation;
        int kind;
    } rows[] = { { "generic", 0 }, { "exp", 0 },  { "odd", 1 },  { "tanh", 1 },
                 { "sin", 1 },     { "erf", 1 },  { "gelu", 2 }, { "silu", 2 },
                 { "generic0", 2 } };
    static const char *const counts[3][5] = { { "1", "2", "5", "15", "52" },
                                              { "2", "6", "24", "116", "648" },
                                              { "2", "5", "15", "52", "203" } };
    start(9);
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
        for (int width = 1; width <= 5; width++) {
            char text[128];
            lo_model_ptr m = NULL;
            lo_family_ptr f;
            lo_sims_t s;
            snprintf(text, sizeof(text), "param a[%d], w[%d]; input x; output dot(a, %s(w*x))", width, width,
                     rows[k].activation);
            analyse_sims(s, &m, &f, text);
            assert_string_equal(s->count, counts[rows[k].kind][width - 1]);
            assert_int_equal(s->complete, LO_TRUE);
            assert_int_equal(s->sought, LO_SOUGHT_ALL);
            assert_int_equal(s->all_induced, rows[k].kind == 2 ? LO_FALSE : LO_TRUE);
            assert_int_equal(s->all_listed, LO_TRUE); /* the theorem of the SIM paper, for this width */
            assert_int_equal(s->all_sims, rows[k].kind == 2 ? LO_FALSE : LO_TRUE);
            for (long i = 0; i < s->nmanifolds; i++) { /* each stratum is an orbit where it is generic */
                assert_int_equal(s->manifolds[i].orbit_lower, s->manifolds[i].dimension);
                assert_int_equal(s->manifolds[i].orbit_upper, s->manifolds[i].dimension);
            }
            lo_sims_clear(s);
            close_family(f, m);
        }
}

/* The rows of the table with infinitely many invariant manifolds. sigma even: m dead neurons keep a_i - a_j, m - 1 families.
 * sigma(0) = sigma'(0) = 0: every (a, 0) is frozen, a family of points for each a. */
static void test_infinite_rows(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        int frozen;
    } rows[] = {
        { "param a[%d], w[%d]; input x; output dot(a, cos(w*x))", 0 },
        { "param a[%d], w[%d]; input x; output dot(a, even(w*x))", 0 },
        { "param a[%d], w[%d]; input x; output dot(a, (w*x).^2 + (w*x).^3)", 1 },
        { "param a[%d], w[%d]; input x; output dot(a, tanh(w*x).^2 + (w*x).^3)", 1 },
    };
    start(14);
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
        for (int width = 1; width <= (getenv("LIEORBIT_LONG") != NULL ? 5 : 3); width++) {
            char text[128];
            lo_model_ptr m = NULL;
            lo_family_ptr f;
            lo_sims_t s;
            int found = 0;
            snprintf(text, sizeof(text), rows[k].text, width, width);
            analyse_sims(s, &m, &f, text);
            assert_int_equal(s->complete, LO_TRUE);
            for (long i = 0; i < s->nmanifolds; i++) {
                const lo_manifold_struct *on = s->manifolds + i;
                int dead = on->nequations == width; /* w = 0 and nothing else */
                for (long e = 0; e < on->nequations; e++)
                    dead = dead && on->equations[e][0] == 'w' && strpbrk(on->equations[e], "+-") == NULL;
                if (!dead)
                    continue;
                found = 1;
                assert_int_equal(on->families, rows[k].frozen ? width : width - 1);
                assert_int_equal(on->orbit_lower, rows[k].frozen ? 0 : 1);
                assert_int_equal(on->orbit_upper, rows[k].frozen ? 0 : 1);
            }
            assert_true(found);
            if (width > 1 || rows[k].frozen)
                assert_int_equal(s->all_sims, LO_FALSE);
            lo_sims_clear(s);
            close_family(f, m);
        }
}

/* The point ranks of theory, section 4, and the manifolds through these points. */
static void test_points(void **state)
{
    (void) state;
    static const struct {
        const char *activation, *a, *w;
        long rank, orbit;
    } points[] = {
        { "generic", "1, 3", "2, 2", 2, 4 },       { "generic", "1, 3, 5", "2, 2, 2", 2, 6 },
        { "generic", "1, 1, 5", "2, 2, 2", 2, 4 }, { "odd", "1, -1", "2, -2", 2, 2 },
        { "odd", "1, 1", "2, -2", 2, 4 },          { "odd", "1, 3", "0, 0", 1, 4 },
        { "even", "1, 2", "0, 0", 1, 1 },          { "generic0", "1, 3", "0, 0", 1, 4 },
        { "generic0", "0, 1", "0, 2", 2, 2 },
        { "generic0", "1", "0", 1, 2 },
    };
    start(10);
    for (size_t k = 0; k < sizeof(points) / sizeof(points[0]); k++) {
        char text[256];
        lo_model_ptr m = NULL;
        lo_family_ptr f;
        lo_sims_t s;
        int width = 1 + (strlen(points[k].w) > 1) + (strlen(points[k].w) > 6);
        snprintf(text, sizeof(text), "param a[%d], w[%d]; input x; output dot(a, %s(w*x)); at a = [%s], w = [%s]", width,
                 width, points[k].activation, points[k].a, points[k].w);
        analyse_sims(s, &m, &f, text);
        assert_int_equal(s->member_growth->growth[0], points[k].rank);
        assert_int_equal(s->member_growth->lower, points[k].orbit);
        assert_int_equal(s->member_growth->upper, points[k].orbit);
        assert_in_range(s->member, 1, s->nmanifolds);
        const lo_manifold_struct *on = s->manifolds + s->member - 1;
        assert_true(on->dimension >= points[k].orbit);
        if (strcmp(points[k].activation, "even") != 0)
            assert_int_equal(on->dimension, points[k].orbit);
        lo_sims_clear(s);
        close_family(f, m);
    }
}

/* ---- reduced models ---- */

/* The coordinate of the model behind s[k]: the k-th first one of a class. */
static void spread(fmpq *theta, const fmpq *s, const int *pattern, slong p)
{
    slong k = 0;
    for (slong i = 0; i < p; i++) {
        if (pattern[i] == (int) i + 1)
            fmpq_set(theta + i, s + k++);
        else if (pattern[i] == 0)
            fmpq_zero(theta + i);
        else
            fmpq_set(theta + i, theta + abs(pattern[i]) - 1);
        if (pattern[i] < 0)
            fmpq_neg(theta + i, theta + i);
    }
}

/* The values of the reduced network at s are those of the network at D s; `flow metric` is cut off, with it there are only
 * fields. Inputs come first among the auxiliary variables of both. */
static void check_values(const lo_family_struct *f, const int *pattern, const char *reduced, slong dimension)
{
    char text[4096];
    const char *flow = strstr(reduced, "flow metric");
    snprintf(text, sizeof(text), "%.*s", flow == NULL ? (int) strlen(reduced) : (int) (flow - reduced), reduced);
    lo_model_ptr m = NULL;
    lo_family_ptr r = open_family(&m, text, LO_RELU_PATHS);
    assert_int_equal(r->p, dimension);
    fmpq *s = _fmpq_vec_init(r->p), *theta = _fmpq_vec_init(f->p), *aux = _fmpq_vec_init(f->naux),
         *own = _fmpq_vec_init(r->naux), *x = _fmpq_vec_init(8);
    fmpq_t a, b;
    fmpq_init(a);
    fmpq_init(b);
    for (int round = 0; round < 5; round++) {
        for (slong i = 0; i < 8; i++)
            random_rational(x + i);
        for (slong i = 0; i < r->p; i++)
            random_rational(s + i);
        for (slong k = 0; k < f->naux; k++)
            if (f->aux[k].kind == LO_AUX_INPUT)
                fmpq_set(aux + k, x + f->aux[k].index);
        for (slong k = 0; k < r->naux; k++)
            if (r->aux[k].kind == LO_AUX_INPUT)
                fmpq_set(own + k, x + r->aux[k].index);
        spread(theta, s, pattern, f->p);
        if (lo_exact_gates(aux, f, theta) != LO_OK || lo_exact_gates(own, r, s) != LO_OK)
            continue; /* a kink: neurons without weights; the gates do not matter, but are not set */
        for (slong j = 0; j < f->noutputs; j++) {
            assert_int_equal(lo_exact_node(a, f, f->outputs[j], theta, aux), LO_OK);
            assert_int_equal(lo_exact_node(b, r, r->outputs[j], s, own), LO_OK);
            if (!fmpq_equal(a, b))
                fail_msg("another value:\n%s", reduced);
        }
    }
    fmpq_clear(a);
    fmpq_clear(b);
    _fmpq_vec_clear(s, r->p);
    _fmpq_vec_clear(theta, f->p);
    _fmpq_vec_clear(aux, f->naux);
    _fmpq_vec_clear(own, r->naux);
    _fmpq_vec_clear(x, 8);
    close_family(r, m);
}

/* Its own analysis, with the metric, agrees with that of the restricted family. */
static void check_orbits(const lo_manifold_struct *manifold, const char *text)
{
    lo_model_ptr m = NULL;
    lo_analysis_t analysis;
    lo_family_ptr r = open_family(&m, manifold->reduced, LO_RELU_PATHS);
    lo_analysis_init(analysis);
    assert_int_equal(lo_analyse(analysis, r, NULL, NULL, ctx), LO_OK);
    if (analysis->growth->lower != manifold->orbit_lower && manifold->orbit_lower == manifold->orbit_upper)
        fail_msg("%s: orbits of dimension %ld, not %ld on\n%s", text, analysis->growth->lower, manifold->orbit_lower,
                 manifold->reduced);
    lo_analysis_clear(analysis);
    close_family(r, m);
}

static void test_reduced_models(void **state)
{
    (void) state;
    static const char *const more[] = {
        "param a[3], w[3]; input x; output dot(a, (w*x).^3)",
        "param a[2], w[2,2]; input x[2]; output dot(a, relu(w*x))",
        "input x[2]; net dense(2) -> relu -> dense(2)",
        "param u[2,2], v[2,2]; input x[2]; output u*(v*x)",
    };
    start(11);
    for (size_t k = 0; k < NSHOWN + 4; k++) {
        const char *text = k < NSHOWN ? shown[k] : more[k - NSHOWN];
        subject_struct s;
        lo_lattice_t lattice;
        open_subject(&s, text);
        lo_lattice_init(lattice, s.p);
        assert_int_equal(lo_invariant_patterns(lattice, s.f, s.symmetry, s.group, NULL, 20000, WORD_MAX, ctx), LO_OK);
        for (slong n = 0; n < lattice->n; n++) {
            const int *pattern = lattice->pattern + n * s.p;
            slong dimension = lo_pattern_dimension(pattern, s.p);
            lo_manifold_struct restricted = { .dimension = dimension, .orbit_upper = dimension },
                               reduced = restricted;
            assert_int_equal(lo_reduced_model(&reduced.reduced, s.f, pattern, ctx), LO_OK);
            assert_int_equal(reduced.reduced != NULL, dimension > 0);
            if (dimension == 0)
                continue;
            assert_int_equal(lo_stratum_orbits(&restricted, s.f, pattern, ctx), LO_OK);
            assert_int_equal(lo_stratum_orbits(&reduced, s.f, pattern, ctx), LO_OK);
            assert_true(restricted.orbit_lower <= reduced.orbit_upper &&
                        reduced.orbit_lower <= restricted.orbit_upper);
            assert_true(reduced.laws >= restricted.laws && reduced.families == restricted.families);
            check_values(s.f, pattern, reduced.reduced, dimension);
            restricted.reduced = reduced.reduced;
            check_orbits(&restricted, text);
            restricted.reduced = NULL;
            lo_manifold_clear(&restricted);
            lo_manifold_clear(&reduced);
        }
        lo_lattice_clear(lattice);
        close_subject(&s);
    }
}

/* ---- failures ---- */

static void test_every_allocation_may_fail(void **state)
{
    (void) state;
    static const char *const models[] = {
        "param a[2], w[2]; input x; output dot(a, gelu(w*x))",
        "param a[2], w[2]; input x; output dot(a, cos(w*x)); at a = [1, 2], w = [0, 0]",
        "param u[1,2], v[2,1]; input x; output u*relu(v*x)",
        "param u[1,2], v[2,1]; input x; output u*(v*x)",
    };
    for (size_t k = 0; k < 4; k++)
        sims_with_failing_allocations(models[k], 20000, 10);
}

static void test_what_is_refused(void **state)
{
    (void) state;
    static const char *const raw[] = {
        "coords q[2]; field f = [q[2], -q[1]]",
        "param a, b; input x; output a*b*x; flow metric([a, 1])",
    };
    for (size_t k = 0; k < 2; k++) {
        lo_model_ptr m = NULL;
        lo_sims_t s;
        lo_family_ptr f = open_family(&m, raw[k], LO_RELU_PATHS);
        lo_sims_init(s);
        assert_int_equal(lo_sims(s, f, NULL, NULL, ctx), LO_UNABLE);
        assert_non_null(strstr(lo_ctx_message(ctx), "gradient flow"));
        lo_sims_clear(s);
        close_family(f, m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closure_finds_every_tangent_pattern),
        cmocka_unit_test(test_descent_stays_exactly),
        cmocka_unit_test(test_counts_of_two_layer_networks),
        cmocka_unit_test(test_infinite_rows),
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_reduced_models),
        cmocka_unit_test(test_every_allocation_may_fail),
        cmocka_unit_test(test_what_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
