/* expression.c - expressions of the model language, evaluated as they are read.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 *   expression = term { (+|-) term }          term    = signed { (*|/|.*|./) signed }
 *   signed     = { +|- } power                power   = postfix [ (^|.^) { +|- } primary ]
 *   postfix    = primary { ' | [ indices ] }
 *   primary    = number | name | name ( ... ) | ( expression ) | [ rows ]
 *
 * Recursion passes through a bracket, and the lexer bounds the depth of brackets.
 */
#include "check/language/language.h"

static value product(const reader *r, value a, value b)
{
    if (a.rank == 2 && b.rank == 2 && a.dim[1] == b.dim[0])
        return v_matmul(a, b);
    if (a.size == 1)
        return v_scale(as_scalar(a), b.size == 1 ? as_scalar(b) : b);
    if (b.size == 1)
        return v_scale(as_scalar(b), a);
    wrong(r, "the inner sizes of a product differ");
}

/* + - .* ./ : equal shapes, or two numbers; .* and ./ also with a number on either side. */
static value entrywise(const reader *r, int type, value a, value b)
{
    int scales = type == T_TIMES_EACH || type == T_OVER_EACH;
    if (!same_shape(&a, &b)) {
        int one_a = a.size == 1, one_b = b.size == 1;
        if (!(one_a && one_b) && !(scales && (one_a || one_b)))
            wrong(r, "the shapes differ");
        if (one_a)
            a = as_scalar(a);
        if (one_b)
            b = as_scalar(b);
    }
    if (type == T_PLUS || type == T_MINUS)
        return v_add(a, b, type == T_PLUS ? 1 : -1);
    if (type == T_OVER_EACH)
        return v_divide(a, b);
    return a.rank == 0 ? v_scale(a, b) : b.rank == 0 ? v_scale(b, a) : v_hadamard(a, b);
}

/* One index of an axis: first (from 0) and how many. Returns whether it is a plain index. */
static int index_of(reader *r, long *first, long *count, long length)
{
    if (accept(r, T_COLON)) {
        *first = 0;
        *count = length;
        return 0;
    }
    long from = integer_expression(r), to = from;
    int range = accept(r, T_COLON);
    if (range)
        to = integer_expression(r);
    if (from < 1 || to < from || to > length)
        wrong(r, "an index is out of range");
    *first = from - 1;
    *count = to - from + 1;
    return !range;
}

/* A vector takes one index or two, other shapes one for each axis; a number the index 1. */
static value indexed(reader *r, value a)
{
    long first[4] = { 0, 0, 0, 0 }, dim[4] = { 1, 1, 1, 1 };
    int axis = 0, plain = 0;
    if (a.rank == 0)
        a = v_reshape(a, 2, dim);
    for (int i = 0; i < a.rank; i++)
        dim[i] = a.dim[i];
    do {
        if (axis == a.rank)
            wrong(r, "too many indices");
        plain += index_of(r, first + axis, dim + axis, a.dim[axis]);
        axis++;
    } while (accept(r, T_COMMA));
    expect(r, T_ENDSQUARE, "`]` is expected");
    if (axis != a.rank && !(axis == 1 && a.rank == 2 && a.dim[1] == 1))
        wrong(r, "too few indices");
    value v = v_slice(a, first, dim);
    return plain == axis ? as_scalar(v) : v;
}

/* [a, b, c] is a column, [a, b; c, d] a matrix. */
static value array(reader *r)
{
    value *entries = NULL;
    long count = 0, room = 0, rows = 1, columns = 0, in_row = 0;
    for (;;) {
        value e = expression(r);
        if (e.size != 1)
            wrong(r, "an entry of [...] is a number");
        ROOM(entries, count, room);
        entries[count++] = as_scalar(e);
        in_row++;
        if (accept(r, T_COMMA))
            continue;
        if (rows > 1 && in_row != columns)
            wrong(r, "the rows of [...] differ in length");
        columns = in_row;
        in_row = 0;
        if (!accept(r, T_ROW))
            break;
        rows++;
    }
    expect(r, T_ENDSQUARE, "`]` is expected");
    long dim[2] = { rows == 1 ? columns : rows, rows == 1 ? 1 : columns }, one[2] = { 1, 1 };
    if (count == 1)
        return entries[0];
    for (long i = 0; i < count; i++)
        entries[i] = v_reshape(entries[i], 2, one);
    return v_reshape(v_join(entries, count, 0), 2, dim);
}

static value primary(reader *r)
{
    token t = *r->at;
    value v;
    if (accept(r, T_NUMBER)) {
        mpq_t q;
        mpq_init(q);
        number_value(q, r, t.text);
        return scalar(constant(rational_number(q)));
    }
    if (accept(r, T_OPEN)) {
        v = expression(r);
        expect(r, T_CLOSE, "`)` is expected");
        return v;
    }
    if (accept(r, T_SQUARE))
        return array(r);
    expect(r, T_NAME, "an expression is expected");
    if (accept(r, T_OPEN))
        return call(r, t.text);
    const name *n = find_name(t.text);
    if (n == NULL) {
        r->at--;
        wrong(r, "an unknown name");
    }
    return n->v;
}

static value postfix(reader *r)
{
    value v = primary(r);
    for (;;) {
        if (accept(r, T_SQUARE)) {
            v = indexed(r, v);
        } else if (accept(r, T_PRIME)) {
            if (v.rank > 2)
                wrong(r, "only a matrix has a transpose");
            v = v.size == 1 ? v : v_transpose(v);
        } else {
            return v;
        }
    }
}

/* A run of signs: 1 if it has an odd number of minus signs. */
static int signs(reader *r)
{
    int minus = 0;
    for (;;) {
        if (accept(r, T_MINUS))
            minus ^= 1;
        else if (!accept(r, T_PLUS))
            return minus;
    }
}

static long constant_integer(const reader *r, value v)
{
    mpq_t q;
    mpq_init(q);
    if (!is_constant(&v, q) || mpz_cmp_ui(mpq_denref(q), 1) != 0)
        wrong(r, "an integer constant is expected");
    if (mpz_cmpabs_ui(mpq_numref(q), 1ul << 40) > 0)
        wrong(r, "an integer is too large");
    long n = mpz_get_si(mpq_numref(q));
    mpq_clear(q);
    return n;
}

long integer_expression(reader *r)
{
    return constant_integer(r, expression(r));
}

static value raised(reader *r)
{
    value v = postfix(r);
    int type = r->at->type;
    if (!accept(r, T_POWER) && !accept(r, T_POWER_EACH))
        return v;
    int minus = signs(r);
    long e = constant_integer(r, primary(r));
    if (e > MAX_EXPONENT || e < -MAX_EXPONENT)
        wrong(r, "an exponent is too large");
    if (v.size == 1)
        v = as_scalar(v);
    else if (type == T_POWER)
        wrong(r, "`^` is the power of a number");
    return v_power(v, minus ? -e : e);
}

static value signed_power(reader *r)
{
    int minus = signs(r);
    value v = raised(r);
    return minus ? v_negate(v) : v;
}

static value term_of(reader *r)
{
    value v = signed_power(r);
    for (;;) {
        int type = r->at->type;
        if (type != T_TIMES && type != T_OVER && type != T_TIMES_EACH && type != T_OVER_EACH)
            return v;
        r->at++;
        value b = signed_power(r);
        if (type == T_TIMES) {
            v = product(r, v, b);
        } else if (type == T_OVER) {
            if (b.size != 1)
                wrong(r, "`/` divides by a number");
            v = v_divide(v.size == 1 ? as_scalar(v) : v, as_scalar(b));
        } else {
            v = entrywise(r, type, v, b);
        }
    }
}

value expression(reader *r)
{
    if (++r->depth > MAX_DEPTH)
        wrong(r, "nested too deeply");
    value v = term_of(r);
    while (r->at->type == T_PLUS || r->at->type == T_MINUS) {
        int type = r->at->type;
        r->at++;
        v = entrywise(r, type, v, term_of(r));
    }
    r->depth--;
    return v;
}
