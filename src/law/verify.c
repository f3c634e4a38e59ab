/* verify.c - is this one expression conserved?
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The expression h is lowered onto the tape of a family of its own, with its gradient, and P = <grad h, X>
 * becomes one node, a function of the coordinates, inputs, gates and covector. h is conserved iff P vanishes
 * identically. A rational point where P is not zero refutes; an identity proves.
 */
#include "base/memory.h"
#include "base/text.h"
#include "family/exact.h"
#include "law/prove.h"
#include "law/subspaces.h"
#include "law/verify.h"
#include <lieorbit/law.h>

#include <stdio.h>
#include <string.h>

void lo_verdict_init(lo_verdict_t v)
{
    memset(v, 0, sizeof(*v));
    v->conserved = LO_UNKNOWN;
}

void lo_verdict_clear(lo_verdict_t v)
{
    lo_free(v->point);
    lo_free(v->input);
    lo_free(v->value);
    lo_free(v->output);
    lo_verdict_init(v);
}

lo_witness_struct *lo_witness_new(const lo_model_struct *m)
{
    lo_witness_struct *w = lo_alloc(1, sizeof(*w));
    if (w == NULL)
        return NULL;
    w->p = m->parameters;
    w->ninputs = m->inputs;
    w->nfrozen = m->frozen + m->constants_symbolic;
    w->theta = _fmpq_vec_init(w->p);
    w->inputs = _fmpq_vec_init(w->ninputs);
    w->frozen = _fmpq_vec_init(w->nfrozen);
    return w;
}

void lo_witness_free(lo_witness_struct *w)
{
    if (w == NULL)
        return;
    _fmpq_vec_clear(w->theta, w->p);
    _fmpq_vec_clear(w->inputs, w->ninputs);
    _fmpq_vec_clear(w->frozen, w->nfrozen);
    lo_free(w);
}

/* The law on the tape: its node, and the node of P. */
typedef struct {
    lo_family_struct *family;
    slong law, pairing;
    slong *nodes; /* these two, and the entries of the field */
    lo_witness_struct *witness; /* to be filled; may be NULL */
} question_struct;

/* A witness is a point at which the law, the outputs and the field are defined. */
static lo_status_t check_domain(const question_struct *q, const fmpq *theta, const fmpq *aux)
{
    return lo_exact_defined(q->family, 1, q->nodes, q->family->p + 2, theta, aux);
}

/* domain: LO_OK where the arguments of roots and logarithms are rational. */
static void keep_witness(const question_struct *q, const fmpq *theta, const fmpq *aux, slong output, lo_status_t domain)
{
    const lo_family_struct *f = q->family;
    lo_witness_struct *w = q->witness;
    if (w == NULL)
        return;
    for (slong i = 0; i < w->p; i++)
        fmpq_set(w->theta + i, theta + i);
    for (slong a = 0; a < f->naux; a++) {
        if (f->aux[a].kind == LO_AUX_INPUT)
            fmpq_set(w->inputs + f->aux[a].index, aux + a);
        if (f->aux[a].kind == LO_AUX_FROZEN)
            fmpq_set(w->frozen + f->aux[a].index, aux + a);
    }
    w->output = output;
    fmpq_t value;
    fmpq_init(value);
    w->rational = domain == LO_OK && lo_exact_node(value, f, q->pairing, theta, aux) == LO_OK;
    fmpq_clear(value);
}

static lo_status_t pose(question_struct *q, slong graph_node, lo_ctx_t ctx)
{
    lo_family_struct *f = q->family;
    LO_TRY(lo_family_lower_law(&q->law, f, graph_node, ctx));
    slong one = LO_TAPE_ONE;
    slong *gradient = lo_alloc((size_t) f->p, sizeof(slong));
    q->nodes = lo_alloc((size_t) f->p + 2, sizeof(slong));
    if (gradient == NULL || q->nodes == NULL) {
        lo_free(gradient);
        return LO_SYSTEM;
    }
    lo_status_t status = lo_tape_gradient(gradient, f->p, f->tape, &q->law, &one, 1);
    if (status == LO_OK) {
        lo_tape_begin(f->tape);
        for (slong i = 0; i < f->p; i++)
            lo_tape_term(f->tape, gradient[i], f->components[i]);
        q->pairing = lo_tape_end(f->tape);
        status = f->tape->status;
        memcpy(q->nodes, f->components, (size_t) f->p * sizeof(slong));
        q->nodes[f->p] = q->law;
        q->nodes[f->p + 1] = q->pairing;
    }
    lo_free(gradient);
    return status == LO_OK ? lo_family_collect_atoms(f, ctx) : status;
}

static void free_question(question_struct *q)
{
    lo_free(q->nodes);
    lo_family_free(q->family);
}

/* Reads the law and poses the question. In/out: q, which is freed by the caller, also after an error. */
static lo_status_t read_question(question_struct *q, const lo_family_struct *family, const char *text, size_t length,
                                 lo_ctx_t ctx)
{
    slong node;
    /* the graph grows by the nodes of the law; the nodes that are there do not change */
    lo_model_struct *model = (lo_model_struct *) (uintptr_t) family->model;
    LO_TRY(lo_model_expression(&node, model, text, length, "law", ctx));
    LO_TRY(lo_family_build(&q->family, model, family->relu, ctx));
    return pose(q, node, ctx);
}

/* ---- refutation ---- */

static void assignment(lo_text_t text, const char *name, const fmpq_t value)
{
    char *digits = fmpq_get_str(NULL, 10, value);
    lo_text_add(text, "%s%s = %s", text->length > 0 ? ", " : "", name, digits);
    flint_free(digits);
}

/* Past this many entries a point is printed with dots. */
#define MAX_PRINTED 400

static lo_status_t describe(lo_verdict_t v, const lo_family_struct *f, const fmpq *theta, const fmpq *aux,
                            slong chosen)
{
    char name[256];
    lo_text_t point, input, output;
    lo_text_init(point);
    lo_text_init(input);
    lo_text_init(output);
    for (slong i = 0; i < f->p && i < MAX_PRINTED; i++) {
        lo_model_parameter_name(name, sizeof(name), f->model, i);
        assignment(point, name, theta + i);
    }
    if (f->p > MAX_PRINTED)
        lo_text_add(point, ", ...");
    for (slong a = 0, shown = 0; a < f->naux && shown < MAX_PRINTED; a++) {
        if (f->aux[a].kind == LO_AUX_COVECTOR || f->aux[a].kind == LO_AUX_KAPPA || f->aux[a].kind == LO_AUX_ROOT)
            continue;
        lo_family_aux_name(name, sizeof(name), f, a);
        assignment(input, name, aux + a);
        shown++;
    }
    if (f->model->kind == LO_MODEL_RAW)
        lo_text_add(output, "field %s", f->model->output_names[chosen]);
    else
        lo_text_add(output, "output %ld", (long) chosen + 1);
    v->point = lo_text_take(point);
    v->input = lo_text_take(input);
    v->output = lo_text_take(output);
    return v->point != NULL && v->input != NULL && v->output != NULL ? LO_OK : LO_SYSTEM;
}

#define MOST_POINTS 200 /* that are tried */
#define FIRST_LARGE 160

/* Small rationals: integers first, halves and thirds later, and at last large ones, where sqrt(a - 1000) is defined. */
static void small_random(fmpq_t value, lo_random_t random, int attempt)
{
    slong range = 2 + attempt / 8;
    fmpq_set_si(value, (slong) lo_random_below(random, (uint64_t) (2 * range + 1)) - range,
                attempt < 40 ? 1 : 1 + lo_random_below(random, 3));
    if (attempt >= FIRST_LARGE)
        fmpz_mul_2exp(fmpq_numref(value), fmpq_numref(value), (ulong) (attempt - FIRST_LARGE) / 2);
    fmpq_canonicalise(value);
}

static void draw(fmpq *theta, fmpq *aux, slong *chosen, const lo_family_struct *f, lo_random_t random,
                 int attempt)
{
    slong pattern = f->npatterns > 0 ? (slong) lo_random_below(random, (uint64_t) f->npatterns) : -1;
    slong covectors = lo_family_covectors(f);
    *chosen = covectors > 0 ? (slong) lo_random_below(random, (uint64_t) covectors) : 0;
    for (slong i = 0; i < f->p; i++)
        small_random(theta + i, random, attempt);
    for (slong a = 0; a < f->naux; a++) {
        small_random(aux + a, random, attempt);
        if (f->aux[a].kind == LO_AUX_COVECTOR)
            fmpq_set_si(aux + a, f->aux[a].index == *chosen, 1);
        if (f->aux[a].kind == LO_AUX_GATE && pattern >= 0)
            fmpq_set(aux + a, f->patterns + pattern * f->ngates + f->aux[a].index);
    }
}

/* The value of P at one point and input. Out: *nonzero and its text (NULL unless nonzero). */
static lo_status_t evaluate(int *nonzero, char **text, const question_struct *q, const fmpq *theta,
                            const fmpq *aux)
{
    fmpq_t value;
    fmpq_init(value);
    *nonzero = 0;
    *text = NULL;
    lo_status_t status = lo_exact_node(value, q->family, q->pairing, theta, aux);
    if (status == LO_UNABLE) {
        status = lo_exact_ball(nonzero, text, q->family, q->pairing, theta, aux);
    } else if (status == LO_OK && !fmpq_is_zero(value)) {
        char *digits = fmpq_get_str(NULL, 10, value);
        *nonzero = 1;
        *text = lo_alloc(strlen(digits) + 1, 1);
        if (*text != NULL)
            strcpy(*text, digits);
        else
            status = LO_SYSTEM;
        flint_free(digits);
    }
    fmpq_clear(value);
    return status;
}

/* One attempt. A witness of the network has the gates that its pre-activations give; free gates only show
 * that the path-lifting family does not conserve h. Out: *paths, 1 when they do. */
static lo_status_t try_point(lo_verdict_t v, int *paths, const question_struct *q, fmpq *theta, fmpq *aux,
                             lo_random_t random, int number)
{
    const lo_family_struct *f = q->family;
    slong chosen;
    int nonzero;
    char *text = NULL;
    draw(theta, aux, &chosen, f, random, number);
    lo_status_t status = evaluate(&nonzero, &text, q, theta, aux);
    if (status == LO_OK && nonzero && f->ngates > 0 && f->npatterns == 0) {
        *paths = 1;
        nonzero = 0;
    }
    if (status == LO_OK && f->ngates > 0 && f->npatterns == 0) {
        lo_free(text);
        text = NULL;
        status = lo_exact_gates(aux, f, theta);
        if (status == LO_OK)
            status = evaluate(&nonzero, &text, q, theta, aux);
    }
    lo_status_t domain = status == LO_OK && nonzero ? check_domain(q, theta, aux) : LO_DOMAIN;
    if (domain == LO_OK || domain == LO_UNABLE) {
        v->conserved = LO_FALSE;
        v->value = text;
        keep_witness(q, theta, aux, chosen, domain);
        return describe(v, f, theta, aux, chosen);
    }
    lo_free(text);
    return status == LO_SYSTEM || domain == LO_SYSTEM ? LO_SYSTEM : LO_OK; /* a pole or a kink: another point */
}

/* Tries points until P is nonzero. Out: verdict LO_FALSE with the witness, or a remark, or unchanged. */
static lo_status_t refute(lo_verdict_t v, int *paths, const question_struct *q, lo_ctx_t ctx)
{
    const lo_family_struct *f = q->family;
    lo_random_t random;
    lo_random_init(random, ctx->seed, 0x776974);
    fmpq *theta = _fmpq_vec_init(f->p), *aux = _fmpq_vec_init(f->naux);
    lo_status_t status = LO_OK;
    *paths = 0;
    for (int number = 0; number < MOST_POINTS && status == LO_OK && v->conserved == LO_UNKNOWN; number++) {
        status = try_point(v, paths, q, theta, aux, random, number);
        if (status == LO_OK)
            status = lo_ctx_poll(ctx);
    }
    _fmpq_vec_clear(theta, f->p);
    _fmpq_vec_clear(aux, f->naux);
    return status;
}

/* ---- proof ---- */

/* The degree up to which a polynomial law goes to tangent propagation. */
#define TANGENT_DEGREE 8

static int is_small_polynomial(const fmpz_mpoly_q_t f, const lo_ring_t ring)
{
    return fmpz_mpoly_is_fmpz(fmpz_mpoly_q_denref(f), ring->ctx) &&
           fmpz_mpoly_total_degree_si(fmpz_mpoly_q_numref(f), ring->ctx) <= TANGENT_DEGREE;
}

/* By its gradient, or as a function of the span of some vectors. */
static lo_status_t prove_element(const char **proved_by, lo_prover_t prover, const fmpz_mpoly_q_t h,
                                 const lo_ring_t ring, lo_ctx_t ctx)
{
    lo_status_t status = lo_prove_element(proved_by, prover, h, ring, ctx);
    if ((status != LO_OK && status != LO_UNABLE) || *proved_by != NULL)
        return status;
    LO_TRY(lo_ctx_poll(ctx));
    lo_status_t other = lo_subspace_prove(proved_by, prover, h, ring, ctx);
    return *proved_by != NULL ? other : status;
}

/* A law with few variables in a large network is expanded in a ring of its own only when the ring is small
 * enough; tangent propagation needs no expansion of the network. */
static lo_status_t prove(lo_verdict_t v, const question_struct *q, lo_ctx_t ctx)
{
    lo_prover_t prover;
    lo_symbols_t symbols;
    fmpz_mpoly_q_t element;
    int proved = 0;
    LO_TRY(lo_symbols_init(symbols, q->family));
    lo_status_t status = lo_prover_init(prover, q->family, symbols);
    lo_ring_t ring;
    if (status == LO_OK)
        status = lo_ring_init(ring, q->family, ctx);
    if (status == LO_OK) {
        fmpz_mpoly_q_init(element, ring->ctx);
        status = lo_ring_nodes(element, &q->law, 1, ring, ctx);
        lo_poly_t h;
        lo_poly_init(h, 1);
        if (status == LO_OK && prover->tangent != NULL && is_small_polynomial(element, ring) &&
            lo_poly_from_ring(h, fmpz_mpoly_q_numref(element), symbols, ring) == LO_OK)
            status = lo_tangent_prove(&proved, prover->tangent, h);
        if (proved)
            v->proved_by = "tangent propagation";
        if (status == LO_OK && !proved) {
            status = prove_element(&v->proved_by, prover, element, ring, ctx);
            proved = v->proved_by != NULL;
        }
        lo_poly_clear(h);
        fmpz_mpoly_q_clear(element, ring->ctx);
        lo_ring_clear(ring);
    }
    if (proved)
        v->conserved = LO_TRUE;
    lo_prover_clear(prover);
    lo_symbols_clear(symbols);
    if (status == LO_UNABLE && ctx->message[0] == '\0' && q->family->opaque)
        lo_ctx_set_message(ctx, "square roots, erf, softplus and arbitrary functions are not expanded, and no proof without "
                                "that was found");
    return status == LO_DOMAIN ? LO_UNABLE : status;
}

static lo_status_t evaluate_law(void *data, slong k, lo_engine_t e, const lo_modpoint_t point, const ulong *member)
{
    const question_struct *q = data;
    ulong value;
    (void) k;
    return lo_engine_nodes(&value, e, &q->law, 1, point, member);
}

/* Whether the law has a value modulo a prime in which the roots of numbers are what they are: in the ring of the proof they
 * are symbols, and sqrt(2)*sqrt(2) - 2 is no zero. Out: *vanishes: some divisor is zero at every point that was tried. */
static lo_status_t check_divisors(int *vanishes, question_struct *q, lo_ctx_t ctx)
{
    lo_engine_t e;
    *vanishes = 0;
    if (!lo_family_has_aux(q->family, LO_AUX_ROOT))
        return LO_OK;
    lo_status_t status = lo_engine_init_any(e, q->family, 0, ctx);
    if (status == LO_OK) {
        status = lo_engine_visit(e, 1, evaluate_law, q);
        *vanishes = status == LO_DOMAIN;
    }
    lo_engine_clear(e);
    return status == LO_SYSTEM ? status : LO_OK;
}

lo_status_t lo_verify(lo_verdict_t v, const lo_family_struct *family, const char *text, size_t length,
                      lo_ctx_t ctx)
{
    return lo_verify_with(v, NULL, family, text, length, ctx);
}

lo_status_t lo_verify_with(lo_verdict_t v, lo_witness_struct *witness, const lo_family_struct *family, const char *text,
                           size_t length, lo_ctx_t ctx)
{
    question_struct q = { .witness = witness };
    int paths = 0;
    lo_status_t status = read_question(&q, family, text, length, ctx);
    if (status == LO_OK)
        status = refute(v, &paths, &q, ctx);
    if (paths && v->conserved == LO_UNKNOWN)
        v->remark =
            "with free gates it is not conserved, but no input of the network was found that shows it";
    else if (status == LO_OK && v->conserved == LO_UNKNOWN) {
        int vanishes;
        status = check_divisors(&vanishes, &q, ctx);
        if (vanishes)
            v->remark = "a divisor in it is zero";
        else if (status == LO_OK)
            status = prove(v, &q, ctx);
    }
    free_question(&q);
    return status;
}

/* The auxiliary variables of a witness, gates left out. */
static void set_aux(fmpq *aux, const lo_family_struct *f, const lo_witness_struct *w)
{
    for (slong a = 0; a < f->naux; a++) {
        slong i = f->aux[a].index;
        if (f->aux[a].kind == LO_AUX_INPUT)
            fmpq_set(aux + a, w->inputs + i);
        else if (f->aux[a].kind == LO_AUX_FROZEN)
            fmpq_set(aux + a, w->frozen + i);
        else if (f->aux[a].kind == LO_AUX_COVECTOR)
            fmpq_set_si(aux + a, i == w->output, 1);
    }
}

lo_status_t lo_witness_check(int *nonzero, const lo_witness_struct *w, const lo_family_struct *family, const char *text,
                             size_t length, lo_ctx_t ctx)
{
    question_struct q = { .family = NULL };
    fmpq_t value;
    *nonzero = 0;
    fmpq_init(value);
    lo_status_t status = read_question(&q, family, text, length, ctx);
    if (status == LO_OK) {
        fmpq *aux = _fmpq_vec_init(q.family->naux);
        set_aux(aux, q.family, w);
        status = q.family->ngates > 0 ? lo_exact_gates(aux, q.family, w->theta) : LO_OK;
        if (status == LO_OK)
            status = lo_exact_node(value, q.family, q.pairing, w->theta, aux);
        if (status == LO_OK)
            status = check_domain(&q, w->theta, aux);
        _fmpq_vec_clear(aux, q.family->naux);
    }
    *nonzero = status == LO_OK && !fmpq_is_zero(value);
    fmpq_clear(value);
    free_question(&q);
    return status;
}
