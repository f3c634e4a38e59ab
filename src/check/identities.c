/* identities.c - the claims about identities: conserved, invariant, involutive, symmetry; and refuted.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Each identity is a node of the tape that must be zero (normal.c); a refutation is one that is not zero
 * at a point.
 */
#include "check/language.h"

#include <string.h>

/* Functions whose values and derivatives at special arguments are rational. */
static void check_functions(int law)
{
    int *list;
    for (long n = reachable(&list, &law, 1); n-- > 0;) {
        const node *x = node_at(list[n]);
        need(x->op != N_FUNC || x->f == F_EXP || x->f == F_LOG || x->f == F_SIN || x->f == F_COS ||
                 x->f == F_TANH || x->f == F_SIGMOID || x->f == F_SQRT,
             "a law with the function %s", function_names[x->f]);
    }
    give(list);
}

int *claim_conserved(const json *laws)
{
    const json *j = list(laws, "laws", -1), *expression, *proof;
    long k = laws->number;
    int *nodes = take((size_t) k + 1, sizeof(int));
    need(k != 0, "laws: the list is empty");
    for (long i = 0; i < k; i++, j = j->next) {
        unpack(j, "a law", "expression proof", &expression, &proof);
        nodes[i] = read_scalar(string(expression, "expression"), "a law", 0);
        need(strcmp(string(proof, "proof"), "expand") == 0, "law %ld: an unknown kind of proof", i + 1);
        check_functions(nodes[i]);
    }
    for (long i = 0; i < M.noutputs; i++)
        must_be_defined(M.outputs[i]);
    for (long i = 0; i < k; i++) {
        must_be_defined(nodes[i]);
        for (long f = 0; f < fields_count(); f++)
            need(is_zero(derivative_along(nodes[i], f), 0),
                 "law %ld: its derivative along field %ld is not identically zero", i + 1, f + 1);
    }
    say("  %ld law%s hold%s identically%s.\n", k, k == 1 ? "" : "s", k == 1 ? "s" : "",
        M.kind == M_NETWORK && M.inputs > 0 ? " for every input" : "");
    return nodes;
}

void claim_refuted(const json *refuted)
{
    const json *expression, *inputs, *output, *jpoint;
    unpack(refuted, "refuted", "expression inputs output point", &expression, &inputs, &output, &jpoint);
    int law = read_scalar(string(expression, "expression"), "the expression", 0);
    long j = number(output, "output", M.kind == M_RAW ? M.nfields : M.noutputs);
    need(!M.momentum, "refuted: momentum flows are not supported");
    int *covector = take((size_t) M.noutputs + 1, sizeof(int));
    covector[j] = constant_si(1);
    assignment at = at_point(jpoint);
    at.image[V_INPUT] = constants(inputs, "inputs", M.inputs);
    at.image[V_COVECTOR] = covector;
    at.gates = GATES_TRUE;
    int raw = M.kind == M_RAW,
        roots[3] = { derivative_along(law, raw ? j : 0), law, raw ? law : M.outputs[j] };
    substitute(roots, roots, 3, &at); /* the law and the output must be defined there, too */
    need(known(roots[0]) != NULL, "refuted: the derivative is not rational at the point");
    need(mpq_sgn(known(roots[0])) != 0, "refuted: the derivative at the point is zero");
    say("  The expression is not conserved: its derivative along a field is not zero at the given point.\n");
}

/* --- invariant --- */

static void check_integer(int number)
{
    need(mpz_cmp_ui(mpq_denref(known(number)), 1) == 0, "invariant: an integer is expected");
}

/* Row by row, as nodes. */
static int *integers(const json *j, const char *what, long rows, long columns)
{
    int *m = take((size_t) (rows * columns) + 1, sizeof(int)), *to = m;
    for (const json *row = list(j, what, rows); row != NULL; row = row->next) {
        int *numbers = constants(row, what, columns);
        for (long k = 0; k < columns; k++)
            check_integer(*to++ = numbers[k]);
        give(numbers);
    }
    return m;
}

/* sum over n of x[n] y[n], where the one steps by dx and the other by dy; constants are computed at once. */
static int inner_product(const int *x, long dx, const int *y, long dy, long n)
{
    int total = 0;
    for (long k = 0; k < n; k++) {
        if (x[k * dx] != 0 && y[k * dy] != 0)
            total = add(total, multiply(x[k * dx], y[k * dy]));
    }
    return total;
}

/* E B' = 0 and d I = B' G + H E: the q rows of B span the kernel of E, which has p - q. */
static void check_subspace(int d, const int *B, const int *E, const int *G, const int *H, long q)
{
    long p = M.coordinates;
    need(d != 0, "invariant: d is zero");
    for (long i = 0; i < (p - q) * q; i++)
        need(inner_product(E + i / q * p, 1, B + i % q * p, 1, p) == 0, "invariant: E B' is not zero");
    for (long i = 0; i < p; i++) {
        for (long j = 0; j < p; j++) {
            int s =
                add(inner_product(B + i, p, G + j, p, q), inner_product(H + i * (p - q), 1, E + j, p, p - q));
            need(s == (i == j ? d : 0), "invariant: B' G + H E is not d I");
        }
    }
}

/* E X(B' s) = 0 for every field X, in new variables s (those of the first coordinates). Gates belong to
 * their pre-activations there. */
static void check_fields(const int *B, const int *E, long q)
{
    long p = M.coordinates;
    int *s = take((size_t) p, sizeof(int)), *theta = take((size_t) p, sizeof(int)),
        *x = take((size_t) p, sizeof(int));
    assignment at = by_coordinate(theta);
    at.gates = GATES_REBUILT;
    for (long b = 0; b < q; b++)
        s[b] = variable(V_COORD, b);
    for (long i = 0; i < p; i++)
        theta[i] = inner_product(B + i, p, s, 1, q);
    for (long f = 0; f < fields_count(); f++) {
        substitute(x, field_at(f), p, &at);
        for (long i = 0; i < p - q; i++)
            need(is_zero(inner_product(E + i * p, 1, x, 1, p), 1), "invariant: field %ld leaves the subspace",
                 f + 1);
    }
}

void claim_invariant(const json *invariant)
{
    const json *j = list(invariant, "invariant", -1), *g, *h, *basis, *scale, *equations;
    long p = M.coordinates;
    need(!M.momentum && j != NULL, "invariant: at least one subspace, and no momentum");
    for (; j != NULL; j = j->next) {
        unpack(j, "invariant", "G H basis d equations", &g, &h, &basis, &scale, &equations);
        long q = (list(basis, "basis", -1), basis->number);
        need(q < p, "invariant: the subspace is not proper");
        int *B = integers(basis, "basis", q, p), *E = integers(equations, "equations", p - q, p),
            d = constant(rational(scale, "d"));
        check_integer(d);
        check_subspace(d, B, E, integers(g, "G", q, p), integers(h, "H", p, p - q), q);
        check_fields(B, E, q);
        say("  The subspace of dimension %ld is invariant%s.\n", q, M.gated ? ", off the kinks" : "");
    }
}

/* --- involutive --- */

/* The fields of the spanning list: those of a raw family, or the gradient of each output. */
static const int *spanning_field(long i)
{
    if (M.kind == M_RAW)
        return field_at(i);
    int *x = take((size_t) M.coordinates, sizeof(int)), *covector = take((size_t) M.noutputs, sizeof(int));
    assignment at = { .image = { [V_COVECTOR] = covector }, .gates = GATES_KEPT };
    covector[i] = constant_si(1);
    substitute(x, field_at(0), M.coordinates, &at);
    return x;
}

/* For every field i and j < k: q [X_i, B_j] = sum c_m B_m; for j = k: q X_i. In the order of i, then j.
 * The inputs are variables in X_i and c_m; the B_m have none. */
void claim_involutive(const json *involutive)
{
    const json *basis, *rows, *jq;
    unpack(involutive, "involutive", "basis coefficients q", &basis, &rows, &jq);
    const json *e = list(basis, "basis", -1);
    long k = basis->number, n = M.kind == M_RAW ? M.nfields : M.noutputs, p = M.coordinates;
    need(!M.gated && !M.momentum, "involutive: a model with gates, or a momentum flow");
    const int **B = take((size_t) k + 1, sizeof(*B));
    for (long j = 0; j < k; j++, e = e->next) {
        B[j] = entry_nodes(number(e, "basis", entries_count()));
        need(entry_at(e->number)->order == 0, "involutive: a Taylor member as a field");
    }
    int q = read_scalar(string(jq, "q"), "q", 0), *left = take((size_t) p, sizeof(int));
    need(!is_zero(q, 0), "involutive: q is zero");
    e = list(rows, "coefficients", n * (k + 1));
    for (long i = 0; i < n; i++) {
        const int *x = spanning_field(i);
        for (long j = 0; j <= k; j++, e = e->next) {
            const json *index = list(e, "coefficients", 3),
                       *c = list(index->next->next, "coefficients", k);
            need(number(index, "a field", n) == i && number(index->next, "a basis element", k + 1) == j,
                 "involutive: the identities are not in their order");
            memcpy(left, x, (size_t) p * sizeof(int));
            if (j < k)
                bracket(left, x, B[j]);
            for (long at = 0; at < p; at++)
                left[at] = multiply(q, left[at]);
            for (long m = 0; m < k; m++, c = c->next) {
                int minus = negate(read_scalar(string(c, "a coefficient"), "a coefficient", 1));
                must_be_defined(minus);
                for (long at = 0; at < p; at++)
                    left[at] = add(left[at], multiply(minus, B[m][at]));
            }
            for (long at = 0; at < p; at++)
                need(is_zero(left[at], 0), "involutive: an identity does not hold in component %ld", at + 1);
        }
    }
    say("  The orbits have dimension at most %ld where q is not zero and all is defined.\n", k);
}

/* --- symmetry --- */

/* A permutation of the parameters with signs: (g theta)_i = sign_i theta_(image_i). */
static void read_signed_permutation(int *theta, const json *j)
{
    char *taken = take((size_t) M.p, 1);
    const json *pair = list(j, "a symmetry", M.p);
    for (long i = 0; i < M.p; i++, pair = pair->next) {
        const json *sign = list(pair, "a symmetry", 2);
        const char *text = string(sign, "a sign");
        long image = number(sign->next, "an image", M.p);
        need(strcmp(text, "1") == 0 || strcmp(text, "-1") == 0, "symmetry: a sign is \"1\" or \"-1\"");
        need(taken[image]++ == 0, "symmetry: two parameters have one image");
        theta[i] = *text == '-' ? negate(variable(V_COORD, image)) : variable(V_COORD, image);
    }
    give(taken);
}

/* F(g theta) = F(theta) for every output; gates belong to their pre-activations, and move with them. */
void claim_symmetry(const json *symmetry)
{
    const json *j = list(symmetry, "symmetry", -1);
    int *theta = take((size_t) M.p, sizeof(int)), *moved = take((size_t) M.noutputs, sizeof(int));
    assignment at = { .image = { [V_COORD] = theta }, .gates = GATES_REBUILT };
    need(M.kind != M_RAW && M.metric == NULL && !M.momentum && j != NULL,
         "symmetry: at least one generator, of a network or map under gradient flow");
    for (long n = 1; j != NULL; j = j->next, n++) {
        read_signed_permutation(theta, j);
        substitute(moved, M.outputs, M.noutputs, &at);
        for (long i = 0; i < M.noutputs; i++)
            need(is_zero(add(moved[i], negate(M.outputs[i])), 1),
                 "symmetry: generator %ld changes output %ld", n, i + 1);
    }
    say("  %ld signed permutation%s of the parameters keep%s every output, identically.\n", symmetry->number,
        symmetry->number == 1 ? "" : "s", symmetry->number == 1 ? "s" : "");
}
