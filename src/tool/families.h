/* families.h - the named families of a sweep: templates of models.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_FAMILIES_H
#define LO_TOOL_FAMILIES_H

typedef struct {
    const char *name;
    const char *title;
    const char *keys;     /* those that a grid must give, in words */
    const char *defaults; /* a grid: the other keys and what they are when it does not give them; or "" */
    const char *body;     /* the template */
} family_row;

/* The families, ended by a row whose name is NULL. */
extern const family_row family_rows[];

/* The family of that name, or NULL. */
const family_row *family_find(const char *name);

/* The name nearest to a word, or NULL when none is near. */
const char *family_nearest(const char *word);

#endif
