"""The expansion of conslaw_check.py: is the derivative of a law along every member zero, as a polynomial in coordinates,
inputs, gates, constants and symbols?

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later

A polynomial is a dict from monomials to nonzero rationals. A monomial is one integer: exponent number v stands in the
bits 16 v .. 16 v + 15, so a product of monomials is a sum of integers; degrees are bounded before they can overflow.
"""

from fractions import Fraction

from conslaw_model import arguments_of, need, reachable, square_root

WIDTH = 16
MAX_DEGREE = 1 << 14
MAX_TERMS = 3000000
SHORT = 100  # terms up to which arguments of functions are expanded where values have names, or may be zero
MAX_PRIME = 1 << 20  # of the primes under a root but one
MAX_EXPONENT = (1 << WIDTH) - 1


class Poly(dict):
    """degree: a bound."""

    def __init__(self, terms=(), degree=0):
        super().__init__(terms)
        self.degree = degree


def constant(q):
    return Poly({0: q} if q else {}, 0)


def add(a, b, q=1):
    out = Poly(a, max(a.degree, b.degree))
    for m, c in b.items():
        c = out.get(m, 0) + q * c
        if c:
            out[m] = c
        else:
            del out[m]
    return out


def add_into(out, b, q=1):
    if not q:
        return
    out.degree = max(out.degree, b.degree)
    for m, c in b.items():
        c = out.get(m, 0) + q * c
        if c:
            out[m] = c
        else:
            del out[m]


def mul(a, b):
    if not a or not b:
        return Poly()
    need(a.degree + b.degree < MAX_DEGREE and len(a) * len(b) <= MAX_TERMS, "an expansion is too large")
    if len(a) > len(b):
        a, b = b, a
    out = Poly((), a.degree + b.degree)
    get = out.get
    for m, c in a.items():
        for n, d in b.items():
            k = m + n
            out[k] = get(k, 0) + c * d
    zero = [k for k, c in out.items() if not c]
    for k in zero:
        del out[k]
    return out


def scale(a, q):
    return Poly({m: q * c for m, c in a.items()} if q else {}, a.degree)


def exact(q):
    """Small integers are faster than rationals."""
    return int(q) if Fraction(q).denominator == 1 else q


def variables_in(f):
    """A number in which the bits of a variable are not all zero where f has it."""
    used = 0
    for m in f:
        used |= m
    return used


class Symbol:
    """Number, kind, what it was made from, and the rule that reduces its powers."""

    def __init__(self, number, kind, base):
        self.number, self.kind, self.base = number, kind, base


ODD = {"sin", "tanh", "erf"}  # and derivatives of arbitrary functions, (name, order)
EVEN = {"cos", "phi"}
AT_ZERO = {"exp": 1, "cos": 1, "sigmoid": Fraction(1, 2), "Phi": Fraction(1, 2), ("generic0", 0): 0}


def parity(kind):
    if isinstance(kind, tuple) and kind[0] in ("odd", "even"):
        return 1 if (kind[0] == "even") == (kind[1] % 2 == 0) else -1
    return -1 if kind in ODD else 1 if kind in EVEN else 0


class Expansion:
    """named: nodes whose values get a name where they are longer than one term (conslaw_tangent.py)."""

    def __init__(self, model):
        self.model, self.program = model, model.program
        self.variables, self.symbols, self.table = [0], [], {}
        self.leaves, self.gates, self.value, self.named = {}, {}, {}, ()

    # ---- variables and symbols ----

    def variable(self):
        self.variables[0] += 1
        return Poly({1 << (WIDTH * (self.variables[0] - 1)): 1}, 1)

    def symbol(self, kind, argument):
        """The symbol of a function of a polynomial; equal arguments share it, and f(-a) is expressed by f(a) where f is odd
        or even."""
        sign = parity(kind)
        if not argument:
            if sign < 0 or kind in AT_ZERO:
                return constant(AT_ZERO.get(kind, 0))
        negative = sign != 0 and bool(argument) and argument[max(argument)] < 0
        if negative:
            argument = scale(argument, -1)
        key = (kind, frozenset(argument.items()))
        if key not in self.table:
            poly = self.variable()
            self.symbols.append(Symbol(self.variables[0] - 1, kind, argument))
            self.table[key] = poly
        return scale(self.table[key], -1) if negative and sign < 0 else self.table[key]

    def reciprocal(self, d):
        d = self.reduce_powers(d)
        need(not self.is_zero(d), "a division by zero")
        if len(d) == 1 and 0 in d:
            return constant(exact(Fraction(1) / d[0]))
        return self.symbol("1/", d)

    def root_of_number(self, q):
        """A rational times roots of primes, so that sqrt(6) = sqrt(2) sqrt(3)."""
        need(q > 0, "the square root of a negative number")
        n, out, p = q.numerator * q.denominator, Poly({0: Fraction(1, q.denominator)}), 2
        while n > 1:
            if p * p > n or square_root(Fraction(n)):
                root = square_root(Fraction(n))
                return scale(out, root) if root else mul(out, self.symbol("sqrt", constant(n)))
            need(p < MAX_PRIME, "the square root of a number with primes that are too large")
            while n % (p * p) == 0:
                n, out = n // (p * p), scale(out, p)
            if n % p == 0:
                n, out = n // p, mul(out, self.symbol("sqrt", constant(p)))
            p += 1
        return out

    def circle(self, argument):
        """cos first, so that sin^2 = 1 - cos^2 speaks of an earlier symbol."""
        cosine = self.symbol("cos", argument)
        return self.symbol("sin", argument), cosine

    def function(self, name, z):
        """Value and derivative."""
        need(name not in ("sqrt", "log") or not self.is_zero(z, SHORT), "a square root or a logarithm of zero")
        one = constant(1)
        if name == "exp":
            s = self.symbol("exp", z)
            return s, s
        if name == "tanh":
            s = self.symbol("tanh", z)
            return s, add(one, mul(s, s), -1)
        if name in ("sigmoid", "silu", "softplus"):
            s = self.symbol("sigmoid", z)
            ds = add(s, mul(s, s), -1)
            if name == "sigmoid":
                return s, ds
            if name == "silu":
                return mul(z, s), add(s, mul(z, ds))
            return self.symbol("softplus", z), s
        if name in ("sin", "cos"):
            s, c = self.circle(z)
            return (s, c) if name == "sin" else (c, scale(s, -1))
        if name == "log":
            return self.symbol("log", z), self.reciprocal(z)
        if name == "sqrt":
            s = self.root_of_number(Fraction(z[0])) if len(z) == 1 and 0 in z else self.symbol("sqrt", z)
            return s, scale(self.reciprocal(s), Fraction(1, 2))
        if name == "erf":
            k = self.symbol("K", constant(1))
            return self.symbol("erf", z), mul(k, self.symbol("exp", scale(mul(z, z), -1)))
        if name == "gelu":
            big, small = self.symbol("Phi", z), self.symbol("phi", z)
            return mul(z, big), add(big, mul(z, small))
        return self.symbol((name, 0), z), self.symbol((name, 1), z)

    # ---- values and tangents ----

    def leaf(self, kind, i):
        if (kind, i) not in self.leaves:
            self.leaves[kind, i] = self.variable()
        return self.leaves[kind, i]

    def gate(self, i, e):
        if (i, e) not in self.gates:
            self.gates[i, e] = self.variable()
        return self.gates[i, e]

    def evaluate(self, i):
        """The polynomial of a node, computed when it is asked for."""
        stack = [i]
        while stack:
            j = stack[-1]
            if j in self.value:
                stack.pop()
                continue
            missing = [a for a in arguments_of(self.program.nodes[j]) if a not in self.value]
            if missing:
                stack += missing
            else:
                value = self.node_value(j)
                self.value[j] = self.symbol("name", value) if len(value) > 1 and j in self.named else value
                stack.pop()
        return self.value[i]

    def node_value(self, i):
        node, v = self.program.nodes[i], self.value
        kind = node[0]
        if kind == "const":
            return constant(exact(node[1]))
        if kind == "sum":
            out = Poly()
            for q, a, b in node[1]:
                add_into(out, v[a] if b < 0 else mul(v[a], v[b]), exact(q))
            return out
        if kind == "div":
            return mul(v[node[1]], self.reciprocal(v[node[2]]))
        if kind == "pow":
            base, out = v[node[1]] if node[2] > 0 else self.reciprocal(v[node[1]]), constant(1)
            for _ in range(abs(node[2])):
                out = mul(out, base)
            return out
        if kind == "fun":
            return self.function(node[1], v[node[2]])[0]
        if kind == "gate":
            return mul(self.gate(i, 0), v[node[1]])
        if kind == "max":
            out = Poly()
            for e, a in enumerate(node[1]):
                add_into(out, mul(self.gate(i, e), v[a]))
            return out
        return self.leaf(kind, node[1])

    def tangents(self, roots, speed):
        """Derivatives of the roots when coordinate i moves with the polynomial speed[i]."""
        t = {}
        for i in reachable(self.program, roots):
            t[i] = self.tangent(i, t, speed)
        return [t[r] for r in roots]

    def tangent(self, i, t, speed):
        """The derivative of a node from those of its arguments."""
        node = self.program.nodes[i]
        kind, out = node[0], Poly()
        if kind == "par":
            out = speed.get(node[1], out)
        elif kind == "sum":
            for q, a, b in node[1]:
                q = exact(q)
                if b < 0:
                    if t[a]:
                        add_into(out, t[a], q)
                    continue
                if t[a]:
                    add_into(out, mul(t[a], self.evaluate(b)), q)
                if t[b]:
                    add_into(out, mul(t[b], self.evaluate(a)), q)
        elif kind == "div":
            a, b = node[1], node[2]
            if t[a] or t[b]:
                r = self.reciprocal(self.evaluate(b))
                out = mul(t[a], r)
                if t[b]:
                    add_into(out, mul(mul(self.evaluate(a), mul(r, r)), t[b]), -1)
        elif kind == "pow":
            if t[node[1]]:
                base, n = self.evaluate(node[1]), node[2] - 1
                if n < 0:
                    base, n = self.reciprocal(base), -n
                out = scale(t[node[1]], node[2])
                for _ in range(n):
                    out = mul(out, base)
        elif kind == "fun":
            if t[node[2]]:
                out = mul(t[node[2]], self.function(node[1], self.evaluate(node[2]))[1])
        elif kind == "gate":
            if t[node[1]]:
                out = mul(self.gate(i, 0), t[node[1]])
        elif kind == "max":
            for e, a in enumerate(node[1]):
                if t[a]:
                    add_into(out, mul(self.gate(i, e), t[a]))
        return out

    # ---- reduction ----

    def powers(self, f, number):
        """The coefficients of f in powers of one variable."""
        shift, parts = WIDTH * number, {}
        for m, c in f.items():
            k = (m >> shift) & MAX_EXPONENT
            parts.setdefault(k, Poly((), f.degree))[m - (k << shift)] = c
        return parts

    def power_of(self, number):
        return Poly({1 << (WIDTH * number): 1}, 1)

    def reduce_squares(self, f, symbol):
        """s^2 = a for square roots, sin^2 = 1 - cos^2."""
        square = symbol.base
        if symbol.kind == "sin":
            cosine = self.table["cos", frozenset(symbol.base.items())]
            square = add(constant(1), mul(cosine, cosine), -1)
        parts = self.powers(f, symbol.number)
        while any(k > 1 for k in parts):
            k = max(parts)
            parts[k - 2] = add(parts.get(k - 2, Poly()), mul(parts.pop(k), square))
        out = parts.get(0, Poly())
        return add(out, mul(parts[1], self.power_of(symbol.number))) if 1 in parts else out

    def reduce_powers(self, f):
        for symbol in reversed(self.symbols):
            if symbol.kind in ("sqrt", "sin"):
                f = self.reduce_squares(f, symbol)
        return f

    def is_zero(self, f, most=None):
        """most: not shown where more terms than that are met."""
        f = self.removed(f, ("name", "1/", "sqrt", "sin"), most)
        return f is not None and not f

    def removed(self, f, kinds, most=None):
        """f without names and reciprocals, without squares of roots and sines. None: more terms than that are met."""
        used = variables_in(f)
        for symbol in reversed(self.symbols):
            if symbol.kind not in kinds or not used >> WIDTH * symbol.number & MAX_EXPONENT:
                continue
            if most is not None and len(f) > most:
                return None
            f = self.remove(f, symbol, most) if symbol.kind in ("name", "1/") else self.reduce_squares(f, symbol)
            if not f:
                return f
            used = variables_in(f)
        return f

    def remove(self, f, symbol, most):
        """What it stands for in the place of a name; f times a power of d for a reciprocal 1/d. None: too long."""
        parts, power, out = self.powers(f, symbol.number), constant(1), Poly()
        degree = max(parts)
        for k in range(degree + 1):
            part = parts.get(k if symbol.kind == "name" else degree - k)
            if most is not None and max(len(part or ()), len(symbol.base)) * len(power) > 50 * most:
                return None
            if part is not None:
                out = add(out, mul(part, power))
            if k < degree:
                power = mul(power, symbol.base)
        return out

    # ---- laws ----

    def used(self, law):
        nodes = self.program.nodes
        return [nodes[i][1] for i in reachable(self.program, [law]) if nodes[i][0] == "par"]

    def direction(self, law):
        """The gradient of a law, times the metric: <grad h, H grad F> = <H grad h, grad F>."""
        m, speed = self.model, self.gradient(law)
        if m.metric is not None:
            speed = {i: mul(x, self.evaluate(m.metric[i])) for i, x in speed.items()}
        return speed

    def is_conserved(self, law):
        m, used = self.model, self.used(law)
        if m.kind == "raw":
            for field in m.fields:
                speed = {i: self.evaluate(field[i]) for i in used}
                if not self.is_zero(self.tangents([law], speed)[0]):
                    return False
            return True
        return all(self.is_zero(e) for e in self.tangents(m.outputs, self.direction(law)))

    def gradient(self, law):
        """dh/dtheta_i, backwards through the law."""
        order, nodes = reachable(self.program, [law]), self.program.nodes
        adjoint, out = {law: constant(1)}, {}

        def give(a, x):
            if a in adjoint:
                add_into(adjoint[a], x)
            else:
                adjoint[a] = Poly(x, x.degree)

        for i in reversed(order):
            y = adjoint.pop(i, None)
            if not y:
                continue
            node = nodes[i]
            kind = node[0]
            if kind == "par":
                out[node[1]] = y
            elif kind == "sum":
                for q, a, b in node[1]:
                    x = y if q == 1 else scale(y, exact(q))
                    if b < 0:
                        give(a, x)
                    else:
                        give(a, mul(x, self.evaluate(b)))
                        give(b, mul(x, self.evaluate(a)))
            elif kind == "div":
                r = self.reciprocal(self.evaluate(node[2]))
                give(node[1], mul(y, r))
                give(node[2], scale(mul(mul(y, self.evaluate(node[1])), mul(r, r)), -1))
            elif kind == "pow":
                base, n, x = self.evaluate(node[1]), node[2] - 1, scale(y, node[2])
                if n < 0:
                    base, n = self.reciprocal(base), -n
                for _ in range(n):
                    x = mul(x, base)
                give(node[1], x)
            elif kind == "fun":
                give(node[2], mul(y, self.function(node[1], self.evaluate(node[2]))[1]))
            elif kind == "gate":
                self.evaluate(i)
                give(node[1], mul(self.gate(i, 0), y))
            elif kind == "max":
                self.evaluate(i)
                for e, a in enumerate(node[1]):
                    give(a, mul(self.gate(i, e), y))
        return out


class Domain(Expansion):
    """Whether values are defined. All have names, so that products of sums are not expanded; but arguments of functions, and
    divisors, have none where they are short, so that equal ones are known to be equal."""

    def __init__(self, model):
        super().__init__(model)
        self.named = range(len(model.program.nodes))

    def plain(self, f):
        out = self.removed(f, ("name",), SHORT)
        return f if out is None else out

    def function(self, name, z):
        return super().function(name, self.plain(z))

    def reciprocal(self, d):
        return super().reciprocal(self.plain(d))
