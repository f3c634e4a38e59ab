/* branch.c - linear equations in echelon form, polynomials in the free coordinates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/branch.h"

#include "base/memory.h"
#include "base/random.h"
#include "manifold/zeros.h"

#include <string.h>

#define MOST_POLYS 12

lo_status_t lo_branch_init(lo_branch_t b, const lo_stage_struct *s)
{
    memset(b, 0, sizeof(*b));
    b->s = s;
    fmpq_mat_init(b->equations, 0, s->k + 1);
    b->pivot = lo_alloc((size_t) s->k, sizeof(slong));
    b->store = lo_alloc((size_t) s->nvars, sizeof(*b->store));
    b->image = lo_alloc((size_t) s->nvars, sizeof(*b->image));
    if (b->pivot == NULL || b->store == NULL || b->image == NULL) {
        lo_free(b->store);
        b->store = NULL;
        return LO_SYSTEM;
    }
    for (slong v = 0; v < s->nvars; v++) {
        fmpq_mpoly_init(b->store + v, s->ctx);
        fmpq_mpoly_gen(b->store + v, v, s->ctx);
        b->image[v] = b->store + v;
    }
    return LO_OK;
}

void lo_branch_clear(lo_branch_t b)
{
    for (slong v = 0; b->store != NULL && v < b->s->nvars; v++)
        fmpq_mpoly_clear(b->store + v, b->s->ctx);
    lo_free(b->store);
    lo_free(b->image);
    lo_free(b->pivot);
    lo_qpolys_clear(&b->polys, b->s->ctx);
    fmpq_mat_clear(b->equations);
}

lo_status_t lo_branch_copy(lo_branch_t b, const lo_branch_t other)
{
    const lo_stage_struct *s = other->s;
    LO_TRY(lo_branch_init(b, s));
    fmpq_mat_clear(b->equations);
    fmpq_mat_init_set(b->equations, other->equations);
    memcpy(b->pivot, other->pivot, (size_t) s->k * sizeof(slong));
    for (slong v = 0; v < s->nvars; v++)
        fmpq_mpoly_set(b->store + v, other->store + v, s->ctx);
    for (slong i = 0; i < other->polys.n; i++)
        LO_TRY(lo_qpolys_add(&b->polys, other->polys.f + i, s->ctx));
    return LO_OK;
}

lo_status_t lo_branch_restrict(fmpq_mpoly_t out, const fmpq_mpoly_struct *f, const lo_branch_t b)
{
    const fmpq_mpoly_ctx_struct *ctx = b->s->ctx;
    if (fmpq_mat_nrows(b->equations) == 0)
        fmpq_mpoly_set(out, f, ctx);
    else if (!fmpq_mpoly_compose_fmpq_mpoly(out, f, b->image, ctx, ctx))
        return LO_UNABLE;
    return LO_OK;
}

int lo_branch_implies(const lo_branch_t b, const fmpq_mpoly_struct *f)
{
    const fmpq_mpoly_ctx_struct *ctx = b->s->ctx;
    fmpq_mpoly_t q;
    int implied = fmpq_mpoly_is_zero(f, ctx);
    fmpq_mpoly_init(q, ctx);
    for (slong i = 0; i < b->polys.n && !implied; i++)
        implied = fmpq_mpoly_divides(q, f, b->polys.f + i, ctx);
    fmpq_mpoly_clear(q, ctx);
    return implied;
}

/* ---- linear equations ---- */

/* What the equations make of each coordinate. */
static void set_images(lo_branch_t b)
{
    const lo_stage_struct *s = b->s;
    fmpq_mpoly_t z;
    fmpq_mpoly_init(z, s->ctx);
    for (slong i = 0; i < fmpq_mat_nrows(b->equations); i++) {
        fmpq_mpoly_struct *out = b->store + b->pivot[i];
        fmpq_mpoly_set_fmpq(out, fmpq_mat_entry(b->equations, i, s->k), s->ctx);
        for (slong c = b->pivot[i] + 1; c < s->k; c++) {
            fmpq_mpoly_gen(z, c, s->ctx);
            fmpq_mpoly_scalar_mul_fmpq(z, z, fmpq_mat_entry(b->equations, i, c), s->ctx);
            fmpq_mpoly_add(out, out, z, s->ctx);
        }
        fmpq_mpoly_neg(out, out, s->ctx);
    }
    fmpq_mpoly_clear(z, s->ctx);
}

/* A bounded coordinate that is a number must be in (-1, 1). */
static int is_out_of_bounds(const lo_branch_t b)
{
    fmpq_t value, one;
    int out = 0;
    fmpq_init(value);
    fmpq_init(one);
    fmpq_one(one);
    for (slong i = 0; i < fmpq_mat_nrows(b->equations); i++) {
        const fmpq_mpoly_struct *image = b->store + b->pivot[i];
        if (b->s->stands[b->pivot[i]] == LO_STANDS_ITSELF || !fmpq_mpoly_is_fmpq(image, b->s->ctx))
            continue;
        fmpq_mpoly_get_fmpq(value, image, b->s->ctx);
        fmpq_abs(value, value);
        out |= fmpq_cmp(value, one) >= 0;
    }
    fmpq_clear(value);
    fmpq_clear(one);
    return out;
}

/* Adds the equation f = 0, f of degree 1 over Q. */
static void add_equation(lo_branch_t b, const fmpq_mpoly_struct *f)
{
    const lo_stage_struct *s = b->s;
    slong m = fmpq_mat_nrows(b->equations), rank;
    fmpq_mat_t next;
    ulong exponents[LO_STAGE_VARIABLES];
    fmpq_mat_init(next, m + 1, s->k + 1);
    for (slong i = 0; i < m; i++)
        for (slong c = 0; c <= s->k; c++)
            fmpq_set(fmpq_mat_entry(next, i, c), fmpq_mat_entry(b->equations, i, c));
    for (slong t = 0; t < fmpq_mpoly_length(f, s->ctx); t++) {
        slong c = 0;
        fmpq_mpoly_get_term_exp_ui(exponents, f, t, s->ctx);
        while (c < s->k && exponents[c] == 0)
            c++;
        fmpq_mpoly_get_term_coeff_fmpq(fmpq_mat_entry(next, m, c), f, t, s->ctx);
    }
    rank = fmpq_mat_rref(next, next); /* m + 1: f is written in the free coordinates */
    fmpq_mat_swap(next, b->equations);
    fmpq_mat_clear(next);
    for (slong i = 0, c = 0; i < rank; i++) {
        while (fmpq_is_zero(fmpq_mat_entry(b->equations, i, c)))
            c++;
        b->pivot[i] = c;
    }
    set_images(b);
    b->empty |= is_out_of_bounds(b);
}

void lo_branch_equation(fmpq_mpoly_t out, const lo_branch_t b, slong i)
{
    const lo_stage_struct *s = b->s;
    fmpq_mpoly_t z;
    fmpq_mpoly_init(z, s->ctx);
    fmpq_mpoly_set_fmpq(out, fmpq_mat_entry(b->equations, i, s->k), s->ctx);
    for (slong c = 0; c < s->k; c++) {
        fmpq_mpoly_gen(z, c, s->ctx);
        fmpq_mpoly_scalar_mul_fmpq(z, z, fmpq_mat_entry(b->equations, i, c), s->ctx);
        fmpq_mpoly_add(out, out, z, s->ctx);
    }
    fmpq_mpoly_clear(z, s->ctx);
}

/* ---- conclusions ---- */

/* One factor, of a known kind. *changed: the equations, or polys, are others now. */
static lo_status_t conclude(int *changed, lo_branch_t b, slong i, const fmpq_mpoly_struct *factor)
{
    lo_zeros_t kind;
    lo_qpolys_t parts = { { 0, 0, NULL } };
    lo_status_t status = lo_zeros_of(&kind, parts, factor, b->s);
    *changed = 0;
    if (status == LO_OK && kind == LO_ZEROS_LINEAR) {
        add_equation(b, factor);
        lo_qpolys_drop(&b->polys, i, b->s->ctx);
        *changed = 1;
    } else if (status == LO_OK && kind == LO_ZEROS_COMMON) {
        lo_qpolys_drop(&b->polys, i, b->s->ctx);
        for (slong k = 0; k < parts->n && status == LO_OK; k++)
            status = lo_qpolys_add(&b->polys, parts->f + k, b->s->ctx);
        *changed = 1;
    } else if (status == LO_OK) {
        fmpq_mpoly_set(b->polys.f + i, factor, b->s->ctx);
    }
    lo_qpolys_clear(parts, b->s->ctx);
    return status;
}

/* Brings polynomial i up to date. */
static lo_status_t review(int *changed, lo_branch_t b, slong i)
{
    const fmpq_mpoly_ctx_struct *ctx = b->s->ctx;
    lo_qpolys_t factors = { { 0, 0, NULL } };
    fmpq_mpoly_t f, q;
    fmpq_mpoly_init(f, ctx);
    fmpq_mpoly_init(q, ctx);
    *changed = 0;
    lo_status_t status = lo_branch_restrict(f, b->polys.f + i, b);
    int implied = status == LO_OK && fmpq_mpoly_is_zero(f, ctx);
    for (slong j = 0; j < b->polys.n && !implied && status == LO_OK; j++)
        implied = j != i && fmpq_mpoly_divides(q, f, b->polys.f + j, ctx) &&
                  (j < i || !fmpq_mpoly_is_fmpq(q, ctx)); /* of two that are equal one stays */
    if (implied) {
        lo_qpolys_drop(&b->polys, i, b->s->ctx);
        *changed = 1;
    } else if (status == LO_OK) {
        fmpq_mpoly_swap(b->polys.f + i, f, ctx);
        status = lo_zeros_factors(factors, b->polys.f + i, b->s);
        if (status == LO_OK && factors->n == 0)
            b->empty = 1;
        else if (status == LO_OK && factors->n == 1)
            status = conclude(changed, b, i, factors->f);
    }
    lo_qpolys_clear(factors, ctx);
    fmpq_mpoly_clear(f, ctx);
    fmpq_mpoly_clear(q, ctx);
    return status;
}

lo_status_t lo_branch_add(lo_branch_t b, const fmpq_mpoly_struct *f)
{
    int changed = 1;
    LO_TRY(lo_qpolys_add(&b->polys, f, b->s->ctx));
    while (changed && !b->empty) {
        if (b->polys.n > MOST_POLYS)
            return LO_UNABLE;
        changed = 0;
        for (slong i = b->polys.n - 1; i >= 0 && !changed && !b->empty; i--)
            LO_TRY(review(&changed, b, i));
    }
    return LO_OK;
}

/* ---- points and patterns ---- */

void lo_branch_pattern(int *pattern, const lo_branch_t b)
{
    const fmpq_mpoly_ctx_struct *ctx = b->s->ctx;
    fmpq_mpoly_t minus;
    fmpq_mpoly_init(minus, ctx);
    for (slong c = 0; c < b->s->k; c++) {
        const fmpq_mpoly_struct *x = b->store + c;
        pattern[c] = fmpq_mpoly_is_zero(x, ctx) ? 0 : (int) c + 1;
        fmpq_mpoly_neg(minus, x, ctx);
        for (slong d = 0; d < c && pattern[c] == (int) c + 1; d++) {
            if (b->s->stands[c] != b->s->stands[d])
                continue;
            if (fmpq_mpoly_equal(b->store + d, x, ctx))
                pattern[c] = pattern[d];
            else if (fmpq_mpoly_equal(b->store + d, minus, ctx))
                pattern[c] = -pattern[d];
        }
    }
    fmpq_mpoly_clear(minus, ctx);
}

void lo_branch_point(ulong *point, const lo_branch_t b, uint64_t number, nmod_t mod)
{
    const lo_stage_struct *s = b->s;
    lo_random_t random;
    ulong free_point[LO_STAGE_VARIABLES];
    lo_random_init(random, number, 8);
    for (slong v = 0; v < s->nvars; v++)
        free_point[v] = lo_random_below(random, mod.n);
    for (slong v = 0; v < s->nvars; v++)
        point[v] = lo_stage_residue(b->store + v, free_point, mod, s);
}
