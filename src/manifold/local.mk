# src/manifold/local.mk - symmetry group, invariant manifolds, hierarchy.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

core_sources += \
	src/manifold/block.c \
	src/manifold/block.h \
	src/manifold/branch.c \
	src/manifold/branch.h \
	src/manifold/coefficients.c \
	src/manifold/coefficients.h \
	src/manifold/condense.c \
	src/manifold/condense.h \
	src/manifold/describe.c \
	src/manifold/describe.h \
	src/manifold/determinant.c \
	src/manifold/determinant.h \
	src/manifold/elements.c \
	src/manifold/elements.h \
	src/manifold/exception.c \
	src/manifold/exception.h \
	src/manifold/germ.c \
	src/manifold/germ.h \
	src/manifold/hierarchy.c \
	src/manifold/hierarchy.h \
	src/manifold/hypersurface.c \
	src/manifold/hypersurface.h \
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
	src/manifold/loci.c \
	src/manifold/loci.h \
	src/manifold/locus.c \
	src/manifold/locus.h \
	src/manifold/merge.c \
	src/manifold/minor.c \
	src/manifold/minor.h \
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
	src/manifold/series.c \
	src/manifold/series.h \
	src/manifold/series_function.c \
	src/manifold/signed_graph.c \
	src/manifold/signed_graph.h \
	src/manifold/sims.c \
	src/manifold/stage.c \
	src/manifold/stage.h \
	src/manifold/stratum.c \
	src/manifold/stratum.h \
	src/manifold/symmetry.c \
	src/manifold/symmetry.h \
	src/manifold/width_table.c \
	src/manifold/zeros.c \
	src/manifold/zeros.h
