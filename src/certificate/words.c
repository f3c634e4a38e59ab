/* words.c - the search for independent members and bracket words at the point of a certificate.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Level 1 draws members until they bring nothing new; level l brackets members with words of level l - 1. The words are
 * right-nested and the kept ones come first: at a generic point they suffice. At a special point fields that do
 * not raise the rank matter too, so a few of those join.
 */
#include "certificate/certificate.h"

#include "algebra/span.h"
#include "base/memory.h"

#include <string.h>

#define MAX_ORDER 40       /* of Taylor members */
#define QUIET_ORDERS 5     /* orders in a row that may bring nothing */
#define SPARE 24           /* entries per level that are kept without raising the rank */
#define MAX_LEVEL 10
#define MAX_DEPTH 60 /* of words of a list of fields without functions (the format: 64) */
#define QUIET_LEVELS 2
#define HARD_SPARE 120 /* at special points */
#define HARD_PATIENCE 1500
#define HARD_LEVELS 3
#define HARD_MAX_LEVEL 8
#define HARD_ORDERS 4 /* for QUIET_ORDERS: words of few members, all of them */
#define HARD_DIMENSION 40 /* only in small spaces */

typedef struct {
    lo_evaluator_struct *ev;
    lo_split_struct *s;
    lo_ctx_struct *ctx;
    lo_random_struct *random;
    lo_span_t span;
    slong target, p;
    slong keep, patience, levels, quiet_levels, quiet_orders; /* SPARE, misses in a row, MAX_LEVEL, .. */
    slong *pool, npool, pool_alloc; /* entries of the level before, those that raised the rank first */
    ulong *block;                   /* values of a block of candidates */
    slong *entries, nblock;
    slong *generators, ngenerators, generators_alloc; /* instances for the left of a bracket */
} search_struct;

#define BLOCK 64

/* ---- instances ---- */

static slong small(lo_random_t random)
{
    return (slong) lo_random_below(random, 19) - 9;
}

static lo_status_t push_instance(slong *index, search_struct *w, slong field, slong order)
{
    lo_split_struct *s = w->s;
    const lo_family_struct *f = w->ev->family;
    slong inputs = f->model->inputs, outputs = lo_cert_has_fields(f) ? 0 : lo_family_covectors(f);
    LO_TRY(LO_GROW(s->instances, s->instances_alloc, s->ninstances + 1));
    lo_instance_struct *x = s->instances + s->ninstances;
    *x = (lo_instance_struct){ .field = field, .order = order };
    x->inputs = lo_alloc((size_t) (2 * inputs + outputs), sizeof(slong));
    if (x->inputs == NULL)
        return LO_SYSTEM;
    x->direction = x->inputs + inputs;
    x->covector = x->direction + inputs;
    for (slong i = 0; i < inputs; i++) {
        x->inputs[i] = s->base != NULL ? s->base[i] : small(w->random);
        x->direction[i] = order > 0 ? small(w->random) : 0;
    }
    for (slong j = 0; j < outputs; j++)
        x->covector[j] = outputs == 1 ? 1 : small(w->random);
    x->seed = lo_random_next(w->random) >> 32;
    *index = s->ninstances++;
    return LO_OK;
}

static void drop_last_instance(lo_split_struct *s)
{
    lo_free(s->instances[--s->ninstances].inputs);
}

/* ---- blocks of candidates ---- */

/* Adds the block to the span. Chosen entries and a few others join `found`. Out: *added. */
static lo_status_t settle(slong *added, search_struct *w, slong *found, slong *nfound, slong *nspare)
{
    char raised[BLOCK];
    *added = lo_span_add(w->span, raised, w->block, w->nblock);
    if (*added < 0)
        return LO_SYSTEM;
    for (slong i = 0; i < w->nblock; i++) {
        if (raised[i]) {
            LO_TRY(LO_GROW(w->s->chosen, w->s->chosen_alloc, w->s->nchosen + 1));
            w->s->chosen[w->s->nchosen++] = w->entries[i];
        }
        if (raised[i] || (*nspare)++ < w->keep)
            found[(*nfound)++] = w->entries[i];
    }
    w->nblock = 0;
    lo_ctx_progress(w->ctx, "certificate: words", w->span->rank, w->target);
    return lo_ctx_poll(w->ctx);
}

/* The value of an entry joins the block; LO_DOMAIN where it is not defined. */
static lo_status_t propose(search_struct *w, slong entry)
{
    LO_TRY(lo_entry_value(w->block + w->nblock * w->p, w->ev, entry));
    w->entries[w->nblock++] = entry;
    return LO_OK;
}

static slong block_size(const search_struct *w)
{
    slong left = w->target - w->span->rank;
    slong n = w->p < 64 ? 1 : BLOCK;
    return left < n ? left : n;
}

/* ---- level 1 ---- */

static lo_status_t room(slong **found, slong n)
{
    *found = lo_alloc((size_t) n, sizeof(slong));
    return *found != NULL ? LO_OK : LO_SYSTEM;
}

/* Draws members of one order until a block brings less than it could: one of them where all are proportional. */
static lo_status_t draw_order(search_struct *w, slong order, slong *found, slong *nfound, slong *nspare)
{
    const lo_family_struct *f = w->ev->family;
    int proportional = order > 0 && f->model->inputs == 1 && lo_family_covectors(f) == 1 && f->ngates == 0;
    for (int poles = 0, misses = 0; w->span->rank < w->target && misses < 2 && poles < 50;) {
        slong n = block_size(w), index, added;
        while (w->nblock < n && poles < 50) {
            LO_TRY(push_instance(&index, w, -1, order));
            lo_status_t status = propose(w, index);
            if (status == LO_DOMAIN) {
                drop_last_instance(w->s);
                poles++;
            } else if (status != LO_OK) {
                return status;
            }
        }
        slong size = w->nblock;
        LO_TRY(settle(&added, w, found, nfound, nspare));
        misses += proportional ? 2 : added < size;
    }
    return LO_OK;
}

/* Every field of a list is an instance. */
static lo_status_t draw_fields(search_struct *w, slong *found, slong *nfound, slong *nspare)
{
    for (slong k = 0; k < lo_family_covectors(w->ev->family); k++) {
        slong index, added;
        LO_TRY(push_instance(&index, w, k, 0));
        LO_TRY(propose(w, index));
        LO_TRY(settle(&added, w, found, nfound, nspare));
    }
    return LO_OK;
}

/* Drops members that vanish at another point too, as far as it shows: at a special point others may vanish and matter. */
static lo_status_t drop_zero_members(search_struct *w, slong *members, slong *n)
{
    lo_modpoint_struct *point = w->ev->point;
    slong kept = 0;
    ulong *theta = lo_alloc((size_t) w->p, sizeof(ulong)), *value = lo_alloc((size_t) w->p, sizeof(ulong));
    lo_status_t status = theta != NULL && value != NULL ? LO_OK : LO_SYSTEM;
    for (slong i = 0; i < w->p && status == LO_OK; i++) {
        theta[i] = point->theta[i];
        point->theta[i] = lo_random_below(w->random, w->ev->engine->mod.n);
    }
    for (slong k = 0; k < *n && status == LO_OK; k++) {
        lo_status_t defined = lo_entry_value(value, w->ev, members[k]);
        int zero = defined == LO_OK;
        for (slong i = 0; i < w->p && zero; i++)
            zero = value[i] == 0;
        if (!zero)
            members[kept++] = members[k];
        status = defined & LO_SYSTEM;
    }
    for (slong i = 0; i < w->p && theta != NULL && value != NULL; i++)
        point->theta[i] = theta[i];
    *n = kept;
    lo_free(theta);
    lo_free(value);
    return status;
}

static lo_status_t first_level(search_struct *w)
{
    const lo_family_struct *f = w->ev->family;
    int taylor = f->natoms > 0 && f->model->inputs > 0;
    slong *found, n = 0, spare = 0, most = w->target + lo_family_covectors(f) + w->keep + BLOCK * (MAX_ORDER + 2);
    LO_TRY(room(&found, most));
    lo_status_t status = lo_cert_has_fields(f) ? draw_fields(w, found, &n, &spare) : draw_order(w, 0, found, &n, &spare);
    for (slong order = 1, quiet = 0; taylor && status == LO_OK && order <= MAX_ORDER && quiet < w->quiet_orders; order++) {
        slong before = w->span->rank;
        status = draw_order(w, order, found, &n, &spare);
        quiet = w->span->rank > before ? 0 : quiet + 1;
        if (w->span->rank >= w->target)
            break;
    }
    if (status == LO_OK && w->keep == HARD_SPARE)
        status = drop_zero_members(w, found, &n);
    w->pool = found;
    w->npool = n;
    if (status == LO_OK)
        status = LO_GROW(w->generators, w->generators_alloc, n);
    if (status == LO_OK && n > 0)
        memcpy(w->generators, found, (size_t) n * sizeof(slong));
    w->ngenerators = n;
    return status;
}

/* ---- level l ---- */

static lo_status_t push_word(slong *entry, search_struct *w, slong first, slong second)
{
    lo_split_struct *s = w->s;
    LO_TRY(LO_GROW(s->words, s->words_alloc, s->nwords + 1));
    s->words[s->nwords] = (lo_entry_struct){ first, second, 1 + lo_entry_length(s, second) };
    *entry = s->ninstances + s->nwords++;
    return LO_OK;
}

/* A block that brought nothing may leave the list again, unless it became a spare. */
static void forget_words(search_struct *w, slong first_entry, const slong *found, slong nfound)
{
    slong last = nfound > 0 && found[nfound - 1] >= first_entry ? found[nfound - 1] : first_entry - 1;
    w->s->nwords = last + 1 - w->s->ninstances;
}

/* A step through 0..n-1 that meets every number once and mixes them. */
static slong mixing_step(slong n)
{
    slong step = n - n / 3 - n / 21; /* about 0.62 n */
    while (step < 1 || n_gcd((ulong) step, (ulong) n) != 1)
        step++;
    return step;
}

static lo_status_t next_level(search_struct *w)
{
    slong n = w->ngenerators, m = w->npool, pairs = n * m, nfound = 0, spare = 0, misses = 0;
    slong *found, step = mixing_step(pairs), pair = 0;
    LO_TRY(room(&found, w->target + w->keep + 2 * BLOCK));
    lo_status_t status = LO_OK;
    for (slong k = 0; k < pairs && w->span->rank < w->target && misses < w->patience && status == LO_OK;) {
        slong before = w->span->rank, first_entry = w->s->ninstances + w->s->nwords, added, size = block_size(w);
        for (; w->nblock < size && k < pairs && status == LO_OK; k++) {
            slong i = pair / m, j = pair % m, entry;
            pair = (slong) (((unsigned __int128) pair + (unsigned __int128) step) % (unsigned __int128) pairs);
            if (w->generators[i] == w->pool[j] || (m == n && lo_entry_length(w->s, w->pool[j]) == 1 && i > j))
                continue; /* [X, X] = 0, [Y, X] = -[X, Y] */
            status = push_word(&entry, w, w->generators[i], w->pool[j]);
            if (status == LO_OK)
                status = propose(w, entry);
        }
        slong tried = w->nblock;
        if (status == LO_OK)
            status = settle(&added, w, found, &nfound, &spare);
        if (status == LO_OK && w->span->rank == before) {
            forget_words(w, first_entry, found, nfound);
            misses += tried;
        } else {
            misses = 0;
        }
    }
    lo_free(w->pool);
    w->pool = found;
    w->npool = nfound;
    return status;
}

/* ---- what is kept ---- */

/* Chosen entries and their ancestors, numbered anew. */
static lo_status_t compact(lo_split_struct *s)
{
    slong n = s->ninstances, total = n + s->nwords, instances = 0, words = 0;
    slong *number = lo_alloc((size_t) total, sizeof(slong));
    if (number == NULL)
        return LO_SYSTEM;
    for (slong k = 0; k < s->nchosen; k++)
        number[s->chosen[k]] = 1;
    for (slong e = total - 1; e >= n; e--)
        if (number[e])
            number[s->words[e - n].first] = number[s->words[e - n].second] = 1;
    for (slong e = 0; e < total; e++) {
        if (e < n && !number[e])
            lo_free(s->instances[e].inputs);
        if (e < n && number[e]) {
            s->instances[instances] = s->instances[e];
            number[e] = instances++;
        }
        if (e >= n && number[e]) {
            lo_entry_struct word = s->words[e - n];
            s->words[words] = (lo_entry_struct){ number[word.first], number[word.second], word.length };
            number[e] = instances + words++;
        }
    }
    s->ninstances = instances;
    s->nwords = words;
    for (slong k = 0; k < s->nchosen; k++)
        s->chosen[k] = number[s->chosen[k]];
    lo_free(number);
    return LO_OK;
}

/* The values of the chosen entries, computed again from what is shipped. */
static lo_status_t fill_values(search_struct *w)
{
    lo_split_struct *s = w->s;
    s->rank = s->nchosen;
    nmod_mat_clear(s->values);
    nmod_mat_init(s->values, s->rank, w->p, s->mod);
    for (slong k = 0; k < s->rank; k++)
        LO_TRY(lo_entry_value(&nmod_mat_entry(s->values, k, 0), w->ev, s->chosen[k]));
    return LO_OK;
}

lo_status_t lo_words_search(lo_evaluator_t ev, slong target, int hard, lo_random_t random, lo_ctx_t ctx)
{
    slong p = ev->family->p;
    hard = hard && p <= HARD_DIMENSION;
    search_struct w = { .ev = ev, .s = ev->split, .ctx = ctx, .random = random, .target = target, .p = p };
    w.keep = hard ? HARD_SPARE : SPARE;
    w.patience = hard ? HARD_PATIENCE : 40 + 2 * p;
    w.quiet_orders = hard ? HARD_ORDERS : QUIET_ORDERS;
    w.levels = hard ? HARD_MAX_LEVEL : MAX_LEVEL;
    if (lo_cert_has_fields(ev->family) && ev->family->natoms == 0)
        w.levels = MAX_DEPTH;
    w.quiet_levels = hard ? HARD_LEVELS : QUIET_LEVELS;
    LO_TRY(lo_span_init(w.span, w.p, ev->engine->mod));
    w.block = lo_alloc((size_t) (BLOCK * w.p), sizeof(ulong));
    w.entries = lo_alloc(BLOCK, sizeof(slong));
    lo_status_t status = w.block != NULL && w.entries != NULL ? first_level(&w) : LO_SYSTEM;
    for (slong level = 2, quiet = 0; status == LO_OK && level <= w.levels && w.span->rank < target; level++) {
        slong before = w.span->rank;
        status = next_level(&w);
        quiet = w.span->rank > before ? 0 : quiet + 1;
        if (quiet >= w.quiet_levels || w.npool == 0)
            break;
    }
    if (status == LO_OK || status == LO_DOMAIN)
        status = compact(w.s);
    if (status == LO_OK)
        status = fill_values(&w);
    lo_span_clear(w.span);
    lo_free(w.pool);
    lo_free(w.generators);
    lo_free(w.block);
    lo_free(w.entries);
    return status;
}
