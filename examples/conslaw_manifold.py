"""The claims `symmetry`, `invariant` and `involutive` of conslaw_check.py.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later

All three are identities between polynomials in symbols (conslaw_expand.py). A View is the model under a substitution of
its coordinates or inputs; views of one expansion share symbols. In a view the gate of a unit is a variable that belongs to the
pre-activation after the substitution, and the gates of a max-pool window belong to the multiset of its entries and to a place
in it: equal entries have a gate each, as they come in the window.
"""

from collections import Counter
from fractions import Fraction

from conslaw_expand import MAX_EXPONENT, WIDTH, Expansion, Poly, add, add_into, constant, exact, mul, scale
from conslaw_model import a_list, an_index, an_object, integer, need, reachable


def content(poly):
    return frozenset(poly.items())


class View(Expansion):
    def __init__(self, base, leaves=None):
        """leaves: polynomials for (kind, number) in place of variables."""
        super().__init__(base.model)
        self.base, self.replaced = base, leaves or {}
        self.variables, self.symbols, self.table = base.variables, base.symbols, base.table
        self.gates = base.gates

    def leaf(self, kind, i):
        return self.replaced[kind, i] if (kind, i) in self.replaced else self.base.leaf(kind, i)

    def gate(self, i, e):
        node = self.program.nodes[i]
        if node[0] == "gate":
            key = ("gate", node[2], content(self.value[node[1]]))
        else:
            entries = [content(self.value[a]) for a in node[1]]
            key = ("max", frozenset(Counter(entries).items()), entries[e], entries[:e].count(entries[e]))
        if key not in self.gates:
            self.gates[key] = self.variable()
        return self.gates[key]

    def field(self, j):
        """Field j of the spanning list, as polynomials."""
        m = self.model
        if m.kind == "raw":
            return [self.evaluate(node) for node in m.fields[j]]
        self.evaluate(m.outputs[j])
        gradient = self.gradient(m.outputs[j])
        out = [gradient.get(i, Poly()) for i in range(m.p)]
        return out if m.metric is None else [mul(x, self.evaluate(node)) for x, node in zip(out, m.metric)]


def field_count(model):
    return len(model.fields) if model.kind == "raw" else len(model.outputs)


# ---- symmetry ----

def read_generator(pairs, p):
    signs, images = [], []
    for pair in a_list(pairs, p, "a symmetry"):
        a_list(pair, 2)
        sign = integer(pair[0])
        need(sign in (1, -1), "a sign is not 1 or -1")
        signs.append(sign)
        images.append(an_index(pair[1], p, "an image"))
    need(len(set(images)) == p, "a symmetry is no permutation")
    return signs, images


def check_symmetry(model, section):
    need(model.kind in ("network", "map") and model.metric is None, "symmetries of a network or map under gradient flow")
    need(a_list(section), "no symmetry")
    for pairs in section:
        signs, images = read_generator(pairs, model.p)
        base = Expansion(model)
        plain = View(base)
        moved = View(base, {("par", i): scale(base.leaf("par", j), s) for i, (s, j) in enumerate(zip(signs, images))})
        for node in model.outputs:
            need(plain.is_zero(add(moved.evaluate(node), plain.evaluate(node), -1)), "a symmetry changes an output")
    return len(section)


# ---- invariant subspaces ----

def read_matrix(rows, r, c):
    out = [[integer(x) for x in a_list(row, c, "a row")] for row in a_list(rows, r, "a matrix")]
    return out


def product(a, b, rows, cols):
    return [[sum(x * row[j] for x, row in zip(a[i], b)) for j in range(cols)] for i in range(rows)]


def check_subspace(model, item):
    p = model.p
    an_object(item, ("G", "H", "basis", "d", "equations"))
    q = len(a_list(item["basis"]))
    need(q < p, "the subspace is not proper")
    b, e = read_matrix(item["basis"], q, p), read_matrix(item["equations"], p - q, p)
    g, h, d = read_matrix(item["G"], q, p), read_matrix(item["H"], p, p - q), integer(item["d"])
    need(d != 0, "d is zero")
    need(all(sum(x * y for x, y in zip(u, v)) == 0 for u in e for v in b), "E B^T is not zero")
    columns = [list(c) for c in zip(*b)] if b else [[] for _ in range(p)]
    total = [[x + y for x, y in zip(u, v)] for u, v in zip(product(columns, g, p, p), product(h, e, p, p))]
    need(all(total[i][j] == (d if i == j else 0) for i in range(p) for j in range(p)), "B^T G + H E is not d I")
    base = Expansion(model)
    leaves = {}
    for i in range(p):
        leaves["par", i] = Poly()
        for k, c in enumerate(columns[i]):
            add_into(leaves["par", i], base.leaf("s", k), c)
    view = View(base, leaves)
    for j in range(field_count(model)):
        field = view.field(j)
        for row in e:
            total = Poly()
            for c, x in zip(row, field):
                add_into(total, x, c)
            need(view.is_zero(total), "a field leaves the subspace")
    return q


def check_invariant(model, section):
    need(a_list(section), "no subspace")
    return [check_subspace(model, item) for item in section]


# ---- involutivity ----

class Calculus:
    """Derivatives of polynomials in symbols."""

    def __init__(self, base):
        self.base = base
        self.coordinate = {}
        for i in range(base.model.p):
            self.coordinate[self.number(base.leaf("par", i))] = i

    @staticmethod
    def number(variable):
        return (next(iter(variable)).bit_length() - 1) // WIDTH

    def slope(self, symbol):
        """The derivative of a symbol by its argument."""
        base, kind, a = self.base, symbol.kind, symbol.base
        s = base.power_of(symbol.number)
        if kind == "1/":
            return scale(mul(s, s), -1)
        if kind == "Phi":
            return base.symbol("phi", a)
        if kind == "phi":
            return scale(mul(a, s), -1)
        if kind == "K":
            return Poly()
        return base.symbol((kind[0], kind[1] + 1), a) if isinstance(kind, tuple) else base.function(kind, a)[1]

    def along(self, f, field, known):
        """Df . field; known: derivatives of variables along it."""
        out = Poly()
        for v in sorted({v for m in f for v in variables_of(m)}):
            if v not in known:
                symbol = next((x for x in self.base.symbols if x.number == v), None)
                known[v] = field[self.coordinate[v]] if v in self.coordinate else Poly() if symbol is None else \
                    mul(self.slope(symbol), self.along(symbol.base, field, known))
            if known[v]:
                add_into(out, mul(partial(f, v), known[v]))
        return out

    def bracket(self, x, y):
        """Dy.x - Dx.y"""
        kx, ky = {}, {}
        return [add(self.along(b, x, kx), self.along(a, y, ky), -1) for a, b in zip(x, y)]


def variables_of(monomial):
    v = 0
    while monomial:
        if monomial & MAX_EXPONENT:
            yield v
        monomial >>= WIDTH
        v += 1


def partial(f, v):
    shift = WIDTH * v
    out = Poly((), f.degree)
    for m, c in f.items():
        k = (m >> shift) & MAX_EXPONENT
        if k:
            out[m - (1 << shift)] = c * k
    return out


class Entries:
    """Members and words as polynomials in coordinates and symbols."""

    def __init__(self, base, instances, words):
        self.base, self.instances, self.words, self.known = base, instances, words, {}
        self.calculus = Calculus(base)

    def __getitem__(self, number):
        if number not in self.known:
            if number < len(self.instances):
                self.known[number] = member(self.base, self.instances[number])
            else:
                i, j = self.words[number - len(self.instances)]
                self.known[number] = self.calculus.bracket(self[i], self[j])
        return self.known[number]

    def residues(self, number, theta, modulus):
        """Values at a point modulo N; None where there are other symbols than coordinates."""
        field, out, places = self[number], [], self.calculus.coordinate
        for poly in field:
            total = 0
            for m, c in poly.items():
                value = Fraction(c)
                value = value.numerator * pow(value.denominator, -1, modulus)
                for v in variables_of(m):
                    if v not in places:
                        return None
                    value = value * pow(theta[places[v]], m >> WIDTH * v & MAX_EXPONENT, modulus) % modulus
                total += value
            out.append(total % modulus)
        return out


def check_involutive(checker):
    """The bound of the dimension."""
    model, section = checker.model, checker.top["involutive"]
    an_object(section, ("basis", "coefficients", "q"))
    need(not checker.gated, "involutive: a model with gates")
    instances, words = checker.read_entries()
    base = Expansion(model)
    plain, entries = View(base), Entries(base, instances, words)
    calculus, total = entries.calculus, len(instances) + len(words)
    basis = [entries[an_index(x, total, "an entry")] for x in a_list(section["basis"])]
    k, n = len(basis), field_count(model)

    def expression(text, inputs):
        need(isinstance(text, str), "a coefficient is missing")
        node = model.expression(text)
        kinds = {model.program.nodes[i][0] for i in reachable(model.program, [node])}
        need(not kinds & ({"gate", "max"} | (set() if inputs else {"in"})), "q or a coefficient uses inputs or gates")
        return plain.evaluate(node)

    q = expression(section["q"], False)
    need(not plain.is_zero(q), "q is zero")
    rows = a_list(section["coefficients"], n * (k + 1))
    for i in range(n):
        field = plain.field(i)
        for j in range(k + 1):
            row = a_list(rows[i * (k + 1) + j], 3)
            need(an_index(row[0], n, "a field") == i and an_index(row[1], k + 1, "a basis element") == j,
                 "the identities are not in their order")
            c = [expression(x, True) for x in a_list(row[2], k)]
            z = calculus.bracket(field, basis[j]) if j < k else field
            for coordinate in range(model.p):
                rest = mul(q, z[coordinate])
                for x, b in zip(c, basis):
                    add_into(rest, mul(x, b[coordinate]), -1)
                need(plain.is_zero(rest), "an identity does not hold")
    return k


def member(base, instance):
    """An instance as polynomials in the coordinates."""
    model = base.model
    need("order" not in instance, "unsupported: a Taylor member as an exact field")
    if "field" in instance:
        return View(base).field(instance["field"])
    inputs = {("in", i): constant(exact(Fraction(v))) for i, v in enumerate(instance["inputs"])}
    view, out = View(base, inputs), [Poly() for _ in range(model.p)]
    for j, y in enumerate(instance["covector"]):
        if y:
            for total, x in zip(out, view.field(j)):
                add_into(total, x, exact(y))
    return out
