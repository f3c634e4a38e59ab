# doc/local.mk - the manual and the man page.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

info_TEXINFOS = doc/lieorbit.texi
doc_lieorbit_TEXINFOS = \
	doc/bibliography.texi \
	doc/certificate.texi \
	doc/c-interface.texi \
	doc/command-line.texi \
	doc/conventions.texi \
	doc/language.texi \
	doc/manifolds.texi \
	doc/methods.texi \
	doc/survey.texi \
	doc/theory.texi \
	doc/tutorial.texi \
	doc/verified.texi
AM_MAKEINFOFLAGS = -D "VERSION $(PACKAGE_VERSION)" -I $(top_srcdir)/doc -I $(top_srcdir)/examples
AM_MAKEINFOHTMLFLAGS = $(AM_MAKEINFOFLAGS) --no-split --css-include=$(top_srcdir)/doc/lieorbit.css

# Without TeX on the machine, distcheck tries the HTML manual instead of the DVI.
AM_DISTCHECK_DVI_TARGET = html

# The survey: grids, the script that makes the tables, the tables (python3 tests/lint.py --fix-lists).
survey_files = \
	doc/survey/activations-deep.csv \
	doc/survey/activations-deep.texi \
	doc/survey/activations-more.csv \
	doc/survey/activations-more.texi \
	doc/survey/activations.csv \
	doc/survey/activations.texi \
	doc/survey/attention-large.csv \
	doc/survey/attention-large.texi \
	doc/survey/attention-tokens.csv \
	doc/survey/attention-tokens.texi \
	doc/survey/attention.csv \
	doc/survey/attention.texi \
	doc/survey/bilinear.csv \
	doc/survey/bilinear.texi \
	doc/survey/causal-attention.csv \
	doc/survey/causal-attention.texi \
	doc/survey/classifier.csv \
	doc/survey/classifier.texi \
	doc/survey/conv.csv \
	doc/survey/conv.texi \
	doc/survey/deep-linear.csv \
	doc/survey/deep-linear.texi \
	doc/survey/glu.csv \
	doc/survey/glu.texi \
	doc/survey/grouped-query.csv \
	doc/survey/grouped-query.texi \
	doc/survey/index.texi \
	doc/survey/linear-attention.csv \
	doc/survey/linear-attention.texi \
	doc/survey/linear-conv.csv \
	doc/survey/linear-conv.texi \
	doc/survey/linear.csv \
	doc/survey/linear.texi \
	doc/survey/lora.csv \
	doc/survey/lora.texi \
	doc/survey/mixture.csv \
	doc/survey/mixture.texi \
	doc/survey/mlp-classifier-more.csv \
	doc/survey/mlp-classifier-more.texi \
	doc/survey/mlp-classifier.csv \
	doc/survey/mlp-classifier.texi \
	doc/survey/norm-gain.csv \
	doc/survey/norm-gain.texi \
	doc/survey/norm.csv \
	doc/survey/norm.texi \
	doc/survey/power.csv \
	doc/survey/power.texi \
	doc/survey/recurrent.csv \
	doc/survey/recurrent.texi \
	doc/survey/relu.csv \
	doc/survey/relu.texi \
	doc/survey/residual.csv \
	doc/survey/residual.texi \
	doc/survey/run.sh \
	doc/survey/survey.list \
	doc/survey/tensor.csv \
	doc/survey/tensor.texi \
	doc/survey/tied.csv \
	doc/survey/tied.texi \
	doc/survey/transformer-blocks.csv \
	doc/survey/transformer-blocks.texi \
	doc/survey/transformer-more.csv \
	doc/survey/transformer-more.texi \
	doc/survey/transformer.csv \
	doc/survey/transformer.texi
EXTRA_DIST += $(survey_files)
doc/lieorbit.info doc/lieorbit.html: $(survey_files)

.PHONY: survey
survey: all
	LIEORBIT='$(abs_top_builddir)/lieorbit$(EXEEXT)' $(SHELL) '$(top_srcdir)/doc/survey/run.sh' $(SURVEY)

EXTRA_DIST += doc/gelu-manifolds.svg doc/lieorbit.css doc/lieorbit.h2m

# The man pages are what --help says. They are shipped, so only a changed tool needs help2man. The program is an
# order-only prerequisite: it must be there, its date does not matter.
if MAN_PAGE
dist_man_MANS = doc/lieorbit.1 doc/lieorbit-check.1
endif
if HAVE_HELP2MAN
doc/lieorbit.1: doc/lieorbit.h2m configure.ac $(lieorbit_SOURCES) | lieorbit$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc && $(HELP2MAN) --no-info --include='$(top_srcdir)/doc/lieorbit.h2m' \
	  --name='exact conservation laws of neural-network architectures' \
	  --output=$@.tmp ./lieorbit$(EXEEXT) && mv $@.tmp $@
doc/lieorbit-check.1: configure.ac src/check/main.c | lieorbit-check$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc && $(HELP2MAN) --no-info --name='check certificates of conservation laws' \
	  --output=$@.tmp ./lieorbit-check$(EXEEXT) && mv $@.tmp $@
endif
CLEANFILES += doc/lieorbit.1.tmp doc/lieorbit-check.1.tmp
MAINTAINERCLEANFILES += doc/lieorbit.1 doc/lieorbit-check.1
