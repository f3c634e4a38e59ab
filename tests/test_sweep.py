#!/usr/bin/env python3
"""The survey of a grid from outside: grammar, templates, journals, shards, tables, limits, signals.

LIEORBIT is the tool under test; SANITIZED is not empty in sanitizer builds.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import csv
import io
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOOL = os.path.abspath(os.environ["LIEORBIT"])
signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs in the background of a shell ignore it, and so would the tool
GRID = "linear n 1..3, r 1..2, m 1..3"
# Every point takes minutes, or a third of a second under the limit.
SLOW = "input x[{n}]; net dense({n}) -> relu -> dense({n}) -> relu -> dense({n})"
failed = False


def report(name, fine, detail=""):
    global failed
    failed |= not fine
    print(("ok - " if fine else "not ok - ") + name)
    if not fine:
        print("#   " + str(detail).replace("\n", "\n#   ")[:2000])


def sweep(*arguments, **keywords):
    return subprocess.run([TOOL, "sweep", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=300, **keywords)


def unique(pairs):
    keys = [key for key, _ in pairs]
    assert keys == sorted(set(keys)), "keys are not sorted and unique"
    return dict(pairs)


def expect(name, status, pattern, *arguments, **keywords):
    """Runs the tool; pattern must be in its standard error (or, with status 0, in its output)."""
    run = sweep(*arguments, **keywords)
    text = run.stdout if status == 0 else run.stderr
    report(name, run.returncode == status and re.search(pattern, text) is not None,
           f"status {run.returncode}, wanted {status} and {pattern!r}\n{run.stdout}{run.stderr}")
    return run


def table(*arguments):
    """The rows as lists of cells, without times."""
    run = sweep(*arguments, "--format=csv", "--no-time")
    return list(csv.reader(io.StringIO(run.stdout)))


def rows(*arguments):
    run = sweep(*arguments, "--format=json")
    return json.loads(run.stdout, object_pairs_hook=unique)["rows"]


def children(process):
    try:
        with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
            mine = [int(word) for word in file.read().split()]
    except OSError:
        return []
    return mine + [deeper for child in mine for deeper in children(child)]


def all_children(process):
    """The processes of two points, a tool and its child each; fewer where the system does not tell."""
    family = []
    for _ in range(200):
        family = children(process.pid)
        if len(family) >= 4 or process.poll() is not None:
            break
        time.sleep(0.02)
    return family


def is_alive(process):
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def all_end(processes):
    for _ in range(100):
        if not any(map(is_alive, processes)):
            return True
        time.sleep(0.1)
    return False


def test_grammar():
    for grid, status, pattern in [
            ("n 1..4, r 2, m", 2, "no value for m"), ("n 1, r 2, m 3..2", 2, "runs backwards"),
            ("n 1, r 2, m 1|1", 2, "value 1 twice"), ("n 1, r 2, m 3..5|1|a|4-5|4", 2, "value 4 twice"),
            ("n " + "|".join(f"{k}00000..{k}99999" for k in range(1, 4000)) + ", r 1, m 1", 2, "more than 100000 values"), ("n 1, r 2, n 3", 2, "key 'n' twice"), ("n 1, r 2", 2, "leaves out a key: "),
            ("n 1, r 2, m 1, q 1", 2, "no key 'q'"), ("n 1..1000, r 1..1000, m 1", 2, "more than 100000 points"),
            ("n 1..999999999, r 1, m 1", 2, "more than 100000"), ("n 1..9999999999, r 1, m 1", 2, "an integer up to"),
            ("n 1..4:0, r 1, m 1", 2, "step of n .* 0"), ("n 1, r 2, m 1,", 2, "ends where a key"),
            ("n 1, r 2, m 1 2", 2, "where ',' or '|'"), ("n 1, , m 1", 2, "where a key"), ("n -1, r 1, m 1", 2, "no value"),
            ("n 1.., r 1, m 1", 2, "an integer"), ("n 1|, r 1, m 1", 2, "no value"), ("n 2-, r 1, m 1", 2, "an integer"),
            ("n 1..2 step, r 1, m 1", 2, "an integer"), ("n " + "x" * 200 + ", r 1, m 1", 2, "longer than"),
            (", ".join(f"k{i} 1" for i in range(40)), 2, "more than 32 keys"), ("n é", 2, "no value")]:
        expect(f"grid refused: {grid[:40]}", status, pattern, "linear " + grid)
    expect("unknown family", 2, "did you mean 'attention'", "atention heads 1")
    expect("families are listed", 0, "grouped-query")
    families = json.loads(sweep("--json").stdout, object_pairs_hook=unique)
    report("families as JSON", families["schema"] == "lieorbit.families/1" and len(families["families"]) > 15)
    for option in ["--shard=0/2", "--shard=3/2", "--shard=1", "--shard=1/0", "--shard=x", "--format=xml", "--out="]:
        expect(f"bad value: {option}", 2, "^lieorbit: " + option.split("=")[0], "linear n 1, r 1, m 1", option)
    for grid, count in [("n 1..7:3, r 1, m 1", 3), ("n 1..7 step 3, r 1, m 1", 3), ("n=1|3..4|2,r=1,m=1", 4),
                        ("n 1 | 2,\n r 1, m 1", 2)]:
        report(f"grid read: {grid!r}", len(table("linear " + grid)) == 1 + count)
    report("words need no quotes", table("linear", "n", "1..2,", "r", "2,", "m", "1") == table("linear n 1..2, r 2, m 1"))
    run = subprocess.run([TOOL, "laws", "--shard=1/2", "-e", "param u; output u"], capture_output=True, text=True)
    report("laws takes no --shard", run.returncode == 2 and "option of sweep" in run.stderr, run.stderr)


def test_order():
    """Rows are the product of the values, the last key fastest; a row is what the main job says of its model."""
    cells = table(GRID)
    wanted = [list(map(str, point)) for point in itertools.product((1, 2, 3), (1, 2), (1, 2, 3))]
    report("order of rows", [row[:3] for row in cells[1:]] == wanted)
    for row in rows(GRID)[::4]:
        run = subprocess.run([TOOL, "laws", "--json", "-e", row["model"]], capture_output=True, text=True)
        answer = json.loads(run.stdout)
        report(f"row {row['point']} is the main job's", row["parameters"] == answer["dimension"] and all(
            row[key] == answer[key] for key in ["growth", "orbit_bounds", "orbit_dimension", "independent_laws", "found",
                                                "complete"]) and row["status"] == "finished", row)


def test_families():
    """Each family has a point without an error row; every key of a family matters to its template."""
    small = {"norm": "2", "act": "tanh", "hidden": "2-2", "length": "5"}
    special = {"norm": {"width": "3"}, "norm-gain": {"n": "3"}, "transformer": {"d": "3"}}
    for family in json.loads(sweep("--json").stdout)["families"]:
        keys = {key: special.get(family["name"], {}).get(key, small.get(key, "2")) for key in family["keys"].split()}
        spec = family["name"] + " " + ", ".join(f"{key} {value}" for key, value in keys.items())
        run = sweep(spec, "--format=json")
        row = json.loads(run.stdout)["rows"][0] if run.stdout else {}
        # A flow that this version does not analyse is stopped, and says so.
        fine = row.get("status") == "finished" or "not analysed" in (row.get("message") or "")
        report(f"family: {spec}", fine, run.stdout + run.stderr)
        report(f"family needs its keys: {family['name']}",
               sweep(family["name"]).returncode == 2 or not family["keys"])


def test_templates(directory):
    def model(template, grid):
        return rows("-e", template, grid)[0]["model"]

    tail = "; output u"
    for template, grid, wanted in [
            ("param u[{2*n+1}]", "n 3", "param u[7]"), ("param u[{(n-1)*(n+1)/4 - -1}]", "n 3", "param u[3]"),
            ("param u[1]{for i = 2..n:, w{i}[{i*i}]}", "n 3", "param u[1], w2[4], w3[9]"),
            ("param u[1]{for i = 2..n:, w}", "n 1", "param u[1]"),
            ("param u[1]{for w in l:, v{w}}", "l 3-1-2", "param u[1], v3, v1, v2"),
            ("param u[1]{for w in l:, v{w}}", "l 3", "param u[1], v3"),
            ("param u{if b = yes:[1]}{if b != yes:[2]}", "b yes", "param u[1]"),
            ("param u{if b - 1:[1]}", "b 1", "param u"), ("param u{if b = 1:[{b}]}", "b 1", "param u[1]"),
            ("param u{for i = 1..2:{for j = i..2:, w{i}_{j}}}{if n:}", "n 1", "param u, w1_1, w1_2, w2_2")]:
        got = model(template + tail, grid)
        report(f"template: {template}", got == wanted + tail, got)
    for template, grid, status, pattern in [
            ("param u[{k}]", "n 1", 2, "uses 'k'"), ("param u", "n 1", 2, "does not use 'n'"),
            ("param u[{n]", "n 1", 3, "<template>:1:10: error: this '{' is never closed"),
            ("param u\n[n}]", "n 1", 3, "<template>:2:3: error: this '}' closes nothing"),
            ("param u[{}]", "n 1", 3, "expected"), ("param u[{n+}]", "n 1", 3, "expected"),
            ("param u[{n n}]", "n 1", 3, "operator"), ("{for i = 1 n: x}", "n 1", 3, r"'\.\.' is expected"),
            ("{for i: x{n}}", "n 1", 3, "'=' is expected"), ("{for in n: x}", "n 1", 3, "expected"),
            ("{if n x}", "n 1", 3, "':' is expected"), ("{if n = : x}", "n 1", 3, "expected"),
            ("{" * 100 + "n" + "}" * 100, "n 1", 3, "expected"), ("{" + "(" * 100 + "n" + ")" * 100 + "}", "n 1", 3, "50"),
            ("{for i = 1..2:" * 60 + "{n}" + "}" * 60, "n 1", 3, "50"), ("{" + "-" * 100 + "n}", "n 1", 3, "50")]:
        expect(f"template refused: {template[:40]!r}", status, pattern, "-e", template, grid)
    # What is wrong at one point only is the row of that point.
    for template, grid, pattern in [
            ("param u[{6/n}]" + tail, "n 4", "6/4 is not an integer"), ("param u[{6/(n-4)}]" + tail, "n 4", "by zero"),
            ("param u[{n*n}]" + tail, "n 999999999", "larger"), ("param u[{n+1}]" + tail, "n tanh", "not an integer"),
            ("{for i = 1..n:{for j = 1..n:x}}", "n 90000", "bytes|times"), ("{for i = 1..n:}", "n 999999999", "times"),
            ("{for i = 1..n:{if 0:" + 90000 * "x" + "}}", "n 999999", "rounds together"),
            ("{for w in n:x}", "n tanh", "not a list"), ("{n}", "n 2-3", "for w in"),
            ("param u[{n}]; output w", "n 1", "1:20: error: "), ("", "", "error")]:
        run = sweep("-e", template, grid, "--format=json")
        row = json.loads(run.stdout)["rows"][0]
        report(f"error row: {template[:40]!r}", run.returncode == 3 and row["status"] == "error"
               and re.search(pattern, row["message"]) is not None, run.stdout + run.stderr)
    mixed = sweep("-e", "param u[{4/n}]" + tail + "[1]", "n 1..4", "--format=csv", "--no-time")
    report("an error row does not end the sweep", mixed.returncode == 3 and
           [row[6] for row in csv.reader(io.StringIO(mixed.stdout))][1:] == ["yes", "yes", "error", "yes"], mixed.stdout)
    # Ctrl-C ends a sweep of which no point has a model.
    process = subprocess.Popen([TOOL, "sweep", "-e", "{for i = 1..300000:}{1/(n-n)}", "n 1..100000", "--no-time"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    report("Ctrl-C among wrong templates", process.returncode == 4 and "interrupted after" in err, err)
    path = os.path.join(directory, "model.lo")
    with open(path, "w", encoding="utf-8") as file:
        file.write("# a template\ninput x[{n}]\nnet dense({n}) -> dense(1)\n")
    report("a template in a file", len(table(path, "n 1..3")) == 4)
    expect("a file that is not there", 5, "No such file", path + "x", "n 1")
    with open(path, "wb") as file:
        file.write(b"param u[{n}] # \xff\0")
    expect("a template that is no text", 3, "not UTF-8", path, "n 1")


def test_formats(directory):
    cells = table(GRID)
    full = sweep(GRID, "--format=csv").stdout
    report("CSV: one record per point, the same length", len(cells) == 19 and len({len(row) for row in cells}) == 1)
    report("CSV: header", cells[0] == ["n", "r", "m", "parameters", "growth", "orbit_dimension", "laws", "found", "complete",
                                       "note"], cells[0])
    report("CSV: growth is quoted", '"2,3"' in full, full)
    top = json.loads(sweep(GRID, "--json").stdout, object_pairs_hook=unique)
    report("JSON", top["schema"] == "lieorbit.sweep/1" and top["points"] == 18 and top["missing"] == 0
           and top["grid"] == "n 1..3, r 1|2, m 1..3" and top["seed"] == 1 and len(top["rows"]) == 18, top)
    again = sweep(top["family"] + " " + top["grid"], "--json", "--no-time")
    report("JSON: the grid reads back", again.stdout == sweep(GRID, "--json", "--no-time").stdout)
    report("--no-time", "seconds" in full and "seconds" not in again.stdout)
    expect("--json and --format=csv", 2, "another --format", GRID, "--json", "--format=csv")
    # A message with every character that some format must escape.
    wild = ["-e", "param u{if n = a_b:; output {n}}", "n a_b", "--no-time"]
    note = list(csv.reader(io.StringIO(sweep(*wild, "--format=csv").stdout)))[1][-1]
    report("CSV: a message in quotes", "`a_b`" in note, note)
    latex = sweep(*wild, "--format=latex").stdout
    report("LaTeX: underscores", r"a\_b" in latex and re.search(r"(?<!\\)_", latex) is None, latex)
    if shutil.which("pdflatex"):
        with open(os.path.join(directory, "t.tex"), "w", encoding="utf-8") as file:
            file.write("\\documentclass{article}\\begin{document}" + latex + sweep(GRID, "--format=latex").stdout
                       + "\\end{document}")
        run = subprocess.run(["pdflatex", "-interaction=batchmode", "t.tex"], cwd=directory, stdout=subprocess.DEVNULL)
        report("LaTeX compiles", run.returncode == 0)
    lines = sweep(GRID, "--format=latex").stdout.splitlines()
    widths = {line.count("&") for line in lines if line.endswith("\\\\")}
    report("LaTeX: as many cells as columns", widths == {lines[0].count("r}") * 0 + len(lines[0].split("{")[-1]) - 2}, lines)
    texinfo = sweep(GRID, "--format=texinfo").stdout
    report("Texinfo: rows", texinfo.count("\n@item ") == 18 and texinfo.endswith("@end multitable\n"))
    if shutil.which("makeinfo"):
        path = os.path.join(directory, "t.texi")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\\input texinfo\n@node Top\n@top t\n" + texinfo + sweep(*wild, "--format=texinfo").stdout + "@bye\n")
        run = subprocess.run(["makeinfo", "--plaintext", path], capture_output=True, text=True)
        report("Texinfo compiles", run.returncode == 0 and run.stderr == "", run.stderr)
    if os.access("/dev/full", os.W_OK):
        for form in ["text", "csv", "json", "latex", "texinfo"]:
            with open("/dev/full", "w", encoding="utf-8") as full_device:
                run = subprocess.run([TOOL, "sweep", GRID, "--format=" + form], stdout=full_device, stderr=subprocess.PIPE)
            report(f"/dev/full: {form}", run.returncode == 5 and b"cannot write" in run.stderr)
        expect("a journal that is no file", 5, "not a regular file", GRID, "--out", "/dev/full")


def test_determinism(directory):
    whole = sweep(GRID, "--no-time").stdout
    for threads in ["2", "5", "256"]:
        report(f"{threads} at a time: same bytes", sweep(GRID, "--no-time", "--threads", threads).stdout == whole)
    for count in [2, 3, 30]:
        parts = [os.path.join(directory, f"shard-{count}-{i}") for i in range(1, count + 1)]
        for i, part in enumerate(parts, 1):
            sweep(GRID, "--shard", f"{i}/{count}", "--out", part, "--threads", "2")
        run = sweep("--merge", *parts, "--no-time")
        report(f"{count} shards: same bytes", run.returncode == 0 and run.stdout == whole and run.stderr == "", run.stderr)
    report("shards in any order", sweep("--merge", *reversed(parts), "--no-time").stdout == whole)
    joined = os.path.join(directory, "joined")
    expect("--merge --out", 0, "18 points", "--merge", *parts, "--out", joined)
    report("the joined journal is one", sweep("--merge", joined, "--no-time").stdout == whole)
    run = expect("the joined journal goes on", 0, "18 points", GRID, "--out", joined)
    report("... with nothing to do", "18 of 18 points are in" in run.stderr, run.stderr)
    expect("--merge writes over nothing", 5, "exists", "--merge", *parts, "--out", joined)
    expect("--merge: missing points", 4, "missing: 1, 31|1 of 18 points are missing: 1$", "--merge", *parts[1:])
    run = expect("--merge: repeated rows", 0, "18 points", "--merge", *parts, joined)
    report("... are told", "18 rows are given more than once" in run.stderr, run.stderr)
    with open(joined, encoding="utf-8") as file:
        lines = file.read().splitlines()
    row = json.loads(lines[3])
    row["found"] += 1
    other = os.path.join(directory, "other")
    with open(other, "w", encoding="utf-8") as file:
        file.write("\n".join([lines[0], json.dumps(row)]) + "\n")
    expect("--merge: a contradiction", 1, f"point {row['point']} contradicts", "--merge", joined, other)
    sweep("linear n 1, r 1, m 1", "--out", other + "2")
    expect("--merge: another sweep", 2, "another sweep", "--merge", joined, other + "2")
    expect("--merge without journals", 2, "takes journals", "--merge")
    expect("--merge: no such file", 5, "No such file", "--merge", other + "3")
    for name, text, status, pattern in [
            ("empty", "", 3, "is empty"), ("words", "hello\n", 3, ":1: this is not a line"),
            ("json", "{}\n", 3, ":1: this is not the journal"), ("changed", lines[0].replace("linear", "tied") + "\n", 3, ":1:"),
            ("row", lines[0] + "\n{}\n", 3, ":2: this is no row"),
            ("keys", lines[0] + "\n" + lines[1].replace('"n":1', '"n":2') + "\n", 3, ":2: this is no row"),
            ("bounds", lines[0] + "\n" + lines[1].replace('"orbit_bounds":[', '"orbit_bounds":["",') + "\n", 3, ":2:"),
            ("twice", lines[0] + "\n" + lines[1][:-1] + ',"found":1}\n', 3, ":2: this is not a line")]:
        with open(other, "w", encoding="utf-8") as file:
            file.write(text)
        expect(f"a journal that is none: {name}", status, pattern, "--merge", other)


def test_resume(directory):
    whole = sweep(GRID, "--no-time").stdout
    path = os.path.join(directory, "journal")
    sweep(GRID, "--out", path)
    with open(path, "rb") as file:
        data = file.read()
    report("every line is a JSON object", all(isinstance(json.loads(line), dict) for line in data.splitlines()))
    header_end = data.index(b"\n") + 1
    for cut in [0, 5, header_end, header_end + 1, header_end + 200, len(data) // 2, len(data) - 1]:
        with open(path, "wb") as file:
            file.write(data[:cut])
        run = sweep(GRID, "--out", path, "--no-time")
        with open(path, "rb") as file:
            lines = file.read().splitlines()
        report(f"a journal torn at byte {cut}", run.returncode == 0 and run.stdout == whole and len(lines) == 19
               and sorted(json.loads(line)["point"] for line in lines[1:]) == list(range(1, 19)), run.stderr)
    for arguments in [[GRID.replace("1..2", "2")], [GRID, "--seed=2"], [GRID, "--degree=2"], [GRID, "--relu=pattern"],
                      [GRID, "--shard=1/2"], ["-e", "param u[{n}]; output u[1]", "n 1..3"]]:
        expect(f"another sweep: {arguments}", 2, "journal of another sweep: its", *arguments, "--out", path)
    with open(path, "rb") as file:
        report("... leaves the journal alone", len(file.read().splitlines()) == 19)
    for text in [b"notes without an end of line", data[:5] + b"x", data[:header_end - 1] + b" "]:
        with open(path, "wb") as file:
            file.write(text)
        expect("a file that is no journal", 3, "this is not the journal of a sweep", GRID, "--out", path)
        with open(path, "rb") as file:
            report("... is left alone", file.read() == text)
    expect("a directory as journal", 5, "cannot write", GRID, "--out", directory)


def start_slow(path, *arguments):
    process = subprocess.Popen([TOOL, "sweep", "-e", SLOW, "n 1|2|60|61|62|63", "--out", path, "--threads=2", *arguments],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(600):
        try:
            with open(path, encoding="utf-8") as file:
                if len(file.read().splitlines()) >= 3: # the header and two quick points
                    break
        except OSError:
            pass
        time.sleep(0.05)
    return process


def test_kill(directory):
    path = os.path.join(directory, "killed")
    process = start_slow(path)
    family = all_children(process)
    process.kill()
    process.communicate()
    report("kill -9 leaves no process behind", all_end(family), family)
    with open(path, encoding="utf-8") as file:
        report("kill -9 leaves the finished points", len(file.read().splitlines()) == 3)
    run = sweep("-e", SLOW, "n 1|2|60|61|62|63", "--out", path, "--threads=2", "--limit-seconds=0.3", "--format=json")
    answer = json.loads(run.stdout)
    status = [row["status"] for row in answer["rows"]]
    report("after kill -9 it goes on", run.returncode == 4 and status == ["finished"] * 2 + ["stopped"] * 4, run.stderr)
    row = answer["rows"][2]
    report("a point that meets its limit has bounds", row["complete"] == "unknown" and row["orbit_dimension"] is None
           and row["orbit_bounds"][0] < row["orbit_bounds"][1] <= row["parameters"] and "time" in row["message"], row)
    text = sweep("--merge", path).stdout
    report("bounds in the table", re.search(r" \d+\.\.\d+ ", text) and "4 unknown" in text, text)
    again = sweep("-e", SLOW, "n 1|2|60|61|62|63", "--out", path, "--limit-seconds=0.3")
    report("the same limits: nothing to do", "6 of 6 points are in" in again.stderr, again.stderr)
    again = sweep("-e", SLOW, "n 1|2|60|61|62|63", "--out", path, "--limit-seconds=0.4", "--threads=4")
    report("larger limits: what was stopped is tried again", "2 of 6 points are in" in again.stderr, again.stderr)
    process = start_slow(path + "2")
    family = all_children(process)
    expect("a journal in use", 5, "another sweep is writing", "-e", SLOW, "n 1|2|60|61|62|63", "--out", path + "2")
    for number in [signal.SIGINT]:
        process.send_signal(number)
        started = time.monotonic()
        out, err = process.communicate(timeout=60)
        report("an interrupt ends with the finished rows", process.returncode == 4 and "2 of 6 points: 2 proved" in out
               and "interrupted after 2 of 6 points" in err and time.monotonic() - started < 30, out + err)
        report("... and leaves no process behind", all_end(family), family)
    if not os.environ.get("SANITIZED"):
        run = sweep("-e", SLOW, "n 60", "--limit-memory=20M", "--limit-seconds=60", "--format=json")
        row = json.loads(run.stdout)["rows"][0]
        report("a point that meets its memory", run.returncode == 4 and row["status"] == "stopped"
               and "memory" in row["message"], run.stdout + run.stderr)


def test_claims():
    """What the chapter Survey of the manual says about its tables, where no console example says it."""
    survey = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "doc", "survey")

    def read(name):
        with open(os.path.join(survey, name + ".csv"), encoding="utf-8", newline="") as file:
            return [{key: int(value) if value.isdigit() else value for key, value in row.items()}
                    for row in csv.DictReader(file)]

    for name in ["attention", "attention-large", "attention-tokens", "causal-attention"]:
        for row in read(name):
            least = min(row["dim"], row["d"])
            first = int(str(row["growth"]).split(",")[0])
            if row["tokens"] > 1 and first != 2 * row["heads"] * least * (2 * row["d"] - least):
                report(f"{name}: the fields span all that the products allow", False, row)
    keys = ("heads", "dim", "d")
    counts = {}
    for row in read("attention-tokens"):
        if row["tokens"] > 1:
            counts.setdefault(tuple(row[key] for key in keys), set()).add((row["growth"], row["laws"], row["complete"]))
    report("attention: the counts do not depend on the tokens", counts and all(len(c) == 1 for c in counts.values()))
    for name in ["attention", "attention-large", "grouped-query", "transformer", "transformer-more", "glu", "recurrent",
                 "activations", "activations-more", "activations-deep", "mlp-classifier", "classifier", "linear", "relu",
                 "conv", "linear-conv", "tensor", "mixture", "norm-gain"]:
        report(f"{name}: complete in every row", all(row["complete"] == "yes" for row in read(name)))


def main():
    with tempfile.TemporaryDirectory() as directory:
        test_grammar()
        test_order()
        test_families()
        test_templates(directory)
        test_formats(directory)
        test_determinism(directory)
        test_resume(directory)
        test_kill(directory)
        test_claims()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
