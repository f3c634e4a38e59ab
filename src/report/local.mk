# src/report/local.mk - text and JSON.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

core_sources += \
	src/report/buffer.c \
	src/report/buffer.h \
	src/report/hasse.c \
	src/report/isotropy.c \
	src/report/isotropy.h \
	src/report/json.c \
	src/report/json.h \
	src/report/sims.c \
	src/report/structure.c \
	src/report/structure.h \
	src/report/subject.c \
	src/report/subject.h \
	src/report/text.c
