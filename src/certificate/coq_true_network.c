/* coq_true_network.c - the theorem true_network of a Coq file: about the network as its text is read.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * It is text_conserved_true of TrueFlow.v; of a network with functions or quotients, function_laws_conserved of
 * FunctionLaws.v, with its statement unfolded.
 */
#include "certificate/coq.h"

void lo_coq_text_theorem(lo_text_struct *out)
{
    lo_text_add(
        out,
        "\n(* THE SAME ABOUT THE TEXT: `outputs_of text e' are the outputs of the network at the values e of "
        "parameters, constants\n"
        "   and inputs, with relu(z) = max(0, z); `law_at text s e' is the value of the law s.  The velocity "
        "is at every time a\n"
        "   combination of gradients of outputs at inputs at which no unit has a kink (`true_velocity' in "
        "TrueFlow). *)\n"
        "Theorem true_network : forall s, In s law_texts -> forall (I : R -> Prop) (gamma v : positive -> R "
        "-> R),\n"
        "  (forall s t u, I s -> I t -> (s <= u <= t)%%R -> I u) ->\n"
        "  (forall t a, I t -> is_parameter text a = true -> derivable_pt_lim (gamma a) t (v a t)) ->\n"
        "  (forall s t a, is_parameter text a = false -> gamma a s = gamma a t) ->\n"
        "  (forall t, I t -> exists w, true_velocity text (fun a => gamma a t) w /\\\n"
        "     forall a, is_parameter text a = true -> v a t = w a) ->\n"
        "  (forall t, I t -> peval Rring (fun a => gamma a t) (law_denominator text s) <> 0%%R) ->\n"
        "  forall t u, I t -> I u -> law_at text s (fun a => gamma a t) = law_at text s (fun a => gamma a "
        "u).\n"
        "Proof. exact (text_conserved_true text law_texts (understood_laws text law_texts read "
        "laws_checked)). Qed.\n"
        "Print Assumptions true_network.\n");
}

void lo_coq_function_theorem(lo_text_struct *out)
{
    lo_text_add(
        out, "\n(* Coq expands the derivative of every law along the gradient of every output to a "
             "polynomial in variables and\n"
             "   symbols, which stand for values of functions and reciprocals, and reduces it to zero "
             "(Symbols). *)\n"
             "Theorem laws_checked : check_function_laws text law_texts = true.\n"
             "Proof. vm_cast_no_check (eq_refl true). Qed.\n"
             "\n(* THE LAWS ARE CONSERVED.  `outputs_at F text e' are the outputs of the network at the "
             "values e of parameters,\n"
             "   constants and inputs, with the functions of Coq's real numbers; F gives those that Coq does "
             "not name (`functions'\n"
             "   in Functions): any odd function erf with derivative K exp(-x^2), any gelu(x) = x normal(x), "
             "any generic, odd and\n"
             "   even functions with derivatives.  A curve gamma gives every variable a real value at every "
             "time t of an interval J.\n"
             "   Its velocity is at every time a finite combination of gradients of outputs (times the "
             "weights of the flow), or of the\n   given fields, at any inputs at "
             "which all is defined and no unit has a kink (`function_velocity' in FunctionFlow).  Then, "
             "where a law is defined\n"
             "   (`law_regular_at'), it has the same value `law_value_at' at all times of J. *)\n"
             "Theorem true_network : forall s, In s law_texts ->\n"
             "  forall (F : functions) (J : R -> Prop) (gamma v : positive -> R -> R),\n"
             "  (forall s t u, J s -> J t -> (s <= u <= t)%%R -> J u) ->\n"
             "  (forall t a, J t -> is_parameter text a = true -> derivable_pt_lim (gamma a) t (v a t)) ->\n"
             "  (forall s t a, is_parameter text a = false -> gamma a s = gamma a t) ->\n"
             "  (forall t, J t -> exists w, function_velocity F text (fun a => gamma a t) w /\\\n"
             "     forall a, is_parameter text a = true -> v a t = w a) ->\n"
             "  (forall t, J t -> law_regular_at F text s (fun a => gamma a t)) ->\n"
             "  forall t u, J t -> J u ->\n"
             "  law_value_at F text s (fun a => gamma a t) = law_value_at F text s (fun a => gamma a u).\n"
             "Proof. exact (function_laws_conserved text law_texts laws_checked). Qed.\n"
             "Print Assumptions true_network.\n");
}
