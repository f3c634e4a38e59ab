/* conserved.c - the claim `conserved`: the derivative of each law along each field is identically zero.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/check.h"

#include <string.h>

/* Functions whose derivatives at the point are known to law_gradient too. */
static void check_functions(int law)
{
    int *list;
    long n = reachable(&list, &law, 1);
    for (long i = 0; i < n; i++) {
        const node *x = T.nodes + list[i];
        if (x->op == N_FUNC && x->f != F_EXP && x->f != F_LOG && x->f != F_SIN && x->f != F_COS &&
            x->f != F_TANH && x->f != F_SIGMOID && x->f != F_SQRT)
            fail("a law with the function %s", function_names[x->f]);
    }
    give(list);
}

/* The derivatives of the outputs along the gradient of h (times the metric): the same E, since both
 * sum dh/dw dF/dw. Long values have names, which are resolved only where nothing cancels before; a
 * shortcut that may fail. */
static int conserved_by_tangents(const sparse *gradient)
{
    enum { MAX_TERMS = 200000 };
    const poly **direction = take((size_t) M.coordinates, sizeof(*direction)), *none = p_si(0);
    const poly *const *v = named_values(M.outputs, M.noutputs);
    int zero = 1;
    for (long i = 0; i < M.coordinates; i++)
        direction[i] = none;
    for (long k = 0; k < gradient->count; k++) {
        long i = gradient->entry[k].var;
        direction[i] = gradient->entry[k].p;
        if (M.metric != NULL)
            direction[i] = p_multiply(direction[i], symbolic_values(M.metric + i, 1)[M.metric[i]]);
    }
    s_set_direction(direction);
    for (long j = 0; zero && j < M.noutputs; j++) {
        const poly *e = s_reduce_within(s_tangent(v[M.outputs[j]]), MAX_TERMS);
        zero = e != NULL && e->count == 0;
    }
    give(direction);
    return zero;
}

long claim_conserved(const json *laws, int **out)
{
    long k = 0;
    const json *j = list(laws, "laws", -1);
    int *nodes = take((size_t) laws->number + 1, sizeof(int));
    if (laws->number == 0)
        fail("laws: the list is empty");
    for (; j != NULL; j = j->next, k++) {
        cursor c = enter(j, "a law");
        nodes[k] = read_scalar(string(required(&c, "expression"), "expression"), "a law");
        if (strcmp(string(required(&c, "proof"), "proof"), "expand") != 0)
            fail("law %ld: an unknown kind of proof", k + 1);
        leave(&c);
        check_functions(nodes[k]);
    }
    for (long i = 0; i < k; i++) {
        const sparse *gradient = s_gradient(symbolic_values(nodes + i, 1)[nodes[i]]);
        if (M.kind != M_RAW && !M.momentum && conserved_by_tangents(gradient))
            continue;
        for (long f = 0; f < field_count(); f++) {
            if (s_reduce(inner_product(gradient, symbolic_field(f)))->count != 0)
                fail("law %ld: its derivative along field %ld is not identically zero", i + 1, f + 1);
        }
    }
    *out = nodes;
    say("%ld law%s hold%s identically%s", k, k == 1 ? "" : "s", k == 1 ? "s" : "",
        M.kind == M_NETWORK && M.inputs > 0 ? " for every input" : "");
    return k;
}
