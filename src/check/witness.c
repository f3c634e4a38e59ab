/* witness.c - the claim `refuted`: an expression whose derivative along one field is not zero at one point.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/check.h"

/* The gradient of node root: exact adjoints from the root down. */
static void exact_gradient(mpq_t *out, int root, const exact *e, const int *list_of_nodes, long count)
{
    mpq_t *adjoint = take((size_t) T.nnodes, sizeof(mpq_t)), d;
    mpq_init(d);
    for (long i = 0; i < count; i++)
        mpq_init(adjoint[list_of_nodes[i]]);
    mpq_set_si(adjoint[root], 1, 1);
    for (long i = count - 1; i >= 0; i--) {
        int id = list_of_nodes[i];
        const node *x = T.nodes + id;
        if (mpq_sgn(adjoint[id]) == 0)
            continue;
        if (x->op == N_VAR && coordinate(x) >= 0)
            mpq_add(out[coordinate(x)], out[coordinate(x)], adjoint[id]);
        if (x->op == N_ADD) {
            mpq_add(adjoint[x->a], adjoint[x->a], adjoint[id]);
            mpq_add(adjoint[x->b], adjoint[x->b], adjoint[id]);
        } else if (x->op == N_MUL) {
            if (!e->known[x->a] || !e->known[x->b])
                fail("refuted: a factor is not rational at the point");
            mpq_mul(d, adjoint[id], e->q[x->b]);
            mpq_add(adjoint[x->a], adjoint[x->a], d);
            mpq_mul(d, adjoint[id], e->q[x->a]);
            mpq_add(adjoint[x->b], adjoint[x->b], d);
        } else if (x->op == N_INV) {
            if (!e->known[id])
                fail("refuted: a divisor is not rational at the point");
            mpq_mul(d, e->q[id], e->q[id]);
            mpq_mul(d, d, adjoint[id]);
            mpq_sub(adjoint[x->a], adjoint[x->a], d);
        } else if (x->op == N_FUNC) {
            if (!derivative_at_base(d, x->f, e, x->a, id))
                fail("refuted: the derivative of %s is not rational at the point", function_names[x->f]);
            mpq_mul(d, d, adjoint[id]);
            mpq_add(adjoint[x->a], adjoint[x->a], d);
        }
    }
    for (long i = 0; i < count; i++)
        mpq_clear(adjoint[list_of_nodes[i]]);
    give(adjoint);
    mpq_clear(d);
}

static mpq_t *numbers(const json *j, const char *what, long count)
{
    mpq_t *q = take((size_t) count + 1, sizeof(mpq_t));
    const json *e = list(j, what, count);
    for (long i = 0; i < count; i++, e = e->next) {
        mpq_init(q[i]);
        rational(q[i], e, what);
    }
    return q;
}

static mpq_t *zeros(long count)
{
    mpq_t *q = take((size_t) count + 1, sizeof(mpq_t));
    for (long i = 0; i < count; i++)
        mpq_init(q[i]);
    return q;
}

void claim_refuted(const json *refuted)
{
    cursor c = enter(refuted, "refuted");
    int law = read_scalar(string(required(&c, "expression"), "expression"), "the expression"), *nodes;
    member m = { .kind = 'n', .inputs = numbers(required(&c, "inputs"), "inputs", M.inputs) };
    long p = M.coordinates, output = number(required(&c, "output"), "output", field_count());
    mpq_t total, d, *saved = point;
    exact e;
    point = numbers(required(&c, "point"), "point", p);
    leave(&c);
    if (M.momentum)
        fail("refuted: momentum flows are not supported");
    long n = M.kind == M_RAW ? M.p : 1;
    int *roots = take((size_t) (n + 1 + M.p), sizeof(int));
    for (long i = 0; i < n; i++)
        roots[i] = M.outputs[output * n + i];
    roots[n] = law;
    for (long i = 0; i < M.p; i++)
        roots[n + 1 + i] = M.metric != NULL ? M.metric[i] : law;
    long count = reachable(&nodes, roots, n + 1 + M.p);
    base_values(&e, nodes, count, &m, 1);
    mpq_t *gradient = zeros(p), *field = zeros(p);
    exact_gradient(gradient, law, &e, nodes, count);
    if (M.kind != M_RAW)
        exact_gradient(field, roots[0], &e, nodes, count);
    mpq_init(total);
    mpq_init(d);
    for (long i = 0; i < p; i++) {
        int component = M.kind == M_RAW ? roots[i] : M.metric != NULL ? M.metric[i] : law;
        mpq_set(d, gradient[i]);
        if (mpq_sgn(d) == 0)
            continue;
        if (M.kind != M_RAW)
            mpq_mul(d, d, field[i]);
        if (M.kind == M_RAW || M.metric != NULL) {
            if (!e.known[component])
                fail("refuted: a component is not rational at the point");
            mpq_mul(d, d, e.q[component]);
        }
        mpq_add(total, total, d);
    }
    if (mpq_sgn(total) == 0)
        fail("refuted: the derivative at the point is zero");
    point = saved;
    say("The expression is not conserved: its derivative along a field of the family is not zero at the "
        "given point");
}
