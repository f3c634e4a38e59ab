/* forms.c - exact substitution.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The youngest unknown of an equation is the one that is eliminated. The units of a network are introduced
 * in the order of the graph, so the free unknowns that remain are those of the layers that come first, and
 * an equation of a layer reaches back over few others: nothing fills in.
 */
#include "law/forms.h"

#include "base/memory.h"

#include <string.h>

void lo_forms_init(lo_forms_t f)
{
    memset(f, 0, sizeof(*f));
}

static void free_form(lo_form_struct *form)
{
    for (slong i = 0; i < form->n; i++)
        fmpq_clear(&form->term[i].coef);
    lo_free(form->term);
}

void lo_forms_clear(lo_forms_t f)
{
    for (slong i = 0; i < f->n; i++) {
        free_form(f->value + i);
        fmpq_clear(f->sum + i);
    }
    lo_free(f->value);
    lo_free(f->sum);
    lo_free(f->touched);
    lo_free(f->list);
    memset(f, 0, sizeof(*f));
}

slong lo_forms_new(lo_forms_t f, slong count)
{
    slong first = f->n;
    if (f->status == LO_OK)
        f->status = LO_GROW(f->value, f->alloc, first + count);
    if (f->status == LO_OK)
        f->status = LO_GROW(f->sum, f->sum_alloc, first + count);
    if (f->status == LO_OK)
        f->status = LO_GROW(f->touched, f->touched_alloc, first + count);
    if (f->status != LO_OK)
        return -1;
    for (slong i = first; i < first + count; i++) {
        f->value[i] = (lo_form_struct){ -1, NULL };
        fmpq_init(f->sum + i);
        f->touched[i] = 0;
    }
    f->n = first + count;
    return first;
}

static int touch(lo_forms_t f, slong unknown)
{
    if (f->status != LO_OK || unknown < 0)
        return 0;
    if (f->touched[unknown])
        return 1;
    f->status = LO_GROW(f->list, f->list_alloc, f->nlist + 1);
    if (f->status != LO_OK)
        return 0;
    f->touched[unknown] = 1;
    f->list[f->nlist++] = unknown;
    return 1;
}

void lo_forms_add(lo_forms_t f, slong unknown, slong coef)
{
    if (touch(f, unknown))
        fmpq_add_si(f->sum + unknown, f->sum + unknown, coef);
}

void lo_forms_add_fmpq(lo_forms_t f, slong unknown, const fmpq_t coef)
{
    if (touch(f, unknown))
        fmpq_add(f->sum + unknown, f->sum + unknown, coef);
}

/* The list grows while it is walked. A resolved unknown may come back through another one, so the walk is
 * repeated until nothing resolved is nonzero; it ends because a value was written in unknowns that were
 * free then. */
void lo_forms_expand(lo_forms_t f)
{
    fmpq_t coef, product;
    fmpq_init(coef);
    fmpq_init(product);
    for (int changed = 1; changed && f->status == LO_OK;) {
        changed = 0;
        for (slong i = 0; i < f->nlist && f->status == LO_OK; i++) {
            slong unknown = f->list[i];
            const lo_form_struct *value = f->value + unknown;
            if (value->n < 0 || fmpq_is_zero(f->sum + unknown))
                continue;
            changed = 1;
            fmpq_swap(coef, f->sum + unknown);
            fmpq_zero(f->sum + unknown);
            for (slong k = 0; k < value->n; k++) {
                fmpq_mul(product, coef, &value->term[k].coef);
                lo_forms_add_fmpq(f, value->term[k].var, product);
            }
        }
    }
    fmpq_clear(coef);
    fmpq_clear(product);
}

void lo_forms_reset(lo_forms_t f)
{
    for (slong i = 0; i < f->nlist; i++) {
        fmpq_zero(f->sum + f->list[i]);
        f->touched[f->list[i]] = 0;
    }
    f->nlist = 0;
}

/* pivot := -(the rest of the form) / (its coefficient) */
static void resolve(lo_forms_t f, slong pivot, slong others)
{
    lo_form_term_struct *term = lo_alloc((size_t) others, sizeof(*term));
    slong n = 0;
    if (term == NULL) {
        f->status = LO_SYSTEM;
        return;
    }
    for (slong i = 0; i < f->nlist; i++) {
        slong unknown = f->list[i];
        if (unknown == pivot || fmpq_is_zero(f->sum + unknown))
            continue;
        term[n].var = unknown;
        fmpq_init(&term[n].coef);
        fmpq_div(&term[n].coef, f->sum + unknown, f->sum + pivot);
        fmpq_neg(&term[n].coef, &term[n].coef);
        n++;
    }
    f->value[pivot] = (lo_form_struct){ n, term };
}

int lo_forms_equation(lo_forms_t f)
{
    slong pivot = -1, n = 0;
    lo_forms_expand(f);
    for (slong i = 0; i < f->nlist && f->status == LO_OK; i++) {
        if (fmpq_is_zero(f->sum + f->list[i]))
            continue;
        n++;
        if (f->list[i] > pivot)
            pivot = f->list[i];
    }
    if (pivot >= 0)
        resolve(f, pivot, n - 1);
    lo_forms_reset(f);
    return pivot >= 0;
}
