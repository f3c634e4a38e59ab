/* subject.c - the public reports: look the model up, then write.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "report/subject.h"

#include "base/memory.h"

#include <string.h>

void lo_subject_set(lo_subject_t subject, const lo_family_struct *family)
{
    const lo_model_struct *model = lo_family_model(family);
    subject->title = lo_model_title(model);
    subject->kind = lo_family_kind(family);
    subject->model = lo_model_kind(model);
    subject->parameters = lo_model_parameters(model);
    subject->inputs = lo_model_inputs(model);
    subject->outputs = lo_model_outputs(model);
    subject->dimension = lo_family_dimension(family);
}

int lo_growth_is_partial(const lo_growth_struct *growth)
{
    return growth->levels > 0 && (growth->growth[growth->levels - 1] < growth->lower ||
                                  (growth->lower < growth->upper && !growth->exhausted));
}

const char *lo_subject_validity(const lo_subject_struct *subject)
{
    if (strstr(subject->kind, "path-lifting") != NULL)
        return "counts are those of the path-lifting family (free gates); the laws hold for the network "
               "itself";
    if (strstr(subject->kind, "primitives") != NULL)
        return "dimensions take values of erf and softplus at different arguments as independent (manual, "
               "Analytic "
               "functions)";
    return NULL;
}

const char *lo_subject_assumption(const lo_subject_struct *subject)
{
    /* The family is spanned by the gradients of all outputs only when the gradient of the loss may point
     * anywhere in output space (arXiv 2307.00144, section 2). Maps and raw families have no loss. */
    if (subject->model != LO_MODEL_NETWORK)
        return NULL;
    return "assumes a loss whose gradient spans the output space, such as squared error";
}

char *lo_report_laws_text(const lo_family_struct *family, const lo_analysis_struct *analysis,
                          const lo_report_struct *report)
{
    lo_subject_t subject;
    lo_subject_set(subject, family);
    return _lo_report_laws_text(subject, analysis, report);
}

char *lo_report_laws_json(const lo_family_struct *family, const lo_analysis_struct *analysis,
                          const lo_report_struct *report)
{
    lo_subject_t subject;
    lo_subject_set(subject, family);
    return _lo_report_laws_json(subject, analysis, report);
}

char *lo_report_rank_text(const lo_family_struct *family, const lo_growth_struct *growth,
                          const lo_report_struct *report)
{
    lo_subject_t subject;
    lo_subject_set(subject, family);
    return _lo_report_rank_text(subject, growth, report);
}

char *lo_report_rank_json(const lo_family_struct *family, const lo_growth_struct *growth,
                          const lo_report_struct *report)
{
    lo_subject_t subject;
    lo_subject_set(subject, family);
    return _lo_report_rank_json(subject, growth, report);
}

char *lo_report_verdict_text(const lo_family_struct *family, const char *law,
                             const lo_verdict_struct *verdict, const lo_report_struct *report)
{
    lo_subject_t subject;
    lo_subject_set(subject, family);
    return _lo_report_verdict_text(subject, law, verdict, report);
}

char *lo_report_verdict_json(const lo_family_struct *family, const char *law,
                             const lo_verdict_struct *verdict, const lo_report_struct *report)
{
    lo_subject_t subject;
    lo_subject_set(subject, family);
    return _lo_report_verdict_json(subject, law, verdict, report);
}

void lo_report_free(char *report)
{
    lo_free(report);
}
