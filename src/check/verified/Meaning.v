(* Meaning.v - the values of models and laws, in any numbers.  Simulation.v proves that programs compute them.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile.
Import ListNotations.
Open Scope list_scope.

(* ------------------------------------------------------------------ the value of a text
   A: numbers (real numbers, fractions of polynomials, ...), with the operations K, which also give the
   values of the variables.  `act n k m`: what the units make of the matrix m of their pre-activations; n:
   how many matrices of units come before them; k: 0 relu, 1 leaky_relu, 2 max-pool (a window in each row),
   and the functions after these (`functions' in Language.v).
   The log lists k and m for all units. *)
Section Value.
  Variable A : Type.
  Variable K : ops A.
  Notation matrix := (list (list A)).
  Notation log := (list (nat * matrix)).
  Variable act : nat -> nat -> matrix -> matrix.
  Definition evaluate (nd : node) (args : list matrix) (units : log) : matrix * log :=
    match nd with
    | Gate k i _ => let m := nth i args [] in (act (List.length units) k m, units ++ [(k, m)])
    | _ => (step K args nd, units)
    end.
  (* the value of a model: outputs (maps, fields), weights of the flow; and all units *)
  Definition model_value (L : layout) (text : list statement)
      : result (model matrix * option (tensor matrix) * log) :=
    elaborate log matrix evaluate (number_of L) text [].
  (* the value of a law *)
  Definition law_value_of (L : layout) (decls : list declaration) (e : expr) : result (tensor matrix * log) :=
    law_of log matrix evaluate (number_of L) decls e [].
  (* a program, with the same treatment of units *)
  Fixpoint run_with (prog : list node) (acc : list matrix) (units : log) : list matrix * log :=
    match prog with
    | [] => (acc, units)
    | nd :: t => let (m, units) := evaluate nd acc units in run_with t (acc ++ [m]) units
    end.
End Value.

(* ------------------------------------------------------------------ the value of the bytes of a text *)
Section Text.
  Context {A : Type}.
  Variable K : ops A.
  Variable act : nat -> nat -> list (list A) -> list (list A).
  Definition text_value (text : string) :=
    match parse_model text with
    | Error e => Error e
    | Ok l =>
        match shapes l with
        | Error e => Error e
        | Ok L =>
            match model_value A K act L l with
            | Error e => Error e
            | Ok (m, w, units) => Ok (L, m, w, units)
            end
        end
    end.
  (* the scalar outputs of a network or map, row by row; the weights of the coordinates (nothing: 1 for all);
     the units *)
  Definition text_outputs (text : string) : list A :=
    match text_value text with
    | Ok (_, m, _, _) => if raw _ m then [] else List.concat (map (fun v => List.concat (val v)) (outs _ m))
    | Error _ => []
    end.
  Definition text_weights (text : string) : option (list A) :=
    match text_value text with Ok (_, _, Some w, _) => Some (List.concat (val w)) | _ => None end.
  Definition text_units (text : string) : list (nat * list (list A)) :=
    match text_value text with Ok (_, _, _, units) => units | Error _ => [] end.
  (* the law s at the text *)
  Definition text_law (text s : string) : A :=
    match text_value text, parse_expression s with
    | Ok (L, m, _, _), Ok e =>
        match law_value_of A K act L (declared _ (scope _ m)) e with
        | Ok (v, _) => entry K (val v) 0 0
        | Error _ => o0 K
        end
    | _, _ => o0 K
    end.
End Text.
Definition text_layout (text : string) : layout :=
  match parse_model text with
  | Ok l => match shapes l with Ok L => L | Error _ => Layout 0 0 0 end
  | Error _ => Layout 0 0 0
  end.

(* ------------------------------------------------------------------ numbering gates keeps the program *)
Lemma number_gates_same L r : forall b, let (_, b') := number_gates L r b in b_nodes b' = b_nodes b /\
  b_length b' = b_length b.
Proof.
  induction r as [|[s p] r IH]; intros b; simpl; [auto|]. destruct (PositiveMap.find _ _).
  - specialize (IH b). destruct (number_gates L r b). exact IH.
  - match goal with |- context [number_gates L r ?c] => specialize (IH c);
    destruct (number_gates L r c) end. exact IH.
Qed.
Lemma number_rows_same L m : forall b, let (_, b') := number_rows L m b in b_nodes b' = b_nodes b /\
  b_length b' = b_length b.
Proof.
  induction m as [|r m IH]; intros b; simpl; [auto|]. assert (H := number_gates_same L r b).
  destruct (number_gates L r b) as [ids b1]. specialize (IH b1). destruct (number_rows L m b1).
    intuition congruence.
Qed.
