/* coq.h - the parts of a Coq file.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The terms are those of src/check/verified: Model.v (node), Checker.v (problem, cert).
 */
#ifndef LO_CERTIFICATE_COQ_H
#define LO_CERTIFICATE_COQ_H

#include "certificate/certificate.h"

/* Whether the Coq development reads the texts of the model and of the laws by itself. Out: whether they have
 * words of functions. */
int lo_coq_reads(const lo_certificate_struct *c, int *functions_occur);

/* Text inside a comment: what would open or close one is taken apart. */
void lo_coq_comment(lo_text_struct *out, const char *text);

/* Whether the word of n letters is in a list that ends with NULL. */
int lo_coq_is_one_of(const char *const *names, const char *word, size_t n);

/* The theorem true_network: what `conserved' says, about the text itself, without programs and gates; about texts
 * with functions or quotients. */
void lo_coq_text_theorem(lo_text_struct *out);
void lo_coq_function_theorem(lo_text_struct *out);

/* The variables of the Coq terms: coordinates 1..p, frozen entries and symbolic constants, inputs, gates.
 * Gated units with the same pre-activation, by their fingerprints, have one gate. */
typedef struct {
    const lo_family_struct *family;
    slong *gates; /* of every gate of the family: its number from 0 */
    slong ngates;
    uint64_t *prints; /* of every gate of the family */
} lo_coq_names_struct;

LO_MUST_CHECK lo_status_t lo_coq_names_init(lo_coq_names_struct *names, const lo_family_struct *family);
void lo_coq_names_clear(lo_coq_names_struct *names);

/* The number of an auxiliary variable (input, frozen, gate). */
slong lo_coq_aux(const lo_coq_names_struct *names, const lo_aux_struct *aux);
slong lo_coq_gate(const lo_coq_names_struct *names, slong gate);

/* A straight-line program for nodes of the tape of a family, as a list of Coq. Each `width` roots become one
 * column. Out: place[nroots / width], the nodes of the program that hold them; the last of them is the last
 * node, unless gates are declared, which adds the Gate nodes after it.
 * Returns LO_OK; LO_DOMAIN when there is a function in it; LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_coq_program(lo_text_struct *out, slong *place, const lo_coq_names_struct *names,
                                         const lo_family_struct *family, const slong *roots, slong nroots,
                                         slong width, int declare_gates);

#endif
