"""The models for the tests of lieorbit-check, with their laws: text for the checker, functions for the producer.

Copyright (C) 2026 the lieorbit developers
SPDX-License-Identifier: LGPL-3.0-or-later
"""

from make_certificates import (Case, Number, cos, dot, erf, exp, gelu, generic, layernorm, leaky_relu, matmul, maxpool, names, odd,
                               plus, relu, rmsnorm, shaped, silu, sin, softmax, softplus, sqrt, tanh, times, transpose)

LAWS = ("conserved", "independent", "rank", "complete")


def cut(theta, *sizes):
    out, at = [], 0
    for size in sizes:
        dims = size if isinstance(size, tuple) else (size,)
        n = 1
        for d in dims:
            n *= d
        out.append(shaped(theta[at:at + n], *dims))
        at += n
    return out


def powers(x, n):
    """1, x, .., x^(n - 1)."""
    list_ = [x ** 0]
    while len(list_) < n:
        list_.append(list_[-1] * x)
    return list_


def balance(a, b, n, inner_a, inner_b):
    """Entries of sum_s A[.., s..] A[..] - B B, from two functions that name entries."""
    laws = []
    for i in range(1, n + 1):
        for j in range(i, n + 1):
            left = " + ".join(f"{a(s, i)}*{a(s, j)}" for s in range(1, inner_a + 1))
            right = " - ".join(f"{b(s, i)}*{b(s, j)}" for s in range(1, inner_b + 1))
            laws.append(f"{left} - {right}")
    return laws


def uvt(theta, x):
    U, V = cut(theta, (2, 2), (2, 2))
    return times(U, times(transpose(V), x))


def chain(theta, x):
    A, B, C = cut(theta, (3, 2), (2, 3), (3, 2))
    return times(C, times(B, times(A, x)))


def relu_bias(theta, x):
    W, b, V, c = cut(theta, (2, 2), 2, (2, 2), 2)
    return plus(times(V, relu(plus(times(W, x), b))), c)


def leaky_deep(theta, x):
    A, B, C = cut(theta, (2, 2), (2, 2), (1, 2))
    return times(C, relu(times(B, leaky_relu(times(A, x)))))


def conv_relu(theta, x):
    a, b = cut(theta, (2, 1, 2), (1, 2, 1))
    h = [[relu(dot(a[o][0], x[l:l + 2])) for l in range(2)] for o in range(2)]
    return [dot(b[0][0], [h[0][l]]) + dot(b[0][1], [h[1][l]]) for l in range(2)]


def max_pool(theta, x):
    W, V = cut(theta, (4, 2), (1, 2))
    z = times(W, x)
    return times(V, [maxpool(z[0:2]), maxpool(z[2:4])])


def rows_balance(hidden, inputs, outputs, bias=False):
    laws = []
    for k in range(1, hidden + 1):
        terms = [f"W1[{k},{j}]^2" for j in range(1, inputs + 1)] + ([f"b1[{k}]^2"] if bias else [])
        laws.append(" + ".join(terms) + " - " + " - ".join(f"W2[{i},{k}]^2" for i in range(1, outputs + 1)))
    return laws


def attention(theta, x):
    Q, K, V, O = cut(theta, (1, 2), (1, 2), (1, 2), (1, 2))
    X = shaped(x, 2, 2)
    score = matmul(matmul(X, transpose(Q)), matmul(K, transpose(X)))
    value = matmul(matmul(X, transpose(V)), O)
    return [y for row in score for y in times(transpose(value), softmax(row))]


def relu_mlp(theta, x):
    W, b, V = cut(theta, (4, 3), 4, (2, 4))
    return times(V, relu(plus(times(W, x), b)))


def relu_line(theta, x):
    return [dot(theta[2:], relu([w * x[0] for w in theta[:2]]))]


def of_one_field(cert):
    """Every claim about the output u v x: its field is a multiple of one member."""
    first = cert["split"]["chosen"][0]
    member = cert["instances"][first]
    cert["involutive"] = {"basis": [first], "coefficients": [[0, 0, ["0"]], [0, 1, ["x"]]],
                          "q": str(int(member["covector"][0]) * int(member["inputs"][0]))}


def signed(*images):
    """A generator: image i, or with -i the image i - 1 negated."""
    return [["-1", -i - 1] if i < 0 else ["1", i] for i in images]


CASES = [
    Case("uvt-2-2", "param U[2,2], V[2,2]\ninput x[2]\noutput U*V'*x", uvt, 8, inputs=2,
         laws=balance(lambda s, i: f"U[{s},{i}]", lambda s, i: f"V[{s},{i}]", 2, 2, 2),
         gradient=names(U=(2, 2), V=(2, 2))),
    Case("chain-2-3-2-3", "input x[2]\nnet dense(3) -> dense(2) -> dense(3)", chain, 18, inputs=2,
         laws=balance(lambda s, i: f"W1[{i},{s}]", lambda s, i: f"W2[{s},{i}]", 3, 2, 2) +
         balance(lambda s, i: f"W2[{i},{s}]", lambda s, i: f"W3[{s},{i}]", 2, 3, 3),
         gradient=names(W1=(3, 2), W2=(2, 3), W3=(3, 2))),
    Case("relu-bias", "input x[2]\nnet dense(2, bias) -> relu -> dense(2, bias)", relu_bias, 12, inputs=2,
         laws=rows_balance(2, 2, 2, True), relu="path-lifting", gradient=names(W1=(2, 2), b1=(2,), W2=(2, 2), b2=(2,))),
    Case("leaky-deep", "input x[2]\nnet dense(2) -> leaky_relu -> dense(2) -> relu -> dense(1)", leaky_deep, 10, inputs=2,
         laws=rows_balance(2, 2, 2) + ["W2[1,1]^2 + W2[1,2]^2 - W3[1,1]^2", "W2[2,1]^2 + W2[2,2]^2 - W3[1,2]^2"],
         relu="path-lifting", gradient=names(W1=(2, 2), W2=(2, 2), W3=(1, 2))),
    Case("conv-relu", "param a[2,1,2], b[1,2,1]\ninput x[1,3]\noutput conv1d(relu(conv1d(x, a)), b)", conv_relu, 6,
         inputs=3, laws=[f"a[{o},1,1]^2 + a[{o},1,2]^2 - b[1,{o},1]^2" for o in (1, 2)], relu="path-lifting",
         gradient=names(a=(2, 1, 2), b=(1, 2, 1))),
    Case("max-pool", "input x[2]\nnet dense(4) -> maxpool(2) -> dense(1)", max_pool, 10, inputs=2,
         laws=[" + ".join(f"W1[{k},{j}]^2" for k in (2 * w - 1, 2 * w) for j in (1, 2)) + f" - W2[1,{w}]^2"
               for w in (1, 2)], relu="path-lifting", gradient=names(W1=(4, 2), W2=(1, 2))),
    Case("tied-product", "param u[2], v[2]\ninput x\noutput dot(u, v)*x",
         lambda theta, x: [dot(theta[:2], theta[2:]) * x[0]], 4, inputs=1, gradient=names(u=(2,), v=(2,)),
         laws=["u[1]^2 - v[1]^2", "u[2]^2 - v[2]^2", "u[1]*u[2] - v[1]*v[2]"]),
    Case("frozen-between", "param a, b\nfrozen c\ninput x\noutput a*c*b*x",
         lambda theta, x, f: [theta[0] * f[0] * theta[1] * x[0]], 2, inputs=1, frozen=["3/2"], laws=["a^2 - b^2"],
         gradient=names(a=(), b=())),
    Case("quotient", "param a, b, c\ninput x\noutput a*b*x/c", lambda t, x: [t[0] * t[1] * x[0] / t[2]], 3, inputs=1,
         laws=["a^2 - b^2", "a^2 + c^2"], gradient=names(a=(), b=(), c=())),
    Case("heisenberg", "coords x, y, z\nfield X = [1, 0, -y/2]\nfield Y = [0, 1, x/2]",
         lambda t, x: [[t[0] * 0 + 1, t[0] * 0, t[1] * -1 / 2], [t[0] * 0, t[0] * 0 + 1, t[0] / 2]], 3, kind="raw", bits=2,
         claims=("rank",)),
    Case("deep-words", "coords a, b, c, d, e, f, g, h, i, j\nfield X = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]\n"
         "field Y = [0, 1, a, a^2, a^3, a^4, a^5, a^6, a^7, a^8]",
         lambda t, x: [[t[0] * 0 + int(k == 0) for k in range(10)], [t[0] * 0] + powers(t[0], 9)], 10,
         kind="raw", bits=2, claims=("rank",), point=[2] * 10),
    Case("unicycle", "coords x, y, t\nfield a = [cos(t), sin(t), 0]\nfield b = [0, 0, 1]",
         lambda t, x: [[cos(t[2]), sin(t[2]), t[0] * 0], [t[0] * 0, t[0] * 0, t[0] * 0 + 1]], 3, kind="raw", bits=2,
         claims=("rank",), point=[1, 2, 0]),
    Case("rational-field", "coords x, y\nfield f = [x/(1 + y), -y/(1 + y)]",
         lambda t, x: [[t[0] / (1 + t[1]), -t[1] / (1 + t[1])]], 2, kind="raw", bits=1, laws=["x*y"],
         gradient=names(x=(), y=())),
    Case("ratio-law", "coords x, y, z\nfield a = [x, y, z]\nfield b = [x, -y, 0]",
         lambda t, x: [[t[0], t[1], t[2]], [t[0], -t[1], t[0] * 0]], 3, kind="raw", bits=2, laws=["x*y/z^2"],
         gradient=names(x=(), y=(), z=())),
    Case("logarithm-law", "coords x, y, z\nfield a = [x, y, z]\nfield b = [x, -y, 0]",
         lambda t, x: [[t[0], t[1], t[2]], [t[0], -t[1], t[0] * 0]], 3, kind="raw", bits=2,
         laws=["log(x) + log(y) - 2*log(z)"], gradient=names(x=(), y=(), z=())),
    Case("pendulum", "coords x, v\nfield f = [v, -sin(x)]", lambda t, x: [[t[1], -sin(t[0])]], 2, kind="raw", bits=1,
         laws=["v^2/2 - cos(x)"], point=[0, 3], claims=("conserved", "rank")),
    Case("map-product", "param u, v, w\nmap phi = [u*v, v*w]", lambda t, x: [t[0] * t[1], t[1] * t[2]], 3, kind="map",
         laws=["u^2 - v^2 + w^2"], gradient=names(u=(), v=(), w=())),
    Case("momentum-1-1-1", "param u, v\ninput x\noutput u*v*x\nflow momentum(tau=0)", lambda t, x: [t[0] * t[1] * x[0]], 2,
         inputs=1, flow="momentum", laws=[], claims=("rank",)),
    Case("momentum-1-2-1", "param u[2], v[2]\ninput x\noutput dot(u, v)*x\nflow momentum(tau=0)",
         lambda t, x: [dot(t[:2], t[2:]) * x[0]], 4, inputs=1, flow="momentum",
         laws=["u[1]*u_dot[2] - u[2]*u_dot[1] + v[1]*v_dot[2] - v[2]*v_dot[1]",
               "u[1]*v_dot[2] - v[2]*u_dot[1] - u[2]*v_dot[1] + v[1]*u_dot[2]"],
         gradient=lambda th: {**names(u=(2,), v=(2,))(th[1:5]), **names(u_dot=(2,), v_dot=(2,))(th[5:])}),
    Case("mirror-nmf", "param U[1,2], V[1,2]\ninput x[1]\noutput U*V'*x\nflow mirror(U, V)",
         lambda t, x: [dot(t[:2], t[2:]) * x[0]], 4, inputs=1, flow=lambda t: t, laws=["U[1,1] - V[1,1]", "U[1,2] - V[1,2]"],
         claims=("conserved", "independent", "rank"), rank=1, gradient=names(U=(1, 2), V=(1, 2))),
    Case("tanh-two", "param a[3], w[3]\ninput x\noutput dot(a, tanh(w*x))",
         lambda t, x: [dot(t[:3], tanh([w * x[0] for w in t[3:]]))], 6, inputs=1, order=13, claims=("rank",),
         point=[1, 2, 3, 1, 2, 3]),
    Case("exp-bias", "param W[2,2], b[2], a[2]\ninput x[2]\noutput dot(a, exp(W*x + b))",
         lambda t, x: [dot(t[6:8], exp(plus(times(shaped(t[:4], 2, 2), x), t[4:6])))], 8, inputs=2, order=5,
         point=[1, 2, 3, -1, 0, 0, 2, 3], laws=["a[1]^2/2 - b[1]", "a[2]^2/2 - b[2]"],
         gradient=names(W=(2, 2), b=(2,), a=(2,))),
    Case("attention-1-1-2", "param Q[1,2], K[1,2], V[1,2], O[1,2]\ninput X[2,2]\n"
         "output softmax(X*Q'*K*X')*X*V'*O", attention, 8, inputs=4, order=7,
         laws=["Q[1,1]^2 + Q[1,2]^2 - K[1,1]^2 - K[1,2]^2", "V[1,1]^2 + V[1,2]^2 - O[1,1]^2 - O[1,2]^2"],
         gradient=names(Q=(1, 2), K=(1, 2), V=(1, 2), O=(1, 2))),
    Case("layernorm-3-2", "param W[3,2]\ninput x[2]\noutput layernorm(W*x)",
         lambda t, x: layernorm(times(shaped(t, 3, 2), x)), 6, inputs=2, order=2, base=[1, 0],
         point=[1, 2, 2, 3, 0, 1], claims=("conserved",), roots=[("2/3", 1624281236720666187)],
         laws=["W[1,1] + W[2,1] + W[3,1]", "W[1,2] + W[2,2] + W[3,2]",
               "W[1,1]^2 + W[1,2]^2 + W[2,1]^2 + W[2,2]^2 + W[3,1]^2 + W[3,2]^2"]),
    Case("rmsnorm-2", "param W[2,2]\ninput x[2]\noutput rmsnorm(W*x)",
         lambda t, x: rmsnorm(times(shaped(t, 2, 2), x)), 4, inputs=2, order=3, base=[1, 0], point=[1, 3, 7, 2],
         laws=["W[1,1]^2 + W[1,2]^2 + W[2,1]^2 + W[2,2]^2"], gradient=names(W=(2, 2)), relu="none"),
    Case("softmax-classifier", "param W[3,2]\ninput x[2]\noutput softmax(W*x)",
         lambda t, x: softmax(times(shaped(t, 3, 2), x)), 6, inputs=2, order=2, gradient=names(W=(3, 2)),
         laws=["W[1,1] + W[2,1] + W[3,1]", "W[1,2] + W[2,2] + W[3,2]"]),
    Case("softplus-bias", "param w, b, a\ninput x\noutput a*softplus(w*x + b)",
         lambda t, x: [t[2] * softplus(t[0] * x[0] + t[1])], 3, inputs=1, order=4, point=[2, 0, 3], claims=("rank",)),
    Case("gelu-two", "param w[2], a[2]\ninput x\noutput dot(a, gelu(w*x))",
         lambda t, x: [dot(t[2:], gelu([w * x[0] for w in t[:2]]))], 4, inputs=1, order=8, claims=("rank",)),
    Case("erf-one", "param w, b, a\ninput x\noutput a*erf(w*x + b)", lambda t, x: [t[2] * erf(t[0] * x[0] + t[1])], 3,
         inputs=1, order=4, point=[2, 0, 3], claims=("rank",)),
    Case("generic-two", "param w[2], a[2]\ninput x\noutput dot(a, generic(w*x))",
         lambda t, x: [dot(t[2:], generic([w * x[0] for w in t[:2]]))], 4, inputs=1, order=6, claims=("rank",)),
    Case("swiglu", "param W[1,2], V[1,2], U[1,1]\ninput x[2]\noutput U*(silu(W*x) .* (V*x))",
         lambda t, x: [t[4] * silu(dot(t[:2], x)) * dot(t[2:4], x)], 5, inputs=2, order=5,
         laws=["V[1,1]^2 + V[1,2]^2 - U[1,1]^2"], gradient=names(W=(1, 2), V=(1, 2), U=(1, 1))),
    Case("invariant-uvt", "param U[2,2], V[2,2]\ninput x[2]\noutput U*V'*x", uvt, 8, inputs=2, claims=("invariant",),
         invariant=[{"G": [["1" if j == 2 * i else "0" for j in range(8)] for i in range(4)],
                     "H": [["1" if i == 2 * j + 1 else "0" for j in range(4)] for i in range(8)],
                     "basis": [["1" if j == 2 * i else "0" for j in range(8)] for i in range(4)], "d": "1",
                     "equations": [["1" if j == 2 * i + 1 else "0" for j in range(8)] for i in range(4)]}]),
    Case("invariant-tanh-signed", "param a[2], w[2]\ninput x\noutput dot(a, tanh(w*x))",
         lambda t, x: [dot(t[:2], tanh([w * x[0] for w in t[2:]]))], 4, inputs=1, claims=("invariant",),
         invariant=[{"G": [["1", "0", "0", "0"], ["0", "0", "1", "0"]],
                     "H": [["0", "0"], ["1", "0"], ["0", "0"], ["0", "1"]],
                     "basis": [["1", "-1", "0", "0"], ["0", "0", "1", "-1"]], "d": "1",
                     "equations": [["1", "1", "0", "0"], ["0", "0", "1", "1"]]}]),
    Case("refuted-relu", "input x[1]\nnet dense(1) -> relu -> dense(1)", lambda t, x: [t[1] * relu(t[0] * x[0])], 2,
         inputs=1, relu="path-lifting", claims=("refuted",), gradient=names(W1=(1, 1), W2=(1, 1)),
         refuted={"expression": "W1[1,1]^2 + W2[1,1]^2", "inputs": ["1"], "output": 0, "point": ["1", "2"]}),
    Case("refuted-field", "coords x, y\nfield f = [-y, x]", lambda t, x: [[-t[1], t[0]]], 2, kind="raw", bits=1,
         claims=("refuted",), refuted={"expression": "x*y", "inputs": [], "output": 0, "point": ["1", "3"]}),
    Case("involutive-rotations", "coords x, y, z\nfield a = [0, -z, y]\nfield b = [z, 0, -x]",
         lambda t, x: [[t[0] * 0, -t[2], t[1]], [t[2], t[0] * 0, -t[0]]], 3, kind="raw", bits=2, claims=("involutive",),
         instances=[{"field": 0}, {"field": 1}],
         involutive={"basis": [0, 1], "q": "z", "coefficients": [
             [0, 0, ["0", "0"]], [0, 1, ["x", "y"]], [0, 2, ["z", "0"]],
             [1, 0, ["-x", "-y"]], [1, 1, ["0", "0"]], [1, 2, ["0", "z"]]]}),
    Case("units-mlp", "input x[3]\nnet dense(4, bias) -> relu -> dense(2)", relu_mlp, 24, inputs=3, relu="path-lifting",
         claims=("units",), shapes={"W1": (4, 3), "b1": (4,), "W2": (2, 4)},
         units={"count": 4, "pivots": [[0, [k, 0]] for k in range(4)], "tensors": [
             {"axes": [[[4, 0, 1, "1"]], [[3]]], "name": "W1"}, {"axes": [[[4, 0, 1, "1"]]], "name": "b1"},
             {"axes": [[[2]], [[4, 0, 1, "-1"]]], "name": "W2"}]}),
    Case("units-split", "input x[1]\nnet dense(2) -> relu -> dense(1)", relu_line, 4, inputs=1, relu="path-lifting",
         claims=("independent", "rank", "complete", "units", "growth"), shapes={"W1": (2, 1), "W2": (1, 2)},
         laws=["W1[1,1]^2 - W2[1,1]^2", "W1[2,1]^2 - W2[1,2]^2"], gradient=names(W1=(2, 1), W2=(1, 2)),
         units={"count": 2, "pivots": [[0, [0, 0]], [1, [0, 1]]], "tensors": [
             {"axes": [[[2, 0, 1, "1"]], [[1]]], "name": "W1"}, {"axes": [[[1]], [[2, 0, 1, "-1"]]], "name": "W2"}]}),
    Case("units-layers", "input x[1]\nnet dense(2) -> relu -> dense(1)", relu_line, 4, inputs=1, relu="path-lifting",
         claims=("units",), shapes={"W1": (2, 1), "W2": (1, 2)},
         units={"count": 2, "pivots": [[0, [0, 0]], [1, [0, 1]]], "tensors": [
             {"layers": [[[[2, 0, 1, "2"]], [[1]]], [[[1, 0, 0, "-1"], [1, 1, 1, "-1"]], [[1]]]], "name": "W1"},
             {"axes": [[[1]], [[2, 0, 1, "-1"]]], "name": "W2"}]}),
    Case("engel-growth", "coords x, y, z, w\nfield X = [1, 0, 0, 0]\nfield Y = [0, 1, x, x^2/2]",
         lambda t, x: [[t[0] * 0 + 1, t[0] * 0, t[0] * 0, t[0] * 0], [t[0] * 0, t[0] * 0 + 1, t[0], t[0] * t[0] / 2]], 4,
         kind="raw", bits=2, claims=("rank", "growth")),
    Case("symmetry-relu", "input x[2]\nnet dense(2, bias) -> relu -> dense(2, bias)", relu_bias, 12, inputs=2,
         relu="path-lifting", claims=("symmetry",), gradient=names(W1=(2, 2), b1=(2,), W2=(2, 2), b2=(2,)),
         symmetry=[signed(2, 3, 0, 1, 5, 4, 7, 6, 9, 8, 10, 11)]),
    Case("symmetry-relu-and-law", "input x[2]\nnet dense(2, bias) -> relu -> dense(2, bias)", relu_bias, 12, inputs=2,
         relu="path-lifting", claims=("conserved", "independent", "rank", "complete", "growth", "symmetry"),
         laws=rows_balance(2, 2, 2, True), gradient=names(W1=(2, 2), b1=(2,), W2=(2, 2), b2=(2,)),
         symmetry=[signed(2, 3, 0, 1, 5, 4, 7, 6, 9, 8, 10, 11)]),
    Case("symmetry-max-pool", "input x[2]\nnet dense(4) -> maxpool(2) -> dense(1)", max_pool, 10, inputs=2,
         relu="path-lifting", claims=("symmetry",), gradient=names(W1=(4, 2), W2=(1, 2)),
         symmetry=[signed(4, 5, 6, 7, 0, 1, 2, 3, 9, 8)]),
    Case("symmetry-tanh", "param a[2], w[2]\ninput x\noutput dot(a, tanh(w*x))",
         lambda t, x: [dot(t[:2], tanh([w * x[0] for w in t[2:]]))], 4, inputs=1, claims=("symmetry",),
         symmetry=[signed(1, 0, 3, 2), signed(-1, 1, -3, 3)]),
    Case("symmetry-deep", "input x[2]\nnet dense(2) -> leaky_relu -> dense(2) -> relu -> dense(1)", leaky_deep, 10, inputs=2,
         relu="path-lifting", claims=("symmetry",), gradient=names(W1=(2, 2), W2=(2, 2), W3=(1, 2)),
         symmetry=[signed(2, 3, 0, 1, 5, 4, 7, 6, 8, 9), signed(0, 1, 2, 3, 6, 7, 4, 5, 9, 8)]),
    Case("rmsnorm-root", "param W[2,2]\ninput x[2]\noutput rmsnorm(W*x)",
         lambda t, x: rmsnorm(times(shaped(t, 2, 2), x)), 4, inputs=2, order=3, base=[1, 0], point=[1, 3, 3, 2],
         laws=["W[1,1]^2 + W[1,2]^2 + W[2,1]^2 + W[2,2]^2"], gradient=names(W=(2, 2)), roots=[(5, 599883034777669630)]),
    Case("pool-line", "param w[2], v\ninput x\noutput v*maxpool(w*x, 2)", lambda t, x: [t[2] * maxpool([w * x[0] for w in t[:2]])],
         3, inputs=1, relu="path-lifting", laws=["w[1]^2 + w[2]^2 - v^2"], claims=(*LAWS, "growth"),
         gradient=names(w=(2,), v=())),
    Case("relu-line", "param w, b, a\ninput x\noutput a*leaky_relu(w*x + b)",
         lambda t, x: [t[2] * leaky_relu(t[0] * x[0] + t[1])], 3, inputs=1, relu="path-lifting", laws=["w^2 + b^2 - a^2"],
         gradient=names(w=(), b=(), a=())),
    Case("roots-two", "param a, b\ninput x\noutput a*b*x*sqrt(6)",
         lambda t, x: [t[0] * t[1] * x[0] * sqrt(Number.of(6))], 2, inputs=1, laws=["a^2 - b^2"],
         gradient=names(a=(), b=()), roots=[(2, 432741127753990578), (3, 1357490219032204553)]),
    Case("tangent-ratio", "param a, b, u, v\ninput x\noutput a*b*tanh(u*x/v)", lambda t, x: [t[0] * t[1] * tanh(t[2] * x[0] / t[3])], 4,
         inputs=1, order=3, proof="tangent", laws=["a^2 - b^2", "u^2 + v^2"], gradient=names(a=(), b=(), u=(), v=())),
    Case("tangent-relu", "param u, v\ninput x\noutput u*relu(v*x)\nflow mirror(u)", lambda t, x: [t[0] * relu(t[1] * x[0])], 2,
         inputs=1, flow=lambda t: [t[0], 1], relu="path-lifting", proof="tangent", claims=("conserved", "independent"),
         laws=["u - v^2/2"], gradient=names(u=(), v=())),
    Case("refuted-pool", "param w[2], v\ninput x\noutput v*maxpool(w*x, 2)",
         lambda t, x: [t[2] * maxpool([w * x[0] for w in t[:2]])], 3, inputs=1, relu="path-lifting", claims=("refuted",),
         refuted={"expression": "w[1]^2 - v^2", "inputs": ["1/2"], "output": 0, "point": ["1", "2", "3"]}),
    Case("every-claim", "param u, v\ninput x\noutput u*v*x", lambda t, x: [t[0] * t[1] * x[0]], 2, inputs=1, laws=["u^2 - v^2"],
         claims=(*LAWS, "invariant", "refuted", "involutive", "growth", "symmetry"), gradient=names(u=(), v=()),
         finish=of_one_field, symmetry=[signed(1, 0), [["-1", 0], ["-1", 1]]],
         refuted={"expression": "u*v", "inputs": ["1"], "output": 0, "point": ["1", "2"]},
         invariant=[{"G": [["1", "0"]], "H": [["0"], ["-1"]], "basis": [["1", "1"]], "d": "1", "equations": [["1", "-1"]]}]),
]
