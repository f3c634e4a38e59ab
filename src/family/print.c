/* print.c - exact elements and fields as text in the model language.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "base/memory.h"
#include "base/text.h"
#include "family/field.h"

#include <stdio.h>
#include <string.h>

/* "name", "name[i]", "name[i,j]", ... of entry `entry` (row-major) of a symbol. */
static void entry_name(char *buffer, size_t size, const lo_symbol_struct *s, slong entry)
{
    slong index[LO_MAX_RANK];
    int rank = s->declared_rank, used;
    for (int axis = rank - 1; axis >= 0; axis--) {
        index[axis] = entry % s->shape.dim[axis] + 1;
        entry /= s->shape.dim[axis];
    }
    used = snprintf(buffer, size, "%s", s->name);
    for (int axis = 0; axis < rank && used >= 0 && (size_t) used < size; axis++)
        used += snprintf(buffer + used, size - (size_t) used, "%s%ld%s", axis == 0 ? "[" : ",",
                         (long) index[axis], axis == rank - 1 ? "]" : "");
}

lo_status_t lo_family_call_after(lo_family_struct *f, const lo_model_struct *model, const slong *name)
{
    slong *copy = lo_alloc((size_t) f->p, sizeof(slong));
    if (copy == NULL)
        return LO_SYSTEM;
    memcpy(copy, name, (size_t) f->p * sizeof(slong));
    lo_free(f->name);
    f->name = copy;
    f->namesake = model;
    return LO_OK;
}

void lo_family_coordinate_name(char *buffer, size_t size, const lo_family_struct *family, slong i)
{
    if (family->namesake != NULL) {
        lo_model_parameter_name(buffer, size, family->namesake, family->name[i]);
        return;
    }
    lo_model_parameter_name(buffer, size, family->model, family->origin != NULL ? family->origin[i] : i);
}

void lo_family_aux_name(char *buffer, size_t size, const lo_family_struct *family, slong aux)
{
    const lo_aux_struct *a = family->aux + aux;
    const lo_model_struct *m = family->model;
    for (slong k = 0; k < m->nsymbols; k++) {
        const lo_symbol_struct *s = m->symbols + k;
        slong offset = s->offset + (s->kind == LO_SYM_CONSTANT ? m->frozen : 0);
        int kind_matches =
            (a->kind == LO_AUX_INPUT && s->kind == LO_SYM_INPUT) ||
            (a->kind == LO_AUX_FROZEN && (s->kind == LO_SYM_FROZEN || s->kind == LO_SYM_CONSTANT));
        if (kind_matches && a->index >= offset && a->index < offset + s->size) {
            entry_name(buffer, size, s, a->index - offset);
            return;
        }
    }
    if (a->kind == LO_AUX_ROOT)
        snprintf(buffer, size, "sqrt(%ld)", (long) a->index);
    else
        snprintf(buffer, size, "%s %ld",
                 a->kind == LO_AUX_GATE    ? "gate"
                 : a->kind == LO_AUX_KAPPA ? "2/sqrt(pi)"
                                           : "covector",
                 (long) a->index + 1);
}

lo_status_t lo_ring_prepare_atoms(lo_ring_t ring, lo_ctx_t ctx)
{
    slong n = ring->natoms;
    if (n == 0 || ring->prepared > 0)
        return LO_OK;
    slong *nodes = lo_alloc((size_t) n, sizeof(slong));
    fmpz_mpoly_q_struct *values = lo_alloc((size_t) n, sizeof(*values));
    lo_status_t status = nodes != NULL && values != NULL ? LO_OK : LO_SYSTEM;
    if (status == LO_OK) {
        for (slong k = 0; k < n; k++) {
            nodes[k] = ring->family->atoms[k].argument;
            fmpz_mpoly_q_init(values + k, ring->ctx);
        }
        ring->prepared = -1;
        status = lo_ring_nodes(values, nodes, n, ring, ctx);
        for (slong k = 0; k < n; k++) {
            if (status == LO_OK && !ring->argument_ready[k])
                lo_ring_set_argument(ring, k, values + k);
            fmpz_mpoly_q_clear(values + k, ring->ctx);
        }
        ring->prepared = status == LO_OK;
    }
    lo_free(nodes);
    lo_free(values);
    return status;
}

const char *lo_ring_name(lo_ring_t ring, slong variable)
{
    static const char *const functions[] = { "exp", "sin", "cos", "tanh", "log" };
    if (ring->names[variable] != NULL)
        return ring->names[variable];
    char buffer[256];
    lo_text_t text;
    lo_text_init(text);
    if (variable < ring->p) {
        lo_family_coordinate_name(buffer, sizeof(buffer), ring->family, variable);
        lo_text_add(text, "%s", buffer);
    } else if (variable < ring->first_atom) {
        lo_family_aux_name(buffer, sizeof(buffer), ring->family, variable - ring->first_aux);
        lo_text_add(text, "%s", buffer);
    } else {
        slong symbol = variable - ring->first_atom;
        char *argument = lo_ring_print(ring->argument + symbol / LO_FUN_COUNT, ring);
        lo_text_add(text, "%s(%s)", functions[symbol % LO_FUN_COUNT], argument != NULL ? argument : "?");
        lo_free(argument);
    }
    return ring->names[variable] = lo_text_take(text);
}

static void print_polynomial(lo_text_t text, const fmpz_mpoly_t f, lo_ring_t ring)
{
    slong n = fmpz_mpoly_length(f, ring->ctx);
    ulong *exponents = lo_alloc((size_t) ring->nvars, sizeof(ulong));
    if (exponents == NULL) {
        text->failed = 1;
        return;
    }
    if (n == 0)
        lo_text_add(text, "0");
    fmpz_t c;
    fmpz_init(c);
    for (slong t = 0; t < n; t++) {
        fmpz_mpoly_get_term_coeff_fmpz(c, f, t, ring->ctx);
        fmpz_mpoly_get_term_exp_ui(exponents, f, t, ring->ctx);
        lo_text_add(text, "%s", fmpz_sgn(c) < 0 ? (t == 0 ? "-" : " - ") : (t == 0 ? "" : " + "));
        fmpz_abs(c, c);
        int factors = 0;
        char *digits = fmpz_get_str(NULL, 10, c);
        if (!fmpz_is_one(c))
            lo_text_add(text, "%s", digits), factors++;
        for (slong i = 0; i < ring->nvars; i++) {
            if (exponents[i] == 0)
                continue;
            lo_text_add(text, "%s%s", factors++ > 0 ? "*" : "", lo_ring_name(ring, i));
            if (exponents[i] > 1)
                lo_text_add(text, "^%lu", (unsigned long) exponents[i]);
        }
        if (factors == 0)
            lo_text_add(text, "%s", digits);
        flint_free(digits);
    }
    fmpz_clear(c);
    lo_free(exponents);
}

static void print_element(lo_text_t text, const fmpz_mpoly_q_t f, lo_ring_t ring)
{
    if (fmpz_mpoly_is_one(fmpz_mpoly_q_denref(f), ring->ctx)) {
        print_polynomial(text, fmpz_mpoly_q_numref(f), ring);
        return;
    }
    int simple = fmpz_mpoly_length(fmpz_mpoly_q_numref(f), ring->ctx) == 1;
    lo_text_add(text, "%s", simple ? "" : "(");
    print_polynomial(text, fmpz_mpoly_q_numref(f), ring);
    lo_text_add(text, "%s/(", simple ? "" : ")");
    print_polynomial(text, fmpz_mpoly_q_denref(f), ring);
    lo_text_add(text, ")");
}

char *lo_ring_print(const fmpz_mpoly_q_t f, lo_ring_t ring)
{
    lo_text_t text;
    lo_text_init(text);
    print_element(text, f, ring);
    return lo_text_take(text);
}

char *lo_field_print(const lo_field_t field, lo_ring_t ring)
{
    lo_text_t text;
    lo_text_init(text);
    lo_text_add(text, "[");
    for (slong i = 0; i < field->p; i++) {
        lo_text_add(text, "%s", i == 0 ? "" : ", ");
        print_element(text, field->c + i, ring);
    }
    lo_text_add(text, "]");
    return lo_text_take(text);
}
