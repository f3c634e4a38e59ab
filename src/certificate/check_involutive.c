/* check_involutive.c - the claim `involutive`, re-checked over the rational functions.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "certificate/check.h"

#include "base/memory.h"

typedef struct {
    lo_check_struct *k;
    lo_family_ptr f; /* with the coefficients on its tape */
    lo_closure_t closure;
    lo_field_struct *B;
    slong nbasis, ninitialised, count; /* of coefficients */
    slong *nodes;                      /* of q and of the coefficients */
    fmpz_mpoly_q_struct *values;
} identity_struct;

static void clear_identity(identity_struct *x)
{
    for (slong j = 0; j < x->ninitialised; j++)
        lo_field_clear(x->B + j, x->closure->ring);
    lo_free(x->B);
    if (x->values != NULL)
        lo_ring_free(x->values, x->count + 1, x->closure->ring);
    lo_closure_clear(x->closure);
    lo_free(x->nodes);
    lo_family_free(x->f);
}

/* An expression of the section, lowered. */
static lo_status_t lower_text(slong *node, identity_struct *x, json_t *item, lo_reader_fn read)
{
    const char *text = lo_parse_statement(item);
    return text != NULL ? lo_cert_lower(node, x->f, read, text, "coefficient", x->k->ctx) : LO_DOMAIN;
}

/* q and the lists [i, j, [c_1, .., c_k]] in their order. */
static lo_status_t read_coefficients(identity_struct *x, json_t *section)
{
    slong k = x->nbasis, n = lo_family_covectors(x->f);
    json_t *rows = lo_parse_list(section, "coefficients", n * (k + 1));
    x->count = n * (k + 1) * k;
    x->nodes = lo_alloc((size_t) x->count + 1, sizeof(slong));
    if (x->nodes == NULL)
        return LO_SYSTEM;
    if (rows == NULL)
        return LO_DOMAIN;
    LO_TRY(lower_text(x->nodes, x, json_object_get(section, "q"), lo_model_expression));
    for (slong r = 0; r < n * (k + 1); r++) {
        json_t *row = json_array_get(rows, (size_t) r), *c = json_array_get(row, 2);
        slong i, j;
        if (json_array_size(row) != 3 || !lo_parse_index(&i, json_array_get(row, 0), n) ||
            !lo_parse_index(&j, json_array_get(row, 1), k + 1) || i != r / (k + 1) || j != r % (k + 1) ||
            !json_is_array(c) || (slong) json_array_size(c) != k)
            return LO_DOMAIN;
        for (slong m = 0; m < k; m++)
            LO_TRY(lower_text(x->nodes + 1 + r * k + m, x, json_array_get(c, (size_t) m), lo_model_coefficient));
    }
    return LO_OK;
}

static lo_status_t fill(identity_struct *x, json_t *basis)
{
    const lo_split_struct *s = &x->k->c->split;
    lo_ctx_struct *ctx = x->k->ctx;
    LO_TRY(lo_family_collect_atoms(x->f, ctx));
    LO_TRY(lo_closure_init(x->closure, x->f, ctx));
    x->B = lo_alloc((size_t) x->nbasis, sizeof(*x->B));
    x->values = lo_alloc((size_t) x->count + 1, sizeof(*x->values));
    if (x->B == NULL || x->values == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i <= x->count; i++)
        fmpz_mpoly_q_init(x->values + i, x->closure->ring->ctx);
    for (slong j = 0; j < x->nbasis; j++) {
        slong entry;
        if (!lo_parse_index(&entry, json_array_get(basis, (size_t) j), s->ninstances + s->nwords))
            return LO_DOMAIN;
        LO_TRY(lo_field_init(x->B + j, x->closure->ring));
        x->ninitialised++;
        LO_TRY(lo_entry_field(x->B + j, x->closure, s, entry, ctx));
    }
    return lo_ring_nodes(x->values, x->nodes, x->count + 1, x->closure->ring, ctx);
}

/* q is a function of the coordinates other than zero, and nothing is divided by zero at the roots of numbers. */
static int is_good_q(const identity_struct *x)
{
    const lo_ring_struct *ring = x->closure->ring;
    const fmpz_mpoly_q_struct *q = x->values;
    for (slong i = 0; i <= x->count; i++)
        if (lo_closure_vanishes(fmpz_mpoly_q_denref(x->values + i), ring))
            return 0;
    for (slong a = 0; a < x->f->naux; a++)
        if (x->f->aux[a].kind == LO_AUX_INPUT &&
            (fmpz_mpoly_degree_si(fmpz_mpoly_q_numref(q), lo_ring_aux(ring, a), ring->ctx) > 0 ||
             fmpz_mpoly_degree_si(fmpz_mpoly_q_denref(q), lo_ring_aux(ring, a), ring->ctx) > 0))
            return 0;
    return !lo_closure_vanishes(fmpz_mpoly_q_numref(q), ring);
}

static lo_status_t prove(int *holds, const identity_struct *x)
{
    const lo_ring_struct *ring = x->closure->ring;
    slong k = x->nbasis;
    lo_field_t X, Z;
    *holds = 1;
    LO_TRY(lo_field_init(X, ring));
    lo_status_t status = lo_field_init(Z, ring);
    for (slong r = 0; r < x->closure->nfields * (k + 1) && *holds && status == LO_OK; r++) {
        if (r % (k + 1) == 0)
            status = lo_closure_spanning(X, x->closure, r / (k + 1));
        if (status == LO_OK && r % (k + 1) < k)
            status = lo_field_bracket(Z, X, x->B + r % (k + 1), ring);
        if (status == LO_OK)
            status = lo_closure_holds(holds, x->values, x->values + 1 + r * k, r % (k + 1) < k ? Z : X, x->B,
                                      k, ring);
        if (status == LO_OK)
            status = lo_ctx_poll(x->k->ctx);
    }
    lo_field_clear(X, ring);
    lo_field_clear(Z, ring);
    return status;
}

lo_status_t lo_check_involutive(lo_check_struct *k)
{
    static const char *const keys[] = { "basis", "coefficients", "q", NULL };
    json_t *section = json_object_get(k->top, "involutive"),
           *basis = lo_parse_keys(section, keys) ? lo_parse_list(section, "basis", -1) : NULL;
    identity_struct x = { .k = k };
    int holds = 0;
    lo_status_t out = LO_OK;
    if (basis == NULL || (slong) json_array_size(basis) > k->c->p) {
        lo_check_fail(k, "the involutivity identity is malformed");
        return LO_OK;
    }
    x.nbasis = (slong) json_array_size(basis);
    if (lo_check_passes(k, &out, lo_family_build(&x.f, k->c->model, LO_RELU_PATHS, k->ctx),
                        "the model is not analysed") &&
        lo_check_passes(k, &out, read_coefficients(&x, section), "the coefficients are malformed") &&
        lo_check_passes(k, &out, fill(&x, basis),
                        "the fields of an involutivity identity cannot be expanded")) {
        if (!is_good_q(&x))
            lo_check_fail(k, "q is zero, or uses inputs, or a coefficient is not defined");
        else if (lo_check_passes(k, &out, prove(&holds, &x), "an involutivity identity cannot be expanded") &&
                 !holds)
            lo_check_fail(k, "an involutivity identity does not hold");
    }
    clear_identity(&x);
    if (k->reason == NULL)
        lo_text_add(k->theorem, "  The orbit dimension is at most %ld wherever q is not zero.\n",
                    (long) x.nbasis);
    return out;
}
