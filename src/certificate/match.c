/* match.c - which gates are equal after a substitution of the coordinates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The gate of a unit is a function of its pre-activation, and the gates of a max-pool window are functions of the multiset
 * of its entries, equal ones in the order of the window. Values modulo a prime propose which of them agree; whoever uses the proposal proves the pre-activations
 * equal, so a wrong one is found out.
 */
#include "certificate/certificate.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const lo_family_struct *f;
    nmod_t mod;
    slong *gate;
} match_struct;

static ulong leaf_key(uint64_t kind, slong i)
{
    return lo_cert_key(kind + 8, (uint64_t) i);
}

/* A number for f(z) that follows the rules for f(-z). */
static ulong function_value(const lo_tnode_struct *x, ulong z, nmod_t mod)
{
    int parity = lo_tape_parity(x),
        mirrored = parity != 0 || x->fun == LO_FUN_EXP || x->fun == LO_FUN_SOFTPLUS;
    int negative = mirrored && z > mod.n / 2;
    uint64_t extra = x->fun == LO_FUN_GENERIC ? (uint64_t) x->len : 0;
    ulong w = negative ? nmod_neg(z, mod) : z,
          v = lo_cert_mix(w + 100 * (uint64_t) x->fun + 1000 * extra) % mod.n;
    if (!negative || parity > 0)
        return v;
    return x->fun == LO_FUN_EXP        ? n_invmod(v == 0 ? 1 : v, mod.n)
           : x->fun == LO_FUN_SOFTPLUS ? nmod_sub(v, w, mod)
                                       : nmod_neg(v, mod);
}

static int same_kind(const lo_gate_struct *a, const lo_gate_struct *b)
{
    return a->op == b->op && (a->op != LO_OP_ACT || a->act == b->act);
}

/* A unit with a gate of its own. wanted: the values to compare with, of units below `limit`. */
static void match_unit(match_struct *m, slong g, const ulong *value, const ulong *wanted, slong limit)
{
    const lo_gate_struct *gates = m->f->gates;
    for (slong h = 0; h < limit; h++)
        if (same_kind(gates + g, gates + h) &&
            wanted[gates[h].preactivation] == value[gates[g].preactivation]) {
            m->gate[g] = h;
            return;
        }
}

typedef struct {
    ulong value;
    slong gate;
} entry_struct;

static int compare_entries(const void *a, const void *b)
{
    const entry_struct *x = a, *y = b;
    return x->value != y->value ? (x->value < y->value ? -1 : 1) : x->gate < y->gate ? -1 : x->gate > y->gate;
}

static void sorted_window(entry_struct *out, const lo_family_struct *f, slong g, slong n, const ulong *value)
{
    for (slong i = 0; i < n; i++)
        out[i] = (entry_struct){ value[f->gates[g + i].preactivation], g + i };
    qsort(out, (size_t) n, sizeof(*out), compare_entries);
}

/* A window that begins at gate g, against those that begin below `limit`. */
static lo_status_t match_window(match_struct *m, slong g, const ulong *value, const ulong *wanted,
                                slong limit)
{
    const lo_family_struct *f = m->f;
    slong end, other_end;
    (void) lo_family_window(&end, f, g);
    slong n = end - g;
    entry_struct *here = lo_alloc(2 * (size_t) n, sizeof(*here)), *there = here + n;
    if (here == NULL)
        return LO_SYSTEM;
    sorted_window(here, f, g, n, value);
    for (slong h = 0; h < limit && m->gate[g] < 0; h = other_end) {
        (void) lo_family_window(&other_end, f, h);
        if (f->gates[h].op != LO_OP_MAXPOOL || other_end - h != n)
            continue;
        sorted_window(there, f, h, n, wanted);
        slong i = 0;
        while (i < n && here[i].value == there[i].value)
            i++;
        for (slong k = 0; i == n && k < n; k++)
            m->gate[here[k].gate] = there[k].gate;
    }
    lo_free(here);
    return LO_OK;
}

/* Matches the gate when it is met first; among: with units before it, else with those of the network as it was. */
static lo_status_t match_gate(match_struct *m, slong g, const ulong *value, const ulong *original)
{
    const lo_gate_struct *x = m->f->gates + g;
    int among = original == NULL;
    slong end;
    if (m->gate[g] >= 0)
        return LO_OK;
    (void) lo_family_window(&end, m->f, g);
    if (x->op == LO_OP_MAXPOOL)
        LO_TRY(match_window(m, g, value, among ? value : original, among ? g : m->f->ngates));
    else
        match_unit(m, g, value, among ? value : original, among ? g : m->f->ngates);
    for (slong i = g; among && m->gate[g] < 0 && i < end; i++)
        m->gate[i] = i;
    return m->gate[g] >= 0 ? LO_OK : LO_DOMAIN;
}

/* Values of the nodes at the coordinates given. original: NULL, or values to match the gates with; identity: gates are
 * themselves. */
static lo_status_t evaluate(ulong *value, match_struct *m, const ulong *coordinate, const ulong *original,
                            int identity)
{
    const lo_family_struct *f = m->f;
    for (slong i = 0; i < f->primal; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (lo_cert_arithmetic(value + i, f, i, value, m->mod))
            continue;
        if (x->op == LO_T_VAR) {
            value[i] = coordinate[x->first];
        } else if (x->op == LO_T_FUN) {
            value[i] = function_value(x, value[x->first], m->mod);
        } else if (f->aux[x->first].kind == LO_AUX_GATE) {
            slong g = f->aux[x->first].index;
            if (!identity)
                LO_TRY(match_gate(m, g, value, original));
            value[i] = leaf_key(LO_AUX_GATE, identity ? g : m->gate[g]);
        } else {
            value[i] = leaf_key(f->aux[x->first].kind, f->aux[x->first].index);
        }
    }
    return LO_OK;
}

lo_status_t lo_gate_match(slong *gate, const lo_family_struct *f, const ulong *coordinate,
                          const ulong *original)
{
    match_struct m = { .f = f, .gate = gate };
    nmod_init(&m.mod, LO_CERT_M);
    ulong *value = lo_alloc((size_t) f->primal, sizeof(ulong)),
          *wanted = lo_alloc((size_t) f->primal, sizeof(ulong));
    lo_status_t status = value != NULL && wanted != NULL ? LO_OK : LO_SYSTEM;
    for (slong g = 0; g < f->ngates; g++)
        gate[g] = -1;
    if (status == LO_OK && original != NULL)
        status = evaluate(wanted, &m, original, NULL, 1);
    if (status == LO_OK)
        status = evaluate(value, &m, coordinate, original != NULL ? wanted : NULL, 0);
    for (slong g = 0; g < f->ngates && status == LO_OK; g++)
        gate[g] = gate[g] < 0 ? g : gate[g]; /* of what no output needs */
    lo_free(value);
    lo_free(wanted);
    return status;
}
