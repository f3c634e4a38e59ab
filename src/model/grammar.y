/* grammar.y - from tokens to the syntax tree.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Every unbounded repetition is left recursive, and nesting needs brackets, whose depth the lexer
 * bounds: the parser's stack is bounded by a multiple of that depth. Precedence, from loose to tight:
 *   + -      left
 *   * / .* ./  left
 *   - +      signs
 *   ^ .^     not associative, integer exponent
 *   ' [..]   postfix
 */
%code top {
/* grammar.c - made by bison from grammar.y */
}

%code requires {
#include "model/ast.h"
}

%define api.pure full
%define api.prefix {lo_yy}
%define api.location.type {lo_place_struct}
%define parse.error custom
%define parse.lac full
%locations
%param { void *scanner }
%parse-param { lo_reader_struct *r }

%union {
    const char *text;
    lo_ast_struct *node;
    lo_ast_list_struct list;
    long count;
}

%code {
/* The scanner that flex makes; lo_yylex below stands between it and the parser. */
#define YY_DECL int lo_scan(LO_YYSTYPE *value, lo_place_struct *place, void *scanner)
YY_DECL;
#include "model/lexer.h"

#include <stdio.h>
#include <string.h>

/* The deepest stack that bounded brackets can need is about 12 symbols a level, and there are 500
 * levels at most (read.c). */
#undef YYMAXDEPTH
#define YYMAXDEPTH 20000
#define YYMALLOC(n) lo_alloc(n, 1)
#define YYFREE lo_free

/* From the first token to the last: the default action for places. */
#undef YYLLOC_DEFAULT
#define YYLLOC_DEFAULT(Current, Rhs, N)                                           \
    do {                                                                          \
        if (N) {                                                                  \
            (Current) = YYRHSLOC(Rhs, 1);                                         \
            (Current).end = YYRHSLOC(Rhs, N).end;                                 \
        } else {                                                                  \
            (Current) = YYRHSLOC(Rhs, 0);                                         \
            (Current).begin = (Current).end;                                      \
        }                                                                         \
    } while (0)

static int yylex(LO_YYSTYPE *value, lo_place_struct *place, void *scanner);
static void yyerror(const lo_place_struct *place, void *scanner, lo_reader_struct *r,
                    const char *text);

/* Leaves the parser when memory is short (the reader's status tells). */
#define NEED(pointer)         \
    do {                      \
        if ((pointer) == NULL) \
            YYABORT;          \
    } while (0)
#define LEAF(out, ...) NEED((out) = lo_ast_text(r, __VA_ARGS__))
#define PAIR(out, ...) NEED((out) = lo_ast_pair(r, __VA_ARGS__))
#define LIST(out, ...) NEED((out) = lo_ast_list(r, __VA_ARGS__))

static const lo_ast_list_struct nothing;
}

%token START_MODEL START_EXPRESSION
%token MODEL "model" PARAM "param" INPUT "input" FROZEN "frozen" LET "let" OUTPUT "output" NET "net"
%token COORDS "coords" FIELD "field" MAP "map" AT "at" FLOW "flow"
%token <text> NAME "a name" NUMBER "a number" STRING "a title in quotes"
%token END_LINE "the end of the statement" NEXT_ROW ";"
%token OPEN "(" CLOSE ")" OPEN_SQUARE "[" CLOSE_SQUARE "]" COMMA "," COLON ":" EQUALS "=" ARROW "->"
%token PLUS "+" MINUS "-" TIMES "*" OVER "/" TIMES_EACH ".*" OVER_EACH "./"
%token POWER "^" POWER_EACH ".^" PRIME "'"
%token LO_YYEOF 0 "the end of the text"

%type <node> statement declaration binding chain expression term factor power postfix primary
%type <node> exponent index argument row
%type <list> statements declarations bindings stages indices arguments rows entries sizes
%type <count> signs

%%

start:
  START_MODEL statements { LIST(r->statements, LO_AST_PROGRAM, @$, @$, $statements); }
| START_EXPRESSION separators expression separators { r->expression = $expression; }
;

separators: %empty | separators END_LINE ;

statements:
  %empty { $$ = nothing; }
| statement { $$ = lo_ast_append(nothing, $statement); }
| statements END_LINE { $$ = $1; }
| statements END_LINE statement { $$ = lo_ast_append($1, $statement); }
;

statement:
  "model" STRING { LEAF($$, LO_AST_MODEL, @$, $STRING); }
| "param" declarations { LIST($$, LO_AST_PARAM, @$, @1, $declarations); }
| "input" declarations { LIST($$, LO_AST_INPUT, @$, @1, $declarations); }
| "frozen" declarations { LIST($$, LO_AST_FROZEN, @$, @1, $declarations); }
| "coords" declarations { LIST($$, LO_AST_COORDS, @$, @1, $declarations); }
| "let" bindings { LIST($$, LO_AST_LET, @$, @1, $bindings); }
| "field" bindings { LIST($$, LO_AST_FIELD, @$, @1, $bindings); }
| "map" bindings { LIST($$, LO_AST_MAP, @$, @1, $bindings); }
| "at" bindings { LIST($$, LO_AST_AT, @$, @1, $bindings); }
| "output" expression { PAIR($$, LO_AST_OUTPUT, @$, @1, $expression, NULL); }
| "net" chain { PAIR($$, LO_AST_NET, @$, @1, $chain, NULL); }
| "flow" expression { PAIR($$, LO_AST_FLOW, @$, @1, $expression, NULL); }
;

declarations:
  declaration { $$ = lo_ast_append(nothing, $declaration); }
| declarations[before] "," declaration { $$ = lo_ast_append($before, $declaration); }
;

declaration:
  NAME { LEAF($$, LO_AST_DECLARE, @$, $NAME); }
| NAME "[" sizes "]" { LEAF($$, LO_AST_DECLARE, @$, $NAME); $$->at = @1; $$->list = $sizes; }
;

sizes:
  expression { $$ = lo_ast_append(nothing, $expression); }
| sizes[before] "," expression { $$ = lo_ast_append($before, $expression); }
;

bindings:
  binding { $$ = lo_ast_append(nothing, $binding); }
| bindings[before] "," binding { $$ = lo_ast_append($before, $binding); }
;

binding:
  NAME "=" expression { LEAF($$, LO_AST_NAMED, @$, $NAME); $$->at = @1; $$->a = $expression; }
;

/* Stages are written like names and calls; layers.c gives them their meaning. */
chain:
  stages { LIST($$, LO_AST_CHAIN, @$, @$, $stages); }
;

stages:
  expression { $$ = lo_ast_append(nothing, $expression); }
| stages[before] "->" expression { $$ = lo_ast_append($before, $expression); }
;

expression:
  term
| expression[a] "+" term[b] { PAIR($$, LO_AST_ADD, @$, @2, $a, $b); }
| expression[a] "-" term[b] { PAIR($$, LO_AST_SUB, @$, @2, $a, $b); }
;

term:
  factor
| term[a] "*" factor[b] { PAIR($$, LO_AST_MUL, @$, @2, $a, $b); }
| term[a] "/" factor[b] { PAIR($$, LO_AST_DIV, @$, @2, $a, $b); }
| term[a] ".*" factor[b] { PAIR($$, LO_AST_EMUL, @$, @2, $a, $b); }
| term[a] "./" factor[b] { PAIR($$, LO_AST_EDIV, @$, @2, $a, $b); }
;

factor:
  power
| signs power[a] {
    $$ = $a;
    if ($signs % 2 != 0)
        PAIR($$, LO_AST_NEG, @$, @1, $a, NULL);
  }
;

/* The number of minus signs: a run of signs is not nested, so that it costs no stack. */
signs:
  "-" { $$ = 1; }
| "+" { $$ = 0; }
| signs[before] "-" { $$ = $before + 1; }
| signs[before] "+" { $$ = $before; }
;

power:
  postfix
| postfix[a] "^" exponent[b] { PAIR($$, LO_AST_POW, @$, @2, $a, $b); }
| postfix[a] ".^" exponent[b] { PAIR($$, LO_AST_EPOW, @$, @2, $a, $b); }
;

exponent:
  primary
| signs primary[a] {
    $$ = $a;
    if ($signs % 2 != 0)
        PAIR($$, LO_AST_NEG, @$, @1, $a, NULL);
  }
;

postfix:
  primary
| postfix[a] "'" { PAIR($$, LO_AST_TRANSPOSE, @$, @2, $a, NULL); }
| postfix[a] "[" indices "]" { PAIR($$, LO_AST_INDEX, @$, @2, $a, NULL); $$->list = $indices; }
;

primary:
  NUMBER { LEAF($$, LO_AST_NUMBER, @$, $NUMBER); }
| NAME { LEAF($$, LO_AST_NAME, @$, $NAME); }
| NAME "(" ")" { LEAF($$, LO_AST_CALL, @$, $NAME); $$->at = @1; }
| NAME "(" arguments ")" { LEAF($$, LO_AST_CALL, @$, $NAME); $$->at = @1; $$->list = $arguments; }
| "(" expression ")" { $$ = $expression; $$->paren = 1; $$->place = @$; }
| "[" rows "]" { LIST($$, LO_AST_ARRAY, @$, @1, $rows); }
;

rows:
  row { $$ = lo_ast_append(nothing, $row); }
| rows[before] ";" row { $$ = lo_ast_append($before, $row); }
;

row: entries { LIST($$, LO_AST_ROW, @$, @$, $entries); } ;

entries:
  expression { $$ = lo_ast_append(nothing, $expression); }
| entries[before] "," expression { $$ = lo_ast_append($before, $expression); }
;

indices:
  index { $$ = lo_ast_append(nothing, $index); }
| indices[before] "," index { $$ = lo_ast_append($before, $index); }
;

index:
  expression
| ":" { NEED($$ = lo_ast_new(r, LO_AST_ALL, @$, @$)); }
| expression[a] ":" expression[b] { PAIR($$, LO_AST_RANGE, @$, @2, $a, $b); }
;

arguments:
  argument { $$ = lo_ast_append(nothing, $argument); }
| arguments[before] "," argument { $$ = lo_ast_append($before, $argument); }
;

argument:
  expression
| NAME "=" expression { LEAF($$, LO_AST_NAMED, @$, $NAME); $$->at = @1; $$->a = $expression; }
| stages[before] "->" expression {
    LIST($$, LO_AST_CHAIN, @$, @$, lo_ast_append($before, $expression));
  }
;

%%

/* Operators and commas at the end of a line cannot end a statement: it goes on. */
static int goes_on(int token)
{
    switch (token) {
    case PLUS: case MINUS: case TIMES: case OVER: case TIMES_EACH: case OVER_EACH: case POWER:
    case POWER_EACH: case COMMA: case EQUALS: case ARROW:
        return 1;
    default:
        return 0;
    }
}

static int yylex(LO_YYSTYPE *value, lo_place_struct *place, void *scanner)
{
    lo_reader_struct *r = lo_yyget_extra(scanner);
    if (r->start != 0) {
        int token = r->start;
        r->start = 0;
        *place = (lo_place_struct){ 1, 1, 0, 0 };
        return token;
    }
    int token = lo_scan(value, place, scanner);
    while (token == END_LINE && goes_on(r->last_token) && r->text[place->begin] != ';')
        token = lo_scan(value, place, scanner);
    if (++r->tokens > r->ctx->limits->tokens) {
        lo_beyond(r, *place, "tokens", r->ctx->limits->tokens, "the text is too long");
        return LO_YYerror;
    }
    r->last_token = token;
    if (token != END_LINE && token != LO_YYEOF)
        r->last = *place;
    return token;
}

/* Only called when the stack cannot grow: it is bounded by the nesting, so memory is short. */
static void yyerror(const lo_place_struct *place, void *scanner, lo_reader_struct *r,
                    const char *text)
{
    (void) place;
    (void) scanner;
    (void) text;
    lo_short(r);
}

static const char *near_keyword(const char *word)
{
    static const char *const keywords[] = { "model", "param", "input", "frozen", "let", "output",
                                            "net", "coords", "field", "map", "at", "flow" };
    int limit = strlen(word) <= 4 ? 1 : 2;
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        if (strlen(word) > 2 && lo_edit_distance(word, keywords[i], limit) <= limit)
            return keywords[i];
    }
    return NULL;
}

/* "unexpected this, expected that", where all tokens that begin an expression are one thing. */
static int yyreport_syntax_error(const yypcontext_t *context, void *scanner, lo_reader_struct *r)
{
    (void) scanner;
    enum { ROOM = 24 };
    yysymbol_kind_t expected[ROOM];
    char wanted[200] = "", seen[LO_EXCERPT + 32];
    const char *excerpt = "";
    lo_place_struct place = *yypcontext_location(context);
    yysymbol_kind_t token = yypcontext_token(context);
    int n = yypcontext_expected_tokens(context, expected, ROOM);
    if (n == YYENOMEM) {
        lo_short(r);
        return 0;
    }
    int value = 0, keywords = 0, operators = 0, shown = 0;
    for (int i = 0; i < n; i++) {
        value |= expected[i] == YYSYMBOL_NUMBER;
        keywords |= expected[i] == YYSYMBOL_PARAM;
        operators |= expected[i] == YYSYMBOL_TIMES;
    }
    size_t used = 0;
    if (value)
        used += (size_t) snprintf(wanted, sizeof(wanted), "an expression");
    else if (keywords)
        used += (size_t) snprintf(wanted, sizeof(wanted),
                                  "a statement (model, param, input, frozen, let, output, net, "
                                  "coords, field, map, at, flow)");
    shown = value || keywords;
    for (int i = 0; i < n && !shown; i++) {
        yysymbol_kind_t s = expected[i];
        if (operators && s != YYSYMBOL_CLOSE && s != YYSYMBOL_CLOSE_SQUARE &&
            s != YYSYMBOL_COMMA && s != YYSYMBOL_END_LINE)
            continue;
        if (s == YYSYMBOL_YYEOF)
            continue;
        const char *name = yysymbol_name(s);
        const char *quote = name[0] == 'a' || name[0] == 't' ? "" : "`";
        used += (size_t) snprintf(wanted + used, sizeof(wanted) - used, "%s%s%s%s",
                                  used > 0 ? " or " : "", quote, name, quote);
        if (used >= sizeof(wanted))
            break;
    }
    if (token == YYSYMBOL_YYEOF || token == YYSYMBOL_YYEMPTY) {
        snprintf(seen, sizeof(seen), "the text ends here");
        /* behind the last word, not below the empty lines that may follow */
        place = r->last;
        place.column += (int) (r->last.end - r->last.begin);
        place.begin = r->last.end;
    } else if (token == YYSYMBOL_END_LINE)
        snprintf(seen, sizeof(seen), "the statement ends here");
    else
        {
        excerpt = lo_excerpt(r, place);
        snprintf(seen, sizeof(seen), "unexpected `%s`", excerpt);
    }
    if (keywords && token == YYSYMBOL_NAME && near_keyword(excerpt) != NULL)
        snprintf(wanted, sizeof(wanted), "a statement; did you mean `%s`?", near_keyword(excerpt));
    lo_wrong(r, place, "%s%s%s", seen, wanted[0] != '\0' ? "; expected " : "", wanted);
    return 0;
}

/* Sets flex up on a buffer of its own. Separate from lo_parse: nothing lives across the jump. */
static int open_scanner(lo_reader_struct *r)
{
    char *copy = lo_scratch(r, r->length + 2, 1);
    r->brackets = lo_scratch(r, (size_t) r->depth_limit, sizeof(*r->brackets));
    if (copy == NULL || r->brackets == NULL)
        return 0;
    memcpy(copy, r->text, r->length);
    if (lo_yylex_init_extra(r, (yyscan_t *) &r->scanner) != 0)
        return 0;
    return lo_yy_scan_buffer(copy, r->length + 2, r->scanner) != NULL;
}

lo_status_t lo_parse(lo_reader_struct *r, int expression)
{
    r->start = expression ? START_EXPRESSION : START_MODEL;
    r->line = r->column = 1;
    if (setjmp(r->no_memory) != 0 || !open_scanner(r))
        return lo_short(r);
    if (yyparse(r->scanner, r) != 0)
        return r->status != LO_OK ? r->status : lo_short(r);
    return LO_OK;
}
