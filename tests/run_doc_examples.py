#!/usr/bin/env python3
"""Runs the console examples of README.md and doc/*.texi and compares what they print with what the text says.

Usage: run_doc_examples.py [--update] [--tool PATH] [--top DIRECTORY] [FILE...]

An example is a fenced block of README.md, or an @example of a .texi file, whose first line is a command,
`$ lieorbit ...` (or `$ printf ... | lieorbit ...`). In it every line `$ COMMAND` is run by sh in the top source
directory, with `lieorbit` being the tool under test; a command ending in a backslash goes on in the next line;
`$ echo $?` gives the status of the command before. The lines after a command are what it prints, on standard
output and standard error together. A line `...` stands for any lines, `...` inside a line for any text (@dots{} in
Texinfo), and times in seconds are not compared. A @c line directly in front of an example saying
`@c no-test` (in README: `<!-- no-test -->`) leaves it out.

--update rewrites what differs, in place. Exit status 0: all agree; 1: some do not.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import argparse
import difflib
import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile

COMMAND = re.compile(r"\$ (lieorbit\b|(printf|echo|cat)\b[^|]*\| *lieorbit\b)")
SECONDS = [
    (re.compile(r'("seconds": *)[0-9.eE+-]+'), r"\g<1>0"),
    (re.compile(r"\b[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?( ?(?:s|ms|seconds?)\b)"), r"0\g<1>"),
]
TIME_LIMIT = 120


class Markdown:
    """Fenced blocks."""

    start = re.compile(r"^```\w*$")
    end = re.compile(r"^```$")
    skip = re.compile(r"^<!-- no-test -->$")

    @staticmethod
    def plain(line):
        return line

    @staticmethod
    def marked(line):
        return line


class Texinfo:
    """@example blocks, where @, { and } are escaped; @group lines are kept out of the comparison."""

    start = re.compile(r"^@(small)?example$")
    end = re.compile(r"^@end (small)?example$")
    skip = re.compile(r"^@c no-test$")

    @staticmethod
    def plain(line):
        return re.sub(r"@([@{}])", r"\1", line.replace("@dots{}", "..."))

    @staticmethod
    def marked(line):
        return re.sub(r"([@{}])", r"@\1", line)


def examples(lines, kind):
    """(first, last) line indices of the bodies of examples: lines[first:last]."""
    index = 0
    while index < len(lines):
        if kind.start.match(lines[index]) is None:
            index += 1
            continue
        first = last = index + 1
        while last < len(lines) and kind.end.match(lines[last]) is None:
            last += 1
        body = [line for line in lines[first:last] if line not in ("@group", "@end group")]
        wanted = index == 0 or kind.skip.match(lines[index - 1]) is None
        if wanted and body and COMMAND.match(kind.plain(body[0])):
            yield first, last, body
        index = last + 1


def steps(body):
    """[command lines, output lines] for each command of an example."""
    result = []
    open_command = False
    for line in body:
        if open_command:
            result[-1][0].append(line)
        elif line.startswith("$ "):
            result.append([[line], []])
        else:
            result[-1][1].append(line)
            continue
        open_command = line.endswith("\\")
    return result


def run(command, status, environment, top):
    """Runs one command line; returns its output lines and exit status."""
    script = f"(exit {status})\n{command}\n"
    try:
        done = subprocess.run(["sh", "-c", script], cwd=top, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        return [f"(no answer within {TIME_LIMIT} s)"], 124
    return done.stdout.decode("utf-8", "replace").split("\n")[:-1] or [], done.returncode


def timeless(line):
    for pattern, replacement in SECONDS:
        line = pattern.sub(replacement, line)
    return line


def line_agrees(expected, printed):
    expected, printed = timeless(expected), timeless(printed)
    if "..." not in expected:
        return expected == printed
    return re.fullmatch(".*".join(map(re.escape, expected.split("..."))), printed) is not None


def agrees(expected, printed):
    """Whether the printed lines are what the text says; a line `...` stands for any number of lines."""
    reachable = {0}  # how many printed lines the expected lines so far can account for
    for line in expected:
        if line.strip() == "...":
            reachable = set(range(min(reachable, default=len(printed) + 1), len(printed) + 1))
        else:
            reachable = {n + 1 for n in reachable if n < len(printed) and line_agrees(line, printed[n])}
    return len(printed) in reachable


def check(path, top, environment, update):
    """Runs the examples of one file. Returns (examples run, examples that disagree)."""
    kind = Texinfo if path.endswith(".texi") else Markdown
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    rewritten, position, count, wrong = [], 0, 0, 0
    for first, last, body in list(examples(lines, kind)):
        count += 1
        new_body, same, status = [], True, 0
        for command_lines, expected in steps(body):
            command = "\n".join(kind.plain(line) for line in command_lines)[2:]
            printed, status = run(command, status, environment, top)
            plain = [kind.plain(line) for line in expected]
            new_body += command_lines
            if agrees(plain, printed):
                new_body += expected
                continue
            same = False
            new_body += [kind.marked(line) for line in printed]
            if not update:
                print(f"{path}:{first + 1}: $ {command}")
                print("\n".join(difflib.unified_diff(plain, printed, "the text says", "the tool prints", lineterm="")))
        if not same:
            wrong += 1
        if update and not same:
            rewritten += lines[position:first] + new_body
            position = last
            print(f"{path}:{first + 1}: rewritten")
    if update and wrong:
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(rewritten + lines[position:]))
        wrong = 0
    return count, wrong


def main():
    parser = argparse.ArgumentParser(description="Runs the console examples of the README and the manual.")
    parser.add_argument("--update", action="store_true", help="rewrite outputs in place")
    parser.add_argument("--tool", default=os.environ.get("LIEORBIT", "build/lieorbit"), help="the built lieorbit")
    parser.add_argument("--top", default=os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("files", nargs="*", help="default: README.md and doc/*.texi of the top directory")
    options = parser.parse_args()
    tool = os.path.abspath(options.tool)
    if not os.access(tool, os.X_OK):
        sys.exit(f"{tool}: not there; build it first, or set LIEORBIT")
    paths = options.files or [os.path.join(options.top, "README.md"), *sorted(glob.glob(f"{options.top}/doc/*.texi"))]
    total = wrong = 0
    with tempfile.TemporaryDirectory() as directory:
        wrapper = os.path.join(directory, "lieorbit")
        with open(wrapper, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\nexec {shlex.quote(tool)} "$@"\n')
        os.chmod(wrapper, 0o755)
        environment = dict(os.environ, PATH=f"{directory}:{os.environ['PATH']}", LC_ALL="C.UTF-8", NO_COLOR="1")
        for path in paths:
            here = check(path, options.top, environment, options.update)
            total, wrong = total + here[0], wrong + here[1]
    print(f"{total} examples, {wrong} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
