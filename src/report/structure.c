/* structure.c - the report of the structural analysis, in pieces: it may have 10^6 laws.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "report/structure.h"

#include "base/memory.h"
#include "model/graph.h"
#include "report/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A screenful; --all-laws prints every law. */
#define SHOWN_GROUPS 40
#define SHOWN_LENGTH 400
#define PIECE 65536

static const char *kind_of(const lo_model_struct *model)
{
    const char *kind = "polynomial";
    for (slong n = 0; n < model->nnodes; n++) {
        const lo_node_struct *x = model->nodes + n;
        if (x->op == LO_OP_MAXPOOL ||
            (x->op == LO_OP_ACT && (x->u.act == LO_ACT_RELU || x->u.act == LO_ACT_LEAKY_RELU)))
            return "path-lifting";
        if (x->op == LO_OP_ACT || x->op == LO_OP_SOFTMAX || x->op == LO_OP_LAYERNORM ||
            x->op == LO_OP_RMSNORM)
            kind = "analytic";
        else if (kind[0] == 'p' && (x->op == LO_OP_DIV || (x->op == LO_OP_POW && x->u.exponent < 0)))
            kind = "rational";
    }
    return kind;
}

void lo_subject_set_model(lo_subject_t subject, const lo_model_struct *model)
{
    subject->title = lo_model_title(model);
    subject->kind = kind_of(model);
    subject->model = lo_model_kind(model);
    subject->parameters = subject->dimension = lo_model_parameters(model);
    subject->inputs = lo_model_inputs(model);
    subject->outputs = lo_model_outputs(model);
}

/* The reader of the pieces; the first failure sticks. */
typedef struct {
    lo_write_fn write;
    void *data;
    lo_buffer_t out;
    lo_status_t status;
} stream_struct;

static void flush(stream_struct *s, size_t least)
{
    if (s->out->failed)
        s->status |= LO_SYSTEM;
    if (s->status == LO_OK && s->out->length > 0 && s->out->length >= least) {
        if (s->write(s->data, s->out->data, s->out->length) != 0)
            s->status |= LO_SYSTEM;
        s->out->length = 0;
    }
}

/* ---------------------------------------------------------------------------------------------------
 * Text
 * --------------------------------------------------------------------------------------------------- */

static void put_count(lo_buffer_t out, uint64_t n, const char *noun)
{
    lo_buffer_printf(out, "%" PRIu64 " %s%s", n, noun, n == 1 ? "" : "s");
}

static void put_every_law(stream_struct *s, const lo_structure_struct *structure, long g,
                          const lo_law_group_struct *group, uint64_t *number)
{
    for (uint64_t i = 0; i < group->count && s->status == LO_OK; i++) {
        char *law = lo_structure_law(structure, g, i);
        if (law == NULL)
            s->status |= LO_SYSTEM;
        else
            lo_buffer_printf(s->out, "  h%" PRIu64 "  %s\n", ++*number, law);
        lo_free(law);
        flush(s, PIECE);
    }
}

static void put_group(lo_buffer_t out, const lo_law_group_struct *group)
{
    size_t length = strlen(group->pattern), shown = length;
    if (length > SHOWN_LENGTH) { /* up to the end of a term */
        shown = SHOWN_LENGTH;
        while (shown > 0 && group->pattern[shown] != ' ')
            shown--;
    }
    lo_buffer_put(out, "  ");
    put_count(out, group->count, "law");
    lo_buffer_put(out, ": ");
    lo_buffer_add(out, group->pattern, shown);
    if (shown < length)
        lo_buffer_put(out, " ...");
    if (group->indices[0] != '\0')
        lo_buffer_printf(out, ", %s", group->indices);
    lo_buffer_put(out, "\n");
}

static void put_groups(stream_struct *s, const lo_structure_struct *structure, int every_law)
{
    uint64_t number = 0, rest = 0;
    for (long g = 0; g < structure->groups && s->status == LO_OK; g++) {
        lo_law_group_t group;
        if (lo_structure_group(group, structure, g) != LO_OK) {
            s->status |= LO_SYSTEM;
            break;
        }
        if (every_law)
            put_every_law(s, structure, g, group, &number);
        else if (g < SHOWN_GROUPS)
            put_group(s->out, group);
        else
            rest += group->count;
        lo_law_group_clear(group);
    }
    if (rest > 0)
        lo_buffer_printf(s->out,
                         "  ... and %" PRIu64
                         " more laws in %ld groups (--json prints all groups, --all-laws all laws)\n",
                         rest, structure->groups - SHOWN_GROUPS);
}

static void put_claims(lo_buffer_t out, const lo_structure_struct *s, const lo_report_struct *report)
{
    if (s->found > 0) {
        lo_text_verdict(out, report, 1);
        lo_buffer_put(out, s->found == 1 ? "the law holds identically"
                                         : "the laws hold identically and are independent");
        if (s->complete == LO_TRUE)
            lo_buffer_put(out, "; the list is complete: gates separate the paths (manual, Structural scale)");
        lo_buffer_put(out, "\n");
    } else if (s->complete == LO_TRUE) {
        lo_text_verdict(out, report, 1);
        lo_buffer_put(out, "there is no law: gates separate the paths (manual, Structural scale)\n");
    }
    if (s->complete != LO_TRUE && report->finished) {
        lo_text_verdict(out, report, 0);
        lo_buffer_printf(out, "whether there are more laws (%s); orbits have dimension at most %" PRIu64 "\n",
                         s->reason != NULL ? s->reason : "not decided", (uint64_t) s->parameters - s->found);
    }
    if (s->complete != LO_TRUE && report->finished && s->exact)
        lo_buffer_put(out, s->found > 0 ? "no further diagonal quadratic law is independent of these\n"
                                        : "there is no diagonal quadratic law\n");
    if (s->left_out > 0) {
        put_count(out, s->left_out, "more quadratic law");
        lo_buffer_put(out, " from matrix units may depend on the listed ones and are left out\n");
    }
}

static lo_status_t finish(stream_struct *s)
{
    flush(s, 0);
    lo_buffer_clear(s->out);
    return s->status;
}

lo_status_t lo_report_structure_text(lo_write_fn write, void *data, const lo_model_struct *model,
                                     const lo_structure_struct *structure, const lo_report_struct *report,
                                     int every_law)
{
    stream_struct s = { .write = write, .data = data };
    lo_subject_t subject;
    lo_buffer_init(s.out);
    lo_subject_set_model(subject, model);
    lo_text_heading(s.out, subject);
    put_count(s.out, structure->found, "independent law");
    lo_buffer_put(s.out, " found from the structure");
    if (structure->complete == LO_TRUE)
        lo_buffer_printf(s.out, "   orbits of dimension %" PRIu64,
                         (uint64_t) structure->parameters - structure->found);
    lo_buffer_put(s.out, "\n");
    put_groups(&s, structure, every_law);
    put_claims(s.out, structure, report);
    lo_text_closing(s.out, subject, report);
    return finish(&s);
}

/* ---------------------------------------------------------------------------------------------------
 * JSON
 * --------------------------------------------------------------------------------------------------- */

/* All but the laws, which are null. */
static char *frame(const lo_subject_struct *subject, const lo_structure_struct *s,
                   const lo_report_struct *report)
{
    int failed = 0;
    uint64_t upper = (uint64_t) s->parameters - s->found, known = s->complete == LO_TRUE;
    json_t *top = lo_json_begin("lieorbit.laws/1", subject, report, &failed), *bounds = json_array(),
           *growth = json_array();
    failed |= json_array_append_new(bounds, lo_json_exact(known ? upper : 0)) |
              json_array_append_new(bounds, lo_json_exact(upper));
    if (known)
        failed |= json_array_append_new(growth, lo_json_exact(upper));
    lo_json_put(top, "route", json_string("structural"), &failed);
    lo_json_put(top, "dimension", json_integer(s->parameters), &failed);
    lo_json_put(top, "growth", growth, &failed);
    lo_json_put(top, "growth_partial", json_boolean(!known), &failed);
    lo_json_put(top, "orbit_bounds", bounds, &failed);
    lo_json_put(top, "orbit_dimension", known ? lo_json_exact(upper) : json_null(), &failed);
    lo_json_put(top, "independent_laws", known ? lo_json_exact(s->found) : json_null(), &failed);
    lo_json_put(top, "point", json_string("generic"), &failed);
    lo_json_put(top, "upper_proved_by", json_string("laws"), &failed);
    lo_json_put(top, "found", lo_json_exact(s->found), &failed);
    lo_json_put(top, "unit_laws", lo_json_exact(s->unit_laws), &failed);
    lo_json_put(top, "unit_laws_exact", json_boolean(s->exact), &failed);
    lo_json_put(top, "left_out", lo_json_exact(s->left_out), &failed);
    lo_json_put(top, "complete", json_string(lo_truth_name(s->complete)), &failed);
    lo_json_put(top, "reason", lo_json_text(s->reason), &failed);
    lo_json_put(top, "laws", json_null(), &failed);
    return lo_json_end(top, failed);
}

/* One law or one group; `name` is its number. */
static void put_object(stream_struct *s, const lo_law_group_struct *group, uint64_t number, const char *law,
                       int every_law)
{
    int failed = 0;
    char name[32], *text = NULL;
    snprintf(name, sizeof(name), "h%" PRIu64, number);
    json_t *object = json_object();
    lo_json_put(object, "name", json_string(name), &failed);
    lo_json_put(object, "expression", lo_json_text(law), &failed);
    lo_json_put(object, "class", json_string("polynomial"), &failed);
    lo_json_put(object, "degree", json_integer(group->degree), &failed);
    lo_json_put(object, "status", json_string("proved"), &failed);
    lo_json_put(object, "found_by", json_string(group->found_by), &failed);
    lo_json_put(object, "proved_by", json_string("structure"), &failed);
    if (!every_law) {
        lo_json_put(object, "count", lo_json_exact(group->count), &failed);
        lo_json_put(object, "template", lo_json_text(group->pattern), &failed);
        lo_json_put(object, "indices", lo_json_text(group->indices), &failed);
    }
    text = failed ? NULL : json_dumps(object, JSON_SORT_KEYS | JSON_COMPACT);
    json_decref(object);
    if (text == NULL)
        s->status |= LO_SYSTEM;
    else
        lo_buffer_printf(s->out, "%s\n    %s", number > 1 ? "," : "", text);
    free(text);
    flush(s, PIECE);
}

static void put_law_objects(stream_struct *s, const lo_structure_struct *structure, int every_law)
{
    uint64_t number = 0;
    for (long g = 0; g < structure->groups && s->status == LO_OK; g++) {
        lo_law_group_t group;
        if (lo_structure_group(group, structure, g) != LO_OK) {
            s->status |= LO_SYSTEM;
            return;
        }
        if (!every_law)
            put_object(s, group, ++number, group->expression, 0);
        for (uint64_t i = 0; every_law && i < group->count && s->status == LO_OK; i++) {
            char *law = lo_structure_law(structure, g, i);
            if (law == NULL)
                s->status |= LO_SYSTEM;
            else
                put_object(s, group, ++number, law, 1);
            lo_free(law);
        }
        lo_law_group_clear(group);
    }
}

lo_status_t lo_report_structure_json(lo_write_fn write, void *data, const lo_model_struct *model,
                                     const lo_structure_struct *structure, const lo_report_struct *report,
                                     int every_law)
{
    static const char hole[] =
        "\n  \"laws\": null"; /* newlines inside strings are escaped: this occurs once */
    stream_struct s = { .write = write, .data = data };
    lo_subject_t subject;
    lo_buffer_init(s.out);
    lo_subject_set_model(subject, model);
    char *text = frame(subject, structure, report), *cut = text != NULL ? strstr(text, hole) : NULL;
    if (cut == NULL) {
        s.status |= LO_SYSTEM;
    } else {
        lo_buffer_add(s.out, text, (size_t) (cut - text));
        lo_buffer_put(s.out, "\n  \"laws\": [");
        put_law_objects(&s, structure, every_law);
        lo_buffer_put(s.out, structure->groups > 0 ? "\n  ]" : "]");
        lo_buffer_put(s.out, cut + strlen(hole));
    }
    lo_free(text);
    return finish(&s);
}
