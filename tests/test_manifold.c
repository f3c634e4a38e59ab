/* test_manifold.c - symmetries, their fixed spaces and rotations, against brute force.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold_support.h"

#include "manifold/condense.h"
#include "manifold/elements.h"
#include "manifold/hierarchy.h"
#include "manifold/invariant.h"
#include "manifold/neuron_group.h"
#include "manifold/products.h"
#include "manifold/rotation.h"

/* ---- group laws ---- */

/* (g after e): coordinate i is +-theta_j as elements.c composes. */
static void compose(int *out, const int *g, const int *e, slong p)
{
    for (slong i = 0; i < p; i++)
        out[i] = g[i] > 0 ? e[g[i] - 1] : -e[-g[i] - 1];
}

static void random_signed_permutation(int *g, slong p)
{
    for (slong i = 0; i < p; i++)
        g[i] = (int) i + 1;
    for (slong i = p - 1; i > 0; i--) {
        slong j = between(0, i);
        int t = g[i];
        g[i] = g[j];
        g[j] = t;
    }
    for (slong i = 0; i < p; i++)
        g[i] = between(0, 1) ? g[i] : -g[i];
}

static void test_images_are_an_action(void **state)
{
    (void) state;
    start(1);
    for (int round = 0; round < 300; round++) {
        slong p = between(1, 7);
        int g[7], e[7], both[7], pattern[7], other[7], a[7], b[7], c[7], work[7];
        random_signed_permutation(g, p);
        random_signed_permutation(e, p);
        compose(both, g, e, p);
        lo_pattern_whole(pattern, p);
        lo_pattern_whole(other, p);
        for (slong k = between(0, 3); k > 0; k--) {
            lo_pattern_equate(pattern, between(0, p - 1), between(0, p - 1), (int) between(-1, 1), p);
            lo_pattern_equate(other, between(0, p - 1), between(0, p - 1), (int) between(-1, 1), p);
        }
        lo_pattern_image(a, pattern, e, p, work);
        lo_pattern_image(b, a, g, p, work);
        lo_pattern_image(c, pattern, both, p, work);
        assert_memory_equal(b, c, (size_t) p * sizeof(int));
        assert_int_equal(lo_pattern_dimension(pattern, p), lo_pattern_dimension(c, p));
        /* g(Fix(e)) = Fix(g e g^-1): the conjugate f satisfies f g = g e */
        int inverse[7], conjugate[7];
        for (slong i = 0; i < p; i++)
            inverse[abs(g[i]) - 1] = g[i] > 0 ? (int) i + 1 : -(int) i - 1;
        compose(conjugate, g, e, p);
        compose(conjugate, conjugate, inverse, p);
        lo_pattern_fixed(a, e, p);
        lo_pattern_image(b, a, g, p, work);
        lo_pattern_fixed(c, conjugate, p);
        assert_memory_equal(b, c, (size_t) p * sizeof(int));
        /* the intersection is the largest pattern inside both */
        memcpy(a, pattern, sizeof(a));
        lo_pattern_intersect(a, other, p);
        memcpy(b, other, sizeof(b));
        lo_pattern_intersect(b, pattern, p);
        assert_memory_equal(a, b, (size_t) p * sizeof(int));
        assert_true(lo_pattern_contains(pattern, a, p) && lo_pattern_contains(other, a, p));
        assert_true(lo_pattern_dimension(a, p) + p >= lo_pattern_dimension(pattern, p) + lo_pattern_dimension(other, p));
    }
}

/* The group of the graph is the group of all signed permutations that keep the outputs. */
static void test_group_is_that_of_all_signed_permutations(void **state)
{
    (void) state;
    start(2);
    for (size_t k = 0; k < NSHOWN; k++) {
        subject_struct s;
        lo_rows_t elements;
        fmpz_t order;
        open_subject(&s, shown[k]);
        slong all = WORD(1) << s.p, count = 0, index;
        for (slong i = 2; i <= s.p; i++)
            all *= i;
        assert_int_equal(lo_elements_list(elements, s.group, ctx), LO_OK);
        slong listed = elements->n;
        for (slong n = 0; n < all; n++) {
            int g[MOST_COORDINATES];
            nth_signed_permutation(g, s.p, n);
            if (!keeps_outputs(s.f, g))
                continue;
            count++;
            assert_int_equal(lo_rows_add(&index, elements, g), LO_OK);
            if (index >= listed)
                fail_msg("a symmetry of %s is missing", shown[k]);
        }
        fmpz_init(order);
        assert_int_equal(lo_symmetry_order(order, s.symmetry, NULL), LO_OK);
        assert_int_equal(listed, count);
        assert_true(fmpz_equal_si(order, count));
        fmpz_clear(order);
        lo_rows_clear(elements);
        close_subject(&s);
    }
}

/* ---- the lattice of fixed spaces ---- */

/* Whether an element moves no coordinate that a layer away touches: the tensors first[l] .. first[l + 2] -
 * 1 are those of layer l. */
static int is_of_one_layer(const int *g, const slong *first, slong layers)
{
    for (slong l = 0; l < layers; l++) {
        int others = 0;
        for (slong i = 0; i < first[layers + 1]; i++)
            others |= (i < first[l] || i >= first[l + 2]) && g[i] != (int) i + 1;
        if (!others)
            return 1;
    }
    return 0;
}

/* Every intersection of fixed spaces of elements; with first != NULL of those that move one layer each. */
static slong count_fixed_spaces(const subject_struct *s, const slong *first, slong layers)
{
    lo_rows_t elements, spaces;
    slong p = s->p, index;
    int work[MOST_COORDINATES];
    assert_int_equal(lo_elements_list(elements, s->group, ctx), LO_OK);
    assert_int_equal(lo_rows_init(spaces, p, 100000), LO_OK);
    for (slong k = 0; k < elements->n; k++) {
        if (first != NULL && !is_of_one_layer(elements->rows + k * p, first, layers))
            continue;
        lo_pattern_fixed(work, elements->rows + k * p, p);
        assert_int_equal(lo_rows_add(&index, spaces, work), LO_OK);
    }
    slong single = spaces->n;
    for (slong i = 0; i < spaces->n; i++)
        for (slong j = 0; j < single; j++) {
            memcpy(work, spaces->rows + i * p, (size_t) p * sizeof(int));
            lo_pattern_intersect(work, spaces->rows + j * p, p);
            assert_int_equal(lo_rows_add(&index, spaces, work), LO_OK);
        }
    slong n = spaces->n;
    lo_rows_clear(elements);
    lo_rows_clear(spaces);
    return n;
}

static void test_lattice_is_that_of_all_subgroups(void **state)
{
    (void) state;
    static const char *const more[] = {
        "param a[3], w[3]; input x; output dot(a, tanh(w*x))",
        "param a[4], w[4]; input x; output dot(a, generic(w*x))",
        "input x[2]; net dense(2) -> tanh -> dense(2) -> tanh -> dense(1)",
        "param u[2,2], v[2,2]; input x[2]; output u*(v*x)",
    };
    start(3);
    for (size_t k = 0; k < NSHOWN + 4; k++) {
        subject_struct s;
        lo_lattice_t lattice;
        open_subject(&s, k < NSHOWN ? shown[k] : more[k - NSHOWN]);
        lo_lattice_init(lattice, s.p);
        assert_int_equal(lo_lattice_enumerate(lattice, s.symmetry, s.group, ctx), LO_OK);
        assert_true(lattice->complete);
        assert_int_equal(total_copies(lattice), count_fixed_spaces(&s, NULL, 0));
        for (slong i = 0; i < lattice->n; i++) {
            int fixed;
            assert_int_equal(lo_pattern_is_fixed(&fixed, s.symmetry, lattice->pattern + i * s.p, s.p), LO_OK);
            assert_true(fixed);
        }
        lo_lattice_clear(lattice);
        close_subject(&s);
    }
}

/* 2-2-2-1: the fixed spaces by brute force over the elements, all tangent patterns inside the classes the search allows
 * contain them. */
static void test_deep_counts(void **state)
{
    (void) state;
    static const struct {
        const char *activation;
        slong symmetric;
    } deep[] = { { "tanh", 135 }, { "generic", 5 }, { "relu", 5 } };
    start(5);
    for (size_t k = 0; k < 3; k++) {
        char text[128];
        subject_struct s;
        lo_lattice_t lattice;
        snprintf(text, sizeof(text), "input x[2]; net dense(2) -> %s -> dense(2) -> %s -> dense(1)", deep[k].activation,
                 deep[k].activation);
        open_subject(&s, text);
        lo_lattice_init(lattice, s.p);
        assert_int_equal(lo_lattice_enumerate(lattice, s.symmetry, s.group, ctx), LO_OK);
        assert_int_equal(total_copies(lattice), count_fixed_spaces(&s, NULL, 0));
        assert_int_equal(total_copies(lattice), deep[k].symmetric);
        lo_lattice_clear(lattice);
        close_subject(&s);
    }
}

/* ---- products ---- */

/* The product lattice, counted and listed, against the elements; its copies and its hierarchy against those of nauty. */
static void test_products(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        slong layers, first[6];
    } models[] = {
        { "param a[4], w[4]; input x; output dot(a, tanh(w*x))", 1, { 0, 4, 8 } },
        { "param a[5], w[5]; input x; output dot(a, generic(w*x))", 1, { 0, 5, 10 } },
        { "param w[3], b[3], a[3]; input x; output dot(a, tanh(w*x + b))", 1, { 0, 6, 9 } },
        { "input x[2]; net dense(2) -> tanh -> dense(2) -> tanh -> dense(1)", 2, { 0, 4, 8, 10 } },
        { "input x; net dense(2) -> relu -> dense(3) -> relu -> dense(1)", 2, { 0, 2, 8, 11 } },
        { "input x; net dense(2) -> tanh -> dense(2) -> tanh -> dense(2) -> tanh -> dense(1)", 3, { 0, 2, 6, 10, 12 } },
    };
    start(12);
    for (size_t k = 0; k < sizeof(models) / sizeof(models[0]); k++) {
        subject_struct s;
        lo_neurons_t neurons;
        lo_products_t products;
        lo_lattice_t listed, named;
        fmpz_t order, manifolds, classes;
        char *below, *direct;
        int found, exact;
        open_subject(&s, models[k].text);
        fmpz_init(order);
        fmpz_init(manifolds);
        fmpz_init(classes);
        assert_int_equal(lo_neurons_find(neurons, s.f), LO_OK);
        assert_int_equal(lo_symmetry_order(order, s.symmetry, NULL), LO_OK);
        assert_int_equal(lo_products_find(&found, products, neurons, s.group, order), LO_OK);
        assert_true(found);
        assert_int_equal(products->nlayers, models[k].layers);
        lo_products_count(manifolds, classes, products);
        assert_int_equal(fmpz_get_si(manifolds), count_fixed_spaces(&s, models[k].first, models[k].layers));
        lo_lattice_init(listed, s.p);
        lo_lattice_init(named, s.p);
        assert_int_equal(lo_products_list(listed, &below, products, 1000, ctx), LO_OK);
        assert_true(listed->complete);
        assert_int_equal(listed->n, fmpz_get_si(classes));
        assert_int_equal(total_copies(listed), fmpz_get_si(manifolds));
        for (slong i = 0; i < listed->n; i++) { /* distinct classes, with the copies that nauty counts */
            assert_int_equal(lo_lattice_add(named, s.symmetry, listed->pattern + i * s.p), LO_OK);
            assert_int_equal(named->n, i + 1);
            assert_true(fmpz_equal(named->copies + i, listed->copies + i));
            if (i > 0)
                assert_true(lo_pattern_dimension(listed->pattern + i * s.p, s.p) <=
                            lo_pattern_dimension(listed->pattern + (i - 1) * s.p, s.p));
        }
        direct = lo_alloc((size_t) (listed->n * listed->n), 1);
        assert_int_equal(lo_hierarchy(direct, &exact, listed, s.group, ctx), LO_OK);
        assert_memory_equal(direct, below, (size_t) (listed->n * listed->n));
        lo_free(direct);
        lo_free(below);
        lo_lattice_clear(listed);
        lo_lattice_clear(named);
        /* a group that is not the whole product is not taken for one */
        fmpz_sub_ui(order, order, 1);
        lo_products_clear(products);
        assert_int_equal(lo_products_find(&found, products, neurons, s.group, order), LO_OK);
        assert_false(found);
        lo_products_clear(products);
        lo_neurons_clear(neurons);
        fmpz_clear(order);
        fmpz_clear(manifolds);
        fmpz_clear(classes);
        close_subject(&s);
    }
}

/* ---- hierarchy ---- */

static void test_hierarchy_is_containment(void **state)
{
    (void) state;
    static const char *const models[] = {
        "param a[3], w[3]; input x; output dot(a, tanh(w*x))",
        "param a[3], w[3]; input x; output dot(a, gelu(w*x))",
        "param a[2], w[2]; input x; output dot(a, cos(w*x))",
        "param u[2,2], v[2,2]; input x[2]; output u*(v*x)",
    };
    start(6);
    for (size_t k = 0; k < 4; k++) {
        subject_struct s;
        lo_lattice_t lattice;
        lo_rows_t elements;
        int exact;
        open_subject(&s, models[k]);
        lo_lattice_init(lattice, s.p);
        assert_int_equal(lo_invariant_patterns(lattice, s.f, s.symmetry, s.group, NULL, 20000, WORD_MAX, ctx), LO_OK);
        lo_lattice_sort(lattice);
        slong n = lattice->n, p = s.p;
        char *below = lo_alloc((size_t) (n * n), 1), *contains = lo_alloc((size_t) (n * n), 1);
        assert_int_equal(lo_hierarchy(below, &exact, lattice, s.group, ctx), LO_OK);
        assert_true(exact);
        assert_int_equal(lo_elements_list(elements, s.group, ctx), LO_OK);
        for (slong i = 0; i < n; i++)
            for (slong j = 0; j < n; j++)
                for (slong e = 0; e < elements->n && i != j; e++) {
                    int image[MOST_COORDINATES], work[MOST_COORDINATES];
                    lo_pattern_image(image, lattice->pattern + j * p, elements->rows + e * p, p, work);
                    contains[i * n + j] |= (char) lo_pattern_contains(lattice->pattern + i * p, image, p);
                }
        for (slong i = 0; i < n; i++)
            for (slong j = 0; j < n; j++) {
                int direct = contains[i * n + j];
                for (slong t = 0; t < n; t++)
                    direct = direct && !(contains[i * n + t] && contains[t * n + j]);
                assert_int_equal(below[i * n + j], direct);
            }
        lo_rows_clear(elements);
        lo_free(below);
        lo_free(contains);
        lo_lattice_clear(lattice);
        close_subject(&s);
    }
}

/* ---- rotations ---- */

static void test_rotations(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        slong dimension;
    } models[] = {
        { "param u[2,1], v[1,2]; input x[2]; output u*(v*x)", 0 },
        { "param u[2,2], v[2,2]; input x[2]; output u*(v*x)", 1 },
        { "param u[2,3], v[3,1]; input x; output u*(v*x)", 3 },
        { "param a[2], w[2]; input x; output dot(a, tanh(w*x))", 0 },
        { "param a[2], w[2,2]; input x[2]; output dot(a, relu(w*x))", 0 },
        { "param a[3]; input x; output dot(a, a)*x", 3 },
    };
    start(7);
    for (size_t k = 0; k < sizeof(models) / sizeof(models[0]); k++) {
        subject_struct s;
        lo_rotations_t r;
        int whole[MOST_COORDINATES];
        slong swept;
        int exact;
        open_subject(&s, models[k].text);
        assert_int_equal(lo_rotations_find(r, s.f, ctx), LO_OK);
        assert_true(r->proved);
        assert_int_equal(r->n, models[k].dimension);
        lo_pattern_whole(whole, s.p);
        assert_int_equal(lo_rotations_sweep(&swept, &exact, r, whole), LO_OK);
        assert_int_equal(swept, s.p);
        assert_true(exact);
        lo_rotations_clear(r);
        close_subject(&s);
    }
}

/* Two independent routes to the group: nauty on the graph, and generators tried on the operations. */
static void test_group_of_neurons(void **state)
{
    (void) state;
    static const char *const texts[] = {
        "input x; net dense(3) -> tanh -> dense(2) -> tanh -> dense(1)",
        "input x; net dense(2, bias) -> tanh -> dense(2, bias) -> gelu -> dense(1)",
        "input x[2]; net dense(3) -> relu -> dense(1)",
        "input x; net dense(1) -> tanh -> dense(2) -> sin -> dense(1)",
    };
    start(9);
    for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
        subject_struct s;
        lo_neurons_t neurons;
        lo_signed_group_t group;
        fmpz_t order, other;
        int yes;
        open_subject(&s, texts[k]);
        lo_signed_group_init(group, s.p);
        fmpz_init(order);
        fmpz_init(other);
        assert_int_equal(lo_neurons_find(neurons, s.f), LO_OK);
        assert_int_equal(lo_neurons_group(group, order, neurons, s.f, ctx), LO_OK);
        assert_int_equal(lo_symmetry_order(other, s.symmetry, NULL), LO_OK);
        assert_true(fmpz_equal(order, other));
        for (slong i = 0; i < group->n; i++) {
            int *g = group->g + i * s.p;
            assert_int_equal(lo_symmetry_contains(&yes, s.symmetry, g), LO_OK);
            assert_true(yes);
            g[0] = -g[0]; /* no longer a symmetry, or only by chance: both routes agree */
            assert_int_equal(lo_symmetry_contains(&yes, s.symmetry, g), LO_OK);
            int keeps;
            assert_int_equal(lo_condense_keeps(&keeps, s.f, g), LO_OK);
            assert_int_equal(keeps, yes);
        }
        fmpz_clear(order);
        fmpz_clear(other);
        lo_signed_group_clear(group);
        lo_neurons_clear(neurons);
        close_subject(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_images_are_an_action),
        cmocka_unit_test(test_group_is_that_of_all_signed_permutations),
        cmocka_unit_test(test_lattice_is_that_of_all_subgroups),
        cmocka_unit_test(test_deep_counts),
        cmocka_unit_test(test_products),
        cmocka_unit_test(test_hierarchy_is_containment),
        cmocka_unit_test(test_rotations),
        cmocka_unit_test(test_group_of_neurons),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
