/* zoo.c - the built-in models. Their counts are in the manual and in tests/test_tool.sh.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/zoo.h"

#include "tool/suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Parts of the residual networks, as text: a 3x3 convolution with its norm; two blocks of which the first
 * halves the image; a bottleneck that changes the number of channels, and `more` that keep it. */
#define CONV3(c) "conv2d(" c ", 3, pad=1) -> batchnorm(affine)"
#define BASIC(c)                                                                                       \
    "  -> residual(conv2d(" c ", 3, stride=2, pad=1) -> batchnorm(affine) -> relu -> " CONV3(c) ",\n"  \
    "              conv2d(" c ", 1, stride=2) -> batchnorm(affine)) -> relu\n"                         \
    "  -> residual(" CONV3(c) " -> relu -> " CONV3(c) ") -> relu\n"
#define BOTTLENECK(c, out, stride, more)                                                               \
    "  -> residual(conv2d(" c ", 1) -> batchnorm(affine) -> relu\n"                                    \
    "              -> conv2d(" c ", 3, pad=1" stride ") -> batchnorm(affine) -> relu\n"                \
    "              -> conv2d(" out ", 1) -> batchnorm(affine),\n"                                      \
    "              conv2d(" out ", 1" stride ") -> batchnorm(affine)) -> relu\n"                       \
    "  -> repeat(" more ", residual(conv2d(" c ", 1) -> batchnorm(affine) -> relu -> " CONV3(c) " -> relu\n" \
    "                     -> conv2d(" out ", 1) -> batchnorm(affine)) -> relu)\n"

const zoo_row zoo_rows[] = {
    { "two-layer-linear", "two-layer linear network", "U*V'*x: the entries of U'U - V'V",
      "param U[2,2], V[2,2]\n"
      "input x[2]\n"
      "output U*V'*x\n" },
    { "deep-linear", "deep linear network", "three layers: balancedness between neighbours",
      "input x[2]\n"
      "net dense(2) -> dense(2) -> dense(2)\n" },
    { "relu-mlp", "two-layer ReLU network", "one law per hidden neuron: |in|^2 - |out|^2",
      "input x[2]\n"
      "net dense(3) -> relu -> dense(2)\n" },
    { "relu-bias", "two-layer ReLU network with biases", "the bias joins the law of its neuron",
      "input x[2]\n"
      "net dense(3, bias) -> relu -> dense(2, bias)\n" },
    { "conv-relu", "two-layer ReLU convolution", "one law per hidden channel",
      "input x[2,4]\n"
      "net conv1d(2, 2) -> relu -> conv1d(1, 2)\n" },
    { "linear-conv", "two-layer linear convolution", "the product of two polynomials: one law",
      "param a[1,1,2], b[1,1,2]\n"
      "input x[1,4]\n"
      "output conv1d(conv1d(x, a), b)\n" },
    { "tensor", "CP tensor of rank 2", "a 2x2x2 tensor as a sum of two products: four laws",
      "param A[2,2], B[2,2], C[2,2]\n"
      "input x[2], y[2], z[2]\n"
      "output sum((A'*x) .* (B'*y) .* (C'*z))\n" },
    { "tied", "tied linear autoencoder", "U*U'*x, wide: laws that are not polynomial",
      "param U[2,3]\n"
      "input x[2]\n"
      "output U*U'*x\n" },
    { "monomial", "product of five weights", "one field: differences of squares",
      "param a, b, c, d, e\n"
      "output a*b*c*d*e\n" },
    { "diagonal", "diagonal linear network", "u.^2 - v.^2: the products u[i]*v[i]",
      "param u[3], v[3]\n"
      "input x[3]\n"
      "output dot(u.*u - v.*v, x)\n" },
    { "quadratic-activation", "two-layer network with squares", "three levels of brackets",
      "param W[4,2], a[4]\n"
      "input x[2]\n"
      "output dot(a, (W*x).^2)\n" },
    { "bilinear-glu", "bilinear gated linear unit", "two laws per hidden neuron",
      "param W[2,2], V[2,2], U[2,2]\n"
      "input x[2]\n"
      "output U*((W*x) .* (V*x))\n" },
    { "linear-attention", "linear attention, one head", "attention without the softmax: three laws",
      "input X[2,2]\n"
      "net attention(heads=1, dim=1, linear)\n" },
    { "lora", "low-rank adaptation of a trained layer", "one law survives next to the full matrix",
      "param W[3,3], B[3,1], A[1,3]\n"
      "input x[3]\n"
      "output (W + B*A)*x\n" },
    { "residual-linear", "two residual linear blocks", "one law per block",
      "input x[2]\n"
      "net residual(dense(1) -> dense(2)) -> residual(dense(1) -> dense(2))\n" },
    { "unicycle", "unicycle", "drive and turn reach every position: no law",
      "coords x, y, theta\n"
      "field drive = [cos(theta), sin(theta), 0]\n"
      "field turn = [0, 0, 1]\n" },
    { "heisenberg", "Heisenberg group", "growth (2, 3)",
      "coords x, y, z\n"
      "field X = [1, 0, -y/2]\n"
      "field Y = [0, 1, x/2]\n" },
    { "engel", "Engel group", "growth (2, 3, 4)",
      "coords x, y, z, w\n"
      "field X = [1, 0, 0, 0]\n"
      "field Y = [0, 1, x, x^2/2]\n" },
    { "cartan", "Cartan distribution", "growth (2, 3, 5)",
      "coords a, b, c, d, e\n"
      "field X = [1, 0, 0, 0, 0]\n"
      "field Y = [0, 1, a, a^2/2, a*b]\n" },
    { "car", "car with a steering wheel", "parking: growth (2, 3, 4)",
      "coords x, y, theta, phi\n"
      "field drive = [cos(theta)*cos(phi), sin(theta)*cos(phi), sin(phi), 0]\n"
      "field steer = [0, 0, 0, 1]\n" },
    { "pendulum", "pendulum", "one field: the energy",
      "coords q, w\n"
      "field flow1 = [w, -sin(q)]\n" },
    { "mnist-mlp", "MNIST perceptron 784-512-256-10", "ReLU, biases; 535,818 parameters",
      "input x[784]\n"
      "net dense(512, bias) -> relu -> dense(256, bias) -> relu -> dense(10, bias)\n" },
    { "lenet-5", "LeNet-5 for 28x28 images, with ReLU and max-pooling", "biases; 61,706 parameters",
      "input x[1,28,28]\n"
      "net conv2d(6, 5, pad=2, bias) -> relu -> maxpool(2)\n"
      "  -> conv2d(16, 5, bias) -> relu -> maxpool(2)\n"
      "  -> flatten -> dense(120, bias) -> relu -> dense(84, bias) -> relu -> dense(10, bias)\n" },
    { "vgg-16", "VGG-16", "thirteen convolutions, three dense layers; 138,357,544 parameters",
      "input x[3,224,224]\n"
      "net repeat(2, conv2d(64, 3, pad=1, bias) -> relu) -> maxpool(2)\n"
      "  -> repeat(2, conv2d(128, 3, pad=1, bias) -> relu) -> maxpool(2)\n"
      "  -> repeat(3, conv2d(256, 3, pad=1, bias) -> relu) -> maxpool(2)\n"
      "  -> repeat(2, repeat(3, conv2d(512, 3, pad=1, bias) -> relu) -> maxpool(2))\n"
      "  -> flatten -> repeat(2, dense(4096, bias) -> relu) -> dense(1000, bias)\n" },
    { "resnet-18", "ResNet-18", "batch norm over the positions of one image; 11,689,512 parameters",
      "input x[3,224,224]\n"
      "net conv2d(64, 7, stride=2, pad=3) -> batchnorm(affine) -> relu -> maxpool(3, stride=2, pad=1)\n"
      "  # 56 x 56, 64 channels\n"
      "  -> repeat(2, residual(" CONV3("64") " -> relu -> " CONV3("64") ") -> relu)\n"
      "  # 28 x 28, 128 channels\n" BASIC("128")
      "  # 14 x 14, 256 channels\n" BASIC("256")
      "  # 7 x 7, 512 channels\n" BASIC("512")
      "  -> avgpool(7) -> flatten -> dense(1000, bias)\n" },
    { "resnet-50", "ResNet-50", "batch norm over the positions of one image; 25,557,032 parameters",
      "input x[3,224,224]\n"
      "net conv2d(64, 7, stride=2, pad=3) -> batchnorm(affine) -> relu -> maxpool(3, stride=2, pad=1)\n"
      "  # 56 x 56, 256 channels\n" BOTTLENECK("64", "256", "", "2")
      "  # 28 x 28, 512 channels\n" BOTTLENECK("128", "512", ", stride=2", "3")
      "  # 14 x 14, 1024 channels\n" BOTTLENECK("256", "1024", ", stride=2", "5")
      "  # 7 x 7, 2048 channels\n" BOTTLENECK("512", "2048", ", stride=2", "2")
      "  -> avgpool(7) -> flatten -> dense(1000, bias)\n" },
    { "gpt2-small", "transformer of the shape of GPT-2 small", "tied embedding; 124,439,808 parameters",
      "input X[1024,50257]       # one token per row, as a unit vector\n"
      "param E[50257,768], P[1024,768]\n"
      "let h = layers(X*E + P, repeat(12,\n"
      "  residual(layernorm(affine) -> attention(heads=12, dim=64, causal, bias))\n"
      "  -> residual(layernorm(affine) -> dense(3072, bias) -> gelu -> dense(768, bias))))\n"
      "output layers(h, layernorm(affine))*E'\n" },
    { NULL, NULL, NULL, NULL },
};

const zoo_row *zoo_find(const char *name)
{
    for (const zoo_row *row = zoo_rows; row->name != NULL; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static const char *name_of(int i)
{
    return zoo_rows[i].name;
}

const char *zoo_nearest(const char *word)
{
    return word_nearest(word, name_of);
}

char *zoo_text(const zoo_row *row)
{
    static const char format[] = "# %s: %s\nmodel \"%s\"\n%s";
    int length = snprintf(NULL, 0, format, row->name, row->line, row->title, row->body);
    char *text = length < 0 ? NULL : malloc((size_t) length + 1);
    if (text != NULL)
        snprintf(text, (size_t) length + 1, format, row->name, row->line, row->title, row->body);
    return text;
}
