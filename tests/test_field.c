/* test_field.c - exact vector fields obey the laws of derivations and of the Lie bracket.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "test_support.h"

#include "family/field.h"

/* A random raw family of three fields, opened in a ring. */
typedef struct {
    lo_model_ptr m;
    lo_family_ptr f;
    lo_ring_t ring;
    fmpz_mpoly_q_struct *components;
    slong count;
    lo_field_struct x[3]; /* borrowed from components */
    char text[6000];
} space_struct;

static void space_open(space_struct *s, slong p, int analytic, int rational)
{
    random_fields(s->text, sizeof(s->text), p, 3, analytic, rational);
    s->f = open_family(&s->m, s->text, LO_RELU_PATHS);
    assert_int_equal(lo_ring_init(s->ring, s->f, ctx), LO_OK);
    assert_int_equal(lo_ring_outputs(&s->components, &s->count, s->ring, ctx), LO_OK);
    assert_int_equal(lo_ring_prepare_atoms(s->ring, ctx), LO_OK);
    for (slong k = 0; k < 3; k++)
        s->x[k] = (lo_field_struct) { p, s->components + k * p };
}

static void space_clear(space_struct *s)
{
    lo_ring_free(s->components, s->count, s->ring);
    lo_ring_clear(s->ring);
    close_family(s->f, s->m);
}

/* Kinds 0: polynomial, 1: analytic, 2: rational. */
static void space_random(space_struct *s, int kind) { space_open(s, between(1, 3), kind == 1, kind == 2); }

static void q_init(fmpz_mpoly_q_struct *list, slong n, const lo_ring_t ring)
{
    for (slong i = 0; i < n; i++)
        fmpz_mpoly_q_init(list + i, ring->ctx);
}

static void q_clear(fmpz_mpoly_q_struct *list, slong n, const lo_ring_t ring)
{
    for (slong i = 0; i < n; i++)
        fmpz_mpoly_q_clear(list + i, ring->ctx);
}

/* A variable of the ring that means something: a coordinate, or a value of an atom that occurs. */
static slong random_variable(const lo_ring_t ring)
{
    if (ring->natoms == 0 || between(0, 1))
        return between(0, ring->p - 1);
    slong k = between(0, ring->natoms - 1);
    int circular = (ring->family->atoms[k].classes & LO_ATOM_CIRCULAR) != 0;
    if (circular && (ring->family->atoms[k].classes & LO_ATOM_HYPERBOLIC) != 0)
        circular = between(0, 1) != 0;
    return lo_ring_atom(ring, k, circular ? (between(0, 1) ? LO_FUN_SIN : LO_FUN_COS)
                                          : (between(0, 1) ? LO_FUN_EXP : LO_FUN_TANH));
}

/* A random function: up to three terms, perhaps over a variable plus a number. */
static void random_function(fmpz_mpoly_q_t res, int rational, const lo_ring_t ring)
{
    fmpz_mpoly_q_struct t[2];
    q_init(t, 2, ring);
    fmpz_mpoly_q_set_si(res, between(-2, 2), ring->ctx);
    for (slong n = between(1, 3); n > 0; n--) {
        fmpz_mpoly_q_set_si(t, between(-3, 3), ring->ctx);
        for (slong k = between(1, 2); k > 0; k--) {
            fmpz_mpoly_q_gen(t + 1, random_variable(ring), ring->ctx);
            assert_int_equal(lo_ring_mul(t, t, t + 1, ring), LO_OK);
        }
        assert_int_equal(lo_ring_add(res, res, t, ring), LO_OK);
    }
    if (rational && between(0, 1)) {
        fmpz_mpoly_q_gen(t, random_variable(ring), ring->ctx);
        fmpz_mpoly_q_add_si(t, t, between(1, 3), ring->ctx);
        assert_int_equal(lo_ring_div(res, res, t, ring), LO_OK);
    }
    q_clear(t, 2, ring);
}

/* a = b in the ring, whatever their representatives. */
static int same(const fmpz_mpoly_q_t a, const fmpz_mpoly_q_t b, const lo_ring_t ring)
{
    fmpz_mpoly_q_t d;
    fmpz_mpoly_q_init(d, ring->ctx);
    assert_int_equal(lo_ring_sub(d, a, b, ring), LO_OK);
    int zero = fmpz_mpoly_q_is_zero(d, ring->ctx);
    fmpz_mpoly_q_clear(d, ring->ctx);
    return zero;
}

static int same_field(const lo_field_t a, const lo_field_t b, const lo_ring_t ring)
{
    for (slong i = 0; i < ring->p; i++)
        if (!same(a->c + i, b->c + i, ring))
            return 0;
    return 1;
}

static void apply(fmpz_mpoly_q_t res, const lo_field_t x, const fmpz_mpoly_q_t f, const lo_ring_t ring)
{
    assert_int_equal(lo_field_apply(res, x, f, ring), LO_OK);
}

static void bracket(lo_field_t res, const lo_field_t x, const lo_field_t y, const lo_ring_t ring)
{
    assert_int_equal(lo_field_bracket(res, x, y, ring), LO_OK);
}

/* sum += factor * x; factor NULL: 1 */
static void add_field(lo_field_t sum, const fmpz_mpoly_q_t factor, const lo_field_t x, const lo_ring_t ring)
{
    fmpz_mpoly_q_t t;
    fmpz_mpoly_q_init(t, ring->ctx);
    for (slong i = 0; i < ring->p; i++) {
        fmpz_mpoly_q_set(t, x->c + i, ring->ctx);
        if (factor != NULL)
            assert_int_equal(lo_ring_mul(t, t, factor, ring), LO_OK);
        assert_int_equal(lo_ring_add(sum->c + i, sum->c + i, t, ring), LO_OK);
    }
    fmpz_mpoly_q_clear(t, ring->ctx);
}

static void fields_init(lo_field_struct *list, slong n, const lo_ring_t ring)
{
    for (slong i = 0; i < n; i++)
        assert_int_equal(lo_field_init(list + i, ring), LO_OK);
}

static void fields_clear(lo_field_struct *list, slong n, const lo_ring_t ring)
{
    for (slong i = 0; i < n; i++)
        lo_field_clear(list + i, ring);
}

/* ---- laws ---------------------------------------------------------------------------------------------- */

static void test_leibniz(void **state)
{
    (void) state;
    start(1);
    for (int round = 0; round < 120; round++) {
        space_struct s;
        fmpz_mpoly_q_struct e[6];
        space_random(&s, round % 3);
        q_init(e, 6, s.ring);
        random_function(e, round % 3 == 2, s.ring);
        random_function(e + 1, round % 3 == 2, s.ring);
        assert_int_equal(lo_ring_mul(e + 2, e, e + 1, s.ring), LO_OK); /* X(fg) = X(f) g + f X(g) */
        apply(e + 2, s.x, e + 2, s.ring);
        apply(e + 3, s.x, e, s.ring);
        apply(e + 4, s.x, e + 1, s.ring);
        assert_int_equal(lo_ring_mul(e + 3, e + 3, e + 1, s.ring), LO_OK);
        assert_int_equal(lo_ring_mul(e + 4, e + 4, e, s.ring), LO_OK);
        assert_int_equal(lo_ring_add(e + 5, e + 3, e + 4, s.ring), LO_OK);
        assert_true(same(e + 2, e + 5, s.ring));
        q_clear(e, 6, s.ring);
        space_clear(&s);
    }
}

static void test_bracket_is_the_commutator(void **state)
{
    (void) state;
    start(2);
    for (int round = 0; round < 120; round++) {
        space_struct s;
        fmpz_mpoly_q_struct e[4];
        lo_field_struct z[1];
        space_random(&s, round % 3);
        q_init(e, 4, s.ring);
        fields_init(z, 1, s.ring);
        random_function(e, round % 3 == 2, s.ring);
        bracket(z, s.x, s.x + 1, s.ring); /* [X,Y] f = X(Yf) - Y(Xf) */
        apply(e + 1, z, e, s.ring);
        apply(e + 2, s.x + 1, e, s.ring);
        apply(e + 2, s.x, e + 2, s.ring);
        apply(e + 3, s.x, e, s.ring);
        apply(e + 3, s.x + 1, e + 3, s.ring);
        assert_int_equal(lo_ring_sub(e + 2, e + 2, e + 3, s.ring), LO_OK);
        assert_true(same(e + 1, e + 2, s.ring));
        fields_clear(z, 1, s.ring);
        q_clear(e, 4, s.ring);
        space_clear(&s);
    }
}

static void test_antisymmetry_and_jacobi(void **state)
{
    (void) state;
    start(3);
    for (int round = 0; round < 90; round++) {
        space_struct s;
        lo_field_struct z[4];
        space_random(&s, round % 3);
        fields_init(z, 4, s.ring);
        bracket(z, s.x, s.x + 1, s.ring);
        bracket(z + 1, s.x + 1, s.x, s.ring);
        add_field(z + 1, NULL, z, s.ring);
        for (slong i = 0; i < s.ring->p; i++)
            assert_true(fmpz_mpoly_q_is_zero(z[1].c + i, s.ring->ctx));
        for (int k = 0; k < 3; k++) { /* the sum of [X, [Y, Z]] over the rotations */
            bracket(z + 2, s.x + (k + 1) % 3, s.x + (k + 2) % 3, s.ring);
            bracket(z + 2, s.x + k, z + 2, s.ring);
            add_field(z + 3, NULL, z + 2, s.ring);
        }
        assert_true(lo_field_is_zero(z + 3, s.ring));
        fields_clear(z, 4, s.ring);
        space_clear(&s);
    }
}

static void test_bracket_of_multiples(void **state)
{
    (void) state;
    start(4);
    for (int round = 0; round < 60; round++) {
        space_struct s;
        fmpz_mpoly_q_struct e[4];
        lo_field_struct z[4];
        space_random(&s, round % 3);
        q_init(e, 4, s.ring);
        fields_init(z, 4, s.ring);
        random_function(e, 0, s.ring);
        random_function(e + 1, 0, s.ring);
        add_field(z, e, s.x, s.ring);
        add_field(z + 1, e + 1, s.x + 1, s.ring);
        bracket(z, z, z + 1, s.ring); /* [fX, gY] = fg [X,Y] + f X(g) Y - g Y(f) X */
        bracket(z + 2, s.x, s.x + 1, s.ring);
        assert_int_equal(lo_ring_mul(e + 2, e, e + 1, s.ring), LO_OK);
        add_field(z + 3, e + 2, z + 2, s.ring);
        apply(e + 2, s.x, e + 1, s.ring);
        assert_int_equal(lo_ring_mul(e + 2, e + 2, e, s.ring), LO_OK);
        add_field(z + 3, e + 2, s.x + 1, s.ring);
        apply(e + 3, s.x + 1, e, s.ring);
        assert_int_equal(lo_ring_mul(e + 3, e + 3, e + 1, s.ring), LO_OK);
        fmpz_mpoly_q_neg(e + 3, e + 3, s.ring->ctx);
        add_field(z + 3, e + 3, s.x, s.ring);
        assert_true(same_field(z, z + 3, s.ring));
        fields_clear(z, 4, s.ring);
        q_clear(e, 4, s.ring);
        space_clear(&s);
    }
}

/* ---- change of coordinates ----------------------------------------------------------------------------- */

/* res = f(B y): every coordinate replaced by a row of the integer matrix b. */
static void substitute(fmpz_mpoly_q_t res, const fmpz_mpoly_q_t f, const fmpq_mat_t b, const lo_ring_t ring)
{
    fmpz_mpoly_struct polys[40], *images[40];
    fmpz_mpoly_t y;
    assert_true(ring->nvars <= 40);
    fmpz_mpoly_init(y, ring->ctx);
    for (slong v = 0; v < ring->nvars; v++) {
        images[v] = polys + v;
        fmpz_mpoly_init(polys + v, ring->ctx);
        if (v >= ring->p)
            fmpz_mpoly_gen(polys + v, v, ring->ctx);
        for (slong j = 0; v < ring->p && j < ring->p; j++) {
            fmpz_mpoly_gen(y, j, ring->ctx);
            fmpz_mpoly_scalar_mul_fmpz(y, y, fmpq_numref(fmpq_mat_entry(b, v, j)), ring->ctx);
            fmpz_mpoly_add(polys + v, polys + v, y, ring->ctx);
        }
    }
    assert_true(fmpz_mpoly_compose_fmpz_mpoly(fmpz_mpoly_q_numref(res), fmpz_mpoly_q_numref(f), images, ring->ctx,
                                              ring->ctx));
    assert_true(fmpz_mpoly_compose_fmpz_mpoly(fmpz_mpoly_q_denref(res), fmpz_mpoly_q_denref(f), images, ring->ctx,
                                              ring->ctx));
    fmpz_mpoly_q_canonicalise(res, ring->ctx);
    for (slong v = 0; v < ring->nvars; v++)
        fmpz_mpoly_clear(polys + v, ring->ctx);
    fmpz_mpoly_clear(y, ring->ctx);
}

/* The field in the coordinates y = A q: A X(B y), B the inverse of A. */
static void push_forward(lo_field_t res, const lo_field_t x, const fmpq_mat_t a, const fmpq_mat_t b,
                         const lo_ring_t ring)
{
    fmpz_mpoly_q_t t, u;
    fmpz_mpoly_q_init(t, ring->ctx);
    fmpz_mpoly_q_init(u, ring->ctx);
    for (slong j = 0; j < ring->p; j++) {
        substitute(t, x->c + j, b, ring);
        for (slong i = 0; i < ring->p; i++) {
            fmpz_mpoly_q_mul_fmpq(u, t, fmpq_mat_entry(a, i, j), ring->ctx);
            assert_int_equal(lo_ring_add(res->c + i, res->c + i, u, ring), LO_OK);
        }
    }
    fmpz_mpoly_q_clear(t, ring->ctx);
    fmpz_mpoly_q_clear(u, ring->ctx);
}

static void test_bracket_is_natural(void **state)
{
    (void) state;
    start(5);
    for (int round = 0; round < 60; round++) {
        space_struct s;
        lo_field_struct z[4];
        fmpq_mat_t a, b;
        space_open(&s, between(1, 3), 0, round % 3 == 0);
        fmpq_mat_init(a, s.ring->p, s.ring->p);
        fmpq_mat_init(b, s.ring->p, s.ring->p);
        do
            for (slong i = 0; i < s.ring->p * s.ring->p; i++)
                fmpq_set_si(fmpq_mat_entry(b, i / s.ring->p, i % s.ring->p), between(-3, 3), 1);
        while (!fmpq_mat_inv(a, b));
        fields_init(z, 4, s.ring);
        push_forward(z, s.x, a, b, s.ring);
        push_forward(z + 1, s.x + 1, a, b, s.ring);
        bracket(z, z, z + 1, s.ring);
        bracket(z + 2, s.x, s.x + 1, s.ring);
        push_forward(z + 3, z + 2, a, b, s.ring);
        assert_true(same_field(z, z + 3, s.ring));
        fields_clear(z, 4, s.ring);
        fmpq_mat_clear(a);
        fmpq_mat_clear(b);
        space_clear(&s);
    }
}

/* ---- printing, aliasing, limits ------------------------------------------------------------------------ */

/* The printed bracket, read as one more field of the model, has the values of the bracket. */
static void test_printed_fields_parse_back(void **state)
{
    (void) state;
    static char text[400000];
    start(6);
    for (int round = 0; round < 60; round++) {
        space_struct s;
        lo_field_struct z[1];
        lo_model_ptr m;
        lo_engine_t e;
        lo_modpoint_t point;
        space_random(&s, round % 3);
        fields_init(z, 1, s.ring);
        bracket(z, s.x, s.x + 1, s.ring);
        char *printed = lo_field_print(z, s.ring);
        assert_non_null(printed);
        assert_true(strlen(printed) + strlen(s.text) + 20 < sizeof(text));
        snprintf(text, sizeof(text), "%sfield z = %s\n", s.text, printed);
        lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
        assert_int_equal(lo_engine_init(e, f, 0, 0, ctx), LO_OK);
        assert_int_equal(lo_modpoint_init(point, e), LO_OK);
        assert_int_equal(lo_modpoint_randomise(point, e), LO_OK);
        ulong x[4] = { 1, 0, 0, 0 }, y[4] = { 0, 1, 0, 0 }, last[4] = { 0, 0, 0, 1 }, value[3], expected[3];
        const ulong *word[2] = { x, y }, *one[1] = { last };
        assert_int_equal(lo_engine_bracket(expected, e, word, 2, point), LO_OK);
        assert_int_equal(lo_engine_bracket(value, e, one, 1, point), LO_OK);
        assert_memory_equal(value, expected, (size_t) f->p * sizeof(ulong));
        lo_modpoint_clear(point);
        lo_engine_clear(e);
        close_family(f, m);
        lo_free(printed);
        fields_clear(z, 1, s.ring);
        space_clear(&s);
    }
}

/* A printed component, read as the `output` of a network, is the same element. */
static void test_printed_components_parse_back(void **state)
{
    (void) state;
    char text[8000];
    start(7);
    for (int round = 0; round < 60; round++) {
        space_struct s;
        lo_model_ptr m;
        lo_ring_t ring;
        fmpz_mpoly_q_struct *outputs;
        slong count;
        space_random(&s, round % 2 ? 0 : 2);
        for (slong i = 0; i < s.ring->p; i++) {
            char *printed = lo_ring_print(s.x[0].c + i, s.ring), *again;
            snprintf(text, sizeof(text), "param q[%ld]\nmap z = %s\n", (long) s.ring->p, printed);
            lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
            assert_int_equal(lo_ring_init(ring, f, ctx), LO_OK);
            assert_int_equal(lo_ring_outputs(&outputs, &count, ring, ctx), LO_OK);
            again = lo_ring_print(outputs, ring);
            assert_string_equal(again, printed); /* canonical forms of the same element print alike */
            lo_ring_free(outputs, count, ring);
            lo_ring_clear(ring);
            close_family(f, m);
            lo_free(printed);
            lo_free(again);
        }
        space_clear(&s);
    }
}

static void test_aliasing(void **state)
{
    (void) state;
    static lo_status_t (*const operations[])(fmpz_mpoly_q_t, const fmpz_mpoly_q_t, const fmpz_mpoly_q_t,
                                             const lo_ring_t) = { lo_ring_add, lo_ring_sub, lo_ring_mul, lo_ring_div };
    start(8);
    for (int round = 0; round < 60; round++) {
        space_struct s;
        lo_field_struct z[3];
        fmpz_mpoly_q_struct e[4];
        space_random(&s, round % 3);
        fields_init(z, 3, s.ring);
        q_init(e, 4, s.ring);
        bracket(z, s.x, s.x + 1, s.ring);
        lo_field_set(z + 1, s.x, s.ring);
        lo_field_set(z + 2, s.x + 1, s.ring);
        bracket(z + 1, z + 1, s.x + 1, s.ring); /* res = x */
        bracket(z + 2, s.x, z + 2, s.ring);     /* res = y */
        assert_true(same_field(z, z + 1, s.ring) && same_field(z, z + 2, s.ring));
        bracket(z + 1, z + 1, z + 1, s.ring); /* all three */
        assert_true(lo_field_is_zero(z + 1, s.ring));
        random_function(e, 1, s.ring);
        random_function(e + 1, 1, s.ring);
        apply(e + 2, s.x, e, s.ring);
        fmpz_mpoly_q_set(e + 3, e, s.ring->ctx);
        apply(e + 3, s.x, e + 3, s.ring);
        assert_true(fmpz_mpoly_q_equal(e + 2, e + 3, s.ring->ctx));
        for (int k = 0; k < 4; k++) {
            lo_status_t status = operations[k](e + 2, e, e + 1, s.ring);
            assert_int_equal(status, k == 3 && fmpz_mpoly_q_is_zero(e + 1, s.ring->ctx) ? LO_DOMAIN : LO_OK);
            for (int which = 0; which < 2 && status == LO_OK; which++) {
                fmpz_mpoly_q_set(e + 3, e + which, s.ring->ctx);
                assert_int_equal(operations[k](e + 3, which ? e : e + 3, which ? e + 3 : e + 1, s.ring), LO_OK);
                assert_true(fmpz_mpoly_q_equal(e + 2, e + 3, s.ring->ctx));
            }
        }
        q_clear(e, 4, s.ring);
        fields_clear(z, 3, s.ring);
        space_clear(&s);
    }
}

static void test_circles(void **state)
{
    (void) state;
    lo_model_ptr m;
    lo_ring_t ring;
    fmpz_mpoly_q_struct *c, e[2];
    slong count;
    lo_family_ptr f = open_family(&m, "coords t, x; field f = [sin(t)^4 + cos(t)^4 + 2*sin(t)^2*cos(t)^2 - 1, "
                                      "(1 - cos(t)^2)/sin(t) - sin(t)]", LO_RELU_PATHS);
    assert_int_equal(lo_ring_init(ring, f, ctx), LO_OK);
    assert_int_equal(lo_ring_outputs(&c, &count, ring, ctx), LO_OK);
    assert_true(fmpz_mpoly_q_is_zero(c, ring->ctx) && fmpz_mpoly_q_is_zero(c + 1, ring->ctx));
    q_init(e, 2, ring);
    fmpz_mpoly_q_one(e, ring->ctx); /* 1 / (sin^2 + cos^2 - 1) is a division by zero */
    assert_int_equal(lo_ring_div(e + 1, e, c, ring), LO_DOMAIN);
    q_clear(e, 2, ring);
    lo_ring_free(c, count, ring);
    lo_ring_clear(ring);
    close_family(f, m);
}

static void test_term_limit(void **state)
{
    (void) state;
    lo_model_ptr m;
    lo_ring_t ring;
    lo_field_struct z[2];
    fmpz_mpoly_q_struct e[2];
    lo_family_ptr f = open_family(&m, "coords q[4]; field f = [q[1]+q[2]+q[3]+q[4]+1, 1, 0, q[1]]", LO_RELU_PATHS);
    assert_int_equal(lo_ring_init(ring, f, ctx), LO_OK);
    fields_init(z, 2, ring);
    q_init(e, 2, ring);
    for (slong limit = 5; limit < 3000; limit = 2 * limit + 1) {
        lo_status_t status = LO_OK;
        ring->max_terms = limit;
        fmpz_mpoly_q_one(e, ring->ctx);
        for (slong v = 0; v < 4; v++) { /* 1 + q1 + ... + q4, squared until it is refused */
            fmpz_mpoly_q_gen(e + 1, v, ring->ctx);
            fmpz_mpoly_q_add(e, e, e + 1, ring->ctx);
        }
        for (int k = 0; k < 12 && status == LO_OK; k++) {
            for (slong i = 0; i < 4; i++) {
                fmpz_mpoly_q_set(z[0].c + i, e, ring->ctx);
                fmpz_mpoly_q_gen(z[1].c + i, i, ring->ctx);
            }
            status = lo_ring_mul(e, e, e, ring);
        }
        assert_int_equal(status, LO_UNABLE);
        lo_field_set(z + 1, z, ring);
        status = lo_field_bracket(z + 1, z, z + 1, ring);
        assert_true(status == LO_UNABLE || (status == LO_OK && lo_field_is_zero(z + 1, ring)));
        status = lo_field_apply(e + 1, z, z[0].c, ring);
        assert_true(status == LO_OK || status == LO_UNABLE);
    }
    q_clear(e, 2, ring);
    fields_clear(z, 2, ring);
    lo_ring_clear(ring);
    close_family(f, m);
}

/* ---- generating fields --------------------------------------------------------------------------------- */

static void generators(lo_fields_t fields, lo_ring_t ring, lo_model_ptr *m, lo_family_ptr *f, const char *text)
{
    *f = open_family(m, text, LO_RELU_PATHS);
    assert_int_equal(lo_ring_init(ring, *f, ctx), LO_OK);
    lo_fields_init(fields);
    assert_int_equal(lo_fields_generate(fields, ring, ctx), LO_OK);
}

/* U V': the gradients of sum_k U_ik V_jk, one for each (i, j). */
static void test_generators_of_two_layers(void **state)
{
    (void) state;
    char text[200];
    for (slong n = 1; n <= 3; n++)
        for (slong r = 1; r <= 3; r++)
            for (slong cols = 1; cols <= 3; cols++) {
                lo_model_ptr m;
                lo_family_ptr f;
                lo_ring_t ring;
                lo_fields_t fields;
                lo_field_struct z[1];
                snprintf(text, sizeof(text), "param U[%ld,%ld], V[%ld,%ld]; input x[%ld]; output U*V'*x", (long) n,
                         (long) r, (long) cols, (long) r, (long) cols);
                generators(fields, ring, &m, &f, text);
                assert_int_equal(fields->n, n * cols);
                assert_int_equal(fields->parametric, 0);
                for (slong i = 0; i < n; i++)
                    for (slong j = 0; j < cols; j++) {
                        fields_init(z, 1, ring);
                        for (slong k = 0; k < r; k++) {
                            fmpz_mpoly_q_gen(z->c + i * r + k, n * r + j * r + k, ring->ctx);
                            fmpz_mpoly_q_gen(z->c + n * r + j * r + k, i * r + k, ring->ctx);
                        }
                        slong found = 0;
                        for (slong g = 0; g < fields->n; g++)
                            found += lo_field_equal(fields->fields + g, z, ring);
                        assert_int_equal(found, 1);
                        fields_clear(z, 1, ring);
                    }
                lo_fields_clear(fields, ring);
                lo_ring_clear(ring);
                close_family(f, m);
            }
}

static void test_numbers_of_generators(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        slong n;
        int parametric;
    } known[] = {
        { "input x[2]; net dense(3) -> dense(2) -> dense(3)", 6, 0 },         /* entries of the product */
        { "input x[2]; net dense(3) -> relu -> dense(2)", 12, 0 },            /* paths */
        { "input x[2]; net dense(3, bias) -> relu -> dense(2, bias)", 20, 0 }, /* 12, and 6 from biases, and 2 */
        { "param a, b, c; map z = a*b*c", 1, 0 },
        { "param a, b; map z = [a*b; 2*a*b; a^2 - b^2; a*b + a^2 - b^2]", 2, 0 }, /* dependent ones dropped */
        { "param a[3]; map z = sum(a.*a)^2", 1, 0 },
        { "param a, b; input x; output a*x/(1 + b*x)", 1, 1 },
        { "param a, b; input x; output 7", 0, 0 },
        { "coords x, y; field f = [1, y], g = [0, 0], h = [x, 0]", 2, 0 }, /* the zero field is left out */
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        lo_model_ptr m;
        lo_family_ptr f;
        lo_ring_t ring;
        lo_fields_t fields;
        generators(fields, ring, &m, &f, known[i].text);
        assert_int_equal(fields->n, known[i].n);
        assert_int_equal(fields->parametric, known[i].parametric);
        lo_fields_clear(fields, ring);
        lo_ring_clear(ring);
        close_family(f, m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_leibniz),
        cmocka_unit_test(test_bracket_is_the_commutator),
        cmocka_unit_test(test_antisymmetry_and_jacobi),
        cmocka_unit_test(test_bracket_of_multiples),
        cmocka_unit_test(test_bracket_is_natural),
        cmocka_unit_test(test_printed_fields_parse_back),
        cmocka_unit_test(test_printed_components_parse_back),
        cmocka_unit_test(test_aliasing),
        cmocka_unit_test(test_circles),
        cmocka_unit_test(test_term_limit),
        cmocka_unit_test(test_generators_of_two_layers),
        cmocka_unit_test(test_numbers_of_generators),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
