"""Ways to corrupt a certificate, each with a name: what a checker may be fooled by, at every leaf, list and object.

places(certificate) are all of them, and mutants(certificate, problem) all texts that one way at one place makes of it.
The list is that of the specification: forms of numbers, of text and of files; indices; matrices; sections; claims; laws.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import copy
import json
import re
from fractions import Fraction

CLAIMS = ("conserved", "independent", "rank", "complete", "units", "invariant", "refuted", "involutive", "growth", "symmetry")
N = 2 ** 61 - 31  # the modulus of make_certificates.py
NUMBER = re.compile(r"-?[0-9]+(/[0-9]+)?")


class Raw(str):
    """Text that goes into the certificate as it is."""


def emit(j):
    if isinstance(j, Raw):
        return str(j)
    if isinstance(j, dict):
        return "{" + ",".join(f'"{k}":{emit(v)}' for k, v in j.items()) + "}"
    if isinstance(j, list):
        return "[" + ",".join(map(emit, j)) + "]"
    return str(j) if isinstance(j, int) else f'"{j}"'


def canonical(j):
    """Keys in order, everywhere."""
    if isinstance(j, dict):
        return {k: canonical(v) for k, v in sorted(j.items())}
    return [canonical(v) for v in j] if isinstance(j, list) else j


def places(j, path=()):
    yield path
    items = j.items() if isinstance(j, dict) else enumerate(j) if isinstance(j, list) else ()
    for k, v in items:
        yield from places(v, path + (k,))


def at(j, path):
    for k in path:
        j = j[k]
    return j


def replaced(cert, path, new):
    """The certificate with another value at one place; the rest is shared."""
    if not path:
        return new
    cert = copy.copy(cert)
    cert[path[0]] = replaced(cert[path[0]], path[1:], new)
    return cert


def text_of(cert):
    return (emit(cert) + "\n").encode("utf-8", "surrogatepass")


# ---------------------------------------------------------------------------------------------------------------
# One way is a function of the value, which gives another value
# ---------------------------------------------------------------------------------------------------------------

def rational(q):
    return str(q.numerator) if q.denominator == 1 else f"{q.numerator}/{q.denominator}"


def of_fraction(f):
    def way(v):
        return rational(f(Fraction(v)))
    return way


def digits(zero):
    """The same number in the digits of another script."""
    return lambda v: re.sub("[0-9]", lambda d: chr(ord(zero) + int(d[0])), v)


def deep(v, depth=20):
    return Raw("[" * depth + emit(v) + "]" * depth)


def with_escape(v):
    """The same text, its first letter written by its number."""
    return Raw(f'"\\u00{ord(v[0]):02x}{v[1:]}"')


def entries(v, f):
    """All numbers in a list, at any depth, replaced."""
    if isinstance(v, list):
        return [entries(x, f) for x in v]
    if isinstance(v, dict):
        return {k: entries(x, f) for k, x in v.items()}
    return f(v) if isinstance(v, str) and NUMBER.fullmatch(v) else v


def is_matrix(v):
    return len(v) > 0 and all(isinstance(row, list) and row for row in v)


ANY = {
    "in a list": lambda v: [v],
    "in an object": lambda v: {"zz": v},
    "in twenty lists": deep,
    "true": lambda v: Raw("true"),
    "false": lambda v: Raw("false"),
    "null": lambda v: Raw("null"),
    "empty text": lambda v: "",
    "the number 0": lambda v: 0,
    "the number 0 as text": lambda v: "0",
    "the number 1": lambda v: 1,
    "the number 1 as text": lambda v: "1",
    "empty list": lambda v: [],
    "empty object": lambda v: {},
    "a space before": lambda v: Raw(" " + emit(v)),
    "a newline before": lambda v: Raw("\n" + emit(v)),
    "nothing": lambda v: Raw(""),
}

INTEGER = {
    "one more": lambda v: v + 1,
    "one less": lambda v: v - 1 if v else Raw("-1"),
    "negative": lambda v: Raw(f"-{v}"),
    "nine digits": lambda v: 999999999,
    "ten digits": lambda v: Raw("1000000000"),
    "plus 2^32": lambda v: Raw(str(v + 2 ** 32)),
    "plus 2^64": lambda v: Raw(str(v + 2 ** 64)),
    "with a point": lambda v: Raw(f"{v}.0"),
    "with an exponent": lambda v: Raw(f"{v}e0"),
    "leading zero": lambda v: Raw(f"0{v}"),
    "plus sign": lambda v: Raw(f"+{v}"),
    "hexadecimal": lambda v: Raw(hex(v)),
    "as text": str,
}

RATIONAL = {
    "one more": of_fraction(lambda q: q + 1),
    "one less": of_fraction(lambda q: q - 1),
    "negated": of_fraction(lambda q: -q),
    "twice": of_fraction(lambda q: 2 * q),
    "half": of_fraction(lambda q: q / 2),
    "inverse": of_fraction(lambda q: 1 / q),
    "plus 2^64": of_fraction(lambda q: q + 2 ** 64),
    "a digit more": lambda v: v + "0",
    "a digit less": lambda v: v[:-1],
    "first digit lost": lambda v: v[1:],
    "minus before": lambda v: "-" + v,
    "-0": lambda v: "-0",
    "0/2": lambda v: "0/2",
    "1/0": lambda v: "1/0",
    "2/4": lambda v: "2/4",
    "1/-2": lambda v: "1/-2",
    "not in lowest terms": lambda v: f"{2 * Fraction(v).numerator}/{2 * Fraction(v).denominator}",
    "over 1": lambda v: v + "/1",
    "plus sign": lambda v: "+" + v,
    "leading zero": lambda v: "0" + v,
    "underscore": lambda v: f"{v[0]}_{v[1:]}",
    "arabic digits": digits("\u0660"),
    "full-width digits": digits("\uff10"),
    "space after": lambda v: v + " ",
    "space within": lambda v: " " + v,
    "newline within": lambda v: v + "\n",
    "NUL within": lambda v: v + "\0",
    "with a point": lambda v: v + ".0",
    "with an exponent": lambda v: v + "e0",
    "hexadecimal": lambda v: "0x" + v,
    "NaN": lambda v: "NaN",
    "NaN, no text": lambda v: Raw("NaN"),
    "Infinity": lambda v: "Infinity",
    "with an escape": with_escape,
    "no text": Raw,
}

MODULUS = {f"modulus {name}": lambda v, n=name: n for name in (
    "-1", "2", "4", "5", "257", "341", "1000003", str(2 ** 61), str(2 ** 61 - 1), str(N - 2), str((2 ** 31 - 1) * (2 ** 29 - 3)))}

WORD = {
    "a letter more": lambda v: v + "z",
    "a letter less": lambda v: v[:-1],
    "in capitals": str.upper,
    "space after": lambda v: v + " ",
    "with an escape": with_escape,
    "with a letter like another": lambda v: v.replace("e", "\u0435").replace("a", "\u0430"),
    "another digest": lambda v: v[::-1],
}

EXPRESSION = {
    "twice": lambda v: f"2*({v})",
    "square": lambda v: f"({v})^2",
    "negated": lambda v: f"-({v})",
    "plus a constant": lambda v: f"{v} + 1",
    "constant": lambda v: "7",
    "nothing": lambda v: f"({v}) - ({v})",
    "itself over itself": lambda v: f"({v})/({v})",
    "over zero": lambda v: f"({v})/(({v}) - ({v}))",
    "inverse": lambda v: f"1/({v})",
    "logarithm": lambda v: f"log({v})",
    "exponential": lambda v: f"exp({v})",
    "root of its square": lambda v: f"sqrt(({v})^2)",
    "arbitrary function of it": lambda v: f"generic({v})",
    "tanh of it": lambda v: f"tanh({v})",
    "relu of it": lambda v: f"relu({v})",
    "N times": lambda v: f"{N}*({v})",
    "power N": lambda v: f"({v})^{N}",
    "plus N times a coordinate": lambda v: f"{N}*{coordinate(v)} + {v}",
    "plus the power N of a coordinate": lambda v: f"{v} + {coordinate(v)}^{N}",
    "tower": lambda v: f"(((({v})^1000)^1000)^1000)^1000",
    "power 0": lambda v: f"({v})^0",
    "plus a coordinate": lambda v: f"{v} + {coordinate(v)}",
    "times a coordinate": lambda v: f"({v})*{coordinate(v)}",
    "plus an input": lambda v: f"{v} + x[1]",
    "plus an input that cancels": lambda v: f"{v} + x[1] - x[1]",
    "plus an unknown name": lambda v: f"{v} + zz",
    "plus a name of time": lambda v: f"{v} + t",
    "signs exchanged": lambda v: v.replace("+", "#").replace("-", "+").replace("#", "-"),
    "all signs plus": lambda v: v.replace("-", "+"),
    "one less in an exponent": lambda v: v.replace("^2", "^1"),
    "indices transposed": lambda v: re.sub(r"\[(\d),(\d)\]", r"[\2,\1]", v),
    "indices from 0": lambda v: re.sub(r"\[1", "[0", v),
    "another index": lambda v: v.replace("[1", "[2"),
    "index out of range": lambda v: re.sub(r"\[1", "[9", v),
    "first term lost": lambda v: re.sub(r"^[^+-]*[+-]", "", v),
    "last term lost": lambda v: re.sub(r" [+-] [^+-]*$", "", v),
    "operator at the end": lambda v: v + " +",
    "bracket open": lambda v: "(" + v,
    "bracket closed": lambda v: v + ")",
    "deep brackets": lambda v: "(" * 60000 + v + ")" * 60000,
    "newline within": lambda v: v + "\n",
    "comment": lambda v: v + " # 1",
    "two expressions": lambda v: v + ", " + v,
    "a vector": lambda v: f"[{v}]",
    "decimals": lambda v: f"1.0*({v})",
    "number 1_0": lambda v: f"1_0*({v})",
    "zero over zero": lambda v: f"{v} + 0/0",
    "a letter less": lambda v: v[:-1],
}


def coordinate(v):
    """The first name in an expression, with its indices."""
    found = re.search(r"[A-Za-z]\w*(\[[\d,]+\])?(?!\w|\()", v)
    return found[0] if found else "x"


LIST = {
    "reversed": lambda v: v[::-1],
    "turned": lambda v: v[1:] + v[:1],
    "first again": lambda v: v + v[:1],
    "without the first": lambda v: v[1:],
    "without the last": lambda v: v[:-1],
    "the first only": lambda v: v[:1],
    "a text more": lambda v: v + ["0"],
    "a number more": lambda v: v + [0],
    "a list more": lambda v: v + [[]],
    "an object more": lambda v: v + [{}],
    "comma at the end": lambda v: Raw(emit(v)[:-1] + ",]"),
    "comma at the start": lambda v: Raw("[," + emit(v)[1:]),
    "not closed": lambda v: Raw(emit(v)[:-1]),
    "all zero": lambda v: entries(v, lambda x: "0"),
    "all one": lambda v: entries(v, lambda x: "1"),
    "all negated": lambda v: entries(v, lambda x: rational(-Fraction(x))),
    "all twice": lambda v: entries(v, lambda x: rational(2 * Fraction(x))),
    "as an object": lambda v: {str(i): x for i, x in enumerate(v)},
}

MATRIX = {
    "transposed": lambda v: [list(column) for column in zip(*v)],
    "first row shorter": lambda v: [v[0][:-1]] + v[1:],
    "last row longer": lambda v: v[:-1] + [v[-1] + ["0"]],
    "flat": lambda v: [x for row in v for x in row],
    "columns reversed": lambda v: [row[::-1] for row in v],
    "without the last column": lambda v: [row[:-1] for row in v],
    "first row everywhere": lambda v: [v[0] for _ in v],
}

OBJECT = {
    "an unknown key": lambda v: {**v, "zz": "1"},
    "an empty key": lambda v: {"": "1", **v},
    "keys reversed": lambda v: dict(reversed(v.items())),
    "comma at the end": lambda v: Raw(emit(v)[:-1] + ",}"),
    "not closed": lambda v: Raw(emit(v)[:-1]),
    "all zero": lambda v: entries(v, lambda x: "0"),
    "as a list": lambda v: list(v.values()),
}

# Of an element and its neighbours in a list, given (list, index); the result takes the place of the list.
ELEMENT = {
    "removed": lambda l, i: l[:i] + l[i + 1:],
    "again": lambda l, i: l[:i + 1] + l[i:],
    "exchanged with the next": lambda l, i: l[:i] + [l[i + 1], l[i]] + l[i + 2:],
    "the next instead": lambda l, i: l[:i] + [l[i + 1]] + l[i + 1:],
    "the one before instead": lambda l, i: l[:i] + [l[i - 1] if i else l[len(l)]] + l[i + 1:],
}

# Likewise of a key, given (object, key).
MEMBER = {
    "removed": lambda o, k: {x: y for x, y in o.items() if x != k},
    "renamed": lambda o, k: {("zz" if x == k else x): y for x, y in o.items()},
    "in capitals": lambda o, k: {(x.upper() if x == k else x): y for x, y in o.items()},
    "key twice": lambda o, k: Raw(emit(o)[:-1] + f',"{k}":{emit(o[k])}' + "}"),
    "key twice side by side": lambda o, k: Raw(emit(o).replace(f'"{k}":', f'"{k}":{emit(o[k])},"{k}":', 1)),
    "key twice with two values": lambda o, k: Raw(emit(o).replace(f'"{k}":', f'"{k}":"0","{k}":', 1)),
    "key without quotes": lambda o, k: Raw(emit(o).replace(f'"{k}":', f"{k}:", 1)),
    "the first in order": lambda o, k: {k: o[k], **o},
}

FILE = {
    "byte order mark": lambda t: b"\xef\xbb\xbf" + t,
    "UTF-16": lambda t: t.decode().encode("utf-16"),
    "a letter beyond ASCII": lambda t: t.replace(b"conslaw", "c\u00f6nslaw".encode(), 1),
    "carriage returns": lambda t: t.replace(b",", b",\r\n"),
    "tabs": lambda t: t.replace(b",", b",\t"),
    "spaces between tokens": lambda t: t.replace(b":", b": "),
    "newlines between tokens": lambda t: t.replace(b",", b",\n"),
    "NUL at the end": lambda t: t + b"\0",
    "data at the end": lambda t: t + b"{}\n",
    "itself again": lambda t: t + t,
    "a second newline": lambda t: t + b"\n",
    "no newline": lambda t: t[:-1],
    "without the last bracket": lambda t: t[:-2] + b"\n",
    "half": lambda t: t[:len(t) // 2],
    "half and a newline": lambda t: t[:len(t) // 2] + b"\n",
    "empty": lambda t: b"",
    "a newline only": lambda t: b"\n",
    "100000 brackets": lambda t: b"[" * 100000 + b"]" * 100000 + b"\n",
    "100000 open brackets": lambda t: b"[" * 100000 + b"\n",
    "version 1": lambda t: t.replace(b'"version":2', b'"version":1'),
    "version 3": lambda t: t.replace(b'"version":2', b'"version":3'),
}


def claim_ways(cert):
    """Other claims on the same evidence: stronger ones, weaker ones with and without what they need."""
    claims = cert["claims"]
    for c in CLAIMS:
        if c in claims:
            rest = [x for x in claims if x != c]
            yield f"{c} dropped with its section", {k: v for k, v in cert.items() if k not in SECTIONS.get(c, (c,))} | {"claims": rest}
            split = {k: v for k, v in cert.get("split", {}).items() if k not in {"rank": ("A", "chosen", "root", "roots"), "independent": "C"}.get(c, ())}
            if c in ("rank", "independent") and len(split) > 1:
                weak = [x for x in rest if x not in ("complete", *(("growth",) if c == "rank" else ()))]
                gone = {"instances", "words", "growth"} if c == "rank" else set()
                yield f"{c} dropped with its evidence", {
                    k: v for k, v in {**cert, "split": split, "claims": weak}.items() if k not in gone}
            yield f"only {c}", {**cert, "claims": [c]}
            yield f"{c} twice", {**cert, "claims": sorted([*claims, c], key=CLAIMS.index)}
        else:
            yield f"{c} claimed too", {**cert, "claims": sorted([*claims, c], key=CLAIMS.index)}
    yield "claims reversed", {**cert, "claims": claims[::-1]}


SECTIONS = {"conserved": ("laws",), "independent": (), "rank": ("instances", "words"), "complete": ()}


def ways_of(cert, path, v):
    """The ways for one value."""
    yield from ANY.items()
    if isinstance(v, dict):
        yield from OBJECT.items()
    elif isinstance(v, list):
        yield from LIST.items()
        if is_matrix(v):
            yield from MATRIX.items()
    elif isinstance(v, int):
        yield from INTEGER.items()
    elif path[-1] in ("expression", "q") or "coefficients" in path:
        yield from EXPRESSION.items()
    elif NUMBER.fullmatch(v):
        yield from RATIONAL.items()
        if "split" in cert:
            n = int(cert["split"]["mod"])
            yield "plus the modulus", of_fraction(lambda q: q + n)
            yield "minus the modulus", of_fraction(lambda q: q - n)
            yield "times its inverse modulo N", lambda v: str(pow(int(v), -1, n))
        if path[-1] == "mod":
            yield from MODULUS.items()
    else:
        yield from WORD.items()
        if path[-1] == "proof":
            yield from {f"the proof {p}": lambda _, p=p: p for p in ("expand", "tangent")}.items()
        if "claims" in path:
            yield from {f"the claim {c}": lambda _, c=c: c for c in CLAIMS}.items()


def mutants_at(cert, path):
    """(way, text) for one place."""
    v = at(cert, path)
    for way, f in ways_of(cert, path, v):
        try:
            yield way, text_of(replaced(cert, path, f(v)))
        except (ValueError, ArithmeticError, IndexError):
            pass  # no neighbour, no inverse, no first letter
    if not path:
        for way, f in FILE.items():
            yield way, f(text_of(cert))
        for way, mutant in claim_ways(cert):
            yield way, text_of(mutant)
        return
    parent, k = at(cert, path[:-1]), path[-1]
    for way, f in (ELEMENT if isinstance(parent, list) else MEMBER).items():
        try:
            yield way, text_of(replaced(cert, path[:-1], f(parent, k)))
        except IndexError:
            pass


def sample(cert, source, n):
    """Some of them: a way at random at each of n places at random."""
    everything, original = list(places(cert)), text_of(cert)
    for _ in range(n):
        path = source.choice(everything)
        way, text = source.choice(list(mutants_at(cert, path)))
        if text != original:
            yield path, way, text


def mutants(cert):
    """All of them: (place, way, text), each text once."""
    seen = {text_of(cert)}
    for path in places(cert):
        for way, text in mutants_at(cert, path):
            if text not in seen:
                seen.add(text)
                yield path, way, text


# ---------------------------------------------------------------------------------------------------------------
# What every accepted text must be
# ---------------------------------------------------------------------------------------------------------------

def well_formed(text):
    """The strict syntax: ASCII, no white space but newlines between tokens, no escape, no key twice or out of order, numbers in
    their one form."""
    try:
        plain = text.decode("ascii")
        value = json.loads(plain)
    except (ValueError, RecursionError):
        return False
    compact = re.sub(r'("[^"]*")|\n', lambda m: m[1] or "", plain)
    return plain.endswith("\n") and not plain.startswith("\n") and not plain.endswith("\n\n") and compact == emit(canonical(value)) and "\\" not in plain and \
        all(leaf_is_strict(path, at(value, path)) for path in places(value))


def leaf_is_strict(path, v):
    if isinstance(v, (dict, list)):
        return True
    if isinstance(v, bool) or not isinstance(v, (int, str)):
        return False
    if isinstance(v, int):
        return 0 <= v < 10 ** 9
    if "\n" in v or path[-1] in ("expression", "q", "proof", "format", "problem", "name") or "claims" in path or "coefficients" in path:
        return "\n" not in v
    return NUMBER.fullmatch(v) is not None and (v == "0" or v == rational(Fraction(v)))
