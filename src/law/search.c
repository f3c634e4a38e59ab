/* search.c - proposing laws.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/search.h"

#include "base/memory.h"

#include <string.h>

void lo_polys_init(lo_polys_t list)
{
    memset(list, 0, sizeof(*list));
}

void lo_polys_clear(lo_polys_t list)
{
    for (slong i = 0; i < list->n; i++)
        lo_poly_clear(list->f + i);
    lo_free(list->f);
    memset(list, 0, sizeof(*list));
}

lo_status_t lo_polys_take(lo_polys_t list, lo_poly_t f)
{
    LO_TRY(LO_GROW(list->f, list->alloc, list->n + 1));
    list->f[list->n++] = *f;
    lo_poly_init(f, 1);
    return LO_OK;
}

int lo_reconstruct(fmpz *out, const ulong *residues, slong n, nmod_t mod)
{
    fmpq *q = _fmpq_vec_init(n);
    fmpz_t residue, modulus, lcm;
    fmpz_init(residue);
    fmpz_init_set_ui(modulus, mod.n);
    fmpz_init_set_ui(lcm, 1);
    int ok = 1;
    for (slong i = 0; i < n && ok; i++) {
        fmpz_set_ui(residue, residues[i]);
        ok = fmpq_reconstruct_fmpz(q + i, residue, modulus);
        if (ok)
            fmpz_lcm(lcm, lcm, fmpq_denref(q + i));
    }
    for (slong i = 0; i < n && ok; i++) {
        fmpz_divexact(out + i, lcm, fmpq_denref(q + i));
        fmpz_mul(out + i, out + i, fmpq_numref(q + i));
    }
    fmpz_clear(residue);
    fmpz_clear(modulus);
    fmpz_clear(lcm);
    _fmpq_vec_clear(q, n);
    return ok;
}

/* A positive integer multiple of 1 / H_i that is integral for all i, H the metric of the family. */
static void inverse_metric(fmpz_t res, slong i, const fmpz_t numerators, const lo_family_struct *f)
{
    if (f->metric == NULL) {
        fmpz_one(res);
        return;
    }
    fmpz_divexact(res, numerators, fmpq_numref(f->metric + i));
    fmpz_mul(res, res, fmpq_denref(f->metric + i));
}

/* sum_i w_i theta_i^2 / H_i over the coordinates of one row; zero weights are left out */
static lo_status_t square_law(lo_polys_t list, const fmpz *weights, const slong *coordinate, slong n,
                              const lo_family_struct *family)
{
    lo_poly_t f;
    fmpz_t numerators, c;
    lo_status_t status = LO_OK;
    lo_poly_init(f, 2);
    fmpz_init_set_ui(numerators, 1);
    fmpz_init(c);
    for (slong i = 0; i < n && family->metric != NULL; i++)
        fmpz_lcm(numerators, numerators,
                 fmpq_numref(family->metric + (coordinate != NULL ? coordinate[i] : i)));
    for (slong i = 0; i < n && status == LO_OK; i++) {
        slong v = coordinate != NULL ? coordinate[i] : i, square[2] = { v, v };
        inverse_metric(c, v, numerators, family);
        fmpz_mul(c, c, weights + i);
        if (!fmpz_is_zero(c))
            status = lo_poly_push(f, c, square, 2);
    }
    fmpz_clear(numerators);
    fmpz_clear(c);
    lo_poly_normalise(f);
    if (status == LO_OK && f->nterms > 0)
        status = lo_polys_take(list, f);
    lo_poly_clear(f);
    return status;
}

/* Solutions of the unit equations, by free variable. */
typedef struct {
    slong n;           /* free variables */
    slong *start;      /* n + 1 (and one spare) */
    slong *coordinate; /* sorted in each row */
    ulong *weight;
} rows_struct;

static lo_status_t transpose_units(rows_struct *r, const lo_units_t u, slong p)
{
    slong entries = u->start[p];
    r->n = u->nfree;
    r->start = lo_alloc((size_t) u->nfree + 2, sizeof(slong));
    r->coordinate = lo_alloc((size_t) entries, sizeof(slong));
    r->weight = lo_alloc((size_t) entries, sizeof(ulong));
    if (r->start == NULL || r->coordinate == NULL || r->weight == NULL)
        return LO_SYSTEM;
    for (slong k = 0; k < entries; k++)
        r->start[u->free[k] + 2]++;
    for (slong k = 0; k < u->nfree; k++)
        r->start[k + 2] += r->start[k + 1];
    for (slong i = 0; i < p; i++) {
        for (slong k = u->start[i]; k < u->start[i + 1]; k++) {
            slong at = r->start[u->free[k] + 1]++;
            r->coordinate[at] = i;
            r->weight[at] = u->coef[k];
        }
    }
    return LO_OK;
}

/* Laws of a small model are made sparse together; those of a large one come as the units give them, one
 * per neuron. */
#define MAX_SPARSIFY 3000000

static lo_status_t sparse_laws(lo_polys_t list, const rows_struct *r, const lo_family_struct *family,
                               nmod_t mod)
{
    slong p = family->p;
    fmpz_mat_t m, window;
    fmpz *weights = _fmpz_vec_init(p);
    slong kept = 0;
    fmpz_mat_init(m, r->n, p);
    for (slong k = 0; k < r->n; k++) {
        slong n = r->start[k + 1] - r->start[k];
        if (!lo_reconstruct(weights, r->weight + r->start[k], n, mod))
            continue;
        for (slong i = 0; i < n; i++)
            fmpz_set(fmpz_mat_entry(m, kept, r->coordinate[r->start[k] + i]), weights + i);
        kept++;
    }
    fmpz_mat_window_init(window, m, 0, 0, kept, p);
    lo_sparsify(window);
    lo_status_t status = LO_OK;
    for (slong k = 0; k < kept && status == LO_OK; k++)
        status = square_law(list, fmpz_mat_entry(window, k, 0), NULL, p, family);
    fmpz_mat_window_clear(window);
    fmpz_mat_clear(m);
    _fmpz_vec_clear(weights, p);
    return status;
}

static lo_status_t plain_laws(lo_polys_t list, const rows_struct *r, const lo_family_struct *family,
                              nmod_t mod)
{
    lo_status_t status = LO_OK;
    for (slong k = 0; k < r->n && status == LO_OK; k++) {
        slong n = r->start[k + 1] - r->start[k];
        fmpz *weights = _fmpz_vec_init(n);
        if (lo_reconstruct(weights, r->weight + r->start[k], n, mod))
            status = square_law(list, weights, r->coordinate + r->start[k], n, family);
        _fmpz_vec_clear(weights, n);
    }
    return status;
}

lo_status_t lo_search_units(lo_polys_t list, const lo_family_struct *family)
{
    lo_units_t u;
    nmod_t mod;
    nmod_init(&mod, lo_prime(0));
    LO_TRY(lo_units_solve(u, family, LO_UNITS_LAWS, NULL, 0, mod));
    rows_struct rows = { 0 };
    lo_status_t status = transpose_units(&rows, u, family->p);
    if (status == LO_OK && rows.n * rows.n * family->p <= MAX_SPARSIFY)
        status = sparse_laws(list, &rows, family, mod);
    else if (status == LO_OK)
        status = plain_laws(list, &rows, family, mod);
    lo_free(rows.start);
    lo_free(rows.coordinate);
    lo_free(rows.weight);
    lo_units_clear(u);
    return status;
}

/* Random hashes of the characters and weights of the variables. */
static lo_status_t set_hashes(lo_search_t s)
{
    const lo_family_struct *f = s->family;
    lo_units_t u;
    nmod_t two;
    lo_random_t random;
    lo_random_init(random, 7, 0x756e697473);
    s->sign = lo_alloc((size_t) s->nvars, sizeof(uint64_t));
    s->weight = lo_alloc((size_t) s->nvars, sizeof(ulong));
    if (s->sign == NULL || s->weight == NULL)
        return LO_SYSTEM;
    nmod_init(&two, 2);
    for (int grading = 0; grading < 2; grading++) {
        LO_TRY(lo_units_solve(u, f, grading ? LO_UNITS_GRADING : LO_UNITS_SIGNS, s->symbols->frozen,
                              s->symbols->nfrozen, grading ? s->engine->mod : two));
        uint64_t *hash = lo_alloc((size_t) u->nfree, sizeof(uint64_t));
        if (hash == NULL) {
            lo_units_clear(u);
            return LO_SYSTEM;
        }
        for (slong k = 0; k < u->nfree; k++)
            hash[k] = grading ? lo_random_below(random, s->engine->mod.n) : lo_random_next(random);
        for (slong v = 0; v < s->nvars; v++) {
            slong symbol = v - f->p, frozen = symbol - s->symbols->n;
            int is_symbol = symbol >= 0 && frozen < 0;
            slong row = symbol < 0  ? v
                        : is_symbol ? f->p + s->symbols->atom[symbol]
                                    : f->p + f->natoms + frozen;
            lo_fun_t fun = is_symbol ? s->symbols->fun[symbol] : LO_FUN_SIN;
            if (is_symbol && (grading || (fun != LO_FUN_SIN && fun != LO_FUN_TANH)))
                continue; /* values of exp and cos are invariant; every argument has weight 0 */
            for (slong k = u->start[row]; k < u->start[row + 1]; k++) {
                if (grading)
                    s->weight[v] = nmod_add(
                        s->weight[v], nmod_mul(u->coef[k], hash[u->free[k]], s->engine->mod), s->engine->mod);
                else
                    s->sign[v] ^= hash[u->free[k]];
            }
        }
        lo_free(hash);
        lo_units_clear(u);
    }
    s->homogeneous = s->nvars == f->p && f->p > 0 && s->weight[0] != 0;
    for (slong v = 0; v < s->nvars; v++)
        s->homogeneous = s->homogeneous && s->weight[v] == s->weight[0];
    return LO_OK;
}

lo_status_t lo_search_init(lo_search_t s, const lo_family_struct *family, int with_frozen, lo_ctx_t ctx)
{
    memset(s, 0, sizeof(*s));
    s->family = family;
    lo_status_t status = lo_engine_init_any(s->engine, family, 0, ctx);
    if (status == LO_OK)
        status = lo_modpoint_init(s->point, s->engine);
    if (status == LO_OK)
        status = lo_symbols_init(s->symbols, family);
    if (status == LO_OK && with_frozen)
        status = lo_symbols_add_frozen(s->symbols, family);
    s->nvars = lo_symbols_variables(s->symbols);
    return status == LO_OK ? set_hashes(s) : status;
}

void lo_search_clear(lo_search_t s)
{
    lo_free(s->sign);
    lo_free(s->weight);
    lo_free(s->values);
    lo_free(s->speeds);
    lo_symbols_clear(s->symbols);
    lo_modpoint_clear(s->point);
    lo_engine_clear(s->engine);
    memset(s, 0, sizeof(*s));
}

lo_status_t lo_search_samples(lo_search_t s, slong n)
{
    if (n <= s->nsamples)
        return LO_OK;
    LO_TRY(LO_GROW(s->values, s->samples_alloc, n * s->nvars));
    LO_TRY(LO_GROW(s->speeds, s->samples_alloc2, n * s->nvars));
    ulong *member = lo_alloc((size_t) lo_member_size(s->engine), sizeof(ulong));
    ulong *field = lo_alloc((size_t) s->family->p, sizeof(ulong));
    lo_status_t status = member != NULL && field != NULL ? LO_OK : LO_SYSTEM;
    lo_modalg_t scalars;
    lo_modalg_jets(scalars, s->engine->mod, 0);
    for (int misses = 0; status == LO_OK && s->nsamples < n;) {
        for (slong f = 0; f < s->symbols->nfrozen; f++) /* an identity in them too */
            s->engine->frozen[s->symbols->frozen[f]] = lo_random_below(s->engine->random, s->engine->mod.n);
        status = lo_modpoint_randomise(s->point, s->engine);
        if (status == LO_OK)
            status = lo_member_randomise(member, s->engine, s->point);
        if (status == LO_OK)
            status = lo_engine_field(field, s->engine, scalars, s->point->theta, s->point, member);
        if (status == LO_OK)
            status = lo_symbols_values(s->values + s->nsamples * s->nvars, s->speeds + s->nsamples * s->nvars,
                                       s->symbols, s->engine, s->point, field, 1);
        if (status == LO_DOMAIN && ++misses < 20 + 4000 * (s->family->opaque ? 1 : 0))
            status = LO_OK; /* an unlucky division by zero, or the root of a non-residue */
        else if (status == LO_OK)
            s->nsamples++, misses = 0;
    }
    lo_free(member);
    lo_free(field);
    return status;
}

ulong lo_monomial_speed(const lo_search_t s, slong i, const slong *vars, int length)
{
    return lo_monomial_along(NULL, vars, length, s->values + i * s->nvars, s->speeds + i * s->nvars,
                             s->engine->mod);
}

/* Candidates from the rows of a nullspace basis. */
static lo_status_t take_rows(lo_polys_t list, const fmpz_mat_t rows, const lo_monomials_t m, slong first)
{
    lo_status_t status = LO_OK;
    for (slong r = 0; r < rows->r && status == LO_OK; r++) {
        lo_poly_t f;
        lo_poly_init(f, m->stride);
        for (slong c = 0; c < rows->c && status == LO_OK; c++)
            if (!fmpz_is_zero(fmpz_mat_entry(rows, r, c)))
                status = lo_poly_push(f, fmpz_mat_entry(rows, r, c), m->vars + (first + c) * m->stride,
                                      m->length[first + c]);
        lo_poly_normalise(f);
        if (status == LO_OK)
            status = lo_polys_take(list, f);
        lo_poly_clear(f);
    }
    return status;
}

void lo_kernel(fmpz_mat_t rows, slong *dimension, const nmod_mat_t a)
{
    slong n = a->c, kept = 0;
    nmod_mat_t kernel, transpose, top;
    fmpz_mat_t all, window;
    nmod_mat_init(kernel, n, n, a->mod.n);
    slong d = *dimension = nmod_mat_nullspace(kernel, a);
    nmod_mat_init(transpose, n, n, a->mod.n);
    nmod_mat_transpose(transpose, kernel);
    nmod_mat_window_init(top, transpose, 0, 0, d, n);
    if (d > 0)
        nmod_mat_rref(top);
    fmpz_mat_init(all, d, n);
    for (slong r = 0; r < d; r++)
        kept += lo_reconstruct(fmpz_mat_entry(all, kept, 0), &nmod_mat_entry(top, r, 0), n, a->mod);
    fmpz_mat_window_init(window, all, 0, 0, kept, n);
    lo_sparsify(window);
    fmpz_mat_init_set(rows, window);
    fmpz_mat_window_clear(window);
    fmpz_mat_clear(all);
    nmod_mat_window_clear(top);
    nmod_mat_clear(transpose);
    nmod_mat_clear(kernel);
}

/* Are the columns independent already in the top square? A third of the cost of a nullspace, and most blocks have no
 * law. */
static int is_regular(const nmod_mat_t a)
{
    nmod_mat_t top;
    nmod_mat_window_init(top, a, 0, 0, a->c, a->c);
    int regular = nmod_mat_rank(top) == a->c;
    nmod_mat_window_clear(top);
    return regular;
}

lo_status_t lo_search_block(lo_polys_t list, slong *dimension, lo_search_t s, const lo_monomials_t m,
                            slong block)
{
    slong first = m->blocks[block].first, n = m->blocks[block].n;
    *dimension = 0;
    LO_TRY(lo_search_samples(s, n + LO_EXTRA));
    if (n == 1 && lo_monomial_speed(s, 0, m->vars + first * m->stride, m->length[first]) != 0)
        return LO_OK;
    nmod_mat_t a;
    fmpz_mat_t rows;
    nmod_mat_init(a, n + LO_EXTRA, n, s->engine->mod.n);
    for (slong i = 0; i < n + LO_EXTRA; i++)
        for (slong j = 0; j < n; j++)
            nmod_mat_entry(a, i, j) =
                lo_monomial_speed(s, i, m->vars + (first + j) * m->stride, m->length[first + j]);
    if (is_regular(a)) {
        nmod_mat_clear(a);
        return LO_OK;
    }
    lo_kernel(rows, dimension, a);
    s->lost |= rows->r < *dimension;
    lo_status_t status = take_rows(list, rows, m, first);
    fmpz_mat_clear(rows);
    nmod_mat_clear(a);
    return status;
}
