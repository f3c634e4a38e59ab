/* field.c - exact vector fields.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/field.h"

#include "base/memory.h"

#include <string.h>

lo_status_t lo_field_init(lo_field_t field, const lo_ring_t ring)
{
    field->p = ring->p;
    field->c = lo_alloc((size_t) ring->p, sizeof(*field->c));
    if (field->c == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < ring->p; i++)
        fmpz_mpoly_q_init(field->c + i, ring->ctx);
    return LO_OK;
}

void lo_field_clear(lo_field_t field, const lo_ring_t ring)
{
    for (slong i = 0; field->c != NULL && i < field->p; i++)
        fmpz_mpoly_q_clear(field->c + i, ring->ctx);
    lo_free(field->c);
    field->c = NULL;
}

void lo_field_swap(lo_field_t a, lo_field_t b)
{
    lo_field_struct t = *a;
    *a = *b;
    *b = t;
}

void lo_field_set(lo_field_t res, const lo_field_t field, const lo_ring_t ring)
{
    for (slong i = 0; i < field->p; i++)
        fmpz_mpoly_q_set(res->c + i, field->c + i, ring->ctx);
}

int lo_field_is_zero(const lo_field_t field, const lo_ring_t ring)
{
    for (slong i = 0; i < field->p; i++)
        if (!fmpz_mpoly_q_is_zero(field->c + i, ring->ctx))
            return 0;
    return 1;
}

int lo_field_equal(const lo_field_t a, const lo_field_t b, const lo_ring_t ring)
{
    for (slong i = 0; i < a->p; i++)
        if (!fmpz_mpoly_q_equal(a->c + i, b->c + i, ring->ctx))
            return 0;
    return 1;
}

/* sum += df/dvariable * speed */
static lo_status_t chain(fmpz_mpoly_q_t sum, const fmpz_mpoly_q_t f, slong variable,
                         const fmpz_mpoly_q_t speed, const lo_ring_t ring)
{
    if (fmpz_mpoly_q_is_zero(speed, ring->ctx))
        return LO_OK;
    fmpz_mpoly_q_t t;
    fmpz_mpoly_q_init(t, ring->ctx);
    lo_ring_derivative(t, f, variable, ring);
    lo_status_t status = LO_OK;
    if (!fmpz_mpoly_q_is_zero(t, ring->ctx))
        status = lo_ring_addmul(sum, t, speed, ring);
    fmpz_mpoly_q_clear(t, ring->ctx);
    return status;
}

static int uses(const fmpz_mpoly_q_t f, slong variable, const lo_ring_t ring)
{
    return fmpz_mpoly_degree_si(fmpz_mpoly_q_numref(f), variable, ring->ctx) > 0 ||
           fmpz_mpoly_degree_si(fmpz_mpoly_q_denref(f), variable, ring->ctx) > 0;
}

/* The derivative of a symbol with respect to its argument: exp, cos, -sin, 1 - tanh^2, 1/argument. */
static lo_status_t symbol_slope(fmpz_mpoly_q_t res, slong atom, lo_fun_t fun, const lo_ring_t ring)
{
    if (fun == LO_FUN_LOG) {
        fmpz_mpoly_q_one(res, ring->ctx);
        return lo_ring_div(res, res, ring->argument + atom, ring);
    }
    lo_fun_t slope = fun == LO_FUN_SIN ? LO_FUN_COS : fun == LO_FUN_COS ? LO_FUN_SIN : fun;
    fmpz_mpoly_q_gen(res, lo_ring_atom(ring, atom, slope), ring->ctx);
    if (fun == LO_FUN_COS)
        fmpz_mpoly_q_neg(res, res, ring->ctx);
    if (fun == LO_FUN_TANH) {
        LO_TRY(lo_ring_mul(res, res, res, ring));
        fmpz_mpoly_q_neg(res, res, ring->ctx);
        fmpz_mpoly_q_add_si(res, res, 1, ring->ctx);
    }
    return LO_OK;
}

static lo_status_t apply_atoms(fmpz_mpoly_q_t sum, const lo_field_t field, const fmpz_mpoly_q_t f,
                               const lo_ring_t ring)
{
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_t speed, slope;
    fmpz_mpoly_q_init(speed, ring->ctx);
    fmpz_mpoly_q_init(slope, ring->ctx);
    for (slong k = 0; k < ring->natoms; k++) {
        for (int fun = LO_FUN_EXP; fun < LO_FUN_COUNT && status == LO_OK; fun++) {
            slong variable = lo_ring_atom(ring, k, (lo_fun_t) fun);
            if (!ring->argument_ready[k] || ring->same[k] != k || !uses(f, variable, ring))
                continue;
            status = lo_field_apply(speed, field, ring->argument + k, ring); /* an earlier, simpler element */
            if (status == LO_OK)
                status = symbol_slope(slope, k, (lo_fun_t) fun, ring);
            if (status == LO_OK)
                status = lo_ring_mul(speed, speed, slope, ring);
            if (status == LO_OK)
                status = chain(sum, f, variable, speed, ring);
        }
    }
    fmpz_mpoly_q_clear(speed, ring->ctx);
    fmpz_mpoly_q_clear(slope, ring->ctx);
    return status;
}

lo_status_t lo_field_apply(fmpz_mpoly_q_t res, const lo_field_t field, const fmpz_mpoly_q_t f,
                           const lo_ring_t ring)
{
    lo_status_t status = LO_OK;
    fmpz_mpoly_q_t sum;
    fmpz_mpoly_q_init(sum, ring->ctx);
    for (slong i = 0; i < ring->p && status == LO_OK; i++)
        status = chain(sum, f, i, field->c + i, ring);
    if (status == LO_OK && ring->natoms > 0)
        status = apply_atoms(sum, field, f, ring);
    fmpz_mpoly_q_swap(res, sum, ring->ctx);
    fmpz_mpoly_q_clear(sum, ring->ctx);
    return status;
}

lo_status_t lo_field_bracket(lo_field_t res, const lo_field_t x, const lo_field_t y, const lo_ring_t ring)
{
    lo_field_t z;
    fmpz_mpoly_q_t t;
    LO_TRY(lo_field_init(z, ring));
    fmpz_mpoly_q_init(t, ring->ctx);
    lo_status_t status = LO_OK;
    for (slong i = 0; i < ring->p && status == LO_OK; i++) {
        status = lo_field_apply(z->c + i, x, y->c + i, ring);
        if (status == LO_OK)
            status = lo_field_apply(t, y, x->c + i, ring);
        if (status == LO_OK)
            status = lo_ring_sub(z->c + i, z->c + i, t, ring);
    }
    fmpz_mpoly_q_clear(t, ring->ctx);
    lo_field_swap(res, z);
    lo_field_clear(z, ring);
    return status;
}

/* common = lcm(common, d); returns 0 when a gcd is refused */
static int join_denominator(fmpz_mpoly_t common, const fmpz_mpoly_t d, const lo_ring_t ring)
{
    fmpz_mpoly_t t;
    fmpz_mpoly_init(t, ring->ctx);
    int ok = fmpz_mpoly_gcd(t, common, d, ring->ctx) && fmpz_mpoly_divides(t, d, t, ring->ctx) &&
             fmpz_mpoly_length(common, ring->ctx) <= ring->max_terms / (1 + fmpz_mpoly_length(t, ring->ctx));
    if (ok)
        fmpz_mpoly_mul(common, common, t, ring->ctx);
    fmpz_mpoly_clear(t, ring->ctx);
    return ok;
}

lo_status_t lo_field_make_polynomial(lo_field_t field, const lo_ring_t ring)
{
    fmpz_mpoly_q_t common;
    int ok = 1;
    fmpz_mpoly_q_init(common, ring->ctx);
    fmpz_mpoly_q_one(common, ring->ctx);
    for (slong i = 0; i < field->p && ok; i++)
        ok = join_denominator(fmpz_mpoly_q_numref(common), fmpz_mpoly_q_denref(field->c + i), ring);
    lo_status_t status = ok ? LO_OK : LO_UNABLE;
    for (slong i = 0; i < field->p && status == LO_OK; i++)
        status = lo_ring_mul(field->c + i, field->c + i, common, ring);
    fmpz_mpoly_q_clear(common, ring->ctx);
    return status;
}

/* ---- evaluation modulo a prime ---- */

static ulong symbol_residue(slong symbol, const lo_modpoint_t point, nmod_t mod)
{
    const ulong *atom = point->atoms + LO_ATOM_WORDS * (symbol / LO_FUN_COUNT);
    slong fun = symbol % LO_FUN_COUNT;
    if (fun == LO_FUN_TANH) {
        ulong square = nmod_mul(atom[0], atom[0], mod);
        return nmod_mul(nmod_sub(square, 1, mod), n_invmod(nmod_add(square, 1, mod), mod.n), mod);
    }
    return fun == LO_FUN_LOG ? lo_log_value(atom, mod) : atom[fun];
}

static ulong polynomial_residue(const fmpz_mpoly_t f, const ulong *values, nmod_t mod, ulong *exponents,
                                const lo_ring_t ring)
{
    ulong sum = 0;
    fmpz_t c;
    fmpz_init(c);
    for (slong t = 0; t < fmpz_mpoly_length(f, ring->ctx); t++) {
        fmpz_mpoly_get_term_coeff_fmpz(c, f, t, ring->ctx);
        fmpz_mpoly_get_term_exp_ui(exponents, f, t, ring->ctx);
        ulong product = fmpz_fdiv_ui(c, mod.n);
        for (slong i = 0; i < ring->nvars; i++)
            if (exponents[i] != 0)
                product =
                    nmod_mul(product, n_powmod2_ui_preinv(values[i], exponents[i], mod.n, mod.ninv), mod);
        sum = nmod_add(sum, product, mod);
    }
    fmpz_clear(c);
    return sum;
}

lo_status_t lo_field_residues(ulong *value, const lo_field_t field, const lo_modpoint_t point,
                              const ulong *aux, nmod_t mod, const lo_ring_t ring)
{
    ulong *values = lo_alloc((size_t) ring->nvars, sizeof(ulong));
    ulong *exponents = lo_alloc((size_t) ring->nvars, sizeof(ulong));
    lo_status_t status = values != NULL && exponents != NULL ? LO_OK : LO_SYSTEM;
    for (slong i = 0; status == LO_OK && i < ring->nvars; i++)
        values[i] = i < ring->p            ? point->theta[i]
                    : i < ring->first_atom ? aux[i - ring->p]
                                           : symbol_residue(i - ring->first_atom, point, mod);
    for (slong i = 0; status == LO_OK && i < field->p; i++) {
        ulong n = polynomial_residue(fmpz_mpoly_q_numref(field->c + i), values, mod, exponents, ring);
        ulong d = polynomial_residue(fmpz_mpoly_q_denref(field->c + i), values, mod, exponents, ring);
        if (d == 0)
            status = LO_DOMAIN;
        else
            value[i] = d == 1 ? n : nmod_mul(n, n_invmod(d, mod.n), mod);
    }
    lo_free(values);
    lo_free(exponents);
    return status;
}

/* ---- lists ---- */

void lo_fields_init(lo_fields_t fields)
{
    memset(fields, 0, sizeof(*fields));
}

void lo_fields_clear(lo_fields_t fields, const lo_ring_t ring)
{
    for (slong i = 0; i < fields->n; i++)
        lo_field_clear(fields->fields + i, ring);
    lo_free(fields->fields);
    memset(fields, 0, sizeof(*fields));
}

lo_status_t lo_fields_append(lo_fields_t fields, const lo_field_t field, const lo_ring_t ring)
{
    LO_TRY(LO_GROW(fields->fields, fields->alloc, fields->n + 1));
    LO_TRY(lo_field_init(fields->fields + fields->n, ring));
    lo_field_set(fields->fields + fields->n++, field, ring);
    return LO_OK;
}

lo_status_t lo_field_specialise(lo_field_t res, const lo_field_t field, const slong *values, const char *given,
                                const lo_ring_t ring)
{
    lo_status_t status = LO_OK;
    fmpz_mpoly_struct **images = lo_alloc((size_t) ring->nvars, sizeof(*images));
    fmpz_mpoly_struct *polys = lo_alloc((size_t) ring->nvars, sizeof(*polys));
    if (images == NULL || polys == NULL)
        status = LO_SYSTEM;
    for (slong v = 0; status == LO_OK && v < ring->nvars; v++) {
        fmpz_mpoly_init(polys + v, ring->ctx);
        images[v] = polys + v;
        if (v >= ring->first_aux && v < ring->first_atom && given[v - ring->first_aux])
            fmpz_mpoly_set_si(polys + v, values[v - ring->first_aux], ring->ctx);
        else
            fmpz_mpoly_gen(polys + v, v, ring->ctx);
    }
    for (slong i = 0; status == LO_OK && i < ring->p; i++) {
        fmpz_mpoly_q_struct *out = res->c + i;
        if (!fmpz_mpoly_compose_fmpz_mpoly(fmpz_mpoly_q_numref(out), fmpz_mpoly_q_numref(field->c + i),
                                           images, ring->ctx, ring->ctx) ||
            !fmpz_mpoly_compose_fmpz_mpoly(fmpz_mpoly_q_denref(out), fmpz_mpoly_q_denref(field->c + i),
                                           images, ring->ctx, ring->ctx))
            status = LO_UNABLE;
        else if (fmpz_mpoly_is_zero(fmpz_mpoly_q_denref(out), ring->ctx)) {
            fmpz_mpoly_one(fmpz_mpoly_q_denref(out), ring->ctx);
            status = LO_DOMAIN;
        } else
            fmpz_mpoly_q_canonicalise(out, ring->ctx);
    }
    for (slong v = 0; polys != NULL && images != NULL && v < ring->nvars; v++)
        if (images[v] != NULL)
            fmpz_mpoly_clear(polys + v, ring->ctx);
    lo_free(images);
    lo_free(polys);
    return status;
}
