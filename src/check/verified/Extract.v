(* Extract.v - the executable part as OCaml; Z becomes zarith.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import Extraction ExtrOcamlBasic ExtrOcamlZBigInt ZArith List.
From LawCert Require Import Poly Model Checker.
Extraction Language OCaml.
Extraction "kernel.ml" check_conserved check_rank check_independent check_complete check_ties check_invariant
  check_involutive constant members chosen_fields instance_scale frozen_values law_frac variable poly_mod point_mod step value Z.gcd.
