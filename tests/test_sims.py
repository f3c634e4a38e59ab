"""test_sims.py - `lieorbit sims` from outside: the JSON contract, text, SVG, DOT, limits, refusals, Ctrl-C.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""
import json
import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml

TOOL = os.environ.get("LIEORBIT", "lieorbit")
signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs in the background of a shell ignore it, and so would the tool
FAILED = []
TANH = "param a[3], w[3]; input x; output dot(a, tanh(w*x))"
GELU = "param a[3], w[3]; input x; output dot(a, gelu(w*x))"
LINEAR = "param U[2,2], V[2,2]; input x[2]; output U*V'*x"
DEEP = "input x[4]; net dense(16) -> tanh -> dense(16) -> tanh -> dense(2)"


def check(name, good, note=""):
    print(("ok - " if good else "not ok - ") + name + ("" if good else f"  # {note}"), flush=True)
    if not good:
        FAILED.append(name)


def run(*arguments, status=0):
    done = subprocess.run([TOOL, "sims", *arguments], capture_output=True, text=True, timeout=300, check=False)
    check(f"status {status}: {' '.join(arguments)[:70]}", done.returncode == status, f"{done.returncode}: {done.stderr[:300]}")
    return done


def answer(text, *more, status=0):
    done = run("--json", *more, "-e", text, status=status)
    data = json.loads(done.stdout)
    check("keys are sorted", json.dumps(data, sort_keys=True) == json.dumps(data))
    return data


def number(value):
    return int(value)


def check_contract(data):
    check("schema", data["schema"] == "lieorbit.sims/1")
    listed = data["manifolds"]
    check("ids count from 1", [m["id"] for m in listed] == list(range(1, len(listed) + 1)))
    check("order is a string", isinstance(data["symmetry"]["order"], str))
    if data["complete"] == "yes":
        check("count is the sum of copies", number(data["count"]) == sum(number(m["copies"]) for m in listed))
        check("all classes are listed", number(data["classes"]) == data["listed"] == len(listed))
    by_id = {m["id"]: m for m in listed}
    for m in listed:
        good = all(by_id[i]["dimension"] < m["dimension"] for i in m["contains"])
        check(f"#{m['id']} contains smaller ones", good)
        low, high = m["orbit_bounds"]
        check(f"#{m['id']} bounds", 0 <= low <= high <= m["dimension"])
        check(f"#{m['id']} orbit dimension", m["orbit_dimension"] == (low if low == high else None))
        check(f"#{m['id']} induced", m["symmetry_induced"] == (m["induced"] == "yes"))
        check(f"#{m['id']} equations", len(m["equations"]) == data["model"]["parameters"] - m["dimension"])
        check(f"#{m['id']} laws leave room", m["laws"] == len(m["law_expressions"]) <= m["dimension"] - low)
    check("the whole space comes first", listed[0]["dimension"] == data["model"]["parameters"])


def check_reduced(data):
    """The reduced models parse, and their own laws agree."""
    for m in data["manifolds"]:
        if m["reduced"] is None:
            check(f"#{m['id']} without a reduced model is a point", m["dimension"] == 0)
            continue
        done = subprocess.run([TOOL, "rank", "--json", "-e", m["reduced"]], capture_output=True, text=True, check=False)
        own = json.loads(done.stdout) if done.returncode == 0 else {}
        check(f"#{m['id']} reduced model: orbits", own.get("orbit_dimension") == m["orbit_dimension"], done.stderr[:200])
        check(f"#{m['id']} reduced model: parameters", own.get("dimension") == m["dimension"])


def test_answers():
    tanh = answer(TANH)
    check_contract(tanh)
    check_reduced(tanh)
    check("tanh: 24 in 7 classes", (tanh["count"], tanh["classes"], tanh["symmetry"]["order"]) == (24, 7, "48"))
    check("tanh: all induced", tanh["all_symmetry_induced"] == tanh["all_listed"] == tanh["all_sims"] == "yes")
    loci = {m["id"]: [c["contained_in"] for c in m["rank_locus"]] for m in tanh["manifolds"]}
    check("tanh: the locus is the hierarchy", loci == {m["id"]: m["contains"] for m in tanh["manifolds"]}, loci)
    first = tanh["manifolds"][0]["rank_locus"][0]
    check("tanh: a component", (first["rank"], first["copies"], len(first["equations"])) == (4, 6, 2), first)
    gelu = answer(GELU)
    check_contract(gelu)
    check("gelu: nothing else is invariant", gelu["all_listed"] == "yes")
    check("gelu: 15, and the frozen neuron is the exception", (gelu["count"], gelu["all_sims"]) == (15, "no"))
    frozen = [m for m in gelu["manifolds"] if m["description"] == "neuron 3 = 0"]
    check("gelu: the frozen neuron is not induced", len(frozen) == 1 and frozen[0]["induced"] == "no")
    linear = answer(LINEAR)
    check_contract(linear)
    check_reduced(linear)
    locus = linear["manifolds"][0]["rank_locus"]
    check("linear: matrices of rank 1, not decided", len(locus) == 1 and locus[0]["contained_in"] is None
          and len(locus[0]["equations"]) == 6 and linear["manifolds"][0]["rank_locus_listed"] == "unknown", locus)
    check("linear: one rotation", linear["symmetry"]["continuous_dimension"] == 1)
    swept = [m["union_dimension"] for m in linear["manifolds"]]
    check("linear: rank 1 is swept over the dimension of its stratum", swept == [8, 5, 5, 0])
    types = linear["symmetry"]["rotations"]["types"]
    check("linear: isotropy types", [(t["ranks"], t["dimension"], t["orbit_dimension"], t["isotropy"]) for t in types] ==
          [([2], 8, 5, "1"), ([1], 5, 3, "O(1)"), ([0], 0, 0, "O(2)")], types)
    check("linear: the minors", types[1]["minors"] == "6" == str(len(types[1]["minor_expressions"])))
    check("linear: merged classes", [m["rotation_class"] for m in linear["manifolds"]] == [1, 3, 3, 4])
    text = run("-e", LINEAR).stdout
    check("linear: in words", "rank [U; V] <= 1" in text and "rotations carry #3 to it" in text, text)
    even = answer("param a[2], w[2]; input x; output dot(a, cos(w*x))")
    check_contract(even)
    check("even: a family", any(m["families"] == ["a[1] - a[2]"] for m in even["manifolds"]))
    frozen = answer("param a[2], w[2]; input x; frozen k; output a[1]*cos(w[1]*x) + k*a[2]*cos(w[2]*x)")
    check_contract(frozen)
    check("a frozen constant in a law on a manifold", frozen["manifolds"][3]["law_expressions"] == ["a[1]*k - a[2]"], frozen)
    root = answer("param a, b; input x; output sqrt(2)*(sqrt(2)*exp(a*x)) + 2*exp(b*x)")
    check("roots of numbers: a <-> b is not excluded", root["symmetry"]["order"] == "2" or root["symmetry"]["complete"] != "yes", root)
    kink = answer("param a; input x; output relu(a*x)")
    check("a kink may hold more", kink["all_listed"] == "yes" and kink["all_sims"] == "unknown", kink)
    none = answer("param a[3]; input x[3]; output dot(a, x)")
    check("no symmetry: the whole space only", none["count"] == 1 and none["symmetry"]["order"] == "1")
    diagonal = answer("param u[2], v[2]; input x[2]; output dot(u.*u - v.*v, x)")
    check_contract(diagonal)
    again = answer(TANH)
    again["seconds"] = tanh["seconds"]
    check("the same bytes again", again == tanh)


def test_points():
    point = answer(TANH + "; at a = [1, -1, 0], w = [2, -2, 0]")["point"]
    check("a point: an orbit of dimension 2", point["orbit_dimension"] == 2)
    check("a point: a copy through it", "a[1] + a[2] = 0" in point["equations"] and "w[3] = 0" in point["equations"])
    text = run("-e", LINEAR + "; at U = [1, 2; 3, 4], V = [0, 0; 1, 1]").stdout
    check("a point: values of the laws", "U[1,1]^2 + U[2,1]^2 - V[1,1]^2 - V[2,1]^2 = 9" in text, text)
    partial = answer(TANH + "; at a = [1, 1, 1]")
    check("an incomplete point is none", partial["point"] is None)


def test_large():
    data = answer(DEEP)
    check("16-16: counted", data["count"] == "878443498230326779789246464")
    check("16-16: the classes", (data["classes"], data["sought"], data["complete"]) == (837225, "products", "unknown"))
    check_contract(data)
    rows = data["widths"]
    check("16-16: the table counts every class", sum(number(w["classes"]) for w in rows) == number(data["classes"]))
    check("16-16: and every manifold", sum(number(w["manifolds"]) for w in rows) == number(data["count"]))
    check("16-16: by dimension", [w["dimension"] for w in rows] == sorted((w["dimension"] for w in rows), reverse=True))
    check("16-16: the first row", (rows[0]["widths"], rows[0]["dimension"], rows[0]["manifolds"]) == ("16-16", 352, 1))
    check("16-16: orbits of all listed", all(m["orbit_dimension"] == m["dimension"] for m in data["manifolds"]))
    relu = answer("input x[8]; net dense(9) -> relu -> dense(8)")
    check("9 relu neurons: the table", [number(w["manifolds"]) for w in relu["widths"]] == [
        1, 36, 462, 2646, 6951, 7770, 3025, 255, 1])
    text = run("-e", DEEP).stdout
    check("16-16: says that it is not listed", "counted, not listed" in text and "tie layers together" in text)
    huge = run("-e", "input x[100]; net dense(300) -> tanh -> dense(100)", status=4)
    check("too large a model says so", "too large" in huge.stderr, huge.stderr)
    huge = run("-e", "input x[1000]; net dense(3000) -> tanh -> dense(1000)", status=4)
    check("a model past all limits says so", huge.stderr.count("\n") >= 1, huge.stderr)


def test_refusals():
    raw = run("-e", "coords q[2]; field f = [q[2], -q[1]]", status=4)
    check("raw family", "gradient flow" in raw.stderr, raw.stderr)
    metric = run("-e", "param a, b; input x; output a*b*x; flow metric([a, 1])", status=4)
    check("metric flow", "gradient flow" in metric.stderr, metric.stderr)
    run("-e", "param a; output b", status=3)
    run("--picture", "png", "-e", TANH, status=2)
    run("--limit-seconds", "0.000001", "-e", TANH, status=4)


def test_pictures():
    svg = run("--picture=svg", "-e", 'model "a < b & c"; ' + TANH).stdout
    tree = xml.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    check("svg: a box for each class and the ground", len(tree.findall(f".//{space}rect")) == 8)
    wide, high = float(tree.get("width")), float(tree.get("height"))
    inside = all(0 <= float(r.get("x", 0)) and float(r.get("x", 0)) + (0 if r.get("width") == "100%" else
                 float(r.get("width"))) <= wide and float(r.get("y", 0)) <= high for r in tree.iter(f"{space}rect"))
    check("svg: boxes lie in the picture", inside)
    edges = sum(len(m["contains"]) for m in answer(TANH)["manifolds"])
    check("svg: a line for each containment", len(tree.findall(f".//{space}path")) == edges)
    deep = answer("input x[2]; net dense(2) -> tanh -> dense(2) -> tanh -> dense(1)")
    frozen = {m["id"] for m in deep["manifolds"] if m["orbit_bounds"][1] == 0 < m["dimension"]}
    folded = {i for m in deep["manifolds"] if m["id"] in frozen for i in m["contains"]} - {deep["listed"]}
    svg2 = run("--picture=svg", "-e", "input x[2]; net dense(2) -> tanh -> dense(2) -> tanh -> dense(1)").stdout
    check("svg: subspaces of frozen manifolds are left out",
          len(xml.fromstring(svg2).findall(f".//{space}rect")) == 1 + deep["listed"] - len(folded))
    text = run("-e", "input x[2]; net dense(2) -> tanh -> dense(2) -> tanh -> dense(1)").stdout
    check("text: they are counted", f"and {len(folded)} classes of subspaces of frozen ones" in text)
    check("2-2-2-1: the group is complete, so each class is decided", deep["symmetry"]["complete"] == "yes" and
          all(m["induced"] != "unknown" for m in deep["manifolds"]))
    dot = run("--picture=dot", "-e", GELU).stdout
    check("dot: braces match", dot.startswith("digraph") and dot.count("{") == dot.count("}"))
    check("dot: nodes", len(re.findall(r"^  m\d+ \[label=", dot, re.M)) == 7)
    check("svg: the same bytes again", svg == run("--picture=svg", "-e", 'model "a < b & c"; ' + TANH).stdout)


def test_bounded():
    """Middle sizes end by a count of the work; networks too large for nauty are counted by their neurons."""
    data = answer("input x[2]; net dense(6) -> tanh -> dense(6) -> tanh -> dense(1)")
    check("6-6: order", number(data["symmetry"]["order"]) == (2**6 * 720) ** 2)
    check_contract(data)
    text = run("-e", "input x[2]; net dense(60) -> tanh -> dense(60) -> tanh -> dense(1)").stdout
    order = math.factorial(60) ** 2 * 2**120
    check("60-60: order", f"order {order} (signed permutations of the neurons; others were not sought)" in text)
    check("60-60: short lines for cycles", "W1[2,1] -> W1[3,1]" in text and " ... (--json)" in text)
    data = answer("param a, b, c; input x; output a*b*x/c")
    check("no manifold where a divisor is zero", data["complete"] == "yes" and
          not any(e == "c" for m in data["manifolds"] for e in m["equations"]))


def test_interrupt():
    with tempfile.TemporaryFile("w+") as out:
        slow = "input x[20]; net dense(80) -> tanh -> dense(20)"
        with subprocess.Popen([TOOL, "sims", "-e", slow], stdout=out, stderr=subprocess.PIPE, text=True) as child:
            time.sleep(0.7)
            child.send_signal(signal.SIGINT)
            child.communicate(timeout=100)
        check("Ctrl-C ends it", child.returncode in (0, 4, 130), child.returncode)


for test in (test_answers, test_points, test_large, test_refusals, test_pictures, test_bounded, test_interrupt):
    test()
sys.exit(1 if FAILED else 0)
