"""Models and certificates at the edge, for tests/test_mutants.py: what no checker may verify, what all of them read, and what none.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

ENGINE = "lieorbit check"
V = "param u, v; input x; output "

# Laws that are defined nowhere, or of models that are not: text, law, and who takes the root of zero for zero.
UNDEFINED = [
    (V + "u*x/(v - v)", "v"), (V + "u*x*(v - v)^(-1)", "v"), (V + "u*x + 1/0", "v"), (V + "u*x + 0*(1/0)", "v"),
    (V + "u*x*0^(-1)", "v"),
    (V + "u*x/(sin(v)^2 + cos(v)^2 - 1)", "v"), (V + "u*x/relu(v - v)", "v"),
    (V + "u*x/maxpool([v - v, v - v], 2)", "v"),
    (V + "u*x/sin(v - v)", "v - v"), (V + "u*x/(exp(v - v) - 1)", "7"), (V + "u*x/gelu(v - v)", "7"),
    (V + "u*x/generic0(v - v)", "7"),
    (V + "u*x/(sigmoid(v - v) - 1/2)", "7"), (V + "u*x/(softplus(v - v) - softplus(0))", "7"),
    (V + "u*x/((u + v + 2*x + 1)*x - (u*x + v*x + 2*x^2 + x))", "7"), (V + "u*x*layernorm([v, v])", "7"),
    (V + "u*x*rmsnorm([v - v, 0])", "7"),
    (V + "u*log(x - x)", "v"), (V + "u*sqrt(x - x)", "v", ENGINE), (V + "u*x + (v - v)*sqrt(v - v)", "v", ENGINE),
    ("coords x, y; field f = [0, 1/(x - x)]", "x"), ("coords x, y; field f = [0, 1]; field g = [0, x/(y - y)]", "x"),
    ("coords x, y; field f = [0, sqrt(0)]", "y", ENGINE), ("coords x, y; field f = [0, sqrt(x - x)]", "x", ENGINE),
    ("param a, b, c; map f = [a*b, 1/(c - c)]", "7"), ("input x[2]; net dense(1) -> layernorm", "7"),
    (V + "u*x", "1/(v - v)"), (V + "u*x", "v/(sqrt(u)^2 - u)"), (V + "u*x", "v + 0/0"), (V + "u*x", "log(v - v)"),
    (V + "u*x", "sqrt(v - v)", ENGINE), (V + "u*x", "1/(v/(u*v) - 1/u)"),
    (V + "u*x; flow metric([1, 1/(v - v)])", "v"), (V + "u*log(sqrt(x)^2 - x)", "v"),
    (V + "u*x/(sqrt(v)^2 - v)", "v"), (V + "u*x/(odd(v) + odd(-v))", "v - v"),
    (V + "u*x/(sqrt(x*v + 1)^2 + sqrt(v)^2 - x*v - v - 1)", "7"),
    (V + "u*x/(sqrt(8) - 2*sqrt(2))", "v"), (V + "u*x/(sqrt(6) - sqrt(2)*sqrt(3))", "v"), (V + "u*x/(sqrt(1/4) - 1/2)", "v"),
    ("let k = 8; " + V + "u*x/(sqrt(k) - 2*sqrt(2))", "v"), ("let k = 1; " + V + "u*x/log(k)", "v"), (V + "u*x/log(1)", "v"),
    (V + "u*x*sqrt(-1)", "v"), (V + "u*x/log(4/2 - 1)", "v"), (V + "u*x", "v + sqrt(-1)"), (V + "u*x", "v + 1/log(1)"),
    (V + "u*x", "v + 1/(sqrt(8) - 2*sqrt(2))"),
]

UX = ["param u, v", "input x", "output u*x"]
# Lines of models that all checkers read: the law is 7.
READ = [
    ["; ".join(UX)], ["param u, v", "", "input x", "output u*x", ""], ["param u, v;", "input x;", "output u*x;"],
    [";param u, v", *UX[1:]],
    ["param u,", "v", *UX[1:]], [*UX[:2], "output u*", "x"], [*UX[:2], "output (u", "*x)"],
    [*UX[:2], "let z =", "u", "output z*x"],
    ["input x[2]", "net dense(1)", "-> tanh"], ["input x[2]", "net dense(1) ->", "tanh"],
    [*UX[:2], "output [u,", "v]*x"],
    [*UX[:2], "output [u;", "v]'*[x;x]"], [*UX[:2], "output dot([u,v", "],[x,x])"], ["  param u, v  ", *UX[1:]],
    [*UX, "flow gradient"],
    ["flow gradient", *UX], ["param bias, gradient", "input x", "output bias*x"], [*UX, "param w"],
    ["param u, v", "output u", "input x"],
    ["input X[2,3]", "net attention(dim=1, heads=2, kv_groups=1, causal, linear, bias)"],
    ["input x[4]", "net dense(4) -> maxpool(3, pad=1)"],
    [*UX[:2], "output u*x*1e0"], [*UX[:2], "output u*x*1e-3*2.5E+2"], [*UX[:2], "output u*x*sqrt(4)"],
    [*UX[:2], "output u*x*sqrt(1/2)"], [*UX[:2], "output u*x*sqrt(6)*sqrt(10)"], [*UX[:2], "output u*x*sqrt(sqrt(16)) + log(1)"],
    ["let k = 4", *UX[:2], "output u*x*sqrt(k)"], ["coords x, y", "frozen z", "field f = [x, y*z]"],
    ["coords x, y", "field sin = [x, y]", "field x = [y, x]"], ["param u, v", "map u = u*v, g = u"],
    ["param batchnorm, dense", "input x", "output batchnorm*x"], [*UX, "flow mirror(v, u)"], [*UX, "flow metric([u, v])"],
    ["param w[3]", "input x", "output w'[1,2]*x"], ["param w[1]", "input x", "output w'[1]*x"],
]
# Those that lieorbit-check-verified may call unsupported, and the others read.
READ_BY_OTHERS = [
    [*UX[:2], "output layers(u*x, tanh)"], [*UX[:2], "output u*x*sqrt(2)*sqrt(8)"], ["let k = 2", "param u[k]", "output u"],
]
# And those that none reads.
UNREAD = [
    [*UX, "+ u"], ["param", "u, v", *UX[1:]], [*UX, "flow gradient", "flow gradient"], [*UX, "output v*x"],
    [*UX[:2], "output u*x # no comment"], [*UX[:2], "output dot([u,v]', [u,v])"], [*UX[:2], "output sum(u, v)"],
    [*UX[:2], "output exp(u, v)"],
    [*UX[:2], "output sum(u, pad=1)"], [*UX[:2], "output avgpool([u,v], 2, 1)"],
    [*UX[:2], "output conv1d([u,v]', [u,v], 1)"], [*UX[:2], "output w[1]"],
    ["input x[4]", "net dense(2, bias, bias)"], ["input x[4]", "net dense(2, rest)"],
    ["input x[4]", "net dense(2, bias=1)"], ["input x[4]", "net dense(2, 3)"],
    ["input x[4]", "net dense"], ["input x[4]", "net dense(2) -> layernorm(bias)"],
    ["input x[4]", "net dense(4) -> maxpool(2, 1)"],
    ["input x[4]", "net dense(4) -> maxpool(2, stride)"], ["input x[4]", "net glu(2)"],
    ["input x[4]", "net glu(2, tanh, bias)"], ["input x[4]", "net residual()"],
    ["input x[4]", "net residual(dense(4), dense(4), dense(4))"], ["input x[4]", "net conv1d(2, 2, 2)"],
    ["input X[2,3]", "net attention(1)"],
    ["input X[2,3]", "net attention(dim=1, rest)"], ["input X[2,3]", "net dense(1) -> layernorm"],
    ["input X[2,3]", "net dense(1) -> softmax"],
    ["coords x, y", "map f = [x, y]"], ["coords x, y", "param z", "field f = [x, y]"],
    ["coords x, y", "input z", "field f = [x, y]"], ["coords x, y", "field f = [x, y]", "flow gradient"],
    ["coords x, y", "field f = [x, y]", "field f = [y, x]"], ["param x, y", "field f = [x, y]"], ["coords x, y", "output x*y"],
    ["param u, v", "map f = u*v, f = u"], ["param u, v", "map f = u", "map f = v"], [*UX[:2], "map f = u*v"],
    [*UX[:2], "map f = u*x"], ["input x", "output x"], ["input x", "net tanh"], ["frozen f", "input x", "output f*x"],
    [*UX, "flow mirror()"], [*UX, "flow mirror(u, u)"], [*UX, "flow mirror(x)"], [*UX, "flow metric([u, x])"],
    [*UX[:2], "let z = x^2", *UX[2:], "flow metric([z, 1])"], [*UX, "flow metric([relu(u), 1])"],
    ["param relu, v", *UX[1:2], "output v*x"], ["param at, v", *UX[1:2], "output v*x"], ["param v", "input sin", "output v*sin"],
    [*UX[:2], "let map = u", *UX[2:]], ["input X[2,3]", "net attention(dim=1, dim=1)"],
    ["input X[2,3]", "net attention(dim=1, causal, causal)"], ["param w[3]", "input x", "output w'[2]*x"],
    [*UX[:2], "output u*x*1e1001"], [*UX[:2], "output u*x*1e"], [*UX[:2], "output u*x*1e0x"],
]

# Refutations at a point: output, expression, point, is it one; the input is 1.
REFUTED = [
    ("u*v*x", "u", ["1", "2"], True), ("u*v*x", "u", ["1", "0"], False),
    ("u*v*x", "u + 1/(v - 2)", ["1", "2"], False),
    ("u*v*x + (x - 1)*log(v)", "u", ["1", "2"], True), ("u*v*x + (v - 2)*log(u + 1)", "u", ["1", "2"], True),
    ("u*v*x + log(x + 1)*v", "u", ["1", "2"], True), ("u*v*x + log(x + 1)*u", "u", ["1", "2"], False),
    ("u*v*x + exp(x)", "u", ["1", "2"], True),
    ("u*v*x + exp(v)", "u", ["1", "2"], True), ("u*v*x + exp(u)", "u", ["1", "2"], False),
    ("u*v*x + sqrt(v)", "u", ["1", "2"], True), ("u*v*x + 1/(v - 2)", "u", ["1", "3"], True),
    ("u*v*x", "u + (v - 2)*exp(u)", ["1", "2"], False), ("u*v*x", "tanh(u - 1) + exp(v)", ["1", "2"], False),
]


UV = "param u, v; input x; output u*v*x"
N = 2305843009213693951


def refuted(expression, point, x="1"):
    return {"refuted": {"expression": expression, "inputs": [x] if x else [], "output": 0, "point": point}}


def independent(law, point, slope):
    """slope: the derivative of the law by u there."""
    return {"conserved": None, "independent": None, "laws": [{"expression": law, "proof": "expand"}], "point": point,
            "split": {"C": [[str(pow(slope, -1, N)), "0"]], "mod": str(N)}}


def rank(x):
    """Of u*v*x + ... at (2, 3)."""
    return {"instances": [{"covector": ["1"], "inputs": [str(x)]}], "point": ["2", "3"], "rank": None,
            "split": {"A": [[str(pow(3 * x, -1, N))], ["0"]], "chosen": [0], "mod": str(N)}}


def involutive(x):
    """Of u*(something that is 1)."""
    return {"instances": [{"covector": ["1"], "inputs": [x]}], "involutive": {
        "basis": [0], "coefficients": [[0, 0, ["0"]], [0, 1, ["1"]]], "q": "1"}}


DIAGONAL = {"invariant": [{"G": [["1", "0"]], "H": [["0"], ["-1"]], "basis": [["1", "1"]], "d": "1", "equations": [["1", "-1"]]}]}

# Claims where something has no value, or has one: model, claims with their sections (None: no section of that name), is it one.
AT_POINTS = [
    (V + "u*x + sqrt(-1 - v^2)", refuted("u", ["1", "2"]), False),
    (UV + " + sqrt(v - 3)", refuted("u", ["1", "2"]), False), (UV + " + sqrt(v - 3)", refuted("u", ["1", "4"]), True),
    (UV + " + sqrt(v - 2)", refuted("u", ["1", "2"]), False),
    (UV + " + 1/(v - 2)", refuted("u", ["1", "2"]), False),
    (UV + " + log(x - 1)", refuted("u", ["1", "2"]), False), (UV + " + log(x - 1)", refuted("u", ["1", "2"], "3"), True),
    (UV, refuted("u + sqrt(v - 3) - sqrt(v - 3)", ["1", "2"]), False),
    (UV, refuted("u + log(v - 2) - log(v - 2)", ["1", "2"]), False),
    ("coords x, y; field f = [x, 1/y]", refuted("x", ["1", "0"], None), False),
    ("coords x, y; field f = [x, 1/y]", refuted("x", ["1", "2"], None), True),
    (UV + "; flow metric([1/(u - 2), 1])", refuted("v", ["2", "1"]), False),
    (UV + "; flow metric([1/(u - 2), 1])", refuted("v", ["3", "1"]), True),
    (UV, independent("u^2 - v^2 + 1/(v - 3) - 1/(v - 3)", ["2", "3"], 4), False),
    (UV, independent("u^2 - v^2 + 1/(v - 3) - 1/(v - 3)", ["2", "5"], 4), True),
    (UV, independent("u^2 - v^2 + (1/(v - 3) - 1/(v - 3))", ["2", "3"], 4), False),
    (UV, independent("u^2 - v^2 + (1/(v - 3) - 1/(v - 3))", ["2", "5"], 4), True),
    (UV, independent("u^2 - v^2 + (u - u)*sqrt(v - 7)", ["2", "3"], 4), False),
    (UV, independent("u^2 - v^2 + log(exp(1) + 1)", ["2", "3"], 4), False),
    (UV, independent("u^2 - v^2 + exp(1) + 1/(v - 3) - 1/(v - 3)", ["2", "3"], 4), False),
    (UV, independent("u^2 - v^2 + sqrt(v - 7) - sqrt(v - 7)", ["2", "3"], 4), False),
    (UV, independent("u^2 - v^2 + log(v - 3) - log(v - 3)", ["2", "3"], 4), False),
    (UV + " + 1/(x - 1)", rank(1), False), (UV + " + 1/(x - 1)", rank(2), True),
    (UV + " + 1/(u - v) - 1/(u - v)", DIAGONAL, False), (UV + " + 1/(u + v) - 1/(u + v)", DIAGONAL, True),
    (V + "u*x/x", involutive("0"), False), (V + "u*x/x", involutive("2"), True),
]
