/* lieorbit/family.h - from a model to its family of vector fields.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LIEORBIT_FAMILY_H
#define LIEORBIT_FAMILY_H

#include <lieorbit/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The family 𝔉 = { ∇F_j(·)(x) } of a network, the gradients of a map, or a raw list of fields. */
typedef struct lo_family_struct lo_family_struct;
typedef lo_family_struct *lo_family_ptr;

typedef enum {
    LO_RELU_PATHS,  /* every relu, leaky_relu and maxpool unit carries its own free gate (path-lifting) */
    LO_RELU_PATTERN /* the activation regions that the inputs reach at the point given by `at` */
} lo_relu_t;

/* Builds the family of a model: lowers the graph to scalar operations and differentiates it.
 * Out: *family, to be freed with lo_family_free before the model; NULL unless LO_OK is returned.
 * Returns LO_OK; LO_UNABLE when the model uses what this version does not analyse (the message names it)
 * or a limit is passed; LO_INPUT when --relu=pattern has no complete point; LO_DOMAIN when the model
 * divides by zero whatever its inputs are; LO_SYSTEM when memory is short.
 * Cost: linear in the number of scalar operations of the network.
 * Source: the path-lifting of Marcotte, Gribonval, Peyre (arXiv 2307.00144), section 2. */
LO_API LO_MUST_CHECK lo_status_t lo_family_build(lo_family_ptr *family, const lo_model_struct *model,
                                                 lo_relu_t relu, lo_ctx_t ctx);

/* Frees a family; NULL is allowed. */
LO_API void lo_family_free(lo_family_ptr family);

/* What kind of family it is: "polynomial", "rational", "analytic", "path-lifting", "activation pattern",
 * with "raw" or "map" in front where the model is one. A static string. */
LO_API const char *lo_family_kind(const lo_family_struct *family);

/* Dimension of the space the fields live on. */
LO_API long lo_family_dimension(const lo_family_struct *family);

/* The model the family was built from. */
LO_API const lo_model_struct *lo_family_model(const lo_family_struct *family);

#ifdef __cplusplus
}
#endif

#endif
