/* locus.c - the search through branches.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What a branch implies is listed in locus.h. A branch that is left over, in which no further polynomial is known to vanish,
 * is invariant under the fields of the stage. Where generic orbits are open in M and these are all the fields, an invariant
 * proper subspace, or hypersurface with a real regular point, consists of points with smaller orbits: not in the list, it
 * refutes the statement.
 */
#include "manifold/locus.h"

#include "base/memory.h"
#include "manifold/exception.h"
#include "manifold/minor.h"
#include "manifold/pattern.h"
#include "manifold/zeros.h"

#include <string.h>

#define MOST_SEEN 4000
#define MOST_FAILURES 4          /* minors that are too large */
#define MOST_RESULTANT_DEGREE 8
#define MOST_RESULTANT_BITS 22
#define MOST_TERMS 400           /* of a polynomial that is factored */
#define MOST_CURVED_TERMS 40     /* of a factor that is not understood */

typedef struct {
    lo_locus_struct *out;
    lo_stage_struct *s;
    const lo_family_struct *family;
    slong rank, nsmaller, most;
    const int *smaller;
    int *pattern;       /* k */
    slong nseen;
    fmpq_mat_struct *seen; /* the linear branches visited */
    lo_ctx_struct *ctx;
} search_struct;

/* The best polynomial to branch at, by its factors. */
typedef struct {
    lo_qpolys_struct factors;
    slong cost;  /* WORD_MAX: none */
    int skipped; /* a polynomial that vanishes was too large to be looked at */
} choice_struct;

void lo_locus_clear(lo_locus_t locus)
{
    for (slong i = 0; i < locus->nequations; i++)
        lo_free(locus->equations[i]);
    lo_free(locus->equations);
    memset(locus, 0, sizeof(*locus));
}

/* ---- the choice of a polynomial ---- */

/* WORD_MAX: a factor is too large to be of use. */
static lo_status_t cost_of(slong *cost, const lo_qpolys_struct *factors, const search_struct *w)
{
    lo_qpolys_t parts = { { 0, 0, NULL } };
    lo_status_t status = LO_OK;
    *cost = factors->n;
    for (slong i = 0; i < factors->n && status == LO_OK; i++) {
        lo_zeros_t kind;
        status = lo_zeros_of(&kind, parts, factors->f + i, w->s);
        slong terms = kind == LO_ZEROS_CURVED ? fmpq_mpoly_length(factors->f + i, w->s->ctx) : 0;
        if (terms > MOST_CURVED_TERMS || *cost == WORD_MAX)
            *cost = WORD_MAX;
        else
            *cost += terms > 0 ? 100 + terms : 0;
    }
    lo_qpolys_clear(parts, w->s->ctx);
    return status;
}

/* Takes the factors when they are better than the best so far, which are given up then. */
static lo_status_t take_better(choice_struct *best, lo_qpolys_struct *factors, const search_struct *w)
{
    slong cost;
    LO_TRY(cost_of(&cost, factors, w));
    best->skipped |= cost == WORD_MAX;
    if (cost < best->cost) {
        lo_qpolys_struct old = best->factors;
        best->factors = *factors;
        *factors = old;
        best->cost = cost;
    }
    return LO_OK;
}

/* A polynomial that vanishes, restricted to the branch. */
static lo_status_t consider(choice_struct *best, const lo_branch_t b, const fmpq_mpoly_struct *f, const search_struct *w)
{
    lo_qpolys_t factors = { { 0, 0, NULL } };
    if (best->cost <= 1 || lo_branch_implies(b, f))
        return LO_OK;
    lo_status_t status = fmpq_mpoly_length(f, w->s->ctx) > MOST_TERMS ? LO_UNABLE : lo_zeros_factors(factors, f, w->s);
    if (status == LO_OK)
        status = take_better(best, factors, w);
    lo_qpolys_clear(factors, w->s->ctx);
    best->skipped |= status == LO_UNABLE;
    return status == LO_UNABLE ? LO_OK : status;
}

/* X_row f = sum of X_c df/ds_c on the branch. */
static lo_status_t derivative(fmpq_mpoly_t out, slong row, const fmpq_mpoly_struct *f, const lo_branch_t b)
{
    const lo_stage_struct *s = b->s;
    fmpq_mpoly_t d, x;
    lo_status_t status = LO_OK;
    fmpq_mpoly_init(d, s->ctx);
    fmpq_mpoly_init(x, s->ctx);
    fmpq_mpoly_zero(out, s->ctx);
    for (slong c = 0; c < s->k && status == LO_OK; c++) {
        fmpq_mpoly_derivative(d, f, c, s->ctx);
        if (fmpq_mpoly_is_zero(d, s->ctx))
            continue;
        status = lo_branch_restrict(x, s->x + row * s->k + c, b);
        fmpq_mpoly_mul(d, d, x, s->ctx);
        fmpq_mpoly_add(out, out, d, s->ctx);
    }
    fmpq_mpoly_clear(d, s->ctx);
    fmpq_mpoly_clear(x, s->ctx);
    return status;
}

static lo_status_t consider_derivatives(choice_struct *best, const lo_branch_t b, const fmpq_mpoly_struct *f,
                                        const search_struct *w)
{
    fmpq_mpoly_t g;
    lo_status_t status = LO_OK;
    fmpq_mpoly_init(g, w->s->ctx);
    for (slong row = 0; row < w->s->nfields && best->cost > 1 && status == LO_OK; row++) {
        if (lo_stage_spend(w->s, w->s->k) != LO_OK) {
            best->skipped = 1;
            break;
        }
        status = derivative(g, row, f, b);
        if (status == LO_OK)
            status = consider(best, b, g, w);
        if (status == LO_OK)
            status = lo_ctx_poll(w->ctx);
    }
    fmpq_mpoly_clear(g, w->s->ctx);
    return status;
}

/* The products of terms in the determinant of two polynomials of degrees m and n: length(f)^n length(g)^m,
 * about; as bits. */
static slong resultant_bits(slong f_length, slong m, slong g_length, slong n)
{
    return n * (slong) FLINT_BIT_COUNT(f_length) + m * (slong) FLINT_BIT_COUNT(g_length);
}

/* Two polynomials that vanish: so do their resultants, which have fewer variables. */
static lo_status_t consider_resultants(choice_struct *best, const lo_branch_t b, const search_struct *w)
{
    const fmpq_mpoly_ctx_struct *ctx = w->s->ctx;
    fmpq_mpoly_t r;
    lo_status_t status = LO_OK;
    fmpq_mpoly_init(r, ctx);
    for (slong i = 0; i < b->polys.n; i++)
        for (slong j = 0; j < i; j++)
            for (slong v = 0; v < w->s->k && best->cost > 1 && status == LO_OK; v++) {
                slong m = fmpq_mpoly_degree_si(b->polys.f + i, v, ctx), n = fmpq_mpoly_degree_si(b->polys.f + j, v, ctx);
                slong bits = resultant_bits(fmpq_mpoly_length(b->polys.f + i, ctx), m,
                                            fmpq_mpoly_length(b->polys.f + j, ctx), n);
                if (m < 1 || n < 1 || m + n > MOST_RESULTANT_DEGREE || bits > MOST_RESULTANT_BITS)
                    continue;
                if (fmpq_mpoly_resultant(r, b->polys.f + i, b->polys.f + j, v, ctx))
                    status = consider(best, b, r, w);
                if (status == LO_OK)
                    status = lo_ctx_poll(w->ctx);
            }
    fmpq_mpoly_clear(r, ctx);
    return status;
}

/* Everything that is known to vanish on the branch and not implied by it; products among its polynomials first. */
static lo_status_t choose(choice_struct *best, const lo_branch_t b, const search_struct *w)
{
    fmpq_mpoly_t f;
    lo_status_t status = LO_OK;
    for (slong i = 0; i < b->polys.n && status == LO_OK; i++) {
        lo_qpolys_t factors = { { 0, 0, NULL } };
        status = lo_zeros_factors(factors, b->polys.f + i, w->s);
        if (status == LO_OK && factors->n > 1)
            status = take_better(best, factors, w);
        lo_qpolys_clear(factors, w->s->ctx);
    }
    fmpq_mpoly_init(f, w->s->ctx);
    for (slong i = 0; i < fmpq_mat_nrows(b->equations) && status == LO_OK; i++) {
        lo_branch_equation(f, b, i);
        status = consider_derivatives(best, b, f, w);
    }
    for (slong i = 0; i < b->polys.n && status == LO_OK; i++)
        status = consider_derivatives(best, b, b->polys.f + i, w);
    if (status == LO_OK && b->polys.n > 1)
        status = consider_resultants(best, b, w);
    fmpq_mpoly_clear(f, w->s->ctx);
    return status;
}

/* Minors of the fields on the branch, whose rank there is not smaller. */
static lo_status_t choose_minor(choice_struct *best, const lo_branch_t b, const search_struct *w)
{
    lo_status_t status = LO_OK;
    int found = 1, failures = 0;
    for (slong number = 0; found && failures < MOST_FAILURES && best->cost >= 100 && status == LO_OK; number++) {
        lo_qpolys_t factors = { { 0, 0, NULL } };
        status = lo_minor_factors(&found, factors, b, w->rank, number, w->ctx);
        int implied = 0; /* a factor vanishes anyway: then the minor says nothing */
        for (slong i = 0; i < factors->n; i++)
            implied |= lo_branch_implies(b, factors->f + i);
        if (status == LO_OK && found && !implied)
            status = take_better(best, factors, w);
        failures += status == LO_UNABLE;
        if (status == LO_UNABLE)
            status = lo_ctx_poll(w->ctx);
        lo_qpolys_clear(factors, w->s->ctx);
    }
    return status;
}

/* ---- closed branches ---- */

static int is_listed(search_struct *w, const lo_branch_t b)
{
    if (fmpq_mat_nrows(b->equations) == 0)
        return 0;
    lo_branch_pattern(w->pattern, b);
    for (slong i = 0; i < w->nsmaller; i++)
        if (lo_pattern_contains(w->smaller + i * w->s->k, w->pattern, w->s->k))
            return 1;
    return 0;
}

/* Remembers a branch without further polynomials. Returns 1 when it is known. */
static int is_seen(search_struct *w, const lo_branch_t b)
{
    if (b->polys.n > 0)
        return 0;
    for (slong i = 0; i < w->nseen; i++)
        if (fmpq_mat_equal(w->seen + i, b->equations))
            return 1;
    if (w->nseen < MOST_SEEN)
        fmpq_mat_init_set(w->seen + w->nseen++, b->equations);
    return 0;
}

/* ---- branches that are left ---- */

/* invariant: it was shown that the fields are tangent to it. */
static lo_status_t leave(search_struct *w, const lo_branch_t b, int invariant)
{
    int exception = 0;
    if (invariant && w->out->listed != LO_FALSE && w->rank == w->s->k)
        LO_TRY(lo_branch_is_exception(&exception, b, w->family, w->ctx));
    if (w->out->listed == LO_FALSE || (w->out->listed == LO_UNKNOWN && !exception))
        return LO_OK; /* one is enough */
    lo_truth_t listed = exception ? LO_FALSE : LO_UNKNOWN;
    slong most = w->out->branches;
    lo_locus_clear(w->out);
    w->out->branches = most;
    w->out->listed = listed;
    lo_branch_pattern(w->pattern, b);
    w->out->pattern = b->polys.n == 0 &&
                      lo_pattern_dimension(w->pattern, w->s->k) == w->s->k - fmpq_mat_nrows(b->equations);
    return lo_branch_equations(&w->out->equations, &w->out->nequations, b, w->family);
}

/* ---- the search ---- */

static lo_status_t explore(search_struct *w, lo_branch_t b);

static lo_status_t explore_factor(search_struct *w, const lo_branch_t b, const fmpq_mpoly_struct *factor)
{
    lo_branch_t next;
    lo_status_t status = lo_branch_copy(next, b);
    if (status == LO_OK)
        status = lo_branch_add(next, factor);
    if (status == LO_OK)
        status = explore(w, next);
    else if (status == LO_UNABLE)
        status = leave(w, b, 0);
    lo_branch_clear(next);
    return status;
}

static lo_status_t explore(search_struct *w, lo_branch_t b)
{
    choice_struct best = { .cost = WORD_MAX };
    if (b->empty || is_listed(w, b) || is_seen(w, b))
        return LO_OK;
    LO_TRY(lo_ctx_poll(w->ctx));
    if (++w->out->branches > w->most || lo_stage_spend(w->s, 0) != LO_OK)
        return leave(w, b, 0);
    lo_status_t status = choose(&best, b, w);
    if (status == LO_OK && best.cost == WORD_MAX)
        status = choose_minor(&best, b, w);
    if (status == LO_OK && best.cost == WORD_MAX)
        status = leave(w, b, !best.skipped);
    for (slong i = 0; best.cost != WORD_MAX && i < best.factors.n && status == LO_OK; i++)
        status = explore_factor(w, b, best.factors.f + i);
    lo_qpolys_clear(&best.factors, w->s->ctx);
    return status;
}

lo_status_t lo_locus_find(lo_locus_t locus, lo_stage_t stage, slong rank, const int *smaller, slong n,
                          const lo_family_struct *family, slong most, lo_ctx_t ctx)
{
    search_struct w = { .out = locus, .s = stage, .family = family, .rank = rank, .nsmaller = n, .most = most,
                        .smaller = smaller, .ctx = ctx };
    lo_branch_t all;
    int reached;
    memset(locus, 0, sizeof(*locus));
    locus->listed = LO_UNKNOWN;
    lo_status_t status = lo_stage_extend(&reached, stage, rank, ctx);
    if (status != LO_OK || !reached)
        return status == LO_UNABLE ? lo_ctx_poll(ctx) : status;
    w.pattern = lo_alloc((size_t) stage->k, sizeof(int));
    w.seen = lo_alloc(MOST_SEEN, sizeof(*w.seen));
    status = lo_branch_init(all, stage);
    if (w.pattern == NULL || w.seen == NULL)
        status = LO_SYSTEM;
    locus->listed = LO_TRUE;
    if (status == LO_OK)
        status = explore(&w, all);
    if (status != LO_OK && locus->listed == LO_TRUE)
        locus->listed = LO_UNKNOWN;
    lo_branch_clear(all);
    for (slong i = 0; i < w.nseen; i++)
        fmpq_mat_clear(w.seen + i);
    lo_free(w.seen);
    lo_free(w.pattern);
    return status == LO_UNABLE ? lo_ctx_poll(ctx) : status;
}
