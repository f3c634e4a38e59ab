/* evaluate.c - the values of members and brackets at the point of a certificate.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "certificate/certificate.h"

#include "base/memory.h"

#include <limits.h>
#include <string.h>

/* One base input and no gates: the rule for function values is checked once, for all instances. */
static int has_common_roots(const lo_evaluator_struct *ev)
{
    return ev->family->natoms > 0 && ev->family->ngates == 0 && ev->split->base != NULL;
}

static lo_status_t set_point(lo_evaluator_struct *ev)
{
    for (slong i = 0; i < ev->family->p; i++)
        if (!lo_residue(ev->point->theta + i, ev->split->point + i, ev->engine->mod))
            return LO_DOMAIN;
    return LO_OK;
}

#define POLYNOMIAL_WORD 4 /* jets cost 2^n; longer words of polynomial fields are expanded */

int lo_cert_divides(const lo_family_struct *f)
{
    for (slong i = 0; i < f->primal; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (x->op == LO_T_DIV || (x->op == LO_T_POW && x->len < 0))
            return 1;
    }
    return 0;
}

/* Longer words are exact fields. */
static slong longest_jet(const lo_family_struct *f)
{
    if (!lo_cert_has_fields(f) || f->natoms > 0)
        return LONG_MAX;
    return lo_cert_divides(f) ? LO_JET_WORD : POLYNOMIAL_WORD;
}

/* The fields of the list, exactly, when they are first asked for. */
static lo_status_t expand_fields(lo_evaluator_struct *ev)
{
    slong n = lo_family_covectors(ev->family);
    ev->fields_status = lo_closure_init(ev->closure, ev->family, ev->ctx);
    ev->fields = lo_alloc((size_t) n, sizeof(*ev->fields));
    if (ev->fields == NULL)
        return ev->fields_status = LO_SYSTEM;
    for (; ev->nfields < n && ev->fields_status == LO_OK; ev->nfields++) {
        LO_TRY(ev->fields_status = lo_field_init(ev->fields + ev->nfields, ev->closure->ring));
        ev->fields_status = lo_closure_spanning(ev->fields + ev->nfields, ev->closure, ev->nfields);
    }
    return ev->fields_status;
}

static void forget_fields(lo_evaluator_struct *ev)
{
    for (slong i = 0; i < ev->nfields; i++)
        lo_field_clear(ev->fields + i, ev->closure->ring);
    if (ev->fields != NULL)
        lo_closure_clear(ev->closure);
    lo_free(ev->fields);
}

lo_status_t lo_evaluator_init(lo_evaluator_t ev, const lo_family_struct *family, lo_split_struct *split, lo_ctx_t ctx)
{
    memset(ev, 0, sizeof(*ev));
    ev->family = family;
    ev->split = split;
    ev->ctx = ctx;
    ev->longest = longest_jet(family);
    LO_TRY(lo_cert_fingerprints(&ev->prints, family));
    ev->roots = lo_alloc((size_t) family->natoms, sizeof(ulong));
    if (ev->roots == NULL)
        return LO_SYSTEM;
    LO_TRY(lo_engine_init_prescribed(ev->engine, family, split->mod, lo_cert_taylor, family->natoms > 0, ctx));
    ev->ready = 1;
    LO_TRY(lo_modpoint_init(ev->point, ev->engine));
    ev->ready = 2;
    if (has_common_roots(ev) &&
        lo_cert_offender(ev->roots, family, split, split->base, NULL, ev->engine->mod) != -1)
        return LO_DOMAIN;
    return set_point(ev);
}

void lo_evaluator_clear(lo_evaluator_t ev)
{
    forget_fields(ev);
    if (ev->ready > 1)
        lo_modpoint_clear(ev->point);
    if (ev->ready > 0)
        lo_engine_clear(ev->engine);
    lo_free(ev->prints);
    lo_free(ev->roots);
    memset(ev, 0, sizeof(*ev));
}

/* With gates the arguments of functions depend on their values: the rule is checked for each instance. */
static lo_status_t own_roots(ulong *roots, const lo_evaluator_struct *ev, const lo_instance_struct *x)
{
    const lo_family_struct *f = ev->family;
    slong *gates = lo_alloc((size_t) f->ngates, sizeof(slong));
    if (gates == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < f->ngates; i++)
        gates[i] = lo_cert_gate(ev->prints[i], x->seed);
    slong bad = lo_cert_offender(roots, f, ev->split, x->inputs, gates, ev->engine->mod);
    lo_free(gates);
    return bad == -1 ? LO_OK : bad == -2 ? LO_SYSTEM : LO_DOMAIN;
}

/* The root of a number where the certificate has it. */
static int root_of_number(ulong *value, slong number, const lo_split_struct *s, nmod_t mod)
{
    fmpq_t a, q;
    fmpq_init(a);
    fmpq_init(q);
    fmpq_set_si(a, number, 1);
    int set = lo_roots_find(q, &s->roots, a);
    int ok = set >= 0 && lo_roots_value(value, &s->roots, q, set, mod);
    fmpq_clear(a);
    fmpq_clear(q);
    return ok;
}

/* The member as the engine wants it (modular.h). */
static lo_status_t build_member(ulong *member, const lo_evaluator_struct *ev, const lo_instance_struct *x)
{
    const lo_family_struct *f = ev->family;
    nmod_t mod = ev->engine->mod;
    ulong *direction = member + f->naux, *order = direction + f->naux, *atoms = order + 1;
    memset(member, 0, (size_t) lo_member_size(ev->engine) * sizeof(ulong));
    for (slong a = 0; a < f->naux; a++) {
        slong i = f->aux[a].index;
        switch (f->aux[a].kind) {
        case LO_AUX_INPUT:
            member[a] = lo_residue_si(x->inputs[i], mod);
            direction[a] = lo_residue_si(x->direction[i], mod);
            break;
        case LO_AUX_GATE:
            member[a] = lo_residue_si(lo_cert_gate(ev->prints[i], x->seed), mod);
            break;
        case LO_AUX_FROZEN:
            member[a] = lo_residue_si(ev->split->frozen[i], mod);
            break;
        case LO_AUX_KAPPA:
            member[a] = lo_cert_kappa(f, mod);
            break;
        case LO_AUX_ROOT:
            if (!root_of_number(member + a, i, ev->split, mod))
                return LO_DOMAIN;
            break;
        case LO_AUX_COVECTOR:
            member[a] = lo_cert_has_fields(f) ? i == x->field : lo_residue_si(x->covector[i], mod);
            break;
        }
    }
    *order = (ulong) x->order;
    ulong *roots = ev->roots;
    if (f->natoms > 0 && !has_common_roots(ev))
        LO_TRY(own_roots(roots, ev, x));
    for (slong k = 0; k < f->natoms; k++) {
        ulong words[LO_ATOM_WORDS] = { 1, 0, 1, roots[k] }; /* exp, sin, cos at 0 */
        memcpy(atoms + LO_ATOM_WORDS * k, words, sizeof(words));
    }
    return LO_OK;
}

slong lo_entry_length(const lo_split_struct *s, slong entry)
{
    return entry < s->ninstances ? 1 : s->words[entry - s->ninstances].length;
}

/* A word of a list of fields, right-nested, as an exact field. */
static lo_status_t word_field(lo_field_t word, const lo_evaluator_struct *ev, slong entry)
{
    const lo_split_struct *s = ev->split;
    if (entry < s->ninstances) {
        lo_field_set(word, ev->fields + s->instances[entry].field, ev->closure->ring);
        return LO_OK;
    }
    const lo_entry_struct *w = s->words + entry - s->ninstances;
    LO_TRY(word_field(word, ev, w->second));
    return lo_field_bracket(word, ev->fields + s->instances[w->first].field, word, ev->closure->ring);
}

static lo_status_t expanded_value(ulong *value, lo_evaluator_t ev, slong entry)
{
    lo_field_t word;
    LO_TRY(ev->fields == NULL ? expand_fields(ev) : ev->fields_status);
    ulong *member = lo_alloc((size_t) lo_member_size(ev->engine), sizeof(ulong));
    lo_status_t status = member == NULL ? LO_SYSTEM : build_member(member, ev, ev->split->instances);
    if (status == LO_OK && (status = lo_field_init(word, ev->closure->ring)) == LO_OK) {
        status = word_field(word, ev, entry);
        if (status == LO_OK)
            status = lo_field_residues(value, word, ev->point, member, ev->engine->mod, ev->closure->ring);
        lo_field_clear(word, ev->closure->ring);
    }
    lo_free(member);
    return status;
}

lo_status_t lo_entry_value(ulong *value, lo_evaluator_t ev, slong entry)
{
    const lo_split_struct *s = ev->split;
    if (lo_entry_length(s, entry) > ev->longest)
        return expanded_value(value, ev, entry);
    slong size = lo_member_size(ev->engine), n = lo_entry_length(s, entry), i = 0;
    const ulong *pointers[LO_JET_WORD];
    ulong *members = lo_alloc((size_t) (n * size), sizeof(ulong));
    lo_status_t status = members == NULL ? LO_SYSTEM : n > LO_JET_WORD ? LO_UNABLE : LO_OK;
    for (; status == LO_OK && i < n; i++) { /* the word is right-nested */
        slong instance = entry < s->ninstances ? entry : s->words[entry - s->ninstances].first;
        pointers[i] = members + i * size;
        status = build_member(members + i * size, ev, s->instances + instance);
        entry = entry < s->ninstances ? entry : s->words[entry - s->ninstances].second;
    }
    if (status == LO_OK)
        status = lo_engine_bracket(value, ev->engine, pointers, n, ev->point);
    lo_free(members);
    return status;
}
