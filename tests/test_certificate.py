#!/usr/bin/env python3
"""Certificates from outside: every model's is accepted by the reference checker with the strongest claims that the
engine proved, is the same byte for byte for a seed, and is rejected when a leaf of it changes.

Usage: test_certificate.py LIEORBIT TOP         LIEORBIT_LONG=1: all models, all leaves

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import copy
import glob
import hashlib
import json
import os
import subprocess
import sys
import tempfile

from checkers import Checkers, dump, python_verdict as verdict

TOOL, TOP = os.path.abspath(sys.argv[1]), sys.argv[2]
CHECK = os.path.abspath(os.environ["CHECK"]) if os.environ.get("CHECK") else None  # lieorbit-check, where it was built
CHECKERS = Checkers(TOOL, CHECK, os.environ.get("VERIFIED"))
LONG = os.environ.get("LIEORBIT_LONG") == "1"
failed = 0

# Models whose certificate claims less than the engine proves, and words of the reason that is told: named, so that a new one
# is noticed.
WEAKER = {
    "analytic-erf-softmax-twice": "algebraic independence is not known",
    "small-resnet": "no rational point",
    "small-resnet-shortcut": "no rational point",
}


def report(name, good, detail=""):
    global failed
    print(("ok - " if good else "not ok - ") + name + (f": {detail}" if detail and not good else ""))
    failed |= not good


def run(*arguments):
    return subprocess.run([TOOL, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def recheck(work, without=()):
    """VERIFIED, when every checker verifies the files that write() left, or may be stricter; else who says what."""
    complaints = CHECKERS.all_verify(read(os.path.join(work, "a.problem")), read(os.path.join(work, "a.cert")), without)
    return "VERIFIED" if not complaints else " / ".join(complaints)


def write(work, *arguments):
    """Runs the tool; returns its result, the problem and the certificate (None: not written)."""
    path = os.path.join(work, "a.cert")
    for old in glob.glob(os.path.join(work, "a.*")):
        os.unlink(old)
    result = run(*arguments, "--certificate", path)
    if not os.path.exists(path):
        return result, None, None
    return result, read(os.path.join(work, "a.problem")), read(path)


# ---- models ----

def check_model(work, name, *arguments):
    result, problem, certificate = write(work, *arguments)
    if result.returncode == 4 and ("# Refused" in " ".join(arguments) or "nothing to claim" in result.stderr or
                                   "is not analysed" in result.stderr):
        return
    report(f"{name}: written", result.returncode == 0 and certificate is not None, result.stderr)
    if certificate is None:
        return
    reason = verdict(problem, certificate)
    report(f"{name}: accepted", reason == "", reason)
    report(f"{name}: lieorbit check", recheck(work) == "VERIFIED", recheck(work))
    answer, claims = json.loads(result.stdout), json.loads(certificate)["claims"]
    bound = answer["orbit_bounds"][0] if "orbit_bounds" in answer else answer["orbit_dimension"]
    rank = len(json.loads(certificate).get("split", {}).get("chosen", []))
    if name in WEAKER:
        report(f"{name}: what is missing is told", WEAKER[name] in result.stderr, result.stderr)
        return
    report(f"{name}: the rank of the engine", rank == bound, f"{rank} {result.stderr}")
    check_bounds(name, answer, json.loads(certificate), result.stderr)
    if "found" not in answer:
        return
    report(f"{name}: all laws", bool({"conserved", "units"} & set(claims)) == (answer["found"] > 0))
    if answer["complete"] == "yes" and answer["found"] > 0:
        report(f"{name}: complete", "complete" in claims, result.stderr)
    else:
        report(f"{name}: not called complete", "complete" not in claims)


def check_bounds(name, answer, table, missing):
    """The growth vector, and the upper bound of the dimension."""
    claims, rank = table["claims"], len(table.get("split", {}).get("chosen", []))
    report(f"{name}: growth is claimed", ("growth" in claims) == (rank > 0))
    growth, engine = table.get("growth", []), answer.get("growth", [])
    same = len(growth) >= len(engine) and all(a >= b for a, b in zip(growth, engine)) or rank == 0
    report(f"{name}: the growth of the engine", same or "dimensions of brackets" in missing, f"{growth} {engine}")
    upper, p = answer.get("orbit_bounds", [0, None])[1], answer["model"]["parameters"]
    if upper is not None and upper < p and rank > 0:
        proved = {"complete", "involutive"} & set(claims) or (
            "independent" in claims and p - len(table.get("laws", [])) <= upper)
        report(f"{name}: the upper bound {upper}", bool(proved) or "the upper bound" in missing, f"{claims} {missing}")
        if not proved:
            weaker_bounds.append(name)


weaker_bounds = []  # rows whose upper bound has no claim: told by check_rows


def check_models(work):
    models = sorted(glob.glob(os.path.join(TOP, "tests/cases/*.lo"))) + sorted(glob.glob(os.path.join(TOP, "examples/*.lo")))
    models += sorted(glob.glob(os.path.join(os.environ.get("LIEORBIT_CASES", ""), "laws/*.lo")))  # more of them, where given
    report("there are models", len(models) > 60)
    for path in models if LONG else models[::9]:
        name, text = os.path.basename(path)[:-3], read(path).decode()
        check_model(work, name, "laws", "--json", path) if "# Refused" not in text else \
            check_model(work, name, "laws", "--json", "-e", text)


def check_rows(work):
    """The rows of acceptance.tsv; few of them, with every kind of model among them, unless LONG."""
    rows = []
    with open(os.path.join(TOP, "tests/acceptance.tsv"), encoding="utf-8") as file:
        for line in file:
            columns = line.rstrip("\n").split("\t")
            if not line.startswith("#") and columns[0] != "name" and len(columns) >= 9:
                rows.append((columns[0], columns[1], columns[8].split() if columns[8] != "-" else []))
    report("there are rows", len(rows) > 200)
    few = {"log-sum", "our-frozen-rate", "our-lotka-volterra", "our-jordan-block", "our-double-exponential", "our-cancelled",
           "our-tied-softmax", "point-diag-1-0", "small-vgg", "small-attention-bias", "small-maxpool-overlap",
           "small-batchnorm-bias", "small-resnet", "analytic-rmsnorm-affine", "weight-norm", "weight-norm-tanh",
           "cosine-attention", "scaled-attention", "root-of-number", "our-nmf-field"}
    report("the rows have these names", few <= {name for name, _, _ in rows})
    for name, model, options in rows:
        if LONG or name in few:
            command = "rank" if "rank" in options else "laws"
            check_model(work, name, command, "--json", *[o for o in options if o != "rank"], "-e", model)


# These look at every weight.
SCALAR = ("conslaw_check.py",) if LONG else ("conslaw_check.py", "lieorbit-check-verified")


def check_zoo(work):
    """Networks that are not written out: followed tensor by tensor, in seconds, whatever their number of weights."""
    for name, laws in (("lenet-5", 226), ("vgg-16", 12416), ("resnet-18", 7680)):
        text = run("zoo", name).stdout
        result, _, certificate = write(work, "laws", "-q", "-e", text)
        table = json.loads(certificate) if certificate is not None else {"claims": []}
        report(f"{name}: units", table["claims"] == ["units"] and table["units"]["count"] == laws, result.stderr)
        report(f"{name}: lieorbit check", recheck(work, SCALAR) == "VERIFIED", recheck(work, SCALAR))
        with open(os.path.join(work, "a.cert"), "wb") as file:
            tensor = table["units"]["tensors"][2]
            for layer in tensor["layers"] if "layers" in tensor else [tensor["axes"]]:
                for run_of in (r for axis in layer for r in axis if len(r) == 4):
                    run_of[3] = str(2 * int(run_of[3]))
            file.write(dump(table))
        report(f"{name}: another unit of one tensor", "do not agree" in recheck(work, SCALAR), recheck(work, SCALAR))


def check_small_zoo(work):
    """Every model of the zoo: those that are written out by all checkers, the others without scalars."""
    for row in json.loads(run("zoo", "--json").stdout)["models"]:
        name, text = row["name"], run("zoo", row["name"]).stdout
        if row["parameters"] <= 2000:
            check_model(work, "zoo " + name, "laws", "--json", "-e", text)
            continue
        result, _, certificate = write(work, "laws", "-q", "-e", text)
        report(f"zoo {name}: written", certificate is not None, result.stderr)
        report(f"zoo {name}: accepted", certificate is not None and recheck(work, SCALAR) == "VERIFIED")


FEATURES = {  # text, claims
    "frozen constants": ("param u, v; frozen c, W[2,2]; input x[2]; output u*v*c*W*x", "complete"),
    "a map": ("param x, y, z; map f = x*y*z", "complete"),
    "max-pooling": ("input x[4]; net dense(4) -> maxpool(2) -> dense(1)", "complete"),
    "leaky relu and a residual block": ("input x[2]; net residual(dense(2) -> leaky_relu -> dense(2))", "complete"),
    "gates behind an analytic function": ("input x[2]; net dense(2) -> tanh -> dense(2) -> relu -> dense(1)", "rank"),
    "gates behind a sigmoid and a norm": ("input x[3]; net rmsnorm -> dense(2) -> relu -> dense(1)", "complete"),
    "numbers from functions behind a gate": (
        "param u, v; input x; output u*relu(v*x*(exp(0) + cos(x - x) + tanh(0) + sigmoid(0) + log(1) + gelu(0) + odd(x - x)"
        " + sqrt(9/4) + silu((u + v)*x - u*x - v*x)))", "complete"),
    "the root of a number": ("param a, b; input x; output a*b*x*(1 + sqrt(12))/sqrt(3/4)", "complete"),
    "the root of a number inside a function": ("param a, b; input x; output a*tanh(b*x/sqrt(2))", "rank"),
    "the root of a number beside that of a sum": ("param g, v[3]; input x[3]; output sqrt(3)*g*dot(v,x)/sqrt(dot(v,v))", "complete"),
    "the roots of two primes": ("param a, b; input x; output a*b*x*sqrt(6)", "complete"),
    "the roots of three primes": ("param a, b, c; input x; output a*(b*x*sqrt(6) + c*x^2*sqrt(10/3))/sqrt(15)", "complete"),
    "the root of a number before a gate": ("param a, b; input x; output a*relu(b*x/sqrt(2))", "independent"),
    "erf": ("input x; net dense(2) -> erf -> dense(1)", "rank"),
    "softplus": ("input x; net dense(2) -> softplus -> dense(1)", "rank"),
    "silu with bias": ("input x; net dense(2, bias) -> silu -> dense(1)", "rank"),
    "an arbitrary function": ("input x[2]; net dense(2) -> generic -> dense(1)", "rank"),
    "an arbitrary odd function": ("input x[2]; net dense(2) -> odd -> dense(1)", "rank"),
    "a law with values of logarithms": ("param u, v, s, t; input x; output (u*s + v*t)*x; flow mirror(u, v, s, t)", "complete"),
    "logarithms of sums": ("coords x, y, z; field f = [x*(y - z), y^2 - z^2, 0]", "rank"),
    "a quotient": ("param u, v; input x; output u*v*x/(1 + u*u*v*v*x^2)", "complete"),
    "a two-dimensional convolution": ("input x[1,3,3]; net conv2d(1,2) -> relu -> flatten -> dense(1)", "complete"),
    "comments and lines": ("# one\nmodel \"a \\\"title\\\"; # no comment\"\nparam U[2,\n 2] # two\nparam V[2,2]; input x[2]\n"
                           "at U = [1,0;0,1]\noutput U *\n V'*x", "complete"),
}


def check_features(work):
    for name, (text, claim) in FEATURES.items():
        result, problem, certificate = write(work, "laws", "-e", text)
        reason = "not written" if certificate is None else verdict(problem, certificate)
        report(f"{name}: accepted", reason == "", reason + result.stderr)
        report(f"{name}: lieorbit check", recheck(work) == "VERIFIED", recheck(work))
        report(f"{name}: {claim}", certificate is not None and claim in json.loads(certificate)["claims"], result.stderr)


# ---- the other commands ----

def check_commands(work):
    uv = "param u, v; input x; output u*v*x"
    for name, arguments, status, claim in (
            ("verify, proved", ("verify", "u^2 - v^2", "-e", uv), 0, "conserved"),
            ("verify, refuted", ("verify", "u^2 + v^2", "-e", uv), 1, "refuted"),
            ("verify, refuted behind gates",
             ("verify", "W1[1,1]^2", "-e", "input x[2]; net dense(2) -> relu -> dense(1)"), 1, "refuted"),
            ("verify, refuted by the second output of a mirror flow",
             ("verify", "V[2,1]", "-e", "param U[1,2], V[2,1]; input x; output V*U*[x; 0]; flow mirror(U, V)"), 1, "refuted"),
            ("verify, a quotient", ("verify", "x/y", "-e", "coords x, y; field f = [x, y]"), 0, "conserved"),
            ("verify, a logarithm", ("verify", "log(x) - log(y)", "-e", "coords x, y; field f = [x, y]"), 0, "conserved"),
            ("rank", ("rank", "-e", uv), 0, "rank"),
            ("rank at a point", ("rank", "-e", uv + "; at u = 2, v = 0"), 0, "rank")):
        result, problem, certificate = write(work, *arguments)
        report(f"{name}: status {status}", result.returncode == status, result.stderr)
        good = certificate is not None and claim in json.loads(certificate)["claims"]
        report(f"{name}: claims {claim}", good)
        report(f"{name}: accepted", good and verdict(problem, certificate) == "")
        report(f"{name}: lieorbit check", recheck(work) == "VERIFIED", recheck(work))


BLOCK = "residual(layernorm -> attention(heads=1, dim=1)) -> residual(layernorm -> dense(1) -> gelu -> dense(3))"
BLOCKS = f"input X[2,3]; net {BLOCK} -> {BLOCK}"
TANGENTS = (  # model, law, is it one that a proof by tangents may be given for
    (BLOCKS, "sum(O1)", False),
    (BLOCKS, "sum(W2)*sum(Q4)", True), (BLOCKS, "sum(Q4)^2 + log(sum(K1))", True),
    ("param u, v; input x; output u*v*x", "u*v", False), ("param u, v; input x; output u*v*x", "log(u*v)", False),
    ("param u, v; input x; output u*sqrt(v*x)", "u^2 - v^2", False), ("param u, v; input x; output u*sqrt(v*x)", "u^2 - 2*v^2", True),
    ("param u, v; input x; output u*tanh(v*x)", "u^2 - v^2", False), ("param u, v; input x; output u/v*x", "u^2 + v^2", True),
    ("param u, v; input x; output u*relu(v*x); flow mirror(u)", "u^2 - v^2", False),
    ("param u, v; input x; output u*relu(v*x); flow mirror(u)", "u - v^2/2", True),
    ("param u[2], v[2]; map f = [u[1]*v[1], u[2]*v[2]^3]", "3*u[2]^2 - v[2]^2", True),
    ("coords x, y; field f = [x, y]", "x/y", False))


def check_tangents(work):
    """The proof `tangent`: shipped where an expansion is out of reach; what is not conserved has none."""
    for command in (("laws",), ("verify", "sum(Q4)")):
        result, problem, certificate = write(work, *command, "-e", BLOCKS)
        report(f"blocks, {command[0]}: by tangents", certificate is not None and b'"proof":"tangent"' in certificate and
               ("complete" in json.loads(certificate)["claims"] or command != ("laws",)), result.stderr)
        report(f"blocks, {command[0]}: accepted", recheck(work) == "VERIFIED", recheck(work))
    for text, expression, good in TANGENTS:
        problem = dump({"format": "conslaw-problem", "model": text.split("; "), "title": "", "version": 2,
                        "relu": "path-lifting" if "relu" in text else "none"})
        certificate = dump({"claims": ["conserved"], "format": "conslaw-cert", "version": 2,
                            "problem": hashlib.sha256(problem).hexdigest(),
                            "laws": [{"expression": expression, "proof": "tangent"}]})
        verified, complaints = CHECKERS.compare(problem, certificate)
        report(f"{text}: {expression} by tangents", verified == good and not complaints, str(complaints))


IDENTITIES = (  # q, coefficients of [f, f] and f in the basis f: sqrt(2) is a number, not a variable
    ("1", "0", "1", True), ("sqrt(2)", "0", "sqrt(2)", True), ("sqrt(2)^2 - 2", "0", "0", False), ("2", "0", "sqrt(2)*sqrt(2)", True),
    ("sqrt(2)*x", "0", "sqrt(8)*x/2", True), ("1", "0", "(sqrt(2) - 1)*(sqrt(2) + 1)", True), ("1", "0", "sqrt(2) - 1", False),
    ("sqrt(6)", "0", "sqrt(2)*sqrt(3)", True), ("sqrt(6) - sqrt(2)*sqrt(3)", "0", "0", False), ("1", "0", "1/(sqrt(2)^2 - 2)", False))
ROOTS = (  # "root" or "roots" of a certificate of the rank 1, is it one
    (["2", "6"], True), (["2", "11"], True), (["2", "5"], False), (["8", "5"], True), (["1/2", "3"], True), (["3", "7"], False),
    ([["2", "6"]], False), ([["2", "6"], ["13", "8"]], True), ([["2", "6"], ["13", "9"]], True), ([["2", "6"], ["13", "7"]], False),
    ([["2", "6"], ["8", "5"]], False), ([["2", "6"], ["13", "8"], ["26", "14"]], False), ([["2", "6"], "13"], False), ([], False),
    ([["26", "14"], ["13", "8"]], True), ([["2", "6"], ["-1", "4"]], False), ([["2", "6"], ["9", "3"]], False))


def check_roots(work):
    """Roots of numbers, in the identities of `involutive` and as residues modulo 17."""
    problem = dump({"format": "conslaw-problem", "model": ["coords x, y, z", "field f = [sqrt(2)*y, sqrt(3)*x, sqrt(6)]"],
                    "title": "", "version": 2, "relu": "none"})
    common = {"format": "conslaw-cert", "version": 2, "problem": hashlib.sha256(problem).hexdigest(), "instances": [{"field": 0}]}
    for q, zero, one, good in IDENTITIES:
        verified, complaints = CHECKERS.compare(problem, dump({**common, "claims": ["involutive"], "involutive": {
            "basis": [0], "coefficients": [[0, 0, [zero]], [0, 1, [one]]], "q": q}}))
        report(f"q = {q}, {one}: {good}", verified == good and not complaints, str(complaints))
    problem = dump({"format": "conslaw-problem", "model": ["coords x, y", "field f = [1 + 0*sqrt(x), sqrt(y)]"], "title": "",
                    "version": 2, "relu": "none"})
    for root, good in ROOTS:
        verified, complaints = CHECKERS.compare(problem, dump({
            **common, "problem": hashlib.sha256(problem).hexdigest(), "claims": ["rank"], "point": ["4", "2"], "words": [],
            "split": {"A": [["1"], ["0"]], "chosen": [0], "mod": "17", "roots" if root == [] or isinstance(root[0], list) else "root": root}}))
        report(f"root {root}: {good}", verified == good and not complaints, str(complaints))


SIMS = {  # text, number of subspaces at least, number of symmetries at least
    "tanh": ("param a[3], w[3]; input x; output dot(a, tanh(w*x))", 6, 3),
    "relu with bias": ("input x[2]; net dense(3,bias) -> relu -> dense(2)", 3, 2),
    "max-pooling": ("input x[2]; net dense(4) -> maxpool(2) -> dense(1)", 2, 3),
    "gelu": ("input x[2]; net dense(2) -> gelu -> dense(1)", 3, 1),
    "softmax attention": (None, 1, 1),
    "an arbitrary odd function": ("input x[2]; net dense(2) -> odd -> dense(1)", 2, 2),
    "two kinds of gates": ("input x[3]; net dense(2) -> relu -> dense(2) -> leaky_relu -> dense(1)", 3, 2),
    "a map": ("param u[2], v[2]; map f = u.*v", 2, 1),
    "a quotient": ("param u, v; input x; output u*v*x/(1 + u*u*v*v*x^2)", 1, 1),
    "silu and a bias": ("input x; net dense(2, bias) -> silu -> dense(1)", 2, 1)}


def check_sims(work):
    for name, (text, subspaces, symmetries) in SIMS.items():
        model = ["-e", text] if text else [os.path.join(TOP, "examples/attention.lo")]
        result, problem, certificate = write(work, "sims", "--json", *model)
        report(f"sims, {name}: written", certificate is not None, result.stderr)
        if certificate is None:
            continue
        table, answer = json.loads(certificate), json.loads(result.stdout)
        proper = [m for m in answer["manifolds"] if m["dimension"] < answer["model"]["parameters"]]
        report(f"sims, {name}: every class", len(table["invariant"]) == len(proper) >= subspaces, result.stderr)
        report(f"sims, {name}: every generator", len(table["symmetry"]) == len(answer["symmetry"]["generators"]) >= symmetries,
               result.stderr)
        report(f"sims, {name}: accepted", recheck(work) == "VERIFIED", recheck(work))


def check_units(work):
    deep = "input x[8]; net dense(8,bias)" + " -> relu -> dense(8)" * 5
    result, problem, certificate = write(work, "laws", "-q", "-e", deep)
    good = certificate is not None and json.loads(certificate)["claims"] == ["independent", "rank", "complete", "units", "growth"]
    report("a deep network: units", good, result.stderr)
    report("a deep network: accepted", good and verdict(problem, certificate) == "")
    report("a deep network: lieorbit check", recheck(work) == "VERIFIED", recheck(work))
    for old, new in ((b'[[8,8,1,"1"]]', b'[[8,8,1,"2"]]'), (b'[[8,8,1,"1"]]', b'[[8,7,1,"1"]]'), (b'[[8]]', b'[[8,0,0,"1"]]'),
                     (b'"count":40', b'"count":41'), (b'"name":"W2"', b'"name":"W3"')):
        report(f"a deep network: {new.decode()}", good and old in certificate and
               verdict(problem, certificate.replace(old, new, 1)) != "")
    if not good:
        return
    table = json.loads(certificate)
    laws = [{"expression": "W1[1,1]", "proof": "expand"}]
    alone = {key: value for key, value in table.items() if key not in ("growth", "instances", "point", "split", "words")}
    swapped = copy.deepcopy(table["split"])
    swapped["C"][:2] = swapped["C"][1::-1]
    for name, changes in (("laws of two kinds", {"claims": ["conserved"] + table["claims"], "laws": laws}),
                          ("no laws", {"claims": ["independent", "rank", "complete"]}),
                          ("rows of C exchanged", {"split": swapped}),
                          ("units alone, with matrices", {"claims": ["units"]}),
                          ("units alone", None)):
        mutant = {**table, **changes} if changes else {**alone, "claims": ["units"]}
        with open(os.path.join(work, "a.cert"), "wb") as file:
            file.write(dump(mutant))
        accepted = verdict(problem, dump(mutant)) == ""
        report(f"a deep network: {name}", accepted == (recheck(work) == "VERIFIED") == (changes is None), recheck(work))


def check_missing(work):
    result, _, certificate = write(work, "verify", "W1[1,1]^2 - W2[1,1]^2", "-e", "input x; net dense(1) -> tanh -> dense(1)")
    report("a witness that is not rational", certificate is None and result.returncode == 1 and
           "not rational" in result.stderr, result.stderr)
    result, _, certificate = write(work, "laws", "--relu=pattern", "-e",
                                   "param u, v; input x; output u*relu(v*x); at u = 1, v = 1")
    report("activation patterns", certificate is None and result.returncode == 4 and "path-lifting" in result.stderr,
           result.stderr)
    for path, why in (("/dev/full", "not a regular file"), ("/nonexistent/a.cert", "cannot write"), (work, "cannot write"),
                      (os.path.join(work, "a.problem"), "name of the problem")):
        result = run("laws", "-e", "param u, v; input x; output u*v*x", "--certificate", path)
        report(f"{os.path.basename(path)}: status 5", result.returncode == 5 and why in result.stderr, result.stderr)
    report("no file is left", os.listdir(work) == [], str(os.listdir(work)))
    report("usage", run("laws", "-e", "param u; input x; output u*x", "--certificate=").returncode == 2)


def check_bytes(work):
    model = os.path.join(TOP, "examples/attention.lo")
    first, again = write(work, "laws", model), write(work, "laws", model)
    other = write(work, "laws", "--seed", "7", model)
    report("the same bytes for a seed", first[1:] == again[1:])
    report("another seed, another certificate", first[2] != other[2] and verdict(*other[1:]) == "")
    report("the same problem for every seed", first[1] == other[1])


# ---- flows with a metric: the writer's certificates, and some by hand ----

WRITTEN_FLOWS = (  # model, flow, a claim
    ("param u, v; input x; output u*v*x", "mirror(u)", "complete"),
    ("param u, v, w; input x; output u*v*w*x", "metric([u^2, 1, w])", "complete"),
    ("param U[2,2], V[2,2]; input x[2]; output U*V'*x", "mirror(U, V)", "rank"),
    ("input x[2]; net dense(2, bias) -> relu -> dense(1)", "mirror(W2)", "complete"),
    ("param u, v, w; map f = [u*v, v*w]", "mirror(u, v)", "complete"),
    ("param a[2], w[2]; input x; output dot(a, tanh(w*x))", "mirror(a)", "rank"),
    ("param u, v; frozen c; input x; output c*u*v*x", "metric([1, c])", "conserved"),
    ("param u, v; input x; output u*v*x", "metric([1/(1 + u^2), 1 + v^2])", "rank"))


def check_written_flows(work):
    for text, flow, claim in WRITTEN_FLOWS:
        name = f"{text}; flow {flow}"
        for command in ("laws", "rank"):
            result, problem, certificate = write(work, command, "--json", "-e", name)
            report(f"{command}, {name}: {claim}", certificate is not None and claim in json.loads(certificate)["claims"],
                   result.stderr)
            if certificate is not None:
                report(f"{command}, {name}: accepted", recheck(work) == "VERIFIED", recheck(work))
        if certificate is None:
            continue
        verified, complaints = CHECKERS.compare(problem.replace(b"flow ", b"flow gradient # "), certificate)
        report(f"{name}: not of another problem", not verified and not complaints, str(complaints))
        other = problem.replace(b",\n\"flow " + flow.encode() + b"\"", b"")
        table = json.loads(certificate)
        table["problem"] = hashlib.sha256(other).hexdigest()
        plain = write(work, "verify", table["laws"][0]["expression"], "-e", text)[0].returncode if "laws" in table else 1
        verified, complaints = CHECKERS.compare(other, dump(table))
        report(f"{name}: not of gradient flow", other != problem and not complaints and not (verified and plain != 0),
               str(complaints))

def law(text):
    return {"claims": ["conserved"], "laws": [{"expression": text, "proof": "expand"}]}


def complete(text, a):
    """Of u v x at (2, 3), one law whose gradient there is (1, -1), one member with the value 1/a (1, 1)."""
    return {"claims": ["conserved", "independent", "rank", "complete"], "laws": [{"expression": text, "proof": "expand"}],
            "instances": [{"covector": ["1"], "inputs": ["1"]}], "point": ["2", "3"], "words": [],
            "split": {"A": [[a], ["0"]], "C": [["0", "100"]], "chosen": [0], "mod": "101"}}


def refuted(text):
    return {"claims": ["refuted"], "refuted": {"expression": text, "inputs": ["1"], "output": 0, "point": ["2", "3"]}}


FLOWS = (  # flow of u v x, claims, are they true
    ("mirror(u, v)", law("u - v"), True), ("mirror(u, v)", law("u^2 - v^2"), False),
    ("mirror(u)", law("u - v^2/2"), True), ("mirror(u, u)", law("u - v^2/2"), False), ("mirror(x)", law("u - v"), False),
    ("metric([v, 2*u])", law("2*u^3 - v^3"), True), ("metric([v, 2*u])", law("u^3 - v^3"), False),
    ("metric([v])", law("2*u^3 - v^3"), False), ("metric([v*x, u])", law("u - v"), False),
    ("mirror(u, v)", complete("u - v", "17"), True), ("mirror(u)", complete("u - v^2/2", "17"), False),
    ("mirror(u, v)", complete("u - v", "16"), False),
    ("mirror(u)", refuted("u - v"), True), ("mirror(u, v)", refuted("u - v"), False))


def check_flows(work):
    for number, (flow, claims, true) in enumerate(FLOWS):
        problem = dump({"format": "conslaw-problem", "version": 2, "title": "", "relu": "none",
                        "model": ["param u, v", "input x", "output u*v*x", "flow " + flow]})
        certificate = dump({**claims, "format": "conslaw-cert", "version": 2,
                            "problem": hashlib.sha256(problem).hexdigest()})
        reason = verdict(problem, certificate)
        report(f"{flow}, {number}: {true}", (reason == "") == true, reason)
        for name, data in (("a.problem", problem), ("a.cert", certificate)):
            with open(os.path.join(work, name), "wb") as file:
                file.write(data)
        if CHECK is not None:
            result = subprocess.run([CHECK, os.path.join(work, "a.problem"), os.path.join(work, "a.cert")],
                                    capture_output=True, text=True, timeout=60)
            report(f"{flow}, {number}: lieorbit-check", (result.returncode == 0) == true, result.stdout)


# ---- corruption ----

def leaves(value, path=()):
    """Paths to all scalars."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, path + (key,))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from leaves(item, path + (i,))
    else:
        yield path


def changed(value):
    if isinstance(value, int):
        return value + 1
    digits = [i for i, c in enumerate(value) if c.isdigit()]
    if not digits:
        return value + "x"
    i = digits[-1]
    return value[:i] + str((int(value[i]) + 1) % 10) + value[i + 1:]


def check_corruption(work):
    texts = {"linear": "param U[2,2], V[2,2]; input x[2]; output U*V'*x", "relu": "input x[2]; net dense(2,bias) -> relu -> dense(1)",
             "attention": read(os.path.join(TOP, "examples/attention.lo")).decode(),
             "layernorm": "input x[2]; net dense(3) -> layernorm -> dense(2)"}
    for name, text in texts.items():
        _, problem, certificate = write(work, "laws", "-e", text)
        table = json.loads(certificate)
        report(f"{name}: whitespace does not matter", verdict(problem, dump(table)) == "")
        paths = list(leaves(table))
        accepted, number = [], 0
        for path in paths if LONG else paths[::max(1, len(paths) // 24)]:
            mutant = copy.deepcopy(table)
            place = mutant
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = changed(place[path[-1]])
            reason = verdict(problem, dump(mutant))
            if reason == "":
                accepted.append(path)
            number += 1
            if number % 6 == 0 or reason == "":
                with open(os.path.join(work, "a.cert"), "wb") as file:
                    file.write(dump(mutant))
                if (recheck(work) == "VERIFIED") != (reason == ""):
                    report(f"{name}: the checkers agree", False, f"{path} {reason} {recheck(work)}")
        # another point at which the pivot columns of W and J are the same has the same A and C: a true statement
        accepted = [path for path in accepted if path[0] != "point"]
        report(f"{name}: a changed leaf is rejected", accepted == [], str(accepted))
        for key in table:
            mutant = {k: v for k, v in table.items() if k != key}
            empty = key == "words" and table[key] == []  # may be left out
            report(f"{name}: without {key}", (verdict(problem, dump(mutant)) == "") == empty)
        cuts = [certificate[:-1], certificate + b" ", certificate + b"\n", b"", certificate[:len(certificate) // 2],
                b"\xef\xbb\xbf" + certificate, certificate.replace(b'"mod"', b'"mod":"7","mod"')]
        report(f"{name}: cut, extended, repeated keys", all(verdict(problem, c) != "" for c in cuts))
        report(f"{name}: another problem", verdict(problem.replace(b'"title":"', b'"title":"!'), certificate) != "")
        for modulus in ("0", "1", "-1", "4294967296", "01", "2305843009213693952"):
            mutant = copy.deepcopy(table)
            mutant["split"]["mod"] = modulus
            report(f"{name}: modulo {modulus}", verdict(problem, dump(mutant)) != "")


def main():
    with tempfile.TemporaryDirectory() as work:
        check_missing(work)
        check_bytes(work)
        check_commands(work)
        check_features(work)
        check_sims(work)
        check_units(work)
        check_tangents(work)
        check_roots(work)
        check_models(work)
        check_rows(work)
        check_zoo(work)
        if LONG:
            check_small_zoo(work)
        check_written_flows(work)
        check_flows(work)
        check_corruption(work)
    return failed


if __name__ == "__main__":
    sys.exit(main())
