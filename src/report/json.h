/* json.h - parts of JSON answers that several writers share.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_REPORT_JSON_H
#define LO_REPORT_JSON_H

#include "report/subject.h"

#include <jansson.h>

/* The common part of an answer, with its status. A failure sticks in *failed. */
json_t *lo_json_begin(const char *schema, const lo_subject_struct *subject, const lo_report_struct *report,
                      int *failed);

/* Sets a key, appends to an array; the value is consumed whatever happens. */
void lo_json_put(json_t *object, const char *key, json_t *value, int *failed);
void lo_json_append(json_t *array, json_t *value, int *failed);

/* An array of texts. */
json_t *lo_json_strings(char *const *list, long n, int *failed);

/* A string (Latin-1 where it is not UTF-8), null for NULL; an integer where every reader keeps it, else a
 * string. */
json_t *lo_json_text(const char *text);
json_t *lo_json_exact(uint64_t n);

/* The text of the answer, keys sorted, to be freed with lo_free; consumes it. NULL when memory was short. */
char *lo_json_end(json_t *top, int failed) LO_MUST_CHECK;

#endif
