/* monomials.c - the monomials of a search, sorted into blocks by sign character and weight.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A long list of monomials is never held as a whole. It is passed over once per range of the hash of character and
 * weight, so that each pass sees whole blocks, and of each pass only the blocks are kept in which a law may be: one whose
 * monomials have independent derivatives at a few samples has none. (Two blocks with the same hash would merely be
 * searched as one.) Blocks that are too large to be searched are recognised beforehand by counting hashes.
 */
#include "law/search.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <stdlib.h>
#include <string.h>

int64_t lo_search_size(const lo_search_t s, int degree)
{
    const int64_t cut = INT64_C(1) << 40;
    int64_t total = 0, count = 1; /* count = binomial(nvars + d - 1, d) */
    for (int d = 1; d <= degree; d++) {
        if (s->nvars + d - 1 > cut / (count > 0 ? count : 1))
            return cut;
        count = count * (s->nvars + d - 1) / d;
        total += count;
    }
    return s->homogeneous && degree > 0 ? count : total;
}

/* ---- one after the other ---- */

/* A monomial: the hash of its character and weight, and its place in the order of the enumeration. */
typedef struct {
    uint64_t hash, number;
    slong at; /* in the list of its pass */
} key_struct;

typedef struct {
    uint64_t first, last; /* of the hashes that are wanted */
    lo_status_t (*visit)(void *data, const slong *vars, int length, const key_struct *key);
    void *data;
} visitor_struct;

/* sin(a)^2 = 1 - cos(a)^2 is used to leave out every square of a sine. */
static int is_reduced(const lo_search_t s, const slong *vars, int length)
{
    for (int k = 1; k < length; k++)
        if (vars[k] == vars[k - 1] && vars[k] >= s->family->p && vars[k] < s->family->p + s->symbols->n &&
            s->symbols->fun[vars[k] - s->family->p] == LO_FUN_SIN)
            return 0;
    return 1;
}

/* Next multiset of `length` variables in lexicographic order; 0 when there is none. */
static int next_monomial(slong *vars, int length, slong nvars)
{
    int k = length - 1;
    while (k >= 0 && vars[k] == nvars - 1)
        k--;
    if (k < 0)
        return 0;
    slong v = vars[k] + 1;
    for (; k < length; k++)
        vars[k] = v;
    return 1;
}

static uint64_t mix(uint64_t sign, ulong weight)
{
    return (sign ^ (sign >> 32)) * UINT64_C(0x9e3779b97f4a7c15) + weight * UINT64_C(0xd1342543de82ef95);
}

/* All monomials with the given first factors. */
static lo_status_t enumerate_last(const visitor_struct *visitor, uint64_t *number, slong *vars, int length,
                                  const lo_search_t s)
{
    uint64_t sign = 0;
    ulong weight = 0;
    for (int k = 0; k < length - 1; k++) {
        sign ^= s->sign[vars[k]];
        weight = nmod_add(weight, s->weight[vars[k]], s->engine->mod);
    }
    for (slong v = length > 1 ? vars[length - 2] : 0; v < s->nvars; v++, ++*number) {
        key_struct key = { mix(sign ^ s->sign[v], nmod_add(weight, s->weight[v], s->engine->mod)), *number,
                           0 };
        if (key.hash < visitor->first || key.hash > visitor->last)
            continue;
        vars[length - 1] = v;
        if (s->symbols->n == 0 || is_reduced(s, vars, length))
            LO_TRY(visitor->visit(visitor->data, vars, length, &key));
    }
    return LO_OK;
}

static lo_status_t enumerate(const visitor_struct *visitor, const lo_search_t s, int degree)
{
    slong vars[64];
    uint64_t number = 0;
    for (int length = degree; s->nvars > 0 && length >= (s->homogeneous ? degree : 1); length--) {
        memset(vars, 0, sizeof(vars));
        do
            LO_TRY(enumerate_last(visitor, &number, vars, length, s));
        while (next_monomial(vars, length - 1, s->nvars));
    }
    return LO_OK;
}

/* ---- which blocks are too large: every count of a hash is at least the size of its block ---- */

#define SKETCH_BITS 22
#define SKETCHES 3

static uint32_t *counter(uint32_t *sketch, uint64_t hash, int i)
{
    static const uint64_t factor[SKETCHES] = { UINT64_C(0xbf58476d1ce4e5b9), UINT64_C(0x94d049bb133111eb),
                                               UINT64_C(0xff51afd7ed558ccd) };
    return sketch + ((slong) i << SKETCH_BITS) + ((hash * factor[i]) >> (64 - SKETCH_BITS));
}

static lo_status_t count_one(void *data, const slong *vars, int length, const key_struct *key)
{
    (void) vars;
    (void) length;
    for (int i = 0; i < SKETCHES; i++)
        ++*counter(data, key->hash, i);
    return LO_OK;
}

/* Is the block larger than `most`? May err towards yes where all counters are shared with large blocks. */
static int is_heavy(uint32_t *sketch, uint64_t hash, slong most)
{
    int heavy = sketch != NULL;
    for (int i = 0; i < SKETCHES && heavy; i++)
        heavy = *counter(sketch, hash, i) > (uint64_t) most;
    return heavy;
}

/* ---- one pass ---- */

typedef struct {
    slong n;         /* monomials of the block */
    slong first;     /* the first one in the list of the pass */
    uint64_t number; /* of its first monomial */
} found_struct;

/* The monomials of a range of hashes; then those of its blocks that are kept. */
typedef struct {
    int stride;
    slong n, keys_alloc, vars_alloc, length_alloc;
    key_struct *keys;
    slong *vars;
    int *length;
    slong nblocks, blocks_alloc;
    found_struct *blocks;
    uint32_t *sketch;
    slong most;
    int skipped;
} pass_struct;

typedef struct {
    lo_search_struct *search;
    int degree;
    slong npasses;
    pass_struct *passes;
    int filter;
} work_struct;

static void pass_clear(pass_struct *p)
{
    lo_free(p->keys);
    lo_free(p->vars);
    lo_free(p->length);
    lo_free(p->blocks);
    p->keys = NULL;
    p->vars = NULL;
    p->length = NULL;
    p->blocks = NULL;
}

static lo_status_t take_monomial(void *data, const slong *vars, int length, const key_struct *key)
{
    pass_struct *p = data;
    if (is_heavy(p->sketch, key->hash, p->most)) {
        p->skipped = 1;
        return LO_OK;
    }
    LO_TRY(LO_GROW(p->keys, p->keys_alloc, p->n + 1));
    LO_TRY(LO_GROW(p->vars, p->vars_alloc, (p->n + 1) * p->stride));
    LO_TRY(LO_GROW(p->length, p->length_alloc, p->n + 1));
    p->keys[p->n] = *key;
    p->keys[p->n].at = p->n;
    slong *to = p->vars + p->n * p->stride;
    for (int k = 0; k < p->stride; k++)
        to[k] = k < length ? vars[k] : 0;
    p->length[p->n++] = length;
    return LO_OK;
}

static int compare_keys(const void *a, const void *b)
{
    const key_struct *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Larger blocks are kept without a look at them. */
#define QUICK 8

/* Are the derivatives of the monomials independent as functions on the first samples? Then no combination is a law.
 * Elimination without divisions. */
static int has_no_law(const pass_struct *p, const key_struct *keys, slong n, const lo_search_t s)
{
    ulong a[QUICK][QUICK];
    nmod_t mod = s->engine->mod;
    for (slong i = 0; i < n; i++)
        for (slong j = 0; j < n; j++)
            a[i][j] = lo_monomial_speed(s, i, p->vars + keys[j].at * p->stride, p->length[keys[j].at]);
    for (slong k = 0; k < n; k++) {
        slong pivot = k;
        while (pivot < n && a[pivot][k] == 0)
            pivot++;
        if (pivot == n)
            return 0;
        for (slong j = k; j < n && pivot != k; j++) {
            ulong swap = a[k][j];
            a[k][j] = a[pivot][j];
            a[pivot][j] = swap;
        }
        for (slong i = k + 1; i < n; i++)
            for (slong j = n - 1; j >= k; j--)
                a[i][j] = nmod_sub(nmod_mul(a[k][k], a[i][j], mod), nmod_mul(a[i][k], a[k][j], mod), mod);
    }
    return 1;
}

/* Sorts the keys of a pass into blocks and replaces its lists by those of the blocks that are kept. */
static lo_status_t form_blocks(pass_struct *p, const lo_search_t s, int filter)
{
    pass_struct kept = { .stride = p->stride, .skipped = p->skipped };
    lo_status_t status = LO_OK;
    if (p->n > 1)
        qsort(p->keys, (size_t) p->n, sizeof(*p->keys), compare_keys);
    for (slong i = 0, n; i < p->n && status == LO_OK; i += n) {
        for (n = 1; i + n < p->n && p->keys[i + n].hash == p->keys[i].hash;)
            n++;
        if (filter && n <= QUICK && has_no_law(p, p->keys + i, n, s))
            continue;
        status = LO_GROW(kept.blocks, kept.blocks_alloc, kept.nblocks + 1);
        if (status == LO_OK)
            kept.blocks[kept.nblocks++] = (found_struct){ n, kept.n, p->keys[i].number };
        for (slong k = i; k < i + n && status == LO_OK; k++)
            status = take_monomial(&kept, p->vars + p->keys[k].at * p->stride, p->length[p->keys[k].at],
                                   p->keys + k);
    }
    pass_clear(p);
    *p = kept;
    lo_free(p->keys);
    p->keys = NULL;
    return status;
}

static lo_status_t run_pass(void *data, long task, long worker)
{
    const work_struct *w = data;
    pass_struct *p = w->passes + task;
    uint64_t width =
        w->npasses > 1 ? UINT64_MAX / (uint64_t) w->npasses + 1 : 0; /* npasses ranges of hashes */
    visitor_struct visitor = { (uint64_t) task * width,
                               task + 1 < w->npasses ? (uint64_t) (task + 1) * width - 1 : UINT64_MAX,
                               take_monomial, p };
    (void) worker;
    LO_TRY(enumerate(&visitor, w->search, w->degree));
    return form_blocks(p, w->search, w->filter);
}

/* ---- all passes ---- */

typedef struct {
    found_struct block;
    const pass_struct *pass;
} order_struct;

static int compare_order(const void *a, const void *b)
{
    const order_struct *x = a, *y = b;
    if (x->block.n != y->block.n)
        return x->block.n < y->block.n ? -1 : 1;
    return (x->block.number > y->block.number) - (x->block.number < y->block.number);
}

/* Small blocks first, then in the order of the enumeration. */
static lo_status_t join_passes(lo_monomials_t m, const work_struct *w)
{
    slong n = 0, blocks = 0;
    for (slong k = 0; k < w->npasses; k++) {
        n += w->passes[k].n;
        blocks += w->passes[k].nblocks;
        m->skipped |= w->passes[k].skipped;
    }
    order_struct *order = lo_alloc((size_t) blocks, sizeof(*order));
    m->vars = lo_alloc((size_t) (n * m->stride), sizeof(slong));
    m->length = lo_alloc((size_t) n, sizeof(int));
    m->blocks = lo_alloc((size_t) blocks, sizeof(*m->blocks));
    lo_status_t status =
        order != NULL && m->vars != NULL && m->length != NULL && m->blocks != NULL ? LO_OK : LO_SYSTEM;
    for (slong k = 0, b = 0; k < w->npasses && status == LO_OK; k++)
        for (slong i = 0; i < w->passes[k].nblocks; i++)
            order[b++] = (order_struct){ w->passes[k].blocks[i], w->passes + k };
    if (status == LO_OK && blocks > 1)
        qsort(order, (size_t) blocks, sizeof(*order), compare_order);
    for (slong b = 0; b < blocks && status == LO_OK; b++) {
        const found_struct *from = &order[b].block;
        m->blocks[m->nblocks++] = (lo_block_struct){ m->n, from->n };
        memcpy(m->vars + m->n * m->stride, order[b].pass->vars + from->first * m->stride,
               (size_t) (from->n * m->stride) * sizeof(slong));
        memcpy(m->length + m->n, order[b].pass->length + from->first, (size_t) from->n * sizeof(int));
        m->n += from->n;
    }
    lo_free(order);
    return status;
}

lo_status_t lo_monomials_stream(lo_monomials_t m, lo_search_t s, int degree, slong most, lo_ctx_t ctx)
{
    int64_t size = lo_search_size(s, degree);
    work_struct w = {
        .search = s, .degree = degree, .npasses = (slong) (size / most) + 1, .filter = size > most
    };
    memset(m, 0, sizeof(*m));
    m->degree = m->stride = degree;
    uint32_t *sketch = w.filter ? lo_alloc((size_t) SKETCHES << SKETCH_BITS, sizeof(uint32_t)) : NULL;
    visitor_struct count = { 0, UINT64_MAX, count_one, sketch };
    w.passes = lo_alloc((size_t) w.npasses, sizeof(*w.passes));
    lo_status_t status = w.passes != NULL && (sketch != NULL || !w.filter) ? LO_OK : LO_SYSTEM;
    if (status == LO_OK && w.filter) {
        lo_ctx_progress(ctx, "sorting monomials", 0, 0);
        status = lo_search_samples(s, QUICK);
        if (status == LO_OK)
            status = enumerate(&count, s, degree);
    }
    for (slong k = 0; k < w.npasses && status == LO_OK; k++)
        w.passes[k] =
            (pass_struct){ .stride = degree, .sketch = sketch, .most = ctx->limits->search_monomials };
    if (status == LO_OK)
        status = lo_parallel(w.npasses, run_pass, &w, ctx);
    if (status == LO_OK)
        status = join_passes(m, &w);
    for (slong k = 0; w.passes != NULL && k < w.npasses; k++)
        pass_clear(w.passes + k);
    lo_free(w.passes);
    lo_free(sketch);
    if (status != LO_OK)
        lo_monomials_clear(m);
    return status;
}

lo_status_t lo_monomials_all(lo_monomials_t m, const lo_search_t s, slong nvars, int low, int high)
{
    slong vars[64];
    memset(m, 0, sizeof(*m));
    m->degree = m->stride = high;
    long alloc = 0, lengths = 0;
    lo_status_t status = high < 64 && nvars > 0 ? LO_OK : LO_UNABLE;
    for (int length = high; length >= low && status == LO_OK; length--) {
        memset(vars, 0, sizeof(vars));
        do {
            if (!is_reduced(s, vars, length))
                continue;
            status = LO_GROW(m->vars, alloc, (m->n + 1) * m->stride);
            if (status == LO_OK)
                status = LO_GROW(m->length, lengths, m->n + 1);
            if (status != LO_OK)
                break;
            memcpy(m->vars + m->n * m->stride, vars, (size_t) length * sizeof(slong));
            m->length[m->n++] = length;
        } while (next_monomial(vars, length, nvars));
    }
    if (status == LO_OK && (m->blocks = lo_alloc(1, sizeof(*m->blocks))) == NULL)
        status = LO_SYSTEM;
    if (status == LO_OK)
        m->blocks[m->nblocks++] = (lo_block_struct){ 0, m->n };
    else
        lo_monomials_clear(m);
    return status;
}

lo_status_t lo_monomials_init(lo_monomials_t m, lo_search_t s, int degree, lo_ctx_t ctx)
{
    memset(m, 0, sizeof(*m));
    if (lo_search_size(s, degree) > LO_MAX_MONOMIALS || degree > 60 || degree < 1)
        return LO_UNABLE;
    return lo_monomials_stream(m, s, degree, 1 << 21, ctx);
}

void lo_monomials_clear(lo_monomials_t m)
{
    lo_free(m->vars);
    lo_free(m->length);
    lo_free(m->blocks);
    memset(m, 0, sizeof(*m));
}
