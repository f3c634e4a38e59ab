/* product.c - tiles of products of residues, by floating-point units where they are exact.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * For q < 2^28 an entry of the left factor is h 2^14 + l with h, l < 2^14. Products of h or l with an entry of the
 * right factor are integers below 2^42, and a sum of at most 2^11 of them stays below 2^53: doubles hold it and every
 * partial sum exactly, in any order of summation, with or without fused operations.
 */
#include "algebra/product.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <string.h>

/* A tile takes some hundredths of a second: that is how long an interrupt waits. */
#define TILE_ROWS 512
#define TILE_COLS 512
#define TILE_INNER 1024 /* at most 2^11 */

/* Products of residues past which threads are worth their start. */
#define PARALLEL_WORK ((slong) 4000000)

#define HALF 14
#define SMALL_MODULUS (UWORD(1) << 2 * HALF)

/* The kernel: BAND halves of rows times PANEL columns, in registers. */
#define BAND 4
#define PANEL 8
#define BAND_ROWS (BAND / 2)
#define BLOCK_ROWS 64 /* rows of the left tile that are packed at a time */

/* GCC makes one copy of the kernel for each kind of processor and takes the best one at start. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__) && \
    defined(__GLIBC__)
#define MANY_PROCESSORS __attribute__((target_clones("fma", "default"), optimize("O3", "fp-contract=fast")))
#else
#define MANY_PROCESSORS
#endif

typedef struct {
    nmod_mat_struct *target;
    const nmod_mat_struct *left, *right;
    slong first, stop; /* the part of the inner dimension in hand */
    slong across;      /* tiles per row of tiles */
} product_struct;

static slong least(slong a, slong b)
{
    return a < b ? a : b;
}

/* out[BAND][PANEL] = sum over t of left[t][BAND] * right[t][PANEL] */
MANY_PROCESSORS
static void multiply_panel(double *restrict out, const double *restrict left, const double *restrict right,
                           slong inner)
{
    double sum[BAND][PANEL];
    memset(sum, 0, sizeof(sum));
    for (slong t = 0; t < inner; t++, left += BAND, right += PANEL)
        for (int i = 0; i < BAND; i++)
            for (int j = 0; j < PANEL; j++)
                sum[i][j] += left[i] * right[j];
    memcpy(out, sum, sizeof(sum));
}

/* Rows r0..r1-1 in bands [inner][BAND]: high halves of the rows of a band, then their low halves. */
static void pack_left(double *out, const nmod_mat_struct *m, slong r0, slong r1, slong first, slong stop)
{
    for (slong r = r0; r < r1; r += BAND_ROWS)
        for (slong t = first; t < stop; t++, out += BAND)
            for (slong i = 0; i < BAND_ROWS; i++) {
                ulong x = r + i < r1 ? nmod_mat_entry(m, r + i, t) : 0;
                out[i] = (double) (slong) (x >> HALF);
                out[BAND_ROWS + i] = (double) (slong) (x & ((UWORD(1) << HALF) - 1));
            }
}

/* Columns c0..c1-1 in panels [inner][PANEL]. */
static void pack_right(double *out, const nmod_mat_struct *m, slong c0, slong c1, slong first, slong stop)
{
    for (slong c = c0; c < c1; c += PANEL)
        for (slong t = first; t < stop; t++)
            for (slong j = c; j < c + PANEL; j++)
                *out++ = j < c1 ? (double) (slong) nmod_mat_entry(m, t, j) : 0;
}

/* One band times one panel leaves the target; the parts past its edge are zero and ignored. */
static void subtract_panel(nmod_mat_struct *target, slong r, slong r1, slong c, slong c1, const double *sum)
{
    nmod_t mod = target->mod;
    for (slong i = r; i < least(r + BAND_ROWS, r1); i++)
        for (slong j = c; j < least(c + PANEL, c1); j++) {
            ulong high = (ulong) (slong) sum[(i - r) * PANEL + j - c];
            ulong low = (ulong) (slong) sum[(i - r + BAND_ROWS) * PANEL + j - c];
            high = n_mod2_preinv(high, mod.n, mod.ninv);
            ulong value = n_mod2_preinv((high << HALF) + low, mod.n, mod.ninv); /* of less than 2^42 + 2^53 */
            nmod_mat_entry(target, i, j) = nmod_sub(nmod_mat_entry(target, i, j), value, mod);
        }
}

/* Tiles with few products per word do not repay the packing. */
#define FEW 8

static lo_status_t subtract_small(const product_struct *p, slong r0, slong r1, slong c0, slong c1)
{
    slong inner = p->stop - p->first, bands = BLOCK_ROWS / BAND_ROWS;
    slong panels = (c1 - c0 + PANEL - 1) / PANEL;
    double *left = lo_alloc((size_t) (bands * BAND * inner), sizeof(double));
    double *right = lo_alloc((size_t) (panels * PANEL * inner), sizeof(double)), sum[BAND * PANEL];
    lo_status_t status = left != NULL && right != NULL ? LO_OK : LO_SYSTEM;
    if (status == LO_OK)
        pack_right(right, p->right, c0, c1, p->first, p->stop);
    for (slong b = r0; b < r1 && status == LO_OK; b += BLOCK_ROWS) {
        slong stop = least(b + BLOCK_ROWS, r1);
        pack_left(left, p->left, b, stop, p->first, p->stop);
        for (slong panel = 0; panel < panels; panel++)
            for (slong r = b; r < stop; r += BAND_ROWS) {
                multiply_panel(sum, left + (r - b) / BAND_ROWS * BAND * inner, right + panel * PANEL * inner,
                               inner);
                subtract_panel(p->target, r, stop, c0 + panel * PANEL, c1, sum);
            }
    }
    lo_free(left);
    lo_free(right);
    return status;
}

static void subtract_any(const product_struct *p, slong r0, slong r1, slong c0, slong c1)
{
    nmod_mat_t target, left, right, product;
    nmod_mat_window_init(target, p->target, r0, c0, r1, c1);
    nmod_mat_window_init(left, p->left, r0, p->first, r1, p->stop);
    nmod_mat_window_init(right, p->right, p->first, c0, p->stop, c1);
    nmod_mat_init(product, r1 - r0, c1 - c0, p->target->mod.n);
    nmod_mat_mul(product, left, right);
    nmod_mat_sub(target, target, product);
    nmod_mat_clear(product);
    nmod_mat_window_clear(target);
    nmod_mat_window_clear(left);
    nmod_mat_window_clear(right);
}

static lo_status_t subtract_tile(void *data, long task, long worker)
{
    const product_struct *p = data;
    slong r0 = task / p->across * TILE_ROWS, r1 = least(r0 + TILE_ROWS, p->target->r);
    slong c0 = task % p->across * TILE_COLS, c1 = least(c0 + TILE_COLS, p->target->c);
    (void) worker;
    if (p->target->mod.n < SMALL_MODULUS && r1 - r0 >= FEW && c1 - c0 >= FEW && p->stop - p->first >= FEW)
        return subtract_small(p, r0, r1, c0, c1);
    subtract_any(p, r0, r1, c0, c1);
    return LO_OK;
}

lo_status_t lo_subtract_product(nmod_mat_t target, const nmod_mat_t left, const nmod_mat_t right,
                                lo_ctx_struct *ctx)
{
    slong across = (target->c + TILE_COLS - 1) / TILE_COLS, down = (target->r + TILE_ROWS - 1) / TILE_ROWS;
    product_struct p = { .target = target, .left = left, .right = right, .across = across };
    lo_ctx_struct *helpers = target->r * left->c > PARALLEL_WORK / (target->c + 1) ? ctx : NULL;
    if (target->r == 0 || target->c == 0)
        return LO_OK;
    for (p.first = 0; p.first < left->c; p.first = p.stop) {
        p.stop = least(p.first + TILE_INNER, left->c);
        LO_TRY(lo_parallel(across * down, subtract_tile, &p, helpers));
    }
    return LO_OK;
}
