(* Relu.v - networks with true units over the real numbers: relu(z) = max(0, z).

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   The kernel multiplies every pre-activation by a gate.
     At a point at which no unit has a kink, the network with true
   units is, near the point, the network with the gates 0 and 1 of the point;
     and units that share a gate agree, since
   their pre-activations are the same polynomial. *)
From Coq Require Import ZArith List Bool String Reals Lra Lia.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Simulation
  Diff Claims Flow
  Text.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

(* ------------------------------------------------------------------ true units *)
Definition relu (z : R) : R := Rmax 0 z.
Definition leaky_relu (z : R) : R := if Rlt_dec 0 z then z else z / 100.
Definition below (x y : R) : bool := if Rlt_dec x y then true else false.
(* entry c is the first of the largest entries of the row *)
Definition first_largest (row : list R) (c : nat) : bool :=
  forallb (fun d => if Nat.ltb d c then below (nth d row 0) (nth c row 0) else negb (below (nth c row 0)
    (nth d row 0)))
    (seq 0 (List.length row)).
(* a window with 0 in the place of all other entries: their sum is the maximum *)
Definition keep_largest (row : list R) : list R :=
  map (fun c => if first_largest row c then nth c row 0 else 0) (seq 0 (List.length row)).
Definition true_units (n k : nat) (m : list (list R)) : list (list R) :=
  match k with 0%nat => map (map relu) m | 1%nat => map (map leaky_relu) m | _ => map keep_largest m end.
(* pre-activations are not zero, the largest entry of a window is unique *)
Definition no_kink (unit : nat * list (list R)) : Prop :=
  let (k, m) := unit in forall row, In row m ->
  match k with
  | 0%nat | 1%nat => forall z, In z row -> z <> 0
  | _ => exists c, (c < List.length row)%nat /\
      forall d, (d < List.length row)%nat -> d <> c -> nth d row 0 < nth c row 0
  end.

(* the gate of entry c of a row *)
Definition gate (k : nat) (row : list R) (c : nat) : R :=
  match k with
  | 0%nat => if Rlt_dec 0 (nth c row 0) then 1 else 0
  | 1%nat => if Rlt_dec 0 (nth c row 0) then 1 else 1 / 100
  | _ => if first_largest row c then 1 else 0
  end.
Lemma map_nth_seq {X Y} (f : X -> Y) d l : map f l = map (fun c => f (nth c l d)) (seq 0 (List.length l)).
Proof.
  induction l as [|x l IH]; simpl; [reflexivity|]. f_equal. rewrite <- seq_shift, map_map. exact IH.
Qed.
Lemma true_units_gate n k m :
  true_units n k m = map (fun row => map (fun c => gate k row c * nth c row 0) (seq 0 (List.length row))) m.
Proof.
  destruct k as [|[|k]]; simpl; apply map_ext; intros row.
  - rewrite (map_nth_seq relu 0). apply map_ext. intros c. unfold relu, gate. destruct (Rlt_dec 0 _).
    + rewrite Rmax_right; lra.
    + rewrite Rmax_left; lra.
  - rewrite (map_nth_seq leaky_relu 0). apply map_ext. intros c. unfold leaky_relu, gate.
    destruct (Rlt_dec 0 _); lra.
  - apply map_ext. intros c. unfold gate. destruct (first_largest row c); lra.
Qed.

(* ------------------------------------------------------------------ lists *)
Lemma in_zip {X Y Z} (f : X -> Y -> Z) z x : forall y, In z (zip f x y) <->
  exists a b, In (a, b) (List.combine x y) /\ z = f a b.
Proof.
  assert (E0 : False <-> exists (a : X) (b : Y), False /\ z = f a b) by (split;
    [intros []|intros (? & ? & [] & _)]).
  induction x as [|a x IH]; intros [|b y]; simpl; try exact E0.
  rewrite IH. split.
  - intros [<-|(a' & b' & H & ->)]; eauto 6.
  - intros (a' & b' & [E|H] & ->); [injection E as <- <-; auto|right; eauto].
Qed.
Lemma combine_map_r {X Y Z} (h : Y -> Z) (x : list X) : forall y a b, In (a, b) (List.combine x (map h y)) ->
  exists c, In (a, c) (List.combine x y) /\ b = h c.
Proof.
  induction x as [|u x IH]; intros [|v y] a b H; simpl in *; try contradiction.
  destruct H as [E|H]; [injection E as <- <-; eauto|]. destruct (IH y a b H) as (c & H1 & ->). eauto.
Qed.
Lemma zip_nth {X Y Z} (f : X -> Y -> Z) dx dy x : forall y, List.length x = List.length y ->
  zip f x y = map (fun c => f (nth c x dx) (nth c y dy)) (seq 0 (List.length y)).
Proof.
  induction x as [|a x IH]; intros [|b y] H; simpl in *; try discriminate; [reflexivity|]. f_equal.
  rewrite <- seq_shift, map_map. apply IH. congruence.
Qed.
Lemma combine_nth_in {X Y} (dx : X) (dy : Y) x : forall y c, List.length x = List.length y ->
  (c < List.length y)%nat ->
  In (nth c x dx, nth c y dy) (List.combine x y).
Proof.
  induction x as [|a x IH]; intros [|b y] [|c] H L; simpl in *; try discriminate; try lia; auto.
  right. apply IH; lia.
Qed.
Lemma nth_error_map_some {X Y} (f : X -> Y) l : forall n y, nth_error (map f l) n = Some y ->
  exists x, nth_error l n = Some x /\ y = f x.
Proof.
  induction l as [|x l IH]; intros [|n] y H; simpl in *; try discriminate; [injection H as <-; eauto|].
    apply IH. exact H.
Qed.
(* gate id belongs to entry c of the row *)
Definition occurs_at {X} (ids : list (list positive)) (m : list (list X)) (id : positive) (row : list X)
  (c : nat) : Prop :=
  exists idr, In (idr, row) (List.combine ids m) /\ In (id, c) (List.combine idr (seq 0 (List.length row))).
Definition same_shape {X} (ids : list (list positive)) (m : list (list X)) : Prop :=
  List.length ids = List.length m /\ forall idr row, In (idr, row) (List.combine ids m) ->
    List.length idr = List.length row.
(* multiplication by gates that are those of the entries *)
Lemma gated_by e k n ids : forall m, same_shape ids m ->
  (forall id row c, occurs_at ids m id row c -> e id = gate k row c) ->
  zip (zip Rmult) (map (map e) ids) m = true_units n k m.
Proof.
  intros m. rewrite true_units_gate. revert ids. induction m as [|row m IH]; intros [|idr ids] [L S] H;
    simpl in *; try discriminate; [reflexivity|].
  f_equal.
  - assert (E : List.length idr = List.length row) by (apply S; auto).
    rewrite (zip_nth Rmult 0 0) by (rewrite map_length; exact E).
    apply map_ext_in. intros c Hc. apply in_seq in Hc. f_equal.
    rewrite (nth_indep _ 0 (e xH)), map_nth by (rewrite map_length; lia).
    apply H. exists idr. split; [now left|].
    assert (Q := combine_nth_in xH 0%nat idr (seq 0 (List.length row)) c).
    rewrite seq_length, seq_nth in Q by lia. apply Q; lia.
  - apply IH; [split; [congruence|intros; apply S; auto]|]. intros id row' c (idr' & H1 & H2). apply H.
    exists idr'. split; [right; exact H1|exact H2].
Qed.

(* ------------------------------------------------------------------ runs with different units *)
Section Runs.
  Variable A : Type.
  Variable K : ops A.
  Lemma log_extends act prog : forall acc u, exists T w, run_with A K act prog acc u = (acc ++ T, u ++ w).
  Proof.
    induction prog as [|nd prog IH]; intros acc u; simpl; [exists [], []; rewrite !app_nil_r; reflexivity|].
    destruct (evaluate A K act nd acc u) as [m u1] eqn:E.
    assert (Q : exists w, u1 = u ++ w).
    { destruct nd; simpl in E; injection E as <- <-; try (exists []; symmetry; apply app_nil_r).
      eexists; reflexivity. }
    destruct Q as [w ->]. destruct (IH (acc ++ [m]) (u ++ w)) as (T & w' & ->). exists (m :: T), (w ++ w').
    rewrite <- !app_assoc. reflexivity.
  Qed.
  (* the log in terms of the final tape *)
  Lemma log_form act first prog : forall acc u T w, in_order first (List.length acc) prog = true ->
    run_with A K act prog acc u = (T, w) ->
    w = u ++ map (fun g => (fst (fst g), nth (snd (fst g)) T [])) (gates_of prog).
  Proof.
    induction prog as [|nd prog IH]; intros acc u T w O H; simpl in *.
    - injection H as <- <-. symmetry. apply app_nil_r.
    - apply andb_prop in O as [O1 O2]. destruct (evaluate A K act nd acc u) as [m u1] eqn:E.
      destruct (log_extends act prog (acc ++ [m]) u1) as (T1 & w1 & HX). rewrite H in HX.
        injection HX as ET EW.
      assert (O3 : in_order first (List.length (acc ++ [m])) prog = true)
        by (rewrite app_length, Nat.add_1_r; exact O2).
      specialize (IH _ _ _ _ O3 H). rewrite IH. destruct nd; simpl in E; injection E as <- <-;
        try reflexivity.
      simpl. rewrite <- app_assoc. simpl. f_equal. f_equal. f_equal. apply Nat.ltb_lt in O1.
      rewrite ET, <- app_assoc, app_nth1 by exact O1. reflexivity.
  Qed.
End Runs.
Section Two.
  Variables e f : positive -> R.
  Variable first : positive.
  Hypothesis same : forall a, (a < first)%positive -> e a = f a.
  Notation run1 act := (run_with R (sem_ops Reals e) act).
  Notation run2 act := (run_with R (sem_ops Reals f) act).
  Lemma step_same n acc nd : in_order first n [nd] = true -> is_gate nd = false ->
    @step R (sem_ops Reals e) acc nd = @step R (sem_ops Reals f) acc nd.
  Proof.
    intros O G. destruct nd; try reflexivity; try discriminate. simpl in *. rewrite andb_true_r in O.
    rewrite forallb_forall in O. apply map_ext_in. intros r Hr. specialize (O r Hr).
      rewrite forallb_forall in O.
    apply map_ext_in. intros a Ha. apply same. apply Pos.ltb_lt. auto.
  Qed.
  (* if the units agree on the first N matrices, the logs agree up to the next one *)
  Lemma logs_agree act1 act2 N prog : forall acc u, in_order first (List.length acc) prog = true ->
    (forall n k m, (n < N)%nat -> nth_error (snd (run1 act1 prog acc u)) n = Some (k, m) ->
      act1 n k m = act2 n k m) ->
    forall n, (n <= N)%nat ->
      nth_error (snd (run1 act1 prog acc u)) n = nth_error (snd (run2 act2 prog acc u)) n.
  Proof.
    induction prog as [|nd prog IH]; intros acc u O H n Hn; [reflexivity|].
    assert (O1 : in_order first (List.length acc) [nd] = true /\ forall x : list (list R),
      in_order first (List.length (acc ++ [x])) prog = true).
    { simpl in O. apply andb_prop in O as [Oa Ob]. split; [simpl; rewrite Oa; reflexivity|].
      intros x. rewrite app_length, Nat.add_1_r. exact Ob. }
    destruct O1 as [O1 O2]. destruct (is_gate nd) eqn:G.
    - destruct nd as [| | | | | | | | | | | | kind i ids]; try discriminate. cbn [run_with evaluate] in *.
        set (x := nth i acc []) in *.
      destruct (Nat.lt_ge_cases (List.length u) N) as [L|L].
      + assert (E : act1 (List.length u) kind x = act2 (List.length u) kind x).
        { apply H; [exact L|].
          destruct (log_extends R (sem_ops Reals e) act1 prog (acc ++ [act1 (List.length u) kind x])
          (u ++ [(kind, x)]))
            as (T & w & E). rewrite E. simpl. rewrite <- app_assoc, nth_error_app2, Nat.sub_diag by lia.
              reflexivity. }
        rewrite <- E. apply IH; auto.
      + destruct (log_extends R (sem_ops Reals e) act1 prog (acc ++ [act1 (List.length u) kind x])
        (u ++ [(kind, x)])) as (T & w & E).
        destruct (log_extends R (sem_ops Reals f) act2 prog (acc ++ [act2 (List.length u) kind x])
          (u ++ [(kind, x)])) as (T' & w' & E').
        assert (LL : (n < List.length (u ++ [(kind, x)]))%nat) by (rewrite app_length; cbn [List.length];
          lia).
        rewrite E, E'. cbn [snd]. transitivity (nth_error (u ++ [(kind, x)]) n); [|symmetry];
          apply nth_error_app1; exact LL.
    - assert (E := step_same _ acc nd O1 G).
      destruct nd; try discriminate; cbn [run_with evaluate] in *; rewrite <- E; apply IH; auto.
  Qed.
  Lemma runs_agree act1 act2 prog : forall acc u, in_order first (List.length acc) prog = true ->
    (forall n k m, nth_error (snd (run1 act1 prog acc u)) n = Some (k, m) -> act1 n k m = act2 n k m) ->
    run1 act1 prog acc u = run2 act2 prog acc u.
  Proof.
    induction prog as [|nd prog IH]; intros acc u O H; [reflexivity|].
    assert (O1 : in_order first (List.length acc) [nd] = true /\ forall x : list (list R),
      in_order first (List.length (acc ++ [x])) prog = true).
    { simpl in O. apply andb_prop in O as [Oa Ob]. split; [simpl; rewrite Oa; reflexivity|].
      intros x. rewrite app_length, Nat.add_1_r. exact Ob. }
    destruct O1 as [O1 O2]. destruct (is_gate nd) eqn:G.
    - destruct nd as [| | | | | | | | | | | | kind i ids]; try discriminate. cbn [run_with evaluate] in *.
        set (x := nth i acc []) in *.
      assert (E : act1 (List.length u) kind x = act2 (List.length u) kind x).
      { apply H. destruct (log_extends R (sem_ops Reals e) act1 prog (acc ++ [act1 (List.length u) kind x])
        (u ++ [(kind, x)]))
          as (T & w & E). rewrite E. simpl. rewrite <- app_assoc, nth_error_app2, Nat.sub_diag by lia.
            reflexivity. }
      rewrite <- E. apply IH; auto.
    - assert (E := step_same _ acc nd O1 G).
      destruct nd; try discriminate; cbn [run_with evaluate] in *; rewrite <- E; apply IH; auto.
  Qed.
End Two.

(* ------------------------------------------------------------------ the gates of a point *)
Lemma key_eqb_ok x y : key_eqb x y = true -> x = y.
Proof.
  destruct x as [[k r] c], y as [[k' r'] c']. unfold key_eqb. intros H. apply andb_prop in H as [H H3].
  apply andb_prop in H as [H1 H2]. apply Nat.eqb_eq in H1, H2. subst. f_equal. f_equal.
  revert r' H3. induction r as [|[a b] r IH]; intros [|[a' b'] r'] H; simpl in H; try discriminate;
    [reflexivity|].
  unfold fr_eqb in H. simpl in H. apply andb_prop in H as [H H3]. apply andb_prop in H as [H1 H2].
  apply poly_eqb_ok in H1, H2. subst. f_equal. auto.
Qed.
Lemma key_eqb_refl x : key_eqb x x = true.
Proof.
  assert (M : forall m, mono_eqb m m = true) by (induction m as [|a m IH]; simpl; [reflexivity|];
    rewrite Pos.eqb_refl; exact IH).
  assert (P : forall p, poly_eqb p p = true)
    by (induction p as [|[m z] p IH]; simpl; [reflexivity|]; rewrite Z.eqb_refl, M; exact IH).
  destruct x as [[k r] c]. simpl. rewrite !Nat.eqb_refl. simpl.
  induction r as [|[a b] r IH]; simpl; [reflexivity|]. unfold fr_eqb. simpl. rewrite !P. exact IH.
Qed.
Lemma tied_spec l : tied l = true -> forall id k k', In (id, k) l -> In (id, k') l -> k = k'.
Proof.
  induction l as [|[i q] l IH]; intros H id k k' H1 H2; [contradiction|]. simpl in H.
    apply andb_prop in H as [H T].
  rewrite forallb_forall in H.
  assert (Q : forall k2, In (i, k2) l -> q = k2).
  { intros k2 Hk. specialize (H _ Hk). simpl in H. rewrite Pos.eqb_refl in H. apply andb_prop in H as [H _].
    apply key_eqb_ok. destruct (key_eqb q k2); [reflexivity|discriminate]. }
  destruct H1 as [E1|H1], H2 as [E2|H2].
  - congruence.
  - injection E1 as -> ->. auto.
  - injection E2 as -> ->. symmetry. auto.
  - eapply IH; eauto.
Qed.
Definition fval (e : positive -> R) (f : frac) : R := pev e (fst f) / pev e (snd f).
Definition key_of (k : nat) (row : list frac) (c : nat) : gate_key :=
  if Nat.eqb k 2 then (k, row, c) else (k, [nth c row ([], one)], 0%nat).

Section Point.
  Variable t : compiled.
  Hypothesis HG : check_gates t = true.
  Notation P := (t_problem t).
  Notation prog := (p_prog P).
  Notation tp := (expand P variable).
  Notation gates := (gates_of prog).
  Definition first : positive := gate_number (t_layout t) 0.
  Definition kind_of (g : nat * nat * list (list positive)) : nat := fst (fst g).
  Definition arg_of (g : nat * nat * list (list positive)) : nat := snd (fst g).
  Notation keys := (List.concat (map (gate_keys tp) prog)).

  Lemma order : in_order first 0 prog = true.
  Proof. unfold check_gates in HG. apply andb_prop in HG as [H _]. apply andb_prop in H as [H _]. exact H.
    Qed.
  Lemma known_early a : known P a = true -> (a < first)%positive.
  Proof.
    unfold check_gates in HG. apply andb_prop in HG as [H _]. apply andb_prop in H as [_ H].
      apply Z.ltb_lt in H.
    fold first in H. unfold known, is_state. intros K. apply Z.leb_le in K. lia.
  Qed.
  Lemma some_gate g : In g gates -> forallb (gate_fits tp) gates && check_ties P first = true.
  Proof.
    intros Hg. unfold check_gates in HG. apply andb_prop in HG as [_ H]. fold first in H.
    destruct (existsb is_gate prog) eqn:E; [exact H|]. exfalso.
    unfold gates_of in Hg. apply in_flat_map in Hg as (nd & H1 & H2).
    assert (Q : existsb is_gate prog = true); [|congruence]. apply existsb_exists. exists nd.
      split; [exact H1|].
    destruct nd; try contradiction. reflexivity.
  Qed.
  Lemma fits g : In g gates -> gate_fits tp g = true.
  Proof. intros Hg. assert (H := some_gate g Hg). apply andb_prop in H as [H _]. rewrite forallb_forall in H.
    auto. Qed.
  Lemma key_in g id row c : In g gates -> occurs_at (snd g) (nth (arg_of g) tp []) id row c ->
    In (id, key_of (kind_of g) row c) keys.
  Proof.
    intros Hg (idr & H1 & H2). unfold gates_of in Hg. apply in_flat_map in Hg as (nd & Hn & Hg).
      apply in_concat.
    exists (gate_keys tp nd). split; [apply in_map; exact Hn|].
    destruct nd; try contradiction. destruct Hg as [<-|[]]. unfold kind_of, arg_of in *. cbn [fst snd] in *.
      cbn [gate_keys].
    apply in_concat. eexists. split.
    - apply in_zip. exists idr, row. split; [exact H1|reflexivity].
    - apply in_zip. exists id, c. split; [exact H2|]. reflexivity.
  Qed.
  Lemma gate_late g id row c : In g gates -> occurs_at (snd g) (nth (arg_of g) tp []) id row c ->
    (first <= id)%positive.
  Proof.
    intros Hg H. assert (Q := some_gate g Hg). apply andb_prop in Q as [_ Q]. unfold check_ties in Q.
      apply andb_prop in Q as [Q _].
    rewrite forallb_forall in Q. specialize (Q _ (key_in g id row c Hg H)). apply Pos.leb_le in Q. exact Q.
  Qed.
  Lemma same_key g h id row row' c c' : In g gates -> In h gates ->
    occurs_at (snd g) (nth (arg_of g) tp []) id row c ->
    occurs_at (snd h) (nth (arg_of h) tp []) id row' c' ->
      key_of (kind_of g) row c = key_of (kind_of h) row' c'.
  Proof.
    intros Hg Hh H H'. assert (Q := some_gate g Hg). apply andb_prop in Q as [_ Q]. unfold check_ties in Q.
      apply andb_prop in Q as [_ Q].
    eapply (tied_spec _ Q); eauto using key_in.
  Qed.
  Lemma shape_of g : In g gates -> same_shape (snd g) (nth (arg_of g) tp []) /\ (kind_of g <= 2)%nat /\
    forall row f, In row (nth (arg_of g) tp []) -> In f row -> constant_den f = true.
  Proof.
    intros Hg. assert (H := fits g Hg). destruct g as [[k i] ids]. unfold kind_of, arg_of. cbn [fst snd].
      unfold gate_fits in H.
    apply andb_prop in H as [H H4]. apply andb_prop in H as [H H3]. apply andb_prop in H as [H1 H2].
    split; [split|split].
    - apply Nat.eqb_eq. exact H2.
    - intros idr row Hin. rewrite forallb_forall in H3. apply Nat.eqb_eq. apply H3. apply in_zip. eauto.
    - apply Nat.leb_le. exact H1.
    - intros row f Hr Hf. rewrite forallb_forall in H4. specialize (H4 row Hr). rewrite forallb_forall in H4.
      auto.
  Qed.

  (* the values of the pre-activations at e *)
  Definition pre (g : nat * nat * list (list positive)) (e : positive -> R) : list (list R) :=
    map (map (fval e)) (nth (arg_of g) tp []).
  Lemma fval_means e f x : means Reals e f x -> constant_den f = true -> x = fval e f.
  Proof.
    unfold means, constant_den, fval. destruct (Checker.constant (snd f)) as [z|] eqn:E; [|discriminate].
      intros H _.
    apply constant_spec in E as [E Hz]. assert (U : @Model.unit Rring (pev e (snd f))).
    { rewrite E. cbn [peval meval]. destruct (unit_int Reals z Hz) as [y Hy]. exists y. cbn in *.
      transitivity (phi Rring z * y); [ring|exact Hy]. }
    specialize (H U). apply unit_real in U. cbn in H. rewrite <- H.
    assert (A : forall a b : R, a <> 0 -> b = a * b / a) by (intros; field; auto). exact (A _ x U).
  Qed.
  Lemma pre_ok g e : In g gates -> nth (arg_of g) (run (sem_ops Reals e) prog []) [] = pre g e.
  Proof.
    intros Hg. destruct (shape_of g Hg) as (_ & _ & HC). unfold pre.
    assert (H : Forall2 (Forall2 (means Reals e)) (nth (arg_of g) tp []) (nth (arg_of g)
      (run (sem_ops Reals e) prog []) [])).
    { apply (nth_rel (Forall2 (Forall2 (means Reals e)))); [constructor|]. apply expansion_ok. intros.
      apply means_var. }
    revert HC. induction H as [|row row' m m' Hr H IH]; intros HC; simpl; [reflexivity|].
      f_equal; [|apply IH; intros; eapply HC; eauto; now right].
    assert (HR : forall f, In f row -> constant_den f = true) by (intros; eapply HC; eauto; now left).
    clear -Hr HR. induction Hr as [|f x row row' Hf H IH]; simpl; [reflexivity|].
      f_equal; [apply fval_means; auto; apply HR; now left|].
    apply IH. intros. apply HR. now right.
  Qed.
  (* the gates that e names are those of the pre-activations at e *)
  Definition good (e : positive -> R) (g : nat * nat * list (list positive)) : Prop :=
    forall id row c, occurs_at (snd g) (nth (arg_of g) tp []) id row c ->
      e id = gate (kind_of g) (map (fval e) row) c.
  Lemma occurs_pre g e id row c : occurs_at (snd g) (pre g e) id row c ->
    exists frow, row = map (fval e) frow /\ occurs_at (snd g) (nth (arg_of g) tp []) id frow c.
  Proof.
    intros (idr & H1 & H2). unfold pre in H1. apply combine_map_r in H1 as (frow & H1 & ->). exists frow.
      split; [reflexivity|].
    exists idr. split; [exact H1|]. rewrite map_length in H2. exact H2.
  Qed.
  Lemma good_units e g n : In g gates -> good e g ->
    zip (zip Rmult) (map (map e) (snd g)) (pre g e) = true_units n (kind_of g) (pre g e).
  Proof.
    intros Hg H. destruct (shape_of g Hg) as ([S1 S2] & _). apply gated_by.
    - split; [unfold pre; rewrite map_length; exact S1|]. intros idr row Hin. unfold pre in Hin.
      apply combine_map_r in Hin as (frow & Hin & ->). rewrite map_length. auto.
    - intros id row c Ho. apply occurs_pre in Ho as (frow & -> & Ho). apply H. exact Ho.
  Qed.
  Lemma names_gates pr : gate_names pr = map snd (gates_of pr).
  Proof. induction pr as [|nd pr IH]; [reflexivity|]. destruct nd; simpl in *; rewrite ?IH; reflexivity. Qed.
  Notation run_e e := (run_with R (sem_ops Reals e) (by_gates (sem_ops Reals e) (gate_names prog)) prog []
    []).
  Lemma run_e_ok e : run_e e = (run (sem_ops Reals e) prog [], map (fun g => (kind_of g, pre g e)) gates).
  Proof.
    destruct (run_e e) as [T w] eqn:E. assert (H := run_by_gates R (sem_ops Reals e) prog [] [] []).
      destruct H as [H|H]; [|exfalso; apply H; reflexivity].
    change (fst (run_e e) = run (sem_ops Reals e) prog []) in H. rewrite E in H. cbn [fst] in H. subst T.
      f_equal.
    rewrite (log_form R (sem_ops Reals e) _ first prog [] [] _ _ order E). cbn [app].
    apply (f_equal (pair _)). apply map_ext_in. intros g Hg. apply (f_equal (pair _)). apply pre_ok. exact Hg.
  Qed.
  Lemma act_e e n g : nth_error gates n = Some g ->
    by_gates (sem_ops Reals e) (gate_names prog) n (kind_of g) (pre g e) = zip (zip Rmult) (map (map e)
      (snd g)) (pre g e).
  Proof.
    intros H. unfold by_gates. rewrite names_gates.
      rewrite (nth_error_nth (map snd gates) n [] (x := snd g)); [reflexivity|].
    apply map_nth_error. exact H.
  Qed.
  (* with good gates the true network is the gated network *)
  Theorem true_run e e2 : (forall a, (a < first)%positive -> e a = e2 a) -> (forall g, In g gates ->
    good e g) ->
    run_with R (sem_ops Reals e2) true_units prog [] [] = (run (sem_ops Reals e) prog [],
      map (fun g => (kind_of g, pre g e)) gates).
  Proof.
    intros HE H. rewrite <- run_e_ok. symmetry. apply (runs_agree e e2 first HE); [exact order|].
    intros n k m Hn. rewrite run_e_ok in Hn. cbn [snd] in Hn. apply nth_error_map_some in Hn as (g & Hg & E).
      injection E as -> ->.
    rewrite (act_e e n g Hg). apply good_units; [eapply nth_error_In; eauto|]. apply H.
      eapply nth_error_In; eauto.
  Qed.

  (* ---------------------------------------------------------------- every point has good gates *)
  Variable e2 : positive -> R.
  Notation true_tape := (fst (run_with R (sem_ops Reals e2) true_units prog [] [])).
  Notation true_log := (snd (run_with R (sem_ops Reals e2) true_units prog [] [])).
  Definition listed (g : nat * nat * list (list positive)) : list (positive * R) :=
    List.concat (zip (fun idr row => zip (fun id c => (id,
      gate (kind_of g) row c)) idr (seq 0 (List.length row)))
      (snd g) (nth (arg_of g) true_tape [])).
  Definition named_by (id : positive) (x : positive * R) : bool := Pos.eqb id (fst x).
  Definition gates_at (id : positive) : R :=
    if Pos.ltb id first then e2 id
    else match find (named_by id) (List.concat (map listed gates)) with Some x => snd x | None => 0 end.
  Lemma listed_in g id x : In (id, x) (listed g) <->
    exists row c, occurs_at (snd g) (nth (arg_of g) true_tape []) id row c /\ x = gate (kind_of g) row c.
  Proof.
    unfold listed. rewrite in_concat. split.
    - intros (l & H1 & H2). apply in_zip in H1 as (idr & row & H1 & ->).
      apply in_zip in H2 as (id' & c & H2 & E).
      injection E as -> ->. exists row, c. split; [exists idr; auto|reflexivity].
    - intros (row & c & (idr & H1 & H2) & ->). eexists. split; [apply in_zip; exists idr, row; split;
      [exact H1|reflexivity]|].
      apply in_zip. exists id, c. auto.
  Qed.
  Lemma find_first (f : positive * R -> bool) l1 l2 x : In x l1 -> f x = true ->
    exists y, find f (l1 ++ l2) = Some y /\ In y l1 /\ f y = true.
  Proof.
    induction l1 as [|a l IH]; intros [] F; simpl.
    - subst. rewrite F. exists x. auto.
    - destruct (f a) eqn:E; [exists a; auto|]. destruct (IH H F) as (y & H1 & H2 & H3). exists y. auto.
  Qed.
  Lemma true_log_form : true_log = map (fun g => (kind_of g, nth (arg_of g) true_tape [])) gates.
  Proof.
    destruct (run_with R (sem_ops Reals e2) true_units prog [] []) as [T w] eqn:E.
    exact (log_form R (sem_ops Reals e2) _ first prog [] [] _ _ order E).
  Qed.
  Lemma gates_at_same a : (a < first)%positive -> gates_at a = e2 a.
  Proof. intros H. unfold gates_at. apply Pos.ltb_lt in H. rewrite H. reflexivity. Qed.
  Lemma same_gate k row row' c c' e : (k <= 2)%nat -> (c < List.length row)%nat ->
    (c' < List.length row')%nat ->
    key_of k row c = key_of k row' c' -> gate k (map (fval e) row) c = gate k (map (fval e) row') c'.
  Proof.
    intros K C C' H. unfold key_of in H. destruct (Nat.eqb_spec k 2) as [->|N]; [injection H as -> ->;
      reflexivity|].
    injection H as H.
    assert (E : nth c (map (fval e) row) 0 = nth c' (map (fval e) row') 0).
    { rewrite (nth_indep _ 0 (fval e ([], one))), map_nth by (rewrite map_length; exact C).
      rewrite (nth_indep _ 0 (fval e ([], one))), map_nth by (rewrite map_length; exact C'). rewrite H.
        reflexivity. }
    destruct k as [|[|[|k]]]; [| |contradiction|lia]; simpl; rewrite E; reflexivity.
  Qed.
  Lemma occurs_length g id row c : In g gates -> occurs_at (snd g) (nth (arg_of g) tp []) id row c ->
    (c < List.length row)%nat.
  Proof. intros _ (idr & _ & H). apply in_combine_r, in_seq in H. lia. Qed.
  Lemma occurs_true g e row id c : nth (arg_of g) true_tape [] = pre g e ->
    occurs_at (snd g) (nth (arg_of g) tp []) id row c ->
    occurs_at (snd g) (nth (arg_of g) true_tape []) id (map (fval e) row) c.
  Proof.
    intros E (idr & H1 & H2). exists idr. rewrite E, map_length. split; [|exact H2]. unfold pre. clear -H1.
    revert H1. generalize (snd g), (nth (arg_of g) tp []). induction l as [|a l IH]; intros [|b m] H;
      simpl in *; try contradiction.
    destruct H as [H|H]; [injection H as -> ->; now left|right; auto].
  Qed.
  Theorem gates_good : forall N n g, (n < N)%nat -> nth_error gates n = Some g ->
    nth (arg_of g) true_tape [] = pre g gates_at /\ good gates_at g.
  Proof.
    induction N as [|N IH]; intros n g Hn Hg; [lia|].
    destruct (Nat.lt_ge_cases n N) as [L|L]; [eapply IH; eauto|]. assert (n = N) by lia. subst n. clear Hn L.
    set (e := gates_at) in *.
    assert (HP : forall n h, (n <= N)%nat -> nth_error gates n = Some h ->
      nth (arg_of h) true_tape [] = pre h e).
    { intros n h Hn Hh.
      assert (Q : nth_error (snd (run_e e)) n = nth_error true_log n).
      { apply (logs_agree e e2 first gates_at_same _ _ N); [exact order| |exact Hn].
        intros j k m Hj E. rewrite run_e_ok in E. cbn [snd] in E.
          apply nth_error_map_some in E as (x & Hx & E). injection E as -> ->.
        rewrite (act_e e j x Hx). apply good_units; [eapply nth_error_In; eauto|]. apply (IH j x Hj Hx). }
      rewrite run_e_ok, true_log_form in Q. cbn [snd] in Q. rewrite !(map_nth_error _ n gates Hh) in Q.
        congruence. }
    split; [apply (HP N g); auto|]. assert (Ing : In g gates) by (eapply nth_error_In; eauto).
    intros id row c Ho. assert (HL := gate_late g id row c Ing Ho).
    assert (F : In (id, gate (kind_of g) (map (fval e) row) c) (List.concat (map listed (firstn (S N)
      gates)))).
    { apply in_concat. exists (listed g). split.
      - apply in_map. rewrite <- (firstn_skipn (S N) gates) in Hg.
        assert (LL : (N < List.length gates)%nat) by (apply nth_error_Some;
          rewrite <- (firstn_skipn (S N) gates), Hg; discriminate).
        rewrite nth_error_app1 in Hg by (rewrite firstn_length; lia). eapply nth_error_In; eauto.
      - apply listed_in. exists (map (fval e) row), c. split; [|reflexivity]. apply occurs_true; auto.
        apply (HP N g); auto. }
    destruct (find_first (named_by id) _ (List.concat (map listed (skipn (S N) gates)))
      _ F (Pos.eqb_refl id)) as ([id' x] & H1 & H2 & H3).
    rewrite <- concat_app, <- map_app, firstn_skipn in H1. unfold named_by in H3. simpl in H3.
      apply Pos.eqb_eq in H3. subst id'.
    assert (E : e id = x).
    { unfold e, gates_at. destruct (Pos.ltb_spec id first); [lia|]. rewrite H1. reflexivity. }
    rewrite E. apply in_concat in H2 as (l & Hl & Hx). apply in_map_iff in Hl as (h & <- & Hh).
      apply In_nth_error in Hh as (n0 & Hn0).
    assert (L0 : (n0 < S N)%nat /\ nth_error gates n0 = Some h).
    { assert (LL : (n0 < List.length (firstn (S N) gates))%nat) by (apply nth_error_Some; rewrite Hn0;
      discriminate).
      split; [rewrite firstn_length in LL; lia|]. rewrite <- (firstn_skipn (S N) gates), nth_error_app1;
        auto. }
    destruct L0 as [L0 Hh]. assert (Inh : In h gates) by (eapply nth_error_In; eauto).
    apply listed_in in Hx as (row0 & c0 & Ho0 & ->). rewrite (HP n0 h) in Ho0 by (try lia; exact Hh).
    apply occurs_pre in Ho0 as (frow & -> & Ho0). assert (Q := same_key g h id row frow c c0 Ing Inh Ho Ho0).
    assert (K : kind_of h = kind_of g).
    { unfold key_of in Q. destruct (Nat.eqb_spec (kind_of g) 2), (Nat.eqb_spec (kind_of h) 2); congruence. }
    assert (C := occurs_length g id row c Ing Ho). assert (C0 := occurs_length h id frow c0 Inh Ho0).
    rewrite K in *. symmetry. apply same_gate; auto. apply (shape_of g Ing).
  Qed.
  Theorem good_gates : forall g, In g gates -> good gates_at g.
  Proof. intros g Hg. apply In_nth_error in Hg as (n & Hn). apply (gates_good (S n) n g); auto. Qed.
End Point.
