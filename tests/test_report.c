/* test_report.c - reports from hand-built answers: the exact text, the JSON parsed back, memory running out.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "base/memory.h"
#include "report/buffer.h"
#include "report/subject.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#define ASSUMPTION "assumes a loss whose gradient spans the output space, such as squared error\n"

static const lo_subject_struct linear = {
    "two-layer linear network", "polynomial", LO_MODEL_NETWORK, 8, 2, 2, 8
};
static const lo_subject_struct untitled = { NULL, "polynomial", LO_MODEL_NETWORK, 8, 2, 2, 8 };
static const lo_subject_struct relu = { "ReLU", "path-lifting", LO_MODEL_NETWORK, 8, 2, 2, 8 };
static const lo_subject_struct raw = { "unicycle", "raw analytic", LO_MODEL_RAW, 3, 0, 2, 3 };
static const lo_report_struct finished = { 1, 12345678, 1, NULL, 0 };
static const lo_report_struct stopped = { 1, 12345678, 0, "the time limit was met", 0 };

static lo_law_struct three_laws[] = {
    { (char *) "h1", (char *) "U[1,1]^2 + U[2,1]^2 - V[1,1]^2 - V[2,1]^2", LO_LAW_POLYNOMIAL, 2, "units",
      "tangent propagation" },
    { (char *) "h2", (char *) "U[1,1]*U[1,2] + U[2,1]*U[2,2] - V[1,1]*V[1,2] - V[2,1]*V[2,2]",
      LO_LAW_POLYNOMIAL, 2, "quadratic search", "expansion" },
    { (char *) "h3", (char *) "U[1,2]^2 + U[2,2]^2 - V[1,2]^2 - V[2,2]^2", LO_LAW_POLYNOMIAL, 2, "units",
      "tangent propagation" },
};
static long two_levels[] = { 4, 5 };
static long one_level[] = { 1 };

/* The complete answer for the two-layer linear network; the tests change it. */
static lo_analysis_struct sample(void)
{
    static long space[] = { -1, 0, 3, 0, 6 };
    lo_analysis_struct a;
    memset(&a, 0, sizeof(a));
    a.growth->levels = 2;
    a.growth->growth = two_levels;
    a.growth->lower = a.growth->upper = 5;
    a.growth->upper_by = LO_UPPER_LAWS;
    a.growth->exhausted = 1;
    a.dimension = 8;
    a.nlaws = 3;
    a.laws = three_laws;
    a.complete = LO_TRUE;
    a.searched_degree = 4;
    a.space_degrees = 5;
    a.space_dimension = space;
    a.generators = 4;
    return a;
}

static void expect_laws(const lo_subject_struct *subject, const lo_analysis_struct *analysis,
                        const lo_report_struct *report, const char *expected)
{
    char *text = _lo_report_laws_text(subject, analysis, report);
    assert_non_null(text);
    assert_string_equal(text, expected);
    lo_report_free(text);
}

static void test_laws_of_the_issue(void **state)
{
    (void) state;
    lo_analysis_struct a = sample();
    expect_laws(&linear, &a, &finished,
                "two-layer linear network: 8 parameters, 4 generating fields\n"
                "growth (4, 5)   orbits of dimension 5   3 independent laws\n"
                "  h1  U[1,1]^2 + U[2,1]^2 - V[1,1]^2 - V[2,1]^2\n"
                "  h2  U[1,1]*U[1,2] + U[2,1]*U[2,2] - V[1,1]*V[1,2] - V[2,1]*V[2,2]\n"
                "  h3  U[1,2]^2 + U[2,2]^2 - V[1,2]^2 - V[2,2]^2\n"
                "proved: the laws hold identically, 5 bracket values are independent, 5 + 3 = 8: the list is "
                "complete\n" ASSUMPTION);
}

static void test_laws_singular_untitled(void **state)
{
    (void) state;
    lo_subject_struct small = untitled;
    lo_law_struct law = { (char *) "h1", (char *) "u^2 - v^2", LO_LAW_POLYNOMIAL, 2, "units", "expansion" };
    lo_analysis_struct a = sample();
    small.parameters = small.dimension = a.dimension = 2;
    a.growth->levels = 1;
    a.growth->growth = one_level;
    a.growth->lower = a.growth->upper = 1;
    a.laws = &law;
    a.nlaws = 1;
    a.generators = 1;
    expect_laws(&small, &a, &finished,
                "model: 2 parameters, 1 generating field\n"
                "growth (1)   orbits of dimension 1   1 independent law\n"
                "  h1  u^2 - v^2\n"
                "proved: the law holds identically, 1 bracket value is independent, 1 + 1 = 2: the list is "
                "complete\n" ASSUMPTION);
}

static void test_laws_open_orbits(void **state)
{
    (void) state;
    long growth[] = { 2, 3 };
    lo_analysis_struct a = sample();
    a.dimension = 3;
    a.growth->growth = growth;
    a.growth->lower = a.growth->upper = 3;
    a.growth->upper_by = LO_UPPER_TRIVIAL;
    a.nlaws = 0;
    a.generators = 2;
    expect_laws(&raw, &a, &finished,
                "unicycle: 3 coordinates, 2 generating fields\n"
                "growth (2, 3)   orbits of dimension 3   0 independent laws\n"
                "no conservation law: the orbits are open\n"
                "proved: 3 bracket values are independent and the space has dimension 3\n");
}

static void test_laws_unknown(void **state)
{
    (void) state;
    lo_analysis_struct a = sample();
    a.growth->lower = 4;
    a.growth->levels = 1;
    a.growth->upper = 6;
    a.growth->exhausted = 0;
    a.nlaws = 2;
    a.complete = LO_UNKNOWN;
    a.generators = -1;
    expect_laws(&relu, &a, &finished,
                "ReLU: 8 parameters, path-lifting family\n"
                "growth (>=4, ...)   orbits of dimension 4 to 6   2 to 4 independent laws\n"
                "  h1  U[1,1]^2 + U[2,1]^2 - V[1,1]^2 - V[2,1]^2\n"
                "  h2  U[1,1]*U[1,2] + U[2,1]*U[2,2] - V[1,1]*V[1,2] - V[2,1]*V[2,2]\n"
                "proved: the laws hold identically, 4 bracket values are independent\n"
                "unknown: whether the list is complete (2 to 4 independent laws in all); polynomial laws "
                "were searched "
                "for up to degree 4\n"
                "counts are those of the path-lifting family (free gates); the laws hold for the network itself\n" ASSUMPTION);
}

static void test_laws_more_exist(void **state)
{
    (void) state;
    lo_analysis_struct a = sample();
    a.growth->upper_by = LO_UPPER_INVOLUTIVITY;
    a.nlaws = 2;
    a.complete = LO_FALSE;
    expect_laws(&linear, &a, &finished,
                "two-layer linear network: 8 parameters, 4 generating fields\n"
                "growth (4, 5)   orbits of dimension 5   3 independent laws\n"
                "  h1  U[1,1]^2 + U[2,1]^2 - V[1,1]^2 - V[2,1]^2\n"
                "  h2  U[1,1]*U[1,2] + U[2,1]*U[2,2] - V[1,1]*V[1,2] - V[2,1]*V[2,2]\n"
                "proved: the laws hold identically, 5 bracket values are independent, the brackets close "
                "identically\n"
                "proved: 1 more local law exists; it is not polynomial of degree <= 4\n" ASSUMPTION);
    a.growth->lower = 4;
    a.nlaws = 0;
    a.searched_degree = 0;
    expect_laws(&linear, &a, &finished,
                "two-layer linear network: 8 parameters, 4 generating fields\n"
                "growth (4, 5)   orbits of dimension 4 to 5   3 to 4 independent laws\n"
                "no law was found\n"
                "proved: 4 bracket values are independent, the brackets close identically\n"
                "proved: at least 3 more local laws exist\n" ASSUMPTION);
}

static void test_laws_stopped(void **state)
{
    (void) state;
    lo_analysis_struct a = sample();
    memset(a.growth, 0, sizeof(a.growth));
    a.growth->upper = 8;
    a.nlaws = 0;
    a.complete = LO_UNKNOWN;
    a.searched_degree = 0;
    a.generators = -1;
    expect_laws(&linear, &a, &stopped,
                "two-layer linear network: 8 parameters, polynomial family\n"
                "orbits of dimension 0 to 8   0 to 8 independent laws\n"
                "no law was found so far\n"
                "unknown: whether a law exists (0 to 8 independent laws)\n"
                "stopped early: the time limit was met; what is printed here is proved\n" ASSUMPTION);
}

static void test_laws_phase_space_and_classes(void **state)
{
    (void) state;
    lo_law_struct laws[] = {
        { (char *) "h1", (char *) "x/y", LO_LAW_RATIONAL, 1, "Darboux search", "expansion" },
        { (char *) "h10", (char *) "w^2/2 - cos(q)", LO_LAW_ANALYTIC, 2, "polynomial search", "expansion" },
    };
    lo_subject_struct momentum = linear;
    lo_analysis_struct a = sample();
    momentum.title = "a\033[31m\ntitle";
    momentum.dimension = a.dimension = 7;
    a.laws = laws;
    a.nlaws = 2;
    expect_laws(&momentum, &a, &finished,
                "a [31m title: 8 parameters, phase space of dimension 7, 4 generating fields\n"
                "growth (4, 5)   orbits of dimension 5   2 independent laws\n"
                "  h1   x/y   (rational)\n"
                "  h10  w^2/2 - cos(q)   (analytic)\n"
                "proved: the laws hold identically, 5 bracket values are independent, 5 + 2 = 7: the list is "
                "complete\n" ASSUMPTION);
}

static void test_laws_many(void **state)
{
    (void) state;
    enum { MANY = 45 };
    lo_law_struct laws[MANY];
    char names[MANY][8];
    lo_analysis_struct a = sample();
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof(names[i]), "h%d", i + 1);
        laws[i] = three_laws[0];
        laws[i].name = names[i];
    }
    a.laws = laws;
    a.nlaws = MANY;
    char *text = _lo_report_laws_text(&linear, &a, &finished);
    assert_non_null(text);
    assert_non_null(strstr(text, "  h1   U"));
    assert_non_null(strstr(text, "  h40  U"));
    assert_null(strstr(text, "h41"));
    assert_non_null(strstr(text, "\n  ... and 5 more (--json prints all)\n"));
    lo_report_free(text);
    text = _lo_report_laws_json(&linear, &a, &finished);
    assert_non_null(text);
    json_t *top = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_array_size(json_object_get(top, "laws")), MANY);
    json_decref(top);
    lo_report_free(text);
}

static void test_laws_color(void **state)
{
    (void) state;
    lo_report_struct report = finished;
    lo_analysis_struct a = sample();
    report.color = 1;
    char *text = _lo_report_laws_text(&linear, &a, &report);
    assert_non_null(text);
    assert_non_null(strstr(text, "\033[1mh1\033[0m  U"));
    assert_non_null(strstr(text, "\033[32mproved\033[0m: "));
    lo_report_free(text);
    a.complete = LO_UNKNOWN;
    text = _lo_report_laws_text(&linear, &a, &report);
    assert_non_null(text);
    assert_non_null(strstr(text, "\033[33munknown\033[0m: "));
    lo_report_free(text);
}

static void test_rank_text(void **state)
{
    (void) state;
    lo_growth_struct growth = *sample().growth;
    char *text = _lo_report_rank_text(&linear, &growth, &finished);
    assert_string_equal(
        text, "two-layer linear network: 8 parameters, polynomial family\n"
              "growth (4, 5)   orbits of dimension 5   at a generic point\n"
              "proved: 5 bracket values are independent, 3 independent laws hold identically\n" ASSUMPTION);
    lo_report_free(text);
    growth.at_point = 1;
    growth.upper = 6;
    growth.upper_by = LO_UPPER_HULL;
    text = _lo_report_rank_text(&linear, &growth, &finished);
    assert_string_equal(
        text, "two-layer linear network: 8 parameters, polynomial family\n"
              "growth (4, 5)   orbit of dimension 5 to 6   at the given point\n"
              "proved: 5 bracket values are independent, the point lies in an invariant set of dimension 6\n"
              "unknown: the dimension itself; it is at least 5 and at most 6\n" ASSUMPTION);
    lo_report_free(text);
}

static void test_verdict_text(void **state)
{
    (void) state;
    lo_verdict_struct verdict = { LO_TRUE, "expansion", NULL, NULL, NULL, NULL, NULL };
    char *text = _lo_report_verdict_text(&linear, "u^2 - v^2", &verdict, &finished);
    assert_string_equal(text, "proved: u^2 - v^2 is conserved (expansion)\n" ASSUMPTION);
    lo_report_free(text);
    verdict.conserved = LO_UNKNOWN;
    text = _lo_report_verdict_text(&raw, "x", &verdict, &finished);
    assert_string_equal(text, "unknown: whether x is conserved\n");
    lo_report_free(text);
    verdict =
        (lo_verdict_struct){ LO_FALSE,           NULL, (char *) "u = 2", (char *) "x = 1", (char *) "-3/2",
                             (char *) "output 1", NULL };
    text = _lo_report_verdict_text(&linear, "u", &verdict, &finished);
    assert_string_equal(text, "refuted: u is not conserved\n"
                              "  at the point  u = 2\n"
                              "  on the input  x = 1\n"
                              "  its derivative along the gradient of output 1 is -3/2, not 0\n" ASSUMPTION);
    lo_report_free(text);
}

/* JSON */

static json_t *parsed(char *text)
{
    assert_non_null(text);
    assert_int_equal(text[strlen(text) - 1], '\n');
    json_t *top = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(top);
    lo_report_free(text);
    return top;
}

static void key_is_string(json_t *object, const char *key, const char *expected)
{
    assert_true(json_is_string(json_object_get(object, key)));
    assert_string_equal(json_string_value(json_object_get(object, key)), expected);
}

static void key_is_integer(json_t *object, const char *key, long expected)
{
    assert_true(json_is_integer(json_object_get(object, key)));
    assert_int_equal(json_integer_value(json_object_get(object, key)), expected);
}

static void key_is_null(json_t *object, const char *key)
{
    assert_true(json_is_null(json_object_get(object, key)));
}

static void test_laws_json(void **state)
{
    (void) state;
    lo_analysis_struct a = sample();
    json_t *top = parsed(_lo_report_laws_json(&linear, &a, &finished));
    key_is_string(top, "schema", "lieorbit.laws/1");
    key_is_string(top, "version", lo_version());
    key_is_string(top, "complete", "yes");
    key_is_string(top, "status", "finished");
    key_is_null(top, "stopped_by");
    key_is_integer(top, "seed", 1);
    key_is_integer(top, "orbit_dimension", 5);
    key_is_integer(top, "independent_laws", 3);
    key_is_integer(top, "found", 3);
    key_is_integer(top, "generators", 4);
    key_is_integer(top, "searched_degree", 4);
    assert_true(fabs(json_real_value(json_object_get(top, "seconds")) - 0.012346) < 1e-12);
    json_t *model = json_object_get(top, "model");
    key_is_string(model, "title", "two-layer linear network");
    key_is_string(model, "family", "polynomial");
    key_is_integer(model, "parameters", 8);
    key_is_integer(model, "inputs", 2);
    key_is_integer(model, "outputs", 2);
    json_t *space = json_object_get(top, "law_space");
    assert_int_equal(json_object_size(space), 4); /* degree 0 was not searched */
    key_is_integer(space, "2", 3);
    key_is_integer(space, "4", 6);
    json_t *law = json_array_get(json_object_get(top, "laws"), 1);
    key_is_string(law, "name", "h2");
    key_is_string(law, "expression", three_laws[1].expression);
    key_is_string(law, "class", "polynomial");
    key_is_string(law, "status", "proved");
    key_is_string(law, "found_by", "quadratic search");
    key_is_string(law, "proved_by", "expansion");
    key_is_integer(law, "degree", 2);
    assert_int_equal(json_array_size(json_object_get(top, "growth")), 2);
    assert_int_equal(json_array_size(json_object_get(top, "orbit_bounds")), 2);
    json_decref(top);
}

static void test_laws_json_bounds(void **state)
{
    (void) state;
    lo_analysis_struct a = sample();
    lo_report_struct report = stopped;
    report.seed = UINT64_MAX;
    a.growth->lower = 4;
    a.complete = LO_UNKNOWN;
    a.generators = -1;
    json_t *top = parsed(_lo_report_laws_json(&untitled, &a, &report));
    key_is_null(top, "orbit_dimension");
    key_is_null(top, "independent_laws");
    key_is_string(top, "complete", "unknown");
    key_is_string(top, "status", "stopped");
    key_is_string(top, "stopped_by", "the time limit was met");
    key_is_string(top, "seed", "18446744073709551615");
    assert_null(json_object_get(top, "generators"));
    key_is_null(json_object_get(top, "model"), "title");
    json_decref(top);
    report.seed = ((uint64_t) 1 << 53) - 1;
    top = parsed(_lo_report_laws_json(&untitled, &a, &report));
    assert_true(json_is_integer(json_object_get(top, "seed")));
    json_decref(top);
}

/* Same input, same bytes; keys sorted; a microsecond is printed as written; a title that is not UTF-8 is
 * kept. */
static void test_json_bytes(void **state)
{
    (void) state;
    lo_subject_struct odd = raw;
    odd.title = "caf\xe9 \"quoted\"";
    lo_growth_struct growth = *sample().growth;
    char *text = _lo_report_rank_json(&odd, &growth, &finished),
         *again = _lo_report_rank_json(&odd, &growth, &finished);
    assert_non_null(text);
    assert_non_null(again);
    assert_string_equal(text, again);
    assert_non_null(strstr(text, "\"seconds\": 0.012346,"));
    assert_non_null(strstr(text, "\"title\": \"caf\xc3\xa9 \\\"quoted\\\"\""));
    assert_true(strstr(text, "\"dimension\"") < strstr(text, "\"field_rank\""));
    assert_true(strstr(text, "\"field_rank\"") < strstr(text, "\"growth\""));
    lo_report_free(text);
    lo_report_free(again);
}

static void test_rank_json(void **state)
{
    (void) state;
    lo_growth_struct growth = *sample().growth;
    growth.at_point = 1;
    json_t *top = parsed(_lo_report_rank_json(&linear, &growth, &finished));
    key_is_string(top, "schema", "lieorbit.rank/1");
    key_is_string(top, "point", "given");
    key_is_string(top, "status", "proved");
    key_is_integer(top, "field_rank", 4);
    key_is_integer(top, "orbit_dimension", 5);
    json_decref(top);
    growth.at_point = 0;
    growth.upper = 8;
    growth.levels = 0;
    top = parsed(_lo_report_rank_json(&linear, &growth, &stopped));
    key_is_string(top, "point", "generic");
    key_is_string(top, "status", "bounds");
    key_is_string(top, "run", "stopped");
    key_is_null(top, "field_rank");
    key_is_null(top, "orbit_dimension");
    json_decref(top);
}

static void test_verdict_json(void **state)
{
    (void) state;
    lo_verdict_struct verdict = { LO_FALSE,         NULL,
                                  (char *) "u = 2", (char *) "x = 1",
                                  (char *) "-3/2",  (char *) "output 1", NULL };
    json_t *top = parsed(_lo_report_verdict_json(&linear, "u", &verdict, &finished));
    key_is_string(top, "schema", "lieorbit.verify/1");
    key_is_string(top, "conserved", "no");
    key_is_string(top, "law", "u");
    key_is_null(top, "proved_by");
    json_t *witness = json_object_get(top, "witness");
    key_is_string(witness, "point", "u = 2");
    key_is_string(witness, "input", "x = 1");
    key_is_string(witness, "output", "output 1");
    key_is_string(witness, "value", "-3/2");
    json_decref(top);
    verdict = (lo_verdict_struct){ LO_TRUE, "expansion", NULL, NULL, NULL, NULL, NULL };
    top = parsed(_lo_report_verdict_json(&linear, "u", &verdict, &finished));
    key_is_string(top, "conserved", "yes");
    key_is_string(top, "proved_by", "expansion");
    key_is_null(top, "witness");
    json_decref(top);
}

/* Memory */

static char *write_report(int which)
{
    lo_analysis_struct a = sample();
    lo_verdict_struct verdict = { LO_TRUE, "expansion", NULL, NULL, NULL, NULL, NULL };
    switch (which) {
    case 0:
        return _lo_report_laws_text(&linear, &a, &finished);
    case 1:
        return _lo_report_laws_json(&linear, &a, &finished);
    case 2:
        return _lo_report_rank_text(&linear, a.growth, &finished);
    case 3:
        return _lo_report_rank_json(&linear, a.growth, &finished);
    case 4:
        return _lo_report_verdict_text(&linear, "u", &verdict, &finished);
    default:
        return _lo_report_verdict_json(&linear, "u", &verdict, &finished);
    }
}

static void test_failing_allocations(void **state)
{
    (void) state;
    for (int which = 0; which < 6; which++) {
        long n = 1, failures = 0;
        for (; n < 1000; n++) {
            lo_alloc_fail_at(n);
            char *text = write_report(which);
            lo_alloc_fail_at(0);
            failures += text == NULL;
            int done = text != NULL;
            lo_report_free(text);
            if (done)
                break;
        }
        assert_true(failures > 0);
        assert_true(n < 1000);
    }
}

static void test_buffer(void **state)
{
    (void) state;
    lo_buffer_t buffer;
    lo_buffer_init(buffer);
    for (int i = 0; i < 1000; i++)
        lo_buffer_printf(buffer, "%d,", i);
    lo_buffer_put_clean(buffer, "a\tb\177");
    assert_int_equal(buffer->length, 3890 + 4);
    char *text = lo_buffer_take(buffer);
    assert_non_null(text);
    assert_string_equal(text + 3890, "a b ");
    lo_report_free(text);
    text = lo_buffer_take(buffer); /* empty again, and still a string */
    assert_non_null(text);
    assert_string_equal(text, "");
    lo_report_free(text);
    lo_report_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_laws_of_the_issue),
        cmocka_unit_test(test_laws_singular_untitled),
        cmocka_unit_test(test_laws_open_orbits),
        cmocka_unit_test(test_laws_unknown),
        cmocka_unit_test(test_laws_more_exist),
        cmocka_unit_test(test_laws_stopped),
        cmocka_unit_test(test_laws_phase_space_and_classes),
        cmocka_unit_test(test_laws_many),
        cmocka_unit_test(test_laws_color),
        cmocka_unit_test(test_rank_text),
        cmocka_unit_test(test_verdict_text),
        cmocka_unit_test(test_laws_json),
        cmocka_unit_test(test_laws_json_bounds),
        cmocka_unit_test(test_json_bytes),
        cmocka_unit_test(test_rank_json),
        cmocka_unit_test(test_verdict_json),
        cmocka_unit_test(test_failing_allocations),
        cmocka_unit_test(test_buffer),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
