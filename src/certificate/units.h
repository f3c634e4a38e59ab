/* units.h - units of all entries of all parameters, axis by axis: what the claim `units` ships.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_CERTIFICATE_UNITS_H
#define LO_CERTIFICATE_UNITS_H

#include "family/modular.h"
#include "model/graph.h"
#include <lieorbit/law.h>

#include <jansson.h>
#include <stdio.h>

/* A combination of free units, sorted; there are never many in one entry. */
#define LO_UNIT_MOST_TERMS 8
typedef struct {
    int n;
    slong unit[LO_UNIT_MOST_TERMS], coef[LO_UNIT_MOST_TERMS];
} lo_combination_struct;

/* The unit of entry (i_1, ..., i_r) is the sum over axes a of f[start[a] + i_a]. */
typedef struct {
    int rank;
    slong dim[LO_MAX_RANK], stride[LO_MAX_RANK], start[LO_MAX_RANK], total;
    lo_combination_struct *f;
} lo_unit_axes_struct;

typedef struct {
    slong tensor, index[LO_MAX_RANK];
} lo_unit_pivot_struct;

typedef struct {
    const lo_model_struct *model;
    lo_unit_axes_struct *tensor; /* one for each parameter symbol */
    slong count;                 /* free units */
    lo_unit_pivot_struct *pivot; /* count of them */
} lo_unit_table_struct;

/* a += factor b; returns 0 when there are too many terms. */
int lo_combination_add(lo_combination_struct *a, const lo_combination_struct *b, slong factor);

/* All units zero. Out: *table, to be freed in every case. */
LO_MUST_CHECK lo_status_t lo_unit_table_new(lo_unit_table_struct **table, const lo_model_struct *model);
void lo_unit_table_free(lo_unit_table_struct *table);

/* The units that an analysis found. Out: *table, NULL when they do not have the form of the format. */
LO_MUST_CHECK lo_status_t lo_unit_table_read(lo_unit_table_struct **table, const lo_structure_t structure, lo_ctx_t ctx);

/* The unit of an entry; returns 0 when it has too many terms. */
int lo_unit_at(lo_combination_struct *sum, const lo_unit_axes_struct *axes, const slong *index);

/* Row e: the gradient of sum coef_e(entry) entry^2. Returns LO_OK or LO_DOMAIN (a denominator vanishes). */
LO_MUST_CHECK lo_status_t lo_unit_gradients(nmod_mat_t gradients, const lo_unit_table_struct *table, const fmpq *point);

/* The section, without what separates it from the next one. */
void lo_unit_table_put(FILE *out, const lo_unit_table_struct *table);

/* The section of a certificate; its pivots are checked. Out: *table, to be freed in every case. Returns LO_OK, LO_DOMAIN
 * where it is not what the format wants, or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_unit_table_parse(lo_unit_table_struct **table, const lo_model_struct *model, json_t *section);

/* Are the units consistent with every operation of the network? Returns as lo_structure_analyse. */
LO_MUST_CHECK lo_status_t lo_unit_table_check(int *holds, const lo_unit_table_struct *table, lo_ctx_t ctx);

/* About how many terms the outputs have when they are expanded: a guess at what a checker faces. */
double lo_units_expansion(const lo_family_struct *family, int cleared);

#endif
