(* Elaborate.v - what a model means: syntax trees to operations on matrices.  Executable and total.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   One text serves twice.  `emit` does an operation of Model.v on matrices: with `emit` := `step`
   (Meaning.v) what follows is the definition of the value of an expression and of a network; with `emit` :=
   "append the operation to a program" (Compile.v) it is the compiler.  Simulation.v proves that the
   program computes the value. *)
From Coq Require Import ZArith List Bool String.
From LawCert Require Import Poly Model Language.
Import ListNotations.
Open Scope string_scope.
Open Scope Z_scope.
Open Scope list_scope.

(* a matrix with its shape; `scalar`: written as a number, not as a 1 x 1 matrix *)
Record tensor (V : Type) := Tensor { val : V; rows : Z; cols : Z; scalar : bool }.
Arguments Tensor {V}. Arguments val {V}. Arguments rows {V}. Arguments cols {V}. Arguments scalar {V}.
Definition assoc {X} (k : string) (l : list (string * X)) : option X :=
  match find (fun t => String.eqb k (fst t)) l with Some (_, x) => Some x | None => None end.
Definition limit : Z := 1048576.
Definition range (n : Z) : list nat := seq 0 (Z.to_nat n).
Definition grid {X} (r c : Z) (f : nat -> nat -> X) : list (list X) :=
  map (fun i => map (f i) (range c)) (range r).
(* a list row by row *)
Fixpoint chunks {X} (r : nat) (c : nat) (l : list X) : list (list X) :=
  match r with O => [] | S r => firstn c l :: chunks r c (skipn c l) end.
Definition places {V} (k : nat) (a : tensor V) : list (list (nat * (nat * nat))) :=
  grid (rows a) (cols a) (fun r c => (k, (r, c))).
(* kinds of units and of functions; kind 2 is the max-pool *)
Definition functions : list string :=
  ["relu"; "leaky_relu"; ""; "exp"; "log"; "sin"; "cos"; "tanh"; "sigmoid"; "softplus"; "gelu"; "silu"; "erf";
    "sqrt";
   "generic"; "odd"; "even"; "generic0"].
Fixpoint position (s : string) (l : list string) (n : nat) : option nat :=
  match l with [] => None | t :: l => if (s =? t)%string then Some n else position s l (Datatypes.S n) end.
Definition kind_named (f : string) : option nat := position f functions 0%nat.
(* sizes, indices and exponents are whole numbers *)
Fixpoint integer_of (e : expr) : option Z :=
  match e with
  | Number a 1 => if Z.abs a <? limit then Some a else None
  | Neg e => option_map Z.opp (integer_of e)
  | Binary o a b =>
      match integer_of a, integer_of b with
      | Some x, Some y =>
          match o with Plus => Some (x + y) | Minus => Some (x - y) | Star => Some (x * y) | _ => None end
      | _, _ => None
      end
  | _ => None
  end.

Section Elaborate.
  Variables S V : Type.
  (* an operation on matrices; its references are places in the list of arguments *)
  Variable emit : node -> list V -> S -> V * S.
  (* the variable number i of a kind *)
  Variable number : kind -> Z -> positive.
  Notation C := (M S).
  Notation T := (tensor V).

  Definition make (nd : node) (args : list T) (r c : Z) (s : bool) : C T :=
    let* _ := require (r * c <=? limit) "unsupported: a model of this size" in
    fun st => let (v, st) := emit nd (map val args) st in Ok (Tensor v r c s, st).
  Definition size_of (e : expr) : C Z :=
    match integer_of e with Some i => ret i | None => fail "unsupported: this size, index or exponent" end.
  Definition entries_of (a : T) : Z := rows a * cols a.
  Definition single (a : T) : bool := entries_of a =? 1.
  Definition same (a b : T) : bool := (rows a =? rows b) && (cols a =? cols b).

  (* ---------------------------------------------------------------- operations *)
  Definition constant (q : Z * positive) (r c : Z) (s : bool) : C T :=
    make (Const (grid r c (fun _ _ => q))) [] r c s.
  Definition add (a b : T) : C T := make (Add 0 1) [a; b] (rows a) (cols a) (scalar a && scalar b).
  Definition opp (a : T) : C T := make (Opp 0) [a] (rows a) (cols a) (scalar a).
  Definition scale (s a : T) : C T := make (Scale 0 1) [s; a] (rows a) (cols a) (scalar a).
  Definition matmul (a b : T) : C T :=
    let* _ := require (cols a =? rows b) "the model: the inner sizes of a product differ" in
    make (MatMul 0 1) [a; b] (rows a) (cols b) false.
  Definition hadamard (a b : T) : C T := make (Had 0 1) [a; b] (rows a) (cols a) (scalar a && scalar b).
  Definition quotient (a b : T) : C T := make (Quot 0 1) [a; b] (rows a) (cols a) (scalar a && scalar b).
  Definition transposed (a : T) : C T := make (Transpose 0) [a] (cols a) (rows a) (scalar a).
  Definition total (a : T) : C T := make (Sum 0) [a] 1 1 true.
  Definition pick (l : list T) (v : list (list (nat * (nat * nat)))) (r c : Z) (s : bool) : C T :=
    make (Pick v) l r c s.
  Definition reshape (a : T) (r c : Z) : C T :=
    let* _ := require ((r * c =? entries_of a) && (0 <? r) && (0 <? c))
      "the model: reshape to another size" in
    pick [a] (chunks (Z.to_nat r) (Z.to_nat c) (List.concat (places 0 a))) r c false.
  Definition spread (a : T) (r c : Z) : C T := pick [a] (grid r c (fun _ _ => (0, (0, 0))%nat)) r c false.
  Definition as_scalar (a : T) : C T :=
    let* _ := require (single a) "the model: a number is expected" in
    ret (Tensor (val a) (rows a) (cols a) true).
  (* units and functions by their kind; of max-pools the entries of the windows, one window in a row *)
  Definition gated (k : nat) (a : T) : C T := make (Gate k 0 []) [a] (rows a) (cols a) (scalar a).

  Definition power (a : T) (k : Z) : C T :=
    let* _ := require (Z.abs k <=? 1000) "unsupported: this exponent" in
    let* q := make (Power 0 (Z.to_nat (Z.abs k))) [a] (rows a) (cols a) (scalar a) in
    if 0 <=? k then ret q
    else let* one := constant (1, 1%positive) (rows a) (cols a) (scalar a) in quotient one q.
  Definition binary (o : op) (a b : T) : C T :=
    let differ := "the model: the shapes of two operands differ" in
    match o with
    | Plus => let* _ := require (same a b) differ in add a b
    | Minus => let* _ := require (same a b) differ in let* c := opp b in add a c
    | Star =>
        if negb (scalar a) && negb (scalar b) && (cols a =? rows b) then matmul a b
        else if single a then scale a b
        else if single b then scale b a
        else fail "the model: the inner sizes of a product differ"
    | DotStar =>
        if scalar b || single b && negb (same a b) then scale b a
        else if scalar a || single a && negb (same a b) then scale a b
        else let* _ := require (same a b) differ in hadamard a b
    | Slash | DotSlash =>
        let* _ := require (single b || op_beq o DotSlash) "the model: `/' divides by a number" in
        if same a b then quotient a b
        else if single b then let* c := spread b (rows a) (cols a) in quotient a c
        else if single a then let* c := spread a (rows b) (cols b) in quotient c b
        else fail differ
    | _ => fail "the model: an operator"
    end.

  (* a number for each row, or for each column, in every entry *)
  Definition per_row (b : T) (r c : Z) : C T := pick [b] (grid r c (fun i _ => (0, (i, 0))%nat)) r c false.
  Definition per_column (b : T) (r c : Z) : C T := pick [b] (grid r c (fun _ j => (0, (j, 0))%nat)) r c false.
  (* row by row, but a vector is one row *)
  Definition by_rows (f : T -> C T) (a : T) : C T :=
    if cols a =? 1 then let* t := transposed a in let* v := f t in transposed v else f a.
  (* entry j of row i, 0 for j > i *)
  Definition masked (a : T) : C T :=
    let* m := make (Const (grid (rows a) (cols a) (fun i j => if Nat.leb j i then (1, 1%positive) else (0,
      1%positive))))
      [] (rows a) (cols a) false in
    hadamard a m.
  Definition softmax (causal : bool) (a : T) : C T :=
    let* e := gated 3 a in
    let* e := if causal then masked e else ret e in
    let* ones := constant (1, 1%positive) (cols a) 1 false in
    let* s := matmul e ones in
    let* d := per_row s (rows a) (cols a) in
    make (Quot 0 1) [e; d] (rows a) (cols a) false.
  (* by the root of the mean square; `centred`: minus the mean first *)
  Definition normalised (centred : bool) (a : T) : C T :=
    let* mean := constant (1, Z.to_pos (cols a)) (cols a) 1 false in
    let* z := if centred
      then let* m := matmul a mean in let* m := per_row m (rows a) (cols a) in let* m := opp m in add a m
      else ret a in
    let* q := hadamard z z in
    let* q := matmul q mean in
    let* s := gated 13 q in
    let* d := per_row s (rows a) (cols a) in
    make (Quot 0 1) [z; d] (rows a) (cols a) false.

  (* indices start at 1: the first, one past the last, and whether it is a number *)
  Definition bounds (n : Z) (e : expr) : C (Z * Z * bool) :=
    let* '(i, j, s) := match e with
      | Everything => ret (0, n, false)
      | Range a b => let* i := size_of a in let* j := size_of b in ret (i - 1, j, false)
      | _ => let* i := size_of e in ret (i - 1, i, true)
      end in
    let* _ := require ((0 <=? i) && (j <=? n) && (i <? j)) "the model: an index out of range" in
    ret (i, j, s).
  Definition indexed (a : T) (l : list expr) : C T :=
    let slice i r j c s :=
      pick [a] (grid r c (fun x y => (0, (Z.to_nat i + x, Z.to_nat j + y))%nat)) r c s in
    match l with
    | [e] =>
        if cols a =? 1 then let* '(i, j, s) := bounds (rows a) e in slice i (j - i) 0 1 s
        else if rows a =? 1 then let* '(i, j, s) := bounds (cols a) e in slice 0 1 i (j - i) s
        else fail "the model: the number of indices"
    | [e; f] =>
        let* '(i, j, s) := bounds (rows a) e in
        let* '(g, h, t) := bounds (cols a) f in slice i (j - i) g (h - g) (s && t)
    | _ => fail "the model: the number of indices"
    end.
  (* windows of k entries, side by side, of a vector or of the rows of a matrix; one window in a row *)
  Definition pool (maximum : bool) (a : T) (k : Z) : C T :=
    let vector := cols a =? 1 in
    let n := if vector then rows a else cols a in
    let* _ := require ((0 <? k) && (k <=? n)) "the model: a window" in
    let* _ := require (n mod k =? 0) "the model: a window that does not divide the length" in
    let count := entries_of a / k in
    let* w := pick [a] (chunks (Z.to_nat count) (Z.to_nat k) (List.concat (places 0 a))) count k false in
    let* v := if maximum
      then let* g := gated 2 w in let* ones := constant (1, 1%positive) k 1 false in matmul g ones
      else let* mean := constant (1, Z.to_pos k) k 1 false in matmul w mean in
    if vector then ret v else reshape v (rows a) (n / k).
  Definition shape (a : T) : tensor Datatypes.unit := Tensor tt (rows a) (cols a) (scalar a).
  Definition blocks (l : list T) : list (list (list (nat * (nat * nat)))) :=
    map (fun t => places (fst t) (snd t)) (combine (seq 0 (List.length l)) (map shape l)).
  Definition stack (l : list T) : C T :=
    let c := cols (hd (Tensor tt 0 0 false) (map shape l)) in
    let* _ := require ((0 <? c) && forallb (fun a => cols a =? c) (map shape l)) "the model: vstack" in
    pick l (List.concat (blocks l)) (fold_right (fun a n => rows a + n) 0 (map shape l)) c false.
  Definition beside (l : list T) : C T :=
    let r := rows (hd (Tensor tt 0 0 false) (map shape l)) in
    let* _ := require ((0 <? r) && forallb (fun a => rows a =? r) (map shape l)) "the model: hstack" in
    pick l (map (fun i => List.concat (map (fun b => nth i b []) (blocks l))) (range r))
      r (fold_right (fun a n => cols a + n) 0 (map shape l)) false.
  (* [a, b, c] is a column, [a, b; c, d] a matrix *)
  Definition array (l : list (list T)) : C T :=
    let s := map (map shape) l in
    let w := List.length (hd [] s) in
    let* _ := require (forallb (fun r => Nat.eqb (List.length r) w) s) "the model: a ragged matrix" in
    let* _ := require (forallb (fun a => rows a * cols a =? 1) (List.concat s))
      "the model: a number is expected" in
    let all := map (fun i => (i, (0, 0))%nat) (seq 0 (List.length (List.concat s))) in
    let n := Z.of_nat (List.length s) in
    if n =? 1 then pick (List.concat l) (chunks w 1 all) (Z.of_nat w) 1 false
    else pick (List.concat l) (chunks (List.length s) w all) n (Z.of_nat w) false.

  Definition call (f : string) (l : list T) (sizes : list expr) : C T :=
    let is s := String.eqb f s in
    match l, sizes with
    | [a], [] =>
        match kind_named f with Some k => gated k a | None =>
        if is "sum" then total a
        else if is "softmax" then by_rows (softmax false) a
        else if is "layernorm" then by_rows (normalised true) a
        else if is "rmsnorm" then by_rows (normalised false) a
        else if is "mean" then
          let* t := total a in let* q := constant (1, Z.to_pos (entries_of a)) 1 1 true in scale q t
        else if is "trace" then
          let* _ := require (rows a =? cols a) "the model: trace" in
          let* d := pick [a] [map (fun i => (0, (i, i))%nat) (range (rows a))] 1 (rows a) false in total d
        else if is "flatten" then reshape a (entries_of a) 1
        else if is "vstack" || is "concat" then stack l
        else if is "hstack" then beside l
        else fail ("unsupported: the function " ++ f)
        end
    | [a], [k] =>
        let* k := size_of k in
        if is "reshape" then reshape a k 1 else if is "maxpool" then pool true a k
        else if is "avgpool" then pool false a k else fail ("unsupported: the function " ++ f)
    | [a], [r; c] =>
        let* r := size_of r in let* c := size_of c in
        if is "reshape" then reshape a r c else fail ("unsupported: the function " ++ f)
    | _, [] =>
        if is "vstack" || is "concat" then stack l
        else if is "hstack" then beside l
        else match l with
          | [a; b] => if is "dot" then
              let* _ := require (same a b) "the model: dot" in let* p := hadamard a b in total p
              else fail ("unsupported: the function " ++ f)
          | _ => fail ("unsupported: the function " ++ f)
          end
    | _, _ => fail ("unsupported: the function " ++ f)
    end.
  (* the arguments after the first are sizes *)
  Definition sized (f : string) : bool := existsb (String.eqb f) ["reshape"; "maxpool"; "avgpool"].

  Section Expressions.
    Variable names : list (string * T).
    Fixpoint value_of (depth : nat) (e : expr) : C T :=
      match depth with
      | O => fail "the model: it is too deep"
      | Datatypes.S d =>
          match e with
          | Number a b => constant (a, b) 1 1 true
          | Name s =>
              match assoc s names with Some v => ret v | None => fail ("the model: unknown name " ++ s) end
          | Neg e => let* a := value_of d e in opp a
          | Transposed e => let* a := value_of d e in transposed a
          | Index e l => let* a := value_of d e in indexed a l
          | Array l => let* v := each (each (value_of d)) l in array v
          | Binary (Caret as o) e k | Binary (DotCaret as o) e k =>
              let* a := value_of d e in let* k := size_of k in
              if single a then let* a := as_scalar a in power a k
              else let* _ := require (op_beq o DotCaret) "the model: ^ of a matrix" in power a k
          | Binary o e f => let* a := value_of d e in let* b := value_of d f in binary o a b
          | Call f l =>
              if sized f then let* v := each (value_of d) (firstn 1 l) in call f v (skipn 1 l)
              else let* v := each (value_of d) l in call f v []
          | _ => fail "the model: an expression is expected"
          end
      end.
  End Expressions.
  Definition depth : nat := Z.to_nat 65536.     (* of expressions: a sum of n terms has depth n *)

  (* ---------------------------------------------------------------- declarations *)
  Record declaration := Declaration {
    d_name : string; d_kind : kind; d_first : Z; d_rows : Z; d_cols : Z; d_sizes : nat }.
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
      (Nat.eqb (d_sizes d) 0).
  Definition named (c : environment) (name : string) (v : T) : C environment :=
    let* _ := require (match assoc name (names c) with None => true | _ => false end)
      ("the model: " ++ name ++ " is declared twice") in
    ret (Environment ((name, v) :: names c) (declared c) (counts c) (stage_number c)).
  Definition declare (c : environment) (k : kind) (name : string) (sizes : list Z) : C (T * environment) :=
    let* '(r, s) := match sizes with
      | [] => ret (1, 1)
      | [r] => ret (r, 1)
      | [r; s] => ret (r, s)
      | _ => fail "unsupported: tensors of rank 3 and 4"
      end in
    let* _ := require ((0 <? r) && (0 <? s) && (r * s <=? limit)) "the model: a size" in
    let d := Declaration name k (counts c k) r s (List.length sizes) in
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
  Definition dense (l : layer) (n : Z) (bias : bool) : C layer :=
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
    let r := rows (here l) in let c := cols (here l) in
    let* _ := require (negb (vector l) && (1 <? c)) "the model: batchnorm" in
    let* v := normalised true (here l) in if affine then let l := next_stage l in
      let* '(g, l) := parameter l (numbered l "g" 0) [r] in
      let* '(b, l) := parameter l (numbered l "b" 0) [r] in
      let* g := per_row g r c in let* v := hadamard g v in
      let* b := per_row b r c in let* v := add v b in ret (put l v) else ret (put l v).

  (* one head: softmax(X Q' (X K')') (X V') O, added to the heads before; heads share keys and values in
    groups *)
  Definition option_of (k : string) (default : Z) (args : list expr) : C Z :=
    fold (fun n e =>
      match e with Option l e => if (k =? l)%string then size_of e else ret n | _ => ret n end) args default.
  Definition is_name (s : string) (e : expr) : bool :=
    match e with Name t => (s =? t)%string | _ => false end.
  (* X P', with a bias on every row *)
  Definition projection (bias : bool) (dim : Z) (l : layer) (letter : string) (part : Z) : C (T * layer) :=
    let* '(p, l) := parameter l (numbered l letter part) [dim; cols (here l)] in
    let* t := transposed p in let* v := matmul (here l) t in if bias then
      let* '(b, l) := parameter l (numbered l ("b" ++ letter)%string part) [dim] in
      let* b := per_column b (rows (here l)) dim in let* v := add v b in ret (v, l) else ret (v, l).
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
    let* _ := require (negb (vector l)) "the model: attention needs a matrix" in
    let flag s := existsb (is_name s) args in
    let known e := match e with
      | Name s => existsb (String.eqb s) ["linear"; "causal"; "bias"]
      | Option k _ => existsb (String.eqb k) ["heads"; "dim"; "kv_groups"]
      | _ => false
      end in
    let* _ := require (forallb known args) "unsupported: an option of attention" in
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

  Fixpoint stage (depth : nat) (l : layer) (e : expr) : C layer :=
    match depth with
    | O => fail "the model: it is too deep"
    | Datatypes.S d =>
        match e with
        | Name f =>
            if (f =? "flatten")%string
            then let* v := reshape (here l) (entries_of (here l)) 1 in ret (Layer (env_of l) v true)
            else plain_stage f [] l
        | Call f (a :: rest) =>
            let is s := String.eqb f s in
            if is "dense" then
              let* n := size_of a in
              let* bias := flagged "bias" rest in dense l n bias
            else if (is "maxpool" || is "avgpool")%bool then
              let* _ := require (match rest with [] => true | _ => false end)
                "unsupported: an option of a pool" in
              let* k := size_of a in
              let* _ := require (vector l || negb (cols (here l) =? 1) || (k =? 1)) "the model: a window" in
              let* v := pool (is "maxpool") (here l) k in ret (put l v)
            else if is "glu" then
              let* n := size_of a in
              match rest with [Name g] => glu l n g | _ => fail "unsupported: an option of glu" end
            else if is "residual" then
              let* _ := require (match rest with [] => true | _ => false end)
                "unsupported: an option of residual" in
              let* m := fold (stage d) (match a with Chain c => c | _ => [a] end) l in
              let* _ := require (same (here l) (here m) && Bool.eqb (vector l) (vector m))
                "the model: residual" in
              let* v := add (here l) (here m) in ret (put m v)
            else if is "attention" then attention l (a :: rest)
            else plain_stage f (a :: rest) l
        | Call f [] => plain_stage f [] l
        | _ => fail "unsupported: this stage"
        end
    end.

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
            let start := Layer (scope m) (Tensor (val x) (rows x) (cols x) false) (Nat.leb (d_sizes d) 1) in
            let* l := fold (stage depth) stages start in
            result_of_network m (env_of l) (here l)
        | _ => fail "the model: `net' needs exactly one input"
        end
    | Map e => let* v := value m e in ret (Model (scope m) (outs m ++ [v]) (network m) true (raw m) (flow m))
    | Field e =>
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
    let* _ := require (match outs m with [] => false | _ => true end &&
      negb (raw m && (network m || mapped m)) && negb (network m && mapped m))
      "the model: no output, or several kinds" in
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
End Elaborate.
