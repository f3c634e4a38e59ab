# src/family/local.mk - graph and flow to a family of vector fields.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

core_sources += \
	src/family/atom.c \
	src/family/echelon.c \
	src/family/echelon.h \
	src/family/estimate.c \
	src/family/exact.c \
	src/family/exact.h \
	src/family/family.c \
	src/family/family.h \
	src/family/field.c \
	src/family/field.h \
	src/family/generate.c \
	src/family/gradient.c \
	src/family/logarithm.c \
	src/family/lower.c \
	src/family/lower.h \
	src/family/lower_analytic.c \
	src/family/lower_signal.c \
	src/family/member.c \
	src/family/metric.c \
	src/family/modalg.c \
	src/family/modular.c \
	src/family/modular.h \
	src/family/nesting.c \
	src/family/outputs.c \
	src/family/pattern.c \
	src/family/print.c \
	src/family/relations.c \
	src/family/relations.h \
	src/family/restrict.c \
	src/family/ring.c \
	src/family/ring.h \
	src/family/sample.c \
	src/family/sample.h \
	src/family/sign.c \
	src/family/singular.c \
	src/family/tape.c \
	src/family/tape.h \
	src/family/taylor.c
