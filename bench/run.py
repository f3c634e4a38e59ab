#!/usr/bin/env python3
"""run.py - how fast lieorbit is, measured from outside: `make bench`.

Usage: run.py [--quick] [--limit SECONDS] [TABLE...]      LIEORBIT is the tool; TABLE is among public, ladder, scale, chain,
structural, certificate, reference.

--quick stops the ladder at 800 parameters and the scale at 2000. A run that takes longer than the limit (120 seconds by default) is stopped and shown as
"> limit". Nothing here is a test: no time is asserted.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import argparse
import concurrent.futures
import json
import math
import os
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def find_tool():
    """The program itself: libtool's wrapper in the build directory is a shell script that would be timed, too."""
    tool = os.path.abspath(os.environ.get("LIEORBIT", "./lieorbit"))
    real = os.path.join(os.path.dirname(tool), ".libs", os.path.basename(tool))
    if os.path.exists(real):
        path = os.environ.get("LD_LIBRARY_PATH")
        os.environ["LD_LIBRARY_PATH"] = os.path.dirname(real) + (os.pathsep + path if path else "")
        return real
    return tool


TOOL = find_tool()
LIMIT = 120.0


def run(model, *options, command="laws"):
    """(answer or None, seconds from start to end of the process, peak memory in MiB)."""
    with tempfile.TemporaryFile() as out:
        start = time.monotonic()
        nothing = os.open(os.devnull, os.O_RDWR)
        pid = os.posix_spawn(TOOL, [TOOL, command, "--json", "--quiet", *options, "-e", model], os.environ,
                             file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 0), (os.POSIX_SPAWN_DUP2, out.fileno(), 1),
                                           (os.POSIX_SPAWN_DUP2, nothing, 2)])
        alarm = threading.Timer(LIMIT, os.kill, (pid, signal.SIGTERM))
        alarm.start()
        _, status, usage = os.wait4(pid, 0)
        alarm.cancel()
        seconds = time.monotonic() - start
        os.close(nothing)
        out.seek(0)
        text = out.read()
    answer = json.loads(text) if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0 else None
    return answer, seconds, usage.ru_maxrss / 1024


def shown(answer, seconds):
    return f"{seconds:.3f}" if answer else f"> {LIMIT:.0f}" if seconds >= LIMIT else "failed"


def table(title, head, rows):
    """Rows are printed as they come."""
    print(f"\n{title}\n")
    widths = [max(len(h), 9) for h in head]
    widths[0] = max(widths[0], 22)
    print("  ".join(h.ljust(w) if i == 0 else h.rjust(w) for i, (h, w) in enumerate(zip(head, widths))))
    for row in rows:
        print("  ".join(str(c).ljust(w) if i == 0 else str(c).rjust(w) for i, (c, w) in enumerate(zip(row, widths))), flush=True)


def dense(widths, between="", bias=False):
    last = len(widths) - 2
    stages = [f"dense({n}{', bias' if bias and i < last else ''})" for i, n in enumerate(widths[1:])]
    return f"input x[{widths[0]}]; net " + (f" -> {between} -> " if between else " -> ").join(stages)


def read_public(name):
    """Models of one of the files of networks."""
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        for line in file:
            words = line.split("#")[0].split()
            if not words:
                continue
            relu = words[0] in ("bias", "nobias")
            yield dense([int(w) for w in words[1 if relu else 0:]], "relu" if relu else "", words[0] == "bias")


# ---------------------------------------------------------------------------------------------------------------

PUBLISHED = {"linear50.txt": ("50 deep linear networks", 34 * 60 + 23), "relu50.txt": ("50 ReLU networks", 113 * 60 + 11)}


def public(totals):
    def rows():
        for name, (title, _) in PUBLISHED.items():
            models = list(read_public(name))
            for processes in (1, 2):
                start = time.monotonic()
                with concurrent.futures.ThreadPoolExecutor(processes) as pool:
                    results = list(pool.map(run, models))
                total = time.monotonic() - start
                totals.setdefault(name, {})[processes] = total
                good = [answer for answer, _, _ in results if answer]
                yield (title, processes, f"{total:.3f}", f"{max(s for _, s, _ in results):.3f}", f"{max(m for *_, m in results):.0f}",
                       sum(a["complete"] == "yes" for a in good), sum(a["complete"] == "no" for a in good),
                       len(results) - sum(a["complete"] != "unknown" for a in good))
    table("The public reference networks: rank and laws, proved, starts of processes included",
          ("", "processes", "seconds", "slowest", "peak MiB", "complete", "not all", "open"), rows())


def exponent(points):
    """Least squares of log seconds on log parameters, over the points where time is more than start-up."""
    logs = [(math.log(p), math.log(s)) for p, s in points if s > 0.03]
    if len(logs) < 2:
        return None
    mx, my = (sum(v) / len(logs) for v in zip(*logs))
    return sum((x - mx) * (y - my) for x, y in logs) / sum((x - mx) ** 2 for x, _ in logs)


def ladder(quick):
    for title, between, bias in (("two-layer linear", "", False), ("two-layer ReLU", "relu", False),
                                 ("two-layer ReLU, biases", "relu", True)):
        points = []

        def rows(between=between, bias=bias, points=points):
            for n in (5, 8, 10, 14, 20) if quick else (5, 8, 10, 14, 20, 25, 31):
                answer, seconds, peak = run(dense([n, n, n], between, bias))
                parameters = 2 * n * n + (n if bias else 0)
                if answer:
                    points.append((parameters, seconds))
                yield (f"{n}-{n}-{n}", parameters, shown(answer, seconds), f"{peak:.0f}",
                       answer["orbit_dimension"] if answer else "-", answer["found"] if answer else "-", answer["complete"] if answer else "-")
        table(f"Ladder: {title}", ("widths", "parameters", "seconds", "peak MiB", "dimension", "laws", "complete"), rows())
        slope = exponent(points)
        print("fitted: seconds ~ parameters^" + (f"{slope:.2f}" if slope is not None else "? (all too short)") + " (runs over 0.03 s)")


# Models of about 500, 1000, 2000, 4000 and 10000 parameters. Long: an hour would not surprise on a slow machine.
SCALE = {
    "two-layer linear": [dense([n, n, n]) for n in (16, 22, 31, 45, 70)],
    "three-layer ReLU, biases": [dense([n, n, n, n // 2], "relu", True) for n in (14, 20, 28, 40, 63)],
    "three-layer gelu, biases": [dense([n, n, n, n // 2], "gelu", True) for n in (14, 20, 28, 40, 63)],
    "softmax attention, 4 heads": [f"input X[4,{d}]; net attention(heads=4, dim={h})"
                                   for d, h in ((8, 4), (16, 4), (16, 8), (32, 8), (32, 20))],
}


def scale(quick):
    """Time and memory against parameters, with default threads; the exponents of all kinds and the ratios to the first kind."""
    last = {}
    for title, models in SCALE.items():
        times, memory = [], []

        def rows(models=models, times=times, memory=memory):
            for model in models[:3] if quick else models:
                answer, seconds, peak = run(model)
                if answer:
                    times.append((answer["dimension"], seconds))
                    memory.append((answer["dimension"], peak))
                yield (model.split("; ")[1][4:][:40], answer["dimension"] if answer else "-", shown(answer, seconds), f"{peak:.0f}",
                       answer["orbit_dimension"] if answer else "-", answer["found"] if answer else "-", answer["complete"] if answer else "-")
                if not answer:
                    return  # the next size takes longer
        table(f"Scale: {title}", ("net", "parameters", "seconds", "peak MiB", "dimension", "laws", "complete"), rows())
        fits = [exponent(times), exponent(memory)]
        print("fitted: seconds ~ parameters^%s, memory ~ parameters^%s" % tuple("?" if f is None else f"{f:.2f}" for f in fits))
        if times:
            last[title] = times[-1]
    if last:
        first = next(iter(last.values()))
        print("seconds per parameter^3 of the largest size, as ratios to the first kind: " +
              ", ".join(f"{title} {s / p ** 3 / (first[1] / first[0] ** 3):.2f}" for title, (p, s) in last.items()))


def chain():
    def rows():
        for d in range(10, 61, 10):
            names = [f"x{i}" for i in range(1, d + 1)]
            zeros = ", ".join(["1"] + ["0"] * (d - 1))
            powers = ", ".join(["0", "1"] + [f"x1^{k}" for k in range(1, d - 1)])
            answer, seconds, peak = run(f"coords {', '.join(names)}; field u = [{zeros}]; field v = [{powers}]")
            yield (f"D = {d}", shown(answer, seconds), f"{peak:.0f}", len(answer["growth"]) if answer else "-",
                   answer["orbit_dimension"] if answer else "-", answer["complete"] if answer else "-")
    table("Chain systems d_1, d_2 + x1 d_3 + x1^2 d_4 + ...: D - 1 levels of brackets",
          ("", "seconds", "peak MiB", "levels", "dimension", "complete"), rows())


def vgg(width, size, dense_width):
    """VGG-16 with `width` for its 64 channels, on size x size images."""
    stages = [f"repeat({k}, conv2d({c * width}, 3, pad=1, bias) -> relu) -> maxpool(2)"
              for k, c in ((2, 1), (2, 2), (3, 4), (3, 8), (3, 8))]
    return (f"input x[3,{size},{size}]; net " + " -> ".join(stages) +
            f" -> flatten -> repeat(2, dense({dense_width}, bias) -> relu) -> dense(1000, bias)")


def transformer(depth, width):
    return (f"input X[1024,50257]; param E[50257,{width}], P[1024,{width}]; let h = layers(X*E + P, repeat({depth}, "
            f"residual(layernorm(affine) -> attention(heads={width // 64}, dim=64, causal, bias)) -> residual(layernorm(affine) -> "
            f"dense({4 * width}, bias) -> gelu -> dense({width}, bias)))); output layers(h, layernorm(affine))*E'")


def structural():
    for title, models in (("VGG-16, thinner and whole", [(f"width {w}, {n} px", vgg(w, n, d)) for w, n, d in
                                                         ((4, 32, 64), (8, 64, 128), (16, 96, 512), (32, 160, 1024), (64, 224, 4096))]),
                          ("GPT-2, smaller and small", [(f"{d} blocks of {w}", transformer(d, w)) for d, w in
                                                        ((1, 64), (2, 128), (4, 256), (8, 512), (12, 768))])):
        points = []

        def rows(models=models, points=points):
            for name, model in models:
                answer, seconds, peak = run(model, "--structural")
                if answer:
                    points.append((answer["dimension"], seconds))
                yield (name, answer["dimension"] if answer else "-", shown(answer, seconds), f"{peak:.0f}",
                       answer["found"] if answer else "-", answer["complete"] if answer else "-")
        table(f"Structural route: {title}", ("", "parameters", "seconds", "peak MiB", "laws", "complete"), rows())
        slope = exponent(points)
        print("fitted: seconds ~ parameters^" + (f"{slope:.2f}" if slope is not None else "? (all too short)") + " (runs over 0.03 s)")


# Seconds of the public notebooks (Sage 9.5, floating point), measured by others on two cores of another machine, None: over 300 s or
# not measured. find: no expected count given; confirm: stops when the expected count appears. Rank only, without laws.
REFERENCE = [
    ("linear", [4, 4, 4], 2.5, None), ("linear", [5, 5, 5], 15.6, 2.9), ("linear", [6, 6, 6], 71, 87), ("linear", [7, 7, 7], 247, 258),
    ("linear", [5, 5, 5, 5], 52, None), ("linear", [4, 4, 4, 4, 4], 255, None),
    ("relu", [3, 3, 3], 1.7, None), ("relu", [4, 4, 4], 28, None), ("relu", [5, 5, 5], 262, 2.5), ("relu", [8, 8, 8], None, 12),
    ("relu", [12, 12, 12], None, 77), ("relu", [2, 32, 1], 275, None), ("relu", [2, 64, 1], None, 3.5), ("relu", [3, 3, 3, 3], 35, None),
]


def certificate(quick):
    """Time with and without writing, size, and the times of the checkers."""
    here = os.path.dirname(os.path.abspath(TOOL))
    check = os.path.join(os.path.dirname(here) if os.path.basename(here) == ".libs" else here, "lieorbit-check")
    python = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "examples", "conslaw_check.py")
    checkers = ([TOOL, "check"], [check], [check + "-verified"], [sys.executable, python])

    def timed(command, path):
        start = time.monotonic()
        try:
            result = subprocess.run(command + [path[:-4] + "problem", path], capture_output=True, check=False, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            return f"> {LIMIT:.0f}", ""
        return f"{time.monotonic() - start:.3f}" if result.returncode == 0 else "no", result.stdout.decode()

    def checked(command, path):
        """Seconds, of the claims without the growth vector where the checker does not know that; `no`: not verified."""
        if not os.path.exists(path) or not os.path.exists(command[-1] if command[-1] != "check" else TOOL):
            return "-"
        seconds, text = timed(command, path)
        if seconds != "no" or not ("unknown" in text or "unsupported" in text):
            return seconds
        with open(path, encoding="ascii") as file:
            table_ = json.load(file)
        if "growth" not in table_["claims"]:
            return seconds
        table_["claims"].remove("growth")
        del table_["growth"]
        part = path[:-4] + "part.cert"
        with open(path[:-4] + "problem", "rb") as source, open(part[:-4] + "problem", "wb") as copy:
            copy.write(source.read())
        with open(part, "w", encoding="ascii") as file:
            file.write(json.dumps(table_, separators=(",", ":"), sort_keys=True) + "\n")
        return timed(command, part)[0]

    def row(name, parameters, model, slow=True, command="laws"):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "a.cert")
            plain = run(model, command=command)
            written = run(model, "--certificate", path, command=command)
            size = os.path.getsize(path) / 1024 if os.path.exists(path) else 0
            times = [checked(c, path) if slow or c is not checkers[3] else "-" for c in checkers]
        return (name, parameters, shown(plain[0], plain[1]), shown(written[0], written[1]), f"{size:.0f}", *times)

    def rows():
        for n in (5, 8, 10, 14) if quick else (5, 8, 10, 14, 18, 22):
            for name, between, bias in (("linear", "", False), ("ReLU, biases", "relu", True), ("tanh", "tanh", False)):
                yield row(f"{name} {n}-{n}-{n}", 2 * n * n + (n if bias else 0), dense([n, n, n], between, bias))
        for n in (1, 2, 3):
            yield row(f"involutivity 1-{n + 1}-{n + 1}-1", 2 * (n + 1) + (n + 1) ** 2, dense([1, n + 1, n + 1, 1]))
        for n in (2, 3, 4) if quick else (2, 3, 4, 6, 8):
            for name in ("tanh", "relu"):
                yield row(f"sims {name} 2-{n}-1", 3 * n, dense([2, n, 1], name), command="sims")
        for name in ("lenet-5", "mnist-mlp", "resnet-18", "resnet-50", "gpt2-small", "vgg-16"):
            text = subprocess.run([TOOL, "zoo", name], capture_output=True, text=True, check=True).stdout
            counted = json.loads(subprocess.run([TOOL, "zoo", "--json"], capture_output=True, text=True, check=True).stdout)
            yield row(name, next(m["parameters"] for m in counted["models"] if m["name"] == name), text, False)
    table("Certificates: seconds without and with writing, size, seconds of the checkers ('no': not verified, or not supported)",
          ("model", "parameters", "alone", "with", "KiB", "check", "lieorbit-check", "verified", "Python"), rows())


def reference(totals):
    def times():
        for name, (title, published) in PUBLISHED.items():
            for processes, total in totals.get(name, {}).items():
                yield (f"{title}, {processes} pr.", f"{published}", f"{total:.3f}", f"{published / total:.0f}")
    table("Ratio to published times. PUBLISHED BY OTHERS (arXiv 2307.00144, notebooks), on 64 threads of ANOTHER MACHINE, in floating point,\n"
          "confirming an expected count; ours: exact, with laws and proof, on this machine", ("", "published", "here", "ratio"), times())

    def notebooks():
        for kind, widths, find, confirm in REFERENCE:
            answer, seconds, _ = run(dense(widths, "relu" if kind == "relu" else ""))
            yield (f"{kind} {'-'.join(map(str, widths))}", find or "-", confirm or "-", shown(answer, seconds),
                   f"{find / seconds:.0f}" if find and answer else "-", f"{confirm / seconds:.0f}" if confirm and answer else "-")
    table("The same notebooks (Sage 9.5), seconds MEASURED ON ANOTHER MACHINE with two cores, rank only; '-': over 300 s or not measured.\n"
          "find: no expected count given, as here; confirm: the count is given, and the run stops when it appears",
          ("", "find", "confirm", "here", "ratio", "ratio"), notebooks())


def main():
    global LIMIT
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="stop the ladder at 800 parameters, the scale at 2000")
    parser.add_argument("--limit", type=float, default=LIMIT, metavar="SECONDS", help="per run")
    parser.add_argument("tables", nargs="*", metavar="TABLE", help="public, ladder, scale, chain, structural, reference; all by default")
    args = parser.parse_args()
    unknown = set(args.tables) - {"public", "ladder", "scale", "chain", "structural", "certificate", "reference"}
    if unknown:
        parser.error(f"no table {', '.join(sorted(unknown))}")
    LIMIT = args.limit
    wanted = args.tables or ["public", "ladder", "scale", "chain", "structural", "certificate", "reference"]
    if not os.access(TOOL, os.X_OK):
        sys.exit(f"run.py: {TOOL} is not a program; set LIEORBIT")
    answer, _, _ = run("param u, v; input x; output u*v*x")
    if answer is None:
        sys.exit(f"run.py: {TOOL} does not answer")
    print(f"lieorbit {answer['version']}, {platform.machine()}, {os.cpu_count()} processors, {platform.system()}; wall-clock seconds")
    totals = {}
    if "public" in wanted or "reference" in wanted:
        public(totals)
    if "ladder" in wanted:
        ladder(args.quick)
    if "scale" in wanted:
        scale(args.quick)
    if "chain" in wanted:
        chain()
    if "structural" in wanted:
        structural()
    if "certificate" in wanted:
        certificate(args.quick)
    if "reference" in wanted:
        reference(totals)


if __name__ == "__main__":
    main()
