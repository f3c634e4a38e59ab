/* parse.h - the strict JSON of problems and certificates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_CERTIFICATE_PARSE_H
#define LO_CERTIFICATE_PARSE_H

#include "base/compat_flint.h"
#include <lieorbit/base.h>

#include <jansson.h>

/* Every function here returns NULL or 0 where the text is not what the format wants. */

/* The value in a file: printable ASCII and newlines, no escapes, keys ascending, integers of at most 9 digits, one newline
 * at the end. To be freed with json_decref. */
json_t *lo_parse_strict(const char *text, size_t length);

/* Has the object exactly these keys, a list ended by NULL? A leading '?' makes a key optional. */
int lo_parse_keys(json_t *object, const char *const *keys);

/* A list of n elements (n < 0: any number). */
json_t *lo_parse_list(json_t *object, const char *key, slong n);

/* A piece of the model language, without comments, or NULL. */
const char *lo_parse_statement(json_t *item);

/* An integer at least 0 and below `below`. */
int lo_parse_index(slong *value, json_t *item, slong below);

/* A rational in lowest terms, as a string; an integer that fits, as a string; residues 0..mod-1, rows x cols. */
int lo_parse_rational(fmpq_t value, json_t *item);
int lo_parse_integer(slong *value, json_t *item);
int lo_parse_matrix(nmod_mat_t m, json_t *rows);

#endif
