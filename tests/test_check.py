#!/usr/bin/env python3
"""Tests of lieorbit-check: true certificates, the known ways to fool a checker, mutants, limits, the linked libraries.

Usage: CHECK=lieorbit-check test_check.py [--corpus DIRECTORY]     (the latter writes a corpus for tests/fuzz_check)

Every accepted mutant must be a true statement by a second opinion (second_opinion.py), which evaluates it in Python at
random points modulo a prime. LIEORBIT_LONG=1: more mutants of more certificates.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import copy
import glob
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import make_certificates as make
import mutation
from certificate_cases import CASES
from make_certificates import N
from mutation import Raw, at, canonical, emit
from second_opinion import holds

CHECK = os.environ.get("CHECK", "build/lieorbit-check")
LONG = os.environ.get("LIEORBIT_LONG") == "1"
failures = []
DIRECTORY = tempfile.mkdtemp(prefix="lieorbit-check-")


def fail(name, text):
    failures.append(name)
    print(f"FAILED {name}: {text}")


def digest(problem):
    return hashlib.sha256(problem if isinstance(problem, bytes) else problem.encode()).hexdigest()


def run(problem, certificate, name="test", options=()):
    """(exit status, last line) of the checker; texts or bytes."""
    paths = []
    for suffix, text in (("problem", problem), ("cert", certificate)):
        path = os.path.join(DIRECTORY, f"{name}.{suffix}")
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        paths.append(path)
    done = subprocess.run([CHECK, *options, *paths], capture_output=True, text=True, timeout=300)
    lines = done.stdout.strip().split("\n")
    good = (done.returncode == 0 and lines[-1] == "VERIFIED") or \
        (done.returncode == 1 and len(lines) == 1 and lines[0].startswith("NOT VERIFIED: "))
    if not good or done.stderr:
        fail(name, f"exit status {done.returncode}: {done.stdout[-300:]} {done.stderr[-2000:]}")
    return done.returncode, done.stdout


# ---------------------------------------------------------------------------------------------------------------
# Mutants; tests/test_mutants.py has all of them, for all checkers
# ---------------------------------------------------------------------------------------------------------------

def test_mutants(name, case, cert, problem):
    accepted = rejected = 0
    cert = canonical({**cert, "problem": digest(problem)})
    for path, way, text in mutation.sample(cert, random.Random(f"mutants of {name}"), 150 if LONG else 15):
        status, out = run(problem, text, f"{name}-mutant")
        rejected += status != 0
        if status == 0:
            accepted += 1
            if not (mutation.well_formed(text) and holds(case, json.loads(text))):
                fail(f"{name}-mutant", f"{way} at {path} accepted, and not known to be true: {out[-300:]}")
    return accepted, rejected


# ---------------------------------------------------------------------------------------------------------------
# The known ways to fool a checker, one named case each
# ---------------------------------------------------------------------------------------------------------------

def change(cert, path, new):
    cert = copy.deepcopy(cert)
    at(cert, path[:-1])[path[-1]] = new
    return cert


def law(cert, *expressions):
    return {**cert, "laws": [{"expression": h, "proof": "expand"} for h in expressions]}


def only_laws(*expressions):
    return law({"claims": ["conserved"], "format": "conslaw-cert", "version": 2}, *expressions)


def lies(certs):
    """(name, problem, certificate as a dictionary or text, part of the reason)"""
    uvt, uvt_problem = certs["uvt-2-2"]
    chain, chain_problem = certs["chain-2-3-2-3"]
    relu, relu_problem = certs["relu-bias"]
    words, words_problem = certs["heisenberg"]
    sub, sub_problem = certs["invariant-uvt"]
    kink, kink_problem = certs["refuted-relu"]
    frame, frame_problem = certs["involutive-rotations"]
    mlp, mlp_problem = certs["units-mlp"]
    h = [x["expression"] for x in uvt["laws"]]
    for modulus in ("0", "1", "-1", str(1 << 61), "", "x"):
        yield f"modulus-{modulus}", uvt_problem, change(uvt, ("split", "mod"), modulus), "mod"
    yield "modulus-other", uvt_problem, change(uvt, ("split", "mod"), str(N - 2)), "wrong"
    for key, old, new in (("format", "conslaw-problem", "conslaw-problems"), ("version", '"version":2', '"version":1')):
        yield f"problem-of-another-{key}", uvt_problem.replace(old, new), uvt, f"conslaw-problem: another {key}"
    half = change(certs["pendulum"][0], ("split", "mod"), "4")
    yield "modulus-divides-a-denominator", certs["pendulum"][1], half, "mod|A|invertible"
    yield "d-is-zero", sub_problem, change(sub, ("invariant", 0, "d"), "0"), "d is zero"
    yield "law-true-only-modulo-N", uvt_problem, law(uvt, *h[:2], f"{N}*U[1,1]^2"), "not identically zero"
    yield "law-N-th-power", uvt_problem, law(uvt, *h[:2], f"U[1,1]^{N}"), "too large|exponent"
    yield "rank-at-a-singular-point", uvt_problem, {**uvt, "point": ["0"] * 8}, "wrong"
    yield "rank-at-a-point-of-lower-rank", uvt_problem, {**uvt, "point": ["1", "0", "0", "0"] * 2}, "wrong"
    yield "witness-on-a-kink", kink_problem, change(kink, ("refuted", "inputs", 0), "0"), "pre-activation is zero"
    yield "witness-of-a-law", certs["uvt-2-2"][1], {
        "claims": ["refuted"], "format": "conslaw-cert", "version": 2, "refuted": {
            "expression": h[0], "inputs": ["1", "2"], "output": 0, "point": [str(i) for i in range(8)]}}, "is zero"
    yield "dependent-multiple", uvt_problem, law(uvt, h[0], h[1], f"3*({h[0]})"), "wrong"
    yield "dependent-square", uvt_problem, law(uvt, h[0], h[1], f"({h[0]})^2"), "wrong"
    yield "constant-law", uvt_problem, law(uvt, h[0], h[1], "1"), "wrong"
    yield "zero-law", uvt_problem, law(uvt, h[0], h[1], "U[1,1] - U[1,1]"), "wrong"
    yield "fewer-laws", uvt_problem, law(uvt, *h[:2]), "elements"
    yield "more-laws", uvt_problem, law(uvt, *h, h[0]), "elements"
    yield "no-laws", uvt_problem, law(uvt), "empty"
    yield "law-with-an-input", uvt_problem, law(uvt, h[0], h[1], "x[1] + 1"), "may not depend"
    yield "law-with-a-gate", uvt_problem, only_laws("relu(U[1,1])"), "may not depend"
    yield "law-with-an-opaque-function", uvt_problem, only_laws("generic(U[1,1])"), "with the function"
    yield "law-not-conserved", uvt_problem, law(uvt, h[0], h[1], h[2] + " + U[1,1]"), "not identically zero"
    yield "law-divides-by-zero", uvt_problem, only_laws("1/(U[1,1] - U[1,1])"), "zero"
    yield "law-divides-by-a-hidden-zero", uvt_problem, only_laws("1/(sin(U[1,1])^2 + cos(U[1,1])^2 - 1)"), "zero"
    yield "contradictory-relations", uvt_problem, only_laws("U[1,1]*sqrt(0)"), "zero"
    yield "no-members", uvt_problem, {**uvt, "instances": []}, "0 to"
    yield "no-claims", uvt_problem, {**uvt, "claims": []}, "empty"
    yield "unknown-claim", uvt_problem, {**uvt, "claims": ["conserved", "true"]}, "unknown"
    yield "claims-out-of-order", uvt_problem, {**uvt, "claims": ["independent", "conserved"]}, "out of order"
    yield "claim-twice", uvt_problem, {**uvt, "claims": ["conserved", "conserved"]}, "out of order"
    yield "complete-alone", uvt_problem, {**uvt, "claims": ["conserved", "complete"]}, "without"
    yield "weaker-passed-off", certs["mirror-nmf"][1], {
        **certs["mirror-nmf"][0], "claims": ["conserved", "independent", "rank", "complete"]}, "are not 4"
    yield "section-without-a-claim", uvt_problem, {**uvt, "claims": ["conserved", "independent"]}, "serves no claim"
    yield "index-minus-one", uvt_problem, change(uvt, ("split", "chosen", 0), Raw("-1")), "expected"
    yield "boolean", uvt_problem, change(uvt, ("split", "chosen", 0), Raw("true")), "expected"
    yield "version-true", uvt_problem, {**uvt, "version": Raw("true")}, "expected"
    yield "forward-reference", words_problem, change(words, ("words", 0), [0, 2]), "0 to 1"
    yield "own-reference", words_problem, change(words, ("words", 0), [2, 0]), "0 to 1"
    yield "bracket-with-itself", words_problem, change(words, ("words", 0), [1, 1]), "wrong"
    yield "bracket-reversed", words_problem, change(words, ("words", 0), words["words"][0][::-1]), "wrong"
    yield "chosen-twice", words_problem, change(words, ("split", "chosen"), [0, 0, 2]), "wrong"
    yield "transposed-A", chain_problem, change(chain, ("split", "A"), make.transpose(chain["split"]["A"])), "elements"
    yield "transposed-C", chain_problem, change(chain, ("split", "C"), make.transpose(chain["split"]["C"])), "elements"
    yield "ragged", chain_problem, change(chain, ("split", "A", 3), chain["split"]["A"][3][:-1]), "elements"
    yield "transposed-weights", chain_problem, law(chain, *[re.sub(r"W1\[(\d),(\d)\]", lambda m: f"W1[{m[2]},{m[1]}]" if
                                                    "3" not in m[0] else m[0], x["expression"]) for x in chain["laws"]]), ""
    yield "sign-of-a-layer", chain_problem, law(chain, *[x["expression"].replace(" - ", " + ") for x in chain["laws"]]), \
        "not identically"
    for text in ("1/0", "2/4", "+1", "01", "1_0", "\u0661", "\uff11", "1.0", "1e1", "-0", "0/2", "1/-2", "NaN", "Infinity",
                 " 1", "1 ", "0x1", "1/1", ""):
        yield f"number-{text}", uvt_problem, change(uvt, ("point", 0), text), "number|lowest|zero|allowed"
    good = emit({k: v for k, v in sorted({**uvt, "problem": digest(uvt_problem)}.items())}) + "\n"
    yield "byte-order-mark", uvt_problem, "\ufeff" + good, "not allowed"
    yield "utf-16", uvt_problem, good.encode("utf-16"), "not allowed"
    yield "trailing-data", uvt_problem, good + "{}\n", "follows"
    yield "trailing-newline", uvt_problem, good + "\n", ""
    yield "no-newline", uvt_problem, good[:-1], "one newline"
    yield "truncated", uvt_problem, good[:len(good) // 2] + "\n", ""
    yield "empty", uvt_problem, "", "expected"
    yield "only-a-newline", uvt_problem, "\n", "expected"
    yield "space-between-tokens", uvt_problem, good.replace(":", ": "), "expected"
    yield "tab", uvt_problem, good.replace(",", ",\t", 1), "not allowed"
    yield "deep-nesting", uvt_problem, "[" * 100000 + "]" * 100000 + "\n", "too deeply"
    yield "duplicate-key", uvt_problem, good.replace('"format"', '"format":"conslaw-cert","format"', 1), "missing|expected"
    yield "escape", uvt_problem, good.replace("conslaw-cert", "conslaw\\u002dcert"), "escape"
    yield "other-problem", uvt_problem, {**uvt, "problem": digest(chain_problem)}, "another problem"
    yield "digest-in-capitals", uvt_problem, {**uvt, "problem": digest(uvt_problem).upper()}, "another problem"
    yield "other-version", uvt_problem, {**uvt, "version": 1}, "version"
    yield "other-format", uvt_problem, {**uvt, "format": "conslaw-cert2"}, "format"
    yield "unknown-proof", uvt_problem, change(uvt, ("laws", 0, "proof"), "trust"), "unknown kind"
    yield "exponent-tower", uvt_problem, only_laws("(((2^1000)^1000)^1000)^1000"), "too long|too large"
    yield "power-of-a-sum", uvt_problem, only_laws(f"({h[0]} + {h[1]} + U[1,1])^1000"), "limit|identically"
    yield "deep-law", uvt_problem, only_laws("(" * 100000 + "1" + ")" * 100000), "too deeply"
    yield "long-sum-of-signs", uvt_problem, only_laws("-" * 90000 + "x[1]"), "may not depend"
    yield "gates-missing", relu_problem, change(relu, ("instances", 0), {
        k: v for k, v in relu["instances"][0].items() if k != "gates"}), "gates"
    yield "gates-changed", relu_problem, change(relu, ("instances", relu["split"]["chosen"][0], "gates"), "12345"), "wrong"
    yield "relu-none", relu_problem.replace("path-lifting", "none"), relu, "relu"
    yield "relu-for-a-linear-network", uvt_problem.replace('"none"', '"path-lifting"'), uvt, "relu"
    yield "leaky-law-with-slope", certs["leaky-deep"][1], only_laws("W1[1,1]^2 + W1[1,2]^2 - W2[1,1]^2"), "not identically"
    shared = re.sub(r'"model":\[.*\],(\s*"relu")',
                    r'"model":["param a, b","input x","output a*relu(b*x) + leaky_relu(b*x)"],\1', relu_problem, flags=re.S)
    yield "relu-and-leaky-relu-share-no-gate", shared, only_laws("a^2 - b^2 + 2*a"), "not identically"
    repeated = re.sub(r'"model":\[.*\],(\s*"relu")', r'"model":["param x, y","input u","let z = [x*u, x*u]",'
                      r'"output maxpool(z, 2) + y*u"],\1', relu_problem, flags=re.S)
    yield "witness-where-one-entry-is-largest-twice", repeated, {
        "claims": ["refuted"], "format": "conslaw-cert", "version": 2, "refuted": {
            "expression": "x - y", "inputs": ["1"], "output": 0, "point": ["2", "3"]}}, "equal"
    yield "at-in-the-problem", uvt_problem.replace('"output', '"at U = [1,0; 0,1]",\n"output'), uvt, "statement"
    yield "momentum-and-mirror", certs["mirror-nmf"][1].replace("mirror(U, V)", "mirror(U, V) + momentum(tau=0)"), \
        certs["mirror-nmf"][0], "not supported"
    yield "decay", certs["mirror-nmf"][1].replace("mirror(U, V)", "decay(1)"), certs["mirror-nmf"][0], "not supported"
    yield "mirror-law-of-gradient-flow", certs["mirror-nmf"][1], only_laws("U[1,1]^2 - V[1,1]^2"), "not identically"
    yield "taylor-off-the-base", certs["tanh-two"][1], change(
        certs["tanh-two"][0], ("instances", certs["tanh-two"][0]["split"]["chosen"][0], "inputs"), ["1"]), "base point"
    yield "taylor-order-changed", certs["tanh-two"][1], change(
        certs["tanh-two"][0], ("instances", certs["tanh-two"][0]["split"]["chosen"][0], "order"), 15), "wrong"
    yield "order-without-direction", certs["tanh-two"][1], change(
        certs["tanh-two"][0], ("instances", 0), {"covector": ["1"], "inputs": ["0"], "order": 1}), "not expected"
    yield "square-root-of-no-square", certs["rmsnorm-2"][1], {**certs["rmsnorm-2"][0], "point": ["1", "2", "7", "2"]}, "base|wrong"
    root = certs["rmsnorm-2"][0]
    for text, reason in ((["4", str(N - 2)], "no square"), (["2", "1"], "no square"), (["-1", "1"], "no square"),
                         (["2", "0"], "no square"), (["2"], "elements")):
        yield f"root-{'-'.join(text)}", certs["rmsnorm-2"][1], change(root, ("split", "root"), text), reason
    yield "root-without-rank", certs["quotient"][1], {
        **{k: v for k, v in certs["quotient"][0].items() if k != "instances"}, "claims": ["conserved", "independent"],
        "split": {"C": certs["quotient"][0]["split"]["C"], "mod": str(N), "root": ["2", "1"]}}, "not expected"
    yield "erf-and-softplus", certs["erf-one"][1].replace("erf(w*x + b)", "erf(softplus(w*x + b))"), certs["erf-one"][0], \
        "may be related"
    yield "invariant-equations", sub_problem, change(sub, ("invariant", 0, "equations", 0), sub["invariant"][0]["basis"][0]), \
        "not zero"
    yield "not-invariant", certs["invariant-tanh-signed"][1].replace("tanh", "generic"), certs["invariant-tanh-signed"][0], \
        "leaves the subspace"
    yield "whole-space", sub_problem, {**sub, "invariant": []}, "at least one"
    yield "involutive-zero", frame_problem, change(frame, ("involutive", "q"), "x - x"), "q is zero"
    yield "involutive-short", frame_problem, change(frame, ("involutive", "coefficients"),
                                                    frame["involutive"]["coefficients"][:-1]), "elements"
    yield "involutive-false", frame_problem, change(frame, ("involutive", "coefficients", 1, 2, 0), "-x"), "does not hold"
    engel, engel_problem = certs["engel-growth"]
    yield "growth-larger", engel_problem, change(engel, ("growth", 0), 3), "growth"
    yield "growth-shorter", engel_problem, change(engel, ("growth",), engel["growth"][:-1]), "elements"
    yield "growth-without-rank", engel_problem, {**engel, "claims": ["growth"]}, "growth without rank"
    yield "growth-unclaimed", engel_problem, {**engel, "claims": ["rank"]}, "serves no claim"
    swap, swap_problem = certs["symmetry-relu"]
    odd, odd_problem = certs["symmetry-tanh"]
    one = ("symmetry", 0)
    yield "symmetry-of-half-a-neuron", swap_problem, change(swap, one + (0,), ["1", 0]), "one image"
    yield "symmetry-wrong-pair", swap_problem, change(change(swap, one + (0,), ["1", 3]), one + (1,), ["1", 2]), "changes output"
    yield "symmetry-of-relu-with-sign", swap_problem, change(swap, one, [["-1", i] for _, i in swap["symmetry"][0]]), "changes"
    yield "symmetry-half-a-sign", odd_problem, change(odd, ("symmetry", 1, 0), ["1", 0]), "changes output"
    yield "symmetry-of-no-odd-function", odd_problem.replace("tanh", "sigmoid"), odd, "changes output"
    yield "symmetry-sign-2", swap_problem, change(swap, one + (0,), ["2", 2]), "sign"
    yield "symmetry-out-of-range", swap_problem, change(swap, one + (0,), ["1", 12]), "0 to 11"
    yield "symmetry-short", swap_problem, change(swap, one, swap["symmetry"][0][:-1]), "elements"
    yield "symmetry-empty", swap_problem, {**swap, "symmetry": []}, "at least one"
    yield "symmetry-of-a-field", engel_problem, {"claims": ["symmetry"], "format": "conslaw-cert", "version": 2, "symmetry": [
        [["1", i] for i in range(4)]]}, "of a network"
    yield "symmetry-with-units", mlp_problem, {**mlp, "claims": ["units", "symmetry"], "symmetry": [
        [["1", i] for i in range(24)]]}, "units stand alone"
    tensors = ("units", "tensors")
    yield "units-of-a-neuron", mlp_problem, change(mlp, tensors + (2, "axes", 1, 0, 3), "1"), "different units"
    yield "units-bias-missing", mlp_problem, change(mlp, tensors + (1, "axes", 0), [[4]]), "different units"
    yield "units-tensor-missing", mlp_problem, change(mlp, tensors, mlp["units"]["tensors"][:2]), "no units"
    yield "units-not-covered", mlp_problem, change(mlp, tensors + (0, "axes", 0, 0, 0), 3), "cover"
    yield "units-pivot-twice", mlp_problem, change(mlp, ("units", "pivots", 1), [0, [0, 0]]), "pivot"
    yield "units-of-tanh", mlp_problem.replace("relu ->", "tanh ->").replace("path-lifting", "none"), mlp, "not zero"
    yield "units-with-a-flow", mlp_problem.replace('dense(2)"', 'dense(2)",\n"flow mirror(W1)"'), mlp, "gradient flow"
    yield "units-huge", mlp_problem.replace("dense(4, bias)", "dense(99999999999, bias)"), mlp, ""


def test_lies(certs):
    jobs = []
    for name, problem, cert, reason in lies(certs):
        if isinstance(cert, dict):
            cert = dict(sorted({**cert, "problem": cert.get("problem", digest(problem))}.items()))
            cert = emit(cert) + "\n"
        jobs.append((f"lie-{len(jobs)}-{re.sub('[^a-z0-9-]', '', name)[:40]}", problem, cert, reason))

    def one(job):
        name, problem, cert, reason = job
        seconds = 1 if "power" in name else 20
        return name, reason, run(problem, cert, name, (f"--limit-seconds={seconds}", "--limit-memory=100"))

    with ThreadPoolExecutor(2) as pool:
        for name, reason, (status, out) in pool.map(one, jobs):
            if status != 1 or not re.search(reason, out):
                fail(name, f"status {status}, expected a rejection that says `{reason}`: {out[-200:]}")
    return len(jobs)


def test_window(certs):
    """A maximum does not depend on the order of its window, nor on which window is which."""
    cert, problem = certs["symmetry-max-pool"]
    for images, good in (((2, 3, 0, 1, 4, 5, 6, 7, 8, 9), True), ((0, 1, 4, 5, 2, 3, 6, 7, 8, 9), False)):
        swapped = canonical({**cert, "problem": digest(problem), "symmetry": [[["1", i] for i in images]]})
        if (run(problem, emit(swapped) + "\n", "window")[0] == 0) != good:
            fail("window", f"{images}: {good} is expected")


def test_usage():
    for arguments, status in ((["--help"], 0), (["--version"], 0), ([], 2), (["a"], 2), (["a", "b", "c"], 2),
                              (["--nonsense", "a", "b"], 2), (["--limit-seconds=x", "a", "b"], 2), (["a", "b"], 1)):
        done = subprocess.run([CHECK, *arguments], capture_output=True, text=True)
        if done.returncode != status:
            fail("usage", f"{arguments}: exit status {done.returncode}, expected {status}")
    if os.path.exists("/dev/full"):
        with open("/dev/full", "w") as full:
            if subprocess.run([CHECK, "--help"], stdout=full, stderr=subprocess.DEVNULL).returncode == 0:
                fail("usage", "success with a full device")


def test_links():
    """No library but GMP and libc, and none of the engine's symbols."""
    if os.environ.get("SANITIZED", "").strip():
        return
    try:
        libraries = subprocess.run(["ldd", CHECK], capture_output=True, text=True, check=True).stdout
        symbols = subprocess.run([os.environ.get("NM") or "nm", CHECK], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return
    for line in libraries.strip().split("\n"):
        if not re.search(r"linux-vdso|libgmp\.|libc\.|ld-linux|ld-musl|libgcov", line):
            fail("links", f"linked with {line.strip()}")
    for line in symbols.split("\n"):
        if re.search(r"\b(_?lo_|fmp[zq]|nmod|flint|json_loads|mpfr)", line):
            fail("links", f"symbol {line.strip()}")


def names_of(objects, flags):
    nm = os.environ.get("NM") or "nm"
    lines = subprocess.run([nm, *flags, *objects], capture_output=True, text=True, check=True).stdout.split("\n")
    return {line.split()[-1] for line in lines if line.strip() and not line.endswith(":")}


def test_reader_stands_alone():
    """The objects of the reader of models need no name of the rest of the checker."""
    room = os.path.join(os.path.dirname(os.path.abspath(CHECK)), "src", "check")
    reader, rest = ([path for place in ("", ".libs/") for path in glob.glob(f"{room}{inner}/{place}*.o")]
                    for inner in ("/language", ""))
    try:
        needed = names_of(reader, ["-u"]) & names_of(rest, ["--defined-only"]) if reader and rest else set()
    except (OSError, subprocess.CalledProcessError):
        return
    needed -= names_of(reader, ["--defined-only"])
    if needed:
        fail("reader", f"the reader of models needs {sorted(needed)}")


CORE_LINES = 1499  # not blank, not comment


def test_size():
    """What a distrustful reader has to read, besides the reader of models (src/check/language), does not grow."""
    room = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "check")
    total = 0
    for name in os.listdir(room):
        if name.endswith((".c", ".h")):
            with open(os.path.join(room, name), encoding="utf-8") as file:
                text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
            total += sum(line.strip() != "" for line in text.split("\n"))
    if total > CORE_LINES:
        fail("size", f"{total} lines of code outside of the language, more than {CORE_LINES}")


def write_corpus(directory, certs):
    os.makedirs(directory, exist_ok=True)
    for name, (cert, problem) in certs.items():
        text = make.text_of({**cert, "problem": "x" * 64}, top=True) + "\n"
        with open(os.path.join(directory, name), "w", encoding="ascii") as file:
            file.write(problem + "\x01" + text)


def main():
    certs = {case.name: make.certify(case) for case in CASES}
    certs = {name: (canonical(cert), problem) for name, (cert, problem) in certs.items()}
    if "--corpus" in sys.argv:
        write_corpus(sys.argv[sys.argv.index("--corpus") + 1], certs)
        return
    accepted = rejected = 0
    for case in CASES:
        cert, problem = certs[case.name]
        status, out = run(problem, make.with_digest(cert, problem), case.name)
        if status != 0:
            fail(case.name, out)
        if (LONG or case.p <= 8) and not holds(case, cert):
            fail(case.name, "the second opinion does not agree")
    lied = test_lies(certs)
    test_window(certs)
    test_usage()
    test_links()
    test_reader_stands_alone()
    test_size()
    for case in CASES:
        if LONG or case.p <= 8:
            a, r = test_mutants(case.name, case, *certs[case.name])
            accepted += a
            rejected += r
    print(f"{len(CASES)} certificates, {lied} lies, {accepted + rejected} mutants, {accepted} of them true; "
          f"{len(failures)} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
