/* isotropy.c - ranks of the matrices that rotations act on.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Let G be the product over the blocks of SO(r_l), or O(r_l), acting on the columns of n_l x r_l matrices M_l. For ranks k let
 * P_k be the subspace where the columns of M_l past the k_l-th vanish, for all l: the fixed space of the product of the groups
 * O(r_l - k_l) of the columns that vanish (of SO(r_l - k_l), which does when r_l - k_l > 1). So P_k is invariant, and
 * so is the union of g P_k over g in G: the points where M_l has row space in some subspace L_l of dimension k_l, that is,
 * the points with rank M_l <= k_l for all l.
 * In P_k a row of M_l is zero when it lies in a column past the k_m-th of another block m; the others are free.
 * So the generic rank of M_l is the smaller of k_l and their number, and k is *closed* when these are the k_l. Then a generic
 * point of P_k determines the spaces L_l, and the isotropy group of it that is a product is that of O(r_l - k_l): different
 * closed k are different types, and the union has dimension dim P_k + sum of k_l (r_l - k_l), that of the Grassmannians.
 * When no coordinate lies in two blocks, G acts on a direct sum block by block; g_l fixes M_l when it fixes its row space
 * pointwise. So these are all isotropy types then.
 */
#include "manifold/isotropy.h"

#include "base/memory.h"
#include "base/text.h"
#include "manifold/describe.h"
#include "manifold/stratum.h"

#include <stdlib.h>
#include <string.h>

#define MOST_RANKS 500
#define MOST_MINORS 36
#define MOST_ORDER 3

static int is_alive(const lo_blocks_struct *blocks, const slong *rank, slong i, slong except)
{
    for (slong l = 0; l < blocks->n; l++)
        if (l != except && blocks->column[l * blocks->p + i] >= rank[l])
            return 0;
    return 1;
}

slong lo_blocks_subspace(const lo_blocks_t blocks, const slong *rank)
{
    slong n = 0;
    for (slong i = 0; i < blocks->p; i++)
        n += is_alive(blocks, rank, i, -1);
    return n;
}

/* The generic rank is rank[l]; without the reflection the last column cannot vanish alone, so that the type of rank r_l - 1
 * has the whole R^r_l for its fixed space. */
static int is_closed(const lo_blocks_struct *blocks, const slong *rank)
{
    for (slong l = 0; l < blocks->n; l++) {
        const lo_block_struct *b = blocks->blocks + l;
        slong alive = 0;
        for (slong c = 0; c < b->n; c++)
            alive += is_alive(blocks, rank, labs(b->entry[c * b->r]) - 1, l);
        if (!b->reflects && rank[l] == b->r - 1)
            return 0;
        if (alive < rank[l] && (b->reflects || rank[l] != b->r || alive != b->r - 1))
            return 0;
    }
    return 1;
}

/* ---- words ---- */

/* Where the number of rows, or of columns, does not say it already. */
static int is_condition(const lo_block_struct *b, slong rank)
{
    return rank < b->r && rank < b->n;
}

static void put_condition(lo_text_t out, const char *matrix, long rank)
{
    const char *comma = out->length > 0 ? ", " : "";
    if (rank == 0)
        lo_text_add(out, "%s%s = 0", comma, matrix);
    else
        lo_text_add(out, "%srank %s <= %ld", comma, matrix, rank);
}

static char *conditions_of(const lo_sims_struct *sims, const lo_blocks_struct *blocks, const long *rank)
{
    lo_text_t out;
    lo_text_init(out);
    for (slong l = 0; l < blocks->n; l++)
        if (is_condition(blocks->blocks + l, rank[l]))
            put_condition(out, sims->rotated[l].matrix, rank[l]);
    return lo_text_take(out);
}

static char *group_of(const lo_blocks_struct *blocks, const long *rank)
{
    lo_text_t out;
    lo_text_init(out);
    for (slong l = 0; l < blocks->n; l++) {
        const lo_block_struct *b = blocks->blocks + l;
        if (rank[l] < b->r - !b->reflects)
            lo_text_add(out, "%s%s(%ld)", out->length > 0 ? " x " : "", b->reflects ? "O" : "SO",
                        (long) b->r - rank[l]);
    }
    if (out->length == 0)
        lo_text_add(out, "1");
    return lo_text_take(out);
}

/* The next choice of m of n numbers; returns 0 after the last one. */
static int next_choice(slong *choice, slong m, slong n)
{
    for (slong k = m - 1; k >= 0; k--)
        if (choice[k] < n - m + k) {
            choice[k]++;
            for (slong j = k + 1; j < m; j++)
                choice[j] = choice[j - 1] + 1;
            return 1;
        }
    return 0;
}

/* The determinant of m <= 3 rows and columns, term by term. */
static char *minor_text(const lo_block_struct *b, const lo_model_struct *model, const slong *row,
                        const slong *column, slong m)
{
    static const int order[6][3] = { { 0, 1, 2 }, { 1, 0, 2 }, { 1, 2, 0 },
                                     { 0, 2, 1 }, { 2, 0, 1 }, { 2, 1, 0 } };
    lo_text_t out;
    lo_text_init(out);
    for (int t = 0; t < (m == 1 ? 1 : m == 2 ? 2 : 6); t++) {
        int sign = t % 2 == 0 ? 1 : -1;
        for (slong k = 0; k < m; k++)
            sign = b->entry[row[k] * b->r + column[order[t][k]]] < 0 ? -sign : sign;
        lo_text_add(out, "%s", t == 0 ? (sign < 0 ? "-" : "") : sign < 0 ? " - " : " + ");
        for (slong k = 0; k < m; k++) {
            char name[128];
            lo_model_parameter_name(name, sizeof(name), model,
                                    labs(b->entry[row[k] * b->r + column[order[t][k]]]) - 1);
            lo_text_add(out, "%s%s", k > 0 ? "*" : "", name);
        }
    }
    return lo_text_take(out);
}

static lo_status_t add_minors(lo_isotropy_struct *type, const lo_block_struct *b, slong m,
                              const lo_model_struct *model)
{
    slong row[MOST_ORDER] = { 0, 1, 2 }, column[MOST_ORDER];
    do {
        for (slong k = 0; k < m; k++)
            column[k] = k;
        do {
            type->minor[type->nminors] = minor_text(b, model, row, column, m);
            if (type->minor[type->nminors++] == NULL)
                return LO_SYSTEM;
        } while (next_choice(column, m, b->r));
    } while (next_choice(row, m, b->n));
    return LO_OK;
}

static lo_status_t find_minors(lo_isotropy_struct *type, const lo_blocks_struct *blocks,
                               const lo_model_struct *model)
{
    fmpz_t total, t, u;
    int small = 1;
    lo_status_t status = LO_OK;
    fmpz_init(total);
    fmpz_init(t);
    fmpz_init(u);
    for (slong l = 0; l < blocks->n; l++) {
        const lo_block_struct *b = blocks->blocks + l;
        if (!is_condition(b, type->ranks[l]))
            continue;
        fmpz_bin_uiui(t, (ulong) b->n, (ulong) type->ranks[l] + 1);
        fmpz_bin_uiui(u, (ulong) b->r, (ulong) type->ranks[l] + 1);
        fmpz_addmul(total, t, u);
        small &= type->ranks[l] < MOST_ORDER;
    }
    char *s = fmpz_get_str(NULL, 10, total);
    type->minors = lo_alloc(strlen(s) + 1, 1);
    if (type->minors != NULL)
        strcpy(type->minors, s);
    else
        status = LO_SYSTEM;
    flint_free(s);
    if (small && fmpz_cmp_ui(total, MOST_MINORS) <= 0) {
        type->minor = lo_alloc(MOST_MINORS, sizeof(char *));
        status |= type->minor == NULL ? LO_SYSTEM : LO_OK;
        for (slong l = 0; l < blocks->n && status == LO_OK; l++)
            if (is_condition(blocks->blocks + l, type->ranks[l]))
                status = add_minors(type, blocks->blocks + l, type->ranks[l] + 1, model);
    }
    fmpz_clear(total);
    fmpz_clear(t);
    fmpz_clear(u);
    return status;
}

/* ---- types ---- */

/* The class of the fixed subspace, and the orbits on it. */
static lo_status_t find_class(lo_isotropy_struct *type, const lo_sims_struct *sims, const lo_family_struct *f,
                              const int *pattern, const lo_lattice_struct *lattice,
                              lo_symmetry_struct *symmetry, lo_ctx_t ctx)
{
    int *name;
    slong size;
    lo_manifold_struct own = { .dimension = type->subspace, .orbit_upper = type->subspace };
    LO_TRY(lo_symmetry_class(&name, &size, symmetry, pattern));
    for (slong k = 0; k < lattice->n && type->manifold == 0; k++)
        if (lattice->name[k] != NULL && lattice->size[k] == size &&
            memcmp(lattice->name[k], name, (size_t) size * sizeof(int)) == 0)
            type->manifold = k + 1;
    lo_free(name);
    lo_status_t status = LO_OK;
    if (type->manifold > 0) {
        type->orbit_lower = sims->manifolds[type->manifold - 1].orbit_lower;
        type->orbit_upper = sims->manifolds[type->manifold - 1].orbit_upper;
        return status;
    }
    status = lo_reduced_model(&own.reduced, f, pattern, ctx);
    if (status == LO_OK)
        status = lo_stratum_orbits(&own, f, pattern, ctx);
    type->orbit_lower = own.orbit_lower;
    type->orbit_upper = own.orbit_upper;
    lo_manifold_clear(&own);
    return status;
}

static lo_status_t fill_type(lo_isotropy_struct *type, const lo_sims_struct *sims,
                             const lo_blocks_struct *blocks, const lo_family_struct *f,
                             const lo_lattice_struct *lattice, lo_symmetry_struct *symmetry, lo_ctx_t ctx)
{
    slong p = f->p, n;
    int *pattern = lo_alloc((size_t) p, sizeof(int));
    type->equations = lo_alloc((size_t) p, sizeof(char *));
    type->conditions = conditions_of(sims, blocks, type->ranks);
    type->group = group_of(blocks, type->ranks);
    if (pattern == NULL || type->equations == NULL || type->conditions == NULL || type->group == NULL) {
        lo_free(pattern);
        return LO_SYSTEM;
    }
    lo_pattern_whole(pattern, p);
    for (slong i = 0; i < p; i++)
        pattern[i] = is_alive(blocks, type->ranks, i, -1) ? pattern[i] : 0;
    lo_status_t status = lo_describe_equations(type->equations, &n, f->model, pattern, p);
    type->nequations = n;
    if (status == LO_OK)
        status = find_minors(type, blocks, f->model);
    if (status == LO_OK)
        status = find_class(type, sims, f, pattern, lattice, symmetry, ctx);
    lo_free(pattern);
    return status;
}

/* Adds the type of closed ranks, in its place by dimension. */
static lo_status_t add_type(lo_sims_struct *sims, const lo_blocks_struct *blocks, const slong *rank)
{
    lo_isotropy_struct type = { .subspace = lo_blocks_subspace(blocks, rank) };
    type.ranks = lo_alloc((size_t) blocks->n, sizeof(long));
    if (type.ranks == NULL)
        return LO_SYSTEM;
    type.dimension = type.subspace;
    for (slong l = 0; l < blocks->n; l++) {
        type.ranks[l] = rank[l];
        type.dimension += rank[l] * (blocks->blocks[l].r - rank[l]);
    }
    slong k = sims->ntypes++;
    for (; k > 0 && sims->types[k - 1].dimension < type.dimension; k--)
        sims->types[k] = sims->types[k - 1];
    sims->types[k] = type;
    return LO_OK;
}

static lo_status_t list_types(lo_sims_struct *sims, const lo_blocks_struct *blocks)
{
    slong choices = 1;
    for (slong l = 0; l < blocks->n; l++)
        if ((choices *= blocks->blocks[l].r + 1) > MOST_RANKS)
            return LO_OK;
    slong *rank = lo_alloc((size_t) blocks->n, sizeof(slong));
    sims->types = lo_alloc((size_t) choices, sizeof(lo_isotropy_struct));
    lo_status_t status = rank == NULL || sims->types == NULL ? LO_SYSTEM : LO_OK;
    for (slong index = 0; index < choices && status == LO_OK; index++) {
        for (slong l = 0, rest = choices - 1 - index; l < blocks->n; l++) { /* large ranks first */
            rank[l] = rest % (blocks->blocks[l].r + 1);
            rest /= blocks->blocks[l].r + 1;
        }
        if (is_closed(blocks, rank))
            status = add_type(sims, blocks, rank);
    }
    lo_free(rank);
    return status;
}

/* Whether no coordinate lies in two blocks. */
static int are_apart(const lo_blocks_struct *blocks)
{
    for (slong i = 0; i < blocks->p; i++) {
        slong in = 0;
        for (slong l = 0; l < blocks->n; l++)
            in += blocks->column[l * blocks->p + i] >= 0;
        if (in > 1)
            return 0;
    }
    return 1;
}

lo_status_t lo_isotropy_types(lo_sims_struct *sims, const lo_blocks_t blocks, const lo_family_struct *f,
                              const lo_lattice_t lattice, lo_symmetry_struct *symmetry, lo_ctx_t ctx)
{
    sims->types_complete = LO_UNKNOWN;
    if (blocks->n == 0)
        return LO_OK;
    sims->rotated = lo_alloc((size_t) blocks->n, sizeof(lo_rotated_struct));
    if (sims->rotated == NULL)
        return LO_SYSTEM;
    for (slong l = 0; l < blocks->n; l++) {
        const lo_block_struct *b = blocks->blocks + l;
        sims->rotated[l] = (lo_rotated_struct){ lo_block_name(b, f->model), b->n, b->r, b->reflects };
        sims->nrotated = l + 1;
        if (sims->rotated[l].matrix == NULL)
            return LO_SYSTEM;
    }
    LO_TRY(list_types(sims, blocks));
    for (long k = 0; k < sims->ntypes; k++)
        LO_TRY(fill_type(sims->types + k, sims, blocks, f, lattice, symmetry, ctx));
    sims->types_complete = sims->ntypes > 0 && are_apart(blocks) ? LO_TRUE : LO_UNKNOWN;
    return LO_OK;
}

void lo_isotropy_clear(lo_sims_struct *sims)
{
    for (long k = 0; k < sims->ntypes; k++) {
        lo_isotropy_struct *type = sims->types + k;
        lo_free(type->ranks);
        lo_free(type->conditions);
        lo_free(type->group);
        lo_free(type->minors);
        lo_strings_clear(type->equations, type->nequations);
        lo_strings_clear(type->minor, type->nminors);
    }
    for (long l = 0; l < sims->nrotated; l++)
        lo_free(sims->rotated[l].matrix);
    lo_free(sims->types);
    lo_free(sims->rotated);
}
