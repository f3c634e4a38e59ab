(* elaborate.ml - syntax trees to the straight-line programs of the verified kernel, with fingerprints of all values
   (for the gates).  Not verified: it fixes what the model text means.  What it does not know is refused.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
open Json
open Language
module V = Kernel

let unsupported fmt = Printf.ksprintf (fun s -> raise (Reject ("unsupported: " ^ s))) fmt
let rec nat n = if n = 0 then V.O else V.S (nat (n - 1))

(* ------------------------------------------------------------------ fingerprints: arithmetic modulo 2^61 - 1 *)
let mersenne = Z.pred (Z.shift_left Z.one 61)
let mix z =
  let open Int64 in
  let z = add z 0x9e3779b97f4a7c15L in
  let z = mul (logxor z (shift_right_logical z 30)) 0xbf58476d1ce4e5b9L in
  let z = mul (logxor z (shift_right_logical z 27)) 0x94d049bb133111ebL in
  logxor z (shift_right_logical z 31)
let ( +% ) z k = Int64.add z (Int64.of_int k)
let reduce z = Z.of_int64 (Int64.unsigned_rem z (Z.to_int64 mersenne))
let key kind i = reduce (mix (mix (Int64.of_int kind) +% i))
let modulo x = Z.erem x mersenne
let quotient a b = let b = modulo b in if Z.equal b Z.zero then Z.zero else modulo (Z.mul a (Z.invert b mersenne))

(* ------------------------------------------------------------------ variables
   While the model is read, a variable is kind * 2^30 + number; `renumber` puts them in the kernel's order. *)
type kind = Coordinate | Frozen | Input | Gate
let base = function Coordinate -> 1 lsl 30 | Frozen -> 2 lsl 30 | Input -> 3 lsl 30 | Gate -> 4 lsl 30
let variable kind i = Z.of_int (base kind + i)
let limit = 1 lsl 24

type value = { node : int; rows : int; cols : int; scalar : bool; print : Z.t list list }
type symbol = { kind : kind; first : int; srows : int; scols : int; sscalar : bool; sizes : int }
type binding = Symbol of symbol | Let of expr
type gate_table = {
  by_key : (int * Z.t list * int, int) Hashtbl.t;       (* kind, fingerprints, column -> number of the gate *)
  mutable seeds : int64 list;                            (* of gate 0, 1, ..., in reverse: what instances mix *)
  mutable values : Z.t list;                             (* fingerprints of the gates, in reverse *)
  mutable count : int }

type model = {
  mutable names : (string * binding) list;
  counts : (kind, int) Hashtbl.t;
  gates : gate_table;
  mutable counter : int }                                (* stages with parameters *)

(* one straight-line program under construction *)
type program = {
  model : model;
  allow_inputs : bool;
  mutable nodes : V.node list;                           (* in reverse *)
  mutable prints : Z.t list list list;                   (* in reverse *)
  mutable length : int;
  mutable symbols : (string * value) list }

let new_model () = { names = []; counts = Hashtbl.create 5; counter = 0;
  gates = { by_key = Hashtbl.create 64; seeds = []; values = []; count = 0 } }
let new_program model allow_inputs = { model; allow_inputs; nodes = []; prints = []; length = 0; symbols = [] }
let count m kind = try Hashtbl.find m.counts kind with Not_found -> 0

let print_of_variable m id =
  let id = Z.to_int id in
  let i = id land (1 lsl 30 - 1) in
  match id lsr 30 with
  | 1 -> key 1 i
  | 2 -> key 3 i
  | 3 -> key 2 i
  | _ -> List.nth m.gates.values (m.gates.count - 1 - i)
let print_ops m : Z.t V.ops = {
  V.o0 = Z.zero; oadd = (fun a b -> modulo (Z.add a b)); omul = (fun a b -> modulo (Z.mul a b));
  oopp = (fun a -> modulo (Z.neg a)); oquot = quotient; oconst = (fun z p -> quotient z p); ovar = print_of_variable m }

(* appends a node; `arguments` are the values that the node refers to, in the order of `build` *)
let emit p node rows cols scalar print =
  if rows * cols > limit || p.length > 100_000 then unsupported "a model of this size";
  p.nodes <- node :: p.nodes;
  p.prints <- print :: p.prints;
  p.length <- p.length + 1;
  { node = p.length - 1; rows; cols; scalar; print }
(* the fingerprints come from the kernel's own `step`, on a tape that has the arguments only *)
let append p build arguments rows cols scalar =
  let print = V.step (print_ops p.model) (List.map (fun v -> v.print) arguments) (build (List.mapi (fun i _ -> nat i) arguments)) in
  emit p (build (List.map (fun v -> nat v.node) arguments)) rows cols scalar print
let two f = function [ a; b ] -> f a b | _ -> assert false
let one f = function [ a ] -> f a | _ -> assert false

let constant p ?(scalar = false) rows = append p (fun _ -> V.Const rows) [] (List.length rows) (List.length (List.hd rows)) scalar
let rational_number p a b = constant p ~scalar:true [ [ (a, b) ] ]
let add p a b = append p (two (fun i j -> V.Add (i, j))) [ a; b ] a.rows a.cols (a.scalar && b.scalar)
let opp p a = append p (one (fun i -> V.Opp i)) [ a ] a.rows a.cols a.scalar
let scale p s a = append p (two (fun i j -> V.Scale (i, j))) [ s; a ] a.rows a.cols a.scalar
let matmul p a b =
  if a.cols <> b.rows then reject "the model: the inner sizes of a product differ";
  append p (two (fun i j -> V.MatMul (i, j))) [ a; b ] a.rows b.cols false
let hadamard p a b = append p (two (fun i j -> V.Had (i, j))) [ a; b ] a.rows a.cols (a.scalar && b.scalar)
let transposed p a = append p (one (fun i -> V.Transpose i)) [ a ] a.cols a.rows a.scalar
(* entries of values by (which value, row, column) *)
let pick p ?(scalar = false) values rows =
  let build ids = let ids = Array.of_list ids in
    V.Pick (List.map (List.map (fun (k, r, c) -> (ids.(k), (nat r, nat c)))) rows) in
  append p build values (List.length rows) (List.length (List.hd rows)) scalar
let range a b = List.init (max 0 (b - a)) (fun i -> a + i)
let table rows cols f = List.map (fun r -> List.map (fun c -> f r c) (range 0 cols)) (range 0 rows)
let reshape p a rows cols =
  if rows * cols <> a.rows * a.cols then reject "the model: reshape to another size";
  pick p [ a ] (table rows cols (fun r c -> let i = r * cols + c in (0, i / a.cols, i mod a.cols)))
let as_scalar a = if a.rows * a.cols = 1 then { a with scalar = true } else reject "the model: a number is expected"

(* ------------------------------------------------------------------ gates *)
(* kind 0: relu, 1: leaky_relu, 2: max-pool; relu and leaky_relu of one pre-activation have gates of their own *)
let gate_number m kind prints column seed =
  let g = m.gates in
  match Hashtbl.find_opt g.by_key (kind, prints, column) with
  | Some i -> i
  | None ->
      Hashtbl.add g.by_key (kind, prints, column) g.count;
      g.seeds <- (if kind = 1 then seed +% 1 else seed) :: g.seeds;
      g.values <- reduce (mix (if kind = 2 then seed else seed +% (5 + kind))) :: g.values;
      g.count <- g.count + 1;
      g.count - 1
let gated p kind a =
  let unit z = variable Gate (gate_number p.model kind [ z ] 0 (Z.to_int64 z)) in
  let ids = List.map (List.map unit) a.print in
  append p (one (fun i -> V.Gate (nat kind, i, ids))) [ a ] a.rows a.cols a.scalar
(* windows: one row each *)
let max_pool p windows =
  let row prints =
    let w = List.fold_left (fun w z -> mix (Int64.add w (Z.to_int64 z))) 0L prints in
    List.mapi (fun e _ -> variable Gate (gate_number p.model 2 prints e (mix (w +% 7) +% e))) prints in
  let ids = List.map row windows.print in
  let g = append p (one (fun i -> V.Gate (nat 2, i, ids))) [ windows ] windows.rows windows.cols false in
  matmul p g (constant p (table windows.cols 1 (fun _ _ -> (Z.one, Z.one))))
(* the value of gate i in an instance with seed s *)
let gate_value m s i =
  let z = List.nth m.gates.seeds (m.gates.count - 1 - i) in
  let v = Int64.to_int (Int64.unsigned_rem (mix (Int64.add z (mix s))) 9L) - 4 in
  if v = 0 then 5 else v

(* ------------------------------------------------------------------ symbols *)
let declare m kind name sizes =
  if List.mem_assoc name m.names then reject "the model: %s is declared twice" name;
  let rows, cols = match sizes with [] -> (1, 1) | [ a ] -> (a, 1) | [ a; b ] -> (a, b) | _ -> unsupported "tensors of rank 3 and 4" in
  if rows < 1 || cols < 1 || rows > limit || cols > limit || rows * cols > limit then reject "the model: a size";
  let first = count m kind in
  Hashtbl.replace m.counts kind (first + (rows * cols));
  m.names <- (name, Symbol { kind; first; srows = rows; scols = cols; sscalar = sizes = []; sizes = List.length sizes }) :: m.names
let symbol_value p name s =
  match List.assoc_opt name p.symbols with
  | Some v -> v
  | None ->
      if s.kind = Input && not p.allow_inputs then reject "a law with the input %s" name;
      let ids = table s.srows s.scols (fun r c -> variable s.kind (s.first + (r * s.scols) + c)) in
      let v = append p (fun _ -> V.Var ids) [] s.srows s.scols s.sscalar in
      p.symbols <- (name, v) :: p.symbols;
      v

let rec integer_of = function
  | Number (a, b) when Z.equal b Z.one && Z.fits_int a && abs (Z.to_int a) < limit -> Z.to_int a
  | Neg e -> -integer_of e
  | Binary ("+", a, b) -> integer_of a + integer_of b
  | Binary ("-", a, b) -> integer_of a - integer_of b
  | Binary ("*", a, b) -> integer_of a * integer_of b
  | _ -> unsupported "this size, index or exponent"

let rec expr p (e : expr) : value =
  match e with
  | Number (a, b) -> rational_number p a b
  | Name n -> (
      match List.assoc_opt n p.model.names with
      | Some (Symbol s) -> symbol_value p n s
      | Some (Let e) -> (
          match List.assoc_opt n p.symbols with
          | Some v -> v
          | None -> let v = expr p e in p.symbols <- (n, v) :: p.symbols; v)
      | None -> reject "the model: unknown name %s" n)
  | Neg e -> opp p (expr p e)
  | Transposed e -> transposed p (expr p e)
  | Index (e, l) -> indexed p (expr p e) l
  | Array rows ->
      let w = List.length (List.hd rows) in
      if List.exists (fun r -> List.length r <> w) rows then reject "the model: a ragged matrix";
      let values = List.map (fun e -> as_scalar (expr p e)) (List.concat rows) in
      (* a single row is a column vector *)
      if List.length rows = 1 then pick p values (table w 1 (fun r _ -> (r, 0, 0)))
      else pick p values (table (List.length rows) w (fun r c -> ((r * w) + c, 0, 0)))
  | Binary (o, a, b) -> binary p o a b
  | Call (f, args) -> call p f args
  | Named _ | Chain _ | All | Range _ -> reject "the model: an expression is expected"
and binary p o a b =
  match o with
  | "^" | ".^" ->
      let a = expr p a and k = integer_of b in
      let a = if a.rows * a.cols = 1 then as_scalar a else if o = "^" then reject "the model: ^ of a matrix" else a in
      if abs k > 1000 then unsupported "this exponent";
      if k >= 0 then append p (one (fun i -> V.Power (i, nat k))) [ a ] a.rows a.cols a.scalar
      else
        let q = append p (one (fun i -> V.Power (i, nat (-k)))) [ a ] a.rows a.cols a.scalar in
        let one = constant p ~scalar:a.scalar (table a.rows a.cols (fun _ _ -> (Z.one, Z.one))) in
        append p (two (fun i j -> V.Quot (i, j))) [ one; q ] a.rows a.cols a.scalar
  | _ -> (
      let a = expr p a in
      let b = expr p b in
      let single v = v.rows * v.cols = 1 in
      let same = a.rows = b.rows && a.cols = b.cols in
      let need_same () = if not same then reject "the model: the shapes of `%s' differ" o in
      match o with
      | "+" -> need_same (); add p a b
      | "-" -> need_same (); add p a (opp p b)
      | "*" ->
          if (not a.scalar) && (not b.scalar) && a.cols = b.rows then matmul p a b
          else if single a then scale p a b
          else if single b then scale p b a
          else reject "the model: the inner sizes of a product differ"
      | ".*" -> if b.scalar || (single b && not same) then scale p b a
          else if a.scalar || (single a && not same) then scale p a b else (need_same (); hadamard p a b)
      | "/" | "./" ->
          if o = "/" && not (single b) then reject "the model: `/' divides by a number";
          let spread v w = if single v && not (single w) then pick p [ v ] (table w.rows w.cols (fun _ _ -> (0, 0, 0))) else v in
          let a' = spread a b in
          let b' = spread b a in
          if a'.rows <> b'.rows || a'.cols <> b'.cols then reject "the model: the shapes of `./' differ";
          append p (two (fun i j -> V.Quot (i, j))) [ a'; b' ] a'.rows a'.cols (a.scalar && b.scalar)
      | _ -> reject "the model: the operator %s" o)
and indexed p a l =
  let one n = function
    | All -> (0, n, false)
    | Range (i, j) -> (integer_of i - 1, integer_of j, false)
    | i -> let i = integer_of i in (i - 1, i, true) in
  let check n (i, j, _) = if i < 0 || j > n || i >= j then reject "the model: an index out of range" in
  match l with
  | [ i ] when a.cols = 1 || a.rows = 1 ->
      let n = a.rows * a.cols in
      let ((f, t, single) as r) = one n i in
      check n r;
      if single then pick p ~scalar:true [ a ] [ [ (0, f / a.cols, f mod a.cols) ] ]
      else if a.cols = 1 then pick p [ a ] (List.map (fun r -> [ (0, r, 0) ]) (range f t))
      else pick p [ a ] [ List.map (fun c -> (0, 0, c)) (range f t) ]
  | [ i; j ] ->
      let ((f, t, s1) as r) = one a.rows i and ((g, u, s2) as c) = one a.cols j in
      check a.rows r;
      check a.cols c;
      pick p ~scalar:(s1 && s2) [ a ] (List.map (fun r -> List.map (fun c -> (0, r, c)) (range g u)) (range f t))
  | _ -> reject "the model: the number of indices"
and pooled p a k =
  (* vectors along axis 0, matrices along axis 1; the stride is the window *)
  if k < 1 then reject "the model: a window";
  let vector = a.cols = 1 in
  let length = if vector then a.rows else a.cols in
  if length mod k <> 0 then reject "the model: a window that does not divide the length";
  let outer = if vector then 1 else a.rows and inner = length / k in
  let windows = pick p [ a ] (table (outer * inner) k (fun w e ->
    let o = w / inner and i = ((w mod inner) * k) + e in if vector then (0, i, 0) else (0, o, i))) in
  (windows, fun v -> if vector then v else reshape p v outer inner)
and call p f args =
  let values () = List.map (fun e -> expr p e) args in
  let arity k = if List.length args <> k then reject "the model: the arguments of %s" f in
  let total v = append p (one (fun i -> V.Sum i)) [ v ] 1 1 true in
  match f with
  | "relu" | "leaky_relu" -> arity 1; gated p (if f = "relu" then 0 else 1) (List.hd (values ()))
  | "sum" -> arity 1; total (List.hd (values ()))
  | "mean" ->
      arity 1;
      let v = List.hd (values ()) in
      scale p (rational_number p Z.one (Z.of_int (v.rows * v.cols))) (total v)
  | "trace" ->
      arity 1;
      let v = List.hd (values ()) in
      if v.rows <> v.cols then reject "the model: trace";
      total (pick p [ v ] [ List.map (fun i -> (0, i, i)) (range 0 v.rows) ])
  | "dot" -> (
      arity 2;
      match values () with
      | [ a; b ] when a.rows = b.rows && a.cols = b.cols -> total (hadamard p a b)
      | _ -> reject "the model: dot")
  | "vstack" | "concat" ->
      let v = values () in
      if List.exists (fun a -> a.cols <> (List.hd v).cols) v then reject "the model: %s" f;
      pick p v (List.concat (List.mapi (fun k a -> table a.rows a.cols (fun r c -> (k, r, c))) v))
  | "hstack" ->
      let v = values () in
      let h = List.hd v in
      if List.exists (fun a -> a.rows <> h.rows) v then reject "the model: hstack";
      pick p v (List.map (fun r -> List.concat (List.mapi (fun k a -> List.map (fun c -> (k, r, c)) (range 0 a.cols)) v)) (range 0 h.rows))
  | "flatten" -> arity 1; let v = List.hd (values ()) in reshape p v (v.rows * v.cols) 1
  | "reshape" -> (
      match args with
      | [ a; m ] -> reshape p (expr p a) (integer_of m) 1
      | [ a; m; n ] -> reshape p (expr p a) (integer_of m) (integer_of n)
      | _ -> unsupported "this reshape")
  | "maxpool" | "avgpool" -> (
      match args with
      | [ a; k ] ->
          let windows, back = pooled p (expr p a) (integer_of k) in
          if f = "maxpool" then back (max_pool p windows)
          else back (matmul p windows (constant p (table windows.cols 1 (fun _ _ -> (Z.one, Z.of_int windows.cols)))))
      | _ -> unsupported "this pooling")
  | _ -> unsupported "the function %s" f

(* ------------------------------------------------------------------ stages of `net` *)
type net = { p : program; mutable v : value; mutable vector : bool }
let parameter net name sizes =
  declare net.p.model Coordinate name sizes;
  expr net.p (Name name)
let linear net w = if net.vector then matmul net.p w net.v else matmul net.p net.v (transposed net.p w)
let numbered net prefix part =
  Printf.sprintf "%s%d%s" prefix net.p.model.counter (if part > 0 then Printf.sprintf "_%d" part else "")
let rec stage net e =
  let p = net.p and m = net.p.model in
  let features () = if net.vector then net.v.rows else net.v.cols in
  let dense n bias =
    m.counter <- m.counter + 1;
    let w = parameter net (numbered net "W" 0) [ n; features () ] in
    net.v <- linear net w;
    if bias then (
      let b = parameter net (numbered net "b" 0) [ n ] in
      let b = if net.vector then b else pick p [ b ] (table net.v.rows n (fun _ c -> (0, c, 0))) in
      net.v <- add p net.v b) in
  match e with
  | Name ("relu" as f) | Name ("leaky_relu" as f) -> net.v <- gated p (if f = "relu" then 0 else 1) net.v
  | Name "flatten" -> net.v <- reshape p net.v (net.v.rows * net.v.cols) 1; net.vector <- true
  | Call ("dense", [ n ]) -> dense (integer_of n) false
  | Call ("dense", [ n; Name "bias" ]) -> dense (integer_of n) true
  | Call (("maxpool" | "avgpool") as f, [ k ]) ->
      if (not net.vector) && net.v.cols = 1 && integer_of k > 1 then reject "the model: a window";
      let windows, back = pooled p net.v (integer_of k) in
      net.v <- (if f = "maxpool" then back (max_pool p windows)
        else back (matmul p windows (constant p (table windows.cols 1 (fun _ _ -> (Z.one, Z.of_int windows.cols))))))
  | Call ("glu", [ n; Name (("relu" | "leaky_relu") as f) ]) ->
      m.counter <- m.counter + 1;
      let n = integer_of n in
      let w = parameter net (numbered net "W" 0) [ n; features () ] in
      let v = parameter net (numbered net "V" 0) [ n; features () ] in
      let a = linear net w in
      let b = linear net v in
      net.v <- hadamard p (gated p (if f = "relu" then 0 else 1) a) b
  | Call ("residual", [ inner ]) ->
      let before = net.v and vector = net.vector in
      chain net inner;
      if before.rows <> net.v.rows || before.cols <> net.v.cols || vector <> net.vector then reject "the model: residual";
      net.v <- add p before net.v
  | Call ("attention", args) -> attention net args
  | Name s | Call (s, _) -> unsupported "the stage %s" s
  | _ -> reject "the model: a stage"
and chain net = function Chain l -> List.iter (stage net) l | e -> stage net e
and attention net args =
  let p = net.p and m = net.p.model in
  if net.vector then reject "the model: attention needs a matrix";
  if not (List.mem (Name "linear") args) || List.mem (Name "causal") args then unsupported "attention that is not linear";
  let option k d = List.fold_left (fun d -> function Named (l, e) when l = k -> integer_of e | _ -> d) d args in
  List.iter (function Name "linear" | Named (("heads" | "dim" | "kv_groups"), _) -> () | _ -> unsupported "an option of attention") args;
  let heads = option "heads" 1 and dim = option "dim" 0 in
  let groups = option "kv_groups" heads in
  if heads < 1 || dim < 1 || groups < 1 || heads mod groups <> 0 then reject "the model: attention";
  let share = heads / groups and features = net.v.cols in
  m.counter <- m.counter + 1;
  let group = ref None and sum = ref None in
  for h = 0 to heads - 1 do
    let part k n = if n > 1 then k + 1 else 0 in
    let q = parameter net (numbered net "Q" (part h heads)) [ dim; features ] in
    if h mod share = 0 then (
      let g = part (h / share) groups in
      let k = parameter net (numbered net "K" g) [ dim; features ] in
      let v = parameter net (numbered net "V" g) [ dim; features ] in
      let xk = matmul p net.v (transposed p k) in
      group := Some (xk, matmul p net.v (transposed p v)));
    let o = parameter net (numbered net "O" (part h heads)) [ dim; features ] in
    let xk, xv = Option.get !group in
    let scores = matmul p (matmul p net.v (transposed p q)) (transposed p xk) in
    let head = matmul p (matmul p scores xv) o in
    sum := Some (match !sum with None -> head | Some s -> add p s head)
  done;
  net.v <- Option.get !sum

(* ------------------------------------------------------------------ the model *)
type parsed = {
  p_model : model;
  program : program;
  raw : bool;
  outputs : value list;               (* networks and maps: the output; raw families: the fields *)
  weights : value option }

let read_model (lines : string list) : parsed =
  let m = new_model () in
  let p = new_program m true in
  let outputs = ref [] and raw = ref false and network = ref false and mapped = ref false and flow = ref None in
  let declarations c kind =
    List.iter (fun (name, sizes) -> declare m kind name sizes)
      (separated c (fun c -> let name = word c in
        if accept c "[" then (let l = separated c expression in expect c "]"; (name, List.map integer_of l)) else (name, []))) in
  let bindings c = separated c (fun c -> let name = word c in expect c "="; (name, expression c)) in
  let output v = if !network then reject "the model: two outputs"; network := true; outputs := [ v ] in
  let statement tokens =
    let c = { rest = tokens } in
    (match word c with
    | "param" -> declarations c Coordinate
    | "coords" -> raw := true; declarations c Coordinate
    | "input" -> declarations c Input
    | "frozen" -> declarations c Frozen
    | "let" -> List.iter (fun (name, e) ->
        if List.mem_assoc name m.names then reject "the model: %s is declared twice" name;
        let v = expr p e in
        p.symbols <- (name, v) :: p.symbols;
        m.names <- (name, Let e) :: m.names) (bindings c)
    | "output" -> output (expr p (expression c))
    | "net" ->
        let a = expression c in
        let all = Chain (a :: stages c) in
        let inputs = List.filter (function _, Symbol { kind = Input; _ } -> true | _ -> false) m.names in
        (match inputs with
        | [ (name, Symbol s) ] ->
            let net = { p; v = { (expr p (Name name)) with scalar = false }; vector = s.sizes <= 1 } in
            chain net all;
            output net.v
        | _ -> reject "the model: `net' needs exactly one input")
    | "map" -> mapped := true; List.iter (fun (_, e) -> let v = expr p e in outputs := !outputs @ [ v ]) (bindings c)
    | "field" -> raw := true; List.iter (fun (_, e) -> let v = expr p e in outputs := !outputs @ [ v ]) (bindings c)
    | "flow" -> if !flow <> None then reject "the model: two flows"; flow := Some (expression c)
    | s -> unsupported "the statement %s" s);
    finish c () in
  List.iter statement (statements (String.concat "\n" lines));
  if !outputs = [] || (!raw && (!network || !mapped)) || (!network && !mapped) then reject "the model: no output, or several kinds";
  let n = count m Coordinate in
  if !raw then List.iter (fun v -> if v.rows * v.cols <> n then reject "the model: a field has %d components" n) !outputs;
  let weights = match !flow with
    | None | Some (Name "gradient") -> None
    | Some _ when !raw -> unsupported "a flow of a raw family"
    | Some (Call ("mirror", names)) ->
        let inside = List.map (function
          | Name s -> (match List.assoc_opt s m.names with Some (Symbol ({ kind = Coordinate; _ } as s)) -> s | _ -> reject "the model: mirror")
          | _ -> reject "the model: mirror") names in
        let one = constant p [ [ (Z.one, Z.one) ] ] in
        let all = append p (fun _ -> V.Var (table n 1 (fun i _ -> variable Coordinate i))) [] n 1 false in
        Some (pick p [ one; all ] (table n 1 (fun i _ ->
          if List.exists (fun s -> i >= s.first && i < s.first + (s.srows * s.scols)) inside then (1, i, 0) else (0, 0, 0))))
    | Some (Call ("metric", [ e ])) -> let v = expr p e in if v.rows * v.cols <> n then reject "the model: metric"; Some v
    | Some _ -> unsupported "this flow" in
  { p_model = m; program = p; raw = !raw; outputs = !outputs; weights }

(* the kernel's numbers: coordinates, frozen, inputs, gates *)
let offset m = function
  | Coordinate -> 0
  | Frozen -> count m Coordinate
  | Input -> count m Coordinate + count m Frozen
  | Gate -> count m Coordinate + count m Frozen + count m Input
let number m kind i = Z.of_int (offset m kind + i + 1)
let renumber m nodes =
  let id z =
    let z = Z.to_int z in
    let i = z land ((1 lsl 30) - 1) in
    number m (match z lsr 30 with 1 -> Coordinate | 2 -> Frozen | 3 -> Input | _ -> Gate) i in
  List.rev_map (function
    | V.Var v -> V.Var (List.map (List.map id) v)
    | V.Gate (k, i, v) -> V.Gate (k, i, List.map (List.map id) v)
    | n -> n) nodes
let problem (q : parsed) : V.problem =
  let m = q.p_model in
  let nodes = List.map (fun v -> nat v.node) q.outputs in
  { V.p_dim = nat (count m Coordinate); p_frozen = nat (count m Frozen); p_prog = renumber m q.program.nodes;
    p_outputs = (if q.raw then [] else nodes);
    p_wires = (if q.raw then [] else List.map (fun i -> (number m Coordinate i, number m Coordinate i)) (range 0 (count m Coordinate)));
    p_weights = Option.map (fun v -> nat v.node) q.weights;
    p_raw = (if q.raw then nodes else []) }
(* a law: a program of its own, whose last node is the law *)
let law (q : parsed) (text : string) : V.node list =
  let p = new_program q.p_model false in
  let v = as_scalar (expr p (parse_expression text)) in
  let last = pick p ~scalar:true [ v ] [ [ (0, 0, 0) ] ] in
  ignore last;
  renumber q.p_model p.nodes
(* coefficients of involutivity: polynomials in the coordinates *)
let polynomial (q : parsed) (text : string) = V.law_frac (law q text) V.variable
