/* test_model_errors.c - the model room: everything that is refused, limits, failing allocation.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * tests/bad/expected.tsv lists malformed models: file, exit status class, what the message
 * contains.
 */
#include "model_sketch.h"

/* the table of bad models */

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("cannot open %s", path);
    char *text = malloc(1 << 20);
    assert_non_null(text);
    *length = fread(text, 1, (1 << 20) - 1, file);
    text[*length] = '\0';
    fclose(file);
    return text;
}

/* The directory tests/bad: below $srcdir, as automake gives it, or below the current directory. */
static const char *bad_path(char *buffer, size_t size, const char *name)
{
    const char *top = getenv("srcdir");
    snprintf(buffer, size, "%s/tests/bad/%s", top != NULL ? top : ".", name);
    return buffer;
}

static void test_bad_models(void **state)
{
    (void) state;
    char path[1000], name[200], part[400];
    size_t length;
    int status_class, count = 0, used;
    char *table = read_file(bad_path(path, sizeof(path), "expected.tsv"), &length);
    for (char *line = strtok(table, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (line[0] == '#')
            continue;
        assert_int_equal(sscanf(line, "%199[^\t]\t%d\t%n", name, &status_class, &used), 2);
        snprintf(part, sizeof(part), "%s", line + used);
        size_t size;
        char *text = read_file(bad_path(path, sizeof(path), name), &size);
        lo_ctx_t ctx;
        lo_model_ptr model;
        init(ctx);
        lo_status_t status = lo_model_read(&model, text, size, name, ctx);
        lo_status_t wanted = status_class == 3 ? LO_INPUT : LO_UNABLE;
        if (status != wanted || strstr(lo_ctx_message(ctx), part) == NULL)
            fail_msg("%s: status %u\n%s\nwanted %u: %s", name, status, lo_ctx_message(ctx), wanted,
                     part);
        check_message_form(lo_ctx_message(ctx), name);
        assert_null(model);
        lo_ctx_clear(ctx);
        free(text);
        count++;
    }
    assert_true(count >= 80);
    free(table);
}

static void test_whole_message(void **state)
{
    (void) state;
    refused("param U[3,2], V[3,2]\n\toutput relu(U*V) # no transpose\n", LO_INPUT,
            "t:2:15: error: `U*V`: 3\xC3\x97"
            "2 times 3\xC3\x97"
            "2, the inner sizes differ; did you mean `U*V'`?\n"
            "\toutput relu(U*V) # no transpose\n\t             ^");
    refused("model \"\xCE\xB8\"; output w", LO_INPUT, "t:1:19: error: unknown name `w`");
    refused("param a\r\noutput b\r\n", LO_INPUT,
            "t:2:8: error: unknown name `b`\noutput b\n       ^");
}

/* limits: every one is named with its number */

static void test_limits(void **state)
{
    (void) state;
    lo_ctx_t ctx;
    init(ctx);
    ctx->limits->source_bytes = 20;
    refused_by(ctx, "param a; output a + a*a", LO_UNABLE, "limit `source_bytes`: 20");
    lo_limits_default(ctx->limits);
    ctx->limits->tokens = 5;
    refused_by(ctx, "param a; output a + a*a", LO_UNABLE, "limit `tokens`: 5");
    lo_limits_default(ctx->limits);
    ctx->limits->depth = 3;
    refused_by(ctx, "param a; output ((((a))))", LO_UNABLE, "limit `depth`: 3");
    lo_limits_default(ctx->limits);
    ctx->limits->parameters = 3;
    refused_by(ctx, "param U[2,2]; output U", LO_UNABLE, "limit `parameters`: 3");
    refused_by(ctx, "input x[2]; net dense(1) -> dense(2)", LO_UNABLE, "limit `parameters`: 3");
    lo_limits_default(ctx->limits);
    ctx->limits->entries = 8;
    refused_by(ctx, "param u[3]; output u*u'", LO_UNABLE, "limit `entries`: 8");
    refused_by(ctx, "param u[3]; input X[3,3]; output X*u", LO_UNABLE, "limit `entries`: 8");
    lo_limits_default(ctx->limits);
    ctx->limits->exponent = 5;
    refused_by(ctx, "param a; output a^6", LO_UNABLE, "limit `exponent`: 5");
    lo_limits_default(ctx->limits);
    ctx->limits->digits = 5;
    refused_by(ctx, "param a; output a*1234567", LO_UNABLE, "limit `digits`: 5");
    refused_by(ctx, "param a; output a*1e7", LO_UNABLE, "limit `digits`: 5");
    refused_by(ctx, "param a; output a*(99999*99999)", LO_UNABLE, "limit `digits`: 5");
    lo_limits_default(ctx->limits);
    ctx->limits->graph_nodes = 4;
    refused_by(ctx, "param a; output a*a + a*a*a + a^7", LO_UNABLE, "limit `graph_nodes`: 4");
    lo_ctx_clear(ctx);
}

static char *repeat(const char *head, const char *part, long times, const char *tail)
{
    size_t n = strlen(part), h = strlen(head);
    char *text = malloc(h + n * (size_t) times + strlen(tail) + 1);
    assert_non_null(text);
    strcpy(text, head);
    for (long i = 0; i < times; i++)
        memcpy(text + h + n * (size_t) i, part, n);
    strcpy(text + h + n * (size_t) times, tail);
    return text;
}

static void repeated(const char *head, const char *part, long times, const char *tail,
                     lo_status_t wanted, const char *message)
{
    char *text = repeat(head, part, times, tail);
    if (wanted == LO_OK)
        accepted(text);
    else
        refused(text, wanted, message);
    free(text);
}

static void test_long_chains(void **state)
{
    (void) state;
    repeated("param a; output 1", "+1", 150000, "", LO_OK, "");
    repeated("param a; output a", "+a", 150000, "", LO_OK, "");
    repeated("param a; output a", "*a", 150000, "", LO_OK, "");
    repeated("param a; output a", "'", 150000, "", LO_OK, "");
    repeated("param a[1]; output a", "[1]", 100000, "", LO_OK, "");
    repeated("param a; output ", "-", 300001, "a", LO_OK, "");
    repeated("param a; output a", "/2", 150000, "", LO_OK, "");
    repeated("param a; output [a", ",a", 150000, "]", LO_OK, "");
    repeated("input x[2]; net relu", "->relu", 100000, "->dense(1)", LO_OK, "");
    repeated("param a; output a", "\n", 1000000, "", LO_OK, "");
    repeated("param a; output a", ";", 300000, "", LO_OK, "");
    repeated("param a; output a\n#", "x", 1000000, "", LO_OK, "");
    repeated("param a; output a", " ", 1000000, "", LO_OK, "");
    repeated("param ", "x", 1000000, "; output 1", LO_OK, "");
    repeated("param ", "x", 1000000, "; output y", LO_INPUT, "unknown name `y`");
    repeated("param a; output ", "x", 1000000, "", LO_INPUT, "unknown name `xxxx");
    repeated("param a; output a", "+a*a", 300000, "", LO_UNABLE, "limit `tokens`: 400000");
    repeated("param a; output a", "^2", 100000, "", LO_INPUT, "unexpected `^`");
    repeated("", "(", 300000, "", LO_INPUT, "unexpected `(`");
    repeated("param a; output ", "(", 300000, "", LO_UNABLE, "limit `depth`: 200");
    repeated("param a; output ", "-(", 300000, "", LO_UNABLE, "limit `depth`: 200");
    repeated("param a; output ", "a[", 300000, "", LO_UNABLE, "limit `depth`: 200");
    repeated("param a; output ", "a^(", 300000, "", LO_UNABLE, "limit `depth`: 200");
    repeated("input x[2]; net ", "residual(", 300000, "", LO_UNABLE, "limit `depth`: 200");
    repeated("param a; flow ", "decay(1)+", 60000, "gradient; output a", LO_INPUT,
             "`decay` is there twice");
    repeated("param a; output a; at a = 0", "+1", 150000, "", LO_OK, "");
    repeated("param a; output 1e", "9", 1000000, "", LO_UNABLE, "limit `digits`");
    repeated("param a; output ", "9", 1000000, "", LO_UNABLE, "limit `digits`");
    repeated("param a; let b = 3", "*3", 100000, "; output b", LO_UNABLE, "limit `digits`");
    repeated("", "\"", 300000, "", LO_INPUT, "expected a statement");
}

static void test_raised_limits(void **state)
{
    (void) state;
    lo_ctx_t ctx;
    init(ctx);
    ctx->limits->tokens = 2000000;
    ctx->limits->depth = 1000000; /* more than the reader's own bound */
    char *text = repeat("param a; output a", "+a", 300000, "");
    lo_model_free(read_or_fail(text, ctx));
    free(text);
    text = repeat("param a; output ", "1+2*a^(", 499, "");
    refused_by(ctx, text, LO_INPUT, "is never closed");
    free(text);
    text = repeat("param a; output ", "exp(a*", 501, "");
    refused_by(ctx, text, LO_UNABLE, "limit `depth`: 500");
    free(text);
    char *front = repeat("param a; output ", "-1+2*exp(a+[1,", 249, "a");
    text = repeat(front, "][1])", 249, "");
    lo_model_free(read_or_fail(text, ctx));
    free(text);
    free(front);
    lo_ctx_clear(ctx);
}

static void test_growth_is_bounded(void **state)
{
    (void) state;
    /* doubling by names: the graph stays small, the value would not */
    char text[20000] = "param v[2]\nlet a0 = v\n";
    for (int i = 1; i <= 60; i++)
        sprintf(text + strlen(text), "let a%d = concat(a%d, a%d)\n", i, i - 1, i - 1);
    strcat(text, "output a60");
    refused(text, LO_UNABLE, "limit `entries`");
    strcpy(text, "param p\nlet a0 = 3\n");
    for (int i = 1; i <= 60; i++)
        sprintf(text + strlen(text), "let a%d = a%d*a%d\n", i, i - 1, i - 1);
    strcat(text, "output a60*p");
    refused(text, LO_UNABLE, "limit `digits`");
    strcpy(text, "param p\nlet a0 = p\n");
    for (int i = 1; i <= 60; i++)
        sprintf(text + strlen(text), "let a%d = a%d*a%d\n", i, i - 1, i - 1);
    strcat(text, "output a60");
    accepted(text); /* p^(2^60) is 60 nodes */
    strcpy(text, "param A[200,200]\noutput A\nlet d = diag([1");
    for (int i = 1; i < 200; i++)
        strcat(text, ",1");
    strcat(text, "])\nat A = d*d*d*d");
    refused(text, LO_UNABLE, "limit `point_entries`");
    accepted("param w; input X[4000,1000]; output w*X");
    /* a bias on many rows is a few joins, not a list of all rows */
    accepted("input X[10000000000,1]; net dense(1, bias) -> tanh -> dense(1, bias)");
    lo_ctx_t ctx;
    init(ctx);
    ctx->limits->graph_nodes = 10000;
    ctx->limits->tokens = 3000;
    refused_by(ctx, "input X[2,2]; net repeat(1000000000000, flatten)", LO_UNABLE, "limit `tokens`");
    refused_by(ctx, "input x[2]; net repeat(1000000, repeat(1000000, dense(2)))", LO_UNABLE, "limit `tokens`");
    refused_by(ctx, "input X[2,2]; net repeat(1000, attention(heads=1000000000, dim=1))", LO_UNABLE,
               "limit `graph_nodes`");
    lo_ctx_clear(ctx);
}

/* the N-th allocation fails, for every N */

static void test_failing_allocation(void **state)
{
    (void) state;
    static const char *const texts[] = {
        "model \"m\"\nparam U[3,2], V[3,2], c; input x[3]; let h = V'*x\noutput c*U*relu(h + [1, "
        "c/2])",
        ("input x[2]; net dense(3, bias) -> relu -> residual(dense(3) -> gelu) -> "
         "layernorm(affine) -> dense(1)\n"
         "flow momentum(tau=3/t) + mirror(W1, b1)\nat b1 = 2*[1,2,3]"),
        "input X[3,2]; net attention(heads=2, dim=1, kv_groups=1, causal) -> glu(2, silu) -> "
        "rmsnorm(affine)",
        "input x[2,6]; net conv1d(3, 2, stride=2, pad=1, bias) -> maxpool(2) -> flatten -> softmax "
        "-> dense(2)",
        "input x[2,4,4]; let h = layers(x, conv2d(2, 3, pad=1) -> batchnorm(affine)); output layers(h, "
        "repeat(2, residual(maxpool(3, stride=1, pad=1), conv2d(2, 1))) -> flatten -> dense(1))",
        "coords x, y, z; field f = [1, 0, -y/2], g = [0, 1, x/2]; at x = 1/3, z = 1",
        "param a, b; map phi = [a*b, a^2 - b^2]; flow metric([a, b]) + decay(lambda)",
        "param U[2,2]; input x[2]; output U*y", /* an error on the way */
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        lo_status_t status = LO_SYSTEM;
        long n = 1;
        lo_ctx_t ctx;
        init(ctx);
        lo_model_ptr model = NULL;
        for (; n < 20000; n++) {
            lo_alloc_fail_at(n);
            status = lo_model_read(&model, texts[i], strlen(texts[i]), "t", ctx);
            lo_alloc_fail_at(0);
            assert_true((status == LO_OK) == (model != NULL));
            if (status != LO_SYSTEM && lo_ctx_message(ctx)[0] == '\0' && status != LO_OK)
                continue; /* the allocation that failed was the message's */
            if (status != LO_SYSTEM)
                break;
            assert_null(model);
        }
        assert_true(n > 10 && n < 20000);
        lo_model_free(model);
        lo_ctx_clear(ctx);
    }
}

static void test_failing_allocation_in_law(void **state)
{
    (void) state;
    static const char text[] = "trace(U'*U) - 17*a/(a + 5/3)^4 + exp([a, 2, 3][1])";
    lo_ctx_t ctx;
    init(ctx);
    lo_model_ptr m = read_or_fail("param U[3,2], a; output U", ctx);
    slong node;
    long n = 1;
    lo_status_t status = LO_SYSTEM;
    for (; status != LO_OK; n++) {
        lo_alloc_fail_at(n);
        status = lo_model_expression(&node, m, text, strlen(text), "law", ctx);
        lo_alloc_fail_at(0);
        assert_true(status == LO_OK || status == LO_SYSTEM);
    }
    assert_true(n > 5);
    assert_int_equal(m->nodes[node].size, 1);
    lo_model_free(m);
    lo_ctx_clear(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_models),
        cmocka_unit_test(test_whole_message),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_long_chains),
        cmocka_unit_test(test_raised_limits),
        cmocka_unit_test(test_growth_is_bounded),
        cmocka_unit_test(test_failing_allocation),
        cmocka_unit_test(test_failing_allocation_in_law),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
