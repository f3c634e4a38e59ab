# src/base/local.mk - status, limits, messages, memory, the random stream.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

core_sources += \
	src/base/compat_flint.h \
	src/base/context.c \
	src/base/feasible.c \
	src/base/feasible.h \
	src/base/memory.c \
	src/base/memory.h \
	src/base/parallel.c \
	src/base/parallel.h \
	src/base/random.h \
	src/base/text.c \
	src/base/text.h
