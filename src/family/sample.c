/* sample.c - random points at which the arguments of analytic functions are looked at.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/sample.h"

#include "base/memory.h"

#include <string.h>

void lo_sample_clear(lo_sample_struct *s)
{
    lo_free(s->theta);
    lo_free(s->aux);
    lo_free(s->atoms);
    lo_free(s->values);
    lo_free(s->position);
    lo_free(s->from);
    lo_free(s->argument);
    lo_free(s->needed);
    lo_free(s->marked);
    lo_free(s->nonsquare);
    lo_free(s->root);
    lo_free(s->basis);
    memset(s, 0, sizeof(*s));
}

/* A relation over Q between arguments with roots of numbers holds for all signs of the roots, so they are random. */
static lo_status_t draw_aux(lo_sample_struct *s, slong i, lo_engine_t e)
{
    const lo_family_struct *f = e->family;
    for (slong a = 0; a < f->naux; a++) {
        ulong *value = s->aux + i * f->naux + a;
        if (lo_aux_is_shared(f->aux + a) && i % 2 == 1)
            *value = value[-f->naux];
        else if (f->aux[a].kind == LO_AUX_ROOT)
            *value = lo_random_below(e->random, 2) ? e->frozen[a] : nmod_neg(e->frozen[a], e->mod);
        else
            *value = lo_random_below(e->random, e->mod.n);
    }
    s->from[i].local = lo_random_next(e->random);
    s->position[i] = 0;
    lo_status_t status =
        i % 2 == 0 ? lo_engine_draw_frozen(s->aux + i * f->naux, s->nonsquare, e, e->random) : LO_OK;
    return status == LO_DOMAIN ? LO_OK : status; /* the point will be drawn again */
}

/* Coordinates of a pair of points. Returns LO_DOMAIN when those held are no residues. */
static lo_status_t draw_pair(lo_sample_struct *s, slong first, lo_engine_t e)
{
    slong p = e->family->p;
    ulong *theta = s->theta + first * p;
    for (slong k = 0; k < p; k++) {
        theta[k] = lo_random_below(e->random, e->mod.n);
        if (e->fixed != NULL && e->fixed[k] && !lo_residue(theta + k, lo_family_point(e->family, k), e->mod))
            return LO_DOMAIN;
    }
    memcpy(theta + p, theta, (size_t) p * sizeof(ulong));
    return LO_OK;
}

/* The nodes up to the last argument or root. */
static slong sampled_nodes(const lo_family_struct *f)
{
    slong n = 0;
    for (slong k = 0; k < f->natoms; k++)
        n = f->atoms[k].argument >= n ? f->atoms[k].argument + 1 : n;
    for (slong i = n; i < f->tape->n; i++)
        if (f->tape->nodes[i].op == LO_T_FUN && f->tape->nodes[i].fun == LO_FUN_SQRT)
            return f->tape->n;
    return n;
}

lo_status_t lo_sample_init(lo_sample_struct *s, lo_engine_t e, lo_ctx_t ctx)
{
    const lo_family_struct *f = e->family;
    *s = (lo_sample_struct){ .ctx = ctx,
                             .natoms = f->natoms,
                             .points = (f->opaque || e->constant != NULL) && f->natoms < 36
                                           ? 80
                                           : 2 * (f->natoms + 4),
                             .nodes = sampled_nodes(f) };
    if (s->points > LO_MAX_SAMPLE / s->nodes)
        return LO_UNABLE;
    s->theta = lo_alloc((size_t) (s->points * f->p), sizeof(ulong));
    s->aux = lo_alloc((size_t) (s->points * f->naux), sizeof(ulong));
    s->atoms = lo_alloc((size_t) (s->points * LO_ATOM_WORDS * f->natoms), sizeof(ulong));
    s->values = lo_alloc((size_t) (s->points * s->nodes), sizeof(ulong));
    s->position = lo_alloc((size_t) s->points, sizeof(slong));
    s->from = lo_alloc((size_t) s->points, sizeof(lo_source_struct));
    s->argument = lo_alloc((size_t) (s->points * f->natoms), sizeof(ulong));
    s->needed = lo_alloc((size_t) f->tape->n, 1);
    s->marked = lo_alloc((size_t) s->nodes, 1);
    s->nonsquare = lo_alloc((size_t) f->natoms, 1);
    s->root = lo_alloc((size_t) f->natoms, sizeof(slong));
    s->basis = lo_alloc((size_t) (2 * f->natoms + 2), sizeof(ulong));
    if (s->theta == NULL || s->aux == NULL || s->atoms == NULL || s->values == NULL || s->position == NULL ||
        s->from == NULL || s->argument == NULL || s->needed == NULL || s->marked == NULL ||
        s->nonsquare == NULL || s->root == NULL || s->basis == NULL)
        return LO_SYSTEM;
    for (slong k = 0; k < f->natoms; k++) {
        s->root[k] = -1;
        lo_tape_reach(s->needed, f->tape, &f->atoms[k].argument, 1);
    }
    for (slong i = f->tape->n - 1; i >= 0; i--)
        if (f->tape->nodes[i].op == LO_T_FUN && f->tape->nodes[i].fun == LO_FUN_SQRT) {
            s->root[f->atom_of_node[i]] = i;
            s->needed[i] = 1;
        }
    for (slong i = 0; i < s->nodes; i++)
        s->softplus |=
            s->needed[i] && f->tape->nodes[i].op == LO_T_FUN && f->tape->nodes[i].fun == LO_FUN_SOFTPLUS;
    for (slong i = 0; i < s->points; i++) {
        s->from[i].global = i % 2 == 1 ? s->from[i - 1].global : lo_random_next(e->random);
        if (i % 2 == 0)
            LO_TRY(draw_pair(s, i, e));
        LO_TRY(draw_aux(s, i, e));
    }
    return LO_OK;
}

/* Draws of inputs at one point, and of those without an end in sight: of a root that no input moves. */
#define MOST_TRIES 100000
#define MOST_IDLE 400

/* Other coordinates for the pair of point i when a root without inputs failed: its own when it has some, else all.
 * Returns 0 when it was another root. */
static int redraw_pair(lo_sample_struct *s, slong i, lo_engine_t e)
{
    slong p = e->family->p, first = i - i % 2;
    ulong *theta = s->theta + first * p;
    if (e->constant == NULL || e->nonresidue < 0 || e->family->atoms[e->nonresidue].local)
        return 0;
    if (lo_engine_redraw_coordinates(theta, e))
        memcpy(theta + p, theta, (size_t) p * sizeof(ulong));
    else if (draw_pair(s, first, e) != LO_OK)
        return 0;
    s->position[first] = s->position[first + 1] = 0;
    return 1;
}

/* Other inputs for point i: those of the root that failed when it has some of its own, else all, with other values of
 * the atoms below `stop`. */
static lo_status_t redraw(lo_sample_struct *s, slong i, slong stop, lo_engine_t e)
{
    const lo_family_struct *f = e->family;
    s->position[i] = 0;
    if (redraw_pair(s, i, e))
        return LO_OK;
    if (e->owner != NULL && lo_engine_redraw_owned(s->aux + i * f->naux, e, e->random))
        return LO_OK;
    LO_TRY(draw_aux(s, i, e));
    for (slong k = 0; k < f->natoms && f->atoms[k].argument < stop; k++)
        lo_atom_words(s->atoms + LO_ATOM_WORDS * (i * f->natoms + k), e, k, s->from + i, s->basis);
    return LO_OK;
}

/* Continues point i up to node `stop`; a pole or a root of a non-residue: other inputs. */
static lo_status_t advance(lo_sample_struct *s, slong i, slong stop, lo_engine_t e)
{
    const lo_family_struct *f = e->family;
    lo_modalg_t scalars;
    lo_modalg_jets(scalars, e->mod, 0);
    lo_status_t status = LO_DOMAIN;
    ulong *kept = e->values;
    long kept_alloc = e->values_alloc;
    e->values = s->values + i * s->nodes;
    e->values_alloc = f->tape->n; /* what lies past s->nodes is not run */
    for (int tries = 0; status == LO_DOMAIN && tries < MOST_TRIES; tries++) {
        if (tries % 64 == 63 && (status = lo_ctx_poll(s->ctx)) != LO_OK)
            break;
        if (tries > 0 && (status = redraw(s, i, stop, e)) != LO_OK)
            break;
        e->nonresidue = -1;
        status = lo_engine_run(e, scalars, s->needed, s->position[i], stop, s->theta + i * f->p,
                               s->atoms + i * LO_ATOM_WORDS * f->natoms, s->aux + i * f->naux);
        if (status == LO_OK)
            s->position[i] = stop;
        s->redrawn |= status == LO_OK && tries > 0;
        if (status == LO_DOMAIN && e->nonresidue >= 0)
            s->nonsquare[e->nonresidue] = 1;
        if (status == LO_DOMAIN && tries >= MOST_IDLE &&
            (e->nonresidue < 0 || !f->atoms[e->nonresidue].local))
            break;
    }
    e->values = kept;
    e->values_alloc = kept_alloc;
    return status;
}

lo_status_t lo_sample_argument(lo_sample_struct *s, slong k, lo_engine_t e)
{
    slong node = e->family->atoms[k].argument, last = s->root[k] > node ? s->root[k] : node;
    for (slong i = 0; i < s->points; i++) {
        if (s->position[i] <= last)
            LO_TRY(advance(s, i, last + 1, e));
        s->argument[k * s->points + i] = s->values[i * s->nodes + node];
    }
    return LO_OK;
}

void lo_sample_rewind(lo_sample_struct *s)
{
    s->redrawn = 0;
    memset(s->position, 0, (size_t) s->points * sizeof(slong));
}
