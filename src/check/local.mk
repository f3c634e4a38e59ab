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
	src/check/family.c \
	src/check/identities.c \
	src/check/json.c \
	src/check/language/expression.c \
	src/check/language/form.c \
	src/check/language/function.c \
	src/check/language/ground.c \
	src/check/language/ground.h \
	src/check/language/language.h \
	src/check/language/lexer.c \
	src/check/language/model.c \
	src/check/language/poly.c \
	src/check/language/signal.c \
	src/check/language/stage.c \
	src/check/language/tape.c \
	src/check/language/tape.h \
	src/check/language/tensor.c \
	src/check/normal.c \
	src/check/sha256.c \
	src/check/split.c \
	src/check/tangent.c \
	src/check/units.c \
	src/check/values.c
