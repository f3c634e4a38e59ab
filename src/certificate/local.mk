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
	src/certificate/evaluate.c \
	src/certificate/format.c \
	src/certificate/gradient.c \
	src/certificate/involutive.c \
	src/certificate/manifold.c \
	src/certificate/match.c \
	src/certificate/parse.c \
	src/certificate/parse.h \
	src/certificate/problem.c \
	src/certificate/split.c \
	src/certificate/substitute.c \
	src/certificate/units.c \
	src/certificate/units.h \
	src/certificate/units_check.c \
	src/certificate/units_write.c \
	src/certificate/words.c \
	src/certificate/write.c
