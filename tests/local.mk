# tests/local.mk - the tests: unit tests (cmocka), tests of the tool, tests of the tree.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

# A unit-test program is one file tests/test_x.c: add tests/test_x here (or run python3 tests/lint.py --fix-lists).
# It sees the internals of every room ("base/memory.h", ...). Exit status 77 means skipped.
cmocka_tests = \
	tests/test_algebra \
	tests/test_analytic \
	tests/test_base \
	tests/test_darboux \
	tests/test_engines \
	tests/test_exhaustive \
	tests/test_family \
	tests/test_field \
	tests/test_germ \
	tests/test_invariant \
	tests/test_isotropy \
	tests/test_law \
	tests/test_locus \
	tests/test_logarithm \
	tests/test_manifold \
	tests/test_model \
	tests/test_model_errors \
	tests/test_model_net \
	tests/test_model_statements \
	tests/test_pattern \
	tests/test_report \
	tests/test_scale \
	tests/test_singular \
	tests/test_structure \
	tests/test_zeros

# Scripts get LIEORBIT (the built tool), CHECK (lieorbit-check), LIBRARY (the shared library), MODELS, CC, CPPFLAGS, NM, PYTHON, srcdir.
script_tests = \
	tests/test_acceptance.sh \
	tests/test_certificate.sh \
	tests/test_check.sh \
	tests/test_corpus.sh \
	tests/test_examples.sh \
	tests/test_export.sh \
	tests/test_headers.sh \
	tests/test_mutants.sh \
	tests/test_sims.sh \
	tests/test_structural.sh \
	tests/test_survey.sh \
	tests/test_sweep.sh \
	tests/test_symbols.sh \
	tests/test_tool.sh \
	tests/test_verified.sh

# Members of the two lists above that `make check-long` runs, with LIEORBIT_LONG=1.
LONG_TESTS = \
	tests/test_exhaustive \
	tests/test_acceptance.sh \
	tests/test_base \
	tests/test_invariant \
	tests/test_certificate.sh \
	tests/test_check.sh \
	tests/test_export.sh \
	tests/test_mutants.sh \
	tests/test_structural.sh \
	tests/test_survey.sh \
	tests/test_verified.sh

TEST_EXTENSIONS = .sh
SH_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = \
	LIEORBIT='$(abs_top_builddir)/lieorbit$(EXEEXT)'; export LIEORBIT; \
	CHECK='$(abs_top_builddir)/lieorbit-check$(EXEEXT)'; export CHECK; \
	VERIFIED='$(abs_top_builddir)/lieorbit-check-verified'; export VERIFIED; \
	COQC='$(COQC)'; export COQC; \
	LIBRARY='$(abs_top_builddir)/.libs/liblieorbit.so'; export LIBRARY; \
	MODELS='$(abs_top_srcdir)/examples'; export MODELS; \
	CC='$(CC)'; export CC; CPPFLAGS='$(CPPFLAGS)'; export CPPFLAGS; \
	NM='$(NM_PROGRAM)'; export NM; REPLAY='$(abs_top_builddir)/tests/replay_model$(EXEEXT)'; export REPLAY; \
	 PYTHON='$(PYTHON)'; export PYTHON; \
	SANITIZED='$(LO_SANITIZED)'; export SANITIZED; \
	ASAN_OPTIONS="allocator_may_return_null=1:$${ASAN_OPTIONS-}"; export ASAN_OPTIONS;

if HAVE_CMOCKA
check_PROGRAMS += $(cmocka_tests)
TESTS += $(cmocka_tests)
endif
TESTS += $(script_tests)

# Programs without a _SOURCES line are made from the one file of the same name.
AM_DEFAULT_SOURCE_EXT = .c
LDADD = libcore.la $(CMOCKA_LIBS) $(LO_LIBS) $(JANSSON_LIBS)

# The fuzz target as an ordinary program: replays the files that are its arguments.
check_PROGRAMS += tests/replay_model
tests_replay_model_SOURCES = tests/fuzz_model.c
tests_replay_model_CPPFLAGS = $(AM_CPPFLAGS) -DLO_FUZZ_REPLAY
tests_replay_model_LDADD = libcore.la $(LO_LIBS)

# Likewise for the two checkers in C: the one links what lieorbit-check links, the other the library.
check_PROGRAMS += tests/replay_check
tests_replay_check_SOURCES = tests/fuzz_check.c
tests_replay_check_CPPFLAGS = $(AM_CPPFLAGS) -DLO_FUZZ_REPLAY
tests_replay_check_LDADD = libcheck.la

check_PROGRAMS += tests/replay_certificate
tests_replay_certificate_SOURCES = tests/fuzz_certificate.c
tests_replay_certificate_CPPFLAGS = $(AM_CPPFLAGS) -DLO_FUZZ_REPLAY
tests_replay_certificate_LDADD = libcore.la $(LO_LIBS) $(JANSSON_LIBS)

# Both again, as functions that tests/checkers.py calls.
check_LTLIBRARIES = tests/inside.la
tests_inside_la_SOURCES = tests/inside.c
tests_inside_la_LIBADD = libcore.la libcheck.la $(LO_LIBS) $(JANSSON_LIBS)
tests_inside_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -rpath $(abs_builddir)/tests

if FUZZ
noinst_PROGRAMS = tests/fuzz_model tests/fuzz_check tests/fuzz_certificate
tests_fuzz_certificate_SOURCES = tests/fuzz_certificate.c
tests_fuzz_certificate_LDADD = libcore.la $(LO_LIBS) $(JANSSON_LIBS)
tests_fuzz_certificate_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_check_SOURCES = tests/fuzz_check.c
tests_fuzz_check_LDADD = libcheck.la
tests_fuzz_check_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_model_SOURCES = tests/fuzz_model.c
tests_fuzz_model_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
endif

EXTRA_DIST += $(script_tests) tests/fuzz_pair.h tests/fuzz_replay.h tests/manifold_support.h tests/model_sketch.h tests/test_support.h \
	tests/bad tests/cases tests/corpus tests/verified tests/acceptance.tsv tests/export_support.sh \
	tests/certificate_cases.py \
	tests/edge_cases.py \
	tests/checkers.py \
	tests/forkserver.c \
	tests/fuzz_certificate.c \
	tests/fuzz_check.c \
	tests/fuzz_model.c \
	tests/lint.py \
	tests/make_certificates.py \
	tests/mutation.py \
	tests/oracle.py \
	tests/run_doc_examples.py \
	tests/second_opinion.py \
	tests/serve_verified.ml \
	tests/test_acceptance.py \
	tests/test_certificate.py \
	tests/test_check.py \
	tests/test_mutants.py \
	tests/test_sims.py \
	tests/test_structural.py \
	tests/test_sweep.py \
	tests/test_verified.py \
	tests/verified_jets.py \
	bench/run.py bench/linear50.txt bench/relu50.txt
