/* zoo.h - the built-in models.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_TOOL_ZOO_H
#define LO_TOOL_ZOO_H

typedef struct {
    const char *name;
    const char *title; /* of the model */
    const char *line;  /* what is worth seeing in it */
    const char *body;  /* the statements after `model "title"` */
} zoo_row;

/* The models, ended by a row whose name is NULL. */
extern const zoo_row zoo_rows[];

/* The model of that name, or NULL. */
const zoo_row *zoo_find(const char *name);

/* The name nearest to a word, or NULL when none is near. */
const char *zoo_nearest(const char *word);

/* The text of a model: a comment, its title, its statements. To be freed with free; NULL when memory is
 * short. */
char *zoo_text(const zoo_row *row);

#endif
