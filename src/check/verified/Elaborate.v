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
Definition assoc {X} (k : string) (l : list (string * X)) : option X :=
  match find (fun t => String.eqb k (fst t)) l with Some (_, x) => Some x | None => None end.
Definition limit : Z := 1048576.
Definition range (n : Z) : list nat := seq 0 (Z.to_nat n).
Definition grid {X} (r c : Z) (f : nat -> nat -> X) : list (list X) :=
  map (fun i => map (f i) (range c)) (range r).
Definition places {V} (k : nat) (a : tensor V) : list (list (nat * (nat * nat))) :=
  grid (rows a) (cols a) (fun r c => (k, (r, c))).
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
  (* units with a gate: kind 0 relu, 1 leaky_relu, 2 max-pool: entries of its windows, one window in a row *)
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
        if cols a =? 1 then let* '(i, j, s) := bounds (rows a) e in slice i (j - i) 0 1 s
        else if rows a =? 1 then let* '(i, j, s) := bounds (cols a) e in slice 0 1 i (j - i) s
        else fail "the model: the number of indices"
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
        if is "relu" then gated 0 a
        else if is "leaky_relu" then gated 1 a
        else if is "sum" then total a
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
      let* b := if vector l then ret b
        else pick [b] (grid (rows (here l)) n (fun _ c => (0, (c, 0))%nat)) (rows (here l)) n false in
      let* v := add v b in ret (put l v)
    else ret (put l v).
  Definition gate_of (f : string) : C nat :=
    if (f =? "relu")%string then ret 0%nat else if (f =? "leaky_relu")%string then ret 1%nat
    else fail ("unsupported: the stage " ++ f).
  Definition glu (l : layer) (n : Z) (f : string) : C layer :=
    let* _ := require (flat (here l)) "the model: this stage needs a vector or a matrix" in
    let* k := gate_of f in
    let l := next_stage l in
    let* '(w, l) := parameter l (numbered l "W" 0) [n; features l] in
    let* '(u, l) := parameter l (numbered l "V" 0) [n; features l] in
    let* a := linear l w in
    let* b := linear l u in
    let* g := gated k a in let* v := hadamard g b in ret (put l v).

  (* one head: X Q' (X K')' (X V') O, added to the heads before; heads share keys and values in groups *)
  Definition head (heads share dim : Z) (state : layer * (option (T * T) * option T)) (h : nat)
      : C (layer * (option (T * T) * option T)) :=
    let '(l, (group, sum)) := state in
    let h := Z.of_nat h in
    let f := cols (here l) in
    let part k n := if 1 <? n then k + 1 else 0 in
    let* '(q, l) := parameter l (numbered l "Q" (part h heads)) [dim; f] in
    let* '(l, keys, vals) :=
      match group with
      | Some (k, v) => ret (l, k, v)
      | None =>
          let g := part (h / share) (heads / share) in
          let* '(k, l) := parameter l (numbered l "K" g) [dim; f] in
          let* '(v, l) := parameter l (numbered l "V" g) [dim; f] in
          let* kt := transposed k in let* xk := matmul (here l) kt in
          let* vt := transposed v in let* xv := matmul (here l) vt in ret (l, xk, xv)
      end in
    let* '(o, l) := parameter l (numbered l "O" (part h heads)) [dim; f] in
    let* qt := transposed q in let* xq := matmul (here l) qt in
    let* kt := transposed keys in let* scores := matmul xq kt in
    let* mixed := matmul scores vals in let* out := matmul mixed o in
    let* out := match sum with None => ret out | Some s => add s out end in
    ret (l, (if (h + 1) mod share =? 0 then None else Some (keys, vals), Some out)).
  Definition attention (l : layer) (args : list expr) : C layer :=
    let* _ := require (negb (vector l) && flat (here l)) "the model: attention needs a matrix" in
    let* _ := require (existsb (is_name "linear") args && negb (existsb (is_name "causal") args))
      "unsupported: attention that is not linear" in
    let known e := match e with
      | Name s => (s =? "linear")%string
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
      fold (head heads (heads / groups) dim) (range heads) (next_stage l, (None, None)) in
    match sum with Some v => ret (put l v) | None => fail "the model: attention" end.

  Definition chain_of (e : expr) : list expr := match e with Chain c => c | _ => [e] end.
  Definition is_one (e : expr) : bool := match integer_of e with Some 1 => true | _ => false end.
  Fixpoint stage (depth : nat) (l : layer) (e : expr) : C layer :=
    match depth with
    | O => fail "the model: it is too deep"
    | Datatypes.S d =>
        match e with
        | Name f =>
            if (f =? "flatten")%string
            then let* v := reshape (here l) [entries_of (here l)] in ret (Layer (env_of l) v true)
            else let* k := gate_of f in let* v := gated k (here l) in ret (put l v)
        | Call f (a :: rest) =>
            let is s := String.eqb f s in
            if is "dense" then
              let* n := size_of a in
              let* bias := match rest with
                | [] => ret false
                | [b] => if is_name "bias" b then ret true else fail "unsupported: an option of dense"
                | _ => fail "unsupported: an option of dense"
                end in
              dense l n bias
            else if (is "maxpool" || is "avgpool")%bool then
              let* _ := require (vector l || negb (flat (here l)) || negb (cols (here l) =? 1) || is_one a && 
                match rest with [] => true | _ => false end) "the model: a window" in
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
            else fail ("unsupported: the stage " ++ f)
        | _ => fail "unsupported: this stage"
        end
    end.
End Elaborate.
