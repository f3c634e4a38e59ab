/* elaborate.c - expressions: names, operators, shapes.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Recursion happens only where the text has brackets or a right operand, whose depth the lexer
 * bounds; the left operands of a chain a + b + c + ... are walked with an explicit stack.
 */
#include "model/elaborate.h"

#include <stdio.h>
#include <string.h>

const char *lo_ast_excerpt(lo_reader_struct *r, const lo_ast_struct *e)
{
    return lo_excerpt(r, e->place);
}

/* The line on which a name is declared further down, or 0. */
static int later_line(const lo_reader_struct *r, const char *text)
{
    const lo_ast_struct *s = r->statements != NULL ? r->statements->list.first : NULL;
    for (; s != NULL; s = s->next) {
        if (s->kind < LO_AST_PARAM || s->kind > LO_AST_LET)
            continue;
        for (const lo_ast_struct *item = s->list.first; item != NULL; item = item->next) {
            if (strcmp(item->text, text) == 0)
                return item->at.line;
        }
    }
    return 0;
}

static lo_status_t name(slong *out, lo_reader_struct *r, const lo_ast_struct *e)
{
    const lo_name_struct *found = lo_name_find(r->model, e->text);
    if (found == NULL) {
        slong symbol;
        if (lo_function_is(e->text))
            return lo_wrong(r, e->at, "`%s` is a function: write `%s(...)`", e->text, e->text);
        if (r->pending != NULL && strcmp(r->pending, e->text) == 0)
            return lo_wrong(r, e->at, "`%.60s` is used in its own definition", e->text);
        if (later_line(r, e->text) > 0)
            return lo_wrong(r, e->at, "`%.60s` is used here before it is declared on line %d",
                            e->text, later_line(r, e->text));
        if (!r->open_constants)
            return lo_wrong(r, e->at, "unknown name `%.60s`%s", e->text,
                            lo_name_hint(r, e->text, 0));
        LO_TRY(lo_declare_symbol(&symbol, r, e->at, e->text, LO_SYM_CONSTANT, LO_SCALAR, 0));
        return lo_build_symbol(out, r, e->at, symbol);
    }
    if (found->kind == LO_NAME_LET)
        *out = r->model->lets[found->index];
    else
        LO_TRY(lo_build_symbol(out, r, e->at, found->index));
    if (r->refuse_inputs != NULL && (LO_NODE(r, *out)->depends & (1u << LO_SYM_INPUT)) != 0)
        return lo_wrong(r, e->at, "`%.60s` %s: %s", e->text,
                        found->kind == LO_NAME_LET ? "depends on an input" : "is an input",
                        r->refuse_inputs);
    return LO_OK;
}

/* `U*V'` and the like: operand texts joined, in brackets where the sense needs them. */
static void operand_text(char *to, size_t room, lo_reader_struct *r, const lo_ast_struct *e,
                         int transposed)
{
    if (transposed && e->kind == LO_AST_TRANSPOSE && !e->paren) {
        snprintf(to, room, "%s", lo_ast_excerpt(r, e->a));
        return;
    }
    int tight = e->paren || e->kind == LO_AST_NAME || e->kind == LO_AST_NUMBER ||
                e->kind == LO_AST_CALL || e->kind == LO_AST_INDEX || e->kind == LO_AST_ARRAY ||
                e->kind == LO_AST_TRANSPOSE;
    const char *format = transposed && !tight ? "(%s)'" : transposed ? "%s'" : "%s";
    snprintf(to, room, format, lo_ast_excerpt(r, e));
}

/* Not inline: the room for the message is not to lie on the stack of every level of nesting. */
static LO_COLD lo_status_t inner_sizes_differ(lo_reader_struct *r, const lo_ast_struct *e,
                                              const lo_shape_struct *a, const lo_shape_struct *b)
{
    char left[LO_EXCERPT + 4], right[LO_EXCERPT + 4], hint[5 * LO_EXCERPT] = "";
    if (a->rank > 2 || b->rank > 2)
        return lo_wrong(r, e->at,
                        "`%s`: %s times %s; `*` is the product of matrices, these are not",
                        lo_ast_excerpt(r, e), lo_shape_text(r, a), lo_shape_text(r, b));
    if (lo_shape_is_vector(a) && lo_shape_equal(a, b)) {
        operand_text(left, sizeof(left), r, e->a, 0);
        operand_text(right, sizeof(right), r, e->b, 0);
        snprintf(hint, sizeof(hint), "; did you mean `%s.*%s` or `dot(%s, %s)`?", left, right, left,
                 right);
    } else if (a->dim[1] == b->dim[1]) {
        operand_text(left, sizeof(left), r, e->a, 0);
        operand_text(right, sizeof(right), r, e->b, 1);
        snprintf(hint, sizeof(hint), "; did you mean `%s*%s`?", left, right);
    } else if (a->dim[0] == b->dim[0]) {
        operand_text(left, sizeof(left), r, e->a, 1);
        operand_text(right, sizeof(right), r, e->b, 0);
        snprintf(hint, sizeof(hint), "; did you mean `%s*%s`?", left, right);
    }
    return lo_wrong(r, e->at, "`%s`: %s times %s, the inner sizes differ%s", lo_ast_excerpt(r, e),
                    lo_shape_text(r, a), lo_shape_text(r, b), hint);
}

static lo_status_t shapes_differ(lo_reader_struct *r, const lo_ast_struct *e, const char *verb,
                                 const lo_shape_struct *a, const lo_shape_struct *b)
{
    const char *hint = "";
    if (a->rank == 2 && b->rank == 2 && a->dim[0] == b->dim[1] && a->dim[1] == b->dim[0])
        hint = "; one of them needs a transpose `'`";
    else if (lo_shape_size(a) == 1 || lo_shape_size(b) == 1)
        hint = "; a single number combines with a larger shape by `*` and `/` only";
    return lo_wrong(r, e->at, "`%s`: %s %s %s, the shapes differ%s", lo_ast_excerpt(r, e),
                    lo_shape_text(r, a), verb, lo_shape_text(r, b), hint);
}

static lo_status_t product(slong *out, lo_reader_struct *r, const lo_ast_struct *e, slong a,
                           slong b)
{
    lo_shape_struct sa = LO_NODE(r, a)->shape, sb = LO_NODE(r, b)->shape;
    slong na = LO_NODE(r, a)->size, nb = LO_NODE(r, b)->size;
    if (sa.rank == 2 && sb.rank == 2 && sa.dim[1] == sb.dim[0])
        return lo_build_matmul(out, r, e->at, a, b);
    if (na == 1) {
        LO_TRY(lo_build_scalar(&a, r, e->at, a));
        if (nb == 1)
            LO_TRY(lo_build_scalar(&b, r, e->at, b));
        return lo_build_scale(out, r, e->at, a, b);
    }
    if (nb == 1) {
        LO_TRY(lo_build_scalar(&b, r, e->at, b));
        return lo_build_scale(out, r, e->at, b, a);
    }
    return inner_sizes_differ(r, e, &sa, &sb);
}

/* + - .* ./ : equal shapes, or one entry each; `./` also with a number on either side, `.*` as well
 * (it is `*`). */
static lo_status_t entrywise(slong *out, lo_reader_struct *r, const lo_ast_struct *e, slong a,
                             slong b)
{
    lo_shape_struct sa = LO_NODE(r, a)->shape, sb = LO_NODE(r, b)->shape;
    int single_a = LO_NODE(r, a)->size == 1, single_b = LO_NODE(r, b)->size == 1;
    int scales = e->kind == LO_AST_EMUL || e->kind == LO_AST_EDIV;
    if (!lo_shape_equal(&sa, &sb)) {
        if (single_a && (scales || single_b))
            LO_TRY(lo_build_scalar(&a, r, e->at, a));
        if (single_b && (scales || single_a))
            LO_TRY(lo_build_scalar(&b, r, e->at, b));
        if (!(single_a && single_b) && !(scales && (single_a || single_b)))
            return shapes_differ(r, e,
                                 e->kind == LO_AST_ADD    ? "plus"
                                 : e->kind == LO_AST_SUB  ? "minus"
                                 : e->kind == LO_AST_EMUL ? "times entrywise"
                                                          : "divided entrywise by",
                                 &sa, &sb);
    }
    switch (e->kind) {
    case LO_AST_ADD:
        return lo_build_add(out, r, e->at, a, b);
    case LO_AST_SUB:
        return lo_build_sub(out, r, e->at, a, b);
    case LO_AST_EMUL:
        if (LO_NODE(r, b)->shape.rank == 0)
            return lo_build_scale(out, r, e->at, b, a);
        if (LO_NODE(r, a)->shape.rank == 0)
            return lo_build_scale(out, r, e->at, a, b);
        return lo_build_hadamard(out, r, e->at, a, b);
    default:
        return lo_build_div(out, r, e->at, a, b);
    }
}

static lo_status_t quotient(slong *out, lo_reader_struct *r, const lo_ast_struct *e, slong a,
                            slong b)
{
    if (LO_NODE(r, b)->size != 1) {
        return lo_wrong(r, e->at,
                        "`%s`: the divisor is %s, `/` divides by a number; entrywise is `./`",
                        lo_ast_excerpt(r, e), lo_shape_text(r, &LO_NODE(r, b)->shape));
    }
    LO_TRY(lo_build_scalar(&b, r, e->at, b));
    if (LO_NODE(r, a)->size == 1)
        LO_TRY(lo_build_scalar(&a, r, e->at, a));
    return lo_build_div(out, r, e->at, a, b);
}

static lo_status_t power(slong *out, lo_reader_struct *r, const lo_ast_struct *e, slong a)
{
    slong exponent = 0, limit = r->ctx->limits->exponent;
    LO_TRY(lo_elaborate_integer(&exponent, r, e->b, "an exponent"));
    if (exponent > limit || exponent < -limit)
        return lo_beyond(r, e->b->at, "exponent", limit, "the exponent is too large");
    if (LO_NODE(r, a)->size == 1)
        LO_TRY(lo_build_scalar(&a, r, e->at, a));
    else if (e->kind == LO_AST_POW)
        return lo_wrong(r, e->at,
                        "`%s`: `^` is the power of a number, this is %s; entrywise is `.^`",
                        lo_ast_excerpt(r, e), lo_shape_text(r, &LO_NODE(r, a)->shape));
    return lo_build_pow(out, r, e->at, a, exponent);
}

static lo_status_t transpose(slong *out, lo_reader_struct *r, const lo_ast_struct *e, slong a)
{
    if (LO_NODE(r, a)->shape.rank > 2)
        return lo_wrong(r, e->at, "`%s`: only a matrix has a transpose, this is %s",
                        lo_ast_excerpt(r, e), lo_shape_text(r, &LO_NODE(r, a)->shape));
    return lo_build_transpose(out, r, e->at, a);
}

static lo_status_t array(slong *out, lo_reader_struct *r, const lo_ast_struct *e)
{
    long rows = e->list.count, columns = e->list.first->list.count;
    for (const lo_ast_struct *row = e->list.first; row != NULL; row = row->next) {
        if (row->list.count != columns)
            return lo_wrong(r, row->at, "the rows of `%s` have %ld and %ld entries",
                            lo_ast_excerpt(r, e), columns, row->list.count);
    }
    /* [a, b, c] is a column */
    lo_shape_struct matrix =
        rows == 1 ? lo_shape_matrix(columns, 1) : lo_shape_matrix(rows, columns);
    slong *entries = lo_scratch(r, (size_t) (rows * columns), sizeof(slong));
    if (entries == NULL)
        return LO_SYSTEM;
    long i = 0;
    for (const lo_ast_struct *row = e->list.first; row != NULL; row = row->next) {
        for (lo_ast_struct *entry = row->list.first; entry != NULL; entry = entry->next, i++) {
            LO_TRY(lo_elaborate(entries + i, r, entry));
            if (LO_NODE(r, entries[i])->size != 1)
                return lo_wrong(
                    r, entry->at,
                    "an entry of [...] is a number, `%s` is %s; to join vectors or matrices "
                    "use vstack or hstack",
                    lo_ast_excerpt(r, entry), lo_shape_text(r, &LO_NODE(r, entries[i])->shape));
            LO_TRY(lo_build_scalar(entries + i, r, entry->at, entries[i]));
        }
    }
    return lo_build_array(out, r, e->at, entries, matrix);
}

static lo_status_t number(slong *out, lo_reader_struct *r, const lo_ast_struct *e)
{
    fmpq_t value;
    fmpq_init(value);
    lo_status_t status = lo_number_parse(value, r, e);
    if (status == LO_OK)
        status = lo_build_constant(out, r, e->at, value);
    fmpq_clear(value);
    return status;
}

/* Whether the node continues a chain through its operand `a`. */
static int has_spine(const lo_ast_struct *e)
{
    return e->kind >= LO_AST_ADD && e->kind <= LO_AST_INDEX;
}

static lo_status_t leaf(slong *out, lo_reader_struct *r, const lo_ast_struct *e)
{
    switch (e->kind) {
    case LO_AST_NUMBER:
        return number(out, r, e);
    case LO_AST_NAME:
        return name(out, r, e);
    case LO_AST_CALL:
        return lo_elaborate_call(out, r, (lo_ast_struct *) e);
    case LO_AST_ARRAY:
        return array(out, r, e);
    default:
        return lo_wrong(r, e->at,
                        "`->` stands between the stages of `net` and `layers`, it is not part of an "
                        "expression");
    }
}

/* Applies one link of the chain to the value of its operand. */
static lo_status_t apply(slong *out, lo_reader_struct *r, lo_ast_struct *e, slong a)
{
    slong b = 0;
    switch (e->kind) {
    case LO_AST_NEG:
        return lo_build_neg(out, r, e->at, a);
    case LO_AST_TRANSPOSE:
        return transpose(out, r, e, a);
    case LO_AST_INDEX:
        return lo_elaborate_index(out, r, e, a);
    case LO_AST_POW:
    case LO_AST_EPOW:
        return power(out, r, e, a);
    case LO_AST_MUL:
        LO_TRY(lo_elaborate(&b, r, e->b));
        return product(out, r, e, a, b);
    case LO_AST_DIV:
        LO_TRY(lo_elaborate(&b, r, e->b));
        return quotient(out, r, e, a, b);
    default:
        LO_TRY(lo_elaborate(&b, r, e->b));
        return entrywise(out, r, e, a, b);
    }
}

lo_status_t lo_elaborate(slong *out, lo_reader_struct *r, lo_ast_struct *e)
{
    long base = r->nspine;
    for (; has_spine(e); e = e->a) {
        if (LO_GROW(r->spine, r->spine_capacity, r->nspine + 1) != LO_OK)
            return lo_short(r);
        r->spine[r->nspine++] = e;
    }
    slong value = 0;
    lo_status_t status = leaf(&value, r, e);
    while (status == LO_OK && r->nspine > base)
        status = apply(&value, r, r->spine[--r->nspine], value);
    r->nspine = base;
    *out = value;
    return status;
}

static lo_status_t integer(slong *out, lo_reader_struct *r, lo_ast_struct *e, const char *what)
{
    slong node = 0;
    LO_TRY(lo_elaborate(&node, r, e));
    if (LO_NODE(r, node)->size == 1)
        LO_TRY(lo_build_scalar(&node, r, e->at, node));
    const fmpq *value = lo_node_constant(r->model, node);
    if (value == NULL)
        return lo_wrong(r, e->at, "%s must be an integer, `%s` is not a constant", what,
                        lo_ast_excerpt(r, e));
    if (!fmpz_is_one(&value->den))
        return lo_wrong(r, e->at, "%s must be an integer, `%s` is not", what, lo_ast_excerpt(r, e));
    /* what does not fit is beyond every limit, and so is the number put in its place */
    slong most = WORD_MAX / 4;
    if (fmpz_cmp_si(&value->num, most) > 0)
        *out = most;
    else if (fmpz_cmp_si(&value->num, -most) < 0)
        *out = -most;
    else
        *out = fmpz_get_si(&value->num);
    return LO_OK;
}

lo_status_t lo_elaborate_integer(slong *out, lo_reader_struct *r, lo_ast_struct *e,
                                 const char *what)
{
    slong mark = r->model->nnodes, constants = r->model->nconstants;
    const char *refuse = r->refuse_layers;
    r->refuse_layers = "this is an integer constant";
    lo_status_t status = integer(out, r, e, what);
    r->refuse_layers = refuse;
    if (status == LO_OK) /* sizes and indices are no part of the graph */
        lo_build_rollback(r->model, mark, constants);
    return status;
}

lo_status_t lo_elaborate_positive(slong *out, lo_reader_struct *r, lo_ast_struct *e,
                                  const char *what)
{
    LO_TRY(lo_elaborate_integer(out, r, e, what));
    if (*out < 1)
        return lo_wrong(r, e->at, "%s is at least 1, not %ld", what, (long) *out);
    return LO_OK;
}
