"""The claim `units` of conslaw_check.py: the units of all parameters, and one pass over the scalar operations.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later

A unit is a dict from free units to nonzero rationals; None stands for the number zero, which has every unit.
"""

from conslaw_model import a_list, an_index, an_object, need, rational, reachable


def plus(a, b, q=1):
    out = dict(a)
    for k, c in b.items():
        c = out.get(k, 0) + q * c
        if c:
            out[k] = c
        else:
            out.pop(k, None)
    return out


def read_axis(runs, length, count):
    out = []
    for run in a_list(runs):
        a_list(run)
        need(len(run) in (1, 4), "a run is malformed")
        n = an_index(run[0], length + 1, "a run")
        need(n > 0, "a run is empty")
        if len(run) == 1:
            out += [{}] * n
            continue
        start, step = an_index(run[1], count, "a unit"), an_index(run[2], 2, "a step")
        coef = rational(run[3])
        need(coef != 0 and start + step * (n - 1) < count, "a run is out of range")
        out += [{start + step * i: coef} for i in range(n)]
    need(len(out) == length, "an axis is not covered")
    return out


def read_units(model, section):
    """A unit per parameter entry."""
    an_object(section, ("count", "pivots", "tensors"))
    count = an_index(section["count"], 10 ** 9, "a count")
    need(count > 0, "no units")
    units, places = [None] * model.p, []
    for (name, sizes, first), tensor in zip(model.tensors, a_list(section["tensors"], len(model.tensors))):
        key = "layers" if isinstance(tensor, dict) and "layers" in tensor else "axes"
        an_object(tensor, (key, "name"))
        need(tensor["name"] == name, "a tensor has another name")
        sizes = sizes or [1]
        size = 1
        for n in sizes:
            size *= n
        total = [{}] * size
        for layer in a_list(tensor["layers"]) if key == "layers" else [tensor["axes"]]:
            axes = [read_axis(runs, n, count) for runs, n in zip(a_list(layer, len(sizes)), sizes)]
            values = [{}]
            for axis in axes:
                values = [plus(a, b) for a in values for b in axis]
            total = [plus(a, b) for a, b in zip(total, values)]
        units[first:first + size] = total
        places.append((first, sizes))
    return count, units, places


def check_pivots(section, count, units, places):
    for e, pivot in enumerate(a_list(section["pivots"], count)):
        a_list(pivot, 2)
        first, sizes = places[an_index(pivot[0], len(places), "a pivot")]
        at = 0
        for i, n in zip(a_list(pivot[1], len(sizes)), sizes):
            at = at * n + an_index(i, n, "a pivot")
        unit = units[first + at]
        need(e in unit and all(k <= e for k in unit), "the pivots are not triangular")


def check_units(model, section):
    need(model.kind in ("network", "map") and model.metric is None, "units of another flow than that of gradients")
    count, units, places = read_units(model, section)
    check_pivots(section, count, units, places)
    value = {}

    def same(a, b):
        need(a is None or b is None or a == b, "a sum of different units")
        return b if a is None else a

    for i in reachable(model.program, model.outputs):
        node = model.program.nodes[i]
        kind = node[0]
        if kind == "par":
            v = units[node[1]]
        elif kind == "const":
            v = None if node[1] == 0 else {}
        elif kind == "sum":
            v = None
            for _, a, b in node[1]:
                x = value[a]
                if b >= 0:
                    x = None if x is None or value[b] is None else plus(x, value[b])
                v = same(v, x)
        elif kind == "div":
            x, y = value[node[1]], value[node[2]]
            need(y is not None, "a division by zero")
            v = None if x is None else plus(x, y, -1)
        elif kind == "pow":
            x = value[node[1]]
            v = None if x is None else {k: node[2] * c for k, c in x.items()}
        elif kind == "fun":
            x = value[node[2]]
            if node[1] == "sqrt":
                v = None if x is None else {k: c / 2 for k, c in x.items()}
            else:
                need(not x, "a function of something with a unit")
                v = {}
        elif kind == "gate":
            v = value[node[1]]
        elif kind == "max":
            v = None
            for a in node[1]:
                v = same(v, value[a])
        else:
            v = {}
        value[i] = v
    need(all(not value[o] for o in model.outputs), "an output has a unit")
    return count, units
