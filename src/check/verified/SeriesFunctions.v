(* SeriesFunctions.v - the series of functions in Jets.v are their expansions.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool Reals Lra Lia.
From LawCert Require Import Poly Model Checker Flow Relu TrueFlow Symbols Functions Jets Expansions.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

Lemma shift_derivable f c l T : derivable_pt_lim f (c + T) l -> derivable_pt_lim (fun u => f (c + u)) T l.
Proof.
  intros H. replace l with (l * (0 + 1)) by ring. apply (derivable_pt_lim_comp (fun u => c + u) f);
    [|exact H].
  apply (derivable_pt_lim_plus (fun _ => c) id); [apply derivable_pt_lim_const|apply derivable_pt_lim_id].
Qed.
Lemma near_nonzero c : c <> 0 -> near 0 (fun u => c + u <> 0).
Proof.
  intros H. exists (Rabs c). split; [apply Rabs_pos_lt; exact H|]. intros u Hu E. rewrite Rminus_0_r in Hu.
  replace c with (- u) in Hu by lra. rewrite Rabs_Ropp in Hu. lra.
Qed.
Lemma reciprocal_ok c K : qr c <> 0 -> expands K (reciprocal c K) (fun u => / (qr c + u)).
Proof.
  intros Hc. induction K as [|K IH]; cbn [reciprocal].
  - apply (expands_derivable _ (- (/ (qr c + 0) * / (qr c + 0)))). apply (shift_derivable Rinv).
    apply derivable_inv. rewrite Rplus_0_r. exact Hc.
  - apply (expands_ext _ _ (fun u => qr (qinv c) + u * (qr (qopp (qinv c)) * / (qr c + u)))).
    + eapply near_mono; [|exact (near_nonzero _ Hc)]. intros u Hu. cbv beta in *. rewrite qr_opp,
      qr_inv by exact Hc.
      field. split; assumption.
    + eapply approx_ext; [| |exact (approx_add _ _ _ _ _ (expands_const (S K) (qinv c))
        (approx_shift _ _ _ (expands_scale _ (qopp (qinv c)) _ _ IH)))].
      * intros T. rewrite !sv_cons, qr_nil. ring.
      * apply near_always. reflexivity.
Qed.
Lemma inverse_ok K s f : qr (base s) <> 0 -> expands (S K) s f ->
  expands (S K) (compose (S K) (reciprocal (base s) (S K)) (rest s)) (fun T => / f T).
Proof.
  intros Hs H. apply (expands_ext _ _ (fun T => / (qr (base s) + (f T - qr (base s))))).
  - apply near_always. intros T. f_equal. ring.
  - apply (expands_compose (S K) _ (fun u => / (qr (base s) + u))).
    + apply reciprocal_ok. exact Hs.
    + apply expands_rest. exact H.
    + eapply expands_small. exact H.
Qed.
Lemma exponential_ok K : expands K (exponential K) exp.
Proof.
  induction K as [|K IH]; cbn [exponential]; [exact (expands_derivable _ _ (derivable_pt_lim_exp 0))|].
  apply (expands_integral K _ _ exp exp); [apply near_always; apply derivable_pt_lim_exp|rewrite qr_one;
    apply exp_0|].
  exact IH.
Qed.
Lemma waves_ok K : expands K (fst (waves K)) sin /\ expands K (snd (waves K)) cos.
Proof.
  induction K as [|K [IH1 IH2]]; cbn [waves]; [split; [exact (expands_derivable _ _ (derivable_pt_lim_sin 0))|
    exact (expands_derivable _ _ (derivable_pt_lim_cos 0))]|].
  destruct (waves K) as [s c]. cbn [fst snd] in *. split.
  - apply (expands_integral K _ _ sin cos); [apply near_always; apply derivable_pt_lim_sin|rewrite qr_zero;
    apply sin_0|].
    exact IH2.
  - apply (expands_integral K _ _ cos (fun T => - sin T));
      [apply near_always; apply derivable_pt_lim_cos|rewrite qr_one; apply cos_0|].
    apply expands_opp. exact IH1.
Qed.
Lemma tangent_ok K : expands K (tangent K) tanh.
Proof.
  induction K as [|K IH]; cbn [tangent]; [exact (expands_derivable _ _ (derivable_tanh 0))|].
  apply (expands_integral K _ _ tanh (fun T => 1 + - (tanh T * tanh T))).
  - apply near_always. intros T. replace (1 + - (tanh T * tanh T)) with (1 - tanh T * tanh T) by ring.
    apply derivable_tanh.
  - rewrite qr_zero. apply odd_zero, tanh_odd.
  - rewrite <- qr_one. apply (expands_add K [qone] _ (fun _ => qr qone)); [apply expands_const|].
    apply expands_opp. apply expands_mul; exact IH.
Qed.
Lemma logistic_ok K : expands K (logistic K) sigmoid.
Proof.
  induction K as [|K IH]; cbn [logistic]; [exact (expands_derivable _ _ (derivable_sigmoid 0))|].
  apply (expands_integral K _ _ sigmoid (fun T => sigmoid T + - (sigmoid T * sigmoid T))).
  - apply near_always. exact derivable_sigmoid.
  - unfold sigmoid, qr. cbn [fst snd]. rewrite Ropp_0, exp_0. lra.
  - apply expands_add; [exact IH|]. apply expands_opp. apply expands_mul; exact IH.
Qed.
Lemma near_positive_sum c : 0 < c -> near 0 (fun u => 0 < c + u).
Proof. intros H. exists c. split; [exact H|]. intros u Hu. rewrite Rminus_0_r in Hu. apply Rabs_def2 in Hu.
  lra. Qed.
Lemma logarithm_ok K : expands K (logarithm K) (fun u => log (1 + u)).
Proof.
  assert (D : near 0 (fun u => derivable_pt_lim (fun u => log (1 + u)) u (/ (1 + u)))).
  { eapply near_mono; [|exact (near_nonzero 1 R1_neq_R0)]. intros u Hu. apply (shift_derivable log),
    derivable_log. exact Hu. }
  destruct K as [|K]; cbn [logarithm].
  - destruct D as (d & Hd & G). apply (expands_derivable _ _ (G 0 ltac:(rewrite Rminus_diag_eq,
    Rabs_R0 by reflexivity; exact Hd))).
  - apply (expands_integral K _ _ _ _ D).
    + rewrite qr_zero, Rplus_0_r. unfold log. rewrite Rabs_R1. apply ln_1.
    + apply (expands_ext _ _ (fun u => / (qr qone + u))); [apply near_always; intros u; rewrite qr_one;
      reflexivity|].
      apply reciprocal_ok. rewrite qr_one. lra.
Qed.
Lemma root_ok r K : 0 < qr r -> expands K (root r K) (fun u => sqrt (qr r * qr r + u)).
Proof.
  intros Hr. set (c := qr r * qr r). assert (Hc : 0 < c) by (apply Rmult_lt_0_compat; exact Hr).
  set (F := fun u => sqrt (c + u)).
  assert (D : near 0 (fun u => derivable_pt_lim F u (/ (2 * F u)))).
  { eapply near_mono; [|exact (near_positive_sum c Hc)]. intros u Hu. apply (shift_derivable sqrt).
    apply derivable_pt_lim_sqrt. exact Hu. }
  assert (F0 : F 0 = qr r) by (unfold F, c; rewrite Rplus_0_r; apply sqrt_square; lra).
  assert (D0 : derivable_pt_lim F 0 (/ (2 * F 0))).
  { destruct D as (d & Hd & G). apply G. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. exact Hd. }
  induction K as [|K IH]; [exact (expands_derivable _ _ D0)|]. destruct K as [|K].
  - exact (expands_first F _ r D0 F0).
  - change (root r (S (S K))) with (r :: integral 0 (compose (S K)
      (reciprocal (base (sscale (2%Z, 1%positive) (root r (S K)))) (S K)) (rest (sscale (2%Z,
        1%positive) (root r (S K)))))).
    apply (expands_integral (S K) _ _ F _ D F0). apply inverse_ok.
    + change (base (sscale (2%Z, 1%positive) (root r (S K)))) with (qmul (2%Z, 1%positive) r).
      rewrite qr_mul, qr_int. lra.
    + apply (expands_ext _ _ (fun T => qr (2%Z, 1%positive) * F T)); [apply near_always; intros T;
      rewrite qr_int; reflexivity|].
      apply expands_scale. exact IH.
Qed.
Lemma rational_root_ok c r : rational_root c = Some r -> 0 < qr r /\ qr c = qr r * qr r.
Proof.
  destruct c as [a b]. unfold rational_root. cbn [fst snd]. set (z := Z.sqrt (a * Zpos b)).
  destruct (Z.ltb 0 (a * Zpos b) && Z.eqb (z * z) (a * Zpos b))%bool eqn:E; [|discriminate]. intros H.
    injection H as <-.
  apply andb_prop in E as [E1 E2]. apply Z.ltb_lt in E1. apply Z.eqb_eq in E2.
  assert (Hz : (0 <= z)%Z) by (apply Z.sqrt_nonneg). assert (Pz : (0 < z)%Z) by nia. clearbody z.
  unfold qr. cbn [fst snd]. assert (B := pos_nonzero b). assert (Pb : 0 < IZR (Zpos b)) by (apply IZR_lt;
    lia).
  split; [apply Rdiv_lt_0_compat; [apply IZR_lt; exact Pz|exact Pb]|].
  apply (f_equal IZR) in E2. rewrite !mult_IZR in E2. apply (Rmult_eq_reg_r (IZR (Zpos b) * IZR (Zpos b)));
    [|nra].
  replace (IZR z / IZR (Zpos b) * (IZR z / IZR (Zpos b)) * (IZR (Zpos b) * IZR (Zpos b))) with (IZR z * IZR
    z) by (field; exact B).
  rewrite E2. field. exact B.
Qed.

Lemma some_same {A} (x y : A) : Some x = Some y -> x = y. Proof. congruence. Qed.
Section Functions.
  Variable I : functions.
  Lemma outer_ok f c K d : outer f c K = Some d -> has_slope f = true /\
    expands K d (fun u => single I f (qr c + u)) /\ near 0 (fun u => regular True f [qr c + u]).
  Proof.
    assert (Zero : forall s g, qr c = 0 -> expands K s g -> expands K s (fun u => g (qr c + u))).
    { intros s g Hc H. apply (expands_ext _ _ g); [|exact H]. apply near_always. intros u. rewrite Hc.
      f_equal. ring. }
    assert (Always : near 0 (fun _ => True)) by (apply near_always; auto).
    destruct f; cbn [outer has_slope single regular nth]; try discriminate.
    - destruct (qzero c) eqn:E; [discriminate|]. intros H. injection H as <-. apply qzero_false in E.
      split; [reflexivity|]. split; [apply reciprocal_ok; exact E|apply near_nonzero; exact E].
    - destruct (qzero c) eqn:E; [|discriminate]. intros H. injection H as <-. split; [reflexivity|].
      split; [apply Zero; [exact (qzero_true c E)|apply exponential_ok]|exact Always].
    - destruct (Z.eqb_spec (fst c) (Zpos (snd c))) as [E|]; [|discriminate]. intros H. injection H as <-.
      assert (Q : qr c = 1) by (unfold qr; rewrite E; field; apply pos_nonzero). rewrite Q. split;
        [reflexivity|].
      split; [apply logarithm_ok|apply near_nonzero; lra].
    - destruct (qzero c) eqn:E; [|discriminate]. intros H. injection H as <-. split; [reflexivity|].
      split; [apply Zero; [exact (qzero_true c E)|apply waves_ok]|exact Always].
    - destruct (qzero c) eqn:E; [|discriminate]. intros H. injection H as <-. split; [reflexivity|].
      split; [apply Zero; [exact (qzero_true c E)|apply waves_ok]|exact Always].
    - destruct (qzero c) eqn:E; [|discriminate]. intros H. injection H as <-. split; [reflexivity|].
      split; [apply Zero; [exact (qzero_true c E)|apply tangent_ok]|exact Always].
    - destruct (qzero c) eqn:E; [|discriminate]. intros H. injection H as <-. split; [reflexivity|].
      split; [apply Zero; [exact (qzero_true c E)|apply logistic_ok]|exact Always].
    - destruct (rational_root c) as [r|] eqn:E; [|discriminate]. intros H. injection H as <-.
      apply rational_root_ok in E as [E1 E2]. rewrite E2. split; [reflexivity|].
      split; [apply root_ok; exact E1|apply near_positive_sum, Rmult_lt_0_compat; exact E1].
  Qed.
  Lemma applied_ok f K s v F : applied f (S K) s = Some v -> expands (S K) s F -> has_slope f = true /\
    expands (S K) v (fun T => single I f (F T)) /\ near 0 (fun T => regular True f [F T]).
  Proof.
    unfold applied. destruct (outer f (base s) (S K)) as [d|] eqn:E; [|discriminate]. intros H HF.
      injection H as <-.
    destruct (outer_ok f _ _ d E) as (H1 & H2 & H3). assert (Sm := expands_small K s F HF). split;
      [exact H1|]. split.
    - apply (expands_ext _ _ (fun T => single I f (qr (base s) + (F T - qr (base s))))).
      + apply near_always. intros T. f_equal. ring.
      + apply (expands_compose (S K) d (fun u => single I f (qr (base s) + u)));
        [exact H2|apply expands_rest; exact HF|exact Sm].
    - eapply near_mono; [|exact (small_near _ _ Sm H3)]. intros T. cbv beta.
      replace (qr (base s) + (F T - qr (base s))) with (F T) by ring. auto.
  Qed.
  Lemma slope_series_ok f K s v r F : applied f (S K) s = Some v -> slope_series f (S K) s v = Some r ->
    expands (S K) s F -> expands (S K) r (fun T => slope I f (F T)).
  Proof.
    intros Hv Hr HF. destruct (applied_ok f K s v F Hv HF) as (_ & H & _).
    destruct f; cbn [slope_series single slope] in *; try discriminate.
    - apply some_same in Hr; subst r. apply expands_opp. apply expands_mul; exact H.
    - apply some_same in Hr; subst r. exact H.
    - exact (proj1 (proj2 (applied_ok Inverse K s r F Hr HF))).
    - exact (proj1 (proj2 (applied_ok Cos K s r F Hr HF))).
    - destruct (applied Sin (S K) s) as [q|] eqn:E; [|discriminate]. apply some_same in Hr; subst r.
      apply expands_opp.
      exact (proj1 (proj2 (applied_ok Sin K s q F E HF))).
    - apply some_same in Hr; subst r. apply (expands_ext _ _ (fun T => qr qone + - (tanh (F T) * tanh (F
      T))));
        [apply near_always; intros T; rewrite qr_one; reflexivity|].
      apply expands_add; [apply expands_const|]. apply expands_opp. apply expands_mul; exact H.
    - apply some_same in Hr; subst r. apply expands_add; [exact H|]. apply expands_opp. apply expands_mul;
      exact H.
    - apply (applied_ok Inverse K _ r (fun T => qr (2%Z, 1%positive) * sqrt (F T))) in Hr as (_ & Hr & _);
        [|apply expands_scale; exact H].
      eapply expands_ext; [|exact Hr]. apply near_always. intros T. cbn [single]. rewrite qr_int. reflexivity.
  Qed.
End Functions.
