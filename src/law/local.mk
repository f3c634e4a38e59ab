# src/law/local.mk - units, symmetries, search, proof, independence.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

core_sources += \
	src/law/analyse.c \
	src/law/collect.c \
	src/law/collect.h \
	src/law/monomials.c \
	src/law/point.c \
	src/law/polynomial.c \
	src/law/polynomial.h \
	src/law/prove.c \
	src/law/prove.h \
	src/law/search.c \
	src/law/search.h \
	src/law/sparsify.c \
	src/law/tangent.c \
	src/law/tangent.h \
	src/law/units.c \
	src/law/units.h \
	src/law/verify.c \
	src/law/verify.h
