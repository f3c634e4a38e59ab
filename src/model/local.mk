# src/model/local.mk - text to typed expression graph.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

core_sources += \
	src/model/ast.c \
	src/model/ast.h \
	src/model/attention.c \
	src/model/build.c \
	src/model/constant.c \
	src/model/declare.c \
	src/model/elaborate.c \
	src/model/elaborate.h \
	src/model/flow.c \
	src/model/function.c \
	src/model/graph.c \
	src/model/graph.h \
	src/model/layers.c \
	src/model/layers.h \
	src/model/layers_signal.c \
	src/model/message.c \
	src/model/names.c \
	src/model/number.c \
	src/model/point.c \
	src/model/read.c \
	src/model/reader.h \
	src/model/shape.c \
	src/model/signal.c \
	src/model/simplify.c \
	src/model/slice.c

# grammar.[ch] and lexer.[ch] are made in the build directory, included as "model/grammar.h", never shipped.
nodist_core_sources += \
	src/model/grammar.c \
	src/model/grammar.h \
	src/model/lexer.c \
	src/model/lexer.h

EXTRA_DIST += src/model/grammar.y src/model/lexer.l
BUILT_SOURCES += src/model/grammar.c src/model/grammar.h src/model/lexer.c src/model/lexer.h
CLEANFILES += src/model/grammar.c src/model/grammar.h src/model/lexer.c src/model/lexer.h

# One recipe makes two files. The header waits for the source, and asks for it again when only the header was
# removed: correct under make -j, and with any make.
src/model/grammar.c: src/model/grammar.y
	$(AM_V_GEN)$(MKDIR_P) src/model && rm -f $@ src/model/grammar.h && \
	  $(BISON) -Wall --header=src/model/grammar.h -o $@ '$(top_srcdir)/src/model/grammar.y'
src/model/grammar.h: src/model/grammar.c
	@test -f $@ || { rm -f src/model/grammar.c && $(MAKE) $(AM_MAKEFLAGS) src/model/grammar.c; }

src/model/lexer.c: src/model/lexer.l
	$(AM_V_GEN)$(MKDIR_P) src/model && rm -f $@ src/model/lexer.h && \
	  $(FLEX) -o $@ --header-file=src/model/lexer.h '$(top_srcdir)/src/model/lexer.l'
src/model/lexer.h: src/model/lexer.c
	@test -f $@ || { rm -f src/model/lexer.c && $(MAKE) $(AM_MAKEFLAGS) src/model/lexer.c; }
