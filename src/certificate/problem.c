/* problem.c - the text of the problem: the statements of the model, one per line.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Comments, the title and `at` are no part of the problem. What is left is read again and compared with the model that
 * the proofs are about.
 */
#include "certificate/certificate.h"

#include "base/memory.h"

#include <string.h>

typedef struct {
    lo_certificate_struct *c;
    lo_text_t line;
    int depth;
} splitter_struct;

static int is_blank(char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}

/* Does the statement begin with this word? */
static int begins(const char *line, const char *word)
{
    size_t n = strlen(word);
    char next = strncmp(line, word, n) == 0 ? line[n] : 'x';
    return !(next == '_' || (next >= '0' && next <= '9') || (next >= 'A' && next <= 'Z') ||
             (next >= 'a' && next <= 'z'));
}

static lo_status_t end_statement(splitter_struct *s)
{
    char *line = lo_text_take(s->line);
    if (line == NULL)
        return LO_SYSTEM;
    size_t n = strlen(line);
    while (n > 0 && line[n - 1] == ' ')
        line[--n] = '\0';
    if (n == 0 || begins(line, "model") || begins(line, "at")) {
        lo_free(line);
        return LO_OK;
    }
    lo_status_t status = LO_GROW(s->c->lines, s->c->lines_alloc, s->c->nlines + 1);
    if (status == LO_OK)
        s->c->lines[s->c->nlines++] = line;
    else
        lo_free(line);
    return status;
}

/* Appends a character; runs of blanks become one, none stand first. */
static void append(splitter_struct *s, char ch)
{
    long n = s->line->length;
    if (is_blank(ch) && (n == 0 || s->line->s[n - 1] == ' '))
        return;
    lo_text_add(s->line, "%c", is_blank(ch) ? ' ' : ch);
}

/* A statement goes on after an operator, inside brackets, and before `->` (lexer.l, grammar.y). */
static int goes_on(const splitter_struct *s, const char *rest, const char *end)
{
    long n = s->line->length;
    while (n > 0 && s->line->s[n - 1] == ' ')
        n--;
    if (s->depth > 0 || (n > 0 && strchr("+-*/^,=>", s->line->s[n - 1]) != NULL))
        return 1;
    while (rest < end && (is_blank(*rest) || *rest == '#')) {
        if (*rest == '#')
            while (rest < end && *rest != '\n')
                rest++;
        else
            rest++;
    }
    return end - rest >= 2 && rest[0] == '-' && rest[1] == '>';
}

lo_status_t lo_problem_lines(lo_certificate_struct *c, const char *text, size_t length, lo_ctx_t ctx)
{
    splitter_struct s = { .c = c };
    const char *end = text + length, *at = text;
    lo_status_t status = LO_OK;
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    lo_text_init(s.line);
    for (; at < end && status == LO_OK; at++) {
        if (*at == '#') {
            while (at + 1 < end && at[1] != '\n')
                at++;
        } else if (*at == '"') { /* the title */
            for (at++; at < end && *at != '"' && *at != '\n'; at++)
                at += *at == '\\';
        } else if ((*at == '\n' && !goes_on(&s, at, end)) || (*at == ';' && s.depth == 0)) {
            status = end_statement(&s);
        } else if (!is_blank(*at) && (*at < 0x20 || *at > 0x7e)) {
            lo_ctx_set_message(ctx, "the model has characters that a problem file cannot hold");
            status = LO_UNABLE;
        } else {
            s.depth += (*at == '(' || *at == '[') - (*at == ')' || *at == ']');
            append(&s, *at);
        }
    }
    if (status == LO_OK)
        status = end_statement(&s);
    lo_text_clear(s.line);
    return status;
}

/* ---- reading it again ---- */

static int same_symbols(const lo_model_struct *a, const lo_model_struct *b)
{
    if (a->nparameter_symbols != b->nparameter_symbols)
        return 0;
    for (slong i = 0; i < a->nparameter_symbols; i++) {
        const lo_symbol_struct *s = a->symbols + a->parameter_symbols[i],
                               *t = b->symbols + b->parameter_symbols[i];
        if (strcmp(s->name, t->name) != 0 || s->offset != t->offset || s->size != t->size ||
            s->shape.rank != t->shape.rank ||
            memcmp(s->shape.dim, t->shape.dim, (size_t) s->shape.rank * sizeof(slong)) != 0)
            return 0;
    }
    return 1;
}

/* Equal primal tapes are equal functions. */
static int same_tape(const lo_family_struct *a, const lo_family_struct *b)
{
    if (a->primal != b->primal || a->ngates != b->ngates || a->noutputs != b->noutputs)
        return 0;
    for (slong i = 0; i < a->primal; i++) {
        const lo_tnode_struct *x = a->tape->nodes + i, *y = b->tape->nodes + i;
        if (x->op != y->op || x->fun != y->fun || x->len != y->len)
            return 0;
    }
    return 1;
}

/* The same graph, node by node. */
static int same_graph(const lo_model_struct *a, const lo_model_struct *b)
{
    if (a->nnodes != b->nnodes || a->noutputs != b->noutputs ||
        memcmp(a->outputs, b->outputs, (size_t) a->noutputs * sizeof(*a->outputs)) != 0)
        return 0;
    for (slong n = 0; n < a->nnodes; n++) {
        const lo_node_struct *x = a->nodes + n, *y = b->nodes + n;
        if (x->op != y->op || x->size != y->size || x->nargs != y->nargs ||
            memcmp(x->args, y->args, (size_t) x->nargs * sizeof(*x->args)) != 0)
            return 0;
    }
    return 1;
}

int lo_problem_is_gated(const lo_model_struct *m)
{
    char *live = lo_alloc((size_t) m->nnodes, 1);
    int gated = 0;
    for (slong k = 0; live != NULL && k < m->noutputs; k++)
        live[m->outputs[k]] = 1;
    for (slong n = m->nnodes - 1; live != NULL && n >= 0; n--) {
        const lo_node_struct *x = m->nodes + n;
        if (!live[n])
            continue;
        gated |= x->op == LO_OP_MAXPOOL ||
                 (x->op == LO_OP_ACT && (x->u.act == LO_ACT_RELU || x->u.act == LO_ACT_LEAKY_RELU));
        for (slong k = 0; k < x->nargs; k++)
            live[x->args[k]] = 1;
    }
    lo_free(live);
    return gated;
}

lo_status_t lo_problem_read(lo_certificate_struct *c, const lo_model_struct *model,
                            const lo_family_struct *family, lo_ctx_t ctx)
{
    lo_text_t text;
    lo_text_init(text);
    for (slong i = 0; i < c->nlines; i++)
        lo_text_add(text, "%s\n", c->lines[i]);
    char *joined = lo_text_take(text);
    if (joined == NULL)
        return LO_SYSTEM;
    lo_status_t status = lo_model_read(&c->model, joined, strlen(joined), "problem", ctx);
    lo_free(joined);
    if (status == LO_OK && family != NULL)
        status = lo_family_build(&c->family, c->model, LO_RELU_PATHS, ctx);
    /* laws that were verified before have added nodes to the graph of the caller's model: compare what is declared */
    if (status == LO_OK && !(same_symbols(c->model, model) &&
                             (family != NULL ? same_tape(c->family, family) : same_graph(c->model, model)))) {
        lo_ctx_set_message(ctx, "the text of the problem is not the model");
        status = LO_UNABLE;
    }
    return status;
}

char *lo_problem_text(const lo_certificate_struct *c)
{
    lo_text_t text;
    lo_text_init(text);
    lo_text_add(text, "{\n\"format\":\"conslaw-problem\",\n\"model\":[");
    for (slong i = 0; i < c->nlines; i++)
        lo_text_add(text, "%s\"%s\"", i > 0 ? ",\n" : "", c->lines[i]);
    lo_text_add(text, "],\n\"relu\":\"%s\",\n\"title\":\"%s\",\n\"version\":2\n}\n",
                c->gated ? "path-lifting" : "none", c->title);
    return lo_text_take(text);
}
