/* gradient.c - the gradients of laws at the point of a certificate.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A law is read again as text, lowered onto a tape of its own family and differentiated there, so that any expression
 * of the model language will do. Where a derivative needs a function value it is evaluated over Q, which finds only
 * rational values; the others are evaluated modulo the prime.
 */
#include "certificate/certificate.h"

#include "base/memory.h"
#include "family/exact.h"

#include <string.h>

typedef struct {
    lo_family_ptr family;
    slong *nodes; /* nlaws x p */
    lo_engine_t engine;
    lo_modpoint_t point;
    ulong *member;
    fmpq *aux;
    int ready;
} gradient_struct;

lo_status_t lo_law_node(slong *node, lo_family_ptr f, const char *law, lo_ctx_t ctx)
{
    slong graph_node;
    lo_model_struct *model = (lo_model_struct *) (uintptr_t) f->model; /* it grows by the nodes of the law */
    LO_TRY(lo_model_expression(&graph_node, model, law, strlen(law), "law", ctx));
    return lo_family_lower_law(node, f, graph_node, ctx);
}

static lo_status_t lower_law(slong *nodes, lo_family_ptr f, const char *law, lo_ctx_t ctx)
{
    slong node, one = LO_TAPE_ONE;
    LO_TRY(lo_law_node(&node, f, law, ctx));
    return lo_tape_gradient(nodes, f->p, f->tape, &node, &one, 1);
}

static lo_status_t set_up(gradient_struct *g, const lo_split_struct *s, lo_ctx_t ctx)
{
    lo_family_ptr f = g->family;
    LO_TRY(lo_family_collect_atoms(f, ctx));
    LO_TRY(lo_engine_init_prescribed(g->engine, f, s->mod, lo_cert_taylor, 0, ctx));
    g->ready = 1;
    LO_TRY(lo_modpoint_init(g->point, g->engine));
    g->ready = 2;
    g->member = lo_alloc((size_t) lo_member_size(g->engine), sizeof(ulong));
    g->aux = _fmpq_vec_init(f->naux);
    if (g->member == NULL)
        return LO_SYSTEM;
    for (slong a = 0; a < f->naux; a++) {
        if (f->aux[a].kind != LO_AUX_FROZEN)
            continue;
        fmpq_set_si(g->aux + a, s->frozen[f->aux[a].index], 1);
        if (!lo_residue(g->member + a, g->aux + a, g->engine->mod))
            return LO_DOMAIN;
    }
    for (slong i = 0; i < f->p; i++)
        if (!lo_residue(g->point->theta + i, s->point + i, g->engine->mod))
            return LO_DOMAIN;
    return LO_OK;
}

/* Is the node a function, or the root of a number? */
static int is_special(const lo_family_struct *f, slong node)
{
    const lo_tnode_struct *x = f->tape->nodes + node;
    return x->op == LO_T_FUN || (x->op == LO_T_AUX && f->aux[x->first].kind == LO_AUX_ROOT);
}

static int uses_function(const gradient_struct *g, const slong *nodes, lo_status_t *status)
{
    const lo_tape_struct *tape = g->family->tape;
    char *needed = lo_alloc((size_t) tape->n, 1);
    int found = 0;
    if (needed == NULL) {
        *status = LO_SYSTEM;
        return 0;
    }
    lo_tape_reach(needed, tape, nodes, g->family->p);
    for (slong i = 0; i < tape->n && !found; i++)
        found = needed[i] && is_special(g->family, i);
    lo_free(needed);
    return found;
}

static lo_status_t exact_row(ulong *row, const gradient_struct *g, const slong *nodes, const lo_split_struct *s)
{
    fmpq_t value;
    fmpq_init(value);
    lo_status_t status = LO_OK;
    for (slong i = 0; i < g->family->p && status == LO_OK; i++) {
        status = lo_exact_node(value, g->family, nodes[i], s->point, g->aux);
        if (status == LO_UNABLE || (status == LO_OK && !lo_residue(row + i, value, g->engine->mod)))
            status = LO_DOMAIN;
    }
    fmpq_clear(value);
    return status;
}

static lo_status_t row(ulong *out, gradient_struct *g, const slong *nodes, const lo_split_struct *s)
{
    lo_status_t status = LO_OK;
    if (uses_function(g, nodes, &status))
        return exact_row(out, g, nodes, s);
    LO_TRY(status);
    return lo_engine_nodes(out, g->engine, nodes, g->family->p, g->point, g->member);
}

static lo_status_t expression_gradients(lo_split_struct *s, const lo_certificate_struct *c, lo_ctx_t ctx)
{
    gradient_struct g = { .ready = 0 };
    LO_TRY(lo_family_build(&g.family, c->model, LO_RELU_PATHS, ctx));
    slong p = g.family->p;
    g.nodes = lo_alloc((size_t) (c->nlaws * p), sizeof(slong));
    lo_status_t status = g.nodes != NULL ? LO_OK : LO_SYSTEM;
    for (slong k = 0; k < c->nlaws && status == LO_OK; k++)
        status = lower_law(g.nodes + k * p, g.family, c->laws[k], ctx);
    if (status == LO_OK)
        status = set_up(&g, s, ctx);
    for (slong k = 0; k < c->nlaws && status == LO_OK; k++)
        status = row(&nmod_mat_entry(s->gradients, k, 0), &g, g.nodes + k * p, s);
    if (g.aux != NULL)
        _fmpq_vec_clear(g.aux, g.family->naux);
    lo_free(g.member);
    if (g.ready > 1)
        lo_modpoint_clear(g.point);
    lo_engine_clear(g.engine);
    lo_free(g.nodes);
    lo_family_free(g.family);
    return status;
}

lo_status_t lo_law_gradients(lo_split_struct *s, const lo_certificate_struct *c, lo_ctx_t ctx)
{
    s->nlaws = lo_certificate_nlaws(c);
    nmod_mat_clear(s->gradients);
    nmod_mat_init(s->gradients, s->nlaws, c->family->p, s->mod);
    return c->units != NULL ? lo_unit_gradients(s->gradients, c->units, s->point) : expression_gradients(s, c, ctx);
}
