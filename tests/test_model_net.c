/* test_model_net.c - the model room: stages of `net`, names of parameters.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model_sketch.h"

/* stages of net */

static void test_dense(void **state)
{
    (void) state;
    gives("input x[2]; net dense(3)", "(* W1 x)");
    gives("input x[2]; net dense(3, bias)", "(+ (* W1 x) b1)");
    gives("input x; net dense(3)", "(* W1 (reshape:1x1 x))");
    gives("input X[2,3]; net dense(4)", "(* X (' W1))");
    gives("input X[2,3]; net dense(4, bias)",
          "(+ (* X (' W1)) (cat0 (reshape:1x4 b1) (reshape:1x4 b1)))");
    gives("input X[4,1]; net dense(2)", "(* X (' W1))");
    gives("input x[2]; net dense(3) -> relu -> dense(1, bias)", "(+ (* W2 (relu (* W1 x))) b2)");
    output_shape("input X[5,3]; net dense(4, bias) -> gelu -> dense(7)", 2, 5, 7, 0);
    gives("input x[2]\nnet dense(3)\n  -> relu # then\n\n  -> dense(2)", "(* W2 (relu (* W1 x)))");
    gives("input x[2]\nnet dense(3) ->\n  relu", "(relu (* W1 x))");
    gives("let n = 3; input x[2]; net dense(n) -> dense(n+1)", "(* W2 (* W1 x))");
}

static void test_norm_stages(void **state)
{
    (void) state;
    gives("input x[2]; net softmax -> dense(1)", "(* W1 (softmax x))");
    gives("input x[2]; net dense(3) -> layernorm", "(layernorm (* W1 x))");
    gives("input x[2]; net dense(3) -> rmsnorm", "(rmsnorm (* W1 x))");
    gives("input x[2]; net layernorm(affine)", "(+ b1 (.* (layernorm x) g1))");
    gives("input x[2]; net rmsnorm(affine)", "(.* (rmsnorm x) g1)");
    gives("input X[2,3]; net rmsnorm(affine)",
          "(.* (rmsnorm X) (cat0 (reshape:1x3 g1) (reshape:1x3 g1)))");
    gives("input x[2]; net dense(2) -> rmsnorm(affine) -> dense(2)",
          "(* W3 (.* (rmsnorm (* W1 x)) g2))");
}

static void test_signal_stages(void **state)
{
    (void) state;
    gives("input x[2,4]; net conv1d(3, 2)", "(conv1d:s1p0 x W1)");
    gives("input x[2,4]; net conv1d(3, 2, stride=2, pad=1)", "(conv1d:s2p1 x W1)");
    gives("input x[2,3]; net conv1d(2, 2, bias)", "(+ (conv1d:s1p0 x W1) (cat1 b1 b1))");
    gives("input x[4]; net conv1d(3, 2)", "(conv1d:s1p0 (reshape:1x4 x) W1)");
    gives("input x[1,3,3]; net conv2d(2, 3, bias)", "(+ (conv2d:s1p0 x W1) (reshape:2x1x1 b1))");
    gives("input x[3,3]; net conv2d(2, 3)", "(conv2d:s1p0 (reshape:1x3x3 x) W1)");
    output_shape("input x[1,6,6]; net conv2d(4, 3, bias) -> relu -> maxpool(2) -> flatten -> "
                 "dense(10, bias)",
                 2, 10, 1, 0);
    output_shape("input x[1,6,6]; net conv2d(4, 3) -> relu -> avgpool(2)", 3, 4, 2, 2);
    gives("input x[2,4]; net maxpool(2) -> flatten -> dense(1)",
          "(* W1 (reshape:4x1 (maxpool2 x)))");
    gives("input x[4]; net avgpool(2) -> dense(1)", "(* W1 (avgpool2 x))");
}

static void test_attention(void **state)
{
    (void) state;
    gives("input X[2,3]; net attention(heads=1, dim=1)",
          "(* (* (softmax (* (* X (' Q1)) (' (* X (' K1))))) (* X (' V1))) O1)");
    gives("input X[2,3]; net attention(dim=1, linear)",
          "(* (* (* (* X (' Q1)) (' (* X (' K1)))) (* X (' V1))) O1)");
    gives("input X[2,3]; net attention(dim=1, causal)",
          "(* (* (softmax (mask (* (* X (' Q1)) (' (* X (' K1)))))) (* X (' V1))) O1)");
    gives("input X[2,3]; net attention(dim=1, causal, linear)",
          "(* (* (mask (* (* X (' Q1)) (' (* X (' K1))))) (* X (' V1))) O1)");
    gives("input X[2,3]; net attention(heads=2, dim=1, kv_groups=1, linear)",
          "(+ (* (* (* (* X (' Q1_1)) (' (* X (' K1)))) (* X (' V1))) O1_1) "
          "(* (* (* (* X (' Q1_2)) (' (* X (' K1)))) (* X (' V1))) O1_2))");
    gives("input X[2,3]; net dense(1) -> attention(heads=2, dim=2, linear)",
          "(+ (* (* (* (* (* X (' W1)) (' Q2_1)) (' (* (* X (' W1)) (' K2_1)))) (* (* X (' W1)) (' "
          "V2_1))) O2_1) "
          "(* (* (* (* (* X (' W1)) (' Q2_2)) (' (* (* X (' W1)) (' K2_2)))) (* (* X (' W1)) (' "
          "V2_2))) O2_2))");
    output_shape("input X[5,4]; net attention(heads=4, dim=3, kv_groups=2, causal)", 2, 5, 4, 0);
}

static void test_glu_and_residual(void **state)
{
    (void) state;
    gives("input x[2]; net glu(3, silu)", "(.* (* V1 x) (silu (* W1 x)))");
    gives("input X[2,3]; net glu(3, gelu)", "(.* (* X (' V1)) (gelu (* X (' W1))))");
    gives("input x[2]; net residual(dense(2))", "(+ x (* W1 x))");
    gives("input x[2]; net residual(dense(1) -> relu -> dense(2)) -> dense(1)",
          "(* W3 (+ x (* W2 (relu (* W1 x)))))");
    gives("input x[2]; net residual(residual(tanh)) -> dense(1)", "(* W1 (+ x (+ x (tanh x))))");
    gives("input x[2]; net residual(residual(dense(2)) -> dense(2))",
          "(+ x (* W2 (+ x (* W1 x))))");
}

static void test_repeat_and_shortcut(void **state)
{
    (void) state;
    gives("input x[2]; net repeat(2, dense(2))", "(* W2 (* W1 x))");
    gives("input x[2]; net repeat(1, dense(2) -> relu) -> dense(1)", "(* W2 (relu (* W1 x)))");
    gives("let n = 2; input x[2]; net repeat(n, dense(2) -> tanh)", "(tanh (* W2 (tanh (* W1 x))))");
    gives("input x[2]; net repeat(2, repeat(2, tanh)) -> dense(1)", "(* W1 (tanh (tanh (tanh (tanh x)))))");
    gives("input x[2]; net repeat(2, residual(dense(2)))", "(+ (+ x (* W1 x)) (* W2 (+ x (* W1 x))))");
    gives("input x[2]; net residual(dense(3) -> relu, dense(3))", "(+ (relu (* W1 x)) (* W2 x))");
    gives("input x[2]; net residual(tanh, tanh) -> dense(1)", "(* W1 (+ (tanh x) (tanh x)))");
    output_shape("input x[3,9,9]; net residual(conv2d(4, 3, stride=2, pad=1), conv2d(4, 1, stride=2))", 3, 4, 5, 5);
}

static void test_layers(void **state)
{
    (void) state;
    gives("input x[2]; output layers(x, dense(3))", "(* W1 x)");
    gives("input x[2]; output layers(layers(x, dense(3)), tanh -> dense(1))", "(* W2 (tanh (* W1 x)))");
    gives("input x[2]; param U[2,2]; output layers(U*x, dense(3) -> relu) + layers(x, dense(3))",
          "(+ (relu (* W1 (* U x))) (* W2 x))");
    gives("input x[2], y[3]; output layers(vstack(x, y), dense(1))", "(* W1 (cat0 x y))");
    gives("input x; output layers(x, dense(1))", "(* W1 (reshape:1x1 x))");
    gives("input X[2,3]; let h = layers(X, dense(3)); output layers(h, dense(1))", "(* (* X (' W1)) (' W2))");
    gives("param a; input x[2]; let layers = 3; output layers*layers(x, dense(1))*a", "(scale (scale 3 (reshape: (* W1 x))) a)");
    output_shape("input x[3,8,8]; output layers(x, conv2d(4, 3))", 3, 4, 6, 6);
    /* a tied embedding */
    output_shape("input X[4,5]; param E[5,2], P[4,2]; let h = layers(X*E + P, repeat(2, residual(attention(dim=1))));"
                 "output layers(h, rmsnorm(affine))*E'",
                 2, 4, 5, 0);
    /* `net` goes on where lets have stopped */
    gives("param c; input x[2]; let h = layers(c*x, dense(1)); net dense(2)", "(* W2 x)");
}

static void test_batchnorm(void **state)
{
    (void) state;
    gives("input x[2,3]; net batchnorm -> flatten -> dense(1)", "(* W1 (reshape:6x1 (layernorm x)))");
    gives("input x[2,2,2]; net batchnorm -> flatten -> dense(1)",
          "(* W1 (reshape:8x1 (layernorm (reshape:2x4 x))))");
    gives("input x[2,3]; net batchnorm(affine)", "(+ (cat1 b1 b1 b1) (.* (layernorm x) (cat1 g1 g1 g1)))");
    gives("input x[1,1,3]; net batchnorm(affine)",
          "(+ (reshape:1x1x3 (cat1 b1 b1 b1)) "
          "(.* (reshape:1x1x3 (layernorm (reshape:1x3 x))) (reshape:1x1x3 (cat1 g1 g1 g1))))");
    output_shape("input x[3,4,5]; net conv2d(2, 3) -> batchnorm(affine) -> relu", 3, 2, 2, 3);
}

static void test_pooling_options(void **state)
{
    (void) state;
    gives("input x[5]; net maxpool(3, stride=1) -> dense(1)", "(* W1 (maxpool3:s1p0 x))");
    gives("input x[4]; net maxpool(2, stride=2) -> dense(1)", "(* W1 (maxpool2 x))");
    gives("param a; input x[2,5]; output a*avgpool(x, 3, stride=2, pad=1)", "(scale a (avgpool3:s2p1 x))");
    gives("param a; input x[5]; output a*maxpool(x, 1, stride=2)", "(scale a (maxpool1:s2p0 x))");
    gives("param a; input x[5]; output a*maxpool(x, 1)", "(scale a x)");
    output_shape("input x[2,112,112]; param a; output a*maxpool(x, 3, stride=2, pad=1)", 3, 2, 56, 56);
    output_shape("input x[2,7]; net conv1d(1, 1) -> avgpool(3, stride=3)", 2, 1, 2, 0);
    output_shape("input x[6]; param a; output a*maxpool(x, 4, pad=1)", 2, 2, 1, 0);
}

static void test_attention_bias(void **state)
{
    (void) state;
    gives("input X[1,2]; net attention(dim=1, bias, linear)",
          "(+ (* (* (* (+ (* X (' Q1)) bQ1) (+ (* X (' K1)) bK1)) (+ (* X (' V1)) bV1)) O1) "
          "(reshape:1x2 bO1))");
    output_shape("input X[5,4]; net attention(heads=4, dim=3, kv_groups=2, causal, bias)", 2, 5, 4, 0);
}

/* names of parameters: they parse back to themselves */

static void round_trip(const char *text, const char *names)
{
    lo_ctx_t ctx;
    char all[2000] = "", name[64];
    init(ctx);
    lo_model_ptr m = read_or_fail(text, ctx);
    for (long i = 0; i < lo_model_parameters(m); i++) {
        slong node, place = 0;
        lo_model_parameter_name(name, sizeof(name), m, i);
        strcat(all, i > 0 ? " " : "");
        strcat(all, name);
        assert_int_equal(lo_model_expression(&node, m, name, strlen(name), "law", ctx), LO_OK);
        /* the node is entry i - offset of the symbol */
        const lo_node_struct *n = m->nodes + node;
        assert_int_equal(n->shape.rank, 0);
        if (n->op == LO_OP_RESHAPE)
            n = m->nodes + n->args[0];
        if (n->op == LO_OP_SLICE) {
            const lo_shape_struct *from = &m->nodes[n->args[0]].shape;
            for (int axis = 0; axis < from->rank; axis++)
                place = place * from->dim[axis] + n->u.first[axis];
            n = m->nodes + n->args[0];
        }
        assert_int_equal(n->op, LO_OP_SYMBOL);
        assert_int_equal(m->symbols[n->u.index].offset + place, i);
    }
    assert_string_equal(all, names);
    check_graph(m);
    lo_model_free(m);
    lo_ctx_clear(ctx);
}

static void test_parameter_names(void **state)
{
    (void) state;
    round_trip("param U[2,3], b[2], c; output c",
               "U[1,1] U[1,2] U[1,3] U[2,1] U[2,2] U[2,3] b[1] b[2] c");
    round_trip("param W[1,2,2], V[1,1,1,2]; output 1",
               "W[1,1,1] W[1,1,2] W[1,2,1] W[1,2,2] V[1,1,1,1] V[1,1,1,2]");
    round_trip("param a; frozen Z[2]; input x; param b[1]; output a*x", "a b[1]");
    round_trip("input x[2]; net dense(1, bias) -> layernorm(affine)",
               "W1[1,1] W1[1,2] b1[1] g2[1] b2[1]");
    round_trip("input x[1]; net repeat(3, dense(1) -> tanh) -> dense(1, bias)",
               "W1[1,1] W2[1,1] W3[1,1] W4[1,1] b4[1]");
    round_trip("input x[1]; net residual(dense(1), dense(1)) -> dense(1)", "W1[1,1] W2[1,1] W3[1,1]");
    round_trip("input x[1]; param U[1,1]; let h = layers(U*x, dense(1)); output layers(h, tanh -> dense(1, bias))",
               "U[1,1] W1[1,1] W2[1,1] b2[1]");
    round_trip("input x[2,3]; net batchnorm(affine)", "g1[1] g1[2] b1[1] b1[2]");
    round_trip("input X[2,1]; net attention(heads=2, dim=1, kv_groups=1, bias)",
               "Q1_1[1,1] bQ1_1[1] K1[1,1] bK1[1] V1[1,1] bV1[1] O1_1[1,1] Q1_2[1,1] bQ1_2[1] O1_2[1,1] bO1[1]");
    round_trip("coords x, q[2]; field f = [1, 0, x]", "x q[1] q[2]");
    round_trip("input X[1,1]; net attention(heads=2, dim=1, kv_groups=1)",
               "Q1_1[1,1] K1[1,1] V1[1,1] O1_1[1,1] Q1_2[1,1] O1_2[1,1]");
}

static void test_name_buffer(void **state)
{
    (void) state;
    lo_ctx_t ctx;
    init(ctx);
    lo_model_ptr m = read_or_fail("param weight[12,12]; output 1", ctx);
    char small[5] = "zzzz";
    lo_model_parameter_name(small, sizeof(small), m, 143);
    assert_string_equal(small, "weig");
    lo_model_parameter_name(small, 0, m, 143);
    assert_string_equal(small, "weig");
    char large[40];
    lo_model_parameter_name(large, sizeof(large), m, 143);
    assert_string_equal(large, "weight[12,12]");
    lo_model_free(m);
    lo_ctx_clear(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dense),
        cmocka_unit_test(test_norm_stages),
        cmocka_unit_test(test_signal_stages),
        cmocka_unit_test(test_attention),
        cmocka_unit_test(test_glu_and_residual),
        cmocka_unit_test(test_repeat_and_shortcut),
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_batchnorm),
        cmocka_unit_test(test_pooling_options),
        cmocka_unit_test(test_attention_bias),
        cmocka_unit_test(test_parameter_names),
        cmocka_unit_test(test_name_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
