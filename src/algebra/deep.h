/* deep.h - words longer than the jets reach.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_DEEP_H
#define LO_DEEP_H

#include "algebra/words.h"

/* Continues a growth vector past the words of LO_JET_WORD members: by exact fields when the family is an
 * explicit list of small fields, else by pull-back along formal flows. In: words, whose point and span are
 * reused. */
LO_MUST_CHECK lo_status_t lo_growth_deep(lo_growth_t growth, lo_words_t words, slong upper, lo_ctx_t ctx);

#endif
