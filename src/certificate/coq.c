/* coq.c - what a certificate holds as a Coq file that needs nothing but Coq and MathComp.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The file has two parts: the theory (theory.awk), and the network with its theorems. Nothing is proved here:
 * coqc does it.
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
    int text;       /* Coq reads the text of the model; else it is given as a program */
    int functions;  /* there are functions or quotients: only that the laws are conserved */
    int complete;   /* the laws, none included, and the rank make up the dimension */
} file_struct;

/* Fields are given; the family of a network with weights is made of fields too. */
static int is_raw(const file_struct *x)
{
    return x->c->model->kind == LO_MODEL_RAW;
}

static int split_is_claimed(const file_struct *x)
{
    return !x->functions && (x->c->claims.rank || x->c->claims.independent);
}

static void put_header(const file_struct *x)
{
    lo_text_struct *out = x->out;
    const lo_certificate_struct *c = x->c;
    lo_text_add(out, "(* ");
    lo_coq_comment(out, c->title[0] != '\0' ? c->title : "A network");
    lo_text_add(out, ": its conservation laws, with proofs for Coq.\n\n");
    for (slong i = 0; i < c->nlines; i++) {
        lo_text_add(out, "     ");
        lo_coq_comment(out, c->lines[i]);
        lo_text_add(out, "\n");
    }
    lo_text_add(out, "\n   %s%s\n", c->nlaws > 0 ? "Conserved:" : "No conservation law is listed.",
                x->complete ? " (and everything conserved is a function of these)" : "");
    for (slong k = 0; k < c->nlaws; k++) {
        lo_text_add(out, "     h%ld = ", (long) k + 1);
        lo_coq_comment(out, c->laws[k]);
        lo_text_add(out, "\n");
    }
    lo_text_add(
        out,
        "\n   Written by lieorbit %s export-coq.  Nothing in this file has to be believed: check it with\n"
        "     coqc FILE\n"
        "   (%s; a large model may need `ulimit -s unlimited' before).\n"
        "   Part 1 is the theory, the same in every such file.  Part 2, at the end, is about this network. "
        "*)\n\n",
        lo_version(),
        split_is_claimed(x)
            ? "Coq 8.16 with MathComp; Debian: coq libcoq-mathcomp-algebra libcoq-mathcomp-zify"
            : "Coq 8.16; Debian: coq");
}

#define BAR "===================================================================================="

/* Is a file of the theory needed? Complete.v and Point.v need MathComp; others are about texts. */
static int needs(const file_struct *x, const char *name)
{
    static const char
        *const of_points[] = { "Smooth", "Complete", "Point", NULL },
               *const of_texts[] = { "Meaning", "Readings", "Simulation", "Text", "Relu", "TrueFlow", NULL },
               *const of_functions[] = { "Symbols", "Functions",    "SymbolValues", "Motion",
                                         "Curves",  "FunctionFlow", "FunctionFields", "FunctionLaws", NULL };
    size_t length = strlen(name);
    if (lo_coq_is_one_of(of_points, name, length))
        return split_is_claimed(x) || (strcmp(name, "Smooth") == 0 && !x->functions);
    if (lo_coq_is_one_of(of_texts, name, length))
        return x->functions || (x->text && !is_raw(x));
    return !lo_coq_is_one_of(of_functions, name, length) || x->functions;
}

static void put_theory(const file_struct *x)
{
    lo_text_add(x->out, "(* " BAR "\n   Part 1: the theory\n   " BAR " *)\n");
    for (const lo_theory_struct *row = lo_theory; row->name != NULL; row++) {
        for (const char *const *line = row->lines; needs(x, row->name) && *line != NULL; line++)
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
            lo_text_add(x->out, s->size > 1 ? "%s%s is %ld to %ld, row by row" : "%s%s is %ld", separator,
                        s->name, (long) first, (long) (first + s->size - 1));
            separator = "; ";
            size += s->size;
        }
        before += size;
    }
    if (x->names.ngates > 0)
        lo_text_add(x->out,
                    "; from %ld on gates: a unit relu(z) is a gate times z, a maximum is the sum of its "
                    "entries, each\n"
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

static void put_gates_tied(const file_struct *x)
{
    if (x->names.ngates > 0)
        lo_text_add(
            x->out,
            "(* Two units have the same gate exactly when their pre-activations are the same polynomial. *)\n"
            "Theorem gates_tied : check_ties P %ld%%positive = true.\nProof. vm_cast_no_check (eq_refl "
            "true). Qed.\n",
            (long) lo_coq_gate(&x->names, 0));
}

/* Inside a string of Coq: the text has neither quotation marks nor anything outside of ASCII. */
static void put_text(const file_struct *x)
{
    const lo_certificate_struct *c = x->c;
    lo_text_add(x->out, "(* The text of the model, and of the laws. *)\nDefinition text : string := \"");
    for (slong i = 0; i < c->nlines; i++)
        lo_text_add(x->out, "%s%s", i > 0 ? "\n" : "", c->lines[i]);
    lo_text_add(x->out, "\".\nDefinition law_texts : list string := [");
    for (slong k = 0; k < c->nlaws; k++)
        lo_text_add(x->out, "%s\n  \"%s\"", k > 0 ? ";" : "", c->laws[k]);
    lo_text_add(x->out, "].\n");
}

static void put_reading(const file_struct *x)
{
    lo_text_add(
        x->out,
        "(* They are read by the parser of Part 1 (Language, Elaborate, ..., Compile), which is a function "
        "of Coq. *)\n"
        "Definition parsed : result compiled := compile text.\n"
        "Theorem read : understood parsed law_texts = true.\nProof. vm_cast_no_check (eq_refl true). Qed.\n"
        "Definition the_model : compiled := model_of parsed.\n"
        "Definition P : problem := t_problem the_model.\n"
        "Definition laws : list law := map (law_of the_model) law_texts.\n"
        "Strategy expand [parsed the_model P laws]. (* conversion need not run the parser *)\n");
}

static lo_status_t put_program(file_struct *x)
{
    const lo_family_struct *f = x->c->family;
    const lo_model_struct *m = f->model;
    slong width = f->raw ? f->p : 1;
    lo_text_add(x->out,
                "(* The parser of Part 1 does not know all words of this text, so lieorbit has expanded the "
                "model itself: to a\n"
                "   straight-line program, whose nodes are matrices and may use the nodes before, numbered "
                "from 0.  That this\n"
                "   program is the network has to be believed, or to be compared with the text above. *)\n"
                "Definition program : list node := ");
    LO_TRY(lo_coq_program(x->out, x->outputs, &x->names, f, f->outputs, f->noutputs * width, width, 1));
    lo_text_add(x->out,
                ".\n(* Coordinates, constants, the program, its outputs; what is moved by which derivative; "
                "fields. *)\n"
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
    put_gates_tied(x);
    return LO_OK;
}

static lo_status_t put_law(const file_struct *x, slong k, lo_ctx_t ctx)
{
    lo_family_ptr g;
    slong node, place;
    LO_TRY(lo_family_build(&g, x->c->model, LO_RELU_PATHS, ctx));
    lo_text_add(x->out, "(* h%ld = ", (long) k + 1);
    lo_coq_comment(x->out, x->c->laws[k]);
    lo_text_add(x->out, " *)\nDefinition h%ld : law := ", (long) k + 1);
    lo_status_t status = lo_cert_lower(&node, g, lo_model_expression, x->c->laws[k], "law", ctx);
    if (status == LO_OK)
        status = lo_coq_program(x->out, &place, &x->names, g, &node, 1, 1, 0);
    if (status == LO_DOMAIN) {
        lo_ctx_set_message(ctx, "export-coq: the theory knows rational laws only, not %s", x->c->laws[k]);
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

static void put_integers(const file_struct *x, const slong *v, slong n)
{
    lo_text_add(x->out, " [");
    for (slong i = 0; i < n; i++)
        lo_text_add(x->out, "%s%ld", i > 0 ? ";" : "", (long) v[i]);
    lo_text_add(x->out, "]%%Z");
}

/* The member by inputs and gates in one list, for programs. */
static void put_values(const file_struct *x, const lo_instance_struct *g)
{
    const lo_family_struct *f = x->c->family;
    const lo_model_struct *m = f->model;
    lo_text_add(x->out, "Instance (integers %ld [", (long) (f->p + m->frozen + m->constants_symbolic + 1));
    for (slong i = 0; i < m->inputs; i++)
        lo_text_add(x->out, "%s%ld", i > 0 ? ";" : "", (long) g->inputs[i]);
    for (slong i = 0, number = 0; i < f->ngates; i++)
        if (x->names.gates[i] == number) {
            lo_text_add(x->out, "%s%ld", m->inputs + number > 0 ? ";" : "",
                        (long) lo_cert_gate(x->names.prints[i], g->seed));
            number++;
        }
    lo_text_add(x->out, "]%%Z)");
}

static void put_instance(const file_struct *x, const lo_instance_struct *g)
{
    const lo_family_struct *f = x->c->family;
    if (is_raw(x)) {
        lo_text_add(x->out, "field_number %ld", (long) g->field);
    } else if (x->text) {
        lo_text_add(x->out, "member_at the_model");
        put_integers(x, g->inputs, f->model->inputs);
        lo_text_add(x->out, " %lu%%Z", (unsigned long) (f->ngates > 0 ? g->seed : 0));
        put_integers(x, g->covector, f->noutputs);
    } else {
        put_values(x, g);
        put_integers(x, g->covector, f->noutputs);
        lo_text_add(x->out, " None");
    }
}

static void put_coordinate(const file_struct *x, const fmpq *q)
{
    char *num = fmpz_get_str(NULL, 10, fmpq_numref(q)), *den = fmpz_get_str(NULL, 10, fmpq_denref(q));
    lo_text_add(x->out, "(%s, %s%%positive)", num, den);
    flint_free(num);
    flint_free(den);
}

static void put_point(const file_struct *x)
{
    const lo_model_struct *m = x->c->model;
    fmpq_t q;
    fmpq_init(q);
    lo_text_add(x->out, "[");
    for (slong i = 0; i < x->c->p + m->frozen + m->constants_symbolic; i++) {
        if (i < x->c->p)
            fmpq_set(q, x->c->split.point + i);
        else
            fmpq_set_si(q, x->c->split.frozen[i - x->c->p], 1);
        lo_text_add(x->out, i > 0 ? "; " : "");
        put_coordinate(x, q);
    }
    lo_text_add(x->out, "]%%Z");
    fmpq_clear(q);
}

static void put_matrix(const file_struct *x, const nmod_mat_t m, int claimed)
{
    lo_text_add(x->out, "  [");
    for (slong i = 0; claimed && i < nmod_mat_nrows(m); i++) {
        lo_text_add(x->out, i > 0 ? ";\n   [" : "[");
        for (slong j = 0; j < nmod_mat_ncols(m); j++)
            lo_text_add(x->out, "%s%lu", j > 0 ? ";" : "", (unsigned long) nmod_mat_entry(m, i, j));
        lo_text_add(x->out, "]");
    }
    lo_text_add(x->out, "]%%Z");
}

static void put_evidence(const file_struct *x)
{
    const lo_split_struct *s = &x->c->split;
    const lo_claims_struct *k = &x->c->claims;
    lo_text_add(x->out, "\n(* The point near which completeness is proved: coordinates, then constants; "
                        "numerator and denominator. *)\n"
                        "Definition point : list (Z * positive) :=\n  ");
    put_point(x);
    lo_text_add(x->out,
                ".\n(* Evidence, to be believed by nobody: members of the family (inputs, %scoefficients of "
                "the outputs; or the\n"
                "   number of a field), brackets [i, j] of entries before, entries that are independent at "
                "the point, and matrices\n"
                "   A and C modulo N. *)\n"
                "Definition C : cert := evidence P laws\n  [",
                x->text ? "a seed for the gates, " : "");
    for (slong i = 0; k->rank && i < s->ninstances; i++) {
        lo_text_add(x->out, i > 0 ? ";\n   " : "");
        put_instance(x, s->instances + i);
    }
    lo_text_add(x->out, "]\n  [");
    for (slong i = 0; k->rank && i < s->nwords; i++)
        lo_text_add(x->out, "%s(%ld, %ld)", i > 0 ? "; " : "", (long) s->words[i].first,
                    (long) s->words[i].second);
    lo_text_add(x->out, "]\n  ");
    put_places(x, s->chosen, k->rank ? s->nchosen : 0);
    lo_text_add(x->out, " point %lu%%Z\n", (unsigned long) s->mod);
    put_matrix(x, s->right, k->rank);
    lo_text_add(x->out, "\n");
    put_matrix(x, s->left, k->independent);
    lo_text_add(x->out, ".\n");
}

/* ---- the theorems ---- */

/* Coq computes the longest check only: the others follow from it. vm_cast_no_check computes once, vm_compute
 * twice. */
static const char *proof_of(const file_struct *x, const char *lemma)
{
    if (!x->complete)
        return "vm_cast_no_check (eq_refl true)";
    return strcmp(lemma, "complete_conserved") == 0     ? "exact (@complete_conserved P C all_checked)"
           : strcmp(lemma, "complete_independent") == 0 ? "exact (@complete_independent P C all_checked)"
                                                        : "exact (@complete_rank P C all_checked)";
}

static void put_conserved(const file_struct *x)
{
    int weights = x->c->model->nflow > 0; /* mirror, metric */
    lo_text_add(
        x->out,
        "\n(* THE LAWS ARE CONSERVED.  A curve gamma gives every variable a real value at every time t of an "
        "interval I.  Its\n"
        "   velocity v is at every time a finite sum of multiples of members of the family: %s.\n"
        "   Constants do not move.  Then, where the denominator of a law h does not vanish, h has the same "
        "value at all times\n"
        "   of I.%s\n"
        "   (`is_state n a': a is the number of a coordinate, 1..n; `law_real e h': the value of h at e; "
        "`velocity' and `member'\n"
        "   are in Flow.) *)\n"
        "Theorem laws_checked : check_conserved P laws = true.\nProof. %s. Qed.\n"
        "Theorem conserved : forall h, In h laws -> forall (I : R -> Prop) (gamma v : positive -> R -> R),\n"
        "  (forall s t u, I s -> I t -> (s <= u <= t)%%R -> I u) ->\n"
        "  (forall t a, I t -> is_state (p_dim P) a = true -> derivable_pt_lim (gamma a) t (v a t)) ->\n"
        "  (forall s t a, is_state (p_dim P) a = false -> gamma a s = gamma a t) ->\n"
        "  (forall t, I t -> exists w, velocity P (fun a => gamma a t) w /\\\n"
        "     forall a, is_state (p_dim P) a = true -> v a t = w a) ->\n"
        "  (forall t, I t -> peval Rring (fun a => gamma a t) (snd (law_frac h variable)) <> 0%%R) ->\n"
        "  forall s t, I s -> I t -> law_real (fun a => gamma a s) h = law_real (fun a => gamma a t) h.\n"
        "Proof. intros h Hh. exact (law_constant P laws laws_checked h Hh). Qed.\n"
        "Print Assumptions conserved.\n",
        is_raw(x) ? "of the given vector fields"
        : weights
            ? "of gradients of outputs of the\n   network at any inputs and any values of the gates, times "
              "the weights of the flow"
            : "of gradients of outputs of the\n   network at any inputs and any values of the gates",
        is_raw(x) ? ""
        : weights ? "  Every flow of this kind of every loss on every data set is such a curve."
                  : "  Every gradient flow of every loss on every data set is such a curve.",
        proof_of(x, "complete_conserved"));
}

static void put_independent(const file_struct *x)
{
    lo_text_add(x->out,
                "\n(* THE LAWS ARE INDEPENDENT: at the point they have gradients (`law_slope'), and these "
                "are linearly independent. *)\n"
                "Theorem independence_checked : check_independent P C = true.\nProof. %s. Qed.\n"
                "Theorem gradients : forall h a, In h laws ->\n"
                "  partial (fun e => law_real e h) a (point_value C) (law_slope h (point_value C) a).\n"
                "Proof. intros h a. exact (@gradients_at_point P C h a independence_checked). Qed.\n"
                "Theorem independent : forall v : nat -> R,\n"
                "  (forall a, is_state (p_dim P) a = true -> ssum Reals (seq 0 (List.length laws))\n"
                "     (fun i => v i * law_slope (nth i laws []) (point_value C) a)%%R = 0%%R) ->\n"
                "  forall i, (i < List.length laws)%%nat -> v i = 0%%R.\n"
                "Proof. exact (@independent_at_point P C independence_checked). Qed.\n"
                "Print Assumptions independent.\n",
                proof_of(x, "complete_independent"));
}

static void put_rank(const file_struct *x)
{
    lo_text_add(x->out,
                "\n(* RANK: the values of %ld members and iterated brackets (`chosen_fields') at the point "
                "are linearly independent. *)\n"
                "Theorem rank_checked : check_rank P C = true.\nProof. %s. Qed.\n"
                "Theorem rank : exists fs, chosen_fields P C = Some fs /\\ forall v : nat -> R,\n"
                "  (forall a, is_state (p_dim P) a = true -> ssum Reals (seq 0 (List.length fs))\n"
                "     (fun i => v i * at_point (nth i fs zero_field) (point_value C) a)%%R = 0%%R) ->\n"
                "  forall i, (i < List.length fs)%%nat -> v i = 0%%R.\n"
                "Proof. exact (@rank_at_point P C rank_checked). Qed.\n"
                "Print Assumptions rank.\n",
                (long) x->c->split.rank, proof_of(x, "complete_rank"));
}

static void put_complete(const file_struct *x)
{
    lo_text_add(
        x->out,
        "\n(* THE LIST IS COMPLETE.  Let h be a function with partial derivatives dh and symmetric second "
        "derivatives ddh (a\n"
        "   function of class C2) in an open set U around the point, the constants having their values.  If "
        "h is conserved in\n"
        "   U, that is, if its gradient is orthogonal to every combination of members, then its gradient at "
        "the point is a\n"
        "   combination of the gradients of the laws%s. *)\n"
        "Theorem complete : forall (U : (positive -> R) -> Prop) (h : (positive -> R) -> R)\n"
        "    (dh : positive -> (positive -> R) -> R) (ddh : positive -> positive -> (positive -> R) -> R),\n"
        "  U (point_value C) -> open_along P U ->\n"
        "  (forall e a, U e -> is_state (p_dim P) a = false -> known P a = true -> e a = point_value C a) "
        "->\n"
        "  (forall e a, U e -> is_state (p_dim P) a = true -> partial h a e (dh a e)) ->\n"
        "  (forall e a b, U e -> is_state (p_dim P) a = true -> is_state (p_dim P) b = true ->\n"
        "     partial (dh a) b e (ddh a b e)) ->\n"
        "  (forall e a b, U e -> is_state (p_dim P) a = true -> is_state (p_dim P) b = true -> ddh a b e = "
        "ddh b a e) ->\n"
        "  (forall e v, U e -> velocity P e v -> ssum Reals (vars (p_dim P)) (fun a => v a * dh a e)%%R = "
        "0%%R) ->\n"
        "  exists c : nat -> R, forall a, is_state (p_dim P) a = true -> dh a (point_value C) =\n"
        "    ssum Reals (seq 0 (List.length laws)) (fun i => c i * law_slope (nth i laws []) (point_value C) "
        "a)%%R.\n"
        "Proof. intros U h dh ddh H1 H2 H3 _. exact (@complete_at_point P C all_checked U dh ddh H1 H2 H3). "
        "Qed.\n"
        "Print Assumptions complete.\n",
        x->c->nlaws > 0 ? "" : ": there are none, so it is 0");
}

static lo_status_t put_file(file_struct *x, lo_ctx_t ctx)
{
    const lo_claims_struct *k = &x->c->claims;
    put_header(x);
    put_theory(x);
    lo_text_add(x->out, "\n(* " BAR "\n   Part 2: the network and its theorems\n   " BAR " *)\n"
                        "From Coq Require Import ZArith List String Reals.\n"
                        "Import");
    for (const lo_theory_struct *row = lo_theory; row->name != NULL; row++)
        if (needs(x, row->name))
            lo_text_add(x->out, " %s", row->name);
    lo_text_add(x->out,
                " ListNotations.\nOpen Scope string_scope. Open Scope list_scope. Open Scope nat_scope.\n\n");
    if (x->functions) {
        put_text(x);
        put_numbering(x);
        lo_coq_function_theorem(x->out);
        return LO_OK;
    }
    if (x->text) {
        put_text(x);
        put_reading(x);
        put_numbering(x);
    } else {
        put_numbering(x);
        LO_TRY(put_program(x));
        LO_TRY(put_laws(x, ctx));
    }
    if (split_is_claimed(x))
        put_evidence(x);
    if (x->complete)
        lo_text_add(x->out, "\n(* Here Coq computes; the theorems below are what the result means. *)\n"
                            "Theorem all_checked : check_complete P C = true.\n"
                            "Proof. vm_cast_no_check (eq_refl true). Qed.\n");
    put_conserved(x);
    if (x->text && !is_raw(x))
        lo_coq_text_theorem(x->out);
    if (k->independent)
        put_independent(x);
    if (k->rank)
        put_rank(x);
    if (x->complete)
        put_complete(x);
    return LO_OK;
}

/* ---- what can be exported ---- */

#define TOO_LARGE "the network is too large to be expanded"

static lo_status_t refuse(lo_ctx_t ctx, const char *reason)
{
    lo_ctx_set_message(ctx, "export-coq: %s", reason);
    return LO_UNABLE;
}

lo_status_t lo_coq_covers(const lo_model_struct *model, lo_relu_t relu, lo_ctx_t ctx)
{
    if (lo_model_parameters(model) > LO_COQ_PARAMETERS) {
        lo_ctx_set_message(ctx,
                           "export-coq takes models of at most %d parameters, this one has %ld; certificates "
                           "(--certificate) have no such limit",
                           LO_COQ_PARAMETERS, lo_model_parameters(model));
        return LO_UNABLE;
    }
    if (relu == LO_RELU_PATTERN && lo_problem_is_gated(model))
        return refuse(ctx, "the theorems speak of path-liftings, not of activation patterns (--relu=pattern)");
    return LO_OK;
}

lo_status_t lo_certificate_coq(char **text, const lo_certificate_struct *c, lo_ctx_t ctx)
{
    *text = NULL;
    if (c->family == NULL || c->claims.units)
        return refuse(ctx, TOO_LARGE);
    LO_TRY(lo_coq_covers(c->model, c->family->relu, ctx));
    if (!c->claims.conserved && !c->claims.rank)
        return refuse(ctx, "nothing was proved that could be exported");
    lo_text_t out;
    lo_text_init(out);
    file_struct x = { .out = out, .c = c };
    x.text = lo_coq_reads(c, &x.functions);
    x.functions |= c->family->natoms > 0 || lo_cert_divides(c->family);
    x.complete = !x.functions && (c->claims.complete || (c->claims.rank && c->split.rank == c->p));
    const char *reason = NULL;
    for (slong i = 0; i < c->nlaws && !x.functions; i++)
        reason = c->tangent[i] ? TOO_LARGE : reason;
    if (x.functions && !x.text)
        reason = "the parser in Coq does not know all words of this text, which has functions or quotients";
    else if (x.functions && !c->claims.conserved)
        reason = "of a network with functions or quotients only laws are exported, and there are none";
    else if (c->model->nflow > 0 && !x.text)
        reason = "with this flow, only models that Coq reads by itself can be exported";
    if (reason != NULL) {
        lo_text_clear(out);
        return refuse(ctx, reason);
    }
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
