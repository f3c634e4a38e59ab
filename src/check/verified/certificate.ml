(* certificate.ml - reads the two files into the terms of the verified kernel.  Not verified.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
open Json
open Elaborate
module V = Kernel

type claims = { conserved : bool; independent : bool; rank : bool; complete : bool; invariant : bool;
  involutive : bool; growth : bool; symmetry : bool; refuted : bool; units : bool }
type involution = { fields : V.field list; basis : V.field list; q : V.poly;
  rows : (V.poly list list * V.poly list) list }
type refutation = { expression : string; output : int; values : (Z.t * (Z.t * Z.t)) list }
type t = {
  title : string;
  text : string;                       (* of the model *)
  model : model;
  problem : V.problem;
  plain : bool Lazy.t;                 (* whether the members are polynomial *)
  claims : claims;
  cert : V.cert;
  taylors : V.taylor list;             (* the instances, where they are not *)
  texts : string list;                 (* the laws as written *)
  subspaces : V.subspace list;
  involution : involution option;
  growth : int list;                   (* where taylors are the instances: the rank *)
  refutation : refutation option;
  symmetry : (bool * Z.t) list list;   (* a sign, true for minus, and a coordinate *)
  units : V.units_claim option }

let most_terms = 200_000
let claim_order = [ "conserved"; "independent"; "rank"; "complete"; "units"; "invariant"; "refuted";
  "involutive"; "growth"; "symmetry" ]
let read_claims j =
  let l = map "claims" (string "claims") j in
  let rec go order = function
    | [] -> ()
    | c :: rest -> (
        match order with
        | [] -> reject "claims: \"%s\" is unknown, or out of order" c
        | o :: order -> if o = c then go order rest else go order (c :: rest)) in
  go claim_order l;
  if l = [] then reject "claims: the list is empty";
  let has c = List.mem c l in
  if has "units" && List.exists has [ "conserved"; "invariant"; "refuted"; "involutive"; "symmetry" ] then
    reject "claims: beside units there may be independent, rank, complete and growth only";
  if has "growth" && not (has "rank") then reject "claims: growth without rank";
  if has "independent" && not (has "conserved" || has "units") then
    reject "claims: independent without conserved or units";
  if has "complete" && not (has "independent" &&
    has "rank") then reject "claims: complete without independent and rank";
  { conserved = has "conserved"; independent = has "independent"; rank = has "rank";
    complete = has "complete";
    invariant = has "invariant"; involutive = has "involutive"; growth = has "growth";
    symmetry = has "symmetry"; refuted = has "refuted"; units = has "units" }

(* a piece of the model language; the format has no comments *)
let statement what j =
  let s = string what j in
  if String.contains s '#' then reject "%s: a comment" what;
  s

let read_problem text ~units =
  let get = fields "the problem" [ "format"; "model"; "relu"; "title";
    "version" ] (parse "the problem" text) in
  let get k = Option.get (get k) in
  if get "format" <> String "conslaw-problem"
    || get "version" <> Int 2 then reject "the problem: format or version";
  let lines = map "model" (statement "model") (get "model") in
  let m = read_model lines in
  if m.V.t_raw && gates m > 0 then reject "gated units in a field";
  let word = String (if gates m > 0 then "path-lifting" else "none") in
  if get "relu" <> word && not (units && List.mem (get "relu") [ String "path-lifting"; String "none" ])
    then reject "relu: another word is expected";
  (string "title" (get "title"), String.concat "\n" lines, m)

let exactly what n l = if List.length l <> n then reject "%s: %d elements are expected, here are %d" what n
  (List.length l); l
let inverse what n x =
  let x = Z.erem x n in
  if not (Z.equal (Z.gcd x n) Z.one) then reject "%s is not invertible modulo mod" what;
  Z.invert x n

(* instances: the kernel's record, and how many times larger its field is than the member that is named *)
let read_instance (m : model) problem frozen j =
  if m.V.t_raw then
    let k = int "field" (Option.get (fields "an instance" [ "field" ] j "field")) in
    if k >= List.length m.V.t_sizes then reject "an instance: field %d" k;
    let g = { V.i_values = []; i_covector = []; i_raw = Some (nat k) } in
    (g, V.instance_scale problem frozen g)
  else
    let inputs = count m Input and gates = gates m in
    (match j with Object l when List.mem_assoc "direction" l || List.mem_assoc "order" l ->
      unsupported "Taylor members" | _ -> ());
    let keys = [ "covector" ] @ (if gates > 0 then [ "gates" ] else []) @ (if inputs > 0 then [ "inputs" ]
      else [ "?inputs" ]) in
    let get = fields "an instance" keys j in
    let size = Z.to_int (List.fold_left Z.add Z.zero m.V.t_sizes) in
    let y = exactly "covector" size (map "covector" (rational "covector") (Option.get (get "covector"))) in
    let x = match get "inputs" with Some l -> exactly "inputs" inputs (map "inputs" (rational "inputs") l)
      | None -> [] in
    let values = List.mapi (fun i q -> (number m Input i, q)) x in
    let gate_values = match get "gates" with
      | None -> []
      | Some s ->
          let s = string "gates" s in
          digits "gates" s 0;
          let s = Z.of_string s in
          if not (Z.fits_int64 s) then reject "gates: the seed is too large";
          gate_values m s in
    let l = List.fold_left (fun l (_, b) -> Z.lcm l b) Z.one y in
    let g = { V.i_values = values @ gate_values; i_covector = List.map (fun (a, b) -> Z.div (Z.mul a l) b) y;
      i_raw = None } in
    let simple = List.for_all (fun (_, (_, b)) -> Z.equal b Z.one) values && List.for_all (fun (_, b) ->
      Z.equal b Z.one) frozen
      && List.for_all (function V.Quot _ -> false | V.Const v -> List.for_all (List.for_all (fun (_, b) ->
        Z.equal b Z.one)) v | _ -> true)
        problem.V.p_prog in
    (g, Z.mul l (if simple then Z.one else V.instance_scale problem frozen g))

let empty_cert = { V.c_laws = []; c_instances = []; c_words = []; c_chosen = []; c_point = [];
  c_mod = Z.of_int 2; c_A = []; c_C = [] }

(* the same where members are not polynomial: Taylor coefficients at the point *)
let read_taylor (m : model) problem point j =
  let inputs = count m Input in
  if gates m > 0 then unsupported "rank with gates, for a model with functions";
  let zero = (Z.zero, Z.one) in
  let g, l =
    if m.V.t_raw then
      let k = int "field" (Option.get (fields "an instance" [ "field" ] j "field")) in
      if k >= List.length m.V.t_sizes then reject "an instance: field %d" k;
      ({ V.y_inputs = []; y_order = nat 0; y_covector = []; y_field = Some (nat k) }, Z.one)
    else
      let get = fields "an instance"
        [ "covector"; "?direction"; (if inputs > 0 then "inputs" else "?inputs"); "?order" ] j in
      let size = Z.to_int (List.fold_left Z.add Z.zero m.V.t_sizes) in
      let y = exactly "covector" size (map "covector" (rational "covector") (Option.get (get "covector"))) in
      let numbers k = Option.map (fun l -> exactly k inputs (map k (rational k) l)) (get k) in
      let x = Option.value (numbers "inputs") ~default:(List.init inputs (fun _ -> zero)) in
      let d, order = match (numbers "direction", get "order") with
        | Some d, Some k -> (d, int "order" k)
        | None, None -> (List.map (fun _ -> zero) x, 0)
        | _ -> reject "an instance: direction and order occur together" in
      if order > 64 then reject "an instance: order %d" order;
      let l = List.fold_left (fun l (_, b) -> Z.lcm l b) Z.one y in
      ({ V.y_inputs = List.mapi (fun i q -> (number m Input i, q)) (List.combine x d); y_order = nat order;
         y_covector = List.map (fun (a, b) -> Z.div (Z.mul a l) b) y; y_field = None }, l) in
  match V.taylor_vector problem { empty_cert with V.c_point = List.map (fun q -> (q, Z.zero)) point } g with
  | Some (scale, _) -> (g, Z.mul l scale)
  | None -> unsupported "values that are not known to be rational, for a model with functions"

let read_matrix what n rows cols j =
  let entry e =
    let x = integer what e in
    if Z.lt x Z.zero || Z.geq x n then reject "%s: %s is not in 0..mod-1" what (Z.to_string x);
    x in
  exactly what rows (map what (fun r -> exactly what cols (map what entry r)) j)
let rec transpose = function [] | [] :: _ -> [] | m -> List.map List.hd m :: transpose (List.map List.tl m)

let read_words count j =
  let n = ref count in
  map "words" (fun w ->
    match map "words" (int "words") w with
    | [ i; j ] -> if i >= !n || j >= !n then reject "words: a forward reference"; incr n; (i, j)
    | _ -> reject "words: pairs are expected") j

(* the modulus, the point, the chosen words and the two matrices,
   brought to the scale of the kernel's fields *)
let read_split m claims laws frozen instances words ~point ~split =
  let p = count m Coordinate in
  let keys = (if claims.rank then [ "A" ] else []) @ (if claims.independent then [ "C" ] else [])
    @ (if claims.rank then [ "chosen" ] else []) @ [ "mod" ] in
  let get = fields "split" keys split in
  let n = integer "mod" (Option.get (get "mod")) in
  if Z.leq n Z.one || Z.numbits n > 61 then reject "mod: the modulus is not between 2 and 2^61 - 1";
  let point = exactly "point" p (map "point" (rational "point") point) in
  let c_point = List.map (fun (a, b) ->
    ((a, b), inverse "a denominator of the point" n b)) (point @ frozen) in
  let total = List.length instances + List.length words in
  let chosen, a = if not claims.rank then ([], []) else
    let chosen = map "chosen" (int "chosen") (Option.get (get "chosen")) in
    List.iter (fun i -> if i >= total then reject "chosen: entry %d" i) chosen;
    let scales = Array.make (max 1 total) Z.one in
    List.iteri (fun i (_, s) -> scales.(i) <- Z.erem s n) instances;
    List.iteri (fun k (i, j) ->
      scales.(List.length instances + k) <- Z.erem (Z.mul scales.(i) scales.(j)) n) words;
    let r = List.length chosen in
    let columns = if r = 0 then (ignore (read_matrix "A" n p 0 (Option.get (get "A"))); [])
      else transpose (read_matrix "A" n p r (Option.get (get "A"))) in
    (chosen, List.map2 (fun i column -> let u = inverse "a scale" n scales.(i) in
      if Z.equal u Z.one then column else List.map (fun x -> Z.erem (Z.mul x u) n) column) chosen columns) in
  let c = if not claims.independent then [] else
    let at = V.point_mod c_point in
    List.map2 (fun l row ->
      let d = V.poly_mod n at (snd (V.law_frac l V.variable)) in
      let u = inverse "the denominator of a law" n (Z.mul d d) in
      if Z.equal u Z.one then row else List.map (fun x -> Z.erem (Z.mul x u) n) row)
      laws (read_matrix "C" n (List.length laws) p (Option.get (get "C"))) in
  (n, c_point, chosen, a, c)

let read_subspace j =
  let get = fields "invariant" [ "G"; "H"; "basis"; "d"; "equations" ] j in
  let matrix k = map k (map k (integer k)) (Option.get (get k)) in
  { V.s_G = matrix "G"; s_H = matrix "H"; s_B = matrix "basis"; s_E = matrix "equations";
    s_d = integer "d" (Option.get (get "d")) }

let read_involution (m : model) problem cert count j =
  if gates m > 0 then unsupported "involutive for a model with gates";
  let get = fields "involutive" [ "basis"; "coefficients"; "q" ] j in
  let chosen = map "basis" (int "basis") (Option.get (get "basis")) in
  List.iter (fun i -> if i >= count then reject "basis: entry %d" i) chosen;
  let members = match V.members problem with Some l -> l | None ->
    unsupported "members that are not polynomial" in
  let basis = match V.basis_fields problem { cert with V.c_chosen = List.map nat chosen } with
    | Some l -> l | None -> unsupported "basis fields that are not polynomial" in
  let k = List.length basis in
  let frac m what e =
    let n, d = polynomial m (statement what e) in
    match V.constant d with Some z -> (n, z) | None -> unsupported "rational coefficients of involutivity" in
  let q = frac m "q" (Option.get (get "q")) in
  let frac = frac (with_inputs m) in
  let entries = map "coefficients" (fun e -> match list "coefficients" e with
    | [ i; j; c ] -> ((int "coefficients" i, int "coefficients" j),
      exactly "coefficients" k (map "coefficients" (frac "coefficients") c))
    | _ -> reject "coefficients: triples are expected") (Option.get (get "coefficients")) in
  let expected = List.concat (List.mapi (fun i _ -> List.map (fun j -> (i, j)) (range 0 (k + 1))) members) in
  if List.map fst entries <> expected
    then reject "coefficients: one row for every field and every basis element, in this order";
  let l = List.fold_left (fun l (_, c) -> List.fold_left (fun l (_, d) ->
    Z.lcm l d) l c) (Z.abs (snd q)) entries in
  let clear (p, d) = List.map (fun (m, c) -> (m, Z.div (Z.mul c l) d)) p in
  let row i j = List.map clear (List.assoc (i, j) entries) in
  { fields = members; basis; q = clear q;
    rows = List.mapi (fun i _ -> (List.map (row i) (range 0 k), row i k)) members }

let read_growth chosen j =
  let n = List.length chosen in
  map "growth" (fun d ->
    let d = int "growth" d in
    if d > n then reject "growth: %d of %d words" d n;
    d) j

let read_generator (m : model) j =
  let p = count m Coordinate in
  exactly "symmetry" p (map "symmetry" (fun pair -> match list "symmetry" pair with
    | [ sign; image ] ->
        let i = int "symmetry" image in
        if i >= p then reject "symmetry: coordinate %d" i;
        let minus = match string "symmetry" sign with "1" -> false | "-1" -> true
          | s -> reject "symmetry: the sign \"%s\"" s in
        (minus, number m Coordinate i)
    | _ -> reject "symmetry: pairs are expected") j)

(* the runs of axes, as they stand; the kernel expands them *)
let read_units j =
  let get = fields "units" [ "count"; "pivots"; "tensors" ] j in
  let get k = Option.get (get k) in
  let z what e = Z.of_int (int what e) in
  let piece e = match list "a run" e with
    | [ n ] -> (z "a run" n, None)
    | [ n; start; step; c ] ->
        let a, b = rational "a coefficient" c in
        (z "a run" n, Some ((z "a run" start, z "a run" step), { V.qnum = a; qden = b }))
    | _ -> reject "units: a run has one or four elements" in
  let layer e = map "axes" (map "an axis" piece) e in
  let tensor e =
    let get = fields "a tensor" [ "?axes"; "?layers"; "name" ] e in
    let u_layers = match (get "axes", get "layers") with
      | Some axes, None -> [ layer axes ]
      | None, Some l -> map "layers" layer l
      | _ -> reject "a tensor: either \"axes\" or \"layers\" is expected" in
    { V.u_name = characters (string "a name" (Option.get (get "name"))); u_layers } in
  let pivot e = match list "a pivot" e with
    | [ t; index ] -> (z "a pivot" t, map "a pivot" (z "a pivot") index)
    | _ -> reject "units: a pivot is a tensor and its indices" in
  let pivots = map "pivots" pivot (get "pivots") in
  if int "count" (get "count") <> List.length pivots then
    reject "units: a pivot for each free unit is expected";
  { V.u_count = z "count" (get "count"); u_tensors = map "tensors" tensor (get "tensors"); u_pivots = pivots }

let read_refutation (m : model) frozen j =
  if m.V.t_raw || m.V.t_problem.V.p_weights <> None then unsupported "refuted for fields, or with a metric";
  if windows m then unsupported "refuted for a model with windows";
  let get = fields "refuted" [ "expression"; "inputs"; "output"; "point" ] j in
  let get k = Option.get (get k) in
  let numbers k kind = exactly k (count m kind) (map k (rational k) (get k)) in
  let named kind l = List.mapi (fun i q -> (number m kind i, q)) l in
  let output = int "output" (get "output") in
  if output >= Z.to_int (List.fold_left Z.add Z.zero m.V.t_sizes) then reject "refuted: output %d" output;
  { expression = statement "expression" (get "expression"); output;
    values = named Coordinate (numbers "point" Coordinate) @ named Frozen frozen
      @ named Input (numbers "inputs" Input) }

let read problem_text cert_text =
  let j = parse "the certificate" cert_text in
  let get = fields "the certificate" [ "claims"; "format"; "?frozen"; "?growth"; "?instances"; "?invariant";
    "?involutive"; "?laws"; "?point"; "problem";
    "?refuted"; "?split"; "?symmetry"; "?units"; "version"; "?words" ] j in
  let need k = Option.get (get k) in
  let claims = read_claims (need "claims") in
  let title, text, m = read_problem problem_text ~units:(claims.units &&
    not (claims.rank || claims.independent)) in
  if need "format" <> String "conslaw-cert"
    || need "version" <> Int 2 then reject "the certificate: format or version";
  if need "problem" <> String (Sha256.hex problem_text) then reject "the certificate is for another problem";
  let section k needed = match (get k, needed) with
    | Some j, true -> Some j
    | None, false -> None
    | None, true -> reject "the section \"%s\" is missing" k
    | Some _, false -> reject "the section \"%s\" serves no claim" k in
  let at_point = claims.rank || claims.independent and entries = claims.rank || claims.involutive in
  let laws = section "laws" claims.conserved and point = section "point" at_point and split = section "split"
    at_point in
  let instances = section "instances" entries and invariant = section "invariant" claims.invariant in
  let involutive = section "involutive" claims.involutive in
  let growth = section "growth" claims.growth and symmetry = section "symmetry" claims.symmetry in
  let frozen = section "frozen" ((at_point || claims.refuted) && count m Frozen > 0) in
  let units = Option.map read_units (section "units" claims.units) in
  let refuted = section "refuted" claims.refuted in
  if get "words" <> None && not entries then reject "the section \"words\" serves no claim";
  let problem = m.V.t_problem in
  (* these claims expand the polynomials; `units' alone does not *)
  let c = claims in
  if c.conserved || c.rank || c.complete || c.invariant || c.refuted || c.involutive || c.symmetry then (
    let terms = V.terms_of problem in
    if Z.gt terms (Z.of_int most_terms) then
      unsupported "a model of this size (its polynomials have up to %s terms, the limit is %d)"
        (Z.to_string terms) most_terms);
  let frozen = match frozen with None -> [] | Some l ->
    exactly "frozen" (count m Frozen) (map "frozen" (rational "frozen") l) in
  let texts = match laws with None -> [] | Some l -> map "laws" (fun e ->
    let get = fields "a law" [ "expression"; "proof" ] e in
    (match Option.get (get "proof") with
     | String "expand" -> ()
     | String "tangent" -> if m.V.t_raw then reject "a law: a proof by tangents is for networks" (* the kernel has its own *)
     | _ -> reject "a law: another kind of proof than expand and tangent");
    statement "expression" (Option.get (get "expression"))) l in
  if claims.conserved && texts = [] then reject "laws: the list is empty";
  if analytic m && (claims.units || claims.involutive || claims.refuted)
    then unsupported "this claim for a model with functions";
  let plain = lazy (not (analytic m) && V.members problem <> None) in
  let programs = match units with
    | _ when not claims.independent -> []
    | Some u -> V.laws_of_units (characters text) u
    | None -> List.map (law m) texts in
  let instances, taylors = match instances with
    | None -> ([], [])
    | Some l when claims.rank && not (Lazy.force plain) ->
        (match split with
         | Some (Object l) when List.mem_assoc "root" l || List.mem_assoc "roots" l ->
             unsupported "square roots that are not rational, for a model with functions"
         | _ -> ());
        let at = exactly "point" (count m Coordinate)
          (map "point" (rational "point") (Option.get point)) @ frozen in
        let l = map "instances" (read_taylor m problem at) l in
        (List.map (fun (_, scale) -> ({ V.i_values = []; i_covector = []; i_raw = None }, scale)) l,
         List.map fst l)
    | Some l -> (map "instances" (read_instance m problem frozen) l, []) in
  let words = match get "words" with None -> [] | Some l -> read_words (List.length instances) l in
  let cert = { empty_cert with V.c_laws = programs; c_instances = List.map fst instances;
    c_words = List.map (fun (i, j) -> (nat i, nat j)) words } in
  let cert = match (point, split) with
    | Some point, Some split ->
        let n, c_point, chosen, a, c = read_split m claims programs frozen instances words ~point ~split in
        { cert with V.c_point; c_mod = n; c_chosen = List.map nat chosen; c_A = a; c_C = c }
    | _ -> cert in
  if taylors <> [] && List.exists (fun i -> int_of_nat i >= List.length taylors) cert.V.c_chosen then
    unsupported "brackets of members, for a model with functions";
  let subspaces = match invariant with None -> [] | Some l -> map "invariant" read_subspace l in
  if claims.invariant && subspaces = [] then reject "invariant: the list is empty";
  let involution = Option.map (read_involution m problem cert (List.length instances + List.length words))
    involutive in
  let growth = match growth with None -> [] | Some j -> read_growth cert.V.c_chosen j in
  let symmetry = match symmetry with None -> [] | Some j -> map "symmetry" (read_generator m) j in
  if claims.symmetry && symmetry = [] then reject "symmetry: the list is empty";
  if claims.symmetry && (m.V.t_raw || problem.V.p_weights <> None) then
    reject "symmetry: networks and maps under the plain gradient flow";
  let refutation = Option.map (read_refutation m frozen) refuted in
  { title; text; model = m; problem; plain; claims; cert; taylors; texts; subspaces; involution; growth;
    refutation; symmetry; units }
