/* isotropy.c - isotropy types as text and as JSON.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "report/isotropy.h"

#include <stdio.h>
#include <string.h>

static int is_curved(const lo_sims_struct *s, const lo_isotropy_struct *t)
{
    return t->dimension > t->subspace && t->dimension < s->dimension;
}

/* ---- frozen manifolds ---- */

int lo_manifold_is_frozen(const lo_manifold_struct *m)
{
    return m->orbit_upper == 0 && m->dimension > 0;
}

int lo_sims_is_folded(const lo_sims_struct *s, long i)
{
    for (long k = 0; k < i && s->manifolds[i].dimension > 0; k++)
        for (long j = 0; j < s->manifolds[k].ncontains && lo_manifold_is_frozen(s->manifolds + k); j++)
            if (s->manifolds[k].contains[j] == s->manifolds[i].id)
                return 1;
    return 0;
}

/* ---- text ---- */

void lo_text_rotations(lo_buffer_t out, const lo_sims_struct *s)
{
    if (s->continuous_dimension <= 0)
        return;
    for (long l = 0; l < s->nrotated; l++)
        lo_buffer_printf(out, "and rotations: %s(%ld) acts on the columns of %s (%ld x %ld)\n",
                         s->rotated[l].reflects ? "O" : "SO", s->rotated[l].columns, s->rotated[l].matrix,
                         s->rotated[l].rows, s->rotated[l].columns);
    if (s->nrotated == 0)
        lo_buffer_printf(
            out, "and rotations: a Lie algebra of dimension %ld, not of a known form: no isotropy types\n",
            s->continuous_dimension);
}

#define SHOWN_TYPES 30

/* Several matrices that share parameters: only products of subgroups are looked at, so the group may be larger. */
static void put_type(lo_buffer_t out, const lo_isotropy_struct *t, int complete)
{
    char orbits[64];
    if (t->orbit_lower == t->orbit_upper)
        snprintf(orbits, sizeof(orbits), "%ld", t->orbit_lower);
    else
        snprintf(orbits, sizeof(orbits), "%ld to %ld", t->orbit_lower, t->orbit_upper);
    lo_buffer_printf(out, "  dimension %-3ld orbits %-8s %s %s: %s", t->dimension, orbits,
                     complete ? "isotropy" : "fixed by", t->group,
                     t->conditions[0] != '\0' ? t->conditions : "the whole space");
    if (t->dimension > t->subspace && t->manifold > 0)
        lo_buffer_printf(out, ", the rotations of #%ld", t->manifold);
    else if (t->manifold > 0)
        lo_buffer_printf(out, ", #%ld", t->manifold);
    lo_buffer_put(out, "\n");
}

void lo_text_isotropy(lo_buffer_t out, const lo_sims_struct *s, const lo_report_struct *report)
{
    int curved = 0;
    if (s->ntypes == 0)
        return;
    lo_buffer_printf(out, "%ld isotropy type%s of these rotations\n", s->ntypes, s->ntypes == 1 ? "" : "s");
    if (s->types_complete == LO_TRUE) {
        lo_text_verdict(out, report, 1);
        lo_buffer_put(out, "every point has one of these types\n");
    } else {
        lo_buffer_put(
            out, "those of products of subgroups; groups that tie two of the matrices together have more\n");
    }
    for (long k = 0; k < s->ntypes && k < SHOWN_TYPES; k++) {
        put_type(out, s->types + k, s->types_complete == LO_TRUE);
        curved |= is_curved(s, s->types + k);
    }
    if (s->ntypes > SHOWN_TYPES)
        lo_buffer_printf(out, "  and %ld more types (--json)\n", s->ntypes - SHOWN_TYPES);
    if (curved)
        lo_buffer_put(
            out, "curved ones are unions of linear subspaces that gradient descent with any step stays in\n");
}

/* ---- JSON ---- */

static json_t *block_object(const lo_rotated_struct *block, int *failed)
{
    char group[64];
    json_t *object = json_object();
    snprintf(group, sizeof(group), "%s(%ld)", block->reflects ? "O" : "SO", block->columns);
    lo_json_put(object, "group", json_string(group), failed);
    lo_json_put(object, "matrix", lo_json_text(block->matrix), failed);
    lo_json_put(object, "rows", json_integer(block->rows), failed);
    lo_json_put(object, "columns", json_integer(block->columns), failed);
    return object;
}

static json_t *type_object(const lo_sims_struct *s, const lo_isotropy_struct *t, int *failed)
{
    json_t *object = json_object(), *ranks = json_array(), *bounds = json_array();
    for (long l = 0; l < s->nrotated; l++)
        lo_json_append(ranks, json_integer(t->ranks[l]), failed);
    lo_json_append(bounds, json_integer(t->orbit_lower), failed);
    lo_json_append(bounds, json_integer(t->orbit_upper), failed);
    lo_json_put(object, "ranks", ranks, failed);
    lo_json_put(object, "conditions", lo_json_text(t->conditions), failed);
    lo_json_put(object, "isotropy", lo_json_text(t->group), failed);
    lo_json_put(object, "dimension", json_integer(t->dimension), failed);
    lo_json_put(object, "affine", json_boolean(!is_curved(s, t)), failed);
    lo_json_put(object, "exact_for_steps", json_true(), failed); /* a union of linear invariant subspaces */
    lo_json_put(object, "subspace_dimension", json_integer(t->subspace), failed);
    lo_json_put(object, "subspace_equations", lo_json_strings(t->equations, t->nequations, failed), failed);
    lo_json_put(object, "manifold", t->manifold > 0 ? json_integer(t->manifold) : json_null(), failed);
    lo_json_put(object, "orbit_bounds", bounds, failed);
    lo_json_put(object, "orbit_dimension",
                t->orbit_lower == t->orbit_upper ? json_integer(t->orbit_lower) : json_null(), failed);
    lo_json_put(object, "minors", lo_json_text(t->minors), failed);
    lo_json_put(object, "minor_expressions",
                t->minor == NULL ? json_null() : lo_json_strings(t->minor, t->nminors, failed), failed);
    return object;
}

json_t *lo_json_rotations(const lo_sims_struct *s, int *failed)
{
    json_t *object = json_object(), *blocks = json_array(), *types = json_array();
    for (long l = 0; l < s->nrotated; l++)
        lo_json_append(blocks, block_object(s->rotated + l, failed), failed);
    for (long k = 0; k < s->ntypes; k++)
        lo_json_append(types, type_object(s, s->types + k, failed), failed);
    lo_json_put(object, "blocks", blocks, failed);
    lo_json_put(object, "types", types, failed);
    lo_json_put(object, "types_complete", json_string(lo_truth_name(s->types_complete)), failed);
    return object;
}
