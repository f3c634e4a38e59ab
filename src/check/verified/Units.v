(* Units.v - the claim `units`: the unit of every entry of every node, and the check.  Executable and total.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   A text is evaluated once more, with units in the place of numbers: they add in products and agree in sums.
   UnitFlow.v proves that outputs of unit 0 conserve the sums of coefficient times square. *)
From Coq Require Import ZArith QArith List Bool String FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning.
Import ListNotations.
Open Scope list_scope.

(* ------------------------------------------------------------------ units *)
(* coefficients of the free units, which have the numbers 1, 2, ..., in ascending order *)
Definition grade := list (positive * Q).
Fixpoint coefficient (u : grade) (e : positive) : Q :=
  match u with [] => 0%Q | (i, c) :: u => if Pos.eqb i e then c + coefficient u e else coefficient u e end.
Fixpoint grade_add (u : grade) : grade -> grade :=
  match u with
  | [] => fun v => v
  | (i, c) :: u' =>
      fix aux (v : grade) : grade :=
        match v with
        | [] => (i, c) :: u'
        | (j, d) :: v' =>
            match Pos.compare i j with
            | Eq => let s := Qred (c + d) in
                if Qeq_bool s 0 then grade_add u' v' else (i, s) :: grade_add u' v'
            | Lt => (i, c) :: grade_add u' v
            | Gt => (j, d) :: aux v'
            end
        end
  end.
Definition grade_opp (u : grade) : grade := map (fun t => (fst t, - snd t)%Q) u.
Fixpoint grade_eqb (u v : grade) : bool :=
  match u, v with
  | [], [] => true
  | (i, c) :: u, (j, d) :: v => Pos.eqb i j && Qeq_bool c d && grade_eqb u v
  | _, _ => false
  end.

(* Zero: the value 0, which has every unit; Mixed: none. *)
Inductive scaling := Zero | Of (u : grade) | Mixed.
Definition agree (x y : scaling) : scaling :=
  match x, y with
  | Zero, z | z, Zero => z
  | Of u, Of v => if grade_eqb u v then Of u else Mixed
  | _, _ => Mixed
  end.
Definition scaling_ops (unit : positive -> grade) : ops scaling := Ops scaling Zero agree
  (fun x y => match x, y with Zero, _ | _, Zero => Zero | Of u, Of v => Of (grade_add u v) | _, _ =>
    Mixed end)
  (fun x => x)
  (fun x y => match x, y with
     | Zero, _ => Zero | Of u, Of v => Of (grade_add u (grade_opp v)) | _, _ => Mixed end)
  (fun z _ => if Z.eqb z 0 then Zero else Of [])
  (fun a => Of (unit a)).
(* gated units keep it; the entries of a window have one; other kinds have none *)
Definition scaling_act (n k : nat) (m : list (list scaling)) : list (list scaling) :=
  match k with
  | 0%nat | 1%nat => m
  | 2%nat => map (fun row => let one := fold_right agree Zero row in map (fun _ => one) row) m
  | _ => map (map (fun _ => Mixed)) m
  end.
Definition unscaled (x : scaling) : bool :=
  match x with Zero => true | Of u => forallb (fun t => Qeq_bool (snd t) 0) u | Mixed => false end.

(* ------------------------------------------------------------------ what a certificate says *)
(* a piece of an axis: its length; and start, step, coefficient *)
Definition piece : Type := (Z * option (Z * Z * Q))%type.
Record tensor_units := TensorUnits { u_name : string; u_layers : list (list (list piece)) }.
Record units_claim := UnitsClaim {
  u_count : Z;
  u_tensors : list tensor_units;
  u_pivots : list (Z * list Z) }.
Definition expand_piece (count : Z) (r : piece) : option (list grade) :=
  let (n, what) := r in
  if ((n <? 1) || (limit <? n))%Z then None else
  match what with
  | None => Some (repeat [] (Z.to_nat n))
  | Some (start, step, c) =>
      if ((0 <=? start) && ((step =? 0) || (step =? 1)) && (start + step * (n - 1) <? count))%Z
         && negb (Qeq_bool c 0)
      then Some (map (fun i => [(Z.to_pos (1 + start + step * Z.of_nat i), Qred c)]) (range n)) else None
  end.
Definition expand_axis (count n : Z) (l : list piece) : option (list grade) :=
  match all_some (map (expand_piece count) l) with
  | Some pieces => let grades := List.concat pieces in
      if Z.eqb (Z.of_nat (List.length grades)) n then Some grades else None
  | None => None
  end.
(* the units of a tensor row by row: sums over the axes *)
Fixpoint outer (axes : list (list grade)) : list grade :=
  match axes with
  | [] => [[]]
  | a :: rest => let inner := outer rest in flat_map (fun u => map (grade_add u) inner) a
  end.
Definition dims_of (d : declaration) : list Z :=
  match d_dims d with [] => [1%Z] | l => l end.
Definition expand_tensor (count : Z) (d : declaration) (t : tensor_units) : option (list grade) :=
  let dims := dims_of d in
  let layer l := if Nat.eqb (List.length l) (List.length dims)
    then option_map outer (all_some (zip (expand_axis count) dims l)) else None in
  if String.eqb (u_name t) (d_name d) then
    match all_some (map layer (u_layers t)) with
    | Some (first :: more) => Some (fold_left (zip grade_add) more first)
    | _ => None
    end
  else None.
Definition tensors_of (t : compiled) : list declaration :=
  rev' (filter (fun d => kind_eqb (d_kind d) Coordinate) (t_declared t)).
(* the units of all parameters, in the order of the coordinates *)
Definition grades_of (t : compiled) (c : units_claim) : option (list grade) :=
  let ds := tensors_of t in
  if Nat.eqb (List.length ds) (List.length (u_tensors c)) then
    match all_some (zip (expand_tensor (u_count c)) ds (u_tensors c)) with
    | Some l => let grades := List.concat l in
        if Nat.eqb (List.length grades) (p_dim (t_problem t)) then Some grades else None
    | None => None
    end
  else None.
(* the coordinate at a place of a tensor *)
Definition place_of (dims index : list Z) : option Z :=
  if Nat.eqb (List.length dims) (List.length index)
     && forallb (fun x => x) (zip (fun n i => (0 <=? i) && (i <? n))%Z dims index)
  then Some (fold_left (fun i t => i * fst t + snd t)%Z (zip pair dims index) 0%Z) else None.
Definition pivot_of (ds : list declaration) (p : Z * list Z) : option positive :=
  match (if ((fst p <? 0) || (Z.of_nat (List.length ds) <=? fst p))%Z then None
    else nth_error ds (Z.to_nat (fst p))) with
  | Some d => option_map (fun i => Z.to_pos (1 + d_first d + i)) (place_of (dims_of d) (snd p))
  | None => None
  end.

(* ------------------------------------------------------------------ the check *)
Definition unit_of (n : nat) (T : PositiveMap.t grade) (a : positive) : grade :=
  if is_state n a then match PositiveMap.find a T with Some u => u | None => [] end else [].
Definition unit_table (n : nat) (grades : list grade) : PositiveMap.t grade :=
  fold_right (fun t T => PositiveMap.add (fst t) (snd t) T) (PositiveMap.empty grade) (zip pair
    (vars n) grades).
(* the network has unit 0 *)
Definition check_scaling (P : problem) (unit : positive -> grade) : bool :=
  match p_raw P, p_weights P with
  | [], None =>
      forallb unscaled (outputs P
        (fst (run_with scaling (scaling_ops unit) scaling_act (p_prog P) [] [])))
  | _, _ => false
  end.
(* the unit of pivot e contains e, and no later one *)
Fixpoint check_pivots (n : nat) (unit : positive -> grade) (e : positive) (pivots : list positive) : bool :=
  match pivots with
  | [] => true
  | w :: pivots =>
      is_state n w && forallb (fun t => Pos.leb (fst t) e) (unit w) && negb (Qeq_bool (coefficient
        (unit w) e) 0)
      && check_pivots n unit (Pos.succ e) pivots
  end.
Definition units_of_text (text : string) (c : units_claim) : option (compiled * (positive -> grade)) :=
  match compile text with
  | Ok t =>
      match grades_of t c with
      | Some grades => let n := p_dim (t_problem t) in
          let T := unit_table n grades in Some (t, unit_of n T)
      | None => None
      end
  | Error _ => None
  end.
Definition check_text_units (text : string) (c : units_claim) : bool :=
  match units_of_text text c with
  | Some (t, unit) =>
      (0 <? u_count c)%Z && Z.eqb (Z.of_nat (List.length (u_pivots c))) (u_count c) &&
      check_scaling (t_problem t) unit &&
      match all_some (map (pivot_of (tensors_of t)) (u_pivots c)) with
      | Some pivots => check_pivots (p_dim (t_problem t)) unit 1 pivots
      | None => false
      end
  | None => false
  end.

(* ------------------------------------------------------------------ the laws as programs, for ranks *)
(* the sum of coefficient times square, over the parameters whose unit contains e *)
Definition unit_law (n : nat) (unit : positive -> grade) (e : positive) : law :=
  let l := filter (fun t => negb (Qeq_bool (snd t) 0))
    (map (fun a => (a, coefficient (unit a) e)) (vars n)) in
  [Var (map (fun t => [fst t]) l); Had 0 0; Const (map (fun t => [(Qnum (snd t), Qden (snd t))]) l);
   Had 2 1; Sum 3].
Definition unit_laws (n : nat) (unit : positive -> grade) (count : Z) : list law :=
  map (unit_law n unit) (vars (Z.to_nat count)).
Definition laws_of_units (text : string) (c : units_claim) : list law :=
  match units_of_text text c with
  | Some (t, unit) => unit_laws (p_dim (t_problem t)) unit (u_count c)
  | None => []
  end.
(* ... and they are independent and complete near the point of the certificate *)
Definition check_text_units_complete (text : string) (u : units_claim) (c : cert) : bool :=
  match units_of_text text u with
  | Some (t, unit) =>
      check_gates t && check_complete (t_problem t)
        (with_laws (unit_laws (p_dim (t_problem t)) unit (u_count u)) c)
  | None => false
  end.

(* ------------------------------------------------------------------ a help for the driver,
   nothing rests on it: at
   most so many terms have the polynomials of all entries of all nodes *)
Definition term_ops : ops Z := Ops Z 0%Z
  (fun a b => Z.min (a + b) 0x1000000000000) (fun a b => Z.min (a * b) 0x1000000000000) (fun a => a)
  (fun a b => Z.min (a * b) 0x1000000000000) (fun z _ => if Z.eqb z 0 then 0%Z else 1%Z) (fun _ => 1%Z).
Definition terms_of (P : problem) : Z :=
  fold_left (fun n m => fold_left Z.add (List.concat m) n) (Model.run term_ops (p_prog P) []) 0%Z.
