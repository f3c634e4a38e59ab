/* theory.h - the Coq development as text, for files that need nothing else.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_CERTIFICATE_THEORY_H
#define LO_CERTIFICATE_THEORY_H

/* One file of src/check/verified: its lines, ended by NULL. */
typedef struct {
    const char *name;
    const char *const *lines;
} lo_theory_struct;

/* In the order in which they are to be compiled, ended by a row of NULL; made by theory.awk. */
extern const lo_theory_struct lo_theory[];

#endif
