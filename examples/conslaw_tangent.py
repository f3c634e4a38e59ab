"""The proof `tangent` of conslaw_check.py: the derivative of the outputs along the gradient of a law, value by value, without
an expansion of the whole network.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later

With V the derivation along the direction of the law, a value z with V z = w z, w rational, may have a name: a new variable n
with V n = w n. The identity that is proved for all values of the names holds for the network.
"""

from fractions import Fraction

from conslaw_expand import Expansion, Poly, scale
from conslaw_model import need, reachable

LIMITS = ((400, 20000), (5000, 20000))  # terms up to which names are resolved: where a value may as well move, and at an output


def proves(model, law):
    return any(Tangent(model, *limits).proves(law) for limits in LIMITS)


class Tangent(Expansion):
    def __init__(self, model, on_the_way, at_output):
        super().__init__(model)
        self.on_the_way, self.at_output = on_the_way, at_output
        need(model.kind != "raw", "a proof by tangents of a raw family")
        self.named = {}  # weights: V z = w z
        self.t = {}

    def __getitem__(self, i):
        """V of a node that was met before."""
        if i not in self.t:
            w = self.named[i]
            self.t[i] = scale(self.evaluate(i), w) if w else Poly()
        return self.t[i]

    def proves(self, law):
        order, speed = reachable(self.program, self.model.outputs), self.direction(law)
        for i in order:
            w = self.weight(i, speed)
            if w is None:
                t = self.tangent(i, self, speed)
                if t and not self.is_zero(t, self.on_the_way):
                    self.t[i] = t
                    continue
            self.named[i] = w or 0
        return all(not self[r] or self.is_zero(self[r], self.at_output) for r in self.model.outputs)

    def weight(self, i, speed):
        """w with V z = w z where the weights of the arguments give it; else None."""
        node, w = self.program.nodes[i], self.named
        kind = node[0]
        if kind == "par":
            moved = speed.get(node[1])
            mine = next(iter(self.leaf("par", node[1])))
            return 0 if not moved else moved[mine] if set(moved) == {mine} else None
        if kind in ("const", "in", "frozen", "symbolic"):
            return 0
        if kind == "div":
            return w[node[1]] - w[node[2]] if node[1] in w and node[2] in w else None
        if kind == "pow":
            return node[2] * w[node[1]] if node[1] in w else None
        if kind == "fun":
            mine = w.get(node[2])
            return Fraction(mine, 2) if mine is not None and node[1] == "sqrt" else None if mine else mine
        terms = [(a, -1) for a in node[1]] if kind == "max" else [(node[1], -1)] if kind == "gate" else \
            [(a, b) for _, a, b in node[1]]
        weights = {w[a] + (w[b] if b >= 0 else 0) if a in w and (b < 0 or b in w) else None for a, b in terms}
        return weights.pop() if len(weights) == 1 else None if weights else 0
