/* test_model.c - the model room: expressions, functions, shapes, hash-consing.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model_sketch.h"

/* operators */

static void test_sums(void **state)
{
    (void) state;
    gives("param a, b; output a + b", "(+ a b)");
    gives("param a, b; output b + a", "(+ b a)");
    gives("param a, b; output (a + b) - (b + a)", "0");
    gives("param a, b, c; output a - b - c", "(- (- a b) c)");
    gives("param a, b, c; output a - (b + c)", "(- a (+ b c))");
    gives("param a; output -a", "(neg a)");
    gives("param a; output --a", "a");
    gives("param a; output +a", "a");
    gives("param a; output - - - a", "(neg a)");
    gives("param a; output a + 0", "a");
    gives("param a; output 0 - a", "(neg a)");
    gives("param U[2,3], V[2,3]; output U + V", "(+ U V)");
    gives("param U[2,3]; output U - U", "(- U U)");
    gives("param a, x[1]; output a + x", "(+ a (reshape: x))");
}

static void test_products(void **state)
{
    (void) state;
    gives("param U[3,2]; input x[2]; output U*x", "(* U x)");
    gives("param U[3,2], V[2,4]; output U*V", "(* U V)");
    gives("param U[3,2]; output 2*U", "(scale 2 U)");
    gives("param U[3,2]; output U*2", "(scale 2 U)");
    gives("param U[3,2], c; output U*c", "(scale c U)");
    gives("param w[3]; input x; output w*x", "(scale x w)");
    gives("param w[3]; input x[1]; output w*x", "(* w x)");
    gives("param w[3]; input x[1]; output x*w", "(scale (reshape: x) w)");
    gives("param a, b; output a*b", "(scale a b)");
    gives("param a, b; output a*b - b*a", "0");
    gives("param a; output 1*a", "a");
    gives("param a; output a*0", "0");
    gives("param a; output -1*a", "(neg a)");
    gives("param u[3], v[3]; output u.*v", "(.* u v)");
    gives("param u[3], c; output c.*u", "(scale c u)");
    gives("param u[3], c; output u.*c", "(scale c u)");
    gives("param u[3]; output u*u'", "(* u (' u))");
    gives("param u[3]; output u'*u", "(* (' u) u)");
    gives("param a, b, c; output a*b*c", "(scale (scale a b) c)");
    gives("param a, b, c; output a*(b*c)", "(scale a (scale b c))");
    gives("param a, b, c; output a + b*c", "(+ a (scale b c))");
}

static void test_quotients(void **state)
{
    (void) state;
    gives("param a, b; output a/b", "(/ a b)");
    gives("param a; output a/2", "(scale 1/2 a)");
    gives("param a; output 1/a", "(/ 1 a)");
    gives("param U[2,2], c; output U/c", "(/ U c)");
    gives("param U[2,2]; output U/4", "(scale 1/4 U)");
    gives("param u[2], v[2]; output u./v", "(/ u v)");
    gives("param u[2]; output 1 ./ u", "(/ 1 u)");
    gives("param u[2], c; output u ./ c", "(/ u c)");
    gives("param a, b, c; output a/b*c", "(scale (/ a b) c)");
    gives("param a, b, c; output a/b/c", "(/ (/ a b) c)");
    gives("param a; output -a/2", "(scale 1/2 (neg a))");
}

static void test_powers(void **state)
{
    (void) state;
    gives("param a; output a^2", "(^2 a)");
    gives("param a; output a^(3)", "(^3 a)");
    gives("param a; output a^-2", "(^-2 a)");
    gives("param a; output a^(-2)", "(^-2 a)");
    gives("param a; output a^1", "a");
    gives("param a; output a^0", "1");
    gives("param a; output -a^2", "(neg (^2 a))");
    gives("param a; output (-a)^2", "(^2 (neg a))");
    gives("param a; output (a^2)^3", "(^3 (^2 a))");
    gives("param a; output 2*a^2", "(scale 2 (^2 a))");
    gives("param u[3]; output u.^2", "(^2 u)");
    gives("param U[3,2]; output U.^-1", "(^-1 U)");
    gives("param U[3,2]; output U'.^2", "(^2 (' U))");
    gives("param U[3,2]; output (U.^2)'", "(' (^2 U))");
    gives("let n = 3; param a; output a^n", "(^3 a)");
    gives("param a; output a^(1+1)", "(^2 a)");
    gives("param a; output a^1000", "(^1000 a)");
    gives("param u[1]; output u^2", "(^2 (reshape: u))");
}

static void test_transposes(void **state)
{
    (void) state;
    gives("param U[3,2]; output U'", "(' U)");
    gives("param U[3,2]; output U''", "U");
    gives("param c; output c'", "c");
    gives("param U[3,2]; output U '", "(' U)");
    gives("param U[3,2], V[3,2]; output U*V'", "(* U (' V))");
    gives("param U[3,2], V[3,2]; output (U+V)'", "(' (+ U V))");
}

static void test_constants(void **state)
{
    (void) state;
    gives("param a; output a + 3/4", "(+ a 3/4)");
    gives("param a; output a*0.25", "(scale 1/4 a)");
    gives("param a; output a*.5", "(scale 1/2 a)");
    gives("param a; output a*1e-3", "(scale 1/1000 a)");
    gives("param a; output a*12.50E1", "(scale 125 a)");
    gives("param a; output a*1.5e+1", "(scale 15 a)");
    gives("param a; output a*007", "(scale 7 a)");
    gives("param a; output a*(1/3 + 1/6)", "(scale 1/2 a)");
    gives("param a; output a*2^10", "(scale 1024 a)");
    gives("param a; output a*2^-2", "(scale 1/4 a)");
    gives("param a; output a*-2^2", "(scale -4 a)");
    gives("param a; output a*(2/3)^3", "(scale 8/27 a)");
    gives("param a; output a*[3][1]", "(scale 3 a)");
    gives("param a; output a*[3, 4][2]", "(scale 4 a)");
    gives("param a; output a*[3, 4; 5, 6][2,1]", "(scale 5 a)");
    gives("param a; output a*(10/4)", "(scale 5/2 a)");
    refused("param a; output a*9^1000^2", LO_INPUT, "unexpected `^`");
    refused("param a; output a*(9^1000)^1000", LO_UNABLE, "digits");
    gives("param a; output a*(1^1000)^1000", "a");
}

static void test_precedence(void **state)
{
    (void) state;
    same("param A[2,2], B[2,2], C[2,2]; output A*B.*C",
         "param A[2,2], B[2,2], C[2,2]; output (A*B).*C");
    same("param A[2,2], B[2,2], C[2,2]; output A.*B*C",
         "param A[2,2], B[2,2], C[2,2]; output (A.*B)*C");
    same("param A[2,2], B[2,2]; output A*B'", "param A[2,2], B[2,2]; output A*(B')");
    same("param a, b; output -a*b", "param a, b; output (-a)*b");
    same("param a, b; output a*-b", "param a, b; output a*(-b)");
    same("param a, b; output a - -b", "param a, b; output a - (-b)");
    same("param a, b; output 2/3*a", "param a, b; output (2/3)*a");
}

/* names, indices, arrays */

static void test_indices(void **state)
{
    (void) state;
    gives("param U[3,2]; output U[2,1]", "(reshape: (slice1+1,0+1 U))");
    gives("param U[3,2]; output U[2,:]", "(slice1+1,0+2 U)");
    gives("param U[3,2]; output U[:,2]", "(slice0+3,1+1 U)");
    gives("param U[3,2]; output U[2:3,1:2]", "(slice1+2,0+2 U)");
    gives("param U[3,2]; output U[:,:]", "U");
    gives("param v[3]; output v[2]", "(reshape: (slice1+1,0+1 v))");
    gives("param v[3]; output v[2,1]", "(reshape: (slice1+1,0+1 v))");
    gives("param v[3]; output v[1:2]", "(slice0+2,0+1 v)");
    gives("param v[3]; output v[:]", "v");
    gives("param v[3]; output v[1+1]", "(reshape: (slice1+1,0+1 v))");
    gives("param c; output c[1]", "c");
    gives("param x[1]; output x[1]", "(reshape: x)");
    gives("param W[2,3,4]; output W[2,3,4]", "(reshape: (slice1+1,2+1,3+1 W))");
    gives("param W[2,3,4]; output W[2,:,1:2]", "(slice1+1,0+3,0+2 W)");
    gives("param W[2,3,4,5]; output W[1,1,1,1]", "(reshape: (slice0+1,0+1,0+1,0+1 W))");
    gives("let i = 2; param v[3]; output v[i]", "(reshape: (slice1+1,0+1 v))");
    gives("param U[3,2], V[2,2]; output (U*V)[1,1]", "(reshape: (slice0+1,0+1 (* U V)))");
    gives("param U[3,2]; output U'[1,3]", "(reshape: (slice0+1,2+1 (' U)))");
    gives("param U[3,2]; output U[1,:]'", "(' (slice0+1,0+2 U))");
}

static void test_arrays(void **state)
{
    (void) state;
    gives("param a, b; output [a, b]", "(array:2x1 a b)");
    gives("param a, b; output [a; b]", "(array:2x1 a b)");
    gives("param a, b; output [a, b; b, a]", "(array:2x2 a b b a)");
    gives("param a; output [a]", "a");
    gives("param a; output [1, a, 3/4; 0, -a, 2]", "(array:2x3 1 a 3/4 0 (neg a) 2)");
    gives("param u[2]; output [u[2], u[1]]",
          "(array:2x1 (reshape: (slice1+1,0+1 u)) (reshape: (slice0+1,0+1 u)))");
    gives("param a, b; output [\n a,\n b\n]", "(array:2x1 a b)");
    gives("param a, b; output [a,\n b; # comment\n b, a]", "(array:2x2 a b b a)");
    gives("param a, x[1]; output [a, x]", "(array:2x1 a (reshape: x))");
}

static void test_lets(void **state)
{
    (void) state;
    gives("param U[2,2]; input x[2]; let h = U*x; output relu(h) .* h",
          "(.* (* U x) (relu (* U x)))");
    gives("let n = 2, m = n + 1; param U[n,m]; output U[2,3]", "(reshape: (slice1+1,2+1 U))");
    gives("output h; param a; let h = a*a", "(scale a a)");
    gives("param e, t, a; output e*t*a", "(scale (scale e t) a)");
    gives("param _x1, Model, params; output _x1*Model*params", "(scale (scale _x1 Model) params)");
    gives("frozen W[2,2]; param v[2]; output W*v", "(* W v)");
    gives("param a; input x, y[2], z[2,2]; output a*z*y*x", "(scale x (* (scale a z) y))");
}

static void test_hash_consing(void **state)
{
    (void) state;
    lo_ctx_t ctx;
    init(ctx);
    lo_model_ptr m =
        read_or_fail("param W[2,2], a, b; input x[2]\n"
                     "output relu(W*x) + relu(W*x) + (a+b)*relu(W*x) - (b+a)*relu(W*x)",
                     ctx);
    int relus = 0, sums = 0, scales = 0;
    for (slong i = 0; i < m->nnodes; i++) {
        relus += m->nodes[i].op == LO_OP_ACT;
        sums += m->nodes[i].op == LO_OP_ADD && m->nodes[i].size == 1;
        scales += m->nodes[i].op == LO_OP_SCALE;
    }
    assert_int_equal(relus, 1);
    assert_int_equal(sums, 1);
    assert_int_equal(scales, 1);
    for (slong i = 0; i < m->nnodes; i++) { /* no two nodes are equal */
        for (slong j = 0; j < i; j++) {
            const lo_node_struct *a = m->nodes + i, *b = m->nodes + j;
            if (a->op != b->op || a->op == LO_OP_CONST || a->op == LO_OP_SYMBOL ||
                a->nargs != b->nargs)
                continue;
            assert_true(a->op == LO_OP_SLICE ||
                        memcmp(a->args, b->args, (size_t) a->nargs * sizeof(slong)) != 0);
        }
    }
    lo_model_free(m);
    /* sizes and indices leave no nodes behind */
    m = read_or_fail("param v[1+2]; output v[2-1]", ctx);
    assert_int_equal(m->nnodes, 3);
    assert_int_equal(m->nconstants, 0);
    lo_model_free(m);
    lo_ctx_clear(ctx);
}

/* functions */

static void test_activations(void **state)
{
    (void) state;
    for (int act = 0; act < LO_ACT_COUNT; act++) {
        char text[200], wanted[100];
        const char *name = lo_act_name((lo_act_t) act);
        snprintf(text, sizeof(text), "param U[2,2]; input x[2]; output %s(U*x)", name);
        snprintf(wanted, sizeof(wanted), "(%s (* U x))", name);
        gives(text, wanted);
        snprintf(text, sizeof(text), "input x[2]; net dense(2) -> %s", name);
        snprintf(wanted, sizeof(wanted), "(%s (* W1 x))", name);
        gives(text, wanted);
        snprintf(text, sizeof(text), "param %s; output 1", name);
        refused(text, LO_INPUT, "is the name of a function");
        snprintf(text, sizeof(text), "param a; output %s", name);
        refused(text, LO_INPUT, "is a function: write");
    }
}

static void test_functions(void **state)
{
    (void) state;
    gives("param U[2,3]; output softmax(U)", "(softmax U)");
    gives("param u[3]; output softmax(u)", "(softmax u)");
    gives("param c; output softmax(c)", "(softmax (reshape:1x1 c))");
    gives("param u[3]; output layernorm(u)", "(layernorm u)");
    gives("param u[3]; output rmsnorm(u)", "(rmsnorm u)");
    gives("param U[2,3]; output sum(U)", "(sum U)");
    gives("param c; output sum(c)", "c");
    gives("param U[2,3]; output mean(U)", "(scale 1/6 (sum U))");
    gives("param u[3], v[3]; output dot(u, v)", "(sum (.* u v))");
    gives("param u[1], c; output dot(u, c)", "(scale c (reshape: u))");
    gives("param U[3,3]; output trace(U)", "(trace U)");
    gives("param U[3,3]; output diag(U)", "(diag U)");
    gives("param u[3]; output diag(u)", "(diag u)");
    gives("param u[2], v[3]; output concat(u, v)", "(cat0 u v)");
    gives("param a, b; output concat(a, b)", "(cat0 (reshape:1x1 a) (reshape:1x1 b))");
    gives("param U[2,2], V[3,2]; output vstack(U, V, U)", "(cat0 U V U)");
    gives("param U[2,2], V[2,3]; output hstack(U, V)", "(cat1 U V)");
    gives("param U[2,2]; output hstack(U)", "U");
    gives("param U[2,3]; output reshape(U, 3, 2)", "(reshape:3x2 U)");
    gives("param U[2,3]; output reshape(U, 6)", "(reshape:6x1 U)");
    gives("param U[2,3]; output reshape(reshape(U, 6), 2, 3)", "U");
    gives("param U[2,3]; output reshape(U, 1, 2, 3)", "(reshape:1x2x3 U)");
    gives("param U[2,3]; output reshape(U, 1, 1, 2, 3)", "(reshape:1x1x2x3 U)");
    gives("param U[2,3]; output flatten(U)", "(reshape:6x1 U)");
    gives("param u[6]; output maxpool(u, 2)", "(maxpool2 u)");
    gives("param U[2,6]; output avgpool(U, 3)", "(avgpool3 U)");
    gives("param U[2,6]; output avgpool(U, 1)", "U");
    gives("param U[3,4,6]; output maxpool(U, 2)", "(maxpool2 U)");
    gives("param W[2,3,2]; input x[3,5]; output conv1d(x, W)", "(conv1d:s1p0 x W)");
    gives("param W[2,3,2]; input x[3,5]; output conv1d(x, W, stride=2, pad=1)",
          "(conv1d:s2p1 x W)");
    gives("param W[2,3,2]; input x[3,5]; output conv1d(x, W, pad=1, stride=2)",
          "(conv1d:s2p1 x W)");
    gives("param W[2,3,2,2]; input x[3,5,5]; output conv2d(x, W)", "(conv2d:s1p0 x W)");
}

static void test_shapes(void **state)
{
    (void) state;
    output_shape("param c; output c", 0, 0, 0, 0);
    output_shape("param v[4]; output v", 2, 4, 1, 0);
    output_shape("param v[4]; output v'", 2, 1, 4, 0);
    output_shape("param v[4]; output diag(v)", 2, 4, 4, 0);
    output_shape("param V[4,4]; output diag(V)", 2, 4, 1, 0);
    output_shape("param U[2,3], V[4,3]; output vstack(U, V)", 2, 6, 3, 0);
    output_shape("param U[2,3], V[2,4]; output hstack(U, V)", 2, 2, 7, 0);
    output_shape("param W[2,3,2]; input x[3,5]; output conv1d(x, W)", 2, 2, 4, 0);
    output_shape("param W[2,3,2]; input x[3,5]; output conv1d(x, W, stride=2)", 2, 2, 2, 0);
    output_shape("param W[2,3,2]; input x[3,5]; output conv1d(x, W, pad=2)", 2, 2, 8, 0);
    output_shape("param W[2,3,3,3]; input x[3,5,7]; output conv2d(x, W)", 3, 2, 3, 5);
    output_shape("param W[2,3,3,3]; input x[3,5,7]; output conv2d(x, W, stride=2, pad=1)", 3, 2, 3,
                 4);
    output_shape("param v[6]; output maxpool(v, 3)", 2, 2, 1, 0);
    output_shape("param V[4,6]; output maxpool(V, 3)", 2, 4, 2, 0);
    output_shape("param V[4,6,9]; output maxpool(V, 3)", 3, 4, 2, 3);
    output_shape("param V[4,6,9]; output V[1:2,:,3]", 3, 2, 6, 1);
    output_shape("param u[3]; output u*u'", 2, 3, 3, 0);
    output_shape("param u[3]; output u'*u", 2, 1, 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums),         cmocka_unit_test(test_products),
        cmocka_unit_test(test_quotients),    cmocka_unit_test(test_powers),
        cmocka_unit_test(test_transposes),   cmocka_unit_test(test_constants),
        cmocka_unit_test(test_precedence),   cmocka_unit_test(test_indices),
        cmocka_unit_test(test_arrays),       cmocka_unit_test(test_lets),
        cmocka_unit_test(test_hash_consing), cmocka_unit_test(test_activations),
        cmocka_unit_test(test_functions),    cmocka_unit_test(test_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
