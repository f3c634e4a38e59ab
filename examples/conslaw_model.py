"""The reader of conslaw_check.py: the JSON subset of the format, and the model language down to scalar operations.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

import re
from fractions import Fraction
from math import gcd, isqrt


class Reject(Exception):
    """The certificate is not accepted; the reason."""


def need(condition, reason):
    if not condition:
        raise Reject(reason)


# ---------------------------------------------------------------------------------------------------------------
# The strict subset of JSON
# ---------------------------------------------------------------------------------------------------------------

TOKEN = re.compile(r'\n*(?:([{}\[\],:])|"([ !#-\[\]-~]*)"|(0|[1-9][0-9]{0,8})(?![0-9]))')
MAX_BYTES = 1 << 30


def read_json(data):
    """Objects come as dicts whose keys were in strictly ascending order, integers as int."""
    need(len(data) <= MAX_BYTES, "the file is too long")
    need(data.endswith(b"\n") and not data.endswith(b"\n\n") and not data.startswith(b"\n"),
         "the file is not one value and one newline")
    need(not re.search(rb"[^\n -~]", data), "a byte outside printable ASCII")
    text = data.decode("ascii")
    at = 0

    def token():
        nonlocal at
        match = TOKEN.match(text, at)
        need(match is not None, f"not in the format at byte {at}")
        at = match.end()
        return match.group(1), match.group(2), match.group(3)

    def value(depth, first=None):
        mark, string, number = first if first is not None else token()
        need(depth <= 16, "nested too deeply")
        if string is not None:
            return string
        if number is not None:
            return int(number)
        if mark == "[":
            items = []
            step = token()
            if step[0] == "]":
                return items
            while True:
                items.append(value(depth + 1, step))
                mark = token()[0]
                if mark == "]":
                    return items
                need(mark == ",", "a comma is missing")
                step = token()
        need(mark == "{", "a value is missing")
        table, last = {}, None
        step = token()
        if step[0] == "}":
            return table
        while True:
            key = step[1]
            need(key is not None, "a key is missing")
            need(last is None or key > last, f"key {key} is repeated or out of order")
            need(token()[0] == ":", "a colon is missing")
            table[key] = value(depth + 1)
            last = key
            mark = token()[0]
            if mark == "}":
                return table
            need(mark == ",", "a comma is missing")
            step = token()

    top = value(0)
    need(text[at:] == "\n", "something follows the end")
    return top


INTEGER = re.compile(r"0|-?[1-9][0-9]*")
RATIONAL = re.compile(r"(0|-?[1-9][0-9]*)(?:/([1-9][0-9]*))?")


def integer(s):
    need(isinstance(s, str) and len(s) < 100000 and INTEGER.fullmatch(s), "an integer is malformed")
    return int(s)


def rational(s):
    match = RATIONAL.fullmatch(s) if isinstance(s, str) and len(s) < 2000 else None
    need(match is not None, "a rational is malformed")
    n, d = int(match.group(1)), int(match.group(2) or 1)
    need(match.group(2) is None or (d > 1 and gcd(n, d) == 1), "a rational is not in lowest terms")
    return Fraction(n, d)


def a_list(x, length=None, what="a list"):
    need(isinstance(x, list) and (length is None or len(x) == length), f"{what} has the wrong form or length")
    return x


def an_object(x, required, optional=()):
    need(isinstance(x, dict), "an object is missing")
    keys = set(x)
    need(set(required) <= keys <= set(required) | set(optional), "an object has a wrong set of keys")
    return x


def an_index(x, below, what):
    need(type(x) is int and 0 <= x < below, f"{what} is out of range")
    return x


# ---------------------------------------------------------------------------------------------------------------
# The model language: text -> syntax tree
# ---------------------------------------------------------------------------------------------------------------

KEYWORDS = {"param", "input", "frozen", "let", "output", "net", "coords", "field", "map", "flow"}
LEX = re.compile(r" *(?:([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)|([A-Za-z_][A-Za-z0-9_]*)|"
                 r"(->|\.\*|\./|\.\^|[-+*/^'()\[\],:;=]|\n[ \n]*))")


def lex(text):
    tokens, at = [], 0
    text = text.rstrip(" ")
    while at < len(text):
        match = LEX.match(text, at)
        need(match is not None, f"the model: `{text[at:at + 20]}` is not understood")
        number, name, mark = match.groups()
        if number is not None:
            need(len(number) < 1000, "a number is too long")
            mantissa, _, exponent = number.lower().partition("e")
            need(abs(int(exponent or 0)) < 1000, "an exponent is too large")
            tokens.append(("number", Fraction(mantissa) * Fraction(10) ** int(exponent or 0)))
        else:
            tokens.append(("name", name) if name is not None else (mark[0] if mark[0] == "\n" else mark, None))
        at = match.end()
    return tokens


GOES_ON = {"+", "-", "*", "/", "^", ".*", "./", ".^", ",", "=", "->"}


def statements(lines):
    """Lists of tokens: by lines or `;`, but for open brackets, an operator before the end of a line, `->` after it."""
    tokens = lex("\n".join(lines))
    statement, depth = [], 0
    for i, (kind, value) in enumerate(tokens):
        if kind == "\n":
            after = tokens[i + 1][0] if i + 1 < len(tokens) else None
            if depth > 0 or after == "->" or statement and statement[-1][0] in GOES_ON:
                continue
        if kind in ("\n", ";") and depth == 0:
            if statement:
                yield statement
            statement = []
        else:
            depth += (kind in ("(", "[")) - (kind in (")", "]"))
            statement.append((kind, value))
    if statement:
        yield statement


class Parser:
    """Recursive descent; trees are tuples (kind, ...)."""

    def __init__(self, tokens):
        self.tokens, self.at, self.depth = tokens, 0, 0

    def peek(self, ahead=0):
        return self.tokens[self.at + ahead][0] if self.at + ahead < len(self.tokens) else None

    def take(self, kind=None):
        need(self.at < len(self.tokens) and kind in (None, self.peek()), f"the model: `{kind}` is missing")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def accept(self, kind):
        if self.peek() == kind:
            self.at += 1
            return True
        return False

    def end(self):
        need(self.at == len(self.tokens), "the model: something follows a statement")

    def expression(self):
        self.depth += 1
        need(self.depth < 150, "the model is nested too deeply")
        a = self.term()
        while self.peek() in ("+", "-"):
            op = self.peek()
            self.take()
            a = (op, a, self.term())
        self.depth -= 1
        return a

    def term(self):
        a = self.factor()
        while self.peek() in ("*", "/", ".*", "./"):
            op = self.peek()
            self.take()
            a = (op, a, self.factor())
        return a

    def signs(self):
        minus = 0
        while self.peek() in ("+", "-"):
            minus += self.peek() == "-"
            self.take()
        return minus % 2

    def factor(self):
        minus = self.signs()
        a = self.power()
        return ("neg", a) if minus else a

    def power(self):
        a = self.postfix()
        if self.peek() in ("^", ".^"):
            op = self.peek()
            self.take()
            minus = self.signs()
            b = self.primary()
            return (op, a, ("neg", b) if minus else b)
        return a

    def postfix(self):
        a = self.primary()
        while self.peek() in ("'", "["):
            if self.accept("'"):
                a = ("'", a)
            else:
                self.take("[")
                indices = [self.index()]
                while self.accept(","):
                    indices.append(self.index())
                self.take("]")
                a = ("index", a, indices)
        return a

    def index(self):
        if self.accept(":"):
            return ("all",)
        a = self.expression()
        return ("range", a, self.expression()) if self.accept(":") else ("one", a)

    def primary(self):
        if self.peek() == "number":
            return ("number", self.take())
        if self.peek() == "name":
            name = self.take()
            if not self.accept("("):
                return ("name", name)
            arguments = []
            while not self.accept(")"):
                need(not arguments or self.accept(","), "the model: a comma is missing")
                arguments.append(self.argument())
            return ("call", name, arguments)
        if self.accept("("):
            a = self.expression()
            self.take(")")
            return a
        self.take("[")
        rows = [[self.expression()]]
        while not self.accept("]"):
            if self.accept(";"):
                rows.append([self.expression()])
            else:
                self.take(",")
                rows[-1].append(self.expression())
        return ("array", rows)

    def argument(self):
        if self.peek() == "name" and self.peek(1) == "=":
            name = self.take()
            self.take()
            return ("named", name, self.expression())
        return self.chain()

    def chain(self):
        stages = [self.expression()]
        while self.accept("->"):
            stages.append(self.expression())
        return stages[0] if len(stages) == 1 else ("chain", stages)


# ---------------------------------------------------------------------------------------------------------------
# Programs: a list of scalar operations
#   ("const", q) ("par", i) ("in", i) ("frozen", i) ("symbolic", i)
#   ("sum", ((q, a, b), ...)) b may be -1   ("div", a, b)   ("pow", a, n)   ("fun", name, a)
#   ("gate", a, slope)   ("max", (a, ...))
# ---------------------------------------------------------------------------------------------------------------

MAX_NODES = 4000000
ONE = Fraction(1)


AT_ZERO = {"exp": 1, "cos": 1, "sin": 0, "tanh": 0, "erf": 0, "sigmoid": Fraction(1, 2), "gelu": 0, "silu": 0, "odd": 0,
           "generic0": 0, "softplus": None, "generic": None, "even": None}


def square_root(q):
    n, d = isqrt(q.numerator) if q > 0 else 0, isqrt(q.denominator)
    return Fraction(n, d) if q > 0 and n * n == q.numerator and d * d == q.denominator else None


def value_of_number(name, q):
    """f(q) where that is rational, else None; q: None or a number."""
    if q is None:
        return None
    if name == "sqrt":
        return square_root(q)
    return {1: 0}.get(q) if name == "log" else AT_ZERO.get(name) if q == 0 else None


class Program:
    def __init__(self):
        self.nodes, self.known = [], {}

    def node(self, *key):
        exact = value_of_number(key[1], self.value(key[2])) if key[0] == "fun" else None
        if exact is not None:
            return self.const(exact)
        at = self.known.get(key)
        if at is None:
            need(len(self.nodes) < MAX_NODES, "the model has too many operations")
            at = self.known[key] = len(self.nodes)
            self.nodes.append(key)
        return at

    def const(self, q):
        return self.node("const", Fraction(q))

    def value(self, a):
        return self.nodes[a][1] if self.nodes[a][0] == "const" else None

    def sum(self, terms):
        kept, constant = [], Fraction(0)
        for q, a, b in terms:
            va, vb = self.value(a), ONE if b < 0 else self.value(b)
            if va is not None and vb is not None:
                constant += q * va * vb
            elif q == 0 or va == 0 or vb == 0:
                continue
            elif va is not None:
                kept.append((q * va, b, -1))
            elif vb is not None:
                kept.append((q * vb, a, -1))
            else:
                kept.append((q, min(a, b), max(a, b)))
        if constant != 0 or not kept:
            if not kept:
                return self.const(constant)
            kept.append((constant, self.const(1), -1))
        if len(kept) == 1 and kept[0][0] == 1 and kept[0][2] < 0:
            return kept[0][1]
        return self.node("sum", tuple(kept))

    def add(self, a, b, sign=1):
        return self.sum([(ONE, a, -1), (Fraction(sign), b, -1)])

    def mul(self, a, b):
        return self.sum([(ONE, a, b)])

    def div(self, a, b):
        v = self.value(b)
        need(v != 0, "the model divides by zero")
        if v is not None:
            return self.sum([(1 / v, a, -1)])
        return a if self.value(a) == 0 else self.node("div", a, b)

    def pow(self, a, n):
        need(abs(n) <= 1000, "an exponent is too large")
        v = self.value(a)
        if n == 0:
            return self.const(1)
        need(n > 0 or v != 0, "the model divides by zero")
        if v is not None:
            return self.const(v ** n)
        return a if n == 1 else self.node("pow", a, n)


class Value:
    """A tensor: a shape (a vector is n x 1, a scalar has none) and scalar nodes, row by row."""

    def __init__(self, shape, entries):
        self.shape, self.entries = tuple(shape), list(entries)
        size = 1
        for n in self.shape:
            size *= n
        need(size == len(self.entries), "a shape is wrong")

    def is_scalar(self):
        return len(self.entries) == 1

    def matrix(self):
        if len(self.shape) == 2:
            return self.shape
        need(not self.shape, "a matrix is needed")
        return (1, 1)


ENTRYWISE = {"tanh", "sigmoid", "exp", "log", "sin", "cos", "softplus", "gelu", "silu", "erf", "sqrt", "generic", "odd",
             "even", "generic0", "relu", "leaky_relu"}
WITH_WINDOWS = {"maxpool", "avgpool", "conv1d", "conv2d"}
ARGUMENTS = {**dict.fromkeys(ENTRYWISE | {"softmax", "rmsnorm", "layernorm", "sum", "mean", "trace", "flatten", "diag"}, 1),
             **dict.fromkeys(WITH_WINDOWS | {"dot", "layers"}, 2)}
RESERVED = KEYWORDS | set(ARGUMENTS) | {"model", "at", "concat", "vstack", "hstack", "reshape"}
LAW_FUNCTIONS = ("exp", "log", "sin", "cos", "tanh", "sigmoid", "sqrt")
LEAK = Fraction(1, 100)


class Model:
    def __init__(self, lines):
        self.program = Program()
        self.symbols, self.lets, self.seen = {}, {}, set()
        self.counts = {"par": 0, "in": 0, "frozen": 0, "symbolic": 0}
        self.inputs, self.tensors, self.stages = [], [], 0
        self.kind, self.outputs, self.fields, self.flow, self.names = None, [], [], [], set()
        for tokens in statements(lines):
            self.statement(tokens)
        need(self.kind is not None, "the model has no output, map or field")
        raw = {"param", "input", "flow"} if self.kind == "raw" else {"input", "coords"} if self.kind == "map" else {"coords"}
        need(not raw & self.seen, "statements that do not go together")
        self.p = self.counts["par"]
        need(self.p > 0, "the model has no parameters")
        need(len(self.flow) <= 1, "the model has two flows")
        self.metric = self.read_metric() if self.flow not in ([], [("name", "gradient")]) else None

    # ---- statements ----

    def statement(self, tokens):
        parser = Parser(tokens)
        word = parser.take("name")
        need(word in KEYWORDS, f"the model: `{word}` begins no statement")
        self.seen.add(word)
        if word in ("param", "input", "frozen", "coords"):
            while True:
                name, sizes = parser.take("name"), []
                if parser.accept("["):
                    sizes.append(self.constant(parser.expression()))
                    while parser.accept(","):
                        sizes.append(self.constant(parser.expression()))
                    parser.take("]")
                kind = {"param": "par", "coords": "par", "input": "in", "frozen": "frozen"}[word]
                self.declare(kind, name, sizes)
                if not parser.accept(","):
                    break
        elif word in ("let", "field", "map"):
            while True:
                name = parser.take("name")
                parser.take("=")
                self.named(word, name, self.evaluate(parser.expression()))
                if not parser.accept(","):
                    break
        elif word == "output":
            self.finish("network", self.evaluate(parser.expression()).entries)
        elif word == "net":
            need(len(self.inputs) == 1, "`net` acts on one input")
            value, rank = self.inputs[0]
            self.finish("network", Layers(self, value, rank).start(parser.chain()).entries)
        else:
            self.flow.append(parser.expression())
        parser.end()

    def read_metric(self):
        """H of the flow theta' = H grad: a node for each parameter."""
        need(self.kind != "raw", "a flow of a network or a map")
        tree, p = self.flow[0], self.program
        need(tree[0] == "call" and tree[1] in ("mirror", "metric") and tree[2], "unsupported: a flow of another kind")
        if tree[1] == "metric":
            need(len(tree[2]) == 1, "a metric is one vector")
            nodes = self.evaluate(tree[2][0]).entries
        else:
            nodes = [p.const(1)] * self.p
            for argument in tree[2]:
                value, kind = self.symbols.get(argument[1], (None, None)) if argument[0] == "name" else (None, None)
                need(kind == "par", "`mirror` takes names of parameters")
                for x in value.entries:
                    i = p.nodes[x][1]
                    need(nodes[i] == p.const(1), "a parameter is named twice")
                    nodes[i] = x
        need(len(nodes) == self.p, "a metric has one entry for each parameter")
        kinds = {p.nodes[i][0] for i in reachable(p, nodes)}
        need(not kinds & {"in", "gate", "max"}, "a metric that depends on inputs")
        need("fun" not in kinds, "unsupported: a metric with functions")
        return nodes

    def named(self, word, name, value):
        if word == "let":
            self.must_be_new(name)
            self.lets[name] = value
        elif word == "field":
            need(self.kind in (None, "raw") and name not in self.names, "fields stand beside an output, or have one name")
            self.kind = "raw"
            self.names.add(name)
            self.fields.append(value.entries)
        else:
            need(self.kind in (None, "map") and name not in self.names, "a map stands beside an output, or a name twice")
            self.kind = "map"
            self.names.add(name)
            self.outputs += value.entries

    def finish(self, kind, outputs):
        need(self.kind is None, "the model has two outputs")
        self.kind, self.outputs = kind, outputs

    def must_be_new(self, name):
        need(name not in self.symbols and name not in self.lets and name not in RESERVED,
             f"`{name}` is declared twice, or reserved")

    def declare(self, kind, name, sizes):
        self.must_be_new(name)
        need(len(sizes) <= 4 and all(n >= 1 for n in sizes), "a size is wrong")
        size = 1
        for n in sizes:
            size *= n
        need(size <= MAX_NODES, "a size is too large")
        first = self.counts[kind]
        self.counts[kind] += size
        shape = sizes + [1] if len(sizes) == 1 else sizes
        value = Value(shape, [self.program.node(kind, first + i) for i in range(size)])
        self.symbols[name] = (value, kind)
        if kind == "in":
            self.inputs.append((value, len(sizes)))
        if kind == "par":
            self.tensors.append((name, sizes, first))
        return value

    def constant(self, tree):
        value = self.evaluate(tree)
        q = self.program.value(value.entries[0]) if value.is_scalar() else None
        need(q is not None and q.denominator == 1, "an integer constant is needed")
        return int(q)

    # ---- expressions ----

    def evaluate(self, tree):
        p, kind = self.program, tree[0]
        if kind == "number":
            return Value((), [p.const(tree[1])])
        if kind == "name":
            if tree[1] in self.lets:
                return self.lets[tree[1]]
            need(tree[1] in self.symbols, f"the model: `{tree[1]}` is not declared")
            return self.symbols[tree[1]][0]
        if kind in ("+", "-"):
            return self.zip(self.evaluate(tree[1]), self.evaluate(tree[2]),
                            lambda a, b: p.add(a, b, 1 if kind == "+" else -1), False)
        if kind == "neg":
            a = self.evaluate(tree[1])
            return Value(a.shape, [p.sum([(-ONE, x, -1)]) for x in a.entries])
        if kind == "*":
            return self.times(self.evaluate(tree[1]), self.evaluate(tree[2]))
        if kind == "/":
            a, b = self.evaluate(tree[1]), self.evaluate(tree[2])
            need(b.is_scalar(), "a division by something that is no number")
            return Value(a.shape, [p.div(x, b.entries[0]) for x in a.entries])
        if kind in (".*", "./"):
            return self.zip(self.evaluate(tree[1]), self.evaluate(tree[2]), p.mul if kind == ".*" else p.div, True)
        if kind in ("^", ".^"):
            a, n = self.evaluate(tree[1]), self.constant(tree[2])
            need(kind == ".^" or a.is_scalar(), "a power of a matrix")
            return Value(a.shape, [p.pow(x, n) for x in a.entries])
        if kind == "'":
            return self.transpose(self.evaluate(tree[1]))
        if kind == "index":
            return self.index(self.evaluate(tree[1]), tree[2])
        if kind == "array":
            rows = [[self.scalar(e) for e in row] for row in tree[1]]
            need(len({len(row) for row in rows}) == 1, "the rows of a matrix differ in length")
            flat = [x for row in rows for x in row]
            return Value((len(flat), 1) if len(rows) == 1 else (len(rows), len(rows[0])), flat)
        need(kind == "call", "an expression is expected")
        return self.call(tree[1], tree[2])

    def scalar(self, tree):
        value = self.evaluate(tree)
        need(value.is_scalar(), "a number is needed")
        return value.entries[0]

    def zip(self, a, b, op, broadcast):
        if a.shape != b.shape and broadcast and b.is_scalar():
            return Value(a.shape, [op(x, b.entries[0]) for x in a.entries])
        if a.shape != b.shape and broadcast and a.is_scalar():
            return Value(b.shape, [op(a.entries[0], y) for y in b.entries])
        need(a.shape == b.shape or (a.is_scalar() and b.is_scalar()), "shapes differ")
        shape = a.shape if len(a.shape) <= len(b.shape) else b.shape
        return Value(shape, [op(x, y) for x, y in zip(a.entries, b.entries)])

    def times(self, a, b):
        if len(a.shape) == 2 and len(b.shape) == 2 and a.shape[1] == b.shape[0]:
            return self.matmul(a, b)
        if b.is_scalar():
            a, b = b, a
        need(a.is_scalar(), "shapes do not multiply")
        return Value(b.shape, [self.program.mul(a.entries[0], y) for y in b.entries])

    def matmul(self, a, b):
        (m, k), (l, n) = a.matrix(), b.matrix()
        need(k == l, "shapes do not multiply")
        x, y = a.entries, b.entries
        return Value((m, n), [self.program.sum([(ONE, x[i * k + t], y[t * n + j]) for t in range(k)])
                              for i in range(m) for j in range(n)])

    def transpose(self, a):
        m, n = a.matrix()
        return Value((n, m), [a.entries[i * n + j] for j in range(n) for i in range(m)])

    def index(self, a, indices):
        shape = a.shape or (1,) * min(len(indices), 2)  # a number is its own only entry
        if len(shape) == 2 and len(indices) == 1:
            need(shape[1] == 1, "a matrix takes two indices")
            indices = indices + [("one", ("number", ONE))]
        need(len(indices) == len(shape), "a wrong number of indices")
        ranges, kept = [], []
        for n, index in zip(shape, indices):
            if index[0] == "all":
                first, last = 1, n
            else:
                first = self.constant(index[1])
                last = self.constant(index[2]) if index[0] == "range" else first
            need(1 <= first <= last <= n, "an index is out of range")
            ranges.append(range(first - 1, last))
            if index[0] != "one":
                kept.append(last - first + 1)
        out = [0]
        for n, r in zip(shape, ranges):
            out = [x * n + i for x in out for i in r]
        if not kept:
            new = ()
        elif len(shape) == 2:
            new = (len(ranges[0]), len(ranges[1]))
        elif all(i[0] != "one" for i in indices):
            new = shape if len(out) == len(a.entries) else tuple(len(r) for r in ranges)
        else:
            raise Reject("unsupported: a slice of a tensor")
        return Value(new, [a.entries[x] for x in out])

    def call(self, name, arguments):
        plain = [a for a in arguments if a[0] != "named"]
        named = {a[1]: a[2] for a in arguments if a[0] == "named"}
        p = self.program
        need(len(plain) == ARGUMENTS.get(name, len(plain)) and (not named or name in WITH_WINDOWS),
             "a wrong number of arguments")
        if name in ENTRYWISE:
            return self.apply(name, self.evaluate(plain[0]))
        lazy = ("reshape", "maxpool", "avgpool", "conv1d", "conv2d", "layers")
        values = None if name in lazy else [self.evaluate(a) for a in plain]
        if name in ("softmax", "layernorm", "rmsnorm"):
            return self.rows(name, values[0])
        if name in ("sum", "mean"):
            q = Fraction(1, len(values[0].entries)) if name == "mean" else ONE
            return Value((), [p.sum([(q, x, -1) for x in values[0].entries])])
        if name == "dot":
            a, b = values
            need(a.shape == b.shape or a.is_scalar() and b.is_scalar(), "shapes differ")
            return Value((), [p.sum([(ONE, x, y) for x, y in zip(a.entries, b.entries)])])
        if name == "trace":
            m, n = values[0].matrix()
            need(m == n, "the trace of a matrix that is not square")
            return Value((), [p.sum([(ONE, values[0].entries[i * (n + 1)], -1) for i in range(n)])])
        if name == "flatten":
            return Value((len(values[0].entries), 1), values[0].entries)
        if name in ("concat", "vstack"):
            return self.stack(values, concat=name == "concat")
        if name == "hstack":
            return self.transpose(self.stack([self.transpose(v) for v in values]))
        if name == "diag":
            return self.diag(values[0])
        if name == "reshape":
            sizes = [self.constant(a) for a in plain[1:]]
            return Value(sizes + [1] if len(sizes) == 1 else sizes, self.evaluate(plain[0]).entries)
        if name in ("maxpool", "avgpool"):
            return self.pool(name, self.evaluate(plain[0]), self.constant(plain[1]), named)
        if name == "layers":
            value = self.evaluate(plain[0])
            rank = len(value.shape) if len(value.shape) != 2 or value.shape[1] > 1 else 1
            return Layers(self, value, rank).start(plain[1])
        if name in ("conv1d", "conv2d"):
            need(set(named) <= {"stride", "pad"}, "an option is unknown")
            stride = self.constant(named["stride"]) if "stride" in named else 1
            pad = self.constant(named["pad"]) if "pad" in named else 0
            return self.conv(self.evaluate(plain[0]), self.evaluate(plain[1]), stride, pad)
        raise Reject(f"unsupported: the function `{name}`")

    def apply(self, name, a):
        p, out = self.program, []
        for x in a.entries:
            if name in ("relu", "leaky_relu"):
                out.append(x if p.value(x) == 0 else p.node("gate", x, Fraction(0) if name == "relu" else LEAK))
            else:
                out.append(p.node("fun", name, x))
        return Value(a.shape, out)

    def split_rows(self, a):
        m, n = (1, len(a.entries)) if len(a.shape) < 2 or a.shape[1] == 1 else a.matrix()
        return [a.entries[i * n:(i + 1) * n] for i in range(m)]

    def rows(self, name, a, causal=False):
        p, out = self.program, []
        for i, row in enumerate(self.split_rows(a)):
            n = len(row)
            if name == "softmax":
                kept = min(i + 1, n) if causal else n
                e = [p.node("fun", "exp", x) for x in row[:kept]]
                total = p.sum([(ONE, x, -1) for x in e])
                out += [p.div(x, total) for x in e] + [p.const(0)] * (n - kept)
                continue
            z = row
            if name == "layernorm":
                mean = p.sum([(Fraction(1, n), x, -1) for x in row])
                z = [p.add(x, mean, -1) for x in row]
            root = p.node("fun", "sqrt", p.sum([(Fraction(1, n), x, x) for x in z]))
            out += [p.div(x, root) for x in z]
        return Value(a.shape, out)

    def stack(self, values, concat=False):
        widths = {v.matrix()[1] for v in values}
        need(len(widths) == 1, "shapes do not stack")
        return Value((sum(v.matrix()[0] for v in values), widths.pop()), [x for v in values for x in v.entries])

    def diag(self, a):
        m, n = a.matrix()
        if n == 1:
            zero = self.program.const(0)
            return Value((m, m), [a.entries[i] if i == j else zero for i in range(m) for j in range(m)])
        need(m == n, "the diagonal of a matrix that is not square")
        return Value((n, 1), [a.entries[i * (n + 1)] for i in range(n)])

    def windows(self, n, k, options):
        """The positions that each window reads along a direction of length n."""
        stride = self.constant(options["stride"]) if "stride" in options else 0
        pad = self.constant(options["pad"]) if "pad" in options else 0
        need(set(options) <= {"stride", "pad"} and k >= 1 and stride >= ("stride" in options) and 0 <= pad < k,
             "the options of a window are wrong")
        need(n + 2 * pad >= k and (stride > 0 or (n + 2 * pad) % k == 0), "a window does not divide the length")
        step = stride or k
        return [[x for x in range(i - pad, i - pad + k) if 0 <= x < n] for i in range(0, n + 2 * pad - k + 1, step)]

    def pool(self, name, a, k, options):
        p, shape = self.program, a.shape
        image, signal = len(shape) == 3, len(shape) == 2 and shape[1] > 1
        images, rows, cols = shape if image else (shape[0], 1, shape[1]) if signal else (1, 1, len(a.entries))
        down, across = self.windows(rows, k, options) if image else [[0]], self.windows(cols, k, options)
        if k == 1 and len(across) == cols and len(down) == rows:
            return a
        weight, out = Fraction(1, k * k if image else k), []
        for c in range(images):
            for ys in down:
                for xs in across:
                    w = [a.entries[(c * rows + y) * cols + x] for y in ys for x in xs]
                    out.append(p.node("max", tuple(w)) if name == "maxpool" else p.sum([(weight, x, -1) for x in w]))
        if image:
            return Value((images, len(down), len(across)), out)
        return Value((shape[0], len(across)) if signal else (len(out), 1), out)

    def conv(self, x, w, stride, pad):
        if len(x.shape) == 2 and len(w.shape) == 3:
            (c, width), height, (o, ci, kw), kh, one = x.shape, 1, w.shape, 1, True
        else:
            need(len(x.shape) == 3 and len(w.shape) == 4, "a convolution needs an image and a kernel")
            (c, height, width), (o, ci, kh, kw), one = x.shape, w.shape, False
        need(c == ci and stride >= 1 and pad >= 0, "a convolution has wrong channels")
        ph = 0 if one else pad
        rows, cols = (height + 2 * ph - kh) // stride + 1, (width + 2 * pad - kw) // stride + 1
        need(height + 2 * ph >= kh and width + 2 * pad >= kw, "a kernel is longer than the signal")
        out = []
        for f in range(o):
            for i in range(rows):
                for j in range(cols):
                    terms = []
                    for a in range(c):
                        for s in range(kh):
                            for t in range(kw):
                                y, z = i * stride + s - ph, j * stride + t - pad
                                if 0 <= y < height and 0 <= z < width:
                                    terms.append((ONE, w.entries[((f * c + a) * kh + s) * kw + t],
                                                  x.entries[(a * height + y) * width + z]))
                    out.append(self.program.sum(terms))
        return Value((o, cols) if one else (o, rows, cols), out)

    # ---- laws ----

    def expression(self, text):
        parser = Parser(lex(text))
        tree = parser.expression()
        parser.end()
        return self.scalar(tree)

    def law(self, text, functions=LAW_FUNCTIONS):
        node = self.expression(text)
        nodes = [self.program.nodes[i] for i in reachable(self.program, [node])]
        need(not any(x[0] in ("in", "gate", "max") for x in nodes), "a law uses inputs")
        need(all(x[1] in functions for x in nodes if x[0] == "fun"), "a law with another function")
        return node


# Least and most number of arguments without a name, and the words of the others.
STAGES = {"dense": (1, 1, "bias"), "glu": (2, 2), "flatten": (0, 0), "residual": (1, 2), "repeat": (2, 2), "softmax": (0, 0),
          "conv1d": (2, 2, "stride", "pad", "bias"), "conv2d": (2, 2, "stride", "pad", "bias"),
          "maxpool": (1, 1, "stride", "pad"), "avgpool": (1, 1, "stride", "pad"),
          "layernorm": (0, 0, "affine"), "rmsnorm": (0, 0, "affine"), "batchnorm": (0, 0, "affine"),
          "attention": (0, 0, "heads", "dim", "kv_groups", "causal", "linear", "bias")}
FLAGS = {"bias", "affine", "causal", "linear"}


class Layers:
    """The stages of `net` and `layers`."""

    def __init__(self, model, value, rank):
        need(rank <= 3, "stages act on values of at most three sizes")
        self.m, self.v = model, value
        self.layout = "vector" if rank <= 1 else "rows" if rank == 2 else "image"

    def start(self, tree):
        if not self.v.shape:
            self.v = Value((1, 1), self.v.entries)
        return self.run(tree)

    def run(self, tree):
        for stage in tree[1] if tree[0] == "chain" else [tree]:
            self.stage(stage)
        return self.v

    def parameter(self, prefix, sizes, part=0):
        return self.m.declare("par", f"{prefix}{self.m.stages}" + (f"_{part}" if part else ""), sizes)

    def features(self):
        need(self.layout != "image", "an image needs flatten")
        return len(self.v.entries) if self.layout == "vector" else self.v.shape[1]

    def linear(self, w):
        return self.m.matmul(w, self.v) if self.layout == "vector" else self.m.matmul(self.v, self.m.transpose(w))

    def per_row(self, b):
        if self.layout == "vector":
            return b
        return Value((self.v.shape[0], len(b.entries)), b.entries * self.v.shape[0])

    def stage(self, tree):
        need(tree[0] in ("name", "call"), "a stage is expected")
        name, arguments = tree[1], tree[2] if tree[0] == "call" else []
        if name in ENTRYWISE:
            need(not arguments, "the stage takes no argument")
            self.v = self.m.apply(name, self.v)
            return
        need(name in STAGES, f"the stage `{name}` is unknown")
        least, most, *words = STAGES[name]
        named = {a[1]: a[2] for a in arguments if a[0] == "named"}
        flags = {a[1] for a in arguments if a[0] == "name" and a[1] in FLAGS & set(words)}
        plain = [a for a in arguments if a[0] != "named" and not (a[0] == "name" and a[1] in flags)]
        need(least <= len(plain) <= most and len(plain) + len(named) + len(flags) == len(arguments) and
             set(named) <= set(words) - FLAGS, "the arguments of a stage are wrong")
        getattr(self, "stage_" + name)(plain, named, flags)

    def size(self, tree):
        n = self.m.constant(tree)
        need(n >= 1, "a size is wrong")
        return n

    def stage_dense(self, plain, named, flags):
        n = self.size(plain[0])
        self.m.stages += 1
        value = self.linear(self.parameter("W", [n, self.features()]))
        self.v = value
        if "bias" in flags:
            self.v = self.m.zip(value, self.per_row(self.parameter("b", [n])), self.m.program.add, False)

    def stage_glu(self, plain, named, flags):
        n = self.size(plain[0])
        need(plain[1][0] == "name" and plain[1][1] in ENTRYWISE, "`glu` needs an activation")
        self.m.stages += 1
        shape = [n, self.features()]
        w, v = self.parameter("W", shape), self.parameter("V", shape)
        self.v = self.m.zip(self.m.apply(plain[1][1], self.linear(w)), self.linear(v), self.m.program.mul, False)

    def convolution(self, plain, named, flags, directions):
        if directions == 1 and self.layout == "vector":
            self.v = Value((1, len(self.v.entries)), self.v.entries)
        elif directions == 2 and self.layout == "rows":
            self.v = Value((1,) + self.v.shape, self.v.entries)
        need(len(self.v.shape) == 1 + directions, "the value has no such directions")
        self.layout = "rows" if directions == 1 else "image"
        c, k = self.size(plain[0]), self.size(plain[1])
        stride = self.size(named["stride"]) if "stride" in named else 1
        pad = self.m.constant(named["pad"]) if "pad" in named else 0
        self.m.stages += 1
        w = self.parameter("W", [c, self.v.shape[0]] + [k] * directions)
        self.v = self.m.conv(self.v, w, stride, pad)
        if "bias" in flags:
            b, each = self.parameter("b", [c]), len(self.v.entries) // c
            self.v = Value(self.v.shape, [self.m.program.add(x, b.entries[i // each])
                                          for i, x in enumerate(self.v.entries)])

    def stage_conv1d(self, plain, named, flags):
        self.convolution(plain, named, flags, 1)

    def stage_conv2d(self, plain, named, flags):
        self.convolution(plain, named, flags, 2)

    def check_rows(self):
        need(self.layout != "image", "an image needs flatten")
        need(self.layout != "rows" or self.v.shape[1] > 1 or self.v.shape[0] == 1,
             "a stage that acts on rows, which have one entry each")

    def norm(self, name, flags):
        self.check_rows()
        self.v = self.m.rows(name, self.v)
        if "affine" not in flags:
            return
        self.m.stages += 1
        n = self.features()
        g = self.parameter("g", [n])
        b = self.parameter("b", [n]) if name == "layernorm" else None
        self.v = self.m.zip(self.per_row(g), self.v, self.m.program.mul, False)
        if b is not None:
            self.v = self.m.zip(self.v, self.per_row(b), self.m.program.add, False)

    def stage_softmax(self, plain, named, flags):
        self.check_rows()
        self.v = self.m.rows("softmax", self.v)

    def stage_layernorm(self, plain, named, flags):
        self.norm("layernorm", flags)

    def stage_rmsnorm(self, plain, named, flags):
        self.norm("rmsnorm", flags)

    def stage_batchnorm(self, plain, named, flags):
        need(self.layout != "vector", "`batchnorm` needs channels")
        channels, m = self.v.shape[0], self.m
        each = len(self.v.entries) // channels
        need(each > 1, "a channel with one position")
        flat = m.rows("layernorm", Value((channels, each), self.v.entries))
        if "affine" in flags:
            m.stages += 1
            g, b = self.parameter("g", [channels]), self.parameter("b", [channels])
            scaled = [m.program.mul(g.entries[i // each], x) for i, x in enumerate(flat.entries)]
            flat = Value(flat.shape, [m.program.add(x, b.entries[i // each]) for i, x in enumerate(scaled)])
        self.v = Value(self.v.shape, flat.entries)

    def stage_maxpool(self, plain, named, flags):
        self.v = self.m.pool("maxpool", self.v, self.size(plain[0]), named)

    def stage_avgpool(self, plain, named, flags):
        self.v = self.m.pool("avgpool", self.v, self.size(plain[0]), named)

    def stage_repeat(self, plain, named, flags):
        for _ in range(self.size(plain[0])):
            self.run(plain[1])

    def stage_flatten(self, plain, named, flags):
        self.layout, self.v = "vector", Value((len(self.v.entries), 1), self.v.entries)

    def stage_residual(self, plain, named, flags):
        shortcut = Layers(self.m, self.v, 0)
        shortcut.layout = self.layout
        self.run(plain[0])
        for stages in plain[1:2]:
            shortcut.run(stages)
        need(shortcut.layout == self.layout and shortcut.v.shape == self.v.shape, "the shapes in residual differ")
        self.v = self.m.zip(shortcut.v, self.v, self.m.program.add, False)

    def stage_attention(self, plain, named, flags):
        need(self.layout == "rows", "`attention` needs a token matrix")
        m, x = self.m, self.v
        heads = self.size(named["heads"]) if "heads" in named else 1
        groups = self.size(named["kv_groups"]) if "kv_groups" in named else heads
        dim = self.size(named["dim"])
        need(heads % groups == 0, "kv_groups does not divide heads")
        shape, share, total = [dim, x.shape[1]], heads // groups, None
        self.m.stages += 1
        for h in range(heads):
            part, group = (h + 1 if heads > 1 else 0), (h // share + 1 if groups > 1 else 0)
            xq = self.project("Q", shape, part, flags)
            if h % share == 0:
                xk, xv = self.project("K", shape, group, flags), self.project("V", shape, group, flags)
            o = self.parameter("O", shape, part)
            score = m.matmul(xq, m.transpose(xk))
            n = score.shape[1]
            if "causal" in flags and "linear" in flags:
                zero = m.program.const(0)
                score = Value(score.shape, [zero if i % n > i // n else e for i, e in enumerate(score.entries)])
            if "linear" not in flags:
                score = m.rows("softmax", score, "causal" in flags)
            value = m.matmul(m.matmul(score, xv), o)
            total = value if total is None else m.zip(total, value, m.program.add, False)
        self.v = total
        if "bias" in flags:
            self.v = m.zip(total, self.per_row(self.parameter("bO", [shape[1]])), m.program.add, False)

    def project(self, letter, shape, part, flags):
        """X P' + 1 b'"""
        value = self.m.matmul(self.v, self.m.transpose(self.parameter(letter, shape, part)))
        if "bias" not in flags:
            return value
        b = self.parameter("b" + letter, [shape[0]], part)
        return self.m.zip(value, Value(value.shape, b.entries * value.shape[0]), self.m.program.add, False)


def arguments_of(node):
    kind = node[0]
    if kind == "sum":
        for _, a, b in node[1]:
            yield a
            if b >= 0:
                yield b
    elif kind in ("div",):
        yield node[1]
        yield node[2]
    elif kind in ("pow", "gate"):
        yield node[1]
    elif kind == "fun":
        yield node[2]
    elif kind == "max":
        yield from node[1]


def reachable(program, roots):
    """The nodes that the roots need, in order."""
    top = max(roots, default=-1)
    mark = bytearray(top + 1)
    for r in roots:
        mark[r] = 1
    for i in range(top, -1, -1):
        if mark[i]:
            for a in arguments_of(program.nodes[i]):
                mark[a] = 1
    return [i for i in range(top + 1) if mark[i]]
