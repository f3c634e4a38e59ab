(* export.ml - a certificate as a Coq file of its own, with the theorems that follow.  Not verified: the file states what it
   proves, and coqc checks it.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
open Json
open Elaborate
module V = Kernel

let rec int_of_nat = function V.O -> 0 | V.S n -> 1 + int_of_nat n
let seq f l = "[" ^ String.concat "; " (List.map f l) ^ "]"
let lines f l = "[" ^ String.concat ";\n   " (List.map f l) ^ "]"
let nat n = string_of_int (int_of_nat n)
let z x = if Z.sign x < 0 then Printf.sprintf "(%s)%%Z" (Z.to_string x) else Z.to_string x ^ "%Z"
let pos x = Z.to_string x ^ "%positive"
let pair f g (a, b) = Printf.sprintf "(%s, %s)" (f a) (g b)
let ids v = seq (fun r -> seq Z.to_string r) v ^ "%positive"

let node : V.node -> string = function
  | V.Var v -> "Var " ^ ids v
  | V.Const v -> "Const " ^ seq (seq (pair z pos)) v
  | V.Add (i, j) -> Printf.sprintf "Add %s %s" (nat i) (nat j)
  | V.Opp i -> "Opp " ^ nat i
  | V.Had (i, j) -> Printf.sprintf "Had %s %s" (nat i) (nat j)
  | V.Quot (i, j) -> Printf.sprintf "Quot %s %s" (nat i) (nat j)
  | V.Scale (i, j) -> Printf.sprintf "Scale %s %s" (nat i) (nat j)
  | V.MatMul (i, j) -> Printf.sprintf "MatMul %s %s" (nat i) (nat j)
  | V.Transpose i -> "Transpose " ^ nat i
  | V.Power (i, k) -> Printf.sprintf "Power %s %s" (nat i) (nat k)
  | V.Sum i -> "Sum " ^ nat i
  | V.Pick v -> "Pick " ^ seq (seq (pair nat (pair nat nat))) v
  | V.Gate (k, i, v) -> Printf.sprintf "Gate %s %s %s" (nat k) (nat i) (ids v)
let option f = function None -> "None" | Some x -> Printf.sprintf "(Some %s)" (f x)
let matrix m = "(of_int63 " ^ lines (seq Z.to_string) m ^ "%uint63)"
let comment text = String.concat "" (List.map (fun c -> if c = '*' then " * " else String.make 1 c) (List.init (String.length text) (String.get text)))

let instance (g : V.instance) =
  Printf.sprintf "Instance %s %s %s" (seq (pair pos (pair z pos)) g.V.i_values) (seq z g.V.i_covector) (option nat g.V.i_raw)

let names (t : Certificate.t) =
  let m = t.parsed.p_model in
  let symbol = function
    | name, Symbol s -> [ Printf.sprintf "%s: %s.." name (Z.to_string (number m s.kind s.first)) ]
    | _ -> [] in
  String.concat ", " (List.concat_map symbol (List.rev m.names))

let write out (t : Certificate.t) =
  let c = t.claims and p = t.problem and cert = t.cert in
  if not c.conserved then unsupported "--coq for a certificate without laws";
  let b = Buffer.create 65536 in
  let say fmt = Printf.ksprintf (fun s -> Buffer.add_string b s; Buffer.add_char b '\n') fmt in
  say "(* %s\n   Written by lieorbit-check-verified --coq; compile with: coqc -Q DIRECTORY LawCert FILE" (comment t.title);
  say "   Variables are numbered: %s; then gates.  Laws:" (comment (names t));
  List.iter (fun l -> say "     %s" (comment l)) t.texts;
  say "*)";
  say "From Coq Require Import ZArith List Reals Uint63.";
  say "From LawCert Require Import Poly Model Checker Diff Claims Flow%s." (if c.complete then " Complete" else "");
  say "Import ListNotations.\nOpen Scope nat_scope.";
  say "Definition of_int63 (m : list (list int)) : list (list Z) := map (map Uint63.to_Z) m.\n";
  say "(* The model, as a straight-line program of matrices. *)";
  say "Definition P : problem := Problem %s %s\n  %s\n  %s %s %s %s.\n" (nat p.V.p_dim) (nat p.V.p_frozen) (lines node p.V.p_prog)
    (seq nat p.V.p_outputs) (seq (pair pos pos) p.V.p_wires) (option nat p.V.p_weights) (seq nat p.V.p_raw);
  say "Definition C : cert := Cert\n  %s\n  %s\n  %s\n  %s\n  %s\n  %s\n  %s\n  %s.\n" (lines (seq node) cert.V.c_laws)
    (lines instance cert.V.c_instances) (seq (pair nat nat) cert.V.c_words) (seq nat cert.V.c_chosen)
    (seq (fun ((a, d), i) -> Printf.sprintf "(%s, %s, %s)" (z a) (pos d) (z i)) cert.V.c_point) (z cert.V.c_mod)
    (matrix cert.V.c_A) (matrix cert.V.c_C);
  say "Theorem laws_checked : check_conserved P (c_laws C) = true. Proof. vm_compute. reflexivity. Qed.\n";
  if t.parsed.p_model.gates.count > 0 then
    say "Theorem gates_tied : check_ties P %s = true. Proof. vm_compute. reflexivity. Qed.\n" (pos (number t.parsed.p_model Gate 0));
  say "(* For every curve gamma on an interval I whose velocity is a combination of members (gradients of outputs of the network\n\
   \   at any inputs and gates), every law has the same value at all times. *)";
  say "Theorem conserved : forall l, In l (c_laws C) -> forall (I : R -> Prop) (gamma v : positive -> R -> R),\n\
   \  (forall s t u, I s -> I t -> (s <= u <= t)%%R -> I u) ->\n\
   \  (forall t a, I t -> is_state (p_dim P) a = true -> derivable_pt_lim (gamma a) t (v a t)) ->\n\
   \  (forall s t a, is_state (p_dim P) a = false -> gamma a s = gamma a t) ->\n\
   \  (forall t, I t -> exists w, velocity P (fun a => gamma a t) w /\\ forall a, is_state (p_dim P) a = true -> v a t = w a) ->\n\
   \  (forall t, I t -> peval Rring (fun a => gamma a t) (snd (law_frac l variable)) <> 0%%R) ->\n\
   \  forall s t, I s -> I t -> law_real (fun a => gamma a s) l = law_real (fun a => gamma a t) l.";
  say "Proof. intros l Hl. exact (law_constant P (c_laws C) laws_checked l Hl). Qed.\n";
  if c.complete then (
    say "Theorem checked : check_complete P C = true. Proof. vm_compute. reflexivity. Qed.\n";
    say "(* Every conserved function near the point has its gradient in the span of the gradients of the laws: see `completeness'\n\
     \   and `near' in Complete.v. *)";
    say "Theorem complete (A : near P C) : complete_near A.\nProof. exact (@near_complete P C A checked). Qed.");
  let oc = try open_out_bin out with Sys_error e -> reject "%s" e in
  Buffer.output_buffer oc b;
  close_out oc
