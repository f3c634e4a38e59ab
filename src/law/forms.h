/* forms.h - homogeneous linear equations over Q in many unknowns, few in each: substitution, exactly.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_FORMS_H
#define LO_FORMS_H

#include "base/compat_flint.h"
#include <lieorbit/base.h>

typedef struct {
    slong var;
    fmpq coef;
} lo_form_term_struct;

/* A resolved unknown is a combination of others; one with n = -1 is free. */
typedef struct {
    slong n;
    lo_form_term_struct *term;
} lo_form_struct;

/* The unknowns 0..n-1, and one form that is being put together. A failure sticks in `status`: test it at
 * the end of a stage, what is asked in between is harmless. */
typedef struct {
    slong n;
    long alloc, sum_alloc, touched_alloc, list_alloc;
    lo_form_struct *value;
    fmpq *sum;     /* per unknown: its coefficient in the form; zero between uses */
    char *touched; /* per unknown: it is in the list */
    slong *list;
    slong nlist;
    lo_status_t status;
} lo_forms_struct;
typedef lo_forms_struct lo_forms_t[1];

void lo_forms_init(lo_forms_t f);
void lo_forms_clear(lo_forms_t f);

/* Adds `count` free unknowns. Returns the number of the first. */
slong lo_forms_new(lo_forms_t f, slong count);

/* Adds coef * (unknown) to the form; the unknown -1 is zero. */
void lo_forms_add(lo_forms_t f, slong unknown, slong coef);
void lo_forms_add_fmpq(lo_forms_t f, slong unknown, const fmpq_t coef);

/* Takes "form = 0" as an equation and empties the form: the youngest free unknown in it is resolved.
 * Returns 1, or 0 when the equation was a consequence of those before. */
int lo_forms_equation(lo_forms_t f);

/* Replaces resolved unknowns in the form by free ones. Afterwards the form is sum over i < nlist of
 * sum[list[i]] * list[i] (entries may be zero). */
void lo_forms_expand(lo_forms_t f);

/* Empties the form. */
void lo_forms_reset(lo_forms_t f);

#endif
