/* signed_graph.h - a coloured graph whose automorphisms are symmetries of the outputs of a family.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_SIGNED_GRAPH_H
#define LO_SIGNED_GRAPH_H

#include "family/family.h"

/* The colour of a vertex: vertices with equal keys have one colour. */
typedef struct {
    slong kind, a, b;
} lo_key_struct;

typedef struct {
    const lo_family_struct *family;
    slong n; /* vertices */
    long key_alloc;
    lo_key_struct *key;
    slong nedges;
    long edge_alloc;
    int *edge;       /* 2 x nedges */
    int *plus;       /* per node of the tape below `primal`: the vertex n+; n- is plus + 1; -1: not needed */
    slong *constant; /* per constant of the tape: the first one with the same absolute value */
    slong *uses;     /* per node of the tape: how often it is used */
    lo_status_t status;
} lo_signed_graph_struct;
typedef lo_signed_graph_struct lo_signed_graph_t[1];

/* The kind of the vertices of coordinates; their a and b are zero. */
#define LO_KEY_COORDINATE 0

/* Builds the graph of a network or map. Returns LO_OK, LO_UNABLE past four million vertices, LO_SYSTEM. Cost: linear in
 * the tape. */
LO_MUST_CHECK lo_status_t lo_signed_graph_init(lo_signed_graph_t graph, const lo_family_struct *family);
void lo_signed_graph_clear(lo_signed_graph_t graph);

/* One more vertex and one more edge; failures are recorded in graph->status. */
int lo_signed_graph_vertex(lo_signed_graph_t graph, slong kind, slong a, slong b);
void lo_signed_graph_join(lo_signed_graph_t graph, int v, int w);

#endif
