/* width_table.c - the lattice of a product of groups of neurons, by the widths of the narrower networks.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A closed list of (signed) partitions (products.h) with k_l nonzero blocks in layer l is a network of the widths k_l. Of n neurons
 * there are sum over z of C(n,z) S(n - z,k) 2^(n - z - k) signed partitions with k blocks, S the Stirling numbers of the second
 * kind, z the size of the block of zeros, and as many shapes as n - z has partitions into k parts, summed over z; without signs
 * z = 0 and there is no power of 2.
 */
#include "base/memory.h"
#include "base/text.h"
#include "manifold/products.h"

#include <flint/arith.h>
#include <string.h>

#define MOST_ROWS 2000

typedef struct {
    fmpz *partitions, *shapes; /* by the number of blocks, from 0 */
} layer_struct;

/* parts[k]: partitions of n into k parts: those with a part 1, and those without. */
static void count_parts(fmpz *parts, slong n)
{
    fmpz_mat_t p;
    fmpz_mat_init(p, n + 1, n + 1);
    fmpz_one(fmpz_mat_entry(p, 0, 0));
    for (slong m = 1; m <= n; m++)
        for (slong k = 1; k <= m; k++) {
            fmpz_set(fmpz_mat_entry(p, m, k), fmpz_mat_entry(p, m - 1, k - 1));
            if (m - k >= k)
                fmpz_add(fmpz_mat_entry(p, m, k), fmpz_mat_entry(p, m, k), fmpz_mat_entry(p, m - k, k));
        }
    for (slong k = 0; k <= n; k++)
        fmpz_set(parts + k, fmpz_mat_entry(p, n, k));
    fmpz_mat_clear(p);
}

static void count_layer(layer_struct *layer, slong n, int flips)
{
    fmpz_t t, c;
    fmpz *parts = _fmpz_vec_init(n + 1);
    fmpz_init(t);
    fmpz_init(c);
    for (slong z = 0; z <= (flips ? n : 0); z++) {
        fmpz_bin_uiui(c, (ulong) n, (ulong) z);
        count_parts(parts, n - z);
        for (slong k = 0; k <= n - z; k++) {
            arith_stirling_number_2(t, n - z, k);
            fmpz_mul(t, t, c);
            fmpz_mul_2exp(t, t, flips ? (ulong) (n - z - k) : 0);
            fmpz_add(layer->partitions + k, layer->partitions + k, t);
            fmpz_add(layer->shapes + k, layer->shapes + k, parts + k);
        }
    }
    _fmpz_vec_clear(parts, n + 1);
    fmpz_clear(t);
    fmpz_clear(c);
}

static char *decimal(const fmpz_t n)
{
    char *s = lo_alloc(fmpz_sizeinbase(n, 10) + 2, 1);
    return s == NULL ? NULL : fmpz_get_str(s, 10, n);
}

static lo_status_t add_row(lo_sims_struct *sims, const lo_products_struct *w, const layer_struct *layer,
                           const slong *blocks)
{
    fmpz_t classes, manifolds;
    lo_text_t name;
    lo_widths_struct row = { .dimension = 0 };
    ulong zero = 0;
    for (slong l = 0; l < w->nlayers; l++)
        zero |= (ulong) (blocks[l] == 0) << l;
    for (slong l = 0; l < w->nlayers; l++)
        if ((zero >> l & 1) ? !w->flips[l] : lo_products_is_invisible(w, l, zero))
            return LO_OK;
    for (slong k = 0; k < w->nlinks; k++)
        row.dimension +=
            w->links[k].many * blocks[w->links[k].a] * (w->links[k].b < 0 ? 1 : blocks[w->links[k].b]);
    for (slong i = 0; i < w->p; i++)
        row.dimension += w->in[i] < 0 && w->out[i] < 0;
    fmpz_init_set_ui(classes, 1);
    fmpz_init_set_ui(manifolds, 1);
    lo_text_init(name);
    for (slong l = 0; l < w->nlayers; l++) {
        fmpz_mul(classes, classes, layer[l].shapes + blocks[l]);
        fmpz_mul(manifolds, manifolds, layer[l].partitions + blocks[l]);
        lo_text_add(name, "%s%ld", l > 0 ? "-" : "", (long) blocks[l]);
    }
    row.classes = decimal(classes);
    row.manifolds = decimal(manifolds);
    row.widths = lo_text_take(name);
    fmpz_clear(classes);
    fmpz_clear(manifolds);
    slong k = sims->nwidths++;
    for (; k > 0 && sims->widths[k - 1].dimension < row.dimension; k--)
        sims->widths[k] = sims->widths[k - 1];
    sims->widths[k] = row;
    return row.classes == NULL || row.manifolds == NULL || row.widths == NULL ? LO_SYSTEM : LO_OK;
}

lo_status_t lo_products_table(lo_sims_struct *sims, const lo_products_t w)
{
    layer_struct layer[LO_MOST_LAYERS];
    slong rows = 1, blocks[LO_MOST_LAYERS];
    for (slong l = 0; l < w->nlayers; l++)
        if ((rows *= w->size[l] + 1) > MOST_ROWS)
            return LO_OK;
    sims->widths = lo_alloc((size_t) rows, sizeof(lo_widths_struct));
    if (sims->widths == NULL)
        return LO_SYSTEM;
    for (slong l = 0; l < w->nlayers; l++) {
        layer[l].partitions = _fmpz_vec_init(w->size[l] + 1);
        layer[l].shapes = _fmpz_vec_init(w->size[l] + 1);
        count_layer(layer + l, w->size[l], w->flips[l]);
    }
    lo_status_t status = LO_OK;
    for (slong index = 0; index < rows && status == LO_OK; index++) {
        for (slong l = w->nlayers - 1, rest = rows - 1 - index; l >= 0;
             l--) { /* the last layer changes first */
            blocks[l] = rest % (w->size[l] + 1);
            rest /= w->size[l] + 1;
        }
        status = add_row(sims, w, layer, blocks);
    }
    for (slong l = 0; l < w->nlayers; l++) {
        _fmpz_vec_clear(layer[l].partitions, w->size[l] + 1);
        _fmpz_vec_clear(layer[l].shapes, w->size[l] + 1);
    }
    return status;
}

void lo_products_table_clear(lo_sims_struct *sims)
{
    for (long k = 0; k < sims->nwidths; k++) {
        lo_free(sims->widths[k].widths);
        lo_free(sims->widths[k].classes);
        lo_free(sims->widths[k].manifolds);
    }
    lo_free(sims->widths);
}
