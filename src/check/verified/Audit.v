(* Audit.v - what the theorems rest on: compared with assumptions.txt by tests/test_verified.sh. *)
From LawCert Require Import Poly Model Checker Compile Diff Claims Flow Meaning Simulation Text Relu TrueFlow.
From LawCert Require Import Symbols Functions SymbolValues Motion Curves FunctionFlow FunctionLaws
  FunctionExamples.
From LawCert Require Import Smooth Complete Point TextComplete Involutive InvolutiveInputs Instance Growth
  Symmetry Refuted.
From LawCert Require Import Replaced FunctionSymmetry FunctionInvariant.
From LawCert Require Import Jets Expansions SeriesFunctions JetValues FunctionMembers Vectors
  FunctionComplete.
From LawCert Require Import UnitFlow UnitLaws UnitTrue UnitComplete.
Goal True. idtac "expansion_ok:". Abort.
Print Assumptions expansion_ok.
Goal True. idtac "bracket_ok:". Abort.
Print Assumptions bracket_ok.
Goal True. idtac "laws_conserved:". Abort.
Print Assumptions laws_conserved.
Goal True. idtac "law_constant:". Abort.
Print Assumptions law_constant.
Goal True. idtac "invariant_tangent:". Abort.
Print Assumptions invariant_tangent.
Goal True. idtac "words_independent:". Abort.
Print Assumptions words_independent.
Goal True. idtac "laws_independent:". Abort.
Print Assumptions laws_independent.
Goal True. idtac "completeness:". Abort.
Print Assumptions completeness.
Goal True. idtac "near_complete:". Abort.
Print Assumptions near_complete.
Goal True. idtac "involutive_bound:". Abort.
Print Assumptions involutive_bound.
Goal True. idtac "completeness_polynomials:". Abort.
Print Assumptions completeness_polynomials.
Goal True. idtac "compile_ok:". Abort.
Print Assumptions compile_ok.
Goal True. idtac "compile_law_ok:". Abort.
Print Assumptions compile_law_ok.
Goal True. idtac "network_of_text:". Abort.
Print Assumptions network_of_text.
Goal True. idtac "text_conserved:". Abort.
Print Assumptions text_conserved.
Goal True. idtac "text_conserved_true:". Abort.
Print Assumptions text_conserved_true.
Goal True. idtac "text_complete:". Abort.
Print Assumptions text_complete.
Goal True. idtac "laws_independent_real:". Abort.
Print Assumptions laws_independent_real.
Goal True. idtac "words_independent_real:". Abort.
Print Assumptions words_independent_real.
Goal True. idtac "complete_real:". Abort.
Print Assumptions complete_real.
Goal True. idtac "growth_at_point:". Abort.
Print Assumptions growth_at_point.
Goal True. idtac "text_symmetric:". Abort.
Print Assumptions text_symmetric.
Goal True. idtac "text_refuted:". Abort.
Print Assumptions text_refuted.
Goal True. idtac "outputs_scaled:". Abort.
Print Assumptions outputs_scaled.
Goal True. idtac "text_units_conserved:". Abort.
Print Assumptions text_units_conserved.
Goal True. idtac "text_units_conserved_true:". Abort.
Print Assumptions text_units_conserved_true.
Goal True. idtac "text_units_independent:". Abort.
Print Assumptions text_units_independent.
Goal True. idtac "text_units_complete:". Abort.
Print Assumptions text_units_complete.
Goal True. idtac "text_independent:". Abort.
Print Assumptions text_independent.
Goal True. idtac "text_rank:". Abort.
Print Assumptions text_rank.
Goal True. idtac "text_complete_real:". Abort.
Print Assumptions text_complete_real.
Goal True. idtac "involutive_family:". Abort.
Print Assumptions involutive_family.
Goal True. idtac "function_laws_conserved:". Abort.
Print Assumptions function_laws_conserved.
Goal True. idtac "function_symmetries:". Abort.
Print Assumptions function_symmetries.
Goal True. idtac "function_invariants:". Abort.
Print Assumptions function_invariants.
Goal True. idtac "values_ok:". Abort.
Print Assumptions values_ok.
Goal True. idtac "jets_ok:". Abort.
Print Assumptions jets_ok.
Goal True. idtac "function_rank:". Abort.
Print Assumptions function_rank.
Goal True. idtac "function_independent:". Abort.
Print Assumptions function_independent.
Goal True. idtac "function_complete:". Abort.
Print Assumptions function_complete.
