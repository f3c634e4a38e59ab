/* sample.h - random points at which the arguments of analytic functions are looked at; the theory is in atom.c.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_SAMPLE_H
#define LO_SAMPLE_H

#include "family/relations.h"

/* Points in pairs that share the coordinates, the frozen constants and the global values, with values of all
 * nodes up to `position` at each. */
typedef struct {
    slong points, natoms, nodes;
    ulong *theta;    /* points x p */
    ulong *aux;      /* points x naux */
    ulong *atoms;    /* points x LO_ATOM_WORDS natoms */
    ulong *values;   /* points x nodes */
    slong *position; /* points */
    lo_source_struct *from;
    ulong *argument;   /* natoms x points */
    char *needed;
    char *marked;    /* per node up to swept: see check_nesting */
    slong swept;
    int softplus;    /* there is one */
    char *nonsquare; /* per atom: its argument was a non-residue and, at the same coordinates, a residue */
    slong *root;     /* per atom: the first node that takes its square root, or -1 */
    int redrawn;     /* some inputs were replaced: the arguments found so far are stale */
    ulong *basis;
    lo_ctx_struct *ctx;
} lo_sample_struct;

/* Draws the points. Returns LO_OK; LO_UNABLE when there are too many values; LO_DOMAIN when the point of the model is not one
 * modulo the prime; LO_SYSTEM. The sample is to be cleared in every case. */
LO_MUST_CHECK lo_status_t lo_sample_init(lo_sample_struct *s, lo_engine_t e, lo_ctx_t ctx);
void lo_sample_clear(lo_sample_struct *s);

/* Values of the argument of atom k at every point, past its square root when it has one; a pole or a root of a
 * non-residue: other inputs, or, for a root without inputs, other coordinates (then s->redrawn is set). Returns LO_OK;
 * LO_DOMAIN when none were found; LO_UNABLE on interrupt; LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_sample_argument(lo_sample_struct *s, slong k, lo_engine_t e);

/* All points from their beginning again, with the inputs they have now. */
void lo_sample_rewind(lo_sample_struct *s);

/* Words of values past which the relations are not examined. */
#define LO_MAX_SAMPLE ((slong) 1 << 27)

#endif
