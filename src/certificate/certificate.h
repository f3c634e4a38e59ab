/* certificate.h - inside of the writer of certificates.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The writer observes what the engine proved and builds evidence of its own: a rational point, members of the family at
 * small integer inputs, bracket words, and matrices modulo a small prime. The numbers of the format (format.c) are
 * the ones that a checker, written by others, computes too.
 */
#ifndef LO_CERTIFICATE_ROOM_H
#define LO_CERTIFICATE_ROOM_H

#include "algebra/closure.h"
#include "base/random.h"
#include "base/text.h"
#include "certificate/units.h"
#include "family/modular.h"
#include <lieorbit/certificate.h>

/* One evaluated member of the family: small integers, or the number of a field. */
typedef struct {
    slong field;          /* raw families; -1 otherwise */
    slong *inputs;        /* inputs, direction, covector in one block, owned */
    slong *direction;
    slong *covector;
    slong order;
    uint64_t seed;        /* of the gates */
} lo_instance_struct;

/* Entry number ninstances + k of the list of words: [entry first, entry second]; first is an instance. */
typedef struct {
    slong first, second;
    slong length;         /* number of leaves */
} lo_entry_struct;

/* Numbers whose roots occur, and the roots modulo the prime (roots.c). */
#define LO_CERT_ROOTS 6
typedef struct {
    int n;
    fmpq of[LO_CERT_ROOTS];
    ulong root[LO_CERT_ROOTS];
} lo_roots_struct;

/* The evidence for `independent`, `rank` and `complete`. */
typedef struct {
    fmpq *point;          /* p */
    slong *frozen;        /* frozen entries, then symbolic constants */
    slong *base;          /* the inputs at which functions have rational values; NULL: any */
    int powers;           /* coordinates are drawn among powers of 2, where the laws want values of logarithms */
    slong ninstances, instances_alloc;
    lo_instance_struct *instances;
    slong nwords, words_alloc;
    lo_entry_struct *words;
    slong nchosen, chosen_alloc;
    slong *chosen;        /* entries */
    ulong mod;
    lo_roots_struct roots;
    slong rank, nlaws;
    nmod_mat_t values;    /* rank x p */
    nmod_mat_t gradients; /* nlaws x p */
    nmod_mat_t right;     /* A, p x rank */
    nmod_mat_t left;      /* C, nlaws x p */
} lo_split_struct;

typedef struct {
    int conserved, independent, rank, complete, units, invariant, refuted, involutive, growth, symmetry;
} lo_claims_struct;

/* q and the coefficients of an identity as text. */
typedef struct {
    slong n;
    char *q, **c;
} lo_identity_struct;

struct lo_certificate_struct {
    slong nlines, lines_alloc;
    char **lines;         /* the text of the problem */
    char *title;
    lo_model_ptr model;
    lo_family_ptr family;
    const lo_family_struct *source; /* the family of the caller: its point; NULL: only its model is at hand */
    slong p;
    int gated;            /* the network has gates */
    lo_claims_struct claims;
    char *claimed;        /* the list of claims as text */
    lo_text_t missing;
    slong nlaws;
    char **laws;          /* expressions, owned */
    slong law_nodes;      /* of the model, from its `laws` to here: what the laws of a certificate were read as */
    char *tangent;        /* nlaws: the proof is `tangent`, not `expand` */
    lo_split_struct split;
    struct lo_witness_struct *witness;
    lo_unit_table_struct *units; /* laws from units in place of `laws`, or NULL */
    lo_identity_struct *identity;
    slong nsymmetries, nsubspaces;
    int *symmetries, *patterns; /* signed permutations, patterns (manifold/pattern.h): p numbers each */
};

/* ---- format.c: the numbers that the format fixes ---- */

#define LO_CERT_M ((UWORD(1) << 61) - 1)
uint64_t lo_cert_mix(uint64_t z);

/* The public point: kind 1 coordinates, 2 inputs, 3 frozen entries, 4 symbolic constants. */
ulong lo_cert_key(uint64_t kind, uint64_t i);

/* Taylor coefficients at the base argument; word: the square root there. */
void lo_cert_taylor(ulong *c, slong n, lo_fun_t fun, slong extra, ulong word, nmod_t mod);

/* The number that stands for the transcendental 2/sqrt(pi) of erf or of gelu. */
ulong lo_cert_kappa(const lo_family_struct *family, nmod_t mod);

/* Whether two of erf, softplus and gelu occur in the model: no rank is certified then. */
int lo_cert_has_two_transcendentals(const lo_family_struct *family);

/* The number that stands for log 2. */
ulong lo_cert_log2(nmod_t mod);

/* Modulus number i: primes below 2^16 modulo which 2 is a square. */
ulong lo_cert_modulus(slong i);

/* Fingerprints of the gates: prints[ngates], to be freed with lo_free. */
LO_MUST_CHECK lo_status_t lo_cert_fingerprints(uint64_t **prints, const lo_family_struct *family);

/* The value of a node that is a constant, a sum, a quotient (by 0: 0) or a power, from those of its arguments. Returns 0 for
 * the others. */
int lo_cert_arithmetic(ulong *value, const lo_family_struct *family, slong node, const ulong *values, nmod_t mod);

/* The value of a gate in an instance: -4..5, not 0. */
slong lo_cert_gate(uint64_t print, uint64_t seed);

/* ---- base.c: a point and an input where every function value is rational ---- */

/* Draws a point, frozen constants and a base input and makes the arguments of all functions what the format wants.
 * first: the number of the first attempt, which says what is 0 (base.c). at_point: entries that the point of `source` gives
 * stay. Returns LO_OK, LO_DOMAIN when none was found, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_cert_base(lo_split_struct *split, const lo_family_struct *family, slong first, int at_point,
                                       const lo_family_struct *source, lo_random_t random, lo_ctx_t ctx);

/* A random power of 2. */
slong lo_cert_power(lo_random_t random);

/* Checks the rule for one choice of the gates. Out: roots, the root of atom k where it is one (mod), or NULL.
 * Returns the first offending node, -1 when there is none, -2 when memory is short. */
slong lo_cert_offender(ulong *roots, const lo_family_struct *family, lo_split_struct *split, const slong *inputs,
                       const slong *gates, nmod_t mod);

/* Adds the primes whose roots are in the model; returns 0 when there are too many. */
int lo_cert_numbers_under_roots(lo_roots_struct *roots, const lo_family_struct *family);

/* ---- roots.c ---- */

void lo_roots_init(lo_roots_struct *roots);
void lo_roots_clear(lo_roots_struct *roots);

/* The positive root of a, if it is rational. */
int lo_rational_root(fmpq_t root, const fmpq_t a);

/* A set of the numbers (bits) with a = q^2 times their product, q > 0; -1: there is none. */
int lo_roots_find(fmpq_t q, const lo_roots_struct *roots, const fmpq_t a);

/* Returns 0 where there is no room, or a is not positive, or was found as above. */
int lo_roots_add(lo_roots_struct *roots, const fmpq_t a);

/* The residue of q times the roots of a set; returns 0 where it is not defined or zero. */
int lo_roots_value(ulong *value, const lo_roots_struct *roots, const fmpq_t q, int set, nmod_t mod);

/* Takes the roots modulo the prime; returns 0 where one is missing. */
int lo_roots_take(lo_roots_struct *roots, nmod_t mod);

/* ---- evaluate.c ---- */

typedef struct {
    const lo_family_struct *family;
    lo_split_struct *split;
    lo_engine_t engine;
    lo_modpoint_t point;
    uint64_t *prints;
    ulong *roots; /* of all instances when there are no gates */
    int ready;
    lo_ctx_struct *ctx;
    slong longest;               /* words up to this length are evaluated by jets, */
    lo_closure_t closure;        /* others by exact fields, */
    lo_field_struct *fields;     /* NULL before they are asked for */
    slong nfields;
    lo_status_t fields_status;
} lo_evaluator_struct;
typedef lo_evaluator_struct lo_evaluator_t[1];

LO_MUST_CHECK lo_status_t lo_evaluator_init(lo_evaluator_t ev, const lo_family_struct *family, lo_split_struct *split,
                                            lo_ctx_t ctx);
void lo_evaluator_clear(lo_evaluator_t ev);

/* The value of an entry at the point. Returns LO_OK, LO_DOMAIN (not defined there), LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_entry_value(ulong *value, lo_evaluator_t ev, slong entry);
slong lo_entry_length(const lo_split_struct *split, slong entry);

/* A list of fields, not the gradients of a network or map (with a metric, maybe). */
static inline int lo_cert_has_fields(const lo_family_struct *f)
{
    return f->model->kind == LO_MODEL_RAW;
}

/* Does the family divide by what is not a constant? */
int lo_cert_divides(const lo_family_struct *family);

/* ---- words.c, split.c, law.c ---- */

/* Laws that are claimed: expressions, or from units. */
slong lo_certificate_nlaws(const lo_certificate_struct *c);

/* Does the format have the proof `tangent` for laws of this model? */
int lo_cert_has_tangents(const lo_model_struct *model);

void lo_split_init(lo_split_struct *split);
void lo_split_clear(lo_split_struct *split, slong p);

/* Searches independent entries until there are `target` of them or nothing more is found. hard: with much patience, for
 * special points. The chosen ones and their ancestors are kept; split->values is filled. */
LO_MUST_CHECK lo_status_t lo_words_search(lo_evaluator_t ev, slong target, int hard, lo_random_t random, lo_ctx_t ctx);

/* Reads an expression in the coordinates, and in inputs where its reader allows them, and lowers it onto the tape of
 * a family. Out: *node, of the tape. In: lo_model_expression or lo_model_coefficient; what messages call the text. */
typedef lo_status_t (*lo_reader_fn)(slong *node, lo_model_struct *model, const char *text, size_t length,
                                    const char *name, lo_ctx_t ctx);
LO_MUST_CHECK lo_status_t lo_cert_lower(slong *node, lo_family_ptr family, lo_reader_fn read, const char *text,
                                        const char *name, lo_ctx_t ctx);

/* Gradients of the laws, or of the unit laws, at the point: split->gradients. LO_DOMAIN when one is not rational there. */
LO_MUST_CHECK lo_status_t lo_law_gradients(lo_split_struct *split, const lo_certificate_struct *c, lo_ctx_t ctx);

/* A with W A = I (rank) and C with C J^T = I (independent); returns LO_DOMAIN when there is none modulo the prime.
 * *complete: both, and A W + J^T C = I was checked. */
LO_MUST_CHECK lo_status_t lo_split_right(lo_split_struct *split, slong p);
LO_MUST_CHECK lo_status_t lo_split_left(int *complete, lo_split_struct *split, slong p);

/* The identities: W A = I, C J^T = I, A W + J^T C = I with rank + nlaws = p. */
int lo_split_is_right(const lo_split_struct *split);
int lo_split_is_left(const lo_split_struct *split, slong p);
int lo_split_is_complete(const lo_split_struct *split, slong p);

/* Number of chosen words of at most d members. */
slong lo_split_growth(const lo_split_struct *split, slong d);

/* ---- match.c ---- */

/* Gates of the primal tape when the coordinates have these residues modulo LO_CERT_M, those of a substitution at a random
 * point. Out: gate[ngates], proposals. original: NULL, then gate[g] <= g is the first gate with an equal pre-activation; or the
 * point itself, then gate[g] is a gate that has there what gate g has under the substitution. Returns LO_OK, LO_DOMAIN
 * when there is none, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_gate_match(slong *gate, const lo_family_struct *family, const ulong *coordinate,
                                        const ulong *original);

/* ---- substitute.c: exact expansion of the model as it was lowered anew ---- */

/* Is F(g theta) = F(theta) for every input, g a signed permutation (manifold/symmetry.h)? Gates are those of equal
 * pre-activations. Returns LO_OK, LO_DOMAIN (not matched, or not defined), LO_UNABLE (too large), LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_cert_symmetry_holds(int *holds, const lo_model_struct *model, const int *g, lo_ctx_t ctx);

/* Is E X(B^T s) = 0 for every member, B the basis, E the equations? Gates of units that have equal pre-activations on the
 * subspace are equal there. Returns as above. */
LO_MUST_CHECK lo_status_t lo_cert_invariant_holds(int *holds, const lo_model_struct *model, const fmpz_mat_t basis,
                                                  const fmpz_mat_t equations, lo_ctx_t ctx);

/* ---- involutive.c, manifold.c: sections ---- */

/* An entry as an exact field (algebra/closure.h), of a network that is defined at its inputs. Returns LO_OK, LO_UNABLE, LO_DOMAIN, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_entry_field(lo_field_t res, const lo_closure_struct *closure, const lo_split_struct *split,
                                         slong entry, lo_ctx_t ctx);

void lo_identity_free(lo_identity_struct *identity);

/* The identity for the chosen entries of the split, or NULL where there is none within the limits. */
LO_MUST_CHECK lo_status_t lo_identity_find(lo_identity_struct **identity, const lo_family_struct *family,
                                           const lo_split_struct *split, lo_ctx_t ctx);
void lo_identity_put(FILE *out, const lo_identity_struct *identity, const lo_split_struct *split);

/* Sections of symmetries and subspaces. */
void lo_symmetries_put(FILE *out, const int *g, slong n, slong p);
LO_MUST_CHECK lo_status_t lo_subspaces_put(FILE *out, const int *patterns, slong n, slong p);

/* lo_cert_invariant_holds for the subspace of a pattern. */
LO_MUST_CHECK lo_status_t lo_pattern_holds(int *holds, const lo_model_struct *model, const int *pattern, slong p, lo_ctx_t ctx);

/* ---- problem.c ---- */

LO_MUST_CHECK lo_status_t lo_problem_lines(lo_certificate_struct *c, const char *text, size_t length, lo_ctx_t ctx);
/* Does the network have gates? */
int lo_problem_is_gated(const lo_model_struct *model);
/* Reads the problem again and compares; family: NULL, or what the model was lowered to. */
LO_MUST_CHECK lo_status_t lo_problem_read(lo_certificate_struct *c, const lo_model_struct *model,
                                          const lo_family_struct *family, lo_ctx_t ctx);
/* The bytes of the problem file; freed with lo_free. NULL when memory is short. */
char *lo_problem_text(const lo_certificate_struct *c);

/* ---- write.c ---- */

void lo_certificate_miss(lo_certificate_struct *c, const char *format, ...) LO_PRINTF(2, 3);

#endif
