/* neuron.c - the hidden neurons of a network, and patterns in terms of them.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * This is description only: no claim rests on it.
 */
#include "base/memory.h"
#include "base/text.h"
#include "manifold/describe.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const lo_family_struct *f;
    lo_neurons_struct *neurons;
    slong *of;     /* per node: 1 + the neuron whose value it is a function of, 0: none, -1: of several or of coordinates */
    slong *root;   /* per neuron: the node z */
    long root_alloc;
    char *needed, *varies; /* varies: depends on coordinates, inputs or gates */
} finder_struct;

/* The scalar multiple c * z behind a node, as z. */
static slong strip_scale(const finder_struct *w, slong node)
{
    const lo_tape_struct *tape = w->f->tape;
    for (const lo_tnode_struct *x = tape->nodes + node;; x = tape->nodes + node) {
        const lo_term_struct *t = x->op == LO_T_DOT && x->len == 1 ? tape->terms + x->first : NULL;
        if (x->op == LO_T_DIV && !w->varies[x->len])
            node = x->first;
        else if (t != NULL && (t->b < 0 || !w->varies[t->b]))
            node = t->a;
        else if (t != NULL && !w->varies[t->a])
            node = t->b;
        else
            return node;
    }
}

/* The neuron with this z, made when it is new. Returns its number or -1. */
static slong neuron_at(finder_struct *w, slong z, lo_status_t *status)
{
    lo_neurons_struct *list = w->neurons;
    for (slong k = 0; k < list->n; k++)
        if (w->root[k] == z)
            return k;
    *status = LO_GROW(list->neurons, list->alloc, list->n + 1);
    if (*status == LO_OK)
        *status = LO_GROW(w->root, w->root_alloc, list->n + 1);
    if (*status != LO_OK)
        return -1;
    memset(list->neurons + list->n, 0, sizeof(*list->neurons));
    w->root[list->n] = z;
    return list->n++;
}

typedef struct {
    const finder_struct *w;
    slong owner; /* 0: none yet */
} owner_struct;

static void see_argument(void *data, slong a)
{
    owner_struct *o = data;
    slong of = o->w->of[a];
    if (!o->w->varies[a] || o->owner < 0)
        return;
    for (slong k = 0; of == -1 && k < o->w->neurons->n; k++)
        if (o->w->root[k] == strip_scale(o->w, a))
            of = k + 1; /* z itself beside a function of z: silu, gelu */
    o->owner = of <= 0 || (o->owner > 0 && o->owner != of) ? -1 : of;
}

/* Whose value each node is. */
static lo_status_t assign(finder_struct *w)
{
    const lo_family_struct *f = w->f;
    lo_status_t status = LO_OK;
    for (slong i = 0; i < f->primal && status == LO_OK; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (!w->needed[i] || !w->varies[i])
            continue;
        if (x->op == LO_T_FUN) {
            w->of[i] = 1 + neuron_at(w, strip_scale(w, x->first), &status);
        } else if (x->op == LO_T_VAR) {
            w->of[i] = -1;
        } else if (x->op == LO_T_AUX) {
            const lo_aux_struct *aux = f->aux + x->first;
            w->of[i] = aux->kind == LO_AUX_GATE ? 1 + neuron_at(w, f->gates[aux->index].preactivation, &status) : -1;
        } else if (x->op != LO_T_CONST) {
            owner_struct o = { w, 0 };
            lo_tape_arguments(f->tape, i, see_argument, &o);
            w->of[i] = o.owner;
        }
    }
    return status;
}

static int compare_slongs(const void *a, const void *b)
{
    slong x = *(const slong *) a, y = *(const slong *) b;
    return x < y ? -1 : x > y;
}

static lo_status_t add_coordinate(slong **list, slong *n, slong i)
{
    for (slong k = 0; k < *n; k++)
        if ((*list)[k] == i)
            return LO_OK;
    slong *larger = lo_realloc(*list, (size_t) *n + 1, sizeof(slong));
    if (larger == NULL)
        return LO_SYSTEM;
    *list = larger;
    larger[(*n)++] = i;
    qsort(larger, (size_t) *n, sizeof(slong), compare_slongs);
    return LO_OK;
}

/* The coordinates in z, down to the values of other neurons; the layer. */
static lo_status_t collect_in(finder_struct *w, slong k, slong node, char *seen)
{
    const lo_tape_struct *tape = w->f->tape;
    lo_neuron_struct *neuron = w->neurons->neurons + k;
    const lo_tnode_struct *x = tape->nodes + node;
    if (seen[node])
        return LO_OK;
    seen[node] = 1;
    if (w->of[node] > 0 && node != w->root[k]) {
        slong below = w->neurons->neurons[w->of[node] - 1].layer;
        neuron->layer = below + 1 > neuron->layer ? below + 1 : neuron->layer;
        return LO_OK;
    }
    if (x->op == LO_T_VAR)
        return add_coordinate(&neuron->in, &neuron->nin, x->first);
    slong arguments[2] = { x->first, x->len }, n = x->op == LO_T_DIV ? 2 : x->op == LO_T_POW ? 1 : 0;
    for (slong j = 0; j < n; j++)
        LO_TRY(collect_in(w, k, arguments[j], seen));
    for (slong t = 0; x->op == LO_T_DOT && t < x->len; t++) {
        LO_TRY(collect_in(w, k, tape->terms[x->first + t].a, seen));
        if (tape->terms[x->first + t].b >= 0)
            LO_TRY(collect_in(w, k, tape->terms[x->first + t].b, seen));
    }
    return LO_OK;
}

/* Coordinates that multiply the value of a neuron. */
static lo_status_t collect_out(finder_struct *w)
{
    const lo_tape_struct *tape = w->f->tape;
    for (slong i = 0; i < w->f->primal; i++) {
        const lo_tnode_struct *x = tape->nodes + i;
        for (slong t = 0; w->needed[i] && x->op == LO_T_DOT && t < x->len; t++) {
            slong a = tape->terms[x->first + t].a, b = tape->terms[x->first + t].b;
            if (b < 0)
                continue;
            if (w->of[a] > 0 && tape->nodes[b].op == LO_T_VAR)
                LO_TRY(add_coordinate(&w->neurons->neurons[w->of[a] - 1].out, &w->neurons->neurons[w->of[a] - 1].nout,
                                      tape->nodes[b].first));
            if (w->of[b] > 0 && tape->nodes[a].op == LO_T_VAR)
                LO_TRY(add_coordinate(&w->neurons->neurons[w->of[b] - 1].out, &w->neurons->neurons[w->of[b] - 1].nout,
                                      tape->nodes[a].first));
        }
    }
    return LO_OK;
}

/* Layers of neurons with as many coordinates each, none shared. */
static int is_plain(const lo_neurons_struct *list)
{
    for (slong k = 0; k < list->n; k++) {
        const lo_neuron_struct *a = list->neurons + k;
        if (a->nin == 0 || a->nout == 0)
            return 0;
        for (slong l = 0; l < k; l++) {
            const lo_neuron_struct *b = list->neurons + l;
            if (b->layer != a->layer)
                continue;
            if (a->nin != b->nin || a->nout != b->nout)
                return 0;
            for (slong i = 0; i < a->nin; i++)
                for (slong j = 0; j < b->nin; j++)
                    if (a->in[i] == b->in[j])
                        return 0;
        }
    }
    return 1;
}

static void mark(void *data, slong argument)
{
    ((char *) data)[argument] = 1;
}

/* The nodes that the outputs need for their values; densities serve derivatives only. */
static void reach_values(char *needed, const lo_family_struct *f)
{
    for (slong j = 0; j < f->noutputs; j++)
        needed[f->outputs[j]] = 1;
    for (slong i = f->primal - 1; i >= 0; i--) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (needed[i] && x->op == LO_T_FUN)
            needed[x->first] = 1;
        else if (needed[i])
            lo_tape_arguments(f->tape, i, mark, needed);
    }
}

static lo_status_t find(finder_struct *w)
{
    const lo_family_struct *f = w->f;
    lo_neurons_struct *list = w->neurons;
    reach_values(w->needed, f);
    for (slong i = 0; i < f->tape->n; i++)
        w->varies[i] = f->tape->nodes[i].op == LO_T_VAR || f->tape->nodes[i].op == LO_T_AUX;
    lo_tape_spread(w->varies, f->tape, f->tape->n);
    LO_TRY(assign(w));
    for (slong k = 0; k < list->n; k++) {
        char *seen = lo_alloc((size_t) f->tape->n, 1);
        list->neurons[k].layer = 1;
        lo_status_t status = seen == NULL ? LO_SYSTEM : collect_in(w, k, w->root[k], seen);
        lo_free(seen);
        LO_TRY(status);
    }
    LO_TRY(collect_out(w));
    for (slong k = 0; k < list->n; k++) {
        list->neurons[k].number = 1;
        for (slong l = 0; l < k; l++)
            list->neurons[k].number += list->neurons[l].layer == list->neurons[k].layer;
        list->layers = list->neurons[k].layer > list->layers ? list->neurons[k].layer : list->layers;
    }
    return LO_OK;
}

#define MAX_NEURONS 200

lo_status_t lo_neurons_find(lo_neurons_t neurons, const lo_family_struct *family)
{
    memset(neurons, 0, sizeof(*neurons));
    if (family->natoms + family->ngates > MAX_NEURONS * 3)
        return LO_OK;
    finder_struct w = { .f = family, .neurons = neurons };
    w.of = lo_alloc((size_t) family->tape->n, sizeof(slong));
    w.needed = lo_alloc((size_t) family->tape->n, 1);
    w.varies = lo_alloc((size_t) family->tape->n, 1);
    lo_status_t status = w.of == NULL || w.needed == NULL || w.varies == NULL ? LO_SYSTEM : find(&w);
    lo_free(w.of);
    lo_free(w.needed);
    lo_free(w.varies);
    lo_free(w.root);
    if (status != LO_OK || neurons->n > MAX_NEURONS || !is_plain(neurons))
        lo_neurons_clear(neurons);
    return status;
}

void lo_neurons_clear(lo_neurons_t neurons)
{
    for (slong k = 0; k < neurons->n; k++) {
        lo_free(neurons->neurons[k].in);
        lo_free(neurons->neurons[k].out);
    }
    lo_free(neurons->neurons);
    memset(neurons, 0, sizeof(*neurons));
}

/* ---- patterns ---- */

/* The sign s with list a = s * list b on the pattern; 0: none, or both zero. */
static int relation(const int *pattern, const slong *a, const slong *b, slong n)
{
    int plus = 1, minus = 1, nonzero = 0;
    for (slong i = 0; i < n; i++) {
        plus &= pattern[a[i]] == pattern[b[i]];
        minus &= pattern[a[i]] == -pattern[b[i]];
        nonzero |= pattern[a[i]] != 0;
    }
    return !nonzero ? 0 : plus ? 1 : minus ? -1 : 0;
}

static int all_zero(const int *pattern, const slong *a, slong n)
{
    for (slong i = 0; i < n; i++)
        if (pattern[a[i]] != 0)
            return 0;
    return 1;
}

static void put_name(lo_text_t out, const lo_neurons_t list, const lo_neuron_struct *neuron)
{
    if (list->layers > 1)
        lo_text_add(out, "neuron %ld.%ld", (long) neuron->layer, (long) neuron->number);
    else
        lo_text_add(out, "neuron %ld", (long) neuron->number);
}

/* What the pattern says of one neuron; weight[]: how many run as each one. Returns 1 when it is bound. */
static int put_neuron(lo_text_t out, slong *weight, const lo_neurons_t list, slong k, const int *pattern)
{
    const lo_neuron_struct *a = list->neurons + k;
    int no_in = all_zero(pattern, a->in, a->nin), no_out = all_zero(pattern, a->out, a->nout);
    const char *comma = out->length > 0 ? ", " : "";
    weight[k] = no_in || no_out ? 0 : 1;
    if (no_in || no_out) {
        lo_text_add(out, "%s%s", comma, no_in && no_out ? "" : no_in ? "weights into " : "weights out of ");
        put_name(out, list, a);
        lo_text_add(out, " = 0");
        return 1;
    }
    for (slong l = 0; l < k; l++) {
        const lo_neuron_struct *b = list->neurons + l;
        int in = b->layer == a->layer && weight[l] > 0 ? relation(pattern, a->in, b->in, a->nin) : 0;
        int sign = in == 0 ? 0 : relation(pattern, a->out, b->out, a->nout);
        if (in == 0)
            continue;
        weight[k] = 0;
        weight[l]++;
        lo_text_add(out, "%s%s", comma, sign == in ? "" : "weights into ");
        put_name(out, list, a);
        lo_text_add(out, " = %s", in < 0 ? "-" : "");
        put_name(out, list, b);
        return 1;
    }
    return 0;
}

lo_status_t lo_describe_neurons(char **text, char **narrower, const lo_neurons_t list, const int *pattern, slong p)
{
    lo_text_t out, width;
    slong *weight = lo_alloc((size_t) list->n, sizeof(slong)), bound = 0;
    *text = *narrower = NULL;
    if (weight == NULL)
        return LO_SYSTEM;
    (void) p;
    lo_text_init(out);
    lo_text_init(width);
    for (slong k = 0; k < list->n; k++)
        bound += put_neuron(out, weight, list, k, pattern);
    if (bound == 0 && list->n > 0)
        lo_text_add(out, "%ld free neuron%s", (long) list->n, list->n == 1 ? "" : "s");
    for (slong layer = 1; layer <= list->layers && bound > 0; layer++) {
        slong n = 0;
        for (slong k = 0; k < list->n; k++)
            n += list->neurons[k].layer == layer && weight[k] > 0;
        lo_text_add(width, "%s%ld", layer == 1 ? (list->layers > 1 ? "widths " : "width ") : "-", (long) n);
    }
    for (slong k = 0, first = 1; k < list->n && bound > 0 && list->layers == 1; k++)
        if (weight[k] > 0) {
            lo_text_add(width, "%s%ld", first ? ", weights (" : ", ", (long) weight[k]);
            first = 0;
        }
    if (bound > 0 && list->layers == 1 && strchr(width->s != NULL ? width->s : "", '(') != NULL)
        lo_text_add(width, ")");
    lo_free(weight);
    *text = lo_text_take(out);
    *narrower = bound > 0 ? lo_text_take(width) : NULL;
    if (bound == 0)
        lo_text_clear(width);
    return *text == NULL || (bound > 0 && *narrower == NULL) ? LO_SYSTEM : LO_OK;
}
