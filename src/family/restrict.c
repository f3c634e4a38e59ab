/* restrict.c - a family on an invariant affine subspace.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/family.h"

#include "base/memory.h"

#include <string.h>

/* The coordinates of the model as affine functions of the pivot coordinates:
 * theta_i = theta0_i + sum_k d_ki (s_k - theta0_pivot(k)), s_k = theta_pivot(k). */
static void affine_coordinates(slong *coordinate, lo_family_struct *r, const fmpq_mat_t d, const slong *pivot,
                               const fmpq *theta0)
{
    fmpq_t constant, t;
    fmpq_init(constant);
    fmpq_init(t);
    for (slong i = 0; i < d->c; i++) {
        fmpq_set(constant, theta0 + i);
        for (slong k = 0; k < d->r; k++) {
            fmpq_mul(t, fmpq_mat_entry(d, k, i), theta0 + pivot[k]);
            fmpq_sub(constant, constant, t);
        }
        slong shift = lo_tape_const(r->tape, constant);
        lo_tape_begin(r->tape);
        for (slong k = 0; k < d->r; k++)
            lo_tape_term_scaled(r->tape, fmpq_mat_entry(d, k, i), r->var[k], -1);
        lo_tape_term(r->tape, shift, -1);
        coordinate[i] = lo_tape_end(r->tape);
    }
    fmpq_clear(constant);
    fmpq_clear(t);
}

/* One node of f with its arguments replaced, appended to a tape: that of f itself or another one. leaf: for an auxiliary
 * variable. */
static slong copy_node(lo_tape_struct *tape, const lo_family_struct *f, slong node, const slong *image, slong leaf)
{
    const lo_tnode_struct x = f->tape->nodes[node]; /* the tape may move */
    switch (x.op) {
    case LO_T_CONST:
        return tape == f->tape ? node : lo_tape_const(tape, f->tape->constants + x.first);
    case LO_T_VAR:
    case LO_T_AUX:
        return leaf;
    case LO_T_DOT:
        lo_tape_begin(tape);
        for (slong t = x.first; t < x.first + x.len; t++) {
            const lo_term_struct term = f->tape->terms[t];
            lo_tape_term_scaled(tape, f->tape->constants + term.coef, image[term.a], term.b < 0 ? -1 : image[term.b]);
        }
        return lo_tape_end(tape);
    case LO_T_DIV:
        return lo_tape_div(tape, image[x.first], image[x.len]);
    case LO_T_POW:
        return lo_tape_pow(tape, image[x.first], x.len);
    case LO_T_FUN:
        return lo_tape_fun_with(tape, x.fun, image[x.first],
                                x.fun == LO_FUN_ERF || x.fun == LO_FUN_SOFTPLUS ? image[x.len] : x.len);
    }
    return -1;
}

/* Copies the tape of f with its coordinates replaced. Out: image[f->tape->n]. */
static void copy_tape(slong *image, lo_family_struct *r, const lo_family_struct *f, const slong *coordinate)
{
    lo_tape_struct *tape = r->tape;
    for (slong i = 0; i < f->tape->n && tape->status == LO_OK; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        slong leaf = x->op == LO_T_VAR   ? coordinate[x->first]
                     : x->op == LO_T_AUX ? lo_tape_leaf(tape, LO_T_AUX, x->first)
                                         : -1;
        image[i] = copy_node(tape, f, i, image, leaf);
    }
}

lo_status_t lo_family_substitute(slong *image, lo_family_struct *f, const slong *coordinate, const slong *gate, slong n)
{
    slong *aux_of_gate = lo_alloc((size_t) f->ngates, sizeof(slong));
    if (aux_of_gate == NULL)
        return LO_SYSTEM;
    for (slong a = 0; a < f->naux; a++)
        if (f->aux[a].kind == LO_AUX_GATE)
            aux_of_gate[f->aux[a].index] = a;
    for (slong i = 0; i < n && f->tape->status == LO_OK; i++) {
        const lo_tnode_struct x = f->tape->nodes[i];
        slong leaf = i;
        if (x.op == LO_T_VAR)
            leaf = coordinate[x.first];
        else if (x.op == LO_T_AUX && f->aux[x.first].kind == LO_AUX_GATE && gate[f->aux[x.first].index] != f->aux[x.first].index)
            leaf = lo_tape_leaf(f->tape, LO_T_AUX, aux_of_gate[gate[f->aux[x.first].index]]);
        image[i] = copy_node(f->tape, f, i, image, leaf);
    }
    lo_free(aux_of_gate);
    return f->tape->status;
}

/* The functionals e_i = theta_i - sum_k d_ki theta_pivot(k), i not a pivot, on the field: one node each. */
static void residuals(slong *residual, lo_family_struct *r, const slong *component, const fmpq_mat_t d,
                      const slong *pivot)
{
    fmpq_t c;
    fmpq_init(c);
    for (slong i = 0, next = 0, count = 0; i < d->c; i++) {
        if (next < d->r && pivot[next] == i) {
            next++;
            continue;
        }
        lo_tape_begin(r->tape);
        lo_tape_term(r->tape, component[i], -1);
        for (slong k = 0; k < d->r; k++) {
            fmpq_neg(c, fmpq_mat_entry(d, k, i));
            lo_tape_term_scaled(r->tape, c, component[pivot[k]], -1);
        }
        residual[count++] = lo_tape_end(r->tape);
    }
    fmpq_clear(c);
}

/* On an invariant subspace grad F = D^T c, c the fields; so c = (D D^T)^-1 grad_s F(theta0 + D^T s), and D
 * D^T is diagonal where the rows are orthogonal. Not kept with gates, which the gradient of F may mix
 * where the fields do not. */
static lo_status_t keep_scalars(lo_family_struct *r, const lo_family_struct *f, const fmpq_mat_t d,
                                const slong *image)
{
    fmpq_mat_t gram, transpose;
    if (f->raw || f->ngates > 0)
        return LO_OK;
    fmpq_mat_init(gram, d->r, d->r);
    fmpq_mat_init(transpose, d->c, d->r);
    fmpq_mat_transpose(transpose, d);
    fmpq_mat_mul(gram, d, transpose);
    int diagonal = 1;
    for (slong i = 0; i < d->r; i++)
        for (slong j = 0; j < d->r; j++)
            diagonal &= i == j || fmpq_is_zero(fmpq_mat_entry(gram, i, j));
    r->scalars = diagonal ? lo_alloc((size_t) f->noutputs, sizeof(slong)) : NULL;
    if (r->scalars != NULL) {
        r->nscalars = f->noutputs;
        r->metric = _fmpq_vec_init(r->p);
        for (slong j = 0; j < f->noutputs; j++)
            r->scalars[j] = image[f->outputs[j]];
        for (slong i = 0; i < d->r; i++)
            fmpq_inv(r->metric + i, fmpq_mat_entry(gram, i, i));
    }
    fmpq_mat_clear(gram);
    fmpq_mat_clear(transpose);
    return diagonal && r->scalars == NULL ? LO_SYSTEM : LO_OK;
}

static lo_status_t copy_rest(lo_family_struct *r, const lo_family_struct *f)
{
    r->aux = lo_alloc((size_t) f->naux, sizeof(*r->aux));
    r->gates = lo_alloc((size_t) f->ngates, sizeof(*r->gates));
    r->patterns = lo_alloc((size_t) (f->npatterns * f->ngates), sizeof(fmpq));
    if (r->aux == NULL || r->gates == NULL || r->patterns == NULL)
        return LO_SYSTEM;
    if (f->naux > 0)
        memcpy(r->aux, f->aux, (size_t) f->naux * sizeof(*r->aux));
    if (f->ngates > 0)
        memcpy(r->gates, f->gates, (size_t) f->ngates * sizeof(*r->gates));
    for (slong i = 0; i < f->npatterns * f->ngates; i++) {
        fmpq_init(r->patterns + i);
        fmpq_set(r->patterns + i, f->patterns + i);
    }
    r->naux = f->naux;
    r->ngates = f->ngates;
    r->npatterns = f->npatterns;
    return LO_OK;
}

static lo_status_t fill(lo_family_struct *r, slong *residual, const lo_family_struct *f, const fmpq_mat_t d,
                        const slong *pivot, const fmpq *theta0, lo_ctx_t ctx)
{
    lo_tape_init(r->tape, ctx->limits->tape_nodes);
    LO_TRY(copy_rest(r, f));
    slong *image = lo_alloc((size_t) f->tape->n, sizeof(slong));
    slong *coordinate = lo_alloc((size_t) f->p, sizeof(slong)),
          *component = lo_alloc((size_t) f->p, sizeof(slong)), nfrozen = f->model->frozen + f->model->constants_symbolic;
    r->origin = lo_alloc((size_t) r->p, sizeof(slong));
    r->var = lo_alloc((size_t) r->p, sizeof(slong));
    r->outputs = lo_alloc((size_t) r->p, sizeof(slong));
    r->frozen = lo_alloc((size_t) nfrozen, sizeof(slong));
    r->components = lo_alloc((size_t) r->p, sizeof(slong));
    r->covector = lo_alloc(1, sizeof(slong));
    lo_status_t status = LO_OK;
    if (image == NULL || coordinate == NULL || component == NULL || r->origin == NULL || r->var == NULL ||
        r->outputs == NULL || r->frozen == NULL || r->components == NULL || r->covector == NULL)
        status = LO_SYSTEM;
    if (status == LO_OK) {
        for (slong k = 0; k < r->p; k++) {
            r->origin[k] = pivot[k];
            r->var[k] = lo_tape_leaf(r->tape, LO_T_VAR, k);
        }
        affine_coordinates(coordinate, r, d, pivot, theta0);
        copy_tape(image, r, f, coordinate);
        for (slong i = 0; i < nfrozen; i++)
            r->frozen[i] = f->frozen[i] < 0 ? -1 : image[f->frozen[i]];
        for (slong i = 0; i < f->p; i++)
            component[i] = image[f->components[i]];
        residuals(residual, r, component, d, pivot);
        for (slong k = 0; k < r->p; k++)
            r->outputs[k] = r->components[k] = component[pivot[k]];
        r->primal = r->tape->n;
        status = r->tape->status | keep_scalars(r, f, d, image);
    }
    lo_free(image);
    lo_free(coordinate);
    lo_free(component);
    return status == LO_OK ? lo_family_collect_atoms(r, ctx) : status;
}

lo_status_t lo_family_restrict(lo_family_ptr *restricted, slong *residual, const lo_family_struct *f,
                               const fmpq_mat_t directions, const slong *pivot, const fmpq *theta0,
                               lo_ctx_t ctx)
{
    *restricted = NULL;
    lo_family_struct *r = lo_alloc(1, sizeof(*r));
    if (r == NULL)
        return LO_SYSTEM;
    r->model = f->model;
    r->relu = f->relu;
    r->kind = "raw restricted";
    r->p = directions->r;
    r->raw = 1;
    r->noutputs = 1;
    r->has_division = f->has_division;
    lo_status_t status = fill(r, residual, f, directions, pivot, theta0, ctx);
    if (status != LO_OK)
        lo_family_free(r);
    else
        *restricted = r;
    return status;
}
