/* lieorbit/model.h - from text to a typed, shape-checked model.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LIEORBIT_MODEL_H
#define LIEORBIT_MODEL_H

#include <lieorbit/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A model: the typed expression graph of a network, of a map, or of a raw family of vector fields. */
typedef struct lo_model_struct lo_model_struct;
typedef lo_model_struct *lo_model_ptr;

typedef enum {
    LO_MODEL_NETWORK, /* `output` or `net` */
    LO_MODEL_MAP,     /* `map` */
    LO_MODEL_RAW      /* `coords` and `field` */
} lo_model_kind_t;

/* Reads a model.
 * Out: *model, to be freed with lo_model_free; NULL unless LO_OK is returned.
 * In: text of `length` bytes (need not end in NUL), `name` used in messages (a file name, "-" or "<command
 * line>").
 * Returns LO_OK; LO_INPUT when the text is not a model (the context's message is
 * "name:line:column: error: ...", the source line, and a caret); LO_UNABLE when a limit is passed
 * (same form of message, naming the limit); LO_SYSTEM when memory is short.
 * Cost: linear in the text and in the size of the graph. Source: the manual, chapter "Model language". */
LO_API LO_MUST_CHECK lo_status_t lo_model_read(lo_model_ptr *model, const char *text, size_t length,
                                               const char *name, lo_ctx_t ctx);

/* Frees a model; NULL is allowed. */
LO_API void lo_model_free(lo_model_ptr model);

/* The kind of the model. */
LO_API lo_model_kind_t lo_model_kind(const lo_model_struct *model);

/* The title given by `model "..."`, or NULL. */
LO_API const char *lo_model_title(const lo_model_struct *model);

/* Number of scalar parameters (coordinates of a raw family): the dimension p of the space the fields live
 * on. */
LO_API long lo_model_parameters(const lo_model_struct *model);

/* Number of scalar inputs; 0 for maps and raw families. */
LO_API long lo_model_inputs(const lo_model_struct *model);

/* Number of scalar outputs of a network or entries of a map; number of fields of a raw family. */
LO_API long lo_model_outputs(const lo_model_struct *model);

/* Whether the model names a point with `at`. Returns 1 or 0. */
LO_API int lo_model_has_point(const lo_model_struct *model);

/* Writes the name of scalar parameter i, e.g. "U[1,2]", "b[3]" or "c", into buffer (cut at `size`, always
 * NUL-terminated when size > 0). Domain: 0 <= i < lo_model_parameters(model). */
LO_API void lo_model_parameter_name(char *buffer, size_t size, const lo_model_struct *model, long i);

#ifdef __cplusplus
}
#endif

#endif
