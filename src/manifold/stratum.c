/* stratum.c - the restricted family of a manifold; membership of a point.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/stratum.h"

#include "algebra/span.h"
#include "base/memory.h"
#include "base/text.h"
#include "family/exact.h"
#include "family/modular.h"
#include "manifold/describe.h"
#include "manifold/hierarchy.h"
#include "manifold/invariant.h"
#include "manifold/linear.h"

#include <string.h>

void lo_strings_clear(char **list, long n)
{
    for (long i = 0; list != NULL && i < n; i++)
        lo_free(list[i]);
    lo_free(list);
}

void lo_manifold_clear(lo_manifold_struct *m)
{
    lo_strings_clear(m->equations, m->nequations);
    lo_free(m->pattern);
    lo_strings_clear(m->law, m->laws);
    lo_strings_clear(m->family, m->families);
    lo_strings_clear(m->branch, m->nbranch);
    for (long j = 0; j < m->nlocus; j++)
        lo_strings_clear(m->locus[j].equations, m->locus[j].nequations);
    lo_free(m->locus);
    lo_free(m->copies);
    lo_free(m->description);
    lo_free(m->reduced);
    lo_free(m->narrower);
    lo_free(m->contains);
}

/* ---- orbits ---- */

static lo_status_t take(lo_manifold_struct *m, lo_analysis_struct *a)
{
    m->orbit_lower = a->growth->lower;
    m->orbit_upper = a->growth->upper;
    m->law = lo_alloc((size_t) a->nlaws, sizeof(char *));
    if (m->law == NULL)
        return LO_SYSTEM;
    for (long i = 0; i < a->nlaws; i++) {
        m->law[i] = a->laws[i].expression;
        a->laws[i].expression = NULL;
    }
    m->laws = a->nlaws;
    return LO_OK;
}

static void lower_to(long *bound, long other)
{
    if (other < *bound)
        *bound = other;
}

/* The linear laws are laws as well: where the search did not get as far, they are the list. */
static lo_status_t take_families(lo_manifold_struct *m, const lo_family_struct *f, lo_ctx_t ctx)
{
    fmpz_mat_t rows;
    lo_status_t status = lo_linear_laws(rows, f, ctx);
    m->family = lo_alloc((size_t) rows->r, sizeof(char *));
    if (m->family == NULL)
        status |= LO_SYSTEM;
    for (slong k = 0; k < rows->r && status == LO_OK; k++) {
        m->family[k] = lo_linear_text(rows, k, f);
        m->families = k + 1;
        status = m->family[k] == NULL ? LO_SYSTEM : LO_OK;
    }
    if (status == LO_OK && m->laws < rows->r) {
        lo_strings_clear(m->law, m->laws);
        m->law = lo_alloc((size_t) rows->r, sizeof(char *));
        m->laws = m->law == NULL ? 0 : rows->r;
        for (long i = 0; i < m->laws && status == LO_OK; i++) {
            m->law[i] = lo_linear_text(rows, i, f);
            status = m->law[i] == NULL ? LO_SYSTEM : LO_OK;
        }
        status |= m->law == NULL ? LO_SYSTEM : LO_OK;
    }
    lower_to(&m->orbit_upper, m->dimension - rows->r);
    fmpz_mat_clear(rows);
    return status;
}

/* r: the family on the manifold. */
static lo_status_t analyse(lo_manifold_struct *m, const lo_family_struct *r, lo_ctx_t ctx)
{
    lo_analysis_t analysis;
    lo_analysis_init(analysis);
    lo_status_t status = lo_analyse(analysis, r, NULL, NULL, ctx);
    if (status == LO_OK || (status == LO_UNABLE && analysis->dimension > 0))
        status |= take(m, analysis);
    lo_analysis_clear(analysis);
    if (status == LO_UNABLE)
        status = lo_ctx_poll(ctx); /* bounds remain where a method does not reach */
    return status == LO_OK ? take_families(m, r, ctx) : status;
}

/* The reduced model in the names of f: without equal values its proofs are short. *done: 0 where there is
 * none, or it has gates, which are free in each of several equal neurons. */
static lo_status_t analyse_reduced(int *done, lo_manifold_struct *m, const lo_family_struct *f,
                                   const int *pattern, lo_ctx_t ctx)
{
    lo_model_ptr model = NULL;
    lo_family_ptr r = NULL;
    *done = 0;
    if (m->reduced == NULL || f->ngates > 0)
        return LO_OK;
    slong *name = lo_alloc((size_t) m->dimension, sizeof(slong)), n = 0;
    lo_status_t status = name == NULL ? LO_SYSTEM : LO_OK;
    for (slong i = 0; i < f->p && status == LO_OK; i++)
        if (pattern[i] == (int) i + 1)
            name[n++] = i;
    if (status == LO_OK)
        status = lo_model_read(&model, m->reduced, strlen(m->reduced), "reduced model", ctx);
    if (status == LO_OK)
        status = lo_family_build(&r, model, f->relu, ctx);
    if (status == LO_OK)
        status = lo_family_call_after(r, f->model, name);
    *done = status == LO_OK;
    if (status == LO_OK)
        status = analyse(m, r, ctx);
    lo_family_free(r);
    lo_model_free(model);
    lo_free(name);
    if (*done || (status & LO_SYSTEM))
        return status;
    lo_ctx_set_message(ctx, "%s", ""); /* the reduced model is not read or built: no fault of the user's */
    return lo_ctx_poll(ctx);
}

/* The fields of f that are tangent to the pattern. */
static lo_status_t analyse_restricted(lo_manifold_struct *m, const lo_family_struct *f, const int *pattern,
                                      lo_ctx_t ctx)
{
    lo_family_ptr r = NULL;
    slong *residual = lo_alloc((size_t) f->p, sizeof(slong));
    lo_status_t status = residual == NULL ? LO_SYSTEM : lo_pattern_restrict(&r, residual, f, pattern, ctx);
    if (status == LO_OK)
        status = analyse(m, r, ctx);
    lo_family_free(r);
    lo_free(residual);
    return status;
}

lo_status_t lo_stratum_orbits(lo_manifold_struct *m, const lo_family_struct *f, const int *pattern,
                              lo_ctx_t ctx)
{
    int done;
    if (m->dimension == 0)
        return LO_OK; /* one point */
    if (m->dimension == f->p)
        return analyse(m, f, ctx);
    lo_status_t status = analyse_reduced(&done, m, f, pattern, ctx);
    if (status == LO_OK && !done)
        status = analyse_restricted(m, f, pattern, ctx);
    if (status == LO_OK || (status & LO_SYSTEM))
        return status;
    lo_ctx_set_message(ctx, "%s", ""); /* bounds remain, and a reduced model is no words of the user's */
    return lo_ctx_poll(ctx);
}

/* The rank of as many random members as there are coordinates, and some more, at one random point. */
static lo_status_t field_rank(slong *rank, const lo_family_struct *r, lo_ctx_t ctx)
{
    slong p = r->p, n = p + 8;
    lo_engine_t e;
    lo_modpoint_t point;
    lo_modalg_t scalars;
    lo_span_t span;
    lo_status_t status = lo_engine_init_any(e, r, 0, ctx);
    if (status != LO_OK) {
        lo_engine_clear(e);
        return status;
    }
    status = lo_modpoint_init(point, e);
    status |= lo_span_init(span, p, e->mod);
    ulong *member = lo_alloc((size_t) lo_member_size(e), sizeof(ulong)), *x = lo_alloc((size_t) (n * p), sizeof(ulong));
    if (member == NULL || x == NULL)
        status |= LO_SYSTEM;
    lo_modalg_jets(scalars, e->mod, 0);
    if (status == LO_OK)
        status = lo_modpoint_randomise(point, e);
    for (slong k = 0; k < n && status == LO_OK; k++) {
        status = lo_member_randomise(member, e, point);
        if (status == LO_OK)
            status = lo_engine_field(x + k * p, e, scalars, point->theta, point, member);
        if (status == LO_OK)
            status = lo_ctx_poll(ctx);
    }
    if (status == LO_OK)
        status = lo_span_add_block(rank, span, NULL, x, n, ctx);
    lo_span_clear(span);
    lo_modpoint_clear(point);
    lo_free(member);
    lo_free(x);
    lo_engine_clear(e);
    return status;
}

lo_status_t lo_stratum_field_rank(lo_manifold_struct *m, const lo_family_struct *f, const int *pattern, lo_ctx_t ctx)
{
    lo_family_ptr r = NULL;
    slong *residual = lo_alloc((size_t) f->p, sizeof(slong)), rank = 0;
    lo_status_t status = residual == NULL ? LO_SYSTEM : LO_OK;
    if (status == LO_OK && m->dimension > 0 && m->dimension < f->p) {
        status = lo_pattern_restrict(&r, residual, f, pattern, ctx);
        if (status == LO_OK)
            status = field_rank(&rank, r, ctx);
        if (status == LO_OK)
            m->orbit_lower = rank;
    }
    lo_family_free(r);
    lo_free(residual);
    return status == LO_UNABLE || status == LO_DOMAIN ? lo_ctx_poll(ctx) : status;
}

/* ---- membership ---- */

/* The smallest pattern through the point. Returns 0 when the point is not given completely. */
static int point_pattern(int *pattern, const lo_family_struct *f)
{
    fmpq_t minus;
    slong p = f->p;
    for (slong i = 0; i < p; i++)
        if (lo_family_point(f, i) == NULL)
            return 0;
    fmpq_init(minus);
    for (slong i = 0; i < p; i++) {
        const fmpq *x = lo_family_point(f, i);
        pattern[i] = fmpq_is_zero(x) ? 0 : (int) i + 1;
        fmpq_neg(minus, x);
        for (slong j = 0; j < i && pattern[i] == (int) i + 1; j++) {
            if (fmpq_equal(lo_family_point(f, j), x))
                pattern[i] = pattern[j];
            else if (fmpq_equal(lo_family_point(f, j), minus))
                pattern[i] = -pattern[j];
        }
    }
    fmpq_clear(minus);
    return 1;
}

static lo_status_t name_image(lo_sims_struct *sims, const lo_family_struct *f, const int *image)
{
    slong n;
    lo_text_t out;
    char **list = lo_alloc((size_t) f->p, sizeof(char *));
    if (list == NULL)
        return LO_SYSTEM;
    lo_status_t status = lo_describe_equations(list, &n, f->model, image, f->p);
    lo_text_init(out);
    for (slong i = 0; i < n; i++) {
        if (list[i] != NULL)
            lo_text_add(out, "%s%s = 0", i > 0 ? ", " : "", list[i]);
        lo_free(list[i]);
    }
    lo_free(list);
    sims->member_equations = lo_text_take(out);
    return sims->member_equations == NULL ? LO_SYSTEM : status;
}

/* "expression = value" of one law at a point; the value in decimal, as a ball where it is not rational. */
static lo_status_t law_value(char **out, const lo_family_struct *f, const char *law, const fmpq *theta, lo_ctx_t ctx)
{
    lo_family_ptr own = NULL;
    slong graph_node, node = 0;
    lo_text_t text;
    fmpq_t value;
    *out = NULL;
    lo_text_init(text);
    LO_TRY(lo_model_expression(&graph_node, (lo_model_struct *) f->model, law, strlen(law), "law", ctx));
    LO_TRY(lo_family_build(&own, f->model, f->relu, ctx));
    fmpq *aux = NULL;
    fmpq_init(value);
    lo_status_t status = lo_family_lower_law(&node, own, graph_node, ctx);
    if (status == LO_OK) {
        aux = _fmpq_vec_init(own->naux);
        status = lo_exact_node(value, own, node, theta, aux);
        char *s = status == LO_OK ? fmpq_get_str(NULL, 10, value) : NULL, *ball = NULL;
        int nonzero;
        if (status == LO_UNABLE)
            status = lo_exact_ball(&nonzero, &ball, own, node, theta, aux);
        if (status == LO_OK)
            lo_text_add(text, "%s = %s", law, s != NULL ? s : ball);
        else if (status == LO_DOMAIN)
            lo_text_add(text, "%s is not defined", law);
        flint_free(s);
        lo_free(ball);
        _fmpq_vec_clear(aux, own->naux);
        status = status == LO_DOMAIN ? LO_OK : status;
    }
    fmpq_clear(value);
    lo_family_free(own);
    if (status == LO_OK) {
        *out = lo_text_take(text);
        status = *out == NULL ? LO_SYSTEM : LO_OK;
    } else {
        lo_text_clear(text);
    }
    return status;
}

/* "expression = value" for each law of the model at its point. */
static lo_status_t law_values(lo_sims_struct *sims, const lo_family_struct *f, lo_ctx_t ctx)
{
    const lo_manifold_struct *whole = sims->manifolds;
    if (sims->nmanifolds == 0 || whole->dimension != f->p)
        return LO_OK;
    fmpq *theta = _fmpq_vec_init(f->p);
    sims->member_values = lo_alloc((size_t) whole->laws, sizeof(char *));
    lo_status_t status = sims->member_values == NULL ? LO_SYSTEM : LO_OK;
    for (slong i = 0; i < f->p; i++)
        fmpq_set(theta + i, lo_family_point(f, i));
    for (long k = 0; k < whole->laws && status == LO_OK; k++) {
        char *value = NULL;
        status = law_value(&value, f, whole->law[k], theta, ctx);
        if (status == LO_OK)
            sims->member_values[sims->member_laws++] = value;
    }
    _fmpq_vec_clear(theta, f->p);
    return status;
}

lo_status_t lo_sims_member(lo_sims_struct *sims, const lo_family_struct *f, const lo_lattice_t lattice,
                           const lo_signed_group_t group, lo_ctx_t ctx)
{
    slong p = f->p;
    int *point = lo_alloc((size_t) p, sizeof(int)), *image = lo_alloc((size_t) p, sizeof(int)), found = 0;
    lo_status_t status = point == NULL || image == NULL ? LO_SYSTEM : LO_OK;
    if (status == LO_OK && point_pattern(point, f)) {
        for (slong k = lattice->n - 1; k >= 0 && !found && status == LO_OK; k--) {
            status = lo_class_through(&found, image, lattice->pattern + k * p, point, group, ctx);
            if (status == LO_OK && found) {
                sims->member = k + 1;
                status = name_image(sims, f, image);
            }
        }
        if (status == LO_OK)
            status = lo_growth_at_point(sims->member_growth, f, ctx);
        if (status == LO_UNABLE)
            status = lo_ctx_poll(ctx);
        if (sims->member > 0) /* a rank at a point is at most the generic one */
            lower_to(&sims->member_growth->upper, sims->manifolds[sims->member - 1].orbit_upper);
        if (status == LO_OK)
            status = law_values(sims, f, ctx);
    }
    lo_free(point);
    lo_free(image);
    return status;
}
