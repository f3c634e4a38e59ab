(* Flow.v - over the real numbers: a checked law is constant along every differentiable curve whose velocity
   is, at every
   time, a combination of members of the family: gradients of the outputs of the network at arbitrary inputs
   and gates.
   In particular along the gradient flow of every loss on every data set.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool Reals Lra Lia FMapPositive Ring_theory InitialRing.
From LawCert Require Import Poly Model Checker Diff Claims.
Import ListNotations.
Open Scope R_scope.

Lemma real_ring : ring_theory 0 1 Rplus Rmult Rminus Ropp (@eq R).
Proof. constructor; intros; ring. Qed.
Definition Rring : cring := Ring R 0 1 Rplus Rmult Rminus Ropp real_ring.
Lemma unit_real (x : R) : @unit Rring x <-> x <> 0.
Proof.
  split.
  - intros [y H] E. subst x. cbn in H. rewrite Rmult_0_l in H. lra.
  - intros H. exists (/ x). cbn. field. exact H.
Qed.
Lemma phi_pos p : 0 < phi Rring (Zpos p).
Proof.
  assert (P : forall z, (0 <= z)%Z -> 0 <= phi Rring z).
  { apply natlike_ind; [rewrite (phi0 Rring); cbn; lra|]. intros z _ IH. unfold Z.succ. rewrite (phi_add
    Rring), (phi1 Rring). cbn in *. lra. }
  replace (Zpos p) with (Z.pred (Zpos p) + 1)%Z by lia. rewrite (phi_add Rring), (phi1 Rring).
  assert (H := P (Z.pred (Zpos p)) ltac:(lia)). cbn in *. lra.
Qed.
Lemma phi_IZR z : phi Rring z = IZR z.
Proof.
  assert (P : forall z, (0 <= z)%Z -> phi Rring z = IZR z).
  { apply natlike_ind; [apply (phi0 Rring)|]. intros x _ IH. unfold Z.succ.
    rewrite (phi_add Rring), (phi1 Rring), IH, plus_IZR. reflexivity. }
  destruct (Z_le_gt_dec 0 z) as [H|H]; [auto|].
  replace z with (Z.opp (Z.opp z)) by lia. rewrite (phi_opp Rring), (P (Z.opp z)) by lia. rewrite !opp_IZR.
  cbn. ring.
Qed.
Lemma quot_real (x y : R) : @unit Rring y -> y * (x / y) = x.
Proof. intros H. apply unit_real in H. field. exact H. Qed.
Lemma unit_pos p : @unit Rring (phi Rring (Zpos p)).
Proof. apply unit_real. assert (H := phi_pos p). lra. Qed.
(* The real numbers; rational z p is the real number z / p. *)
Definition Reals : qalg := QAlg Rring Rdiv quot_real unit_pos.
Notation pev := (peval Rring).
Notation dpv := (dp Rring).

Lemma deriv_mono (g v : positive -> R -> R) t m : (forall a, In a m -> derivable_pt_lim (g a) t (v a t)) ->
  derivable_pt_lim (fun t => meval Rring (fun a => g a t) m) t (dm Rring (fun a => g a t) (fun a => v a t) m).
Proof.
  intros H. induction m as [|a m IH].
  - apply (derivable_pt_lim_const 1).
  - exact (derivable_pt_lim_mult (g a) (fun t => meval Rring (fun a => g a t) m) t _ _ (H a (or_introl
    eq_refl))
             (IH (fun b Hb => H b (or_intror Hb)))).
Qed.
Lemma deriv_poly (g v : positive -> R -> R) t p S : onvars S p = true ->
  (forall a, S a = true -> derivable_pt_lim (g a) t (v a t)) ->
  derivable_pt_lim (fun t => pev (fun a => g a t) p) t (dpv (fun a => g a t) (fun a => v a t) p).
Proof.
  intros HS H. induction p as [|[m c] p IH].
  - apply (derivable_pt_lim_const 0).
  - simpl in HS. apply andb_prop in HS as [Ha Hm].
    apply (derivable_pt_lim_plus (fun t => phi Rring c * meval Rring (fun a => g a t) m) (fun t => pev (fun a
      => g a t) p)).
    + apply (derivable_pt_lim_scal (fun t => meval Rring (fun a => g a t) m) (phi Rring c)). apply deriv_mono.
      intros a Hin. apply H. rewrite forallb_forall in Ha. auto.
    + apply IH. exact Hm.
Qed.

Lemma deriv_ext (f g : R -> R) x d : (forall s, f s = g s) -> derivable_pt_lim f x d -> derivable_pt_lim g x
  d.
Proof. intros H D eps He. destruct (D eps He) as [dl Hdl]. exists dl. intros h H0 H1. rewrite <- !H. auto.
  Qed.

(* sum of row_a x_a over n coordinates *)
Definition form (n : nat) (row : list Z) (x : positive -> R) : R :=
  ssum Reals (zip pair (vars n) row) (fun t => phi Rring (snd t) * x (fst t)).

Section Flow.
  Variable P : problem.
  Notation n := (p_dim P).
  (* the network over the real numbers: its scalar outputs, and the components of the k-th raw field *)
  Definition network (e : positive -> R) : list R := outputs P (run (sem_ops Reals e) (p_prog P) []).
  Definition weight (e : positive -> R) : list R := weights P 1 (run (sem_ops Reals e) (p_prog P) []).
  Definition raw (e : positive -> R) (k : nat) : list R := entries (run (sem_ops Reals e) (p_prog P) []) k.
  Definition law_real (e : positive -> R) (l : law) : R := law_value (sem_ops Reals e) l.
  Definition update (e : positive -> R) (a : positive) (s : R) (b : positive) : R := if Pos.eqb b a then s
    else e b.
  Lemma update_same e a : update e a (e a) = e.
  Proof.
    apply FunctionalExtensionality.functional_extensionality. intros b. unfold update.
    destruct (Pos.eqb_spec b a); congruence.
  Qed.
  (* d is the partial derivative of f by variable a at e *)
  Definition partial (f : (positive -> R) -> R) (a : positive) (e : positive -> R) (d : R) : Prop :=
    derivable_pt_lim (fun s => f (update e a s)) (e a) d.
  (* sum over the wires with target b of weight times partial derivative (gradient flow: the partial
     derivative by b) *)
  Fixpoint wired (l : list (positive * positive)) (ws : list R) (g : positive -> R) (b : positive) : R :=
    match l, ws with
    | (s, t) :: l', w :: ws' => (if Pos.eqb b t then w * g s else 0) + wired l' ws' g b
    | _, _ => 0
    end.
  (* the members of the family, at values e of all variables: e gives inputs and gates any real values *)
  Inductive member (e : positive -> R) : (positive -> R) -> Prop :=
  | member_output j (g : positive -> R) : (j < length (outputs P (expand P variable)))%nat ->
      (forall a, is_state n a = true -> partial (fun e => nth j (network e) 0) a e (g a)) ->
      member e (wired (p_wires P) (weight e) g)
  | member_raw k : In k (p_raw P) ->
      member e (fun b => if is_state n b then nth (Pos.to_nat b - 1) (raw e k) 0 else 0).
  (* finite combinations of members with the same coordinates and frozen constants as e0 *)
  Inductive velocity (e0 : positive -> R) : (positive -> R) -> Prop :=
  | velocity_zero : velocity e0 (fun _ => 0)
  | velocity_add c e m v : (forall a, known P a = true -> e a = e0 a) -> member e m -> velocity e0 v ->
      velocity e0 (fun b => c * m b + v b).

  Definition on_states (m : positive -> R) (b : positive) : R := if is_state n b then m b else 0.
  Add Ring RreaL : (cth Rring).
  Lemma network_means e : Forall2 (means Reals e) (outputs P (expand P variable)) (network e).
  Proof. apply outputs_rel. apply expansion_ok. intros. apply means_var. Qed.
  Lemma weights_values rho t vs : Forall2 (Forall2 (Forall2 (means Reals rho))) t vs ->
    Forall2 (means Reals rho) (weights P (one, one) t) (weights P 1 vs).
  Proof.
    intros H. unfold weights. destruct (p_weights P) as [k|]; [apply entries_rel; exact H|]. clear H.
    induction (p_wires P); simpl; constructor; auto. unfold means. cbn [fst snd]. rewrite (ev_one Reals).
    intros _. cbn. ring.
  Qed.
  Lemma weights_means e : Forall2 (means Reals e) (weights P (one, one) (expand P variable)) (weight e).
  Proof. apply weights_values, expansion_ok. intros. apply means_var. Qed.
  Lemma dp_mult e c v p : dpv e (fun a => c * v a) p = c * dpv e v p.
  Proof.
    transitivity (dpv e (fun a => 0 + c * v a) p).
    - apply (dp_ext Rring e (fun _ => true)); [|apply onvars_all]. intros. cbn. ring.
    - etransitivity; [exact (dp_lin Rring e (fun _ => @c0 Rring) v c p)|]. rewrite (dp_0 Rring). cbn. ring.
  Qed.
  (* a partial derivative of an output is the value of the computed derivative *)
  Lemma partial_means j a e d : is_state n a = true -> (j < length (outputs P (expand P variable)))%nat ->
    let f := nth j (outputs P (expand P variable)) ([], one) in constant_den f = true ->
    partial (fun e => nth j (network e) 0) a e d -> means Reals e (diff a (fst f), snd f) d.
  Proof.
    intros Ha Hj f Hc Hd. unfold constant_den in Hc. destruct (constant (snd f)) as [z|] eqn:E;
      [|discriminate].
    apply constant_spec in E as [E Hz]. unfold means. cbn [fst snd]. intros U.
    assert (V : forall e', pev e' (snd f) * nth j (network e') 0 = pev e' (fst f)).
    { intros e'. assert (M : means Reals e' f (nth j (network e') 0)).
      { unfold f. assert (N := network_means e'). clear - N Hj. revert j Hj. induction N; intros [|j] Hj;
        simpl in *; auto; try lia.
        apply IHN. lia. }
      apply M. rewrite E. rewrite E in U. exact U. }
    assert (C : forall e', pev e' (snd f) = phi Rring z) by (intros; rewrite E; cbn; ring).
    change (pev e (snd f) * d = pev e (diff a (fst f))). unfold diff. rewrite (lie_ok Rring), C.
    set (g := fun b s => update e a s b).
    assert (D1 : derivable_pt_lim (fun s => phi Rring z * nth j (network (update e a s)) 0) (e a) (phi Rring
      z * d)).
    { apply (derivable_pt_lim_scal (fun s => nth j (network (update e a s)) 0)). exact Hd. }
    assert (D2 : derivable_pt_lim (fun s => pev (fun b => g b s) (fst f)) (e a)
                   (dpv (fun b => g b (e a)) (fun b => pev e (delta a b)) (fst f))).
    { apply (deriv_poly g (fun b _ => pev e (delta a b)) (e a) (fst f) (fun _ => true)); [apply onvars_all|].
      intros b _. unfold g, update, delta. destruct (Pos.eqb_spec b a) as [->|N].
      - replace (pev e one) with 1 by (rewrite (ev_one Reals); reflexivity). apply derivable_pt_lim_id.
      - apply derivable_pt_lim_const. }
    assert (EQ : phi Rring z * d = dpv (fun b => g b (e a)) (fun b => pev e (delta a b)) (fst f)).
    { eapply uniqueness_limite; [exact D1|].
      eapply deriv_ext; [|exact D2]. intros s. symmetry.
      assert (W := V (update e a s)). rewrite C in W. exact W. }
    rewrite EQ. apply (dp_rho_ext Rring (fun _ => true)); [|apply onvars_all].
    intros b _. unfold g, update. destruct (Pos.eqb_spec b a) as [->|]; reflexivity.
  Qed.

  (* component b of a field with the components l' *)
  Definition component (l' : list (positive * R)) (b : positive) : R :=
    ssum Reals l' (fun t => snd t * (if Pos.eqb b (fst t) then 1 else 0)).
  Lemma field_components rho l l' X : field_of n l = Some X -> Forall2 (comp_means Reals rho) l l' ->
    on_state n X /\ exists D, D <> 0%Z /\
    forall b, is_state n b = true -> pev rho (fget X b) = phi Rring D * component l' b.
  Proof.
    intros EX HF. destruct (field_of_sum Reals n rho l X l' EX HF) as (SX & D & ND & HS). split; [exact SX|].
    exists D. split; [exact ND|]. intros b Hb.
    assert (Q := ssum_delta Reals (fun a => pev rho (fget X a)) b (vars n) (vars_nodup n 1)).
    rewrite existsb_vars, Hb in Q. etransitivity; [symmetry; exact Q|]. exact (HS _).
  Qed.
  Lemma component_wired g b wires : forall ws,
    component (zip (fun w q => (snd w, (q * g (fst w))%R)) wires ws) b = wired wires ws g b.
  Proof.
    unfold component. induction wires as [|[s t] wires IH]; intros [|q qs]; cbn [zip ssum wired fst snd];
      try reflexivity.
    assert (H := IH qs). cbn in H |- *. rewrite H. destruct (Pos.eqb b t); ring.
  Qed.
  Lemma component_before b m : forall s q, (Zpos b < Zpos s)%Z ->
    component (zip pair (vars_from s m) q) b = 0.
  Proof.
    unfold component. induction m as [|m IH]; intros s q H; cbn [vars_from zip ssum]; [reflexivity|].
    destruct q as [|x q]; cbn [zip ssum fst snd]; [reflexivity|].
    destruct (Pos.eqb_spec b s); [subst; lia|]. rewrite IH by lia. cbn. ring.
  Qed.
  Lemma component_listed b m : forall s q, (Zpos s <= Zpos b < Zpos s + Z.of_nat m)%Z ->
    component (zip pair (vars_from s m) q) b = nth (Pos.to_nat b - Pos.to_nat s) q 0.
  Proof.
    induction m as [|m IH]; intros s q Hb; [lia|]. unfold component.
    destruct q as [|x q]; cbn [vars_from zip ssum fst snd].
    - destruct (Pos.to_nat b - Pos.to_nat s)%nat; reflexivity.
    - fold (component (zip pair (vars_from (Pos.succ s) m) q) b). destruct (Pos.eqb_spec b s) as [->|N].
      + rewrite component_before, Nat.sub_diag by lia. cbn. ring.
      + rewrite IH by lia. replace (Pos.to_nat b - Pos.to_nat s)%nat with
          (S (Pos.to_nat b - Pos.to_nat (Pos.succ s)))%nat by lia.
        cbn. ring.
  Qed.
  (* weights times the derivatives d, of which g are the values, at the targets of the wires *)
  Lemma wired_values rho qs ws d g X : Forall2 (means Reals rho) qs ws ->
    forallb (fun w => is_state n (fst w)) (p_wires P) = true ->
    field_of n (zip (fun w q => (snd w, fr_scale q (d (fst w)))) (p_wires P) qs) = Some X ->
    (forall a, is_state n a = true -> means Reals rho (d a) (g a)) ->
    on_state n X /\ exists D, D <> 0%Z /\
    forall b, is_state n b = true -> pev rho (fget X b) = phi Rring D * wired (p_wires P) ws g b.
  Proof.
    intros HQ W EX Hg.
    assert (HF : Forall2 (comp_means Reals rho)
      (zip (fun w q => (snd w, fr_scale q (d (fst w)))) (p_wires P) qs)
      (zip (fun w q => (snd w, (q * g (fst w))%R)) (p_wires P) ws)).
    { clear EX. revert qs ws HQ W.
      induction (p_wires P) as [|w wires IH]; intros qs ws HQ W; cbn [zip]; [constructor|].
      simpl in W. apply andb_prop in W as [W1 W2]. inversion HQ; subst; cbn [zip]; constructor; auto.
      split; [reflexivity|]. cbn [snd]. apply (scale_means_ring Reals); auto. }
    destruct (field_components rho _ _ X EX HF) as (SX & D & ND & HS). split; [exact SX|]. exists D.
    split; [exact ND|]. intros b Hb. rewrite (HS b Hb), component_wired. reflexivity.
  Qed.
  (* a computed gradient, at given values rho of the variables of its polynomials: g are the partial
     derivatives there *)
  Lemma gradient_values rho t ws f g X : Forall2 (means Reals rho) (weights P (one, one) t) ws ->
    gradient_field P t f = Some X ->
    (forall a, is_state n a = true -> means Reals rho (diff a (fst f), snd f) (g a)) ->
    on_state n X /\ exists D, D <> 0%Z /\
    forall b, is_state n b = true -> pev rho (fget X b) = phi Rring D * wired (p_wires P) ws g b.
  Proof.
    unfold gradient_field. destruct (constant_den f && _)%bool eqn:E; [|discriminate].
    apply andb_prop in E as [_ E]. intros HQ EX. exact (wired_values rho _ ws _ g X HQ E EX).
  Qed.
  (* likewise a field given by components *)
  Lemma raw_values rho t k xs X : raw_field P t k = Some X -> Forall2 (means Reals rho) (entries t k) xs ->
    on_state n X /\ exists D, D <> 0%Z /\
    forall b, is_state n b = true -> pev rho (fget X b) = phi Rring D * nth (Pos.to_nat b - 1) xs 0.
  Proof.
    intros EX HX.
    assert (HF : Forall2 (comp_means Reals rho) (raw_components P t k) (zip pair (vars n) xs)).
    { unfold raw_components. clear EX. revert HX. generalize (entries t k). revert xs.
      induction (vars n) as [|a v IH]; intros q' q H; cbn [zip]; [constructor|].
      inversion H; subst; cbn [zip]; constructor; auto. split; auto. }
    destruct (field_components rho _ _ X EX HF) as (SX & D & ND & HS). split; [exact SX|]. exists D.
    split; [exact ND|]. intros b Hb. rewrite (HS b Hb). f_equal.
    assert (HB : (1 <= Zpos b < 1 + Z.of_nat n)%Z) by (unfold is_state in Hb; apply Z.leb_le in Hb; lia).
    exact (component_listed b n 1%positive xs HB).
  Qed.

  (* every member is one of the checked fields, up to a factor *)
  Lemma member_field fs : members P = Some fs -> forall e m, member e m ->
    exists X D, In X fs /\ D <> 0%Z /\ on_state n X /\
    forall b, is_state n b = true -> pev e (fget X b) = phi Rring D * m b.
  Proof.
    intros EM e m Hm. assert (V : forall a, means Reals e (variable a) (e a)) by (intros; apply means_var).
    assert (T := expansion_ok Reals e variable e (p_prog P) V). fold (expand P variable) in T.
    unfold members in EM. apply all_some_app in EM as (gs & rs & Hg & Hr & Efs).
    destruct Hm as [j g Hj Hp|k Hk].
    - set (f := nth j (outputs P (expand P variable)) ([], one)).
      assert (Hf : In f (outputs P (expand P variable))) by (apply nth_In; auto).
      destruct (all_some_in _ _ _ _ Hg Hf) as (X & EX & HX).
      assert (C : constant_den f = true).
      { unfold gradient_field in EX. destruct (constant_den f); [reflexivity|discriminate]. }
      destruct (gradient_values e _ _ f g X (weights_means e) EX) as (SX & D & ND & HS).
      { intros a Ha. apply (partial_means j a e (g a) Ha Hj C). apply Hp. exact Ha. }
      exists X, D. repeat split; auto. rewrite Efs. apply in_or_app. left. exact HX.
    - destruct (all_some_in _ _ _ _ Hr Hk) as (X & EX & HX).
      destruct (raw_values e _ k (raw e k) X EX (entries_rel _ _ _ k T)) as (SX & D & ND & HS).
      exists X, D. repeat split; auto.
      + rewrite Efs. apply in_or_app. right. exact HX.
      + intros b Hb. rewrite Hb. apply HS. exact Hb.
  Qed.
  Section Law.
  Variable laws : list law.
  Hypothesis Hc : check_conserved P laws = true.
  Variable l : law.
  Hypothesis Hl : In l laws.
  Notation num := (fst (law_frac l variable)).
  Notation den := (snd (law_frac l variable)).
  (* den^2 times the derivative of the law in the direction v *)
  Definition slope (e v : positive -> R) : R := pev e den * dpv e v num - pev e num * dpv e v den.
  Lemma slope_field e X D m : In (Some X) (map Some match members P with Some fs => fs | None => [] end) -> D
    <> 0%Z -> on_state n X ->
    (forall b, is_state n b = true -> pev e (fget X b) = phi Rring D * m b) -> slope e (on_states m) = 0.
  Proof.
    intros HX HD SX HM. unfold check_conserved in Hc. destruct (members P) as [fs|]; [|discriminate].
    apply in_map_iff in HX as (X' & EX & HX). injection EX as ->.
    rewrite forallb_forall in Hc. specialize (Hc l Hl). unfold check_law in Hc. apply andb_prop in Hc as [_
      HF].
    rewrite forallb_forall in HF. specialize (HF X HX). apply (@is_nil_ok_ring Rring _ e) in HF.
    assert (L : forall p, pev e (lie (fget X) p) = phi Rring D * dpv e (on_states m) p).
    { intros p. rewrite (lie_ok Rring), <- dp_mult. apply (dp_ext Rring e (fun _ => true)); [|apply
      onvars_all].
      intros a _. unfold on_states. destruct (is_state n a) eqn:E; [apply HM; auto|]. rewrite SX by auto.
        cbn. ring. }
    assert (U : phi Rring D <> 0) by (apply unit_real; apply (unit_int Reals); auto).
    assert (Q : phi Rring D * slope e (on_states m) = 0); [|apply Rmult_integral in Q as [Q|Q];
      [contradiction|exact Q]].
    unfold slope. unfold numerator in HF. destruct (constant den) as [z|] eqn:E.
    - apply constant_spec in E as [E Hz]. rewrite (peval_mulmono Rring), L in HF. rewrite E.
      cbn in *. transitivity (phi Rring z * 1 * (phi Rring D * dpv e (on_states m) num)); [ring|]. rewrite
        HF. ring.
    - rewrite (peval_add Rring), (peval_opp Rring), !(peval_mul Rring), !L in HF. cbn in *.
      etransitivity; [|exact HF]. ring.
  Qed.
  Lemma slope_member e m : member e m -> slope e (on_states m) = 0.
  Proof.
    intros Hm. destruct (members P) as [fs|] eqn:EM.
    2: { assert (H := Hc). unfold check_conserved in H. rewrite EM in H. discriminate. }
    destruct (member_field fs EM e m Hm) as (X & D & HX & ND & SX & H).
    apply (slope_field e X D); auto. rewrite EM. apply in_map. exact HX.
  Qed.
  Lemma known_num : onvars (known P) num = true /\ onvars (known P) den = true.
  Proof.
    unfold check_conserved in Hc. destruct (members P); [|discriminate]. rewrite forallb_forall in Hc.
      specialize (Hc l Hl).
    unfold check_law in Hc. apply andb_prop in Hc as [H _]. apply andb_prop in H as [H ->]. apply andb_prop
      in H as [_ ->]. auto.
  Qed.
  Lemma slope_known e e0 v : (forall a, known P a = true -> e a = e0 a) -> slope e v = slope e0 v.
  Proof.
    intros H. destruct known_num as [K1 K2]. unfold slope.
    rewrite (peval_ext Rring (known P) e e0 den), (peval_ext Rring (known P) e e0 num), (dp_rho_ext Rring
      (known P) e e0 v num),
      (dp_rho_ext Rring (known P) e e0 v den); auto.
  Qed.
  Lemma slope_velocity e0 v : velocity e0 v -> slope e0 (on_states v) = 0.
  Proof.
    intros H. induction H as [|c e m v He Hm Hv IH].
    - unfold slope. rewrite !(dp_ext Rring e0 (fun _ => true) (on_states (fun _ => 0)) (fun _ => @c0 Rring));
      try apply onvars_all;
        try (intros a _; unfold on_states; destruct (is_state n a); reflexivity).
      rewrite !(dp_0 Rring). cbn. ring.
    - assert (E : forall p, dpv e0 (on_states (fun b => c * m b + v b)) p = dpv e0 (on_states v) p + c * dpv
      e0 (on_states m) p).
      { intros p. rewrite <- (dp_lin Rring). apply (dp_ext Rring e0 (fun _ => true)); [|apply onvars_all].
        intros a _. unfold on_states. destruct (is_state n a); cbn; ring. }
      assert (M := slope_member e m Hm). rewrite (slope_known e e0 _ He) in M.
      unfold slope in *. rewrite !E.
      transitivity ((pev e0 den * dpv e0 (on_states v) num - pev e0 num * dpv e0 (on_states v) den) +
        c * (pev e0 den * dpv e0 (on_states m) num - pev e0 num * dpv e0 (on_states m) den)); [ring|].
          rewrite IH, M. ring.
  Qed.

  (* THEOREM. Let gamma be a curve on an interval I (gamma a t: coordinate or constant number a at time t),
     differentiable
     in the coordinates, with velocity a combination of members at every time, and constants constant; where
       the
     denominator of the law does not vanish along the curve, the law has the same value at all times. *)
  Theorem law_constant (I : R -> Prop) (gamma v : positive -> R -> R) :
    (forall s t u, I s -> I t -> s <= u <= t -> I u) ->
    (forall t a, I t -> is_state n a = true -> derivable_pt_lim (gamma a) t (v a t)) ->
    (forall s t a, is_state n a = false -> gamma a s = gamma a t) ->
    (forall t, I t -> exists w, velocity (fun a => gamma a t) w /\ forall a, is_state n a = true -> v a t = w
      a) ->
    (forall t, I t -> pev (fun a => gamma a t) den <> 0) ->
    forall s t, I s -> I t -> law_real (fun a => gamma a s) l = law_real (fun a => gamma a t) l.
  Proof.
    intros Hconv Hd Hcst Hv Hden.
    set (nu := fun t => pev (fun a => gamma a t) num). set (de := fun t => pev (fun a => gamma a t) den).
    assert (EL : forall t, I t -> law_real (fun a => gamma a t) l = nu t / de t).
    { intros t Ht. assert (M := law_ok_ring Reals (fun a => gamma a t) variable (fun a => gamma a t) l (fun a
      => means_var Reals _ a)).
      assert (Q := Hden t Ht). unfold means in M. specialize (M (proj2 (unit_real _) Q)).
      assert (M' : de t * law_real (fun a => gamma a t) l = nu t) by exact M. fold (de t) in Q.
      apply (Rmult_eq_reg_l (de t)); [|exact Q]. rewrite M'. assert (A : forall x y : R, y <> 0 -> x = y * (x
        / y)) by (intros; field; auto).
      apply A. exact Q. }
    assert (D : forall t, I t -> derivable_pt_lim (fun t => nu t / de t) t 0).
    { intros t Ht. set (e := fun a => gamma a t). set (u := fun a t => if is_state n a then v a t else 0).
      assert (G : forall a, true = true -> derivable_pt_lim (gamma a) t (u a t)).
      { intros a _. unfold u. destruct (is_state n a) eqn:E; [apply Hd; auto|].
        intros eps He. exists (mkposreal 1 Rlt_0_1). intros h H0 H1. rewrite (Hcst (t + h) t a E).
        replace ((gamma a t - gamma a t) / h - 0) with 0 by (field; auto). rewrite Rabs_R0. exact He. }
      assert (Dn := deriv_poly gamma u t num (fun _ => true) (onvars_all _) G).
      assert (Dd := deriv_poly gamma u t den (fun _ => true) (onvars_all _) G).
      destruct (Hv t Ht) as (w & Hw & Hvw). assert (S := slope_velocity e w Hw).
      assert (E : forall p, dpv e (fun a => u a t) p = dpv e (on_states w) p).
      { intros p. apply (dp_ext Rring e (fun _ => true)); [|apply onvars_all]. intros a _. unfold u,
        on_states.
        destruct (is_state n a) eqn:Ea; [apply Hvw; auto|reflexivity]. }
      assert (Q := derivable_pt_lim_div nu de t _ _ Dn Dd (Hden t Ht)).
      fold e in Q. rewrite !E in Q. replace 0 with ((dpv e (on_states w) num * de t - dpv e (on_states w) den
        * nu t) / Rsqr (de t)); [exact Q|].
      unfold slope in S. replace (dpv e (on_states w) num * de t - dpv e (on_states w) den * nu t) with 0;
        [unfold Rdiv; ring|].
      symmetry. etransitivity; [|exact S]. unfold nu, de. cbn. fold e. ring. }
    assert (W : forall s t, I s -> I t -> s < t -> nu s / de s = nu t / de t).
    { intros s t Hs Ht L. destruct (MVT_cor2 (fun t => nu t / de t) (fun _ => 0) s t L) as (x & E & _).
      - intros x Hx. apply D. apply (Hconv s t); auto.
      - lra. }
    intros s t Hs Ht. rewrite (EL s Hs), (EL t Ht).
    destruct (Rtotal_order s t) as [L|[L|L]]; [auto|now subst|symmetry; auto].
  Qed.
  End Law.

  (* INVARIANT SUBSPACES. *)
  (* At a point theta = B^T s of the subspace every member m is tangent to it: E m = 0. *)
  Theorem invariant_tangent S : check_invariant P S = true ->
    forall (s e m : positive -> R), (forall a, e a = pev s (on_subspace n (s_B S) a)) -> member e m ->
    forall row, In row (s_E S) -> form n row m = 0.
  Proof.
    unfold check_invariant. intros H s e m He Hm row Hrow. apply andb_prop in H as [_ H].
    destruct (members P) as [fs|] eqn:EM; [|discriminate].
    destruct (member_field fs EM e m Hm) as (X & D & HX & ND & SX & HM).
    rewrite forallb_forall in H. specialize (H X HX). rewrite forallb_forall in H. specialize (H row Hrow).
    apply (@is_nil_ok_ring Rring _ s) in H. unfold form_of_field in H. rewrite (peval_norm Rring) in H.
    assert (U : phi Rring D <> 0) by (apply unit_real; apply (unit_int Reals); auto).
    assert (Q : phi Rring D * form n row m = 0); [|apply Rmult_integral in Q as [Q|Q]; [contradiction|exact
      Q]].
    etransitivity; [|exact H]. unfold form. clear H.
    assert (G : forall l : list (positive * Z), (forall t, In t l -> is_state n (fst t) = true) ->
      phi Rring D * ssum Reals l (fun t => phi Rring (snd t) * m (fst t)) =
      pev s (flat_map (fun t => mulmono [] (snd t) (subst (on_subspace n (s_B S)) (fget X (fst t)))) l)).
    { induction l as [|[a z] l IH]; intros Hl; cbn [ssum flat_map].
      - cbn. ring.
      - rewrite (peval_app Rring), (peval_mulmono Rring), (subst_ok Rring), <- IH by (intros; apply Hl;
        right; auto).
        rewrite (peval_ext' Rring (fun b => pev s (on_subspace n (s_B S) b)) e) by (intros; symmetry; apply
          He).
        cbn [fst snd] in *. rewrite (HM a (Hl (a, z) (or_introl eq_refl))). cbn. ring. }
    apply G. intros [a z] Ht. apply is_state_spec. revert Ht. generalize (vars n). generalize row.
    induction row0 as [|r rs IH]; intros [|b bs] Ht; simpl in Ht; try contradiction.
    destruct Ht as [E|Ht]; [injection E as -> _; left; reflexivity|right; eapply IH; eauto].
  Qed.
End Flow.
