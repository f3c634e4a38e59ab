# src/algebra/local.mk - brackets, growth, rank, involutivity.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

core_sources += \
	src/algebra/closure.c \
	src/algebra/closure.h \
	src/algebra/curve.c \
	src/algebra/curve.h \
	src/algebra/deep.c \
	src/algebra/deep.h \
	src/algebra/growth.c \
	src/algebra/involutive.c \
	src/algebra/involutive.h \
	src/algebra/product.c \
	src/algebra/product.h \
	src/algebra/pullback.c \
	src/algebra/span.c \
	src/algebra/span.h \
	src/algebra/words.c \
	src/algebra/words.h
