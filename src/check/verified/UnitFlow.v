(* UnitFlow.v - a network whose outputs have unit 0 does not change when every parameter is scaled by its
   unit,
   at kinks too.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith QArith Qreals List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Units
  Simulation
  Diff Claims
  Flow Text Relu.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

(* ------------------------------------------------------------------ coefficients *)
Definition coef (u : grade) (e : positive) : R := Q2R (coefficient u e).
Lemma Q2R_0 : Q2R 0 = 0.
Proof. unfold Q2R. simpl. lra. Qed.
Lemma coef_nil e : coef [] e = 0.
Proof. exact Q2R_0. Qed.
Lemma coef_cons i c u e : coef ((i, c) :: u) e = (if Pos.eqb i e then Q2R c else 0) + coef u e.
Proof. unfold coef. simpl. destruct (Pos.eqb i e); [apply Q2R_plus|ring]. Qed.
Lemma coef_add u e : forall v, coef (grade_add u v) e = coef u e + coef v e.
Proof.
  induction u as [|[i c] u IH]; intros v; [rewrite coef_nil; simpl; ring|].
  induction v as [|[j d] v IHv]; [rewrite coef_nil; simpl; ring|].
  change (grade_add ((i, c) :: u) ((j, d) :: v)) with
    (match Pos.compare i j with
     | Eq => let s := Qred (c + d) in if Qeq_bool s 0 then grade_add u v else (i, s) :: grade_add u v
     | Lt => (i, c) :: grade_add u ((j, d) :: v)
     | Gt => (j, d) :: grade_add ((i, c) :: u) v
     end).
  destruct (Pos.compare i j) eqn:E.
  - apply Pos.compare_eq in E. subst j. cbv zeta.
    assert (S : Q2R (Qred (c + d)) = Q2R c + Q2R d).
    { rewrite <- Q2R_plus. apply Qeq_eqR, Qred_correct. }
    destruct (Qeq_bool (Qred (c + d)) 0) eqn:Z.
    + apply Qeq_bool_eq, Qeq_eqR in Z. rewrite S, Q2R_0 in Z. rewrite IH, !coef_cons.
      destruct (Pos.eqb i e); lra.
    + rewrite !coef_cons, S, IH. destruct (Pos.eqb i e); ring.
  - rewrite coef_cons, IH, !coef_cons. ring.
  - rewrite coef_cons, IHv, !coef_cons. ring.
Qed.
Lemma coef_opp u e : coef (grade_opp u) e = - coef u e.
Proof.
  induction u as [|[i c] u IH]; [rewrite coef_nil; simpl; rewrite coef_nil; ring|].
  change (grade_opp ((i, c) :: u)) with ((i, - c)%Q :: grade_opp u). rewrite !coef_cons, IH, Q2R_opp.
  destruct (Pos.eqb i e); ring.
Qed.
Lemma coef_eqb u e : forall v, grade_eqb u v = true -> coef u e = coef v e.
Proof.
  induction u as [|[i c] u IH]; intros [|[j d] v] H; simpl in H; try discriminate; [reflexivity|].
  apply andb_prop in H as [H H3]. apply andb_prop in H as [H1 H2]. apply Pos.eqb_eq in H1. subst j.
  apply Qeq_bool_eq, Qeq_eqR in H2. rewrite !coef_cons, H2, (IH v H3). reflexivity.
Qed.

(* ------------------------------------------------------------------ two interpretations with units *)
Section Run.
  Variables A B : Type.
  Variables (OA : ops A) (OB : ops B) (rel : A -> B -> Prop).
  Notation mats := (Forall2 (Forall2 rel)).
  Variables (actA : nat -> nat -> list (list A) -> list (list A))
    (actB : nat -> nat -> list (list B) -> list (list B)).
  Hypothesis rstep : forall acc acc' nd, Forall2 mats acc acc' -> mats (step OA acc nd) (step OB acc' nd).
  Hypothesis ract : forall n k m m', mats m m' -> mats (actA n k m) (actB n k m').
  Definition unit_rel (u : nat * list (list A)) (v : nat * list (list B)) : Prop :=
    fst u = fst v /\ mats (snd u) (snd v).
  Lemma evaluate_rel nd acc acc' u u' : Forall2 mats acc acc' -> Forall2 unit_rel u u' ->
    mats (fst (evaluate A OA actA nd acc u)) (fst (evaluate B OB actB nd acc' u')) /\
    Forall2 unit_rel (snd (evaluate A OA actA nd acc u)) (snd (evaluate B OB actB nd acc' u')).
  Proof.
    intros H L. assert (S := rstep acc acc' nd H). destruct nd; try (split; [exact S|exact L]).
    assert (N : mats (nth i acc []) (nth i acc' [])) by (apply (nth_rel mats); [constructor|exact H]).
    cbn [evaluate fst snd]. rewrite (length_rel _ _ _ L). split; [apply ract; exact N|].
    apply Forall2_app; [exact L|]. constructor; [split; [reflexivity|exact N]|constructor].
  Qed.
  Theorem run_with_rel prog : forall acc acc' u u', Forall2 mats acc acc' -> Forall2 unit_rel u u' ->
    Forall2 mats (fst (run_with A OA actA prog acc u)) (fst (run_with B OB actB prog acc' u')) /\
    Forall2 unit_rel (snd (run_with A OA actA prog acc u)) (snd (run_with B OB actB prog acc' u')).
  Proof.
    induction prog as [|nd prog IH]; intros acc acc' u u' H L; [split; assumption|]. cbn [run_with].
    destruct (evaluate_rel nd acc acc' u u' H L) as [H1 H2].
    destruct (evaluate A OA actA nd acc u) as [m w]. destruct (evaluate B OB actB nd acc' u') as [m' w'].
    apply IH; [|exact H2]. apply Forall2_app; [exact H|]. constructor; [exact H1|constructor].
  Qed.
End Run.

(* ------------------------------------------------------------------ functions of the values of the
   variables *)
Definition func := (positive -> R) -> R.
Definition zero_func : func := fun _ => 0.
Definition func_ops : ops func := Ops func zero_func (fun f g e => f e + g e) (fun f g e => f e * g e)
  (fun f e => - f e) (fun f g e => f e / g e) (fun z p _ => @rational Reals z p) (fun a e => e a).
Definition row_at (row : list func) (e : positive -> R) : list R := map (fun f => f e) row.
(* true units *)
Definition func_act (n k : nat) (m : list (list func)) : list (list func) :=
  map (fun row => map (fun c e => gate k (row_at row e) c * nth c row zero_func e)
    (seq 0 (List.length row))) m.
Definition func_run (prog : list node) := run_with func func_ops func_act prog [] [].
Lemma row_at_nth row e c : nth c (row_at row e) 0 = nth c row zero_func e.
Proof. exact (map_nth (fun f : func => f e) row zero_func c). Qed.
Lemma at_matrix e m m' : Forall2 (Forall2 (fun (f : func) x => f e = x)) m m' ->
  m' = map (fun row => row_at row e) m.
Proof.
  assert (H1 : forall row row', Forall2 (fun (f : func) x => f e = x) row row' -> row' = row_at row e).
  { intros row row' H. induction H as [|f x row row' E H IH]; [reflexivity|]. simpl. congruence. }
  intros H. induction H as [|row row' m m' E H IH]; [reflexivity|]. simpl. rewrite <- IH, (H1 _ _ E).
  reflexivity.
Qed.
Lemma map_seq_at {X Y} (P : X -> Y -> Prop) dx (l : list X) g :
  (forall c, (c < List.length l)%nat -> P (nth c l dx) (g c)) -> Forall2 P l (map g (seq 0 (List.length l))).
Proof.
  revert g. induction l as [|x l IH]; intros g H; simpl; constructor; [apply (H 0%nat); simpl; lia|].
  rewrite <- seq_shift, map_map. apply IH. intros c Hc. apply (H (S c)). simpl. lia.
Qed.
(* at every e they are the values of the text *)
Lemma func_run_at prog e :
  Forall2 (Forall2 (Forall2 (fun (f : func) x => f e = x))) (fst (func_run prog))
    (fst (run_with R (sem_ops Reals e) true_units prog [] [])) /\
  Forall2 (unit_rel func R (fun f x => f e = x)) (snd (func_run prog))
    (snd (run_with R (sem_ops Reals e) true_units prog [] [])).
Proof.
  apply run_with_rel; [|intros n k m m' H|constructor|constructor].
  - intros acc acc' nd H. apply step_rel; auto; simpl; intros; subst; reflexivity.
  - rewrite (at_matrix e m m' H), true_units_gate. unfold func_act. rewrite map_map. clear.
    induction m as [|row m IH]; simpl; constructor; [|exact IH].
    assert (E : List.length (row_at row e) = List.length row) by apply map_length. rewrite E.
    generalize (seq 0 (List.length row)). intros l. induction l as [|c l IHl]; simpl; constructor;
      [|exact IHl].
    rewrite row_at_nth. reflexivity.
Qed.
Definition output_functions (P : problem) : list func := outputs P (fst (func_run (p_prog P))).
Lemma outputs_at text t e : compile text = Ok t ->
  text_outputs (sem_ops Reals e) true_units text = row_at (output_functions (t_problem t)) e.
Proof.
  intros Ht. set (P := t_problem t). destruct (func_run_at (p_prog P) e) as [H _].
  destruct (run_with R (sem_ops Reals e) true_units (p_prog P) [] []) as [T u] eqn:E.
  destruct (compile_ok _ _ text t T u Ht E) as (_ & _ & Q & _). etransitivity; [exact Q|]. clear Q E.
  cbn [fst] in H. apply outputs_rel with (P := P) in H. unfold output_functions. fold P.
  generalize dependent (outputs P T). generalize (outputs P (fst (func_run (p_prog P)))).
  intros l l' F. induction F as [|f x l l' Ex F IH]; simpl; [reflexivity|]. congruence.
Qed.

(* ------------------------------------------------------------------ scaling *)
Lemma gate_scale k s row c : 0 < s -> gate k (map (Rmult s) row) c = gate k row c.
Proof.
  intros Hs. assert (N : forall c, nth c (map (Rmult s) row) 0 = s * nth c row 0).
  { intros d. rewrite <- (map_nth (Rmult s)). replace (s * 0) with 0 by ring. reflexivity. }
  assert (L : forall x y, s * x < s * y <-> x < y).
  { intros x y. split; intros H; [eapply Rmult_lt_reg_l; eauto|apply Rmult_lt_compat_l; auto]. }
  assert (P : forall x, 0 < s * x <-> 0 < x).
  { intros x. rewrite <- (L 0 x), Rmult_0_r. tauto. }
  assert (B : forall x y, below (s * x) (s * y) = below x y).
  { intros x y. unfold below. specialize (L x y). destruct (Rlt_dec _ _), (Rlt_dec _ _); tauto. }
  destruct k as [|[|k]]; unfold gate.
  - rewrite N. specialize (P (nth c row 0)). destruct (Rlt_dec _ _), (Rlt_dec _ _); tauto.
  - rewrite N. specialize (P (nth c row 0)). destruct (Rlt_dec _ _), (Rlt_dec _ _); tauto.
  - replace (first_largest (map (Rmult s) row) c) with (first_largest row c); [reflexivity|].
    unfold first_largest. rewrite map_length. induction (seq 0 (List.length row)) as [|d l IH];
      [reflexivity|].
    cbn [forallb]. rewrite IH, !N, !B. reflexivity.
Qed.
(* the gate of a relu depends on its pre-activation alone *)
Lemma gate_single k row c : (k < 2)%nat -> gate k row c = gate k [nth c row 0] 0.
Proof. intros H. destruct k as [|[|k]]; [reflexivity|reflexivity|lia]. Qed.

Section Scaling.
  Variable unit : positive -> grade.
  Variable e : positive.                     (* a free unit *)
  Definition factor (s : R) (u : grade) : R := exp (s * coef u e).
  Definition scaled (s : R) (env : positive -> R) (a : positive) : R := factor s (unit a) * env a.
  Definition scales (x : scaling) (f : func) : Prop :=
    match x with
    | Zero => forall env, f env = 0
    | Of u => forall s env, f (scaled s env) = factor s u * f env
    | Mixed => True
    end.
  Lemma factor_nil s : factor s [] = 1.
  Proof. unfold factor. rewrite coef_nil, Rmult_0_r. apply exp_0. Qed.
  Lemma factor_add s u v : factor s (grade_add u v) = factor s u * factor s v.
  Proof. unfold factor. rewrite coef_add, Rmult_plus_distr_l. apply exp_plus. Qed.
  Lemma factor_opp s u : factor s (grade_opp u) = / factor s u.
  Proof. unfold factor. rewrite coef_opp, <- Ropp_mult_distr_r. apply exp_Ropp. Qed.
  Lemma factor_eqb s u v : grade_eqb u v = true -> factor s u = factor s v.
  Proof. intros H. unfold factor. rewrite (coef_eqb u e v H). reflexivity. Qed.
  Lemma scales_step acc acc' nd : Forall2 (Forall2 (Forall2 scales)) acc acc' ->
    Forall2 (Forall2 scales) (step (scaling_ops unit) acc nd) (step func_ops acc' nd).
  Proof.
    intros H. apply step_rel; [| | | | | | |exact H]; clear.
    - intros env. reflexivity.
    - intros [|u|] [|v|] f g; simpl; auto.
      + intros Hf Hg env. rewrite Hf, Hg. ring.
      + intros Hf Hg s env. rewrite !Hf, Hg. ring.
      + intros Hf Hg s env. rewrite Hf, !Hg. ring.
      + destruct (grade_eqb u v) eqn:E; simpl; auto. intros Hf Hg s env.
        rewrite Hf, Hg, <- (factor_eqb s u v E). ring.
    - intros [|u|] [|v|] f g; simpl; auto; intros Hf Hg; try (intros env; rewrite ?Hf, ?Hg; ring).
      intros s env. rewrite Hf, Hg, factor_add. ring.
    - intros [|u|] f; simpl; auto; intros Hf; [intros env|intros s env]; rewrite Hf; ring.
    - intros [|u|] [|v|] f g; simpl; auto; intros Hf Hg; try (intros env; rewrite Hf; unfold Rdiv; ring).
      intros s env. rewrite Hf, Hg, factor_add, factor_opp. unfold Rdiv. rewrite Rinv_mult. ring.
    - intros z p. simpl. destruct (Z.eqb_spec z 0) as [->|N]; simpl.
      + intros env. unfold rational. simpl. unfold Rdiv. ring.
      + intros s env. rewrite factor_nil. ring.
    - intros a. simpl. intros s env. reflexivity.
  Qed.
  Lemma agree_all row : forall fs, Forall2 scales row fs -> let x := fold_right agree Zero row in
    match x with
    | Zero => forall f env, In f fs -> f env = 0
    | Of u => forall f s env, In f fs -> f (scaled s env) = factor s u * f env
    | Mixed => True
    end.
  Proof.
    induction row as [|y row IH]; intros fs H; inversion H as [|y' f row' fs' Hy Hr]; subst; simpl.
    - intros f env [].
    - specialize (IH fs' Hr). simpl in IH. destruct y as [|u|], (fold_right agree Zero row) as [|v|];
      simpl in *;
        auto.
      + intros g env [<-|Hg]; auto.
      + intros g s env [<-|Hg]; [rewrite !Hy; ring|auto].
      + intros g s env [<-|Hg]; [auto|rewrite !IH by exact Hg; ring].
      + destruct (grade_eqb u v) eqn:E; [|exact I]. intros g s env [<-|Hg]; [auto|].
        rewrite (factor_eqb s u v E). auto.
  Qed.
  Lemma scales_act n k m m' : Forall2 (Forall2 scales) m m' ->
    Forall2 (Forall2 scales) (scaling_act n k m) (func_act n k m').
  Proof.
    intros H. assert (K : (k < 2)%nat \/ (2 < k)%nat \/ k = 2%nat) by lia. destruct K as [K|[K|E]];
      [| |subst k].
    - replace (scaling_act n k m) with m by (destruct k as [|[|k]]; [reflexivity|reflexivity|lia]).
      unfold func_act. induction H as [|row fs m m' Hr H IH]; simpl; constructor; [|exact IH].
      rewrite <- (length_rel _ _ _ Hr). apply (map_seq_at scales Zero). intros c _.
      assert (S : scales (nth c row Zero) (nth c fs zero_func)).
      { apply (nth_rel scales); [intros env; reflexivity|exact Hr]. }
      destruct (nth c row Zero) as [|u|]; simpl in *; [intros env; rewrite S; ring| |exact I].
      intros s env. rewrite S, !(gate_single k _ c K), !row_at_nth, S.
      assert (G := gate_scale k (factor s u) [nth c fs zero_func env] 0 (exp_pos _)). simpl map in G.
      rewrite G. ring.
    - replace (scaling_act n k m) with (map (map (fun _ : scaling => Mixed)) m)
        by (destruct k as [|[|[|k]]]; [lia|lia|lia|reflexivity]).
      unfold func_act. induction H as [|row fs m m' Hr H IH]; simpl; constructor; [|exact IH].
      rewrite <- (length_rel _ _ _ Hr). clear. generalize 0%nat.
      induction row as [|x row IH]; intros i; simpl; constructor; [exact I|apply IH].
    - cbn [scaling_act].
      unfold func_act. induction H as [|row fs m m' Hr H IH]; simpl; constructor; [|exact IH].
      assert (G := agree_all row fs Hr). simpl in G. set (x := fold_right agree Zero row) in *.
      assert (E : map (fun _ => x) row = map (fun _ => x) (seq 0 (List.length fs))).
      { clear -Hr. clearbody x. generalize 0%nat. induction Hr; intros n; simpl; [reflexivity|]. f_equal.
        apply IHHr. }
      rewrite E. clear E.
      assert (Q : forall c, In c (seq 0 (List.length fs)) ->
        scales x (fun env => gate 2 (row_at fs env) c * nth c fs zero_func env)).
      { intros c Hc. apply in_seq in Hc. assert (I0 : In (nth c fs zero_func) fs) by (apply nth_In; lia).
        destruct x as [|u|]; cbn [scales]; [intros env; rewrite G by exact I0; ring| |exact I].
        intros s env. rewrite G by exact I0.
        replace (row_at fs (scaled s env)) with (map (Rmult (factor s u)) (row_at fs env)).
        - rewrite gate_scale by apply exp_pos. ring.
        - unfold row_at. rewrite map_map. apply map_ext_in. intros f Hf. rewrite G by exact Hf. reflexivity. }
      revert Q. generalize (seq 0 (List.length fs)). intros l. induction l as [|c l IHl]; intros Q; simpl;
        constructor; [apply Q; now left|]. apply IHl. intros d Hd. apply Q. now right.
  Qed.
  (* outputs of unit 0 are the same at all scales *)
  Theorem outputs_scaled P : check_scaling P unit = true -> forall f, In f (output_functions P) ->
    forall s env, f (scaled s env) = f env.
  Proof.
    intros H f Hf s env. unfold check_scaling in H. destruct (p_raw P); [|discriminate].
    destruct (p_weights P); [discriminate|].
    destruct (run_with_rel _ _ (scaling_ops unit) func_ops scales scaling_act func_act scales_step scales_act
      (p_prog P) [] [] [] [] (Forall2_nil _) (Forall2_nil _)) as [R _].
    apply outputs_rel with (P := P) in R. destruct (Forall2_in_r _ _ _ f R Hf) as (x & Hx & Hs).
    rewrite forallb_forall in H. specialize (H x Hx). destruct x as [|u|]; simpl in *; [|  |discriminate].
    - rewrite !Hs. reflexivity.
    - rewrite Hs. replace (factor s u) with 1; [ring|]. unfold factor. replace (coef u e) with 0;
        [rewrite Rmult_0_r, exp_0; reflexivity|].
      clear -H. induction u as [|[i c] u IH]; [symmetry; apply coef_nil|]. simpl in H.
      apply andb_prop in H as [H1 H2]. apply Qeq_bool_eq, Qeq_eqR in H1. rewrite coef_cons, <- IH by exact H2.
      rewrite H1, Q2R_0. destruct (Pos.eqb i e); ring.
  Qed.
End Scaling.
