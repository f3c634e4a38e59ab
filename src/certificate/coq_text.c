/* coq_text.c - texts in Coq files: in comments; which of them Coq reads by itself (Language.v, Elaborate.v).
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A word that is no name of the model must be one of those below. Where this list promised too much, coqc
 * would say so at once: the exported file begins with the theorem that the text is understood.
 */
#include "certificate/coq.h"

#include <string.h>

static const char *const words[] = { "param",     "coords",   "input",     "frozen",  "let",        "output",
                                     "net",       "map",      "field",     "relu",    "leaky_relu", "sum",
                                     "mean",      "trace",    "dot",       "flatten", "reshape",    "vstack",
                                     "hstack",    "concat",   "maxpool",   "avgpool", "dense",      "bias",
                                     "glu",       "residual", "attention", "linear",  "heads",      "dim",
                                     "kv_groups", "conv1d",   "conv2d",    "stride",  "pad",        "repeat",
                                     "diag",      "flow",     "gradient",  "mirror",  "metric",     "causal",
                                     NULL };
static const char *const functions[] = { "exp",       "log",    "sin",      "cos",     "tanh",      "sigmoid",
                                         "softplus",  "gelu",   "silu",     "erf",     "sqrt",      "generic",
                                         "odd",       "even",   "generic0", "softmax", "layernorm", "rmsnorm",
                                         "batchnorm", "affine", NULL };

static int is_word(char ch, int first)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_' ||
           (!first && ch >= '0' && ch <= '9');
}

/* A symbol, or the name of a `let`, a map, a field. */
static int is_declared(const lo_certificate_struct *c, const char *word, size_t n)
{
    const lo_model_struct *m = c->model;
    for (slong i = 0; i < m->nsymbols; i++)
        if (strlen(m->symbols[i].name) == n && strncmp(m->symbols[i].name, word, n) == 0)
            return 1;
    for (slong i = 0; i < c->nlines; i++) { /* WORD NAME = ... */
        const char *line = c->lines[i];
        size_t skip = strcspn(line, " ");
        const char *name = line + skip + (line[skip] == ' ');
        size_t length = 0;
        while (is_word(name[length], length == 0))
            length++;
        if (length == n && strncmp(name, word, n) == 0 && name[length + strspn(name + length, " ")] == '=')
            return 1;
    }
    return 0;
}

int lo_coq_is_one_of(const char *const *names, const char *word, size_t n)
{
    while (*names != NULL && (strlen(*names) != n || strncmp(*names, word, n) != 0))
        names++;
    return *names != NULL;
}

/* -1: there is a word that is not read; else whether one is the name of a function. */
static int reads_line(const lo_certificate_struct *c, const char *line)
{
    int function = 0;
    for (const char *at = line; *at != '\0';) {
        size_t n = 0;
        if (*at >= '0' && *at <= '9') { /* numbers; 1e3 is not read */
            at += strspn(at, "0123456789.");
            if (is_word(*at, 1))
                return -1;
            continue;
        }
        while (is_word(at[n], n == 0))
            n++;
        if (n == 0) {
            at++;
            continue;
        }
        if (!is_declared(c, at, n) && !lo_coq_is_one_of(words, at, n)) {
            if (!lo_coq_is_one_of(functions, at, n))
                return -1;
            function = 1;
        }
        at += n;
    }
    return function;
}

int lo_coq_reads(const lo_certificate_struct *c, int *functions_occur)
{
    *functions_occur = 0;
    for (slong i = 0; i < c->nlines + c->nlaws; i++) {
        int read = reads_line(c, i < c->nlines ? c->lines[i] : c->laws[i - c->nlines]);
        if (read < 0)
            return 0;
        *functions_occur |= read;
    }
    return 1;
}

void lo_coq_comment(lo_text_struct *out, const char *text)
{
    for (; *text != '\0'; text++) {
        lo_text_add(out, "%c", *text);
        if ((text[0] == '(' && text[1] == '*') || (text[0] == '*' && text[1] == ')'))
            lo_text_add(out, " ");
    }
}
