(* Instance.v - the completeness theorem is not vacuous: rational polynomials in the parameters are such
   functions.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import zify ssrZ. From SsrMultinomials Require Import mpoly.
From Coq Require Import ZArith List Ring_theory Ring InitialRing Lia.
From LawCert Require Import Poly Model Checker Diff Claims Complete.
Set Implicit Arguments. Unset Strict Implicit.
Import GRing.Theory. Local Open Scope ring_scope.

Section Instance.
Variable m : nat.
Notation n := m.+1.
Notation A := [comRingType of {mpoly rat[n]}].
Notation K := [comRingType of rat].
Definition index (a : positive) : 'I_n := inord (Pos.to_nat a - 1)%coq_nat.
Definition partial (a : positive) (h : A) : A := mderiv (index a) h.
Definition coordinate (a : positive) : A := 'X_(index a).
Definition division (x y : A) : A := x * y^-1.

Lemma index_inj a b : is_state n a = true -> is_state n b = true -> index a = index b -> a = b.
Proof.
move=> /Z.leb_le Ha /Z.leb_le Hb E. have := congr1 (@nat_of_ord _) E.
rewrite /index !inordK; [lia|apply/ltP; lia|apply/ltP; lia].
Qed.
Lemma division_ok (x y : A) : @Model.unit (cring_of A) y -> y * division x y = x.
Proof.
move=> [z /= H]. have U : y \is a GRing.unit by apply/unitrPr; exists z.
by rewrite /division mulrCA divrr // mulr1.
Qed.
Lemma rat_phi p : phi (cring_of K) (Zpos p) != 0 :> rat.
Proof.
have H : forall z, (0 <= z)%Z -> (0 <= phi (cring_of K) z :> rat)%R.
  apply: natlike_ind => [|z _ IH]; first by rewrite (phi0 (cring_of K)).
  rewrite /Z.succ (phi_add (cring_of K)) (phi1 (cring_of K)) /=. by apply: Num.Theory.addr_ge0.
have -> : Zpos p = (Z.pred (Zpos p) + 1)%Z by rewrite Z.add_1_r Z.succ_pred.
rewrite (phi_add (cring_of K)) (phi1 (cring_of K)) /=. apply: Num.Theory.lt0r_neq0.
apply: Num.Theory.ltr_paddl => //. apply: H. exact: Zlt_0_le_0_pred (Pos2Z.is_pos p).
Qed.
Lemma rat_unit p : @Model.unit (cring_of K) (phi (cring_of K) (Zpos p)).
Proof. exists (phi (cring_of K) (Zpos p) : rat)^-1. exact: divff (rat_phi p). Qed.
Lemma poly_phi z : phi (cring_of A) z = (phi (cring_of K) z : rat)%:MP_[n] :> A.
Proof.
have P : forall z, (0 <= z)%Z -> phi (cring_of A) z = (phi (cring_of K) z : rat)%:MP_[n] :> A.
  apply: natlike_ind => [|x _ IH]; first by rewrite (phi0 (cring_of A)) (phi0 (cring_of K)) /= mpolyC0.
  rewrite /Z.succ (phi_add (cring_of A)) (phi_add (cring_of K)) (phi1 (cring_of A)) (phi1 (cring_of K)) /=.
  by rewrite IH mpolyCD mpolyC1.
case: (Z_le_gt_dec 0 z) => [|H]; first exact: P.
have -> : z = Z.opp (Z.opp z) by lia.
rewrite (phi_opp (cring_of A)) (phi_opp (cring_of K)) /= P; last lia. by rewrite mpolyCN.
Qed.
Lemma poly_unit p : @Model.unit (cring_of A) (phi (cring_of A) (Zpos p)).
Proof.
have [y Hy] := rat_unit p. exists (y%:MP_[n]). rewrite poly_phi /=. rewrite /= in Hy.
  by rewrite -mpolyCM Hy mpolyC1.
Qed.
Lemma partial_coordinate a b : is_state n a = true -> is_state n b = true ->
  partial a (coordinate b) = if Pos.eqb b a then 1 else 0.
Proof.
move=> Ha Hb; rewrite /partial /coordinate mderivX mnm1E. case: (Pos.eqb_spec b a) => [->|N].
  have -> : (U_(index a) - U_(index a))%MM = 0%MM by apply/mnmP => i; rewrite mnmBE mnm0E subnn.
  by rewrite eqxx scale1r mpolyX0.
case: eqP => [E|_]; last by rewrite scale0r. by case: N; apply: index_inj.
Qed.
Lemma partial_add a x y : partial a (x + y) = partial a x + partial a y. Proof. exact: mderivD. Qed.
Lemma partial_mul a x y : partial a (x * y) = partial a x * y + x * partial a y. Proof. exact: mderivM. Qed.
Lemma partial_comm a b x : partial a (partial b x) = partial b (partial a x). Proof. exact: mderiv_comm. Qed.
(* rational polynomials in n coordinates, as a differential ring *)
Definition polynomials : dring :=
  FA division_ok poly_unit partial_add partial_mul partial_comm partial_coordinate.

Variable P : problem.
Variable c : cert.
Hypothesis HP : p_dim P = n.
Definition point (i : 'I_n) : rat :=
  match List.nth_error (c_point c) i with
  | Some t => (phi (cring_of K) t.1.1 : rat) / (phi (cring_of K) (Zpos t.1.2) : rat)
  | None => 0
  end.
Definition evaluation : {rmorphism A -> K} := [rmorphism of mpoly.meval point].

(* For polynomial laws: every conserved rational polynomial h has, up to delta with delta(point) <> 0, a
   gradient that is a combination of the gradients of the laws. *)
Theorem completeness_polynomials fs : chosen_fields P c = Some fs -> check_complete P c = true ->
  (forall l, List.In l (c_laws c) -> @Model.unit (cring_of A) (den polynomials P c l)) ->
  exists delta : A, (exists y, evaluation delta * y = 1) /\
  forall h : A, conserved polynomials P (constants polynomials P (frozen_values P c) no_table) h ->
  exists cs : 'I_(length (c_laws c)) -> A, forall a, is_state (p_dim P) a = true ->
    delta * partial a h = \sum_(i < length (c_laws c)) cs i * partial a (law_function polynomials P c
      (List.nth i (c_laws c) nil)).
Proof.
move=> Hfs HC Hden.
have at_point : forall i, (i < p_dim P)%coq_nat -> forall t, List.nth_error (c_point c) i = Some t ->
    (phi (cring_of K) (Zpos t.1.2) : rat) * evaluation (coordinate (var i)) = phi (cring_of K) t.1.1.
  move=> i Hi t Ht. rewrite /evaluation /= /coordinate mevalXU /point.
  have -> : nat_of_ord (index (var i)) = i by rewrite /index inordK /var; [lia|apply/ltP; lia].
  rewrite Ht mulrCA divff ?mulr1 //. exact: rat_phi.
have HB : check_basics P c = true.
  have := HC. rewrite /check_complete. by move/andP => [/andP [/andP [_ ->] _] _].
have HD : (p_dim P <= n)%coq_nat by rewrite HP.
exact: (completeness rat_unit at_point HD HB Hfs Hden HC).
Qed.
End Instance.
