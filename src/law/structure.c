/* structure.c - the structural analysis: units, matrix units, invisible directions, what they prove.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/structure.h"

#include "family/lower.h"

#include <string.h>

/* Explicit entries of units, about 50 bytes each: see tensor_unit.h. A tensor of weights that some
 * operation uses entry by entry needs one for each. */
#define EXPLICIT_ENTRIES 20000000

int lo_structure_is_used(const lo_structure_work_struct *w, const lo_symbol_struct *symbol)
{
    return symbol->node >= 0 && w->live[symbol->node];
}

int lo_structure_is_free(const lo_structure_work_struct *w, const lo_symbol_struct *symbol)
{
    return w->invisible[symbol->node] >> lo_mask_clean(&symbol->shape, (1u << LO_MAX_RANK) - 1) & 1;
}

/* Marks the nodes that the outputs need. */
static void reach(char *live, const lo_model_struct *m)
{
    for (slong k = 0; k < m->noutputs; k++)
        live[m->outputs[k]] = 1;
    for (slong n = m->nnodes - 1; n >= 0; n--)
        for (slong k = 0; live[n] && k < m->nodes[n].nargs; k++)
            live[m->nodes[n].args[k]] = 1;
}

/* ---------------------------------------------------------------------------------------------------
 * Entries that nothing reads
 * --------------------------------------------------------------------------------------------------- */

/* How much of a node its slices read: whole, or the number of places along one axis that disjoint slices
 * cover. */
typedef struct {
    char whole;
    slong covered[LO_MAX_RANK];
} cover_struct;

static void cover_slice(cover_struct *cover, const lo_node_struct *slice, const lo_node_struct *node)
{
    int cut = -1, cuts = 0;
    for (int a = 0; a < node->shape.rank; a++) {
        slong length = a < slice->shape.rank ? slice->shape.dim[a] : 1;
        if (length < node->shape.dim[a]) {
            cut = a;
            cuts++;
        }
    }
    /* slices in order, each beginning where the last one ended */
    if (cuts == 1 && slice->u.first[cut] <= cover->covered[cut]) {
        slong end = slice->u.first[cut] + (cut < slice->shape.rank ? slice->shape.dim[cut] : 1);
        cover->covered[cut] = end > cover->covered[cut] ? end : cover->covered[cut];
        cover->whole |= cover->covered[cut] == node->shape.dim[cut];
    }
}

/* Laws of entries that nothing reads are not found: say so. Inputs may stay unread. */
static void check_reading(lo_structure_work_struct *w)
{
    const lo_model_struct *m = w->model;
    cover_struct *cover = lo_alloc((size_t) m->nnodes, sizeof(*cover));
    if (cover == NULL) {
        w->status |= LO_SYSTEM;
        return;
    }
    for (slong k = 0; k < m->noutputs; k++)
        cover[m->outputs[k]].whole = 1;
    for (slong n = 0; n < m->nnodes; n++)
        for (slong k = 0; w->live[n] && k < m->nodes[n].nargs; k++) {
            slong a = m->nodes[n].args[k];
            if (m->nodes[n].op == LO_OP_SLICE)
                cover_slice(cover + a, m->nodes + n, m->nodes + a);
            else
                cover[a].whole |= (char) lo_structure_reads_all(w, n, a);
        }
    for (slong n = 0; n < m->nnodes; n++)
        if (w->live[n] && !cover[n].whole && m->nodes[n].depends >> LO_SYM_PARAM & 1)
            lo_structure_not_exact(w, "some entries of a tensor are not read");
    lo_free(cover);
}

/* ---------------------------------------------------------------------------------------------------
 * The answer
 * --------------------------------------------------------------------------------------------------- */

void lo_structure_init(lo_structure_t s)
{
    memset(s, 0, sizeof(*s));
    s->complete = LO_UNKNOWN;
}

static void work_free(lo_structure_work_struct *w)
{
    if (w == NULL)
        return;
    lo_forms_clear(w->space->forms);
    lo_arena_free(w->space->arena);
    lo_free(w);
}

void lo_structure_clear(lo_structure_t s)
{
    lo_structure_laws_struct *l = s->laws;
    if (l != NULL) {
        for (slong i = 0; i < l->nslabs; i++)
            fmpz_clear(&l->slabs[i].coef);
        lo_free(l->slabs);
        lo_free(l->laws);
        lo_free(l->groups);
        work_free(l->work);
        lo_free(l);
    }
    memset(s, 0, sizeof(*s));
}

static lo_status_t begin(lo_structure_t s, const lo_model_struct *model, lo_ctx_struct *ctx)
{
    lo_structure_laws_struct *l = lo_alloc(1, sizeof(*l));
    lo_structure_work_struct *w = lo_alloc(1, sizeof(*w));
    size_t n = (size_t) model->nnodes;
    s->laws = l;
    if (l == NULL || w == NULL) {
        lo_free(w);
        return LO_SYSTEM;
    }
    l->work = w;
    w->model = model;
    w->ctx = ctx;
    w->exact = 1;
    w->space->ctx = ctx;
    w->space->left = EXPLICIT_ENTRIES;
    w->space->arena = lo_arena_new();
    if (w->space->arena == NULL)
        return LO_SYSTEM;
    w->live = lo_arena_alloc(w->space->arena, n, 1);
    w->unit = lo_arena_alloc(w->space->arena, n, sizeof(*w->unit));
    w->known = lo_arena_alloc(w->space->arena, n, 1);
    w->support = lo_arena_alloc(w->space->arena, n, sizeof(*w->support));
    w->centred = lo_arena_alloc(w->space->arena, n, 1);
    w->read_raw = lo_arena_alloc(w->space->arena, n, 1);
    w->invisible = lo_arena_alloc(w->space->arena, n, sizeof(*w->invisible));
    int ready =
        w->live != NULL && w->unit != NULL && w->known != NULL && w->support != NULL && w->invisible != NULL;
    return ready && w->centred != NULL && w->read_raw != NULL ? LO_OK : LO_SYSTEM;
}

static int can_be_lowered(const lo_model_struct *m, lo_ctx_struct *ctx)
{
    char *live = lo_alloc((size_t) m->nnodes, 1);
    if (live == NULL)
        return 0;
    reach(live, m);
    int can = lo_lower_affordable(m, live, ctx) == LO_OK;
    lo_free(live);
    return can;
}

int lo_structure_is_needed(const lo_model_struct *m, lo_ctx_t ctx)
{
    return m->kind == LO_MODEL_NETWORK &&
           (m->parameters > ctx->limits->dense_parameters || !can_be_lowered(m, ctx));
}

static lo_status_t check_model(const lo_model_struct *m, lo_ctx_struct *ctx)
{
    if (m->kind != LO_MODEL_NETWORK) {
        lo_ctx_set_message(ctx, "%s: error: the structural analysis is for networks", m->file);
        return LO_UNABLE;
    }
    if (m->nflow > 0) {
        lo_ctx_set_message(ctx, "%s:%d:%d: error: the structural analysis is for the gradient flow", m->file,
                           m->flow[0].loc.line, m->flow[0].loc.column);
        return LO_UNABLE;
    }
    return LO_OK;
}

/* The array over one axis of an assignment: zero, a free unit, or a new unknown equal to a combination. */
static const slong *assigned_axis(lo_structure_work_struct *w, const lo_unit_source_struct *source,
                                  slong parameter, int axis, slong length)
{
    slong *id = lo_unit_room(w->space, length);
    for (slong i = 0; id != NULL && i < length; i++) {
        const slong *unit, *coef;
        int n = source->at(&unit, &coef, source->data, parameter, axis, i);
        id[i] = n == 0 ? -1 : unit[0];
        if (n == 0 || (n == 1 && coef[0] == 1))
            continue;
        id[i] = lo_forms_new(w->space->forms, 1);
        lo_forms_add(w->space->forms, id[i], -1);
        for (int t = 0; t < n; t++)
            lo_forms_add(w->space->forms, unit[t], coef[t]);
        lo_forms_equation(w->space->forms);
    }
    return id;
}

static void assign_parameter(lo_structure_work_struct *w, const lo_unit_source_struct *source,
                             slong parameter)
{
    const lo_symbol_struct *s = w->model->symbols + w->model->parameter_symbols[parameter];
    lo_tensor_unit_struct u = { 0 };
    int axes = s->declared_rank > 0 ? s->declared_rank : 1;
    if (!lo_structure_is_used(w, s))
        return;
    for (int axis = 0; axis < axes; axis++) {
        slong length = s->declared_rank > 0 ? s->shape.dim[axis] : 1;
        lo_unit_term_struct term = { 1, lo_mask_clean(&s->shape, 1u << axis), NULL };
        term.id = assigned_axis(w, source, parameter, axis, length);
        lo_unit_push(w->space, &u, &s->shape, term, 1);
    }
    w->unit[s->node] = u;
    w->known[s->node] = 1;
}

lo_status_t lo_structure_check_units(int *holds, const lo_model_struct *model,
                                     const lo_unit_source_struct *source, lo_ctx_t ctx)
{
    lo_structure_t s;
    *holds = 0;
    lo_structure_init(s);
    lo_status_t status = check_model(model, ctx);
    if (status == LO_OK)
        status = begin(s, model, ctx);
    if (status == LO_OK) {
        lo_structure_work_struct *w = ((lo_structure_laws_struct *) s->laws)->work;
        lo_forms_struct *f = w->space->forms;
        reach(w->live, model);
        lo_forms_new(f, source->count);
        for (slong k = 0; k < model->nparameter_symbols && w->space->status == LO_OK; k++)
            assign_parameter(w, source, k);
        lo_structure_units(w);
        status = w->status | w->space->status | f->status;
        *holds = status == LO_OK;
        for (slong e = 0; e < source->count && *holds; e++)
            *holds = f->value[e].n < 0;
    }
    lo_structure_clear(s);
    return status;
}

/* The counts, from the groups. */
static void conclude(lo_structure_t s)
{
    lo_structure_laws_struct *l = s->laws;
    lo_structure_work_struct *w = l->work;
    s->parameters = w->model->parameters;
    s->groups = l->ngroups;
    s->found = s->unit_laws = 0;
    for (slong g = 0; g < l->ngroups; g++) {
        s->found += l->groups[g].count;
        if (l->groups[g].kind == LO_GROUP_UNITS)
            s->unit_laws += l->groups[g].count;
    }
    s->complete = LO_UNKNOWN;
    s->reason = lo_structure_paths(w);
    if (s->reason == NULL && !w->exact)
        s->reason = w->inexact;
    if (s->reason == NULL)
        s->complete = LO_TRUE;
    s->exact = w->exact;
    s->left_out = 0;
    for (slong c = 0; c < w->nclasses; c++)
        if (w->classes[c].excluded)
            s->left_out += (uint64_t) w->classes[c].size * (uint64_t) (w->classes[c].size - 1) / 2;
}

lo_status_t lo_structure_analyse(lo_structure_t s, const lo_model_struct *model, lo_ctx_t ctx)
{
    s->parameters = lo_model_parameters(model);
    LO_TRY(check_model(model, ctx));
    LO_TRY(begin(s, model, ctx));
    lo_structure_laws_struct *l = s->laws;
    lo_structure_work_struct *w = l->work;
    reach(w->live, model);
    check_reading(w);
    if (w->status == LO_OK)
        lo_structure_units(w);
    if (w->status == LO_OK)
        lo_structure_shifts(w);
    if (w->status == LO_OK)
        lo_structure_axes(w);
    if (w->status == LO_OK)
        lo_structure_peel(w);
    if (w->status == LO_OK)
        lo_structure_unit_laws(l);
    if (w->status == LO_OK)
        lo_structure_groups(l);
    if (w->status == LO_OK)
        conclude(s);
    return w->status;
}

/* ---------------------------------------------------------------------------------------------------
 * Groups, for the reports
 * --------------------------------------------------------------------------------------------------- */

const char *lo_structure_found_by(const lo_group_struct *group)
{
    static const char *const by[] = { "units", "matrix units", "invisible directions", "unread entries" };
    return by[group->kind];
}

lo_status_t lo_structure_group(lo_law_group_t out, const lo_structure_t s, long group)
{
    const lo_structure_laws_struct *l = s->laws;
    const lo_group_struct *g = l->groups + group;
    out->count = g->count;
    out->degree = g->kind == LO_GROUP_UNITS || g->kind == LO_GROUP_MATRIX ? 2 : 1;
    out->found_by = lo_structure_found_by(g);
    out->expression = lo_structure_law_text(NULL, l, g, 0, 0);
    out->pattern = lo_structure_law_text(&out->indices, l, g, 0, g->count > 1);
    if (out->expression != NULL && out->pattern != NULL && out->indices != NULL)
        return LO_OK;
    lo_law_group_clear(out);
    return LO_SYSTEM;
}

void lo_law_group_clear(lo_law_group_t group)
{
    lo_free(group->expression);
    lo_free(group->pattern);
    lo_free(group->indices);
    memset(group, 0, sizeof(*group));
}

char *lo_structure_law(const lo_structure_t s, long group, uint64_t number)
{
    const lo_structure_laws_struct *l = s->laws;
    return lo_structure_law_text(NULL, l, l->groups + group, number, 0);
}
