#!/usr/bin/env python3
"""Mutants of certificates that the writer wrote, and the ways to fool a checker of symmetries, subspaces, growth and
involutivity: all checkers agree, and what is accepted is true by a second opinion.

Usage: test_mutants.py LIEORBIT [--only=NAME] [--write=DIRECTORY]
LIEORBIT_LONG=1: every place of the small certificates in every way. With --write the mutants are written, for the fuzzers and
tests/replay_check, and not checked.

The certificates are those of the engine and those of make_certificates.py, for the models of certificate_cases.py, which have a
second description as Python functions: it decides whether an accepted mutant is a true statement (second_opinion.py). The ways
to corrupt a place, each with a name, are in mutation.py.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import collections
import functools
import json
import multiprocessing
import multiprocessing.util
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

import edge_cases as edge
import make_certificates as make
import mutation
from certificate_cases import CASES
from checkers import Checkers, digest, dump
from make_certificates import N
from second_opinion import holds, sections_fit

TOOL = os.path.abspath(sys.argv[1])
LONG = os.environ.get("LIEORBIT_LONG", "0") not in ("", "0")
SECONDS = 3  # for a mutant: towers of powers keep some checkers busy
failures = []


def fail(name, text):
    failures.append(name)
    print(f"FAILED {name}: {text}", flush=True)


def start_checkers():
    return Checkers(TOOL, os.environ.get("CHECK"), os.environ.get("VERIFIED"), SECONDS)


# ---------------------------------------------------------------------------------------------------------------
# Certificates by two writers
# ---------------------------------------------------------------------------------------------------------------

# `laws` of momentum flows is not analysed; some cases are too slow for many mutants, or have no laws that the engine would write
LEFT_OUT = {"momentum-1-1-1", "momentum-1-2-1", "deep-words", "chain-2-3-2-3", "pendulum", "units-mlp", "units-split", "units-layers",
            "refuted-relu", "refuted-pool"}
SIMS = ("uvt-2-2", "relu-bias", "tied-product", "tanh-two", "generic-two", "swiglu", "map-product", "leaky-deep",
        "frozen-between")
WITNESSES = ("refuted-relu", "refuted-field", "refuted-pool", "every-claim")
FEW = {("laws", "uvt-2-2"), ("laws", "heisenberg"), ("laws", "involutive-rotations"), ("laws", "tanh-two"),
       ("laws", "mirror-nmf"), ("laws", "relu-bias"), ("sims", "tanh-two"), ("sims", "relu-bias"), ("sims", "map-product"),
       ("verify", "refuted-relu")}

# Of these, every place is corrupted in every way, with LIEORBIT_LONG: together they have every claim, section and optional key of
# the format, all kinds of families, flows and members, gates of each kind, functions, rational laws, logarithms, roots, both
# proofs of laws.
EVERY_WAY = (
    "every-claim", "tied-product", "frozen-between", "quotient", "heisenberg", "unicycle", "rational-field", "ratio-law",
    "logarithm-law", "map-product", "momentum-1-1-1", "mirror-nmf", "layernorm-3-2", "softplus-bias", "erf-one", "rmsnorm-root",
    "roots-two", "tangent-ratio", "tangent-relu", "generic-two", "invariant-tanh-signed", "refuted-relu", "refuted-field",
    "refuted-pool", "involutive-rotations", "units-mlp", "units-split", "units-layers", "engel-growth", "symmetry-max-pool", "symmetry-tanh", "symmetry-deep", "relu-line", "pool-line",
    "laws heisenberg", "laws involutive-rotations", "laws frozen-between", "laws ratio-law", "laws roots-two", "sims map-product",
    "sims frozen-between", "verify refuted-relu", "verify every-claim")


def written(case, *arguments):
    """(problem, certificate as a dictionary) or None."""
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "a.cert")
        subprocess.run([TOOL, *arguments, "-q", "-e", case.text, "--certificate", path], capture_output=True, timeout=300)
        if not os.path.exists(path):
            return None
        with open(os.path.join(work, "a.problem"), "rb") as problem, open(path, "rb") as cert:
            return problem.read(), json.loads(cert.read())


def by_the_engine():
    """(name, case, problem, certificate)"""
    cases = {case.name: case for case in CASES}
    jobs = [("laws", case.name) for case in CASES if case.name not in LEFT_OUT]
    jobs += [("sims", name) for name in SIMS] + [("verify", name) for name in WITNESSES]
    for command, name in jobs:
        if not LONG and (command, name) not in FEW:
            continue
        case = cases[name]
        extra = [case.sections["refuted"]["expression"]] if command == "verify" else []
        pair = written(case, command, *extra)
        if pair is None:
            fail(f"{command} {name}", "no certificate was written")
        else:
            yield f"{command} {name}", case, *pair


def pruned(cert):
    """Without the instances that are not used, but one."""
    if "words" in cert or "split" not in cert or "chosen" not in cert["split"] or "involutive" in cert:
        return cert
    chosen = cert["split"]["chosen"]
    kept = sorted({*chosen, *[i for i in range(len(cert["instances"])) if i not in chosen][:1]})
    return {**cert, "instances": [cert["instances"][i] for i in kept],
            "split": {**cert["split"], "chosen": [kept.index(i) for i in chosen]}}


def by_the_tests():
    for case in CASES:
        if case.p <= 8 or case.name in EVERY_WAY:
            cert, problem = make.certify(case)
            problem = problem.encode()
            yield case.name, case, problem, mutation.canonical({**pruned(cert), "problem": digest(problem)})


# ---------------------------------------------------------------------------------------------------------------
# Mutants
# ---------------------------------------------------------------------------------------------------------------

PARTS = 8  # of the work on one certificate
SAMPLE = 200 if LONG else 12


class Count:
    """What became of some mutants."""

    def __init__(self):
        self.mutants = self.accepted = 0
        self.places, self.ways, self.kinds, self.failures = set(), set(), collections.Counter(), []

    def add(self, other):
        self.mutants += other.mutants
        self.accepted += other.accepted
        self.places |= other.places
        self.ways |= other.ways
        self.kinds += other.kinds
        self.failures += other.failures


def kind_of(before, after):
    """In which respect an accepted mutant differs."""
    if before == after:
        return "the same, written otherwise"
    if set(after["claims"]) < set(before["claims"]):
        return "fewer claims"
    if before["claims"] != after["claims"]:
        return "other claims"
    changed = "+".join(sorted(k for k in {*before, *after} if before.get(k) != after.get(k)))
    return f"another {changed}"


def is_true(case, cert, text):
    """The second opinion on a text that a checker accepts."""
    if not mutation.well_formed(text):
        return False
    mutant = json.loads(text)
    return mutant["problem"] == cert["problem"] and sections_fit(case, mutant) and holds(case, mutant)


LAST = os.path.join(tempfile.mkdtemp(prefix="lieorbit-mutants-"), "%d")  # of each process, for when a checker takes it down


def check_mutant(count, checkers, names, job, path, way, text):
    name, case, problem, cert = job
    where = f"{way} at {'/'.join(map(str, path)) or 'the file'}"
    with open(LAST % os.getpid(), "wb") as file:
        file.write(text)
    count.mutants += 1
    count.places.add(path)
    count.ways.add(way)
    verified, complaints = checkers.compare(problem, text, names)
    count.failures += [(name, f"{where}: {complaint}: {text[:2000]}") for complaint in complaints]
    if verified:
        count.accepted += 1
        if is_true(case, cert, text):
            count.kinds[kind_of(cert, json.loads(text))] += 1
        else:
            count.failures.append((name, f"{where} accepted, and not known to be true: {text[:2000]}"))


@functools.cache
def own_checkers(inside):
    """Those of this process; as programs, or without processes of their own."""
    checkers = start_checkers()
    multiprocessing.util.Finalize(None, checkers.close, exitpriority=1)
    if inside:
        checkers.go_inside(os.environ.get("CHECK"), os.environ.get("VERIFIED"))
    return checkers


def work(task):
    """One part of the mutants of one certificate: those that support the certificate judge all, the others some."""
    index, part = task
    name, _, problem, cert = job = JOBS[index]
    every = LONG and name in EVERY_WAY
    count, checkers = Count(), own_checkers(every)
    able = [c for c in checkers.names if checkers.run(c, problem, dump(cert)) == ""]
    source = mutation.mutants(cert) if every else mutation.sample(cert, random.Random(f"mutants of {name}"), SAMPLE)
    for i, (path, way, text) in enumerate(source):
        if not every or i % PARTS == part:
            check_mutant(count, checkers, None if i % 16 == 0 or not every else able, job, path, way, text)
    return index, count


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
    last = dict(equations=[[0, 1]], basis=[[1, 0]], g=[[1, 0]], h=[[0], [1]])
    yield invariant("of a field that is not defined on it", a_problem("coords x, y", "field f = [1/y, y]"), False, **last)
    yield invariant("of a metric that is not defined on it", a_problem(
        "param v, u", "input x", "output u^2*x + v", "flow metric([1, 1/u])"), False, **last)  # it moves u with 2 x
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

    kinds = a_problem("param u, v", "input x", "output u*(x*softplus(x) + erf(x)) + v")
    pivot = (make.free(1000) + make.free(1001)) % N
    yield "rank, log 2 plus 2/sqrt(pi) as a pivot", kinds, about(
        kinds, ["rank"], instances=[{"covector": ["1"], "direction": ["1"], "inputs": ["0"], "order": 1}], point=["2", "0"], words=[],
        split={"A": [[str(pow(pivot, -1, N))], ["0"]], "chosen": [0], "mod": str(N)}), False

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
    yield involutive("inputs in q that cancel", product, False, network, [0], [[0, 0, ["0"]], [0, 1, ["x"]]], "2 + x - x")
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


def test_statements(checkers):
    count = 0
    for name, problem, cert, true in statements():
        count += 1
        verified, complaints = checkers.compare(problem, cert)
        for complaint in complaints:
            fail(name, complaint)
        if verified != true:
            fail(name, f"verified: {verified}; {checkers.run('conslaw_check.py', problem, cert)}")
    return count


def a_law(text):
    return [{"expression": text, "proof": "expand"}]


def expect(checkers, name, problem, cert, takers):
    """The verdict of each checker; those that take it, by name."""
    for checker in checkers.names:
        reason = checkers.run(checker, problem, cert)
        if (reason == "") != (checker in takers) or reason.startswith("BROKEN"):
            fail(name, f"{checker} says `{reason or 'VERIFIED'}`")


def test_edges(checkers):
    """Models at the edge of the language, and of what is defined."""
    for text, law, *takers in edge.UNDEFINED:
        problem = a_problem(*text.split("; "), relu="path-lifting" if re.search("relu|maxpool", text) else "none")
        expect(checkers, f"{text}: {law}", problem, about(problem, ["conserved"], laws=a_law(law)), takers)
    for models, takers in ((edge.READ, checkers.names), (edge.UNREAD, ())):
        for lines in models:
            problem = a_problem(*lines, relu="path-lifting" if "maxpool" in str(lines) else "none")
            expect(checkers, str(lines), problem, about(problem, ["conserved"], laws=a_law("7")), takers)
    for lines in edge.READ_BY_OTHERS:
        problem = a_problem(*lines)
        verified, complaints = checkers.compare(problem, about(problem, ["conserved"], laws=a_law("7")))
        if not verified or complaints:
            fail(str(lines), f"verified: {verified} {complaints}")
    for output, law, point, true in edge.REFUTED:
        problem = a_problem("param u, v", "input x", f"output {output}")
        cert = about(problem, ["refuted"], refuted={"expression": law, "inputs": ["1"], "output": 0, "point": point})
        verified, complaints = checkers.compare(problem, cert)
        if verified != true or complaints:
            fail(f"{output}, {law} at {point}", f"verified: {verified} {complaints}")
    for text, sections, true in edge.AT_POINTS:
        problem = a_problem(*text.split("; "))
        claims = [claim for claim in mutation.CLAIMS if claim in sections]
        cert = about(problem, claims, **{k: v for k, v in sections.items() if v is not None})
        verified, complaints = checkers.compare(problem, cert)
        if verified != true or complaints:
            fail(f"{text}: {sections}", f"verified: {verified} {complaints}")
    return len(edge.UNDEFINED + edge.READ + edge.READ_BY_OTHERS + edge.UNREAD + edge.REFUTED + edge.AT_POINTS)


def check_originals(checkers):
    """The certificates as they are."""
    for name, case, problem, cert in JOBS:
        complaints = checkers.all_verify(problem, dump(cert))
        if complaints:
            fail(name, " / ".join(complaints))
        if not is_true(case, cert, dump(cert)):
            fail(name, "the second opinion does not agree")


# Keys of the format, in certificates of which every place is corrupted.
KEYS = set("A C G H axes basis chosen claims coefficients count covector d direction drift equations expression field format frozen "
           "gates growth inputs instances invariant involutive layers laws mod name order output pivots point problem proof q "
           "refuted root roots split symmetry tensors units version words".split())


def check_coverage():
    claims, keys = set(), set()
    for name, _, _, cert in JOBS:
        if name in EVERY_WAY:
            claims |= set(cert["claims"])
            keys |= {k for path in mutation.places(cert) for k in path if isinstance(k, str)}
    if claims != set(mutation.CLAIMS) or keys != KEYS or not set(EVERY_WAY) <= {name for name, *_ in JOBS}:
        fail("coverage", f"claims {set(mutation.CLAIMS) - claims}, keys {KEYS ^ keys} have no certificate of which every place is tried, "
             f"or such a certificate is missing: {set(EVERY_WAY) - {name for name, *_ in JOBS}}")


def report(name, count, seconds):
    kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(count.kinds.items()))
    print(f"{name}: {len(count.places)} places, {len(count.ways)} ways, {count.mutants} mutants, {count.accepted} accepted "
          f"({kinds or 'none'}), {seconds:.0f} s", flush=True)


def write(directory, job):
    """The mutants of a certificate as files for tests/fuzz_pair.h."""
    name, _, problem, cert = job
    for i, (_, _, text) in enumerate(mutation.mutants(cert)):
        with open(os.path.join(directory, f"{name.replace(' ', '-')}-{i}"), "wb") as file:
            file.write(problem + b"\1" + text)


JOBS = []  # of the processes that work, too


def main():
    start = time.monotonic()
    only = [a[7:] for a in sys.argv if a.startswith("--only=")]
    for directory in [a[8:] for a in sys.argv if a.startswith("--write=")]:
        for job in (job for source in (by_the_tests(), by_the_engine()) for job in source):
            if job[0] in (only or EVERY_WAY):
                write(directory, job)
        return
    checkers = start_checkers()
    named = test_statements(checkers) + test_edges(checkers)
    JOBS.extend(job for source in (by_the_tests(), by_the_engine()) for job in source if not only or job[0] in only)
    check_originals(checkers)
    if LONG and not only:
        check_coverage()
    checkers.close()
    counts, left = [Count() for _ in JOBS], [PARTS if LONG and name in EVERY_WAY else 1 for name, *_ in JOBS]
    tasks = sorted(((index, part) for index, parts in enumerate(left) for part in range(parts)), key=lambda t: left[t[0]] == 1)
    workers = 2 * (os.cpu_count() or 1)  # they wait for checkers
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
        for done in as_completed([pool.submit(work, task) for task in tasks]):
            if isinstance(done.exception(), BrokenProcessPool):
                fail("a checker crashed", f"on one of the certificates in {LAST}")
                break
            index, count = done.result()
            counts[index].add(count)
            left[index] -= 1
            if LONG and left[index] == 0:
                report(JOBS[index][0], counts[index], time.monotonic() - start)
            for failure in count.failures:
                fail(*failure)
    total = Count()
    for count in counts:
        total.add(count)
    if LONG:
        every = [c for c, (name, *_) in zip(counts, JOBS) if name in EVERY_WAY]
        print(f"every place in every way: {len(every)} certificates, {sum(len(c.places) for c in every)} places, "
              f"{sum(c.mutants for c in every)} mutants, {sum(c.accepted for c in every)} accepted")
        report("all", total, time.monotonic() - start)
    print(f"{', '.join(checkers.names)}: {named} named statements, {len(JOBS)} certificates, {total.mutants} mutants in {len(total.ways)} "
          f"ways, {total.accepted} of them true; {len(failures)} failures")
    if "a checker crashed" not in failures:
        shutil.rmtree(os.path.dirname(LAST))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
