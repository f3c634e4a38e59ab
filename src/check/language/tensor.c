/* tensor.c - the operations of the model language on tensors of scalars.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Each operation has a twin in units.c, taken when the claim is `units` and an operand has units. Shapes
 * have been checked by the caller, where the language has a rule about them; here they are checked where
 * they index.
 */
#include "check/language/language.h"

#include <string.h>

int units_only;

static value shaped(int rank, const long *dim)
{
    value v = { rank, { 0, 0, 0, 0 }, 1, NULL, NULL };
    for (int i = 0; i < rank; i++) {
        v.dim[i] = dim[i];
        if (dim[i] < 1 || dim[i] > (1L << 40) / v.size)
            fail("a tensor has too many entries");
        v.size *= dim[i];
    }
    return v;
}

value tensor(int rank, const long *dim)
{
    value v = shaped(rank, dim);
    if (v.size > MAX_ENTRIES)
        fail("a tensor has more than %d entries", MAX_ENTRIES);
    v.id = take((size_t) v.size, sizeof(int));
    return v;
}

value matrix(long rows, long columns)
{
    long dim[2] = { rows, columns };
    return tensor(2, dim);
}

value column(int *ids, long count)
{
    value v = { 2, { count, 1, 0, 0 }, count, ids, NULL };
    return v;
}

value scalar(int id)
{
    value v = tensor(0, NULL);
    v.id[0] = id;
    return v;
}

value as_scalar(value a)
{
    return v_reshape(a, 0, NULL);
}

int same_shape(const value *a, const value *b)
{
    return a->rank == b->rank && memcmp(a->dim, b->dim, sizeof(a->dim)) == 0;
}

int is_constant(const value *a, mpq_t out)
{
    if (a->u != NULL || a->size != 1 || known(a->id[0]) == NULL)
        return 0;
    mpq_set(out, known(a->id[0]));
    return 1;
}

#define UNITS(a) ((a).u != NULL)

value v_add(value a, value b, int sign)
{
    if (UNITS(a) || UNITS(b)) {
        a = u_lift(a);
        b = u_lift(b);
        if (!u_equal(&a, &b))
            fail("units: a sum of different units");
        return a;
    }
    value v = tensor(a.rank, a.dim);
    for (long i = 0; i < v.size; i++)
        v.id[i] = add(a.id[i], sign < 0 ? negate(b.id[i]) : b.id[i]);
    return v;
}

value v_scale(value s, value a)
{
    if (UNITS(a) || UNITS(s))
        return u_sum_of(u_lift(a), u_lift(s), 1, "a product");
    value v = tensor(a.rank, a.dim);
    for (long i = 0; i < v.size; i++)
        v.id[i] = multiply(s.id[0], a.id[i]);
    return v;
}

value v_negate(value a)
{
    return v_scale(scalar(constant_si(-1)), a);
}

value v_hadamard(value a, value b)
{
    if (UNITS(a) || UNITS(b))
        return u_sum_of(u_lift(a), u_lift(b), 1, "a product");
    value v = tensor(a.rank, a.dim);
    for (long i = 0; i < v.size; i++)
        v.id[i] = multiply(a.id[i], b.id[i]);
    return v;
}

/* Equal shapes, or a number on either side. */
value v_divide(value a, value b)
{
    if (UNITS(a) || UNITS(b))
        return u_sum_of(u_lift(a), u_lift(b), -1, "a quotient");
    value v = b.rank == 0 ? tensor(a.rank, a.dim) : tensor(b.rank, b.dim);
    for (long i = 0; i < v.size; i++)
        v.id[i] = multiply(a.id[a.rank == 0 ? 0 : i], inverse(b.id[b.rank == 0 ? 0 : i]));
    return v;
}

value v_power(value a, long exponent)
{
    if (UNITS(a))
        return u_scaled(a, exponent, 1);
    value v = tensor(a.rank, a.dim);
    for (long i = 0; i < v.size; i++)
        v.id[i] = power(a.id[i], exponent);
    return v;
}

value v_function(int f, value a)
{
    if (UNITS(a))
        return u_function(f, a);
    value v = tensor(a.rank, a.dim);
    for (long i = 0; i < v.size; i++)
        v.id[i] = function(f, a.id[i]);
    return v;
}

value v_matmul(value a, value b)
{
    if (UNITS(a) || UNITS(b))
        return u_matmul(u_lift(a), u_lift(b));
    value v = matrix(a.dim[0], b.dim[1]);
    int *terms = take((size_t) a.dim[1], sizeof(int));
    for (long i = 0; i < v.size; i++) {
        for (long k = 0; k < a.dim[1]; k++)
            terms[k] = multiply(a.id[i / v.dim[1] * a.dim[1] + k], b.id[k * v.dim[1] + i % v.dim[1]]);
        v.id[i] = sum(terms, a.dim[1]);
    }
    give(terms);
    return v;
}

value v_transpose(value a)
{
    if (UNITS(a))
        return u_transpose(a);
    value v = matrix(a.dim[1], a.dim[0]);
    for (long i = 0; i < v.size; i++)
        v.id[i] = a.id[i % v.dim[1] * a.dim[1] + i / v.dim[1]];
    return v;
}

value v_sum(value a)
{
    if (UNITS(a))
        return u_constant_along(a, "a sum");
    int *terms = take((size_t) a.size, sizeof(int));
    memcpy(terms, a.id, (size_t) a.size * sizeof(int));
    value v = scalar(sum(terms, a.size));
    give(terms);
    return v;
}

value v_trace(value a)
{
    if (UNITS(a))
        return u_trace(a);
    int *terms = take((size_t) a.dim[0], sizeof(int));
    for (long i = 0; i < a.dim[0]; i++)
        terms[i] = a.id[i * (a.dim[1] + 1)];
    value v = scalar(sum(terms, a.dim[0]));
    give(terms);
    return v;
}

value v_reshape(value a, int rank, const long *dim)
{
    if (UNITS(a))
        return u_reshape(a, rank, dim);
    value v = tensor(rank, dim);
    if (v.size != a.size)
        fail("a reshape changes the number of entries");
    memcpy(v.id, a.id, (size_t) v.size * sizeof(int));
    return v;
}

value v_slice(value a, const long *first, const long *dim)
{
    if (UNITS(a))
        return u_slice(a, first, dim);
    value v = tensor(a.rank, dim);
    for (long i = 0; i < v.size; i++) {
        long rest = i, place = 0, step = 1;
        for (int axis = a.rank - 1; axis >= 0; axis--) {
            place += (rest % dim[axis] + first[axis]) * step;
            rest /= dim[axis];
            step *= a.dim[axis];
        }
        v.id[i] = a.id[place];
    }
    return v;
}

/* Parts agree in every size but that of `axis`. */
value v_join(const value *parts, long count, int axis)
{
    value v = parts[0];
    long outer = 1, to = 0;
    for (long k = 0; k < count; k++) {
        if (UNITS(parts[k]))
            return u_join(parts, count, axis);
    }
    for (long k = 1; k < count; k++)
        v.dim[axis] += parts[k].dim[axis];
    v = tensor(v.rank, v.dim);
    for (int i = 0; i < axis; i++)
        outer *= v.dim[i];
    for (long block = 0; block < outer; block++) {
        for (long k = 0; k < count; k++) {
            long stretch = parts[k].size / outer;
            memcpy(v.id + to, parts[k].id + block * stretch, (size_t) stretch * sizeof(int));
            to += stretch;
        }
    }
    return v;
}

/* The diagonal matrix of a vector; the diagonal of a square matrix. */
value v_diagonal(value a)
{
    if (UNITS(a))
        return u_diagonal(a);
    long n = a.dim[0];
    value v = a.dim[1] == 1 ? matrix(n, n) : matrix(n, 1);
    for (long i = 0; i < v.size; i++)
        v.id[i] = constant_si(0);
    for (long i = 0; i < n; i++)
        v.id[a.dim[1] == 1 ? i * (n + 1) : i] = a.id[a.dim[1] == 1 ? i : i * (n + 1)];
    return v;
}

/* Later tokens removed: entries (i, j) with j > i are 0. */
value v_mask(value a)
{
    if (UNITS(a))
        return a; /* zero has every unit */
    value v = tensor(2, a.dim);
    for (long i = 0; i < v.size; i++)
        v.id[i] = i % a.dim[1] > i / a.dim[1] ? constant_si(0) : a.id[i];
    return v;
}

/* A vector is one row. */
static void row_sizes(const value *a, long *rows, long *columns)
{
    *rows = a->dim[1] == 1 ? 1 : a->dim[0];
    *columns = a->size / *rows;
}

/* softmax(z)_i = exp(z_i) (1 / sum_j exp(z_j)), over j <= i where later ones are masked. */
value v_softmax(value a, int causal)
{
    if (UNITS(a))
        return u_rows(a, 1);
    long rows, columns;
    value v = tensor(a.rank, a.dim);
    row_sizes(&a, &rows, &columns);
    int *terms = take((size_t) columns, sizeof(int));
    for (long r = 0; r < rows; r++) {
        long seen = causal && r + 1 < columns ? r + 1 : columns;
        for (long i = 0; i < seen; i++)
            terms[i] = v.id[r * columns + i] = function(F_EXP, a.id[r * columns + i]);
        int scale = inverse(sum(terms, seen));
        for (long i = 0; i < columns; i++)
            v.id[r * columns + i] = i < seen ? multiply(v.id[r * columns + i], scale) : constant_si(0);
    }
    give(terms);
    return v;
}

/* z_i (1 / sqrt(sum_j z_j^2 / n)), where z is a, or a minus its mean. */
value v_normalise(value a, int centred)
{
    if (UNITS(a))
        return u_rows(a, 0);
    long rows, columns;
    value v = tensor(a.rank, a.dim);
    row_sizes(&a, &rows, &columns);
    int *terms = take((size_t) columns, sizeof(int)), share = inverse(constant_si(columns));
    for (long r = 0; r < rows; r++) {
        int *z = v.id + r * columns;
        memcpy(z, a.id + r * columns, (size_t) columns * sizeof(int));
        if (centred) {
            memcpy(terms, z, (size_t) columns * sizeof(int));
            int mean = negate(multiply(share, sum(terms, columns)));
            for (long i = 0; i < columns; i++)
                z[i] = add(z[i], mean);
        }
        for (long i = 0; i < columns; i++)
            terms[i] = multiply(z[i], z[i]);
        int scale = inverse(function(F_SQRT, multiply(share, sum(terms, columns))));
        for (long i = 0; i < columns; i++)
            z[i] = multiply(z[i], scale);
    }
    give(terms);
    return v;
}

value v_broadcast(value b, value like, int axis)
{
    long step = 1;
    if (UNITS(b) || UNITS(like)) {
        value v = u_new(like);
        b = u_lift(b);
        v.u->base = b.u->base;
        memcpy(v.u->axis[axis], b.u->axis[0], (size_t) v.dim[axis] * sizeof(int));
        return v;
    }
    value v = tensor(like.rank, like.dim);
    for (int k = axis + 1; k < v.rank; k++)
        step *= v.dim[k];
    for (long i = 0; i < v.size; i++)
        v.id[i] = b.id[i / step % v.dim[axis]];
    return v;
}
