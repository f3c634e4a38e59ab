/* test_germ.c - lower and upper bounds of the group of all signed permutations that keep the outputs.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold_support.h"

#include "manifold/elements.h"
#include "manifold/improve.h"

/* Membership against the list of elements; and after lo_symmetry_improve the group is complete, which brute force confirms. */
static void test_membership_and_completion(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        slong operations, all; /* orders */
    } models[] = {
        { "param a[2], w[2]; input x; output dot(a, (w*x).^3 + (w*x).^2)", 2, 2 },
        { "param a, b, c, d; input x; output a*b*x + c*d*x^2", 16, 16 },
        { "param Q[1,2], K[1,2]; input x[2]; output (x'*Q'*K*x)*x", 2, 4 },
        { "param a, w; input x; output (a + w)^3*x - (a - w)^3*x", 2, 2 },
        { "param a, b; input x; output (1 - a^4*b^4)/(1 + a^2*b^2)*x", 8, 8 },
    };
    start(15);
    for (size_t k = 0; k < sizeof(models) / sizeof(models[0]); k++) {
        subject_struct s;
        lo_rows_t elements;
        lo_symmetry_struct *germ = NULL;
        fmpz_t order;
        int complete;
        slong index, count = 0, all = WORD(1) << 1;
        open_subject(&s, models[k].text);
        for (slong i = 2; i <= s.p; i++)
            all *= 2 * i;
        fmpz_init(order);
        assert_int_equal(lo_symmetry_order(order, s.symmetry, NULL), LO_OK);
        assert_int_equal(fmpz_get_si(order), models[k].operations);
        assert_int_equal(lo_elements_list(elements, s.group, ctx), LO_OK);
        slong listed = elements->n;
        for (slong n = 0; n < all; n++) {
            int g[MOST_COORDINATES], yes;
            nth_signed_permutation(g, s.p, n);
            count += keeps_outputs(s.f, g);
            assert_int_equal(lo_symmetry_contains(&yes, s.symmetry, g), LO_OK);
            assert_int_equal(lo_rows_add(&index, elements, g), LO_OK);
            assert_int_equal(yes, index < listed);
        }
        assert_int_equal(lo_symmetry_improve(&complete, &s.symmetry, &germ, s.f, ctx), LO_OK);
        assert_true(complete);
        assert_null(germ);
        assert_int_equal(lo_symmetry_order(order, s.symmetry, NULL), LO_OK);
        assert_int_equal(fmpz_get_si(order), models[k].all);
        assert_int_equal(count, models[k].all);
        fmpz_clear(order);
        lo_rows_clear(elements);
        close_subject(&s);
    }
}

/* The germ at the origin bounds the group from above. In these models the bounds meet, so that the group is proved to be
 * complete; with a germ of too low a degree they need not. */
static void test_germ_bounds_the_group(void **state)
{
    (void) state;
    static const char *const more[] = {
        "param a[3], w[3]; input x; output dot(a, gelu(w*x))",
        "param a[3], w[3]; input x; output dot(a, silu(w*x))",
        "param a[3], w[3]; input x; output dot(a, tanh(w*x))",
        "param a[2], w[2], b[2]; input x; output dot(a, sigmoid(w*x + b))",
        "param a[2], w[2], b[2]; input x; output dot(a, erf(w*x + b))",
        "param a[3], w[3]; input x; output dot(a, cos(w*x))",
        "param a[3], w[3]; input x; output dot(a, generic0(w*x))",
        "param a[3], w[3]; input x; output dot(a, even(w*x))",
        "param a[2], w[2], unused; input x; output dot(a, softplus(w*x))",
        "input x[2]; net dense(2) -> tanh -> dense(2) -> tanh -> dense(1)",
        "input x; net dense(2) -> generic -> dense(2) -> generic -> dense(1)",
        "param u[2,2], v[2,2]; input x[2]; output u*(v*x)",
    };
    start(13);
    for (size_t k = 0; k < NSHOWN + sizeof(more) / sizeof(more[0]); k++) {
        subject_struct s;
        lo_symmetry_struct *germ;
        int adds;
        lo_signed_group_t group;
        fmpz_t lower, upper;
        open_subject(&s, k < NSHOWN ? shown[k] : more[k - NSHOWN]);
        lo_status_t status = lo_symmetry_new_of_germ(&germ, &adds, s.f, 7, ctx);
        assert_int_equal(status, s.f->ngates > 0 ? LO_UNABLE : LO_OK);
        if (status == LO_OK) {
            fmpz_init(lower);
            fmpz_init(upper);
            assert_int_equal(lo_symmetry_order(lower, s.symmetry, NULL), LO_OK);
            assert_int_equal(lo_symmetry_order(upper, germ, NULL), LO_OK);
            if (!fmpz_equal(lower, upper))
                fail_msg("the bounds of the group do not meet: %s", k < NSHOWN ? shown[k] : more[k - NSHOWN]);
            lo_signed_group_init(group, s.p);
            assert_int_equal(lo_symmetry_group(group, germ), LO_OK);
            for (slong i = 0; i < group->n && !s.f->opaque && s.f->natoms == 0; i++)
                assert_true(keeps_outputs(s.f, group->g + i * s.p));
            lo_signed_group_clear(group);
            fmpz_clear(lower);
            fmpz_clear(upper);
        }
        lo_symmetry_free(germ);
        close_subject(&s);
    }
}

/* Functions that do not vanish at the origin of their argument, roots, gates: no germ; an identity between different formulas
 * is a symmetry that only the germ shows. */
static void test_germs_that_say_less(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        int there;
        slong operations, germ;
    } models[] = {
        { "param a, w; input x; output a*tanh(w*x + x)", 0, 0, 0 },
        { "param a, w; input x; output a*relu(w*x)", 0, 0, 0 },
        { "param a, w; input x; output a*sqrt(1 + w^2)*x", 0, 0, 0 },
        { "param a[2], w[2]; input x; output dot(a, softplus(w*x) - softplus(-w*x))", 1, 2, 32 },
        { "param a, w; input x; output (a + w)^2*x - (a - w)^2*x", 1, 4, 4 },
    };
    start(14);
    for (size_t k = 0; k < sizeof(models) / sizeof(models[0]); k++) {
        subject_struct s;
        lo_symmetry_struct *germ;
        int adds;
        fmpz_t order;
        open_subject(&s, models[k].text);
        assert_int_equal(lo_symmetry_new_of_germ(&germ, &adds, s.f, 7, ctx), models[k].there ? LO_OK : LO_UNABLE);
        fmpz_init(order);
        if (models[k].there) {
            assert_int_equal(lo_symmetry_order(order, s.symmetry, NULL), LO_OK);
            assert_int_equal(fmpz_get_si(order), models[k].operations);
            assert_int_equal(lo_symmetry_order(order, germ, NULL), LO_OK);
            assert_int_equal(fmpz_get_si(order), models[k].germ);
        }
        fmpz_clear(order);
        lo_symmetry_free(germ);
        close_subject(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_membership_and_completion),
        cmocka_unit_test(test_germ_bounds_the_group),
        cmocka_unit_test(test_germs_that_say_less),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
