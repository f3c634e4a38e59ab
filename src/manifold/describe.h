/* describe.h - symmetries and patterns in the words of the model.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_DESCRIBE_H
#define LO_DESCRIBE_H

#include "manifold/pattern.h"

/* "w[1] <-> w[2], a[1] <-> a[2]", "w[1] -> -w[1]", cycles as "a -> b -> c -> a". NULL when memory is short. */
char *lo_describe_symmetry(const lo_model_struct *model, const int *g, slong p);

/* The equations of a pattern: "w[1] - w[2]", "w[1] + w[2]", "a[3]". Out: list[p] of strings, *n of them, each to be freed
 * with lo_free whatever is returned. Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_describe_equations(char **list, slong *n, const lo_model_struct *model, const int *pattern,
                                                slong p);

/* The hidden neurons of a network: scalar values z on which a function or a gate acts, with the coordinates that enter z
 * directly (`in`) and those that multiply the value of the function (`out`), each list in increasing order. */
typedef struct {
    slong layer, number; /* from 1; the layer is 1 + the largest layer of the neurons that feed z */
    slong nin, nout;
    slong *in, *out;
} lo_neuron_struct;
typedef struct {
    slong n, layers;
    long alloc;
    lo_neuron_struct *neurons;
} lo_neurons_struct;
typedef lo_neurons_struct lo_neurons_t[1];

/* Empty when coordinates are shared between neurons of one layer (convolutions, attention): such models are described by
 * equations only. Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_neurons_find(lo_neurons_t neurons, const lo_family_struct *family);
void lo_neurons_clear(lo_neurons_t neurons);

/* "neuron 2 = -neuron 1, neuron 3 = 0", "3 free neurons"; "" where the pattern is not one of neurons. *narrower: "width 2,
 * weights (2, 1)" or NULL. Both to be freed with lo_free. Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_describe_neurons(char **text, char **narrower, const lo_neurons_t neurons, const int *pattern,
                                              slong p);

#endif
