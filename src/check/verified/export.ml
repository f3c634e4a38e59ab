(* export.ml - a certificate as a Coq file of its own, with the theorems that follow.
   Not verified: the file states what it
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
let option f = function None -> "None" | Some x -> Printf.sprintf "(Some %s)" (f x)
(* a Coq string: a quotation mark is doubled *)
let quoted s = "\"" ^ String.concat "\"\"" (String.split_on_char '"' s) ^ "\"%string"
let matrix m = "(of_int63 " ^ lines (seq Z.to_string) m ^ "%uint63)"
let comment text = String.concat "" (List.map (fun c ->
  if c = '*' then " * " else String.make 1 c) (List.init (String.length text) (String.get text)))

let instance (g : V.instance) =
  Printf.sprintf "Instance %s %s %s" (seq (pair pos (pair z pos)) g.V.i_values) (seq z g.V.i_covector)
    (option nat g.V.i_raw)

let write out (t : Certificate.t) =
  let c = t.claims and cert = t.cert in
  if not c.conserved then unsupported "--coq for a certificate without laws";
  let b = Buffer.create 65536 in
  let say fmt = Printf.ksprintf (fun s -> Buffer.add_string b s; Buffer.add_char b '\n') fmt in
  say "(* %s\n   Written by lieorbit-check-verified --coq; compile with: coqc -Q DIRECTORY LawCert FILE *)"
    (comment t.title);
  say "From Coq Require Import ZArith List String Uint63.";
  say "From LawCert Require Import Poly Model Checker Compile Text TrueFlow%s." (if c.complete then
    " Complete TextComplete" else "");
  say "Import ListNotations.\nOpen Scope nat_scope.\n";
  say "Definition text : string :=\n%s.\n" (quoted t.text);
  say "Definition laws : list string :=\n  %s.\n" (lines quoted t.texts);
  if c.complete then (
    say "Definition of_int63 (m : list (list int)) : list (list Z) := map (map Uint63.to_Z) m.\n";
    say "Definition C : cert := Cert []\n  %s\n  %s\n  %s\n  %s\n  %s\n  %s\n  %s.\n"
      (lines instance cert.V.c_instances) (seq (pair nat nat) cert.V.c_words) (seq nat cert.V.c_chosen)
      (seq (fun ((a, d), i) ->
        Printf.sprintf "(%s, %s, %s)" (z a) (pos d) (z i)) cert.V.c_point) (z cert.V.c_mod)
      (matrix cert.V.c_A) (matrix cert.V.c_C);
    say "Theorem checked : check_text text laws C = true. Proof. vm_compute. reflexivity. Qed.\n";
    say "Theorem laws_checked : check_text_laws text laws = true.";
    say "Proof. exact (check_text_conserved _ _ _ checked). Qed.\n")
  else say "Theorem laws_checked : check_text_laws text laws = true. Proof. vm_compute. reflexivity. Qed.\n";
  say "(* Every law is constant along the curves of Text.v: gradients at any inputs and gates. *)";
  say "Theorem conserved : forall s, In s laws -> text_law_constant text s.";
  say "Proof. exact (text_conserved _ _ laws_checked). Qed.\n";
  say "(* The network itself, with relu(z) = max(0, z): see TrueFlow.v. *)";
  say "Theorem conserved_true : forall s, In s laws -> true_law_constant text s.";
  say "Proof. exact (text_conserved_true _ _ laws_checked). Qed.";
  if c.complete then (
    say "\n(* Every conserved function near the point has its gradient in the span of the gradients of the";
    say "   laws: see Complete.v. *)";
    say "Theorem complete : text_laws_complete text laws C.";
    say "Proof. exact (text_complete _ _ _ checked). Qed.");
  let oc = try open_out_bin out with Sys_error e -> reject "%s" e in
  Buffer.output_buffer oc b;
  close_out oc
