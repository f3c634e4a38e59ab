/* format.c - the numbers that the certificate format fixes, so that checkers of another make find the same ones.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "certificate/certificate.h"

#include "base/memory.h"

/* splitmix64 */
uint64_t lo_cert_mix(uint64_t z)
{
    z += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

ulong lo_cert_key(uint64_t kind, uint64_t i)
{
    return lo_cert_mix(lo_cert_mix(kind) + i) % LO_CERT_M;
}

ulong lo_cert_modulus(slong i)
{
    ulong n = UWORD(1) << 16;
    for (; i >= 0; i--)
        do
            n--;
        while (!n_is_prime(n) || (n % 8 != 1 && n % 8 != 7));
    return n;
}

/* ---- free values ---- */

static ulong free_value(uint64_t key, nmod_t mod)
{
    return (lo_cert_mix(key) % 1000003 + 1) % mod.n;
}

/* Key 1000 is the derivative of erf at 0. The tape has gelu(a) = a/2 (1 + erf(a/r)) with r^2 = 2, whose density at 0 is
 * kappa/(2 r): key 1002 stands for it, so kappa = 2 r phi. */
ulong lo_cert_kappa(const lo_family_struct *family, nmod_t mod)
{
    for (slong i = 0; i < family->ncomposites; i++)
        if (family->composites[i].act == LO_ACT_GELU)
            return nmod_mul(nmod_mul(2, n_sqrtmod(2, mod.n), mod), free_value(1002, mod), mod);
    return free_value(1000, mod);
}

ulong lo_cert_log2(nmod_t mod)
{
    return free_value(1001, mod);
}

/* Derivative number m of the arbitrary function at 0 divided by m!: free, or 0 where the kind says so. */
static ulong generic_coefficient(slong m, lo_generic_t kind, nmod_t mod)
{
    if ((kind == LO_GENERIC_ODD && m % 2 == 0) || (kind == LO_GENERIC_EVEN && m % 2 == 1) ||
        (kind == LO_GENERIC_ZERO && m == 0))
        return 0;
    return free_value(lo_cert_mix(77) + (uint64_t) m, mod);
}

/* Coefficient j of derivative number d: (j + d)! / (j! ...) c_(j+d). */
static void generic_taylor(ulong *c, slong n, slong extra, nmod_t mod)
{
    slong d = extra / 4;
    for (slong j = 0; j < n; j++) {
        c[j] = generic_coefficient(j + d, (lo_generic_t) (extra % 4), mod);
        for (slong i = 1; i <= d; i++)
            c[j] = nmod_mul(c[j], (ulong) (j + i) % mod.n, mod);
    }
}

/* sqrt(r^2 + v) = sum_j binomial(1/2, j) r^(1 - 2j) v^j */
static void sqrt_taylor(ulong *c, slong n, ulong root, nmod_t mod)
{
    ulong inverse = n_invmod(nmod_mul(root, root, mod), mod.n), half = n_invmod(2, mod.n);
    c[0] = root;
    for (slong j = 0; j + 1 < n; j++) {
        ulong factor = nmod_mul(nmod_sub(half, (ulong) j, mod), n_invmod((ulong) j + 1, mod.n), mod);
        c[j + 1] = nmod_mul(c[j], nmod_mul(factor, inverse, mod), mod);
    }
}

/* exp, sin, cos at 0: 1/j! with signs and gaps; tanh from y' = 1 - y^2; log at 1 from its derivative 1/(1+v). */
static void series_at_origin(ulong *c, slong n, lo_fun_t fun, nmod_t mod)
{
    static const int keep[4][4] = { { 1, 1, 1, 1 }, { 0, 1, 0, -1 }, { 1, 0, -1, 0 }, { 0 } };
    ulong inverse_factorial = 1;
    for (slong j = 0; j < n; j++) {
        int sign = fun <= LO_FUN_COS ? keep[fun][j % 4] : 0;
        c[j] = sign == 0 ? 0 : sign > 0 ? inverse_factorial : nmod_neg(inverse_factorial, mod);
        ulong inverse = n_invmod((ulong) j + 1, mod.n);
        inverse_factorial = nmod_mul(inverse_factorial, inverse, mod);
        if (fun == LO_FUN_LOG && j > 0)
            c[j] = j % 2 ? n_invmod((ulong) j, mod.n) : nmod_neg(n_invmod((ulong) j, mod.n), mod);
    }
    for (slong j = 0; fun == LO_FUN_TANH && j + 1 < n; j++) {
        ulong sum = j == 0;
        for (slong i = 0; i <= j; i++)
            sum = nmod_sub(sum, nmod_mul(c[i], c[j - i], mod), mod);
        c[j + 1] = nmod_mul(sum, n_invmod((ulong) j + 1, mod.n), mod);
    }
}

void lo_cert_taylor(ulong *c, slong n, lo_fun_t fun, slong extra, ulong word, nmod_t mod)
{
    if (fun == LO_FUN_GENERIC)
        generic_taylor(c, n, extra, mod);
    else if (fun == LO_FUN_SQRT)
        sqrt_taylor(c, n, word, mod);
    else if (fun == LO_FUN_ERF || fun == LO_FUN_SOFTPLUS) /* the rest comes from the density */
        c[0] = fun == LO_FUN_ERF ? 0 : lo_cert_log2(mod);
    else
        series_at_origin(c, n, fun, mod);
}

/* ---- fingerprints of gates ---- */

static ulong residue_of(const fmpq_t value, nmod_t mod)
{
    ulong r;
    return lo_residue(&r, value, mod) ? r : 0;
}

/* f(z) for a fingerprint z; f(0) has that of its value where it is rational, as the tape has it for the number 0. */
static ulong function_print(const lo_tnode_struct *x, ulong z)
{
    static const int codes[] = { [LO_FUN_EXP] = 1,  [LO_FUN_LOG] = 2,      [LO_FUN_SIN] = 3,  [LO_FUN_COS] = 4,
                                 [LO_FUN_TANH] = 5, [LO_FUN_SOFTPLUS] = 7, [LO_FUN_ERF] = 10, [LO_FUN_SQRT] = 11 };
    int code = x->fun == LO_FUN_GENERIC ? 0 : codes[x->fun];
    if (x->fun == LO_FUN_GENERIC)
        switch ((lo_generic_t) (x->len % 4)) {
        case LO_GENERIC_ANY:
            code = 12;
            break;
        case LO_GENERIC_ODD:
            code = 13;
            break;
        case LO_GENERIC_EVEN:
            code = 14;
            break;
        case LO_GENERIC_ZERO:
            code = 15;
            break;
        }
    if (z == 0 && (code == 1 || code == 4))
        return 1;
    if (z == 0 && (code == 3 || code == 5 || code == 10 || code == 13 || code == 15))
        return 0;
    return lo_cert_mix(z + 100 + (uint64_t) code) % LO_CERT_M;
}

/* The gates of a pooling window, from gate g on: prints and their values as fingerprints. */
static uint64_t window_print(const lo_family_struct *f, slong g, const ulong *values)
{
    slong end, first = lo_family_window(&end, f, g);
    uint64_t w = 0;
    for (slong k = first; k < end; k++)
        w = lo_cert_mix(w + values[f->gates[k].preactivation]);
    return lo_cert_mix(w + 7) + (uint64_t) (g - first);
}

static ulong aux_print(uint64_t *prints, const lo_family_struct *f, const lo_aux_struct *aux, const ulong *values)
{
    slong frozen = f->model->frozen;
    switch (aux->kind) {
    case LO_AUX_INPUT:
        return lo_cert_key(2, (uint64_t) aux->index);
    case LO_AUX_FROZEN:
        return aux->index < frozen ? lo_cert_key(3, (uint64_t) aux->index)
                                   : lo_cert_key(4, (uint64_t) (aux->index - frozen));
    case LO_AUX_GATE:
        if (f->gates[aux->index].op == LO_OP_MAXPOOL) {
            prints[aux->index] = window_print(f, aux->index, values);
            return lo_cert_mix(prints[aux->index]) % LO_CERT_M;
        }
        prints[aux->index] = values[f->gates[aux->index].preactivation];
        if (f->gates[aux->index].act == LO_ACT_LEAKY_RELU) /* closed, it differs from a relu of the same argument */
            prints[aux->index]++;
        return lo_cert_mix(prints[aux->index] + 5) % LO_CERT_M;
    default:
        return 0;
    }
}

int lo_cert_arithmetic(ulong *value, const lo_family_struct *f, slong node, const ulong *values, nmod_t mod)
{
    const lo_tnode_struct *x = f->tape->nodes + node;
    ulong sum = 0, a;
    switch (x->op) {
    case LO_T_CONST:
        *value = residue_of(f->tape->constants + x->first, mod);
        return 1;
    case LO_T_DOT:
        for (const lo_term_struct *t = f->tape->terms + x->first; t < f->tape->terms + x->first + x->len; t++) {
            a = nmod_mul(residue_of(f->tape->constants + t->coef, mod), values[t->a], mod);
            sum = nmod_add(sum, t->b < 0 ? a : nmod_mul(a, values[t->b], mod), mod);
        }
        *value = sum;
        return 1;
    case LO_T_DIV:
        a = values[x->len];
        *value = a == 0 ? 0 : nmod_mul(values[x->first], n_invmod(a, mod.n), mod);
        return 1;
    case LO_T_POW:
        a = values[x->first];
        if (x->len < 0)
            a = a == 0 ? 0 : n_invmod(a, mod.n);
        *value = nmod_pow_ui(a, (ulong) (x->len < 0 ? -x->len : x->len), mod);
        return 1;
    default:
        return 0;
    }
}

static ulong node_print(uint64_t *prints, const lo_family_struct *f, slong node, const ulong *values, nmod_t mod)
{
    const lo_tnode_struct *x = f->tape->nodes + node;
    ulong value;
    if (lo_cert_arithmetic(&value, f, node, values, mod))
        return value;
    return x->op == LO_T_VAR   ? lo_cert_key(1, (uint64_t) x->first)
           : x->op == LO_T_AUX ? aux_print(prints, f, f->aux + x->first, values)
                               : function_print(x, values[x->first]);
}

lo_status_t lo_cert_fingerprints(uint64_t **prints, const lo_family_struct *f)
{
    nmod_t mod;
    nmod_init(&mod, LO_CERT_M);
    *prints = lo_alloc((size_t) f->ngates, sizeof(uint64_t));
    ulong *values = lo_alloc((size_t) f->primal, sizeof(ulong));
    lo_status_t status = *prints != NULL && values != NULL ? LO_OK : LO_SYSTEM;
    for (slong i = 0, next = 0; i < f->primal && status == LO_OK; i++) {
        values[i] = node_print(*prints, f, i, values, mod);
        while (next < f->ncomposites && f->composites[next].node < i)
            next++; /* a constant that was there before */
        if (next < f->ncomposites && f->composites[next].node == i) {
            lo_act_t act = f->composites[next].act;
            uint64_t code = act == LO_ACT_SIGMOID ? 6 : act == LO_ACT_GELU ? 8 : 9;
            ulong z = values[f->composites[next++].argument];
            if (z != 0)
                values[i] = lo_cert_mix(z + 100 + code) % LO_CERT_M;
        }
    }
    lo_free(values);
    return status;
}

slong lo_cert_gate(uint64_t print, uint64_t seed)
{
    slong gate = (slong) (lo_cert_mix(print + lo_cert_mix(seed)) % 9) - 4;
    return gate == 0 ? 5 : gate;
}
