#!/usr/bin/env python3
"""test_acceptance.py - counts that lieorbit must reproduce, and its laws checked again by tests/oracle.py.

Reads acceptance.tsv and cases/expected.tsv beside it. For every row: counts and growth with --seed 1 and --seed 12345; the same laws for
both seeds where the list is complete; every printed law conserved and all independent, by exact expansion in the oracle; and, where the
model is small, the oracle's own growth vector. Then formulas of the theory against counts, and random models
against the oracle. LIEORBIT_LONG=1 takes larger models and many more random ones.

Usage: test_acceptance.py [NAME...]     LIEORBIT is the tool; arguments select rows by the beginning of the name.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import json
import os
import random
import signal
import subprocess
import sys

import oracle

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL = os.environ.get("LIEORBIT", "./lieorbit")
LONG = bool(os.environ.get("LIEORBIT_LONG"))
SEEDS = ("1", "12345")
ORACLE_SECONDS = 30 if LONG else 1
ORACLE_PARAMETERS = 60 if LONG else 24
RANDOM_MODELS = 600 if LONG else 60
failures = 0


class Late(Exception):
    """The oracle takes too long here."""


def late(_number, _frame):
    raise Late


signal.signal(signal.SIGALRM, late)


def complain(name, text):
    global failures
    failures += 1
    print(f"not ok - {name}: {text}")


def answer(command, model, seed, options=()):
    run = subprocess.run([TOOL, command, "--json", "--quiet", "--seed", seed, *options, "-e", model], capture_output=True,
                         text=True, check=False, timeout=300, stdin=subprocess.DEVNULL)
    if run.returncode != 0:
        raise RuntimeError(f"exit status {run.returncode}: {run.stderr.strip()}")
    return json.loads(run.stdout)


def by_oracle(function):
    """The value, or None where the oracle does not read the model or is too slow. The alarm may come while it is switched off."""
    try:
        signal.setitimer(signal.ITIMER_REAL, ORACLE_SECONDS)
        try:
            return function()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except (oracle.Unsupported, Late):
        return None


def check_laws(name, model, laws, found):
    """Every printed law again, by expansion. Returns 1 when all were checked."""
    def go():
        read = oracle.Model(model)
        parsed = [oracle.read_law(read, law["expression"]) for law in laws]
        return [oracle.is_conserved(read, law) for law in parsed], oracle.independent(read, parsed)
    if not laws:
        return 0
    result = by_oracle(go)
    if result is None:
        return 0
    conserved, rank = result
    for law, fine in zip(laws, conserved):
        if not fine:
            complain(name, f"`{law['expression']}` is not conserved")
    if rank != found:
        complain(name, f"found {found}, but {rank} of its laws are independent")
    return 1


def growth_by_oracle(model):
    read = by_oracle(lambda: oracle.Model(model))
    if read is None or len(read.params) > ORACLE_PARAMETERS:
        return None
    return by_oracle(lambda: oracle.Fields(read).growth())


def equal(name, what, got, wanted):
    if wanted != "-" and str(got) != wanted:
        complain(name, f"{what} is {got}, expected {wanted}")


def check_point(row):
    for seed in SEEDS:
        j = answer("rank", row["model"], seed)
        equal(row["name"], "parameters", j["model"]["parameters"], row["parameters"])
        equal(row["name"], "dimension at the point", j["orbit_dimension"], row["dimension"])
        equal(row["name"], "point", j["point"], "given")
        if j["status"] != "proved":
            complain(row["name"], "the dimension at the point is not proved")


def check_row(row, tally):
    name = row["name"]
    options = row["options"].split()
    if options == ["rank"]:
        check_point(row)
        return
    if options == ["-"]:
        options = []
    answers = [answer("laws", row["model"], seed, options) for seed in SEEDS]
    for j in answers:
        equal(name, "parameters", j["dimension"], row["parameters"])
        equal(name, "field rank", j["growth"][0], row["field_rank"])
        equal(name, "dimension", j["orbit_dimension"], row["dimension"])
        equal(name, "laws", j["independent_laws"], row["laws"])
        equal(name, "found", j["found"], row["found"])
        equal(name, "growth", ",".join(map(str, j["growth"])), row["growth"])
        equal(name, "bounds", j["orbit_bounds"], f"[{row['dimension']}, {row['dimension']}]")
        equal(name, "complete", j["complete"], "yes" if j["found"] == j["independent_laws"] else "no")
        equal(name, "the number of laws", len(j["laws"]), str(j["found"]))
        for space in row["spaces"].split() if row["spaces"] != "-" else []:
            degree, _, wanted = space.partition("=")
            equal(name, f"dimension of the space of laws of degree {degree}", j["law_space"].get(degree), wanted)
            own = by_oracle(lambda d=int(degree): oracle.Fields(oracle.Model(row["model"])).law_space(d)[d])
            if own is not None:
                tally["spaces"] += 1
                equal(name, f"the oracle's space of laws of degree {degree}", own, wanted)
    a, b = ([law["expression"] for law in j["laws"]] for j in answers)
    if a != b and answers[0]["complete"] == "yes":
        complain(name, f"other laws with seed {SEEDS[1]}: {b} instead of {a}")
    tally["laws"] += check_laws(name, row["model"], answers[0]["laws"], answers[0]["found"])
    growth = growth_by_oracle(row["model"])
    if growth is not None:
        tally["growths"] += 1
        equal(name, "growth against the oracle", answers[0]["growth"], str(growth))


def read_table(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    return [dict(zip(lines[0], line)) for line in lines[1:]]


def rows():
    yield from read_table(os.path.join(HERE, "acceptance.tsv"))
    for case in read_table(os.path.join(HERE, "cases", "expected.tsv")):
        with open(os.path.join(HERE, "cases", case["case"] + ".lo"), encoding="utf-8") as file:
            yield {"name": "case-" + case["case"], "model": file.read(), "parameters": case["dimension"], "field_rank": "-",
                   "dimension": case["orbit_dimension"], "laws": case["laws"], "found": case["found"],
                   "growth": case["growth"], "options": "-", "spaces": "-"}


# ---------------------------------------------------------------------------------------------------------------
# Formulas (theory, section 3) against counts.

def chain_model(widths, activation=""):
    stages = f" -> {activation}" if activation else ""
    return f"input x[{widths[0]}]; net " + f"{stages} -> ".join(f"dense({n})" for n in widths[1:])


def balanced(widths):
    """Sum of n(n+1)/2 - e(e+1)/2 over the hidden layers; None where width-1 segments have further laws."""
    total = 0
    for before, n, after in zip(widths, widths[1:], widths[2:]):
        e = max(0, n - before - after)
        total += n * (n + 1) // 2 - e * (e + 1) // 2
    cuts = [i for i, n in enumerate(widths) if n == 1]
    if any(b - a > 2 and min(widths[a + 1:b]) > 1 for a, b in zip(cuts, cuts[1:])):
        return None
    return total


def formulas():
    top = 5 if LONG else 4
    for n in range(1, top):
        for r in range(1, top + 2):
            for m in range(1, n + 1):
                rho = min(r, n + m)
                yield ([n, r, m], "", (n + m) * rho - rho * (rho + 1) // 2)
    rng = random.Random(5)
    for _ in range(200 if LONG else 25):
        widths = [rng.randint(1, 3) for _ in range(rng.randint(4, 5))]
        laws = balanced(widths)
        if laws is not None:
            yield (widths, "", sum(a * b for a, b in zip(widths, widths[1:])) - laws)
    for _ in range(100 if LONG else 15):
        widths = [rng.randint(1, 6) for _ in range(rng.randint(3, 5))]
        yield (widths, "relu", sum(a * b for a, b in zip(widths, widths[1:])) - sum(widths[1:-1]))


def check_formulas(tally):
    for widths, activation, dimension in formulas():
        j = answer("laws", chain_model(widths, activation), "1")
        name = f"formula {activation or 'linear'} {'-'.join(map(str, widths))}"
        tally["formulas"] += 1
        equal(name, "dimension", j["orbit_dimension"], str(dimension))
        equal(name, "complete", j["complete"], "yes")


def special_point(rng, n, r, m, rho):
    """U, V as texts, with rank(U; V) = rho."""
    while True:
        left = [[rng.randint(-2, 2) for _ in range(rho)] for _ in range(n + m)]
        right = [[rng.randint(-2, 2) for _ in range(r)] for _ in range(rho)]
        rows = [[sum(a * right[k][j] for k, a in enumerate(row)) for j in range(r)] for row in left]
        span = oracle.Echelon()
        for row in rows:
            span.add(row)
        if span.rank() == rho:
            texts = ["; ".join(", ".join(map(str, row)) for row in part) for part in (rows[:n], rows[n:])]
            return ["[" + t + "]" + ("'" if ";" not in t else "") for t in texts]


def check_points(tally):
    """Two-layer linear networks at special points: N rho - rho (rho + 1) / 2, at every point."""
    rng = random.Random(9)
    for _ in range(100 if LONG else 15):
        n, r, m = rng.randint(1, 3), rng.randint(1, 4), rng.randint(1, 3)
        rho = rng.randint(0, min(r, n + m))
        u, v = special_point(rng, n, r, m, rho)
        model = f"param U[{n},{r}], V[{m},{r}]; input x[{m}]; output U*V'*x; at U = {u}, V = {v}"
        if r == 1:
            model = model[:model.index("; at")] + f"; at U = {column(u)}, V = {column(v)}"
        j = answer("rank", model, "1")
        tally["formulas"] += 1
        equal(model, "dimension at the point", j["orbit_dimension"], str((n + m) * rho - rho * (rho + 1) // 2))


def column(text):
    """[a; b] as a list: the language writes a column [a, b]."""
    return text.replace(";", ",").rstrip("'")


# ---------------------------------------------------------------------------------------------------------------
# Random models against the oracle.

def random_stages(rng, tokens):
    stages = []
    for _ in range(rng.randint(1, 3)):
        bias = rng.choice(["", "", ", bias"])
        kind = rng.random()
        if tokens and kind < 0.5:
            # no padding beyond the kernel: two units that see the bias only would be one unit
            size, more = rng.choice([(1, ""), (2, ""), (2, ", pad=1"), (1, ", stride=2"), (2, ", stride=2")])
            stages.append(f"conv1d({rng.randint(1, 2)}, {size}{more}{bias})")
        elif tokens:
            stages.append("flatten")
            tokens = False
        else:
            stages.append(f"dense({rng.randint(1, 3)}{bias})")
        if rng.random() < 0.4:
            stages.append(rng.choice(["relu", "leaky_relu", "relu"]))
    if tokens and rng.random() < 0.5:
        stages += ["flatten", f"dense({rng.randint(1, 2)})"]
    return " -> ".join(stages)


def random_polynomial(rng, names, degree, terms):
    out = []
    for _ in range(terms):
        factors = [rng.choice(names) for _ in range(rng.randint(1, degree))]
        out.append("*".join([str(rng.choice([1, 1, 1, 2, -1, 3]))] + factors).replace("*-", "*"))
    return " + ".join(out).replace("+ -", "- ")


def random_model(rng):
    kind = rng.randrange(6)
    if kind < 2:
        tokens = kind == 1
        return f"input x[{'1,4' if tokens else rng.randint(1, 3)}]; net {random_stages(rng, tokens)}"
    names = ["a", "b", "c", "d", "e"][:rng.randint(2, 5)]
    if kind == 2:
        return f"param {', '.join(names)}; input x, y; output " + random_polynomial(rng, names + ["x", "y"], 4, rng.randint(1, 3))
    if kind == 3:
        return f"param {', '.join(names)}; map z = [{random_polynomial(rng, names, 3, 2)}, {random_polynomial(rng, names, 3, 1)}]"
    if kind == 4:
        fields = [", ".join(rng.choice(["0", "1", random_polynomial(rng, names, 2, 1)]) for _ in names) for _ in range(2)]
        return f"coords {', '.join(names)}; " + "; ".join(f"field f{i} = [{f}]" for i, f in enumerate(fields))
    r, n = rng.randint(1, 3), rng.randint(1, 2)
    power = rng.choice(["", ".^2", ".^3"])
    return f"param W[{r},{n}], V[{rng.randint(1, 2)},{r}]; input x[{n}]; output V*((W*x){power})"


def check_random(tally):
    rng = random.Random(20)
    done = 0
    while done < RANDOM_MODELS:
        done += 1
        model = random_model(rng)
        try:
            j = answer("laws", model, str(done))
        except RuntimeError as e:
            if "exit status 3" not in str(e):
                complain(model, e)
            continue
        growth = growth_by_oracle(model)
        if growth is None:
            continue
        tally["random"] += 1
        low, high = j["orbit_bounds"]
        if not low <= growth[-1] <= high:
            complain(model, f"bounds {low}..{high}, the oracle says {growth}")
        elif j["orbit_dimension"] is not None and j["growth"] != growth:
            complain(model, f"growth {j['growth']}, the oracle says {growth}")
        tally["laws"] += check_laws(model, model, j["laws"], j["found"])


def main():
    chosen = sys.argv[1:]
    tally = dict.fromkeys(["rows", "laws", "growths", "spaces", "formulas", "random"], 0)
    for row in rows():
        if chosen and not any(row["name"].startswith(c) for c in chosen):
            continue
        tally["rows"] += 1
        try:
            check_row(row, tally)
        except (RuntimeError, subprocess.TimeoutExpired) as e:
            complain(row["name"], e)
    if not chosen:
        check_formulas(tally)
        check_points(tally)
        check_random(tally)
    print(f"{tally['rows']} rows with {len(SEEDS)} seeds; checked by the oracle: {tally['laws']} lists of laws, {tally['growths']} growth "
          f"vectors, {tally['spaces']} spaces of laws, {tally['random']} random models; {tally['formulas']} formulas; {failures} failures")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
