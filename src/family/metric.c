/* metric.c - metric and mirror flows: the fields H grad F, H diagonal.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * theta' = -H(theta) grad L(theta): a law h satisfies <grad h, H grad F> = 0 (theory, section 6). Mirror flow of some
 * parameters has H = diag of these and 1 elsewhere.
 */
#include "family/family.h"

#include "base/memory.h"

/* The diagonal, p nodes. */
static lo_status_t diagonal(slong *h, lo_family_struct *f, lo_ctx_t ctx)
{
    const lo_flow_struct *flow = f->model->flow;
    if (flow->kind == LO_FLOW_METRIC)
        return lo_family_lower_law(h, f, flow->node, ctx);
    for (slong i = 0; i < f->p; i++)
        h[i] = LO_TAPE_ONE;
    for (slong k = 0; k < flow->nsymbols; k++) {
        const lo_symbol_struct *s = f->model->symbols + flow->symbols[k];
        for (slong i = s->offset; i < s->offset + s->size; i++)
            h[i] = f->var[i];
    }
    return LO_OK;
}

/* Keeps the outputs where the diagonal is constant, without zeros. */
static void keep_scalars(lo_family_struct *f, const slong *h)
{
    for (slong i = 0; i < f->p; i++)
        if (f->tape->nodes[h[i]].op != LO_T_CONST || lo_tape_is_si(f->tape, h[i], 0))
            return;
    f->metric = _fmpq_vec_init(f->p);
    for (slong i = 0; i < f->p; i++)
        fmpq_set(f->metric + i, f->tape->constants + f->tape->nodes[h[i]].first);
    f->nscalars = f->noutputs;
    f->scalars = f->outputs;
    f->outputs = NULL;
}

lo_status_t lo_family_apply_metric(lo_family_struct *f, lo_ctx_t ctx)
{
    slong *h = lo_alloc((size_t) f->p, sizeof(slong)), *fields = lo_alloc((size_t) f->p, sizeof(slong));
    slong *covector = lo_alloc(1, sizeof(slong));
    lo_status_t status = h == NULL || fields == NULL || covector == NULL ? LO_SYSTEM : diagonal(h, f, ctx);
    if (status == LO_OK) {
        for (slong i = 0; i < f->p; i++)
            fields[i] = f->components[i] = lo_tape_mul(f->tape, h[i], f->components[i]);
        keep_scalars(f, h);
        lo_free(f->outputs);
        lo_free(f->covector);
        f->outputs = fields;
        f->covector = covector;
        f->covector[0] = LO_TAPE_ONE;
        f->noutputs = 1;
        f->raw = 1;
        f->primal = f->tape->n;
        status = f->tape->status;
    } else {
        lo_free(fields);
        lo_free(covector);
    }
    lo_free(h);
    return status;
}
