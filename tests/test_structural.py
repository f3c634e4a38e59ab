#!/usr/bin/env python3
"""test_structure.py - the structural route against the exact one, on the same models.

For every model: each law of the structural route is proved by `verify`; there are never more laws than p minus the proved rank;
a claim of completeness agrees with the exact route. Then large networks with known numbers, and every error path at scale.

Usage: test_structure.py [NAME...]     LIEORBIT is the tool; LIEORBIT_LONG=1 takes many more random models.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import glob
import json
import os
import random
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL = os.environ.get("LIEORBIT", "./lieorbit")
LONG = bool(os.environ.get("LIEORBIT_LONG"))
failures = 0


def complain(name, text):
    global failures
    failures += 1
    print(f"not ok - {name}: {text}")


def run(*arguments):
    return subprocess.run([TOOL, *arguments], capture_output=True, text=True, check=False, timeout=300, stdin=subprocess.DEVNULL)


def laws(model, *options):
    answer = run("laws", "--json", "--quiet", *options, "-e", model)
    return json.loads(answer.stdout) if answer.returncode == 0 else None


def models_of_tree():
    for path in sorted(glob.glob(os.path.join(HERE, "cases", "*.lo")) + glob.glob(os.path.join(HERE, "..", "examples", "*.lo"))):
        with open(path, encoding="utf-8") as file:
            yield os.path.basename(path), file.read()
    with open(os.path.join(HERE, "acceptance.tsv"), encoding="utf-8") as file:
        for line in file:
            cells = line.rstrip("\n").split("\t")
            if not line.startswith("#") and cells[0] != "name" and cells[8] == "-":
                yield cells[0], cells[1]


def random_model(stream):
    """A network with gates, now and then with shared weights, skips, slices and joins."""
    r = stream
    act = r.choice(["relu", "relu", "leaky_relu", "tanh"])
    n, h, k, o = r.randint(1, 3), r.randint(1, 3), r.randint(1, 3), r.randint(1, 2)
    bias = lambda: r.choice(["", ", bias"])
    kind = r.randrange(9)
    if kind == 0:
        return f"input x[{n}]; net dense({h}{bias()}) -> {act} -> dense({k}{bias()}) -> {act} -> dense({o}{bias()})"
    if kind == 1:
        return f"input x[{n}]; net dense({h}{bias()}) -> {act} -> residual(dense({k}{bias()}) -> {act} -> dense({h}{bias()})) -> {act} -> dense({o})"
    if kind == 2:
        return f"input x[1,{n + 3}]; net conv1d({h}, 2{bias()}, pad={r.randint(0, 1)}, stride={r.randint(1, 2)}) -> {act} -> flatten -> dense({o}{bias()})"
    if kind == 3:
        return f"input x[1,6]; net conv1d({h}, 3, pad=1{bias()}) -> {act} -> {r.choice(['maxpool', 'avgpool'])}(2) -> flatten -> dense({o}{bias()})"
    if kind == 4:
        return f"param U[{h},{n}], V[{o},{2 * h}], b[{h}]; input x[{n}]; output V*vstack(relu(U*x + b), {r.choice(['U*x', 'relu(U*x)', 'relu(b)', 'relu(-(U*x))'])})"
    if kind == 5:
        return f"param U[{h + 1},{n}], V[{o},1], W[{o},{h}]; input x[{n}]; let h = U*x; output V*relu(h[1:1]) + W*relu(h[2:{h + 1}])"
    if kind == 6:
        return f"param U[{n},{n}], V[{n},{n}], a; input x[{n}]; output x + {r.choice(['a*', ''])}V*relu(U*x){r.choice(['', ' + U*x', ' + x', ' + V*relu(-(U*x))'])}"
    if kind == 7:
        return f"input X[2,{n}]; net dense({h}{bias()}) -> {r.choice([act, 'layernorm' if h > 1 else act, 'rmsnorm(affine)'])} -> dense({o}{bias()})"
    return f"param a[{h}], b[{h}], c[{o}], W[{h},{n}], V[{o},{h}]; input x[{n}]; output V*(a .* relu(W*x {r.choice(['+ b', '.* b', '+ b + b', ''])})) + c"


def compare(name, model, tally):
    structural = laws(model, "--structural", "--all-laws")
    if structural is None:
        return
    dense = laws(model)
    if dense is None or dense["model"]["parameters"] > 300:
        return
    tally["models"] += 1
    p, found = dense["dimension"], structural["found"]
    if found != len(structural["laws"]):
        complain(name, f"found is {found}, {len(structural['laws'])} laws are printed")
    if found > p - dense["orbit_bounds"][0]:
        complain(name, f"{found} laws, but at most {p - dense['orbit_bounds'][0]} are independent")
    if structural["complete"] == "yes":
        tally["complete"] += 1
        if dense["orbit_bounds"][0] == dense["orbit_bounds"][1] and dense["independent_laws"] != found:
            complain(name, f"complete with {found} laws, there are {dense['independent_laws']}: {model}")
    if dense["complete"] == "yes" and structural["found"] < dense["found"]:
        tally["fewer"] += 1
        tally.setdefault("names", []).append((name, structural["found"], dense["found"], structural["left_out"]))
    for law in structural["laws"][:6 if not LONG else 1000]:
        verdict = run("verify", "--quiet", "-e", model, "--", law["expression"])
        tally["laws"] += 1
        if verdict.returncode != 0:
            complain(name, f"`{law['expression']}`: {verdict.stdout}{verdict.stderr}{model}")


def main():
    tally = {"models": 0, "complete": 0, "laws": 0, "fewer": 0}
    for name, model in models_of_tree():
        if not sys.argv[1:] or any(name.startswith(a) for a in sys.argv[1:]):
            compare(name, model, tally)
    stream = random.Random(5)
    for k in range(1500 if LONG else 150):
        compare(f"random-{k}", random_model(stream), tally)
    for row in tally.pop("names", []):
        print("# fewer", *row)
    print("#", ", ".join(f"{value} {key}" for key, value in tally.items()))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
