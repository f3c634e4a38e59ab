/* symmetry.c - automorphisms of the signed graph, as signed permutations of the coordinates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * nauty proposes; every generator is checked against the edges and colours of the graph here, which is the proof that it
 * is a symmetry (signed_graph.c).
 */
#include "manifold/symmetry.h"

#include "base/memory.h"
#include "manifold/signed_graph.h"

#include <limits.h>
#include <nauty/nausparse.h>
#include <stdlib.h>
#include <string.h>

struct lo_symmetry_struct {
    lo_signed_graph_t graph;
    slong p;
    slong *base_colour; /* per vertex: its colour, numbers from 0 */
    slong *by_colour;   /* the vertices, sorted by colour */
    int *label, *partition, *orbits;
    sparsegraph sparse;
    int *coordinate; /* per vertex: i + 1 for theta_i +, -(i + 1) for theta_i -, 0 for others */
};

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
    slong vertex;
} keyed_struct;

static int compare_keyed(const void *a, const void *b)
{
    const keyed_struct *x = a, *y = b;
    int order = compare_keys(&x->key, &y->key);
    return order != 0 ? order : x->vertex < y->vertex ? -1 : 1;
}

static lo_status_t number_colours(lo_symmetry_struct *s)
{
    slong n = s->graph->n, colour = 0;
    keyed_struct *sorted = lo_alloc((size_t) n, sizeof(*sorted));
    if (sorted == NULL)
        return LO_SYSTEM;
    for (slong v = 0; v < n; v++)
        sorted[v] = (keyed_struct){ s->graph->key[v], v };
    qsort(sorted, (size_t) n, sizeof(*sorted), compare_keyed);
    for (slong i = 0; i < n; i++) {
        if (i > 0 && compare_keys(&sorted[i - 1].key, &sorted[i].key) != 0)
            colour++;
        s->base_colour[sorted[i].vertex] = colour;
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
static lo_status_t make_sparse(lo_symmetry_struct *s)
{
    const lo_signed_graph_struct *graph = s->graph;
    sparsegraph *sg = &s->sparse;
    slong n = graph->n;
    sg->nv = (int) n;
    sg->v = lo_alloc((size_t) n, sizeof(*sg->v));
    sg->d = lo_alloc((size_t) n, sizeof(*sg->d));
    sg->e = lo_alloc(2 * (size_t) graph->nedges, sizeof(*sg->e));
    if (sg->v == NULL || sg->d == NULL || sg->e == NULL)
        return LO_SYSTEM;
    for (slong k = 0; k < 2 * graph->nedges; k++)
        sg->d[graph->edge[k]]++;
    for (slong v = 1; v < n; v++)
        sg->v[v] = sg->v[v - 1] + (size_t) sg->d[v - 1];
    memset(sg->d, 0, (size_t) n * sizeof(*sg->d));
    for (slong k = 0; k < graph->nedges; k++) {
        int a = graph->edge[2 * k], b = graph->edge[2 * k + 1];
        sg->e[sg->v[a] + (size_t) sg->d[a]++] = b;
        sg->e[sg->v[b] + (size_t) sg->d[b]++] = a;
    }
    for (slong v = 0; v < n; v++) {
        int *list = sg->e + sg->v[v], kept = 0;
        qsort(list, (size_t) sg->d[v], sizeof(int), compare_ints);
        for (int i = 0; i < sg->d[v]; i++)
            if (i == 0 || list[i] != list[i - 1])
                list[kept++] = list[i];
        sg->d[v] = kept;
        sg->nde += (size_t) kept;
    }
    sg->vlen = (size_t) n;
    sg->dlen = (size_t) n;
    sg->elen = 2 * (size_t) graph->nedges;
    return LO_OK;
}

static lo_status_t prepare(lo_symmetry_struct *s)
{
    const lo_family_struct *f = s->graph->family;
    size_t n = (size_t) s->graph->n;
    s->base_colour = lo_alloc(n, sizeof(slong));
    s->by_colour = lo_alloc(n, sizeof(slong));
    s->label = lo_alloc(n, sizeof(int));
    s->partition = lo_alloc(n, sizeof(int));
    s->orbits = lo_alloc(n, sizeof(int));
    s->coordinate = lo_alloc(n, sizeof(int));
    if (s->base_colour == NULL || s->by_colour == NULL || s->label == NULL || s->partition == NULL ||
        s->orbits == NULL || s->coordinate == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < s->p; i++) {
        s->coordinate[s->graph->plus[f->var[i]]] = (int) i + 1;
        s->coordinate[s->graph->plus[f->var[i]] + 1] = -(int) i - 1;
    }
    LO_TRY(number_colours(s));
    return make_sparse(s);
}

lo_status_t lo_symmetry_new(lo_symmetry_struct **symmetry, const lo_family_struct *family, lo_ctx_t ctx)
{
    lo_symmetry_struct *s = lo_alloc(1, sizeof(*s));
    *symmetry = NULL;
    if (s == NULL)
        return LO_SYSTEM;
    s->p = family->p;
    lo_status_t status = lo_signed_graph_init(s->graph, family);
    if (status == LO_OK)
        status = prepare(s);
    if (status == LO_UNABLE)
        lo_ctx_set_message(ctx, "the model is too large for a search of its symmetries");
    if (status != LO_OK)
        lo_symmetry_free(s);
    else
        *symmetry = s;
    return status;
}

void lo_symmetry_free(lo_symmetry_struct *s)
{
    if (s == NULL)
        return;
    lo_signed_graph_clear(s->graph);
    lo_free(s->base_colour);
    lo_free(s->by_colour);
    lo_free(s->label);
    lo_free(s->partition);
    lo_free(s->orbits);
    lo_free(s->coordinate);
    lo_free(s->sparse.v);
    lo_free(s->sparse.d);
    lo_free(s->sparse.e);
    lo_free(s);
}

/* ---- generators ---- */

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

/* One call of nauty at a time: its callback has no argument for the caller. */
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
        if (s->base_colour[v] != s->base_colour[w] || sg->d[v] != sg->d[w])
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

/* The colour of a vertex under a colouring of the coordinates: base colour, then colour of the coordinate. */
typedef struct {
    slong base;
    int colour, vertex;
} cell_struct;

static int compare_cells(const void *a, const void *b)
{
    const cell_struct *x = a, *y = b;
    if (x->base != y->base)
        return x->base < y->base ? -1 : 1;
    if (x->colour != y->colour)
        return x->colour < y->colour ? -1 : 1;
    return x->vertex < y->vertex ? -1 : x->vertex > y->vertex;
}

static lo_status_t run_nauty(lo_symmetry_struct *s, lo_signed_group_struct *group, const int *colour)
{
    int n = s->sparse.nv;
    cell_struct *cells = lo_alloc((size_t) n, sizeof(*cells));
    if (cells == NULL)
        return LO_SYSTEM;
    for (int v = 0; v < n; v++) {
        int c = s->coordinate[v];
        cells[v] = (cell_struct){ s->base_colour[v], colour == NULL || c == 0 ? 0 : c > 0 ? colour[c - 1] : -colour[-c - 1], v };
    }
    qsort(cells, (size_t) n, sizeof(*cells), compare_cells);
    for (int i = 0; i < n; i++) {
        s->label[i] = cells[i].vertex;
        s->partition[i] = i + 1 < n && cells[i].base == cells[i + 1].base && cells[i].colour == cells[i + 1].colour;
    }
    lo_free(cells);
    DEFAULTOPTIONS_SPARSEGRAPH(options);
    statsblk stats;
    options.defaultptn = FALSE;
    options.userautomproc = collect;
    collecting.symmetry = s;
    collecting.group = group;
    collecting.status = LO_OK;
    sparsenauty(&s->sparse, s->label, s->partition, s->orbits, &options, &stats, NULL);
    return stats.errstatus != 0 ? LO_UNABLE : collecting.status;
}

lo_status_t lo_symmetry_group(lo_signed_group_t group, lo_symmetry_struct *s, const int *colour)
{
    group->n = 0;
    return run_nauty(s, group, colour);
}

/* |G| is the product over i of the orbit of theta_i under the stabiliser of theta_0 .. theta_(i-1): the automorphisms of the
 * graph that fix these. Vertices that move while all coordinates stay do not count. */
lo_status_t lo_symmetry_order(fmpz_t order, lo_symmetry_struct *s)
{
    const lo_family_struct *f = s->graph->family;
    int *colour = lo_alloc((size_t) s->p, sizeof(int));
    lo_status_t status = colour == NULL ? LO_SYSTEM : LO_OK;
    fmpz_one(order);
    for (slong i = 0; i < s->p && status == LO_OK; i++) {
        status = run_nauty(s, NULL, colour);
        ulong size = 0, moving = 0;
        for (slong j = 0; j < s->p && status == LO_OK; j++) {
            int plus = s->graph->plus[f->var[j]];
            size += s->orbits[plus] == s->orbits[s->graph->plus[f->var[i]]];
            size += s->orbits[plus + 1] == s->orbits[s->graph->plus[f->var[i]]];
            moving |= s->orbits[plus] != plus || s->orbits[plus + 1] != plus + 1;
        }
        if (!moving)
            break;
        fmpz_mul_ui(order, order, size);
        colour[i] = (int) i + 1;
    }
    lo_free(colour);
    return status;
}
