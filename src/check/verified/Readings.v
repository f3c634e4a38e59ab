(* Readings.v - two readings of Elaborate.v at once: a program under construction, and values.
   Simulation.v uses this for all operations.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Signal Elaborate Layers Statements Compile Meaning.
Import ListNotations.
Open Scope list_scope.

Section Readings.
  Variable A : Type.
  Variable K : ops A.
  Variable act : nat -> nat -> list (list A) -> list (list A).
  Variable L : layout.
  Notation matrix := (list (list A)).
  Notation log := (list (nat * matrix)).
  Notation tape := (list matrix).
  Notation emit1 := (append L).
  Notation emit2 := (evaluate A K act).
  Notation S1 := building.
  Notation V1 := entity.
  Notation N := (number_of L).

  Definition prefix (T T' : tape) : Prop := exists U, T' = T ++ U.
  Lemma prefix_refl T : prefix T T. Proof. exists []. symmetry. apply app_nil_r. Qed.
  Lemma prefix_trans T T' T'' : prefix T T' -> prefix T' T'' -> prefix T T''.
  Proof. intros [U ->] [W ->]. exists (U ++ W). symmetry. apply app_assoc. Qed.
  (* the program b has the values T, and its units the pre-activations u *)
  Definition state (T : tape) (b : S1) (u : log) : Prop :=
    run_with A K act (rev (b_nodes b)) [] [] = (T, u) /\ List.length T = b_length b.
  Definition rel X Y := tape -> X -> Y -> Prop.
  Definition mono {X Y} (R : rel X Y) : Prop := forall T T' x y, prefix T T' -> R T x y -> R T' x y.
  Definition sim {X Y} (R : rel X Y) (T : tape) (m : M S1 X) (m' : M log Y) : Prop :=
    forall b u, state T b u ->
    match m b, m' u with
    | Ok (x, b'), Ok (y, u') => exists T', prefix T T' /\ state T' b' u' /\ R T' x y
    | Error _, Error _ => True
    | _, _ => False
    end.
  Definition equal {X} : rel X X := fun _ x y => x = y.
  Definition pair_rel {X Y X' Y'} (R : rel X Y) (Q : rel X' Y') : rel (X * X') (Y * Y') :=
    fun T p q => R T (fst p) (fst q) /\ Q T (snd p) (snd q).
  Definition list_rel {X Y} (R : rel X Y) : rel (list X) (list Y) := fun T => Forall2 (R T).
  Definition option_rel {X Y} (R : rel X Y) : rel (option X) (option Y) := fun T x y =>
    match x, y with Some x, Some y => R T x y | None, None => True | _, _ => False end.
  Definition entity_rel : rel V1 matrix := fun T v m => nth_error T (fst v) = Some m.
  Definition tensor_rel : rel (tensor V1) (tensor matrix) := fun T a b =>
    entity_rel T (val a) (val b) /\ rows a = rows b /\ cols a = cols b /\ rank_of a = rank_of b.

  Lemma mono_equal {X} : mono (@equal X). Proof. intros T T' x y _ H. exact H. Qed.
  Lemma mono_pair {X Y X' Y'} (R : rel X Y) (Q : rel X' Y') : mono R -> mono Q -> mono (pair_rel R Q).
  Proof. intros HR HQ T T' x y P [H G]. split; eauto. Qed.
  Lemma mono_list {X Y} (R : rel X Y) : mono R -> mono (list_rel R).
  Proof. intros HR T T' x y P H. induction H; constructor; eauto. Qed.
  Lemma mono_option {X Y} (R : rel X Y) : mono R -> mono (option_rel R).
  Proof. intros HR T T' [x|] [y|] P H; simpl in *; eauto. Qed.
  Lemma mono_entity : mono entity_rel.
  Proof.
    intros T T' x y [U ->] H. unfold entity_rel in *. rewrite nth_error_app1; auto.
    apply nth_error_Some. rewrite H. discriminate.
  Qed.
  Lemma mono_tensor : mono tensor_rel.
  Proof. intros T T' x y P [H G]. split; [exact (mono_entity T T' _ _ P H)|exact G]. Qed.

  Lemma sim_ret {X Y} (R : rel X Y) T x y : R T x y -> sim R T (ret x) (ret y).
  Proof. intros H b u S. simpl. eauto using prefix_refl. Qed.
  Lemma sim_fail {X Y} (R : rel X Y) T r r' : sim R T (fail r) (fail r'). Proof. intros b u S. exact I. Qed.
  Lemma sim_bind {X Y X' Y'} (R : rel X Y) (Q : rel X' Y') T m m' k k' : sim R T m m' ->
    (forall T' x y, prefix T T' -> R T' x y -> sim Q T' (k x) (k' y)) -> sim Q T (bind m k) (bind m' k').
  Proof.
    intros H HK b u S. specialize (H b u S). unfold bind.
    destruct (m b) as [[x b1]|], (m' u) as [[y u1]|]; try contradiction; auto.
    destruct H as (T1 & P1 & S1 & HR). specialize (HK T1 x y P1 HR b1 u1 S1).
    destruct (k x b1) as [[x2 b2]|], (k' y u1) as [[y2 u2]|]; try contradiction; auto.
    destruct HK as (T2 & P2 & S2 & HQ). eauto using prefix_trans.
  Qed.
  Lemma sim_require T c r : sim equal T (require c r) (require c r).
  Proof. destruct c; [apply sim_ret; reflexivity|apply sim_fail]. Qed.
  Lemma sim_each {X Y Z} (R : rel Y Z) (f : X -> M S1 Y) (g : X -> M log Z) T l : mono R ->
    (forall T', prefix T T' -> forall x, In x l -> sim R T' (f x) (g x)) ->
      sim (list_rel R) T (each f l) (each g l).
  Proof.
    intros HR. revert T. induction l as [|x l IH]; intros T H; simpl; [apply sim_ret; constructor|].
    eapply sim_bind; [apply H; [apply prefix_refl|now left]|]. intros T1 a b P1 H1.
    eapply sim_bind; [apply IH; intros T2 P2 y Hy; apply H; [eapply prefix_trans; eauto|now right]|].
    intros T2 c d P2 H2. apply sim_ret. constructor; eauto.
  Qed.
  Lemma sim_each_equal {X Y} (f : X -> M S1 Y) (g : X -> M log Y) T l :
    (forall T' x, sim equal T' (f x) (g x)) -> sim equal T (each f l) (each g l).
  Proof.
    intros H b u HS. assert (Q := sim_each equal f g T l mono_equal (fun T' _ x _ => H T' x) b u HS).
    destruct (each f l b) as [[x b']|], (each g l u) as [[y u']|]; auto.
    destruct Q as (T' & P & S' & R). exists T'. repeat split; auto; try apply S'.
    red. clear -R. induction R; f_equal; auto.
  Qed.
  Lemma sim_fold {X Y Z} (R : rel Y Z) (f : Y -> X -> M S1 Y) (g : Z -> X -> M log Z) l :
    (forall T y z x, R T y z -> sim R T (f y x) (g z x)) -> forall T y z, R T y z ->
      sim R T (fold f l y) (fold g l z).
  Proof.
    intros H. induction l as [|x l IH]; intros T y z HR; simpl; [apply sim_ret; auto|].
    eapply sim_bind; [apply H; auto|]. intros. apply IH. assumption.
  Qed.

  (* ---------------------------------------------------------------- one operation *)
  Lemma run_with_app p q : forall acc u,
    run_with A K act (p ++ q) acc u = let (acc', u') := run_with A K act p acc u in
      run_with A K act q acc' u'.
  Proof.
    induction p as [|nd p IH]; intros acc u; simpl; [reflexivity|]. destruct (emit2 nd acc u) as [m u'].
      apply IH.
  Qed.
  Lemma step_rename f T args nd : (forall i, nth (f i) T [] = nth i args []) -> is_gate nd = false ->
    step K T (rename f nd) = step K args nd.
  Proof.
    intros H G. destruct nd; simpl in *; try discriminate; unfold entry; rewrite ?H; try reflexivity.
    induction v as [|r v IH]; simpl; [reflexivity|]. rewrite IH. f_equal.
    rewrite map_map. apply map_ext. intros t. simpl. rewrite H. reflexivity.
  Qed.
  Lemma references T vs ms : Forall2 (entity_rel T) vs ms ->
    forall i, nth (nth i (map fst vs) (List.length T)) T [] = nth i ms [].
  Proof.
    intros H. induction H as [|v m vs ms Hv H IH]; intros [|i]; simpl; auto.
    - apply nth_overflow. lia.
    - apply nth_overflow. lia.
    - apply nth_error_nth. exact Hv.
  Qed.
  Lemma emit_sim nd T vs ms b u : state T b u -> Forall2 (entity_rel T) vs ms ->
    let (v, b') := emit1 nd vs b in let (m, u') := emit2 nd ms u in
    state (T ++ [m]) b' u' /\ entity_rel (T ++ [m]) v m.
  Proof.
    intros [S SL] H. assert (HR := references T vs ms H).
    assert (E : forall m p, entity_rel (T ++ [m]) (b_length b, p) m).
    { intros. unfold entity_rel. simpl. rewrite <- SL, nth_error_app2, Nat.sub_diag by lia. reflexivity. }
    assert (Push : forall nd' g s m u', emit2 nd' T u = (m, u') ->
      state (T ++ [m]) (Building (nd' :: b_nodes b) (Datatypes.S (b_length b)) g s) u').
    { intros nd' g s m u' HE. split; simpl.
      - rewrite run_with_app, S. simpl. rewrite HE. reflexivity.
      - rewrite app_length. simpl. lia. }
    destruct (is_gate nd) eqn:G.
    - destruct nd as [| | | | | | | | | | | | kind i ids]; try discriminate. cbn [append evaluate].
      destruct (Nat.ltb 2 kind); [split; [|apply E]; apply Push; simpl; rewrite <- SL, HR; reflexivity|].
      assert (Q := number_rows_same L (units kind (nth i (map snd vs) [])) b).
      destruct (number_rows L (units kind (nth i (map snd vs) [])) b) as [ids' b'] eqn:EN.
        destruct Q as [Q1 Q2].
      rewrite Q1. split; [|apply E]. apply Push. simpl. rewrite <- SL, HR. reflexivity.
    - assert (E1 : emit1 nd vs b = ((b_length b, step (print_ops L) (map snd vs) nd),
        Building (rename (fun i => nth i (map fst vs) (b_length b)) nd :: b_nodes b) (Datatypes.S (b_length
          b)) (b_gates b) (b_seeds b)))
        by (destruct nd; try discriminate; reflexivity).
      assert (E2 : emit2 nd ms u = (step K ms nd, u)) by (destruct nd; try discriminate; reflexivity).
      rewrite E1, E2. split; [|apply E]. apply Push. rewrite <- SL.
      set (f := fun i => nth i (map fst vs) (List.length T)).
      rewrite <- (step_rename f T ms nd HR G). destruct nd; try discriminate; reflexivity.
  Qed.
  Notation tsim := (sim tensor_rel).
  Lemma sim_make nd T args args' r c s : Forall2 (tensor_rel T) args args' ->
    tsim T (make S1 V1 emit1 nd args r c s) (make log matrix emit2 nd args' r c s).
  Proof.
    intros H. unfold make. eapply sim_bind; [apply sim_require|]. intros T' [] [] [U ->] _ b u S.
    assert (H' : Forall2 (entity_rel (T ++ U)) (map val args) (map val args')).
    { induction H as [|x y l l' (Hv & _) HL IH]; simpl; constructor; auto.
      eapply mono_entity; [exists U; reflexivity|exact Hv]. }
    assert (Q := emit_sim nd (T ++ U) _ _ b u S H').
    destruct (emit1 nd (map val args) b) as [v b']. destruct (emit2 nd (map val args') u) as [m u'].
    destruct Q as [Q1 Q2]. exists ((T ++ U) ++ [m]). split; [exists [m]; reflexivity|]. split; [exact Q1|].
    split; [exact Q2|]. auto.
  Qed.
End Readings.
