/* check.c - re-checking a certificate with the library's own evaluators.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A convenience, not a second opinion: checkers that share nothing with the library are that. It fails closed: what it
 * does not know, or cannot evaluate, is not verified.
 */
#include "certificate/check.h"

#include "base/memory.h"
#include "law/verify.h"

#include <sha256.h>
#include <string.h>

int lo_check_fail(lo_check_struct *k, const char *reason)
{
    if (k->reason == NULL)
        k->reason = reason;
    return 0;
}

int lo_check_passes(lo_check_struct *k, lo_status_t *out, lo_status_t status, const char *reason)
{
    if (status != LO_OK && (status & LO_SYSTEM || lo_ctx_poll(k->ctx) != LO_OK))
        *out = status & LO_SYSTEM ? LO_SYSTEM : LO_UNABLE;
    return status == LO_OK ? 1 : lo_check_fail(k, reason);
}

static int has_claim(const lo_check_struct *k, const char *name)
{
    json_t *claims = json_object_get(k->top, "claims");
    for (size_t i = 0; i < json_array_size(claims); i++)
        if (strcmp(json_string_value(json_array_get(claims, i)), name) == 0)
            return 1;
    return 0;
}

/* ---- the two files ---- */

static int is_text(json_t *item, const char *text)
{
    return json_is_string(item) && strcmp(json_string_value(item), text) == 0;
}

static int is_version(json_t *item)
{
    return json_is_integer(item) && json_integer_value(item) == 2;
}

static lo_status_t read_problem(lo_check_struct *k, const char *text, size_t length)
{
    static const char *const keys[] = { "format", "model", "relu", "title", "version", NULL };
    lo_certificate_struct *c = k->c;
    lo_status_t status = LO_OK;
    json_t *top = lo_parse_strict(text, length),
           *lines = top != NULL ? lo_parse_list(top, "model", -1) : NULL;
    lo_text_t model;
    lo_text_init(model);
    if (top == NULL || !lo_parse_keys(top, keys) || lines == NULL ||
        !json_is_string(json_object_get(top, "title")) ||
        !is_text(json_object_get(top, "format"), "conslaw-problem") ||
        !is_version(json_object_get(top, "version")))
        lo_check_fail(k, "the problem is malformed");
    for (size_t i = 0; k->reason == NULL && i < json_array_size(lines); i++) {
        const char *line = lo_parse_statement(json_array_get(lines, i));
        if (line == NULL)
            lo_check_fail(k, "the problem is malformed");
        else
            lo_text_add(model, "%s\n", line);
    }
    char *joined = lo_text_take(model);
    if (k->reason == NULL && joined == NULL)
        status = LO_SYSTEM;
    if (k->reason == NULL && status == LO_OK)
        lo_check_passes(k, &status, lo_model_read(&c->model, joined, strlen(joined), "problem", k->ctx),
               "the model is wrong");
    k->gated = is_text(json_object_get(top, "relu"), "path-lifting");
    if (k->reason == NULL && !k->gated && !is_text(json_object_get(top, "relu"), "none"))
        lo_check_fail(k, "the meaning of relu is not one of the format");
    if (k->reason == NULL && status == LO_OK && lo_model_has_point(c->model))
        lo_check_fail(k, "the problem names a point");
    if (k->reason == NULL && status == LO_OK)
        lo_text_add(k->theorem, "%s (%ld parameters):\n", json_string_value(json_object_get(top, "title")),
                    lo_model_parameters(c->model));
    lo_free(joined);
    json_decref(top);
    return status;
}

#define CLAIMS 10

/* Claims known here, in order. */
static int read_claims(lo_check_struct *k)
{
    static const char *const known[CLAIMS] = { "conserved", "independent", "rank",       "complete", "units",
                                               "invariant", "refuted",     "involutive", "growth",   "symmetry" };
    json_t *claims = json_is_object(k->top) ? lo_parse_list(k->top, "claims", -1) : NULL;
    size_t next = 0;
    if (claims == NULL || json_array_size(claims) == 0)
        return lo_check_fail(k, "the claims are malformed");
    for (size_t i = 0; i < json_array_size(claims); i++) {
        while (next < CLAIMS && !is_text(json_array_get(claims, i), known[next]))
            next++;
        if (next++ >= CLAIMS)
            return lo_check_fail(k, "a claim is unknown, repeated or out of order");
    }
    lo_claims_struct *c = &k->c->claims;
    c->conserved = has_claim(k, "conserved");
    c->independent = has_claim(k, "independent");
    c->rank = has_claim(k, "rank");
    c->complete = has_claim(k, "complete");
    c->units = has_claim(k, "units");
    c->refuted = has_claim(k, "refuted");
    c->invariant = has_claim(k, "invariant");
    c->involutive = has_claim(k, "involutive");
    c->growth = has_claim(k, "growth");
    c->symmetry = has_claim(k, "symmetry");
    if ((c->complete && !(c->independent && c->rank)) || (c->independent && !(c->conserved || c->units)) ||
        (c->conserved && c->units) || (c->growth && !c->rank) ||
        (c->units && (c->invariant || c->refuted || c->involutive || c->symmetry)))
        return lo_check_fail(k, "a claim stands without those it needs, or beside one that it must not");
    return 1;
}

static int read_frozen(lo_check_struct *k, int wanted)
{
    slong n = k->c->model->frozen + k->c->model->constants_symbolic;
    json_t *list = lo_parse_list(k->top, "frozen", n);
    for (slong i = 0; wanted && n > 0 && i < n; i++)
        if (list == NULL || !lo_parse_integer(k->c->split.frozen + i, json_array_get(list, (size_t) i)))
            return lo_check_fail(k, "frozen constants are malformed, or not integers");
    return 1;
}

static int read_certificate(lo_check_struct *k, const char *digest)
{
    if (k->top == NULL || !read_claims(k))
        return lo_check_fail(k, "the certificate is malformed");
    const lo_claims_struct *c = &k->c->claims;
    const lo_model_struct *m = k->c->model;
    int split = c->independent || c->rank,
        frozen = m->frozen + m->constants_symbolic > 0 && (split || c->refuted);
    const char *keys[16] = { "claims", "format", "problem", "version" };
    int n = 4;
    if (frozen)
        keys[n++] = "frozen";
    if (c->conserved)
        keys[n++] = "laws";
    if (split) {
        keys[n++] = "split";
        keys[n++] = "point";
    }
    if (c->rank || c->involutive) {
        keys[n++] = "instances";
        keys[n++] = "?words";
    }
    if (c->refuted)
        keys[n++] = "refuted";
    if (c->invariant)
        keys[n++] = "invariant";
    if (c->involutive)
        keys[n++] = "involutive";
    if (c->growth)
        keys[n++] = "growth";
    if (c->symmetry)
        keys[n++] = "symmetry";
    if (c->units)
        keys[n++] = "units";
    if (!lo_parse_keys(k->top, keys) || !is_text(json_object_get(k->top, "format"), "conslaw-cert") ||
        !is_version(json_object_get(k->top, "version")))
        return lo_check_fail(k, "the certificate has other sections than its claims need");
    if (!is_text(json_object_get(k->top, "problem"), digest))
        return lo_check_fail(k, "the certificate is about another problem");
    return read_frozen(k, frozen);
}

/* Lowers the model, which the claim `units` alone does not need. */
static lo_status_t read_family(lo_check_struct *k)
{
    lo_certificate_struct *c = k->c;
    lo_status_t status = LO_OK;
    if (lo_check_passes(k, &status, lo_family_build(&c->family, c->model, LO_RELU_PATHS, k->ctx),
               "the model is not analysed") &&
        k->gated != (c->family->ngates > 0))
        lo_check_fail(k, "the meaning of relu is not the one of the format");
    return status;
}

/* ---- laws ---- */

/* By either word: the library's own proofs decide. */
static int has_proof(const lo_check_struct *k, json_t *word)
{
    return is_text(word, "expand") || (is_text(word, "tangent") && lo_cert_has_tangents(k->c->model));
}

static lo_status_t check_laws(lo_check_struct *k)
{
    static const char *const keys[] = { "expression", "proof", NULL };
    lo_certificate_struct *c = k->c;
    json_t *laws = lo_parse_list(k->top, "laws", -1);
    slong n = laws != NULL ? (slong) json_array_size(laws) : 0;
    lo_status_t status = LO_OK;
    c->laws = lo_alloc((size_t) n, sizeof(char *));
    if (c->laws == NULL)
        return LO_SYSTEM;
    if (n == 0)
        lo_check_fail(k, "no laws");
    if (k->c->claims.independent && n > c->family->p)
        lo_check_fail(k, "more laws than parameters");
    for (slong i = 0; i < n && k->reason == NULL && status == LO_OK; i++) {
        json_t *law = json_array_get(laws, (size_t) i);
        const char *text = lo_parse_statement(json_object_get(law, "expression"));
        if (!lo_parse_keys(law, keys) || text == NULL || !has_proof(k, json_object_get(law, "proof"))) {
            lo_check_fail(k, "a law is malformed, or has a proof that is not for this model");
            break;
        }
        c->laws[i] = lo_alloc(strlen(text) + 1, 1);
        if (c->laws[i] == NULL)
            return LO_SYSTEM;
        strcpy(c->laws[i], text);
        c->nlaws = i + 1;
        lo_verdict_t verdict;
        lo_verdict_init(verdict);
        lo_check_passes(k, &status, lo_verify(verdict, c->family, text, strlen(text), k->ctx),
               "a law cannot be decided");
        if (verdict->conserved != LO_TRUE)
            lo_check_fail(k, "a law is not conserved, or not proved to be");
        lo_verdict_clear(verdict);
    }
    c->law_nodes = c->model->nnodes;
    if (k->reason == NULL)
        lo_text_add(k->theorem, "  %ld law(s) hold identically.\n", (long) n);
    return status;
}

static lo_status_t check_units(lo_check_struct *k)
{
    lo_certificate_struct *c = k->c;
    int holds = 0;
    lo_status_t out = LO_OK;
    if (!lo_check_passes(k, &out, lo_unit_table_parse(&c->units, c->model, json_object_get(k->top, "units")),
                "the units are malformed, or their pivots are not triangular") ||
        !lo_check_passes(k, &out, lo_unit_table_check(&holds, c->units, k->ctx),
                "the units cannot be followed through the model"))
        return out;
    if (!holds)
        lo_check_fail(k, "the units do not agree in the network");
    if (k->reason == NULL)
        lo_text_add(k->theorem,
                    "  %ld sum(s) of squares, from units, hold identically and are independent.\n",
                    (long) c->units->count);
    return LO_OK;
}

/* ---- the split ---- */

/* Taylor coefficients divide by integers up to the order plus the length of a word. */
#define MIN_MODULUS 128

static int read_integers(slong *out, json_t *x, const char *key, slong n)
{
    json_t *list = lo_parse_list(x, key, n);
    for (slong i = 0; i < n; i++)
        if (list == NULL || !lo_parse_integer(out + i, json_array_get(list, (size_t) i)))
            return 0;
    return list != NULL;
}

static int read_instance(lo_instance_struct *x, json_t *item, const lo_family_struct *f)
{
    static const char *const field_keys[] = { "field", NULL };
    slong inputs = f->model->inputs, outputs = lo_cert_has_fields(f) ? 0 : lo_family_covectors(f), seed = 0;
    *x = (lo_instance_struct){ .field = -1 };
    x->inputs = lo_alloc((size_t) (2 * inputs + outputs), sizeof(slong));
    if (x->inputs == NULL)
        return 0;
    x->direction = x->inputs + inputs;
    x->covector = x->direction + inputs;
    if (lo_cert_has_fields(f))
        return lo_parse_keys(item, field_keys) &&
               lo_parse_index(&x->field, json_object_get(item, "field"), lo_family_covectors(f));
    int network = f->model->kind == LO_MODEL_NETWORK, taylor = json_object_get(item, "order") != NULL;
    const char *keys[6] = { "covector" };
    int n = 1;
    if (network)
        keys[n++] = "inputs";
    if (f->ngates > 0)
        keys[n++] = "gates";
    if (network && taylor) {
        keys[n++] = "direction";
        keys[n++] = "order";
    }
    int ok = lo_parse_keys(item, keys) && read_integers(x->covector, item, "covector", outputs) &&
             (!network || read_integers(x->inputs, item, "inputs", inputs)) &&
             (f->ngates == 0 || (lo_parse_integer(&seed, json_object_get(item, "gates")) && seed >= 0)) &&
             (!taylor || (read_integers(x->direction, item, "direction", inputs) &&
                          lo_parse_index(&x->order, json_object_get(item, "order"), 65)));
    x->seed = (uint64_t) seed;
    return ok;
}

/* Instances and words. */
static lo_status_t read_entries(lo_check_struct *k)
{
    lo_split_struct *s = &k->c->split;
    json_t *instances = lo_parse_list(k->top, "instances", -1), *words = lo_parse_list(k->top, "words", -1);
    if (instances == NULL || (words == NULL && json_object_get(k->top, "words") != NULL)) {
        lo_check_fail(k, "instances or words are malformed");
        return LO_OK;
    }
    slong n = (slong) json_array_size(instances), m = (slong) json_array_size(words);
    LO_TRY(LO_GROW(s->instances, s->instances_alloc, n + 1));
    LO_TRY(LO_GROW(s->words, s->words_alloc, m + 1));
    for (slong i = 0; i < n && k->reason == NULL; i++) {
        s->ninstances = i + 1;
        if (!read_instance(s->instances + i, json_array_get(instances, (size_t) i), k->c->family))
            lo_check_fail(k, "an instance is malformed, or has inputs that are not integers");
    }
    for (slong i = 0; i < m && k->reason == NULL; i++) {
        json_t *pair = json_array_get(words, (size_t) i);
        lo_entry_struct *w = s->words + i;
        if (json_array_size(pair) != 2 || !lo_parse_index(&w->first, json_array_get(pair, 0), n) ||
            !lo_parse_index(&w->second, json_array_get(pair, 1), n + i))
            lo_check_fail(k, "a word is malformed, or not right-nested");
        else
            w->length = 1 + lo_entry_length(s, w->second);
        s->nwords = i + 1;
    }
    return LO_OK;
}

static lo_status_t read_chosen(lo_check_struct *k)
{
    lo_split_struct *s = &k->c->split;
    json_t *chosen = lo_parse_list(json_object_get(k->top, "split"), "chosen", -1);
    if (chosen == NULL || (slong) json_array_size(chosen) > k->c->family->p) {
        lo_check_fail(k, "chosen entries are malformed");
        return LO_OK;
    }
    s->nchosen = s->rank = (slong) json_array_size(chosen);
    LO_TRY(LO_GROW(s->chosen, s->chosen_alloc, s->nchosen));
    for (slong i = 0; i < s->nchosen && k->reason == NULL; i++)
        if (!lo_parse_index(s->chosen + i, json_array_get(chosen, (size_t) i), s->ninstances + s->nwords))
            lo_check_fail(k, "a chosen entry is out of range");
    return LO_OK;
}

/* ["a","r"]: r is a root of a, of which no product with those before is a square. */
static int read_one_root(lo_roots_struct *x, json_t *pair, nmod_t mod)
{
    slong r;
    ulong square;
    fmpq_t a;
    fmpq_init(a);
    int ok = json_array_size(pair) == 2 && lo_parse_rational(a, json_array_get(pair, 0)) &&
             lo_parse_integer(&r, json_array_get(pair, 1)) && r > 0 && (ulong) r < mod.n && lo_roots_add(x, a) &&
             lo_residue(&square, a, mod) && nmod_mul((ulong) r, (ulong) r, mod) == square;
    if (ok)
        x->root[x->n - 1] = (ulong) r;
    fmpq_clear(a);
    return ok;
}

static int read_roots(lo_check_struct *k, json_t *split)
{
    nmod_t mod;
    lo_roots_struct *x = &k->c->split.roots;
    json_t *one = json_object_get(split, "root"), *several = json_object_get(split, "roots");
    nmod_init(&mod, k->c->split.mod);
    int ok = (one == NULL || (several == NULL && read_one_root(x, one, mod))) &&
             (several == NULL || json_array_size(several) > 1);
    for (size_t i = 0; i < json_array_size(several) && ok; i++)
        ok = read_one_root(x, json_array_get(several, i), mod);
    return ok ? 1 : lo_check_fail(k, "the roots are malformed, or none, or one follows from the others, or too many");
}

static int read_split(lo_check_struct *k)
{
    lo_split_struct *s = &k->c->split;
    const lo_claims_struct *c = &k->c->claims;
    json_t *split = json_object_get(k->top, "split"),
           *point = lo_parse_list(k->top, "point", k->c->family->p);
    const char *keys[7] = { "mod" };
    int n = 1;
    slong mod;
    if (c->rank) {
        keys[n++] = "A";
        keys[n++] = "chosen";
        keys[n++] = "?root";
        keys[n++] = "?roots";
    }
    if (c->independent)
        keys[n++] = "C";
    if (!lo_parse_keys(split, keys) || !lo_parse_integer(&mod, json_object_get(split, "mod")) ||
        mod < MIN_MODULUS || mod >= (slong) 1 << 61 || !n_is_prime((ulong) mod))
        return lo_check_fail(k, "the split is malformed, or its modulus is not a prime from 128 to 2^61");
    s->mod = (ulong) mod;
    s->point = _fmpq_vec_init(k->c->p);
    for (slong i = 0; i < k->c->p; i++)
        if (point == NULL || !lo_parse_rational(s->point + i, json_array_get(point, (size_t) i)))
            return lo_check_fail(k, "the point is malformed");
    return read_roots(k, split);
}

static lo_status_t check_rank(lo_check_struct *k)
{
    lo_split_struct *s = &k->c->split;
    slong p = k->c->family->p;
    lo_evaluator_t ev;
    if (lo_cert_has_two_transcendentals(k->c->family))
        lo_check_fail(k, "two of erf, softplus and gelu in one model: their values at 0 may be related");
    LO_TRY(read_chosen(k));
    if (k->reason != NULL)
        return LO_OK;
    nmod_mat_clear(s->values);
    nmod_mat_init(s->values, s->rank, p, s->mod);
    lo_status_t out = LO_OK, status = lo_evaluator_init(ev, k->c->family, s, k->ctx);
    for (slong i = 0; i < s->rank && status == LO_OK; i++)
        status = lo_entry_value(&nmod_mat_entry(s->values, i, 0), ev, s->chosen[i]);
    lo_evaluator_clear(ev);
    if (!lo_check_passes(k, &out, status,
                "a member is not defined at the point, or breaks the rule for function values"))
        return out;
    nmod_mat_clear(s->right);
    nmod_mat_init(s->right, p, s->rank, s->mod);
    if (!lo_parse_matrix(s->right, json_object_get(json_object_get(k->top, "split"), "A")))
        lo_check_fail(k, "the matrix A is malformed");
    else if (!lo_split_is_right(s))
        lo_check_fail(k, "W A is not the identity");
    if (k->reason == NULL)
        lo_text_add(k->theorem, "  The orbit dimension is at least %ld of %ld near the certified point.\n",
                    (long) s->rank, (long) p);
    return LO_OK;
}

/* n_d chosen words of at most d members; the last d is the length of the longest. */
static void check_growth(lo_check_struct *k)
{
    const lo_split_struct *s = &k->c->split;
    json_t *list = lo_parse_list(k->top, "growth", -1);
    slong longest = 0, claimed;
    for (slong i = 0; i < s->nchosen; i++)
        longest = lo_entry_length(s, s->chosen[i]) > longest ? lo_entry_length(s, s->chosen[i]) : longest;
    if (list == NULL || longest == 0 || (slong) json_array_size(list) != longest) {
        lo_check_fail(k, "the growth vector has another length than the longest word");
        return;
    }
    for (slong d = 1; d <= longest; d++) {
        slong count = lo_split_growth(s, d);
        if (!lo_parse_index(&claimed, json_array_get(list, (size_t) d - 1), s->nchosen + 1) || claimed != count)
            lo_check_fail(k, "the growth vector does not count the words");
        if (k->reason == NULL)
            lo_text_add(k->theorem, "  Brackets of at most %ld member(s) span at least %ld dimension(s) there.\n", (long) d,
                        (long) count);
    }
}

static lo_status_t check_independent(lo_check_struct *k)
{
    lo_split_struct *s = &k->c->split;
    lo_status_t out = LO_OK;
    if (lo_certificate_nlaws(k->c) > k->c->p) {
        lo_check_fail(k, "more laws than parameters");
        return LO_OK;
    }
    if (!lo_check_passes(k, &out, lo_law_gradients(s, k->c, k->ctx),
                "the gradient of a law is not rational at the point"))
        return out;
    nmod_mat_clear(s->left);
    nmod_mat_init(s->left, s->nlaws, k->c->family->p, s->mod);
    if (!lo_parse_matrix(s->left, json_object_get(json_object_get(k->top, "split"), "C")))
        lo_check_fail(k, "the matrix C is malformed");
    else if (!lo_split_is_left(s, k->c->family->p))
        lo_check_fail(k, "C J^T is not the identity");
    if (k->reason == NULL)
        lo_text_add(k->theorem, "  The laws are functionally independent.\n");
    return LO_OK;
}

/* ---- a witness ---- */

static int read_rationals(fmpq *out, json_t *x, const char *key, slong n)
{
    json_t *list = lo_parse_list(x, key, n);
    for (slong i = 0; i < n; i++)
        if (list == NULL || !lo_parse_rational(out + i, json_array_get(list, (size_t) i)))
            return 0;
    return list != NULL;
}

static lo_status_t check_refuted(lo_check_struct *k)
{
    const lo_family_struct *f = k->c->family;
    json_t *x = json_object_get(k->top, "refuted");
    const char *text = lo_parse_statement(json_object_get(x, "expression"));
    static const char *const keys[] = { "expression", "inputs", "output", "point", NULL };
    int nonzero = 0;
    lo_witness_struct *w = lo_witness_new(f->model);
    lo_status_t out = LO_OK;
    if (w == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < w->nfrozen; i++)
        fmpq_set_si(w->frozen + i, k->c->split.frozen[i], 1);
    if (!lo_parse_keys(x, keys) || text == NULL ||
        !lo_parse_index(&w->output, json_object_get(x, "output"), lo_family_covectors(f)) ||
        !read_rationals(w->theta, x, "point", w->p) || !read_rationals(w->inputs, x, "inputs", w->ninputs))
        lo_check_fail(k, "the witness is malformed");
    else if (lo_check_passes(k, &out, lo_witness_check(&nonzero, w, f, text, strlen(text), k->ctx),
                    "the derivative is not rational at the witness, or something is not defined there, or on a kink") &&
             !nonzero)
        lo_check_fail(k, "the derivative at the witness is zero");
    if (k->reason == NULL)
        lo_text_add(k->theorem,
                    "  The expression is not conserved: its derivative at the witness is not zero.\n");
    lo_witness_free(w);
    return out;
}

/* ---- all claims ---- */

static lo_status_t check_claims(lo_check_struct *k)
{
    const lo_claims_struct *c = &k->c->claims;
    if (c->units)
        LO_TRY(check_units(k));
    if (k->reason == NULL && (!c->units || c->rank || c->independent))
        LO_TRY(read_family(k));
    if (k->reason == NULL && c->conserved)
        LO_TRY(check_laws(k));
    if (k->reason == NULL && c->refuted)
        LO_TRY(check_refuted(k));
    if (k->reason == NULL && (c->rank || c->independent))
        read_split(k);
    if (k->reason == NULL && (c->rank || c->involutive))
        LO_TRY(read_entries(k));
    if (k->reason == NULL && c->rank)
        LO_TRY(check_rank(k));
    if (k->reason == NULL && c->growth)
        check_growth(k);
    if (k->reason == NULL && c->involutive)
        LO_TRY(lo_check_involutive(k));
    if (k->reason == NULL && c->invariant)
        LO_TRY(lo_check_invariant(k));
    if (k->reason == NULL && c->symmetry)
        LO_TRY(lo_check_symmetry(k));
    if (k->reason == NULL && c->independent)
        LO_TRY(check_independent(k));
    if (k->reason == NULL && c->complete) {
        if (!lo_split_is_complete(&k->c->split, k->c->family->p))
            lo_check_fail(k, "A W + J^T C is not the identity");
        else
            lo_text_add(k->theorem,
                        "  Every conservation law near the certified point is a function of them.\n");
    }
    return LO_OK;
}

lo_status_t lo_certificate_check(char **theorem, const char *problem, size_t problem_length,
                                 const char *certificate, size_t length, lo_ctx_t ctx)
{
    char digest[SHA256_DIGEST_STRING_LENGTH];
    lo_text_t text;
    lo_certificate_struct c;
    memset(&c, 0, sizeof(c));
    lo_text_init(text);
    lo_check_struct k = { .c = &c, .ctx = ctx, .theorem = text };
    lo_split_init(&c.split);
    *theorem = NULL;
    SHA256Data((const uint8_t *) problem, problem_length, digest);
    lo_status_t status = read_problem(&k, problem, problem_length);
    if (status == LO_OK && k.reason == NULL) {
        c.p = c.model->parameters;
        c.split.frozen = lo_alloc((size_t) (c.model->frozen + c.model->constants_symbolic), sizeof(slong));
        k.top = lo_parse_strict(certificate, length);
        if (c.split.frozen == NULL)
            status = LO_SYSTEM;
        else if (read_certificate(&k, digest))
            status = check_claims(&k);
    }
    if (status == LO_OK && k.reason != NULL) {
        lo_ctx_set_message(ctx, "%s", k.reason);
        status = LO_DOMAIN;
    }
    if (status == LO_OK && (*theorem = lo_text_take(text)) == NULL)
        status = LO_SYSTEM;
    lo_text_clear(text);
    json_decref(k.top);
    lo_split_clear(&c.split, c.p);
    lo_unit_table_free(c.units);
    for (slong i = 0; i < c.nlaws; i++)
        lo_free(c.laws[i]);
    lo_free(c.laws);
    lo_family_free(c.family);
    lo_model_free(c.model);
    return status;
}
