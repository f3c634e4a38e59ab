#!/usr/bin/env python3
"""A reference checker of `conslaw 2` certificates in standard Python.

Usage: conslaw_check.py PROBLEM CERTIFICATE

Written from the text of the format alone; it shares nothing with lieorbit. The last line is `VERIFIED` (exit 0) or
`NOT VERIFIED: reason` (exit 1). What it trusts: Python's integers, its own reader of the model language, and the
mathematics in the manual.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import hashlib
import sys
from fractions import Fraction

import conslaw_manifold
import conslaw_tangent
from conslaw_expand import Domain, Expansion
from conslaw_model import (AT_ZERO, Model, Reject, a_list, an_index, an_object, arguments_of, integer, need, rational,
                           read_json, reachable, square_root)

MASK = (1 << 64) - 1
M = (1 << 61) - 1
CLAIMS = ["conserved", "independent", "rank", "complete", "units", "invariant", "refuted", "involutive", "growth",
          "symmetry"]


def mix(z):
    z = (z + 0x9e3779b97f4a7c15) & MASK
    z = ((z ^ (z >> 30)) * 0xbf58476d1ce4e5b9) & MASK
    z = ((z ^ (z >> 27)) * 0x94d049bb133111eb) & MASK
    return z ^ (z >> 31)


def key(kind, i):
    return mix((mix(kind) + i) & MASK) % M


# ---------------------------------------------------------------------------------------------------------------
# Fingerprints of gates
# ---------------------------------------------------------------------------------------------------------------

CODES = {"exp": 1, "log": 2, "sin": 3, "cos": 4, "tanh": 5, "sigmoid": 6, "softplus": 7, "gelu": 8, "silu": 9, "erf": 10,
         "sqrt": 11, "generic": 12, "odd": 13, "even": 14, "generic0": 15}
LEAVES = {"par": 1, "in": 2, "frozen": 3, "symbolic": 4}


def fingerprints(program, order):
    """For each gated node: the number z of the format (a list of them for a max-pool window)."""
    prints, value = {}, {}

    def inverse(a):
        return pow(a, -1, M) if a else 0

    for i in order:
        node = program.nodes[i]
        kind = node[0]
        if kind == "const":
            v = node[1].numerator * inverse(node[1].denominator % M) % M
        elif kind in LEAVES:
            v = key(LEAVES[kind], node[1])
        elif kind == "sum":
            v = sum(q.numerator * inverse(q.denominator % M) * value[a] * (value[b] if b >= 0 else 1)
                    for q, a, b in node[1]) % M
        elif kind == "div":
            v = value[node[1]] * inverse(value[node[2]]) % M
        elif kind == "pow":
            a = value[node[1]] if node[2] > 0 else inverse(value[node[1]])
            v = pow(a, abs(node[2]), M)
        elif kind == "fun":
            exact = AT_ZERO.get(node[1]) if value[node[2]] == 0 else None
            v = mix((value[node[2]] + 100 + CODES[node[1]]) & MASK) % M if exact is None else \
                Fraction(exact).numerator * inverse(Fraction(exact).denominator) % M
        elif kind == "gate":
            z = value[node[1]]
            prints[i] = z + (node[2] != 0)  # closed, a leaky_relu differs from a relu of the same argument
            v = mix((prints[i] + 5) & MASK) % M * z % M
        else:
            w = 0
            for a in node[1]:
                w = mix((w + value[a]) & MASK)
            base = mix((w + 7) & MASK)
            prints[i] = [(base + e) & MASK for e in range(len(node[1]))]
            v = sum(mix(z) % M * value[a] for z, a in zip(prints[i], node[1])) % M
        value[i] = v
    return prints


def gate_of(z, seed):
    g = mix((z + mix(seed)) & MASK) % 9 - 4
    return g if g else 5


# ---------------------------------------------------------------------------------------------------------------
# The rule for function values at the base, over the rationals
# ---------------------------------------------------------------------------------------------------------------

class Roots:
    """Numbers no product of which is a square, with their roots modulo N (format: "root")."""

    def __init__(self, pairs, modulus):
        self.products = [(Fraction(1), 1)]  # of each set of them
        for a, r in pairs:
            need(a > 0 and 0 < r < modulus and len(self.products) < 64, "a root is out of range, or there are too many")
            need(self.find(a) is None, "a root follows from those before it")
            need((Ring(modulus).number(a) - r * r) % modulus == 0, "the root is no root")
            self.products += [(a * b, r * s % modulus) for b, s in self.products]

    def find(self, x):
        """(q, r): the root of x goes to q r; r = 1 where it is rational."""
        for a, r in self.products:
            q = square_root(x / a) if x > 0 else None
            if q is not None:
                return q, r if a != 1 else None
        return None


def base_values(program, order, leaf, gate, roots_of, value=None, free=()):
    """Values over Q (None: not rational) and, for roots, (q, r): the root goes to q r, or to q where r is None.

    free: names of functions with values that need not be known, as those of log in laws."""
    value, roots = {} if value is None else value, {}
    for i in order:
        node = program.nodes[i]
        kind = node[0]
        if kind == "const":
            v = node[1]
        elif kind in LEAVES:
            v = leaf(kind, node[1])
        elif kind == "sum":
            v = Fraction(0)
            for q, a, b in node[1]:
                x, y = value[a], value[b] if b >= 0 else Fraction(1)
                if x == 0 or y == 0:
                    continue
                v = None if v is None or x is None or y is None else v + q * x * y
        elif kind == "div":
            x, y = value[node[1]], value[node[2]]
            need(y != 0, "a division by zero at the base")
            v = Fraction(0) if x == 0 else None if x is None or y is None else x / y
        elif kind == "pow":
            x = value[node[1]]
            need(node[2] > 0 or x != 0, "a division by zero at the base")
            v = None if x is None else x ** node[2]
        elif kind == "fun":
            x, name = value[node[2]], node[1]
            need(x is not None or name in free and name not in ("sqrt", "log"),
                 "the argument of a function is not rational at the base")
            if name == "sqrt":
                roots[i] = roots_of.find(x)
                need(roots[i] is not None or name in free and x > 0,
                     "the argument of a square root is no square at the base")
                v = roots[i][0] if roots[i] is not None and roots[i][1] is None else None
            elif name == "log":
                need(x != 0, "a logarithm of zero at the base")
                need(x == 1 or name in free, "the argument of a logarithm is not 1 at the base")
                v = Fraction(0) if x == 1 else None
            else:
                need(x == 0 or name in free, f"the argument of {name} is not 0 at the base")
                v = AT_ZERO[name] if x == 0 else None
                v = None if v is None else Fraction(v)
        elif kind == "gate":
            x = value[node[1]]
            g = gate(i, 0)
            v = Fraction(0) if x == 0 else None if x is None else g * x
        else:
            v = Fraction(0)
            for e, a in enumerate(node[1]):
                g = gate(i, e)
                v = None if v is None or value[a] is None else v + g * value[a]
        value[i] = v
    return value, roots


# ---------------------------------------------------------------------------------------------------------------
# The ring Z/N [e_1..e_k, T]/(e_i^2, T^n): a number, or a list of 2^k n numbers (word S n + j)
# ---------------------------------------------------------------------------------------------------------------

def power_of_two(q):
    """k with q = 2^k or q = -2^k, or None."""
    n, d = abs(q.numerator), q.denominator
    return n.bit_length() - d.bit_length() if n & (n - 1) == 0 and d & (d - 1) == 0 and n else None


class Ring:
    def __init__(self, modulus, k=0, n=1):
        self.modulus, self.k, self.n, self.w = modulus, k, n, n << k
        pairs = [[] for _ in range(self.w)]
        for s in range(1 << k):
            for t in range(1 << k):
                if s & t == 0:
                    for i in range(n):
                        for j in range(n - i):
                            pairs[(s | t) * n + i + j].append((s * n + i, t * n + j))
        self.pairs = pairs

    def number(self, q):
        q = Fraction(q)
        return q.numerator * self.inverse(q.denominator) % self.modulus

    def inverse(self, a):
        try:
            return pow(a, -1, self.modulus)
        except ValueError:
            raise Reject("an inverse modulo N does not exist") from None

    def add(self, a, b):
        m = self.modulus
        if isinstance(a, int):
            if isinstance(b, int):
                return (a + b) % m
            a, b = b, a
        if isinstance(b, int):
            return [(a[0] + b) % m] + a[1:]
        return [(x + y) % m for x, y in zip(a, b)]

    def mul(self, a, b):
        m = self.modulus
        if isinstance(a, int):
            return a * b % m if isinstance(b, int) else [a * y % m for y in b]
        if isinstance(b, int):
            return [b * x % m for x in a]
        return [sum(a[i] * b[j] for i, j in pairs) % m for pairs in self.pairs]

    def divide(self, a, b):
        if isinstance(b, int):
            return self.mul(a, self.inverse(b))
        a = [a] + [0] * (self.w - 1) if isinstance(a, int) else a
        inverse, c = self.inverse(b[0]), [0] * self.w
        for word, pairs in enumerate(self.pairs):
            c[word] = (a[word] - sum(c[i] * b[j] for i, j in pairs)) * inverse % self.modulus
        return c

    def power(self, a, n):
        if n < 0:
            a, n = self.divide(1, a), -n
        result = 1
        while n:
            if n & 1:
                result = self.mul(result, a)
            a, n = self.mul(a, a), n >> 1
        return result

    def compose(self, c, a):
        """sum c_j (a - base)^j"""
        if isinstance(a, int):
            return c[0]
        nilpotent, result = [0] + a[1:], 0
        for x in reversed(c[:self.k + self.n]):
            result = self.add(self.mul(result, nilpotent), x)
        return result


def free_value(number, modulus):
    return (mix(number) % 1000003 + 1) % modulus


def taylor(name, count, ring, root):
    """Coefficients of a function at the base argument modulo N."""
    m, inv = ring.modulus, ring.inverse
    c = [0] * count
    if name in ("exp", "sin", "cos"):
        f = 1
        for j in range(count):
            sign = {"exp": 1, "sin": (0, 1, 0, -1)[j % 4], "cos": (1, 0, -1, 0)[j % 4]}[name]
            c[j] = sign * f % m
            f = f * inv(j + 1) % m
    elif name == "tanh":
        for j in range(count - 1):
            c[j + 1] = ((j == 0) - sum(c[i] * c[j - i] for i in range(j + 1))) * inv(j + 1) % m
    elif name in ("sigmoid", "silu", "softplus"):
        s = [inv(2)] + [0] * count
        for j in range(count):
            s[j + 1] = (s[j] - sum(s[i] * s[j - i] for i in range(j + 1))) * inv(j + 1) % m
        if name == "softplus":
            c = [free_value(1001, m)] + [s[j] * inv(j + 1) % m for j in range(count - 1)]
        else:
            c = s[:count] if name == "sigmoid" else [0] + s[:count - 1]
    elif name in ("erf", "gelu"):
        scale, k = (1, free_value(1000, m)) if name == "erf" else (inv(2), free_value(1002, m))
        integral, f, power = [0] * (count + 2), 1, 1
        for j in range(0, count + 1, 2):  # k exp(-x^2 scale) integrated
            integral[j + 1] = k * power * f * inv(j + 1) % m
            f, power = f * inv(j // 2 + 1) % m, -power * scale % m
        if name == "erf":
            c = integral[:count]
        else:
            integral[0] = inv(2)
            c = [0] + integral[:count - 1]
    elif name == "sqrt":
        inverse, c[0] = inv(root * root), root
        for j in range(count - 1):
            c[j + 1] = c[j] * (inv(2) - j) * inv(j + 1) * inverse % m
    elif name == "log":
        c = [0] + [(1 if j % 2 else -1) * inv(j) % m for j in range(1, count)]
    else:
        zero = {"generic": lambda j: False, "odd": lambda j: j % 2 == 0, "even": lambda j: j % 2 == 1,
                "generic0": lambda j: j == 0}[name]
        c = [0 if zero(j) else free_value((mix(77) + j) & MASK, m) for j in range(count)]
    return c[:count]


# ---------------------------------------------------------------------------------------------------------------
# Gradients: forward and backward through the program
# ---------------------------------------------------------------------------------------------------------------

LONG_WORD = 8  # past these members words of raw families are expanded
RATIONAL = Roots([], 2)  # only roots of squares


def moving_nodes(program, order):
    """Those that depend on coordinates."""
    moving = set()
    for i in order:
        if program.nodes[i][0] == "par" or any(a in moving for a in arguments_of(program.nodes[i])):
            moving.add(i)
    return moving


class Evaluator:
    """A program over one ring at one point; values of inputs may depend on T."""

    def __init__(self, program, order, ring, leaf, gate, roots, base=None):
        self.p, self.order, self.ring = program, order, ring
        log2 = free_value(1001, ring.modulus)
        self.value, self.slope = {}, {}
        count, m = ring.k + ring.n + 1, ring.modulus
        add, mul = ring.add, ring.mul
        self.q = {}
        for i in order:
            node = program.nodes[i]
            kind = node[0]
            if kind == "sum":
                v = 0
                for q, a, b in node[1]:
                    x, y = self.value[a], 1 if b < 0 else self.value[b]
                    x = x if b < 0 or x is None else None if y is None else mul(x, y)
                    v = None if x is None or v is None else add(v, x if q == 1 else mul(self.number(q), x))
            elif kind == "const":
                v = ring.number(node[1])
            elif kind == "fun" and node[1] == "log" and base is not None:  # of laws
                k = power_of_two(base[node[2]])
                v, self.slope[i] = None if k is None else k * log2 % m, ring.divide(1, self.value[node[2]])
            elif kind in LEAVES:
                v = leaf(kind, node[1])
            elif kind == "div":
                v = ring.divide(self.value[node[1]], self.value[node[2]])
            elif kind == "pow":
                v = ring.power(self.value[node[1]], node[2])
            elif kind == "gate":
                v = mul(gate(i, 0) % m, self.value[node[1]])
            elif kind == "max":
                v = 0
                for e, a in enumerate(node[1]):
                    v = add(v, mul(gate(i, e) % m, self.value[a]))
            else:
                root = None
                if i in roots:
                    q, r = roots[i]
                    root = ring.number(q) * (r or 1) % m
                c = taylor(node[1], count + 1, ring, root)
                v = ring.compose(c[:count], self.value[node[2]])
                d = [c[j + 1] * (j + 1) % m for j in range(count)]
                self.slope[i] = ring.compose(d, self.value[node[2]])
            self.value[i] = v
        self.gate = gate

    def number(self, q):
        if q not in self.q:
            self.q[q] = self.ring.number(q)
        return self.q[q]

    def gradient(self, seeds, p):
        """d(sum seeds)/d(coordinates): a list of p ring elements."""
        ring, m = self.ring, self.ring.modulus
        add, mul, value = ring.add, ring.mul, self.value
        adjoint, out, moving = {}, [0] * p, moving_nodes(self.p, self.order)

        def give(node, x):
            old = adjoint.get(node)
            adjoint[node] = x if old is None else add(old, x)

        for node, x in seeds:
            give(node, x)
        for i in reversed(self.order):
            y = adjoint.pop(i, None)
            if y is None:
                continue
            node = self.p.nodes[i]
            kind = node[0]
            if kind == "par":
                out[node[1]] = y
            elif kind == "sum":
                for q, a, b in node[1]:
                    x = y if q == 1 else mul(self.number(q), y)
                    if b < 0:
                        give(a, x)
                    else:
                        for one, other in ((a, b), (b, a)):
                            if one in moving:
                                need(value[other] is not None, "the gradient of a law is not rational at the point")
                                give(one, mul(x, value[other]))
            elif kind == "div":
                x = ring.divide(y, value[node[2]])
                give(node[1], x)
                give(node[2], mul(m - 1, mul(x, value[i])))
            elif kind == "pow":
                give(node[1], mul(y, mul(node[2] % m, ring.power(value[node[1]], node[2] - 1))))
            elif kind == "fun":
                give(node[2], mul(y, self.slope[i]))
            elif kind == "gate":
                give(node[1], mul(self.gate(i, 0) % m, y))
            elif kind == "max":
                for e, a in enumerate(node[1]):
                    give(a, mul(self.gate(i, e) % m, y))
        return out


class Split:
    """Members, words and laws at the point modulo N."""

    def __init__(self, model, modulus, point, frozen, root):
        self.m, self.program, self.modulus = model, model.program, modulus
        self.point, self.frozen, self.root = point, frozen, root
        self.roots_of = model.fields if model.kind == "raw" else [model.outputs]
        everything = [x for row in self.roots_of for x in row]
        self.order = reachable(self.program, everything)
        self.prints = fingerprints(self.program, self.order)
        self.functions = any(self.program.nodes[i][0] == "fun" for i in self.order)
        self.rings, self.values, self.base_known, self.fields = {}, {}, {}, None

    def transcendental_kinds(self):
        names = {self.program.nodes[i][1] for i in self.order if self.program.nodes[i][0] == "fun"}
        need(len(names & {"erf", "softplus", "gelu"}) <= 1, "two kinds of transcendental values in one model")

    def ring(self, k, n=1):
        if (k, n) not in self.rings:
            self.rings[k, n] = Ring(self.modulus, k, n)
        return self.rings[k, n]

    def leaf_base(self, inputs):
        def leaf(kind, i):
            if kind == "par":
                return self.point[i]
            if kind == "in":
                return inputs[i]
            return self.frozen[i if kind == "frozen" else self.m.counts["frozen"] + i]
        return leaf

    def roots(self, inputs, gate, seed):
        if not self.functions:
            return {}
        which = (tuple(inputs), seed)
        if which not in self.base_known:
            self.base_known[which] = base_values(self.program, self.order, self.leaf_base(inputs), gate, self.root)[1]
        return self.base_known[which]

    def member(self, x, theta, k):
        """The instance at theta, jets of order k (a list of p ring elements)."""
        p, order = self.m.p, x.get("order", 0)
        jets, ring = self.ring(k), self.ring(k, order + 1)
        if "field" in x:
            inputs, seed = [], None
            roots_of = self.roots_of[x["field"]]
        else:
            inputs, seed, roots_of = x["inputs"], x["gates"], self.roots_of[0]

        def gate(i, e):
            z = self.prints[i]
            return gate_of(z[e] if isinstance(z, list) else z, seed)

        roots = self.roots(inputs, gate, seed)
        base = self.leaf_base(inputs)

        def leaf(kind, i):
            if kind == "par":
                t = theta[i]
                if order == 0 or isinstance(t, int):
                    return t
                out = [0] * ring.w
                out[::order + 1] = t
                return out
            v = jets.number(base(kind, i))
            if kind == "in" and order > 0 and x["direction"][i] != 0:
                return [v, jets.number(x["direction"][i])] + [0] * (ring.w - 2)
            return v

        ev = Evaluator(self.program, self.order, ring, leaf, gate, roots)
        if "field" in x:
            out = [ev.value[r] for r in roots_of]
        else:
            out = ev.gradient([(r, jets.number(y)) for r, y in zip(roots_of, x["covector"])], p)
        if order > 0 and k == 0:
            out = [v[order] if isinstance(v, list) else 0 for v in out]
        elif order > 0:
            out = [v[order::order + 1] if isinstance(v, list) else 0 for v in out]
        if self.m.metric is None:
            return out
        nodes = self.m.metric
        h = Evaluator(self.program, reachable(self.program, nodes), jets,
                      lambda kind, i: theta[i] if kind == "par" else jets.number(base(kind, i)), gate, {})
        return [jets.mul(h.value[node], v) for node, v in zip(nodes, out)]

    def entry(self, entry, instances, words, theta, k):
        """The value of an entry at theta; [A, B] = DB.A - DA.B."""
        if entry < len(instances):
            return self.member(instances[entry], theta, k)
        if k == 0 and entry in self.values:
            return self.values[entry]
        if k == 0 and self.leaves(entry, instances, words) > LONG_WORD and self.m.kind == "raw":
            result = self.expanded(instances, words).residues(entry, theta, self.modulus)
            if result is not None:
                return result
        need(k < 12, "a word is too long for this checker")
        i, j = words[entry - len(instances)]
        result = None
        for first, second, sign in ((i, j, 1), (j, i, -1)):
            v = self.entry(first, instances, words, theta, k)
            moved = [self.lift(t, x, k) for t, x in zip(theta, v)]
            wide = self.entry(second, instances, words, moved, k + 1)
            half = [0 if isinstance(x, int) else x[1 << k:] if k else x[1] for x in wide]
            half = [self.ring(k).mul(sign % self.modulus, x) for x in half]
            result = half if result is None else [self.ring(k).add(x, y) for x, y in zip(result, half)]
        if k == 0:
            self.values[entry] = result
        return result

    def leaves(self, entry, instances, words):
        count = {}
        for i, (a, b) in enumerate(words[:max(entry - len(instances) + 1, 0)]):
            count[len(instances) + i] = count.get(a, 1) + count.get(b, 1)
        return count.get(entry, 1)

    def expanded(self, instances, words):
        if self.fields is None:
            self.fields = conslaw_manifold.Entries(Expansion(self.m), instances, words)
        return self.fields

    @staticmethod
    def lift(t, x, k):
        w = 1 << k
        t = [t] + [0] * (w - 1) if isinstance(t, int) else t
        x = [x] + [0] * (w - 1) if isinstance(x, int) else x
        return t + x

    def theta(self):
        ring = self.ring(0)
        return [ring.number(q) for q in self.point]

    def law_gradient(self, node):
        order, ring, theta = reachable(self.program, [node]), self.ring(0), self.theta()
        base = self.leaf_base([])
        functions = any(self.program.nodes[i][0] == "fun" for i in order)
        values, roots = base_values(self.program, order, base, None, RATIONAL, free=("log",)) if functions else ({}, {})

        def leaf(kind, i):
            return theta[i] if kind == "par" else ring.number(base(kind, i))

        return Evaluator(self.program, order, ring, leaf, None, roots, values).gradient([(node, 1)], self.m.p)


# ---------------------------------------------------------------------------------------------------------------
# Matrices modulo N: one long integer per row makes a row operation one multiplication
# ---------------------------------------------------------------------------------------------------------------

class Packed:
    def __init__(self, rows, cols, modulus):
        bits = 2 * modulus.bit_length() + max(len(rows), 1).bit_length() + 1  # of a sum of products
        self.digits, self.cols, self.modulus = bits // 4 + 1, cols, modulus
        self.rows = [self.pack(row) for row in rows]

    def pack(self, row):
        form = f"0{self.digits}x"
        return int("".join(format(x, form) for x in reversed(row)), 16) if row else 0

    def times(self, coefficients):
        """sum of coefficients[i] * row i, as a list modulo N."""
        total = 0
        for c, row in zip(coefficients, self.rows):
            if c:
                total += c * row
        digits = self.digits
        text = format(total, "x").rjust(digits * self.cols, "0")
        out = [int(text[i:i + digits], 16) % self.modulus for i in range(0, len(text), digits)]
        return out[::-1]


def transposed(rows, cols):
    return [list(c) for c in zip(*rows)] if rows else [[] for _ in range(cols)]


def is_unit_row(row, i):
    return all(x == (j == i) for j, x in enumerate(row))


# ---------------------------------------------------------------------------------------------------------------
# Claims
# ---------------------------------------------------------------------------------------------------------------

class Checker:
    def __init__(self, problem, certificate):
        self.read_problem(problem)
        self.read_certificate(certificate, hashlib.sha256(problem).hexdigest())
        self.theorem, self.entries = [], None

    def read_problem(self, data):
        top = an_object(read_json(data), ("format", "model", "relu", "title", "version"))
        need(top["format"] == "conslaw-problem" and top["version"] == 2, "not a problem of version 2")
        lines = a_list(top["model"])
        need(lines and all(isinstance(x, str) for x in lines) and isinstance(top["title"], str), "the problem is malformed")
        self.title = top["title"]
        self.model = Model(lines)
        m = self.model
        outputs = [x for row in m.fields for x in row] if m.kind == "raw" else m.outputs
        need(m.kind != "raw" or (m.fields and all(len(f) == m.p for f in m.fields)), "a field has a wrong number of entries")
        gated = any(m.program.nodes[i][0] in ("gate", "max") for i in reachable(m.program, outputs))
        need(top["relu"] in ("path-lifting", "none"), "the meaning of relu is unknown")
        self.as_said = top["relu"] == ("path-lifting" if gated else "none")
        need(not (gated and m.kind == "raw"), "a gate in a raw family")
        self.gated = gated

    def read_certificate(self, data, digest):
        top = read_json(data)
        claims = a_list(top.get("claims") if isinstance(top, dict) else None)
        need(claims and all(c in CLAIMS for c in claims) and claims == [c for c in CLAIMS if c in claims],
             "the claims are malformed")
        self.claims = set(claims)
        need(self.as_said or claims == ["units"], "the meaning of relu is not the one of the format")
        split = {"independent", "rank"} & self.claims
        wanted = ["claims", "format", "problem", "version"]
        wanted += ["laws"] if "conserved" in self.claims else []
        wanted += ["split", "point"] if split else []
        entries = {"rank", "involutive"} & self.claims
        wanted += ["instances"] if entries else []
        n = self.model.counts["frozen"] + self.model.counts["symbolic"]
        wanted += ["frozen"] if n and (split or "refuted" in self.claims) else []
        wanted += [c for c in ("units", "invariant", "refuted", "involutive", "growth", "symmetry") if c in self.claims]
        an_object(top, wanted, ["words"] if entries else [])
        need(top["format"] == "conslaw-cert" and top["version"] == 2, "not a certificate of version 2")
        need(top["problem"] == digest, "the certificate is about another problem")
        need(not {"conserved", "units"} <= self.claims, "laws of two kinds")
        need("complete" not in self.claims or {"independent", "rank"} <= self.claims,
             "completeness is claimed without independence or rank")
        need("independent" not in self.claims or {"conserved", "units"} & self.claims, "independence of no laws")
        need("growth" not in self.claims or "rank" in self.claims, "growth without a rank")
        need("units" not in self.claims or not self.claims & {"invariant", "refuted", "involutive", "symmetry"},
             "units beside a claim of another kind")
        self.top = top
        self.frozen = [rational(x) for x in a_list(top["frozen"], n)] if "frozen" in top else [Fraction(0)] * n

    def check(self):
        if "conserved" in self.claims:
            self.check_conserved()
        if "units" in self.claims:
            from conslaw_units import check_units
            self.units = check_units(self.model, self.top["units"])
            self.theorem.append(f"{self.units[0]} sums of squares hold identically and are independent (units).")
        if {"independent", "rank"} & self.claims:
            self.check_split()
        if "growth" in self.claims:
            self.check_growth()
        if "refuted" in self.claims:
            self.check_refuted()
        if "involutive" in self.claims:
            bound = conslaw_manifold.check_involutive(self)
            self.theorem.append(f"The orbit dimension is at most {bound} wherever q is not zero.")
        if "invariant" in self.claims:
            for q in conslaw_manifold.check_invariant(self.model, self.top["invariant"]):
                off = ", off the kinks" if self.gated else ""
                self.theorem.append(f"The subspace of dimension {q} with the given equations is invariant{off}.")
        if "symmetry" in self.claims:
            n = conslaw_manifold.check_symmetry(self.model, self.top["symmetry"])
            self.theorem.append(f"{n} signed permutation(s) of the parameters leave every output unchanged.")

    # ---- conserved ----

    def check_conserved(self):
        laws, m = a_list(self.top["laws"]), self.model
        need(laws, "no laws")
        for law in laws:
            an_object(law, ("expression", "proof"))
            need(law["proof"] in ("expand", "tangent") and isinstance(law["expression"], str), "a law is malformed")
        self.laws = [m.law(law["expression"]) for law in laws]
        expansion, domain = Expansion(m), Domain(m)
        for node in [*m.outputs, *(x for field in m.fields for x in field), *(m.metric or []), *self.laws]:
            domain.evaluate(node)  # divisors are not zero
        for law, node in zip(laws, self.laws):
            proved = expansion.is_conserved(node) if law["proof"] == "expand" else conslaw_tangent.proves(m, node)
            need(proved, f"{law['expression'][:80]} is not conserved, or not followed")
        self.theorem.append(f"{len(laws)} law(s) hold identically.")

    # ---- independent, rank, complete ----

    def read_instance(self, x):
        m = self.model
        if m.kind == "raw":
            an_object(x, ("field",))
            return {"field": an_index(x["field"], len(m.fields), "a field")}
        network = m.kind == "network"
        keys = ["covector"] + (["inputs"] if network else []) + (["gates"] if self.gated else [])
        an_object(x, keys, ("direction", "order") if network else ())
        need(("direction" in x) == ("order" in x), "a direction without an order")
        n = m.counts["in"]
        out = {"covector": [rational(v) for v in a_list(x["covector"], len(m.outputs))],
               "inputs": [rational(v) for v in a_list(x["inputs"], n)] if network else [], "gates": None}
        if self.gated:
            out["gates"] = integer(x["gates"])
            need(0 <= out["gates"] < 1 << 63, "a seed is out of range")
        if "order" in x:
            out["direction"] = [rational(v) for v in a_list(x["direction"], n)]
            out["order"] = an_index(x["order"], 65, "an order")
        return out

    def matrix(self, rows, r, c):
        out = []
        for row in a_list(rows, r, "a matrix"):
            out.append([int(x) if type(x) is str and x.isdigit() and (x == "0" or x[0] != "0") and len(x) < 20 else None
                        for x in a_list(row, c, "a row")])
            need(all(x is not None and x < self.modulus for x in out[-1]), "an entry of a matrix is malformed")
        return out

    def check_split(self):
        top, p = self.top, self.model.p
        rank, independent = "rank" in self.claims, "independent" in self.claims
        split = an_object(top["split"], ["mod"] + (["A", "chosen"] if rank else []) + (["C"] if independent else []),
                          ["root", "roots"] if rank else [])
        self.modulus = integer(split["mod"])
        need(1 < self.modulus < 1 << 61, "the modulus is out of range")
        point = [rational(x) for x in a_list(top["point"], p, "the point")]
        need(not {"root", "roots"} <= set(split), "one root, and several")
        pairs = a_list(split["roots"]) if "roots" in split else [split["root"]] if "root" in split else []
        need(len(pairs) > 1 or "roots" not in split, "a list of fewer than two roots")
        roots = Roots([(rational(a_list(x, 2)[0]), integer(x[1])) for x in pairs], self.modulus)
        state = Split(self.model, self.modulus, point, self.frozen, roots)
        values, gradients = [], []
        if rank:
            values = self.check_rank(state, split)
        if independent:
            gradients = self.unit_gradients(point) if "units" in self.claims else \
                [state.law_gradient(node) for node in self.laws]
            c = self.matrix(split["C"], len(gradients), p)
            packed = Packed(transposed(gradients, p), len(gradients), self.modulus)
            for i, row in enumerate(c):
                need(is_unit_row(packed.times(row), i), "C J^T is not the identity")
            self.theorem.append("They are functionally independent.")
        if "complete" in self.claims:
            need(len(values) + len(gradients) == p, "rank and laws do not add up to the dimension")
            w, k = Packed(values, p, self.modulus), Packed(c, p, self.modulus)
            columns = transposed(gradients, p)
            for i in range(p):
                row = [(x + y) % self.modulus for x, y in zip(w.times(self.a[i]), k.times(columns[i]))]
                need(is_unit_row(row, i), "A W + J^T C is not the identity")
            self.theorem.append("Every conservation law near the certified point is a function of them.")

    def unit_gradients(self, point):
        """Row e: the gradient of the sum of coef_e(entry) entry^2."""
        count, units = self.units
        need(count <= self.model.p, "more laws than parameters")
        ring, rows = Ring(self.modulus), [[0] * self.model.p for _ in range(count)]
        for i, unit in enumerate(units):
            for e, coef in unit.items():
                rows[e][i] = ring.number(2 * coef * point[i])
        return rows

    def read_entries(self):
        """Instances and words."""
        if self.entries is None:
            instances, words = [self.read_instance(x) for x in a_list(self.top["instances"])], []
            for k, pair in enumerate(a_list(self.top.get("words", []))):
                a_list(pair, 2)
                words.append([an_index(x, len(instances) + k, "an entry") for x in pair])
            self.entries = instances, words
        return self.entries

    def check_rank(self, state, split):
        state.transcendental_kinds()
        instances, words = self.read_entries()
        chosen = a_list(split["chosen"])
        total = len(instances) + len(words)
        need(len(set(map(str, chosen))) == len(chosen), "an entry is chosen twice")
        values, theta = [], state.theta()
        for e in chosen:
            values.append(state.entry(an_index(e, total, "an entry"), instances, words, theta, 0))
        self.a = self.matrix(split["A"], self.model.p, len(chosen))
        packed = Packed(self.a, len(chosen), self.modulus)
        for i, row in enumerate(values):
            need(is_unit_row(packed.times(row), i), "W A is not the identity")
        self.theorem.append(f"The orbit dimension is at least {len(chosen)} of {self.model.p} near the certified point.")
        return values

    def check_growth(self):
        """n_d chosen words of at most d members, up to the longest."""
        instances, words = self.read_entries()
        lengths = [1] * len(instances)
        for i, j in words:
            lengths.append(lengths[i] + lengths[j])
        chosen = [lengths[e] for e in self.top["split"]["chosen"]]
        need(chosen, "growth of nothing")
        claimed = a_list(self.top["growth"], max(chosen), "the growth vector")
        for d, n in enumerate(claimed, 1):
            need(an_index(n, len(chosen) + 1, "a dimension") == sum(x <= d for x in chosen),
                 "the growth vector does not count the words")
            self.theorem.append(f"Brackets of at most {d} member(s) span at least {n} dimension(s) there.")

    # ---- refuted ----

    def check_refuted(self):
        m, x = self.model, self.top["refuted"]
        an_object(x, ["expression", "inputs", "output", "point"])
        point = [rational(v) for v in a_list(x["point"], m.p)]
        inputs = [rational(v) for v in a_list(x["inputs"], m.counts["in"])]
        need(isinstance(x["expression"], str), "an expression is missing")
        law = m.law(x["expression"], CODES)
        roots = m.fields[an_index(x["output"], len(m.fields), "a field")] if m.kind == "raw" else \
            [m.outputs[an_index(x["output"], len(m.outputs), "an output")]]
        h = rational_gradient(self, point, inputs, [law])[0]
        f = rational_gradient(self, point, inputs, roots)
        scale = [1] * m.p if m.metric is None else rational_gradient(self, point, inputs, m.metric)[1]
        value = inner(h, f[1]) if m.kind == "raw" else inner(h, f[0], scale)
        need(value != 0, "the derivative at the witness is zero")
        self.theorem.append(f"The expression is not conserved: its derivative at the witness is {value}.")


HALF = Fraction(1, 2)
SLOPE_AT_ZERO = {"exp": 1, "sin": 1, "cos": 0, "tanh": 1, "sigmoid": Fraction(1, 4), "silu": HALF, "softplus": HALF,
                 "gelu": HALF, "even": 0}


def times(*factors):
    """None: unknown."""
    out = Fraction(0 if 0 in factors else 1)
    for x in factors if out else ():
        out = None if out is None or x is None else out * x
    return out


def inner(*vectors):
    """The sum of the products of entries."""
    terms = [times(*entries) for entries in zip(*vectors)]
    need(None not in terms, "the derivative is not rational")
    return sum(terms)


def rational_gradient(checker, point, inputs, roots):
    """The gradient of the first root, and the values of all, over Q, with the true activations; None: unknown."""
    m = checker.model
    program, order = m.program, reachable(m.program, roots)
    gates = {}

    def leaf(kind, i):
        if kind == "par":
            return point[i]
        return inputs[i] if kind == "in" else checker.frozen[i if kind == "frozen" else m.counts["frozen"] + i]

    value = {}

    def gate(i, e):
        node = program.nodes[i]
        if node[0] == "gate":
            z = value[node[1]]
            need(z is not None and z != 0, "the witness is on a kink")
            g = Fraction(1) if z > 0 else node[2]
        else:
            z = [value[a] for a in node[1]]
            need(None not in z and sorted(z)[-1:] != sorted(z)[-2:-1], "the witness is on a kink")
            g = Fraction(z[e] == max(z))
        gates.setdefault(i, {})[e] = g
        return g

    base_values(program, order, leaf, gate, RATIONAL, value, CODES)
    adjoint, out, moving = {roots[0]: Fraction(1)}, [Fraction(0)] * m.p, moving_nodes(program, order)
    for i in order:
        node = program.nodes[i]
        divisor = node[2] if node[0] == "div" else node[1] if node[0] == "pow" and node[2] < 0 else i
        need(divisor == i or value[divisor] is not None, "a divisor is not rational")
    for i in reversed(order):
        y = adjoint.pop(i, 0)
        if y == 0 or i not in moving:
            continue
        node = program.nodes[i]
        kind = node[0]
        give = []
        if kind == "par":
            out[node[1]] = y
        elif kind == "sum":
            for q, a, b in node[1]:
                give += [(a, times(q, y))] if b < 0 else [(a, times(q, y, value[b])), (b, times(q, y, value[a]))]
        elif kind == "div":
            r = 1 / value[node[2]]
            give = [(node[1], times(y, r)), (node[2], times(-1, y, value[i], r))]
        elif kind == "pow":
            x, n = value[node[1]], node[2] - 1
            give = [(node[1], times(y, n + 1, None if x is None else x ** n))]
        elif kind == "gate":
            give = [(node[1], times(gates[i][0], y))]
        elif kind == "max":
            give = [(a, times(gates[i][e], y)) for e, a in enumerate(node[1])]
        elif kind == "fun":
            x = value[node[2]]
            if node[1] == "sqrt":
                slope = None if value[i] is None else 1 / (2 * value[i])
            elif node[1] == "log":
                slope = 1 / x
            else:
                slope = SLOPE_AT_ZERO.get(node[1]) if x == 0 else None
            give = [(node[2], times(y, slope))]
        for a, x in give:
            old = adjoint.get(a, 0)
            adjoint[a] = None if old is None or x is None else old + x
    return out, [value[r] for r in roots]


def main(arguments):
    if len(arguments) != 3:
        print("usage: conslaw_check.py PROBLEM CERTIFICATE", file=sys.stderr)
        return 2
    sys.setrecursionlimit(10000)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    try:
        with open(arguments[1], "rb") as file:
            problem = file.read()
        with open(arguments[2], "rb") as file:
            certificate = file.read()
        checker = Checker(problem, certificate)
        checker.check()
    except Reject as reason:
        print(f"NOT VERIFIED: {reason}")
        return 1
    except (OSError, RecursionError, MemoryError, ValueError, TypeError, KeyError, IndexError, AttributeError,
            ZeroDivisionError, OverflowError) as error:
        print(f"NOT VERIFIED: {type(error).__name__}: {error}")
        return 1
    print(f"{checker.title or 'The model'} ({checker.model.p} parameters):")
    for line in checker.theorem:
        print("  " + line)
    print("VERIFIED")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
