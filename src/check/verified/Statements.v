(* Statements.v - what the statements of a model mean together: outputs, fields, flows; and laws.
   Executable and total.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String.
From LawCert Require Import Poly Model Language Signal Elaborate Layers.
Import ListNotations.
Open Scope string_scope.
Open Scope Z_scope.
Open Scope list_scope.

Section Statements.
  Variables S V : Type.
  Variable emit : node -> list V -> S -> V * S.
  Variable number : kind -> Z -> positive.
  Notation C := (M S).
  Notation T := (tensor V).
  Notation make := (make S V emit).
  Notation pick := (pick S V emit).
  Notation constant := (constant S V emit).
  Notation as_scalar := (as_scalar S V).
  Notation size_of := (size_of S).
  Notation entries_of := (entries_of V).
  Notation variables := (variables S V emit number).
  Notation named := (named S V).
  Notation declare := (declare S V emit number).
  Notation value_of := (value_of S V emit).
  Notation stage := (stage S V emit number).
  Notation environment := (environment V).
  Notation Environment := (Environment V).
  Notation names := (names V).
  Notation declared := (declared V).
  Notation counts := (counts V).
  Notation Layer := (Layer V).
  Notation env_of := (env_of V).
  Notation here := (here V).

  (* ---------------------------------------------------------------- models *)
  Record model := Model {
    scope : environment;
    outs : list T;                           (* the output; or the maps; or the fields of a raw family *)
    network : bool; mapped : bool; raw : bool;
    flow : option expr }.
  Definition value (m : model) (e : expr) : C T := value_of (names (scope m)) depth e.
  Definition in_scope (m : model) (c : environment) : model :=
    Model c (outs m) (network m) (mapped m) (raw m) (flow m).
  Definition result_of_network (m : model) (c : environment) (v : T) : C model :=
    let* _ := require (negb (network m)) "the model: two outputs" in
    ret (Model c (outs m ++ [v]) true (mapped m) (raw m) (flow m)).
  Definition do_statement (m : model) (s : statement) : C model :=
    match s with
    | Declare k r name sizes =>
        let* sizes := each size_of sizes in
        let* '(_, c) := declare (scope m) k name sizes in
        ret (Model c (outs m) (network m) (mapped m) (raw m || r) (flow m))
    | Let name e => let* v := value m e in let* c := named (scope m) name v in ret (in_scope m c)
    | Output e => let* v := value m e in result_of_network m (scope m) v
    | Net stages =>
        match filter (fun d => kind_eqb (d_kind d) Input) (declared (scope m)) with
        | [d] =>
            let* x := value m (Name (d_name d)) in
            let* _ := require (Nat.leb (List.length (d_dims d)) 3)
              "the model: net needs an input with at most 3 sizes" in
            let start := Layer (scope m) (Tensor (val x) (rows x) (cols x) (both false (rank_of x)))
              (Nat.leb (List.length (d_dims d)) 1) in
            let* l := fold (stage depth) stages start in
            result_of_network m (env_of l) (here l)
        | _ => fail "the model: `net' needs exactly one input"
        end
    | Map _ e =>
        let* v := value m e in ret (Model (scope m) (outs m ++ [v]) (network m) true (raw m) (flow m))
    | Field _ e =>
        let* v := value m e in
        ret (Model (scope m) (outs m ++ [v]) (network m) (mapped m) true (flow m))
    | Flow e =>
        let* _ := require (match flow m with None => true | _ => false end) "the model: two flows" in
        ret (Model (scope m) (outs m) (network m) (mapped m) (raw m) (Some e))
    end.
  (* the weight of each coordinate: mirror(A, B): the coordinates themselves for A and B, 1 elsewhere;
     metric(e): e *)
  Definition weights_of (m : model) (dim : Z) : C (option T) :=
    match flow m with
    | None => ret None
    | Some e =>
        if is_name "gradient" e then ret None else
        let* _ := require (negb (raw m)) "unsupported: a flow of a raw family" in
        match e with
        | Call f l =>
            if (f =? "mirror")%string then
              let inside := flat_map (fun e =>
                filter (fun d => is_name (d_name d) e && kind_eqb (d_kind d) Coordinate)
                  (declared (scope m))) l in
              let* _ := require (Nat.eqb (List.length inside) (List.length l)) "the model: mirror" in
              let* one := constant (1, 1%positive) 1 1 false in
              let ids := grid dim 1 (fun i _ => number Coordinate (Z.of_nat i)) in
              let* all := make (Var ids) [] dim 1 false in
              let among i :=
                existsb (fun d => (d_first d <=? i) && (i <? d_first d + d_rows d * d_cols d)) inside in
              let* v := pick [one; all] (grid dim 1 (fun i _ =>
                if among (Z.of_nat i) then (1, (i, 0))%nat else (0, (0, 0))%nat)) dim 1 false in ret (Some v)
            else if (f =? "metric")%string then
              match l with
              | [e] => let* v := value m e in
                  let* _ := require (entries_of v =? dim) "the model: metric" in ret (Some v)
              | _ => fail "the model: metric"
              end
            else fail "unsupported: this flow"
        | _ => fail "unsupported: this flow"
        end
    end.
  Definition empty_model : model := Model (Environment [] [] (fun _ => 0) 0) [] false false false None.
  (* the model, and the weights of its flow *)
  Definition elaborate (text : list statement) : C (model * option T) :=
    let* m := fold do_statement text empty_model in
    let dim := counts (scope m) Coordinate in
    let* _ := require ((0 <? dim) && match outs m with [] => false | _ => true end &&
      negb (raw m && (network m || mapped m)) && negb (network m && mapped m))
      "the model: no parameters, no output, or several kinds" in
    let* _ := require (negb (raw m) || forallb (fun v => entries_of v =? dim) (outs m))
      "the model: a field with another number of components than coordinates" in
    let* w := weights_of m dim in ret (m, w).

  (* ---------------------------------------------------------------- laws *)
  Fixpoint occurs (s : string) (e : expr) : bool :=
    match e with
    | Name t => (s =? t)%string
    | Call _ l | Chain l => existsb (occurs s) l
    | Option _ e | Neg e | Transposed e => occurs s e
    | Index e _ => occurs s e
    | Binary _ a b | Range a b => occurs s a || occurs s b
    | Array l => existsb (existsb (occurs s)) l
    | Number _ _ | Everything => false
    end.
  (* a number, in the names of the coordinates and constants *)
  Definition law_of (decls : list declaration) (e : expr) : C T :=
    let used := filter (fun d => negb (kind_eqb (d_kind d) Input) && occurs (d_name d) e) decls in
    let* values := each (fun d => let* v := variables d in ret (d_name d, v)) used in
    let* v := value_of values depth e in
    let* v := as_scalar v in pick [v] [[(0, (0, 0))%nat]] 1 1 true.
End Statements.
