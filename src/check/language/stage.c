/* stage.c - the stages of `net` and `layers`.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Parameters are declared in the order in which a stage uses them: W, V, then the bias; gain, then bias;
 * for each head Q, then K and V at the first head of a group, each with its bias, then O; the bias of the sum.
 */
#include "check/language/language.h"

#include <stdio.h>
#include <string.h>

enum { VECTOR, ROWS, IMAGE };
enum { MAX_STAGES = 100000 }; /* with all copies of `repeat` */
typedef struct {
    reader *r;
    value v;
    int layout;
    long stages;
} net;

/* What stands in the brackets of a stage. */
typedef struct {
    long positional[2], options[3];
    int npositional, has[3], flags[3], activation;
} arguments;

static void chain(net *n);

static value parameter(net *n, const char *prefix, long part, int rank, const long *dim, int declared_rank)
{
    char text[64];
    if (part > 0)
        snprintf(text, sizeof(text), "%s%ld_%ld", prefix, M.stages, part);
    else
        snprintf(text, sizeof(text), "%s%ld", prefix, M.stages);
    return declare(n->r, text, 'p', rank, dim, declared_rank);
}

static value parameter_matrix(net *n, const char *prefix, long part, long rows, long columns)
{
    long dim[2] = { rows, columns };
    return parameter(n, prefix, part, 2, dim, 2);
}

static value numbered_vector(net *n, const char *prefix, long part, long length)
{
    long dim[2] = { length, 1 };
    return parameter(n, prefix, part, 2, dim, 1);
}

static value parameter_vector(net *n, const char *prefix, long length)
{
    return numbered_vector(n, prefix, 0, length);
}

static long features(const net *n)
{
    return n->v.dim[n->layout == VECTOR ? 0 : 1];
}

/* A vector of one number per feature; on a token matrix, repeated for each row. */
static value per_row(const net *n, value v)
{
    return n->layout == VECTOR ? v : v_broadcast(v, n->v, 1);
}

static value linear(const net *n, value w)
{
    return n->layout == VECTOR ? v_matmul(w, n->v) : v_matmul(n->v, v_transpose(w));
}

static void no_image(const net *n)
{
    if (n->layout == IMAGE)
        wrong(n->r, "this stage needs a vector or a matrix");
}

static void dense(net *n, const arguments *a)
{
    no_image(n);
    M.stages++;
    n->v = linear(n, parameter_matrix(n, "W", 0, a->positional[0], features(n)));
    if (a->flags[0])
        n->v = v_add(n->v, per_row(n, parameter_vector(n, "b", a->positional[0])), 1);
}

static void glu(net *n, const arguments *a)
{
    no_image(n);
    M.stages++;
    value w = parameter_matrix(n, "W", 0, a->positional[0], features(n));
    value v = parameter_matrix(n, "V", 0, a->positional[0], features(n));
    n->v = v_hadamard(v_function(a->activation, linear(n, w)), linear(n, v));
}

static void convolution(net *n, const arguments *a, int directions)
{
    long stride = a->has[0] ? a->options[0] : 1, pad = a->has[1] ? a->options[1] : 0, c = a->positional[0];
    value *v = &n->v;
    if (n->layout == VECTOR && directions == 1) {
        long dim[2] = { 1, v->dim[0] };
        *v = v_reshape(*v, 2, dim);
    } else if (n->layout == ROWS && directions == 2) {
        long dim[3] = { 1, v->dim[0], v->dim[1] };
        *v = v_reshape(*v, 3, dim);
    } else if (n->layout != (directions == 1 ? ROWS : IMAGE)) {
        wrong(n->r, "a convolution of a value of another kind");
    }
    n->layout = directions == 1 ? ROWS : IMAGE;
    long dim[4] = { c, v->dim[0], a->positional[1], a->positional[1] };
    for (int i = 1; i <= directions; i++)
        convolution_length(v->dim[i], dim[2], stride, pad); /* before a huge kernel is declared */
    M.stages++;
    *v = v_convolution(*v, parameter(n, "W", 0, 2 + directions, dim, 2 + directions), stride, pad);
    if (a->flags[0])
        *v = v_add(*v, v_broadcast(parameter_vector(n, "b", c), *v, 0), 1);
}

static void check_rows(const net *n)
{
    no_image(n);
    if (n->layout == ROWS && n->v.dim[1] == 1 && n->v.dim[0] > 1)
        wrong(n->r, "this stage acts on rows, which have one entry each here");
}

static void norm(net *n, const arguments *a, int centred)
{
    check_rows(n);
    n->v = v_normalise(n->v, centred);
    if (!a->flags[0])
        return;
    M.stages++;
    value g = parameter_vector(n, "g", features(n)), b = g;
    if (centred)
        b = parameter_vector(n, "b", features(n));
    n->v = v_hadamard(per_row(n, g), n->v);
    if (centred)
        n->v = v_add(n->v, per_row(n, b), 1);
}

static void pool(net *n, const arguments *a, int maximum)
{
    windows w = { a->positional[0], a->has[0] ? a->options[0] : 0, a->has[1] ? a->options[1] : 0 };
    if (n->layout == ROWS && n->v.dim[1] == 1 && (w.size > 1 || w.stride > 1))
        wrong(n->r, "a window does not divide the length");
    n->v = v_pool(n->v, w, maximum);
}

/* Every channel over its positions. */
static void batch_norm(net *n, const arguments *a)
{
    value image = n->v;
    if (n->layout == VECTOR || image.size == image.dim[0])
        wrong(n->r, "batchnorm needs channels with several positions");
    long rows[2] = { image.dim[0], image.size / image.dim[0] };
    n->v = v_reshape(v_normalise(v_reshape(image, 2, rows), 1), image.rank, image.dim);
    if (!a->flags[0])
        return;
    M.stages++;
    value g = parameter_vector(n, "g", rows[0]), b = parameter_vector(n, "b", rows[0]);
    n->v = v_add(v_hadamard(v_broadcast(g, n->v, 0), n->v), v_broadcast(b, n->v, 0), 1);
}

/* X P', with a bias on every row. */
static value projection(net *n, const arguments *a, value x, const char *letter, long part, long d)
{
    char bias[3] = { 'b', letter[0], '\0' };
    value v = v_matmul(x, v_transpose(parameter_matrix(n, letter, part, d, x.dim[1])));
    return a->flags[2] ? v_add(v, v_broadcast(numbered_vector(n, bias, part, d), v, 1), 1) : v;
}

/* sum over the heads of softmax(X Q' K X') X V' O; K and V belong to a group of heads. */
static void attention(net *n, const arguments *a)
{
    long heads = a->has[0] ? a->options[0] : 1, groups = a->has[2] ? a->options[2] : heads, d = a->options[1];
    if (n->layout != ROWS || !a->has[1] || heads % groups != 0)
        wrong(n->r, "attention needs a token matrix, dim=..., and kv_groups that divide the heads");
    value x = n->v, result = x, xk = x, xv = x;
    M.stages++;
    for (long h = 0; h < heads; h++) {
        long share = heads / groups, part = groups > 1 ? h / share + 1 : 0;
        value xq = projection(n, a, x, "Q", heads > 1 ? h + 1 : 0, d);
        if (h % share == 0) {
            xk = projection(n, a, x, "K", part, d);
            xv = projection(n, a, x, "V", part, d);
        }
        value o = parameter_matrix(n, "O", heads > 1 ? h + 1 : 0, d, x.dim[1]);
        value score = v_matmul(xq, v_transpose(xk));
        int causal = a->flags[0], softmax = !a->flags[1];
        score = softmax ? v_softmax(score, causal) : causal ? v_mask(score) : score;
        value head = v_matmul(v_matmul(score, xv), o);
        result = h == 0 ? head : v_add(result, head, 1);
    }
    n->v =
        a->flags[2] ? v_add(result, v_broadcast(parameter_vector(n, "bO", x.dim[1]), result, 1), 1) : result;
}

static void residual(net *n)
{
    value before = n->v, after;
    int layout = n->layout, reached;
    expect(n->r, T_OPEN, "`(` is expected");
    chain(n);
    after = n->v;
    reached = n->layout;
    n->v = before;
    n->layout = layout;
    if (accept(n->r, T_COMMA)) /* a shortcut */
        chain(n);
    expect(n->r, T_CLOSE, "`)` is expected");
    if (!same_shape(&n->v, &after) || reached != n->layout)
        wrong(n->r, "residual stages change the shape");
    n->v = v_add(n->v, after, 1);
}

/* The same text again and again; its parameters are new each time. */
static void repeat(net *n)
{
    expect(n->r, T_OPEN, "`(` is expected");
    long copies = integer_expression(n->r);
    expect(n->r, T_COMMA, "`,` is expected");
    token *first = n->r->at;
    if (copies < 1 || copies > MAX_STAGES)
        wrong(n->r, "the number of copies is out of range");
    for (long i = 0; i < copies; i++) {
        n->r->at = first;
        chain(n);
    }
    expect(n->r, T_CLOSE, "`)` is expected");
}

enum {
    DENSE,
    GLU,
    CONV1D,
    CONV2D,
    SOFTMAX,
    LAYERNORM,
    RMSNORM,
    BATCHNORM,
    MAXPOOL,
    AVGPOOL,
    FLATTEN,
    ATTENTION,
    NSTAGES
};
static const struct {
    const char *text;
    int positional;
    const char *options[3], *flags[3];
} stages[NSTAGES] = {
    [DENSE] = { "dense", 1, { 0 }, { "bias" } },
    [GLU] = { "glu", 1, { 0 }, { 0 } },
    [CONV1D] = { "conv1d", 2, { "stride", "pad" }, { "bias" } },
    [CONV2D] = { "conv2d", 2, { "stride", "pad" }, { "bias" } },
    [SOFTMAX] = { "softmax", 0, { 0 }, { 0 } },
    [LAYERNORM] = { "layernorm", 0, { 0 }, { "affine" } },
    [RMSNORM] = { "rmsnorm", 0, { 0 }, { "affine" } },
    [BATCHNORM] = { "batchnorm", 0, { 0 }, { "affine" } },
    [MAXPOOL] = { "maxpool", 1, { "stride", "pad" }, { 0 } },
    [AVGPOOL] = { "avgpool", 1, { "stride", "pad" }, { 0 } },
    [FLATTEN] = { "flatten", 0, { 0 }, { 0 } },
    [ATTENTION] = { "attention", 0, { "heads", "dim", "kv_groups" }, { "causal", "linear", "bias" } },
};

static int word(const char *const *list, int count, const token *t)
{
    for (int i = 0; t->type == T_NAME && i < count; i++) {
        if (list[i] != NULL && strcmp(list[i], t->text) == 0)
            return i;
    }
    return -1;
}

/* One argument; every number but a padding is at least 1. */
static void argument(arguments *a, reader *r, int s)
{
    int option = r->at[1].type == T_EQUALS ? word(stages[s].options, 3, r->at) : -1;
    int last = r->at[1].type == T_COMMA || r->at[1].type == T_CLOSE;
    int flag = last ? word(stages[s].flags, 3, r->at) : -1;
    long *place;
    if (option >= 0) {
        r->at += 2;
        place = a->options + option;
        if (a->has[option]++)
            wrong(r, "an option is given twice");
    } else if (flag >= 0) {
        r->at++;
        if (a->flags[flag]++)
            wrong(r, "a flag is given twice");
        return;
    } else if (s == GLU && a->npositional == 1 && a->activation == F_NONE && r->at->type == T_NAME) {
        a->activation = find_function(r->at->text);
        r->at++;
        if (a->activation == F_NONE)
            wrong(r, "the name of an entrywise function is expected");
        return;
    } else {
        if (a->npositional == stages[s].positional)
            wrong(r, "too many arguments for a stage");
        place = a->positional + a->npositional++;
    }
    *place = integer_expression(r);
    if (*place < 1 && !(option == 1 && s != ATTENTION))
        wrong(r, "a number of a stage is at least 1");
}

static void stage(net *n)
{
    reader *r = n->r;
    const char *text = r->at->text;
    arguments a = { { 0 }, { 0 }, 0, { 0 }, { 0 }, F_NONE };
    int s = 0, f = find_function(text);
    expect(r, T_NAME, "a stage is expected");
    if (n->stages++ > MAX_STAGES)
        wrong(r, "too many stages");
    if (f != F_NONE) {
        n->v = v_function(f, n->v);
        return;
    }
    if (strcmp(text, "residual") == 0) {
        residual(n);
        return;
    }
    if (strcmp(text, "repeat") == 0) {
        repeat(n);
        return;
    }
    while (s < NSTAGES && strcmp(stages[s].text, text) != 0)
        s++;
    if (s == NSTAGES)
        wrong(r, "an unknown stage");
    if (accept(r, T_OPEN) && !accept(r, T_CLOSE)) {
        do
            argument(&a, r, s);
        while (accept(r, T_COMMA));
        expect(r, T_CLOSE, "`)` is expected");
    }
    if (a.npositional < stages[s].positional || (s == GLU && a.activation == F_NONE))
        wrong(r, "too few arguments for a stage");
    switch (s) {
    case DENSE:
        dense(n, &a);
        break;
    case GLU:
        glu(n, &a);
        break;
    case CONV1D:
    case CONV2D:
        convolution(n, &a, s == CONV1D ? 1 : 2);
        break;
    case SOFTMAX:
        check_rows(n);
        n->v = v_softmax(n->v, 0);
        break;
    case LAYERNORM:
    case RMSNORM:
        norm(n, &a, s == LAYERNORM);
        break;
    case BATCHNORM:
        batch_norm(n, &a);
        break;
    case MAXPOOL:
    case AVGPOOL:
        pool(n, &a, s == MAXPOOL);
        break;
    case ATTENTION:
        attention(n, &a);
        break;
    default: {
        long dim[2] = { n->v.size, 1 };
        n->v = v_reshape(n->v, 2, dim);
        n->layout = VECTOR;
    }
    }
}

static void chain(net *n)
{
    if (++n->r->depth > MAX_DEPTH)
        wrong(n->r, "nested too deeply");
    do
        stage(n);
    while (accept(n->r, T_ARROW));
    n->r->depth--;
}

value network(reader *r, value input, int declared_rank)
{
    net n = { r, input, declared_rank <= 1 ? VECTOR : declared_rank == 2 ? ROWS : IMAGE, 0 };
    long one[2] = { 1, 1 };
    if (declared_rank > 3)
        wrong(r, "net needs an input with at most 3 sizes");
    if (input.rank == 0)
        n.v = v_reshape(input, 2, one);
    chain(&n);
    return n.v;
}
