/* summands.c - arithmetic of sums of products of tape nodes.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/summands.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

int lo_product_compare(const lo_product_struct *a, const lo_product_struct *b)
{
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    for (int i = 0; i < a->n; i++)
        if (a->f[i] != b->f[i])
            return a->f[i] < b->f[i] ? -1 : 1;
    return 0;
}

int lo_product_multiply(lo_product_struct *m, slong code)
{
    if (code / 2 == LO_TAPE_ONE)
        return 1;
    for (int i = 0; i < m->n; i++) {
        if (m->f[i] == (code ^ 1)) {
            memmove(m->f + i, m->f + i + 1, (size_t) (m->n - i - 1) * sizeof(slong));
            m->n--;
            return 1;
        }
    }
    if (m->n == LO_FACTORS)
        return 0;
    int i = m->n++;
    for (; i > 0 && m->f[i - 1] > code; i--)
        m->f[i] = m->f[i - 1];
    m->f[i] = code;
    return 1;
}

void lo_sum_clear(lo_sum_struct *s)
{
    for (slong i = 0; i < s->n; i++)
        fmpq_clear(&s->s[i].c);
    lo_free(s->s);
    memset(s, 0, sizeof(*s));
}

void lo_sum_push(lo_tangent_struct *t, lo_sum_struct *s, const lo_product_struct *m, const fmpq_t c)
{
    if (t->status != LO_OK || fmpq_is_zero(c))
        return;
    if ((t->status = LO_GROW(s->s, s->alloc, s->n + 1)) != LO_OK)
        return;
    s->s[s->n].m = *m;
    fmpq_init(&s->s[s->n].c);
    fmpq_set(&s->s[s->n++].c, c);
}

static int compare_summands(const void *a, const void *b)
{
    return lo_product_compare(&((const lo_summand_struct *) a)->m, &((const lo_summand_struct *) b)->m);
}

void lo_sum_collect(lo_sum_struct *s)
{
    if (s->n < 2)
        return;
    qsort(s->s, (size_t) s->n, sizeof(lo_summand_struct), compare_summands);
    slong kept = 0;
    for (slong i = 0; i < s->n; i++) {
        if (kept > 0 && lo_product_compare(&s->s[kept - 1].m, &s->s[i].m) == 0) {
            fmpq_add(&s->s[kept - 1].c, &s->s[kept - 1].c, &s->s[i].c);
            fmpq_clear(&s->s[i].c);
        } else {
            if (kept > 0 && fmpq_is_zero(&s->s[kept - 1].c))
                fmpq_clear(&s->s[--kept].c);
            s->s[kept++] = s->s[i];
        }
    }
    if (kept > 0 && fmpq_is_zero(&s->s[kept - 1].c))
        fmpq_clear(&s->s[--kept].c);
    s->n = kept;
}

slong lo_sum_find(const lo_sum_struct *s, const lo_product_struct *m)
{
    slong low = 0, high = s->n - 1;
    while (low <= high) {
        slong middle = (low + high) / 2;
        int order = lo_product_compare(&s->s[middle].m, m);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle - 1;
    }
    return -1;
}

int lo_definition_term(lo_product_struct *m, const fmpq **coef, const lo_tape_t tape, slong node, slong i)
{
    const lo_tnode_struct *x = tape->nodes + node;
    m->n = 0;
    *coef = tape->constants;
    if (x->op == LO_T_DOT && i < x->len) {
        const lo_term_struct *term = tape->terms + x->first + i;
        *coef = tape->constants + term->coef;
        return lo_product_multiply(m, 2 * term->a) && (term->b < 0 || lo_product_multiply(m, 2 * term->b));
    }
    if (x->op == LO_T_DIV && i == 0)
        return lo_product_multiply(m, 2 * x->first) && lo_product_multiply(m, 2 * x->len + 1);
    if (x->op == LO_T_FUN && x->fun == LO_FUN_SQRT && i == 0) /* a / sqrt(a) = sqrt(a) */
        return lo_product_multiply(m, 2 * x->first) && lo_product_multiply(m, 2 * node + 1);
    if (x->op == LO_T_POW && i == 0 && x->len > -LO_FACTORS && x->len < LO_FACTORS) {
        for (slong k = 0; k < labs(x->len); k++)
            if (!lo_product_multiply(m, 2 * x->first + (x->len < 0)))
                return 0;
        return 1;
    }
    return 0;
}

slong lo_definition_length(const lo_tape_t tape, slong node)
{
    const lo_tnode_struct *x = tape->nodes + node;
    return x->op == LO_T_DOT                                                                        ? x->len
           : x->op == LO_T_DIV || x->op == LO_T_POW || (x->op == LO_T_FUN && x->fun == LO_FUN_SQRT) ? 1
                                                                                                    : 0;
}
