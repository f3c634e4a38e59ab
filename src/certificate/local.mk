# src/certificate/local.mk - proofs written down for a stranger to check.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

core_sources += \
	src/certificate/base.c \
	src/certificate/certificate.c \
	src/certificate/certificate.h \
	src/certificate/check.c \
	src/certificate/check.h \
	src/certificate/check_involutive.c \
	src/certificate/check_manifold.c \
	src/certificate/coq.c \
	src/certificate/coq.h \
	src/certificate/coq_program.c \
	src/certificate/coq_text.c \
	src/certificate/coq_true_network.c \
	src/certificate/evaluate.c \
	src/certificate/format.c \
	src/certificate/gradient.c \
	src/certificate/involutive.c \
	src/certificate/manifold.c \
	src/certificate/match.c \
	src/certificate/parse.c \
	src/certificate/parse.h \
	src/certificate/problem.c \
	src/certificate/roots.c \
	src/certificate/split.c \
	src/certificate/substitute.c \
	src/certificate/theory.h \
	src/certificate/units.c \
	src/certificate/units.h \
	src/certificate/units_check.c \
	src/certificate/units_write.c \
	src/certificate/words.c \
	src/certificate/write.c

# The Coq development that export-coq writes into its files, in the order of compilation.
coq_theory = \
	src/check/verified/Poly.v \
	src/check/verified/Model.v \
	src/check/verified/Checker.v \
	src/check/verified/Language.v \
	src/check/verified/Signal.v \
	src/check/verified/Elaborate.v \
	src/check/verified/Layers.v \
	src/check/verified/Statements.v \
	src/check/verified/Compile.v \
	src/check/verified/Exported.v \
	src/check/verified/Diff.v \
	src/check/verified/Claims.v \
	src/check/verified/Flow.v \
	src/check/verified/Meaning.v \
	src/check/verified/Readings.v \
	src/check/verified/Simulation.v \
	src/check/verified/Text.v \
	src/check/verified/Relu.v \
	src/check/verified/TrueFlow.v \
	src/check/verified/Symbols.v \
	src/check/verified/Functions.v \
	src/check/verified/SymbolValues.v \
	src/check/verified/Motion.v \
	src/check/verified/Curves.v \
	src/check/verified/FunctionFlow.v \
	src/check/verified/FunctionFields.v \
	src/check/verified/FunctionLaws.v \
	src/check/verified/Smooth.v \
	src/check/verified/Complete.v \
	src/check/verified/Point.v
nodist_core_sources += src/certificate/theory.c
CLEANFILES += src/certificate/theory.c
EXTRA_DIST += src/certificate/theory.awk
src/certificate/theory.c: src/certificate/theory.awk $(coq_theory)
	$(AM_V_GEN)$(MKDIR_P) src/certificate && cd '$(srcdir)' && \
	  $(AWK) -f src/certificate/theory.awk $(coq_theory) > '$(abs_top_builddir)/$@.tmp' && \
	  mv '$(abs_top_builddir)/$@.tmp' '$(abs_top_builddir)/$@'
