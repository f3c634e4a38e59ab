/* polynomial.c - sparse candidate laws.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/polynomial.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

void lo_poly_init(lo_poly_t f, int stride)
{
    memset(f, 0, sizeof(*f));
    f->stride = stride > 0 ? stride : 1;
}

void lo_poly_clear(lo_poly_t f)
{
    for (slong i = 0; i < f->nterms; i++)
        fmpz_clear(f->coef + i);
    lo_free(f->coef);
    lo_free(f->vars);
    lo_free(f->length);
    memset(f, 0, sizeof(*f));
}

void lo_poly_swap(lo_poly_t f, lo_poly_t g)
{
    lo_poly_struct t = *f;
    *f = *g;
    *g = t;
}

lo_status_t lo_poly_push(lo_poly_t f, const fmpz_t coef, const slong *vars, int length)
{
    if (f->nterms == f->alloc) {
        long alloc = f->alloc, alloc2 = f->alloc, alloc3 = f->alloc * f->stride;
        LO_TRY(LO_GROW(f->coef, alloc, f->nterms + 1));
        LO_TRY(LO_GROW(f->length, alloc2, alloc));
        LO_TRY(LO_GROW(f->vars, alloc3, alloc * f->stride));
        f->alloc = alloc < alloc2 ? alloc : alloc2;
    }
    fmpz_init_set(f->coef + f->nterms, coef);
    f->length[f->nterms] = length;
    memcpy(f->vars + f->nterms * f->stride, vars, (size_t) length * sizeof(slong));
    if (length > f->degree)
        f->degree = length;
    f->nterms++;
    return LO_OK;
}

/* Degree first (larger degree first), then the variables in order. */
static int compare_monomials(const slong *a, int la, const slong *b, int lb)
{
    if (la != lb)
        return la > lb ? -1 : 1;
    for (int i = 0; i < la; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static void swap_terms(lo_poly_t f, slong i, slong j)
{
    int length = f->length[i];
    f->length[i] = f->length[j];
    f->length[j] = length;
    fmpz_swap(f->coef + i, f->coef + j);
    for (int k = 0; k < f->stride; k++) {
        slong v = f->vars[i * f->stride + k];
        f->vars[i * f->stride + k] = f->vars[j * f->stride + k];
        f->vars[j * f->stride + k] = v;
    }
}

static int term_before(const lo_poly_t f, slong i, slong j)
{
    return compare_monomials(f->vars + i * f->stride, f->length[i], f->vars + j * f->stride, f->length[j]) <
           0;
}

/* Heap sort in place: laws of large networks have thousands of terms. */
static void sift(lo_poly_t f, slong root, slong n)
{
    for (slong child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && term_before(f, child, child + 1))
            child++;
        if (!term_before(f, root, child))
            return;
        swap_terms(f, root, child);
    }
}

void lo_poly_normalise(lo_poly_t f)
{
    fmpz_t content;
    fmpz_init(content);
    for (slong i = 0; i < f->nterms; i++)
        fmpz_gcd(content, content, f->coef + i);
    for (slong i = f->nterms / 2 - 1; i >= 0; i--)
        sift(f, i, f->nterms);
    for (slong n = f->nterms - 1; n > 0; n--) {
        swap_terms(f, 0, n);
        sift(f, 0, n);
    }
    if (f->nterms > 0 && fmpz_sgn(f->coef) < 0)
        fmpz_neg(content, content);
    for (slong i = 0; i < f->nterms; i++)
        fmpz_divexact(f->coef + i, f->coef + i, content);
    fmpz_clear(content);
}

ulong lo_monomial_along(ulong *value, const slong *vars, int length, const ulong *values, const ulong *speeds,
                        nmod_t mod)
{
    ulong product = 1, derivative = 0; /* Leibniz, factor by factor */
    for (int i = 0; i < length; i++) {
        derivative = nmod_add(nmod_mul(derivative, values[vars[i]], mod),
                              nmod_mul(product, speeds[vars[i]], mod), mod);
        product = nmod_mul(product, values[vars[i]], mod);
    }
    if (value != NULL)
        *value = product;
    return derivative;
}

ulong lo_poly_along(ulong *value, const lo_poly_t f, const ulong *values, const ulong *speeds, nmod_t mod)
{
    ulong sum = 0;
    *value = 0;
    for (slong k = 0; k < f->nterms; k++) {
        ulong product, c = fmpz_fdiv_ui(f->coef + k, mod.n);
        ulong derivative =
            lo_monomial_along(&product, f->vars + k * f->stride, f->length[k], values, speeds, mod);
        sum = nmod_add(sum, nmod_mul(c, derivative, mod), mod);
        *value = nmod_add(*value, nmod_mul(c, product, mod), mod);
    }
    return sum;
}

lo_status_t lo_poly_set_fmpz(lo_poly_t f, const fmpz_t c)
{
    slong none = 0;
    lo_poly_clear(f);
    lo_poly_init(f, 1);
    return lo_poly_push(f, c, &none, 0);
}

lo_status_t lo_poly_set(lo_poly_t f, const lo_poly_t g)
{
    lo_status_t status = LO_OK;
    if (f == g)
        return LO_OK;
    lo_poly_clear(f);
    lo_poly_init(f, g->stride);
    for (slong k = 0; k < g->nterms && status == LO_OK; k++)
        status = lo_poly_push(f, g->coef + k, g->vars + k * g->stride, g->length[k]);
    return status;
}

int lo_poly_compare(const lo_poly_t f, const lo_poly_t g)
{
    if (f->degree != g->degree)
        return f->degree < g->degree ? -1 : 1;
    for (slong i = 0; i < f->nterms && i < g->nterms; i++) {
        int order =
            compare_monomials(f->vars + i * f->stride, f->length[i], g->vars + i * g->stride, g->length[i]);
        if (order != 0)
            return order;
    }
    if (f->nterms != g->nterms)
        return f->nterms < g->nterms ? -1 : 1;
    for (slong i = 0; i < f->nterms; i++) {
        int order = fmpz_cmp(g->coef + i, f->coef + i); /* x + y before x - y */
        if (order != 0)
            return order < 0 ? -1 : 1;
    }
    return 0;
}

lo_status_t lo_symbols_init(lo_symbols_t symbols, const lo_family_struct *family)
{
    memset(symbols, 0, sizeof(*symbols));
    symbols->p = family->p;
    symbols->atom = lo_alloc((size_t) (3 * family->natoms), sizeof(slong));
    symbols->fun = lo_alloc((size_t) (3 * family->natoms), sizeof(lo_fun_t));
    if (symbols->atom == NULL || symbols->fun == NULL) {
        lo_symbols_clear(symbols);
        return LO_SYSTEM;
    }
    slong atoms = family->opaque ? 0 : family->natoms; /* opaque families have no symbols in rings */
    for (slong k = 0; k < atoms; k++) {
        lo_fun_t hyperbolic = LO_FUN_TANH;
        for (slong i = 0; i < family->tape->n; i++)
            if (family->atom_of_node[i] == k && family->tape->nodes[i].fun == LO_FUN_EXP)
                hyperbolic = LO_FUN_EXP;
        const lo_fun_t funs[3] = { hyperbolic, LO_FUN_SIN, LO_FUN_COS };
        for (int s = 0; s < 3; s++) {
            if (family->atoms[k].local ||
                !(family->atoms[k].classes & (s == 0 ? LO_ATOM_HYPERBOLIC : LO_ATOM_CIRCULAR)))
                continue;
            symbols->atom[symbols->n] = k;
            symbols->fun[symbols->n++] = funs[s];
        }
    }
    return LO_OK;
}

lo_status_t lo_symbols_add_frozen(lo_symbols_t symbols, const lo_family_struct *family)
{
    symbols->frozen = lo_alloc((size_t) family->naux, sizeof(slong));
    if (symbols->frozen == NULL)
        return LO_SYSTEM;
    for (slong a = 0; a < family->naux; a++)
        if (family->aux[a].kind == LO_AUX_FROZEN)
            symbols->frozen[symbols->nfrozen++] = a;
    return LO_OK;
}

slong lo_symbols_variables(const lo_symbols_t symbols)
{
    return symbols->p + symbols->n + symbols->nfrozen;
}

void lo_symbols_clear(lo_symbols_t symbols)
{
    lo_free(symbols->frozen);
    lo_free(symbols->atom);
    lo_free(symbols->fun);
    memset(symbols, 0, sizeof(*symbols));
}

/* Value and derivative (with respect to the argument) of a symbol from the values exp, sin, cos of its
 * argument. */
static void symbol_value(ulong *value, ulong *slope, lo_fun_t fun, const ulong *atom, nmod_t mod)
{
    *value = *slope = atom[0];
    if (fun == LO_FUN_SIN) {
        *value = atom[1];
        *slope = atom[2];
    } else if (fun == LO_FUN_COS) {
        *value = atom[2];
        *slope = nmod_neg(atom[1], mod);
    } else if (fun == LO_FUN_TANH) {
        ulong square = nmod_mul(atom[0], atom[0], mod);
        *value = nmod_mul(nmod_sub(square, 1, mod), n_invmod(nmod_add(square, 1, mod), mod.n), mod);
        *slope = nmod_sub(1, nmod_mul(*value, *value, mod), mod);
    }
}

lo_status_t lo_symbols_values(ulong *values, ulong *speeds, const lo_symbols_t symbols, lo_engine_t e,
                              const lo_modpoint_t point, const ulong *tangents, slong k)
{
    slong p = symbols->p, nvars = lo_symbols_variables(symbols);
    memcpy(values, point->theta, (size_t) p * sizeof(ulong));
    for (slong v = 0; v < k; v++)
        memcpy(speeds + v * nvars, tangents + v * p, (size_t) p * sizeof(ulong));
    for (slong f = 0; f < symbols->nfrozen; f++) {
        values[p + symbols->n + f] = e->frozen[symbols->frozen[f]];
        for (slong v = 0; v < k; v++)
            speeds[v * nvars + p + symbols->n + f] = 0;
    }
    if (symbols->n == 0)
        return LO_OK;
    ulong *theta = lo_alloc((size_t) (2 * p), sizeof(ulong));
    if (theta == NULL)
        return LO_SYSTEM;
    lo_modalg_t dual;
    lo_modalg_jets(dual, e->mod, 1);
    lo_status_t status = LO_OK;
    for (slong v = 0; v < k && status == LO_OK; v++) {
        for (slong i = 0; i < p; i++) {
            theta[2 * i] = point->theta[i];
            theta[2 * i + 1] = tangents[v * p + i];
        }
        for (slong s = 0; s < symbols->n && status == LO_OK; s++) {
            ulong argument[2], slope;
            slong node = e->family->atoms[symbols->atom[s]].argument;
            status = lo_engine_nodes_over(argument, e, dual, &node, 1, theta, point, e->frozen);
            symbol_value(values + p + s, &slope, symbols->fun[s],
                         point->atoms + LO_ATOM_WORDS * symbols->atom[s], e->mod);
            speeds[v * nvars + p + s] = nmod_mul(slope, argument[1], e->mod);
        }
    }
    lo_free(theta);
    return status;
}

void lo_poly_gradient(ulong *gradient, slong nvars, const lo_poly_t f, const ulong *values, nmod_t mod)
{
    memset(gradient, 0, (size_t) nvars * sizeof(ulong));
    for (slong k = 0; k < f->nterms; k++) {
        const slong *vars = f->vars + k * f->stride;
        for (int i = 0; i < f->length[k]; i++) {
            ulong product = fmpz_fdiv_ui(f->coef + k, mod.n);
            for (int j = 0; j < f->length[k]; j++)
                if (j != i)
                    product = nmod_mul(product, values[vars[j]], mod);
            gradient[vars[i]] = nmod_add(gradient[vars[i]], product, mod);
        }
    }
}

lo_status_t lo_symbols_at(ulong **values, ulong **speeds, const lo_symbols_t symbols, lo_engine_t e,
                          const lo_modpoint_t point)
{
    slong nvars = lo_symbols_variables(symbols), units = nvars > symbols->p ? symbols->p : 0;
    ulong *identity = lo_alloc((size_t) (units * units), sizeof(ulong));
    *values = lo_alloc((size_t) nvars, sizeof(ulong));
    *speeds = lo_alloc((size_t) (units * nvars), sizeof(ulong));
    lo_status_t status = *values != NULL && *speeds != NULL && identity != NULL ? LO_OK : LO_SYSTEM;
    for (slong i = 0; status == LO_OK && i < units; i++)
        identity[i * units + i] = 1;
    if (status == LO_OK)
        status = lo_symbols_values(*values, *speeds, symbols, e, point, identity, units);
    lo_free(identity);
    return status;
}

lo_status_t lo_poly_gradient_at(ulong *gradient, const lo_poly_t f, const lo_symbols_t symbols,
                                const ulong *values, const ulong *speeds, nmod_t mod)
{
    slong p = symbols->p, nvars = lo_symbols_variables(symbols);
    ulong *full = lo_alloc((size_t) nvars, sizeof(ulong));
    if (full == NULL)
        return LO_SYSTEM;
    lo_poly_gradient(full, nvars, f, values, mod);
    memcpy(gradient, full, (size_t) p * sizeof(ulong));
    for (slong i = 0; nvars > p && i < p; i++)
        for (slong s = p; s < nvars; s++)
            gradient[i] = nmod_add(gradient[i], nmod_mul(full[s], speeds[i * nvars + s], mod), mod);
    lo_free(full);
    return LO_OK;
}

static slong ring_variable(slong variable, const lo_symbols_t symbols, const lo_ring_t ring)
{
    if (variable < symbols->p)
        return variable;
    if (variable >= symbols->p + symbols->n)
        return lo_ring_aux(ring, symbols->frozen[variable - symbols->p - symbols->n]);
    return lo_ring_atom(ring, symbols->atom[variable - symbols->p], symbols->fun[variable - symbols->p]);
}

lo_status_t lo_poly_to_ring(fmpz_mpoly_q_t res, const lo_poly_t f, const lo_symbols_t symbols, lo_ring_t ring,
                            lo_ctx_t ctx)
{
    if (symbols->n > 0)
        LO_TRY(lo_ring_prepare_atoms(ring, ctx));
    ulong *exponents = lo_alloc((size_t) ring->nvars, sizeof(ulong));
    if (exponents == NULL)
        return LO_SYSTEM;
    fmpz_mpoly_q_zero(res, ring->ctx);
    for (slong k = 0; k < f->nterms; k++) {
        memset(exponents, 0, (size_t) ring->nvars * sizeof(ulong));
        for (int i = 0; i < f->length[k]; i++)
            exponents[ring_variable(f->vars[k * f->stride + i], symbols, ring)]++;
        fmpz_mpoly_push_term_fmpz_ui(fmpz_mpoly_q_numref(res), f->coef + k, exponents, ring->ctx);
    }
    fmpz_mpoly_sort_terms(fmpz_mpoly_q_numref(res), ring->ctx);
    fmpz_mpoly_combine_like_terms(fmpz_mpoly_q_numref(res), ring->ctx);
    lo_free(exponents);
    return LO_OK;
}

/* The variable of `symbols` behind a variable of the ring, -1: none. */
static slong symbol_of(slong v, const lo_symbols_t symbols, const lo_ring_t ring)
{
    if (v < symbols->p)
        return v;
    for (slong s = symbols->p; s < lo_symbols_variables(symbols); s++)
        if (ring_variable(s, symbols, ring) == v)
            return s;
    return -1;
}

/* The monomial of one term of g as a list of variables. */
static lo_status_t list_factors(slong *vars, int *length, const ulong *exponents, const lo_symbols_t symbols,
                                const lo_ring_t ring)
{
    *length = 0;
    for (slong s = 0; s < lo_symbols_variables(symbols); s++)
        for (ulong k = s < symbols->p ? exponents[s] : exponents[ring_variable(s, symbols, ring)]; k > 0; k--)
            vars[(*length)++] = s;
    for (slong v = symbols->p; v < ring->nvars; v++)
        if (exponents[v] > 0 && symbol_of(v, symbols, ring) < 0)
            return LO_UNABLE;
    return LO_OK;
}

lo_status_t lo_poly_from_ring(lo_poly_t f, const fmpz_mpoly_t g, const lo_symbols_t symbols,
                              const lo_ring_t ring)
{
    slong vars[LO_POLY_DEGREE];
    int length;
    fmpz_t c;
    lo_poly_clear(f);
    if (fmpz_mpoly_total_degree_si(g, ring->ctx) > LO_POLY_DEGREE ||
        !fmpz_mpoly_total_degree_fits_si(g, ring->ctx))
        return LO_UNABLE;
    lo_poly_init(f, (int) fmpz_mpoly_total_degree_si(g, ring->ctx));
    ulong *exponents = lo_alloc((size_t) ring->nvars, sizeof(ulong));
    lo_status_t status = exponents != NULL ? LO_OK : LO_SYSTEM;
    fmpz_init(c);
    for (slong t = 0; status == LO_OK && t < fmpz_mpoly_length(g, ring->ctx); t++) {
        fmpz_mpoly_get_term_exp_ui(exponents, g, t, ring->ctx);
        fmpz_mpoly_get_term_coeff_fmpz(c, g, t, ring->ctx);
        status = list_factors(vars, &length, exponents, symbols, ring);
        if (status == LO_OK)
            status = lo_poly_push(f, c, vars, length);
    }
    fmpz_clear(c);
    lo_free(exponents);
    return status;
}

/* Coordinates have short names without a ring; symbols are printed by the ring, which knows their
 * arguments. */
char *lo_poly_print(const lo_poly_t f, const lo_symbols_t symbols, const lo_family_struct *family,
                    lo_ctx_t ctx)
{
    lo_ring_t ring;
    char name[256];
    int with_ring = symbols->n > 0;
    if (with_ring && lo_ring_init(ring, family, ctx) != LO_OK)
        return NULL;
    if (with_ring && lo_ring_prepare_atoms(ring, ctx) != LO_OK) {
        lo_ring_clear(ring);
        return NULL;
    }
    lo_text_t text;
    lo_text_init(text);
    for (slong k = 0; k < f->nterms; k++) {
        int negative = fmpz_sgn(f->coef + k) < 0, factors = 0;
        lo_text_add(text, "%s", negative ? (k == 0 ? "-" : " - ") : (k == 0 ? "" : " + "));
        if (!fmpz_is_pm1(f->coef + k) || f->length[k] == 0) {
            char *digits = fmpz_get_str(NULL, 10, f->coef + k);
            lo_text_add(text, "%s", digits + negative);
            flint_free(digits);
            factors++;
        }
        for (int i = 0, run; i < f->length[k]; i += run) {
            const slong *vars = f->vars + k * f->stride;
            for (run = 1; i + run < f->length[k] && vars[i + run] == vars[i];)
                run++;
            slong frozen = vars[i] - symbols->p - symbols->n;
            const char *shown = name;
            if (vars[i] < symbols->p)
                lo_family_coordinate_name(name, sizeof(name), family, vars[i]);
            else if (frozen >= 0)
                lo_family_aux_name(name, sizeof(name), family, symbols->frozen[frozen]);
            else
                shown = lo_ring_name(ring, ring_variable(vars[i], symbols, ring));
            lo_text_add(text, "%s%s", factors++ > 0 ? "*" : "", shown);
            if (run > 1)
                lo_text_add(text, "^%d", run);
        }
    }
    if (with_ring)
        lo_ring_clear(ring);
    return lo_text_take(text);
}
