# src/manifold/local.mk - symmetry group, invariant manifolds, hierarchy.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

core_sources += \
	src/manifold/block.c \
	src/manifold/block.h \
	src/manifold/condense.c \
	src/manifold/condense.h \
	src/manifold/describe.c \
	src/manifold/describe.h \
	src/manifold/elements.c \
	src/manifold/elements.h \
	src/manifold/germ.c \
	src/manifold/germ.h \
	src/manifold/hierarchy.c \
	src/manifold/hierarchy.h \
	src/manifold/improve.c \
	src/manifold/improve.h \
	src/manifold/induced.c \
	src/manifold/induced.h \
	src/manifold/invariant.c \
	src/manifold/invariant.h \
	src/manifold/isotropy.c \
	src/manifold/isotropy.h \
	src/manifold/lattice.c \
	src/manifold/lattice.h \
	src/manifold/linear.c \
	src/manifold/linear.h \
	src/manifold/merge.c \
	src/manifold/neuron.c \
	src/manifold/pattern.c \
	src/manifold/pattern.h \
	src/manifold/products.c \
	src/manifold/products.h \
	src/manifold/reduce.c \
	src/manifold/rotation.c \
	src/manifold/rotation.h \
	src/manifold/rows.c \
	src/manifold/rows.h \
	src/manifold/signed_graph.c \
	src/manifold/signed_graph.h \
	src/manifold/sims.c \
	src/manifold/stratum.c \
	src/manifold/stratum.h \
	src/manifold/symmetry.c \
	src/manifold/symmetry.h \
	src/manifold/width_table.c
