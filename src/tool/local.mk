# src/tool/local.mk - the command line; public API only.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

bin_PROGRAMS += lieorbit
lieorbit_LDADD = liblieorbit.la $(JANSSON_LIBS)
lieorbit_SOURCES = \
	src/tool/check.c \
	src/tool/commands.c \
	src/tool/commands.h \
	src/tool/main.c \
	src/tool/options.c \
	src/tool/options.h \
	src/tool/run.c \
	src/tool/run.h \
	src/tool/zoo.c \
	src/tool/zoo.h
