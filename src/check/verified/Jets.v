(* Jets.v - members of networks with functions: Taylor coefficients of gradients at a rational point. What the
   checker computes.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   At the point of the certificate and at the inputs x + T d every value of the network and every derivative
   of it by a parameter is a function of T. Here are the first K coefficients of their expansions at T = 0,
   rational numbers. A jet is the expansion of a value and those of its derivatives. *)
From Coq Require Import ZArith List Bool String FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Symbols.
Import ListNotations.
Open Scope list_scope.
Open Scope nat_scope.

(* ------------------------------------------------------------------ rational numbers *)
Definition rat : Type := (Z * positive)%type.
Definition lower (q : rat) : rat :=
  let g := Z.gcd (fst q) (Zpos (snd q)) in
  let a := (fst q / g)%Z in let b := (Zpos (snd q) / g)%Z in
  if Z.eqb (fst q) (g * a) && Z.eqb (Zpos (snd q)) (g * b) && Z.ltb 0 b then (a, Z.to_pos b) else q.
Definition qadd (x y : rat) : rat :=
  if Pos.eqb (snd x) (snd y) && Pos.eqb (snd x) 1 then ((fst x + fst y)%Z, 1%positive)
  else lower ((fst x * Zpos (snd y) + fst y * Zpos (snd x))%Z, (snd x * snd y)%positive).
Definition qmul (x y : rat) : rat := lower ((fst x * fst y)%Z, (snd x * snd y)%positive).
Definition qopp (x : rat) : rat := (Z.opp (fst x), snd x).
(* of a number that is not 0 *)
Definition qinv (x : rat) : rat := (Z.sgn (fst x) * Zpos (snd x), Z.to_pos (Z.abs (fst x)))%Z.
Definition qzero (x : rat) : bool := Z.eqb (fst x) 0.
Definition qone : rat := (1%Z, 1%positive).

(* ------------------------------------------------------------------ expansions
   Coefficients of T^0, T^1, ...; what is not there is 0. K: how many count. *)
Definition series := list rat.
Fixpoint sadd (p q : series) : series :=
  match p, q with x :: p, y :: q => qadd x y :: sadd p q | [], _ => q | _, [] => p end.
Definition sscale (x : rat) (p : series) : series := if qzero x then [] else map (qmul x) p.
Fixpoint smul (K : nat) (p q : series) : series :=
  match K, p with
  | S K', x :: p => sadd (sscale x (firstn K q)) (match p with [] => [] | _ => (0%Z,
    1%positive) :: smul K' p q end)
  | _, _ => []
  end.
(* d(u), where u has no constant term *)
Fixpoint compose (K : nat) (d u : series) : series :=
  match d with [] => [] | x :: d => sadd [x] (smul K u (compose K d u)) end.
(* the integral, with a factor 1/n, 1/(n+1), ... of the coefficients, beginning with n + 1 *)
Fixpoint integral (n : nat) (p : series) : series :=
  match p with [] => [] | x :: p => qmul x (1%Z, Pos.of_succ_nat n) :: integral (S n) p end.
Definition base (s : series) : rat := hd (0%Z, 1%positive) s.
Definition rest (s : series) : series := (0%Z, 1%positive) :: tl s.

(* ------------------------------------------------------------------ functions
   f(c + u), in powers of u *)
Fixpoint reciprocal (c : rat) (K : nat) : series :=
  match K with O => [] | S K => qinv c :: sscale (qopp (qinv c)) (reciprocal c K) end.
Fixpoint exponential (K : nat) : series :=
  match K with O => [] | S K => qone :: integral 0 (exponential K) end.
(* sine and cosine *)
Fixpoint waves (K : nat) : series * series :=
  match K with
  | O => ([], [])
  | S K => let (s, c) := waves K in
      ((0%Z, 1%positive) :: integral 0 c, qone :: integral 0 (map qopp s))
  end.
Fixpoint tangent (K : nat) : series :=
  match K with
  | O => []
  | S K => let t := tangent K in (0%Z, 1%positive) :: integral 0 (sadd [qone] (map qopp (smul K t t)))
  end.
Fixpoint logistic (K : nat) : series :=
  match K with
  | O => []
  | S K => let s := logistic K in (1%Z, 2%positive) :: integral 0 (sadd s (map qopp (smul K s s)))
  end.
Definition logarithm (K : nat) : series :=
  match K with O => [] | S K => (0%Z, 1%positive) :: integral 0 (reciprocal qone K) end.
(* with the root r of c *)
Fixpoint root (r : rat) (K : nat) : series :=
  match K with
  | O => []
  | S K => let s := sscale (2%Z, 1%positive) (root r K) in
      r :: integral 0 (compose K (reciprocal (base s) K) (rest s))
  end.
Definition rational_root (c : rat) : option rat :=
  let z := (fst c * Zpos (snd c))%Z in let r := Z.sqrt z in
  if Z.ltb 0 z && Z.eqb (r * r) z then Some (r, snd c) else None.
Definition outer (f : fn) (c : rat) (K : nat) : option series :=
  match f with
  | Inverse => if qzero c then None else Some (reciprocal c K)
  | Exp => if qzero c then Some (exponential K) else None
  | Sin => if qzero c then Some (fst (waves K)) else None
  | Cos => if qzero c then Some (snd (waves K)) else None
  | Tanh => if qzero c then Some (tangent K) else None
  | Sigmoid => if qzero c then Some (logistic K) else None
  | Log => if Z.eqb (fst c) (Zpos (snd c)) then Some (logarithm K) else None
  | Sqrt => option_map (fun r => root r K) (rational_root c)
  | _ => None
  end.
Definition applied (f : fn) (K : nat) (s : series) : option series :=
  option_map (fun d => compose K d (rest s)) (outer f (base s) K).
(* f'(s), where v = f(s) *)
Definition slope_series (f : fn) (K : nat) (s v : series) : option series :=
  match f with
  | Inverse => Some (map qopp (smul K v v))
  | Exp => Some v
  | Sin => applied Cos K s
  | Cos => option_map (map qopp) (applied Sin K s)
  | Tanh => Some (sadd [qone] (map qopp (smul K v v)))
  | Sigmoid => Some (sadd v (map qopp (smul K v v)))
  | Log => applied Inverse K s
  | Sqrt => applied Inverse K (sscale (2%Z, 1%positive) v)
  | _ => None
  end.

(* ------------------------------------------------------------------ jets
   The value, and its derivatives by parameters 1, 2, ...; those that are not there are 0. *)
Definition jet : Type := (series * list series)%type.
Fixpoint ladd (x y : list series) : list series :=
  match x, y with p :: x, q :: y => sadd p q :: ladd x y | [], _ => y | _, [] => x end.
Definition jet_add (x y : jet) : jet := (sadd (fst x) (fst y), ladd (snd x) (snd y)).
Definition jet_opp (x : jet) : jet := (map qopp (fst x), map (map qopp) (snd x)).
Section Program.
  Variable K : nat.
  Definition jet_mul (x y : jet) : jet :=
    (smul K (fst x) (fst y),
     ladd (map (fun d => smul K d (fst y)) (snd x)) (map (fun d => smul K d (fst x)) (snd y))).
  Definition jet_function (f : fn) (x : jet) : option jet :=
    match applied f K (fst x) with
    | Some v => option_map (fun s => (v, map (fun d => smul K d s) (snd x))) (slope_series f K (fst x) v)
    | None => None
    end.
  Definition jet_unit (k : nat) (f : fn) (x : jet) : option jet :=
    option_map (fun y => if Nat.eqb k 10 || Nat.eqb k 11 then jet_mul x y else y) (jet_function f x).
  Variable leaf : positive -> jet.
  (* quotients are computed below *)
  Definition jet_ops : ops jet :=
    Ops jet ([], []) jet_add jet_mul jet_opp (fun x _ => x) (fun z p => ([(z, p)], [])) leaf.
  Definition all_entries {A B} (f : A -> option B) (m : list (list A)) : option (list (list B)) :=
    all_some (map (fun row => all_some (map f row)) m).
  Definition jet_node (acc : list (list (list jet))) (nd : node) : option (list (list jet)) :=
    match nd with
    | Gate k i _ =>
        match function_of k with Some f => all_entries (jet_unit k f) (nth i acc []) | None => None end
    | Quot i j => option_map (zip (zip jet_mul) (nth i acc [])) (all_entries (jet_function Inverse) (nth j
      acc []))
    | _ => Some (step jet_ops acc nd)
    end.
  Fixpoint jets_of (prog : list node) (acc : list (list (list jet))) : option (list (list (list jet))) :=
    match prog with
    | [] => Some acc
    | nd :: prog => match jet_node acc nd with Some m => jets_of prog (acc ++ [m]) | None => None end
    end.
End Program.

(* ------------------------------------------------------------------ members *)
Record taylor := Taylor {
  y_inputs : list (positive * (rat * rat));       (* x and d; what is not named is 0 *)
  y_order : nat;                                  (* which coefficient *)
  y_covector : list Z;                            (* of the gradient of the sum of y_j times output j, ... *)
  y_field : option nat }.                         (* ... or of the raw field at this place of p_raw *)
Definition point_at (c : cert) (a : positive) : rat :=
  match nth_error (c_point c) (Pos.to_nat a - 1) with Some t => fst t | None => (0%Z, 1%positive) end.
Section Members.
  Variable P : problem.
  Variable c : cert.
  Notation n := (p_dim P).
  Definition curve (g : taylor) (a : positive) : series :=
    if known P a then [point_at c a]
    else match find (fun t => Pos.eqb a (fst t)) (y_inputs g) with
         | Some t => [fst (snd t); snd (snd t)]
         | None => []
         end.
  Definition jet_leaf (g : taylor) (a : positive) : jet :=
    (curve g a, if is_state n a then repeat [] (Pos.to_nat a - 1) ++ [[qone]] else []).
  Fixpoint covector_sum (ys : list Z) (l : list series) : series :=
    match ys, l with y :: ys, s :: l => sadd (sscale (y, 1%positive) s) (covector_sum ys l) | _, _ => [] end.
  Definition jet_value (x : jet) (a : positive) : series := nth (Pos.to_nat a - 1) (snd x) [].
  (* coordinate a of the member, as a function of T *)
  Definition component (K : nat) (g : taylor) (T : list (list (list jet))) (a : positive) : series :=
    match y_field g with
    | Some k => fst (nth (Pos.to_nat a - 1) (nth k (map (entries T) (p_raw P)) []) ([], []))
    | None =>
        let s := covector_sum (y_covector g) (map (fun f => jet_value f a) (outputs P T)) in
        match p_weights P with
        | Some k => smul K (fst (nth (Pos.to_nat a - 1) (entries T k) ([], []))) s
        | None => s
        end
    end.
  Definition named (g : taylor) : bool :=
    match y_field g with
    | Some k => Nat.ltb k (List.length (p_raw P))
    | None => true
    end.
  Definition taylor_row (g : taylor) : option (list rat) :=
    if named g then
      option_map (fun T => map (fun a => nth (y_order g) (component (S (y_order g)) g T a) (0%Z, 1%positive))
          (vars n))
        (jets_of (S (y_order g)) (jet_leaf g) (p_prog P) [])
    else None.
  (* a multiple with integer coordinates, and the factor *)
  Definition cleared (row : list rat) : option (Z * list Z) :=
    let D := fold_left (fun D q => Z.lcm D (Zpos (snd q))) row 1%Z in
    if forallb (fun q => Z.eqb (D / Zpos (snd q) * Zpos (snd q)) D) row
    then Some (D, map (fun q => fst q * (D / Zpos (snd q)))%Z row) else None.
  Definition taylor_vector (g : taylor) : option (Z * list Z) :=
    match taylor_row g with Some row => cleared row | None => None end.
  Definition chosen_vectors (gs : list taylor) : option (list (list Z)) :=
    all_some (map (fun i => match nth_error gs i with
      | Some g => option_map snd (taylor_vector g)
      | None => None
      end) (c_chosen c)).

  (* ---------------------------------------------------------------- rank and completeness *)
  Fixpoint mono_at (m : mono) : rat := match m with [] => qone | a :: m => qmul (point_at c a) (mono_at m)
    end.
  Fixpoint poly_at (p : poly) : rat :=
    match p with [] => (0%Z, 1%positive) | (m, z) :: p => qadd (qmul (z,
      1%positive) (mono_at m)) (poly_at p) end.
  (* the gradient of a law, times the square of its denominator *)
  Definition form_at (h : frac) : list rat :=
    let u := poly_at (fst h) in let v := poly_at (snd h) in
    map (fun a => qadd (qmul v (poly_at (diff a (fst h)))) (qopp (qmul u (poly_at (diff a (snd h)))))) (vars
      n).
  Fixpoint pairing_at (w : list Z) (row : list rat) : rat :=
    match w, row with
    | z :: w, q :: row => qadd (qmul (z, 1%positive) q) (pairing_at w row)
    | _, _ => (0%Z, 1%positive)
    end.
  Definition tangent_to_laws (W : list (list Z)) : bool :=
    forallb (fun l => let J := form_at (law_frac l variable) in forallb (fun w => qzero (pairing_at w J)) W)
      (c_laws c).
  Definition vectors_rank (W : list (list Z)) : bool :=
    Checker.shape (List.length W) n W && Checker.rank_by P c (List.length W) W.
  Definition check_taylor_rank (gs : list taylor) : bool :=
    check_basics P c && match chosen_vectors gs with Some W => vectors_rank W | None => false end.
  Definition vectors_split (W : list (list Z)) : bool :=
    Nat.eqb (List.length W + List.length (c_laws c)) n &&
    check_split (c_mod c) n (c_A c) W (matrix_J P c) (c_C c) && tangent_to_laws W.
  Definition check_taylor_complete (gs : list taylor) : bool :=
    check_independent P c && check_taylor_rank gs &&
    match chosen_vectors gs with Some W => vectors_split W | None => false end.
End Members.

(* ------------------------------------------------------------------ the same for texts; laws are rational *)
Definition about_functions (text : string) (laws : list string) (check : problem -> list law ->
  bool) : bool :=
  match compile text with
  | Error _ => false
  | Ok t => match all_ok (compile_law t) laws with Ok ls => check (t_problem t) ls | Error _ => false end
  end.
Definition check_function_rank (text : string) (gs : list taylor) (c : cert) : bool :=
  about_functions text [] (fun P _ => check_taylor_rank P c gs).
Definition check_function_independent (text : string) (laws : list string) (c : cert) : bool :=
  about_functions text laws (fun P ls => check_independent P (with_laws ls c)).
Definition check_function_complete (text : string) (laws : list string) (gs : list taylor) (c : cert) : bool
  :=
  about_functions text laws (fun P ls => check_taylor_complete P (with_laws ls c) gs).
