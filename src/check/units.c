/* units.c - the claim `units`: laws sum coef entry^2, one for each free unit, checked node by node.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The field that scales every entry w with its unit u(w) acts on a value of the network as its unit, if
 * the units add in products, agree in sums, and are 0 under functions; so outputs of unit 0 do not change.
 */
#include "check/language.h"

#include <string.h>

long units_count;
static const json *next_tensor, *pivots;
static value *tensors;
static int *declared; /* how many axes each has in the certificate */
static long ntensors, tensors_room, declared_room;

/* [length] or [length, start, step, "coefficient"]: adds to the forms of an axis. */
static void read_axis(int *axis, long length, const json *j)
{
    long at = 0;
    for (const json *run = list(j, "an axis", -1); run != NULL; run = run->next) {
        const json *e = list(run, "a run", -1);
        need(run->number == 1 || run->number == 4, "units: a run has one or four elements");
        long n = number(e, "the length of a run", MAX_ENTRIES);
        need(n >= 1 && n <= length - at, "units: the runs do not cover the axis");
        if (run->number == 4) {
            long start = number(e->next, "a free unit", units_count);
            long step = number(e->next->next, "a step", 2);
            int c = rational(e->next->next->next, "a coefficient");
            need(mpq_sgn(rational_at(c)) != 0 && start + step * (n - 1) < units_count,
                 "units: a run with coefficient 0 or beyond the free units");
            for (long i = 0; i < n; i++)
                axis[at + i] = form_add(axis[at + i], p_scale(c, p_power((int) (start + step * i), 1)), 1);
        }
        at += n;
    }
    need(at == length, "units: the runs do not cover the axis");
}

void units_open(const json *j)
{
    const json *count, *all;
    unpack(j, "units", "count pivots tensors", &count, &pivots, &all);
    units_count = number(count, "count", MAX_ENTRIES);
    next_tensor = list(all, "tensors", -1);
    need(units_count != 0, "units: no free unit");
    tensors = NULL;
    declared = NULL;
    ntensors = tensors_room = declared_room = 0;
}

/* The units of the next parameter. */
value units_tensor(value shape, const char *text, int axes)
{
    need(next_tensor != NULL, "units: no units for `%.40s`", text);
    const json *one, *all, *label;
    unpack(next_tensor, "a tensor", "axes? layers? name", &one, &all, &label);
    need((one == NULL) != (all == NULL), "a tensor: either \"axes\" or \"layers\" is expected");
    value v = u_new(shape);
    all = one != NULL ? one : list(all, "layers", -1);
    for (; all != NULL; all = one == NULL ? all->next : NULL) {
        const json *axis = list(all, "axes", axes == 0 ? 1 : axes);
        for (int k = 0; k < (axes == 0 ? 1 : axes); k++, axis = axis->next) {
            if (axes == 0)
                read_axis(&v.u->base, 1, axis);
            else
                read_axis(v.u->axis[k], v.dim[k], axis);
        }
    }
    need(strcmp(string(label, "name"), text) == 0, "units: the tensor `%.40s` is expected", text);
    u_normal(&v);
    next_tensor = next_tensor->next;
    ROOM(tensors, ntensors, tensors_room);
    ROOM(declared, ntensors, declared_room);
    tensors[ntensors] = v;
    declared[ntensors++] = axes == 0 ? 1 : axes;
    return v;
}

void problem_units(value *output)
{
    value v = u_lift(*output);
    need(u_is_zero(&v), "units: an output whose unit is not zero");
}

/* The unit at pivot e ends with free unit e: so the gradients 2 coef entry are independent. */
void units_close(void)
{
    const json *j = list(pivots, "pivots", units_count);
    need(next_tensor == NULL, "units: more tensors than parameters");
    need(M.kind != M_RAW, "units: only networks and maps");
    for (long e = 0; e < units_count; e++, j = j->next) {
        const json *t = list(j, "a pivot", 2);
        long n = number(t, "a tensor", ntensors);
        const json *i = list(t->next, "an index", declared[n]);
        int form = tensors[n].u->base;
        for (int k = 0; k < declared[n]; k++, i = i->next) {
            long at = number(i, "an index", tensors[n].rank == 0 ? 1 : tensors[n].dim[k]);
            if (tensors[n].rank > 0)
                form = form_add(form, tensors[n].u->axis[k][at], 1);
        }
        need(p_main(form) == e, "units: the unit at pivot %ld does not end with this free unit", e);
    }
    say("  %ld law%s sum of c w^2 hold%s identically, with the given coefficient c of each parameter w;\n"
        "  independent where no parameter is zero.\n",
        units_count, units_count == 1 ? "" : "s", units_count == 1 ? "s" : "");
}

/* d(sum coef w^2)/dw = 2 coef w; parameters in the order of their declaration. */
void units_gradients(uint64_t *out, long p)
{
    assignment here = at_point(NULL);
    long at = 0;
    for (long t = 0; t < ntensors; t++) {
        const value *v = tensors + t;
        for (long i = 0; i < v->size && at < p; i++, at++) {
            int f = v->u->base;
            long rest = i;
            for (int k = v->rank - 1; k >= 0; k--) {
                f = form_add(f, v->u->axis[k][rest % v->dim[k]], 1);
                rest /= v->dim[k];
            }
            uint64_t twice = mul_mod(2 % N, rational_mod(known(here.image[V_COORD][at])));
            for (int e = p_main(f), one = 1, zero = 0; e >= 0; one = 1, zero = 0, e = p_main(f)) {
                out[e * p + at] =
                    mul_mod(twice, rational_mod(rational_at(p_leading(p_coefficient(f, e, &one)))));
                f = p_coefficient(f, e, &zero);
            }
        }
    }
}
