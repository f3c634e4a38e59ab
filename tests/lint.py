#!/usr/bin/env python3
"""Checks the tree itself: lists of sources, headers, registration of tests, sizes of files, the manual.

Usage: lint.py [--fix-lists] [TOP]        exit status 0 clean, 1 with complaints, one per line

--fix-lists rewrites the lists in the local.mk files and in Makefile.am from what is on disk.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile

# The manual (doc/*.texi) must have a @deftypefun for every LO_API function, with the header's signature, and the
# default of every limit. LINT_MANUAL=no leaves this out.
CHECK_MANUAL = os.environ.get("LINT_MANUAL", "yes") != "no"
LONGEST_FILE = 600
ROOMS = ["base", "model", "family", "algebra", "law", "manifold", "certificate", "report", "tool"]
GENERATED = {"src/model/grammar.c", "src/model/grammar.h", "src/model/lexer.c", "src/model/lexer.h"}

complaints = []


def complain(place, text):
    complaints.append(f"{place}: {text}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def files(*patterns):
    found = {f for pattern in patterns for f in glob.glob(pattern, recursive=True)}
    return sorted(found - GENERATED)


def rooms():
    """Rooms on disk, the known ones first and in their order."""
    on_disk = [d.split("/")[1] for d in sorted(glob.glob("src/*/")) if glob.glob(d + "*.c")]
    return [r for r in ROOMS if r in on_disk] + [r for r in on_disk if r not in ROOMS]


# ---------------------------------------------------------------------------------------------------------------
# Lists
# ---------------------------------------------------------------------------------------------------------------

def lists():
    """(makefile, variable, assignment, members) for every list that --fix-lists keeps."""
    yield "Makefile.am", "lieorbit_include_HEADERS", "=", files("include/lieorbit/*.h")
    for room in rooms():
        name = {"tool": "lieorbit_SOURCES", "check": "libcheck_la_SOURCES"}.get(room, "core_sources")
        members = files(f"src/{room}/*.c", f"src/{room}/*.h")
        if room == "check":
            members = sorted(members + files("src/check/language/*.[ch]"))
            members.remove("src/check/main.c")
        yield f"src/{room}/local.mk", name, "+=" if name == "core_sources" else "=", members
    yield "src/check/verified/local.mk", "EXTRA_DIST", "+=", files("src/check/verified/*.v", "src/check/verified/*.ml", "src/check/verified/*.txt")
    yield "examples/local.mk", "dist_examples_DATA", "=", files("examples/*.lo")
    yield "doc/local.mk", "survey_files", "=", files("doc/survey/*")
    yield "tests/local.mk", "cmocka_tests", "=", [f[:-2] for f in files("tests/test_*.c")]
    yield "tests/local.mk", "script_tests", "=", files("tests/test_*.sh")


def block(variable, assignment):
    return re.compile(rf"^{re.escape(variable)} {re.escape(assignment)}(?: \\\n(?:\t[^\n]*\\\n)*\t[^\n]*\n|[^\n]*\n)", re.M)


def check_lists(fix):
    for makefile, variable, assignment, members in lists():
        if not os.path.exists(makefile):
            complain(makefile, "missing: every room has a local.mk, included by Makefile.am")
            continue
        text = read(makefile)
        match = block(variable, assignment).search(text)
        if match is None:
            complain(makefile, f"no list {variable} {assignment}")
            continue
        if text[match.end():match.end() + 1] == "\t":
            complain(makefile, f"a line after the end of {variable} is no part of it")
        listed = match.group(0).split("=", 1)[1].replace("\\\n", " ").split()
        if listed == members:
            continue
        if fix:
            wanted = f"{variable} {assignment}" + "".join(f" \\\n\t{m}" for m in members) + "\n"
            text = text[:match.start()] + wanted + text[match.end():]
            with open(makefile, "w", encoding="utf-8") as file:
                file.write(text)
            print(f"{makefile}: {variable} rewritten")
            continue
        for member in sorted(set(members) - set(listed)):
            complain(makefile, f"{member} is not listed in {variable} (python3 tests/lint.py --fix-lists)")
        for member in sorted(set(listed) - set(members)):
            complain(makefile, f"{member} is listed in {variable} and not there (python3 tests/lint.py --fix-lists)")
    top = read("Makefile.am")
    for makefile in files("src/**/local.mk", "doc/local.mk", "examples/local.mk", "tests/local.mk"):
        if f"include {makefile}" not in top:
            complain("Makefile.am", f"{makefile} is not included")
    everything = top + "".join(read(f) for f in files("*/local.mk", "src/*/local.mk"))
    for path in files("src/**/*.[lychS]", "tests/*.c", "tests/*.py", "tests/*.sh", "doc/*.texi"):
        stem = path[:-2] if path.startswith("tests/") and path.endswith(".c") else path
        if not re.search(rf"(?<![\w/.-]){re.escape(stem)}(?![\w/-])", everything):
            complain(path, "is named in no local.mk")


# ---------------------------------------------------------------------------------------------------------------
# Headers
# ---------------------------------------------------------------------------------------------------------------

def declarations(path):
    """(line number, name, has a comment directly before it) for every function declared with LO_API."""
    lines = read(path).split("\n")
    for number, line in enumerate(lines):
        if not line.startswith("LO_API"):
            continue
        text = line
        for following in lines[number + 1:]:
            if ";" in text:
                break
            text += " " + following.strip()
        text = re.sub(r"LO_PRINTF\([^)]*\)", "", text)
        match = re.search(r"(\w+)\s*\(", text)
        if match is None:
            complain(f"{path}:{number + 1}", "LO_API on something that is not a function")
            continue
        yield number + 1, match.group(1), number > 0 and lines[number - 1].rstrip().endswith("*/")


def check_headers():
    names = {}
    for path in files("include/lieorbit/*.h"):
        text = read(path)
        if "SPDX-License-Identifier: LGPL-3.0-or-later" not in text:
            complain(path, "no SPDX-License-Identifier")
        if 'extern "C"' not in text and "LO_API" in text:
            complain(path, 'no extern "C"')
        for number, name, commented in declarations(path):
            if not commented:
                complain(f"{path}:{number}", f"{name} has no comment directly before it")
            if not name.startswith("lo_"):
                complain(f"{path}:{number}", f"{name} does not start with lo_")
            if name in names:
                complain(f"{path}:{number}", f"{name} is declared in {names[name]} too")
            names[name] = path
    return names


def compile_headers():
    """Each public header compiles alone, as C11 and, when there is a C++ compiler, as C++."""
    cc = shlex.split(os.environ.get("CC", "cc"))
    cxx = shlex.split(os.environ.get("CXX", "c++"))
    flags = shlex.split(os.environ.get("CPPFLAGS", "")) + ["-Iinclude", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
    languages = [(cc, "c11", "c"), (cxx, "c++11", "cc")]
    for compiler, standard, suffix in languages:
        try:
            subprocess.run(compiler + ["--version"], capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            print(f"note: no {compiler[0]}: headers not tried as {standard}")
            continue
        for path in files("include/lieorbit/*.h"):
            with tempfile.NamedTemporaryFile("w", suffix="." + suffix) as source:
                source.write(f'#include <{path[len("include/"):]}>\nint lo_lint_unused;\n')
                source.flush()
                run = subprocess.run(compiler + [f"-std={standard}", *flags, source.name],
                                     capture_output=True, text=True)
            if run.returncode != 0:
                complain(path, f"does not compile alone as {standard}:\n{run.stderr.rstrip()}")


def signature(text):
    """A declaration with one space between words and none elsewhere."""
    text = re.sub(r"LO_API|LO_MUST_CHECK|LO_PRINTF\([^)]*\)|;.*", " ", text, flags=re.S)
    return re.sub(r"\s*([*(),])\s*", r"\1", " ".join(text.split()))


def check_manual(names):
    if not CHECK_MANUAL:
        return
    manual = "".join(read(f) for f in files("doc/*.texi"))
    documented = {}
    for line in re.findall(r"^@deftypefunx? (.*)$", manual, re.M):
        plain = re.sub(r"@var\{(\w+)\}", r"\1", re.sub(r"^\{([^}]*)\}", r"\1", line))
        documented[re.search(r"(\w+) ?\(", plain).group(1)] = signature(plain)
    declared = {}
    for path in files("include/lieorbit/*.h"):
        for text in re.findall(r"^LO_API[^;]*;", read(path), re.M):
            plain = signature(text)
            declared[re.search(r"(\w+)\(", plain).group(1)] = plain
    for name, path in sorted(names.items()):
        if name not in documented:
            complain(path, f"{name} is not in the manual (@deftypefun in doc/c-interface.texi)")
        elif documented[name] != declared[name]:
            complain("doc/c-interface.texi", f"{documented[name]} is {declared[name]} in {path}")
    for name in sorted(set(documented) - set(names)):
        complain("doc/c-interface.texi", f"{name} is declared in no header")
    for name, value in re.findall(r"limits->(\w+) = (?:\(size_t\) )?([0-9 <]+);", read("src/base/context.c")):
        left, _, shift = value.partition("<<")
        number = int(left) << int(shift or 0)
        if not re.search(rf"^@item @code\{{{name}\}} @tab {number} @tab", manual, re.M):
            complain("doc/command-line.texi", f"the limit {name} is {number} in src/base/context.c")


def check_map(names):
    """The public interface is used by the tool, and nothing else: the arrow from the tool ends at include/."""
    for path in files("src/tool/*.[ch]"):
        for include in re.findall(r'^#include "([^"]+)"', read(path), re.M):
            if "/" in include and not include.startswith("tool/"):
                complain(path, f'includes "{include}": the tool uses the public interface only')


def check_checker():
    """lieorbit-check shares nothing with the library, in neither direction; its reader of models stands alone."""
    for path in files("src/**/*.[chly]", "include/**/*.h"):
        for include in re.findall(r'^\s*#include ["<]([^">]+)', read(path), re.M):
            mine = path.startswith("src/check/")
            if (mine and "/" in include and not include.startswith(("check/", "sys/"))) or \
                    (not mine and include.startswith("check/")):
                complain(path, f"includes {include}: the checker and the library share nothing")
            if path.startswith("src/check/language/") and include.startswith("check/") and "language" not in include:
                complain(path, f"includes {include}: the reader of models needs nothing of the checker")


# ---------------------------------------------------------------------------------------------------------------
# Arrows between rooms, tests, sizes
# ---------------------------------------------------------------------------------------------------------------

def check_arrows():
    for index, room in enumerate(ROOMS):
        if room == "tool":
            continue
        for path in files(f"src/{room}/*.[chly]"):
            for include in re.findall(r'^\s*#include ["<](?:lieorbit/)?(\w+)[/.]', read(path), re.M):
                if include in ROOMS[index + 1:]:
                    complain(path, f"uses the room {include}, which is below {room}")


def check_registration():
    for path in files("tests/test_*.c"):
        text = read(path)
        defined = re.findall(r"^static void (test_\w+)\(void \*\*\w+\)", text, re.M)
        registered = set(re.findall(r"cmocka_unit_test\w*\(\s*(test_\w+)", text))
        for name in sorted(set(defined) - registered):
            complain(path, f"{name} is not registered with cmocka_unit_test")
        if not defined:
            complain(path, "has no test")


def check_sizes():
    for path in files("src/**/*.[chly]", "include/**/*.h", "tests/*.c"):
        lines = read(path).count("\n")
        if lines > LONGEST_FILE:
            complain(path, f"{lines} lines, more than {LONGEST_FILE}: one idea a file")


def check_text():
    for path in files("src/**/*.[chly]", "include/**/*.h", "tests/*.[ch]"):
        for number, line in enumerate(read(path).split("\n"), 1):
            if "\t" in line:
                complain(f"{path}:{number}", "a tab")
            if line != line.rstrip():
                complain(f"{path}:{number}", "space at the end of the line")
    for path in files("doc/*.texi"):
        for number, line in enumerate(read(path).split("\n"), 1):
            if re.search(r"\\(dn|up)\{", line):
                complain(f"{path}:{number}", "an index is written @dn{..}, an exponent @up{..}")
    for path in files("src/**/local.mk", "tests/local.mk", "doc/local.mk", "NEWS"):
        if re.search(r"^(<<<<<<<|>>>>>>>) ", read(path), re.M):
            complain(path, "a conflict that was not resolved")


def check_version():
    version = re.search(r"AC_INIT\(\[lieorbit\], \[([^]]+)\]", read("configure.ac")).group(1)
    fallback = re.search(r'#define LO_VERSION "([^"]+)"', read("src/base/context.c"))
    if fallback and fallback.group(1) != version:
        complain("src/base/context.c", f"LO_VERSION {fallback.group(1)} is not configure.ac's {version}")
    if version not in read("NEWS"):
        complain("NEWS", f"does not mention version {version}")


def main():
    arguments = [a for a in sys.argv[1:] if a != "--fix-lists"]
    fix = "--fix-lists" in sys.argv[1:]
    os.chdir(arguments[0] if arguments else os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    check_lists(fix)
    names = check_headers()
    check_map(names)
    check_checker()
    check_arrows()
    check_registration()
    check_sizes()
    check_text()
    check_version()
    check_manual(names)
    if not fix:
        compile_headers()
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
