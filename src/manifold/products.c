/* products.c - the lattice of a product of groups of neurons.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/products.h"

#include "base/memory.h"
#include "manifold/hierarchy.h"
#include "manifold/rows.h"

#include <flint/arith.h>
#include <stdlib.h>
#include <string.h>

/* ---- recognition ---- */

static lo_status_t allocate(lo_products_struct *w, const lo_neurons_t neurons)
{
    w->nneurons = neurons->n;
    w->in = lo_alloc((size_t) w->p, sizeof(slong));
    w->out = lo_alloc((size_t) w->p, sizeof(slong));
    w->rank = lo_alloc((size_t) w->p, sizeof(slong));
    w->neuron_layer = lo_alloc((size_t) neurons->n, sizeof(slong));
    w->neuron_place = lo_alloc((size_t) neurons->n, sizeof(slong));
    return w->in == NULL || w->out == NULL || w->rank == NULL || w->neuron_layer == NULL || w->neuron_place == NULL
               ? LO_SYSTEM
               : LO_OK;
}

void lo_products_clear(lo_products_t w)
{
    lo_free(w->in);
    lo_free(w->out);
    lo_free(w->rank);
    lo_free(w->neuron_layer);
    lo_free(w->neuron_place);
    memset(w, 0, sizeof(*w));
}

/* Layers and the ends of each coordinate; 0 when a coordinate enters, or leaves, two neurons. */
static int place_coordinates(lo_products_struct *w, const lo_neurons_t neurons)
{
    w->nlayers = neurons->layers;
    if (w->nlayers > LO_MOST_LAYERS || neurons->n == 0)
        return 0;
    for (slong i = 0; i < w->p; i++)
        w->in[i] = w->out[i] = -1;
    for (slong k = 0; k < neurons->n; k++) {
        const lo_neuron_struct *neuron = neurons->neurons + k;
        w->neuron_layer[k] = neuron->layer - 1;
        w->neuron_place[k] = w->size[neuron->layer - 1]++;
        for (slong t = 0; t < neuron->nin; t++) {
            if (w->in[neuron->in[t]] >= 0)
                return 0;
            w->in[neuron->in[t]] = k;
        }
        for (slong t = 0; t < neuron->nout; t++) {
            if (w->out[neuron->out[t]] >= 0)
                return 0;
            w->out[neuron->out[t]] = k;
        }
    }
    for (slong i = 0; i < w->p; i++) {
        if (w->in[i] >= 0 && w->out[i] >= 0 && w->neuron_layer[w->in[i]] == w->neuron_layer[w->out[i]])
            return 0;
        for (slong j = 0; j < i; j++)
            w->rank[i] += w->in[j] == w->in[i] && w->out[j] == w->out[i];
    }
    return 1;
}

static void find_links(lo_products_struct *w)
{
    for (slong i = 0; i < w->p; i++) {
        slong a = w->in[i] < 0 ? -1 : w->neuron_layer[w->in[i]], b = w->out[i] < 0 ? -1 : w->neuron_layer[w->out[i]], k = 0;
        if (a < b) {
            slong t = a;
            a = b;
            b = t;
        }
        while (k < w->nlinks && (w->links[k].a != a || w->links[k].b != b))
            k++;
        if (a < 0)
            continue;
        w->links[k].a = a;
        w->links[k].b = b;
        w->links[k].many++;
        w->nlinks = k == w->nlinks ? k + 1 : w->nlinks;
    }
    for (slong k = 0; k < w->nlinks; k++)
        w->links[k].many /= w->size[w->links[k].a] * (w->links[k].b < 0 ? 1 : w->size[w->links[k].b]);
}

/* The ends of the image of one coordinate are the images of its ends, in image[] once they are known. */
static int follow(slong *image, const slong *end, slong i, slong j)
{
    if ((end[i] < 0) != (end[j] < 0))
        return 0;
    if (end[i] < 0)
        return 1;
    if (image[end[i]] < 0)
        image[end[i]] = end[j];
    return image[end[i]] == end[j];
}

/* Whether a symmetry comes from neurons, and is determined by what it does to them. work: 2 x neurons. */
static int is_of_neurons(lo_products_struct *w, const int *g, slong *work)
{
    slong *image = work, *sign = work + w->nneurons;
    for (slong k = 0; k < w->nneurons; k++) {
        image[k] = -1;
        sign[k] = 0;
    }
    for (slong i = 0; i < w->p; i++) {
        slong j = labs(g[i]) - 1;
        if (!follow(image, w->in, i, j) || !follow(image, w->out, i, j) || w->rank[i] != w->rank[j])
            return 0;
    }
    /* neurons come layer by layer: the first coordinate into one gives its sign */
    for (slong k = 0; k < w->nneurons; k++)
        for (slong i = 0; i < w->p && sign[k] == 0; i++)
            if (w->in[i] == k && (w->out[i] < 0 || sign[w->out[i]] != 0))
                sign[k] = (g[i] > 0 ? 1 : -1) * (w->out[i] < 0 ? 1 : sign[w->out[i]]);
    for (slong i = 0; i < w->p; i++) {
        slong s = (w->in[i] < 0 ? 1 : sign[w->in[i]]) * (w->out[i] < 0 ? 1 : sign[w->out[i]]);
        if (s != (g[i] > 0 ? 1 : -1))
            return 0;
    }
    for (slong k = 0; k < w->nneurons; k++) {
        if (image[k] < 0 || w->neuron_layer[image[k]] != w->neuron_layer[k])
            return 0;
        w->flips[w->neuron_layer[k]] |= sign[k] < 0;
    }
    return 1;
}

lo_status_t lo_products_place(int *placed, lo_products_t w, const lo_neurons_t neurons, slong p)
{
    memset(w, 0, sizeof(*w));
    w->p = p;
    lo_status_t status = allocate(w, neurons);
    *placed = status == LO_OK && place_coordinates(w, neurons);
    return status;
}

lo_status_t lo_products_find(int *found, lo_products_t w, const lo_neurons_t neurons, const lo_signed_group_t group,
                             const fmpz_t order)
{
    fmpz_t full, factor;
    slong *work = lo_alloc(2 * (size_t) neurons->n, sizeof(slong));
    lo_status_t status = lo_products_place(found, w, neurons, group->p);
    if (work == NULL)
        status = LO_SYSTEM;
    *found &= status == LO_OK;
    for (slong k = 0; k < group->n && *found; k++)
        *found = is_of_neurons(w, group->g + k * group->p, work);
    lo_free(work);
    if (!*found)
        return status;
    fmpz_init_set_ui(full, 1);
    fmpz_init(factor);
    for (slong l = 0; l < w->nlayers; l++) {
        fmpz_fac_ui(factor, (ulong) w->size[l]);
        fmpz_mul_2exp(factor, factor, w->flips[l] ? (ulong) w->size[l] : 0);
        fmpz_mul(full, full, factor);
    }
    *found = fmpz_equal(full, order);
    fmpz_clear(full);
    fmpz_clear(factor);
    find_links(w);
    return LO_OK;
}

/* ---- counts ---- */

int lo_products_is_invisible(const lo_products_t w, slong l, ulong zero)
{
    for (slong k = 0; k < w->nlinks; k++) {
        slong a = w->links[k].a, b = w->links[k].b, other = a == l ? b : a;
        if ((a == l || b == l) && (other < 0 || !(zero >> other & 1)))
            return 0;
    }
    return 1;
}

/* Signed partitions with a zero block: d(n+1) = d(n) + sum_k C(n,k) 2^k d(n-k): the last one is in the zero block, or in a
 * block with k others, each of either sign. Without signs e(n+1) = sum_k C(n,k) e(n-k). */
static void count_partitions(fmpz_t total, slong n, int flips)
{
    fmpz *d = _fmpz_vec_init(n + 1);
    fmpz_t term;
    fmpz_init(term);
    fmpz_one(d);
    for (slong i = 0; i < n; i++) {
        if (flips)
            fmpz_set(d + i + 1, d + i);
        for (slong k = 0; k <= i; k++) {
            fmpz_bin_uiui(term, (ulong) i, (ulong) k);
            fmpz_mul_2exp(term, term, flips ? (ulong) k : 0);
            fmpz_addmul(d + i + 1, term, d + i - k);
        }
    }
    fmpz_set(total, d + n);
    fmpz_clear(term);
    _fmpz_vec_clear(d, n + 1);
}

/* Their shapes: partitions of n; with signs, of n - z for a zero block of z. */
static void count_shapes(fmpz_t total, slong n, int flips)
{
    fmpz_t term;
    fmpz_init(term);
    fmpz_zero(total);
    for (slong z = 0; z <= (flips ? n : 0); z++) {
        arith_number_of_partitions(term, (ulong) (n - z));
        fmpz_add(total, total, term);
    }
    fmpz_clear(term);
}

/* Sum over the sets of layers of zeros in closed lists of the choices for the others. */
void lo_products_count(fmpz_t manifolds, fmpz_t classes, const lo_products_t w)
{
    fmpz_t a, b;
    fmpz *partitions = _fmpz_vec_init(w->nlayers), *shapes = _fmpz_vec_init(w->nlayers);
    fmpz_init(a);
    fmpz_init(b);
    fmpz_zero(manifolds);
    fmpz_zero(classes);
    for (slong l = 0; l < w->nlayers; l++) {
        count_partitions(partitions + l, w->size[l], w->flips[l]);
        count_shapes(shapes + l, w->size[l], w->flips[l]);
        fmpz_sub_ui(partitions + l, partitions + l, w->flips[l] ? 1 : 0); /* all zeros */
        fmpz_sub_ui(shapes + l, shapes + l, w->flips[l] ? 1 : 0);
    }
    for (ulong zero = 0; zero < UWORD(1) << w->nlayers; zero++) {
        int closed = 1;
        fmpz_one(a);
        fmpz_one(b);
        for (slong l = 0; l < w->nlayers; l++) {
            if (zero >> l & 1) {
                closed &= w->flips[l];
                continue;
            }
            closed &= !lo_products_is_invisible(w, l, zero);
            fmpz_mul(a, a, partitions + l);
            fmpz_mul(b, b, shapes + l);
        }
        if (closed) {
            fmpz_add(manifolds, manifolds, a);
            fmpz_add(classes, classes, b);
        }
    }
    fmpz_clear(a);
    fmpz_clear(b);
    _fmpz_vec_clear(partitions, w->nlayers);
    _fmpz_vec_clear(shapes, w->nlayers);
}

/* ---- the largest classes ---- */

/* A shape is an array of one entry per neuron: layer after layer the sizes of its blocks, decreasing, then zeros; what is
 * left of m_l is the size of the block of zeros. */
typedef struct {
    const lo_products_struct *w;
    slong first[LO_MOST_LAYERS];
    lo_rows_struct shapes;
    slong *dimension;
    long dimension_alloc;
} listing_struct;

static slong blocks(const listing_struct *s, const int *shape, slong l)
{
    slong n = 0;
    while (n < s->w->size[l] && shape[s->first[l] + n] > 0)
        n++;
    return n;
}

static slong dimension_of(const listing_struct *s, const int *shape)
{
    slong d = 0;
    for (slong k = 0; k < s->w->nlinks; k++) {
        const lo_link_struct *link = s->w->links + k;
        d += link->many * blocks(s, shape, link->a) * (link->b < 0 ? 1 : blocks(s, shape, link->b));
    }
    for (slong i = 0; i < s->w->p; i++)
        d += s->w->in[i] < 0 && s->w->out[i] < 0;
    return d;
}

/* Makes invisible layers all zeros. */
static void close_shape(const listing_struct *s, int *shape)
{
    for (int changed = 1; changed;) {
        ulong zero = 0;
        changed = 0;
        for (slong l = 0; l < s->w->nlayers; l++)
            zero |= (ulong) (blocks(s, shape, l) == 0) << l;
        for (slong l = 0; l < s->w->nlayers; l++)
            if (!(zero >> l & 1) && s->w->flips[l] && lo_products_is_invisible(s->w, l, zero)) {
                memset(shape + s->first[l], 0, (size_t) s->w->size[l] * sizeof(int));
                changed = 1;
            }
    }
}

static int compare_down(const void *a, const void *b)
{
    return *(const int *) b - *(const int *) a;
}

/* Adds the shape where blocks i and j of layer l are one (j < 0: where block i is zero). */
static lo_status_t add_move(listing_struct *s, slong *index, const int *from, slong l, slong i, slong j, int *work)
{
    slong before = s->shapes.n;
    int *layer = work + s->first[l];
    memcpy(work, from, (size_t) s->w->nneurons * sizeof(int));
    if (j >= 0)
        layer[j] += layer[i];
    layer[i] = 0;
    qsort(layer, (size_t) s->w->size[l], sizeof(int), compare_down);
    close_shape(s, work);
    LO_TRY(lo_rows_add(index, &s->shapes, work));
    if (s->shapes.n == before)
        return LO_OK;
    LO_TRY(LO_GROW(s->dimension, s->dimension_alloc, s->shapes.n));
    s->dimension[before] = dimension_of(s, work);
    return LO_OK;
}

typedef lo_status_t (*move_fn)(void *data, slong index);

/* All moves from a shape; blocks of equal size need one of their pairs only. */
static lo_status_t each_move(listing_struct *s, const int *from, int *work, move_fn visit, void *data)
{
    for (slong l = 0; l < s->w->nlayers; l++) {
        const int *layer = from + s->first[l];
        slong n = blocks(s, from, l), index;
        for (slong i = 0; i < n; i++) {
            if (i >= 2 && layer[i] == layer[i - 1] && layer[i] == layer[i - 2])
                continue; /* of a run of equal blocks the first two will do */
            if (s->w->flips[l]) {
                LO_TRY(add_move(s, &index, from, l, i, -1, work));
                LO_TRY(visit(data, index));
            }
            for (slong j = 0; j < i; j++) {
                if (j > 0 && layer[j] == layer[j - 1])
                    continue;
                LO_TRY(add_move(s, &index, from, l, i, j, work));
                LO_TRY(visit(data, index));
            }
        }
    }
    return LO_OK;
}

/* The number of partitions of the shape: |P| / |stabiliser|, P the group of the layer. */
static void count_copies(fmpz_t copies, const listing_struct *s, const int *shape)
{
    fmpz_t t;
    fmpz_init(t);
    fmpz_one(copies);
    for (slong l = 0; l < s->w->nlayers; l++) {
        const int *layer = shape + s->first[l];
        slong n = blocks(s, shape, l), zeros = s->w->size[l], run = 0, signs = 0;
        fmpz_fac_ui(t, (ulong) s->w->size[l]);
        fmpz_mul(copies, copies, t);
        for (slong i = 0; i < n; i++) {
            zeros -= layer[i];
            run = i > 0 && layer[i] == layer[i - 1] ? run + 1 : 1;
            fmpz_fac_ui(t, (ulong) layer[i]);
            fmpz_mul_ui(t, t, (ulong) run);
            fmpz_divexact(copies, copies, t);
            signs += layer[i] - 1;
        }
        fmpz_fac_ui(t, (ulong) zeros);
        fmpz_divexact(copies, copies, t);
        fmpz_mul_2exp(copies, copies, s->w->flips[l] ? (ulong) signs : 0);
    }
    fmpz_clear(t);
}

/* block[k]: the first neuron of the block of neuron k, -1 where it is zero. */
static void find_blocks(slong *block, const listing_struct *s, const int *shape)
{
    for (slong k = 0; k < s->w->nneurons; k++) {
        slong l = s->w->neuron_layer[k], end = 0, i = 0, n = blocks(s, shape, l);
        while (i < n && (end += shape[s->first[l] + i]) <= s->w->neuron_place[k])
            i++;
        block[k] = i == n ? -1 : s->first[l] + i;
    }
}

static lo_status_t write_pattern(int *pattern, const listing_struct *s, const int *shape)
{
    const lo_products_struct *w = s->w;
    slong *block = lo_alloc((size_t) w->nneurons, sizeof(slong));
    if (block == NULL)
        return LO_SYSTEM;
    find_blocks(block, s, shape);
    for (slong i = 0; i < w->p; i++) {
        slong a = w->in[i] < 0 ? -2 : block[w->in[i]], b = w->out[i] < 0 ? -2 : block[w->out[i]], j = 0;
        pattern[i] = a == -1 || b == -1 ? 0 : (int) i + 1;
        for (; j < i && pattern[i] != 0; j++)
            if (pattern[j] == (int) j + 1 && w->rank[j] == w->rank[i] && (w->in[j] < 0 ? -2 : block[w->in[j]]) == a &&
                (w->out[j] < 0 ? -2 : block[w->out[j]]) == b) {
                if (a != -2 || b != -2) /* coordinates of no neuron stay apart */
                    pattern[i] = (int) j + 1;
                break;
            }
    }
    lo_free(block);
    return LO_OK;
}

static lo_status_t ignore(void *data, slong index)
{
    (void) data;
    (void) index;
    return LO_OK;
}

typedef struct {
    slong *number; /* per shape: 1 + its place in the list */
    slong n, from;
    char *below;
} cover_struct;

static lo_status_t note_cover(void *data, slong index)
{
    cover_struct *c = data;
    if (c->number[index] > 0)
        c->below[(c->from) * c->n + c->number[index] - 1] = 1;
    return LO_OK;
}

/* The largest shape that is not yet taken; -1: none. */
static slong largest(const listing_struct *s, const slong *number)
{
    slong best = -1;
    for (slong k = 0; k < s->shapes.n; k++)
        if (number[k] == 0 && (best < 0 || s->dimension[k] > s->dimension[best]))
            best = k;
    return best;
}

/* A move lowers the dimension of a closed shape, so the largest shapes are met first. `chosen`: shapes in order. */
static lo_status_t choose(listing_struct *s, slong *chosen, slong *number, slong *n, slong most, int *work, lo_ctx_t ctx)
{
    slong k;
    for (*n = 0; *n < most && (k = largest(s, number)) >= 0;) {
        LO_TRY(lo_ctx_poll(ctx));
        chosen[*n] = k;
        number[k] = ++*n;
        memcpy(work + s->w->nneurons, s->shapes.rows + k * s->w->nneurons, (size_t) s->w->nneurons * sizeof(int));
        LO_TRY(each_move(s, work + s->w->nneurons, work, ignore, NULL));
    }
    return LO_OK;
}

#define MOST_SHAPES 200000

static lo_status_t list(lo_lattice_t lattice, char **below, listing_struct *s, slong most, lo_ctx_t ctx)
{
    const lo_products_struct *w = s->w;
    slong index, n = 0, before;
    fmpz_t copies;
    slong *chosen = lo_alloc((size_t) most, sizeof(slong)), *number = lo_alloc(MOST_SHAPES, sizeof(slong));
    int *work = lo_alloc(2 * (size_t) w->nneurons, sizeof(int)), *pattern = lo_alloc((size_t) w->p, sizeof(int));
    lo_status_t status = lo_rows_init(&s->shapes, w->nneurons, MOST_SHAPES);
    if (chosen == NULL || number == NULL || work == NULL || pattern == NULL)
        status |= LO_SYSTEM;
    for (slong k = 0; k < w->nneurons && status == LO_OK; k++)
        work[k] = 1;
    if (status == LO_OK)
        status = lo_rows_add(&index, &s->shapes, work);
    if (status == LO_OK)
        status = LO_GROW(s->dimension, s->dimension_alloc, 1);
    if (status == LO_OK) {
        s->dimension[0] = dimension_of(s, work);
        status = choose(s, chosen, number, &n, most, work, ctx);
    }
    before = s->shapes.n;
    lattice->complete = status == LO_OK && n == before;
    fmpz_init(copies);
    for (slong k = 0; k < n && status == LO_OK; k++) {
        count_copies(copies, s, s->shapes.rows + chosen[k] * w->nneurons);
        status = write_pattern(pattern, s, s->shapes.rows + chosen[k] * w->nneurons);
        if (status == LO_OK)
            status = lo_lattice_push(lattice, pattern, copies);
    }
    fmpz_clear(copies);
    *below = lo_alloc((size_t) (n * n), 1);
    if (*below == NULL)
        status |= LO_SYSTEM;
    for (slong k = 0; k < n && status == LO_OK; k++) {
        cover_struct c = { number, n, k, *below };
        memcpy(work + w->nneurons, s->shapes.rows + chosen[k] * w->nneurons, (size_t) w->nneurons * sizeof(int));
        status = each_move(s, work + w->nneurons, work, note_cover, &c);
    }
    if (status == LO_OK)
        status = lo_hierarchy_reduce(*below, n);
    lo_free(chosen);
    lo_free(number);
    lo_free(work);
    lo_free(pattern);
    lo_rows_clear(&s->shapes);
    lo_free(s->dimension);
    return status;
}

lo_status_t lo_products_list(lo_lattice_t lattice, char **below, const lo_products_t w, slong most, lo_ctx_t ctx)
{
    listing_struct s = { .w = w };
    for (slong l = 1; l < w->nlayers; l++)
        s.first[l] = s.first[l - 1] + w->size[l - 1];
    return list(lattice, below, &s, most, ctx);
}
