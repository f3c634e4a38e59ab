(* Refuted.v - an accepted witness: at a point without kinks the derivative of the expression
   along the gradient of an output of the network is not 0.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Other Witness
  Meaning Simulation
  Diff Claims
  Flow Text Relu TrueFlow Smooth Symmetry Point.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

(* There are parameters, constants and inputs at which no unit has a kink, and an output j:
   with its partial derivatives g and those dh of the expression there, the sum of g dh over the
   parameters is not 0. *)
Definition refuted (text s : string) : Prop := exists (e : positive -> R) j (g dh : positive -> R),
  (forall unit, In unit (units_of text e) -> no_kink unit) /\
  (j < List.length (outputs_of text e))%nat /\
  (forall a, is_parameter text a = true -> partial (fun e => nth j (outputs_of text e) 0) a e (g a)) /\
  (forall a, is_parameter text a = true -> partial (law_at text s) a e (dh a)) /\
  ssum Reals (vars (dim_of text)) (fun a => g a * dh a) <> 0.

Definition value_at (T : table) (a : positive) : R :=
  @rational Reals (fst (value_of T a)) (snd (value_of T a)).
Lemma rational_real z p : @rational Reals z p = IZR z / IZR (Zpos p).
Proof. change (phi Rring z / phi Rring (Zpos p) = IZR z / IZR (Zpos p)). rewrite !phi_IZR. reflexivity. Qed.
Lemma poly_at_means T p : means Reals (value_at T) (poly_at T p) (pev (value_at T) p).
Proof.
  assert (C : forall z, @rational Reals z 1 = phi Rring z).
  { intros z. rewrite rational_real, phi_IZR. change (@eq R (IZR z / 1) (IZR z)). field. }
  assert (M : forall m, means Reals (value_at T) (mono_at T m) (meval Rring (value_at T) m)).
  { induction m as [|a m IH]; cbn [mono_at meval].
    - assert (H := means_const Reals (value_at T) 1 1). rewrite C, (phi1 Rring) in H. exact H.
    - apply (means_mul Reals); [apply means_const|exact IH]. }
  induction p as [|[m z] p IH]; cbn [poly_at peval].
  - assert (H := means_const Reals (value_at T) 0 1). rewrite C, (phi0 Rring) in H. exact H.
  - apply (means_add Reals); [|exact IH]. apply (means_mul Reals); [|apply M].
    rewrite <- C. apply means_const.
Qed.
Lemma sign_constant f : not_zero f = true -> constant_den f = true.
Proof. unfold not_zero, sign_of, constant_den. destruct (Checker.constant (snd f));
  [reflexivity|discriminate]. Qed.
Lemma sign_ok e f : not_zero f = true ->
  (sign_of f = 1%Z /\ 0 < fval e f) \/ (sign_of f <> 1%Z /\ fval e f < 0).
Proof.
  unfold not_zero, sign_of, fval. destruct (Checker.constant (snd f)) as [d|] eqn:E; [|discriminate].
  apply constant_spec in E as [-> Hd]. destruct (fst f) as [|[[|] z] [|]]; try discriminate.
  intros H. cbn [peval meval]. rewrite !phi_IZR.
  assert (D : IZR d <> 0) by (apply not_0_IZR; exact Hd). cbn.
  assert (Q : (IZR z * 1 + 0) / (IZR d * 1 + 0) = IZR (z * d) * / (IZR d * IZR d))
    by (rewrite mult_IZR; field; exact D).
  rewrite Q. assert (S : 0 < / (IZR d * IZR d)) by (apply Rinv_0_lt_compat; nra).
  destruct (Z.sgn_spec (z * d)) as [(L & ->)|[(L & G)|(L & ->)]].
  - left. split; [reflexivity|]. apply IZR_lt in L. nra.
  - rewrite G in H. discriminate.
  - right. split; [discriminate|]. apply IZR_lt in L. nra.
Qed.
Lemma not_zero_poly T p : not_zero (poly_at T p) = true -> pev (value_at T) p <> 0.
Proof.
  intros H. rewrite (fval_means _ _ _ (poly_at_means T p) (sign_constant _ H)).
  destruct (sign_ok (value_at T) _ H) as [[_ Q]|[_ Q]]; lra.
Qed.
Lemma is_value_ok x y : is_value x y = true -> x = y.
Proof.
  unfold is_value. intros H. apply andb_prop in H as [H1 H2]. apply Z.eqb_eq in H1. apply Pos.eqb_eq in H2.
  destruct x, y. simpl in *. congruence.
Qed.

Section Refuted.
  Variable text : string.
  Variable t : compiled.
  Hypothesis Ht : compile text = Ok t.
  Hypothesis HG : check_gates t = true.
  Variable l : law.
  Variable T : table.
  Variable j : nat.
  Hypothesis HR : check_refuted t l T j = true.
  Notation P := (t_problem t).
  Notation n := (p_dim P).
  Notation prog := (p_prog P).
  Notation t0 := (expand P variable).
  Notation tv := (expand P (number_at T)).
  Notation e := (value_at T).
  Notation h := (law_frac l variable).
  Lemma facts : (forall g, In g (gates_of prog) -> gate_fits tv g = true /\ no_kinks tv g = true) /\
    (forall x, In x (keys_of tv prog) -> gate_right T x = true) /\
    (forall x, In x (PositiveMap.elements T) ->
      Pos.ltb (fst x) (first t) || existsb (fun y => Pos.eqb (fst x) (fst y)) (keys_of t0 prog) = true) /\
    exists f, nth_error (outputs P t0) j = Some f /\ constant_den f = true /\
      not_zero (poly_at T (snd h)) = true /\ not_zero (poly_at T (slope_along n h f)) = true.
  Proof.
    unfold check_refuted in HR. fold (first t) in HR. apply andb_prop in HR as [H H6].
    apply andb_prop in H as [H H5].
    apply andb_prop in H as [H H4]. apply andb_prop in H as [H H3]. apply andb_prop in H as [_ H2].
    rewrite forallb_forall in H2, H3, H4, H5. split; [auto|]. split; [exact H4|]. split; [exact H5|].
    destruct (nth_error _ j) as [f|]; [|discriminate]. exists f. apply andb_prop in H6 as [H6 H8].
    apply andb_prop in H6 as [H6 H7]. auto.
  Qed.
  Lemma number_means a : means Reals e (number_at T a) (e a).
  Proof. apply means_const. Qed.
  Lemma pre_value g : In g (gates_of prog) -> pre t g e = map (map (fval e)) (nth (arg_of g) tv []).
  Proof. intros Hg. apply (pre_tape t HG e e _ number_means g Hg). apply facts. exact Hg. Qed.
  Lemma entry_sign g row f : In g (gates_of prog) -> In row (nth (arg_of g) tv []) -> In f row ->
    not_zero f = true /\ (kind_of g = 0 \/ kind_of g = 1)%nat.
  Proof.
    intros Hg Hrow Hf. destruct (proj1 facts g Hg) as [_ H]. destruct g as [[k i] ids]. unfold no_kinks in H.
    apply andb_prop in H as [H1 H]. apply Nat.ltb_lt in H1. unfold arg_of, kind_of in *. cbn [fst snd] in *.
    rewrite forallb_forall in H. specialize (H row Hrow). rewrite forallb_forall in H. split; [auto|lia].
  Qed.
  Lemma value_good g : In g (gates_of prog) -> good t e g.
  Proof.
    intros Hg id row c Ho. assert (Or := occurs_map (fval e) _ _ _ _ _ Ho). fold (pre t g e) in Or.
    rewrite (pre_value g Hg) in Or. destruct Or as (idr & H1 & H2).
    apply combine_map_r in H1 as (row1 & H1 & E1).
    assert (LR : List.length (map (fval e) row) = List.length row1) by (rewrite E1, map_length; reflexivity).
    rewrite LR in H2. assert (O1 : occurs_at (snd g) (nth (arg_of g) tv []) id row1 c) by (exists idr; auto).
    assert (C : (c < List.length row1)%nat) by (apply in_combine_r, in_seq in H2; lia).
    destruct (entry_sign g row1 (nth c row1 ([], one)) Hg (in_combine_r _ _ _ _ H1) (nth_In _ _ C))
      as [HZ HK].
    assert (HV := proj1 (proj2 facts) _ (key_in_tape tv g id row1 c prog Hg O1)).
    rewrite E1. unfold gate_right, key_of, unit_gate in HV.
    change (e id) with (@rational Reals (fst (value_of T id)) (snd (value_of T id))).
    assert (NE : nth c (map (fval e) row1) 0 = fval e (nth c row1 ([], one))).
    { rewrite (nth_indep _ 0 (fval e ([], one))), map_nth by (rewrite map_length; exact C). reflexivity. }
    assert (One : @eq R (@rational Reals 1 1) 1) by (rewrite rational_real; field).
    assert (Zero : @eq R (@rational Reals 0 1) 0) by (rewrite rational_real; field).
    assert (Part : @rational Reals 1 100 = 1 / 100).
    { apply rational_real. }
    destruct HK as [K|K]; rewrite K in *; cbn [Nat.eqb] in HV; apply is_value_ok in HV; rewrite HV;
      destruct (sign_ok e _ HZ) as [[S Q]|[S Q]]; unfold gate; rewrite NE.
    - rewrite S. cbn [Z.eqb Pos.eqb fst snd]. destruct (Rlt_dec 0 _); [exact One|contradiction].
    - destruct (Z.eqb_spec (sign_of (nth c row1 ([], one))) 1); [contradiction|]. cbn [fst snd].
      destruct (Rlt_dec 0 _); [lra|exact Zero].
    - rewrite S. cbn [Z.eqb Pos.eqb fst snd]. destruct (Rlt_dec 0 _); [exact One|contradiction].
    - destruct (Z.eqb_spec (sign_of (nth c row1 ([], one))) 1); [contradiction|]. cbn [fst snd].
      destruct (Rlt_dec 0 _); [lra|exact Part].
  Qed.
  Lemma value_units : forall unit, In unit (units_of text e) -> no_kink unit.
  Proof.
    destruct (text_at text t Ht HG e e (fun _ _ => eq_refl) value_good) as (_ & _ & ->).
    intros unit Hu. apply in_map_iff in Hu as (g & <- & Hg). rewrite (pre_value g Hg). intros row Hrow.
    apply in_map_iff in Hrow as (row1 & <- & Hrow).
    assert (G : forall z, In z (map (fval e) row1) -> (kind_of g = 0 \/ kind_of g = 1)%nat /\ z <> 0).
    { intros z Hz. apply in_map_iff in Hz as (f & <- & Hf).
      destruct (entry_sign g row1 f Hg Hrow Hf) as [HZ HK].
      split; [exact HK|]. destruct (sign_ok e f HZ) as [[_ Q]|[_ Q]]; lra. }
    assert (K : (kind_of g = 0 \/ kind_of g = 1)%nat).
    { destruct (proj1 facts g Hg) as [_ H]. destruct g as [[k i] ids]. unfold no_kinks in H.
      apply andb_prop in H as [H _]. apply Nat.ltb_lt in H. unfold kind_of. cbn. lia. }
    destruct K as [-> | ->]; intros z Hz; apply G; exact Hz.
  Qed.
  (* the gates of the network at the point are those of the table *)
  Lemma gates_table a : gates_at t e a = e a.
  Proof.
    destruct (Pos.ltb_spec a (first t)) as [L|L]; [apply gates_at_same, L|].
    destruct (existsb (fun y => Pos.eqb a (fst y)) (keys_of t0 prog)) eqn:E.
    - apply existsb_exists in E as ([b key] & Hk & E). apply Pos.eqb_eq in E. cbn [fst] in E. subst b.
      destruct (in_tape_key t0 a key prog Hk) as (g & row & c & Hg & Ho & _).
      rewrite (good_gates t HG e g Hg a row c Ho), (value_good g Hg a row c Ho).
      assert (EP : pre t g (gates_at t e) = pre t g e).
      { rewrite <- (pre_ok t HG g (gates_at t e) Hg), <- (pre_ok t HG g e Hg).
        assert (H1 := true_run t HG e e (fun _ _ => eq_refl) value_good).
        assert (H2 := true_run t HG (gates_at t e) e (gates_at_same t e) (good_gates t HG e)).
        rewrite H1 in H2. apply (f_equal fst) in H2. cbn [fst] in H2.
        exact (f_equal (fun T => nth (arg_of g) T []) (eq_sym H2)). }
      assert (O := occurs_map (fun f => (fval (gates_at t e) f, fval e f)) _ _ _ _ _ Ho).
      destruct Ho as (idr & Hc & _). apply in_combine_r in Hc. unfold pre in EP. f_equal.
      clear -EP Hc. revert Hc EP. generalize (nth (arg_of g) t0 []). induction l as [|r m IH]; intros [] EP;
        simpl in EP; injection EP as E1 E2; [subst; exact E1|auto].
    - assert (V : PositiveMap.find a T = None).
      { destruct (PositiveMap.find a T) as [v|] eqn:F; [|reflexivity]. exfalso.
        apply PositiveMap.elements_correct in F. destruct facts as (_ & _ & H & _). specialize (H _ F).
        cbn [fst] in H. rewrite E in H. apply Pos.leb_le in L. rewrite Pos.leb_antisym in L.
        destruct (Pos.ltb a (first t)); discriminate. }
      unfold value_at, value_of. rewrite V. cbn [fst snd].
      assert (Zero : @eq R (@rational Reals 0 1) 0) by (rewrite rational_real; field).
      rewrite Zero. unfold gates_at. destruct (Pos.ltb_spec a (first t)); [lia|].
      destruct (find (named_by a) _) as [x|] eqn:F; [|reflexivity]. exfalso. apply find_some in F as [Hx F].
      unfold named_by in F. apply Pos.eqb_eq in F. destruct x as [b x]. cbn [fst] in F. subst b.
      apply in_concat in Hx as (ls & Hl & Hx). apply in_map_iff in Hl as (g & <- & Hg).
      apply listed_in in Hx as (row & c & Ho & _).
      assert (H1 := true_run t HG e e (fun _ _ => eq_refl) value_good). apply (f_equal fst) in H1.
      cbn [fst] in H1.
      apply (eq_ind _ (fun T => occurs_at (snd g) (nth (arg_of g) T []) a row c)) with (2 := H1) in Ho.
      apply (eq_ind _ (fun m => occurs_at (snd g) m a row c)) with (2 := pre_ok t HG g e Hg) in Ho.
      apply occurs_pre in Ho as (frow & _ & Ho).
      assert (K := key_in_tape t0 g a frow c prog Hg Ho).
      assert (Q : existsb (fun y => Pos.eqb a (fst y)) (keys_of t0 prog) = true); [|congruence].
      apply existsb_exists. eexists. split; [exact K|]. apply Pos.eqb_refl.
  Qed.
  Lemma slope_value f : pev e (slope_along n h f) =
    ssum Reals (vars n) (fun a => law_form l a e * pev e (diff a (fst f))).
  Proof.
    unfold slope_along. induction (vars n) as [|a v IH]; [reflexivity|]. cbn [fold_right ssum].
    rewrite (peval_add Rring), IH, !(peval_mul Rring), (peval_add Rring), (peval_opp Rring),
      !(peval_mul Rring).
    unfold law_form. cbn. ring.
  Qed.
  Theorem refuted_ok s : compile_law t s = Ok l -> refuted text s.
  Proof.
    intros El. destruct facts as (_ & _ & _ & f & Hj & Hf & Hd & Hs).
    apply not_zero_poly in Hd. apply not_zero_poly in Hs.
    unfold constant_den in Hf. destruct (Checker.constant (snd f)) as [z|] eqn:Ef; [|discriminate].
    apply constant_spec in Ef as [Ef Hz].
    assert (Dz : forall e, pev e (snd f) = phi Rring z) by (intros; rewrite Ef; cbn; ring).
    assert (Nz : phi Rring z <> 0) by (rewrite phi_IZR; apply not_0_IZR; exact Hz).
    assert (Lj : (j < List.length (outputs P t0))%nat) by (apply nth_error_Some; rewrite Hj; discriminate).
    assert (NV : forall e, nth j (network P e) 0 = pev e (fst f) / phi Rring z).
    { intros e'. assert (M : means Reals e' f (nth j (network P e') 0)).
      { assert (N := network_means P e'). clear -N Hj. revert j Hj. induction N; intros [|i] Hi; simpl in *;
          try discriminate; [injection Hi as ->; assumption|auto]. }
      unfold means in M. rewrite Dz in M. apply real_quotient; [exact Nz|]. apply M.
      apply unit_real. exact Nz. }
    exists e, j, (fun a => pev e (diff a (fst f)) / phi Rring z),
      (fun a => law_form l a e / (pev e (snd h) * pev e (snd h))).
    split; [exact value_units|]. split; [|split; [|split]].
    - destruct (text_at text t Ht HG e e (fun _ _ => eq_refl) value_good) as (-> & _).
      exact (Nat.lt_le_trans _ _ _ Lj (Nat.eq_le_incl _ _ (length_rel _ _ _ (network_means P e)))).
    - intros a Ha. rewrite (parameter_state text t Ht) in Ha. unfold partial.
      eapply near_derivable.
      + eapply near_mono; [|exact (true_near text t Ht HG e a value_units Ha)]. intros x Hx. cbn beta in Hx.
        rewrite Hx. reflexivity.
      + apply (deriv_ext (fun x => pev (update e a x) (fst f) * / phi Rring z)).
        * intros x. rewrite NV. unfold Rdiv. f_equal. apply (peval_ext' Rring). intros b. unfold update.
          destruct (Pos.eqb b a); [reflexivity|]. symmetry. apply gates_table.
        * apply (deriv_ext (mult_real_fct (/ phi Rring z) (fun x => pev (update e a x) (fst f))));
            [intros x; unfold mult_real_fct; ring|].
          replace (pev e (diff a (fst f)) / phi Rring z) with (/ phi Rring z * pev e (diff a (fst f)))
            by (unfold Rdiv; ring).
          apply derivable_pt_lim_scal. apply poly_derivative.
    - intros a Ha. unfold partial.
      apply (deriv_ext (fun x => law_real (update e a x) l)).
      + intros x. unfold law_at. rewrite (compile_law_ok _ _ text t s l Ht El). reflexivity.
      + exact (law_form_gradient l e a Hd).
    - rewrite (dim_ok text t Ht), slope_value in *. intros Q. apply Hs.
      set (k := phi Rring z * (pev e (snd h) * pev e (snd h))).
      assert (F : forall v, @eq R (k * ssum Reals v (fun a =>
          pev e (diff a (fst f)) / phi Rring z * (law_form l a e / (pev e (snd h) * pev e (snd h)))))
        (ssum Reals v (fun a => law_form l a e * pev e (diff a (fst f))))).
      { induction v as [|a v IH]; [apply Rmult_0_r|]. cbn [ssum].
        etransitivity; [apply Rmult_plus_distr_l|]. apply (f_equal2 Rplus); [|exact IH].
        unfold k. field. split; assumption. }
      exact (eq_trans (eq_sym (F (vars n))) (eq_trans (f_equal (Rmult k) Q) (Rmult_0_r k))).
  Qed.
End Refuted.

(* THEOREM. An accepted witness refutes the expression for the network itself. *)
Theorem text_refuted text s values j : check_text_refuted text s values j = true -> refuted text s.
Proof.
  unfold check_text_refuted. intros H. apply andb_prop in H as [HA H].
  apply about_spec in HA as (t & ls & Ht & _ & HG & _). rewrite Ht in H.
  destruct (compile_law t s) as [l|] eqn:El; [|discriminate]. exact (refuted_ok text t Ht HG l _ j H s El).
Qed.
