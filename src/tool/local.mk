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
	src/tool/export.c \
	src/tool/families.c \
	src/tool/families.h \
	src/tool/grid.c \
	src/tool/grid.h \
	src/tool/job.h \
	src/tool/journal.c \
	src/tool/journal.h \
	src/tool/main.c \
	src/tool/merge.c \
	src/tool/merge.h \
	src/tool/options.c \
	src/tool/options.h \
	src/tool/pool.c \
	src/tool/pool.h \
	src/tool/question.c \
	src/tool/question.h \
	src/tool/row.c \
	src/tool/row.h \
	src/tool/run.c \
	src/tool/run.h \
	src/tool/suggest.c \
	src/tool/suggest.h \
	src/tool/sweep.c \
	src/tool/table.c \
	src/tool/table.h \
	src/tool/template.c \
	src/tool/template.h \
	src/tool/values.c \
	src/tool/values.h \
	src/tool/zoo.c \
	src/tool/zoo.h
