(* Involutive.v - an upper bound of orbits without laws: where q is not 0, the whole Lie algebra lies in the
   span of k fields.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   Let B_1..B_k be fields, q a polynomial, and let q X_i and q [X_i, B_j] be combinations of the B with
   functions as coefficients.  The set D of operators v with q^N v in the span of the B (some N) is closed
   under sums and multiples, and under brackets with every Y such that Y and all [Y, B_j] are in D.  Such Y
   are closed under brackets by Jacobi. *)
From Coq Require Import ZArith List Bool Lia FMapPositive Ring_theory Ring InitialRing.
From LawCert Require Import Poly Model Checker Diff Claims.
Import ListNotations.

Section Involutive.
  Variable F : dring.
  Open Scope cring_scope.
  Add Ring RI : (cth F).
  Variable n : nat.
  Variable e : positive -> F.
  Hypothesis He : admissible F n e.
  Variable q : poly.
  Variable Bs : list field.
  Hypothesis HB : forall B, In B Bs -> on_state n B.
  Notation qf := (peval F e q).
  Notation op X := (act F n e X).
  Notation B m := (nth m Bs zero_field).
  Fixpoint pow (k : nat) : F := match k with O => 1 | S k' => qf * pow k' end.
  Definition lin (cs : nat -> F) (h : F) : F := ssum F (seq 0 (length Bs)) (fun m => cs m * op (B m) h).
  (* q^N v is a combination of the basis *)
  Definition in_span (v : F -> F) : Prop := exists N cs, forall h, pow N * v h = lin cs h.

  Lemma pow_add a b : pow (a + b) = pow a * pow b.
  Proof. induction a as [|a IH]; simpl; [ring|]. rewrite IH. ring. Qed.
  Lemma lin_add cs ds h : lin (fun m => cs m + ds m) h = lin cs h + lin ds h.
  Proof. unfold lin. rewrite <- ssum_add. apply ssum_ext. intros. ring. Qed.
  Lemma lin_scale x cs h : lin (fun m => x * cs m) h = x * lin cs h.
  Proof. unfold lin. rewrite <- ssum_scale. apply ssum_ext. intros. ring. Qed.
  Lemma span_add v w : in_span v -> in_span w -> in_span (fun h => v h + w h).
  Proof.
    intros (N & cs & H) (M & ds & G). exists (N + M)%nat, (fun m => pow M * cs m + pow N * ds m). intros h.
    rewrite (lin_add (fun m => pow M * cs m) (fun m => pow N * ds m)), !lin_scale, <- H, <- G, pow_add. ring.
  Qed.
  Lemma span_scale x v : in_span v -> in_span (fun h => x * v h).
  Proof. intros (N & cs & H). exists N, (fun m => x * cs m). intros h. rewrite lin_scale, <- H. ring. Qed.
  Lemma span_ext v w : (forall h, v h = w h) -> in_span v -> in_span w.
  Proof. intros E (N & cs & H). exists N, cs. intros h. rewrite <- E. apply H. Qed.
  Lemma span_pow N v : in_span (fun h => pow N * v h) -> in_span v.
  Proof. intros (M & cs & H). exists (M + N)%nat, cs. intros h. rewrite <- H, pow_add. ring. Qed.
  Lemma span_zero : in_span (fun _ => 0).
  Proof.
    exists O, (fun _ => 0). intros h. unfold lin.
      rewrite (ssum_ext F _ _ (fun _ => 0)); [rewrite ssum_0; ring|]. intros. ring.
  Qed.
  Lemma span_basis cs v : (forall m, (m < length Bs)%nat -> in_span (v m)) ->
    in_span (fun h => ssum F (seq 0 (length Bs)) (fun m => cs m * v m h)).
  Proof.
    intros H. assert (G : forall l, (forall m, In m l -> (m < length Bs)%nat) ->
      in_span (fun h => ssum F l (fun m => cs m * v m h))).
    { induction l as [|m l IH]; intros Hl; cbn [ssum]; [apply span_zero|].
      apply span_add; [apply span_scale, H, Hl; left; reflexivity|apply IH; intros; apply Hl; right; auto]. }
    apply G. intros m Hm. apply in_seq in Hm. lia.
  Qed.

  Definition commutator (v w : F -> F) (h : F) : F := v (w h) - w (v h).
  Definition good (Y : field) : Prop := on_state n Y /\ in_span (op Y) /\
    forall m, (m < length Bs)%nat -> in_span (commutator (op Y) (op (B m))).
  Lemma act_add X x y : op X (x + y) = op X x + op X y.
  Proof. unfold act. rewrite <- ssum_add. apply ssum_ext. intros. rewrite pd_add. ring. Qed.
  Lemma act_ssum X (l : list nat) f : op X (ssum F l f) = ssum F l (fun m => op X (f m)).
  Proof. induction l as [|m l IH]; cbn [ssum]; [apply act_0|rewrite act_add, IH; reflexivity]. Qed.
  Lemma good_commutator Y v : good Y -> in_span v -> in_span (commutator (op Y) v).
  Proof.
    intros (SY & DY & DB) (N & cs & H). apply (span_pow N).
    assert (Dv : in_span v) by (exists N, cs; exact H).
    apply (span_ext (fun h => lin (fun m => op Y (cs m)) h +
      (ssum F (seq 0 (length Bs)) (fun m => cs m * commutator (op Y) (op (B m)) h) + (- op Y
        (pow N)) * v h))).
    - intros h. unfold commutator.
      assert (E : op Y (pow N * v h) = op Y (lin cs h)) by (rewrite H; reflexivity).
      rewrite act_mul in E.
      assert (G : op Y (lin cs h) = lin (fun m => op Y (cs m)) h + ssum F (seq 0 (length Bs))
        (fun m => cs m * op Y (op (B m) h))).
      { unfold lin. rewrite act_ssum, <- ssum_add. apply ssum_ext. intros m _. apply act_mul. }
      transitivity (lin (fun m => op Y (cs m)) h + ssum F (seq 0 (length Bs)) (fun m => cs m * op Y (op
        (B m) h))
        - lin cs (op Y h) - op Y (pow N) * v h).
      + rewrite (ssum_ext F _ _ (fun m => cs m * op Y (op (B m) h) - cs m * op (B m) (op Y h))) by (intros;
          ring).
        rewrite ssum_sub. unfold lin. ring.
      + rewrite <- G, <- E, <- H. ring.
    - apply span_add; [|apply span_add].
      + exists O, (fun m => op Y (cs m)). intros h. simpl. ring.
      + apply span_basis. exact DB.
      + apply span_scale. exact Dv.
  Qed.
  Lemma good_bracket Y Z : good Y -> good Z -> good (bracket (vars n) Y Z).
  Proof.
    intros GY GZ. assert (SY := proj1 GY). assert (SZ := proj1 GZ).
    assert (E : forall h, commutator (op Y) (op Z) h = op (bracket (vars n) Y Z) h)
      by (intros; unfold commutator; rewrite bracket_ok by auto; reflexivity).
    split; [apply on_state_make|split].
    - apply (span_ext (commutator (op Y) (op Z))); [exact E|]. apply good_commutator; auto. apply GZ.
    - intros m Hm. apply (span_ext (fun h => commutator (op Y) (commutator (op Z) (op (B m))) h +
        (- c1) * commutator (op Z) (commutator (op Y) (op (B m))) h)).
      + assert (Sub : forall X x y, op X (x - y) = op X x - op X y).
        { intros X x y. transitivity (op X (x + (- c1) * y)); [f_equal; ring|]. rewrite act_add, act_mul.
          replace (op X (- c1)) with (0 : F); [ring|]. unfold act.
            rewrite (ssum_ext F _ _ (fun _ => 0)); [rewrite ssum_0; reflexivity|].
          intros a _. replace (- c1) with (phi F (-1)%Z); [rewrite pd_inj; ring|].
          change (-1)%Z with (Z.opp 1). rewrite phi_opp, phi1. reflexivity. }
        intros h. unfold commutator. rewrite !Sub. rewrite <- !E. unfold commutator. rewrite !Sub. ring.
      + apply span_add; [|apply span_scale]; apply good_commutator; auto; [apply GZ|apply GY]; auto.
  Qed.
  Lemma zero_good : good zero_field.
  Proof.
    assert (Z : forall h, op zero_field h = 0).
    { intros h. unfold act. rewrite (ssum_ext F _ _ (fun _ => 0)); [apply ssum_0|]. intros. rewrite fget_zero.
        cbn [peval]. ring. }
    split; [apply on_state_zero|split].
    - apply (span_ext (fun _ => 0)); [intros; rewrite Z; reflexivity|apply span_zero].
    - intros m _. apply (span_ext (fun _ => 0)); [intros; unfold commutator; rewrite !Z, act_0;
        ring|apply span_zero].
  Qed.

  (* what `combination` checks *)
  Lemma combination_ok Y cs : combination n q Y cs Bs = true -> forall h,
    qf * op Y h = lin (fun m => peval F e (nth m cs [])) h.
  Proof.
    unfold combination. intros H h. apply andb_prop in H as [HL H]. apply Nat.eqb_eq in HL.
      rewrite forallb_forall in H.
    assert (E : forall a, In a (vars n) -> qf * peval F e (fget Y a) =
      ssum F (seq 0 (length Bs)) (fun m => peval F e (nth m cs []) * peval F e (fget (B m) a))).
    { intros a Ha. specialize (H a Ha). apply (is_nil_ok_ring _ e) in H.
      rewrite (peval_add F), (peval_opp F), (peval_mul F), (peval_norm F) in H.
      transitivity (peval F e (concat (zip (fun c B => pmul c (fget B a)) cs Bs))).
      - match goal with |- ?x = ?y => transitivity (x + - y + y); [ring|rewrite H; ring] end.
      - clear H. revert cs HL. induction Bs as [|b bs IH]; intros [|c cs] HL; try discriminate;
          [reflexivity|].
        cbn [zip concat length seq ssum nth].
          rewrite (peval_app F), (peval_mul F), (IH (fun B HB' => HB B (or_intror HB'))) by (simpl in HL;
            congruence).
        f_equal. rewrite <- seq_shift. clear.
          induction (seq 0 (length bs)) as [|m l IH]; simpl; [reflexivity|].
        rewrite IH. reflexivity. }
    unfold act, lin. rewrite <- ssum_scale.
    transitivity (ssum F (vars n) (fun a => ssum F (seq 0 (length Bs)) (fun m =>
      peval F e (nth m cs []) * (peval F e (fget (B m) a) * pd a h)))).
    - apply ssum_ext. intros a Ha.
      transitivity (pd a h * (qf * peval F e (fget Y a))); [ring|]. rewrite (E a Ha), <- ssum_scale.
      apply ssum_ext. intros. ring.
    - rewrite ssum_swap. apply ssum_ext. intros m _. unfold act. rewrite ssum_scale. reflexivity.
  Qed.
  Lemma combination_span Y cs : combination n q Y cs Bs = true -> in_span (op Y).
  Proof.
    intros H. exists 1%nat, (fun m => peval F e (nth m cs [])). intros h. rewrite <- (combination_ok Y cs H).
      simpl. ring.
  Qed.

  (* THEOREM. The whole Lie algebra generated by the fields lies in the span of the basis, up to powers of
     q. *)
  Variable P : problem.
  Hypothesis HP : p_dim P = n.
  Theorem involutive_bound fs rows : check_involutive P fs Bs q rows = true -> (forall X, In X fs ->
    on_state n X) ->
    forall X, in_lie (vars n) (fun X => In X fs) X -> in_span (op X).
  Proof.
    unfold check_involutive. rewrite HP. intros H SF X HX. apply andb_prop in H as [H HR].
      apply andb_prop in H as [_ HL].
    apply Nat.eqb_eq in HL. rewrite forallb_forall in HR.
    assert (G : forall X, in_lie (vars n) (fun X => In X fs) X -> good X); [|apply G; exact HX].
    clear X HX. intros X HX. induction HX as [X HX| |X Y HX IX HY IY]; [|apply zero_good|apply good_bracket;
      auto].
    assert (R : exists row, In (X, row) (zip pair fs rows)).
    { clear - HX HL. revert rows HL.
        induction fs as [|Y fs IH]; intros [|row rows] HL; simpl in *; try contradiction; try discriminate.
      destruct HX as [->|HX]; [eexists; left; reflexivity|].
      destruct (IH HX rows) as [r Hr]; [congruence|]. exists r. right. exact Hr. }
    destruct R as [[brackets own] HI]. specialize (HR _ HI). cbn beta iota in HR.
    apply andb_prop in HR as [HR HU]. apply andb_prop in HR as [HLB HO]. apply Nat.eqb_eq in HLB.
      rewrite forallb_forall in HU.
    split; [auto|split; [apply (combination_span X own HO)|]].
    intros m Hm. assert (I : exists cs, In (cs, B m) (zip pair brackets Bs)).
    { clear - Hm HLB. revert m brackets HLB Hm.
        induction Bs as [|b bs IH]; intros m [|c cs] HL Hm; simpl in *; try lia.
      destruct m as [|m]; [eexists; left; reflexivity|]. destruct (IH m cs) as [r Hr]; [lia|lia|]. exists r.
        right. exact Hr. }
    destruct I as [cs I]. specialize (HU _ I). cbn [fst snd] in HU.
    apply (span_ext (op (bracket (vars n) X (B m)))); [|apply (combination_span _ cs HU)].
    intros h. unfold commutator. apply bracket_ok; auto. apply HB, nth_In. exact Hm.
  Qed.
End Involutive.
