/* model.c - the statements of a model.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Names are declared in their order; then come output, net, map and field; then the flow. `model` and `at`
 * are no part of a problem.
 */
#include "check/language/language.h"

#include <stdio.h>
#include <string.h>

model M;
value (*units_of_parameter)(value shape, const char *text, int axes);

enum { S_PARAM, S_INPUT, S_FROZEN, S_COORDS, S_LET, S_OUTPUT, S_NET, S_MAP, S_FIELD, S_FLOW, S_COUNT };
static const char *const keywords[] = { "param", "input", "frozen", "coords", "let",   "output",
                                        "net",   "map",   "field",  "flow",   "model", "at" };

static int keyword(const char *text)
{
    for (int i = 0; i < (int) (sizeof(keywords) / sizeof(keywords[0])); i++) {
        if (strcmp(keywords[i], text) == 0)
            return i;
    }
    return -1;
}

const name *find_name(const char *text)
{
    long i = M.nnames - 1;
    while (i >= 0 && strcmp(M.names[i].text, text) != 0)
        i--;
    return i >= 0 ? M.names + i : NULL;
}

static value enter_name(const reader *r, const char *text, char kind, value v, long offset, int declared_rank)
{
    char *copy = take(strlen(text) + 1, 1);
    strcpy(copy, text);
    if (keyword(text) >= 0 || is_function(text) || find_name(text) != NULL)
        wrong(r, "a name that is taken");
    ROOM(M.names, M.nnames, M.names_room);
    name n = { copy, kind, v, offset, declared_rank };
    M.names[M.nnames++] = n;
    return v;
}

static value variables(int rank, const long *dim, int kind, long offset)
{
    value v = tensor(rank, dim);
    for (long i = 0; i < v.size; i++)
        v.id[i] = variable(kind, offset + i);
    return v;
}

value declare(reader *r, const char *text, char kind, int rank, const long *dim, int declared_rank)
{
    long *total = kind == 'p' ? &M.p : kind == 'i' ? &M.inputs : kind == 'f' ? &M.frozen : &M.symbolic;
    int v = kind == 'p' ? V_COORD : kind == 'i' ? V_INPUT : kind == 'f' ? V_FROZEN : V_SYMBOLIC;
    long offset = *total;
    value shape = { rank, { 0, 0, 0, 0 }, 1, NULL, NULL };
    for (int i = 0; i < rank; i++) {
        shape.dim[i] = dim[i];
        if (dim[i] < 1 || dim[i] > (1L << 40) / shape.size)
            wrong(r, "a tensor is too large");
        shape.size *= dim[i];
    }
    if (shape.size > (1L << 40) - *total || (!units_only && shape.size > MAX_COORDINATES - *total))
        wrong(r, "the model is too large");
    *total += shape.size;
    return enter_name(r, text, kind,
                      !units_only   ? variables(rank, dim, v, offset)
                      : kind == 'p' ? units_of_parameter(shape, text, declared_rank)
                                    : u_new(shape),
                      offset, declared_rank);
}

static const char *new_name(reader *r)
{
    const char *text = r->at->text;
    expect(r, T_NAME, "a name is expected");
    return text;
}

static void declaration(reader *r, char kind)
{
    const char *text = new_name(r);
    long dim[4] = { 1, 1, 1, 1 };
    int rank = 0;
    if (accept(r, T_SQUARE)) {
        do {
            if (rank == 4)
                wrong(r, "at most four sizes");
            dim[rank++] = integer_expression(r);
        } while (accept(r, T_COMMA));
        expect(r, T_ENDSQUARE, "`]` is expected");
    }
    declare(r, text, kind, rank == 1 ? 2 : rank, dim, rank);
}

static void let(reader *r)
{
    const char *text = new_name(r);
    expect(r, T_EQUALS, "`=` is expected");
    enter_name(r, text, 'l', expression(r), 0, 0);
}

/* Entries of an output, of one map, or of one field. */
static void add_outputs(value v)
{
    int *outputs = take((size_t) (M.noutputs + v.size), sizeof(int));
    if (M.noutputs > 0)
        memcpy(outputs, M.outputs, (size_t) M.noutputs * sizeof(int));
    memcpy(outputs + M.noutputs, v.id, (size_t) v.size * sizeof(int));
    give(M.outputs);
    M.outputs = outputs;
    M.noutputs += v.size;
}

static void output(reader *r, int kind)
{
    value v;
    if (kind == S_NET) {
        const name *input = NULL;
        for (long i = 0; i < M.nnames; i++) {
            if (M.names[i].kind == 'i') {
                if (input != NULL)
                    wrong(r, "net acts on the one input");
                input = M.names + i;
            }
        }
        if (input == NULL)
            wrong(r, "net acts on the one input");
        v = network(r, input->v, input->declared_rank);
    } else {
        v = expression(r);
    }
    units_only ? u_output(v) : add_outputs(v);
}

static void named_output(reader *r, int kind)
{
    const char *text = new_name(r);
    expect(r, T_EQUALS, "`=` is expected");
    value v = expression(r);
    if (kind == S_FIELD && v.size != M.p)
        wrong(r, "a field has another number of entries than there are coordinates");
    for (long i = 0; i < M.nfields; i++) {
        if (strcmp(M.field_names[i], text) == 0)
            wrong(r, "a name that is taken");
    }
    ROOM(M.field_names, M.nfields, M.field_names_room);
    M.field_names[M.nfields++] = text;
    units_only ? u_output(v) : add_outputs(v);
}

/* An expression without gates; without inputs and coordinates where these are not allowed. */
static void only(const reader *r, int id, int coordinates, int inputs)
{
    const int *list;
    long n = reachable(&list, &id, 1);
    for (long i = 0; i < n; i++) {
        const node *x = node_at(list[i]);
        if (x->op == N_GATE || (x->op == N_VAR && ((x->f == V_INPUT && !inputs) ||
                                                   (x->f == V_COORD && x->a < M.p && !coordinates))))
            wrong(r, "this may not depend on inputs, gates or parameters");
    }
}

static void mirror(reader *r)
{
    M.metric = take((size_t) M.p, sizeof(int));
    for (long i = 0; i < M.p; i++)
        M.metric[i] = constant_si(1);
    do {
        const name *n = r->at->type == T_NAME ? find_name(r->at->text) : NULL;
        if (n == NULL || n->kind != 'p')
            wrong(r, "mirror needs the names of parameters");
        r->at++;
        for (long i = 0; i < n->v.size; i++) {
            if (M.metric[n->offset + i] == n->v.id[i])
                wrong(r, "a parameter is named twice");
            M.metric[n->offset + i] = n->v.id[i];
        }
    } while (accept(r, T_COMMA));
}

static void metric(reader *r)
{
    value v = expression(r);
    if (v.size != M.p)
        wrong(r, "the metric has another number of entries than there are parameters");
    M.metric = v.id;
    for (long i = 0; i < M.p; i++)
        only(r, M.metric[i], 1, 0);
}

/* tau: a number of the time t and of constants; a name that is not declared is a new constant, and t
 * is the time. */
static void momentum(reader *r)
{
    if (r->at->type == T_NAME && strcmp(r->at->text, "tau") == 0 && r->at[1].type == T_EQUALS)
        r->at += 2;
    int depth = 1;
    for (const token *t = r->at; depth > 0; t++) {
        depth += (t->type == T_OPEN) - (t->type == T_CLOSE);
        if (t->type != T_NAME || t[1].type == T_OPEN || find_name(t->text) != NULL)
            continue;
        if (strcmp(t->text, "t") == 0)
            enter_name(r, "t", 't', scalar(variable(V_COORD, 2 * M.p)), 0, 0);
        else
            declare(r, t->text, 's', 0, NULL, 0);
    }
    value v = expression(r);
    if (v.size != 1)
        wrong(r, "tau is a number");
    M.momentum = 1;
    M.tau = v.id[0];
    only(r, M.tau, 0, 0);
}

static void flow(reader *r)
{
    do {
        const char *text = r->at->text;
        expect(r, T_NAME, "a flow is expected");
        if (strcmp(text, "gradient") == 0)
            continue;
        expect(r, T_OPEN, "`(` is expected");
        if ((strcmp(text, "mirror") == 0 || strcmp(text, "metric") == 0) && M.metric == NULL)
            text[1] == 'i' ? mirror(r) : metric(r);
        else if (strcmp(text, "momentum") == 0 && !M.momentum)
            momentum(r);
        else
            fail("the flow `%.40s` is not supported, or is given twice", text);
        expect(r, T_CLOSE, "`)` is expected");
    } while (accept(r, T_PLUS));
    if (M.momentum && M.metric != NULL)
        fail("momentum together with a metric is not supported");
}

/* Velocities, and the time, for laws of momentum flows: NAME_dot has the shape of NAME. */
static void name_velocities(const reader *r)
{
    long count = M.nnames;
    char text[1000];
    for (long i = 0; i < count; i++) {
        value v = M.names[i].v;
        if (M.names[i].kind != 'p')
            continue;
        if ((size_t) snprintf(text, sizeof(text), "%s_dot", M.names[i].text) >= sizeof(text))
            fail("a name is too long");
        enter_name(r, text, 'v', variables(v.rank, v.dim, V_COORD, M.p + M.names[i].offset), 0, 0);
    }
    if (find_name("t") == NULL)
        enter_name(r, "t", 't', scalar(variable(V_COORD, 2 * M.p)), 0, 0);
    else if (find_name("t")->kind != 't')
        fail("a momentum flow needs the name t for the time");
}

static void check_kinds(const int *seen)
{
    int networks = seen[S_OUTPUT] + seen[S_NET];
    M.kind = seen[S_FIELD] ? M_RAW : seen[S_MAP] ? M_MAP : M_NETWORK;
    if (networks + (seen[S_MAP] > 0) + (seen[S_FIELD] > 0) != 1)
        fail("a model has exactly one of output, net, map, field");
    if ((M.kind == M_RAW) != (seen[S_COORDS] > 0) ||
        (M.kind == M_RAW && (seen[S_PARAM] || seen[S_INPUT] || seen[S_FLOW])) ||
        (M.kind == M_MAP && seen[S_INPUT]) || seen[S_FLOW] > 1)
        fail("statements that do not go together");
}

/* Reads what the statement holds: the declarations in pass 0, outputs in pass 1, the flow in pass 2. */
static void statement(reader *r, int kind, int pass)
{
    static const char kinds[] = "pifp";
    int mine = kind < S_OUTPUT ? 0 : kind < S_FLOW ? 1 : 2;
    if (mine != pass) {
        while (r->at->type != T_STOP && r->at->type != T_END)
            r->at++;
        return;
    }
    if (kind == S_FLOW) {
        flow(r);
    } else if (kind == S_OUTPUT || kind == S_NET) {
        output(r, kind);
    } else {
        do {
            if (kind < S_LET)
                declaration(r, kinds[kind]);
            else if (kind == S_LET)
                let(r);
            else
                named_output(r, kind);
        } while (accept(r, T_COMMA));
    }
    if (r->at->type != T_STOP && r->at->type != T_END)
        wrong(r, "the statement goes on unexpectedly");
}

/* The lines with a newline after each. */
static char *joined(const char *const *lines, long count)
{
    size_t size = 1;
    for (long i = 0; i < count; i++)
        size += strlen(lines[i]) + 1;
    char *text = take(size, 1), *at = text;
    for (long i = 0; i < count; i++) {
        at = strcpy(at, lines[i]) + strlen(lines[i]);
        *at++ = '\n';
    }
    return text;
}

static void survey(void)
{
    const int *nodes;
    long n = reachable(&nodes, M.outputs, M.noutputs);
    for (long i = 0; i < n; i++) {
        M.gated |= node_at(nodes[i])->op == N_GATE;
    }
}

void language_start(void)
{
    ground_start();
    poly_start();
    tape_start();
}

void read_model(const char *const *lines, long count, const char *title, const char *relu)
{
    int seen[S_COUNT] = { 0 };
    token *all = tokens_of(joined(lines, count));
    reader r = { all, 0 };
    memset(&M, 0, sizeof(M));
    M.title = title;
    for (int pass = 0; pass < 3; pass++) {
        for (r.at = all; r.at->type != T_END;) {
            if (accept(&r, T_STOP))
                continue;
            int kind = r.at->type == T_NAME ? keyword(r.at->text) : -1;
            if (kind < 0 || kind >= S_COUNT)
                wrong(&r, "a statement of a problem is expected");
            if (kind == S_FLOW && units_only)
                wrong(&r, "units: only the gradient flow, which needs no `flow`");
            r.at++;
            seen[kind] += pass == 0;
            statement(&r, kind, pass);
        }
        if (pass == 0)
            check_kinds(seen);
    }
    M.closed = 1;
    need(strcmp(relu, "path-lifting") == 0 || strcmp(relu, "none") == 0,
         "relu: \"path-lifting\" or \"none\" is expected");
    if (M.p == 0)
        fail("the model has no parameters");
    if (units_only)
        return;
    survey();
    need((strcmp(relu, "none") == 0) != M.gated,
         "relu: \"none\" is for models without gated units, and \"path-lifting\" for the others");
    if (M.kind == M_RAW && M.gated)
        fail("gated units in a field");
    M.coordinates = M.momentum ? 2 * M.p + 1 : M.p;
    if (M.momentum)
        name_velocities(&r);
}

int read_scalar(const char *text, const char *what, int inputs)
{
    reader r = { tokens_of(text), 0 };
    value v = expression(&r);
    if (r.at->type != T_END)
        wrong(&r, "something follows the expression");
    if (v.size != 1)
        fail("%s is not a number", what);
    only(&r, v.id[0], 1, inputs);
    return v.id[0];
}
