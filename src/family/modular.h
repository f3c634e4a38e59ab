/* modular.h - evaluating a family modulo a 61-bit prime, over jets and over power series.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Algebras over GF(q), elements are arrays of w words: jets of order k with series of order n as
 * coefficients, GF(q)[e_1..e_k, t]/(e_i^2, t^n), w = 2^k n; word S n + j is the coefficient of t^j times the
 * product of e_i, i in S. Jets alone are n = 1, series alone k = 0.
 * Everything here proposes or bounds from below: a minor that is nonzero modulo q is nonzero.
 */
#ifndef LO_MODULAR_H
#define LO_MODULAR_H

#include "base/random.h"
#include "family/family.h"

/* q < 2^61, so a product of residues is below 2^122 and LO_LAZY of them and one residue more fit in 128
 * bits. */
#define LO_LAZY 60
static inline ulong lo_reduce(unsigned __int128 x, nmod_t mod)
{
    ulong high = (ulong) (x >> 64), low = (ulong) x, r;
    if (high >= mod.n)
        high %= mod.n;
    NMOD_RED2(r, high, low, mod);
    return r;
}

/* sum of a[i] * b[i], both below mod.n < 2^61 */
static inline ulong lo_dot(const ulong *a, const ulong *b, slong n, nmod_t mod)
{
    unsigned __int128 sum = 0;
    for (slong i = 0, count = 0; i < n; i++) {
        sum += (unsigned __int128) a[i] * b[i];
        if (++count == LO_LAZY) {
            sum = lo_reduce(sum, mod);
            count = 0;
        }
    }
    return lo_reduce(sum, mod);
}

typedef struct {
    nmod_t mod;
    slong k, n;
    slong w; /* 2^k n */
} lo_modalg_struct;
typedef lo_modalg_struct lo_modalg_t[1];

/* The free value of the logarithm of an atom. In: its LO_ATOM_WORDS words. */
static inline ulong lo_log_value(const ulong *atom, nmod_t mod)
{
    lo_random_t random;
    lo_random_init(random, atom[3], 3000000);
    return lo_random_below(random, mod.n);
}

void lo_modalg_jets(lo_modalg_t algebra, nmod_t mod, slong k);
void lo_modalg_series(lo_modalg_t algebra, nmod_t mod, slong n);
void lo_modalg_mixed(lo_modalg_t algebra, nmod_t mod, slong k, slong n);

/* c = a * b and c = a / b; c must not alias. Division returns 0 when the constant term of b is zero. */
void lo_modalg_mul(ulong *c, const ulong *a, const ulong *b, const lo_modalg_t algebra);
int lo_modalg_div(ulong *c, const ulong *a, const ulong *b, const lo_modalg_t algebra);

/* A point of the coordinate space modulo q: p residues, and words per atom: exp, sin, cos of its argument as
 * residues, and a seed for the values of log, erf, softplus and arbitrary functions. */
#define LO_ATOM_WORDS 4
typedef struct {
    ulong *theta;
    ulong *atoms;    /* valid for the atoms without inputs */
    uint64_t global; /* the seed of their free values */
} lo_modpoint_struct;
typedef lo_modpoint_struct lo_modpoint_t[1];

/* How the arguments of the atoms depend on one another over Q; see atom.c. */
typedef struct lo_relations_struct lo_relations_struct;

/* Taylor coefficients c[0..n-1] of a function at its argument in a prescribed member; extra as in the tape,
 * word: the last word of the atom. */
typedef void (*lo_taylor_fn)(ulong *c, slong n, lo_fun_t fun, slong extra, ulong word, nmod_t mod);

/* The evaluator: a family, a prime, the residues of its constants, values of its frozen constants,
 * workspace. */
typedef struct {
    const lo_family_struct *family;
    nmod_t mod;
    slong nconstants;
    ulong *constants;
    ulong *frozen;   /* naux entries; those of kind LO_AUX_FROZEN are used */
    char *needed;    /* nodes that the components need */
    char *scalar;    /* nodes without coordinates: constants of every algebra */
    slong *owner;    /* per auxiliary variable: the atom whose square root is the first to depend on it, or -1; NULL where
                        there is no root */
    slong *coordinate_owner; /* per coordinate: the same of the square roots without inputs, or -1; NULL: no such root */
    char *constant;  /* nodes that the roots without inputs need, and these roots */
    ulong *values;   /* workspace of the tape */
    slong values_alloc;
    ulong *scratch;  /* workspace of one operation */
    slong scratch_alloc;
    lo_relations_struct *relations;
    ulong zero_seed; /* of functions whose argument vanishes identically */
    slong nonresidue; /* the last atom whose square root was asked of a non-residue; -1: none */
    const char *fixed; /* p flags: coordinates held at the point of the model; NULL: none */
    lo_taylor_fn taylor; /* members are prescribed (lo_engine_init_prescribed); NULL: they are random */
    lo_random_t random;
} lo_engine_struct;
typedef lo_engine_struct lo_engine_t[1];

/* The i-th of the primes in use. Below LO_SMALL_PRIMES: between 2^60 and 2^61. From there on: between 2^27
 * and 2^28, where FLINT multiplies matrices about three times as fast, and 3 mod 4, so that E^2 + 1 (the
 * denominator of tanh) has no zero. Ranks modulo small primes are lower bounds, too; candidates for laws and
 * relations need large ones. */
#define LO_SMALL_PRIMES ((slong) 1 << 20)
ulong lo_prime(slong i);

/* A square root modulo a prime q of the number of an LO_AUX_ROOT variable; 0: there is none modulo q. */
ulong lo_aux_root(const lo_aux_struct *aux, ulong q);

/* Whether the square roots of numbers in the family exist modulo a prime q. */
int lo_family_roots_exist(const lo_family_struct *family, ulong q);

/* Prepares an evaluator modulo lo_prime(prime), counting only primes modulo which roots of numbers exist.
 * at_point: 1 holds the coordinates named by `at`. Returns LO_OK; LO_DOMAIN when a constant of the model is
 * not a unit modulo the prime (take another); LO_UNABLE when the relations between analytic values cannot be
 * decided (the message says so); LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_engine_init(lo_engine_t engine, const lo_family_struct *family, slong prime,
                                         int at_point, lo_ctx_t ctx);

/* The same with the first prime that will do. */
LO_MUST_CHECK lo_status_t lo_engine_init_any(lo_engine_t engine, const lo_family_struct *family, int at_point,
                                             lo_ctx_t ctx);
/* An evaluator of prescribed members modulo any prime n: nothing is random, nothing is proposed. A member is
 * the array
 *   values of the auxiliary variables (naux), their direction (naux), an order m, LO_ATOM_WORDS per atom
 * and stands for the coefficient of t^m of the member at values + t direction. The words of an atom are those
 * of its argument at t = 0; `taylor` gives what they do not. series: 0 promises m = 0.
 * Returns as lo_engine_init. */
LO_MUST_CHECK lo_status_t lo_engine_init_prescribed(lo_engine_t engine, const lo_family_struct *family, ulong n,
                                                    lo_taylor_fn taylor, int series, lo_ctx_t ctx);
void lo_engine_clear(lo_engine_t engine);

/* An evaluator with the tables of another one, which must outlive it, and a workspace of its own: one per
 * thread. */
void lo_engine_share(lo_engine_t worker, const lo_engine_t engine);
void lo_engine_unshare(lo_engine_t worker);

/* A point: random residues, except the coordinates held at the point of the model. Square roots without
 * inputs are defined at it, unless many draws did not bring that about: then LO_DOMAIN. */
LO_MUST_CHECK lo_status_t lo_modpoint_init(lo_modpoint_t point, const lo_engine_t engine);
void lo_modpoint_clear(lo_modpoint_t point);
LO_MUST_CHECK lo_status_t lo_modpoint_randomise(lo_modpoint_t point, lo_engine_t engine);

/* Number of residues that describe a member: the values of the auxiliary variables; in pattern mode one
 * set per pattern, and the member is the sum over the patterns (one pattern at a time would be a sparse
 * sample: theory, trap 5). */
slong lo_member_size(const lo_engine_t engine);

/* The words of the atoms of a member: the last part of its description where some depend on inputs, else
 * those of the point. */
const ulong *lo_member_atoms(const lo_engine_t engine, const ulong *member, const lo_modpoint_t point);

/* A random member of the family. Dense: every covector entry, input and gate is random. Square roots are
 * defined at the point, unless many draws did not bring that about. */
LO_MUST_CHECK lo_status_t lo_member_randomise(ulong *member, lo_engine_t engine, const lo_modpoint_t point);

/* The member drawn from a stream of its own: the same number gives the same member. Its analytic values
 * are those at the point. Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_member_from_seed(ulong *member, lo_engine_t engine, uint64_t number,
                                              const lo_modpoint_t point);

/* What is done at a random point with a random member, the k-th that was drawn. Returns LO_OK; LO_DOMAIN:
 * draw again. */
typedef lo_status_t (*lo_visit_fn)(void *data, slong k, lo_engine_t engine, const lo_modpoint_t point,
                                   const ulong *member);

/* Calls `visit` for k = 0, ..., count - 1, each time with another point and member. Returns LO_OK; LO_DOMAIN
 * when more than 20 count of them were at poles or at roots of non-residues; LO_SYSTEM; what visit
 * returns. */
LO_MUST_CHECK lo_status_t lo_engine_visit(lo_engine_t engine, slong count, lo_visit_fn visit, void *data);

/* Fills engine->owner, coordinate_owner and constant; see member.c. */
LO_MUST_CHECK lo_status_t lo_engine_find_owners(lo_engine_t engine);

/* Random values of the frozen constants at which the square roots of algebraic expressions in them alone
 * exist. In/out: aux[naux], which holds the roots of numbers; nonsquare[natoms] or NULL: 1 for each root that
 * some draw did not have. Returns LO_OK, LO_DOMAIN when many draws did not bring that about, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_engine_draw_frozen(ulong *aux, char *nonsquare, lo_engine_t engine,
                                                lo_random_t random);

/* Draws the inputs of the root that failed last (engine->nonresidue) again. In/out: aux[naux]. Returns 0 when
 * it has none of its own. */
int lo_engine_redraw_owned(ulong *aux, lo_engine_t engine, lo_random_t random);

/* The same of the coordinates of a root without inputs. In/out: theta[p]; those held at the point of the
 * model stay. */
int lo_engine_redraw_coordinates(ulong *theta, lo_engine_t engine);

/* Values of the member's components over an algebra.
 * Out: field[p * w]. In: theta[p * w] whose constant parts are those of `point`; member[lo_member_size].
 * Returns LO_OK, LO_DOMAIN when a division by a non-unit occurs (draw another point), LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_engine_field(ulong *field, lo_engine_t engine, const lo_modalg_t algebra,
                                          const ulong *theta, const lo_modpoint_t point, const ulong *member);

/* Values over GF(q) of any nodes: out[n]; aux[naux] are values of the auxiliary variables. Returns as
 * above. */
LO_MUST_CHECK lo_status_t lo_engine_nodes(ulong *out, lo_engine_t engine, const slong *nodes, slong n,
                                          const lo_modpoint_t point, const ulong *member);

/* Values of any nodes over an algebra: out[n * w]. Returns as above. */
LO_MUST_CHECK lo_status_t lo_engine_nodes_over(ulong *out, lo_engine_t engine, const lo_modalg_t algebra,
                                               const slong *nodes, slong n, const ulong *theta,
                                               const lo_modpoint_t point, const ulong *member);

/* The value of the bracket [X_1, [X_2, ... [X_(n-1), X_n]]] at the point, [X,Y] = DY.X - DX.Y.
 * Out: value[p]. In: members[n], pointers, 1 <= n <= LO_JET_WORD (longer words cost 2^n).
 * Cost: 2n - 1 evaluations in jet algebras of order below n. Returns as lo_engine_field. */
#define LO_JET_WORD 10
LO_MUST_CHECK lo_status_t lo_engine_bracket(ulong *value, lo_engine_t engine, const ulong *const *members, slong n,
                                            const lo_modpoint_t point);

/* Residue of a rational; returns 0 when its denominator is divisible by the prime. */
int lo_residue(ulong *r, const fmpq_t value, nmod_t mod);

/* Residue of an integer. */
ulong lo_residue_si(slong value, nmod_t mod);

/* atom.c */
LO_MUST_CHECK lo_status_t lo_relations_find(lo_engine_t engine, lo_ctx_t ctx);
void lo_relations_free(lo_relations_struct *relations);

/* The words of all atoms for the seeds of a point and of a member. */
LO_MUST_CHECK lo_status_t lo_relations_values(ulong *atoms, const lo_engine_t engine, uint64_t global,
                                              uint64_t local);

/* How the argument of an atom relates to that of its twin: 1 the same, -1 the opposite, 0: it vanishes. */
int lo_relations_sign(const lo_engine_t engine, slong atom);

/* The value of a LO_T_FUN node, from those of its arguments in engine->values (taylor.c). */
LO_MUST_CHECK lo_status_t lo_run_function(ulong *out, lo_engine_t engine, const lo_modalg_t algebra, slong node,
                                          const ulong *atoms);

/* Evaluates the needed nodes first..stop-1 into engine->values (w words each); what is below `first` is
 * there. */
LO_MUST_CHECK lo_status_t lo_engine_run(lo_engine_t engine, const lo_modalg_t algebra, const char *needed,
                                        slong first, slong stop, const ulong *theta, const ulong *atoms,
                                        const ulong *member);

#endif
