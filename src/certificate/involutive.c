/* involutive.c - an involutivity identity for the words of a certificate.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "certificate/certificate.h"

#include "base/memory.h"

#include <string.h>

/* Larger families are not tried; larger identities are not written. */
#define MAX_DIMENSION 64
#define MAX_RANK 24
#define MAX_BYTES 4000000

lo_status_t lo_entry_field(lo_field_t res, const lo_closure_struct *closure, const lo_split_struct *s, slong entry,
                           lo_ctx_t ctx)
{
    const lo_ring_struct *ring = closure->ring;
    if (entry < s->ninstances) {
        const lo_instance_struct *x = s->instances + entry;
        int vanishes = 0; /* a divisor, at these inputs, that cancels in the ring */
        if (x->field < 0 && x->order == 0)
            LO_TRY(lo_family_vanishes_at_inputs(&vanishes, ring->family, x->inputs, ctx));
        if (vanishes)
            return LO_DOMAIN;
        return x->order > 0    ? LO_UNABLE
               : x->field >= 0 ? lo_closure_spanning(res, closure, x->field)
                               : lo_closure_member(res, closure, x->inputs, x->covector);
    }
    lo_field_t a, b;
    const lo_entry_struct *w = s->words + entry - s->ninstances;
    LO_TRY(lo_field_init(a, ring));
    lo_status_t status = lo_field_init(b, ring);
    if (status == LO_OK)
        status = lo_entry_field(a, closure, s, w->first, ctx);
    if (status == LO_OK)
        status = lo_entry_field(b, closure, s, w->second, ctx);
    if (status == LO_OK)
        status = lo_field_bracket(res, a, b, ring);
    lo_field_clear(a, ring);
    lo_field_clear(b, ring);
    return status;
}

void lo_identity_free(lo_identity_struct *x)
{
    if (x == NULL)
        return;
    for (slong i = 0; x->c != NULL && i < x->n; i++)
        lo_free(x->c[i]);
    lo_free(x->c);
    lo_free(x->q);
    lo_free(x);
}

static lo_status_t print_identity(lo_identity_struct **identity, const fmpz_mpoly_q_t q,
                                  const fmpz_mpoly_q_struct *c, slong n, lo_ring_t ring)
{
    lo_identity_struct *x = *identity = lo_alloc(1, sizeof(*x));
    size_t bytes = 0;
    if (x == NULL)
        return LO_SYSTEM;
    x->n = n;
    x->c = lo_alloc((size_t) n, sizeof(char *));
    x->q = lo_ring_print(q, ring);
    if (x->c == NULL || x->q == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < n && bytes < MAX_BYTES; i++) {
        x->c[i] = lo_ring_print(c + i, ring);
        if (x->c[i] == NULL)
            return LO_SYSTEM;
        bytes += strlen(x->c[i]);
    }
    return bytes < MAX_BYTES ? LO_OK : LO_UNABLE;
}

static lo_status_t solve(lo_identity_struct **identity, lo_closure_struct *closure, lo_field_struct *B,
                         const lo_split_struct *s, lo_ctx_t ctx)
{
    slong k = s->nchosen, n = closure->nfields * (k + 1) * k;
    int closed = 1;
    lo_status_t status = LO_OK;
    for (slong j = 0; j < k && status == LO_OK; j++)
        status = lo_entry_field(B + j, closure, s, s->chosen[j], ctx);
    fmpz_mpoly_q_t q;
    fmpz_mpoly_q_struct *c = lo_alloc((size_t) n, sizeof(*c));
    if (c == NULL)
        return LO_SYSTEM;
    fmpz_mpoly_q_init(q, closure->ring->ctx);
    for (slong i = 0; i < n; i++)
        fmpz_mpoly_q_init(c + i, closure->ring->ctx);
    if (status == LO_OK)
        status = lo_closure_solve(&closed, q, c, closure, B, k, ctx);
    closed = closed && !lo_closure_vanishes(fmpz_mpoly_q_numref(q), closure->ring);
    if (status == LO_OK && closed)
        status = print_identity(identity, q, c, n, closure->ring);
    lo_ring_free(c, n, closure->ring);
    fmpz_mpoly_q_clear(q, closure->ring->ctx);
    return status;
}

lo_status_t lo_identity_find(lo_identity_struct **identity, const lo_family_struct *family,
                             const lo_split_struct *s, lo_ctx_t ctx)
{
    slong k = s->nchosen, ready = 0;
    lo_closure_t closure;
    *identity = NULL;
    if (family->p > MAX_DIMENSION || k > MAX_RANK)
        return LO_OK;
    lo_status_t status = lo_closure_init(closure, family, ctx);
    lo_field_struct *B = lo_alloc((size_t) k, sizeof(*B));
    if (B == NULL)
        status = LO_SYSTEM;
    for (; ready < k && status == LO_OK; ready++)
        status = lo_field_init(B + ready, closure->ring);
    if (status == LO_OK)
        status = solve(identity, closure, B, s, ctx);
    for (slong j = 0; j < ready; j++)
        lo_field_clear(B + j, closure->ring);
    lo_free(B);
    lo_closure_clear(closure);
    if (status != LO_OK) {
        lo_identity_free(*identity);
        *identity = NULL;
    }
    return status & LO_SYSTEM ? LO_SYSTEM : lo_ctx_poll(ctx);
}

void lo_identity_put(FILE *out, const lo_identity_struct *x, const lo_split_struct *s)
{
    slong k = s->nchosen;
    fputs("\"involutive\":{\"basis\":[", out);
    for (slong j = 0; j < k; j++)
        fprintf(out, "%s%ld", j > 0 ? "," : "", (long) s->chosen[j]);
    fputs("],\"coefficients\":[", out);
    for (slong i = 0; i < x->n; i++) {
        slong row = i / k;
        if (i % k == 0)
            fprintf(out, "%s[%ld,%ld,[", i > 0 ? "]],\n" : "", (long) (row / (k + 1)),
                    (long) (row % (k + 1)));
        fprintf(out, "%s\"%s\"", i % k > 0 ? "," : "", x->c[i]);
    }
    fprintf(out, "%s],\"q\":\"%s\"},\n", x->n > 0 ? "]]" : "", x->q);
}
