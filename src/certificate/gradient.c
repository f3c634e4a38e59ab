/* gradient.c - the gradients of laws at the point of a certificate.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A law is read again as text, lowered onto a tape of its own family and differentiated there, so that any expression
 * of the model language will do. Values are residues modulo the prime. A function has one where its argument is
 * rational and its value is too; besides, log(2^k) = k log 2, and the one number log 2 is transcendental, so a residue
 * may stand for it. A value that is missing is missed only where a gradient needs it.
 */
#include "certificate/certificate.h"

#include "base/memory.h"
#include "family/exact.h"

#include <string.h>

typedef struct {
    lo_family_ptr family;
    const lo_split_struct *s;
    nmod_t mod;
    slong *nodes; /* nlaws x p: the gradients, */
    slong *parts, nparts, parts_alloc; /* the laws, and all that they were read as */
    char *needed; /* nodes of the tape, */
    char *known;  /* those with a value, */
    ulong *value; /* and the values */
    fmpq *aux;
} gradient_struct;

lo_status_t lo_cert_lower(slong *node, lo_family_ptr f, lo_reader_fn read, const char *text, const char *name,
                          lo_ctx_t ctx)
{
    slong graph_node;
    lo_model_struct *model = (lo_model_struct *) (uintptr_t) f->model; /* it grows by the nodes of the expression */
    LO_TRY(read(&graph_node, model, text, strlen(text), name, ctx));
    return lo_family_lower_law(node, f, graph_node, ctx);
}

static lo_status_t lower_law(slong *nodes, gradient_struct *g, const char *law, lo_ctx_t ctx)
{
    slong one = LO_TAPE_ONE;
    LO_TRY(LO_GROW(g->parts, g->parts_alloc, g->nparts + 1));
    slong *node = g->parts + g->nparts++;
    LO_TRY(lo_cert_lower(node, g->family, lo_model_expression, law, "law", ctx));
    return lo_tape_gradient(nodes, g->family->p, g->family->tape, node, &one, 1);
}

static int is_partial(const lo_node_struct *x)
{
    return x->op == LO_OP_DIV || (x->op == LO_OP_POW && x->u.exponent < 0) || x->op == LO_OP_LAYERNORM ||
           x->op == LO_OP_RMSNORM || (x->op == LO_OP_ACT && (x->u.act == LO_ACT_LOG || x->u.act == LO_ACT_SQRT));
}

/* What is not used must be defined, too: 1/a - 1/a is zero in the graph. */
static lo_status_t lower_parts(gradient_struct *g, slong first, slong end, lo_ctx_t ctx)
{
    for (slong i = first; i < end; i++) {
        const lo_node_struct *x = g->family->model->nodes + i;
        slong size = x->size;
        if (!is_partial(x))
            continue;
        LO_TRY(LO_GROW(g->parts, g->parts_alloc, g->nparts + size));
        LO_TRY(lo_family_lower_law(g->parts + g->nparts, g->family, i, ctx));
        g->nparts += size;
    }
    return LO_OK;
}

/* ---- values of nodes ---- */

/* k with a = 2^k or a = -2^k, as a residue; returns 0 when there is none. */
static int logarithm(ulong *value, const fmpq_t a, nmod_t mod)
{
    const fmpz *n = fmpq_numref(a), *d = fmpq_denref(a);
    slong up = (slong) fmpz_val2(n), down = (slong) fmpz_val2(d);
    if (fmpz_is_zero(n) || (slong) fmpz_bits(n) != up + 1 || (slong) fmpz_bits(d) != down + 1)
        return 0;
    ulong k = (ulong) (up > down ? up - down : down - up) % mod.n;
    *value = nmod_mul(up >= down ? k : nmod_neg(k, mod), lo_cert_log2(mod), mod);
    return 1;
}

static int square_root(ulong *value, const fmpq_t a, nmod_t mod)
{
    fmpq_t root;
    fmpq_init(root);
    int ok = lo_rational_root(root, a) && lo_residue(value, root, mod);
    fmpq_clear(root);
    return ok;
}

static int function_value(ulong *value, const gradient_struct *g, const lo_tnode_struct *x, lo_status_t *status)
{
    fmpq_t a;
    fmpq_init(a);
    lo_status_t exact = lo_exact_node(a, g->family, x->first, g->s->point, g->aux);
    int ok = exact == LO_OK;
    if (exact & LO_SYSTEM)
        *status = LO_SYSTEM;
    *value = x->fun == LO_FUN_EXP || x->fun == LO_FUN_COS;
    if (ok && x->fun == LO_FUN_LOG)
        ok = logarithm(value, a, g->mod);
    else if (ok && x->fun == LO_FUN_SQRT)
        ok = square_root(value, a, g->mod);
    else
        ok = ok && fmpq_is_zero(a) && x->fun != LO_FUN_SOFTPLUS && x->fun != LO_FUN_GENERIC && x->fun != LO_FUN_ERF;
    fmpq_clear(a);
    return ok;
}

static int has_arguments(const gradient_struct *g, const lo_tnode_struct *x)
{
    const lo_tape_struct *tape = g->family->tape;
    ulong residue;
    int ok = 1;
    if (x->op == LO_T_CONST)
        return lo_residue(&residue, tape->constants + x->first, g->mod);
    for (slong i = x->first; x->op == LO_T_DOT && i < x->first + x->len; i++) {
        const lo_term_struct *t = tape->terms + i;
        ok = ok && g->known[t->a] && (t->b < 0 || g->known[t->b]) &&
             lo_residue(&residue, tape->constants + t->coef, g->mod);
    }
    if (x->op == LO_T_DIV)
        ok = g->known[x->first] && g->known[x->len] && g->value[x->len] != 0;
    if (x->op == LO_T_POW)
        ok = g->known[x->first] && (x->len > 0 || g->value[x->first] != 0);
    return ok;
}

static int node_value(ulong *value, const gradient_struct *g, slong node, lo_status_t *status)
{
    const lo_family_struct *f = g->family;
    const lo_tnode_struct *x = f->tape->nodes + node;
    if (x->op == LO_T_VAR)
        return lo_residue(value, g->s->point + x->first, g->mod);
    if (x->op == LO_T_AUX)
        return f->aux[x->first].kind == LO_AUX_FROZEN && lo_residue(value, g->aux + x->first, g->mod);
    if (x->op == LO_T_FUN)
        return function_value(value, g, x, status);
    return has_arguments(g, x) && lo_cert_arithmetic(value, f, node, g->value, g->mod);
}

static lo_status_t evaluate(gradient_struct *g, slong count)
{
    const lo_family_struct *f = g->family;
    lo_status_t status = LO_OK;
    g->needed = lo_alloc((size_t) f->tape->n, 1);
    g->known = lo_alloc((size_t) f->tape->n, 1);
    g->value = lo_alloc((size_t) f->tape->n, sizeof(ulong));
    g->aux = _fmpq_vec_init(f->naux);
    if (g->needed == NULL || g->known == NULL || g->value == NULL)
        return LO_SYSTEM;
    for (slong a = 0; a < f->naux; a++)
        if (f->aux[a].kind == LO_AUX_FROZEN)
            fmpq_set_si(g->aux + a, g->s->frozen[f->aux[a].index], 1);
    LO_TRY(lo_exact_defined(f, 0, g->parts, g->nparts, g->s->point, g->aux));
    lo_tape_reach(g->needed, f->tape, g->nodes, count);
    for (slong i = 0; i < f->tape->n && status == LO_OK; i++)
        if (g->needed[i])
            g->known[i] = (char) node_value(g->value + i, g, i, &status);
    for (slong i = 0; i < count && status == LO_OK; i++)
        if (!g->known[g->nodes[i]])
            status = LO_DOMAIN;
    return status;
}

static lo_status_t expression_gradients(lo_split_struct *s, const lo_certificate_struct *c, lo_ctx_t ctx)
{
    gradient_struct g = { .s = s };
    LO_TRY(lo_family_build(&g.family, c->model, LO_RELU_PATHS, ctx));
    slong p = g.family->p;
    nmod_init(&g.mod, s->mod);
    g.nodes = lo_alloc((size_t) (c->nlaws * p), sizeof(slong));
    lo_status_t status = g.nodes != NULL ? LO_OK : LO_SYSTEM;
    for (slong k = 0; k < c->nlaws && status == LO_OK; k++)
        status = lower_law(g.nodes + k * p, &g, c->laws[k], ctx);
    if (status == LO_OK)
        status = lower_parts(&g, c->model->laws, c->law_nodes, ctx);
    if (status == LO_OK)
        status = evaluate(&g, c->nlaws * p);
    for (slong k = 0; k < c->nlaws * p && status == LO_OK; k++)
        nmod_mat_entry(s->gradients, k / p, k % p) = g.value[g.nodes[k]];
    if (g.aux != NULL)
        _fmpq_vec_clear(g.aux, g.family->naux);
    lo_free(g.needed);
    lo_free(g.known);
    lo_free(g.value);
    lo_free(g.nodes);
    lo_free(g.parts);
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
