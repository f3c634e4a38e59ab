/* family.c - building a family and asking it what it is.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/family.h"

#include "base/memory.h"

static int has_metric(const lo_model_struct *m)
{
    return m->nflow == 1 && (m->flow[0].kind == LO_FLOW_METRIC || m->flow[0].kind == LO_FLOW_MIRROR);
}

/* Models whose flow or shape this version does not analyse are refused before any work. */
static lo_status_t check_flow(const lo_model_struct *m, lo_ctx_t ctx)
{
    static const char *const names[] = { "momentum", "mirror", "metric", "decay" };
    if (m->nflow == 0 || (has_metric(m) && m->kind != LO_MODEL_RAW))
        return LO_OK;
    lo_ctx_set_message(ctx,
                       "%s:%d:%d: error: `flow %s` is not analysed %s", m->file, m->flow[0].loc.line,
                       m->flow[0].loc.column, names[m->flow[0].kind],
                       has_metric(m) ? "for a list of fields: write the fields themselves"
                                     : "by this version (only `gradient`, `metric` and `mirror`, one at a time)");
    return LO_UNABLE;
}

static lo_status_t build_components(lo_family_struct *f)
{
    lo_tape_struct *tape = f->tape;
    f->components = lo_alloc((size_t) f->p, sizeof(slong));
    if (f->components == NULL)
        return LO_SYSTEM;
    f->primal = tape->n;
    if (!f->raw)
        return lo_tape_gradient(f->components, f->p, tape, f->outputs, f->covector, f->noutputs);
    for (slong i = 0; i < f->p; i++) {
        lo_tape_begin(tape);
        for (slong j = 0; j < f->noutputs; j++)
            lo_tape_term(tape, f->covector[j], f->outputs[j * f->p + i]);
        f->components[i] = lo_tape_end(tape);
    }
    return tape->status;
}

static const char *kind_name(const lo_family_struct *f)
{
    static const char *const names[3][6] = {
        { "polynomial", "rational", "analytic", "analytic with primitives", "path-lifting",
          "activation pattern" },
        { "map polynomial", "map rational", "map analytic", "map analytic with primitives",
          "map path-lifting", "map activation pattern" },
        { "raw polynomial", "raw rational", "raw analytic", "raw analytic with primitives",
          "raw path-lifting", "raw activation pattern" },
    };
    int row = f->model->kind == LO_MODEL_RAW ? 2 : f->model->kind == LO_MODEL_MAP ? 1 : 0;
    if (f->ngates > 0)
        return names[row][f->relu == LO_RELU_PATTERN ? 5 : 4];
    return names[row][f->primitives ? 3 : f->natoms > 0 ? 2 : f->has_division ? 1 : 0];
}

/* The index of the atom with this argument, or natoms. */
static slong find_atom(const lo_family_struct *f, slong argument)
{
    slong k = 0;
    while (k < f->natoms && f->atoms[k].argument != argument)
        k++;
    return k;
}

static int class_of(lo_fun_t fun)
{
    switch (fun) {
    case LO_FUN_EXP:
    case LO_FUN_TANH:
        return LO_ATOM_HYPERBOLIC;
    case LO_FUN_SIN:
    case LO_FUN_COS:
        return LO_ATOM_CIRCULAR;
    case LO_FUN_LOG:
        return LO_ATOM_LOG;
    default:
        return LO_ATOM_OPAQUE;
    }
}

/* Atoms whose argument depends on an input or a gate. */
static lo_status_t mark_local(lo_family_struct *f)
{
    char *local = lo_alloc((size_t) f->tape->n, 1);
    if (local == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < f->tape->n; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (x->op == LO_T_AUX)
            local[i] = f->aux[x->first].kind == LO_AUX_INPUT || f->aux[x->first].kind == LO_AUX_GATE;
    }
    lo_tape_spread(local, f->tape, f->tape->n);
    for (slong k = 0; k < f->natoms; k++) {
        f->atoms[k].local = local[f->atoms[k].argument];
        f->local_atoms |= f->atoms[k].local;
        f->opaque |= (f->atoms[k].classes & LO_ATOM_OPAQUE) != 0;
    }
    lo_free(local);
    return LO_OK;
}

lo_status_t lo_family_collect_atoms(lo_family_struct *f, lo_ctx_t ctx)
{
    lo_free(f->atom_of_node);
    f->atom_of_node = lo_alloc((size_t) f->tape->n, sizeof(slong));
    if (f->atom_of_node == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < f->tape->n; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        f->atom_of_node[i] = -1;
        if (x->op != LO_T_FUN)
            continue;
        slong k = find_atom(f, x->first);
        if (k == f->natoms) {
            LO_TRY(LO_GROW(f->atoms, f->atoms_alloc, k + 1));
            f->atoms[f->natoms++] = (lo_atom_struct){ .argument = x->first };
        }
        f->atom_of_node[i] = k;
        f->atoms[k].classes |= class_of(x->fun);
    }
    if (f->natoms > 2500) {
        lo_ctx_set_message(ctx, "%s: error: more than 2500 different arguments of analytic functions",
                           f->model->file);
        return LO_UNABLE;
    }
    return mark_local(f);
}

static lo_status_t build(lo_family_struct *f, lo_ctx_t ctx)
{
    lo_tape_init(f->tape, ctx->limits->tape_nodes);
    LO_TRY(f->tape->status);
    LO_TRY(lo_family_lower(f, ctx));
    LO_TRY(build_components(f));
    LO_TRY(lo_family_singular(f, 0, ctx));
    if (has_metric(f->model))
        LO_TRY(lo_family_apply_metric(f, ctx));
    LO_TRY(lo_family_collect_atoms(f, ctx));
    if (f->relu == LO_RELU_PATTERN && f->ngates > 0)
        LO_TRY(lo_family_patterns(f, ctx));
    f->kind = kind_name(f);
    return LO_OK;
}

lo_status_t lo_family_build(lo_family_ptr *family, const lo_model_struct *model, lo_relu_t relu, lo_ctx_t ctx)
{
    *family = NULL;
    LO_TRY(check_flow(model, ctx));
    lo_family_struct *f = lo_alloc(1, sizeof(*f));
    if (f == NULL)
        return LO_SYSTEM;
    f->model = model;
    f->relu = relu;
    f->p = model->parameters;
    f->raw = model->kind == LO_MODEL_RAW;
    lo_status_t status = build(f, ctx);
    if (status != LO_OK)
        lo_family_free(f);
    else
        *family = f;
    return status;
}

void lo_family_free(lo_family_ptr f)
{
    if (f == NULL)
        return;
    for (slong i = 0; i < f->npatterns * f->ngates; i++)
        fmpq_clear(f->patterns + i);
    lo_free(f->patterns);
    lo_free(f->atom_of_node);
    lo_free(f->atoms);
    lo_free(f->gates);
    lo_free(f->composites);
    lo_free(f->aux);
    lo_free(f->components);
    lo_free(f->covector);
    lo_free(f->outputs);
    lo_free(f->scalars);
    if (f->metric != NULL)
        _fmpq_vec_clear(f->metric, f->p);
    lo_free(f->frozen);
    lo_free(f->var);
    lo_free(f->origin);
    lo_free(f->name);
    lo_free(f->places);
    lo_tape_clear(f->tape);
    lo_free(f);
}

const char *lo_family_kind(const lo_family_struct *family)
{
    return family->kind;
}

long lo_family_dimension(const lo_family_struct *family)
{
    return family->p;
}

const lo_model_struct *lo_family_model(const lo_family_struct *family)
{
    return family->model;
}

slong lo_family_covectors(const lo_family_struct *f)
{
    slong n = 0;
    for (slong a = 0; a < f->naux; a++)
        n += f->aux[a].kind == LO_AUX_COVECTOR;
    return n;
}

static void need(void *data, slong argument)
{
    ((char *) data)[argument] = 1;
}

void lo_family_reach(char *needed, const lo_family_struct *f)
{
    for (slong j = 0; j < f->noutputs; j++)
        needed[f->outputs[j]] = 1;
    for (slong i = f->primal - 1; i >= 0; i--) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (needed[i])
            lo_tape_arguments(f->tape, i, need, needed);
        if (needed[i] && x->op == LO_T_AUX && f->aux[x->first].kind == LO_AUX_GATE)
            needed[f->gates[f->aux[x->first].index].preactivation] = 1;
    }
}

slong lo_family_window(slong *end, const lo_family_struct *f, slong g)
{
    slong first = g, group = f->gates[g].group;
    *end = g + 1;
    if (group < 0)
        return first;
    while (first > 0 && f->gates[first - 1].group == group)
        first--;
    while (*end < f->ngates && f->gates[*end].group == group)
        ++*end;
    return first;
}

const slong *lo_family_scalars(slong *n, const lo_family_struct *f)
{
    *n = f->raw ? f->nscalars : f->noutputs;
    return f->raw ? f->scalars : f->outputs;
}

const fmpq *lo_family_point(const lo_family_struct *family, slong i)
{
    const lo_model_struct *m = family->model;
    if (family->origin != NULL)
        i = family->origin[i];
    for (slong k = 0; k < m->nsymbols; k++) {
        const lo_symbol_struct *s = m->symbols + k;
        if (s->kind == LO_SYM_PARAM && i >= s->offset && i < s->offset + s->size)
            return s->at != NULL ? s->at + (i - s->offset) : NULL;
    }
    return NULL;
}
