# src/check/local.mk - lieorbit-check: nothing of the library, GMP and libc only.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

bin_PROGRAMS += lieorbit-check
lieorbit_check_SOURCES = src/check/main.c
lieorbit_check_LDADD = libcheck.la

# All of it but main(), for the fuzzer too.
noinst_LTLIBRARIES += libcheck.la
libcheck_la_LIBADD = -lgmp
libcheck_la_SOURCES = \
	src/check/calculus.c \
	src/check/check.c \
	src/check/check.h \
	src/check/expression.c \
	src/check/family.c \
	src/check/form.c \
	src/check/function.c \
	src/check/ground.c \
	src/check/identities.c \
	src/check/json.c \
	src/check/language.h \
	src/check/lexer.c \
	src/check/model.c \
	src/check/normal.c \
	src/check/poly.c \
	src/check/sha256.c \
	src/check/signal.c \
	src/check/split.c \
	src/check/stage.c \
	src/check/tangent.c \
	src/check/tape.c \
	src/check/tensor.c \
	src/check/units.c \
	src/check/values.c
