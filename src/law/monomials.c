/* monomials.c - the monomials of a search, sorted into blocks by sign character and weight.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/search.h"

#include "base/memory.h"

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

typedef struct {
    uint64_t sign;
    ulong weight;
    slong index;
} key_struct;

static int compare_keys(const void *a, const void *b)
{
    const key_struct *x = a, *y = b;
    if (x->sign != y->sign)
        return x->sign < y->sign ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight < y->weight ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

typedef struct {
    slong block, n, first;
} order_struct;

static int compare_order(const void *a, const void *b)
{
    const order_struct *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

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

static void list_monomials(lo_monomials_t m, key_struct *keys, const lo_search_t s, int low, int high)
{
    slong vars[64];
    for (int length = high; length >= low; length--) {
        memset(vars, 0, sizeof(vars));
        do {
            if (!is_reduced(s, vars, length))
                continue;
            key_struct *key = keys + m->n;
            *key = (key_struct){ 0, 0, m->n };
            for (int k = 0; k < length; k++) {
                key->sign ^= s->sign[vars[k]];
                key->weight = nmod_add(key->weight, s->weight[vars[k]], s->engine->mod);
            }
            memcpy(m->vars + m->n * m->stride, vars, (size_t) length * sizeof(slong));
            m->length[m->n++] = length;
        } while (next_monomial(vars, length, s->nvars));
    }
}

/* Permutes the monomials into blocks, and orders the blocks. */
static lo_status_t form_blocks(lo_monomials_t m, const key_struct *keys)
{
    slong *vars = lo_alloc((size_t) (m->n * m->stride), sizeof(slong));
    int *length = lo_alloc((size_t) m->n, sizeof(int));
    slong count = 0;
    for (slong i = 0; i < m->n; i++)
        count += i == 0 || keys[i].sign != keys[i - 1].sign || keys[i].weight != keys[i - 1].weight;
    order_struct *order = lo_alloc((size_t) count, sizeof(*order));
    m->blocks = lo_alloc((size_t) count, sizeof(*m->blocks));
    if (vars == NULL || length == NULL || order == NULL || m->blocks == NULL) {
        lo_free(vars);
        lo_free(length);
        lo_free(order);
        return LO_SYSTEM;
    }
    for (slong i = 0; i < m->n; i++) {
        if (i == 0 || keys[i].sign != keys[i - 1].sign || keys[i].weight != keys[i - 1].weight)
            m->blocks[m->nblocks++] = (lo_block_struct){ i, 0 };
        m->blocks[m->nblocks - 1].n++;
        memcpy(vars + i * m->stride, m->vars + keys[i].index * m->stride, (size_t) m->stride * sizeof(slong));
        length[i] = m->length[keys[i].index];
    }
    for (slong b = 0; b < count; b++)
        order[b] = (order_struct){ m->blocks[b].first, m->blocks[b].n, keys[m->blocks[b].first].index };
    qsort(order, (size_t) count, sizeof(*order), compare_order);
    for (slong b = 0; b < count; b++)
        m->blocks[b] = (lo_block_struct){ order[b].block, order[b].n };
    lo_free(order);
    lo_free(m->vars);
    lo_free(m->length);
    m->vars = vars;
    m->length = length;
    return LO_OK;
}

lo_status_t lo_monomials_init(lo_monomials_t m, const lo_search_t s, int degree)
{
    memset(m, 0, sizeof(*m));
    int64_t size = lo_search_size(s, degree);
    m->degree = degree;
    m->stride = degree;
    if (size > 50000000 || degree > 60 || degree < 1)
        return LO_UNABLE;
    key_struct *keys = lo_alloc((size_t) size, sizeof(*keys));
    m->vars = lo_alloc((size_t) (size * degree), sizeof(slong));
    m->length = lo_alloc((size_t) size, sizeof(int));
    lo_status_t status = keys != NULL && m->vars != NULL && m->length != NULL ? LO_OK : LO_SYSTEM;
    if (status == LO_OK && s->nvars > 0) {
        list_monomials(m, keys, s, s->homogeneous ? degree : 1, degree);
        qsort(keys, (size_t) m->n, sizeof(*keys), compare_keys);
        status = form_blocks(m, keys);
    }
    lo_free(keys);
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

void lo_monomials_clear(lo_monomials_t m)
{
    lo_free(m->vars);
    lo_free(m->length);
    lo_free(m->blocks);
    memset(m, 0, sizeof(*m));
}
