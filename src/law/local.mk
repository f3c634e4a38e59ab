# src/law/local.mk - units, symmetries, search, proof, independence.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

core_sources += \
	src/law/analyse.c \
	src/law/collect.c \
	src/law/collect.h \
	src/law/darboux.c \
	src/law/darboux.h \
	src/law/forms.c \
	src/law/forms.h \
	src/law/formula.c \
	src/law/formula.h \
	src/law/invariants.c \
	src/law/invariants.h \
	src/law/minors.c \
	src/law/monomials.c \
	src/law/orbit.c \
	src/law/orbit.h \
	src/law/point.c \
	src/law/polymat.c \
	src/law/polymat.h \
	src/law/polynomial.c \
	src/law/polynomial.h \
	src/law/propose.c \
	src/law/propose.h \
	src/law/prove.c \
	src/law/prove.h \
	src/law/relations.c \
	src/law/relations.h \
	src/law/search.c \
	src/law/search.h \
	src/law/sparsify.c \
	src/law/structure.c \
	src/law/structure.h \
	src/law/structure_conv.c \
	src/law/structure_laws.c \
	src/law/structure_matrix.c \
	src/law/structure_paths.c \
	src/law/structure_shift.c \
	src/law/structure_text.c \
	src/law/structure_units.c \
	src/law/subspaces.c \
	src/law/subspaces.h \
	src/law/summands.c \
	src/law/summands.h \
	src/law/tangent.c \
	src/law/tangent.h \
	src/law/tensor_unit.c \
	src/law/tensor_unit.h \
	src/law/unfold.c \
	src/law/unit_maps.c \
	src/law/units.c \
	src/law/units.h \
	src/law/verify.c \
	src/law/verify.h
