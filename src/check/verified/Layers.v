(* Layers.v - what the declarations and the layers of `net` mean: see Elaborate.v.  Executable and total.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String.
From LawCert Require Import Poly Model Language Signal Elaborate.
Import ListNotations.
Open Scope string_scope.
Open Scope Z_scope.
Open Scope list_scope.

Section Layers.
  Variables S V : Type.
  Variable emit : node -> list V -> S -> V * S.
  Variable number : kind -> Z -> positive.
  Notation C := (M S).
  Notation T := (tensor V).
  Notation make := (make S V emit).
  Notation size_of := (size_of S).
  Notation entries_of := (entries_of V).
  Notation same := (same V).
  Notation add := (add S V emit).
  Notation matmul := (matmul S V emit).
  Notation hadamard := (hadamard S V emit).
  Notation transposed := (transposed S V emit).
  Notation pick := (pick S V emit).
  Notation reshape := (reshape S V emit).
  Notation gated := (gated S V emit).
  Notation per_row := (per_row S V emit).
  Notation per_column := (per_column S V emit).
  Notation by_rows := (by_rows S V emit).
  Notation masked := (masked S V emit).
  Notation softmax := (softmax S V emit).
  Notation normalised := (normalised S V emit).
  Notation small := (small S).
  Notation convolve := (convolve S V emit).
  Notation option_of := (option_of S).
  Notation arguments := (arguments S).
  Notation pool_with := (pool_with S V emit).

  (* ---------------------------------------------------------------- declarations *)
  Record declaration := Declaration {
    d_name : string; d_kind : kind; d_first : Z; d_rows : Z; d_cols : Z;
    d_dims : list Z }.                       (* the sizes as declared *)
  Record environment := Environment {
    names : list (string * T);               (* the latest first *)
    declared : list declaration;             (* the latest first *)
    counts : kind -> Z;                      (* scalars declared of each kind *)
    stage_number : Z }.                      (* stages with parameters *)
  Definition kind_eqb (a b : kind) : bool :=
    match a, b with Coordinate, Coordinate | Constant, Constant | Input, Input => true | _, _ => false end.
  Definition variables (d : declaration) : C T :=
    let ids := map (fun i => number (d_kind d) (d_first d + Z.of_nat i)) (range (d_rows d * d_cols d)) in
    make (Var (chunks (Z.to_nat (d_rows d)) (Z.to_nat (d_cols d)) ids)) [] (d_rows d) (d_cols d)
      (snd (stored (d_dims d))).
  Definition named (c : environment) (name : string) (v : T) : C environment :=
    let* _ := require (match assoc name (names c) with None => true | _ => false end)
      ("the model: " ++ name ++ " is declared twice") in
    ret (Environment ((name, v) :: names c) (declared c) (counts c) (stage_number c)).
  Definition declare (c : environment) (k : kind) (name : string) (sizes : list Z) : C (T * environment) :=
    let* _ := require (Nat.leb (List.length sizes) 4 && forallb (Z.ltb 0) sizes) "the model: a size" in
    let* _ := small (product_of sizes) in
    let '(r, s, _) := stored sizes in
    let d := Declaration name k (counts c k) r s sizes in
    let* v := variables d in
    let* c := named c name v in
    let counts' j := if kind_eqb j k then counts c k + r * s else counts c j in
    ret (v, Environment (names c) (d :: declared c) counts' (stage_number c)).

  (* ---------------------------------------------------------------- layers of `net` *)
  (* the value after the layers so far: a vector, or a matrix with one token in a row *)
  Record layer := Layer { env_of : environment; here : T; vector : bool }.
  Definition decimal (n : Z) : string :=
    let digit d := String (Ascii.ascii_of_N (Z.to_N (48 + d))) "" in
    (fix go (k : nat) (n : Z) (acc : string) : string :=
      match k with
      | O => acc
      | Datatypes.S k =>
          let acc := (digit (n mod 10) ++ acc)%string in if n / 10 =? 0 then acc else go k (n / 10) acc
      end) 20%nat n "".
  (* W1, or Q1_2 for the second of several *)
  Definition numbered (l : layer) (letter : string) (part : Z) : string :=
    let suffix := if 0 <? part then ("_" ++ decimal part)%string else "" in
    (letter ++ decimal (stage_number (env_of l)) ++ suffix)%string.
  Definition parameter (l : layer) (name : string) (sizes : list Z) : C (T * layer) :=
    let* '(v, c) := declare (env_of l) Coordinate name sizes in ret (v, Layer c (here l) (vector l)).
  Definition next_stage (l : layer) : layer :=
    let c := env_of l in
    Layer (Environment (names c) (declared c) (counts c) (stage_number c + 1)) (here l) (vector l).
  Definition put (l : layer) (v : T) : layer := Layer (env_of l) v (vector l).
  Definition features (l : layer) : Z := if vector l then rows (here l) else cols (here l).
  (* W*x, or on every row *)
  Definition linear (l : layer) (w : T) : C T :=
    if vector l then matmul w (here l) else let* t := transposed w in matmul (here l) t.
  (* b[c] at all positions of each channel *)
  Definition per_channel (b like : T) : C T :=
    pick [b] (grid (rows like) (cols like) (fun i _ => (0, (i, 0))%nat)) (rows like) (cols like)
      (rank_of like).
  Definition convolution_stage (l : layer) (planar : bool) (args : list expr) : C layer :=
    let bad := "the model: a convolution of a value of another kind" in
    let x := here l in
    let* sizes := arguments 2 ["stride"; "pad"] ["bias"] args in
    let* stride := option_of "stride" 1 args in let* pad := option_of "pad" 0 args in
    let* x := match planar, flat x with
      | false, true => if vector l then reshape x [1; rows x] else ret x
      | true, true => if vector l then fail bad else reshape x [1; rows x; cols x]
      | true, false => ret x
      | false, false => fail bad
      end in
    match sizes with
    | [n; k] =>
        let* _ := require (forallb (fun d => fits d k stride pad) (skipn 1 (sizes_of x))) bad in
        let l := next_stage (Layer (env_of l) x false) in
        let* '(w, l) := parameter l (numbered l "W" 0) (n :: rows x :: if planar then [k; k] else [k]) in
        let* v := convolve x w stride pad in
        if existsb (is_name "bias") args then
          let* '(b, l) := parameter l (numbered l "b" 0) [n] in
          let* b := per_channel b v in let* v := add v b in ret (put l v)
        else ret (put l v)
    | _ => fail bad
    end.
  Definition dense (l : layer) (n : Z) (bias : bool) : C layer :=
    let* _ := require (flat (here l)) "the model: this stage needs a vector or a matrix" in
    let l := next_stage l in
    let* '(w, l) := parameter l (numbered l "W" 0) [n; features l] in
    let* v := linear l w in
    if bias then
      let* '(b, l) := parameter l (numbered l "b" 0) [n] in
      let* b := if vector l then ret b else per_column b (rows (here l)) n in
      let* v := add v b in ret (put l v)
    else ret (put l v).
  Definition gate_of (f : string) : C nat :=
    match kind_named f with Some k => ret k | None => fail ("unsupported: the stage " ++ f) end.
  Definition glu (l : layer) (n : Z) (f : string) : C layer :=
    let* _ := require (flat (here l)) "the model: this stage needs a vector or a matrix" in
    let* k := gate_of f in
    let l := next_stage l in
    let* '(w, l) := parameter l (numbered l "W" 0) [n; features l] in
    let* '(u, l) := parameter l (numbered l "V" 0) [n; features l] in
    let* a := linear l w in
    let* b := linear l u in
    let* g := gated k a in let* v := hadamard g b in ret (put l v).

  Definition check_rows (l : layer) : C Datatypes.unit :=
    require (vector l || negb (cols (here l) =? 1) || (rows (here l) =? 1))
      "the model: a stage that acts on rows, which have one entry each here".
  Definition for_all (l : layer) (b : T) : C T :=
    if vector l then ret b else per_column b (rows (here l)) (cols (here l)).
  Definition norm_stage (l : layer) (centred affine : bool) : C layer :=
    let* _ := check_rows l in
    let* v := by_rows (normalised centred) (here l) in
    if affine then
      let n := features l in
      let l := next_stage l in
      let* '(g, l) := parameter l (numbered l "g" 0) [n] in
      let* g := for_all l g in
      let* v := hadamard g v in
      if centred then
        let* '(b, l) := parameter l (numbered l "b" 0) [n] in
        let* b := for_all l b in let* v := add v b in ret (put l v)
      else ret (put l v)
    else ret (put l v).
  (* every channel over its positions *)
  Definition batch_norm (l : layer) (affine : bool) : C layer :=
    let x := here l in let r := rows x in let c := cols x in
    let* _ := require (negb (vector l) && (1 <? c)) "the model: batchnorm" in
    let* v := normalised true (Tensor (val x) r c false) in
    if affine then
      let l := next_stage l in
      let* '(g, l) := parameter l (numbered l "g" 0) [r] in
      let* '(b, l) := parameter l (numbered l "b" 0) [r] in
      let* g := per_row g r c in let* v := hadamard g v in
      let* b := per_row b r c in let* v := add v b in
      ret (put l (Tensor (val v) r c (rank_of x)))
    else ret (put l (Tensor (val v) r c (rank_of x))).

  (* X P', with a bias on every row *)
  Definition projection (bias : bool) (dim : Z) (l : layer) (letter : string) (part : Z) : C (T * layer) :=
    let* '(p, l) := parameter l (numbered l letter part) [dim; cols (here l)] in
    let* t := transposed p in let* v := matmul (here l) t in if bias then
      let* '(b, l) := parameter l (numbered l ("b" ++ letter)%string part) [dim] in
      let* b := per_column b (rows (here l)) dim in let* v := add v b in ret (v, l) else ret (v, l).
  (* one head: softmax(X Q' (X K')') (X V') O, added to the heads before; heads share keys and values in
    groups *)
  Definition head (heads share dim : Z) (linear causal bias : bool)
      (state : layer * (option (T * T) * option T)) (h : nat) : C (layer * (option (T * T) * option T)) :=
    let '(l, (group, sum)) := state in let h := Z.of_nat h in let part k n := if 1 <? n then k + 1 else 0 in
    let* '(xq, l) := projection bias dim l "Q" (part h heads) in let* '(l, keys, vals) :=
      match group with
      | Some (k, v) => ret (l, k, v)
      | None =>
          let g := part (h / share) (heads / share) in
          let* '(xk, l) := projection bias dim l "K" g in
          let* '(xv, l) := projection bias dim l "V" g in ret (l, xk, xv)
      end in
    let* '(o, l) := parameter l (numbered l "O" (part h heads)) [dim; cols (here l)] in
    let* kt := transposed keys in let* scores := matmul xq kt in
    let* scores := if linear then (if causal then masked scores else ret scores) else softmax causal scores in
    let* mixed := matmul scores vals in let* out := matmul mixed o in
    let* out := match sum with None => ret out | Some s => add s out end in
    ret (l, (if (h + 1) mod share =? 0 then None else Some (keys, vals), Some out)).
  Definition attention (l : layer) (args : list expr) : C layer :=
    let* _ := require (negb (vector l) && flat (here l)) "the model: attention needs a matrix" in
    let flag s := existsb (is_name s) args in
    let* _ := arguments 0 ["heads"; "dim"; "kv_groups"] ["linear"; "causal"; "bias"] args in
    let* heads := option_of "heads" 1 args in
    let* dim := option_of "dim" 0 args in
    let* groups := option_of "kv_groups" heads args in
    let* _ := require
      ((0 <? heads) && (heads <=? 10000) && (0 <? dim) && (0 <? groups) && (heads mod groups =? 0))
      "the model: attention" in
    let* '(l, (_, sum)) :=
      fold (head heads (heads / groups) dim (flag "linear") (flag "causal") (flag "bias")) (range heads)
        (next_stage l, (None, None)) in
    match sum with
    | Some v =>
        if flag "bias" then
          let n := cols (here l) in
          let* '(b, l) := parameter l (numbered l "bO" 0) [n] in
          let* b := per_column b (rows (here l)) n in let* v := add v b in ret (put l v)
        else ret (put l v)
    | None => fail "the model: attention"
    end.
  (* the only argument of a stage, if any, is this flag *)
  Definition flagged (s : string) (args : list expr) : C bool :=
    let* _ := require (forallb (is_name s) args && Nat.leb (List.length args) 1)
      "unsupported: an option of a stage" in
    ret (negb (Nat.eqb (List.length args) 0)).
  (* stages that may be written without brackets *)
  Definition plain_stage (f : string) (args : list expr) (l : layer) : C layer :=
    let is s := String.eqb f s in
    if is "layernorm" then let* a := flagged "affine" args in norm_stage l true a
    else if is "rmsnorm" then let* a := flagged "affine" args in norm_stage l false a
    else if is "batchnorm" then let* a := flagged "affine" args in batch_norm l a
    else if is "softmax" then
      let* _ := flagged "" args in let* _ := check_rows l in
      let* v := by_rows (softmax false) (here l) in ret (put l v)
    else let* _ := flagged "" args in let* k := gate_of f in let* v := gated k (here l) in ret (put l v).

  Definition chain_of (e : expr) : list expr := match e with Chain c => c | _ => [e] end.
  Definition says_one (e : expr) : bool := match integer_of e with Some 1 => true | _ => false end.
  Fixpoint stage (depth : nat) (l : layer) (e : expr) : C layer :=
    match depth with
    | O => fail "the model: it is too deep"
    | Datatypes.S d =>
        match e with
        | Name f =>
            if (f =? "flatten")%string
            then let* v := reshape (here l) [entries_of (here l)] in ret (Layer (env_of l) v true)
            else plain_stage f [] l
        | Call f (a :: rest) =>
            let is s := String.eqb f s in
            if is "dense" then
              let* n := size_of a in
              let* bias := flagged "bias" rest in dense l n bias
            else if (is "maxpool" || is "avgpool")%bool then
              let one := says_one a && match rest with [] => true | _ => false end in
              let* _ := require (vector l || negb (flat (here l)) || negb (cols (here l) =? 1) || one)
                "the model: a window" in
              let* v := pool_with f (here l) (a :: rest) in ret (put l v)
            else if (is "conv1d" || is "conv2d")%bool then convolution_stage l (is "conv2d") (a :: rest)
            else if is "repeat" then
              let* n := size_of a in
              let* _ := require ((1 <=? n) && (n <=? 100000)) "the model: the number of copies" in
              match rest with
              | [b] => fold (fun l _ => fold (stage d) (chain_of b) l) (range n) l
              | _ => fail "the model: repeat"
              end
            else if is "glu" then
              let* n := size_of a in
              match rest with [Name g] => glu l n g | _ => fail "unsupported: an option of glu" end
            else if is "residual" then
              let* m := fold (stage d) (chain_of a) l in
              let* short := match rest with
                | [] => ret (Layer (env_of m) (here l) (vector l))
                | [b] => fold (stage d) (chain_of b) (Layer (env_of m) (here l) (vector l))
                | _ => fail "the model: residual"
                end in
              let* _ := require (same (here short) (here m) && Bool.eqb (vector short) (vector m))
                "the model: residual" in
              let* v := add (here short) (here m) in ret (put short v)
            else if is "attention" then attention l (a :: rest)
            else plain_stage f (a :: rest) l
        | Call f [] => plain_stage f [] l
        | _ => fail "unsupported: this stage"
        end
    end.
End Layers.
