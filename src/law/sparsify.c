/* sparsify.c - readable bases of integer vectors.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/search.h"

/* Number of nonzero entries and the sum of bit lengths. */
static void measure(slong *support, slong *height, const fmpz *v, slong n)
{
    *support = *height = 0;
    for (slong i = 0; i < n; i++) {
        if (!fmpz_is_zero(v + i))
            ++*support;
        *height += (slong) fmpz_bits(v + i);
    }
}

static void make_primitive(fmpz *v, slong n)
{
    fmpz_t content;
    fmpz_init(content);
    _fmpz_vec_content(content, v, n);
    if (!fmpz_is_zero(content))
        _fmpz_vec_scalar_divexact_fmpz(v, v, n, content);
    fmpz_clear(content);
}

/* candidate = pivot-free combination v * w[k] - w * v[k], made primitive */
static void combine(fmpz *candidate, const fmpz *v, const fmpz *w, slong k, slong n)
{
    _fmpz_vec_scalar_mul_fmpz(candidate, v, n, w + k);
    _fmpz_vec_scalar_submul_fmpz(candidate, w, n, v + k);
    make_primitive(candidate, n);
}

/* Tries to shorten row i by row j. Returns 1 on success. */
static int shorten(fmpz_mat_t m, slong i, slong j, fmpz *candidate)
{
    slong n = m->c, support, height, new_support, new_height;
    fmpz *v = fmpz_mat_entry(m, i, 0);
    const fmpz *w = fmpz_mat_entry(m, j, 0);
    measure(&support, &height, v, n);
    for (slong k = 0; k < n; k++) {
        if (fmpz_is_zero(v + k) || fmpz_is_zero(w + k))
            continue;
        combine(candidate, v, w, k, n);
        measure(&new_support, &new_height, candidate, n);
        if (new_support < support || (new_support == support && new_height < height)) {
            _fmpz_vec_swap(v, candidate, n);
            return 1;
        }
    }
    return 0;
}

/* Past this much work the basis is good enough as it is. */
#define MAX_WORK ((slong) 20000000)

void lo_sparsify(fmpz_mat_t m)
{
    fmpz *candidate = _fmpz_vec_init(m->c);
    slong work = 0;
    for (slong i = 0; i < m->r; i++)
        make_primitive(fmpz_mat_entry(m, i, 0), m->c);
    for (int changed = 1; changed && work < MAX_WORK;) {
        changed = 0;
        for (slong i = 0; i < m->r && work < MAX_WORK; i++) {
            for (slong j = 0; j < m->r; j++) {
                if (i != j && shorten(m, i, j, candidate))
                    changed = 1;
                work += m->c;
            }
        }
    }
    _fmpz_vec_clear(candidate, m->c);
}
