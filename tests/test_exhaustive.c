/* test_exhaustive.c - the invariant patterns of deep networks against all signed partitions, one by one.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Nothing of the engine is used on this side: the gradient of a network of dense layers is written out here, modulo a prime.
 * At a random point of a pattern, the gradient for a random input either lies in the pattern or not. The activation is
 *   the identity: the coefficient of t in F(theta)(t x) for tanh; a gradient across the pattern refutes it, exactly;
 *   a formal function, arbitrary or odd: random values at each argument, opposite ones at opposite arguments when it is odd.
 *     What is tangent for it is so for every such function (but for an accident of probability below 2^-50);
 *   tanh as a series in t, up to t^7: refutes exactly.
 * Each pattern is either tangent for the formal function, or refuted for tanh by one of the series.
 */
#include "manifold_support.h"

#include "base/random.h"
#include "family/modular.h"
#include "manifold/invariant.h"
#include "manifold/rows.h"

#include <stdlib.h>

#define ORDERS 8
#define MOST_LAYERS 5
#define MOST_WIDTH 4

typedef enum { IDENTITY, FORMAL, FORMAL_ODD, TANH } function_t;

typedef struct {
    int layers, width[MOST_LAYERS + 1]; /* width[0]: inputs */
    slong p, offset[MOST_LAYERS];       /* W_l is width[l + 1] x width[l], by rows, as in the model */
    nmod_t mod;
    ulong input[MOST_WIDTH], covector[MOST_WIDTH], seed[MOST_COORDINATES + 1];
    ulong third, inverse15, inverse315;
} net_struct;

/* A number with as many Taylor coefficients as the function needs. */
typedef struct {
    ulong c[ORDERS];
} value_struct;

static ulong hashed(ulong x, uint64_t purpose, nmod_t mod)
{
    lo_random_t random;
    lo_random_init(random, x, purpose);
    return lo_random_below(random, mod.n);
}

static value_struct times(value_struct a, value_struct b, int n, nmod_t mod)
{
    value_struct out = { { 0 } };
    for (int i = 0; i < n; i++)
        for (int j = 0; i + j < n && a.c[i] != 0; j++)
            out.c[i + j] = nmod_add(out.c[i + j], nmod_mul(a.c[i], b.c[j], mod), mod);
    return out;
}

static value_struct plus(value_struct a, value_struct b, int n, nmod_t mod)
{
    for (int i = 0; i < n; i++)
        a.c[i] = nmod_add(a.c[i], b.c[i], mod);
    return a;
}

static value_struct scaled(ulong c, value_struct a, int n, nmod_t mod)
{
    for (int i = 0; i < n; i++)
        a.c[i] = nmod_mul(c, a.c[i], mod);
    return a;
}

/* tanh z = z - z^3/3 + 2 z^5/15 - 17 z^7/315, z without constant term; the derivative is 1 - tanh^2. */
static void tangent(value_struct *f, value_struct *d, value_struct z, const net_struct *net)
{
    nmod_t mod = net->mod;
    value_struct square = times(z, z, ORDERS, mod), power = times(square, z, ORDERS, mod);
    *f = plus(z, scaled(nmod_neg(net->third, mod), power, ORDERS, mod), ORDERS, mod);
    power = times(power, square, ORDERS, mod);
    *f = plus(*f, scaled(nmod_mul(2, net->inverse15, mod), power, ORDERS, mod), ORDERS, mod);
    power = times(power, square, ORDERS, mod);
    *f = plus(*f, scaled(nmod_neg(nmod_mul(17, net->inverse315, mod), mod), power, ORDERS, mod), ORDERS, mod);
    *d = scaled(nmod_neg(1, mod), times(*f, *f, ORDERS, mod), ORDERS, mod);
    d->c[0] = nmod_add(d->c[0], 1, mod);
}

static void activate(value_struct *f, value_struct *d, value_struct z, function_t kind, const net_struct *net)
{
    nmod_t mod = net->mod;
    ulong x = z.c[0], size = x <= mod.n - x ? x : mod.n - x;
    if (kind == TANH) {
        tangent(f, d, z, net);
        return;
    }
    *f = z;
    d->c[0] = 1;
    if (kind == FORMAL) {
        f->c[0] = hashed(x, 11, mod);
        d->c[0] = hashed(x, 12, mod);
    } else if (kind == FORMAL_ODD && x != 0) {
        f->c[0] = x == size ? hashed(size, 11, mod) : nmod_neg(hashed(size, 11, mod), mod);
        d->c[0] = hashed(size, 12, mod);
    }
}

/* gradient[p] of sum of y_j F_j(theta)(x). */
static void gradient_of(value_struct *gradient, const net_struct *net, const ulong *theta, function_t kind)
{
    value_struct a[MOST_LAYERS + 1][MOST_WIDTH], d[MOST_LAYERS + 1][MOST_WIDTH], delta[MOST_WIDTH],
        back[MOST_WIDTH];
    int n = kind == TANH ? ORDERS : 1;
    nmod_t mod = net->mod;
    for (int j = 0; j < net->width[0]; j++) {
        memset(&a[0][j], 0, sizeof(a[0][j]));
        a[0][j].c[n > 1] = net->input[j];
    }
    for (int l = 0; l + 1 < net->layers; l++)
        for (int i = 0; i < net->width[l + 1]; i++) {
            value_struct z = { { 0 } };
            for (int j = 0; j < net->width[l]; j++)
                z = plus(z, scaled(theta[net->offset[l] + i * net->width[l] + j], a[l][j], n, mod), n, mod);
            activate(&a[l + 1][i], &d[l + 1][i], z, kind, net);
        }
    for (int i = 0; i < net->width[net->layers]; i++) {
        memset(delta + i, 0, sizeof(*delta));
        delta[i].c[0] = net->covector[i];
    }
    for (int l = net->layers - 1; l >= 0; l--) {
        for (int j = 0; j < net->width[l]; j++) {
            value_struct sum = { { 0 } };
            for (int i = 0; i < net->width[l + 1]; i++) {
                slong k = net->offset[l] + i * net->width[l] + j;
                gradient[k] = times(delta[i], a[l][j], n, mod);
                sum = plus(sum, scaled(theta[k], delta[i], n, mod), n, mod);
            }
            back[j] = l == 0 ? sum : times(sum, d[l][j], n, mod);
        }
        memcpy(delta, back, sizeof(delta));
    }
}

static int is_tangent(const net_struct *net, const int *pattern, function_t kind)
{
    ulong theta[MOST_COORDINATES];
    value_struct gradient[MOST_COORDINATES];
    nmod_t mod = net->mod;
    for (slong i = 0; i < net->p; i++) {
        int c = pattern[i];
        theta[i] = c == 0 ? 0 : c > 0 ? net->seed[c] : nmod_neg(net->seed[-c], mod);
    }
    gradient_of(gradient, net, theta, kind);
    for (slong i = 0; i < net->p; i++)
        for (int k = 0, c = pattern[i]; k < (kind == TANH ? ORDERS : 1); k++) {
            ulong own = gradient[i].c[k], first = c == 0 ? 0 : gradient[abs(c) - 1].c[k];
            if (own != (c < 0 ? nmod_neg(first, mod) : first))
                return 0;
        }
    return 1;
}

/* ---- all patterns ---- */

typedef struct {
    const net_struct *net;
    const slong *orbit; /* equations only within an orbit; NULL: any */
    function_t kind;
    int pattern[MOST_COORDINATES];
    slong patterns, tangent, fixed;
    const lo_rows_struct *elements; /* of the group of neurons */
} exhaustive_struct;

/* Whether the symmetries that fix the pattern pointwise fix nothing more. */
static int is_fixed_space(const exhaustive_struct *e)
{
    slong p = e->net->p;
    int common[MOST_COORDINATES], one[MOST_COORDINATES];
    lo_pattern_whole(common, p);
    for (slong k = 0; k < e->elements->n; k++) {
        lo_pattern_fixed(one, e->elements->rows + k * p, p);
        if (lo_pattern_contains(one, e->pattern, p))
            lo_pattern_intersect(common, one, p);
    }
    return memcmp(common, e->pattern, (size_t) p * sizeof(int)) == 0;
}

static void judge(exhaustive_struct *e)
{
    int tangent_for_all;
    e->patterns++;
    if (e->kind == FORMAL_ODD && !is_tangent(e->net, e->pattern, IDENTITY))
        return;
    tangent_for_all = is_tangent(e->net, e->pattern, e->kind);
    if (!tangent_for_all && e->kind == FORMAL_ODD)
        assert_false(is_tangent(e->net, e->pattern, TANH));
    e->tangent += tangent_for_all;
    e->fixed += tangent_for_all && is_fixed_space(e);
}

static void each_pattern(exhaustive_struct *e, slong i)
{
    if (i == e->net->p) {
        judge(e);
        return;
    }
    e->pattern[i] = 0;
    each_pattern(e, i + 1);
    e->pattern[i] = (int) i + 1;
    each_pattern(e, i + 1);
    for (slong j = 0; j < i; j++)
        for (int sign = 1; sign >= -1 && e->pattern[j] == (int) j + 1; sign -= 2)
            if (e->orbit == NULL || e->orbit[i] == e->orbit[j]) {
                e->pattern[i] = sign * ((int) j + 1);
                each_pattern(e, i + 1);
            }
}

/* ---- the group of the neurons, by its definition ---- */

static void add_element(lo_rows_t elements, const net_struct *net, const int (*image)[MOST_WIDTH],
                        const int (*sign)[MOST_WIDTH])
{
    int g[MOST_COORDINATES];
    slong index;
    for (int l = 0; l < net->layers; l++)
        for (int i = 0; i < net->width[l + 1]; i++)
            for (int j = 0; j < net->width[l]; j++)
                g[net->offset[l] + i * net->width[l] + j] =
                    sign[l + 1][i] * sign[l][j] *
                    (int) (net->offset[l] + image[l + 1][i] * net->width[l] + image[l][j] + 1);
    assert_int_equal(lo_rows_add(&index, elements, g), LO_OK);
}

/* Chooses the image and the sign of neuron i of layer l, and of those behind it. */
static void each_element(lo_rows_t elements, const net_struct *net, int (*image)[MOST_WIDTH],
                         int (*sign)[MOST_WIDTH], int l, int i, int flips)
{
    if (l == net->layers) {
        add_element(elements, net, (const int(*)[MOST_WIDTH]) image, (const int(*)[MOST_WIDTH]) sign);
        return;
    }
    if (i == net->width[l]) {
        each_element(elements, net, image, sign, l + 1, 0, flips);
        return;
    }
    for (int j = 0; j < net->width[l]; j++) {
        int taken = 0;
        for (int k = 0; k < i; k++)
            taken |= image[l][k] == j;
        for (int s = 1; s >= (flips ? -1 : 1) && !taken; s -= 2) {
            image[l][i] = j;
            sign[l][i] = s;
            each_element(elements, net, image, sign, l, i + 1, flips);
        }
    }
}

static void list_elements(lo_rows_t elements, const net_struct *net, int flips)
{
    int image[MOST_LAYERS + 1][MOST_WIDTH], sign[MOST_LAYERS + 1][MOST_WIDTH];
    assert_int_equal(lo_rows_init(elements, net->p, 100000), LO_OK);
    for (int l = 0; l <= net->layers; l++)
        for (int i = 0; i < MOST_WIDTH; i++) {
            image[l][i] = i;
            sign[l][i] = 1;
        }
    each_element(elements, net, image, sign, 1, 0, flips);
}

/* ---- both sides ---- */

static void write_net(char *text, size_t size, net_struct *net, const int *width, const char *activation)
{
    memset(net, 0, sizeof(*net));
    size_t n = (size_t) snprintf(text, size, "input x[%d]; net dense(%d)", width[0], width[1]);
    for (net->layers = 1; width[net->layers + 1] > 0; net->layers++)
        n += (size_t) snprintf(text + n, size - n, " -> %s -> dense(%d)", activation, width[net->layers + 1]);
    for (int l = 0; l <= net->layers; l++)
        net->width[l] = width[l];
    for (int l = 0; l < net->layers; l++) {
        net->offset[l] = net->p;
        net->p += width[l] * width[l + 1];
    }
    nmod_init(&net->mod, lo_prime(1));
    for (int i = 0; i < MOST_WIDTH; i++) {
        net->input[i] = 1 + (ulong) between(0, WORD_MAX / 8);
        net->covector[i] = 1 + (ulong) between(0, WORD_MAX / 8);
    }
    for (int i = 0; i <= MOST_COORDINATES; i++)
        net->seed[i] = 1 + (ulong) between(0, WORD_MAX / 8);
    net->third = n_invmod(3, net->mod.n);
    net->inverse15 = n_invmod(15, net->mod.n);
    net->inverse315 = n_invmod(315, net->mod.n);
}

/* everywhere: equations between any two parameters, else within orbits of the group, as `sims` seeks them for this size. */
static void compare(const int *width, const char *activation, int everywhere)
{
    char text[256];
    net_struct net;
    subject_struct s;
    lo_lattice_t lattice;
    lo_rows_t elements;
    slong orbit[MOST_COORDINATES], fixed = 0;
    write_net(text, sizeof(text), &net, width, activation);
    open_subject(&s, text);
    assert_int_equal(s.p, net.p);
    list_elements(elements, &net, strcmp(activation, "tanh") == 0);
    lo_signed_group_orbits(orbit, s.group);
    exhaustive_struct e = { .net = &net,
                            .orbit = everywhere ? NULL : orbit,
                            .elements = elements,
                            .kind = strcmp(activation, "tanh") == 0 ? FORMAL_ODD : FORMAL };
    each_pattern(&e, 0);
    lo_lattice_init(lattice, s.p);
    assert_int_equal(lo_invariant_patterns(lattice, s.f, s.symmetry, s.group, e.orbit, 400000, WORD_MAX, ctx), LO_OK);
    assert_true(lattice->complete);
    for (slong k = 0; k < lattice->n; k++) {
        int is_fixed;
        assert_int_equal(lo_pattern_is_fixed(&is_fixed, s.symmetry, lattice->pattern + k * s.p, s.p), LO_OK);
        fixed += is_fixed * fmpz_get_si(lattice->copies + k);
    }
    printf("%s: %ld patterns, %ld tangent, %ld fixed spaces\n", text, (long) e.patterns, (long) e.tangent,
           (long) e.fixed);
    assert_int_equal(total_copies(lattice), e.tangent);
    assert_int_equal(fixed, e.fixed);
    lo_lattice_clear(lattice);
    lo_rows_clear(elements);
    close_subject(&s);
}

/* Without the engine, which does not get through that many patterns: in networks with an arbitrary activation every tangent
 * pattern is the fixed space of permutations of neurons. */
static void all_are_fixed_spaces(const int *width, const char *activation)
{
    char text[256];
    net_struct net;
    lo_rows_t elements;
    write_net(text, sizeof(text), &net, width, activation);
    list_elements(elements, &net, 0);
    exhaustive_struct e = { .net = &net, .elements = elements, .kind = FORMAL };
    each_pattern(&e, 0);
    printf("%s: %ld patterns, %ld tangent, %ld fixed spaces\n", text, (long) e.patterns, (long) e.tangent,
           (long) e.fixed);
    assert_int_equal(e.tangent, e.fixed);
    lo_rows_clear(elements);
}

static void test_all_patterns(void **state)
{
    (void) state;
    static const int shapes[][MOST_LAYERS + 2] = { { 1, 1, 1 },    { 1, 2, 1 },    { 2, 2, 1 },
                                                   { 1, 2, 2 },    { 1, 3, 1 },    { 1, 1, 1, 1 },
                                                   { 1, 1, 2, 1 }, { 1, 2, 1, 1 }, { 2, 1, 2, 1 },
                                                   { 1, 2, 1, 2 }, { 2, 1, 1, 2 }, { 1, 1, 1, 1, 1 } };
    start(1);
    for (size_t k = 0; k < sizeof(shapes) / sizeof(shapes[0]); k++) {
        compare(shapes[k], "tanh", 1);
        compare(shapes[k], "generic", 1);
    }
}

/* The deep networks of the acceptance list, with the equations that `sims` seeks for them. */
static void test_deep_networks(void **state)
{
    (void) state;
    static const int small[] = { 1, 2, 2, 1, 0 }, deep[] = { 2, 2, 2, 1, 0 },
                     long_chain[] = { 1, 2, 1, 2, 1, 0 };
    start(2);
    compare(small, "tanh", 0);
    compare(small, "generic", 0);
    compare(long_chain, "tanh", 0);
    compare(deep, "tanh", 0);
    compare(deep, "generic", 0);
    if (getenv("LIEORBIT_LONG") != NULL) {
        compare(small, "tanh", 1);
        compare(small, "generic", 1);
        all_are_fixed_spaces(deep, "generic");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_patterns),
        cmocka_unit_test(test_deep_networks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
