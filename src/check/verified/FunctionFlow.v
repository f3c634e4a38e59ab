(* FunctionFlow.v - what it says that a law is constant along the gradient flow of a network with functions,
   and what the analysis of Symbols.v computes.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Readings
  Simulation Diff Claims
  Flow Text Relu TrueFlow Symbols Functions SymbolValues Motion Curves.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

(* ------------------------------------------------------------------ the values of a text *)
(* the components of the fields of a raw family *)
Definition text_fields {A} (K : ops A) act (text : string) : list (list A) :=
  match text_value K act text with
  | Ok (_, m, _, _) => if Statements.raw _ m then map (fun v => List.concat (val v)) (outs _ m) else []
  | Error _ => []
  end.
Section Statement.
  Variable I : functions.
  Variable text : string.
  Notation K := (sem_ops Reals).
  Definition outputs_at (e : positive -> R) : list R := text_outputs (K e) (real_units I) text.
  Definition fields_at (e : positive -> R) : list (list R) := text_fields (K e) (real_units I) text.
  Definition weight_at (e : positive -> R) (a : positive) : R :=
    match text_weights (K e) (real_units I) text with Some ws => nth (Pos.to_nat a - 1) ws 0 | None => 1 end.
  Definition law_value_at (s : string) (e : positive -> R) : R := text_law (K e) (real_units I) text s.
  (* log is taken of numbers other than 0 and sqrt of positive ones, no divisor is 0; and, if kinks are `off`,
     no unit has one *)
  Definition regular_program (off : Prop) (prog : list node) (e : positive -> R) : Prop :=
    (forall u, In u (snd (run_with R (K e) (real_units I) prog [] [])) -> regular_unit off u) /\
    (forall d, In d (divisors (K e) (real_units I) prog [] []) -> d <> 0).
  Definition program_at (off : Prop) (e : positive -> R) : Prop :=
    match compile text with Ok t => regular_program off (p_prog (t_problem t)) e | Error _ => False end.
  Definition regular_at : (positive -> R) -> Prop := program_at True.
  Definition defined_at : (positive -> R) -> Prop := program_at False.
  Definition law_regular_at (s : string) (e : positive -> R) : Prop :=
    match compile text with
    | Ok t => match compile_function_law t s with Ok l => regular_program True l e | Error _ => False end
    | Error _ => False
    end.
  (* Finite combinations of gradients of outputs, times the weights, or of fields, at the parameters and
     constants of e0 and at any inputs at which all is defined. *)
  Inductive function_velocity (e0 : positive -> R) : (positive -> R) -> Prop :=
  | function_zero : function_velocity e0 (fun _ => 0)
  | function_output c e j g v :
      (forall a, is_known text a = true -> e a = e0 a) -> regular_at e -> (j < List.length (outputs_at e))%nat
        ->
      (forall a, is_parameter text a = true -> partial (fun e => nth j (outputs_at e) 0) a e (g a)) ->
      function_velocity e0 v -> function_velocity e0 (fun a => c * (weight_at e a * g a) + v a)
  | function_field c e k v :
      (forall a, is_known text a = true -> e a = e0 a) -> regular_at e -> (k < List.length (fields_at e))%nat
        ->
      function_velocity e0 v ->
      function_velocity e0 (fun a => c * nth (Pos.to_nat a - 1) (nth k (fields_at e) []) 0 + v a).
  (* The law s is constant along every curve gamma on an interval J whose velocity is at every time such a
     combination, as long as the law is defined. *)
  Definition function_law_constant (s : string) : Prop :=
    forall (J : R -> Prop) (gamma v : positive -> R -> R),
    (forall s t u, J s -> J t -> s <= u <= t -> J u) ->
    (forall t a, J t -> is_parameter text a = true -> derivable_pt_lim (gamma a) t (v a t)) ->
    (forall s t a, is_parameter text a = false -> gamma a s = gamma a t) ->
    (forall t, J t -> exists w, function_velocity (fun a => gamma a t) w /\
      forall a, is_parameter text a = true -> v a t = w a) ->
    (forall t, J t -> law_regular_at s (fun a => gamma a t)) ->
    forall t u, J t -> J u -> law_value_at s (fun a => gamma a t) = law_value_at s (fun a => gamma a u).
End Statement.

Section Programs.
  Context {A : Type}.
  Variable K : ops A.
  Variable act : nat -> nat -> list (list A) -> list (list A).
  Lemma places_each T l l' : list_rel A (tensor_rel A) T l l' ->
    map (entries T) (map (fun v : tensor entity => fst (val v)) l) =
    map (fun v : tensor (list (list A)) => List.concat (val v)) l'.
  Proof.
    intros H. induction H as [|a b l l' (E & _) H IH]; simpl; [reflexivity|]. rewrite IH. f_equal.
    unfold entries. red in E. rewrite (nth_error_nth _ _ _ E). reflexivity.
  Qed.
  Lemma compile_fields text t T u : compile text = Ok t -> run_with A K act (p_prog (t_problem t)) [] [] = (T,
    u) ->
    text_fields K act text = map (entries T) (p_raw (t_problem t)).
  Proof.
    intros Ht HT. destruct (compile_read K act text t Ht) as
      (m & m' & w & w' & b & T' & u' & EP & _ & EV & _ & HR & HM & _).
    rewrite HR in HT. injection HT as <- _. unfold text_fields. rewrite EV, EP. cbn [problem_of p_raw].
    assert (ER : Statements.raw entity m = Statements.raw _ m') by apply HM. rewrite ER.
    destruct (Statements.raw _ m'); [|reflexivity]. symmetry. apply places_each. apply HM.
  Qed.
End Programs.

(* ------------------------------------------------------------------ the analysis *)
Section Analysis.
  Variable P : problem.
  Variable first : positive.
  Hypothesis Hfirst : (Z.of_nat (p_dim P + p_frozen P) < Zpos first)%Z.
  Lemma state_early a : is_state (p_dim P) a = true -> (a < first)%positive.
  Proof. unfold is_state. intros H. apply Z.leb_le in H. lia. Qed.
  Lemma known_before a : known P a = true -> (a < first)%positive.
  Proof. unfold known, is_state. intros H. apply Z.leb_le in H. lia. Qed.
  Lemma find_total (f : positive -> field) vs : forall D a, In a vs ->
    PositiveMap.find a (fold_left (fun D a => PositiveMap.add a (f a) D) vs D) = Some (f a).
  Proof.
    assert (G : forall vs D a, PositiveMap.find a D = Some (f a) ->
      PositiveMap.find a (fold_left (fun D a => PositiveMap.add a (f a) D) vs D) = Some (f a)).
    { induction vs0 as [|b vs0 IH]; intros D a H; cbn [fold_left]; [exact H|]. apply IH.
      destruct (Pos.eq_dec a b) as [->|N]; [apply PositiveMap.gss|rewrite PositiveMap.gso by exact N; exact
        H]. }
    induction vs as [|b vs IH]; intros D a H; [contradiction|]. cbn [fold_left]. destruct H as [->|H].
    - apply G. apply PositiveMap.gss.
    - apply IH. exact H.
  Qed.
  Lemma analyse_spec T0 A : analyse P first T0 = Ok A -> exists t l fs gs,
    values_of first (p_prog P) [] T0 = Ok (t, a_table A) /\
    all_motions first (a_table A) (a_table A) (PositiveMap.empty _) [] = (a_motions A, l) /\
    (forall a p, is_state (p_dim P) a = true -> derived (a_totals A) a p = lie (fget (total l a)) p) /\
    ordered first (a_table A) = true /\
    all_some (map (output_field P first (a_motions A) (a_totals A) (weights P (one, one) t)) (outputs P t)) =
      Some fs /\
    all_some (map (raw_field P t) (p_raw P)) = Some gs /\ a_fields A = fs ++ gs.
  Proof.
    unfold analyse. destruct (values_of first (p_prog P) [] T0) as [[t T]|] eqn:EV; [|discriminate].
    destruct (all_motions first T T (PositiveMap.empty _) []) as [L l] eqn:EM.
    match goal with |- context [fold_left ?f (vars (p_dim P)) ?z] => set (D := fold_left f (vars (p_dim P)) z)
      end. destruct (ordered first T) eqn:EO; [|discriminate]. cbn [negb].
    destruct (negb (no_division_by_zero T)); [discriminate|].
    destruct (all_some (map (output_field P first L D (weights P (one, one) t)) (outputs P t))) as [fs|]
      eqn:EF; [|discriminate].
    destruct (all_some (map (raw_field P t) (p_raw P))) as [gs|] eqn:EG; [|discriminate].
    intros E. injection E as <-. exists t, l, fs, gs. cbn [a_table a_motions a_totals a_fields].
    split; [reflexivity|]. split; [exact EM|]. split; [|auto].
    intros a p Ha. unfold derived, D. apply is_state_spec in Ha. rewrite (find_total (total l)) by exact Ha.
      reflexivity.
  Qed.
End Analysis.
Lemma ordered_some T : forall k b, ordered k T = true -> (k <= b)%positive ->
  (Zpos b < Zpos k + Z.of_nat (List.length T))%Z -> exists d, In (b, d) T.
Proof.
  induction T as [|[i [f l]] T IH]; intros k b O H1 H2; [simpl in H2; lia|]. cbn [ordered List.length] in *.
  apply andb_prop in O as [O O3]. apply andb_prop in O as [O1 _]. apply Pos.eqb_eq in O1. subst i.
  destruct (Pos.eq_dec b k) as [->|N]; [eexists; now left|].
  destruct (IH (Pos.succ k) b O3) as [d Hd]; [lia|lia|]. exists d. now right.
Qed.
Lemma ordered_prefix T U : forall k, ordered k (T ++ U) = true -> ordered k T = true.
Proof.
  induction T as [|[i [f l]] T IH]; intros k O; [reflexivity|]. cbn [ordered app] in *.
  apply andb_prop in O as [O O3]. rewrite O. apply (IH _ O3).
Qed.
Lemma Forall2_nth {X Y} (Q : X -> Y -> Prop) l l' : Forall2 Q l l' -> forall j dx dy, (j < List.length l)%nat
  ->
  Q (nth j l dx) (nth j l' dy).
Proof. intros H. induction H as [|x y l l' Hx H IH]; intros [|j] dx dy Hj; simpl in *; try lia; auto. apply
  IH. lia. Qed.
