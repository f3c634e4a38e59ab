/* manifold_support.h - what the tests of invariant manifolds share: subjects, points on patterns, rational fields.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_MANIFOLD_SUPPORT_H
#define LO_MANIFOLD_SUPPORT_H

#include "test_support.h"

#include "family/exact.h"
#include "manifold/lattice.h"

#include <lieorbit/manifold.h>

#define MOST_COORDINATES 12

/* A model, its family, its symmetry group. */
typedef struct {
    lo_model_ptr m;
    lo_family_ptr f;
    slong p;
    lo_symmetry_struct *symmetry;
    lo_signed_group_t group;
} subject_struct;

static inline void open_subject(subject_struct *s, const char *text)
{
    s->f = open_family(&s->m, text, LO_RELU_PATHS);
    s->p = s->f->p;
    assert_in_range(s->p, 1, MOST_COORDINATES);
    lo_signed_group_init(s->group, s->p);
    assert_int_equal(lo_symmetry_new(&s->symmetry, s->f, ctx), LO_OK);
    assert_int_equal(lo_symmetry_group(s->group, s->symmetry), LO_OK);
}

static inline void close_subject(subject_struct *s)
{
    lo_signed_group_clear(s->group);
    lo_symmetry_free(s->symmetry);
    close_family(s->f, s->m);
}

/* Every allocation of lo_sims may fail: numbers 1, 2, .., then by steps of 1/`coarseness` of them. */
static inline void sims_with_failing_allocations(const char *text, long last, long coarseness)
{
    lo_model_ptr m = NULL;
    lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
    for (long n = 1; n < last; n += 1 + n / coarseness) {
        lo_sims_t s;
        lo_sims_init(s);
        lo_alloc_fail_at(n);
        lo_status_t status = lo_sims(s, f, NULL, NULL, ctx);
        lo_alloc_fail_at(0);
        assert_true(status == LO_OK || status == LO_SYSTEM);
        lo_sims_clear(s);
    }
    close_family(f, m);
}

/* ---- points ---- */

static inline void random_rational(fmpq_t x)
{
    do
        fmpq_set_si(x, between(-99, 99), (ulong) between(1, 10));
    while (fmpq_is_zero(x));
}

/* A generic point of a pattern: distinct values of its classes. */
static inline void point_of(fmpq *theta, const int *pattern, slong p)
{
    for (slong i = 0; i < p; i++) {
        int c = pattern[i];
        if (c == (int) i + 1)
            fmpq_set_si(theta + i, 7 * (i + 1) + between(1, 6), 5);
        else if (c == 0)
            fmpq_zero(theta + i);
        else
            fmpq_set(theta + i, theta + abs(c) - 1);
        if (c < 0)
            fmpq_neg(theta + i, theta + i);
    }
}

/* Inputs, covectors, and the gates that belong to them; on a kink whatever the inputs are, other gates. */
static inline void random_member(fmpq *aux, const lo_family_struct *f, const fmpq *theta)
{
    for (int tries = 0; tries < 20; tries++) {
        for (slong a = 0; a < f->naux; a++)
            random_rational(aux + a);
        if (lo_exact_gates(aux, f, theta) == LO_OK)
            return;
    }
}

static inline void field_at(fmpq *x, const lo_family_struct *f, const fmpq *theta, const fmpq *aux)
{
    for (slong i = 0; i < f->p; i++)
        assert_int_equal(lo_exact_node(x + i, f, f->components[i], theta, aux), LO_OK);
}

static inline int lies_on(const fmpq *theta, const int *pattern, slong p)
{
    int yes = 1;
    fmpq_t x;
    fmpq_init(x);
    for (slong i = 0; i < p && yes; i++) {
        if (pattern[i] != 0)
            fmpq_set(x, theta + abs(pattern[i]) - 1);
        else
            fmpq_zero(x);
        if (pattern[i] < 0)
            fmpq_neg(x, x);
        yes = fmpq_equal(theta + i, x);
    }
    fmpq_clear(x);
    return yes;
}

/* Models with rational values, whose operations show every symmetry, at most five parameters. */
static const char *const shown[] = {
    "param a[2], w[2]; input x; output dot(a, (w*x).^3)",
    "param a[2], w[2]; input x; output dot(a, (w*x).^2)",
    "param a[2], w[2]; input x; output dot(a, (w*x).^3 + (w*x).^2)",
    "param a[2], w[2]; input x; output dot(a, relu(w*x))",
    "param u[1,2], v[2,1]; input x; output u*(v*x)",
    "param u[2], v[2]; input x[2]; output (u[1]^2 - v[1]^2)*x[1] + (u[2]^2 - v[2]^2)*x[2]",
    "param a, b, c, d; input x; output a*b*x + c*d*x^2",
    "param a, b, c, d; input x; output (a + b*x)/(c^2 + 1) + d*x^2",
    "param a[2], w[2], b; input x; output dot(a, (w*x).^3) + b",
    "param a, b, c; input x; output a*b*x*relu(2) + c",
    "param a[5]; input x; output (a[1]*a[2]*a[3] + a[4]^2)*x + a[5]",
};
#define NSHOWN (sizeof(shown) / sizeof(shown[0]))

/* ---- signed permutations ---- */

/* All signed permutations of p coordinates, one after another; index below 2^p p!. */
static inline void nth_signed_permutation(int *g, slong p, slong index)
{
    int left[MOST_COORDINATES];
    slong signs = index % (WORD(1) << p);
    index >>= p;
    for (slong i = 0; i < p; i++)
        left[i] = (int) i + 1;
    for (slong i = 0; i < p; i++) {
        slong k = index % (p - i);
        index /= p - i;
        g[i] = signs >> i & 1 ? -left[k] : left[k];
        left[k] = left[p - i - 1];
    }
}

/* Whether F(g theta)(x) = F(theta)(x) at random points: a wrong yes would need a coincidence. */
static inline int keeps_outputs(const lo_family_struct *f, const int *g)
{
    slong p = f->p;
    int same = 1;
    fmpq *theta = _fmpq_vec_init(p), *moved = _fmpq_vec_init(p), *aux = _fmpq_vec_init(f->naux);
    fmpq_t a, b;
    fmpq_init(a);
    fmpq_init(b);
    for (int round = 0; round < 24 && same; round++) {
        for (slong i = 0; i < p; i++)
            random_rational(theta + i);
        for (slong i = 0; i < p; i++) {
            fmpq_set(moved + i, theta + abs(g[i]) - 1);
            if (g[i] < 0)
                fmpq_neg(moved + i, moved + i);
        }
        random_member(aux, f, theta);
        for (slong k = 0; k < f->naux; k++) { /* inputs of both signs open each gate */
            if (f->aux[k].kind != LO_AUX_INPUT)
                continue;
            fmpq_abs(aux + k, aux + k);
            if (round % 2)
                fmpq_neg(aux + k, aux + k);
        }
        for (slong j = 0; j < f->noutputs && same; j++) {
            assert_int_equal(lo_exact_gates(aux, f, theta), LO_OK);
            assert_int_equal(lo_exact_node(a, f, f->outputs[j], theta, aux), LO_OK);
            assert_int_equal(lo_exact_gates(aux, f, moved), LO_OK);
            assert_int_equal(lo_exact_node(b, f, f->outputs[j], moved, aux), LO_OK);
            same = fmpq_equal(a, b);
        }
    }
    fmpq_clear(a);
    fmpq_clear(b);
    _fmpq_vec_clear(theta, p);
    _fmpq_vec_clear(moved, p);
    _fmpq_vec_clear(aux, f->naux);
    return same;
}

static inline slong total_copies(const lo_lattice_struct *l)
{
    fmpz_t total;
    fmpz_init(total);
    for (slong k = 0; k < l->n; k++)
        fmpz_add(total, total, l->copies + k);
    slong n = fmpz_get_si(total);
    fmpz_clear(total);
    return n;
}

#endif
