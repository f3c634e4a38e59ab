"""Members of networks with functions, for test_verified.py: Taylor coefficients known by heart, and lies about them.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import copy
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from fractions import Fraction as F

from checkers import python_verdict

N = 2 ** 31 - 1
# The function, the number at which it is expanded, its coefficients there.
SERIES = [
    ("exp(x)", "0", ["1", "1", "1/2", "1/6", "1/24", "1/120"]),
    ("sin(x)", "0", ["0", "1", "0", "-1/6", "0", "1/120"]),
    ("cos(x)", "0", ["1", "0", "-1/2", "0", "1/24", "0"]),
    ("tanh(x)", "0", ["0", "1", "0", "-1/3", "0", "2/15", "0", "-17/315"]),
    ("sigmoid(x)", "0", ["1/2", "1/4", "0", "-1/48", "0", "1/480"]),
    ("silu(x)", "0", ["0", "1/2", "1/4", "0", "-1/48"]),
    ("log(x)", "1", ["0", "1", "-1/2", "1/3", "-1/4"]),
    ("sqrt(x)", "9/4", ["3/2", "1/3", "-1/27", "2/243"]),
    ("1/x", "-2", ["-1/2", "-1/4", "-1/8", "-1/16"]),
    ("x/(1 - x - x^2)", "0", ["0", "1", "1", "2", "3", "5", "8", "13", "21", "34", "55"]),
    ("exp(tanh(x))", "0", ["1", "1", "1/2", "-1/6", "-7/24"]),
    ("cos(x)*sqrt(4 + sin(x))", "0", ["2", "1/4", "-65/64"]),
    ("x^3*exp(0*x)", "2/3", ["8/27", "4/3", "2", "1", "0", "0"]),
    ("softmax([x; 0])[1, 1]", "0", ["1/2", "1/4", "0", "-1/48"]),
    ("rmsnorm([x; 7])[1, 1]", "1", ["1/5", "49/250"]),
]
# The same for the derivative by u at u = 3 of a function of u and x.
SLOPES = [
    ("exp(u*x)", "0", ["0", "1", "3", "9/2"]),
    ("tanh(u*x)", "0", ["0", "1", "0", "-9"]),
    ("sqrt(u + x)", "1", ["1/4", "-1/32"]),
    ("log(x + u - 3)", "1", ["1", "-1", "1"]),
    ("sin(u*x)", "0", ["0", "1", "0", "-9/2"]),
    ("cos(u*x)", "0", ["0", "0", "-3", "0", "9/2"]),
    ("sigmoid(u*x)", "0", ["0", "1/4", "0", "-9/16"]),
    ("1/(u + x)", "0", ["-1/9", "2/27", "-1/27"]),
]
# What has no rational value there, or is not defined: unsupported.
BEYOND = [("exp(x)", "1"), ("sqrt(x)", "2"), ("sqrt(x)", "-4"), ("sqrt(x)", "0"), ("log(x)", "2"), ("1/x", "0"), ("gelu(x)", "0"),
          ("tanh(x - 1)", "0"), ("softplus(x)", "0"), ("erf(x)", "0"), ("generic(x)", "0"), ("tanh(relu(x))", "1"), ("x^3", "1")]


def dump(j):
    return json.dumps(j, separators=(",", ":"), sort_keys=True) + "\n"


def verdict(checker, problem, cert):
    """The last line, and the opinion of examples/conslaw_check.py; the hash is filled in."""
    data = dump(problem)
    cert["problem"] = hashlib.sha256(data.encode()).hexdigest()
    with tempfile.TemporaryDirectory() as work:
        names = [os.path.join(work, n) for n in ("problem", "cert")]
        for name, content in zip(names, (data, dump(cert))):
            with open(name, "w", encoding="ascii") as file:
                file.write(content)
        run = subprocess.run([checker] + names, capture_output=True, text=True, timeout=60)
    last = run.stdout.rstrip("\n").split("\n")[-1]
    if run.returncode != (0 if last == "VERIFIED" else 1) or "internal" in last:
        sys.exit(f"{problem['model']}: exit status {run.returncode}, '{last}' {run.stderr}")
    return last, python_verdict(data.encode(), dump(cert).encode())


def rank_one(lines, base, order, value):
    """A problem with one parameter and the claim that a Taylor member is not 0 there, which is so if it has the value."""
    problem = {"format": "conslaw-problem", "model": lines, "relu": "path-lifting" if "relu" in lines[-1] else "none", "title": "", "version": 2}
    instance = {"covector": ["1"], "direction": ["1"], "inputs": [base], "order": order}
    if "relu" in lines[-1]:
        instance["gates"] = "1"
    inverse = pow(value.numerator, -1, N) * value.denominator % N
    return problem, {"claims": ["rank"], "format": "conslaw-cert", "instances": [instance], "point": ["3"], "problem": "", "version": 2,
                     "split": {"A": [[str(inverse)]], "chosen": [0], "mod": str(N)}, "words": []}


def coefficients(checker):
    count = 0
    for table, model in ((SERIES, "u*({})"), (SLOPES, "{}")):
        for function, base, values in table:
            lines = ["param u", "input x", "output " + model.format(function)]
            for order, value in enumerate(values):
                for claimed in {F(value), F(value) + 1} - {F(0)}:
                    last, other = verdict(checker, *rank_one(lines, base, order, claimed))
                    if (last == "VERIFIED") != (claimed == F(value)) or "unsupported" in last or (other == "") != (last == "VERIFIED"):
                        sys.exit(f"coefficient {order} of {function} is not {claimed}: '{last}', conslaw_check.py says '{other}'")
                    count += 1
    for function, base in BEYOND:
        last, _ = verdict(checker, *rank_one(["param u", "input x", f"output u*({function})"], base, 1, F(1)))
        if not last.startswith("NOT VERIFIED: unsupported"):
            sys.exit(f"{function} at {base}: '{last}'")
    print(f"{count} coefficients of functions, {len(BEYOND)} that are not known")


def change(*path_and_value):
    *path, value = path_and_value

    def changed(cert):
        new = copy.deepcopy(cert)
        place = new
        for k in path[:-1]:
            place = place[k]
        place[path[-1]] = value(place[path[-1]]) if callable(value) else value
        return new
    return changed


def more(entry):
    return str((int(entry) + 1) % 65521)


# (what, a change of the certificate of attention.lo)
LIES = [
    ("a wrong entry of A", change("split", "A", 2, 3, more)), ("a wrong entry of C", change("split", "C", 1, 7, more)),
    ("another order", change("instances", 3, "order", 2)), ("another order", change("instances", 0, "order", 0)),
    ("another direction", change("instances", 4, "direction", 0, "5")), ("other inputs", change("instances", 1, "inputs", ["0", "0", "2", "2"])),
    ("another covector", change("instances", 5, "covector", 1, "1")), ("another point", change("point", 0, "3")),
    ("a chosen entry twice", change("split", "chosen", [0, 1, 2, 3, 4, 4])), ("no such entry", change("split", "chosen", [0, 1, 2, 3, 4, 6])),
    ("another modulus", change("split", "mod", "65537")), ("an even modulus", change("split", "mod", "6")),
    ("an order too high", change("instances", 0, "order", 65)), ("no order", change("instances", 0, lambda g: {k: g[k] for k in g if k != "order"})),
    ("a short direction", change("instances", 0, "direction", ["1"])), ("more growth", change("growth", [5, 6])),
    ("a root", change("split", "root", ["2", "5"])),
    ("a law that is none", change("laws", 0, "expression", "Q[1,1]^2 + Q[1,2]^2 - K[1,1]^2")),
    ("a law twice", change("laws", lambda l: l[:1] * 2)),
    ("a law less", lambda cert: change("laws", lambda l: l[:1])(change("split", "C", lambda l: l[:1])(cert))),
    ("a column less", lambda cert: change("growth", [5])(change("split", "chosen", [0, 1, 2, 3, 4])(
        change("split", "A", lambda rows: [r[:5] for r in rows])(cert)))),
]


def without_completeness(cert):
    new = copy.deepcopy(cert)
    new["claims"] = [c for c in cert["claims"] if c != "complete"]
    return new


def lies(checker, directory):
    with open(os.path.join(directory, "attention.problem"), encoding="ascii") as source:
        problem = json.load(source)
    with open(os.path.join(directory, "attention.cert"), encoding="ascii") as source:
        cert = json.load(source)
    for what, changed in [("nothing", lambda c: c)] + LIES:
        last, _ = verdict(checker, problem, changed(cert))
        if (last == "VERIFIED") != (what == "nothing"):
            sys.exit(f"{what}: '{last}'")
    # fewer laws or members are no lie where completeness is not claimed
    for what, changed in LIES[-2:]:
        last, _ = verdict(checker, problem, without_completeness(changed(cert)))
        if last != "VERIFIED":
            sys.exit(f"{what}, without completeness: '{last}'")
    # a denominator that the modulus divides: sqrt(x) at 9/4 has the coefficients 1/3, -1/27
    wrong = rank_one(["param u", "input x", "output u*sqrt(x)"], "9/4", 1, F(1, 3))
    wrong[1]["split"] = {"A": [["1"]], "chosen": [0], "mod": "9"}
    last, _ = verdict(checker, *wrong)
    if last == "VERIFIED":
        sys.exit("a denominator that the modulus divides is accepted")
    print(f"{len(LIES) + 1} lies about members of networks with functions")
