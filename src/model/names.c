/* names.c - the names of a model, and the name that was probably meant.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/elaborate.h"

#include <stdio.h>
#include <string.h>

static ulong hash_text(const char *s)
{
    ulong h = UWORD(1469598103934665603);
    for (; *s != '\0'; s++)
        h = (h ^ (unsigned char) *s) * UWORD(1099511628211);
    return h ^ (h >> 29);
}

const lo_name_struct *lo_name_find(const lo_model_struct *model, const char *name)
{
    if (model->name_buckets == 0)
        return NULL;
    slong i = model->name_table[hash_text(name) % (ulong) model->name_buckets];
    while (i >= 0 && strcmp(model->names[i].name, name) != 0)
        i = model->names[i].next;
    return i < 0 ? NULL : model->names + i;
}

static void link_name(lo_model_struct *model, slong i)
{
    slong *bucket =
        model->name_table + hash_text(model->names[i].name) % (ulong) model->name_buckets;
    model->names[i].next = *bucket;
    *bucket = i;
}

static lo_status_t more_buckets(lo_reader_struct *r)
{
    lo_model_struct *model = r->model;
    slong wanted = model->name_buckets < 32 ? 64 : 2 * model->name_buckets;
    slong *table = lo_realloc(model->name_table, (size_t) wanted, sizeof(slong));
    if (table == NULL)
        return lo_short(r);
    model->name_table = table;
    model->name_buckets = wanted;
    for (slong i = 0; i < wanted; i++)
        table[i] = -1;
    for (slong i = 0; i < model->nnames; i++)
        link_name(model, i);
    return LO_OK;
}

lo_status_t lo_name_add(lo_reader_struct *r, const char *name, lo_name_kind_t kind, slong index)
{
    lo_model_struct *model = r->model;
    if (model->nnames >= model->name_buckets)
        LO_TRY(more_buckets(r));
    if (LO_GROW(model->names, model->names_capacity, model->nnames + 1) != LO_OK)
        return lo_short(r);
    lo_name_struct *entry = model->names + model->nnames;
    entry->name = name;
    entry->kind = kind;
    entry->index = index;
    link_name(model, model->nnames++);
    return LO_OK;
}

/* The optimal string alignment distance; names longer than the row are never near anything. */
int lo_edit_distance(const char *a, const char *b, int limit)
{
    enum { ROOM = 40 };
    size_t m = strlen(a), n = strlen(b);
    if (m >= ROOM || n >= ROOM || (m > n ? m - n : n - m) > (size_t) limit)
        return limit + 1;
    int row[3][ROOM];
    for (size_t j = 0; j <= n; j++)
        row[0][j] = (int) j;
    for (size_t i = 1; i <= m; i++) {
        int *current = row[i % 3], *above = row[(i + 2) % 3], *above2 = row[(i + 1) % 3];
        current[0] = (int) i;
        for (size_t j = 1; j <= n; j++) {
            int best = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (current[j - 1] + 1 < best)
                best = current[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                above2[j - 2] + 1 < best)
                best = above2[j - 2] + 1;
            current[j] = best;
        }
    }
    return row[m % 3][n] <= limit ? row[m % 3][n] : limit + 1;
}

#define LO_HINT 112

const char *lo_name_hint(lo_reader_struct *r, const char *name, int functions)
{
    const lo_model_struct *model = r->model;
    char *buffer = lo_scratch(r, LO_HINT, 1);
    if (buffer == NULL)
        return "";
    /* One slip in a short word, two in a longer one. A one-letter name is near every other, so only
     * its other case counts. */
    size_t length = strlen(name);
    int limit = length <= 1 ? 0 : length <= 4 ? 1 : 2;
    const char *best = NULL;
    int distance = limit + 1;
    if (length == 1) {
        char other[2] = { (char) (name[0] ^ 0x20), '\0' };
        const lo_name_struct *found = functions ? NULL : lo_name_find(model, other);
        best = found != NULL ? found->name : NULL;
    }
    for (slong i = 0; !functions && limit > 0 && i < model->nnames; i++) {
        int d = lo_edit_distance(name, model->names[i].name, limit);
        if (d < distance) {
            distance = d;
            best = model->names[i].name;
        }
    }
    for (slong i = 0; functions && limit > 0 && lo_function_word(i) != NULL; i++) {
        int d = lo_edit_distance(name, lo_function_word(i), limit);
        if (d < distance) {
            distance = d;
            best = lo_function_word(i);
        }
    }
    if (best != NULL)
        snprintf(buffer, LO_HINT, "; did you mean `%.60s`?", best);
    return buffer;
}
