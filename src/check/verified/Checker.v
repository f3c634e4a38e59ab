(* Checker.v - what the checker computes.  No proofs here: this file, Poly.v and Model.v are what is
   extracted.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   Variables are positive numbers: 1..dim the coordinates, then the frozen constants, then the inputs, then
   the gates. *)
From Coq Require Import ZArith List Bool FMapPositive.
From LawCert Require Import Poly Model.
Import ListNotations.

(* --------------------------------------------------------------- vector fields with polynomial components *)
Definition field := PositiveMap.t poly.
Definition zero_field : field := PositiveMap.empty poly.
Definition fget (X : field) (a : positive) : poly :=
  match PositiveMap.find a X with Some p => p | None => [] end.
Fixpoint vars_from (s : positive) (n : nat) : list positive :=
  match n with O => [] | S n' => s :: vars_from (Pos.succ s) n' end.
Definition vars (n : nat) := vars_from 1 n.
Definition is_state (n : nat) (a : positive) : bool := (Zpos a <=? Z.of_nat n)%Z.
Definition make (vs : list positive) (f : positive -> poly) : field :=
  fold_right (fun a F => PositiveMap.add a (f a) F) zero_field vs.
(* [X, Y] = DY.X - DX.Y *)
Definition bracket (vs : list positive) (X Y : field) : field :=
  make vs (fun a => padd (lie (fget X) (fget Y a)) (popp (lie (fget Y) (fget X a)))).
Definition delta (b a : positive) : poly := if Pos.eqb a b then one else [].
Definition diff (b : positive) (p : poly) : poly := lie (delta b) p.
Definition is_nil {A} (l : list A) : bool := match l with [] => true | _ => false end.
Definition constant (d : poly) : option Z :=
  match d with [([], z)] => if Z.eqb z 0 then None else Some z | _ => None end.

(* ------------------------------------------------------------------ the problem *)
Record problem := Problem {
  p_dim : nat;                              (* number of coordinates *)
  p_frozen : nat;                           (* number of frozen and symbolic constants *)
  p_prog : list node;                       (* the model *)
  p_outputs : list nat;                     (* nodes: every entry is a scalar output *)
  (* (a, b): the derivative by a moves coordinate b; gradient flow: a = b *)
  p_wires : list (positive * positive);
  p_weights : option nat;                   (* node with the weight of each wire (metric); None: all 1 *)
  p_raw : list nat }.                       (* nodes: vector fields given by components *)

Definition tape := list (list (list frac)).
Definition expand (P : problem) (leaf : positive -> frac) : tape := run (frac_ops leaf) (p_prog P) [].
Definition entries {A} (t : list (list (list A))) (k : nat) : list A := concat (nth k t []).
Definition outputs {A} (P : problem) (t : list (list (list A))) : list A :=
  concat (map (entries t) (p_outputs P)).
Definition weights {A} (P : problem) (unity : A) (t : list (list (list A))) : list A :=
  match p_weights P with Some k => entries t k | None => map (fun _ => unity) (p_wires P) end.
Definition fr_scale (x y : frac) : frac := (times (fst x) (fst y), times (snd x) (snd y)).

(* components of the gradient of f along the wires; the denominators are checked to be constants by
   `assemble` *)
Definition gradient (P : problem) (t : tape) (f : frac) : list (positive * frac) :=
  zip (fun w q => (snd w, fr_scale q (diff (fst w) (fst f), snd f))) (p_wires P) (weights P (one, one) t).
Definition raw_components (P : problem) (t : tape) (k : nat) : list (positive * frac) :=
  zip pair (vars (p_dim P)) (entries t k).
(* D times the components, as a field with integer coefficients *)
Fixpoint assemble (n : nat) (D : Z) (l : list (positive * frac)) : option field :=
  match l with
  | [] => Some zero_field
  | (b, (p, d)) :: l' =>
      match constant d, assemble n D l' with
      | Some z, Some X =>
          if Z.eqb (D / z * z) D && is_state n b
          then Some (PositiveMap.add b (padd (mulmono [] (D / z) p) (fget X b)) X) else None
      | _, _ => None
      end
  end.
Definition common (l : list (positive * frac)) : Z :=
  fold_right (fun t D => match constant (snd (snd t)) with Some z => Z.lcm z D | None => D end) 1%Z l.
Definition field_of (n : nat) (l : list (positive * frac)) : option field :=
  let D := common l in if Z.eqb D 0 then None else assemble n D l.
Definition constant_den (f : frac) : bool := match constant (snd f) with Some _ => true | None => false end.

Fixpoint all_some {A} (l : list (option A)) : option (list A) :=
  match l with [] => Some [] | Some x :: l' => option_map (cons x) (all_some l') | None :: _ => None end.
Definition gradient_field (P : problem) (t : tape) (f : frac) : option field :=
  if constant_den f && forallb (fun w => is_state (p_dim P) (fst w)) (p_wires P)
  then field_of (p_dim P) (gradient P t f) else None.
Definition raw_field (P : problem) (t : tape) (k : nat) : option field :=
  field_of (p_dim P) (raw_components P t k).
(* the generic members: inputs, gates and constants are indeterminates *)
Definition members (P : problem) : option (list field) :=
  let t := expand P variable in
  all_some (map (gradient_field P t) (outputs P t) ++ map (raw_field P t) (p_raw P)).

(* ------------------------------------------------------------------ ties of gates
   Kind 0: relu, kind 1: leaky_relu: the key of a gate is the pre-activation.  Kind 2: max-pool: the key is
   the window (the row) and the column.  Same gate variable <-> same kind and same key: relu and leaky_relu of
   one pre-activation have gates of their own. *)
Definition fr_eqb (x y : frac) : bool := poly_eqb (fst x) (fst y) && poly_eqb (snd x) (snd y).
Fixpoint row_eqb (x y : list frac) : bool :=
  match x, y with [], [] => true | a :: x', b :: y' => fr_eqb a b && row_eqb x' y' | _, _ => false end.
Definition gate_key : Type := (nat * list frac * nat)%type.
Definition key_eqb (x y : gate_key) : bool :=
  let '(k, r, c) := x in let '(k', r', c') := y in
  Nat.eqb k k' && Nat.eqb c c' && row_eqb r r'.
Definition gate_keys (t : tape) (nd : node) : list (positive * gate_key) :=
  match nd with
  | Gate k i ids =>
      concat (zip (fun idr row => zip (fun id c =>
        (id, if Nat.eqb k 2 then (k, row, c) else (k, [nth c row ([], one)], O))) idr (seq 0 (length row)))
        ids (nth i t []))
  | _ => []
  end.
Fixpoint tied (l : list (positive * gate_key)) : bool :=
  match l with
  | [] => true
  | (id, key) :: l' =>
      forallb (fun t => let '(id', key') := t in
        Bool.eqb (Pos.eqb id id') (key_eqb key key') &&
        (negb (Pos.eqb id id') || Nat.eqb (fst (fst key)) (fst (fst key')))) l' && tied l'
  end.
(* `first`: the number of the first gate variable *)
Definition check_ties (P : problem) (first : positive) : bool :=
  let t := expand P variable in let l := concat (map (gate_keys t) (p_prog P)) in
  forallb (fun x => Pos.leb first (fst x)) l && tied l.

(* ------------------------------------------------------------------ laws *)
Definition law := list node.                 (* its last node, entry (0,0), is the law *)
Definition law_value {A} (K : ops A) (l : law) : A := entry K (last (run K l []) []) 0 0.
Definition law_frac (l : law) (leaf : positive -> frac) : frac := law_value (frac_ops leaf) l.
(* den . X num - num . X den *)
Definition numerator (X : positive -> poly) (h : frac) : poly :=
  match constant (snd h) with
  | Some z => mulmono [] z (lie X (fst h))
  | None => padd (pmul (snd h) (lie X (fst h))) (popp (pmul (fst h) (lie X (snd h))))
  end.
Definition known (P : problem) (a : positive) : bool := is_state (p_dim P + p_frozen P) a.
Definition check_law (P : problem) (fs : list field) (l : law) : bool :=
  let h := law_frac l variable in
  negb (is_nil (snd h)) && onvars (known P) (fst h) && onvars (known P) (snd h) &&
  forallb (fun X => is_nil (numerator (fget X) h)) fs.
Definition check_conserved (P : problem) (laws : list law) : bool :=
  match members P with Some fs => forallb (check_law P fs) laws | None => false end.

(* ------------------------------------------------------------ members at given inputs, and their brackets *)
Record instance := Instance {
  i_values : list (positive * (Z * positive));   (* inputs and gates; what is not named is 0 *)
  i_covector : list Z;                            (* sum of y_j times the gradient of output j, ... *)
  i_raw : option nat }.                           (* ... or the raw field at this place of p_raw *)
Record cert := Cert {
  c_laws : list law;
  c_instances : list instance;
  (* entry number #instances + k is the bracket of entries i, j *)
  c_words : list (nat * nat);
  c_chosen : list nat;
  (* coordinates, then frozen and symbolic constants: numerator, denominator, its inverse modulo N *)
  c_point : list (Z * positive * Z);
  c_mod : Z;
  c_A : list (list Z);                            (* the columns of A: one for every chosen entry *)
  c_C : list (list Z) }.                          (* the rows of C: one for every law *)

Definition table := PositiveMap.t (Z * positive).
Definition make_table (l : list (positive * (Z * positive))) : table :=
  fold_right (fun t T => PositiveMap.add (fst t) (snd t) T) (PositiveMap.empty _) l.
Definition value (n : nat) (frozen : list (Z * positive)) (T : table) (a : positive) : Z * positive :=
  if is_state (n + length frozen) a then nth (Pos.to_nat a - 1 - n) frozen (0%Z, 1%positive)
  else match PositiveMap.find a T with Some v => v | None => (0%Z, 1%positive) end.
Definition special (n : nat) (frozen : list (Z * positive)) (T : table) (a : positive) : frac :=
  if is_state n a then variable a else let v := value n frozen T a in fr_const (fst v) (snd v).
Fixpoint combine (ys : list Z) (fs : list frac) : frac :=
  match ys, fs with y :: ys', f :: fs' => fr_add (fr_mul (fr_const y 1) f) (combine ys' fs')
    | _, _ => ([], one) end.
Definition instance_field (P : problem) (frozen : list (Z * positive)) (g : instance) : option field :=
  let t := expand P (special (p_dim P) frozen (make_table (i_values g))) in
  match i_raw g with
  | Some k => match nth_error (p_raw P) k with Some i => raw_field P t i | None => None end
  | None => if forallb constant_den (outputs P t)
            then gradient_field P t (combine (i_covector g) (outputs P t)) else None
  end.
Fixpoint build (vs : list positive) (acc : list field) (ws : list (nat * nat)) : list field :=
  match ws with
  | [] => acc
  | (i, j) :: ws' => build vs (acc ++ [bracket vs (nth i acc zero_field) (nth j acc zero_field)]) ws'
  end.
Definition frozen_values (P : problem) (c : cert) : list (Z * positive) :=
  map fst (skipn (p_dim P) (c_point c)).
Definition chosen_fields (P : problem) (c : cert) : option (list field) :=
  match all_some (map (instance_field P (frozen_values P c)) (c_instances c)) with
  | Some gens => let all := build (vars (p_dim P)) gens (c_words c) in
                 Some (map (fun i => nth i all zero_field) (c_chosen c))
  | None => None
  end.

(* ------------------------------------------------------------------ values modulo N *)
Section ModN.
  Variable N : Z.
  Variable pt : positive -> Z.
  Open Scope Z_scope.
  Fixpoint mono_mod (m : mono) : Z := match m with [] => 1 mod N | a :: m' => (pt a * mono_mod m') mod N end.
  Fixpoint poly_mod (p : poly) : Z :=
    match p with [] => 0 | (m, c) :: p' => (c * mono_mod m + poly_mod p') mod N end.
  Fixpoint dot_mod (x y : list Z) : Z :=
    match x, y with a :: x', b :: y' => a * b + dot_mod x' y' | _, _ => 0 mod N end.
  Definition row_field (n : nat) (X : field) : list Z := map (fun a => poly_mod (fget X a)) (vars n).
  Definition row_law (n : nat) (h : frac) : list Z :=
    let u := poly_mod (fst h) in let v := poly_mod (snd h) in
    map (fun a => (v * poly_mod (diff a (fst h)) - u * poly_mod (diff a (snd h))) mod N) (vars n).
  Definition bit (b : bool) : Z := if b then 1 else 0.
  (* x_i . y_j = 1 if i = j, else 0 *)
  Definition check_dual (r : nat) (X Y : list (list Z)) : bool :=
    forallb (fun i => forallb (fun j =>
      Z.eqb (dot_mod (nth i X []) (nth j Y []) mod N) (bit (Nat.eqb i j) mod N)) (seq 0 r)) (seq 0 r).
  Definition column (M : list (list Z)) (b : nat) : list Z := map (fun r => nth b r 0) M.
  (* A W + J^T C = 1 *)
  Definition check_split (n : nat) (A W J C : list (list Z)) : bool :=
    let columns := map (fun b => (b, (column W b, column C b))) (seq 0 n) in
    forallb (fun a => let Aa := column A a in let Ja := column J a in
      forallb (fun t => Z.eqb ((dot_mod Aa (fst (snd t)) + dot_mod Ja (snd (snd t))) mod N) (bit (Nat.eqb a
        (fst t)) mod N))
        columns) (seq 0 n).
End ModN.
Definition shape (r n : nat) (M : list (list Z)) : bool :=
  Nat.eqb (length M) r && forallb (fun x => Nat.eqb (length x) n) M.
Definition check_point (n : nat) (N : Z) (l : list (Z * positive * Z)) : bool :=
  (1 <? N)%Z && Nat.eqb (length l) n &&
  forallb (fun t => Z.eqb ((Zpos (snd (fst t)) * snd t) mod N) 1) l.
Definition point_mod (l : list (Z * positive * Z)) (a : positive) : Z :=
  match nth_error l (Pos.to_nat a - 1) with Some t => (fst (fst t) * snd t)%Z | None => 0%Z end.
Definition matrix_W (P : problem) (c : cert) (fs : list field) : list (list Z) :=
  map (row_field (c_mod c) (point_mod (c_point c)) (p_dim P)) fs.
Definition matrix_J (P : problem) (c : cert) : list (list Z) :=
  map (fun l => row_law (c_mod c) (point_mod (c_point c)) (p_dim P) (law_frac l variable)) (c_laws c).
(* the denominators of the laws do not vanish at the point *)
Definition check_denominators (P : problem) (c : cert) : bool :=
  forallb (fun l => Z.eqb (Z.gcd (poly_mod (c_mod c) (point_mod (c_point c)) (snd (law_frac l variable)))
    (c_mod c)) 1) (c_laws c).
Definition check_basics (P : problem) (c : cert) : bool :=
  check_point (p_dim P + p_frozen P) (c_mod c) (c_point c).

Definition rank_by (P : problem) (c : cert) (r : nat) (W : list (list Z)) : bool :=
  shape r (p_dim P) (c_A c) && check_dual (c_mod c) r W (c_A c).
Definition check_rank (P : problem) (c : cert) : bool :=
  check_basics P c &&
  match chosen_fields P c with Some fs => rank_by P c (length fs) (matrix_W P c fs) | None => false end.
Definition check_independent (P : problem) (c : cert) : bool :=
  check_basics P c && check_denominators P c && shape (length (c_laws c)) (p_dim P) (c_C c) &&
  check_dual (c_mod c) (length (c_laws c)) (c_C c) (matrix_J P c).
Definition check_complete (P : problem) (c : cert) : bool :=
  check_conserved P (c_laws c) && check_basics P c && check_independent P c &&
  match chosen_fields P c with
  | Some fs => let W := matrix_W P c fs in
      rank_by P c (length fs) W && Nat.eqb (length fs + length (c_laws c)) (p_dim P) &&
      check_split (c_mod c) (p_dim P) (c_A c) W (matrix_J P c) (c_C c)
  | None => false
  end.

(* --------------------------------------------------------------- invariant subspaces and involutive bases *)
Definition linear_form (row : list Z) : poly :=   (* sum of row_i times variable i *)
  fold_right (fun t acc => padd (mulmono [fst t] (snd t) one) acc) []
    (filter (fun t => negb (Z.eqb (snd t) 0)) (zip pair (vars (length row)) row)).
(* theta = B^T s: coordinate a is sum_i s_i B_ia.  The parameters s have the numbers 1..q; the other variables
   keep theirs. *)
Definition on_subspace (n : nat) (B : list (list Z)) (a : positive) : poly :=
  if is_state n a then linear_form (column B (Pos.to_nat a - 1)) else [([a], 1%Z)].
Definition form_of_field (X : field) (par : positive -> poly) (n : nat) (e : list Z) : poly :=
  norm (flat_map (fun t => mulmono [] (snd t) (subst par (fget X (fst t)))) (zip pair (vars n) e)).
Record subspace := Subspace { s_B : list (list Z); s_E : list (list Z); s_G : list (list Z);
  s_H : list (list Z); s_d : Z }.
Definition dotZ (x y : list Z) : Z := fold_right Z.add 0%Z (zip Z.mul x y).
Definition check_subspace (n : nat) (s : subspace) : bool :=
  let q := length (s_B s) in let m := length (s_E s) in
  negb (Z.eqb (s_d s) 0) && Nat.ltb q n && Nat.eqb (q + m) n &&
  shape q n (s_B s) && shape m n (s_E s) && shape q n (s_G s) && shape n m (s_H s) &&
  forallb (fun e => forallb (fun b => Z.eqb (dotZ e b) 0) (s_B s)) (s_E s) &&
  forallb (fun a => let Ba := column (s_B s) a in let Ha := nth a (s_H s) [] in
    forallb (fun b => Z.eqb (dotZ Ba (column (s_G s) b) + dotZ Ha (column (s_E s) b))
                            (if Nat.eqb a b then s_d s else 0)) (seq 0 n)) (seq 0 n).
Definition check_invariant (P : problem) (s : subspace) : bool :=
  check_subspace (p_dim P) s &&
  match members P with
  | Some fs => forallb (fun X => let par := on_subspace (p_dim P) (s_B s) in
      forallb (fun e => is_nil (form_of_field X par (p_dim P) e)) (s_E s)) fs
  | None => false
  end.
(* for every component a: q Y_a = sum_m c_m B_m,a *)
Definition combination (n : nat) (q : poly) (Y : field) (cs : list poly) (Bs : list field) : bool :=
  Nat.eqb (length cs) (length Bs) &&
  forallb (fun a => is_nil (padd (pmul q (fget Y a))
    (popp (norm (concat (zip (fun c B => pmul c (fget B a)) cs Bs)))))) (vars n).
(* rows: coefficients of q [X_i, B_j] (one for every j) and of q X_i itself *)
Definition check_involutive (P : problem) (fs Bs : list field) (q : poly)
    (rows : list (list (list poly) * list poly)) : bool :=
  let n := p_dim P in
  negb (is_nil q) && Nat.eqb (length rows) (length fs) &&
  forallb (fun t => let '(X, (brackets, own)) := t in
    Nat.eqb (length brackets) (length Bs) && combination n q X own Bs &&
    forallb (fun u => combination n q (bracket (vars n) X (snd u)) (fst u) Bs) (zip pair brackets Bs))
      (zip pair fs rows).

(* ----------------------------------------------------------- a help for the driver, nothing rests on it: the
   factor by which `instance_field` is larger than the member that the instance names *)
Definition instance_scale (P : problem) (frozen : list (Z * positive)) (g : instance) : Z :=
  let t := expand P (special (p_dim P) frozen (make_table (i_values g))) in
  match i_raw g with
  | Some k => match nth_error (p_raw P) k with Some i => common (raw_components P t i) | None => 1%Z end
  | None => let f := combine (i_covector g) (outputs P t) in
            common (zip (fun w q => (snd w, fr_scale q ([], snd f))) (p_wires P) (weights P (one, one) t))
  end.
