/* products.h - groups too large to list: full groups of (signed) permutations of the neurons of each layer.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Let layer l have m_l neurons, and let G be the product over the layers of the symmetric group S_m or of the group B_m of
 * signed permutations, acting on a coordinate between neurons i and j by the product of their signs. A subgroup
 * H = H_1 x .. x H_L fixes, among the coordinates between layers a and b, the tensor product of the spaces that H_a and H_b
 * fix in R^m_a and R^m_b. So its fixed space depends on one (signed) partition of the neurons of each layer only: blocks of
 * equal neurons, and with signs a block of zeros. Two lists of partitions may give one space: a layer is invisible when each
 * of its coordinates has its other end in a layer of zeros. In a *closed* list every invisible layer is all zeros, the
 * largest group that fixes the same space; and from the space a closed list is read off: the partition of a layer with a
 * nonzero coordinate is that of the entries along it, the others are all zeros. So fixed spaces of product subgroups are
 * counted by closed lists, classes under G by the lists of block sizes. Other subgroups, which tie layers together, have
 * more fixed spaces: these are not counted.
 */
#ifndef LO_PRODUCTS_H
#define LO_PRODUCTS_H

#include "manifold/describe.h"
#include "manifold/lattice.h"

#include <lieorbit/manifold.h>

#define LO_MOST_LAYERS 12

/* Coordinates between layers a and b (b = -1: from the inputs, to the outputs, biases), `many` for each pair of neurons. */
typedef struct {
    slong a, b, many;
} lo_link_struct;

typedef struct {
    slong p, nlayers, nlinks;
    slong size[LO_MOST_LAYERS];
    int flips[LO_MOST_LAYERS]; /* signs too */
    lo_link_struct links[LO_MOST_LAYERS * LO_MOST_LAYERS];
    slong *in, *out, *rank;    /* per coordinate: the neuron it enters, the one it leaves (or -1), its number among such */
    slong *neuron_layer, *neuron_place; /* per neuron: layer and number in it, from 0 */
    slong nneurons;
} lo_products_struct;
typedef lo_products_struct lo_products_t[1];

/* Layers, and the ends of each coordinate. Out: *placed: 0 when a coordinate enters, or leaves, two neurons.
 * Returns LO_OK or LO_SYSTEM; clear it in any case. */
LO_MUST_CHECK lo_status_t lo_products_place(int *placed, lo_products_t products, const lo_neurons_t neurons, slong p);

/* Whether the group, of the given order, is such a product. That is proved: each generator comes from signed permutations
 * of neurons that determine it, so G is a subgroup of the product, and has its order.
 * Out: *found. Returns LO_OK or LO_SYSTEM; clear it in any case. */
LO_MUST_CHECK lo_status_t lo_products_find(int *found, lo_products_t products, const lo_neurons_t neurons,
                                           const lo_signed_group_t group, const fmpz_t order);
void lo_products_clear(lo_products_t products);

/* The number of fixed spaces of product subgroups, and of their classes. */
void lo_products_count(fmpz_t manifolds, fmpz_t classes, const lo_products_t products);

/* The same for each list of numbers of blocks, the widths of the narrower network: fills widths of `sims`, by decreasing
 * dimension; nothing when there are more than 2000 lists. Returns LO_OK or LO_SYSTEM. See width_table.c. */
LO_MUST_CHECK lo_status_t lo_products_table(lo_sims_struct *sims, const lo_products_t products);
void lo_products_table_clear(lo_sims_struct *sims);

/* Whether layer l is invisible when the layers marked in `zero` are all zeros. */
int lo_products_is_invisible(const lo_products_t products, slong l, ulong zero);

/* The `most` largest classes, by decreasing dimension, with exact copies. Out: lattice (empty before); *below: n x n, as
 * lo_hierarchy gives it, to be freed with lo_free. lattice->complete: 1 when these are all.
 * Returns LO_OK, LO_UNABLE on interrupt, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_products_list(lo_lattice_t lattice, char **below, const lo_products_t products, slong most,
                                           lo_ctx_t ctx);

#endif
