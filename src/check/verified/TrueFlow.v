(* TrueFlow.v - checked laws are constant along the gradient flow of the network with true units,
   without kinks.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Simulation
  Diff Claims Flow
  Text Relu.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

(* ------------------------------------------------------------------ what is true near a number *)
Definition near (x0 : R) (Q : R -> Prop) : Prop := exists d, 0 < d /\ forall x, Rabs (x - x0) < d -> Q x.
Lemma near_and x0 Q S : near x0 Q -> near x0 S -> near x0 (fun x => Q x /\ S x).
Proof.
  intros (d & Hd & H) (c & Hc & G). exists (Rmin d c). split; [apply Rmin_glb_lt; assumption|].
  intros x Hx. split; [apply H|apply G]; eapply Rlt_le_trans; eauto; [apply Rmin_l|apply Rmin_r].
Qed.
Lemma near_mono x0 (Q S : R -> Prop) : (forall x, Q x -> S x) -> near x0 Q -> near x0 S.
Proof. intros H (d & Hd & G). exists d. auto. Qed.
Lemma near_always x0 (Q : R -> Prop) : (forall x, Q x) -> near x0 Q.
Proof. intros H. exists 1. split; [lra|auto]. Qed.
Lemma near_all {X} x0 (l : list X) (Q : X -> R -> Prop) : (forall a, In a l -> near x0 (Q a)) ->
  near x0 (fun x => forall a, In a l -> Q a x).
Proof.
  induction l as [|a l IH]; intros H; [apply near_always; intros x a []|].
  eapply near_mono; [|apply near_and; [apply (H a); now left|apply IH; intros b Hb; apply H; now right]].
  intros x [H1 H2] b [<-|Hb]; auto.
Qed.
Lemma near_positive f x0 d : derivable_pt_lim f x0 d -> 0 < f x0 -> near x0 (fun x => 0 < f x).
Proof.
  intros D H. assert (C : continuity_pt f x0) by (apply derivable_continuous_pt; exists d; exact D).
  destruct (C (f x0) H) as (a & Ha & G). exists a. split; [exact Ha|]. intros x Hx.
  destruct (Req_dec x x0) as [->|N]; [exact H|].
  assert (Q : Rabs (f x - f x0) < f x0) by (apply G; split; [split; [exact I|congruence]|exact Hx]).
  apply Rabs_def2 in Q. lra.
Qed.
Lemma near_derivable f g x0 d : near x0 (fun x => f x = g x) -> derivable_pt_lim f x0 d ->
  derivable_pt_lim g x0 d.
Proof.
  intros (c & Hc & H) D eps He. destruct (D eps He) as [[b Hb] G].
    assert (M : 0 < Rmin b c) by (apply Rmin_glb_lt; assumption).
  exists (mkposreal _ M). intros h Hh HL. simpl in HL. assert (L1 := Rmin_l b c). assert (L2 := Rmin_r b c).
  rewrite <- !H; [apply G; [exact Hh|simpl; lra]| |].
  - rewrite Rminus_diag_eq by reflexivity. rewrite Rabs_R0. exact Hc.
  - replace (x0 + h - x0) with h by ring. lra.
Qed.

(* ------------------------------------------------------------------ gates do not change near a point
   without kinks *)
Lemma largest_first row m : (m < List.length row)%nat ->
  (forall d, (d < List.length row)%nat -> d <> m -> nth d row 0 < nth m row 0) ->
  forall c, (c < List.length row)%nat -> first_largest row c = Nat.eqb c m.
Proof.
  intros Hm H c Hc. unfold first_largest, below. destruct (Nat.eqb_spec c m) as [->|N].
  - apply forallb_forall. intros d Hd. apply in_seq in Hd. destruct (Nat.ltb_spec d m) as [L|L].
    + specialize (H d ltac:(lia) ltac:(lia)). destruct (Rlt_dec _ _); [reflexivity|contradiction].
    + assert (Q : ~ nth m row 0 < nth d row 0).
      { destruct (Nat.eq_dec d m) as [->|Nd]; [lra|]. specialize (H d ltac:(lia) Nd). lra. }
      destruct (Rlt_dec _ _); [contradiction|reflexivity].
  - apply not_true_iff_false. intros F. rewrite forallb_forall in F.
    specialize (F m ltac:(apply in_seq; lia)).
    specialize (H c Hc N). destruct (Nat.ltb m c); destruct (Rlt_dec _ _); try discriminate; lra.
Qed.
Section Near.
  Variable x0 : R.
  (* a row of functions *)
  Definition smooth (f : R -> R) : Prop := exists d, derivable_pt_lim f x0 d.
  Definition at_ (fs : list (R -> R)) (x : R) : list R := map (fun f => f x) fs.
  Lemma near_less f g : smooth f -> smooth g -> f x0 < g x0 -> near x0 (fun x => f x < g x).
  Proof.
    intros [d D] [c C] H. eapply near_mono; [|apply (near_positive (fun x => g x - f x) x0 (c - d)); [|lra]];
      [intros; simpl in *; lra|].
    apply (derivable_pt_lim_minus g f); assumption.
  Qed.
  Lemma nth_at fs x c : (c < List.length fs)%nat -> nth c (at_ fs x) 0 = nth c fs (fun _ => 0) x.
  Proof. revert c. induction fs as [|f fs IH]; intros [|c] H; simpl in *; try lia; [reflexivity|]. apply IH.
    lia. Qed.
  Lemma same_gates k fs : (forall f, In f fs -> smooth f) ->
    match k with
    | 0%nat | 1%nat => forall z, In z (at_ fs x0) -> z <> 0
    | _ => exists c, (c < List.length (at_ fs x0))%nat /\
        forall d, (d < List.length (at_ fs x0))%nat -> d <> c -> nth d (at_ fs x0) 0 < nth c (at_ fs x0) 0
    end -> near x0 (fun x => forall c, (c < List.length fs)%nat ->
      gate k (at_ fs x) c = gate k (at_ fs x0) c).
  Proof.
    intros HS H.
    assert (Sign : (forall z, In z (at_ fs x0) -> z <> 0) -> near x0 (fun x => forall c,
      In c (seq 0 (List.length fs)) ->
      (0 < nth c (at_ fs x) 0 <-> 0 < nth c (at_ fs x0) 0))).
    { intros HZ. apply near_all. intros c Hc. apply in_seq in Hc. set (f := nth c fs (fun _ => 0)).
      assert (Hf : In f fs) by (apply nth_In; lia).
      assert (Z := HZ (f x0) (in_map (fun f => f x0) fs f Hf)).
      assert (C : smooth (fun _ => 0)) by (exists 0; apply derivable_pt_lim_const).
      destruct (Rdichotomy _ _ Z) as [L|L].
      - eapply near_mono; [|apply (near_less f (fun _ => 0) (HS f Hf) C L)]. intros x Hx.
        rewrite !nth_at by lia. fold f. lra.
      - eapply near_mono; [|apply (near_less (fun _ => 0) f C (HS f Hf)); lra]. intros x Hx.
        rewrite !nth_at by lia. fold f. lra. }
    destruct k as [|[|k]].
    - eapply near_mono; [|exact (Sign H)]. intros x Hx c Hc. specialize (Hx c ltac:(apply in_seq; lia)).
      simpl.
      destruct (Rlt_dec 0 (nth c (at_ fs x) 0)), (Rlt_dec 0 (nth c (at_ fs x0) 0)); tauto.
    - eapply near_mono; [|exact (Sign H)]. intros x Hx c Hc. specialize (Hx c ltac:(apply in_seq; lia)).
      simpl.
      destruct (Rlt_dec 0 (nth c (at_ fs x) 0)), (Rlt_dec 0 (nth c (at_ fs x0) 0)); tauto.
    - destruct H as (m & Hm & H). assert (EL : forall x, List.length (at_ fs x) = List.length fs) by (intros;
      apply map_length).
      rewrite EL in *.
      assert (N : near x0 (fun x => forall d, In d (seq 0 (List.length fs)) -> d <> m ->
        nth d (at_ fs x) 0 < nth m (at_ fs x) 0)).
      { apply near_all. intros d Hd. apply in_seq in Hd.
        destruct (Nat.eq_dec d m) as [->|Nd]; [apply near_always; congruence|].
        specialize (H d ltac:(lia) Nd). rewrite !nth_at in H by lia.
        eapply near_mono; [|apply (near_less (nth d fs (fun _ => 0)) (nth m fs (fun _ => 0)));
          [apply HS, nth_In; lia|apply HS, nth_In; lia|exact H]].
        intros x Hx _. rewrite !nth_at by lia. exact Hx. }
      eapply near_mono; [|exact N]. intros x Hx c Hc. simpl.
      rewrite (largest_first (at_ fs x) m), (largest_first (at_ fs x0) m); rewrite ?EL; auto.
      intros d Hd. apply Hx. apply in_seq. lia.
  Qed.
End Near.

(* ------------------------------------------------------------------ the network that a text denotes *)
Definition outputs_of (text : string) (e : positive -> R) : list R :=
  text_outputs (sem_ops Reals e) true_units text.
Definition units_of (text : string) (e : positive -> R) := text_units (sem_ops Reals e) true_units text.
Definition law_at (text s : string) (e : positive -> R) : R := text_law (sem_ops Reals e) true_units text s.
(* variables are numbered: parameters, frozen constants, inputs *)
Definition dim_of (text : string) : nat := Z.to_nat (l_dim (text_layout text)).
Definition is_parameter (text : string) : positive -> bool := is_state (dim_of text).
Definition is_known (text : string) : positive -> bool :=
  is_state (dim_of text + Z.to_nat (l_constants (text_layout text))).
(* the weight of a parameter in the flow: 1 but for mirror and metric *)
Definition weight_of (text : string) (e : positive -> R) (a : positive) : R :=
  match text_weights (sem_ops Reals e) true_units text with Some ws => nth (Pos.to_nat a - 1) ws 0
    | None => 1 end.
(* Finite combinations of gradients of outputs,
   at the parameters and constants of e0 and at any inputs at which no unit has
   a kink; times the weights. *)
Inductive true_velocity (text : string) (e0 : positive -> R) : (positive -> R) -> Prop :=
| true_zero : true_velocity text e0 (fun _ => 0)
| true_add c e j g v :
    (forall a, is_known text a = true -> e a = e0 a) ->
    (forall unit, In unit (units_of text e) -> no_kink unit) ->
    (j < List.length (outputs_of text e))%nat ->
    (forall a, is_parameter text a = true -> partial (fun e => nth j (outputs_of text e) 0) a e (g a)) ->
    true_velocity text e0 v ->
    true_velocity text e0 (fun a => c * (weight_of text e a * g a) + v a).
(* the polynomial that must not vanish where a law is used: a non-zero constant for laws without division *)
Definition law_denominator (text s : string) : poly :=
  match compile text with
  | Ok t => match compile_law t s with Ok l => snd (law_frac l variable) | Error _ => [] end
  | Error _ => []
  end.
(* The law s is constant along every curve gamma on an interval I whose velocity is at every time such a
   combination. *)
Definition true_law_constant (text s : string) : Prop :=
  forall (I : R -> Prop) (gamma v : positive -> R -> R),
  (forall s t u, I s -> I t -> s <= u <= t -> I u) ->
  (forall t a, I t -> is_parameter text a = true -> derivable_pt_lim (gamma a) t (v a t)) ->
  (forall s t a, is_parameter text a = false -> gamma a s = gamma a t) ->
  (forall t, I t -> exists w, true_velocity text (fun a => gamma a t) w /\
    forall a, is_parameter text a = true -> v a t = w a) ->
  (forall t, I t -> pev (fun a => gamma a t) (law_denominator text s) <> 0) ->
  forall t u, I t -> I u -> law_at text s (fun a => gamma a t) = law_at text s (fun a => gamma a u).

Lemma wired_diagonal g b n : forall s ws, (Zpos s <= Zpos b < Zpos s + Z.of_nat n)%Z ->
  wired (map (fun a => (a, a)) (vars_from s n)) ws g b = nth (Pos.to_nat b - Pos.to_nat s) ws 0 * g b.
Proof.
  assert (Z0 : forall n s ws, (Zpos b < Zpos s)%Z -> wired (map (fun a => (a,
    a)) (vars_from s n)) ws g b = 0).
  { clear. induction n as [|n IH]; intros s [|w ws] H; simpl; try reflexivity. rewrite IH by lia.
    destruct (Pos.eqb_spec b s); [subst; lia|ring]. }
  induction n as [|n IH]; intros s ws H; [lia|]. destruct ws as [|w ws].
  - cbn [vars_from map wired]. destruct (Pos.to_nat b - Pos.to_nat s)%nat; simpl; ring.
  - cbn [vars_from map wired]. destruct (Pos.eqb_spec b s) as [->|N].
    + rewrite Z0, Nat.sub_diag by lia. simpl. ring.
    + rewrite IH by lia. replace (Pos.to_nat b - Pos.to_nat s)%nat with (S (Pos.to_nat b - Pos.to_nat
      (Pos.succ s)))%nat by lia.
      simpl. ring.
Qed.

Lemma wired_weights P T g a : p_wires P = map (fun a => (a, a)) (vars (p_dim P)) ->
  is_state (p_dim P) a = true -> wired (p_wires P) (weights P 1 T) g a =
  match p_weights P with Some k => nth (Pos.to_nat a - 1) (entries T k) 0 | None => 1 end * g a.
Proof.
  intros W Ha. assert (B : (1 <= Zpos a < 1 + Z.of_nat (p_dim P))%Z)
    by (unfold is_state in Ha; apply Z.leb_le in Ha; lia).
  unfold weights. rewrite W. unfold vars at 1. rewrite (wired_diagonal g a (p_dim P) 1 _ B).
  change (Pos.to_nat 1) with 1%nat. f_equal. destruct (p_weights P); [reflexivity|]. rewrite map_map.
  rewrite (nth_indep _ 0 1) by (rewrite map_length; unfold vars; rewrite vars_length; lia).
  apply (map_nth (fun _ => 1) (vars (p_dim P)) xH).
Qed.

Lemma dim_ok text t : compile text = Ok t -> dim_of text = p_dim (t_problem t).
Proof. intros Ht. unfold dim_of. rewrite (layout_ok text t Ht). symmetry. apply (compile_shape text t Ht).
  Qed.

Section Curve.
  Variable text : string.
  Variable t : compiled.
  Hypothesis Ht : compile text = Ok t.
  Hypothesis HG : check_gates t = true.
  Notation P := (t_problem t).
  Notation prog := (p_prog P).
  Notation tp := (expand P variable).
  Lemma parameter_state a : is_parameter text a = is_state (p_dim P) a.
  Proof.
    unfold is_parameter. rewrite (dim_ok text t Ht). reflexivity.
  Qed.
  Lemma known_known a : is_known text a = known P a.
  Proof.
    unfold is_known, known. destruct (compile_shape text t Ht) as (_ & -> & _).
    rewrite (dim_ok text t Ht), (layout_ok text t Ht). reflexivity.
  Qed.
  Lemma early a : is_state (p_dim P) a = true -> (a < first t)%positive.
  Proof. intros H. apply (known_early t HG). unfold known. eapply is_state_le; [|exact H]. lia. Qed.

  (* the text at e2 is the program at e, whose gates are good *)
  Lemma text_at e e2 : (forall a, (a < first t)%positive -> e a = e2 a) -> (forall g, In g (gates_of prog) ->
    good t e g) ->
    outputs_of text e2 = network P e /\ (forall b, weight_of text e2 b = match p_weights P with
      Some k => nth (Pos.to_nat b - 1) (entries (run (sem_ops Reals e) prog []) k) 0 | None => 1 end) /\
    units_of text e2 = map (fun g => (kind_of g, pre t g e)) (gates_of prog).
  Proof.
    intros HE HN. assert (H := true_run t HG e e2 HE HN).
    destruct (compile_ok (sem_ops Reals e2) true_units text t _ _ Ht H) as (H1 & _ & H2 & H3).
    split; [exact H2|]. split; [|exact H1]. intros b. unfold weight_of. rewrite H3.
      destruct (p_weights P); reflexivity.
  Qed.
  Lemma fval_smooth e a f : constant_den f = true -> smooth (e a) (fun s => fval (update e a s) f).
  Proof.
    intros C. unfold constant_den in C. destruct (Checker.constant (snd f)) as [z|] eqn:E; [|discriminate].
    apply constant_spec in E as [E Hz]. unfold fval.
    set (D := pev e (snd f)).
    assert (ED : forall s, pev (update e a s) (snd f) = D) by (intros s; unfold D; rewrite E; reflexivity).
    assert (HD := deriv_poly (fun b s => update e a s b) (fun b _ => if Pos.eqb b a then 1 else 0) (e a)
      (fst f) (fun _ => true)
      (onvars_all _)).
    eexists. apply (deriv_ext (fun s => pev (update e a s) (fst f) * / D)); [intros s; rewrite ED;
      reflexivity|].
    apply (deriv_ext (mult_real_fct (/ D) (fun s => pev (update e a s) (fst f)))); [intros s;
      unfold mult_real_fct; ring|].
    apply derivable_pt_lim_scal. apply HD. intros b _. unfold update. destruct (Pos.eqb b a).
    - apply derivable_pt_lim_id.
    - apply derivable_pt_lim_const.
  Qed.
  (* near a point without kinks *)
  Lemma true_near e2 a : (forall unit, In unit (units_of text e2) -> no_kink unit) ->
    is_state (p_dim P) a = true ->
    near (e2 a) (fun s => outputs_of text (update e2 a s) = network P (update (gates_at t e2) a s)).
  Proof.
    intros HK Ha. set (e := gates_at t e2).
      assert (HE : forall b, (b < first t)%positive -> e b = e2 b) by apply gates_at_same.
    assert (GG := good_gates t HG e2). fold e in GG. destruct (text_at e e2 HE GG) as (_ & _ & HU).
    assert (Ea : e a = e2 a) by (apply HE, early, Ha). rewrite <- Ea.
    eapply near_mono.
    2: { apply (near_all (e a) (gates_of prog) (fun g s => forall row, In row (nth (arg_of g) tp []) ->
           forall c, (c < List.length row)%nat ->
             gate (kind_of g) (map (fval (update e a s)) row) c = gate (kind_of g) (map (fval e) row) c)).
      intros g Hg. destruct (shape_of t HG g Hg) as (_ & _ & HC).
      apply (near_all (e a) (nth (arg_of g) tp []) (fun row s => forall c, (c < List.length row)%nat ->
        gate (kind_of g) (map (fval (update e a s)) row) c = gate (kind_of g) (map (fval e) row) c)).
      intros row Hrow. set (fs := map (fun f s => fval (update e a s) f) row).
      assert (Eat : forall s, at_ fs s = map (fval (update e a s)) row) by (intros; unfold at_, fs;
        apply map_map).
      assert (E0 : at_ fs (e a) = map (fval e) row).
      { rewrite Eat. apply map_ext. intros f. unfold fval.
        rewrite update_same. reflexivity. }
      eapply near_mono; [|apply (same_gates (e a) (kind_of g) fs)].
      - intros s H c Hc. rewrite <- Eat, <- E0. apply H. unfold fs. rewrite map_length. exact Hc.
      - intros f Hf. unfold fs in Hf. apply in_map_iff in Hf as (q & <- & Hq). apply fval_smooth.
        eapply HC; eauto.
      - rewrite E0. assert (Q : no_kink (kind_of g, pre t g e)) by (apply HK; rewrite HU;
        apply (in_map (fun g => (kind_of g, pre t g e))); exact Hg).
        specialize (Q (map (fval e) row) (in_map _ _ _ Hrow)). exact Q. }
    intros s H. apply (text_at (update e a s) (update e2 a s)).
    - intros b Hb. unfold update. destruct (Pos.eqb b a); [reflexivity|apply HE; exact Hb].
    - intros g Hg id row c Ho. assert (HL := gate_late t HG g id row c Hg Ho). unfold update at 1.
      destruct (Pos.eqb_spec id a) as [->|_]; [assert (Q := early a Ha); lia|].
      assert (Hrow : In row (nth (arg_of g) tp [])) by (destruct Ho as (idr & H1 & _); eapply in_combine_r;
        eauto).
      rewrite (H g Hg row Hrow c (occurs_length t g id row c Hg Ho)). apply (GG g Hg). exact Ho.
  Qed.
  Lemma velocity_true e0 w : true_velocity text e0 w -> exists w', velocity P e0 w' /\ forall a,
    is_state (p_dim P) a = true -> w a = w' a.
  Proof.
    intros H. induction H as [|c e2 j g v HE HK Hj Hp Hv (v' & IH1 & IH2)].
    - exists (fun _ => 0). split; [constructor|reflexivity].
    - set (e := gates_at t e2).
      assert (HE2 : forall b, (b < first t)%positive -> e b = e2 b) by apply gates_at_same.
      destruct (text_at e e2 HE2 (good_gates t HG e2)) as (HO & HW & _).
      assert (HN := length_rel _ _ _ (network_means P e)). rewrite HO in Hj.
      apply (fun H => Nat.lt_le_trans _ _ _ H (Nat.eq_le_incl _ _ (eq_sym HN))) in Hj.
      exists (fun b => c * wired (p_wires P) (weight P e) g b + v' b). split.
      + apply velocity_add with (e := e); [| |exact IH1].
        * intros a Ka. rewrite <- HE by (rewrite known_known; exact Ka). apply HE2.
          apply (known_early t HG a Ka).
        * apply (member_output P e j g Hj). intros a Ha. assert (Ea : e a = e2 a) by (apply HE2, early, Ha).
          unfold partial. rewrite Ea.
          eapply near_derivable; [|apply Hp; rewrite parameter_state; exact Ha].
          eapply near_mono; [|apply (true_near e2 a HK Ha)]. intros s Hs. simpl in Hs. rewrite Hs.
            reflexivity.
      + intros a Ha. rewrite IH2 by exact Ha. f_equal. f_equal. rewrite HW. symmetry.
        destruct (compile_shape text t Ht) as (_ & _ & Wi).
        apply (wired_weights P _ g a); [|exact Ha]. apply Wi.
        intros Q. unfold outputs in Hj. rewrite Q in Hj. simpl in Hj. lia.
  Qed.
End Curve.

(* THEOREM. An accepted law of a text is constant along the gradient flow of the network,
   with relu(z) = max(0, z). *)
Theorem text_conserved_true text laws : check_text_laws text laws = true -> forall s, In s laws ->
  true_law_constant text s.
Proof.
  intros H s Hs. apply about_spec in H as (t & ls & Ht & Hl & HG & H).
  destruct (all_ok_in _ _ _ Hl s Hs) as (l & E & Hin). intros I gamma v Hc Hd Hcst Hv Hden.
  unfold law_at. intros t1 t2 H1 H2. rewrite !(compile_law_ok _ _ text t s l Ht E).
  apply (law_constant (t_problem t) ls H l Hin I gamma v); auto.
  - intros t0 a Ht0 Ha. apply Hd; [exact Ht0|]. rewrite (parameter_state text t Ht). exact Ha.
  - intros s1 s2 a Ha. apply Hcst. rewrite (parameter_state text t Ht). exact Ha.
  - intros t0 Ht0. destruct (Hv t0 Ht0) as (w & Hw & Q).
    destruct (velocity_true text t Ht HG _ _ Hw) as (w' & Hw' & Q').
    exists w'. split; [exact Hw'|]. intros a Ha. rewrite <- Q' by exact Ha. apply Q.
      rewrite (parameter_state text t Ht). exact Ha.
  - intros t0 Ht0. specialize (Hden t0 Ht0). unfold law_denominator in Hden. rewrite Ht, E in Hden.
    exact Hden.
Qed.
