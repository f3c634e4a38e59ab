/* subject.h - what a report says about the model; lets the writers run without a family.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_REPORT_SUBJECT_H
#define LO_REPORT_SUBJECT_H

#include <lieorbit/report.h>

typedef struct {
    const char *title; /* NULL: none */
    const char *kind;  /* as lo_family_kind: "polynomial", "path-lifting", "raw polynomial", ... */
    lo_model_kind_t model;
    long parameters;
    long inputs;
    long outputs;
    long dimension; /* of the space the fields live on: the phase space of a momentum flow is larger than p */
} lo_subject_struct;
typedef lo_subject_struct lo_subject_t[1];

/* The subject of a family. The strings belong to the family. */
void lo_subject_set(lo_subject_t subject, const lo_family_struct *family);

/* Whether the last level was left before its end: its rank is then a lower bound. Returns 1 or 0. */
int lo_growth_is_partial(const lo_growth_struct *growth);

/* What every answer about this subject takes for granted, NULL when it holds as it stands. */
const char *lo_subject_validity(const lo_subject_struct *subject);   /* of the path-lifting */
const char *lo_subject_assumption(const lo_subject_struct *subject); /* about the loss */

/* The writers behind include/lieorbit/report.h: same arguments, same results, a subject for the family. */
char *_lo_report_laws_text(const lo_subject_struct *subject, const lo_analysis_struct *analysis,
                           const lo_report_struct *report);
char *_lo_report_laws_json(const lo_subject_struct *subject, const lo_analysis_struct *analysis,
                           const lo_report_struct *report);
char *_lo_report_rank_text(const lo_subject_struct *subject, const lo_growth_struct *growth,
                           const lo_report_struct *report);
char *_lo_report_rank_json(const lo_subject_struct *subject, const lo_growth_struct *growth,
                           const lo_report_struct *report);
char *_lo_report_verdict_text(const lo_subject_struct *subject, const char *law,
                              const lo_verdict_struct *verdict, const lo_report_struct *report);
char *_lo_report_verdict_json(const lo_subject_struct *subject, const char *law,
                              const lo_verdict_struct *verdict, const lo_report_struct *report);
char *_lo_report_sims_text(const lo_subject_struct *subject, const lo_sims_struct *sims, const lo_report_struct *report);
char *_lo_report_sims_json(const lo_subject_struct *subject, const lo_sims_struct *sims, const lo_report_struct *report);

#endif
