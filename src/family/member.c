/* member.c - drawing members of the family.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A square root is defined where its argument is a residue, half of the time. With many roots (a normalisation of every
 * row, say) a draw at random would hardly ever do. So the inputs that a root is the first to depend on are its own, and
 * when the root fails only they are drawn again: the roots before it stay. A root without inputs of its own starts the
 * draw over. A root without any inputs (the norm of a parameter vector) belongs to the point: there coordinates are drawn
 * again in the same way, before any member. A root of frozen constants alone belongs to the
 * family: they are drawn first.
 */
#include "family/modular.h"

#include "base/memory.h"

#include <string.h>

/* Draws of one member before it is given up; its evaluation then fails. */
#define MOST_DRAWS 100000
/* Draws of all frozen constants, and of those of one root. */
#define MOST_FROZEN_DRAWS 400
#define MOST_OWN_DRAWS 100

static int is_root(const lo_tape_struct *tape, slong node)
{
    return tape->nodes[node].op == LO_T_FUN && tape->nodes[node].fun == LO_FUN_SQRT;
}

/* What the square root at a node is the first to depend on becomes its own. */
static void claim(lo_engine_t e, slong root, const char *marked, int local)
{
    const lo_family_struct *f = e->family;
    for (slong i = 0; i < root; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (!marked[i])
            continue;
        if (local && x->op == LO_T_AUX && e->owner[x->first] < 0 && !lo_aux_is_shared(f->aux + x->first))
            e->owner[x->first] = f->atom_of_node[root];
        if (!local && x->op == LO_T_VAR && e->coordinate_owner[x->first] < 0)
            e->coordinate_owner[x->first] = f->atom_of_node[root];
    }
}

static lo_status_t start_owners(lo_engine_t e)
{
    const lo_family_struct *f = e->family;
    e->owner = lo_alloc((size_t) f->naux, sizeof(slong));
    e->coordinate_owner = lo_alloc((size_t) f->p, sizeof(slong));
    e->constant = lo_alloc((size_t) f->tape->n, 1);
    if (e->owner == NULL || e->coordinate_owner == NULL || e->constant == NULL)
        return LO_SYSTEM;
    for (slong a = 0; a < f->naux; a++)
        e->owner[a] = -1;
    for (slong i = 0; i < f->p; i++)
        e->coordinate_owner[i] = -1;
    return LO_OK;
}

/* Is it a root without inputs that some coordinate moves? Then joins e->constant. */
static int join_constant(lo_engine_t e, slong root, const char *marked)
{
    const lo_family_struct *f = e->family;
    slong i = 0;
    while (i < root && !(marked[i] && f->tape->nodes[i].op == LO_T_VAR))
        i++;
    if (i == root || f->atoms[f->atom_of_node[root]].local)
        return 0;
    for (e->constant[root] = 1, i = 0; i < root; i++)
        e->constant[i] |= marked[i];
    return 1;
}

lo_status_t lo_engine_find_owners(lo_engine_t e)
{
    const lo_family_struct *f = e->family;
    slong root = 0;
    while (root < f->primal && !is_root(f->tape, root))
        root++;
    if (root == f->primal)
        return LO_OK;
    int constant = 0;
    char *marked = lo_alloc((size_t) f->tape->n, 1);
    lo_status_t status = marked != NULL ? start_owners(e) : LO_SYSTEM;
    for (; status == LO_OK && root < f->primal; root++) {
        if (!is_root(f->tape, root) || !e->needed[root])
            continue;
        memset(marked, 0, (size_t) root);
        lo_tape_reach(marked, f->tape, &f->tape->nodes[root].first, 1);
        claim(e, root, marked, f->atoms[f->atom_of_node[root]].local);
        constant |= join_constant(e, root, marked);
    }
    lo_free(marked);
    if (status == LO_OK && !constant) {
        lo_free(e->coordinate_owner);
        lo_free(e->constant);
        e->coordinate_owner = NULL;
        e->constant = NULL;
    }
    return status;
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

int lo_engine_redraw_coordinates(ulong *theta, lo_engine_t e)
{
    int owned = 0;
    for (slong i = 0; i < e->family->p; i++) {
        if (e->coordinate_owner == NULL || e->nonresidue < 0 || e->coordinate_owner[i] != e->nonresidue ||
            (e->fixed != NULL && e->fixed[i]))
            continue;
        theta[i] = lo_random_below(e->random, e->mod.n);
        owned = 1;
    }
    return owned;
}

/* Is a root one of frozen constants, by rational operations and other roots? Then the constants in it that
 * no root has claimed become its own. */
static int claim_frozen(slong *owner, const lo_family_struct *f, slong root, const char *marked)
{
    int some = 0;
    for (slong i = 0; i < root; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (!marked[i] || x->op == LO_T_CONST)
            continue;
        some |= x->op == LO_T_AUX;
        if (x->op == LO_T_VAR || (x->op == LO_T_AUX && !lo_aux_is_shared(f->aux + x->first)) ||
            (x->op == LO_T_FUN && x->fun != LO_FUN_SQRT))
            return 0;
    }
    for (slong i = 0; i < root; i++)
        if (marked[i] && f->tape->nodes[i].op == LO_T_AUX && owner[f->tape->nodes[i].first] < 0)
            owner[f->tape->nodes[i].first] = root;
    return some;
}

/* Draws the constants that a root owns until it exists. words: any, in place of the coordinates and atoms,
 * which the root does not need. */
static lo_status_t draw_under_root(ulong *aux, char *nonsquare, lo_engine_t e, slong root, const slong *owner,
                                   const char *marked, const ulong *words, lo_random_t random)
{
    const lo_family_struct *f = e->family;
    lo_modalg_t scalars;
    lo_modalg_jets(scalars, e->mod, 0);
    for (int draws = 0; draws < MOST_OWN_DRAWS; draws++) {
        e->nonresidue = -1;
        lo_status_t status = lo_engine_run(e, scalars, marked, 0, root + 1, words, words, aux);
        if (status != LO_DOMAIN)
            return status;
        if (nonsquare != NULL && e->nonresidue >= 0)
            nonsquare[e->nonresidue] = 1;
        int owned = 0;
        for (slong a = 0; a < f->naux; a++)
            if (owner[a] == root && f->aux[a].kind == LO_AUX_FROZEN) {
                aux[a] = lo_random_below(random, e->mod.n);
                owned = 1;
            }
        if (!owned)
            return LO_DOMAIN; /* those of other roots: another draw of all may do */
    }
    return LO_DOMAIN;
}

/* One draw of all. marked, owner, words: workspace. */
static lo_status_t draw_frozen_once(ulong *aux, char *nonsquare, lo_engine_t e, char *marked, slong *owner,
                                    const ulong *words, lo_random_t random)
{
    const lo_family_struct *f = e->family;
    for (slong a = 0; a < f->naux; a++) {
        owner[a] = -1;
        if (f->aux[a].kind == LO_AUX_FROZEN)
            aux[a] = lo_random_below(random, e->mod.n);
    }
    for (slong root = 0; root < f->primal; root++) {
        if (!is_root(f->tape, root) || f->atoms[f->atom_of_node[root]].local)
            continue;
        memset(marked, 0, (size_t) root);
        lo_tape_reach(marked, f->tape, &root, 1);
        if (claim_frozen(owner, f, root, marked))
            LO_TRY(draw_under_root(aux, nonsquare, e, root, owner, marked, words, random));
    }
    return LO_OK;
}

lo_status_t lo_engine_draw_frozen(ulong *aux, char *nonsquare, lo_engine_t e, lo_random_t random)
{
    const lo_family_struct *f = e->family;
    if (!lo_family_has_aux(f, LO_AUX_FROZEN))
        return LO_OK;
    char *marked = lo_alloc((size_t) f->tape->n, 1);
    slong *owner = lo_alloc((size_t) f->naux, sizeof(slong));
    ulong *words = lo_alloc((size_t) f->natoms * LO_ATOM_WORDS, sizeof(ulong));
    lo_status_t status = marked != NULL && owner != NULL && words != NULL ? LO_DOMAIN : LO_SYSTEM;
    for (int draws = 0; status == LO_DOMAIN && draws < MOST_FROZEN_DRAWS; draws++)
        status = draw_frozen_once(aux, nonsquare, e, marked, owner, words, random);
    lo_free(marked);
    lo_free(owner);
    lo_free(words);
    return status;
}

static lo_status_t draw_coordinates(lo_modpoint_t point, lo_engine_t e)
{
    for (slong i = 0; i < e->family->p; i++) {
        if (e->fixed == NULL || !e->fixed[i])
            point->theta[i] = lo_random_below(e->random, e->mod.n);
        else if (!lo_residue(point->theta + i, lo_family_point(e->family, i), e->mod))
            return LO_DOMAIN;
    }
    point->global = lo_random_next(e->random);
    return e->family->natoms > 0 ? lo_relations_values(point->atoms, e, point->global, 0) : LO_OK;
}

lo_status_t lo_modpoint_randomise(lo_modpoint_t point, lo_engine_t e)
{
    lo_modalg_t scalars;
    LO_TRY(draw_coordinates(point, e));
    if (e->constant == NULL)
        return LO_OK;
    lo_modalg_jets(scalars, e->mod, 0);
    lo_status_t status = LO_DOMAIN;
    for (int draws = 0; status == LO_DOMAIN && draws < MOST_DRAWS; draws++) {
        if (draws > 0 && !lo_engine_redraw_coordinates(point->theta, e))
            LO_TRY(draw_coordinates(point, e));
        e->nonresidue = -1;
        status = lo_engine_run(e, scalars, e->constant, 0, e->family->primal, point->theta, point->atoms, e->frozen);
    }
    return status;
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
            return LO_OK; /* no input moves it: the point is a prescribed one, and will not do */
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

lo_status_t lo_engine_visit(lo_engine_t e, slong count, lo_visit_fn visit, void *data)
{
    lo_modpoint_t point;
    ulong *member = lo_alloc((size_t) lo_member_size(e), sizeof(ulong));
    lo_status_t status = lo_modpoint_init(point, e);
    if (member == NULL)
        status = LO_SYSTEM;
    for (slong k = 0, poles = 0; status == LO_OK && k < count;) {
        status = lo_modpoint_randomise(point, e);
        if (status == LO_OK)
            status = lo_member_randomise(member, e, point);
        if (status == LO_OK)
            status = visit(data, k, e, point, member);
        if (status == LO_OK)
            k++;
        else if (status == LO_DOMAIN && poles++ < 20 * count)
            status = LO_OK;
    }
    lo_modpoint_clear(point);
    lo_free(member);
    return status;
}
