/* ast.h - the syntax tree: what was written, with its places, before names and shapes mean
 * anything.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_AST_H
#define LO_AST_H

#include "model/reader.h"

typedef enum {
    /* expressions; the left operand or the only operand is `a`, the right operand `b` */
    LO_AST_NUMBER, /* text */
    LO_AST_NAME,   /* text */
    LO_AST_ADD,
    LO_AST_SUB,
    LO_AST_MUL,
    LO_AST_DIV,
    LO_AST_EMUL,
    LO_AST_EDIV,
    LO_AST_POW,
    LO_AST_EPOW,
    LO_AST_NEG,
    LO_AST_TRANSPOSE,
    LO_AST_INDEX, /* a, and the list of indices */
    LO_AST_ALL,   /* `:` as an index */
    LO_AST_RANGE, /* a:b as an index */
    LO_AST_CALL,  /* text(list); an item may be LO_AST_NAMED or LO_AST_CHAIN */
    LO_AST_NAMED, /* text = a */
    LO_AST_ARRAY, /* list of LO_AST_ROW */
    LO_AST_ROW,   /* list */
    LO_AST_CHAIN, /* list of stages */
    /* statements */
    LO_AST_MODEL, /* text: the title */
    LO_AST_PARAM,
    LO_AST_INPUT,
    LO_AST_FROZEN,
    LO_AST_COORDS,  /* list of LO_AST_DECLARE */
    LO_AST_DECLARE, /* text, list of sizes */
    LO_AST_LET,
    LO_AST_FIELD,
    LO_AST_MAP,
    LO_AST_AT, /* list of LO_AST_NAMED */
    LO_AST_OUTPUT,
    LO_AST_NET,
    LO_AST_FLOW,   /* a */
    LO_AST_PROGRAM /* list of statements */
} lo_ast_kind_t;

typedef struct {
    lo_ast_struct *first, *last;
    long count;
} lo_ast_list_struct;

struct lo_ast_struct {
    lo_ast_kind_t kind;
    int paren;             /* written inside ( ) */
    lo_place_struct place; /* all of it */
    lo_place_struct at;    /* where a message points: the operator, the name */
    const char *text;
    lo_ast_struct *a, *b;
    lo_ast_list_struct list;
    lo_ast_struct *next; /* in the list it belongs to */
};

/* All return NULL when memory is short (and record it). */
lo_ast_struct *lo_ast_new(lo_reader_struct *r, lo_ast_kind_t kind, lo_place_struct place,
                          lo_place_struct at) LO_MUST_CHECK;
lo_ast_struct *lo_ast_text(lo_reader_struct *r, lo_ast_kind_t kind, lo_place_struct place,
                           const char *text) LO_MUST_CHECK;
lo_ast_struct *lo_ast_pair(lo_reader_struct *r, lo_ast_kind_t kind, lo_place_struct place,
                           lo_place_struct at, lo_ast_struct *a, lo_ast_struct *b) LO_MUST_CHECK;
lo_ast_struct *lo_ast_list(lo_reader_struct *r, lo_ast_kind_t kind, lo_place_struct place,
                           lo_place_struct at, lo_ast_list_struct list) LO_MUST_CHECK;

/* Appends an item. */
lo_ast_list_struct lo_ast_append(lo_ast_list_struct list, lo_ast_struct *item);

#endif
