(* FunctionComplete.v - rank, independence and completeness for networks with functions and rational laws.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Text Diff
  Claims Flow Relu TrueFlow Symbols Functions SymbolValues FunctionFlow Complete Smooth Point TextComplete
  Jets Expansions SeriesFunctions JetValues FunctionMembers Vectors.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

Lemma about_functions_spec text laws check : about_functions text laws check = true -> exists t ls,
  compile text = Ok t /\ all_ok (compile_law t) laws = Ok ls /\ check (t_problem t) ls = true.
Proof.
  unfold about_functions. destruct (compile text) as [t|]; [|discriminate].
  destruct (all_ok _ laws) as [ls|] eqn:E; [|discriminate]. intros H. exists t, ls. auto.
Qed.
Lemma same_point c : point_real c = point_value c.
Proof.
  apply FunctionalExtensionality.functional_extensionality. intros a. unfold point_real, point_at,
    point_value, qr.
  change (ssrnat.subn (Pos.to_nat a) 1) with (Pos.to_nat a - 1)%nat.
  destruct (nth_error (c_point c) (Pos.to_nat a - 1)) as [x|]; [reflexivity|]. cbn [fst snd]. lra.
Qed.
Lemma parameters_of text t : compile text = Ok t -> Z.to_nat (l_dim (text_layout text)) = p_dim (t_problem t).
Proof.
  intros Ht. destruct (compile_shape text t Ht) as (E & _). rewrite E.
  destruct (run_with R (sem_ops Reals (fun _ => 0)) true_units (p_prog (t_problem t)) [] []) as [T u] eqn:ER.
  destruct (compile_ok (sem_ops Reals (fun _ => 0)) true_units text t T u Ht ER) as (_ & -> & _). reflexivity.
Qed.

Section Chosen.
  Variables (text : string) (t : compiled) (c : cert) (gs : list taylor).
  Hypothesis Ht : compile text = Ok t.
  Notation P := (t_problem t).
  Hypothesis HR : check_taylor_rank P c gs = true.
  Lemma rank_vectors : check_basics P c = true /\ exists V, chosen_vectors P c gs = Some V /\
    vectors_rank P c V = true.
  Proof.
    unfold check_taylor_rank in HR. apply andb_prop in HR as [H1 H2]. split; [exact H1|].
    destruct (chosen_vectors P c gs) as [V|]; [|discriminate]. exists V. auto.
  Qed.
  Lemma chosen_length V : chosen_vectors P c gs = Some V -> List.length V = List.length (c_chosen c).
  Proof.
    unfold chosen_vectors. revert V. induction (c_chosen c) as [|i l IH]; intros V H; simpl in H.
    - injection H as <-. reflexivity.
    - destruct (match nth_error gs i with Some g => option_map snd (taylor_vector P c g) | None => None end)
      as [v|];
        [|discriminate].
      destruct (all_some _) as [V'|]; [|discriminate]. injection H as <-. simpl. rewrite (IH V' eq_refl).
        reflexivity.
  Qed.
  Lemma vectors_orthogonal I V w x : chosen_vectors P c gs = Some V -> orthogonal I text (point_value c) w ->
    In x V ->
    ssum Reals (vars (p_dim P)) (fun a => coordinate x a * w a) = 0.
  Proof. intros HV Hw Hx. rewrite <- same_point in Hw. exact (chosen_orthogonal I text t Ht c w Hw gs V x HV
    Hx). Qed.
End Chosen.

(* THEOREM. There are r vectors, r the number of chosen entries, that are linearly independent and in the span
   of the velocities at the point of the certificate: what is orthogonal to all velocities there is orthogonal
   to them. So the velocities span at least r dimensions. *)
Theorem function_rank text gs c : check_function_rank text gs c = true ->
  exists V : list (list Z), List.length V = List.length (c_chosen c) /\
  (forall v : nat -> R,
    (forall a, is_parameter text a = true ->
      ssum Reals (seq 0 (List.length V)) (fun i => v i * coordinate (nth i V []) a) = 0) ->
    forall i, (i < List.length V)%nat -> v i = 0) /\
  forall (I : functions) w, orthogonal I text (point_value c) w -> forall x, In x V ->
    ssum Reals (vars (Z.to_nat (l_dim (text_layout text)))) (fun a => coordinate x a * w a) = 0.
Proof.
  intros H. apply about_functions_spec in H as (t & ls & Ht & _ & HR).
  destruct (rank_vectors t c gs HR) as (HB & V & HV & HVR). exists V. split;
    [exact (chosen_length t c gs V HV)|]. split.
  - intros v Hv. apply (@vectors_independent_real (t_problem t) c HB V HVR v). intros a Ha. apply Hv.
    rewrite (parameter_state text t Ht). exact Ha.
  - intros I w Hw x Hx. rewrite (parameters_of text t Ht). exact (vectors_orthogonal text t c gs Ht I V w x
    HV Hw Hx).
Qed.

Section Gradients.
  Variables (text : string) (laws : list string) (c : cert) (t : compiled) (ls : list law).
  Hypothesis Ht : compile text = Ok t.
  Hypothesis Hl : all_ok (compile_law t) laws = Ok ls.
  Hypothesis HI : check_independent (t_problem t) (with_laws ls c) = true.
  Lemma function_slopes I i a : (i < List.length laws)%nat ->
    partial (law_value_at I text (nth i laws EmptyString)) a (point_value c) (slopes c ls i a).
  Proof.
    intros Hi. destruct (all_ok_nth (compile_law t) laws EmptyString [] ls Hl) as [L G].
    assert (E : forall e, law_real e (nth i ls []) = law_value_at I text (nth i laws EmptyString) e).
    { intros e. symmetry. exact (compile_law_ok (sem_ops Reals e) (real_units I) text t _ _ Ht (G i Hi)). }
    eapply deriv_ext; [intros s; apply E|]. apply (@gradients_at_point (t_problem t) (with_laws ls c) _ a HI).
    apply nth_In. simpl. lia.
  Qed.
End Gradients.
(* THEOREM. The laws, which are rational, have gradients at the point, and these are linearly independent. *)
Theorem function_independent text laws c : check_function_independent text laws c = true ->
  exists d : nat -> positive -> R,
    (forall I i a, (i < List.length laws)%nat ->
      partial (law_value_at I text (nth i laws EmptyString)) a (point_value c) (d i a)) /\
    forall v : nat -> R,
      (forall a, is_parameter text a = true -> ssum Reals (seq 0 (List.length laws)) (fun i => v i * d i a) =
        0) ->
      forall i, (i < List.length laws)%nat -> v i = 0.
Proof.
  intros H. apply about_functions_spec in H as (t & ls & Ht & Hl & HI). exists (slopes c ls). split.
  - intros I i a Hi. exact (function_slopes text laws c t ls Ht Hl HI I i a Hi).
  - intros v Hv. destruct (all_ok_nth (compile_law t) laws EmptyString [] ls Hl) as [L _]. rewrite <- L in *.
    apply (@independent_at_point (t_problem t) (with_laws ls c) HI v). intros a Ha. apply Hv.
    rewrite (parameter_state text t Ht). exact Ha.
Qed.
(* THEOREM. Let g be the gradient, at the point, of a function that is constant along the flow: g is
   orthogonal to all velocities there. Then g is a combination of the gradients of the laws. *)
Theorem function_complete text laws gs c : check_function_complete text laws gs c = true ->
  exists d : nat -> positive -> R,
    (forall I i a, (i < List.length laws)%nat ->
      partial (law_value_at I text (nth i laws EmptyString)) a (point_value c) (d i a)) /\
    forall (I : functions) (g : positive -> R), orthogonal I text (point_value c) g ->
    exists cs : nat -> R, forall a, is_parameter text a = true ->
      g a = ssum Reals (seq 0 (List.length laws)) (fun i => cs i * d i a).
Proof.
  intros H. apply about_functions_spec in H as (t & ls & Ht & Hl & H). unfold check_taylor_complete in H.
  set (c' := with_laws ls c) in *. apply andb_prop in H as [H HS]. apply andb_prop in H as [HI HR].
  exists (slopes c ls). split; [intros I i a Hi; exact (function_slopes text laws c t ls Ht Hl HI I i a Hi)|].
  destruct (rank_vectors t c' gs HR) as (HB & V & HV & HVR). rewrite HV in HS. intros I g Hg.
  destruct (all_ok_nth (compile_law t) laws EmptyString [] ls Hl) as [L _].
  destruct (@vectors_complete_real (t_problem t) c' HB V HVR HI HS) with (g := g) as (cs & Hcs).
  - intros i j Hi Hj. unfold vectors_split in HS. apply andb_prop in HS as [_ HT].
    assert (Q := tangent_ok (t_problem t) c' V _ _ HT (nth_In (c_laws c') [] Hj) (nth_In V [] Hi)).
    rewrite same_point in Q. exact Q.
  - intros i Hi. exact (vectors_orthogonal text t c' gs Ht I V g _ HV Hg (nth_In V [] Hi)).
  - exists cs. intros a Ha. rewrite <- L. apply Hcs. rewrite <- (parameter_state text t Ht). exact Ha.
Qed.
(* one check gives the two others *)
Theorem function_complete_rank text laws gs c : check_function_complete text laws gs c = true ->
  check_function_rank text gs c = true.
Proof.
  intros H. apply about_functions_spec in H as (t & ls & Ht & Hl & H). unfold check_function_rank,
    about_functions.
  rewrite Ht. cbn [all_ok]. unfold check_taylor_complete in H. apply andb_prop in H as [H _].
  apply andb_prop in H as [_ H]. exact H.
Qed.
Theorem function_complete_independent text laws gs c : check_function_complete text laws gs c = true ->
  check_function_independent text laws c = true.
Proof.
  intros H. apply about_functions_spec in H as (t & ls & Ht & Hl & H). unfold check_function_independent,
    about_functions.
  rewrite Ht, Hl. unfold check_taylor_complete in H. apply andb_prop in H as [H _].
    apply andb_prop in H as [H _]. exact H.
Qed.
