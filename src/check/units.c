/* units.c - the claim `units`: laws sum coef entry^2, one for each free unit, checked node by node.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The field that scales every entry w with its unit u(w) acts on a value of the network as its unit, if
 * the units add in products, agree in sums, and are 0 under functions; so outputs of unit 0 do not change.
 */
#include "check/check.h"

#include <string.h>

static long units_count, ntensors;
static const json *next_tensor;
static name *tensors; /* the parameters, with their units, and how many axes were declared */

/* [length] or [length, start, step, "coefficient"]: adds to the forms of an axis. */
static void read_axis(int *axis, long length, const json *j)
{
    long at = 0;
    for (const json *run = j->first; run != NULL; run = run->next) {
        long n = number(run->first, MAX_ENTRIES);
        const json *e = run->first->next;
        need(n >= 1 && n <= length - at, "units: the runs do not cover the axis");
        if (e != NULL) {
            long start = number(e, units_count), step = number(e->next, 2);
            int c = p_constant((int) e->next->next->number);
            need(c != 0 && start + step * (n - 1) < units_count,
                 "units: a run with coefficient 0 or beyond the free units");
            for (long i = 0; i < n; i++)
                axis[at + i] = p_add(axis[at + i], p_multiply(c, p_variable((int) (start + step * i))));
        }
        at += n;
    }
    need(at == length, "units: the runs do not cover the axis");
}

/* The units of the next parameter. */
static value units_tensor(value shape, const char *text, int axes)
{
    need(next_tensor != NULL, "units: no units for `%.40s`", text);
    const json *one = in(next_tensor, "axes"), *all = in(next_tensor, "layers");
    need((one == NULL) != (all == NULL), "a tensor: either \"axes\" or \"layers\" is expected");
    need(strcmp(in(next_tensor, "name")->text, text) == 0, "units: the tensor `%.40s` is expected", text);
    value v = u_new(shape);
    for (const json *j = one != NULL ? one : all->first; j != NULL; j = one != NULL ? NULL : j->next) {
        const json *axis = list(j, axes > 0 ? axes : 1);
        for (int k = 0; axis != NULL; axis = axis->next, k++)
            read_axis(axes > 0 ? v.u->axis[k] : &v.u->base, axes > 0 ? v.dim[k] : 1, axis);
    }
    u_normal(&v);
    next_tensor = next_tensor->next;
    tensors[ntensors++] = (name){ .v = v, .declared_rank = axes > 0 ? axes : 1 };
    return v;
}

void units_open(const json *j)
{
    units_of_parameter = units_tensor;
    units_count = number(in(j, "count"), MAX_ENTRIES);
    next_tensor = in(j, "tensors")->first;
    tensors = take((size_t) in(j, "tensors")->number + 1, sizeof(name));
    ntensors = 0;
    need(units_count != 0, "units: no free unit");
}

/* The unit at pivot e ends with free unit e: so the gradients 2 coef entry are independent. */
static void check_pivot(const json *pivot, long e)
{
    const name *t = tensors + number(pivot->first, ntensors);
    int k = 0;
    long at = 0;
    for (const json *i = list(pivot->first->next, t->declared_rank); i != NULL; i = i->next, k++) {
        long length = t->v.rank > 0 ? t->v.dim[k] : 1;
        at = at * length + number(i, length);
    }
    need(poly(u_form(&t->v, at))->main == e, "units: the unit at pivot %ld does not end with it", e);
}

/* After the model was read with units; and again without, if the laws are needed as nodes. */
void claim_units(const json *units)
{
    long e = 0, coordinate = 0;
    need(next_tensor == NULL, "units: more tensors than parameters");
    need(M.kind != M_RAW, "units: only networks and maps");
    for (const json *j = list(in(units, "pivots"), units_count); j != NULL; j = j->next)
        check_pivot(j, e++);
    say("  %ld law%s identically: the sum of c w^2, with the given coefficients c of each parameter w;\n"
        "  independent where no parameter is zero.\n",
        units_count, units_count == 1 ? " holds" : "s hold");
    nlaws = units_only ? 0 : units_count;
    laws = vector(nlaws);
    for (long t = 0; nlaws > 0 && t < ntensors; t++) {
        for (long i = 0; i < tensors[t].v.size; i++) {
            int w = variable(V_COORD, coordinate++), square = multiply(w, w);
            for (int f = u_form(&tensors[t].v, i); f != 0; f = poly(f)->low)
                laws[poly(f)->main] = add(laws[poly(f)->main], multiply(constant(p_leading(f)), square));
        }
    }
}
