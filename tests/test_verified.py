#!/usr/bin/env python3
"""Lies for lieorbit-check-verified: each leaf of each certificate is changed; no lie may be believed.

Usage: test_verified.py CHECKER DIRECTORY

A changed certificate that is accepted must be a true statement: `innocent` says which changes are; another witness
of a refutation, other members, and another law where nothing but laws is claimed, is one for examples/conslaw_check.py too.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import copy
import hashlib
import json
import math
import os
import random
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import verified_jets  # noqa: E402
from checkers import python_verdict  # noqa: E402

CHANGES = {
    str: [lambda s: s + "1" if s else "1", lambda s: "-" + s, lambda s: "0", lambda s: "0" + s, lambda s: "1/0"],
    int: [lambda i: i + 1, lambda i: 10 ** 8],
}


def leaves(j, path=()):
    if isinstance(j, dict):
        for k in j:
            yield from leaves(j[k], path + (k,))
    elif isinstance(j, list):
        for i, e in enumerate(j):
            yield from leaves(e, path + (i,))
    else:
        yield path


def at(j, path):
    for k in path:
        j = j[k]
    return j


def replaced(j, path, value):
    """j with this value at the path; what is not on the path is shared."""
    if not path:
        return value
    new = copy.copy(j)
    new[path[0]] = replaced(j[path[0]], path[1:], value)
    return new


def text(j):
    return json.dumps(j, separators=(",", ":"), sort_keys=True) + "\n"


def mutants(cert):
    for path in leaves(cert):
        for change in CHANGES[type(at(cert, path))]:
            new = replaced(cert, path, change(at(cert, path)))
            if new != cert:
                yield path, new
    for key in cert:  # a section less, twice the list, an empty list
        yield (key,), {k: v for k, v in cert.items() if k != key}
        if isinstance(cert[key], list):
            yield (key,), {**cert, key: cert[key] + cert[key]}
            yield (key,), {**cert, key: []}
    yield ("extra",), {**cert, "extra": 1}


def innocent(path, old, new):
    """Changes that leave a true statement with a valid proof."""
    if path[0] == "instances" and path[-1] in ("gates",) or path[:1] == ("instances",) and "covector" in path:
        return True   # other members of the family, with the same values at the point: seeds with equal gates
    if path == ("instances",):
        return not old.get("words") and new["instances"][:len(old["instances"])] == old["instances"]   # more, unused
    if path[0] == "instances" and path[1] not in used(new):
        return True   # an instance that nothing uses
    if path[0] == "words" and len(path) == 1 and isinstance(new.get("words"), list):
        return True   # more words, which nothing uses
    if path[0] == "words" and "words" in new and len(new["words"]) == len(old["words"]):
        return path[1] + len(new["instances"]) not in used(new)
    if path == ("words",) and not old["words"]:
        return True   # no words either way
    if path in (("symmetry",), ("invariant",)) and new.get(path[0]):
        return True   # each statement twice
    if path[0] == "involutive" and len(path) > 1:   # expressions: -0 and 00 are 0, and 0-y is -y
        before, after = at(old, path), at(new, path)
        return (before == "0" and set(after) <= set("-0")) or (before[:1] == "-" and after == "0" + before)
    # another point at which the same matrices are right: no word and no law depends on that coordinate
    return path[0] == "point" and len(path) == 2


def used(cert):
    entries = set(cert.get("split", {}).get("chosen", [])) | set(cert.get("involutive", {}).get("basis", []))
    n = len(cert["instances"])
    for k in range(len(cert.get("words", [])) - 1, -1, -1):
        if n + k in entries:
            entries |= set(cert["words"][k])
    return entries


# Model texts that mean U*V'*x of uvt-2-2, and texts that mean something else or nothing.
SAME = [
    ["param U[2,2],V[2,2];input x[2];output U*V'*x"],
    ["param U[2, 2],", "  V[1+1,", "  2]; input x[2]", "", "let h = V'*x, g = 1*h",
     "output (((U)))*", "  (+--h + 0.5*(h - g)) .* [1, 2/2]"],
]
OTHER = [
    [], [""], ["param U[2,2], V[2,2]; input x[2]; output U*V'*x # a comment"],
    ["output"], ["param U[2,2], V[2,2]", "input x[2]"], ["param U[2,2], V[2,2]; input x[2]; output U*V'*y"],
    ["param U[2,2], V[2,2]; input x[2]; output U*V'*x; output x"], ["param U[2,2], U[2,2]; input x[2]; output U*U'*x"],
    ["param U[2,2], V[2,2]; input x[2]; output U*V*x"], ["param U[2,2], V[2,2]; input x[2]; output U*V'*x'"],
    ["param U[2,2], V[2,2]; input x[2]; output U*V'*x)"], ["param U[2,2], V[2,2]; input x[2]; output (U*V'*x"],
    ["param U[2,2], V[2,2]; input x[2]; output U*V'*x 2"], ["param U[2,2], V[2,2]; input x[2]; output U[0,1]*V'*x"],
    ["param U[2,2], V[2,2]; input x[2]; output U[1:3,:]*V'*x"], ["param U[2,2], V[0,2]; input x[2]; output U*V'*x"],
    ["param U[99999999,99999999], V[2,2]; input x[2]; output V*x"], ["param U[2,2], V[2,2]; input x[2]; output U^2*V'*x"],
    ["param U[2,2], V[2,2]; input x[2]; output [1,2;3]*x"], ["param U[2,2], V[2,2]; input x[2]; output 2x"],
    ["param U[2,2], V[2,2]; input x[2]; output exp(U)*V'*x"], ["input x[2]; net dense(2) -> softmax(1)"], ["param U[2,2], V[2,2]; input x[2]; output x^(1/2)"],
    ["input x[2]; net dense(2) -> "], ["input x[2]; net dense(0)"], ["input x[2]; net dense(2) -> residual(dense(3))"],
    ["input x[2]; net dense(2, biased)"], ["input x[3]; net maxpool(2)"], ["net dense(2)"], ["input x[2]; net " + "(" * 300],
    ["coords x, y; field f = [x, y, x]"], ["coords x; field f = [x]; output x"], ["output " + "-" * 5000], ["?"],
]


def texts(checker, directory):
    """The text decides: the certificate of uvt-2-2 with other texts, and with the same model in other words."""
    with open(os.path.join(directory, "uvt-2-2.problem"), encoding="ascii") as source:
        problem = json.load(source)
    with open(os.path.join(directory, "uvt-2-2.cert"), encoding="ascii") as source:
        cert = json.load(source)
    with tempfile.TemporaryDirectory() as work:
        names = [os.path.join(work, n) for n in ("problem", "cert")]
        for lines in SAME + OTHER:
            problem["model"] = lines
            data = text(problem)
            cert["problem"] = hashlib.sha256(data.encode()).hexdigest()
            for name, content in zip(names, (data, text(cert))):
                with open(name, "w", encoding="ascii") as file:
                    file.write(content)
            run = subprocess.run([checker] + names, capture_output=True, text=True, timeout=60)
            last = run.stdout.rstrip("\n").split("\n")[-1]
            if lines in SAME and last != "VERIFIED":
                sys.exit(f"{lines}: '{last}'")
            if lines in OTHER and (run.returncode != 1 or not last.startswith("NOT VERIFIED: ") or "internal error" in last):
                sys.exit(f"{lines}: exit status {run.returncode}, '{last}' {run.stderr}")
    print(f"{len(SAME)} texts of the same model, {len(OTHER)} others")


CONV = "net conv2d(2, 2, bias) -> relu -> maxpool(2) -> flatten -> dense(2)"
TENSORS = ("units", "tensors")
# (what, a model that replaces CONV, places and values in the certificate units-conv): what must not be believed.
UNIT_LIES = [
    ("a wrong unit", None, [(TENSORS + (0, "axes", 0, 0, 3), "2")]),
    ("a wrong sign", None, [(TENSORS + (2, "axes", 1, 0, 3), "1")]),
    ("a sum of unequal units", None, [(TENSORS + (1, "axes", 0), [[2]]), (("units", "pivots", 1), [0, [1, 0, 0, 0]])]),
    ("an output with a unit", None, [(TENSORS + (2, "axes", 0), [[2, 0, 1, "1"]])]),
    ("dependent pivots", None, [(("units", "pivots", 1), [0, [0, 0, 1, 0]])]),
    ("a pivot outside", None, [(("units", "pivots", 1), [1, [2]])]),
    ("a pivot of no tensor", None, [(("units", "pivots", 1), [3, [0]])]),
    ("the tensors in another order", None, [(TENSORS + (0, "name"), "b1"), (TENSORS + (1, "name"), "W1")]),
    ("a kernel transposed", None, [(TENSORS + (0, "axes"), [[[1]], [[2, 0, 1, "1"]], [[2]], [[2]]])]),
    ("a kernel with units along its window", None, [(TENSORS + (0, "axes"), [[[2]], [[1]], [[2, 0, 1, "1"]], [[2]]])]),
    ("an axis too many", None, [(TENSORS + (1, "axes"), [[[2, 0, 1, "1"]], [[1]]])]),
    ("an axis not covered", None, [(TENSORS + (0, "axes", 0), [[1, 0, 1, "1"]])]),
    ("free units out of range", None, [(TENSORS + (0, "axes", 0, 0, 1), 1)]),
    ("a step of 2", None, [(TENSORS + (0, "axes", 0, 0, 2), 2)]),
    ("no coefficient", None, [(TENSORS + (1, "axes", 0, 0, 3), "0")]),
    ("another bias", CONV.replace("dense(2)", "dense(2, bias)"), []),
    ("a constant next to a unit", "let h = 1; " + CONV.replace("net ", "net residual(dense(2)) -> "), []),
    ("a softmax of values with units", CONV.replace("relu ->", "relu -> flatten -> softmax ->").replace("maxpool(2) -> flatten ->", ""), []),
    ("a tanh of values with units", CONV.replace("relu", "tanh"), []),
    ("windows over two channels", CONV.replace("maxpool(2) -> flatten", "flatten -> maxpool(8)").replace("dense(2)", "dense(4)"), []),
    ("a mirror flow", CONV + "; flow mirror(W1)", []),
    ("a field", "coords W1, b1, W2; field f = [W1, b1, W2]", []),
]


def unit_lies(checker, directory):
    with open(os.path.join(directory, "units-conv.problem"), encoding="ascii") as source:
        problem = json.load(source)
    with open(os.path.join(directory, "units-conv.cert"), encoding="ascii") as source:
        good = json.load(source)
    with tempfile.TemporaryDirectory() as work:
        names = [os.path.join(work, n) for n in ("problem", "cert")]
        for what, model, changes in [("the truth", None, [])] + UNIT_LIES:
            lines = problem["model"] if model is None else [problem["model"][0], model]
            cert = copy.deepcopy(good)
            for path, value in changes:
                at(cert, path[:-1])[path[-1]] = value
            data = text({**problem, "model": lines})
            cert["problem"] = hashlib.sha256(data.encode()).hexdigest()
            for name, content in zip(names, (data, text(cert))):
                with open(name, "w", encoding="ascii") as file:
                    file.write(content)
            run = subprocess.run([checker] + names, capture_output=True, text=True, timeout=60)
            last = run.stdout.rstrip("\n").split("\n")[-1]
            expected = what == "the truth"
            if (last == "VERIFIED") != expected or (python_verdict(data.encode(), text(cert).encode()) == "") != expected:
                sys.exit(f"units, {what}: '{last}', {python_verdict(data.encode(), text(cert).encode())}")
            if not expected and (run.returncode != 1 or "internal error" in last):
                sys.exit(f"units, {what}: exit status {run.returncode}, '{last}'")
    print(f"{len(UNIT_LIES)} lies about units")
# Laws of networks with functions: name, model, law, whether it is one. The lies would hold with a derivative, a sign, a parity,
# a symbol or a root that is wrong; examples/conslaw_check.py must say the same.
UV = ["param u, v; input x"]
LAWS = [
    ("softmax attention", ["input X[2,2]; net attention(dim=1)"], "Q1[1,1]^2 + Q1[1,2]^2 - K1[1,1]^2 - K1[1,2]^2", True),
    ("one weight less", ["input X[2,2]; net attention(dim=1)"], "Q1[1,1]^2 - K1[1,1]^2", False),
    ("keys for values", ["input X[2,2]; net attention(dim=1)"], "Q1[1,1]^2 + Q1[1,2]^2 - V1[1,1]^2 - V1[1,2]^2", False),
    ("causal heads with biases", ["input X[2,2]; net attention(heads=2, dim=1, causal, bias)"],
     "V1_1[1,1]^2 + V1_1[1,2]^2 + bV1_1[1]^2 - O1_1[1,1]^2 - O1_1[1,2]^2", True),
    ("biases forgotten", ["input X[2,2]; net attention(heads=2, dim=1, causal, bias)"],
     "V1_1[1,1]^2 + V1_1[1,2]^2 - O1_1[1,1]^2 - O1_1[1,2]^2", False),
    ("sum of a softmax", ["param b[2]; input x; output softmax(b + [x, 2*x])"], "b[1] + b[2]", True),
    ("one entry of a softmax", ["param b[2]; input x; output softmax(b + [x, 2*x])"], "b[1]", False),
    ("norm of what is normalised", ["param W[2,2]; input x[2]; output rmsnorm(W)*x"], "W[1,1]^2 + W[1,2]^2", True),
    ("one row of two", ["param W[2,2]; input x[2]; output rmsnorm(W)*x"], "W[1,1]^2 + W[2,1]^2", False),
    ("layernorm", ["input x[2]; net dense(2) -> layernorm"], "W1[1,1] + W1[2,1]", True),
    ("rmsnorm does not subtract the mean", ["input x[2]; net dense(2) -> rmsnorm"], "W1[1,1] + W1[2,1]", False),
    ("exp", ["param a, b; input x; output a*exp(b + x)"], "a^2/2 - b", True),
    ("exp by a factor", ["param a, b; input x; output a*exp(b + x)"], "a^2 - b", False),
    ("log", ["param a, b; input x; output x*(b + log(a))"], "a^2/2 - b", True),
    ("log by a sign", ["param a, b; input x; output x*(b + log(a))"], "a^2/2 + b", False),
    ("law with log", ["coords x, y; field f = [x, 2*y]"], "2*log(x) - log(y)", True),
    ("law with a wrong log", ["coords x, y; field f = [x, 2*y]"], "log(x) - log(y)", False),
    ("pendulum", ["coords x, v; field f = [v, -sin(x)]"], "v^2/2 - cos(x)", True),
    ("pendulum, the sign of cos'", ["coords x, v; field f = [v, -sin(x)]"], "v^2/2 + cos(x)", False),
    ("pendulum, sin for cos", ["coords x, v; field f = [v, -sin(x)]"], "v^2/2 - sin(x)", False),
    ("sin^2 + cos^2", UV + ["output (sin(u)^2 + cos(u)^2 - 1)*x + v*x"], "u", True),
    ("sin^2 - cos^2", UV + ["output (sin(u)^2 - cos(u)^2 + 1)*x + v*x"], "u", False),
    ("tanh'", ["coords x, y; field f = [1, 1 - tanh(x)^2]"], "y - tanh(x)", True),
    ("tanh' with a sign", ["coords x, y; field f = [1, 1 + tanh(x)^2]"], "y - tanh(x)", False),
    ("sigmoid'", ["coords x, y; field f = [1, sigmoid(x) - sigmoid(x)^2]"], "y - sigmoid(x)", True),
    ("sigmoid' without a square", ["coords x, y; field f = [1, sigmoid(x)]"], "y - sigmoid(x)", False),
    ("sqrt'", ["coords x, y; field f = [2*y, 1]"], "sqrt(x) - sqrt(y^2)", False),
    ("root of a sum of squares", ["coords x, y; field f = [-y, x]"], "sqrt(x^2 + y^2)", True),
    ("square of a root", UV + ["output (sqrt(u)^2 - u)*x + v*x"], "u", True),
    ("root of a square", UV + ["output (sqrt(u^2) - u)*x + v*x"], "u", False),
    ("odd", UV + ["output odd(-u*x) + odd(u*x) + v*x"], "u", True),
    ("odd rule for even", UV + ["output even(-u*x) + even(u*x) + v*x"], "u", False),
    ("even", UV + ["output even(-u*x) - even(u*x) + v*x"], "u", True),
    ("even rule for odd", UV + ["output odd(-u*x) - odd(u*x) + v*x"], "u", False),
    ("odd rule for generic", UV + ["output generic(-u*x) + generic(u*x) + v*x"], "u", False),
    ("odd rule for gelu", UV + ["output gelu(-u*x) + gelu(u*x) + v*x"], "u", False),
    ("erf is odd", UV + ["output erf(-u*x) + erf(u*x) + v*x"], "u", True),
    ("erf'", UV + ["output generic(u*v*x)*erf(u*v*x) + softplus(u*v*x)"], "u^2 - v^2", True),
    ("other arguments", UV + ["output exp(u*x) - exp(u*x^2) + v*x"], "u", False),
    ("other functions", UV + ["output tanh(u*x) - sin(u*x) + v*x"], "u", False),
    ("gates of other arguments", UV + ["output relu(tanh(u*x)) - relu(tanh(u*x) + 1) + v*x"], "u", False),
    ("relu, then tanh", ["input x[1]; net dense(1) -> relu -> dense(1) -> tanh"], "W1^2 - W2^2", True),
    ("tanh, then relu", ["input x[1]; net dense(1) -> tanh -> dense(1) -> relu"], "W1^2 - W2^2", False),
    ("quotient", UV + ["output u*x/v"], "u^2 + v^2", True),
    ("quotient by a sign", UV + ["output u*x/v"], "u^2 - v^2", False),
    ("rational field", ["coords x, y; field f = [x/(1 + y), -y/(1 + y)]"], "x*y", True),
    ("division by zero", UV + ["output u*x/(v - v)"], "v", False),
    ("hidden division by zero", UV + ["output u*x/(sqrt(v)^2 - v)"], "v", False),
    ("root of zero", UV + ["output u*sqrt(x - x)"], "v", False),
    ("logarithm of zero", UV + ["output u*log(x - x)"], "v", False),
    ("metric", ["param u, v; input x; output tanh(u*v*x); flow metric([1, 4])"], "4*u^2 - v^2", True),
    ("metric forgotten", ["param u, v; input x; output tanh(u*v*x); flow metric([1, 4])"], "u^2 - v^2", False),
    ("mirror", ["param u, v; input x; output tanh(u*v*x); flow mirror(u)"], "v^2 - 2*u", True),
    ("mirror forgotten", ["param u, v; input x; output tanh(u*v*x); flow mirror(u)"], "v^2 - u^2", False),
    ("batchnorm of an image", ["input x[1,2,2]; net conv2d(1, 1, bias) -> batchnorm(affine) -> relu -> flatten -> dense(1)"],
     "g2[1]^2 + b2[1]^2 - W3[1,1]^2 - W3[1,2]^2 - W3[1,3]^2 - W3[1,4]^2", True),
    ("bias before batchnorm", ["input x[1,2,2]; net conv2d(1, 1, bias) -> batchnorm -> flatten -> dense(1)"], "b1[1]", True),
    ("bias before tanh", ["input x[1,2,2]; net conv2d(1, 1, bias) -> tanh -> flatten -> dense(1)"], "b1[1]", False),
    ("convolutions, then tanh", ["input x[1,3]; net conv1d(1, 2) -> relu -> conv1d(1, 1) -> tanh"],
     "W1[1,1,1]^2 + W1[1,1,2]^2 - W2[1,1,1]^2", True),
    ("convolutions, one weight less", ["input x[1,3]; net conv1d(1, 2) -> relu -> conv1d(1, 1) -> tanh"],
     "W1[1,1,1]^2 - W2[1,1,1]^2", False),
    ("copies of a norm", ["input x[2]; net repeat(2, dense(2) -> rmsnorm)"],
     "W2[1,1]^2 + W2[1,2]^2 + W2[2,1]^2 + W2[2,2]^2", True),
    ("copies of a norm, one row", ["input x[2]; net repeat(2, dense(2) -> rmsnorm)"], "W2[1,1]^2 + W2[1,2]^2", False),
    ("softmax beside a shortcut", ["input x[2]; net residual(dense(2) -> softmax, dense(2)) -> dense(1)"], "W1[1,1] + W1[2,1]", True),
    ("softmax, the shortcut", ["input x[2]; net residual(dense(2) -> softmax, dense(2)) -> dense(1)"], "W2[1,1] + W2[2,1]", False),
    ("law of an input", ["param u; input x; output tanh(u*x)"], "x", False),
    ("law with a unit", UV + ["output tanh(v*x)"], "relu(u)", False),
    ("a unit in a field", ["coords x, y; field f = [relu(x), 0*y]"], "y", False),
    ("law with gelu", UV + ["output tanh(v*x)"], "gelu(u)", False),
]


def split_lines(lines):
    """The lines of a model, and what it says of its gates."""
    lines = [part.strip() for line in lines for part in line.split("; ")]
    return lines, "path-lifting" if any("relu" in line for line in lines) else "none"


def checked(checker, problem, cert):
    """The last line, and the process."""
    with tempfile.TemporaryDirectory() as work:
        names = [os.path.join(work, n) for n in ("problem", "cert")]
        for path, content in zip(names, (problem, cert)):
            with open(path, "w", encoding="ascii") as file:
                file.write(content)
        run = subprocess.run([checker] + names, capture_output=True, text=True, timeout=60)
        return run.stdout.rstrip("\n").split("\n")[-1], run


def functions(checker):
    for name, lines, law, good in LAWS:
        lines, gates = split_lines(lines)
        data = text({"format": "conslaw-problem", "model": lines, "relu": gates, "title": "", "version": 2})
        cert = text({"claims": ["conserved"], "format": "conslaw-cert", "laws": [{"expression": law, "proof": "expand"}],
                     "problem": hashlib.sha256(data.encode()).hexdigest(), "version": 2})
        last, run = checked(checker, data, cert)
        if (last == "VERIFIED") != good or not good and (run.returncode != 1 or "unsupported" in last or "internal" in last):
            sys.exit(f"{name}: '{last}' {run.stderr}")
        other = python_verdict(data.encode(), cert.encode())
        if (other == "") != good:
            sys.exit(f"{name}: conslaw_check.py says '{other}'")
    print(f"{sum(good for *_, good in LAWS)} laws of networks with functions, {sum(not good for *_, good in LAWS)} lies")


# Symmetries of networks with functions: name, model, generator (for each parameter the one whose value it gets, - for a sign),
# whether it is one. The lies would hold with a wrong parity, a function for another, or one symbol for two arguments.
SYMMETRIES = [
    ("tanh is odd", ["param u, v; input x; output v*tanh(u*x)"], "-u -v", True),
    ("tanh, one sign", ["param u, v; input x; output v*tanh(u*x)"], "-u v", False),
    ("sin is odd", ["param u, v; input x; output v*sin(u*x)"], "-u -v", True),
    ("cos is even", ["param u, v; input x; output v*cos(u*x)"], "-u v", True),
    ("cos is not odd", ["param u, v; input x; output v*cos(u*x)"], "-u -v", False),
    ("erf is odd", ["param u, v; input x; output v*erf(u*x)"], "-u -v", True),
    ("odd", ["param u, v; input x; output v*odd(u*x)"], "-u -v", True),
    ("even", ["param u, v; input x; output v*even(u*x)"], "-u v", True),
    ("even taken for odd", ["param u, v; input x; output v*even(u*x)"], "-u -v", False),
    ("odd taken for even", ["param u, v; input x; output v*odd(u*x)"], "-u v", False),
    ("generic taken for odd", ["param u, v; input x; output v*generic(u*x)"], "-u -v", False),
    ("generic taken for even", ["param u, v; input x; output v*generic(u*x)"], "-u v", False),
    ("generic0 taken for odd", ["param u, v; input x; output v*generic0(u*x)"], "-u -v", False),
    ("gelu taken for odd", ["param u, v; input x; output v*gelu(u*x)"], "-u -v", False),
    ("silu taken for odd", ["param u, v; input x; output v*silu(u*x)"], "-u -v", False),
    ("sigmoid taken for odd", ["param u, v; input x; output v*sigmoid(u*x)"], "-u -v", False),
    ("softplus taken for even", ["param u, v; input x; output v*softplus(u*x)"], "-u v", False),
    ("exp taken for even", ["param u, v; input x; output v*exp(u*x)"], "-u v", False),
    ("relu taken for odd", ["param u, v; input x; output v*relu(tanh(u*x))"], "-u -v", False),
    ("another parameter", ["param u, v; input x; output v*tanh(u*x)"], "v u", False),
    ("one image twice", ["param u, v; input x; output v*tanh(0*u*x)"], "v v", False),
    ("square of a sign", ["param u, v; input x; output v*exp(u^2*x)"], "-u v", True),
    ("root of a square", ["param u, v; input x; output v*sqrt(u^2*x^2)"], "-u v", True),
    ("quotient", ["param u, v; input x; output v*u*x/(1 + u^2)"], "-u -v", True),
    ("quotient, one sign", ["param u, v; input x; output v*u*x/(1 + u^2)"], "u -v", False),
    ("log of a square", ["param u, v; input x; output v*x + log(u^2)"], "-u v", True),
    ("sin^2 + cos^2", ["param u, v; input x; output v*x*(sin(u)^2 + cos(u)^2)"], "v u", False),
    ("sin^2 + cos^2 is 1", ["param u, v; input x; output x*(sin(u)^2 + cos(u)^2 + v - v)"], "v u", True),
    ("neurons", ["param a, b, c, d; input x; output c*sigmoid(a*x) + d*sigmoid(b*x)"], "b a d c", True),
    ("neurons, one layer", ["param a, b, c, d; input x; output c*sigmoid(a*x) + d*sigmoid(b*x)"], "b a c d", False),
    ("neurons of two kinds", ["param a, b, c, d; input x; output c*sigmoid(a*x) + d*tanh(b*x)"], "b a d c", False),
    ("neurons with kinks", ["param a, b, c, d; input x; output c*relu(a*x) + d*relu(b*x) + exp(x)"], "b a d c", True),
    ("neurons with other kinks", ["param a, b, c, d; input x; output c*relu(a*x) + d*leaky_relu(b*x) + exp(x)"], "b a d c", False),
    ("softmax", ["param a, b, c, d; input x; output dot([c, d], softmax([a*x, b*x]))"], "b a d c", True),
    ("softmax, without its weights", ["param a, b, c, d; input x; output dot([c, d], softmax([a*x, b*x]))"], "b a c d", False),
    ("softmax with a sign", ["param a, b, c, d; input x; output dot([c, d], softmax([a*x, b*x]))"], "-a -b c d", False),
    ("sigmoid of a difference", ["param a, b; input x; output softmax([a*x, b*x])"], "-b -a", False),
    ("layernorm", ["param a, b, c, d; input x; output dot([c, d], layernorm([a*x, b*x]))"], "-a -b -c -d", True),
    ("layernorm, one sign", ["param a, b, c, d; input x; output dot([c, d], layernorm([a*x, b*x]))"], "-a b -c d", False),
    ("rmsnorm", ["param a, b, c, d; input x; output dot([c, d], rmsnorm([a*x, b*x]))"], "-a b -c d", True),
    ("root of zero", ["param u, v; input x; output u*sqrt(x - x)"], "-u v", False),
    ("division by zero", ["param u, v; input x; output u*x/(v - v)"], "-u v", False),
    ("hidden division by zero", ["param u, v; input x; output u*x/(sqrt(v)^2 - v)"], "-u v", False),
]
# Subspaces: name, model, rows of the basis, rows of equations (orthogonal), whether it is invariant.
EQUAL = ([[1, 1, 0, 0], [0, 0, 1, 1]], [[1, -1, 0, 0], [0, 0, 1, -1]])
OPPOSITE = EQUAL[::-1]
ZERO = ([], [[1, 0], [0, 1]])
SUBSPACES = [
    (f"{what} neurons: {function}", [f"param a, b, c, d; input x; output c*{function}(a*x) + d*{function}(b*x)"], *where, good)
    for what, where, functions_of in (
        ("equal", EQUAL, {"tanh": True, "generic": True, "relu": True, "gelu": True, "exp": True, "even": True, "softplus": True}),
        ("opposite", OPPOSITE, {"tanh": True, "odd": True, "erf": True, "sin": True, "generic": False, "relu": False, "gelu": False,
                                "even": False, "cos": False, "sigmoid": False, "exp": False}))
    for function, good in functions_of.items()
] + [
    (f"a neuron that is zero: {function}", [f"param u, v; input x; output v*{function}(u*x)"], *ZERO, good)
    for function, good in {"tanh": True, "odd": True, "generic0": True, "gelu": True, "silu": True, "sin": True, "generic": False,
                           "even": False, "sigmoid": False, "exp": False, "cos": False}.items()
] + [
    ("weights zero, of even", ["param u, v; input x; output v*even(u*x)"], [[0, 1]], [[1, 0]], True),
    ("weights zero, of odd", ["param u, v; input x; output v*odd(u*x)"], [[0, 1]], [[1, 0]], False),
    ("weights zero, of generic", ["param u, v; input x; output v*generic(u*x)"], [[0, 1]], [[1, 0]], False),
    ("the value at zero", ["param u, v; input x; output v*(sigmoid(u*x) - 1/2)"], *ZERO, True),
    ("another value at zero", ["param u, v; input x; output v*(sigmoid(u*x) - 1/3)"], *ZERO, False),
    ("equal weights in front", ["param a, b, c, d; input x; output c*tanh(a*x) + d*tanh(b*x)"], [[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
     [[1, -1, 0, 0]], False),
    ("neurons of two kinds", ["param a, b, c, d; input x; output c*tanh(a*x) + d*sin(b*x)"], *EQUAL, False),
    ("softmax", ["param a, b, c, d; input x; output dot([c, d], softmax([a*x, b*x]))"], *EQUAL, True),
    ("layernorm of a constant", ["param a, b, c, d; input x; output dot([c, d], layernorm([a*x, b*x]))"], *EQUAL, False),
    ("metric", ["param a, b, c, d; input x; output c*tanh(a*x) + d*tanh(b*x); flow metric([2, 2, 3, 3])"], *EQUAL, True),
    ("another metric", ["param a, b, c, d; input x; output c*tanh(a*x) + d*tanh(b*x); flow metric([2, 1, 3, 3])"], *EQUAL, False),
    ("pendulum at rest", ["coords x, v; field f = [v, -sin(x)]"], *ZERO, True),
    ("pendulum, cos", ["coords x, v; field f = [v, -cos(x)]"], *ZERO, False),
    ("a line", ["coords x, y; field f = [y*sin(x), cos(x)]"], [[0, 1]], [[1, 0]], True),
    ("another line", ["coords x, y; field f = [y*sin(x), cos(x)]"], [[1, 0]], [[0, 1]], False),
    ("diagonal", ["coords x, y; field f = [exp(x)/(1 + y^2), exp(y)/(1 + x^2)]"], [[1, 1]], [[1, -1]], True),
    ("diagonal, not the same", ["coords x, y; field f = [exp(x)/(1 + y^2), exp(x)/(2 + x^2)]"], [[1, 1]], [[1, -1]], False),
    ("a unit in a field", ["coords x, y; field f = [relu(x)*sin(y), y]"], [[0, 1]], [[1, 0]], False),
    ("a norm of zero", ["param a, b, c, d; input x; output dot([c, d], rmsnorm([a*x, b*x]))"], [[0, 0, 1, 0], [0, 0, 0, 1]],
     [[1, 0, 0, 0], [0, 1, 0, 0]], False),
    ("logarithm of zero", ["coords x, y; field f = [x*log(x), y]"], [[0, 1]], [[1, 0]], False),
    ("division by zero", ["coords x, y; field f = [x/(x - y), y/(x - y)]"], [[1, 1]], [[1, -1]], False),
    ("product of roots", ["coords x, y; field f = [sqrt(x)*sqrt(y) - x, y]"], [[1, 1]], [[1, -1]], False),
    ("square of a root", ["coords x, y; field f = [sqrt(x)*sqrt(y) - x, y - x]"], [[1, 1]], [[1, -1]], True),
]


def generator(lines, images):
    """The parameters are named one by one."""
    names = [name.strip() for name in lines[0].removeprefix("param").split(",")]
    return [["-1" if i[0] == "-" else "1", names.index(i.lstrip("-"))] for i in images.split()]


def subspace(basis, equations):
    """G and H for rows that are orthogonal."""
    d = math.lcm(*(sum(x * x for x in row) for row in basis + equations))
    scaled = [[[d // sum(y * y for y in row) * x for x in row] for row in rows] for rows in (basis, equations)]
    written = [[[str(x) for x in row] for row in rows] for rows in (basis, equations, scaled[0], zip(*scaled[1]))]
    return {"basis": written[0], "equations": written[1], "G": written[2], "H": written[3], "d": str(d)}


def geometry(checker):
    """Symmetries and invariant subspaces of networks with functions; examples/conslaw_check.py must say the same."""
    rows = [("symmetry", name, *split_lines(lines), images, good) for name, lines, images, good in SYMMETRIES]
    rows += [("invariant", name, *split_lines(lines), (basis, equations), good) for name, lines, basis, equations, good in SUBSPACES]
    for claim, name, lines, gates, content, good in rows:
        data = text({"format": "conslaw-problem", "model": lines, "relu": gates, "title": "", "version": 2})
        section = generator(lines, content) if claim == "symmetry" else subspace(*content)
        cert = text({"claims": [claim], "format": "conslaw-cert", claim: [section],
                     "problem": hashlib.sha256(data.encode()).hexdigest(), "version": 2})
        last, run = checked(checker, data, cert)
        if (last == "VERIFIED") != good or not good and (run.returncode != 1 or "unsupported" in last or "internal" in last):
            sys.exit(f"{claim}, {name}: '{last}' {run.stderr}")
        other = python_verdict(data.encode(), cert.encode())
        if (other == "") != good:
            sys.exit(f"{claim}, {name}: conslaw_check.py says '{other}'")
    print(f"{sum(row[-1] for row in rows)} symmetries and invariant subspaces with functions, {sum(not row[-1] for row in rows)} lies")


def main():
    checker, directory = sys.argv[1:]
    texts(checker, directory)
    unit_lies(checker, directory)
    functions(checker)
    geometry(checker)
    verified_jets.coefficients(checker)
    verified_jets.lies(checker, directory)
    rng = random.Random(7)
    tried = believed = 0
    with tempfile.NamedTemporaryFile("w", suffix=".cert") as file:
        for line in open(os.path.join(directory, "verdicts.tsv"), encoding="ascii"):
            name, verdict = line.rstrip("\n").split("\t")
            if verdict != "VERIFIED":
                continue
            problem = os.path.join(directory, name + ".problem")
            with open(os.path.join(directory, name + ".cert"), encoding="ascii") as source:
                cert = json.load(source)
            all_mutants = list(mutants(cert))
            for path, new in rng.sample(all_mutants, min(len(all_mutants), 60)):
                file.seek(0)
                file.truncate()
                file.write(text(new))
                file.flush()
                run = subprocess.run([checker, problem, file.name], capture_output=True, text=True, timeout=60)
                last = run.stdout.rstrip("\n").split("\n")[-1]
                tried += 1
                if run.returncode == 0 and last == "VERIFIED":
                    believed += 1
                    with open(problem, "rb") as source:
                        witness = (path[0] in ("refuted", "units", "instances") or path[:2] == ("split", "chosen") or
                                   path[0] == "laws" and new["claims"] == ["conserved"]) and \
                            python_verdict(source.read(), text(new).encode()) == ""
                    if not witness and not innocent(path, cert, new):
                        sys.exit(f"{name}: believed after a change at {path}")
                elif run.returncode != 1 or not last.startswith("NOT VERIFIED: ") or "internal error" in last:
                    sys.exit(f"{name}: exit status {run.returncode}, '{last}' {run.stderr} after a change at {path}")
    print(f"{tried} changed certificates, {believed} still true")


if __name__ == "__main__":
    main()
