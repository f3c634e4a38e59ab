/* units_check.c - the section `units` of a certificate, read and checked.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "certificate/parse.h"
#include "certificate/units.h"

#include "base/memory.h"
#include "law/structure.h"

#include <string.h>

/* [length] or [length, start, step, "coefficient"], added to the functions of an axis. */
static int read_axis(lo_combination_struct *f, slong length, slong count, json_t *runs)
{
    slong at = 0;
    for (size_t i = 0; json_is_array(runs) && i < json_array_size(runs); i++) {
        json_t *run = json_array_get(runs, i);
        size_t size = json_array_size(run);
        slong n, start, step, coef;
        if ((size != 1 && size != 4) || !lo_parse_index(&n, json_array_get(run, 0), length - at + 1) ||
            n == 0)
            return 0;
        if (size == 4) {
            if (!lo_parse_index(&start, json_array_get(run, 1), count) ||
                !lo_parse_index(&step, json_array_get(run, 2), 2) ||
                !lo_parse_integer(&coef, json_array_get(run, 3)) || coef == 0 || coef > 1 << 20 ||
                coef < -(1 << 20) || start + step * (n - 1) >= count)
                return 0;
            for (slong k = 0; k < n; k++) {
                lo_combination_struct one = { 1, { start + step * k }, { coef } };
                if (!lo_combination_add(f + at + k, &one, 1))
                    return 0;
            }
        }
        at += n;
    }
    return at == length;
}

static int read_tensor(lo_unit_axes_struct *a, const char *name, slong count, json_t *x)
{
    static const char *const one_layer[] = { "axes", "name", NULL }, *const layers[] = { "layers", "name",
                                                                                         NULL };
    json_t *title = json_object_get(x, "name"), *many = json_object_get(x, "layers");
    if (!lo_parse_keys(x, many != NULL ? layers : one_layer) || !json_is_string(title) ||
        strcmp(json_string_value(title), name) != 0 || (many != NULL && !json_is_array(many)))
        return 0;
    for (size_t i = 0; i < (many != NULL ? json_array_size(many) : 1); i++) {
        json_t *axes = many != NULL ? json_array_get(many, i) : json_object_get(x, "axes");
        if (!json_is_array(axes) || (slong) json_array_size(axes) != a->rank)
            return 0;
        for (int axis = 0; axis < a->rank; axis++)
            if (!read_axis(a->f + a->start[axis], a->dim[axis], count, json_array_get(axes, (size_t) axis)))
                return 0;
    }
    return 1;
}

/* The unit at pivot e ends with free unit e: the coefficients there are a triangular matrix. */
static int read_pivot(const lo_unit_table_struct *t, slong e, json_t *x)
{
    slong tensor, index[LO_MAX_RANK];
    lo_combination_struct sum;
    json_t *places = json_array_get(x, 1);
    if (json_array_size(x) != 2 ||
        !lo_parse_index(&tensor, json_array_get(x, 0), t->model->nparameter_symbols))
        return 0;
    const lo_unit_axes_struct *a = t->tensor + tensor;
    if ((slong) json_array_size(places) != a->rank)
        return 0;
    for (int axis = 0; axis < a->rank; axis++)
        if (!lo_parse_index(index + axis, json_array_get(places, (size_t) axis), a->dim[axis]))
            return 0;
    return lo_unit_at(&sum, a, index) && sum.n > 0 && sum.unit[sum.n - 1] == e;
}

lo_status_t lo_unit_table_parse(lo_unit_table_struct **table, const lo_model_struct *m, json_t *section)
{
    static const char *const keys[] = { "count", "pivots", "tensors", NULL };
    json_t *tensors = lo_parse_list(section, "tensors", m->nparameter_symbols);
    slong count;
    LO_TRY(lo_unit_table_new(table, m));
    if (!lo_parse_keys(section, keys) || tensors == NULL ||
        !lo_parse_index(&count, json_object_get(section, "count"), 1000000000) || count == 0)
        return LO_DOMAIN;
    json_t *pivots = lo_parse_list(section, "pivots", count);
    for (slong k = 0; k < m->nparameter_symbols; k++)
        if (!read_tensor((*table)->tensor + k, m->symbols[m->parameter_symbols[k]].name, count,
                         json_array_get(tensors, (size_t) k)))
            return LO_DOMAIN;
    for (slong e = 0; e < count; e++)
        if (pivots == NULL || !read_pivot(*table, e, json_array_get(pivots, (size_t) e)))
            return LO_DOMAIN;
    (*table)->count = count;
    return LO_OK;
}

static int unit_at(const slong **unit, const slong **coef, const void *data, slong parameter, int axis,
                   slong place)
{
    const lo_unit_table_struct *t = data;
    const lo_unit_axes_struct *a = t->tensor + parameter;
    const lo_combination_struct *x = a->f + a->start[axis] + place;
    *unit = x->unit;
    *coef = x->coef;
    return x->n;
}

lo_status_t lo_unit_table_check(int *holds, const lo_unit_table_struct *t, lo_ctx_t ctx)
{
    lo_unit_source_struct source = { t->count, unit_at, t };
    return lo_structure_check_units(holds, t->model, &source, ctx);
}
