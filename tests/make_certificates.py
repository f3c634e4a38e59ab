#!/usr/bin/env python3
"""Writes problems and certificates, for the tests of lieorbit-check: a producer of another make than the engine.

Usage: make_certificates.py DIRECTORY        writes NAME.problem and NAME.cert for every case

Standard library only. A model is given twice: as text, and as a Python function on numbers of a ring (values modulo N
with nilpotent parts, each with its fingerprint). Nothing here is trusted: the checker decides.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import hashlib
import os
import random
import re
import sys
from fractions import Fraction

N = (1 << 61) - 31  # any modulus will do, the checker inverts what it needs; but lieorbit check wants a prime, and the root of 2 for gelu
M = (1 << 61) - 1
MASK = (1 << 64) - 1


def mix(z):
    z = (z + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def inverse(a):
    return pow(a, -1, N)


def modular(q):
    q = Fraction(q)
    return q.numerator % N * inverse(q.denominator % N) % N


# ---------------------------------------------------------------------------------------------------------------
# Numbers: {(t, S): coefficient of T^t e_S}, and a fingerprint
# ---------------------------------------------------------------------------------------------------------------

class World:
    """What a member fixes: the order in T and the seed of the gates."""
    order = 0
    seed = 0
    roots = [(1, 1)]  # (a, r): r stands for the root of a, both modulo N; with 1, and closed under products
    windows_are_sets = False  # the order in a window does not matter


class Number:
    __slots__ = ("d", "f")

    def __init__(self, d, f):
        self.d, self.f = d, f

    @staticmethod
    def of(q):
        if isinstance(q, Number):
            return q
        q = Fraction(q)
        return Number({(0, 0): modular(q)}, q.numerator * pow(q.denominator, -1, M) % M)

    def __add__(self, other):
        other = Number.of(other)
        d = dict(self.d)
        for k, c in other.d.items():
            d[k] = (d.get(k, 0) + c) % N
        return Number(d, (self.f + other.f) % M)

    def __mul__(self, other):
        other = Number.of(other)
        d = {}
        for (t, s), a in self.d.items():
            for (u, r), b in other.d.items():
                if t + u <= World.order and s & r == 0:
                    d[t + u, s | r] = (d.get((t + u, s | r), 0) + a * b) % N
        return Number(d, self.f * other.f % M)

    __radd__ = __add__
    __rmul__ = __mul__

    def __pos__(self):
        return self

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Number.of(other)

    def __rsub__(self, other):
        return Number.of(other) - self

    def __pow__(self, n):
        result, square = Number.of(1), self
        while n:
            if n & 1:
                result = result * square
            square, n = square * square, n >> 1
        return result

    def base(self):
        return self.d.get((0, 0), 0)

    def compose(self, coefficients, f):
        """sum c_i n^i, where n is the nilpotent part."""
        n = Number({k: c for k, c in self.d.items() if k != (0, 0)}, 0)
        power, total = Number.of(1), Number.of(0)
        for c in coefficients:
            total = total + power * Number({(0, 0): c % N}, 0)
            power = power * n
            if not any(power.d.values()):
                break
        return Number(total.d, f)

    def expand(self, derivatives, f):
        """sum d_i n^i/i!, for n of square-free monomials: divided powers need no division, so any modulus will do."""
        powers = [Number.of(1)]
        for k, c in self.d.items():
            if k != (0, 0) and c % N:
                monomial = Number({k: c}, 0)
                powers = [Number.of(1)] + [a + b * monomial for a, b in zip(powers[1:] + [Number.of(0)], powers)]
        total = Number.of(0)
        for i, p in enumerate(powers):
            total = total + p * Number({(0, 0): derivatives[i % len(derivatives)] % N}, 0)
        return Number(total.d, f)

    def reciprocal(self):
        v = inverse(self.base())
        return self.compose([(-1) ** i * pow(v, i + 1, N) for i in range(40)], pow(self.f, -1, M))

    def __truediv__(self, other):
        return self * Number.of(other).reciprocal()

    def __rtruediv__(self, other):
        return Number.of(other) * self.reciprocal()


TERMS = 24  # of Taylor series; as many as the number at hand needs
CODES = dict(exp=1, log=2, sin=3, cos=4, tanh=5, sigmoid=6, softplus=7, gelu=8, silu=9, erf=10, sqrt=11, generic=12,
             odd=13, even=14, generic0=15)


def integrated(d, start):
    return [start] + [d[i] * inverse(i + 1) % N for i in range(len(d) - 1)]


def riccati(start, u, v, w):
    y = [start]
    for i in range(TERMS):
        s = (u if i == 0 else 0) + v * y[i] - w * sum(y[j] * y[i - j] for j in range(i + 1))
        y.append(s * inverse(i + 1) % N)
    return y


def free(k):
    return mix(k) % 1000003 + 1


def gaussian(divisor, start):
    c = [start, 0]
    for i in range(2, TERMS):
        c.append(-c[i - 2] * inverse(i if divisor == 1 else i // 2) % N)
    return c


def square_root(a):
    """Of the square of a small positive rational, or of one of World.roots times one."""
    for j in range(1, 13):
        for i in range(1, 200):
            for factor, r in World.roots:
                if i * i * factor % N == a * j * j % N:
                    return i * r * inverse(j) % N
    raise ArithmeticError("no square root")


def products(roots):
    """Of some of these pairs (a, r), or none: (product of the a, product of the r), modulo N."""
    result = [(1, 1)]
    for a, r in roots:
        result += [(modular(a) * b % N, int(r) * s % N) for b, s in result]
    return result


def coefficients(f, z):
    half = inverse(2)
    if f == "exp":
        return riccati(1, 0, 1, 0)
    if f in ("sin", "cos"):
        e = riccati(1, 0, 1, 0)
        first = 1 if f == "sin" else 0
        return [e[i] * (-1) ** (i // 2) if i % 2 == first else 0 for i in range(TERMS)]
    if f == "tanh":
        return riccati(0, 1, 0, 1)
    if f == "sigmoid":
        return riccati(half, 0, 1, 1)
    if f == "softplus":
        return integrated(riccati(half, 0, 1, 1), free(1001))
    if f == "silu":
        return [0] + riccati(half, 0, 1, 1)
    if f == "erf":
        return integrated(gaussian(2, free(1000)), 0)
    if f == "gelu":
        return [0] + integrated(gaussian(1, free(1002)), half)
    if f == "sqrt":
        a = z.base()
        c = [square_root(a)]
        for i in range(TERMS):
            c.append(c[i] * (half - i) % N * inverse(a) % N * inverse(i + 1) % N)
        return c
    zero = {"odd": lambda i: i % 2 == 0, "even": lambda i: i % 2 == 1, "generic0": lambda i: i == 0,
            "generic": lambda i: False}[f]
    return [0 if zero(i) else mix((mix(77) + i) & MASK) % 1000003 + 1 for i in range(TERMS)]


DERIVATIVES = {"exp": (1,), "sin": (0, 1, 0, -1), "cos": (1, 0, -1, 0)}  # at 0, again and again


def call(f, z):
    global TERMS
    if World.order == 0 and f in DERIVATIVES:
        return z.expand(DERIVATIVES[f], mix((z.f + 100 + CODES[f]) & MASK) % M)
    TERMS = World.order + max((s.bit_length() for _, s in z.d), default=0) + 1
    return z.compose(coefficients(f, z), mix((z.f + 100 + CODES[f]) & MASK) % M)


def function(f):
    return lambda z: [call(f, x) for x in z] if isinstance(z, list) else call(f, z)


exp, sin, cos, tanh, sigmoid, softplus, gelu, silu, erf, sqrt, generic, odd, even, generic0 = map(function, (
    "exp", "sin", "cos", "tanh", "sigmoid", "softplus", "gelu", "silu", "erf", "sqrt", "generic", "odd", "even",
    "generic0"))


def gate(z):
    g = mix((z + mix(World.seed)) & MASK) % 9 - 4
    return g if g != 0 else 5


def relu(z):
    if isinstance(z, list):
        return [relu(x) for x in z]
    out = z * gate(z.f)
    return Number(out.d, mix(z.f + 5) % M * z.f % M)


def leaky_relu(z):
    if isinstance(z, list):
        return [leaky_relu(x) for x in z]
    out = z * gate(z.f + 1 & MASK)
    return Number(out.d, mix(z.f + 6) % M * z.f % M)


def maxpool(z):
    w = 0
    if World.windows_are_sets:
        z = sorted(z, key=lambda x: x.f)
    for x in z:
        w = mix((w + x.f) & MASK)
    total, f = Number.of(0), 0
    for e, x in enumerate(z):
        key = (mix((w + 7) & MASK) + e) & MASK
        total = total + x * gate(key)
        f += mix(key) % M * x.f
    return Number(total.d, f % M)


def dot(a, b):
    total = Number.of(0)
    for x, y in zip(a, b):
        total = total + x * y
    return total


def times(A, x):
    return [dot(row, x) for row in A]


def transpose(A):
    return [list(c) for c in zip(*A)]


def matmul(A, B):
    return [times(transpose(B), row) for row in A]


def plus(a, b):
    return [x + y for x, y in zip(a, b)]


def softmax(z):
    e = exp(z)
    s = sum(e[1:], e[0]).reciprocal()
    return [x * s for x in e]


def rmsnorm(z):
    s = sqrt(dot(z, z) * Fraction(1, len(z))).reciprocal()
    return [x * s for x in z]


def layernorm(z):
    mean = sum(z[1:], z[0]) * Fraction(1, len(z))
    return rmsnorm([x - mean for x in z])


def shaped(flat, *dims):
    """A flat list as nested lists."""
    if len(dims) <= 1:
        return flat
    step = len(flat) // dims[0]
    return [shaped(flat[i * step:(i + 1) * step], *dims[1:]) for i in range(dims[0])]


# ---------------------------------------------------------------------------------------------------------------
# Members, brackets
# ---------------------------------------------------------------------------------------------------------------

def key(kind, i):
    return mix((mix(kind) + i) & MASK) % M


class Case:
    """One model. run(theta, x) is the list of outputs for network and map, of fields (lists) for raw."""

    def __init__(self, name, text, run, p, laws=(), inputs=0, kind="network", order=None, base=None, point=None,
                 relu="none", claims=("conserved", "independent", "rank", "complete"), bits=1, frozen=None, flow=None,
                 gradient=None, rank=None, roots=(), shapes=None, finish=None, proof="expand", **sections):
        self.__dict__.update(locals())


def forward(case, theta, member):
    """Outputs at theta (numbers), with the inputs of the member."""
    x = []
    for i in range(case.inputs):
        d = {(0, 0): modular(member["inputs"][i])}
        if "direction" in member:
            d[1, 0] = modular(member["direction"][i])
        x.append(Number(d, key(2, i)))
    f = [Number({(0, 0): modular(q)}, key(3, i)) for i, q in enumerate(case.frozen or [])]
    return case.run(theta, x, f) if case.frozen else case.run(theta, x)


def coefficient(number, t, s):
    """The part of T^t e_s..., with s removed."""
    return {(0, k[1] & ~s): c for k, c in number.d.items() if k[0] == t and k[1] & s == s}


def value(case, entry, entries, theta, k):
    """Entry at theta, a list of dictionaries; theta has nilpotents below bit k."""
    e = entries[entry]
    if isinstance(e, list):
        a = value(case, e[0], entries, theta, k)
        moved = shift(theta, a, k)
        b = value(case, e[1], entries, moved, k + 1)
        low, high = halves(b, k)
        back = halves(value(case, e[0], entries, shift(theta, low, k), k + 1), k)[1]
        return [minus(h, g) for h, g in zip(high, back)]
    World.order = e.get("order", 0)
    World.seed = int(e.get("gates", 0))
    if case.kind == "raw":
        return [coefficient(v, 0, 0) for v in forward(case, theta, e)[e["field"]]]
    if case.flow == "momentum":
        p = case.p
        if "drift" in e:
            tau = Number.of(0)
            return ([{(0, 0): 1}] + [dict(v.d) for v in theta[1 + p:]] + [(-(v * tau)).d for v in theta[1 + p:]])
        return [{} for _ in range(1 + p)] + gradient(case, e, theta[1:1 + p], k)
    g = gradient(case, e, theta, k)
    if callable(case.flow):
        World.order = 0
        g = [(Number(x, 0) * h).d for x, h in zip(g, case.flow(theta))]
    return g


def gradient(case, e, theta, k):
    bit = 1 << k
    out = []
    for i, v in enumerate(theta):
        d = dict(v.d)
        d[0, bit] = 1
        y = forward(case, theta[:i] + [Number(d, v.f)] + theta[i + 1:], e)
        total = Number.of(0)
        for c, yj in zip(e["covector"], y):
            total = total + Number.of(Fraction(c)) * yj
        out.append(coefficient(total, World.order, bit))
    return out


def shift(theta, v, k):
    return [Number({**x.d, **{(0, s | 1 << k): c for (_, s), c in d.items()}}, x.f) for x, d in zip(theta, v)]


def halves(v, k):
    bit = 1 << k
    low = [{key_: c for key_, c in d.items() if key_[1] & bit == 0} for d in v]
    high = [{(0, s & ~bit): c for (_, s), c in d.items() if s & bit} for d in v]
    return low, high


def minus(a, b):
    return {key_: (a.get(key_, 0) - b.get(key_, 0)) % N for key_ in set(a) | set(b)}


# ---------------------------------------------------------------------------------------------------------------
# Linear algebra modulo N
# ---------------------------------------------------------------------------------------------------------------

class Span:
    def __init__(self):
        self.rows = []

    def add(self, v):
        v = list(v)
        for pivot, row in self.rows:
            if v[pivot]:
                c = v[pivot]
                v = [(x - c * y) % N for x, y in zip(v, row)]
        pivot = next((i for i, x in enumerate(v) if x), None)
        if pivot is None:
            return False
        c = inverse(v[pivot])
        self.rows.append((pivot, [x * c % N for x in v]))
        return True


def product(a, b):
    return [[sum(x * y for x, y in zip(row, column)) % N for column in zip(*b)] for row in a]


def inverse_matrix(a):
    n = len(a)
    a = [list(row) + [int(i == j) for j in range(n)] for i, row in enumerate(a)]
    for i in range(n):
        k = next(k for k in range(i, n) if a[k][i])
        a[i], a[k] = a[k], a[i]
        c = inverse(a[i][i])
        a[i] = [x * c % N for x in a[i]]
        for k in range(n):
            if k != i and a[k][i]:
                c = a[k][i]
                a[k] = [(x - c * y) % N for x, y in zip(a[k], a[i])]
    return [row[n:] for row in a]


# ---------------------------------------------------------------------------------------------------------------
# Writing
# ---------------------------------------------------------------------------------------------------------------

def rational(q):
    q = Fraction(q)
    return str(q.numerator) if q.denominator == 1 else f"{q.numerator}/{q.denominator}"


LONG = ("instances", "laws", "words", "A", "C", "basis", "tensors", "coefficients", "model")


def text_of(j, name="", top=False):
    if isinstance(j, dict):
        items = [f'"{k}":{text_of(v, k)}' for k, v in sorted(j.items())]
        return "{\n" + ",\n".join(items) + "\n}" if top else "{" + ",".join(items) + "}"
    if isinstance(j, (list, tuple)):
        items = [text_of(v) for v in j]
        return "[" + (",\n" if name in LONG else ",").join(items) + "]"
    return str(j) if isinstance(j, int) else f'"{j}"'


def problem_text(case):
    return text_of({"format": "conslaw-problem", "model": case.text.split("\n"), "relu": case.relu,
                    "title": case.name, "version": 2}, top=True) + "\n"


def candidates(case, source):
    """Random members of the family."""
    if case.kind == "raw":
        return [{"field": i} for i in range(case.bits)]
    members = []
    if case.flow == "momentum":
        members.append({"drift": 0})
    for _ in range(3 * case.p + 6):
        e = {"covector": [rational(source.randint(-4, 4)) for _ in range(case.noutputs)]}
        if case.kind == "network":
            e["inputs"] = [rational(source.randint(-5, 5)) for _ in range(case.inputs)]
        if case.relu != "none":
            e["gates"] = str(source.randrange(1 << 63))
        if case.order is not None:
            e["order"] = source.randint(1, case.order)
            e["direction"] = e["inputs"]
            e["inputs"] = [rational(q) for q in (case.base or [0] * case.inputs)]
        members.append(e)
    return members


def certify(case, source=None):
    """The certificate as a dictionary (without the digest), and the problem as text."""
    source = source or random.Random(case.name)
    cert = {"claims": list(case.claims), "format": "conslaw-cert", "version": 2}
    cert.update(case.sections)
    if "conserved" in case.claims:
        cert["laws"] = [{"expression": h, "proof": case.proof} for h in case.laws]
    size = 2 * case.p + 1 if case.flow == "momentum" else case.p
    point = case.point or [source.choice([-3, -2, -1, 1, 2, 3, 5, 7]) for _ in range(size)]
    theta = [Number({(0, 0): modular(q)}, key(1, i)) for i, q in enumerate(point)]
    if case.flow == "momentum":
        theta = [Number(v.d, key(1, i - 1)) for i, v in enumerate(theta)]
    World.order, World.roots = 0, products(case.roots)
    case.noutputs = 1 if case.kind == "raw" or "rank" not in case.claims else len(
        forward(case, theta[1:1 + case.p] if case.flow == "momentum" else theta,
                {"inputs": case.base or [0] * case.inputs}))
    if "rank" in case.claims:
        wanted = case.rank if case.rank is not None else size - len(case.laws)
        entries, span, chosen, rows = candidates(case, source), Span(), [], []

        def consider(i):
            v = [d.get((0, 0), 0) for d in value(case, i, entries, theta, 0)]
            if len(chosen) < wanted and span.add(v):
                chosen.append(i)
                rows.append(v)

        nmembers = len(entries)
        for i in range(nmembers):
            consider(i)
        level = list(range(nmembers)) if case.kind == "raw" or case.flow == "momentum" else list(chosen)
        generators = list(level)
        for _ in range(9):
            if len(chosen) >= wanted:
                break
            fresh = []
            for j in level:
                for i in generators:
                    if i == j or len(chosen) >= wanted:
                        continue
                    entries.append([i, j])
                    before = len(chosen)
                    consider(len(entries) - 1)
                    if len(chosen) == before:
                        entries.pop()
                    else:
                        fresh.append(len(entries) - 1)
            level = fresh
        assert len(chosen) == wanted, (case.name, len(chosen), wanted)
        cert["instances"] = entries[:nmembers]
        if entries[nmembers:]:
            cert["words"] = entries[nmembers:]
    if "growth" in case.claims:
        length = [leaves(entries, i) for i in chosen]
        cert["growth"] = [sum(n <= d for n in length) for d in range(1, max(length) + 1)]
    split = {"mod": str(N)}
    if "independent" in case.claims:
        J = [law_gradient(case, h, theta) for h in case.laws]
        JT = transpose(J)
        C = product(inverse_matrix(product(J, JT)), J)
        split["C"] = [[str(x) for x in row] for row in C]
    if "rank" in case.claims:
        W, WT = rows, transpose(rows)
        A = product(WT, inverse_matrix(product(W, WT))) if rows else [[] for _ in range(size)]
        if "independent" in case.claims:
            JC = product(JT, C)
            rest = [[(int(i == j) - JC[i][j]) % N for j in range(size)] for i in range(size)]
            A = product(rest, A) if rows else A
        split["A"] = [[str(x) for x in row] for row in A]
        split["chosen"] = chosen
    if len(split) > 1:
        cert["split"] = split
        cert["point"] = [rational(q) for q in point]
        if case.frozen:
            cert["frozen"] = [rational(q) for q in case.frozen]
        if case.roots:
            pairs = [list(map(str, pair)) for pair in case.roots]
            split |= {"roots": pairs} if len(pairs) > 1 else {"root": pairs[0]}
    World.roots = products(())
    if case.finish:
        case.finish(cert)
    return cert, problem_text(case)


def leaves(entries, i):
    """How many members stand in an entry."""
    return sum(leaves(entries, j) for j in entries[i]) if isinstance(entries[i], list) else 1


def law_gradient(case, h, theta):
    """By evaluating the expression as Python: names of the case's `names` stand for entries."""
    World.order = 0
    result = []
    for i, v in enumerate(theta):
        d = dict(v.d)
        d[0, 1] = 1
        moved = theta[:i] + [Number(d, v.f)] + theta[i + 1:]
        scope = {"exp": exp, "log": lambda z: Number({(0, 1): z.d.get((0, 1), 0) * inverse(z.base())}, 0)}
        scope.update(case.gradient(moved))
        plain = re.sub(r"(?<![\w\]])(\d+)\[1(,1)?\]", r"\1", h)  # a number is its own only entry
        g = Number.of(eval(plain.replace("^", "**"), scope))
        result.append(g.d.get((0, 1), 0) % N)
    return result


class Index:
    """U[i,j] and v[i] with indices from 1."""

    def __init__(self, flat, *dims):
        self.flat, self.dims = flat, dims

    def __getitem__(self, index):
        index = index if isinstance(index, tuple) else (index,)
        at = 0
        for i, n in zip(index, self.dims):
            at = at * n + i - 1
        return self.flat[at]


def names(**shapes):
    """A reader of parameters: names(U=(2, 2), c=()) in the order of declaration."""
    def read(theta):
        scope, at = {}, 0
        for name, dims in shapes.items():
            size = 1
            for n in dims:
                size *= n
            scope[name] = Index(theta[at:at + size], *dims) if dims else theta[at]
            at += size
        return scope
    return read


def with_digest(cert, problem):
    return text_of({**cert, "problem": hashlib.sha256(problem.encode()).hexdigest()}, top=True) + "\n"


def main():
    import certificate_cases
    os.makedirs(sys.argv[1], exist_ok=True)
    for case in certificate_cases.CASES:
        cert, problem = certify(case)
        for suffix, text in (("problem", problem), ("cert", with_digest(cert, problem))):
            with open(os.path.join(sys.argv[1], f"{case.name}.{suffix}"), "w", encoding="ascii") as file:
                file.write(text)


if __name__ == "__main__":
    import make_certificates # the module of which certificate_cases uses the classes
    make_certificates.main()
