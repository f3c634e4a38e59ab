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
        if (x->op == N_FUNC && x->f != F_EXP && x->f != F_LOG && x->f != F_SIN && x->f != F_COS && x->f != F_TANH &&
            x->f != F_SIGMOID && x->f != F_SQRT)
            fail("a law with the function %s", function_names[x->f]);
    }
    give(list);
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
