/* series_function.c - activations of series: their Taylor coefficients at 0, at a coordinate for tanh and sigmoid.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "base/memory.h"
#include "manifold/series.h"

static void divide(fmpq *res, const fmpq *a, slong n)
{
    fmpq_t d;
    fmpq_init(d);
    fmpq_set_si(d, n, 1);
    fmpq_div(res, a, d);
    fmpq_clear(d);
}

/* c[0..order], the Taylor coefficients at 0 from linear recurrences. */

static void inverse_factorials(fmpq *c, slong order)
{
    fmpq_one(c);
    for (slong j = 1; j <= order; j++)
        divide(c + j, c + j - 1, j);
}

/* exp, and the even or odd part of it with alternating signs: cos, sin. */
static void taylor_exponential(fmpq *c, slong order, lo_fun_t fun)
{
    inverse_factorials(c, order);
    for (slong j = 0; fun != LO_FUN_EXP && j <= order; j++) {
        if ((j & 1) != (fun == LO_FUN_SIN))
            fmpq_zero(c + j);
        else if (j & 2)
            fmpq_neg(c + j, c + j);
    }
}

/* y = tanh(z/scale): y' = (1 - y^2)/scale. */
static void taylor_tanh(fmpq *c, slong order, slong scale)
{
    fmpq_t sum;
    fmpq_init(sum);
    fmpq_zero(c);
    for (slong j = 0; j < order; j++) {
        fmpq_set_si(sum, j == 0, 1);
        for (slong i = 0; i <= j; i++)
            fmpq_submul(sum, c + i, c + j - i);
        divide(c + j + 1, sum, (j + 1) * scale);
    }
    fmpq_clear(sum);
}

/* sigmoid(z) = (1 + tanh(z/2))/2. */
static void taylor_sigmoid(fmpq *c, slong order)
{
    taylor_tanh(c, order, 2);
    for (slong j = 0; j <= order; j++)
        divide(c + j, c + j, 2);
    fmpq_set_si(c, 1, 2);
}

/* The integral of sum c_j z^j, with value 0 at 0. */
static void integrate(fmpq *c, slong order)
{
    for (slong j = order; j > 0; j--)
        divide(c + j, c + j - 1, j);
    fmpq_zero(c);
}

static void times_z(fmpq *c, slong order)
{
    for (slong j = order; j > 0; j--)
        fmpq_set(c + j, c + j - 1);
    fmpq_zero(c);
}

/* erf(z/root of q)/kappa * root of q = integral of exp(-z^2/q). */
static void taylor_erf(fmpq *c, slong order, slong q)
{
    for (slong j = 0; j <= order; j++)
        fmpq_zero(c + j);
    fmpq_one(c);
    for (slong j = 2; j <= order; j += 2)
        divide(c + j, c + j - 2, -q * (j / 2));
    integrate(c, order);
}

/* ---- coefficients in the ring ---- */

/* out[j] = c_j, times the variable where it is not negative. */
static void to_ring(fmpq_mpoly_struct *out, const fmpq *c, slong variable, const lo_series_t s)
{
    fmpq_mpoly_t factor;
    fmpq_mpoly_init(factor, s->ctx);
    if (variable >= 0)
        fmpq_mpoly_gen(factor, variable, s->ctx);
    else
        fmpq_mpoly_one(factor, s->ctx);
    for (slong j = 0; j <= s->order; j++)
        fmpq_mpoly_scalar_mul_fmpq(out + j, factor, c + j, s->ctx);
    fmpq_mpoly_clear(factor, s->ctx);
}

/* The derivatives at 0 of an arbitrary function, over j!: free where its kind allows them. */
static void generic_coefficients(fmpq_mpoly_struct *out, lo_generic_t kind, const lo_series_t s)
{
    for (slong j = 0; j <= s->order; j++) {
        int forbidden = (kind == LO_GENERIC_ODD && j % 2 == 0) || (kind == LO_GENERIC_EVEN && j % 2 == 1) ||
                        (kind == LO_GENERIC_ZERO && j == 0);
        if (!forbidden)
            fmpq_mpoly_gen(out + j, s->first_generic + (slong) kind * (s->order + 1) + j, s->ctx);
    }
}

static lo_status_t fun_at_zero(fmpq_mpoly_struct *out, fmpq *c, lo_series_t s, lo_fun_t fun, slong extra)
{
    slong order = s->order, variable = -1;
    switch (fun) {
    case LO_FUN_EXP:
    case LO_FUN_SIN:
    case LO_FUN_COS:
        taylor_exponential(c, order, fun);
        break;
    case LO_FUN_TANH:
        taylor_tanh(c, order, 1);
        break;
    case LO_FUN_ERF:
        taylor_erf(c, order, 1);
        variable = s->first_named;
        break;
    case LO_FUN_SOFTPLUS: /* log 2, and the integral of sigmoid */
        taylor_sigmoid(c, order);
        integrate(c, order);
        to_ring(out, c, -1, s);
        fmpq_mpoly_gen(out, s->first_named + 2, s->ctx);
        return LO_OK;
    case LO_FUN_GENERIC:
        generic_coefficients(out, (lo_generic_t) (extra % 4), s);
        return LO_OK;
    default:
        return LO_UNABLE; /* roots and logarithms at 0 */
    }
    to_ring(out, c, variable, s);
    return LO_OK;
}

static lo_status_t act_at_zero(fmpq_mpoly_struct *out, fmpq *c, lo_series_t s, lo_act_t act)
{
    switch (act) {
    case LO_ACT_SIGMOID:
        taylor_sigmoid(c, s->order);
        break;
    case LO_ACT_SILU:
        taylor_sigmoid(c, s->order);
        times_z(c, s->order);
        break;
    case LO_ACT_GELU: /* z/2 + (kappa/sqrt 2)/2 z (the integral of exp(-z^2/2)) */
        taylor_erf(c, s->order, 2);
        times_z(c, s->order);
        for (slong j = 0; j <= s->order; j++)
            divide(c + j, c + j, 2);
        to_ring(out, c, s->first_named + 1, s);
        if (s->order > 0) {
            fmpq_set_si(c, 1, 2);
            fmpq_mpoly_add_fmpq(out + 1, out + 1, c, s->ctx);
        }
        return LO_OK;
    default:
        return LO_UNABLE;
    }
    to_ring(out, c, -1, s);
    return LO_OK;
}

/* ---- at a coordinate ---- */

/* +-1 and the coordinate when the polynomial is that, else 0. */
static int is_coordinate(slong *i, const fmpq_mpoly_struct *f, const lo_series_t s)
{
    fmpq_mpoly_t z;
    int sign = 0;
    fmpq_mpoly_init(z, s->ctx);
    for (*i = 0; *i < s->p; ++*i) {
        fmpq_mpoly_gen(z, *i, s->ctx);
        sign = fmpq_mpoly_equal(f, z, s->ctx);
        fmpq_mpoly_neg(z, z, s->ctx);
        sign -= fmpq_mpoly_equal(f, z, s->ctx);
        if (sign != 0)
            break;
    }
    fmpq_mpoly_clear(z, s->ctx);
    return sign;
}

/* y = tanh(z/scale) at z = sign * theta_i, as polynomials in T = tanh(theta_i/scale): c_0 = sign T and
 * (j + 1) c_(j+1) = (1 - y^2)_j / scale. */
static lo_status_t tanh_at(fmpq_mpoly_struct *out, lo_series_t s, slong i, int sign, slong scale)
{
    lo_stands_t stands = scale == 1 ? LO_STANDS_TANH : LO_STANDS_TANH_HALF;
    fmpq_mpoly_t product;
    fmpq_t c;
    if (s->stands[i] != LO_STANDS_ITSELF && s->stands[i] != stands)
        return LO_UNABLE;
    s->stands[i] = stands;
    fmpq_mpoly_init(product, s->ctx);
    fmpq_init(c);
    fmpq_mpoly_gen(out, s->p + i, s->ctx);
    if (sign < 0)
        fmpq_mpoly_neg(out, out, s->ctx);
    for (slong j = 0; j < s->order; j++) {
        fmpq_mpoly_set_si(out + j + 1, j == 0, s->ctx);
        for (slong k = 0; k <= j; k++) {
            fmpq_mpoly_mul(product, out + k, out + j - k, s->ctx);
            fmpq_mpoly_sub(out + j + 1, out + j + 1, product, s->ctx);
        }
        fmpq_set_si(c, 1, (ulong) ((j + 1) * scale));
        fmpq_mpoly_scalar_mul_fmpq(out + j + 1, out + j + 1, c, s->ctx);
    }
    fmpq_clear(c);
    fmpq_mpoly_clear(product, s->ctx);
    return LO_OK;
}

static lo_status_t at_coordinate(fmpq_mpoly_struct *out, lo_series_t s, int composite, lo_act_t act, lo_fun_t fun,
                                 const fmpq_mpoly_struct *argument)
{
    slong i;
    int sign = is_coordinate(&i, argument, s);
    if (sign == 0)
        return LO_UNABLE;
    if (!composite && fun == LO_FUN_TANH)
        return tanh_at(out, s, i, sign, 1);
    if (!composite || act != LO_ACT_SIGMOID)
        return LO_UNABLE;
    fmpq_t half;
    LO_TRY(tanh_at(out, s, i, sign, 2));
    fmpq_init(half);
    fmpq_set_si(half, 1, 2);
    for (slong j = 0; j <= s->order; j++)
        fmpq_mpoly_scalar_mul_fmpq(out + j, out + j, half, s->ctx);
    fmpq_mpoly_add_fmpq(out, out, half, s->ctx);
    fmpq_clear(half);
    return LO_OK;
}

/* ---- the value ---- */

/* sum of c_j (argument - its part of degree 0)^j, by Horner's rule. */
static lo_status_t horner(fmpq_mpoly_struct *value, lo_series_t s, const fmpq_mpoly_struct *c,
                          const fmpq_mpoly_struct *argument)
{
    fmpq_mpoly_struct *next = lo_series_new(s), *rest = lo_series_new(s);
    lo_status_t status = next == NULL || rest == NULL ? LO_SYSTEM : LO_OK;
    for (slong d = 1; status == LO_OK && d <= s->order; d++)
        fmpq_mpoly_set(rest + d, argument + d, s->ctx);
    for (slong j = s->order; j >= 0 && status == LO_OK; j--) {
        for (slong d = 0; d <= s->order; d++)
            fmpq_mpoly_zero(next + d, s->ctx);
        status = lo_series_addmul(next, value, rest, s);
        fmpq_mpoly_add(next, next, c + j, s->ctx);
        for (slong d = 0; d <= s->order; d++)
            fmpq_mpoly_swap(value + d, next + d, s->ctx);
    }
    lo_series_free(next, s);
    lo_series_free(rest, s);
    s->truncated = 1; /* whatever the argument is */
    return status;
}

lo_status_t lo_series_function(fmpq_mpoly_struct *value, lo_series_t s, int composite, lo_act_t act, lo_fun_t fun,
                               slong extra, const fmpq_mpoly_struct *argument)
{
    fmpq_mpoly_struct *c = lo_series_new(s);
    fmpq *q = _fmpq_vec_init(s->order + 1);
    lo_status_t status = c == NULL ? LO_SYSTEM : LO_OK;
    if (status == LO_OK && !fmpq_mpoly_is_zero(argument, s->ctx))
        status = at_coordinate(c, s, composite, act, fun, argument);
    else if (status == LO_OK && composite)
        status = act_at_zero(c, q, s, act);
    else if (status == LO_OK)
        status = fun_at_zero(c, q, s, fun, extra);
    if (status == LO_OK)
        status = horner(value, s, c, argument);
    lo_series_free(c, s);
    _fmpq_vec_clear(q, s->order + 1);
    return status;
}
