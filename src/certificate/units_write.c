/* units_write.c - the section `units`, tensor by tensor.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "certificate/units.h"

/* Term number `layer` along an axis, as runs. */
static void put_axis(FILE *out, const lo_unit_axes_struct *a, int axis, int layer)
{
    const lo_combination_struct *f = a->f + a->start[axis];
    fprintf(out, "[");
    for (slong i = 0, length; i < a->dim[axis]; i += length) {
        int there = f[i].n > layer;
        slong unit = there ? f[i].unit[layer] : 0, coef = there ? f[i].coef[layer] : 0, step = 0;
        for (length = 1; i + length < a->dim[axis]; length++) {
            const lo_combination_struct *x = f + i + length;
            if ((x->n > layer) != there)
                break;
            if (there && length == 1)
                step = x->unit[layer] == unit + 1;
            if (there && (x->coef[layer] != coef || x->unit[layer] != unit + step * length))
                break;
        }
        fprintf(out, "%s[%ld", i > 0 ? "," : "", (long) length);
        if (there)
            fprintf(out, ",%ld,%ld,\"%ld\"", (long) unit, (long) (length > 1 ? step : 0), (long) coef);
        fprintf(out, "]");
    }
    fprintf(out, "]");
}

static void put_tensor(FILE *out, const lo_unit_axes_struct *a, const char *name)
{
    int layers = 1;
    for (slong i = 0; i < a->total; i++)
        if (a->f[i].n > layers)
            layers = a->f[i].n;
    fprintf(out, layers > 1 ? "{\"layers\":[" : "{\"axes\":");
    for (int layer = 0; layer < layers; layer++) {
        fprintf(out, layer > 0 ? ",[" : "[");
        for (int axis = 0; axis < a->rank; axis++) {
            if (axis > 0)
                fprintf(out, ",");
            put_axis(out, a, axis, layer);
        }
        fprintf(out, "]");
    }
    fprintf(out, "%s,\"name\":\"%s\"}", layers > 1 ? "]" : "", name);
}

void lo_unit_table_put(FILE *out, const lo_unit_table_struct *t)
{
    const lo_model_struct *m = t->model;
    fprintf(out, "\"units\":{\"count\":%ld,\n\"pivots\":[", (long) t->count);
    for (slong e = 0; e < t->count; e++) {
        const lo_unit_axes_struct *a = t->tensor + t->pivot[e].tensor;
        fprintf(out, "%s[%ld,[", e > 0 ? ",\n" : "", (long) t->pivot[e].tensor);
        for (int axis = 0; axis < a->rank; axis++)
            fprintf(out, "%s%ld", axis > 0 ? "," : "", (long) t->pivot[e].index[axis]);
        fputs("]]", out);
    }
    fputs("],\n\"tensors\":[", out);
    for (slong k = 0; k < m->nparameter_symbols; k++) {
        fputs(k > 0 ? ",\n" : "", out);
        put_tensor(out, t->tensor + k, m->symbols[m->parameter_symbols[k]].name);
    }
    fputs("]}", out);
}
