/* coq.c - what a certificate holds as a Coq file that needs nothing but Coq and MathComp.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The file has two parts: the theory (theory.awk), and the network with its theorems. Nothing is proved here: coqc does it.
 */
#include "certificate/coq.h"

#include "base/memory.h"
#include "certificate/theory.h"

#include <string.h>

typedef struct {
    lo_text_struct *out;
    const lo_certificate_struct *c;
    lo_coq_names_struct names;
    slong *outputs; /* nodes of the program: outputs, or fields */
    int complete;   /* the laws, none included, and the rank make up the dimension */
} file_struct;

/* ---- comments ---- */

/* Text inside a comment: what would open or close one is taken apart. */
static void add_comment(lo_text_struct *out, const char *text)
{
    for (; *text != '\0'; text++) {
        lo_text_add(out, "%c", *text);
        if ((text[0] == '(' && text[1] == '*') || (text[0] == '*' && text[1] == ')'))
            lo_text_add(out, " ");
    }
}

static void put_header(const file_struct *x)
{
    lo_text_struct *out = x->out;
    const lo_certificate_struct *c = x->c;
    lo_text_add(out, "(* ");
    add_comment(out, c->title[0] != '\0' ? c->title : "A network");
    lo_text_add(out, ": its conservation laws, with proofs for Coq.\n\n");
    for (slong i = 0; i < c->nlines; i++) {
        lo_text_add(out, "     ");
        add_comment(out, c->lines[i]);
        lo_text_add(out, "\n");
    }
    lo_text_add(out, "\n   %s%s\n", c->nlaws > 0 ? "Conserved:" : "No conservation law is listed.",
                x->complete ? " (and everything conserved is a function of these)" : "");
    for (slong k = 0; k < c->nlaws; k++) {
        lo_text_add(out, "     h%ld = ", (long) k + 1);
        add_comment(out, c->laws[k]);
        lo_text_add(out, "\n");
    }
    lo_text_add(out,
                "\n   Written by lieorbit %s export-coq.  Nothing in this file has to be believed: check it with\n"
                "     coqc FILE\n"
                "   %s.  Part 1 is the theory, the same in every such\n"
                "   file; part 2, at the end, is about this network.  Large models need `ulimit -s unlimited' before. *)\n\n",
                lo_version(),
                c->claims.rank || c->claims.independent
                    ? "(Coq 8.16, with MathComp: Debian's coq, libcoq-mathcomp-algebra, libcoq-mathcomp-zify)"
                    : "(Coq 8.16)");
}

static void put_theory(const file_struct *x)
{
    const lo_claims_struct *k = &x->c->claims;
    lo_text_add(x->out, "(* ====================================================================================\n"
                        "   Part 1: the theory\n"
                        "   ==================================================================================== *)\n");
    for (const lo_theory_struct *row = lo_theory; row->name != NULL; row++) {
        if (strcmp(row->name, "Complete") == 0 && !k->rank && !k->independent)
            continue;
        for (const char *const *line = row->lines; *line != NULL; line++)
            lo_text_add(x->out, "%s\n", *line);
    }
}

/* ---- the network ---- */

static void put_numbering(const file_struct *x)
{
    const lo_model_struct *m = x->c->model;
    static const lo_symbol_kind_t kinds[] = { LO_SYM_PARAM, LO_SYM_FROZEN, LO_SYM_CONSTANT, LO_SYM_INPUT };
    slong before = 0;
    const char *separator = "";
    lo_text_add(x->out, "(* Variables are numbered: ");
    for (int k = 0; k < 4; k++) {
        slong size = 0;
        for (slong i = 0; i < m->nsymbols; i++) {
            const lo_symbol_struct *s = m->symbols + i;
            if (s->kind != kinds[k])
                continue;
            slong first = before + s->offset + 1;
            lo_text_add(x->out, s->size > 1 ? "%s%s is %ld to %ld, row by row" : "%s%s is %ld", separator, s->name,
                        (long) first, (long) (first + s->size - 1));
            separator = "; ";
            size += s->size;
        }
        before += size;
    }
    if (x->names.ngates > 0)
        lo_text_add(x->out,
                    "; from %ld on gates: a unit relu(z) is a gate times z, a maximum is the sum of its entries, each\n"
                    "   with a gate; units with the same z have the same gate, else gates are free",
                    (long) before + 1);
    lo_text_add(x->out, ". *)\n");
}

static void put_places(const file_struct *x, const slong *place, slong n)
{
    lo_text_add(x->out, "[");
    for (slong i = 0; i < n; i++)
        lo_text_add(x->out, "%s%ld", i > 0 ? "; " : "", (long) place[i]);
    lo_text_add(x->out, "]");
}

static lo_status_t put_problem(file_struct *x)
{
    const lo_family_struct *f = x->c->family;
    const lo_model_struct *m = f->model;
    slong width = f->raw ? f->p : 1;
    lo_text_add(x->out, "(* The model as a straight-line program; every node is a matrix and may use the nodes before "
                        "it, which are numbered\n   from 0. *)\n"
                        "Definition program : list node := ");
    LO_TRY(lo_coq_program(x->out, x->outputs, &x->names, f, f->outputs, f->noutputs * width, width, 1));
    lo_text_add(x->out, ".\n(* Coordinates, constants, the program, its outputs; what is moved by which derivative; fields. *)\n"
                        "Definition P : problem := Problem %ld %ld program\n  ",
                (long) f->p, (long) (m->frozen + m->constants_symbolic));
    if (f->raw)
        lo_text_add(x->out, "[] [] None ");
    else
        put_places(x, x->outputs, f->noutputs);
    if (f->raw)
        put_places(x, x->outputs, f->noutputs);
    else
        lo_text_add(x->out, " (map (fun a => (a, a)) (vars %ld)) None []", (long) f->p);
    lo_text_add(x->out, ".\n");
    if (x->names.ngates > 0)
        lo_text_add(x->out,
                    "(* Two units have the same gate exactly when their pre-activations are the same polynomial. *)\n"
                    "Theorem gates_tied : check_ties P %ld%%positive = true.\nProof. vm_compute. reflexivity. Qed.\n",
                    (long) lo_coq_gate(&x->names, 0));
    return LO_OK;
}

static lo_status_t put_law(const file_struct *x, slong k, lo_ctx_t ctx)
{
    lo_family_ptr g;
    slong node, place;
    LO_TRY(lo_family_build(&g, x->c->model, LO_RELU_PATHS, ctx));
    lo_text_add(x->out, "(* h%ld = ", (long) k + 1);
    add_comment(x->out, x->c->laws[k]);
    lo_text_add(x->out, " *)\nDefinition h%ld : law := ", (long) k + 1);
    lo_status_t status = lo_law_node(&node, g, x->c->laws[k], ctx);
    if (status == LO_OK)
        status = lo_coq_program(x->out, &place, &x->names, g, &node, 1, 1, 0);
    if (status == LO_DOMAIN) {
        lo_ctx_set_message(ctx, "export-coq: the Coq development knows rational laws only, not %s", x->c->laws[k]);
        status = LO_UNABLE;
    }
    lo_text_add(x->out, ".\n");
    lo_family_free(g);
    return status;
}

static lo_status_t put_laws(const file_struct *x, lo_ctx_t ctx)
{
    lo_text_add(x->out, "\n(* The laws: programs, too; the last node is the law. *)\n");
    for (slong k = 0; k < x->c->nlaws; k++)
        LO_TRY(put_law(x, k, ctx));
    lo_text_add(x->out, "Definition laws : list law := [");
    for (slong k = 0; k < x->c->nlaws; k++)
        lo_text_add(x->out, "%sh%ld", k > 0 ? "; " : "", (long) k + 1);
    lo_text_add(x->out, "].\n");
    return LO_OK;
}

/* ---- the evidence ---- */

static void put_instance(const file_struct *x, const lo_instance_struct *g)
{
    const lo_family_struct *f = x->c->family;
    const lo_model_struct *m = f->model;
    if (f->raw) {
        lo_text_add(x->out, "Instance [] [] (Some %ld)", (long) g->field);
        return;
    }
    lo_text_add(x->out, "Instance (integers %ld [", (long) (f->p + m->frozen + m->constants_symbolic + 1));
    for (slong i = 0; i < m->inputs; i++)
        lo_text_add(x->out, "%s%ld", i > 0 ? ";" : "", (long) g->inputs[i]);
    for (slong i = 0, number = 0; i < f->ngates; i++)
        if (x->names.gates[i] == number) {
            lo_text_add(x->out, "%s%ld", m->inputs + number > 0 ? ";" : "",
                        (long) lo_cert_gate(x->names.prints[i], g->seed));
            number++;
        }
    lo_text_add(x->out, "]%%Z) [");
    for (slong i = 0; i < f->noutputs; i++)
        lo_text_add(x->out, "%s%ld", i > 0 ? ";" : "", (long) g->covector[i]);
    lo_text_add(x->out, "]%%Z None");
}

static void put_coordinate(const file_struct *x, const fmpq *q)
{
    nmod_t mod;
    ulong den;
    fmpq_t one_over;
    nmod_init(&mod, x->c->split.mod);
    fmpq_init(one_over);
    fmpq_set_fmpz_frac(one_over, fmpq_denref(q), fmpq_denref(q)); /* 1, then 1 / den */
    fmpq_div_fmpz(one_over, one_over, fmpq_denref(q));
    if (!lo_residue(&den, one_over, mod))
        den = 0; /* refused by coqc */
    char *num = fmpz_get_str(NULL, 10, fmpq_numref(q)), *below = fmpz_get_str(NULL, 10, fmpq_denref(q));
    lo_text_add(x->out, "((%s)%%Z, %s%%positive, %lu%%Z)", num, below, (unsigned long) den);
    flint_free(num);
    flint_free(below);
    fmpq_clear(one_over);
}

static void put_point(const file_struct *x)
{
    const lo_model_struct *m = x->c->model;
    lo_text_add(x->out, "  (* the point: coordinates, then constants; numerator, denominator, 1/denominator modulo N *)\n  [");
    for (slong i = 0; i < x->c->p; i++) {
        lo_text_add(x->out, i > 0 ? ";\n   " : "");
        put_coordinate(x, x->c->split.point + i);
    }
    for (slong i = 0; i < m->frozen + m->constants_symbolic; i++) {
        fmpq_t q;
        fmpq_init(q);
        fmpq_set_si(q, x->c->split.frozen[i], 1);
        lo_text_add(x->out, x->c->p + i > 0 ? ";\n   " : "");
        put_coordinate(x, q);
        fmpq_clear(q);
    }
    lo_text_add(x->out, "]\n");
}

static void put_matrix(const file_struct *x, const nmod_mat_t m)
{
    lo_text_add(x->out, "(of_int63 [");
    for (slong i = 0; i < nmod_mat_nrows(m); i++) {
        lo_text_add(x->out, i > 0 ? ";\n  [" : "[");
        for (slong j = 0; j < nmod_mat_ncols(m); j++)
            lo_text_add(x->out, "%s%lu", j > 0 ? ";" : "", (unsigned long) nmod_mat_entry(m, i, j));
        lo_text_add(x->out, "]");
    }
    lo_text_add(x->out, "]%%uint63)");
}

static void put_certificate(const file_struct *x)
{
    const lo_split_struct *s = &x->c->split;
    lo_text_add(x->out,
                "\n(* Evidence, to be believed by nobody: members of the family (values of inputs and gates, coefficients "
                "of the outputs),\n   brackets [i, j] of entries before, which of them are independent at the point, and "
                "matrices modulo N. *)\n"
                "Definition of_int63 (m : list (list int)) : list (list Z) := map (map Uint63.to_Z) m.\n"
                "Definition C : cert := rescaled P (Cert laws\n  [");
    for (slong i = 0; x->c->claims.rank && i < s->ninstances; i++) {
        lo_text_add(x->out, i > 0 ? ";\n   " : "");
        put_instance(x, s->instances + i);
    }
    lo_text_add(x->out, "]\n  [");
    for (slong i = 0; x->c->claims.rank && i < s->nwords; i++)
        lo_text_add(x->out, "%s(%ld, %ld)", i > 0 ? "; " : "", (long) s->words[i].first, (long) s->words[i].second);
    lo_text_add(x->out, "]\n  ");
    put_places(x, s->chosen, x->c->claims.rank ? s->nchosen : 0);
    lo_text_add(x->out, "\n");
    put_point(x);
    lo_text_add(x->out, "  %lu%%Z\n  ", (unsigned long) s->mod);
    if (x->c->claims.rank) {
        lo_text_add(x->out, "(columns %ld ", (long) s->rank);
        put_matrix(x, s->right);
        lo_text_add(x->out, ")\n  ");
    } else {
        lo_text_add(x->out, "[]\n  ");
    }
    if (x->c->claims.independent)
        put_matrix(x, s->left);
    else
        lo_text_add(x->out, "[]");
    lo_text_add(x->out, ").\n");
}

/* ---- the theorems ---- */

static void put_theorems(const file_struct *x)
{
    const lo_claims_struct *k = &x->c->claims;
    lo_text_add(x->out,
                "\n(* THE LAWS ARE CONSERVED.  A curve gamma gives every variable a real value at every time t in an interval I.  Its\n"
                "   velocity v is at every time a finite sum of multiples of members of the family: of gradients of outputs of the\n"
                "   network at any inputs and gates, or of the given fields (`velocity' in Flow).  Constants do not move.  Then,\n"
                "   where the denominator of a law does not vanish, the law has the same value at all times of I.  Every\n"
                "   gradient flow of every loss on every data set is such a curve. *)\n"
                "Theorem laws_checked : check_conserved P laws = true.\nProof. vm_compute. reflexivity. Qed.\n"
                "Theorem conserved : forall h, In h laws -> forall (I : R -> Prop) (gamma v : positive -> R -> R),\n"
                "  (forall s t u, I s -> I t -> (s <= u <= t)%%R -> I u) ->\n"
                "  (forall t a, I t -> is_state (p_dim P) a = true -> derivable_pt_lim (gamma a) t (v a t)) ->\n"
                "  (forall s t a, is_state (p_dim P) a = false -> gamma a s = gamma a t) ->\n"
                "  (forall t, I t -> exists w, velocity P (fun a => gamma a t) w /\\\n"
                "     forall a, is_state (p_dim P) a = true -> v a t = w a) ->\n"
                "  (forall t, I t -> peval Rring (fun a => gamma a t) (snd (law_frac h variable)) <> 0%%R) ->\n"
                "  forall s t, I s -> I t -> law_real (fun a => gamma a s) h = law_real (fun a => gamma a t) h.\n"
                "Proof. intros h Hh. exact (law_constant P laws laws_checked h Hh). Qed.\n"
                "Print Assumptions conserved.\n");
    if (x->complete)
        lo_text_add(x->out,
                    "\n(* THE LIST IS COMPLETE.  Let A be functions near the point (`near' in Complete).  There is a function delta, not 0 at\n"
                    "   the point, such that delta times the gradient of any conserved function is a combination of the gradients of\n"
                    "   the laws; and the gradients of the laws are independent there. *)\n"
                    "Theorem checked : check_complete P C = true.\nProof. vm_compute. reflexivity. Qed.\n"
                    "Theorem complete (A : near P C) : complete_near A.\nProof. exact (@near_complete P C A checked). Qed.\n"
                    "Print Assumptions complete.\n");
    else if (k->independent)
        lo_text_add(x->out, "\nTheorem independent : check_independent P C = true.\nProof. vm_compute. reflexivity. Qed.\n");
    if (!x->complete && k->rank)
        lo_text_add(x->out, "\nTheorem rank : check_rank P C = true.\nProof. vm_compute. reflexivity. Qed.\n");
}

static lo_status_t put_file(file_struct *x, lo_ctx_t ctx)
{
    const lo_claims_struct *k = &x->c->claims;
    int split = k->rank || k->independent;
    put_header(x);
    put_theory(x);
    lo_text_add(x->out, "\n(* ====================================================================================\n"
                        "   Part 2: the network and its theorems\n"
                        "   ==================================================================================== *)\n"
                        "From Coq Require Import ZArith List Reals Uint63.\n"
                        "Import Poly Model Checker Diff Claims Flow%s ListNotations.\nOpen Scope nat_scope.\n\n",
                split ? " Complete" : "");
    put_numbering(x);
    LO_TRY(put_problem(x));
    LO_TRY(put_laws(x, ctx));
    if (split)
        put_certificate(x);
    put_theorems(x);
    return LO_OK;
}

/* ---- what can be exported ---- */

/* Does the network divide by what is not a constant? */
static int divides(const lo_family_struct *f)
{
    for (slong i = 0; i < f->primal; i++) {
        const lo_tnode_struct *t = f->tape->nodes + i;
        if (t->op == LO_T_DIV || (t->op == LO_T_POW && t->len < 0))
            return 1;
    }
    return 0;
}

static const char *why_not(const lo_certificate_struct *c)
{
    const lo_family_struct *f = c->family;
    if (f == NULL || c->claims.units || f->p > LO_COQ_PARAMETERS)
        return "the model is too large; certificates (--certificate) have no such limit";
    if (c->model->nflow > 0)
        return "the exported theorems speak of gradient flow, not of this flow";
    if (f->natoms > 0)
        return "the Coq development knows polynomial networks with relu, leaky_relu and maxpool, not analytic functions";
    if (divides(f))
        return "the Coq development knows polynomial members, not networks that divide";
    if (!c->claims.conserved && !c->claims.rank)
        return "nothing was proved that could be exported";
    return NULL;
}

lo_status_t lo_certificate_coq(char **text, const lo_certificate_struct *c, lo_ctx_t ctx)
{
    const char *reason = why_not(c);
    *text = NULL;
    if (reason != NULL) {
        lo_ctx_set_message(ctx, "export-coq: %s", reason);
        return LO_UNABLE;
    }
    lo_text_t out;
    lo_text_init(out);
    file_struct x = { .out = out, .c = c };
    x.complete = c->claims.complete || (c->claims.rank && c->split.rank == c->p);
    x.outputs = lo_alloc((size_t) c->family->noutputs, sizeof(slong));
    lo_status_t status = x.outputs != NULL ? lo_coq_names_init(&x.names, c->family) : LO_SYSTEM;
    if (status == LO_OK)
        status = put_file(&x, ctx);
    lo_coq_names_clear(&x.names);
    lo_free(x.outputs);
    *text = lo_text_take(out);
    if (status == LO_OK && *text == NULL)
        status = LO_SYSTEM;
    if (status != LO_OK) {
        lo_free(*text);
        *text = NULL;
    }
    return status;
}
