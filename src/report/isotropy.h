/* isotropy.h - rotations and isotropy types in the answer of sims.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_REPORT_ISOTROPY_H
#define LO_REPORT_ISOTROPY_H

#include "report/json.h"
#include "report/structure.h"

/* "and rotations: O(2), on the columns of [U; V] (4 x 2)"; nothing where there are none. */
void lo_text_rotations(lo_buffer_t out, const lo_sims_struct *sims);

/* The table of isotropy types; nothing where there are none. */
void lo_text_isotropy(lo_buffer_t out, const lo_sims_struct *sims, const lo_report_struct *report);

/* { "blocks": [...], "types": [...], "types_complete": "yes" } */
json_t *lo_json_rotations(const lo_sims_struct *sims, int *failed);

#endif
