/* neuron_group.h - the permutations of the neurons of each layer, for networks that are too large for nauty.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_NEURON_GROUP_H
#define LO_NEURON_GROUP_H

#include "manifold/products.h"

/* Generators of the product over the layers of their groups of permutations of neurons, with signs where these are kept,
 * each verified. Out: group (empty before); order: that of the group they generate; other symmetries may exist.
 * Returns LO_OK; LO_UNABLE where the neurons are not known, or a layer has no such group; LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_neurons_group(lo_signed_group_t group, fmpz_t order, const lo_neurons_t neurons,
                                           const lo_family_struct *family, lo_ctx_t ctx);

#endif
