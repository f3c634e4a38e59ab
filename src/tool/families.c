/* families.c - the named families of a sweep. Their tables are in doc/survey.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/families.h"

#include "tool/suggest.h"

#include <stddef.h>
#include <string.h>

const family_row family_rows[] = {
    /* Linear and homogeneous */
    { "linear", "two-layer linear network U*V'*x", "n r m", "",
      "param U[{n},{r}], V[{m},{r}]; input x[{m}]; output U*V'*x" },
    { "deep-linear", "deep linear network; hidden is a list of widths, 2-3-2", "n hidden m", "",
      "input x[{n}]; net {for w in hidden:dense({w}) -> }dense({m})" },
    { "residual", "residual blocks; act linear is no activation", "n width",
      "act linear, blocks 1, bias none",
      "input x[{n}]; net {for i = 1..blocks:{if i-1: -> }residual(dense({width}{if bias != none:, bias})"
      "{if act != linear: -> {act}} -> dense({n}))}" },
    { "relu", "ReLU network; bias none, hidden or all", "n hidden m", "bias none",
      "input x[{n}]; net {for w in hidden:dense({w}{if bias != none:, bias}) -> relu -> }"
      "dense({m}{if bias = all:, bias})" },
    { "conv", "two-layer ReLU convolution, kernels k and k2", "channels width out k", "k2 1, length 5",
      "input x[{channels},{length}]; net conv1d({width}, {k}) -> relu -> conv1d({out}, {k2})" },
    { "linear-conv", "two-layer linear convolution", "channels width out k k2", "length 6",
      "input x[{channels},{length}]; net conv1d({width}, {k}) -> conv1d({out}, {k2})" },
    { "tensor", "CP tensor of three factors", "rank a b c", "",
      "param A[{rank},{a}], B[{rank},{b}], C[{rank},{c}]; input x[{a}], y[{b}], z[{c}]\n"
      "output sum((A*x) .* (B*y) .* (C*z))" },
    { "tied", "tied linear autoencoder U*U'*x", "n r", "", "param U[{n},{r}]; input x[{n}]; output U*U'*x" },
    { "lora", "low-rank adaptation; base trained or frozen", "n m rank", "base trained",
      "{if base = trained:param}{if base = frozen:frozen} W[{m},{n}]; param B[{m},{rank}], A[{rank},{n}]\n"
      "input x[{n}]; output (W + B*A)*x" },
    { "power", "two-layer network with activation z^degree", "degree n width m", "",
      "param W[{width},{n}], V[{m},{width}]; input x[{n}]; output V*((W*x).^{degree})" },
    { "bilinear", "bilinear gated linear unit", "n width m", "",
      "param W[{width},{n}], V[{width},{n}], U[{m},{width}]; input x[{n}]; output U*((W*x) .* (V*x))" },

    /* Analytic */
    { "mlp", "perceptron with any activation; bias none, hidden or all", "act n hidden m", "bias none",
      "input x[{n}]; net {for w in hidden:dense({w}{if bias != none:, bias}) -> {act} -> }"
      "dense({m}{if bias = all:, bias})" },
    { "glu", "gated linear unit: silu is SwiGLU", "n width m", "act silu",
      "input x[{n}]; net glu({width}, {act}) -> dense({m})" },
    { "classifier", "softmax classifier, one layer", "n classes", "",
      "input x[{n}]; net dense({classes}) -> softmax" },
    { "mlp-classifier", "perceptron with a softmax head", "act n width classes", "bias none",
      "input x[{n}]; net dense({width}{if bias != none:, bias}) -> {act} -> "
      "dense({classes}{if bias = all:, bias}) -> softmax" },
    { "norm", "normalisation between two layers; affine 0 or 1", "n width m", "norm layernorm, affine 0",
      "input x[{n}]; net dense({width}) -> {norm}{if affine:(affine)} -> dense({m})" },
    { "norm-gain", "normalisation with gain and bias, then a layer", "n m", "norm rmsnorm",
      "input x[{n}]; net {norm}(affine) -> dense({m})" },
    { "moe", "linear experts under a softmax gate", "n experts m", "",
      "param G[{experts},{n}]{for i = 1..experts:, E{i}[{m},{n}]}; input x[{n}]\n"
      "let g = softmax(G*x); output {for i = 1..experts:{if i-1: + }g[{i}]*(E{i}*x)}" },
    { "recurrent", "one recurrent layer, the same weights at each step", "n width m", "act tanh, steps 2",
      "param A[{width},{width}], B[{width},{n}], C[{m},{width}]; input {for t = 1..steps:{if t-1:, "
      "}x{t}[{n}]}\n"
      "let h1 = {act}(B*x1){for t = 2..steps:; let h{t} = {act}(A*h{t-1} + B*x{t})}\n"
      "output C*h{steps}" },

    /* Attention */
    { "attention", "softmax attention", "heads dim d", "tokens 2",
      "input X[{tokens},{d}]; net attention(heads={heads}, dim={dim})" },
    { "gqa", "grouped-query attention, `queries` heads in each group", "groups queries dim d", "tokens 2",
      "input X[{tokens},{d}]; net attention(heads={groups*queries}, dim={dim}, kv_groups={groups})" },
    { "causal-attention", "softmax attention with later tokens masked", "heads dim d", "tokens 2",
      "input X[{tokens},{d}]; net attention(heads={heads}, dim={dim}, causal)" },
    { "linear-attention", "attention without the softmax", "heads dim d", "tokens 2",
      "input X[{tokens},{d}]; net attention(heads={heads}, dim={dim}, linear)" },
    { "transformer", "transformer blocks: normalised attention and perceptron, both residual",
      "d heads dim width", "norm layernorm, act gelu, affine 0, blocks 1, tokens 2",
      "input X[{tokens},{d}]\n"
      "net {for i = 1..blocks:{if i-1: ->\n    }"
      "residual({norm}{if affine:(affine)} -> attention(heads={heads}, dim={dim})) ->\n"
      "    residual({norm}{if affine:(affine)} -> dense({width}) -> {act} -> dense({d}))}" },

    /* Other flows */
    { "linear-momentum", "two-layer linear network under momentum", "n r m", "tau tau",
      "param U[{n},{r}], V[{m},{r}]; input x[{m}]; output U*V'*x; flow momentum(tau={tau})" },
    { NULL, NULL, NULL, NULL, NULL },
};

const family_row *family_find(const char *name)
{
    for (const family_row *row = family_rows; row->name != NULL; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static const char *name_of(int i)
{
    return family_rows[i].name;
}

const char *family_nearest(const char *word)
{
    return word_nearest(word, name_of);
}
