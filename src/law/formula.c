/* formula.c - closed forms of laws.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "law/formula.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

void lo_formula_init(lo_formula_t h)
{
    memset(h, 0, sizeof(*h));
}

void lo_formula_clear(lo_formula_t h)
{
    for (slong i = 0; i < h->nfactors; i++)
        lo_poly_clear(&h->factors[i].f);
    for (slong i = 0; i < h->nlogs; i++) {
        lo_poly_clear(&h->logs[i].coef);
        lo_poly_clear(&h->logs[i].f);
    }
    lo_free(h->factors);
    lo_free(h->logs);
    memset(h, 0, sizeof(*h));
}

lo_status_t lo_formula_times(lo_formula_t h, const lo_poly_t f, slong exponent)
{
    if (exponent == 0)
        return LO_OK;
    LO_TRY(LO_GROW(h->factors, h->factors_alloc, h->nfactors + 1));
    lo_factor_struct *factor = h->factors + h->nfactors++;
    factor->exponent = exponent;
    lo_poly_init(&factor->f, 1);
    return lo_poly_set(&factor->f, f);
}

lo_status_t lo_formula_plus_log(lo_formula_t h, const lo_poly_t coef, const lo_poly_t f)
{
    LO_TRY(LO_GROW(h->logs, h->logs_alloc, h->nlogs + 1));
    lo_log_struct *log = h->logs + h->nlogs++;
    lo_poly_init(&log->coef, 1);
    lo_poly_init(&log->f, 1);
    LO_TRY(lo_poly_set(&log->coef, coef));
    return lo_poly_set(&log->f, f);
}

const lo_poly_struct *lo_formula_polynomial(const lo_formula_struct *h)
{
    return h->nlogs == 0 && h->nfactors == 1 && h->factors[0].exponent == 1 ? &h->factors[0].f : NULL;
}

static int uses_symbols(const lo_poly_t f, const lo_symbols_t symbols)
{
    for (slong k = 0; k < f->nterms; k++)
        for (int i = 0; i < f->length[k]; i++)
            if (f->vars[k * f->stride + i] >= symbols->p &&
                f->vars[k * f->stride + i] < symbols->p + symbols->n)
                return 1;
    return 0;
}

static int has_denominator(const lo_formula_struct *h)
{
    for (slong i = 0; i < h->nfactors; i++)
        if (h->factors[i].exponent < 0 && h->factors[i].f.degree > 0)
            return 1;
    return 0;
}

lo_law_class_t lo_formula_class(const lo_formula_struct *h, const lo_symbols_t symbols)
{
    if (h->nlogs > 0)
        return LO_LAW_LOGARITHMIC;
    for (slong i = 0; i < h->nfactors; i++)
        if (uses_symbols(&h->factors[i].f, symbols))
            return LO_LAW_ANALYTIC;
    return has_denominator(h) ? LO_LAW_RATIONAL : LO_LAW_POLYNOMIAL;
}

int lo_formula_degree(const lo_formula_struct *h)
{
    slong sides[2] = { 0, 0 }, degree;
    for (slong i = 0; i < h->nfactors; i++) {
        slong e = h->factors[i].exponent;
        sides[e < 0] += (e < 0 ? -e : e) * h->factors[i].f.degree;
    }
    degree = sides[0] > sides[1] ? sides[0] : sides[1];
    for (slong i = 0; i < h->nlogs; i++) {
        const lo_log_struct *log = h->logs + i;
        degree = log->coef.degree > degree ? log->coef.degree : degree;
        degree = log->f.degree > degree ? log->f.degree : degree;
    }
    return (int) degree;
}

static int compare(slong a, slong b)
{
    return (a > b) - (a < b);
}

int lo_formula_compare(const lo_formula_struct *g, const lo_formula_struct *h)
{
    int order = compare(g->nlogs > 0, h->nlogs > 0);
    if (order == 0)
        order = compare(has_denominator(g), has_denominator(h));
    if (order == 0)
        order = compare(lo_formula_degree(g), lo_formula_degree(h));
    for (slong i = 0; order == 0 && i < g->nfactors && i < h->nfactors; i++) {
        order = lo_poly_compare(&g->factors[i].f, &h->factors[i].f);
        if (order == 0)
            order = -compare(g->factors[i].exponent, h->factors[i].exponent);
    }
    if (order == 0)
        order = compare(g->nfactors, h->nfactors);
    if (order == 0)
        order = compare(g->nlogs, h->nlogs);
    for (slong i = 0; order == 0 && i < g->nlogs; i++) {
        order = lo_poly_compare(&g->logs[i].f, &h->logs[i].f);
        if (order == 0)
            order = lo_poly_compare(&g->logs[i].coef, &h->logs[i].coef);
    }
    return order;
}

/* sum += factor * df / f; in: the value of `factor`. LO_DOMAIN where f vanishes. */
static lo_status_t add_logarithmic(ulong *sum, ulong factor, const lo_poly_t f, const lo_symbols_t symbols,
                                   const ulong *values, const ulong *speeds, nmod_t mod)
{
    ulong value, *gradient = lo_alloc((size_t) symbols->p, sizeof(ulong));
    if (gradient == NULL)
        return LO_SYSTEM;
    lo_poly_along(&value, f, values, values, mod);
    lo_status_t status =
        value != 0 ? lo_poly_gradient_at(gradient, f, symbols, values, speeds, mod) : LO_DOMAIN;
    if (status == LO_OK)
        _nmod_vec_scalar_addmul_nmod(sum, gradient, symbols->p, nmod_mul(factor, n_invmod(value, mod.n), mod),
                                     mod);
    lo_free(gradient);
    return status;
}

/* The value of the rational part. */
static lo_status_t product_at(ulong *product, const lo_formula_struct *h, const ulong *values, nmod_t mod)
{
    *product = 1;
    for (slong i = 0; i < h->nfactors; i++) {
        slong e = h->factors[i].exponent;
        ulong value;
        lo_poly_along(&value, &h->factors[i].f, values, values, mod);
        if (value == 0)
            return LO_DOMAIN;
        value = n_powmod2_ui_preinv(value, (ulong) (e < 0 ? -e : e), mod.n, mod.ninv);
        *product = nmod_mul(*product, e < 0 ? n_invmod(value, mod.n) : value, mod);
    }
    return LO_OK;
}

lo_status_t lo_formula_gradient_at(ulong *gradient, const lo_formula_struct *h, const lo_symbols_t symbols,
                                   const ulong *values, const ulong *speeds, nmod_t mod)
{
    const lo_poly_struct *f = lo_formula_polynomial(h);
    ulong product, value;
    if (f != NULL)
        return lo_poly_gradient_at(gradient, f, symbols, values, speeds, mod);
    memset(gradient, 0, (size_t) symbols->p * sizeof(ulong));
    LO_TRY(product_at(&product, h, values, mod));
    for (slong i = 0; i < h->nfactors; i++) {
        slong e = h->factors[i].exponent;
        ulong factor = nmod_mul(product, (ulong) (e < 0 ? -e : e), mod);
        LO_TRY(add_logarithmic(gradient, e < 0 ? nmod_neg(factor, mod) : factor, &h->factors[i].f, symbols,
                               values, speeds, mod));
    }
    for (slong i = 0; i < h->nlogs; i++) {
        lo_poly_along(&value, &h->logs[i].coef, values, values, mod);
        LO_TRY(add_logarithmic(gradient, value, &h->logs[i].f, symbols, values, speeds, mod));
    }
    return LO_OK;
}

/* ---- text ---- */

typedef struct {
    lo_text_struct *text;
    const lo_symbols_struct *symbols;
    const lo_family_struct *family;
    lo_ctx_struct *ctx;
} printer_struct;

/* The polynomial, in parentheses where the context needs them. */
static void print_poly(printer_struct *p, const lo_poly_t f, int parentheses)
{
    char *text = lo_poly_print(f, p->symbols, p->family, p->ctx);
    if (text == NULL)
        p->text->failed = 1;
    else
        lo_text_add(p->text, parentheses ? "(%s)" : "%s", text);
    lo_free(text);
}

/* Is it printed as one name or number? with_power: possibly with an exponent. */
static int is_atom(const lo_poly_t f, int with_power)
{
    if (f->nterms != 1 || f->length[0] == 0)
        return f->nterms == 1;
    for (int i = 1; i < f->length[0]; i++)
        if (!with_power || f->vars[i] != f->vars[0])
            return 0;
    return fmpz_is_one(f->coef);
}

void lo_formula_make_positive(lo_formula_t h)
{
    const lo_poly_struct *first = h->nfactors > 0 ? &h->factors[0].f : h->nlogs > 0 ? &h->logs[0].coef : NULL;
    if (first == NULL || first->nterms == 0 || fmpz_sgn(first->coef) > 0)
        return;
    for (slong k = 0; h->nfactors > 0 && k < first->nterms; k++)
        fmpz_neg(first->coef + k, first->coef + k);
    for (slong i = 0; i < h->nlogs; i++)
        for (slong k = 0; k < h->logs[i].coef.nterms; k++)
            fmpz_neg(h->logs[i].coef.coef + k, h->logs[i].coef.coef + k);
}

/* The factors with exponents of one sign (1 or -1). */
static void print_side(printer_struct *p, const lo_formula_struct *h, int sign, slong count)
{
    slong printed = 0;
    for (slong i = 0; i < h->nfactors; i++) {
        const lo_poly_struct *f = &h->factors[i].f;
        slong e = sign * h->factors[i].exponent;
        if (e < 0)
            continue;
        lo_text_add(p->text, "%s", printed++ > 0 ? "*" : "");
        print_poly(p, f, e > 1 || sign < 0 || count > 1 ? !is_atom(f, e == 1) : f->nterms > 1);
        if (e > 1)
            lo_text_add(p->text, "^%ld", (long) e);
    }
    if (printed == 0)
        lo_text_add(p->text, "1");
}

static void print_rational(printer_struct *p, const lo_formula_struct *h)
{
    slong above = 0, below = 0;
    for (slong i = 0; i < h->nfactors; i++)
        *(h->factors[i].exponent > 0 ? &above : &below) += 1;
    print_side(p, h, 1, above);
    if (below == 0)
        return;
    lo_text_add(p->text, below > 1 ? "/(" : "/");
    print_side(p, h, -1, below);
    lo_text_add(p->text, below > 1 ? ")" : "");
}

/* " + coef*log(f)"; the sign of the first term of the coefficient is drawn out. */
static void print_log(printer_struct *p, const lo_log_struct *log, int first)
{
    lo_poly_t coef;
    lo_poly_init(coef, 1);
    if (lo_poly_set(coef, &log->coef) != LO_OK)
        p->text->failed = 1;
    int negative = coef->nterms > 0 && fmpz_sgn(coef->coef) < 0;
    for (slong k = 0; k < coef->nterms && negative; k++)
        fmpz_neg(coef->coef + k, coef->coef + k);
    lo_text_add(p->text, "%s", first ? (negative ? "-" : "") : (negative ? " - " : " + "));
    if (coef->nterms != 1 || coef->length[0] > 0 || !fmpz_is_one(coef->coef)) {
        print_poly(p, coef, coef->nterms > 1);
        lo_text_add(p->text, "*");
    }
    lo_text_add(p->text, "log");
    print_poly(p, &log->f, 1);
    lo_poly_clear(coef);
}

char *lo_formula_print(const lo_formula_struct *h, const lo_symbols_t symbols, const lo_family_struct *family,
                       lo_ctx_t ctx)
{
    const lo_poly_struct *f = lo_formula_polynomial(h);
    if (f != NULL)
        return lo_poly_print(f, symbols, family, ctx);
    lo_text_t text;
    lo_text_init(text);
    printer_struct p = { text, symbols, family, ctx };
    const lo_factor_struct *first = h->factors;
    if (h->nfactors == 1 && first->exponent == 1)
        print_poly(&p, &first->f, 0);
    else if (h->nfactors > 0)
        print_rational(&p, h);
    for (slong k = 0; k < h->nlogs; k++)
        print_log(&p, h->logs + k, k == 0 && h->nfactors == 0);
    return lo_text_take(text);
}
