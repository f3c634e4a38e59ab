(* Simulation.v - the program of a text computes the value of the text: the two readings of Elaborate.v agree.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Compile Meaning.
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
    | _, _ => False end.
  Definition equal {X} : rel X X := fun _ x y => x = y.
  Definition pair_rel {X Y X' Y'} (R : rel X Y) (Q : rel X' Y') : rel (X * X') (Y * Y') :=
    fun T p q => R T (fst p) (fst q) /\ Q T (snd p) (snd q).
  Definition list_rel {X Y} (R : rel X Y) : rel (list X) (list Y) := fun T => Forall2 (R T).
  Definition option_rel {X Y} (R : rel X Y) : rel (option X) (option Y) := fun T x y =>
    match x, y with Some x, Some y => R T x y | None, None => True | _, _ => False end.
  Definition entity_rel : rel V1 matrix := fun T v m => nth_error T (fst v) = Some m.
  Definition tensor_rel : rel (tensor V1) (tensor matrix) := fun T a b =>
    entity_rel T (val a) (val b) /\ rows a = rows b /\ cols a = cols b /\ scalar a = scalar b.

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
      - rewrite app_length. simpl. lia. } destruct (is_gate nd) eqn:G.
    - destruct nd as [| | | | | | | | | | | | kind i ids]; try discriminate. cbn [append evaluate].
      destruct (Nat.ltb 2 kind); [split; [|apply E]; apply Push; simpl; rewrite <- SL, HR; reflexivity|].
      assert (Q := number_rows_same L (units kind (nth i (map snd vs) [])) b).
      destruct (number_rows L (units kind (nth i (map snd vs) [])) b) as [ids' b'] eqn:EN.
        destruct Q as [Q1 Q2].
      rewrite Q1. split; [|apply E]. apply Push. simpl. rewrite <- SL, HR. reflexivity.
    - assert (E1 : emit1 nd vs b = ((b_length b, step (print_ops L) (map snd vs) nd),
        Building (rename (fun i => nth i (map fst vs) (b_length b)) nd :: b_nodes b) (Datatypes.S (b_length
          b)) (b_gates b) (b_seeds b))) by (destruct nd; try discriminate; reflexivity).
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
      eapply mono_entity; [exists U; reflexivity|exact Hv]. } assert (Q := emit_sim nd (T ++ U) _ _ b u S H').
    destruct (emit1 nd (map val args) b) as [v b']. destruct (emit2 nd (map val args') u) as [m u'].
    destruct Q as [Q1 Q2]. exists ((T ++ U) ++ [m]). split; [exists [m]; reflexivity|]. split; [exact Q1|].
    split; [exact Q2|]. auto.
  Qed.

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
  Lemma scalar_rel T a b : tensor_rel T a b -> scalar a = scalar b. Proof. intros H; apply H. Qed.

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
    | _ => constr:(@equal X) end.
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
  Ltac shapes := unfold single, same, places; unfold entries_of; repeat match goal with
    | H : tensor_rel _ ?a _ |- context [rows ?a] => rewrite (rows_rel _ _ _ H)
    | H : tensor_rel _ ?a _ |- context [cols ?a] => rewrite (cols_rel _ _ _ H)
    | H : tensor_rel _ ?a _ |- context [scalar ?a] => rewrite (scalar_rel _ _ _ H)
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
    | |- sim _ _ (ret _) (ret _) => apply sim_ret; shapes; try reflexivity; auto
    | |- sim _ _ (fail _) _ => apply sim_fail
    | |- sim _ _ (require _ _) _ => shapes; apply sim_require
    | |- sim _ _ (make _ _ _ _ _ _ _ _) _ => shapes; apply sim_make; auto
    | |- sim _ _ (if ?c then _ else _) _ => shapes;
      lazymatch goal with |- sim _ _ (if ?c then _ else _) _ => destruct c; sim end
    | |- sim _ _ (match ?x with _ => _ end) _ => destruct x; clean; sim
    | _ => shapes; auto with sim end.
  Hint Constructors Forall2 : sim core.

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
  Lemma sim_reshape T a a' r c : tensor_rel T a a' ->
    tsim T (reshape _ _ emit1 a r c) (reshape _ _ emit2 a' r c).
  Proof. intros. unfold reshape. sim. Qed.
  Lemma sim_spread T a a' r c : tensor_rel T a a' ->
    tsim T (spread _ _ emit1 a r c) (spread _ _ emit2 a' r c).
  Proof. intros. unfold spread. sim. Qed.
  Lemma sim_as_scalar T a a' : tensor_rel T a a' -> tsim T (as_scalar S1 V1 a) (as_scalar log matrix a').
  Proof. intros. unfold as_scalar. sim. repeat split; apply H. Qed.
  Lemma sim_gated T k a a' : tensor_rel T a a' -> tsim T (gated _ _ emit1 k a) (gated _ _ emit2 k a').
  Proof. intros. unfold gated. sim. Qed.
  Hint Resolve sim_reshape sim_spread sim_as_scalar sim_gated : sim.
  Lemma sim_power T a a' k : tensor_rel T a a' -> tsim T (power _ _ emit1 a k) (power _ _ emit2 a' k).
  Proof. intros. unfold power. sim. Qed.
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
  Proof. intros. unfold indexed. destruct l as [|e [|f [|g l]]]; sim. Qed.
  Lemma sim_pool T b a a' k : tensor_rel T a a' -> tsim T (pool _ _ emit1 b a k) (pool _ _ emit2 b a' k).
  Proof. intros. unfold pool. sim. Qed.
  Lemma sim_stack T l l' : list_rel tensor_rel T l l' -> tsim T (stack _ _ emit1 l) (stack _ _ emit2 l').
  Proof. intros. unfold stack. sim. Qed.
  Lemma sim_beside T l l' : list_rel tensor_rel T l l' -> tsim T (beside _ _ emit1 l) (beside _ _ emit2 l').
  Proof. intros. unfold beside. sim. Qed.
  Hint Resolve concat_list_rel : sim.
  Lemma sim_array T l l' : list_rel (list_rel tensor_rel) T l l' ->
    tsim T (array _ _ emit1 l) (array _ _ emit2 l').
  Proof. intros. unfold array. sim. Qed.
  Hint Resolve sim_indexed sim_pool sim_stack sim_beside sim_array : sim.
  Lemma sim_call T f l l' k : list_rel tensor_rel T l l' ->
    tsim T (call _ _ emit1 f l k) (call _ _ emit2 f l' k).
  Proof.
    intros H. assert (G := H). unfold call.
      destruct H as [|a a' l l' Ha H]; [|destruct H as [|b b' l l' Hb H]; [|destruct H]];
      destruct k as [|k1 [|k2 [|k3 k]]]; sim.
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
  Ltac layers := unfold single, same, entries_of; repeat match goal with
    | H : layer_rel _ ?l _ |- context [numbered V1 ?l ?s ?k] => rewrite (numbered_rel _ l _ s k H)
    | H : layer_rel _ ?l _ |- context [features V1 ?l] => rewrite (features_rel _ l _ H)
    | H : layer_rel _ ?l _ |- context [vector V1 ?l] => rewrite (vector_rel _ l _ H)
    | H : layer_rel _ ?l _ |- context [rows (here V1 ?l)] => rewrite (rows_rel _ _ _ (here_rel _ l _ H))
    | H : layer_rel _ ?l _ |- context [cols (here V1 ?l)] => rewrite (cols_rel _ _ _ (here_rel _ l _ H)) end.
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
  Lemma sim_dense T l l' n b : layer_rel T l l' ->
    sim layer_rel T (dense _ _ emit1 N l n b) (dense _ _ emit2 N l' n b).
  Proof. intros H. unfold dense. apply next_rel in H. siml. Qed.
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
  Proof. intros H. unfold glu. apply next_rel in H. siml. Qed.
  Lemma sim_option_of T k d l : sim equal T (option_of S1 k d l) (option_of log k d l).
  Proof. unfold option_of. apply sim_fold; [|reflexivity]. intros T' y z x E. clean. destruct x; sim. Qed.
  Hint Resolve sim_glu sim_option_of : sim.
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
  Lemma sim_stage d : forall T l l' e, layer_rel T l l' ->
    sim layer_rel T (stage _ _ emit1 N d l e) (stage _ _ emit2 N d l' e).
  Proof.
    induction d as [|d IH]; intros T l l' e H; simpl; [siml|].
    assert (IF : forall c T' m m', layer_rel T' m m' ->
      sim layer_rel T' (fold (stage _ _ emit1 N d) c m) (fold (stage _ _ emit2 N d) c m')).
    { intros. apply sim_fold; auto. } destruct e; siml. split; [apply H|split; [assumption|reflexivity]].
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
    model_rel T (Elaborate.Model V1 c o a b r f) (Elaborate.Model matrix c' o' a b r g).
  Proof. intros H HC HO ->. repeat split; simpl; auto; apply HC. Qed.
  Lemma scope_rel T m m' : model_rel T m m' -> env_rel T (scope V1 m) (scope matrix m').
  Proof. intros H; apply H. Qed.
  Lemma sim_statement T m m' s : model_rel T m m' ->
    sim model_rel T (do_statement _ _ emit1 N m s) (do_statement _ _ emit2 N m' s).
  Proof.
    intros H. assert (HC := scope_rel T m m' H). assert (HO := proj1 (proj2 H)).
      destruct (proj2 (proj2 H)) as (E1 & E2 & E3 & E4). unfold do_statement. destruct s.
    - apply (sim_bind (@equal (list Z))).
      { assert (Q : forall l, sim (@list_rel Z Z equal) T (each (size_of S1) l) (each (size_of log) l)).
        { intros l. apply sim_each; [apply mono_equal|]. auto with sim. }
        intros b u HS. specialize (Q sizes b u HS). destruct (each (size_of S1) sizes b) as [[x b']|],
          (each (size_of log) sizes u) as [[y u']|]; auto. destruct Q as (T' & P & S' & R). exists T'.
            repeat split; auto; try apply S'. red. clear -R. induction R; f_equal; auto. }
      intros T1 x y P E. clean. lift. apply (sim_bind (pair_rel tensor_rel env_rel)); [auto with sim|].
      intros T2 p q P Q. lift. clean. apply sim_ret. rewrite E1, E2, E3. eapply model_intro; eauto.
    - sim. unfold in_scope. rewrite E1, E2, E3. eapply model_intro; eauto.
    - sim.
    - assert (ED : declared V1 (scope V1 m) = declared matrix (scope matrix m')) by apply HC. rewrite ED.
      destruct (filter _ _) as [|d [|d2 ds]]; [apply sim_fail| |apply sim_fail].
      apply (sim_bind tensor_rel); [auto with sim|]. intros T1 x y P HX. lift. apply (sim_bind layer_rel).
      + apply sim_fold; [intros; apply sim_stage; assumption|]. split; [exact HC|]. split; [|reflexivity].
        repeat split; apply HX.
      + intros T2 l l' P Q. lift. apply sim_result; auto; apply Q.
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
