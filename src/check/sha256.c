/* sha256.c - FIPS 180-4.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The constants are the first 32 bits of the fractional parts of the square roots (h) and cube roots (k)
 * of the first primes; they are computed here as integer roots, so that there is no table to mistype.
 */
#include "check/check.h"

#include <stdio.h>
#include <string.h>

/* Rotations by a, b and c, the last without what leaves on the right if it is a shift, added modulo 2. */
static uint32_t mixed(uint32_t x, int a, int b, int c, int shift)
{
    return (x >> a | x << (32 - a)) ^ (x >> b | x << (32 - b)) ^ (x >> c | (shift ? 0 : x << (32 - c)));
}

/* The first 32 bits after the point of prime^(1/degree): floor(root(prime 2^(32 degree))) modulo 2^32. */
static uint32_t root_bits(unsigned prime, unsigned degree)
{
    mpz_t x;
    mpz_init_set_ui(x, prime);
    mpz_mul_2exp(x, x, 32 * degree);
    mpz_root(x, x, degree);
    uint32_t bits = (uint32_t) mpz_get_ui(x);
    mpz_clear(x);
    return bits;
}

static void block(uint32_t h[8], const uint32_t k[64], const unsigned char *data)
{
    uint32_t w[64] = { 0 }, s[8];
    memcpy(s, h, sizeof(s));
    for (int i = 0; i < 64; i++)
        w[i / 4] |= (uint32_t) data[i] << (24 - i % 4 * 8);
    for (int i = 0; i < 64; i++) {
        if (i >= 16)
            w[i] = w[i - 16] + w[i - 7] + mixed(w[i - 15], 7, 18, 3, 1) + mixed(w[i - 2], 17, 19, 10, 1);
        uint32_t a = s[7] + mixed(s[4], 6, 11, 25, 0) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + k[i] + w[i];
        uint32_t b = mixed(s[0], 2, 13, 22, 0) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof(s[0]));
        s[4] += a;
        s[0] = a + b;
    }
    for (int i = 0; i < 8; i++)
        h[i] += s[i];
}

void sha256(char hex[65], const unsigned char *data, size_t size)
{
    uint32_t h[8], k[64];
    size_t whole = (size + 8) / 64 * 64 + 64; /* a bit 1, zeros, and the length in 64 bits are appended */
    unsigned char *padded = take(whole, 1);
    for (unsigned prime = 2, n = 0, d; n < 64; prime++) {
        for (d = 2; prime % d != 0; d++)
            ;
        if (d == prime && n < 8)
            h[n] = root_bits(prime, 2);
        if (d == prime)
            k[n++] = root_bits(prime, 3);
    }
    memcpy(padded, data, size);
    padded[size] = 0x80;
    for (size_t i = 0; i < 8; i++)
        padded[whole - 1 - i] = (unsigned char) ((uint64_t) size * 8 >> (8 * i));
    for (size_t i = 0; i < whole; i += 64)
        block(h, k, padded + i);
    for (int i = 0; i < 8; i++)
        snprintf(hex + 8 * i, 9, "%08x", (unsigned) h[i]);
    give(padded);
}
