/* pattern.c - signed partitions.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/pattern.h"

#include <stdlib.h>
#include <string.h>

void lo_pattern_whole(int *pattern, slong p)
{
    for (slong i = 0; i < p; i++)
        pattern[i] = (int) i + 1;
}

static int sign_of(int x)
{
    return (x > 0) - (x < 0);
}

/* Classes stay canonical: the first coordinate names the class, with sign +. */
int lo_pattern_equate(int *pattern, slong i, slong j, int sign, slong p)
{
    int a = pattern[i], b = sign == 0 ? 0 : sign * pattern[j];
    if (a == b)
        return 0;
    if (abs(a) == abs(b)) /* c = -c */
        b = 0;
    if (abs(a) < abs(b)) {
        int t = a;
        a = b;
        b = t;
    }
    /* every occurrence of the class |a| becomes +-b */
    int from = abs(a), to = sign_of(a) * b;
    for (slong k = 0; k < p; k++)
        if (abs(pattern[k]) == from)
            pattern[k] = sign_of(pattern[k]) * to;
    return 1;
}

/* theta = g(theta): theta_i = +-theta_j with g[i] = +-(j + 1). */
void lo_pattern_fixed(int *pattern, const int *g, slong p)
{
    lo_pattern_whole(pattern, p);
    for (slong i = 0; i < p; i++)
        lo_pattern_equate(pattern, i, abs(g[i]) - 1, sign_of(g[i]), p);
}

int lo_pattern_intersect(int *pattern, const int *other, slong p)
{
    int changed = 0;
    for (slong i = 0; i < p; i++)
        if (other[i] != (int) i + 1)
            changed |= lo_pattern_equate(pattern, i, other[i] == 0 ? i : abs(other[i]) - 1, sign_of(other[i]), p);
    return changed;
}

/* Coordinate i of g(theta) is +-theta_j. The first coordinate of the image that shows a class names it, with sign +. */
static int image_entry(const int *pattern, const int *g, slong i, int *first)
{
    int value = sign_of(g[i]) * pattern[abs(g[i]) - 1], class = abs(value);
    if (value != 0 && first[class - 1] == 0)
        first[class - 1] = sign_of(value) * ((int) i + 1);
    return value == 0 ? 0 : sign_of(value) * first[class - 1];
}

void lo_pattern_image(int *image, const int *pattern, const int *g, slong p, int *first)
{
    memset(first, 0, (size_t) p * sizeof(int));
    for (slong i = 0; i < p; i++)
        image[i] = image_entry(pattern, g, i, first);
}

int lo_pattern_climb(int *image, const int *pattern, const int *g, slong p, int *first)
{
    int larger = 0;
    memset(first, 0, (size_t) p * sizeof(int));
    for (slong i = 0; i < p; i++) {
        image[i] = image_entry(pattern, g, i, first);
        larger |= image[i] > pattern[i];
        if (!larger && image[i] < pattern[i])
            return 0;
    }
    return larger;
}

slong lo_pattern_dimension(const int *pattern, slong p)
{
    slong n = 0;
    for (slong i = 0; i < p; i++)
        n += pattern[i] == (int) i + 1;
    return n;
}

slong lo_pattern_zeros(const int *pattern, slong p)
{
    slong n = 0;
    for (slong i = 0; i < p; i++)
        n += pattern[i] == 0;
    return n;
}

int lo_pattern_contains(const int *outer, const int *inner, slong p)
{
    for (slong i = 0; i < p; i++) {
        int c = outer[i];
        if (c == (int) i + 1)
            continue;
        if (inner[i] != (c == 0 ? 0 : sign_of(c) * inner[abs(c) - 1]))
            return 0;
    }
    return 1;
}
