(* Motion.v - derivatives of values in symbols along curves, and what reduces to zero is zero.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Diff
  Claims Flow Text Relu
  TrueFlow Symbols Functions SymbolValues.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

Lemma fval_agree S e e' a : constant_den a = true -> onvars S (fst a) = true ->
  (forall b, S b = true -> e b = e' b) -> fval e a = fval e' a.
Proof.
  intros Hc HS H. destruct (constant_den_spec a Hc) as (z & E & _). unfold fval. rewrite E, !pev_constant.
  rewrite (peval_ext Rring S e e' (fst a) H HS). reflexivity.
Qed.

(* ------------------------------------------------------------------ values for the symbols *)
Section Extend.
  Variable I : functions.
  Fixpoint extend (T : table) (e : positive -> R) : positive -> R :=
    match T with
    | [] => e
    | (id, (f, l)) :: T => extend T (update e id (real_value I f (map (fval e) l)))
    end.
  Lemma extend_ok T : forall id e, ordered id T = true ->
    (forall a, (a < id)%positive -> extend T e a = e a) /\ sat I (extend T e) T.
  Proof.
    induction T as [|[i [f l]] T IH]; intros id e O; cbn [extend].
    - split; [reflexivity|intros t []].
    - cbn [ordered] in O. apply andb_prop in O as [O O3]. apply andb_prop in O as [O1 O2]. apply Pos.eqb_eq in
      O1. subst i.
      set (v := real_value I f (map (fval e) l)). destruct (IH (Pos.succ id) (update e id v) O3) as [H1 H2].
      assert (H : forall a, (a < id)%positive -> extend T (update e id v) a = e a).
      { intros a Ha. rewrite H1 by lia. unfold update. destruct (Pos.eqb_spec a id); [lia|reflexivity]. }
      split; [exact H|]. intros t [<-|Ht]; [|apply H2; exact Ht]. unfold stands. cbn [fst snd].
      rewrite H1 by lia. unfold update at 1. rewrite Pos.eqb_refl. unfold v. f_equal.
      apply map_ext_in. intros a Ha. rewrite forallb_forall in O2. specialize (O2 a Ha). apply andb_prop in O2
        as [C V].
      apply (fval_agree (fun b => Pos.ltb b id)); [exact C|exact V|]. intros b Hb. apply Pos.ltb_lt in Hb.
      symmetry. apply H. exact Hb.
  Qed.
  Lemma ordered_in T : forall id0 id f l, ordered id0 T = true -> In (id, (f, l)) T -> (id0 <= id)%positive /\
    (Zpos id < Zpos id0 + Z.of_nat (List.length T))%Z /\
    forall a, In a l -> constant_den a = true /\ onvars (fun b => Pos.ltb b id) (fst a) = true.
  Proof.
    induction T as [|[i [f' l']] T IH]; intros id0 id f l O H; [contradiction|]. cbn [ordered List.length] in
      *.
    apply andb_prop in O as [O O3]. apply andb_prop in O as [O1 O2]. apply Pos.eqb_eq in O1. subst i.
    destruct H as [H|H].
    - injection H as -> -> ->. split; [lia|]. split; [lia|]. intros a Ha. rewrite forallb_forall in O2.
      specialize (O2 a Ha). apply andb_prop in O2. exact O2.
    - destruct (IH _ _ _ _ O3 H) as (H1 & H2 & H3). split; [lia|]. split; [lia|exact H3].
  Qed.
  Lemma ordered_unique T : forall id0 id d d', ordered id0 T = true -> In (id, d) T -> In (id, d') T -> d =
    d'.
  Proof.
    induction T as [|[i [f l]] T IH]; intros id0 id d d' O H H'; [contradiction|]. cbn [ordered] in O.
    apply andb_prop in O as [O O3]. apply andb_prop in O as [O1 _]. apply Pos.eqb_eq in O1. subst i.
    destruct H as [H|H], H' as [H'|H'].
    - congruence.
    - injection H as -> <-. destruct d' as [f' l']. apply ordered_in with (id0 := Pos.succ id) in H';
      [lia|exact O3].
    - injection H' as -> <-. destruct d as [f' l']. apply ordered_in with (id0 := Pos.succ id) in H;
      [lia|exact O3].
    - eapply IH; eauto.
  Qed.
End Extend.

Lemma find_symbol_in d T id : find_symbol d T = Some id -> In (id, d) T.
Proof.
  unfold find_symbol. destruct (find _ T) as [[i d']|] eqn:F; [|discriminate]. intros E. injection E as ->.
  apply find_some in F as [Hin Hd]. unfold def_eqb in Hd. apply andb_prop in Hd as [H1 H2]. cbn [fst snd] in
    *.
  apply fn_eqb_ok in H1. apply row_eqb_ok in H2. destruct d, d'; cbn [fst snd] in *; subst. exact Hin.
Qed.

Section Zero.
  Variable I : functions.
  Variable e : positive -> R.
  Variable T : table.
  Variable id0 : positive.
  Hypothesis Hord : ordered id0 T = true.
  Hypothesis Hsat : sat I e T.
  Lemma look_value d p : look T d = Some p -> pev e p = real_value I (fst d) (map (fval e) (snd d)).
  Proof.
    unfold look. destruct (find_symbol d T) as [id|] eqn:F; [|discriminate]. intros E. injection E as <-.
    apply find_symbol_in in F. specialize (Hsat _ F). unfold stands in Hsat. cbn [fst snd] in Hsat.
    unfold var. cbn [peval meval]. rewrite Hsat, phi_IZR. cbn. ring.
  Qed.
  Lemma var_value id : pev e (var id) = e id.
  Proof. unfold var. cbn [peval meval]. rewrite phi_IZR. cbn. ring. Qed.

  (* ---------------------------------------------------------------- relations *)
  Variable off : Prop.
  Hypothesis Hfine : fine off e T.
  Lemma relation_ok id f l k A B : In (id, (f, l)) T -> relation T f l = Some (k, A, B) ->
    (0 < k)%nat /\ e id ^ k * pev e A = pev e B /\ pev e A <> 0.
  Proof.
    intros Hin HR. destruct (ordered_in _ _ _ _ _ Hord Hin) as (_ & _ & HC). assert (HV := Hsat _ Hin).
    assert (HF := Hfine _ Hin). unfold stands in HV. cbn [fst snd] in *.
    destruct f, l as [|a [|b l]]; try discriminate; cbn [relation] in HR; cbn [map real_value regular single
      nth] in HV, HF;
      destruct (HC a (or_introl eq_refl)) as [Ca _]; destruct (constant_den_spec a Ca) as (z & Ez & Hz);
      apply IZR_nonzero in Hz; assert (Fa : fval e a = pev e (fst a) / IZR z) by (unfold fval; rewrite Ez,
        pev_constant; reflexivity);
      rewrite Fa in HV; try rewrite Fa in HF.
    - injection HR as <- <- <-. rewrite Ez, pev_constant. split; [lia|].
      assert (N : pev e (fst a) <> 0) by (intros Q; apply HF; rewrite Q; unfold Rdiv; ring).
      split; [|exact N]. rewrite HV. simpl. field. split; assumption.
    - destruct (look T (Sin, [a])) as [s|] eqn:E; [|discriminate].
      change (Some (2%nat, one, padd one (popp (pmul s s))) = Some (k, A, B)) in HR.
      assert (EB : padd one (popp (pmul s s)) = B) by congruence. assert (k = 2%nat) by congruence.
      assert (EA : one = A) by congruence. clear HR. subst k. rewrite <- EA, <- EB. apply look_value in E.
      cbn [fst snd map real_value single nth] in E. rewrite Fa in E. split; [lia|].
      rewrite (ev_one Reals), (peval_add Rring), (peval_opp Rring), (peval_mul Rring), (ev_one Reals), E, HV.
        cbn.
      assert (Q := sin2_cos2 (pev e (fst a) / IZR z)). unfold Rsqr in Q. cbn in Q. split; [lra|lra].
    - injection HR as <- <- <-. rewrite Ez, pev_constant. split; [lia|]. split; [|exact Hz].
      rewrite HV. replace (sqrt (pev e (fst a) / IZR z) ^ 2) with (pev e (fst a) / IZR z); [field; exact Hz|].
      simpl. rewrite Rmult_1_r. symmetry. apply sqrt_sqrt. lra.
  Qed.

  (* ---------------------------------------------------------------- powers of a symbol *)
  Lemma meval_repeat a n : meval Rring e (repeat a n) = e a ^ n.
  Proof. induction n as [|n IH]; cbn [repeat meval pow]; [reflexivity|]. rewrite IH. reflexivity. Qed.
  Lemma meval_without a m : meval Rring e m = e a ^ degree a m * meval Rring e (without a m).
  Proof.
    unfold degree, without. induction m as [|b m IH]; cbn [filter meval]; [cbn; ring|].
    destruct (Pos.eqb_spec a b) as [<-|N]; cbn [negb List.length meval pow]; rewrite IH; cbn; ring.
  Qed.
  Lemma meval_lowered a k m : meval Rring e (lowered a k m) = e a ^ (Nat.modulo (degree a m) k) * meval Rring
    e (without a m).
  Proof. unfold lowered. rewrite (meval_merge Rring), meval_repeat. reflexivity. Qed.
  Lemma ppower_value p k : pev e (ppower p k) = pev e p ^ k.
  Proof. induction k as [|k IH]; cbn [ppower pow]; [apply (ev_one Reals)|]. rewrite (peval_mul Rring), IH.
    reflexivity. Qed.
  Definition top (a : positive) (k : nat) (p : poly) : nat :=
    fold_left (fun j t => Nat.max j (Nat.div (degree a (fst t)) k)) p O.
  Lemma top_max a k p : forall t, In t p -> (Nat.div (degree a (fst t)) k <= top a k p)%nat.
  Proof.
    unfold top. assert (G : forall j, (j <= fold_left (fun j (t : mono * Z) => Nat.max j (Nat.div (degree a
      (fst t)) k)) p j)%nat /\
      forall t, In t p -> (Nat.div (degree a (fst t)) k <= fold_left (fun j t => Nat.max j (Nat.div (degree a
        (fst t)) k)) p j)%nat).
    { induction p as [|u p IH]; intros j; cbn [fold_left]; [split; [lia|intros t []]|].
      destruct (IH (Nat.max j (Nat.div (degree a (fst u)) k))) as [H1 H2]. split; [lia|].
      intros t [<-|Ht]; [lia|apply H2; exact Ht]. }
    apply G.
  Qed.
  Lemma removed_value a k A B p : (0 < k)%nat -> e a ^ k * pev e A = pev e B -> exists J,
    pev e (removed a k A B p) = pev e A ^ J * pev e p.
  Proof.
    intros Hk HB. unfold removed. fold (top a k p). set (J := top a k p).
    assert (G : pev e (norm (flat_map (fun t => mulmono (lowered a k (fst t)) (snd t) (nth (Nat.div (degree a
      (fst t)) k)
      (map (fun j => pmul (ppower B j) (ppower A (J - j))) (seq 0 (S J))) [])) p)) = pev e A ^ J * pev e p).
    { rewrite (peval_norm Rring). assert (M : forall t, In t p -> (Nat.div (degree a (fst t)) k <= J)%nat) by
      apply top_max.
      clearbody J. induction p as [|[m c] p IH]; cbn [flat_map peval]; [cbn; ring|].
      rewrite (peval_app Rring), (peval_mulmono Rring), IH by (intros; apply M; now right).
      assert (Hm := M (m, c) (or_introl eq_refl)). cbn [fst snd] in *.
      set (j := Nat.div (degree a m) k) in *.
      rewrite (nth_indep _ [] ((fun j => pmul (ppower B j) (ppower A (J - j))) 0%nat)) by (rewrite map_length,
        seq_length; lia).
      rewrite (map_nth (fun j => pmul (ppower B j) (ppower A (J - j)))), seq_nth by lia. cbn [Nat.add].
      rewrite (peval_mul Rring), !ppower_value, meval_lowered, <- HB, (meval_without a m).
      assert (D := Nat.div_mod (degree a m) k ltac:(lia)). fold j in D.
      rewrite D at 2. rewrite pow_add, pow_mult, Rpow_mult_distr.
      assert (EJ : pev e A ^ J = pev e A ^ j * pev e A ^ (J - j)) by (rewrite <- pow_add; f_equal; lia).
      rewrite EJ. cbn. ring. }
    destruct J as [|J]; [exists 0%nat; symmetry; apply Rmult_1_l|]. exists (S J). exact G.
  Qed.
  Lemma reduce_zero p : pev e (reduce T p) = 0 -> pev e p = 0.
  Proof.
    unfold reduce, rev'. rewrite <- rev_alt. assert (In_T : forall t, In t (rev T) -> In t T) by (intros;
      apply in_rev; assumption).
    revert p In_T. generalize (rev T). induction l as [|[id [f l0]] l IH]; intros p In_T H; cbn [fold_left] in
      H; [exact H|].
    apply IH in H; [|intros; apply In_T; now right]. unfold reduce_one in H.
    destruct (is_nil p); [exact H|]. cbn [fst snd] in H.
    destruct (relation T f l0) as [[[k A] B]|] eqn:ER; [|exact H].
    destruct (relation_ok id f l0 k A B (In_T _ (or_introl eq_refl)) ER) as (Hk & HB & HA).
    destruct (removed_value id k A B p Hk HB) as [J HJ]. rewrite HJ in H.
    apply Rmult_integral in H as [H|H]; [|exact H]. exfalso. revert H. apply pow_nonzero. exact HA.
  Qed.
End Zero.
