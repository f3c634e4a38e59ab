/* induced.c - all signed permutations that fix a pattern, one after another.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "manifold/induced.h"

#include "base/memory.h"
#include "base/random.h"
#include "family/exact.h"

#include <stdlib.h>
#include <string.h>

#define MOST_CANDIDATES 2000
#define SAMPLES 2

typedef struct {
    const lo_family_struct *f;
    const int *pattern;
    slong p;
    int *g, *common, *one;  /* p each */
    char *taken;            /* p */
    fmpq *theta, *moved;    /* p */
    fmpq *aux[SAMPLES];     /* naux */
    arb_ptr value;          /* SAMPLES x noutputs at theta */
    lo_ctx_struct *ctx;
} search_struct;

/* Outputs at a point, with the gates that belong to it. Returns 0 when there are none (a kink, a pole). */
static int outputs_at(arb_ptr out, search_struct *s, int sample, const fmpq *theta, lo_status_t *status)
{
    *status = s->f->ngates == 0 ? LO_OK : lo_exact_gates(s->aux[sample], s->f, theta);
    for (slong j = 0; j < s->f->noutputs && *status == LO_OK; j++)
        *status = lo_exact_enclose(out + j, s->f, s->f->outputs[j], theta, s->aux[sample]);
    int there = *status == LO_OK;
    if (*status == LO_DOMAIN || *status == LO_UNABLE)
        *status = LO_OK;
    return there;
}

/* Whether g is refuted at some sample. */
static int is_refuted(search_struct *s, lo_status_t *status)
{
    slong n = s->f->noutputs;
    int refuted = 0;
    arb_ptr out = _arb_vec_init(n);
    for (slong i = 0; i < s->p; i++) {
        fmpq_set(s->moved + i, s->theta + abs(s->g[i]) - 1);
        if (s->g[i] < 0)
            fmpq_neg(s->moved + i, s->moved + i);
    }
    for (int k = 0; k < SAMPLES && !refuted && *status == LO_OK; k++)
        if (outputs_at(out, s, k, s->moved, status))
            for (slong j = 0; j < n; j++)
                refuted |= !arb_overlaps(out + j, s->value + k * n + j);
    _arb_vec_clear(out, n);
    return refuted;
}

/* Chooses the image of coordinate i and of those behind it. */
static lo_status_t choose(search_struct *s, slong i)
{
    lo_status_t status = LO_OK;
    if (i == s->p) {
        LO_TRY(lo_ctx_poll(s->ctx));
        lo_pattern_fixed(s->one, s->g, s->p);
        if (!is_refuted(s, &status) && status == LO_OK)
            lo_pattern_intersect(s->common, s->one, s->p);
        return status;
    }
    for (slong j = 0; j < s->p && status == LO_OK; j++) {
        int a = s->pattern[i], b = s->pattern[j];
        if (s->taken[j] || abs(a) != abs(b))
            continue;
        s->taken[j] = 1;
        for (int sign = 1; sign >= -1 && status == LO_OK; sign -= 2)
            if (a == sign * b) { /* theta_i = sign theta_j on the pattern; either sign for zeros */
                s->g[i] = sign * ((int) j + 1);
                status = choose(s, i + 1);
            }
        s->taken[j] = 0;
    }
    return status;
}

/* How many there are; more than the limit counts as that. */
static slong candidates(const int *pattern, slong p)
{
    slong n = 1;
    for (slong i = 0; i < p; i++) {
        slong before = 0;
        for (slong j = 0; j < i; j++)
            before += abs(pattern[j]) == abs(pattern[i]);
        n *= (before + 1) * (pattern[i] == 0 ? 2 : 1);
        if (n > MOST_CANDIDATES)
            return n;
    }
    return n;
}

static lo_status_t prepare(search_struct *s)
{
    lo_random_t random;
    lo_status_t status = LO_OK;
    lo_random_init(random, 1, 5);
    for (slong i = 0; i < s->p; i++)
        fmpq_set_si(s->theta + i, (slong) lo_random_below(random, 4000) - 2000, 1000 + lo_random_below(random, 1000));
    for (int k = 0; k < SAMPLES && status == LO_OK; k++) {
        for (slong a = 0; a < s->f->naux; a++)
            fmpq_set_si(s->aux[k] + a, (slong) lo_random_below(random, 4000) - 2000, 1000 + lo_random_below(random, 1000));
        if (!outputs_at(s->value + k * s->f->noutputs, s, k, s->theta, &status))
            for (slong j = 0; j < s->f->noutputs; j++) /* overlaps everything: refutes nothing */
                arb_indeterminate(s->value + k * s->f->noutputs + j);
    }
    return status;
}

lo_status_t lo_pattern_refute_induced(int *proved, const lo_family_struct *f, const int *pattern, lo_ctx_t ctx)
{
    slong p = f->p;
    *proved = 0;
    if (candidates(pattern, p) > MOST_CANDIDATES)
        return LO_OK;
    search_struct s = { .f = f, .pattern = pattern, .p = p, .ctx = ctx };
    s.g = lo_alloc(3 * (size_t) p, sizeof(int));
    s.common = s.g + p;
    s.one = s.common + p;
    s.taken = lo_alloc((size_t) p, 1);
    lo_status_t status = s.g == NULL || s.taken == NULL ? LO_SYSTEM : LO_OK;
    s.theta = _fmpq_vec_init(p);
    s.moved = _fmpq_vec_init(p);
    for (int k = 0; k < SAMPLES; k++)
        s.aux[k] = _fmpq_vec_init(f->naux);
    s.value = _arb_vec_init(SAMPLES * f->noutputs);
    if (status == LO_OK) {
        lo_pattern_whole(s.common, p);
        status = prepare(&s);
    }
    if (status == LO_OK)
        status = choose(&s, 0);
    *proved = status == LO_OK && memcmp(s.common, pattern, (size_t) p * sizeof(int)) != 0;
    _arb_vec_clear(s.value, SAMPLES * f->noutputs);
    for (int k = 0; k < SAMPLES; k++)
        _fmpq_vec_clear(s.aux[k], f->naux);
    _fmpq_vec_clear(s.theta, p);
    _fmpq_vec_clear(s.moved, p);
    lo_free(s.g);
    lo_free(s.taken);
    return status;
}
