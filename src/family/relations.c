/* relations.c - finding the relations between the arguments of analytic functions; the theory is in atom.c.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "family/relations.h"

#include "base/memory.h"
#include "family/echelon.h"
#include "family/sample.h"

#include <string.h>

/* A class with the values of its basis elements at the sample points. */
typedef struct {
    lo_class_struct *cl;
    ulong *element;       /* (natoms + 1) x points */
    lo_echelon_t all;     /* the elements */
    lo_echelon_t local;   /* differences within the pairs of the local ones, in their order */
    slong *local_element; /* which those are */
    lo_echelon_t logs[2]; /* softplus values with all elements; the same of differences: see exponential_of_softplus */
    slong next_log;       /* the first node that has not been looked at */
    int has_logs;         /* there was one */
    ulong *residues;      /* workspace, max(natoms + 1, points) */
} basis_struct;

static void basis_clear(basis_struct *b)
{
    lo_free(b->element);
    lo_free(b->local_element);
    lo_free(b->residues);
    lo_echelon_clear(b->all);
    lo_echelon_clear(b->local);
    lo_echelon_clear(b->logs[0]);
    lo_echelon_clear(b->logs[1]);
    memset(b, 0, sizeof(*b));
}

/* Rational coefficients from residues. Returns LO_UNABLE when they are not small. */
static lo_status_t reconstruct(fmpq *coefficients, const ulong *residues, slong n, nmod_t mod)
{
    lo_status_t status = LO_OK;
    fmpz_t residue, modulus;
    fmpz_init(residue);
    fmpz_init_set_ui(modulus, mod.n);
    for (slong b = 0; b < n; b++) {
        if (residues[b] == 0)
            continue;
        fmpz_set_ui(residue, residues[b]);
        if (!fmpq_reconstruct_fmpz(coefficients + b, residue, modulus) ||
            fmpq_height_bits(coefficients + b) > 20)
            status = LO_UNABLE;
    }
    fmpz_clear(residue);
    fmpz_clear(modulus);
    return status;
}

/* Coefficients of atom k over the basis of a class. Out: *dependent, and coefficients[nbasis] (zero on entry) when it is. */
static lo_status_t express(fmpq *coefficients, int *dependent, basis_struct *b, const lo_sample_struct *s, slong k,
                           nmod_t mod)
{
    *dependent = lo_echelon_contains(b->residues, b->all, s->argument + k * s->points);
    return *dependent ? reconstruct(coefficients, b->residues, b->cl->nbasis, mod) : LO_OK;
}

/* Differences within the pairs. */
static void differences(ulong *out, const ulong *values, slong points, nmod_t mod)
{
    for (slong i = 0; i < points / 2; i++)
        out[i] = nmod_sub(values[2 * i], values[2 * i + 1], mod);
}

/* The same up to functions without inputs: on the differences within the pairs, over the local basis
 * elements. */
static lo_status_t express_locally(fmpq *coefficients, int *dependent, basis_struct *b, const lo_sample_struct *s,
                                   slong k, nmod_t mod)
{
    ulong *difference = b->residues + s->natoms + 1;
    differences(difference, s->argument + k * s->points, s->points, mod);
    *dependent = lo_echelon_contains(b->residues, b->local, difference);
    slong n = *dependent ? b->local->rank : 0;
    lo_status_t status = reconstruct(coefficients, b->residues, n, mod);
    for (slong i = n - 1; i >= 0; i--) /* spread over all basis elements */
        if (b->local_element[i] != i)
            fmpq_swap(coefficients + b->local_element[i], coefficients + i);
    return status;
}

/* The new basis element joins the echelon forms. */
static lo_status_t join_basis(basis_struct *b, slong fresh, const lo_sample_struct *s, nmod_t mod)
{
    const ulong *values = b->element + fresh * s->points;
    ulong *difference = b->residues + s->natoms + 1;
    LO_TRY(lo_echelon_add(b->all, values));
    if (b->cl->global[fresh])
        return LO_OK;
    differences(difference, values, s->points, mod);
    b->local_element[b->local->rank] = fresh;
    return lo_echelon_add(b->local, difference);
}

/* The first atom with the same or the opposite argument; whether the argument vanishes. */
static void find_twin(lo_relations_struct *r, const lo_sample_struct *s, slong k, nmod_t mod)
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

/* The basis that consists of the constant 1. */
static lo_status_t basis_init(basis_struct *b, lo_class_struct *cl, const lo_sample_struct *s, nmod_t mod)
{
    slong most = s->natoms + 1;
    basis_clear(b);
    b->cl = cl;
    cl->nbasis = 1;
    cl->global[0] = 1;
    cl->nentries = 0;
    memset(cl->length, 0, (size_t) s->natoms * sizeof(slong));
    LO_TRY(lo_echelon_init(b->all, s->points, most, mod));
    LO_TRY(lo_echelon_init(b->local, s->points / 2, most, mod));
    LO_TRY(lo_echelon_init(b->logs[0], s->points, s->points, mod));
    LO_TRY(lo_echelon_init(b->logs[1], s->points / 2, s->points / 2, mod));
    b->element = lo_alloc((size_t) (s->points * most), sizeof(ulong));
    b->local_element = lo_alloc((size_t) most, sizeof(slong));
    b->residues = lo_alloc((size_t) (s->points + most), sizeof(ulong));
    if (b->element == NULL || b->local_element == NULL || b->residues == NULL)
        return LO_SYSTEM;
    for (slong i = 0; i < s->points; i++)
        b->element[i] = 1;
    LO_TRY(lo_echelon_add(b->logs[0], b->element));
    return join_basis(b, 0, s, mod);
}

/* A new basis element for atom k. When the argument is a combination of local elements up to a function
 * without inputs, that function is the new element and it is global; so local elements stay independent of
 * one another modulo such functions, and their values at different inputs are free. */
static lo_status_t enlarge(basis_struct *basis, slong k, const lo_sample_struct *s, const lo_engine_t e, slong *row,
                           fmpq *coefficients, int *again)
{
    lo_class_struct *cl = basis->cl;
    slong fresh = cl->nbasis;
    ulong *out = basis->element + fresh * s->points;
    int dependent = 0;
    memcpy(out, s->argument + k * s->points, (size_t) s->points * sizeof(ulong));
    if (e->family->atoms[k].local)
        LO_TRY(express_locally(coefficients, &dependent, basis, s, k, e->mod));
    for (slong b = 0; dependent && b < fresh; b++) {
        ulong c;
        if (fmpq_is_zero(coefficients + b))
            continue;
        if (!lo_residue(&c, coefficients + b, e->mod))
            return LO_UNABLE;
        _nmod_vec_scalar_addmul_nmod(out, basis->element + b * s->points, s->points, nmod_neg(c, e->mod), e->mod);
    }
    if (dependent)
        add_row(row, cl, coefficients, fresh, again);
    cl->global[fresh] = (char) (dependent || !e->family->atoms[k].local);
    row[fresh] = cl->scale[fresh];
    cl->nbasis++;
    return join_basis(basis, fresh, s, e->mod);
}

/* Examines atom k in class c; may enlarge the basis or refine its scale (then *again = 1). */
static lo_status_t examine(basis_struct *basis, slong k, lo_sample_struct *s, lo_engine_t e, char *constant_atom,
                           int *again)
{
    lo_class_struct *cl = basis->cl;
    slong room = cl->nbasis, *row = lo_alloc((size_t) room + 1, sizeof(slong));
    int dependent = 0;
    if (row == NULL)
        return LO_SYSTEM;
    fmpq *coefficients = _fmpq_vec_init(room);
    lo_status_t status = express(coefficients, &dependent, basis, s, k, e->mod);
    if (status == LO_OK && !dependent)
        status = enlarge(basis, k, s, e, row, coefficients, again);
    else if (status == LO_OK)
        add_row(row, cl, coefficients, cl->nbasis, again);
    int only_constant = dependent;
    for (slong b = 1; b < cl->nbasis; b++)
        only_constant = only_constant && row[b] == 0;
    if (status == LO_OK && only_constant && row[0] != 0)
        constant_atom[k] = 1;
    if (status == LO_OK)
        status = lo_class_set_row(cl, k, row, cl->nbasis);
    _fmpq_vec_clear(coefficients, room);
    lo_free(row);
    return status;
}

/* exp(softplus(z)) = 1 + exp(z): by the structure theorem, the exponential of an argument is new unless the argument is a
 * rational combination of the basis and of softplus values (logarithms), up to constants; at different inputs, up to
 * functions without inputs. Out: *found, whether there may be such a combination: of values at the points, or of
 * differences within the pairs. Looks at the softplus values below the argument, and at the basis before its own
 * element; both only grow from atom to atom. */
static lo_status_t exponential_of_softplus(int *found, const lo_sample_struct *s, const lo_engine_t e,
                                           basis_struct *basis, slong k)
{
    const lo_tape_struct *tape = e->family->tape;
    slong argument = e->family->atoms[k].argument;
    ulong *values = lo_alloc((size_t) (2 * s->points), sizeof(ulong)), *difference = values + s->points;
    if (values == NULL)
        return LO_SYSTEM;
    lo_status_t status = LO_OK;
    for (slong i = basis->next_log; i <= argument && status == LO_OK; i++) {
        if (!s->needed[i] || tape->nodes[i].op != LO_T_FUN || tape->nodes[i].fun != LO_FUN_SOFTPLUS)
            continue;
        for (slong j = 0; j < s->points; j++)
            values[j] = s->values[j * s->nodes + i];
        differences(difference, values, s->points, e->mod);
        status = lo_echelon_add(basis->logs[0], values);
        if (status == LO_OK)
            status = lo_echelon_add(basis->logs[1], difference);
        basis->has_logs = 1;
    }
    basis->next_log = argument + 1;
    if (status == LO_OK && basis->has_logs) {
        differences(difference, s->argument + k * s->points, s->points, e->mod);
        *found = lo_echelon_contains(NULL, basis->logs[0], s->argument + k * s->points) ||
                 lo_echelon_contains(NULL, basis->logs[1], difference);
    }
    const ulong *element = basis->element + (basis->cl->nbasis - 1) * s->points;
    differences(difference, element, s->points, e->mod);
    if (status == LO_OK)
        status = lo_echelon_add(basis->logs[0], element);
    if (status == LO_OK)
        status = lo_echelon_add(basis->logs[1], difference);
    lo_free(values);
    return status;
}

/* A square root of r generates a proper extension of the field before it, and one that differs between
 * inputs, when r was seen as a non-residue and as a residue at the same coordinates, all earlier roots
 * existing: were r a square there, or a function of the parameters times a square, it would not change. For a root
 * without inputs, which all members share, to be seen as a non-residue is enough: its sign is one more choice at the
 * point, and it must only not be a square. A product of such roots with roots at several inputs is no square either:
 * at fixed values of all inputs but one it would make the root at that one a function of the parameters times a square.
 * Then the sign of each root of each member is free and the graph of all roots is irreducible, so one
 * nonzero value of a minor on it suffices. Out: *atom, a root for which this was not seen, or -1. */
static void find_square(slong *atom, const lo_sample_struct *s, const lo_engine_t e)
{
    const lo_family_struct *f = e->family;
    *atom = -1;
    for (slong i = 0; i < f->tape->n; i++) {
        const lo_tnode_struct *x = f->tape->nodes + i;
        if (x->op != LO_T_FUN || x->fun != LO_FUN_SQRT)
            continue;
        slong k = f->atom_of_node[i];
        if (!lo_is_root_of_gelu(f->tape, x) && e->relations->twin[k] == k && !s->nonsquare[k])
            *atom = k;
    }
}

static lo_status_t pass(lo_engine_t e, lo_sample_struct *s, basis_struct *basis_of, char *constant_atom, int *again, lo_ctx_t ctx)
{
    lo_relations_struct *r = e->relations;
    slong n = s->natoms;
    for (int c = 0; c < 2; c++)
        LO_TRY(basis_init(basis_of + c, r->classes + c, s, e->mod));
    memset(s->marked, 0, (size_t) s->nodes);
    s->swept = 0;
    for (slong k = 0; k < n; k++) {
        LO_TRY(lo_check_nesting(e, k, constant_atom, s->marked, &s->swept, ctx));
        LO_TRY(lo_sample_argument(s, k, e));
        if (s->redrawn) {
            *again = 2;
            return LO_OK;
        }
        find_twin(r, s, k, e->mod);
        for (int c = 0; c < 2; c++) {
            if (!lo_in_class(e->family->atoms + k, c))
                continue;
            slong before = r->classes[c].nbasis;
            int found = 0;
            lo_status_t status = examine(basis_of + c, k, s, e, constant_atom, again);
            if (status == LO_UNABLE)
                lo_ctx_set_message(ctx, "the arguments of the analytic functions have relations with large "
                                        "coefficients");
            LO_TRY(status);
            if (s->softplus && r->classes[c].nbasis > before)
                LO_TRY(exponential_of_softplus(&found, s, e, basis_of + c, k));
            if (found) {
                lo_ctx_set_message(
                    ctx, "an exponential, tanh or sigmoid of a combination of softplus values, which "
                         "this version does not analyse");
                return LO_UNABLE;
            }
        }
        for (slong i = 0; i < s->points; i++)
            lo_atom_words(s->atoms + LO_ATOM_WORDS * (i * n + k), e, k, s->from + i, s->basis);
        if (k % 64 == 0)
            lo_ctx_progress(ctx, "relations of analytic values", k, n);
        LO_TRY(lo_ctx_poll(ctx));
    }
    slong square;
    find_square(&square, s, e);
    if (square >= 0) {
        lo_family_wrong(
            ctx, e->family, lo_family_place(e->family, s->root[square]),
            "the argument of a square root or a norm is a square, perhaps times those of other roots "
            "(a norm of two entries with mean 0, say): the sign of the root is then not free, which "
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
        r->classes[c].first = lo_alloc((size_t) n, sizeof(slong));
        r->classes[c].length = lo_alloc((size_t) n, sizeof(slong));
        r->classes[c].scale = lo_alloc((size_t) (n + 1), sizeof(slong));
        if (r->classes[c].global == NULL || r->classes[c].first == NULL || r->classes[c].length == NULL ||
            r->classes[c].scale == NULL)
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
        lo_sample_struct s;
        basis_struct basis_of[2] = { { 0 } };
        again = 0;
        status = lo_sample_init(&s, e, ctx);
        if (status == LO_UNABLE)
            lo_ctx_set_message(ctx, "too many analytic units: more than %ld words of samples",
                               (long) LO_MAX_SAMPLE);
        for (again = 2; status == LO_OK && again == 2;) { /* a pass over points with new inputs starts over */
            again = 0;
            lo_sample_rewind(&s);
            status = pass(e, &s, basis_of, constant_atom, &again, ctx);
        }
        basis_clear(basis_of);
        basis_clear(basis_of + 1);
        lo_sample_clear(&s);
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
                        "no sample of parameters and inputs has all the square roots and norms, of which there are too "
                        "many that depend on the same ones; this version does not analyse that");
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
