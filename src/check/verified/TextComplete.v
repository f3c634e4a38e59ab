(* TextComplete.v - independence, rank and completeness, for the network and the laws that texts denote.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lia.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Text Diff
  Claims
  Flow
  Relu TrueFlow Complete Smooth Point.

(* Near the point of the certificate every conserved function has its gradient in
   the span of the gradients of the laws: see
   `near` and `complete_near` in Complete.v. *)
Definition text_laws_complete (text : string) (laws : list string) (c : cert) : Prop :=
  exists t ls, compile text = Ok t /\ all_ok (compile_law t) laws = Ok ls /\
  forall A : near (t_problem t) (with_laws ls c), complete_near A.
Theorem text_complete text laws c : check_text text laws c = true -> text_laws_complete text laws c.
Proof.
  intros H. apply about_spec in H as (t & ls & Ht & Hl & _ & H). exists t, ls. split; [exact Ht|].
    split; [exact Hl|].
  intros A. exact (@near_complete _ _ A H).
Qed.

(* ------------------------------------------------------------------ over the real numbers, at the point *)
Import ListNotations.
Open Scope R_scope.
Lemma all_ok_nth {X Y} (f : X -> result Y) l dx dy : forall ys, all_ok f l = Ok ys ->
  List.length ys = List.length l /\
  forall i, (i < List.length l)%nat -> f (nth i l dx) = Ok (nth i ys dy).
Proof.
  induction l as [|a l IH]; intros ys H; simpl in H.
  - injection H as <-. split; [reflexivity|]. simpl. intros; lia.
  - destruct (f a) as [y|] eqn:E; [|discriminate]. destruct (all_ok f l) as [ys'|]; [|discriminate].
    injection H as <-. destruct (IH ys' eq_refl) as [L G]. split; [simpl; rewrite L; reflexivity|].
    intros [|i] Hi; [exact E|]. apply G. simpl in Hi. lia.
Qed.
Lemma law_of_text text t s l : compile text = Ok t -> compile_law t s = Ok l ->
  (fun e => law_at text s e) = (fun e => law_real e l).
Proof.
  intros Ht Hl. apply FunctionalExtensionality.functional_extensionality. intros e. unfold law_at.
  exact (compile_law_ok _ _ text t s l Ht Hl).
Qed.
Section Gradients.
  Variables (text : string) (laws : list string) (c : cert) (t : compiled) (ls : list law).
  Hypothesis Ht : compile text = Ok t.
  Hypothesis Hl : all_ok (compile_law t) laws = Ok ls.
  Hypothesis HI : check_independent (t_problem t) (with_laws ls c) = true.
  Definition slopes (i : nat) (a : positive) : R := law_slope (nth i ls []) (point_value c) a.
  Lemma slopes_partial i a : (i < List.length laws)%nat ->
    partial (fun e => law_at text (nth i laws EmptyString) e) a (point_value c) (slopes i a).
  Proof.
    intros Hi. destruct (all_ok_nth (compile_law t) laws EmptyString [] ls Hl) as [L G].
    rewrite (law_of_text text t _ _ Ht (G i Hi)). apply (@gradients_at_point (t_problem t) (with_laws ls c) _
      a HI).
    apply nth_In. simpl. lia.
  Qed.
End Gradients.
(* THEOREM. The laws have gradients at the point of the certificate, and these are linearly independent. *)
Theorem text_independent text laws c : check_text_independent text laws c = true ->
  exists d : nat -> positive -> R,
    (forall i a, (i < List.length laws)%nat ->
      partial (fun e => law_at text (nth i laws EmptyString) e) a (point_value c) (d i a)) /\
    forall v : nat -> R,
      (forall a, is_parameter text a = true ->
        ssum Reals (seq 0 (List.length laws)) (fun i => v i * d i a) = 0) ->
      forall i, (i < List.length laws)%nat -> v i = 0.
Proof.
  intros H. apply about_spec in H as (t & ls & Ht & Hl & _ & HI). exists (slopes c ls). split.
  - intros i a Hi. exact (slopes_partial text laws c t ls Ht Hl HI i a Hi).
  - intros v Hv. destruct (all_ok_nth (compile_law t) laws EmptyString [] ls Hl) as [L _].
    rewrite <- L in *. apply (@independent_at_point (t_problem t) (with_laws ls c) HI v). intros a Ha.
      apply Hv.
    rewrite (parameter_state text t Ht). exact Ha.
Qed.
(* THEOREM. The chosen brackets of members of the text's family are linearly independent vectors at the
   point. *)
Theorem text_rank text c : check_text_rank text c = true -> exists t fs, compile text = Ok t /\
  chosen_fields (t_problem t) c = Some fs /\ forall v : nat -> R,
  (forall a, is_parameter text a = true ->
    ssum Reals (seq 0 (List.length fs)) (fun i => v i * at_point (nth i fs zero_field) (point_value c) a) =
      0) ->
  forall i, (i < List.length fs)%nat -> v i = 0.
Proof.
  intros H. apply about_spec in H as (t & ls & Ht & _ & _ & HR).
  destruct (@rank_at_point (t_problem t) c HR) as (fs & Hf & G). exists t, fs. split; [exact Ht|].
    split; [exact Hf|].
  intros v Hv. apply G. intros a Ha. apply Hv. rewrite (parameter_state text t Ht). exact Ha.
Qed.
(* THEOREM. Let dh be the gradient of a function near the point, of class C^1, that is orthogonal to all
   velocities of the
   text's family. At the point it is a combination of the gradients of the laws. *)
Theorem text_complete_real text laws c : check_text text laws c = true -> exists t (d : nat -> positive -> R),
  compile text = Ok t /\
  (forall i a, (i < List.length laws)%nat ->
    partial (fun e => law_at text (nth i laws EmptyString) e) a (point_value c) (d i a)) /\
  let P := t_problem t in
  forall (U : (positive -> R) -> Prop) (dh : positive -> (positive -> R) -> R)
    (ddh : positive -> positive -> (positive -> R) -> R),
  U (point_value c) -> open_along P U ->
  (forall e a, U e -> is_state (p_dim P) a = false -> known P a = true -> e a = point_value c a) ->
  (forall e a b, U e -> is_state (p_dim P) a = true -> is_state (p_dim P) b = true ->
    partial (dh a) b e (ddh a b e)) ->
  (forall e a b, U e -> is_state (p_dim P) a = true -> is_state (p_dim P) b = true ->
    ddh a b e = ddh b a e) ->
  (forall e v, U e -> velocity P e v -> ssum Reals (vars (p_dim P)) (fun a => v a * dh a e) = 0) ->
  exists cs : nat -> R, forall a, is_state (p_dim P) a = true ->
    dh a (point_value c) = ssum Reals (seq 0 (List.length laws)) (fun i => cs i * d i a).
Proof.
  intros H. apply about_spec in H as (t & ls & Ht & Hl & _ & HC). exists t, (slopes c ls). split; [exact Ht|].
  assert (HI := @complete_independent _ _ HC). split.
  - intros i a Hi. exact (slopes_partial text laws c t ls Ht Hl HI i a Hi).
  - intros P U dh ddh H1 H2 H3 H4 H5 H6. destruct (all_ok_nth (compile_law t) laws EmptyString [] ls Hl) as
    [L _].
    rewrite <- L. exact (@complete_at_point (t_problem t) (with_laws ls c) HC U dh ddh H1 H2 H3 H4 H5 H6).
Qed.
