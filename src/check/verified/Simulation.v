(* Simulation.v - the program of a text computes the value of the text: the two readings of Elaborate.v agree.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Signal Elaborate Layers Statements Compile Meaning
  Readings.
Import ListNotations.
Open Scope list_scope.

Section Simulation.
  Variable A : Type. Variable K : ops A. Variable act : nat -> nat -> list (list A) -> list (list A).
  Variable L : layout.
  Notation matrix := (list (list A)).
  Notation log := (list (nat * matrix)).
  Notation tape := (list matrix).
  Notation emit1 := (append L).
  Notation emit2 := (evaluate A K act).
  Notation S1 := building.
  Notation V1 := entity.
  Notation N := (number_of L).
  Notation prefix := (prefix A).
  Notation prefix_refl := (prefix_refl A).
  Notation prefix_trans := (prefix_trans A).
  Notation rel := (rel A).
  Notation mono := (mono A).
  Notation equal := (equal A).
  Notation pair_rel := (pair_rel A).
  Notation list_rel := (list_rel A).
  Notation option_rel := (option_rel A).
  Notation tensor_rel := (tensor_rel A).
  Notation mono_equal := (mono_equal A).
  Notation mono_pair := (mono_pair A).
  Notation mono_list := (mono_list A).
  Notation mono_option := (mono_option A).
  Notation mono_entity := (mono_entity A).
  Notation mono_tensor := (mono_tensor A).
  Notation sim := (sim A K act).
  Notation sim_ret := (sim_ret A K act).
  Notation sim_fail := (sim_fail A K act).
  Notation sim_bind := (sim_bind A K act).
  Notation sim_require := (sim_require A K act).
  Notation sim_each := (sim_each A K act).
  Notation sim_each_equal := (sim_each_equal A K act).
  Notation sim_fold := (sim_fold A K act).
  Notation tsim := (sim tensor_rel).
  Notation sim_make := (sim_make A K act L).

  (* ---------------------------------------------------------------- the operations of Elaborate.v,
     one by one *)
  Definition names_rel : rel (list (string * tensor V1)) (list (string * tensor matrix)) :=
    list_rel (pair_rel equal tensor_rel).
  Definition env_rel : rel (environment V1) (environment matrix) := fun T c d =>
    names_rel T (names V1 c) (names matrix d) /\ declared V1 c = declared matrix d /\
    counts V1 c = counts matrix d /\ stage_number V1 c = stage_number matrix d.
  Definition layer_rel : rel (layer V1) (layer matrix) := fun T l m =>
    env_rel T (env_of V1 l) (env_of matrix m) /\ tensor_rel T (here V1 l) (here matrix m) /\
    vector V1 l = vector matrix m.
  Definition model_rel : rel (model V1) (model matrix) := fun T m n =>
    env_rel T (scope V1 m) (scope matrix n) /\ list_rel tensor_rel T (outs V1 m) (outs matrix n) /\
    network V1 m = network matrix n /\ mapped V1 m = mapped matrix n /\ raw V1 m = raw matrix n /\
    flow V1 m = flow matrix n.
  Lemma mono_names : mono names_rel.
  Proof. apply mono_list, mono_pair; [apply mono_equal|apply mono_tensor]. Qed.
  Lemma mono_env : mono env_rel.
  Proof. intros T T' x y P (H & G). split; [apply (mono_names T); auto|exact G]. Qed.
  Lemma mono_layer : mono layer_rel.
  Proof. intros T T' x y P (H & G & E). repeat split; auto; try apply H; try apply G; [apply (mono_names T);
    auto; apply H|eapply mono_entity; eauto; apply G]. Qed.
  Lemma mono_model : mono model_rel.
  Proof.
    intros T T' x y P (H & G & E). split; [apply (mono_env T); auto|]. split; [|exact E].
    apply (mono_list _ mono_tensor T); auto.
  Qed.
  Lemma shape_rel T a b : tensor_rel T a b -> shape V1 a = shape matrix b.
  Proof. intros (_ & H1 & H2 & H3). unfold shape. congruence. Qed.
  Lemma shapes_rel T l l' : list_rel tensor_rel T l l' -> map (shape V1) l = map (shape matrix) l'.
  Proof. intros H. induction H; simpl; f_equal; eauto using shape_rel. Qed.
  Lemma shapess_rel T l l' : list_rel (list_rel tensor_rel) T l l' ->
    map (map (shape V1)) l = map (map (shape matrix)) l'.
  Proof. intros H. induction H; simpl; f_equal; eauto using shapes_rel. Qed.
  Lemma concat_list_rel T l l' : list_rel (list_rel tensor_rel) T l l' ->
    Forall2 (tensor_rel T) (List.concat l) (List.concat l').
  Proof. intros H. induction H; simpl; [constructor|]. apply Forall2_app; auto. Qed.
  Lemma lengths {X Y} (R : rel X Y) T l l' : list_rel R T l l' -> List.length l = List.length l'.
  Proof. intros H. induction H; simpl; auto. Qed.
  Lemma blocks_rel T l l' : list_rel tensor_rel T l l' -> blocks V1 l = blocks matrix l'.
  Proof. intros H. unfold blocks. rewrite (shapes_rel T l l' H), (lengths _ T l l' H). reflexivity. Qed.
  Lemma assoc_rel T n n' s : names_rel T n n' -> option_rel tensor_rel T (assoc s n) (assoc s n').
  Proof.
    unfold assoc. intros H. induction H as [|[k v] [k' v'] l l' [E R] H IH]; simpl in *; [exact I|].
    unfold equal in E. simpl in E. subst k'. destruct (String.eqb s k); auto.
  Qed.
  Lemma rows_rel T a b : tensor_rel T a b -> rows a = rows b. Proof. intros H; apply H. Qed.
  Lemma cols_rel T a b : tensor_rel T a b -> cols a = cols b. Proof. intros H; apply H. Qed.
  Lemma rank_rel T a b : tensor_rel T a b -> rank_of a = rank_of b. Proof. intros H; apply H. Qed.

  Ltac relation X :=
    lazymatch X with
    | tensor _ => constr:(tensor_rel)
    | environment _ => constr:(env_rel)
    | layer _ => constr:(layer_rel)
    | model _ => constr:(model_rel)
    | list (tensor _) => constr:(list_rel tensor_rel)
    | list (list (tensor _)) => constr:(list_rel (list_rel tensor_rel))
    | option (tensor _) => constr:(option_rel tensor_rel)
    | (tensor _ * environment _)%type => constr:(pair_rel tensor_rel env_rel)
    | (tensor _ * layer _)%type => constr:(pair_rel tensor_rel layer_rel)
    | (layer _ * tensor _ * tensor _)%type => constr:(pair_rel (pair_rel layer_rel tensor_rel) tensor_rel)
    | _ => constr:(Readings.equal A (X := X))
    end.
  Ltac clean := repeat match goal with
    | H : equal _ _ _ |- _ => red in H; subst
    | H : pair_rel _ _ _ (_, _) (_, _) |- _ => destruct H as [? ?]; cbn [fst snd] in *
    | H : pair_rel _ _ _ ?x ?y |- _ => destruct x, y, H as [? ?]; cbn [fst snd] in *
    | H : _ /\ _ |- _ => destruct H end.
  Ltac lift := repeat match goal with
    | P : prefix ?T ?U, H : tensor_rel ?T ?x ?y |- _ => apply (mono_tensor T U x y P) in H
    | P : prefix ?T ?U, H : list_rel tensor_rel ?T ?x ?y |- _ => apply (mono_list _ mono_tensor T U x y P) in
      H
    | P : prefix ?T ?U, H : list_rel (list_rel tensor_rel) ?T ?x ?y |- _ =>
        apply (mono_list _ (mono_list _ mono_tensor) T U x y P) in H
    | P : prefix ?T ?U, H : option_rel tensor_rel ?T ?x ?y
      |- _ => apply (mono_option _ mono_tensor T U x y P) in H
    | P : prefix ?T ?U, H : names_rel ?T ?x ?y |- _ => apply (mono_names T U x y P) in H
    | P : prefix ?T ?U, H : env_rel ?T ?x ?y |- _ => apply (mono_env T U x y P) in H
    | P : prefix ?T ?U, H : layer_rel ?T ?x ?y |- _ => apply (mono_layer T U x y P) in H
    | P : prefix ?T ?U, H : model_rel ?T ?x ?y |- _ => apply (mono_model T U x y P) in H
    end; repeat match goal with P : prefix _ _ |- _ => clear P end.
  Ltac shapes := unfold single, same, all_places, places, flat, scalar, sizes_of, picture; unfold entries_of;
    repeat match goal with
    | H : tensor_rel _ ?a _ |- context [rows ?a] => rewrite (rows_rel _ _ _ H)
    | H : tensor_rel _ ?a _ |- context [cols ?a] => rewrite (cols_rel _ _ _ H)
    | H : tensor_rel _ ?a _ |- context [rank_of ?a] => rewrite (rank_rel _ _ _ H)
    | H : list_rel tensor_rel _ ?a _ |- context [map (shape V1) ?a] => rewrite (shapes_rel _ _ _ H)
    | H : list_rel tensor_rel _ ?a _ |- context [blocks V1 ?a] => rewrite (blocks_rel _ _ _ H)
    | H : list_rel (list_rel tensor_rel) _ ?a _
      |- context [map (map (shape V1)) ?a] => rewrite (shapess_rel _ _ _ H) end.
  Ltac sim :=
    cbv beta zeta;
    lazymatch goal with
    | |- sim _ _ (bind ?m _) (bind _ _) =>
        match type of m with M _ ?X =>
          let r := relation X in apply (sim_bind r); [sim|intros; clean; lift; sim] end
    | |- sim _ _ (ret _) (ret _) => apply sim_ret; shapes; try reflexivity; auto with sim
    | |- sim _ _ (fail _) _ => apply sim_fail
    | |- sim _ _ (require _ _) _ => shapes; apply sim_require
    | |- sim _ _ (make _ _ _ _ _ _ _ _) _ => shapes; apply sim_make; auto
    | |- sim _ _ (if ?c then _ else _) _ => shapes;
      lazymatch goal with |- sim _ _ (if ?c then _ else _) _ => destruct c; sim end
    | |- sim _ _ (match ?x with _ => _ end) _ => shapes;
      lazymatch goal with |- sim _ _ (match ?x with _ => _ end) _ => destruct x; clean; sim end
    | _ => shapes; auto with sim
    end.
  Hint Constructors Forall2 : sim core.

  Lemma tensor_intro T a a' r c k : tensor_rel T a a' ->
    tensor_rel T (Tensor (val a) r c k) (Tensor (val a') r c k).
  Proof. intros (H & _). split; [exact H|auto]. Qed.
  Hint Resolve tensor_intro : sim.
  Lemma sim_sizes T l : sim equal T (each (size_of S1) l) (each (size_of log) l).
  Proof. apply sim_each_equal. intros T' e. unfold size_of. destruct (integer_of e); sim. Qed.
  Hint Resolve sim_sizes : sim.
  Lemma sim_size T e : sim equal T (size_of S1 e) (size_of log e).
  Proof. unfold size_of. destruct (integer_of e); sim. Qed.
  Hint Resolve sim_size : sim.
  Lemma sim_constant T q r c s : tsim T (constant _ _ emit1 q r c s) (constant _ _ emit2 q r c s).
  Proof. unfold constant. sim. Qed.
  Lemma sim_add T a a' b b' : tensor_rel T a a' -> tensor_rel T b b' ->
    tsim T (add _ _ emit1 a b) (add _ _ emit2 a' b').
  Proof. intros. unfold add. sim. Qed.
  Lemma sim_opp T a a' : tensor_rel T a a' -> tsim T (opp _ _ emit1 a) (opp _ _ emit2 a').
  Proof. intros. unfold opp. sim. Qed.
  Lemma sim_scale T a a' b b' : tensor_rel T a a' -> tensor_rel T b b' ->
    tsim T (scale _ _ emit1 a b) (scale _ _ emit2 a' b').
  Proof. intros. unfold scale. sim. Qed.
  Lemma sim_matmul T a a' b b' : tensor_rel T a a' -> tensor_rel T b b' ->
    tsim T (matmul _ _ emit1 a b) (matmul _ _ emit2 a' b').
  Proof. intros. unfold matmul. sim. Qed.
  Lemma sim_hadamard T a a' b b' : tensor_rel T a a' -> tensor_rel T b b' ->
    tsim T (hadamard _ _ emit1 a b) (hadamard _ _ emit2 a' b').
  Proof. intros. unfold hadamard. sim. Qed.
  Lemma sim_quotient T a a' b b' : tensor_rel T a a' -> tensor_rel T b b' ->
    tsim T (quotient _ _ emit1 a b) (quotient _ _ emit2 a' b').
  Proof. intros. unfold quotient. sim. Qed.
  Lemma sim_transposed T a a' : tensor_rel T a a' ->
    tsim T (transposed _ _ emit1 a) (transposed _ _ emit2 a').
  Proof. intros. unfold transposed. sim. Qed.
  Lemma sim_total T a a' : tensor_rel T a a' -> tsim T (total _ _ emit1 a) (total _ _ emit2 a').
  Proof. intros. unfold total. sim. Qed.
  Lemma sim_pick T l l' v r c s : Forall2 (tensor_rel T) l l' ->
    tsim T (pick _ _ emit1 l v r c s) (pick _ _ emit2 l' v r c s).
  Proof. intros. unfold pick. sim. Qed.
  Hint Resolve sim_constant sim_add sim_opp sim_scale sim_matmul sim_hadamard sim_quotient sim_transposed
    sim_total sim_pick : sim.
  Lemma sim_reshape T a a' d : tensor_rel T a a' ->
    tsim T (reshape _ _ emit1 a d) (reshape _ _ emit2 a' d).
  Proof. intros. unfold reshape. sim. Qed.
  Lemma sim_spread T a a' b b' : tensor_rel T a a' -> tensor_rel T b b' ->
    tsim T (spread _ _ emit1 a b) (spread _ _ emit2 a' b').
  Proof. intros. unfold spread. sim. Qed.
  Lemma sim_as_scalar T a a' : tensor_rel T a a' -> tsim T (as_scalar S1 V1 a) (as_scalar log matrix a').
  Proof. intros. unfold as_scalar. sim. Qed.
  Lemma sim_gated T k a a' : tensor_rel T a a' -> tsim T (gated _ _ emit1 k a) (gated _ _ emit2 k a').
  Proof. intros. unfold gated. sim. Qed.
  Hint Resolve sim_reshape sim_spread sim_as_scalar sim_gated : sim.
  Lemma sim_power T a a' k : tensor_rel T a a' -> tsim T (power _ _ emit1 a k) (power _ _ emit2 a' k).
  Proof. intros. unfold power. sim. Qed.
  Lemma number_or_rel T s a a' : tensor_rel T a a' -> tensor_rel T (number_or V1 s a) (number_or matrix s a').
  Proof.
    intros H. assert (G := H). destruct G as (Hv & Hr & Hc & Hk). unfold number_or, single, entries_of.
    rewrite Hr, Hc. destruct (_ && _)%bool; [|exact H]. repeat split; assumption.
  Qed.
  Hint Resolve number_or_rel : sim.
  Lemma sim_product T a a' b b' : tensor_rel T a a' -> tensor_rel T b b' ->
    tsim T (product _ _ emit1 a b) (product _ _ emit2 a' b').
  Proof. intros. unfold product. sim. Qed.
  Hint Resolve sim_product : sim.
  Lemma sim_binary T o a a' b b' : tensor_rel T a a' -> tensor_rel T b b' ->
    tsim T (binary _ _ emit1 o a b) (binary _ _ emit2 o a' b').
  Proof. intros. unfold binary. destruct o; sim. Qed.
  Lemma sim_per_row T a a' r c : tensor_rel T a a' -> tsim T (per_row _ _ emit1 a r c) (per_row _ _ emit2 a' r
    c).
  Proof. intros. unfold per_row. sim. Qed.
  Lemma sim_per_column T a a' r c : tensor_rel T a a' ->
    tsim T (per_column _ _ emit1 a r c) (per_column _ _ emit2 a' r c).
  Proof. intros. unfold per_column. sim. Qed.
  Hint Resolve sim_per_row sim_per_column : sim.
  Lemma sim_by_rows T f f' a a' : (forall T a a', tensor_rel T a a' -> tsim T (f a) (f' a')) ->
    tensor_rel T a a' -> tsim T (by_rows _ _ emit1 f a) (by_rows _ _ emit2 f' a').
  Proof. intros. unfold by_rows. sim. Qed.
  Lemma sim_masked T a a' : tensor_rel T a a' -> tsim T (masked _ _ emit1 a) (masked _ _ emit2 a').
  Proof. intros. unfold masked. sim. Qed.
  Hint Resolve sim_by_rows sim_masked : sim.
  Lemma sim_softmax b T a a' : tensor_rel T a a' -> tsim T (softmax _ _ emit1 b a) (softmax _ _ emit2 b a').
  Proof. intros. unfold softmax. sim. Qed.
  Lemma sim_normalised b T a a' : tensor_rel T a a' ->
    tsim T (normalised _ _ emit1 b a) (normalised _ _ emit2 b a').
  Proof. intros. unfold normalised. sim. Qed.
  Hint Resolve sim_softmax sim_normalised : sim.
  Lemma sim_bounds T n e : sim equal T (bounds S1 n e) (bounds log n e).
  Proof. unfold bounds. destruct e; sim. Qed.
  Hint Resolve sim_power sim_binary sim_bounds : sim.

  Lemma sim_indexed T a a' l : tensor_rel T a a' -> tsim T (indexed _ _ emit1 a l) (indexed _ _ emit2 a' l).
  Proof.
    intros H. unfold indexed. rewrite (rank_rel _ _ _ H). destruct (rank_of a').
    - unfold indexed_flat. destruct l as [|e [|f [|g l]]]; sim.
    - unfold indexed_deep. apply (sim_bind equal); [sim|]. intros T1 [] [] P _. lift.
      apply (sim_bind equal).
      + apply sim_each_equal. intros. auto with sim.
      + intros T2 x y P Q. clean. lift. sim.
  Qed.
  Lemma sim_small T n : sim equal T (small S1 n) (small log n).
  Proof. unfold small. sim. Qed.
  Hint Resolve sim_small : sim.
  Lemma sim_pool T b a a' k s p : tensor_rel T a a' ->
    tsim T (pool _ _ emit1 b a k s p) (pool _ _ emit2 b a' k s p).
  Proof. intros. unfold pool. sim. Qed.
  Lemma sim_convolve T a a' b b' s p : tensor_rel T a a' -> tensor_rel T b b' ->
    tsim T (convolve _ _ emit1 a b s p) (convolve _ _ emit2 a' b' s p).
  Proof. intros. unfold convolve. sim. Qed.
  Lemma sim_option_of T k d l : sim equal T (option_of S1 k d l) (option_of log k d l).
  Proof. unfold option_of. apply sim_fold; [|reflexivity]. intros T' y z x E. clean. destruct x; sim. Qed.
  Lemma sim_arguments T n o f l : sim equal T (arguments S1 n o f l) (arguments log n o f l).
  Proof.
    unfold arguments. cbv zeta. apply (sim_bind equal); [sim|]. intros. apply (sim_bind equal); [sim|].
      intros.
    apply sim_each_equal. intros. auto with sim.
  Qed.
  Hint Resolve sim_pool sim_convolve sim_option_of sim_arguments : sim.
  Lemma sim_pool_with T f a a' l : tensor_rel T a a' ->
    tsim T (pool_with _ _ emit1 f a l) (pool_with _ _ emit2 f a' l).
  Proof. intros. unfold pool_with. sim. Qed.
  Lemma sim_convolution T f l l' k : list_rel tensor_rel T l l' ->
    tsim T (convolution _ _ emit1 f l k) (convolution _ _ emit2 f l' k).
  Proof.
    intros H. unfold convolution. repeat (apply (sim_bind equal); [auto with sim|intros ? ? ? ? E; clean;
      lift]).
    destruct H as [|a a' l l' Ha H]; [sim|]. destruct H as [|b b' l l' Hb H]; [sim|]. destruct H; sim.
  Qed.
  Lemma sim_joined T n l l' : list_rel tensor_rel T l l' -> sim equal T (joined S1 V1 n l) (joined log matrix
    n l').
  Proof. intros H. unfold joined. rewrite (shapes_rel _ _ _ H), (lengths _ _ _ _ H). sim. Qed.
  Hint Resolve sim_pool_with sim_convolution sim_joined : sim.
  Lemma sim_stack T l l' : list_rel tensor_rel T l l' -> tsim T (stack _ _ emit1 l) (stack _ _ emit2 l').
  Proof. intros. unfold stack. sim. Qed.
  Lemma sim_beside T l l' : list_rel tensor_rel T l l' -> tsim T (beside _ _ emit1 l) (beside _ _ emit2 l').
  Proof. intros. unfold beside. sim. Qed.
  Hint Resolve concat_list_rel : sim.
  Lemma sim_array T l l' : list_rel (list_rel tensor_rel) T l l' ->
    tsim T (array _ _ emit1 l) (array _ _ emit2 l').
  Proof. intros. unfold array. sim. Qed.
  Hint Resolve sim_indexed sim_stack sim_beside sim_array : sim.
  Lemma sim_diagonal T a a' : tensor_rel T a a' -> tsim T (diagonal _ _ emit1 a) (diagonal _ _ emit2 a').
  Proof. intros. unfold diagonal. sim. Qed.
  Hint Resolve sim_diagonal : sim.
  Lemma sim_call T f l l' k : list_rel tensor_rel T l l' ->
    tsim T (call _ _ emit1 f l k) (call _ _ emit2 f l' k).
  Proof.
    intros H. assert (G := H). unfold call.
      destruct H as [|a a' l l' Ha H]; [|destruct H as [|b b' l l' Hb H]; [|destruct H]];
      destruct k as [|k1 k]; sim.
  Qed.
  Hint Resolve sim_call : sim.
  Lemma sim_value_of d : forall T n n' e, names_rel T n n' ->
    tsim T (value_of _ _ emit1 n d e) (value_of _ _ emit2 n' d e).
  Proof.
    induction d as [|d IH]; intros T n n' e H; simpl; [sim|].
    assert (EL : forall T' l, prefix T T' -> sim (list_rel tensor_rel) T'
      (each (value_of _ _ emit1 n d) l) (each (value_of _ _ emit2 n' d) l)).
    { intros T' l P. apply sim_each; [apply mono_tensor|]. intros T'' P' x _. apply IH.
      apply (mono_names T); eauto using prefix_trans. }
    assert (EE : forall l, sim (list_rel (list_rel tensor_rel)) T
      (each (each (value_of _ _ emit1 n d)) l) (each (each (value_of _ _ emit2 n' d)) l)).
    { intros l. apply sim_each; [apply mono_list, mono_tensor|]. auto. }
    assert (E0 := fun l => EL T l (prefix_refl T)). clear EL. destruct e; try (sim; fail).
    assert (Q := assoc_rel T n n' s H). destruct (assoc s n), (assoc s n'); simpl in Q; try contradiction;
      sim.
  Qed.
  Hint Resolve sim_value_of : sim.
  Lemma sim_variables T d : tsim T (variables _ _ emit1 N d) (variables _ _ emit2 N d).
  Proof. unfold variables. sim. Qed.
  Hint Resolve sim_variables : sim.
  Lemma sim_named T c c' s a a' : env_rel T c c' -> tensor_rel T a a' ->
    sim env_rel T (named S1 V1 c s a) (named log matrix c' s a').
  Proof.
    intros (HN & E1 & E2 & E3) H. unfold named. assert (Q := assoc_rel T _ _ s HN). apply (sim_bind equal).
    - destruct (assoc s (names V1 c)), (assoc s (names matrix c')); simpl in Q; try contradiction; sim.
    - intros T' [] [] P _. apply sim_ret. unfold env_rel. simpl. rewrite E1, E2, E3. repeat split; auto.
      constructor; [split; [reflexivity|]; simpl; eapply mono_tensor; eauto|]. apply (mono_names T); auto.
  Qed.
  Hint Resolve sim_named : sim.
  Lemma env_declared T c c' d k n : env_rel T c c' ->
    env_rel T (Environment V1 (names V1 c) (d :: declared V1 c)
        (fun j => if kind_eqb j k then counts V1 c k + n else counts V1 c j)%Z (stage_number V1 c))
      (Environment matrix (names matrix c') (d :: declared matrix c')
        (fun j => if kind_eqb j k then counts matrix c' k + n else counts matrix c' j)%Z (stage_number matrix
          c')).
  Proof. intros (H1 & H2 & H3 & H4). unfold env_rel. simpl. rewrite H2, H3, H4. auto. Qed.
  Lemma sim_declare T c c' k s l : env_rel T c c' ->
    sim (pair_rel tensor_rel env_rel) T (declare _ _ emit1 N c k s l) (declare _ _ emit2 N c' k s l).
  Proof.
    intros H. unfold declare. assert (E : counts V1 c = counts matrix c') by apply H. rewrite E.
    destruct l as [|x [|y [|z l]]]; sim; (split; [assumption|]); apply env_declared; assumption.
  Qed.
  Hint Resolve sim_declare : sim.

  (* ---------------------------------------------------------------- layers *)
  Lemma sim_parameter T l l' s n : layer_rel T l l' ->
    sim (pair_rel tensor_rel layer_rel) T (parameter _ _ emit1 N l s n) (parameter _ _ emit2 N l' s n).
  Proof.
    intros H. unfold parameter. assert (G := proj1 H). apply (sim_bind (pair_rel tensor_rel env_rel));
      [auto with sim|].
    intros T' x y P Q. lift. clean. apply sim_ret. split; [assumption|]. split; [assumption|apply H].
  Qed.
  Lemma next_rel T l l' : layer_rel T l l' -> layer_rel T (next_stage V1 l) (next_stage matrix l').
  Proof. intros ((H1 & H2 & H3 & H4) & G). split; [|exact G]. unfold env_rel. simpl. rewrite H4. auto. Qed.
  Lemma put_rel T l l' v v' : layer_rel T l l' -> tensor_rel T v v' ->
    layer_rel T (put V1 l v) (put matrix l' v').
  Proof. intros (H & G & E) Q. split; auto. Qed.
  Lemma numbered_rel T l l' s k : layer_rel T l l' -> numbered V1 l s k = numbered matrix l' s k.
  Proof. intros ((_ & _ & _ & H) & _). unfold numbered. rewrite H. reflexivity. Qed.
  Lemma here_rel T l l' : layer_rel T l l' -> tensor_rel T (here V1 l) (here matrix l').
  Proof. intros H. apply H. Qed.
  Lemma vector_rel T l l' : layer_rel T l l' -> vector V1 l = vector matrix l'. Proof. intros H. apply H. Qed.
  Lemma features_rel T l l' : layer_rel T l l' -> features V1 l = features matrix l'.
  Proof.
    intros H. unfold features. rewrite (vector_rel T l l' H), (rows_rel T _ _ (here_rel T l l' H)),
      (cols_rel T _ _ (here_rel T l l' H)). reflexivity.
  Qed.
  Hint Resolve sim_parameter next_rel put_rel here_rel : sim.
  (* as `sim`, with layers *)
  Ltac layers := unfold single, same, all_places, places, flat, scalar, sizes_of, entries_of;
    repeat match goal with
    | H : layer_rel _ ?l _ |- context [numbered V1 ?l ?s ?k] => rewrite (numbered_rel _ l _ s k H)
    | H : layer_rel _ ?l _ |- context [features V1 ?l] => rewrite (features_rel _ l _ H)
    | H : layer_rel _ ?l _ |- context [vector V1 ?l] => rewrite (vector_rel _ l _ H)
    | H : layer_rel _ ?l _ |- context [rows (here V1 ?l)] => rewrite (rows_rel _ _ _ (here_rel _ l _ H))
    | H : layer_rel _ ?l _ |- context [rank_of (here V1 ?l)] => rewrite (rank_rel _ _ _ (here_rel _ l _ H))
    | H : layer_rel _ ?l _ |- context [cols (here V1 ?l)] => rewrite (cols_rel _ _ _ (here_rel _ l _ H))
    end.
  Ltac siml :=
    cbv beta zeta; layers;
    lazymatch goal with
    | |- sim _ _ (bind ?m _) (bind _ _) =>
        match type of m with M _ ?X =>
          let r := relation X in apply (sim_bind r); [siml|intros; clean; lift; siml] end
    | |- sim _ _ (ret _) (ret _) => apply sim_ret; shapes; try reflexivity; auto with sim
    | |- sim _ _ (fail _) _ => apply sim_fail
    | |- sim _ _ (make _ _ _ _ _ _ _ _) _ => shapes; apply sim_make; auto
    | |- sim _ _ (require _ _) _ => shapes; apply sim_require
    | |- sim _ _ (if ?c then _ else _) _ => destruct c; siml
    | |- sim _ _ (match ?x with _ => _ end) _ => destruct x; clean; siml
    | _ => shapes; auto with sim end.
  Lemma sim_linear T l l' w w' : layer_rel T l l' -> tensor_rel T w w' ->
    tsim T (linear _ _ emit1 l w) (linear _ _ emit2 l' w').
  Proof. intros. unfold linear. siml. Qed.
  Hint Resolve sim_linear : sim.
  Lemma sim_per_channel T a a' b b' : tensor_rel T a a' -> tensor_rel T b b' ->
    tsim T (per_channel _ _ emit1 a b) (per_channel _ _ emit2 a' b').
  Proof. intros. unfold per_channel. sim. Qed.
  Hint Resolve sim_per_channel : sim.
  Lemma sim_convolution_stage T l l' p args : layer_rel T l l' ->
    sim layer_rel T (convolution_stage _ _ emit1 N l p args) (convolution_stage _ _ emit2 N l' p args).
  Proof.
    intros H. unfold convolution_stage. cbv zeta.
    do 3 (apply (sim_bind equal); [auto with sim|intros ? ? ? ? ?; clean; lift]).
    apply (sim_bind tensor_rel).
    { layers. destruct p, (is_flat _); siml. }
    intros T1 v v' P Hv. lift.
    assert (HL : layer_rel T1 (next_stage V1 (Layer V1 (env_of V1 l) v false))
      (next_stage matrix (Layer matrix (env_of matrix l') v' false))).
    { apply next_rel. split; [apply H|]. split; [exact Hv|reflexivity]. }
    match goal with |- context [match ?y with [] => _ | _ => _ end] => destruct y as [|n [|k [|? ?]]] end;
      siml.
  Qed.
  Hint Resolve sim_convolution_stage : sim.
  Lemma sim_dense T l l' n b : layer_rel T l l' ->
    sim layer_rel T (dense _ _ emit1 N l n b) (dense _ _ emit2 N l' n b).
  Proof. intros H. unfold dense. assert (H' := next_rel _ _ _ H). siml. Qed.
  Lemma sim_gate_of T f : sim equal T (gate_of S1 f) (gate_of log f).
  Proof. unfold gate_of. sim. Qed.
  Hint Resolve sim_dense sim_gate_of : sim.
  Lemma sim_norm T l l' b c : layer_rel T l l' ->
    sim layer_rel T (norm_stage _ _ emit1 N l b c) (norm_stage _ _ emit2 N l' b c).
  Proof. intros H. assert (G := next_rel _ _ _ H). unfold norm_stage, check_rows, for_all. siml. Qed.
  Lemma sim_batch_norm T l l' b : layer_rel T l l' ->
    sim layer_rel T (batch_norm _ _ emit1 N l b) (batch_norm _ _ emit2 N l' b).
  Proof. intros H. assert (G := next_rel _ _ _ H). unfold batch_norm. siml. Qed.
  Lemma sim_flagged T s l : sim equal T (flagged S1 s l) (flagged log s l).
  Proof. unfold flagged. sim. Qed.
  Hint Resolve sim_norm sim_batch_norm sim_flagged : sim.
  Lemma sim_plain T l l' f k : layer_rel T l l' ->
    sim layer_rel T (plain_stage _ _ emit1 N f k l) (plain_stage _ _ emit2 N f k l').
  Proof. intros H. unfold plain_stage, check_rows. siml. Qed.
  Hint Resolve sim_plain : sim.
  Lemma sim_glu T l l' n f : layer_rel T l l' ->
    sim layer_rel T (glu _ _ emit1 N l n f) (glu _ _ emit2 N l' n f).
  Proof. intros H. unfold glu. assert (H' := next_rel _ _ _ H). siml. Qed.
  Hint Resolve sim_glu : sim.
  Lemma pair_intro {X Y X' Y'} (R : rel X Y) (Q : rel X' Y') T a a' b b' : R T a a' -> Q T b b' ->
    pair_rel R Q T (a, b) (a', b').
  Proof. split; assumption. Qed.
  Lemma some_intro {X Y} (R : rel X Y) T a a' : R T a a' -> option_rel R T (Some a) (Some a').
  Proof. intros H. exact H. Qed.
  Hint Resolve @pair_intro @some_intro : sim.
  Hint Extern 0 (option_rel _ _ None None) => exact I : sim.
  Definition head_rel :=
    pair_rel layer_rel (pair_rel (option_rel (pair_rel tensor_rel tensor_rel)) (option_rel tensor_rel)).
  Lemma sim_projection b n T l l' s k : layer_rel T l l' ->
    sim (pair_rel tensor_rel layer_rel) T (projection _ _ emit1 N b n l s k) (projection _ _ emit2 N b n l' s
      k).
  Proof. intros H. unfold projection. siml. Qed.
  Hint Resolve sim_projection : sim.
  Lemma sim_head heads share dim a b c T p p' h : head_rel T p p' ->
    sim head_rel T (head _ _ emit1 N heads share dim a b c p h) (head _ _ emit2 N heads share dim a b c p' h).
  Proof.
    destruct p as [l [g s]], p' as [l' [g' s']]. intros (H & G & E). cbn [fst snd] in *. unfold head.
    apply (sim_bind (pair_rel tensor_rel layer_rel)); [layers; auto with sim|].
    intros T1 x y P Q. apply (mono_option _ (mono_pair _ _ mono_tensor mono_tensor) _ _ _ _ P) in G. lift.
      clean. apply (sim_bind (pair_rel (pair_rel layer_rel tensor_rel) tensor_rel)).
    - destruct g as [[k v]|], g' as [[k' v']|]; simpl in G; try contradiction; clean; siml.
    - intros T2 x2 y2 P2 Q2. lift. destruct x2 as [[? ?] ?], y2 as [[? ?] ?], Q2 as [[? ?] ?].
      cbn [fst snd] in *.
      destruct s as [s|], s' as [s'|]; simpl in E; try contradiction; siml; unfold head_rel;
        match goal with |- context [if ?c then _ else _] => destruct c end; auto 6 with sim.
  Qed.
  Hint Resolve sim_head : sim.
  Lemma sim_attention T l l' args : layer_rel T l l' ->
    sim layer_rel T (attention _ _ emit1 N l args) (attention _ _ emit2 N l' args).
  Proof.
    intros H. unfold attention. cbv zeta.
      do 6 (apply (sim_bind equal); [layers; auto using sim_require with sim|intros ? ? ? ? ?; clean; lift]).
    apply (sim_bind head_rel); [apply sim_fold; [intros; auto with sim|unfold head_rel; auto with sim]|].
    intros T1 [l1 [g1 s1]] [l2 [g2 s2]] P (H1 & H2 & H3). cbn [fst snd] in *.
    destruct s1, s2; simpl in H3; try contradiction; siml.
  Qed.
  Hint Resolve sim_attention : sim.
  Lemma layer_intro T l l' v v' k : layer_rel T l l' -> tensor_rel T v v' ->
    layer_rel T (Layer V1 (env_of V1 l) v k) (Layer matrix (env_of matrix l') v' k).
  Proof. intros H HV. split; [apply H|]. split; [exact HV|reflexivity]. Qed.
  Hint Resolve layer_intro : sim.
  Lemma sim_stage d : forall T l l' e, layer_rel T l l' ->
    sim layer_rel T (stage _ _ emit1 N d l e) (stage _ _ emit2 N d l' e).
  Proof.
    induction d as [|d IH]; intros T l l' e H; simpl; [siml|].
    assert (IF : forall c T' m m', layer_rel T' m m' ->
      sim layer_rel T' (fold (stage _ _ emit1 N d) c m) (fold (stage _ _ emit2 N d) c m')).
    { intros. apply sim_fold; auto. }
    destruct e; siml. apply sim_fold; auto.
  Qed.

  (* ---------------------------------------------------------------- models *)
  Lemma sim_value T m m' e : model_rel T m m' -> tsim T (value _ _ emit1 m e) (value _ _ emit2 m' e).
  Proof. intros H. unfold value. apply sim_value_of, H. Qed.
  Lemma sim_result T m m' c c' v v' : model_rel T m m' -> env_rel T c c' -> tensor_rel T v v' ->
    sim model_rel T (result_of_network S1 V1 m c v) (result_of_network log matrix m' c' v').
  Proof.
    intros (H & G & E1 & E2 & E3 & E4) HC HV. unfold result_of_network. rewrite E1.
    apply (sim_bind equal); [apply sim_require|]. intros T' _ _ P _. apply sim_ret. lift.
    repeat split; simpl; try assumption; try apply HC. apply Forall2_app; [exact G|].
      constructor; [exact HV|constructor].
  Qed.
  Hint Resolve sim_value sim_result : sim.
  Lemma model_intro T m m' c c' o o' a b r f g : model_rel T m m' -> env_rel T c c' ->
    list_rel tensor_rel T o o' -> f = g ->
    model_rel T (Statements.Model V1 c o a b r f) (Statements.Model matrix c' o' a b r g).
  Proof. intros H HC HO ->. repeat split; simpl; auto; apply HC. Qed.
  Lemma scope_rel T m m' : model_rel T m m' -> env_rel T (scope V1 m) (scope matrix m').
  Proof. intros H; apply H. Qed.
  Lemma sim_statement T m m' s : model_rel T m m' ->
    sim model_rel T (do_statement _ _ emit1 N m s) (do_statement _ _ emit2 N m' s).
  Proof.
    intros H. assert (HC := scope_rel T m m' H). assert (HO := proj1 (proj2 H)).
      destruct (proj2 (proj2 H)) as (E1 & E2 & E3 & E4).
    unfold do_statement. destruct s.
    - apply (sim_bind (Readings.equal A (X := list Z))).
      { apply sim_sizes. }
      intros T1 x y P E. clean. lift. apply (sim_bind (pair_rel tensor_rel env_rel)); [auto with sim|].
      intros T2 p q P Q. lift. clean. apply sim_ret. rewrite E1, E2, E3. eapply model_intro; eauto.
    - sim. unfold in_scope. rewrite E1, E2, E3. eapply model_intro; eauto.
    - sim.
    - assert (ED : declared V1 (scope V1 m) = declared matrix (scope matrix m')) by apply HC. rewrite ED.
      destruct (filter _ _) as [|d [|d2 ds]]; [apply sim_fail| |apply sim_fail].
      apply (sim_bind tensor_rel); [auto with sim|]. intros T1 x y P HX. lift.
      apply (sim_bind equal); [apply sim_require|]. intros T2 [] [] P _. lift.
      apply (sim_bind layer_rel).
      + apply sim_fold; [intros; apply sim_stage; assumption|]. split; [exact HC|]. split; [|reflexivity].
        rewrite (rows_rel _ _ _ HX), (cols_rel _ _ _ HX), (rank_rel _ _ _ HX). apply tensor_intro. exact HX.
      + intros T3 l l' P Q. lift. apply sim_result; auto; apply Q.
    - sim. rewrite E1, E3, E4. eapply model_intro; eauto. apply Forall2_app; [assumption|].
      constructor; [assumption|constructor].
    - sim. rewrite E1, E2, E4. eapply model_intro; eauto. apply Forall2_app; [assumption|].
      constructor; [assumption|constructor].
    - rewrite E4. sim. rewrite E1, E2, E3. eapply model_intro; eauto. 
  Qed.
  Lemma sim_weights T m m' n : model_rel T m m' ->
    sim (option_rel tensor_rel) T (weights_of _ _ emit1 N m n) (weights_of _ _ emit2 N m' n).
  Proof.
    intros H. assert (HC := scope_rel T m m' H). destruct (proj2 (proj2 H)) as (_ & _ & E3 & E4).
    assert (ED : declared V1 (scope V1 m) = declared matrix (scope matrix m')) by apply HC.
    unfold weights_of. rewrite E3, E4, ED. destruct (flow matrix m') as [e|]; siml.
  Qed.
  Lemma sizes_rel T l l' : list_rel tensor_rel T l l' -> map (entries_of V1) l = map (entries_of matrix) l'.
  Proof. intros H. induction H as [|a b l l' (_ & H1 & H2 & _) HL IH]; simpl; f_equal; auto.
    unfold entries_of. congruence. Qed.
  Definition elaborate_rel := pair_rel model_rel (option_rel tensor_rel).
  Lemma sim_elaborate text : sim elaborate_rel [] (elaborate _ _ emit1 N text) (elaborate _ _ emit2 N text).
  Proof.
    unfold elaborate. apply (sim_bind model_rel).
    { apply sim_fold; [intros; apply sim_statement; assumption|]. repeat split; constructor. }
    intros T m m' P H. clear P. cbv zeta. assert (HC := scope_rel T m m' H).
      destruct (proj2 (proj2 H)) as (E1 & E2 & E3 & E4).
    assert (EC : counts V1 (scope V1 m) = counts matrix (scope matrix m')) by apply HC.
      rewrite E1, E2, E3, EC. assert (HO : list_rel tensor_rel T (outs V1 m) (outs matrix m')) by apply H.
    apply (sim_bind equal).
    { destruct HO; apply sim_require. } intros T1 [] [] P _. lift. apply (sim_bind equal).
    { set (d := counts matrix (scope matrix m') Coordinate).
      assert (E : forallb (fun v => entries_of V1 v =? d)%Z (outs V1 m) = forallb (fun v => entries_of matrix
        v =? d)%Z (outs matrix m')).
      { assert (Q := sizes_rel _ _ _ HO). revert Q. generalize (outs V1 m), (outs matrix m'). clear.
        induction l as [|a l IH]; intros [|b l'] Q; try discriminate; simpl; [reflexivity|].
        injection Q as Q1 Q2. rewrite Q1, (IH _ Q2). reflexivity. } rewrite E. apply sim_require. }
    intros T2 [] [] P _. lift. apply (sim_bind (option_rel tensor_rel)); [apply sim_weights; assumption|].
    intros T3 w w' P HW. lift. apply sim_ret. split; assumption.
  Qed.
  Lemma sim_law decls e : tsim [] (law_of _ _ emit1 N decls e) (law_of _ _ emit2 N decls e).
  Proof.
    unfold law_of. cbv zeta. apply (sim_bind (list_rel (pair_rel equal tensor_rel))).
    { apply sim_each; [apply mono_pair; [apply mono_equal|apply mono_tensor]|]. intros T' _ d _. sim.
      split; [reflexivity|assumption]. }
    intros T n n' P H. apply (sim_bind tensor_rel); [apply sim_value_of; exact H|]. intros; sim.
  Qed.
End Simulation.
