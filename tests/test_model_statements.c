/* test_model_statements.c - the model room: statements, points, flows, laws.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model_sketch.h"

/* statements */

static void test_layout_of_text(void **state)
{
    (void) state;
    accepted("param a; output a");
    accepted(";;param a;;\n;output a;");
    accepted("\xEF\xBB\xBFparam a\noutput a\n");
    accepted("# \xCE\xB8\nmodel \"\xCE\xB8 \\\"quoted\\\" \\\\\"\nparam a\r\noutput a");
    accepted("param U[2,\n  2] # matrix\noutput relu(\n# inside\nU\n)\n");
    accepted("param a, b\noutput a +\n  b\n");
    accepted("param a,\n  b\nlet c =\n  a*\n  b\noutput c");
    accepted("at a = 1\nflow decay(1)\noutput a*x\ninput x\nparam a");
    refused("param a\noutput a\n + b", LO_INPUT, "unexpected `+`");
}

static void test_title_and_counts(void **state)
{
    (void) state;
    lo_ctx_t ctx;
    init(ctx);
    lo_model_ptr m = read_or_fail(
        "model \"a \\\"b\\\"\"\nparam U[3,2], c; frozen W[2,2]; input x[2], y\noutput y*U*W*x",
        ctx);
    assert_string_equal(lo_model_title(m), "a \"b\"");
    assert_string_equal(m->file, "t");
    assert_int_equal(lo_model_kind(m), LO_MODEL_NETWORK);
    assert_int_equal(lo_model_parameters(m), 7);
    assert_int_equal(lo_model_inputs(m), 3);
    assert_int_equal(lo_model_outputs(m), 3);
    assert_int_equal(m->frozen, 4);
    assert_int_equal(lo_model_has_point(m), 0);
    assert_string_equal(m->output_names[0], "output");
    assert_int_equal(m->symbols[1].node, -1); /* c is never used */
    lo_model_free(m);
    m = read_or_fail("param a; output a", ctx);
    assert_null(lo_model_title(m));
    lo_model_free(m);
    lo_model_free(NULL);
    lo_ctx_clear(ctx);
}

static void test_raw_and_map(void **state)
{
    (void) state;
    lo_ctx_t ctx;
    init(ctx);
    lo_model_ptr m = read_or_fail("coords x, q[2]; frozen k\nfield f = [1, k*x, q[1]], g = [x, 0, "
                                  "0]\nfield h = vstack(x, q)\n"
                                  "at x = 1/2, q = [0, -3]",
                                  ctx);
    assert_int_equal(lo_model_kind(m), LO_MODEL_RAW);
    assert_int_equal(lo_model_parameters(m), 3);
    assert_int_equal(lo_model_outputs(m), 3);
    assert_int_equal(lo_model_inputs(m), 0);
    assert_string_equal(m->output_names[2], "h");
    for (slong i = 0; i < 3; i++) {
        assert_int_equal(m->nodes[m->outputs[i]].size, 3);
        assert_int_equal(m->nodes[m->outputs[i]].shape.rank, 2);
    }
    assert_int_equal(lo_model_has_point(m), 1);
    lo_model_free(m);
    m = read_or_fail("coords x; field f = [x^2]", ctx);
    assert_int_equal(m->nodes[m->outputs[0]].shape.rank, 2);
    lo_model_free(m);
    m = read_or_fail("param U[2,2], V[2,3]; map phi = U*V; map psi = trace(U), chi = U", ctx);
    assert_int_equal(lo_model_kind(m), LO_MODEL_MAP);
    assert_int_equal(m->noutputs, 3);
    assert_int_equal(lo_model_outputs(m), 11);
    assert_string_equal(m->output_names[1], "psi");
    lo_model_free(m);
    lo_ctx_clear(ctx);
}

static void check_point(const char *text, const char *name, const char *values)
{
    lo_ctx_t ctx;
    char all[1000] = "";
    init(ctx);
    lo_model_ptr m = read_or_fail(text, ctx);
    for (slong i = 0; i < m->nsymbols; i++) {
        if (strcmp(m->symbols[i].name, name) != 0)
            continue;
        assert_non_null(m->symbols[i].at);
        for (slong j = 0; j < m->symbols[i].size; j++) {
            char *value = fmpq_get_str(NULL, 10, m->symbols[i].at + j);
            strcat(all, j > 0 ? " " : "");
            strcat(all, value);
            flint_free(value);
        }
    }
    assert_string_equal(all, values);
    assert_int_equal(lo_model_has_point(m), 1);
    lo_model_free(m);
    lo_ctx_clear(ctx);
}

static void test_points(void **state)
{
    (void) state;
    check_point("param a; output a; at a = 3/4", "a", "3/4");
    check_point("param a[1]; output a; at a = -2", "a", "-2");
    check_point("param a; output a; at a = [5]", "a", "5");
    check_point("param A[2,2]; output A; at A = [1,0; 0,2]", "A", "1 0 0 2");
    check_point("param A[2,2]; at A = diag([1,2]); output A", "A", "1 0 0 2");
    check_point("param A[2,2]; at A = 2*[1,2;3,4]'/3; output A", "A", "2/3 2 4/3 8/3");
    check_point("param A[1,3]; at A = [1,2,3]'; output A", "A", "1 2 3");
    check_point("param v[4]; at v = concat([1,2], [3,4]); output v", "v", "1 2 3 4");
    check_point("param A[2,4]; at A = hstack([1,2;3,4], [5,6;7,8]); output A", "A",
                "1 2 5 6 3 4 7 8");
    check_point("param A[2,2]; at A = [1,2;3,4]*[1,1;0,1] - [0,1;0,0]; output A", "A", "1 2 3 7");
    check_point("param v[2]; at v = [1,2;3,4;5,6][2:3,2]; output v", "v", "4 6");
    check_point("param v[2]; at v = -[1,2] ./ [3,-1] + [1,1].^2; output v", "v", "2/3 3");
    check_point(
        "param c; at c = trace([1,2;3,4]) + sum([1,2]) + dot([1,2],[3,4]) + mean([1,2]); output c",
        "c", "41/2");
    check_point("param W[1,2,2]; at W = reshape([1,2,3,4], 1, 2, 2); output W", "W", "1 2 3 4");
    check_point("let h = [1,2]; param v[2], w[2]; at v = h, w = 2*h; output v", "w", "2 4");
    check_point("input x[2]; net dense(1, bias); at W1 = [1,2]', b1 = 0", "W1", "1 2");
    check_point("param v[2]; at v = diag([1,2;3,4]); output v", "v", "1 4");
    /* the values leave no trace in the graph */
    lo_ctx_t ctx;
    init(ctx);
    lo_model_ptr m = read_or_fail("param v[2]; output v; at v = 2*[7,8]", ctx);
    assert_int_equal(m->nnodes, 1);
    assert_int_equal(m->nconstants, 0);
    lo_model_free(m);
    lo_ctx_clear(ctx);
}

static void check_flow(const char *flow, slong terms, lo_flow_t first, slong constants)
{
    lo_ctx_t ctx;
    char text[300];
    init(ctx);
    snprintf(text, sizeof(text), "param U[2,1], v; frozen k; input x; output v*U*x; flow %s", flow);
    lo_model_ptr m = read_or_fail(text, ctx);
    assert_int_equal(m->nflow, terms);
    if (terms > 0)
        assert_int_equal(m->flow[0].kind, first);
    for (slong i = 0; i < m->nflow; i++) {
        const lo_flow_struct *f = m->flow + i;
        if (f->kind == LO_FLOW_MIRROR) {
            assert_true(f->nsymbols >= 1);
            assert_int_equal(f->node, -1);
            continue;
        }
        const lo_node_struct *n = m->nodes + f->node;
        assert_int_equal(n->size, f->kind == LO_FLOW_METRIC ? 3 : 1);
        assert_int_equal(n->shape.rank, f->kind == LO_FLOW_METRIC ? 2 : 0);
    }
    assert_int_equal(m->constants_symbolic, constants);
    lo_model_free(m);
    lo_ctx_clear(ctx);
}

static void test_flows(void **state)
{
    (void) state;
    check_flow("gradient", 0, LO_FLOW_MOMENTUM, 0);
    check_flow("momentum(tau=0)", 1, LO_FLOW_MOMENTUM, 0);
    check_flow("momentum(1/2)", 1, LO_FLOW_MOMENTUM, 0);
    check_flow("momentum(tau=tau)", 1, LO_FLOW_MOMENTUM, 1);
    check_flow("momentum(tau=3/t)", 1, LO_FLOW_MOMENTUM, 1);
    check_flow("momentum(tau=alpha/t + k)", 1, LO_FLOW_MOMENTUM, 2);
    check_flow("mirror(U)", 1, LO_FLOW_MIRROR, 0);
    check_flow("mirror(U, v)", 1, LO_FLOW_MIRROR, 0);
    check_flow("metric([v, 1, U[1,1]^2])", 1, LO_FLOW_METRIC, 0);
    check_flow("decay(lambda)", 1, LO_FLOW_DECAY, 1);
    check_flow("decay(lambda=1/100)", 1, LO_FLOW_DECAY, 0);
    check_flow("momentum(tau=tau) + mirror(U)", 2, LO_FLOW_MOMENTUM, 1);
    check_flow("mirror(U) + decay(lambda) + momentum(tau=lambda)", 3, LO_FLOW_MIRROR, 1);
    check_flow("gradient + decay(1)", 1, LO_FLOW_DECAY, 0);
    accepted("input x[2]; net dense(2); flow mirror(W1)");
}

/* laws */

static lo_status_t law(lo_model_ptr m, const char *text, lo_ctx_t ctx)
{
    slong node, before = m->nnodes, constants = m->nconstants;
    lo_status_t status = lo_model_expression(&node, m, text, strlen(text), "law", ctx);
    if (status == LO_OK) {
        assert_int_equal(m->nodes[node].shape.rank, 0);
    } else {
        assert_int_equal(m->nnodes, before);
        assert_int_equal(m->nconstants, constants);
        check_message_form(lo_ctx_message(ctx), "law");
    }
    return status;
}

static void refused_law(lo_model_ptr m, const char *text, lo_status_t wanted, const char *part,
                        lo_ctx_t ctx)
{
    lo_status_t status = law(m, text, ctx);
    if (status != wanted || strstr(lo_ctx_message(ctx), part) == NULL)
        fail_msg("status %u for law %s\n%s\nwanted %u: %s", status, text, lo_ctx_message(ctx),
                 wanted, part);
}

static void test_laws(void **state)
{
    (void) state;
    lo_ctx_t ctx;
    init(ctx);
    lo_model_ptr m = read_or_fail(
        "param U[2,2], V[2,2], c; frozen k; input x[2]\nlet h = U*V', y = U*x\noutput h*x\n"
        "flow momentum(tau=tau)",
        ctx);
    assert_int_equal(law(m, "U[1,1]^2 - V[1,1]^2", ctx), LO_OK);
    assert_int_equal(law(m, "\n  U[1,1]^2\n", ctx), LO_OK);
    assert_int_equal(law(m, "log(U[1,1]) - k*sin(c)*exp(-tau*c)/c", ctx), LO_OK);
    assert_int_equal(law(m, "trace(U'*U - V'*V)", ctx), LO_OK);
    assert_int_equal(law(m, "trace(h)", ctx), LO_OK);
    assert_int_equal(law(m, "3", ctx), LO_OK);
    refused_law(m, "x[1]*c", LO_INPUT, "`x` is an input: a law depends on the parameters only",
                ctx);
    refused_law(m, "y[1]", LO_INPUT, "`y` depends on an input", ctx);
    refused_law(m, "U", LO_INPUT, "a law is one number, this is 2", ctx);
    refused_law(m, "u[1,1]", LO_INPUT, "did you mean `U`?", ctx);
    refused_law(m, "U[1,3]", LO_INPUT, "index 3 is out of range", ctx);
    refused_law(m, "", LO_INPUT, "the text ends here; expected an expression", ctx);
    refused_law(m, "c c", LO_INPUT, "unexpected `c`", ctx);
    refused_law(m, "c; c", LO_INPUT, "unexpected `c`", ctx);
    refused_law(m, "param z", LO_INPUT, "unexpected `param`", ctx);
    refused_law(m, "c^5000", LO_UNABLE, "limit `exponent`", ctx);
    refused_law(m, "7*c + 11*U", LO_INPUT, "the shapes differ", ctx);
    refused_law(m, "zeta", LO_INPUT, "unknown name `zeta`", ctx);
    /* the same law twice is the same node */
    slong one, two;
    assert_int_equal(lo_model_expression(&one, m, "c*k + 1/3", 9, "law", ctx), LO_OK);
    assert_int_equal(lo_model_expression(&two, m, "1/3 + k*c", 9, "law", ctx), LO_OK);
    assert_int_equal(one, two);
    lo_model_free(m);
    lo_ctx_clear(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout_of_text), cmocka_unit_test(test_title_and_counts),
        cmocka_unit_test(test_raw_and_map),    cmocka_unit_test(test_points),
        cmocka_unit_test(test_flows),          cmocka_unit_test(test_laws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
