/* lieorbit/certificate.h - proofs written down for a stranger to check.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LIEORBIT_CERTIFICATE_H
#define LIEORBIT_CERTIFICATE_H

#include <lieorbit/law.h>
#include <lieorbit/manifold.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A certificate in the making: the problem it speaks of, and claims with their evidence. */
typedef struct lo_certificate_struct lo_certificate_struct;
typedef lo_certificate_struct *lo_certificate_ptr;

/* Starts a certificate about a model: removes comments, the title and `at` from its text, reads the rest again and
 * checks that it gives the same model.
 * Out: *certificate, to be freed with lo_certificate_free; NULL unless LO_OK is returned. In: the text that `family`
 * was built from. Returns LO_OK; LO_UNABLE when the format cannot express the problem (the message says why);
 * LO_INPUT; LO_SYSTEM. */
LO_API LO_MUST_CHECK lo_status_t lo_certificate_new(lo_certificate_ptr *certificate, const lo_family_struct *family,
                                                    const char *text, size_t length, lo_ctx_t ctx);

/* The same where there is only a model, too large to be lowered: for lo_certificate_structure.
 * Returns as lo_certificate_new. */
LO_API LO_MUST_CHECK lo_status_t lo_certificate_new_structure(lo_certificate_ptr *certificate, const lo_model_struct *model,
                                                              const char *text, size_t length, lo_ctx_t ctx);

/* Frees a certificate; NULL is allowed. */
LO_API void lo_certificate_free(lo_certificate_ptr certificate);

/* Claims what an analysis proved: the laws, their independence, a rank, completeness. Everything that is shipped is
 * computed anew and checked; what cannot be expressed is left out and named by lo_certificate_missing.
 * Returns LO_OK, LO_UNABLE when the work was stopped, LO_SYSTEM.
 * Cost: one member or bracket per dimension of the orbit, elimination of a matrix of that size modulo a small prime. */
LO_API LO_MUST_CHECK lo_status_t lo_certificate_laws(lo_certificate_ptr certificate, const lo_analysis_struct *analysis,
                                                     lo_ctx_t ctx);

/* Claims the unit laws that a structural analysis found, as units of all weights, tensor by tensor. In: the structure of
 * the model of the certificate. Returns as lo_certificate_laws. Cost: linear in the lengths of the axes. */
LO_API LO_MUST_CHECK lo_status_t lo_certificate_structure(lo_certificate_ptr certificate, const lo_structure_t structure,
                                                          lo_ctx_t ctx);

/* Claims the bounds of a growth vector, at the point of the model when that is where it was computed.
 * Returns as lo_certificate_laws. */
LO_API LO_MUST_CHECK lo_status_t lo_certificate_rank(lo_certificate_ptr certificate, const lo_growth_struct *growth,
                                                     lo_ctx_t ctx);

/* Claims the outcome of `verify`: a conserved law, or a witness against it. In: the law (`length` bytes) and its verdict.
 * Returns as lo_certificate_laws. */
LO_API LO_MUST_CHECK lo_status_t lo_certificate_verdict(lo_certificate_ptr certificate, const char *law, size_t length,
                                                        const lo_verdict_struct *verdict, lo_ctx_t ctx);

/* Claims what a search for manifolds proved: the generators of the symmetry group, and every listed subspace but the whole
 * space. Returns as lo_certificate_laws. Cost: an expansion of the outputs, or fields, for each. */
LO_API LO_MUST_CHECK lo_status_t lo_certificate_sims(lo_certificate_ptr certificate, const lo_sims_struct *sims, lo_ctx_t ctx);

/* The claims made so far, separated by ", "; "" when there is none. Valid until the next call with the certificate. */
LO_API const char *lo_certificate_claims(const lo_certificate_struct *certificate);

/* What was proved and is not claimed, with the reason, one line each; "" when nothing is missing. */
LO_API const char *lo_certificate_missing(const lo_certificate_struct *certificate);

/* Writes the certificate to `path` and the problem beside it (the suffix of `path` replaced by .problem). Each file is
 * written under another name and then renamed, so that there is never half a file.
 * Returns LO_OK; LO_UNABLE when there is no claim, or when a file cannot be written (the message says why). */
LO_API LO_MUST_CHECK lo_status_t lo_certificate_write(lo_certificate_ptr certificate, const char *path, lo_ctx_t ctx);

/* Models with more parameters are not exported to Coq: it would take hours. */
#define LO_COQ_PARAMETERS 100

/* Whether such a model can be exported to Coq, as far as is known before any work. relu: what relu is to mean. Returns LO_OK;
 * LO_UNABLE with a message that says why not. */
LO_API LO_MUST_CHECK lo_status_t lo_coq_covers(const lo_model_struct *model, lo_relu_t relu, lo_ctx_t ctx);

/* What the certificate claims as a Coq file that needs nothing but Coq and MathComp: the theory, the network, and the
 * theorems that its laws are conserved along every curve, and that they are complete.
 * Out: *text, freed with lo_report_free; NULL unless LO_OK is returned. Returns LO_OK; LO_UNABLE when lo_coq_covers
 * says so, or a law is not rational, or nothing is claimed (the message says why); LO_SYSTEM. */
LO_API LO_MUST_CHECK lo_status_t lo_certificate_coq(char **text, const lo_certificate_struct *certificate, lo_ctx_t ctx);

/* Writes such a text to a file, which appears under its name only when all of it is there. Returns LO_OK; LO_UNABLE when it
 * cannot be written (the message says why); LO_SYSTEM. */
LO_API LO_MUST_CHECK lo_status_t lo_certificate_write_text(const char *text, const char *path, lo_ctx_t ctx);

/* Re-checks a certificate with the library's own evaluators; it is no second opinion.
 * Out: *theorem, what was verified, in words; NULL unless LO_OK is returned; freed with lo_report_free. In: the bytes of
 * the two files. Returns LO_OK: verified; LO_DOMAIN: not verified, the message says why (certificates that this version
 * does not know included); LO_UNABLE when the work was stopped; LO_SYSTEM. */
LO_API LO_MUST_CHECK lo_status_t lo_certificate_check(char **theorem, const char *problem, size_t problem_length,
                                                      const char *certificate, size_t length, lo_ctx_t ctx);

#ifdef __cplusplus
}
#endif

#endif
