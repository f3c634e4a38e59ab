(* FunctionInvariant.v - every member of the family of a network with functions is tangent to the subspaces
   that check_function_invariants accepts.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Other Meaning
  Readings Simulation Diff Claims
  Flow Text Relu TrueFlow Symbols Functions SymbolValues Motion Curves FunctionFlow FunctionFields Replace
  Replaced.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.
Add Ring RealRing4 : (cth Rring).

(* At a point theta = B^T s of the subspace every finite combination w of gradients of outputs, times the
   weights of the flow, or of fields, at inputs at which all is defined and no unit has a kink, is tangent to
   it: E w = 0. *)
Definition function_tangent (I : functions) (text : string) (S : subspace) : Prop :=
  forall s e w : positive -> R,
  (forall a, is_parameter text a = true -> e a = pev s (on_subspace (dim_of text) (s_B S) a)) ->
  function_velocity I text e w -> forall row, In row (s_E S) -> form (dim_of text) row w = 0.

Lemma form_add n row c m v : form n row (fun a => c * m a + v a) = c * form n row m + form n row v.
Proof.
  unfold form. induction (zip pair (vars n) row) as [|t l IH]; cbn [ssum]; [cbn; ring|]. rewrite IH. cbn.
    ring.
Qed.
Lemma form_zero n row : form n row (fun _ => 0) = 0.
Proof. unfold form. induction (zip pair (vars n) row) as [|t l IH]; [reflexivity|]. cbn [ssum]. rewrite IH.
  cbn. ring. Qed.
Lemma form_ext n row x y : (forall a, is_state n a = true -> x a = y a) -> form n row x = form n row y.
Proof.
  intros H. apply (ssum_ext Reals). intros [a z] Ht. cbn [fst snd]. rewrite H; [reflexivity|].
  apply is_state_spec. apply in_zip in Ht as (b & r & Ht & E). injection E as -> _.
  exact (in_combine_l _ _ _ _ Ht).
Qed.
Lemma form_list n row x :
  fold_right Rplus 0 (zip (fun z y => phi Rring z * y) row (map x (vars n))) = form n row x.
Proof.
  unfold form. revert row. generalize (vars n). induction l as [|a l IH]; intros [|z row]; try reflexivity.
  cbn [map zip fold_right ssum fst snd]. rewrite IH. reflexivity.
Qed.
Lemma linear_form_ext n row e e' : (List.length row <= n)%nat ->
  (forall a, is_state n a = true -> e a = e' a) -> pev e (linear_form row) = pev e' (linear_form row).
Proof.
  intros HL H. unfold linear_form.
  assert (G : forall l : list (positive * Z), (forall t, In t l -> is_state n (fst t) = true) ->
    pev e (fold_right (fun t acc => padd (mulmono [fst t] (snd t) one) acc) [] l) =
    pev e' (fold_right (fun t acc => padd (mulmono [fst t] (snd t) one) acc) [] l)).
  { induction l as [|t l IH]; intros Hl; cbn [fold_right]; [reflexivity|].
    rewrite !(peval_add Rring), !(peval_mulmono Rring), IH by (intros; apply Hl; now right). cbn [meval].
    rewrite (H _ (Hl t (or_introl eq_refl))). reflexivity. }
  apply G. intros [a z] Ht. apply filter_In in Ht as [Ht _]. cbn [fst].
  assert (In a (vars (List.length row))) as Ha.
  { apply in_zip in Ht as (b & r & Ht & E). injection E as -> _. exact (in_combine_l _ _ _ _ Ht). }
  apply is_state_spec in Ha. eapply is_state_le; [|exact Ha]. exact HL.
Qed.

Section Invariant.
  Variable I : functions.
  Variable text : string.
  Variable t : compiled.
  Hypothesis Ht : compile text = Ok t.
  Notation P := (t_problem t).
  Notation n := (p_dim P).
  Variable first : positive.
  Hypothesis Hfirst : (Z.of_nat (n + p_frozen P) < Zpos first)%Z.
  Variable A : analysis.
  Hypothesis HA : analyse P first [] = Ok A.
  Variable S : subspace.
  Hypothesis HS : function_invariant P first A S = true.
  Notation full := (full I A).
  Notation leaf := (subspace_leaf n (s_B S)).
  Definition on_it (s e : positive -> R) : Prop :=
    forall a, is_state n a = true -> e a = pev s (on_subspace n (s_B S) a).

  (* a field at a point of the subspace *)
  Lemma field_tangent s e X row : on_it s e -> fine True (full e) (a_table A) -> In X (a_fields A) ->
    In row (s_E S) -> form n row (fun a => pev (full e) (fget X a)) = 0.
  Proof.
    intros He HF HX Hrow. destruct (table_facts I t first [] A HA) as (tt & u & lm & fs & gs & _ & _ & _ & _ &
      HO & _).
    unfold function_invariant in HS. apply andb_prop in HS as [HB H]. apply andb_prop in HB as [HB HK].
    destruct (replaced first leaf (a_table A) no_places []) as [[G T]|] eqn:ER; [|discriminate].
    apply andb_prop in H as [H HE]. apply andb_prop in H as [Ord _].
    rewrite forallb_forall in HK, HE. specialize (HK X HX). specialize (HE X HX). cbv zeta in HE.
    rewrite forallb_forall in HK, HE. specialize (HE row Hrow). apply andb_prop in HE as [HC HZ].
    set (base := fun a => if is_state n a then s a else e a). set (e1 := extend I T base).
    destruct (extend_ok I T first base Ord) as [B1 S1]. fold e1 in B1, S1.
    destruct (full_ok I t first [] A HA e) as [B0 S0].
    assert (HL : (List.length (s_B S) <= n)%nat).
    { unfold check_subspace in HB. rewrite !andb_true_iff in HB. destruct HB as ((((((((_ & Q) & _) & _) & _)
      & _) & _) & _) & _).
      apply Nat.ltb_lt in Q. lia. }
    destruct (replaced_ok I first True leaf e1 (full e) (a_table A) first no_places [] G T HO ER) as [_ V].
    destruct V as [HG F]; [exact S1|exact S0| |].
    { intros a Ha. unfold put, no_places. rewrite PositiveMap.gempty, B0 by exact Ha.
      apply mean_polynomial. destruct (is_state n a) eqn:Sa.
      - rewrite (He a Sa). unfold on_subspace. rewrite Sa.
        apply (linear_form_ext n); [unfold column; rewrite map_length; exact HL|]. intros b Hb.
        rewrite B1 by exact (state_early P first Hfirst b Hb). unfold base. rewrite Hb. reflexivity.
      - unfold on_subspace. rewrite Sa. cbn [peval meval]. rewrite phi_IZR, B1 by exact Ha. unfold base.
        rewrite Sa. cbn. ring. }
    specialize (F (fun d (Hd : In d []) => match Hd with end) HF).
    apply (is_nil_ok_ring (R := Rring) _ e1) in HZ.
    apply (reduce_zero I e1 T first Ord S1 True F) in HZ.
    set (xs := map (fun a => put_poly leaf G (fget X a)) (vars n)) in *.
    assert (HM : Forall2 (means Reals e1) xs (map (fun a => pev (full e) (fget X a)) (vars n))).
    { unfold xs. clear HC HZ xs. induction (vars n) as [|a vs IH]; cbn [map]; constructor.
      - apply (put_poly_ok leaf e1 (full e) G (fun b => Pos.ltb b (after first (a_table A)))).
        + intros b Hb. apply HG. apply Pos.ltb_lt in Hb. unfold after in Hb. lia.
        + exact (HK a (or_introl eq_refl)).
      - apply IH. intros b Hb. apply HK. now right. }
    assert (HY : Forall2 (means Reals e1) (zip (fun z y => fr_mul (const z, one) y) row xs)
      (zip (fun z y => phi Rring z * y) row (map (fun a => pev (full e) (fget X a)) (vars n)))).
    { clear -HM. revert row. induction HM as [|x v l l' Hx HM IH]; intros [|z row]; cbn [zip]; constructor.
      - apply (means_mul Reals); [|exact Hx]. apply mean_polynomial. apply (ev_const Reals).
      - apply IH. }
    apply sum_of_ok in HY. rewrite form_list in HY. rewrite (fval_means e1 _ _ HY HC). unfold fval.
    rewrite HZ. cbn. unfold Rdiv. ring.
  Qed.
  (* what is a field up to a factor *)
  Lemma member_tangent s e X D m row : on_it s e -> In X (a_fields A) -> D <> 0%Z ->
    fine True (full e) (a_table A) ->
    (forall a, is_state n a = true -> pev (full e) (fget X a) = phi Rring D * m a) -> In row (s_E S) ->
    form n row m = 0.
  Proof.
    intros He HX ND HF Hm Hrow. assert (H := field_tangent s e X row He HF HX Hrow).
    assert (U : phi Rring D <> 0) by (rewrite phi_IZR; apply IZR_nonzero; exact ND).
    rewrite (form_ext n row _ (fun a => phi Rring D * m a + 0)) in H by (intros a Ha; rewrite (Hm a Ha);
      ring).
    rewrite (form_add n row (phi Rring D) m (fun _ => 0)), form_zero, Rplus_0_r in H.
    apply Rmult_integral in H as [H|H]; [contradiction|exact H].
  Qed.
  Theorem function_invariant_ok : function_tangent I text S.
  Proof.
    intros s e w He Hw row Hrow. rewrite (dim_ok text t Ht) in *.
    assert (On : forall e', (forall a, is_known text a = true -> e' a = e a) -> on_it s e').
    { intros e' H a Ha. rewrite H.
      - apply He. rewrite (parameter_state text t Ht). exact Ha.
      - rewrite (known_known text t Ht). unfold known. eapply is_state_le; [|exact Ha]. lia. }
    assert (None : forall e', fine True (full e') []) by (intros e' d []).
    induction Hw as [|c e' j g v Hk HR Hj Hp Hv IH|c e' k v Hk HR Hj Hv IH].
    - apply form_zero.
    - rewrite (form_add n row c (fun a => weight_at I text e' a * g a) v), IH.
      assert (Hp' : forall a, is_state n a = true -> partial (fun e => nth j (outputs_at I text e) 0) a e' (g
        a))
        by (intros a Ha; apply Hp; rewrite (parameter_state text t Ht); exact Ha).
      destruct (output_member I text t Ht first Hfirst [] A HA e' j g HR (None e') Hj Hp')
        as (X & D & HX & ND & F & HM).
      rewrite (member_tangent s e' X D _ row (On e' Hk) HX ND F HM Hrow). ring.
    - rewrite (form_add n row c (fun a => nth (Pos.to_nat a - 1) (nth k (fields_at I text e') []) 0) v), IH.
      destruct (field_member I text t Ht first [] A HA e' k HR (None e') Hj) as (X & D & HX & ND & F & HM).
      rewrite (member_tangent s e' X D _ row (On e' Hk) HX ND F HM Hrow). ring.
  Qed.
End Invariant.

(* THEOREM. Every member of the family of the text is tangent to an accepted subspace, with the functions of
   the real numbers; for every erf, gelu and arbitrary function as in Functions.v. *)
Theorem function_invariants text l : check_function_invariants text l = true -> forall S, In S l ->
  forall I : functions, function_tangent I text S.
Proof.
  unfold check_function_invariants. destruct (compile text) as [t|] eqn:Ht; [|discriminate]. intros H S HS I.
  cbv zeta in H. apply andb_prop in H as [Hf H]. apply Z.ltb_lt in Hf.
  destruct (analyse (t_problem t) (gate_number (t_layout t) 0) []) as [A|] eqn:EA; [|discriminate].
  rewrite forallb_forall in H. exact (function_invariant_ok I text t Ht _ Hf A EA S (H S HS)).
Qed.
