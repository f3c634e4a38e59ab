/* generate.c - the exact generating fields of a family.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A network F_j(theta)(x, g) that is polynomial in its inputs and gates is sum over monomials of
 * c_(j,alpha)(theta) (x,g)^alpha. The gradients at all (x, g) span the same space of fields as the gradients
 * of the c_(j,alpha): a Vandermonde argument, the monomials being linearly independent functions.
 */
#include "family/field.h"

#include "base/memory.h"

#include <string.h>

/* Expansions past this many terms stay with the jets. */
#define MAX_EXPANSION 20000
#define MAX_GENERATORS 600

/* Is variable v an input or a gate (not a constant)? */
static int is_free_aux(const lo_ring_t ring, slong v)
{
    return v >= ring->first_aux && v < ring->first_atom &&
           !lo_aux_is_shared(ring->family->aux + (v - ring->first_aux));
}

static int has_free_aux(const fmpz_mpoly_t f, const lo_ring_t ring)
{
    for (slong v = ring->first_aux; v < ring->first_atom; v++)
        if (is_free_aux(ring, v) && fmpz_mpoly_degree_si(f, v, ring->ctx) > 0)
            return 1;
    return 0;
}

/* gradient of a function; atoms of the coordinates are differentiated too */
static lo_status_t gradient(lo_field_t res, const fmpz_mpoly_q_t f, const lo_ring_t ring)
{
    lo_field_t unit;
    LO_TRY(lo_field_init(unit, ring));
    lo_status_t status = LO_OK;
    for (slong i = 0; i < ring->p && status == LO_OK; i++) {
        fmpz_mpoly_q_one(unit->c + i, ring->ctx);
        status = lo_field_apply(res->c + i, unit, f, ring);
        fmpz_mpoly_q_zero(unit->c + i, ring->ctx);
    }
    lo_field_clear(unit, ring);
    return status;
}

/* The coefficient polynomials of numerators, keyed by the exponents of the free auxiliary variables. */
typedef struct {
    slong n, alloc;
    fmpz_mpoly_struct *c;
    ulong *keys; /* n x (first_atom - first_aux) */
    slong keys_alloc;
} coefficients_struct;

/* Splits one polynomial; appends its coefficients. */
static lo_status_t split(coefficients_struct *s, const fmpz_mpoly_t f, const lo_ring_t ring)
{
    slong naux = ring->first_atom - ring->first_aux, start = s->n;
    ulong *exponents = lo_alloc((size_t) ring->nvars, sizeof(ulong));
    ulong *key = lo_alloc((size_t) naux, sizeof(ulong));
    lo_status_t status = exponents != NULL && key != NULL ? LO_OK : LO_SYSTEM;
    fmpz_t c;
    fmpz_init(c);
    for (slong t = 0; status == LO_OK && t < fmpz_mpoly_length(f, ring->ctx); t++) {
        fmpz_mpoly_get_term_exp_ui(exponents, f, t, ring->ctx);
        fmpz_mpoly_get_term_coeff_fmpz(c, f, t, ring->ctx);
        for (slong i = 0; i < naux; i++) {
            key[i] = is_free_aux(ring, ring->first_aux + i) ? exponents[ring->first_aux + i] : 0;
            if (key[i] != 0)
                exponents[ring->first_aux + i] = 0;
        }
        slong k = start;
        while (k < s->n && memcmp(s->keys + k * naux, key, (size_t) naux * sizeof(ulong)) != 0)
            k++;
        if (k == s->n) {
            if (s->n >= MAX_GENERATORS)
                status = LO_UNABLE;
            else
                status = LO_GROW(s->c, s->alloc, s->n + 1);
            if (status == LO_OK)
                status = LO_GROW(s->keys, s->keys_alloc, (s->n + 1) * naux);
            if (status != LO_OK)
                break;
            fmpz_mpoly_init(s->c + k, ring->ctx);
            if (naux > 0)
                memcpy(s->keys + k * naux, key, (size_t) naux * sizeof(ulong));
            s->n++;
        }
        fmpz_mpoly_push_term_fmpz_ui(s->c + k, c, exponents, ring->ctx);
    }
    fmpz_clear(c);
    lo_free(exponents);
    lo_free(key);
    return status;
}

/* Scales to a primitive polynomial with positive leading coefficient, so that proportional ones become
 * equal. */
static void make_primitive(fmpz_mpoly_t f, const lo_ring_t ring)
{
    fmpz_t content, lead;
    fmpz_init(content);
    fmpz_init(lead);
    fmpz_mpoly_sort_terms(f, ring->ctx);
    fmpz_mpoly_combine_like_terms(f, ring->ctx);
    for (slong t = 0; t < fmpz_mpoly_length(f, ring->ctx); t++) {
        fmpz_mpoly_get_term_coeff_fmpz(lead, f, t, ring->ctx);
        fmpz_gcd(content, content, lead);
    }
    if (!fmpz_is_zero(content)) {
        fmpz_mpoly_get_term_coeff_fmpz(lead, f, 0, ring->ctx);
        if (fmpz_sgn(lead) < 0)
            fmpz_neg(content, content);
        fmpz_mpoly_scalar_divexact_fmpz(f, f, content, ring->ctx);
    }
    fmpz_clear(content);
    fmpz_clear(lead);
}

/* Systems up to this many entries are reduced to linearly independent fields. */
#define MAX_DEPENDENCE 40000

/* Marks in `drop` the polynomials that are combinations (over Q, exactly) of earlier ones; large systems
 * keep all. */
static void drop_dependent(char *drop, const coefficients_struct *s, const lo_ring_t ring)
{
    fmpz_mpoly_t monomials, one;
    fmpz_mpoly_init(monomials, ring->ctx); /* the sum of all monomials that occur */
    fmpz_mpoly_init(one, ring->ctx);
    slong terms = 0;
    for (slong i = 0; i < s->n; i++)
        terms += fmpz_mpoly_length(s->c + i, ring->ctx);
    for (slong i = 0; i < s->n && terms * s->n <= MAX_DEPENDENCE; i++) {
        for (slong t = 0; t < fmpz_mpoly_length(s->c + i, ring->ctx); t++) {
            fmpz_mpoly_get_term_monomial(one, s->c + i, t, ring->ctx);
            fmpz_mpoly_add(monomials, monomials, one, ring->ctx);
        }
    }
    slong rows = fmpz_mpoly_length(monomials, ring->ctx);
    if (rows > 0) {
        fmpz_mat_t m;
        fmpz_t denominator;
        fmpz_init(denominator);
        fmpz_mat_init(m, rows, s->n);
        for (slong j = 0; j < rows; j++) {
            fmpz_mpoly_get_term_monomial(one, monomials, j, ring->ctx);
            for (slong i = 0; i < s->n; i++)
                fmpz_mpoly_get_coeff_fmpz_monomial(fmpz_mat_entry(m, j, i), s->c + i, one, ring->ctx);
        }
        slong rank = fmpz_mat_rref(m, denominator, m);
        memset(drop, 1, (size_t) s->n);
        for (slong r = 0, j = 0; r < rank; r++, j++) {
            while (fmpz_is_zero(fmpz_mat_entry(m, r, j)))
                j++;
            drop[j] = 0;
        }
        fmpz_mat_clear(m);
        fmpz_clear(denominator);
    }
    fmpz_mpoly_clear(monomials, ring->ctx);
    fmpz_mpoly_clear(one, ring->ctx);
}

static int seen_before(const coefficients_struct *s, slong k, const lo_ring_t ring)
{
    for (slong i = 0; i < k; i++)
        if (fmpz_mpoly_equal(s->c + i, s->c + k, ring->ctx))
            return 1;
    return 0;
}

/* The gradients of the coefficient polynomials over a common denominator, equal and dependent ones once. */
static lo_status_t emit(lo_fields_t fields, coefficients_struct *s, const lo_ring_t ring)
{
    lo_field_t x;
    fmpz_mpoly_q_t f;
    char *drop = lo_alloc((size_t) s->n, 1);
    if (drop == NULL)
        return LO_SYSTEM;
    for (slong k = 0; k < s->n; k++)
        make_primitive(s->c + k, ring);
    drop_dependent(drop, s, ring);
    lo_status_t status = lo_field_init(x, ring);
    fmpz_mpoly_q_init(f, ring->ctx);
    for (slong k = 0; k < s->n && status == LO_OK; k++) {
        if (drop[k] || seen_before(s, k, ring))
            continue;
        fmpz_mpoly_set(fmpz_mpoly_q_numref(f), s->c + k, ring->ctx);
        fmpz_mpoly_one(fmpz_mpoly_q_denref(f), ring->ctx);
        status = gradient(x, f, ring);
        if (status == LO_OK && !lo_field_is_zero(x, ring))
            status = lo_fields_append(fields, x, ring);
    }
    fmpz_mpoly_q_clear(f, ring->ctx);
    lo_field_clear(x, ring);
    lo_free(drop);
    return status;
}

/* Whether inputs or gates occur in a component. */
static int is_parametric(const lo_field_t x, const lo_ring_t ring)
{
    for (slong i = 0; i < ring->p; i++)
        if (has_free_aux(fmpz_mpoly_q_numref(x->c + i), ring) || has_free_aux(fmpz_mpoly_q_denref(x->c + i), ring))
            return 1;
    return 0;
}

/* Networks and maps: expand each output; split it when its denominator is a constant. */
static lo_status_t generate_gradients(lo_fields_t fields, fmpz_mpoly_q_struct *outputs, slong n,
                                      lo_ring_t ring)
{
    coefficients_struct s = { 0 };
    lo_field_t x;
    lo_status_t status = LO_OK;
    for (slong j = 0; j < n; j++)
        if (!fmpz_mpoly_is_fmpz(fmpz_mpoly_q_denref(outputs + j), ring->ctx))
            fields->parametric = 1;
    for (slong j = 0; j < n && status == LO_OK; j++) {
        if (!fields->parametric) {
            status = split(&s, fmpz_mpoly_q_numref(outputs + j), ring);
            continue;
        }
        LO_TRY(lo_field_init(x, ring));
        status = gradient(x, outputs + j, ring);
        if (status == LO_OK && !lo_field_is_zero(x, ring))
            status = lo_fields_append(fields, x, ring);
        lo_field_clear(x, ring);
    }
    if (status == LO_OK && !fields->parametric)
        status = emit(fields, &s, ring);
    for (slong k = 0; k < s.n; k++)
        fmpz_mpoly_clear(s.c + k, ring->ctx);
    lo_free(s.c);
    lo_free(s.keys);
    if (fields->parametric) { /* parametric in name only: the inputs may have cancelled */
        fields->parametric = 0;
        for (slong k = 0; k < fields->n; k++)
            fields->parametric |= is_parametric(fields->fields + k, ring);
    }
    return status;
}

/* The number of a key among those of s, n when it is new there. */
static slong find_key(const coefficients_struct *s, const ulong *key, slong n, slong naux)
{
    slong k = 0;
    while (k < n && memcmp(s->keys + k * naux, key, (size_t) naux * sizeof(ulong)) != 0)
        k++;
    return k;
}

/* A field that is polynomial in inputs and gates: one field for each monomial in these. The numerators of all components
 * are split with one table of keys: s->c[k] of one component belongs to the field of key k. */
static lo_status_t split_field(lo_fields_t fields, const lo_field_t x, const lo_ring_t ring)
{
    slong naux = ring->first_atom - ring->first_aux, first = fields->n;
    coefficients_struct all = { 0 }; /* keys only */
    lo_field_t zero;
    LO_TRY(lo_field_init(zero, ring));
    lo_status_t status = LO_OK;
    for (slong i = 0; i < ring->p && status == LO_OK; i++) {
        coefficients_struct s = { 0 };
        status = split(&s, fmpz_mpoly_q_numref(x->c + i), ring);
        for (slong k = 0; k < s.n && status == LO_OK; k++) {
            slong at = find_key(&all, s.keys + k * naux, all.n, naux);
            if (at == all.n) {
                status = all.n >= MAX_GENERATORS ? LO_UNABLE : LO_GROW(all.keys, all.keys_alloc, (at + 1) * naux);
                if (status == LO_OK)
                    status = lo_fields_append(fields, zero, ring);
                if (status != LO_OK)
                    break;
                if (naux > 0)
                    memcpy(all.keys + at * naux, s.keys + k * naux, (size_t) naux * sizeof(ulong));
                all.n++;
            }
            fmpz_mpoly_q_struct *out = fields->fields[first + at].c + i;
            fmpz_mpoly_sort_terms(s.c + k, ring->ctx);
            fmpz_mpoly_combine_like_terms(s.c + k, ring->ctx);
            fmpz_mpoly_set(fmpz_mpoly_q_numref(out), s.c + k, ring->ctx);
            fmpz_mpoly_set(fmpz_mpoly_q_denref(out), fmpz_mpoly_q_denref(x->c + i), ring->ctx);
            fmpz_mpoly_q_canonicalise(out, ring->ctx);
        }
        for (slong k = 0; k < s.n; k++)
            fmpz_mpoly_clear(s.c + k, ring->ctx);
        lo_free(s.c);
        lo_free(s.keys);
    }
    lo_free(all.keys);
    lo_field_clear(zero, ring);
    return status;
}

static int has_plain_denominators(const lo_field_t x, const lo_ring_t ring)
{
    for (slong i = 0; i < ring->p; i++)
        if (has_free_aux(fmpz_mpoly_q_denref(x->c + i), ring))
            return 0;
    return 1;
}

/* Raw fields as they are; those of metric flows and of restricted families carry inputs and gates and are split where they
 * are polynomial in them. */
static lo_status_t generate_raw(lo_fields_t fields, fmpz_mpoly_q_struct *components, lo_ring_t ring)
{
    lo_status_t status = LO_OK;
    for (slong j = 0; j < ring->family->noutputs && status == LO_OK; j++) {
        lo_field_t x = { { ring->p, components + j * ring->p } };
        if (lo_field_is_zero(x, ring))
            continue;
        if (is_parametric(x, ring) && has_plain_denominators(x, ring)) {
            status = split_field(fields, x, ring);
        } else {
            status = lo_fields_append(fields, x, ring);
            fields->parametric |= is_parametric(x, ring);
        }
    }
    return status;
}

lo_status_t lo_fields_generate(lo_fields_t fields, lo_ring_t ring, lo_ctx_t ctx)
{
    slong n, kept = ring->max_terms;
    fmpz_mpoly_q_struct *outputs;
    if (ring->family->local_atoms)
        return LO_UNABLE; /* values at different inputs are different symbols: the jets handle that */
    ring->max_terms = MAX_EXPANSION;
    lo_status_t status = lo_ring_outputs(&outputs, &n, ring, ctx);
    if (status == LO_OK)
        status = ring->family->raw ? generate_raw(fields, outputs, ring)
                                   : generate_gradients(fields, outputs, n, ring);
    ring->max_terms = kept;
    lo_ring_free(outputs, n, ring);
    return status;
}
