/* relations.c - finding the relations between the arguments of analytic functions; the theory is in atom.c.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/relations.h"

#include "base/memory.h"

#include <string.h>

/* ---- the sample ---- */

/* Points in pairs that share the coordinates, the frozen constants and the global values, with values of all
 * nodes up to `position` at each. */
typedef struct {
    slong points, natoms, nodes;
    ulong *theta;    /* points x p */
    ulong *aux;      /* points x naux */
    ulong *atoms;    /* points x LO_ATOM_WORDS natoms */
    ulong *values;   /* points x nodes */
    slong *position; /* points */
    lo_source_struct *from;
    ulong *argument;   /* natoms x points */
    ulong *element[2]; /* per class: (natoms + 1) x points, the basis elements */
    char *needed;
    char *nonsquare; /* per atom: its argument was a non-residue and, at the same coordinates, a residue */
    slong *root;     /* per atom: the first node that takes its square root, or -1 */
    int redrawn;     /* some inputs were replaced: the arguments found so far are stale */
    ulong *basis;
    lo_ctx_struct *ctx;
} sample_struct;

static void sample_clear(sample_struct *s)
{
    lo_free(s->theta);
    lo_free(s->aux);
    lo_free(s->atoms);
    lo_free(s->values);
    lo_free(s->position);
    lo_free(s->from);
    lo_free(s->argument);
    lo_free(s->element[0]);
    lo_free(s->element[1]);
    lo_free(s->needed);
    lo_free(s->nonsquare);
    lo_free(s->root);
    lo_free(s->basis);
    memset(s, 0, sizeof(*s));
}

static void draw_aux(sample_struct *s, slong i, lo_engine_t e)
{
    const lo_family_struct *f = e->family;
    for (slong a = 0; a < f->naux; a++) {
        s->aux[i * f->naux + a] = lo_aux_is_shared(f->aux + a) && i % 2 == 1
                                      ? s->aux[(i - 1) * f->naux + a]
                                      : lo_random_below(e->random, e->mod.n);
    }
    s->from[i].local = lo_random_next(e->random);
    s->position[i] = 0;
}

/* Words of values past which the relations are not examined. */
#define MAX_SAMPLE ((slong) 1 << 26)

static lo_status_t sample_init(sample_struct *s, lo_engine_t e)
{
    const lo_family_struct *f = e->family;
    *s = (sample_struct){ .natoms = f->natoms,
                          .points = f->opaque && f->natoms < 36 ? 80 : 2 * (f->natoms + 4),
                          .nodes = f->tape->n };
    if (s->points > MAX_SAMPLE / s->nodes)
        return LO_UNABLE;
    s->theta = lo_alloc((size_t) (s->points * f->p), sizeof(ulong));
    s->aux = lo_alloc((size_t) (s->points * f->naux), sizeof(ulong));
    s->atoms = lo_alloc((size_t) (s->points * LO_ATOM_WORDS * f->natoms), sizeof(ulong));
    s->values = lo_alloc((size_t) (s->points * s->nodes), sizeof(ulong));
    s->position = lo_alloc((size_t) s->points, sizeof(slong));
    s->from = lo_alloc((size_t) s->points, sizeof(lo_source_struct));
    s->argument = lo_alloc((size_t) (s->points * f->natoms), sizeof(ulong));
    for (int c = 0; c < 2; c++)
        s->element[c] = lo_alloc((size_t) (s->points * (f->natoms + 1)), sizeof(ulong));
    s->needed = lo_alloc((size_t) s->nodes, 1);
    s->nonsquare = lo_alloc((size_t) f->natoms, 1);
    s->root = lo_alloc((size_t) f->natoms, sizeof(slong));
    s->basis = lo_alloc((size_t) (2 * f->natoms + 2), sizeof(ulong));
    if (s->theta == NULL || s->aux == NULL || s->atoms == NULL || s->values == NULL || s->position == NULL ||
        s->from == NULL || s->argument == NULL || s->needed == NULL || s->nonsquare == NULL ||
        s->root == NULL || s->basis == NULL || s->element[0] == NULL || s->element[1] == NULL)
        return LO_SYSTEM;
    for (slong k = 0; k < f->natoms; k++) {
        s->root[k] = -1;
        lo_tape_reach(s->needed, f->tape, &f->atoms[k].argument, 1);
    }
    for (slong i = f->tape->n - 1; i >= 0; i--)
        if (f->tape->nodes[i].op == LO_T_FUN && f->tape->nodes[i].fun == LO_FUN_SQRT) {
            s->root[f->atom_of_node[i]] = i;
            s->needed[i] = 1;
        }
    for (slong i = 0; i < s->points; i++) {
        ulong *theta = s->theta + i * f->p;
        s->from[i].global = i % 2 == 1 ? s->from[i - 1].global : lo_random_next(e->random);
        for (slong k = 0; k < f->p; k++) {
            theta[k] = i % 2 == 1 ? theta[k - f->p] : lo_random_below(e->random, e->mod.n);
            if (e->fixed != NULL && e->fixed[k] && !lo_residue(theta + k, lo_family_point(f, k), e->mod))
                return LO_DOMAIN;
        }
        draw_aux(s, i, e);
    }
    return LO_OK;
}

/* Of the inputs of one point: with k independent roots one draw in 2^k has them all, and most draws end at
 * the first or second root, so this many are cheap. Poles alone are given up sooner. */
#define MAX_DRAWS 20000
#define MAX_POLES 400

/* Continues point i up to node `stop`; a pole or a root of a non-residue: other inputs. */
static lo_status_t advance(sample_struct *s, slong i, slong stop, lo_engine_t e)
{
    const lo_family_struct *f = e->family;
    lo_modalg_t scalars;
    lo_modalg_jets(scalars, e->mod, 0);
    lo_status_t status = LO_DOMAIN;
    int most = MAX_POLES;
    ulong *kept = e->values;
    long kept_alloc = e->values_alloc;
    e->values = s->values + i * s->nodes;
    e->values_alloc = s->nodes;
    for (int tries = 0; status == LO_DOMAIN && tries < most; tries++) {
        e->nonresidue = -1;
        if (tries % 64 == 63 && (status = lo_ctx_poll(s->ctx)) != LO_OK)
            break;
        if (tries > 0) {
            draw_aux(s, i, e);
            for (slong k = 0; k < f->natoms && e->family->atoms[k].argument < stop; k++)
                lo_atom_words(s->atoms + LO_ATOM_WORDS * (i * f->natoms + k), e, k, s->from + i, s->basis);
        }
        status = lo_engine_run(e, scalars, s->needed, s->position[i], stop, s->theta + i * f->p,
                               s->atoms + i * LO_ATOM_WORDS * f->natoms, s->aux + i * f->naux);
        if (status == LO_OK)
            s->position[i] = stop;
        s->redrawn |= status == LO_OK && tries > 0;
        if (status == LO_DOMAIN && e->nonresidue >= 0) {
            s->nonsquare[e->nonresidue] = 1;
            most = MAX_DRAWS;
        }
    }
    e->values = kept;
    e->values_alloc = kept_alloc;
    return status;
}

/* Values of the argument of atom k at every sample point, which go on past its square root when it has
 * one. */
static lo_status_t sample_argument(sample_struct *s, slong k, lo_engine_t e)
{
    slong node = e->family->atoms[k].argument, last = s->root[k] > node ? s->root[k] : node;
    for (slong i = 0; i < s->points; i++) {
        if (s->position[i] <= last)
            LO_TRY(advance(s, i, last + 1, e));
        s->argument[k * s->points + i] = s->values[i * s->nodes + node];
    }
    return LO_OK;
}

/* All points from their beginning again, with the inputs they have now. */
static void rewind_points(sample_struct *s)
{
    s->redrawn = 0;
    memset(s->position, 0, (size_t) s->points * sizeof(slong));
}

/* ---- relations ---- */

/* Rational coefficients of the last column of m over the others, which are independent. Out: *dependent, and
 * coefficients[m->c - 1] when it is. Returns LO_UNABLE when they are not small. */
static lo_status_t solve(fmpq *coefficients, int *dependent, nmod_mat_t m)
{
    slong n = m->c - 1;
    *dependent = nmod_mat_rref(m) == n;
    lo_status_t status = LO_OK;
    fmpz_t residue, modulus;
    fmpz_init(residue);
    fmpz_init_set_ui(modulus, m->mod.n);
    for (slong b = 0; *dependent && b < n; b++) {
        fmpz_set_ui(residue, nmod_mat_entry(m, b, n));
        if (!fmpq_reconstruct_fmpz(coefficients + b, residue, modulus) ||
            fmpq_height_bits(coefficients + b) > 20)
            status = LO_UNABLE;
    }
    fmpz_clear(residue);
    fmpz_clear(modulus);
    return status;
}

/* Coefficients of atom k over the basis of a class. */
static lo_status_t express(fmpq *coefficients, int *dependent, const lo_class_struct *cl,
                           const ulong *element, const sample_struct *s, slong k, nmod_t mod)
{
    nmod_mat_t m;
    nmod_mat_init(m, s->points, cl->nbasis + 1, mod.n);
    for (slong i = 0; i < s->points; i++) {
        for (slong b = 0; b < cl->nbasis; b++)
            nmod_mat_entry(m, i, b) = element[b * s->points + i];
        nmod_mat_entry(m, i, cl->nbasis) = s->argument[k * s->points + i];
    }
    lo_status_t status = solve(coefficients, dependent, m);
    nmod_mat_clear(m);
    return status;
}

/* The same up to functions without inputs: on the differences within the pairs, over the local basis
 * elements. */
static lo_status_t express_locally(fmpq *coefficients, int *dependent, const lo_class_struct *cl,
                                   const ulong *element, const sample_struct *s, slong k, nmod_t mod)
{
    nmod_mat_t m;
    slong pairs = s->points / 2, columns = 0, *column = lo_alloc((size_t) cl->nbasis, sizeof(slong));
    if (column == NULL)
        return LO_SYSTEM;
    for (slong b = 0; b < cl->nbasis; b++)
        column[b] = cl->global[b] ? -1 : columns++;
    nmod_mat_init(m, pairs, columns + 1, mod.n);
    for (slong i = 0; i < pairs; i++) {
        const ulong *a = s->argument + k * s->points + 2 * i;
        for (slong b = 0; b < cl->nbasis; b++)
            if (column[b] >= 0)
                nmod_mat_entry(m, i, column[b]) =
                    nmod_sub(element[b * s->points + 2 * i], element[b * s->points + 2 * i + 1], mod);
        nmod_mat_entry(m, i, columns) = nmod_sub(a[0], a[1], mod);
    }
    lo_status_t status = solve(coefficients, dependent, m);
    for (slong b = cl->nbasis - 1; b >= 0; b--) { /* spread over all basis elements */
        if (column[b] >= 0 && column[b] != b)
            fmpq_swap(coefficients + b, coefficients + column[b]);
        if (column[b] < 0)
            fmpq_zero(coefficients + b);
    }
    nmod_mat_clear(m);
    lo_free(column);
    return status;
}

/* The one root of a constant, see lower_analytic.c. */
static int is_root_of_gelu(const lo_tape_struct *tape, const lo_tnode_struct *x)
{
    return x->fun == LO_FUN_SQRT && lo_tape_is_si(tape, x->first, 2);
}

/* Refuses arguments that contain an atom of a constant, and at a given point nested atoms. The root of 2
 * in gelu is an algebraic number and no atom in this sense: exp takes its square, and erf is independent
 * of the rest whatever algebraic multiple its argument is. */
static lo_status_t check_nesting(const lo_engine_t e, slong k, const char *constant_atom, lo_ctx_t ctx)
{
    const lo_family_struct *f = e->family;
    char *needed = lo_alloc((size_t) f->tape->n, 1);
    if (needed == NULL)
        return LO_SYSTEM;
    lo_tape_reach(needed, f->tape, &f->atoms[k].argument, 1);
    lo_status_t status = LO_OK;
    for (slong i = 0; i < f->tape->n; i++)
        if (needed[i] && f->tape->nodes[i].op == LO_T_FUN && !is_root_of_gelu(f->tape, f->tape->nodes + i) &&
            (e->fixed != NULL || constant_atom[f->atom_of_node[i]])) {
            lo_family_wrong(ctx, f, lo_family_place(f, i),
                            constant_atom[f->atom_of_node[i]]
                                ? "an analytic function of a transcendental constant: what is known of such "
                                  "numbers does not decide their relations"
                                : "analytic functions within one another, at a given point: this version "
                                  "does not decide their relations there");
            status = LO_UNABLE;
        }
    lo_free(needed);
    return status;
}

/* The first atom with the same or the opposite argument; whether the argument vanishes. */
static void find_twin(lo_relations_struct *r, const sample_struct *s, slong k, nmod_t mod)
{
    const ulong *a = s->argument + k * s->points;
    r->twin[k] = k;
    r->sign[k] = 1;
    r->fixed[k] = 1; /* as far as the pairs show: an accidental equality is harmless, see atom.c */
    for (slong i = 0; i < s->points; i += 2)
        r->fixed[k] = (char) (r->fixed[k] && a[i] == a[i + 1]);
    slong zeros = 0;
    while (zeros < s->points && a[zeros] == 0)
        zeros++;
    if (zeros == s->points) {
        r->sign[k] = 0;
        return;
    }
    for (slong j = 0; j < k; j++) {
        const ulong *b = s->argument + j * s->points;
        slong same = 0, opposite = 0;
        while (same < s->points && a[same] == b[same])
            same++;
        while (same == 0 && opposite < s->points && a[opposite] == nmod_neg(b[opposite], mod))
            opposite++;
        if (same == s->points || opposite == s->points) {
            r->twin[k] = j;
            r->sign[k] = same == s->points ? 1 : -1;
            return;
        }
    }
}

/* Adds to row the given combination of the basis; a denominator that the scale does not divide refines it. */
static void add_row(slong *row, lo_class_struct *cl, const fmpq *coefficients, slong n, int *again)
{
    for (slong b = 0; b < n; b++) {
        slong denominator = fmpz_get_si(fmpq_denref(coefficients + b));
        if (cl->scale[b] % denominator != 0) {
            cl->scale[b] *= denominator;
            *again = 1;
        }
        row[b] += fmpz_get_si(fmpq_numref(coefficients + b)) * (cl->scale[b] / denominator);
    }
}

/* A new basis element for atom k. When the argument is a combination of local elements up to a function
 * without inputs, that function is the new element and it is global; so local elements stay independent of
 * one another modulo such functions, and their values at different inputs are free. */
static lo_status_t enlarge(lo_class_struct *cl, ulong *element, slong k, const sample_struct *s,
                           const lo_engine_t e, slong *row, fmpq *coefficients, int *again)
{
    slong fresh = cl->nbasis;
    ulong *out = element + fresh * s->points;
    int dependent = 0;
    memcpy(out, s->argument + k * s->points, (size_t) s->points * sizeof(ulong));
    if (e->family->atoms[k].local)
        LO_TRY(express_locally(coefficients, &dependent, cl, element, s, k, e->mod));
    for (slong b = 0; dependent && b < fresh; b++) {
        ulong c;
        if (!lo_residue(&c, coefficients + b, e->mod))
            return LO_UNABLE;
        _nmod_vec_scalar_addmul_nmod(out, element + b * s->points, s->points, nmod_neg(c, e->mod), e->mod);
    }
    if (dependent)
        add_row(row, cl, coefficients, fresh, again);
    cl->global[fresh] = (char) (dependent || !e->family->atoms[k].local);
    row[fresh] = cl->scale[fresh];
    cl->nbasis++;
    return LO_OK;
}

/* Examines atom k in class c; may enlarge the basis or refine its scale (then *again = 1). */
static lo_status_t examine(lo_class_struct *cl, ulong *element, slong k, sample_struct *s, lo_engine_t e,
                           char *constant_atom, int *again)
{
    slong n = s->natoms, *row = cl->power + k * (n + 1), room = cl->nbasis;
    int dependent;
    fmpq *coefficients = _fmpq_vec_init(room);
    lo_status_t status = express(coefficients, &dependent, cl, element, s, k, e->mod);
    memset(row, 0, (size_t) (n + 1) * sizeof(slong));
    if (status == LO_OK && !dependent)
        status = enlarge(cl, element, k, s, e, row, coefficients, again);
    else if (status == LO_OK)
        add_row(row, cl, coefficients, cl->nbasis, again);
    int only_constant = dependent;
    for (slong b = 1; b < cl->nbasis; b++)
        only_constant = only_constant && row[b] == 0;
    if (status == LO_OK && only_constant && row[0] != 0)
        constant_atom[k] = 1;
    _fmpq_vec_clear(coefficients, room);
    return status;
}

/* exp(softplus(z)) = 1 + exp(z): by the structure theorem, the exponential of an argument is new unless the argument is a
 * rational combination of the basis and of softplus values (logarithms), up to constants; at different inputs, up to
 * functions without inputs. Out: *found, whether there may be such a combination: of values at the points, or of
 * differences within the pairs. */
static lo_status_t exponential_of_softplus(int *found, const sample_struct *s, const lo_engine_t e,
                                           const lo_class_struct *cl, const ulong *element, slong k)
{
    const lo_tape_struct *tape = e->family->tape;
    slong argument = e->family->atoms[k].argument, logs = 0;
    slong *node = lo_alloc((size_t) argument + 1, sizeof(slong));
    if (node == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i <= argument; i++)
        if (s->needed[i] && tape->nodes[i].op == LO_T_FUN && tape->nodes[i].fun == LO_FUN_SOFTPLUS)
            node[logs++] = i;
    *found = 0;
    for (int pairs = 0; pairs < 2 && logs > 0 && !*found; pairs++) {
        slong rows = pairs ? s->points / 2 : s->points, base = cl->nbasis;
        nmod_mat_t m, without;
        nmod_mat_init(m, rows, base + logs + 1, e->mod.n);
        for (slong i = 0; i < rows; i++) {
            slong a = pairs ? 2 * i : i, b = 2 * i + 1;
            for (slong c = 0; c < base + logs + 1; c++) {
                const ulong *v = c < base ? element + c * s->points : s->argument + k * s->points;
                int log = c >= base && c < base + logs;
                ulong x = log ? s->values[a * s->nodes + node[c - base]] : v[a];
                ulong y = !pairs ? 0 : log ? s->values[b * s->nodes + node[c - base]] : v[b];
                nmod_mat_entry(m, i, c) = nmod_sub(x, y, e->mod);
            }
        }
        nmod_mat_window_init(without, m, 0, 0, rows, base + logs);
        *found = nmod_mat_rank(m) == nmod_mat_rank(without);
        nmod_mat_window_clear(without);
        nmod_mat_clear(m);
    }
    lo_free(node);
    return LO_OK;
}

/* A square root of r generates a proper extension of the field before it, and one that differs between
 * inputs, when r was seen as a non-residue and as a residue at the same coordinates, all earlier roots
 * existing: were r a square there, or a function of the parameters times a square, it would not change.
 * Then the sign of each root of each member is free and the graph of all roots is irreducible, so one
 * nonzero value of a minor on it suffices. Out: *atom, a root for which this was not seen, or -1. */
static void find_square(slong *atom, const sample_struct *s, const lo_engine_t e)
{
    const lo_family_struct *f = e->family;
    *atom = -1;
    for (slong i = 0; i < f->tape->n; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (x->op != LO_T_FUN || x->fun != LO_FUN_SQRT)
            continue;
        slong k = f->atom_of_node[i];
        if (!is_root_of_gelu(f->tape, x) && e->relations->twin[k] == k && !s->nonsquare[k])
            *atom = k;
    }
}

static lo_status_t pass(lo_engine_t e, sample_struct *s, char *constant_atom, int *again, lo_ctx_t ctx)
{
    lo_relations_struct *r = e->relations;
    slong n = s->natoms;
    for (int c = 0; c < 2; c++) { /* the constant 1 */
        r->classes[c].nbasis = 1;
        r->classes[c].global[0] = 1;
        for (slong i = 0; i < s->points; i++)
            s->element[c][i] = 1;
    }
    for (slong k = 0; k < n; k++) {
        LO_TRY(check_nesting(e, k, constant_atom, ctx));
        LO_TRY(sample_argument(s, k, e));
        if (s->redrawn) {
            *again = 2;
            return LO_OK;
        }
        find_twin(r, s, k, e->mod);
        for (int c = 0; c < 2; c++) {
            if (!lo_in_class(e->family->atoms + k, c))
                continue;
            slong before = r->classes[c].nbasis;
            lo_status_t status = examine(r->classes + c, s->element[c], k, s, e, constant_atom, again);
            if (status == LO_UNABLE)
                lo_ctx_set_message(ctx, "the arguments of the analytic functions have relations with large "
                                        "coefficients");
            LO_TRY(status);
            int found = 0;
            if (r->classes[c].nbasis > before) { /* a new element: compare it with the basis before it */
                r->classes[c].nbasis = before;
                LO_TRY(exponential_of_softplus(&found, s, e, r->classes + c, s->element[c], k));
                r->classes[c].nbasis = before + 1;
            }
            if (found) {
                lo_ctx_set_message(
                    ctx, "an exponential, tanh or sigmoid of a combination of softplus values, which "
                         "this version does not analyse");
                return LO_UNABLE;
            }
        }
        for (slong i = 0; i < s->points; i++)
            lo_atom_words(s->atoms + LO_ATOM_WORDS * (i * n + k), e, k, s->from + i, s->basis);
        LO_TRY(lo_ctx_poll(ctx));
    }
    slong square;
    find_square(&square, s, e);
    if (square >= 0) {
        lo_family_wrong(
            ctx, e->family, lo_family_place(e->family, s->root[square]),
            "the argument of a square root or a norm is a square, or depends on the parameters alone "
            "(a norm of two entries, say): the sign of the root is then not free, which "
            "this version does not analyse");
        return LO_UNABLE;
    }
    return LO_OK;
}

/* The first node that takes the root of an atom, or -1. */
static slong first_root(const lo_family_struct *f, slong atom)
{
    for (slong i = 0; i < f->tape->n; i++)
        if (f->atom_of_node[i] == atom && f->tape->nodes[i].fun == LO_FUN_SQRT)
            return i;
    return -1;
}

lo_status_t lo_relations_find(lo_engine_t e, lo_ctx_t ctx)
{
    slong n = e->family->natoms;
    lo_relations_struct *r = e->relations = lo_alloc(1, sizeof(*r));
    char *constant_atom = lo_alloc((size_t) n, 1);
    lo_status_t status = r != NULL && constant_atom != NULL ? LO_OK : LO_SYSTEM;
    for (int c = 0; c < 2 && status == LO_OK; c++) {
        r->classes[c].global = lo_alloc((size_t) (n + 1), 1);
        r->classes[c].power = lo_alloc((size_t) (n * (n + 1)), sizeof(slong));
        r->classes[c].scale = lo_alloc((size_t) (n + 1), sizeof(slong));
        if (r->classes[c].global == NULL || r->classes[c].power == NULL || r->classes[c].scale == NULL)
            status = LO_SYSTEM;
        for (slong b = 0; status == LO_OK && b <= n; b++)
            r->classes[c].scale[b] = 1;
    }
    if (status == LO_OK) {
        r->twin = lo_alloc((size_t) n, sizeof(slong));
        r->sign = lo_alloc((size_t) n, sizeof(int));
        r->fixed = lo_alloc((size_t) n, 1);
        status = r->twin != NULL && r->sign != NULL && r->fixed != NULL ? LO_OK : LO_SYSTEM;
    }
    for (int round = 0, again = 1; status == LO_OK && again; round++) {
        sample_struct s;
        again = 0;
        status = sample_init(&s, e);
        s.ctx = ctx;
        if (status == LO_UNABLE)
            lo_ctx_set_message(ctx, "too many analytic units: more than %ld words of samples",
                               (long) MAX_SAMPLE);
        for (again = 2; status == LO_OK && again == 2;) { /* a pass over points with new inputs starts over */
            again = 0;
            rewind_points(&s);
            status = pass(e, &s, constant_atom, &again, ctx);
        }
        sample_clear(&s);
        if (status == LO_DOMAIN && round < 10 && e->nonresidue < 0) { /* an unlucky division: other points */
            status = LO_OK;
            again = 1;
        }
        if (status == LO_OK && again && round >= 20)
            status = LO_UNABLE;
    }
    if (status == LO_OK)
        status = lo_logarithms_check(e, ctx);
    if (status == LO_DOMAIN && e->nonresidue >= 0) {
        lo_family_wrong(ctx, e->family, lo_family_place(e->family, first_root(e->family, e->nonresidue)),
                        "no sample of the inputs has all the square roots and norms: there are too many of "
                        "them, or this one depends on the parameters alone, which this version does not analyse");
        status = LO_UNABLE;
    }
    if (status == LO_DOMAIN) {
        lo_ctx_set_message(
            ctx,
            "the model divides by zero in every sample of its inputs, which this version does not analyse");
        status = LO_UNABLE;
    }
    lo_free(constant_atom);
    return status;
}
