(* Witness.v - the claim refuted: what the checker computes.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Other.
Import ListNotations.
Open Scope Z_scope.

(* the values of parameters, constants, inputs and gates; what is not named is 0 *)
Definition value_of (T : table) (a : positive) : Z * positive :=
  match PositiveMap.find a T with Some v => v | None => (0, 1%positive) end.
Definition number_at (T : table) (a : positive) : frac := fr_const (fst (value_of T a)) (snd (value_of T a)).
Fixpoint mono_at (T : table) (m : mono) : frac :=
  match m with [] => fr_const 1 1 | a :: m => fr_mul (number_at T a) (mono_at T m) end.
Fixpoint poly_at (T : table) (p : poly) : frac :=
  match p with [] => fr_const 0 1 | (m, c) :: p =>
      fr_add (fr_mul (fr_const c 1) (mono_at T m)) (poly_at T p)
  end.
(* the sign of a fraction without variables *)
Definition sign_of (f : frac) : Z :=
  match Checker.constant (snd f), fst f with Some d, [([], z)] => Z.sgn (z * d) | _, _ => 0 end.
Definition not_zero (f : frac) : bool := negb (sign_of f =? 0).
Definition is_value (x y : Z * positive) : bool := (fst x =? fst y) && Pos.eqb (snd x) (snd y).
(* units of relu and leaky_relu have no kink, and their gates have the right values *)
Definition no_kinks (tv : tape) (h : nat * nat * list (list positive)) : bool :=
  let '(k, i, _) := h in Nat.ltb k 2 && forallb (forallb not_zero) (nth i tv []).
Definition unit_gate (k : nat) (z : frac) : Z * positive :=
  if sign_of z =? 1 then (1, 1%positive) else if Nat.eqb k 0 then (0, 1%positive) else (1, 100%positive).
Definition gate_right (T : table) (x : positive * gate_key) : bool :=
  let '(id, (k, row, _)) := x in
  match row with [z] => is_value (value_of T id) (unit_gate k z) | _ => false end.
(* a help: the values of the gates *)
Fixpoint find_values (prog : list node) (acc : tape) (T : table) : table :=
  match prog with
  | [] => T
  | nd :: prog =>
      let T := fold_left (fun T x => let '(id, (k, row, _)) := x in
        match row with [z] => PositiveMap.add id (unit_gate k z) T | _ => T end) (gate_keys acc nd) T in
      find_values prog (acc ++ [step (frac_ops (number_at T)) acc nd]) T
  end.
(* the square of the denominator of the law, times its derivative along the gradient of f *)
Definition slope_along (n : nat) (h f : frac) : poly :=
  fold_right (fun a acc => padd (pmul
    (padd (pmul (snd h) (diff a (fst h))) (popp (pmul (fst h) (diff a (snd h))))) (diff a (fst f))) acc)
    [] (vars n).
Definition check_refuted (t : compiled) (l : law) (T : table) (j : nat) : bool :=
  let P := t_problem t in
  let first := gate_number (t_layout t) 0 in
  let t0 := expand P variable in
  let tv := expand P (number_at T) in
  let h := law_frac l variable in
  negb (t_raw t) && match p_weights P with None => true | Some _ => false end &&
  forallb (gate_fits tv) (gates_of (p_prog P)) && forallb (no_kinks tv) (gates_of (p_prog P)) &&
  forallb (gate_right T) (keys_of tv (p_prog P)) &&
  forallb (fun x => Pos.ltb (fst x) first || existsb (fun y => Pos.eqb (fst x) (fst y))
    (keys_of t0 (p_prog P)))
    (PositiveMap.elements T) &&
  match nth_error (outputs P t0) j with
  | Some f => constant_den f && not_zero (poly_at T (snd h)) &&
    not_zero (poly_at T (slope_along (p_dim P) h f))
  | None => false
  end.
(* values: of the parameters, constants and inputs *)
Definition check_text_refuted (text s : string) (values : list (positive * (Z * positive))) (j : nat)
    : bool :=
  about text [s] (fun _ _ => true) &&
  match compile text with
  | Ok t =>
      match compile_law t s with
      | Ok l => check_refuted t l (find_values (p_prog (t_problem t)) [] (make_table values)) j
      | Error _ => false
      end
  | Error _ => false
  end.
