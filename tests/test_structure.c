/* test_structure.c - the structural route against the scalar one, on models that both can read.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "test_support.h"

#include "law/search.h"
#include "law/structure.h"

#include <dirent.h>

#define PRIME UWORD(2305843009213693951)

/* The rows of weights of diagonal laws, modulo a prime. */
typedef struct {
    slong n, p;
    ulong *weight; /* n x p */
} weights_struct;

static ulong *push_row(weights_struct *w)
{
    w->weight = lo_realloc(w->weight, (size_t) ((w->n + 1) * w->p + 1), sizeof(ulong));
    assert_non_null(w->weight);
    ulong *row = w->weight + w->n++ * w->p;
    memset(row, 0, (size_t) w->p * sizeof(ulong));
    return row;
}

static slong rank_of(const weights_struct *a, const weights_struct *b)
{
    nmod_mat_t m;
    slong n = a->n + (b != NULL ? b->n : 0);
    nmod_mat_init(m, n, a->p, PRIME);
    for (slong i = 0; i < n; i++)
        for (slong j = 0; j < a->p; j++)
            nmod_mat_entry(m, i, j) = i < a->n ? a->weight[i * a->p + j] : b->weight[(i - a->n) * a->p + j];
    slong rank = nmod_mat_rank(m);
    nmod_mat_clear(m);
    return rank;
}

static void add_slab(ulong *row, const lo_symbol_struct *symbol, const lo_slab_struct *slab, nmod_t mod)
{
    slong index[LO_MAX_RANK] = { 0 };
    for (slong e = 0; e < symbol->size; e++) {
        int inside = 1;
        for (int a = 0; a < symbol->shape.rank; a++)
            inside = inside && index[a] >= slab->first[a] && index[a] <= slab->last[a];
        if (inside)
            row[symbol->offset + e] =
                nmod_add(row[symbol->offset + e], fmpz_fdiv_ui(&slab->coef, mod.n), mod);
        lo_unit_next(index, &symbol->shape, 15);
    }
}

/* Unit laws of the structure, and the square of each entry that is a law by itself. */
static void weights_of_structure(weights_struct *out, const lo_structure_struct *s)
{
    const lo_structure_laws_struct *l = s->laws;
    nmod_t mod;
    nmod_init(&mod, PRIME);
    for (slong k = 0; k < l->nlaws; k++) {
        ulong *row = push_row(out);
        for (slong i = 0; i < l->laws[k].n; i++) {
            const lo_slab_struct *slab = l->slabs + l->laws[k].start + i;
            add_slab(row, l->work->model->symbols + slab->symbol, slab, mod);
        }
    }
}

static void weights_of_entries(weights_struct *out, const lo_structure_struct *s)
{
    const lo_structure_laws_struct *l = s->laws;
    for (slong g = 0; g < l->ngroups; g++) {
        const lo_symbol_struct *symbol = l->work->model->symbols + l->groups[g].symbol;
        for (slong e = 0; l->groups[g].kind == LO_GROUP_ENTRIES && e < symbol->size; e++)
            push_row(out)[symbol->offset + e] = 1;
    }
}

static void weights_of_scalars(weights_struct *out, const lo_family_struct *family)
{
    lo_polys_t list;
    nmod_t mod;
    nmod_init(&mod, PRIME);
    lo_polys_init(list);
    assert_int_equal(lo_search_units(list, family), LO_OK);
    for (slong i = 0; i < list->n; i++) {
        ulong *row = push_row(out);
        for (slong k = 0; k < list->f[i].nterms; k++)
            row[list->f[i].vars[k * list->f[i].stride]] = fmpz_fdiv_ui(list->f[i].coef + k, mod.n);
    }
    lo_polys_clear(list);
}

static slong compared, exact_ones, complete_ones;

/* Unit laws of both routes: the same span where the structure claims that nothing is missing, else a part
 * of it. */
static void compare_units(const char *text)
{
    lo_model_ptr m = NULL;
    lo_family_ptr f = NULL;
    lo_structure_t s;
    if (lo_model_read(&m, text, strlen(text), "test", ctx) != LO_OK)
        fail_msg("%s\n%s", text, lo_ctx_message(ctx));
    lo_structure_init(s);
    if (lo_model_kind(m) == LO_MODEL_NETWORK && lo_family_build(&f, m, LO_RELU_PATHS, ctx) == LO_OK &&
        lo_structure_analyse(s, m, ctx) == LO_OK) {
        weights_struct a = { 0, lo_model_parameters(m), NULL }, b = a;
        weights_of_structure(&a, s);
        slong own = a.n;
        if (rank_of(&a, NULL) != own)
            fail_msg("%s\nunit laws depend on one another", text);
        weights_of_scalars(&b, f);
        weights_of_entries(&a, s);
        weights_of_entries(&b, s);
        slong ra = rank_of(&a, NULL), rb = rank_of(&b, NULL), both = rank_of(&a, &b);
        if (both != rb || (s->exact && ra != rb))
            fail_msg("%s\nstructure %ld (exact %d: %s), scalars %ld, together %ld", text, (long) ra, s->exact,
                     s->exact ? "" : ((lo_structure_laws_struct *) s->laws)->work->inexact, (long) rb,
                     (long) both);
        compared++;
        exact_ones += s->exact;
        complete_ones += s->complete == LO_TRUE;
        lo_free(a.weight);
        lo_free(b.weight);
    }
    lo_structure_clear(s);
    lo_family_free(f);
    lo_model_free(m);
}

static void compare_file(const char *path)
{
    char text[65536];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t n = fread(text, 1, sizeof(text) - 1, file);
    text[n] = '\0';
    fclose(file);
    compare_units(text);
}

static void compare_directory(const char *path)
{
    DIR *directory = opendir(path);
    if (directory == NULL)
        return;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        char name[4096];
        size_t length = strlen(entry->d_name);
        snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        if (length > 3 && strcmp(entry->d_name + length - 3, ".lo") == 0)
            compare_file(name);
    }
    closedir(directory);
}

static void test_units_of_files(void **state)
{
    (void) state;
    const char *models = getenv("MODELS");
    char cases[4096];
    if (models == NULL)
        skip();
    snprintf(cases, sizeof(cases), "%s/../tests/cases", models);
    compared = exact_ones = complete_ones = 0;
    compare_directory(models);
    compare_directory(cases);
    print_message("%ld files, %ld exact, %ld complete\n", (long) compared, (long) exact_ones,
                  (long) complete_ones);
    assert_true(compared > 20);
}

/* Random networks of stages. */
static size_t random_stages(char *out, size_t size, int layout, slong stages)
{
    static const char *const acts[] = { "relu", "leaky_relu", "tanh", "gelu", "relu", "silu" };
    size_t n = 0;
#define ADD(...) n += (size_t) snprintf(out + n, size - n, __VA_ARGS__)
    for (slong k = 0; k < stages; k++) {
        if (k > 0)
            ADD(" -> ");
        switch (between(0, layout == 1 ? 7 : 5)) {
        case 0:
        case 1:
            ADD("dense(%ld%s)", (long) between(2, 4), between(0, 1) ? ", bias" : "");
            break;
        case 2:
            ADD("%s", acts[between(0, 5)]);
            break;
        case 3:
            ADD("residual(dense(3%s) -> %s -> dense(%d))", between(0, 1) ? ", bias" : "", acts[between(0, 5)],
                4);
            break;
        case 4:
            ADD("%s", between(0, 1) ? "layernorm(affine)" : "rmsnorm(affine)");
            break;
        case 5:
            ADD("glu(%ld, %s)", (long) between(2, 4), acts[between(0, 5)]);
            break;
        default:
            ADD("attention(heads=%ld, dim=%ld%s%s)", (long) between(1, 2), (long) between(1, 2),
                between(0, 1) ? ", causal" : "", between(0, 2) == 0 ? ", linear" : "");
            break;
        }
    }
    return n;
}

static void random_image_net(char *out, size_t size)
{
    size_t n = 0;
    slong channels = between(1, 2), length = between(5, 7);
    ADD("input x[%ld,%ld,%ld]; net ", (long) channels, (long) length, (long) length);
    for (slong k = between(1, 3); k > 0; k--) {
        slong kernel = between(1, 3), pad = between(0, 1), stride = between(1, 2);
        ADD("conv2d(%ld, %ld, stride=%ld, pad=%ld%s)%s -> ", (long) between(1, 3), (long) kernel,
            (long) stride, (long) (kernel > 1 ? pad : 0), between(0, 1) ? ", bias" : "",
            between(0, 3) > 0 ? " -> relu" : "");
    }
    ADD("flatten -> dense(2)");
}

static int reads(const char *text)
{
    lo_model_ptr m = NULL;
    lo_status_t status = lo_model_read(&m, text, strlen(text), "test", ctx);
    lo_model_free(m);
    return status == LO_OK;
}

static void test_units_of_random_networks(void **state)
{
    (void) state;
    char text[4096];
    start(31);
    compared = exact_ones = complete_ones = 0;
    for (slong trial = 0; trial < (getenv("LIEORBIT_LONG") != NULL ? 5000 : 400); trial++) {
        int layout = (int) between(0, 2);
        size_t n = 0;
        if (layout == 2) {
            random_image_net(text, sizeof(text));
        } else {
            n = (size_t) snprintf(text, sizeof(text),
                                  layout == 0 ? "input x[%ld]; net " : "input x[3,%ld]; net ",
                                  (long) between(2, 4));
            random_stages(text + n, sizeof(text) - n, layout, between(1, 5));
        }
        if (reads(text))
            compare_units(text);
    }
    print_message("%ld networks, %ld exact, %ld complete\n", (long) compared, (long) exact_ones,
                  (long) complete_ones);
    assert_true(compared > 50);
}

/* Expressions: tied weights, slices, products of weights, masks, joins, parameters used entry by entry. */
static void test_units_of_expressions(void **state)
{
    (void) state;
    static const char *const texts[] = {
        "param U[2,3]; input x[2]; output U*U'*x",
        "param U[3,3]; input x[3]; output relu(U*relu(U*x))",
        "param A[2,3], B[3,4]; input x[4]; output A*B*x",
        "param A[2,3], B[3,4], C[2,4]; input x[4]; output (A*B + C)*x",
        "param P[3,4], W[2,4]; input X[3,4]; output relu((X .* P)*W')",
        "param P[3,4], W[2,4]; input X[3,4]; output relu((X + P)*W')",
        "param P[3,4], W[2,4]; input X[3,4]; output (X .* P .* P)*W'",
        "param W[4,3], V[2,2]; input x[3]; let h = relu(W*x); output V*h[1:2] + V*h[3:4]",
        "param W[4,3], V[2,2]; input x[3]; let h = relu(W*x); output V*h[2:3]",
        "param u[3], v[3], W[3,3]; input x[3]; output diag(u)*W*diag(v)*x",
        "param W[3,3]; input x[3]; output trace(W)*x",
        "param W[3,3], u[3]; input x[3]; output dot(diag(W) .* u, x)",
        "param W[3,2], V[3,2]; input x[2]; output vstack(relu(W*x), V*x)",
        "param W[3,2], V[2,6]; input x[2]; output V*vstack(relu(W*x), W*x)",
        "param a, b, c; input x; output a*b*c*x + (a*b)^2*x^2",
        "param a, b; input x; output a*x/b",
        "param w[2], v[2]; input x[2]; output sqrt(dot(w, x)) * v",
        "param u[2], v[2], w[3]; input x[2]; output dot(u .* v, x)",
        "param u[2], v[2], w[3]; input x[2]; output layernorm(u + v) .* x",
        "param W[4,2], b[4], V[2,4]; input x[2]; output V*layernorm(W*x + b)",
        "param W[4,2], V[2,4]; input x[2]; output V*rmsnorm(W*x)",
        "param Q[2,3], K[2,3]; input X[3,3]; output softmax(X*Q'*K*X')*X",
        "param W[2,3], V[2,3]; input X[3,3]; output softmax(X*W') + softmax(X*V')",
        "param W[6,2], K[2,1,2]; input x[2]; output conv1d(reshape(relu(W*x), 1, 6), K)",
        "param W[6,2], K[2,1,2]; input x[2]; output conv1d(reshape(relu(W*x), 1, 6), K, stride=2)",
        "param W[6,2], K[2,2,1]; input x[2]; output conv1d(reshape(relu(W*x), 2, 3), K)",
        "param K[1,1,3], L[2,1,2]; input x[1,5]; output conv1d(conv1d(x, K, pad=2), L)",
        "param K[2,1,5]; input x[1,2]; output conv1d(x, K, pad=2)",
        "param W[4,2], V[2,2]; input x[2]; output V*maxpool(W*x, 2)",
        "param W[4,2], V[2,2]; input x[2]; output V*avgpool(relu(W*x), 2)",
        "param U[2,2], V[2,2], c; input x[2]; output (U + c*V)*x",
        "param W[2,2]; frozen A[2,2]; input x[2]; output A*W*x",
        "param W[2,2], V[2,2]; frozen A[2,2]; input x[2]; output W*A*relu(V*x)",
        "param W[2,2]; input x[2]; output 0*W*x + x",
        "param a[2], b[2]; input x[2]; output [a[1]*b[1], a[2]; b[2], 1]*x",
        "param a[3]; input x[3]; output relu(a .* x) - relu(a .* x)",
        "param W[3,2], V[2,3]; input x[2]; output V*(W*x).^3",
        "param W[3,2], V[2,3]; input x[2]; output V*(W*x).^(-1)",
        "param a[4], b[4]; input x[4]; output dot(reshape(a, 2, 2)*reshape(b, 2, 2)*[1;1], x[1:2])",
        "param P[2,2,2], Q[2,2,2], W[2,8]; input x[8]; output W*flatten(reshape(x,2,2,2) .* P .* Q)",
    };
    compared = exact_ones = complete_ones = 0;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        compare_units(texts[i]);
    print_message("%ld of %ld expressions, %ld exact, %ld complete\n", (long) compared,
                  (long) (sizeof(texts) / sizeof(texts[0])), (long) exact_ones, (long) complete_ones);
}

/* Whatever allocation fails, the answer is LO_SYSTEM or right, and nothing leaks. */
static void test_short_memory(void **state)
{
    (void) state;
    static const char *const texts[] = {
        "input X[3,4]; net residual(layernorm(affine) -> attention(heads=2, dim=2, causal)) -> dense(3, "
        "bias) -> layernorm",
        "input x[2,6,6]; net conv2d(3, 3, bias, pad=1) -> relu -> maxpool(3, stride=2) -> flatten -> "
        "dense(2, bias)",
        "param P[3,4], W[2,4], a[3]; input X[3,4]; output vstack(relu((X .* P .* P)*W'), "
        "sqrt(a[1]*X[1:2,1:2]))",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        lo_model_ptr m = NULL;
        lo_structure_t s;
        uint64_t found = 0;
        if (lo_model_read(&m, texts[i], strlen(texts[i]), "test", ctx) != LO_OK)
            fail_msg("%s", lo_ctx_message(ctx));
        lo_structure_init(s);
        assert_int_equal(lo_structure_analyse(s, m, ctx), LO_OK);
        found = s->found;
        lo_structure_clear(s);
        lo_status_t status = LO_SYSTEM;
        for (long n = 1; status == LO_SYSTEM; n++) {
            lo_structure_init(s);
            lo_alloc_fail_at(n);
            status = lo_structure_analyse(s, m, ctx);
            lo_alloc_fail_at(0);
            if (status == LO_OK)
                assert_int_equal(s->found, found);
            else
                assert_int_equal(status, LO_SYSTEM);
            lo_structure_clear(s);
        }
        lo_model_free(m);
    }
}

/* Laws of matrix units, invisible directions and unread entries, counted by hand. */
static void test_counts(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        uint64_t units, found;
        int complete;
    } rows[] = {
        { "input x[3]; net dense(4, bias) -> relu -> dense(2, bias)", 4, 4, 1 },
        { "input x[5]; net dense(4) -> dense(3)", 4, 10, 0 },       /* 4*5/2 */
        { "input x[2]; net dense(3) -> softmax", 0, 2, 0 },         /* column sums */
        { "input x[2]; net dense(3, bias) -> layernorm", 1, 4, 0 }, /* scale, column sums, sum of b */
        { "input X[4,3]; net attention(heads=2, dim=2, causal)", 8, 12, 0 }, /* 2 heads, 2 pairs, 2*3/2 */
        { "input x[2,5]; net conv1d(3, 2) -> conv1d(2, 2) -> relu -> flatten -> dense(1)", 5, 8,
          0 }, /* 3*4/2 + 2 */
        { "param U[3,3]; input x[3]; output U*U'*x", 0, 0, 0 },
        { "param u[4], w[3]; input x[3]; output dot(w, x)", 0, 4, 1 }, /* u is not used */
        { "input x[2]; net dense(3, bias) -> relu -> residual(dense(2, bias) -> relu -> dense(3, bias)) -> "
          "relu -> dense(1)",
          5, 5, 1 },
        { "input x[1,6,6]; net conv2d(2, 3, pad=1, bias) -> relu -> maxpool(3, stride=2, pad=1) -> flatten "
          "-> dense(2)",
          2, 2, 1 },
        { "param W[2,2], V[2,2]; input x[2]; output V*relu(W*x) + V*relu(-(W*x))", 2, 2,
          0 }, /* tied: no claim */
        { "param W[3,2], V[2,3]; input x[2]; let h = W*x; output V*vstack(relu(h[1:2]), relu(h[2:2]))", 3, 3,
          0 },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        lo_model_ptr m = NULL;
        lo_structure_t s;
        if (lo_model_read(&m, rows[i].text, strlen(rows[i].text), "test", ctx) != LO_OK)
            fail_msg("%s", lo_ctx_message(ctx));
        lo_structure_init(s);
        assert_int_equal(lo_structure_analyse(s, m, ctx), LO_OK);
        if (s->unit_laws != rows[i].units || s->found != rows[i].found ||
            (s->complete == LO_TRUE) != rows[i].complete)
            fail_msg("%s\n%ld units, %ld laws, complete %d", rows[i].text, (long) s->unit_laws,
                     (long) s->found, (int) s->complete);
        lo_structure_clear(s);
        lo_model_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_short_memory),
        cmocka_unit_test(test_units_of_expressions),
        cmocka_unit_test(test_units_of_files),
        cmocka_unit_test(test_units_of_random_networks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
