# doc/local.mk - the manual and the man page.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

info_TEXINFOS = doc/lieorbit.texi
doc_lieorbit_TEXINFOS = \
	doc/bibliography.texi \
	doc/c-interface.texi \
	doc/command-line.texi \
	doc/conventions.texi \
	doc/language.texi \
	doc/methods.texi \
	doc/theory.texi \
	doc/tutorial.texi \
	doc/verified.texi
AM_MAKEINFOFLAGS = -D "VERSION $(PACKAGE_VERSION)" -I $(top_srcdir)/doc -I $(top_srcdir)/examples
AM_MAKEINFOHTMLFLAGS = $(AM_MAKEINFOFLAGS) --no-split --css-include=$(top_srcdir)/doc/lieorbit.css

# Without TeX on the machine, distcheck tries the HTML manual instead of the DVI.
AM_DISTCHECK_DVI_TARGET = html

EXTRA_DIST += doc/lieorbit.css doc/lieorbit.h2m

# The man page is what --help says. It is shipped, so only a changed tool needs help2man. The program is an
# order-only prerequisite: it must be there, its date does not matter.
if MAN_PAGE
dist_man_MANS = doc/lieorbit.1
endif
if HAVE_HELP2MAN
doc/lieorbit.1: doc/lieorbit.h2m configure.ac $(lieorbit_SOURCES) | lieorbit$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc && $(HELP2MAN) --no-info --include='$(top_srcdir)/doc/lieorbit.h2m' \
	  --name='exact conservation laws of neural-network architectures' \
	  --output=$@.tmp ./lieorbit$(EXEEXT) && mv $@.tmp $@
endif
CLEANFILES += doc/lieorbit.1.tmp
MAINTAINERCLEANFILES += doc/lieorbit.1
