(* Replace.v - values in symbols at other places: symmetries and invariant subspaces of models with functions.
   Executable and total.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   Something is put for each variable. Then the function that a symbol stands for is applied again, to what
   its arguments come to: that is put for the symbol. *)
From Coq Require Import ZArith List Bool String FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Other Symbols.
Import ListNotations.
Open Scope list_scope.
Open Scope nat_scope.

Definition sum_of (l : list frac) : frac :=
  if forallb (fun x => is_one (snd x)) l then (norm (flat_map fst l), one)
  else fold_right fr_add ([], one) l.
Section Replace.
  Variable first : positive.                 (* the number of the first symbol *)
  Variable leaf : positive -> frac.          (* what is put for variables *)
  Notation C := (M table).
  Definition places := PositiveMap.t frac.   (* what is put for symbols *)
  Definition put (G : places) (a : positive) : frac :=
    match PositiveMap.find a G with Some x => x | None => leaf a end.
  Definition put_poly (G : places) (p : poly) : frac :=
    sum_of (map (fun t => fold_right (fun a x => fr_mul (put G a) x) (const (snd t), one) (fst t)) p).
  Definition put_frac (G : places) (x : frac) : frac :=
    let y := put_poly G (fst x) in (fst y, times (snd y) (snd x)).
  Definition again (f : fn) (xs : list frac) : C frac :=
    match f, xs with
    | Gated _ _, _ | Slope, _ =>
        let* a := each simple xs in let* id := symbol first (f, a) in ret (variable id)
    | _, [x] => apply first f x
    | _, _ => fail "a symbol"
    end.
  Fixpoint replaced (T : table) (G : places) : C places :=
    match T with
    | [] => ret G
    | (id, (f, l)) :: T =>
        let* x := again f (map (put_frac G) l) in replaced T (PositiveMap.add id x G)
    end.
End Replace.
Definition no_places : places := PositiveMap.empty frac.
Definition before (last : positive) (p : poly) : bool := onvars (fun a => Pos.ltb a last) p.
Definition vanishes (T : table) (p : poly) : bool := is_nil (reduce T p).

(* ------------------------------------------------------------------ symmetry
   The outputs at g theta, with the symbols at theta and new ones, are those at theta. *)
Definition no_gates : PositiveMap.t positive := PositiveMap.empty positive.
Definition function_symmetry (P : problem) (first : positive) (outs : list frac) (T0 : table) (g : generator)
    : bool :=
  let leaf := moved first (p_dim P) g no_gates in
  let last := after first T0 in
  is_generator (p_dim P) g && forallb (fun f => constant_den f && before last (fst f)) outs &&
  match replaced first leaf T0 no_places T0 with
  | Ok (G, T) => ordered first T && no_division_by_zero T &&
      same_values (vanishes T) (map (put_frac leaf G) outs) outs
  | Error _ => false
  end.
Definition check_function_symmetry (text : string) (gs : list generator) : bool :=
  match compile text with
  | Error _ => false
  | Ok t =>
      let P := t_problem t in
      let first := gate_number (t_layout t) 0 in
      (Z.of_nat (p_dim P + p_frozen P) <? Zpos first)%Z &&
      negb (t_raw t) && match p_weights P with None => true | Some _ => false end &&
      match values_of first (p_prog P) [] [] with
      | Ok (t0, T0) => ordered first T0 && forallb (function_symmetry P first (outputs P t0) T0) gs
      | Error _ => false
      end
  end.

(* ------------------------------------------------------------------ invariant
   The fields at theta = B^T s, in symbols at s. *)
Definition subspace_leaf (n : nat) (B : list (list Z)) (a : positive) : frac := (on_subspace n B a, one).
Definition function_invariant (P : problem) (first : positive) (A : analysis) (s : subspace) : bool :=
  let n := p_dim P in
  let leaf := subspace_leaf n (s_B s) in
  let last := after first (a_table A) in
  check_subspace n s && forallb (fun X => forallb (fun a => before last (fget X a)) (vars n)) (a_fields A) &&
  match replaced first leaf (a_table A) no_places [] with
  | Ok (G, T) => ordered first T && no_division_by_zero T &&
      forallb (fun X =>
        let x := map (fun a => put_poly leaf G (fget X a)) (vars n) in
        forallb (fun e =>
          let y := sum_of (zip (fun z y => fr_mul (const z, one) y) e x) in
          constant_den y && vanishes T (fst y)) (s_E s)) (a_fields A)
  | Error _ => false
  end.
Definition check_function_invariants (text : string) (subspaces : list subspace) : bool :=
  match compile text with
  | Error _ => false
  | Ok t =>
      let P := t_problem t in
      let first := gate_number (t_layout t) 0 in
      (Z.of_nat (p_dim P + p_frozen P) <? Zpos first)%Z &&
      match analyse P first [] with
      | Ok A => forallb (function_invariant P first A) subspaces
      | Error _ => false
      end
  end.
