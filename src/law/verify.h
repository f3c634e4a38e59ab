/* verify.h - a refutation as data.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_VERIFY_H
#define LO_VERIFY_H

#include "family/family.h"
#include <lieorbit/law.h>

/* Where the derivative of a law is not zero: rational point, input and frozen constants, the number of the output or
 * field. The gates are those of the network there. */
typedef struct lo_witness_struct {
    slong p, ninputs, nfrozen, output;
    fmpq *theta, *inputs, *frozen;
    int rational; /* the value is rational and was computed exactly; 0: a ball excludes zero */
} lo_witness_struct;

/* No witness. */
lo_witness_struct *lo_witness_new(const lo_model_struct *model);
void lo_witness_free(lo_witness_struct *witness);

/* lo_verify, which also fills the witness (unless it is NULL) when the verdict is LO_FALSE. */
LO_MUST_CHECK lo_status_t lo_verify_with(lo_verdict_t verdict, lo_witness_struct *witness, const lo_family_struct *family,
                                         const char *text, size_t length, lo_ctx_t ctx);

/* Is the derivative of the law at the witness a nonzero rational number, where law, outputs and field are defined? Out: *nonzero.
 * Returns LO_OK, LO_DOMAIN (a kink, a pole), LO_UNABLE (not rational), LO_INPUT, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_witness_check(int *nonzero, const lo_witness_struct *witness, const lo_family_struct *family,
                                           const char *text, size_t length, lo_ctx_t ctx);

#endif
