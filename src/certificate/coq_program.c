/* coq_program.c - a tape as a straight-line program of Coq (Model.v): every node a 1 x 1 matrix.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "certificate/coq.h"

#include "base/memory.h"

/* ---- variables ---- */

lo_status_t lo_coq_names_init(lo_coq_names_struct *names, const lo_family_struct *f)
{
    *names = (lo_coq_names_struct){ .family = f };
    LO_TRY(lo_cert_fingerprints(&names->prints, f));
    names->gates = lo_alloc((size_t) f->ngates, sizeof(slong));
    if (names->gates == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < f->ngates; i++) {
        slong same = 0;
        while (same < i && names->prints[same] != names->prints[i])
            same++;
        names->gates[i] = same < i ? names->gates[same] : names->ngates++;
    }
    return LO_OK;
}

void lo_coq_names_clear(lo_coq_names_struct *names)
{
    lo_free(names->gates);
    lo_free(names->prints);
}

slong lo_coq_gate(const lo_coq_names_struct *names, slong gate)
{
    const lo_model_struct *m = names->family->model;
    return names->family->p + m->frozen + m->constants_symbolic + m->inputs + names->gates[gate] + 1;
}

slong lo_coq_aux(const lo_coq_names_struct *names, const lo_aux_struct *aux)
{
    const lo_model_struct *m = names->family->model;
    if (aux->kind == LO_AUX_GATE)
        return lo_coq_gate(names, aux->index);
    return names->family->p + (aux->kind == LO_AUX_INPUT ? m->frozen + m->constants_symbolic : 0) +
           aux->index + 1;
}

/* ---- nodes ---- */

typedef struct {
    lo_text_struct *out;
    const lo_coq_names_struct *names;
    const lo_family_struct *family;
    slong *number; /* of the program, by node of the tape */
    slong count;
} printer_struct;

#define ENTRY "(%ld, (0, 0))"

/* Begins the next node; returns its number. */
static slong next(printer_struct *x)
{
    lo_text_add(x->out, x->count > 0 ? ";\n  " : "\n  ");
    return x->count++;
}

static void add_rational(lo_text_struct *out, const fmpq *q)
{
    char *num = fmpz_get_str(NULL, 10, fmpq_numref(q)), *den = fmpz_get_str(NULL, 10, fmpq_denref(q));
    lo_text_add(out, "((%s)%%Z, %s%%positive)", num, den);
    flint_free(num);
    flint_free(den);
}

static slong put_quotient(printer_struct *x, slong a, slong b)
{
    lo_text_add(x->out, "Quot %ld %ld", (long) a, (long) b);
    return x->count - 1;
}

/* The factors `which` (0: a, 1: b) of the terms, as a row or a column. */
static slong put_factors(printer_struct *x, const lo_tnode_struct *t, int which)
{
    slong place = next(x);
    lo_text_add(x->out, which == 0 ? "Pick [[" : "Pick [");
    for (slong k = 0; k < t->len; k++) {
        const lo_term_struct *term = x->family->tape->terms + t->first + k;
        slong factor = which == 0 ? term->a : term->b;
        lo_text_add(x->out, which == 0 ? "%s" ENTRY : "%s[" ENTRY "]", k > 0 ? "; " : "",
                    (long) x->number[factor < 0 ? LO_TAPE_ONE : factor]);
    }
    lo_text_add(x->out, which == 0 ? "]]" : "]");
    return place;
}

/* sum of coef * a * b: a row times a column */
static slong put_dot(printer_struct *x, const lo_tnode_struct *t)
{
    const lo_tape_struct *tape = x->family->tape;
    const lo_term_struct *terms = tape->terms + t->first;
    int scaled = 0;
    for (slong k = 0; k < t->len; k++)
        scaled |= terms[k].coef != 0;
    if (t->len == 1 && !scaled && terms[0].b >= 0) {
        slong place = next(x);
        lo_text_add(x->out, "Had %ld %ld", (long) x->number[terms[0].a], (long) x->number[terms[0].b]);
        return place;
    }
    slong row = put_factors(x, t, 0), column = put_factors(x, t, 1);
    if (scaled) {
        slong coefs = next(x);
        lo_text_add(x->out, "Const [[");
        for (slong k = 0; k < t->len; k++) {
            lo_text_add(x->out, "%s", k > 0 ? "; " : "");
            add_rational(x->out, tape->constants + terms[k].coef);
        }
        lo_text_add(x->out, "]]");
        slong product = next(x);
        lo_text_add(x->out, "Had %ld %ld", (long) coefs, (long) row);
        row = product;
    }
    slong place = next(x);
    lo_text_add(x->out, "MatMul %ld %ld", (long) row, (long) column);
    return place;
}

static slong put_power(printer_struct *x, const lo_tnode_struct *t)
{
    slong place = next(x);
    lo_text_add(x->out, "Power %ld %ld", (long) x->number[t->first], (long) (t->len < 0 ? -t->len : t->len));
    if (t->len >= 0)
        return place;
    next(x);
    return put_quotient(x, x->number[LO_TAPE_ONE], place);
}

static slong put_node(printer_struct *x, const lo_tnode_struct *t)
{
    slong place;
    switch (t->op) {
    case LO_T_CONST:
        place = next(x);
        lo_text_add(x->out, "Const [[");
        add_rational(x->out, x->family->tape->constants + t->first);
        lo_text_add(x->out, "]]");
        return place;
    case LO_T_VAR:
        place = next(x);
        lo_text_add(x->out, "Var [[%ld]]%%positive", (long) t->first + 1);
        return place;
    case LO_T_AUX:
        place = next(x);
        lo_text_add(x->out, "Var [[%ld]]%%positive", (long) lo_coq_aux(x->names, x->family->aux + t->first));
        return place;
    case LO_T_DIV:
        next(x);
        return put_quotient(x, x->number[t->first], x->number[t->len]);
    case LO_T_POW:
        return put_power(x, t);
    case LO_T_DOT:
        return put_dot(x, t);
    case LO_T_FUN:
        break;
    }
    return -1;
}

/* The gates and what they belong to: nodes that nothing uses, for the check that gates are tied as they
 * should be. Kinds: relu 0, leaky_relu 1, a row of a max-pool 2. */
static void put_gates(printer_struct *x)
{
    const lo_family_struct *f = x->family;
    for (slong i = 0, end; i < f->ngates; i = end) {
        const lo_gate_struct *gate = f->gates + i;
        (void) lo_family_window(&end, f, i);
        slong row = next(x);
        lo_text_add(x->out, "Pick [[");
        for (slong k = i; k < end; k++)
            lo_text_add(x->out, "%s" ENTRY, k > i ? "; " : "", (long) x->number[f->gates[k].preactivation]);
        lo_text_add(x->out, "]]");
        next(x);
        lo_text_add(x->out, "Gate %d %ld [[", gate->op == LO_OP_MAXPOOL ? 2 : gate->act == LO_ACT_LEAKY_RELU,
                    (long) row);
        for (slong k = i; k < end; k++)
            lo_text_add(x->out, "%s%ld", k > i ? "; " : "", (long) lo_coq_gate(x->names, k));
        lo_text_add(x->out, "]]%%positive");
    }
}

static lo_status_t put_nodes(printer_struct *x, char *needed, slong *place, const slong *roots, slong nroots,
                             slong width, int declare_gates)
{
    const lo_tape_struct *tape = x->family->tape;
    needed[LO_TAPE_ONE] = 1;
    lo_tape_reach(needed, tape, roots, nroots);
    for (slong i = 0; declare_gates && i < x->family->ngates; i++)
        lo_tape_reach(needed, tape, &x->family->gates[i].preactivation, 1);
    for (slong i = 0; i < tape->n; i++) {
        if (!needed[i])
            continue;
        x->number[i] = put_node(x, tape->nodes + i);
        if (x->number[i] < 0)
            return LO_DOMAIN;
    }
    for (slong i = 0; i < nroots; i++) {
        if (i % width == 0)
            place[i / width] = next(x);
        lo_text_add(x->out, i % width == 0 ? "Pick [[" ENTRY "]" : "; [" ENTRY "]",
                    (long) x->number[roots[i]]);
        if ((i + 1) % width == 0)
            lo_text_add(x->out, "]");
    }
    if (declare_gates)
        put_gates(x);
    return LO_OK;
}

lo_status_t lo_coq_program(lo_text_struct *out, slong *place, const lo_coq_names_struct *names,
                           const lo_family_struct *f, const slong *roots, slong nroots, slong width,
                           int declare_gates)
{
    printer_struct x = { .out = out, .names = names, .family = f };
    char *needed = lo_alloc((size_t) f->tape->n, 1);
    x.number = lo_alloc((size_t) f->tape->n, sizeof(slong));
    lo_text_add(out, "[");
    lo_status_t status = needed != NULL && x.number != NULL
                             ? put_nodes(&x, needed, place, roots, nroots, width, declare_gates)
                             : LO_SYSTEM;
    lo_text_add(out, "]");
    lo_free(needed);
    lo_free(x.number);
    return status;
}
