/* identities.c - the claims about identities: conserved, invariant, involutive, symmetry; and refuted.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Each identity is a node of the tape that must be zero (normal.c); a refutation is one that is not zero
 * at a point. Matrices are those of the model language.
 */
#include "check/check.h"

#include <string.h>

/* Functions whose values and derivatives at special arguments are rational. */
#define LAW_FUNCTIONS \
    (1u << F_EXP | 1u << F_LOG | 1u << F_SIN | 1u << F_COS | 1u << F_TANH | 1u << F_SIGMOID | 1u << F_SQRT)

int *laws;
long nlaws;

/* The number of the law is nlaws. */
static void check_law(int law, const char *proof)
{
    int by_tangents = strcmp(proof, "tangent") == 0;
    need(by_tangents || strcmp(proof, "expand") == 0, "law %ld: an unknown kind of proof", nlaws);
    need(!by_tangents || (!M.momentum && M.kind != M_RAW), "law %ld: tangents are for networks", nlaws);
    need((functions_in(&law, 1) & ~LAW_FUNCTIONS) == 0,
         "law %ld: with the functions exp, log, sin, cos, tanh, sigmoid and sqrt only", nlaws);
    must_be_defined(law);
    need(by_tangents ? moves_no_output(law) : is_zero(derivative_along(law), 0),
         "law %ld: its derivative is not identically zero%s", nlaws, by_tangents ? ", or not followed" : "");
}

void claim_conserved(const json *section)
{
    need(section->number != 0, "laws: the list is empty");
    laws = vector(section->number);
    nlaws = 0;
    for (long i = 0; i < M.noutputs; i++)
        must_be_defined(M.outputs[i]);
    for (long i = 0; M.metric != NULL && i < M.p; i++)
        must_be_defined(M.metric[i]);
    for (const json *j = section->first; j != NULL; j = j->next) {
        int law = laws[nlaws++] = read_scalar(in(j, "expression")->text, "a law", 0);
        check_law(law, in(j, "proof")->text);
    }
    say("  %ld law%s identically%s.\n", nlaws, nlaws == 1 ? " holds" : "s hold",
        M.kind == M_NETWORK && M.inputs > 0 ? " for every input" : "");
}

void claim_refuted(const json *refuted)
{
    int law = read_scalar(in(refuted, "expression")->text, "the expression", 0), *field = vector(M.p);
    long j = number(in(refuted, "output"), covector_size);
    need(!M.momentum, "refuted: momentum flows are not supported");
    assignment one = { .image = { [V_COVECTOR] = unit_covector(j) } }, at = { .gates = GATES_TRUE };
    at.image[V_INPUT] = constants(in(refuted, "inputs"), M.inputs);
    place_at_point(&at, constants(in(refuted, "point"), M.coordinates));
    /* The law, the output, and the field must be defined there, too; other outputs and fields need not be. */
    int roots[] = { derivative_along(law), law, M.kind == M_RAW ? law : M.outputs[j] };
    substitute(roots, roots, 1, &one);
    substitute(roots, roots, 3, &at);
    substitute(field, family, M.p, &one);
    substitute(field, field, M.p, &at);
    need(known(roots[0]) != NULL, "refuted: the derivative is not rational at the point");
    need(roots[0] != 0, "refuted: the derivative at the point is zero");
    say("  The expression is not conserved: its derivative along a field is not zero at the given point.\n");
}

/* A list of rows; no row is a row of zeros. */
static value integers(const json *j, long rows, long columns)
{
    value m = matrix(rows > 0 ? rows : 1, columns);
    int *to = m.id;
    for (const json *row = list(j, rows); row != NULL; row = row->next, to += columns) {
        memcpy(to, constants(row, columns), (size_t) columns * sizeof(int));
        for (long i = 0; i < columns; i++)
            need(mpz_cmp_ui(mpq_denref(known(to[i])), 1) == 0, "invariant: an integer is expected");
    }
    return m;
}

static void must_vanish(value v, int gates_by_value, const char *otherwise)
{
    for (long i = 0; i < v.size; i++)
        need(is_zero(v.id[i], gates_by_value), "%s", otherwise);
}

/* E X(B' s) = 0 for the family X, in new variables s (those of the first coordinates). Gates belong to their
 * pre-activations there. */
static void check_fields(value B, value E)
{
    value s = matrix(B.dim[0], 1), X = matrix(M.p, 1);
    for (long i = 0; i < s.size; i++)
        s.id[i] = variable(V_COORD, i);
    assignment at = { .image = { [V_COORD] = v_matmul(v_transpose(B), s).id } };
    substitute(X.id, family, M.p, &at);
    must_vanish(v_matmul(E, X), 1, "invariant: a field leaves the subspace");
}

/* E B' = 0 and d I = B' G + H E: the q rows of B span the kernel of E, which has p - q. */
void claim_invariant(const json *invariant)
{
    need(!M.momentum && invariant->number > 0, "invariant: at least one subspace, and no momentum");
    for (const json *j = invariant->first; j != NULL; j = j->next) {
        long p = M.p, q = in(j, "basis")->number;
        need(q < p, "invariant: the subspace is not proper");
        value B = integers(in(j, "basis"), q, p), E = integers(in(j, "equations"), p - q, p);
        int d = constant((int) in(j, "d")->number);
        need(mpz_cmp_ui(mpq_denref(known(d)), 1) == 0, "invariant: an integer is expected");
        value G = integers(in(j, "G"), q, p), H = integers(in(j, "H"), p, p - q);
        value sum = v_add(v_matmul(v_transpose(B), G), v_matmul(H, E), 1);
        need(d != 0, "invariant: d is zero");
        must_vanish(v_matmul(E, v_transpose(B)), 0, "invariant: E B' is not zero");
        for (long i = 0; i < sum.size; i++)
            need(sum.id[i] == (i % (p + 1) == 0 ? d : 0), "invariant: B' G + H E is not d I");
        check_fields(B, E);
        say("  The subspace of dimension %ld is invariant%s.\n", q, M.gated ? ", off the kinks" : "");
    }
}

/* For each field X of the spanning list: q [X, B_j] = sum c_m B_m, or q X if there is no B_j. The inputs are
 * variables in X and c_m; the B_m have none. */
static void check_involutive(value X, const int *Bj, int q, value B, const json *coefficients, long k)
{
    value left = matrix(1, X.size), c = matrix(1, B.dim[0]);
    const json *e = list(coefficients, k);
    for (long m = 0; m < k; m++, e = e->next) {
        c.id[m] = read_scalar(e->text, "a coefficient", 1);
        must_be_defined(c.id[m]);
    }
    if (Bj != NULL)
        bracket(left.id, X.id, Bj);
    left = v_scale(scalar(q), Bj != NULL ? left : X);
    must_vanish(v_add(left, v_matmul(c, B), -1), 0, "involutive: an identity does not hold");
}

/* For every field and j <= k, in the order of the fields, then j. */
void claim_involutive(const json *involutive)
{
    const json *basis = in(involutive, "basis"), *rows = in(involutive, "coefficients");
    long k = basis->number, n = covector_size, p = M.coordinates;
    need(!M.gated && !M.momentum, "involutive: a model with gates, or a momentum flow");
    value B = matrix(k > 0 ? k : 1, p), X = matrix(1, p);
    int *to = B.id, q;
    for (const json *e = basis->first; e != NULL; e = e->next, to += p) {
        memcpy(to, entry_nodes(entry_at(e)), (size_t) p * sizeof(int));
        need(entry_at(e)->order == 0, "involutive: a Taylor member as a field");
    }
    q = read_scalar(in(involutive, "q")->text, "q", 0);
    need(!is_zero(q, 0), "involutive: q is zero");
    const json *e = list(rows, n * (k + 1));
    for (long i = 0; e != NULL; e = e->next, i++) {
        long field = i / (k + 1), j = i % (k + 1);
        substitute(X.id, family, p, &(assignment){ .image = { [V_COVECTOR] = unit_covector(field) } });
        need(e->first->number == field && e->first->next->number == j,
             "involutive: the identities are not in their order");
        check_involutive(X, j < k ? B.id + j * p : NULL, q, B, e->first->next->next, k);
    }
    say("  The orbits have dimension at most %ld where q is not zero and all is defined.\n", k);
}

/* A permutation of the parameters with signs: (g theta)_i = sign_i theta_(image_i). */
static void read_signed_permutation(int *theta, const json *j)
{
    char *taken = take((size_t) M.p, 1);
    for (const json *pair = list(j, M.p); pair != NULL; pair = pair->next) {
        const char *sign = pair->first->text;
        long image = number(pair->first->next, M.p);
        need(strcmp(sign, "1") == 0 || strcmp(sign, "-1") == 0, "symmetry: a sign is \"1\" or \"-1\"");
        need(taken[image]++ == 0, "symmetry: two parameters have one image");
        *theta++ = *sign == '-' ? negate(variable(V_COORD, image)) : variable(V_COORD, image);
    }
    give(taken);
}

/* F(g theta) = F(theta) for every output; gates belong to their pre-activations, and move with them. */
void claim_symmetry(const json *symmetry)
{
    need(M.kind != M_RAW && M.metric == NULL && !M.momentum && symmetry->number > 0,
         "symmetry: at least one generator, of a network or map under gradient flow");
    value F = column(M.outputs, M.noutputs), moved = matrix(F.size, 1);
    int *theta = vector(M.p);
    assignment at = { .image = { [V_COORD] = theta } };
    for (const json *j = symmetry->first; j != NULL; j = j->next) {
        read_signed_permutation(theta, j);
        substitute(moved.id, F.id, F.size, &at);
        must_vanish(v_add(moved, F, -1), 1, "symmetry: a generator changes output");
    }
    say("  %ld signed permutation%s of the parameters: every output is kept, identically.\n",
        symmetry->number, symmetry->number == 1 ? "" : "s");
}
