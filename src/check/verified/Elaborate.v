(* Elaborate.v - what a model means: syntax trees to operations on matrices.  Executable and total.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   One text serves twice.  `emit` does an operation of Model.v on matrices: with `emit` := `step`
   (Meaning.v) what follows is the definition of the value of an expression and of a network; with `emit` :=
   "append the operation to a program" (Compile.v) it is the compiler.  Simulation.v proves that the
   program computes the value. *)
From Coq Require Import ZArith List Bool String.
From LawCert Require Import Poly Model Language Signal.
Import ListNotations.
Open Scope string_scope.
Open Scope Z_scope.
Open Scope list_scope.

(* a matrix with its shape, and what it stands for: see Signal.v *)
Record tensor (V : Type) := Tensor { val : V; rows : Z; cols : Z; rank_of : rank }.
Arguments Tensor {V}. Arguments val {V}. Arguments rows {V}. Arguments cols {V}. Arguments rank_of {V}.
(* written as a number, not as a 1 x 1 matrix *)
Definition scalar {V} (a : tensor V) : bool := match rank_of a with Flat s => s | Deep _ => false end.
Definition flat {V} (a : tensor V) : bool := is_flat (rank_of a).
Definition sizes_of {V} (a : tensor V) : list Z :=
  match rank_of a with Flat _ => [rows a; cols a] | Deep dims => dims end.
Definition limit : Z := 1048576.
Definition range (n : Z) : list nat := seq 0 (Z.to_nat n).
Definition grid {X} (r c : Z) (f : nat -> nat -> X) : list (list X) :=
  map (fun i => map (f i) (range c)) (range r).
Definition places {V} (k : nat) (a : tensor V) : list (list (nat * (nat * nat))) :=
  grid (rows a) (cols a) (fun r c => (k, (r, c))).
(* the kind of a unit or function is its place in `functions' *)
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

  Definition make (nd : node) (args : list T) (r c : Z) (s : rank) : C T :=
    let* _ := require (r * c <=? limit) "unsupported: a model of this size" in
    fun st => let (v, st) := emit nd (map val args) st in Ok (Tensor v r c s, st).
  Definition size_of (e : expr) : C Z :=
    match integer_of e with Some i => ret i | None => fail "unsupported: this size, index or exponent" end.
  Definition entries_of (a : T) : Z := rows a * cols a.
  Definition single (a : T) : bool := entries_of a =? 1.
  Definition same (a b : T) : bool :=
    (rows a =? rows b) && (cols a =? cols b) && rank_eqb (rank_of a) (rank_of b).

  (* ---------------------------------------------------------------- operations *)
  Definition constant (q : Z * positive) (r c : Z) (s : rank) : C T :=
    make (Const (grid r c (fun _ _ => q))) [] r c s.
  Definition add (a b : T) : C T := make (Add 0 1) [a; b] (rows a) (cols a) (both (rank_of a) (rank_of b)).
  Definition opp (a : T) : C T := make (Opp 0) [a] (rows a) (cols a) (rank_of a).
  Definition scale (s a : T) : C T := make (Scale 0 1) [s; a] (rows a) (cols a) (rank_of a).
  Definition matmul (a b : T) : C T :=
    let* _ := require ((cols a =? rows b) && flat a && flat b)
      "the model: the inner sizes of a product differ" in
    make (MatMul 0 1) [a; b] (rows a) (cols b) false.
  Definition hadamard (a b : T) : C T :=
    make (Had 0 1) [a; b] (rows a) (cols a) (both (rank_of a) (rank_of b)).
  Definition quotient (a b : T) : C T :=
    make (Quot 0 1) [a; b] (rows a) (cols a) (both (rank_of a) (rank_of b)).
  Definition transposed (a : T) : C T :=
    let* _ := require (flat a) "the model: only a matrix has a transpose" in
    make (Transpose 0) [a] (cols a) (rows a) (rank_of a).
  Definition total (a : T) : C T := make (Sum 0) [a] 1 1 true.
  Definition pick (l : list T) (v : list (list (nat * (nat * nat)))) (r c : Z) (s : rank) : C T :=
    make (Pick v) l r c s.
  Definition all_places (k : nat) (a : T) : list (nat * (nat * nat)) := List.concat (places k a).
  Definition reshape (a : T) (dims : list Z) : C T :=
    let '(r, c, s) := stored dims in
    let* _ := require ((r * c =? entries_of a) && forallb (Z.ltb 0) dims)
      "the model: reshape to another size" in
    pick [a] (chunks (Z.to_nat r) (Z.to_nat c) (all_places 0 a)) r c s.
  Definition spread (a like : T) : C T :=
    pick [a] (grid (rows like) (cols like) (fun _ _ => (0, (0, 0))%nat)) (rows like) (cols like)
      (rank_of like).
  Definition as_scalar (a : T) : C T :=
    let* _ := require (single a) "the model: a number is expected" in
    ret (Tensor (val a) (rows a) (cols a) true).
  (* units and functions by their kind; of max-pools the entries of the windows, one window in a row *)
  Definition gated (k : nat) (a : T) : C T := make (Gate k 0 []) [a] (rows a) (cols a) (rank_of a).

  Definition power (a : T) (k : Z) : C T :=
    let* _ := require (Z.abs k <=? 1000) "unsupported: this exponent" in
    let* q := make (Power 0 (Z.to_nat (Z.abs k))) [a] (rows a) (cols a) (rank_of a) in
    if 0 <=? k then ret q
    else let* one := constant (1, 1%positive) (rows a) (cols a) (rank_of a) in quotient one q.
  (* a single entry is a number where shapes differ *)
  Definition number_or (same : bool) (a : T) : T :=
    if single a && negb same then Tensor (val a) (rows a) (cols a) true else a.
  Definition product (a b : T) : C T :=
    if negb (scalar a) && negb (scalar b) && flat a && flat b && (cols a =? rows b) then matmul a b
    else if single a then scale a b
    else if single b then scale b a
    else fail "the model: the inner sizes of a product differ".
  Definition binary (o : op) (a b : T) : C T :=
    let differ := "the model: the shapes of two operands differ" in
    match o with
    | Plus =>
        let* _ := require (same a b || single a && single b) differ in
        add (number_or (same a b) a) (number_or (same a b) b)
    | Minus =>
        let* _ := require (same a b || single a && single b) differ in
        let* c := opp (number_or (same a b) b) in add (number_or (same a b) a) c
    | Star => product a b
    | DotStar =>
        if scalar b || single b && negb (same a b) then scale b a
        else if scalar a || single a && negb (same a b) then scale a b
        else let* _ := require (same a b) differ in hadamard a b
    | Slash | DotSlash =>
        let* _ := require (single b || op_beq o DotSlash) "the model: `/' divides by a number" in
        if same a b then quotient a b
        else if single b then let* c := spread b a in quotient a c
        else if single a then let* c := spread a b in quotient c b
        else fail differ
    | _ => fail "the model: an operator"
    end.

  (* a number for each row, or for each column, in every entry *)
  Definition per_row (b : T) (r c : Z) : C T := pick [b] (grid r c (fun i _ => (0, (i, 0))%nat)) r c false.
  Definition per_column (b : T) (r c : Z) : C T := pick [b] (grid r c (fun _ j => (0, (j, 0))%nat)) r c false.
  (* row by row, but a vector is one row *)
  Definition by_rows (f : T -> C T) (a : T) : C T :=
    let* _ := require (flat a) "the model: a function of the rows of a matrix" in
    if cols a =? 1 then let* t := transposed a in let* v := f t in transposed v else f a.
  (* entry j of row i, 0 for j > i *)
  Definition masked (a : T) : C T :=
    let* m := make (Const (grid (rows a) (cols a) (fun i j =>
      if Nat.leb j i then (1, 1%positive) else (0, 1%positive))))
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
  Definition indexed_deep (a : T) (dims : list Z) (l : list expr) : C T :=
    let* _ := require (Nat.eqb (List.length dims) (List.length l)) "the model: the number of indices" in
    let* b := each (fun t => bounds (fst t) (snd t)) (combine dims l) in
    let lengths := map (fun t => snd (fst t) - fst (fst t)) b in
    let '(r, c, s) := if forallb snd b then (1, 1, Flat true) else stored lengths in
    pick [a] (chunks (Z.to_nat r) (Z.to_nat c)
      (part dims (combine (map (fun t => fst (fst t)) b) lengths) (all_places 0 a))) r c s.
  Definition indexed_flat (a : T) (l : list expr) : C T :=
    let slice i r j c s :=
      pick [a] (grid r c (fun x y => (0, (Z.to_nat i + x, Z.to_nat j + y))%nat)) r c s in
    match l with
    | [e] =>
        let* _ := require (cols a =? 1) "the model: the number of indices" in
        let* '(i, j, s) := bounds (rows a) e in slice i (j - i) 0 1 s
    | [e; f] =>
        let* '(i, j, s) := bounds (rows a) e in
        let* '(g, h, t) := bounds (cols a) f in slice i (j - i) g (h - g) (s && t)
    | _ => fail "the model: the number of indices"
    end.
  Definition indexed (a : T) (l : list expr) : C T :=
    match rank_of a with Deep dims => indexed_deep a dims l | Flat _ => indexed_flat a l end.
  (* channels, height and width of an image, a signal with channels, a vector *)
  Definition picture (a : T) : option (Z * Z * Z) :=
    match rank_of a with
    | Flat _ => if cols a =? 1 then Some (1, 1, rows a) else Some (rows a, 1, cols a)
    | Deep [c; h; w] => Some (c, h, w)
    | Deep _ => None
    end.
  Definition small (n : Z) : C Datatypes.unit := require (n <=? limit) "unsupported: a model of this size".
  (* stride 0: side by side *)
  Definition pool (maximum : bool) (a : T) (k stride pad : Z) : C T :=
    match picture a with
    | None => fail "the model: a window needs a vector, a matrix or an image"
    | Some (channels, h, w) =>
        let step := if stride =? 0 then k else stride in
        let high := negb (flat a) in
        let z := Windows (if high then k else 1) k step (if high then pad else 0) pad in
        let along n := fits n k step pad && (negb (stride =? 0) || ((n + 2 * pad) mod k =? 0)) in
        let* _ := require ((pad <? k) && (0 <=? stride) && along w && (negb high || along h))
          "the model: a window" in
        if (k =? 1) && (step =? 1) then ret a else
        let w' := fitting w k step pad in
        let h' := if high then fitting h k step pad else 1 in
        let most := w_h z * k in
        let* _ := small ((h + 2 * pad) * (w + 2 * pad)) in
        let* _ := small (channels * h' * w' * most) in
        let* v := pick [a] (pooled z channels h w (all_places 0 a)) (channels * h' * w') most false in
        let* v := if maximum
          then let* g := gated 2 v in let* ones := constant (1, 1%positive) most 1 false in matmul g ones
          else let* mean := constant (1, Z.to_pos most) most 1 false in matmul v mean in
        if high then reshape v [channels; h'; w']
        else if cols a =? 1 then ret v else reshape v [channels; w']
    end.
  (* x[channels, length] with W[out, channels, k]; x[channels, h, w] with W[out, channels, kh, kw] *)
  Definition convolve (x kernel : T) (stride pad : Z) : C T :=
    let bad := "the model: a convolution of wrong shapes" in
    let* _ := require (negb (flat kernel)) bad in
    let* '(c, h, w, z) := match sizes_of x, sizes_of kernel with
      | [c; n], [_; d; k] => let* _ := require (c =? d) bad in ret (c, 1, n, Windows 1 k stride 0 pad)
      | [c; h; w], [_; d; kh; kw] =>
          let* _ := require ((c =? d) && fits h kh stride pad) bad in
          ret (c, h, w, Windows kh kw stride pad pad)
      | _, _ => fail bad
      end in
    let* _ := require (fits w (w_w z) stride pad) bad in
    let h' := fitting h (w_h z) stride (w_top z) in
    let w' := fitting w (w_w z) stride pad in
    let* _ := small ((h + 2 * pad) * (w + 2 * pad)) in
    let* _ := small (cols kernel * (h' * w')) in
    let* zero := constant (0, 1%positive) 1 1 false in
    let* m := pick [zero; x] (unrolled z c h w (0, (0, 0))%nat (all_places 1 x)) (cols kernel)
      (h' * w') false in
    let* v := matmul (Tensor (val kernel) (rows kernel) (cols kernel) false) m in
    ret (Tensor (val v) (rows v) (cols v) (if flat x then Flat false else Deep [rows kernel; h'; w'])).
  Definition is_option (k : string) (e : expr) : bool :=
    match e with Option l _ => (k =? l)%string | _ => false end.
  Definition is_name (s : string) (e : expr) : bool :=
    match e with Name t => (s =? t)%string | _ => false end.
  Definition option_of (k : string) (default : Z) (args : list expr) : C Z :=
    fold (fun n e =>
      match e with Option l e => if (k =? l)%string then size_of e else ret n | _ => ret n end) args default.
  (* so many sizes; options and flags, each at most once *)
  Definition arguments (count : nat) (options flags : list string) (args : list expr) : C (list Z) :=
    let extra e := existsb (fun k => is_option k e) options || existsb (fun k => is_name k e) flags in
    let once f := Nat.leb (List.length (filter f args)) 1 in
    let* _ := require
      (forallb (fun k => once (is_option k)) options && forallb (fun k => once (is_name k)) flags)
      "the model: an option is given twice" in
    let sizes := filter (fun e => negb (extra e)) args in
    let* _ := require (Nat.eqb (List.length sizes) count) "the model: the number of arguments" in
    each size_of sizes.
  (* k, stride=..., pad=... *)
  Definition pool_with (f : string) (a : T) (args : list expr) : C T :=
    let* l := arguments 1 ["stride"; "pad"] [] args in
    let* stride := option_of "stride" 0 args in let* pad := option_of "pad" 0 args in
    let* _ := require ((1 <=? stride) || negb (existsb (is_option "stride") args)) "the model: a stride" in
    match l with [k] => pool (f =? "maxpool")%string a k stride pad | _ => fail "the model: a window" end.
  Definition convolution (f : string) (l : list T) (args : list expr) : C T :=
    let* _ := arguments 0 ["stride"; "pad"] [] args in
    let* stride := option_of "stride" 1 args in let* pad := option_of "pad" 0 args in
    match l with
    | [x; w] =>
        let* _ := require (Nat.eqb (List.length (sizes_of x)) (if (f =? "conv1d")%string then 2 else 3))
          "the model: a convolution of wrong shapes" in
        convolve x w stride pad
    | _ => fail "the model: the arguments of a convolution"
    end.
  Definition shape (a : T) : tensor Datatypes.unit := Tensor tt (rows a) (cols a) (rank_of a).
  Definition blocks (l : list T) : list (list (list (nat * (nat * nat)))) :=
    map (fun t => places (fst t) (snd t)) (combine (seq 0 (List.length l)) (map shape l)).
  (* the sizes of parts that agree but on one axis *)
  Definition joined (axis : nat) (l : list T) : C (list Z) :=
    let sizes := map sizes_of (map shape l) in
    let first := hd [] sizes in
    let without d := firstn axis d ++ skipn (axis + 1) d in
    let fits d := Nat.eqb (List.length d) (List.length first) && dims_eqb (without d) (without first) in
    let* _ := require (negb (Nat.eqb (List.length l) 0) && forallb fits sizes)
      "the model: parts that do not fit together" in
    ret (firstn axis first ++ fold_right (fun d n => nth axis d 0 + n) 0 sizes :: skipn (axis + 1) first).
  Definition stack (l : list T) : C T :=
    let* dims := joined 0 l in let '(r, c, s) := stored dims in pick l (List.concat (blocks l)) r c s.
  Definition beside (l : list T) : C T :=
    let* dims := joined 1 l in let '(r, c, s) := stored dims in
    pick l (map (fun i => List.concat (map (fun b => nth i b []) (blocks l))) (range r)) r c s.
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

  (* the diagonal matrix of a vector; the diagonal of a square matrix *)
  Definition diagonal (a : T) : C T :=
    let bad := "the model: diag needs a vector or a square matrix" in
    let* _ := require (flat a) bad in
    if single a then ret a
    else if cols a =? 1 then
      let* zero := constant (0, 1%positive) 1 1 false in
      pick [zero; a] (grid (rows a) (rows a) (fun i j =>
        if Nat.eqb i j then (1, (i, 0))%nat else (0, (0, 0))%nat)) (rows a) (rows a) false
    else
      let* _ := require (rows a =? cols a) bad in
      pick [a] (grid (rows a) 1 (fun i _ => (0, (i, i))%nat)) (rows a) 1 false.
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
          let* _ := require ((rows a =? cols a) && flat a) "the model: trace" in
          let* d := pick [a] [map (fun i => (0, (i, i))%nat) (range (rows a))] 1 (rows a) false in total d
        else if is "flatten" then reshape a [entries_of a]
        else if is "diag" then diagonal a
        else if is "vstack" || is "concat" then stack l
        else if is "hstack" then beside l
        else fail ("unsupported: the function " ++ f)
        end
    | [a], _ =>
        if is "reshape" then let* dims := each size_of sizes in
          let* _ := require (Nat.leb (List.length dims) 4) "the model: reshape takes one to four sizes" in
          reshape a dims
        else if is "maxpool" || is "avgpool" then pool_with f a sizes
        else fail ("unsupported: the function " ++ f)
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
  (* the arguments after the first, or the first two, are sizes and options *)
  Definition convolves (f : string) : bool := existsb (String.eqb f) ["conv1d"; "conv2d"].
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
              if convolves f then let* v := each (value_of d) (firstn 2 l) in convolution f v (skipn 2 l)
              else if sized f then let* v := each (value_of d) (firstn 1 l) in call f v (skipn 1 l)
              else let* v := each (value_of d) l in call f v []
          | _ => fail "unsupported: this expression"
          end
      end.
  End Expressions.
  Definition depth : nat := Z.to_nat 65536.     (* of expressions: a sum of n terms has depth n *)
End Elaborate.
