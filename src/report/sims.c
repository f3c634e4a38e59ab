/* sims.c - invariant manifolds as text and as JSON.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "report/isotropy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A screenful; --json prints every manifold. */
#define SHOWN 60
#define SHOWN_EQUATIONS 2 /* of a branch that is left */

/* ---- text ---- */

#define LONGEST_GENERATOR 100

/* A generator, cut between two of its moves when it is long. */
static void put_generator(lo_buffer_t out, const char *text)
{
    size_t length = strlen(text), end = length;
    if (length > LONGEST_GENERATOR)
        for (end = LONGEST_GENERATOR; end > 0 && (text[end] != ',' || text[end + 1] != ' '); end--) {
        }
    int long_cycle = end == 0;
    for (end = long_cycle ? LONGEST_GENERATOR : end; long_cycle && end > 0 && text[end] != ' '; end--) {
    }
    lo_buffer_put(out, "  ");
    lo_buffer_add(out, text, end);
    lo_buffer_put(out, end == length ? "\n" : long_cycle ? " ... (--json)\n" : ", ... (--json)\n");
}

static void put_group(lo_buffer_t out, const lo_sims_struct *s)
{
    if (s->order == NULL)
        return;
    if (strcmp(s->order, "1") == 0)
        lo_buffer_printf(out, "no signed permutation of the parameters is %s symmetry\n",
                         s->group_complete == LO_TRUE ? "a" : "seen to be a");
    else
        lo_buffer_printf(out, "symmetry group of order %s (%s)\n", s->order,
                         s->group_complete == LO_TRUE ? "all signed permutations of the parameters"
                         : s->of_neurons              ? "signed permutations of the neurons; others were not sought"
                                                      : "signed permutations of the parameters");
    for (long k = 0; k < s->ngenerators && k < 12; k++)
        put_generator(out, s->generators[k]);
    if (s->ngenerators > 12)
        lo_buffer_printf(out, "  and %ld more generators (--json)\n", s->ngenerators - 12);
    lo_text_rotations(out, s);
}

static const char *sought_words(lo_sought_t sought)
{
    switch (sought) {
    case LO_SOUGHT_ALL:
        return "every subspace that equations theta_i = 0, theta_i = +-theta_j cut out and that no gradient flow leaves is "
               "an image of one listed";
    case LO_SOUGHT_ORBITS:
        return "every such subspace with i, j in one orbit of the symmetry group is an image of one listed";
    case LO_SOUGHT_SYMMETRY:
        return "every fixed space of a group of these symmetries is an image of one listed";
    case LO_SOUGHT_PRODUCTS:
        return "every fixed space of a product of groups, one of symmetries of each layer, is an image of one listed";
    case LO_SOUGHT_SOME:
        break;
    }
    return "the list is not complete: a limit was met";
}

#define SHOWN_WIDTHS 17

static void put_widths(lo_buffer_t out, const lo_sims_struct *s)
{
    for (long k = 0; k < s->nwidths && k < SHOWN_WIDTHS; k++) {
        const lo_widths_struct *w = s->widths + k;
        lo_buffer_printf(out, "  width%s %-9s dimension %-5ld %s class%s, %s manifold%s\n", strchr(w->widths, '-') != NULL ? "s" : "",
                         w->widths, w->dimension, w->classes, strcmp(w->classes, "1") == 0 ? "" : "es", w->manifolds,
                         strcmp(w->manifolds, "1") == 0 ? "" : "s");
    }
    if (s->nwidths > SHOWN_WIDTHS)
        lo_buffer_printf(out, "  and %ld more lists of widths (--json)\n", s->nwidths - SHOWN_WIDTHS);
}

/* The lattice of a large group is counted, and its top is listed. */
static void put_counted(lo_buffer_t out, const lo_sims_struct *s)
{
    lo_buffer_printf(out, "%s manifolds in %s classes, all induced by symmetry: the fixed spaces of %s\n", s->count, s->classes,
                     s->sought == LO_SOUGHT_PRODUCTS ? "products of groups of symmetries of the layers"
                                                     : "groups of symmetries");
    put_widths(out, s);
    lo_buffer_printf(out, "counted, not listed: too many; the %ld largest classes follow%s\n", s->nmanifolds,
                     s->sought == LO_SOUGHT_PRODUCTS ? "; groups that tie layers together have more fixed spaces" : "");
}

static int is_counted(const lo_sims_struct *s)
{
    return s->complete != LO_TRUE && (s->sought == LO_SOUGHT_PRODUCTS || s->sought == LO_SOUGHT_SYMMETRY) &&
           s->classes != NULL && strtol(s->classes, NULL, 10) > s->nmanifolds;
}

/* How many of the classes these symmetries do not explain; for how many of them it is proved that none does. */
static void put_induced(lo_buffer_t out, long others, long refuted)
{
    if (others == 0) {
        lo_buffer_put(out, ", all induced by symmetry\n");
        return;
    }
    lo_buffer_printf(out, ", %ld of the classes not by these symmetries", others);
    if (refuted == others)
        lo_buffer_put(out, " (proved: not by any signed permutation)");
    else if (refuted > 0)
        lo_buffer_printf(out, " (proved for %ld: not by any signed permutation)", refuted);
    lo_buffer_put(out, "\n");
}

static void put_summary(lo_buffer_t out, const lo_sims_struct *s, const lo_report_struct *report)
{
    if (s->count == NULL)
        return;
    if (is_counted(s)) {
        put_counted(out, s);
        return;
    }
    lo_buffer_printf(out, "%s manifold%s in %ld class%s", s->count, strcmp(s->count, "1") == 0 ? "" : "s", s->nmanifolds,
                     s->nmanifolds == 1 ? "" : "es");
    long induced = 0, refuted = 0, turned = 0;
    for (long i = 0; i < s->nmanifolds; i++) {
        turned += s->manifolds[i].rotates_to > 0 && s->manifolds[i].rotates_to != s->manifolds[i].id;
        induced += s->manifolds[i].symmetry_induced;
        refuted += s->manifolds[i].refuted;
    }
    if (turned > 0)
        lo_buffer_printf(out, " (%ld up to rotations, as far as proved)", s->nmanifolds - turned);
    put_induced(out, s->nmanifolds - induced, refuted);
    lo_text_verdict(out, report, s->complete == LO_TRUE);
    lo_buffer_printf(out, "%s\n", sought_words(s->complete == LO_TRUE ? s->sought : LO_SOUGHT_SOME));
    if (s->unproved > 0)
        lo_buffer_printf(out, "%ld more class%s invariant and not proved to be; not listed\n", s->unproved,
                         s->unproved == 1 ? " looks" : "es look");
}

static int is_listed(const char *text, char *const *list, long n)
{
    for (long i = 0; i < n; i++)
        if (strcmp(text, list[i]) == 0)
            return 1;
    return 0;
}

static void put_families(lo_buffer_t out, const lo_manifold_struct *m)
{
    if (lo_manifold_is_frozen(m)) {
        lo_buffer_put(out, "       frozen: no gradient moves any point of it, so each of its subsets is invariant\n");
        return;
    }
    lo_buffer_put(out, "       family: ");
    for (long i = 0; i < m->families; i++)
        lo_buffer_printf(out, "%s%s = c%ld", i > 0 ? ", " : "", m->family[i], i + 1);
    lo_buffer_put(out, m->families == 1 ? " for every c1\n" : " for all such numbers\n");
}

/* "smaller orbits exactly on copies of #2, #3" */
static void put_locus(lo_buffer_t out, const lo_manifold_struct *m)
{
    for (long i = 0; i < m->nlocus; i++) {
        const lo_component_struct *c = m->locus + i;
        lo_buffer_printf(out, i > 0 ? ", %s#%ld" : "       smaller orbits exactly on %s#%ld",
                         c->copies > 1 ? "copies of " : "", c->id);
    }
    if (m->nlocus > 0)
        lo_buffer_put(out, "\n");
    if (m->nbranch == 0)
        return;
    lo_buffer_put(out, m->listed == LO_FALSE ? "       smaller orbits also where " : "       not decided: orbits where ");
    for (long i = 0; i < m->nbranch && i < SHOWN_EQUATIONS; i++)
        lo_buffer_printf(out, "%s%.100s%s = 0", i > 0 ? ", " : "", m->branch[i], strlen(m->branch[i]) > 100 ? " ..." : "");
    lo_buffer_put(out, m->nbranch > SHOWN_EQUATIONS ? ", ... (--json)\n" : "\n");
}

static void put_manifold(lo_buffer_t out, const lo_manifold_struct *m)
{
    char orbits[64];
    if (m->orbit_lower == m->orbit_upper)
        snprintf(orbits, sizeof(orbits), "%ld", m->orbit_lower);
    else
        snprintf(orbits, sizeof(orbits), "%ld to %ld", m->orbit_lower, m->orbit_upper);
    int single = strcmp(m->copies, "1") == 0;
    lo_buffer_printf(out, "  #%-3ld dimension %-3ld orbits %-8s %s %s", m->id, m->dimension, orbits, m->copies,
                     single ? "copy" : "copies");
    if (m->description != NULL && m->description[0] != '\0')
        lo_buffer_printf(out, "%s   %s", single ? "  " : "", m->description);
    if (m->narrower != NULL)
        lo_buffer_printf(out, "   runs as %s", m->narrower);
    if (!m->symmetry_induced)
        lo_buffer_put(out, m->refuted ? "   (not by symmetry)" : "   (not by these symmetries)");
    lo_buffer_put(out, "\n");
    if ((m->description == NULL || m->description[0] == '\0' || m->narrower == NULL) && m->nequations > 0) {
        lo_buffer_put(out, "       ");
        for (long i = 0; i < m->nequations; i++)
            lo_buffer_printf(out, "%s%s = 0", i > 0 ? ", " : "", m->equations[i]);
        lo_buffer_put(out, "\n");
    }
    if (m->rotates_to > 0 && m->rotates_to != m->id) {
        lo_buffer_printf(out, "       rotations carry #%ld to it\n", m->rotates_to);
        return;
    }
    if (m->union_dimension > m->dimension)
        lo_buffer_printf(out, "       the rotations sweep it over a set of dimension %s%ld\n", m->union_exact ? "" : "at least ",
                         m->union_dimension);
    if (m->families > 0)
        put_families(out, m);
    for (long i = 0; i < m->laws && m->nequations > 0 && !lo_manifold_is_frozen(m); i++)
        if (!is_listed(m->law[i], m->family, m->families))
            lo_buffer_printf(out, "       law on it: %s\n", m->law[i]);
    put_locus(out, m);
}

/* What is known of every orbit. */
static void put_orbits(lo_buffer_t out, const lo_sims_struct *s, const lo_report_struct *report)
{
    int laws = 0;
    if (s->all_listed != LO_TRUE)
        return;
    for (long i = 0; i < s->nmanifolds; i++)
        laws |= s->manifolds[i].orbit_lower < s->manifolds[i].dimension;
    lo_text_verdict(out, report, 1);
    lo_buffer_put(out, laws ? "an orbit has the dimension of those of the smallest of these that contains it, at every point\n"
                            : "an orbit is open in the smallest of these that contains it, at every point\n");
    if (s->all_sims == LO_TRUE) {
        lo_text_verdict(out, report, 1);
        lo_buffer_put(out, "every invariant manifold is one of these, so all are induced by symmetry\n");
    }
}

/* The manifolds themselves; subspaces of frozen ones, of which there are many, are only counted. */
static void put_manifolds(lo_buffer_t out, const lo_sims_struct *s)
{
    long shown = 0, left = 0, frozen = 0;
    for (long i = 0; i < s->nmanifolds; i++) {
        const lo_manifold_struct *m = s->manifolds + i;
        if (lo_sims_is_folded(s, i))
            frozen++;
        else if (shown++ < SHOWN)
            put_manifold(out, m);
        else
            left++;
    }
    if (frozen > 0)
        lo_buffer_printf(out, "  and %ld class%s of subspaces of frozen ones (--json)\n", frozen, frozen == 1 ? "" : "es");
    if (left > 0)
        lo_buffer_printf(out, "  and %ld more class%s (--json)\n", left, left == 1 ? "" : "es");
}

static void put_member(lo_buffer_t out, const lo_sims_struct *s)
{
    if (s->member == 0)
        return;
    lo_buffer_printf(out, "the point lies on a copy of #%ld", s->member);
    if (s->member_equations[0] != '\0')
        lo_buffer_printf(out, ": %s", s->member_equations);
    lo_buffer_printf(out, "\n  its orbit has dimension %ld", s->member_growth->lower);
    if (s->member_growth->upper > s->member_growth->lower)
        lo_buffer_printf(out, " to %ld", s->member_growth->upper);
    lo_buffer_put(out, "\n");
    for (long i = 0; i < s->member_laws; i++)
        lo_buffer_printf(out, "  %s\n", s->member_values[i]);
}

char *_lo_report_sims_text(const lo_subject_struct *subject, const lo_sims_struct *s, const lo_report_struct *report)
{
    lo_buffer_t out;
    lo_buffer_init(out);
    lo_text_heading(out, subject);
    put_group(out, s);
    put_summary(out, s, report);
    put_manifolds(out, s);
    lo_text_isotropy(out, s, report);
    put_member(out, s);
    put_orbits(out, s, report);
    if (s->exception != NULL)
        lo_buffer_printf(out, "not every invariant manifold is a fixed space of such symmetries: %s is not\n", s->exception);
    int curved = 0;
    for (long i = 0; i < s->nmanifolds; i++)
        curved |= s->manifolds[i].laws > s->manifolds[i].families;
    if (s->nmanifolds > 0)
        lo_buffer_put(out, "all are linear subspaces: gradient descent with any step stays in them, too\n");
    if (curved)
        lo_buffer_put(out, "level sets of laws that are not linear can be curved: the flow stays in them, finite steps need not\n");
    if (strstr(subject->kind, "path-lifting") != NULL)
        lo_buffer_put(out, "at kinks, where gates are not free, the network itself may stay in further sets\n");
    lo_text_closing(out, subject, report);
    return lo_buffer_take(out);
}

/* ---- JSON ---- */

static json_t *bounds(long low, long high, int *failed)
{
    json_t *array = json_array();
    lo_json_append(array, json_integer(low), failed);
    lo_json_append(array, json_integer(high), failed);
    return array;
}

static json_t *dimension(long low, long high)
{
    return low == high ? json_integer(low) : json_null();
}

/* A count as a number, as a string where it may leave 53 bits. */
static json_t *count_value(const char *decimal)
{
    if (decimal == NULL)
        return json_null();
    return strlen(decimal) < 16 ? json_integer((json_int_t) strtoll(decimal, NULL, 10)) : lo_json_text(decimal);
}

static json_t *component_object(char *const *equations, long n, json_t *rank, json_t *id, json_t *copies, int *failed)
{
    json_t *object = json_object();
    lo_json_put(object, "equations", lo_json_strings(equations, n, failed), failed);
    lo_json_put(object, "rank", rank, failed);
    lo_json_put(object, "contained_in", id, failed);
    lo_json_put(object, "copies", copies, failed);
    return object;
}

/* The components, and what is not in the list or was not decided. */
static json_t *locus_array(const lo_manifold_struct *m, int *failed)
{
    json_t *array = json_array();
    for (long i = 0; i < m->nlocus; i++) {
        const lo_component_struct *c = m->locus + i;
        lo_json_append(array, component_object(c->equations, c->nequations, json_integer(c->rank), json_integer(c->id),
                                       json_integer(c->copies), failed), failed);
    }
    if (m->nbranch > 0)
        lo_json_append(array, component_object(m->branch, m->nbranch, json_null(), json_null(), json_null(), failed), failed);
    return array;
}

static json_t *manifold_object(const lo_manifold_struct *m, int *failed)
{
    json_t *object = json_object(), *contains = json_array();
    lo_json_put(object, "id", json_integer(m->id), failed);
    lo_json_put(object, "dimension", json_integer(m->dimension), failed);
    lo_json_put(object, "equations", lo_json_strings(m->equations, m->nequations, failed), failed);
    lo_json_put(object, "description", lo_json_text(m->description), failed);
    lo_json_put(object, "orbit_dimension", dimension(m->orbit_lower, m->orbit_upper), failed);
    lo_json_put(object, "orbit_bounds", bounds(m->orbit_lower, m->orbit_upper, failed), failed);
    lo_json_put(object, "laws", json_integer(m->laws), failed);
    lo_json_put(object, "law_expressions", lo_json_strings(m->law, m->laws, failed), failed);
    lo_json_put(object, "families", lo_json_strings(m->family, m->families, failed), failed);
    lo_json_put(object, "symmetry_induced", json_boolean(m->symmetry_induced), failed);
    lo_json_put(object, "induced", json_string(m->symmetry_induced ? "yes" : m->refuted ? "no" : "unknown"), failed);
    lo_json_put(object, "proved_by", lo_json_text(m->proved_by), failed);
    lo_json_put(object, "affine", json_true(), failed);
    lo_json_put(object, "copies", count_value(m->copies), failed);
    lo_json_put(object, "reduced", lo_json_text(m->reduced), failed);
    lo_json_put(object, "narrower", lo_json_text(m->narrower), failed);
    lo_json_put(object, "union_dimension", m->union_dimension >= 0 ? json_integer(m->union_dimension) : json_null(), failed);
    lo_json_put(object, "union_exact", m->union_dimension >= 0 ? json_boolean(m->union_exact) : json_null(), failed);
    lo_json_put(object, "rotation_class", m->rotates_to > 0 ? json_integer(m->rotates_to) : json_null(), failed);
    for (long i = 0; i < m->ncontains; i++)
        lo_json_append(contains, json_integer(m->contains[i]), failed);
    lo_json_put(object, "contains", contains, failed);
    lo_json_put(object, "rank_locus", locus_array(m, failed), failed);
    lo_json_put(object, "rank_locus_listed", json_string(lo_truth_name(m->listed)), failed);
    return object;
}

static json_t *member_object(const lo_sims_struct *s, int *failed)
{
    json_t *object = json_object();
    lo_json_put(object, "manifold", json_integer(s->member), failed);
    lo_json_put(object, "equations", lo_json_text(s->member_equations), failed);
    lo_json_put(object, "orbit_dimension", dimension(s->member_growth->lower, s->member_growth->upper), failed);
    lo_json_put(object, "orbit_bounds", bounds(s->member_growth->lower, s->member_growth->upper, failed), failed);
    lo_json_put(object, "law_values", lo_json_strings(s->member_values, s->member_laws, failed), failed);
    return object;
}

static json_t *widths_object(const lo_widths_struct *w, int *failed)
{
    json_t *object = json_object();
    lo_json_put(object, "widths", lo_json_text(w->widths), failed);
    lo_json_put(object, "dimension", json_integer(w->dimension), failed);
    lo_json_put(object, "classes", count_value(w->classes), failed);
    lo_json_put(object, "manifolds", count_value(w->manifolds), failed);
    return object;
}

char *_lo_report_sims_json(const lo_subject_struct *subject, const lo_sims_struct *s, const lo_report_struct *report)
{
    static const char *const sought[] = { "all", "orbits", "symmetry", "products", "some" };
    int failed = 0;
    json_t *top = lo_json_begin("lieorbit.sims/1", subject, report, &failed), *symmetry = json_object(),
           *manifolds = json_array(), *widths = json_array();
    for (long k = 0; k < s->nwidths; k++)
        lo_json_append(widths, widths_object(s->widths + k, &failed), &failed);
    lo_json_put(symmetry, "order", lo_json_text(s->order), &failed);
    lo_json_put(symmetry, "generators", lo_json_strings(s->generators, s->ngenerators, &failed), &failed);
    lo_json_put(symmetry, "continuous_dimension",
                s->continuous_dimension >= 0 ? json_integer(s->continuous_dimension) : json_null(), &failed);
    lo_json_put(symmetry, "complete", json_string(lo_truth_name(s->group_complete)), &failed);
    lo_json_put(symmetry, "rotations", lo_json_rotations(s, &failed), &failed);
    lo_json_put(top, "symmetry", symmetry, &failed);
    lo_json_put(top, "count", count_value(s->count), &failed);
    lo_json_put(top, "classes", count_value(s->classes), &failed);
    lo_json_put(top, "widths", widths, &failed);
    lo_json_put(top, "listed", json_integer(s->nmanifolds), &failed);
    lo_json_put(top, "complete", json_string(lo_truth_name(s->complete)), &failed);
    lo_json_put(top, "sought", json_string(sought[s->sought]), &failed);
    lo_json_put(top, "all_symmetry_induced", json_string(lo_truth_name(s->all_induced)), &failed);
    lo_json_put(top, "all_listed", json_string(lo_truth_name(s->all_listed)), &failed);
    lo_json_put(top, "all_sims", json_string(lo_truth_name(s->all_sims)), &failed);
    lo_json_put(top, "exception", s->exception != NULL ? lo_json_text(s->exception) : json_null(), &failed);
    lo_json_put(top, "unproved", json_integer(s->unproved), &failed);
    for (long i = 0; i < s->nmanifolds; i++)
        lo_json_append(manifolds, manifold_object(s->manifolds + i, &failed), &failed);
    lo_json_put(top, "manifolds", manifolds, &failed);
    lo_json_put(top, "point", s->member > 0 ? member_object(s, &failed) : json_null(), &failed);
    return lo_json_end(top, failed);
}

/* ---- with a family ---- */

char *lo_report_sims_text(const lo_family_struct *family, const lo_sims_struct *sims, const lo_report_struct *report)
{
    lo_subject_t subject;
    lo_subject_set(subject, family);
    return _lo_report_sims_text(subject, sims, report);
}

char *lo_report_sims_json(const lo_family_struct *family, const lo_sims_struct *sims, const lo_report_struct *report)
{
    lo_subject_t subject;
    lo_subject_set(subject, family);
    return _lo_report_sims_json(subject, sims, report);
}
