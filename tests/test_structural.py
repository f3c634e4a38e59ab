#!/usr/bin/env python3
"""test_structure.py - the structural route against the exact one, on the same models.

For every model: each law of the structural route is proved by `verify` (which may stay unsure of shifts behind norms); there are never more laws than p minus the proved rank;
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

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL = os.environ.get("LIEORBIT", "./lieorbit")
signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs in the background of a shell ignore it, and so would the tool
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
    files = glob.glob(os.path.join(HERE, "..", "examples", "*.lo")) + (glob.glob(os.path.join(HERE, "cases", "*.lo")) if LONG else [])
    for path in sorted(files):
        with open(path, encoding="utf-8") as file:
            yield os.path.basename(path), file.read()
    if not LONG:
        return
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
    kind = r.randrange(14)
    norm = lambda: r.choice(["layernorm", "layernorm(affine)", "rmsnorm", "rmsnorm(affine)"])
    if kind == 9:
        return f"input x[{n}]; net " + " -> ".join(f"dense({r.randint(1, 3)}{bias()})" for _ in range(r.randint(1, 3)))
    if kind == 10:
        options = r.choice(["", ", causal", ", linear", ", bias", ", bias, causal"])
        return f"input X[2,{n + 1}]; net {r.choice(['', norm() + ' -> '])}attention(heads={r.randint(1, 2)}, dim={r.randint(1, 2)}{options})"
    if kind == 11:
        return f"input X[2,{n + 1}]; net {norm()} -> dense({h + 1}{bias()}) -> {r.choice(['dense(2)', norm(), norm() + ' -> dense(2)', 'softmax'])}"
    if kind == 12:
        return f"input x[2,3]; net conv1d({h}, {r.randint(1, 2)}{bias()}) -> batchnorm{r.choice(['', '(affine)'])} -> relu -> flatten -> dense({o})"
    if kind == 13:
        return f"input x[{n}]; net dense({h}{bias()}) -> residual(dense({k}{bias()}) -> dense({h}{bias()})) -> {r.choice(['softmax', 'dense(1)', norm()]) if h > 1 else 'dense(1)'}"
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
    tally["fewer"] += structural["found"] < dense["found"]
    for law in structural["laws"][:2 if not LONG else 1000]:
        verdict = run("verify", "--quiet", "-e", model, "--", law["expression"])
        tally["laws"] += 1
        tally["unknown"] += verdict.returncode == 4
        if verdict.returncode not in (0, 4) or (verdict.returncode == 4 and law["found_by"] == "units"):
            complain(name, f"`{law['expression']}`: {verdict.stdout}{verdict.stderr}{model}")


def equal(name, got, wanted):
    if got != wanted:
        complain(name, f"{got!r}, expected {wanted!r}")


def large():
    """Networks of real size against sums of their widths."""
    widths = {"mnist-mlp": 512 + 256, "lenet-5": 6 + 16 + 120 + 84,
              "vgg-16": 2 * 64 + 2 * 128 + 3 * 256 + 6 * 512 + 2 * 4096}
    for name, neurons in widths.items():
        j = json.loads(run("laws", "--json", "--quiet", "-e", run("zoo", name).stdout).stdout)
        equal(name, (j["found"], j["complete"], j["route"], j["unit_laws_exact"]), (neurons, "yes", "structural", True))
        equal(name, j["orbit_dimension"], j["dimension"] - neurons)
        equal(name, sum(law["count"] for law in j["laws"]), neurons)
    # one head: Q Q' - K K' and V V' - O O', a row sum for each row of Q, K, V behind the norm that removes the mean
    n, d, heads = 70, 64, 5
    model = f"input X[9,{n}]; net layernorm -> attention(heads={heads}, dim={d}, causal) -> dense(2)"
    j = laws(model)
    # the values of all heads are added in one space that another dense layer reads: R n entries, R'R - W'W
    equal("attention", j["found"], heads * (d * (d + 1) + 3 * d) + n * (n + 1) // 2)
    every = laws(model, "--all-laws")
    equal("attention, all laws", len({law["expression"] for law in every["laws"]}), j["found"])
    text = run("laws", "--quiet", "--all-laws", "-e", model).stdout
    equal("attention, all laws as text", text.count("\n  h"), j["found"])
    # an unused tensor is counted, not listed
    j = laws("param A[100000,100000], w[3]; input x[3]; output dot(w, x)")
    equal("unused", (j["found"], j["complete"], len(j["laws"])), (10**10, "yes", 1))


def errors():
    """Limits, wrong kinds of models, and an interrupt while laws stream."""
    cases = [("param A[10000000,10000000]; input x[10000000]; output A*x", 4, "too many parameters"),
             ("param P[5000,5000], W[2,5000]; input X[5000,5000]; output relu((X .* P)*W')", 4, "explicit entries"),
             ("input x[100]; net dense(300) -> tanh -> dense(300); flow momentum(tau=1)", 4, "gradient flow")]
    for model, status, text in cases:
        answer = run("laws", "-e", model)
        equal(model, (answer.returncode, text in answer.stderr), (status, True))
    answer = run("laws", "--structural", "-e", "coords x, y; field f = [x, y]")
    equal("raw family", (answer.returncode, "for networks" in answer.stderr), (4, True))
    for command in (["rank"], ["verify", "W1[1,1]"]):
        answer = run(*command, "-e", "input x[3000]; net dense(3000)")
        equal(command[0] + " of a large network", (answer.returncode, "limit" in answer.stderr), (4, True))
    with subprocess.Popen([TOOL, "laws", "--all-laws", "-e", "param A[100000,100000], w[3]; input x[3]; output dot(w, x)"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        process.stdout.read(1000000)
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        equal("interrupt", (process.wait(60), b"interrupted" in process.stderr.read()), (4, True))


def main():
    tally = {"models": 0, "complete": 0, "laws": 0, "unknown": 0, "fewer": 0}
    for name, model in models_of_tree():
        if not sys.argv[1:] or any(name.startswith(a) for a in sys.argv[1:]):
            compare(name, model, tally)
    stream = random.Random(5)
    for k in range(1500 if LONG else 40):
        compare(f"random-{k}", random_model(stream), tally)
    large()
    errors()
    print("#", ", ".join(f"{value} {key}" for key, value in tally.items()))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
