/* substitute.c - what happens to outputs and fields under a linear substitution of the coordinates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "certificate/certificate.h"

#include "base/memory.h"
#include "family/ring.h"

#include <stdlib.h>
#include <string.h>

/* ---- nodes that must vanish ---- */

/* A root or logarithm of zero. */
static int has_pole(const lo_ring_struct *ring)
{
    const lo_family_struct *f = ring->family;
    for (slong i = 0; i < f->tape->n; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        slong k =
            x->op == LO_T_FUN && (x->fun == LO_FUN_SQRT || x->fun == LO_FUN_LOG) ? f->atom_of_node[i] : -1;
        if (k >= 0 && ring->argument_ready[k] && fmpz_mpoly_q_is_zero(ring->argument + k, ring->ctx))
            return 1;
    }
    return 0;
}

/* Whether all nodes vanish identically. Returns LO_OK, LO_DOMAIN (something is not defined), LO_UNABLE, LO_SYSTEM. */
static lo_status_t vanish(int *zero, lo_family_struct *f, const slong *nodes, slong n, lo_ctx_t ctx)
{
    lo_ring_t ring;
    *zero = 0;
    LO_TRY(lo_family_collect_atoms(f, ctx));
    LO_TRY(lo_ring_init_opaque(ring, f, ctx));
    ring->parity_only = 1; /* the rules of the format */
    lo_status_t status = lo_ring_vanish(zero, nodes, n, ring, ctx);
    if (status == LO_OK && has_pole(ring))
        status = LO_DOMAIN;
    lo_ring_clear(ring);
    return status;
}

/* ---- a substitution ---- */

/* The model lowered once more, with copies of its nodes under a substitution, and nodes that must vanish. */
typedef struct {
    lo_family_ptr f;
    slong *image, *gate, *coordinate, *nodes, n;
    ulong *residue, *original;
} copy_struct;

static void copy_clear(copy_struct *s)
{
    lo_free(s->image);
    lo_free(s->gate);
    lo_free(s->coordinate);
    lo_free(s->nodes);
    lo_free(s->residue);
    lo_free(s->original);
    lo_family_free(s->f);
}

static lo_status_t copy_init(copy_struct *s, const lo_model_struct *model, lo_ctx_t ctx)
{
    memset(s, 0, sizeof(*s));
    LO_TRY(lo_family_build(&s->f, model, LO_RELU_PATHS, ctx));
    size_t p = (size_t) s->f->p;
    s->image = lo_alloc((size_t) s->f->tape->n, sizeof(slong));
    s->gate = lo_alloc((size_t) s->f->ngates, sizeof(slong));
    s->coordinate = lo_alloc(p, sizeof(slong));
    s->nodes = lo_alloc((size_t) (s->f->ngates + s->f->noutputs) + p, sizeof(slong));
    s->residue = lo_alloc(p, sizeof(ulong));
    s->original = lo_alloc(p, sizeof(ulong));
    if (s->image == NULL || s->gate == NULL || s->coordinate == NULL || s->nodes == NULL ||
        s->residue == NULL || s->original == NULL)
        return LO_SYSTEM;
    for (size_t i = 0; i < p; i++)
        s->original[i] = lo_cert_key(1, i);
    return LO_OK;
}

static void must_be_equal(copy_struct *s, slong a, slong b)
{
    if (a != b)
        s->nodes[s->n++] = lo_tape_add(s->f->tape, a, b, -1);
}

/* LO_DOMAIN where a divisor, or the argument of a root or a logarithm, has the number zero for its image: the image of the
 * whole may not show it, as in 0 (1/0) or 1/0 - 1/0. In: the first `count` nodes have images. */
static lo_status_t check_images(const copy_struct *s, slong count)
{
    for (slong i = 0; i < count; i++) {
        slong d = lo_family_divisor(s->f, i);
        if (d >= 0 && s->image[d] == LO_TAPE_ZERO)
            return LO_DOMAIN;
    }
    return LO_OK;
}

/* ---- symmetry ---- */

static void substitute_signed(copy_struct *s, const int *g)
{
    nmod_t mod;
    nmod_init(&mod, LO_CERT_M);
    for (slong i = 0; i < s->f->p; i++) {
        slong j = abs(g[i]) - 1;
        s->coordinate[i] = g[i] > 0 ? s->f->var[j] : lo_tape_add(s->f->tape, LO_TAPE_ZERO, s->f->var[j], -1);
        s->residue[i] = g[i] > 0 ? s->original[j] : nmod_neg(s->original[j], mod);
    }
}

/* F(g theta) = F(theta): the gates of g theta are gates at theta, with equal pre-activations. */
static lo_status_t follow_symmetry(int *holds, copy_struct *s, const int *g, lo_ctx_t ctx)
{
    lo_family_struct *f = s->f;
    substitute_signed(s, g);
    LO_TRY(lo_gate_match(s->gate, f, s->residue, s->original));
    LO_TRY(lo_family_substitute(s->image, f, s->coordinate, s->gate, f->primal));
    for (slong k = 0; k < f->ngates; k++)
        must_be_equal(s, s->image[f->gates[k].preactivation], f->gates[s->gate[k]].preactivation);
    for (slong j = 0; j < f->noutputs; j++)
        must_be_equal(s, s->image[f->outputs[j]], f->outputs[j]);
    return f->tape->status == LO_OK ? vanish(holds, f, s->nodes, s->n, ctx) : f->tape->status;
}

lo_status_t lo_cert_symmetry_holds(int *holds, const lo_model_struct *model, const int *g, lo_ctx_t ctx)
{
    copy_struct s;
    lo_status_t status = copy_init(&s, model, ctx);
    if (status == LO_OK)
        status = follow_symmetry(holds, &s, g, ctx);
    copy_clear(&s);
    return status;
}

/* ---- invariant subspaces ---- */

/* sum_i m_i node_i, the weights in row `row` or column `column` (the other one is -1) */
static slong combination(lo_tape_t tape, const fmpz_mat_t m, slong row, slong column, const slong *node)
{
    fmpq_t c;
    fmpq_init(c);
    lo_tape_begin(tape);
    slong n = row >= 0 ? fmpz_mat_ncols(m) : fmpz_mat_nrows(m);
    for (slong i = 0; i < n; i++) {
        fmpq_set_fmpz(c, row >= 0 ? fmpz_mat_entry(m, row, i) : fmpz_mat_entry(m, i, column));
        lo_tape_term_scaled(tape, c, node[i], -1);
    }
    fmpq_clear(c);
    return lo_tape_end(tape);
}

static void substitute_basis(copy_struct *s, const fmpz_mat_t basis)
{
    nmod_t mod;
    nmod_init(&mod, LO_CERT_M);
    for (slong i = 0; i < s->f->p; i++) {
        s->coordinate[i] = combination(s->f->tape, basis, -1, i, s->f->var);
        s->residue[i] = 0;
        for (slong b = 0; b < fmpz_mat_nrows(basis); b++)
            s->residue[i] = nmod_add(
                s->residue[i],
                nmod_mul(fmpz_fdiv_ui(fmpz_mat_entry(basis, b, i), mod.n), s->original[b], mod), mod);
    }
}

/* E X(B^T s) = 0 for the member X. */
static lo_status_t follow_fields(int *holds, copy_struct *s, const fmpz_mat_t basis,
                                 const fmpz_mat_t equations, lo_ctx_t ctx)
{
    lo_family_struct *f = s->f;
    slong n = f->tape->n;
    substitute_basis(s, basis);
    LO_TRY(lo_gate_match(s->gate, f, s->residue, NULL));
    LO_TRY(lo_family_substitute(s->image, f, s->coordinate, s->gate, n));
    LO_TRY(check_images(s, n));
    for (slong g = 0; g < f->ngates; g++)
        must_be_equal(s, s->image[f->gates[g].preactivation], s->image[f->gates[s->gate[g]].preactivation]);
    slong *component = s->coordinate; /* no longer needed as what it was */
    for (slong i = 0; i < f->p; i++)
        component[i] = s->image[f->components[i]];
    for (slong e = 0; e < fmpz_mat_nrows(equations); e++)
        s->nodes[s->n++] = combination(f->tape, equations, e, -1, component);
    return f->tape->status == LO_OK ? vanish(holds, f, s->nodes, s->n, ctx) : f->tape->status;
}

lo_status_t lo_cert_invariant_holds(int *holds, const lo_model_struct *model, const fmpz_mat_t basis,
                                    const fmpz_mat_t equations, lo_ctx_t ctx)
{
    copy_struct s;
    lo_status_t status = copy_init(&s, model, ctx);
    if (status == LO_OK)
        status = follow_fields(holds, &s, basis, equations, ctx);
    copy_clear(&s);
    return status;
}
