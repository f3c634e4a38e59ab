/* sims.c - the job: symmetries, invariant subspaces, their hierarchy and what happens on them.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "base/memory.h"
#include "base/text.h"
#include "manifold/describe.h"
#include "manifold/hierarchy.h"
#include "manifold/improve.h"
#include "manifold/induced.h"
#include "manifold/invariant.h"
#include "manifold/isotropy.h"
#include "manifold/loci.h"
#include "manifold/neuron_group.h"
#include "manifold/products.h"
#include "manifold/stratum.h"

#include <lieorbit/manifold.h>
#include <stdlib.h>
#include <string.h>

/* Patterns visited before the search is narrowed, then before it is cut; and the work done before that: a second or two. */
#define MOST_PATTERNS 20000
#define MOST_ORBIT_PATTERNS 40000
#define PATTERN_EFFORT 500000000
#define MAX_SEARCH_PARAMETERS 64
/* Classes listed of a group that is too large, and the sum of the cubes of the dimensions of those whose orbits are sought. */
#define MOST_LISTED 40
#define ORBIT_EFFORT 50000000
#define RANK_EFFORT 2000000000 /* the same for ranks of the fields alone */

typedef struct {
    lo_sims_struct *sims;
    const lo_family_struct *family;
    lo_ctx_struct *ctx;
    lo_sims_fn observer;
    void *data;
    lo_symmetry_struct *symmetry, *germ; /* lower and upper bound; germ: NULL when they are equal, or there is none */
    lo_signed_group_t group;
    lo_rotations_t rotations;
    int has_rotations;
    lo_blocks_t blocks;
    lo_lattice_t lattice;
    lo_neurons_t neurons;
    char *below; /* the hierarchy, where products.h gives it; else NULL */
} work_struct;

void lo_sims_init(lo_sims_t sims)
{
    memset(sims, 0, sizeof(*sims));
    sims->continuous_dimension = -1;
    sims->complete = sims->group_complete = sims->all_induced = sims->all_listed = sims->all_sims = LO_UNKNOWN;
    sims->sought = LO_SOUGHT_SOME;
    lo_growth_init(sims->member_growth);
}

void lo_sims_clear(lo_sims_t sims)
{
    for (long i = 0; i < sims->nmanifolds; i++)
        lo_manifold_clear(sims->manifolds + i);
    lo_free(sims->manifolds);
    lo_isotropy_clear(sims);
    lo_products_table_clear(sims);
    lo_strings_clear(sims->generators, sims->ngenerators);
    lo_free(sims->permutations);
    lo_strings_clear(sims->member_values, sims->member_laws);
    lo_free(sims->order);
    lo_free(sims->count);
    lo_free(sims->classes);
    lo_free(sims->exception);
    lo_free(sims->member_equations);
    lo_growth_clear(sims->member_growth);
    memset(sims, 0, sizeof(*sims));
}

static char *decimal(const fmpz_t n)
{
    char *s = lo_alloc(fmpz_sizeinbase(n, 10) + 2, 1);
    return s == NULL ? NULL : fmpz_get_str(s, 10, n);
}

/* ---- the group ---- */

static lo_status_t find_by_graph(fmpz_t order, work_struct *w)
{
    int complete = 0;
    if (w->family->p <= MAX_SEARCH_PARAMETERS)
        LO_TRY(lo_symmetry_improve(&complete, &w->symmetry, &w->germ, w->family, w->ctx));
    w->sims->group_complete = complete ? LO_TRUE : LO_UNKNOWN;
    LO_TRY(lo_symmetry_group(w->group, w->symmetry));
    return lo_symmetry_order(order, w->symmetry, NULL);
}

static lo_status_t find_group(work_struct *w)
{
    lo_sims_struct *s = w->sims;
    fmpz_t order;
    fmpz_init(order);
    lo_status_t status = lo_symmetry_new(&w->symmetry, w->family, w->ctx);
    if (status == LO_OK)
        status = find_by_graph(order, w);
    else if (status == LO_UNABLE)
        status = lo_neurons_group(w->group, order, w->neurons, w->family, w->ctx);
    s->of_neurons = w->symmetry == NULL;
    if (status != LO_OK) {
        fmpz_clear(order);
        return status;
    }
    s->order = decimal(order);
    fmpz_clear(order);
    s->generators = lo_alloc((size_t) w->group->n, sizeof(char *));
    s->permutations = lo_alloc((size_t) (w->group->n * w->group->p), sizeof(int));
    if (s->order == NULL || s->generators == NULL || s->permutations == NULL)
        return LO_SYSTEM;
    if (w->group->n > 0)
        memcpy(s->permutations, w->group->g, (size_t) (w->group->n * w->group->p) * sizeof(int));
    for (slong k = 0; k < w->group->n && status == LO_OK; k++) {
        s->generators[k] = lo_describe_symmetry(w->family->model, w->group->g + k * w->group->p, w->group->p);
        s->ngenerators = k + 1;
        status = s->generators[k] == NULL ? LO_SYSTEM : LO_OK;
    }
    return status;
}

static lo_status_t find_rotations(work_struct *w)
{
    lo_status_t status = lo_rotations_find(w->rotations, w->family, w->ctx);
    w->has_rotations = 1;
    if (status == LO_OK && w->rotations->proved)
        w->sims->continuous_dimension = w->rotations->n;
    if (status == LO_OK)
        status = lo_blocks_find(w->blocks, w->rotations, w->symmetry, w->ctx);
    return status == LO_UNABLE ? lo_ctx_poll(w->ctx) : status;
}

/* ---- the patterns ---- */

/* Fixed spaces of single generators: the largest manifolds of a group that is too large to list. */
static lo_status_t largest_fixed(work_struct *w)
{
    slong p = w->family->p;
    int *pattern = lo_alloc(3 * (size_t) p, sizeof(int));
    lo_status_t status = pattern == NULL ? LO_SYSTEM : LO_OK;
    if (status == LO_OK) {
        lo_pattern_whole(pattern, p);
        status = lo_lattice_add(w->lattice, w->symmetry, pattern);
    }
    for (slong k = 0; k < w->group->n && status == LO_OK; k++) {
        lo_pattern_fixed(pattern, w->group->g + k * p, p);
        status = lo_lattice_add(w->lattice, w->symmetry, pattern);
        if (status == LO_OK)
            status = lo_ctx_poll(w->ctx);
    }
    lo_free(pattern);
    return status;
}

/* A full group of permutations of neurons: its lattice is known without listing it. *done: 1 when it is one. */
static lo_status_t find_products(work_struct *w, int *done)
{
    lo_products_t products;
    lo_sims_struct *s = w->sims;
    fmpz_t order, manifolds, classes;
    fmpz_init(order);
    fmpz_init(manifolds);
    fmpz_init(classes);
    lo_status_t status = fmpz_set_str(order, s->order, 10) == 0 ? LO_OK : LO_SYSTEM;
    status |= lo_products_find(done, products, w->neurons, w->group, order);
    if (status == LO_OK && *done) {
        lo_products_count(manifolds, classes, products);
        s->count = decimal(manifolds);
        s->classes = decimal(classes);
        s->sought = products->nlayers == 1 ? LO_SOUGHT_SYMMETRY : LO_SOUGHT_PRODUCTS;
        status = s->count == NULL || s->classes == NULL ? LO_SYSTEM : LO_OK;
        if (status == LO_OK)
            status = lo_products_list(w->lattice, &w->below, products, MOST_LISTED, w->ctx);
        if (status == LO_OK)
            status = lo_products_table(s, products);
    }
    lo_products_clear(products);
    fmpz_clear(order);
    fmpz_clear(manifolds);
    fmpz_clear(classes);
    return status;
}

/* Fixed spaces of subgroups: by the structure of the group, by its elements, of its generators. */
static lo_status_t find_fixed_spaces(work_struct *w)
{
    int done;
    lo_lattice_truncate(w->lattice, 0);
    lo_status_t status = find_products(w, &done);
    if (done || status != LO_OK)
        return status;
    if (w->symmetry == NULL)
        return LO_UNABLE; /* too large to search otherwise */
    w->sims->sought = LO_SOUGHT_SYMMETRY;
    status = lo_lattice_enumerate(w->lattice, w->symmetry, w->group, w->ctx);
    if (status != LO_UNABLE)
        return status;
    LO_TRY(lo_ctx_poll(w->ctx));
    w->sims->sought = LO_SOUGHT_SOME;
    return largest_fixed(w);
}

/* The widest search that ends: all patterns, those within orbits, fixed spaces. */
static lo_status_t find_patterns(work_struct *w)
{
    const lo_family_struct *f = w->family;
    slong *orbit = lo_alloc((size_t) f->p, sizeof(slong));
    lo_status_t status = orbit == NULL ? LO_SYSTEM : LO_OK;
    if (status == LO_OK && f->p <= MAX_SEARCH_PARAMETERS && w->symmetry != NULL) {
        lo_signed_group_orbits(orbit, w->group);
        w->sims->sought = LO_SOUGHT_ALL;
        status = lo_invariant_patterns(w->lattice, f, w->symmetry, w->group, NULL, MOST_PATTERNS, PATTERN_EFFORT, w->ctx);
        if (status == LO_OK && !w->lattice->complete) {
            w->sims->sought = LO_SOUGHT_ORBITS;
            lo_lattice_truncate(w->lattice, 0);
            status = lo_invariant_patterns(w->lattice, f, w->symmetry, w->group, orbit, MOST_ORBIT_PATTERNS,
                                           PATTERN_EFFORT, w->ctx);
        }
    }
    lo_free(orbit);
    return status != LO_OK || w->lattice->complete ? status : find_fixed_spaces(w);
}

/* ---- the manifolds ---- */

static lo_status_t describe(work_struct *w, lo_manifold_struct *m, slong k)
{
    slong p = w->family->p, n;
    const int *pattern = w->lattice->pattern + k * p;
    m->id = k + 1;
    m->dimension = lo_pattern_dimension(pattern, p);
    m->orbit_upper = m->dimension;
    m->union_dimension = -1;
    m->listed = LO_UNKNOWN;
    m->copies = decimal(w->lattice->copies + k);
    m->equations = lo_alloc((size_t) p, sizeof(char *));
    m->pattern = lo_alloc((size_t) p, sizeof(int));
    if (m->copies == NULL || m->equations == NULL || m->pattern == NULL)
        return LO_SYSTEM;
    memcpy(m->pattern, pattern, (size_t) p * sizeof(int));
    lo_status_t status = lo_describe_equations(m->equations, &n, w->family->model, pattern, p);
    m->nequations = n;
    if (status == LO_OK)
        status = lo_describe_neurons(&m->description, &m->narrower, w->neurons, pattern, p);
    return status == LO_OK ? lo_reduced_model(&m->reduced, w->family, pattern, w->ctx) : status;
}

/* Whether it is proved that no signed permutations that keep the outputs have this fixed space: the upper bound of their
 * group decides most patterns at once. */
static lo_status_t refute(int *refuted, work_struct *w, const int *pattern)
{
    int fixed = w->sims->group_complete != LO_TRUE;
    if (w->germ != NULL)
        LO_TRY(lo_pattern_is_fixed(&fixed, w->germ, pattern, w->family->p));
    *refuted = !fixed;
    return fixed ? lo_pattern_refute_induced(refuted, w->family, pattern, w->ctx) : LO_OK;
}

/* Drops a class whose tangency is not proved, and one without points: where the model divides by zero. */
static lo_status_t prove_classes(work_struct *w)
{
    slong p = w->family->p, kept = 0;
    lo_lattice_struct *l = w->lattice;
    lo_sims_struct *s = w->sims;
    int all_induced = 1, refuted = 0;
    s->manifolds = lo_alloc((size_t) l->n, sizeof(*s->manifolds));
    if (s->manifolds == NULL)
        return LO_SYSTEM;
    for (slong k = 0; k < l->n; k++) {
        int induced = 1, proved = 1, undefined = 0;
        lo_ctx_progress(w->ctx, "proofs", k, l->n);
        LO_TRY(lo_ctx_poll(w->ctx));
        if (w->below == NULL)
            LO_TRY(lo_pattern_undefined(&undefined, w->family, l->pattern + k * p, w->ctx));
        if (undefined)
            continue;
        if (w->below == NULL)
            LO_TRY(lo_pattern_is_fixed(&induced, w->symmetry, l->pattern + k * p, p));
        if (!induced)
            LO_TRY(lo_pattern_prove(&proved, w->family, l->pattern + k * p, w->ctx));
        if (!proved) {
            l->complete = 0;
            s->unproved++;
            continue;
        }
        lo_lattice_swap(l, kept, k);
        s->manifolds[kept].symmetry_induced = induced;
        if (!induced)
            LO_TRY(refute(&s->manifolds[kept].refuted, w, l->pattern + kept * p));
        refuted |= s->manifolds[kept].refuted;
        s->manifolds[kept].proved_by = induced ? "symmetry" : "expansion";
        all_induced &= induced;
        kept++;
    }
    lo_lattice_truncate(l, kept);
    s->all_induced = refuted ? LO_FALSE : l->complete && all_induced ? LO_TRUE : LO_UNKNOWN;
    return LO_OK;
}

static lo_status_t count(work_struct *w)
{
    fmpz_t total;
    w->sims->complete = w->lattice->complete ? LO_TRUE : LO_UNKNOWN;
    if (w->sims->count != NULL)
        return LO_OK; /* known from the structure of the group */
    fmpz_init(total);
    for (slong k = 0; k < w->lattice->n; k++)
        fmpz_add(total, total, w->lattice->copies + k);
    w->sims->count = decimal(total);
    fmpz_set_si(total, w->lattice->n);
    w->sims->classes = decimal(total);
    fmpz_clear(total);
    return w->sims->count == NULL || w->sims->classes == NULL ? LO_SYSTEM : LO_OK;
}

static lo_status_t order_classes(work_struct *w)
{
    slong n = w->lattice->n;
    char *below = lo_alloc((size_t) (n * n), 1);
    lo_status_t status = below == NULL ? LO_SYSTEM : LO_OK;
    if (status == LO_OK && w->below != NULL) {
        memcpy(below, w->below, (size_t) (n * n));
        w->sims->hierarchy_exact = 1;
    } else if (status == LO_OK) {
        status = lo_hierarchy(below, &w->sims->hierarchy_exact, w->lattice, w->group, w->ctx);
    }
    for (slong i = 0; i < n && status == LO_OK; i++) {
        lo_manifold_struct *m = w->sims->manifolds + i;
        m->contains = lo_alloc((size_t) n, sizeof(long));
        if (m->contains == NULL)
            status = LO_SYSTEM;
        for (slong j = 0; j < n && status == LO_OK; j++)
            if (below[i * n + j])
                m->contains[m->ncontains++] = j + 1;
    }
    lo_free(below);
    return status;
}

static void show(work_struct *w)
{
    if (w->observer != NULL)
        w->observer(w->data, w->sims);
}

/* Isotropy types, and the classes that rotations carry to one another. */
static lo_status_t use_rotations(work_struct *w)
{
    slong n = w->lattice->n, *root = lo_alloc((size_t) n, sizeof(slong));
    lo_status_t status = root == NULL ? LO_SYSTEM : LO_OK;
    if (status == LO_OK && w->sims->continuous_dimension > 0)
        status = lo_rotations_merge(root, w->blocks, w->lattice, w->symmetry, w->ctx);
    for (slong k = 0; k < n && status == LO_OK && w->sims->continuous_dimension > 0; k++)
        w->sims->manifolds[k].rotates_to = root[k] + 1;
    if (status == LO_OK)
        status = lo_isotropy_types(w->sims, w->blocks, w->family, w->lattice, w->symmetry, w->ctx);
    lo_free(root);
    return status;
}

static lo_status_t find_manifolds(work_struct *w)
{
    if (w->below == NULL)
        lo_lattice_sort(w->lattice);
    LO_TRY(prove_classes(w));
    LO_TRY(count(w));
    for (slong k = 0; k < w->lattice->n; k++) {
        w->sims->nmanifolds = k + 1;
        LO_TRY(describe(w, w->sims->manifolds + k, k));
    }
    LO_TRY(order_classes(w));
    show(w);
    slong effort = 0;
    for (slong k = 0; k < w->lattice->n; k++) {
        lo_manifold_struct *m = w->sims->manifolds + k;
        const int *pattern = w->lattice->pattern + k * w->family->p;
        lo_ctx_progress(w->ctx, "orbits", k, w->lattice->n);
        effort += m->dimension * m->dimension * m->dimension;
        if (effort > RANK_EFFORT)
            break; /* bounds remain */
        LO_TRY((effort <= ORBIT_EFFORT ? lo_stratum_orbits : lo_stratum_field_rank)(m, w->family, pattern, w->ctx));
        if (w->has_rotations && w->rotations->proved && w->rotations->n > 0) {
            slong dimension;
            LO_TRY(lo_rotations_sweep(&dimension, &m->union_exact, w->rotations, pattern));
            m->union_dimension = dimension;
        }
        show(w);
    }
    return use_rotations(w);
}

/* Every invariant manifold is one of the list (manual, "All orbits"), and these are fixed spaces. */
static int only_fixed_spaces(const lo_sims_struct *s)
{
    int yes = s->all_listed == LO_TRUE;
    for (long i = 0; i < s->nmanifolds; i++)
        yes = yes && s->manifolds[i].symmetry_induced && s->manifolds[i].orbit_lower == s->manifolds[i].dimension;
    return yes;
}

static void put_branch(lo_text_t out, const lo_manifold_struct *m)
{
    for (long i = 0; i < m->nbranch; i++)
        lo_text_add(out, "%s%s = 0", i > 0 ? ", " : "the set of ", m->branch[i]);
    if (m->nequations > 0)
        lo_text_add(out, " on #%ld", m->id);
}

/* An invariant manifold that is no fixed space of signed permutations: a listed one that is refuted; an affine subspace that
 * does not contain 0; some level set of a law, since there are infinitely many of them and finitely many fixed spaces; an
 * invariant set that is not in the list (loci.h): it is not cut out by equations theta_i = 0, theta_i = +-theta_j, or
 * the list contains all that are. */
static lo_status_t find_exception(work_struct *w)
{
    lo_sims_struct *s = w->sims;
    lo_text_t out;
    lo_text_init(out);
    for (long i = 0; i < s->nmanifolds && out->length == 0; i++) {
        const lo_manifold_struct *m = s->manifolds + i;
        if (m->refuted)
            lo_text_add(out, "#%ld", m->id);
        else if (m->families > 0)
            lo_text_add(out, "#%ld with %s = 1", m->id, m->family[0]);
        else if (m->laws > 0 && m->dimension == s->dimension)
            lo_text_add(out, "a level set of %s", m->law[0]);
        else if (m->laws > 0)
            lo_text_add(out, "a level set of %s on #%ld", m->law[0], m->id);
        else if (m->listed == LO_FALSE)
            put_branch(out, m);
    }
    if (out->length == 0) {
        lo_text_clear(out);
        int whole = w->family->ngates == 0; /* with kinks the network itself may stay where the family, of free gates, moves */
        s->all_sims = whole && only_fixed_spaces(s) ? LO_TRUE : LO_UNKNOWN;
        return LO_OK;
    }
    s->exception = lo_text_take(out);
    s->all_sims = LO_FALSE;
    return s->exception == NULL ? LO_SYSTEM : LO_OK;
}

static lo_status_t run(work_struct *w)
{
    LO_TRY(lo_neurons_find(w->neurons, w->family));
    LO_TRY(find_group(w));
    if (w->symmetry != NULL)
        LO_TRY(find_rotations(w));
    show(w);
    lo_status_t found = find_patterns(w); /* interrupted: what was found is still worth proving */
    if (found & LO_SYSTEM)
        return found;
    LO_TRY(find_manifolds(w));
    found |= lo_sims_loci(w->sims, w->family, w->lattice, w->group, w->ctx);
    if (found & LO_SYSTEM)
        return found;
    LO_TRY(find_exception(w));
    LO_TRY(found);
    return lo_sims_member(w->sims, w->family, w->lattice, w->group, w->ctx);
}

lo_status_t lo_sims(lo_sims_t sims, const lo_family_struct *family, lo_sims_fn observer, void *data, lo_ctx_t ctx)
{
    work_struct w = { .sims = sims, .family = family, .ctx = ctx, .observer = observer, .data = data };
    sims->dimension = family->p;
    if (family->raw) {
        lo_ctx_set_message(ctx, "%s: error: manifolds are those of the gradient flow of a network or a map", family->model->file);
        return LO_UNABLE;
    }
    lo_signed_group_init(w.group, family->p);
    lo_lattice_init(w.lattice, family->p);
    lo_status_t status = run(&w);
    if (w.has_rotations)
        lo_rotations_clear(w.rotations);
    lo_blocks_clear(w.blocks);
    lo_neurons_clear(w.neurons);
    lo_free(w.below);
    lo_lattice_clear(w.lattice);
    lo_signed_group_clear(w.group);
    lo_symmetry_free(w.symmetry);
    lo_symmetry_free(w.germ);
    return status;
}
