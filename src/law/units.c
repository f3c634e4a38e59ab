/* units.c - unit inference.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * One unknown per node of the primal tape (and one per raw field). Equations have at most three terms and are
 * solved one by one by substitution. The unknown that is eliminated is a coordinate where one is left: in a
 * network a weight occurs in few sums, so nothing fills in, and the free variables that remain are the units
 * of hidden values.
 */
#include "law/units.h"

#include "base/memory.h"

#include <string.h>

typedef struct {
    slong var;
    ulong coef;
} entry_struct;

typedef struct {
    slong n;
    entry_struct *e; /* NULL with n = -1: free; otherwise the resolved combination of other unknowns */
} expression_struct;

typedef struct {
    const lo_family_struct *family;
    nmod_t mod;
    slong unknowns;
    expression_struct *x;
    ulong *accumulator; /* per unknown, zero between equations */
    char *touched;
    slong *list; /* the touched unknowns */
    slong nlist, list_alloc;
    char *free_aux; /* frozen constants that are free */
    lo_status_t status;
} solver_struct;

static void touch(solver_struct *s, slong var, ulong coef)
{
    if (!s->touched[var]) {
        if (s->status == LO_OK)
            s->status = LO_GROW(s->list, s->list_alloc, s->nlist + 1);
        if (s->status != LO_OK)
            return;
        s->touched[var] = 1;
        s->list[s->nlist++] = var;
    }
    s->accumulator[var] = nmod_add(s->accumulator[var], coef, s->mod);
}

/* Replaces resolved unknowns in the accumulator until only free ones are left. The list grows while it is
 * walked. A resolved unknown may come back through another one, so the walk is repeated until nothing
 * resolved is nonzero. */
static void expand(solver_struct *s)
{
    for (int changed = 1; changed && s->status == LO_OK;) {
        changed = 0;
        for (slong i = 0; i < s->nlist && s->status == LO_OK; i++) {
            slong var = s->list[i];
            ulong coef = s->accumulator[var];
            if (coef == 0 || s->x[var].n < 0)
                continue;
            changed = 1;
            s->accumulator[var] = 0;
            for (slong k = 0; k < s->x[var].n; k++)
                touch(s, s->x[var].e[k].var, nmod_mul(coef, s->x[var].e[k].coef, s->mod));
        }
    }
}

static void reset(solver_struct *s)
{
    for (slong i = 0; i < s->nlist; i++) {
        s->accumulator[s->list[i]] = 0;
        s->touched[s->list[i]] = 0;
    }
    s->nlist = 0;
}

static int is_coordinate(const solver_struct *s, slong var)
{
    return var < s->family->primal && s->family->tape->nodes[var].op == LO_T_VAR;
}

/* The equation "accumulator = 0": resolves one unknown. */
static void resolve(solver_struct *s)
{
    slong pivot = -1, n = 0;
    expand(s);
    for (slong i = 0; i < s->nlist; i++) {
        slong var = s->list[i];
        if (s->accumulator[var] == 0)
            continue;
        n++;
        int better = pivot < 0 || is_coordinate(s, var) > is_coordinate(s, pivot) ||
                     (is_coordinate(s, var) == is_coordinate(s, pivot) && var > pivot);
        if (better)
            pivot = var;
    }
    if (pivot >= 0 && s->status == LO_OK) {
        entry_struct *e = lo_alloc((size_t) n, sizeof(*e));
        if (e == NULL) {
            s->status = LO_SYSTEM;
        } else {
            ulong factor = nmod_neg(n_invmod(s->accumulator[pivot], s->mod.n), s->mod);
            slong k = 0;
            for (slong i = 0; i < s->nlist; i++)
                if (s->accumulator[s->list[i]] != 0 && s->list[i] != pivot)
                    e[k++] =
                        (entry_struct){ s->list[i], nmod_mul(s->accumulator[s->list[i]], factor, s->mod) };
            s->x[pivot] = (expression_struct){ k, e };
        }
    }
    reset(s);
}

static ulong minus_one(const solver_struct *s)
{
    return s->mod.n - 1;
}

static void equate(solver_struct *s, slong node, slong a, slong b, ulong factor_b)
{
    touch(s, node, minus_one(s));
    if (a >= 0)
        touch(s, a, 1);
    if (b >= 0)
        touch(s, b, factor_b);
    resolve(s);
}

/* Odd functions carry signs, even ones forget them, a square root halves weights; all others want a plain
 * argument. */
static void function_equations(solver_struct *s, slong node, lo_units_kind_t kind)
{
    const lo_tnode_struct *x = s->family->tape->nodes + node;
    int parity = -1;
    if (x->fun == LO_FUN_SIN || x->fun == LO_FUN_TANH || x->fun == LO_FUN_ERF ||
        (x->fun == LO_FUN_GENERIC && x->len == LO_GENERIC_ODD))
        parity = 1;
    if (x->fun == LO_FUN_COS || (x->fun == LO_FUN_GENERIC && x->len == LO_GENERIC_EVEN))
        parity = 0;
    if (kind == LO_UNITS_SIGNS && parity >= 0) {
        equate(s, node, parity == 1 ? x->first : -1, -1, 0);
    } else if (kind != LO_UNITS_SIGNS && x->fun == LO_FUN_SQRT) {
        equate(s, node, -1, x->first, n_invmod(2, s->mod.n));
    } else {
        equate(s, node, -1, -1, 0);
        equate(s, x->first, -1, -1, 0);
    }
}

static void node_equations(solver_struct *s, slong node, lo_units_kind_t kind)
{
    const lo_tape_struct *tape = s->family->tape;
    const lo_tnode_struct *x = tape->nodes + node;
    lo_aux_kind_t aux;
    switch (x->op) {
    case LO_T_CONST:
        equate(s, node, -1, -1, 0);
        break;
    case LO_T_VAR:
        break;
    case LO_T_AUX:
        aux = s->family->aux[x->first].kind;
        if (kind == LO_UNITS_LAWS || aux == LO_AUX_KAPPA || aux == LO_AUX_ROOT ||
            (aux == LO_AUX_FROZEN && !s->free_aux[x->first]) ||
            (aux == LO_AUX_GATE && s->family->npatterns > 0))
            equate(s, node, -1, -1, 0);
        break;
    case LO_T_DOT:
        for (slong t = x->first; t < x->first + x->len && s->status == LO_OK; t++)
            equate(s, node, tape->terms[t].a, tape->terms[t].b, 1);
        break;
    case LO_T_DIV:
        equate(s, node, x->first, x->len, minus_one(s));
        break;
    case LO_T_POW: {
        ulong k = (ulong) (x->len < 0 ? -x->len : x->len) % s->mod.n;
        equate(s, node, -1, x->first, x->len < 0 ? nmod_neg(k, s->mod) : k);
        break;
    }
    case LO_T_FUN:
        function_equations(s, node, kind);
        break;
    }
}

/* Conditions on the outputs: see the header. */
static void output_equations(solver_struct *s, lo_units_kind_t kind)
{
    const lo_family_struct *f = s->family;
    if (kind == LO_UNITS_LAWS) {
        slong n;
        const slong *scalars = lo_family_scalars(&n, f);
        for (slong j = 0; j < n && s->status == LO_OK; j++)
            equate(s, scalars[j], -1, -1, 0);
        return;
    }
    for (slong j = 0; j < f->noutputs && s->status == LO_OK; j++) {
        for (slong i = 0; f->raw && i < f->p && s->status == LO_OK; i++)
            if (!lo_tape_is_si(f->tape, f->outputs[j * f->p + i], 0))
                equate(s, f->outputs[j * f->p + i], f->var[i], f->primal + j, 1);
    }
    for (slong i = 1; !f->raw && kind == LO_UNITS_GRADING && i < f->p && s->status == LO_OK; i++)
        equate(s, f->var[i], f->var[0], -1, 0);
}

/* Reads off the rows in terms of the free unknowns, renumbered. */
static lo_status_t read_rows(lo_units_t u, solver_struct *s, const slong *frozen, slong nfrozen)
{
    const lo_family_struct *f = s->family;
    slong *number = lo_alloc((size_t) s->unknowns, sizeof(slong)), n = 0;
    long alloc_free = 0, alloc_coef = 0;
    u->rows = f->p + f->natoms + nfrozen;
    u->start = lo_alloc((size_t) u->rows + 1, sizeof(slong));
    if (number == NULL || u->start == NULL) {
        lo_free(number);
        return LO_SYSTEM;
    }
    for (slong r = 0; r < u->rows && s->status == LO_OK; r++) {
        slong other = r - f->p - f->natoms;
        touch(s,
              r < f->p    ? f->var[r]
              : other < 0 ? f->atoms[r - f->p].argument
                          : f->frozen[f->aux[frozen[other]].index],
              1);
        expand(s);
        for (slong i = 0; i < s->nlist && s->status == LO_OK; i++) {
            slong var = s->list[i];
            if (s->accumulator[var] == 0)
                continue;
            if (number[var] == 0)
                number[var] = ++u->nfree;
            s->status = LO_GROW(u->free, alloc_free, n + 1);
            if (s->status == LO_OK)
                s->status = LO_GROW(u->coef, alloc_coef, n + 1);
            if (s->status == LO_OK) {
                u->free[n] = number[var] - 1;
                u->coef[n++] = s->accumulator[var];
            }
        }
        reset(s);
        u->start[r + 1] = n;
    }
    lo_free(number);
    return s->status;
}

lo_status_t lo_units_solve(lo_units_t u, const lo_family_struct *family, lo_units_kind_t kind,
                           const slong *frozen, slong nfrozen, nmod_t mod)
{
    memset(u, 0, sizeof(*u));
    solver_struct s = { .family = family, .mod = mod, .unknowns = family->primal + family->noutputs };
    slong nroots = family->raw ? family->noutputs * family->p : family->noutputs;
    const slong *roots = kind == LO_UNITS_LAWS ? lo_family_scalars(&nroots, family) : family->outputs;
    char *needed = lo_alloc((size_t) family->tape->n, 1);
    s.x = lo_alloc((size_t) s.unknowns, sizeof(*s.x));
    s.accumulator = lo_alloc((size_t) s.unknowns, sizeof(ulong));
    s.touched = lo_alloc((size_t) s.unknowns, 1);
    s.free_aux = lo_alloc((size_t) family->naux, 1);
    s.status =
        needed != NULL && s.free_aux != NULL && s.x != NULL && s.accumulator != NULL && s.touched != NULL
            ? LO_OK
            : LO_SYSTEM;
    for (slong i = 0; s.status == LO_OK && i < s.unknowns; i++)
        s.x[i].n = -1;
    for (slong i = 0; s.status == LO_OK && i < nfrozen; i++)
        s.free_aux[frozen[i]] = 1;
    if (s.status == LO_OK) {
        lo_tape_reach(needed, family->tape, roots, nroots);
        for (slong i = 0; i < family->primal && s.status == LO_OK; i++)
            if (needed[i])
                node_equations(&s, i, kind);
        output_equations(&s, kind);
    }
    if (s.status == LO_OK)
        s.status = read_rows(u, &s, frozen, nfrozen);
    for (slong i = 0; s.x != NULL && i < s.unknowns; i++)
        lo_free(s.x[i].e);
    lo_free(s.x);
    lo_free(s.accumulator);
    lo_free(s.touched);
    lo_free(s.list);
    lo_free(s.free_aux);
    lo_free(needed);
    if (s.status != LO_OK)
        lo_units_clear(u);
    return s.status;
}

void lo_units_clear(lo_units_t u)
{
    lo_free(u->start);
    lo_free(u->free);
    lo_free(u->coef);
    memset(u, 0, sizeof(*u));
}
