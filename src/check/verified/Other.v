(* Other.v - the claims growth and symmetry: what the checker computes.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile.
Import ListNotations.
Open Scope Z_scope.

(* ------------------------------------------------------------------ growth
   The number of members in every entry (members, then words); 0: a word of something that is not there. *)
Fixpoint word_lengths (acc : list Z) (ws : list (nat * nat)) : list Z :=
  match ws with
  | [] => acc
  | (i, j) :: ws =>
      let a := nth i acc 0 in let b := nth j acc 0 in
      word_lengths (acc ++ [if (0 <? a) && (0 <? b) then a + b else 0]) ws
  end.
Definition chosen_lengths (c : cert) : list Z :=
  let all := word_lengths (map (fun _ => 1) (c_instances c)) (c_words c) in
  map (fun i => nth i all 0) (c_chosen c).
Definition at_most {X} (d : Z) (t : X * Z) : bool := snd t <=? d.
(* growth: the number of chosen words of length at most d, for d from 1 to the longest *)
Definition check_growth (c : cert) (growth : list nat) : bool :=
  let ls := chosen_lengths c in
  let k := Z.of_nat (List.length growth) in
  forallb (fun l => (0 <? l) && (l <=? k)) ls && existsb (Z.eqb k) ls &&
  forallb (fun t => Nat.eqb (snd t) (List.length (filter (fun l => l <=? fst t) ls)))
    (zip pair (map Z.of_nat (seq 1 (List.length growth))) growth).

(* ------------------------------------------------------------------ symmetry
   A generator: for every coordinate a sign (true: minus) and the coordinate whose value it gets. *)
Definition generator := list (bool * positive).
Definition is_generator (n : nat) (g : generator) : bool :=
  Nat.eqb (List.length g) n && forallb (fun a => existsb (Pos.eqb a) (map snd g)) (vars n) &&
  forallb (is_state n) (map snd g).
(* what is put for a variable: gates, which are from `first` on, become other gates *)
Definition moved (first : positive) (n : nat) (g : generator) (gates : PositiveMap.t positive) (a : positive)
    : frac :=
  if is_state n a then
    match nth_error g (Pos.to_nat a - 1) with
    | Some (minus, b) => ([([b], if minus : bool then -1 else 1)], one)
    | None => variable a
    end
  else if Pos.ltb a first then variable a
  else match PositiveMap.find a gates with Some b => variable b | None => variable a end.
(* the numerator of the difference is `zero` *)
Definition same_value (zero : poly -> bool) (f h : frac) : bool :=
  constant_den f && constant_den h && zero (padd (pmul (snd h) (fst f)) (popp (pmul (snd f) (fst h)))).
Fixpoint same_values (zero : poly -> bool) (x y : list frac) : bool :=
  match x, y with
  | [], [] => true
  | f :: x, h :: y => same_value zero f h && same_values zero x y
  | _, _ => false
  end.
Definition keys_of (t : tape) (prog : list node) : list (positive * gate_key) :=
  List.concat (map (gate_keys t) prog).
(* every gate, with its pre-activation after the substitution, is the gate that is put for it *)
Definition gates_match (gates : PositiveMap.t positive) (before after : list (positive * gate_key))
    : bool :=
  forallb (fun x =>
    match PositiveMap.find (fst x) gates with
    | Some b => existsb (fun y => Pos.eqb b (fst y) && key_eqb (snd x) (snd y)) before
    | None => false
    end) after.
Definition check_symmetry (t : compiled) (g : generator) (gates : PositiveMap.t positive) : bool :=
  let P := t_problem t in
  let first := gate_number (t_layout t) 0 in
  let t0 := expand P variable in
  let t1 := expand P (moved first (p_dim P) g gates) in
  negb (t_raw t) && match p_weights P with None => true | Some _ => false end && is_generator (p_dim P) g &&
  forallb (gate_fits t1) (gates_of (p_prog P)) &&
  gates_match gates (keys_of t0 (p_prog P)) (keys_of t1 (p_prog P)) &&
  same_values is_nil (outputs P t1) (outputs P t0).
(* the gates to put: a help, nothing rests on it *)
Fixpoint find_gates (first : positive) (n : nat) (g : generator) (before : list (positive * gate_key))
    (prog : list node) (acc : tape) (gates : PositiveMap.t positive) : PositiveMap.t positive :=
  match prog with
  | [] => gates
  | nd :: prog =>
      let gates := fold_left (fun T x =>
        match find (fun y => key_eqb (snd x) (snd y)) before with
        | Some y => PositiveMap.add (fst x) (fst y) T
        | None => T
        end) (gate_keys acc nd) gates in
      find_gates first n g before prog (acc ++ [step (frac_ops (moved first n g gates)) acc nd]) gates
  end.
Definition gates_to_put (t : compiled) (g : generator) : PositiveMap.t positive :=
  let P := t_problem t in
  find_gates (gate_number (t_layout t) 0) (p_dim P) g (keys_of (expand P variable) (p_prog P)) (p_prog P) []
    (PositiveMap.empty _).
Definition check_text_symmetry (text : string) (gs : list generator) : bool :=
  about text [] (fun _ _ => true) &&
  match compile text with
  | Ok t => forallb (fun g => check_symmetry t g (gates_to_put t g)) gs
  | Error _ => false
  end.

(* ------------------------------------------------------------------ involutive, with inputs
   The basis: the chosen entries, in which frozen constants stay variables.  Nothing rests on where it comes
   from. *)
Definition basis_member (P : problem) (g : instance) : option field :=
  let t := expand P (special (p_dim P + p_frozen P) [] (make_table (i_values g))) in
  match i_raw g with
  | Some k => match nth_error (p_raw P) k with Some i => raw_field P t i | None => None end
  | None => gradient_field P t (combine (i_covector g) (outputs P t))
  end.
Definition basis_fields (P : problem) (c : cert) : option (list field) :=
  option_map (fun gens => let all := build (vars (p_dim P)) gens (c_words c) in
      map (fun i => nth i all zero_field) (c_chosen c))
    (all_some (map (basis_member P) (c_instances c))).
(* the basis and q have no inputs *)
Definition check_involutive_inputs (P : problem) (fs Bs : list field) (q : poly)
    (rows : list (list (list poly) * list poly)) : bool :=
  check_involutive P fs Bs q rows && onvars (known P) q &&
  forallb (fun B => forallb (fun a => onvars (known P) (fget B a)) (vars (p_dim P))) Bs.
