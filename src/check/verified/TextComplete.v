(* TextComplete.v - completeness, for the network and the laws that texts denote.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String.
From LawCert Require Import Poly Model Checker Language Elaborate Statements Compile Text Complete.

(* Near the point of the certificate every conserved function has its gradient in
   the span of the gradients of the laws: see
   `near` and `complete_near` in Complete.v. *)
Definition text_laws_complete (text : string) (laws : list string) (c : cert) : Prop :=
  exists t ls, compile text = Ok t /\ all_ok (compile_law t) laws = Ok ls /\
  forall A : near (t_problem t) (with_laws ls c), complete_near A.
Theorem text_complete text laws c : check_text text laws c = true -> text_laws_complete text laws c.
Proof.
  intros H. apply about_spec in H as (t & ls & Ht & Hl & _ & H). exists t, ls. split; [exact Ht|].
    split; [exact Hl|].
  intros A. exact (@near_complete _ _ A H).
Qed.
