/* structure.h - parts of text answers that the structural report shares.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_REPORT_STRUCTURE_H
#define LO_REPORT_STRUCTURE_H

#include "report/buffer.h"
#include "report/subject.h"

/* "title: 8 parameters, path-lifting family" */
void lo_text_heading(lo_buffer_t out, const lo_subject_struct *subject);

/* "proved: " or "unknown: " */
void lo_text_verdict(lo_buffer_t out, const lo_report_struct *report, int proved);

/* What every report says at its end. */
void lo_text_closing(lo_buffer_t out, const lo_subject_struct *subject, const lo_report_struct *report);

/* No gradient moves any point of the manifold. */
int lo_manifold_is_frozen(const lo_manifold_struct *manifold);

/* Whether class number i (from 0) lies in a listed frozen one: of these there are many, and nothing happens on them. Not the
 * origin. */
int lo_sims_is_folded(const lo_sims_struct *sims, long i);

/* The subject of a model that was not lowered. The strings belong to the model. */
void lo_subject_set_model(lo_subject_t subject, const lo_model_struct *model);

#endif
