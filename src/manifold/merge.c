/* merge.c - classes of patterns that rotations carry to one another.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Two proofs that a pattern P is the image of another one under the product of the groups SO(r_l) of the blocks.
 *
 * (1) Let L_l be the span of the rows of M_l at all points of P, of dimension k_l. P lies in the space Q of all points whose
 * M_l have rows in L_l; some g_l in SO(r_l) maps R^k_l to L_l, so Q = g P_k (isotropy.c) has the dimension of P_k. If P has
 * it too, P = g P_k: patterns with the same k are conjugate.
 *
 * (2) Let B be an r x r matrix of integers with orthogonal rows of squared lengths d_1 .. d_r, det B > 0. Then g =
 * diag(d)^(-1/2) B is in SO(r). The coordinate i of a rotated vector is w_i / sqrt(s_i), w_i an integer and s_i the product of
 * the d of its columns. That two coordinates agree up to sign is decided by squares and signs: no roots are taken. If the
 * smallest pattern that contains the images of a basis of P has the dimension of P, it is g P. The B that are tried replace
 * equal neurons e_1, .., e_s by their sum and by differences: for signed blocks (v_1, .., v_s) the rows are v_1 + .. + v_s and
 * v_1 + .. + v_(t-1) - (t - 1) v_t.
 */
#include "base/memory.h"
#include "manifold/isotropy.h"

#include <stdlib.h>
#include <string.h>

#define WIDEST 4
#define MOST_MATRICES 64
#define MOST_TRIALS 200000

typedef struct {
    slong b[WIDEST * WIDEST], length[WIDEST];
} turn_struct;

typedef struct {
    const lo_blocks_struct *blocks;
    const lo_lattice_struct *lattice;
    lo_symmetry_struct *symmetry;
    slong *root;
    slong *turns;      /* per block: how many matrices */
    turn_struct *turn; /* blocks x MOST_MATRICES; the first one of each is the identity */
    slong *weight;     /* p: s_i */
    slong *basis;      /* p x p: rotated vectors, one for each class of the pattern */
    int *image;        /* p */
} merge_struct;

static slong find_root(const slong *root, slong i)
{
    while (root[i] != i)
        i = root[i];
    return i;
}

static void join(slong *root, slong i, slong j)
{
    i = find_root(root, i);
    j = find_root(root, j);
    root[i > j ? i : j] = i < j ? i : j;
}

/* ---- by dimension ---- */

/* The dimension of the span of the rows of a block on the pattern. */
static slong row_rank(const lo_block_struct *b, const int *pattern)
{
    fmpz_mat_t rows;
    slong p = 0, rank;
    for (slong t = 0; t < b->n * b->r; t++)
        p = labs(pattern[labs(b->entry[t]) - 1]) > p ? labs(pattern[labs(b->entry[t]) - 1]) : p;
    fmpz_mat_init(rows, p * b->n, b->r); /* for each class that meets the block, and each row of it */
    for (slong t = 0; t < b->n * b->r; t++) {
        int class = pattern[labs(b->entry[t]) - 1];
        if (class != 0)
            fmpz_set_si(fmpz_mat_entry(rows, (abs(class) - 1) * b->n + t / b->r, t % b->r),
                        (class > 0) == (b->entry[t] > 0) ? 1 : -1);
    }
    rank = fmpz_mat_rank(rows);
    fmpz_mat_clear(rows);
    return rank;
}

/* rank[]: the ranks of a pattern of kind (1). Returns 0 when it is not of this kind. */
static int find_ranks(slong *rank, const lo_blocks_struct *blocks, const int *pattern)
{
    for (slong l = 0; l < blocks->n; l++)
        rank[l] = row_rank(blocks->blocks + l, pattern);
    return lo_blocks_subspace(blocks, rank) == lo_pattern_dimension(pattern, blocks->p);
}

static lo_status_t merge_by_ranks(merge_struct *w)
{
    slong n = w->lattice->n, m = w->blocks->n, p = w->blocks->p;
    slong *rank = lo_alloc((size_t) (n * m), sizeof(slong));
    char *there = lo_alloc((size_t) n, 1);
    lo_status_t status = rank == NULL || there == NULL ? LO_SYSTEM : LO_OK;
    for (slong i = 0; i < n && status == LO_OK; i++) {
        there[i] = (char) find_ranks(rank + i * m, w->blocks, w->lattice->pattern + i * p);
        for (slong j = 0; j < i && there[i]; j++)
            if (there[j] && memcmp(rank + i * m, rank + j * m, (size_t) m * sizeof(slong)) == 0)
                join(w->root, i, j);
    }
    lo_free(rank);
    lo_free(there);
    return status;
}

/* ---- by matrices ---- */

static slong determinant_sign(const slong *b, slong r)
{
    fmpz_mat_t a;
    fmpz_t d;
    fmpz_mat_init(a, r, r);
    fmpz_init(d);
    for (slong t = 0; t < r * r; t++)
        fmpz_set_si(fmpz_mat_entry(a, t / r, t % r), b[t / r * WIDEST + t % r]);
    fmpz_mat_det(d, a);
    slong sign = fmpz_sgn(d);
    fmpz_mat_clear(a);
    fmpz_clear(d);
    return sign;
}

/* The matrix of signed blocks: column j belongs to the block whose first column is |block[j]| - 1. */
static void set_turn(turn_struct *turn, const int *block, slong r)
{
    memset(turn, 0, sizeof(*turn));
    for (slong i = 0; i < r; i++) {
        slong *row = turn->b + i * WIDEST, before = 0;
        int first = abs(block[i]) - 1;
        for (slong j = 0; j < r; j++)
            if (abs(block[j]) - 1 == first && (i == first || j < i)) {
                row[j] = block[j] > 0 ? 1 : -1;
                before++;
            }
        if (i != first)
            row[i] = block[i] > 0 ? -before : before;
        for (slong j = 0; j < r; j++)
            turn->length[i] += row[j] * row[j];
    }
    if (determinant_sign(turn->b, r) < 0)
        for (slong j = 0; j < r; j++)
            turn->b[(r - 1) * WIDEST + j] *= -1;
}

/* All signed partitions of r columns into blocks, by patterns without zeros. */
static void list_turns(merge_struct *w, slong l, int *block, slong i)
{
    slong r = w->blocks->blocks[l].r;
    if (i == r) {
        if (w->turns[l] < MOST_MATRICES)
            set_turn(w->turn + l * MOST_MATRICES + w->turns[l]++, block, r);
        return;
    }
    block[i] = (int) i + 1;
    list_turns(w, l, block, i + 1);
    for (slong j = 0; j < i; j++)
        for (int sign = 1; sign >= -1 && block[j] == (int) j + 1; sign -= 2) {
            block[i] = sign * ((int) j + 1);
            list_turns(w, l, block, i + 1);
        }
}

static void rotate(slong *v, const lo_block_struct *b, const turn_struct *turn)
{
    for (slong c = 0; c < b->n; c++) {
        slong m[WIDEST];
        const slong *entry = b->entry + c * b->r;
        for (slong k = 0; k < b->r; k++)
            m[k] = entry[k] > 0 ? v[entry[k] - 1] : -v[-entry[k] - 1];
        for (slong k = 0; k < b->r; k++) {
            slong sum = 0;
            for (slong j = 0; j < b->r; j++)
                sum += turn->b[k * WIDEST + j] * m[j];
            v[labs(entry[k]) - 1] = entry[k] > 0 ? sum : -sum;
        }
    }
}

/* The sign s with coordinate i = s * coordinate j on all rotated vectors; 0: none. n: number of vectors. */
static int same_up_to_sign(const merge_struct *w, slong i, slong j, slong n)
{
    slong p = w->blocks->p;
    int sign = 0;
    for (slong a = 0; a < n; a++) {
        slong x = w->basis[a * p + i], y = w->basis[a * p + j];
        int s = x == 0 || y == 0 ? 0 : (x > 0) == (y > 0) ? 1 : -1;
        if (x * x * w->weight[j] != y * y * w->weight[i] || (s != 0 && sign == -s))
            return 0;
        sign = s != 0 ? s : sign;
    }
    return sign;
}

/* The smallest pattern with all rotated vectors. */
static void smallest_pattern(merge_struct *w, slong n)
{
    slong p = w->blocks->p;
    for (slong i = 0; i < p; i++) {
        int sign = 0, zero = 1;
        for (slong a = 0; a < n; a++)
            zero &= w->basis[a * p + i] == 0;
        w->image[i] = zero ? 0 : (int) i + 1;
        for (slong j = 0; j < i && !zero; j++)
            if (w->image[j] == (int) j + 1 && (sign = same_up_to_sign(w, i, j, n)) != 0) {
                w->image[i] = sign * ((int) j + 1);
                break;
            }
    }
}

/* choice[l]: the matrix of each block. Out: whether the image of the pattern is one, in w->image. */
static int turn_pattern(merge_struct *w, const int *pattern, const slong *choice)
{
    slong p = w->blocks->p, n = 0;
    memset(w->basis, 0, (size_t) (p * p) * sizeof(slong));
    for (slong i = 0; i < p; i++) {
        w->weight[i] = 1;
        for (slong l = 0; l < w->blocks->n; l++)
            if (w->blocks->column[l * p + i] >= 0 && choice[l] > 0)
                w->weight[i] *= w->turn[l * MOST_MATRICES + choice[l]].length[w->blocks->column[l * p + i]];
        if (pattern[i] != (int) i + 1)
            continue;
        for (slong j = i; j < p; j++)
            if (abs(pattern[j]) == (int) i + 1)
                w->basis[n * p + j] = pattern[j] > 0 ? 1 : -1;
        for (slong l = 0; l < w->blocks->n; l++)
            if (choice[l] > 0)
                rotate(w->basis + n * p, w->blocks->blocks + l, w->turn + l * MOST_MATRICES + choice[l]);
        n++;
    }
    smallest_pattern(w, n);
    return lo_pattern_dimension(w->image, p) == n;
}

/* Joins class k with that of w->image. */
static lo_status_t join_image(merge_struct *w, slong k)
{
    const lo_lattice_struct *l = w->lattice;
    int *name;
    slong size;
    LO_TRY(lo_symmetry_class(&name, &size, w->symmetry, w->image));
    for (slong i = 0; i < l->n; i++)
        if (l->name[i] != NULL && l->size[i] == size &&
            memcmp(l->name[i], name, (size_t) size * sizeof(int)) == 0)
            join(w->root, i, k);
    lo_free(name);
    return LO_OK;
}

static lo_status_t merge_by_matrices(merge_struct *w, lo_ctx_t ctx)
{
    slong m = w->blocks->n, p = w->blocks->p, choices = 1, trials = 0;
    slong *choice = lo_alloc((size_t) m, sizeof(slong));
    int block[WIDEST];
    if (choice == NULL)
        return LO_SYSTEM;
    for (slong l = 0; l < m; l++) {
        w->turns[l] = 1;
        if (w->blocks->blocks[l].r <= WIDEST) {
            w->turns[l] = 0;
            list_turns(w, l, block, 0);
        }
        choices = choices * w->turns[l] > MOST_TRIALS ? MOST_TRIALS : choices * w->turns[l];
    }
    lo_status_t status = LO_OK;
    for (slong k = 0; k < w->lattice->n && status == LO_OK; k++)
        for (slong index = 1; index < choices && trials < MOST_TRIALS && status == LO_OK; index++, trials++) {
            const int *pattern = w->lattice->pattern + k * p;
            for (slong l = 0, rest = index; l < m; l++) {
                choice[l] = rest % w->turns[l];
                rest /= w->turns[l];
            }
            status = lo_ctx_poll(ctx);
            if (status == LO_OK && turn_pattern(w, pattern, choice) &&
                memcmp(w->image, pattern, (size_t) p * sizeof(int)) != 0)
                status = join_image(w, k);
        }
    lo_free(choice);
    return status;
}

/* Of each set of conjugate classes the one with the most zeros stands for all. */
static void choose_roots(slong *root, const lo_lattice_t l)
{
    for (slong i = 0; i < l->n; i++)
        root[i] = find_root(root, i);
    for (slong i = 0; i < l->n; i++) {
        slong best = i;
        if (root[i] != i) /* the first one chooses for all */
            continue;
        for (slong j = i; j < l->n; j++)
            if (root[j] == i && lo_pattern_zeros(l->pattern + j * l->p, l->p) >
                                    lo_pattern_zeros(l->pattern + best * l->p, l->p))
                best = j;
        for (slong j = l->n - 1; j >= i; j--)
            if (root[j] == i)
                root[j] = -best - 1;
    }
    for (slong i = 0; i < l->n; i++)
        root[i] = -root[i] - 1;
}

lo_status_t lo_rotations_merge(slong *root, const lo_blocks_t blocks, const lo_lattice_t lattice,
                               lo_symmetry_struct *symmetry, lo_ctx_t ctx)
{
    slong p = blocks->p, m = blocks->n;
    merge_struct w = { .blocks = blocks, .lattice = lattice, .symmetry = symmetry, .root = root };
    for (slong i = 0; i < lattice->n; i++)
        root[i] = i;
    if (m == 0)
        return LO_OK;
    w.turns = lo_alloc((size_t) m, sizeof(slong));
    w.turn = lo_alloc((size_t) m * MOST_MATRICES, sizeof(turn_struct));
    w.weight = lo_alloc((size_t) p, sizeof(slong));
    w.basis = lo_alloc((size_t) (p * p), sizeof(slong));
    w.image = lo_alloc((size_t) p, sizeof(int));
    lo_status_t status =
        w.turns == NULL || w.turn == NULL || w.weight == NULL || w.basis == NULL || w.image == NULL
            ? LO_SYSTEM
            : LO_OK;
    if (status == LO_OK)
        status = merge_by_ranks(&w);
    if (status == LO_OK)
        status = merge_by_matrices(&w, ctx);
    if (status == LO_OK)
        choose_roots(root, lattice);
    lo_free(w.turns);
    lo_free(w.turn);
    lo_free(w.weight);
    lo_free(w.basis);
    lo_free(w.image);
    return status;
}
