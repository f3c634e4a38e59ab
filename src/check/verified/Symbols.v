(* Symbols.v - networks and laws with functions: values as polynomials in variables and symbols, and the
   decision whether such a polynomial is zero. Executable and total.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   A symbol stands for the value of a function of polynomials in variables and in symbols before it; the
   table lists what each stands for. The gate of a unit is such a function too: its derivative is 0 off the
   kinks. A quotient is a product with a reciprocal, which is a symbol. *)
From Coq Require Import ZArith List Bool String FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile.
Import ListNotations.
Open Scope list_scope.
Open Scope nat_scope.

(* Gated k c: the gate of a unit of kind k (see Checker.v), c: of a window, the entry. Slope: the number K
   of erf' = K exp(-a^2). Phi, Density: gelu(a) = a Phi(a), Phi' = Density. Any k: the arbitrary function of
   kind k; Any_slope k: its derivative. *)
Inductive fn :=
| Gated (k c : nat) | Inverse | Exp | Log | Sin | Cos | Tanh | Sigmoid | Softplus | Erf | Slope | Sqrt
| Phi | Density | Any (k : nat) | Any_slope (k : nat).
Definition fn_eqb (f g : fn) : bool :=
  match f, g with
  | Gated k c, Gated k' c' => Nat.eqb k k' && Nat.eqb c c'
  | Any k, Any k' | Any_slope k, Any_slope k' => Nat.eqb k k'
  | Inverse, Inverse | Exp, Exp | Log, Log | Sin, Sin | Cos, Cos | Tanh, Tanh | Sigmoid, Sigmoid
  | Softplus, Softplus | Erf, Erf | Slope, Slope | Sqrt, Sqrt | Phi, Phi | Density, Density => true
  | _, _ => false
  end.
Definition def : Type := (fn * list frac)%type.
Definition table : Type := list (positive * def).
(* the number after those of the symbols *)
Definition after (first : positive) (T : table) : positive :=
  Z.to_pos (Zpos first + Z.of_nat (List.length T)).
Definition def_eqb (x y : def) : bool := fn_eqb (fst x) (fst y) && row_eqb (snd x) (snd y).
Definition find_symbol (d : def) (T : table) : option positive :=
  option_map fst (find (fun t => def_eqb d (snd t)) T).
Definition var (a : positive) : poly := [([a], 1%Z)].
(* f(-a) = - f(a): Some true; f(-a) = f(a): Some false *)
Definition parity (f : fn) : option bool :=
  match f with
  | Sin | Tanh | Erf | Inverse | Any 15 | Any_slope 16 => Some true
  | Cos | Any 16 | Any_slope 15 => Some false
  | _ => None
  end.
Definition at_zero (f : fn) : option (Z * positive) :=
  match f with
  | Exp | Cos => Some (1%Z, 1%positive)
  | Sigmoid => Some (1%Z, 2%positive)
  | Sin | Tanh | Erf | Any 15 | Any 17 | Any_slope 16 => Some (0%Z, 1%positive)
  | _ => None
  end.
Definition not_at_zero (f : fn) : bool := match f with Inverse | Log | Sqrt => true | _ => false end.
(* exp(-a^2) *)
Definition gauss (a : frac) : def := (Exp, [(popp (pmul (fst a) (fst a)), pmul (snd a) (snd a))]).
Definition twice (a : positive) : def := (Inverse, [([([a], 2%Z)], one)]).
Definition integer_inverse (d : poly) : def := (Inverse, [(d, one)]).

(* ------------------------------------------------------------------ values in symbols *)
Section Values.
  Variable first : positive.                 (* the number of the first symbol *)
  Notation C := (M table).
  Definition symbol (d : def) : C positive := fun T =>
    match find_symbol d T with
    | Some id => Ok (id, T)
    | None => Ok (after first T, T ++ [(after first T, d)])
    end.
  (* in lowest terms *)
  Definition lowest (n : poly) (z : Z) : frac :=
    let g := fold_left (fun g t => Z.gcd g (snd t)) n z in
    let g := if (z <? 0)%Z then Z.opp g else g in
    let n' := map (fun t => (fst t, (snd t / g)%Z)) n in
    if forallb (fun t => Z.eqb (snd t) (g * (snd t / g))) n && Z.eqb z (g * (z / g)) && negb (Z.eqb (z / g) 0)
    then (n', [([], (z / g)%Z)]) else (n, [([], z)]).
  Definition simple (x : frac) : C frac :=
    match Checker.constant (snd x) with
    | Some z => ret (lowest (fst x) z)
    | None => fail "unsupported: a value that is not a polynomial in symbols"
    end.
  Definition negative (x : frac) : bool := match fst x with (_, c) :: _ => (c <? 0)%Z | [] => false end.
  (* what the derivative of the symbol needs *)
  Definition helpers (f : fn) (a : frac) (id : positive) : list def :=
    (if is_one (snd a) then [] else [integer_inverse (snd a)]) ++
    match f with
    | Sin => [(Cos, [a])] | Cos => [(Sin, [a])] | Log => [(Inverse, [a])] | Softplus => [(Sigmoid, [a])]
    | Erf => [(Slope, []); gauss a] | Sqrt => [twice id] | Phi => [(Density, [a])] | Any k => [(Any_slope k,
      [a])]
    | _ => []
    end.
  Definition enter (f : fn) (a : frac) : C positive :=
    let* id := symbol (f, [a]) in let* _ := each symbol (helpers f a id) in ret id.
  Definition zero_of (f : fn) (a : frac) : option (Z * positive) := if is_nil (fst a) then at_zero f else
    None.
  Definition apply (f : fn) (x : frac) : C frac :=
    let* a := simple x in
    match zero_of f a with
    | Some q => ret (fr_const (fst q) (snd q))
    | None =>
        let* _ := require (negb (is_nil (fst a) && not_at_zero f))
          "a function at a place where it is not defined" in
        match parity f with
        | Some odd =>
            if negative a then let* id := enter f (fr_opp a) in ret (if odd then fr_opp (variable id) else
              variable id)
            else let* id := enter f a in ret (variable id)
        | None => let* id := enter f a in ret (variable id)
        end
    end.
  (* the functions of the kinds of Elaborate.v *)
  Definition function_of (k : nat) : option fn :=
    match k with
    | 3 => Some Exp | 4 => Some Log | 5 => Some Sin | 6 => Some Cos | 7 => Some Tanh | 8 => Some Sigmoid
    | 9 => Some Softplus | 10 => Some Phi | 11 => Some Sigmoid | 12 => Some Erf | 13 => Some Sqrt
    | 14 | 15 | 16 | 17 => Some (Any k)
    | _ => None
    end.
  Definition unit_value (k : nat) (x : frac) : C frac :=
    match k with
    | 0 | 1 => let* a := simple x in let* id := symbol (Gated k 0, [a]) in ret (fr_mul (variable id) x)
    | _ =>
        match function_of k with
        | Some f =>
            let* y := apply f x in ret (if Nat.eqb k 10 || Nat.eqb k 11 then fr_mul x y else y)
        | None => fail "unsupported: a unit"
        end
    end.
  Definition window_value (row : list frac) : C (list frac) :=
    let* a := each simple row in
    each (fun t => let* id := symbol (Gated 2 (fst t), a) in ret (fr_mul (variable id) (snd t)))
      (List.combine (seq 0 (List.length row)) row).
  Definition divide (t : frac * frac) : C frac :=
    let (x, y) := t in
    match Checker.constant (fst y) with
    | Some _ => ret (fr_quot x y)
    | None => let* r := apply Inverse y in ret (fr_mul x r)
    end.
  Definition node_value (acc : tape) (nd : node) : C (list (list frac)) :=
    match nd with
    | Gate 2 i _ => each window_value (nth i acc [])
    | Gate k i _ => each (each (unit_value k)) (nth i acc [])
    | Quot i j => each (fun t => each divide (List.combine (fst t) (snd t))) (List.combine (nth i acc []) (nth
      j acc []))
    | Var v =>
        let* _ := require (forallb (forallb (fun a => Pos.ltb a first)) v) "the model: a variable" in
        ret (step (frac_ops variable) acc nd)
    | _ => ret (step (frac_ops variable) acc nd)
    end.
  Fixpoint values_of (prog : list node) (acc : tape) : C tape :=
    match prog with
    | [] => ret acc
    | nd :: prog => let* m := node_value acc nd in values_of prog (acc ++ [m])
    end.
  (* symbols are numbered in order, and stand for functions of what comes before them *)
  Fixpoint ordered (id : positive) (T : table) : bool :=
    match T with
    | [] => true
    | (i, (_, l)) :: T =>
        Pos.eqb i id && forallb (fun a => constant_den a && onvars (fun b => Pos.ltb b id) (fst a)) l &&
        ordered (Pos.succ id) T
    end.
End Values.

(* ------------------------------------------------------------------ derivatives *)
Section Derivatives.
  Variable first : positive.
  Variable T : table.
  Definition look (d : def) : option poly := option_map var (find_symbol d T).
  (* the derivative of symbol id = f(a) by a *)
  Definition slope_of (id : positive) (f : fn) (a : frac) : option poly :=
    let s := var id in
    match f with
    | Exp => Some s
    | Log => look (Inverse, [a])
    | Sin => look (Cos, [a])
    | Cos => option_map popp (look (Sin, [a]))
    | Tanh => Some (padd one (popp (pmul s s)))
    | Sigmoid => Some (padd s (popp (pmul s s)))
    | Softplus => look (Sigmoid, [a])
    | Erf => match look (Slope, []), look (gauss a) with Some k, Some e => Some (pmul k e) | _, _ => None end
    | Sqrt => look (twice id)
    | Inverse => Some (popp (pmul s s))
    | Phi => look (Density, [a])
    | Any k => look (Any_slope k, [a])
    | _ => None
    end.
  Definition denominator_of (a : frac) : option poly :=
    if is_one (snd a) then Some one else look (integer_inverse (snd a)).
  Definition flat (f : fn) : bool := match f with Gated _ _ | Slope => true | _ => false end.
  (* the derivative of a symbol is the first polynomial times that of the second *)
  Definition motion (t : positive * def) : option (poly * poly) :=
    let '(id, (f, l)) := t in
    if flat f then Some ([], []) else
    match l with
    | [a] => match slope_of id f a, denominator_of a with
        | Some s, Some u => Some (pmul s u, fst a)
        | _, _ => None
        end
    | _ => None
    end.
  Definition motions := PositiveMap.t (poly * poly).
  Definition moving (L : motions) (a : positive) : bool := Pos.ltb a first || PositiveMap.mem a L.
  Fixpoint all_motions (l : table) (L : motions) (acc : list (positive * (poly * poly)))
      : motions * list (positive * (poly * poly)) :=
    match l with
    | [] => (L, rev' acc)
    | t :: l =>
        match motion t with
        | Some m => if forallb (fun a => onvars (moving L) (fst a)) (snd (snd t)) then all_motions l
          (PositiveMap.add (fst t) m L) ((fst t, m) :: acc)
                    else all_motions l L acc
        | None => all_motions l L acc
        end
    end.
  (* how all symbols change with coordinate a *)
  Definition total (l : list (positive * (poly * poly))) (a : positive) : field :=
    fold_left (fun V t =>
      let d := lie (fget V) (snd (snd t)) in
      if is_nil d then V else PositiveMap.add (fst t) (pmul (fst (snd t)) d) V) l
      (PositiveMap.add a one zero_field).

  (* ---------------------------------------------------------------- zero
     symbol^k A = B *)
  Definition relation (f : fn) (l : list frac) : option (nat * poly * poly) :=
    match f, l with
    | Inverse, [a] => Some (1, fst a, snd a)
    | Sqrt, [a] => Some (2, snd a, fst a)
    | Cos, [a] => option_map (fun s => (2, one, padd one (popp (pmul s s)))) (look (Sin, [a]))
    | _, _ => None
    end.
  Definition degree (a : positive) (m : mono) : nat := List.length (filter (Pos.eqb a) m).
  Definition without (a : positive) (m : mono) : mono := filter (fun b => negb (Pos.eqb a b)) m.
  Definition lowered (a : positive) (k : nat) (m : mono) : mono :=
    mmerge (repeat a (Nat.modulo (degree a m) k)) (without a m).
  Fixpoint ppower (p : poly) (k : nat) : poly := match k with O => one | S k => pmul p (ppower p k) end.
  (* A^J p, without a^k *)
  Definition removed (a : positive) (k : nat) (A B : poly) (p : poly) : poly :=
    let J := fold_left (fun j t => Nat.max j (Nat.div (degree a (fst t)) k)) p O in
    match J with
    | O => p
    | _ =>
        let factors := map (fun j => pmul (ppower B j) (ppower A (J - j))) (seq 0 (S J)) in
        norm (flat_map (fun t =>
          mulmono (lowered a k (fst t)) (snd t) (nth (Nat.div (degree a (fst t)) k) factors [])) p)
    end.
  Definition reduce_one (p : poly) (t : positive * def) : poly :=
    if is_nil p then p else
    match relation (fst (snd t)) (snd (snd t)) with
    | Some (k, A, B) => removed (fst t) k A B p
    | None => p
    end.
  Definition reduce (p : poly) : poly := fold_left reduce_one (rev' T) p.
End Derivatives.

(* what is divided by is not always zero, as far as this can be seen *)
Definition no_division_by_zero (T : table) : bool :=
  forallb (fun t => match t with
    | (_, (Inverse, [a])) => negb (is_nil (reduce T (fst a))) | _ => true end) T.

(* ------------------------------------------------------------------ the check *)
Definition is_law_function (nd : node) : bool :=
  match nd with Gate k _ _ => existsb (Nat.eqb k) [3; 4; 5; 6; 7; 8; 13] | _ => true end.
Definition compile_function_law : compiled -> string -> result law := compile_law_with is_law_function.
Section Check.
  Variable P : problem.
  Variable first : positive.
  Record analysis := Analysis {
    a_table : table; a_motions : motions; a_totals : PositiveMap.t field; a_fields : list field }.
  Definition derived (A : PositiveMap.t field) (a : positive) (p : poly) : poly :=
    match PositiveMap.find a A with Some V => lie (fget V) p | None => [] end.
  Definition output_field (L : motions) (D : PositiveMap.t field) (ws : list frac) (f : frac) : option field
    :=
    if constant_den f && onvars (moving first L) (fst f) && forallb (fun w => is_state (p_dim P) (fst w))
      (p_wires P)
    then field_of (p_dim P) (zip (fun w q => (snd w, fr_scale q (derived D (fst w) (fst f), snd f))) (p_wires
      P) ws)
    else None.
  (* the fields of the family; the table starts with the symbols of a law *)
  Definition analyse (T0 : table) : result analysis :=
    match values_of first (p_prog P) [] T0 with
    | Error e => Error e
    | Ok (t, T) =>
        let '(L, l) := all_motions first T T (PositiveMap.empty _) [] in
        let D := fold_left (fun D a => PositiveMap.add a (total l a) D) (vars (p_dim P)) (PositiveMap.empty _)
          in
        if negb (ordered first T) then Error "the symbols are not in order"
        else if negb (no_division_by_zero T)
        then Error "a division by zero"
        else match all_some (map (output_field L D (weights P (one, one) t)) (outputs P t)),
              all_some (map (raw_field P t) (p_raw P)) with
          | Some fs, Some gs => Ok (Analysis T L D (fs ++ gs))
          | _, _ => Error "unsupported: a family with members that are not polynomial in symbols"
          end
    end.
  Definition pure (a : positive) : bool := known P a || Pos.leb first a.
  Definition along_field (A : analysis) (h : poly) (X : field) : poly :=
    norm (flat_map (fun a => match fget X a with [] => [] | x =>
      match derived (a_totals A) a h with [] => [] | d => pmul d x end end) (vars (p_dim P))).
  Definition law_symbols (l : law) : result (frac * table) :=
    match values_of first l [] [] with
    | Ok (t, T) => Ok (entry (frac_ops variable) (last t []) 0 0, T)
    | Error e => Error e
    end.
  Definition law_holds (A : analysis) (h : frac) (T : table) : bool :=
    constant_den h && onvars pure (fst h) && onvars (moving first (a_motions A)) (fst h) &&
    forallb (fun t => forallb (fun a => onvars pure (fst a)) (snd (snd t))) T &&
    onvars (fun a => Pos.ltb a (after first T)) (fst h) &&
    forallb (fun X => is_nil (reduce (a_table A) (along_field A (fst h) X))) (a_fields A).
  (* `base`: the analysis without a law *)
  Definition check_function_law (base : result analysis) (l : law) : bool :=
    match law_symbols l with
    | Error _ => false
    | Ok (h, T) =>
        match match T with [] => base | _ => analyse T end with
        | Ok A => law_holds A h T
        | Error _ => false
        end
    end.
End Check.
Definition check_function_laws (text : string) (laws : list string) : bool :=
  match compile text with
  | Error _ => false
  | Ok t =>
      let P := t_problem t in
      let first := gate_number (t_layout t) 0 in
      (Z.of_nat (p_dim P + p_frozen P) <? Zpos first)%Z &&
      match all_ok (compile_function_law t) laws with
      | Ok ls => let base := analyse P first [] in forallb (check_function_law P first base) ls
      | Error _ => false
      end
  end.
