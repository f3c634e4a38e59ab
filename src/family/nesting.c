/* nesting.c - functions within functions whose relations are not decided.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/relations.h"

#include "base/memory.h"

int lo_is_root_of_gelu(const lo_tape_struct *tape, const lo_tnode_struct *x)
{
    return x->fun == LO_FUN_SQRT && lo_tape_is_si(tape, x->first, 2);
}

/* An atom that an argument must not contain: that of a constant, and at a given point any. The root of 2 in gelu is an
 * algebraic number and no atom in this sense: exp takes its square, and erf is independent of the rest whatever
 * algebraic multiple its argument is. */
static int is_forbidden(const lo_engine_t e, slong node, const char *constant_atom)
{
    const lo_tnode_struct *x = e->family->tape->nodes + node;
    return x->op == LO_T_FUN && !lo_is_root_of_gelu(e->family->tape, x) &&
           (e->fixed != NULL || constant_atom[e->family->atom_of_node[node]]);
}

/* The message about the first forbidden atom below an argument. */
static lo_status_t refuse_nesting(const lo_engine_t e, slong argument, const char *constant_atom, lo_ctx_t ctx)
{
    const lo_family_struct *f = e->family;
    char *needed = lo_alloc((size_t) f->tape->n, 1);
    if (needed == NULL)
        return LO_SYSTEM;
    lo_tape_reach(needed, f->tape, &argument, 1);
    slong i = 0;
    while (i < argument && !(needed[i] && is_forbidden(e, i, constant_atom)))
        i++;
    int constant = f->tape->nodes[i].op == LO_T_FUN && constant_atom[f->atom_of_node[i]];
    lo_family_wrong(ctx, f, lo_family_place(f, i),
                    constant ? "an analytic function of a transcendental constant: what is known of such numbers does "
                               "not decide their relations"
                             : "analytic functions within one another, at a given point: this version does not decide "
                               "their relations there");
    lo_free(needed);
    return LO_UNABLE;
}

lo_status_t lo_check_nesting(const lo_engine_t e, slong k, const char *constant_atom, char *marked,
                                 slong *position, lo_ctx_t ctx)
{
    slong argument = e->family->atoms[k].argument;
    for (slong i = *position; i <= argument; i++) {
        if (is_forbidden(e, i, constant_atom))
            marked[i] = 1;
        else
            lo_tape_spread_one(marked, e->family->tape, i);
    }
    *position = argument + 1 > *position ? argument + 1 : *position;
    return marked[argument] ? refuse_nesting(e, argument, constant_atom, ctx) : LO_OK;
}
