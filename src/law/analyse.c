/* analyse.c - the main job: laws, growth, completeness.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Order of work, cheapest first: laws of degree 1, diagonal quadratic laws from units, the first level of the
 * growth vector, quadratic laws in small blocks, those that the tensor graph proposes, the whole growth
 * vector, then larger blocks and higher degrees until the two sides meet, and an involutivity identity when
 * they do not. Every listed law is proved before it counts; independence is a rank modulo a prime at a point,
 * which is a proof.
 */
#include "algebra/involutive.h"
#include "algebra/words.h"
#include "law/collect.h"
#include "law/darboux.h"
#include "law/propose.h"

#include "base/memory.h"
#include <lieorbit/law.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The default search stays small: at most this many monomials of degree above 2. */
#define SMALL_SEARCH 100000
#define SMALL_QUADRATIC LO_MAX_MONOMIALS
#define SMALL_WORK INT64_C(400000000000) /* the cubes of the sizes of its blocks, summed */
#define MAX_SPACE 64

typedef struct {
    lo_analysis_struct *analysis;
    const lo_family_struct *family;
    lo_ctx_struct *ctx;
    lo_analysis_fn observer;
    void *data;
    lo_collection_t laws;
    long space[MAX_SPACE];
    lo_growth_state_struct growth;
    int incomplete; /* some block of the degree in hand was not searched */
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

static int compare_accepted(const void *a, const void *b)
{
    return lo_formula_compare(&((const lo_accepted_struct *) a)->h, &((const lo_accepted_struct *) b)->h);
}

/* Writes the accepted laws into the analysis, in reading order. */
static lo_status_t write_laws(work_struct *w)
{
    lo_analysis_struct *a = w->analysis;
    if (w->laws->n > 1)
        qsort(w->laws->laws, (size_t) w->laws->n, sizeof(*w->laws->laws), compare_accepted);
    lo_law_struct *laws = lo_alloc((size_t) w->laws->n, sizeof(*laws));
    if (laws == NULL)
        return LO_SYSTEM;
    clear_laws(a);
    a->laws = laws;
    for (slong i = 0; i < w->laws->n; i++) {
        char name[32];
        snprintf(name, sizeof(name), "h%ld", (long) i + 1);
        laws[i].name = lo_alloc(strlen(name) + 1, 1);
        const lo_formula_struct *h = &w->laws->laws[i].h;
        laws[i].expression = lo_formula_print(h, w->laws->search->symbols, w->family, w->ctx);
        laws[i].law_class = lo_formula_class(h, w->laws->search->symbols);
        laws[i].degree = lo_formula_degree(h);
        laws[i].found_by = w->laws->laws[i].found_by;
        laws[i].proved_by = w->laws->laws[i].proved_by;
        a->nlaws = i + 1;
        if (laws[i].name == NULL || laws[i].expression == NULL)
            return LO_SYSTEM;
        strcpy(laws[i].name, name);
    }
    return LO_OK;
}

/* What is proved is written even when the work was interrupted or its time is over: symbols in laws are printed by way of
 * a ring, whose functions ask for both. */
static lo_status_t publish(work_struct *w)
{
    const volatile int *interrupt = w->ctx->interrupt;
    int64_t deadline = w->ctx->deadline_ns;
    w->ctx->interrupt = NULL;
    w->ctx->deadline_ns = 0;
    lo_status_t status = write_laws(w);
    w->ctx->interrupt = interrupt;
    w->ctx->deadline_ns = deadline;
    return status;
}

/* Completeness from what is proved; see the header of law.h. */
static void conclude(work_struct *w)
{
    lo_analysis_struct *a = w->analysis;
    lo_growth_struct *g = a->growth;
    if (a->dimension - w->laws->n < g->upper) {
        g->upper = a->dimension - w->laws->n;
        g->upper_by = LO_UPPER_LAWS;
    }
    if (w->laws->n + g->lower == a->dimension)
        a->complete = LO_TRUE;
    else if (a->dimension - g->upper > w->laws->n)
        a->complete = LO_FALSE;
    else
        a->complete = LO_UNKNOWN;
    if (g->lower == g->upper)
        g->exhausted = 1;
}

static lo_status_t show(work_struct *w)
{
    LO_TRY(lo_collection_flush(w->laws));
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
    return w->laws->n + w->analysis->growth->lower == w->analysis->dimension;
}

/* Whether the default search goes on to this degree. */
static int stays_small(const work_struct *w, int degree)
{
    int64_t size = lo_search_size(w->laws->search, degree);
    return degree <= 2 ? size <= SMALL_QUADRATIC : size <= SMALL_SEARCH;
}

/* Searches the blocks of one degree whose sizes lie in a range. whole: do not stop when the list is
 * closed. */
static lo_status_t search_blocks(work_struct *w, const lo_monomials_t m, int whole, slong smallest,
                                 slong largest)
{
    static const char *const names[] = { "", "linear search", "quadratic search", "polynomial search" };
    const char *name = names[m->degree < 3 ? m->degree : 3];
    lo_status_t status = LO_OK;
    int64_t work = 0;
    w->incomplete |= m->skipped;
    for (slong b = 0; b < m->nblocks && status == LO_OK; b++) {
        slong n = m->blocks[b].n;
        if (n < smallest || n > largest)
            continue;
        work += n > 100000 ? SMALL_WORK : (int64_t) n * n * n;
        if ((!whole && (is_closed(w) || work > SMALL_WORK)) || n > w->ctx->limits->search_monomials) {
            w->incomplete = 1;
            continue;
        }
        lo_polys_t found;
        slong dimension;
        lo_polys_init(found);
        status = lo_search_block(found, &dimension, w->laws->search, m, b);
        w->space[m->degree < MAX_SPACE ? m->degree : 0] += dimension;
        for (slong i = 0; i < found->n && status == LO_OK; i++)
            if (found->f[i].degree == m->degree || !w->laws->search->homogeneous)
                status = lo_collection_consider(w->laws, found->f + i, name);
        lo_polys_clear(found);
        if (b % 256 == 0 || n > 64) {
            lo_ctx_progress(w->ctx, name, b, m->nblocks);
            if (status == LO_OK)
                status = lo_ctx_poll(w->ctx);
        }
    }
    return status;
}

/* Blocks up to this size cost little and are searched before the growth vector is followed past its first
 * level; where the structure proposes laws, while the cubes of their sizes sum up to at most QUICK_WORK. */
#define SMALL_BLOCK 256
#define QUICK_WORK INT64_C(1000000000)

static void begin_degree(work_struct *w, int degree)
{
    w->incomplete = 0;
    w->space[degree < MAX_SPACE ? degree : 0] = 0;
}

/* What may be said of a degree whose blocks have all been visited. */
static void end_degree(work_struct *w, int degree)
{
    if (w->incomplete || w->laws->search->symbols->nfrozen > 0) {
        if (degree < MAX_SPACE)
            w->space[degree] = -1;
        return;
    }
    /* a degree counts as searched when nothing of it can be missing from the list */
    if (w->analysis->searched_degree == degree - 1 && !w->laws->unproved && !w->laws->search->lost)
        w->analysis->searched_degree = degree;
}

static lo_status_t search_degree(work_struct *w, int degree, int whole)
{
    lo_monomials_t m;
    LO_TRY(lo_monomials_init(m, w->laws->search, degree, w->ctx));
    begin_degree(w, degree);
    lo_status_t status = search_blocks(w, m, whole, 0, WORD_MAX);
    lo_monomials_clear(m);
    if (status == LO_OK)
        end_degree(w, degree);
    return status;
}

static lo_status_t unit_laws(work_struct *w)
{
    if (!lo_family_is_gradient(w->family))
        return LO_OK;
    lo_polys_t found;
    lo_polys_init(found);
    lo_status_t status = lo_search_units(found, w->family);
    for (slong i = 0; i < found->n && status == LO_OK; i++) {
        status = lo_collection_consider(w->laws, found->f + i, "units");
        if (status == LO_OK && i % 16 == 0)
            status = lo_ctx_poll(w->ctx);
    }
    lo_polys_clear(found);
    return status;
}

/* The size of the largest blocks that are searched at once. Blocks come sorted by size. */
static slong small_block(const work_struct *w, const lo_monomials_t m)
{
    int64_t work = 0;
    for (slong b = 0; b < m->nblocks && lo_can_propose(w->family); b++) {
        slong n = m->blocks[b].n;
        work += (int64_t) n * n * n;
        if (n > SMALL_BLOCK)
            break;
        if (work > QUICK_WORK)
            return n - 1;
    }
    return SMALL_BLOCK;
}

static int has_larger(const lo_monomials_t m, slong n)
{
    return m->skipped || (m->nblocks > 0 && m->blocks[m->nblocks - 1].n > n);
}

/* From this many monomials on, sorting them is work enough to ask the structure first. */
#define MANY_MONOMIALS (1 << 21)

/* Laws that the structure proposes, then the whole growth vector. Often the list is closed then. */
static lo_status_t structure_and_growth(work_struct *w)
{
    LO_TRY(lo_propose_structure(w->laws, w->family, w->ctx));
    LO_TRY(show(w));
    LO_TRY(lo_growth_run(w->analysis->growth, &w->growth, w->family, w->family->p - w->laws->n, LO_ALL_LEVELS,
                         0, w->ctx));
    return show(w);
}

/* Quadratic laws in small blocks first, those that the structure proposes where there are large ones, then the whole
 * growth vector, then the large blocks: the bound from many quadratic laws saves levels of brackets, and a closed list
 * saves the large blocks. */
static lo_status_t quadratic_and_growth(work_struct *w)
{
    lo_analysis_struct *a = w->analysis;
    lo_monomials_t m;
    int whole = w->ctx->degree >= 2, search = w->ctx->degree < 0 ? stays_small(w, 2) : whole;
    slong p = w->family->p, small = SMALL_BLOCK;
    LO_TRY(lo_growth_run(a->growth, &w->growth, w->family, p - w->laws->n, 1, 0, w->ctx));
    search = search && (whole || !is_closed(w));
    if (search && !whole && lo_can_propose(w->family) &&
        lo_search_size(w->laws->search, 2) > MANY_MONOMIALS) {
        LO_TRY(structure_and_growth(w));
        search = !is_closed(w);
    }
    if (search) {
        LO_TRY(lo_monomials_init(m, w->laws->search, 2, w->ctx));
        begin_degree(w, 2);
        small = small_block(w, m);
    }
    lo_status_t status = search ? search_blocks(w, m, whole, 0, small) : LO_OK;
    if (status == LO_OK && search && has_larger(m, small))
        status = lo_propose_structure(w->laws, w->family, w->ctx);
    if (status == LO_OK)
        status = show(w);
    if (status == LO_OK)
        status = lo_growth_run(a->growth, &w->growth, w->family, p - w->laws->n, LO_ALL_LEVELS, 0, w->ctx);
    if (status == LO_OK)
        status = show(w);
    if (search && status == LO_OK)
        status = search_blocks(w, m, whole, small + 1, WORD_MAX);
    if (search && status == LO_OK)
        end_degree(w, 2);
    if (search)
        lo_monomials_clear(m);
    return status;
}

static lo_status_t higher_searches(work_struct *w)
{
    int whole = w->ctx->degree >= 0, last = whole ? w->ctx->degree : 4;
    for (int degree = 3; degree <= last; degree++) {
        if (!whole && (is_closed(w) || !stays_small(w, degree)))
            break;
        LO_TRY(search_degree(w, degree, whole));
        LO_TRY(show(w));
    }
    return LO_OK;
}

/* Laws with frozen constants in their coefficients, once the search without them has not closed the list. */
static lo_status_t frozen_searches(work_struct *w)
{
    int used = 0, last = w->ctx->degree >= 0 ? w->ctx->degree : 4;
    for (slong a = 0; a < w->family->naux; a++)
        used |= w->family->aux[a].kind == LO_AUX_FROZEN;
    if (!used || is_closed(w))
        return LO_OK;
    LO_TRY(lo_collection_flush(w->laws));
    LO_TRY(lo_collection_admit_frozen(w->laws));
    for (int degree = 1; degree <= last && !is_closed(w); degree++) {
        if (lo_search_size(w->laws->search, degree) > SMALL_SEARCH)
            break;
        LO_TRY(search_degree(w, degree, 0));
        LO_TRY(show(w));
    }
    return LO_OK;
}

/* The degree of the default search for quotients. */
#define DARBOUX_DEGREE 4

/* Rational and logarithmic laws, when the polynomial ones do not close the list. */
static lo_status_t darboux(work_struct *w)
{
    LO_TRY(lo_collection_flush(w->laws));
    if (is_closed(w))
        return LO_OK;
    slong enough = w->analysis->dimension - w->analysis->growth->lower;
    LO_TRY(lo_darboux_search(w->laws, enough, w->ctx->degree >= 0 ? w->ctx->degree : DARBOUX_DEGREE, w->ctx));
    return show(w);
}

/* The bound from an involutivity identity, when the list is not closed. */
static lo_status_t involutivity(work_struct *w)
{
    lo_growth_struct *g = w->analysis->growth;
    long upper;
    LO_TRY(lo_collection_flush(w->laws));
    if (is_closed(w))
        return LO_OK;
    lo_status_t status = lo_involutive_bound(&upper, w->family, g->lower, w->ctx);
    if (status == LO_OK && upper < g->upper) {
        g->upper = upper;
        g->upper_by = LO_UPPER_INVOLUTIVITY;
    }
    return status == LO_UNABLE || status == LO_DOMAIN ? lo_ctx_poll(w->ctx) : status;
}

/* Where the bounds have not met: the exhaustive pass, and the same search modulo another prime. */
static lo_status_t last_growth(work_struct *w)
{
    lo_growth_struct *g = w->analysis->growth;
    conclude(w);
    if (g->lower == g->upper)
        return LO_OK;
    long before = g->lower;
    LO_TRY(lo_growth_run(g, &w->growth, w->family, g->upper, LO_ALL_LEVELS, 1, w->ctx));
    lo_growth_t other;
    lo_growth_state_struct state;
    lo_growth_init(other);
    lo_growth_state_init(&state, w->family, 1);
    state.prime = w->growth.prime + 1;
    lo_status_t status = lo_growth_run(other, &state, w->family, g->upper, LO_ALL_LEVELS, 0, w->ctx);
    if (other->lower > g->lower) {
        long *growth = g->growth;
        g->growth = other->growth;
        g->levels = other->levels;
        g->lower = other->lower;
        other->growth = growth;
    }
    lo_growth_state_clear(&state);
    lo_growth_clear(other);
    LO_TRY(status);
    return g->lower > before ? involutivity(w) : LO_OK;
}

/* The steps in order; each leaves the analysis valid. */
static lo_status_t run(work_struct *w)
{
    if (w->ctx->degree != 0 && lo_search_size(w->laws->search, 1) <= SMALL_QUADRATIC)
        LO_TRY(search_degree(w, 1, 1));
    if (w->ctx->degree != 0 && w->ctx->degree != 1)
        LO_TRY(unit_laws(w));
    LO_TRY(show(w)); /* also brings the count up to date */
    LO_TRY(quadratic_and_growth(w));
    LO_TRY(show(w));
    LO_TRY(higher_searches(w));
    LO_TRY(frozen_searches(w));
    LO_TRY(darboux(w));
    LO_TRY(involutivity(w));
    return last_growth(w);
}

lo_status_t lo_analyse(lo_analysis_t a, const lo_family_struct *family, lo_analysis_fn observer, void *data,
                       lo_ctx_t ctx)
{
    work_struct w = { .analysis = a, .family = family, .ctx = ctx, .observer = observer, .data = data };
    a->dimension = family->p;
    a->growth->upper = family->p;
    for (int d = 0; d < MAX_SPACE; d++)
        w.space[d] = -1;
    lo_growth_state_init(&w.growth, family, 0);
    lo_status_t status = lo_collection_init(w.laws, family, ctx);
    if (status == LO_OK)
        status = run(&w);
    if (status == LO_OK)
        a->generators = lo_involutive_generators(family, ctx);
    if (w.laws->ready > 2) {
        lo_status_t flushed = lo_collection_flush(w.laws);
        status = status == LO_OK ? flushed : status;
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
    if (status & LO_DOMAIN)
        lo_family_wrong(
            ctx, family, NULL,
            "the model divides by zero, or takes a root that does not exist, at every point that was tried");
    lo_growth_state_clear(&w.growth);
    lo_collection_clear(w.laws);
    return status;
}
