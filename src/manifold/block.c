/* block.c - recognising sums of so(r) from the supports of their basis.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The basis comes in reduced echelon form. When the algebra is a sum of blocks, the rotations of two columns have
 * disjoint supports among the entries A_ij, so they are this basis, up to factors. Each is then a map theta_i -> +-theta_j of
 * pairs of coordinates. Rotations that do not commute belong to one block; in a block of r > 2 columns two coordinates are in
 * one column when the same rotations move them. Whatever is recognised is checked: every rotation of the block must be
 * M -> M (E_kl - E_lk), up to a factor, and there must be r (r - 1) / 2 of them.
 */
#include "manifold/block.h"

#include "base/memory.h"
#include "base/text.h"
#include "manifold/elements.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    slong p, n;
    int *map;   /* n x p: (A theta)_i = +-theta_j is +-(j + 1); 0: not moved */
    int *group; /* n: the block of a rotation */
} planes_struct;

static slong upper(slong i, slong j, slong p)
{
    return i * p - i * (i + 1) / 2 + j - i - 1;
}

/* Returns 0 when a basis element is not a map of pairs. */
static int read_planes(planes_struct *w, const lo_rotations_t rotations)
{
    slong p = w->p;
    for (slong a = 0; a < w->n; a++) {
        int *map = w->map + a * p;
        const fmpz *unit = NULL;
        for (slong i = 0; i < p; i++)
            for (slong j = i + 1; j < p; j++) {
                const fmpz *c = fmpz_mat_entry(rotations->a, a, upper(i, j, p));
                if (fmpz_is_zero(c))
                    continue;
                if (map[i] != 0 || map[j] != 0 || (unit != NULL && fmpz_cmpabs(unit, c) != 0))
                    return 0;
                unit = unit == NULL ? c : unit;
                map[i] = fmpz_sgn(c) * ((int) j + 1);
                map[j] = -fmpz_sgn(c) * ((int) i + 1);
            }
    }
    return 1;
}

/* (A B theta)_i */
static int composed(const int *a, const int *b, slong i)
{
    int j = a[i];
    return j == 0 ? 0 : j > 0 ? b[j - 1] : -b[-j - 1];
}

static void group_planes(planes_struct *w)
{
    for (slong a = 0; a < w->n; a++)
        w->group[a] = (int) a;
    for (slong a = 0; a < w->n; a++)
        for (slong b = 0; b < a; b++) {
            const int *x = w->map + a * w->p, *y = w->map + b * w->p;
            int commute = 1, from = w->group[a], to = w->group[b];
            for (slong i = 0; i < w->p && commute; i++)
                commute = composed(x, y, i) == composed(y, x, i);
            for (slong c = 0; c < w->n && !commute; c++)
                if (w->group[c] == from)
                    w->group[c] = to;
        }
}

/* ---- one block ---- */

static int is_moved_alike(const planes_struct *w, int group, slong i, slong j)
{
    for (slong a = 0; a < w->n; a++)
        if (w->group[a] == group && (w->map[a * w->p + i] != 0) != (w->map[a * w->p + j] != 0))
            return 0;
    return 1;
}

/* The column of each coordinate; returns their number. */
static slong number_columns(slong *column, const planes_struct *w, int group, slong rotations)
{
    slong r = 0;
    for (slong i = 0; i < w->p; i++) {
        int moved = 0;
        column[i] = -1;
        for (slong a = 0; a < w->n; a++)
            if (w->group[a] == group && w->map[a * w->p + i] != 0)
                moved = abs(w->map[a * w->p + i]);
        if (moved == 0)
            continue;
        for (slong j = 0; j < i && column[i] < 0; j++)
            if (column[j] >= 0 && rotations > 1 && is_moved_alike(w, group, i, j))
                column[i] = column[j];
        if (rotations == 1) { /* of a pair the smaller one comes first */
            column[i] = moved - 1 < i;
            r = 2;
        } else if (column[i] < 0) {
            column[i] = r++;
        }
    }
    return r;
}

/* The rotation of the group that moves coordinate i to column k; -1: none. */
static slong plane_to(const planes_struct *w, int group, const slong *column, slong i, slong k)
{
    for (slong a = 0; a < w->n; a++) {
        int j = w->map[a * w->p + i];
        if (w->group[a] == group && j != 0 && column[abs(j) - 1] == k)
            return a;
    }
    return -1;
}

/* Row by row from the first column: the sign of an entry makes each rotation of columns 0 and k the same in all rows. */
static int fill_rows(lo_block_struct *b, const planes_struct *w, int group, const slong *column)
{
    slong c = 0;
    for (slong i = 0; i < w->p; i++) {
        if (column[i] != 0)
            continue;
        if (c == b->n)
            return 0;
        b->entry[c * b->r] = i + 1;
        for (slong k = 1; k < b->r; k++) {
            slong a = plane_to(w, group, column, i, k);
            if (a < 0)
                return 0;
            int j = w->map[a * w->p + i], first = w->map[a * w->p + labs(b->entry[0]) - 1];
            b->entry[c * b->r + k] = (first > 0) == (j > 0) ? labs(j) : -labs(j);
        }
        if (b->r == 2 && b->entry[c * 2 + 1] < 0) { /* the other way round instead of a sign */
            b->entry[c * 2] = -b->entry[c * 2 + 1];
            b->entry[c * 2 + 1] = i + 1;
        }
        c++;
    }
    return c == b->n;
}

/* Whether every rotation of the group exchanges two columns of M, in each row with equal signs, and nothing else. */
static int is_block(const lo_block_struct *b, const planes_struct *w, int group)
{
    for (slong a = 0; a < w->n; a++) {
        const int *map = w->map + a * w->p;
        slong k = -1, l = -1, moved = 0;
        int sign = 0;
        if (w->group[a] != group)
            continue;
        for (slong i = 0; i < w->p; i++)
            moved += map[i] != 0;
        for (slong x = 0; x < b->r && k < 0; x++)
            if (map[labs(b->entry[x]) - 1] != 0)
                k = x;
        for (slong y = k + 1; y < b->r && k >= 0; y++)
            if (map[labs(b->entry[y]) - 1] != 0)
                l = y;
        if (l < 0 || moved != 2 * b->n)
            return 0;
        for (slong c = 0; c < b->n; c++) {
            slong x = b->entry[c * b->r + k], y = b->entry[c * b->r + l];
            int image = map[labs(x) - 1];
            int s = (image > 0 ? 1 : -1) * (x > 0 ? 1 : -1) * (y > 0 ? 1 : -1);
            if (labs(y) != abs(image) || (sign != 0 && s != sign))
                return 0;
            sign = s;
        }
    }
    return 1;
}

/* Whether the reflection of the last column is among the symmetries that fix the other coordinates. */
static lo_status_t find_reflection(lo_block_struct *b, slong p, lo_symmetry_struct *symmetry, lo_ctx_t ctx)
{
    lo_signed_group_t group;
    lo_rows_t elements;
    int *pattern = lo_alloc(2 * (size_t) p, sizeof(int)), *g = pattern + p;
    if (pattern == NULL)
        return LO_SYSTEM;
    lo_pattern_whole(pattern, p);
    lo_pattern_whole(g, p);
    for (slong c = 0; c < b->n; c++) {
        slong i = labs(b->entry[c * b->r + b->r - 1]) - 1;
        pattern[i] = 0;
        g[i] = -g[i];
    }
    lo_signed_group_init(group, p);
    lo_status_t status = lo_symmetry_fixing(group, symmetry, pattern);
    if (status == LO_OK) {
        status = lo_elements_list(elements, group, ctx);
        for (slong k = 0; status == LO_OK && k < elements->n; k++)
            b->reflects |= memcmp(elements->rows + k * p, g, (size_t) p * sizeof(int)) == 0;
        lo_rows_clear(elements);
    }
    lo_signed_group_clear(group);
    lo_free(pattern);
    return status == LO_UNABLE ? lo_ctx_poll(ctx) : status;
}

static lo_status_t add_block(lo_blocks_struct *out, int *good, const planes_struct *w, int group)
{
    slong rotations = 0, *column = out->column + out->n * w->p;
    lo_block_struct *b = out->blocks + out->n;
    for (slong a = 0; a < w->n; a++)
        rotations += w->group[a] == group;
    b->r = number_columns(column, w, group, rotations);
    for (slong i = 0; i < w->p; i++)
        b->n += column[i] == 0;
    out->n++;
    b->entry = lo_alloc((size_t) (b->n * b->r), sizeof(slong));
    if (b->entry == NULL)
        return LO_SYSTEM;
    *good = 2 * rotations == b->r * (b->r - 1) && fill_rows(b, w, group, column) && is_block(b, w, group);
    for (slong i = 0; i < w->p; i++)
        column[i] = -1;
    for (slong t = 0; t < b->n * b->r && *good; t++)
        column[labs(b->entry[t]) - 1] = t % b->r;
    return LO_OK;
}

/* A row of one block lies in one column of each other block, or outside of it. */
static int are_compatible(const lo_blocks_struct *out)
{
    for (slong a = 0; a < out->n; a++)
        for (slong b = 0; b < out->n; b++)
            for (slong t = 0; a != b && t < out->blocks[a].n * out->blocks[a].r; t++) {
                const slong *entry = out->blocks[a].entry, *column = out->column + b * out->p;
                if (column[labs(entry[t]) - 1] != column[labs(entry[t - t % out->blocks[a].r]) - 1])
                    return 0;
            }
    return 1;
}

static void forget(lo_blocks_struct *out)
{
    for (slong b = 0; b < out->n; b++)
        lo_free(out->blocks[b].entry);
    out->n = 0;
}

lo_status_t lo_blocks_find(lo_blocks_t out, const lo_rotations_t rotations, lo_symmetry_struct *symmetry,
                           lo_ctx_t ctx)
{
    slong p = rotations->p, n = rotations->n;
    planes_struct w = { .p = p, .n = n };
    memset(out, 0, sizeof(*out));
    out->p = p;
    if (!rotations->proved || n == 0)
        return LO_OK;
    w.map = lo_alloc((size_t) (n * p), sizeof(int));
    w.group = lo_alloc((size_t) n, sizeof(int));
    out->blocks = lo_alloc((size_t) n, sizeof(lo_block_struct));
    out->column = lo_alloc((size_t) (n * p), sizeof(slong));
    lo_status_t status =
        w.map == NULL || w.group == NULL || out->blocks == NULL || out->column == NULL ? LO_SYSTEM : LO_OK;
    int good = status == LO_OK && read_planes(&w, rotations);
    if (good)
        group_planes(&w);
    for (int group = 0; group < n && good && status == LO_OK; group++)
        for (slong a = 0; a < n && good; a++)
            if (w.group[a] == group) {
                status = add_block(out, &good, &w, group);
                good &= status == LO_OK;
                break;
            }
    if (!good || !are_compatible(out))
        forget(out);
    for (slong b = 0; b < out->n && status == LO_OK; b++)
        status = find_reflection(out->blocks + b, p, symmetry, ctx);
    lo_free(w.map);
    lo_free(w.group);
    return status;
}

void lo_blocks_clear(lo_blocks_t out)
{
    forget(out);
    lo_free(out->blocks);
    lo_free(out->column);
    memset(out, 0, sizeof(*out));
}

/* ---- words ---- */

/* The column of each entry of a tensor: 1: its last index, 2: its first index, 0: neither, or not in the block. */
static int orientation(const lo_block_struct *b, const lo_symbol_struct *s, const slong *column)
{
    int last = 1, first = 1;
    slong rows = s->declared_rank == 2 ? s->shape.dim[0] : 1, width = s->size / rows;
    if (s->declared_rank < 1 || s->declared_rank > 2)
        return 0;
    for (slong i = 0; i < s->size; i++) {
        last &= width == b->r && column[s->offset + i] == i % width;
        first &= rows == b->r && s->declared_rank == 2 && column[s->offset + i] == i / width;
    }
    return last ? 1 : first ? 2 : 0;
}

static void put_rows(lo_text_t out, const lo_block_struct *b, const lo_model_struct *model)
{
    char name[128];
    for (slong t = 0; t < b->n * b->r; t++) {
        lo_model_parameter_name(name, sizeof(name), model, labs(b->entry[t]) - 1);
        lo_text_add(out, "%s%s%s",
                    t == 0          ? ""
                    : t % b->r == 0 ? "; "
                                    : ", ",
                    b->entry[t] < 0 ? "-" : "", name);
    }
}

char *lo_block_name(const lo_block_struct *b, const lo_model_struct *model)
{
    lo_text_t out;
    slong named = 0, *column = lo_alloc((size_t) model->parameters, sizeof(slong));
    if (column == NULL)
        return NULL;
    for (slong i = 0; i < model->parameters; i++)
        column[i] = -1;
    for (slong t = 0; t < b->n * b->r; t++)
        column[labs(b->entry[t]) - 1] = b->entry[t] > 0 ? t % b->r : -1;
    lo_text_init(out);
    lo_text_add(out, "[");
    for (slong k = 0; k < model->nsymbols; k++) {
        const lo_symbol_struct *s = model->symbols + k;
        int how = s->kind == LO_SYM_PARAM ? orientation(b, s, column) : 0;
        if (how == 0)
            continue;
        lo_text_add(out, "%s%s%s", named > 0 ? "; " : "", s->name,
                    (how == 2) != (s->declared_rank == 1) ? "'" : "");
        named += s->size;
    }
    if (named != b->n * b->r) {
        lo_text_clear(out);
        lo_text_init(out);
        lo_text_add(out, "[");
        put_rows(out, b, model);
    }
    lo_text_add(out, "]");
    lo_free(column);
    return lo_text_take(out);
}
