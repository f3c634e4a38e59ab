/* number.c - exact constants that cannot grow without bound.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/elaborate.h"

#include <string.h>

static lo_status_t too_long(lo_reader_struct *r, lo_place_struct at)
{
    return lo_beyond(r, at, "digits", r->ctx->limits->digits, "a number has too many digits");
}

/* Decimal digits of all numbers are bounded by the limit; 10 < 2^3.33, so this many bits are never
 * too few. */
static slong digit_bits(const lo_reader_struct *r)
{
    slong digits = r->ctx->limits->digits;
    return digits > WORD_MAX / 4 ? WORD_MAX : digits * 333 / 100 + 4;
}

lo_status_t lo_number_check(lo_reader_struct *r, lo_place_struct at, const fmpq_t value)
{
    slong bits = digit_bits(r);
    if ((slong) fmpz_bits(fmpq_numref(value)) > bits ||
        (slong) fmpz_bits(fmpq_denref(value)) > bits)
        return too_long(r, at);
    return LO_OK;
}

/* 12.5e-3 is 125 * 10^(-3-1). The number of digits and the exponent are bounded before anything is
 * computed. */
lo_status_t lo_number_parse(fmpq_t value, lo_reader_struct *r, const lo_ast_struct *number)
{
    slong limit = r->ctx->limits->digits;
    const char *text = number->text;
    size_t length = strlen(text), mantissa = strcspn(text, "eE");
    if (length > (size_t) limit + 2)
        return too_long(r, number->at);
    char *digits = lo_scratch(r, mantissa + 1, 1);
    if (digits == NULL)
        return LO_SYSTEM;
    slong n = 0, fraction = 0, exponent = 0;
    int after_point = 0, negative = 0;
    for (size_t i = 0; i < mantissa; i++) {
        if (text[i] == '.') {
            after_point = 1;
        } else {
            digits[n++] = text[i];
            fraction += after_point;
        }
    }
    for (size_t i = mantissa + 1; i < length; i++) {
        if (text[i] == '-' || text[i] == '+')
            negative = text[i] == '-';
        else if (exponent <= limit)
            exponent = 10 * exponent + (text[i] - '0');
    }
    if (exponent > limit || n > limit || n + exponent > limit + 1)
        return too_long(r, number->at);
    exponent = (negative ? -exponent : exponent) - fraction;
    fmpz_set_str(fmpq_numref(value), digits, 10);
    fmpz_one(fmpq_denref(value));
    fmpz_t ten;
    fmpz_init_set_ui(ten, 10);
    fmpz_pow_ui(ten, ten, (ulong) (exponent < 0 ? -exponent : exponent));
    if (exponent < 0)
        fmpq_div_fmpz(value, value, ten);
    else
        fmpq_mul_fmpz(value, value, ten);
    fmpz_clear(ten);
    return lo_number_check(r, number->at, value);
}

/* |base| = 2^b or more gives at least (b - 1) * |exponent| bits, so a power that is too long is
 * refused before it is computed; bases 0, 1 and -1 never grow. */
lo_status_t lo_number_power(fmpq_t value, lo_reader_struct *r, lo_place_struct at,
                            const fmpq_t base, slong exponent)
{
    slong bits = (slong) FLINT_MAX(fmpz_bits(fmpq_numref(base)), fmpz_bits(fmpq_denref(base)));
    slong size = exponent < 0 ? -exponent : exponent;
    if (bits > 1 && size > 0 && bits - 1 > digit_bits(r) / size)
        return too_long(r, at);
    if (bits > 1 && size > digit_bits(r))
        return too_long(r, at);
    if (exponent < 0 && fmpq_is_zero(base))
        return lo_wrong(r, at, "division by zero: a negative power of 0");
    fmpq_pow_si(value, base, exponent);
    return lo_number_check(r, at, value);
}
