/* modular.c - evaluating tapes, members and brackets modulo a prime.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/modular.h"

#include "base/memory.h"

#include <string.h>

ulong lo_prime(slong i)
{
    int small = i >= LO_SMALL_PRIMES;
    ulong q = (UWORD(1) << (small ? 28 : 61)) + (small ? 3 : -1), step = small ? 4 : 2;
    for (i -= small ? LO_SMALL_PRIMES - 1 : 0; i > 0; i--)
        do
            q -= step;
        while (!n_is_prime(q));
    return q;
}

int lo_residue(ulong *r, const fmpq_t value, nmod_t mod)
{
    ulong numerator = fmpz_fdiv_ui(fmpq_numref(value), mod.n),
          denominator = fmpz_fdiv_ui(fmpq_denref(value), mod.n);
    if (denominator == 0)
        return 0;
    *r = denominator == 1 ? numerator : nmod_mul(numerator, n_invmod(denominator, mod.n), mod);
    return 1;
}

static lo_status_t set_constants(lo_engine_t e, lo_ctx_t ctx)
{
    const lo_tape_struct *tape = e->family->tape;
    e->nconstants = tape->nconstants;
    e->constants = lo_alloc((size_t) tape->nconstants, sizeof(ulong));
    if (e->constants == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < tape->nconstants; i++) {
        if (!lo_residue(e->constants + i, tape->constants + i, e->mod) ||
            (e->constants[i] == 0 && !fmpq_is_zero(tape->constants + i))) {
            lo_ctx_set_message(ctx, "a constant of the model is not a unit modulo the prime %lu",
                               (unsigned long) e->mod.n);
            return LO_DOMAIN; /* the caller takes another prime */
        }
    }
    return LO_OK;
}

static lo_status_t set_fixed(lo_engine_t e)
{
    const lo_family_struct *f = e->family;
    char *fixed = lo_alloc((size_t) f->p, 1);
    if (fixed == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < f->p; i++)
        fixed[i] = lo_family_point(f, i) != NULL;
    e->fixed = fixed;
    return LO_OK;
}

static void mark_scalars(lo_engine_t e)
{
    const lo_tape_struct *tape = e->family->tape;
    for (slong i = 0; i < tape->n; i++)
        e->scalar[i] = tape->nodes[i].op == LO_T_VAR;
    lo_tape_spread(e->scalar, tape, tape->n);
    for (slong i = 0; i < tape->n; i++)
        e->scalar[i] = !e->scalar[i];
}

/* Relations are coefficients over Q reconstructed from residues, so they want a large prime; what they say does not
 * depend on it. */
static lo_status_t set_relations(lo_engine_t e, slong prime, int at_point, lo_ctx_t ctx)
{
    lo_engine_t large;
    if (e->family->natoms == 0)
        return LO_OK;
    if (prime < LO_SMALL_PRIMES)
        return lo_relations_find(e, ctx);
    lo_status_t status = lo_engine_init_any(large, e->family, at_point, ctx);
    e->relations = large->relations;
    large->relations = NULL;
    lo_engine_clear(large);
    return status;
}

lo_status_t lo_engine_init(lo_engine_t e, const lo_family_struct *family, slong prime, int at_point,
                           lo_ctx_t ctx)
{
    memset(e, 0, sizeof(*e));
    e->family = family;
    nmod_init(&e->mod, lo_prime(prime));
    lo_random_init(e->random, ctx->seed, 0x6d6f64 + (uint64_t) prime);
    e->frozen = lo_alloc((size_t) family->naux, sizeof(ulong));
    e->needed = lo_alloc((size_t) family->tape->n, 1);
    e->scalar = lo_alloc((size_t) family->tape->n, 1);
    if (e->frozen == NULL || e->needed == NULL || e->scalar == NULL)
        return LO_SYSTEM;
    e->zero_seed = lo_random_next(e->random);
    for (slong i = 0; i < family->naux; i++)
        e->frozen[i] = lo_random_below(e->random, e->mod.n);
    lo_tape_reach(e->needed, family->tape, family->components, family->p);
    mark_scalars(e);
    LO_TRY(lo_engine_find_owners(e));
    LO_TRY(set_constants(e, ctx));
    if (at_point)
        LO_TRY(set_fixed(e));
    return set_relations(e, prime, at_point, ctx);
}

lo_status_t lo_engine_init_any(lo_engine_t e, const lo_family_struct *family, int at_point, lo_ctx_t ctx)
{
    lo_status_t status = lo_engine_init(e, family, 0, at_point, ctx);
    for (slong prime = 1; prime < 8 && status == LO_DOMAIN; prime++) {
        lo_engine_clear(e);
        status = lo_engine_init(e, family, prime, at_point, ctx);
    }
    return status;
}

void lo_engine_clear(lo_engine_t e)
{
    lo_relations_free(e->relations);
    lo_free((void *) e->fixed);
    lo_free(e->scratch);
    lo_free(e->values);
    lo_free(e->needed);
    lo_free(e->scalar);
    lo_free(e->owner);
    lo_free(e->frozen);
    lo_free(e->constants);
    memset(e, 0, sizeof(*e));
}

void lo_engine_share(lo_engine_t worker, const lo_engine_t e)
{
    *worker = *e;
    worker->values = worker->scratch = NULL;
    worker->values_alloc = worker->scratch_alloc = 0;
}

void lo_engine_unshare(lo_engine_t worker)
{
    lo_free(worker->values);
    lo_free(worker->scratch);
    worker->values = worker->scratch = NULL;
}

lo_status_t lo_modpoint_init(lo_modpoint_t point, const lo_engine_t e)
{
    point->theta = lo_alloc((size_t) e->family->p, sizeof(ulong));
    point->atoms = lo_alloc((size_t) e->family->natoms * LO_ATOM_WORDS, sizeof(ulong));
    point->global = 0;
    if (point->theta != NULL && point->atoms != NULL)
        return LO_OK;
    lo_modpoint_clear(point);
    return LO_SYSTEM;
}

void lo_modpoint_clear(lo_modpoint_t point)
{
    lo_free(point->theta);
    lo_free(point->atoms);
    point->theta = point->atoms = NULL;
}

lo_status_t lo_modpoint_randomise(lo_modpoint_t point, lo_engine_t e)
{
    for (slong i = 0; i < e->family->p; i++) {
        if (e->fixed == NULL || !e->fixed[i])
            point->theta[i] = lo_random_below(e->random, e->mod.n);
        else if (!lo_residue(point->theta + i, lo_family_point(e->family, i), e->mod))
            return LO_DOMAIN;
    }
    point->global = lo_random_next(e->random);
    return e->family->natoms > 0 ? lo_relations_values(point->atoms, e, point->global, 0) : LO_OK;
}

/* Sum of products over GF(q) with lazy reduction. */
static void run_dot_scalar(ulong *out, lo_engine_t e, const lo_tnode_struct *x)
{
    unsigned __int128 sum = 0;
    const lo_term_struct *term = e->family->tape->terms + x->first;
    for (slong t = 0, count = 0; t < x->len; t++) {
        ulong a = e->values[term[t].a];
        if (term[t].coef != 0)
            a = nmod_mul(a, e->constants[term[t].coef], e->mod);
        sum += (unsigned __int128) a * (term[t].b < 0 ? 1 : e->values[term[t].b]);
        if (++count == LO_LAZY) {
            sum = lo_reduce(sum, e->mod);
            count = 0;
        }
    }
    *out = lo_reduce(sum, e->mod);
}

static void run_dot(ulong *out, lo_engine_t e, const lo_modalg_t algebra, const lo_tnode_struct *x,
                    ulong *scratch)
{
    slong w = algebra->w;
    memset(out, 0, (size_t) w * sizeof(ulong));
    for (slong t = x->first; t < x->first + x->len; t++) {
        const lo_term_struct *term = e->family->tape->terms + t;
        const ulong *a = e->values + term->a * w, *b = term->b < 0 ? NULL : e->values + term->b * w;
        ulong factor = e->constants[term->coef];
        if (b != NULL && e->scalar[term->a]) { /* a is a scalar: put it second */
            const ulong *swap = a;
            a = b;
            b = swap;
        }
        if (b != NULL && (e->scalar[term->a] || e->scalar[term->b])) {
            factor = nmod_mul(factor, b[0], e->mod);
        } else if (b != NULL) {
            lo_modalg_mul(scratch, a, b, algebra);
            a = scratch;
        }
        if (factor == 1)
            _nmod_vec_add(out, out, a, w, e->mod);
        else
            _nmod_vec_scalar_addmul_nmod(out, a, w, factor, e->mod);
    }
}

static int run_pow(ulong *out, const lo_modalg_t algebra, const ulong *base, slong exponent, ulong *scratch)
{
    slong w = algebra->w;
    ulong *power = scratch, *temp = scratch + w;
    memset(out, 0, (size_t) w * sizeof(ulong));
    out[0] = 1;
    memcpy(power, base, (size_t) w * sizeof(ulong));
    if (exponent < 0) {
        if (!lo_modalg_div(power, out, base, algebra))
            return 0;
        exponent = -exponent;
    }
    for (; exponent > 0; exponent >>= 1) {
        if (exponent & 1) {
            lo_modalg_mul(temp, out, power, algebra);
            memcpy(out, temp, (size_t) w * sizeof(ulong));
        }
        if (exponent > 1) {
            lo_modalg_mul(temp, power, power, algebra);
            memcpy(power, temp, (size_t) w * sizeof(ulong));
        }
    }
    return 1;
}

/* A residue that depends on nothing but the seed and a number. */
static ulong seeded(ulong seed, uint64_t number, nmod_t mod)
{
    lo_random_t random;
    lo_random_init(random, seed, number);
    return lo_random_below(random, mod.n);
}

/* log(a + v) = log a + sum_j (-1)^(j-1) v^j / (j a^j). Returns 0 at a = 0. */
static int taylor_log(ulong *c, slong n, ulong value, ulong a, nmod_t mod)
{
    if (a == 0)
        return 0;
    ulong inverse = n_invmod(a, mod.n), power = mod.n - 1;
    c[0] = value;
    for (slong j = 1; j < n; j++) { /* (-1)^(j-1) / (j a^j) */
        power = nmod_neg(nmod_mul(power, inverse, mod), mod);
        c[j] = nmod_mul(power, n_invmod((ulong) j, mod.n), mod);
    }
    return 1;
}

/* sqrt(a + v) = sum_j binomial(1/2, j) sqrt(a) v^j / a^j. Returns 0 where a has no nonzero square root. */
static int taylor_sqrt(ulong *c, slong n, ulong a, nmod_t mod)
{
    c[0] = n_sqrtmod(a, mod.n);
    if (c[0] == 0)
        return 0; /* zero, or not a residue */
    ulong inverse = n_invmod(a, mod.n), half = n_invmod(2, mod.n);
    for (slong j = 0; j + 1 < n; j++) { /* binomial(1/2, j+1) / a^(j+1): times (1/2 - j) / ((j + 1) a) */
        ulong factor = nmod_mul(nmod_sub(half, (ulong) j, mod), n_invmod((ulong) j + 1, mod.n), mod);
        c[j + 1] = nmod_mul(c[j], nmod_mul(factor, inverse, mod), mod);
    }
    return 1;
}

/* An arbitrary function: its derivatives at the argument of the twin are free; parity carries them to the
 * opposite argument; at zero those that parity (or f(0) = 0) forbids vanish. */
static void taylor_generic(ulong *c, slong n, slong extra, ulong seed, int sign, nmod_t mod)
{
    slong order = extra / 4;
    lo_generic_t kind = (lo_generic_t) (extra % 4);
    int parity = kind == LO_GENERIC_ODD ? 1 : kind == LO_GENERIC_EVEN ? 0 : -1;
    ulong inverse_factorial = 1;
    for (slong j = 0; j < n; j++) {
        slong m = order + j;
        uint64_t number = (uint64_t) (4 * m + kind) + (sign < 0 && parity < 0 ? 1000000 : 0);
        ulong value = seeded(seed, number, mod);
        if (sign < 0 && parity >= 0 && (m & 1) != parity)
            value = nmod_neg(value, mod);
        if (sign == 0 && ((parity >= 0 && (m & 1) != parity) || (kind == LO_GENERIC_ZERO && m == 0)))
            value = 0;
        c[j] = nmod_mul(value, inverse_factorial, mod);
        inverse_factorial = nmod_mul(inverse_factorial, n_invmod((ulong) j + 1, mod.n), mod);
    }
}

/* Taylor coefficient number j of the function at the base value: exp: E/j!; sin, cos: the cyclic
 * derivatives; tanh from y' = 1 - y^2, that is (j+1) c_(j+1) = [j=0] - sum c_i c_(j-i). */
static void taylor(ulong *c, slong n, lo_fun_t fun, const ulong *atom, nmod_t mod)
{
    ulong e = atom[0], s = atom[1], k = atom[2];
    if (fun == LO_FUN_TANH) { /* (E^2 - 1)/(E^2 + 1) */
        ulong square = nmod_mul(e, e, mod);
        c[0] = nmod_mul(nmod_sub(square, 1, mod), n_invmod(nmod_add(square, 1, mod), mod.n), mod);
        for (slong j = 0; j + 1 < n; j++) {
            ulong sum = j == 0;
            for (slong i = 0; i <= j; i++)
                sum = nmod_sub(sum, nmod_mul(c[i], c[j - i], mod), mod);
            c[j + 1] = nmod_mul(sum, n_invmod((ulong) j + 1, mod.n), mod);
        }
        return;
    }
    ulong cycle[4] = { e, e, e, e };
    if (fun != LO_FUN_EXP) {
        ulong values[5] = { s, k, nmod_neg(s, mod), nmod_neg(k, mod), s };
        memcpy(cycle, values + (fun == LO_FUN_COS), sizeof(cycle));
    }
    ulong inverse_factorial = 1;
    for (slong j = 0; j < n; j++) {
        c[j] = nmod_mul(cycle[j % 4], inverse_factorial, mod);
        inverse_factorial = nmod_mul(inverse_factorial, n_invmod((ulong) j + 1, mod.n), mod);
    }
}

/* A primitive y with dy = density dz: for jets, the coefficient of S is that of S without its last index i in
 * density * (dz/de_i); for series, n y_n = sum (n - k) density_k z_(n-k). */
static void run_primitive(ulong *out, const lo_modalg_t algebra, ulong value, const ulong *density,
                          const ulong *z)
{
    nmod_t mod = algebra->mod;
    out[0] = value;
    for (slong s = 1; s < algebra->w; s++) {
        ulong sum = 0;
        if (algebra->jets) {
            slong last = 1;
            while (2 * last <= s)
                last *= 2;
            slong rest = s ^ last;
            for (slong t = rest;; t = (t - 1) & rest) {
                sum = nmod_add(sum, nmod_mul(density[t], z[(rest ^ t) | last], mod), mod);
                if (t == 0)
                    break;
            }
            out[s] = sum;
        } else {
            for (slong k = 0; k < s; k++)
                sum = nmod_add(sum, nmod_mul(density[k], nmod_mul((ulong) (s - k), z[s - k], mod), mod), mod);
            out[s] = nmod_mul(sum, n_invmod((ulong) s, mod.n), mod);
        }
    }
}

/* The value of erf or softplus at the base point: free, odd, softplus(-z) = softplus(z) - z. */
static ulong primitive_value(lo_fun_t fun, ulong seed, int sign, ulong z, nmod_t mod)
{
    ulong value = seeded(seed, (uint64_t) fun + 2000000, mod);
    if (fun == LO_FUN_ERF)
        return sign == 0 ? 0 : sign > 0 ? value : nmod_neg(value, mod);
    return sign < 0 ? nmod_add(value, z, mod) : value;
}

/* f(a) = sum_j c_j (a - a_0)^j; the powers vanish past the nilpotency order. */
static void run_fun(ulong *out, const lo_modalg_t algebra, const ulong *a, const ulong *coefficients, slong n,
                    ulong *scratch)
{
    slong w = algebra->w;
    ulong *nilpotent = scratch, *temp = scratch + w;
    memcpy(nilpotent, a, (size_t) w * sizeof(ulong));
    nilpotent[0] = 0;
    memset(out, 0, (size_t) w * sizeof(ulong));
    for (slong j = n - 1; j >= 0; j--) {
        lo_modalg_mul(temp, out, nilpotent, algebra);
        memcpy(out, temp, (size_t) w * sizeof(ulong));
        out[0] = nmod_add(out[0], coefficients[j], algebra->mod);
    }
}

static lo_status_t run_function(ulong *out, lo_engine_t e, const lo_modalg_t algebra, slong node,
                                const ulong *atoms)
{
    const lo_tnode_struct *x = e->family->tape->nodes + node;
    slong w = algebra->w, n = algebra->jets ? algebra->order + 1 : algebra->order;
    slong k = e->family->atom_of_node[node];
    const ulong *atom = atoms + LO_ATOM_WORDS * k, *z = e->values + x->first * w;
    ulong *c = e->scratch + 2 * w;
    int sign = lo_relations_sign(e, k), defined = 1;
    switch (x->fun) {
    case LO_FUN_ERF:
    case LO_FUN_SOFTPLUS:
        run_primitive(out, algebra, primitive_value(x->fun, atom[3], sign, z[0], e->mod),
                      e->values + x->len * w, z);
        return LO_OK;
    case LO_FUN_LOG:
        defined = taylor_log(c, n, lo_log_value(atom, e->mod), z[0], e->mod);
        break;
    case LO_FUN_SQRT:
        defined = taylor_sqrt(c, n, z[0], e->mod);
        if (!defined && z[0] != 0)
            e->nonresidue = k;
        break;
    case LO_FUN_GENERIC:
        taylor_generic(c, n, x->len, atom[3], sign, e->mod);
        break;
    default:
        taylor(c, n, x->fun, atom, e->mod);
        break;
    }
    if (!defined)
        return LO_DOMAIN;
    run_fun(out, algebra, z, c, n, e->scratch);
    return LO_OK;
}

static lo_status_t run_node(ulong *out, lo_engine_t e, const lo_modalg_t algebra, slong node,
                            const ulong *theta, const ulong *atoms, const ulong *member)
{
    const lo_tnode_struct *x = e->family->tape->nodes + node;
    slong w = algebra->w;
    switch (x->op) {
    case LO_T_CONST:
    case LO_T_AUX:
        memset(out, 0, (size_t) w * sizeof(ulong));
        out[0] = x->op == LO_T_CONST ? e->constants[x->first] : member[x->first];
        return LO_OK;
    case LO_T_VAR:
        memcpy(out, theta + x->first * w, (size_t) w * sizeof(ulong));
        return LO_OK;
    case LO_T_DOT:
        if (w == 1)
            run_dot_scalar(out, e, x);
        else
            run_dot(out, e, algebra, x, e->scratch);
        return LO_OK;
    case LO_T_DIV:
        return lo_modalg_div(out, e->values + x->first * w, e->values + x->len * w, algebra) ? LO_OK
                                                                                             : LO_DOMAIN;
    case LO_T_POW:
        return run_pow(out, algebra, e->values + x->first * w, x->len, e->scratch) ? LO_OK : LO_DOMAIN;
    case LO_T_FUN:
        return run_function(out, e, algebra, node, atoms);
    }
    return LO_OK;
}

lo_status_t lo_engine_run(lo_engine_t e, const lo_modalg_t algebra, const char *needed, slong first,
                          slong stop, const ulong *theta, const ulong *atoms, const ulong *member)
{
    slong w = algebra->w;
    LO_TRY(LO_GROW(e->values, e->values_alloc, e->family->tape->n * w));
    LO_TRY(LO_GROW(e->scratch, e->scratch_alloc, 4 * w + 8));
    for (slong i = first; i < stop; i++)
        if (needed[i])
            LO_TRY(run_node(e->values + i * w, e, algebra, i, theta, atoms, member));
    return LO_OK;
}

lo_status_t lo_engine_field(ulong *field, lo_engine_t e, const lo_modalg_t algebra, const ulong *theta,
                            const lo_modpoint_t point, const ulong *member)
{
    const lo_family_struct *f = e->family;
    slong w = algebra->w;
    const ulong *atoms = lo_member_atoms(e, member, point);
    LO_TRY(lo_engine_run(e, algebra, e->needed, 0, f->tape->n, theta, atoms, member));
    for (slong i = 0; i < f->p; i++)
        memcpy(field + i * w, e->values + f->components[i] * w, (size_t) w * sizeof(ulong));
    for (slong copy = 1; copy < f->npatterns; copy++) {
        LO_TRY(lo_engine_run(e, algebra, e->needed, 0, f->tape->n, theta, atoms, member + copy * f->naux));
        for (slong i = 0; i < f->p; i++)
            _nmod_vec_add(field + i * w, field + i * w, e->values + f->components[i] * w, w, e->mod);
    }
    return LO_OK;
}

lo_status_t lo_engine_nodes_over(ulong *out, lo_engine_t e, const lo_modalg_t algebra, const slong *nodes,
                                 slong n, const ulong *theta, const lo_modpoint_t point, const ulong *member)
{
    slong w = algebra->w;
    char *needed = lo_alloc((size_t) e->family->tape->n, 1);
    if (needed == NULL)
        return LO_SYSTEM;
    lo_tape_reach(needed, e->family->tape, nodes, n);
    lo_status_t status =
        lo_engine_run(e, algebra, needed, 0, e->family->tape->n, theta, point->atoms, member);
    lo_free(needed);
    for (slong i = 0; status == LO_OK && i < n; i++)
        memcpy(out + i * w, e->values + nodes[i] * w, (size_t) w * sizeof(ulong));
    return status;
}

lo_status_t lo_engine_nodes(ulong *out, lo_engine_t e, const slong *nodes, slong n, const lo_modpoint_t point,
                            const ulong *member)
{
    lo_modalg_t scalars;
    lo_modalg_jets(scalars, e->mod, 0);
    return lo_engine_nodes_over(out, e, scalars, nodes, n, point->theta, point, member);
}

/* The bracket word at theta in jets of order k: see design, section 2a. low: 2^k words per coordinate.
 *   x = X(theta);  theta' = theta + e x: rest(theta') = B + e (DB.x);  X(theta + e B) = x + e (DX.B). */
static lo_status_t bracket_over(ulong *out, lo_engine_t e, const ulong *const *members, slong n, slong k,
                                const ulong *theta, const lo_modpoint_t point)
{
    slong p = e->family->p, w = (slong) 1 << k;
    lo_modalg_t algebra;
    lo_modalg_jets(algebra, e->mod, k);
    if (n == 1)
        return lo_engine_field(out, e, algebra, theta, point, members[0]);
    ulong *wide = lo_alloc((size_t) (4 * p * w), sizeof(ulong)); /* theta + e v, then a field there */
    if (wide == NULL)
        return LO_SYSTEM;
    ulong *result = wide + 2 * p * w;
    lo_status_t status = lo_engine_field(out, e, algebra, theta, point, members[0]);
    for (int half = 0; half < 2 && status == LO_OK; half++) {
        /* half 0: along X, evaluate the rest; half 1: along the rest, evaluate X */
        for (slong i = 0; i < p; i++) {
            memcpy(wide + 2 * i * w, theta + i * w, (size_t) w * sizeof(ulong));
            memcpy(wide + (2 * i + 1) * w, half == 0 ? out + i * w : result + 2 * i * w,
                   (size_t) w * sizeof(ulong));
        }
        if (half == 0) {
            status = bracket_over(result, e, members + 1, n - 1, k + 1, wide, point);
            for (slong i = 0; status == LO_OK && i < p; i++)
                memcpy(out + i * w, result + (2 * i + 1) * w, (size_t) w * sizeof(ulong));
        } else {
            status = bracket_over(result, e, members, 1, k + 1, wide, point);
            for (slong i = 0; status == LO_OK && i < p; i++)
                _nmod_vec_sub(out + i * w, out + i * w, result + (2 * i + 1) * w, w, e->mod);
        }
    }
    lo_free(wide);
    return status;
}

lo_status_t lo_engine_bracket(ulong *value, lo_engine_t e, const ulong *const *members, slong n,
                              const lo_modpoint_t point)
{
    return bracket_over(value, e, members, n, 0, point->theta, point);
}
