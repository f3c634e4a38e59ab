(* Examples.v - values of small texts as formulas: what a reader may compare with his own reading of the
   language.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List String Reals Lra Lia.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Simulation
  Diff
  Claims Flow
  Text.
From LawCert Require Import Relu TrueFlow.
Import ListNotations.
Open Scope R_scope.

(* The entries that are left in a window sum to its largest entry. *)
Lemma sum_one n s c x : (s <= c < s + n)%nat ->
  fold_right Rplus 0 (map (fun d => if Nat.eqb d c then x d else 0) (seq s n)) = x c.
Proof.
  assert (Z : forall n s, (c < s)%nat ->
    fold_right Rplus 0 (map (fun d => if Nat.eqb d c then x d else 0) (seq s n)) = 0).
  { clear. induction n as [|n IH]; intros s H; simpl; [reflexivity|]. destruct (Nat.eqb_spec s c); [lia|].
    rewrite IH by lia. ring. }
  revert s. induction n as [|n IH]; intros s H; [lia|]. simpl. destruct (Nat.eqb_spec s c) as [->|N].
  - rewrite Z by lia. ring.
  - rewrite IH by lia. ring.
Qed.
Lemma has_first_largest row : row <> [] -> exists c, (c < List.length row)%nat /\
  (forall d, (d < List.length row)%nat -> nth d row 0 <= nth c row 0) /\
  forall d, (d < c)%nat -> nth d row 0 < nth c row 0.
Proof.
  induction row as [|x row IH]; [congruence|]. intros _. destruct row as [|y row].
  { exists 0%nat. simpl. split; [lia|]. split; [intros [|d] H; simpl; try lia; lra|intros; lia]. }
  destruct (IH ltac:(discriminate)) as (c & H1 & H2 & H3). set (r := y :: row) in *.
  destruct (Rlt_dec x (nth c r 0)) as [L|L].
  - exists (S c). cbn [nth List.length]. split; [lia|]. split; intros [|d] H; cbn [nth]; try lra.
    + apply H2. lia.
    + apply H3. lia.
  - exists 0%nat. cbn [nth List.length]. split; [lia|]. split; [|intros; lia].
    intros [|d] H; cbn [nth]; [lra|]. specialize (H2 d ltac:(lia)). lra.
Qed.
Theorem sum_of_window row : row <> [] -> exists c, (c < List.length row)%nat /\
  (forall d, (d < List.length row)%nat -> nth d row 0 <= nth c row 0) /\
  fold_right Rplus 0 (keep_largest row) = nth c row 0.
Proof.
  intros H. destruct (has_first_largest row H) as (c & H1 & H2 & H3). exists c. split; [exact H1|].
    split; [exact H2|].
  rewrite <- (sum_one (List.length row) 0 c (fun d => nth d row 0)) by lia. f_equal. unfold keep_largest.
  apply map_ext_in. intros d Hd. apply in_seq in Hd.
  assert (E : first_largest row d = Nat.eqb d c); [|rewrite E; reflexivity].
  unfold first_largest, below. destruct (Nat.eqb_spec d c) as [->|N].
  - apply forallb_forall. intros j Hj. apply in_seq in Hj. destruct (Nat.ltb_spec j c) as [L|L].
    + specialize (H3 j L). destruct (Rlt_dec _ _); [reflexivity|contradiction].
    + specialize (H2 j ltac:(lia)). destruct (Rlt_dec _ _); [lra|reflexivity].
  - apply Bool.not_true_iff_false. intros F. rewrite forallb_forall in F.
    specialize (F c ltac:(apply in_seq; lia)). specialize (H2 d ltac:(lia)).
      destruct (Nat.ltb_spec c d) as [L|L].
    + destruct (Rlt_dec _ _); [lra|discriminate].
    + specialize (H3 d ltac:(lia)). destruct (Rlt_dec _ _); [discriminate|contradiction].
Qed.

(* Variables: the parameters 1, 2, ... row by row, then frozen constants, then inputs. *)
Ltac align := repeat match goal with
  | |- context [relu ?a] => match goal with |- context [relu ?b] =>
      tryif constr_eq a b then fail else replace (relu a) with (relu b) by (f_equal; field) end
  | |- context [leaky_relu ?a] => match goal with |- context [leaky_relu ?b] =>
      tryif constr_eq a b then fail else replace (leaky_relu a) with (leaky_relu b) by (f_equal; field) end
  end.
Ltac value := intros; unfold outputs_of, law_at, text_outputs, text_law;
  lazy -[Rplus Rmult Rminus Rdiv Ropp Rinv relu leaky_relu keep_largest IZR IPR];
  repeat (apply (f_equal2 cons)); try reflexivity; align; try field.
Notation "e # n" := (e n%positive) (at level 1, format "e # n").
Example product e : outputs_of "param U[2,1], V[2,1]; input x[2]; output U*V'*x" e =
  [e#1 * (e#3 * e#5 + e#4 * e#6); e#2 * (e#3 * e#5 + e#4 * e#6)].
Proof. value. Qed.
Example expressions e : outputs_of "param a[2], b; frozen c; input x[2]
output (a - 2*b*x).*x.^2 + [c; 0.25]" e =
  [(e#1 - 2 * e#3 * e#5) * (e#5 * e#5) + e#4; (e#2 - 2 * e#3 * e#6) * (e#6 * e#6) + 1 / 4].
Proof. value. Qed.
(* W1 = (1 2; 3 4), b1 = (5, 6), W2 = (7 8), x = (9, 10) *)
Example layers e : outputs_of "input x[2]
# two layers
net dense(2, bias) -> relu -> dense(1)" e =
  [e#7 * relu (e#1 * e#9 + e#2 * e#10 + e#5) + e#8 * relu (e#3 * e#9 + e#4 * e#10 + e#6)].
Proof. value. Qed.
Example skip e : outputs_of "input x[1]; net residual(dense(1) -> leaky_relu) -> dense(1)" e =
  [e#2 * (e#3 + leaky_relu (e#1 * e#3))].
Proof. value. Qed.
Example window e : outputs_of "param a[2]; input x[2]; output maxpool(a .* x, 2)" e =
  [fold_right Rplus 0 (keep_largest [e#1 * e#3; e#2 * e#4])].
Proof. value. unfold keep_largest. simpl. field. Qed.
(* Q = (1 2), K = (3 4), V = (5 6), O = (7 8); one token x = (9, 10) *)
Example head e : outputs_of "input x[1, 2]; net attention(heads=1, dim=1, linear)" e =
  (let score := (e#9 * e#1 + e#10 * e#2) * (e#9 * e#3 + e#10 * e#4) in
   let v := e#9 * e#5 + e#10 * e#6 in [score * v * e#7; score * v * e#8]).
Proof. value. Qed.
(* Tensors of rank 3 and 4, row by row: W1 = (1 2; 3 4), b1 = 5, x = (6 7; 8 9) *)
Example image e : outputs_of "input x[1,2,2]; net conv2d(1, 2, bias)" e =
  [e#1 * e#6 + e#2 * e#7 + e#3 * e#8 + e#4 * e#9 + e#5].
Proof. value. Qed.
(* the windows (nothing, x1) and (x2, x3) *)
Example signal e : outputs_of "param w[1,1,2]; input x[1,3]; output conv1d(x, w, stride=2, pad=1)" e =
  [e#2 * e#3; e#1 * e#4 + e#2 * e#5].
Proof. value. Qed.
Example channels e : outputs_of "param w[2,2,1]; input x[2,1]; output conv1d(x, w)" e =
  [e#1 * e#5 + e#2 * e#6; e#3 * e#5 + e#4 * e#6].
Proof. value. Qed.
Example overlapping e : outputs_of "param a; input x[1,2,3]; output a * avgpool(x, 2, stride=1)" e =
  [e#1 * ((e#2 + e#3 + e#5 + e#6) / 4); e#1 * ((e#3 + e#4 + e#6 + e#7) / 4)].
Proof. value. Qed.
Example entry_of_three e : outputs_of "param w[2,2,2]; input x; output x * w[2,1,2]" e = [e#9 * e#6].
Proof. value. Qed.
(* the shortcut has its own parameters, after those of the stages *)
Example shortcut e : outputs_of "input x[1,2]; net residual(conv1d(1, 2), conv1d(1, 1, stride=2))" e =
  [e#3 * e#4 + (e#1 * e#4 + e#2 * e#5)].
Proof. value. Qed.
Example copies e : outputs_of "input x[1]; net repeat(2, dense(1)) -> dense(1)" e = [e#3 * (e#2 *
  (e#1 * e#4))].
Proof. value. Qed.
Example law_of_a_product e :
  law_at "param U[2,1], V[2,1]; input x[2]; output U*V'*x" "U[1]^2 + U[2]^2 - V[1,1]^2 - V[2,1]^2" e =
  e#1 ^ 2 + e#2 ^ 2 - e#3 ^ 2 - e#4 ^ 2.
Proof. value. Qed.
(* What is accepted: the theorem for a network with relu. *)
Example accepted : true_law_constant "input x[2]; net dense(2) -> relu -> dense(1)"
  "W1[1,1]^2 + W1[1,2]^2 - W2[1,1]^2".
Proof.
  apply (text_conserved_true _ ["W1[1,1]^2 + W1[1,2]^2 - W2[1,1]^2"%string]); [vm_compute;
    reflexivity|now left].
Qed.
