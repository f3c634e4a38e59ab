/* test_scale.c - what large models lean on: threads, spans in tiles, small primes, passes over monomials, relations.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "test_support.h"

#include "algebra/product.h"
#include "algebra/words.h"
#include "base/parallel.h"
#include "family/echelon.h"
#include "family/relations.h"
#include "law/propose.h"
#include "law/prove.h"
#include "law/search.h"

/* ---- tasks on threads ---------------------------------------------------------------------------------- */

typedef struct {
    long done[100], first_failure;
} tasks_struct;

static lo_status_t square_task(void *data, long task, long worker)
{
    tasks_struct *t = data;
    assert_true(worker >= 0 && worker < 8);
    t->done[task] = task * task;
    return task >= t->first_failure ? task % 2 ? LO_DOMAIN : LO_SYSTEM : LO_OK;
}

static void test_parallel_tasks(void **state)
{
    (void) state;
    for (ctx->threads = 1; ctx->threads <= 8; ctx->threads++)
        for (long failure = 0; failure <= 100; failure += 25) {
            tasks_struct t = { .first_failure = failure };
            lo_status_t status = lo_parallel(100, square_task, &t, ctx);
            assert_int_equal(status, failure == 100 ? LO_OK : failure % 2 ? LO_DOMAIN : LO_SYSTEM);
            for (long i = 0; i <= failure && i < 100; i++)
                assert_int_equal(t.done[i], i * i);
        }
    assert_int_equal(lo_parallel(0, square_task, NULL, ctx), LO_OK);
    assert_int_equal(lo_workers(5, NULL), 1);
    ctx->threads = 3;
    assert_int_equal(lo_workers(5, ctx), 3);
    assert_int_equal(lo_workers(2, ctx), 2);
    ctx->threads = 1; /* with more, the others may have done all before the first poll */
    volatile int stop = 1;
    tasks_struct t = { .first_failure = 100 };
    ctx->interrupt = &stop;
    assert_int_equal(lo_parallel(100, square_task, &t, ctx), LO_UNABLE);
    ctx->interrupt = NULL;
}

/* ---- spans --------------------------------------------------------------------------------------------- */

/* `rank` random rows and combinations of them, in any order. */
static void random_rows(nmod_mat_t m, slong rank)
{
    nmod_mat_t left, right;
    nmod_mat_init(left, m->r, rank, m->mod.n);
    nmod_mat_init(right, rank, m->c, m->mod.n);
    for (slong i = 0; i < m->r; i++)
        for (slong k = 0; k < rank; k++)
            nmod_mat_entry(left, i, k) = between(0, 2) == 0 ? lo_random_below(rnd, m->mod.n) : 0;
    for (slong i = 0; i < rank; i++)
        randomise(&nmod_mat_entry(right, i, 0), m->c, m->mod);
    nmod_mat_mul(m, left, right);
    nmod_mat_clear(left);
    nmod_mat_clear(right);
}

/* Large blocks, in tiles, on several threads: the rank of FLINT, the same bytes for every number of threads. */
static void test_span_on_threads(void **state)
{
    (void) state;
    static const struct {
        slong rows, cols, rank, block;
    } shape[] = { { 700, 600, 600, 256 }, { 600, 700, 350, 200 }, { 300, 1, 1, 300 },  { 1, 900, 1, 1 },
                  { 64, 40, 0, 13 },      { 900, 20, 20, 900 },   { 40, 1200, 40, 7 } };
    start(11);
    for (size_t i = 0; i < sizeof(shape) / sizeof(*shape); i++) {
        slong rows = shape[i].rows, cols = shape[i].cols;
        nmod_t mod;
        nmod_mat_t m;
        ulong *first = NULL;
        nmod_init(&mod, lo_prime(i % 2 ? 0 : LO_SMALL_PRIMES));
        nmod_mat_init(m, rows, cols, mod.n);
        random_rows(m, shape[i].rank);
        slong rank = nmod_mat_rank(m);
        ulong *orthogonal = lo_alloc((size_t) (3 * cols), sizeof(ulong));
        char *raised = lo_alloc((size_t) rows, 1), *raised_first = lo_alloc((size_t) rows, 1);
        for (long threads = 1; threads <= 3; threads++) {
            lo_span_t span;
            slong added;
            ctx->threads = threads;
            assert_int_equal(lo_span_init(span, cols, mod), LO_OK);
            for (slong k = 0; k < rows; k += shape[i].block) {
                slong n = k + shape[i].block < rows ? shape[i].block : rows - k;
                assert_int_equal(lo_span_add_block(&added, span, raised + k, &nmod_mat_entry(m, k, 0), n, ctx), LO_OK);
            }
            assert_int_equal(span->rank, rank);
            randomise(orthogonal, 3 * cols, mod);
            assert_int_equal(lo_span_orthogonal(orthogonal, 3, span, ctx), LO_OK);
            for (slong v = 0; v < 3; v++)
                for (slong r = 0; r < rows; r++)
                    assert_int_equal(lo_dot(orthogonal + v * cols, &nmod_mat_entry(m, r, 0), cols, mod), 0);
            ulong *all = lo_alloc((size_t) (rank * cols), sizeof(ulong));
            for (slong r = 0; r < rank; r++)
                lo_span_row(all + r * cols, span, r);
            if (threads == 1) {
                first = all;
                memcpy(raised_first, raised, (size_t) rows);
            } else {
                assert_memory_equal(all, first, (size_t) (rank * cols) * sizeof(ulong));
                assert_memory_equal(raised, raised_first, (size_t) rows);
                lo_free(all);
            }
            lo_span_clear(span);
        }
        slong count = 0;
        for (slong k = 0; k < rows; k++)
            count += raised[k];
        assert_int_equal(count, rank);
        ctx->threads = 1;
        lo_free(first);
        lo_free(raised);
        lo_free(raised_first);
        lo_free(orthogonal);
        nmod_mat_clear(m);
    }
}

/* An interrupt leaves the rank as it was. */
static void test_interrupted_span(void **state)
{
    (void) state;
    volatile int stop = 1;
    nmod_t mod;
    lo_span_t span;
    slong added;
    start(12);
    nmod_init(&mod, lo_prime(LO_SMALL_PRIMES));
    ulong *vectors = lo_alloc(600 * 600, sizeof(ulong));
    randomise(vectors, 600 * 600, mod);
    assert_int_equal(lo_span_init(span, 600, mod), LO_OK);
    assert_int_equal(lo_span_add_block(&added, span, NULL, vectors, 300, ctx), LO_OK);
    ctx->interrupt = &stop;
    assert_int_equal(lo_span_add_block(&added, span, NULL, vectors + 300 * 600, 300, ctx), LO_UNABLE);
    ctx->interrupt = NULL;
    assert_int_equal(span->rank, 300);
    assert_int_equal(added, 0);
    lo_span_zero(span);
    assert_int_equal(lo_span_add_block(&added, span, NULL, vectors, 600, ctx), LO_OK);
    assert_int_equal(span->rank, 600);
    lo_span_clear(span);
    lo_free(vectors);
}

/* ---- growth -------------------------------------------------------------------------------------------- */

/* Small primes, as in large spaces, and several threads: the same growth vector. */
static void test_small_primes_agree(void **state)
{
    (void) state;
    static const char *const models[] = {
        "input x[2]; net dense(3, bias) -> tanh -> dense(1)", "input x[2]; net dense(2, bias) -> gelu -> dense(1)",
        "input X[2,2]; net attention(heads=1, dim=2)", "input x[3]; net dense(3) -> layernorm -> dense(2)",
        "input x[2]; net dense(3, bias) -> relu -> dense(2)",
        "input x[2]; net dense(2) -> dense(3) -> dense(2)",
        "coords x, y, z; field u = [1, 0, -y]; field v = [0, 1, x]"
    };
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        lo_model_ptr m;
        lo_growth_t g[2];
        lo_family_ptr f = open_family(&m, models[i], LO_RELU_PATHS);
        for (int small = 0; small < 2; small++) {
            lo_growth_state_struct state_of;
            lo_growth_init(g[small]);
            g[small]->upper = f->p;
            lo_growth_state_init(&state_of, f, 0);
            state_of.prime = small ? LO_SMALL_PRIMES : 0;
            ctx->threads = small ? 3 : 1;
            assert_int_equal(lo_growth_run(g[small], &state_of, f, f->p, 4, 0, ctx), LO_OK);
            lo_growth_state_clear(&state_of);
        }
        ctx->threads = 1;
        assert_int_equal(g[0]->levels, g[1]->levels);
        assert_memory_equal(g[0]->growth, g[1]->growth, (size_t) g[0]->levels * sizeof(long));
        lo_growth_clear(g[0]);
        lo_growth_clear(g[1]);
        close_family(f, m);
    }
}

/* ---- relations ----------------------------------------------------------------------------------------- */

/* An echelon form against the rank of FLINT; the coefficients give back the vector. */
static void test_echelon_coefficients(void **state)
{
    (void) state;
    start(13);
    for (int round = 0; round < 200; round++) {
        slong n = between(1, 20), width = between(1, 16);
        nmod_mat_t m;
        lo_echelon_t e;
        ulong c[20], v[16];
        slong chosen[20];
        nmod_mat_init(m, n, width, lo_prime(round % 2 ? 0 : LO_SMALL_PRIMES));
        random_rows(m, between(1, n < width ? n : width));
        assert_int_equal(lo_echelon_init(e, width, n, m->mod), LO_OK);
        for (slong i = 0; i < n; i++) {
            const ulong *row = &nmod_mat_entry(m, i, 0);
            slong before = e->rank;
            int contained = lo_echelon_contains(c, e, row);
            _nmod_vec_zero(v, width);
            for (slong k = 0; contained && k < before; k++)
                _nmod_vec_scalar_addmul_nmod(v, &nmod_mat_entry(m, chosen[k], 0), width, c[k], m->mod);
            if (contained)
                assert_memory_equal(v, row, (size_t) width * sizeof(ulong));
            assert_int_equal(lo_echelon_add(e, row), LO_OK);
            assert_int_equal(e->rank, before + !contained);
            if (!contained)
                chosen[before] = i;
        }
        assert_int_equal(e->rank, nmod_mat_rank(m));
        lo_echelon_clear(e);
        nmod_mat_clear(m);
    }
}

/* The basis of class 0 for arguments that are polynomials without functions: its size is the rank of the arguments
 * together with 1, by one elimination over other points; and each argument is the combination that its row says, of
 * arguments whose rows are those of single elements. */
static void check_relations(const char *text)
{
    lo_model_ptr m;
    lo_engine_t e;
    lo_modpoint_t point;
    lo_family_ptr f = open_family(&m, text, LO_RELU_PATHS);
    assert_int_equal(lo_engine_init_any(e, f, 0, ctx), LO_OK);
    assert_int_equal(lo_modpoint_init(point, e), LO_OK);
    slong n = f->natoms, points = n + 6, arguments[64];
    const lo_class_struct *cl = e->relations->classes;
    nmod_mat_t values; /* columns: 1, then the arguments */
    nmod_mat_init(values, points, n + 1, e->mod.n);
    ulong *member = lo_alloc((size_t) lo_member_size(e), sizeof(ulong)), *out = lo_alloc((size_t) n, sizeof(ulong));
    for (slong k = 0; k < n; k++)
        arguments[k] = f->atoms[k].argument;
    for (slong i = 0; i < points; i++) {
        assert_int_equal(lo_modpoint_randomise(point, e), LO_OK);
        assert_int_equal(lo_member_randomise(member, e, point), LO_OK);
        assert_int_equal(lo_engine_nodes(out, e, arguments, n, point, member), LO_OK);
        nmod_mat_entry(values, i, 0) = 1;
        for (slong k = 0; k < n; k++)
            nmod_mat_entry(values, i, k + 1) = out[k];
    }
    assert_int_equal(cl->nbasis, nmod_mat_rank(values));
    slong *source = lo_alloc((size_t) cl->nbasis, sizeof(slong)); /* column of each element */
    for (slong k = n - 1; k >= 0; k--)
        if (cl->length[k] == 1 && cl->power[cl->first[k]] == cl->scale[cl->element[cl->first[k]]])
            source[cl->element[cl->first[k]]] = k + 1;
    source[0] = 0;
    for (slong k = 0; k < n; k++)
        for (slong i = 0; i < points; i++) {
            ulong sum = 0;
            int known = 1;
            for (slong t = cl->first[k]; t < cl->first[k] + cl->length[k]; t++) {
                slong b = cl->element[t], power = cl->power[t];
                known = known && (b == 0 || source[b] > 0);
                ulong c = nmod_mul(power < 0 ? nmod_neg((ulong) -power, e->mod) : (ulong) power,
                                   n_invmod((ulong) cl->scale[b], e->mod.n), e->mod);
                sum = nmod_add(sum, nmod_mul(c, nmod_mat_entry(values, i, source[b]), e->mod), e->mod);
            }
            if (known)
                assert_int_equal(sum, nmod_mat_entry(values, i, k + 1));
        }
    lo_free(source);
    lo_free(member);
    lo_free(out);
    nmod_mat_clear(values);
    lo_modpoint_clear(point);
    lo_engine_clear(e);
    close_family(f, m);
}

/* Random sums of exponentials of random combinations of a few linear forms, some of them the same or opposite. */
static void test_relations_of_random_models(void **state)
{
    (void) state;
    start(14);
    for (int round = 0; round < 40; round++) {
        char text[2000];
        size_t at = (size_t) snprintf(text, sizeof(text), "param a, b, c, d; input x[2]; output ");
        for (slong k = between(2, 9); k > 0; k--)
            at += (size_t) snprintf(text + at, sizeof(text) - at,
                                    "exp(%ld*a*x[1]/%ld + (%ld)*b*x[2] + (%ld)*a*b*x[1] + %ld/2*c)%s",
                                    (long) between(-2, 2), (long) between(1, 3), (long) between(-1, 1),
                                    (long) between(0, 1), (long) between(0, 1), k > 1 ? " + d*" : "");
        check_relations(text);
    }
    check_relations("input x[3]; net dense(4, bias) -> tanh -> dense(2)");
    check_relations("input X[2,2]; net attention(heads=2, dim=2)");
}

/* ---- monomials ----------------------------------------------------------------------------------------- */

static const char *const polynomial[] = {
    "param U[2,2], V[2,2]; input x[2]; output U*V'*x",
    "input x[2]; net dense(2) -> dense(1) -> dense(2)",
    "input x[2]; net dense(2, bias) -> relu -> dense(1)",
    "param A[2,2], B[2,2]; map z = A*B",
    "param a, b, c; map z = a*b*c + a*b",
    "param a, b, c, d; input x; output a*b*x/(c^2 + d^2)",
    "input x[2]; net dense(2) -> leaky_relu -> dense(2)",
};
#define NMODELS (sizeof(polynomial) / sizeof(polynomial[0]))

static int compare_blocks(const slong *a, const slong *b, slong n)
{
    return memcmp(a, b, (size_t) n * sizeof(slong));
}

/* In passes, on several threads: of the blocks of one pass those are missing that have no law, and their order stays. */
static void test_passes_over_monomials(void **state)
{
    (void) state;
    for (size_t i = 0; i < NMODELS; i++)
        for (int degree = 1; degree <= 3; degree++) {
            lo_model_ptr m;
            lo_search_t s;
            lo_monomials_t all;
            lo_family_ptr f = open_family(&m, polynomial[i], LO_RELU_PATHS);
            assert_int_equal(lo_search_init(s, f, 0, ctx), LO_OK);
            assert_int_equal(lo_monomials_init(all, s, degree, ctx), LO_OK);
            assert_false(all->skipped);
            for (slong most = 1; most < all->n; most = 3 * most + 1) {
                lo_monomials_t few;
                slong next = 0;
                ctx->threads = 1 + most % 3;
                assert_int_equal(lo_monomials_stream(few, s, degree, most, ctx), LO_OK);
                assert_false(few->skipped);
                for (slong b = 0; b < all->nblocks; b++) {
                    lo_polys_t laws;
                    slong dimension;
                    const lo_block_struct *x = all->blocks + b, *y = few->blocks + next;
                    if (next < few->nblocks && x->n == y->n &&
                        compare_blocks(all->vars + x->first * degree, few->vars + y->first * degree, x->n * degree) == 0) {
                        next++;
                        continue;
                    }
                    lo_polys_init(laws);
                    assert_int_equal(lo_search_block(laws, &dimension, s, all, b), LO_OK);
                    assert_int_equal(dimension, 0);
                    lo_polys_clear(laws);
                }
                assert_int_equal(next, few->nblocks);
                lo_monomials_clear(few);
            }
            long kept = ctx->limits->search_monomials; /* what is left out is said to be */
            ctx->limits->search_monomials = 1;
            lo_monomials_t singles;
            slong large = all->n > 0 ? all->blocks[all->nblocks - 1].n : 0;
            assert_int_equal(lo_monomials_stream(singles, s, degree, 1, ctx), LO_OK);
            assert_int_equal(singles->skipped, large > 1);
            ctx->limits->search_monomials = kept;
            ctx->threads = 1;
            lo_monomials_clear(singles);
            lo_monomials_clear(all);
            lo_search_clear(s);
            close_family(f, m);
        }
}

/* ---- proofs and proposals ------------------------------------------------------------------------------ */

/* Column sums under a softmax: the derivative of its denominator is a multiple of the denominator. With 30 rows
 * expansion would take minutes. */
static void check_softmax(const char *model, slong n)
{
    lo_model_ptr m;
    lo_search_t s;
    lo_prover_t prover;
    fmpz_t one;
    lo_family_ptr f = open_family(&m, model, LO_RELU_PATHS);
    assert_int_equal(lo_search_init(s, f, 0, ctx), LO_OK);
    assert_int_equal(lo_prover_init(prover, f, s->symbols), LO_OK);
    fmpz_init_set_ui(one, 1);
    for (slong column = 0; column < n; column += 1 + n / 4) {
        lo_poly_t h;
        lo_poly_init(h, 1);
        for (slong i = 0; i < n; i++) {
            slong v = n * i + column;
            assert_int_equal(lo_poly_push(h, one, &v, 1), LO_OK);
        }
        for (int law = 1; law >= 0; law--) {
            int proved;
            assert_int_equal(lo_tangent_prove(&proved, prover->tangent, h), LO_OK);
            assert_int_equal(proved, law);
            fmpz_set_si(h->coef + column, 2);
        }
        lo_poly_clear(h);
    }
    fmpz_clear(one);
    lo_prover_clear(prover);
    lo_search_clear(s);
    close_family(f, m);
}

static void test_softmax_is_proved_without_expansion(void **state)
{
    (void) state;
    start(5);
    check_softmax("input x[3]; net dense(3) -> softmax", 3);
    check_softmax("input x[30]; net dense(30) -> softmax", 30);
    check_softmax("input x[3]; net dense(3) -> layernorm -> softmax", 3);
}

/* Products in doubles against FLINT's, entries at their largest included, in sizes off the tiles. */
static void test_products_are_exact(void **state)
{
    (void) state;
    start(7);
    for (int round = 0; round < 12; round++) {
        static const slong primes[] = { 0, LO_SMALL_PRIMES, LO_SMALL_PRIMES + 1 };
        slong rows = between(1, 80), inner = between(1, 60), cols = between(1, 80);
        ulong q = round < 2 ? 3 : lo_prime(primes[round % 3]);
        nmod_mat_t a, b, c, d, expected;
        if (round == 10) {
            rows = 520;
            inner = 1500;
            cols = 530;
            q = lo_prime(LO_SMALL_PRIMES);
        }
        nmod_mat_init(a, rows, inner, q);
        nmod_mat_init(b, inner, cols, q);
        nmod_mat_init(c, rows, cols, q);
        nmod_mat_init(d, rows, cols, q);
        nmod_mat_init(expected, rows, cols, q);
        for (slong i = 0; i < rows * inner; i++)
            a->entries[i] = round % 2 == 0 ? q - 1 : (ulong) between(0, 1 << 30) % q;
        for (slong i = 0; i < inner * cols; i++)
            b->entries[i] = round % 2 == 0 ? q - 1 : (ulong) between(0, 1 << 30) % q;
        for (slong i = 0; i < rows * cols; i++)
            c->entries[i] = (ulong) between(0, 1 << 30) % q;
        nmod_mat_mul(d, a, b);
        nmod_mat_sub(expected, c, d);
        assert_int_equal(lo_subtract_product(c, a, b, round % 4 == 3 ? ctx : NULL), LO_OK);
        assert_true(nmod_mat_equal(c, expected));
        nmod_mat_clear(a);
        nmod_mat_clear(b);
        nmod_mat_clear(c);
        nmod_mat_clear(d);
        nmod_mat_clear(expected);
    }
}

/* Two routes: the structural analysis claims that its laws hold and are independent; as proposals they are proved one by
 * one, and their gradients have that rank. Every kind of group occurs. */
static void test_proposals_of_the_structure(void **state)
{
    (void) state;
    static const char *const models[] = {
        "input x[3]; net dense(4, bias) -> relu -> dense(3) -> dense(2)",
        "input X[2,3]; net layernorm -> attention(heads=2, dim=2)",
        "input X[2,3]; net residual(layernorm(affine) -> attention(heads=1, dim=2, causal, bias)) -> softmax",
        "input x[2,5]; net conv1d(3, 2) -> relu -> conv1d(2, 2) -> flatten -> dense(2)",
        "param U[2,2], V[2,3], c[2]; input x[3]; output softmax(U*(V*x))",
    };
    start(6);
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        lo_model_ptr m;
        lo_structure_t structure;
        lo_collection_t laws;
        lo_family_ptr f = open_family(&m, models[i], LO_RELU_PATHS);
        lo_structure_init(structure);
        assert_int_equal(lo_structure_analyse(structure, m, ctx), LO_OK);
        assert_true(structure->found > 0);
        assert_int_equal(lo_collection_init(laws, f, ctx), LO_OK);
        assert_int_equal(lo_propose_structure(laws, f, ctx), LO_OK);
        assert_int_equal(lo_collection_flush(laws), LO_OK);
        assert_int_equal(laws->n, structure->found);
        assert_int_equal(laws->unproved, 0);
        lo_collection_clear(laws);
        lo_structure_clear(structure);
        close_family(f, m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_softmax_is_proved_without_expansion),
        cmocka_unit_test(test_products_are_exact),
        cmocka_unit_test(test_proposals_of_the_structure),
        cmocka_unit_test(test_parallel_tasks),
        cmocka_unit_test(test_span_on_threads),
        cmocka_unit_test(test_interrupted_span),
        cmocka_unit_test(test_small_primes_agree),
        cmocka_unit_test(test_echelon_coefficients),
        cmocka_unit_test(test_relations_of_random_models),
        cmocka_unit_test(test_passes_over_monomials),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
