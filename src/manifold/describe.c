/* describe.c - signed permutations and signed partitions with the names of the parameters.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/describe.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>

#define NAME 128

static const char *name_of(char *buffer, const lo_model_struct *model, slong i)
{
    lo_model_parameter_name(buffer, NAME, model, i);
    return buffer;
}

/* One cycle i -> g[i] -> ..., with the signs of the images. */
static void put_cycle(lo_text_t out, char *done, const lo_model_struct *model, const int *g, slong i)
{
    char a[NAME], b[NAME];
    slong j = abs(g[i]) - 1;
    lo_text_add(out, "%s", out->length > 0 ? ", " : "");
    if (j != i && g[i] > 0 && g[j] == (int) i + 1) {
        lo_text_add(out, "%s <-> %s", name_of(a, model, i), name_of(b, model, j));
        done[i] = done[j] = 1;
        return;
    }
    int sign = 1;
    lo_text_add(out, "%s", name_of(a, model, i));
    do {
        done[i] = 1;
        sign = g[i] < 0 ? -sign : sign;
        i = abs(g[i]) - 1;
        lo_text_add(out, " -> %s%s", sign < 0 ? "-" : "", name_of(a, model, i));
    } while (!done[i]);
}

char *lo_describe_symmetry(const lo_model_struct *model, const int *g, slong p)
{
    lo_text_t out;
    char *done = lo_alloc((size_t) p, 1);
    if (done == NULL)
        return NULL;
    lo_text_init(out);
    for (slong i = 0; i < p; i++)
        if (!done[i] && g[i] != (int) i + 1)
            put_cycle(out, done, model, g, i);
    lo_free(done);
    return lo_text_take(out);
}

lo_status_t lo_describe_equations(char **list, slong *n, const lo_model_struct *model, const int *pattern, slong p)
{
    char a[NAME], b[NAME];
    *n = 0;
    for (slong i = 0; i < p; i++) {
        lo_text_t out;
        int c = pattern[i];
        if (c == (int) i + 1)
            continue;
        lo_text_init(out);
        if (c == 0)
            lo_text_add(out, "%s", name_of(a, model, i));
        else
            lo_text_add(out, "%s %c %s", name_of(a, model, abs(c) - 1), c > 0 ? '-' : '+', name_of(b, model, i));
        list[*n] = lo_text_take(out);
        if (list[(*n)++] == NULL)
            return LO_SYSTEM;
    }
    return LO_OK;
}
