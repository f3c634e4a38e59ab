(* Compile.v - from the bytes of a model and of its laws to the terms of Checker.v, and the checks of a
   certificate about them.  Executable and total.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   Units with the same pre-activation must share their gate.  Their numbers come from fingerprints: values
   modulo 2^61 - 1 at a point that is the same everywhere.  Nothing rests on fingerprints: `check_gates`
   compares the polynomials. *)
From Coq Require Import ZArith List Bool String FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements.
Import ListNotations.
Open Scope Z_scope.

(* ------------------------------------------------------------------ fingerprints *)
Definition word64 (z : Z) : Z := z mod 0x10000000000000000.
(* splitmix64 *)
Definition mix (z : Z) : Z :=
  let z := word64 (z + 0x9e3779b97f4a7c15) in
  let z := word64 (Z.lxor z (Z.shiftr z 30) * 0xbf58476d1ce4e5b9) in
  let z := word64 (Z.lxor z (Z.shiftr z 27) * 0x94d049bb133111eb) in
  Z.lxor z (Z.shiftr z 31).
Definition mersenne : Z := 0x1fffffffffffffff.
Fixpoint power_mod (x : Z) (k : positive) : Z :=
  match k with
  | xH => x
  | xO k => let y := power_mod x k in (y * y) mod mersenne
  | xI k => let y := power_mod x k in ((y * y) mod mersenne * x) mod mersenne
  end.
Definition quotient_mod (a b : Z) : Z :=
  if b =? 1 then a mod mersenne else (a * power_mod (b mod mersenne) 0x1ffffffffffffffd) mod mersenne.
Definition print_of (kind i : Z) : Z := mix (mix kind + i) mod mersenne.

(* ------------------------------------------------------------------ numbers of variables: see Checker.v *)
Record layout := Layout { l_dim : Z; l_constants : Z; l_inputs : Z }.
Definition number_of (L : layout) (k : kind) (i : Z) : positive :=
  let first := match k with Coordinate => 0 | Constant => l_dim L | Input => l_dim L + l_constants L end in
  Z.to_pos (1 + i + first).
Definition gate_number (L : layout) (i : Z) : positive :=
  Z.to_pos (1 + i + l_dim L + l_constants L + l_inputs L).
Definition print_ops (L : layout) : ops Z := Ops Z 0
  (fun a b => (a + b) mod mersenne) (fun a b => (a * b) mod mersenne) (fun a => (- a) mod mersenne)
  quotient_mod
  (fun a b => quotient_mod a (Zpos b))
  (fun a => let i := Zpos a - 1 in
    if i <? l_dim L then print_of 1 i
    else if i <? l_dim L + l_constants L then print_of 3 (i - l_dim L)
    else print_of 2 (i - l_dim L - l_constants L)).

(* ------------------------------------------------------------------ programs under construction *)
Record building := Building {
  b_nodes : list node;                       (* the latest first *)
  b_length : nat;
  b_gates : PositiveMap.t positive;          (* fingerprint of a gate -> its number *)
  b_seeds : list Z }.                        (* what instances mix to the value of a gate; the latest first *)
Definition no_program : building := Building [] 0 (PositiveMap.empty _) [].
Definition entity : Type := (nat * list (list Z))%type.     (* a node and its fingerprints *)
(* seed and fingerprint of the gate of every entry *)
Definition units (k : nat) (m : list (list Z)) : list (list (Z * Z)) :=
  match k with
  | 2%nat => map (fun row =>
      let w := mix (fold_left (fun w z => mix (w + z)) row 0 + 7) in
      map (fun e => let s := w + Z.of_nat e in (s, mix s mod mersenne)) (seq 0 (List.length row))) m
  | _ => map (map (fun z => (z + Z.of_nat k, mix (z + 5 + Z.of_nat k) mod mersenne))) m
  end.
Fixpoint number_gates (L : layout) (row : list (Z * Z)) (b : building) : list positive * building :=
  match row with
  | [] => ([], b)
  | (seed, print) :: row =>
      let key := Z.to_pos (print + 1) in
      let '(id, b) := match PositiveMap.find key (b_gates b) with
        | Some id => (id, b)
        | None => let id := gate_number L (Z.of_nat (List.length (b_seeds b))) in
            (id, Building (b_nodes b) (b_length b) (PositiveMap.add key id (b_gates b)) (seed :: b_seeds b))
        end in
      let (ids, b) := number_gates L row b in (id :: ids, b)
  end.
Fixpoint number_rows (L : layout) (m : list (list (Z * Z))) (b : building)
    : list (list positive) * building :=
  match m with
  | [] => ([], b)
  | row :: m => let (ids, b) := number_gates L row b in let (rest, b) := number_rows L m b in (ids :: rest, b)
  end.
(* references to the list of arguments become references to the program *)
Definition rename (f : nat -> nat) (nd : node) : node :=
  match nd with
  | Var v => Var v | Const v => Const v
  | Add i j => Add (f i) (f j) | Opp i => Opp (f i)
  | Had i j => Had (f i) (f j) | Quot i j => Quot (f i) (f j)
  | Scale i j => Scale (f i) (f j) | MatMul i j => MatMul (f i) (f j) | Transpose i => Transpose (f i)
  | Power i k => Power (f i) k | Sum i => Sum (f i)
  | Pick v => Pick (map (map (fun t => (f (fst t), snd t))) v)
  | Gate k i ids => Gate k (f i) ids
  end.
(* the fingerprint of a function of kind k > 2 *)
Definition function_print (k : nat) (z : Z) : Z :=
  let f (l : list nat) := (z =? 0) && existsb (Nat.eqb k) l in
  if f [3; 6]%nat then 1 else if f [5; 7; 10; 11; 12; 15; 17]%nat then 0 else if f [8]%nat then quotient_mod 1
    2
  else if (z =? 1) && Nat.eqb k 4 then 0
  else mix (z + 98 + Z.of_nat k) mod mersenne.
Definition append (L : layout) (nd : node) (args : list entity) (b : building) : entity * building :=
  let here := b_length b in
  let f i := nth i (map fst args) here in
  let prints := map snd args in
  let push nd m b := ((here, m), Building (nd :: b_nodes b) (S here) (b_gates b) (b_seeds b)) in
  match nd with
  | Gate k i _ =>
      let m := nth i prints [] in
      if Nat.ltb 2 k then push (Gate k (f i) []) (map (map (function_print k)) m) b else
      let us := units k m in
      let (ids, b) := number_rows L us b in
      push (Gate k (f i) ids) (zip (zip (fun u z => (snd u * z) mod mersenne)) us m) b
  | _ => push (rename f nd) (step (print_ops L) prints nd) b
  end.

(* ------------------------------------------------------------------ the problem of a model text *)
Record compiled := Compiled {
  t_problem : problem;
  t_layout : layout;
  t_declared : list declaration;
  t_raw : bool;
  t_sizes : list Z;                          (* entries of the outputs, maps or fields *)
  t_seeds : list Z }.                        (* one for each gate, in order *)
Definition layout_of {V} (m : model V) : layout :=
  let c := counts V (scope V m) in Layout (c Coordinate) (c Constant) (c Input).
(* shapes alone *)
Definition shapes (text : list statement) : result layout :=
  match elaborate Datatypes.unit Datatypes.unit (fun _ _ _ => (tt, tt)) (fun _ _ => xH) text tt with
  | Ok (m, _, _) => Ok (layout_of m)
  | Error e => Error e
  end.
Definition layout_eqb (a b : layout) : bool :=
  (l_dim a =? l_dim b) && (l_constants a =? l_constants b) && (l_inputs a =? l_inputs b).
Definition problem_of (L : layout) (m : model entity) (w : option (tensor entity)) (b : building) : problem :=
  let place v := fst (val v) in
  let n := Z.to_nat (l_dim L) in
  let nodes := map place (outs entity m) in
  let raw := raw entity m in
  Problem n (Z.to_nat (l_constants L)) (rev' (b_nodes b)) (if raw then [] else nodes)
    (if raw then [] else map (fun a => (a, a)) (vars n)) (option_map place w) (if raw then nodes else []).
Definition compile_statements (text : list statement) : result compiled :=
  match shapes text with
  | Error e => Error e
  | Ok L =>
      match elaborate building entity (append L) (number_of L) text no_program with
      | Error e => Error e
      | Ok (m, w, b) =>
          if layout_eqb L (layout_of m)
          then Ok (Compiled (problem_of L m w b) L (declared entity (scope entity m)) (raw entity m)
            (map (entries_of entity) (outs entity m)) (rev' (b_seeds b)))
          else Error "the model: two readings differ"
      end
  end.
Definition compile (text : string) : result compiled :=
  match parse_model text with Ok l => compile_statements l | Error e => Error e end.
Definition is_gate (nd : node) : bool := match nd with Gate _ _ _ => true | _ => false end.
(* a program of allowed nodes whose last node is the law *)
Definition compile_law_with (allowed : node -> bool) (t : compiled) (text : string) : result law :=
  match parse_expression text with
  | Error e => Error e
  | Ok e =>
      match law_of building entity (append (t_layout t)) (number_of (t_layout t)) (t_declared t)
        e no_program with
      | Ok (v, b) =>
          if negb (forallb allowed (b_nodes b)) then Error "a law with a unit"
          else if Nat.eqb (S (fst (val v))) (b_length b) then Ok (rev' (b_nodes b))
            else Error "a law without a value"
      | Error e => Error e
      end
  end.
Definition compile_law : compiled -> string -> result law := compile_law_with (fun nd => negb (is_gate nd)).
Fixpoint all_ok {X Y} (f : X -> result Y) (l : list X) : result (list Y) :=
  match l with
  | [] => Ok []
  | x :: l => match f x, all_ok f l with Ok y, Ok ys => Ok (y :: ys) | Error e, _ | _, Error e => Error e end
  end.
(* the gate of the unit with this seed, in an instance with seed s *)
Definition gate_value (s seed : Z) : Z := let v := mix (seed + mix s) mod 9 - 4 in if v =? 0 then 5 else v.

(* ------------------------------------------------------------------ gates *)
(* the units of a program: kind, pre-activations, gates *)
Definition gates_of (prog : list node) : list (nat * nat * list (list positive)) :=
  flat_map (fun nd => match nd with Gate k i ids => [(k, i, ids)] | _ => [] end) prog.
(* one gate for each entry, of a known kind, with pre-activations that are polynomials *)
Definition gate_fits (t : tape) (g : nat * nat * list (list positive)) : bool :=
  let '(k, i, ids) := g in
  let m := nth i t [] in
  Nat.leb k 2 && Nat.eqb (List.length ids) (List.length m) &&
  forallb (fun x => x) (zip (fun a b => Nat.eqb (List.length a) (List.length b)) ids m) &&
  forallb (forallb constant_den) m.
(* at place n: units refer backwards, and other variables are not gates *)
Fixpoint in_order (first : positive) (n : nat) (prog : list node) : bool :=
  match prog with
  | [] => true
  | nd :: prog =>
      match nd with
      | Gate _ i _ => Nat.ltb i n
      | Var v => forallb (forallb (fun a => Pos.ltb a first)) v
      | _ => true
      end && in_order first (S n) prog
  end.
Definition check_gates (t : compiled) : bool :=
  let P := t_problem t in
  let first := gate_number (t_layout t) 0 in
  in_order first 0 (p_prog P) && (Z.of_nat (p_dim P + p_frozen P) <? Zpos first) &&
  if existsb is_gate (p_prog P)
  then forallb (gate_fits (expand P variable)) (gates_of (p_prog P)) && check_ties P first else true.

(* ------------------------------------------------------------------ checks of claims about texts *)
Definition with_laws (laws : list law) (c : cert) : cert :=
  Cert laws (c_instances c) (c_words c) (c_chosen c) (c_point c) (c_mod c) (c_A c) (c_C c).
Definition about (text : string) (laws : list string) (check : problem -> list law -> bool) : bool :=
  match compile text with
  | Error _ => false
  | Ok t =>
      match all_ok (compile_law t) laws with
      | Error _ => false
      | Ok ls => check_gates t && check (t_problem t) ls
      end
  end.
(* the laws are conserved; and they are independent and complete near the point of the certificate *)
Definition check_text_laws (text : string) (laws : list string) : bool := about text laws check_conserved.
Definition check_text (text : string) (laws : list string) (c : cert) : bool :=
  about text laws (fun P ls => check_complete P (with_laws ls c)).
(* the gradients of the laws are independent there; the chosen brackets of members are *)
Definition check_text_independent (text : string) (laws : list string) (c : cert) : bool :=
  about text laws (fun P ls => check_independent P (with_laws ls c)).
Definition check_text_rank (text : string) (c : cert) : bool := about text [] (fun P _ => check_rank P c).
