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
    { NULL, NULL, NULL, NULL },
};

const zoo_row *zoo_find(const char *name)
{
    for (const zoo_row *row = zoo_rows; row->name != NULL; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

const char *zoo_nearest(const char *word)
{
    const char *best = NULL;
    int best_distance = 0;
    for (const zoo_row *row = zoo_rows; row->name != NULL; row++) {
        int distance = word_distance(word, row->name);
        if (best == NULL || distance < best_distance) {
            best = row->name;
            best_distance = distance;
        }
    }
    return best != NULL && word_is_near(word, best_distance) ? best : NULL;
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
