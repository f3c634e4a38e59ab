(* Signal.v - tensors of rank 3 and 4, and windows of signals and images: which entry comes where.
    Executable.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   A tensor of rank 3 or 4 is kept as a matrix: its first axis down, the others side by side, row by row. *)
From Coq Require Import ZArith List Bool.
Import ListNotations.
Open Scope Z_scope.
Open Scope list_scope.

(* Flat true: written as a number; Flat false: a matrix, a vector is a column; Deep: rank 3 or 4 *)
Inductive rank := Flat (number : bool) | Deep (dims : list Z).
Coercion Flat : bool >-> rank.
Definition both (a b : rank) : rank :=
  match a, b with Flat s, Flat t => Flat (s && t) | Flat _, Deep d | Deep d, _ => Deep d end.
Fixpoint dims_eqb (a b : list Z) : bool :=
  match a, b with [], [] => true | x :: a, y :: b => (x =? y) && dims_eqb a b | _, _ => false end.
Definition rank_eqb (a b : rank) : bool :=
  match a, b with Flat _, Flat _ => true | Deep d, Deep e => dims_eqb d e | _, _ => false end.
Definition is_flat (a : rank) : bool := match a with Flat _ => true | Deep _ => false end.
Definition product_of (l : list Z) : Z := fold_right Z.mul 1 l.
(* rows, columns and rank of a tensor with these sizes *)
Definition stored (dims : list Z) : Z * Z * rank :=
  match dims with
  | [] => (1, 1, Flat true)
  | [r] => (r, 1, Flat false)
  | [r; c] => (r, c, Flat false)
  | r :: rest => (r, product_of rest, Deep dims)
  end.

(* a list row by row *)
Fixpoint chunks {X} (r : nat) (c : nat) (l : list X) : list (list X) :=
  match r with O => [] | S r => firstn c l :: chunks r c (skipn c l) end.
(* the part of a tensor, row by row, that has (first index, how many) on every axis *)
Fixpoint part {X} (dims : list Z) (bounds : list (Z * Z)) (l : list X) : list X :=
  match dims, bounds with
  | d :: dims, (i, n) :: bounds =>
      flat_map (part dims bounds) (firstn (Z.to_nat n) (skipn (Z.to_nat i)
        (chunks (Z.to_nat d) (Z.to_nat (product_of dims)) l)))
  | _, _ => l
  end.

(* windows of h x w entries, with a stride in both directions and a margin of nothing *)
Record windows := Windows { w_h : Z; w_w : Z; w_stride : Z; w_top : Z; w_left : Z }.
(* how many begin in a length *)
Definition fitting (length kernel stride pad : Z) : Z := (length + 2 * pad - kernel) / stride + 1.
Definition fits (length kernel stride pad : Z) : bool :=
  (1 <=? kernel) && (1 <=? stride) && (0 <=? pad) && (pad <=? 1048576) && (kernel <=? length + 2 * pad).
Definition with_margin {X} (top left width : nat) (image : list (list X)) : list (list (option X)) :=
  let empty := repeat (repeat None (width + 2 * left)) top in
  empty ++ map (fun row => repeat None left ++ map Some row ++ repeat None left) image ++ empty.
(* all windows of an image of H x W entries, given row by row; every window row by row *)
Definition windows_of {X} (w : windows) (H W : Z) (image : list X) : list (list (option X)) :=
  let n := Z.to_nat in
  let rows := with_margin (n (w_top w)) (n (w_left w)) (n W) (chunks (n H) (n W) image) in
  flat_map (fun y =>
    let band := firstn (n (w_h w)) (skipn (y * n (w_stride w)) rows) in
    map (fun x => flat_map (fun row => firstn (n (w_w w)) (skipn (x * n (w_stride w)) row)) band)
      (seq 0 (n (fitting W (w_w w) (w_stride w) (w_left w)))))
    (seq 0 (n (fitting H (w_h w) (w_stride w) (w_top w)))).
(* the columns of a matrix whose rows have n entries *)
Definition columns {X} (default : X) (n : nat) (m : list (list X)) : list (list X) :=
  map (fun c => map (fun r => nth c r default) m) (seq 0 n).
(* For a convolution: one column for each window, with the entries of the windows of all channels there;
   l: the entries, channel by channel. *)
Definition unrolled {X} (w : windows) (channels H W : Z) (nothing : X) (l : list X) : list (list X) :=
  flat_map (fun image =>
    map (map (fun x => match x with Some p => p | None => nothing end))
      (columns None (Z.to_nat (w_h w * w_w w)) (windows_of w H W image)))
    (chunks (Z.to_nat channels) (Z.to_nat (H * W)) l).
(* For a pool: one row for each window, channel by channel, without the margin. *)
Definition pooled {X} (w : windows) (channels H W : Z) (l : list X) : list (list X) :=
  flat_map (fun image =>
    map (flat_map (fun x => match x with Some p => [p] | None => [] end)) (windows_of w H W image))
    (chunks (Z.to_nat channels) (Z.to_nat (H * W)) l).
