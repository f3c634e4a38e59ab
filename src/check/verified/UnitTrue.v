(* UnitTrue.v - without divisions and off the kinks, partial derivatives of outputs are gradients: unit laws
   along
   the same flows as TrueFlow.v.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith QArith Qreals List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Units
  Simulation
  Diff Claims
  Flow Text Relu TrueFlow UnitFlow UnitLaws.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

Lemma map_same_in {X Y} (Q : Y -> Y -> Prop) f (l : list X) : (forall x, In x l -> Q (f x) (f x)) ->
  Forall2 Q (map f l) (map f l).
Proof.
  induction l as [|x l IH]; intros H; simpl; constructor; [apply H; now left|].
  apply IH. intros y Hy. apply H. now right.
Qed.
Section Chain.
  Variable n : nat.
  Variable e : positive -> R.
  Definition smooth_at (f : func) : Prop := exists g, gradient_at n f e g.
  Lemma curve_start c d : curve_through n e c d -> (fun a => c a 0) = e.
  Proof. intros (H & _). apply FunctionalExtensionality.functional_extensionality. exact H. Qed.
  Lemma smooth_const (k : R) : smooth_at (fun _ => k).
  Proof.
    exists (fun _ => 0). intros c d _. rewrite total_zero by (intros; ring). apply derivable_pt_lim_const.
  Qed.
  Lemma smooth_var a : smooth_at (fun env => env a).
  Proof.
    exists (fun b => if Pos.eqb a b then 1 else 0). intros c d (_ & H2 & H3).
    rewrite (total_ext _ _ (fun b => if Pos.eqb a b then d b else 0))
      by (intros b _; destruct (Pos.eqb a b); ring).
    rewrite total_delta by apply vars_nodup. rewrite exists_state. destruct (is_state n a) eqn:E.
    - apply H3. exact E.
    - apply (deriv_ext (fct_cte (e a))); [intros t; symmetry; apply H2; exact E|apply derivable_pt_lim_const].
  Qed.
  Lemma smooth_add f g : smooth_at f -> smooth_at g -> smooth_at (fun env => f env + g env).
  Proof.
    intros [u Hu] [v Hv]. exists (fun a => u a + v a). intros c d C.
    rewrite (total_ext _ _ (fun a => 1 * (u a * d a) + 1 * (v a * d a))) by (intros; ring).
    rewrite total_lin, !Rmult_1_l. exact (derivable_pt_lim_plus _ _ 0 _ _ (Hu c d C) (Hv c d C)).
  Qed.
  Lemma smooth_mul f g : smooth_at f -> smooth_at g -> smooth_at (fun env => f env * g env).
  Proof.
    intros [u Hu] [v Hv]. exists (fun a => u a * g e + f e * v a). intros c d C.
    rewrite (total_ext _ _ (fun a => g e * (u a * d a) + f e * (v a * d a))) by (intros; ring).
    rewrite total_lin. assert (Q := derivable_pt_lim_mult _ _ 0 _ _ (Hu c d C) (Hv c d C)). cbv beta in Q.
    rewrite (curve_start c d C) in Q. rewrite (Rmult_comm (g e)). exact Q.
  Qed.
  Lemma smooth_opp f : smooth_at f -> smooth_at (fun env => - f env).
  Proof.
    intros H. destruct (smooth_mul _ _ (smooth_const (-1)) H) as [g Hg]. exists g. intros c d C.
    eapply deriv_ext; [|exact (Hg c d C)]. intros t. cbv beta. ring.
  Qed.
  Definition kink_free (k : nat) (row : list R) : Prop := no_kink (k, [row]).
  Lemma smooth_gate k row c : (forall f, In f row -> smooth_at f) -> kink_free k (row_at row e) ->
    (c < List.length row)%nat -> smooth_at (fun env => gate k (row_at row env) c * nth c row zero_func env).
  Proof.
    intros HS HK Hc. destruct (HS (nth c row zero_func) (nth_In _ _ Hc)) as [g Hg].
    set (w := gate k (row_at row e) c). exists (fun a => w * g a). intros cu d C.
    set (fs := map (fun (f : func) t => f (fun a => cu a t)) row).
    assert (Eat : forall t, at_ fs t = row_at row (fun a => cu a t))
      by (intros t; unfold at_, fs, row_at; apply map_map).
    assert (E0 : at_ fs 0 = row_at row e) by (rewrite Eat, (curve_start cu d C); reflexivity).
    rewrite (total_ext _ _ (fun a => w * (g a * d a) + 0 * 0)) by (intros; ring).
    rewrite total_lin, Rmult_0_l, Rplus_0_r.
    apply (near_derivable (fun t => w * nth c row zero_func (fun a => cu a t))).
    - eapply near_mono; [|apply (same_gates 0 k fs)].
      + intros t H. cbv beta in H. specialize (H c). rewrite Eat, E0 in H. cbv beta. rewrite H;
        [reflexivity|].
        unfold fs. rewrite map_length. exact Hc.
      + intros f Hf. unfold fs in Hf. apply in_map_iff in Hf as (h & <- & Hh). destruct (HS h Hh) as [u Hu].
        eexists. exact (Hu cu d C).
      + rewrite E0. exact (HK (row_at row e) (or_introl eq_refl)).
    - exact (derivable_pt_lim_scal _ w 0 _ (Hg cu d C)).
  Qed.

  (* ---------------------------------------------------------------- programs *)
  Definition is_quotient (nd : node) : bool := match nd with Quot _ _ => true | _ => false end.
  Definition smooth_ops : ops func := Ops func zero_func (oadd func_ops) (omul func_ops) (oopp func_ops)
    (fun _ _ => zero_func) (oconst func_ops) (ovar func_ops).
  Definition same_smooth (f g : func) : Prop := f = g /\ smooth_at f.
  Notation mats := (Forall2 (Forall2 same_smooth)).
  Lemma same_smooth_refl m m' : mats m m' -> m = m'.
  Proof.
    assert (H1 : forall r r', Forall2 same_smooth r r' -> r = r').
    { intros r r' H. induction H as [|f g r r' [E _] H IH]; [reflexivity|]. congruence. }
    intros H. induction H as [|r r' m m' E H IH]; [reflexivity|]. rewrite (H1 _ _ E). congruence.
  Qed.
  Lemma smooth_step nd acc : is_quotient nd = false -> Forall2 mats acc acc ->
    mats (step func_ops acc nd) (step func_ops acc nd).
  Proof.
    intros Q H. replace (step func_ops acc nd) with (step smooth_ops acc nd)
      by (destruct nd; try reflexivity; discriminate).
    apply step_rel; [| | | | | | |exact H]; clear.
    - split; [reflexivity|exact (smooth_const 0)].
    - intros f f' g g' [-> Hf] [-> Hg]. split; [reflexivity|exact (smooth_add _ _ Hf Hg)].
    - intros f f' g g' [-> Hf] [-> Hg]. split; [reflexivity|exact (smooth_mul _ _ Hf Hg)].
    - intros f f' [-> Hf]. split; [reflexivity|exact (smooth_opp _ Hf)].
    - intros. split; [reflexivity|exact (smooth_const 0)].
    - intros z p. split; [reflexivity|exact (smooth_const _)].
    - intros a. split; [reflexivity|exact (smooth_var a)].
  Qed.
  Definition kinks_off (u : nat * list (list func)) : Prop :=
    no_kink (fst u, map (fun row => row_at row e) (snd u)).
  Lemma smooth_act j k m : mats m m -> kinks_off (k, m) -> mats (func_act j k m) (func_act j k m).
  Proof.
    intros H K. unfold func_act.
    assert (G : forall row, In row m -> forall f, In f row -> smooth_at f).
    { intros row Hr f Hf. clear K.
      assert (D : forall l l' : list (list func), mats l l' -> forall row, In row l -> forall f, In f row ->
        smooth_at f).
      { intros l l' F. induction F as [|r r' l l' E F IH]; intros q Hq h Hh; [contradiction|].
        destruct Hq as [<-|Hq]; [|exact (IH q Hq h Hh)].
        clear -E Hh. induction E as [|a b r r' [_ S] E IH]; [contradiction|]. destruct Hh as [<-|Hh]; auto. }
      eapply D; eauto. }
    apply map_same_in. intros row Hr. apply map_same_in. intros c Hc. apply in_seq in Hc.
      split; [reflexivity|].
    apply smooth_gate; [exact (G row Hr)| |lia].
    intros r [<-|[]]. apply (K (row_at row e)). apply (in_map (fun row => row_at row e)). exact Hr.
  Qed.
  Lemma smooth_run prog : existsb is_quotient prog = false -> forall acc u, Forall2 mats acc acc ->
    (forall g, In g (snd (run_with func func_ops func_act prog acc u)) -> kinks_off g) ->
    Forall2 mats (fst (run_with func func_ops func_act prog acc u))
      (fst (run_with func func_ops func_act prog acc u)).
  Proof.
    induction prog as [|nd prog IH]; intros Q acc u H K; [exact H|]. simpl in Q.
    apply orb_false_iff in Q as [Q1 Q2]. cbn [run_with] in *.
    assert (E : mats (fst (evaluate func func_ops func_act nd acc u))
      (fst (evaluate func func_ops func_act nd acc u))).
    { destruct (is_gate nd) eqn:G; [|assert (S := smooth_step nd acc Q1 H); destruct nd; try exact S;
        discriminate].
      destruct nd as [| | | | | | | | | | | |k i ids]; try discriminate. cbn [evaluate fst] in *.
        apply smooth_act.
      - apply (nth_rel mats); [constructor|exact H].
      - apply K. destruct (log_extends func func_ops func_act prog
          (acc ++ [func_act (List.length u) k (nth i acc [])]) (u ++ [(k, nth i acc [])])) as (T & w & E).
        rewrite E. cbn [snd]. apply in_or_app. left. apply in_or_app. right. now left. }
    destruct (evaluate func func_ops func_act nd acc u) as [m w]. apply IH; [exact Q2| |exact K].
    apply Forall2_app; [exact H|]. constructor; [exact E|constructor].
  Qed.
  Lemma output_smooth P f : existsb is_quotient (p_prog P) = false ->
    (forall g, In g (snd (func_run (p_prog P))) -> kinks_off g) -> In f (output_functions P) -> smooth_at f.
  Proof.
    intros Q K Hf. assert (H := smooth_run (p_prog P) Q [] [] (Forall2_nil _) K).
    apply outputs_rel with (P := P) in H. destruct (Forall2_in_r _ _ _ f H Hf) as (x & _ & E & S). subst x.
    exact S.
  Qed.
  (* a gradient consists of the partial derivatives *)
  Lemma gradient_partial f g a d : gradient_at n f e g -> is_state n a = true -> partial f a e d -> d = g a.
  Proof.
    intros Hg Ha Hp. set (c := fun b t => if Pos.eqb a b then e a + t else e b).
    assert (C : curve_through n e c (fun b => if Pos.eqb a b then 1 else 0)).
    { unfold c. split; [|split].
      - intros b. destruct (Pos.eqb_spec a b) as [->|]; ring.
      - intros b t Hb. destruct (Pos.eqb_spec a b) as [->|]; [congruence|reflexivity].
      - intros b _. destruct (Pos.eqb_spec a b) as [->|]; [|apply derivable_pt_lim_const].
        replace 1 with (0 + 1) by ring.
        exact (derivable_pt_lim_plus (fct_cte (e b)) id 0 0 1 (derivable_pt_lim_const _ 0)
          (derivable_pt_lim_id 0)). }
    assert (D := Hg c _ C). rewrite (total_ext _ _ (fun b => if Pos.eqb a b then g b else 0)) in D
      by (intros b _; destruct (Pos.eqb a b); ring).
    rewrite total_delta in D by apply vars_nodup. rewrite exists_state, Ha in D.
    refine (uniqueness_limite (fun t => f (fun b => c b t)) 0 d (g a) _ D).
    intros eps He. destruct (Hp eps He) as [delta Hd]. exists delta. intros h H0 H1. specialize (Hd h H0 H1).
    assert (E : forall x, (fun b => c b x) = update e a (e a + x)).
    { intros x. apply FunctionalExtensionality.functional_extensionality. intros b. unfold c, update.
      rewrite (Pos.eqb_sym b a). reflexivity. }
    rewrite !E, Rplus_0_l, Rplus_0_r. exact Hd.
  Qed.
End Chain.

(* The text has no division. *)
Definition without_division (text : string) : Prop :=
  forall t, compile text = Ok t -> existsb is_quotient (p_prog (t_problem t)) = false.
Section True.
  Variable text : string.
  Variable c : units_claim.
  Variable t : compiled.
  Variable unit : positive -> grade.
  Hypothesis Hu : units_of_text text c = Some (t, unit).
  Notation P := (t_problem t).
  Notation n := (p_dim P).
  Hypothesis HU : check_scaling P unit = true.
  Hypothesis HQ : existsb is_quotient (p_prog P) = false.
  Variable i : positive.
  Lemma kinks_at e : (forall unit, In unit (units_of text e) -> no_kink unit) ->
    forall g, In g (snd (func_run (p_prog P))) -> kinks_off e g.
  Proof.
    intros HK g Hg. destruct (func_run_at (p_prog P) e) as [_ H].
    destruct (run_with R (sem_ops Reals e) true_units (p_prog P) [] []) as [T u] eqn:E.
    destruct (compile_ok _ _ text t T u (units_compile text c t unit Hu) E) as (EU & _). cbn [snd] in H.
    assert (D : exists v, In v u /\ unit_rel func R (fun f x => f e = x) g v).
    { clear -H Hg. induction H as [|a b l l' R H IH]; [contradiction|]. destruct Hg as [<-|Hg].
      - exists b. split; [now left|exact R].
      - destruct (IH Hg) as (v & H1 & H2). exists v. split; [now right|exact H2]. }
    destruct D as (v & Hv & E1 & E2). apply at_matrix in E2. unfold kinks_off. rewrite E1, <- E2.
    destruct v as [k m]. apply HK. unfold units_of.
    assert (Q : forall l l' : list (nat * list (list R)), l = l' -> In (k, m) l' -> In (k, m) l)
      by (intros l l' ->; auto).
    exact (Q _ _ EU Hv).
  Qed.
  Lemma weight_one e a : weight_of text e a = 1.
  Proof.
    destruct (run_with R (sem_ops Reals e) true_units (p_prog P) [] []) as [T u] eqn:E.
    destruct (compile_ok _ _ text t T u (units_compile text c t unit Hu) E) as (_ & _ & _ & W).
    assert (N : p_weights P = None).
    { unfold check_scaling in HU. destruct (p_raw P); [|discriminate]. destruct (p_weights P); congruence. }
    rewrite N in W. unfold weight_of.
    assert (Q : forall o : option (list R), o = None -> match o with Some ws => nth (Pos.to_nat a - 1) ws 0
      | None => 1 end = 1) by (intros o ->; reflexivity).
    apply Q. exact W.
  Qed.
  Lemma true_balanced env w : true_velocity text env w -> balanced t unit i env w.
  Proof.
    intros H. induction H as [|k env' j g v HE HK Hj Hp Hv IH].
    - apply total_zero. intros. ring.
    - replace (fun a => k * (weight_of text env' a * g a) + v a) with (fun a => k * g a + v a).
      2: { apply FunctionalExtensionality.functional_extensionality. intros a. rewrite weight_one. ring. }
      apply (balanced_add t unit i env env'); [|..|exact IH].
      + exact (known_state text c t unit Hu env' env HE).
      + assert (Hf : In (nth j (output_functions P) zero_func) (output_functions P))
          by (apply nth_In; rewrite <- (output_length text c t unit Hu env'); exact Hj).
        destruct (output_smooth n env' P _ HQ (kinks_at env' HK) Hf) as [u G].
        unfold balanced. rewrite (total_ext _ _ (fun a => coef (unit a) i * env' a * u a)).
        * exact (gradient_balanced P unit HU (units_states text c t unit Hu) i _ env' u Hf G).
        * intros a Ha. apply is_state_spec in Ha. f_equal.
          apply (gradient_partial n env' _ u a (g a) G Ha).
          rewrite <- (output_function text c t unit Hu j). apply Hp.
          rewrite (parameter_state text t (units_compile text c t unit Hu)). exact Ha.
  Qed.
End True.
(* THEOREM. Unit laws of a text without division are constant along the flow of `text_conserved_true`. *)
Theorem text_units_conserved_true text c : check_text_units text c = true -> without_division text ->
  forall e,
  constant_along text (true_velocity text) (text_unit_sum text c e).
Proof.
  intros H HQ e. apply check_units_spec in H as (t & unit & _ & Hu & HU & _).
  apply (sum_constant text c t unit Hu). intros env w.
  exact (true_balanced text c t unit Hu HU (HQ t (units_compile text c t unit Hu)) e env w).
Qed.
