/* check_manifold.c - the claims `symmetry` and `invariant`, re-checked.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "certificate/check.h"

#include "base/memory.h"

#include <string.h>

/* ---- symmetry ---- */

/* Pairs [sign, image] as a signed permutation (symmetry.h). */
static int read_generator(int *g, char *taken, json_t *pairs, slong p)
{
    memset(taken, 0, (size_t) p);
    if (!json_is_array(pairs) || (slong) json_array_size(pairs) != p)
        return 0;
    for (slong i = 0; i < p; i++) {
        json_t *pair = json_array_get(pairs, (size_t) i);
        slong sign, j;
        if (json_array_size(pair) != 2 || !lo_parse_integer(&sign, json_array_get(pair, 0)) ||
            (sign != 1 && sign != -1) || !lo_parse_index(&j, json_array_get(pair, 1), p) || taken[j])
            return 0;
        taken[j] = 1;
        g[i] = (int) (sign * (j + 1));
    }
    return 1;
}

static lo_status_t check_generator(lo_check_struct *k, json_t *pairs)
{
    int holds = 0, *g = lo_alloc((size_t) k->c->p, sizeof(int));
    char *taken = lo_alloc((size_t) k->c->p, 1);
    lo_status_t out = g != NULL && taken != NULL ? LO_OK : LO_SYSTEM;
    if (out == LO_OK && !read_generator(g, taken, pairs, k->c->p))
        lo_check_fail(k, "a symmetry is no signed permutation");
    else if (out == LO_OK &&
             lo_check_passes(k, &out, lo_cert_symmetry_holds(&holds, k->c->model, g, k->ctx),
                             "a symmetry is not followed through the network") &&
             !holds)
        lo_check_fail(k, "a symmetry changes an output");
    lo_free(g);
    lo_free(taken);
    return out;
}

lo_status_t lo_check_symmetry(lo_check_struct *k)
{
    json_t *list = lo_parse_list(k->top, "symmetry", -1);
    if (list == NULL || json_array_size(list) == 0 || k->c->model->kind == LO_MODEL_RAW ||
        k->c->model->nflow > 0) {
        lo_check_fail(k, "symmetries: at least one, of a network or map under gradient flow");
        return LO_OK;
    }
    for (size_t i = 0; i < json_array_size(list) && k->reason == NULL; i++)
        LO_TRY(check_generator(k, json_array_get(list, i)));
    if (k->reason == NULL)
        lo_text_add(k->theorem,
                    "  %ld signed permutation(s) of the parameters leave every output unchanged.\n",
                    (long) json_array_size(list));
    return LO_OK;
}

/* ---- invariant subspaces ---- */

typedef struct {
    fmpz_t d;
    fmpz_mat_t basis, equations, G, H;
} subspace_struct;

static int read_integer(fmpz_t out, json_t *item)
{
    fmpq_t q;
    fmpq_init(q);
    int ok = lo_parse_rational(q, item) && fmpz_is_one(fmpq_denref(q));
    fmpz_set(out, fmpq_numref(q));
    fmpq_clear(q);
    return ok;
}

static int read_integers(fmpz_mat_t m, json_t *rows)
{
    if (!json_is_array(rows) || (slong) json_array_size(rows) != fmpz_mat_nrows(m))
        return 0;
    for (slong i = 0; i < fmpz_mat_nrows(m); i++) {
        json_t *row = json_array_get(rows, (size_t) i);
        if (!json_is_array(row) || (slong) json_array_size(row) != fmpz_mat_ncols(m))
            return 0;
        for (slong j = 0; j < fmpz_mat_ncols(m); j++)
            if (!read_integer(fmpz_mat_entry(m, i, j), json_array_get(row, (size_t) j)))
                return 0;
    }
    return 1;
}

static void subspace_init(subspace_struct *s, slong q, slong p)
{
    fmpz_init(s->d);
    fmpz_mat_init(s->basis, q, p);
    fmpz_mat_init(s->equations, p - q, p);
    fmpz_mat_init(s->G, q, p);
    fmpz_mat_init(s->H, p, p - q);
}

static void subspace_clear(subspace_struct *s)
{
    fmpz_clear(s->d);
    fmpz_mat_clear(s->basis);
    fmpz_mat_clear(s->equations);
    fmpz_mat_clear(s->G);
    fmpz_mat_clear(s->H);
}

/* E B^T = 0 and d I = B^T G + H E: the rows of B span the kernel of E. */
static int is_kernel(const subspace_struct *s, slong p)
{
    slong q = fmpz_mat_nrows(s->basis);
    fmpz_mat_t transpose, zero, sum, product;
    fmpz_mat_init(transpose, p, q);
    fmpz_mat_init(zero, p - q, q);
    fmpz_mat_init(sum, p, p);
    fmpz_mat_init(product, p, p);
    fmpz_mat_transpose(transpose, s->basis);
    fmpz_mat_mul(zero, s->equations, transpose);
    fmpz_mat_mul(sum, transpose, s->G);
    fmpz_mat_mul(product, s->H, s->equations);
    fmpz_mat_add(sum, sum, product);
    fmpz_mat_one(product);
    fmpz_mat_scalar_mul_fmpz(product, product, s->d);
    int ok = !fmpz_is_zero(s->d) && fmpz_mat_is_zero(zero) && fmpz_mat_equal(sum, product);
    fmpz_mat_clear(transpose);
    fmpz_mat_clear(zero);
    fmpz_mat_clear(sum);
    fmpz_mat_clear(product);
    return ok;
}

static lo_status_t check_subspace(lo_check_struct *k, json_t *item)
{
    static const char *const keys[] = { "G", "H", "basis", "d", "equations", NULL };
    slong p = k->c->p;
    json_t *rows = lo_parse_keys(item, keys) ? lo_parse_list(item, "basis", -1) : NULL;
    if (rows == NULL || (slong) json_array_size(rows) >= p) {
        lo_check_fail(k, "a subspace is malformed, or not proper");
        return LO_OK;
    }
    lo_status_t out = LO_OK;
    subspace_struct x;
    int holds = 0;
    subspace_init(&x, (slong) json_array_size(rows), p);
    if (!read_integer(x.d, json_object_get(item, "d")) || !read_integers(x.basis, rows) ||
        !read_integers(x.equations, json_object_get(item, "equations")) ||
        !read_integers(x.G, json_object_get(item, "G")) || !read_integers(x.H, json_object_get(item, "H"))) {
        lo_check_fail(k, "the matrices of a subspace are malformed");
    } else if (!is_kernel(&x, p)) {
        lo_check_fail(k, "a basis does not span the subspace of the equations, or d is zero");
    } else {
        if (lo_check_passes(k, &out,
                            lo_cert_invariant_holds(&holds, k->c->model, x.basis, x.equations, k->ctx),
                            "the fields are not followed on a subspace") &&
            !holds)
            lo_check_fail(k, "a field leaves a subspace");
    }
    if (k->reason == NULL)
        lo_text_add(k->theorem, "  The subspace of dimension %ld with the given equations is invariant%s.\n",
                    (long) json_array_size(rows), k->gated ? ", off the kinks" : "");
    subspace_clear(&x);
    return out;
}

lo_status_t lo_check_invariant(lo_check_struct *k)
{
    json_t *list = lo_parse_list(k->top, "invariant", -1);
    if (list == NULL || json_array_size(list) == 0)
        lo_check_fail(k, "no subspace");
    for (size_t i = 0; k->reason == NULL && i < json_array_size(list); i++)
        LO_TRY(check_subspace(k, json_array_get(list, i)));
    return LO_OK;
}
