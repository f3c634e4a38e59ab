# src/check/verified/local.mk - lieorbit-check-verified: a kernel proved in Coq, extracted to OCaml, with a driver.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

# In the order in which they are compiled. The proofs need MathComp and are compiled by tests/test_verified.sh only.
verified_kernel = Poly.v Model.v Checker.v Language.v Signal.v Elaborate.v Layers.v Statements.v Compile.v \
	Meaning.v Other.v Witness.v Units.v Symbols.v Replace.v Jets.v Extract.v
verified_proofs = Exported.v Diff.v Claims.v Flow.v Readings.v Simulation.v Text.v Relu.v TrueFlow.v Examples.v \
	Functions.v SymbolValues.v Motion.v Curves.v FunctionFlow.v FunctionFields.v FunctionLaws.v \
	FunctionExamples.v Smooth.v Complete.v Point.v TextComplete.v Involutive.v InvolutiveInputs.v Instance.v Growth.v Symmetry.v \
	Refuted.v Replaced.v FunctionSymmetry.v FunctionInvariant.v UnitFlow.v UnitLaws.v UnitTrue.v \
	UnitComplete.v Expansions.v SeriesFunctions.v JetValues.v FunctionMembers.v Vectors.v FunctionComplete.v Audit.v
verified_driver = json.ml sha256.ml elaborate.ml certificate.ml main.ml

EXTRA_DIST += \
	src/check/verified/Audit.v \
	src/check/verified/Checker.v \
	src/check/verified/Claims.v \
	src/check/verified/Compile.v \
	src/check/verified/Complete.v \
	src/check/verified/Curves.v \
	src/check/verified/Diff.v \
	src/check/verified/Elaborate.v \
	src/check/verified/Examples.v \
	src/check/verified/Expansions.v \
	src/check/verified/Exported.v \
	src/check/verified/Extract.v \
	src/check/verified/Flow.v \
	src/check/verified/FunctionComplete.v \
	src/check/verified/FunctionExamples.v \
	src/check/verified/FunctionFields.v \
	src/check/verified/FunctionFlow.v \
	src/check/verified/FunctionInvariant.v \
	src/check/verified/FunctionLaws.v \
	src/check/verified/FunctionMembers.v \
	src/check/verified/FunctionSymmetry.v \
	src/check/verified/Functions.v \
	src/check/verified/Growth.v \
	src/check/verified/Instance.v \
	src/check/verified/Involutive.v \
	src/check/verified/InvolutiveInputs.v \
	src/check/verified/JetValues.v \
	src/check/verified/Jets.v \
	src/check/verified/Language.v \
	src/check/verified/Layers.v \
	src/check/verified/Meaning.v \
	src/check/verified/Model.v \
	src/check/verified/Motion.v \
	src/check/verified/Other.v \
	src/check/verified/Point.v \
	src/check/verified/Poly.v \
	src/check/verified/Readings.v \
	src/check/verified/Refuted.v \
	src/check/verified/Relu.v \
	src/check/verified/Replace.v \
	src/check/verified/Replaced.v \
	src/check/verified/SeriesFunctions.v \
	src/check/verified/Signal.v \
	src/check/verified/Simulation.v \
	src/check/verified/Smooth.v \
	src/check/verified/Statements.v \
	src/check/verified/SymbolValues.v \
	src/check/verified/Symbols.v \
	src/check/verified/Symmetry.v \
	src/check/verified/Text.v \
	src/check/verified/TextComplete.v \
	src/check/verified/TrueFlow.v \
	src/check/verified/UnitComplete.v \
	src/check/verified/UnitFlow.v \
	src/check/verified/UnitLaws.v \
	src/check/verified/UnitTrue.v \
	src/check/verified/Units.v \
	src/check/verified/Vectors.v \
	src/check/verified/Witness.v \
	src/check/verified/assumptions.txt \
	src/check/verified/certificate.ml \
	src/check/verified/elaborate.ml \
	src/check/verified/json.ml \
	src/check/verified/main.ml \
	src/check/verified/sha256.ml

# Everything is compiled in verified.build: coqc and ocamlopt write next to their sources.
if VERIFIED_CHECKER
bin_SCRIPTS = lieorbit-check-verified
lieorbit-check-verified: $(addprefix src/check/verified/,$(verified_kernel) $(verified_driver))
	$(AM_V_GEN)rm -rf verified.build && $(MKDIR_P) verified.build \
	  && for f in $(verified_kernel) $(verified_driver); do cp '$(srcdir)'/src/check/verified/$$f verified.build || exit 1; done \
	  && cd verified.build \
	  && for f in $(verified_kernel); do $(COQC) -q -w none -Q . LawCert $$f || exit 1; done \
	  && $(OCAMLFIND) ocamlopt -linkpkg -package zarith,unix -w -a -o ../$@.tmp kernel.mli kernel.ml $(verified_driver) \
	  && mv ../$@.tmp ../$@
endif
CLEANFILES += lieorbit-check-verified verified.build/* verified.build/.*.aux verified.build/.lia.cache
