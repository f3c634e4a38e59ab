(* FunctionExamples.v - values of small texts with functions as formulas, laws that are accepted, and lies.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List String Reals Lra Lia.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Readings
  Simulation Diff Claims
  Flow Text.
From LawCert Require Import Relu TrueFlow Symbols Functions SymbolValues Motion Curves FunctionFlow
  FunctionLaws.
Import ListNotations.
Open Scope R_scope.

(* There are such functions. *)
Definition some_functions : functions.
Proof.
  refine (Functions (fun _ => 0) 0 sin cos (fun _ _ => 0) (fun _ _ => 0) _ _ derivable_pt_lim_sin _ _ _ _);
    intros;
    try ring; try (replace (0 * exp (- (x * x))) with 0 by ring); try apply derivable_pt_lim_const.
Defined.

Section Values.
  Variable I : functions.
  Ltac value := intros; unfold outputs_at, text_outputs;
    lazy -[Rplus Rmult Rminus Rdiv Ropp Rinv relu exp log sin cos tanh sigmoid softplus erf normal sqrt any
      IZR IPR];
    repeat (apply (f_equal2 cons)); try reflexivity.
  Notation "e # n" := (e n%positive) (at level 1, format "e # n").
  Example units e : outputs_at I "param u, v; input x; output v*tanh(u*x)" e = [e#2 * tanh (e#1 * e#3)].
  Proof. value. Qed.
  Example names e : outputs_at I
    "param a; output exp(a)*log(a) + sin(a)*cos(a) + sigmoid(a)*sqrt(a) + softplus(a)" e =
    [exp e#1 * log e#1 + sin e#1 * cos e#1 + sigmoid e#1 * sqrt e#1 + softplus e#1].
  Proof. value. Qed.
  Example others e : outputs_at I "param a; output gelu(a) + erf(a) + odd(a)" e =
    [e#1 * normal I e#1 + erf I e#1 + any I 15 e#1].
  Proof. value. Qed.
  Example gate_units e : outputs_at I "input x[1]; net glu(1, silu)" e = [e#1 * e#3 * sigmoid (e#1 * e#3) *
    (e#2 * e#3)].
  Proof. value. rewrite !Rplus_0_r. ring. Qed.
  Example distribution e : outputs_at I "param a, b; output softmax([a, b])" e =
    [exp e#1 / (exp e#1 + exp e#2); exp e#2 / (exp e#1 + exp e#2)].
  Proof. value; f_equal; field. Qed.
  Example root_mean_square e : outputs_at I "param a, b; output rmsnorm([a, b])" e =
    [e#1 / sqrt ((e#1 * e#1 + e#2 * e#2) / 2); e#2 / sqrt ((e#1 * e#1 + e#2 * e#2) / 2)].
  Proof. value; f_equal; f_equal; field. Qed.
End Values.

(* What is accepted, with what it means. *)
Example attention_law : forall I, function_law_constant I "input X[2, 2]; net attention(dim=1)"
  "Q1[1,1]^2 + Q1[1,2]^2 - K1[1,1]^2 - K1[1,2]^2".
Proof.
  intros I. apply (function_laws_conserved _ ["Q1[1,1]^2 + Q1[1,2]^2 - K1[1,1]^2 - K1[1,2]^2"%string]);
    [vm_compute; reflexivity|now left].
Qed.
Open Scope string_scope.
Definition verdict (text law : string) (b : bool) : Prop := check_function_laws text [law] = b.
Ltac decided := vm_compute; reflexivity.
Example normalised_layer : verdict "param g, v[2]; input x[2]; output g*dot(v, x)/sqrt(dot(v, v))"
  "v[1]^2 + v[2]^2" true.
Proof. decided. Qed.
Example odd_or_even : verdict "param u, v; input x; output odd(-u*v*x) + odd(u*v*x) + tanh(u*v*x)" "u^2 - v^2"
  true.
Proof. decided. Qed.
Example pendulum : verdict "coords x, v; field f = [v, -sin(x)]" "v^2/2 - cos(x)" true.
Proof. decided. Qed.
Example relu_then_tanh : verdict "input x[1]; net dense(1) -> relu -> dense(1) -> tanh" "W1^2 - W2^2" true.
Proof. decided. Qed.
(* sin for cos; a wrong sign; a wrong factor *)
Example wrong_derivative : verdict "coords x, v; field f = [v, -sin(x)]" "v^2/2 - sin(x)" false. Proof.
  decided. Qed.
Example wrong_sign : verdict "coords x, v; field f = [v, -sin(x)]" "v^2/2 + cos(x)" false. Proof. decided.
  Qed.
Example wrong_factor : verdict "coords x, v; field f = [v, -sin(x)]" "v^2 - cos(x)" false. Proof. decided.
  Qed.
(* the output of the first is 0 everywhere, as odd(-z) = -odd(z); not so for even, generic, softplus *)
Example odd_cancels : verdict "param u, v; input x; output odd(-u*x) + odd(u*x) + v*x" "u" true. Proof.
  decided. Qed.
Example even_does_not : verdict "param u, v; input x; output even(-u*x) + even(u*x) + v*x" "u" false.
Proof. decided. Qed.
Example even_cancels : verdict "param u, v; input x; output even(-u*x) - even(u*x) + v*x" "u" true. Proof.
  decided. Qed.
Example generic_does_not : verdict "param u, v; input x; output generic(-u*x) + generic(u*x) + v*x" "u" false.
Proof. decided. Qed.
Example softplus_does_not : verdict "param u, v; input x; output softplus(-u*x) + softplus(u*x) + v*x" "u"
  false.
Proof. decided. Qed.
(* one symbol for different arguments, or for different functions *)
Example other_argument : verdict "param u, v; input x; output exp(u*x) - exp(u*x^2) + v*x" "u" false. Proof.
  decided. Qed.
Example other_function : verdict "param u, v; input x; output tanh(u*x) - sin(u*x) + v*x" "u" false. Proof.
  decided. Qed.
(* log(a) is that of |a|, but no more; sqrt(a)^2 is a, but sqrt(a^2) is not *)
Example square_of_root : verdict "param u, v; input x; output sqrt(u)^2 - u + v*x" "u" true. Proof. decided.
  Qed.
Example root_of_square : verdict "param u, v; input x; output sqrt(u^2) - u + v*x" "u" false. Proof. decided.
  Qed.
Example root_of_zero : verdict "param u; input x; output u*sqrt(x - x)" "u" false. Proof. decided. Qed.
Example log_of_zero : verdict "param u; input x; output u*log(x - x)" "u" false. Proof. decided. Qed.
Example division_by_zero : verdict "param u, v; input x; output u/(sqrt(v)^2 - v)" "v" false. Proof. decided.
  Qed.
(* relu is not a function with one derivative: units with other arguments have other gates *)
Example gates_apart : verdict "param u, v; input x; output relu(tanh(u*x)) - relu(tanh(u*x) + 1) + v*x" "u"
  false.
Proof. decided. Qed.
(* laws: not of inputs, nor with units *)
Example law_of_input : verdict "param u; input x; output tanh(u*x)" "x" false. Proof. decided. Qed.
Example law_with_unit : verdict "param u, v; input x; output tanh(v*x)" "relu(u)" false. Proof. decided. Qed.
Example law_with_gelu : verdict "param u, v; input x; output tanh(v*x)" "gelu(u)" false. Proof. decided. Qed.
