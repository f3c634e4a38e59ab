"""Whether what a certificate claims is true, by other means than those of the checkers: the models of certificate_cases.py
are Python functions too, and claims are tried at random points modulo N, or over Q.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import copy
import math
import random
import re
from fractions import Fraction

import make_certificates as make
from make_certificates import Number, World, forward, key, modular, value


def theta_at(case, point):
    shift = 1 if case.flow == "momentum" else 0
    return [Number({(0, 0): modular(q)}, key(1, i - shift)) for i, q in enumerate(point)]


def vector(case, entry, entries, theta):
    return [d.get((0, 0), 0) for d in value(case, entry, entries, theta, 0)]


def inner(a, b):
    return sum(x * y for x, y in zip(a, b)) % make.N


def random_theta(case, source):
    return [Number({(0, 0): source.randrange(2, 10**6)}, key(1, i)) for i in range(case.p)]


def integers(matrix):
    return [[int(x) for x in row] for row in matrix]


def unit_matrix(n, d=1):
    return [[d * (i == j) for j in range(n)] for i in range(n)]


# ---------------------------------------------------------------------------------------------------------------
# Names
# ---------------------------------------------------------------------------------------------------------------

def shapes_of(case):
    """Parameters and their sizes, in order, from the text of the model; None for networks in layers."""
    shapes = {}
    for line in case.text.split("\n"):
        if line.split()[0] in ("coords", "param"):
            for name, sizes in re.findall(r"(\w+)(?:\[([\d,]+)\])?", line.split(None, 1)[1]):
                shapes[name] = tuple(map(int, sizes.split(","))) if sizes else ()
    return shapes


def ready(case, cert):
    """A copy of the case to work with: names of the parameters, frozen values."""
    case = copy.copy(case)
    names = case.gradient or make.names(**shapes_of(case))
    case.gradient = lambda theta: {"sin": make.sin, "cos": make.cos, **names(theta)}
    case.frozen = cert.get("frozen", case.frozen)
    if case.kind != "raw":
        World.order, World.roots = 0, make.products(case.roots)
        theta = theta_at(case, case.point or range(2, case.p + 2))[-case.p:]
        case.noutputs = len(forward(case, theta, {"inputs": case.base or [0] * case.inputs}))
    if case.order is None and re.search(r"tanh|generic", case.text):
        case.order = 5
    return case


def evaluated(text, scope):
    """The value of an expression of the model language."""
    if len(text) > 10000 or re.search(r"\^\(?\d{7}", text):
        raise ValueError("too large for the second opinion")
    plain = re.sub(r"(?<![\w\]])(\d+)\[1(,1)?\]", r"\1", text)  # a number is its own only entry
    for name in scope:
        if isinstance(scope[name], Number):
            plain = re.sub(rf"\b{name}\[1(,1)?\]", name, plain)
    plain = re.sub(r"(?<![\w.])(\d+)(?![\w.])(?![^\[]*\])", r"number(\1)", plain.replace("^", "**"))
    plain = re.sub(r"\*\* ?number\((\d+)\)", r"**\1", plain)
    result = eval(plain, {"__builtins__": {}, "number": Number.of}, scope)
    return Number.of(result[0] if isinstance(result, list) and len(result) == 1 else result)


def constant(value_at, f):
    """A function at the one argument where its value is used in coefficients."""
    def of(z):
        z = Number.of(z)
        if z.base() != value_at:
            raise ArithmeticError("a function of another number")
        return Number.of(f)
    return of


CONSTANTS = {"tanh": constant(0, 0), "sin": constant(0, 0), "cos": constant(0, 1), "exp": constant(0, 1), "log": constant(1, 0),
             "sigmoid": constant(0, Fraction(1, 2)), "sqrt": constant(0, 0), "relu": constant(0, 0)}


# ---------------------------------------------------------------------------------------------------------------
# Laws, and the split
# ---------------------------------------------------------------------------------------------------------------

def sloped(slope):
    """A function of which only the derivative counts; slope: of the value before it."""
    return lambda z: Number({(0, 1): z.d.get((0, 1), 0) * slope(z.base()) % make.N}, 0)


def root_slope(a):
    """Up to a factor where the root is unknown: good enough for whether a derivative is zero."""
    try:
        return make.inverse(2 * make.square_root(a))
    except ArithmeticError:
        return 1


# Those with a value at 0 have their slope there, the right one at the point of a certificate, and right up to a factor elsewhere.
SLOPES = {"exp": lambda a: 1, "tanh": lambda a: 1, "sigmoid": lambda a: make.inverse(4), "log": lambda a: make.inverse(a),
          "sqrt": root_slope}


def logarithm(z):
    """With its value at powers of 2, where log 2 is the free number 1001; elsewhere the derivative only."""
    a = z.base()
    k = next((k for k in sorted(range(-40, 41), key=abs) if a in (pow(2, k, make.N), -pow(2, k, make.N) % make.N)), 0)
    return Number({(0, 0): k * make.free(1001) % make.N, (0, 1): z.d.get((0, 1), 0) * make.inverse(a) % make.N}, 0)


def law_gradient(case, h, theta):
    """Modulo N."""
    World.order = 0
    result = []
    for i, v in enumerate(theta):
        moved = theta[:i] + [Number({**v.d, (0, 1): 1}, v.f)] + theta[i + 1:]
        scope = {name: sloped(slope) for name, slope in SLOPES.items()}
        scope["log"] = logarithm
        result.append(evaluated(h, {**scope, **case.gradient(moved)}).d.get((0, 1), 0) % make.N)
    return result


def is_law(case, gradient, source):
    """Along random members at random points; where base points are special, at the case's own point."""
    size = 2 * case.p + 1 if case.flow == "momentum" else case.p
    World.roots = make.products(case.roots)
    for _ in range(2):
        point = case.point or [source.randint(2, 10**6) for _ in range(size)]
        theta = theta_at(case, point)
        g = gradient(theta)
        members = make.candidates(case, source)[:8]
        if any(inner(g, vector(case, i, members, theta)) for i in range(len(members))):
            return False
    return True


def laws_of(case, cert):
    """The gradient of each law as a function of the point."""
    if "units" in cert["claims"]:
        return unit_laws(case, cert["units"])
    return [lambda theta, h=x["expression"]: law_gradient(case, h, theta) for x in cert.get("laws", [])]


def conserved_holds(case, cert):
    return all(is_law(case, g, random.Random(1)) for g in laws_of(case, cert)) and \
        all(x["proof"] in ("expand", "tangent") for x in cert.get("laws", []))


def split_holds(case, cert):
    """Modulo the modulus of the certificate."""
    before, make.N = make.N, int(cert["split"]["mod"])
    try:
        return make.N > 1 and split_holds_here(case, cert, cert["split"])
    finally:
        make.N, World.roots = before, make.products(())


def is_square(a):
    return all(math.isqrt(n) ** 2 == n for n in (a.numerator, a.denominator))


def roots_hold(pairs):
    """Positive numbers, no product of some of them a square; and their roots modulo N."""
    factors = [Fraction(1)]
    for a, r in pairs:
        if a <= 0 or any(is_square(a * b) for b in factors) or not 0 < r < make.N or (r * r - modular(a)) % make.N:
            return False
        factors += [a * b for b in factors]
    return True


def split_holds_here(case, cert, split):
    pairs = [split["root"]] if "root" in split else split.get("roots", [])
    if "roots" in split and not 2 <= len(pairs) <= 6 or not roots_hold([(Fraction(a), int(r)) for a, r in pairs]):
        return False
    World.roots = make.products(pairs)
    theta, claims = theta_at(case, cert["point"]), cert["claims"]
    if "independent" in claims:
        J = [g(theta) for g in laws_of(case, cert)]
        C = integers(split["C"])
        for i, law in enumerate(cert.get("laws", [])):
            if "sqrt(" in law["expression"]:  # its gradient is known up to a factor
                unit = make.inverse(inner(C[i], J[i]))
                J[i] = [x * unit % make.N for x in J[i]]
        if make.product(C, make.transpose(J)) != unit_matrix(len(J)):
            return False
    if "rank" in claims:
        entries = cert["instances"] + cert.get("words", [])
        W = [vector(case, i, entries, theta) for i in split["chosen"]]
        A = integers(split["A"])
        if len(A) != len(theta) or W and make.product(W, A) != unit_matrix(len(W)):
            return False
    if "complete" in claims:
        a, b = make.product(A, W), make.product(make.transpose(J), C)
        total = [[(x + y) % make.N for x, y in zip(*rows)] for rows in zip(a, b)] if J and W else a if W else b
        return len(W) + len(J) == len(theta) and total == unit_matrix(len(theta))
    return True


def growth_holds(case, cert):
    entries = cert["instances"] + cert.get("words", [])
    lengths = [make.leaves(entries, i) for i in cert["split"]["chosen"]]
    return cert["growth"] == [sum(x <= d for x in lengths) for d in range(1, max(lengths) + 1)]


# ---------------------------------------------------------------------------------------------------------------
# Units
# ---------------------------------------------------------------------------------------------------------------

def units_of(case, units):
    """The unit of each parameter, in order, as {free unit: coefficient}; and where each tensor starts, and its sizes."""
    shapes, table, starts = case.shapes, [], []
    if [t["name"] for t in units["tensors"]] != list(shapes):
        raise ValueError("other tensors")
    for tensor, sizes in zip(units["tensors"], shapes.values()):
        sizes = sizes or (1,)
        starts.append((len(table), sizes))
        layers = tensor.get("layers", [tensor.get("axes")])
        parts = [[[(None, 0) if len(run) == 1 else (run[1] + run[2] * i, Fraction(run[3])) for run in axis for i in range(run[0])]
                  for axis in axes] for axes in layers]
        if any([len(axis) for axis in axes] != list(sizes) for axes in parts):
            raise ValueError("other sizes")
        indices = [()]
        for n in sizes:
            indices = [x + (i,) for x in indices for i in range(n)]
        for index in indices:
            total = {}
            for axes in parts:
                for axis, i in zip(axes, index):
                    e, c = axis[i]
                    if e is not None:
                        total[e] = total.get(e, 0) + c
            table.append({e: c for e, c in total.items() if c})
    return table, starts


def unit_laws(case, units):
    table, _ = units_of(case, units)
    return [lambda theta, e=e: [modular(2 * u.get(e, 0)) * v.base() % make.N for u, v in zip(table, theta)]
            for e in range(units["count"])]


def units_hold(case, cert):
    """The pivots; that the sums are conserved is decided as for other laws."""
    units = cert["units"]
    table, starts = units_of(case, units)
    for e, (tensor, index) in enumerate(units["pivots"]):
        start, sizes = starts[tensor]
        at = 0
        if len(index) != len(sizes) or any(not 0 <= i < n for i, n in zip(index, sizes)):
            return False
        for i, n in zip(index, sizes):
            at = at * n + i
        if not table[start + at] or max(table[start + at]) != e:
            return False
    return len(units["pivots"]) == units["count"] and all(e < units["count"] for u in table for e in u)


# ---------------------------------------------------------------------------------------------------------------
# Symmetries, subspaces
# ---------------------------------------------------------------------------------------------------------------

def outputs_at(case, theta, source):
    """All outputs, as series along a random direction where functions must be at their base."""
    member = {"inputs": [str(source.randint(1, 50)) for _ in range(case.inputs)]}
    World.order, World.seed = 0, 5
    if case.order is not None:
        World.order = 5
        member = {"direction": member["inputs"], "inputs": [str(q) for q in (case.base or [0] * case.inputs)]}
    World.windows_are_sets = True
    try:
        return [{k: c for k, c in y.d.items() if c} for y in forward(case, theta, member)]
    finally:
        World.windows_are_sets = False


def symmetry_holds(case, cert):
    for pairs in cert["symmetry"]:
        if sorted(j for _, j in pairs) != list(range(case.p)) or any(s not in ("1", "-1") for s, _ in pairs):
            return False
        for seed in range(2):
            theta = random_theta(case, random.Random(seed))
            moved = [theta[j] * int(s) for s, j in pairs]
            if outputs_at(case, theta, random.Random(seed)) != outputs_at(case, moved, random.Random(seed)):
                return False
    return len(cert["symmetry"]) > 0


def invariant_holds(case, cert):
    p = case.p
    for s in cert["invariant"]:
        B, E, G, H = (integers(s[k]) for k in ("basis", "equations", "G", "H"))
        total = [[sum(B[k][i] * G[k][j] for k in range(len(B))) + sum(H[i][k] * E[k][j] for k in range(len(E)))
                  for j in range(p)] for i in range(p)]
        d = int(s["d"])
        if d == 0 or len(B) + len(E) != p or len(E) == 0 or total != unit_matrix(p, d):
            return False
        if any(sum(x * y for x, y in zip(e, b)) for e in E for b in B):
            return False
        source = random.Random(3)
        coordinates = random_theta(case, source)[:len(B)]
        theta = [sum((c * b[i] for c, b in zip(coordinates, B)), Number.of(0)) for i in range(p)]
        for member in make.candidates(case, source)[:8]:
            x = vector(case, 0, [member], theta)
            if any(inner(e, x) for e in E):
                return False
    return len(cert["invariant"]) > 0


# ---------------------------------------------------------------------------------------------------------------
# Involutivity, refutations
# ---------------------------------------------------------------------------------------------------------------

def involutive_holds(case, cert):
    inv, raw = cert["involutive"], case.kind == "raw"
    k, n = len(inv["basis"]), case.bits if raw else case.noutputs
    if k == 0 or [row[:2] for row in inv["coefficients"]] != [[i, j] for i in range(n) for j in range(k + 1)]:
        return False
    for seed in range(2):
        source = random.Random(seed)
        theta = random_theta(case, source)
        inputs = [str(source.randrange(2, 99)) for _ in range(case.inputs)]
        names = {**case.gradient(theta), **CONSTANTS}
        scope = dict(names)
        if not raw:
            entries = [Number.of(q) for q in inputs]
            scope["x"] = entries[0] if case.inputs == 1 else make.Index(entries, case.inputs)
        for i, j, c in inv["coefficients"]:
            X = {"field": i} if raw else {"covector": ["1" if a == i else "0" for a in range(n)], "inputs": inputs}
            shift = len(cert["instances"])  # X comes after the instances: words move by one
            words = [[a + (a >= shift), b + (b >= shift)] for a, b in cert.get("words", [])]
            entries = cert["instances"] + [X] + words
            basis = [b + (b >= shift) for b in inv["basis"]]
            if j < k:
                entries = entries + [[shift, basis[j]]]
            left = vector(case, len(entries) - 1 if j < k else shift, entries, theta)
            q = evaluated(inv["q"], names).base()
            right = [0] * case.p
            for x, b in zip(c, basis):
                factor = evaluated(x, scope).base()
                right = [r + factor * v for r, v in zip(right, vector(case, b, entries, theta))]
            if q % make.N == 0 or len(c) != k or [q * v % make.N for v in left] != [v % make.N for v in right]:
                return False
    return True


# The gradients of the outputs, or the fields, over Q where pre-activations are not zero and largest entries unique.
def relu_chain(theta, x):
    w, v = theta
    return [(v * x[0], w * x[0]) if w * x[0] > 0 else (0, 0)] if w * x[0] != 0 else []


def pool_chain(theta, x):
    a, b, v = theta
    a, b = a * x[0], b * x[0]
    return [] if a == b else [(v * x[0], 0, a) if a > b else (0, v * x[0], b)]


FIELDS = {
    "refuted-relu": relu_chain,
    "refuted-pool": pool_chain,
    "refuted-field": lambda theta, x: [(-theta[1], theta[0])],
    "every-claim": lambda theta, x: [(theta[1] * x[0], theta[0] * x[0])],
}


def refuted_holds(case, cert):
    r = cert["refuted"]
    point, x = [Fraction(q) for q in r["point"]], [Fraction(q) for q in r["inputs"]]
    if len(point) != case.p or len(x) != case.inputs:
        return False
    field, before = FIELDS[case.name](point, x)[r["output"]], make.N
    try:
        for make.N in (before, 2**31 - 1):  # a number other than 0 may be 0 modulo one of them
            if inner(law_gradient(case, r["expression"], theta_at(case, r["point"])), map(modular, field)):
                return True
    finally:
        make.N = before
    return False


PARTS = {"conserved": conserved_holds, "units": conserved_holds, "growth": growth_holds, "symmetry": symmetry_holds,
         "invariant": invariant_holds, "involutive": involutive_holds, "refuted": refuted_holds}


def holds(case, cert):
    """Whether every claim is true, and its evidence sound."""
    claims = set(cert["claims"])
    try:
        case = ready(case, cert)
        return all(part(case, cert) for claim, part in PARTS.items() if claim in claims) and \
            ("units" not in claims or units_hold(case, cert)) and \
            (not claims & {"independent", "rank"} or split_holds(case, cert))
    except (ArithmeticError, AttributeError, IndexError, KeyError, NameError, StopIteration, SyntaxError, TypeError, ValueError):
        return False


# ---------------------------------------------------------------------------------------------------------------
# What stands in a certificate
# ---------------------------------------------------------------------------------------------------------------

def sections_fit(case, cert):
    """Whether exactly the sections are there that the claims need, and no claim without those it needs."""
    claims = set(cert["claims"])
    if any(claims >= {c} and not claims & set(needed) for c, needed in (
            ("independent", ("conserved", "units")), ("growth", ("rank",)), ("complete", ("rank",)))):
        return False
    if "complete" in claims and "independent" not in claims or \
            "units" in claims and claims & {"conserved", "invariant", "refuted", "involutive", "symmetry"}:
        return False
    at_point, entries = claims & {"independent", "rank"}, claims & {"rank", "involutive"}
    wanted = {"claims", "format", "problem", "version"} | (claims & {
        "units", "invariant", "refuted", "involutive", "growth", "symmetry"})
    wanted |= {"laws"} if "conserved" in claims else set()
    wanted |= {"point", "split"} if at_point else set()
    wanted |= {"instances"} if entries else set()
    wanted |= {"frozen"} if case.frozen and (at_point or "refuted" in claims) else set()
    split = {"mod"} | ({"A", "chosen"} if "rank" in claims else set()) | ({"C"} if "independent" in claims else set())
    return set(cert) - ({"words"} if entries else set()) == wanted and (
        not at_point or set(cert["split"]) - ({"root"} if "rank" in claims else set()) == split or
        "rank" in claims and set(cert["split"]) - {"roots"} == split)
