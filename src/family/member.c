/* member.c - drawing members of the family.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A square root is defined where its argument is a residue, half of the time. With many roots (a normalisation of every
 * row, say) a draw at random would hardly ever do. So the inputs that a root is the first to depend on are its own, and
 * when the root fails only they are drawn again: the roots before it stay. A root without inputs of its own starts the
 * draw over.
 */
#include "family/modular.h"

#include "base/memory.h"

#include <string.h>

/* Draws of one member before it is given up; its evaluation then fails. */
#define MOST_DRAWS 100000

static int is_root(const lo_tape_struct *tape, slong node)
{
    return tape->nodes[node].op == LO_T_FUN && tape->nodes[node].fun == LO_FUN_SQRT;
}

lo_status_t lo_engine_find_owners(lo_engine_t e)
{
    const lo_family_struct *f = e->family;
    slong root = 0;
    while (root < f->primal && !is_root(f->tape, root))
        root++;
    if (root == f->primal)
        return LO_OK;
    char *marked = lo_alloc((size_t) f->tape->n, 1);
    e->owner = lo_alloc((size_t) f->naux, sizeof(slong));
    if (marked == NULL || e->owner == NULL) {
        lo_free(marked);
        return LO_SYSTEM;
    }
    for (slong a = 0; a < f->naux; a++)
        e->owner[a] = -1;
    for (; root < f->primal; root++) {
        if (!is_root(f->tape, root) || !e->needed[root])
            continue;
        lo_tape_reach(marked, f->tape, &f->tape->nodes[root].first, 1);
        for (slong i = 0; i < root; i++) {
            const lo_tnode_struct *x = f->tape->nodes + i;
            if (marked[i] && x->op == LO_T_AUX && e->owner[x->first] < 0 &&
                !lo_aux_is_shared(f->aux + x->first))
                e->owner[x->first] = f->atom_of_node[root];
        }
    }
    lo_free(marked);
    return LO_OK;
}

int lo_engine_redraw_owned(ulong *aux, lo_engine_t e, lo_random_t random)
{
    int owned = 0;
    for (slong a = 0; a < e->family->naux; a++) {
        if (e->nonresidue < 0 || e->owner[a] != e->nonresidue)
            continue;
        aux[a] = lo_random_below(random, e->mod.n);
        owned = 1;
    }
    return owned;
}

static slong member_aux(const lo_engine_t e)
{
    if (e->taylor != NULL)
        return 2 * e->family->naux + 1;
    return e->family->naux * (e->family->npatterns > 0 ? e->family->npatterns : 1);
}

slong lo_member_size(const lo_engine_t e)
{
    return member_aux(e) + (e->taylor != NULL || e->family->local_atoms ? e->family->natoms * LO_ATOM_WORDS : 0);
}

const ulong *lo_member_atoms(const lo_engine_t e, const ulong *member, const lo_modpoint_t point)
{
    return e->taylor != NULL || e->family->local_atoms ? member + member_aux(e) : point->atoms;
}

static lo_status_t draw_anywhere(ulong *member, const lo_engine_t e, const lo_modpoint_t point,
                                 lo_random_t random)
{
    const lo_family_struct *f = e->family;
    for (slong i = 0; i < member_aux(e); i++) {
        const lo_aux_struct *aux = f->aux + i % f->naux;
        member[i] = lo_aux_is_shared(aux) ? e->frozen[i % f->naux] : lo_random_below(random, e->mod.n);
        if (aux->kind == LO_AUX_GATE && f->npatterns > 0 &&
            !lo_residue(member + i, f->patterns + i / f->naux * f->ngates + aux->index, e->mod))
            member[i] = 0; /* not reached: the values are 0, 1 and 1/100 */
    }
    if (!f->local_atoms)
        return LO_OK;
    uint64_t local = lo_random_next(random);
    return lo_relations_values(member + member_aux(e), e, point->global, local);
}

/* Until every root has a residue. */
static lo_status_t draw_member(ulong *member, lo_engine_t e, const lo_modpoint_t point, lo_random_t random)
{
    const lo_family_struct *f = e->family;
    lo_modalg_t scalars;
    lo_modalg_jets(scalars, e->mod, 0);
    LO_TRY(draw_anywhere(member, e, point, random));
    for (int draws = 0; e->owner != NULL && f->npatterns == 0 && draws < MOST_DRAWS; draws++) {
        e->nonresidue = -1;
        lo_status_t status = lo_engine_run(e, scalars, e->needed, 0, f->primal, point->theta,
                                           lo_member_atoms(e, member, point), member);
        if (status != LO_DOMAIN)
            return status;
        if (e->nonresidue >= 0 && !f->atoms[e->nonresidue].local)
            return LO_OK; /* no input moves it: the point will not do */
        if (!lo_engine_redraw_owned(member, e, random))
            LO_TRY(draw_anywhere(member, e, point, random));
    }
    return LO_OK;
}

lo_status_t lo_member_from_seed(ulong *member, lo_engine_t e, uint64_t number, const lo_modpoint_t point)
{
    lo_random_t random;
    lo_random_init(random, number, e->mod.n);
    return draw_member(member, e, point, random);
}

lo_status_t lo_member_randomise(ulong *member, lo_engine_t e, const lo_modpoint_t point)
{
    return draw_member(member, e, point, e->random);
}
