(* Growth.v - the words of length at most d span at least n_d dimensions.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool Lia Reals.
From LawCert Require Import Poly Model Checker Other Diff Claims Flow Smooth Point.
Import ListNotations.
Open Scope Z_scope.

(* a Lie bracket of l of the fields G *)
Inductive word_of (vs : list positive) (G : field -> Prop) : Z -> field -> Prop :=
| word_member X : G X -> word_of vs G 1 X
| word_bracket a b X Y : word_of vs G a X -> word_of vs G b Y -> word_of vs G (a + b) (bracket vs X Y).

Lemma build_words vs G ws : forall fs ls, List.length fs = List.length ls ->
  (forall i, 0 < nth i ls 0 -> word_of vs G (nth i ls 0) (nth i fs zero_field)) ->
  forall i, 0 < nth i (word_lengths ls ws) 0 ->
    word_of vs G (nth i (word_lengths ls ws) 0) (nth i (build vs fs ws) zero_field).
Proof.
  induction ws as [|[a b] ws IH]; intros fs ls HL H; [exact H|]. cbn [word_lengths build]. apply IH.
  - rewrite !app_length, HL. reflexivity.
  - intros i. destruct (Nat.lt_ge_cases i (List.length ls)) as [L|L].
    + rewrite !app_nth1 by lia. apply H.
    + rewrite !app_nth2 by lia. rewrite HL. destruct (i - List.length ls)%nat as [|k].
      * cbn [nth]. destruct (Z.ltb_spec 0 (nth a ls 0)) as [A|A]; [|cbn; lia].
        destruct (Z.ltb_spec 0 (nth b ls 0)) as [B|B]; [|cbn; lia]. cbn [andb]. intros _.
        apply word_bracket; auto.
      * cbn [nth]. destruct k; simpl; lia.
Qed.

(* linear combinations of the values of fields at a point *)
Fixpoint combined (e : positive -> R) (v : list R) (fs : list field) (a : positive) : R :=
  match v, fs with
  | x :: v, X :: fs => (x * at_point X e a + combined e v fs a)%R
  | _, _ => 0%R
  end.
Definition independent_values (n : nat) (e : positive -> R) (fs : list field) : Prop :=
  forall v, List.length v = List.length fs ->
  (forall a, is_state n a = true -> combined e v fs a = 0%R) -> forall x, In x v -> x = 0%R.
Lemma combined_sum e a : forall v fs, List.length v = List.length fs -> combined e v fs a =
  ssum Reals (seq 0 (List.length fs)) (fun i => (nth i v 0 * at_point (nth i fs zero_field) e a)%R).
Proof.
  induction v as [|x v IH]; intros [|X fs] H; try discriminate; [reflexivity|].
  cbn [combined List.length seq ssum nth]. rewrite IH by (simpl in H; lia).
  apply (f_equal (Rplus (x * at_point X e a))). rewrite <- seq_shift.
  induction (seq 0 (List.length fs)) as [|i l J]; [reflexivity|]. cbn [map ssum]. rewrite J. reflexivity.
Qed.
(* a part of independent fields is independent *)
Lemma combined_filter {X} (f : X -> bool) (g : X -> field) e l : forall v,
  List.length v = List.length (filter f l) -> exists w, List.length w = List.length l /\
  (forall a, combined e w (map g l) a = combined e v (map g (filter f l)) a) /\ forall x, In x v -> In x w.
Proof.
  induction l as [|t l IH]; intros v H; simpl in H.
  - destruct v; [|discriminate]. exists []. auto.
  - simpl. destruct (f t) eqn:F.
    + destruct v as [|x v]; [discriminate|]. destruct (IH v) as (w & H1 & H2 & H3); [simpl in H; lia|].
      exists (x :: w). split; [simpl; lia|]. split; [intros a; cbn [combined map]; rewrite H2; reflexivity|].
      intros y [->|Hy]; [now left|right; auto].
    + destruct (IH v H) as (w & H1 & H2 & H3). exists (0%R :: w). split; [simpl; lia|]. split.
      * intros a. cbn [combined map]. rewrite H2. ring.
      * intros y Hy. right. auto.
Qed.
Lemma independent_filter {X} (f : X -> bool) (g : X -> field) n e l :
  independent_values n e (map g l) -> independent_values n e (map g (filter f l)).
Proof.
  intros H v HL HV x Hx. rewrite map_length in HL. destruct (combined_filter f g e l v HL)
    as (w & H1 & H2 & H3).
  apply (H w); [rewrite map_length; exact H1| |auto]. intros a Ha. rewrite H2. auto.
Qed.

Lemma filter_zip {X} (f : Z -> bool) : forall (fs : list X) ls, List.length fs = List.length ls ->
  List.length (filter (fun t => f (snd t)) (zip pair fs ls)) = List.length (filter f ls).
Proof.
  induction fs as [|X0 fs IH]; intros [|l ls] H; try discriminate; [reflexivity|]. simpl.
  destruct (f l); simpl; rewrite IH by (simpl in H; lia); reflexivity.
Qed.
Lemma zip_first {X Y} : forall (fs : list X) (ls : list Y), List.length fs = List.length ls ->
  map fst (zip pair fs ls) = fs.
Proof.
  induction fs as [|X0 fs IH]; intros [|l ls] H; try discriminate; [reflexivity|]. simpl.
  rewrite IH by (simpl in H; lia). reflexivity.
Qed.
Lemma zip_map {X Y Z} (f : X -> Y) (g : X -> Z) l :
  zip pair (map f l) (map g l) = map (fun x => (f x, g x)) l.
Proof. induction l as [|x l IH]; simpl; [|rewrite IH]; reflexivity. Qed.
Lemma zip_nth_in {X Y} (l : list X) (m : list Y) i dx dy : (i < List.length l)%nat ->
  (i < List.length m)%nat ->
  In (nth i l dx, nth i m dy) (zip pair l m).
Proof.
  revert m i. induction l as [|x l IH]; intros [|y m] [|i] H G; simpl in *; try lia; [now left|].
  right. apply IH; lia.
Qed.

(* THEOREM. At the point of the certificate, n_d brackets of at most d members have independent values. *)
Theorem growth_at_point P c growth : check_rank P c = true -> check_growth c growth = true ->
  exists gens, all_some (map (instance_field P (frozen_values P c)) (c_instances c)) = Some gens /\
  forall d, (1 <= d <= List.length growth)%nat -> exists fs, List.length fs = nth (d - 1) growth O /\
    (forall X, In X fs -> exists l,
      1 <= l <= Z.of_nat d /\ word_of (vars (p_dim P)) (fun X => In X gens) l X) /\
    independent_values (p_dim P) (point_value c) fs.
Proof.
  intros HR HG. destruct (rank_at_point HR) as (fs & Hfs & HI). unfold chosen_fields in Hfs.
  destruct (all_some _) as [gens|] eqn:EG; [|discriminate]. exists gens. split; [reflexivity|].
  injection Hfs as Hfs. set (all := build (vars (p_dim P)) gens (c_words c)) in *.
  set (ls := word_lengths (map (fun _ => 1) (c_instances c)) (c_words c)).
  unfold check_growth, chosen_lengths in HG. fold ls in HG. apply andb_prop in HG as [HG HC].
  apply andb_prop in HG as [HG _]. rewrite forallb_forall in HG, HC.
  intros d Hd. set (pairs := zip pair fs (map (fun i => nth i ls 0) (c_chosen c))).
  assert (LF : List.length fs = List.length (map (fun i => nth i ls 0) (c_chosen c)))
    by (rewrite <- Hfs, !map_length; reflexivity).
  exists (map fst (filter (at_most (Z.of_nat d)) pairs)). split; [|split].
  - rewrite map_length. unfold at_most, pairs. rewrite (filter_zip (fun l => l <=? Z.of_nat d)) by exact LF.
    assert (HD : In (Z.of_nat d, nth (d - 1) growth O)
      (zip pair (map Z.of_nat (seq 1 (List.length growth))) growth)).
    { assert (E : Z.of_nat d = nth (d - 1) (map Z.of_nat (seq 1 (List.length growth))) (Z.of_nat 0)).
      { rewrite map_nth, seq_nth by lia. lia. }
      rewrite E. apply zip_nth_in; [rewrite map_length, seq_length|]; lia. }
    specialize (HC _ HD). apply Nat.eqb_eq in HC. cbn [fst snd] in HC. symmetry. exact HC.
  - intros X HX. apply in_map_iff in HX as ([Y l] & <- & HX). apply filter_In in HX as [HX HA]. cbn [fst].
    unfold at_most in HA. cbn [snd] in HA. apply Z.leb_le in HA. exists l.
    unfold pairs in HX. rewrite <- Hfs, zip_map in HX. apply in_map_iff in HX as (i & E & Hi).
    injection E as <- <-.
    assert (HP := HG (nth i ls 0) (in_map (fun i => nth i ls 0) _ _ Hi)). apply andb_prop in HP as [HP _].
    apply Z.ltb_lt in HP. split; [lia|]. apply build_words; [| |exact HP].
    + apply all_some_spec in EG. rewrite map_length. apply (f_equal (@List.length _)) in EG.
      rewrite !map_length in EG. congruence.
    + intros j Hj. assert (LG : List.length (c_instances c) = List.length gens).
      { apply all_some_spec in EG. apply (f_equal (@List.length _)) in EG. rewrite !map_length in EG.
      exact EG. }
      destruct (Nat.lt_ge_cases j (List.length (c_instances c))) as [L|L];
        [|rewrite nth_overflow in Hj by (rewrite map_length; exact L); lia].
      assert (E1 : nth j (map (fun _ : instance => 1) (c_instances c)) 0 = 1).
      { clear -L. revert j L. induction (c_instances c) as [|x l IH]; intros [|j] L; simpl in *; try lia.
        apply IH. lia. }
      rewrite E1. apply word_member. apply nth_In. lia.
  - apply independent_filter. unfold pairs. rewrite zip_first by exact LF. intros v HL HV x Hx.
    destruct (In_nth v x 0%R Hx) as (i & Hi & <-).
    apply (HI (fun i => nth i v 0%R)); [|rewrite <- HL; exact Hi].
    intros a Ha. etransitivity; [symmetry; apply combined_sum; exact HL|exact (HV a Ha)].
Qed.
