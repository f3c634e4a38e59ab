/* text.c - answers as text: what is proved, what is not known, and what is taken for granted.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "report/buffer.h"
#include "report/structure.h"
#include "report/subject.h"

#include <string.h>

/* A screenful; --json prints every law. */
#define SHOWN_LAWS 40

#define BOLD "1"
#define GREEN "32"
#define RED "31"
#define YELLOW "33"

static void paint(lo_buffer_t out, const lo_report_struct *report, const char *code, const char *text)
{
    if (report->color)
        lo_buffer_printf(out, "\033[%sm%s\033[0m", code, text);
    else
        lo_buffer_put(out, text);
}

/* "1 law", "3 laws": `noun` is the singular, its plural ends in s. */
static void put_count(lo_buffer_t out, long n, const char *noun)
{
    lo_buffer_printf(out, "%ld %s%s", n, noun, n == 1 ? "" : "s");
}

/* "3" or, when only bounds are known, "3 to 5". */
static void put_range(lo_buffer_t out, long low, long high)
{
    if (low == high)
        lo_buffer_printf(out, "%ld", low);
    else
        lo_buffer_printf(out, "%ld to %ld", low, high);
}

/* "two-layer linear network: 8 parameters, 4 generating fields" */
static void put_heading(lo_buffer_t out, const lo_subject_struct *subject, long generators)
{
    if (subject->title != NULL && subject->title[0] != '\0')
        lo_buffer_put_clean(out, subject->title);
    else
        lo_buffer_put(out, "model");
    lo_buffer_put(out, ": ");
    put_count(out, subject->parameters, subject->model == LO_MODEL_RAW ? "coordinate" : "parameter");
    if (subject->dimension != subject->parameters)
        lo_buffer_printf(out, ", phase space of dimension %ld", subject->dimension);
    lo_buffer_put(out, ", ");
    if (generators >= 0)
        put_count(out, generators, "generating field");
    else
        lo_buffer_printf(out, "%s family", subject->kind);
    lo_buffer_put(out, "\n");
}

/* "growth (4, 5)   orbits of dimension 5"; "(4, >=5, ...)" when the last level was not finished. */
static void put_growth(lo_buffer_t out, const lo_growth_struct *growth)
{
    if (growth->levels > 0) {
        lo_buffer_put(out, "growth (");
        int partial = lo_growth_is_partial(growth);
        for (long i = 0; i < growth->levels; i++)
            lo_buffer_printf(out, "%s%s%ld", i == 0 ? "" : ", ",
                             partial && i == growth->levels - 1 ? ">=" : "", growth->growth[i]);
        lo_buffer_put(out, partial ? ", ...)" : ")");
        lo_buffer_put(out, "   ");
    }
    lo_buffer_put(out, growth->at_point ? "orbit of dimension " : "orbits of dimension ");
    put_range(out, growth->lower, growth->upper);
}

/* "5 bracket values are independent" */
static void put_lower_proof(lo_buffer_t out, const lo_growth_struct *growth)
{
    put_count(out, growth->lower, "bracket value");
    lo_buffer_put(out, growth->lower == 1 ? " is independent" : " are independent");
}

/* Why the orbit is not larger than growth->upper. */
static void put_upper_proof(lo_buffer_t out, const lo_growth_struct *growth, long dimension)
{
    switch (growth->upper_by) {
    case LO_UPPER_LAWS:
        put_count(out, dimension - growth->upper, "independent law");
        lo_buffer_printf(out, " hold%s identically", dimension - growth->upper == 1 ? "s" : "");
        return;
    case LO_UPPER_INVOLUTIVITY:
        lo_buffer_put(out, "the brackets close identically");
        return;
    case LO_UPPER_HULL:
        lo_buffer_printf(out, "the point lies in an invariant set of dimension %ld", growth->upper);
        return;
    case LO_UPPER_TRIVIAL:
        break;
    }
    lo_buffer_printf(out, "the space has dimension %ld", dimension);
}

/* The closing lines that every report shares. */
static void put_closing(lo_buffer_t out, const lo_subject_struct *subject, const lo_report_struct *report)
{
    if (!report->finished) {
        paint(out, report, YELLOW, "stopped early");
        if (report->stopped_by != NULL && report->stopped_by[0] != '\0') {
            lo_buffer_put(out, ": ");
            lo_buffer_put_clean(out, report->stopped_by);
        }
        lo_buffer_put(out, "; what is printed here is proved\n");
    }
    if (lo_subject_validity(subject) != NULL)
        lo_buffer_printf(out, "%s\n", lo_subject_validity(subject));
    if (lo_subject_assumption(subject) != NULL)
        lo_buffer_printf(out, "%s\n", lo_subject_assumption(subject));
}

static void put_laws(lo_buffer_t out, const lo_analysis_struct *analysis, const lo_report_struct *report)
{
    long shown = analysis->nlaws < SHOWN_LAWS ? analysis->nlaws : SHOWN_LAWS;
    size_t width = 0;
    for (long i = 0; i < shown; i++) {
        size_t length = strlen(analysis->laws[i].name);
        width = length > width ? length : width;
    }
    for (long i = 0; i < shown; i++) {
        const lo_law_struct *law = &analysis->laws[i];
        lo_buffer_put(out, "  ");
        paint(out, report, BOLD, law->name);
        lo_buffer_printf(out, "%*s  %s", (int) (width - strlen(law->name)), "", law->expression);
        if (law->law_class != LO_LAW_POLYNOMIAL)
            lo_buffer_printf(out, "   (%s)", lo_law_class_name(law->law_class));
        lo_buffer_put(out, "\n");
    }
    if (shown < analysis->nlaws)
        lo_buffer_printf(out, "  ... and %ld more (--json prints all)\n", analysis->nlaws - shown);
}

/* How far the polynomial search went; nothing when there was none. */
static void put_search(lo_buffer_t out, const lo_analysis_struct *analysis)
{
    if (analysis->searched_degree > 0)
        lo_buffer_printf(out, "; polynomial laws were searched for up to degree %d",
                         analysis->searched_degree);
}

/* What is proved about the laws that are listed and about the orbits. */
static void put_proof(lo_buffer_t out, const lo_analysis_struct *analysis, const lo_report_struct *report)
{
    const lo_growth_struct *growth = analysis->growth;
    long p = analysis->dimension, n = analysis->nlaws;
    int listed = n > 0, measured = growth->levels > 0 && (growth->lower > 0 || analysis->complete == LO_TRUE);
    if (!listed && !measured)
        return;
    paint(out, report, GREEN, "proved");
    lo_buffer_put(out, ": ");
    if (listed)
        lo_buffer_put(out, n == 1 ? "the law holds identically" : "the laws hold identically");
    if (listed && measured)
        lo_buffer_put(out, ", ");
    if (measured)
        put_lower_proof(out, growth);
    if (analysis->complete == LO_TRUE && listed) {
        lo_buffer_printf(out, ", %ld + %ld = %ld: the list is complete", growth->lower, n, p);
    } else if (analysis->complete == LO_TRUE && growth->lower == p) {
        lo_buffer_printf(out, " and the space has dimension %ld", p);
    } else if (measured && growth->upper < p && (growth->upper_by != LO_UPPER_LAWS || !listed)) {
        lo_buffer_put(out, ", ");
        put_upper_proof(out, growth, p);
    }
    lo_buffer_put(out, "\n");
}

/* What the list may lack. */
static void put_completeness(lo_buffer_t out, const lo_analysis_struct *analysis,
                             const lo_report_struct *report)
{
    long p = analysis->dimension, n = analysis->nlaws;
    long fewest = p - analysis->growth->upper, most = p - analysis->growth->lower;
    if (analysis->complete == LO_FALSE) {
        long more = fewest - n;
        paint(out, report, GREEN, "proved");
        lo_buffer_put(out, fewest == most ? ": " : ": at least ");
        lo_buffer_printf(out, "%ld more local law%s", more, more == 1 ? " exists" : "s exist");
        if (analysis->searched_degree > 0)
            lo_buffer_printf(out, "; %s not polynomial of degree <= %d", more == 1 ? "it is" : "they are",
                             analysis->searched_degree);
        lo_buffer_put(out, "\n");
    } else if (analysis->complete == LO_UNKNOWN) {
        paint(out, report, YELLOW, "unknown");
        /* The listed laws are independent and hold, so there are at least n even before `upper` says so. */
        fewest = fewest > n ? fewest : n;
        if (n > 0)
            lo_buffer_put(out, ": whether the list is complete (");
        else
            lo_buffer_put(out, ": whether a law exists (");
        put_range(out, fewest, most);
        lo_buffer_printf(out, " independent law%s", fewest == 1 && most == 1 ? "" : "s");
        lo_buffer_put(out, n > 0 ? " in all)" : ")");
        put_search(out, analysis);
        lo_buffer_put(out, "\n");
    }
}

char *_lo_report_laws_text(const lo_subject_struct *subject, const lo_analysis_struct *analysis,
                           const lo_report_struct *report)
{
    const lo_growth_struct *growth = analysis->growth;
    lo_buffer_t out;
    lo_buffer_init(out);
    put_heading(out, subject, analysis->generators);
    put_growth(out, growth);
    lo_buffer_put(out, "   ");
    put_range(out, analysis->dimension - growth->upper, analysis->dimension - growth->lower);
    lo_buffer_printf(out, " independent law%s\n",
                     growth->lower == growth->upper && analysis->dimension - growth->lower == 1 ? "" : "s");
    if (analysis->nlaws > 0)
        put_laws(out, analysis, report);
    else if (analysis->complete == LO_TRUE)
        lo_buffer_put(out, "no conservation law: the orbits are open\n");
    else if (analysis->searched_degree > 0)
        lo_buffer_printf(out, "no polynomial law of degree <= %d was found\n", analysis->searched_degree);
    else
        lo_buffer_put(out, report->finished ? "no law was found\n" : "no law was found so far\n");
    put_proof(out, analysis, report);
    put_completeness(out, analysis, report);
    put_closing(out, subject, report);
    return lo_buffer_take(out);
}

char *_lo_report_rank_text(const lo_subject_struct *subject, const lo_growth_struct *growth,
                           const lo_report_struct *report)
{
    lo_buffer_t out;
    lo_buffer_init(out);
    put_heading(out, subject, -1);
    put_growth(out, growth);
    lo_buffer_put(out, growth->at_point ? "   at the given point\n" : "   at a generic point\n");
    if (growth->levels > 0) {
        paint(out, report, GREEN, "proved");
        lo_buffer_put(out, ": ");
        put_lower_proof(out, growth);
        lo_buffer_put(out, ", ");
        put_upper_proof(out, growth, subject->dimension);
        lo_buffer_put(out, "\n");
    }
    if (growth->lower < growth->upper) {
        paint(out, report, YELLOW, "unknown");
        lo_buffer_printf(out, ": the dimension itself; it is at least %ld and at most %ld\n", growth->lower,
                         growth->upper);
    }
    put_closing(out, subject, report);
    return lo_buffer_take(out);
}

char *_lo_report_verdict_text(const lo_subject_struct *subject, const char *law,
                              const lo_verdict_struct *verdict, const lo_report_struct *report)
{
    lo_buffer_t out;
    lo_buffer_init(out);
    switch (verdict->conserved) {
    case LO_TRUE:
        paint(out, report, GREEN, "proved");
        lo_buffer_put(out, ": ");
        lo_buffer_put_clean(out, law);
        lo_buffer_put(out, " is conserved");
        if (verdict->proved_by != NULL)
            lo_buffer_printf(out, " (%s)", verdict->proved_by);
        lo_buffer_put(out, "\n");
        break;
    case LO_FALSE:
        paint(out, report, RED, "refuted");
        lo_buffer_put(out, ": ");
        lo_buffer_put_clean(out, law);
        lo_buffer_put(out, " is not conserved\n");
        if (verdict->point != NULL)
            lo_buffer_printf(out, "  at the point  %s\n", verdict->point);
        if (verdict->input != NULL && verdict->input[0] != '\0')
            lo_buffer_printf(out, "  on the input  %s\n", verdict->input);
        if (verdict->value != NULL)
            lo_buffer_printf(out, "  its derivative along %s%s is %s, not 0\n",
                             subject->model == LO_MODEL_RAW ? "" : "the gradient of ",
                             verdict->output != NULL ? verdict->output : "one field", verdict->value);
        break;
    default:
        paint(out, report, YELLOW, "unknown");
        lo_buffer_put(out, ": whether ");
        lo_buffer_put_clean(out, law);
        lo_buffer_put(out, " is conserved\n");
        if (verdict->remark != NULL)
            lo_buffer_printf(out, "  %s\n", verdict->remark);
        break;
    }
    put_closing(out, subject, report);
    return lo_buffer_take(out);
}

void lo_text_heading(lo_buffer_t out, const lo_subject_struct *subject)
{
    put_heading(out, subject, -1);
}

void lo_text_verdict(lo_buffer_t out, const lo_report_struct *report, int proved)
{
    paint(out, report, proved ? GREEN : YELLOW, proved ? "proved" : "unknown");
    lo_buffer_put(out, ": ");
}

void lo_text_closing(lo_buffer_t out, const lo_subject_struct *subject, const lo_report_struct *report)
{
    put_closing(out, subject, report);
}
