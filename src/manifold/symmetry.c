/* symmetry.c - automorphisms of the signed graph, as signed permutations of the coordinates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * nauty proposes; every generator is checked here against the edges and colours of the graph, which is the proof that it
 * is a symmetry (signed_graph.c). A pattern joins the graph as two vertices c+ and c- for each of its classes and one for
 * zero, with theta_i + and theta_i - joined to those of their class: automorphisms may then permute classes of one colour
 * (the symmetries that map the pattern to itself) or not (those that fix its vectors, when each class has its own colour).
 */
#include "manifold/symmetry.h"

#include "base/memory.h"
#include "manifold/germ.h"
#include "manifold/signed_graph.h"

#include <nauty/nausparse.h>
#include <stdlib.h>
#include <string.h>

struct lo_symmetry_struct {
    lo_signed_graph_t graph;
    slong p;
    slong base_n, base_edges; /* of the graph without a pattern */
    int *coordinate;          /* per vertex: i + 1 for theta_i +, -(i + 1) for theta_i -, 0 for others */
    /* the graph as nauty wants it: colours as numbers, vertices sorted by colour, sorted adjacency lists */
    slong n;
    slong *colour;
    int *label, *partition, *orbits;
    sparsegraph sparse;
    fmpz_t whole; /* the order of the whole group; 0: not computed */
    slong effort; /* vertices and edges of the graphs that nauty was given so far */
};

#define KIND_CLASS (-1)
#define KIND_ZERO (-2)
#define KIND_FIXED_COORDINATE (-3)

/* About 3500 parameters of a dense network. The search takes time like the fourth power of the width. */
#define MAX_VERTICES 30000

/* ---- the graph for nauty ---- */

static void release(lo_symmetry_struct *s)
{
    lo_free(s->colour);
    lo_free(s->label);
    lo_free(s->partition);
    lo_free(s->orbits);
    lo_free(s->sparse.v);
    lo_free(s->sparse.d);
    lo_free(s->sparse.e);
    s->colour = NULL;
    s->label = s->partition = s->orbits = NULL;
    memset(&s->sparse, 0, sizeof(s->sparse));
}

static int compare_keys(const lo_key_struct *x, const lo_key_struct *y)
{
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

typedef struct {
    lo_key_struct key;
    int vertex;
} keyed_struct;

static int compare_keyed(const void *a, const void *b)
{
    const keyed_struct *x = a, *y = b;
    int order = compare_keys(&x->key, &y->key);
    return order != 0 ? order : x->vertex < y->vertex ? -1 : x->vertex > y->vertex;
}

/* Fills colour, label and partition. */
static lo_status_t sort_by_colour(lo_symmetry_struct *s)
{
    slong colour = 0;
    keyed_struct *sorted = lo_alloc((size_t) s->n, sizeof(*sorted));
    if (sorted == NULL)
        return LO_SYSTEM;
    for (slong v = 0; v < s->n; v++)
        sorted[v] = (keyed_struct){ s->graph->key[v], (int) v };
    qsort(sorted, (size_t) s->n, sizeof(*sorted), compare_keyed);
    for (slong i = 0; i < s->n; i++) {
        int last = i + 1 == s->n || compare_keys(&sorted[i].key, &sorted[i + 1].key) != 0;
        s->label[i] = sorted[i].vertex;
        s->partition[i] = !last;
        s->colour[sorted[i].vertex] = colour;
        colour += last;
    }
    lo_free(sorted);
    return LO_OK;
}

static int compare_ints(const void *a, const void *b)
{
    int x = *(const int *) a, y = *(const int *) b;
    return x < y ? -1 : x > y;
}

/* The adjacency lists, sorted, without repetition. */
static void fill_lists(lo_symmetry_struct *s)
{
    const lo_signed_graph_struct *graph = s->graph;
    sparsegraph *sg = &s->sparse;
    sg->nv = (int) s->n;
    for (slong k = 0; k < 2 * graph->nedges; k++)
        sg->d[graph->edge[k]]++;
    for (slong v = 1; v < s->n; v++)
        sg->v[v] = sg->v[v - 1] + (size_t) sg->d[v - 1];
    memset(sg->d, 0, (size_t) s->n * sizeof(*sg->d));
    for (slong k = 0; k < graph->nedges; k++) {
        int a = graph->edge[2 * k], b = graph->edge[2 * k + 1];
        sg->e[sg->v[a] + (size_t) sg->d[a]++] = b;
        sg->e[sg->v[b] + (size_t) sg->d[b]++] = a;
    }
    for (slong v = 0; v < s->n; v++) {
        int *list = sg->e + sg->v[v], kept = 0;
        qsort(list, (size_t) sg->d[v], sizeof(int), compare_ints);
        for (int i = 0; i < sg->d[v]; i++)
            if (i == 0 || list[i] != list[i - 1])
                list[kept++] = list[i];
        sg->d[v] = kept;
        sg->nde += (size_t) kept;
    }
    sg->vlen = sg->dlen = (size_t) s->n;
    sg->elen = 2 * (size_t) graph->nedges;
}

static lo_status_t prepare(lo_symmetry_struct *s)
{
    sparsegraph *sg = &s->sparse;
    release(s);
    s->n = s->graph->n;
    s->colour = lo_alloc((size_t) s->n, sizeof(slong));
    s->label = lo_alloc((size_t) s->n, sizeof(int));
    s->partition = lo_alloc((size_t) s->n, sizeof(int));
    s->orbits = lo_alloc((size_t) s->n, sizeof(int));
    sg->v = lo_alloc((size_t) s->n, sizeof(*sg->v));
    sg->d = lo_alloc((size_t) s->n, sizeof(*sg->d));
    sg->e = lo_alloc(2 * (size_t) s->graph->nedges, sizeof(*sg->e));
    if (s->colour == NULL || s->label == NULL || s->partition == NULL || s->orbits == NULL || sg->v == NULL ||
        sg->d == NULL || sg->e == NULL)
        return LO_SYSTEM;
    fill_lists(s);
    return sort_by_colour(s);
}

/* The graph with a pattern; NULL: without. distinct: each class has its own colour. */
static lo_status_t impose_pattern(lo_symmetry_struct *s, const int *pattern, int distinct)
{
    lo_signed_graph_struct *graph = s->graph;
    graph->n = s->base_n;
    graph->nedges = s->base_edges;
    int zero = pattern == NULL ? 0 : lo_signed_graph_vertex(graph, KIND_ZERO, 0, 0);
    int *class = lo_alloc((size_t) s->p, sizeof(int));
    if (class == NULL)
        return LO_SYSTEM;
    for (slong i = 0; pattern != NULL && i < s->p; i++) {
        int c = abs(pattern[i]), plus = graph->plus[graph->family->var[i]];
        if (c == (int) i + 1) {
            class[i] = lo_signed_graph_vertex(graph, KIND_CLASS, distinct ? c : 0, distinct);
            int minus = lo_signed_graph_vertex(graph, KIND_CLASS, distinct ? c : 0, distinct ? 2 : 0);
            lo_signed_graph_join(graph, class[i], minus);
        }
        int own = c == 0 ? zero : class[c - 1] + (pattern[i] < 0), other = c == 0 ? zero : class[c - 1] + (pattern[i] > 0);
        lo_signed_graph_join(graph, plus, own);
        lo_signed_graph_join(graph, plus + 1, other);
    }
    lo_free(class);
    return graph->status == LO_OK ? prepare(s) : graph->status;
}

/* Takes over a graph of which `status` says whether it was built. */
static lo_status_t wrap(lo_symmetry_struct **symmetry, lo_symmetry_struct *s, const lo_family_struct *family,
                        lo_status_t status)
{
    s->p = family->p;
    if (status == LO_OK && s->graph->n > MAX_VERTICES)
        status = LO_UNABLE;
    if (status == LO_OK) {
        s->base_n = s->graph->n;
        s->base_edges = s->graph->nedges;
        s->coordinate = lo_alloc((size_t) s->base_n, sizeof(int));
        status = s->coordinate == NULL ? LO_SYSTEM : LO_OK;
    }
    for (slong i = 0; status == LO_OK && i < s->p; i++) {
        s->coordinate[s->graph->plus[family->var[i]]] = (int) i + 1;
        s->coordinate[s->graph->plus[family->var[i]] + 1] = -(int) i - 1;
    }
    if (status != LO_OK)
        lo_symmetry_free(s);
    else
        *symmetry = s;
    return status;
}

lo_status_t lo_symmetry_new(lo_symmetry_struct **symmetry, const lo_family_struct *family, lo_ctx_t ctx)
{
    lo_symmetry_struct *s = lo_alloc(1, sizeof(*s));
    *symmetry = NULL;
    if (s == NULL)
        return LO_SYSTEM;
    lo_status_t status = wrap(symmetry, s, family, lo_signed_graph_init(s->graph, family));
    if (status == LO_UNABLE)
        lo_ctx_set_message(ctx, "the model is too large for a search of its symmetries (more than %d values in its graph)",
                           MAX_VERTICES);
    return status;
}

lo_status_t lo_symmetry_new_of_germ(lo_symmetry_struct **symmetry, int *more, const lo_family_struct *family, slong degree,
                                    lo_ctx_t ctx)
{
    lo_symmetry_struct *s = lo_alloc(1, sizeof(*s));
    *symmetry = NULL;
    return s == NULL ? LO_SYSTEM : wrap(symmetry, s, family, lo_germ_graph(s->graph, more, family, degree, ctx));
}

void lo_symmetry_free(lo_symmetry_struct *s)
{
    if (s == NULL)
        return;
    release(s);
    lo_signed_graph_clear(s->graph);
    lo_free(s->coordinate);
    fmpz_clear(s->whole);
    lo_free(s);
}

slong lo_symmetry_effort(const lo_symmetry_struct *s)
{
    return s->effort;
}

/* ---- groups ---- */

void lo_signed_group_init(lo_signed_group_t group, slong p)
{
    *group = (lo_signed_group_struct){ .p = p };
}

void lo_signed_group_clear(lo_signed_group_t group)
{
    lo_free(group->g);
    group->g = NULL;
    group->n = 0;
    group->alloc = 0;
}

/* One call of nauty at a time in a thread: its callback has no argument for the caller. */
static _Thread_local struct {
    lo_symmetry_struct *symmetry;
    lo_signed_group_struct *group;
    lo_status_t status;
} collecting;

/* Whether the permutation keeps colours and edges. */
static int is_automorphism(const lo_symmetry_struct *s, const int *perm)
{
    const sparsegraph *sg = &s->sparse;
    for (int v = 0; v < sg->nv; v++) {
        int w = perm[v];
        if (s->colour[v] != s->colour[w] || sg->d[v] != sg->d[w])
            return 0;
        for (int i = 0; i < sg->d[v]; i++) {
            int target = perm[sg->e[sg->v[v] + (size_t) i]];
            if (bsearch(&target, sg->e + sg->v[w], (size_t) sg->d[w], sizeof(int), compare_ints) == NULL)
                return 0;
        }
    }
    return 1;
}

static void collect(int count, int *perm, int *orbits, int numorbits, int stabvertex, int n)
{
    (void) count, (void) orbits, (void) numorbits, (void) stabvertex, (void) n;
    lo_symmetry_struct *s = collecting.symmetry;
    lo_signed_group_struct *group = collecting.group;
    const lo_family_struct *f = s->graph->family;
    int moved = 0;
    if (collecting.status != LO_OK || group == NULL)
        return;
    if (!is_automorphism(s, perm)) {
        collecting.status = LO_UNABLE;
        return;
    }
    collecting.status = LO_GROW(group->g, group->alloc, (group->n + 1) * s->p);
    if (collecting.status != LO_OK)
        return;
    int *g = group->g + group->n * s->p;
    for (slong i = 0; i < s->p; i++) {
        g[i] = s->coordinate[perm[s->graph->plus[f->var[i]]]];
        moved |= g[i] != (int) i + 1;
    }
    group->n += moved;
}

/* canonical: NULL, or the graph to fill with the canonical form. */
static lo_status_t run_nauty(lo_symmetry_struct *s, lo_signed_group_struct *group, sparsegraph *canonical)
{
    DEFAULTOPTIONS_SPARSEGRAPH(options);
    statsblk stats;
    options.defaultptn = FALSE;
    options.userautomproc = collect;
    options.getcanon = canonical != NULL;
    s->effort += s->n + (slong) s->sparse.nde;
    collecting.symmetry = s;
    collecting.group = group;
    collecting.status = LO_OK;
    sparsenauty(&s->sparse, s->label, s->partition, s->orbits, &options, &stats, canonical);
    return stats.errstatus != 0 ? LO_UNABLE : collecting.status;
}

lo_status_t lo_symmetry_group(lo_signed_group_t group, lo_symmetry_struct *s)
{
    group->n = 0;
    LO_TRY(impose_pattern(s, NULL, 0));
    return run_nauty(s, group, NULL);
}

lo_status_t lo_symmetry_fixing(lo_signed_group_t group, lo_symmetry_struct *s, const int *pattern)
{
    group->n = 0;
    LO_TRY(impose_pattern(s, pattern, 1));
    return run_nauty(s, group, NULL);
}

lo_status_t lo_pattern_is_fixed(int *fixed, lo_symmetry_struct *s, const int *pattern, slong p)
{
    lo_signed_group_t group;
    int *common = lo_alloc(2 * (size_t) p, sizeof(int)), *one = common + p;
    if (common == NULL)
        return LO_SYSTEM;
    lo_signed_group_init(group, p);
    lo_status_t status = lo_symmetry_fixing(group, s, pattern);
    lo_pattern_whole(common, p);
    for (slong k = 0; k < group->n && status == LO_OK; k++) {
        lo_pattern_fixed(one, group->g + k * p, p);
        lo_pattern_intersect(common, one, p);
    }
    *fixed = memcmp(common, pattern, (size_t) p * sizeof(int)) == 0;
    lo_signed_group_clear(group);
    lo_free(common);
    return status;
}

/* The order is the product over i of the orbit of theta_i under the symmetries that fix theta_0 .. theta_(i-1). Automorphisms
 * that move no coordinate do not count. */
static lo_status_t order_of(fmpz_t order, lo_symmetry_struct *s, const int *pattern)
{
    const lo_signed_graph_struct *graph = s->graph;
    lo_status_t status = LO_OK;
    fmpz_one(order);
    for (slong fixed = 0, known = 0; fixed < s->p && status == LO_OK; fixed++) {
        int own = graph->plus[graph->family->var[fixed]], moving = 0;
        ulong size = 0;
        if (!known)
            status = impose_pattern(s, pattern, 0);
        if (!known && status == LO_OK)
            status = run_nauty(s, NULL, NULL);
        for (slong v = 0; v < s->base_n && status == LO_OK; v++) {
            moving |= s->coordinate[v] != 0 && s->orbits[v] != v;
            size += s->coordinate[v] != 0 && s->orbits[v] == s->orbits[own];
        }
        if (status == LO_OK && !moving)
            break;
        known = size == 1; /* it is fixed already: the stabiliser is the same group */
        if (known)
            continue;
        fmpz_mul_ui(order, order, size);
        graph->key[own] = (lo_key_struct){ KIND_FIXED_COORDINATE, fixed, 1 };
        graph->key[own + 1] = (lo_key_struct){ KIND_FIXED_COORDINATE, fixed, 2 };
    }
    for (slong i = 0; i < s->p; i++)
        for (int sign = 0; sign < 2; sign++)
            graph->key[graph->plus[graph->family->var[i]] + sign] = (lo_key_struct){ LO_KEY_COORDINATE, 0, 0 };
    return status;
}

lo_status_t lo_symmetry_order(fmpz_t order, lo_symmetry_struct *s, const int *pattern)
{
    if (pattern != NULL)
        return order_of(order, s, pattern);
    if (fmpz_is_zero(s->whole))
        LO_TRY(order_of(s->whole, s, NULL));
    fmpz_set(order, s->whole);
    return LO_OK;
}

/* The canonical form of the graph with its present colours, as an array. */
static lo_status_t canonical_form(int **name, slong *size, lo_symmetry_struct *s)
{
    SG_DECL(canonical);
    *name = NULL;
    lo_status_t status = run_nauty(s, NULL, &canonical);
    if (status == LO_OK) {
        sortlists_sg(&canonical);
        *size = s->n + (slong) canonical.nde;
        *name = lo_alloc((size_t) *size, sizeof(int));
        if (*name == NULL)
            status = LO_SYSTEM;
    }
    slong k = 0;
    for (int v = 0; status == LO_OK && v < canonical.nv; v++) {
        (*name)[k++] = canonical.d[v];
        for (int i = 0; i < canonical.d[v]; i++)
            (*name)[k++] = canonical.e[canonical.v[v] + (size_t) i];
    }
    SG_FREE(canonical);
    return status;
}

lo_status_t lo_symmetry_class(int **name, slong *size, lo_symmetry_struct *s, const int *pattern)
{
    *name = NULL;
    LO_TRY(impose_pattern(s, pattern, 0));
    return canonical_form(name, size, s);
}

/* Coordinate i has the colour of theta_g(i), with its sign; NULL: its own. */
static lo_status_t coloured_form(int **name, slong *size, lo_symmetry_struct *s, const int *g)
{
    lo_signed_graph_struct *graph = s->graph;
    for (slong i = 0; i < s->p; i++)
        for (int sign = 0; sign < 2; sign++) {
            slong image = g == NULL ? i + 1 : labs(g[i]);
            int flipped = g != NULL && g[i] < 0;
            graph->key[graph->plus[graph->family->var[i]] + sign] = (lo_key_struct){ KIND_FIXED_COORDINATE, image, sign ^ flipped };
        }
    *name = NULL;
    lo_status_t status = impose_pattern(s, NULL, 0);
    if (status == LO_OK)
        status = canonical_form(name, size, s);
    for (slong i = 0; i < s->p; i++)
        for (int sign = 0; sign < 2; sign++)
            graph->key[graph->plus[graph->family->var[i]] + sign] = (lo_key_struct){ LO_KEY_COORDINATE, 0, 0 };
    return status;
}

/* With every coordinate of its own colour, an isomorphism to the graph with the colours of the images is an automorphism
 * that is g on the coordinates. */
lo_status_t lo_symmetry_contains(int *yes, lo_symmetry_struct *s, const int *g)
{
    int *own, *other = NULL;
    slong size = 0, other_size = 0;
    lo_status_t status = coloured_form(&own, &size, s, NULL);
    if (status == LO_OK)
        status = coloured_form(&other, &other_size, s, g);
    *yes = status == LO_OK && size == other_size && memcmp(own, other, (size_t) size * sizeof(int)) == 0;
    lo_free(own);
    lo_free(other);
    return status;
}

void lo_signed_group_orbits(slong *orbit, const lo_signed_group_t group)
{
    slong p = group->p;
    for (slong i = 0; i < p; i++)
        orbit[i] = i;
    for (int changed = 1; changed;) {
        changed = 0;
        for (slong k = 0; k < group->n * p; k++) {
            slong *a = orbit + k % p, *b = orbit + abs(group->g[k]) - 1;
            changed |= *a != *b;
            *a = *b = *a < *b ? *a : *b;
        }
    }
}

slong lo_signed_group_climb(int *pattern, const lo_signed_group_t group, int *work)
{
    slong p = group->p, images = 0;
    for (slong k = 0, since = 0; since < group->n; k = (k + 1) % group->n, since++, images++)
        if (lo_pattern_climb(work, pattern, group->g + k * p, p, work + p)) {
            memcpy(pattern, work, (size_t) p * sizeof(int));
            since = -1;
        }
    return images;
}
