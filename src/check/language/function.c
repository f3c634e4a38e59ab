/* function.c - calls of functions.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/language/language.h"

#include <string.h>

static const char *const others[] = { "softmax", "rmsnorm", "layernorm", "maxpool", "avgpool", "sum",
                                      "mean",    "dot",     "trace",     "concat",  "vstack",  "hstack",
                                      "reshape", "flatten", "diag",      "conv1d",  "conv2d" };

int find_function(const char *text)
{
    int f = F_COUNT - 1;
    while (f > 0 && strcmp(function_names[f], text) != 0)
        f--;
    return f;
}

int is_function(const char *text)
{
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (strcmp(others[i], text) == 0)
            return 1;
    }
    return find_function(text) != F_NONE;
}

static value as_matrix(value a)
{
    long one[2] = { 1, 1 };
    return a.rank == 0 ? v_reshape(a, 2, one) : a;
}

/* The arguments, up to the closing bracket. */
static long arguments(value **out, reader *r)
{
    value *list = NULL;
    long count = 0, room = 0;
    do {
        ROOM(list, count, room);
        list[count++] = expression(r);
    } while (accept(r, T_COMMA));
    expect(r, T_CLOSE, "`)` is expected");
    *out = list;
    return count;
}

static value join(const reader *r, value *parts, long count, int axis)
{
    for (long i = 0; i < count; i++) {
        parts[i] = as_matrix(parts[i]);
        value shape = parts[i];
        shape.dim[axis] = parts[0].dim[axis];
        if (!same_shape(&shape, parts))
            wrong(r, "parts that do not fit together");
    }
    return count == 1 ? parts[0] : v_join(parts, count, axis);
}

/* stride=..., pad=..., up to the closing bracket. */
static void window_options(reader *r, long options[2])
{
    int given[2] = { 0, 0 };
    while (accept(r, T_COMMA)) {
        int i = strcmp(r->at->text, "pad") == 0;
        if (r->at->type != T_NAME || (i == 0 && strcmp(r->at->text, "stride") != 0) || given[i]++)
            wrong(r, "stride=... or pad=... is expected, each once");
        r->at++;
        expect(r, T_EQUALS, "`=` is expected");
        options[i] = integer_expression(r);
    }
    expect(r, T_CLOSE, "`)` is expected");
}

static value pooling(reader *r, int maximum)
{
    long options[2] = { 0, 0 };
    value x = expression(r);
    expect(r, T_COMMA, "a window is expected");
    windows w = { integer_expression(r), 0, 0 };
    const token *first = r->at;
    window_options(r, options);
    if (options[0] == 0 && first->type == T_COMMA &&
        (strcmp(first[1].text, "stride") == 0 || options[1] == 0))
        wrong(r, "a stride is at least 1");
    w.stride = options[0];
    w.pad = options[1];
    return v_pool(x, w, maximum);
}

/* layers(x, stages): parameters are made, so it stands in models only. */
static value layers(reader *r)
{
    if (M.closed)
        wrong(r, "`layers` makes parameters");
    value x = expression(r);
    expect(r, T_COMMA, "stages are expected");
    x = network(r, x, x.rank != 2 ? x.rank : x.dim[1] == 1 ? 1 : 2);
    expect(r, T_CLOSE, "`)` is expected");
    return x;
}

static value convolution(reader *r, int rank)
{
    long options[2] = { 1, 0 };
    value x = expression(r);
    expect(r, T_COMMA, "a kernel is expected");
    value w = expression(r);
    window_options(r, options);
    if (x.rank != rank || w.rank != rank + 1)
        wrong(r, "a convolution of wrong shapes");
    return v_convolution(x, w, options[0], options[1]);
}

static value mean(value a)
{
    return v_scale(scalar(inverse(constant_si(a.size))), v_sum(a));
}

static value dot(const reader *r, value a, value b)
{
    if (a.size == 1 && b.size == 1)
        return v_scale(as_scalar(a), as_scalar(b));
    if (!same_shape(&a, &b))
        wrong(r, "dot of different shapes");
    return v_sum(v_hadamard(a, b));
}

static long integer_of(const reader *r, value a)
{
    mpq_t q;
    mpq_init(q);
    if (!is_constant(&a, q) || mpz_cmp_ui(mpq_denref(q), 1) != 0 ||
        mpz_cmpabs_ui(mpq_numref(q), 1ul << 40) > 0)
        wrong(r, "an integer constant is expected");
    long n = mpz_get_si(mpq_numref(q));
    mpq_clear(q);
    return n;
}

static value reshaped(const reader *r, const value *a, long count)
{
    long dim[4] = { 1, 1, 1, 1 };
    if (count < 2 || count > 5)
        wrong(r, "reshape takes a value and one to four sizes");
    for (long i = 1; i < count; i++)
        dim[i - 1] = integer_of(r, a[i]);
    return v_reshape(a[0], count == 2 ? 2 : (int) count - 1, dim);
}

value call(reader *r, const char *text)
{
    int f = find_function(text);
    value *a;
#define IS(word) (strcmp(text, word) == 0)
    if (IS("conv1d") || IS("conv2d"))
        return convolution(r, IS("conv1d") ? 2 : 3);
    if (IS("maxpool") || IS("avgpool"))
        return pooling(r, IS("maxpool"));
    if (IS("layers"))
        return layers(r);
    if (!is_function(text))
        wrong(r, "an unknown function");
    long n = arguments(&a, r);
    if (IS("concat") || IS("vstack") || IS("hstack"))
        return join(r, a, n, IS("hstack"));
    if (IS("reshape"))
        return reshaped(r, a, n);
    if (n != 1 + IS("dot"))
        wrong(r, "a wrong number of arguments");
    if (f != F_NONE)
        return v_function(f, a[0]);
    if (IS("dot"))
        return dot(r, a[0], a[1]);
    if (IS("sum"))
        return v_sum(a[0]);
    if (IS("mean"))
        return mean(a[0]);
    if (IS("flatten")) {
        long dim[2] = { a[0].size, 1 };
        return v_reshape(a[0], 2, dim);
    }
    value m = as_matrix(a[0]);
    if (m.rank > 2)
        wrong(r, "a vector or a matrix is expected");
    if (IS("softmax"))
        return v_softmax(m, 0);
    if (IS("rmsnorm") || IS("layernorm"))
        return v_normalise(m, IS("layernorm"));
    if (m.size == 1)
        return IS("trace") ? as_scalar(m) : a[0];
    if (m.dim[0] != m.dim[1] && (IS("trace") || m.dim[1] != 1))
        wrong(r, "a square matrix is expected");
    return IS("trace") ? v_trace(m) : v_diagonal(m);
#undef IS
}
