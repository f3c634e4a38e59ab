(* InvolutiveInputs.v - the upper bound of Involutive.v for members at all inputs: the fields of a family
   have inputs as
   variables, and the basis and q have none.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool Lia FMapPositive Ring_theory Ring InitialRing.
From LawCert Require Import Poly Model Checker Diff Claims Other Involutive.
Import ListNotations.

Section Family.
  Variable F : dring.
  Open Scope cring_scope.
  Add Ring RII : (cth F).
  Variable P : problem.
  Notation n := (p_dim P).
  Variable e : positive -> F.
  Variable q : poly.
  Variable Bs fs : list field.
  Variable rows : list (list (list poly) * list poly).
  Hypothesis HB : forall B, In B Bs -> on_state n B.
  Hypothesis HF : forall X, In X fs -> on_state n X.
  Hypothesis check : check_involutive_inputs P fs Bs q rows = true.
  Notation in_span := (in_span F n e q Bs).
  Notation B m := (nth m Bs zero_field).
  Notation commutator := (commutator F).

  (* the operators that the members make, at all inputs, and their brackets *)
  Definition other_inputs (e' : positive -> F) : Prop :=
    admissible F n e' /\ forall a, known P a = true -> e' a = e a.
  Inductive generated : (F -> F) -> Prop :=
  | generated_member e' X : other_inputs e' -> In X fs -> generated (act F n e' X)
  | generated_bracket v w : generated v -> generated w -> generated (commutator v w).

  Definition derivation (v : F -> F) : Prop :=
    (forall x y, v (x + y) = v x + v y) /\ forall x y, v (x * y) = v x * y + x * v y.
  Lemma derivation_0 v : derivation v -> v 0 = 0.
  Proof.
    intros [H _]. assert (E := H 0 0). replace (0 + 0) with (0 : F) in E by ring.
    transitivity (v 0 + v 0 - v 0); [ring|]. rewrite <- E. ring.
  Qed.
  Lemma derivation_opp v x : derivation v -> v (- x) = - v x.
  Proof.
    intros H. assert (E := proj1 H x (- x)). replace (x + - x) with (0 : F) in E by ring.
    rewrite (derivation_0 v H) in E. transitivity (v x + v (- x) - v x); [ring|]. rewrite <- E. ring.
  Qed.
  Lemma derivation_sub v x y : derivation v -> v (x - y) = v x - v y.
  Proof.
    intros H. replace (x - y) with (x + - y) by ring. rewrite (proj1 H), (derivation_opp v y H). ring.
  Qed.
  Lemma derivation_ssum v (l : list nat) f : derivation v -> v (ssum F l f) = ssum F l (fun m => v (f m)).
  Proof.
    intros H. induction l as [|m l IH]; cbn [ssum]; [apply derivation_0; exact H|]. rewrite (proj1 H), IH.
      reflexivity.
  Qed.
  Lemma derivation_act e' X : derivation (act F n e' X).
  Proof.
    split; [|apply act_mul]. intros x y. unfold act. rewrite <- ssum_add. apply ssum_ext. intros.
      rewrite pd_add. ring.
  Qed.
  Lemma derivation_commutator v w : derivation v -> derivation w -> derivation (commutator v w).
  Proof.
    intros H G. unfold commutator, Involutive.commutator. split; intros x y.
    - rewrite (proj1 H x), (proj1 G x), (proj1 H), (proj1 G). ring.
    - rewrite (proj2 H x), (proj2 G x), (proj1 H), (proj1 G), !(proj2 H), !(proj2 G). ring.
  Qed.
  Definition fine (v : F -> F) : Prop := derivation v /\ in_span v /\
    forall m, (m < length Bs)%nat -> in_span (commutator v (act F n e (B m))).
  Lemma fine_commutator v w : fine v -> in_span w -> in_span (commutator v w).
  Proof.
    intros (Dv & Sv & Cv) (N & cs & H). apply (span_pow F n e q Bs N).
    assert (Dw : in_span w) by (exists N, cs; exact H).
    apply (span_ext F n e q Bs (fun h => lin F n e Bs (fun m => v (cs m)) h +
      (ssum F (seq 0 (length Bs)) (fun m => cs m * commutator v (act F n e (B m)) h) +
       (- v (pow F e q N)) * w h))).
    - intros h. unfold commutator, Involutive.commutator.
      assert (E : v (pow F e q N * w h) = v (lin F n e Bs cs h)) by (rewrite H; reflexivity).
      rewrite (proj2 Dv) in E.
      assert (G : v (lin F n e Bs cs h) = lin F n e Bs (fun m => v (cs m)) h +
        ssum F (seq 0 (length Bs)) (fun m => cs m * v (act F n e (B m) h))).
      { unfold lin. rewrite (derivation_ssum v _ _ Dv), <- ssum_add. apply ssum_ext. intros m _.
        apply (proj2 Dv). }
      transitivity (lin F n e Bs (fun m => v (cs m)) h +
        ssum F (seq 0 (length Bs)) (fun m => cs m * v (act F n e (B m) h))
        - lin F n e Bs cs (v h) - v (pow F e q N) * w h).
      + rewrite (ssum_ext F _ _ (fun m => cs m * v (act F n e (B m) h) - cs m * act F n e (B m) (v h)))
          by (intros; ring).
        rewrite ssum_sub. unfold lin. ring.
      + rewrite <- G, <- E, <- H. ring.
    - apply span_add; [|apply span_add].
      + exists O, (fun m => v (cs m)). intros h. simpl. ring.
      + apply span_basis. exact Cv.
      + apply span_scale. exact Dw.
  Qed.
  Lemma fine_bracket v w : fine v -> fine w -> fine (commutator v w).
  Proof.
    intros Fv Fw. assert (Dv := proj1 Fv). assert (Dw := proj1 Fw).
    split; [apply derivation_commutator; assumption|]. split; [apply fine_commutator; [exact Fv|apply Fw]|].
    intros m Hm. apply (span_ext F n e q Bs (fun h => commutator v (commutator w (act F n e (B m))) h +
      (- c1) * commutator w (commutator v (act F n e (B m))) h)).
    - intros h. unfold commutator, Involutive.commutator.
      assert (Db := derivation_act e (B m)).
      rewrite !(derivation_sub v _ _ Dv), !(derivation_sub w _ _ Dw), !(derivation_sub _ _ _ Db). ring.
    - apply span_add; [|apply span_scale]; apply fine_commutator; auto; [apply Fw|apply Fv]; auto.
  Qed.

  (* ---------------------------------------------------------------- members *)
  Lemma facts : check_involutive P fs Bs q rows = true /\ onvars (known P) q = true /\
    forall C a, In C Bs -> onvars (known P) (fget C a) = true.
  Proof.
    assert (H := check). unfold check_involutive_inputs in H. apply andb_prop in H as [H H3].
    apply andb_prop in H as [H1 H2]. split; [exact H1|]. split; [exact H2|]. intros C a HC.
    rewrite forallb_forall in H3. specialize (H3 C HC). rewrite forallb_forall in H3.
    destruct (is_state n a) eqn:E; [|rewrite (HB C HC a E); reflexivity]. apply H3. apply is_state_spec.
      exact E.
  Qed.
  Lemma basis_same e' C h : other_inputs e' -> In C Bs -> act F n e' C h = act F n e C h.
  Proof.
    intros [_ H] HC. unfold act. apply ssum_ext. intros a _. f_equal.
    apply (peval_ext F (known P)); [exact H|]. apply facts. exact HC.
  Qed.
  Lemma combination_at e' Y cs : other_inputs e' -> combination n q Y cs Bs = true -> forall h,
    peval F e q * act F n e' Y h = lin F n e Bs (fun m => peval F e' (nth m cs [])) h.
  Proof.
    intros He H h. assert (E : peval F e q = peval F e' q).
    { symmetry. apply (peval_ext F (known P)); [apply He|apply facts]. }
    rewrite E, (combination_ok F n e' q Bs HB Y cs H h). unfold lin. apply ssum_ext. intros m Hm.
      apply in_seq in Hm.
    rewrite (basis_same e' (B m)); [reflexivity|exact He|apply nth_In; lia].
  Qed.
  Lemma span_at e' Y cs : other_inputs e' -> combination n q Y cs Bs = true -> in_span (act F n e' Y).
  Proof.
    intros He H. exists 1%nat, (fun m => peval F e' (nth m cs [])). intros h.
    rewrite <- (combination_at e' Y cs He H h). simpl. ring.
  Qed.
  Lemma fine_member e' X : other_inputs e' -> In X fs -> fine (act F n e' X).
  Proof.
    intros He HX. destruct facts as (H & _ & _). unfold check_involutive in H.
    apply andb_prop in H as [H HR]. apply andb_prop in H as [_ HL]. apply Nat.eqb_eq in HL.
    rewrite forallb_forall in HR.
    assert (R : exists row, In (X, row) (zip pair fs rows)).
    { clear - HX HL. revert rows HL. induction fs as [|Y fs' IH]; intros [|row rows] HL; simpl in *;
      try contradiction;
        try discriminate.
      destruct HX as [->|HX]; [eexists; left; reflexivity|].
      destruct (IH HX rows) as [r Hr]; [congruence|]. exists r. right. exact Hr. }
    destruct R as [[brackets own] HI]. specialize (HR _ HI). cbn beta iota in HR.
    apply andb_prop in HR as [HR HU]. apply andb_prop in HR as [HLB HO]. apply Nat.eqb_eq in HLB.
    rewrite forallb_forall in HU.
    split; [apply derivation_act|]. split; [apply (span_at e' X own He HO)|]. intros m Hm.
    assert (I : exists cs, In (cs, B m) (zip pair brackets Bs)).
    { clear - Hm HLB. revert m brackets HLB Hm. induction Bs as [|b bs IH]; intros m [|c cs] HL Hm;
      simpl in *; try lia.
      destruct m as [|m]; [eexists; left; reflexivity|]. destruct (IH m cs) as [r Hr]; [lia|lia|]. exists r.
        right.
      exact Hr. }
    destruct I as [cs I]. specialize (HU _ I). cbn [fst snd] in HU.
    assert (HBm : In (B m) Bs) by (apply nth_In; exact Hm).
    apply (span_ext F n e q Bs (act F n e' (bracket (vars n) X (B m)))); [|apply (span_at e' _ cs He HU)].
    intros h. unfold commutator, Involutive.commutator.
    rewrite (bracket_ok F n e' X (B m)) by (auto; apply He). rewrite !(basis_same e' (B m)) by auto.
      reflexivity.
  Qed.
  (* THEOREM. All operators that the members make, at all inputs, lie in the span of the basis,
     up to powers of q. *)
  Theorem involutive_family v : generated v -> in_span v.
  Proof.
    intros H. assert (G : fine v); [|apply G].
    induction H as [e' X He HX|v w Hv IHv Hw IHw]; [apply fine_member; assumption|apply fine_bracket;
      assumption].
  Qed.
End Family.
