"""The checkers of certificates side by side, for the tests: where one may be stricter, and whether all verdicts agree.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import ctypes
import hashlib
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(TOP, "examples"))
import conslaw_check  # noqa: E402

CLAIMS = set(conslaw_check.CLAIMS)  # every checker has them all; a certificate with another is rejected, whatever its evidence

# Where the format leaves a checker the right to be stricter than another one: words of its reasons.
STRICTER = {
    "conslaw_check.py": r"too large|too long|unsupported|an exponent|too many|not followed|"
                        r"an inverse modulo N does not exist|square root or a logarithm of zero",
    "lieorbit check": r"right-nested|not integers|prime from 128|cannot be decided|cannot be expanded|not followed|not analysed|"
                      r"has inputs that are not integers|coefficients are malformed|two of erf, softplus and gelu",
    "lieorbit-check": r"limit|too large|too deep|not supported|not followed|square root or a logarithm of zero|"
                      r"logarithm of a number that is not positive",
    "lieorbit-check-verified": r"unsupported|limit|a law with a unit",
}
# With functions this one has not all claims, and no brackets and irrational numbers: then it must verify the laws alone.
FIRST_CLAIM_ALONE = ("lieorbit-check-verified", r"for a model with functions$|functions in laws|members that are not polynomial$")
LAWS_ALONE = 100 if os.environ.get("LIEORBIT_LONG") else 10  # seconds
# On a subspace, this one has no divisors, roots and logarithms of zero, and the gates of windows of their entries in order.
STRICTER_ON_SUBSPACES = ("lieorbit-check-verified", r"refuses: invariant", rb"max|norm|sqrt|log|/")


# Of expressions with functions, where values and derivatives may be rational all the same.
FUNCTIONS = rb'"(expression|q)":"[^"]*(exp|log|sin|cos|tanh|sigmoid|sqrt)\('
STRICTER_WITH_FUNCTIONS = {"lieorbit check": r"not rational at the witness", "lieorbit-check-verified": r"refuses: refuted"}


def may_be_stricter(name, problem, certificate, reason):
    if re.search(FUNCTIONS, certificate) and re.search(STRICTER_WITH_FUNCTIONS.get(name, "^$"), reason):
        return True
    return re.search(STRICTER[name], reason) or (
        name == STRICTER_ON_SUBSPACES[0] and re.search(STRICTER_ON_SUBSPACES[1], reason) and
        re.search(STRICTER_ON_SUBSPACES[2], problem))


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


PATIENCE = 600  # seconds for one certificate


class Server:
    """A checker that is started and linked once (tests/forkserver.c) and then runs anew for each pair."""

    def __init__(self, name, command, directory, library):
        self.paths = [os.path.join(directory, f"{name}{os.getpid()}.{suffix}") for suffix in ("problem", "cert", "output")]
        environment = {**os.environ, "LD_PRELOAD": library, "LIEORBIT_SERVE": os.path.basename(command[0]),
                       "LIEORBIT_SERVE_OUTPUT": self.paths[2], "OCAMLRUNPARAM": "s=32k",  # a heap of few pages
                       "ASAN_OPTIONS": "verify_asan_link_order=0:" + os.environ.get("ASAN_OPTIONS", "")}
        self.problem = None
        self.process = subprocess.Popen([*command, *self.paths[:2]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
                                        env=environment)

    def run(self, problem, certificate):
        """(exit status, output)"""
        for path, data in ((self.paths[0], problem), (self.paths[1], certificate)):
            if path == self.paths[1] or self.problem != problem:
                with open(path, "wb") as file:
                    file.write(data)
        self.problem = problem
        self.process.stdin.write(b"1")
        if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
            self.stop()
            raise subprocess.TimeoutExpired("a checker", PATIENCE)
        line = self.process.stdout.readline()
        with open(self.paths[2], encoding="utf-8", errors="replace") as file:
            return os.waitstatus_to_exitcode(int(line)), file.read()

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.terminate()
        self.process.wait()


def forkserver(directory):
    """The library that makes servers of programs, or None where that is not possible."""
    if not sys.platform.startswith("linux"):
        return None
    path = os.path.join(directory, "forkserver.so")
    command = (os.environ.get("CC") or "cc").split()
    try:
        built = subprocess.run([*command, "-shared", "-fPIC", "-o", path, os.path.join(TOP, "tests", "forkserver.c")],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    return path if built.returncode == 0 else None


class Inside:
    """A checker written in C as a function in this process (tests/inside.c)."""

    def __init__(self, library, symbol, seconds):
        self.call, self.seconds = getattr(library, symbol), seconds

    def run(self, problem, certificate):
        reason = ctypes.create_string_buffer(b"no reason", 500)
        good = self.call(problem, ctypes.c_size_t(len(problem)), certificate, ctypes.c_size_t(len(certificate)), reason,
                         ctypes.c_size_t(500), ctypes.c_long(self.seconds))
        return "" if good else f"NOT VERIFIED: {reason.value.decode(errors='replace')}"


class Driver:
    """The verified checker in one process for many certificates (tests/serve_verified.ml)."""

    def __init__(self, directory, verified, seconds):
        built, self.seconds, program = os.path.join(os.path.dirname(verified), "verified.build"), seconds, os.path.join(directory, "serve")
        source = os.path.join(directory, "serve.ml")
        shutil.copy(os.path.join(TOP, "tests", "serve_verified.ml"), source)
        objects = [os.path.join(built, f"{m}.cmx") for m in ("kernel", "json", "sha256", "elaborate", "certificate", "main")]
        subprocess.run(["ocamlfind", "ocamlopt", "-linkpkg", "-package", "zarith,unix", "-w", "-a", "-I", built, "-o", program,
                        *objects, source], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.paths = [os.path.join(directory, f"driver.{suffix}") for suffix in ("problem", "cert")]
        self.process = subprocess.Popen([program, "--help"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(self, problem, certificate):
        for path, data in zip(self.paths, (problem, certificate)):
            with open(path, "wb") as file:
                file.write(data)
        self.process.stdin.write("\t".join([*self.paths, str(self.seconds)]).encode() + b"\n")
        self.process.stdin.flush()

    def receive(self):
        for line in self.process.stdout:
            if line.startswith(b"\t"):
                return "" if line == b"\tVERIFIED\n" else line.decode().strip()
        return "BROKEN: the driver has ended"

    def run(self, problem, certificate):
        self.send(problem, certificate)
        return self.receive()

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def verdict(status, output):
    """"" when verified, else the reason."""
    last = (output.splitlines() or [""])[-1]
    if (status, last) == (0, "VERIFIED"):
        return ""
    return last if status == 1 and last.startswith("NOT VERIFIED: ") else f"BROKEN: exit status {status}: {output[-2000:]}"


class Checkers:
    def __init__(self, tool, check=None, verified=None, seconds=600):
        """Paths of programs; None, or one that is not there: left out. After some seconds they give up."""
        self.inside, self.driver = {}, None
        self.seconds = seconds if threading.current_thread() is threading.main_thread() else 0
        limit = f"--limit-seconds={seconds}"
        self.commands = {"lieorbit check": [tool, "check", limit]} if tool else {}
        for name, path in (("lieorbit-check", check), ("lieorbit-check-verified", verified)):
            if path and os.access(path, os.X_OK):
                self.commands[name] = [path, limit]
        self.directory = tempfile.TemporaryDirectory(prefix="lieorbit-checkers-")
        self.servers = {}
        library = forkserver(self.directory.name)
        for name, command in self.commands.items() if library else ():
            self.servers[name] = Server(name.replace(" ", "-"), command, self.directory.name, library)
        self.names = ["conslaw_check.py", *self.commands]

    def go_inside(self, check, verified):
        """From here on the checkers run without processes of their own, where that is possible."""
        if os.environ.get("SANITIZED", "").strip():
            return
        try:
            library = ctypes.CDLL(os.path.join(os.path.dirname(check), "tests", ".libs", "inside.so"))
            self.inside["lieorbit-check"] = Inside(library, "inside_check", self.seconds)
            self.inside["lieorbit check"] = Inside(library, "inside_lieorbit", self.seconds)
        except (OSError, AttributeError, TypeError) as error:
            print(f"# not inside: {error}")
        try:
            self.inside["lieorbit-check-verified"] = self.driver = Driver(self.directory.name, verified, self.seconds)
        except (OSError, TypeError, subprocess.SubprocessError) as error:
            print(f"# no driver: {error}")

    def run(self, name, problem, certificate):
        """"" when verified, else the reason."""
        if name == "conslaw_check.py":
            return python_verdict(problem, certificate, self.seconds)
        if name in self.inside:
            return self.inside[name].run(problem, certificate)
        if name in self.servers:
            status, output = self.servers[name].run(problem, certificate)
        else:
            status, output = self.run_process(name, problem, certificate)
        return verdict(status, output)

    def run_process(self, name, problem, certificate, seconds=PATIENCE):
        """(exit status, output)"""
        paths = []
        for suffix, data in (("problem", problem), ("cert", certificate)):
            paths.append(os.path.join(self.directory.name, f"x{os.getpid()}.{suffix}"))
            with open(paths[-1], "wb") as file:
                file.write(data)
        result = subprocess.run(self.commands[name] + paths, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                                timeout=seconds)
        return result.returncode, result.stdout + result.stderr

    def laws_alone(self, name, problem, certificate):
        """The verdict, or "" when there is none in time: this one has no names for long polynomials."""
        try:
            return verdict(*self.run_process(name, problem, certificate, LAWS_ALONE))
        except subprocess.TimeoutExpired:
            return ""

    def close(self):
        for server in [*self.servers.values(), *([self.driver] if self.driver else [])]:
            server.stop()
        self.directory.cleanup()

    def compare(self, problem, certificate, names=None):
        """(verdict, complaints): whether one of them verifies, and what is wrong with the others.
        In: names, of the checkers that are asked; the others are if one of them verifies."""
        claims = claims_of(certificate)
        names = names or self.names
        ahead = "lieorbit-check-verified" if self.driver and "lieorbit-check-verified" in names else None
        if ahead:
            self.driver.send(problem, certificate)  # it works while the others do
        reasons = {name: self.run(name, problem, certificate) for name in names if name != ahead}
        reasons |= {ahead: self.driver.receive()} if ahead else {}
        if "" in reasons.values():
            reasons |= {name: self.run(name, problem, certificate) for name in self.names if name not in reasons}
        complaints = [f"{name}: {r}" for name, r in reasons.items() if r.startswith("BROKEN")]
        accepting = [name for name, r in reasons.items() if r == ""]
        for name in accepting:
            if claims is None or not set(claims) <= CLAIMS:
                complaints.append(f"{name} accepts what it does not support")
        for name, r in reasons.items() if accepting else ():
            if r != "" and not may_be_stricter(name, problem, certificate, r):
                complaints.append(f"{name} says `{r}`, {', '.join(accepting)} VERIFIED")
        return bool(accepting), complaints

    def all_verify(self, problem, certificate, without=()):
        """Complaints: every checker verifies a certificate that is true, or says why it may not."""
        complaints = []
        for name in self.names:
            if name in without:
                continue
            reason = self.run(name, problem, certificate)
            if reason != "" and not may_be_stricter(name, problem, certificate, reason):
                complaints.append(f"{name}: {reason}")
            if reason != "" and name == FIRST_CLAIM_ALONE[0] and re.search(FIRST_CLAIM_ALONE[1], reason):
                part = conserved_alone(certificate)
                reason = "" if part is None else self.laws_alone(name, problem, part)
                if reason != "" and not may_be_stricter(name, problem, certificate, reason):
                    complaints.append(f"{name}, the laws alone: {reason}")
        return complaints


def too_late(*_):
    raise conslaw_check.Reject("the time is too long")


def python_verdict(problem, certificate, seconds=0):
    """In: seconds, after which it gives up; 0 for never, or outside of the main thread."""
    try:
        if seconds:
            signal.signal(signal.SIGALRM, too_late)
            signal.setitimer(signal.ITIMER_REAL, seconds)
        conslaw_check.Checker(problem, certificate).check()
    except conslaw_check.Reject as reason:
        return str(reason)
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        if seconds:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return ""
