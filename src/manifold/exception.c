/* exception.c - text and proofs for branches that are left.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/exception.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "manifold/hypersurface.h"
#include "manifold/invariant.h"

#include <stdlib.h>

/* ---- text ---- */

/* "w[1]", "tanh(b[1])"; k1, k2, ... for constants. */
static char *variable_name(slong v, const lo_stage_struct *s, const lo_family_struct *family)
{
    char name[128];
    lo_text_t out;
    lo_text_init(out);
    if (v >= s->k) {
        lo_text_add(out, "k%ld", (long) (v - s->k + 1));
        return lo_text_take(out);
    }
    lo_family_coordinate_name(name, sizeof(name), family, s->first[v]);
    if (s->stands[v] == LO_STANDS_ITSELF)
        lo_text_add(out, "%s", name);
    else
        lo_text_add(out, "tanh(%s%s)", name, s->stands[v] == LO_STANDS_TANH ? "" : "/2");
    return lo_text_take(out);
}

/* With integers as coefficients. */
static char *polynomial_text(const fmpq_mpoly_t f, char *const *names, const lo_stage_struct *s)
{
    lo_text_t out;
    char *text = fmpz_mpoly_get_str_pretty(f->zpoly, (const char **) names, s->ctx->zctx);
    lo_text_init(out);
    for (const char *c = text; *c != '\0'; c++)
        lo_text_add(out, c > text && (*c == '+' || *c == '-') ? " %c " : "%c", *c);
    flint_free(text);
    return lo_text_take(out);
}

lo_status_t lo_branch_equations(char ***list, slong *n, const lo_branch_t b, const lo_family_struct *family)
{
    const lo_stage_struct *s = b->s;
    slong m = fmpq_mat_nrows(b->equations);
    fmpq_mpoly_t f;
    char **names = lo_alloc((size_t) s->nvars, sizeof(*names));
    *list = lo_alloc((size_t) (m + b->polys.n), sizeof(char *));
    *n = 0;
    lo_status_t status = *list == NULL || names == NULL ? LO_SYSTEM : LO_OK;
    for (slong v = 0; v < s->nvars && status == LO_OK; v++) {
        names[v] = variable_name(v, s, family);
        status = names[v] == NULL ? LO_SYSTEM : LO_OK;
    }
    fmpq_mpoly_init(f, s->ctx);
    while (*n < m + b->polys.n && status == LO_OK) {
        if (*n < m)
            lo_branch_equation(f, b, *n);
        else
            fmpq_mpoly_set(f, b->polys.f + *n - m, s->ctx);
        (*list)[*n] = polynomial_text(f, names, s);
        status = (*list)[(*n)++] == NULL ? LO_SYSTEM : LO_OK;
    }
    fmpq_mpoly_clear(f, s->ctx);
    for (slong v = 0; names != NULL && v < s->nvars; v++)
        lo_free(names[v]);
    lo_free(names);
    return status;
}

/* ---- hypersurfaces ---- */

/* An irreducible polynomial that has both signs vanishes on a set of dimension k - 1, and has regular points there. */
static int changes_sign(const fmpq_mpoly_struct *f, const lo_stage_struct *s)
{
    lo_random_t random;
    int seen = 0;
    fmpq_t value;
    fmpq *point = _fmpq_vec_init(s->nvars);
    fmpq **values = lo_alloc((size_t) s->nvars, sizeof(*values));
    fmpq_init(value);
    lo_random_init(random, 1, 9);
    for (slong v = 0; v < s->nvars && values != NULL; v++)
        values[v] = point + v;
    for (ulong round = 0; round < 60 && values != NULL && seen != 3; round++) {
        for (slong v = 0; v < s->nvars; v++) /* from 99 down to small numbers; bounded ones below 1 */
            fmpq_set_si(point + v, (slong) lo_random_below(random, 199) - 99,
                        s->stands[v] == LO_STANDS_ITSELF ? 1 + 6 * (round % 20) : 100);
        if (fmpq_mpoly_evaluate_all_fmpq(value, f, values, s->ctx))
            seen |= fmpq_sgn(value) > 0 ? 1 : fmpq_sgn(value) < 0 ? 2 : 0;
    }
    fmpq_clear(value);
    _fmpq_vec_clear(point, s->nvars);
    lo_free(values);
    return seen == 3;
}

/* ---- subspaces ---- */

static int is_unbounded(const lo_stage_struct *s)
{
    for (slong c = 0; c < s->k; c++)
        if (s->stands[c] != LO_STANDS_ITSELF)
            return 0;
    return 1;
}

/* A subspace has points where the bounded coordinates are small: when it contains 0, or when none are bounded. */
static int has_points(const lo_branch_t b)
{
    int through_zero = 1;
    for (slong i = 0; i < fmpq_mat_nrows(b->equations); i++)
        through_zero = through_zero && fmpq_is_zero(fmpq_mat_entry(b->equations, i, b->s->k));
    return through_zero || is_unbounded(b->s);
}

/* Writes theta = origin + sum of t_r direction_r, t_r the free coordinates of the branch, in order. */
static void parametrise(fmpq_mat_t directions, fmpq *origin, slong *pivot, slong *variable, const lo_branch_t b)
{
    const lo_stage_struct *s = b->s;
    slong m = fmpq_mat_nrows(b->equations), r = 0;
    for (slong c = 0, i = 0; c < s->k; c++) {
        if (i < m && b->pivot[i] == c)
            i++;
        else
            pivot[r++] = c;
    }
    for (slong t = 0; t < s->p; t++) {
        if (s->pattern[t] == 0)
            continue;
        slong c = 0, i = 0, sign = s->pattern[t] > 0 ? 1 : -1;
        while (s->first[c] != labs(s->pattern[t]) - 1)
            c++;
        while (i < m && b->pivot[i] != c)
            i++;
        for (slong k = 0; k < r; k++) { /* s_c = t_k, or minus the rest of equation i */
            fmpq *d = fmpq_mat_entry(directions, k, t);
            if (i == m)
                fmpq_set_si(d, pivot[k] == c ? sign : 0, 1);
            else if (sign > 0)
                fmpq_neg(d, fmpq_mat_entry(b->equations, i, pivot[k]));
            else
                fmpq_set(d, fmpq_mat_entry(b->equations, i, pivot[k]));
        }
        if (i < m) {
            fmpq_set(origin + t, fmpq_mat_entry(b->equations, i, s->k));
            if (sign > 0)
                fmpq_neg(origin + t, origin + t);
        }
    }
    for (slong k = 0; k < r; k++) {
        variable[k] = pivot[k];
        pivot[k] = s->first[pivot[k]];
    }
}

/* Expansion of the fields across the subspace, or the hypersurface of it. Domain: no coordinate is bounded. */
static lo_status_t prove_tangent(int *proved, const lo_branch_t b, const lo_family_struct *family, lo_ctx_t ctx)
{
    const lo_stage_struct *s = b->s;
    fmpq_mat_t directions;
    slong *pivot = lo_alloc(2 * (size_t) s->k, sizeof(slong)), *variable = pivot + s->k;
    *proved = 0;
    if (pivot == NULL)
        return LO_SYSTEM;
    fmpq *origin = _fmpq_vec_init(s->p);
    fmpq_mat_init(directions, s->k - fmpq_mat_nrows(b->equations), s->p);
    parametrise(directions, origin, pivot, variable, b);
    lo_status_t status = b->polys.n == 0 ? lo_flat_prove_tangent(proved, family, directions, pivot, origin, ctx)
                                         : lo_hypersurface_prove(proved, b->polys.f, s->ctx, variable, family, directions,
                                                                 pivot, origin, ctx);
    fmpq_mat_clear(directions);
    _fmpq_vec_clear(origin, s->p);
    lo_free(pivot);
    return status;
}

lo_status_t lo_branch_is_exception(int *yes, const lo_branch_t b, const lo_family_struct *family, lo_ctx_t ctx)
{
    const lo_stage_struct *s = b->s;
    slong m = fmpq_mat_nrows(b->equations);
    *yes = 0;
    if (b->polys.n == 0)
        *yes = m > 0 && has_points(b);
    else if (b->polys.n == 1 && s->nvars == s->k && (m == 0 || is_unbounded(s)))
        *yes = changes_sign(b->polys.f, s); /* a hypersurface of the subspace, in its free coordinates */
    if (!*yes || s->exact)
        return LO_OK;
    *yes = 0;
    return is_unbounded(s) ? prove_tangent(yes, b, family, ctx) : LO_OK;
}
