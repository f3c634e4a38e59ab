"""The checkers of certificates side by side, for the tests: who supports which claim, where one may be stricter, and whether all
verdicts agree.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(TOP, "examples"))
import conslaw_check  # noqa: E402

CLAIMS = set(conslaw_check.CLAIMS)
SECTION = {"growth": "growth", "symmetry": "symmetry", "invariant": "invariant", "involutive": "involutive", "refuted": "refuted"}
LATER = {"growth", "symmetry"}  # claims that came last: a checker that does not know them is asked first, see knows()

# Which claims each checker has. A claim outside this set is rejected, whatever its evidence.
SUPPORTS = {
    "conslaw_check.py": CLAIMS,
    "lieorbit check": CLAIMS,
    "lieorbit-check": CLAIMS,
    "lieorbit-check-verified": CLAIMS,
}

# Where the format leaves a checker the right to be stricter than another one: words of its reasons.
STRICTER = {
    "conslaw_check.py": r"too large|too long|unsupported|an exponent|too many",
    "lieorbit check": r"right-nested|not integers|prime from 128|cannot be decided|cannot be expanded|not followed|not analysed|"
                      r"has inputs that are not integers",
    "lieorbit-check": r"limit|too large|too deep|not supported",
    "lieorbit-check-verified": r"unsupported",
}
# With functions this one has conserved and independent only: then it must verify the laws alone.
FIRST_CLAIM_ALONE = ("lieorbit-check-verified", r"for a model with functions$|functions in laws|members that are not polynomial$")
PATIENCE = 100 if os.environ.get("LIEORBIT_LONG") else 10  # seconds
# With gates, this one keeps gates of equal pre-activations on a subspace apart.
STRICTER_WITH_GATES = ("lieorbit-check-verified", r"refuses: invariant")


def may_be_stricter(name, problem, reason):
    return re.search(STRICTER[name], reason) or (
        name == STRICTER_WITH_GATES[0] and b"path-lifting" in problem and re.search(STRICTER_WITH_GATES[1], reason))


def conserved_alone(certificate):
    """The certificate with the claim conserved and no other; None: it has not this claim."""
    table = json.loads(certificate)
    if "conserved" not in table["claims"]:
        return None
    return dump({**{k: table[k] for k in ("format", "laws", "problem", "version")}, "claims": ["conserved"]})


def digest(problem):
    return hashlib.sha256(problem).hexdigest()


def dump(value):
    return (json.dumps(value, separators=(",", ":"), sort_keys=True) + "\n").encode()


def claims_of(certificate):
    """The claims, or None where the file is not what it should be."""
    try:
        claims = json.loads(certificate)["claims"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return claims if isinstance(claims, list) and all(isinstance(c, str) for c in claims) else None


class Checkers:
    def __init__(self, tool, check=None, verified=None):
        """Paths of programs; None, or one that is not there: left out."""
        self.commands = {"lieorbit check": [tool, "check"]} if tool else {}
        for name, path in (("lieorbit-check", check), ("lieorbit-check-verified", verified)):
            if path and os.access(path, os.X_OK):
                self.commands[name] = [path]
        self.directory = tempfile.TemporaryDirectory(prefix="lieorbit-checkers-")
        self.names = ["conslaw_check.py", *self.commands]
        self.supports = {name: SUPPORTS[name] - {c for c in LATER if not self.knows(name, c)} for name in self.names}

    def run(self, name, problem, certificate, seconds=600):
        """"" when verified, else the reason."""
        if name == "conslaw_check.py":
            return python_verdict(problem, certificate)
        paths = []
        for suffix, data in (("problem", problem), ("cert", certificate)):
            paths.append(os.path.join(self.directory.name, f"x{os.getpid()}.{suffix}"))
            with open(paths[-1], "wb") as file:
                file.write(data)
        try:
            result = subprocess.run(self.commands[name] + paths, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                                    timeout=seconds)
        except subprocess.TimeoutExpired:
            return f"no answer in {seconds} seconds"
        last = (result.stdout.splitlines() or [result.stderr])[-1]
        if (result.returncode, last) == (0, "VERIFIED"):
            return ""
        return last if result.returncode == 1 and last.startswith("NOT VERIFIED: ") else \
            f"BROKEN: exit status {result.returncode}: {last} {result.stderr[-2000:]}"

    def knows(self, name, claim):
        """Whether the checker has a claim that came late, by a certificate that is true."""
        problem = dump({"format": "conslaw-problem", "model": ["param u, v", "input x", "output u*v*x"], "relu": "none",
                        "title": "", "version": 2})
        common = {"format": "conslaw-cert", "problem": digest(problem), "version": 2}
        if claim == "symmetry":
            return self.run(name, problem, dump({**common, "claims": ["symmetry"], "symmetry": [[["1", 1], ["1", 0]]]})) == ""
        return self.run(name, problem, dump({
            **common, "claims": ["rank", "growth"], "growth": [1], "instances": [{"covector": ["1"], "inputs": ["1"]}],
            "point": ["2", "3"], "words": [], "split": {"A": [["0"], ["129"]], "chosen": [0], "mod": "257"}})) == ""

    def weakened(self, name, certificate):
        """The certificate without the claims that this checker does not have; None: nothing is left, or it would not do."""
        table = json.loads(certificate)
        kept = [c for c in table["claims"] if c in self.supports[name]]
        if kept == table["claims"]:
            return certificate
        if not kept or any(c not in SECTION for c in table["claims"] if c not in kept):
            return None
        dropped = {SECTION[c] for c in table["claims"] if c not in kept}
        if "involutive" in dropped and "rank" not in kept:
            dropped |= {"instances", "words"}
        if "refuted" in dropped and not {"independent", "rank"} & set(kept):
            dropped.add("frozen")
        return dump({**{k: v for k, v in table.items() if k not in dropped}, "claims": kept})

    def compare(self, problem, certificate):
        """(verdict, complaints): the verdict of those that support all claims, and what is wrong with the others."""
        claims = claims_of(certificate)
        reasons = {name: self.run(name, problem, certificate) for name in self.names}
        complaints = [f"{name}: {r}" for name, r in reasons.items() if r.startswith("BROKEN")]
        accepting = [name for name, r in reasons.items() if r == ""]
        for name in accepting:
            if claims is None or not set(claims) <= self.supports[name]:
                complaints.append(f"{name} accepts what it does not support")
        for name, r in reasons.items() if accepting else ():
            if r != "" and set(claims or []) <= self.supports[name] and not may_be_stricter(name, problem, r):
                complaints.append(f"{name} says `{r}`, {', '.join(accepting)} VERIFIED")
        return bool(accepting), complaints

    def all_verify(self, problem, certificate, without=()):
        """Complaints: every checker verifies what it supports of a certificate that is true."""
        complaints = []
        for name in self.names:
            if name in without:
                continue
            part = self.weakened(name, certificate)
            reason = "" if part is None else self.run(name, problem, part)
            if reason != "" and not may_be_stricter(name, problem, reason):
                complaints.append(f"{name}: {reason}")
            if reason != "" and name == FIRST_CLAIM_ALONE[0] and re.search(FIRST_CLAIM_ALONE[1], reason):
                part = conserved_alone(certificate)
                reason = "" if part is None else self.run(name, problem, part, PATIENCE)
                if reason != "" and not reason.startswith("no answer"):  # it knows no names for long polynomials
                    complaints.append(f"{name}, the laws alone: {reason}")
        return complaints


def python_verdict(problem, certificate):
    try:
        conslaw_check.Checker(problem, certificate).check()
    except conslaw_check.Reject as reason:
        return str(reason)
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        return f"{type(error).__name__}: {error}"
    return ""
