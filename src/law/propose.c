/* propose.c - laws of the structural analysis as polynomials in the coordinates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Where a network has few sign symmetries (a normalisation mixes the columns of the weights behind it), the blocks of
 * the quadratic search are as large as the weights allow, and elimination is hopeless. The tensor graph shows the usual
 * laws at once. Here they propose only: the collection proves each one in its own way.
 */
#include "law/propose.h"

#include "law/structure.h"

/* The entries of a parameter whose indices lie in a box, one after the other, row-major. */
typedef struct {
    const lo_symbol_struct *symbol;
    slong first[LO_MAX_RANK], last[LO_MAX_RANK], at[LO_MAX_RANK];
} box_struct;

static void box_whole(box_struct *box, const lo_symbol_struct *symbol)
{
    *box = (box_struct){ .symbol = symbol };
    for (int a = 0; a < symbol->shape.rank; a++)
        box->last[a] = symbol->shape.dim[a] - 1;
}

static void box_begin(box_struct *box)
{
    for (int a = 0; a < LO_MAX_RANK; a++)
        box->at[a] = box->first[a];
}

/* Returns 0 past the last entry. */
static int box_next(box_struct *box)
{
    int a = box->symbol->shape.rank - 1;
    while (a >= 0 && box->at[a] == box->last[a]) {
        box->at[a] = box->first[a];
        a--;
    }
    if (a >= 0)
        box->at[a]++;
    return a >= 0;
}

/* The coordinate of the entry in hand, with another index along one axis (-1: none). */
static slong box_coordinate(const box_struct *box, int axis, slong index)
{
    slong entry = 0;
    for (int a = 0; a < box->symbol->shape.rank; a++)
        entry = entry * box->symbol->shape.dim[a] + (a == axis ? index : box->at[a]);
    return box->symbol->offset + entry;
}

/* f += coef * (sum over the box of x y), y the entry with index `other` along `axis`; of x^2 for axis -1. */
static lo_status_t add_products(lo_poly_t f, const fmpz_t coef, box_struct *box, int axis, slong other)
{
    box_begin(box);
    do {
        slong pair[2] = { box_coordinate(box, -1, 0), box_coordinate(box, axis, other) };
        LO_TRY(lo_poly_push(f, coef, pair, 2));
    } while (box_next(box));
    return LO_OK;
}

static lo_status_t unit_law(lo_poly_t f, const lo_structure_laws_struct *l, const lo_unit_law_struct *law)
{
    for (slong k = 0; k < law->n; k++) {
        const lo_slab_struct *slab = l->slabs + law->start + k;
        box_struct box = { .symbol = l->work->model->symbols + slab->symbol };
        for (int a = 0; a < LO_MAX_RANK; a++) {
            box.first[a] = slab->first[a];
            box.last[a] = slab->last[a];
        }
        LO_TRY(add_products(f, &slab->coef, &box, -1, 0));
    }
    return LO_OK;
}

static lo_status_t matrix_law(lo_poly_t f, const lo_structure_laws_struct *l, const lo_axis_class_struct *c,
                              uint64_t t)
{
    slong i, j;
    lo_status_t status = LO_OK;
    fmpz_t sign;
    fmpz_init(sign);
    lo_structure_pair(&i, &j, t, c->size);
    for (const lo_axis_use_struct *use = c->uses; use != NULL && status == LO_OK; use = use->next) {
        box_struct box;
        box_whole(&box, l->work->model->symbols + use->symbol);
        box.first[use->axis] = box.last[use->axis] = i - 1;
        fmpz_set_si(sign, use->sign);
        status = add_products(f, sign, &box, use->axis, j - 1);
    }
    fmpz_clear(sign);
    return status;
}

static lo_status_t linear_law(lo_poly_t f, const lo_structure_laws_struct *l, const lo_group_struct *group,
                              uint64_t t)
{
    box_struct box;
    slong place[LO_MAX_RANK];
    lo_status_t status = LO_OK;
    fmpz_t one;
    box_whole(&box, l->work->model->symbols + group->symbol);
    lo_structure_place(place, t, &box.symbol->shape, group->mask, group->drop);
    for (int a = 0; a < box.symbol->shape.rank; a++)
        if (group->mask >> a & 1)
            box.first[a] = box.last[a] = place[a];
    fmpz_init_set_ui(one, 1);
    box_begin(&box);
    do {
        slong v = box_coordinate(&box, -1, 0);
        status = lo_poly_push(f, one, &v, 1);
    } while (status == LO_OK && box_next(&box));
    fmpz_clear(one);
    return status;
}

static lo_status_t propose_group(lo_collection_t laws, const lo_structure_struct *s, long number,
                                 lo_ctx_t ctx)
{
    const lo_structure_laws_struct *l = s->laws;
    const lo_group_struct *group = l->groups + number;
    lo_status_t status = LO_OK;
    for (uint64_t t = 0; t < group->count && status == LO_OK; t++) {
        lo_poly_t f;
        lo_poly_init(f, 2);
        status = group->kind == LO_GROUP_UNITS    ? unit_law(f, l, l->laws + group->law + t)
                 : group->kind == LO_GROUP_MATRIX ? matrix_law(f, l, l->work->classes + group->axis_class, t)
                                                  : linear_law(f, l, group, t);
        lo_poly_normalise(f);
        if (status == LO_OK)
            status = lo_collection_consider(laws, f, lo_structure_found_by(group));
        lo_poly_clear(f);
        if (t % 16 == 0 && status == LO_OK)
            status = lo_ctx_poll(ctx);
    }
    return status;
}

int lo_can_propose(const lo_family_struct *family)
{
    return family->model->kind == LO_MODEL_NETWORK && family->model->nflow == 0 && family->origin == NULL;
}

lo_status_t lo_propose_structure(lo_collection_t laws, const lo_family_struct *family, lo_ctx_t ctx)
{
    lo_structure_t s;
    if (!lo_can_propose(family))
        return LO_OK;
    lo_structure_init(s);
    lo_status_t status = lo_structure_analyse(s, family->model, ctx);
    if (status == LO_UNABLE) { /* a limit: no proposals */
        lo_ctx_set_message(ctx, "%s", "");
        status = lo_ctx_poll(ctx);
    } else {
        for (long g = 0; g < s->groups && status == LO_OK; g++) {
            lo_ctx_progress(ctx, "laws of the structure", g, s->groups);
            status = propose_group(laws, s, g, ctx);
        }
    }
    lo_structure_clear(s);
    return status;
}
