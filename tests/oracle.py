#!/usr/bin/env python3
"""oracle.py - a second, independent route to the counts of lieorbit, for small models.

Reads the model language by its own parser, expands the model into sparse rational functions, takes gradients of the
coefficients, brackets them, and counts ranks at a random point modulo 2^89 - 1. It shares nothing with lieorbit:
standard library only, exact integers and rationals, slow on purpose.

    oracle.py rank MODEL          field rank, growth, orbit dimension (generic point)
    oracle.py laws MODEL DEGREE   dimensions of the spaces of polynomial laws, degree by degree
    oracle.py check MODEL LAW...  is each LAW conserved, and how many are independent

relu, leaky_relu and maxpool are gates: each scalar pre-activation is multiplied by a free input, equal pre-activations by
the same one. Analytic functions occur in raw families only (of coordinates), as symbols with a derivation. Counts are ranks at a
random point modulo a prime: lower bounds with certainty, equal to the generic rank up to a chance below 10^-20.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import random
import re
import sys
from fractions import Fraction

PRIME = (1 << 89) - 1


class Unsupported(Exception):
    """The model is outside of what the oracle reads."""


# ---------------------------------------------------------------------------------------------------------------
# Sparse polynomials: {sorted tuple of variable numbers with repetition: nonzero coefficient}.

def p_add(a, b, factor=1):
    if not b or factor == 0:
        return a
    out = dict(a)
    for m, c in b.items():
        s = out.get(m, 0) + factor * c
        if s == 0:
            out.pop(m, None)
        else:
            out[m] = s
    return out


def p_mul(a, b):
    if not a or not b:
        return {}
    if len(b) == 1 and () in b:
        k = b[()]
        return dict(a) if k == 1 else {m: c * k for m, c in a.items()}
    if len(a) == 1 and () in a:
        return p_mul(b, a)
    if len(a) * len(b) > 4000000:
        raise Unsupported("too large for the oracle")
    out = {}
    for m, c in a.items():
        for n, d in b.items():
            k = tuple(sorted(m + n))
            out[k] = out.get(k, 0) + c * d
    return {m: c for m, c in out.items() if c != 0}


def p_diff(a, v):
    out = {}
    for m, c in a.items():
        k = m.count(v)
        if k:
            i = m.index(v)
            out[m[:i] + m[i + 1:]] = out.get(m[:i] + m[i + 1:], 0) + c * k
    return out


def residue(c):
    if isinstance(c, Fraction):
        return c.numerator * pow(c.denominator, -1, PRIME) % PRIME
    return c % PRIME


def p_value(a, point):
    total = 0
    for m, c in a.items():
        t = residue(c)
        for v in m:
            t = t * point[v] % PRIME
        total += t
    return total % PRIME


ONE = {(): 1}


class Rat:
    """num/den, not reduced; den is ONE for polynomials."""
    __slots__ = ("num", "den")

    def __init__(self, num, den=ONE):
        self.num, self.den = num, den

    def __add__(self, other):
        if self.den == other.den:
            return Rat(p_add(self.num, other.num), self.den)
        return Rat(p_add(p_mul(self.num, other.den), p_mul(other.num, self.den)), p_mul(self.den, other.den))

    def __neg__(self):
        return Rat({m: -c for m, c in self.num.items()}, self.den)

    def __mul__(self, other):
        return Rat(p_mul(self.num, other.num), p_mul(self.den, other.den))

    def __truediv__(self, other):
        if not other.num:
            raise ZeroDivisionError
        if len(other.num) == 1 and () in other.num:
            return Rat({m: Fraction(c) / other.num[()] for m, c in self.num.items()}, self.den) * Rat(other.den)
        return Rat(p_mul(self.num, other.den), p_mul(self.den, other.num))


def const(c):
    c = Fraction(c)
    return Rat({(): int(c) if c.denominator == 1 else c} if c else {})


def power(a, k):
    out = const(1)
    for _ in range(abs(k)):
        out = out * a
    return out if k >= 0 else const(1) / out


class Tensor:
    """shape () for scalars, (m, n) for matrices (vectors have n = 1), more for signals; data in row-major order."""

    def __init__(self, shape, data):
        self.shape, self.data = tuple(shape), data

    def at(self, *index):
        k = 0
        for i, n in zip(index, self.shape):
            k = k * n + i
        return self.data[k]

    def map(self, f):
        return Tensor(self.shape, [f(a) for a in self.data])

    def scalar(self):
        if len(self.data) != 1:
            raise Unsupported("a scalar is needed")
        return self.data[0]


def zip_with(a, b, f):
    if a.shape != b.shape and not (len(a.data) == 1 and len(b.data) == 1):
        raise Unsupported(f"shapes {a.shape} and {b.shape}")
    return Tensor(a.shape, [f(x, y) for x, y in zip(a.data, b.data)])


def matmul(a, b):
    if a.shape == ():
        return b.map(lambda x: a.data[0] * x)
    if b.shape == ():
        return a.map(lambda x: x * b.data[0])
    if a.shape[1] != b.shape[0]:
        raise Unsupported(f"shapes {a.shape} times {b.shape}")
    m, k, n = a.shape[0], a.shape[1], b.shape[1]
    out = []
    for i in range(m):
        for j in range(n):
            s = const(0)
            for t in range(k):
                s = s + a.data[i * k + t] * b.data[t * n + j]
            out.append(s)
    return Tensor((m, n), out)


def transpose(a):
    if a.shape == ():
        return a
    m, n = a.shape
    return Tensor((n, m), [a.data[i * n + j] for j in range(n) for i in range(m)])


# ---------------------------------------------------------------------------------------------------------------
# The model language.

TOKEN = re.compile(r"\s*(?:(\d+\.\d+|\d+)|([A-Za-z_]\w*)|(->|\.\*|\./|\.\^|[-+*/^'()\[\],;:=]))")


def statements(text):
    text = re.sub(r"#.*", "", text)
    text = re.sub(r'model\s+"[^"]*"', "", text)
    out, depth, current = [], 0, ""
    for ch in text:
        depth += (ch in "([") - (ch in ")]")
        if ch in ";\n" and depth == 0:
            out.append(current.strip())
            current = ""
        else:
            current += ch
    return [s for s in out + [current.strip()] if s]


class Model:
    """One model: variables with a kind each, outputs or raw fields."""

    def __init__(self, text):
        self.kind, self.names, self.values = [], {}, {}
        self.gates, self.symbols, self.derivation = {}, {}, {}
        self.outputs, self.fields, self.params, self.counter = None, [], [], 0
        self.inputs = []
        for statement in statements(text):
            self.tokens = [t for t in self.scan(statement)] + [None]
            self.i = 0
            self.statement()
            if self.tokens[self.i] is not None:
                raise Unsupported(f"cannot read `{statement}`")

    @staticmethod
    def scan(text):
        i = 0
        while text[i:].strip():
            m = TOKEN.match(text, i)
            if not m:
                raise Unsupported(f"cannot read `{text[i:]}`")
            i = m.end()
            yield m.group(m.lastindex)

    def take(self, wanted=None):
        t = self.tokens[self.i]
        if wanted is not None and t != wanted:
            raise Unsupported(f"`{wanted}` expected, not `{t}`")
        self.i += 1
        return t

    def maybe(self, *wanted):
        if self.tokens[self.i] in wanted:
            return self.take()
        return None

    def variable(self, kind):
        self.kind.append(kind)
        if kind == "param":
            self.params.append(len(self.kind) - 1)
        return len(self.kind) - 1

    def declare(self, name, kind, shape):
        """shape: as written; one size n is a column."""
        size = 1
        for n in shape:
            size *= n
        data = []
        for k in range(size):
            v = self.variable(kind)
            index, rest = [], k
            for n in reversed(shape):
                index.insert(0, rest % n + 1)
                rest //= n
            label = name + (f"[{','.join(map(str, index))}]" if shape else "")
            self.names[label] = v
            data.append(Rat({(v,): 1}))
        full = tuple(shape) if len(shape) != 1 else (shape[0], 1)
        self.values[name] = Tensor(full, data)
        return self.values[name]

    def statement(self):
        word = self.take()
        if word in ("param", "input", "frozen", "coords"):
            while True:
                name, shape = self.take(), []
                if self.maybe("["):
                    shape = [int(self.take())]
                    while self.maybe(","):
                        shape.append(int(self.take()))
                    self.take("]")
                value = self.declare(name, {"coords": "param"}.get(word, word), shape)
                if word == "input":
                    self.inputs.append(value)
                if not self.maybe(","):
                    break
        elif word in ("let", "map", "field"):
            name = self.take()
            self.take("=")
            value = self.expression()
            self.values[name] = value
            if word == "map":
                self.outputs = value.data
            elif word == "field":
                self.fields.append(value.data)
        elif word == "output":
            self.outputs = self.expression().data
        elif word == "net":
            self.outputs = self.chain(self.inputs[0]).data
        else:
            raise Unsupported(f"statement `{word}`")

    # Expressions, loose to tight.
    def expression(self):
        a = self.product()
        while True:
            op = self.maybe("+", "-")
            if not op:
                return a
            b = self.product()
            a = zip_with(a, b, (lambda x, y: x + y) if op == "+" else (lambda x, y: x + -y))

    def product(self):
        a = self.sign()
        while True:
            op = self.maybe("*", "/", ".*", "./")
            if not op:
                return a
            b = self.sign()
            if op == "*":
                a = matmul(a, b)
            elif op == "/":
                d = b.scalar()
                a = a.map(lambda x, d=d: x / d)
            else:
                a = zip_with(a, b, (lambda x, y: x * y) if op == ".*" else (lambda x, y: x / y))

    def sign(self):
        if self.maybe("-"):
            return self.sign().map(lambda x: -x)
        if self.maybe("+"):
            return self.sign()
        a = self.postfix()
        if self.maybe("^", ".^"):
            bracket, minus = self.maybe("("), self.maybe("-")
            k = int(self.take()) * (-1 if minus else 1)
            if bracket:
                self.take(")")
            a = a.map(lambda x: power(x, k))
        return a

    def postfix(self):
        a = self.atom()
        while True:
            if self.maybe("'"):
                a = transpose(a)
            elif self.maybe("["):
                slices = [self.slice()]
                while self.maybe(","):
                    slices.append(self.slice())
                self.take("]")
                a = self.index(a, slices)
            else:
                return a

    def slice(self):
        if self.maybe(":"):
            return (None, None)
        first = int(self.take())
        return (first, int(self.take())) if self.maybe(":") else (first, first)

    @staticmethod
    def index(a, slices):
        if len(slices) == 1:
            slices = slices + [(1, 1)]
        ranges = [range((lo or 1) - 1, hi or n) for (lo, hi), n in zip(slices, a.shape)]
        if all(lo is not None and lo == hi for lo, hi in slices):
            return Tensor((), [a.at(*[r[0] for r in ranges])])
        if len(a.shape) != 2:
            raise Unsupported("slices of signals")
        return Tensor((len(ranges[0]), len(ranges[1])), [a.at(i, j) for i in ranges[0] for j in ranges[1]])

    def atom(self):
        t = self.take()
        if t is None:
            raise Unsupported("an expression ends too early")
        if t[0].isdigit():
            return Tensor((), [const(t)])
        if t == "(":
            a = self.expression()
            self.take(")")
            return a
        if t == "[":
            rows = [[self.expression().scalar()]]
            while not self.maybe("]"):
                if self.take() == ",":
                    rows[-1].append(self.expression().scalar())
                else:
                    rows.append([self.expression().scalar()])
            if len(rows) == 1:
                return Tensor((len(rows[0]), 1), rows[0])
            return Tensor((len(rows), len(rows[0])), [a for row in rows for a in row])
        if self.tokens[self.i] == "(" and t not in self.values:
            self.take("(")
            arguments, options = [], {}
            while not self.maybe(")"):
                if self.tokens[self.i + 1] == "=":
                    name = self.take()
                    self.take("=")
                    options[name] = int(self.take())
                else:
                    arguments.append(self.expression())
                self.maybe(",")
            return self.function(t, arguments, options)
        if t in self.values:
            return self.values[t]
        raise Unsupported(f"name `{t}`")

    def gate(self, z, name):
        if z.den != ONE:
            raise Unsupported("gates of rational functions")
        key = (name, frozenset(z.num.items()))
        if key not in self.gates:
            self.gates[key] = self.variable("input")
        return Rat({(self.gates[key],): 1}) * z

    def symbol(self, name, z):
        """sin, cos, exp, log of a function of the coordinates."""
        if z.den != ONE or any(self.kind[v] != "param" for m in z.num for v in m):
            raise Unsupported(f"{name} of this")
        key = (name, frozenset(z.num.items()))
        if key not in self.symbols:
            self.symbols[key] = s = self.variable("symbol")
            if name in ("sin", "cos"):
                other = "cos" if name == "sin" else "sin"
                slope = self.symbol(other, z) if name == "sin" else -self.symbol(other, z)
            else:
                slope = Rat({(s,): 1}) if name == "exp" else const(1) / z
            self.derivation[s] = (slope, z.num)
        return Rat({(self.symbols[key],): 1})

    def function(self, name, a, options):
        if name in ("relu", "leaky_relu"):
            return a[0].map(lambda z: self.gate(z, name))
        if name in ("sin", "cos", "exp", "log"):
            return a[0].map(lambda z: self.symbol(name, z))
        if name in ("dot", "sum", "mean", "trace"):
            if name == "trace":
                parts = [a[0].at(i, i) for i in range(a[0].shape[0])]
            elif name == "dot":
                parts = zip_with(a[0], a[1], lambda x, y: x * y).data
            else:
                parts = a[0].data
            total = const(0)
            for x in parts:
                total = total + x
            return Tensor((), [total * const(Fraction(1, len(parts))) if name == "mean" else total])
        if name in ("concat", "vstack"):
            parts = [x if len(x.shape) == 2 else Tensor((1, 1), x.data) for x in a]
            return Tensor((sum(x.shape[0] for x in parts), parts[0].shape[1]), [d for x in parts for d in x.data])
        if name == "hstack":
            return transpose(self.function("vstack", [transpose(x) for x in a], {}))
        if name == "flatten":
            return Tensor((len(a[0].data), 1), a[0].data)
        if name == "diag":
            n = len(a[0].data)
            return Tensor((n, n), [a[0].data[i] if i == j else const(0) for i in range(n) for j in range(n)])
        if name == "conv1d":
            return self.conv(a[0], a[1], options.get("stride", 1), options.get("pad", 0), 1)
        if name == "conv2d":
            return self.conv(a[0], a[1], options.get("stride", 1), options.get("pad", 0), 2)
        if name in ("maxpool", "avgpool"):
            return self.pool(name, a[0], int(next(iter(a[1].scalar().num.values()))), options.get("stride"),
                             options.get("pad", 0))
        raise Unsupported(f"function `{name}`")

    def pool(self, name, a, k, stride=None, pad=0):
        """Windows along a vector, along each row, or in both directions of each image; outside is nothing, or zero."""
        stride = stride or k
        column = len(a.shape) == 2 and a.shape[1] == 1
        images, rows, cols = (1, 1, a.shape[0]) if column else (a.shape[0], 1, a.shape[1]) if len(a.shape) == 2 else a.shape
        both = len(a.shape) == 3
        height, width = ((rows + 2 * pad - k) // stride + 1 if both else 1), (cols + 2 * pad - k) // stride + 1
        out = []
        for c in range(images):
            for i in range(height):
                for j in range(width):
                    places = [(i * stride + s - pad if both else 0, j * stride + t - pad)
                              for s in range(k if both else 1) for t in range(k)]
                    parts = [a.data[(c * rows + u) * cols + v] for u, v in places if 0 <= u < rows and 0 <= v < cols]
                    total = const(0)
                    for x in parts:
                        if name == "maxpool":
                            total = total + (Rat({(self.variable("input"),): 1}) if len(parts) > 1 else const(1)) * x
                        else:
                            total = total + const(Fraction(1, len(places))) * x
                    out.append(total)
        return Tensor((width, 1) if column else (images, height, width) if both else (images, width), out)

    @staticmethod
    def conv(x, w, stride, pad, dims):
        cin, cout, k = x.shape[0], w.shape[0], w.shape[2]
        heights = [(n + 2 * pad - k) // stride + 1 for n in x.shape[1:]]
        out = []
        for c in range(cout):
            for i in range(heights[0]):
                for j in range(heights[1] if dims == 2 else 1):
                    s = const(0)
                    for d in range(cin):
                        for a in range(k):
                            for b in range(k if dims == 2 else 1):
                                u, v = i * stride + a - pad, j * stride + b - pad
                                if not 0 <= u < x.shape[1] or dims == 2 and not 0 <= v < x.shape[2]:
                                    continue
                                kernel = w.at(c, d, a, b) if dims == 2 else w.at(c, d, a)
                                s = s + kernel * (x.at(d, u, v) if dims == 2 else x.at(d, u))
                    out.append(s)
        return Tensor((cout, *heights), out)

    # Layers.
    def chain(self, x):
        x = self.stage(x)
        while self.maybe("->"):
            x = self.stage(x)
        return x

    def stage(self, x):
        name, numbers, flags, options = self.take(), [], [], {}
        if name == "residual":
            self.take("(")
            inner = self.chain(x)
            shortcut = self.chain(x) if self.maybe(",") else x
            self.take(")")
            return zip_with(shortcut, inner, lambda a, b: a + b)
        if name == "repeat":
            self.take("(")
            copies = int(self.take())
            self.take(",")
            begin = self.i
            for _ in range(copies):
                self.i = begin
                x = self.chain(x)
            self.take(")")
            return x
        if self.maybe("("):
            while not self.maybe(")"):
                t = self.take()
                if self.maybe("="):
                    options[t] = int(self.take())
                elif t.isdigit():
                    numbers.append(int(t))
                else:
                    flags.append(t)
                self.maybe(",")
        if name == "dense":
            self.counter += 1
            w = self.declare(f"W{self.counter}", "param", [numbers[0], x.shape[0]])
            y = matmul(w, x)
            if "bias" in flags:
                y = zip_with(y, self.declare(f"b{self.counter}", "param", [numbers[0]]), lambda a, b: a + b)
            return y
        if name in ("conv1d", "conv2d"):
            self.counter += 1
            dims = 1 if name == "conv1d" else 2
            w = self.declare(f"W{self.counter}", "param", [numbers[0], x.shape[0]] + [numbers[1]] * dims)
            y = self.conv(x, w, options.get("stride", 1), options.get("pad", 0), dims)
            if "bias" in flags:
                b, n = self.declare(f"b{self.counter}", "param", [numbers[0]]), len(y.data) // numbers[0]
                y = Tensor(y.shape, [v + b.data[i // n] for i, v in enumerate(y.data)])
            return y
        if name == "attention" and "linear" in flags:
            return self.attention(x, options, "causal" in flags, "bias" in flags)
        if name in ("maxpool", "avgpool"):
            return self.pool(name, x, numbers[0], options.get("stride"), options.get("pad", 0))
        return self.function(name, [x], {})

    def attention(self, x, options, causal, bias):
        self.counter += 1
        heads = options.get("heads", 1)
        groups, d, total = options.get("kv_groups", heads), options["dim"], None
        k = v = None
        for h in range(heads):
            def new(prefix, part, many):
                return self.declare(f"{prefix}{self.counter}" + (f"_{part + 1}" if many else ""), "param", [d, x.shape[1]])

            def project(prefix, part, many):
                y = matmul(x, transpose(new(prefix, part, many)))
                if bias:
                    b = self.declare(f"b{prefix}{self.counter}" + (f"_{part + 1}" if many else ""), "param", [d])
                    y = Tensor(y.shape, [v + b.data[i % d] for i, v in enumerate(y.data)])
                return y
            q = project("Q", h, heads > 1)
            if h % (heads // groups) == 0:
                k = project("K", h // (heads // groups), groups > 1)
                v = project("V", h // (heads // groups), groups > 1)
            o = new("O", h, heads > 1)
            scores = matmul(q, transpose(k))
            if causal:
                n = scores.shape[0]
                scores = Tensor((n, n), [scores.at(i, j) if j <= i else const(0) for i in range(n) for j in range(n)])
            y = matmul(matmul(scores, v), o)
            total = y if total is None else zip_with(total, y, lambda a, b: a + b)
        if bias:
            b, n = self.declare(f"bO{self.counter}", "param", [x.shape[1]]), x.shape[1]
            total = Tensor(total.shape, [v + b.data[i % n] for i, v in enumerate(total.data)])
        return total

    # -----------------------------------------------------------------------------------------------------------
    def derivative(self, z, v):
        """Of a polynomial, in a coordinate, through the symbols: a Rat."""
        out = Rat(p_diff(z, v))
        for s in {s for m in z for s in m if s in self.derivation}:
            slope, argument = self.derivation[s]
            inner = p_diff(argument, v)
            if inner:
                out = out + Rat(p_mul(p_diff(z, s), inner)) * slope
        return out

    def gradient(self, f):
        """Numerators of the gradient of a Rat, over one denominator: [polynomial per parameter], and that denominator."""
        tops = []
        for v in self.params:
            a, b = self.derivative(f.num, v), self.derivative(f.den, v)
            tops.append(Rat(f.den) * a + -(Rat(f.num) * b))
        below = []
        for t in tops:
            if t.den != ONE and t.den not in below:
                below.append(t.den)
        common = ONE
        for d in below:
            common = p_mul(common, d)
        out = []
        for t in tops:
            top = t.num
            for d in below:
                if d != t.den:
                    top = p_mul(top, d)
            out.append(top)
        return out, common

    def spanning(self):
        """Fields whose multiples by functions span the family, as polynomials in everything but, possibly, the inputs:
        [[polynomial per parameter]]. Coefficients of the monomials in the inputs."""
        out, seen = [], set()
        sources = self.fields
        if sources:
            for field in sources:
                common = ONE
                for f in field:
                    if f.den != ONE and f.den != common:
                        common = p_mul(common, f.den)
                row = []
                for f in field:
                    row.append(f.num if f.den == common else p_mul(f.num, common) if f.den == ONE else None)
                    if row[-1] is None:
                        row[-1] = self.cleared(f, field)
                if any(f.den not in (ONE, common) for f in field):
                    row = [self.cleared(f, field) for f in field]
                out.append(row)
            return out
        for f in self.outputs:
            if f.den == ONE:
                parts = {}
                for m, c in f.num.items():
                    key = tuple(v for v in m if self.kind[v] == "input")
                    parts.setdefault(key, {})[tuple(v for v in m if self.kind[v] != "input")] = c
                for part in parts.values():
                    tag = frozenset(part.items())
                    if tag not in seen:
                        seen.add(tag)
                        analytic = any(v in self.derivation for m in part for v in m)
                        out.append(self.gradient(Rat(part))[0] if analytic else [p_diff(part, v) for v in self.params])
            else:
                out.append(self.gradient(f)[0])
        return out

    @staticmethod
    def cleared(f, field):
        total = f.num
        for g in field:
            if g is not f:
                total = p_mul(total, g.den)
        return total

    def sampled(self, fields, rng):
        """The same with random residues for the inputs that are left (rational models)."""
        count = len(self.params)
        out = []
        for field in fields:
            used = {v for f in field for m in f for v in m if self.kind[v] == "input"}
            if not used:
                out.append(field)
                continue
            for _ in range(count):
                value = {v: rng.randrange(1, PRIME) for v in used}
                out.append([self.substitute(f, value) for f in field])
        return out

    @staticmethod
    def substitute(f, value):
        out = {}
        for m, c in f.items():
            t = residue(c)
            for v in m:
                if v in value:
                    t = t * value[v] % PRIME
            key = tuple(v for v in m if v not in value)
            out[key] = (out.get(key, 0) + t) % PRIME
        return {m: c for m, c in out.items() if c}

    def point(self, rng):
        point = {v: rng.randrange(1, PRIME) for v in range(len(self.kind))}
        for (name, key), s in self.symbols.items():
            if name == "sin":
                t = rng.randrange(2, 1 << 40)
                d = pow(1 + t * t, -1, PRIME)
                point[s] = 2 * t * d % PRIME
                point[self.symbols[("cos", key)]] = (1 - t * t) * d % PRIME
        return point


# ---------------------------------------------------------------------------------------------------------------
# Ranks and brackets.

class Echelon:
    """Row echelon form modulo the prime, with sparse rows {column: residue}."""

    def __init__(self):
        self.rows = {}

    def add(self, row):
        row = {j: c % PRIME for j, c in (row.items() if isinstance(row, dict) else enumerate(row)) if c % PRIME}
        while row:
            pivot = min(row)
            if pivot not in self.rows:
                inverse = pow(row[pivot], -1, PRIME)
                self.rows[pivot] = {j: c * inverse % PRIME for j, c in row.items()}
                return True
            factor = row[pivot]
            for j, c in self.rows[pivot].items():
                t = (row.get(j, 0) - factor * c) % PRIME
                if t:
                    row[j] = t
                else:
                    row.pop(j, None)
        return False

    def rank(self):
        return len(self.rows)


class Fields:
    """Brackets of the family of a model at one random point."""

    def __init__(self, model, seed=1, limit=200000):
        self.m, self.limit = model, limit
        rng = random.Random(seed)
        self.point = model.point(rng)
        self.slot = {v: i for i, v in enumerate(model.params)}
        fields = model.sampled(model.spanning(), rng)
        self.span = Echelon()
        self.generators = [f for f in fields if self.span.add(self.values(f))]

    def values(self, field):
        return [p_value(f, self.point) for f in field]

    def symbolic(self, field):
        """D f . direction needs every coordinate derivative of f: cached per polynomial."""
        return [{v: self.m.derivative(f, v) for v in self.m.params if self.depends(f, v)} for f in field]

    def depends(self, f, v):
        for m in f:
            for w in m:
                if w == v or w in self.m.derivation and any(v in n for n in self.m.derivation[w][1]):
                    return True
        return False

    def jacobian(self, field):
        out = []
        for row in self.symbolic(field):
            out.append({self.slot[v]: p_value(d.num, self.point) * pow(p_value(d.den, self.point), -1, PRIME) % PRIME
                        for v, d in row.items()})
        return out

    def bracket(self, x, y):
        out = []
        dx, dy = self.symbolic(x), self.symbolic(y)
        for i in range(len(x)):
            total = Rat({})
            for v, d in dy[i].items():
                total = total + d * Rat(x[self.slot[v]])
            for v, d in dx[i].items():
                total = total + -(d * Rat(y[self.slot[v]]))
            if total.den != ONE:
                raise Unsupported("brackets with denominators")
            if len(total.num) > self.limit:
                raise Unsupported("brackets too large for the oracle")
            out.append(total.num)
        return out

    def growth(self, deepest=40):
        """Generic point, so only brackets that raise the rank are kept (theory, section 1, trap 3)."""
        dims, level = [self.span.rank()], self.generators
        jac = {id(f): self.jacobian(f) for f in self.generators}
        val = {id(f): self.values(f) for f in self.generators}
        p = len(self.m.params)
        while level and dims[-1] < p and len(dims) < deepest:
            fresh = []
            for y in level:
                if id(y) not in jac:
                    jac[id(y)], val[id(y)] = self.jacobian(y), self.values(y)
                for x in self.generators:
                    if x is y:
                        continue
                    vx, vy, jx, jy = val[id(x)], val[id(y)], jac[id(x)], jac[id(y)]
                    value = [(sum(c * vx[k] for k, c in jy[i].items()) - sum(c * vy[k] for k, c in jx[i].items()))
                             % PRIME for i in range(p)]
                    if self.span.add(value):
                        fresh.append(self.bracket(x, y))
            if not fresh:
                break
            dims.append(self.span.rank())
            level = fresh
        return dims

    def law_space(self, degree):
        """Dimension of the space of polynomial laws: homogeneous of each degree 1..degree when every field is homogeneous, of all
        laws without constant term up to `degree` otherwise."""
        everything = self.m.sampled(self.m.spanning(), random.Random(7))
        homogeneous = all(len({len(m) for f in field for m in f}) <= 1 for field in everything)
        out = {}
        for d in range(1, degree + 1):
            columns = []
            for e in [d] if homogeneous else range(1, d + 1):
                columns += monomials(self.m.params, e)
            if len(columns) > 3000:
                raise Unsupported("too many monomials for the oracle")
            # column j gives the polynomials X_k(m_j); laws = kernel, so rank of the transposed system
            rows = {}
            for j, m in enumerate(columns):
                for k, field in enumerate(everything):
                    for v in set(m):
                        i = m.index(v)
                        rest, times = m[:i] + m[i + 1:], m.count(v)
                        for n, c in field[self.slot[v]].items():
                            row = rows.setdefault((k, tuple(sorted(rest + n))), {})
                            row[j] = row.get(j, 0) + residue(c) * times
            system = Echelon()
            for row in rows.values():
                system.add(row)
            out[d] = len(columns) - system.rank()
        return out


def monomials(variables, degree, first=0):
    if degree == 0:
        return [()]
    return [(variables[i],) + rest for i in range(first, len(variables)) for rest in monomials(variables, degree - 1, i)]


def read_law(model, text):
    model.tokens = list(model.scan(text)) + [None]
    model.i = 0
    law = model.expression().scalar()
    if model.tokens[model.i] is not None:
        raise Unsupported(f"cannot read the law `{text}`")
    return law


def is_conserved(model, law):
    """<grad law, X> = 0, expanded exactly over the rationals, for every field of the spanning set."""
    top, _ = model.gradient(law)
    for field in model.spanning():
        total = {}
        for a, b in zip(top, field):
            total = p_add(total, p_mul(a, b))
        if reduce_circle(model, total):
            return False
    return True


def reduce_circle(model, f):
    """Replaces sin^2 by 1 - cos^2."""
    pairs = {s: model.symbols[("cos", key)] for (name, key), s in model.symbols.items() if name == "sin"}
    while True:
        bad = next((m for m in f for s in pairs if m.count(s) > 1), None)
        if bad is None:
            return f
        c, f = f[bad], {m: x for m, x in f.items() if m != bad}
        s = next(s for s in pairs if bad.count(s) > 1)
        i = bad.index(s)
        rest = bad[:i] + bad[i + 2:]
        f = p_add(f, {rest: c})
        f = p_add(f, {tuple(sorted(rest + (pairs[s],) * 2)): -c})


def independent(model, laws, seed=3):
    point = model.point(random.Random(seed))
    span = Echelon()
    for law in laws:
        span.add([p_value(f, point) for f in model.gradient(law)[0]])
    return span.rank()


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("rank", "laws", "check"):
        sys.exit(__doc__)
    text = sys.argv[2]
    if text.endswith(".lo"):
        with open(text, encoding="utf-8") as file:
            text = file.read()
    model = Model(text)
    if sys.argv[1] == "rank":
        growth = Fields(model).growth()
        print(f"parameters {len(model.params)} growth {growth} dimension {growth[-1]} laws {len(model.params) - growth[-1]}")
    elif sys.argv[1] == "laws":
        print(Fields(model).law_space(int(sys.argv[3])))
    else:
        laws = [read_law(model, law) for law in sys.argv[3:]]
        print([is_conserved(model, law) for law in laws], "independent", independent(model, laws))


if __name__ == "__main__":
    main()
