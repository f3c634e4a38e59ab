/* analyse.c - the main job: laws, growth, completeness.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Order of work, cheapest first: laws of degree 1, diagonal quadratic laws from units, the growth vector up to the bound
 * these laws give, then the quadratic and higher searches until the two sides meet. Every listed law is proved before it
 * counts; independence is a rank modulo a prime at a point, which is a proof.
 */
#include "algebra/involutive.h"
#include "algebra/words.h"
#include "law/prove.h"
#include "law/search.h"

#include "base/memory.h"
#include <lieorbit/law.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The default search stays small: at most this many monomials of degree above 2. */
#define SMALL_SEARCH 100000
#define SMALL_QUADRATIC 6000000
#define MAX_SPACE 64

typedef struct {
    lo_poly_struct f;
    const char *found_by, *proved_by;
} accepted_struct;

typedef struct {
    lo_analysis_struct *analysis;
    const lo_family_struct *family;
    lo_ctx_struct *ctx;
    lo_analysis_fn observer;
    void *data;
    lo_search_t search;
    lo_prover_t prover;
    lo_span_t gradients; /* of the accepted laws, at one random point */
    ulong *values, *speeds; /* variables there, and d(variables)/d(theta_i) for symbols */
    slong n, alloc;
    accepted_struct *laws;
    long space[MAX_SPACE];
    int unproved; /* a candidate passed every sample but no proof was found */
    int ready; /* how many parts of the struct are set up */
} work_struct;

const char *lo_law_class_name(lo_law_class_t law_class)
{
    static const char *const names[] = { "polynomial", "rational", "logarithmic", "analytic" };
    return names[law_class];
}

void lo_analysis_init(lo_analysis_t a)
{
    memset(a, 0, sizeof(*a));
    lo_growth_init(a->growth);
    a->complete = LO_UNKNOWN;
    a->generators = -1;
}

static void clear_laws(lo_analysis_struct *a)
{
    for (long i = 0; i < a->nlaws; i++) {
        lo_free(a->laws[i].name);
        lo_free(a->laws[i].expression);
    }
    lo_free(a->laws);
    a->laws = NULL;
    a->nlaws = 0;
}

void lo_analysis_clear(lo_analysis_t a)
{
    clear_laws(a);
    lo_free(a->space_dimension);
    lo_growth_clear(a->growth);
    memset(a, 0, sizeof(*a));
}

static lo_status_t work_init(work_struct *w)
{
    slong p = w->family->p;
    LO_TRY(lo_search_init(w->search, w->family, w->ctx));
    w->ready = 1;
    LO_TRY(lo_prover_init(w->prover, w->family, w->search->symbols));
    w->ready = 2;
    LO_TRY(lo_span_init(w->gradients, p, w->search->engine->mod));
    w->ready = 3;
    slong units = w->search->symbols->n > 0 ? p : 0;
    w->values = lo_alloc((size_t) w->search->nvars, sizeof(ulong));
    w->speeds = lo_alloc((size_t) (units * w->search->nvars), sizeof(ulong));
    ulong *identity = lo_alloc((size_t) (units * units), sizeof(ulong));
    lo_status_t status = w->values != NULL && w->speeds != NULL && identity != NULL ? LO_OK : LO_SYSTEM;
    for (slong i = 0; status == LO_OK && i < units; i++)
        identity[i * units + i] = 1;
    if (status == LO_OK)
        status = lo_modpoint_randomise(w->search->point, w->search->engine);
    if (status == LO_OK)
        status = lo_symbols_values(w->values, w->speeds, w->search->symbols, w->search->engine, w->search->point,
                                   identity, units);
    lo_free(identity);
    return status;
}

static void work_clear(work_struct *w)
{
    for (slong i = 0; i < w->n; i++)
        lo_poly_clear(&w->laws[i].f);
    lo_free(w->laws);
    lo_free(w->values);
    lo_free(w->speeds);
    if (w->ready > 2)
        lo_span_clear(w->gradients);
    if (w->ready > 1)
        lo_prover_clear(w->prover);
    if (w->ready > 0)
        lo_search_clear(w->search);
}

/* The gradient of h in the coordinates at the point of the work: symbols are differentiated by the chain rule. */
static lo_status_t gradient_at_point(ulong *gradient, const work_struct *w, const lo_poly_t h)
{
    slong p = w->family->p, nvars = w->search->nvars;
    ulong *full = lo_alloc((size_t) nvars, sizeof(ulong));
    if (full == NULL)
        return LO_SYSTEM;
    nmod_t mod = w->search->engine->mod;
    lo_poly_gradient(full, nvars, h, w->values, mod);
    memcpy(gradient, full, (size_t) p * sizeof(ulong));
    for (slong i = 0; nvars > p && i < p; i++)
        for (slong s = p; s < nvars; s++)
            gradient[i] = nmod_add(gradient[i], nmod_mul(full[s], w->speeds[i * nvars + s], mod), mod);
    lo_free(full);
    return LO_OK;
}

static lo_status_t rebuild_span(work_struct *w)
{
    ulong *gradient = lo_alloc((size_t) w->family->p, sizeof(ulong));
    if (gradient == NULL)
        return LO_SYSTEM;
    lo_status_t status = LO_OK;
    lo_span_zero(w->gradients);
    for (slong i = 0; i < w->n && status == LO_OK; i++) {
        status = gradient_at_point(gradient, w, &w->laws[i].f);
        if (status == LO_OK)
            lo_span_add(w->gradients, NULL, gradient, 1);
    }
    lo_free(gradient);
    return status;
}

/* Takes a candidate if it is functionally independent of the accepted laws and is proved. */
static lo_status_t consider(work_struct *w, lo_poly_t h, const char *found_by)
{
    ulong *gradient = lo_alloc((size_t) w->family->p, sizeof(ulong));
    if (gradient == NULL)
        return LO_SYSTEM;
    const char *proved_by = NULL;
    lo_status_t status = gradient_at_point(gradient, w, h);
    if (status == LO_OK && lo_span_add(w->gradients, NULL, gradient, 1) > 0) {
        status = lo_prove(&proved_by, w->prover, h, w->ctx);
        if (status == LO_OK && proved_by != NULL)
            status = LO_GROW(w->laws, w->alloc, w->n + 1);
        if (status == LO_OK && proved_by != NULL) {
            w->laws[w->n] = (accepted_struct) { .found_by = found_by, .proved_by = proved_by };
            lo_poly_init(&w->laws[w->n].f, 1);
            lo_poly_swap(&w->laws[w->n++].f, h);
        } else if (status == LO_OK) {
            w->unproved = 1;
            status = rebuild_span(w);
        }
    }
    lo_free(gradient);
    return status;
}

static int compare_accepted(const void *a, const void *b)
{
    return lo_poly_compare(&((const accepted_struct *) a)->f, &((const accepted_struct *) b)->f);
}

static int uses_symbols(const lo_poly_t f, slong p)
{
    for (slong k = 0; k < f->nterms; k++)
        for (int i = 0; i < f->length[k]; i++)
            if (f->vars[k * f->stride + i] >= p)
                return 1;
    return 0;
}

/* Writes the accepted laws into the analysis, in reading order. */
static lo_status_t publish(work_struct *w)
{
    lo_analysis_struct *a = w->analysis;
    if (w->n > 1)
        qsort(w->laws, (size_t) w->n, sizeof(*w->laws), compare_accepted);
    lo_law_struct *laws = lo_alloc((size_t) w->n, sizeof(*laws));
    if (laws == NULL)
        return LO_SYSTEM;
    clear_laws(a);
    a->laws = laws;
    for (slong i = 0; i < w->n; i++) {
        char name[32];
        snprintf(name, sizeof(name), "h%ld", (long) i + 1);
        laws[i].name = lo_alloc(strlen(name) + 1, 1);
        laws[i].expression = lo_poly_print(&w->laws[i].f, w->search->symbols, w->family, w->ctx);
        laws[i].law_class = uses_symbols(&w->laws[i].f, w->family->p) ? LO_LAW_ANALYTIC : LO_LAW_POLYNOMIAL;
        laws[i].degree = w->laws[i].f.degree;
        laws[i].found_by = w->laws[i].found_by;
        laws[i].proved_by = w->laws[i].proved_by;
        a->nlaws = i + 1;
        if (laws[i].name == NULL || laws[i].expression == NULL)
            return LO_SYSTEM;
        strcpy(laws[i].name, name);
    }
    return LO_OK;
}

/* Completeness from what is proved; see the header of law.h. */
static void conclude(work_struct *w)
{
    lo_analysis_struct *a = w->analysis;
    lo_growth_struct *g = a->growth;
    if (a->dimension - w->n < g->upper) {
        g->upper = a->dimension - w->n;
        g->upper_by = LO_UPPER_LAWS;
    }
    if (w->n + g->lower == a->dimension)
        a->complete = LO_TRUE;
    else if (a->dimension - g->upper > w->n)
        a->complete = LO_FALSE;
    else
        a->complete = LO_UNKNOWN;
    if (g->lower == g->upper)
        g->exhausted = 1;
}

static lo_status_t show(work_struct *w)
{
    conclude(w);
    if (w->observer == NULL)
        return LO_OK;
    LO_TRY(publish(w));
    w->observer(w->data, w->analysis);
    return LO_OK;
}

/* Every law that can still be missing has been found. */
static int is_closed(const work_struct *w)
{
    return w->n + w->analysis->growth->lower == w->analysis->dimension;
}

static lo_status_t search_degree(work_struct *w, int degree, int whole)
{
    static const char *const names[] = { "", "linear search", "quadratic search", "polynomial search" };
    lo_monomials_t m;
    lo_status_t status = lo_monomials_init(m, w->search, degree);
    if (status != LO_OK)
        return status;
    long space = 0;
    int skipped = 0, stopped = 0;
    for (slong b = 0; b < m->nblocks && status == LO_OK; b++) {
        if (!whole && is_closed(w)) {
            stopped = 1;
            break;
        }
        if (m->blocks[b].n > w->ctx->limits->search_monomials) {
            skipped = 1;
            continue;
        }
        lo_polys_t found;
        slong dimension;
        lo_polys_init(found);
        status = lo_search_block(found, &dimension, w->search, m, b);
        space += dimension;
        for (slong i = 0; i < found->n && status == LO_OK; i++)
            if (found->f[i].degree == degree || !w->search->homogeneous)
                status = consider(w, found->f + i, names[degree < 3 ? degree : 3]);
        lo_polys_clear(found);
        if (b % 64 == 0) {
            lo_ctx_progress(w->ctx, names[degree < 3 ? degree : 3], b, m->nblocks);
            if (status == LO_OK)
                status = lo_ctx_poll(w->ctx);
        }
    }
    lo_monomials_clear(m);
    if (status == LO_OK && !skipped) {
        /* a degree counts as searched when nothing of it can be missing from the list */
        if (w->analysis->searched_degree == degree - 1 && !stopped && !w->unproved)
            w->analysis->searched_degree = degree;
        if (degree < MAX_SPACE && !stopped)
            w->space[degree] = space;
    }
    return status;
}

static lo_status_t unit_laws(work_struct *w)
{
    if (w->family->raw)
        return LO_OK;
    lo_polys_t found;
    lo_polys_init(found);
    lo_status_t status = lo_search_units(found, w->family);
    for (slong i = 0; i < found->n && status == LO_OK; i++) {
        status = consider(w, found->f + i, "units");
        if (status == LO_OK && i % 16 == 0)
            status = lo_ctx_poll(w->ctx);
    }
    lo_polys_clear(found);
    return status;
}

/* Whether the default search goes on to this degree. */
static int stays_small(const work_struct *w, int degree)
{
    int64_t size = lo_search_size(w->search, degree);
    return degree <= 2 ? size <= SMALL_QUADRATIC : size <= SMALL_SEARCH;
}

static lo_status_t higher_searches(work_struct *w)
{
    int whole = w->ctx->degree >= 0, last = whole ? w->ctx->degree : 4;
    for (int degree = 2; degree <= last; degree++) {
        if (!whole && (is_closed(w) || !stays_small(w, degree)))
            break;
        LO_TRY(search_degree(w, degree, whole));
        LO_TRY(show(w));
    }
    return LO_OK;
}

/* Steps 1 to 4 in order; each leaves the analysis valid. */
static lo_status_t run(work_struct *w)
{
    lo_analysis_struct *a = w->analysis;
    slong p = w->family->p;
    if (w->ctx->degree != 0) {
        if (lo_search_size(w->search, 1) <= SMALL_QUADRATIC)
            LO_TRY(search_degree(w, 1, 1));
        if (w->ctx->degree != 1)
            LO_TRY(unit_laws(w));
    }
    LO_TRY(show(w));
    LO_TRY(lo_growth_search(a->growth, w->family, p - w->n, 0, w->ctx));
    LO_TRY(show(w));
    LO_TRY(higher_searches(w));
    if (!is_closed(w)) {
        long upper;
        lo_status_t status = lo_involutive_bound(&upper, w->family, a->growth->lower, w->ctx);
        if (status == LO_OK && upper < a->growth->upper) {
            a->growth->upper = upper;
            a->growth->upper_by = LO_UPPER_INVOLUTIVITY;
        } else if (status == LO_UNABLE || status == LO_DOMAIN) {
            status = lo_ctx_poll(w->ctx);
        }
        LO_TRY(status);
    }
    conclude(w);
    if (a->growth->lower < a->growth->upper) {
        LO_TRY(lo_growth_search(a->growth, w->family, a->growth->upper, 1, w->ctx));
        if (a->growth->lower == a->growth->upper && a->complete == LO_UNKNOWN)
            conclude(w);
    }
    return LO_OK;
}

lo_status_t lo_analyse(lo_analysis_t a, const lo_family_struct *family, lo_analysis_fn observer, void *data,
                       lo_ctx_t ctx)
{
    work_struct w = { .analysis = a, .family = family, .ctx = ctx, .observer = observer, .data = data };
    a->dimension = family->p;
    a->growth->upper = family->p;
    for (int d = 0; d < MAX_SPACE; d++)
        w.space[d] = -1;
    lo_status_t status = work_init(&w);
    if (status == LO_OK)
        status = run(&w);
    if (status == LO_OK)
        a->generators = lo_involutive_generators(family, ctx);
    if (w.ready > 2) {
        conclude(&w);
        lo_status_t last = publish(&w);
        status = status == LO_OK ? last : status;
        a->space_dimension = lo_alloc(MAX_SPACE, sizeof(long));
        for (int d = 0; a->space_dimension != NULL && d < MAX_SPACE; d++) {
            a->space_dimension[d] = w.space[d];
            if (w.space[d] >= 0)
                a->space_degrees = d + 1;
        }
    }
    if (a->growth->levels == 0)
        status |= lo_growth_push(a->growth, 0);
    work_clear(&w);
    return status;
}
