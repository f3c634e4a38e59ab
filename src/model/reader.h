/* reader.h - the state of one reading: source text, place of errors, scratch memory, the model
 * being built.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_READER_H
#define LO_READER_H

#include "base/memory.h"
#include "model/graph.h"

#include <setjmp.h>

/* A place in the source: `line` and `column` (in characters, 1-based) of its first character, and
 * its bytes [begin, end). It is also bison's location type. */
typedef struct {
    int line, column;
    size_t begin, end;
} lo_place_struct;

typedef struct lo_ast_struct lo_ast_struct;

/* What a name stands for. */
typedef enum { LO_NAME_SYMBOL, LO_NAME_LET } lo_name_kind_t;

/* One opened bracket, kept by the lexer so that a missing partner can be shown. */
typedef struct {
    char open;
    lo_place_struct place;
} lo_bracket_struct;

typedef struct {
    lo_ctx_struct *ctx;
    lo_model_struct *model;
    lo_arena_struct *scratch; /* syntax tree and all else that dies with the reading */
    const char *file, *text;
    size_t length;
    lo_status_t status; /* of the first error; later ones are not reported */

    /* lexer */
    void *scanner;
    jmp_buf no_memory; /* where flex ends when it cannot allocate */
    int start;         /* the token that chooses the start symbol; 0 once it is delivered */
    int line, column;
    size_t offset;
    long tokens, depth_limit;
    int last_token;
    lo_bracket_struct *brackets;
    long nbrackets;
    lo_place_struct last; /* of the last token that is not a separator */

    /* parser */
    lo_ast_struct *statements, *expression;

    /* elaboration */
    lo_ast_struct **spine; /* explicit stack: long chains do not recurse */
    long nspine, spine_capacity;
    long layer_counter;        /* stages with parameters so far, in all of the model */
    long stages;               /* stages so far, those of `repeat` once for each copy */
    const char *refuse_layers; /* not NULL: `layers` is refused here, and this says why */
    int open_constants;        /* an unknown name is a new symbolic constant (in momentum(...) and
                                  decay(...)) */
    const char *refuse_inputs; /* not NULL: inputs are refused, and this says why */
    const char *pending;       /* the `let` being evaluated, or NULL */
    slong *positions,
        positions_capacity; /* of nodes among those being evaluated (constant.c), or -1 */
    slong evaluated;        /* work spent on the values of `at` */
    slong argument_total;   /* arguments of all nodes together, bounded as nodes are */
} lo_reader_struct;

/* Records the first error: status LO_INPUT or LO_UNABLE, and the message
 * "file:line:column: error: text", the source line and a caret. Returns the status. */
lo_status_t lo_fail(lo_reader_struct *r, lo_status_t status, lo_place_struct place,
                    const char *format, ...) LO_PRINTF(4, 5);
#define lo_wrong(r, place, ...) lo_fail(r, LO_INPUT, place, __VA_ARGS__)

/* A limit is met: "text (limit `name`: value)". */
lo_status_t lo_beyond(lo_reader_struct *r, lo_place_struct place, const char *name, long value,
                      const char *text);

/* Memory is short. Returns LO_SYSTEM. */
lo_status_t lo_short(lo_reader_struct *r);

/* Scratch memory; on failure records LO_SYSTEM and returns NULL. */
void *lo_scratch(lo_reader_struct *r, size_t count, size_t size) LO_MUST_CHECK;

/* Texts for messages are in scratch memory (and "" when there is none: then LO_SYSTEM is recorded
 * already), so that functions that recurse keep small stack frames. */
#if defined(__GNUC__)
#define LO_COLD __attribute__((noinline, cold))
#else
#define LO_COLD
#endif

/* The source text of a place, white space collapsed, cut to a length that suits a message. */
#define LO_EXCERPT 64
const char *lo_excerpt(lo_reader_struct *r, lo_place_struct place);

/* Refuses text that is too long, not UTF-8, or has control characters. */
lo_status_t lo_source_check(lo_reader_struct *r);

/* Scanner and parser (lexer.l, grammar.y). */
lo_status_t lo_parse(lo_reader_struct *r, int expression);

/* The names of a model: a chained hash table of all symbols and lets (names.c). */
typedef struct lo_name_struct {
    const char *name;
    lo_name_kind_t kind;
    slong index; /* of the symbol, or of the let */
    slong next;
} lo_name_struct;

const lo_name_struct *lo_name_find(const lo_model_struct *model, const char *name);
lo_status_t lo_name_add(lo_reader_struct *r, const char *name, lo_name_kind_t kind, slong index);

/* Edit distance with transpositions, cut off: returns a number > limit when the distance exceeds
 * `limit`. */
int lo_edit_distance(const char *a, const char *b, int limit);

/* " ; did you mean `x`?" for the declared name or function nearest to `name`, or "" when none is
 * near. */
const char *lo_name_hint(lo_reader_struct *r, const char *name, int functions);

#endif
