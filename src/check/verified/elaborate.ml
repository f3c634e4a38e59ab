(* elaborate.ml - model texts and laws through the extracted parser and compiler.
   Not verified: strings and numbers change
   their form here, nothing else.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
open Json
module V = Kernel

let unsupported fmt = Printf.ksprintf (fun s -> raise (Reject ("unsupported: " ^ s))) fmt
let rec nat n = if n = 0 then V.O else V.S (nat (n - 1))
let rec int_of_nat = function V.O -> 0 | V.S n -> 1 + int_of_nat n
let range a b = List.init (max 0 (b - a)) (fun i -> a + i)
let characters s = List.init (String.length s) (String.get s)
let text_of l = String.of_seq (List.to_seq l)
let accepted = function V.Ok x -> x | V.Error reason -> raise (Reject (text_of reason))

type kind = Coordinate | Frozen | Input | Gate
type model = V.compiled
let read_model (lines : string list) : model = accepted (V.compile (characters (String.concat "\n" lines)))
let gates (m : model) = List.length m.V.t_seeds
let count (m : model) kind =
  let l = m.V.t_layout in
  match kind with
  | Coordinate -> Z.to_int l.V.l_dim
  | Frozen -> Z.to_int l.V.l_constants
  | Input -> Z.to_int l.V.l_inputs
  | Gate -> gates m
(* whether there is a max-pool *)
let windows (m : model) =
  List.exists (function V.Gate (V.S (V.S V.O), _, _) -> true | _ -> false) m.V.t_problem.V.p_prog
(* whether there is a function: a kind of unit after the max-pool *)
let analytic (m : model) =
  List.exists (function V.Gate (V.S (V.S (V.S _)), _, _) -> true | _ -> false) m.V.t_problem.V.p_prog
(* the kernel's numbers: coordinates, frozen, inputs, gates *)
let number (m : model) kind i =
  let l = m.V.t_layout and i = Z.of_int i in
  match kind with
  | Coordinate -> V.number_of l V.Coordinate i
  | Frozen -> V.number_of l V.Constant i
  | Input -> V.number_of l V.Input i
  | Gate -> V.gate_number l i
(* the values of the gates in an instance with seed s *)
let gate_values (m : model) s =
  List.mapi (fun i seed -> (number m Gate i, (V.gate_value s seed, Z.one))) m.V.t_seeds
let law (m : model) text : V.law =
  (match (V.compile_law m (characters text), V.compile_function_law m (characters text)) with
   | V.Error _, V.Ok _ -> unsupported "functions in laws, with another claim than conserved"
   | _ -> ());
  accepted (V.compile_law m (characters text))
(* the same with inputs among the names of laws: as constants, which have the numbers before those of inputs
   *)
let with_inputs (m : model) =
  let l = m.V.t_layout in
  let constant (d : V.declaration) =
    if d.V.d_kind = V.Input
    then { d with V.d_kind = V.Constant; d_first = Z.add d.V.d_first l.V.l_constants } else d in
  { m with V.t_declared = List.map constant m.V.t_declared }
(* coefficients of involutivity: polynomials in the coordinates *)
let polynomial (m : model) text = V.law_frac (law m text) V.variable
