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

static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
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
    uint32_t w[64], s[8];
    memcpy(s, h, sizeof(s));
    for (int i = 0; i < 64; i++) {
        w[i] = i < 16
                   ? (uint32_t) data[4 * i] << 24 | (uint32_t) data[4 * i + 1] << 16 |
                         (uint32_t) data[4 * i + 2] << 8 | data[4 * i + 3]
                   : w[i - 16] + w[i - 7] + (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3) +
                         (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10);
        uint32_t a = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) +
                     ((s[4] & s[5]) ^ (~s[4] & s[6])) + k[i] + w[i];
        uint32_t b = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) +
                     ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
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
    unsigned char last[128] = { 0 };
    size_t rest = size % 64, end = rest < 56 ? 64 : 128;
    for (unsigned prime = 2, n = 0, d; n < 64; prime++) {
        for (d = 2; prime % d != 0; d++)
            ;
        if (d == prime && n < 8)
            h[n] = root_bits(prime, 2);
        if (d == prime)
            k[n++] = root_bits(prime, 3);
    }
    for (size_t i = 0; i + 64 <= size; i += 64)
        block(h, k, data + i);
    memcpy(last, data + size - rest, rest);
    last[rest] = 0x80;
    for (size_t i = 0; i < 8; i++)
        last[end - 1 - i] = (unsigned char) ((uint64_t) size * 8 >> (8 * i));
    for (size_t i = 0; i < end; i += 64)
        block(h, k, last + i);
    for (int i = 0; i < 8; i++)
        snprintf(hex + 8 * i, 9, "%08x", (unsigned) h[i]);
}
