/* json.c - answers as JSON: keys sorted, exact numbers as strings, nothing machine-dependent but `seconds`.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "report/json.h"

#include "report/buffer.h"
#include "report/subject.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* `seconds` is a multiple of a microsecond; 15 significant digits print it as written for 30 years. */
#define DUMP_FLAGS (JSON_SORT_KEYS | JSON_INDENT(2) | JSON_REAL_PRECISION(15))

/* A value is consumed whatever happens; the first failure sticks in *failed. */
static void put(json_t *object, const char *key, json_t *value, int *failed)
{
    if (json_object_set_new(object, key, value) != 0)
        *failed = 1;
}

void lo_json_append(json_t *array, json_t *value, int *failed)
{
    if (json_array_append_new(array, value) != 0)
        *failed = 1;
}

/* A string, or null for NULL. Bytes that are not UTF-8 are shown as Latin-1 rather than refused. */
static json_t *string_or_null(const char *text)
{
    if (text == NULL)
        return json_null();
    json_t *value = json_string(text);
    if (value != NULL)
        return value;
    lo_buffer_t latin;
    lo_buffer_init(latin);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char) *text;
        char pair[2] = { (char) (0xc0 | c >> 6), (char) (0x80 | (c & 0x3f)) };
        if (c < 0x80)
            lo_buffer_add(latin, text, 1);
        else
            lo_buffer_add(latin, pair, 2);
    }
    value = latin->failed || latin->data == NULL ? NULL : json_string(latin->data);
    lo_buffer_clear(latin);
    return value;
}

json_t *lo_json_strings(char *const *list, long n, int *failed)
{
    json_t *array = json_array();
    for (long i = 0; i < n; i++)
        lo_json_append(array, string_or_null(list[i]), failed);
    return array;
}

/* A JSON integer where every reader keeps it exact, else a string. */
static json_t *exact(uint64_t n)
{
    char digits[24];
    if (n < (uint64_t) 1 << 53)
        return json_integer((json_int_t) n);
    snprintf(digits, sizeof(digits), "%" PRIu64, n);
    return json_string(digits);
}

static json_t *model_object(const lo_subject_struct *subject, int *failed)
{
    json_t *model = json_object();
    put(model, "title", string_or_null(subject->title), failed);
    put(model, "parameters", json_integer(subject->parameters), failed);
    put(model, "inputs", json_integer(subject->inputs), failed);
    put(model, "outputs", json_integer(subject->outputs), failed);
    put(model, "family", string_or_null(subject->kind), failed);
    return model;
}

/* The common part of every answer. */
static json_t *begin(const char *schema, const lo_subject_struct *subject, const lo_report_struct *report,
                     int *failed)
{
    json_t *top = json_object();
    int64_t microseconds = (report->nanoseconds + 500) / 1000;
    put(top, "schema", json_string(schema), failed);
    put(top, "version", json_string(lo_version()), failed);
    put(top, "seed", exact(report->seed), failed);
    put(top, "seconds", json_real((double) microseconds / 1e6), failed);
    put(top, "model", model_object(subject, failed), failed);
    put(top, "assumption", string_or_null(lo_subject_assumption(subject)), failed);
    put(top, "validity", string_or_null(lo_subject_validity(subject)), failed);
    /* In `rank`, "status" says whether the dimension is proved; how the run ended has its own key everywhere.
     * */
    put(top, "stopped_by",
        report->finished ? json_null()
                         : string_or_null(report->stopped_by != NULL ? report->stopped_by : "a limit"),
        failed);
    return top;
}

static const char *run_status(const lo_report_struct *report)
{
    return report->finished ? "finished" : "stopped";
}

static int dump_to_buffer(const char *text, size_t length, void *data)
{
    lo_buffer_struct *buffer = data;
    lo_buffer_add(buffer, text, length);
    return buffer->failed ? -1 : 0;
}

/* Writes and drops the tree; NULL when memory was short anywhere. */
static char *end(json_t *top, int failed)
{
    lo_buffer_t out;
    lo_buffer_init(out);
    if (top == NULL || failed || json_dump_callback(top, dump_to_buffer, out, DUMP_FLAGS) != 0)
        out->failed = 1;
    json_decref(top);
    lo_buffer_put(out, "\n");
    return lo_buffer_take(out);
}

static json_t *growth_array(const lo_growth_struct *growth, int *failed)
{
    json_t *array = json_array();
    for (long i = 0; i < growth->levels; i++)
        lo_json_append(array, json_integer(growth->growth[i]), failed);
    return array;
}

static const char *upper_name(lo_upper_t upper_by)
{
    switch (upper_by) {
    case LO_UPPER_LAWS:
        return "laws";
    case LO_UPPER_INVOLUTIVITY:
        return "involutivity";
    case LO_UPPER_HULL:
        return "invariant subspace";
    case LO_UPPER_TRIVIAL:
        break;
    }
    return "dimension";
}

/* The keys that `laws` and `rank` share. */
static void put_growth(json_t *top, const lo_growth_struct *growth, int *failed)
{
    json_t *bounds = json_array();
    lo_json_append(bounds, json_integer(growth->lower), failed);
    lo_json_append(bounds, json_integer(growth->upper), failed);
    put(top, "growth", growth_array(growth, failed), failed);
    put(top, "growth_partial", json_boolean(lo_growth_is_partial(growth)),
        failed); /* the last entry is a lower bound */
    put(top, "orbit_dimension", growth->lower == growth->upper ? json_integer(growth->lower) : json_null(),
        failed);
    put(top, "orbit_bounds", bounds, failed);
    put(top, "upper_proved_by", json_string(upper_name(growth->upper_by)), failed);
    put(top, "point", json_string(growth->at_point ? "given" : "generic"), failed);
}

static json_t *law_object(const lo_law_struct *law, int *failed)
{
    json_t *object = json_object();
    put(object, "name", string_or_null(law->name), failed);
    put(object, "expression", string_or_null(law->expression), failed);
    put(object, "class", json_string(lo_law_class_name(law->law_class)), failed);
    put(object, "degree", json_integer(law->degree), failed);
    put(object, "status", json_string("proved"), failed); /* only proved laws are listed */
    put(object, "found_by", string_or_null(law->found_by), failed);
    put(object, "proved_by", string_or_null(law->proved_by), failed);
    return object;
}

char *_lo_report_laws_json(const lo_subject_struct *subject, const lo_analysis_struct *analysis,
                           const lo_report_struct *report)
{
    const lo_growth_struct *growth = analysis->growth;
    int failed = 0;
    json_t *top = begin("lieorbit.laws/1", subject, report, &failed);
    put_growth(top, growth, &failed);
    put(top, "status", json_string(run_status(report)), &failed);
    put(top, "dimension", json_integer(analysis->dimension), &failed);
    put(top, "independent_laws",
        growth->lower == growth->upper ? json_integer(analysis->dimension - growth->lower) : json_null(),
        &failed);
    put(top, "found", json_integer(analysis->nlaws), &failed);
    put(top, "complete", json_string(lo_truth_name(analysis->complete)), &failed);
    put(top, "searched_degree",
        analysis->searched_degree > 0 ? json_integer(analysis->searched_degree) : json_null(), &failed);
    if (analysis->generators >= 0)
        put(top, "generators", json_integer(analysis->generators), &failed);

    json_t *laws = json_array();
    for (long i = 0; i < analysis->nlaws; i++)
        lo_json_append(laws, law_object(&analysis->laws[i], &failed), &failed);
    put(top, "laws", laws, &failed);

    json_t *space = json_object();
    for (long d = 0; d < analysis->space_degrees; d++) {
        char degree[24];
        snprintf(degree, sizeof(degree), "%ld", d);
        if (analysis->space_dimension[d] >= 0)
            put(space, degree, json_integer(analysis->space_dimension[d]), &failed);
    }
    put(top, "law_space", space, &failed);
    return end(top, failed);
}

char *_lo_report_rank_json(const lo_subject_struct *subject, const lo_growth_struct *growth,
                           const lo_report_struct *report)
{
    int failed = 0;
    json_t *top = begin("lieorbit.rank/1", subject, report, &failed);
    put_growth(top, growth, &failed);
    put(top, "dimension", json_integer(subject->dimension), &failed);
    put(top, "field_rank", growth->levels > 0 ? json_integer(growth->growth[0]) : json_null(), &failed);
    put(top, "status", json_string(growth->lower == growth->upper ? "proved" : "bounds"), &failed);
    put(top, "run", json_string(run_status(report)), &failed);
    return end(top, failed);
}

char *_lo_report_verdict_json(const lo_subject_struct *subject, const char *law,
                              const lo_verdict_struct *verdict, const lo_report_struct *report)
{
    int failed = 0;
    json_t *top = begin("lieorbit.verify/1", subject, report, &failed);
    put(top, "status", json_string(run_status(report)), &failed);
    put(top, "law", string_or_null(law), &failed);
    put(top, "conserved", json_string(lo_truth_name(verdict->conserved)), &failed);
    put(top, "proved_by", string_or_null(verdict->conserved == LO_TRUE ? verdict->proved_by : NULL), &failed);
    put(top, "remark", string_or_null(verdict->conserved == LO_UNKNOWN ? verdict->remark : NULL), &failed);
    json_t *witness = json_null();
    if (verdict->conserved == LO_FALSE) {
        witness = json_object();
        put(witness, "point", string_or_null(verdict->point), &failed);
        put(witness, "input", string_or_null(verdict->input), &failed);
        put(witness, "output", string_or_null(verdict->output), &failed);
        put(witness, "value", string_or_null(verdict->value), &failed);
    }
    put(top, "witness", witness, &failed);
    return end(top, failed);
}

json_t *lo_json_begin(const char *schema, const lo_subject_struct *subject, const lo_report_struct *report,
                      int *failed)
{
    json_t *top = begin(schema, subject, report, failed);
    put(top, "status", json_string(run_status(report)), failed);
    return top;
}

void lo_json_put(json_t *object, const char *key, json_t *value, int *failed)
{
    put(object, key, value, failed);
}

json_t *lo_json_text(const char *text)
{
    return string_or_null(text);
}

json_t *lo_json_exact(uint64_t n)
{
    return exact(n);
}

char *lo_json_end(json_t *top, int failed)
{
    return end(top, failed);
}
