#!/usr/bin/env python3
"""Mutants of certificates that the writer wrote, and the ways to fool a checker of symmetries, subspaces, growth and
involutivity: all checkers agree, and what is accepted is true by a second opinion.

Usage: test_mutants.py LIEORBIT       LIEORBIT_LONG=1: every place of every certificate; =2: in every way

The models are those of certificate_cases.py, which have a second description as Python functions: it decides whether an
accepted mutant is a true statement, at random points modulo a prime.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import copy
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

import make_certificates as make
import test_check as second
from certificate_cases import CASES
from checkers import Checkers, digest, dump
from make_certificates import Number, World, forward, key, modular

TOOL = os.path.abspath(sys.argv[1])
LONG = int(os.environ.get("LIEORBIT_LONG") or 0)
CHECKERS = Checkers(TOOL, os.environ.get("CHECK"), os.environ.get("VERIFIED"))
failures = []


def fail(name, text):
    failures.append(name)
    print(f"FAILED {name}: {text}")


# ---------------------------------------------------------------------------------------------------------------
# Certificates by the writer
# ---------------------------------------------------------------------------------------------------------------

# `laws` of momentum flows is not analysed; some cases are too slow for many mutants; the second opinion knows too little of the
# pendulum (its point alone) and of refuted-relu (no names)
LEFT_OUT = {"momentum-1-1-1", "momentum-1-2-1", "deep-words", "chain-2-3-2-3", "units-mlp", "pendulum", "refuted-relu"}
SIMS = ("uvt-2-2", "relu-bias", "tied-product", "tanh-two", "generic-two", "swiglu", "map-product", "leaky-deep",
        "frozen-between")
FEW = {("laws", "uvt-2-2"), ("laws", "heisenberg"), ("laws", "involutive-rotations"), ("laws", "tanh-two"),
       ("laws", "mirror-nmf"), ("laws", "relu-bias"), ("sims", "tanh-two"), ("sims", "relu-bias"), ("sims", "map-product"),
       ("verify", "refuted-relu")}


def written(case, *arguments):
    """(problem, certificate as a dictionary) or None."""
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "a.cert")
        subprocess.run([TOOL, *arguments, "-q", "-e", case.text, "--certificate", path], capture_output=True, timeout=300)
        if not os.path.exists(path):
            return None
        with open(os.path.join(work, "a.problem"), "rb") as problem, open(path, "rb") as cert:
            return problem.read(), json.loads(cert.read())


def certificates():
    """(name, case, problem, certificate)"""
    cases = {case.name: case for case in CASES}
    jobs = [("laws", case.name) for case in CASES if case.name not in LEFT_OUT]
    jobs += [("sims", name) for name in SIMS] + [("verify", "refuted-relu"), ("verify", "refuted-field")]
    for command, name in jobs:
        if not LONG and (command, name) not in FEW:
            continue
        case = cases[name]
        extra = [case.sections["refuted"]["expression"]] if command == "verify" else []
        pair = written(case, command, *extra)
        if pair is None:
            fail(f"{command} {name}", "no certificate was written")
        elif "root" not in pair[1].get("split", {}):  # roots modulo N: the second opinion has none
            yield f"{command} {name}", case, *pair


# ---------------------------------------------------------------------------------------------------------------
# The second opinion
# ---------------------------------------------------------------------------------------------------------------

def growth_holds(cert):
    lengths = [1] * len(cert["instances"])
    for i, j in cert.get("words", []):
        lengths.append(lengths[i] + lengths[j])
    chosen = [lengths[e] for e in cert["split"]["chosen"]]
    return cert["growth"] == [sum(x <= d for x in chosen) for d in range(1, max(chosen) + 1)]


def outputs_at(case, theta, source):
    """All outputs, as series along a random direction where functions must be at their base."""
    member = {"inputs": [str(source.randint(1, 50)) for _ in range(case.inputs)]}
    World.order, World.seed = 0, 5
    if case.order is not None:
        World.order = 5
        member = {"direction": member["inputs"], "inputs": [str(q) for q in (case.base or [0] * case.inputs)]}
    return [{k: c for k, c in y.d.items() if c} for y in forward(case, theta, member)]


def random_theta(case, source):
    return [Number({(0, 0): source.randrange(2, 10**6)}, key(1, i)) for i in range(case.p)]


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
        B, E, G, H = ([[int(x) for x in row] for row in s[k]] for k in ("basis", "equations", "G", "H"))
        total = [[sum(B[k][i] * G[k][j] for k in range(len(B))) + sum(H[i][k] * E[k][j] for k in range(len(E)))
                  for j in range(p)] for i in range(p)]
        if int(s["d"]) == 0 or len(B) + len(E) != p or total != [[int(s["d"]) * (i == j) for j in range(p)] for i in range(p)]:
            return False
        if any(sum(x * y for x, y in zip(e, b)) for e in E for b in B):
            return False
        source = random.Random(3)
        coordinates = random_theta(case, source)[:len(B)]
        theta = [sum((c * b[i] for c, b in zip(coordinates, B)), Number.of(0)) for i in range(p)]
        ready = copy.copy(case)
        if ready.order is None and "tanh" in case.name:
            ready.order = 5
        for member in make.candidates(ready, source)[:8]:
            x = second.vector(ready, 0, [member], theta)
            if any(second.inner(e, x) for e in E):
                return False
    return len(cert["invariant"]) > 0


def expression_value(text, scope):
    plain = re.sub(r"(?<![\w\]])(\d+)\[1(,1)?\]", r"\1", text)
    return Number.of(eval(plain.replace("^", "**"), {"__builtins__": {}, "sin": make.sin, "cos": make.cos}, scope)).base()


def coordinate_names(case):
    """The reader of parameters of a case, from its text unless it has one."""
    shapes = {}
    for line in case.text.split("\n"):
        if line.split()[0] in ("coords", "param"):
            for name, sizes in re.findall(r"(\w+)(?:\[([\d,]+)\])?", line.split(None, 1)[1]):
                shapes[name] = tuple(map(int, sizes.split(","))) if sizes else ()
    return case.gradient or make.names(**shapes)


def involutive_holds(case, cert):
    inv, raw = cert["involutive"], case.kind == "raw"
    k, n = len(inv["basis"]), case.bits if raw else case.noutputs
    if [row[:2] for row in inv["coefficients"]] != [[i, j] for i in range(n) for j in range(k + 1)]:
        return False
    for seed in range(2):
        source = random.Random(seed)
        theta = random_theta(case, source)
        inputs = [str(source.randrange(2, 99)) for _ in range(case.inputs)]
        coordinates = case.gradient(theta)
        scope = dict(coordinates)
        if not raw:
            scope["x"] = make.Index([Number.of(q) for q in inputs], case.inputs)
        for i, j, c in inv["coefficients"]:
            X = {"field": i} if raw else {"covector": ["1" if a == i else "0" for a in range(n)], "inputs": inputs}
            shift = len(cert["instances"])  # X comes after the instances: words move by one
            words = [[a + (a >= shift), b + (b >= shift)] for a, b in cert.get("words", [])]
            entries = cert["instances"] + [X] + words
            basis = [b + (b >= shift) for b in inv["basis"]]
            if j < k:
                entries = entries + [[shift, basis[j]]]
            left = second.vector(case, len(entries) - 1 if j < k else shift, entries, theta)
            q = expression_value(inv["q"], coordinates)
            right = [0] * case.p
            for x, b in zip(c, basis):
                right = [r + expression_value(x, scope) * v for r, v in zip(right, second.vector(case, b, entries, theta))]
            if q % make.N == 0 or len(c) != k or [q * v % make.N for v in left] != [v % make.N for v in right]:
                return False
    return True


def refuted_holds(case, cert):
    r = cert["refuted"]
    point, x = [Fraction(q) for q in r["point"]], [Fraction(q) for q in r["inputs"]]
    if case.name == "refuted-relu":
        z = point[0] * x[0]
        field = [point[1] * x[0], point[0] * x[0]] if z > 0 else [0, 0]
        scope = make.names(W1=(1, 1), W2=(1, 1))
        good = z != 0 and len(x) == 1 and r["output"] == 0
    else:
        field, scope, good = [-point[1], point[0]], make.names(x=(), y=()), x == [] and r["output"] == 0
    case = copy.copy(case)
    case.gradient = scope
    g = make.law_gradient(case, r["expression"], second.theta_at(case, r["point"]))
    return good and second.inner(g, map(modular, field)) != 0


def holds(case, cert):
    """Whether every claim is true, and its evidence sound."""
    claims = set(cert["claims"])
    case = copy.copy(case)
    names = coordinate_names(case)
    case.gradient = lambda theta: {"sin": make.sin, "cos": make.cos, **names(theta)}
    case.frozen = cert.get("frozen", case.frozen)
    try:
        if not hasattr(case, "noutputs"):
            case.noutputs = 1
        if "conserved" in claims and not all(second.is_law(case, h["expression"], random.Random(1)) for h in cert["laws"]):
            return False
        if "split" in cert and not second.split_holds(case, cert):
            return False
        parts = (("growth", lambda: growth_holds(cert)), ("symmetry", lambda: symmetry_holds(case, cert)),
                 ("invariant", lambda: invariant_holds(case, cert)), ("involutive", lambda: involutive_holds(case, cert)),
                 ("refuted", lambda: refuted_holds(case, cert)))
        return all(part() for claim, part in parts if claim in claims)
    except (ArithmeticError, AttributeError, IndexError, KeyError, NameError, StopIteration, SyntaxError, TypeError, ValueError):
        return False


# ---------------------------------------------------------------------------------------------------------------
# Mutants
# ---------------------------------------------------------------------------------------------------------------

MOST = 250  # mutants of one certificate, unless everything is wanted


def mutants(cert, source):
    """(place, text): all ways at all places; a sample, with a way for every place first."""
    everything = []
    for path in second.places(cert):
        ways = [way for way in second.corruptions(second.at(cert, path))]
        source.shuffle(ways)
        everything += [(rank, source.random(), path, way) for rank, way in enumerate(ways)]
    if LONG < 2:
        everything.sort(key=lambda x: x[:2])
        everything = everything[:MOST if LONG else 8]
    for _, _, path, way in everything:
        yield path, (second.emit(second.replaced(cert, path, way)) + "\n").encode("utf-8", "surrogatepass")


def test_mutants(name, case, problem, cert):
    """Numbers of mutants and of accepted ones."""
    total = accepted = 0
    original = dump(cert)
    for path, text in mutants(second.canonical(cert), random.Random(f"mutants of {name}")):
        if text == original:
            continue
        total += 1
        verified, complaints = CHECKERS.compare(problem, text)
        accepted += verified
        for complaint in complaints:
            fail(name, f"{path}: {complaint}: {text[:2000]}")
        if verified and not holds(case, json.loads(text)):
            fail(name, f"{path} accepted, and not known to be true: {text[:2000]}")
    return total, accepted


# ---------------------------------------------------------------------------------------------------------------
# The ways to fool a checker of the claims that came last: each is named
# ---------------------------------------------------------------------------------------------------------------

def a_problem(*lines, relu="none"):
    return dump({"format": "conslaw-problem", "model": list(lines), "relu": relu, "title": "", "version": 2})


def about(problem, claims, **sections):
    return dump({"claims": claims, "format": "conslaw-cert", "problem": digest(problem), "version": 2, **sections})


TANH = a_problem("param a[2], w[2]", "input x", "output dot(a, tanh(w*x))")
GENERIC = a_problem("param a[2], w[2]", "input x", "output dot(a, generic(w*x))")
RELU = a_problem("param a[2], w[2]", "input x", "output dot(a, relu(w*x))", relu="path-lifting")
MIXED = a_problem("param a, b, c, d", "input x", "output a*relu(b*x) + c*leaky_relu(d*x)", relu="path-lifting")
POOL = a_problem("param w[4]", "input x", "output maxpool(w*x, 2)[1] + 2*maxpool(w*x, 2)[2]", relu="path-lifting")
FIELD = a_problem("coords x, y", "field f = [y, x]")
MIRROR = a_problem("param u, v", "input x", "output u*v*x", "flow mirror(u, v)")
LINE = a_problem("input x[1]", "net dense(2) -> dense(1)")
MOMENTUM = a_problem("param u, v", "input x", "output u*v*x", "flow momentum(1)")
MAP = a_problem("param a[2], w[2]", "map f = a.*w")
COSINE = a_problem("param a[2], w[2]", "input x", "output dot(a, cos(w*x))")
DEEP = a_problem("input x[1]", "net dense(2) -> relu -> dense(2) -> leaky_relu -> dense(1)", relu="path-lifting")
BESIDE = a_problem("param a[2], w[2]", "input x", "output a[1]*relu(w[1]*x) + a[2]*relu(w[2]*x) + a[1]*a[2]*relu(w[1]*x + w[2]*x)",
                   relu="path-lifting")
SWAP = [["1", 1], ["1", 0], ["1", 3], ["1", 2]]
FLIP = [["-1", 0], ["1", 1], ["-1", 2], ["1", 3]]


def subspace(equations, basis, g, h, d="1"):
    def text(m):
        return [[str(x) for x in row] for row in m]
    return {"G": text(g), "H": text(h), "basis": text(basis), "d": d, "equations": text(equations)}


EQUAL = dict(equations=[[1, -1, 0, 0], [0, 0, 1, -1]], basis=[[1, 1, 0, 0], [0, 0, 1, 1]],
             g=[[1, 0, 0, 0], [0, 0, 1, 0]], h=[[0, 0], [-1, 0], [0, 0], [0, -1]])
OPPOSITE = dict(equations=[[1, 1, 0, 0], [0, 0, 1, 1]], basis=[[1, -1, 0, 0], [0, 0, 1, -1]],
                g=[[1, 0, 0, 0], [0, 0, 1, 0]], h=[[0, 0], [1, 0], [0, 0], [0, 1]])
def equal(p, *pairs):
    """The subspace on which theta_i = theta_j for these pairs, the second never a first."""
    second_of = {j for _, j in pairs}
    kept = [i for i in range(p) if i not in second_of]
    leader = {j: i for i, j in pairs}
    return dict(equations=[[int(k == i) - int(k == j) for k in range(p)] for i, j in pairs],
                basis=[[int(leader.get(k, k) == i) for k in range(p)] for i in kept],
                g=[[int(k == i) for k in range(p)] for i in kept],
                h=[[-int(k == j) for _, j in pairs] for k in range(p)])


IDENTITY = [[int(i == j) for j in range(4)] for i in range(4)]
ORIGIN = dict(equations=IDENTITY, basis=[], g=[], h=IDENTITY)


def statements():
    """(name, problem, certificate, true?)"""
    def symmetry(name, problem, generator, true):
        return f"symmetry, {name}", problem, about(problem, ["symmetry"], symmetry=generator), true
    yield symmetry("exchange", TANH, [SWAP], True)
    yield symmetry("signs of an odd function", TANH, [FLIP], True)
    yield symmetry("both", TANH, [FLIP, SWAP], True)
    yield symmetry("exchange of relu neurons", RELU, [SWAP], True)
    yield symmetry("signs of relu", RELU, [FLIP], False)
    yield symmetry("wrong sign", TANH, [[["-1", 0], ["1", 1], ["1", 2], ["1", 3]]], False)
    yield symmetry("signs of an arbitrary function", GENERIC, [FLIP], False)
    yield symmetry("half of an exchange", TANH, [[["1", 1], ["1", 0], ["1", 2], ["1", 3]]], False)
    yield symmetry("a true one, then a false one", TANH, [SWAP, [["1", 2], ["1", 3], ["1", 0], ["1", 1]]], False)
    yield symmetry("no permutation", TANH, [[["1", 1], ["1", 1], ["1", 3], ["1", 3]]], False)
    yield symmetry("image out of range", TANH, [[["1", 1], ["1", 4], ["1", 3], ["1", 2]]], False)
    yield symmetry("too short", TANH, [SWAP[:2]], False)
    yield symmetry("too long", TANH, [SWAP + [["1", 4]]], False)
    yield symmetry("none", TANH, [], False)
    yield symmetry("sign 2", TANH, [[["2", 1], *SWAP[1:]]], False)
    yield symmetry("sign as an integer", TANH, [[[1, 1], *SWAP[1:]]], False)
    yield symmetry("sign +1", TANH, [[["+1", 1], *SWAP[1:]]], False)
    yield symmetry("image as a string", TANH, [[["1", "1"], *SWAP[1:]]], False)
    yield symmetry("relu for leaky_relu", MIXED, [[["1", 2], ["1", 3], ["1", 0], ["1", 1]]], False)
    yield symmetry("exchange inside a window", POOL, [[["1", 1], ["1", 0], ["1", 2], ["1", 3]]], True)
    yield symmetry("exchange across windows", POOL, [[["1", 2], ["1", 1], ["1", 0], ["1", 3]]], False)
    yield symmetry("exchange of windows", POOL, [[["1", 2], ["1", 3], ["1", 0], ["1", 1]]], False)
    yield symmetry("a list of fields", FIELD, [[["1", 1], ["1", 0]]], False)
    yield symmetry("a flow with a metric", MIRROR, [[["1", 1], ["1", 0]]], False)
    yield symmetry("a flow with momentum", MOMENTUM, [[["1", 1], ["1", 0]]], False)
    yield symmetry("factors of a map", MAP, [[["1", 2], ["1", 3], ["1", 0], ["1", 1]]], True)
    yield symmetry("two maps exchanged", MAP, [SWAP], False)
    yield symmetry("signs of an even function", COSINE, [[["1", 0], ["1", 1], ["-1", 2], ["1", 3]]], True)
    yield symmetry("signs before and after an even function", COSINE, [FLIP], False)
    yield symmetry("exchange beside a third unit", BESIDE, [SWAP], True)
    yield symmetry("gates behind gates", DEEP, [[["1", i] for i in (1, 0, 3, 2, 5, 4, 6, 7)]], True)
    yield symmetry("gates behind gates, outgoing weights left", DEEP, [[["1", i] for i in (1, 0, 2, 3, 4, 5, 6, 7)]], False)
    yield symmetry("neurons of the second layer", DEEP, [[["1", i] for i in (0, 1, 4, 5, 2, 3, 7, 6)]], True)
    yield "symmetry beside units", LINE, about(
        LINE, ["units", "symmetry"], symmetry=[[["1", 1], ["1", 0], ["1", 3], ["1", 2]]], units={
            "count": 2, "pivots": [[0, [0, 0]], [0, [1, 0]]], "tensors": [
                {"axes": [[[2, 0, 1, "1"]], [[1]]], "name": "W1"}, {"axes": [[[1]], [[2, 0, 1, "-1"]]], "name": "W2"}]}), False

    def invariant(name, problem, true, **changes):
        parts = {**EQUAL, **changes}
        return f"invariant, {name}", problem, about(problem, ["invariant"], invariant=[subspace(**parts)]), true
    yield invariant("equal neurons", TANH, True)
    yield invariant("equal relu neurons", RELU, True)
    yield invariant("opposite neurons", TANH, True, **OPPOSITE)
    yield invariant("opposite neurons of an arbitrary function", GENERIC, False, **OPPOSITE)
    yield invariant("opposite relu neurons", RELU, False, **OPPOSITE)
    yield invariant("the origin", TANH, True, **ORIGIN)
    yield invariant("the origin without an even part", GENERIC, False, **ORIGIN)
    yield invariant("d = 0", TANH, False, d="0", g=[[0] * 4] * 2, h=[[0] * 2] * 4)
    yield invariant("d = -1 with its matrices", TANH, True, d="-1", g=[[-1, 0, 0, 0], [0, 0, -1, 0]],
                    h=[[0, 0], [1, 0], [0, 0], [0, 1]])
    yield invariant("d = 2 with the matrices of 1", TANH, False, d="2")
    yield invariant("E B^T is not 0", TANH, False, basis=[[1, 1, 0, 0], [0, 0, 1, -1]])
    yield invariant("weights equal, not what they lead to", TANH, False, equations=[[0, 0, 1, -1]],
                    basis=[[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]], g=[[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]],
                    h=[[0], [0], [0], [-1]])
    yield invariant("the whole space", TANH, False, equations=[], basis=IDENTITY, g=IDENTITY, h=[[]] * 4)
    yield invariant("an equation too few", TANH, False, equations=EQUAL["equations"][:1])
    yield invariant("a basis vector too few", TANH, False, basis=EQUAL["basis"][:1], g=EQUAL["g"][:1])
    yield invariant("neurons of two kinds", MIXED, False, **equal(4, (0, 2), (1, 3)))
    yield invariant("entries of one window", POOL, False, **equal(4, (0, 1)))
    yield invariant("entries of two windows", POOL, False, **equal(4, (0, 2), (1, 3)))
    yield invariant("equal neurons beside a third", BESIDE, True)
    yield invariant("equal neurons, weights after them left", DEEP, False, **equal(8, (0, 1)))
    yield invariant("equal neurons of the first layer", DEEP, True, **equal(8, (0, 1), (2, 3), (4, 5)))
    yield invariant("equal neurons of the second layer", DEEP, True, **equal(8, (2, 4), (3, 5), (6, 7)))
    yield invariant("of a metric", MIRROR, True, **equal(2, (0, 1)))
    yield invariant("of a metric, opposite", MIRROR, False, equations=[[1, 1]], basis=[[1, -1]], g=[[1, 0]], h=[[0], [1]])
    yield invariant("of a map", MAP, True, **equal(4, (0, 2), (1, 3)))
    yield invariant("of two maps", MAP, False)
    yield invariant("H transposed", TANH, False, h=[list(c) for c in zip(*EQUAL["h"])])

    def growth(name, claimed, true, claims=("rank", "growth"), **changes):
        problem = a_problem("coords x, y, z", "field X = [1, 0, -y/2]", "field Y = [0, 1, x/2]")
        sections = {"growth": claimed, "instances": [{"field": 0}, {"field": 1}], "point": ["2", "4", "1"], "words": [[0, 1]],
                    "split": {"A": [["1", "0", "2"], ["0", "1", str(257 - 1)], ["0", "0", "1"]], "chosen": [0, 1, 2],
                              "mod": "257"}}
        return f"growth, {name}", problem, about(problem, list(claims), **{**sections, **changes}), true
    yield growth("true", [2, 3], True)
    yield growth("overstated", [3, 3], False)
    yield growth("understated", [1, 3], False)
    yield growth("k too small", [2], False)
    yield growth("k too large", [2, 3, 3], False)
    yield growth("k too small and overstated", [3], False)
    yield growth("empty", [], False)
    yield growth("of strings", ["2", "3"], False)
    yield growth("without a rank", [2, 3], False, claims=("growth",))
    yield growth("claims out of order", [2, 3], False, claims=("growth", "rank"))
    yield growth("of fewer words", [2], True, split={"A": [["1", "0"], ["0", "1"], ["0", "0"]], "chosen": [0, 1], "mod": "257"})

    def involutive(name, problem, true, instances, basis, coefficients, q):
        return f"involutive, {name}", problem, about(problem, ["involutive"], instances=instances, words=[], involutive={
            "basis": basis, "coefficients": coefficients, "q": q}), true
    rows = [[0, 0, ["0"]], [0, 1, ["1"]]]
    irrational = a_problem("coords x, y", "field f = [2, sqrt(2)]", "field g = [sqrt(2), 1]")
    rotation = a_problem("coords x, y", "field f = [y, -x]")

    def rank(name, true, a, chosen, *root):
        return f"rank, {name}", irrational, about(
            irrational, ["rank"], instances=[{"field": 0}, {"field": 1}], point=["1", "1"], words=[],
            split={"A": a, "chosen": chosen, "mod": "257", **({"root": list(root)} if root else {})}), true
    both = [["129", "0"], ["0", "1"]]  # sqrt(2) g = f; and 60^2 = 2 modulo 257
    yield rank("2 where sqrt(2) were 0", False, both, [0, 1])
    yield rank("2 where sqrt(2) were 0, with a root", False, both, [0, 1], "2", "60")
    for name, a0, r, true in (("sqrt(2)", 2, 60, True), ("- sqrt(2)", 2, 197, True), ("sqrt(8)", 8, 120, True),
                              ("another number", 3, 60, False), ("a root that is none", 2, 61, False)):
        yield rank(f"1 with {name}", true, [[str(pow(r // (2 if a0 == 8 else 1), -1, 257))], ["0"]], [1], str(a0), str(r))
    yield rank("1 without a root", False, [[str(pow(60, -1, 257))], ["0"]], [1])

    def law(name, text, true, **more):
        return f"conserved, {name}", rotation, about(
            rotation, ["conserved", *(["independent"] if more else [])], laws=[{"expression": text, "proof": "expand"}], **more), true
    yield law("with the root of a number", "sqrt(2)*x^2 + sqrt(2)*y^2", True)
    yield law("with roots of two numbers", "sqrt(2)*x^2 + sqrt(3)*y^2", False)
    yield law("with a root, independent where that were 0", "(1 + sqrt(2))*(x^2 + y^2)", False, point=["1", "0"],
              split={"C": [["129", "0"]], "mod": "257"})
    yield involutive("q = 0 by a root", rotation, False, [{"field": 0}], [0],
                     [[0, 0, ["0"]], [0, 1, ["sqrt(2)*sqrt(2) - 2"]]], "sqrt(2)*sqrt(2) - 2")
    yield involutive("one field", FIELD, True, [{"field": 0}], [0], rows, "1")
    yield involutive("q = 0", FIELD, False, [{"field": 0}], [0], [[0, 0, ["0"]], [0, 1, ["0"]]], "0")
    yield involutive("q = 0 in disguise", FIELD, False, [{"field": 0}], [0], [[0, 0, ["0"]], [0, 1, ["0"]]],
                     "(x + y)^2 - x^2 - 2*x*y - y^2")
    yield involutive("a wrong coefficient", FIELD, False, [{"field": 0}], [0], [[0, 0, ["0"]], [0, 1, ["2"]]], "1")
    yield involutive("the field itself is missing", FIELD, False, [{"field": 0}], [0], rows[:1], "1")
    yield involutive("out of order", FIELD, False, [{"field": 0}], [0], rows[::-1], "1")
    yield involutive("a basis of nothing", FIELD, False, [{"field": 0}], [], [[0, 0, []]], "1")
    two = a_problem("coords x, y, z", "field a = [1, 0, -y/2]", "field b = [0, 1, x/2]")
    flat = [[i, j, ["0", "0"]] for i in range(2) for j in range(2)]
    yield involutive("brackets left out", two, False, [{"field": 0}, {"field": 1}], [0, 1],
                     [flat[0], flat[1], [0, 2, ["1", "0"]], flat[2], flat[3], [1, 2, ["0", "1"]]], "1")
    product = a_problem("param u, v", "input x", "output u*v*x")
    network = [{"covector": ["1"], "inputs": ["2"]}]
    yield involutive("inputs in coefficients", product, True, network, [0], [[0, 0, ["0"]], [0, 1, ["x"]]], "2")
    yield involutive("inputs in q", product, False, network, [0], [[0, 0, ["0"]], [0, 1, ["x^2/2"]]], "x")
    yield involutive("for one input only", product, False, network, [0], [[0, 0, ["0"]], [0, 1, ["2"]]], "2")
    yield involutive("a quotient of inputs", product, True, network, [0], [[0, 0, ["0"]], [0, 1, ["x^2/x"]]], "2")
    yield involutive("a division by zero", product, False, network, [0], [[0, 0, ["0"]], [0, 1, ["x + 1/(x - x)"]]], "2")
    yield involutive("a Taylor member", product, False, [{"covector": ["1"], "direction": ["1"], "inputs": ["0"], "order": 1}], [0],
                     [[0, 0, ["0"]], [0, 1, ["x"]]], "1")
    yield involutive("a member that is zero", product, False, [{"covector": ["1"], "inputs": ["0"]}], [0],
                     [[0, 0, ["0"]], [0, 1, ["x"]]], "2")
    frozen = a_problem("param u, v", "frozen k", "input x", "output k*u*v*x")
    yield involutive("a frozen factor", frozen, True, network, [0], [[0, 0, ["0"]], [0, 1, ["x"]]], "2")
    yield involutive("of a metric", MIRROR, True, network, [0], [[0, 0, ["0"]], [0, 1, ["x"]]], "2")
    yield involutive("with momentum", MOMENTUM, False, network + [{"drift": 0}], [0, 1],
                     [[0, 0, ["0", "0"]], [0, 1, ["0", "0"]], [0, 2, ["x", "0"]]], "2")
    gated = a_problem("param u, v", "input x", "output u*relu(v*x)", relu="path-lifting")
    yield involutive("gates", gated, False, [{"covector": ["1"], "gates": "1", "inputs": ["2"]}], [0],
                     [[0, 0, ["0"]], [0, 1, ["x"]]], "2")
    yield "no section of words", FIELD, about(FIELD, ["involutive"], instances=[{"field": 0}], involutive={
        "basis": [0], "coefficients": rows, "q": "1"}), True
    yield "words that are no list", FIELD, about(FIELD, ["involutive"], instances=[{"field": 0}], words="", involutive={
        "basis": [0], "coefficients": rows, "q": "1"}), False
    yield "words that serve no claim", TANH, about(TANH, ["symmetry"], symmetry=[SWAP], words=[]), False
    yield "sections out of order", FIELD, about(FIELD, ["involutive"], instances=[{"field": 0}], words=[], involutive={
        "basis": [0], "coefficients": rows, "q": "1"}).replace(b'"basis":[0],', b"", 1).replace(
            b'"q":"1"', b'"q":"1","basis":[0]'), False


def test_statements():
    count = 0
    for name, problem, cert, true in statements():
        count += 1
        verified, complaints = CHECKERS.compare(problem, cert)
        for complaint in complaints:
            fail(name, complaint)
        if verified != true:
            fail(name, f"verified: {verified}; {CHECKERS.run('conslaw_check.py', problem, cert)}")
    return count


def main():
    named = test_statements()
    number = mutated = accepted = 0
    for name, case, problem, cert in certificates():
        number += 1
        complaints = CHECKERS.all_verify(problem, dump(cert))
        if complaints:
            fail(name, " / ".join(complaints))
        if not holds(case, cert):
            fail(name, "the second opinion does not agree")
        total, true = test_mutants(name, case, problem, cert)
        if LONG:
            print(f"{name}: {total} mutants, {true} true", flush=True)
        mutated += total
        accepted += true
    print(f"{', '.join(CHECKERS.names)}: {named} named statements, {number} certificates, {mutated} mutants, {accepted} of "
          f"them true; {len(failures)} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
