(* Functions.v - the functions of the model language over the real numbers, and their derivatives.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool Reals Lra Lia.
From LawCert Require Import Poly Model Flow Relu TrueFlow Symbols.
Import ListNotations.
Open Scope R_scope.

Definition sigmoid (x : R) : R := / (1 + exp (- x)).
Definition softplus (x : R) : R := ln (1 + exp x).
(* of a negative number, that of its absolute value *)
Definition log (x : R) : R := ln (Rabs x).

(* The functions that Coq's real numbers do not name. erf: any odd function with derivative K exp(-x^2), for
   any K. gelu(x) is x normal(x), where normal is any function with a derivative everywhere. generic, odd,
   even, generic0 (numbers 14 to 17): any functions with derivatives, odd and even, and 0 at 0, as their
   names say. *)
Record functions := Functions {
  erf : R -> R; erf_slope : R; normal : R -> R; density : R -> R;
  any : nat -> R -> R; any_slope : nat -> R -> R;
  erf_odd : forall x, erf (- x) = - erf x;
  erf_derivative : forall x, derivable_pt_lim erf x (erf_slope * exp (- (x * x)));
  normal_derivative : forall x, derivable_pt_lim normal x (density x);
  any_derivative : forall k x, derivable_pt_lim (any k) x (any_slope k x);
  any_odd : forall x, any 15 (- x) = - any 15 x;
  any_even : forall x, any 16 (- x) = any 16 x;
  any_zero : any 17 0 = 0 }.

Section Real.
  Variable I : functions.
  Definition single (f : fn) (x : R) : R :=
    match f with
    | Inverse => / x | Exp => exp x | Log => log x | Sin => sin x | Cos => cos x | Tanh => tanh x
    | Sigmoid => sigmoid x | Softplus => softplus x | Erf => erf I x | Sqrt => sqrt x | Phi => normal I x
    | Density => density I x | Any k => any I k x | Any_slope k => any_slope I k x | _ => 0
    end.
  Definition real_value (f : fn) (xs : list R) : R :=
    match f with Gated k c => gate k xs c | Slope => erf_slope I | _ => single f (nth 0 xs 0) end.
  (* where it is defined and, if kinks are `off`, has a derivative *)
  Definition regular (off : Prop) (f : fn) (xs : list R) : Prop :=
    match f with
    | Gated k c => (c < List.length xs)%nat /\ (off -> no_kink (k, [xs]))
    | Inverse | Log => nth 0 xs 0 <> 0
    | Sqrt => 0 < nth 0 xs 0
    | _ => True
    end.
  Definition slope (f : fn) (x : R) : R :=
    match f with
    | Inverse => - (/ x * / x) | Exp => exp x | Log => / x | Sin => cos x | Cos => - sin x
    | Tanh => 1 - tanh x * tanh x | Sigmoid => sigmoid x - sigmoid x * sigmoid x | Softplus => sigmoid x
    | Erf => erf_slope I * exp (- (x * x)) | Sqrt => / (2 * sqrt x) | Phi => density I x
    | Any k => any_slope I k x | _ => 0
    end.
  Definition has_slope (f : fn) : bool :=
    match f with Gated _ _ | Slope | Density | Any_slope _ => false | _ => true end.

  Lemma cosh_positive x : 0 < cosh x.
  Proof. unfold cosh. assert (H := exp_pos x). assert (G := exp_pos (- x)). lra. Qed.
  Lemma cosh_sinh x : cosh x * cosh x - sinh x * sinh x = 1.
  Proof.
    unfold cosh, sinh. assert (H : exp x * exp (- x) = 1) by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0).
    field_simplify. nra.
  Qed.
  Lemma derivable_tanh x : derivable_pt_lim tanh x (1 - tanh x * tanh x).
  Proof.
    assert (C := cosh_positive x).
    replace (1 - tanh x * tanh x) with ((cosh x * cosh x - sinh x * sinh x) / Rsqr (cosh x)).
    - apply (derivable_pt_lim_div sinh cosh); [apply derivable_pt_lim_sinh|apply derivable_pt_lim_cosh|lra].
    - unfold tanh, Rsqr. field. lra.
  Qed.
  Lemma derivable_opp x : derivable_pt_lim (fun x => - x) x (-1).
  Proof. apply (derivable_pt_lim_opp id). apply derivable_pt_lim_id. Qed.
  Lemma derivable_inv x : x <> 0 -> derivable_pt_lim Rinv x (- (/ x * / x)).
  Proof.
    intros H. apply (deriv_ext (fun x => 1 / x)); [intros; unfold Rdiv; ring|].
    replace (- (/ x * / x)) with ((0 * x - 1 * 1) / Rsqr x) by (unfold Rsqr; field; exact H).
    apply (derivable_pt_lim_div (fun _ => 1) id); [apply derivable_pt_lim_const|apply
      derivable_pt_lim_id|exact H].
  Qed.
  Lemma derivable_one_exp x : derivable_pt_lim (fun x => 1 + exp x) x (exp x).
  Proof.
    assert (H := derivable_pt_lim_plus (fun _ => 1) exp x 0 (exp x) (derivable_pt_lim_const 1 x)
      (derivable_pt_lim_exp x)).
    rewrite Rplus_0_l in H. exact H.
  Qed.
  Lemma derivable_sigmoid x : derivable_pt_lim sigmoid x (sigmoid x - sigmoid x * sigmoid x).
  Proof.
    assert (P := exp_pos (- x)).
    replace (sigmoid x - sigmoid x * sigmoid x) with
      (- (/ (1 + exp (- x)) * / (1 + exp (- x))) * (exp (- x) * -1)) by (unfold sigmoid; field; lra).
    apply (derivable_pt_lim_comp (fun x => 1 + exp (- x)) Rinv).
    - apply (derivable_pt_lim_comp (fun x => - x) (fun x => 1 + exp x)); [apply derivable_opp|apply
      derivable_one_exp].
    - apply derivable_inv. lra.
  Qed.
  Lemma derivable_softplus x : derivable_pt_lim softplus x (sigmoid x).
  Proof.
    assert (P := exp_pos x). assert (Q := exp_pos (- x)).
    replace (sigmoid x) with (/ (1 + exp x) * exp x).
    - apply (derivable_pt_lim_comp (fun x => 1 + exp x) ln); [apply derivable_one_exp|].
      apply derivable_pt_lim_ln. lra.
    - assert (H : exp x * exp (- x) = 1) by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0).
      unfold sigmoid. apply (Rmult_eq_reg_l (1 + exp x)); [|lra]. apply (Rmult_eq_reg_r (1 + exp (- x)));
        [|lra].
      field_simplify; [nra|lra|lra].
  Qed.
  Lemma derivable_log x : x <> 0 -> derivable_pt_lim log x (/ x).
  Proof.
    intros H. destruct (Rdichotomy _ _ H) as [L|L].
    - apply (near_derivable (fun x => ln (- x))).
      + exists (- x). split; [lra|]. intros y Hy. unfold log. rewrite Rabs_left; [reflexivity|].
        apply Rabs_def2 in Hy. lra.
      + replace (/ x) with (/ (- x) * -1) by (field; exact H).
        apply (derivable_pt_lim_comp (fun x => - x) ln); [apply derivable_opp|apply derivable_pt_lim_ln; lra].
    - apply (near_derivable ln).
      + exists x. split; [lra|]. intros y Hy. unfold log. rewrite Rabs_right; [reflexivity|].
        apply Rabs_def2 in Hy. lra.
      + apply derivable_pt_lim_ln. exact L.
  Qed.
  Theorem slope_ok off f x : has_slope f = true -> regular off f [x] -> derivable_pt_lim (single f) x (slope f
    x).
  Proof.
    destruct f; simpl; try discriminate; intros _ H.
    - apply derivable_inv. exact H.
    - apply derivable_pt_lim_exp.
    - apply derivable_log. exact H.
    - apply derivable_pt_lim_sin.
    - apply derivable_pt_lim_cos.
    - apply derivable_tanh.
    - apply derivable_sigmoid.
    - apply derivable_softplus.
    - apply erf_derivative.
    - apply derivable_pt_lim_sqrt. exact H.
    - apply normal_derivative.
    - apply any_derivative.
  Qed.

  Lemma tanh_odd x : tanh (- x) = - tanh x.
  Proof.
    assert (C := cosh_positive x). unfold tanh, sinh, cosh in *. rewrite Ropp_involutive.
    assert (P := exp_pos x). assert (Q := exp_pos (- x)). field. lra.
  Qed.
  (* the derivative of s f(-x) *)
  Lemma derivable_mirrored f f' s : (forall x, derivable_pt_lim f x (f' x)) ->
    (forall x, s * f (- x) = f x) -> forall x, f' x = - s * f' (- x).
  Proof.
    intros D H x. apply (uniqueness_limite f x); [apply D|]. apply (deriv_ext (fun x => s * f (- x))); [exact
      H|].
    replace (- s * f' (- x)) with (s * (f' (- x) * -1)) by ring.
    apply (derivable_pt_lim_scal (fun x => f (- x))).
    apply (derivable_pt_lim_comp (fun x => - x) f); [apply derivable_opp|apply D].
  Qed.
  Lemma slope_even x : any_slope I 15 (- x) = any_slope I 15 x.
  Proof.
    rewrite (derivable_mirrored (any I 15) (any_slope I 15) (-1) (any_derivative I 15)) with (x := x);
      [ring|].
    intros y. rewrite any_odd. ring.
  Qed.
  Lemma slope_odd x : any_slope I 16 (- x) = - any_slope I 16 x.
  Proof.
    rewrite (derivable_mirrored (any I 16) (any_slope I 16) 1 (any_derivative I 16)) with (x := x); [ring|].
    intros y. rewrite any_even. ring.
  Qed.
  Lemma single_odd f x : parity f = Some true -> single f (- x) = - single f x.
  Proof.
    destruct f as [| | | | | | | | | | | | | |k|k]; simpl; try discriminate; intros H.
    - apply Rinv_opp.
    - apply sin_neg.
    - apply tanh_odd.
    - apply erf_odd.
    - do 15 (destruct k as [|k]; try discriminate). destruct k as [|[|k]]; try discriminate. apply any_odd.
    - do 16 (destruct k as [|k]; try discriminate). destruct k as [|k]; try discriminate. apply slope_odd.
  Qed.
  Lemma single_even f x : parity f = Some false -> single f (- x) = single f x.
  Proof.
    destruct f as [| | | | | | | | | | | | | |k|k]; simpl; try discriminate; intros H.
    - apply cos_neg.
    - do 15 (destruct k as [|k]; try discriminate). destruct k as [|[|k]]; try discriminate. apply any_even.
    - do 15 (destruct k as [|k]; try discriminate). destruct k as [|[|k]]; try discriminate. apply slope_even.
  Qed.
  Lemma odd_zero f : (forall x, f (- x) = - f x) -> f 0 = 0.
  Proof. intros H. specialize (H 0). rewrite Ropp_0 in H. lra. Qed.
  Lemma single_zero f z p : at_zero f = Some (z, p) -> single f 0 = IZR z / IZR (Zpos p).
  Proof.
    destruct f as [| | | | | | | | | | | | | |k|k]; simpl; try discriminate; intros H;
      try injection H as <- <-.
    - rewrite exp_0. lra.
    - rewrite sin_0. lra.
    - rewrite cos_0. lra.
    - rewrite (odd_zero tanh tanh_odd). lra.
    - unfold sigmoid. rewrite Ropp_0, exp_0. lra.
    - rewrite (odd_zero (erf I) (erf_odd I)). lra.
    - do 15 (destruct k as [|k]; try discriminate). destruct k as [|[|[|k]]]; try discriminate; injection H as
      <- <-.
      + rewrite (odd_zero (any I 15) (any_odd I)). lra.
      + rewrite any_zero. lra.
    - do 16 (destruct k as [|k]; try discriminate). destruct k as [|k]; try discriminate. injection H as <-
      <-.
      rewrite (odd_zero (any_slope I 16) slope_odd). lra.
  Qed.
End Real.
