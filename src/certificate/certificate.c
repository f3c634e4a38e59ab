/* certificate.c - from what the engine proved to what a certificate claims.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "certificate/certificate.h"

#include "base/memory.h"
#include "law/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Matrices past this size are not written. */
#define MAX_SPLIT 4000

void lo_certificate_miss(lo_certificate_struct *c, const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    lo_text_add(c->missing, "%s%s", c->missing->length > 0 ? "\n" : "", line);
}

const char *lo_certificate_claims(const lo_certificate_struct *c)
{
    return c->claimed != NULL ? c->claimed : "";
}

const char *lo_certificate_missing(const lo_certificate_struct *c)
{
    return c->missing->s != NULL ? c->missing->s : "";
}

static lo_status_t copy_text(char **copy, const char *text, size_t length)
{
    *copy = lo_alloc(length + 1, 1);
    if (*copy == NULL)
        return LO_SYSTEM;
    memcpy(*copy, text, length);
    return LO_OK;
}

/* The title in the characters that a string of the format may have. */
static lo_status_t set_title(lo_certificate_struct *c, const char *title)
{
    LO_TRY(copy_text(&c->title, title != NULL ? title : "", title != NULL ? strlen(title) : 0));
    for (char *s = c->title; *s != '\0'; s++)
        if (*s < 0x20 || *s > 0x7e || *s == '"' || *s == '\\')
            *s = '?';
    return LO_OK;
}

static lo_status_t begin(lo_certificate_ptr *certificate, const lo_model_struct *model,
                         const lo_family_struct *family, const char *text, size_t length, lo_ctx_t ctx)
{
    *certificate = NULL;
    lo_certificate_struct *c = lo_alloc(1, sizeof(*c));
    if (c == NULL)
        return LO_SYSTEM;
    c->source = family;
    c->p = model->parameters;
    c->gated = family != NULL ? family->ngates > 0 : lo_problem_is_gated(model);
    lo_text_init(c->missing);
    lo_split_init(&c->split);
    lo_status_t status = set_title(c, model->title);
    if (status == LO_OK)
        status = lo_problem_lines(c, text, length, ctx);
    if (status == LO_OK)
        status = lo_problem_read(c, model, family, ctx);
    if (status == LO_OK)
        *certificate = c;
    else
        lo_certificate_free(c);
    return status;
}

lo_status_t lo_certificate_new(lo_certificate_ptr *certificate, const lo_family_struct *family,
                               const char *text, size_t length, lo_ctx_t ctx)
{
    *certificate = NULL;
    if (family->relu == LO_RELU_PATTERN && family->ngates > 0) {
        lo_ctx_set_message(
            ctx, "certificates speak of path-liftings, not of activation patterns (--relu=pattern)");
        return LO_UNABLE;
    }
    return begin(certificate, family->model, family, text, length, ctx);
}

lo_status_t lo_certificate_new_structure(lo_certificate_ptr *certificate, const lo_model_struct *model,
                                         const char *text, size_t length, lo_ctx_t ctx)
{
    return begin(certificate, model, NULL, text, length, ctx);
}

void lo_certificate_free(lo_certificate_ptr c)
{
    if (c == NULL)
        return;
    lo_split_clear(&c->split, c->p);
    lo_witness_free(c->witness);
    lo_identity_free(c->identity);
    lo_free(c->symmetries);
    lo_free(c->patterns);
    for (slong i = 0; i < c->nlaws; i++)
        lo_free(c->laws[i]);
    for (slong i = 0; i < c->nlines; i++)
        lo_free(c->lines[i]);
    lo_free(c->laws);
    lo_free(c->tangent);
    lo_free(c->lines);
    lo_free(c->title);
    lo_free(c->claimed);
    lo_unit_table_free(c->units);
    lo_text_clear(c->missing);
    lo_family_free(c->family);
    lo_model_free(c->model);
    lo_free(c);
}

slong lo_certificate_nlaws(const lo_certificate_struct *c)
{
    return c->units != NULL ? c->units->count : c->nlaws;
}

/* The list of claims, in the order of the format. */
static lo_status_t name_claims(lo_certificate_struct *c)
{
    const lo_claims_struct *k = &c->claims;
    const struct {
        int made;
        const char *name;
    } rows[] = { { k->conserved, "conserved" }, { k->independent, "independent" },
                 { k->rank, "rank" },           { k->complete, "complete" },
                 { k->units, "units" },         { k->invariant, "invariant" },
                 { k->refuted, "refuted" },     { k->involutive, "involutive" },
                 { k->growth, "growth" },       { k->symmetry, "symmetry" } };
    lo_text_t text;
    lo_text_init(text);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].made)
            lo_text_add(text, "%s%s", text->length > 0 ? ", " : "", rows[i].name);
    lo_free(c->claimed);
    c->claimed = lo_text_take(text);
    return c->claimed != NULL ? LO_OK : LO_SYSTEM;
}

/* ---- the split ---- */

/* Two elements of one kind of polynomial would need their values to be independent. */
int lo_cert_has_two_transcendentals(const lo_family_struct *f)
{
    int softplus = 0, erf = 0, gelu = 0;
    for (slong i = 0; i < f->primal; i++) {
        softplus |= f->tape->nodes[i].op == LO_T_FUN && f->tape->nodes[i].fun == LO_FUN_SOFTPLUS;
        erf += f->tape->nodes[i].op == LO_T_FUN && f->tape->nodes[i].fun == LO_FUN_ERF;
    }
    for (slong i = 0; i < f->ncomposites; i++)
        gelu += f->composites[i].act == LO_ACT_GELU;
    return softplus + (erf > gelu) + (gelu > 0) > 1;
}

static lo_status_t prepare_split(lo_split_struct *s, const lo_family_struct *f)
{
    const lo_model_struct *m = f->model;
    lo_split_init(s);
    s->point = _fmpq_vec_init(f->p);
    s->frozen = lo_alloc((size_t) (m->frozen + m->constants_symbolic), sizeof(slong));
    if (s->frozen == NULL)
        return LO_SYSTEM;
    if (f->natoms > 0 && m->inputs > 0) {
        s->base = lo_alloc((size_t) m->inputs, sizeof(slong));
        if (s->base == NULL)
            return LO_SYSTEM;
    }
    return LO_OK;
}

/* The matrices, as far as they exist. Out: *complete. */
static lo_status_t fill_split(int *complete, lo_split_struct *s, const lo_certificate_struct *c, lo_ctx_t ctx)
{
    slong p = c->family->p;
    *complete = 0;
    lo_status_t status = s->rank > 0 ? lo_split_right(s, p) : LO_OK;
    if (status == LO_OK && lo_certificate_nlaws(c) > 0)
        status = lo_law_gradients(s, c, ctx);
    if (status == LO_DOMAIN && s->rank > 0) { /* gradients that are not rational here leave the rank */
        s->nlaws = 0;
        return lo_split_is_right(s) ? LO_OK : LO_DOMAIN;
    }
    if (status == LO_OK && lo_certificate_nlaws(c) > 0)
        status = lo_split_left(complete, s, p);
    return status;
}

/* A prime modulo which the roots that the point needs exist. Returns 0 when none was found. */
static int choose_modulus(lo_split_struct *s, slong number)
{
    nmod_t mod;
    for (slong i = number; i < number + 1000; i++) {
        s->mod = lo_cert_modulus(i);
        nmod_init(&mod, s->mod);
        if (lo_roots_take(&s->roots, mod))
            return 1;
    }
    return 0;
}

/* Logarithms have values at powers of 2 (gradient.c). */
static int has_logarithms(const lo_certificate_struct *c)
{
    int found = 0;
    for (slong i = 0; i < c->nlaws; i++)
        found |= strstr(c->laws[i], "log") != NULL;
    return found;
}

/* Is a split better than the best one so far? */
static int is_better(const lo_split_struct *s, int complete, const lo_certificate_struct *c)
{
    return s->rank > c->split.rank || (s->rank == c->split.rank && s->nlaws > c->split.nlaws) ||
           (complete && !c->claims.complete);
}

#define ATTEMPTS 6
#define EASY_ATTEMPTS 4 /* those after these search words with more patience */

/* One attempt: a point, words, matrices. Out: *complete. Returns LO_DOMAIN when the point has no rational values (or is
 * unlucky). */
static lo_status_t attempt(int *complete, lo_split_struct *s, const lo_certificate_struct *c, slong target,
                           slong number, int at_point, lo_ctx_t ctx)
{
    lo_random_t random;
    lo_evaluator_t ev;
    lo_random_init(random, ctx->seed, 0x63657274 + (uint64_t) number);
    s->powers = number % 2 == 1 && has_logarithms(c);
    LO_TRY(lo_cert_base(s, c->family, 2 * number, at_point, c->source, random, ctx));
    if (!choose_modulus(s, number))
        return LO_DOMAIN;
    lo_status_t status = lo_evaluator_init(ev, c->family, s, ctx);
    if (status == LO_OK)
        status = lo_words_search(ev, target, number >= EASY_ATTEMPTS && (at_point || c->family->natoms > 0), random, ctx);
    lo_evaluator_clear(ev);
    return status == LO_OK ? fill_split(complete, s, c, ctx) : status;
}

/* The best of a few attempts. Out: *found, 1 when there is a split at all. */
static lo_status_t search_split(int *found, lo_certificate_struct *c, slong target, int at_point,
                                lo_ctx_t ctx)
{
    slong p = c->family->p;
    *found = 0;
    for (slong number = 0; number < ATTEMPTS; number++) {
        lo_split_struct s;
        int complete;
        lo_status_t status = prepare_split(&s, c->family);
        if (status == LO_OK)
            status = attempt(&complete, &s, c, target, number, at_point, ctx);
        if (status == LO_OK && (!*found || is_better(&s, complete, c))) {
            lo_split_struct worse = c->split;
            c->split = s;
            s = worse;
            c->claims.complete = complete;
            *found = 1;
        }
        lo_split_clear(&s, p);
        if (status != LO_OK && status != LO_DOMAIN)
            return status;
        if (*found && (c->claims.complete || (lo_certificate_nlaws(c) + target < p && c->split.rank >= target &&
                                              c->split.nlaws == lo_certificate_nlaws(c))))
            break;
    }
    return LO_OK;
}

/* Only the gradients of the laws, where members have no rational values. */
static lo_status_t laws_only(int *found, lo_certificate_struct *c, slong target, lo_ctx_t ctx)
{
    lo_split_struct *s = &c->split;
    lo_random_t random;
    int complete;
    *found = 0;
    for (slong number = 0; lo_certificate_nlaws(c) > 0 && number < ATTEMPTS && !*found; number++) {
        lo_split_clear(s, c->family->p);
        LO_TRY(prepare_split(s, c->family));
        lo_random_init(random, ctx->seed, 0x6c617773 + (uint64_t) number);
        s->mod = lo_cert_modulus(number);
        int powers = number % 2 == 1 && has_logarithms(c);
        for (slong i = 0; i < c->family->p; i++)
            fmpq_set_si(s->point + i, powers ? lo_cert_power(random) : 1 + (slong) lo_random_below(random, 40), 1);
        for (slong i = 0; i < c->model->frozen + c->model->constants_symbolic; i++)
            s->frozen[i] = 1 + (slong) lo_random_below(random, 40);
        lo_status_t status = target > 0 ? LO_OK : lo_split_right(s, c->family->p); /* rank 0 is a rank, too */
        if (status == LO_OK)
            status = fill_split(&complete, s, c, ctx);
        if (status != LO_OK && status != LO_DOMAIN)
            return status;
        *found = status == LO_OK;
        c->claims.complete = *found && complete;
    }
    return LO_OK;
}

/* Rank, independence, completeness. target: the rank that the engine proved. */
static lo_status_t claim_split(lo_certificate_struct *c, slong target, int at_point, lo_ctx_t ctx)
{
    int found = 0;
    const char *why = "no rational point and input were found at which all function values are rational";
    if (c->family->p > MAX_SPLIT) {
        lo_certificate_miss(c, "independence and rank: more than %d parameters", MAX_SPLIT);
        return LO_OK;
    }
    if (lo_cert_has_two_transcendentals(c->family))
        why = "it needs two numbers whose algebraic independence is not known (erf, gelu, softplus)";
    else if (lo_family_has_aux(c->family, LO_AUX_ROOT) && c->family->ngates > 0)
        why = "gates beside the square root of a number have no values in the format";
    else if (target > 0)
        LO_TRY(search_split(&found, c, target, at_point, ctx));
    if (!found) {
        if (target > 0)
            lo_certificate_miss(c, "the rank %ld of the brackets: %s", (long) target, why);
        LO_TRY(laws_only(&found, c, target, ctx));
    } else if (c->split.rank < target) {
        if (c->split.rank == 0)
            lo_certificate_miss(c, "the rank %ld of the brackets: %s", (long) target, why);
        else
            lo_certificate_miss(
                c, "the rank %ld of the brackets: only %ld were found independent at the certified point",
                (long) target, (long) c->split.rank);
    }
    c->claims.rank = found && (c->split.rank > 0 || (target == 0 && lo_certificate_nlaws(c) == c->p));
    c->claims.independent = found && lo_certificate_nlaws(c) > 0 && c->split.nlaws == lo_certificate_nlaws(c);
    if (!c->claims.independent && lo_certificate_nlaws(c) > 0)
        lo_certificate_miss(
            c, "independence of the laws: their gradients are not rational at any point that was tried");
    return LO_OK;
}

/* The growth vector and the upper bound of the dimension, once the split is there. */
static lo_status_t claim_bounds(lo_certificate_struct *c, const lo_growth_struct *growth, lo_ctx_t ctx)
{
    slong p = c->family->p, upper = p;
    c->claims.growth = c->claims.rank && c->split.rank > 0;
    for (long d = 1; c->claims.growth && d <= growth->levels; d++)
        if (lo_split_growth(&c->split, d) < growth->growth[d - 1] && c->split.rank >= growth->growth[d - 1])
            lo_certificate_miss(c, "%ld dimensions of brackets of at most %ld members: only %ld were found",
                                growth->growth[d - 1], d, (long) lo_split_growth(&c->split, d));
    if (c->claims.independent)
        upper = p - lo_certificate_nlaws(c);
    if (upper <= growth->upper)
        return LO_OK;
    if (c->claims.growth && c->split.rank == growth->upper)
        LO_TRY(lo_identity_find(&c->identity, c->family, &c->split, ctx));
    c->claims.involutive = c->identity != NULL;
    if (!c->claims.involutive)
        lo_certificate_miss(c, "the upper bound %ld of the orbit dimension: %s", growth->upper,
                            growth->at_point ? "what holds at the point only has no claim in the format"
                            : growth->upper_by == LO_UPPER_LAWS
                                ? "it needs all laws"
                                : "no involutivity identity was found within the limits");
    return LO_OK;
}

/* ---- what the commands claim ---- */

/* Past these numbers of terms a checker should not have to expand the network: products of all paths are rarely all met
 * when denominators are cleared, so that bound only stops what is hopeless. */
#define MAX_EXPANSION 300000
#define MAX_CLEARED 1e30

static int is_too_large(const lo_family_struct *f)
{
    return lo_units_expansion(f, 0) > MAX_EXPANSION || lo_units_expansion(f, 1) > MAX_CLEARED;
}

int lo_cert_has_tangents(const lo_model_struct *m)
{
    for (slong i = 0; i < m->nflow; i++)
        if (m->flow[i].kind == LO_FLOW_MOMENTUM)
            return 0;
    return m->kind != LO_MODEL_RAW;
}

static int has_functions(const lo_family_struct *f)
{
    slong i = 0;
    while (i < f->primal && f->tape->nodes[i].op != LO_T_FUN)
        i++;
    return i < f->primal;
}

/* The proof of the engine is shipped where an expansion is out of reach, or slow: roots and exponentials of long sums. */
static int is_by_tangents(const lo_certificate_struct *c, const char *proved_by)
{
    return proved_by != NULL && strcmp(proved_by, "tangent propagation") == 0 && lo_cert_has_tangents(c->model) &&
           (has_functions(c->family) || is_too_large(c->family));
}

static lo_status_t room_for_laws(lo_certificate_struct *c, slong n)
{
    c->laws = lo_alloc((size_t) n, sizeof(char *));
    c->tangent = lo_alloc((size_t) n, 1);
    return c->laws != NULL && c->tangent != NULL ? LO_OK : LO_SYSTEM;
}

/* The text of a law with blanks for tabs and newlines. */
static lo_status_t add_law(lo_certificate_struct *c, const char *text, size_t length, const char *proved_by)
{
    c->tangent[c->nlaws] = (char) is_by_tangents(c, proved_by);
    LO_TRY(copy_text(&c->laws[c->nlaws], text, length));
    for (char *s = c->laws[c->nlaws]; *s != '\0'; s++)
        if (*s == '\t' || *s == '\n' || *s == '\r')
            *s = ' ';
    c->nlaws++;
    return LO_OK;
}

/* What the units leave out of what was proved. */
static void miss_other_laws(lo_certificate_struct *c, uint64_t proved, const char *why)
{
    uint64_t count = (uint64_t) c->units->count;
    if (count < proved)
        lo_certificate_miss(c, "%lu laws that are not sums of squares from units: %s",
                            (unsigned long) (proved - count), why);
}

static int all_by_tangents(const lo_certificate_struct *c, const lo_analysis_struct *a)
{
    long i = 0;
    while (i < a->nlaws && is_by_tangents(c, a->laws[i].proved_by))
        i++;
    return i == a->nlaws;
}

/* Unit laws in place of laws to be expanded, unless the others have a proof that needs no expansion. */
static lo_status_t claim_units(lo_certificate_struct *c, const lo_analysis_struct *a, lo_ctx_t ctx)
{
    lo_structure_t structure;
    if (a->nlaws == 0 || c->model->kind != LO_MODEL_NETWORK || c->model->nflow > 0 ||
        !is_too_large(c->family))
        return LO_OK;
    lo_structure_init(structure);
    lo_status_t status = lo_structure_analyse(structure, c->model, ctx);
    if (status == LO_OK)
        status = lo_unit_table_read(&c->units, structure, ctx);
    lo_structure_clear(structure);
    if (c->units != NULL && c->units->count < a->nlaws && all_by_tangents(c, a)) {
        lo_unit_table_free(c->units);
        c->units = NULL;
    }
    if (status == LO_UNABLE && lo_ctx_poll(ctx) == LO_OK) /* then the laws are expanded */
        status = LO_OK;
    c->claims.units = c->units != NULL;
    if (c->claims.units)
        miss_other_laws(c, (uint64_t) a->nlaws, "the network is too large to expand");
    return status;
}

lo_status_t lo_certificate_structure(lo_certificate_ptr c, const lo_structure_t structure, lo_ctx_t ctx)
{
    LO_TRY(lo_unit_table_read(&c->units, structure, ctx));
    c->claims.units = c->units != NULL;
    if (c->claims.units)
        miss_other_laws(c, structure->found, "the network is not written out");
    else if (structure->found > 0)
        lo_certificate_miss(c, "the laws: they are no sums of squares with units that are sums over axes");
    if (structure->complete == LO_TRUE)
        lo_certificate_miss(c, "completeness: the argument from paths has no claim in the format");
    return name_claims(c);
}

lo_status_t lo_certificate_laws(lo_certificate_ptr c, const lo_analysis_struct *a, lo_ctx_t ctx)
{
    LO_TRY(room_for_laws(c, a->nlaws));
    LO_TRY(claim_units(c, a, ctx));
    for (long i = 0; i < a->nlaws && !c->claims.units; i++)
        LO_TRY(add_law(c, a->laws[i].expression, strlen(a->laws[i].expression), a->laws[i].proved_by));
    c->claims.conserved = c->nlaws > 0;
    LO_TRY(claim_split(c, a->growth->lower, 0, ctx));
    if (a->complete == LO_TRUE && a->nlaws > 0 && !c->claims.complete)
        lo_certificate_miss(c, "completeness: it needs all laws and the rank %ld", a->growth->lower);
    LO_TRY(claim_bounds(c, a->growth, ctx));
    return name_claims(c);
}

lo_status_t lo_certificate_rank(lo_certificate_ptr c, const lo_growth_struct *growth, lo_ctx_t ctx)
{
    LO_TRY(claim_split(c, growth->lower, growth->at_point, ctx));
    LO_TRY(claim_bounds(c, growth, ctx));
    return name_claims(c);
}

lo_status_t lo_certificate_verdict(lo_certificate_ptr c, const char *law, size_t length,
                                   const lo_verdict_struct *verdict, lo_ctx_t ctx)
{
    lo_verdict_t again;
    LO_TRY(room_for_laws(c, 1));
    LO_TRY(add_law(c, law, length, verdict->proved_by));
    c->claims.conserved = verdict->conserved == LO_TRUE;
    if (verdict->conserved == LO_FALSE) {
        lo_verdict_init(again);
        c->witness = lo_witness_new(c->model);
        lo_status_t status =
            c->witness == NULL ? LO_SYSTEM : lo_verify_with(again, c->witness, c->family, law, length, ctx);
        c->claims.refuted = status == LO_OK && again->conserved == LO_FALSE && c->witness->rational;
        lo_verdict_clear(again);
        LO_TRY(status);
        if (!c->claims.refuted)
            lo_certificate_miss(c, "the witness: its value is not rational");
    }
    return name_claims(c);
}

/* Larger tables are not written. */
#define MAX_ENTRIES 10000000

/* What a re-check by expansion confirms. Returns LO_OK unless the work was stopped. */
static lo_status_t confirmed(int *holds, lo_status_t status, lo_ctx_t ctx)
{
    *holds = *holds && status == LO_OK;
    return status & LO_SYSTEM ? LO_SYSTEM : lo_ctx_poll(ctx);
}

static lo_status_t claim_symmetries(lo_certificate_struct *c, const lo_sims_struct *sims, lo_ctx_t ctx)
{
    slong p = c->p;
    c->symmetries = lo_alloc((size_t) (sims->ngenerators * p), sizeof(int));
    if (c->symmetries == NULL)
        return LO_SYSTEM;
    for (long k = 0; k < sims->ngenerators; k++) {
        const int *g = sims->permutations + k * p;
        int holds = 0;
        lo_ctx_progress(ctx, "certificate: symmetries", k, sims->ngenerators);
        LO_TRY(confirmed(&holds, lo_cert_symmetry_holds(&holds, c->model, g, ctx), ctx));
        if (holds)
            memcpy(c->symmetries + c->nsymmetries++ * p, g, (size_t) p * sizeof(int));
    }
    c->claims.symmetry = c->nsymmetries > 0;
    if (c->nsymmetries < sims->ngenerators)
        lo_certificate_miss(c, "%ld of %ld symmetries: the outputs are too large to expand",
                            sims->ngenerators - (long) c->nsymmetries, sims->ngenerators);
    return LO_OK;
}

/* Every listed class but the whole space. */
static lo_status_t claim_subspaces(lo_certificate_struct *c, const lo_sims_struct *sims, lo_ctx_t ctx)
{
    slong p = c->p, missed = 0;
    c->patterns = lo_alloc((size_t) (sims->nmanifolds * p), sizeof(int));
    if (c->patterns == NULL)
        return LO_SYSTEM;
    for (long k = 0; k < sims->nmanifolds; k++) {
        const lo_manifold_struct *m = sims->manifolds + k;
        int holds = 0;
        lo_ctx_progress(ctx, "certificate: subspaces", k, sims->nmanifolds);
        if (m->dimension == p)
            continue;
        if (4 * p * p * (c->nsubspaces + 1) <= MAX_ENTRIES)
            LO_TRY(confirmed(&holds, lo_pattern_holds(&holds, c->model, m->pattern, p, ctx), ctx));
        if (holds)
            memcpy(c->patterns + c->nsubspaces++ * p, m->pattern, (size_t) p * sizeof(int));
        missed += !holds;
    }
    c->claims.invariant = c->nsubspaces > 0;
    if (missed > 0)
        lo_certificate_miss(c, "%ld of %ld invariant subspaces: the fields, or the tables, are too large",
                            (long) missed, (long) (missed + c->nsubspaces));
    return LO_OK;
}

lo_status_t lo_certificate_sims(lo_certificate_ptr c, const lo_sims_struct *sims, lo_ctx_t ctx)
{
    LO_TRY(claim_symmetries(c, sims, ctx));
    LO_TRY(claim_subspaces(c, sims, ctx));
    return name_claims(c);
}
