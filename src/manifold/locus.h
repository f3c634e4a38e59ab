/* locus.h - where on an invariant subspace the orbits are smaller than at its generic points.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Let r be the dimension of generic orbits in the subspace M, and O the orbit of a point where it is smaller. The Lie rank
 * is the same everywhere on O. So every r x r minor D of the fields vanishes on O; and since O is a connected analytic
 * manifold, a factor f of D does. If a function f vanishes on O, so do its derivatives X f along all fields X, which are
 * tangent to O. That is repeated: from the equations known so far, each polynomial that must vanish on O is factored, and
 * the search branches at its factors. A branch is closed when it has no real point, or when its equations imply those of a smaller
 * subspace of the list. When all are closed, the points of M with smaller orbits lie in smaller subspaces of the list.
 */
#ifndef LO_LOCUS_H
#define LO_LOCUS_H

#include "manifold/stage.h"

typedef struct {
    lo_truth_t listed;  /* LO_TRUE: smaller orbits lie in smaller subspaces of the list; LO_FALSE: some do not */
    slong nequations;   /* of a branch that is left: where it is LO_FALSE, of an invariant set that is not in the list */
    char **equations;
    int pattern;        /* it is cut out by equations theta_i = 0, theta_i = +-theta_j */
    slong branches;     /* visited */
} lo_locus_struct;
typedef lo_locus_struct lo_locus_t[1];
void lo_locus_clear(lo_locus_t locus);

/* In: the stage of M; rank = r; smaller[n x k]: the smaller subspaces in the list, as patterns in the coordinates of the
 * stage; family, whose parameters have the names; at most `most` branches are visited.
 * Returns LO_OK (a limit that is met leaves LO_UNKNOWN), LO_UNABLE on interrupt, LO_SYSTEM. Clear it in any case. */
LO_MUST_CHECK lo_status_t lo_locus_find(lo_locus_t locus, lo_stage_t stage, slong rank, const int *smaller, slong n,
                                        const lo_family_struct *family, slong most, lo_ctx_t ctx);

#endif
