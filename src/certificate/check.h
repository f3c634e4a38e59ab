/* check.h - inside of the re-checking of certificates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_CERTIFICATE_CHECK_H
#define LO_CERTIFICATE_CHECK_H

#include "certificate/certificate.h"
#include "certificate/parse.h"

typedef struct {
    lo_certificate_struct *c;
    json_t *top;
    lo_ctx_struct *ctx;
    lo_text_struct *theorem;
    int gated;          /* the problem says that there are gates */
    const char *reason; /* why not; NULL: so far so good */
} lo_check_struct;

/* Notes a reason, the first one stays. Returns 0. */
int lo_check_fail(lo_check_struct *k, const char *reason);

/* A failure of the library is a rejection too, unless the work was stopped or memory is short: then *out. */
int lo_check_passes(lo_check_struct *k, lo_status_t *out, lo_status_t status, const char *reason);

/* The claims of these names, each adding to the theorem or noting a reason. Return LO_OK, LO_UNABLE when the work was
 * stopped, LO_SYSTEM. The entries have been read. */
LO_MUST_CHECK lo_status_t lo_check_invariant(lo_check_struct *k);
LO_MUST_CHECK lo_status_t lo_check_symmetry(lo_check_struct *k);
LO_MUST_CHECK lo_status_t lo_check_involutive(lo_check_struct *k);

#endif
