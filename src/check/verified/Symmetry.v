(* Symmetry.v - accepted generators do not change any output of the network that a text denotes.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive Permutation.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Other Meaning
  Simulation Diff
  Claims Flow
  Text Relu TrueFlow.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

(* (g theta)_i = sign_i theta_image(i); constants and inputs stay *)
Definition transformed (text : string) (g : generator) (e : positive -> R) (a : positive) : R :=
  if is_parameter text a then
    match nth_error g (Pos.to_nat a - 1) with
    | Some (minus, b) => if minus : bool then - e b else e b
    | None => e a
    end
  else e a.
(* No output of the network, with its true units, changes under g, at any parameters, constants and inputs. *)
Definition symmetric (text : string) (g : generator) : Prop :=
  Permutation (map snd g) (vars (dim_of text)) /\
  forall e, outputs_of text (transformed text g e) = outputs_of text e.

Lemma is_generator_permutes n g : is_generator n g = true -> Permutation (map snd g) (vars n).
Proof.
  unfold is_generator. intros H. apply andb_prop in H as [H _]. apply andb_prop in H as [HL H].
  apply Nat.eqb_eq in HL. rewrite forallb_forall in H. symmetry. apply NoDup_Permutation_bis.
  - apply vars_nodup.
  - rewrite map_length, HL. unfold vars. rewrite vars_length. lia.
  - intros a Ha. specialize (H a Ha). apply existsb_exists in H as (b & Hb & E). apply Pos.eqb_eq in E.
    subst. exact Hb.
Qed.
Lemma key_in_tape T g id row c prog : In g (gates_of prog) ->
  occurs_at (snd g) (nth (arg_of g) T []) id row c ->
  In (id, key_of (kind_of g) row c) (keys_of T prog).
Proof.
  intros Hg (idr & H1 & H2). unfold gates_of in Hg. apply in_flat_map in Hg as (nd & Hn & Hg).
  apply in_concat. exists (gate_keys T nd). split; [apply in_map; exact Hn|].
  destruct nd; try contradiction. destruct Hg as [<-|[]]. unfold kind_of, arg_of in *. cbn [fst snd] in *.
  cbn [gate_keys]. apply in_concat. eexists. split.
  - apply in_zip. exists idr, row. split; [exact H1|reflexivity].
  - apply in_zip. exists id, c. split; [exact H2|]. reflexivity.
Qed.
Lemma in_tape_key T id key prog : In (id, key) (keys_of T prog) -> exists g row c, In g (gates_of prog) /\
  occurs_at (snd g) (nth (arg_of g) T []) id row c /\ key = key_of (kind_of g) row c.
Proof.
  intros H. apply in_concat in H as (l & H & Hl). apply in_map_iff in H as (nd & <- & Hn).
  destruct nd as [| | | | | | | | | | | |k i ids]; try contradiction. cbn [gate_keys] in Hl.
  apply in_concat in Hl as (l & Hz & Hl). apply in_zip in Hz as (idr & row & H1 & ->).
  apply in_zip in Hl as (id' & c & H2 & E). injection E as -> ->. exists (k, i, ids), row, c. split.
  - apply in_flat_map. exists (Gate k i ids). split; [exact Hn|now left].
  - split; [exists idr; split; assumption|reflexivity].
Qed.
Lemma occurs_map {X Y} (f : X -> Y) ids m id row c :
  occurs_at ids m id row c -> occurs_at ids (map (map f) m) id (map f row) c.
Proof.
  intros (idr & H1 & H2). exists idr. rewrite map_length. split; [|exact H2]. clear -H1.
  revert m H1. induction ids as [|a l IH]; intros [|b m] H; simpl in *; try contradiction.
  destruct H as [H|H]; [injection H as -> ->; now left|right; auto].
Qed.

Lemma same_values_ok e zero x : (forall p, zero p = true -> pev e p = 0) -> forall y,
  same_values zero x y = true -> forall xs ys, Forall2 (means Reals e) x xs -> Forall2 (means Reals e) y ys ->
  xs = ys.
Proof.
  intros Zero. induction x as [|f x IH]; intros [|h y] H xs ys HX HY; try discriminate;
    inversion HX; inversion HY; subst; [reflexivity|].
  simpl in H. apply andb_prop in H as [H H']. f_equal; [|eapply IH; eauto].
  unfold same_value in H. apply andb_prop in H as [H HZ]. apply andb_prop in H as [C1 C2].
  apply Zero in HZ. rewrite (peval_add Rring), (peval_opp Rring), !(peval_mul Rring) in HZ.
  match goal with M : means Reals e f ?u, M' : means Reals e h ?v |- _ =>
    revert M M'; generalize u v end.
  intros u v M M'. unfold means, constant_den in *.
  destruct (Checker.constant (snd f)) as [z|] eqn:Ef; [|discriminate].
  destruct (Checker.constant (snd h)) as [z'|] eqn:Eh; [|discriminate].
  assert (U : forall q z, Checker.constant q = Some z -> @Model.unit Rring (pev e q)).
  { clear. intros q z E. apply constant_spec in E as [E Hz]. rewrite E. cbn [peval meval].
    destruct (unit_int Reals z Hz) as [y Hy]. exists y. cbn in *.
    transitivity (phi Rring z * y); [ring|exact Hy]. }
  assert (U1 := U _ _ Ef). assert (U2 := U _ _ Eh). specialize (M U1). specialize (M' U2).
  apply unit_real in U1, U2. cbn in M, M', HZ, U1, U2 |- *. rewrite <- M, <- M' in HZ.
  assert (Q : pev e (snd h) * pev e (snd f) * (u - v) = 0) by (rewrite <- HZ; ring).
  apply Rmult_integral in Q as [Q|Q]; [|lra]. apply Rmult_integral in Q as [Q|Q]; contradiction.
Qed.

(* the pre-activations at e', on a tape whose variables have been replaced by fractions *)
Lemma pre_tape t (HG : check_gates t = true) e e' leaf : (forall a, means Reals e (leaf a) (e' a)) ->
  forall h, In h (gates_of (p_prog (t_problem t))) -> gate_fits (expand (t_problem t) leaf) h = true ->
  pre t h e' = map (map (fval e)) (nth (arg_of h) (expand (t_problem t) leaf) []).
Proof.
  intros HL h Hh HF. rewrite <- (pre_ok t HG h e' Hh). destruct h as [[k i] ids]. unfold gate_fits in HF.
  apply andb_prop in HF as [_ HF]. change (arg_of (k, i, ids)) with i. rewrite forallb_forall in HF.
  assert (H : Forall2 (Forall2 (means Reals e)) (nth i (expand (t_problem t) leaf) [])
    (nth i (run (sem_ops Reals e') (p_prog (t_problem t)) []) []))
    by (apply (nth_rel (Forall2 (Forall2 (means Reals e)))); [constructor|apply expansion_ok; exact HL]).
  revert HF. induction H as [|row row' m m' Hr H IH]; intros HC; simpl; [reflexivity|].
  f_equal; [|apply IH; intros x Hx; apply HC; now right].
  assert (HR := HC row (or_introl eq_refl)). rewrite forallb_forall in HR.
  clear -Hr HR. induction Hr as [|f x row row' Hf H IH]; simpl; [reflexivity|].
  f_equal; [apply fval_means; [exact Hf|apply HR; now left]|]. apply IH. intros y Hy. apply HR. now right.
Qed.

Section Symmetry.
  Variable text : string.
  Variable t : compiled.
  Hypothesis Ht : compile text = Ok t.
  Hypothesis HG : check_gates t = true.
  Variable g : generator.
  Variable put : PositiveMap.t positive.
  Hypothesis HS : check_symmetry t g put = true.
  Notation P := (t_problem t).
  Notation n := (p_dim P).
  Notation prog := (p_prog P).
  Notation leaf := (moved (first t) n g put).
  Notation t0 := (expand P variable).
  Notation t1 := (expand P leaf).
  Variable e2 : positive -> R.
  Notation e := (gates_at t e2).
  Definition e' (a : positive) : R := pev e (fst (leaf a)).

  Lemma parts : is_generator n g = true /\ forallb (gate_fits t1) (gates_of prog) = true /\
    gates_match put (keys_of t0 prog) (keys_of t1 prog) = true /\
      same_values is_nil (outputs P t1) (outputs P t0) = true.
  Proof.
    unfold check_symmetry in HS. fold (first t) in HS. apply andb_prop in HS as [H H4].
    apply andb_prop in H as [H H3].
    apply andb_prop in H as [H H2]. apply andb_prop in H as [_ H1]. auto.
  Qed.
  Lemma leaf_means a : means Reals e (leaf a) (e' a).
  Proof.
    unfold means, e'. assert (E : snd (leaf a) = one).
    { unfold moved. destruct (is_state n a).
      - destruct (nth_error g _) as [[s b]|]; reflexivity.
      - destruct (Pos.ltb a (first t)); [reflexivity|]. destruct (PositiveMap.find a put); reflexivity. }
    rewrite E. intros _. rewrite (ev_one Reals). cbn. ring.
  Qed.
  Lemma tape1 : Forall2 (Forall2 (Forall2 (means Reals e))) t1 (run (sem_ops Reals e') prog []).
  Proof. apply expansion_ok. exact leaf_means. Qed.
  Lemma pev_single b : pev e [([b], 1%Z)] = e b.
  Proof. cbn [peval meval]. rewrite (phi1 Rring). cbn. ring. Qed.
  Lemma pev_minus b : pev e [([b], (-1)%Z)] = - e b.
  Proof. cbn [peval meval]. change (-1)%Z with (Z.opp 1). rewrite (phi_opp Rring), (phi1 Rring). cbn. ring.
  Qed.
  Lemma e'_early a : (a < first t)%positive -> e' a = transformed text g e2 a.
  Proof.
    intros Ha. unfold e', moved, transformed. rewrite (parameter_state text t Ht).
    destruct (is_state n a) eqn:S.
    - destruct (nth_error g _) as [[minus b]|] eqn:E; [|cbn [fst variable]; rewrite pev_single;
      apply gates_at_same, Ha].
      assert (Hb : is_state n b = true).
      { destruct parts as (H & _). unfold is_generator in H. apply andb_prop in H as [_ H].
        rewrite forallb_forall in H. apply H. apply nth_error_In in E. apply (in_map snd) in E. exact E. }
      assert (Eb : e b = e2 b) by (apply gates_at_same, (early t HG), Hb). cbn [fst].
      destruct minus; [rewrite pev_minus|rewrite pev_single]; rewrite Eb; reflexivity.
    - apply Pos.ltb_lt in Ha as L. rewrite L. cbn [fst variable]. rewrite pev_single. apply gates_at_same, Ha.
  Qed.
  (* the pre-activations after the substitution *)
  Lemma pre_moved h : In h (gates_of prog) -> pre t h e' = map (map (fval e)) (nth (arg_of h) t1 []).
  Proof.
    intros Hh. destruct parts as (_ & HF & _). rewrite forallb_forall in HF.
    exact (pre_tape t HG e e' leaf leaf_means h Hh (HF h Hh)).
  Qed.
  Lemma good_moved h : In h (gates_of prog) -> good t e' h.
  Proof.
    intros Hh id row c Ho. assert (HL := gate_late t HG h id row c Hh Ho).
    assert (Or := occurs_map (fval e') _ _ _ _ _ Ho). fold (pre t h e') in Or. rewrite (pre_moved h Hh) in Or.
    destruct Or as (idr & H1 & H2). apply combine_map_r in H1 as (row1 & H1 & E1).
    assert (LR : List.length (map (fval e') row) = List.length row1) by (rewrite E1, map_length; reflexivity).
    rewrite LR in H2. assert (O1 : occurs_at (snd h) (nth (arg_of h) t1 []) id row1 c) by (exists idr; auto).
    destruct parts as (_ & _ & HM & _). unfold gates_match in HM. rewrite forallb_forall in HM.
    specialize (HM _ (key_in_tape t1 h id row1 c prog Hh O1)). cbn [fst snd] in HM.
    destruct (PositiveMap.find id put) as [b|] eqn:EP; [|discriminate].
    apply existsb_exists in HM as ([b' key] & Hk & HM). cbn [fst snd] in HM. apply andb_prop in HM as [Eb Ek].
    apply Pos.eqb_eq in Eb. subst b'. apply key_eqb_ok in Ek. subst key.
    destruct (in_tape_key t0 b _ prog Hk) as (h0 & row0 & c0 & Hh0 & Ho0 & EK).
    assert (Ee : e' id = e b).
    { unfold e', moved. destruct (is_state n id) eqn:S; [apply (early t HG) in S; lia|].
      destruct (Pos.ltb_spec id (first t)); [lia|]. rewrite EP. cbn [fst variable]. apply pev_single. }
    rewrite Ee, (good_gates t HG e2 h0 Hh0 b row0 c0 Ho0), E1.
    assert (K : kind_of h0 = kind_of h).
    { unfold key_of in EK. destruct (Nat.eqb_spec (kind_of h) 2), (Nat.eqb_spec (kind_of h0) 2); congruence. }
    rewrite K in *. symmetry. apply same_gate.
    - apply (shape_of t HG h Hh).
    - apply in_combine_r, in_seq in H2. lia.
    - exact (occurs_length t h0 b row0 c0 Hh0 Ho0).
    - exact EK.
  Qed.
  Theorem symmetry_ok : outputs_of text (transformed text g e2) = outputs_of text e2.
  Proof.
    destruct (text_at text t Ht HG e' (transformed text g e2) e'_early good_moved) as (-> & _).
    destruct (text_at text t Ht HG e e2 (gates_at_same t e2) (good_gates t HG e2)) as (-> & _).
    destruct parts as (_ & _ & _ & H). apply (same_values_ok e is_nil _ (fun p => @is_nil_ok_ring Rring p e) _
      H).
    - apply outputs_rel. exact tape1.
    - apply network_means.
  Qed.
End Symmetry.

(* THEOREM. Accepted generators are symmetries of the network, with relu(z) = max(0, z). *)
Theorem text_symmetric text gs : check_text_symmetry text gs = true -> forall g, In g gs -> symmetric text g.
Proof.
  unfold check_text_symmetry. intros H g Hg. apply andb_prop in H as [HA H].
  apply about_spec in HA as (t & ls & Ht & _ & HG & _). rewrite Ht in H. rewrite forallb_forall in H.
  specialize (H g Hg). split; [|intros e; exact (symmetry_ok text t Ht HG g _ H e)].
  destruct (parts t g _ H) as (HP & _). apply is_generator_permutes in HP.
  rewrite (dim_ok text t Ht). exact HP.
Qed.
