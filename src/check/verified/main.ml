(* main.ml - lieorbit-check-verified PROBLEM CERTIFICATE: reads (unverified), asks the verified kernel,
   says what was proved.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
open Json
open Elaborate
module V = Kernel

let usage = "Usage: lieorbit-check-verified [--limit-seconds=N] PROBLEM CERTIFICATE\n\n\
Checks a certificate of `lieorbit --certificate' with the extracted,
  proved kernel (see `The verified checker' in the\n\
manual). The last line is VERIFIED (exit status 0) or NOT VERIFIED: reason (exit status 1). A limit that is met\n\
(N seconds, 600 unless given) is not verified.\n"

let read_file name =
  try
    let ic = open_in_bin name in
    let n = in_channel_length ic in
    if n > 1 lsl 30 then reject "%s is too large" name;
    let s = really_input_string ic n in
    close_in ic;
    s
  with Sys_error e -> reject "%s" e | End_of_file -> reject "%s cannot be read" name

let plural n word = Printf.sprintf "%d %s%s" n word (if n = 1 then "" else "s")

let check (t : Certificate.t) =
  let c = t.claims and m = t.model in
  let require ok what = if not ok then reject "%s" what in
  let gates () = require (V.check_gates m) "gates: the ties are not those of equal pre-activations" in
  let kernel test what =
    if not test then (if not (analytic m) then gates (); reject "the proved kernel refuses: %s" what) in
  let text = characters t.text and laws = List.map characters t.texts in
  let say fmt = Printf.ksprintf (fun s -> print_string ("  " ^ s ^ "\n")) fmt in
  let n = count m Coordinate in
  Printf.printf "%s (%s):\n" (if t.title = "" then "the model" else t.title)
    (plural n (if m.V.t_raw then "coordinate" else "parameter"));
  Option.iter (fun u -> if not (V.check_text_units text u) then reject "the proved kernel refuses: units")
    t.units;
  let expanded = c.conserved || c.invariant || c.symmetry in
  let plain = (expanded || c.rank || c.involutive) && Lazy.force t.plain in
  if (c.involutive || c.units && c.rank) && not plain then
    unsupported "a family with members that are not polynomial";
  (* the functions of which text_conserved_true, function_laws_conserved and text_complete speak *)
  let by_gates = plain && (c.complete || List.for_all (fun l ->
    match V.compile_law m l with V.Ok _ -> true | V.Error _ -> false) laws) in
  let whole () = match t.units with
    | Some u -> V.check_text_units_complete text u t.cert
    | None -> V.check_text text laws t.cert in
  if c.complete && plain then kernel (whole ()) "conserved, independent, rank or complete"
  else (
    if c.conserved then
      (if by_gates then kernel (V.check_text_laws text laws) "conserved"
       else (
         if plain then gates ();
         List.iter (fun s -> ignore (accepted (V.compile_function_law m s))) laws;
         if not (V.check_function_laws text laws) then reject "the proved kernel refuses: conserved"))
    else if plain || not (c.units && not c.rank || expanded || c.rank && not c.refuted) then gates ();
    if c.independent then kernel (match t.units with
      | None when plain -> V.check_text_independent text laws t.cert
      | None -> V.check_function_independent text laws t.cert
      | Some _ -> V.check_independent t.problem t.cert) "independent";
    if c.complete then kernel (V.check_function_complete text laws t.taylors t.cert) "rank or complete"
    else if c.rank then kernel (if plain then V.check_text_rank text t.cert
      else V.check_function_rank text t.taylors t.cert) "rank");
  (* those that are not tangent to every member of the gated family may be so to those of the network *)
  let gated, others = List.partition (fun s -> plain && V.check_invariant t.problem s) t.subspaces in
  if others <> [] && not (V.check_function_invariants text others) then (
    if plain then gates ();
    reject "the proved kernel refuses: invariant");
  Option.iter (fun (i : Certificate.involution) ->
    kernel (V.check_involutive_inputs t.problem i.fields i.basis i.q i.rows) "involutive") t.involution;
  if c.growth then kernel (if plain then V.check_growth t.cert (List.map nat t.growth)
    else t.growth = [ List.length t.cert.V.c_chosen ]) "growth";   (* all are members *)
  let symmetric = if plain then V.check_text_symmetry else V.check_function_symmetry in
  if c.symmetry && not (symmetric text t.symmetry) then (
    if plain then gates ();
    if windows m then unsupported "this symmetry of a model with windows";
    reject "the proved kernel refuses: symmetry");
  Option.iter (fun (r : Certificate.refutation) ->
    if not (V.check_text_refuted text (characters r.expression) r.values (nat r.output)) then (
      if not (Lazy.force t.plain) then unsupported "refuted for a model with quotients";
      gates ();
      reject "the proved kernel refuses: refuted")) t.refutation;
  if c.conserved then say "%s %s identically, at every input %s"
    (plural (List.length t.texts) "law") (if List.length t.texts = 1 then "holds" else "hold")
    (if by_gates then "and every value of the gates" else "at which all is defined and no unit has a kink");
  Option.iter (fun (u : V.units_claim) ->
    let k = Z.to_int u.V.u_count in
    say "%s: the sum of c w^2 over all parameters w %s for each free unit" (plural k "law")
      (if k = 1 then "is constant," else "are constant,");
    say "with c its coefficient in the unit of w; independent where no parameter is 0") t.units;
  if c.independent then say "the laws are functionally independent near the certified point";
  if c.rank then say "the fields and their brackets span at least %s at the certified point and near it"
    (plural (List.length t.cert.V.c_chosen) "dimension");
  List.iteri (fun i n -> say "the brackets of at most %s span at least %s there"
    (plural (i + 1) "member") (plural n "dimension")) t.growth;
  if c.complete then say "every conservation law near the certified point is a function of the laws";
  let regular = "at every input at which all is defined and no unit has a kink" in
  List.iter (fun s ->
    say "a linear subspace of dimension %d is invariant under every member%s" (List.length s.V.s_B)
      (if List.memq s gated then "" else ", " ^ regular)) t.subspaces;
  Option.iter (fun (i : Certificate.involution) ->
    say "orbits have dimension at most %d wherever q is not 0" (List.length i.basis)) t.involution;
  if c.symmetry then say "%s of the parameters, with signs, %s no output of the network%s"
    (plural (List.length t.symmetry) "permutation")
    (if List.length t.symmetry = 1 then "changes" else "change")
    (if plain then "" else ", where all is defined");
  if c.refuted then
    say "the expression that is refuted changes along the gradient of an output at the witness";
  print_string "VERIFIED\n"

let () =
  let fail reason = Printf.printf "NOT VERIFIED: %s\n" reason; exit 1 in
  let run f = try f () with
    | Reject s -> fail s
    | Stack_overflow -> fail "the stack is too small (try ulimit -s unlimited)"
    | Out_of_memory -> fail "out of memory"
    | e -> fail ("internal error: " ^ Printexc.to_string e) in
  let read p c = Certificate.read (read_file p) (read_file c) in
  let within seconds p c =
    Sys.set_signal Sys.sigalrm (Sys.Signal_handle (fun _ -> fail "the time limit is met"));
    ignore (Unix.alarm seconds);
    run (fun () -> check (read p c)) in
  let is_file p = p <> "" && p.[0] <> '-' in
  match Array.to_list Sys.argv with
  | [ _; "--help" ] -> print_string usage
  | [ _; p; c ] when is_file p -> within 600 p c
  | [ _; limit; p; c ] when is_file p -> (
      match Scanf.sscanf limit "--limit-seconds=%u%!" Fun.id with
      | n when n > 0 && n < 10000000 -> within n p c
      | _ | exception _ -> prerr_string usage; exit 2)
  | _ -> prerr_string usage; exit 2
