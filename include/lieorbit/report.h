/* lieorbit/report.h - answers as text and as JSON.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LIEORBIT_REPORT_H
#define LIEORBIT_REPORT_H

#include <lieorbit/law.h>
#include <lieorbit/manifold.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What every report says besides the answer. */
typedef struct {
    uint64_t seed;
    int64_t nanoseconds;  /* time spent so far */
    int finished;         /* 0: a limit was met or the user stopped the work; the report says so */
    const char *stopped_by; /* why, when not finished; may be NULL */
    int color;            /* 1: ANSI colours in text */
} lo_report_struct;

/* The answer of `laws` as text. Returns a string to be freed with lo_report_free, NULL when memory is
 * short. */
LO_API char *lo_report_laws_text(const lo_family_struct *family, const lo_analysis_struct *analysis,
                                 const lo_report_struct *report);

/* The answer of `laws` as JSON, schema lieorbit.laws/1. Returns as above. */
LO_API char *lo_report_laws_json(const lo_family_struct *family, const lo_analysis_struct *analysis,
                                 const lo_report_struct *report);

/* The answer of `rank` as text. Returns as above. */
LO_API char *lo_report_rank_text(const lo_family_struct *family, const lo_growth_struct *growth,
                                 const lo_report_struct *report);

/* The answer of `rank` as JSON, schema lieorbit.rank/1. Returns as above. */
LO_API char *lo_report_rank_json(const lo_family_struct *family, const lo_growth_struct *growth,
                                 const lo_report_struct *report);

/* The answer of `verify` as text. In: the law as the user wrote it. Returns as above. */
LO_API char *lo_report_verdict_text(const lo_family_struct *family, const char *law, const lo_verdict_struct *verdict,
                                    const lo_report_struct *report);

/* The answer of `verify` as JSON, schema lieorbit.verify/1. Returns as above. */
LO_API char *lo_report_verdict_json(const lo_family_struct *family, const char *law, const lo_verdict_struct *verdict,
                                    const lo_report_struct *report);

/* Takes one piece of a long report. Returns 0, or anything else to end it. */
typedef int (*lo_write_fn)(void *data, const char *text, size_t length);

/* The answer of the structural analysis as text, handed over in pieces. In: every_law, 1: each law on a line of
 * its own instead of one line for each group. Returns LO_OK; LO_SYSTEM when memory is short or `write` ended the
 * report. */
LO_API LO_MUST_CHECK lo_status_t lo_report_structure_text(lo_write_fn write, void *data,
                                                          const lo_model_struct *model,
                                                          const lo_structure_struct *structure,
                                                          const lo_report_struct *report, int every_law);

/* The same as JSON, schema lieorbit.laws/1; without every_law one entry of `laws` stands for a group. */
LO_API LO_MUST_CHECK lo_status_t lo_report_structure_json(lo_write_fn write, void *data,
                                                          const lo_model_struct *model,
                                                          const lo_structure_struct *structure,
                                                          const lo_report_struct *report, int every_law);

/* The answer of `sims` as text. Returns a string to be freed with lo_report_free, NULL when memory is short. */
LO_API char *lo_report_sims_text(const lo_family_struct *family, const lo_sims_struct *sims,
                                 const lo_report_struct *report);

/* The answer of `sims` as JSON, schema lieorbit.sims/1. Returns as above. */
LO_API char *lo_report_sims_json(const lo_family_struct *family, const lo_sims_struct *sims,
                                 const lo_report_struct *report);

/* The hierarchy of manifolds as an SVG picture, one row for each dimension. Returns as above. */
LO_API char *lo_report_sims_svg(const lo_family_struct *family, const lo_sims_struct *sims);

/* The same in the language of Graphviz. Returns as above. */
LO_API char *lo_report_sims_dot(const lo_sims_struct *sims);

/* Frees a report; NULL is allowed. */
LO_API void lo_report_free(char *report);

#ifdef __cplusplus
}
#endif

#endif
