(* Extract.v - the executable part as OCaml; Z becomes zarith, strings lists of characters.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import Extraction ExtrOcamlBasic ExtrOcamlString ExtrOcamlZBigInt ZArith List.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Other Witness
  Units Symbols Replace Jets.
Extraction Language OCaml.
Extraction "kernel.ml" check_text check_text_laws check_text_rank check_text_independent check_independent
  check_gates check_invariant check_involutive_inputs constant members basis_fields instance_scale
  frozen_values law_frac variable poly_mod point_mod Z.gcd compile compile_law number_of gate_number
  gate_value check_growth check_text_symmetry check_text_refuted check_text_units check_text_units_complete
  laws_of_units terms_of check_function_laws compile_function_law
  check_function_symmetry check_function_invariants check_function_rank check_function_independent
  check_function_complete taylor_vector.
